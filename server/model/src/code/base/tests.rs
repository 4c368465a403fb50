#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CodeBase;
use crate::code::AppCode;
use crate::project::{Project, ProjectOptions};
use crate::severities::Severities;
use crate::state::{Keep, ProjectState};

struct App {
    folder: tempfile::TempDir,
}

impl App {
    fn new(files: &[(&str, &str)]) -> App {
        let app = App { folder: tempfile::tempdir().unwrap() };
        app.write("base44/config.jsonc", "{ \"name\": \"app\" }");
        files.iter().for_each(|(path, text)| app.write(path, text));
        app
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn base(&self) -> CodeBase {
        let config = self.path("base44/config.jsonc");
        CodeBase::read(&Project::from_config(&config, &ProjectOptions::default())).unwrap()
    }
}

/// What matters of an app's code.
fn said(code: Option<&AppCode>) -> String {
    code.map(|code| {
        let mut places: Vec<_> = code.files.iter().collect();
        places.sort_by_key(|(path, _)| *path);
        format!(
            "{:#?}\n{:#?}\n{:?} {} {} {places:?}",
            code.uses, code.calls, code.automations, code.functions, code.complete
        )
    })
    .unwrap_or_default()
}

const SEND: &str = "base44/functions/send/entry.ts";
const NOTIFY: &str = "base44/functions/notify/entry.ts";
const SHARED: &str = "base44/shared/token.ts";
const HELPER: &str =
    "export const token = (base44, type) => base44.asServiceRole.connectors.getConnection(type);\n";

fn calling(ty: &str) -> String {
    format!(
        "import {{ createClientFromRequest }} from 'npm:@base44/sdk';\nimport {{ token }} from '../../shared/token.ts';\nDeno.serve(async (req) => {{\n  const base44 = createClientFromRequest(req);\n  const {{ accessToken }} = await token(base44, '{ty}');\n  await fetch('https://slack.com/api/chat.postMessage', {{ headers: {{ Authorization: `Bearer ${{accessToken}}` }} }});\n}});\n"
    )
}

fn taking(ty: &str) -> String {
    format!(
        "import {{ createClientFromRequest }} from 'npm:@base44/sdk';\nDeno.serve(async (req) => {{\n  const base44 = createClientFromRequest(req);\n  await base44.asServiceRole.connectors.getConnection('{ty}');\n}});\n"
    )
}

fn types(code: &AppCode) -> Vec<&str> {
    code.types().into_iter().collect()
}

#[test]
fn whatever_is_edited_the_same_is_known_as_if_all_were_read_anew() {
    let app = App::new(&[(SEND, &calling("slack")), (NOTIFY, &taking("notion")), (SHARED, HELPER)]);
    let mut base = app.base();
    base.app();
    let texts = [
        (SEND, calling("gmail")),
        (SEND, taking("linear")),
        (SEND, "// nothing".to_owned()),
        (SHARED, format!("// moved\n{HELPER}")),
        (SEND, calling("slackbot")),
        (SHARED, "export const token = () => ({});\n".to_owned()),
        (SHARED, HELPER.to_owned()),
        ("base44/functions/late/entry.ts", calling("hubspot")),
        (NOTIFY, calling("notion")),
        (
            "base44/functions/notify/function.jsonc",
            "{ \"entry\": \"main.ts\", \"automations\": [{ \"integration_type\": \"slack\" }] }".to_owned(),
        ),
        ("base44/functions/notify/main.ts", taking("github")),
    ];
    for (path, text) in texts {
        base.set_text(&app.path(path), text.as_str().into());
        app.write(path, &text);
        assert_eq!(said(base.app().as_ref()), said(app.base().app().as_ref()), "{path}: {text}");
    }
    for path in [SEND, SHARED, NOTIFY] {
        base.close(&app.path(path));
        assert_eq!(said(base.app().as_ref()), said(app.base().app().as_ref()), "{path} closed");
    }
}

/// Everything that is said of a project, file by file.
fn told(state: &ProjectState) -> String {
    state.paths().into_iter().map(|path| format!("{}: {:#?}\n", path.display(), state.all(path))).collect()
}

#[test]
fn whatever_is_edited_the_same_is_said_as_if_all_were_concluded_anew() {
    let files = [SEND, NOTIFY, "base44/functions/third/entry.ts"];
    let app = App::new(&[(SEND, &calling("slack")), (NOTIFY, &taking("slack")), (SHARED, HELPER)]);
    for (name, scopes) in [("slack", "\"channels:read\""), ("gmail", "")] {
        let text = format!("{{ \"type\": \"{name}\", \"scopes\": [{scopes}] }}\n");
        app.write(&format!("base44/connectors/{name}.jsonc"), &text);
    }
    let project = Project::from_config(&app.path("base44/config.jsonc"), &ProjectOptions::default());
    let project = Arc::new(project);
    let load = || ProjectState::load(project.clone(), &Severities::default(), Keep::Conclusions);
    let trying = |otherwise: &str| {
        format!(
            "export const token = async (base44, type) => {{\n  try {{ return await base44.asServiceRole.connectors.getConnection(type); }}\n  catch {{ return {otherwise}; }}\n}};\n"
        )
    };
    let another = "await base44.asServiceRole.connectors.getConnection('gmail')";
    let helpers = [HELPER.to_owned(), trying(another), trying("null"), String::new()];
    let mut random = fastrand::Rng::with_seed(7);
    let (mut base, mut state) = (app.base(), load());
    for step in 0..200 {
        let types = ["slack", "gmail", "hubspot", "slak"];
        let ty = types[random.usize(..types.len())];
        let (path, text) = match random.usize(..8) {
            0 | 1 => (SHARED, helpers[random.usize(..helpers.len())].clone()),
            4 => (files[random.usize(..3)], taking(ty).replace("getConnection", "getAccessToken")),
            5 => (files[random.usize(..3)], taking(ty)),
            2 => (files[random.usize(..3)], format!("// moved\n{}", calling(ty))),
            3 => (files[random.usize(..3)], String::new()),
            _ => (files[random.usize(..3)], calling(ty)),
        };
        base.set_text(&app.path(path), text.as_str().into());
        // What is not saved is held against what was.
        if random.bool() {
            app.write(path, &text);
        }
        state.set_code(base.app().map(Arc::new));
        let mut anew = load();
        anew.set_code(base.app().map(Arc::new));
        assert_eq!(told(&state), told(&anew), "step {step}, {path}: {text}");
    }
}

#[test]
fn what_happens_on_disk_is_taken_in() {
    let app = App::new(&[(SEND, &calling("slack")), (NOTIFY, &taking("notion")), (SHARED, HELPER)]);
    let mut base = app.base();
    base.app();
    let again = |base: &mut CodeBase, path: &str| {
        base.look_again(&[app.path(path)]);
        assert_eq!(said(base.app().as_ref()), said(app.base().app().as_ref()), "{path}");
    };
    std::fs::remove_file(app.path(SHARED)).unwrap();
    again(&mut base, SHARED);
    app.write(SHARED, HELPER);
    again(&mut base, SHARED);
    std::fs::remove_dir_all(app.path("base44/functions/send")).unwrap();
    again(&mut base, "base44/functions/send");
    app.write("base44/functions/more/deep/entry.ts", &taking("linear"));
    again(&mut base, "base44/functions/more");
    app.write(NOTIFY, &taking("gmail"));
    again(&mut base, NOTIFY);
}

#[test]
fn what_the_editor_has_counts_whatever_the_disk_says() {
    let app = App::new(&[(SEND, &taking("slack"))]);
    let mut base = app.base();
    base.set_text(&app.path(SEND), taking("notion").as_str().into());
    app.write(SEND, &taking("gmail"));
    base.look_again(&[app.path(SEND), app.path("base44/functions")]);
    assert_eq!(types(&base.app().unwrap()), ["notion"]);
    base.close(&app.path(SEND));
    assert_eq!(types(&base.app().unwrap()), ["gmail"]);
}

#[test]
fn a_file_that_was_deleted_is_no_code_though_it_is_open_and_code_again_when_it_is_there() {
    let app = App::new(&[(SEND, &calling("slack")), (NOTIFY, &taking("notion")), (SHARED, HELPER)]);
    let mut base = app.base();
    for (path, text) in [(SEND, calling("slack")), (NOTIFY, taking("notion")), (SHARED, HELPER.to_owned())] {
        base.set_text(&app.path(path), text.as_str().into());
    }
    let mut again = |path: &str, act: &dyn Fn(&mut CodeBase)| {
        act(&mut base);
        base.look_again(&[app.path(path)]);
        assert_eq!(said(base.app().as_ref()), said(app.base().app().as_ref()), "{path}");
    };
    let send = "base44/functions/send";
    again(SHARED, &|_| std::fs::remove_file(app.path(SHARED)).unwrap());
    again(SHARED, &|_| app.write(SHARED, HELPER));
    // With its folder, and with another file in that folder.
    again(send, &|_| std::fs::remove_dir_all(app.path(send)).unwrap());
    again(send, &|_| app.write("base44/functions/send/other.ts", HELPER));
    // A text that is given again is not typed, nor is one of a project that is read again.
    again(send, &|base| base.set_text(&app.path(SEND), calling("slack").as_str().into()));
    again(send, &|base| {
        let open = [app.path(SEND), app.path(NOTIFY)];
        let before = std::mem::replace(base, app.base());
        *base = app.base().after(before, open.iter().map(PathBuf::as_path));
        base.set_text(&open[0], calling("slack").as_str().into());
        base.set_text(&open[1], taking("notion").as_str().into());
    });
    again(send, &|_| app.write(SEND, &calling("slack")));
    again(send, &|base| {
        std::fs::remove_file(app.path(SEND)).unwrap();
        base.look_again(&[app.path(SEND)]);
        base.close(&app.path(SEND));
    });
    // Whoever types on wants it.
    std::fs::remove_file(app.path(NOTIFY)).unwrap();
    base.look_again(&[app.path(NOTIFY)]);
    assert_eq!(said(base.app().as_ref()), said(app.base().app().as_ref()));
    base.set_text(&app.path(NOTIFY), taking("gmail").as_str().into());
    assert_eq!(types(&base.app().unwrap()), ["gmail"]);
    base.look_again(&[app.path(NOTIFY)]);
    assert_eq!(types(&base.app().unwrap()), ["gmail"]);
}

/// The texts of the places that name types, and those of the calls, as they are in a text.
fn places(code: &AppCode, path: &Path, text: &str) -> Vec<String> {
    let slice = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or("?").to_owned();
    let uses = code.uses.iter().filter_map(|used| used.found.literal.as_ref());
    let uses = uses.filter(|at| path.ends_with(&*at.path)).map(|at| slice(at.start, at.end));
    let calls = code
        .calls
        .iter()
        .filter(|call| call.path == path)
        .map(|call| slice(call.range.start, call.range.end));
    uses.chain(calls).collect()
}

#[test]
fn where_a_text_is_broken_what_was_known_moves_along() {
    let app = App::new(&[(SEND, &calling("slack")), (SHARED, HELPER)]);
    let mut base = app.base();
    let path = app.path(SEND);
    let whole = calling("slack");
    let known = places(&base.app().unwrap(), &path, &whole);
    assert_eq!(
        known,
        [
            "slack",
            "fetch('https://slack.com/api/chat.postMessage', { headers: { Authorization: `Bearer ${accessToken}` } })"
        ]
    );
    for broken in [
        whole.replace("Deno.serve", "const x = {\nDeno.serve"),
        whole.replace("  await fetch", "  if (\n  await fetch"),
        format!("{whole}\nfunction ("),
    ] {
        base.set_text(&path, broken.as_str().into());
        assert_eq!(places(&base.app().unwrap(), &path, &broken), known, "{broken}");
    }
    let mended = format!("// mended\n{}", calling("notion"));
    base.set_text(&path, mended.as_str().into());
    assert_eq!(places(&base.app().unwrap(), &path, &mended)[0], "notion");
}

#[test]
fn what_is_cut_out_of_a_broken_text_stays_known() {
    let app = App::new(&[(SEND, &taking("slack"))]);
    let mut base = app.base();
    base.app();
    let whole = taking("slack");
    base.set_text(&app.path(SEND), whole.as_str().into());
    base.app();
    // Not a word of connectors is left.
    let cut = whole.replace("base44.asServiceRole.connectors.getConnection('slack');", "(");
    base.set_text(&app.path(SEND), cut.as_str().into());
    assert_eq!(types(&base.app().unwrap()), ["slack"], "{cut}");
    base.set_text(&app.path(SEND), cut.replace("await (", "await 0;").as_str().into());
    assert_eq!(types(&base.app().unwrap()), [""; 0]);
}

#[test]
fn a_name_that_is_being_typed_is_known_as_that() {
    let app = App::new(&[(SEND, &taking("slack"))]);
    let mut base = app.base();
    let path = app.path(SEND);
    let is_typed = |base: &mut CodeBase| base.app().unwrap().uses[0].is_typed;
    base.set_text(&path, taking("sl").as_str().into());
    assert!(!is_typed(&mut base));
    base.set_text(&path, taking("sla").as_str().into());
    assert!(is_typed(&mut base));
    // Saved, it is finished; and so it is where something else is typed.
    base.look_again(std::slice::from_ref(&path));
    assert!(!is_typed(&mut base));
    base.set_text(&path, taking("slac").as_str().into());
    assert!(is_typed(&mut base));
    base.set_text(&path, format!("{}//", taking("slac")).as_str().into());
    assert!(!is_typed(&mut base));
}

/// The types that are taken, in the texts as they are or in those that were saved.
fn taken(code: &AppCode) -> Vec<&str> {
    let all = code.with_saved().flat_map(AppCode::types);
    all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[test]
fn what_was_saved_is_taken_until_another_text_is_saved() {
    let app = App::new(&[(SEND, &calling("slack")), (NOTIFY, &taking("notion")), (SHARED, HELPER)]);
    let mut base = app.base();
    let path = app.path(SEND);
    base.set_text(&path, calling("slack").as_str().into());
    assert_eq!(taken(&base.app().unwrap()), ["notion", "slack"]);
    for typed in [taking("gmail"), "// nothing".to_owned(), calling("hubspot")] {
        base.set_text(&path, typed.as_str().into());
        assert!(taken(&base.app().unwrap()).contains(&"slack"), "{typed}");
    }
    // The saved text typed again is the saved text.
    base.set_text(&path, calling("slack").as_str().into());
    assert!(base.app().unwrap().saved.is_none());
    base.set_text(&path, taking("gmail").as_str().into());
    base.app();
    app.write(SEND, &taking("gmail"));
    base.look_again(std::slice::from_ref(&path));
    assert_eq!(taken(&base.app().unwrap()), ["gmail", "notion"]);
    // What a function brings along counts with it.
    base.close(&path);
    app.write(SEND, &calling("slack"));
    base.look_again(std::slice::from_ref(&path));
    base.app();
    let shared = app.path(SHARED);
    base.set_text(&shared, HELPER.into());
    base.app();
    base.set_text(&shared, "export const token = () => ({});".into());
    assert_eq!(taken(&base.app().unwrap()), ["notion", "slack"]);
    base.close(&shared);
    assert!(base.app().unwrap().saved.is_none());
    // So does a text that an editor brings along unsaved.
    let mut base = app.base();
    base.set_text(&path, taking("gmail").as_str().into());
    assert_eq!(taken(&base.app().unwrap()), ["gmail", "notion", "slack"]);
}

#[test]
fn half_typed_code_is_never_too_much() {
    let text = calling("slack");
    let app = App::new(&[(SEND, &text), (SHARED, HELPER)]);
    let mut base = app.base();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        base.set_text(&app.path(SEND), Arc::from(&text[..end]));
        let code = base.app().unwrap();
        let inside = code.uses.iter().filter(|used| used.path.ends_with(SEND)).map(|used| used.range.end);
        assert!(inside.max().unwrap_or(0) as usize <= end, "{end}");
    }
}

//! What an app's code says about its connectors, on small projects.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::sync::Arc;

use connector_model::code::ConnectorUsers;
use connector_model::project::{Project, ProjectOptions};
use connector_model::severities::Severities;
use connector_model::state::{Keep, ProjectState, Source};
use connector_model::{Code, Finding, FixAction};
use connector_test_support::TestProject;

struct App(TestProject);

impl App {
    fn new(files: &[(&str, &str)]) -> App {
        let project = TestProject::empty().with_files(&[("base44/config.jsonc", "{ \"name\": \"app\" }")]);
        App(project.with_files(files))
    }

    fn write(&self, path: &str, text: &str) {
        self.0.write(path, text);
    }

    fn root(&self) -> std::path::PathBuf {
        self.0.real_root()
    }

    fn state(&self) -> ProjectState {
        let config = self.root().join("base44/config.jsonc");
        let project = Arc::new(Project::from_config(&config, &ProjectOptions::default()));
        let mut state = ProjectState::load(project, &Severities::default(), Keep::Texts);
        state.load_code();
        state
    }

    /// The findings that come from code: `file:line code severity`.
    fn said(&self) -> String {
        let state = self.state();
        let mut lines = Vec::new();
        for path in state.paths() {
            for finding in state.shown(path).iter().filter(|finding| finding.code.is_from_code()) {
                let name = path.strip_prefix(self.root()).unwrap().to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(path).unwrap();
                let line = text[..finding.range.start as usize].matches('\n').count() + 1;
                let severity = format!("{:?}", finding.severity).to_lowercase();
                lines.push(format!("{name}:{line} {} {severity}", finding.code.as_str()));
            }
        }
        lines.join("\n")
    }

    fn one(&self, code: Code) -> Finding {
        let state = self.state();
        let all: Vec<Finding> =
            state.paths().into_iter().flat_map(|path| state.shown(path)).map(|it| it.into_owned()).collect();
        all.into_iter().find(|finding| finding.code == code).expect("a finding of this code")
    }
}

/// A function whose body has the client at hand.
fn function(body: &str) -> String {
    format!(
        "import {{ createClientFromRequest }} from 'npm:@base44/sdk';\nDeno.serve(async (req) => {{\nconst base44 = createClientFromRequest(req);\n{body}\nreturn new Response('ok');\n}});\n"
    )
}

fn with_token(ty: &str, call: &str) -> String {
    function(&format!(
        "const {{ accessToken }} = await base44.asServiceRole.connectors.getConnection('{ty}');\nconst headers = {{ Authorization: `Bearer ${{accessToken}}` }};\n{call}"
    ))
}

const ENTRY: &str = "base44/functions/send/entry.ts";
const CALENDAR: &str = "base44/connectors/googlecalendar.jsonc";

fn calendar(scopes: &str) -> String {
    format!("{{\n  \"type\": \"googlecalendar\",\n  \"scopes\": [{scopes}]\n}}\n")
}

const READONLY: &str = "\"https://www.googleapis.com/auth/calendar.readonly\"";
const EVENTS: &str = "\"https://www.googleapis.com/auth/calendar.events\"";
const INSERT: &str = "await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers, body: '{}' });";

#[test]
fn a_call_that_the_scopes_allow_is_nothing() {
    let app = App::new(&[(ENTRY, &with_token("googlecalendar", INSERT)), (CALENDAR, &calendar(EVENTS))]);
    assert_eq!(app.said(), "");
}

#[test]
fn a_scope_that_lacks_is_said_at_both_ends() {
    let app = App::new(&[(ENTRY, &with_token("googlecalendar", INSERT)), (CALENDAR, &calendar(READONLY))]);
    assert_eq!(
        app.said(),
        "base44/connectors/googlecalendar.jsonc:3 missing-scope warning\nbase44/connectors/googlecalendar.jsonc:3 unused-scope hint\nbase44/functions/send/entry.ts:6 missing-scope warning"
    );
    let finding = app.one(Code::MissingScope);
    let FixAction::AddScopes { path, .. } = &finding.fixes[0].action else { panic!("{finding:?}") };
    let after = finding.fixes[0].action.changed(&std::fs::read_to_string(path).unwrap()).unwrap();
    app.write(CALENDAR, &after);
    assert!(!app.said().contains("missing-scope"), "{after}\n{}", app.said());
}

#[test]
fn a_connector_without_a_file_is_missing_and_its_fix_mends_it() {
    let app = App::new(&[
        (ENTRY, &with_token("googlecalendar", INSERT)),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\", \"scopes\": [] }"),
    ]);
    assert_eq!(app.said(), "base44/functions/send/entry.ts:4 missing-connector warning");
    let finding = app.one(Code::MissingConnector);
    let FixAction::Create { path, text } = &finding.fixes[0].action else { panic!("{finding:?}") };
    assert!(text.contains("calendar.events"), "{text}");
    std::fs::write(path, text).unwrap();
    assert_eq!(app.said(), "");
}

#[test]
fn a_project_without_a_folder_is_told_in_one_sentence() {
    let app = App::new(&[
        (ENTRY, &with_token("googlecalendar", INSERT)),
        ("base44/functions/b/entry.ts", &with_token("gmail", "")),
    ]);
    assert_eq!(app.said(), "base44/config.jsonc:1 missing-connector information");
    let types = ["gmail", "slack", "notion", "hubspot", "dropbox", "linkedin", "tiktok", "airtable"];
    let calls = types.map(|ty| format!("await base44.asServiceRole.connectors.getConnection('{ty}');"));
    let app = App::new(&[(ENTRY, &function(&calls.concat()))]);
    let message = app.one(Code::MissingConnector).message;
    assert!(types.iter().all(|ty| message.contains(&format!("`{ty}`"))), "{message}");
    // An automation waits for its connector like a function.
    let waiting = |ty: &str| {
        format!(
            "{{ \"name\": \"mail\", \"automations\": [{{ \"type\": \"connector\", \"integration_type\": \"{ty}\" }}] }}"
        )
    };
    let config = "base44/functions/mail/function.jsonc";
    let entry = ("base44/functions/mail/entry.ts", function(""));
    let app = App::new(&[(entry.0, &entry.1), (config, &waiting("gmail"))]);
    assert_eq!(app.said(), "base44/config.jsonc:1 missing-connector information");
    let finding = app.one(Code::MissingConnector);
    assert!(
        finding.message.starts_with("The app's automations wait for `gmail`, and"),
        "{}",
        finding.message
    );
    assert!(finding.message.ends_with("Functions: mail."), "{}", finding.message);
    assert_eq!(finding.related.len(), 1);
    assert_eq!(finding.related[0].message, "an automation waits for `gmail` here");
    app.write(config, &waiting("gmial"));
    assert_eq!(app.said(), "");
    // So does one of a workflow, which is a file of its own.
    let workflow =
        "{ \"trigger\": { \"type\": \"connector\", \"config\": { \"integration_type\": \"slack\" } } }";
    let app = App::new(&[(ENTRY, &with_token("gmail", "")), ("base44/workflows/new.jsonc", workflow)]);
    assert_eq!(app.said(), "base44/config.jsonc:1 missing-connector information");
    let message = app.one(Code::MissingConnector).message;
    assert!(
        message.starts_with("The app's functions use `gmail`, and its automations wait for `slack`, and"),
        "{message}"
    );
    app.write(ENTRY, "");
    let message = app.one(Code::MissingConnector).message;
    assert!(message.starts_with("The app's automations wait for `slack`, and"), "{message}");
    assert!(!message.contains("Functions:"), "{message}");
}

#[test]
fn what_nothing_uses_is_a_hint() {
    let unused = "{ \"type\": \"gmail\", \"scopes\": [\"https://www.googleapis.com/auth/gmail.send\"] }";
    let files = [
        (ENTRY, with_token("googlecalendar", INSERT)),
        (CALENDAR, calendar(EVENTS)),
        ("base44/connectors/gmail.jsonc", unused.to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let app = App::new(&files);
    assert_eq!(app.said(), "base44/connectors/gmail.jsonc:1 unused-connector hint");
    // An automation, a type that is only known at run time, or an agent's workspace: nothing is known to be unused.
    let automation = "{ \"name\": \"x\", \"automations\": [{ \"type\": \"connector\", \"integration_type\": \"gmail\", \"events\": [] }] }";
    app.write("base44/functions/mail/function.jsonc", automation);
    assert_eq!(app.said(), "");
    app.write("base44/functions/mail/function.jsonc", "{}");
    app.write(
        "base44/functions/any/entry.ts",
        &function("await base44.asServiceRole.connectors.getConnection((await req.json()).type);"),
    );
    assert_eq!(app.said(), "");
    app.write("base44/functions/any/entry.ts", &function(""));
    app.write(".agents/x.md", "");
    assert_eq!(app.said(), "");
}

#[test]
fn an_automation_is_a_use_of_its_type() {
    let config = "base44/functions/mail/function.jsonc";
    let of = |ty: &str, more: &str| {
        format!(
            "{{ \"name\": \"mail\", \"automations\": [{{ \"type\": \"connector\", \"integration_type\": \"{ty}\"{more} }}] }}"
        )
    };
    let app = App::new(&[
        ("base44/functions/mail/entry.ts", &function("")),
        (config, &of("gmail", "")),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\", \"scopes\": [] }"),
    ]);
    assert_eq!(app.said(), format!("{config}:1 missing-connector warning"));
    assert_eq!(app.state().missing_types(), [("gmail".to_owned(), true)]);
    let finding = app.one(Code::MissingConnector);
    assert!(finding.message.starts_with("This automation waits for `gmail`, and"), "{}", finding.message);
    assert!(finding.message.ends_with("so it fails."), "{}", finding.message);
    let FixAction::Create { path, text } = &finding.fixes[0].action else { panic!("{finding:?}") };
    std::fs::write(path, text).unwrap();
    assert!(!app.said().contains("missing-connector"), "{}", app.said());
    std::fs::remove_file(path).unwrap();
    app.write(config, &of("gmial", ""));
    assert_eq!(app.said(), format!("{config}:1 unknown-connector warning"));
    let finding = app.one(Code::UnknownConnector);
    assert_eq!(finding.fixes[0].action.changed(&of("gmial", "")).unwrap(), of("gmail", ""));
    for nothing in [of("gmail", ", \"is_active\": false"), of("", "")] {
        app.write(config, &nothing);
        assert_eq!(app.said(), "", "{nothing}");
    }
}

#[test]
fn a_workflow_that_waits_for_a_type_without_a_file_is_information() {
    let workflow = "{ \"trigger\": { \"config\": { \"integration_type\": \"TYPE\" } }, \"do\": [] }";
    let path = "base44/workflows/new.jsonc";
    let app = App::new(&[
        (path, &workflow.replace("TYPE", "gmail")),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\", \"scopes\": [] }"),
    ]);
    assert_eq!(app.said(), format!("{path}:1 missing-connector information"));
    app.write(path, &workflow.replace("TYPE", "gmial"));
    assert_eq!(app.said(), format!("{path}:1 unknown-connector information"));
}

#[test]
fn what_only_a_shared_file_takes_that_nothing_imports_is_unused() {
    let shared = "export const token = (base44) => base44.asServiceRole.connectors.getConnection('gmail');\n";
    let app = App::new(&[
        (ENTRY, &function("")),
        ("base44/shared/mail.ts", shared),
        (
            "base44/connectors/gmail.jsonc",
            "{ \"type\": \"gmail\", \"scopes\": [\"https://www.googleapis.com/auth/gmail.send\"] }",
        ),
    ]);
    assert_eq!(app.said(), "base44/connectors/gmail.jsonc:1 unused-connector hint");
    assert_eq!(app.one(Code::UnusedConnector).related.len(), 1);
    let importing =
        format!("import {{ token }} from '../../shared/mail.ts';\n{}", function("await token(base44);"));
    for (path, text) in [
        (ENTRY, importing.as_str()),
        ("base44/functions/other/entry.ts", "import '../../shared/mail.ts';"),
        ("base44/actors/mailer/entry.ts", &importing),
        (ENTRY, &function("await import(`../../shared/${name}.ts`);")),
    ] {
        app.write(path, text);
        assert!(!app.said().contains("unused"), "{path}: {}", app.said());
        app.write(path, "");
    }
    // A test takes none for the app.
    app.write("base44/functions/send/entry_test.ts", &with_token("gmail", ""));
    app.write("base44/functions/send/mail.test.ts", &with_token("gmail", ""));
    assert!(app.said().contains("unused-connector"), "{}", app.said());
}

#[test]
fn scopes_that_no_call_needs_are_hints_and_identity_is_none() {
    let scopes = format!("{EVENTS}, {READONLY}, \"email\"");
    let list = "await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { headers });";
    let app = App::new(&[(ENTRY, &with_token("googlecalendar", INSERT)), (CALENDAR, &calendar(&scopes))]);
    assert_eq!(app.said(), "base44/connectors/googlecalendar.jsonc:3 unused-scope hint");
    app.write(ENTRY, &with_token("googlecalendar", &format!("{INSERT}\n{list}")));
    assert_eq!(app.said(), "");
    app.write(ENTRY, &with_token("googlecalendar", &format!("{INSERT}\nawait somewhere(accessToken);")));
    assert_eq!(app.said(), "");
}

#[test]
fn the_parts_of_a_batch_need_their_scopes() {
    let outlook = |scopes: &str| format!("{{ \"type\": \"outlook\", \"scopes\": [{scopes}] }}");
    let batch = |requests: &str| {
        with_token(
            "outlook",
            &format!(
                "await fetch('https://graph.microsoft.com/v1.0/$batch', {{ method: 'POST', headers, body: JSON.stringify({{ requests: {requests} }}) }});"
            ),
        )
    };
    let parts = "[{ id: '1', method: 'GET', url: '/me/messages' }, { id: '2', method: 'POST', url: '/me/events', body: {} }]";
    let file = "base44/connectors/outlook.jsonc";
    let app = App::new(&[(ENTRY, &batch(parts)), (file, &outlook("\"Mail.Read\", \"Calendars.ReadWrite\""))]);
    assert_eq!(app.said(), "");
    app.write(file, &outlook("\"Mail.Read\", \"Contacts.Read\""));
    assert_eq!(
        app.said(),
        format!(
            "{file}:1 missing-scope warning\n{file}:1 unused-scope hint\n{ENTRY}:6 missing-scope warning"
        )
    );
    // Of parts that are not known nothing is said, nor of scopes that they may need.
    app.write(ENTRY, &batch("await req.json()"));
    assert_eq!(app.said(), "");
    for (ty, scopes, address) in [
        (
            "gmail",
            "\"https://www.googleapis.com/auth/gmail.modify\"",
            "https://www.googleapis.com/batch/gmail/v1",
        ),
        (
            "gmail",
            "\"https://www.googleapis.com/auth/gmail.modify\"",
            "https://gmail.googleapis.com/batch/gmail/v1",
        ),
        (
            "googledrive",
            "\"https://www.googleapis.com/auth/drive\"",
            "https://www.googleapis.com/batch/drive/v3",
        ),
        ("googletasks", "\"https://www.googleapis.com/auth/tasks\"", "https://tasks.googleapis.com/batch"),
        ("asana", "\"tasks:read\"", "https://app.asana.com/api/1.0/batch"),
    ] {
        let call =
            format!("await fetch('{address}', {{ method: 'POST', headers, body: await req.text() }});");
        let connector = format!("{{ \"type\": \"{ty}\", \"scopes\": [{scopes}] }}");
        let app = App::new(&[
            (ENTRY, &with_token(ty, &call)),
            (&format!("base44/connectors/{ty}.jsonc"), &connector),
        ]);
        assert_eq!(app.said(), "", "{address}");
    }
}

#[test]
fn a_slip_in_a_type_gets_the_near_one() {
    let app = App::new(&[(ENTRY, &with_token("googlecalender", INSERT)), (CALENDAR, &calendar(EVENTS))]);
    assert!(
        app.said().contains("base44/functions/send/entry.ts:4 unknown-connector warning"),
        "{}",
        app.said()
    );
    let finding = app.one(Code::UnknownConnector);
    let text = std::fs::read_to_string(app.root().join(ENTRY)).unwrap();
    app.write(ENTRY, &finding.fixes[0].action.changed(&text).unwrap());
    assert_eq!(app.said(), "");
}

#[test]
fn methods_and_rights() {
    let app = App::new(&[
        (
            ENTRY,
            &function(
                "await base44.asServiceRole.connectors.getAccessToken('slack');\nawait base44.connectors.getConnection('slack');\nawait base44.asServiceRole.connectors.getAppUserConnection('slack');\nawait base44.asServiceRole.connectors.getConnection('x');",
            ),
        ),
        ("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }"),
        ("base44/connectors/x.jsonc", "{ \"type\": \"x\", \"scopes\": [] }"),
    ]);
    assert_eq!(
        app.said(),
        "base44/functions/send/entry.ts:4 deprecated-call hint\nbase44/functions/send/entry.ts:5 no-service-role warning\nbase44/functions/send/entry.ts:6 unknown-method warning\nbase44/functions/send/entry.ts:7 metered-connector warning"
    );
}

#[test]
fn the_deprecated_method_is_replaced_by_the_one_that_is_there_now() {
    let text = function("const t = await base44.asServiceRole.connectors.getAccessToken('slack');");
    let app = App::new(&[
        (ENTRY, &text),
        ("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [] }"),
    ]);
    let finding = app.one(Code::DeprecatedCall);
    let after = finding.fixes[0].action.changed(&text).unwrap();
    let line = "const t = (await base44.asServiceRole.connectors.getConnection('slack')).accessToken;";
    assert!(after.contains(line), "{after}");
}

#[test]
fn a_type_that_is_new_to_us_is_no_slip() {
    for name in ["facebook_pages", "google_contacts", "mailchimp", "jira", "meta_ads", "asana"] {
        let app = App::new(&[(ENTRY, &with_token(name, "")), (CALENDAR, &calendar(EVENTS))]);
        assert!(!app.said().contains("unknown-connector"), "{name}: {}", app.said());
    }
}

#[test]
fn one_line_of_a_helper_is_said_once_with_its_callers() {
    let helper = "export async function insert(b: any, body: any) {\n const { accessToken } = await b.asServiceRole.connectors.getConnection('googlecalendar');\n return fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers: { Authorization: `Bearer ${accessToken}` }, body });\n}\n";
    let caller = "import { insert } from '../../shared/calendar.ts';\nDeno.serve(async (req) => { await insert(createClientFromRequest(req), '{}'); return new Response(''); });\n";
    let app = App::new(&[
        ("base44/functions/a/entry.ts", caller),
        ("base44/functions/b/entry.ts", caller),
        ("base44/shared/calendar.ts", helper),
        (CALENDAR, &calendar(READONLY)),
    ]);
    assert!(app.said().contains("base44/shared/calendar.ts:3 missing-scope warning"), "{}", app.said());
    assert_eq!(app.said().matches("shared/calendar.ts").count(), 1);
    let state = app.state();
    let shared = app.root().join("base44/shared/calendar.ts");
    let found = state.shown(&shared);
    let related: Vec<_> = found[0].related.iter().filter_map(|place| place.path.as_deref()).collect();
    assert!(related.iter().any(|path| path.ends_with("a/entry.ts")), "{related:?}");
    assert!(related.iter().any(|path| path.ends_with("b/entry.ts")), "{related:?}");
    let functions: Vec<&str> = state.code().unwrap().functions_using("googlecalendar").into_iter().collect();
    assert_eq!(functions, ["a", "b"]);
}

#[test]
fn the_functions_that_rely_on_a_connector_are_known_by_name() {
    let dynamic = "await base44.asServiceRole.connectors.getConnection((await req.json()).type);";
    let probe = "let connected = false;\ntry { await base44.asServiceRole.connectors.getConnection('slack'); connected = true; } catch { connected = false; }";
    let app = App::new(&[
        ("base44/functions/send/entry.ts", &with_token("gmail", "")),
        ("base44/functions/relay/entry.ts", &function(dynamic)),
        ("base44/functions/health/entry.ts", &function(probe)),
        (
            "base44/functions/mail/inbox/function.jsonc",
            "{ \"entry\": \"index.ts\", \"automations\": [{ \"type\": \"connector\", \"integration_type\": \"gmail\", \"events\": [] }] }",
        ),
    ]);
    let config = app.root().join("base44/config.jsonc");
    let users = ConnectorUsers::read(&Project::from_config(&config, &ProjectOptions::default()));
    assert_eq!(users.of_type("gmail"), ["mail/inbox", "send"]);
    assert!(users.of_type("slack").is_empty(), "only tested: {users:?}");
    assert_eq!(users.of_any_type(), ["relay"]);
}

#[test]
fn a_token_of_another_provider_is_the_wrong_one() {
    let call = "await fetch('https://slack.com/api/users.list', { headers });";
    let app = App::new(&[(ENTRY, &with_token("googlecalendar", call)), (CALENDAR, &calendar(EVENTS))]);
    assert!(app.said().contains("base44/functions/send/entry.ts:6 wrong-product warning"), "{}", app.said());
}

#[test]
fn a_comment_silences_what_is_said_of_a_connector_file() {
    let text = format!(
        "{{\n  \"type\": \"googlecalendar\",\n  // base44-ignore missing-scope, unused-scope\n  \"scopes\": [{READONLY}]\n}}\n"
    );
    let app = App::new(&[(ENTRY, &with_token("googlecalendar", INSERT)), (CALENDAR, &text)]);
    assert_eq!(app.said(), "base44/functions/send/entry.ts:6 missing-scope warning");
}

#[test]
fn an_edit_of_a_connector_file_changes_what_is_said_of_code() {
    let app = App::new(&[(ENTRY, &with_token("googlecalendar", INSERT)), (CALENDAR, &calendar(READONLY))]);
    let mut state = app.state();
    let (entry, file) = (app.root().join(ENTRY), app.root().join(CALENDAR));
    let changed = state.set_text(&file, Source::Editor, &calendar(EVENTS));
    assert!(changed.contains(&entry) && changed.contains(&file), "{changed:?}");
    assert!(state.shown(&entry).is_empty());
    let changed = state.set_text(&file, Source::Editor, &format!("{} ", calendar(EVENTS)));
    assert_eq!(changed, std::slice::from_ref(&file));
    let changed = state.remove(&file);
    assert!(changed.contains(&entry));
    assert_eq!(state.shown(&entry)[0].code, Code::MissingConnector);
}

#[test]
fn older_layouts_and_configs_of_functions_are_read() {
    let app = App::new(&[
        ("functions/sync.ts", &with_token("googlecalendar", INSERT)),
        ("base44/functions/mail/function.jsonc", "{ \"name\": \"mail\", \"entry\": \"index.ts\" }"),
        ("base44/functions/mail/index.ts", &with_token("gmail", "")),
        ("base44/functions/mail/node_modules/x/entry.ts", &with_token("slack", "")),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\" }"),
    ]);
    assert_eq!(
        app.said(),
        "base44/functions/mail/index.ts:4 missing-connector warning\nfunctions/sync.ts:4 missing-connector warning"
    );
}

#[test]
#[cfg(unix)]
fn nothing_is_read_outside_of_the_project() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("entry.ts"), with_token("slack", "")).unwrap();
    let app = App::new(&[("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\" }")]);
    std::fs::create_dir_all(app.root().join("base44/functions/b")).unwrap();
    std::os::unix::fs::symlink(outside.path(), app.root().join("base44/functions/a")).unwrap();
    let file = outside.path().join("entry.ts");
    std::os::unix::fs::symlink(&file, app.root().join("base44/functions/b/entry.ts")).unwrap();
    assert_eq!(app.said(), "");
    app.write("base44/config.jsonc", "{ \"functionsDir\": \"../..\" }");
    assert_eq!(app.said(), "");
    assert!(Path::new(&file).exists());
}

#[test]
fn a_plugins_functions_need_the_apps_own_connector_files() {
    let app = App::new(&[
        (
            "base44/config.jsonc",
            "{ \"name\": \"app\", \"plugins\": [{ \"source\": \"../plugins/crm\" }, { \"source\": \"@shop/mail\" }] }",
        ),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\", \"scopes\": [] }"),
        ("plugins/crm/base44/config.jsonc", "{ \"name\": \"crm\", \"plugin\": { \"namespace\": \"crm\" } }"),
        ("plugins/crm/base44/functions/sync/entry.ts", &with_token("googlecalendar", INSERT)),
        ("plugins/crm/base44/connectors/googlecalendar.jsonc", &calendar(EVENTS)),
        (
            "node_modules/@shop/mail/config.jsonc",
            "{ \"name\": \"mail\", \"functionsDir\": \"fn\", \"plugin\": { \"namespace\": \"mail\" } }",
        ),
        ("node_modules/@shop/mail/fn/send/entry.ts", &with_token("gmail", "")),
    ]);
    assert_eq!(
        app.said(),
        "node_modules/@shop/mail/fn/send/entry.ts:4 missing-connector warning\nplugins/crm/base44/functions/sync/entry.ts:4 missing-connector warning"
    );
    assert!(app.one(Code::MissingConnector).message.contains("plugin"));
    let state = app.state();
    let functions: Vec<&str> = state.code().unwrap().functions_using("googlecalendar").into_iter().collect();
    assert_eq!(functions, ["crm__sync"]);
}

#[test]
fn of_a_plugin_that_is_not_there_nothing_is_known() {
    let gmail = "{ \"type\": \"gmail\", \"scopes\": [] }";
    let app = App::new(&[
        (ENTRY, &with_token("googlecalendar", INSERT)),
        (CALENDAR, &calendar(EVENTS)),
        ("base44/connectors/gmail.jsonc", gmail),
    ]);
    assert!(app.said().contains("unused-connector"), "{}", app.said());
    for source in ["../../outside", "@shop/mail", "./nowhere"] {
        app.write(
            "base44/config.jsonc",
            &format!("{{ \"name\": \"app\", \"plugins\": [{{ \"source\": \"{source}\" }}] }}"),
        );
        assert!(!app.said().contains("unused-connector"), "{source}: {}", app.said());
    }
}

#[test]
fn skills_of_coding_tools_make_no_agents_workspace() {
    let app = App::new(&[
        (ENTRY, &with_token("googlecalendar", INSERT)),
        (CALENDAR, &calendar(EVENTS)),
        ("base44/connectors/notion.jsonc", "{ \"type\": \"notion\", \"scopes\": [] }"),
        (".agents/skills/base44-cli/SKILL.md", ""),
    ]);
    assert!(app.said().contains("unused-connector"), "{}", app.said());
    app.write(".agents/memory.md", "");
    assert!(!app.said().contains("unused-connector"), "{}", app.said());
}

#[test]
fn of_a_call_that_is_not_certain_nothing_is_said() {
    for call in [
        "await fetch(`https://www.googleapis.com/calendar/v3${(await req.json()).path}`, { method: 'POST', headers });",
        "await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: (await req.json()).method, headers });",
        "await fetch((await req.json()).url, { method: 'POST', headers });",
    ] {
        let app = App::new(&[(ENTRY, &with_token("googlecalendar", call)), (CALENDAR, &calendar(READONLY))]);
        assert_eq!(app.said(), "", "{call}");
    }
}

#[test]
fn types_of_a_table_are_not_missed_where_a_missing_one_is_borne() {
    let probing = function(
        "const ALL = { mail: 'gmail', chat: 'slack' };\nconst tokenOf = async (name) => { try { return (await base44.asServiceRole.connectors.getConnection(ALL[name])).accessToken; } catch { return null; } };\nconst token = await tokenOf((await req.json()).name);\nif (token) await fetch('https://slack.com/api/chat.postMessage', { method: 'POST', headers: { Authorization: token } });",
    );
    let app = App::new(&[
        (ENTRY, &probing),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\", \"scopes\": [] }"),
    ]);
    assert_eq!(app.said(), "");
}

#[test]
fn what_cannot_be_read_makes_nothing_unused_and_stops_nothing() {
    let app = App::new(&[
        (ENTRY, &with_token("googlecalendar", INSERT)),
        (CALENDAR, &calendar(READONLY)),
        ("base44/connectors/notion.jsonc", "{ \"type\": \"notion\", \"scopes\": [] }"),
        ("base44/functions/node_modules/x/entry.ts", &with_token("slack", "")),
    ]);
    assert!(app.said().contains("notion.jsonc:1 unused-connector"), "{}", app.said());
    assert!(!app.said().contains("missing-connector"), "{}", app.said());
    std::fs::create_dir_all(app.root().join("base44/functions/b")).unwrap();
    std::fs::write(app.root().join("base44/functions/b/entry.ts"), b"\xe4\0o\0n\0s\0t\0").unwrap();
    assert!(!app.said().contains("unused-connector"), "{}", app.said());
    assert!(app.said().contains("send/entry.ts:6 missing-scope warning"), "{}", app.said());
}

#[test]
fn code_in_another_encoding_is_read_as_those_who_run_it_read_it() {
    let app = App::new(&[
        (ENTRY, &with_token("googlecalendar", INSERT)),
        (CALENDAR, &calendar(READONLY)),
        ("base44/connectors/notion.jsonc", "{ \"type\": \"notion\", \"scopes\": [] }"),
    ]);
    let latin = |text: &str| {
        std::fs::create_dir_all(app.root().join("base44/functions/b")).unwrap();
        let bytes = [b"// caf\xe9\n".as_slice(), text.as_bytes()].concat();
        std::fs::write(app.root().join("base44/functions/b/entry.ts"), bytes).unwrap();
    };
    latin("export const name = 1;");
    assert!(app.said().contains("notion.jsonc:1 unused-connector"), "{}", app.said());
    latin(&with_token("notion", ""));
    assert!(!app.said().contains("unused-connector"), "{}", app.said());
}

#[test]
fn names_in_code_are_shown_and_never_acted_on() {
    let name = "sl\\u001b[31mack\\u202e\\n`**x**`";
    let app = App::new(&[
        (ENTRY, &with_token(name, "")),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\", \"scopes\": [] }"),
    ]);
    let finding = app.one(Code::MissingConnector);
    assert!(!finding.message.chars().any(|c| c.is_control() || c == '\u{202e}'), "{:?}", finding.message);
    assert!(!finding.fixes.iter().any(|fix| matches!(fix.action, FixAction::Create { .. })), "{finding:?}");
}

#[test]
fn many_functions_with_one_call_each() {
    let app = App::new(&[(CALENDAR, &calendar(READONLY))]);
    for at in 0..200 {
        app.write(&format!("base44/functions/f{at}/entry.ts"), &with_token("googlecalendar", INSERT));
    }
    let state = app.state();
    assert_eq!(state.code().unwrap().functions, 200);
    assert_eq!(state.code().unwrap().calls.len(), 200);
}

const POST: &str = "await fetch('https://slack.com/api/chat.postMessage', { method: 'POST', headers });";

/// What is said of an app whose function posts to Slack, and whose connector file is this one; all of it.
fn said_of_slack(ty: &str, file: &str) -> Vec<String> {
    let app = App::new(&[(ENTRY, &with_token(ty, POST)), ("base44/connectors/slack.jsonc", file)]);
    let state = app.state();
    let mut said = Vec::new();
    for path in state.paths() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        said.extend(state.shown(path).iter().map(|finding| format!("{name} {}", finding.code.as_str())));
    }
    said
}

#[test]
fn what_has_one_cause_is_told_once() {
    for (ty, file, said) in [
        ("slack", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }", vec![]),
        ("slack", "{ \"type\": \"slack\", \"scopes\": [\"chat:wirte\"] }", vec!["slack.jsonc unknown-scope"]),
        (
            "slack",
            "{ \"type\": \"slack\", \"scopes\": [\"chat:write, channels:read\"] }",
            vec!["slack.jsonc invalid-scopes"],
        ),
        ("slack", "{ \"type\": \"slak\", \"scopes\": [\"chat:write\"] }", vec!["slack.jsonc unknown-type"]),
        ("slak", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }", vec!["entry.ts unknown-connector"]),
        (
            "slack",
            "{ \"type\": \"slack\", \"scopes\": [] }",
            vec!["slack.jsonc missing-scope", "entry.ts missing-scope"],
        ),
    ] {
        assert_eq!(said_of_slack(ty, file), said, "{ty} {file}");
    }
    // A file that cannot be read far enough may be the one that is missed.
    let said = said_of_slack("slack", "{ \"type\": ");
    assert!(said.iter().all(|it| it == "slack.jsonc syntax-error"), "{said:?}");
    let said = said_of_slack("gmail", "{ \"type\": ");
    assert!(said.contains(&"entry.ts missing-connector".to_owned()), "{said:?}");
}

#[test]
fn a_misspelt_scope_offers_first_what_a_call_needs_and_names_the_call() {
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chanels:history\", \"channel:write\"] }";
    let call = "await fetch('https://slack.com/api/conversations.create', { method: 'POST', headers });";
    let app = App::new(&[(ENTRY, &with_token("slack", call)), ("base44/connectors/slack.jsonc", text)]);
    let state = app.state();
    let file = app.root().join("base44/connectors/slack.jsonc");
    let shown = state.shown(&file);
    let of_call = shown.iter().find(|finding| finding.message.contains("channel:write")).unwrap();
    let FixAction::Edit(edits) = &of_call.fixes[0].action else { panic!("{of_call:?}") };
    assert!(edits[0].new_text.contains("channels:"), "{of_call:?}");
    assert!(of_call.related.iter().any(|place| place.message.contains("call needs it")), "{of_call:?}");
    let other = shown.iter().find(|finding| finding.message.contains("chanels:history")).unwrap();
    assert!(!other.related.iter().any(|place| place.message.contains("call needs it")), "{other:?}");
}

#[test]
fn of_two_files_of_one_type_either_may_allow_a_call() {
    let app = App::new(&[
        (ENTRY, &with_token("googlecalendar", INSERT)),
        (CALENDAR, &calendar(READONLY)),
        ("base44/connectors/other.jsonc", &calendar(EVENTS)),
    ]);
    assert_eq!(app.said(), "");
}

#[test]
fn import_maps_lead_to_shared_code() {
    let shared = "export const insert = async (b: any) => {\n const { accessToken } = await b.asServiceRole.connectors.getConnection('googlecalendar');\n return fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers: { Authorization: `Bearer ${accessToken}` } });\n};\n";
    let entry = "import { insert } from '@/calendar.ts';\nDeno.serve(async (req) => { await insert(createClientFromRequest(req)); });\n";
    let app = App::new(&[
        (ENTRY, entry),
        ("base44/shared/calendar.ts", shared),
        (CALENDAR, &calendar(EVENTS)),
        ("deno.json", "{ \"imports\": { \"@/\": \"./base44/shared/\" } }"),
    ]);
    let functions = |app: &App| -> Vec<String> {
        let state = app.state();
        let code = state.code().unwrap();
        code.functions_using("googlecalendar").into_iter().map(str::to_owned).collect()
    };
    assert_eq!((app.said().as_str(), functions(&app)), ("", vec!["send".to_owned()]));
    app.write("deno.json", "{}");
    assert!(functions(&app).is_empty(), "nothing leads there");
}

#[test]
fn code_that_is_not_understood_speaks_of_the_types_that_stand_in_it() {
    let slack = ("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }");
    let notion = ("base44/connectors/notion.jsonc", "{ \"type\": \"notion\", \"scopes\": [] }");
    let unused = |files: &[(&str, &str)]| {
        let said = App::new(&[&[slack, notion], files].concat()).said();
        said.lines()
            .filter_map(|line| line.strip_suffix(":1 unused-connector hint").map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let broken = "const c = base44.asServiceRole.connectors; c.getConnection('slack'); if (";
    assert_eq!(unused(&[("base44/functions/a/entry.ts", broken)]), ["base44/connectors/notion.jsonc"]);
    let any = "const c = base44.asServiceRole.connectors; c.getConnection(name); if (";
    assert!(unused(&[("base44/functions/a/entry.ts", any)]).is_empty());
    // The type stands in what it brings along.
    let brings = "import { TYPE } from './type.ts'; base44.asServiceRole.connectors.getConnection('x'); if (";
    let of_type = ("base44/functions/a/type.ts", "export const TYPE = 'slack';");
    assert_eq!(
        unused(&[("base44/functions/a/entry.ts", brings), of_type]),
        ["base44/connectors/notion.jsonc"]
    );
}

#[test]
fn a_helper_for_any_type_that_no_function_comes_to_takes_none() {
    let slack = ("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }");
    let shared = (
        "base44/shared/tokens.ts",
        "export const any = (base44, type) => base44.asServiceRole.connectors.getConnection(type);\nexport const one = (base44) => base44.asServiceRole.connectors.getConnection('notion');",
    );
    let said = |entry: &str| {
        let notion = ("base44/connectors/notion.jsonc", "{ \"type\": \"notion\", \"scopes\": [] }");
        App::new(&[slack, notion, shared, ("base44/functions/a/entry.ts", entry)]).said()
    };
    let calling = |call: &str| format!("import * as all from '../../shared/tokens.ts';\n{}", function(call));
    assert_eq!(
        said(&calling("await all.one(base44);")),
        "base44/connectors/slack.jsonc:1 unused-connector hint"
    );
    assert_eq!(said(&calling("await all.any(base44, (await req.json()).type);")), "");
    assert_eq!(
        said(&calling("const { name, type } = await req.json();\nawait all[name](base44, type);")),
        ""
    );
    // Who knows which file is meant.
    let unknown = function("const { one } = await import(`../../shared/${(await req.json()).name}.ts`);");
    assert_eq!(said(&unknown), "");
}

#[test]
fn scopes_that_name_a_person_are_no_more_than_a_hint() {
    let app = App::new(&[
        ("base44/connectors/googlecalendar.jsonc", &calendar("https://www.googleapis.com/auth/calendar")),
        (
            "base44/functions/who/entry.ts",
            &with_token(
                "googlecalendar",
                "await fetch('https://www.googleapis.com/oauth2/v2/userinfo', { headers });",
            ),
        ),
    ]);
    assert!(app.said().lines().all(|line| line.ends_with("hint")), "{}", app.said());
}

#[test]
fn where_the_authors_own_token_comes_first_a_scope_that_lacks_is_a_hint() {
    let call = "const own = { Authorization: `Bearer ${Deno.env.get('OWN') || accessToken}` };\nawait fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers: own });";
    let app = App::new(&[
        (
            "base44/connectors/googlecalendar.jsonc",
            &calendar("https://www.googleapis.com/auth/calendar.readonly"),
        ),
        ("base44/functions/a/entry.ts", &with_token("googlecalendar", call)),
    ]);
    let said = app.said();
    assert!(said.contains("missing-scope hint") && !said.contains("warning"), "{said}");
}

#[test]
fn the_key_of_a_connector_in_the_environment_is_a_use_and_may_be_the_authors_own() {
    let entry = ("base44/functions/pay/entry.ts", "const key = Deno.env.get('STRIPE_SECRET_KEY');");
    let stripe = ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\", \"scopes\": [] }");
    let app = App::new(&[stripe, entry]);
    assert_eq!(app.said(), "");
    let project = app.state();
    let code = project.code().expect("code");
    assert_eq!(ConnectorUsers::of(code).of_type("stripe"), ["pay"]);
    let notion = ("base44/connectors/notion.jsonc", "{ \"type\": \"notion\", \"scopes\": [] }");
    assert_eq!(App::new(&[notion, entry]).said(), "base44/connectors/notion.jsonc:1 unused-connector hint");
}

const PAGE: &str = "src/pages/Calendar.jsx";

/// A page with something in the handler of a button.
fn page(handler: &str) -> String {
    format!(
        "import {{ base44 }} from '@/api/base44Client';\nexport default function Page() {{\n  return <div>don't <Button onClick={{async () => {{\n    {handler}\n  }}}}>Load</Button></div>;\n}}\n"
    )
}

#[test]
fn a_page_that_takes_a_connector_is_told_where_it_does_and_counts_as_no_use() {
    let take = "const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');\n    await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { headers: { Authorization: `Bearer ${accessToken}` } });";
    let files = [(PAGE, page(take)), (CALENDAR, calendar(EVENTS)), (ENTRY, with_token("gmail", ""))];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let app = App::new(&files);
    assert_eq!(
        app.said(),
        "base44/connectors/googlecalendar.jsonc:2 unused-connector hint\nbase44/functions/send/entry.ts:4 missing-connector warning\nsrc/pages/Calendar.jsx:4 no-service-role warning"
    );
    let unused = app.one(Code::UnusedConnector);
    assert!(unused.message.contains("Pages ask"), "{}", unused.message);
    assert!(unused.related[0].path.as_ref().unwrap().ends_with(PAGE), "{unused:?}");
}

#[test]
fn what_a_page_asks_of_its_own_client_fails_or_comes_to_nothing() {
    for (call, said) in [
        (
            "await base44.connectors.getConnection('slack');",
            "src/pages/Calendar.jsx:4 no-service-role warning",
        ),
        (
            "await base44.connectors?.getAccessToken?.('slack');",
            "src/pages/Calendar.jsx:4 no-service-role information",
        ),
        ("await base44.connectors.connectAppUser('6650f0a1b2c3d4e5f6a7b8c9');", ""),
        (
            "const { data } = await base44.functions.invoke('load', { method: 'getConnection', from: 'connectors' });",
            "",
        ),
        ("// await base44.asServiceRole.connectors.getConnection('slack');", ""),
        ("console.log(`base44.asServiceRole.connectors.getConnection('slack')`);", ""),
        ("await api.connectors.getConnection('slack');", ""),
    ] {
        let app =
            App::new(&[(PAGE, &page(call)), ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\" }")]);
        assert_eq!(app.said(), said, "{call}");
    }
}

#[test]
fn pages_are_looked_at_in_a_projects_own_folder_alone() {
    let take = page("await base44.asServiceRole.connectors.getConnection('slack');");
    for path in ["src/node_modules/a/index.js", "site/pages/A.jsx", "src/notes.md", "src/.cache/A.jsx"] {
        assert_eq!(App::new(&[(path, &take)]).said(), "", "{path}");
    }
    for path in ["src/pages/A.test.jsx", "src/__tests__/A.jsx", "src/tests/a.js"] {
        assert_eq!(App::new(&[(path, &take)]).said(), "", "a test: {path}");
    }
    assert!(App::new(&[("src/lib/deep/er/slack.tsx", &take)]).said().contains("no-service-role"));
    // Functions are none, wherever they lie.
    let function = with_token("slack", "");
    let slack = ("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }");
    let elsewhere = ("base44/config.jsonc", "{ \"name\": \"app\", \"functionsDir\": \"../src/functions\" }");
    let app = App::new(&[slack, elsewhere, ("src/functions/send/entry.ts", &function)]);
    assert_eq!(app.said(), "");
    let app = App::new(&[
        ("src/old/send.ts", &function),
        ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\" }"),
    ]);
    assert_eq!(app.said(), "");
}

#[test]
fn a_comment_in_code_silences_what_stands_in_its_line_or_below_it() {
    let above =
        with_token("googlecalendar", &format!("// base44-ignore missing-scope -- granted by hand\n{INSERT}"));
    let behind = with_token("googlecalendar", &format!("{INSERT} // base44-ignore missing-scope"));
    let inside =
        with_token("googlecalendar", &INSERT.replace("await ", "await /* base44-ignore missing-scope */ "));
    let whole = format!("// base44-ignore-file missing-scope\n{}", with_token("googlecalendar", INSERT));
    for text in [above, behind, inside, whole] {
        let app = App::new(&[(ENTRY, &text), (CALENDAR, &calendar(READONLY))]);
        assert!(!app.said().contains("entry.ts"), "{text}\n{}", app.said());
        assert!(app.said().contains("googlecalendar.jsonc:3 missing-scope"), "its own end stays");
    }
    let other = with_token("googlecalendar", &format!("// base44-ignore missing-connector\n{INSERT}"));
    let text =
        with_token("googlecalendar", &format!("const a = '// base44-ignore missing-scope';\n{INSERT}"));
    let within =
        with_token("googlecalendar", &format!("const a = `\n// base44-ignore missing-scope\n`; {INSERT}"));
    for text in [other, text, within] {
        let app = App::new(&[(ENTRY, &text), (CALENDAR, &calendar(READONLY))]);
        assert!(app.said().contains("entry.ts"), "{text}");
    }
}

#[test]
fn comments_in_what_functions_share_and_in_pages_silence_too() {
    let shared = "export async function insert(token) {\n  // base44-ignore missing-scope\n  return fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });\n}\n";
    let entry = format!(
        "import {{ insert }} from '../../shared/calendar.ts';\n{}",
        with_token("googlecalendar", "await insert(accessToken);")
    );
    let app =
        App::new(&[("base44/shared/calendar.ts", shared), (ENTRY, &entry), (CALENDAR, &calendar(READONLY))]);
    assert!(!app.said().contains("shared"), "{}", app.said());
    let quiet = page(
        "await base44.asServiceRole.connectors.getConnection('slack'); // base44-ignore no-service-role",
    );
    assert_eq!(App::new(&[(PAGE, &quiet)]).said(), "");
}

#[test]
fn a_function_in_utf_16_is_read_as_any_other() {
    let app = App::new(&[
        (CALENDAR, &calendar(READONLY)),
        ("base44/connectors/gmail.jsonc", "{ \"type\": \"gmail\" }"),
    ]);
    let text = with_token("googlecalendar", INSERT);
    let bytes: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    app.write(ENTRY, "");
    std::fs::write(app.root().join(ENTRY), bytes).unwrap();
    let state = app.state();
    let entry = app.root().join(ENTRY);
    assert_eq!(state.shown(&entry)[0].code, Code::MissingScope);
    let gmail = app.root().join("base44/connectors/gmail.jsonc");
    assert!(state.shown(&gmail).iter().any(|finding| finding.code == Code::UnusedConnector));
}

#[test]
fn a_connector_whose_failure_is_only_logged_is_missed_where_it_is_used() {
    let stripe = ("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\" }");
    let take = "const { accessToken } = await base44.asServiceRole.connectors.getConnection('slackbot');";
    let post = "await fetch('https://slack.com/api/chat.postMessage', { method: 'POST', headers: { Authorization: accessToken } });";
    let tried = |what: &str| {
        let text = function(&format!("try {{\n{what}\n}} catch (error) {{ console.warn(error.message); }}"));
        App::new(&[stripe, (ENTRY, &text)]).said()
    };
    assert_eq!(
        tried(&format!("{take}\n{post}")),
        "base44/functions/send/entry.ts:5 missing-connector warning"
    );
    assert_eq!(tried(take), "");
}

#[test]
fn a_connector_that_stands_in_for_the_authors_own_token_may_be_missing_on_purpose() {
    let text = function(
        "const own = Deno.env.get('HUBSPOT_TOKEN');\nconst token = own || (await base44.asServiceRole.connectors.getConnection('hubspot')).accessToken;\nawait fetch('https://api.hubapi.com/crm/v3/objects/contacts', { headers: { Authorization: `Bearer ${token}` } });",
    );
    let app = App::new(&[("base44/connectors/stripe.jsonc", "{ \"type\": \"stripe\" }"), (ENTRY, &text)]);
    assert_eq!(app.said(), "base44/functions/send/entry.ts:5 missing-connector information");
}

#[test]
fn a_key_of_the_apps_own_among_several_names_is_no_slip() {
    let text = function(
        "const TYPES = { google: 'gmail' };\nconst kind = req.headers.get('x-kind') || 'google';\nawait base44.asServiceRole.connectors.getConnection(TYPES[kind] || kind);",
    );
    let app = App::new(&[("base44/connectors/gmail.jsonc", "{ \"type\": \"gmail\" }"), (ENTRY, &text)]);
    assert_eq!(app.said(), "");
}

#[test]
fn associations_of_hubspot_are_known_in_both_versions() {
    let call = "await fetch('https://api.hubapi.com/crm/v4/objects/deals/1/associations/default/contacts/2', { method: 'PUT', headers });";
    let text =
        "{ \"type\": \"hubspot\", \"scopes\": [\"crm.objects.deals.write\", \"crm.schemas.contacts.read\"] }";
    let app = App::new(&[(ENTRY, &with_token("hubspot", call)), ("base44/connectors/hubspot.jsonc", text)]);
    assert_eq!(app.said(), "base44/connectors/hubspot.jsonc:1 unused-scope hint");
}

#[test]
fn of_two_tokens_that_may_be_sent_to_one_address_only_the_right_one_counts() {
    let outlook =
        ("base44/connectors/outlook.jsonc", "{ \"type\": \"outlook\", \"scopes\": [\"Calendars.Read\"] }");
    let choose = "const tokenOf = async (kind) => {\nif (kind === 'google') return (await base44.asServiceRole.connectors.getConnection('googlecalendar')).accessToken;\nreturn (await base44.asServiceRole.connectors.getConnection('outlook')).accessToken;\n};";
    let send = "const add = (token, kind) => {\nconst headers = { Authorization: `Bearer ${token}` };\nif (kind === 'google') return fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers });\nreturn fetch('https://graph.microsoft.com/v1.0/me/events', { method: 'POST', headers });\n};";
    let text = function(&format!(
        "{choose}\n{send}\nconst {{ kind }} = await req.json();\nawait add(await tokenOf(kind), kind);"
    ));
    let app = App::new(&[(CALENDAR, &calendar(EVENTS)), outlook, (ENTRY, &text)]);
    assert_eq!(
        app.said(),
        "base44/connectors/outlook.jsonc:1 missing-scope warning\nbase44/connectors/outlook.jsonc:1 unused-scope hint\nbase44/functions/send/entry.ts:11 missing-scope warning"
    );
    // Where more than one of them may be meant, nothing is said.
    let drive = (
        "base44/connectors/googledrive.jsonc",
        "{ \"type\": \"googledrive\", \"scopes\": [\"https://www.googleapis.com/auth/drive.readonly\"] }",
    );
    let text = function(
        "const pick = async (kind) => {\nif (kind) return (await base44.asServiceRole.connectors.getConnection('googlecalendar')).accessToken;\nreturn (await base44.asServiceRole.connectors.getConnection('googledrive')).accessToken;\n};\nawait fetch('https://www.googleapis.com/drive/v3/files', { headers: { Authorization: await pick(req.kind) } });",
    );
    let said = App::new(&[(CALENDAR, &calendar(EVENTS)), drive, (ENTRY, &text)]).said();
    assert!(!said.contains("missing-scope") && !said.contains("wrong-product"), "{said}");
}

#[test]
fn a_type_or_a_method_that_is_being_typed_is_no_finding_yet() {
    let app = App::new(&[
        (ENTRY, &with_token("gmail", "")),
        ("base44/connectors/gmail.jsonc", "{ \"type\": \"gmail\", \"scopes\": [] }"),
    ]);
    let mut state = app.state();
    let path = app.root().join(ENTRY);
    let mut base = connector_model::code::CodeBase::read(state.project()).unwrap();
    let mut typed = |text: &str| {
        base.set_text(&path, text.into());
        state.set_code(base.app().map(Arc::new));
        let codes = state.shown(&path).iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>();
        codes.join(" ")
    };
    let of = |ty: &str| with_token(ty, "");
    typed(&of("gmail"));
    for half in ["g", "gm", "hub", "hubspo"] {
        assert_eq!(typed(&of(half)), "", "{half}");
    }
    assert_eq!(typed(&of("hubspot")), "missing-connector");
    assert_eq!(typed(&of("hubspt")), "unknown-connector");
    assert_eq!(typed(&of("gmai")), "");
    assert_eq!(typed(&format!("{}// done", of("gmai"))), "unknown-connector");
    let method = |name: &str| of("gmail").replace("getConnection", name);
    typed(&method("get"));
    assert_eq!(typed(&method("getConn")), "");
    assert_eq!(typed(&method("getConm")), "unknown-method");
}

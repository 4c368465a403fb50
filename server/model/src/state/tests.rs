use connector_syntax::TextRange;

use super::*;
use crate::Code;
use crate::facts::{AppFacts, KnownTypes, PendingFact, RemoteFact, RemoteStatus, StripeFact, StripeMode};

/// The connectors folder of [`state`]; nothing is on disk.
pub(crate) const FOLDER: &str = "/project/base44/connectors";

/// A project with these connector files.
pub(crate) fn state(files: &[(&str, &str)]) -> ProjectState {
    let project = Project {
        root: "/project".into(),
        config_path: Some("/project/base44/config.jsonc".into()),
        connectors_dir: FOLDER.into(),
        name: None,
        app_id: connector_boundary::AppId::new("app1"),
        app_id_source: None,
        linked_app: None,
        findings: Vec::new(),
        broken_config: None,
        held: None,
    };
    let mut state = ProjectState::new(Arc::new(project), &Severities::default(), Keep::Texts);
    for (name, text) in files {
        state.set_text(&path(name), Source::Disk, text);
    }
    state
}

pub(crate) fn remote(type_name: &str, status: &str, scopes: &[&str]) -> RemoteFact {
    RemoteFact {
        type_name: type_name.to_owned(),
        status: match status {
            "active" => RemoteStatus::Active,
            "expired" => RemoteStatus::Expired,
            "disconnected" => RemoteStatus::Disconnected,
            other => RemoteStatus::Other(other.to_owned()),
        },
        scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
        account: Some("ada@example.com".to_owned()),
    }
}

/// An app without Stripe.
pub(crate) fn app(connectors: &[RemoteFact]) -> AppFacts {
    let mut app = AppFacts::new(connectors.to_vec(), true);
    app.stripe = Some(StripeFact { mode: None, claim_link: None });
    app
}

pub(crate) fn with_stripe(mut app: AppFacts, claim: Option<&str>) -> AppFacts {
    app.stripe = Some(StripeFact { mode: Some(StripeMode::Sandbox), claim_link: claim.map(str::to_owned) });
    app
}

pub(crate) fn pending(type_name: &str, scopes: &[&str]) -> PendingFact {
    PendingFact {
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        link: format!("https://auth.base44.io/oauth/{type_name}"),
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

fn codes(state: &ProjectState, name: &str) -> Vec<&'static str> {
    state.shown(&path(name)).iter().map(|finding| finding.code.as_str()).collect()
}

fn changed(names: &[&str]) -> Changed {
    names.iter().map(|name| path(name)).collect()
}

const SLACK: &str = "{type: 'slack', scopes: ['chat:write']}";

#[test]
fn a_change_concerns_the_file_and_those_that_declare_the_same_type() {
    let mut state = state(&[("slack.jsonc", SLACK), ("notion.jsonc", "{type: 'notion'}")]);
    assert!(codes(&state, "slack.jsonc").is_empty());
    assert_eq!(state.set_text(&path("b.jsonc"), Source::Disk, SLACK), changed(&["slack.jsonc", "b.jsonc"]));
    assert_eq!(codes(&state, "slack.jsonc"), ["duplicate-connector"]);
    assert_eq!(codes(&state, "b.jsonc"), ["duplicate-connector"]);
    assert_eq!(state.remove(&path("b.jsonc")), changed(&["slack.jsonc", "b.jsonc"]));
    assert!(codes(&state, "slack.jsonc").is_empty());
}

#[test]
fn an_open_text_counts_until_it_is_closed_and_the_disk_afterwards() {
    let mut state = state(&[("slack.jsonc", SLACK)]);
    let path = path("slack.jsonc");
    state.set_text(&path, Source::Editor, "{type: 'slack'");
    assert_eq!(codes(&state, "slack.jsonc"), ["syntax-error"]);
    assert!(state.set_text(&path, Source::Disk, SLACK).is_empty());
    state.close(&path);
    assert_eq!(codes(&state, "slack.jsonc"), ["syntax-error"]);
    state.set_text(&path, Source::Disk, SLACK);
    assert!(codes(&state, "slack.jsonc").is_empty());
}

#[test]
fn fixing_one_file_counts_for_the_next() {
    let text = |name: &str| format!("{{type: '{name}', scopes: ['chat:write']}}");
    let (a, b) = (text("Slack"), text("SLACK"));
    let mut state = state(&[("a.jsonc", &a), ("b.jsonc", &b)]);
    let fixed = state.fix_all(&[path("a.jsonc"), path("b.jsonc")]);
    let fixed: Vec<_> = fixed.iter().map(|fixed| fixed.path.clone()).collect();
    assert_eq!(fixed, changed(&["a.jsonc"]));
    assert_eq!(state.index().count("slack"), 1);
    assert_eq!(state.blocking().count(), 0);
}

#[test]
fn what_is_off_is_not_fixed() {
    let mut state = state(&[("a.jsonc", "{type: 'Slack', scopes: ['chat:write']}")]);
    let mut off = Severities::default();
    off.set("unknown-type", "off").unwrap();
    state.set_severities(&off);
    assert_eq!(state.fix_all(&[path("a.jsonc")]), []);
}

#[test]
fn what_is_off_stops_a_push_all_the_same() {
    let mut state = state(&[("slack.jsonc", "{type: 'slack', scopes: ['chat:write']")]);
    let mut off = Severities::default();
    off.set("syntax-error", "off").unwrap();
    assert_eq!(state.set_severities(&off), changed(&["slack.jsonc"]));
    assert!(codes(&state, "slack.jsonc").is_empty());
    let blocking: Vec<_> = state.blocking().map(|(path, finding)| (path.to_owned(), finding.code)).collect();
    assert_eq!(blocking, [(path("slack.jsonc"), Code::SyntaxError)]);
    assert_eq!(state.set_severities(&Severities::default()), changed(&["slack.jsonc"]));
    assert_eq!(codes(&state, "slack.jsonc"), ["syntax-error"]);
}

#[test]
fn a_duplicate_stops_a_push_at_both_files() {
    let state = state(&[("a.jsonc", SLACK), ("b.jsonc", SLACK), ("c.jsonc", "{type: 'notion'}")]);
    let blocking: Vec<_> = state.blocking().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(blocking, changed(&["a.jsonc", "b.jsonc"]));
}

#[test]
fn facts_concern_the_types_that_they_speak_of() {
    let mut state = state(&[("slack.jsonc", SLACK), ("notion.jsonc", "{type: 'notion'}")]);
    let facts =
        |connectors: &[RemoteFact]| Arc::new(Facts { app: Some(app(connectors)), ..Facts::default() });
    let slack = remote("slack", "active", &["chat:write"]);
    let notion = |status| remote("notion", status, &[]);
    assert_eq!(state.set_facts(facts(&[slack.clone(), notion("active")])).len(), 3);
    assert_eq!(state.set_facts(facts(&[slack.clone(), notion("expired")])), changed(&["notion.jsonc"]));
    assert!(state.set_facts(facts(&[slack, notion("expired")])).is_empty());
}

#[test]
fn a_type_that_is_not_offered_is_told_once_and_not_of_one_that_the_app_has() {
    let mut state = state(&[("acme.jsonc", "{type: 'acme'}"), ("notion.jsonc", "{type: 'notion'}")]);
    let mut app = app(&[remote("acme", "active", &[]), remote("gmail", "active", &[])]);
    app.offered = Some(KnownTypes { names: vec!["slack".to_owned()] });
    state.set_facts(Arc::new(Facts { app: Some(app), ..Facts::default() }));
    assert!(codes(&state, "acme.jsonc").is_empty());
    let notion = codes(&state, "notion.jsonc");
    assert_eq!(notion.iter().filter(|code| **code == "unavailable-type").count(), 1, "{notion:?}");
}

#[test]
fn what_the_text_alone_says_is_silenced_by_what_stands_in_it_and_so_is_what_others_say() {
    let mut state = state(&[(
        "slack.jsonc",
        "// base44-ignore-file not-pushed, unknown-key\n{type: 'slack', scopes: ['chat:write'], x: 1}",
    )]);
    state.set_facts(Arc::new(Facts { app: Some(app(&[])), ..Facts::default() }));
    assert!(codes(&state, "slack.jsonc").is_empty());
}

#[test]
fn lines_and_columns_are_known_of_files_whose_text_is_not() {
    let project = state(&[]).project().clone();
    let mut state = ProjectState::new(project, &Severities::default(), Keep::Conclusions);
    state.set_text(&path("slack.jsonc"), Source::Disk, "{\n  type: 'slack' }");
    let file = state.file(&path("slack.jsonc")).unwrap();
    assert_eq!((file.text(), file.tree().is_some()), (None, false));
    let range = file.connector().unwrap().type_range;
    assert_eq!(range, TextRange::new(10, 17));
    let (start, end) = file.positions().range(range, connector_syntax::Encoding::Utf16);
    assert_eq!((start.line, start.column, end.column), (1, 8, 15));
}

#[test]
fn of_a_name_that_push_does_not_read_a_rename_is_offered_where_no_file_is_in_its_place() {
    let rename = |files: &[(&str, &str)]| {
        let state = state(files);
        state.shown(&path("slack.json5")).iter().map(|finding| finding.fixes.len()).collect::<Vec<_>>()
    };
    assert_eq!(rename(&[("slack.json5", SLACK)]), [1]);
    assert_eq!(rename(&[("slack.json5", SLACK), ("slack.json", SLACK)]), [0]);
}

//! Every command of the official CLI's connectors group beside ours: the same line, the same exit code, and JSON of the
//! same keys, in the same project and on the same app.

use std::collections::BTreeSet;

use connector_sandbox::{Fault, FaultAction};
use serde_json::Value;

use super::desk::{APP, Desk};
use super::official_cli::Run;

/// The first value that a run printed; what a person reads on standard error comes after it.
fn value(run: &Run) -> Value {
    let mut values = serde_json::Deserializer::from_str(&run.text).into_iter::<Value>();
    values
        .next()
        .unwrap_or_else(|| panic!("nothing: {}", run.text))
        .unwrap_or_else(|error| panic!("{error}: {}", run.text))
}

/// Every path of keys in a value with the kind of what is there; the members of a list count as one.
fn shape(value: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    walk(value, "", &mut paths);
    paths
}

fn walk(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            paths.insert(format!("{path} object"));
            members.iter().for_each(|(name, value)| walk(value, &format!("{path}.{name}"), paths));
        }
        Value::Array(items) => {
            paths.insert(format!("{path} list"));
            items.iter().for_each(|item| walk(item, &format!("{path}[]"), paths));
        }
        Value::String(_) => drop(paths.insert(format!("{path} text"))),
        Value::Number(_) => drop(paths.insert(format!("{path} number"))),
        Value::Bool(_) => drop(paths.insert(format!("{path} boolean"))),
        Value::Null => drop(paths.insert(format!("{path} null"))),
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.connect("github", &["repo"]);
    desk.connect("linear", &["read"]);
    desk.with_app(|app| {
        app.other_users.insert("slack".to_owned(), "grace@example.com".to_owned());
    });
    desk.write_connector("github.json", r#"{ "type": "github", "scopes": ["repo"] }"#);
    desk.write_connector("notion.json", r#"{ "type": "notion" }"#);
    desk.write_connector("slack.json", r#"{ "type": "slack", "scopes": ["chat:write"] }"#);
    desk.write_connector("stripe.json", r#"{ "type": "stripe" }"#);
    desk
}

/// Brings a desk to where a command fails.
type Prepare<'a> = &'a dyn Fn(&Desk);

const PUSH_JSON: &[&str] = &["connectors", "push", "--json", "--yes"];
const INITIATE: &[&str] = &["connectors", "initiate", "--json", "--integration-type"];

#[test]
fn what_a_program_reads_has_the_same_keys() {
    let lines: &[&[&str]] = &[
        &["connectors", "list-available", "--json"],
        &["--json", "connectors", "push", "--yes"],
        &["connectors", "push", "-y", "--json"],
        &["connectors", "--json", "push", "--yes"],
        &["--app-id", APP, "--json", "connectors", "push", "-y", "--dir", "base44/connectors"],
        &["connectors", "push", "--yes", &format!("--app-id={APP}"), "--json", "--dir=base44/connectors"],
        &["connectors", "pull", "--json", "--yes"],
        &["--json", "--app-id", APP, "connectors", "pull", "--dir", "elsewhere", "--yes"],
        &["connectors", "pull", "--json", "--yes", "--dir", "elsewhere", "--app-id", APP],
        &["--json", "connectors", "--app-id", APP, "list-available"],
        &[INITIATE, &["googlecalendar"]].concat(),
        &[INITIATE, &["googlecalendar", "--scopes", "a,b"]].concat(),
        &[INITIATE, &["googlecalendar", "--scopes", "a", "b"]].concat(),
        &[INITIATE, &["github", "--scopes", "repo"]].concat(),
    ];
    // Each on a desk of its own: the one's push is not the other's.
    let (theirs, ours) = (desk(), desk());
    for line in lines {
        // The official one asks nothing before a pull, and knows no option for it.
        let official: Vec<&str> =
            line.iter().copied().filter(|word| !line.contains(&"pull") || *word != "--yes").collect();
        let (theirs, ours) = (theirs.official(&official), ours.ours(line));
        assert_eq!(shape(&value(&ours)), shape(&value(&theirs)), "{line:?}:\n{}\n{}", ours.text, theirs.text);
        // Theirs ends well whatever the platform refused.
        if !line.contains(&"push") {
            assert_eq!(ours.code, theirs.code, "{line:?}");
        }
    }
}

#[test]
fn a_failure_has_the_same_code_and_the_keys_of_theirs() {
    let cases: &[(&[&str], Prepare)] = &[
        (&["connectors", "pull", "--json"], &|desk| desk.with_app(|app| app.made_elsewhere = true)),
        // An answer, and a file, of another shape than was agreed.
        (&["connectors", "list-available", "--json"], &|desk| {
            answer(desk, "available-integrations", 200, r#"{ "integrations": [{ "bad": "data" }] }"#);
        }),
        (&["connectors", "list-available", "--json"], &|desk| {
            answer(desk, "available-integrations", 200, r#"{ "integrations": 7 }"#);
        }),
        (&["connectors", "pull", "--json"], &|desk| answer(desk, "external-auth/list", 200, "[]")),
        (&[INITIATE, &["gmail"]].concat(), &|desk| {
            answer(desk, "integrations/gmail", 200, r#"{ "redirect_url": 7 }"#);
        }),
        (PUSH_JSON, &|desk| drop(desk.write_connector("slack.json", r#"{ "type": 7 }"#))),
        (PUSH_JSON, &|desk| {
            desk.write_connector("slack.json", r#"{ "type": "slack", "scopes": "chat:write" }"#);
        }),
        (PUSH_JSON, &|desk| drop(desk.write_connector("slack.json", r#"{ "type": "slack" "scopes": [] }"#))),
        (PUSH_JSON, &|desk| drop(desk.write_connector("chat.json", r#"{ "type": "slack" }"#))),
        (PUSH_JSON, &|desk| desk.delete("base44/.app.jsonc")),
        (PUSH_JSON, &|desk| desk.delete("base44/config.jsonc")),
        (&["connectors", "list-available", "--json"], &|desk| desk.delete("base44/config.jsonc")),
        (&["--app-id", "", "connectors", "pull", "--json"], &|_| {}),
        (&["--app-id", " ", "--json", "connectors", "list-available"], &|_| {}),
        (&["connectors", "list-available", "--json"], &|desk| refuse(desk, "available-integrations", 403)),
        (&["connectors", "pull", "--json"], &|desk| refuse(desk, "external-auth/list", 404)),
        // A look-up that failed inside is not found, whatever the status says.
        (&["connectors", "pull", "--json"], &|desk| {
            answer(
                desk,
                "external-auth/list",
                500,
                r#"{ "error_type": "KeyError", "message": "App not found" }"#,
            );
        }),
        (&[INITIATE, &["gmail"]].concat(), &|desk| refuse(desk, "integrations/gmail", 422)),
        (&[INITIATE, &["gmail"]].concat(), &|desk| refuse(desk, "integrations/gmail", 403)),
        (&[INITIATE, &["gmail"]].concat(), &|desk| {
            let body = r#"{ "message": "not so", "extra_data": { "errors": [{ "name": "scopes.0", "message": "no scope" }] } }"#;
            answer(desk, "integrations/gmail", 422, body);
        }),
        (&["connectors", "pull", "--json"], &|desk| refuse(desk, "external-auth/list", 401)),
        // Without a terminal, a push that removes something wants a yes.
        (&["connectors", "push", "--json"], &|_| {}),
        (&[INITIATE, &["slack"]].concat(), &|_| {}),
        (&[INITIATE, &["no type"]].concat(), &|_| {}),
    ];
    for (line, prepare) in cases {
        let (theirs, ours) = (desk(), desk());
        prepare(&theirs);
        prepare(&ours);
        let (theirs, ours) = (theirs.official(line), ours.ours(line));
        assert!(ours.code != Some(0) && theirs.code != Some(0), "{line:?}");
        let (theirs, ours) = (value(&theirs), value(&ours));
        assert_eq!(ours["code"], theirs["code"], "{line:?}: {ours} {theirs}");
        let known = ["error", "code", "details", "hints", "statusCode", "requestId"];
        assert!(ours.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{ours}");
        assert_eq!(ours["statusCode"], theirs["statusCode"], "{line:?}: {ours} {theirs}");
        assert_eq!(ours["details"], theirs["details"], "{line:?}: {ours} {theirs}");
        assert!(ours["error"].is_string(), "{ours}");
        for hint in ours["hints"].as_array().into_iter().flatten() {
            assert!(hint["message"].is_string(), "{ours}");
        }
    }
}

fn refuse(desk: &Desk, path: &str, status: u16) {
    answer(desk, path, status, r#"{ "message": "not so", "detail": "not so" }"#);
}

fn answer(desk: &Desk, path: &str, status: u16, body: &str) {
    desk.sandbox.inject(Fault::on(path, FaultAction::answer(status, body)));
}

#[test]
fn a_push_of_nothing_or_of_stripe_alone_has_the_same_keys() {
    let stripe_alone = |desk: &Desk| {
        ["github.json", "notion.json", "slack.json"].iter().for_each(|name| desk.delete_connector(name));
        desk.with_app(|app| app.connectors.clear());
    };
    let nothing = |desk: &Desk| {
        stripe_alone(desk);
        desk.delete_connector("stripe.json");
    };
    let prepared: [Prepare; 2] = [&stripe_alone, &nothing];
    for prepare in prepared {
        let (theirs, ours) = (desk(), desk());
        prepare(&theirs);
        prepare(&ours);
        let (theirs, ours) = (theirs.official(PUSH_JSON), ours.ours(PUSH_JSON));
        assert_eq!(shape(&value(&ours)), shape(&value(&theirs)), "{}\n{}", ours.text, theirs.text);
        assert_eq!((ours.code, theirs.code), (Some(0), Some(0)));
    }
}

#[test]
fn what_a_sign_in_and_out_print_for_a_program_has_the_key_of_theirs_with_the_same_words() {
    for line in [["whoami", "--json"], ["--json", "whoami"], ["logout", "--json"]] {
        let (theirs, ours) = (desk(), desk());
        let (theirs, ours) = (theirs.official(&line), ours.ours(&line));
        assert_eq!((ours.code, theirs.code), (Some(0), Some(0)), "{line:?}: {} {}", ours.text, theirs.text);
        assert_eq!(value(&ours)["output"], value(&theirs)["output"], "{line:?}");
    }
}

/// The changes that reached the platform, with what they carried.
fn sent(desk: &Desk) -> Vec<String> {
    let requests = desk.sandbox.take_requests();
    let changes = requests.iter().filter(|request| request.method != "GET");
    changes.map(|request| format!("{} {} {}", request.method, request.path, request.body)).collect()
}

#[test]
fn an_authorization_that_is_begun_alone_sends_the_same_however_its_scopes_are_given() {
    let lines: &[&[&str]] = &[
        &["connectors", "initiate", "--scopes", "a", "b", "--integration-type", "gmail", "--json"],
        &["connectors", "initiate", "--scopes=a,b", "--integration-type=gmail", "--json"],
        &["connectors", "initiate", "--integration-type", "gmail", "--scopes", "a", "--scopes", "b,c"],
        &["connectors", "initiate", "--integration-type", "gmail", "--scopes", "a,b", "c", " d , e"],
        &["--json", "--app-id", APP, "connectors", "initiate", "--integration-type", "Custom-CRM_2"],
    ];
    for line in lines {
        let (theirs, ours) = (desk(), desk());
        let (their_run, our_run) = (theirs.official(line), ours.ours(line));
        assert_eq!(our_run.code, their_run.code, "{line:?}: {} {}", our_run.text, their_run.text);
        let (their_calls, our_calls) = (sent(&theirs), sent(&ours));
        assert_eq!(our_calls, their_calls, "{line:?}");
        assert_eq!(our_calls.len(), 1, "{line:?}");
    }
}

#[test]
fn a_change_that_met_a_passing_trouble_is_made_by_both() {
    for status in [408, 500] {
        let line = [INITIATE, &["gmail", "--scopes", "a"]].concat();
        for run in [Desk::official, Desk::ours] {
            let desk = desk();
            let trouble = FaultAction::answer(status, r#"{ "message": "not now" }"#);
            desk.sandbox.inject(Fault::on("integrations/gmail", trouble).times(1));
            let run = run(&desk, &line);
            assert_eq!(run.code, Some(0), "{status}: {}", run.text);
            assert_eq!(value(&run)["alreadyAuthorized"], false);
        }
    }
}

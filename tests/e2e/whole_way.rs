//! Open, findings, fix, push, link, consent, clear.

use connector_sandbox::{Fault, FaultAction};
use serde_json::{Value, json};

use crate::client::uri;
use crate::stage::{Editor, Stage, action};

#[test]
fn a_file_becomes_an_authorized_connector_without_leaving_the_editor() {
    let stage = Stage::new();
    let text = "{\n  // who writes\n  \"type\": \"slack\",\n  \"scope\": [\"chat:write\"],\n}\n";
    let path = stage.write_connector("slack.jsonc", text);
    let mut client = stage.server();
    client.open(&path, text);
    client.wait_for_codes(&path, &["unknown-key", "not-pushed"]);

    // The mistake is mended as an editor mends it.
    let fix = action(&mut client, &path, "Change `scope` to `scopes`");
    let edit = &fix["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(edit["range"]["start"], json!({"line": 3, "character": 2}));
    let mended = text.replace("\"scope\"", edit["newText"].as_str().unwrap());
    client.change(&path, 2, &mended);
    std::fs::write(&path, &mended).unwrap();
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&path)}}));
    client.wait_for_codes(&path, &["not-pushed"]);

    // Pushed from its own quick fix; the person wants to authorize later.
    let push = action(&mut client, &path, "Push connectors");
    client.choices.push_back("Later".to_owned());
    let pushed = client.request("workspace/executeCommand", push["command"].clone());
    assert_eq!(pushed["outcomes"][0]["status"], "pending");
    let question = client.question();
    assert!(question.contains("Pending authorization: Slack User."), "{question}");
    client.wait_for_codes(&path, &["pending-authorization"]);
    let diagnostic = client.diagnostics(&path)[0].clone();
    let link = diagnostic["codeDescription"]["href"].as_str().unwrap().to_owned();
    assert!(link.starts_with(stage.sandbox.url()), "{link}");
    assert_eq!(client.wait_for_state("slack", "pending")["link"], json!(link));

    // The consent is given in a browser, and everything follows by itself.
    assert_eq!(stage.sandbox.approve_all(), 1);
    client.wait_for_codes(&path, &[]);
    let connector = client.wait_for_state("slack", "active");
    assert_eq!(connector["scopes"], 1);
    assert_eq!(client.project()["pending"], 0);
}

#[test]
fn authorize_opens_the_link_in_the_client_and_waits_for_the_consent() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.terminal().push();
    let mut client = stage.server();
    client.wait_for_codes(&path, &["pending-authorization"]);
    let authorizing = client.begin(&stage, "base44.authorize", &["slack"]);
    let shown = client.server_request("window/showDocument");
    assert_eq!(shown["external"], true);
    assert!(shown["uri"].as_str().unwrap().starts_with(stage.sandbox.url()));
    client.wait_for_project("busy", |project| project["busy"] == "authorize");
    assert_eq!(stage.sandbox.approve_all(), 1);
    let answer = client.answer(authorizing);
    assert_eq!(answer["result"]["outcomes"][0]["status"], "added");
    assert_eq!(client.message(), "Authorized: Slack User.");
    client.wait_for_codes(&path, &[]);
    client.wait_for_project("rest", |project| project["busy"].is_null());
}

#[test]
fn authorize_all_opens_every_link_and_watches_all_at_once() {
    let stage = Stage::new();
    for name in ["slack", "notion", "github"] {
        stage.connector(name, &[]);
    }
    stage.terminal().push();
    let mut client = stage.server();
    client.wait_for_project("three that wait", |project| project["pending"] == 3);
    client.keep_everything();
    let authorizing = client.begin(&stage, "base44.authorizeAll", &[]);
    for _ in 0..3 {
        client.server_request("window/showDocument");
    }
    client.wait("a line that names all that are waited for", |client| {
        let mut told = client.notifications.iter().filter(|(name, _)| name == "$/progress");
        let names = ["GitHub", "Notion", "Slack User"];
        let names_all = |line: &str| names.iter().all(|name| line.contains(name));
        told.any(|(_, params)| params["value"]["message"].as_str().is_some_and(names_all)).then_some(())
    });
    assert_eq!(stage.sandbox.approve_all(), 3);
    let outcomes = client.answer(authorizing)["result"]["outcomes"].clone();
    assert_eq!(outcomes.as_array().map(Vec::len), Some(3));
    assert_eq!(client.message(), "Authorized: GitHub, Notion, Slack User.");
    client.wait_for_project("none that wait", |project| project["pending"] == 0);
}

#[test]
fn what_a_push_leaves_waiting_is_offered_in_its_one_summary() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    client.choices.push_back("Authorize Slack User".to_owned());
    client.command(&stage, "base44.push", &[]);
    client.server_request("window/showDocument");
    stage.sandbox.approve_all();
    assert_eq!(client.question(), "Connectors pushed. Pending authorization: Slack User.");
    assert_eq!(client.message(), "Authorized: Slack User.");
}

#[test]
fn each_push_consent_denial_and_failure_leaves_a_line_with_its_number_in_the_log() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    client.keep_everything();
    client.choices.push_back("Later".to_owned());
    client.command(&stage, "base44.push", &[]);
    for approve in [false, true] {
        let authorizing = client.begin(&stage, "base44.authorize", &["slack"]);
        client.server_request("window/showDocument");
        stage.sandbox.with_state(|state| state.decide_all(approve));
        client.answer(authorizing);
    }
    assert_eq!(client.message(), "Authorized: Slack User.");
    stage.sandbox.inject(Fault::on("external-auth/list", FaultAction::answer(503, "{}")));
    client.command(&stage, "base44.push", &[]);
    for expected in [
        "Push connectors (1): Connectors pushed.",
        "Authorize connectors (2): Not authorized: Slack User.",
        "Authorize connectors (3): Authorized: Slack User.",
        "Push connectors (4): ",
    ] {
        client.wait(expected, |client| {
            let mut told = client.notifications.iter().filter(|(name, _)| name == "window/logMessage");
            told.find(|(_, params)| params["message"].as_str().is_some_and(|line| line.starts_with(expected)))
                .map(|_| ())
        });
    }
}

#[test]
fn a_command_without_arguments_works_on_the_only_project() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    let answer = client.request("workspace/executeCommand", json!({"command": "base44.push"}));
    assert_eq!(answer["outcomes"][0]["status"], "pending");
    client.question();
}

#[test]
fn a_client_without_views_of_its_own_is_answered_at_once() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.start().run();
    client.wait("the project", |client| client.published.values().next().cloned());
    stage.sandbox.set_latency(std::time::Duration::from_millis(300));
    let answer = client.request("workspace/executeCommand", json!({"command": "base44.push"}));
    assert_eq!(answer, Value::Null);
    assert!(client.question().contains("Pending authorization: Slack User"));
}

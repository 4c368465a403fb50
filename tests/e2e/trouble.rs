//! The platform on a bad day, and people who change their mind.

use std::time::{Duration, Instant};

use connector_sandbox::{Connector, Fault, FaultAction};
use serde_json::json;

use crate::client::{PATIENCE, Start, uri};
use crate::stage::{Editor, Stage, without};

#[test]
fn a_platform_that_fails_shows_no_popup_and_is_not_guessed_about() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.sandbox.inject(Fault::on("", FaultAction::answer(500, "<html>")));
    let mut client = stage.server();
    client.open(&path, &std::fs::read_to_string(&path).unwrap());
    let project = client.wait_for_project("offline", |project| project["state"] == "offline");
    assert!(!project["message"].as_str().unwrap().is_empty());
    assert_eq!(project["connectors"][0]["state"], "unknown");
    client.settle();
    assert_eq!(client.codes_of(&uri(&path)), Vec::<String>::new());
    assert!(client.notifications.iter().all(|(name, _)| name != "window/showMessage"));
    // It comes back, and the person asks.
    stage.sandbox.clear_faults();
    client.command(&stage, "base44.refresh", &[]);
    client.wait_for_codes(&path, &["not-pushed"]);
    client.wait_for_project("ok", |project| project["state"] == "ok");
}

#[test]
fn what_the_person_asks_for_and_fails_is_said() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    stage.sandbox.inject(Fault::on("external-auth/list", FaultAction::answer(403, "{\"message\": \"No.\"}")));
    client.command(&stage, "base44.push", &[]);
    assert!(client.question().contains("No."));
}

#[test]
fn a_token_that_runs_out_during_a_push_is_renewed_and_nothing_is_lost() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.connector("notion", &[]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    let expire = Fault::on("integrations/", FaultAction::answer(401, "{}")).method("PUT").times(2);
    stage.sandbox.inject(expire);
    client.command(&stage, "base44.push", &[]);
    let question = client.question();
    assert!(question.contains("Pending authorization: Notion, Slack User"), "{question}");
    assert!(stage.count("POST /oauth/token") >= 1);
    client.wait_for_project("both wait", |project| project["pending"] == 2);
}

#[test]
fn a_login_that_is_no_longer_taken_is_said_in_the_state() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.sandbox.with_state(|state| {
        state.expire_tokens();
        state.refresh_tokens.clear();
    });
    let mut client = stage.server();
    client.wait_for_project("signed out", |project| project["state"] == "signedOut");
    // A login that was refused is not thrown away.
    assert!(stage.login_path().exists());
}

#[test]
fn a_cancelled_authorization_stays_pending() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.terminal().push();
    let mut client = stage.server();
    client.wait_for_state("slack", "pending");
    let authorizing = client.begin(&stage, "base44.authorize", &["slack"]);
    let token = client.server_request("window/workDoneProgress/create")["token"].clone();
    client.server_request("window/showDocument");
    client.notify("window/workDoneProgress/cancel", json!({"token": token}));
    client.answer(authorizing);
    client.wait_for_project("rest", |project| project["busy"].is_null() && project["pending"] == 1);
    client.wait_for_codes(&path, &["pending-authorization"]);
}

#[test]
fn a_push_cancelled_half_way_keeps_what_the_platform_took() {
    let stage = Stage::new();
    stage.connector("notion", &[]);
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    stage.sandbox.inject(Fault::on("integrations/slack", FaultAction::Hang));
    let pushing = client.begin(&stage, "base44.push", &[]);
    let token = client.server_request("window/workDoneProgress/create")["token"].clone();
    client.wait_for_state("notion", "pending");
    client.notify("window/workDoneProgress/cancel", json!({"token": token}));
    client.answer(pushing);
    assert!(client.message().contains("Slack User"));
    client.wait_for_project("one waits", |project| project["pending"] == 1);
}

#[test]
fn a_shutdown_during_a_push_loses_nothing_that_was_taken() {
    let stage = Stage::new();
    stage.connector("notion", &[]);
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    stage.sandbox.inject(Fault::on("integrations/slack", FaultAction::Hang));
    client.begin(&stage, "base44.push", &[]);
    client.wait_for_state("notion", "pending");
    client.request("shutdown", json!(null));
    client.notify("exit", json!(null));
    assert_eq!(client.wait_for_end().code(), Some(0));
    stage.sandbox.clear_faults();
    let mut again = stage.server();
    again.wait_for_state("notion", "pending");
}

#[test]
fn a_second_push_is_told_of_the_first_and_not_doubled() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    stage.sandbox.set_latency(Duration::from_millis(400));
    let first = client.begin(&stage, "base44.push", &[]);
    client.command(&stage, "base44.push", &[]);
    assert!(client.message().starts_with("A push of this project is already running."));
    client.answer(first);
    client.question();
    assert_eq!(stage.count("PUT"), 1);
}

#[test]
fn edits_are_answered_while_many_calls_hang() {
    let stages: Vec<Stage> = (0..20).map(|_| Stage::new()).collect();
    let here = &stages[0];
    let path = here.connector("slack", &["chat:write"]);
    here.sandbox.inject(Fault::on("", FaultAction::Hang));
    let mut start: Start = here.start().options(json!({"statusNotifications": true}));
    start.folders = stages.iter().map(|stage| stage.root().to_owned()).collect();
    let mut client = start.run();
    let deadline = Instant::now() + PATIENCE;
    while here.requests().is_empty() {
        client.settle();
        assert!(Instant::now() < deadline, "nothing was asked");
    }
    client.open(&path, "{}");
    client.wait_for_codes(&path, &["missing-type"]);
    for version in 2..50 {
        let text =
            if version % 2 == 0 { "{\"type\": \"slack\", \"scopes\": [\"chat:write\"]}" } else { "{}" };
        client.change(&path, version, text);
    }
    client.wait_for_codes(&path, &["missing-type"]);
    // However many projects there are, only a few ask at once.
    assert!(here.sandbox.most_at_once() <= 12, "{} at once", here.sandbox.most_at_once());
}

#[test]
fn an_authorization_that_was_refused_is_offered_again() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.terminal().push();
    let mut client = stage.server();
    client.wait_for_codes(&path, &["pending-authorization"]);
    stage.sandbox.with_state(|state| state.decide_all(false));
    client.wait_for_codes(&path, &["authorization-failed"]);
}

#[test]
fn an_expired_connector_is_authorized_again() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    let expired = Connector { status: "expired".to_owned(), ..Connector::active(&["chat:write"]) };
    stage.remote("slack", expired);
    let mut client = stage.server();
    client.wait_for_codes(&path, &["authorization-expired"]);
    let authorizing = client.begin(&stage, "base44.authorize", &["slack"]);
    client.server_request("window/showDocument");
    stage.sandbox.approve_all();
    client.answer(authorizing);
    client.message();
    client.wait_for_codes(&path, &[]);
}

#[test]
fn a_question_left_alone_does_not_hold_up_the_next_push() {
    let stage = Stage::new();
    stage.remote("notion", Connector::active(&[]));
    let mut client = stage.server();
    client.wait_for_state("notion", "remote-only");
    client.unanswered.push("window/showMessageRequest");
    let first = client.begin(&stage, "base44.push", &[]);
    client.question();
    client.unanswered.clear();
    client.choices.push_back("Remove and Push".to_owned());
    client.command(&stage, "base44.push", &[]);
    client.question();
    assert!(client.message().contains("Removed: Notion"));
    assert_eq!(client.answer(first)["result"], json!(null));
    assert_eq!(stage.count("DELETE"), 1);
}

#[test]
fn a_project_that_was_deleted_is_closed_and_never_pushed_as_empty() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.remote("slack", Connector::active(&["chat:write"]));
    let mut client = stage.server();
    client.wait_for_state("slack", "active");
    std::fs::remove_dir_all(stage.root()).unwrap();
    client.choices.push_back("Remove and Push".to_owned());
    client.command(&stage, "base44.push", &[]);
    let message = client.message();
    // Whoever looks at the disk first says it: the push, or the watch on the project's files.
    let closed = ["base44/config.jsonc is no longer there", "There is no Base44 project in"];
    assert!(closed.iter().any(|said| message.contains(said)), "{message}");
    client.wait("the project to be closed", |client| {
        let status = client.request("base44/status", serde_json::Value::Null);
        status["projects"].as_array().is_some_and(Vec::is_empty).then_some(())
    });
    assert_eq!(stage.count("DELETE") + stage.count("PUT"), 0);
}

#[test]
fn a_project_that_is_deleted_and_brought_back_is_seen_though_no_watcher_tells() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:wite"]);
    let mut client = stage.server();
    client.wait_for_codes(&path, &["unknown-scope", "not-pushed"]);
    let away = stage.root().with_extension("away");
    std::fs::rename(stage.root(), &away).unwrap();
    client.wait_for_codes(&path, &[]);
    client.wait("the project to be closed", |client| {
        let status = client.request("base44/status", serde_json::Value::Null);
        status["projects"].as_array().is_some_and(Vec::is_empty).then_some(())
    });
    std::fs::rename(&away, stage.root()).unwrap();
    client.wait_for_codes(&path, &["unknown-scope", "not-pushed"]);
}

#[test]
fn a_project_that_was_deleted_is_closed_as_the_person_comes_back() {
    let stage = Stage::new();
    let mut client = stage.server();
    client.wait_for_project("the project", |project| project["state"] == "ok");
    std::fs::remove_dir_all(stage.root()).unwrap();
    client.notify("base44/focus", serde_json::Value::Null);
    client.wait("the project to be closed", |client| {
        let told = client.notifications.iter().rev().find(|(name, _)| name == "base44/status");
        told.is_some_and(|(_, status)| status["projects"] == serde_json::json!([])).then_some(())
    });
}

#[test]
fn an_editor_that_cannot_ask_or_open_pages_is_told_the_file_the_line_and_the_command() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.remote("notion", Connector::active(&[]));
    let mut start = stage.start();
    start.capabilities = without("/window/showDocument");
    let mut client = start.run();
    client.unknown = vec!["window/showMessageRequest"];
    client.wait_for_codes(&stage.config(), &["removed-on-push"]);
    // What needs an answer is not done, and it is said where it can be.
    client.command(&stage, "base44.push", &[]);
    let message = client.message();
    assert!(message.starts_with("Remove Notion "), "{message}");
    assert!(
        message.contains("This editor cannot ask; `base44-connectors push` does, in a terminal."),
        "{message}"
    );
    assert_eq!(stage.count("PUT") + stage.count("DELETE"), 0);
    // What stops it is told with its place, though no button leads there.
    let text = "{\n  \"type\": \"notion\"\n  \"scopes\": []\n}\n";
    let path = stage.write_connector("notion.jsonc", text);
    client.open(&path, text);
    client.wait_for_codes(&path, &["syntax-error"]);
    client.command(&stage, "base44.push", &[]);
    let message = client.message();
    assert!(message.contains("notion.jsonc, line 2: A `,` is missing here."), "{message}");
    assert_eq!(stage.count("PUT") + stage.count("DELETE"), 0);
}

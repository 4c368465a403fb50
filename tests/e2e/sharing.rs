//! What another process does is seen.

use crate::stage::{Editor, Stage};

#[test]
fn a_push_in_a_terminal_shows_in_the_editor() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_codes(&path, &["not-pushed"]);
    stage.terminal().push();
    client.wait_for_codes(&path, &["pending-authorization"]);
    stage.sandbox.approve_all();
    client.wait_for_codes(&path, &[]);
}

#[test]
fn two_editors_on_one_project_say_the_same() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    let (mut one, mut other) = (stage.server(), stage.server());
    one.wait_for_codes(&path, &["not-pushed"]);
    other.wait_for_codes(&path, &["not-pushed"]);
    one.command(&stage, "base44.push", &[]);
    one.question();
    one.wait_for_codes(&path, &["pending-authorization"]);
    other.wait_for_codes(&path, &["pending-authorization"]);
    stage.sandbox.approve_all();
    one.wait_for_codes(&path, &[]);
    other.wait_for_codes(&path, &[]);
}

#[test]
fn what_was_known_is_shown_before_the_platform_answers() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.terminal().push();
    stage.sandbox.inject(connector_sandbox::Fault::on("", connector_sandbox::FaultAction::Hang));
    let mut client = stage.server();
    client.wait_for_codes(&path, &["pending-authorization"]);
}

#[test]
fn signing_in_from_a_terminal_is_noticed() {
    let stage = Stage::signed_out();
    let path = stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_project("signed out", |project| project["state"] == "signedOut");
    assert_eq!(client.published.get(&crate::client::uri(&path)), None);
    stage.sign_in();
    client.wait_for_codes(&path, &["not-pushed"]);
    assert_eq!(client.project()["account"], "ada@example.com");
}

#[test]
fn a_file_that_comes_takes_back_that_its_connector_would_be_removed() {
    let stage = Stage::new();
    stage.remote("slack", connector_sandbox::Connector::active(&["chat:write"]));
    let mut client = stage.server();
    client.wait_for_codes(&stage.config(), &["removed-on-push"]);
    let path = stage.connector("slack", &["chat:write"]);
    let changes = serde_json::json!({"changes": [{"uri": crate::client::uri(&path), "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", changes);
    client.wait_for_codes(&stage.config(), &[]);
    client.wait_for_state("slack", "active");
}

#[test]
fn a_push_waits_for_that_of_a_terminal_and_says_so() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.keep_everything();
    client.wait_for_state("slack", "not-pushed");
    let terminal = stage.terminal().hold_push();
    client.choices.push_back("Later".to_owned());
    let pushing = client.begin(&stage, "base44.push", &[]);
    let expected = "Waiting for another push of this app (a terminal, process 4711) to end";
    client.wait("who pushes", |client| {
        let mut told = client.notifications.iter().filter(|(name, _)| name == "$/progress");
        told.any(|(_, params)| params["value"]["message"] == expected).then_some(())
    });
    assert_eq!(stage.count("PUT"), 0);
    drop(terminal);
    assert_eq!(client.answer(pushing)["result"]["outcomes"][0]["status"], "pending");
    client.question();
}

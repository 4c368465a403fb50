//! The other commands: creating, taking scopes, pulling, previewing, reconnecting, opening.

use std::time::{Duration, Instant};

use connector_sandbox::Connector;
use serde_json::json;

use crate::client::{path_of, uri};
use crate::stage::{Editor, Stage, action, without};

#[test]
fn the_platforms_scopes_are_taken_with_every_comment_kept() {
    let stage = Stage::new();
    let text = "{\n  // who writes\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\", // posts\n  ],\n}\n";
    let path = stage.write_connector("slack.jsonc", text);
    stage.remote("slack", Connector::active(&["chat:write", "users:read"]));
    let mut client = stage.server();
    client.open(&path, text);
    client.wait_for_codes(&path, &["scopes-differ"]);
    let take = action(&mut client, &path, "Take the app's scopes");
    client.request("workspace/executeCommand", take["command"].clone());
    let change = client.server_request("workspace/applyEdit")["edit"]["documentChanges"][0].clone();
    assert_eq!(change["textDocument"]["version"], 1);
    let edit = &change["edits"][0];
    let (line, new) = (edit["range"]["start"]["line"].as_u64().unwrap(), edit["newText"].as_str().unwrap());
    assert!((3..=5).contains(&line) && new.contains("users:read") && !new.contains("who writes"), "{edit}");
}

#[test]
fn a_client_that_takes_no_edits_gets_the_file_written() {
    let stage = Stage::new();
    let path = stage.write_connector("slack.jsonc", "{ \"type\": \"slack\", /* kept */ \"scopes\": [] }\n");
    stage.remote("slack", Connector::active(&["users:read"]));
    let capabilities = without("/workspace/applyEdit");
    let options = json!({"statusNotifications": true});
    let mut client = stage.start().capabilities(capabilities).options(options).run();
    client.wait_for_state("slack", "scopes-differ");
    client.command(&stage, "base44.takePlatformScopes", &["slack"]);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("users:read") && text.contains("/* kept */"), "{text}");
    client.wait_for_state("slack", "active");
}

#[test]
fn the_missing_file_is_created_from_the_platform_and_opened() {
    let stage = Stage::new();
    stage.remote("slack", Connector::active(&["chat:write"]));
    let mut client = stage.server();
    client.wait_for_state("slack", "remote-only");
    let created = client.command(&stage, "base44.createConnector", &["slack"]);
    let path = stage.connectors_dir().join("slack.jsonc");
    assert_eq!(created["uri"], json!(uri(&path)));
    assert_eq!(client.server_request("window/showDocument")["uri"], json!(uri(&path)));
    assert!(std::fs::read_to_string(&path).unwrap().contains("\"chat:write\""));
    client.wait_for_state("slack", "active");
    client.wait_for_codes(&stage.config(), &[]);
    // What is there is opened, not written again.
    std::fs::write(&path, "{ \"type\": \"slack\", \"scopes\": [] }").unwrap();
    client.command(&stage, "base44.createConnector", &["slack"]);
    assert!(!std::fs::read_to_string(&path).unwrap().contains("chat:write"));
}

#[test]
fn a_connector_of_the_catalogue_is_created_in_an_untrusted_workspace_too() {
    let stage = Stage::new();
    let mut client = stage.start().options(json!({"trusted": false})).run();
    client.settle();
    client.wait("the project", |client| (client.project()["name"] == "Test").then_some(()));
    client.command(&stage, "base44.createConnector", &["notion"]);
    assert!(stage.connectors_dir().join("notion.jsonc").exists());
    client.command(&stage, "base44.createConnector", &["../evil"]);
    assert!(client.message().contains("cannot be a type"));
    assert_eq!(stage.requests(), Vec::<String>::new());
}

#[test]
fn a_pull_is_agreed_to_and_leaves_unsaved_files_alone() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.remote("slack", Connector::active(&["users:read"]));
    stage.remote("notion", Connector::active(&[]));
    let mut client = stage.server();
    client.wait_for_state("notion", "remote-only");
    client.open(&path, "{\"type\": \"slack\"}");
    client.command(&stage, "base44.pull", &[]);
    assert!(client.message().contains("slack.jsonc has changes that are not saved"));
    assert!(!stage.connectors_dir().join("notion.jsonc").exists());

    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&path)}}));
    client.command(&stage, "base44.pull", &[]);
    let question = client.question();
    assert!(question.contains("notion.jsonc") && question.contains("slack.jsonc"), "{question}");
    assert!(!stage.connectors_dir().join("notion.jsonc").exists());

    client.choices.push_back("Pull".to_owned());
    client.command(&stage, "base44.pull", &[]);
    client.question();
    assert!(client.message().contains("Written: "));
    assert!(std::fs::read_to_string(&path).unwrap().contains("users:read"));
    client.wait_for_state("notion", "active");
    client.command(&stage, "base44.pull", &[]);
    assert_eq!(client.message(), "All connectors are already up to date.");
}

#[test]
fn a_preview_says_what_a_push_would_do_and_does_nothing() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.remote("notion", Connector::active(&[]));
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    let preview = client.command(&stage, "base44.previewPush", &[]);
    let text = preview["text"].as_str().unwrap();
    assert!(text.contains("add") && text.contains("slack") && text.contains("notion"), "{text}");
    assert_eq!(preview["plan"]["steps"][0]["type"], "slack");
    assert_eq!(stage.count("PUT") + stage.count("DELETE"), 0);
    assert!(client.requests.iter().all(|(name, _)| name != "window/showDocument"));

    // A client without views of its own is shown the plan.
    let mut plain = stage.start().run();
    plain.wait("the project", |client| (client.project()["state"] == "ok").then_some(()));
    plain.command(&stage, "base44.previewPush", &[]);
    let shown = plain.server_request("window/showDocument");
    assert_eq!(std::fs::read_to_string(path_of(&shown["uri"])).unwrap(), text);
}

#[test]
fn a_connector_of_another_user_is_reconnected_by_name() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.sandbox.with_state(|state| {
        state.app(crate::stage::APP).other_users.insert("slack".to_owned(), "bob@example.com".to_owned())
    });
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    // Offered with the summary, and agreed to by name.
    client.choices.extend(["Reconnect Slack User".to_owned(), "Reconnect Slack User".to_owned()]);
    client.command(&stage, "base44.push", &[]);
    let summary = client.question();
    assert!(summary.contains("bob@example.com"), "{summary}");
    assert!(client.question().starts_with("Reconnect Slack User?"));
    client.server_request("window/showDocument");
    stage.sandbox.approve_all();
    assert_eq!(client.message(), "Authorized: Slack User.");
    client.wait_for_codes(&path, &[]);
}

#[test]
fn a_push_that_fails_in_part_is_told_in_one_short_message_with_two_things_to_do() {
    let stage = Stage::new();
    for name in ["github", "gmail", "hubspot", "notion", "slack"] {
        stage.connector(name, &[]);
    }
    stage.sandbox.with_state(|state| {
        let others = ["hubspot", "slack"].map(|name| (name.to_owned(), "bob@example.com".to_owned()));
        state.app(crate::stage::APP).other_users.extend(others);
    });
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    client.command(&stage, "base44.push", &[]);
    let told = client.server_request("window/showMessageRequest");
    assert_eq!(told["type"], 1, "{told}");
    assert_eq!(
        told["message"],
        "2 of 5 connectors were not pushed: HubSpot, Slack User. Pending authorization: GitHub, Gmail, Notion."
    );
    let actions = told["actions"].as_array().unwrap();
    let titles: Vec<&str> = actions.iter().filter_map(|action| action["title"].as_str()).collect();
    assert_eq!(titles, ["Authorize All 3"]);
}

#[test]
fn the_dashboard_is_opened_where_the_person_sits() {
    let stage = Stage::new();
    let mut client = stage.server();
    client.wait_for_project("a project", |project| project["state"] == "ok");
    client.command(&stage, "base44.openDashboard", &[]);
    let page = client.server_request("window/showDocument");
    assert!(page["uri"].as_str().unwrap().contains(crate::stage::APP) && page["external"] == true, "{page}");
}

#[cfg(unix)]
#[test]
fn a_client_that_opens_no_links_leaves_them_to_this_machine() {
    use std::os::unix::fs::PermissionsExt;

    let stage = Stage::new();
    let (programs, opened) = (stage.home().join("bin"), stage.home().join("opened"));
    std::fs::create_dir_all(&programs).unwrap();
    let browser = programs.join("xdg-open");
    std::fs::write(
        &browser,
        format!("#!/bin/sh\necho \"$1\" > '{0}.new'\n/bin/mv '{0}.new' '{0}'\n", opened.display()),
    )
    .unwrap();
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let start = stage.start().env("PATH", programs.to_str().unwrap());
    let options = json!({"statusNotifications": true});
    let mut client = start.capabilities(without("/window/showDocument")).options(options).run();
    client.wait_for_project("a project", |project| project["state"] == "ok");
    client.command(&stage, "base44.openDashboard", &[]);
    // The browser is not waited for, so the server is asked something until it has come up.
    let patience = Instant::now() + Duration::from_secs(20);
    let address = loop {
        match std::fs::read_to_string(&opened) {
            Ok(address) => break address,
            Err(error) => assert!(Instant::now() < patience, "nothing was opened: {error}"),
        }
        client.project();
    };
    assert!(address.contains(crate::stage::APP), "{address}");
    assert!(client.requests.iter().all(|(name, _)| name != "window/showDocument"));
    // The server's machine may have no screen: what is opened there is shown as well.
    let message = client.message();
    assert!(message.contains(address.trim()), "{message}");
}

#[test]
fn a_link_that_nothing_opens_is_shown() {
    let stage = Stage::new();
    let start = stage.start().env("PATH", stage.home().to_str().unwrap());
    let options = json!({"statusNotifications": true});
    let mut client = start.capabilities(without("/window/showDocument")).options(options).run();
    client.wait_for_project("a project", |project| project["state"] == "ok");
    client.command(&stage, "base44.openDashboard", &[]);
    let message = client.message();
    assert!(message.contains("The browser did not open") && message.contains(crate::stage::APP), "{message}");
}

#[test]
fn several_projects_and_no_argument_ask_which() {
    let (one, other) = (Stage::new(), Stage::new());
    std::fs::write(other.config(), "{ \"name\": \"Shop\" }\n").unwrap();
    let mut start = one.start().options(json!({"statusNotifications": true}));
    start.folders = vec![one.root().to_owned(), other.root().to_owned()];
    let mut client = start.run();
    client.wait("both projects", |client| {
        let status = client.request("base44/status", serde_json::Value::Null);
        (status["projects"].as_array().map(Vec::len) == Some(2)).then_some(())
    });
    client.choices.push_back("Shop".to_owned());
    client.request("workspace/executeCommand", json!({"command": "base44.createConnector"}));
    assert!(client.question().contains("which project"));
    client.message();
}

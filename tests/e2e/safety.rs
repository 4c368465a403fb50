//! Nothing is sent that should not be, and nothing lost that nobody agreed to lose.

use connector_sandbox::Connector;
use serde_json::json;

use crate::client::uri;
use crate::stage::{Editor, Stage};

#[test]
fn an_untrusted_workspace_makes_no_request_at_all() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:wrong"]);
    let mut client = stage.start().options(json!({"trusted": false, "statusNotifications": true})).run();
    client.wait("local findings", |client| client.published.get(&uri(&path)).cloned());
    for name in ["base44.push", "base44.pull", "base44.authorizeAll", "base44.refresh", "base44.signIn"] {
        client.command(&stage, name, &[]);
        assert!(client.message().contains("not trusted"), "{name}");
    }
    client.notify("base44/focus", json!({}));
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&path)}}));
    assert_eq!(client.project()["state"], "untrusted");
    assert_eq!(stage.requests(), Vec::<String>::new());

    // Granted, it asks; withdrawn, what it learnt is forgotten.
    client.notify("base44/trust", json!({"trusted": true}));
    client.wait_for_state("slack", "not-pushed");
    client.notify("base44/trust", json!({"trusted": false}));
    client.wait_for_state("slack", "unknown");
    client.wait("local findings alone", |client| {
        (!client.codes_of(&uri(&path)).contains(&"not-pushed".to_owned())).then_some(())
    });
}

#[test]
fn nobody_signed_in_means_no_request() {
    let stage = Stage::signed_out();
    let path = stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_project("signed out", |project| project["state"] == "signedOut");
    client.open(&path, &std::fs::read_to_string(&path).unwrap());
    client.notify("base44/focus", json!({}));
    let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri(&path)}}));
    assert_eq!(lenses[0]["command"]["command"], "base44.signIn");
    client.command(&stage, "base44.push", &[]);
    assert!(!client.question().is_empty());
    assert_eq!(stage.requests(), Vec::<String>::new());
}

#[test]
fn checks_turned_off_make_no_request_by_themselves() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    let options = json!({"platformChecks": false, "statusNotifications": true});
    let mut client = stage.start().options(options).run();
    client.wait_for_project("known", |project| project["account"] == "ada@example.com");
    client.notify("base44/focus", json!({}));
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&path)}}));
    client.settle();
    assert_eq!(stage.requests(), Vec::<String>::new());
    // Asked for, it is done all the same.
    client.command(&stage, "base44.push", &[]);
    client.question();
    client.wait_for_codes(&path, &["pending-authorization"]);
}

#[test]
fn an_env_file_cannot_send_the_login_elsewhere() {
    let (stage, evil) = (Stage::new(), Stage::new());
    stage.connector("slack", &["chat:write"]);
    std::fs::write(stage.root().join(".env"), format!("BASE44_API_URL={}\n", evil.sandbox.url())).unwrap();
    // Neither do settings of the workspace.
    let mut start = stage.start().options(json!({"statusNotifications": true}));
    start.env.retain(|(name, _)| name != "BASE44_API_URL");
    start.env.push(("BASE44_API_URL".to_owned(), String::new()));
    let mut client = start.run();
    client.configuration = json!({"apiUrl": evil.sandbox.url()});
    client.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    client.wait_for_project("a refusal", |project| project["state"] == "error");
    client.command(&stage, "base44.push", &[]);
    assert!(client.question().contains("your login is not sent"));
    assert_eq!(evil.requests(), Vec::<String>::new());
}

#[test]
fn a_removal_is_asked_about_by_name_and_refusing_it_sends_nothing() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.remote("slack", Connector::active(&["chat:write"]));
    stage.remote("notion", Connector::active(&[]));
    let mut client = stage.server();
    client.wait_for_state("notion", "remote-only");
    client.wait_for_codes(&stage.config(), &["removed-on-push"]);

    client.choices.push_back("Cancel".to_owned());
    client.command(&stage, "base44.push", &[]);
    assert!(client.question().starts_with("Remove Notion "));
    // Closed without an answer is no either.
    client.command(&stage, "base44.push", &[]);
    client.question();
    assert_eq!(stage.count("DELETE") + stage.count("PUT"), 0);

    client.choices.push_back("Remove and Push".to_owned());
    client.command(&stage, "base44.push", &[]);
    client.question();
    assert!(client.message().contains("Removed: Notion"));
    assert_eq!(stage.count("DELETE"), 1);
    client.wait_for_codes(&stage.config(), &[]);
}

#[test]
fn the_functions_that_use_what_a_push_removes_are_named() {
    let stage = Stage::new();
    stage.remote("slack", Connector::active(&[]));
    let function = stage.root().join("base44/functions/sendDigest/entry.ts");
    std::fs::create_dir_all(function.parent().unwrap()).unwrap();
    std::fs::write(
        function,
        "Deno.serve(async (req) => { await createClientFromRequest(req).asServiceRole.connectors.getConnection('slack'); });\n",
    )
    .unwrap();
    let mut client = stage.server();
    client.wait_for_state("slack", "remote-only");
    client.choices.push_back("Remove and Push".to_owned());
    client.command(&stage, "base44.push", &[]);
    let question = client.question();
    assert!(question.contains("Slack User is used by sendDigest."), "{question}");
    assert!(client.message().contains("Removed: Slack User"), "asked once");
}

#[test]
fn one_broken_file_stops_a_push_before_any_call() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.write_connector("notion.jsonc", "{ \"type\": ");
    let options = json!({"platformChecks": false, "statusNotifications": true});
    let mut client = stage.start().options(options).run();
    client.wait_for_state("notion", "invalid");
    client.command(&stage, "base44.push", &[]);
    let question = client.question();
    assert!(
        question.starts_with("Nothing was sent.") && question.contains("notion.jsonc, line 1: "),
        "{question}"
    );
    assert_eq!(stage.requests(), Vec::<String>::new());
}

#[test]
fn unsaved_changes_are_asked_about_before_a_push() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.open(&path, "{\"type\": \"slack\", \"scopes\": []}");
    client.wait_for_state("slack", "not-pushed");
    client.choices.push_back("Cancel".to_owned());
    client.command(&stage, "base44.push", &[]);
    assert!(client.question().contains("slack.jsonc has changes that are not saved"));
    assert_eq!(stage.count("PUT"), 0);
    client.choices.extend(["Push what is saved".to_owned(), "Later".to_owned()]);
    client.command(&stage, "base44.push", &[]);
    client.question();
    client.question();
    let put = stage.sandbox.requests().into_iter().find(|request| request.method == "PUT").unwrap();
    assert!(put.body.contains("chat:write"), "{}", put.body);
}

#[test]
fn only_safe_links_are_opened() {
    let stage = Stage::new();
    let mut client = stage.server();
    client.wait_for_project("a project", |project| project["name"] == "Test");
    for link in ["file:///etc/passwd", "http://example.com/", "javascript:alert(1)", "command:x"] {
        client
            .request("workspace/executeCommand", json!({"command": "base44.openLink", "arguments": [link]}));
        assert!(client.message().contains("link"), "{link}");
    }
    assert!(client.requests.iter().all(|(name, _)| name != "window/showDocument"));
    let arguments = json!([{"link": "https://example.com/"}]);
    client.request("workspace/executeCommand", json!({"command": "base44.openLink", "arguments": arguments}));
    assert_eq!(client.server_request("window/showDocument")["uri"], "https://example.com/");
}

#[test]
fn what_a_push_would_remove_can_be_looked_at_and_kept() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.remote("slack", Connector::active(&["chat:write"]));
    stage.remote("notion", Connector::active(&[]));
    let mut client = stage.server();
    client.wait_for_state("notion", "remote-only");
    client.choices.push_back("Show Plan".to_owned());
    client.command(&stage, "base44.push", &[]);
    let plan = client.notification("base44/plan");
    assert_eq!(plan["plan"]["steps"].as_array().map(Vec::len), Some(2), "{plan}");
    assert!(!stage.connectors_dir().join("notion.jsonc").exists());

    client.choices.push_back("Keep and Create File".to_owned());
    client.command(&stage, "base44.push", &[]);
    assert_eq!(client.message(), "Connectors pushed.");
    assert!(stage.connectors_dir().join("notion.jsonc").exists());
    assert_eq!(stage.count("DELETE"), 0);
}

#[test]
fn a_command_about_one_connector_asks_which_by_its_name() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    stage.connector("notion", &[]);
    stage.remote("slack", Connector::active(&["chat:write", "users:read"]));
    let mut client = stage.server();
    client.wait_for_state("slack", "scopes-differ");
    client.choices.push_back("Slack User".to_owned());
    client.command(&stage, "base44.takePlatformScopes", &[]);
    assert_eq!(client.question(), "Which connector is to take the app's scopes?");
    let edit = client.server_request("workspace/applyEdit");
    assert!(
        edit.to_string().contains("users:read") && edit.to_string().contains("/connectors/slack.jsonc"),
        "{edit}"
    );
}

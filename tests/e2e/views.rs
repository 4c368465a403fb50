//! What an editor shows of a connector: lenses, hover, code actions, status.

use connector_sandbox::Connector;
use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::stage::{Editor, Stage};

fn lenses(client: &mut Client, path: &std::path::Path) -> Vec<String> {
    let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri(path)}}));
    let title = |lens: &Value| lens["command"]["title"].as_str().unwrap().to_owned();
    lenses.as_array().into_iter().flatten().map(title).collect()
}

#[test]
fn a_lens_tells_state_account_and_scopes_and_what_can_be_done() {
    let stage = Stage::new();
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n";
    let path = stage.write("slack.jsonc", text);
    let mut client = stage.server();
    client.open(&path, text);
    client.wait_for_state("slack", "notPushed");
    assert_eq!(lenses(&mut client, &path), ["○ Not pushed · 1 scope", "Push"]);
    stage.terminal().push();
    client.wait_for_state("slack", "pending");
    assert_eq!(lenses(&mut client, &path), ["◐ Pending authorization · 1 scope", "Authorize"]);
    stage.sandbox.approve_all();
    client.wait_for_state("slack", "active");
    assert_eq!(lenses(&mut client, &path), ["● Authorized · ada@example.com · 1 scope"]);
}

#[test]
fn a_hover_tells_the_state_with_the_link() {
    let stage = Stage::new();
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n";
    let path = stage.write("slack.jsonc", text);
    stage.terminal().push();
    let mut client = stage.server();
    client.open(&path, text);
    let link = client.wait_for_state("slack", "pending")["link"].as_str().unwrap().to_owned();
    let params = json!({"textDocument": {"uri": uri(&path)}, "position": {"line": 0, "character": 12}});
    let hover = client.request("textDocument/hover", params);
    let card = hover["contents"]["value"].as_str().unwrap();
    assert!(card.contains("**On the app:** Waits for its authorization") && card.contains(&link), "{card}");
}

#[test]
fn the_status_has_everything_a_view_shows() {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.remote(
        "slack",
        Connector { user_email: Some("eve@example.com".to_owned()), ..Connector::active(&["chat:write"]) },
    );
    let mut client = stage.server();
    let connector = client.wait_for_state("slack", "active");
    assert_eq!(
        connector,
        json!({
            "type": "slack", "displayName": "Slack User", "uri": uri(&path), "state": "active",
            "account": "eve@example.com", "scopes": 1, "detail": "Connected as eve@example.com.", "link": null,
        })
    );
    let mut project =
        client.wait_for_project("ok", |project| project["state"] == "ok" && project["busy"].is_null());
    let members = project.as_object_mut().unwrap();
    members.remove("connectors");
    members.remove("checkedAt");
    let dashboard = members.remove("dashboard").unwrap();
    assert!(dashboard.as_str().unwrap().starts_with(stage.sandbox.url()));
    assert_eq!(
        project,
        json!({
            "uri": uri(&stage.root()), "name": "CRM", "appId": "app-1", "appProblem": null, "state": "ok",
            "message": null, "account": "ada@example.com", "api": stage.sandbox.url(), "busy": null, "pending": 0,
            "folder": uri(&stage.connectors()),
        })
    );
}

#[test]
fn a_project_without_an_app_says_so() {
    let stage = Stage::new();
    std::fs::remove_file(stage.root().join("base44/.app.jsonc")).unwrap();
    let mut client = stage.server();
    let project = client.wait_for_project("an error", |project| project["state"] == "error");
    assert!(project["appProblem"].as_str().unwrap().contains("not linked to an app"));
    assert_eq!(stage.requests(), Vec::<String>::new());
}

#[test]
fn quick_fixes_offer_what_a_connector_needs() {
    let stage = Stage::new();
    for name in ["slack", "notion"] {
        stage.connector(name, &[]);
    }
    stage.terminal().push();
    let mut client = stage.server();
    let path = stage.connectors().join("slack.jsonc");
    client.open(&path, &std::fs::read_to_string(&path).unwrap());
    client.wait_for_project("two that wait", |project| project["pending"] == 2);
    client.wait("the finding", |client| {
        client.codes_of(&uri(&path)).contains(&"pending-authorization".to_owned()).then_some(())
    });
    let actions = client.actions(&path, None);
    let titles: Vec<&str> = actions.iter().filter_map(|action| action["title"].as_str()).collect();
    assert!(titles.contains(&"Authorize `slack`") && titles.contains(&"Push connectors"), "{titles:?}");
    assert_eq!(titles.iter().filter(|title| title.starts_with("Authorize all")).count(), 1, "{titles:?}");
}

#[test]
fn a_saved_mistake_shows_in_the_status_while_nobody_is_signed_in() {
    let stage = Stage::signed_out();
    let path = stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.open(&path, &std::fs::read_to_string(&path).unwrap());
    client.wait_for_project("signed out", |project| project["state"] == "signedOut");
    client.change(&path, 2, "{ \"type\": \"slack\", ");
    std::fs::write(&path, "{ \"type\": \"slack\", ").unwrap();
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&path)}}));
    client.wait_for_state("slack", "invalid");
}

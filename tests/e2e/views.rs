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
    let path = stage.write_connector("slack.jsonc", text);
    let mut client = stage.server();
    client.open(&path, text);
    client.wait_for_state("slack", "not-pushed");
    assert_eq!(lenses(&mut client, &path), ["○ Not pushed · 1 scope", "Push"]);
    stage.terminal().push();
    client.wait_for_state("slack", "pending");
    assert_eq!(lenses(&mut client, &path), ["◐ Pending · 1 scope", "Authorize"]);
    stage.sandbox.approve_all();
    client.wait_for_state("slack", "active");
    assert_eq!(lenses(&mut client, &path), ["● Authorized · ada@example.com · 1 scope"]);
}

#[test]
fn a_lens_above_a_file_that_stops_a_push_says_what_its_row_says() {
    let stage = Stage::new();
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n";
    stage.write_connector("slack.jsonc", text);
    let twin = stage.write_connector("twin.jsonc", text);
    let mut client = stage.server();
    client.open(&twin, text);
    client.wait_for_codes(&twin, &["duplicate-connector"]);
    client.wait_for_state("slack", "invalid");
    let shown = client.wait("a lens", |client| Some(lenses(client, &twin)).filter(|all| !all.is_empty()));
    assert_eq!(shown, ["✗ File has errors · 1 scope"]);
}

#[test]
fn a_hover_tells_the_state_with_the_link() {
    let stage = Stage::new();
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n";
    let path = stage.write_connector("slack.jsonc", text);
    stage.terminal().push();
    let mut client = stage.server();
    client.open(&path, text);
    let link = client.wait_for_state("slack", "pending")["link"].as_str().unwrap().to_owned();
    let params = json!({"textDocument": {"uri": uri(&path)}, "position": {"line": 0, "character": 12}});
    let hover = client.request("textDocument/hover", params);
    let card = hover["contents"]["value"].as_str().unwrap();
    assert!(
        card.contains("[Authorize it]") && card.contains(&link) && !card.contains("In the app"),
        "{card}"
    );
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
            "type": "slack", "displayName": "Slack User", "uri": uri(&path), "state": "active", "word": "authorized",
            "account": "eve@example.com", "scopes": 1, "detail": "Connected as eve@example.com.", "link": null,
            "users": null,
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
            "uri": uri(stage.root()), "name": "Test", "appId": "app-1", "appProblem": null, "state": "ok",
            "message": null, "account": "ada@example.com", "api": stage.sandbox.url(), "busy": null, "pending": 0,
            "folder": uri(&stage.connectors_dir()),
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
    let path = stage.connectors_dir().join("slack.jsonc");
    client.open(&path, &std::fs::read_to_string(&path).unwrap());
    client.wait_for_project("two that wait", |project| project["pending"] == 2);
    client.wait("the finding", |client| {
        client.codes_of(&uri(&path)).contains(&"pending-authorization".to_owned()).then_some(())
    });
    let actions = client.actions(&path, None);
    let titles: Vec<&str> = actions.iter().filter_map(|action| action["title"].as_str()).collect();
    assert!(titles.contains(&"Authorize Slack User") && titles.contains(&"Push connectors"), "{titles:?}");
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

#[test]
fn a_mistake_in_a_type_is_one_finding_and_nothing_is_said_of_it_twice() {
    let stage = Stage::new();
    let path = stage.connectors_dir().join("hubspott.jsonc");
    std::fs::create_dir_all(stage.connectors_dir()).unwrap();
    std::fs::write(&path, "{ \"type\": \"hubspott\", \"scopes\": [\"oauth\"] }\n").unwrap();
    let slack = stage.connector("slack", &["chat:wite"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    // Which types the app can have is heard apart from what it has.
    client.wait_for_state("hubspott", "unknown-type");
    for path in [&path, &slack] {
        client.open(path, &std::fs::read_to_string(path).unwrap());
    }
    client.wait_for_codes(&path, &["unknown-type"]);
    let hover = |client: &mut Client, path: &std::path::Path, line: u32, character: u32| {
        let at = json!({"line": line, "character": character});
        client.request("textDocument/hover", json!({"textDocument": {"uri": uri(path)}, "position": at}))
    };
    assert_eq!(hover(&mut client, &path, 0, 12), json!(null), "the finding stands above it");
    let titles: Vec<String> = client
        .actions(&path, None)
        .iter()
        .map(|action| action["title"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert!(titles.iter().all(|title| !title.contains("Push")), "{titles:?}");
    assert_eq!(lenses(&mut client, &path), ["✗ Unknown type · 1 scope"]);
    // Of a right word only what its finding does not say.
    let text = std::fs::read_to_string(&slack).unwrap();
    let line = text.lines().position(|line| line.contains("\"type\"")).unwrap() as u32;
    let card = hover(&mut client, &slack, line, 12)["contents"]["value"].as_str().unwrap().to_owned();
    assert!(card.contains("Slack User") && !card.contains("In the app"), "{card}");
    let (line, wrong) = text.lines().enumerate().find(|(_, line)| line.contains("chat:wite")).unwrap();
    let column = wrong.find("wite").unwrap() as u32;
    assert_eq!(hover(&mut client, &slack, line as u32, column), json!(null), "the finding stands above it");
}

#[test]
fn agents_ask_for_findings_and_for_scopes_by_words_or_by_a_call() {
    let stage = Stage::new();
    stage.connector("slack", &["chat:wite"]);
    let mut client = stage.server();
    client.wait_for_state("slack", "not-pushed");
    let project = uri(stage.root());
    let found = client.request("base44/findings", json!({"project": project}));
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().filter_map(|it| it["code"].as_str()).collect();
    assert!(codes.contains(&"unknown-scope"), "{found}");
    assert_eq!(found["warnings"], 1, "{found}");
    let ask = |client: &mut Client, query: serde_json::Value| client.request("base44/scopes", query);
    let by_words = ask(&mut client, json!({"type": "googlecalendar", "words": "read events"}));
    assert!(by_words["scopes"].to_string().contains("calendar.readonly"), "{by_words}");
    let url = "https://www.googleapis.com/calendar/v3/calendars/{id}/events";
    let by_call = ask(&mut client, json!({"type": "googlecalendar", "call": {"method": "GET", "url": url}}));
    assert!(by_call["anyOf"].as_array().is_some_and(|sets| !sets.is_empty()), "{by_call}");
    let nothing = ask(&mut client, json!({"type": "no-such-type"}));
    assert!(nothing["problem"].is_string());
}

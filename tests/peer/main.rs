//! The official CLI against the sandbox, unchanged: what it makes of the sandbox's answers shows that they are the
//! platform's, and what becomes of the sandbox's state shows that it understood the calls.

// That CLI is a Node program, and where the tests run on Windows there is no Node for it.
#![cfg(not(windows))]
#![allow(clippy::unwrap_used)]

#[path = "../support/desk.rs"]
mod desk;
mod folders;
#[path = "../support/official_cli.rs"]
mod official_cli;
mod shapes;
mod turns;
mod words;

use connector_sandbox::{ConsentStatus, Device, Login, StripeMode};
use desk::Desk;

const PUSH: &[&str] = &["connectors", "push", "--yes"];
const PULL: &[&str] = &["connectors", "pull"];

#[test]
fn a_push_asks_for_consent_and_once_it_is_given_a_second_push_agrees() {
    let desk = Desk::new();
    desk.write_connector("googlecalendar.jsonc", GOOGLE_CALENDAR);
    desk.write_connector("notion.json", r#"{ "type": "notion" }"#);
    let run = desk.official(PUSH);
    let app = desk.app();
    assert_eq!(app.consents.len(), 2, "{}", run.text);
    for (id, consent) in &app.consents {
        assert_eq!(consent.status, ConsentStatus::Pending);
        assert!(run.text.contains(&format!("{}/connect/{id}", desk.sandbox.url())), "{}", run.text);
    }
    assert_eq!(desk.sandbox.approve_all(), 2);
    let connected = desk.connected();
    assert_eq!(
        connected,
        ["googlecalendar: https://www.googleapis.com/auth/calendar.readonly openid", "notion: "]
    );
    let run = desk.official(PUSH);
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert!(run.text.contains("Synced: googlecalendar, notion"), "{}", run.text);
    assert_eq!((desk.connected(), desk.app().consents.len()), (connected, 2));
}

#[test]
fn a_push_removes_what_has_no_file_and_keeps_the_rest() {
    let desk = Desk::new();
    desk.connect("slack", &["chat:write"]);
    desk.connect("github", &["repo"]);
    desk.write_connector("github.json", r#"{ "type": "github", "scopes": ["repo"] }"#);
    let run = desk.official(PUSH);
    assert!(run.text.contains("Removed: slack"), "{}", run.text);
    assert_eq!(desk.connected(), ["github: repo"]);
}

#[test]
fn a_push_with_fewer_scopes_is_synced_and_with_more_waits_for_consent() {
    let desk = Desk::new();
    desk.connect("github", &["repo", "gist"]);
    desk.write_connector("github.json", r#"{ "type": "github", "scopes": ["repo"] }"#);
    let run = desk.official(PUSH);
    assert!(run.text.contains("Synced: github"), "{}", run.text);
    assert_eq!(desk.connected(), ["github: repo"]);
    desk.write_connector("github.json", r#"{ "type": "github", "scopes": ["repo", "user"] }"#);
    let run = desk.official(PUSH);
    assert!(run.text.contains("require authorization"), "{}", run.text);
    assert_eq!(desk.connected(), ["github: repo"]);
    desk.sandbox.approve_all();
    assert_eq!(desk.connected(), ["github: repo user"]);
}

#[test]
fn a_push_installs_stripe_says_where_to_claim_it_and_removes_it_again() {
    let desk = Desk::new();
    desk.write_connector("stripe.jsonc", r#"{ "type": "stripe" }"#);
    let run = desk.official(PUSH);
    let app = desk.app();
    assert_eq!(app.stripe, Some(StripeMode::Sandbox), "{}", run.text);
    assert!(run.text.contains(&app.stripe_claim_url.unwrap()), "{}", run.text);
    assert!(run.text.contains(&format!("{}/apps/", desk.sandbox.url())), "{}", run.text);
    desk.delete_connector("stripe.jsonc");
    let run = desk.official(PUSH);
    assert_eq!(desk.app().stripe, None, "{}", run.text);
}

#[test]
fn another_users_connector_fails_alone_and_with_the_platforms_words() {
    let desk = Desk::new();
    desk.with_app(|app| {
        app.other_users.insert("slack".to_owned(), "grace@example.com".to_owned());
    });
    desk.connect("notion", &[]);
    desk.write_connector("slack.json", r#"{ "type": "slack", "scopes": ["chat:write"] }"#);
    desk.write_connector("notion.json", r#"{ "type": "notion" }"#);
    let run = desk.official(PUSH);
    assert!(run.text.contains("already connected by grace@example.com"), "{}", run.text);
    assert!(run.text.contains("Synced: notion"), "{}", run.text);
}

#[test]
fn an_expired_connector_is_asked_for_again() {
    let desk = Desk::new();
    desk.connect("slack", &["chat:write"]);
    desk.with_app(|app| app.connectors.get_mut("slack").unwrap().status = "expired".to_owned());
    desk.write_connector("slack.json", r#"{ "type": "slack", "scopes": ["chat:write"] }"#);
    let run = desk.official(PUSH);
    assert_eq!(desk.sandbox.approve_all(), 1, "{}", run.text);
    assert_eq!(desk.connected(), ["slack: chat:write"]);
}

#[test]
fn a_pull_writes_what_the_platform_has_and_pushing_it_back_changes_nothing() {
    let desk = Desk::new();
    desk.connect("slack", &["chat:write", "users:read"]);
    desk.connect("notion", &[]);
    desk.with_app(|app| app.stripe = Some(StripeMode::Live));
    let run = desk.official(PULL);
    assert_eq!(run.code, Some(0), "{}", run.text);
    let files = desk.connector_files();
    let read = |name: &str| serde_json::from_str::<serde_json::Value>(&files[name]).unwrap();
    assert_eq!(files.len(), 3);
    assert_eq!(
        read("slack.jsonc"),
        serde_json::json!({ "type": "slack", "scopes": ["chat:write", "users:read"] })
    );
    assert_eq!(read("notion.jsonc"), serde_json::json!({ "type": "notion", "scopes": [] }));
    assert_eq!(read("stripe.jsonc"), serde_json::json!({ "type": "stripe", "scopes": [] }));
    let before = desk.app();
    assert!(desk.official(PULL).text.contains("already up to date"));
    let run = desk.official(PUSH);
    let after = desk.app();
    assert_eq!(desk.connector_files(), files);
    assert_eq!(
        (after.connectors, after.stripe, after.consents.len()),
        (before.connectors, before.stripe, 0),
        "{}",
        run.text
    );
}

#[test]
fn an_expired_token_is_refreshed_and_the_new_login_is_one_the_sandbox_accepts() {
    let desk = Desk::new();
    let before: Login = login(&desk);
    desk.sandbox.expire_tokens();
    let run = desk.official(PULL);
    assert_eq!(run.code, Some(0), "{}", run.text);
    let after = login(&desk);
    assert_ne!(after.refresh_token, before.refresh_token);
    desk.sandbox.with_state(|state| {
        assert!(state.access_tokens.contains_key(&after.access_token));
        assert!(state.refresh_tokens.contains(&after.refresh_token));
        assert!(!state.refresh_tokens.contains(&before.refresh_token));
    });
    assert!(desk.official(PULL).text.contains("already up to date"));
}

#[test]
fn a_workspace_key_stands_for_a_login() {
    let desk = Desk::new();
    std::fs::remove_file(desk.login_path()).unwrap();
    desk.connect("notion", &[]);
    let run = desk.official_with(&[("BASE44_API_KEY", "b44k_sandbox")], PULL);
    assert!(run.text.contains("Written: notion"), "{}", run.text);
    assert!(
        desk.sandbox.take_requests().iter().all(|request| request.header("api_key") == Some("b44k_sandbox"))
    );
}

#[test]
fn a_device_login_ends_when_its_person_approves() {
    let desk = Desk::new();
    std::fs::remove_file(desk.login_path()).unwrap();
    let mut running = desk.start_official(&["login"]);
    let approve = |device: &mut Device| device.approved = Some(true);
    while !running.is_over() {
        desk.sandbox.with_state(|state| state.devices.values_mut().for_each(approve));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let run = running.wait();
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert_eq!(login(&desk).email, "ada@example.com");
}

#[test]
fn what_is_available_is_understood_whole() {
    let desk = Desk::new();
    let run = desk.official(&["connectors", "list-available"]);
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert!(run.text.contains("Found 41 available integrations"), "{}", run.text);
    assert!(run.text.contains("name: company_domain"), "{}", run.text);
}

#[test]
fn an_app_that_another_tool_made_is_explained() {
    let desk = Desk::new();
    desk.with_app(|app| app.made_elsewhere = true);
    let run = desk.official(PULL);
    assert!(run.text.contains("base44 link"), "{}", run.text);
    assert_ne!(run.code, Some(0));
}

const GOOGLE_CALENDAR: &str = "\
// Read by JSON5's rules
{
  type: 'googlecalendar',
  scopes: [
    \"https://www.googleapis.com/auth/calendar.readonly\",
    'openid', // who it is
  ],
}
";

fn login(desk: &Desk) -> Login {
    serde_json::from_slice(&std::fs::read(desk.login_path()).unwrap()).unwrap()
}

//! The official CLI and ours take turns in one project: neither finds anything to do after the other.

use connector_sandbox::StripeMode;

use super::desk::Desk;
use super::{PULL, PUSH, login};

const GITHUB: &str = r#"{ "type": "github", "scopes": ["repo"] }"#;
const NOTION: &str = "// Pages\n{ type: 'notion', scopes: [], }\n";
const STRIPE: &str = r#"{ "type": "stripe" }"#;

#[test]
fn after_our_push_the_official_one_changes_nothing() {
    let desk = desk();
    let run = desk.ours(PUSH_OURS);
    assert_eq!(desk.sandbox.approve_all(), 2, "{}", run.text);
    assert_eq!(desk.app().stripe, Some(StripeMode::Sandbox), "{}", run.text);
    let (app, files) = (desk.app(), desk.connector_files());
    let run = desk.official(PUSH);
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert!(run.text.contains("Synced: github, notion, stripe"), "{}", run.text);
    assert_eq!((desk.app().connectors, desk.app().consents.len()), (app.connectors, 2));
    assert!(desk.official(PULL).text.contains("already up to date"));
    assert_eq!(desk.connector_files(), files);
}

#[test]
fn after_the_official_push_ours_finds_nothing_to_send() {
    let desk = desk();
    desk.official(PUSH);
    desk.sandbox.approve_all();
    let app = desk.app();
    desk.calls();
    let run = desk.ours(PUSH_OURS);
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert!(desk.calls().iter().all(|call| call.starts_with("GET ")), "{}", run.text);
    assert_eq!((desk.app().connectors, desk.app().consents.len()), (app.connectors, 2));
}

#[test]
fn what_ours_asked_for_and_nobody_approved_is_the_same_link_for_the_official_one() {
    let desk = desk();
    let run = desk.ours(PUSH_OURS);
    let consents: Vec<String> = desk.app().consents.into_keys().collect();
    assert_eq!(consents.len(), 2, "{}", run.text);
    let run = desk.official(PUSH);
    for id in &consents {
        assert!(run.text.contains(id), "{}", run.text);
    }
    assert_eq!(desk.app().consents.into_keys().collect::<Vec<_>>(), consents);
}

#[test]
fn both_remove_what_the_other_added_once_its_file_is_gone() {
    let desk = desk();
    desk.ours(PUSH_OURS);
    desk.sandbox.approve_all();
    desk.delete_connector("github.json");
    let run = desk.official(PUSH);
    assert_eq!(desk.connected(), ["notion: "], "{}", run.text);
    desk.delete_connector("stripe.json");
    let run = desk.ours(PUSH_OURS);
    assert_eq!((desk.connected().len(), desk.app().stripe), (1, None), "{}", run.text);
}

#[test]
fn after_our_pull_the_official_one_finds_everything_up_to_date() {
    let desk = Desk::new();
    desk.connect("slack", &["chat:write", "users:read"]);
    desk.connect("notion", &[]);
    desk.with_app(|app| app.stripe = Some(StripeMode::Live));
    let run = desk.ours(PULL_OURS);
    assert_eq!(run.code, Some(0), "{}", run.text);
    let files = desk.connector_files();
    assert_eq!(files.len(), 3, "{}", run.text);
    let run = desk.official(PULL);
    assert!(run.text.contains("already up to date"), "{}", run.text);
    assert_eq!(desk.connector_files(), files);
}

#[test]
fn after_the_official_pull_ours_touches_no_file() {
    let desk = Desk::new();
    desk.connect("slack", &["chat:write", "users:read"]);
    desk.connect("notion", &[]);
    desk.official(PULL);
    let files = desk.connector_files();
    let run = desk.ours(PULL_OURS);
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert!(run.text.contains("already up to date"), "{}", run.text);
    assert_eq!(desk.connector_files(), files);
}

#[test]
fn a_login_that_one_renewed_serves_the_other() {
    let desk = Desk::new();
    desk.connect("notion", &[]);
    let first = login(&desk);
    desk.sandbox.expire_tokens();
    let run = desk.ours(PULL_OURS);
    assert_eq!(run.code, Some(0), "{}", run.text);
    let second = login(&desk);
    assert_ne!(second.refresh_token, first.refresh_token);
    assert_eq!(desk.official(PULL).code, Some(0));
    assert_eq!(login(&desk), second);
    desk.sandbox.expire_tokens();
    assert_eq!(desk.official(PULL).code, Some(0));
    let third = login(&desk);
    assert_ne!(third.refresh_token, second.refresh_token);
    let run = desk.ours(PULL_OURS);
    assert_eq!(run.code, Some(0), "{}", run.text);
    assert_eq!(login(&desk), third);
}

const PUSH_OURS: &[&str] = &["push", "--yes"];
const PULL_OURS: &[&str] = &["pull", "--yes"];

/// A project with three connectors, none of them on the platform.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write_connector("github.json", GITHUB);
    desk.write_connector("notion.jsonc", NOTION);
    desk.write_connector("stripe.json", STRIPE);
    desk
}

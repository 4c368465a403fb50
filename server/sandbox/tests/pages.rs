//! The pages that a person opens.

#![allow(clippy::unwrap_used)]

mod support;

use connector_sandbox::{Connector, Handle};
use support::{APP, Answer, hidden, list, post_form, sandbox, send, set, status};

fn get(at: &Handle, path: &str) -> Answer {
    send(at, "GET", path, &[], "").unwrap()
}

/// Asks for consent; gives the connection id, its page's path and its form's token.
fn ask(at: &Handle, type_name: &str, scopes: &[&str]) -> (String, String, String) {
    let id = set(at, type_name, scopes)["connection_id"].as_str().unwrap().to_owned();
    let path = format!("/connect/{id}");
    let token = hidden(&get(at, &path).body, "token");
    (id, path, token)
}

#[test]
fn the_consent_page_says_who_asks_for_what() {
    let sandbox = sandbox();
    sandbox.with_state(|state| state.app(APP).name = Some("Team Planner".to_owned()));
    let (_, path, _) =
        ask(&sandbox, "googlecalendar", &["https://www.googleapis.com/auth/calendar.readonly", "openid"]);
    let page = get(&sandbox, &path);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    for text in [
        "Team Planner",
        "Google Calendar",
        "calendar.readonly",
        "openid",
        "ada@example.com",
        "Approve",
        "Deny",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
}

#[test]
fn a_person_approves_as_the_account_they_choose_and_may_close_the_tab() {
    let sandbox = sandbox();
    let (id, path, token) = ask(&sandbox, "slack", &["a", "b"]);
    let fields = [
        ("token", token.as_str()),
        ("account", "ada.work@example.org"),
        ("scope", "a"),
        ("scope", "b"),
        ("answer", "approve"),
    ];
    let answer = post_form(&sandbox, &path, &fields);
    assert_eq!((answer.status, answer.header("location")), (303, Some(path.as_str())));
    assert!(get(&sandbox, &path).body.contains("You can close this tab"));
    assert_eq!(status(&sandbox, "slack", &id), "ACTIVE");
    assert_eq!(list(&sandbox)[0]["user_email"], "ada.work@example.org");
}

#[test]
fn a_person_denies() {
    let sandbox = sandbox();
    let (id, path, token) = ask(&sandbox, "slack", &["a"]);
    post_form(&sandbox, &path, &[("token", &token), ("answer", "deny")]);
    assert!(get(&sandbox, &path).body.contains("You denied the request"));
    assert_eq!(status(&sandbox, "slack", &id), "FAILED");
}

#[test]
fn a_permission_that_is_left_out_fails_the_whole() {
    let sandbox = sandbox();
    let (id, path, token) = ask(&sandbox, "slack", &["a", "b"]);
    let fields =
        [("token", token.as_str()), ("account", "ada@example.com"), ("scope", "a"), ("answer", "approve")];
    post_form(&sandbox, &path, &fields);
    assert!(get(&sandbox, &path).body.contains("You left a permission out"));
    assert_eq!(status(&sandbox, "slack", &id), "FAILED");
    assert_eq!(list(&sandbox), serde_json::json!([]));
}

#[test]
fn an_answer_counts_only_with_the_forms_token_and_a_known_account() {
    let sandbox = sandbox();
    let (id, path, token) = ask(&sandbox, "slack", &[]);
    let wrong = [
        vec![("token", "guess"), ("account", "ada@example.com"), ("answer", "approve")],
        vec![("account", "ada@example.com"), ("answer", "approve")],
        vec![("token", &token), ("account", "eve@example.com"), ("answer", "approve")],
        vec![("token", &token), ("account", "ada@example.com")],
    ];
    for fields in wrong {
        assert_eq!(post_form(&sandbox, &path, &fields).status, 403);
    }
    assert_eq!(status(&sandbox, "slack", &id), "PENDING");
}

#[test]
fn an_answered_consent_cannot_be_answered_otherwise() {
    let sandbox = sandbox();
    let (id, path, token) = ask(&sandbox, "slack", &[]);
    assert!(sandbox.deny(&id));
    let fields = [("token", token.as_str()), ("account", "ada@example.com"), ("answer", "approve")];
    assert_eq!(post_form(&sandbox, &path, &fields).status, 303);
    assert_eq!(status(&sandbox, "slack", &id), "FAILED");
}

#[test]
fn what_comes_from_outside_is_text_and_never_markup() {
    let sandbox = sandbox();
    let evil = "<script>alert(1)</script>\"'&";
    sandbox.with_state(|state| {
        state.app(APP).name = Some(evil.to_owned());
        state.accounts = vec![evil.to_owned()];
        state
            .app(APP)
            .connectors
            .insert("slack".to_owned(), Connector { status: evil.to_owned(), ..Connector::active(&[evil]) });
    });
    let (_, path, _) = ask(&sandbox, "github", &[evil]);
    let overview = format!("/apps/{APP}/editor/workspace/overview");
    let connections = format!("/apps/{APP}/editor/workspace/app-connections");
    for path in [
        path.as_str(),
        &overview,
        &connections,
        "/",
        "/device?user_code=%22%3E%3Cscript%3E",
        "/connect/%3Cscript%3E",
    ] {
        let page = get(&sandbox, path).body;
        assert!(!page.contains("<script"), "{path}: {page}");
    }
    assert!(get(&sandbox, &path).body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;"));
}

#[test]
fn every_page_forbids_scripts_frames_and_anything_from_elsewhere() {
    let sandbox = sandbox();
    let (_, consent, _) = ask(&sandbox, "slack", &[]);
    for path in [consent.as_str(), "/", "/device", "/connect/nope", "/stripe/claim/nope"] {
        let page = get(&sandbox, path);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(page.body.contains(&format!("<style nonce=\"{nonce}\">")));
        assert!(!page.body.contains("src=") && !page.body.contains(" style="));
    }
}

#[test]
fn a_link_of_the_state_is_one_only_where_it_may_be_opened() {
    let sandbox = sandbox();
    let page = |link: &str| {
        sandbox.with_state(|state| {
            let app = state.app(APP);
            app.stripe = Some(connector_sandbox::StripeMode::Sandbox);
            app.stripe_claim_url = Some(link.to_owned());
        });
        get(&sandbox, &format!("/apps/{APP}/editor/workspace/app-connections")).body
    };
    for link in
        ["javascript:alert(1)", "data:text/html,x", "http://evil.example/", "//evil.example", "file:///etc/x"]
    {
        assert!(!page(link).contains("Claim your"), "{link}");
    }
    for link in ["https://a.example/claim", "http://127.0.0.1:4400/stripe/claim/1"] {
        assert!(page(link).contains(&format!("href=\"{link}\"")), "{link}");
    }
}

#[test]
fn every_answer_is_for_its_own_site_and_taken_for_what_it_is() {
    let sandbox = sandbox();
    for path in
        ["/", "/nowhere", "/sandbox/requests", "/api/apps/app-1/external-auth/list", "/oauth/userinfo"]
    {
        let answer = get(&sandbox, path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
    }
}

#[test]
fn unknown_links_say_what_to_do() {
    let sandbox = sandbox();
    let page = get(&sandbox, "/connect/nope");
    assert_eq!(page.status, 404);
    assert!(page.body.contains("Push the connector again"));
}

#[test]
fn the_dashboard_shows_what_is_connected_and_what_waits() {
    let sandbox = sandbox();
    sandbox.with_state(|state| {
        state.app(APP).connectors.insert("slack".to_owned(), Connector::active(&["chat:write"]));
    });
    let (_, consent, _) = ask(&sandbox, "notion", &[]);
    let page = get(&sandbox, &format!("/apps/{APP}/editor/workspace/app-connections"));
    assert_eq!(page.status, 200);
    for text in ["Slack User", "chat:write", "Notion", consent.as_str(), "waiting for you"] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(get(&sandbox, "/").body.contains(&format!("/apps/{APP}/editor/workspace/overview")));
    sandbox.with_state(|state| state.app_ids.insert("other".to_owned()));
    assert_eq!(get(&sandbox, &format!("/apps/{APP}/editor/workspace/overview")).status, 404);
}

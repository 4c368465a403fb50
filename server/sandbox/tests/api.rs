//! The calls about an app, over a real socket.

#![allow(clippy::unwrap_used)]

mod support;

use connector_sandbox::{Connector, StripeMode};
use serde_json::json;
use support::{APP, app_path, call, list, sandbox, send, set, status};

#[test]
fn a_new_connector_needs_authorization_and_is_listed_once_it_is_approved() {
    let sandbox = sandbox();
    let answer = set(&sandbox, "slack", &["chat:write"]);
    let id = answer["connection_id"].as_str().unwrap();
    assert_eq!(answer["already_authorized"], false);
    assert!(answer["redirect_url"].as_str().unwrap().starts_with(sandbox.url()));
    assert_eq!(list(&sandbox), json!([]));
    assert_eq!(status(&sandbox, "slack", id), "PENDING");
    assert!(sandbox.approve(id));
    assert_eq!(status(&sandbox, "slack", id), "ACTIVE");
    let expected = json!([{
        "integration_type": "slack", "status": "active", "scopes": ["chat:write"], "user_email": "ada@example.com",
    }]);
    assert_eq!(list(&sandbox), expected);
}

#[test]
fn a_denied_consent_fails_and_connects_nothing() {
    let sandbox = sandbox();
    let id = set(&sandbox, "slack", &["chat:write"])["connection_id"].as_str().unwrap().to_owned();
    assert!(sandbox.deny(&id));
    assert!(!sandbox.approve(&id));
    assert_eq!(status(&sandbox, "slack", &id), "FAILED");
    assert_eq!(list(&sandbox), json!([]));
}

#[test]
fn a_consent_that_nobody_gives_fails_after_its_time() {
    let sandbox = sandbox();
    let id = set(&sandbox, "slack", &[])["connection_id"].as_str().unwrap().to_owned();
    sandbox.with_state(|state| state.app(APP).consents.get_mut(&id).unwrap().since = 0);
    assert_eq!(status(&sandbox, "slack", &id), "FAILED");
}

#[test]
fn the_same_scopes_in_any_order_are_authorized_already() {
    let sandbox = sandbox();
    connect(&sandbox, "slack", Connector::active(&["a", "b"]));
    let answer = set(&sandbox, "slack", &["b", "a"]);
    assert_eq!((&answer["already_authorized"], &answer["redirect_url"]), (&json!(true), &json!(null)));
}

#[test]
fn fewer_scopes_replace_the_old_ones_at_once() {
    let sandbox = sandbox();
    connect(&sandbox, "slack", Connector::active(&["a", "b"]));
    let answer = set(&sandbox, "slack", &["a"]);
    assert_eq!((&answer["already_authorized"], &answer["redirect_url"]), (&json!(false), &json!(null)));
    assert_eq!(list(&sandbox)[0]["scopes"], json!(["a"]));
}

#[test]
fn a_further_scope_needs_consent_and_leaves_the_old_ones_until_then() {
    let sandbox = sandbox();
    connect(&sandbox, "slack", Connector::active(&["a"]));
    let answer = set(&sandbox, "slack", &["a", "b"]);
    assert!(answer["redirect_url"].is_string());
    assert_eq!(list(&sandbox)[0]["scopes"], json!(["a"]));
    sandbox.approve_all();
    assert_eq!(list(&sandbox)[0]["scopes"], json!(["a", "b"]));
}

#[test]
fn an_expired_or_disconnected_connector_needs_authorization_again() {
    let sandbox = sandbox();
    for state in ["expired", "disconnected"] {
        let connector = Connector { status: state.to_owned(), ..Connector::active(&["a"]) };
        connect(&sandbox, "slack", connector);
        assert!(set(&sandbox, "slack", &["a"])["redirect_url"].is_string());
        assert_eq!(list(&sandbox)[0]["status"], state);
        sandbox.approve_all();
        assert_eq!(list(&sandbox)[0]["status"], "active");
    }
}

#[test]
fn asking_again_for_the_same_reuses_the_link_and_for_something_else_replaces_it() {
    let sandbox = sandbox();
    let first = set(&sandbox, "slack", &["a"]);
    assert_eq!(set(&sandbox, "slack", &["a"]), first);
    let other = set(&sandbox, "slack", &["a", "b"]);
    assert_ne!(other["connection_id"], first["connection_id"]);
    assert_eq!(status(&sandbox, "slack", first["connection_id"].as_str().unwrap()), "FAILED");
}

#[test]
fn another_users_connector_is_refused_with_the_address_until_it_is_removed() {
    let sandbox = sandbox();
    sandbox.with_state(|state| {
        state.app(APP).other_users.insert("slack".to_owned(), "grace@example.com".to_owned());
    });
    let answer = set(&sandbox, "slack", &["a"]);
    assert_eq!(answer["error"], "different_user");
    assert_eq!(answer["other_user_email"], "grace@example.com");
    assert!(answer["error_message"].as_str().unwrap().contains("grace@example.com"));
    assert_eq!(answer["redirect_url"], json!(null));
    assert_eq!(
        call(&sandbox, "DELETE", &app_path("external-auth/integrations/slack/remove"), "").status,
        200
    );
    assert!(set(&sandbox, "slack", &["a"])["redirect_url"].is_string());
}

#[test]
fn a_removed_connector_is_gone_with_the_consents_that_waited_for_it() {
    let sandbox = sandbox();
    connect(&sandbox, "slack", Connector::active(&["a"]));
    let id = set(&sandbox, "slack", &["a", "b"])["connection_id"].as_str().unwrap().to_owned();
    let answer = call(&sandbox, "DELETE", &app_path("external-auth/integrations/slack/remove"), "");
    assert_eq!(answer.json(), json!({ "status": "removed", "integration_type": "slack" }));
    assert_eq!(list(&sandbox), json!([]));
    assert_eq!(status(&sandbox, "slack", &id), "FAILED");
}

#[test]
fn what_is_not_connected_is_not_found_by_its_error_type_and_not_by_its_status() {
    let sandbox = sandbox();
    let removal = call(&sandbox, "DELETE", &app_path("external-auth/integrations/slack/remove"), "");
    let unknown = app_path("external-auth/status?integration_type=slack&connection_id=nope");
    for answer in [removal, call(&sandbox, "GET", &unknown, "")] {
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["error_type"], "KeyError");
    }
}

#[test]
fn a_body_a_type_or_a_query_that_does_not_fit_is_unprocessable_and_named() {
    let sandbox = sandbox();
    let put = |type_name: &str, body: &str| {
        call(&sandbox, "PUT", &app_path(&format!("external-auth/integrations/{type_name}")), body)
    };
    let named = [
        (put("slack", "{\"scopes\":\"a\"}"), "body.scopes"),
        (put("slack", "{}"), "body.scopes"),
        (put("slack", "{"), "body"),
        (put("slack", "[[]]"), "body"),
        (put("sl.ack", "{\"scopes\":[]}"), "path.integration_type"),
        (put("stripe", "{\"scopes\":[]}"), "path.integration_type"),
        (
            call(&sandbox, "GET", &app_path("external-auth/status?integration_type=a"), ""),
            "query.connection_id",
        ),
    ];
    for (answer, name) in named {
        assert_eq!(answer.status, 422, "{name}");
        assert_eq!(answer.json()["extra_data"]["errors"][0]["name"], name);
    }
}

#[test]
fn custom_types_are_accepted_unless_only_known_ones_are() {
    let sandbox = sandbox();
    assert!(set(&sandbox, "my_own-Type", &[])["redirect_url"].is_string());
    sandbox.with_state(|state| state.known_types_only = true);
    let answer =
        call(&sandbox, "PUT", &app_path("external-auth/integrations/my_own-Type"), "{\"scopes\":[]}");
    assert_eq!(answer.status, 422);
    assert!(set(&sandbox, "slack", &[])["redirect_url"].is_string());
}

#[test]
fn the_list_of_what_is_available_is_complete_without_stripe_and_without_what_is_taken_out() {
    let sandbox = sandbox();
    let types = || {
        let answer = call(&sandbox, "GET", &app_path("external-auth/available-integrations"), "").json();
        answer["integrations"].as_array().unwrap().clone()
    };
    let all = types();
    assert_eq!(all.len(), 41);
    assert!(all.iter().all(|entry| entry["integration_type"] != "stripe"));
    assert!(all.iter().all(|entry| entry["display_name"].is_string() && entry["description"].is_string()));
    let fields = |entry: &serde_json::Value| entry["connection_config_fields"].as_array().unwrap().clone();
    let required = all.iter().flat_map(fields).filter(|field| field["required"] == true).count();
    assert!(required > 0);
    sandbox.with_state(|state| state.unavailable.insert("slack".to_owned()));
    assert_eq!(types().len(), 40);
}

#[test]
fn stripe_is_installed_claimed_and_removed() {
    let sandbox = sandbox();
    let stripe_status = || call(&sandbox, "GET", &app_path("payments/stripe/status"), "").json();
    assert_eq!(stripe_status(), json!({ "stripe_mode": null }));
    let install = || call(&sandbox, "POST", &app_path("payments/stripe/install"), "").json();
    let first = install();
    assert_eq!(first["already_installed"], false);
    let claim = first["claim_url"].as_str().unwrap().to_owned();
    assert_eq!(stripe_status(), json!({ "stripe_mode": "sandbox", "sandbox_claim_url": claim }));
    assert_eq!(install(), json!({ "already_installed": true, "claim_url": claim }));
    let path = claim.strip_prefix(sandbox.url()).unwrap();
    let page = send(&sandbox, "GET", path, &[], "").unwrap();
    let token = support::hidden(&page.body, "token");
    assert_eq!(support::post_form(&sandbox, path, &[("token", &token)]).status, 200);
    assert_eq!(stripe_status(), json!({ "stripe_mode": "sandbox" }));
    assert_eq!(send(&sandbox, "GET", path, &[], "").unwrap().status, 404);
    let remove = || call(&sandbox, "DELETE", &app_path("payments/stripe"), "").json();
    assert_eq!(remove(), json!({ "success": true }));
    assert_eq!(remove(), json!({ "success": false }));
    sandbox.with_state(|state| state.app(APP).stripe = Some(StripeMode::Live));
    assert_eq!(stripe_status(), json!({ "stripe_mode": "live" }));
}

#[test]
fn nobody_an_unknown_and_an_expired_token_are_unauthorized() {
    let sandbox = sandbox();
    let path = app_path("external-auth/list");
    let ask = |headers: &[&str]| send(&sandbox, "GET", &path, headers, "").unwrap().status;
    assert_eq!(ask(&[]), 401);
    assert_eq!(ask(&["authorization: Bearer nope"]), 401);
    let basic = format!("authorization: Basic {}", sandbox.login().access_token);
    assert_eq!(ask(&[&basic]), 401);
    let bearer = format!("authorization: Bearer {}", sandbox.login().access_token);
    assert_eq!(ask(&[&bearer]), 200);
    sandbox.expire_tokens();
    assert_eq!(ask(&[&bearer]), 401);
}

#[test]
fn a_workspace_key_is_accepted_only_if_it_is_known() {
    let sandbox = sandbox();
    let path = app_path("external-auth/list");
    assert_eq!(send(&sandbox, "GET", &path, &["api_key: b44k_sandbox"], "").unwrap().status, 200);
    assert_eq!(send(&sandbox, "GET", &path, &["api_key: b44k_other"], "").unwrap().status, 401);
}

#[test]
fn an_app_that_does_not_exist_is_not_found_where_the_apps_are_given() {
    let sandbox = sandbox();
    sandbox.with_state(|state| state.app_ids.insert("another".to_owned()));
    assert_eq!(call(&sandbox, "GET", &app_path("external-auth/list"), "").status, 404);
    assert_eq!(call(&sandbox, "GET", "/api/apps/another/external-auth/list", "").status, 200);
}

#[test]
fn an_app_that_another_tool_made_is_refused_with_the_reason() {
    let sandbox = sandbox();
    sandbox.with_state(|state| state.app(APP).made_elsewhere = true);
    let answer = call(&sandbox, "GET", &app_path("external-auth/list"), "");
    assert_eq!(answer.status, 428);
    assert_eq!(answer.json()["extra_data"]["reason"], "requires_backend_platform_app");
}

#[test]
fn an_unknown_path_is_not_found() {
    let sandbox = sandbox();
    assert_eq!(call(&sandbox, "GET", "/api/apps/app1/nothing", "").status, 404);
}

fn connect(at: &connector_sandbox::Handle, type_name: &str, connector: Connector) {
    at.with_state(|state| state.app(APP).connectors.insert(type_name.to_owned(), connector));
}

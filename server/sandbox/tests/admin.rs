//! `/sandbox/…`, as a test in another language uses it.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{APP, Answer, app_path, call, list, sandbox, send, set, status};

fn steer(at: &connector_sandbox::Handle, method: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(at, method, &format!("/sandbox/{path}"), &["content-type: application/json"], &body).unwrap()
}

#[test]
fn an_app_is_replaced_patched_read_and_deleted() {
    let sandbox = sandbox();
    let app = json!({ "connectors": { "slack": { "scopes": ["a"], "status": "expired" }, "notion": {} } });
    assert_eq!(steer(&sandbox, "PUT", "apps/app1", &app).status, 200);
    assert_eq!(list(&sandbox).as_array().unwrap().len(), 2);
    let patch =
        json!({ "connectors": { "notion": null, "slack": { "status": "active" } }, "stripe": "live" });
    steer(&sandbox, "PATCH", "apps/app1", &patch);
    let read = steer(&sandbox, "GET", "apps/app1", &Value::Null).json();
    assert_eq!(read["stripe"], "live");
    assert_eq!(list(&sandbox)[0]["status"], "active");
    assert_eq!(list(&sandbox)[0]["scopes"], json!(["a"]));
    assert_eq!(list(&sandbox).as_array().unwrap().len(), 1);
    assert_eq!(steer(&sandbox, "DELETE", "apps/app1", &Value::Null).status, 204);
    assert_eq!(list(&sandbox), json!([]));
}

#[test]
fn the_whole_state_is_read_patched_and_replaced_without_signing_anybody_out() {
    let sandbox = sandbox();
    set(&sandbox, "slack", &["a"]);
    let state = steer(&sandbox, "GET", "state", &Value::Null).json();
    assert_eq!(state["apps"][APP]["consents"].as_object().unwrap().len(), 1);
    assert_eq!(steer(&sandbox, "PATCH", "state", &json!({ "known_types_only": true })).status, 200);
    assert!(sandbox.with_state(|state| state.known_types_only));
    assert_eq!(
        steer(&sandbox, "PUT", "state", &json!({ "apps": { APP: { "name": "Planner" } } })).status,
        200
    );
    sandbox.with_state(|state| {
        assert_eq!(state.app(APP).name.as_deref(), Some("Planner"));
        assert!(!state.known_types_only);
    });
    assert_eq!(list(&sandbox), json!([]));
}

#[test]
fn what_does_not_fit_changes_nothing_and_says_what() {
    let sandbox = sandbox();
    let bad = [
        ("PATCH", "apps/app1", json!({ "connectors": [] })),
        ("PUT", "state", json!([])),
        ("POST", "faults", json!({ "action": { "kind": "explode" } })),
        ("POST", "faults", json!({ "time": 1, "action": { "kind": "hang" } })),
        ("PATCH", "apps/app1", json!({ "connector": {} })),
        ("PUT", "latency", json!({})),
        ("POST", "workspace-keys", json!({ "key": "other" })),
    ];
    for (method, path, body) in bad {
        let answer = steer(&sandbox, method, path, &body);
        assert_eq!(answer.status, 422, "{path}");
        assert!(answer.json()["message"].is_string());
    }
    assert_eq!(list(&sandbox), json!([]));
}

#[test]
fn consents_are_listed_and_answered_one_by_one_or_all() {
    let sandbox = sandbox();
    for type_name in ["slack", "notion", "github"] {
        set(&sandbox, type_name, &[]);
    }
    let consents = steer(&sandbox, "GET", "consents", &Value::Null).json()["consents"].clone();
    let id = |type_name: &str| {
        let consent =
            consents.as_array().unwrap().iter().find(|consent| consent["type"] == type_name).unwrap();
        assert_eq!(consent["status"], "PENDING");
        consent["connection_id"].as_str().unwrap().to_owned()
    };
    let approve = format!("consents/{}/approve", id("slack"));
    assert_eq!(steer(&sandbox, "POST", &approve, &json!({ "account": "bob@example.com" })).status, 200);
    assert_eq!(steer(&sandbox, "POST", &approve, &Value::Null).status, 404);
    assert_eq!(list(&sandbox)[0]["user_email"], "bob@example.com");
    assert_eq!(steer(&sandbox, "POST", &format!("consents/{}/deny", id("notion")), &Value::Null).status, 200);
    assert_eq!(status(&sandbox, "notion", &id("notion")), "FAILED");
    assert_eq!(steer(&sandbox, "POST", "consents/approve", &Value::Null).json(), json!({ "approved": 1 }));
    assert_eq!(status(&sandbox, "github", &id("github")), "ACTIVE");
    set(&sandbox, "linear", &[]);
    assert_eq!(steer(&sandbox, "POST", "consents/deny", &Value::Null).json(), json!({ "denied": 1 }));
}

#[test]
fn logins_are_read_made_expired_and_revoked() {
    let sandbox = sandbox();
    let login = steer(&sandbox, "GET", "login", &Value::Null).json();
    assert_eq!(login["accessToken"], sandbox.login().access_token.as_str());
    let keys: Vec<&str> = login.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["accessToken", "email", "expiresAt", "name", "refreshToken"]);
    let made =
        steer(&sandbox, "POST", "logins", &json!({ "access_token": "mine", "lifetime_seconds": 60 })).json();
    assert_eq!(made["accessToken"], "mine");
    let ask = || {
        send(&sandbox, "GET", &app_path("external-auth/list"), &["authorization: Bearer mine"], "").unwrap()
    };
    assert_eq!(ask().status, 200);
    assert_eq!(steer(&sandbox, "POST", "tokens/expire", &Value::Null).status, 204);
    assert_eq!(ask().status, 401);
    steer(&sandbox, "POST", "tokens/revoke", &Value::Null);
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", made["refreshToken"].as_str().unwrap()),
        ("client_id", "base44_cli"),
    ];
    assert_eq!(support::post_form(&sandbox, "/oauth/token", &fields).status, 400);
}

#[test]
fn a_workspace_key_is_added() {
    let sandbox = sandbox();
    steer(&sandbox, "POST", "workspace-keys", &json!({ "key": "b44k_mine" }));
    let ask = send(&sandbox, "GET", &app_path("external-auth/list"), &["api_key: b44k_mine"], "").unwrap();
    assert_eq!(ask.status, 200);
}

#[test]
fn a_device_is_answered() {
    let sandbox = sandbox();
    let body = "{\"client_id\":\"base44_cli\"}";
    let device = send(&sandbox, "POST", "/oauth/device/code", &[], body).unwrap().json();
    let approve = format!("devices/{}/approve", device["user_code"].as_str().unwrap());
    assert_eq!(steer(&sandbox, "POST", &approve, &Value::Null).status, 200);
    assert_eq!(steer(&sandbox, "POST", &approve, &Value::Null).status, 404);
}

#[test]
fn faults_latency_and_refusals_are_set_read_and_cleared_even_while_everything_fails() {
    let sandbox = sandbox();
    let fault = json!({ "path": "external-auth", "times": 1, "action": { "kind": "answer", "status": 503 } });
    steer(&sandbox, "POST", "faults", &fault);
    assert_eq!(call(&sandbox, "GET", &app_path("external-auth/list"), "").status, 503);
    assert_eq!(call(&sandbox, "GET", &app_path("external-auth/list"), "").status, 200);
    steer(&sandbox, "PUT", "faults", &json!([{ "action": { "kind": "hang" } }]));
    steer(&sandbox, "PUT", "latency", &json!({ "millis": 1 }));
    let set = steer(&sandbox, "GET", "faults", &Value::Null).json();
    assert_eq!(set["latency_millis"], 1);
    assert_eq!(set["faults"][0]["action"]["kind"], "hang");
    let cleared = steer(&sandbox, "DELETE", "faults", &Value::Null).json();
    assert_eq!(cleared["faults"], json!([]));
    assert_eq!(
        steer(&sandbox, "PUT", "refuse", &json!({ "connections": 1 })).json()["refuse_connections"],
        1
    );
    assert!(send(&sandbox, "GET", "/", &[], "").is_err());
    assert_eq!(send(&sandbox, "GET", "/", &[], "").unwrap().status, 200);
}

#[test]
fn the_log_of_requests_is_read_and_forgotten() {
    let sandbox = sandbox();
    list(&sandbox);
    let log = steer(&sandbox, "GET", "requests", &Value::Null).json();
    assert_eq!(log["requests"][0]["method"], "GET");
    assert_eq!(log["most_at_once"], 1);
    assert_eq!(steer(&sandbox, "DELETE", "requests", &Value::Null).status, 204);
    assert_eq!(steer(&sandbox, "GET", "requests", &Value::Null).json()["requests"], json!([]));
}

#[test]
fn pages_of_other_sites_and_other_host_names_are_kept_out() {
    let sandbox = sandbox();
    let foreign =
        send(&sandbox, "POST", "/sandbox/consents/approve", &["origin: http://evil.example"], "").unwrap();
    assert_eq!(foreign.status, 403);
    let null = send(&sandbox, "POST", "/sandbox/consents/approve", &["origin: null"], "").unwrap();
    assert_eq!(null.status, 403);
    let own = format!("origin: {}", sandbox.url());
    assert_eq!(send(&sandbox, "POST", "/sandbox/consents/approve", &[&own], "").unwrap().status, 200);
    let rebound = send(&sandbox, "GET", "/sandbox/login", &["host: evil.example"], "").unwrap();
    assert_eq!(rebound.status, 403);
    assert_eq!(send(&sandbox, "GET", "/sandbox/login", &["host: localhost:1"], "").unwrap().status, 200);
}

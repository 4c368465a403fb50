//! Signing in, over a real socket.

#![allow(clippy::unwrap_used)]

mod support;

use connector_sandbox::Handle;
use serde_json::{Value, json};
use support::{app_path, hidden, post_form, sandbox, send};

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn refresh(at: &Handle, token: &str) -> support::Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "base44_cli")];
    post_form(at, "/oauth/token", &fields)
}

fn start_device(at: &Handle) -> Value {
    let body =
        json!({ "client_id": "base44_cli", "scope": "apps:read apps:write sandbox:write" }).to_string();
    let answer = send(at, "POST", "/oauth/device/code", &["content-type: application/json"], &body).unwrap();
    assert_eq!(answer.status, 200);
    answer.json()
}

fn poll(at: &Handle, device: &Value) -> (u16, Value) {
    let code = device["device_code"].as_str().unwrap();
    let fields = [("grant_type", DEVICE_GRANT), ("device_code", code), ("client_id", "base44_cli")];
    let answer = post_form(at, "/oauth/token", &fields);
    (answer.status, answer.json())
}

fn pending(at: &Handle, device: &Value) -> String {
    let (status, answer) = poll(at, device);
    assert_eq!(status, 400);
    answer["error"].as_str().unwrap().to_owned()
}

#[test]
fn a_refresh_token_gets_new_tokens_once() {
    let sandbox = sandbox();
    let old = sandbox.login().clone();
    let answer = refresh(&sandbox, &old.refresh_token);
    assert_eq!(answer.status, 200);
    let new = answer.json();
    assert_eq!((&new["token_type"], &new["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_ne!(new["refresh_token"], old.refresh_token);
    let bearer = format!("authorization: Bearer {}", new["access_token"].as_str().unwrap());
    assert_eq!(send(&sandbox, "GET", &app_path("external-auth/list"), &[&bearer], "").unwrap().status, 200);
    let again = refresh(&sandbox, &old.refresh_token);
    assert_eq!((again.status, &again.json()["error"]), (400, &json!("invalid_grant")));
    assert_eq!(refresh(&sandbox, new["refresh_token"].as_str().unwrap()).status, 200);
}

#[test]
fn another_client_and_another_grant_are_refused() {
    let sandbox = sandbox();
    let other =
        post_form(&sandbox, "/oauth/token", &[("grant_type", "refresh_token"), ("client_id", "other")]);
    assert_eq!((other.status, &other.json()["error"]), (401, &json!("invalid_client")));
    let other =
        post_form(&sandbox, "/oauth/token", &[("grant_type", "password"), ("client_id", "base44_cli")]);
    assert_eq!((other.status, &other.json()["error"]), (400, &json!("unsupported_grant_type")));
    let other = send(&sandbox, "POST", "/oauth/token", &["content-type: application/json"], "{}").unwrap();
    assert_eq!((other.status, &other.json()["error"]), (400, &json!("invalid_request")));
}

#[test]
fn a_device_signs_in_once_its_person_has_approved() {
    let sandbox = sandbox();
    sandbox.with_state(|state| state.device_interval_seconds = 0);
    let device = start_device(&sandbox);
    assert_eq!(pending(&sandbox, &device), "authorization_pending");
    let code = device["user_code"].as_str().unwrap();
    let page = send(&sandbox, "GET", &format!("/device?user_code={code}"), &[], "").unwrap().body;
    assert!(page.contains(code));
    let answer = [("user_code", code), ("token", &hidden(&page, "token")), ("answer", "approve")];
    assert_eq!(post_form(&sandbox, "/device", &answer).status, 200);
    let (status, login) = poll(&sandbox, &device);
    assert_eq!(status, 200);
    let bearer = format!("authorization: Bearer {}", login["access_token"].as_str().unwrap());
    let person = send(&sandbox, "GET", "/oauth/userinfo", &[&bearer], "").unwrap().json();
    assert_eq!(person, json!({ "email": "ada@example.com", "name": "Ada Lovelace" }));
    assert_eq!(pending(&sandbox, &device), "invalid_grant");
}

#[test]
fn a_device_that_asks_too_often_is_told_to_slow_down() {
    let sandbox = sandbox();
    sandbox.with_state(|state| state.device_interval_seconds = 3600);
    let device = start_device(&sandbox);
    assert_eq!(device["interval"], 3600);
    assert_eq!(pending(&sandbox, &device), "authorization_pending");
    assert_eq!(pending(&sandbox, &device), "slow_down");
}

#[test]
fn a_device_is_told_when_its_person_denied_or_let_it_expire() {
    let sandbox = sandbox();
    let device = start_device(&sandbox);
    assert!(sandbox.with_state(|state| state.decide_device(device["user_code"].as_str().unwrap(), false)));
    assert_eq!(pending(&sandbox, &device), "access_denied");
    let device = start_device(&sandbox);
    sandbox.with_state(|state| state.devices.values_mut().for_each(|device| device.until = 0));
    assert_eq!(pending(&sandbox, &device), "expired_token");
}

#[test]
fn a_device_is_approved_only_from_its_own_page() {
    let sandbox = sandbox();
    let device = start_device(&sandbox);
    let code = device["user_code"].as_str().unwrap();
    let answer =
        post_form(&sandbox, "/device", &[("user_code", code), ("token", "guess"), ("answer", "approve")]);
    assert_eq!(answer.status, 403);
    assert_eq!(pending(&sandbox, &device), "authorization_pending");
}

#[test]
fn a_code_can_be_typed_without_its_dash_and_a_wrong_one_is_said_to_be() {
    let sandbox = sandbox();
    let device = start_device(&sandbox);
    let typed = device["user_code"].as_str().unwrap().replace('-', "").to_lowercase();
    assert_eq!(send(&sandbox, "GET", &format!("/device?user_code={typed}"), &[], "").unwrap().status, 200);
    let wrong = send(&sandbox, "GET", "/device?user_code=nope", &[], "").unwrap();
    assert_eq!(wrong.status, 404);
    assert!(wrong.body.contains("No device waits under this code"));
    assert_eq!(send(&sandbox, "GET", "/device", &[], "").unwrap().status, 200);
}

#[test]
fn a_workspace_key_is_no_user_and_an_expired_token_is_nobody() {
    let sandbox = sandbox();
    assert_eq!(send(&sandbox, "GET", "/oauth/userinfo", &["api_key: b44k_sandbox"], "").unwrap().status, 403);
    sandbox.expire_tokens();
    assert_eq!(support::call(&sandbox, "GET", "/oauth/userinfo", "").status, 401);
}

//! `/sandbox/…`: reads and steers the sandbox from any language, in JSON. The crate's page lists what there is.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::faults::{Fault, Faults};
use crate::state::{self, App};
use crate::{Shared, answers};

type Sandbox = State<Arc<Shared>>;
type Refusal = Box<Response>;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/state", get(state).put(replace_state).patch(patch_state))
        .route("/sandbox/apps/{app}", get(app).put(replace_app).patch(patch_app).delete(delete_app))
        .route("/sandbox/login", get(login))
        .route("/sandbox/logins", post(add_login))
        .route("/sandbox/tokens/expire", post(expire_tokens))
        .route("/sandbox/tokens/revoke", post(revoke_tokens))
        .route("/sandbox/workspace-keys", post(add_workspace_key))
        .route("/sandbox/consents", get(consents))
        .route("/sandbox/consents/approve", post(approve_all))
        .route("/sandbox/consents/deny", post(deny_all))
        .route("/sandbox/consents/{id}/approve", post(approve))
        .route("/sandbox/consents/{id}/deny", post(deny))
        .route("/sandbox/devices/{user_code}/approve", post(approve_device))
        .route("/sandbox/devices/{user_code}/deny", post(deny_device))
        .route("/sandbox/faults", get(faults).post(inject).put(replace_faults).delete(clear_faults))
        .route("/sandbox/latency", put(latency))
        .route("/sandbox/refuse", put(refuse))
        .route("/sandbox/requests", get(requests).delete(forget_requests))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    // Without this, serde would take a list as the fields of a structure in order.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(Box::new(answers::invalid("body", "an object is expected")));
    }
    read_any(body)
}

fn read_any<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Box::new(answers::invalid("body", &error.to_string())))
}

/// An empty body stands for `{}`.
fn read_optional<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Refusal> {
    if body.is_empty() { Ok(T::default()) } else { read(body) }
}

/// Changes what is there as a JSON merge patch (RFC 7396) says.
fn merge<T: Serialize + DeserializeOwned>(target: &mut T, patch: Value) -> Result<(), Refusal> {
    let invalid = |error: serde_json::Error| Box::new(answers::invalid("body", &error.to_string()));
    let mut value = serde_json::to_value(&*target).map_err(invalid)?;
    merge_value(&mut value, patch);
    *target = serde_json::from_value(value).map_err(invalid)?;
    Ok(())
}

fn merge_value(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else {
            merge_value(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

fn answer(result: Result<Value, Refusal>) -> Response {
    result.map_or_else(|refusal| *refusal, answers::ok)
}

async fn state(State(shared): Sandbox) -> Response {
    shared.change(|state| Json(&*state).into_response())
}

/// What the body leaves out is as at the start, but for logins and keys: who is signed in stays so.
async fn replace_state(State(shared): Sandbox, body: Bytes) -> Response {
    answer(shared.change(|state| {
        let mut fresh = state::State {
            access_tokens: state.access_tokens.clone(),
            refresh_tokens: state.refresh_tokens.clone(),
            workspace_keys: state.workspace_keys.clone(),
            ..state::State::default()
        };
        merge(&mut fresh, read(&body)?)?;
        *state = fresh;
        Ok(json!(&*state))
    }))
}

async fn patch_state(State(shared): Sandbox, body: Bytes) -> Response {
    answer(shared.change(|state| {
        merge(state, read(&body)?)?;
        Ok(json!(&*state))
    }))
}

async fn app(State(shared): Sandbox, Path(id): Path<String>) -> Response {
    shared.change(|state| match state.apps.get(&id) {
        Some(app) => Json(app).into_response(),
        None => Json(App::default()).into_response(),
    })
}

async fn replace_app(State(shared): Sandbox, Path(id): Path<String>, body: Bytes) -> Response {
    answer(shared.change(|state| {
        *state.app(&id) = read(&body)?;
        Ok(json!(state.app(&id)))
    }))
}

async fn patch_app(State(shared): Sandbox, Path(id): Path<String>, body: Bytes) -> Response {
    answer(shared.change(|state| {
        merge(state.app(&id), read(&body)?)?;
        Ok(json!(state.app(&id)))
    }))
}

async fn delete_app(State(shared): Sandbox, Path(id): Path<String>) -> StatusCode {
    shared.change(|state| state.apps.remove(&id));
    StatusCode::NO_CONTENT
}

async fn login(State(shared): Sandbox) -> Response {
    Json(&shared.login).into_response()
}

#[derive(Default, Deserialize)]
struct NewLogin {
    access_token: Option<String>,
    lifetime_seconds: Option<u64>,
}

async fn add_login(State(shared): Sandbox, body: Bytes) -> Response {
    answer(read_optional(&body).map(|wanted: NewLogin| {
        let lifetime = wanted.lifetime_seconds.map_or(shared.token_lifetime, Duration::from_secs);
        json!(shared.change(|state| state.add_login(wanted.access_token.as_deref(), lifetime)))
    }))
}

async fn expire_tokens(State(shared): Sandbox) -> StatusCode {
    shared.change(state::State::expire_tokens);
    StatusCode::NO_CONTENT
}

/// Every login is void; only signing in again helps.
async fn revoke_tokens(State(shared): Sandbox) -> StatusCode {
    shared.change(|state| {
        state.access_tokens.clear();
        state.refresh_tokens.clear();
    });
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct NewKey {
    key: String,
}

async fn add_workspace_key(State(shared): Sandbox, body: Bytes) -> Response {
    answer(read(&body).and_then(|NewKey { key }| {
        if !key.starts_with("b44k_") {
            return Err(Box::new(answers::invalid("body.key", "it starts with b44k_")));
        }
        shared.change(|state| state.workspace_keys.insert(key.clone()));
        Ok(json!({ "key": key }))
    }))
}

async fn consents(State(shared): Sandbox) -> Response {
    shared.change(|state| {
        let ids = state.apps.values().flat_map(|app| app.consents.keys().cloned()).collect::<Vec<_>>();
        let mut list = Vec::new();
        for id in ids {
            if let Some((app, consent)) = state.consent(&id) {
                list.push(json!({
                    "connection_id": id,
                    "app": app,
                    "type": consent.type_name,
                    "scopes": consent.scopes,
                    "status": consent.status,
                    "failure": consent.failure,
                    "since": consent.since,
                    "url": format!("{}/connect/{id}", shared.base),
                }));
            }
        }
        answers::ok(json!({ "consents": list }))
    })
}

async fn approve_all(State(shared): Sandbox) -> Response {
    answers::ok(json!({ "approved": shared.change(|state| state.decide_all(true)) }))
}

async fn deny_all(State(shared): Sandbox) -> Response {
    answers::ok(json!({ "denied": shared.change(|state| state.decide_all(false)) }))
}

#[derive(Default, Deserialize)]
struct Decision {
    account: Option<String>,
}

async fn approve(State(shared): Sandbox, Path(id): Path<String>, body: Bytes) -> Response {
    decide(&shared, &id, true, &body)
}

async fn deny(State(shared): Sandbox, Path(id): Path<String>, body: Bytes) -> Response {
    decide(&shared, &id, false, &body)
}

fn decide(shared: &Shared, id: &str, approve: bool, body: &[u8]) -> Response {
    answer(read_optional(body).and_then(|decision: Decision| {
        match shared.change(|state| state.decide(id, approve, decision.account.as_deref())) {
            true => Ok(json!({ "connection_id": id })),
            false => Err(Box::new(answers::not_found(&format!("no consent waits under {id}")))),
        }
    }))
}

async fn approve_device(State(shared): Sandbox, Path(user_code): Path<String>) -> Response {
    decide_device(&shared, &user_code, true)
}

async fn deny_device(State(shared): Sandbox, Path(user_code): Path<String>) -> Response {
    decide_device(&shared, &user_code, false)
}

fn decide_device(shared: &Shared, user_code: &str, approve: bool) -> Response {
    match shared.change(|state| state.decide_device(user_code, approve)) {
        true => answers::ok(json!({ "user_code": user_code })),
        false => answers::not_found(&format!("no device waits under {user_code}")),
    }
}

async fn faults(State(shared): Sandbox) -> Response {
    answers::ok(describe(&shared.faults()))
}

fn describe(faults: &Faults) -> Value {
    json!({
        "faults": faults.list,
        "latency_millis": faults.latency.as_millis() as u64,
        "refuse_connections": faults.refuse_connections,
    })
}

async fn inject(State(shared): Sandbox, body: Bytes) -> Response {
    answer(read::<Fault>(&body).map(|fault| {
        let mut faults = shared.faults();
        faults.list.push(fault);
        describe(&faults)
    }))
}

async fn replace_faults(State(shared): Sandbox, body: Bytes) -> Response {
    answer(read_any::<Vec<Fault>>(&body).map(|list| {
        let mut faults = shared.faults();
        faults.list = list;
        describe(&faults)
    }))
}

async fn clear_faults(State(shared): Sandbox) -> Response {
    let mut faults = shared.faults();
    faults.list.clear();
    faults.refuse_connections = 0;
    answers::ok(describe(&faults))
}

#[derive(Deserialize)]
struct Latency {
    millis: u64,
}

async fn latency(State(shared): Sandbox, body: Bytes) -> Response {
    answer(read(&body).map(|Latency { millis }| {
        let mut faults = shared.faults();
        faults.latency = Duration::from_millis(millis);
        describe(&faults)
    }))
}

#[derive(Deserialize)]
struct Refuse {
    connections: u32,
}

async fn refuse(State(shared): Sandbox, body: Bytes) -> Response {
    answer(read(&body).map(|Refuse { connections }| {
        let mut faults = shared.faults();
        faults.refuse_connections = connections;
        describe(&faults)
    }))
}

async fn requests(State(shared): Sandbox) -> Response {
    let faults = shared.faults();
    answers::ok(json!({ "requests": faults.log.records(), "most_at_once": faults.most_at_once }))
}

async fn forget_requests(State(shared): Sandbox) -> StatusCode {
    let mut faults = shared.faults();
    faults.log.take();
    faults.most_at_once = faults.under_way;
    StatusCode::NO_CONTENT
}

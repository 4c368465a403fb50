//! Signing in: device codes, tokens that rotate, and who a token belongs to.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use crate::state::{Device, Login, now, random, secret};
use crate::{Shared, answers, state};

const CLIENT: &str = "base44_cli";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const DEVICE_SECONDS: u64 = 900;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/oauth/device/code", post(device_code))
        .route("/oauth/token", post(token))
        .route("/oauth/userinfo", get(userinfo))
}

/// Whether a request comes from somebody; else why not.
pub(crate) fn check(headers: &HeaderMap, state: &state::State) -> Result<(), &'static str> {
    if let Some(key) = headers.get("api_key") {
        let known = key.to_str().is_ok_and(|key| state.workspace_keys.contains(key));
        return if known { Ok(()) } else { Err("Invalid API key") };
    }
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, token)) = bearer.and_then(|value| value.split_once(' ')) else {
        return Err("Authentication required");
    };
    let until = state.access_tokens.get(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"));
    match until {
        Some(until) if *until > now() => Ok(()),
        Some(_) => Err("The token has expired"),
        None => Err("Invalid token"),
    }
}

#[derive(Deserialize)]
struct DeviceCodeBody {
    client_id: String,
}

async fn device_code(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let client = serde_json::from_slice::<DeviceCodeBody>(&body).map(|body| body.client_id);
    if client.as_deref().ok() != Some(CLIENT) {
        return unknown_client();
    }
    let (code, user_code) = (secret("b44s_device_"), user_code());
    let interval = shared.change(|state| {
        let device = Device {
            user_code: user_code.clone(),
            approved: None,
            until: now() + DEVICE_SECONDS * 1000,
            last_poll: 0,
            token: random(""),
        };
        state.devices.insert(code.clone(), device);
        state.device_interval_seconds
    });
    let page = format!("{}/device", shared.base);
    answers::ok(json!({
        "device_code": code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": DEVICE_SECONDS,
        "interval": interval,
    }))
}

/// Letters that nobody confuses, in two groups.
fn user_code() -> String {
    let mut letters = (0..8).map(|_| fastrand::choice(*b"BCDFGHJKLMNPQRSTVWXZ").map_or('B', char::from));
    let first: String = letters.by_ref().take(4).collect();
    format!("{first}-{}", letters.collect::<String>())
}

async fn token(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return answers::oauth_error(StatusCode::BAD_REQUEST, "invalid_request", "a form body is expected");
    };
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if field("client_id") != CLIENT {
        return unknown_client();
    }
    match field("grant_type") {
        "refresh_token" => refresh(&shared, field("refresh_token")),
        DEVICE_GRANT => poll(&shared, field("device_code")),
        _ => answers::oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "no such grant type"),
    }
}

fn unknown_client() -> Response {
    answers::oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", "unknown client")
}

/// A refresh token gets one pair of tokens, then never again.
fn refresh(shared: &Shared, refresh_token: &str) -> Response {
    shared.change(|state| {
        if !state.refresh_tokens.remove(refresh_token) {
            let why = "the refresh token is unknown, used or revoked";
            return answers::oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", why);
        }
        tokens(shared, &state.add_login(None, shared.token_lifetime))
    })
}

fn poll(shared: &Shared, device_code: &str) -> Response {
    let refuse = |error, why| answers::oauth_error(StatusCode::BAD_REQUEST, error, why);
    shared.change(|state| {
        let interval = state.device_interval_seconds * 1000;
        let Some(device) = state.devices.get_mut(device_code) else {
            return refuse("invalid_grant", "the device code is unknown or used");
        };
        if device.until < now() {
            return refuse("expired_token", "the device code has expired");
        }
        // Half an interval of grace: a client's clock and the network are not exact.
        let too_soon = now().saturating_sub(device.last_poll) * 2 < interval;
        device.last_poll = now();
        match device.approved {
            None if too_soon => refuse("slow_down", "polled too often"),
            None => refuse("authorization_pending", "the person has not answered yet"),
            Some(false) => refuse("access_denied", "the person denied the request"),
            Some(true) => {
                state.devices.remove(device_code);
                tokens(shared, &state.add_login(None, shared.token_lifetime))
            }
        }
    })
}

fn tokens(shared: &Shared, login: &Login) -> Response {
    let body = axum::Json(json!({
        "access_token": login.access_token,
        "token_type": "Bearer",
        "expires_in": shared.token_lifetime.as_secs(),
        "refresh_token": login.refresh_token,
        "scope": "apps:read apps:write sandbox:write",
    }));
    ([("cache-control", "no-store")], body).into_response()
}

async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let is_key = headers.contains_key("api_key");
    shared.change(|state| match check(&headers, state) {
        Ok(()) if is_key => answers::refuse(StatusCode::FORBIDDEN, "A workspace key belongs to no person"),
        Ok(()) => answers::ok(json!({ "email": state.person(), "name": state::PERSON_NAME })),
        Err(why) => answers::unauthorized(why),
    })
}

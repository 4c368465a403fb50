//! Answers of the platform: JSON, and the shapes its refusals take.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(crate) fn ok(body: Value) -> Response {
    Json(body).into_response()
}

/// A refusal that says why in `message`.
pub(crate) fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message, "detail": message }))).into_response()
}

pub(crate) fn not_found(message: &str) -> Response {
    refuse(StatusCode::NOT_FOUND, message)
}

pub(crate) fn unauthorized(message: &str) -> Response {
    refuse(StatusCode::UNAUTHORIZED, message)
}

/// "Not found" as the platform says it where a look-up fails inside: the status does not tell.
pub(crate) fn key_error(message: &str) -> Response {
    let body = json!({ "error_type": "KeyError", "message": message, "detail": message, "traceback": "" });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// A body, path or query that is not what the call takes; `name` says which part.
pub(crate) fn invalid(name: &str, message: &str) -> Response {
    let body = json!({
        "message": format!("Invalid {name}: {message}"),
        "detail": [{ "loc": name.split('.').collect::<Vec<_>>(), "msg": message, "type": "value_error" }],
        "extra_data": { "errors": [{ "name": name, "message": message }] },
    });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

/// The refusal to an app that another tool made.
pub(crate) fn made_elsewhere() -> Response {
    let message = "This feature requires an app that was made with the Base44 CLI";
    let body = json!({
        "message": message,
        "detail": { "reason": "requires_backend_platform_app", "message": message },
        "extra_data": { "reason": "requires_backend_platform_app" },
    });
    (StatusCode::PRECONDITION_REQUIRED, Json(body)).into_response()
}

/// An error of the sign-in endpoints (RFC 6749, 5.2).
pub(crate) fn oauth_error(status: StatusCode, error: &str, description: &str) -> Response {
    let body = Json(json!({ "error": error, "error_description": description }));
    (status, [("cache-control", "no-store")], body).into_response()
}

//! The calls about apps: which there are, and of each its connectors, the types there are, Stripe.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{delete, get, post, put};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::state::{ConsentStatus, StripeMode};
use crate::{Shared, answers, auth, state};

type App = State<Arc<Shared>>;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/apps", get(apps))
        .route("/api/apps/{app}", get(one_app))
        .route("/api/apps/{app}/external-auth/list", get(list))
        .route("/api/apps/{app}/external-auth/available-integrations", get(available))
        .route("/api/apps/{app}/external-auth/status", get(status))
        .route("/api/apps/{app}/external-auth/integrations/{type}", put(set))
        .route("/api/apps/{app}/external-auth/integrations/{type}/remove", delete(remove))
        .route("/api/apps/{app}/payments/stripe/status", get(stripe_status))
        .route("/api/apps/{app}/payments/stripe/install", post(stripe_install))
        .route("/api/apps/{app}/payments/stripe", delete(stripe_remove))
}

/// A type that can be connected.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Integration {
    pub(crate) integration_type: String,
    pub(crate) display_name: String,
    pub(crate) description: String,
    pub(crate) connection_config_fields: Vec<Value>,
}

/// The types that the platform offers.
pub(crate) static INTEGRATIONS: LazyLock<Vec<Integration>> =
    LazyLock::new(|| serde_json::from_str(include_str!("integrations.json")).unwrap_or_default());

/// A type's name as people read it.
pub(crate) fn display_name(type_name: &str) -> &str {
    if type_name == "stripe" {
        return "Stripe";
    }
    let known = INTEGRATIONS.iter().find(|known| known.integration_type == type_name);
    known.map_or(type_name, |known| &known.display_name)
}

/// Does what an app-scoped call asks once its sender and its app are known.
fn call(
    shared: &Shared,
    headers: &HeaderMap,
    app: &str,
    act: impl FnOnce(&mut state::State) -> Response,
) -> Response {
    shared.change(|state| {
        if let Err(why) = auth::check(headers, state) {
            return answers::unauthorized(why);
        }
        if !state.app_ids.is_empty() && !state.app_ids.contains(app) {
            return answers::not_found(&format!("App {app} not found"));
        }
        if state.app(app).refuses_keys && headers.contains_key("api_key") {
            return answers::refuse(StatusCode::FORBIDDEN, "Workspace keys cannot manage connectors");
        }
        if state.app(app).made_elsewhere {
            return answers::made_elsewhere();
        }
        act(state)
    })
}

/// The apps there are; one that nobody has asked for yet is not listed.
async fn apps(State(shared): App, headers: HeaderMap) -> Response {
    shared.change(|state| {
        if let Err(why) = auth::check(&headers, state) {
            return answers::unauthorized(why);
        }
        let exists = |id: &&String| state.app_ids.is_empty() || state.app_ids.contains(*id);
        let ids: BTreeSet<&String> = state.apps.keys().filter(exists).chain(&state.app_ids).collect();
        answers::ok(ids.into_iter().map(|id| described(state, id)).collect())
    })
}

async fn one_app(State(shared): App, Path(app): Path<String>, headers: HeaderMap) -> Response {
    call(&shared, &headers, &app, |state| answers::ok(described(state, &app)))
}

fn described(state: &state::State, id: &str) -> Value {
    let name = state.apps.get(id).and_then(|app| app.name.as_deref());
    json!({ "id": id, "name": name.unwrap_or(id), "user_description": null, "is_managed_source_code": false })
}

async fn list(State(shared): App, Path(app): Path<String>, headers: HeaderMap) -> Response {
    call(&shared, &headers, &app, |state| {
        let connectors = state.app(&app).connectors.iter().map(|(type_name, connector)| {
            let mut entry = json!({
                "integration_type": type_name,
                "status": connector.status,
                "scopes": connector.scopes,
            });
            if let Some(email) = &connector.user_email {
                entry["user_email"] = json!(email);
            }
            entry
        });
        answers::ok(json!({ "integrations": connectors.collect::<Vec<_>>() }))
    })
}

async fn available(State(shared): App, Path(app): Path<String>, headers: HeaderMap) -> Response {
    call(&shared, &headers, &app, |state| {
        let offered =
            INTEGRATIONS.iter().filter(|known| !state.unavailable.contains(&known.integration_type));
        answers::ok(json!({ "integrations": offered.collect::<Vec<_>>() }))
    })
}

#[derive(Deserialize)]
struct SetBody {
    scopes: Vec<String>,
}

async fn set(
    State(shared): App,
    Path((app, type_name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    call(&shared, &headers, &app, |state| {
        if let Err(why) = check_type(state, &type_name) {
            return answers::invalid("path.integration_type", &why);
        }
        let body = match serde_json::from_slice::<Value>(&body) {
            Ok(body) if body.is_object() => serde_json::from_value::<SetBody>(body),
            Ok(_) => return answers::invalid("body", "an object is expected"),
            Err(error) => return answers::invalid("body", &error.to_string()),
        };
        let body = match body {
            Ok(body) => body,
            Err(error) => return answers::invalid("body.scopes", &error.to_string()),
        };
        answers::ok(set_scopes(&shared.base, state, &app, &type_name, body.scopes))
    })
}

/// Whether a type can be connected here; else why not.
fn check_type(state: &state::State, type_name: &str) -> Result<(), String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if type_name.is_empty() || !type_name.bytes().all(is_word) {
        return Err("letters, digits, _ and - only".to_owned());
    }
    if type_name.eq_ignore_ascii_case("stripe") {
        return Err("Stripe is not connected with OAuth".to_owned());
    }
    let known = INTEGRATIONS.iter().any(|known| known.integration_type == type_name);
    if (state.known_types_only && !known) || state.unavailable.contains(type_name) {
        return Err(format!("{type_name} is not supported"));
    }
    Ok(())
}

/// The scopes of a connector become these, at once where nobody has to agree: what was granted covers them.
fn set_scopes(
    base: &str,
    state: &mut state::State,
    app_id: &str,
    type_name: &str,
    scopes: Vec<String>,
) -> Value {
    let mut answer = json!({
        "redirect_url": null,
        "connection_id": null,
        "already_authorized": false,
        "error": null,
        "error_message": null,
        "other_user_email": null,
    });
    let app = state.app(app_id);
    if let Some(email) = app.other_users.get(type_name) {
        let name = display_name(type_name);
        answer["error"] = json!("different_user");
        answer["error_message"] = json!(format!("{name} is already connected by {email}"));
        answer["other_user_email"] = json!(email);
        return answer;
    }
    let same = |one: &[String], other: &[String]| {
        one.iter().all(|scope| other.contains(scope)) && other.iter().all(|scope| one.contains(scope))
    };
    if let Some(connector) =
        app.connectors.get_mut(type_name).filter(|connector| connector.status == "active")
    {
        if same(&connector.scopes, &scopes) {
            withdraw(app, type_name);
            answer["already_authorized"] = json!(true);
            return answer;
        }
        if scopes.iter().all(|scope| connector.scopes.contains(scope)) {
            connector.scopes = scopes;
            withdraw(app, type_name);
            return answer;
        }
    }
    let asked_before = app.consents.iter_mut().find(|(_, consent)| {
        consent.type_name == type_name
            && consent.status == ConsentStatus::Pending
            && same(&consent.scopes, &scopes)
    });
    let connection_id = match asked_before {
        Some((id, consent)) => {
            consent.since = state::now();
            id.clone()
        }
        None => {
            withdraw(app, type_name);
            state.ask(app_id, type_name, scopes)
        }
    };
    answer["redirect_url"] = json!(format!("{base}/connect/{connection_id}"));
    answer["connection_id"] = json!(connection_id);
    answer
}

/// Consents of a type that still wait wait in vain from now on.
fn withdraw(app: &mut state::App, type_name: &str) {
    let of_type = app.consents.values_mut().filter(|consent| consent.type_name == type_name);
    for consent in of_type.filter(|consent| consent.status == ConsentStatus::Pending) {
        consent.fail(state::Failure::Replaced);
    }
}

async fn status(
    State(shared): App,
    Path(app): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    call(&shared, &headers, &app, |state| {
        let Some(type_name) = query.get("integration_type") else {
            return answers::invalid("query.integration_type", "field required");
        };
        let Some(connection_id) = query.get("connection_id") else {
            return answers::invalid("query.connection_id", "field required");
        };
        match state.consent(connection_id) {
            Some((of, consent)) if of == app && consent.type_name == *type_name => {
                answers::ok(json!({ "status": consent.status }))
            }
            _ => answers::key_error(&format!("no connection {connection_id} of {type_name}")),
        }
    })
}

async fn remove(
    State(shared): App,
    Path((app, type_name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    call(&shared, &headers, &app, |state| {
        let app = state.app(&app);
        let waited = app
            .consents
            .values()
            .any(|consent| consent.type_name == type_name && consent.status == ConsentStatus::Pending);
        let was_there = app.connectors.remove(&type_name).is_some();
        let was_anothers = app.other_users.remove(&type_name).is_some();
        if !(was_there || was_anothers || waited) {
            return answers::key_error(&format!("{type_name} is not connected"));
        }
        withdraw(app, &type_name);
        answers::ok(json!({ "status": "removed", "integration_type": type_name }))
    })
}

async fn stripe_status(State(shared): App, Path(app): Path<String>, headers: HeaderMap) -> Response {
    call(&shared, &headers, &app, |state| {
        let app = state.app(&app);
        let mut answer = json!({ "stripe_mode": app.stripe });
        if let Some(url) = &app.stripe_claim_url {
            answer["sandbox_claim_url"] = json!(url);
        }
        answers::ok(answer)
    })
}

async fn stripe_install(State(shared): App, Path(app): Path<String>, headers: HeaderMap) -> Response {
    call(&shared, &headers, &app, |state| {
        let app = state.app(&app);
        let already = app.stripe.is_some();
        if !already {
            app.stripe = Some(StripeMode::Sandbox);
            app.stripe_claim_url = Some(format!("{}/stripe/claim/{}", shared.base, state::random("")));
        }
        answers::ok(json!({ "already_installed": already, "claim_url": app.stripe_claim_url }))
    })
}

async fn stripe_remove(State(shared): App, Path(app): Path<String>, headers: HeaderMap) -> Response {
    call(&shared, &headers, &app, |state| {
        let app = state.app(&app);
        let removed = app.stripe.take().is_some();
        app.stripe_claim_url = None;
        answers::ok(json!({ "success": removed }))
    })
}

//! The pages a person opens: consent, device sign-in, Stripe's claim, and the app's dashboard.

mod consent;
mod dashboard;
mod device;
mod layout;
mod stripe;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(dashboard::apps))
        .route("/apps/{app}/editor/workspace/overview", get(dashboard::overview))
        .route("/apps/{app}/editor/workspace/app-connections", get(dashboard::connections))
        .route("/connect/{id}", get(consent::ask).post(consent::answer))
        .route("/device", get(device::ask).post(device::answer))
        .route("/stripe/claim/{token}", get(stripe::ask).post(stripe::answer))
}

/// The values of a form's field, in order.
fn values<'form>(form: &'form [(String, String)], name: &str) -> Vec<&'form str> {
    form.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
}

/// The first value of a form's field; empty where it is missing.
fn value<'form>(form: &'form [(String, String)], name: &str) -> &'form str {
    values(form, name).first().copied().unwrap_or_default()
}

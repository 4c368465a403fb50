//! The page on which a Stripe sandbox is claimed.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::layout::{self, Tone, Width};
use super::value;
use crate::{Shared, state};

/// The app whose claim link ends in this token.
fn claimed_by<'state>(
    state: &'state mut state::State,
    token: &str,
) -> Option<(&'state str, &'state mut state::App)> {
    let ends = format!("/stripe/claim/{token}");
    let mut apps = state.apps.iter_mut();
    apps.find(|(_, app)| app.stripe_claim_url.as_ref().is_some_and(|url| url.ends_with(&ends)))
        .map(|(id, app)| (id.as_str(), app))
}

fn unknown() -> Response {
    layout::unknown("Nothing to claim", "This Stripe sandbox is claimed already, or it was removed.")
}

pub(super) async fn ask(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let name = shared.change(|state| {
        claimed_by(state, &token).map(|(id, app)| app.name.clone().unwrap_or_else(|| id.to_owned()))
    });
    let Some(name) = name else {
        return unknown();
    };
    let content = html! {
        div.pair { (layout::app_tile(&name)) span.link aria-hidden="true" {} (layout::tile("Stripe")) }
        h1 { "Claim the Stripe sandbox of " strong { (name) } }
        p { "It becomes part of your Stripe account. Test payments only: no money moves." }
        form method="post" {
            input type="hidden" name="token" value=(token);
            div.actions { button type="submit" { "Claim sandbox" } }
        }
    };
    layout::page(StatusCode::OK, "Claim your Stripe sandbox", Width::Card, content)
}

pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    if !form.is_ok_and(|Form(form)| value(&form, "token") == token) {
        return layout::stale_form();
    }
    let claimed = shared.change(|state| match claimed_by(state, &token) {
        Some((_, app)) => {
            app.stripe_claim_url = None;
            true
        }
        None => false,
    });
    if !claimed {
        return unknown();
    }
    let words = html! { "The Stripe sandbox is yours now." };
    layout::result(StatusCode::OK, Tone::Good, "Sandbox claimed", &words)
}

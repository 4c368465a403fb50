//! What an app has connected, and what waits for an answer.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::layout::{self, Width};
use crate::state::{App, ConsentStatus, StripeMode};
use crate::{Shared, api};

pub(super) async fn apps(State(shared): State<Arc<Shared>>) -> Response {
    let apps = shared.change(|state| state.apps.clone());
    let content = html! {
        h1 { "Apps" }
        @if apps.is_empty() {
            p.empty { "No app has been asked about yet. Push the connectors of a project to see it here." }
        } @else {
            ul.rows {
                @for (id, app) in &apps {
                    li {
                        (layout::app_tile(name(id, app)))
                        div.text {
                            a href=(overview_path(id)) { (name(id, app)) }
                            p.quiet { (count(app.connectors.len(), "connector")) ", " (waiting(app).count()) " waiting" }
                        }
                    }
                }
            }
        }
    };
    layout::page(StatusCode::OK, "Base44 sandbox", Width::Page, content)
}

pub(super) async fn overview(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    show(&shared, &id, "Overview", |id, app| {
        html! {
            dl {
                dt { "App id" } dd { code { (id) } }
                dt { "Connectors" } dd { a href=(connections_path(id)) { (count(app.connectors.len(), "connector")) } }
                dt { "Waiting for you" } dd { (waiting(app).count()) }
                dt { "Stripe" } dd { (stripe_word(app.stripe)) }
            }
        }
    })
}

pub(super) async fn connections(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    show(&shared, &id, "Connectors", |_, app| {
        let nothing = app.connectors.is_empty() && app.stripe.is_none() && waiting(app).next().is_none();
        html! {
            @if nothing { p.empty { "Nothing is connected." } }
            ul.rows {
                @for (connection_id, consent) in waiting(app) {
                    li {
                        (layout::tile(api::display_name(&consent.type_name)))
                        div.text {
                            a href=(format!("/connect/{connection_id}")) { (api::display_name(&consent.type_name)) }
                            span.badge.waiting { "waiting for you" }
                            (scopes(&consent.scopes))
                        }
                    }
                }
                @for (type_name, connector) in &app.connectors {
                    li {
                        (layout::tile(api::display_name(type_name)))
                        div.text {
                            strong { (api::display_name(type_name)) }
                            span class=(badge(&connector.status)) { (connector.status) }
                            @if let Some(email) = &connector.user_email { p.quiet { (email) } }
                            (scopes(&connector.scopes))
                        }
                    }
                }
                @if app.stripe.is_some() {
                    li {
                        (layout::tile("Stripe"))
                        div.text {
                            strong { "Stripe" }
                            span.badge.good { (stripe_word(app.stripe)) }
                            @if let Some(url) = app.stripe_claim_url.as_ref().filter(|url| layout::is_link(url)) {
                                p { a href=(url) { "Claim your Stripe sandbox" } }
                            }
                        }
                    }
                }
            }
        }
    })
}

fn show(shared: &Shared, id: &str, title: &str, content: impl FnOnce(&str, &App) -> Markup) -> Response {
    let app = shared.change(|state| {
        let exists = state.app_ids.is_empty() || state.app_ids.contains(id);
        exists.then(|| state.apps.get(id).cloned().unwrap_or_default())
    });
    let Some(app) = app else {
        return layout::unknown("No such app", "The platform knows no app of this id.");
    };
    let link = |path: String, text: &str| html! { a href=(path) aria-current=[(text == title).then_some("page")] { (text) } };
    let markup = html! {
        header {
            (layout::app_tile(name(id, &app)))
            h1 { (name(id, &app)) }
        }
        nav { (link(overview_path(id), "Overview")) (link(connections_path(id), "Connectors")) }
        (content(id, &app))
    };
    layout::page(StatusCode::OK, &format!("{title} - {}", name(id, &app)), Width::Page, markup)
}

fn overview_path(id: &str) -> String {
    format!("/apps/{}/editor/workspace/overview", encode(id))
}

fn connections_path(id: &str) -> String {
    format!("/apps/{}/editor/workspace/app-connections", encode(id))
}

/// An id as a segment of a path.
fn encode(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    id.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn name<'app>(id: &'app str, app: &'app App) -> &'app str {
    app.name.as_deref().unwrap_or(id)
}

fn waiting(app: &App) -> impl Iterator<Item = (&String, &crate::state::Consent)> {
    app.consents.iter().filter(|(_, consent)| consent.status == ConsentStatus::Pending)
}

fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

fn stripe_word(mode: Option<StripeMode>) -> &'static str {
    match mode {
        None => "not installed",
        Some(StripeMode::Sandbox) => "sandbox",
        Some(StripeMode::Live) => "live",
    }
}

fn badge(status: &str) -> &'static str {
    match status {
        "active" => "badge good",
        "expired" | "disconnected" => "badge bad",
        _ => "badge",
    }
}

fn scopes(scopes: &[String]) -> Markup {
    html! {
        @if !scopes.is_empty() {
            ul.inline { @for name in scopes { li { code { (name) } } } }
        }
    }
}

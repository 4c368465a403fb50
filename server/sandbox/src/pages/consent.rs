//! The consent page: who asks for which permissions of which service, and as whom it is answered.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::layout::{self, Tone, Width};
use super::{value, values};
use crate::state::{Consent, ConsentStatus, Failure};
use crate::{Shared, api};

/// What the page is about.
struct Request {
    app: String,
    service: String,
    consent: Consent,
    accounts: Vec<String>,
}

fn find(shared: &Shared, id: &str) -> Option<Request> {
    shared.change(|state| {
        let (app, consent) = state.consent(id).map(|(app, consent)| (app, consent.clone()))?;
        let service = api::display_name(&consent.type_name).to_owned();
        let app = state.app(&app).name.clone().unwrap_or(app);
        let accounts = if state.accounts.is_empty() { vec![state.person()] } else { state.accounts.clone() };
        Some(Request { app, service, consent, accounts })
    })
}

fn unknown() -> Response {
    let words = "No app asks for anything under this link. Push the connector again to get a fresh one.";
    layout::unknown("This link leads nowhere", words)
}

pub(super) async fn ask(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let Some(request) = find(&shared, &id) else {
        return unknown();
    };
    match request.consent.status {
        ConsentStatus::Pending => {
            let title = format!("Connect {}", request.service);
            layout::page(StatusCode::OK, &title, Width::Card, question(&request))
        }
        ConsentStatus::Active => {
            let (app, service) = (&request.app, &request.service);
            let words =
                html! { strong { (app) } " can use " strong { (service) } " with what you approved." };
            layout::result(StatusCode::OK, Tone::Good, &format!("{service} is connected"), &words)
        }
        ConsentStatus::Failed => failure(&request),
    }
}

fn question(request: &Request) -> Markup {
    let Request { app, service, consent, accounts } = request;
    html! {
        div.pair { (layout::app_tile(app)) span.link aria-hidden="true" {} (layout::tile(service)) }
        h1 { strong { (app) } " wants to use your " strong { (service) } " account" }
        form method="post" {
            input type="hidden" name="token" value=(consent.token);
            fieldset {
                legend { "Account" }
                @for (at, account) in accounts.iter().enumerate() {
                    label.choice {
                        input type="radio" name="account" value=(account) checked[at == 0];
                        (layout::tile(account))
                        span.text { (account) }
                    }
                }
            }
            @if consent.scopes.is_empty() {
                p.note { "It asks for no particular permission: " (service) " decides what the app can reach." }
            } @else {
                fieldset {
                    legend { "Permissions" }
                    ul.scopes {
                        @for scope in &consent.scopes {
                            li {
                                label.choice {
                                    input type="checkbox" name="scope" value=(scope) checked;
                                    span.text { (layout::scope(scope)) }
                                }
                            }
                        }
                    }
                    p.hint { "The connection fails if you leave one out." }
                }
            }
            div.actions {
                button.quiet type="submit" name="answer" value="deny" { "Deny" }
                button type="submit" name="answer" value="approve" { "Approve" }
            }
        }
    }
}

fn failure(request: &Request) -> Response {
    let (app, service) = (&request.app, &request.service);
    let reason = match request.consent.failure {
        Some(Failure::Partial) => "You left a permission out, and the app needs all it asked for.",
        Some(Failure::Late) => "Nobody answered in time.",
        Some(Failure::Replaced) => "Another request took the place of this one.",
        Some(Failure::Denied) | None => "You denied the request.",
    };
    let words = html! { (reason) " " strong { (app) } " did not get the access it asked for." };
    layout::result(StatusCode::OK, Tone::Bad, &format!("{service} was not connected"), &words)
}

pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let Some(request) = find(&shared, &id) else {
        return unknown();
    };
    let Ok(Form(form)) = form else {
        return layout::stale_form();
    };
    let approve = match value(&form, "answer") {
        "approve" => true,
        "deny" => false,
        _ => return layout::stale_form(),
    };
    let account = value(&form, "account");
    let known_account = request.accounts.iter().any(|known| known == account);
    if value(&form, "token") != request.consent.token || (approve && !known_account) {
        return layout::stale_form();
    }
    let given: HashSet<&str> = values(&form, "scope").into_iter().collect();
    let all = request.consent.scopes.iter().all(|scope| given.contains(scope.as_str()));
    shared.change(|state| match (approve, all) {
        (true, false) => {
            if let Some((_, consent)) = state.consent(&id)
                && consent.status == ConsentStatus::Pending
            {
                consent.fail(Failure::Partial);
            }
        }
        _ => {
            state.decide(&id, approve, Some(account));
        }
    });
    layout::back_to(&format!("/connect/{id}"))
}

//! The page on which a person lets a terminal or an editor sign in.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::layout::{self, Tone, Width};
use super::value;
use crate::Shared;

pub(super) async fn ask(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let typed = query.get("user_code").map_or("", |code| code.trim());
    let found = shared.change(|state| {
        let person = state.person();
        state.device(typed).map(|device| (device.user_code.clone(), device.token.clone(), person))
    });
    let Some((code, token, person)) = found else {
        return enter_code(typed);
    };
    let content = html! {
        div.pair { (layout::app_tile("Base44")) }
        h1 { "Sign in to " strong { "Base44" } " on your device?" }
        p { "Approve only if your terminal or editor shows this code:" }
        p.code { (code) }
        form method="post" action="/device" {
            input type="hidden" name="token" value=(token);
            input type="hidden" name="user_code" value=(code);
            p.hint { "It signs in as " strong { (person) } "." }
            div.actions {
                button.quiet type="submit" name="answer" value="deny" { "Deny" }
                button type="submit" name="answer" value="approve" { "Approve" }
            }
        }
    };
    layout::page(StatusCode::OK, "Sign in on your device", Width::Card, content)
}

fn enter_code(typed: &str) -> Response {
    let content = html! {
        div.pair { (layout::app_tile("Base44")) }
        h1 { "Sign in on your device" }
        form method="get" action="/device" {
            label.field {
                span { "The code that your terminal or editor shows" }
                input type="text" name="user_code" value=(typed) placeholder="ABCD-EFGH" autocomplete="off"
                    autocapitalize="characters" spellcheck="false" required autofocus
                    aria-invalid=[(!typed.is_empty()).then_some("true")]
                    aria-describedby=[(!typed.is_empty()).then_some("wrong")];
            }
            @if !typed.is_empty() {
                p.wrong #wrong { "No device waits under this code. It may be mistyped, used or expired." }
            }
            div.actions { button type="submit" { "Continue" } }
        }
    };
    let status = if typed.is_empty() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    layout::page(status, "Sign in on your device", Width::Card, content)
}

pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return layout::stale_form();
    };
    let (code, token) = (value(&form, "user_code"), value(&form, "token"));
    let approve = match value(&form, "answer") {
        "approve" => true,
        "deny" => false,
        _ => return layout::stale_form(),
    };
    let decided = shared.change(|state| {
        state.device(code).is_some_and(|device| device.token == token) && state.decide_device(code, approve)
    });
    match (decided, approve) {
        (false, _) => layout::stale_form(),
        (true, true) => {
            let words = html! { "Your terminal or editor goes on by itself in a moment." };
            layout::result(StatusCode::OK, Tone::Good, "You are signed in", &words)
        }
        (true, false) => {
            let words = html! { "The device that asked gets no access." };
            layout::result(StatusCode::OK, Tone::Bad, "Sign-in denied", &words)
        }
    }
}

//! What the pages have in common: their frame, their headers, and a result that needs no more than a glance.

use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::state;

const STYLE: &str = include_str!("style.css");

/// How wide a page is.
#[derive(Clone, Copy)]
pub(super) enum Width {
    /// A card with one question.
    Card,
    /// A list.
    Page,
}

/// What a page says at a glance.
#[derive(Clone, Copy)]
pub(super) enum Tone {
    Good,
    Bad,
    Plain,
}

/// Whether an address of the state may be a link on a page: a state is a file, and somebody else may have written it.
pub(super) fn is_link(address: &str) -> bool {
    address.parse::<Uri>().is_ok_and(|uri| {
        let is_own = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
        uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_own)
    })
}

pub(super) fn page(status: StatusCode, title: &str, width: Width, content: Markup) -> Response {
    let nonce = state::random("");
    let class = match width {
        Width::Card => "card",
        Width::Page => "page",
    };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:,";
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body class=(class) {
                main { (content) }
                footer { "Sandbox of the Base44 platform. Nothing on this page leaves this computer." }
            }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'"
    );
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, &policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(markup.into_string())).into_response()
}

/// The end of a way: what came of it, and that the tab may go.
pub(super) fn result(status: StatusCode, tone: Tone, title: &str, words: &Markup) -> Response {
    let content = html! {
        div.result {
            (mark(tone))
            h1 { (title) }
            p { (words) }
            @if !matches!(tone, Tone::Plain) { p.quiet { "You can close this tab." } }
        }
    };
    page(status, title, Width::Card, content)
}

fn mark(tone: Tone) -> Markup {
    let (class, path) = match tone {
        Tone::Good => ("mark good", "M7 12.5l3.2 3.2L17 9"),
        Tone::Bad => ("mark bad", "M8.5 8.5l7 7m0-7l-7 7"),
        Tone::Plain => ("mark", "M12 7.5v5.5m0 3.4v.1"),
    };
    html! {
        svg class=(class) viewBox="0 0 24 24" aria-hidden="true" { path d=(path) {} }
    }
}

/// A form that cannot be taken: it is old, or was not sent from its page.
pub(super) fn stale_form() -> Response {
    let words = html! { "The form is out of date. Go back, reload the page and answer again." };
    result(StatusCode::FORBIDDEN, Tone::Plain, "That did not work", &words)
}

/// Nothing is known under this address.
pub(super) fn unknown(title: &str, words: &str) -> Response {
    result(StatusCode::NOT_FOUND, Tone::Plain, title, &html! { (words) })
}

/// Shows a page again after its form was sent, so that a reload sends nothing.
pub(super) fn back_to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The tile of an app: the first letter of its name, without a colour of its own.
pub(super) fn app_tile(name: &str) -> Markup {
    letter_tile(name, "tile")
}

/// A tile with the first letter of a service's or a person's name.
pub(super) fn tile(name: &str) -> Markup {
    // A hue of its own for each name, always the same.
    let hue = name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 8;
    letter_tile(name, &format!("tile hue-{hue}"))
}

fn letter_tile(name: &str, class: &str) -> Markup {
    let letter =
        name.chars().find(|letter| letter.is_alphanumeric()).map(|letter| letter.to_uppercase().to_string());
    html! { span class=(class) aria-hidden="true" { (letter.unwrap_or_else(|| "?".to_owned())) } }
}

/// A scope as a person reads it: the part that tells, then where it belongs if it is an address.
pub(super) fn scope(name: &str) -> Markup {
    let whole = name.trim_end_matches('/');
    let parts = whole.contains("://").then(|| whole.rsplit_once('/')).flatten();
    let parts = parts.filter(|(place, _)| !place.ends_with('/'));
    html! {
        @match parts {
            Some((place, tail)) => {
                code { (tail) }
                span.address { (place) "/" }
            }
            None => code { (name) },
        }
    }
}

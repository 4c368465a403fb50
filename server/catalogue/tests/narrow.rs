//! Scopes are narrowed to what requests need, and no further than is sure.

#![allow(missing_docs, clippy::unwrap_used)]

use connector_catalogue::endpoints::{Change, Match, Request, UrlPart, lookup, narrow};
use connector_catalogue::{Catalogue, ConnectorType};

const G: &str = "https://www.googleapis.com/auth/";
const EVENTS: &str = "https://www.googleapis.com/calendar/v3/calendars/primary/events";
const POST: &str = "https://slack.com/api/chat.postMessage";

fn ty(name: &str) -> &'static ConnectorType {
    Catalogue::get().find(name).unwrap()
}

/// What becomes of the scopes of a type, given its calls: `-` what goes, `+` what comes.
fn narrowed(name: &str, scopes: &[&str], calls: &[(&str, &str)], events: bool) -> String {
    let whole = |scope: &&str| match name {
        "googlecalendar" | "gmail" if !scope.contains('/') && *scope != "email" => format!("{G}{scope}"),
        _ => (*scope).to_owned(),
    };
    let whole: Vec<String> = scopes.iter().map(whole).collect();
    let scopes: Vec<&str> = whole.iter().map(String::as_str).collect();
    let matches: Vec<Match> = calls
        .iter()
        .map(|(method, url)| lookup(ty(name), &Request::new(Some(method), &[UrlPart::Text(url)])))
        .collect();
    let narrowed = narrow(ty(name), &scopes, &matches.iter().collect::<Vec<_>>(), events);
    let kept = scopes.iter().zip(&narrowed.changes).map(|(scope, change)| match change {
        Change::Keep => (*scope).to_owned(),
        Change::Unused => format!("-{scope}"),
        Change::Wider(narrower) => format!("-{scope}>{}", narrower.join("&")),
    });
    let added = narrowed.added.iter().map(|scope| format!("+{scope}"));
    kept.chain(added).collect::<Vec<_>>().join(" ").replace(G, "")
}

#[test]
fn what_no_call_needs_goes_and_what_lacks_comes() {
    assert_eq!(
        narrowed("slack", &["chat:write", "users:read"], &[("POST", POST)], false),
        "chat:write -users:read"
    );
    assert_eq!(narrowed("slack", &["users:read"], &[("POST", POST)], false), "-users:read +chat:write");
}

#[test]
fn a_wider_scope_gives_way_to_the_narrower_one_that_is_enough() {
    assert_eq!(
        narrowed("googlecalendar", &["calendar"], &[("POST", EVENTS), ("GET", EVENTS)], false),
        "-calendar>calendar.events +calendar.events"
    );
    assert_eq!(
        narrowed("googlecalendar", &["calendar", "calendar.events"], &[("POST", EVENTS)], false),
        "-calendar>calendar.events calendar.events"
    );
    assert_eq!(
        narrowed("googlecalendar", &["calendar.events"], &[("POST", EVENTS)], false),
        "calendar.events"
    );
}

#[test]
fn nothing_goes_that_is_for_something_else_or_not_sure() {
    assert_eq!(
        narrowed("googlecalendar", &["calendar", "email"], &[("POST", EVENTS)], true),
        "calendar email"
    );
    let unknown = ("GET", "https://www.googleapis.com/calendar/v3/what/is/this");
    assert_eq!(
        narrowed("googlecalendar", &["calendar", "calendar.freebusy"], &[("POST", EVENTS), unknown], false),
        "calendar calendar.freebusy"
    );
    assert_eq!(narrowed("linkedin", &["w_member_social"], &[], false), "w_member_social");
    assert_eq!(narrowed("slack", &["no:such"], &[("POST", POST)], false), "no:such +chat:write");
}

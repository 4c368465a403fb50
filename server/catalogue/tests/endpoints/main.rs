//! The facts about endpoints, and what is concluded from them.

#![allow(missing_docs, clippy::unwrap_used)]

mod forty;
mod requests;
mod rows;
mod scopes;

use std::fs;
use std::path::Path;

use connector_catalogue::endpoints::{
    Access, Argument, Endpoint, Match, Request, UrlPart, is_unused, knows_all_calls, least_scopes, lookup,
    refusal,
};
use connector_catalogue::{Catalogue, ConnectorType};
use serde_json::Value;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/endpoints")
}

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join(name)).unwrap()).unwrap()
}

/// Every file of facts, by its name.
fn files() -> Vec<(String, Value)> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".schema.json") && name != "refusals.json")
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

fn ty(name: &str) -> &'static ConnectorType {
    Catalogue::get().find(name).unwrap_or_else(|| panic!("no type {name}"))
}

/// A request for a text in which a `$` stands for what is unknown.
fn parts(url: &str) -> Vec<UrlPart<'_>> {
    let mut parts = Vec::new();
    for (place, text) in url.split('$').enumerate() {
        match text.strip_prefix("batch").or(text.strip_prefix("count")) {
            // Words of Microsoft Graph that begin with the sign.
            Some("") if place > 0 => parts.push(UrlPart::Text(&url[url.len() - text.len() - 1..])),
            _ if place > 0 => parts.extend([UrlPart::Unknown, UrlPart::Text(text)]),
            _ => parts.push(UrlPart::Text(text)),
        }
    }
    parts
}

fn look_up(name: &str, method: &str, url: &str) -> Match {
    let method = (method != "?").then_some(method);
    lookup(ty(name), &Request::new(method, &parts(url)))
}

fn look_up_with(name: &str, url: &str, arguments: &[Argument<'_>]) -> Match {
    let parts = parts(url);
    lookup(ty(name), &Request { arguments, ..Request::new(Some("POST"), &parts) })
}

fn found(found: &Match) -> &Endpoint {
    match found {
        Match::Found(found) => &found.endpoint,
        other => panic!("{other:?}"),
    }
}

/// A row's path with something in the place of each pair of braces.
fn filled(path: &str, filling: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some((head, after)) = rest.split_once('{') {
        text.push_str(head);
        text.push_str(filling);
        rest = after.split_once('}').unwrap().1;
    }
    text + rest
}

fn literals(path: &str) -> usize {
    filled(path, "").trim_end_matches('/').len()
}

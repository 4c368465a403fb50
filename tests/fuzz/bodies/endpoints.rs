//! Any address leads to an endpoint or to none, and what is said to be missing is enough once it is added.

use connector_catalogue::Catalogue;
use connector_catalogue::endpoints::{
    Access, Argument, Match, Request, Target, UrlPart, is_unused, least_scopes, lookup,
};

use super::bytes::Bytes;

/// Pieces of addresses.
const PIECES: &[&str] = &[
    "/",
    "//",
    "https://",
    "?",
    "&",
    "=",
    "#",
    ":",
    "{",
    "}",
    "{+x}",
    "%2F",
    "%",
    "$batch",
    "$ref",
    "www.googleapis.com",
    "graph.microsoft.com",
    "slack.com",
    "api.github.com",
    "api.hubapi.com",
    "graph.facebook.com",
    "content.dropboxapi.com",
    ".my.salesforce.com",
    "gmail.googleapis.com",
    "/v1.0",
    "/v23.0",
    "/api",
    "/drive/v3",
    "/files",
    "/calendar/v3",
    "/calendars",
    "/primary",
    "/events",
    "/gmail/v1/users/me",
    "/messages",
    "/send",
    "/batch",
    "/me",
    "/users",
    "/drive",
    "/root",
    "/root:",
    "/items",
    ":/",
    "/content",
    "/workbook",
    "/repos",
    "/issues",
    "/crm/v3/objects",
    "/contacts",
    "/0-1",
    "/chat.postMessage",
    "/conversations.list",
    "/graphql",
    "types=im,mpim",
    "alt=media",
    "format=",
    "microsoft.graph.x",
    "é",
    "\u{0}",
    "(q='",
    "')",
    "x",
];

/// Names of operations, and what looks like one.
const OPERATIONS: &[&str] = &[
    "calendar.events.insert",
    "drive.files.list",
    "chat.postMessage",
    "issues/create",
    "octokit.rest.repos.get",
    "",
    ".",
    "é",
];

/// Documents of GraphQL, whole and broken.
const DOCUMENTS: &[&str] =
    &["{ issues { id } }", "mutation { issueCreate commentCreate }", "mutation", "{ \"", "{{{{", "}", "# {"];

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let types = Catalogue::get().types();
    let ty = &types[bytes.below(types.len())];
    let mut pieces: Vec<Option<String>> = Vec::new();
    for _ in 0..bytes.below(24) {
        pieces.push(match bytes.byte() {
            0..=59 => None,
            60..=239 => Some(bytes.one(PIECES).to_owned()),
            _ => Some(String::from_utf8_lossy(bytes.raw(8)).into_owned()),
        });
    }
    let url: Vec<UrlPart> =
        pieces.iter().map(|piece| piece.as_deref().map_or(UrlPart::Unknown, UrlPart::Text)).collect();
    let arguments = [Argument { name: "types", value: bytes.one(&[None, Some("im"), Some(",")]) }];
    let request = Request {
        method: bytes.one(&[Some("GET"), Some("post"), Some("HEAD"), Some("BREW"), None]),
        target: match bytes.below(8) {
            0 => Target::Operation(bytes.one(OPERATIONS)),
            _ => Target::Url(&url),
        },
        arguments: &arguments[..bytes.below(2)],
        more_arguments: bytes.byte() > 127,
        graphql: bytes.one(&[None, Some(bytes_document(data))]),
    };
    let found = lookup(ty, &request);
    assert_eq!(found, lookup(ty, &request), "{request:?}");
    if let Access::Missing(missing) = found.access(ty, &[]) {
        for set in &missing.suggestions {
            assert_eq!(found.access(ty, set), Access::Granted, "{request:?} with {set:?}");
            for scope in set {
                assert!(found.may_use(ty, scope), "{request:?} and {scope}");
                assert!(!is_unused(ty, scope, &[&found], false), "{request:?} and {scope}");
            }
        }
        let least = least_scopes(ty, &[&found]);
        let enough = found.access(ty, &least.scopes) == Access::Granted;
        assert!(enough || !least.unknown.is_empty(), "{request:?} with {least:?}");
    }
    if let Match::Found(found) = &found {
        assert!(found.endpoint.path.starts_with('/'), "{request:?}: {found:?}");
    }
}

fn bytes_document(data: &[u8]) -> &'static str {
    DOCUMENTS[data.len() % DOCUMENTS.len()]
}

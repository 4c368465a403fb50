//! The text of a new connector file.

use connector_boundary::system::System;
use connector_catalogue::order::Power;
use connector_catalogue::{Catalogue, ConnectorType};
use connector_syntax::{parse, quote};

use crate::checks::{Around, check};
use crate::{Code, Severity};

/// A connector file to begin with: the type, where its scopes are explained, and the scopes asked for.
///
/// Without scopes the list says in a comment which ones there are to choose from.
pub fn connector_text(name: &str, scopes: &[String]) -> String {
    let known = Catalogue::get().find(name);
    let mut text = String::from("{\n");
    if let Some(known) = known {
        text.push_str(&format!("  // {}: {}\n", known.display_name, known.scope_docs));
    }
    text.push_str(&format!("  \"type\": {},\n", quote(name, '"')));
    let takes_none = known.is_some_and(|known| !known.takes_scopes());
    if scopes.is_empty() {
        text.push_str("  \"scopes\": [");
        match known.map(suggestions).filter(|suggestions| !takes_none && !suggestions.is_empty()) {
            Some(suggestions) => {
                text.push('\n');
                for (name, summary) in suggestions {
                    text.push_str(&format!("    // {}, // {summary}\n", quote(name, '"')));
                }
                text.push_str("  ]");
            }
            None => text.push(']'),
        }
    } else {
        let lines: Vec<String> = scopes.iter().map(|scope| format!("    {}", quote(scope, '"'))).collect();
        text.push_str(&format!("  \"scopes\": [\n{}\n  ]", lines.join(",\n")));
    }
    text.push_str("\n}\n");
    text
}

/// Why a name makes no file: no type can have it, or it is nearly that of a known type. None where it makes one.
/// `text` is what [`connector_text`] wrote for it.
pub fn refusal(name: &str, text: &str) -> Option<String> {
    let findings = check(&parse(text), &Around::default());
    let bad = findings.into_iter().find(|finding| {
        let about_type = matches!(finding.code, Code::UnknownType | Code::InvalidType | Code::MissingType);
        about_type && finding.severity <= Severity::Warning
    });
    match bad {
        Some(finding) => Some(finding.message),
        // A project is shared with people on every system.
        None if System::Windows.is_reserved(name) => Some(format!(
            "No file can be called {name}.jsonc on Windows: name the connector's type, such as slack."
        )),
        None if name.is_empty() => Some("Name the connector's type, such as slack.".to_owned()),
        None => None,
    }
}

/// How many scopes a new file suggests: what fits on a screen with the rest of the file.
const MAX_SUGGESTIONS: usize = 6;

/// A few scopes to choose from, in the order of every list: the usual ones and those that allow least.
fn suggestions(known: &'static ConnectorType) -> Vec<(&'static str, &'static str)> {
    let suggested =
        known.scopes_by_power().into_iter().filter(|scope| known.power(scope) < Power::Administering);
    suggested.take(MAX_SUGGESTIONS).map(|scope| (scope.name, scope.summary)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_apps_usually_ask_for_is_suggested_and_nothing_that_administers() {
        for (ty, usual) in [
            ("slack", "channels:read"),
            ("gmail", "https://www.googleapis.com/auth/gmail.send"),
            ("github", "read:user"),
        ] {
            let names: Vec<_> =
                suggestions(Catalogue::get().find(ty).unwrap()).into_iter().map(|one| one.0).collect();
            assert_eq!(names[0], usual, "{names:?}");
            assert!(!names.iter().any(|name| name.contains("admin")), "{names:?}");
        }
    }
}

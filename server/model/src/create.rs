//! The text of a new connector file.

use connector_syntax::quote;

use connector_catalogue::{Catalogue, ConnectorType, Sensitivity, split_words};

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

/// A few scopes to choose from: those that are granted most easily and allow least first.
fn suggestions(known: &'static ConnectorType) -> Vec<(&'static str, &'static str)> {
    let mut scopes: Vec<_> = known.scopes.iter().filter(|scope| !scope.deprecated).collect();
    scopes.sort_by_cached_key(|scope| {
        let words = split_words(scope.name);
        let says = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
        let is_restricted = scope.sensitivity == Some(Sensitivity::Restricted);
        (is_restricted, says(&["admin"]), !says(&["read", "readonly", "view"]), scope.name.len(), scope.name)
    });
    scopes.into_iter().take(6).map(|scope| (scope.name, scope.summary)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_reads_is_suggested_before_what_administers() {
        for ty in ["slack", "gmail", "github", "hubspot"] {
            let names: Vec<_> =
                suggestions(Catalogue::get().find(ty).unwrap()).into_iter().map(|one| one.0).collect();
            assert!(names[0].contains("read"), "{names:?}");
            assert!(!names.iter().any(|name| name.contains("admin")), "{names:?}");
        }
    }
}

//! Which rows a GraphQL document is for: by its operation and the fields that it asks for.

use super::facts::{File, matches_pattern};
use super::table::Row;
use super::types::{Endpoint, ScopeSet};

/// More alternatives than these are not put together of several fields.
const MAX_ALTERNATIVES: usize = 64;

/// What a document needs; all that it may be where it is not known.
pub(super) fn endpoints<'a>(
    file: &'static File,
    rows: impl Iterator<Item = &'a Row>,
    document: Option<&str>,
) -> Vec<Endpoint> {
    let table = file.table();
    let rows: Vec<&Row> = rows.collect();
    let Some((operation, fields)) = document.and_then(fields) else {
        return rows.iter().map(|row| table.endpoint(file, row)).collect();
    };
    let mut together: Option<Endpoint> = None;
    for field in fields {
        let of_field = rows.iter().filter_map(|row| {
            let graphql = row.graphql?;
            let is = graphql.operation == operation && matches_pattern(graphql.name, field);
            is.then_some((graphql.name.len(), *row))
        });
        // The longest pattern tells most; `*` is any.
        let Some((_, row)) = of_field.max_by_key(|(length, _)| *length) else { return Vec::new() };
        let one = table.endpoint(file, row);
        together = Some(match together {
            None => one,
            Some(before) => Endpoint { scopes_any: both(&before.scopes_any, &one.scopes_any), ..one },
        });
    }
    together.into_iter().collect()
}

/// What suffices for two things at once.
fn both(one: &[ScopeSet], other: &[ScopeSet]) -> Vec<ScopeSet> {
    let mut found: Vec<ScopeSet> = Vec::new();
    for left in one {
        for right in other {
            let mut set = left.clone();
            set.extend(right.iter().filter(|scope| !left.contains(scope)));
            if found.len() < MAX_ALTERNATIVES && !found.contains(&set) {
                found.push(set);
            }
        }
    }
    found
}

/// The kind of a document's first operation and the fields it asks for at the top.
fn fields(document: &str) -> Option<(&'static str, Vec<&str>)> {
    let mut document = document.trim_start();
    while document.starts_with('#') {
        document = document.split_once('\n').map(|(_, rest)| rest.trim_start()).unwrap_or_default();
    }
    let body = document.find('{')?;
    let operation = match document.get(..body)?.split_whitespace().next() {
        None => "query",
        Some(word) if word.starts_with("query") => "query",
        Some(word) if word.starts_with("mutation") => "mutation",
        Some(_) => return None,
    };
    let mut fields = Vec::new();
    let (mut braces, mut parentheses) = (0_usize, 0_usize);
    let mut rest = document.get(body..)?;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '{' => braces += 1,
            '}' if braces <= 1 => break,
            '}' => braces -= 1,
            '(' => parentheses += 1,
            ')' => parentheses = parentheses.saturating_sub(1),
            // A fragment's fields stand elsewhere.
            '.' if braces == 1 && parentheses == 0 => return None,
            '"' => length = rest.get(1..).and_then(|text| text.find('"')).map_or(rest.len(), |end| end + 2),
            '#' => length = rest.find('\n').unwrap_or(rest.len()),
            _ if first.is_ascii_alphabetic() || first == '_' => {
                length =
                    rest.find(|one: char| !one.is_ascii_alphanumeric() && one != '_').unwrap_or(rest.len());
                let name = rest.get(..length)?;
                let after = rest.get(length..).unwrap_or_default().trim_start();
                if braces == 1 && parentheses == 0 && !after.starts_with(':') {
                    fields.push(name);
                }
            }
            _ => {}
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    (!fields.is_empty()).then_some((operation, fields))
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn the_fields_at_the_top_of_a_document_are_found() {
        for (document, expected) in [
            ("{ viewer { id } }", Some(("query", vec!["viewer"]))),
            (
                "query A($x: Int) { issues(first: $x, filter: {a: \"}\"}) { nodes { id } } teams { id } }",
                Some(("query", vec!["issues", "teams"])),
            ),
            ("mutation { new: issueCreate(input: {}) { success } }", Some(("mutation", vec!["issueCreate"]))),
            ("# a {note}\nmutation M { commentCreate { id } }", Some(("mutation", vec!["commentCreate"]))),
            ("query { ...Parts }", None),
            ("subscription { x }", None),
            ("no document", None),
            ("{ \"", None),
        ] {
            assert_eq!(fields(document), expected, "{document}");
        }
    }
}

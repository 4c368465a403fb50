//! Values of another kind than `type` and `scopes` have, and what was meant by them.

use std::path::Path;

use connector_boundary::text::printable;
use connector_catalogue::{Catalogue, split_list};
use connector_syntax::{Member, Node, NodeKind, StringNode, TextEdit, Tree, quote};

use super::super::lookup::suggest_type;
use super::super::{has_comment, remove, replace};
use super::{declared_type, kind_name, type_of_file_name};
use crate::{Code, Finding, Fix, FixAction};

/// Keys under which people write the one text of an object that has more: `{"scope": "chat:write", "why": "…"}`.
const NAMING_KEYS: [&str; 8] = ["name", "scope", "type", "id", "value", "key", "service", "permission"];

/// Deeper than this, in lists and objects, no text is looked for: nobody nests by mistake so deep.
const MAX_DEPTH: u32 = 4;

/// What is wrong with the value of `type`.
pub(super) fn invalid_type(path: Option<&Path>, tree: &Tree, member: Member<'_>) -> Option<Finding> {
    let value = member.value()?;
    let Some(string) = value.as_string() else {
        return Some(type_not_a_text(path, tree, value));
    };
    let text = string.text();
    let shown = printable(&text, 60);
    let message = if text.trim().is_empty() {
        "`type` is empty: name the service, as in `\"type\": \"slack\"`.".to_owned()
    } else {
        format!("`{shown}` cannot be a type: it has letters, digits, `_` and `-` only.")
    };
    let mut finding = Finding::new(Code::InvalidType, value.range(), message);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        finding.fixes.extend(from_file_name(path, value));
    }
    finding.fixes.extend(types_meant(trimmed).iter().map(|name| {
        replace(format!("Change `{shown}` to `{name}`"), tree, value.range(), name, name == trimmed)
    }));
    Some(finding)
}

/// `"type": ["slack"]`, `"type": {"name": "slack"}`.
fn type_not_a_text(path: Option<&Path>, tree: &Tree, value: Node<'_>) -> Finding {
    let message = format!("`type` has to be text, not {}: `\"type\": \"slack\"`.", kind_name(value));
    let mut finding = Finding::new(Code::InvalidType, value.range(), message);
    if matches!(value.kind(), NodeKind::Null) {
        finding.fixes.extend(from_file_name(path, value));
    } else if !has_comment(tree, value.range()) {
        let types = only_text(value, 0).map(|text| types_meant(text.trim())).unwrap_or_default();
        finding.fixes.extend(
            types
                .iter()
                .map(|name| edit_value(format!("Change to `{name}`"), value, quote(name, '"'), false)),
        );
    }
    finding
}

/// The type that the file is named after, in place of a value that says nothing.
fn from_file_name(path: Option<&Path>, value: Node<'_>) -> Option<Fix> {
    let name = type_of_file_name(path)?;
    let mark = value.as_string().and_then(StringNode::quote).unwrap_or('"');
    Some(edit_value(format!("Change to `{name}`, from the file's name"), value, quote(&name, mark), false))
}

/// The types that a text names, the likeliest first.
fn types_meant(text: &str) -> Vec<String> {
    match Catalogue::get().find(text) {
        Some(known) => vec![known.name.to_owned()],
        None => suggest_type(text, None).into_iter().take(3).map(|near| near.name).collect(),
    }
}

/// What is wrong with the value of `scopes`.
pub(super) fn invalid_scopes(tree: &Tree, member: Member<'_>) -> Option<Finding> {
    let value = member.value()?;
    let message =
        format!("`scopes` has to be a list, not {}: `\"scopes\": [\"chat:write\"]`.", kind_name(value));
    let mut finding = Finding::new(Code::InvalidScopes, value.range(), message);
    match value.kind() {
        NodeKind::String(string) => {
            let text = string.text();
            let ty = declared_type(tree).and_then(|(name, _)| Catalogue::get().find(&name));
            let parts = split_list(ty, &text);
            let mark = string.quote().filter(|mark| *mark == '\'').unwrap_or('"');
            let items: Vec<String> = parts.iter().map(|part| quote(&part.name, mark)).collect();
            let title = match items.len() {
                0 | 1 => "Put it into a list".to_owned(),
                count => format!("Split into a list of {count} scopes"),
            };
            finding.fixes.push(edit_value(title, value, format!("[{}]", items.join(", ")), true));
        }
        NodeKind::Null => {
            finding.fixes.push(edit_value("Change `null` to `[]`".to_owned(), value, "[]".to_owned(), true))
        }
        NodeKind::Object(_) if !has_comment(tree, value.range()) => {
            let items = quoted(value).filter(|items| !items.is_empty());
            finding.fixes.extend(items.map(|items| {
                edit_value("Change to a list".to_owned(), value, format!("[{}]", items.join(", ")), false)
            }));
        }
        _ => {}
    }
    Some(finding)
}

/// What is wrong with an element of `scopes`.
pub(super) fn invalid_scope(tree: &Tree, element: Node<'_>) -> Finding {
    let message = format!("A scope has to be text, not {}.", kind_name(element));
    let mut finding = Finding::new(Code::InvalidScopes, element.range(), message);
    if matches!(element.kind(), NodeKind::Null) {
        finding.fixes.push(remove("Remove `null`".to_owned(), element, false));
    }
    if has_comment(tree, element.range()) {
        return finding;
    }
    let items = quoted(element).filter(|items| !items.is_empty());
    let title = match (element.kind(), items.as_deref()) {
        (NodeKind::Array(_), _) => "Move the inner list's scopes up".to_owned(),
        (_, Some([one])) => format!("Change to {}", printable(one, 100)),
        _ => "Change to the scopes in it".to_owned(),
    };
    finding.fixes.extend(items.map(|items| edit_value(title, element, items.join(", "), false)));
    finding
}

/// All texts in a list or an object, as scopes of a list are written; none where something else is in it.
fn quoted(value: Node<'_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    texts(value, 0, &mut found)?;
    Some(found.iter().map(|text| quote(text, '"')).collect())
}

/// Adds the texts in a value: a list's, an object's one text, the values of an object of texts and lists, or the names in
/// an object whose values are yes or no, of which only those with a yes are meant.
fn texts(value: Node<'_>, depth: u32, found: &mut Vec<String>) -> Option<()> {
    if depth > MAX_DEPTH {
        return None;
    }
    match value.kind() {
        NodeKind::String(string) => found.push(string.text().into_owned()),
        NodeKind::Array(array) => {
            for element in array.elements() {
                texts(element, depth + 1, found)?;
            }
        }
        NodeKind::Object(object) => {
            if let Some(named) = NAMING_KEYS.iter().find_map(|key| object.get(key)?.value()?.as_string()) {
                found.push(named.text().into_owned());
                return Some(());
            }
            for member in object.members() {
                let value = member.value()?;
                match value.kind() {
                    NodeKind::Bool(true) => found.push(member.key().text().into_owned()),
                    NodeKind::Bool(false) => {}
                    _ => texts(value, depth + 1, found)?,
                }
            }
        }
        _ => return None,
    }
    Some(())
}

/// The one text in a value.
fn only_text(value: Node<'_>, depth: u32) -> Option<String> {
    let mut found = Vec::new();
    texts(value, depth, &mut found)?;
    found.pop().filter(|_| found.is_empty())
}

fn edit_value(title: String, value: Node<'_>, new_text: String, safe: bool) -> Fix {
    Fix { title, action: FixAction::Edit(vec![TextEdit { range: value.range(), new_text }]), safe }
}

//! Keys that a connector does not have, or has twice.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use connector_boundary::text::printable;
use connector_catalogue::nearest::nearest;
use connector_catalogue::{Catalogue, split_words};
use connector_syntax::{Member, Node, NodeKind, Object, TextEdit, TextRange, edit};

use super::super::remove;
use super::Parts;
use crate::{Code, Finding, Fix, FixAction, Place, Tag};

/// Keys that a connector has.
const KEYS: [&str; 3] = ["type", "scopes", "$schema"];

/// A key that no connector has.
pub(super) fn unknown_key(parts: &Parts<'_>, member: Member<'_>) -> Finding {
    let name = member.key().text();
    let shown = printable(&name, 60);
    let meant = meant_key(&name, member.value());
    if meant == Some("scopes")
        && let Some(scopes) = parts.members.get("scopes")
    {
        return scopes_elsewhere(&shown, member, *scopes);
    }
    // A type is one word: an object is something else that was put there.
    let is_object = matches!(member.value().map(Node::kind), Some(NodeKind::Object(_)));
    let is_free = |meant: &&str| !parts.members.contains_key(*meant) && (!is_object || *meant != "type");
    let meant = meant.filter(is_free);
    let message = match meant {
        Some("scopes") => {
            format!("`{shown}` is no key of a connector, so no scopes are asked for. Did you mean `scopes`?")
        }
        Some(meant) => format!("`{shown}` is no key of a connector. Did you mean `{meant}`?"),
        None => {
            format!("`{shown}` is no key of a connector; Base44 ignores it. There are `type` and `scopes`.")
        }
    };
    let mut finding = Finding::new(Code::UnknownKey, member.key().range(), message);
    finding.fixes.extend(scopes_within(parts, member));
    if let Some(meant) = meant {
        let fits = match meant {
            "scopes" => {
                matches!(member.value().map(Node::kind), Some(NodeKind::Array(_) | NodeKind::String(_)))
            }
            _ => matches!(member.value().map(Node::kind), Some(NodeKind::String(_))),
        };
        finding.fixes.push(Fix {
            title: format!("Change `{shown}` to `{meant}`"),
            action: FixAction::Edit(vec![edit::rename_key(member, meant)]),
            safe: fits && matches!(name.as_ref(), "scope" | "Scopes" | "Scope" | "SCOPES" | "Type" | "TYPE"),
        });
    } else {
        finding.tags.push(Tag::Unnecessary);
    }
    finding.fixes.push(remove(format!("Remove `{shown}`"), member.node(), false));
    finding
}

/// Scopes that stand too deep, moved up: `"oauth": { "scopes": ["chat:write"] }`.
fn scopes_within(parts: &Parts<'_>, member: Member<'_>) -> Option<Fix> {
    let inner = scopes_of(member.value()?.as_object()?, 0)?;
    // Without a type of its own, the object around may be the connector.
    if parts.members.contains_key("scopes") || !parts.members.contains_key("type") {
        return None;
    }
    let cut = |start, end| TextEdit { range: TextRange::new(start, end), new_text: String::new() };
    let (outer, inner) = (member.range(), inner.range());
    Some(Fix {
        title: format!("Move `scopes` out of `{}`", printable(&member.key().text(), 60)),
        action: FixAction::Edit(vec![cut(outer.start, inner.start), cut(inner.end, outer.end)]),
        safe: false,
    })
}

/// Deeper than this, in objects, no scopes are looked for: nobody nests by mistake so deep.
const MAX_DEPTH: u32 = 4;

/// The list of scopes in an object, or in the objects in it.
fn scopes_of(object: Object<'_>, depth: u32) -> Option<Member<'_>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let own = object.get("scopes").filter(|scopes| scopes.value().and_then(Node::as_array).is_some());
    own.or_else(|| {
        let inner = object.members().take(MAX_LOOKED_UP).filter_map(|member| member.value()?.as_object());
        inner.into_iter().find_map(|inner| scopes_of(inner, depth + 1))
    })
}

/// The key that was meant: what people call it elsewhere, or a slip, or what its value is one of.
pub(super) fn meant_key(name: &str, value: Option<Node<'_>>) -> Option<&'static str> {
    let words = if is_word(name.trim()) { split_words(name) } else { Vec::new() };
    let last = words.last().map(String::as_str).unwrap_or_default();
    let of_words = match last {
        "permissions" | "permission" => Some("scopes"),
        // `bot_scopes`, `required_scopes`, `oauthScopes`: what the platforms of services call theirs.
        _ if last.ends_with("scope") || last.ends_with("scopes") => Some("scopes"),
        _ if words.len() > 1 && last == "type" => Some("type"),
        "connector" | "integration" | "service" | "provider" | "kind" => Some("type"),
        _ => None,
    };
    let plain: String =
        name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '$').collect();
    of_words
        .or_else(|| nearest(&plain, KEYS))
        .or_else(|| nearest(last, KEYS).filter(|_| words.len() > 1))
        .or_else(|| meant_by_value(value?))
}

/// The key that a value belongs to, whatever its key is: a known type, or a list with scopes that several services or
/// one have.
fn meant_by_value(value: Node<'_>) -> Option<&'static str> {
    match value.kind() {
        NodeKind::String(string) => Catalogue::get().find(&string.text()).map(|_| "type"),
        NodeKind::Array(array) => {
            let is_scope = |text: &str| {
                let types = Catalogue::get().types().iter();
                text.contains([':', '.', '_', '/']) && types.clone().any(|ty| ty.find_scope(text).is_some())
            };
            let mut texts = array.elements().take(MAX_LOOKED_UP).filter_map(|element| element.as_string());
            texts.any(|string| is_scope(&string.text())).then_some("scopes")
        }
        _ => None,
    }
}

/// So many values of an unknown key are looked up: the first few tell what they are.
const MAX_LOOKED_UP: usize = 5;

/// Whether a key is one word, as a name is, and not what a missing quote made of several.
fn is_word(key: &str) -> bool {
    key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Scopes that a fix moves: more than any connector has, and few enough for a file of a thousand such keys.
const MAX_MOVED: usize = 400;

/// Scopes under another key than `scopes`, which is there too: nobody asks for them.
fn scopes_elsewhere(shown: &str, member: Member<'_>, scopes: Member<'_>) -> Finding {
    let list = scopes.value().and_then(Node::as_array);
    let there: Vec<String> = list
        .iter()
        .flat_map(|list| list.elements())
        .filter_map(|node| Some(node.as_string()?.text().into_owned()))
        .collect();
    let moved: Option<Vec<String>> = match member.value().map(|value| (value, value.kind())) {
        Some((_, NodeKind::String(string))) => Some(vec![string.text().into_owned()]),
        Some((_, NodeKind::Array(array))) => {
            array.elements().map(|node| Some(node.as_string()?.text().into_owned())).collect()
        }
        _ => None,
    };
    let message = match there.is_empty() {
        true => format!(
            "`{shown}` is no key of a connector, so no scopes are asked for. They belong in `scopes`."
        ),
        false => format!(
            "`{shown}` is no key of a connector: what stands in it is not asked for, only `scopes` is."
        ),
    };
    let mut finding = Finding::new(Code::UnknownKey, member.key().range(), message);
    let is_short = |moved: &Vec<String>| !moved.is_empty() && moved.len() + there.len() <= MAX_MOVED;
    if let (Some(list), Some(moved)) = (list, moved.filter(is_short)) {
        let known: HashSet<&str> = there.iter().map(String::as_str).collect();
        let missing: Vec<&str> =
            moved.iter().map(String::as_str).filter(|scope| !known.contains(scope)).collect();
        let mut edits = edit::remove(member.node());
        edits.extend(edit::append_strings(list, &missing));
        // It asks for access that was not asked for: nothing to be done unseen.
        finding.fixes.push(Fix {
            title: format!("Move into `scopes` what stands in `{shown}`"),
            action: FixAction::Edit(edits),
            safe: false,
        });
    }
    finding.fixes.push(remove(format!("Remove `{shown}`"), member.node(), false));
    finding
}

/// Keys that are there twice.
pub(super) fn duplicate_keys(object: Object<'_>, most: usize, findings: &mut Vec<Finding>) {
    let mut last: HashMap<Cow<'_, str>, Member<'_>> = HashMap::new();
    let end = findings.len() + most;
    for member in object.members() {
        let name = member.key().text();
        if findings.len() >= end {
            break;
        }
        if name.is_empty() && member.key().range().is_empty() {
            continue;
        }
        if let Some(loser) = last.insert(name.clone(), member) {
            let shown = printable(&name, 60);
            let message = format!(
                "`{shown}` is there again further down, and the last one counts: this one is ignored."
            );
            let mut finding = Finding::new(Code::DuplicateKey, loser.key().range(), message);
            finding.tags.push(Tag::Unnecessary);
            finding.related.push(Place {
                path: None,
                range: member.key().range(),
                message: format!("this `{shown}` counts"),
            });
            finding.fixes.extend(other_than_removed(object, &name, loser, member));
            let loses = loses_something(&name, loser, member);
            finding.fixes.push(remove(format!("Remove the `{shown}` that is ignored"), loser.node(), !loses));
            findings.push(finding);
        }
    }
}

/// What may be meant by two keys of one name, rather than that the first goes: the scopes of both, or two keys.
fn other_than_removed(object: Object<'_>, name: &str, loser: Member<'_>, winner: Member<'_>) -> Option<Fix> {
    let (title, edits) = match name {
        "scopes" => {
            let list = winner.value()?.as_array()?;
            let there = texts(winner)?;
            let mut missing = texts(loser)?;
            missing.retain(|scope| !there.contains(scope));
            if missing.is_empty() || missing.len() + there.len() > MAX_MOVED {
                return None;
            }
            let missing: Vec<&str> = missing.iter().map(AsRef::as_ref).collect();
            let mut edits = edit::remove(loser.node());
            edits.extend(edit::append_strings(list, &missing));
            ("Put both lists of `scopes` into one", edits)
        }
        "type" if object.get("scopes").is_none() && winner.value()?.as_array().is_some() => {
            ("Change the second `type` to `scopes`", vec![edit::rename_key(winner, "scopes")])
        }
        _ => return None,
    };
    Some(Fix { title: title.to_owned(), action: FixAction::Edit(edits), safe: false })
}

/// Whether what stands under the first of two keys of one name is said nowhere else.
fn loses_something(name: &str, loser: Member<'_>, winner: Member<'_>) -> bool {
    match name {
        "scopes" => match (texts(loser), texts(winner)) {
            (Some(lost), Some(kept)) => !lost.iter().all(|scope| kept.contains(scope)),
            _ => loser.value().is_some(),
        },
        "type" => {
            let text = |member: Member<'_>| Some(member.value()?.as_string()?.text().into_owned());
            text(loser) != text(winner)
        }
        _ => false,
    }
}

/// The texts in a member's list; none where something else is in it, or where it is none.
fn texts(member: Member<'_>) -> Option<Vec<Cow<'_, str>>> {
    member.value()?.as_array()?.elements().map(|node| Some(node.as_string()?.text())).collect()
}

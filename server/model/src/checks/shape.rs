//! Whether a file has the shape of a connector: an object with a type and a list of scopes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use connector_boundary::text::printable;
use connector_syntax::{Member, Node, NodeKind, Object, TextEdit, TextRange, Tree, edit, quote};

use super::lookup::suggest_type;
use super::{Declared, remove, replace};
use serde_json::Value;

use crate::structure::{Step, StructuralError, StructuralErrorKind, validate_structure};
use crate::{Code, Finding, Fix, FixAction, Place, Tag};
use connector_catalogue::nearest::nearest;
use connector_catalogue::{Catalogue, split_joined, split_words};

/// Keys that a connector has.
const KEYS: [&str; 3] = ["type", "scopes", "$schema"];

pub(super) fn declared(tree: &Tree) -> Declared {
    let mut declared = Declared::default();
    let Some(object) = tree.root().and_then(Node::as_object) else {
        return declared;
    };
    let string = |node: Node<'_>| node.as_string().map(|string| (string.text().into_owned(), node.range()));
    declared.type_name = declared_type(tree).map(|(name, range)| (name.into_owned(), range));
    if let Some(list) = object.get("scopes").and_then(Member::value) {
        declared.scopes_range = Some(list.range());
        declared.scopes =
            list.as_array().into_iter().flat_map(|array| array.elements()).filter_map(string).collect();
    }
    declared
}

/// The type that a text declares, and where.
pub(super) fn declared_type(tree: &Tree) -> Option<(Cow<'_, str>, TextRange)> {
    let value = tree.root()?.as_object()?.get("type")?.value()?;
    Some((value.as_string()?.text(), value.range()))
}

pub(super) fn check(path: Option<&Path>, tree: &Tree, most: usize, findings: &mut Vec<Finding>) {
    let Some(root) = tree.root() else {
        return;
    };
    let errors = validate_structure(&value_of(root, most, 0));
    if !errors.is_empty() {
        let parts = Parts::of(root);
        findings.extend(errors.iter().take(most).filter_map(|error| finding(path, tree, &parts, error)));
    }
    if let Some(object) = root.as_object() {
        duplicate_keys(object, most, findings);
    }
}

/// Deeper than this, in lists and objects, nothing is looked at: a connector has its scopes at the second level.
const MAX_DEPTH: u32 = 8;

/// The value for the schema; what is missing or cannot be made out is left out, as the syntax error says enough. A
/// list ends behind its first `most` elements that are no texts: each makes an error, and nobody reads more.
fn value_of(node: Node<'_>, most: usize, depth: u32) -> Value {
    match node.kind() {
        _ if depth > MAX_DEPTH => Value::Null,
        NodeKind::Null | NodeKind::Error | NodeKind::Member(_) => Value::Null,
        NodeKind::Bool(value) => value.into(),
        NodeKind::Number(value) => value.into(),
        NodeKind::String(string) => string.text().into(),
        NodeKind::Array(array) => {
            let mut others = 0;
            let element = |element: Node<'_>| match element.kind() {
                // The schema asks for texts in a list, and not for which ones.
                NodeKind::String(_) => Some(Value::String(String::new())),
                _ => {
                    others += 1;
                    (others <= most).then(|| value_of(element, most, depth + 1))
                }
            };
            array.elements().map_while(element).collect()
        }
        NodeKind::Object(object) => {
            let members = object.members().filter_map(|member| {
                let value = member.value().filter(|value| !matches!(value.kind(), NodeKind::Error))?;
                Some((member.key().text().into_owned(), value_of(value, most, depth + 1)))
            });
            Value::Object(members.collect())
        }
    }
}

/// The parts of a text that structural errors speak of, each found at once however many there are.
struct Parts<'t> {
    root: Node<'t>,
    object: Option<Object<'t>>,
    /// Of members of one name the last, as JSON5 has it.
    members: HashMap<Cow<'t, str>, Member<'t>>,
    scopes: Vec<Node<'t>>,
}

impl<'t> Parts<'t> {
    fn of(root: Node<'t>) -> Self {
        let object = root.as_object();
        let members: HashMap<_, _> = object
            .into_iter()
            .flat_map(Object::members)
            .map(|member| (member.key().text(), member))
            .collect();
        let list = members.get("scopes").and_then(|member| member.value()?.as_array());
        let scopes = list.into_iter().flat_map(|list| list.elements()).collect();
        Self { root, object, members, scopes }
    }
}

fn finding(path: Option<&Path>, tree: &Tree, parts: &Parts<'_>, error: &StructuralError) -> Option<Finding> {
    let member = |name: &str| parts.members.get(name).copied();
    match (error.kind, error.path.as_slice()) {
        (StructuralErrorKind::NotAnObject, _) => {
            (!matches!(parts.root.kind(), NodeKind::Error)).then(|| not_an_object(parts.root))
        }
        // A key without a value is half typed; that is said already.
        (StructuralErrorKind::MissingType, _) => {
            let half_typed = parts.members.values().any(|member| member.value().is_none());
            (!half_typed).then(|| missing_type(path, parts.object)).flatten()
        }
        (StructuralErrorKind::TypeNotAString | StructuralErrorKind::MalformedType, _) => {
            invalid_type(tree, member("type")?)
        }
        (StructuralErrorKind::ScopesNotAList, _) => invalid_scopes(tree, member("scopes")?),
        (StructuralErrorKind::ScopeNotAString, [_, Step::Index(index)]) => {
            let element = *parts.scopes.get(*index)?;
            (!matches!(element.kind(), NodeKind::Error)).then(|| invalid_scope(tree, element))
        }
        (StructuralErrorKind::UnknownKey, [Step::Key(name)]) => {
            let unknown = member(name).filter(|_| !name.is_empty())?;
            Some(unknown_key(parts, unknown))
        }
        _ => None,
    }
}

fn not_an_object(root: Node<'_>) -> Finding {
    let message = "A connector is an object: `{ \"type\": \"slack\", \"scopes\": [] }`.";
    let mut finding = Finding::new(Code::NotAnObject, root.range(), message);
    let wraps_one = root.as_array().and_then(|array| {
        let mut elements = array.elements();
        let only = elements.next().filter(|_| elements.next().is_none())?;
        only.as_object().map(|_| (array.node().range(), only.range()))
    });
    if let Some((outer, inner)) = wraps_one {
        let cut = |start, end| TextEdit { range: TextRange::new(start, end), new_text: String::new() };
        finding.fixes.push(Fix {
            title: "Remove the list around the connector".to_owned(),
            action: FixAction::Edit(vec![cut(outer.start, inner.start), cut(inner.end, outer.end)]),
            safe: false,
        });
    }
    finding
}

fn missing_type(path: Option<&Path>, object: Option<Object<'_>>) -> Option<Finding> {
    let object = object?;
    let open = object.node().range();
    let range = TextRange::new(open.start, (open.start + 1).min(open.end));
    let message = "The connector has no `type`: name the service, as in `\"type\": \"slack\"`.";
    let mut finding = Finding::new(Code::MissingType, range, message);
    let means_type = |member: &Member<'_>| {
        let text = member.value().filter(|value| value.as_string().is_some());
        text.is_some() && meant_key(&member.key().text(), text) == Some("type")
    };
    if let Some(similar) = object.members().take(MAX_KEYS).find(means_type) {
        finding.fixes.push(Fix {
            title: format!("Change `{}` to `type`", printable(&similar.key().text(), 60)),
            action: FixAction::Edit(vec![edit::rename_key(similar, "type")]),
            safe: false,
        });
    }
    let stem = path.and_then(Path::file_stem).map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let named = match Catalogue::get().find(&stem) {
        Some(known) => Some(known.name.to_owned()),
        None => suggest_type(&stem, None).into_iter().next().map(|near| near.name),
    };
    if let Some(name) = named {
        finding.fixes.push(Fix {
            title: format!("Insert `\"type\": \"{name}\"`, from the file's name"),
            action: FixAction::Edit(insert_first(object, "type", &quote(&name, '"'))),
            safe: false,
        });
    }
    Some(finding)
}

/// Adds a member in front of the others.
fn insert_first(object: Object<'_>, name: &str, value: &str) -> Vec<TextEdit> {
    let Some(first) = object.members().next() else {
        return edit::append_member(object, name, value);
    };
    let key = if first.key().quote().is_some() { quote(name, '"') } else { name.to_owned() };
    let between = first.node().range().start;
    // Its `{` may be missing.
    let before = (object.node().range().start + 1).min(between);
    let text = object_text(object, before, between);
    // The same blanks that stand before what was first so far.
    let blank = text.rfind('\n').map_or(" ", |at| &text[at..]);
    let at = TextRange::empty(first.range().start);
    vec![TextEdit { range: at, new_text: format!("{key}: {value},{blank}") }]
}

fn object_text<'t>(object: Object<'t>, start: u32, end: u32) -> &'t str {
    object.node().tree().slice(TextRange::new(start, end))
}

fn invalid_type(tree: &Tree, member: Member<'_>) -> Option<Finding> {
    let value = member.value()?;
    let Some(string) = value.as_string() else {
        let message = format!("`type` has to be text, not {}: `\"type\": \"slack\"`.", kind_name(value));
        return Some(Finding::new(Code::InvalidType, value.range(), message));
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
    let suggestions = match Catalogue::get().find(trimmed) {
        Some(known) => vec![known.name.to_owned()],
        None => suggest_type(trimmed, None).into_iter().map(|near| near.name).collect(),
    };
    finding.fixes.extend(suggestions.iter().take(3).map(|name| {
        replace(format!("Change `{shown}` to `{name}`"), tree, value.range(), name, name == trimmed)
    }));
    Some(finding)
}

fn invalid_scopes(tree: &Tree, member: Member<'_>) -> Option<Finding> {
    let value = member.value()?;
    let message =
        format!("`scopes` has to be a list, not {}: `\"scopes\": [\"chat:write\"]`.", kind_name(value));
    let mut finding = Finding::new(Code::InvalidScopes, value.range(), message);
    match value.kind() {
        NodeKind::String(string) => {
            let text = string.text();
            let parts = split_joined(&text);
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
        NodeKind::Object(object) => {
            // `{"chat:write": true}`: the names are what was meant.
            let items: Vec<String> =
                object.members().map(|member| quote(&member.key().text(), '"')).collect();
            let all_true = object
                .members()
                .all(|member| matches!(member.value().map(Node::kind), Some(NodeKind::Bool(true))));
            let no_comments = !tree.comments().iter().any(|comment| value.range().contains(comment.range));
            if all_true && no_comments && !items.is_empty() {
                finding.fixes.push(edit_value(
                    "Change to a list".to_owned(),
                    value,
                    format!("[{}]", items.join(", ")),
                    false,
                ));
            }
        }
        _ => {}
    }
    Some(finding)
}

fn edit_value(title: String, value: Node<'_>, new_text: String, safe: bool) -> Fix {
    Fix { title, action: FixAction::Edit(vec![TextEdit { range: value.range(), new_text }]), safe }
}

fn invalid_scope(tree: &Tree, element: Node<'_>) -> Finding {
    let message = format!("A scope has to be text, not {}.", kind_name(element));
    let mut finding = Finding::new(Code::InvalidScopes, element.range(), message);
    if matches!(element.kind(), NodeKind::Null) {
        finding.fixes.push(remove("Remove `null`".to_owned(), element, false));
    }
    if let Some(inner) = element.as_array() {
        let strings: Option<Vec<String>> =
            inner.elements().map(|node| node.as_string().map(|string| quote(&string.text(), '"'))).collect();
        let no_comments = !tree.comments().iter().any(|comment| element.range().contains(comment.range));
        if let Some(strings) = strings.filter(|strings| !strings.is_empty() && no_comments) {
            finding.fixes.push(edit_value(
                "Move the inner list's scopes up".to_owned(),
                element,
                strings.join(", "),
                false,
            ));
        }
    }
    finding
}

fn unknown_key(parts: &Parts<'_>, member: Member<'_>) -> Finding {
    let name = member.key().text();
    let shown = printable(&name, 60);
    let meant = meant_key(&name, member.value());
    if meant == Some("scopes")
        && let Some(scopes) = parts.members.get("scopes")
    {
        return scopes_elsewhere(&shown, member, *scopes);
    }
    let meant = meant.filter(|meant| !parts.members.contains_key(*meant));
    let message = match meant {
        Some("scopes") => {
            format!("`{shown}` is no key of a connector, so no scopes are asked for. Did you mean `scopes`?")
        }
        Some(meant) => format!("`{shown}` is no key of a connector. Did you mean `{meant}`?"),
        None => format!(
            "`{shown}` is no key of a connector; the platform ignores it. There are `type` and `scopes`."
        ),
    };
    let mut finding = Finding::new(Code::UnknownKey, member.key().range(), message);
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

/// The key that was meant: what people call it elsewhere, or a slip, or what its value is one of.
fn meant_key(name: &str, value: Option<Node<'_>>) -> Option<&'static str> {
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

/// Among more keys than these the type is not looked for: a connector has two or three.
const MAX_KEYS: usize = 100;
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

fn duplicate_keys(object: Object<'_>, most: usize, findings: &mut Vec<Finding>) {
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
            finding.fixes.push(remove(format!("Remove the `{shown}` that is ignored"), loser.node(), true));
            findings.push(finding);
        }
    }
}

fn kind_name(node: Node<'_>) -> &'static str {
    match node.kind() {
        NodeKind::Null => "`null`",
        NodeKind::Bool(_) => "true or false",
        NodeKind::Number(_) => "a number",
        NodeKind::String(_) => "text",
        NodeKind::Array(_) => "a list",
        NodeKind::Object(_) | NodeKind::Member(_) => "an object",
        NodeKind::Error => "this",
    }
}

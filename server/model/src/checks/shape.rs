//! Whether a file has the shape of a connector: an object with a type and a list of scopes.

mod keys;
mod values;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use connector_boundary::text::printable;
use connector_catalogue::Catalogue;
use connector_syntax::{
    Array, Member, Node, NodeKind, Object, TextEdit, TextRange, Tree, edit, parse, quote,
};
use serde_json::Value;

use self::keys::{duplicate_keys, meant_key, unknown_key};
use self::values::{invalid_scope, invalid_scopes, invalid_type};
use super::Declared;
use super::lookup::suggest_type;
use crate::structure::{Step, StructuralError, StructuralErrorKind, validate_structure};
use crate::{Code, Finding, Fix, FixAction};

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
            invalid_type(path, tree, member("type")?)
        }
        (StructuralErrorKind::ScopesNotAList, _) => invalid_scopes(tree, member("scopes")?),
        (StructuralErrorKind::ScopeNotAString, [_, Step::Index(index)]) => {
            let element = *parts.scopes.get(*index)?;
            (!matches!(element.kind(), NodeKind::Error)).then(|| invalid_scope(tree, element))
        }
        (StructuralErrorKind::UnknownKey, [Step::Key(name)]) => {
            let unknown = member(name).filter(|_| !name.is_empty())?;
            // What is around the connector is told where its type lacks.
            let is_told = !parts.members.contains_key("type") && parts.object.and_then(unwrapped).is_some();
            (!is_told).then(|| unknown_key(parts, unknown))
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
    finding.fixes.extend(quoted_connector(root));
    finding
}

/// A connector that a program wrote as text, taken out of its quotes: `"{\"type\": \"slack\"}"`.
fn quoted_connector(root: Node<'_>) -> Option<Fix> {
    let text = root.as_string()?.text();
    let inner = parse(&text);
    let is_connector = inner.errors().is_empty() && inner.root()?.as_object()?.get("type").is_some();
    is_connector.then(|| Fix {
        title: "Take the connector out of the quotes".to_owned(),
        action: FixAction::Edit(vec![TextEdit { range: root.range(), new_text: text.into_owned() }]),
        safe: false,
    })
}

/// Among more keys than these the type is not looked for: a connector has two or three.
const MAX_KEYS: usize = 100;

fn missing_type(path: Option<&Path>, object: Option<Object<'_>>) -> Option<Finding> {
    let object = object?;
    let open = object.node().range();
    let range = TextRange::new(open.start, (open.start + 1).min(open.end));
    let message = "The connector has no `type`: name the service, as in `\"type\": \"slack\"`.";
    let mut finding = Finding::new(Code::MissingType, range, message);
    finding.fixes.extend(unwrapped(object));
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
    if let Some(name) = type_of_file_name(path) {
        finding.fixes.push(Fix {
            title: format!("Insert `\"type\": \"{name}\"`, from the file's name"),
            action: FixAction::Edit(insert_first(object, "type", &quote(&name, '"'))),
            safe: false,
        });
    }
    Some(finding)
}

/// The type that a file is named after, where it is named after one.
fn type_of_file_name(path: Option<&Path>) -> Option<String> {
    let stem = path.and_then(Path::file_stem)?.to_string_lossy();
    match Catalogue::get().find(&stem) {
        Some(known) => Some(known.name.to_owned()),
        None => suggest_type(&stem, None).into_iter().next().map(|near| near.name),
    }
}

/// The connector that is the only thing in an object, taken out of it: `{"connector": {"type": "slack"}}`,
/// `{"connectors": [{"type": "slack"}]}`, and where the type is its key, `{"slack": {"scopes": []}}` and
/// `{"slack": ["chat:write"]}`.
fn unwrapped(object: Object<'_>) -> Option<Fix> {
    let mut members = object.members();
    let only = members.next().filter(|_| members.next().is_none())?;
    let (key, value) = (only.key().text(), only.value()?);
    let cut = |start, end| TextEdit { range: TextRange::new(start, end), new_text: String::new() };
    let around = |inner: TextRange| {
        let outer = object.node().range();
        vec![cut(outer.start, inner.start), cut(inner.end, outer.end)]
    };
    let ty = Catalogue::get().find(&key);
    let edits = match (value.kind(), ty) {
        (NodeKind::Object(inner), _) if inner.get("type").is_some() => around(value.range()),
        (NodeKind::Object(inner), Some(ty)) if inner.members().next().is_some() => {
            let mut edits = around(value.range());
            edits.splice(1..1, insert_first(inner, "type", &quote(ty.name, '"')));
            edits
        }
        (NodeKind::Array(array), _) if has_one_connector(array) => around(array.elements().next()?.range()),
        (NodeKind::Array(_), Some(ty)) => {
            let members = format!("\"type\": {}, \"scopes\"", quote(ty.name, '"'));
            vec![TextEdit { range: only.key().range(), new_text: members }]
        }
        _ => return None,
    };
    let title = format!("Take the connector out of `{}`", printable(&key, 60));
    Some(Fix { title, action: FixAction::Edit(edits), safe: false })
}

/// Whether a list holds a connector, and nothing else.
fn has_one_connector(array: Array<'_>) -> bool {
    let mut elements = array.elements();
    let only = elements.next().and_then(Node::as_object);
    only.is_some_and(|object| object.get("type").is_some()) && elements.next().is_none()
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

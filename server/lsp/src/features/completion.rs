//! Completion: whole connectors, keys, types, scopes, and codes to silence.

mod offered;
mod scopes;
#[cfg(test)]
mod tests;
mod writer;

use std::collections::HashSet;

use connector_catalogue::{Catalogue, ConnectorType};
use connector_model::Code;
use connector_model::code::CodeFile;
use connector_model::facts::KnownTypes;
use connector_model::ignores::can_be_silenced;
use connector_syntax::{TextRange, Tree, quote};
use serde_json::Value;
use tower_lsp::ls_types::{
    Command, CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse,
};

pub(super) use self::offered::{Offered, offered};
use self::scopes::{scope_list, scopes};
use self::writer::{Writer, documentation, in_snippet};
use super::code_types;
use super::context::{self, Place, Slot};
use super::markdown;
use crate::capabilities::ClientCaps;
use crate::documents::Document;
use crate::world::World;

/// What may be written at a position.
pub(crate) fn complete(world: &World, params: CompletionParams) -> Option<CompletionResponse> {
    let at = params.text_document_position;
    if let Some((document, state, CodeFile::Program)) = world.code_document(&at.text_document.uri) {
        let offset = document.text.offset(at.position, world.caps.encoding);
        return code_types::complete(world, state, document, u32::try_from(offset).ok()?);
    }
    let document = world.connector_document(&at.text_document.uri)?;
    let offset = document.text.offset(at.position, world.caps.encoding);
    let trigger = params.context.and_then(|context| context.trigger_character);
    if trigger.as_deref() == Some(" ") && !opens_after_blank(document.tree(), u32::try_from(offset).ok()?) {
        return None;
    }
    let state = document.uri.path().and_then(|path| world.workspace.state_of(path));
    let known = state.and_then(|state| state.platform.offered());
    let items = items(document, u32::try_from(offset).ok()?, known, &world.caps);
    Some(CompletionResponse::Array(items))
}

/// Whether a list opens by itself once a blank was typed: where a value is all that can follow on the line. After `{`,
/// `[` and `,` people press Enter, which would take the first item of a list that is open.
fn opens_after_blank(tree: &Tree, offset: u32) -> bool {
    let before = tree.slice(TextRange { start: 0, end: offset }).trim_end_matches([' ', '\t']);
    match context::place(tree, offset) {
        Place::Type(slot) | Place::ScopeList(slot) => slot.range.is_empty() && before.ends_with(':'),
        Place::Scope(slot) => slot.range.is_empty() && before.ends_with(','),
        Place::SilencedCode { .. } => true,
        _ => false,
    }
}

/// Adds the documentation that a long list left out.
pub(crate) fn resolve(world: &World, mut item: CompletionItem) -> CompletionItem {
    if item.documentation.is_some() {
        return item;
    }
    let name = |key: &str| item.data.as_ref().and_then(|data| data.get(key)).and_then(Value::as_str);
    let Some(ty) = name("type").and_then(|name| Catalogue::get().find(name)) else {
        return item;
    };
    let card = match name("scope") {
        Some(scope) => ty.find_scope(scope).map(|scope| markdown::of_scope(ty, scope)),
        None => Some(markdown::of_type(ty)),
    };
    item.documentation = card.map(|card| documentation(card, &world.caps));
    item
}

/// What may be written at `offset`; `known` are the types that the platform has, where it has said so.
fn items(
    document: &Document,
    offset: u32,
    known: Option<&KnownTypes>,
    caps: &ClientCaps,
) -> Vec<CompletionItem> {
    let tree = document.tree();
    let writer = Writer { text: &document.text, caps, encoding: caps.encoding };
    match context::place(tree, offset) {
        Place::Connector(range) => connectors(document, range, known, &writer),
        Place::Type(slot) => types(&slot, known, &writer),
        Place::Scope(slot) => scopes(document, &slot, &writer),
        Place::ScopeList(slot) => vec![scope_list(&slot, &writer)],
        Place::Key { slot, has_value } => keys(document, &slot, has_value, &writer),
        Place::Silence(range) => silences(range, &writer),
        Place::SilencedCode { range, comment } => codes(tree.slice(comment), range, &writer),
        Place::Nothing => Vec::new(),
    }
}

/// A whole connector of each type; the one that the file is named after comes first.
fn connectors(
    document: &Document,
    range: TextRange,
    known: Option<&KnownTypes>,
    writer: &Writer<'_>,
) -> Vec<CompletionItem> {
    let stem = document.uri.path().and_then(|path| path.file_stem()).and_then(|stem| stem.to_str());
    offered(known)
        .into_iter()
        .map(|ty| {
            let named = stem == Some(ty.name());
            let takes_scopes = !matches!(ty, Offered::Described(ty) if !ty.takes_scopes());
            let scopes = if takes_scopes { "[\n    $0\n  ]" } else { "[]" };
            let name = in_snippet(&quote(ty.name(), '"'));
            let text = format!("{{\n  \"type\": {name},\n  \"scopes\": {scopes}\n}}");
            let mut item = CompletionItem {
                label: ty.name().to_owned(),
                kind: Some(CompletionItemKind::SNIPPET),
                detail: Some(format!("{} connector", ty.display_name())),
                sort_text: Some(format!("{}{}", u8::from(!named), ty.name())),
                preselect: named.then_some(true),
                documentation: ty.documentation(writer.caps),
                ..CompletionItem::default()
            };
            item.filter_text = Some(ty.name().to_owned());
            writer.snippet(item, range, &text)
        })
        .collect()
}

fn types(slot: &Slot, known: Option<&KnownTypes>, writer: &Writer<'_>) -> Vec<CompletionItem> {
    offered(known)
        .into_iter()
        .map(|ty| {
            let mut item = CompletionItem {
                label: ty.name().to_owned(),
                kind: Some(CompletionItemKind::ENUM_MEMBER),
                detail: Some(ty.display_name().to_owned()),
                documentation: ty.documentation(writer.caps),
                ..CompletionItem::default()
            };
            writer.describe(&mut item, ty.display_name());
            writer.in_slot(item, slot, ty.name())
        })
        .collect()
}

/// The type that stands in a file; where none does yet, the one that the file is named after.
fn type_of(document: &Document) -> Option<&'static ConnectorType> {
    if let Some(name) = context::type_name(document.tree()) {
        return Catalogue::get().find(&name);
    }
    let stem = document.uri.path()?.file_stem()?.to_str()?;
    Catalogue::get().find(stem)
}

/// The keys of a connector that are not there yet.
fn keys(document: &Document, slot: &Slot, has_value: bool, writer: &Writer<'_>) -> Vec<CompletionItem> {
    let object = document.tree().root().and_then(|root| root.as_object());
    let present: Vec<String> = object
        .into_iter()
        .flat_map(|object| object.members().collect::<Vec<_>>())
        .filter(|member| !member.key().content_range().touches(slot.range.start))
        .map(|member| member.key().text().into_owned())
        .collect();
    let schema = match type_of(document) {
        Some(ty) => format!("\"{}/{}.schema.json\"", SCHEMAS, ty.name),
        None => "\"$1\"$0".to_owned(),
    };
    [
        ("type", "Which service the connector is of", "\"$1\"$0"),
        ("scopes", "The OAuth scopes the app asks for", "[$0]"),
        ("$schema", "Where other tools find the schema of this file", &schema),
    ]
    .into_iter()
    .enumerate()
    .filter(|(_, (name, _, _))| !present.iter().any(|other| other == name))
    .map(|(place, (name, detail, value))| {
        let item = CompletionItem {
            label: name.to_owned(),
            kind: Some(CompletionItemKind::PROPERTY),
            detail: Some(detail.to_owned()),
            // What every connector needs comes first.
            sort_text: Some(place.to_string()),
            ..CompletionItem::default()
        };
        if has_value {
            return writer.in_slot(item, slot, name);
        }
        let (comma, closing) = match slot.suffix.strip_suffix(',') {
            Some(closing) => (",", closing),
            None => ("", slot.suffix.as_str()),
        };
        let value = value.replace('"', &slot.quote.to_string());
        let text = format!("{}{}{closing}: {value}{comma}", slot.prefix, in_snippet(name));
        let mut item = writer.snippet(item, slot.range, &text);
        item.filter_text = Some(name.to_owned());
        item.additional_text_edits = writer.also(slot);
        // What may stand in the value is shown at once.
        item.command = (writer.caps.reopens_suggestions && name != "$schema").then(|| Command {
            title: "Suggest".to_owned(),
            command: "editor.action.triggerSuggest".to_owned(),
            arguments: None,
        });
        item
    })
    .collect()
}

/// Where the schemas can be had.
const SCHEMAS: &str = "https://raw.githubusercontent.com/base44-connectors/base44-connectors/main/schemas";

/// The two ways to begin a comment that silences.
fn silences(range: TextRange, writer: &Writer<'_>) -> Vec<CompletionItem> {
    [
        ("base44-ignore", "Silence a finding on this line"),
        ("base44-ignore-file", "Silence a finding in this file"),
    ]
    .into_iter()
    .map(|(word, detail)| CompletionItem {
        label: word.to_owned(),
        kind: Some(CompletionItemKind::KEYWORD),
        detail: Some(detail.to_owned()),
        text_edit: writer.edit(range, format!("{word} ")),
        ..CompletionItem::default()
    })
    .collect()
}

/// The codes that a comment may silence and does not yet.
fn codes(comment: &str, range: TextRange, writer: &Writer<'_>) -> Vec<CompletionItem> {
    let named: HashSet<&str> = comment.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    Code::ALL
        .iter()
        .filter(|&&code| can_be_silenced(code) && !code.is_from_platform())
        .filter(|code| !named.contains(code.as_str()) || writer.text.slice(range) == code.as_str())
        .map(|code| CompletionItem {
            label: code.as_str().to_owned(),
            kind: Some(CompletionItemKind::CONSTANT),
            documentation: Some(documentation(markdown::of_code(*code), writer.caps)),
            text_edit: writer.edit(range, code.as_str().to_owned()),
            ..CompletionItem::default()
        })
        .collect()
}

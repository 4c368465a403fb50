//! Completion: whole connectors, keys, types, scopes, and codes to silence.

use std::collections::HashSet;

use connector_catalogue::order::label;
use connector_catalogue::{Catalogue, ConnectorType, Listed, Scope, Sensitivity};
use connector_model::Code;
use connector_model::code::CodeFile;
use connector_model::facts::KnownTypes;
use connector_model::ignores::can_be_silenced;
use connector_syntax::{Encoding, TextRange, Tree, quote};
use serde_json::{Value, json};
use tower_lsp::ls_types::{
    Command, CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTag,
    CompletionParams, CompletionResponse, CompletionTextEdit, Documentation, InsertTextFormat, TextEdit,
};

use super::code_types;
use super::context::{self, Place, Slot};
use super::markdown;
use crate::capabilities::ClientCaps;
use crate::documents::{Document, Text};
use crate::world::World;

/// A list longer than this sends its documentation only when asked for an item's.
const LONG: usize = 60;

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

/// The types of the catalogue that the platform has, and those that only the platform knows.
pub(super) fn offered(known: Option<&KnownTypes>) -> Vec<Offered> {
    let catalogue = Catalogue::get().types();
    let Some(known) = known else {
        return catalogue.iter().map(Offered::Described).collect();
    };
    let mut offered: Vec<Offered> =
        catalogue.iter().filter(|ty| known.contains(ty.name)).map(Offered::Described).collect();
    let named = known.names.iter().filter(|name| Catalogue::get().find(name).is_none());
    offered.extend(named.cloned().map(Offered::Named));
    offered
}

/// A type that may be written.
pub(super) enum Offered {
    Described(&'static ConnectorType),
    Named(String),
}

impl Offered {
    pub(super) fn name(&self) -> &str {
        match self {
            Offered::Described(ty) => ty.name,
            Offered::Named(name) => name,
        }
    }

    pub(super) fn display_name(&self) -> &str {
        match self {
            Offered::Described(ty) => ty.display_name,
            Offered::Named(name) => name,
        }
    }

    pub(super) fn documentation(&self, caps: &ClientCaps) -> Option<Documentation> {
        match self {
            Offered::Described(ty) => Some(documentation(markdown::of_type(ty), caps)),
            Offered::Named(_) => None,
        }
    }
}

/// Writes items as the client can take them.
struct Writer<'a> {
    text: &'a Text,
    caps: &'a ClientCaps,
    encoding: Encoding,
}

impl Writer<'_> {
    fn edit(&self, range: TextRange, new_text: String) -> Option<CompletionTextEdit> {
        Some(CompletionTextEdit::Edit(TextEdit { range: self.text.range(range, self.encoding), new_text }))
    }

    /// A value in its slot: quoted, with what it has to bring along.
    fn in_slot(&self, mut item: CompletionItem, slot: &Slot, value: &str) -> CompletionItem {
        let escaped = quote(value, slot.quote);
        let content = escaped.get(1..escaped.len() - 1).unwrap_or(value);
        item.text_edit = self.edit(slot.range, format!("{}{content}{}", slot.prefix, slot.suffix));
        item.filter_text = Some(value.to_owned());
        item.additional_text_edits = self.also(slot);
        item
    }

    /// A snippet; for a client without them, its text without the places for the cursor.
    fn snippet(&self, mut item: CompletionItem, range: TextRange, text: &str) -> CompletionItem {
        if self.caps.snippets {
            item.insert_text_format = Some(InsertTextFormat::SNIPPET);
            item.text_edit = self.edit(range, text.to_owned());
        } else {
            item.text_edit = self.edit(range, plain(text));
        }
        item
    }

    fn also(&self, slot: &Slot) -> Option<Vec<TextEdit>> {
        let edits: Vec<TextEdit> = slot
            .also
            .iter()
            .map(|edit| TextEdit {
                range: self.text.range(edit.range, self.encoding),
                new_text: edit.new_text.clone(),
            })
            .collect();
        (!edits.is_empty()).then_some(edits)
    }

    fn describe(&self, item: &mut CompletionItem, text: &str) {
        if self.caps.completion_label_details {
            item.label_details =
                Some(CompletionItemLabelDetails { detail: None, description: Some(text.to_owned()) });
        }
    }
}

/// The text that a snippet leaves.
fn plain(snippet: &str) -> String {
    let mut text = String::with_capacity(snippet.len());
    let mut chars = snippet.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            '$' => {
                chars.next();
            }
            c => text.push(c),
        }
    }
    text
}

fn documentation(card: String, caps: &ClientCaps) -> Documentation {
    Documentation::MarkupContent(markdown::content(card, caps.completion_markdown))
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

fn scopes(document: &Document, slot: &Slot, writer: &Writer<'_>) -> Vec<CompletionItem> {
    let Some(ty) = type_of(document) else {
        return Vec::new();
    };
    let names = listed(document.tree(), slot.range);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let typed = document.tree().slice(slot.range);
    let list = List { ty, listed: Listed::new(ty, &names), names: &names, typed };
    let offered: Vec<&Scope> =
        ty.scopes_by_power().into_iter().filter(|scope| list.listed.position(scope.name).is_none()).collect();
    let is_long = offered.len() > LONG;
    let items = offered.into_iter().enumerate();
    items.map(|(place, scope)| list.item(place, scope, is_long, slot, writer)).collect()
}

/// The scopes in the list as they are written, the one under the cursor left out.
fn listed(tree: &Tree, written: TextRange) -> Vec<String> {
    context::scope_list(tree)
        .into_iter()
        .flat_map(|array| array.elements().collect::<Vec<_>>())
        .filter(|element| !(element.range().start <= written.start && written.end <= element.range().end))
        .filter_map(|element| element.as_string().map(|string| string.text().into_owned()))
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

/// A list of scopes, and what it says already.
struct List<'a> {
    ty: &'static ConnectorType,
    names: &'a [&'a str],
    listed: Listed<'a>,
    /// What stands where a scope is to be written.
    typed: &'a str,
}

impl List<'_> {
    fn item(
        &self,
        place: usize,
        scope: &Scope,
        is_long: bool,
        slot: &Slot,
        writer: &Writer<'_>,
    ) -> CompletionItem {
        let name = |place: usize| self.names.get(place).copied();
        let redundant: Vec<&str> =
            self.listed.made_redundant_by(scope.name).into_iter().filter_map(name).collect();
        let broader = self.listed.covering(scope.name).and_then(name);
        let mut detail = scope.summary.to_owned();
        if !redundant.is_empty() {
            detail.push_str(&format!(" — makes {} redundant", redundant.join(", ")));
        }
        if let Some(broader) = broader {
            detail.push_str(&format!(" — already included in {broader}"));
        }
        let level = scope.sensitivity.and_then(worth_saying);
        if let Some(level) = level.filter(|_| !writer.caps.completion_label_details) {
            detail.push_str(&format!(" — {level}"));
        }
        let rank = match (scope.deprecated, broader.is_some()) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        };
        let written = self.ty.in_form_of(scope.name, self.typed);
        let mut item = CompletionItem {
            label: label(&written).to_owned(),
            kind: Some(CompletionItemKind::ENUM_MEMBER),
            // Editors sort by this: within each rank in the order that every list of scopes has.
            sort_text: Some(format!("{rank}{place:04}")),
            detail: Some(detail),
            data: Some(json!({"type": self.ty.name, "scope": scope.name})),
            ..CompletionItem::default()
        };
        if !is_long {
            item.documentation = Some(documentation(markdown::of_scope(self.ty, scope), writer.caps));
        }
        if scope.deprecated {
            if writer.caps.completion_deprecated_tag {
                item.tags = Some(vec![CompletionItemTag::DEPRECATED]);
            } else {
                #[allow(deprecated)]
                {
                    item.deprecated = Some(true);
                }
            }
        }
        match level {
            Some(level) => writer.describe(&mut item, &format!("{level}: {}", scope.summary)),
            None => writer.describe(&mut item, scope.summary),
        }
        let mut item = writer.in_slot(item, slot, &written);
        // Who types `gmail.re` looks for what comes after Google's address.
        let starts_short = !self.typed.is_empty() && !self.typed.starts_with('h');
        if starts_short && label(scope.name) != scope.name {
            item.filter_text = Some(label(scope.name).to_owned());
        }
        item
    }
}

fn worth_saying(sensitivity: Sensitivity) -> Option<&'static str> {
    match sensitivity {
        Sensitivity::Restricted => Some("restricted"),
        Sensitivity::Sensitive => Some("sensitive"),
        Sensitivity::NonSensitive => None,
    }
}

fn scope_list(slot: &Slot, writer: &Writer<'_>) -> CompletionItem {
    let item = CompletionItem {
        label: "[]".to_owned(),
        kind: Some(CompletionItemKind::VALUE),
        detail: Some("A list of scopes".to_owned()),
        ..CompletionItem::default()
    };
    writer.snippet(item, slot.range, "[$0]")
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

/// Text as a snippet holds it.
fn in_snippet(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

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

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::CompletionTextEdit;

    use super::*;
    use crate::documents::cursor;

    fn caps() -> ClientCaps {
        ClientCaps {
            snippets: true,
            completion_markdown: true,
            completion_deprecated_tag: true,
            ..ClientCaps::default()
        }
    }

    fn items_at(fixture: &str) -> (String, Vec<CompletionItem>) {
        let (text, offset) = cursor(fixture);
        let items = items(&Document::for_test(&text), offset, None, &caps());
        (text, items)
    }

    fn labels(fixture: &str) -> Vec<String> {
        items_at(fixture).1.into_iter().map(|item| item.label).collect()
    }

    /// The text after the item of this name is accepted.
    fn accept(fixture: &str, label: &str) -> String {
        let (text, items) = items_at(fixture);
        let item = items.iter().find(|item| item.label == label).expect("the item is offered");
        let Some(CompletionTextEdit::Edit(edit)) = &item.text_edit else {
            panic!("an item without an edit");
        };
        let document = Document::for_test(&text);
        let edits: Vec<connector_syntax::TextEdit> = std::iter::once(edit)
            .chain(item.additional_text_edits.iter().flatten())
            .map(|edit| connector_syntax::TextEdit {
                range: document.text.text_range(edit.range, Encoding::Utf16),
                new_text: edit.new_text.clone(),
            })
            .collect();
        connector_syntax::edit::apply(&text, &edits)
    }

    #[test]
    fn an_empty_file_gets_a_whole_connector_the_one_of_its_name_first() {
        let (_, items) = items_at("$0");
        let first = items.iter().min_by_key(|item| item.sort_text.clone()).unwrap();
        assert_eq!(first.label, "slack");
        assert_eq!(accept("$0", "slack"), "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    $0\n  ]\n}");
    }

    #[test]
    fn a_type_replaces_what_stands_there() {
        for (before, after) in [
            (r#"{"type": "sl$0xx"}"#, r#"{"type": "slack"}"#),
            (r#"{"type": sl$0}"#, r#"{"type": "slack"}"#),
            (r#"{"type": $0}"#, r#"{"type": "slack"}"#),
            (r#"{'type': '$0'}"#, r#"{'type': 'slack'}"#),
            ("{type: 's$0\n}", "{type: 'slack'\n}"),
        ] {
            assert_eq!(accept(before, "slack"), after);
        }
    }

    #[test]
    fn scopes_in_the_list_are_not_offered_again() {
        let offered = labels(r#"{"type": "slack", "scopes": ["chat:write", "$0"]}"#);
        assert!(!offered.contains(&"chat:write".to_owned()));
        assert!(offered.contains(&"channels:read".to_owned()));
    }

    #[test]
    fn the_scope_under_the_cursor_is_still_offered() {
        assert!(
            labels(r#"{"type": "slack", "scopes": ["chat:wr$0ite"]}"#).contains(&"chat:write".to_owned())
        );
    }

    #[test]
    fn a_scope_brings_its_quotes_and_commas() {
        for (before, after) in [
            (r#"{"type": "slack", "scopes": [$0]}"#, r#"{"type": "slack", "scopes": ["chat:write"]}"#),
            (
                r#"{"type": "slack", "scopes": ["a" ch$0]}"#,
                r#"{"type": "slack", "scopes": ["a", "chat:write"]}"#,
            ),
            (
                r#"{"type": "slack", "scopes": [$0 "a"]}"#,
                r#"{"type": "slack", "scopes": ["chat:write", "a"]}"#,
            ),
            ("{type: 'slack', scopes: ['ch$0\n]}", "{type: 'slack', scopes: ['chat:write'\n]}"),
        ] {
            assert_eq!(accept(before, "chat:write"), after);
        }
    }

    #[test]
    fn a_scope_where_the_list_lacks_brings_its_brackets() {
        for (before, after) in [
            (r#"{"type": "slack", "scopes": "ch$0"}"#, r#"{"type": "slack", "scopes": ["chat:write"]}"#),
            (r#"{"type": "slack", "scopes": "ch$0"#, r#"{"type": "slack", "scopes": ["chat:write"]"#),
            (r#"{"type": "slack", "scopes": ch$0}"#, r#"{"type": "slack", "scopes": ["chat:write"]}"#),
        ] {
            assert_eq!(accept(before, "chat:write"), after);
        }
    }

    #[test]
    fn a_scope_is_offered_in_the_form_that_was_begun() {
        let long = "https://graph.microsoft.com/Mail.Send";
        assert_eq!(
            accept("{type: 'outlook', scopes: ['https://graph.microsoft.com/Ma$0']}", long),
            format!("{{type: 'outlook', scopes: ['{long}']}}")
        );
        let (_, items) = items_at("{type: 'gmail', scopes: ['gmail.re$0']}");
        let filters: Vec<&str> = items.iter().filter_map(|item| item.filter_text.as_deref()).collect();
        assert!(filters.contains(&"gmail.readonly"), "{filters:?}");
    }

    #[test]
    fn a_broad_scope_tells_what_it_makes_redundant() {
        let fixture = r#"{"type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/calendar.readonly", $0]}"#;
        let (_, items) = items_at(fixture);
        let broad = items.iter().find(|item| item.label == "calendar").unwrap();
        assert!(
            broad
                .detail
                .as_deref()
                .unwrap()
                .contains("makes https://www.googleapis.com/auth/calendar.readonly redundant")
        );
    }

    #[test]
    fn a_scope_in_another_of_its_spellings_is_in_the_list_too() {
        let offered = labels("{type: 'outlook', scopes: ['https://graph.microsoft.com/mail.send', '$0']}");
        assert!(!offered.contains(&"Mail.Send".to_owned()) && offered.contains(&"Mail.Read".to_owned()));
    }

    #[test]
    fn a_scope_that_a_broader_one_includes_comes_later_and_says_so() {
        let fixture = "{type: 'googlecalendar', scopes: ['https://www.googleapis.com/auth/calendar', '$0']}";
        let (_, items) = items_at(fixture);
        let item = items.iter().find(|item| item.label == "calendar.readonly").unwrap();
        assert!(item.sort_text.as_deref().unwrap().starts_with('1'));
        assert!(item.detail.as_deref().unwrap().contains("already included in"), "{item:?}");
    }

    #[test]
    fn keys_that_stand_already_are_not_offered() {
        assert_eq!(labels("{\"type\": \"slack\",\n  $0\n}"), ["scopes", "$schema"]);
        assert_eq!(labels("{$0}"), ["type", "scopes", "$schema"]);
        assert_eq!(
            accept("{\"type\": \"slack\", sc$0}", "scopes"),
            "{\"type\": \"slack\", \"scopes\": [$0]}"
        );
        assert_eq!(accept("{\"sc$0\": []}", "scopes"), "{\"scopes\": []}");
    }

    #[test]
    fn a_key_comes_as_a_pair_in_every_state_of_its_quotes_and_colon() {
        for (before, after) in [
            (r#"{"type": "slack", "sc$0"}"#, r#"{"type": "slack", "scopes": [$0]}"#),
            (r#"{"type":"slack","scopes$0"}"#, r#"{"type":"slack","scopes": [$0]}"#),
            (r#"{"type":"slack","$0"}"#, r#"{"type":"slack","scopes": [$0]}"#),
            (r#"{'type':'slack','$0'}"#, r#"{'type':'slack','scopes': [$0]}"#),
            (r#"{"type":"slack","sc$0}"#, r#"{"type":"slack","scopes": [$0]}"#),
            (r#"{"type":"slack","sc$0":}"#, r#"{"type":"slack","scopes": [$0]}"#),
            (r#"{"type":"slack","sc$0" : }"#, r#"{"type":"slack","scopes": [$0] }"#),
            (r#"{"type":"slack",sc$0:}"#, r#"{"type":"slack","scopes": [$0]}"#),
            (r#"{"type":"slack" "sc$0"}"#, r#"{"type":"slack", "scopes": [$0]}"#),
            (r#"{"type":"slack" sc$0}"#, r#"{"type":"slack", "scopes": [$0]}"#),
            ("{\"type\": \"slack\"\n  sc$0\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
            ("{\"type\": \"slack\"\n  \"sc$0\"\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
            ("{\"type\": \"slack\"\n  $0\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
            ("{\"type\": \"slack\"\n  \"$0\"\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
            (r#"{"$0" "type": "slack"}"#, r#"{"scopes": [$0], "type": "slack"}"#),
            (r#"{"sc$0", "type": "slack"}"#, r#"{"scopes": [$0], "type": "slack"}"#),
            (r#"{"type": "slack", "sc$0", "x": 1}"#, r#"{"type": "slack", "scopes": [$0], "x": 1}"#),
        ] {
            assert_eq!(accept(before, "scopes"), after, "{before}");
        }
        assert_eq!(accept(r#"{"$0"}"#, "type"), r#"{"type": "$1"$0}"#);
        assert_eq!(accept(r#"{"ty$0"}"#, "type"), r#"{"type": "$1"$0}"#);
    }

    #[test]
    fn what_is_inserted_gives_a_file_without_errors() {
        for fixture in [
            r#"{"type": "slack", "scopes": ["a" $0"b"]}"#,
            r#"{"type": "slack", "scopes": ["a"$0 "b"]}"#,
            r#"{"type": "slack", "scopes":$0 ["a"]}"#,
            r#"{"type": "slack", "scopes": $0["a"]}"#,
            r#"{"type":$0 "slack", "scopes": []}"#,
            r#"{"type"$0: "slack", "scopes": []}"#,
            r#"{"type" $0: "slack"}"#,
            "{\"type\": \"slack\"\n $0\n}",
            "{\"type\": \"slack\" // why\n $0\n}",
            r#"{$0"type": "slack"}"#,
            r#"{ $0 "type": "slack"}"#,
        ] {
            let (_, items) = items_at(fixture);
            for item in items {
                let after = plain(&accept(fixture, &item.label));
                assert_eq!(connector_syntax::parse(&after).errors(), [], "{fixture} -> {after}");
            }
        }
    }

    #[test]
    fn nothing_is_offered_where_nothing_belongs() {
        for fixture in [
            r#"{"type": "slack", "scopes":$0 ["a"]}"#,
            r#"{"type":$0 "slack"}"#,
            r#"{"type"$0: "slack"}"#,
            r#"{"scopes"$0: []}"#,
            r#"{"scopes" $0: []}"#,
            r#"{"type": "slack", "scopes"$0}"#,
        ] {
            assert_eq!(labels(fixture), Vec::<String>::new(), "{fixture}");
        }
    }

    #[test]
    fn a_blank_opens_a_list_only_where_a_value_has_to_follow() {
        let opens = |fixture: &str| {
            let (text, offset) = cursor(fixture);
            opens_after_blank(Document::for_test(&text).tree(), offset)
        };
        for fixture in [r#"{"type": $0}"#, r#"{"scopes": $0}"#, r#"{"scopes": ["a", $0]}"#] {
            assert!(opens(fixture), "{fixture}");
        }
        for fixture in ["{ $0}", r#"{"type": "a $0"}"#, r#"{"scopes": [ $0]}"#, r#"{"type": "a", $0}"#, " $0"]
        {
            assert!(!opens(fixture), "{fixture}");
        }
    }

    #[test]
    fn scopes_come_in_the_order_of_every_list_and_are_called_by_their_tails() {
        let (_, mut items) = items_at("{type: 'gmail', scopes: ['$0']}");
        items.sort_by_key(|item| item.sort_text.clone());
        let labels: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
        assert_eq!(labels[..4], ["gmail.send", "gmail.readonly", "gmail.compose", "gmail.modify"]);
        let place = |label: &str| labels.iter().position(|other| *other == label).unwrap();
        assert!(place("gmail.labels") < place("https://mail.google.com/"), "{labels:?}");
    }

    #[test]
    fn an_unknown_type_offers_no_scopes() {
        assert_eq!(labels(r#"{"type": "nonsense", "scopes": [$0]}"#), Vec::<String>::new());
    }

    #[test]
    fn a_client_without_snippets_gets_plain_text() {
        let (text, offset) = cursor("$0");
        let items = items(&Document::for_test(&text), offset, None, &ClientCaps::default());
        assert!(items.iter().all(|item| item.insert_text_format.is_none()));
        let Some(CompletionTextEdit::Edit(edit)) = &items[0].text_edit else { panic!() };
        assert!(!edit.new_text.contains('$'));
    }

    #[test]
    fn the_schema_key_brings_the_address_of_its_types_schema() {
        let accepted = accept("{'type': 'slack', $0}", "$schema");
        assert!(accepted.starts_with("{'type': 'slack', '\\$schema': 'https://"), "{accepted}");
        assert!(accepted.ends_with("/schemas/slack.schema.json'}"), "{accepted}");
    }

    #[test]
    fn a_list_without_a_type_gets_the_scopes_of_the_type_that_the_file_is_named_after() {
        assert!(labels("{scopes: ['$0']}").contains(&"chat:write".to_owned()));
    }

    #[test]
    fn the_platforms_own_list_decides_which_types_are_offered() {
        let known = KnownTypes { names: vec!["slack".to_owned(), "brandnew".to_owned()] };
        let (text, offset) = cursor("{type: '$0'}");
        let items = items(&Document::for_test(&text), offset, Some(&known), &caps());
        let labels: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
        // Stripe is never in the list, and there all the same.
        assert_eq!(labels, ["slack", "stripe", "brandnew"]);
        assert!(items[0].documentation.is_some());
    }

    #[test]
    fn the_sensitivity_of_a_scope_is_told() {
        let (_, items) = items_at("{type: 'gmail', scopes: ['$0']}");
        let restricted = items.iter().find(|item| item.label == "https://mail.google.com/").unwrap();
        assert!(restricted.detail.as_deref().unwrap().ends_with("— restricted"), "{restricted:?}");
    }

    #[test]
    fn codes_are_offered_in_a_comment_that_silences() {
        let offered = labels("// base44-ignore un$0\n{}");
        assert!(offered.contains(&"unknown-scope".to_owned()));
        assert!(!offered.contains(&"syntax-error".to_owned()), "what stops a push cannot be silenced");
        let more = labels("// base44-ignore unknown-scope, $0\n{}");
        assert!(!more.contains(&"unknown-scope".to_owned()) && more.contains(&"unknown-key".to_owned()));
    }

    #[test]
    fn a_comment_can_begin_to_silence() {
        assert_eq!(labels("// ba$0\n{}"), ["base44-ignore", "base44-ignore-file"]);
        assert_eq!(accept("// ba$0\n{}", "base44-ignore"), "// base44-ignore \n{}");
    }
}

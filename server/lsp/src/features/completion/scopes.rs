//! The scopes of a list: which are not there yet, and what each would make of those that are.

use connector_catalogue::order::label;
use connector_catalogue::{ConnectorType, Listed, Scope, Sensitivity};
use connector_syntax::{TextRange, Tree};
use serde_json::json;
use tower_lsp::ls_types::{CompletionItem, CompletionItemKind, CompletionItemTag};

use super::super::context::{self, Slot};
use super::super::markdown;
use super::type_of;
use super::writer::{Writer, documentation};
use crate::documents::Document;

/// A list longer than this sends its documentation only when asked for an item's.
const LONG: usize = 60;

/// The scopes of the type that are not in the list yet, in the order that every list of scopes has.
pub(super) fn scopes(document: &Document, slot: &Slot, writer: &Writer<'_>) -> Vec<CompletionItem> {
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
    items.map(|(index, scope)| list.item(index, scope, is_long, slot, writer)).collect()
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
        index: usize,
        scope: &Scope,
        is_long: bool,
        slot: &Slot,
        writer: &Writer<'_>,
    ) -> CompletionItem {
        let name = |index: usize| self.names.get(index).copied();
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
            sort_text: Some(format!("{rank}{index:04}")),
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

/// The list itself, where there is none.
pub(super) fn scope_list(slot: &Slot, writer: &Writer<'_>) -> CompletionItem {
    let item = CompletionItem {
        label: "[]".to_owned(),
        kind: Some(CompletionItemKind::VALUE),
        detail: Some("A list of scopes".to_owned()),
        ..CompletionItem::default()
    };
    writer.snippet(item, slot.range, "[$0]")
}

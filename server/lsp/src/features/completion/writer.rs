//! Items as the client can take them: with or without snippets, labels and Markdown.

use connector_syntax::{Encoding, TextRange, quote};
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemLabelDetails, CompletionTextEdit, Documentation, InsertTextFormat, TextEdit,
};

use super::super::context::Slot;
use super::super::markdown;
use crate::capabilities::ClientCaps;
use crate::documents::Text;

/// Writes items as the client can take them.
pub(super) struct Writer<'a> {
    pub(super) text: &'a Text,
    pub(super) caps: &'a ClientCaps,
    pub(super) encoding: Encoding,
}

impl Writer<'_> {
    pub(super) fn edit(&self, range: TextRange, new_text: String) -> Option<CompletionTextEdit> {
        Some(CompletionTextEdit::Edit(TextEdit { range: self.text.range(range, self.encoding), new_text }))
    }

    /// A value in its slot: quoted, with what it has to bring along.
    pub(super) fn in_slot(&self, mut item: CompletionItem, slot: &Slot, value: &str) -> CompletionItem {
        let escaped = quote(value, slot.quote);
        let content = escaped.get(1..escaped.len() - 1).unwrap_or(value);
        item.text_edit = self.edit(slot.range, format!("{}{content}{}", slot.prefix, slot.suffix));
        item.filter_text = Some(value.to_owned());
        item.additional_text_edits = self.also(slot);
        item
    }

    /// A snippet; for a client without them, its text without the places for the cursor.
    pub(super) fn snippet(&self, mut item: CompletionItem, range: TextRange, text: &str) -> CompletionItem {
        if self.caps.snippets {
            item.insert_text_format = Some(InsertTextFormat::SNIPPET);
            item.text_edit = self.edit(range, text.to_owned());
        } else {
            item.text_edit = self.edit(range, plain(text));
        }
        item
    }

    pub(super) fn also(&self, slot: &Slot) -> Option<Vec<TextEdit>> {
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

    pub(super) fn describe(&self, item: &mut CompletionItem, text: &str) {
        if self.caps.completion_label_details {
            item.label_details =
                Some(CompletionItemLabelDetails { detail: None, description: Some(text.to_owned()) });
        }
    }
}

/// The text that a snippet leaves.
pub(super) fn plain(snippet: &str) -> String {
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

pub(super) fn documentation(card: String, caps: &ClientCaps) -> Documentation {
    Documentation::MarkupContent(markdown::content(card, caps.completion_markdown))
}

/// Text as a snippet holds it.
pub(super) fn in_snippet(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

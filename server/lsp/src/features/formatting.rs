//! Formatting that keeps every comment, and never touches a text with errors.

use connector_syntax::{FormatOptions, format};
use tower_lsp::ls_types::{
    DocumentFormattingParams, DocumentRangeFormattingParams, FormattingOptions, Range, TextEdit,
};

use super::line_edits;
use crate::documents::Document;
use crate::world::World;

/// Formats a document; nothing where it has errors.
pub(crate) fn whole(world: &World, params: DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    let document = world.connector_document(&params.text_document.uri)?;
    edits(world, document, &params.options)
}

/// Formats the lines that a range touches: the layout of a part depends on the whole, so the whole is looked at.
pub(crate) fn range(world: &World, params: DocumentRangeFormattingParams) -> Option<Vec<TextEdit>> {
    let document = world.connector_document(&params.text_document.uri)?;
    let mut edits = edits(world, document, &params.options)?;
    edits.retain(|edit| touch(edit.range, params.range));
    Some(edits)
}

fn edits(world: &World, document: &Document, options: &FormattingOptions) -> Option<Vec<TextEdit>> {
    if document.is_too_large() {
        return None;
    }
    let old = document.text.as_str();
    let options = FormatOptions {
        indent: options.insert_spaces.then(|| options.tab_size.clamp(1, 16)),
        ..FormatOptions::default()
    };
    let new = format(old, &options)?;
    let edits = line_edits::between(old, &new);
    Some(
        edits
            .into_iter()
            .map(|edit| TextEdit {
                range: document.text.range(edit.range, world.caps.encoding),
                new_text: edit.new_text,
            })
            .collect(),
    )
}

fn touch(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}

//! Formatting that keeps every comment, and never touches a text with errors.

use connector_syntax::{FormatOptions, format};
use tower_lsp::ls_types::{
    DocumentFormattingParams, DocumentRangeFormattingParams, FormattingOptions, Range, TextEdit,
};

use crate::documents::Document;
use crate::world::World;

/// Formats a document; nothing where it has errors.
pub(crate) fn whole(world: &World, params: DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    let document = world.connector_document(&params.text_document.uri)?;
    edits(world, document, &params.options)
}

/// Formats what a range touches: the layout of a part depends on the whole, so the whole is looked at.
pub(crate) fn range(world: &World, params: DocumentRangeFormattingParams) -> Option<Vec<TextEdit>> {
    let document = world.connector_document(&params.text_document.uri)?;
    let mut edits = edits(world, document, &params.options)?;
    edits.retain(|edit| touch(edit.range, params.range));
    Some(edits)
}

fn edits(world: &World, document: &Document, options: &FormattingOptions) -> Option<Vec<TextEdit>> {
    let old = document.text.as_str();
    let options = FormatOptions {
        indent: options.insert_spaces.then(|| options.tab_size.clamp(1, 16)),
        ..FormatOptions::default()
    };
    let new = format(old, &options)?;
    Some(
        changed_lines(old, &new)
            .map(|(start, end, text)| TextEdit {
                range: Range {
                    start: document.text.position(start, world.caps.encoding),
                    end: document.text.position(end, world.caps.encoding),
                },
                new_text: text.to_owned(),
            })
            .into_iter()
            .collect(),
    )
}

/// The one span of lines that differs: where it starts and ends in the old text, and what replaces it.
fn changed_lines<'new>(old: &str, new: &'new str) -> Option<(usize, usize, &'new str)> {
    if old == new {
        return None;
    }
    let prefix: usize = old
        .split_inclusive('\n')
        .zip(new.split_inclusive('\n'))
        .take_while(|(a, b)| a == b)
        .map(|(line, _)| line.len())
        .sum();
    let (old_rest, new_rest) = (old.get(prefix..)?, new.get(prefix..)?);
    let suffix: usize = old_rest
        .split_inclusive('\n')
        .rev()
        .zip(new_rest.split_inclusive('\n').rev())
        .take_while(|(a, b)| a == b)
        .map(|(line, _)| line.len())
        .sum();
    Some((prefix, old.len() - suffix, new_rest.get(..new_rest.len() - suffix)?))
}

fn touch(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}

#[cfg(test)]
mod tests {
    use super::changed_lines;

    #[test]
    fn only_the_lines_that_differ_are_replaced() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nB\nc\n"), Some((2, 4, "B\n")));
        assert_eq!(changed_lines("a\n", "a\n"), None);
        assert_eq!(changed_lines("a", "a\n"), Some((0, 1, "a\n")));
        assert_eq!(changed_lines("a\na\n", "a\n"), Some((2, 4, "")));
    }
}

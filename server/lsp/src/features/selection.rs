//! Selection ranges: from a word outwards to the whole file.

use connector_syntax::{Encoding, NodeKind, TextRange};
use tower_lsp::ls_types::{Position, SelectionRange, SelectionRangeParams};

use crate::documents::Document;
use crate::world::World;

/// More steps outwards than this are left out: no connector nests so deep, and each step holds the next.
const MAX_STEPS: usize = 64;

/// What surrounds each position, the smallest first.
pub(crate) fn ranges(world: &World, params: SelectionRangeParams) -> Option<Vec<SelectionRange>> {
    let document = world.json_document(&params.text_document.uri)?;
    let encoding = world.caps.encoding;
    Some(params.positions.into_iter().map(|position| around(document, position, encoding)).collect())
}

fn around(document: &Document, position: Position, encoding: Encoding) -> SelectionRange {
    let offset = document.text.offset(position, encoding);
    let mut found = SelectionRange { range: document.text.full_range(encoding), parent: None };
    for range in widening(document, u32::try_from(offset).unwrap_or(u32::MAX)).into_iter().rev() {
        let range = document.text.range(range, encoding);
        if range != found.range {
            found = SelectionRange { range, parent: Some(Box::new(found)) };
        }
    }
    found
}

/// The ranges around `offset`, the smallest first.
fn widening(document: &Document, offset: u32) -> Vec<TextRange> {
    let tree = document.tree();
    let mut ranges = Vec::new();
    if let Some(comment) = tree.comment_at(offset) {
        ranges.push(comment.range);
    }
    let mut node = tree.node_at(offset);
    while let Some(current) = node.filter(|_| ranges.len() < MAX_STEPS) {
        let range = current.range();
        match current.kind() {
            NodeKind::String(string) => ranges.push(string.content_range()),
            NodeKind::Member(member) if touches(member.key().range(), offset) => {
                ranges.push(member.key().content_range());
                ranges.push(member.key().range());
            }
            NodeKind::Array(array) if array.is_closed() => ranges.push(inside(range)),
            NodeKind::Object(object) if object.is_closed() => ranges.push(inside(range)),
            _ => {}
        }
        ranges.push(range);
        node = current.parent();
    }
    ranges.retain(|range| touches(*range, offset));
    ranges.dedup();
    ranges
}

fn inside(range: TextRange) -> TextRange {
    let start = range.start.saturating_add(1);
    TextRange { start, end: range.end.saturating_sub(1).max(start) }
}

fn touches(range: TextRange, offset: u32) -> bool {
    range.start <= offset && offset <= range.end
}

#[cfg(test)]
mod tests {
    use crate::documents::{Document, cursor};

    fn selections(fixture: &str) -> Vec<String> {
        let (text, offset) = cursor(fixture);
        let document = Document::for_test(&text);
        super::widening(&document, offset)
            .into_iter()
            .map(|range| text[range.start as usize..range.end as usize].to_owned())
            .collect()
    }

    #[test]
    fn a_scope_widens_to_its_list_its_member_and_the_object() {
        assert_eq!(
            selections("{\"scopes\": [\"a$0b\", \"c\"]}"),
            [
                "ab",
                "\"ab\"",
                "\"ab\", \"c\"",
                "[\"ab\", \"c\"]",
                "\"scopes\": [\"ab\", \"c\"]",
                "{\"scopes\": [\"ab\", \"c\"]}"
            ]
        );
    }

    #[test]
    fn a_hostile_depth_ends_somewhere() {
        let fixture = format!("{}$0{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(selections(&fixture).len() <= super::MAX_STEPS + 2);
    }

    #[test]
    fn a_key_widens_to_its_member() {
        assert_eq!(selections("{\"ty$0pe\": 1}")[..3], ["type", "\"type\"", "\"type\": 1"]);
    }
}

//! Folding: objects, lists, block comments and runs of line comments.

use connector_syntax::{Comment, Node, NodeKind, TextRange};
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::documents::Document;
use crate::world::World;

/// The parts of a document that can be folded.
pub(crate) fn ranges(world: &World, params: FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let document = world.json_document(&params.text_document.uri)?;
    Some(folds(document, world.caps.line_folding_only))
}

fn folds(document: &Document, whole_lines: bool) -> Vec<FoldingRange> {
    let tree = document.tree();
    let mut found = Vec::new();
    let mut waiting: Vec<Node<'_>> = tree.root().into_iter().collect();
    while let Some(node) = waiting.pop() {
        if matches!(node.kind(), NodeKind::Object(_) | NodeKind::Array(_)) {
            found.extend(fold(document, node.range(), None, whole_lines));
        }
        waiting.extend(node.children());
    }
    for range in comment_blocks(document, tree.comments()) {
        found.extend(fold(document, range, Some(FoldingRangeKind::Comment), false));
    }
    found.sort_by_key(|fold| (fold.start_line, fold.end_line));
    found.dedup_by_key(|fold| fold.start_line);
    found
}

/// Block comments, and line comments that have their lines to themselves and follow each other.
fn comment_blocks(document: &Document, comments: &[Comment]) -> Vec<TextRange> {
    let line = |offset: u32| document.text.line(offset as usize);
    let text = document.tree().text();
    let is_alone = |comment: &Comment| {
        let before = text.get(..comment.range.start as usize).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|c| matches!(c, '\n' | '\r'))
    };
    let mut blocks: Vec<(TextRange, bool)> = Vec::new();
    for comment in comments.iter().filter(|comment| comment.block || is_alone(comment)) {
        match blocks.last_mut() {
            Some((last, false)) if !comment.block && line(comment.range.start) == line(last.end) + 1 => {
                last.end = comment.range.end;
            }
            _ => blocks.push((comment.range, comment.block)),
        }
    }
    blocks.into_iter().map(|(range, _)| range).collect()
}

fn fold(
    document: &Document,
    range: TextRange,
    kind: Option<FoldingRangeKind>,
    keep_last_line: bool,
) -> Option<FoldingRange> {
    let start_line = document.text.line(range.start as usize);
    let mut end_line = document.text.line(range.end as usize);
    // A client that folds whole lines would hide the closing bracket.
    if keep_last_line {
        end_line = end_line.saturating_sub(1);
    }
    (start_line < end_line).then(|| FoldingRange { start_line, end_line, kind, ..FoldingRange::default() })
}

#[cfg(test)]
mod tests {
    use crate::documents::Document;

    fn lines(text: &str, whole_lines: bool) -> Vec<(u32, u32)> {
        super::folds(&Document::for_test(text), whole_lines)
            .iter()
            .map(|fold| (fold.start_line, fold.end_line))
            .collect()
    }

    #[test]
    fn objects_lists_and_comments_fold() {
        let text = "// a\n// b\n{\n  \"scopes\": [\n    1,\n  ], /* x\n y */\n}\n";
        assert_eq!(lines(text, false), [(0, 1), (2, 7), (3, 5), (5, 6)]);
    }

    #[test]
    fn comments_behind_entries_do_not_fold() {
        assert_eq!(lines("{\n // a\n a: 1, // b\n b: 2, // c\n}\n", false), [(0, 4)]);
    }

    #[test]
    fn whole_line_clients_keep_the_closing_bracket() {
        assert_eq!(lines("{\n  a: 1,\n}\n", true), [(0, 1)]);
    }

    #[test]
    fn what_stands_on_one_line_does_not_fold() {
        assert_eq!(lines("{ a: [1] } // x", false), []);
    }

    #[test]
    fn unclosed_brackets_fold_to_the_end() {
        assert_eq!(lines("{\n \"scopes\": [\n 'a'\n", false).len(), 2);
    }
}

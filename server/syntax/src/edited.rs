//! A tree made from the one before: while a person types within one string, all else stays as it was.

use crate::tree::{Data, NodeData};
use crate::{Comment, Node, StringNode, TextEdit, TextRange, Tree};

/// What an edit within one string does to the places of a text.
#[derive(Clone, Copy, Debug)]
pub struct Shift {
    /// What was replaced, as places of the text before.
    replaced: TextRange,
    /// How long that is now.
    now: u32,
}

impl Shift {
    /// Where a place of the text before is now. One within what was replaced comes to its end.
    pub fn offset(self, offset: u32) -> u32 {
        match offset {
            offset if offset <= self.replaced.start => offset,
            offset => offset.max(self.replaced.end) - self.replaced.len() + self.now,
        }
    }

    /// The same for a range.
    pub fn range(self, range: TextRange) -> TextRange {
        TextRange::new(self.offset(range.start), self.offset(range.end))
    }
}

/// The one string that two texts differ in.
#[derive(Clone, Copy, Debug)]
pub struct Retyped<'t> {
    /// The string as it was.
    pub before: StringNode<'t>,
    /// Its node as it is now.
    pub node: Node<'t>,
    /// Where everything else is now.
    pub shift: Shift,
}

impl Tree {
    /// The tree of the text after an edit, made without reading it all again. Only of a valid text, of which the edit
    /// replaces plain characters within one string or quoted key by plain characters: what that is worth is told by
    /// the text around it. None otherwise.
    pub fn edited(&self, edit: &TextEdit) -> Option<Tree> {
        let is_plain = |text: &str| text.chars().all(|c| matches!(c, ' '..='~') && !"\"'\\".contains(c));
        let string = self.string_around(edit.range)?;
        if !self.errors.is_empty() || !is_plain(&edit.new_text) || !is_plain(string.raw()) {
            return None;
        }
        let now = u32::try_from(edit.new_text.len()).ok()?;
        u32::try_from(self.text.len() + edit.new_text.len()).ok()?;
        let shift = Shift { replaced: edit.range, now };
        let before = self.text.get(..edit.range.start as usize)?;
        let after = self.text.get(edit.range.end as usize..)?;
        let text = [before, edit.new_text.as_str(), after].concat().into_boxed_str();
        // Nodes are in the order of the text: of those that begin before the edit, only an end may move.
        let (before, after) = self.nodes.split_at(self.starting_up_to(edit.range.start));
        let nodes = before.iter().map(|node| match node.range.end < edit.range.start {
            true => *node,
            false => moved(node, shift),
        });
        let nodes = nodes.chain(after.iter().map(|node| moved(node, shift))).collect();
        let comments = self.comments.iter();
        let comments = comments.map(|comment| Comment { range: shift.range(comment.range), ..*comment });
        Some(Tree { text, nodes, errors: Vec::new(), comments: comments.collect() })
    }

    /// The one string that differs from an earlier text, where nothing else does and both are valid.
    pub fn retyped<'t>(&'t self, earlier: &'t Tree) -> Option<Retyped<'t>> {
        if !self.errors.is_empty() || !earlier.errors.is_empty() || self.nodes.len() != earlier.nodes.len() {
            return None;
        }
        let (old, new) = (earlier.text.as_bytes(), self.text.as_bytes());
        let start = common_prefix(old, new);
        let end = common_suffix(old.get(start..)?, new.get(start..)?);
        let differs =
            |text: &[u8]| Some(TextRange::new(to_u32(start)?, to_u32(text.len().checked_sub(end)?)?));
        let (replaced, replacing) = (differs(old)?, differs(new)?);
        let (before, node) = (earlier.node_around(replaced)?, self.node_around(replacing)?);
        let (string, now) = (before.as_string()?, node.as_string()?);
        let same = before.id == node.id && string.quote() == now.quote();
        let within = string.content_range().contains(replaced) && now.content_range().contains(replacing);
        let shift = Shift { replaced, now: replacing.len() };
        (same && string.quote().is_some() && within).then_some(Retyped { before: string, node, shift })
    }

    /// How many nodes begin at a place or before it. Nodes are in the order of the text, each before what stands in it.
    fn starting_up_to(&self, offset: u32) -> usize {
        self.nodes.partition_point(|node| node.range.start <= offset)
    }

    /// The innermost node around a range: a member where it is a key's.
    fn node_around(&self, range: TextRange) -> Option<Node<'_>> {
        let after = self.starting_up_to(range.start);
        let mut node = Node { tree: self, id: to_u32(after.checked_sub(1)?)? };
        while !node.range().contains(range) {
            node = node.parent()?;
        }
        Some(node)
    }

    /// The string or key in quotes that a range lies within.
    fn string_around(&self, range: TextRange) -> Option<StringNode<'_>> {
        let node = self.node_around(range)?;
        let string = node.as_string().or_else(|| node.as_member().map(|member| member.key()))?;
        let within = string.quote().is_some() && string.is_closed();
        (within && string.content_range().contains(range)).then_some(string)
    }
}

/// Texts are compared in pieces of so many bytes first, which processors compare at once.
const PIECE: usize = 256;

/// How many bytes two texts have in common at their start.
fn common_prefix(left: &[u8], right: &[u8]) -> usize {
    let pieces = left.chunks_exact(PIECE).zip(right.chunks_exact(PIECE));
    let skipped = pieces.take_while(|(left, right)| left == right).count() * PIECE;
    let rest = |text: &[u8]| text.len().min(skipped);
    let (left, right) = (left.split_at(rest(left)).1, right.split_at(rest(right)).1);
    skipped + left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

/// How many bytes two texts have in common at their end.
fn common_suffix(left: &[u8], right: &[u8]) -> usize {
    let pieces = left.rchunks_exact(PIECE).zip(right.rchunks_exact(PIECE));
    let skipped = pieces.take_while(|(left, right)| left == right).count() * PIECE;
    let rest = |text: &[u8]| text.len().saturating_sub(skipped);
    let (left, right) = (left.split_at(rest(left)).0, right.split_at(rest(right)).0);
    skipped + left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count()
}

fn to_u32(count: usize) -> Option<u32> {
    u32::try_from(count).ok()
}

fn moved(node: &NodeData, shift: Shift) -> NodeData {
    let data = match node.data {
        Data::Member { key, quote, key_closed, colon } => Data::Member {
            key: shift.range(key),
            quote,
            key_closed,
            colon: colon.map(|colon| shift.offset(colon)),
        },
        data => data,
    };
    NodeData { range: shift.range(node.range), data, ..*node }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    const TEXT: &str = "// Mail.\n{\n  \"type\": \"slack\", /* of ours */ 'scopes': [\n    \"chat:write\", 'a', \"\", 1, [null, \"é\\n\"], // last\n  ],\n}\n";

    fn same(left: &Tree, right: &Tree) -> bool {
        format!("{left:?}") == format!("{right:?}")
    }

    /// Every edit at every place that replaces up to three bytes.
    fn edits() -> impl Iterator<Item = (TextEdit, String)> {
        let starts = (0..=TEXT.len()).filter(|start| TEXT.is_char_boundary(*start));
        let ranges =
            starts.flat_map(|start| (start..=(start + 3).min(TEXT.len())).map(move |end| start..end));
        let ranges = ranges.filter(|range| TEXT.is_char_boundary(range.end));
        let texts = ["", "x", "a b", "\"", "'", "\\", "\n", "é", "\", \"", ",", "//"];
        ranges.flat_map(move |range| {
            texts.map(|new| {
                let mut text = TEXT.to_owned();
                text.replace_range(range.clone(), new);
                let range = TextRange::new(range.start as u32, range.end as u32);
                (TextEdit { range, new_text: new.to_owned() }, text)
            })
        })
    }

    #[test]
    fn a_tree_made_from_the_one_before_is_the_one_that_is_read() {
        let tree = parse(TEXT);
        let mut made = 0;
        for (edit, text) in edits() {
            if let Some(edited) = tree.edited(&edit) {
                assert!(same(&edited, &parse(&text)), "{edit:?}");
                made += 1;
            }
        }
        assert!(made > 300, "{made}");
    }

    #[test]
    fn what_texts_have_in_common_is_counted_to_the_byte() {
        let text: Vec<u8> = (0..1000).map(|at| (at % 251) as u8).collect();
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] = 255;
            assert_eq!(
                (common_prefix(&text, &other), common_suffix(&text, &other)),
                (at, text.len() - at - 1)
            );
            assert_eq!(
                (common_prefix(&text, &text[..at]), common_suffix(&text, &text[at..])),
                (at, text.len() - at)
            );
        }
    }

    #[test]
    fn what_may_be_more_than_letters_in_a_string_is_read_anew() {
        let text = r#"{"type": "sla\u0063k"}"#;
        let tree = parse(text);
        let edit =
            |at: usize, new: &str| TextEdit { range: TextRange::empty(at as u32), new_text: new.into() };
        assert!(tree.edited(&edit(text.find("63").unwrap(), "1")).is_none(), "within an escape");
        for (at, new) in [(0, "x"), (4, "\""), (4, "'"), (4, "\\"), (4, "\n"), (text.len(), " ")] {
            assert!(tree.edited(&edit(at, new)).is_none(), "{at} {new:?}");
        }
        assert!(tree.edited(&edit(4, "x")).is_some(), "within a key");
        assert!(parse("[\"a\" 1").edited(&edit(2, "x")).is_none(), "with errors around");
    }

    #[test]
    fn a_string_that_alone_differs_is_found_and_all_else_moves_with_it() {
        let tree = parse(TEXT);
        let mut found = 0;
        for (edit, text) in edits() {
            let now = parse(&text);
            let Some(retyped) = now.retyped(&tree) else { continue };
            found += 1;
            let string = retyped.node.as_string().unwrap();
            let mut nodes = tree.nodes.iter().zip(&now.nodes);
            let moved = nodes.all(|(before, now)| retyped.shift.range(before.range) == now.range);
            assert!(moved, "{edit:?}");
            let all = [TEXT, &text].map(|text| {
                let quoted = [retyped.before.range(), string.range()]
                    .map(|range| text.get(std::ops::Range::from(range)));
                text.replacen(quoted[usize::from(text != TEXT)].unwrap(), "", 1)
            });
            assert_eq!(all[0], all[1], "{edit:?}");
        }
        assert!(found > 300, "{found}");
    }
}

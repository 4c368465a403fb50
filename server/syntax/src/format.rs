//! A text laid out anew: the same value, every comment kept.

use crate::{Comment, Node, NodeKind, TextRange, Tree, edit, parse};

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatOptions {
    /// Blanks a level; none means a tab.
    pub indent: Option<u32>,
    /// The width that a list on one line must fit in, in characters.
    pub width: u32,
    /// Whether the last entry of a list over several lines has a comma.
    pub trailing_comma: TrailingComma,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self { indent: Some(2), width: 100, trailing_comma: TrailingComma::Keep }
    }
}

/// Whether the last entry of a list over several lines has a comma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrailingComma {
    /// As its author has it.
    Keep,
    /// One after every last element.
    Always,
    /// None after a last element.
    Never,
}

/// Deeper than this nothing is laid out anew: no person wrote it.
const DEEPEST: u32 = 200;

/// The text laid out anew, or nothing where it has errors or is nested over 200 levels deep.
pub fn format(text: &str, options: &FormatOptions) -> Option<String> {
    let tree = parse(text);
    if !tree.errors().is_empty() {
        return None;
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut printer = Printer {
        tree: &tree,
        options,
        out: String::with_capacity(text.len()),
        line_end,
        comment: 0,
        too_deep: false,
        line_comment: false,
    };
    if text.starts_with('\u{feff}') {
        printer.out.push('\u{feff}');
    }
    printer.document(tree.root()?);
    (!printer.too_deep).then_some(printer.out)
}

struct Printer<'t> {
    tree: &'t Tree,
    options: &'t FormatOptions,
    out: String,
    line_end: &'static str,
    /// The first comment not yet printed.
    comment: usize,
    too_deep: bool,
    /// The last thing printed is a `//` comment, after which nothing may stand on the line.
    line_comment: bool,
}

impl<'t> Printer<'t> {
    fn document(&mut self, root: Node<'t>) {
        let start = root.range().start;
        let mut at = 0;
        while let Some(comment) = self.comment_before(start) {
            if at > 0 {
                self.line_breaks(at, comment.range.start, 0);
            }
            self.print_comment(comment);
            at = comment.range.end;
        }
        if at > 0 {
            self.line_breaks(at, start, 0);
        }
        self.value(root, 0);
        self.comments_until(self.tree.text().len() as u32, root.range().end, 0, false);
        self.out.push_str(self.line_end);
    }

    fn value(&mut self, node: Node<'t>, level: u32) {
        if level > DEEPEST {
            self.too_deep = true;
            return;
        }
        match node.kind() {
            NodeKind::Array(_) => self.container(node, level, '[', ']'),
            NodeKind::Object(_) => self.container(node, level, '{', '}'),
            NodeKind::Member(member) => {
                self.print(member.key().range());
                let value = member.value();
                let value_start = value.map_or(member.range().end, |value| value.range().start);
                self.out.push(':');
                while let Some(comment) = self.comment_before(value_start) {
                    if self.line_comment {
                        self.new_line(level + 1);
                    } else {
                        self.out.push(' ');
                    }
                    self.print_comment(comment);
                }
                if self.line_comment {
                    self.new_line(level + 1);
                } else {
                    self.out.push(' ');
                }
                if let Some(value) = value {
                    self.value(value, level);
                }
            }
            _ => self.print(node.range()),
        }
    }

    fn container(&mut self, node: Node<'t>, level: u32, open: char, close: char) {
        self.out.push(open);
        let end = node.range().end.saturating_sub(1);
        if self.fits_one_line(node) {
            let blank = open == '{' && node.children().next().is_some();
            if blank {
                self.out.push(' ');
            }
            for (index, child) in node.children().enumerate() {
                if index > 0 {
                    self.out.push_str(", ");
                }
                self.value(child, level + 1);
            }
            if blank {
                self.out.push(' ');
            }
            self.out.push(close);
            return;
        }
        let mut at = node.range().start + 1;
        let mut first = true;
        for child in node.children() {
            at = self.comments_until(child.range().start, at, level + 1, first);
            self.line_breaks_or_prefix(at, child.range().start, level + 1, first);
            self.value(child, level + 1);
            let comma = edit::comma_after(child).filter(|&comma| comma < end);
            let wanted = child.next_sibling().is_some()
                || match self.options.trailing_comma {
                    TrailingComma::Keep => comma.is_some(),
                    TrailingComma::Always => true,
                    TrailingComma::Never => false,
                };
            if wanted {
                self.out.push(',');
            }
            at = child.range().end;
            if let Some(comma) = comma {
                at = self.comments_until(comma, at, level + 1, false);
                at = at.max(comma + 1);
            }
            first = false;
        }
        self.comments_until(end, at, level + 1, first);
        self.new_line(level);
        self.out.push(close);
    }

    /// Prints the comments up to `end`; `at` is where the token before them ends. Gives where the last one ends.
    fn comments_until(&mut self, end: u32, mut at: u32, level: u32, mut first: bool) -> u32 {
        while let Some(comment) = self.comment_before(end) {
            if self.has_line_break(at, comment.range.start) || self.line_comment {
                if first {
                    self.new_line(level);
                } else {
                    self.line_breaks(at, comment.range.start, level);
                }
            } else {
                self.out.push(' ');
            }
            self.print_comment(comment);
            at = comment.range.end;
            first = false;
        }
        at
    }

    fn line_breaks_or_prefix(&mut self, at: u32, start: u32, level: u32, first: bool) {
        if first {
            self.new_line(level);
        } else {
            self.line_breaks(at, start, level);
        }
    }

    fn fits_one_line(&self, node: Node<'t>) -> bool {
        let range = node.range();
        let first = node.children().next().map_or(range.start, |child| child.range().start);
        !self.holds_comment(range)
            && (first == range.start || !self.has_line_break(range.start, range.end))
            && self.column() + self.one_line_width(node, 0) <= self.options.width
    }

    /// The width on one line, in characters.
    fn one_line_width(&self, node: Node<'t>, depth: u32) -> u32 {
        if depth > DEEPEST {
            return self.options.width;
        }
        let inside: u32 = node.children().map(|child| self.one_line_width(child, depth + 1) + 2).sum();
        match node.kind() {
            NodeKind::Array(_) => 2 + inside.saturating_sub(2),
            NodeKind::Object(_) if inside > 0 => 2 + inside,
            NodeKind::Object(_) => 2,
            NodeKind::Member(member) => self.characters(member.key().range()) + inside,
            _ => self.characters(node.range()),
        }
    }

    fn characters(&self, range: TextRange) -> u32 {
        self.tree.slice(range).chars().count() as u32
    }

    fn column(&self) -> u32 {
        self.out.rsplit('\n').next().unwrap_or_default().chars().count() as u32
    }

    fn holds_comment(&self, range: TextRange) -> bool {
        self.tree.comments().get(self.comment).is_some_and(|comment| comment.range.start < range.end)
    }

    fn comment_before(&mut self, end: u32) -> Option<Comment> {
        let comment = *self.tree.comments().get(self.comment)?;
        if comment.range.start >= end {
            return None;
        }
        self.comment += 1;
        Some(comment)
    }

    fn has_line_break(&self, from: u32, to: u32) -> bool {
        self.tree.slice(TextRange::new(from, to.max(from))).contains(['\n', '\r', '\u{2028}', '\u{2029}'])
    }

    /// A new line, and an empty one before it where the author has at least one.
    fn line_breaks(&mut self, from: u32, to: u32, level: u32) {
        let between = self.tree.slice(TextRange::new(from, to.max(from)));
        if between.matches('\n').count() > 1 {
            self.out.push_str(self.line_end);
        }
        self.new_line(level);
    }

    fn new_line(&mut self, level: u32) {
        self.line_comment = false;
        self.out.push_str(self.line_end);
        for _ in 0..level {
            match self.options.indent {
                Some(blanks) => self.out.extend(std::iter::repeat_n(' ', blanks as usize)),
                None => self.out.push('\t'),
            }
        }
    }

    fn print_comment(&mut self, comment: Comment) {
        self.print(comment.range);
        self.line_comment = !comment.block;
    }

    fn print(&mut self, range: TextRange) {
        self.out.push_str(self.tree.slice(range).trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> String {
        format(text, &FormatOptions::default()).unwrap()
    }

    #[test]
    fn entries_on_lines_of_their_own_stay_there_and_short_lists_stay_on_one() {
        let text = "{\n\"type\":'slack',\n     scopes:[ 'a' ,'b'],}";
        assert_eq!(formatted(text), "{\n  \"type\": 'slack',\n  scopes: ['a', 'b'],\n}\n");
        assert_eq!(formatted("{type:'slack'}"), "{ type: 'slack' }\n");
    }

    #[test]
    fn every_comment_stays_where_it_belongs() {
        let text = "// head\n\n{ // open\n  type: 'a', // one\n\n\n  /* two */\n  scopes: [ // three\n 'x' /* four */, // five\n // six\n ] // seven\n} // eight\n// nine";
        let expected = "// head\n\n{ // open\n  type: 'a', // one\n\n  /* two */\n  scopes: [ // three\n    'x', /* four */ // five\n    // six\n  ] // seven\n} // eight\n// nine\n";
        assert_eq!(formatted(text), expected);
    }

    #[test]
    fn what_does_not_fit_one_line_gets_several() {
        let long = format!("['{}', '{}']", "a".repeat(60), "b".repeat(60));
        assert_eq!(formatted(&long), format!("[\n  '{}',\n  '{}'\n]\n", "a".repeat(60), "b".repeat(60)));
    }

    #[test]
    fn a_text_with_errors_is_left_alone() {
        assert_eq!(format("{a: ", &FormatOptions::default()), None);
        assert_eq!(format(&"[".repeat(300).to_string(), &FormatOptions::default()), None);
        let deep = format!("{}{}", "[\n".repeat(300), "]".repeat(300));
        assert_eq!(format(&deep, &FormatOptions::default()), None);
    }

    #[test]
    fn line_ends_and_byte_order_mark_are_kept() {
        assert_eq!(formatted("\u{feff}{\r\na:1}"), "\u{feff}{\r\n  a: 1\r\n}\r\n");
    }
}

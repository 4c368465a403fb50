//! Changes to a text that keep what they do not speak of: comments, layout, quotes.

use std::collections::HashSet;

use crate::chars::is_white_space;
use crate::lexer::is_identifier;
use crate::{Array, Member, Node, Object, StringNode, TextEdit, TextRange, Tree, parse, quote};

/// The text after `edits`, which are taken as made at once. One that overlaps an earlier one is left out.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        let Some(before) = text.get(at..start).filter(|_| text.is_char_boundary(end.min(text.len()))) else {
            continue;
        };
        result.push_str(before);
        result.push_str(&edit.new_text);
        at = end.clamp(start, text.len());
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

/// Replaces a string's value and keeps its quotes.
pub fn replace_string(string: StringNode<'_>, value: &str) -> TextEdit {
    let mark = string.quote().filter(|mark| matches!(mark, '"' | '\'')).unwrap_or('"');
    TextEdit { range: string.range(), new_text: quote(value, mark) }
}

/// Gives a member another key; it stays without quotes where it had none and needs none.
pub fn rename_key(member: Member<'_>, name: &str) -> TextEdit {
    let key = member.key();
    if key.quote().is_none() && is_identifier(name) {
        return TextEdit { range: key.range(), new_text: name.to_owned() };
    }
    replace_string(key, name)
}

/// Takes an element out of its list, or a member out of its object, with its comma; its line too, where it had
/// one to itself.
pub fn remove(node: Node<'_>) -> Vec<TextEdit> {
    let tree = node.tree;
    let range = node.range();
    match (comma_after(node), node.prev_sibling()) {
        (Some(comma), _) => vec![delete(whole_line(tree, TextRange::new(range.start, comma + 1), true))],
        (None, Some(before)) => {
            // The last one takes the comma before it along.
            let mut edits = Vec::new();
            if let Some(comma) = comma_after(before) {
                edits.push(delete(TextRange::new(comma, comma + 1)));
            }
            edits.push(delete(whole_line(tree, range, false)));
            edits
        }
        (None, None) => vec![delete(whole_line(tree, range, false))],
    }
}

/// Adds strings at the end of a list.
pub fn append_strings(array: Array<'_>, values: &[&str]) -> Vec<TextEdit> {
    let mark = array.elements().find_map(|node| node.as_string()?.quote()).filter(|&mark| mark == '\'');
    let items: Vec<String> = values.iter().map(|value| quote(value, mark.unwrap_or('"'))).collect();
    append(array.node(), array.is_closed(), &items)
}

/// Adds a member at the end of an object; `value` is JSON5 text.
pub fn append_member(object: Object<'_>, name: &str, value: &str) -> Vec<TextEdit> {
    let quoted = object.members().next().is_none_or(|member| member.key().quote().is_some());
    let key = if quoted || !is_identifier(name) { quote(name, '"') } else { name.to_owned() };
    append(object.node(), object.is_closed(), &[format!("{key}: {value}")])
}

/// The text with the list under `key` of its object saying just `values`: what stays keeps its place, layout
/// and comments, what is new comes last. Nothing where the text has errors or no such list to change.
pub fn set_list(text: &str, key: &str, values: &[&str]) -> Option<String> {
    let mut text = text.to_owned();
    loop {
        let tree = parse(&text);
        if !tree.errors().is_empty() {
            return None;
        }
        let object = tree.root()?.as_object()?;
        let Some(member) = object.get(key) else {
            let list: Vec<String> = values.iter().map(|value| quote(value, '"')).collect();
            return Some(apply(&text, &append_member(object, key, &format!("[{}]", list.join(", ")))));
        };
        let array = member.value()?.as_array()?;
        let mut kept = HashSet::new();
        let surplus = array.elements().find(|node| {
            let value = node.as_string().map(|string| string.text());
            !value.is_some_and(|value| values.contains(&value.as_ref()) && kept.insert(value))
        });
        if let Some(surplus) = surplus {
            text = apply(&text, &remove(surplus));
            continue;
        }
        let missing: Vec<&str> = values.iter().copied().filter(|&value| kept.insert(value.into())).collect();
        return Some(apply(&text, &append_strings(array, &missing)));
    }
}

/// Offset of the comma that follows a node, with nothing but blanks and comments between.
pub fn comma_after(node: Node<'_>) -> Option<u32> {
    let tree = node.tree;
    let mut at = node.range().end;
    loop {
        let rest = tree.text.get(at as usize..)?;
        let c = rest.chars().next()?;
        if c == ',' {
            return Some(at);
        }
        if is_white_space(c) {
            at += c.len_utf8() as u32;
        } else {
            at = comment_from(tree, at)?;
        }
    }
}

/// The end of the comment that begins at `at`.
fn comment_from(tree: &Tree, at: u32) -> Option<u32> {
    let index = tree.comments().binary_search_by_key(&at, |comment| comment.range.start).ok()?;
    tree.comments().get(index).map(|comment| comment.range.end)
}

fn delete(range: TextRange) -> TextEdit {
    TextEdit { range, new_text: String::new() }
}

/// The whole line where `range` has it to itself, but for a comment behind; else `range` and the blanks on one side.
fn whole_line(tree: &Tree, range: TextRange, blanks_after: bool) -> TextRange {
    let blank = |c: char| c == ' ' || c == '\t';
    let before = tree.text.get(..range.start as usize).unwrap_or_default();
    let after = tree.text.get(range.end as usize..).unwrap_or_default();
    let indent = before.len() - before.trim_end_matches(blank).len();
    let alone_before = before[..before.len() - indent].ends_with(['\n', '\r']) || before.len() == indent;
    let mut end = range.end + (after.len() - after.trim_start_matches(blank).len()) as u32;
    if let Some(comment) = comment_from(tree, end) {
        let written = tree.slice(TextRange::new(end, comment));
        if alone_before && !written.contains('\n') {
            let rest = tree.text.get(comment as usize..).unwrap_or_default();
            end = comment + (rest.len() - rest.trim_start_matches(blank).len()) as u32;
        }
    }
    let rest = tree.text.get(end as usize..).unwrap_or_default();
    if alone_before {
        let line_end = ["\r\n", "\n", "\r"].iter().find(|line_end| rest.starts_with(**line_end));
        if let Some(line_end) = line_end {
            return TextRange::new(range.start - indent as u32, end + line_end.len() as u32);
        }
    }
    if blanks_after {
        let blanks = after.len() - after.trim_start_matches(blank).len();
        return TextRange::new(range.start, range.end + blanks as u32);
    }
    let start = if alone_before { range.start } else { range.start - indent as u32 };
    TextRange::new(start, range.end)
}

fn append(container: Node<'_>, closed: bool, items: &[String]) -> Vec<TextEdit> {
    if items.is_empty() {
        return Vec::new();
    }
    let tree = container.tree;
    let range = container.range();
    let close = if closed { range.end.saturating_sub(1) } else { range.end };
    let insert = |at: u32, new_text: String| TextEdit { range: TextRange::empty(at), new_text };
    let Some(last) = container.children().last() else {
        return vec![append_to_empty(container, close, items)];
    };
    let comma = comma_after(last).filter(|&comma| comma < close);
    let own_line = line_break_before(tree, last.range().start);
    let mut edits = Vec::new();
    if comma.is_none() {
        edits.push(insert(last.range().end, ",".to_owned()));
    }
    let tail = if comma.is_some() { "," } else { "" };
    match own_line {
        Some(line_break) => {
            let after = comma.map_or(last.range().end, |comma| comma + 1);
            let at = end_of_line(tree, after).min(close);
            edits.push(insert(at, format!("{line_break}{}{tail}", items.join(&format!(",{line_break}")))));
        }
        None => match comma {
            Some(comma) => edits.push(insert(comma + 1, format!(" {}{tail}", items.join(", ")))),
            None => return vec![insert(last.range().end, format!(", {}", items.join(", ")))],
        },
    }
    // Two insertions at one place are one.
    if let [first, second] = edits.as_slice()
        && first.range == second.range
    {
        return vec![insert(first.range.start, format!("{}{}", first.new_text, second.new_text))];
    }
    edits
}

/// The first items of an empty container: behind its comments, one a line, where those stand on lines of their own.
fn append_to_empty(container: Node<'_>, close: u32, items: &[String]) -> TextEdit {
    let (tree, range) = (container.tree, container.range());
    let inside = tree.comments().iter().rev().find(|comment| comment.range.end <= close);
    let last = inside.filter(|comment| comment.range.start > range.start);
    let (at, new_text) = match last.and_then(|last| Some((last, line_break_before(tree, last.range.start)?)))
    {
        Some((last, line_break)) => {
            let lines = format!("{line_break}{}", items.join(&format!(",{line_break}")));
            // What a line comment is followed by has to be a line break.
            let needs_break = !last.block && last.range.end == close;
            (last.range.end, if needs_break { format!("{lines}\n") } else { lines })
        }
        None => match lines_of_empty(tree, container, close) {
            Some((blank, line_break)) => {
                let lines = format!("{line_break}{}", items.join(&format!(",{line_break}")));
                return TextEdit { range: blank, new_text: lines };
            }
            None => (range.start + 1, items.join(", ")),
        },
    };
    TextEdit { range: TextRange::empty(at), new_text }
}

/// What a container holds that has only blank lines between its brackets, but for those before the last one's line; and
/// the line end and indentation of an item of it.
fn lines_of_empty(tree: &Tree, container: Node<'_>, close: u32) -> Option<(TextRange, String)> {
    let start = container.range().start;
    let inside = tree.slice(TextRange::new(start + 1, close));
    let before_close = line_break_before(tree, close).filter(|_| inside.trim().is_empty())?;
    let line_start = tree.text.get(..start as usize)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = tree.text.get(line_start..start as usize)?;
    let indent = line.get(..line.len() - line.trim_start_matches([' ', '\t']).len())?;
    let line_end = before_close.trim_end_matches([' ', '\t']);
    // One step deeper than the line of the bracket, by the steps of the file.
    let step =
        if indent.contains('\t') || (indent.is_empty() && tree.text.contains("\n\t")) { "\t" } else { "  " };
    let blank = TextRange::new(start + 1, close - u32::try_from(before_close.len()).ok()?);
    Some((blank, format!("{line_end}{indent}{step}")))
}

/// The line end and indentation before `offset`, where only they stand before it on its line.
fn line_break_before(tree: &Tree, offset: u32) -> Option<String> {
    let before = tree.text.get(..offset as usize)?;
    let trimmed = before.trim_end_matches([' ', '\t']);
    let line_end = ["\r\n", "\n", "\r"].iter().find(|line_end| trimmed.ends_with(**line_end))?;
    Some(format!("{line_end}{}", &before[trimmed.len()..]))
}

/// Behind the comments that stand on the line of `offset`.
fn end_of_line(tree: &Tree, mut offset: u32) -> u32 {
    let mut end = offset;
    loop {
        let rest = tree.text.get(offset as usize..).unwrap_or_default();
        offset += (rest.len() - rest.trim_start_matches([' ', '\t']).len()) as u32;
        let Some(comment) = comment_from(tree, offset) else {
            return end;
        };
        if tree.slice(TextRange::new(offset, comment)).contains('\n') {
            return end;
        }
        offset = comment;
        end = comment;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, values: &[&str]) -> String {
        set_list(text, "scopes", values).unwrap()
    }

    fn remove_nth(text: &str, index: usize) -> String {
        let tree = parse(text);
        let node = tree.root().unwrap().children().nth(index).unwrap();
        apply(text, &remove(node))
    }

    #[test]
    fn removing_takes_the_comma_along() {
        assert_eq!(remove_nth("['a', 'b', 'c']", 0), "['b', 'c']");
        assert_eq!(remove_nth("['a', 'b', 'c']", 1), "['a', 'c']");
        assert_eq!(remove_nth("['a', 'b', 'c']", 2), "['a', 'b']");
        assert_eq!(remove_nth("['a']", 0), "[]");
        assert_eq!(remove_nth("['a',]", 0), "[]");
    }

    #[test]
    fn removing_takes_a_line_of_its_own_along_and_leaves_the_comments_around() {
        let text = "[\n  // first\n  'a', // why a\n  // second\n  'b'\n]";
        assert_eq!(remove_nth(text, 0), "[\n  // first\n  // second\n  'b'\n]");
        assert_eq!(remove_nth(text, 1), "[\n  // first\n  'a' // why a\n  // second\n]");
    }

    #[test]
    fn the_first_scopes_of_a_list_of_comments_come_behind_them_one_a_line() {
        let text = "{\n  \"scopes\": [\n    // \"a\", // why a\n    // \"b\"\n  ]\n}";
        assert_eq!(
            set(text, &["x", "y"]),
            "{\n  \"scopes\": [\n    // \"a\", // why a\n    // \"b\"\n    \"x\",\n    \"y\"\n  ]\n}"
        );
        assert_eq!(
            set("{\n  \"scopes\": [\n\n  ]\n}", &["x", "y"]),
            "{\n  \"scopes\": [\n    \"x\",\n    \"y\"\n  ]\n}"
        );
        assert_eq!(set("{\r\n\tscopes: [\r\n\t]\r\n}", &["x"]), "{\r\n\tscopes: [\r\n\t\t\"x\"\r\n\t]\r\n}");
        assert_eq!(set("{scopes: [ ]}", &["x"]), "{scopes: [\"x\" ]}");
        assert_eq!(set("{scopes: [/* none */]}", &["x"]), "{scopes: [\"x\"/* none */]}");
        assert_eq!(set("{scopes: [ // none\n]}", &["x"]), "{scopes: [\"x\" // none\n]}");
    }

    #[test]
    fn removing_a_member_keeps_the_others() {
        assert_eq!(remove_nth("{a: 1, b: 2}", 1), "{a: 1}");
        assert_eq!(remove_nth("{\r\n  a: 1,\r\n  b: 2,\r\n}", 0), "{\r\n  b: 2,\r\n}");
    }

    #[test]
    fn a_list_is_set_with_comments_and_layout_kept() {
        let text =
            "{\n  type: 'slack', // ours\n  scopes: [\n    'a', // why a\n    'b', // why b\n  ],\n}\n";
        assert_eq!(
            set(text, &["c", "b"]),
            "{\n  type: 'slack', // ours\n  scopes: [\n    'b', // why b\n    'c',\n  ],\n}\n"
        );
        assert_eq!(set("{scopes: ['a']}", &["a", "b"]), "{scopes: ['a', 'b']}");
        assert_eq!(
            set("{scopes: [\n  \"a\" // why\n]}", &["a", "b"]),
            "{scopes: [\n  \"a\", // why\n  \"b\"\n]}"
        );
        assert_eq!(set("{scopes: []}", &["a"]), "{scopes: [\"a\"]}");
        assert_eq!(set("{\"type\": \"x\"}", &["a"]), "{\"type\": \"x\", \"scopes\": [\"a\"]}");
        assert_eq!(set("{scopes: ['a', 'a']}", &["a"]), "{scopes: ['a']}");
        assert_eq!(set("{scopes: ['b' /* x */, 'a']}", &[]), "{scopes: []}");
    }

    #[test]
    fn a_list_in_a_broken_text_is_not_touched() {
        assert_eq!(set_list("{scopes: ['a'", "scopes", &["b"]), None);
        assert_eq!(set_list("{scopes: 'a'}", "scopes", &["b"]), None);
    }

    #[test]
    fn quotes_of_a_string_and_the_lack_of_them_at_a_key_are_kept() {
        let tree = parse("{type: 'Slack'}");
        let member = tree.root().unwrap().as_object().unwrap().get("type").unwrap();
        let string = member.value().unwrap().as_string().unwrap();
        assert_eq!(apply(tree.text(), &[replace_string(string, "it's")]), "{type: 'it\\'s'}");
        assert_eq!(apply(tree.text(), &[rename_key(member, "kind")]), "{kind: 'Slack'}");
        assert_eq!(apply(tree.text(), &[rename_key(member, "a b")]), "{\"a b\": 'Slack'}");
    }
}

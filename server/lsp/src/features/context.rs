//! What may be written at a place in a connector file, however broken the text around it is.

use connector_syntax::{Array, Member, Node, NodeKind, Object, StringNode, TextEdit, TextRange, Tree};

/// What may be written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A whole connector: there is nothing in the file, or one bare word.
    Connector(TextRange),
    /// The value of `type`.
    Type(Slot),
    /// An element of `scopes`.
    Scope(Slot),
    /// The list of scopes itself.
    ScopeList(Slot),
    /// A key of the connector; `has_value` where the rest of the member stands already.
    Key { slot: Slot, has_value: bool },
    /// The word that makes a comment silence something.
    Silence(TextRange),
    /// A code to silence, in a comment that has begun to do so.
    SilencedCode { range: TextRange, comment: TextRange },
    /// Nothing that is known here.
    Nothing,
}

/// Where a text goes, and what it has to bring along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// What it replaces: without the quotes where there are some.
    pub(crate) range: TextRange,
    /// What stands before the text, to be written with it.
    pub(crate) prefix: String,
    /// What has to follow the text.
    pub(crate) suffix: String,
    /// The quote that it is in, for escapes.
    pub(crate) quote: char,
    /// Edits elsewhere: a comma after what comes before.
    pub(crate) also: Vec<TextEdit>,
}

/// What may be written at `offset`.
pub(crate) fn place(tree: &Tree, offset: u32) -> Place {
    if let Some(comment) = tree.comment_at(offset) {
        return in_comment(tree, comment.range, offset);
    }
    let Some(root) = tree.root() else {
        return Place::Connector(TextRange::empty(offset));
    };
    let Some(object) = root.as_object() else {
        return match root.kind() {
            NodeKind::String(word) if word.quote().is_none() => Place::Connector(root.range()),
            _ => Place::Nothing,
        };
    };
    if !is_inside(object.node().range(), object.is_closed(), offset) {
        return Place::Nothing;
    }
    in_object(tree, object, offset)
}

/// The name that stands as `type`, if it is a text.
pub(crate) fn type_name(tree: &Tree) -> Option<String> {
    let object = tree.root()?.as_object()?;
    let string = object.get("type")?.value()?.as_string()?;
    Some(string.text().into_owned())
}

/// Where the type's name stands, quotes and all.
pub(crate) fn type_range(tree: &Tree) -> Option<TextRange> {
    Some(tree.root()?.as_object()?.get("type")?.value()?.range())
}

/// The list of scopes, if there is one.
pub(crate) fn scope_list(tree: &Tree) -> Option<Array<'_>> {
    tree.root()?.as_object()?.get("scopes")?.value()?.as_array()
}

fn in_comment(tree: &Tree, comment: TextRange, offset: u32) -> Place {
    let before = tree.slice(TextRange { start: comment.start, end: offset });
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let typed = before.chars().rev().take_while(|&c| is_word(c)).count() as u32;
    let rest = tree.slice(TextRange { start: offset, end: comment.end });
    let more = rest.chars().take_while(|&c| is_word(c)).count() as u32;
    let range = TextRange { start: offset - typed, end: offset + more };
    let said = before.trim_start_matches(['/', '*']).trim_start();
    match said.split_once(|c: char| !is_word(c)) {
        // Still in the first word.
        None if !said.is_empty() && SILENCE_FILE.starts_with(said) => Place::Silence(range),
        Some((word, rest)) if word == SILENCE || word == SILENCE_FILE => {
            // What follows ` -- ` is why.
            let reason = rest.split_whitespace().any(|word| word == "--");
            if reason { Place::Nothing } else { Place::SilencedCode { range, comment } }
        }
        _ => Place::Nothing,
    }
}

const SILENCE: &str = "base44-ignore";
const SILENCE_FILE: &str = "base44-ignore-file";

fn in_object(tree: &Tree, object: Object<'_>, offset: u32) -> Place {
    for member in object.members() {
        let key = member.key();
        if touches(key.range(), offset)
            && !is_past(key, offset)
            && member.colon().is_none_or(|colon| offset <= colon)
        {
            return key_place(tree, object, member, offset);
        }
        if is_between_key_and_value(member, offset) {
            return Place::Nothing;
        }
        if let Some(value) = member.value()
            && touches(value.range(), offset)
        {
            return in_value(tree, member, value, offset);
        }
    }
    let before = object.members().take_while(|member| member.range().end <= offset).last();
    if let Some(member) = before
        && let Some(colon) = member.colon()
        && member.value().is_none()
        && is_blank(tree, TextRange { start: colon + 1, end: offset })
    {
        return value_place(&member, empty_slot(tree, offset, Vec::new(), String::new()));
    }
    Place::Key { slot: new_key_slot(tree, object, offset), has_value: false }
}

/// The slot of a key that has begun. Without its value, what is written brings quotes, colon and value along, and
/// replaces as much of them as stands there.
fn key_place(tree: &Tree, object: Object<'_>, member: Member<'_>, offset: u32) -> Place {
    let key = member.key();
    let mut slot = string_slot(tree, object.node(), key, offset);
    if member.value().is_some() {
        return Place::Key { slot, has_value: true };
    }
    if let Some(quote @ ('"' | '\'')) = key.quote()
        && key.is_closed()
    {
        slot.range.end = key.range().end;
        slot.suffix.push(quote);
    }
    // An edit of a completion stays within its line.
    let is_on_line = |colon: u32| {
        let between = tree.slice(TextRange { start: slot.range.end, end: colon });
        between.chars().all(|c| matches!(c, ' ' | '\t'))
    };
    if let Some(colon) = member.colon().filter(|colon| is_on_line(*colon)) {
        slot.range.end = colon + 1;
    }
    slot.also = comma_before(tree, object.node(), key.range().start);
    slot.suffix.push_str(&comma_after(tree, object.node(), slot.range.end));
    Place::Key { slot, has_value: false }
}

/// Whether `offset` lies where only a colon or blanks belong: behind a key and before its value.
fn is_between_key_and_value(member: Member<'_>, offset: u32) -> bool {
    let end = match (member.colon(), member.value()) {
        (Some(_), Some(value)) => value.range().start,
        (Some(colon), None) => colon,
        (None, _) => return offset == member.key().range().end,
    };
    member.key().range().end <= offset && offset <= end
}

/// The slot of a key where none has begun as far as the parser could tell: a word under the cursor, and the quotes
/// around it, are what somebody is typing.
fn new_key_slot(tree: &Tree, object: Object<'_>, offset: u32) -> Slot {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-');
    let container = object.node().range();
    let before = tree.slice(TextRange { start: container.start, end: offset });
    let after = tree.slice(TextRange { start: offset, end: container.end });
    let typed = before.len() - before.trim_end_matches(is_word).len();
    let rest = after.len() - after.trim_start_matches(is_word).len();
    let range = TextRange { start: offset - typed as u32, end: offset + rest as u32 };
    let open = before.get(..before.len() - typed).and_then(|before| before.chars().next_back());
    let close = after.get(rest..).and_then(|after| after.chars().next());
    let is_quoted = matches!(open, Some('"' | '\'')) && !is_in_child(object, range.start);
    let (start, end) = match (is_quoted, close) {
        (true, close) if close == open => (range.start - 1, range.end + 1),
        (true, _) => (range.start - 1, range.end),
        (false, _) => (range.start, range.end),
    };
    let mut slot = empty_slot(tree, offset, Vec::new(), String::new());
    slot.also = comma_before(tree, object.node(), start);
    slot.range = range;
    if is_quoted {
        let quote = open.unwrap_or('"');
        slot = Slot {
            range: TextRange { start: range.start, end },
            prefix: String::new(),
            suffix: quote.to_string(),
            quote,
            ..slot
        };
    }
    slot.suffix.push_str(&comma_after(tree, object.node(), end));
    slot
}

/// Whether the character before `offset` belongs to a member that was made out.
fn is_in_child(object: Object<'_>, offset: u32) -> bool {
    object.node().children().any(|child| child.range().start < offset && offset <= child.range().end)
}

fn in_value(tree: &Tree, member: Member<'_>, value: Node<'_>, offset: u32) -> Place {
    match value.kind() {
        NodeKind::String(string) if is_scopes(&member) && !is_past(string, offset) => {
            Place::Scope(in_brackets(scope_slot(tree, member.node(), string, offset), string))
        }
        NodeKind::String(string) if !is_past(string, offset) => {
            value_place(&member, string_slot(tree, member.node(), string, offset))
        }
        NodeKind::Array(array)
            if is_scopes(&member) && is_inside(value.range(), array.is_closed(), offset) =>
        {
            in_scopes(tree, array, offset)
        }
        _ => Place::Nothing,
    }
}

fn in_scopes(tree: &Tree, array: Array<'_>, offset: u32) -> Place {
    for element in array.elements().filter(|element| touches(element.range(), offset)) {
        match element.kind() {
            NodeKind::String(string) if !is_past(string, offset) => {
                return Place::Scope(scope_slot(tree, array.node(), string, offset));
            }
            NodeKind::String(string) if offset <= string.range().start => {}
            _ => return Place::Nothing,
        }
    }
    let (also, suffix) = commas(tree, array.node(), offset);
    Place::Scope(empty_slot(tree, offset, also, suffix))
}

fn value_place(member: &Member<'_>, slot: Slot) -> Place {
    match member.key().text().as_ref() {
        "type" => Place::Type(slot),
        "scopes" => Place::ScopeList(slot),
        _ => Place::Nothing,
    }
}

fn is_scopes(member: &Member<'_>) -> bool {
    member.key().text() == "scopes"
}

/// The slot of a text that has begun: the whole of it is replaced, its closing quote added where it lacks.
fn string_slot(tree: &Tree, container: Node<'_>, string: StringNode<'_>, offset: u32) -> Slot {
    let Some(quote) = string.quote() else {
        let quote = favourite_quote(tree);
        let also = comma_before(tree, container, string.range().start);
        return Slot {
            range: string.range(),
            prefix: quote.to_string(),
            suffix: quote.to_string(),
            quote,
            also,
        };
    };
    let mut range = string.content_range();
    let mut suffix = String::new();
    if !string.is_closed() {
        // What follows on the line may belong to something else.
        let word = tree.slice(TextRange { start: offset, end: range.end });
        let length: usize =
            word.chars().take_while(|c| !c.is_whitespace() && !",]}".contains(*c)).map(char::len_utf8).sum();
        range.end = offset + length as u32;
        suffix.push(quote);
    }
    Slot { range, prefix: String::new(), suffix, quote, also: Vec::new() }
}

/// The slot of a scope in a text: of several in one text, the one at the cursor; the text is split at the others.
fn scope_slot(tree: &Tree, container: Node<'_>, string: StringNode<'_>, offset: u32) -> Slot {
    let mut slot = string_slot(tree, container, string, offset);
    let separates = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let text = tree.slice(slot.range);
    if string.quote().is_none()
        || !string.is_closed()
        || !text.trim_matches(separates).contains(separates) && !text.ends_with(separates)
    {
        return slot;
    }
    let start = slot.range.start;
    let at = |place: usize| start + place as u32;
    let cursor = (offset.saturating_sub(start) as usize).min(text.len());
    let before = text.get(..cursor).unwrap_or_default();
    let after = text.get(cursor..).unwrap_or_default();
    let part_start = before.rfind(separates).map_or(0, |place| {
        place + before.get(place..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    });
    let part_end = cursor + after.find(separates).unwrap_or(after.len());
    slot.range = TextRange { start: at(part_start), end: at(part_end) };
    // Everything but the part is other parts and what separates them.
    let between = format!("{quote}, {quote}", quote = slot.quote);
    let mut place = 0;
    while let Some(from) = text.get(place..).and_then(|rest| rest.find(separates)).map(|found| place + found)
    {
        let rest = text.get(from..).unwrap_or_default();
        let to = from + rest.find(|c| !separates(c)).unwrap_or(rest.len());
        let (from, to) = match cursor {
            // The cursor is among the separators.
            _ if (from + 1..to).contains(&cursor) => (from, cursor),
            _ => (from, to),
        };
        let has_part_after = to < text.len() || part_start == part_end && cursor == text.len();
        let new_text = if from > 0 && has_part_after { between.clone() } else { String::new() };
        slot.also.push(TextEdit { range: TextRange { start: at(from), end: at(to) }, new_text });
        place = to;
    }
    slot
}

/// The slot of a scope that stands where its list belongs: it brings the brackets along.
fn in_brackets(mut slot: Slot, string: StringNode<'_>) -> Slot {
    if string.quote().is_none() {
        slot.prefix.insert(0, '[');
        slot.suffix.push(']');
        return slot;
    }
    let insert = |at: u32, text: &str| TextEdit { range: TextRange::empty(at), new_text: text.to_owned() };
    slot.also.push(insert(string.range().start, "["));
    match string.is_closed() {
        true => slot.also.push(insert(string.range().end, "]")),
        false => slot.suffix.push(']'),
    }
    slot
}

fn empty_slot(tree: &Tree, offset: u32, also: Vec<TextEdit>, comma: String) -> Slot {
    let quote = favourite_quote(tree);
    Slot {
        range: TextRange::empty(offset),
        prefix: quote.to_string(),
        suffix: format!("{quote}{comma}"),
        quote,
        also,
    }
}

/// The commas that a new child of `container` at `offset` needs: before it, as an edit, and after it.
fn commas(tree: &Tree, container: Node<'_>, offset: u32) -> (Vec<TextEdit>, String) {
    (comma_before(tree, container, offset), comma_after(tree, container, offset))
}

/// The comma that lacks before what stands behind `offset`.
fn comma_after(tree: &Tree, container: Node<'_>, offset: u32) -> String {
    let next = container.children().find(|child| child.range().start >= offset);
    let missing =
        next.is_some_and(|next| !has_comma(tree, TextRange { start: offset, end: next.range().start }));
    if missing { ",".to_owned() } else { String::new() }
}

/// The comma that lacks after what stands before `offset`.
fn comma_before(tree: &Tree, container: Node<'_>, offset: u32) -> Vec<TextEdit> {
    let previous = container.children().take_while(|child| child.range().end <= offset).last();
    let missing = previous
        .filter(|previous| !has_comma(tree, TextRange { start: previous.range().end, end: offset }))
        .filter(|previous| {
            matches!(container.kind(), NodeKind::Array(_) | NodeKind::Object(_))
                && !previous.range().is_empty()
        });
    missing
        .map(|previous| TextEdit { range: TextRange::empty(previous.range().end), new_text: ",".to_owned() })
        .into_iter()
        .collect()
}

/// Whether a comma stands in `range`, comments left aside.
fn has_comma(tree: &Tree, range: TextRange) -> bool {
    let mut at = range.start;
    while at < range.end {
        if let Some(comment) = tree.comments().iter().find(|comment| comment.range.start == at) {
            at = comment.range.end;
            continue;
        }
        match tree.slice(TextRange { start: at, end: range.end }).chars().next() {
            Some(',') => return true,
            Some(c) => at += c.len_utf8() as u32,
            None => return false,
        }
    }
    false
}

fn is_blank(tree: &Tree, range: TextRange) -> bool {
    let mut text = tree.slice(range).to_owned();
    for comment in tree.comments() {
        if range.start <= comment.range.start && comment.range.end <= range.end {
            text = text.replace(tree.slice(comment.range), "");
        }
    }
    text.trim().is_empty()
}

/// The quote that the file's author uses.
fn favourite_quote(tree: &Tree) -> char {
    let mut waiting: Vec<Node<'_>> = tree.root().into_iter().collect();
    while let Some(node) = waiting.pop() {
        let quote = match node.kind() {
            NodeKind::String(string) => string.quote(),
            NodeKind::Member(member) => member.key().quote(),
            _ => None,
        };
        if let Some(quote @ ('"' | '\'')) = quote {
            return quote;
        }
        let children: Vec<_> = node.children().take(8).collect();
        waiting.extend(children.into_iter().rev());
    }
    '"'
}

/// Whether `offset` is before or behind a finished text, not in it.
fn is_past(string: StringNode<'_>, offset: u32) -> bool {
    string.quote().is_some()
        && (offset <= string.range().start || (string.is_closed() && offset >= string.range().end))
}

fn is_inside(range: TextRange, closed: bool, offset: u32) -> bool {
    range.start < offset && (offset < range.end || !closed)
}

fn touches(range: TextRange, offset: u32) -> bool {
    range.start <= offset && offset <= range.end
}

#[cfg(test)]
mod tests {
    use connector_syntax::parse;

    use super::*;
    use crate::documents::cursor;

    /// The kind of place, what is replaced, and what is written around the word `X`.
    fn at(fixture: &str) -> String {
        let (text, offset) = cursor(fixture);
        let tree = parse(&text);
        let show = |kind: &str, slot: &Slot| {
            let replaced = tree.slice(slot.range);
            let also: String =
                slot.also.iter().map(|edit| format!(" {:?}@{}", edit.new_text, edit.range.start)).collect();
            format!("{kind} {replaced:?} -> {}X{}{also}", slot.prefix, slot.suffix)
        };
        match place(&tree, offset) {
            Place::Connector(range) => format!("connector {:?}", tree.slice(range)),
            Place::Type(slot) => show("type", &slot),
            Place::Scope(slot) => show("scope", &slot),
            Place::ScopeList(slot) => show("list", &slot),
            Place::Key { slot, has_value: false } => show("key", &slot),
            Place::Key { slot, has_value: true } => show("key:", &slot),
            Place::Silence(range) => format!("silence {:?}", tree.slice(range)),
            Place::SilencedCode { range, .. } => format!("code {:?}", tree.slice(range)),
            Place::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn an_empty_file_takes_a_connector() {
        assert_eq!(at("$0"), "connector \"\"");
        assert_eq!(at("// about\n$0\n"), "connector \"\"");
        assert_eq!(at("sl$0"), "connector \"sl\"");
    }

    #[test]
    fn a_type_is_replaced_whole_with_and_without_quotes() {
        assert_eq!(at(r#"{"type": "sl$0ack"}"#), r#"type "slack" -> X"#);
        assert_eq!(at(r#"{"type": "$0"}"#), r#"type "" -> X"#);
        assert_eq!(at(r#"{"type": sl$0}"#), r#"type "sl" -> "X""#);
        assert_eq!(at(r#"{"type": $0}"#), r#"type "" -> "X""#);
        assert_eq!(at(r#"{"type":$0"#), r#"type "" -> "X""#);
        assert_eq!(at(r#"{'type': $0}"#), r#"type "" -> 'X'"#);
    }

    #[test]
    fn an_open_quote_is_closed() {
        assert_eq!(at("{\"type\": \"sl$0\n}"), "type \"sl\" -> X\"");
        assert_eq!(at("{\"type\": \"slack\", \"scopes\": [\"cha$0\n]}"), "scope \"cha\" -> X\"");
    }

    #[test]
    fn scopes_go_where_their_list_is() {
        assert_eq!(at(r#"{"scopes": [$0]}"#), r#"scope "" -> "X""#);
        assert_eq!(at(r#"{"scopes": ["a", $0]}"#), r#"scope "" -> "X""#);
        assert_eq!(at(r#"{"scopes": ["a", ch$0]}"#), r#"scope "ch" -> "X""#);
        assert_eq!(at(r#"{"scopes": ["a", "ch$0an:x"]}"#), r#"scope "chan:x" -> X"#);
        assert_eq!(at(r#"{"scopes": [$0"#), r#"scope "" -> "X""#);
        assert_eq!(at(r#"{"scopes": $0}"#), r#"list "" -> "X""#);
    }

    #[test]
    fn of_several_scopes_in_one_text_one_is_replaced_and_the_text_split() {
        let split = |fixture: &str| {
            let (text, offset) = cursor(fixture);
            let tree = parse(&text);
            let Place::Scope(slot) = place(&tree, offset) else { panic!("{fixture}") };
            let mut edits = slot.also;
            let new_text = format!("{}X{}", slot.prefix, slot.suffix);
            edits.push(TextEdit { range: slot.range, new_text });
            connector_syntax::edit::apply(&text, &edits)
        };
        assert_eq!(split(r#"{"scopes": ["a:b, ch$0an"]}"#), r#"{"scopes": ["a:b", "X"]}"#);
        assert_eq!(split(r#"{"scopes": ["ch$0an a:b"]}"#), r#"{"scopes": ["X", "a:b"]}"#);
        assert_eq!(split(r#"{"scopes": ["a:b $0"]}"#), r#"{"scopes": ["a:b", "X"]}"#);
        assert_eq!(split(r#"{"scopes": ["a:b,$0 c:d"]}"#), r#"{"scopes": ["a:b", "X", "c:d"]}"#);
        assert_eq!(split(r#"{"scopes": 'a b$0 c'}"#), r#"{"scopes": ['a', 'X', 'c']}"#);
        assert_eq!(split(r#"{"scopes": ["c$0han"]}"#), r#"{"scopes": ["X"]}"#);
    }

    #[test]
    fn missing_commas_are_brought_along() {
        assert_eq!(at(r#"{"scopes": ["a" $0]}"#), r#"scope "" -> "X" ","@15"#);
        assert_eq!(at(r#"{"scopes": ["a" ch$0]}"#), r#"scope "ch" -> "X" ","@15"#);
        assert_eq!(at(r#"{"scopes": [$0 "a"]}"#), r#"scope "" -> "X","#);
        assert_eq!(at(r#"{"type": "slack" $0}"#), r#"key "" -> "X" ","@16"#);
        assert_eq!(at(r#"{"scopes": ["a" /* , */ $0]}"#), r#"scope "" -> "X" ","@15"#);
    }

    #[test]
    fn keys_stand_at_the_top_of_the_object() {
        assert_eq!(at("{$0}"), r#"key "" -> "X""#);
        assert_eq!(at("{sc$0}"), r#"key "sc" -> "X""#);
        assert_eq!(at(r#"{"sc$0"}"#), r#"key "sc\"" -> X""#);
        assert_eq!(at(r#"{"sc$0": []}"#), r#"key: "sc" -> X"#);
        assert_eq!(at("{type: 'slack',\n  $0\n}"), "key \"\" -> 'X'");
    }

    #[test]
    fn nothing_is_offered_outside_in_other_values_and_in_comments() {
        for fixture in [
            "{}$0",
            "$0{}",
            r#"{"other": "$0"}"#,
            r#"{"other": [$0]}"#,
            "{/* $0 */}",
            "{} // x$0",
            r#"{"type": "slack"$0}"#,
            r#"{"scopes": ["a"$0]}"#,
        ] {
            assert_eq!(at(fixture), "nothing", "{fixture}");
        }
    }

    #[test]
    fn a_comment_that_silences_takes_codes() {
        assert_eq!(at("// base44-ignore un$0known\n{}"), "code \"unknown\"");
        assert_eq!(at("// base44-ignore $0\n{}"), "code \"\"");
        assert_eq!(at("/* base44-ignore-file a, un$0 */{}"), "code \"un\"");
        assert_eq!(at("// base44-ign$0\n{}"), "silence \"base44-ign\"");
        assert_eq!(at("// base44-ignored $0\n{}"), "nothing");
        assert_eq!(at("// base44-ignore a -- be$0cause\n{}"), "nothing");
    }
}

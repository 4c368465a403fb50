//! Text -> tree -> value, and back to text.

use connector_syntax::{
    Encoding, FormatOptions, LineIndex, Node, NodeKind, Tree, edit, format, parse, quote,
};

use super::bytes::Bytes;

pub fn run(data: &[u8]) {
    // A whole file as it is, or a text of the kind that is met.
    let text = match data.split_first() {
        Some((0, rest)) => String::from_utf8_lossy(rest).into_owned(),
        _ => Bytes::new(data).text(60),
    };
    check(&text);
}

pub fn check(text: &str) {
    let tree = parse(text);
    assert_eq!(tree.text(), text);
    check_ranges(&tree);
    check_positions(text);

    let Some(value) = value(&tree) else {
        return;
    };
    // Written anew from the value alone, and formatted: the value is the same.
    let written = tree.root().map(write).unwrap_or_default();
    assert_eq!(value_of(&written).as_ref(), Some(&value), "of {text:?} as {written:?}");
    let options = FormatOptions::default();
    let formatted = format(text, &options).unwrap_or_else(|| panic!("not formatted: {text:?}"));
    assert_eq!(value_of(&formatted).as_ref(), Some(&value), "of {text:?} as {formatted:?}");
    assert_eq!(format(&formatted, &options).as_deref(), Some(formatted.as_str()), "of {text:?}");

    // A list is set without a touch to anything else.
    if let Some(after) = edit::set_list(text, "scopes", &["a:b", "c'\"\n"]) {
        let tree = parse(&after);
        assert!(tree.errors().is_empty(), "{text:?} -> {after:?}");
        let scopes = tree.root().and_then(Node::as_object).and_then(|object| object.get("scopes"));
        let list = scopes.and_then(|member| member.value()).and_then(Node::as_array).expect("a list");
        let set: Vec<String> =
            list.elements().filter_map(|element| Some(element.as_string()?.text().into_owned())).collect();
        assert_eq!(set, ["a:b", "c'\"\n"], "{text:?} -> {after:?}");
    }
}

fn check_ranges(tree: &Tree) {
    let is_range = |range| tree.text().get(std::ops::Range::from(range)).is_some();
    for error in tree.errors() {
        assert!(is_range(error.range), "{error:?} in {:?}", tree.text());
        for fix in &error.fixes {
            assert!(fix.edits.iter().all(|edit| is_range(edit.range)), "{error:?} in {:?}", tree.text());
            let _ = edit::apply(tree.text(), &fix.edits);
        }
    }
    for comment in tree.comments() {
        assert!(is_range(comment.range), "{comment:?} in {:?}", tree.text());
    }
    let mut waiting: Vec<Node<'_>> = tree.root().into_iter().collect();
    while let Some(node) = waiting.pop() {
        assert!(is_range(node.range()), "{node:?} in {:?}", tree.text());
        let mut end = node.range().start;
        for child in node.children() {
            assert!(node.range().contains(child.range()), "{node:?} holds {child:?} in {:?}", tree.text());
            assert!(child.range().start >= end, "{child:?} overlaps in {:?}", tree.text());
            assert!(child.parent() == Some(node));
            end = child.range().end;
            waiting.push(child);
        }
    }
    for offset in 0..=u32::try_from(tree.text().len()).unwrap_or(0) + 1 {
        let _ = (tree.node_at(offset), tree.comment_at(offset));
    }
}

fn check_positions(text: &str) {
    let index = LineIndex::new(text);
    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
        for (offset, c) in text.char_indices().chain([(text.len(), '\0')]) {
            let offset = offset as u32;
            let place = index.position(text, offset, encoding);
            // Between the two characters of one line end is no place of its own.
            let inside = c == '\n' && text[..offset as usize].ends_with('\r');
            let back = index.offset(text, place, encoding);
            assert!(
                back == offset || (inside && back + 1 == offset),
                "{offset} -> {place:?} -> {back} in {text:?}"
            );
        }
    }
}

fn value_of(text: &str) -> Option<String> {
    value(&parse(text))
}

/// The value in a notation of its own, keys in order, the last of equal ones counting; none where the text is wrong.
fn value(tree: &Tree) -> Option<String> {
    let root = tree.root().filter(|_| tree.errors().is_empty())?;
    Some(notation(root))
}

fn notation(node: Node<'_>) -> String {
    let units =
        |units: &mut dyn Iterator<Item = u16>| units.map(|unit| format!("{unit:04x}")).collect::<String>();
    match node.kind() {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(value) if value.is_nan() => "NaN".to_owned(),
        NodeKind::Number(value) => format!("{:016x}", value.to_bits()),
        NodeKind::String(string) => format!("'{}'", units(&mut string.units())),
        NodeKind::Array(array) => {
            format!("[{}]", array.elements().map(notation).collect::<Vec<_>>().join(","))
        }
        NodeKind::Object(object) => {
            let members: std::collections::BTreeMap<String, String> = object
                .members()
                .filter_map(|member| Some((units(&mut member.key().units()), notation(member.value()?))))
                .collect();
            format!(
                "{{{}}}",
                members.iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(",")
            )
        }
        NodeKind::Member(_) | NodeKind::Error => "?".to_owned(),
    }
}

/// The value as a text of its own.
fn write(node: Node<'_>) -> String {
    let string = |string: connector_syntax::StringNode<'_>| match string.has_lone_surrogate() {
        false => quote(&string.text(), '"'),
        true => format!("\"{}\"", string.units().map(|unit| format!("\\u{unit:04x}")).collect::<String>()),
    };
    match node.kind() {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(value) if value.is_nan() => "NaN".to_owned(),
        NodeKind::Number(value) if value.is_infinite() => {
            if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
        }
        NodeKind::Number(value) => format!("{value:e}"),
        NodeKind::String(text) => string(text),
        NodeKind::Array(array) => format!("[{}]", array.elements().map(write).collect::<Vec<_>>().join(",")),
        NodeKind::Object(object) => {
            let members = object
                .members()
                .filter_map(|member| Some(format!("{}:{}", string(member.key()), write(member.value()?))));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        NodeKind::Member(_) | NodeKind::Error => String::new(),
    }
}

//! Each mistake is told once, at its own place, and the tree around it still stands.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use connector_syntax::{Node, NodeKind, edit, parse};

/// Text, errors with what they mark, what the fix makes of it, and the tree that was made out.
fn told(text: &str) -> String {
    let tree = parse(text);
    let mut lines = vec![format!("{text:?}")];
    for error in tree.errors() {
        lines.push(format!("  {}..{} {:?}", error.range.start, error.range.end, error.kind));
        for fix in &error.fixes {
            lines.push(format!("    {:?}: {:?}", fix.kind, edit::apply(text, &fix.edits)));
        }
    }
    lines.push(format!("  = {}", tree.root().map_or("nothing".to_owned(), shape)));
    lines.join("\n")
}

fn shape(node: Node<'_>) -> String {
    let inside = || node.children().map(shape).collect::<Vec<_>>().join(", ");
    match node.kind() {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(value) => value.to_string(),
        NodeKind::String(string) => format!("{:?}", string.text()),
        NodeKind::Array(_) => format!("[{}]", inside()),
        NodeKind::Object(_) => format!("{{{}}}", inside()),
        NodeKind::Member(member) => format!("{}: {}", member.key().text(), inside()),
        NodeKind::Error => "<error>".to_owned(),
    }
}

fn all(texts: &[&str]) -> String {
    texts.iter().map(|text| told(text)).collect::<Vec<_>>().join("\n")
}

#[test]
fn half_typed_texts() {
    insta::assert_snapshot!(all(&[
        "",
        "{",
        "{ty",
        "{\"type",
        "{\"type\"",
        "{\"type\":",
        "{\"type\": }",
        "{\"type\": \"sl",
        "{\"type\": \"sl\n}",
        "{\"type\": \"slack\", \"scopes\": [\"a\", \"b",
        "{\"type\": \"slack\",\n \"scopes\": [\"a\", \"b]\n}",
        "{\"type\": \"slack\",\n \"scopes\": [\"a\", \n}",
        "{\"scopes\": [\"a\", \"\n]}",
    ]));
}

#[test]
fn missing_punctuation() {
    insta::assert_snapshot!(all(&[
        "{\"type\" \"slack\"}",
        "{\"type\": \"slack\" \"scopes\": []}",
        "{\"type\": \"slack\"\n \"scopes\": [\"a\" \"b\"]}",
        "{\"type\" = \"slack\"; \"scopes\": [\"a\"; \"b\"]}",
        "{type: slack, scopes: [chat:write, https://www.googleapis.com/auth/drive]}",
        "{my-type: 1, 1st: 2}",
    ]));
}

#[test]
fn brackets() {
    insta::assert_snapshot!(all(&[
        "{\"scopes\": [\"a\"}",
        "{\"scopes\": [\"a\"}}",
        "{\"scopes\": [\"a\"}, \"type\": \"x\"}",
        "{\"a\": 1]",
        "{\"a\": 1}}",
        "{\"a\": 1} {\"b\": 2}",
        "[[1, 2]",
        "]",
    ]));
}

#[test]
fn words_of_other_languages() {
    insta::assert_snapshot!(all(&[
        "[True, None, undefined]",
        "# comment\n{a: 1}",
        "{“type”: ‘slack’}",
        "[`a`]",
        "[01, 1.2.3, 0x, +]",
        "['\\1', '\\u12', '\\x']",
        "/* open",
        "{} /* open",
    ]));
}

#[test]
fn strays() {
    insta::assert_snapshot!(all(&[
        "[,]",
        "{,}",
        "[1,,2]",
        "[\"a\": 1]",
        "{: 1}",
        "{[1]}",
        "{a:: 1}",
        "({a: 1})",
        "{a: 1} trailing text"
    ]));
}

#[test]
fn one_missing_character_is_one_mistake() {
    insta::assert_snapshot!(all(&[
        "{\"type\": \"slack, \"scopes\": [\"a\"]}",
        "{\"type: \"slack\", \"scopes\": [\"a, \"b\"]}",
        "{\"scopes\": [\"a], \"type\": \"slack\"}",
        "{\"type\": slack\",\n \"scopes\": [a\", \"b\"]}",
        "{type\": \"slack\"}",
        "{\"type\": slack bot,\n \"scopes\": []}",
        "{\"scopes\": \"a\"],\n \"type\": \"slack\"}",
        "{\"scopes\": [\"a\"]]}",
        "[{\"a\": 1}}]",
        "{\"scopes\": [\"a\",\n \"type\": \"slack\"}",
        "{\"scopes\": [\"a\"\n \"type\": \"slack\"}",
        "{\"scopes\": [\n \"type\": \"slack\"}",
    ]));
}

#[test]
fn what_stands_around_the_connector_is_one_mistake() {
    insta::assert_snapshot!(all(&[
        "export default {\n  type: \"slack\",\n}",
        "<<<<<<< HEAD\n{\"type\": \"slack\"}",
        "const slack = { type: \"slack\" };",
        "\"type\": \"slack\",\n\"scopes\": [\"a\"]\n",
        "type: slack\n",
        "type: slack\nscopes:\n  - chat:write # to speak\n  - users:read\n",
        "\"type\": \"slack\"}",
        "{\"a\": 1,\0\"b\": 2}",
        "\u{200b}{\"a\": 1}",
    ]));
}

#[test]
fn independent_mistakes_are_all_told() {
    insta::assert_snapshot!(all(&[
        "{\n  type \"slack\"\n  scopes: [\n    chat:write\n    \"a\" \"b\",\n  ],\n  x: True\n}",
    ]));
}

#[test]
fn no_nesting_is_too_deep() {
    for text in [
        "[".repeat(100_000),
        "{a:".repeat(100_000),
        "[}".repeat(50_000),
        "[{a:".repeat(50_000) + &"]".repeat(60_000),
    ] {
        let tree = parse(&text);
        assert!(!tree.errors().is_empty() && tree.errors().len() <= 200);
    }
    let right = "[".repeat(100_000) + &"]".repeat(100_000);
    assert!(parse(&right).errors().is_empty());
}

#[test]
fn a_place_in_the_text_finds_the_innermost_node() {
    let tree = parse("{type: 'slack', scopes: ['a', 'b']}");
    let at = |offset| tree.node_at(offset).map(shape);
    assert_eq!(at(10).as_deref(), Some("\"slack\""));
    assert_eq!(at(3).as_deref(), Some("type: \"slack\""));
    assert_eq!(at(27).as_deref(), Some("\"a\""));
    assert_eq!(at(15).as_deref(), Some("{type: \"slack\", scopes: [\"a\", \"b\"]}"));
    assert_eq!(at(99), None);
}

#[test]
fn what_is_only_a_guess_is_not_applied_unseen() {
    for (text, certain) in [
        ("{a: 1, /* why\nb: 2}", false),
        ("{a: 1, why so */\nb: 2}", false),
        ("{\nwhy it is here\na: 1}", false),
        ("['\\1']", false),
        ("{\n<<<<<<< a\na: 1\n=======\na: 2\n>>>>>>> b\n}", false),
        ("{a = 1}", true),
        ("{a: ('x', 'y')}", true),
        ("{a: 'x', 'y:z'}", true),
        ("{a: 'x', 'y', 'z'}", true),
    ] {
        let tree = parse(text);
        let [error] = tree.errors() else { panic!("{text}: {:?}", tree.errors()) };
        assert!(!error.fixes.is_empty(), "{text}");
        assert!(error.fixes.iter().all(|fix| fix.certain == certain), "{text}: {error:?}");
    }
}

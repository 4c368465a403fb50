//! Texts as people get them wrong: each mistake is told once, where it was made, with a fix that mends it.
//!
//! In the texts under `mistakes/`, `⍽` is a no-break space, `⇥` a tab, `␍` a carriage return, `␀` a NUL.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::path::Path;

use connector_model::checks::{Around, check, declared};
use connector_model::{Finding, FixAction};
use connector_syntax::{edit, parse};

fn findings(text: &str) -> Vec<Finding> {
    check(&parse(text), &Around::file(Path::new("slack.jsonc")))
}

/// What is told of a text, under each line what the finding marks; and what the fixes make of it.
fn told(text: &str) -> String {
    let mut out = String::new();
    for finding in findings(text) {
        let (start, end) = (finding.range.start as usize, finding.range.end as usize);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        let line_end = line_start + line.len();
        let marks = text[start..end.min(line_end).max(start)].chars().count().max(1);
        let more = if end > line_end { "…" } else { "" };
        let indent = " ".repeat(text[line_start..start].chars().count());
        let shown = line.replace('\t', "⇥").replace('\0', "␀");
        writeln!(out, "    {shown}\n    {indent}{}{more}", "^".repeat(marks)).unwrap();
        writeln!(out, "  {}: {}", finding.code.as_str(), finding.message).unwrap();
        for fix in &finding.fixes {
            let outcome = match &fix.action {
                FixAction::Edit(edits) => edit::apply(text, edits),
                other => format!("{other:?}"),
            };
            writeln!(out, "    {}: {}", fix.title, outcome.escape_debug()).unwrap();
        }
    }
    out
}

/// Every text of a file, and what is told of it.
fn told_of_all(texts: &str) -> String {
    let mut out = String::new();
    for case in texts.split("#### ").skip(1) {
        let (name, text) = case.split_once('\n').unwrap();
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.replace('⍽', "\u{a0}").replace('⇥', "\t").replace('␍', "\r").replace('␀', "\0");
        let text = text.replace("⟪BOM⟫", "\u{feff}");
        let count = findings(&text).len();
        writeln!(out, "#### {name}: {count}\n{}", told(&text)).unwrap();
    }
    out
}

macro_rules! told_of {
    ($($name:ident $file:literal,)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(told_of_all(include_str!(concat!("mistakes/", $file))));
        })*
    };
}

told_of! {
    punctuation_that_is_missing_or_another "punctuation.txt",
    quotes_that_are_missing_or_others "quotes.txt",
    brackets_that_are_missing_or_others "brackets.txt",
    characters_that_look_alike "look-alikes.txt",
    comments_of_other_languages "comments.txt",
    merges_that_were_not_finished "conflicts.txt",
    other_notations "notations.txt",
    texts_in_the_middle_of_typing "typing.txt",
    several_mistakes_at_once "several.txt",
    values_of_another_shape "shapes.txt",
}

const LAYOUTS: &[&str] = &[
    "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\",\n    \"channels:read\"\n  ]\n}\n",
    "{\n  // ours\n  \"type\": \"slack\",\n  \"scopes\": [\"chat:write\", \"channels:read\"], // two\n}\n",
    "{ \"type\": \"slack\", \"scopes\": [\"chat:write\", \"channels:read\", \"users:read\"] }",
    "{\"type\":\"slack\",\"scopes\":[\"chat:write\",\"channels:read\"]}",
    "{\n  type: 'slack',\n  scopes: [\n    'chat:write', // why\n    'channels:read',\n  ],\n}\n",
    "{\r\n\t\"scopes\": [\r\n\t\t\"chat:write\",\r\n\t\t\"channels:read\"\r\n\t],\r\n\t\"type\": \"slack\"\r\n}\r\n",
];

/// What people write in place of a sign.
fn instead_of(sign: char) -> &'static [&'static str] {
    match sign {
        ':' => &["", "::", "=", " =>", " ->", "：", ",", ";"],
        ',' => &["", ",,", ";", "，", ".", " |"],
        '"' => &["", "\"\"", "'", "“", "”", "`"],
        '\'' => &["", "''", "\"", "’", "`"],
        '[' => &["", "[[", "{", "(", "［"],
        ']' => &["", "]]", "}", ")", "］"],
        '{' => &["", "{{", "[", "("],
        '}' => &["", "}}", "]", ")"],
        _ => &[],
    }
}

/// The type and the scopes of a text.
fn meaning(text: &str) -> (Option<String>, Vec<String>) {
    let declared = declared(&parse(text));
    let scopes = declared.scopes.into_iter().map(|(scope, _)| scope).collect();
    (declared.type_name.map(|(name, _)| name), scopes)
}

/// Where the signs of a text stand, but for those in quotes and comments.
fn signs(text: &str) -> Vec<(usize, char)> {
    let tree = parse(text);
    let in_comment = |at: usize| tree.comments().iter().any(|comment| comment.range.touches(at as u32));
    let mut quote = None;
    let mut signs = Vec::new();
    for (at, c) in text.char_indices().filter(|(at, _)| !in_comment(*at)) {
        let is_quote = matches!(c, '"' | '\'');
        if is_quote || quote.is_none() {
            signs.push((at, c));
        }
        if is_quote {
            quote = if quote.is_none() { Some(c) } else { None };
        }
    }
    signs
}

#[test]
fn any_one_sign_that_is_wrong_is_one_finding_whose_fix_gives_back_what_was_meant() {
    let mut tried = 0;
    for right in LAYOUTS {
        assert_eq!(told(right), "");
        for (at, sign) in signs(right) {
            for written in instead_of(sign) {
                let text = format!("{}{written}{}", &right[..at], &right[at + sign.len_utf8()..]);
                if parse(&text).errors().is_empty() && meaning(&text) == meaning(right) {
                    continue;
                }
                tried += 1;
                let told = told(&text);
                let findings = findings(&text);
                let [finding] = findings.as_slice() else { panic!("{text}\n{told}") };
                let is_mended = finding.fixes.iter().any(|fix| match &fix.action {
                    FixAction::Edit(edits) => {
                        let mended = edit::apply(&text, edits);
                        parse(&mended).errors().is_empty() && meaning(&mended) == meaning(right)
                    }
                    _ => false,
                });
                assert!(is_mended, "{text}\n{told}");
            }
        }
    }
    assert!(tried > 600, "{tried}");
}

//! The parser accepts what the `json5` npm package accepts, and gives the same value.
//!
//! `DIFFERENTIAL_TEXTS` and `DIFFERENTIAL_SEED` change how many texts are tried, and which.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use connector_syntax::{FormatOptions, Node, NodeKind, Tree, format, parse};

#[test]
fn generated_and_mutated_texts_are_judged_as_json5_judges_them() {
    let count = setting("DIFFERENTIAL_TEXTS", 120_000);
    let seed = setting("DIFFERENTIAL_SEED", 44);
    let mut random = fastrand::Rng::with_seed(seed);
    let texts: Vec<String> = SEEDS
        .iter()
        .map(|seed| seed.to_string())
        .chain(std::iter::repeat_with(|| text(&mut random)).take(count as usize))
        .collect();

    let verdicts = judge(&texts);
    assert_eq!(verdicts.len(), texts.len(), "the judge gives one line a text");

    let mut accepted = 0;
    for (text, verdict) in texts.iter().zip(&verdicts) {
        let tree = parse(text);
        check_invariants(&tree);
        let ours = value_of(&tree);
        accepted += u32::from(ours != "!");
        assert!(
            ours == *verdict,
            "seed {seed}: of {:?}\n  json5 says {verdict}\n  we say     {ours}\n  {:?}",
            minimal(text),
            tree.errors()
        );
    }
    // Past the test harness, which keeps what a test that holds has printed, and after its dots.
    let _ = std::io::Write::write_fmt(
        &mut std::io::stdout(),
        format_args!(
            "\nsummary: differential: json5 and this parser agree on {} texts, {accepted} accepted, {} rejected, seed {seed}\n",
            texts.len(),
            texts.len() as u32 - accepted
        ),
    );
    assert!(accepted > 10_000, "the generator has to make enough texts that are right: {accepted}");
}

#[test]
fn formatting_keeps_the_value_and_every_comment_and_settles_at_once() {
    let mut random = fastrand::Rng::with_seed(setting("DIFFERENTIAL_SEED", 44));
    let options = FormatOptions::default();
    for _ in 0..20_000 {
        let text = text(&mut random);
        let tree = parse(&text);
        let Some(formatted) = format(&text, &options) else {
            assert!(!tree.errors().is_empty(), "not formatted: {text:?}");
            continue;
        };
        let after = parse(&formatted);
        assert_eq!(value_of(&after), value_of(&tree), "of {text:?} as {formatted:?}");
        assert_eq!(comments(&after), comments(&tree), "of {text:?} as {formatted:?}");
        assert_eq!(format(&formatted, &options).as_deref(), Some(formatted.as_str()), "of {text:?}");
    }
}

#[test]
fn identifiers_are_made_of_what_json5_takes_for_them() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/json5-identifiers.mjs");
    let output = Command::new("node").arg(script).output().expect("node is needed to run the json5 package");
    let written = String::from_utf8(output.stdout).unwrap();
    let kept = include_str!("../src/ident_tables.rs").replace("\r\n", "\n");
    assert!(written == kept, "write src/ident_tables.rs anew: its first lines say how");
}

fn comments(tree: &Tree) -> Vec<&str> {
    tree.comments().iter().map(|comment| tree.slice(comment.range).trim_end()).collect()
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// The shortest text, by cutting, that the two still disagree on.
fn minimal(text: &str) -> String {
    let mut best = text.to_owned();
    for _ in 0..40 {
        let bounds: Vec<usize> = best.char_indices().map(|(at, _)| at).chain([best.len()]).collect();
        let mut shorter = Vec::new();
        for size in [8, 3, 1] {
            for window in bounds.windows(size + 1) {
                let mut cut = best.clone();
                cut.replace_range(window[0]..window[size], "");
                shorter.push(cut);
            }
        }
        let verdicts = judge(&shorter);
        match shorter.into_iter().zip(verdicts).find(|(text, verdict)| value_of(&parse(text)) != *verdict) {
            Some((text, _)) => best = text,
            None => break,
        }
    }
    best
}

fn judge(texts: &[String]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/json5-judge.mjs");
    let installed = script.with_file_name("../node_modules/json5").exists();
    assert!(installed, "the judge is not installed: run `npm ci` in tests/ first");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is needed to run the json5 package");
    let mut stdin = node.stdin.take().unwrap();
    let lines: String = texts.iter().map(|text| serde_json::to_string(text).unwrap() + "\n").collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the judge failed");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The value in the judge's notation, `!` where the text is refused.
fn value_of(tree: &Tree) -> String {
    match tree.root() {
        Some(root) if tree.errors().is_empty() => write(root),
        _ => "!".to_owned(),
    }
}

fn write(node: Node<'_>) -> String {
    let units = |units: &mut dyn Iterator<Item = u16>| -> String {
        units.map(|unit| format!("{unit:04x}")).collect()
    };
    match node.kind() {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(value) if value.is_nan() => "NaN".to_owned(),
        NodeKind::Number(value) => format!("{:016x}", value.to_bits()),
        NodeKind::String(string) => format!("\"{}\"", units(&mut string.units())),
        NodeKind::Array(array) => format!("[{}]", array.elements().map(write).collect::<Vec<_>>().join(",")),
        NodeKind::Object(object) => {
            let members: BTreeMap<String, String> = object
                .members()
                .filter_map(|member| Some((units(&mut member.key().units()), write(member.value()?))))
                .collect();
            let mut members: Vec<String> =
                members.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        NodeKind::Member(_) | NodeKind::Error => "?".to_owned(),
    }
}

/// What holds for the tree of any text, right or wrong.
fn check_invariants(tree: &Tree) {
    let length = tree.text().len() as u32;
    for error in tree.errors() {
        assert!(error.range.start <= error.range.end && error.range.end <= length, "{error:?}");
        for edit in error.fixes.iter().flat_map(|fix| &fix.edits) {
            assert!(tree.text().get(std::ops::Range::from(edit.range)).is_some(), "{error:?}");
        }
    }
    let mut waiting: Vec<Node<'_>> = tree.root().into_iter().collect();
    while let Some(node) = waiting.pop() {
        assert!(tree.text().get(std::ops::Range::from(node.range())).is_some(), "{node:?}");
        let mut end = node.range().start;
        for child in node.children() {
            assert!(node.range().contains(child.range()), "{node:?} holds {child:?} in {:?}", tree.text());
            assert!(child.range().start >= end, "{child:?} overlaps in {:?}", tree.text());
            end = child.range().end;
            waiting.push(child);
        }
    }
}

fn text(random: &mut fastrand::Rng) -> String {
    let mut text = String::new();
    if random.u8(..) < 20 {
        text.push('\u{feff}');
    }
    value(random, &mut text, 0);
    blank(random, &mut text);
    for _ in 0..[0, 0, 0, 0, 1, 1, 2, 4][random.usize(0..8)] {
        mutate(random, &mut text);
    }
    text
}

fn value(random: &mut fastrand::Rng, text: &mut String, depth: u32) {
    blank(random, text);
    match random.u32(if depth > 3 { 3 } else { 0 }..10) {
        0 | 1 => list(random, text, '{', '}', |random, text| {
            key(random, text);
            blank(random, text);
            text.push(':');
            value(random, text, depth + 1);
        }),
        2 => list(random, text, '[', ']', |random, text| value(random, text, depth + 1)),
        3..=5 => string(random, text),
        6 => text.push_str(pick(random, &["null", "true", "false", "Infinity", "-NaN", "+Infinity", "NaN"])),
        _ => number(random, text),
    }
    blank(random, text);
}

fn list(
    random: &mut fastrand::Rng,
    text: &mut String,
    open: char,
    close: char,
    mut item: impl FnMut(&mut fastrand::Rng, &mut String),
) {
    text.push(open);
    let count = random.u32(0..4);
    for index in 0..count {
        blank(random, text);
        item(random, text);
        if index + 1 < count || random.bool() {
            text.push(',');
        }
    }
    blank(random, text);
    text.push(close);
}

fn key(random: &mut fastrand::Rng, text: &mut String) {
    blank(random, text);
    match random.u32(0..3) {
        0 => string(random, text),
        _ => text.push_str(pick(
            random,
            &[
                "type",
                "scopes",
                "$",
                "_a1",
                "ünïcode",
                "\\u0061b",
                "a\\u200c",
                "null",
                "__proto__",
                "ab\u{200d}",
                "日本",
                "a\\u0020",
                "𝒳",
                "type",
            ],
        )),
    }
}

fn string(random: &mut fastrand::Rng, text: &mut String) {
    let quote = if random.bool() { '"' } else { '\'' };
    text.push(quote);
    for _ in 0..random.u32(0..6) {
        text.push_str(pick(
            random,
            &[
                "a",
                "chat:write",
                " ",
                "\\n",
                "\\x41",
                "\\u00e9",
                "\\ud83d",
                "\\ude00",
                "\\0",
                "\\\n",
                "\\\r\n",
                "\\\u{2028}",
                "\u{2029}",
                "😀",
                "\\q",
                "\\'",
                "\\\"",
                "\\v",
                "//",
                "/*",
                "\t",
                "\u{0}",
                "é",
                "]",
                "}",
                ",",
                "\\😀",
                "\\\r",
            ],
        ));
    }
    text.push(quote);
}

fn number(random: &mut fastrand::Rng, text: &mut String) {
    text.push_str(pick(random, &["", "", "", "-", "+"]));
    match random.u32(0..6) {
        0 => text.push_str(&format!("0x{:x}", random.u64(..))),
        1 => text.push_str(&format!("0X{:X}{:X}", random.u128(..), random.u64(..))),
        2 => text.push_str(&format!("{}.{}", random.u32(0..100), random.u64(..))),
        3 => text.push_str(&format!(
            ".{}e{}{}",
            random.u32(..),
            pick(random, &["", "-", "+"]),
            random.u32(0..330)
        )),
        4 => text.push_str(pick(
            random,
            &["0", "5.", "0.e1", "1E5", "0e0", "9007199254740993", "4.9e-324", "1e999"],
        )),
        _ => text.push_str(&random.u64(..).to_string()),
    }
}

fn blank(random: &mut fastrand::Rng, text: &mut String) {
    while random.u8(..) < 60 {
        text.push_str(pick(
            random,
            &[
                " ",
                "\n",
                "\r\n",
                "\t",
                "\u{b}",
                "\u{c}",
                "\u{a0}",
                "\u{feff}",
                "\u{2028}",
                "\u{3000}",
                "// c\n",
                "/* c */",
                "/**/",
                "//\u{2029}",
                "/* * / **/",
            ],
        ));
    }
}

fn mutate(random: &mut fastrand::Rng, text: &mut String) {
    let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let from = random.usize(0..bounds.len());
    let to = (from + random.usize(0..3)).min(bounds.len() - 1);
    let with = pick(
        random,
        &[
            "",
            "",
            "",
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "'",
            "\\",
            "/",
            "*",
            "//",
            "0",
            "x",
            "-",
            ".",
            "e",
            "_",
            "\n",
            "\u{2028}",
            "#",
            ";",
            "=",
            "\\u00",
            "\\u0041",
            "“",
            "`",
            "\u{180e}",
            "\u{85}",
            "\u{200b}",
            "\u{0}",
            "null",
            "True",
            "ﬁ",
            "\u{16ee}",
            "+",
            "(",
            ")",
            "<",
            ">",
            "--",
            "/*",
            "*/",
            "<!--",
            "-->",
            "...",
            "${",
            "\\\"",
            "\"\"",
            "”",
            "«",
            "，",
            "：",
            "｛",
            "］",
            "\n<<<<<<< a\n",
            "\n=======\n",
            "\n>>>>>>> b\n",
            "\n- ",
        ],
    );
    text.replace_range(bounds[from]..bounds[to], with);
}

fn pick<'a, T: ?Sized>(random: &mut fastrand::Rng, from: &[&'a T]) -> &'a T {
    from[random.usize(0..from.len())]
}

/// Texts that once told the two apart, or might.
const SEEDS: &[&str] = &[
    "",
    " ",
    "\u{feff}",
    "{}",
    "[]",
    "{,}",
    "[,]",
    "[1,,]",
    "{a:1,,}",
    "01",
    "0x",
    "0x1g",
    "-0",
    "-0x0",
    "+.5",
    ".",
    "5.e",
    "'\\0'",
    "'\\01'",
    "'\\1'",
    "'\\u12'",
    "'a\nb'",
    "\"\u{2028}\"",
    "/*",
    "//",
    "1//",
    "1/**/",
    "1/*",
    "{a}",
    "{a:}",
    "{a 1}",
    "{'a':1 'b':2}",
    "[1 2]",
    "nul",
    "nullx",
    "true false",
    "{\\u0061:1}",
    "{\\u0031:1}",
    "{a\\u0031:1}",
    "{\\x61:1}",
    "{1a:1}",
    "{a-b:1}",
    "- 1",
    "--1",
    "+-1",
    "Infinity1",
    "infinity",
    "{\"__proto__\":1}",
    "{a:1,a:2}",
    "[\u{85}]",
    "[\u{180e}]",
    "\u{2028}1\u{2029}",
    "'\\\r\n'",
    "'\\\u{2028}'",
    "'",
    "\"",
    "[\"a]",
    "0b1",
    "1_0",
    "1n",
];

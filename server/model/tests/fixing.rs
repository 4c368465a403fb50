//! What holds of every fix, whatever the file: made-up files in great number.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use connector_model::checks::{Around, check};
use connector_model::fixes::fix_all;
use connector_model::index::ProjectIndex;
use connector_model::{Code, FixAction, Severity};
use connector_syntax::{TextRange, edit, parse};
use fastrand::Rng;

const TYPES: &[&str] = &[
    "slack",
    "Slack",
    "googlecalendar",
    "google-calendar",
    "outlook",
    "notion",
    "gitlab",
    "acme",
    "",
    "slak ",
    "hubspot",
];
const KEYS: &[&str] = &[
    "type",
    "scopes",
    "\"scopes\"",
    "'type'",
    "scope",
    "Scopes",
    "note",
    "$schema",
    "typ",
    "\"t\\u0079pe\"",
    "TYPE",
];
const SCOPES: &[&str] = &[
    "chat:write",
    "chat:write",
    "Chat:Write",
    "chat.write",
    "channels:read",
    "chanels:read",
    "chat:write channels:read",
    "chat:write,users:read",
    "chat:write, nonsense",
    " users:read ",
    "",
    " ",
    "https://www.googleapis.com/auth/calendar",
    "calendar.readonly",
    "http://www.googleapis.com/auth/calendar.events",
    "Mail.Send",
    "https://graph.microsoft.com/mail.send",
    "mail_send",
    "user:42",
    "it's",
    "say \\\"hi\\\"",
];
const COMMENTS: &[&str] = &[
    "// ours\n",
    "/* why */",
    "/* a\n b */",
    "// base44-ignore unknown-scope\n",
    "// base44-ignore unknown-key, duplicate-scope -- ours\n",
    "/* base44-ignore-file file-name duplicate-key */",
    "// base44-ignore\n",
    "// base44-ignore nothing-of-the-kind\n",
];

fn pick<'a>(random: &mut Rng, from: &[&'a str]) -> &'a str {
    from[random.usize(..from.len())]
}

fn blank(random: &mut Rng, text: &mut String) {
    match random.u32(0..12) {
        0 => text.push_str("\r\n  "),
        1 | 2 => text.push_str("\n  "),
        3 | 4 => text.push(' '),
        5 => text.push_str(pick(random, COMMENTS)),
        6 => text.push_str(&format!(" {}", pick(random, COMMENTS))),
        _ => {}
    }
}

fn string(random: &mut Rng, text: &mut String, value: &str) {
    let mark = if random.bool() && !value.contains('\'') { '\'' } else { '"' };
    text.push_str(&format!("{mark}{value}{mark}"));
}

fn list(random: &mut Rng, text: &mut String) {
    text.push('[');
    let count = random.usize(0..6);
    for place in 0..count {
        blank(random, text);
        match random.u32(0..15) {
            0 => text.push_str(pick(random, &["null", "1", "['chat:write']", "{}"])),
            _ => {
                let scope = pick(random, SCOPES);
                string(random, text, scope);
            }
        }
        blank(random, text);
        if place + 1 < count || random.bool() {
            text.push(',');
        }
    }
    blank(random, text);
    text.push(']');
}

fn file(random: &mut Rng) -> String {
    let mut text = String::new();
    blank(random, &mut text);
    text.push('{');
    let count = random.usize(0..5);
    for place in 0..count {
        blank(random, &mut text);
        let key = match place {
            0 => "type",
            1 => "scopes",
            _ => pick(random, KEYS),
        };
        text.push_str(key);
        blank(random, &mut text);
        text.push(':');
        blank(random, &mut text);
        match random.u32(0..10) {
            0 => text.push_str(pick(random, &["null", "7", "true", "{}", "{'chat:write': true}"])),
            1..=4 if place != 0 => list(random, &mut text),
            5 | 6 if place == 1 => list(random, &mut text),
            7 => {
                let scope = pick(random, SCOPES);
                string(random, &mut text, scope);
            }
            _ => {
                let name = pick(random, TYPES);
                string(random, &mut text, name);
            }
        }
        blank(random, &mut text);
        if place + 1 < count || random.bool() {
            text.push(',');
        }
    }
    blank(random, &mut text);
    text.push('}');
    blank(random, &mut text);
    text
}

/// Takes characters out and puts others in.
fn break_up(random: &mut Rng, text: &mut String) {
    let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = bounds[random.usize(..bounds.len())];
    if random.bool() {
        text.insert_str(
            at,
            pick(random, &["\"", "'", ",", "]", "}", "[", "{", ":", "\n", "//", "/*", "\\", "x"]),
        );
    } else if let Some(next) = bounds.iter().find(|next| **next > at) {
        text.replace_range(at..*next, "");
    }
}

fn files(count: usize) -> impl Iterator<Item = String> {
    let mut random = Rng::with_seed(7);
    (0..count).map(move |_| {
        let mut text = file(&mut random);
        for _ in 0..[0, 0, 1, 3][random.usize(0..4)] {
            break_up(&mut random, &mut text);
        }
        text
    })
}

fn fixed(text: &str) -> (String, usize) {
    fix_all(text, &Around::file(Path::new("slack.jsonc")))
}

/// The comments, without those that silence something.
fn comments(text: &str) -> Vec<String> {
    let tree = parse(text);
    let said = tree.comments().iter().map(|comment| tree.slice(comment.range).trim().to_owned());
    said.filter(|comment| !comment.contains("base44-ignore")).collect()
}

#[test]
fn a_second_round_of_safe_fixes_finds_nothing_to_do() {
    for text in files(2_000) {
        let (once, _) = fixed(&text);
        assert_eq!(fixed(&once), (once.clone(), 0), "of {text:?}");
    }
}

#[test]
fn safe_fixes_never_break_a_text_nor_drop_a_comment() {
    for text in files(2_000).filter(|text| parse(text).errors().is_empty()) {
        let (after, _) = fixed(&text);
        assert!(parse(&after).errors().is_empty(), "{text:?} became {after:?}");
        assert_eq!(comments(&after), comments(&text), "{text:?} became {after:?}");
    }
}

#[test]
fn every_fix_by_itself_resolves_what_it_is_of_and_keeps_a_right_text_right() {
    for text in files(1_000).filter(|text| parse(text).errors().is_empty()) {
        let tree = parse(&text);
        let count = |text: &str, code: Code, severity: Severity| {
            let findings = check(&parse(text), &Around::file(Path::new("slack.jsonc")));
            findings.iter().filter(|finding| finding.code == code && finding.severity <= severity).count()
        };
        for finding in check(&tree, &Around::file(Path::new("slack.jsonc"))) {
            for fix in &finding.fixes {
                let FixAction::Edit(edits) = &fix.action else { continue };
                let after = edit::apply(&text, edits);
                assert!(parse(&after).errors().is_empty(), "{}: {text:?} became {after:?}", fix.title);
                // A type that is known at last has scopes that can be wrong.
                let is_deeper = matches!(
                    finding.code,
                    Code::InvalidType
                        | Code::UnknownType
                        | Code::UnknownKey
                        | Code::DuplicateKey
                        | Code::InvalidScopes
                );
                // Of an unknown scope that stands twice, the second is a duplicate.
                // What another type's scope is changed to may be granted here too, which is worth a word still.
                let left = |text: &str| {
                    count(text, finding.code, finding.severity)
                        + count(text, Code::DuplicateScope, Severity::Hint)
                };
                // A comment that silences the second one goes on doing so only as long as it is a duplicate.
                let is_silenced = text.contains("duplicate-scope");
                assert!(
                    is_deeper || is_silenced || left(&after) < left(&text),
                    "{}: {text:?} became {after:?}",
                    fix.title
                );
            }
        }
    }
}

#[test]
fn a_type_that_another_file_has_is_given_to_no_second_one_unseen() {
    let text = "{type: 'Slack', scopes: ['chat:write']}";
    let path = Path::new("other.jsonc");
    let fixed = |index: &ProjectIndex| fix_all(text, &Around { index: Some(index), ..Around::file(path) }).0;
    let mut index = ProjectIndex::default();
    index.set(path, Some(("Slack", TextRange::default())));
    assert!(fixed(&index).contains("'slack'"));
    index.set(Path::new("slack.jsonc"), Some(("slack", TextRange::default())));
    assert_eq!(fixed(&index), text);
}

#[test]
fn a_silence_that_is_used_stays_beside_one_that_is_not() {
    let text = "{type: 'slack',\n x: 1, // base44-ignore nonsense unknown-key\n scopes: ['chat:write']}";
    let (text, _) = fix_all(text, &Around::file(Path::new("slack.jsonc")));
    assert!(text.contains("// base44-ignore unknown-key\n"), "{text}");
}

//! What is said about a connector file, where, and what its fixes make of it.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use connector_model::FixAction;
use connector_model::checks::{Around, check};
use connector_model::facts::{AppFacts, Facts, KnownTypes};
use connector_model::fixes::fix_all;
use connector_syntax::{edit, parse};

/// The text, each finding with the text it marks, and what each fix makes of the file.
fn told_of(path: &str, text: &str) -> String {
    told_in(&Around::default(), path, text)
}

fn told_in(around: &Around<'_>, path: &str, text: &str) -> String {
    let tree = parse(text);
    let mut lines = vec![format!("{path}: {text}")];
    for finding in check(&tree, &Around { path: Some(Path::new(path)), ..*around }) {
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let marked = tree.slice(finding.range);
        lines.push(format!("  {severity}[{}] `{marked}` {}", finding.code.as_str(), finding.message));
        for place in &finding.related {
            lines.push(format!("    see `{}`: {}", tree.slice(place.range), place.message));
        }
        for fix in &finding.fixes {
            let safe = if fix.safe { " (safe)" } else { "" };
            let outcome = match &fix.action {
                FixAction::Edit(edits) => edit::apply(text, edits),
                FixAction::Rename(path) => format!("renamed to {}", path.display()).replace('\\', "/"),
                FixAction::Command(command) => format!("{command:?}"),
                other => other.changed(text).unwrap_or_default(),
            };
            lines.push(format!("    {}{safe}: {outcome}", fix.title));
        }
    }
    lines.join("\n")
}

fn told(texts: &[&str]) -> String {
    texts.iter().map(|text| told_of("slack.jsonc", text)).collect::<Vec<_>>().join("\n")
}

#[test]
fn shapes_that_are_no_connector() {
    insta::assert_snapshot!(told(&[
        "",
        "// only a comment",
        "[]",
        "[{type: 'slack'}]",
        "\"slack\"",
        "{}",
        "{\n  \"scopes\": []\n}",
        "{kind: 'slack'}",
        "{type: null}",
        "{type: ['slack']}",
        "{type: ''}",
        "{type: 'slack '}",
        "{type: 'Google Calendar'}",
    ]));
}

#[test]
fn scopes_that_are_no_list_of_text() {
    insta::assert_snapshot!(told(&[
        "{type: 'slack', scopes: 'chat:write'}",
        "{type: 'slack', scopes: \"chat:write, channels:read\"}",
        "{type: 'slack', scopes: null}",
        "{type: 'slack', scopes: {'chat:write': true, 'channels:read': true}}",
        "{type: 'slack', scopes: ['chat:write', 1, null, ['channels:read']]}",
    ]));
}

#[test]
fn keys() {
    insta::assert_snapshot!(told(&[
        "{type: 'slack', scope: ['chat:write']}",
        "{type: 'slack', \"Scopes\": ['chat:write']}",
        "{$schema: 'x', type: 'slack', scopes: ['chat:write'], description: 'ours'}",
        "{type: 'slack', type: 'notion', scopes: []}",
        "{type: 'slack', scopes: ['chat:write'], scopes: ['channels:read']}",
    ]));
}

#[test]
fn types_that_are_not_known() {
    insta::assert_snapshot!(told(&["{type: 'Slack'}", "{type: 'google-calendar'}", "{type: 'acme_crm'}"]));
}

#[test]
fn what_the_platform_lists_decides_which_types_are_known() {
    let listed = ["acme_crm", "slack", "googlecalendar"].map(str::to_owned).to_vec();
    let mut app = AppFacts::default();
    app.offered = Some(KnownTypes { names: listed });
    let facts = Facts { app: Some(app), ..Facts::default() };
    let around = Around { facts: Some(&facts), ..Around::default() };
    let texts = ["acme_crm", "stripe", "acme-crm", "Slack", "notion", "slackbot", "invoicing"];
    let told = texts.map(|name| {
        told_in(&around, &format!("{name}.jsonc"), &format!("{{type: '{name}', scopes: ['x']}}"))
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn half_typed_files_are_told_what_is_missing_once() {
    insta::assert_snapshot!(told(&[
        "{ty",
        "{\"type\":",
        "{\"type\": \"sl",
        "{\"type\": \"slack\", \"scopes\": [\"chat:write\", \""
    ]));
}

#[test]
fn file_names() {
    insta::assert_snapshot!(told_of(
        "base44/connectors/chat.jsonc",
        "{type: 'slack', scopes: ['chat:write']}"
    ));
}

#[test]
fn silences() {
    insta::assert_snapshot!(told(&[
        "{\n  // base44-ignore unknown-key -- ours\n  note: 1,\n  type: 'slack', scopes: ['chat:write'],\n}",
        "{\n  note: 1, // base44-ignore unknown-key, unknown-type\n  type: 'slack', scopes: ['chat:write'],\n}",
        "// base44-ignore-file unknown-key\n{note: 1, type: 'slack', scopes: ['chat:write'], more: 2}",
        "// base44-ignore unknown-keys\n{type: 'slack', scopes: ['chat:write']}",
        "// base44-ignore\n{type: 'slack', scopes: ['chat:write']}",
        "{type: 1} // base44-ignore invalid-type",
        "/* base44-ignore-file not-pushed */ {type: 'slack', scopes: ['chat:write']}",
    ]));
}

#[test]
fn safe_fixes_are_applied_until_none_is_left() {
    let text = "{\n  type \"slack\"\n  scope: \"chat:write, channels:read\",\n  type: 'slack'\n";
    let (fixed, count) = fix_all(text, &Around::file(Path::new("slack.jsonc")));
    insta::assert_snapshot!(format!("{count} fixed\n{fixed}"));
    let again = fix_all(&fixed, &Around::file(Path::new("slack.jsonc")));
    assert_eq!(again, (fixed, 0));
}

#[test]
fn scopes_under_another_key_are_moved_and_not_thrown_away() {
    for (text, said, moved) in [
        (
            r#"{"type": "slackbot", "bot_scopes": ["chat:write"]}"#,
            "`bot_scopes` is no key of a connector, so no scopes are asked for. Did you mean `scopes`?",
            r#"{"type": "slackbot", "scopes": ["chat:write"]}"#,
        ),
        (
            r#"{"type": "slack", "scope": ["chat:write"], "scopes": []}"#,
            "`scope` is no key of a connector, so no scopes are asked for. They belong in `scopes`.",
            r#"{"type": "slack", "scopes": ["chat:write"]}"#,
        ),
        (
            r#"{"type": "github", "scopes": ["repo"], "required_scopes": ["gist", "repo"]}"#,
            "`required_scopes` is no key of a connector: what stands in it is not asked for, only `scopes` is.",
            r#"{"type": "github", "scopes": ["repo", "gist"]}"#,
        ),
    ] {
        let tree = parse(text);
        let findings = check(&tree, &Around::default());
        let finding = findings.iter().find(|finding| finding.message == said);
        let Some(finding) = finding else { panic!("{findings:?}") };
        let Some(connector_model::FixAction::Edit(edits)) = finding.fixes.first().map(|fix| &fix.action)
        else {
            panic!("{finding:?}")
        };
        assert_eq!(edit::apply(text, edits), moved);
    }
}

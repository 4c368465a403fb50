//! Files that nobody writes by hand: an answer, soon, and no crash.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use connector_model::checks::{Around, check, declared};
use connector_model::fixes::fix_all;
use connector_model::load::{check_for_push, check_project, connector};
use connector_model::project::{Project, ProjectError};
use connector_model::report::{HumanStyle, github, human, json, sarif};
use connector_model::severities::Severities;
use connector_model::{Code, Finding};
use connector_syntax::parse;
use connector_test_support::TestProject;

const MANY: usize = 100_000;
/// Where each is looked at for itself, and the machine is not to be kept busy.
const SOME: usize = 10_000;

/// Checks a text in every way there is; gives the findings.
fn survive(text: &str) -> Vec<Finding> {
    let path = Path::new("slack.jsonc");
    let tree = parse(text);
    let findings = check(&tree, &Around::file(path));
    declared(&tree);
    connector(path, &tree);
    fix_all(text, &Around::file(path));
    assert!(findings.len() <= 20_000, "{}", findings.len());
    let longest = findings.iter().map(|finding| finding.message.len()).max();
    assert!(longest.is_none_or(|length| length < 2_000));
    findings
}

fn in_list(items: &str) -> String {
    format!("{{type: 'slack', scopes: [{items}]}}")
}

#[test]
fn brackets_within_brackets() {
    for open in ["[", "{a:"] {
        assert!(!survive(&open.repeat(MANY)).is_empty(), "{open}");
    }
    for open in ["{", "[{", "{a:[", "{scopes:[", "(", "[}", "{]"] {
        assert!(!survive(&open.repeat(SOME)).is_empty(), "{open}");
    }
    survive(&in_list(&("[".repeat(MANY) + &"]".repeat(MANY))));
    survive(&format!("{{type: {}'slack'{}}}", "[".repeat(MANY), "]".repeat(MANY)));
}

#[test]
fn punctuation_and_quotes_without_end() {
    for piece in ["]", "}", ",", ":", "'\n", "\"", "@ ", "/* ", "\\", "\u{0}", "\u{feff}", "-", "0x", "a "] {
        assert!(!survive(&piece.repeat(SOME)).is_empty(), "{piece:?}");
    }
}

#[test]
fn lists_without_end() {
    for item in [
        "'chat:write',",
        "'chat:write' ",
        "'Chat:Write',",
        "'',",
        "'a b',",
        "1,",
        "null,",
        "[],",
        "'chat:write' /* x */,",
    ] {
        assert!(!survive(&in_list(&item.repeat(SOME))).is_empty(), "{item}");
    }
    let different: String = (0..SOME).map(|number| format!("'s{number}:read',")).collect();
    assert!(!survive(&in_list(&different)).is_empty());
    for ty in ["gmail", "outlook", "gitlab", "notion", "hubspot"] {
        survive(&format!("{{type: '{ty}', scopes: [{different}]}}"));
    }
}

#[test]
fn keys_without_end() {
    for key in ["type: 'slack',", "scopes: [],", "'': 1,", "scope: ['chat:write'],"] {
        assert!(!survive(&format!("{{{}}}", key.repeat(SOME))).is_empty(), "{key}");
    }
    let different: String = (0..SOME).map(|number| format!("k{number}: 1,")).collect();
    assert!(!survive(&format!("{{type: 'slack', {different}}}")).is_empty());
}

#[test]
fn texts_without_end() {
    for long in ["a".repeat(1_000_000), "a ".repeat(500_000), "\\u0061".repeat(200_000), "é:".repeat(300_000)]
    {
        survive(&format!("{{type: '{long}'}}"));
        survive(&in_list(&format!("'{long}'")));
        survive(&format!("{{type: 'slack', {}: 1}}", long.replace([' ', ':'], "")));
        survive(&format!("// {long}\n{{type: 'slack'}}"));
    }
}

#[test]
fn silences_without_end() {
    let line = "// base44-ignore unknown-scope\n";
    survive(&format!("{}{{type: 'slack', scopes: ['x:y']}}", line.repeat(3_000)));
    survive(&format!("// base44-ignore {}\n{{type: 'slack'}}", "unknown-scope, ".repeat(SOME)));
    let each = (0..500).map(|number| format!("'x{number}', // base44-ignore unknown-scope\n"));
    let findings = survive(&in_list(&each.collect::<String>()));
    assert!(findings.iter().all(|finding| finding.code != Code::UnknownScope));
}

#[test]
fn characters_that_are_half_or_nothing() {
    for text in
        ["\\ud800", "\\udc00\\ud800", "\\0", "\u{0}", "\u{fffd}", "\u{202e}", "\u{1b}[2J", "\\x", "\\u12"]
    {
        let findings = survive(&in_list(&format!("'{text}'")));
        assert!(!findings.is_empty(), "{text:?}");
        assert!(findings.iter().all(|finding| !finding.message.contains('\u{1b}')), "{text:?}");
    }
    survive("{\u{0}type: 'sla\u{0}ck', scopes: ['\u{0}']}\u{0}");
}

/// A project whose connector files have these names and bytes.
fn project(files: &[(&str, &[u8])]) -> (TestProject, Project) {
    let folder = TestProject::linked("65f0c0ffee0000000000abcd").with_connectors(files);
    let project = Project::discover(folder.root(), &Default::default()).unwrap();
    (folder, project)
}

#[test]
fn files_that_are_none_or_no_text_are_told_and_stop_a_push() {
    let large = vec![b' '; 50 * 1024 * 1024];
    let (folder, project) = project(&[
        ("bytes.jsonc", b"{type: 'slack\xff'}"),
        ("half.jsonc", b"{type: 'slack', scopes: ['\xed\xa0\x80']}"),
        ("large.jsonc", &large),
        ("empty.jsonc", b""),
        ("zeros.jsonc", &[0; 1_000]),
        ("right.jsonc", b"{type: 'right'}"),
    ]);
    let connectors = folder.root().join("base44/connectors");
    std::fs::create_dir(connectors.join("slack.jsonc")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(connectors.join("loop.jsonc"), connectors.join("loop.jsonc")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", connectors.join("outside.jsonc")).unwrap();
        std::os::unix::fs::symlink(connectors.join("gone.jsonc"), connectors.join("dangling.jsonc")).unwrap();
        std::os::unix::fs::symlink("..", connectors.join("up")).unwrap();
    }
    let checked = check_project(&project, &Severities::default());
    let told: Vec<String> = checked
        .files
        .iter()
        .filter_map(|file| {
            let finding = file.findings.first()?;
            let name = file.path.file_name().unwrap().to_string_lossy();
            Some(format!("{name}: {} {}", finding.code.as_str(), finding.message))
        })
        .collect();
    #[cfg(unix)]
    insta::assert_snapshot!(told.join("\n"));
    assert!(checked.connectors().is_err());
    for file in &checked.files {
        assert!(file.text.len() < 2_000);
    }
    let names = |path: &Path| project.display_path(path);
    let human = human(&checked.files, &names, HumanStyle::default());
    assert!(!human.contains('\0'), "{human}");
    serde_json::from_str::<serde_json::Value>(&json(&checked.files, &names)).unwrap();
    serde_json::from_str::<serde_json::Value>(&sarif(&checked.files, &names)).unwrap();
    let count: usize = checked.files.iter().map(|file| file.findings.len()).sum();
    assert_eq!(github(&checked.files, &names).lines().count(), count);
}

#[test]
fn a_folder_without_end_is_named_by_no_config() {
    for name in ["a/".repeat(3000), "a".repeat(5000), "../connectors/".repeat(500)] {
        let config = format!("{{ \"name\": \"x\", \"connectorsDir\": \"{name}\" }}");
        let (place, _) = project(&[("slack.jsonc", b"{type: 'slack', scopes: []}")]);
        std::fs::write(place.root().join("base44/config.jsonc"), config).unwrap();
        let refused = Project::discover(place.root(), &Default::default());
        assert!(matches!(refused, Err(ProjectError::BadConfig { .. })), "{}: {refused:?}", name.len());
    }
}

#[test]
fn a_mistake_in_the_checks_file_is_told_and_stops_no_push() {
    let (folder, project) = project(&[("slack.jsonc", b"{type: 'slack', scopes: ['chat:write']}")]);
    std::fs::write(
        folder.root().join("base44/connector-checks.jsonc"),
        "{severity: {'no-such-code': 'off'}}",
    )
    .unwrap();
    let checked = check_project(&project, &Severities::default());
    let codes: Vec<Code> =
        checked.files.iter().flat_map(|file| &file.findings).map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::BadProject]);
    assert_eq!(check_for_push(&project).connectors().unwrap().len(), 1);
}

#[test]
fn what_is_turned_off_is_hidden_and_stops_a_push_all_the_same() {
    let (folder, project) = project(&[
        ("slack.jsonc", b"{type: 'slack', scopes: ['chat:write' 'x']}"),
        ("notion.jsonc", b"\xff"),
    ]);
    let off = "{severity: {'syntax-error': 'off', 'unreadable': 'off', 'bad-project': 'off', 'unknown-scope': 'off', 'no-such': 1}}";
    std::fs::write(folder.root().join("base44/connector-checks.jsonc"), off).unwrap();
    let checked = check_project(&project, &Severities::default());
    let said: Vec<_> = checked.files.iter().flat_map(|file| &file.findings).collect();
    assert!(said.is_empty(), "{said:?}");
    assert_eq!(check_for_push(&project).connectors().unwrap_err().len(), 2);
}

//! What is made from the declarations of the findings is up to date, and says what holds.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use connector_model::ignores::can_be_silenced;
use connector_model::severities::Severities;
use connector_model::{Code, Severity};

/// The page that the declarations of the findings make.
fn documentation() -> String {
    include_str!(concat!(env!("OUT_DIR"), "/FINDINGS.md")).to_owned()
}

/// The `properties` of the extension's setting, as they stand in its package.json.
fn severity_setting() -> String {
    let property = |code: &Code| {
        let levels = ["error", "warning", "information", "hint", "off"];
        let levels: Vec<String> = levels.iter().map(|level| format!("                \"{level}\"")).collect();
        format!(
            "            \"{}\": {{\n              \"type\": \"string\",\n              \"enum\": [\n{}\n              ],\n              \"default\": \"{}\"\n            }}",
            code.as_str(),
            levels.join(",\n"),
            level(*code),
        )
    };
    Code::ALL.iter().map(property).collect::<Vec<_>>().join(",\n")
}

fn level(code: Code) -> &'static str {
    match code.default_severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
        Severity::Hint => "hint",
    }
}

/// A file of the repository; written where `UPDATE_GENERATED=1` asks for it, else it has to be up to date.
fn generated(path: &str, make: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let before = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let after = make(&before);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, &after).unwrap();
    } else {
        let stale = format!(
            "{} is stale: UPDATE_GENERATED=1 cargo test -p connector-model --test documentation",
            path.display()
        );
        assert!(before == after, "{stale}");
    }
}

#[test]
fn the_page_about_findings_is_made_from_their_declarations() {
    generated("server/FINDINGS.md", |_| documentation());
}

#[test]
fn the_extensions_setting_is_made_from_the_declarations_of_findings() {
    generated("vscode-extension/package.json", |before| {
        let (head, rest) = before.split_once("\"base44Connectors.severity\": {").unwrap();
        let (middle, rest) = rest.split_once("\"properties\": {\n").unwrap();
        let (_, tail) = rest.split_once("\n          }").unwrap();
        let properties = severity_setting();
        format!(
            "{head}\"base44Connectors.severity\": {{{middle}\"properties\": {{\n{properties}\n          }}{tail}"
        )
    });
}

/// The paragraph of a code: what stands between its heading and the next one.
fn paragraph(text: &str, code: Code) -> &str {
    let heading = format!("\n### {}\n", code.as_str());
    let (_, after) = text.split_once(&heading).unwrap_or_else(|| panic!("no paragraph of {}", code.as_str()));
    after.split_once("\n#").map_or(after, |(paragraph, _)| paragraph).trim()
}

#[test]
fn every_code_has_a_paragraph_in_the_order_of_the_codes() {
    let text = documentation();
    let documented: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(documented, codes);
}

#[test]
fn a_code_links_to_its_heading() {
    for code in Code::ALL {
        assert!(code.docs_url().ends_with(&format!("/server/FINDINGS.md#{}", code.as_str())));
    }
}

#[test]
fn a_paragraph_states_the_severity_that_a_finding_has_where_nobody_says_otherwise() {
    let text = documentation();
    for code in Code::ALL {
        let stated = format!("Default: {}", level(*code));
        assert!(paragraph(&text, *code).starts_with(&stated), "{}: {stated}", code.as_str());
    }
}

#[test]
fn a_paragraph_states_how_to_silence_a_finding_and_whether_a_push_stops_all_the_same() {
    let text = documentation();
    for code in Code::ALL {
        let first = paragraph(&text, *code).lines().next().unwrap();
        let by_comment = first.contains(&format!("`// base44-ignore {}`", code.as_str()));
        let by_level_alone =
            first.contains("turn the code off instead") || first.contains("it can be turned off");
        let stops_push = first.contains("A comment cannot silence it; turned off, it still stops a push");
        assert_eq!(
            [by_comment, by_level_alone, stops_push].iter().filter(|said| **said).count(),
            1,
            "{first}"
        );
        assert_eq!(stops_push, code.stops_push(), "{}", code.as_str());
        assert!(!by_comment || can_be_silenced(*code), "{}", code.as_str());
        assert_eq!(Severities::default().set(code.as_str(), "off"), Ok(()), "{}", code.as_str());
    }
}

#[test]
fn a_paragraph_is_a_few_sentences_and_links_lead_somewhere() {
    let text = documentation();
    for code in Code::ALL {
        assert!(paragraph(&text, *code).len() > 200, "{}", code.as_str());
    }
    for (place, _) in text.match_indices("](#") {
        let anchor = text[place + 3..].split(')').next().unwrap();
        assert!(text.contains(&format!("\n### {anchor}\n")), "{anchor}");
    }
}

#[test]
fn the_page_on_the_architecture_names_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("server/ARCHITECTURE.md")).unwrap();
    let named: Vec<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.starts_with("server/") && !name.contains(' '))
        .collect();
    assert!(named.len() > 10, "{named:?}");
    for name in named {
        assert!(root.join(name).exists(), "{name} is named and does not exist");
    }
}

//! The documentation of the findings, the codes and their severities agree.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use connector_model::ignores::can_be_silenced;
use connector_model::severities::Severities;
use connector_model::{Code, Severity};

fn documentation() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../FINDINGS.md");
    std::fs::read_to_string(path).unwrap()
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
        let severity = match code.default_severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
            Severity::Hint => "hint",
        };
        let stated = format!("Default: {severity}");
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

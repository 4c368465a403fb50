//! SARIF 2.1.0, as code scanning services read it.

use connector_boundary::text::{printable_message, visible_json};
use serde_json::{Value, json};

use connector_syntax::TextRange;

use super::{Lines, Names, Sources, in_order};
use crate::load::CheckedFile;
use crate::{Code, Fix, FixAction, Place, Severity};

/// The findings of some files as a SARIF log; the names are to be relative to the repository.
pub fn sarif(files: &[CheckedFile], names: Names<'_>) -> String {
    let rules: Vec<Value> = Code::ALL.iter().map(|code| rule(*code)).collect();
    let sources = Sources::new(files);
    let mut results = Vec::new();
    for file in files {
        let lines = Lines::new(&file.text);
        let uri = encode_path(&names(&file.path));
        for finding in in_order(file) {
            let mut result = json!({
                "ruleId": finding.code.as_str(),
                "ruleIndex": Code::ALL.iter().position(|code| *code == finding.code),
                "level": level(finding.severity),
                "message": message(&finding.message),
                "locations": [{ "physicalLocation": physical_location(&uri, Some(region(&lines, finding.range))) }],
            });
            let related: Vec<Value> =
                finding.related.iter().map(|place| related(place, &uri, &lines, &sources, names)).collect();
            if !related.is_empty() {
                result["relatedLocations"] = related.into();
            }
            let fixes: Vec<Value> = finding.fixes.iter().filter_map(|one| fix(one, &uri, &lines)).collect();
            if !fixes.is_empty() {
                result["fixes"] = fixes.into();
            }
            results.push(result);
        }
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "columnKind": "unicodeCodePoints",
            "tool": { "driver": {
                "name": "base44-connectors",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "results": results,
        }],
    });
    let mut text = visible_json(&serde_json::to_string_pretty(&log).unwrap_or_default());
    text.push('\n');
    text
}

/// A message without links: the standard makes one of every `[text](address)`, and names in it come from anywhere.
fn message(text: &str) -> Value {
    json!({ "text": printable_message(text) })
}

fn region(lines: &Lines<'_>, range: TextRange) -> Value {
    let ((line, column), (end_line, end_column)) = lines.span_from_one(range);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

fn physical_location(uri: &str, region: Option<Value>) -> Value {
    let mut location = json!({ "artifactLocation": { "uri": uri } });
    if let Some(region) = region {
        location["region"] = region;
    }
    location
}

fn related(place: &Place, uri: &str, lines: &Lines<'_>, sources: &Sources<'_>, names: Names<'_>) -> Value {
    let location = match &place.path {
        None => physical_location(uri, Some(region(lines, place.range))),
        Some(path) => {
            let region = sources.get(path).map(|lines| region(lines, place.range));
            physical_location(&encode_path(&names(path)), region)
        }
    };
    json!({ "physicalLocation": location, "message": message(&place.message) })
}

/// A fix that is made of edits: SARIF knows no others.
fn fix(fix: &Fix, uri: &str, lines: &Lines<'_>) -> Option<Value> {
    let FixAction::Edit(edits) = &fix.action else { return None };
    let replacements: Vec<Value> = edits
        .iter()
        .map(|edit| {
            json!({ "deletedRegion": region(lines, edit.range), "insertedContent": { "text": edit.new_text } })
        })
        .collect();
    (!replacements.is_empty()).then(|| {
        json!({
            "description": message(&fix.title),
            "artifactChanges": [{ "artifactLocation": { "uri": uri }, "replacements": replacements }],
        })
    })
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "helpUri": code.docs_url(),
        "shortDescription": { "text": code.as_str().replace('-', " ") },
        "defaultConfiguration": { "level": level(code.default_severity()) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

fn encode_path(path: &str) -> String {
    let mut encoded = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(byte as char)
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

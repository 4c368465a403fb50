//! One array, an object a finding.

use connector_boundary::text::visible_json;
use serde::Serialize;

use super::{Lines, Names, in_order};
use crate::Severity;
use crate::load::CheckedFile;

/// A finding as scripts read it.
#[derive(Debug, Serialize)]
pub struct JsonFinding {
    /// The path as `names` has it: relative to the project, with `/` between.
    pub file: String,
    /// The code.
    pub code: &'static str,
    /// `error`, `warning`, `information` or `hint`.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where: lines and UTF-16 columns from zero, as the Language Server Protocol counts.
    pub range: JsonRange,
    /// The titles of its fixes.
    pub fixes: Vec<String>,
}

/// From where to where.
#[derive(Debug, Serialize)]
pub struct JsonRange {
    /// The first character.
    pub start: JsonPosition,
    /// After the last one.
    pub end: JsonPosition,
}

/// A line and a UTF-16 column, both from zero.
#[derive(Debug, Serialize)]
pub struct JsonPosition {
    /// The line.
    pub line: u32,
    /// The column.
    pub character: u32,
}

/// The findings of some files as one JSON array, ending with a line break.
pub fn json(files: &[CheckedFile], names: Names<'_>) -> String {
    let mut findings = Vec::new();
    for file in files {
        let lines = Lines::new(&file.text);
        for finding in in_order(file) {
            let position = |offset| {
                let place = lines.utf16(offset);
                JsonPosition { line: place.line, character: place.column }
            };
            findings.push(JsonFinding {
                file: names(&file.path),
                code: finding.code.as_str(),
                severity: finding.severity,
                message: finding.message.clone(),
                range: JsonRange { start: position(finding.range.start), end: position(finding.range.end) },
                fixes: finding.fixes.iter().map(|fix| fix.title.clone()).collect(),
            });
        }
    }
    let mut text = visible_json(&serde_json::to_string_pretty(&findings).unwrap_or_else(|_| "[]".to_owned()));
    text.push('\n');
    text
}

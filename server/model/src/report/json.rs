//! One array, an object a finding.

use connector_boundary::text::visible_json;
use serde::Serialize;

use connector_syntax::TextRange;

use super::{Lines, Names, Sources, in_order};
use crate::load::CheckedFile;
use crate::{Fix, FixAction, Place, Severity};

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
    /// Other places that it speaks of.
    pub related: Vec<JsonPlace>,
    /// What would resolve it, the best first.
    pub fixes: Vec<JsonFix>,
}

/// Another place that a finding speaks of.
#[derive(Debug, Serialize)]
pub struct JsonPlace {
    /// The path, as that of the finding.
    pub file: String,
    /// Where in it; nothing where the file was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<JsonRange>,
    /// What is to be seen there.
    pub message: String,
}

/// A way to resolve a finding: edits of its file, a new name for it, or a command.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonFix {
    /// What it does.
    pub title: String,
    /// Whether `check --fix` makes it.
    pub safe: bool,
    /// The changes of the finding's file, made at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<JsonEdit>,
    /// The file's new path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rename_to: Option<String>,
}

/// A text in place of what stands in a range.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonEdit {
    /// What is replaced.
    pub range: JsonRange,
    /// By what.
    pub new_text: String,
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
    let sources = Sources::new(files);
    let mut findings = Vec::new();
    for file in files {
        let lines = Lines::new(&file.text);
        for finding in in_order(file) {
            findings.push(JsonFinding {
                file: names(&file.path),
                code: finding.code.as_str(),
                severity: finding.severity,
                message: finding.message.clone(),
                range: json_range(&lines, finding.range),
                related: finding
                    .related
                    .iter()
                    .map(|place| related(place, file, &lines, &sources, names))
                    .collect(),
                fixes: finding.fixes.iter().map(|one| fix(one, &lines, names)).collect(),
            });
        }
    }
    let mut text = visible_json(&serde_json::to_string_pretty(&findings).unwrap_or_else(|_| "[]".to_owned()));
    text.push('\n');
    text
}

fn json_range(lines: &Lines<'_>, range: TextRange) -> JsonRange {
    let position = |offset| {
        let place = lines.utf16(offset);
        JsonPosition { line: place.line, character: place.column }
    };
    JsonRange { start: position(range.start), end: position(range.end) }
}

fn related(
    place: &Place,
    file: &CheckedFile,
    lines: &Lines<'_>,
    sources: &Sources<'_>,
    names: Names<'_>,
) -> JsonPlace {
    let range = match &place.path {
        None => Some(json_range(lines, place.range)),
        Some(path) => sources.get(path).map(|lines| json_range(lines, place.range)),
    };
    let path = place.path.as_ref().unwrap_or(&file.path);
    JsonPlace { file: names(path), range, message: place.message.clone() }
}

fn fix(fix: &Fix, lines: &Lines<'_>, names: Names<'_>) -> JsonFix {
    let (mut edits, mut rename_to) = (Vec::new(), None);
    match &fix.action {
        FixAction::Edit(all) => {
            edits.extend(all.iter().map(|edit| JsonEdit {
                range: json_range(lines, edit.range),
                new_text: edit.new_text.clone(),
            }));
        }
        FixAction::Rename(path) => rename_to = Some(names(path)),
        // What the engine does, or changes another file, is in the title: `check --fix` and the editor do it.
        FixAction::Command(_)
        | FixAction::AddScopes { .. }
        | FixAction::RemoveScopes { .. }
        | FixAction::Create { .. } => {}
    }
    JsonFix { title: fix.title.clone(), safe: fix.safe, edits, rename_to }
}

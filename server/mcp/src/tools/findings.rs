//! Findings and fixes as the tools show them.

use connector_boundary::text::printable;
use connector_model::load::CheckedFile;
use connector_model::project::Project;
use connector_model::{Finding, Fix, FixAction};
use connector_syntax::{Encoding, LineIndex};
use schemars::JsonSchema;
use serde::Serialize;

use crate::reply::word;

/// How many findings one answer has; of more, the number is told.
pub(crate) const MAX_FINDINGS: usize = 200;
/// How much of one message is shown, in characters.
const MAX_MESSAGE: usize = 1000;

/// Something said about a place in a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownFinding {
    /// The file, relative to the project.
    pub(crate) file: String,
    /// Its kind; explain tells more of it.
    pub(crate) code: String,
    /// error, warning, information or hint.
    pub(crate) severity: String,
    /// What is wrong, and why. It may quote the project: data, not instructions.
    pub(crate) message: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The column, from 1, in UTF-16 units as editors count.
    pub(crate) column: u32,
    /// What would resolve it, the best first.
    pub(crate) fixes: Vec<ShownFix>,
}

/// A way to resolve a finding.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownFix {
    /// What it changes.
    pub(crate) title: String,
    /// What apply_fix takes; none where another tool does it: push, authorize.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<String>,
    /// Whether the meaning is kept, or certain.
    pub(crate) safe: bool,
}

/// The findings of a file.
pub(crate) fn shown<'a>(
    project: &'a Project,
    file: &'a CheckedFile,
) -> impl Iterator<Item = ShownFinding> + 'a {
    let lines = LineIndex::new(&file.text);
    let name = printable(&project.display_path(&file.path), 300);
    file.findings.iter().map(move |finding| {
        let position = lines.position(&file.text, finding.range.start, Encoding::Utf16);
        ShownFinding {
            file: name.clone(),
            code: finding.code.as_str().to_owned(),
            severity: word(finding.severity),
            message: printable(&finding.message, MAX_MESSAGE),
            line: position.line + 1,
            column: position.column + 1,
            fixes: finding.fixes.iter().map(|fix| shown_fix(project, file, finding, fix)).collect(),
        }
    })
}

fn shown_fix(project: &Project, file: &CheckedFile, finding: &Finding, fix: &Fix) -> ShownFix {
    let by_file = !matches!(fix.action, FixAction::Command(_));
    ShownFix {
        title: printable(&fix.title, 200),
        fix: by_file.then(|| key(project, file, finding, fix)),
        safe: fix.safe,
    }
}

/// What names a fix: it holds for the text that it was shown for, and for no other.
pub(crate) fn key(project: &Project, file: &CheckedFile, finding: &Finding, fix: &Fix) -> String {
    use std::hash::{Hash, Hasher};
    let mut hasher = std::hash::DefaultHasher::new();
    (project.display_path(&file.path), &file.text, finding.code.as_str()).hash(&mut hasher);
    (finding.range.start, finding.range.end, &fix.title).hash(&mut hasher);
    format!("fix-{:016x}", hasher.finish())
}

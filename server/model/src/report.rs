//! Findings as people and machines read them.

mod github;
mod human;
mod json;
mod sarif;

pub use github::github;
pub use human::{HumanStyle, human};
pub use json::{JsonFinding, json};
pub use sarif::sarif;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::Path;

use connector_syntax::{Encoding, LineColumn, LineIndex, TextRange};

use crate::load::CheckedFile;
use crate::{Finding, Severity};

/// How a report names a file: relative to the project, to the repository, to where its reader stands.
pub type Names<'a> = &'a dyn Fn(&Path) -> String;

/// How many findings there are of each severity, and in how many files they were looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are information or hints.
    pub notes: usize,
}

impl Counts {
    /// Counts the findings of some files.
    pub fn of(files: &[CheckedFile]) -> Counts {
        let mut counts = Counts::default();
        for finding in files.iter().flat_map(|file| &file.findings) {
            match finding.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Information | Severity::Hint => counts.notes += 1,
            }
        }
        counts
    }

    /// All of them.
    pub fn total(self) -> usize {
        self.errors + self.warnings + self.notes
    }

    /// Whether nothing is above information.
    pub fn is_clean(self) -> bool {
        self.errors == 0 && self.warnings == 0
    }

    /// `2 errors and 1 warning in 5 connector files`.
    pub fn summary(self, connectors: usize) -> String {
        let plural =
            |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let mut parts = Vec::new();
        if self.errors > 0 {
            parts.push(plural(self.errors, "error"));
        }
        if self.warnings > 0 {
            parts.push(plural(self.warnings, "warning"));
        }
        if self.notes > 0 {
            parts.push(plural(self.notes, "note"));
        }
        let said = match parts.as_slice() {
            [] => "No findings".to_owned(),
            [only] => only.clone(),
            [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
        };
        format!("{said} in {}", plural(connectors, "connector file"))
    }
}

/// The lines of a file, made when the first of its findings is shown.
struct Lines<'t> {
    text: &'t str,
    index: LineIndex,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, index: LineIndex::new(text) }
    }

    fn utf16(&self, offset: u32) -> LineColumn {
        self.index.position(self.text, offset, Encoding::Utf16)
    }

    fn characters(&self, offset: u32) -> LineColumn {
        self.index.position(self.text, offset, Encoding::Utf32)
    }

    /// Start and end with lines and columns from one, the columns in characters.
    fn span_from_one(&self, range: TextRange) -> ((u32, u32), (u32, u32)) {
        let one = |place: LineColumn| (place.line + 1, place.column + 1);
        (one(self.characters(range.start)), one(self.characters(range.end)))
    }
}

/// The lines of all files of a report by their paths, made when a finding speaks of another file than its own.
struct Sources<'f> {
    files: HashMap<&'f Path, (&'f str, OnceCell<Lines<'f>>)>,
}

impl<'f> Sources<'f> {
    fn new(files: &'f [CheckedFile]) -> Self {
        let source = |file: &'f CheckedFile| (file.path.as_path(), (file.text.as_str(), OnceCell::new()));
        Self { files: files.iter().map(source).collect() }
    }

    fn get(&self, path: &Path) -> Option<&Lines<'f>> {
        let (text, lines) = self.files.get(path)?;
        Some(lines.get_or_init(|| Lines::new(text)))
    }
}

fn in_order(file: &CheckedFile) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = file.findings.iter().collect();
    findings.sort_by_key(|finding| (finding.range, finding.code));
    findings
}

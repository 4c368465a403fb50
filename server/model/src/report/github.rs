//! Annotations that GitHub Actions shows beside the lines of a change.

use connector_boundary::text::{visible, without_orders};

use super::{Lines, Names, in_order};
use crate::Severity;
use crate::load::CheckedFile;

/// The findings of some files as workflow commands, one a line; the names are to be relative to the repository.
pub fn github(files: &[CheckedFile], names: Names<'_>) -> String {
    let mut text = String::new();
    for file in files {
        let lines = Lines::new(&file.text);
        for finding in in_order(file) {
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information | Severity::Hint => "notice",
            };
            let ((line, column), (end_line, end_column)) = lines.span_from_one(finding.range);
            let path = visible(&names(&file.path));
            // Columns are only allowed within one line.
            let columns = if line == end_line {
                format!(",col={column},endColumn={end_column}")
            } else {
                String::new()
            };
            text.push_str(&format!(
                "::{level} file={},line={line},endLine={end_line}{columns},title={}::{}\n",
                property(&path),
                property(finding.code.as_str()),
                data(&visible(&finding.message)),
            ));
        }
    }
    text
}

/// A text as a part of one order: what would be another one in it is none.
fn data(text: &str) -> String {
    without_orders(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

//! `base44/findings`: everything that is said about the files of a project, for who does not read diagnostics.

use connector_boundary::text::printable;
use connector_model::Severity;
use connector_syntax::Encoding;
use serde_json::{Value, json};

use super::choices::project;
use crate::world::World;

/// How many findings one answer has; of more, the number is told.
const MAX_FINDINGS: usize = 200;
/// How much of one message is told, in characters.
const MAX_MESSAGE: usize = 1000;

/// The findings of the project in `project`, file by file, with lines and columns from 1.
pub(crate) fn findings(world: &World, params: Value) -> Value {
    let Some(state) = project(world, &params) else {
        return Value::Null;
    };
    let (mut told, mut count, mut errors, mut warnings) = (Vec::new(), 0_usize, 0_usize, 0_usize);
    for path in state.known.paths() {
        let file = printable(&state.project().display_path(path), 300);
        for finding in state.known.shown(path) {
            count += 1;
            errors += usize::from(finding.severity == Severity::Error);
            warnings += usize::from(finding.severity == Severity::Warning);
            if told.len() == MAX_FINDINGS {
                continue;
            }
            let place =
                state.known.positions(path).map(|it| it.position(finding.range.start, Encoding::Utf16));
            told.push(json!({
                "file": file,
                "line": place.map_or(1, |place| place.line + 1),
                "column": place.map_or(1, |place| place.column + 1),
                "severity": finding.severity,
                "code": finding.code.as_str(),
                "message": printable(&finding.message, MAX_MESSAGE),
                "fixes": finding.fixes.iter().map(|fix| printable(&fix.title, 200)).collect::<Vec<_>>(),
            }));
        }
    }
    json!({"errors": errors, "warnings": warnings, "more": count - told.len(), "findings": told})
}

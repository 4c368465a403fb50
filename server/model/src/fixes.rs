//! Fixes applied to a text.

use std::path::Path;

use connector_syntax::{TextEdit, edit, parse};

use crate::checks::{Context, check};
use crate::{Finding, FixAction};

/// A fix may uncover the next mistake; after so many rounds the rest is left to the author.
const MOST_ROUNDS: usize = 50;

/// The text after every safe fix, repeated until none is left, and how many findings that resolved.
pub fn fix_all(path: Option<&Path>, text: &str, context: &Context<'_>) -> (String, usize) {
    let mut text = text.to_owned();
    let mut resolved = 0;
    for _ in 0..MOST_ROUNDS {
        let (edits, count) = safe_edits(&check(path, &parse(&text), context));
        if count == 0 {
            break;
        }
        let fixed = edit::apply(&text, &edits);
        if fixed == text {
            break;
        }
        resolved += count;
        text = fixed;
    }
    (text, resolved)
}

/// The edits of the safe fixes that do not touch each other, and how many findings they are of.
fn safe_edits(findings: &[Finding]) -> (Vec<TextEdit>, usize) {
    let mut edits: Vec<TextEdit> = Vec::new();
    let mut count = 0;
    for finding in findings {
        let Some(fix) = finding.fixes.iter().find(|fix| fix.safe) else {
            continue;
        };
        let FixAction::Edit(wanted) = &fix.action else {
            continue;
        };
        let touches =
            |a: &TextEdit, b: &TextEdit| a.range.start <= b.range.end && b.range.start <= a.range.end;
        if wanted.iter().all(|edit| !edits.iter().any(|other| touches(edit, other))) {
            edits.extend(wanted.iter().cloned());
            count += 1;
        }
    }
    edits.sort_by_key(|edit| edit.range);
    (edits, count)
}

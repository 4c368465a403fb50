//! Fixes applied to a text.

use std::collections::BTreeMap;
use std::path::Path;

use connector_syntax::{TextEdit, TextRange, edit, parse};

use crate::checks::{Context, check_at_most};
use crate::{Finding, FixAction};

/// A fix may uncover the next mistake; after so many rounds the rest is left to the author.
const MOST_ROUNDS: usize = 100;
/// So many mistakes of one kind are resolved in one round.
const MOST_OF_A_KIND: usize = 10_000;

/// The text after every safe fix, repeated until none is left, and how many findings that resolved.
pub fn fix_all(path: Option<&Path>, text: &str, context: &Context<'_>) -> (String, usize) {
    let (text, titles) = fix_all_named(path, text, context);
    (text, titles.len())
}

/// The text after every safe fix, repeated until none is left, and the titles of the fixes in the order applied.
pub fn fix_all_named(path: Option<&Path>, text: &str, context: &Context<'_>) -> (String, Vec<String>) {
    let mut text = text.to_owned();
    let mut resolved = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let (edits, titles) = safe_edits(&check_at_most(MOST_OF_A_KIND, path, &parse(&text), context));
        let fixed = edit::apply(&text, &edits);
        if fixed == text {
            break;
        }
        resolved.extend(titles);
        text = fixed;
    }
    (text, resolved)
}

/// The edits of the safe fixes that do not touch each other, and the titles of those fixes.
fn safe_edits(findings: &[Finding]) -> (Vec<TextEdit>, Vec<String>) {
    let mut edits: BTreeMap<TextRange, TextEdit> = BTreeMap::new();
    let mut titles = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fixes.iter().find(|fix| fix.safe) else {
            continue;
        };
        let FixAction::Edit(wanted) = &fix.action else {
            continue;
        };
        if wanted.iter().all(|edit| !touches_any(edit.range, &edits)) {
            edits.extend(wanted.iter().map(|edit| (edit.range, edit.clone())));
            titles.push(fix.title.clone());
        }
    }
    (edits.into_values().collect(), titles)
}

/// Whether a range touches one of others that do not touch each other.
fn touches_any(range: TextRange, others: &BTreeMap<TextRange, TextEdit>) -> bool {
    let after = TextRange::new(range.end, u32::MAX);
    others.range(..=after).next_back().is_some_and(|(last, _)| last.end >= range.start)
}

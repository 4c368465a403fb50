//! Fixes applied to a text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use connector_syntax::{TextEdit, TextRange, edit, parse};

use crate::checks::{Around, Conclusions};
use crate::severities::Severities;
use crate::state::Connector;
use crate::{Finding, FixAction};

/// A fix may uncover the next mistake; after so many rounds the rest is left to the author.
const MAX_ROUNDS: usize = 100;
/// So many mistakes of one kind are resolved in one round.
const MAX_OF_A_KIND: usize = 10_000;

/// The text after every safe fix, repeated until none is left, and how many findings that resolved.
pub fn fix_all(text: &str, around: &Around<'_>) -> (String, usize) {
    let (text, titles) = fix_all_named(text, around, &Severities::default());
    (text, titles.len())
}

/// The text after every safe fix, repeated until none is left, and the titles of the fixes in the order applied.
///
/// What the user wants to hear nothing of is not fixed either.
pub fn fix_all_named(text: &str, around: &Around<'_>, severities: &Severities) -> (String, Vec<String>) {
    let mut text = text.to_owned();
    let mut resolved = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let tree = parse(&text);
        let connector = Connector::of(&tree);
        let conclusions = Conclusions::of_at_most(MAX_OF_A_KIND, around.path, &tree);
        let mut findings = conclusions.findings(connector.as_ref(), around);
        findings.retain(|finding| !severities.is_off(finding.code));
        let (edits, titles) = safe_edits(&findings);
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
fn safe_edits(findings: &[Cow<'_, Finding>]) -> (Vec<TextEdit>, Vec<String>) {
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

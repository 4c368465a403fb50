//! A new text as edits of the old: only the lines that differ are replaced, so that cursors and marks stay.

use std::time::{Duration, Instant};

use connector_syntax::{TextEdit, TextRange};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// How long the smallest edits are looked for; what is found by then does as well.
const PATIENCE: Duration = Duration::from_millis(20);

/// The edits that make `new` of `old`, in order, whole lines each.
pub(crate) fn between(old: &str, new: &str) -> Vec<TextEdit> {
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new.split_inclusive('\n').collect();
    let deadline = Some(Instant::now() + PATIENCE);
    let changes = capture_diff_slices_deadline(Algorithm::Myers, &old_lines, &new_lines, deadline);
    let mut edits = Vec::new();
    let (mut offset, mut line) = (0, 0);
    for change in changes.into_iter().filter(|change| !matches!(change, DiffOp::Equal { .. })) {
        let (replaced, by) = (change.old_range(), change.new_range());
        offset += length(&old_lines, line..replaced.start);
        let end = offset + length(&old_lines, replaced.clone());
        let new_text = new_lines.get(by).unwrap_or_default().concat();
        edits.push(TextEdit { range: TextRange::new(offset, end), new_text });
        (offset, line) = (end, replaced.end);
    }
    edits
}

fn length(lines: &[&str], range: std::ops::Range<usize>) -> u32 {
    let bytes: usize = lines.get(range).unwrap_or_default().iter().map(|line| line.len()).sum();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(old: &str, new: &str) -> Vec<(u32, u32, String)> {
        let edits = between(old, new);
        assert_eq!(connector_syntax::edit::apply(old, &edits), new);
        edits.into_iter().map(|edit| (edit.range.start, edit.range.end, edit.new_text)).collect()
    }

    #[test]
    fn only_the_lines_that_differ_are_replaced() {
        assert_eq!(
            edits("a\nb\nc\nd\ne\n", "a\nB\nc\nD\ne\n"),
            [(2, 4, "B\n".to_owned()), (6, 8, "D\n".to_owned())]
        );
        assert_eq!(edits("a\n", "a\n"), []);
        assert_eq!(edits("a", "a\n"), [(0, 1, "a\n".to_owned())]);
        assert_eq!(edits("a\na\n", "a\n").len(), 1);
        assert_eq!(edits("", "a\n"), [(0, 0, "a\n".to_owned())]);
    }
}

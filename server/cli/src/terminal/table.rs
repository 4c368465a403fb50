//! Tables of text.

use unicode_width::UnicodeWidthStr;

use super::{Paint, Terminal};

/// Rows under their heads, each column as wide as its widest cell, two blanks between.
pub(crate) fn table<const COLUMNS: usize>(
    terminal: &Terminal,
    heads: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    let widths = widths(heads.map(UnicodeWidthStr::width), rows);
    let mut text = terminal.paint(Paint::Bold, &line(heads, widths));
    for row in rows {
        text.push('\n');
        text.push_str(&line(row.each_ref().map(String::as_str), widths));
    }
    text
}

/// Rows without heads, each behind `indent` and with its line's end.
pub(crate) fn columns<const COLUMNS: usize>(indent: &str, rows: &[[String; COLUMNS]]) -> String {
    let widths = widths([0; COLUMNS], rows);
    let lines =
        rows.iter().map(|row| format!("{indent}{}\n", line(row.each_ref().map(String::as_str), widths)));
    lines.collect()
}

fn widths<const COLUMNS: usize>(mut least: [usize; COLUMNS], rows: &[[String; COLUMNS]]) -> [usize; COLUMNS] {
    for row in rows {
        for (width, cell) in least.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    least
}

fn line<const COLUMNS: usize>(cells: [&str; COLUMNS], widths: [usize; COLUMNS]) -> String {
    let padded: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))))
        .collect();
    padded.join("  ").trim_end().to_owned()
}

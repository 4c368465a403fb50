//! Tables of text.

use unicode_width::UnicodeWidthStr;

use super::{Paint, Terminal};

/// Rows under their heads, each column as wide as its widest cell, two blanks between.
pub(crate) fn table<const COLUMNS: usize>(
    terminal: &Terminal,
    heads: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    let mut widths = heads.map(UnicodeWidthStr::width);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |cells: [&str; COLUMNS]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut text = terminal.paint(Paint::Bold, &line(heads));
    for row in rows {
        text.push('\n');
        text.push_str(&line(row.each_ref().map(String::as_str)));
    }
    text
}

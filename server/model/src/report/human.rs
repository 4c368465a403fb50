//! Findings with the line they speak of and a marker under it.

use connector_boundary::text::{is_unprintable, printable};
use unicode_width::UnicodeWidthStr;

use super::{Lines, Names, in_order};
use crate::load::CheckedFile;
use crate::{Finding, Severity};

/// How findings are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HumanStyle {
    /// Whether to colour them with ANSI escapes.
    pub color: bool,
}

/// The longest piece of a line that is shown, in characters.
const WIDEST: usize = 110;

/// The findings of some files, a paragraph each.
pub fn human(files: &[CheckedFile], names: Names<'_>, style: HumanStyle) -> String {
    let mut text = String::new();
    for file in files {
        let path = printable(&names(&file.path), 300);
        let lines = Lines::new(&file.text);
        for finding in in_order(file) {
            paragraph(&mut text, &path, &lines, finding, names, style);
        }
    }
    text
}

fn paragraph(
    text: &mut String,
    path: &str,
    lines: &Lines<'_>,
    finding: &Finding,
    names: Names<'_>,
    style: HumanStyle,
) {
    let (label, color) = match finding.severity {
        Severity::Error => ("error", "1;31"),
        Severity::Warning => ("warning", "1;33"),
        Severity::Information => ("info", "1;36"),
        Severity::Hint => ("hint", "1;32"),
    };
    let paint = |text: &str, color: &str| match style.color {
        true => format!("\u{1b}[{color}m{text}\u{1b}[0m"),
        false => text.to_owned(),
    };
    let message = printable(&finding.message, 600);
    let head = format!("{label}[{}]", finding.code.as_str());
    text.push_str(&format!("{}: {message}\n", paint(&head, color)));
    let start = lines.characters(finding.range.start);
    let end = lines.characters(finding.range.end);
    let number = (start.line + 1).to_string();
    let gutter = " ".repeat(number.len());
    let arrow = paint("-->", "34");
    text.push_str(&format!("{gutter} {arrow} {path}:{}:{}\n", start.line + 1, start.column + 1));
    if !lines.text.is_empty() {
        let line = lines.index.line_text(lines.text, start.line);
        let length = line.chars().count();
        let from = (start.column as usize).min(length);
        let to = if end.line == start.line { (end.column as usize).min(length) } else { length };
        let (shown, before, marked) = excerpt(line, from, to);
        let bar = paint("|", "34");
        text.push_str(&format!("{gutter} {bar}\n{} {bar} {shown}\n", paint(&number, "34")));
        let marker = "^".repeat(marked.max(1));
        text.push_str(&format!("{gutter} {bar} {}{}\n", " ".repeat(before), paint(&marker, color)));
    }
    for place in &finding.related {
        let shown = place.path.as_ref().map(|path| printable(&names(path), 300));
        let shown = match shown {
            Some(other) => other,
            None => {
                let at = lines.characters(place.range.start);
                format!("line {}", at.line + 1)
            }
        };
        text.push_str(&format!(
            "{gutter} {} {shown}: {}\n",
            paint("= see:", "34"),
            printable(&place.message, 200)
        ));
    }
    for fix in &finding.fixes {
        text.push_str(&format!("{gutter} {} {}\n", paint("= help:", "34"), printable(&fix.title, 200)));
    }
    if !finding.link.is_empty() && finding.link != finding.code.docs_url() {
        text.push_str(&format!("{gutter} {} {}\n", paint("= link:", "34"), printable(&finding.link, 2_000)));
    }
    text.push('\n');
}

/// The part of a line around what is marked, how wide what stands before the mark is, and the mark itself.
fn excerpt(line: &str, from: usize, to: usize) -> (String, usize, usize) {
    let length = line.chars().count();
    let start = if length <= WIDEST { 0 } else { from.saturating_sub(WIDEST / 3).min(length - WIDEST) };
    let mut shown = String::new();
    let (mut before, mut marked) = (0, 0);
    if start > 0 {
        shown.push('…');
        before += 1;
    }
    for (column, c) in line.chars().enumerate().skip(start).take(WIDEST) {
        let piece = match c {
            '\t' => "    ".to_owned(),
            c if is_unprintable(c) => c.escape_unicode().to_string(),
            c => c.to_string(),
        };
        let width = UnicodeWidthStr::width(piece.as_str());
        if column < from {
            before += width;
        } else if column < to {
            marked += width;
        }
        shown.push_str(&piece);
    }
    if start + WIDEST < length {
        shown.push('…');
    }
    (shown, before, marked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_mark_and_nothing_acts_on_the_terminal() {
        assert_eq!(excerpt("ab\tc", 3, 4), ("ab    c".to_owned(), 6, 1));
        assert_eq!(excerpt("a\u{1b}b", 2, 3), ("a\\u{1b}b".to_owned(), 7, 1));
        assert_eq!(excerpt("日本x", 2, 3), ("日本x".to_owned(), 4, 1));
        let (shown, before, marked) = excerpt(&("a".repeat(500) + "X" + &"b".repeat(500)), 500, 501);
        assert_eq!((shown.chars().count(), shown.chars().nth(before), marked), (WIDEST + 2, Some('X'), 1));
    }
}

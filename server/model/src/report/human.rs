//! Findings with the lines they speak of, marked.

use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use connector_boundary::secret::secret_across;
use connector_boundary::text::{is_unprintable, printable};
use connector_syntax::TextRange;

use super::{Lines, Names, Sources, in_order};
use crate::load::CheckedFile;
use crate::project::is_project_file;
use crate::{Code, Finding, Severity};

/// How findings are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HumanStyle {
    /// Whether to colour them with ANSI escapes.
    pub color: bool,
}

/// Characters of a line that are shown: with the gutter they fit beside each other on a wide terminal.
const MAX_WIDTH: usize = 110;
/// Lines of a range that are shown; a longer one is cut, its beginning says where it is.
const MAX_LINES: u32 = 8;
/// Other places of a finding that are shown; of more, their number is.
const MAX_RELATED: usize = 3;
/// Characters of a path that are shown.
const MAX_PATH: usize = 300;

/// The findings of some files, a paragraph each.
pub fn human(files: &[CheckedFile], names: Names<'_>, style: HumanStyle) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(2 * MAX_WIDTH);
    let sources = Sources::new(files);
    let mut text = String::new();
    for file in files {
        let lines = Lines::new(&file.text);
        for finding in in_order(file) {
            text.push_str(&paragraph(&renderer, file, &lines, finding, &sources, names));
            text.push_str("\n\n");
        }
    }
    text
}

fn paragraph(
    renderer: &Renderer,
    file: &CheckedFile,
    lines: &Lines<'_>,
    finding: &Finding,
    sources: &Sources<'_>,
    names: Names<'_>,
) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO,
        Severity::Hint => Level::HELP.with_name("hint"),
    };
    let title = level.primary_title(printable(&finding.message, 600)).id(finding.code.as_str());
    let mut group = Group::with_title(title);
    let path = printable(&names(&file.path), MAX_PATH);
    for element in
        excerpt(&path, lines, finding.range, AnnotationKind::Primary, None, shows_text(&file.path, finding))
    {
        group = group.element(element);
    }
    for place in finding.related.iter().take(MAX_RELATED) {
        let message = printable(&place.message, 200);
        let other = match &place.path {
            None => Some((path.clone(), lines)),
            Some(path) => sources.get(path).map(|lines| (printable(&names(path), MAX_PATH), lines)),
        };
        match (other, &place.path) {
            (Some((path, lines)), _) => {
                let kind = AnnotationKind::Context;
                let shows = shows_text(place.path.as_ref().unwrap_or(&file.path), finding);
                for element in excerpt(&path, lines, place.range, kind, Some(message), shows) {
                    group = group.element(element);
                }
            }
            (None, Some(path)) => {
                let path = printable(&names(path), MAX_PATH);
                group = group.element(Level::NOTE.with_name("see").message(format!("{path}: {message}")));
            }
            (None, None) => {}
        }
    }
    let more = finding.related.len().saturating_sub(MAX_RELATED);
    if more > 0 {
        let message = format!("and {more} more {}", if more == 1 { "place" } else { "places" });
        group = group.element(Level::NOTE.with_name("see").message(message));
    }
    for fix in &finding.fixes {
        group = group.element(Level::HELP.message(printable(&fix.title, 200)));
    }
    if !finding.link.is_empty() && finding.link != finding.code.docs_url() {
        group = group.element(Level::NOTE.with_name("link").message(printable(&finding.link, 2_000)));
    }
    renderer.render(&[group])
}

/// Whether the text of a file may be shown. Of another file than a connector only the place is: what it holds is
/// nobody's business, and a link may have led anywhere.
fn shows_text(path: &Path, finding: &Finding) -> bool {
    !is_project_file(path) && !matches!(finding.code, Code::BadProject | Code::NotRead | Code::Unreadable)
}

/// A place: its path, line and column, and the lines themselves, with what is meant in them marked.
fn excerpt<'a>(
    path: &str,
    lines: &Lines<'_>,
    range: TextRange,
    kind: AnnotationKind,
    label: Option<String>,
    shows_text: bool,
) -> Vec<Element<'a>> {
    let ((line, column), _) = lines.span_from_one(range);
    let (line, column) = (line as usize, column as usize);
    let origin = || Origin::path(path.to_owned()).line(line).char_column(column).into();
    if !shows_text || lines.text.is_empty() {
        let see = label.map(|label| Level::NOTE.with_name("see").message(label).into());
        return std::iter::once(origin()).chain(see).collect();
    }
    let source = Source::of(lines, range);
    let mut annotation = kind.span(source.marked);
    if let Some(label) = label {
        annotation = annotation.label(label);
    }
    let snippet = Snippet::source(source.text).line_start(line).annotation(annotation);
    // The column is counted in the lines as they are shown: where they are cut it has to be said.
    match source.is_cut {
        true => vec![origin(), snippet.into()],
        false => vec![snippet.path(path.to_owned()).into()],
    }
}

/// Some lines of a file as they are shown, and where in them the mark belongs.
struct Source {
    text: String,
    marked: Range<usize>,
    /// Whether the first line lacks its beginning.
    is_cut: bool,
}

impl Source {
    fn of(lines: &Lines<'_>, range: TextRange) -> Source {
        let (start, end) = (lines.characters(range.start), lines.characters(range.end));
        let last = end.line.min(start.line + MAX_LINES - 1);
        let (mut text, mut marked, mut is_cut) = (String::new(), 0..0, false);
        for number in start.line..=last {
            let line = lines.index.line_text(lines.text, number);
            let from = if number == start.line { start.column as usize } else { 0 };
            let to = if number == end.line { Some(end.column as usize) } else { None };
            if number > start.line {
                text.push('\n');
            }
            let begins = text.len();
            let part = cut(&mut text, line, from, to);
            if number == start.line {
                marked.start = begins + part.start;
                is_cut = text.starts_with('…') && !line.starts_with('…');
            }
            marked.end = begins + part.end;
        }
        Source { text, marked, is_cut }
    }
}

/// Adds the part of a line around what is marked, from one character to another or to its end; gives where the marked
/// part stands in what was added, in bytes.
fn cut(text: &mut String, line: &str, from: usize, to: Option<usize>) -> Range<usize> {
    let length = line.chars().take(from.saturating_add(2 * MAX_WIDTH)).count();
    let start = if length <= MAX_WIDTH { 0 } else { from.saturating_sub(MAX_WIDTH / 3) };
    let begins = text.len();
    if start > 0 {
        text.push('…');
    }
    // Of a secret at a cut nothing is shown: what is left of it could not be told any more.
    let cuts = [start, start + MAX_WIDTH].map(|column| line.char_indices().nth(column));
    let hidden = cuts.map(|at| at.and_then(|(at, _)| secret_across(line, at)).unwrap_or_default());
    let (mut marked_from, mut marked_to) = (None, None);
    let mut is_cut = false;
    for (column, (at, c)) in line.char_indices().enumerate().skip(start) {
        if column == start + MAX_WIDTH {
            is_cut = true;
            break;
        }
        if column == from {
            marked_from = Some(text.len() - begins);
        }
        if to == Some(column) {
            marked_to = Some(text.len() - begins);
        }
        match c {
            _ if hidden.iter().any(|secret| secret.contains(&at)) => text.push('…'),
            // One character for one, so that columns stay what they are.
            c if c != '\t' && is_unprintable(c) => text.push(char::REPLACEMENT_CHARACTER),
            c => text.push(c),
        }
    }
    let end = text.len() - begins;
    if is_cut {
        text.push('…');
    }
    let from = marked_from.unwrap_or(end);
    from..marked_to.unwrap_or(end).max(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, from: usize, to: usize) -> (String, String) {
        let mut text = String::new();
        let marked = cut(&mut text, line, from, Some(to));
        let marked = text[marked].to_owned();
        (text, marked)
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark_and_nothing_acts_on_the_terminal() {
        assert_eq!(shown("ab\tc", 3, 4), ("ab\tc".to_owned(), "c".to_owned()));
        assert_eq!(shown("a\u{1b}b", 2, 3), ("a\u{fffd}b".to_owned(), "b".to_owned()));
        assert_eq!(shown("日本x", 2, 3), ("日本x".to_owned(), "x".to_owned()));
        let (text, marked) = shown(&("a".repeat(500) + "X" + &"b".repeat(500)), 500, 501);
        assert_eq!((text.chars().count(), marked.as_str()), (MAX_WIDTH + 2, "X"));
    }

    #[test]
    fn no_line_is_cut_within_a_secret() {
        let secret = "q9Vt5kW2xJ8rLm4Zb7Nc3Hd6";
        connector_boundary::secret::keep_secret(secret);
        for blanks in 0..300 {
            let line = format!("{}{secret}{}X{}", " ".repeat(blanks), " ".repeat(60), " ".repeat(200));
            let (text, marked) = shown(&line, blanks + 24 + 60, blanks + 24 + 61);
            let masked = connector_boundary::secret::mask_in_use(&text);
            assert!(!masked.contains(|c: char| c.is_ascii_alphanumeric() && c != 'X'), "{blanks}: {text}");
            assert_eq!(marked, "X");
        }
    }

    #[test]
    fn a_range_over_several_lines_is_shown_whole_up_to_a_few() {
        let text = "a [\n  b\n] c";
        let source = Source::of(&Lines::new(text), TextRange::new(2, 9));
        assert_eq!((source.text.as_str(), &source.text[source.marked]), (text, "[\n  b\n]"));
        let long = "x\n".repeat(100);
        let source = Source::of(&Lines::new(&long), TextRange::new(0, 200));
        assert_eq!(source.text.lines().count() as u32, MAX_LINES);
    }
}

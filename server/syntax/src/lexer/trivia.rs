//! What stands between tokens: blanks, comments, and what a merge left.

use super::{Conflict, Lexer, LexicalError};
use crate::TextRange;
use crate::chars::{is_line_terminator, is_white_space};
use crate::tree::Comment;

/// Lines of a merge that was not finished which are looked through for its end.
const MAX_CONFLICT_LINES: usize = 1_000;
/// Lines that a comment of HTML may go on for; one that is not closed by then ends with its line.
const MAX_LINES_OF_COMMENT: usize = 30;

impl Lexer<'_> {
    pub(super) fn eat_trivia(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.find(|c| !is_white_space(c)).unwrap_or(rest.len());
            self.offset += blank;
            let rest = self.rest();
            let start = self.offset;
            match rest.as_bytes() {
                [b'/', b'/', ..] => {
                    self.offset += rest.find(is_line_terminator).unwrap_or(rest.len());
                    self.comments.push(Comment { range: self.range_from(start), block: false });
                }
                [b'/', b'*', ..] => {
                    let inside = rest.get(2..).filter(|_| !self.no_comment_ends);
                    match inside.and_then(|inside| inside.find("*/")) {
                        Some(length) => self.offset += length + 4,
                        None => {
                            self.no_comment_ends = true;
                            self.offset += end_of_open_comment(rest);
                            let mark = TextRange::new(start as u32, start as u32 + 2);
                            self.errors.push(LexicalError::OpenComment(mark, self.offset as u32));
                        }
                    }
                    self.comments.push(Comment { range: self.range_from(start), block: true });
                }
                [b'#' | b'-' | b'/' | b'*' | b'<' | b'=' | b'|' | b'>', ..] if self.eat_foreign_comment() => {
                }
                _ => return,
            }
        }
    }

    /// Passes over a comment as other languages have it, or what a merge left; false if there is none.
    fn eat_foreign_comment(&mut self) -> bool {
        let (rest, start) = (self.rest(), self.offset);
        let begins_line = || {
            let before = self.text.get(..start).unwrap_or_default();
            before.is_empty() || before.ends_with(is_line_terminator)
        };
        let mark = match rest.as_bytes() {
            [b'#', ..] => "#",
            [b'-', b'-', b' ' | b'\t', ..] => "--",
            [b'/', b' ' | b'\t', ..] => "/",
            [b'*', b' ' | b'\t', ..] => "*",
            [b'*', b'/', ..] => {
                self.offset += 2;
                self.errors.push(LexicalError::StrayCommentEnd(self.range_from(start)));
                return true;
            }
            [b'<', b'!', b'-', b'-', ..] => {
                let near: usize = rest.split_inclusive('\n').take(MAX_LINES_OF_COMMENT).map(str::len).sum();
                let end = rest.get(..near).and_then(|near| near.find("-->")).map(|end| end + 3);
                self.offset += end.or_else(|| rest.find(is_line_terminator)).unwrap_or(rest.len());
                self.errors.push(LexicalError::ForeignComment(self.range_from(start), "<!--"));
                return true;
            }
            _ => return conflict_marker(rest).is_some_and(|mark| begins_line() && self.eat_conflict(mark)),
        };
        self.offset += rest.find(is_line_terminator).unwrap_or(rest.len());
        self.errors.push(LexicalError::ForeignComment(self.range_from(start), mark));
        true
    }

    /// Passes over a marker of a merge that was not finished, and from the second one on over the other version.
    fn eat_conflict(&mut self, mark: char) -> bool {
        let start = self.offset;
        if let Some((_, end)) = self.passed_over.filter(|(middle, _)| *middle == start) {
            self.offset = end;
            self.passed_over = None;
            return true;
        }
        let lines = self.rest().split_inclusive('\n').scan(start, |at, line| {
            let begins = *at;
            *at += line.len();
            Some((begins, line))
        });
        let first_line_end = start + self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
        self.offset = first_line_end;
        let mut middle = None;
        let mut second = None;
        let mut end = None;
        for (begins, line) in lines.skip(1).take(MAX_CONFLICT_LINES) {
            match conflict_marker(line) {
                Some('<') => break,
                Some('|') if mark != '<' => break,
                Some('=') if mark == '=' => break,
                Some('=') => second = second.or(Some(begins + line.len())),
                Some('>') => end = Some((begins, begins + line.trim_end().len())),
                _ => {}
            }
            if matches!(conflict_marker(line), Some('|' | '=')) {
                middle = middle.or(Some(begins));
            }
            if end.is_some() {
                break;
            }
        }
        let range = |start: usize, end: usize| TextRange::new(start as u32, end as u32);
        let conflict = match (mark, middle, second, end) {
            ('<', Some(middle), Some(second), Some((last, end))) => {
                self.passed_over = Some((middle, end));
                let versions = Some((range(first_line_end, middle), range(second, last)));
                Conflict { all: range(start, end), versions }
            }
            // The first version has no marker any more.
            ('|' | '=', _, _, Some((_, end))) => {
                self.offset = end;
                Conflict { all: range(start, end), versions: None }
            }
            _ => {
                let line = self.text.get(start..first_line_end).unwrap_or_default();
                Conflict { all: range(start, start + line.trim_end().len()), versions: None }
            }
        };
        self.errors.push(LexicalError::Conflict(conflict));
        true
    }
}

/// The mark of a merge that was not finished which begins a line.
fn conflict_marker(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|c| matches!(c, '<' | '|' | '=' | '>'))?;
    let length = line.find(|c| c != mark).unwrap_or(line.len());
    let after = line.get(length..).unwrap_or_default();
    (length == 7 && (after.is_empty() || after.starts_with([' ', '\r', '\n']))).then_some(mark)
}

/// Where a comment that is never closed most likely ends: with its line, or with the last that begins with `*`.
fn end_of_open_comment(rest: &str) -> usize {
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if end > 0 && !line.trim_start().starts_with('*') {
            break;
        }
        end += line.len();
    }
    rest.get(..end).unwrap_or_default().trim_end().len()
}

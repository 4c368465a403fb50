//! How a mistake is reported: its kind, its place, and the edits that mend it.

use super::{MAX_ERRORS, Parser};
use crate::error::{FixKind, SyntaxError, SyntaxErrorKind as ErrorKind, SyntaxFix};
use crate::lexer::{Conflict, LexicalError, Token, TokenKind, is_invisible};
use crate::{TextEdit, TextRange, string};

impl Parser<'_> {
    /// Reports a mistake; gives its index among the errors, or none where it is one too many.
    pub(super) fn error(
        &mut self,
        range: TextRange,
        kind: ErrorKind,
        fix: Option<SyntaxFix>,
    ) -> Option<usize> {
        if self.errors.len() >= MAX_ERRORS {
            self.full = true;
            return None;
        }
        let fixes = fix.into_iter().collect();
        self.errors.push(SyntaxError { range, kind, opening: None, fixes, ambiguous: false });
        Some(self.errors.len() - 1)
    }

    /// Adds a way to mend the last mistake that was reported.
    pub(super) fn fix(&mut self, kind: FixKind, edits: Vec<TextEdit>, certain: bool) {
        if let Some(error) = self.last_error() {
            error.fixes.push(SyntaxFix { kind, edits, certain });
        }
    }

    /// Says of the last mistake that what was read there may not be what was meant.
    pub(super) fn mark_ambiguous(&mut self) {
        if let Some(error) = self.last_error() {
            error.ambiguous = true;
        }
    }

    /// Says of the last mistake which bracket was to be closed.
    pub(super) fn relate(&mut self, opening: TextRange) {
        if let Some(error) = self.last_error() {
            error.opening = Some(opening);
        }
    }

    /// The mistake that was reported last; none where it was one too many.
    pub(super) fn last_error(&mut self) -> Option<&mut SyntaxError> {
        self.errors.last_mut().filter(|_| !self.full)
    }

    /// Reports a token that means nothing where it stands.
    pub(super) fn stray(&mut self, token: Token) {
        let (error, fix) = match token.kind {
            TokenKind::Stray(c) if is_invisible(c) => {
                (ErrorKind::InvisibleCharacter, FixKind::RemoveInvisible)
            }
            _ => (ErrorKind::UnexpectedCharacter, FixKind::Remove),
        };
        self.error(token.range, error, replace(fix, token.range, ""));
    }

    /// Reports what the lexer found wrong.
    pub(super) fn lexical_error(&mut self, trouble: LexicalError) {
        match trouble {
            LexicalError::BadEscape(range) => {
                let mark = TextRange::new(range.start, range.start + 1);
                self.error(
                    range,
                    ErrorKind::InvalidEscape,
                    uncertain(replace(FixKind::EscapeBackslash, mark, "\\\\")),
                );
                self.mark_ambiguous();
            }
            LexicalError::OpenComment(range, end) => {
                self.error(
                    range,
                    ErrorKind::UnclosedComment,
                    uncertain(insert(FixKind::CloseComment, end, " */")),
                );
                self.mark_ambiguous();
            }
            LexicalError::ForeignComment(range, mark) => {
                let at = TextRange::new(range.start, range.start + mark.len() as u32);
                let fix = match mark {
                    "<!--" => self.html_comment(range),
                    _ => replace(FixKind::Change, at, "//"),
                };
                self.error(range, ErrorKind::OtherCommentMark(mark), fix);
            }
            LexicalError::StrayCommentEnd(range) => {
                self.error(range, ErrorKind::StrayCommentEnd, uncertain(replace(FixKind::Remove, range, "")));
                self.mark_ambiguous();
            }
            LexicalError::LineBreak(range) => {
                self.error(range, ErrorKind::LineBreakInString, None);
                let lines = self.slice(range).lines();
                let joined: Vec<&str> = lines
                    .enumerate()
                    .map(|(at, line)| if at == 0 { line.trim_end() } else { line.trim() })
                    .collect();
                self.fix(FixKind::JoinLines, vec![edit(range, &joined.concat())], false);
                self.mark_ambiguous();
            }
            LexicalError::InnerQuote(range) => {
                let written = self.slice(range);
                let quote = written.chars().next().unwrap_or('"');
                let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
                let right = string::quote(&string::decode(inside), quote);
                self.error(range, ErrorKind::QuoteInString, replace(FixKind::EscapeQuote, range, &right));
                self.mark_ambiguous();
            }
            LexicalError::LookAlike(range, right) => {
                let fix = replace(FixKind::Change, range, right.encode_utf8(&mut [0; 4]));
                self.error(range, ErrorKind::LookAlike(right), fix);
            }
            LexicalError::Conflict(conflict) => self.conflict(&conflict),
        }
    }

    /// `<!-- … -->` as `/* … */`, where its text can stand in one.
    pub(super) fn html_comment(&self, range: TextRange) -> Option<SyntaxFix> {
        let written = self.slice(range).strip_prefix("<!--")?;
        let inside = written.strip_suffix("-->").unwrap_or(written).trim();
        let fix = replace(FixKind::ToBlockComment, range, &format!("/* {inside} */"));
        fix.filter(|_| !inside.contains("*/"))
    }

    /// Reports what is left of a merge.
    pub(super) fn conflict(&mut self, conflict: &Conflict) {
        let Some((first, second)) = conflict.versions else {
            let line = TextRange::new(conflict.all.start, self.line_end(conflict.all.end));
            self.error(conflict.all, ErrorKind::MergeMarker, None);
            self.fix(FixKind::RemoveMergeMarker, vec![edit(line, "")], false);
            return;
        };
        let all = TextRange::new(conflict.all.start, self.line_end(conflict.all.end));
        self.error(conflict.all, ErrorKind::MergeConflict, None);
        for (title, version) in [(FixKind::KeepFirstVersion, first), (FixKind::KeepSecondVersion, second)] {
            let kept = self.slice(version).to_owned();
            self.fix(title, vec![edit(all, &kept)], false);
        }
        self.mark_ambiguous();
    }

    /// Behind the line end that follows `offset`.
    pub(super) fn line_end(&self, offset: u32) -> u32 {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        offset + rest.find('\n').map_or(rest.len(), |end| end + 1) as u32
    }
}

pub(super) fn edit(range: TextRange, text: &str) -> TextEdit {
    TextEdit { range, new_text: text.to_owned() }
}

pub(super) fn insert(kind: FixKind, at: u32, text: &str) -> Option<SyntaxFix> {
    replace(kind, TextRange::empty(at), text)
}

pub(super) fn replace(kind: FixKind, range: TextRange, text: &str) -> Option<SyntaxFix> {
    Some(SyntaxFix { kind, edits: vec![edit(range, text)], certain: true })
}

/// The same as one of several things that may have been meant.
pub(super) fn uncertain(fix: Option<SyntaxFix>) -> Option<SyntaxFix> {
    fix.map(|fix| SyntaxFix { certain: false, ..fix })
}

//! Commas and colons that are missing, too many, or another sign.

use super::Parser;
use super::report::{insert, replace};
use crate::error::{FixKind, SyntaxErrorKind as ErrorKind};
use crate::lexer::{Expecting, Token, TokenKind, is_invisible};
use crate::tree::NONE;
use crate::{SyntaxError, TextRange};

impl Parser<'_> {
    pub(super) fn missing_comma(&mut self) {
        let at = self.previous_end;
        let open_string =
            |error: &&mut SyntaxError| error.kind == ErrorKind::UnclosedString && error.range.end == at;
        // A string that is being typed lacks its quote and the comma after it: one mistake.
        if let Some(error) = self.errors.last_mut().filter(open_string) {
            error.kind = ErrorKind::UnclosedStringBeforeComma;
            if let Some(fix) = error.fixes.first_mut() {
                if let FixKind::InsertClosingQuote { and_comma } | FixKind::ChangeQuotes { and_comma } =
                    &mut fix.kind
                {
                    *and_comma = true;
                }
                fix.edits.iter_mut().for_each(|edit| edit.new_text.push(','));
            }
            return;
        }
        self.error(TextRange::empty(at), ErrorKind::MissingComma, insert(FixKind::Insert, at, ","));
    }

    pub(super) fn lone_comma(&mut self, token: Token) {
        self.error(token.range, ErrorKind::ExtraComma, replace(FixKind::RemoveExtra, token.range, ""));
    }

    /// Whether another sign stands where a comma belongs.
    pub(super) fn recover_comma(&mut self, token: Token) -> bool {
        let is_sign = match token.kind {
            TokenKind::Stray(';') => true,
            TokenKind::Stray('|' | '&') | TokenKind::Colon => self.at_entry(token.range.end),
            _ => {
                matches!(self.slice(token.range), "." | "/")
                    && (self.at_entry(token.range.end) || self.at_closer(token.range.end))
            }
        };
        if is_sign {
            self.error(token.range, ErrorKind::WrongComma, replace(FixKind::Change, token.range, ","));
        }
        is_sign
    }

    /// Whether other signs stand between a key and its value where a colon belongs; passes over them.
    pub(super) fn recover_colon(&mut self, token: Token) -> bool {
        let mut range = token.range;
        if !matches!(token.kind, TokenKind::Stray('=')) && !self.at_symbols(token) {
            let is_sign = matches!(token.kind, TokenKind::Stray(c) if !"()".contains(c) && !is_invisible(c));
            if !is_sign || !self.at_value(range.end) {
                return false;
            }
        }
        if token.kind == TokenKind::Stray('=')
            && self.text.get(self.lexer.offset..).is_some_and(|rest| rest.starts_with('>'))
        {
            range.end += 1;
            self.advance_to(range.end);
        }
        self.error(range, ErrorKind::WrongColon, replace(FixKind::Change, range, ":"));
        self.set_colon(Token { kind: TokenKind::Colon, range });
        true
    }

    /// Whether a comma stands between a key and its value.
    pub(super) fn at_comma_for_colon(&self, comma: Token) -> bool {
        let mut ahead = self.ahead(comma.range.end);
        match ahead.next(Expecting::Key).kind {
            TokenKind::OpenBracket => true,
            TokenKind::String { .. } => {
                let member = self.stack.last().map_or(NONE, |frame| frame.member);
                let is_list = self.string_before(member).is_some();
                let next = ahead.next(Expecting::Key).kind;
                !is_list && matches!(next, TokenKind::Comma | TokenKind::CloseBrace)
            }
            _ => false,
        }
    }
}

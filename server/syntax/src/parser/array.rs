//! Lists, and those that are not closed before the object around them goes on.

use super::report::{edit, insert, replace};
use super::{Parser, State};
use crate::error::{FixKind, SyntaxErrorKind as ErrorKind};
use crate::lexer::{Expecting, Token, TokenKind};
use crate::tree::NONE;

impl Parser<'_> {
    pub(super) fn element(&mut self) {
        let token = self.bump(Expecting::Value);
        match token.kind {
            TokenKind::String { .. } | TokenKind::Word if self.at_next_key(token) => {
                self.recover_unclosed_list(token)
            }
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::Comma if self.at_end_of_unclosed_list(token) => self.recover_unclosed_list(token),
            TokenKind::Comma => self.lone_comma(token),
            TokenKind::Stray(')') if self.at_close_of_innermost(token) => self.close_with_parenthesis(token),
            TokenKind::Word if self.slice(token.range).starts_with("...") => {
                self.recover_spread(token);
                self.set_state(State::AfterElement);
            }
            TokenKind::End => self.unclosed(),
            _ => {
                let list = self.stack.last().map_or(NONE, |frame| frame.node);
                self.set_state(State::AfterElement);
                if !self.value(token, list) {
                    self.set_state(State::Element);
                    self.stray(token);
                }
            }
        }
    }

    pub(super) fn after_element(&mut self) {
        let token = self.bump(Expecting::Value);
        match token.kind {
            TokenKind::Comma => self.set_state(State::Element),
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::String { .. } | TokenKind::Word if self.at_next_key(token) => {
                self.recover_unclosed_list(token)
            }
            TokenKind::String { quote, closed: false } if self.eat_extra_quote(token, quote) => {}
            TokenKind::Word | TokenKind::Stray(_) if self.recover_comma(token) => {
                self.set_state(State::Element)
            }
            TokenKind::Word if self.recover_concatenation(token) => {}
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.missing_comma();
                self.set_state(State::Element);
                self.pushed_back = Some(token);
            }
            TokenKind::Colon => {
                self.error(token.range, ErrorKind::ColonInArray, None);
                self.fix(FixKind::Change, vec![edit(token.range, ",")], false);
                self.set_state(State::Element);
            }
            TokenKind::Stray(')') if self.at_close_of_innermost(token) => self.close_with_parenthesis(token),
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    /// Whether `token`, in a list, is the next key of the object around it: a `:` follows, and it begins a line or the
    /// object's end comes before the list's.
    pub(super) fn at_next_key(&self, token: Token) -> bool {
        // Asked of every text in a list, which is right nearly always.
        if !self.at_colon(token.range.end) {
            return false;
        }
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        // `chat:` alone is half of a scope.
        let mut after = self.ahead(token.range.end);
        after.next(Expecting::Key).kind == TokenKind::Colon
            && !matches!(after.next(Expecting::Key).kind, TokenKind::CloseBracket | TokenKind::Comma)
            && outer.is_some_and(|outer| self.is_object(outer.node))
            && (self.at_line_start(token)
                || self.closer_of(token).is_some_and(|closer| closer.token.kind == TokenKind::CloseBrace))
    }

    /// Whether a comma, the second in a row, belongs to the object around a list: that goes on, or ends, behind it.
    pub(super) fn at_end_of_unclosed_list(&self, comma: Token) -> bool {
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        let has_elements = self.stack.last().is_some_and(|list| self.previous_end > list.open.end);
        has_elements
            && outer.is_some_and(|outer| self.is_object(outer.node))
            && (self.at_key(comma.range.end)
                || self.ahead(comma.range.end).next(Expecting::Key).kind == TokenKind::CloseBrace)
    }

    /// Closes a list that was left open before the next key, or before the comma that parts them.
    pub(super) fn recover_unclosed_list(&mut self, next: Token) {
        let Some(list) = self.stack.last() else { return };
        let (node, open) = (list.node, list.open);
        let is_comma = next.kind == TokenKind::Comma;
        let has_comma = list.state == State::Element && self.previous_end > open.end;
        // After a comma the bracket belongs before it.
        let comma = self.text.get(..self.previous_end as usize).and_then(|text| text.chars().next_back());
        let comma = comma.filter(|_| has_comma && !is_comma).map_or(0, char::len_utf8);
        let before = if is_comma { next.range.start } else { self.previous_end - comma as u32 };
        if self.holds_only_a_list(node) {
            self.error(open, ErrorKind::ExtraBracket, replace(FixKind::RemoveExtra, open, ""));
            self.mark_ambiguous();
        } else {
            let missing = if has_comma { "]" } else { "]," };
            let fix = insert(FixKind::InsertMissing, before, missing);
            self.error(open, ErrorKind::UnclosedBracket, fix);
        }
        self.pop(before, false);
        self.set_state(if is_comma { State::AfterMember } else { State::Key });
        self.pushed_back = Some(next);
    }
}

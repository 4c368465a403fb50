//! What comes next, looked at and not consumed.

use super::Parser;
use crate::chars::is_white_space;
use crate::lexer::{Expecting, Token, TokenKind};

impl Parser<'_> {
    /// Whether something follows that a value can begin with.
    pub(super) fn at_value(&self, offset: u32) -> bool {
        let next = self.ahead(offset).next(Expecting::Value).kind;
        matches!(
            next,
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket
        )
    }

    /// Whether another entry of the innermost object or list follows.
    pub(super) fn at_entry(&self, offset: u32) -> bool {
        if self.stack.last().is_some_and(|frame| self.is_object(frame.node)) {
            return self.at_key(offset);
        }
        let mut ahead = self.ahead(offset);
        matches!(ahead.next(Expecting::Value).kind, TokenKind::String { .. } | TokenKind::Word)
    }

    pub(super) fn at_closer(&self, offset: u32) -> bool {
        let next = self.ahead(offset).next(Expecting::Key).kind;
        matches!(next, TokenKind::CloseBrace | TokenKind::CloseBracket)
    }

    /// Whether a key and its colon follow.
    pub(super) fn at_key(&self, offset: u32) -> bool {
        let mut ahead = self.ahead(offset);
        matches!(ahead.next(Expecting::Key).kind, TokenKind::String { .. } | TokenKind::Word)
            && ahead.next(Expecting::Key).kind == TokenKind::Colon
    }

    /// Whether a colon follows, so that what stands before it is a key.
    pub(super) fn at_colon(&self, offset: u32) -> bool {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        rest.trim_start_matches(is_white_space).starts_with(':')
    }

    /// Whether a word is made of signs alone, which mean nothing.
    pub(super) fn at_symbols(&self, token: Token) -> bool {
        token.kind == TokenKind::Word
            && self
                .slice(token.range)
                .bytes()
                .all(|byte| byte.is_ascii_punctuation() && !b"_$.".contains(&byte))
    }

    pub(super) fn at_line_start(&self, token: Token) -> bool {
        self.at_line_start_at(token.range.start)
    }

    pub(super) fn at_line_start_at(&self, offset: u32) -> bool {
        let before = self.text.get(..offset as usize).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r'])
    }
}

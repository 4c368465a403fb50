//! Brackets that are missing, too many, or of another kind.

use super::{MOST_CLOSERS, MOST_PAIRED, MOST_TOKENS_BEFORE, Parser, edit, messages, replace};
use crate::TextRange;
use crate::lexer::{Expecting, Token, TokenKind};

impl Parser<'_> {
    /// Whether this `{` begins a list, as in `{"a", "b"}`.
    pub(super) fn is_list_in_braces(&mut self, open: Token) -> bool {
        let mut ahead = self.ahead(open.range.end);
        let is_text = matches!(ahead.next(Expecting::Key).kind, TokenKind::String { closed: true, .. });
        if !is_text || !matches!(ahead.next(Expecting::Key).kind, TokenKind::Comma | TokenKind::CloseBrace) {
            return false;
        }
        let Some(Closer { token, has_colon: false, .. }) = self.closer_of(open) else { return false };
        if token.kind == TokenKind::CloseBracket {
            let message = "A list begins with `[`, not with `{`.";
            self.error(open.range, message, replace("Change `{` to `[`", open.range, "["));
            return true;
        }
        if token.kind != TokenKind::CloseBrace || self.paired.len() >= MOST_PAIRED {
            return false;
        }
        self.paired.push((token.range.start, Some(TokenKind::CloseBracket)));
        self.error(TextRange::new(open.range.start, token.range.end), messages::LIST_BRACKETS, None);
        self.fix(
            "Change the braces to `[` and `]`",
            vec![edit(open.range, "["), edit(token.range, "]")],
            true,
        );
        true
    }

    /// Reads what stands in parentheses: a list, or a value.
    pub(super) fn parentheses(&mut self, open: Token, parent: u32) -> bool {
        let Some(closer) = self.closer_of(open).filter(|_| self.paired.len() < MOST_PAIRED) else {
            return false;
        };
        let (close, as_list) = (closer.token, Token { kind: TokenKind::OpenBracket, range: open.range });
        let all = TextRange::new(open.range.start, close.range.end);
        match close.kind {
            TokenKind::CloseBracket => {
                let fix = replace("Change `(` to `[`", open.range, "[");
                self.error(open.range, messages::WRONG_OPENING, fix);
                self.value(as_list, parent)
            }
            TokenKind::Stray(')') if closer.has_comma || closer.is_empty => {
                self.paired.push((close.range.start, Some(TokenKind::CloseBracket)));
                self.error(all, messages::LIST_BRACKETS, None);
                let edits = vec![edit(open.range, "["), edit(close.range, "]")];
                self.fix("Change the parentheses to `[` and `]`", edits, true);
                self.value(as_list, parent)
            }
            TokenKind::Stray(')') => {
                self.paired.push((close.range.start, None));
                self.error(all, messages::PARENTHESES, None);
                self.fix("Remove the parentheses", vec![edit(open.range, ""), edit(close.range, "")], true);
                let inside = self.next(Expecting::Value);
                let is_value = self.value(inside, parent);
                if !is_value {
                    self.stray(inside);
                }
                true
            }
            _ => false,
        }
    }

    /// What closes the bracket of whatever kind that `open` is.
    pub(super) fn closer_of(&mut self, open: Token) -> Option<Closer> {
        let mut ahead = self.ahead(open.range.end);
        let mut depth = 0_usize;
        let (mut has_comma, mut has_colon, mut is_empty) = (false, false, true);
        let most = MOST_TOKENS_BEFORE.min(self.looks_ahead);
        for _ in 0..most {
            self.looks_ahead -= 1;
            let token = ahead.next(Expecting::Value);
            match token.kind {
                TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::Stray('(') => depth += 1,
                TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::Stray(')') if depth == 0 => {
                    return Some(Closer { token, has_comma, has_colon, is_empty });
                }
                TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::Stray(')') => depth -= 1,
                TokenKind::Comma => has_comma |= depth == 0,
                TokenKind::Colon => has_colon |= depth == 0,
                TokenKind::End => return None,
                _ => {}
            }
            is_empty = false;
        }
        None
    }

    /// Whether `)` closes the innermost object or list: what would close it rightly does not follow.
    pub(super) fn closes_the_top(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key).kind;
        let closer = match self.stack.last().is_some_and(|frame| self.is_object(frame.node)) {
            true => TokenKind::CloseBrace,
            false => TokenKind::CloseBracket,
        };
        next != closer && (next != TokenKind::Comma || self.stack.len() > 1)
    }

    pub(super) fn close_with_parenthesis(&mut self, token: Token) {
        let is_object = self.stack.last().is_some_and(|frame| self.is_object(frame.node));
        let (message, right) = match is_object {
            true => (messages::WRONG_PARENTHESIS_IN_OBJECT, "}"),
            false => (messages::WRONG_PARENTHESIS_IN_LIST, "]"),
        };
        let open = self.stack.last().map(|frame| frame.open).unwrap_or_default();
        self.error(token.range, message, replace(format!("Change `)` to `{right}`"), token.range, right));
        self.relate(open, "opened here");
        self.pop(token.range.end, true);
    }

    /// Whether the outermost container goes on behind `token`, which nothing opened.
    pub(super) fn closes_nothing(&self, token: Token) -> bool {
        if self.stack.len() != 1 {
            return false;
        }
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key).kind;
        let right = match token.kind {
            TokenKind::CloseBrace => TokenKind::CloseBracket,
            _ => TokenKind::CloseBrace,
        };
        next == right || next == TokenKind::Comma
    }

    /// Whether the bracket behind `token` is the one that its outer container wants: then `token` closes
    /// the innermost one and is only of the wrong kind.
    pub(super) fn closes_the_top_by_mistake(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let mut next = ahead.next(Expecting::Key).kind;
        if next == TokenKind::Comma {
            // `[ "a" }, "key": …`: the comma goes on with what surrounds the list.
            next = ahead.next(Expecting::Key).kind;
            let outer_is_object = self
                .stack
                .len()
                .checked_sub(2)
                .and_then(|outer| self.stack.get(outer))
                .is_some_and(|outer| self.is_object(outer.node));
            return outer_is_object
                && (next == TokenKind::CloseBrace
                    || matches!(next, TokenKind::String { .. } | TokenKind::Word)
                        && ahead.next(Expecting::Key).kind == TokenKind::Colon);
        }
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        match (outer, next) {
            (Some(outer), TokenKind::CloseBrace) => self.is_object(outer.node),
            (Some(outer), TokenKind::CloseBracket) => !self.is_object(outer.node),
            _ => false,
        }
    }

    /// What closes all that is open, laid out as it was opened; and the same without blanks.
    pub(super) fn closers(&self, at: u32, on_own_line: bool) -> (String, String) {
        let (mut laid_out, mut missing) = (String::new(), String::new());
        let line_end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut line = at;
        for frame in self.stack.iter().rev().take(MOST_CLOSERS + 1) {
            let before = self.text.get(..frame.open.start as usize).unwrap_or_default();
            let between = self.text.get(frame.open.start as usize..line as usize).unwrap_or_default();
            let first = missing.is_empty();
            if between.contains(['\n', '\r']) && !(first && on_own_line) {
                let begins = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
                let indent = before.get(begins..).unwrap_or_default();
                let indent = &indent[..indent.len() - indent.trim_start_matches([' ', '\t']).len()];
                laid_out.push_str(line_end);
                laid_out.push_str(indent);
            }
            line = frame.open.start;
            let closer = if self.is_object(frame.node) { '}' } else { ']' };
            laid_out.push(closer);
            missing.push(closer);
        }
        (laid_out, missing)
    }
}

/// What closes a bracket, and what stands between.
pub(super) struct Closer {
    pub(super) token: Token,
    has_comma: bool,
    has_colon: bool,
    is_empty: bool,
}

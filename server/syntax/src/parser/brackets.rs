//! Brackets that are missing, too many, or of another kind.

use super::report::{edit, insert, replace};
use super::{Frame, MAX_CLOSERS, MAX_LOOKAHEAD, MAX_PAIRED, Parser};
use crate::TextRange;
use crate::error::{FixKind, SyntaxErrorKind as ErrorKind};
use crate::lexer::{Expecting, Token, TokenKind};
use crate::tree::{Data, NONE};

impl Parser<'_> {
    /// `}` or `]`: closes what it belongs to, and tells what it should have been or what is left open.
    pub(super) fn close(&mut self, token: Token) {
        let wanted_object = token.kind == TokenKind::CloseBrace;
        let fits = |parser: &Self, frame: &Frame| parser.is_object(frame.node) == wanted_object;
        let Some(top) = self.stack.last() else {
            return;
        };
        if fits(self, top) {
            if top.open.is_empty() {
                let fix = insert(FixKind::InsertMissing, top.open.start, "{");
                self.error(top.open, ErrorKind::RootWithoutOpeningBrace, fix);
            }
            self.pop(token.range.end, true);
            return;
        }
        // Looking further down than this would let a row of wrong brackets cost its square.
        let deeper = self.stack.iter().rev().take(64).position(|frame| fits(self, frame));
        let Some(deeper) = deeper.filter(|_| !self.at_closer_of_other_kind(token)) else {
            if deeper.is_none() && self.at_unopened_closer(token) {
                self.stray(token);
                return;
            }
            let open = top.open;
            let (kind, right) = if wanted_object {
                (ErrorKind::ArrayClosedByOther, "]")
            } else {
                (ErrorKind::ObjectClosedByOther, "}")
            };
            self.error(token.range, kind, replace(FixKind::Change, token.range, right));
            self.relate(open);
            self.pop(token.range.end, true);
            return;
        };
        if deeper == 1 && self.recover_swapped_brackets(token) {
            return;
        }
        for _ in 0..deeper {
            let at = self.previous_end;
            let Some(frame) = self.stack.last() else {
                return;
            };
            let open = frame.open;
            if self.holds_only_a_list(frame.node) {
                self.error(open, ErrorKind::ExtraBracket, replace(FixKind::RemoveExtra, open, ""));
                self.mark_ambiguous();
            } else {
                let closer = if self.is_object(frame.node) { "}" } else { "]" };
                self.error(open, ErrorKind::UnclosedBracket, insert(FixKind::InsertMissing, at, closer));
            }
            self.pop(at, false);
        }
        self.pop(token.range.end, true);
    }

    /// The text ends in the middle: each open bracket is told of, and one fix closes them all.
    pub(super) fn unclosed(&mut self) {
        let last_line = self.text.rsplit(['\n', '\r']).next().unwrap_or_default();
        let on_own_line = last_line.len() < self.text.len() && last_line.trim().is_empty();
        let at = if on_own_line { self.text.len() as u32 } else { self.previous_end };
        let (closers, missing) = self.closers(at, on_own_line);
        // A text without its closing quote would take what is inserted for its own.
        let open_string = self.errors.last().filter(|error| {
            error.kind == ErrorKind::UnclosedString && error.range.end == at && !error.range.is_empty()
        });
        let quote = open_string.and_then(|error| self.slice(error.range).chars().next()).unwrap_or_default();
        let closers = if quote == '\0' { closers } else { format!("{quote}{closers}") };
        let mut certain = quote == '\0';
        while let Some(frame) = self.stack.last() {
            let open = frame.open;
            let few = missing.len() <= MAX_CLOSERS;
            if open.is_empty() {
                self.error(open, ErrorKind::RootWithoutBraces, None);
                let edits = vec![edit(open, "{"), edit(TextRange::empty(at), &closers)];
                self.fix(FixKind::PutBraces, edits, true);
            } else {
                self.error(open, ErrorKind::UnclosedBracket, None);
                let kind = FixKind::InsertMissingAtEnd(missing.clone());
                self.fix(kind, vec![edit(TextRange::empty(at), &closers)], true);
            }
            if let Some(error) = self.errors.last_mut() {
                error.fixes.retain_mut(|fix| {
                    fix.certain = std::mem::take(&mut certain);
                    few
                });
            }
            self.pop(self.previous_end, false);
        }
        self.pushed_back = None;
    }

    /// What closes all that is open, laid out as it was opened; and the same without blanks.
    pub(super) fn closers(&self, at: u32, on_own_line: bool) -> (String, String) {
        let (mut laid_out, mut missing) = (String::new(), String::new());
        let line_end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut line = at;
        for frame in self.stack.iter().rev().take(MAX_CLOSERS + 1) {
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

    /// Whether this `{` begins a list, as in `{"a", "b"}`.
    pub(super) fn recover_list_in_braces(&mut self, open: Token) -> bool {
        let mut ahead = self.ahead(open.range.end);
        let is_text = matches!(ahead.next(Expecting::Key).kind, TokenKind::String { closed: true, .. });
        if !is_text || !matches!(ahead.next(Expecting::Key).kind, TokenKind::Comma | TokenKind::CloseBrace) {
            return false;
        }
        let Some(Closer { token, has_colon: false, .. }) = self.closer_of(open) else { return false };
        if token.kind == TokenKind::CloseBracket {
            self.error(open.range, ErrorKind::ArrayOpenedByOther, replace(FixKind::Change, open.range, "["));
            return true;
        }
        if token.kind != TokenKind::CloseBrace || self.paired.len() >= MAX_PAIRED {
            return false;
        }
        self.paired.push((token.range.start, Some(TokenKind::CloseBracket)));
        self.error(TextRange::new(open.range.start, token.range.end), ErrorKind::ArrayInOtherBrackets, None);
        self.fix(FixKind::BracesToBrackets, vec![edit(open.range, "["), edit(token.range, "]")], true);
        true
    }

    /// Reads what stands in parentheses: a list, or a value.
    pub(super) fn recover_parentheses(&mut self, open: Token, parent: u32) -> bool {
        let Some(closer) = self.closer_of(open).filter(|_| self.paired.len() < MAX_PAIRED) else {
            return false;
        };
        let (close, as_list) = (closer.token, Token { kind: TokenKind::OpenBracket, range: open.range });
        let all = TextRange::new(open.range.start, close.range.end);
        match close.kind {
            TokenKind::CloseBracket => {
                let fix = replace(FixKind::Change, open.range, "[");
                self.error(open.range, ErrorKind::ArrayOpenedByOther, fix);
                self.value(as_list, parent)
            }
            TokenKind::Stray(')') if closer.has_comma || closer.is_empty => {
                self.paired.push((close.range.start, Some(TokenKind::CloseBracket)));
                self.error(all, ErrorKind::ArrayInOtherBrackets, None);
                let edits = vec![edit(open.range, "["), edit(close.range, "]")];
                self.fix(FixKind::ParenthesesToBrackets, edits, true);
                self.value(as_list, parent)
            }
            TokenKind::Stray(')') => {
                self.paired.push((close.range.start, None));
                self.error(all, ErrorKind::Parentheses, None);
                self.fix(FixKind::RemoveParentheses, vec![edit(open.range, ""), edit(close.range, "")], true);
                let inside = self.bump(Expecting::Value);
                let is_value = self.value(inside, parent);
                if !is_value {
                    self.stray(inside);
                }
                true
            }
            _ => false,
        }
    }

    /// Whether the bracket that the innermost list wants follows this one, which the object around it wants.
    pub(super) fn recover_swapped_brackets(&mut self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key);
        let (right, swapped) = match token.kind {
            TokenKind::CloseBrace => (TokenKind::CloseBracket, "]}"),
            _ => (TokenKind::CloseBrace, "}]"),
        };
        if next.kind != right || self.pushed_back.is_some() {
            return false;
        }
        self.bump(Expecting::Key);
        let all = TextRange::new(token.range.start, next.range.end);
        self.error(all, ErrorKind::SwappedBrackets, None);
        let (first, second) = swapped.split_at(1);
        self.fix(FixKind::SwapBrackets, vec![edit(token.range, first), edit(next.range, second)], true);
        self.pop(token.range.end, true);
        self.pop(next.range.end, true);
        true
    }

    pub(super) fn close_with_parenthesis(&mut self, token: Token) {
        let is_object = self.stack.last().is_some_and(|frame| self.is_object(frame.node));
        let (kind, right) = match is_object {
            true => (ErrorKind::ObjectClosedByOther, "}"),
            false => (ErrorKind::ArrayClosedByOther, "]"),
        };
        let open = self.stack.last().map(|frame| frame.open).unwrap_or_default();
        self.error(token.range, kind, replace(FixKind::Change, token.range, right));
        self.relate(open);
        self.pop(token.range.end, true);
    }

    /// Whether `)` closes the innermost object or list: what would close it rightly does not follow.
    pub(super) fn at_close_of_innermost(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key).kind;
        let closer = match self.stack.last().is_some_and(|frame| self.is_object(frame.node)) {
            true => TokenKind::CloseBrace,
            false => TokenKind::CloseBracket,
        };
        next != closer && (next != TokenKind::Comma || self.stack.len() > 1)
    }

    /// Whether the outermost container goes on behind `token`, which nothing opened.
    pub(super) fn at_unopened_closer(&self, token: Token) -> bool {
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
    pub(super) fn at_closer_of_other_kind(&self, token: Token) -> bool {
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

    /// What closes the bracket of whatever kind that `open` is.
    pub(super) fn closer_of(&self, open: Token) -> Option<Closer> {
        let mut ahead = self.ahead(open.range.end);
        let mut depth = 0_usize;
        let (mut has_comma, mut has_colon, mut is_empty) = (false, false, true);
        let max = MAX_LOOKAHEAD.min(self.lookahead_budget.get());
        for _ in 0..max {
            self.lookahead_budget.update(|budget| budget - 1);
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

    /// Whether all that a list holds is another list, which is closed.
    pub(super) fn holds_only_a_list(&self, list: u32) -> bool {
        let node = |id: u32| self.nodes.get(id as usize);
        let Some(first) =
            node(list).filter(|node| matches!(node.data, Data::Array { .. })).map(|node| node.first)
        else {
            return false;
        };
        node(first).is_some_and(|node| node.next == NONE && matches!(node.data, Data::Array { closed: true }))
    }
}

/// What closes a bracket, and what stands between.
pub(super) struct Closer {
    pub(super) token: Token,
    has_comma: bool,
    has_colon: bool,
    is_empty: bool,
}

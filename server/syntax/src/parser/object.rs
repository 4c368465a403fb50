//! Objects: keys, colons and the values of members.

use super::report::{insert, replace, uncertain};
use super::{Frame, MAX_WORDS, Parser, State};
use crate::error::{FixKind, SyntaxErrorKind as ErrorKind};
use crate::lexer::{Expecting, LexicalError, Token, TokenKind, is_identifier};
use crate::tree::{Data, NONE};
use crate::{TextRange, string};

impl Parser<'_> {
    pub(super) fn key(&mut self) {
        let token = self.bump(Expecting::Key);
        match token.kind {
            TokenKind::Word if self.eat_lone_quote(token.range, &[':']) => {
                self.open_member(token.range, None, true);
            }
            TokenKind::String { quote, closed } => {
                let (range, quote) = self.check_quotes(token, quote, closed);
                self.open_member(range, quote, closed);
            }
            TokenKind::Word if self.at_symbols(token) => self.stray(token),
            TokenKind::Word if self.slice(token.range).starts_with("...") => {
                self.recover_spread(token);
                self.set_state(State::AfterMember);
            }
            TokenKind::Word => self.bare_key(token),
            TokenKind::CloseBracket if self.recover_close_of_open_list(token) => {
                self.set_state(State::AfterMember)
            }
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::Comma => self.lone_comma(token),
            TokenKind::Colon => {
                self.error(token.range, ErrorKind::MissingKey, None);
                self.mark_ambiguous();
                self.open_member(TextRange::empty(token.range.start), None, true);
                self.set_colon(token);
            }
            TokenKind::OpenBrace if self.at_extra_brace(token) => {
                let fix = replace(FixKind::RemoveExtra, token.range, "");
                self.at_both_ends = self.error(token.range, ErrorKind::ExtraBrace, fix);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.error(token.range, ErrorKind::ValueWithoutKey, None);
                self.mark_ambiguous();
                self.open_member(TextRange::empty(token.range.start), None, true);
                self.set_state(State::MemberValue);
                self.pushed_back = Some(token);
            }
            TokenKind::Stray(')') if self.at_close_of_innermost(token) => self.close_with_parenthesis(token),
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    /// A key without quotes: an identifier, or something that needs them, or no key at all.
    pub(super) fn bare_key(&mut self, token: Token) {
        let mut key = token.range;
        if !self.lexer.at_separator() {
            match self.words_on_line(token) {
                (words, WordsEnd::Comment(end)) => {
                    let all = TextRange::new(words.start, end);
                    self.error(
                        all,
                        ErrorKind::StrayCommentEnd,
                        uncertain(insert(FixKind::Insert, words.start, "/* ")),
                    );
                    self.mark_ambiguous();
                    self.advance_to(end);
                    return;
                }
                (words, _) if words.end == token.range.end => {}
                (words, WordsEnd::Separator) => key = words,
                // One word after another may be a key and its value.
                (words, WordsEnd::Line(count)) if count > 2 => {
                    self.error(
                        words,
                        ErrorKind::BareComment,
                        uncertain(insert(FixKind::Insert, words.start, "// ")),
                    );
                    self.mark_ambiguous();
                    self.advance_to(words.end);
                    return;
                }
                _ => {}
            }
        }
        self.advance_to(key.end);
        let word = self.slice(key);
        if !is_identifier(word) {
            let fix = replace(FixKind::QuoteKey, key, &string::quote(word, '"'));
            self.error(key, ErrorKind::UnquotedKey, fix);
        }
        self.open_member(key, None, true);
    }

    pub(super) fn colon(&mut self) {
        let token = self.bump(Expecting::Value);
        match token.kind {
            TokenKind::Colon => self.set_colon(token),
            TokenKind::String { quote, closed: false } if self.eat_extra_quote(token, quote) => {}
            TokenKind::Stray(_) | TokenKind::Word if self.recover_colon(token) => {}
            TokenKind::String { .. } | TokenKind::Word if self.at_colon(token.range.end) => {
                self.key_without_value();
                self.set_state(State::Key);
                self.pushed_back = Some(token);
            }
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                let at = self.previous_end;
                self.error(TextRange::empty(at), ErrorKind::MissingColon, insert(FixKind::Insert, at, ":"));
                self.set_state(State::MemberValue);
                self.pushed_back = Some(token);
            }
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::Comma if self.at_comma_for_colon(token) => {
                self.error(token.range, ErrorKind::WrongColon, replace(FixKind::Change, token.range, ":"));
                self.set_colon(token);
            }
            TokenKind::Comma | TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::End => {
                if !self.recover_element() {
                    self.key_without_value();
                }
                self.set_state(State::AfterMember);
                self.pushed_back = Some(token);
            }
        }
    }

    pub(super) fn key_without_value(&mut self) {
        let key =
            self.stack.last().and_then(|frame| self.nodes.get(frame.member as usize)).map(|node| node.data);
        let Some(Data::Member { key, quote, key_closed, .. }) = key else { return };
        // Of a key whose quote is missing that is said already.
        if !key_closed {
            return;
        }
        let written = self.slice(key);
        let parts =
            written.get(1..written.len().saturating_sub(1)).and_then(|inside| inside.split_once(": "));
        if let (Some((name, value)), Some(mark @ ('"' | '\''))) = (parts, quote) {
            let split = format!("{mark}{}{mark}: {mark}{}{mark}", name.trim(), value.trim());
            self.error(
                key,
                ErrorKind::KeyAndValueInOneString,
                replace(FixKind::SplitKeyAndValue, key, &split),
            );
            return self.mark_ambiguous();
        }
        self.error(key, ErrorKind::KeyWithoutValue, None);
        self.mark_ambiguous();
    }

    pub(super) fn member_value(&mut self) {
        let token = self.bump(Expecting::Value);
        let member = self.stack.last().map_or(NONE, |frame| frame.member);
        match token.kind {
            TokenKind::Comma | TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::End => {
                self.missing_value();
                self.set_state(State::AfterMember);
                self.pushed_back = Some(token);
            }
            TokenKind::String { .. } | TokenKind::Word
                if self.at_colon(token.range.end)
                    && (self.at_line_start(token) || self.at_list_of_key(token)) =>
            {
                self.missing_value();
                self.set_state(State::Key);
                self.pushed_back = Some(token);
            }
            TokenKind::Word if self.at_item_mark(token) => {
                self.set_state(State::AfterMember);
                self.recover_yaml_list(token, member);
            }
            _ => {
                self.set_state(State::AfterMember);
                if !self.value(token, member) {
                    self.set_state(State::MemberValue);
                    self.stray(token);
                }
            }
        }
    }

    pub(super) fn missing_value(&mut self) {
        let at = self.previous_end;
        self.error(TextRange::empty(at), ErrorKind::MissingValue, None);
    }

    pub(super) fn after_member(&mut self) {
        let token = self.bump(Expecting::Key);
        match token.kind {
            TokenKind::Comma => self.set_state(State::Key),
            TokenKind::CloseBracket if self.recover_close_of_open_list(token) => {}
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::String { quote, closed: false } if self.eat_extra_quote(token, quote) => {}
            TokenKind::Word | TokenKind::Stray(_) | TokenKind::Colon if self.recover_comma(token) => {
                self.set_state(State::Key);
            }
            TokenKind::Word if self.at_symbols(token) => self.stray(token),
            TokenKind::String { .. } | TokenKind::Word if self.at_extra_value(token) => {
                self.error(token.range, ErrorKind::ExtraValue, None);
                self.mark_ambiguous();
            }
            TokenKind::String { .. } | TokenKind::Word => {
                self.missing_comma();
                self.set_state(State::Key);
                self.pushed_back = Some(token);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.set_state(State::Key);
                self.pushed_back = Some(token);
            }
            TokenKind::Stray(')') if self.at_close_of_innermost(token) => self.close_with_parenthesis(token),
            TokenKind::Colon | TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    /// Whether this `{`, right behind the first one, is one too many.
    pub(super) fn at_extra_brace(&self, token: Token) -> bool {
        let is_first = |frame: &Frame| {
            self.nodes.get(frame.node as usize).is_some_and(|node| node.parent == NONE && node.first == NONE)
        };
        self.stack.last().is_some_and(is_first) && self.at_both_ends.is_none() && self.at_key(token.range.end)
    }

    /// Whether a value stands behind another one, with nothing between that would make it a key.
    pub(super) fn at_extra_value(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key);
        let same_line = |from: u32, to: u32| {
            self.text.get(from as usize..to as usize).is_some_and(|between| !between.contains(['\n', '\r']))
        };
        same_line(self.previous_end, token.range.start)
            && matches!(next.kind, TokenKind::Comma | TokenKind::CloseBrace | TokenKind::End)
    }

    /// Whether a colon and a list follow.
    pub(super) fn at_list_of_key(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        ahead.next(Expecting::Key).kind == TokenKind::Colon
            && matches!(ahead.next(Expecting::Key).kind, TokenKind::OpenBracket | TokenKind::OpenBrace)
    }

    /// The words from one on that stand on its line, and what follows them.
    fn words_on_line(&self, first: Token) -> (TextRange, WordsEnd) {
        let mut ahead = self.ahead(first.range.end);
        let mut end = first.range.end;
        for count in 1..MAX_WORDS {
            let next = ahead.next(Expecting::Key);
            let between = self.text.get(end as usize..next.range.start as usize).unwrap_or_default();
            let words = TextRange::new(first.range.start, end);
            if let Some(LexicalError::StrayCommentEnd(range)) = ahead.errors.first() {
                return (words, WordsEnd::Comment(range.end));
            }
            match next.kind {
                TokenKind::End => return (words, WordsEnd::Line(count)),
                _ if between.contains(['\n', '\r']) => return (words, WordsEnd::Line(count)),
                TokenKind::Word => end = next.range.end,
                TokenKind::Colon | TokenKind::Stray('=') => return (words, WordsEnd::Separator),
                _ => return (words, WordsEnd::Other),
            }
        }
        (first.range, WordsEnd::Other)
    }
}

/// What follows some words on their line.
enum WordsEnd {
    /// A colon, or a sign that was meant to be one.
    Separator,
    /// Nothing, after so many words.
    Line(usize),
    /// The end of a comment.
    Comment(u32),
    /// Something else.
    Other,
}

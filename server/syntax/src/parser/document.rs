//! The whole text: what stands before its root, the root, and what follows.

use super::report::{edit, replace, uncertain};
use super::{Frame, MAX_WORDS, Parser, State};
use crate::TextRange;
use crate::error::{FixKind, Notation, SyntaxErrorKind as ErrorKind};
use crate::lexer::{Expecting, Token, TokenKind};
use crate::number::parse_number;
use crate::tree::{Data, NONE};

impl Parser<'_> {
    pub(super) fn document(&mut self) {
        loop {
            let token = self.bump(Expecting::Value);
            match token.kind {
                TokenKind::End => {
                    let nothing_else = self.errors.is_empty() && self.lexer.errors.is_empty();
                    if nothing_else {
                        self.error(TextRange::empty(0), ErrorKind::Empty, None);
                    }
                    return;
                }
                _ if self.recover_escaped_json(token) => return,
                _ if self.recover_later_root(token) => {}
                TokenKind::Word | TokenKind::Stray('<') if self.recover_other_notation(token) => return,
                _ if self.recover_root_in_other_brackets(token) => break,
                _ if self.recover_root_without_braces(token) => break,
                TokenKind::Word if !self.at_literal(token) => return self.recover_no_root(token),
                _ if self.value(token, NONE) => break,
                _ => self.stray(token),
            }
        }
        while let Some(frame) = self.stack.last() {
            match frame.state {
                State::Key => self.key(),
                State::Colon => self.colon(),
                State::MemberValue => self.member_value(),
                State::AfterMember => self.after_member(),
                State::Element => self.element(),
                State::AfterElement => self.after_element(),
            }
        }
        self.trailing_text();
    }

    /// Behind the value of the whole text.
    pub(super) fn trailing_text(&mut self) {
        let token = self.bump(Expecting::Value);
        if token.kind == TokenKind::End {
            return;
        }
        let range = self.rest_from(token);
        let rest = self.slice(range);
        let is_closer = |c: char| matches!(c, '}' | ']' | ')' | ',' | ';' | '`') || c.is_whitespace();
        let closers = rest.chars().all(is_closer);
        if closers && self.recover_text_around_root(range) {
            return self.eat_rest(range.start);
        }
        let another = rest.trim_start_matches(|c| is_closer(c) && c != '}' && c != ']').starts_with('{');
        // A second connector is to be kept, unless it is the first once more.
        let is_again = || {
            let root = self.text.get(..range.start as usize).unwrap_or_default();
            root.trim() == rest.trim()
        };
        let fix = match closers {
            true => replace(FixKind::RemoveAfter, range, ""),
            false if !another || is_again() => uncertain(replace(FixKind::RemoveAfter, range, "")),
            false => None,
        };
        let message = if another { ErrorKind::SecondRoot } else { ErrorKind::TextAfterRoot };
        self.error(range, message, fix);
        self.eat_rest(range.start);
    }

    /// Whether other words stand before the connector, as in `export default {`; they are one mistake.
    pub(super) fn recover_later_root(&mut self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.start);
        let mut end = token.range.end;
        let rest = self.text.get(token.range.start as usize..).unwrap_or_default();
        if rest.starts_with("```") {
            // What stands on the line of a Markdown fence names the language.
            end = token.range.start + rest.find(['\r', '\n']).unwrap_or(rest.len()) as u32;
            ahead.offset = end as usize;
        }
        for count in 0..MAX_WORDS {
            let next = ahead.next(Expecting::Value);
            match next.kind {
                TokenKind::Word | TokenKind::Stray(_) => end = next.range.end,
                // `Here is the file: {`; one word before it is a key.
                TokenKind::Colon if count > 0 => end = next.range.end,
                TokenKind::String { closed: true, .. } if next.range.start > token.range.start => {
                    end = next.range.end
                }
                TokenKind::OpenBrace if next.range.start > token.range.start => {
                    let range = TextRange::new(token.range.start, end);
                    let fix = replace(FixKind::RemoveBefore, range, "");
                    self.at_both_ends = self.error(range, ErrorKind::TextBeforeRoot, fix);
                    self.lexer.offset = end as usize;
                    self.current_end = end;
                    return true;
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether the connector begins with a key, because its `{` is missing; what follows is read as if it were there.
    pub(super) fn recover_root_without_braces(&mut self, token: Token) -> bool {
        if !matches!(token.kind, TokenKind::String { .. } | TokenKind::Word) {
            return false;
        }
        let mut ahead = self.ahead(token.range.end);
        if ahead.next(Expecting::Key).kind != TokenKind::Colon {
            return false;
        }
        let at = TextRange::empty(token.range.start);
        let node = self.add(at, NONE, Data::Object { closed: false });
        self.stack.push(Frame { node, member: NONE, state: State::Key, open: at });
        self.pushed_back = Some(token);
        true
    }

    /// Whether the connector stands between brackets of another kind; what follows is read as if they were braces.
    pub(super) fn recover_root_in_other_brackets(&mut self, token: Token) -> bool {
        if !matches!(token.kind, TokenKind::OpenBracket | TokenKind::Stray('('))
            || !self.at_key(token.range.end)
        {
            return false;
        }
        let close = self
            .closer_of(token)
            .map(|closer| closer.token)
            .filter(|close| close.kind != TokenKind::CloseBrace);
        match close {
            Some(close) => {
                self.paired.push((close.range.start, Some(TokenKind::CloseBrace)));
                self.error(token.range, ErrorKind::RootInOtherBrackets, None);
                let edits = vec![edit(token.range, "{"), edit(close.range, "}")];
                self.fix(FixKind::BracketsToBraces, edits, true);
            }
            None => {
                let fix = replace(FixKind::Change, token.range, "{");
                self.error(token.range, ErrorKind::RootOpenedByOther, fix);
            }
        }
        self.value(Token { kind: TokenKind::OpenBrace, range: token.range }, NONE)
    }

    /// Whether what follows the end belongs to what stands before the beginning: then both are one mistake.
    pub(super) fn recover_text_around_root(&mut self, rest: TextRange) -> bool {
        let Some(error) = self.at_both_ends.and_then(|error| self.errors.get_mut(error)) else {
            return false;
        };
        if error.kind == ErrorKind::TextBeforeRoot {
            error.kind = ErrorKind::TextAroundRoot;
        }
        if let Some(fix) = error.fixes.first_mut() {
            fix.kind = FixKind::RemoveAround;
            fix.edits.push(edit(rest, ""));
        }
        true
    }

    /// Whether the text is of another notation altogether; all of it is one mistake then.
    pub(super) fn recover_other_notation(&mut self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key);
        let is_item = |line: &str| line.trim_start().starts_with("- ");
        // A value without quotes, and the next key in the next line without a comma between.
        let mut is_line = || {
            let value = ahead.next(Expecting::Value);
            let after = ahead.next(Expecting::Key);
            let key = ahead.next(Expecting::Key).kind;
            matches!(value.kind, TokenKind::Word | TokenKind::String { .. })
                && matches!(after.kind, TokenKind::Word)
                && self.at_line_start(after)
                && matches!(key, TokenKind::Colon | TokenKind::Stray('='))
        };
        let message = match (token.kind, next.kind) {
            (TokenKind::Stray('<'), TokenKind::Word) => ErrorKind::OtherNotation(Notation::Xml),
            _ if self.slice(token.range) == "---" => ErrorKind::OtherNotation(Notation::Yaml),
            (TokenKind::Word, TokenKind::Colon) if self.text.lines().any(is_item) || is_line() => {
                ErrorKind::OtherNotation(Notation::Yaml)
            }
            (TokenKind::Word, TokenKind::Stray('=')) if is_line() => ErrorKind::OtherNotation(Notation::Toml),
            _ => return false,
        };
        let range = self.rest_from(token);
        self.error(range, message, None);
        self.mark_ambiguous();
        self.eat_rest(range.start);
        true
    }

    /// Whether the text's quotes are written as in the source of an HTML page; all of it is one mistake then.
    fn recover_escaped_json(&mut self, token: Token) -> bool {
        let quoted = ["&quot;", "&#34;", "&#x22;", "&#39;", "&apos;"]
            .into_iter()
            .any(|quote| self.text.matches(quote).nth(1).is_some());
        if !quoted || self.text.contains(['"', '\'']) {
            return false;
        }
        let range = self.rest_from(token);
        self.error(range, ErrorKind::OtherNotation(Notation::EscapedJson), None);
        self.mark_ambiguous();
        self.eat_rest(range.start);
        true
    }

    /// Words where a connector belongs.
    pub(super) fn recover_no_root(&mut self, token: Token) {
        let range = self.rest_from(token);
        self.error(range, ErrorKind::NoRoot, None);
        self.mark_ambiguous();
        self.add(token.range, NONE, Data::String { quote: None, closed: true });
        self.eat_rest(range.start);
    }

    /// Whether a word is a value as it stands.
    pub(super) fn at_literal(&self, token: Token) -> bool {
        let word = self.slice(token.range);
        matches!(word, "null" | "true" | "false") || parse_number(word).is_some()
    }

    /// All from a token to the end, but for blanks.
    pub(super) fn rest_from(&self, token: Token) -> TextRange {
        let rest = self.text.get(token.range.start as usize..).unwrap_or_default().trim_end();
        TextRange::new(token.range.start, token.range.start + rest.len() as u32)
    }

    /// Passes over the rest, which is one mistake; its comments are still comments.
    pub(super) fn eat_rest(&mut self, start: u32) {
        while self.bump(Expecting::Value).kind != TokenKind::End {}
        self.lexer.errors.retain(|trouble| trouble.range().start < start);
        self.paired.clear();
    }
}

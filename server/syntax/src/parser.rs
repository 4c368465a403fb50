//! Tokens to a tree, with every independent mistake told once, at its own place.

mod messages;

use crate::lexer::{Expecting, Lexer, Token, TokenKind, Trouble, is_identifier, is_invisible};
use crate::number::parse_number;
use crate::tree::{Data, NONE, NodeData, Tree};
use crate::{SyntaxError, SyntaxFix, TextEdit, TextRange, string};

/// More errors than anybody reads; what comes after is still parsed.
const MOST_ERRORS: usize = 200;
/// So many words are taken together, where words have no place.
const MOST_WORDS_BEFORE: usize = 16;
/// So much of a row of characters without a meaning is shown; they are all of one byte.
const MOST_SHOWN: usize = 16;

/// Reads a text. Never fails: what is no JSON5 is told in [`Tree::errors`] and the rest still stands in the tree.
///
/// A text of 4 GiB or more is read as if it were empty, with an error that says so.
pub fn parse(text: &str) -> Tree {
    if u32::try_from(text.len()).is_err() {
        let mut parser = Parser::new("");
        parser.error(TextRange::default(), messages::TOO_LARGE, None);
        return parser.finish();
    }
    let mut parser = Parser::new(text);
    parser.document();
    parser.finish()
}

/// Where the parser stands in the innermost object or list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// In an object, before a key or `}`.
    Key,
    /// After a key, before `:`.
    Colon,
    /// After `:`.
    MemberValue,
    /// After a member, before `,` or `}`.
    AfterMember,
    /// In a list, before a value or `]`.
    Element,
    /// After a value in a list, before `,` or `]`.
    AfterElement,
}

struct Frame {
    node: u32,
    member: u32,
    state: State,
    open: TextRange,
}

struct Parser<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    nodes: Vec<NodeData>,
    stack: Vec<Frame>,
    errors: Vec<SyntaxError>,
    /// Where the token before the current one ends: a missing one belongs there.
    previous_end: u32,
    current_end: u32,
    /// A token that is looked at once more, in another state.
    again: Option<Token>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            lexer: Lexer::new(text),
            nodes: Vec::with_capacity(text.len() / 24),
            stack: Vec::new(),
            errors: Vec::new(),
            previous_end: 0,
            current_end: 0,
            again: None,
        }
    }

    fn finish(mut self) -> Tree {
        for trouble in std::mem::take(&mut self.lexer.troubles) {
            match trouble {
                Trouble::BadEscape(range) => self.error(range, messages::BAD_ESCAPE, None),
                Trouble::OpenComment(range) => {
                    let end = self.text.len() as u32;
                    self.error(range, messages::OPEN_COMMENT, insert("Close the comment", end, " */"));
                }
                Trouble::HashComment(range) => {
                    let mark = TextRange::new(range.start, range.start + 1);
                    self.error(range, messages::HASH_COMMENT, replace("Change `#` to `//`", mark, "//"));
                }
            }
        }
        self.errors.sort_by_key(|error| error.range);
        Tree { text: self.text.into(), nodes: self.nodes, errors: self.errors, comments: self.lexer.comments }
    }

    fn document(&mut self) {
        loop {
            let token = self.next(Expecting::Value);
            match token.kind {
                TokenKind::End => {
                    let nothing_else = self.errors.is_empty() && self.lexer.troubles.is_empty();
                    if nothing_else {
                        self.error(TextRange::empty(0), messages::EMPTY, None);
                    }
                    return;
                }
                _ if self.begins_later(token) => {}
                TokenKind::Word if self.is_yaml(token) => return self.yaml(token),
                _ if self.lacks_braces(token) => break,
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
        self.end();
    }

    /// Whether other words stand before the connector, as in `export default {`; they are one mistake.
    fn begins_later(&mut self, token: Token) -> bool {
        let mut ahead = Lexer::new(self.text);
        ahead.at = token.range.start as usize;
        let mut end = token.range.end;
        for _ in 0..MOST_WORDS_BEFORE {
            let next = ahead.next(Expecting::Value);
            match next.kind {
                TokenKind::Word | TokenKind::Stray(_) => end = next.range.end,
                TokenKind::OpenBrace if next.range.start > token.range.start => {
                    let range = TextRange::new(token.range.start, end);
                    let fix = replace("Remove what stands before the `{`", range, "");
                    self.error(range, messages::BEFORE_THE_BEGINNING, fix);
                    while self.lexer.at < end as usize {
                        self.next(Expecting::Value);
                    }
                    return true;
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether the connector begins with a key, because its `{` is missing; what follows is read as if it were there.
    fn lacks_braces(&mut self, token: Token) -> bool {
        if !matches!(token.kind, TokenKind::String { .. } | TokenKind::Word) {
            return false;
        }
        let mut ahead = Lexer::new(self.text);
        ahead.at = token.range.end as usize;
        if ahead.next(Expecting::Key).kind != TokenKind::Colon {
            return false;
        }
        let at = TextRange::empty(token.range.start);
        let node = self.add(at, NONE, Data::Object { closed: false });
        self.stack.push(Frame { node, member: NONE, state: State::Key, open: at });
        self.again = Some(token);
        true
    }

    /// Behind the value of the whole text.
    fn end(&mut self) {
        let token = self.next(Expecting::Value);
        if token.kind == TokenKind::End {
            return;
        }
        let range = self.rest_from(token);
        let rest = self.slice(range);
        let closers = rest.chars().all(|c| matches!(c, '}' | ']' | ',' | ';' | ' ' | '\n' | '\r' | '\t'));
        let fix = if closers { replace("Remove what follows the end", range, "") } else { None };
        self.error(range, messages::AFTER_THE_END, fix);
        self.skip_rest(range.start);
    }

    /// All from a token to the end, but for blanks.
    fn rest_from(&self, token: Token) -> TextRange {
        let rest = self.text.get(token.range.start as usize..).unwrap_or_default().trim_end();
        TextRange::new(token.range.start, token.range.start + rest.len() as u32)
    }

    /// Whether the text is YAML: a key without braces, and lists with a dash at the beginning of a line.
    fn is_yaml(&self, token: Token) -> bool {
        let mut ahead = Lexer::new(self.text);
        ahead.at = token.range.end as usize;
        let is_item = |line: &str| line.trim_start().starts_with("- ");
        ahead.next(Expecting::Key).kind == TokenKind::Colon && self.text.lines().any(is_item)
    }

    fn yaml(&mut self, token: Token) {
        let range = self.rest_from(token);
        self.error(range, messages::YAML, None);
        self.skip_rest(range.start);
    }

    /// Passes over the rest, which is one mistake; its comments are still comments.
    fn skip_rest(&mut self, start: u32) {
        while self.next(Expecting::Value).kind != TokenKind::End {}
        self.lexer.troubles.retain(|trouble| match trouble {
            Trouble::BadEscape(at) | Trouble::OpenComment(at) | Trouble::HashComment(at) => at.start < start,
        });
    }

    fn key(&mut self) {
        let token = self.next(Expecting::Key);
        match token.kind {
            TokenKind::Word if self.skip_lone_quote(token.range, &[':']) => {
                self.open_member(token.range, None, true);
            }
            TokenKind::String { quote, closed } => {
                self.check_quotes(token, quote, closed);
                self.open_member(token.range, Some(quote), closed);
            }
            TokenKind::Word => {
                let word = self.slice(token.range);
                if !is_identifier(word) {
                    let fix = replace("Put quotes around the key", token.range, &string::quote(word, '"'));
                    self.error(token.range, messages::KEY_NEEDS_QUOTES, fix);
                }
                self.open_member(token.range, None, true);
            }
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::Comma => self.lone_comma(token),
            TokenKind::Colon => {
                self.error(token.range, messages::MISSING_KEY, None);
                self.open_member(TextRange::empty(token.range.start), None, true);
                self.set_colon(token);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.error(token.range, messages::VALUE_WITHOUT_KEY, None);
                self.open_member(TextRange::empty(token.range.start), None, true);
                self.set_state(State::MemberValue);
                self.again = Some(token);
            }
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    fn colon(&mut self) {
        let token = self.next(Expecting::Value);
        match token.kind {
            TokenKind::Colon => self.set_colon(token),
            TokenKind::Stray('=') => {
                self.error(
                    token.range,
                    messages::EQUALS_FOR_COLON,
                    replace("Change `=` to `:`", token.range, ":"),
                );
                self.set_colon(token);
            }
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                let at = self.previous_end;
                self.error(TextRange::empty(at), messages::MISSING_COLON, insert("Insert `:`", at, ":"));
                self.set_state(State::MemberValue);
                self.again = Some(token);
            }
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::Comma | TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::End => {
                let key = self.stack.last().and_then(|frame| self.nodes.get(frame.member as usize));
                let range = key.map(|key| key.range).unwrap_or(TextRange::empty(self.previous_end));
                self.error(range, messages::KEY_WITHOUT_VALUE, None);
                self.set_state(State::AfterMember);
                self.again = Some(token);
            }
        }
    }

    fn member_value(&mut self) {
        let token = self.next(Expecting::Value);
        let member = self.stack.last().map_or(NONE, |frame| frame.member);
        match token.kind {
            TokenKind::Comma | TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::End => {
                let at = self.previous_end;
                self.error(TextRange::empty(at), messages::MISSING_VALUE, None);
                self.set_state(State::AfterMember);
                self.again = Some(token);
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

    fn after_member(&mut self) {
        let token = self.next(Expecting::Key);
        match token.kind {
            TokenKind::Comma => self.set_state(State::Key),
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::String { .. } | TokenKind::Word => {
                self.missing_comma();
                self.set_state(State::Key);
                self.again = Some(token);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.set_state(State::Key);
                self.again = Some(token);
            }
            TokenKind::Stray(';') => {
                self.error(token.range, messages::SEMICOLON, replace("Change `;` to `,`", token.range, ","));
                self.set_state(State::Key);
            }
            TokenKind::Colon | TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    fn element(&mut self) {
        let token = self.next(Expecting::Value);
        match token.kind {
            TokenKind::String { .. } | TokenKind::Word if self.is_next_key(token) => self.close_before(token),
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::Comma => self.lone_comma(token),
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

    fn after_element(&mut self) {
        let token = self.next(Expecting::Value);
        match token.kind {
            TokenKind::Comma => self.set_state(State::Element),
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::String { .. } | TokenKind::Word if self.is_next_key(token) => self.close_before(token),
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.missing_comma();
                self.set_state(State::Element);
                self.again = Some(token);
            }
            TokenKind::Stray(';') => {
                self.error(token.range, messages::SEMICOLON, replace("Change `;` to `,`", token.range, ","));
                self.set_state(State::Element);
            }
            TokenKind::Colon => {
                self.error(token.range, messages::COLON_IN_LIST, None);
                self.set_state(State::Element);
            }
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    /// Adds the value that `token` begins; false where it begins none.
    fn value(&mut self, token: Token, parent: u32) -> bool {
        let data = match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                let object = token.kind == TokenKind::OpenBrace;
                let data =
                    if object { Data::Object { closed: false } } else { Data::Array { closed: false } };
                let node = self.add(token.range, parent, data);
                let state = if object { State::Key } else { State::Element };
                self.stack.push(Frame { node, member: NONE, state, open: token.range });
                return true;
            }
            TokenKind::String { quote, closed } => {
                self.check_quotes(token, quote, closed);
                Data::String { quote: Some(quote), closed }
            }
            TokenKind::Word => self.word(token.range),
            _ => return false,
        };
        self.add(token.range, parent, data);
        true
    }

    /// Whether `token`, in a list, is the next key of the object around it: it begins a line, and a `:` follows.
    fn is_next_key(&self, token: Token) -> bool {
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        let after = self.text.get(token.range.end as usize..).unwrap_or_default().trim_start();
        after.starts_with(':')
            && outer.is_some_and(|outer| self.is_object(outer.node))
            && self.begins_line(token)
    }

    fn begins_line(&self, token: Token) -> bool {
        let before = self.text.get(..token.range.start as usize).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r'])
    }

    /// Closes a list that was left open before the next key.
    fn close_before(&mut self, key: Token) {
        let Some(list) = self.stack.last() else { return };
        let (open, has_comma) =
            (list.open, list.state == State::Element && self.previous_end > list.open.end);
        // After a comma the bracket belongs before it.
        let before = if has_comma { self.previous_end.saturating_sub(1) } else { self.previous_end };
        let missing = if has_comma { "]" } else { "]," };
        let fix = insert(format!("Insert the missing `{missing}`"), before, missing);
        self.error(open, messages::NEVER_CLOSED, fix);
        self.pop(before, false);
        self.set_state(State::Key);
        self.again = Some(key);
    }

    /// Passes over the closing quote of a word that has no opening one, where one of `ends` or nothing else on the
    /// line follows; false if there is none.
    fn skip_lone_quote(&mut self, word: TextRange, ends: &[char]) -> bool {
        let rest = self.text.get(word.end as usize..).unwrap_or_default();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
        let after = rest.get(1..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let is_lone = after.starts_with(ends)
            || (ends.len() > 1 && (after.is_empty() || after.starts_with(['\n', '\r'])));
        if !is_lone || self.again.is_some() || self.lexer.at != word.end as usize {
            return false;
        }
        self.lexer.at += 1;
        self.current_end += 1;
        let fix = insert(format!("Insert the opening `{quote}`"), word.start, quote.encode_utf8(&mut [0; 4]));
        self.error(TextRange::new(word.start, word.end + 1), messages::NO_OPENING_QUOTE, fix);
        true
    }

    /// Where a text of several words ends that lacks its quotes: `slack bot`.
    fn end_of_words(&self, word: TextRange) -> u32 {
        let mut end = word.end;
        let in_object = self.stack.last().is_some_and(|frame| self.is_object(frame.node));
        if !in_object || self.again.is_some() {
            return end;
        }
        let mut ahead = Lexer::new(self.text);
        ahead.at = end as usize;
        for _ in 0..MOST_WORDS_BEFORE {
            let next = ahead.next(Expecting::Key);
            let between = self.text.get(end as usize..next.range.start as usize).unwrap_or("\n");
            let on_line = between.chars().all(|c| matches!(c, ' ' | '\t'));
            if next.kind != TokenKind::Word || !on_line || ahead.is_at_separator() {
                break;
            }
            end = next.range.end;
        }
        end
    }

    fn word(&mut self, range: TextRange) -> Data {
        let word = self.slice(range);
        match word {
            "null" => return Data::Null,
            "true" => return Data::Bool(true),
            "false" => return Data::Bool(false),
            _ => {}
        }
        if let Some(number) = parse_number(word) {
            return Data::Number(number);
        }
        let literal = match word {
            "True" | "TRUE" => Some(("true", Data::Bool(true))),
            "False" | "FALSE" => Some(("false", Data::Bool(false))),
            "None" | "NULL" | "Null" | "nil" | "undefined" => Some(("null", Data::Null)),
            _ => None,
        };
        if let Some((right, data)) = literal {
            let title = format!("Change `{word}` to `{right}`");
            let message = format!("`{word}` is written `{right}` here.");
            self.error(range, message, replace(title, range, right));
            return data;
        }
        if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
            self.error(
                range,
                messages::BAD_NUMBER,
                replace("Put quotes around it", range, &string::quote(word, '"')),
            );
            return Data::Error;
        }
        if self.skip_lone_quote(range, &[',', ']', '}']) {
            return Data::String { quote: None, closed: true };
        }
        let all = TextRange::new(range.start, self.end_of_words(range));
        if all.end > range.end {
            self.lexer.at = all.end as usize;
            self.current_end = all.end;
        }
        let fix = replace("Put quotes around it", all, &string::quote(self.slice(all), '"'));
        self.error(all, messages::TEXT_NEEDS_QUOTES, fix);
        Data::String { quote: None, closed: true }
    }

    fn check_quotes(&mut self, token: Token, quote: char, closed: bool) {
        let plain = matches!(quote, '"' | '\'');
        if !closed {
            let end = token.range.end;
            let title = if quote == '\'' { "Insert the closing `'`" } else { "Insert the closing `\"`" };
            let fix = if plain { insert(title, end, quote.encode_utf8(&mut [0; 4])) } else { None };
            self.error(token.range, messages::OPEN_STRING, fix);
        } else if !plain {
            let length = quote.len_utf8();
            let inside = self.slice(token.range).get(length..).unwrap_or_default();
            let last = inside.chars().next_back().map_or(0, char::len_utf8);
            let inside = inside.get(..inside.len() - last).unwrap_or_default();
            let right = string::quote(&string::decode(inside), '"');
            self.error(
                token.range,
                messages::OTHER_QUOTES,
                replace("Change the quotes to `\"`", token.range, &right),
            );
        }
    }

    fn open_member(&mut self, key: TextRange, quote: Option<char>, key_closed: bool) {
        let Some(object) = self.stack.last().map(|frame| frame.node) else {
            return;
        };
        let member = self.add(key, object, Data::Member { key, quote, key_closed, colon: None });
        if let Some(frame) = self.stack.last_mut() {
            frame.member = member;
            frame.state = State::Colon;
        }
    }

    fn set_colon(&mut self, token: Token) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        frame.state = State::MemberValue;
        if let Some(node) = self.nodes.get_mut(frame.member as usize) {
            node.range.end = token.range.end;
            if let Data::Member { colon, .. } = &mut node.data {
                *colon = Some(token.range.start);
            }
        }
    }

    /// `}` or `]`: closes what it belongs to, and tells what it should have been or what is left open.
    fn close(&mut self, token: Token) {
        let wanted_object = token.kind == TokenKind::CloseBrace;
        let fits = |parser: &Self, frame: &Frame| parser.is_object(frame.node) == wanted_object;
        let Some(top) = self.stack.last() else {
            return;
        };
        if fits(self, top) {
            if top.open.is_empty() {
                let fix = insert("Insert the missing `{`", top.open.start, "{");
                self.error(top.open, messages::NO_OPENING_BRACE, fix);
            }
            self.pop(token.range.end, true);
            return;
        }
        // Looking further down than this would let a row of wrong brackets cost its square.
        let deeper = self.stack.iter().rev().take(64).position(|frame| fits(self, frame));
        let Some(deeper) = deeper.filter(|_| !self.closes_the_top_by_mistake(token)) else {
            if deeper.is_none() && self.closes_nothing(token) {
                self.stray(token);
                return;
            }
            let open = top.open;
            let (message, title, right) = if wanted_object {
                (messages::WRONG_BRACE, "Change `}` to `]`", "]")
            } else {
                (messages::WRONG_BRACKET, "Change `]` to `}`", "}")
            };
            self.error(token.range, message, replace(title, token.range, right));
            self.relate(open, "opened here");
            self.pop(token.range.end, true);
            return;
        };
        for _ in 0..deeper {
            let at = self.previous_end;
            let Some(frame) = self.stack.last() else {
                return;
            };
            let open = frame.open;
            let fix = match self.is_object(frame.node) {
                true => insert("Insert the missing `}`", at, "}"),
                false => insert("Insert the missing `]`", at, "]"),
            };
            self.error(open, messages::NEVER_CLOSED, fix);
            self.pop(at, false);
        }
        self.pop(token.range.end, true);
    }

    /// Whether the outermost container goes on behind `token`, which nothing opened.
    fn closes_nothing(&self, token: Token) -> bool {
        if self.stack.len() != 1 {
            return false;
        }
        let mut ahead = Lexer::new(self.text);
        ahead.at = token.range.end as usize;
        let next = ahead.next(Expecting::Key).kind;
        let right = match token.kind {
            TokenKind::CloseBrace => TokenKind::CloseBracket,
            _ => TokenKind::CloseBrace,
        };
        next == right || next == TokenKind::Comma
    }

    /// Whether the bracket behind `token` is the one that its outer container wants: then `token` closes
    /// the innermost one and is only of the wrong kind.
    fn closes_the_top_by_mistake(&self, token: Token) -> bool {
        let rest = self.text.get(token.range.end as usize..).unwrap_or_default();
        let mut ahead = Lexer::new(rest);
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
                && matches!(next, TokenKind::String { .. } | TokenKind::Word)
                && ahead.next(Expecting::Key).kind == TokenKind::Colon;
        }
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        match (outer, next) {
            (Some(outer), TokenKind::CloseBrace) => self.is_object(outer.node),
            (Some(outer), TokenKind::CloseBracket) => !self.is_object(outer.node),
            _ => false,
        }
    }

    fn is_object(&self, node: u32) -> bool {
        matches!(self.nodes.get(node as usize).map(|node| node.data), Some(Data::Object { .. }))
    }

    fn pop(&mut self, end: u32, is_closed: bool) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let mut parent = NONE;
        if let Some(node) = self.nodes.get_mut(frame.node as usize) {
            node.range.end = end.max(node.range.end);
            parent = node.parent;
            if let Data::Object { closed } | Data::Array { closed } = &mut node.data {
                *closed = is_closed;
            }
        }
        // A member ends with its value.
        if let Some(node) = self.nodes.get_mut(parent as usize)
            && matches!(node.data, Data::Member { .. })
        {
            node.range.end = end.max(node.range.end);
        }
    }

    /// The text ends in the middle: each open bracket is told of, and one fix closes them all.
    fn unclosed(&mut self) {
        let last_line = self.text.rsplit(['\n', '\r']).next().unwrap_or_default();
        let on_own_line = last_line.len() < self.text.len() && last_line.trim().is_empty();
        let at = if on_own_line { self.text.len() as u32 } else { self.previous_end };
        let closers: String =
            self.stack.iter().rev().map(|frame| if self.is_object(frame.node) { '}' } else { ']' }).collect();
        let mut fix = match closers.len() {
            0..=16 => insert(format!("Insert the missing `{closers}` at the end"), at, &closers),
            _ => None,
        };
        while let Some(frame) = self.stack.last() {
            let open = frame.open;
            if open.is_empty() {
                let edit =
                    |at: u32, text: &str| TextEdit { range: TextRange::empty(at), new_text: text.to_owned() };
                let edits = vec![edit(open.start, "{"), edit(at, &closers)];
                let fix = SyntaxFix { title: "Put braces around it".into(), edits };
                self.error(open, messages::NO_BRACES, (closers.len() <= 16).then_some(fix));
            } else {
                self.error(open, messages::NEVER_CLOSED, fix.take());
            }
            self.pop(self.previous_end, false);
        }
        self.again = None;
    }

    fn missing_comma(&mut self) {
        let at = self.previous_end;
        self.error(TextRange::empty(at), messages::MISSING_COMMA, insert("Insert `,`", at, ","));
    }

    fn lone_comma(&mut self, token: Token) {
        self.error(token.range, messages::LONE_COMMA, replace("Remove the extra `,`", token.range, ""));
    }

    fn stray(&mut self, token: Token) {
        let written = self.slice(token.range).get(..MOST_SHOWN).unwrap_or(self.slice(token.range));
        let (message, title) = match token.kind {
            TokenKind::Stray(c) if is_invisible(c) => {
                let code = u32::from(c);
                (format!("An invisible character is here, U+{code:04X}. Remove it."), "Remove it".to_owned())
            }
            _ => (format!("`{written}` has no meaning here. Remove it."), format!("Remove `{written}`")),
        };
        self.error(token.range, message, replace(title, token.range, ""));
    }

    fn add(&mut self, range: TextRange, parent: u32, data: Data) -> u32 {
        let id = self.nodes.len() as u32;
        self.nodes.push(NodeData { range, parent, first: NONE, last: NONE, next: NONE, data });
        let Some(above) = self.nodes.get_mut(parent as usize) else {
            return id;
        };
        let before = std::mem::replace(&mut above.last, id);
        if before == NONE {
            above.first = id;
        }
        if matches!(above.data, Data::Member { .. }) {
            above.range.end = above.range.end.max(range.end);
        }
        if let Some(before) = self.nodes.get_mut(before as usize) {
            before.next = id;
        }
        id
    }

    fn next(&mut self, expecting: Expecting) -> Token {
        if let Some(token) = self.again.take() {
            return token;
        }
        let token = self.lexer.next(expecting);
        self.previous_end = std::mem::replace(&mut self.current_end, token.range.end);
        token
    }

    fn set_state(&mut self, state: State) {
        if let Some(frame) = self.stack.last_mut() {
            frame.state = state;
        }
    }

    fn slice(&self, range: TextRange) -> &'t str {
        self.text.get(std::ops::Range::from(range)).unwrap_or_default()
    }

    fn error(
        &mut self,
        range: TextRange,
        message: impl Into<std::borrow::Cow<'static, str>>,
        fix: Option<SyntaxFix>,
    ) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(SyntaxError { range, message: message.into(), related: None, fix });
        }
    }

    fn relate(&mut self, range: TextRange, message: &'static str) {
        if let Some(error) = self.errors.last_mut() {
            error.related = Some((range, message));
        }
    }
}

fn insert(title: impl Into<std::borrow::Cow<'static, str>>, at: u32, text: &str) -> Option<SyntaxFix> {
    replace(title, TextRange::empty(at), text)
}

fn replace(
    title: impl Into<std::borrow::Cow<'static, str>>,
    range: TextRange,
    text: &str,
) -> Option<SyntaxFix> {
    Some(SyntaxFix { title: title.into(), edits: vec![TextEdit { range, new_text: text.to_owned() }] })
}

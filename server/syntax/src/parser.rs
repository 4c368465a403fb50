//! Tokens to a tree, with every independent mistake told once, at its own place.

mod brackets;
mod lists;
mod messages;
mod recovery;

use self::recovery::WordsEnd;
use crate::lexer::{Expecting, Lexer, Token, TokenKind, is_identifier, is_invisible};
use crate::number::parse_number;
use crate::tree::{Data, NONE, NodeData, Tree};
use crate::{SyntaxError, SyntaxFix, TextEdit, TextRange, string};

/// More errors than anybody reads; what comes after is still parsed.
const MOST_ERRORS: usize = 200;
/// So many words are taken together, where words have no place.
const MOST_WORDS_BEFORE: usize = 16;
/// So many tokens are looked through for the bracket that belongs to one.
const MOST_TOKENS_BEFORE: usize = 400;
/// So many brackets of the wrong kind may be open at once.
const MOST_PAIRED: usize = 8;
/// So many missing brackets are inserted at once.
const MOST_CLOSERS: usize = 16;
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
    /// Brackets of the wrong kind to come, and what each is taken for; none where it is passed over.
    paired: Vec<(u32, Option<TokenKind>)>,
    /// A list that was begun without its bracket, and the error that says so.
    open_list: Option<(u32, usize)>,
    /// The error about what stands before the connector, or about one brace too many: what it says of the beginning
    /// holds for the end too.
    at_both_ends: Option<usize>,
    /// Whether there are more errors than are told.
    full: bool,
    /// How many tokens may still be looked through for brackets: what is so broken is not worth more.
    looks_ahead: usize,
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
            paired: Vec::new(),
            open_list: None,
            at_both_ends: None,
            full: false,
            looks_ahead: 50 * MOST_TOKENS_BEFORE,
        }
    }

    fn finish(mut self) -> Tree {
        for trouble in std::mem::take(&mut self.lexer.troubles) {
            self.trouble(trouble);
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
                TokenKind::Word | TokenKind::Stray('<') if self.is_foreign(token) => return,
                _ if self.is_object_in_other_brackets(token) => break,
                _ if self.lacks_braces(token) => break,
                TokenKind::Word if !self.is_literal(token) => return self.no_connector(token),
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

    /// Behind the value of the whole text.
    fn end(&mut self) {
        let token = self.next(Expecting::Value);
        if token.kind == TokenKind::End {
            return;
        }
        let range = self.rest_from(token);
        let rest = self.slice(range);
        let is_closer = |c: char| matches!(c, '}' | ']' | ')' | ',' | ';' | '`') || c.is_whitespace();
        let closers = rest.chars().all(is_closer);
        if closers && self.ends_as_it_begins(range) {
            return self.skip_rest(range.start);
        }
        let another = rest.trim_start_matches(|c| is_closer(c) && c != '}' && c != ']').starts_with('{');
        let fix = if closers { replace("Remove what follows the end", range, "") } else { None };
        let message = if another { messages::ANOTHER_CONNECTOR } else { messages::AFTER_THE_END };
        self.error(range, message, fix);
        self.skip_rest(range.start);
    }

    fn key(&mut self) {
        let token = self.next(Expecting::Key);
        match token.kind {
            TokenKind::Word if self.skip_lone_quote(token.range, &[':']) => {
                self.open_member(token.range, None, true);
            }
            TokenKind::String { quote, closed } => {
                let (range, quote) = self.check_quotes(token, quote, closed);
                self.open_member(range, quote, closed);
            }
            TokenKind::Word if self.is_symbols(token) => self.stray(token),
            TokenKind::Word if self.slice(token.range).starts_with("...") => {
                self.spread(token);
                self.set_state(State::AfterMember);
            }
            TokenKind::Word => self.word_as_key(token),
            TokenKind::CloseBracket if self.ends_open_list(token) => self.set_state(State::AfterMember),
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::Comma => self.lone_comma(token),
            TokenKind::Colon => {
                self.error(token.range, messages::MISSING_KEY, None);
                self.doubt();
                self.open_member(TextRange::empty(token.range.start), None, true);
                self.set_colon(token);
            }
            TokenKind::OpenBrace if self.is_extra_brace(token) => {
                let fix = replace("Remove the extra `{`", token.range, "");
                self.at_both_ends = self.error(token.range, messages::EXTRA_BRACE, fix);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.error(token.range, messages::VALUE_WITHOUT_KEY, None);
                self.doubt();
                self.open_member(TextRange::empty(token.range.start), None, true);
                self.set_state(State::MemberValue);
                self.again = Some(token);
            }
            TokenKind::Stray(')') if self.closes_the_top(token) => self.close_with_parenthesis(token),
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    /// A key without quotes: an identifier, or something that needs them, or no key at all.
    fn word_as_key(&mut self, token: Token) {
        let mut key = token.range;
        if !self.lexer.is_at_separator() {
            match self.words_on_line(token) {
                (words, WordsEnd::Comment(end)) => {
                    let all = TextRange::new(words.start, end);
                    self.error(
                        all,
                        messages::STRAY_COMMENT_END,
                        unsure(insert("Insert `/* `", words.start, "/* ")),
                    );
                    self.doubt();
                    self.move_to(end);
                    return;
                }
                (words, _) if words.end == token.range.end => {}
                (words, WordsEnd::Separator) => key = words,
                // One word after another may be a key and its value.
                (words, WordsEnd::Line(count)) if count > 2 => {
                    self.error(
                        words,
                        messages::BARE_COMMENT,
                        unsure(insert("Insert `// `", words.start, "// ")),
                    );
                    self.doubt();
                    self.move_to(words.end);
                    return;
                }
                _ => {}
            }
        }
        self.move_to(key.end);
        let word = self.slice(key);
        if !is_identifier(word) {
            let fix = replace("Put quotes around the key", key, &string::quote(word, '"'));
            self.error(key, messages::KEY_NEEDS_QUOTES, fix);
        }
        self.open_member(key, None, true);
    }

    fn colon(&mut self) {
        let token = self.next(Expecting::Value);
        match token.kind {
            TokenKind::Colon => self.set_colon(token),
            TokenKind::String { quote, closed: false } if self.is_extra_quote(token, quote) => {}
            TokenKind::Stray(_) | TokenKind::Word if self.is_no_colon(token) => {}
            TokenKind::String { .. } | TokenKind::Word if self.is_before_colon(token.range.end) => {
                self.key_without_value();
                self.set_state(State::Key);
                self.again = Some(token);
            }
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                let at = self.previous_end;
                self.error(TextRange::empty(at), messages::MISSING_COLON, insert("Insert `:`", at, ":"));
                self.set_state(State::MemberValue);
                self.again = Some(token);
            }
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::Comma if self.is_comma_for_colon(token) => {
                let message = "Between a key and its value stands `:`, not `,`.";
                self.error(token.range, message, replace("Change `,` to `:`", token.range, ":"));
                self.set_colon(token);
            }
            TokenKind::Comma | TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::End => {
                if !self.take_into_list() {
                    self.key_without_value();
                }
                self.set_state(State::AfterMember);
                self.again = Some(token);
            }
        }
    }

    fn key_without_value(&mut self) {
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
                messages::KEY_AND_VALUE_IN_ONE,
                replace("Split into a key and its value", key, &split),
            );
            return self.doubt();
        }
        self.error(key, messages::KEY_WITHOUT_VALUE, None);
        self.doubt();
    }

    fn member_value(&mut self) {
        let token = self.next(Expecting::Value);
        let member = self.stack.last().map_or(NONE, |frame| frame.member);
        match token.kind {
            TokenKind::Comma | TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::End => {
                self.missing_value();
                self.set_state(State::AfterMember);
                self.again = Some(token);
            }
            TokenKind::String { .. } | TokenKind::Word
                if self.is_before_colon(token.range.end)
                    && (self.begins_line(token) || self.list_follows(token)) =>
            {
                self.missing_value();
                self.set_state(State::Key);
                self.again = Some(token);
            }
            TokenKind::Word if self.is_item_mark(token) => {
                self.set_state(State::AfterMember);
                self.yaml_list(token, member);
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

    fn missing_value(&mut self) {
        let at = self.previous_end;
        self.error(TextRange::empty(at), messages::MISSING_VALUE, None);
    }

    fn after_member(&mut self) {
        let token = self.next(Expecting::Key);
        match token.kind {
            TokenKind::Comma => self.set_state(State::Key),
            TokenKind::CloseBracket if self.ends_open_list(token) => {}
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::String { quote, closed: false } if self.is_extra_quote(token, quote) => {}
            TokenKind::Word | TokenKind::Stray(_) | TokenKind::Colon if self.is_no_comma(token) => {
                self.set_state(State::Key);
            }
            TokenKind::Word if self.is_symbols(token) => self.stray(token),
            TokenKind::String { .. } | TokenKind::Word if self.is_extra_value(token) => {
                self.error(token.range, messages::EXTRA_VALUE, None);
                self.doubt();
            }
            TokenKind::String { .. } | TokenKind::Word => {
                self.missing_comma();
                self.set_state(State::Key);
                self.again = Some(token);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.set_state(State::Key);
                self.again = Some(token);
            }
            TokenKind::Stray(')') if self.closes_the_top(token) => self.close_with_parenthesis(token),
            TokenKind::Colon | TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    fn element(&mut self) {
        let token = self.next(Expecting::Value);
        match token.kind {
            TokenKind::String { .. } | TokenKind::Word if self.is_next_key(token) => self.close_before(token),
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::Comma if self.is_after_the_list(token) => self.close_before(token),
            TokenKind::Comma => self.lone_comma(token),
            TokenKind::Stray(')') if self.closes_the_top(token) => self.close_with_parenthesis(token),
            TokenKind::Word if self.slice(token.range).starts_with("...") => {
                self.spread(token);
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

    fn after_element(&mut self) {
        let token = self.next(Expecting::Value);
        match token.kind {
            TokenKind::Comma => self.set_state(State::Element),
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.close(token),
            TokenKind::String { .. } | TokenKind::Word if self.is_next_key(token) => self.close_before(token),
            TokenKind::String { quote, closed: false } if self.is_extra_quote(token, quote) => {}
            TokenKind::Word | TokenKind::Stray(_) if self.is_no_comma(token) => {
                self.set_state(State::Element)
            }
            TokenKind::Word if self.is_concatenation(token) => {}
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.missing_comma();
                self.set_state(State::Element);
                self.again = Some(token);
            }
            TokenKind::Colon => {
                self.error(token.range, messages::COLON_IN_LIST, None);
                self.fix("Change `:` to `,`", vec![edit(token.range, ",")], false);
                self.set_state(State::Element);
            }
            TokenKind::Stray(')') if self.closes_the_top(token) => self.close_with_parenthesis(token),
            TokenKind::Stray(_) => self.stray(token),
            TokenKind::End => self.unclosed(),
        }
    }

    /// Adds the value that `token` begins; false where it begins none.
    fn value(&mut self, token: Token, parent: u32) -> bool {
        let mut range = token.range;
        let data = match token.kind {
            TokenKind::OpenBrace if self.is_placeholder(token, "}}") => Data::Error,
            TokenKind::OpenBrace if parent != NONE && self.is_list_in_braces(token) => {
                return self.value(Token { kind: TokenKind::OpenBracket, range }, parent);
            }
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
                let (inside, quote) = self.check_quotes(token, quote, closed);
                range = inside;
                Data::String { quote, closed }
            }
            TokenKind::Word if self.is_placeholder(token, "}") => Data::Error,
            TokenKind::Word => self.word(token.range),
            TokenKind::Stray('<') if self.is_placeholder(token, ">") => Data::Error,
            TokenKind::Stray('(') if parent != NONE => return self.parentheses(token, parent),
            _ => return false,
        };
        if matches!(data, Data::Error) {
            range.end = range.end.max(self.current_end);
        }
        self.add(range, parent, data);
        true
    }

    /// Goes on behind `offset`, which lies behind the current token or at its end.
    fn move_to(&mut self, offset: u32) {
        if self.again.is_none() && offset as usize > self.lexer.at {
            self.lexer.at = offset as usize;
            self.current_end = offset;
        }
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
            self.doubt();
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
        self.move_to(all.end);
        let fix = replace("Put quotes around it", all, &string::quote(self.slice(all), '"'));
        self.error(all, messages::TEXT_NEEDS_QUOTES, fix);
        Data::String { quote: None, closed: true }
    }

    /// Tells what is wrong with the quotes of a text; gives where it stands and its quotes, as far as they count.
    fn check_quotes(&mut self, token: Token, quote: char, closed: bool) -> (TextRange, Option<char>) {
        let written = self.slice(token.range);
        let (all, whole) = (token.range, (token.range, Some(quote)));
        let inside = |length: usize| {
            let content =
                TextRange::new(all.start + length as u32, all.end - if closed { length as u32 } else { 0 });
            (content, self.slice(content))
        };
        if quote == '\\' {
            let (content, value) = inside(2);
            self.error(
                all,
                messages::ESCAPED_QUOTES,
                replace("Remove the backslashes", all, &format!("\"{value}\"")),
            );
            return (content, None);
        }
        let plain = matches!(quote, '"' | '\'');
        if !closed {
            let mark = if plain { quote } else { '"' };
            let title = format!("Insert the closing `{mark}`");
            let fix = match plain {
                true => insert(title, all.end, mark.encode_utf8(&mut [0; 4])),
                false => {
                    let value = written.get(quote.len_utf8()..).unwrap_or_default();
                    replace("Change the quotes to `\"`", all, &string::quote(&string::decode(value), '"'))
                }
            };
            self.error(all, messages::OPEN_STRING, fix);
            self.doubt();
            return whole;
        }
        if plain && written.len() > 2 && written.as_bytes().get(1) == Some(&(quote as u8)) {
            let end =
                if written.len() > 4 && written.as_bytes().get(written.len() - 2) == Some(&(quote as u8)) {
                    2
                } else {
                    1
                };
            let content = TextRange::new(all.start + 2, all.end - end);
            let value = self.slice(content);
            self.error(
                all,
                messages::DOUBLED_QUOTES,
                replace("Remove the second ones", all, &format!("{quote}{value}{quote}")),
            );
            return (content, None);
        }
        let last = written.chars().next_back().unwrap_or(quote);
        if plain && last == quote {
            return whole;
        }
        let value = written.get(quote.len_utf8()..written.len() - last.len_utf8()).unwrap_or_default();
        if plain {
            let range = TextRange::new(all.end - last.len_utf8() as u32, all.end);
            let message =
                format!("This begins with `{quote}` and ends with `{last}`. Both have to be the same quote.");
            let fix = replace(format!("Change `{last}` to `{quote}`"), range, quote.encode_utf8(&mut [0; 4]));
            self.error(all, message, fix);
        } else {
            let right = string::quote(&string::decode(value), '"');
            self.error(all, messages::OTHER_QUOTES, replace("Change the quotes to `\"`", all, &right));
            if value.contains("${") {
                self.doubt();
            }
        }
        whole
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
        if deeper == 1 && self.is_swapped(token) {
            return;
        }
        for _ in 0..deeper {
            let at = self.previous_end;
            let Some(frame) = self.stack.last() else {
                return;
            };
            let open = frame.open;
            if self.holds_only_a_list(frame.node) {
                self.error(open, messages::EXTRA_BRACKET, replace("Remove the extra `[`", open, ""));
                self.doubt();
            } else {
                let closer = if self.is_object(frame.node) { "}" } else { "]" };
                self.error(
                    open,
                    never_closed(self.slice(open)),
                    insert(format!("Insert the missing `{closer}`"), at, closer),
                );
            }
            self.pop(at, false);
        }
        self.pop(token.range.end, true);
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
        let (closers, missing) = self.closers(at, on_own_line);
        // A text without its closing quote would take what is inserted for its own.
        let open_string = self.errors.last().filter(|error| {
            error.message == messages::OPEN_STRING && error.range.end == at && !error.range.is_empty()
        });
        let quote = open_string.and_then(|error| self.slice(error.range).chars().next()).unwrap_or_default();
        let closers = if quote == '\0' { closers } else { format!("{quote}{closers}") };
        let mut certain = quote == '\0';
        while let Some(frame) = self.stack.last() {
            let open = frame.open;
            let few = missing.len() <= MOST_CLOSERS;
            if open.is_empty() {
                self.error(open, messages::NO_BRACES, None);
                let edits = vec![edit(open, "{"), edit(TextRange::empty(at), &closers)];
                self.fix("Put braces around it", edits, true);
            } else {
                self.error(open, never_closed(self.slice(open)), None);
                self.fix(
                    format!("Insert the missing `{missing}` at the end"),
                    vec![edit(TextRange::empty(at), &closers)],
                    true,
                );
            }
            if let Some(error) = self.errors.last_mut() {
                error.fixes.retain_mut(|fix| {
                    fix.certain = std::mem::take(&mut certain);
                    few
                });
            }
            self.pop(self.previous_end, false);
        }
        self.again = None;
    }

    fn missing_comma(&mut self) {
        let at = self.previous_end;
        let open_string =
            |error: &&mut SyntaxError| error.message == messages::OPEN_STRING && error.range.end == at;
        // Who has not closed the text has not come to the comma yet.
        if let Some(error) = self.errors.last_mut().filter(open_string) {
            error.message = messages::OPEN_STRING_AND_COMMA.into();
            if let Some(fix) = error.fixes.first_mut() {
                fix.title = format!("{} and a `,`", fix.title).into();
                fix.edits.iter_mut().for_each(|edit| edit.new_text.push(','));
            }
            return;
        }
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

    /// A look at what comes from `offset` on.
    fn ahead(&self, offset: u32) -> Lexer<'t> {
        let mut ahead = Lexer::new(self.text);
        ahead.at = offset as usize;
        ahead.no_comment_ends = self.lexer.no_comment_ends;
        ahead
    }

    fn next(&mut self, expecting: Expecting) -> Token {
        if let Some(token) = self.again.take() {
            return token;
        }
        let mut token = self.lexer.next(expecting);
        if let Some(&(at, kind)) = self.paired.last()
            && at == token.range.start
        {
            self.paired.pop();
            match kind {
                Some(kind) => token.kind = kind,
                None => token = self.lexer.next(expecting),
            }
        }
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

    /// Tells of a mistake; gives its place among the errors.
    fn error(
        &mut self,
        range: TextRange,
        message: impl Into<std::borrow::Cow<'static, str>>,
        fix: Option<SyntaxFix>,
    ) -> Option<usize> {
        if self.errors.len() >= MOST_ERRORS {
            self.full = true;
            return None;
        }
        let fixes = fix.into_iter().collect();
        self.errors.push(SyntaxError {
            range,
            message: message.into(),
            related: None,
            fixes,
            doubtful: false,
        });
        Some(self.errors.len() - 1)
    }

    /// Adds a way to mend the last mistake that was told.
    fn fix(&mut self, title: impl Into<std::borrow::Cow<'static, str>>, edits: Vec<TextEdit>, certain: bool) {
        if let Some(error) = self.last_error() {
            error.fixes.push(SyntaxFix { title: title.into(), edits, certain });
        }
    }

    /// Says of the last mistake that what was read there may not be what was meant.
    fn doubt(&mut self) {
        if let Some(error) = self.last_error() {
            error.doubtful = true;
        }
    }

    fn relate(&mut self, range: TextRange, message: &'static str) {
        if let Some(error) = self.last_error() {
            error.related = Some((range, message));
        }
    }

    /// The mistake that was told last; none where it was one too many.
    fn last_error(&mut self) -> Option<&mut SyntaxError> {
        self.errors.last_mut().filter(|_| !self.full)
    }
}

fn never_closed(bracket: &str) -> String {
    let closer = if bracket == "[" { ']' } else { '}' };
    format!("This `{bracket}` is never closed: a `{closer}` is missing.")
}

fn edit(range: TextRange, text: &str) -> TextEdit {
    TextEdit { range, new_text: text.to_owned() }
}

/// The same as one of several things that may have been meant.
fn unsure(fix: Option<SyntaxFix>) -> Option<SyntaxFix> {
    fix.map(|fix| SyntaxFix { certain: false, ..fix })
}

fn insert(title: impl Into<std::borrow::Cow<'static, str>>, at: u32, text: &str) -> Option<SyntaxFix> {
    replace(title, TextRange::empty(at), text)
}

fn replace(
    title: impl Into<std::borrow::Cow<'static, str>>,
    range: TextRange,
    text: &str,
) -> Option<SyntaxFix> {
    Some(SyntaxFix { title: title.into(), edits: vec![edit(range, text)], certain: true })
}

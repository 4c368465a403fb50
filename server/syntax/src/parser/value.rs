//! Values, with or without the right quotes.

use super::report::{insert, replace};
use super::{Frame, MAX_WORDS, Parser, State};
use crate::error::{FixKind, SyntaxErrorKind as ErrorKind};
use crate::lexer::{Expecting, Token, TokenKind, beginning_of_line};
use crate::number::parse_number;
use crate::tree::{Data, NONE};
use crate::{TextRange, string};

impl Parser<'_> {
    /// Adds the value that `token` begins; false where it begins none.
    pub(super) fn value(&mut self, token: Token, parent: u32) -> bool {
        let mut range = token.range;
        let data = match token.kind {
            TokenKind::OpenBrace if self.eat_placeholder(token, "}}") => Data::Error,
            TokenKind::OpenBrace if parent != NONE && self.recover_list_in_braces(token) => {
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
            TokenKind::Word if self.eat_placeholder(token, "}") => Data::Error,
            TokenKind::Word => self.word(token.range),
            TokenKind::Stray('<') if self.eat_placeholder(token, ">") => Data::Error,
            TokenKind::Stray('(') if parent != NONE => return self.recover_parentheses(token, parent),
            _ => return false,
        };
        if matches!(data, Data::Error) {
            range.end = range.end.max(self.current_end);
        }
        self.add(range, parent, data);
        true
    }

    pub(super) fn word(&mut self, range: TextRange) -> Data {
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
            self.error(range, ErrorKind::OtherLiteral(right), replace(FixKind::Change, range, right));
            self.mark_ambiguous();
            return data;
        }
        if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
            self.error(
                range,
                ErrorKind::InvalidNumber,
                replace(FixKind::Quote, range, &string::quote(word, '"')),
            );
            return Data::Error;
        }
        if self.eat_lone_quote(range, &[',', ']', '}']) {
            return Data::String { quote: None, closed: true };
        }
        let all = TextRange::new(range.start, self.end_of_words(range));
        self.advance_to(all.end);
        let fix = replace(FixKind::Quote, all, &string::quote(self.slice(all), '"'));
        self.error(all, ErrorKind::UnquotedString, fix);
        Data::String { quote: None, closed: true }
    }

    /// Tells what is wrong with the quotes of a text; gives where it stands and its quotes, as far as they count.
    pub(super) fn check_quotes(
        &mut self,
        token: Token,
        quote: char,
        closed: bool,
    ) -> (TextRange, Option<char>) {
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
                ErrorKind::EscapedQuotes,
                replace(FixKind::RemoveBackslashes, all, &format!("\"{value}\"")),
            );
            return (content, None);
        }
        let plain = matches!(quote, '"' | '\'');
        if !closed {
            let mark = if plain { quote } else { '"' };
            let fix = match plain {
                // `"text\",`: the closing quote is there, and counts as a part of the text.
                true if written.len() > 2
                    && written.strip_suffix(quote).is_some_and(|text| text.ends_with('\\')) =>
                {
                    let escaped = TextRange::new(all.end - 2, all.end);
                    replace(FixKind::Change, escaped, quote.encode_utf8(&mut [0; 4]))
                }
                true => {
                    let kind = FixKind::InsertClosingQuote { and_comma: false };
                    insert(kind, all.end, mark.encode_utf8(&mut [0; 4]))
                }
                false => {
                    let value = written.get(quote.len_utf8()..).unwrap_or_default();
                    let right = string::quote(&string::decode(value), '"');
                    replace(FixKind::ChangeQuotes { and_comma: false }, all, &right)
                }
            };
            self.error(all, ErrorKind::UnclosedString, fix);
            self.mark_ambiguous();
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
                ErrorKind::DoubledQuotes,
                replace(FixKind::RemoveDoubledQuotes, all, &format!("{quote}{value}{quote}")),
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
            let fix = replace(FixKind::Change, range, quote.encode_utf8(&mut [0; 4]));
            self.error(all, ErrorKind::MismatchedQuotes, fix);
        } else {
            let right = string::quote(&string::decode(value), '"');
            self.error(
                all,
                ErrorKind::OtherQuotes,
                replace(FixKind::ChangeQuotes { and_comma: false }, all, &right),
            );
            if value.contains("${") {
                self.mark_ambiguous();
            }
        }
        whole
    }

    /// Passes over the closing quote of a word that has no opening one, where one of `ends` or nothing else on the
    /// line follows; false if there is none.
    pub(super) fn eat_lone_quote(&mut self, word: TextRange, ends: &[char]) -> bool {
        let rest = self.text.get(word.end as usize..).unwrap_or_default();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
        let after = rest.get(1..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let is_lone = after.starts_with(ends)
            || (ends.len() > 1 && (after.is_empty() || after.starts_with(['\n', '\r'])));
        if !is_lone || self.pushed_back.is_some() || self.lexer.offset != word.end as usize {
            return false;
        }
        self.lexer.offset += 1;
        self.current_end += 1;
        let fix = insert(FixKind::InsertOpeningQuote, word.start, quote.encode_utf8(&mut [0; 4]));
        self.error(TextRange::new(word.start, word.end + 1), ErrorKind::StringWithoutOpeningQuote, fix);
        true
    }

    /// Whether a quote stands alone behind a closed text.
    pub(super) fn eat_extra_quote(&mut self, token: Token, quote: char) -> bool {
        let mark = TextRange::new(token.range.start, token.range.start + quote.len_utf8() as u32);
        let after = self.text.get(mark.end as usize..token.range.end as usize).unwrap_or_default();
        let is_alone = token.range.start == self.previous_end
            && (after.is_empty() || after.starts_with([':', ',', ']', '}']))
            && self.pushed_back.is_none();
        if is_alone {
            self.lexer.offset = mark.end as usize;
            self.current_end = mark.end;
            self.error(mark, ErrorKind::ExtraQuote, replace(FixKind::RemoveExtraQuote, mark, ""));
        }
        is_alone
    }

    /// Whether something is to be filled in here: `{{type}}`, `${TYPE}`, `<type>`; passes over it.
    pub(super) fn eat_placeholder(&mut self, token: Token, end: &str) -> bool {
        let rest = self.text.get(token.range.end as usize..).unwrap_or_default();
        let begins = match token.kind {
            TokenKind::OpenBrace => rest.starts_with('{'),
            TokenKind::Word => self.slice(token.range).ends_with('$') && rest.starts_with('{'),
            _ => true,
        };
        if !begins || self.pushed_back.is_some() {
            return false;
        }
        let line = beginning_of_line(rest);
        let Some(length) = line.find(end).filter(|length| {
            !line.get(..*length).is_some_and(|inside| inside.contains(['"', '\'', ':', ',']))
        }) else {
            return false;
        };
        let all = TextRange::new(token.range.start, token.range.end + (length + end.len()) as u32);
        self.advance_to(all.end);
        self.error(all, ErrorKind::Placeholder, None);
        self.mark_ambiguous();
        true
    }

    /// Whether two texts are put together with `+`; passes over both.
    pub(super) fn recover_concatenation(&mut self, plus: Token) -> bool {
        let last =
            self.nodes.last().filter(|node| matches!(node.data, Data::String { .. })).map(|node| node.range);
        let mut ahead = self.ahead(plus.range.end);
        let next = ahead.next(Expecting::Value);
        let (Some(first), "+", TokenKind::String { closed: true, .. }) =
            (last, self.slice(plus.range), next.kind)
        else {
            return false;
        };
        let second = self.bump(Expecting::Value).range;
        let inside = |range: TextRange| {
            let written = self.slice(range);
            written.get(1..written.len().saturating_sub(1)).map(string::decode)
        };
        let joined = inside(first)
            .zip(inside(second))
            .map(|(left, right)| string::quote(&format!("{left}{right}"), '"'));
        let all = TextRange::new(first.start, second.end);
        let fix = joined.and_then(|joined| replace(FixKind::WriteInOneString, all, &joined));
        self.error(all, ErrorKind::Concatenation, fix);
        self.mark_ambiguous();
        true
    }

    /// `...`, alone or before a name.
    pub(super) fn recover_spread(&mut self, token: Token) {
        self.error(token.range, ErrorKind::Spread, None);
        self.mark_ambiguous();
    }

    /// Where a text of several words ends that lacks its quotes: `slack bot`.
    pub(super) fn end_of_words(&self, word: TextRange) -> u32 {
        let mut end = word.end;
        let in_object = self.stack.last().is_some_and(|frame| self.is_object(frame.node));
        if !in_object || self.pushed_back.is_some() {
            return end;
        }
        let mut ahead = self.ahead(end);
        for _ in 0..MAX_WORDS {
            let next = ahead.next(Expecting::Key);
            let between = self.text.get(end as usize..next.range.start as usize).unwrap_or("\n");
            let on_line = between.chars().all(|c| matches!(c, ' ' | '\t'));
            if next.kind != TokenKind::Word || !on_line || ahead.at_separator() {
                break;
            }
            end = next.range.end;
        }
        end
    }
}

//! Characters to tokens, one at a time, on request.

use crate::TextRange;
use crate::chars::{is_identifier_continue, is_identifier_start, is_line_terminator, is_white_space};
use crate::string::{Piece, next_piece};
use crate::tree::Comment;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Colon,
    /// Text between quotes; `quote` is what opened it, `end` what was looked for.
    String {
        quote: char,
        closed: bool,
    },
    /// A run of other characters: a number, a literal, an identifier, or a mistake.
    Word,
    /// A character that has no meaning, once or several times on end.
    Stray(char),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) range: TextRange,
}

/// What a run of characters would be read as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expecting {
    Key,
    Value,
}

/// Something wrong within a token or between tokens.
pub(crate) enum Trouble {
    BadEscape(TextRange),
    OpenComment(TextRange),
    HashComment(TextRange),
}

pub(crate) struct Lexer<'t> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
    pub(crate) comments: Vec<Comment>,
    pub(crate) troubles: Vec<Trouble>,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, comments: Vec::new(), troubles: Vec::new() }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn range_from(&self, start: usize) -> TextRange {
        TextRange::new(start as u32, self.at as u32)
    }

    /// The next token, after white space and comments.
    pub(crate) fn next(&mut self, expecting: Expecting) -> Token {
        self.skip_trivia();
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Token { kind: TokenKind::End, range: TextRange::empty(start as u32) };
        };
        let kind = match first {
            '{' => TokenKind::OpenBrace,
            '}' => TokenKind::CloseBrace,
            '[' => TokenKind::OpenBracket,
            ']' => TokenKind::CloseBracket,
            ',' => TokenKind::Comma,
            ':' => TokenKind::Colon,
            '"' | '\'' | '`' | '“' | '”' | '‘' | '’' => {
                let closed = self.string(first);
                let kind = TokenKind::String { quote: first, closed };
                return Token { kind, range: self.range_from(start) };
            }
            ';' | '=' | '(' | ')' | '<' | '>' | '*' | '&' | '|' | '!' | '?' => return self.stray(first),
            _ if is_invisible(first) => return self.stray(first),
            _ => {
                self.word(expecting);
                return Token { kind: TokenKind::Word, range: self.range_from(start) };
            }
        };
        self.at += first.len_utf8();
        Token { kind, range: self.range_from(start) }
    }

    /// Whether what comes next parts a key from its value.
    pub(crate) fn is_at_separator(&self) -> bool {
        self.rest().trim_start_matches(is_white_space).starts_with([':', '='])
    }

    /// Reads a character without a meaning, as often as it stands there.
    fn stray(&mut self, character: char) -> Token {
        let start = self.at;
        let rest = self.rest();
        self.at += rest.find(|c| c != character).unwrap_or(rest.len());
        Token { kind: TokenKind::Stray(character), range: self.range_from(start) }
    }

    fn skip_trivia(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.find(|c| !is_white_space(c)).unwrap_or(rest.len());
            self.at += blank;
            let rest = self.rest();
            let start = self.at;
            if rest.starts_with("//") {
                self.at += rest.find(is_line_terminator).unwrap_or(rest.len());
                self.comments.push(Comment { range: self.range_from(start), block: false });
            } else if rest.starts_with("/*") {
                match rest.get(2..).and_then(|inside| inside.find("*/")) {
                    Some(length) => self.at += length + 4,
                    None => {
                        self.at = self.text.len();
                        self.troubles
                            .push(Trouble::OpenComment(TextRange::new(start as u32, start as u32 + 2)));
                    }
                }
                self.comments.push(Comment { range: self.range_from(start), block: true });
            } else if rest.starts_with('#') {
                self.at += rest.find(is_line_terminator).unwrap_or(rest.len());
                self.troubles.push(Trouble::HashComment(self.range_from(start)));
            } else {
                return;
            }
        }
    }

    /// Reads a string from its opening quote on; whether it is closed.
    fn string(&mut self, open: char) -> bool {
        let start = self.at;
        self.at += open.len_utf8();
        let ends = |c: char| match open {
            '“' | '”' => matches!(c, '“' | '”'),
            '‘' | '’' => matches!(c, '‘' | '’'),
            _ => c == open,
        };
        loop {
            let rest = self.rest();
            let plain = match u8::try_from(open) {
                // Every byte below 128 is a character, and bytes are compared faster.
                Ok(open) => {
                    rest.bytes().position(|byte| byte == open || matches!(byte, b'\\' | b'\n' | b'\r'))
                }
                Err(_) => rest.find(|c| ends(c) || matches!(c, '\\' | '\n' | '\r')),
            };
            let plain = plain.unwrap_or(rest.len());
            self.at += plain;
            match self.rest().chars().next() {
                Some('\\') => {
                    let (piece, length) = next_piece(self.rest());
                    self.at += length;
                    if piece == Piece::Bad {
                        let range = TextRange::new((self.at - length) as u32, self.at as u32);
                        self.troubles.push(Trouble::BadEscape(range));
                    }
                }
                Some(c) if ends(c) => {
                    let content = start + open.len_utf8();
                    let is_next_opening = self.opens_what_follows(content, c);
                    if is_next_opening {
                        let written = self.text.get(content..self.at).unwrap_or_default();
                        self.at = content + written.trim_end_matches(between_texts).len();
                        return false;
                    }
                    self.at += c.len_utf8();
                    return true;
                }
                _ => break,
            }
        }
        self.give_back_the_end_of_the_line(start + open.len_utf8());
        false
    }

    /// Whether the quote here opens the next text, and the one before lacks its own: `"slack, "scopes"`.
    fn opens_what_follows(&self, content: usize, quote: char) -> bool {
        let written = self.text.get(content..self.at).unwrap_or_default();
        let kept = written.trim_end_matches(between_texts);
        let after = self.rest().get(quote.len_utf8()..).and_then(|rest| rest.chars().next());
        let separated =
            written.get(kept.len()..).is_some_and(|between| between.contains([',', ':', ']', '}']));
        separated && !kept.is_empty() && after.is_some_and(is_identifier_start)
    }

    /// After a string without its closing quote, what closes the line most likely was meant outside.
    fn give_back_the_end_of_the_line(&mut self, content: usize) {
        let written = self.text.get(content..self.at).unwrap_or_default();
        let kept = written.trim_end_matches(|c| is_white_space(c) || matches!(c, ',' | ']' | '}'));
        if !kept.is_empty() || written.starts_with([',', ']', '}']) {
            self.at = content + kept.len();
        } else {
            self.at = content;
        }
    }

    /// Reads a run of characters that are no punctuation here.
    fn word(&mut self, expecting: Expecting) {
        let rest = self.rest();
        let mut chars = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((offset, c)) = chars.next() {
            let next = chars.peek().map(|&(_, next)| next);
            let stops = match c {
                ',' | '[' | ']' | '{' | '}' | '"' | '\'' | ';' | '`' => true,
                ':' if expecting == Expecting::Key => true,
                // `chat:write` without its quotes is one word; so is a web address.
                ':' => match next {
                    None => true,
                    Some(next) => {
                        is_white_space(next) || matches!(next, ',' | '[' | ']' | '{' | '}' | '"' | '\'')
                    }
                },
                '/' => {
                    let web_address = rest.get(..offset).is_some_and(|before| before.ends_with(':'));
                    if web_address && next == Some('/') {
                        chars.next();
                        continue;
                    }
                    matches!(next, Some('/' | '*'))
                }
                c => is_white_space(c),
            };
            if stops {
                end = offset;
                break;
            }
        }
        self.at += end.max(rest.chars().next().map_or(0, char::len_utf8));
    }
}

/// What stands between two texts, when the first is not closed.
fn between_texts(c: char) -> bool {
    is_white_space(c) || matches!(c, ',' | ':' | ']' | '}')
}

/// Whether nobody sees the character, and no word begins with it.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
}

/// Whether a word is an identifier as JSON5 has them, escapes included.
pub(crate) fn is_identifier(word: &str) -> bool {
    let mut rest = word;
    let mut first = true;
    while !rest.is_empty() {
        let (piece, length) = next_piece(rest);
        if rest.starts_with('\\') && !rest.starts_with("\\u") {
            return false;
        }
        let Piece::Char(c) = piece else {
            return false;
        };
        let fits = if first { is_identifier_start(c) } else { is_identifier_continue(c) };
        if !fits {
            return false;
        }
        first = false;
        rest = rest.get(length..).unwrap_or_default();
    }
    !first
}

//! Characters to tokens, one at a time, on request.

mod lookalikes;
mod strings;
mod trivia;

use crate::TextRange;
use crate::chars::{is_identifier_continue, is_identifier_start, is_white_space};
use crate::string::{Piece, next_piece};
use crate::tree::Comment;

use self::lookalikes::look_alike;
pub(crate) use self::lookalikes::{is_invisible, is_quote};
pub(crate) use self::strings::beginning_of_line;

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
pub(crate) enum LexicalError {
    BadEscape(TextRange),
    /// A comment that is not closed: its mark, and where it was taken to end.
    OpenComment(TextRange, u32),
    /// A comment as other languages have it: all of it, and the mark that it begins with.
    ForeignComment(TextRange, &'static str),
    /// `*/` without a comment before it.
    StrayCommentEnd(TextRange),
    /// A text that goes on in the next line.
    LineBreak(TextRange),
    /// A text that holds the quote it stands in: `'it's'`.
    InnerQuote(TextRange),
    /// Punctuation that looks like JSON's own and is not.
    LookAlike(TextRange, char),
    Conflict(Conflict),
}

impl LexicalError {
    /// Where it is.
    pub(crate) fn range(&self) -> TextRange {
        match self {
            Self::BadEscape(range)
            | Self::OpenComment(range, _)
            | Self::ForeignComment(range, _)
            | Self::StrayCommentEnd(range)
            | Self::LineBreak(range)
            | Self::InnerQuote(range)
            | Self::LookAlike(range, _) => *range,
            Self::Conflict(conflict) => conflict.all,
        }
    }
}

/// Two versions of some lines, as a merge that was not finished leaves them.
pub(crate) struct Conflict {
    /// All of it, markers included.
    pub(crate) all: TextRange,
    /// The lines of the one version and of the other; none where only a marker is left.
    pub(crate) versions: Option<(TextRange, TextRange)>,
}

pub(crate) struct Lexer<'t> {
    pub(crate) text: &'t str,
    pub(crate) offset: usize,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<LexicalError>,
    /// Whether no `*/` follows any more.
    pub(crate) no_comment_ends: bool,
    /// Where the first version of a conflict ends, and the markers after it.
    passed_over: Option<(usize, usize)>,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            offset: 0,
            comments: Vec::new(),
            errors: Vec::new(),
            no_comment_ends: false,
            passed_over: None,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn range_from(&self, start: usize) -> TextRange {
        TextRange::new(start as u32, self.offset as u32)
    }

    /// The next token, after white space and comments.
    pub(crate) fn next(&mut self, expecting: Expecting) -> Token {
        self.eat_trivia();
        let start = self.offset;
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
            '"' | '\'' | '`' => return self.string_token(first, expecting),
            ';' | '=' | '(' | ')' | '<' | '>' | '*' | '&' | '|' | '!' | '?' => return self.eat_stray(first),
            '\\' if self.rest().starts_with("\\\"") => return self.string_token('\\', expecting),
            _ if is_invisible(first) => return self.eat_stray(first),
            _ if is_quote(first) => return self.string_token(first, expecting),
            _ => {
                if let Some(right) = look_alike(first) {
                    self.offset += first.len_utf8();
                    let range = self.range_from(start);
                    self.errors.push(LexicalError::LookAlike(range, right));
                    return Token { kind: punctuation(right), range };
                }
                self.eat_word(expecting);
                return Token { kind: TokenKind::Word, range: self.range_from(start) };
            }
        };
        self.offset += first.len_utf8();
        Token { kind, range: self.range_from(start) }
    }

    /// Whether what comes next parts a key from its value.
    pub(crate) fn at_separator(&self) -> bool {
        self.rest().trim_start_matches(is_white_space).starts_with([':', '='])
    }

    /// Reads a character without a meaning, as often as it stands there.
    fn eat_stray(&mut self, character: char) -> Token {
        let start = self.offset;
        let rest = self.rest();
        self.offset += match character {
            // Each has a partner of its own.
            '(' | ')' => 1,
            _ => rest.find(|c| c != character).unwrap_or(rest.len()),
        };
        Token { kind: TokenKind::Stray(character), range: self.range_from(start) }
    }

    /// Reads a run of characters that are no punctuation here.
    fn eat_word(&mut self, expecting: Expecting) {
        let rest = self.rest();
        let mut chars = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((offset, c)) = chars.next() {
            let next = chars.peek().map(|&(_, next)| next);
            let stops = match c {
                ',' | '[' | ']' | '{' | '}' | '"' | '\'' | ';' | '`' => true,
                ':' | '=' if expecting == Expecting::Key => true,
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
                c => is_white_space(c) || (!c.is_ascii() && (is_quote(c) || look_alike(c).is_some())),
            };
            if stops {
                end = offset;
                break;
            }
        }
        self.offset += end.max(rest.chars().next().map_or(0, char::len_utf8));
    }
}

fn punctuation(c: char) -> TokenKind {
    match c {
        ':' => TokenKind::Colon,
        ',' => TokenKind::Comma,
        '{' => TokenKind::OpenBrace,
        '}' => TokenKind::CloseBrace,
        '[' => TokenKind::OpenBracket,
        ']' => TokenKind::CloseBracket,
        other => TokenKind::Stray(other),
    }
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

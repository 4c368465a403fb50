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

impl Trouble {
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
    pub(crate) at: usize,
    pub(crate) comments: Vec<Comment>,
    pub(crate) troubles: Vec<Trouble>,
    /// Whether no `*/` follows any more.
    pub(crate) no_comment_ends: bool,
    /// Where the first version of a conflict ends, and the markers after it.
    passed_over: Option<(usize, usize)>,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            comments: Vec::new(),
            troubles: Vec::new(),
            no_comment_ends: false,
            passed_over: None,
        }
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
            '"' | '\'' | '`' => return self.string_token(first, expecting),
            ';' | '=' | '(' | ')' | '<' | '>' | '*' | '&' | '|' | '!' | '?' => return self.stray(first),
            '\\' if self.rest().starts_with("\\\"") => return self.string_token('\\', expecting),
            _ if is_invisible(first) => return self.stray(first),
            _ if is_quote(first) => return self.string_token(first, expecting),
            _ => {
                if let Some(right) = look_alike(first) {
                    self.at += first.len_utf8();
                    let range = self.range_from(start);
                    self.troubles.push(Trouble::LookAlike(range, right));
                    return Token { kind: punctuation(right), range };
                }
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
        self.at += match character {
            // Each has a partner of its own.
            '(' | ')' => 1,
            _ => rest.find(|c| c != character).unwrap_or(rest.len()),
        };
        Token { kind: TokenKind::Stray(character), range: self.range_from(start) }
    }

    fn skip_trivia(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.find(|c| !is_white_space(c)).unwrap_or(rest.len());
            self.at += blank;
            let rest = self.rest();
            let start = self.at;
            match rest.as_bytes() {
                [b'/', b'/', ..] => {
                    self.at += rest.find(is_line_terminator).unwrap_or(rest.len());
                    self.comments.push(Comment { range: self.range_from(start), block: false });
                }
                [b'/', b'*', ..] => {
                    let inside = rest.get(2..).filter(|_| !self.no_comment_ends);
                    match inside.and_then(|inside| inside.find("*/")) {
                        Some(length) => self.at += length + 4,
                        None => {
                            self.no_comment_ends = true;
                            self.at += end_of_open_comment(rest);
                            let mark = TextRange::new(start as u32, start as u32 + 2);
                            self.troubles.push(Trouble::OpenComment(mark, self.at as u32));
                        }
                    }
                    self.comments.push(Comment { range: self.range_from(start), block: true });
                }
                [b'#' | b'-' | b'/' | b'*' | b'<' | b'=' | b'|' | b'>', ..] if self.skip_foreign() => {}
                _ => return,
            }
        }
    }

    /// Passes over a comment as other languages have it, or what a merge left; false if there is none.
    fn skip_foreign(&mut self) -> bool {
        let (rest, start) = (self.rest(), self.at);
        let begins_line = || {
            let before = self.text.get(..start).unwrap_or_default();
            before.is_empty() || before.ends_with(is_line_terminator)
        };
        let mark = match rest.as_bytes() {
            [b'#', ..] => "#",
            [b'-', b'-', b' ' | b'\t', ..] => "--",
            [b'/', b' ' | b'\t', ..] => "/",
            [b'*', b' ' | b'\t', ..] => "*",
            [b'*', b'/', ..] => {
                self.at += 2;
                self.troubles.push(Trouble::StrayCommentEnd(self.range_from(start)));
                return true;
            }
            [b'<', b'!', b'-', b'-', ..] => {
                let near: usize = rest.split_inclusive('\n').take(MOST_LINES_OF_COMMENT).map(str::len).sum();
                let end = rest.get(..near).and_then(|near| near.find("-->")).map(|end| end + 3);
                self.at += end.or_else(|| rest.find(is_line_terminator)).unwrap_or(rest.len());
                self.troubles.push(Trouble::ForeignComment(self.range_from(start), "<!--"));
                return true;
            }
            _ => return conflict_marker(rest).is_some_and(|mark| begins_line() && self.skip_conflict(mark)),
        };
        self.at += rest.find(is_line_terminator).unwrap_or(rest.len());
        self.troubles.push(Trouble::ForeignComment(self.range_from(start), mark));
        true
    }

    /// Passes over a marker of a merge that was not finished, and from the second one on over the other version.
    fn skip_conflict(&mut self, mark: char) -> bool {
        let start = self.at;
        if let Some((_, end)) = self.passed_over.filter(|(middle, _)| *middle == start) {
            self.at = end;
            self.passed_over = None;
            return true;
        }
        let lines = self.rest().split_inclusive('\n').scan(start, |at, line| {
            let begins = *at;
            *at += line.len();
            Some((begins, line))
        });
        let first_line_end = start + self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
        self.at = first_line_end;
        let mut middle = None;
        let mut second = None;
        let mut end = None;
        for (begins, line) in lines.skip(1).take(MOST_CONFLICT_LINES) {
            match conflict_marker(line) {
                Some('<') => break,
                Some('|') if mark != '<' => break,
                Some('=') if mark == '=' => break,
                Some('=') => second = second.or(Some(begins + line.len())),
                Some('>') => end = Some((begins, begins + line.trim_end().len())),
                _ => {}
            }
            if matches!(conflict_marker(line), Some('|' | '=')) {
                middle = middle.or(Some(begins));
            }
            if end.is_some() {
                break;
            }
        }
        let range = |start: usize, end: usize| TextRange::new(start as u32, end as u32);
        let conflict = match (mark, middle, second, end) {
            ('<', Some(middle), Some(second), Some((last, end))) => {
                self.passed_over = Some((middle, end));
                let versions = Some((range(first_line_end, middle), range(second, last)));
                Conflict { all: range(start, end), versions }
            }
            // The first version has no marker any more.
            ('|' | '=', _, _, Some((_, end))) => {
                self.at = end;
                Conflict { all: range(start, end), versions: None }
            }
            _ => {
                let line = self.text.get(start..first_line_end).unwrap_or_default();
                Conflict { all: range(start, start + line.trim_end().len()), versions: None }
            }
        };
        self.troubles.push(Trouble::Conflict(conflict));
        true
    }

    fn string_token(&mut self, open: char, expecting: Expecting) -> Token {
        let start = self.at;
        let closed = self.string(open, expecting);
        Token { kind: TokenKind::String { quote: open, closed }, range: self.range_from(start) }
    }

    /// Reads a string from its opening quote on; whether it is closed.
    fn string(&mut self, open: char, expecting: Expecting) -> bool {
        let start = self.at;
        if open == '\\' {
            return self.escaped_string();
        }
        let content = start + open.len_utf8();
        self.at = content;
        let ends = |c: char| c == open || (!open.is_ascii() && closes(open, c));
        loop {
            let rest = self.rest();
            let plain = match u8::try_from(open) {
                Ok(open) => ascii_run(rest, open),
                Err(_) => rest.find(|c| ends(c) || matches!(c, '\\' | '\n' | '\r')).unwrap_or(rest.len()),
            };
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
                // Straight quotes within others count only where the text can end.
                Some(c)
                    if ends(c)
                        && c != open
                        && c.is_ascii()
                        && !is_end_of_text(self.rest().get(1..).unwrap_or_default()) =>
                {
                    self.at += 1;
                }
                Some(c) if ends(c) => {
                    if self.at == content && self.skip_doubled(open) {
                        return true;
                    }
                    let is_next_opening = self.opens_what_follows(content, c);
                    if is_next_opening {
                        let written = self.text.get(content..self.at).unwrap_or_default();
                        self.at = content + written.trim_end_matches(between_texts).len();
                        return self.take_other_quote(content, open);
                    }
                    self.at += c.len_utf8();
                    if self.rest().starts_with(is_identifier_start) && self.skip_inner_quotes(open) {
                        self.troubles.push(Trouble::InnerQuote(self.range_from(start)));
                    }
                    return true;
                }
                _ => break,
            }
        }
        if self.goes_on(content, open, expecting) {
            self.troubles.push(Trouble::LineBreak(self.range_from(start)));
            return true;
        }
        self.give_back_the_end_of_the_line(content, open, expecting)
    }

    /// Reads `""text""` or `""text"`, from between the first two quotes on; false if it is none.
    fn skip_doubled(&mut self, quote: char) -> bool {
        let rest = self.rest().get(quote.len_utf8()..).unwrap_or_default();
        if !rest.starts_with(is_identifier_start) {
            return false;
        }
        let line = beginning_of_line(rest);
        let Some(end) = line.find(quote) else { return false };
        let after = line.get(end + quote.len_utf8()..).unwrap_or_default();
        let twice = after.starts_with(quote);
        if !twice && !is_end_of_text(after) {
            return false;
        }
        self.at += (2 + usize::from(twice)) * quote.len_utf8() + end;
        true
    }

    /// Reads on to the quote that ends a text, where the one before it stands within: `'it's'`. False if there is none.
    fn skip_inner_quotes(&mut self, quote: char) -> bool {
        let line = beginning_of_line(self.rest());
        let end = line
            .match_indices(quote)
            .take(MOST_INNER_QUOTES)
            .map(|(at, quote)| at + quote.len())
            .find(|end| line.get(*end..).is_some_and(is_end_of_text));
        let inside = end.and_then(|end| line.get(..end - quote.len_utf8()));
        let Some(end) = end.filter(|_| inside.is_some_and(|inside| !inside.contains(between_entries))) else {
            return false;
        };
        self.at += end;
        true
    }

    /// Reads `\"text\"`, as it stands within other text; whether it is closed.
    fn escaped_string(&mut self) -> bool {
        let inside = self.rest().get(2..).unwrap_or_default();
        let end = inside.find("\\\"");
        let line = inside.get(..end.unwrap_or(inside.len())).unwrap_or_default();
        let line_end = line.find(is_line_terminator);
        let end = end.filter(|_| line_end.is_none());
        self.at += 2 + end.map_or(line_end.unwrap_or(line.len()), |end| end + 2);
        end.is_some()
    }

    /// Whether the quote here opens the next text, and the one before lacks its own: `"slack, "scopes"`.
    fn opens_what_follows(&self, content: usize, quote: char) -> bool {
        let written = self.text.get(content..self.at).unwrap_or_default();
        let kept = written.trim_end_matches(between_texts);
        let after = self.rest().get(quote.len_utf8()..).and_then(|rest| rest.chars().next());
        let separated =
            written.get(kept.len()..).is_some_and(|between| between.contains([',', ':', ']', '}']));
        separated && after.is_some_and(is_identifier_start)
    }

    /// Whether the text is closed in one of the next lines; reads on to there if so.
    fn goes_on(&mut self, content: usize, open: char, expecting: Expecting) -> bool {
        let written = self.text.get(content..self.at).unwrap_or_default();
        let ends =
            |c: char| matches!(c, ',' | '[' | ']' | '{' | '}') || (c == ':' && expecting == Expecting::Key);
        if !matches!(open, '"' | '\'') || written.trim().is_empty() || written.trim_end().ends_with(ends) {
            return false;
        }
        let rest = self.rest();
        for line in rest.split_inclusive('\n').skip(usize::from(!rest.is_empty())).take(MOST_LINES_OF_TEXT) {
            // What stands on the line of the opening quote is read already.
            let start = line.as_ptr() as usize - rest.as_ptr() as usize + self.at;
            let before = line.split(open).next().unwrap_or_default();
            let is_text =
                !before.trim().is_empty() && !before.contains(['"', '\'', '[', ']', '{', '}', '/', '#']);
            if !is_text || before.contains(": ") {
                return false;
            }
            if before.len() < line.len() {
                let end = start + before.len() + open.len_utf8();
                let after = self.text.get(end..).unwrap_or_default();
                let closes = is_end_of_text(after) && !after.trim_start_matches([' ', '\t']).starts_with(':');
                if closes {
                    self.at = end;
                }
                return closes;
            }
        }
        false
    }

    /// After a string without its closing quote, what closes the line most likely was meant outside; whether another
    /// quote closes it.
    fn give_back_the_end_of_the_line(&mut self, content: usize, open: char, expecting: Expecting) -> bool {
        let mut written = self.text.get(content..self.at).unwrap_or_default();
        if let Some(comment) = written.find(" //") {
            written = written.get(..comment).unwrap_or_default();
        }
        if expecting == Expecting::Key
            && let Some(colon) = written.match_indices(':').map(|(colon, _)| colon).find(|colon| {
                let after = written.get(colon + 1..).unwrap_or_default();
                after.trim_start().is_empty() || after.starts_with([' ', '\t', '[', '{', '"', '\''])
            })
            && colon > 0
        {
            self.at = content + written.get(..colon).unwrap_or_default().trim_end().len();
            return self.take_other_quote(content, open);
        }
        let other_quote = written.char_indices().find(|(at, c)| {
            let after = written.get(at + c.len_utf8()..).unwrap_or_default();
            *at > 0 && *c != open && (matches!(c, '"' | '\'' | '`') || is_quote(*c)) && is_end_of_text(after)
        });
        if let Some((at, quote)) = other_quote {
            self.at = content + at + quote.len_utf8();
            return true;
        }
        let kept = written.trim_end_matches(|c| is_white_space(c) || matches!(c, ',' | ']' | '}'));
        if !kept.is_empty() || written.starts_with([',', ']', '}']) {
            self.at = content + kept.len();
        } else {
            self.at = content;
        }
        false
    }

    /// Whether another kind of quote than the one that opened it closes a text that ends here.
    fn take_other_quote(&self, content: usize, open: char) -> bool {
        let last = self.text.get(content..self.at).and_then(|written| written.chars().next_back());
        self.at > content + 1
            && last.is_some_and(|c| c != open && (matches!(c, '"' | '\'' | '`') || is_quote(c)))
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
        self.at += end.max(rest.chars().next().map_or(0, char::len_utf8));
    }
}

/// So many lines of a merge that was not finished are looked through.
const MOST_CONFLICT_LINES: usize = 1_000;
/// So many lines a comment of HTML is thought to go on for.
const MOST_LINES_OF_COMMENT: usize = 30;
/// So much of a line is looked through, in bytes.
const MOST_OF_A_LINE: usize = 128;
/// So many quotes are thought to stand within a text.
const MOST_INNER_QUOTES: usize = 4;
/// So many lines a text is thought to go on for.
const MOST_LINES_OF_TEXT: usize = 3;

fn between_entries(c: char) -> bool {
    matches!(c, ',' | ':' | '[' | ']' | '{' | '}')
}

/// How many bytes there are before this quote, a backslash or the end of the line.
fn ascii_run(rest: &str, quote: u8) -> usize {
    let end = memchr::memchr3(quote, b'\\', b'\n', rest.as_bytes()).unwrap_or(rest.len());
    let before = rest.as_bytes().get(..end).unwrap_or_default();
    memchr::memchr(b'\r', before).unwrap_or(end)
}

/// What stands between two texts, when the first is not closed.
fn between_texts(c: char) -> bool {
    is_white_space(c) || between_entries(c)
}

/// Whether text can have ended before this: a separator or nothing else follows on the line.
fn is_end_of_text(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\t']);
    after.is_empty() || after.starts_with([',', ':', ']', '}', ';', '=', '\n', '\r'])
}

/// The text up to the end of its line, or to where no text in quotes goes on for.
pub(crate) fn beginning_of_line(text: &str) -> &str {
    let end = text.char_indices().find(|(at, c)| *at >= MOST_OF_A_LINE || is_line_terminator(*c));
    end.map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

/// The mark of a merge that was not finished which begins a line.
fn conflict_marker(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|c| matches!(c, '<' | '|' | '=' | '>'))?;
    let length = line.find(|c| c != mark).unwrap_or(line.len());
    let after = line.get(length..).unwrap_or_default();
    (length == 7 && (after.is_empty() || after.starts_with([' ', '\r', '\n']))).then_some(mark)
}

/// Where a comment that is never closed most likely ends: with its line, or with the last that begins with `*`.
fn end_of_open_comment(rest: &str) -> usize {
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if end > 0 && !line.trim_start().starts_with('*') {
            break;
        }
        end += line.len();
    }
    rest.get(..end).unwrap_or_default().trim_end().len()
}

/// Whether the character stands around text in some language, but not in JSON.
pub(crate) fn is_quote(c: char) -> bool {
    !c.is_ascii() && (is_double_quote(c) || is_single_quote(c))
}

fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂' | '「' | '」' | '『' | '』')
}

fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '‚' | '‛' | '‹' | '›' | '＇' | '´')
}

/// Whether a text that began with the one may end with the other.
fn closes(open: char, c: char) -> bool {
    (is_double_quote(open) && is_double_quote(c)) || (is_single_quote(open) && is_single_quote(c))
}

/// The punctuation that a character of another script looks like.
fn look_alike(c: char) -> Option<char> {
    Some(match c {
        '：' | '﹕' | '︰' => ':',
        '，' | '、' | '､' | '﹐' | '；' => ',',
        '｛' => '{',
        '｝' => '}',
        '［' | '【' | '〔' => '[',
        '］' | '】' | '〕' => ']',
        _ => return None,
    })
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

//! Strings: closed, not closed, doubled, escaped, or over several lines.

use super::lookalikes::{closes, is_quote};
use super::{Expecting, Lexer, LexicalError, Token, TokenKind};
use crate::TextRange;
use crate::chars::{is_identifier_start, is_line_terminator, is_white_space};
use crate::string::{Piece, next_piece};

/// Bytes of a line that are looked through for the end of a string.
const MAX_LINE: usize = 128;
/// Quotes that may stand within a string, as in `'it's'`.
const MAX_INNER_QUOTES: usize = 4;
/// Lines that a string may go on for.
const MAX_LINES_OF_TEXT: usize = 3;

impl Lexer<'_> {
    pub(super) fn string_token(&mut self, open: char, expecting: Expecting) -> Token {
        let start = self.offset;
        let closed = self.eat_string(open, expecting);
        Token { kind: TokenKind::String { quote: open, closed }, range: self.range_from(start) }
    }

    /// Reads a string from its opening quote on; whether it is closed.
    fn eat_string(&mut self, open: char, expecting: Expecting) -> bool {
        let start = self.offset;
        if open == '\\' {
            return self.eat_escaped_string();
        }
        let content = start + open.len_utf8();
        self.offset = content;
        let ends = |c: char| c == open || (!open.is_ascii() && closes(open, c));
        loop {
            let rest = self.rest();
            let plain = match u8::try_from(open) {
                Ok(open) => ascii_run(rest, open),
                Err(_) => rest.find(|c| ends(c) || matches!(c, '\\' | '\n' | '\r')).unwrap_or(rest.len()),
            };
            self.offset += plain;
            match self.rest().chars().next() {
                Some('\\') => {
                    let (piece, length) = next_piece(self.rest());
                    self.offset += length;
                    if piece == Piece::Bad {
                        let range = TextRange::new((self.offset - length) as u32, self.offset as u32);
                        self.errors.push(LexicalError::BadEscape(range));
                    }
                }
                // Straight quotes within others count only where the text can end.
                Some(c)
                    if ends(c)
                        && c != open
                        && c.is_ascii()
                        && !is_end_of_text(self.rest().get(1..).unwrap_or_default()) =>
                {
                    self.offset += 1;
                }
                Some(c) if ends(c) => {
                    if self.offset == content && self.eat_doubled_quotes(open) {
                        return true;
                    }
                    let is_next_opening = self.at_opening_of_next(content, c);
                    if is_next_opening {
                        let written = self.text.get(content..self.offset).unwrap_or_default();
                        self.offset = content + written.trim_end_matches(between_texts).len();
                        return self.ends_with_other_quote(content, open);
                    }
                    self.offset += c.len_utf8();
                    if self.rest().starts_with(is_identifier_start) && self.eat_inner_quotes(open) {
                        self.errors.push(LexicalError::InnerQuote(self.range_from(start)));
                    }
                    return true;
                }
                _ => break,
            }
        }
        if self.eat_next_lines(content, open, expecting) {
            self.errors.push(LexicalError::LineBreak(self.range_from(start)));
            return true;
        }
        self.recover_unclosed_string(content, open, expecting)
    }

    /// Reads `""text""` or `""text"`, from between the first two quotes on; false if it is none.
    fn eat_doubled_quotes(&mut self, quote: char) -> bool {
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
        self.offset += (2 + usize::from(twice)) * quote.len_utf8() + end;
        true
    }

    /// Reads on to the quote that ends a text, where the one before it stands within: `'it's'`. False if there is none.
    fn eat_inner_quotes(&mut self, quote: char) -> bool {
        let line = beginning_of_line(self.rest());
        let end = line
            .match_indices(quote)
            .take(MAX_INNER_QUOTES)
            .map(|(at, quote)| at + quote.len())
            .find(|end| line.get(*end..).is_some_and(is_end_of_text));
        let inside = end.and_then(|end| line.get(..end - quote.len_utf8()));
        let Some(end) = end.filter(|_| inside.is_some_and(|inside| !inside.contains(between_entries))) else {
            return false;
        };
        self.offset += end;
        true
    }

    /// Reads `\"text\"`, as it stands within other text; whether it is closed.
    fn eat_escaped_string(&mut self) -> bool {
        let inside = self.rest().get(2..).unwrap_or_default();
        let end = inside.find("\\\"");
        let line = inside.get(..end.unwrap_or(inside.len())).unwrap_or_default();
        let line_end = line.find(is_line_terminator);
        let end = end.filter(|_| line_end.is_none());
        self.offset += 2 + end.map_or(line_end.unwrap_or(line.len()), |end| end + 2);
        end.is_some()
    }

    /// Whether the quote here opens the next text, and the one before lacks its own: `"slack, "scopes"`.
    fn at_opening_of_next(&self, content: usize, quote: char) -> bool {
        let written = self.text.get(content..self.offset).unwrap_or_default();
        let kept = written.trim_end_matches(between_texts);
        let after = self.rest().get(quote.len_utf8()..).and_then(|rest| rest.chars().next());
        let separated =
            written.get(kept.len()..).is_some_and(|between| between.contains([',', ':', ']', '}']));
        separated && after.is_some_and(is_identifier_start)
    }

    /// Whether the text is closed in one of the next lines; reads on to there if so.
    fn eat_next_lines(&mut self, content: usize, open: char, expecting: Expecting) -> bool {
        let written = self.text.get(content..self.offset).unwrap_or_default();
        let ends =
            |c: char| matches!(c, ',' | '[' | ']' | '{' | '}') || (c == ':' && expecting == Expecting::Key);
        if !matches!(open, '"' | '\'') || written.trim().is_empty() || written.trim_end().ends_with(ends) {
            return false;
        }
        let rest = self.rest();
        for line in rest.split_inclusive('\n').skip(usize::from(!rest.is_empty())).take(MAX_LINES_OF_TEXT) {
            // What stands on the line of the opening quote is read already.
            let start = line.as_ptr() as usize - rest.as_ptr() as usize + self.offset;
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
                    self.offset = end;
                }
                return closes;
            }
        }
        false
    }

    /// After a string without its closing quote, what closes the line most likely was meant outside; whether another
    /// quote closes it.
    fn recover_unclosed_string(&mut self, content: usize, open: char, expecting: Expecting) -> bool {
        let mut written = self.text.get(content..self.offset).unwrap_or_default();
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
            self.offset = content + written.get(..colon).unwrap_or_default().trim_end().len();
            return self.ends_with_other_quote(content, open);
        }
        let other_quote = written.char_indices().find(|(at, c)| {
            let after = written.get(at + c.len_utf8()..).unwrap_or_default();
            *at > 0 && *c != open && (matches!(c, '"' | '\'' | '`') || is_quote(*c)) && is_end_of_text(after)
        });
        if let Some((at, quote)) = other_quote {
            self.offset = content + at + quote.len_utf8();
            return true;
        }
        let kept = written.trim_end_matches(|c| is_white_space(c) || matches!(c, ',' | ']' | '}'));
        if !kept.is_empty() || written.starts_with([',', ']', '}']) {
            self.offset = content + kept.len();
        } else {
            self.offset = content;
        }
        false
    }

    /// Whether another kind of quote than the one that opened it closes a text that ends here.
    fn ends_with_other_quote(&self, content: usize, open: char) -> bool {
        let last = self.text.get(content..self.offset).and_then(|written| written.chars().next_back());
        self.offset > content + 1
            && last.is_some_and(|c| c != open && (matches!(c, '"' | '\'' | '`') || is_quote(c)))
    }
}

/// The text up to the end of its line, or to where no text in quotes goes on for.
pub(crate) fn beginning_of_line(text: &str) -> &str {
    let end = text.char_indices().find(|(at, c)| *at >= MAX_LINE || is_line_terminator(*c));
    end.map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

fn between_entries(c: char) -> bool {
    matches!(c, ',' | ':' | '[' | ']' | '{' | '}')
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

/// How many bytes there are before this quote, a backslash or the end of the line.
fn ascii_run(rest: &str, quote: u8) -> usize {
    let end = memchr::memchr3(quote, b'\\', b'\n', rest.as_bytes()).unwrap_or(rest.len());
    let before = rest.as_bytes().get(..end).unwrap_or_default();
    memchr::memchr(b'\r', before).unwrap_or(end)
}

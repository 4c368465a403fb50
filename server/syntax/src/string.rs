//! The value of a string or identifier as it is written, escapes and all.

use std::borrow::Cow;

use crate::chars::is_line_terminator;

/// A piece of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A character.
    Char(char),
    /// A UTF-16 code unit from a `\u` escape: half of a pair, or alone.
    Surrogate(u16),
    /// A backslash before the end of a line: nothing.
    Nothing,
    /// An escape that JSON5 does not have; the length counts its bytes, backslash included.
    Bad,
}

/// Reads one piece from the front of `rest`, which is not empty; gives its length in bytes too.
pub(crate) fn next_piece(rest: &str) -> (Piece, usize) {
    let mut chars = rest.chars();
    let Some(first) = chars.next() else {
        return (Piece::Nothing, 0);
    };
    if first != '\\' {
        return (Piece::Char(first), first.len_utf8());
    }
    let Some(second) = chars.next() else {
        return (Piece::Bad, 1);
    };
    let length = 1 + second.len_utf8();
    let plain = |c| (Piece::Char(c), length);
    match second {
        'b' => plain('\u{8}'),
        'f' => plain('\u{c}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'v' => plain('\u{b}'),
        '0' => match chars.next() {
            Some(next) if next.is_ascii_digit() => (Piece::Bad, length),
            _ => plain('\0'),
        },
        '1'..='9' => (Piece::Bad, length),
        'x' => hexadecimal(rest, 2),
        'u' => hexadecimal(rest, 4),
        '\r' if chars.next() == Some('\n') => (Piece::Nothing, length + 1),
        c if is_line_terminator(c) => (Piece::Nothing, length),
        c => plain(c),
    }
}

/// `\x` or `\u` and so many digits.
fn hexadecimal(rest: &str, digits: usize) -> (Piece, usize) {
    let found = rest.bytes().skip(2).take(digits).take_while(u8::is_ascii_hexdigit).count();
    if found < digits {
        return (Piece::Bad, 2 + found);
    }
    let length = 2 + digits;
    let unit = rest.get(2..length).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    let Some(unit) = unit else {
        return (Piece::Bad, length);
    };
    let piece = char::from_u32(u32::from(unit)).map_or(Piece::Surrogate(unit), Piece::Char);
    (piece, length)
}

/// The value as text; half a surrogate pair becomes U+FFFD.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(char::decode_utf16(units(raw)).map(|unit| unit.unwrap_or('\u{fffd}')).collect())
}

/// Whether the value holds half of a surrogate pair, which no UTF-8 text can.
pub(crate) fn has_lone_surrogate(raw: &str) -> bool {
    raw.contains('\\') && char::decode_utf16(units(raw)).any(|unit| unit.is_err())
}

/// The value as UTF-16 code units.
pub(crate) fn units(raw: &str) -> impl Iterator<Item = u16> + '_ {
    let mut at = 0;
    let mut waiting = None;
    std::iter::from_fn(move || {
        if let Some(unit) = waiting.take() {
            return Some(unit);
        }
        loop {
            let rest = raw.get(at..).filter(|rest| !rest.is_empty())?;
            let (piece, length) = next_piece(rest);
            at += length;
            match piece {
                Piece::Nothing | Piece::Bad => {}
                Piece::Surrogate(unit) => return Some(unit),
                Piece::Char(c) => {
                    let mut buffer = [0; 2];
                    let pair = c.encode_utf16(&mut buffer);
                    waiting = pair.get(1).copied();
                    return pair.first().copied();
                }
            }
        }
    })
}

/// `value` between quotes of this kind, escaped where JSON5 needs it.
pub fn quote(value: &str, quote: char) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push(quote);
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c == quote => {
                text.push('\\');
                text.push(c);
            }
            c if c.is_control() || is_line_terminator(c) => {
                text.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => text.push(c),
        }
    }
    text.push(quote);
    text
}

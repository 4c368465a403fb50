//! A text as the row of its letters and digits, whichever shape they have, and the windows of that row.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// So many letters and digits in a row are compared at once: as many as fit into a number.
pub(super) const WINDOW: usize = 8;

/// What each byte counts as: a letter or digit as itself in lower case, others of ASCII as nothing.
const LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            letters[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    letters
};

/// Calls `each` with every window of a text: the window, how many letters stand before its last, and the byte where it
/// ends.
pub(super) fn windows_of(text: &str, mut each: impl FnMut(u64, usize, usize)) {
    let bytes = text.as_bytes();
    let (mut window, mut count, mut at) = (0_u64, 0_usize, 0_usize);
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii() {
            at += 1;
            let letter = LETTERS[usize::from(*byte)];
            if letter != 0 {
                window = (window << 8) | u64::from(letter);
                count += 1;
                if count >= WINDOW {
                    each(window, count - 1, at);
                }
            }
            continue;
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { return };
        at += c.len_utf8();
        for letter in of_another_shape(c) {
            window = (window << 8) | u64::from(letter);
            count += 1;
            if count >= WINDOW {
                each(window, count - 1, at);
            }
        }
    }
}

/// A text in which characters are shown as their codes, `\u{200b}`, with these characters themselves, and where each of
/// its bytes stands in the text; nothing where there are none.
pub(super) fn without_codes(text: &str) -> Option<(String, Vec<usize>)> {
    const CODE: &str = "\\u{";
    let mut at = text.find(CODE)?;
    let (mut plain, mut places) = (text.get(..at)?.to_owned(), (0..at).collect::<Vec<usize>>());
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (c, length) = shown_as_code(rest, CODE).or_else(|| {
            let c = rest.chars().next()?;
            Some((c, c.len_utf8()))
        })?;
        plain.push(c);
        places.resize(plain.len(), at);
        at += length;
    }
    Some((plain, places))
}

/// The character whose code a text begins with, and how long that is. Those that are never shown so are none.
fn shown_as_code(text: &str, code: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix(code)?;
    let end = rest.bytes().take(8).position(|byte| byte == b'}')?;
    let c = char::from_u32(u32::from_str_radix(rest.get(..end)?, 16).ok()?)?;
    (!c.is_ascii_graphic()).then_some((c, code.len() + end + 1))
}

/// The byte where the window begins that ends at a byte.
pub(super) fn start_of_window(text: &str, end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default();
    let mut missing = WINDOW;
    for (at, c) in before.char_indices().rev() {
        missing = missing.saturating_sub(letters_of(c));
        if missing == 0 {
            return at;
        }
    }
    0
}

/// How many letters and digits a character reads as.
pub(super) fn letters_of(c: char) -> usize {
    if c.is_ascii() { usize::from(c.is_ascii_alphanumeric()) } else { of_another_shape(c).count() }
}

/// The alphabets that Unicode does not call compatible with ours, by what reads as their A: white on black in circles and
/// in squares, those of flags, and the two rows of tags.
const ALPHABETS: [(char, u8); 5] =
    [('\u{1f150}', b'a'), ('\u{1f170}', b'a'), ('\u{1f1e6}', b'a'), ('\u{e0041}', b'a'), ('\u{e0061}', b'a')];
/// The tags of the digits, likewise.
const TAG_OF_NOUGHT: char = '\u{e0030}';

/// The letters and digits that a character reads as: of full width, in a circle, a square or brackets, raised, lowered,
/// or of a style of mathematics, which Unicode calls compatible; and the digits of other scripts.
fn of_another_shape(c: char) -> impl Iterator<Item = u8> {
    const SHAPES: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
    let letter = in_row(c, TAG_OF_NOUGHT, b'0', 10).or_else(|| digit(c));
    let letter = letter.or_else(|| ALPHABETS.iter().find_map(|(first, reads)| in_row(c, *first, *reads, 26)));
    // Of scripts that are written with other letters nothing is ASCII's.
    let shapes = SHAPES.normalize_iter(std::iter::once(letter.map_or(c, char::from)));
    shapes.filter(char::is_ascii_alphanumeric).map(|letter| (letter as u8).to_ascii_lowercase())
}

/// What the character at its place in a row of so many reads as.
fn in_row(c: char, first: char, reads: u8, length: u32) -> Option<u8> {
    let place = u32::from(c).checked_sub(u32::from(first)).filter(|place| *place < length)?;
    Some(reads + place as u8)
}

/// The digit that a character is in whichever script: Unicode has each script's ten in a row, from nought on. The rows
/// of mathematics follow each other, and are compatible with ours anyway.
fn digit(c: char) -> Option<u8> {
    let is_digit = |code: u32| {
        let digits = CodePointMapData::<GeneralCategory>::new();
        char::from_u32(code).is_some_and(|c| digits.get(c) == GeneralCategory::DecimalNumber)
    };
    let code = u32::from(c);
    let before = (0..code).rev().take(10).take_while(|code| is_digit(*code)).count();
    (is_digit(code) && before < 10).then_some(b'0' + before as u8)
}

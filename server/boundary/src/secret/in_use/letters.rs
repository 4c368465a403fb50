//! A text as the row of its letters and digits, whichever shape they have, and the windows of that row.

use icu_normalizer::DecomposingNormalizerBorrowed;

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

/// The letters and digits that a character reads as: of full width, in a circle, a square or brackets, raised, lowered,
/// or of a style of mathematics. Unicode calls them compatible.
fn of_another_shape(c: char) -> impl Iterator<Item = u8> {
    const SHAPES: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
    // Of scripts that are written with other letters nothing is ASCII's.
    let letters = SHAPES.normalize_iter(std::iter::once(c));
    letters.filter(char::is_ascii_alphanumeric).map(|letter| (letter as u8).to_ascii_lowercase())
}

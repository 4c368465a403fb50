//! How far one name is from another when a hand slips.

/// The cost of one letter that is wrong, missing or too many; the other costs are given in parts of it.
pub(crate) const LETTER: u32 = 10;
/// Two neighbouring letters exchanged.
const EXCHANGED: u32 = 8;
/// A letter doubled, or a doubled one written once.
const DOUBLED: u32 = 7;
/// One separator for another: hands and other providers exchange them all the time.
const SEPARATOR: u32 = 3;
/// A separator too many or missing.
const EXTRA_SEPARATOR: u32 = 5;
/// A blank beside a separator.
const BLANK: u32 = 1;

/// Longer names, in bytes, have no distance: no scope is so long.
pub(crate) const MAX_LENGTH: usize = 200;

/// The least cost of what was done to `known` to make `written` of it; none if that is more than `max`.
///
/// The two are compared byte by byte: names are ASCII, and of others the distance is only a little too large.
pub(crate) fn distance(written: &[u8], known: &[u8], max: u32) -> Option<u32> {
    let common = written.iter().zip(known).take_while(|(left, right)| left == right).count();
    // One byte is kept, so that a doubled letter shows.
    let start = common.saturating_sub(1);
    let (written, known) = (written.get(start..)?, known.get(start..)?);
    let common = written.iter().rev().zip(known.iter().rev()).take_while(|(left, right)| left == right);
    let end = common.count().saturating_sub(1).min(written.len().min(known.len()).saturating_sub(1));
    let (written, known) = (written.get(..written.len() - end)?, known.get(..known.len() - end)?);
    if known.len() > MAX_LENGTH || least_distance(written, known) > max {
        return None;
    }
    // Most of what is left is short, and a small table is sooner made.
    match known.len() {
        0..SHORT => table::<SHORT>(written, known, max),
        _ => table::<{ MAX_LENGTH + 1 }>(written, known, max),
    }
}

/// Texts that are shorter than so many bytes are compared in a small table.
const SHORT: usize = 24;

/// What the distance of two texts is not less than: letters have to come and go that only one of them has, and as many
/// as one has more.
fn least_distance(written: &[u8], known: &[u8]) -> u32 {
    let letters = |text: &[u8]| {
        text.iter()
            .filter(|byte| !is_separator(**byte))
            .fold((0, 0_u64), |(count, bits), byte| (count + 1, bits | letter_bit(*byte)))
    };
    let ((written, written_bits), (known, known_bits)) = (letters(written), letters(known));
    least_cost(written_bits, known_bits).max(u32::abs_diff(written, known) * DOUBLED)
}

/// What the distance of two texts is not less than, by the letters that they have, one bit each.
pub(crate) fn least_cost(written: u64, known: u64) -> u32 {
    // The cheapest change that brings one letter in and takes one out is that of neighbours.
    (written ^ known).count_ones() * (LETTER - 1) / 2
}

/// Which letters and digits a text in lower case has, one bit each.
pub(crate) fn bag_of(text: &str) -> u64 {
    text.bytes().fold(0, |bag, byte| bag | letter_bit(byte))
}

/// The bit of a letter or digit in lower case, where others share one.
pub(super) fn letter_bit(byte: u8) -> u64 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        b'0'..=b'9' => 1 << (26 + byte - b'0'),
        _ => 1 << 36,
    }
}

/// The distance by the usual table, with rows of `N` places: one more than `known` is long.
fn table<const N: usize>(written: &[u8], known: &[u8], max: u32) -> Option<u32> {
    // Three rows of it; the row before the last is for letters that are exchanged.
    let mut rows = [[0_u32; N]; 3];
    let [before, last, next] = &mut rows;
    let (mut before, mut last, mut next) = (before, last, next);
    for column in 0..known.len() {
        last[column + 1] = last[column] + missing(known, column);
    }
    for row in 0..written.len() {
        let extra = extra(written, row);
        next[0] = last[0] + extra;
        let mut least = next[0];
        for column in 0..known.len() {
            let exchanged = row > 0
                && column > 0
                && written[row] == known[column - 1]
                && written[row - 1] == known[column]
                && written[row] != written[row - 1];
            let mut cost = last[column] + replaced(written[row], known[column]);
            cost = cost.min(last[column + 1] + extra).min(next[column] + missing(known, column));
            if exchanged {
                cost = cost.min(before[column - 1] + EXCHANGED);
            }
            next[column + 1] = cost;
            least = least.min(cost);
        }
        if least > max + EXCHANGED {
            return None;
        }
        (before, last, next) = (last, next, before);
    }
    Some(last[known.len()]).filter(|cost| *cost <= max)
}

/// The cost of a byte of the written name that the known one has not.
fn extra(text: &[u8], at: usize) -> u32 {
    match text[at] {
        byte if byte.is_ascii_whitespace() => BLANK,
        byte if is_separator(byte) => EXTRA_SEPARATOR,
        byte if at > 0 && text[at - 1] == byte => DOUBLED,
        _ => LETTER,
    }
}

/// The cost of a byte of the known name that the written one has not.
fn missing(text: &[u8], at: usize) -> u32 {
    match text[at] {
        byte if is_separator(byte) => EXTRA_SEPARATOR,
        byte if at > 0 && text[at - 1] == byte => DOUBLED,
        _ => LETTER,
    }
}

fn replaced(left: u8, right: u8) -> u32 {
    match (left, right) {
        _ if left == right => 0,
        _ if is_separator(left) && is_separator(right) => SEPARATOR,
        _ if are_neighbours(left, right) => LETTER - 1,
        _ => LETTER,
    }
}

/// A text in which no letter stands more than twice in a row, as a key that is held writes it; the letter once in its
/// place. None where there is no such row.
pub(crate) fn without_held_letters(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let rows = || letters.chunk_by(|left, right| left == right);
    let is_held = |row: &[char]| row.len() > 2 && row.iter().all(|letter| letter.is_alphabetic());
    let once =
        |row: &[char]| row.get(..if is_held(row) { 1 } else { row.len() }).unwrap_or_default().to_vec();
    rows().any(is_held).then(|| rows().flat_map(once).collect())
}

/// Whether a byte separates words.
pub(crate) fn is_separator(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric()
}

/// Whether two letters are side by side on most keyboards.
fn are_neighbours(left: u8, right: u8) -> bool {
    left.is_ascii_lowercase()
        && right.is_ascii_lowercase()
        && NEIGHBOURS[usize::from(left - b'a')] & (1 << (right - b'a')) != 0
}

/// The neighbours of each letter as bits: the comparison asks for them at every pair of letters.
const NEIGHBOURS: [u32; 26] = {
    let rows: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let mut neighbours = [0; 26];
    let mut row = 0;
    while row < rows.len() {
        let mut column = 1;
        while column < rows[row].len() {
            let (left, right) = (rows[row][column - 1] - b'a', rows[row][column] - b'a');
            neighbours[left as usize] |= 1 << right;
            neighbours[right as usize] |= 1 << left;
            column += 1;
        }
        row += 1;
    }
    neighbours
};

#[cfg(test)]
mod tests {
    use super::*;

    fn between(written: &str, known: &str) -> Option<u32> {
        distance(written.as_bytes(), known.as_bytes(), 30)
    }

    #[test]
    fn a_single_slip_costs_a_letter_at_the_most() {
        for (written, known, cost) in [
            ("chat:write", "chat:write", 0),
            ("chat:wirte", "chat:write", EXCHANGED),
            ("chatt:write", "chat:write", DOUBLED),
            ("cat:write", "chat:write", LETTER),
            ("chhat:write", "chat:write", DOUBLED),
            ("chat.write", "chat:write", SEPARATOR),
            ("chatwrite", "chat:write", EXTRA_SEPARATOR),
            ("chat: write", "chat:write", BLANK),
            ("chat:qrite", "chat:write", LETTER - 1),
            ("chat:write7", "chat:write", LETTER),
            ("xchat:write", "chat:write", LETTER),
            ("ap", "app", DOUBLED),
            ("", "a", LETTER),
            ("hat:writ", "chat:write", 2 * LETTER),
        ] {
            assert_eq!(between(written, known), Some(cost), "{written} {known}");
        }
    }

    #[test]
    fn a_key_that_is_held_writes_its_letter_once() {
        for (written, once) in [
            ("wrrrite", Some("write")),
            ("committttee", Some("commitee")),
            ("committee", None),
            ("a---b", None),
        ] {
            assert_eq!(without_held_letters(written).as_deref(), once, "{written}");
        }
    }

    #[test]
    fn neighbours_are_those_of_the_keyboard() {
        for (left, right, are) in
            [(b'q', b'w', true), (b'w', b'q', true), (b'p', b'a', false), (b'z', b'x', true)]
        {
            assert_eq!(are_neighbours(left, right), are);
        }
        assert!(!are_neighbours(b':', b'a'));
    }

    #[test]
    fn what_is_far_has_no_distance() {
        for (written, known) in [("read", "write"), ("", "abcdefgh"), ("channels:read", "chat:write")] {
            assert_eq!(between(written, known), None, "{written} {known}");
        }
    }
}

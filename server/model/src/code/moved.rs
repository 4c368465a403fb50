//! Where the places of one text are in another that was made from it.

use connector_syntax::TextRange;

/// So many bytes are compared at once.
const BLOCK: usize = 64;

/// How much of two texts is the same up to the first difference, block by block; `within` tells it of two blocks.
fn common<'t>(
    blocks: impl Iterator<Item = (&'t [u8], &'t [u8])>,
    within: impl Fn(&[u8], &[u8]) -> usize,
) -> usize {
    let mut same = 0;
    for (before, now) in blocks {
        if before != now {
            return same + within(before, now);
        }
        same += before.len();
    }
    same
}

/// One stretch of a text that was replaced: what a person does between two looks at their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    /// Up to here nothing changed.
    start: u32,
    /// Where the stretch ended before.
    end_before: u32,
    /// Where it ends now.
    end_now: u32,
}

impl Move {
    /// What makes one text of another; none where they are the same.
    pub fn between(before: &str, now: &str) -> Option<Move> {
        if before == now {
            return None;
        }
        let (before, now) = (before.as_bytes(), now.as_bytes());
        let shorter = before.len().min(now.len());
        let start = common(before.chunks(BLOCK).zip(now.chunks(BLOCK)), |before, now| {
            before.iter().zip(now).take_while(|(a, b)| a == b).count()
        });
        let same_end = common(before.rchunks(BLOCK).zip(now.rchunks(BLOCK)), |before, now| {
            before.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| a == b).count()
        });
        let same_end = same_end.min(shorter - start);
        Some(Move {
            start: start as u32,
            end_before: (before.len() - same_end) as u32,
            end_now: (now.len() - same_end) as u32,
        })
    }

    /// Where the stretch ends now.
    pub fn end(self) -> u32 {
        self.end_now
    }

    /// Whether one key does that: a letter, or a bracket with the one that an editor closes it with. What is put in at
    /// once, as completion does, is whole.
    pub fn is_of_a_key(self) -> bool {
        self.end_now - self.start <= 2 && self.end_before - self.start <= 2
    }

    /// Where an offset is now; one within the stretch is at its end.
    pub fn offset(self, offset: u32) -> u32 {
        if offset < self.start {
            offset
        } else if offset >= self.end_before {
            offset - self.end_before + self.end_now
        } else {
            self.end_now
        }
    }

    /// Where a range is now.
    pub fn range(self, range: TextRange) -> TextRange {
        // What is typed right behind a place is not in it.
        let end = if range.end <= self.start { range.end } else { self.offset(range.end) };
        let start = self.offset(range.start);
        TextRange::new(start.min(end), end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `[…]` of the first text is in the second.
    fn moved(before: &str, now: &str) -> String {
        let start = before.find('[').unwrap();
        let end = before.find(']').unwrap() - 1;
        let before = before.replace(['[', ']'], "");
        let range = TextRange::new(start as u32, end as u32);
        let range = Move::between(&before, now).map_or(range, |by| by.range(range));
        let mut shown = now.to_owned();
        shown.insert(range.end as usize, ']');
        shown.insert(range.start as usize, '[');
        shown
    }

    #[test]
    fn a_place_moves_with_what_is_typed_before_it() {
        assert_eq!(moved("a [b] c", "a b c"), "a [b] c");
        assert_eq!(moved("a [b] c", "xa b c"), "xa [b] c");
        assert_eq!(moved("a [b] c", "[b] c".replace(['[', ']'], "").as_str()), "[b] c");
        assert_eq!(moved("a [b] c", "a b cd"), "a [b] cd");
        assert_eq!(moved("f([x]) g", "f(x, y) g"), "f([x], y) g");
    }

    #[test]
    fn a_change_is_found_wherever_it_is_in_a_long_text() {
        let text = "0123456789".repeat(20);
        for at in 0..text.len() {
            let typed = format!("{}x{}", &text[..at], &text[at..]);
            let moved = Move::between(&text, &typed).unwrap();
            assert_eq!((moved.start, moved.end_before, moved.end_now), (at as u32, at as u32, at as u32 + 1));
            let back = Move::between(&typed, &text).unwrap();
            assert_eq!((back.start, back.end_before, back.end_now), (at as u32, at as u32 + 1, at as u32));
        }
    }

    #[test]
    fn a_place_that_is_changed_itself_stays_around_the_change() {
        assert_eq!(moved("a [bcd] e", "a bxd e"), "a [bxd] e");
        assert_eq!(moved("a [bcd] e", "a  e"), "a [] e");
    }
}

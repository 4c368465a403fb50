//! Which of some words somebody most likely meant.

use std::borrow::Cow;

use crate::suggest::distance::{LETTER, MAX_LENGTH, bag_of, distance, least_cost, without_held_letters};

/// The word nearest to `typed`, if any is near.
pub fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(typed, words, 1).into_iter().next()
}

/// Whether one slip of the hand makes the one of the other.
pub fn is_one_slip(typed: &str, word: &str) -> bool {
    typed.len() <= MAX_LENGTH && distance(typed.as_bytes(), word.as_bytes(), LETTER).is_some()
}

/// Which letters and digits a word has, one bit each. Most words are told from another by these alone, and of a word that
/// many are compared with they are told once.
#[derive(Clone, Copy, Debug)]
pub struct Letters(u64);

impl Letters {
    /// The letters of a word in lower case.
    pub fn of(word: &str) -> Self {
        Self(bag_of(word))
    }
}

/// Tells of the letters of words whether [`nearest_few`] may find one of them near to a typed one, in lower case: surely
/// where it does.
pub fn may_be_near(typed: &str) -> impl Fn(Letters) -> bool {
    let (letters, max) = (bag_of(typed), max_cost(typed));
    move |word| least_cost(letters, word.0) <= max || letters & !word.0 == 0
}

/// What the letters may cost by which a word differs from a typed one.
fn max_cost(typed: &str) -> u32 {
    u32::try_from(typed.chars().count().max(3) / 3).unwrap_or(u32::MAX).saturating_mul(LETTER)
}

/// The words near to `typed`, the nearest first, `most` of them: a third of its letters changed, left out, doubled or
/// swapped at the most, or written by a key that was held; or one begins with the other.
pub fn nearest_few<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    let once = without_held_letters(&typed);
    let max = max_cost(&typed);
    if typed.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut near: Vec<(u32, &str)> = words
        .into_iter()
        .filter_map(|word| {
            // Nearly all known words are written small: no copy is made of them.
            let lower = match word.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
                true => Cow::Owned(word.to_lowercase()),
                false => Cow::Borrowed(word),
            };
            let cost = [Some(&typed), once.as_ref()].into_iter().flatten();
            let cost = cost.filter_map(|typed| distance(typed.as_bytes(), lower.as_bytes(), max)).min();
            let begins = || (typed.len() >= 3 && word.starts_with(typed.as_str())).then_some(u32::MAX);
            Some((cost.or_else(begins)?, word))
        })
        .collect();
    near.sort_by_key(|(cost, _)| *cost);
    near.into_iter().take(most).map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_near_that_its_letters_rule_out() {
        let words: Vec<&str> = crate::Catalogue::get().types().iter().map(|ty| ty.name).collect();
        let mut near_ones = 0;
        for typed in words.iter().flat_map(|word| slips(word)) {
            let may_be_near = may_be_near(&typed);
            for near in nearest_few(&typed, words.iter().copied(), usize::MAX) {
                assert!(may_be_near(Letters::of(near)), "{typed}: {near}");
                near_ones += 1;
            }
        }
        assert!(near_ones > 2_000, "{near_ones}");
    }

    /// A word with each letter left out, doubled, replaced and exchanged with the next, and cut off before it.
    fn slips(word: &str) -> Vec<String> {
        let slips = (0..word.len()).flat_map(|at| {
            let (before, after) = word.split_at(at);
            let (letter, rest) = after.split_at(1);
            let (next, last) = rest.split_at(rest.len().min(1));
            [
                format!("{before}{rest}"),
                format!("{before}{letter}{letter}{rest}"),
                format!("{before}q{rest}"),
                format!("{before}qx{rest}"),
                format!("{before}{next}{letter}{last}"),
                format!("{before}-{after}"),
                before.to_owned(),
            ]
        });
        slips.collect()
    }
}

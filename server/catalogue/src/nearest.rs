//! Which of some words somebody most likely meant.

use std::borrow::Cow;

use crate::suggest::distance::{LETTER, MAX_LENGTH, distance, without_held_letters};

/// The word nearest to `typed`, if any is near.
pub fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(typed, words, 1).into_iter().next()
}

/// Whether one slip of the hand makes the one of the other.
pub fn is_one_slip(typed: &str, word: &str) -> bool {
    typed.len() <= MAX_LENGTH && distance(typed.as_bytes(), word.as_bytes(), LETTER).is_some()
}

/// The words near to `typed`, the nearest first, `most` of them: a third of its letters changed, left out, doubled or
/// swapped at the most, or written by a key that was held; or one begins with the other.
pub fn nearest_few<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    let once = without_held_letters(&typed);
    let letters = u32::try_from(typed.chars().count().max(3) / 3).unwrap_or(u32::MAX);
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
            let cost =
                cost.filter_map(|typed| distance(typed.as_bytes(), lower.as_bytes(), letters * LETTER)).min();
            let begins = || (typed.len() >= 3 && word.starts_with(typed.as_str())).then_some(u32::MAX);
            Some((cost.or_else(begins)?, word))
        })
        .collect();
    near.sort_by_key(|(cost, _)| *cost);
    near.into_iter().take(most).map(|(_, word)| word).collect()
}

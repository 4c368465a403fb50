//! Which of some words somebody most likely meant.

use crate::suggest::distance::{LETTER, MAX_LENGTH, distance};

/// The word nearest to `typed`, if any is near.
pub fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(typed, words, 1).into_iter().next()
}

/// The words near to `typed`, the nearest first, `most` of them: a third of its letters changed, left out, doubled or
/// swapped at the most; or one begins with the other.
pub fn nearest_few<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    let letters = u32::try_from(typed.chars().count().max(3) / 3).unwrap_or(u32::MAX);
    if typed.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut near: Vec<(u32, &str)> = words
        .into_iter()
        .filter_map(|word| {
            let cost = distance(typed.as_bytes(), word.to_lowercase().as_bytes(), letters * LETTER);
            let begins = || (typed.len() >= 3 && word.starts_with(typed.as_str())).then_some(u32::MAX);
            Some((cost.or_else(begins)?, word))
        })
        .collect();
    near.sort_by_key(|(cost, _)| *cost);
    near.into_iter().take(most).map(|(_, word)| word).collect()
}

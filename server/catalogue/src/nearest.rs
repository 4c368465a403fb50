//! Which of some words somebody most likely meant.

/// The word nearest to `typed`, if any is near.
pub fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(typed, words, 1).into_iter().next()
}

/// The words near to `typed`, the nearest first, `most` of them: letters changed, left out, doubled or swapped, a
/// third at most; or one begins with the other.
pub fn nearest_few<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    if typed.len() > 200 {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = words
        .into_iter()
        .filter_map(|word| {
            let distance = strsim::osa_distance(&typed, &word.to_lowercase());
            let prefix = typed.len() >= 3 && word.starts_with(typed.as_str());
            (prefix || distance <= typed.chars().count().max(3) / 3).then_some((distance, word))
        })
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(most).map(|(_, word)| word).collect()
}

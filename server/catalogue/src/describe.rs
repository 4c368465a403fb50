//! Which scopes a description fits.

use std::borrow::Cow;

use crate::ConnectorType;
use crate::suggest::{Mismatch, Suggestion};
use crate::words::split_words;

/// So many scopes that a description fits are told.
const MAX_SUGGESTIONS: usize = 3;

/// Words that a description has whatever it says.
const FILLERS: &[&str] = &[
    "a", "all", "an", "and", "any", "for", "from", "in", "my", "of", "on", "or", "the", "their", "to",
    "user", "users", "with", "your",
];

/// The scopes of which what they allow is said with the same words, the best first.
pub(crate) fn described(ty: &'static ConnectorType, text: &str) -> Vec<Suggestion> {
    let words = telling_words(text);
    if words.is_empty() {
        return Vec::new();
    }
    let mut fitting: Vec<(usize, &'static str)> = ty
        .scopes
        .iter()
        .filter(|scope| !scope.deprecated)
        .filter_map(|scope| {
            let mut said = telling_words(scope.summary);
            let count = said.len();
            said.extend(telling_words(scope.name));
            words.iter().all(|word| said.contains(word)).then_some((count.abs_diff(words.len()), scope.name))
        })
        .collect();
    fitting.sort_by_key(|(apart, name)| (*apart, name.len(), *name));
    let suggestion =
        |name| Suggestion { name: Cow::Borrowed(name), mismatch: Mismatch::Words, certain: false };
    fitting.into_iter().take(MAX_SUGGESTIONS).map(|(_, name)| suggestion(name)).collect()
}

/// The words of a text that say something, each without the ending of a plural.
fn telling_words(text: &str) -> Vec<String> {
    let words = split_words(text).into_iter().filter(|word| !FILLERS.contains(&word.as_str()));
    words.map(|word| word.strip_suffix('s').map(str::to_owned).unwrap_or(word)).collect()
}

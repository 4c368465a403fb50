//! What else a written name may be, once what does not belong to it is taken off.

use super::form::Form;
use crate::ConnectorType;
use crate::words::split_words;

/// The other readings of a name: without the address before it, without words that stand twice, and with those apart
/// that are written together. Most names have none. `known` are the words of the provider's scopes, in order.
pub(super) fn other_readings(ty: &ConnectorType, written: &str, form: &Form, known: &[&str]) -> Vec<Form> {
    let mut readings = behind_address(ty, written);
    readings.extend(without_doubled_words(ty, form));
    readings.extend(with_words_apart(ty, form, known));
    readings
}

/// What stands behind an address that is not the provider's: its last part, and all that follows the host.
fn behind_address(ty: &ConnectorType, written: &str) -> Vec<Form> {
    let (scheme, rest) = match written.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, written),
    };
    let Some((host, path)) = rest.split_once('/') else { return Vec::new() };
    // Without a scheme, it is an address where it begins with a host, or where the provider has addresses.
    let is_host = host.contains('.') && !host.contains([':', '_', ' ']);
    if !scheme && !is_host && !ty.provider.habits().has_addresses() {
        return Vec::new();
    }
    let path = path.trim_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let mut parts = vec![last];
    if path != last && scheme {
        parts.push(path);
    }
    parts.retain(|part| !part.is_empty());
    parts.into_iter().map(|part| Form::behind_wrong_address(ty, part)).collect()
}

/// The name with each run of words that is followed by itself once: `chat:chat:write` is `chat.write`.
fn without_doubled_words(ty: &ConnectorType, form: &Form) -> Option<Form> {
    let mut words = split_words(&form.bare);
    let before = words.len();
    let mut at = 0;
    while at < words.len() {
        let longest = (words.len() - at) / 2;
        let doubled =
            (1..=longest).rev().find(|length| words[at..at + length] == words[at + length..at + 2 * length]);
        match doubled {
            Some(length) => drop(words.drain(at..at + length)),
            None => at += 1,
        }
    }
    (words.len() < before).then(|| Form::of_rest(ty, &words.join(".")))
}

/// A shorter word, in bytes, is not two words.
const MIN_TWO_WORDS: usize = 6;
/// A longer one is none at all.
const MAX_WORDS: usize = 60;

/// The name with its unknown words taken apart into known ones: `mailbasic:read` is `mail.basic.read`.
fn with_words_apart(ty: &ConnectorType, form: &Form, known: &[&str]) -> Option<Form> {
    let is_known = |word: &str| known.binary_search(&word).is_ok();
    let mut words: Vec<&str> = Vec::new();
    let mut apart = false;
    for word in &form.words {
        match word.text.as_str() {
            text if is_known(text) => words.push(text),
            text => {
                words.extend(take_apart(text, is_known)?);
                apart = true;
            }
        }
    }
    apart.then(|| Form::of_rest(ty, &words.join(".")))
}

/// The fewest known words that a word is made of.
fn take_apart(word: &str, is_known: impl Fn(&str) -> bool) -> Option<Vec<&str>> {
    if !word.is_ascii() || !(MIN_TWO_WORDS..=MAX_WORDS).contains(&word.len()) {
        return None;
    }
    // For each place in it, how many words lead there at the least, and where the last of them begins.
    let mut ways: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
    ways[0] = Some((0, 0));
    for end in 2..=word.len() {
        let way = |start: usize| {
            let (count, _) = ways[start]?;
            word.get(start..end).filter(|piece| is_known(piece)).map(|_| (count + 1, start))
        };
        ways[end] = (0..end - 1).filter_map(way).min();
    }
    let mut pieces = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let (_, start) = ways[end]?;
        pieces.push(word.get(start..end)?);
        end = start;
    }
    pieces.reverse();
    Some(pieces)
}

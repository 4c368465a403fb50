//! What else a written name may be, once what does not belong to it is taken off.

use super::form::{Form, Word};
use crate::look_alikes::as_ascii;
use crate::words::split_words;
use crate::{ConnectorType, is_list_mark};

/// The name alone, without blanks, quotes and commas around it, and without what a list or a form has before it:
/// `- chat:write`, `scopes: chat:write`.
pub(super) fn without_surroundings(written: &str) -> &str {
    let around = |letter: char| letter.is_whitespace() || ",;\"'`".contains(letter);
    let name = written.trim_matches(around);
    match name.split_once(char::is_whitespace) {
        Some((mark, rest)) if is_list_mark(mark) => rest.trim_matches(around),
        _ => name,
    }
}

/// The other readings of a name: without the address or another word before it, without words that stand twice, with
/// those apart that are written together, in plain letters. Most names have none. `known` are the words of the
/// provider's scopes, in order.
pub(super) fn other_readings(ty: &ConnectorType, written: &str, form: &Form, known: &[&str]) -> Vec<Form> {
    let mut readings = behind_address(ty, written);
    readings.extend(behind_word(ty, written, known));
    readings.extend(as_ascii(written).map(|plain| Form::new(ty, &plain)));
    readings.extend(decoded(written).map(|decoded| Form::new(ty, &decoded)));
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

/// So many words may stand before a scope: `urn:slack:chat:write`.
const MAX_WORDS_BEFORE: usize = 3;

/// A scope of the type behind words that cannot belong to it: `user:block.write`.
fn behind_word(ty: &ConnectorType, written: &str, known: &[&str]) -> Option<Form> {
    let knows_all = ty.complete || ty.provider.habits().knows_all_written_like(ty, written);
    let is_strange = |before: &str, separator: &str, rest: &str| {
        let words = Form::of_rest(ty, before).words;
        let is_known = |word: &Word| known.binary_search(&word.text.as_str()).is_ok();
        let is_used = || ty.scopes.iter().any(|scope| last_part(scope.name).contains(separator));
        // `read:channels` is `channels:read`, and a known word may belong to the scope, in another place: `users:email`.
        !words.iter().any(Word::is_for_access)
            && (!words.iter().any(is_known) || !is_used() || (knows_all && split_words(rest).len() > 1))
    };
    let is_scope =
        |rest: &str| ty.scopes.iter().any(|scope| scope.name == rest || last_part(scope.name) == rest);
    let mut splits = written.match_indices([':', '/']).take(MAX_WORDS_BEFORE);
    splits.find_map(|(at, separator)| {
        let (before, rest) = (written.get(..at)?, written.get(at + separator.len()..)?);
        let stands_alone = !before.is_empty() && is_scope(rest) && is_strange(before, separator, rest);
        stands_alone.then(|| Form::of_rest(ty, rest))
    })
}

/// What stands behind the address before a scope's name.
fn last_part(name: &str) -> &str {
    name.trim_end_matches('/').rsplit('/').next().unwrap_or(name)
}

/// The name with its signs as they are, where they are written as in the query of an address: `chat%3Awrite`.
fn decoded(written: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|decoded| decoded != written)
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

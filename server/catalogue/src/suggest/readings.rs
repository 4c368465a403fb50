//! What else a written name may be, once what does not belong to it is taken off.

use std::collections::HashSet;

use super::distance::{LETTER, without_held_letters};
use super::form::{Form, Word};
use crate::look_alikes::as_ascii;
use crate::markup::decoded;
use crate::nearest::is_one_slip;
use crate::words::{is_version, split_words};
use crate::{ConnectorType, is_list_mark};

/// What else a name may be.
pub(super) struct Reading {
    /// What is left of it.
    pub form: Form,
    /// What it costs to read it so: what could be a slip is sooner that than a word to be left out.
    pub cost: u32,
    /// Whether what was taken off may, for all that we know, be part of a scope.
    pub may_be_whole: bool,
}

impl Reading {
    fn of(form: Form) -> Self {
        Self { form, cost: 0, may_be_whole: false }
    }
}

/// The cost of the service's own name before a scope, which says no more.
const SERVICE: u32 = 3;
/// The cost of a word before a scope that is left out: more than two slips in it.
const LEFT_OUT: u32 = 2 * LETTER + 1;

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

/// The other readings of a name: without the address or another word before it, without words that stand twice,
/// without a version, with those apart that are written together, in plain letters, each as often as a finger meant
/// it. Most names have none. `known` are the words of the provider's scopes, in order, `ends` what [`ends`] gives.
pub(super) fn other_readings(
    ty: &ConnectorType,
    written: &str,
    form: &Form,
    known: &[&str],
    ends: &HashSet<&str>,
) -> Vec<Reading> {
    let mut forms = behind_address(ty, written);
    forms.extend(as_ascii(written).map(|plain| Form::new(ty, &plain)));
    forms.extend(decoded(written).map(|decoded| Form::new(ty, &decoded)));
    forms.extend(without_doubled_words(ty, form));
    forms.extend(with_words_apart(ty, form, known));
    forms.extend(without_held_letters(&form.bare).map(|bare| Form::of_rest(ty, &bare)));
    let mut readings: Vec<Reading> = forms.into_iter().map(Reading::of).collect();
    readings.extend(behind_service(ty, written));
    let mended = with_access_mended(ty, form, known);
    readings.extend(mended.map(|form| Reading { cost: LETTER, ..Reading::of(form) }));
    let behind = behind_word(ty, written, known, ends);
    readings.extend(behind.map(|form| Reading { cost: LEFT_OUT, ..Reading::of(form) }));
    readings.extend(without_version(ty, form));
    readings.extend(before_fillers(ty, written));
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

/// What stands behind the name of the type or its provider, with or without a slip in that: `slack:chat:wirte`,
/// `hbuspot_oauth`.
fn behind_service(ty: &ConnectorType, written: &str) -> Option<Reading> {
    let lower = written.to_ascii_lowercase();
    let behind = |name: &str| {
        let is_long = name.len() >= MIN_SERVICE;
        let ends = [name.len(), name.len() + 1, name.len().saturating_sub(1)];
        let with_sign = ends.into_iter().find_map(|end| {
            let (before, rest) = (lower.get(..end)?, written.get(end..)?);
            let rest = rest.strip_prefix([':', '/', '.', '_', '-'])?;
            match before == name {
                true => Some((rest, SERVICE)),
                false => (is_long && is_one_slip(before, name)).then_some((rest, SERVICE + LETTER)),
            }
        });
        // A letter in the place of the sign is a slip in what follows.
        let without =
            || Some((written.get(name.len()..).filter(|_| is_long && lower.starts_with(name))?, SERVICE));
        let (rest, cost) = with_sign.or_else(without).filter(|(rest, _)| !rest.is_empty())?;
        Some(Reading { cost, ..Reading::of(Form::new(ty, rest)) })
    };
    [ty.name, &ty.name.replace('_', ""), ty.provider.as_str()].into_iter().find_map(behind)
}

/// A slip in a shorter name makes another of it.
const MIN_SERVICE: usize = 5;

/// The words for reading and writing that a hand may slip in.
const ACCESS: [&str; 4] = ["read", "write", "readonly", "readwrite"];

/// The name with a slip in its word for reading or writing mended, where nobody has that word: `calendar.events:red`.
fn with_access_mended(ty: &ConnectorType, form: &Form, known: &[&str]) -> Option<Form> {
    let meant = |word: &Word| {
        let is_known = || known.binary_search(&word.text.as_str()).is_ok();
        let near = |access: &&str| is_one_slip(&word.text, access);
        (word.text.len() >= MIN_ACCESS && !word.is_for_access() && !is_known())
            .then(|| ACCESS.into_iter().find(near))
            .flatten()
    };
    let (at, access) = form.words.iter().enumerate().rev().find_map(|(at, word)| Some((at, meant(word)?)))?;
    let mut words: Vec<&str> = form.words.iter().map(|word| word.text.as_str()).collect();
    *words.get_mut(at)? = access;
    (words.len() > 1).then(|| Form::of_rest(ty, &words.join(".")))
}

/// A shorter word is no slip for reading or writing.
const MIN_ACCESS: usize = 3;

/// So many words may stand before a scope: `urn:slack:chat:write`.
const MAX_WORDS_BEFORE: usize = 3;

/// The names of a type's scopes, and what stands behind the address before each.
pub(super) fn ends(ty: &'static ConnectorType) -> HashSet<&'static str> {
    ty.scopes.iter().flat_map(|scope| [scope.name, last_part(scope.name)]).collect()
}

/// A scope of the type behind words that cannot belong to it: `user:block.write`.
fn behind_word(ty: &ConnectorType, written: &str, known: &[&str], ends: &HashSet<&str>) -> Option<Form> {
    let knows_all = ty.complete || ty.provider.habits().knows_all_written_like(ty, written);
    let is_strange = |before: &str, separator: &str, rest: &str| {
        let words = Form::of_rest(ty, before).words;
        let is_known = |word: &Word| known.binary_search(&word.text.as_str()).is_ok();
        let is_used = || ty.scopes.iter().any(|scope| last_part(scope.name).contains(separator));
        // `read:channels` is `channels:read`, and a known word may belong to the scope, in another place: `users:email`.
        !words.iter().any(Word::is_for_access)
            && (!words.iter().any(is_known) || !is_used() || (knows_all && split_words(rest).len() > 1))
    };
    let mut splits = written.match_indices([':', '/', '.']).take(MAX_WORDS_BEFORE);
    splits.find_map(|(at, separator)| {
        let (before, rest) = (written.get(..at)?, written.get(at + separator.len()..)?);
        let stands_alone = !before.is_empty() && ends.contains(rest) && is_strange(before, separator, rest);
        stands_alone.then(|| Form::of_rest(ty, rest))
    })
}

/// Words behind a scope that say no more than it does.
const FILLERS: &[&str] = &[
    "access",
    "all",
    "any",
    "app",
    "bot",
    "everything",
    "full",
    "global",
    "me",
    "my",
    "org",
    "own",
    "permission",
    "scope",
    "scopes",
    "self",
    "user",
    "users",
];

/// A scope of the type before words that say no more: `chat:write:all`, `Files.Read:user`.
fn before_fillers(ty: &ConnectorType, written: &str) -> Option<Reading> {
    let is_scope =
        |rest: &str| ty.scopes.iter().any(|scope| scope.name == rest || last_part(scope.name) == rest);
    let splits = written.rmatch_indices([':', '/', '.', '_', '-']).take(MAX_WORDS_BEFORE);
    let is_filler = |word: &&str| FILLERS.contains(&word.to_ascii_lowercase().as_str());
    let mut fillers = splits.map_while(|(at, separator)| {
        let (before, rest) = (written.get(..at)?, written.get(at + separator.len()..)?);
        split_words(rest).iter().all(|word| is_filler(&word.as_str())).then_some((before, separator))
    });
    let (before, separator) = fillers.find(|(before, _)| is_scope(before))?;
    // What stands in no scope of the type makes none of it.
    let is_used = ty.scopes.iter().any(|scope| last_part(scope.name).contains(separator));
    let knows_all = ty.complete || ty.provider.habits().knows_all_written_like(ty, written);
    let may_be_whole = is_used && !knows_all;
    Some(Reading { form: Form::new(ty, before), cost: LEFT_OUT, may_be_whole })
}

/// What stands behind the address before a scope's name.
fn last_part(name: &str) -> &str {
    name.trim_end_matches('/').rsplit('/').next().unwrap_or(name)
}

/// The name without the version before or behind it: `chat:write.v2`.
fn without_version(ty: &ConnectorType, form: &Form) -> Option<Reading> {
    let bare = form.bare.as_str();
    let separator = |letter: char| letter.is_ascii_punctuation();
    let ahead = || bare.rsplit_once(separator).filter(|(_, last)| is_version(last));
    let behind = || {
        bare.split_once(separator)
            .filter(|(first, _)| is_version(first))
            .map(|(version, rest)| (rest, version))
    };
    let (rest, version) = ahead().or_else(behind)?;
    let versions =
        || ty.scopes.iter().flat_map(|scope| split_words(scope.name)).filter(|word| is_version(word));
    let may_be_whole = versions().next().is_some();
    // A slip in a name is nearer than a version that no scope has.
    let cost = if versions().any(|one| one.eq_ignore_ascii_case(version)) { 0 } else { LETTER + 1 };
    Some(Reading { may_be_whole, cost, ..Reading::of(Form::of_rest(ty, rest)) })
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

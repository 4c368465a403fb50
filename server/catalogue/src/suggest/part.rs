//! Whether a name can be no scope: as what is left of one once words were left out, or with a sign where none has it.
//!
//! Where not all scopes of a type are known, that rests on how those are built that are. Each of these ways was held
//! against the known ones: hardly any would be taken for what is left of another, were it not known.

use super::distance::is_separator;
use super::form::{Form, Verb, Word};

/// Whether a written name can be nothing but what is left of a scope: of the one that is nearest, or of any of `own`,
/// the type's own. `begins` tells whether any scope of the provider begins with a word.
pub(super) fn is_part(written: &Form, meant: &Form, own: &[&[Word]], begins: impl Fn(&Word) -> bool) -> bool {
    let (words, meant) = (written.words.as_slice(), meant.words.as_slice());
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    let lacks_access =
        || end_lacking(words, meant).is_some_and(|rest| rest.iter().all(|word| word.verb.is_some()));
    if words.len() > 1 {
        let nothing_begins_so = || ends_with(meant, words) && !begins(first);
        return lacks_access()
            || own.iter().any(|known| ends_with(known, words))
            || nothing_begins_so()
            || lacks_end_alone(words, last, meant, own)
            || lacks_middle_alone(words, meant, own);
    }
    if written.has_address {
        return lacks_access() || (ends_with(meant, words) && !begins(first));
    }
    // One word alone may be anything, but where no scope is one word.
    let nearly_whole = ends_with(meant, words) || end_lacking(words, meant).is_some();
    nearly_whole && own.iter().all(|known| known.len() > 1)
}

/// So many scopes of a type show what stands before a word in all of them.
const MIN_SHOWN: usize = 3;

/// Whether the last word says what may be done, and stands behind a sign that the type's scopes have before another one
/// alone: `blog_read`, where it is `blog_posts.read`.
pub(super) fn has_other_sign<'a>(written: &str, own: impl Iterator<Item = &'a str>) -> bool {
    let Some((sign, access)) = access_behind_sign(written) else {
        return false;
    };
    let signs: Vec<u8> = own
        .filter_map(access_behind_sign)
        .filter(|(_, other)| other.eq_ignore_ascii_case(access))
        .map(|(sign, _)| sign)
        .collect();
    signs.len() >= MIN_SHOWN && !signs.contains(&sign)
}

/// The last word of a name, where it says what may be done, and the sign before it.
fn access_behind_sign(name: &str) -> Option<(u8, &str)> {
    let at = name.bytes().rposition(is_separator)?;
    let word = name.get(at + 1..)?;
    Verb::of(&word.to_ascii_lowercase())?;
    Some((*name.as_bytes().get(at)?, word))
}

/// Whether the end lacks, no scope of the type ends so, and none is the beginning of another.
fn lacks_end_alone(words: &[Word], last: &Word, meant: &[Word], own: &[&[Word]]) -> bool {
    let ends_so = || own.iter().any(|known| known.last().is_some_and(|other| other.text == last.text));
    let nests = || own.iter().any(|one| own.iter().any(|other| end_lacking(one, other).is_some()));
    end_lacking(words, meant).is_some() && !ends_so() && !nests()
}

/// Whether something lacks in the middle of this scope and of no other, before what says no more than what may be done,
/// and no scope has the words on its two sides beside each other.
fn lacks_middle_alone(words: &[Word], meant: &[Word], own: &[&[Word]]) -> bool {
    let Some(at) = middle_lacking(words, meant) else {
        return false;
    };
    let Some([before, behind]) = words.get(at - 1..=at) else {
        return false;
    };
    let is_pair =
        |pair: &[Word]| matches!(pair, [one, other] if one.text == before.text && other.text == behind.text);
    !behind.is_for_access()
        && !own.iter().any(|known| known.windows(2).any(is_pair))
        && own.iter().filter(|known| middle_lacking(words, known).is_some()).count() == 1
}

/// Whether a longer scope ends with the words of a name.
fn ends_with(known: &[Word], words: &[Word]) -> bool {
    known.len() > words.len() && same(known.get(known.len() - words.len()..).unwrap_or_default(), words)
}

/// What a longer scope has behind the words of a name that it begins with.
fn end_lacking<'k>(words: &[Word], known: &'k [Word]) -> Option<&'k [Word]> {
    let (start, rest) = known.split_at_checked(words.len())?;
    (!rest.is_empty() && same(start, words)).then_some(rest)
}

/// Where in a name words lack that a scope has between the first and the last.
fn middle_lacking(words: &[Word], known: &[Word]) -> Option<usize> {
    let lacks_at = |at: &usize| {
        let (start, end) = words.split_at(*at);
        same(known.get(..*at).unwrap_or_default(), start) && ends_with(known, end)
    };
    (1..words.len()).find(|at| known.len() > words.len() && lacks_at(at))
}

fn same(left: &[Word], right: &[Word]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.text == right.text)
}

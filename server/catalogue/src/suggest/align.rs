//! How far the words of one name are from the words of another when a memory slips.

use super::form::{Form, Verb, Word};
use super::lexicon::{Comparison, Pair};

/// A word in another form: plural, or what people call the same thing.
const OTHER_FORM: u32 = 5;
/// The words in another order.
const OTHER_ORDER: u32 = 3;
/// A word for reading or writing in place of the provider's own for it.
const OTHER_VERB: u32 = 4;
/// A word for writing where the provider says nothing.
const WRITE_FOR_ALL: u32 = 6;
/// Reading and writing where only writing was written.
const READ_AND_WRITE: u32 = 3;
/// A word for reading where there is no scope that only reads.
const READ_FOR_ALL: u32 = 20;
/// A word missing that many scopes of the type have.
const MISSING_COMMON_WORD: u32 = 4;
/// Any other word missing.
const MISSING_WORD: u32 = 12;
/// Words missing before several that are all as they should be.
const MISSING_BEFORE: u32 = 5;
/// A word too many that only says whose scope it is.
const EXTRA_LABEL: u32 = 3;
/// Any other word too many.
const EXTRA_WORD: u32 = 22;

/// Names of more words are not compared word by word: no scope has so many.
const MAX_WORDS: usize = 64;

/// What is known of words that are left over.
pub(super) struct Vocabulary<'a> {
    /// Words that say whose scope it is, and nothing more.
    pub labels: &'a [String],
    /// Whether words other than labels may be too many.
    pub allows_extra: bool,
    /// Whether nothing else exists: then a word for deleting asks for what writes, where there is none of its own.
    pub knows_all: bool,
}

/// The cost of making the written words of the known ones; none if they have nothing in common that tells.
pub(super) fn align(
    written: &Form,
    known: &[usize],
    comparison: &Comparison<'_>,
    vocabulary: &Vocabulary<'_>,
    max: u32,
) -> Option<u32> {
    if written.words.len() > MAX_WORDS || known.len() > MAX_WORDS {
        return None;
    }
    // The place of each written word's partner among the known ones, and a bit for each word that has one.
    let mut partners = [None::<usize>; MAX_WORDS];
    let mut taken = 0_u64;
    let mut cost = 0;
    for round in [exact, other_form, misspelt_cost, short, other_access] {
        for (index, partner) in partners.iter_mut().enumerate().take(written.words.len()) {
            if partner.is_some() {
                continue;
            }
            let free = known.iter().enumerate().filter(|(other, _)| taken & (1 << other) == 0);
            let best =
                free.filter_map(|(other, id)| Some((round(comparison.pair(index, *id))?, other))).min();
            if let Some((apart, other)) = best {
                cost += apart;
                *partner = Some(other);
                taken |= 1 << other;
            }
        }
    }
    let entries = comparison.words(known);
    let is_taken = |place: usize| taken & (1 << place) != 0;
    let mut matched = entries.clone().enumerate().filter(|(place, _)| is_taken(*place));
    let tells = matched.clone().any(|(_, entry)| entry.tells());
    if !tells && (entries.clone().any(|entry| entry.tells()) || matched.next().is_none()) {
        return None;
    }
    if !partners.iter().flatten().is_sorted() {
        cost += OTHER_ORDER;
    }
    let extra = written.words.iter().zip(&partners).filter(|(_, partner)| partner.is_none());
    let extra = extra.map(|(word, _)| word);
    let access_of = |word: &Word| if vocabulary.knows_all { word.changes() } else { word.verb };
    let missing = entries.clone().enumerate().filter(|(place, _)| !is_taken(*place)).map(|(_, entry)| entry);
    let is_end = cost == 0 && written.words.len() > 1 && {
        let before = known.len().saturating_sub(written.words.len());
        partners
            .iter()
            .take(written.words.len())
            .eq((before..known.len()).map(Some).collect::<Vec<_>>().iter())
    };
    if is_end && known.len() > written.words.len() && missing.clone().all(|entry| entry.verb().is_none()) {
        let words = missing.map(|entry| if entry.common { MISSING_COMMON_WORD } else { MISSING_WORD });
        return Some(words.sum::<u32>().min(MISSING_BEFORE)).filter(|cost| *cost <= max);
    }
    let verbs = Verbs {
        extra: Access::of(extra.clone().filter_map(access_of)),
        missing: Access::of(missing.clone().filter_map(|entry| entry.verb())),
        written: Access::of(written.words.iter().filter_map(|word| word.verb)),
        known: Access::of(entries.filter_map(|entry| entry.verb())),
    };
    cost += verbs.apart()?;
    for entry in missing.filter(|entry| entry.verb().is_none()) {
        cost += if entry.common { MISSING_COMMON_WORD } else { MISSING_WORD };
    }
    for word in extra.filter(|word| access_of(word).is_none()) {
        cost += match vocabulary.labels.contains(&word.text) {
            true => EXTRA_LABEL,
            false if vocabulary.allows_extra => EXTRA_WORD,
            false => return None,
        };
    }
    (cost <= max).then_some(cost)
}

fn exact(pair: Pair) -> Option<u32> {
    pair.exact.then_some(0)
}

fn other_form(pair: Pair) -> Option<u32> {
    pair.same_stem.then_some(OTHER_FORM)
}

fn misspelt_cost(pair: Pair) -> Option<u32> {
    pair.misspelt.map(u32::from)
}

fn short(pair: Pair) -> Option<u32> {
    pair.short.map(u32::from)
}

fn other_access(pair: Pair) -> Option<u32> {
    pair.other_access.map(u32::from)
}

/// The cost of the words for reading and writing by which two names differ; none if they ask for other access.
pub(super) fn access_apart(written: &Form, known: &Form, knows_all: bool) -> Option<u32> {
    let access_of = |word: &Word| if knows_all { word.changes() } else { word.verb };
    let lacks = |form: &Form, word: &&Word| !form.words.iter().any(|other| other.text == word.text);
    let verbs = Verbs {
        extra: Access::of(written.words.iter().filter(|word| lacks(known, word)).filter_map(access_of)),
        missing: Access::of(
            known.words.iter().filter(|word| lacks(written, word)).filter_map(|word| word.verb),
        ),
        written: Access::of(written.words.iter().filter_map(|word| word.verb)),
        known: Access::of(known.words.iter().filter_map(|word| word.verb)),
    };
    verbs.apart()
}

/// The access that words ask for.
#[derive(Clone, Copy, Default)]
struct Access {
    /// How many words there are for it.
    words: u32,
    reads: bool,
    writes: bool,
}

impl Access {
    fn of(verbs: impl Iterator<Item = Verb>) -> Access {
        verbs.fold(Access::default(), |access, verb| Access {
            words: access.words + 1,
            reads: access.reads || verb == Verb::Read,
            writes: access.writes || verb == Verb::Write,
        })
    }
}

/// The words for reading and writing of two names.
struct Verbs {
    /// Those that the written one has for itself.
    extra: Access,
    /// Those that the known one has for itself.
    missing: Access,
    /// All of the written one.
    written: Access,
    /// All of the known one.
    known: Access,
}

impl Verbs {
    /// The cost of those that are left over on either side; none if they ask for other access.
    fn apart(&self) -> Option<u32> {
        let Verbs { extra, missing, written, known } = self;
        let both_write = written.writes && known.writes;
        match (extra.words, missing.words) {
            (0, 0) => Some(0),
            // `Mail.Write` for `Mail.ReadWrite`.
            (0, _) if missing.reads && both_write => Some(READ_AND_WRITE),
            (0, count) => Some(MISSING_WORD * count),
            // `orders:read:write` for `orders:write`.
            (_, 0) if extra.reads && both_write => Some(OTHER_VERB),
            // Of `full` and `readonly`, the one that asks for less is kept.
            (_, 0) if extra.writes && extra.reads && !known.reads => Some(WRITE_FOR_ALL + OTHER_VERB),
            (_, 0) if extra.writes && !known.reads => Some(WRITE_FOR_ALL),
            // `Tasks.ReadW` is sooner `Tasks.ReadWrite`.
            (_, 0) if extra.writes && written.reads && known.reads => Some(OTHER_VERB + 1),
            (_, 0) if extra.reads && known.reads => Some(OTHER_VERB),
            (_, 0) if extra.reads && !known.writes => Some(READ_FOR_ALL),
            // What only read would do more: `users.edit.readonly` for `users.manage`.
            _ if extra.writes && missing.writes && extra.reads && !known.reads => Some(2 * OTHER_VERB),
            _ if extra.writes && missing.writes => Some(OTHER_VERB),
            _ if extra.reads && !extra.writes && missing.reads && !missing.writes => Some(OTHER_VERB),
            _ => None,
        }
    }
}

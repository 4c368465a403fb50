//! How far the words of one name are from the words of another when a memory slips.

use std::collections::HashSet;

use super::distance::{LETTER, distance};
use super::form::{Form, Word};

/// A word in another form: plural, or what people call the same thing.
const OTHER_FORM: u32 = 5;
/// The words in another order.
const OTHER_ORDER: u32 = 3;
/// A word for reading or writing in place of the provider's own for it.
const OTHER_VERB: u32 = 4;
/// A word for writing where the provider says nothing, or reading and writing.
const WRITE_FOR_ALL: u32 = 6;
/// A word for reading where there is no scope that only reads.
const READ_FOR_ALL: u32 = 20;
/// A word missing that many scopes of the type have.
const MISSING_COMMON_WORD: u32 = 4;
/// Any other word missing.
const MISSING_WORD: u32 = 12;
/// A word too many that only says whose scope it is.
const EXTRA_LABEL: u32 = 3;
/// Any other word too many.
const EXTRA_WORD: u32 = 22;

/// Words for reading, of all providers.
const READ: &[&str] = &["read", "readonly", "reader", "ro", "r", "view", "viewer", "get"];
/// Words for writing, of all providers.
const WRITE: &[&str] =
    &["write", "readwrite", "writer", "rw", "w", "edit", "editor", "modify", "update", "manage", "full"];

/// What is known of words that are left over.
pub(super) struct Vocabulary<'a> {
    /// Stems that many scopes of the type have: leaving one out says little.
    pub common: &'a HashSet<String>,
    /// Words that say whose scope it is, and nothing more.
    pub labels: &'a [String],
    /// Whether words other than labels may be too many.
    pub allows_extra: bool,
}

/// The cost of making the written words of the known ones; none if they have nothing in common that tells.
pub(super) fn align(written: &Form, known: &Form, vocabulary: &Vocabulary<'_>, max: u32) -> Option<u32> {
    let mut partners: Vec<Option<usize>> = vec![None; written.words.len()];
    let mut taken = vec![false; known.words.len()];
    let mut cost = 0;
    for round in [exact, other_form, misspelt] {
        for (index, word) in written.words.iter().enumerate() {
            if partners.get(index).is_some_and(Option::is_some) {
                continue;
            }
            let candidates = known.words.iter().enumerate().filter(|(other, _)| !taken[*other]);
            let best = candidates.filter_map(|(other, known)| Some((round(word, known)?, other))).min();
            if let Some((apart, other)) = best {
                cost += apart;
                partners[index] = Some(other);
                taken[other] = true;
            }
        }
    }
    let tells = |word: &Word| !is_verb(word) && !vocabulary.common.contains(&word.stem);
    let matched = |tells: &dyn Fn(&Word) -> bool| {
        known.words.iter().zip(&taken).any(|(word, taken)| *taken && tells(word))
    };
    if !matched(&tells) && (known.words.iter().any(tells) || !matched(&|_| true)) {
        return None;
    }
    if !partners.iter().flatten().is_sorted() {
        cost += OTHER_ORDER;
    }
    let extra = written.words.iter().zip(&partners).filter(|(_, partner)| partner.is_none());
    let extra: Vec<&Word> = extra.map(|(word, _)| word).collect();
    let missing = known.words.iter().zip(&taken).filter(|(_, taken)| !**taken);
    let missing: Vec<&Word> = missing.map(|(word, _)| word).collect();
    let (verbs, extra): (Vec<&Word>, Vec<&Word>) = extra.into_iter().partition(|word| is_verb(word));
    let (known_verbs, missing): (Vec<&Word>, Vec<&Word>) =
        missing.into_iter().partition(|word| is_verb(word));
    cost += verbs_apart(&verbs, &known_verbs, written, known)?;
    for word in missing {
        cost += if vocabulary.common.contains(&word.stem) { MISSING_COMMON_WORD } else { MISSING_WORD };
    }
    for word in extra {
        cost += match vocabulary.labels.contains(&word.text) {
            true => EXTRA_LABEL,
            false if vocabulary.allows_extra => EXTRA_WORD,
            false => return None,
        };
    }
    (cost <= max).then_some(cost)
}

fn exact(written: &Word, known: &Word) -> Option<u32> {
    (written.text == known.text).then_some(0)
}

fn other_form(written: &Word, known: &Word) -> Option<u32> {
    (written.stem == known.stem).then_some(OTHER_FORM)
}

/// Whether a word may be another one with a slip or two in it.
pub(super) fn is_near(written: &Word, known: &Word) -> bool {
    written.text == known.text || misspelt(written, known).is_some()
}

fn misspelt(written: &Word, known: &Word) -> Option<u32> {
    let (left, right) = (written.text.as_bytes(), known.text.as_bytes());
    let max = match left.len().min(right.len()) {
        // Of words as short as that another letter makes another word.
        0..=2 => return None,
        3 if left.len() == right.len() => return None,
        3..=5 => LETTER,
        6..=8 => 2 * LETTER,
        _ => 3 * LETTER,
    };
    // A slip brings one letter in and takes one out: most words are told apart by that alone.
    let slips = max / LETTER;
    let may_be_near = left.len().abs_diff(right.len()) <= slips as usize
        && (written.bag ^ known.bag).count_ones() <= 2 * slips;
    may_be_near.then(|| distance(left, right, max)).flatten()
}

fn is_verb(word: &Word) -> bool {
    READ.contains(&word.text.as_str()) || WRITE.contains(&word.text.as_str())
}

/// The cost of words for reading and writing that are left over on either side; none if they ask for other access.
fn verbs_apart(extra: &[&Word], missing: &[&Word], written: &Form, known: &Form) -> Option<u32> {
    let reads = |words: &[&Word]| words.iter().any(|word| READ.contains(&word.text.as_str()));
    let writes = |words: &[&Word]| words.iter().any(|word| WRITE.contains(&word.text.as_str()));
    let has = |form: &Form, verbs: &[&str]| form.words.iter().any(|word| verbs.contains(&word.text.as_str()));
    match (extra, missing) {
        ([], []) => Some(0),
        // `Mail.Write` for `Mail.ReadWrite`.
        ([], missing) if reads(missing) && has(written, WRITE) && has(known, WRITE) => Some(WRITE_FOR_ALL),
        ([], missing) => Some(MISSING_WORD * missing.len() as u32),
        // `orders:read:write` for `orders:write`.
        (extra, []) if reads(extra) && has(written, WRITE) && has(known, WRITE) => Some(OTHER_VERB),
        (extra, []) if writes(extra) && !has(known, READ) => Some(WRITE_FOR_ALL),
        (extra, []) if reads(extra) && has(known, READ) => Some(OTHER_VERB),
        (extra, []) if reads(extra) && !has(known, WRITE) => Some(READ_FOR_ALL),
        (extra, missing) if writes(extra) && writes(missing) => Some(OTHER_VERB),
        (extra, missing) if reads(extra) && !writes(extra) && reads(missing) && !writes(missing) => {
            Some(OTHER_VERB)
        }
        _ => None,
    }
}

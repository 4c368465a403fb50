//! A name, taken apart so that it can be compared.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};

use super::distance::{LETTER, bag_of, distance, is_separator};
use crate::words::split_words;
use crate::{ConnectorType, Provider};

/// A name, taken apart.
#[derive(Debug)]
pub(super) struct Form {
    /// Without the address before it and a slash after it.
    pub bare: String,
    /// The same in lower case.
    pub lower: String,
    /// The words of that.
    pub words: Vec<Word>,
    /// All letters and digits of that.
    pub letters: String,
    /// Which letters and digits those are, one bit each.
    pub bag: u64,
    /// The letters and digits of the words that say what it is about: those for what may be done are left out.
    pub thing: String,
    /// Which letters and digits those are, one bit each.
    pub thing_bag: u64,
    /// How the address before it is written.
    pub address: Address,
    /// Whether there is an address before it.
    pub has_address: bool,
}

/// A word of a name.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// In lower case.
    pub text: String,
    /// Without the ending that makes it plural, and as the provider has it.
    pub stem: String,
    /// Which letters and digits it has, one bit each.
    pub bag: u64,
    /// The access that it asks for, where it is a word for that.
    pub verb: Option<Verb>,
    /// In which rows of [`SAME_ACCESS`] it stands, one bit each.
    same_access: u8,
}

/// What of a word tells it from most others. Hundreds are compared at each keystroke: of these, side by side, many fit
/// into one line of a processor's cache, and the words lie all over the memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    bag: u64,
    /// The hash of its stem.
    stem: u64,
    same_access: u8,
}

impl Mark {
    /// Whether all letters of its word are in the other one, too.
    pub fn is_within(self, other: Mark) -> bool {
        self.bag & !other.bag == 0
    }
}

/// So many slips are told from another word, in words of which the shorter is so long: of one or two letters none. Each
/// brings one letter in and takes one out.
fn max_slips(shorter: usize) -> u32 {
    match shorter {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    }
}

/// Words by which providers call one access: what the one lists, another reads.
const SAME_ACCESS: [&[&str]; 5] = [
    &["read", "readonly", "view", "get", "list", "fetch"],
    &["write", "create", "add", "insert", "update", "edit", "modify", "post"],
    &["delete", "remove", "destroy"],
    &["manage", "admin", "administer"],
    &["send", "post"],
];

/// A shorter word is short for too much.
const MIN_SHORT: usize = 3;

/// The short word that scopes have for one that people write out.
fn written_short(word: &str) -> &str {
    match word {
        "administrator" | "administrators" | "administration" => "admin",
        "application" | "applications" => "app",
        "configuration" | "configurations" => "config",
        "information" => "info",
        "organisation" | "organisations" | "organization" | "organizations" => "org",
        "repository" | "repositories" => "repo",
        _ => word,
    }
}

/// A word without the vowels behind its first letter, and with each doubled letter once.
fn skeleton(word: &str) -> String {
    let mut bones: Vec<char> = word
        .chars()
        .enumerate()
        .filter(|(index, letter)| *index == 0 || !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u'))
        .map(|(_, letter)| letter)
        .collect();
    bones.dedup();
    bones.into_iter().collect()
}

/// The access that a word asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Read,
    Write,
}

impl Verb {
    /// The access that a word asks for with any provider.
    pub fn of(word: &str) -> Option<Verb> {
        match word {
            "read" | "readonly" | "reader" | "readable" | "ro" | "r" | "view" | "viewer" | "get" | "see" => {
                Some(Verb::Read)
            }
            "write" | "readwrite" | "writer" | "rw" | "w" | "edit" | "editor" | "modify" | "update"
            | "manage" | "full" => Some(Verb::Write),
            _ => None,
        }
    }
}

/// How the address before a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// There is none, or it is of the provider's own words.
    Plain,
    /// It is misspelt, or another host's.
    Wrong,
}

impl Form {
    pub fn new(ty: &ConnectorType, name: &str) -> Self {
        let (bare, address) = without_address(ty, name);
        let has_address = bare.len() < name.len() && name.contains("://");
        Self { has_address, ..Self::of(ty, bare, address) }
    }

    /// What stands behind an address that is none of the provider's.
    pub fn behind_wrong_address(ty: &ConnectorType, name: &str) -> Self {
        Self::of(ty, name, Address::Wrong)
    }

    /// What is left of a name from which something was taken.
    pub fn of_rest(ty: &ConnectorType, name: &str) -> Self {
        Self::of(ty, name, Address::Plain)
    }

    /// Which stems the words have, but for those that many scopes have; one bit for several of them.
    pub fn telling_stems(&self, common: &HashSet<String>) -> u64 {
        let telling = self.words.iter().filter(|word| !common.contains(&word.stem));
        telling.fold(0, |stems, word| stems | word.bit())
    }

    fn of(ty: &ConnectorType, bare: &str, address: Address) -> Self {
        let words: Vec<Word> =
            split_words(bare).into_iter().map(|text| Word::new(ty.provider, text)).collect();
        let letters: String = words.iter().map(|word| word.text.as_str()).collect();
        let things = words.iter().filter(|word| word.verb.is_none() && word.text != "all");
        let thing: String = things.map(|word| word.text.as_str()).collect();
        let (bag, thing_bag) = (bag_of(&letters), bag_of(&thing));
        let (bare, lower, has_address) = (bare.to_owned(), bare.to_lowercase(), false);
        Self { bare, lower, words, letters, bag, thing, thing_bag, address, has_address }
    }
}

impl Word {
    fn new(provider: Provider, text: String) -> Self {
        let word = provider.habits().synonym(written_short(&text));
        let stem = match (word.strip_suffix("ies"), word.strip_suffix('s')) {
            (Some(stem), _) if stem.len() > 1 => format!("{stem}y"),
            (_, Some(stem)) if stem.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
            _ => word.to_owned(),
        };
        let (bag, verb) = (bag_of(&text), Verb::of(&text));
        let rows = SAME_ACCESS.iter().enumerate().filter(|(_, row)| row.contains(&text.as_str()));
        let same_access = rows.fold(0, |rows, (row, _)| rows | 1 << row);
        Self { text, stem, bag, verb, same_access }
    }

    /// Whether it may be another word with a slip or two in it.
    pub fn is_near(&self, known: &Word) -> bool {
        self.text == known.text || self.misspelt(known).is_some()
    }

    /// The cost of the letters by which it is another word, where few are.
    pub fn misspelt(&self, known: &Word) -> Option<u32> {
        let (left, right) = (self.text.as_bytes(), known.text.as_bytes());
        let slips = match left.len().min(right.len()) {
            // Another letter makes another word of that, too.
            3 if left.len() == right.len() => 0,
            shorter => max_slips(shorter),
        };
        // Most words are told apart by their letters alone.
        let may_be_near = slips > 0
            && left.len().abs_diff(right.len()) <= slips as usize
            && (self.bag ^ known.bag).count_ones() <= 2 * slips;
        may_be_near.then(|| distance(left, right, slips * LETTER)).flatten()
    }

    /// What tells it from most others without a look at them.
    pub fn mark(&self) -> Mark {
        Mark { bag: self.bag, stem: self.stem_hash(), same_access: self.same_access }
    }

    /// Whether it may be like a word of this mark: surely where it is.
    pub fn may_be_like(&self, own: Mark, other: Mark) -> bool {
        own.stem == other.stem
            || own.same_access & other.same_access != 0
            || (own.bag ^ other.bag).count_ones() <= 2 * max_slips(self.text.len())
    }

    /// Whether it is another word cut short, or without its vowels: `org` for `organization`, `msgs` for `messages`.
    pub fn is_short_for(&self, known: &Word) -> bool {
        let (written, known) = (self.stem.as_str(), known.stem.as_str());
        written.len() >= MIN_SHORT
            && written.len() < known.len()
            && written.as_bytes().first() == known.as_bytes().first()
            && (known.starts_with(written)
                || (skeleton(written) == skeleton(known) && skeleton(written).len() >= MIN_SHORT))
    }

    /// The access that it asks for where a provider has no word of its own for that: what deletes, writes.
    pub fn changes(&self) -> Option<Verb> {
        let reads = SAME_ACCESS.first().is_some_and(|row| row.contains(&self.text.as_str()));
        self.verb.or((self.same_access != 0 && !reads).then_some(Verb::Write))
    }

    /// Whether it has just the letters of another word, in another order.
    pub fn has_letters_of(&self, known: &Word) -> bool {
        let sorted = |word: &Word| {
            let mut letters: Vec<u8> = word.text.bytes().collect();
            letters.sort_unstable();
            letters
        };
        self.bag == known.bag && self.text.len() == known.text.len() && sorted(self) == sorted(known)
    }

    /// Whether it says what may be done, with any provider.
    pub fn is_for_access(&self) -> bool {
        self.verb.is_some() || self.same_access != 0
    }

    /// Whether it is what another provider calls the access of the known word, where the two are not both verbs that
    /// are compared as such.
    pub fn is_other_name_of(&self, known: &Word) -> bool {
        self.same_access & known.same_access != 0 && (self.verb.is_none() || known.verb.is_none())
    }

    /// One bit of 64 for its stem.
    fn bit(&self) -> u64 {
        1 << (self.stem_hash() % 64)
    }

    fn stem_hash(&self) -> u64 {
        let mut hasher = foldhash::fast::FixedState::default().build_hasher();
        self.stem.hash(&mut hasher);
        std::hash::Hasher::finish(&hasher)
    }
}

/// What is left of a name without the address before it, however that is spelled, and the slashes around it.
fn without_address<'a>(ty: &ConnectorType, name: &'a str) -> (&'a str, Address) {
    let words = ty.provider.habits().address_words();
    let name = name.trim_matches('/');
    if !name.contains('/') {
        return (name, Address::Plain);
    }
    let mut address = Address::Plain;
    let mut rest = name;
    while let Some(end) = rest.bytes().position(is_separator) {
        let (word, after) = rest.split_at(end);
        let lower = word.to_ascii_lowercase();
        if !word.is_empty() && !words.contains(&lower.as_str()) {
            let is_near = |known: &&str| {
                known.len() >= 3
                    && lower.len() >= 3
                    && distance(lower.as_bytes(), known.as_bytes(), LETTER).is_some()
            };
            if !words.iter().any(is_near) {
                break;
            }
            address = Address::Wrong;
        }
        rest = after.get(1..).unwrap_or_default();
    }
    (rest, address)
}

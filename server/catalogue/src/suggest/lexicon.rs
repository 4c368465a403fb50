//! The words of all scopes that may be meant, each once: a name's words are compared with each of them once, and not
//! again for every scope that has it.

use std::collections::HashMap;

use super::form::{Mark, Verb, Word};

/// The words of a type's scopes.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    words: Vec<Entry>,
    /// Of each.
    marks: Vec<Mark>,
    ids: HashMap<String, usize>,
}

/// A word, and what it is to the type.
#[derive(Debug)]
pub(super) struct Entry {
    word: Word,
    /// Many scopes of the type have its stem: leaving it out says little.
    pub common: bool,
}

/// What a written word is to a known one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pair {
    /// They are the same.
    pub exact: bool,
    /// They are the same but for their form.
    pub same_stem: bool,
    /// The cost of the letters that differ, where few do.
    pub misspelt: Option<u8>,
    /// The cost of a word that is cut short, where it is one.
    pub short: Option<u8>,
    /// The cost of another provider's word for the same access, where it is one.
    pub other_access: Option<u8>,
}

/// A word that is cut short: more than a letter that was left out.
const SHORT: u8 = 11;
/// Another provider's word for the same access.
const OTHER_ACCESS: u8 = 6;
/// The same where the type's own scopes have the word, too: then it may be a scope that nobody told us of.
const OTHER_OWN_ACCESS: u8 = 12;

/// What the words of a written name are to those of the lexicon.
pub(super) struct Comparison<'l> {
    lexicon: &'l Lexicon,
    /// A row for each written word, with a pair for each known one.
    pairs: Vec<Pair>,
    /// Whether any written word is like the known one.
    alike: Vec<bool>,
}

impl Lexicon {
    /// The id of a word, which is taken in where it is new.
    pub fn add(&mut self, word: &Word) -> usize {
        if let Some(id) = self.ids.get(&word.text) {
            return *id;
        }
        let id = self.words.len();
        self.ids.insert(word.text.clone(), id);
        self.words.push(Entry { word: word.clone(), common: false });
        self.marks.push(word.mark());
        id
    }

    /// Whether a word is among them.
    pub fn has(&self, word: &Word) -> bool {
        self.ids.contains_key(&word.text)
    }

    /// Marks the words of which a stem is common.
    pub fn mark_common(&mut self, is_common: impl Fn(&str) -> bool) {
        for entry in &mut self.words {
            entry.common = is_common(&entry.word.stem);
        }
    }

    /// A word by its id.
    pub fn get(&self, id: usize) -> Option<&Entry> {
        self.words.get(id)
    }

    /// Compares every word of a written name with every known one.
    pub fn compare(&self, written: &[Word]) -> Comparison<'_> {
        let mut pairs = vec![Pair::default(); written.len() * self.words.len()];
        let mut alike = vec![false; self.words.len()];
        // Without a word there are no pairs.
        for (word, pairs) in written.iter().zip(pairs.chunks_mut(self.words.len().max(1))) {
            let is_known = self.has(word);
            let access = if is_known { OTHER_OWN_ACCESS } else { OTHER_ACCESS };
            // A word that the type's scopes have is written as it is meant.
            let may_be_short = !is_known && word.verb.is_none();
            let own = word.mark();
            for (index, mark) in self.marks.iter().enumerate() {
                let may_be_like = word.may_be_like(own, *mark);
                let is_within = may_be_short && own.is_within(*mark);
                // Most words are neither, and their marks alone tell that.
                if !may_be_like && !is_within {
                    continue;
                }
                let (Some(entry), Some(pair), Some(alike)) =
                    (self.words.get(index), pairs.get_mut(index), alike.get_mut(index))
                else {
                    continue;
                };
                if may_be_like {
                    *pair = Pair::of(word, &entry.word, access);
                }
                let is_short = is_within && pair.misspelt.is_none() && word.is_short_for(&entry.word);
                pair.short = is_short.then_some(SHORT);
                *alike |= pair.is_alike();
            }
        }
        Comparison { lexicon: self, pairs, alike }
    }
}

impl Entry {
    /// Whether it is for reading or writing.
    pub fn verb(&self) -> Option<Verb> {
        self.word.verb
    }

    /// Whether it tells one scope from others.
    pub fn tells(&self) -> bool {
        self.word.verb.is_none() && !self.common
    }
}

impl Pair {
    fn of(written: &Word, known: &Word, access: u8) -> Pair {
        let exact = written.text == known.text;
        Pair {
            exact,
            same_stem: exact || written.stem == known.stem,
            misspelt: match exact {
                true => Some(0),
                // `writer` is no slip for `write`: the two are compared by the access they ask for.
                false if written.verb.is_some() && written.verb == known.verb => None,
                false => written.misspelt(known).and_then(|cost| u8::try_from(cost).ok()),
            },
            short: None,
            other_access: (!exact && written.is_other_name_of(known)).then_some(access),
        }
    }

    fn is_alike(self) -> bool {
        self.same_stem || self.misspelt.is_some() || self.short.is_some() || self.other_access.is_some()
    }
}

impl Comparison<'_> {
    /// What a written word, by its place in the name, is to a known one.
    pub fn pair(&self, written: usize, known: usize) -> Pair {
        let index = written * self.alike.len() + known;
        self.pairs.get(index).copied().unwrap_or_default()
    }

    /// Whether a scope of these words may have been meant: some written word is like one of them that tells it from
    /// others, or like any where none tells.
    pub fn concerns(&self, known: &[usize]) -> bool {
        let is_alike = |id: &usize| self.alike.get(*id).copied().unwrap_or_default();
        let tells = |id: &&usize| self.lexicon.get(**id).is_some_and(Entry::tells);
        known.iter().filter(tells).any(is_alike)
            || (!known.iter().any(|id| tells(&id)) && known.iter().any(is_alike))
    }

    /// The words of a scope.
    pub fn words<'c>(&'c self, known: &'c [usize]) -> impl Iterator<Item = &'c Entry> + Clone {
        known.iter().filter_map(|id| self.lexicon.get(*id))
    }
}

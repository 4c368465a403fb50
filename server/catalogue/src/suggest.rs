//! Which scopes somebody most likely meant.
//!
//! What was written is compared with every scope of the type in two ways: letter by letter, as a hand slips, and word
//! by word, as a memory does. Each way has a cost, in tenths of a wrong letter; the least one counts.

mod align;
pub(crate) mod distance;
mod form;
mod lexicon;
mod part;
mod readings;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::resolve::COMMON_NAMES;
use crate::words::split_words;
use crate::{Catalogue, ConnectorType, Scope, WORDS};
use align::{Vocabulary, access_apart, align};
use distance::{LETTER, MAX_LENGTH, distance};
use form::{Address, Form, Word};
use lexicon::{Comparison, Lexicon};
use part::{has_other_sign, is_part};
use readings::{ends, other_readings, without_surroundings};

/// So many suggestions help; more confuse.
const MAX_SUGGESTIONS: usize = 3;
/// Names of which more letters occur in one alone are not alike letter by letter: three letters bring in three and
/// take out three.
const MAX_OTHER_LETTERS: u32 = 6;
/// What is dearer, in tenths of a letter, was not meant.
const MAX_COST: u32 = 32;
/// A scope that the provider grants to this type, and that another type has in its list, is less likely meant.
const OF_ANOTHER_TYPE: u32 = 3;
/// What costs no more is nearer than the same name at another provider: one slip, and a word in another form.
const CLOSE: u32 = LETTER + 5;
/// Two letters exchanged or doubled, twice.
const TWO_LIGHT_SLIPS: u32 = LETTER + 6;
/// Two slips in a shorter word may make another word of it, whether anybody has that or not.
const MIN_UNKNOWN_WORD: usize = 3;
/// A beginning of so many letters tells the word.
const MIN_CUT: usize = 3;
/// So many letters may be left behind where a name is copied.
const MAX_CUT_OFF: usize = 3;
/// So many letters may be left out behind the beginning of a word at a cost; more cost no more.
const MAX_COSTLY: usize = 8;
/// The words of a name put together in another way.
const PUT_TOGETHER: u32 = 4;
/// Of fewer letters, nobody can tell what they are about.
const MIN_THING: usize = 6;
/// All vowels but the first left out, however many.
const WITHOUT_VOWELS: u32 = LETTER + 2;
/// Of what is shorter, in letters, the vowels tell as much as the rest.
const MIN_BONES: usize = 5;
/// Of what is shorter, in bytes, more than the end may be wrong.
const MIN_LEFT: usize = 4;
/// What costs no more is meant as it stands.
const AS_IT_STANDS: u32 = 3;
/// Suggestions that cost so much more than the first are no alternatives to it.
const ALTERNATIVE: u32 = 1;
/// The share of a type's scopes, one in so many, that makes a word of them a common one.
const COMMON_SHARE: usize = 5;

/// A scope that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What to write.
    pub name: Cow<'static, str>,
    /// In what way the written one differs from it.
    pub mismatch: Mismatch,
    /// Whether nothing else can have been meant.
    pub certain: bool,
}

/// In what way a written name differs from a known one, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mismatch {
    /// By blanks, quotes or commas around it.
    Surrounded,
    /// By upper and lower case.
    Case,
    /// By what separates the words: `chat.write`, `chat_write`.
    Separators,
    /// By the address before it, or a slash after: `calendar.readonly`.
    Address,
    /// By its words: another form or order, one left out, another provider's: `channel:read`, `read:channels`.
    Words,
    /// By a letter, or a separator.
    Letter,
    /// By a few letters: `chanels:raed`.
    Letters,
}

/// What is near to a written name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Near {
    /// The nearest known scopes, the best first.
    pub suggestions: Vec<Suggestion>,
    /// Whether it is so near that it does not matter whose scope it is otherwise.
    pub close: bool,
    /// Whether what was written may, for all that, be a scope that nobody told us of.
    pub plausible: bool,
}

/// Compares names with the known scopes of a type.
pub(crate) struct Corrector {
    ty: &'static ConnectorType,
}

/// The scopes that may be meant; made when a type's first unknown scope asks, and kept.
#[derive(Debug)]
pub(crate) struct Candidates {
    /// The letters and stems of each, side by side: most are told from a name by these alone.
    marks: Vec<(u64, u64)>,
    all: Vec<Candidate>,
    /// Their words.
    lexicon: Lexicon,
    /// Stems that many of them have.
    common: HashSet<String>,
    /// Words that say whose scope it is, and nothing more.
    labels: Vec<String>,
    /// What a scope of the type may be behind something that does not belong to it.
    ends: HashSet<&'static str>,
}

/// A known scope, ready to be compared.
#[derive(Debug)]
struct Candidate {
    name: &'static str,
    own: bool,
    deprecated: bool,
    form: Form,
    /// The words of that, by their ids in the lexicon.
    words: Vec<usize>,
}

/// A candidate, and how it compares.
struct Match<'c> {
    cost: u32,
    mismatch: Mismatch,
    candidate: &'c Candidate,
}

impl Corrector {
    pub fn new(ty: &'static ConnectorType) -> Self {
        Self { ty }
    }

    /// What is near to a name.
    pub fn near(&self, written: &str) -> Near {
        let ty = self.ty;
        let trimmed = without_surroundings(written);
        if written.len() > MAX_LENGTH || trimmed.is_empty() {
            return Near::default();
        }
        let candidates = ty.candidates.get_or_init(|| Candidates::of(ty));
        let mut form = Form::new(ty, trimmed);
        let mut matches = self.matches(trimmed, &form, candidates);
        let least = |matches: &[Match<'_>]| matches.iter().map(|one| one.cost).min().unwrap_or(u32::MAX);
        let (mut as_it_stands, mut may_be_whole) = (true, false);
        let mut least_yet = least(&matches);
        if least_yet > AS_IT_STANDS {
            for reading in other_readings(ty, trimmed, &form, self.provider_words(), &candidates.ends) {
                let others = self.matches(trimmed, &reading.form, candidates);
                let cost = least(&others).saturating_add(reading.cost);
                if cost < least_yet {
                    (form, matches, least_yet) = (reading.form, others, cost);
                    (as_it_stands, may_be_whole) = (false, reading.may_be_whole);
                }
            }
        }
        if matches.is_empty() {
            matches = self.ending_so(&form, candidates);
        }
        matches.sort_by_key(|one| {
            let name = one.candidate.name;
            let is_respelled = one.mismatch <= Mismatch::Separators;
            (one.cost, !is_respelled, one.candidate.deprecated, !one.candidate.own, name.len(), name)
        });
        let Some((best, least, meant)) =
            matches.first().map(|best| (best.mismatch, best.cost, &best.candidate.form))
        else {
            return Near::default();
        };
        let alternative = if best <= Mismatch::Address { 0 } else { ALTERNATIVE };
        matches.retain(|one| one.cost <= least + alternative);
        let certain = as_it_stands
            && matches.len() == 1
            && best <= Mismatch::Address
            && form.address == Address::Plain
            && matches.iter().all(|one| one.candidate.own);
        let plausible = may_be_whole
            || !(self.is_surely_wrong(trimmed, &form, best, least)
                || candidates.can_be_no_scope(&form, meant));
        matches.truncate(MAX_SUGGESTIONS);
        let suggestions = matches.into_iter().map(|one| Suggestion {
            name: ty.in_form_of(one.candidate.name, trimmed),
            // Of another reading than the one as it stands, the address may be all that is the same.
            mismatch: match one.mismatch {
                Mismatch::Address if !as_it_stands && form.address == Address::Plain => Mismatch::Words,
                mismatch => mismatch,
            },
            certain,
        });
        Near { suggestions: suggestions.collect(), close: least <= CLOSE, plausible }
    }

    fn matches<'c>(&self, trimmed: &str, form: &Form, candidates: &'c Candidates) -> Vec<Match<'c>> {
        let vocabulary = Vocabulary {
            labels: &candidates.labels,
            allows_extra: self.ty.complete,
            // What has blanks in it describes something: of `Delete email` no scope is `email`.
            knows_all: self.knows_all_like(trimmed) && !trimmed.contains(char::is_whitespace),
        };
        let comparison = candidates.lexicon.compare(&form.words);
        let matches = candidates.maybe_near(form).filter_map(|candidate| {
            let (cost, mismatch) = self.compare(trimmed, form, candidate, &comparison, &vocabulary)?;
            let cost = if candidate.own || cost == 0 { cost } else { cost + OF_ANOTHER_TYPE };
            Some(Match { cost, mismatch, candidate })
        });
        matches.collect()
    }

    /// How a written name differs from a known one, and how much; none if it is not near.
    fn compare(
        &self,
        trimmed: &str,
        form: &Form,
        candidate: &Candidate,
        comparison: &Comparison<'_>,
        vocabulary: &Vocabulary<'_>,
    ) -> Option<(u32, Mismatch)> {
        let known = &candidate.form;
        if trimmed == candidate.name {
            return Some((0, Mismatch::Surrounded));
        }
        if form.bare == known.bare || (self.ignores_case() && form.lower == known.lower) {
            return Some((1, Mismatch::Address));
        }
        if form.lower == known.lower {
            return Some((
                2,
                if trimmed.eq_ignore_ascii_case(candidate.name) { Mismatch::Case } else { Mismatch::Address },
            ));
        }
        if form.letters == known.letters {
            return Some((3, Mismatch::Separators));
        }
        let by_letters = self
            .letters_apart(form, candidate)
            .map(|cost| (cost, if cost <= LETTER { Mismatch::Letter } else { Mismatch::Letters }));
        let lacking = [self.cut_off(form, known), self.cut_within(form, known), without_vowels(form, known)];
        let lacking = lacking.into_iter().flatten().min().map(|cost| (cost, Mismatch::Letters));
        let by_thing = self.same_thing(form, known, vocabulary).map(|cost| (cost, Mismatch::Words));
        let by_words = comparison
            .concerns(&candidate.words)
            .then(|| align(form, &candidate.words, comparison, vocabulary, MAX_COST))
            .flatten()
            .map(|cost| (cost, Mismatch::Words));
        [by_words, by_letters, lacking, by_thing].into_iter().flatten().min()
    }

    /// The cost of the letters that differ, if few do.
    fn letters_apart(&self, form: &Form, candidate: &Candidate) -> Option<u32> {
        let known = &candidate.form;
        // Where all scopes are known, two slips in a short name are just that.
        let knows_all = candidate.own && self.knows_all_like(candidate.name);
        let max = match form.lower.len().min(known.lower.len()) {
            0 => return None,
            3..=6 if knows_all => match form.lower.len().max(known.lower.len()) {
                0..=3 => LETTER,
                4 => TWO_LIGHT_SLIPS,
                _ => 2 * LETTER,
            },
            1..=4 => LETTER,
            5..=6 => TWO_LIGHT_SLIPS,
            7..=13 => 2 * LETTER,
            _ => 3 * LETTER,
        };
        // A slip brings one letter in and takes one out.
        if (form.bag ^ known.bag).count_ones() > 2 * max / LETTER {
            return None;
        }
        let cost = distance(form.lower.as_bytes(), known.lower.as_bytes(), max)?;
        // More than one slip in a short word makes another word of it, unless nobody has that word.
        let same_word = |(written, meant): (&Word, &Word)| {
            let known = self.provider_words().binary_search(&written.text.as_str()).is_ok();
            let slips = if known || written.text.len() < MIN_UNKNOWN_WORD { LETTER } else { 2 * LETTER };
            written.is_near(meant)
                || (!known && written.has_letters_of(meant))
                || distance(written.text.as_bytes(), meant.text.as_bytes(), slips).is_some()
        };
        let alike = cost <= LETTER
            || form.words.len() != known.words.len()
            || form.words.iter().zip(&known.words).all(same_word)
            || distance(form.letters.as_bytes(), known.letters.as_bytes(), LETTER).is_some();
        alike.then_some(cost)
    }

    /// The cost of a few letters that were left behind at either end, within a word: `chat:wri`, `at:write`.
    fn cut_off(&self, form: &Form, known: &Form) -> Option<u32> {
        let (written, known) = (form.lower.as_str(), known.lower.as_str());
        let lacking = known.len().checked_sub(written.len())?;
        if !(2..=MAX_CUT_OFF).contains(&lacking) || written.len() < MIN_LEFT {
            return None;
        }
        // What is a word as it stands was not cut.
        let is_word = |word: Option<&Word>| {
            word.is_none_or(|word| {
                word.text.len() > 1 && self.provider_words().binary_search(&word.text.as_str()).is_ok()
            })
        };
        let cut = |rest: &str| !rest.bytes().any(distance::is_separator);
        let behind = known.strip_prefix(written).filter(|rest| cut(rest) && !is_word(form.words.last()));
        let ahead = || known.strip_suffix(written).filter(|rest| cut(rest) && !is_word(form.words.first()));
        behind.or_else(ahead).map(|rest| LETTER + u32::try_from(rest.len()).unwrap_or(u32::MAX))
    }

    /// The cost of one word that ends too soon, with whatever is written together with it: `AppCa.Submit`.
    fn cut_within(&self, form: &Form, known: &Form) -> Option<u32> {
        let (written, known) = (form.lower.as_str(), known.lower.as_str());
        let lacking = known.len().checked_sub(written.len()).filter(|lacking| *lacking > 1)?;
        let start = written.bytes().zip(known.bytes()).take_while(|(left, right)| left == right).count();
        let rest = written.get(start..)?;
        let cut = known.get(start..start + lacking)?;
        let is_end = rest.bytes().next().is_none_or(distance::is_separator) && known.ends_with(rest);
        if !is_end || cut.bytes().any(distance::is_separator) {
            return None;
        }
        let piece = form.bare.get(..start)?.rsplit(|letter: char| !letter.is_alphanumeric()).next()?;
        let is_word = |word: &String| self.provider_words().binary_search(&word.as_str()).is_ok();
        // What is a word as it stands was not cut.
        if piece.len() < MIN_CUT || split_words(piece).last().is_none_or(is_word) {
            return None;
        }
        Some(LETTER + u32::try_from(lacking.min(MAX_COSTLY)).unwrap_or(u32::MAX))
    }

    /// The cost of a slip in what it is about, where its words are put together in another way, and what may be done is
    /// said in other words or elsewhere: `userinfoprrofile:write`.
    fn same_thing(&self, form: &Form, known: &Form, vocabulary: &Vocabulary<'_>) -> Option<u32> {
        let may_be = form.thing.len() >= MIN_THING && (form.thing_bag ^ known.thing_bag).count_ones() <= 2;
        let apart =
            may_be.then(|| distance(form.thing.as_bytes(), known.thing.as_bytes(), LETTER)).flatten()?;
        Some(apart + PUT_TOGETHER + access_apart(form, known, vocabulary.knows_all)?)
    }

    /// The few scopes that end or begin with the words of a name, where nothing else is near.
    fn ending_so<'c>(&self, form: &Form, candidates: &'c Candidates) -> Vec<Match<'c>> {
        let ends_so = |known: &[Word]| {
            let at = known.len().checked_sub(form.words.len());
            let end = at.and_then(|at| known.get(at..)).unwrap_or_default();
            let start = known.get(..form.words.len()).filter(|start| start.len() > 1).unwrap_or_default();
            let same = |part: &[Word]| {
                !part.is_empty() && part.iter().zip(&form.words).all(|(left, right)| left.text == right.text)
            };
            same(end) || same(start)
        };
        let mut matches = Vec::new();
        // All of their words are in the lexicon.
        let may_end_so = form.words.last().is_some_and(|last| candidates.lexicon.has(last));
        if may_end_so {
            let ending = candidates.all.iter().filter(|one| one.own && ends_so(&one.form.words));
            let mismatch = Mismatch::Words;
            matches.extend(ending.map(|candidate| Match { cost: MAX_COST, mismatch, candidate }));
        }
        matches.truncate(if matches.len() > MAX_SUGGESTIONS { 0 } else { MAX_SUGGESTIONS });
        matches
    }

    /// The words of all that the type's provider has, in order.
    fn provider_words(&self) -> &'static [&'static str] {
        let words = WORDS.iter().find(|(provider, _)| *provider == self.ty.provider.as_str());
        words.map(|(_, words)| *words).unwrap_or_default()
    }

    fn ignores_case(&self) -> bool {
        self.ty.provider.habits().ignores_case()
    }

    fn knows_all_like(&self, name: &str) -> bool {
        self.ty.complete || self.ty.provider.habits().knows_all_written_like(self.ty, name)
    }

    /// Whether it is no scope that nobody told us of: its words, or how near it is to a known one, say so.
    fn is_surely_wrong(&self, trimmed: &str, form: &Form, mismatch: Mismatch, cost: u32) -> bool {
        if self.knows_all_like(trimmed) || mismatch <= Mismatch::Address {
            return true;
        }
        let words = self.provider_words();
        let made_of_known_words =
            form.words.iter().all(|word| words.binary_search(&word.text.as_str()).is_ok());
        match mismatch {
            Mismatch::Words => cost <= SURE_WORDS || !made_of_known_words,
            _ => !made_of_known_words,
        }
    }
}

/// Words that differ by more than this may be another scope's: a word is missing that few scopes have.
const SURE_WORDS: u32 = LETTER + 1;

impl Candidates {
    fn of(ty: &'static ConnectorType) -> Self {
        let mut all = candidates(ty);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for one in &all {
            let stems: HashSet<&str> = one.form.words.iter().map(|word| word.stem.as_str()).collect();
            stems.into_iter().for_each(|stem| *counts.entry(stem).or_default() += 1);
        }
        let least = (all.len() / COMMON_SHARE).max(3);
        let is_common = |(stem, count): (&str, usize)| (count >= least).then(|| stem.to_owned());
        let common: HashSet<String> = counts.into_iter().filter_map(is_common).collect();
        let mut lexicon = Lexicon::default();
        for one in &mut all {
            one.words = one.form.words.iter().map(|word| lexicon.add(word)).collect();
        }
        lexicon.mark_common(|stem| common.contains(stem));
        let mut labels: Vec<String> =
            ["https", "http", "scope", "scopes", "oauth", "oauth2", "app", "api", "auth", "and"]
                .map(str::to_owned)
                .into();
        labels.extend(split_words(ty.name).into_iter().chain(split_words(ty.display_name)));
        labels.extend(ty.provider.habits().filler_words().iter().map(|word| (*word).to_owned()));
        labels.push(ty.provider.as_str().to_owned());
        labels.push(ty.name.replace(['_', '-'], ""));
        let marks = all.iter().map(|one| (one.form.bag, one.form.telling_stems(&common))).collect();
        Self { marks, all, lexicon, common, labels, ends: ends(ty) }
    }

    /// Whether a name can be no scope, by the way those are built that are known.
    fn can_be_no_scope(&self, form: &Form, meant: &Form) -> bool {
        let own = || self.all.iter().filter(|one| one.own && !COMMON_NAMES.contains(&one.name));
        let words: Vec<&[Word]> = own().map(|one| one.form.words.as_slice()).collect();
        has_other_sign(&form.bare, own().map(|one| one.form.bare.as_str()))
            || is_part(form, meant, &words, |word| self.begin(word))
    }

    /// Whether any scope begins with a word.
    fn begin(&self, word: &Word) -> bool {
        self.all.iter().any(|one| one.form.words.first().is_some_and(|first| first.text == word.text))
    }

    /// Those that may be near to a name, and some that are not.
    fn maybe_near(&self, form: &Form) -> impl Iterator<Item = &Candidate> {
        let (bag, stems) = (form.bag, form.telling_stems(&self.common));
        let near = move |(other_bag, other_stems): &(u64, u64)| {
            stems & other_stems != 0 || (bag ^ other_bag).count_ones() <= MAX_OTHER_LETTERS
        };
        self.marks.iter().zip(&self.all).filter(move |(marks, _)| near(marks)).map(|(_, one)| one)
    }
}

/// The cost of vowels that were left out, where nothing else was: `RdWrt`.
fn without_vowels(form: &Form, known: &Form) -> Option<u32> {
    const VOWELS: &[u8] = b"aeiou";
    let vowels = VOWELS.iter().fold(0, |bits, vowel| bits | distance::letter_bit(*vowel));
    let may_be = form.letters.len() >= MIN_BONES
        && form.letters.len() < known.letters.len()
        && form.bag & !known.bag == 0
        && known.bag & !form.bag & !vowels == 0;
    if !may_be {
        return None;
    }
    let mut written = form.letters.bytes().peekable();
    let mut before = 0;
    for letter in known.letters.bytes() {
        if written.next_if_eq(&letter).is_none() && !VOWELS.contains(&letter) && letter != before {
            return None;
        }
        before = letter;
    }
    written.next().is_none().then_some(WITHOUT_VOWELS)
}

/// The scopes that may be meant in a connector of this type.
fn candidates(ty: &'static ConnectorType) -> Vec<Candidate> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let mut add = |name: &'static str, own: bool, deprecated: bool| {
        if seen.insert(name) {
            let form = Form::new(ty, name);
            all.push(Candidate { name, own, deprecated, form, words: Vec::new() });
        }
    };
    let mut add_scopes =
        |scopes: &'static [Scope], own| scopes.iter().for_each(|one| add(one.name, own, one.deprecated));
    add_scopes(ty.scopes, true);
    if ty.provider.habits().grants_across_types() {
        let siblings = Catalogue::get().types().iter().filter(|other| other.provider == ty.provider);
        siblings.for_each(|other| add_scopes(other.scopes, false));
    }
    ty.provider.habits().own_list().for_each(|name| add(name, false, false));
    all
}

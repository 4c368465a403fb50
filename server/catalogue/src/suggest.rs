//! Which scopes somebody most likely meant.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::words::split_words;
use crate::{Catalogue, ConnectorType, Provider, Scope, WORDS};

/// Longer names, in bytes, are not compared: no scope is so long.
const MAX_NAME_LENGTH: usize = 200;
/// So many suggestions help; more confuse.
const MAX_SUGGESTIONS: usize = 3;
/// Names of which more letters occur in one alone are not alike.
const MAX_OTHER_LETTERS: u32 = 6;

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
    /// But for blanks around it, or for upper and lower case.
    Case,
    /// But for what separates the words: `chat.write`, `chat_write`.
    Separators,
    /// But for the address before it, or a slash after: `calendar.readonly`.
    Address,
    /// But for singular and plural, or what people call a product: `channel:read`.
    Plural,
    /// But for the order of the words: `read:channels`.
    Order,
    /// But for words left out, or too many: `contacts.read` for `crm.objects.contacts.read`.
    Missing,
    /// But for a few letters: `chanels:read`.
    Letters,
}

/// Compares names with the known scopes of a type.
pub(crate) struct Corrector {
    ty: &'static ConnectorType,
}

/// The scopes that may be meant; made when a type's first unknown scope asks, and kept.
#[derive(Debug)]
pub(crate) struct Candidates {
    /// The letters of each, side by side: most are told from a name by these alone.
    bags: Vec<u64>,
    all: Vec<Candidate>,
}

/// A known scope, ready to be compared.
#[derive(Debug)]
struct Candidate {
    name: &'static str,
    own: bool,
    deprecated: bool,
    form: Form,
}

/// A name, taken apart.
#[derive(Debug)]
struct Form {
    /// Without the address before it and a slash after it.
    bare: String,
    /// The words of that, in lower case.
    words: Vec<String>,
    /// All letters and digits of that, in lower case.
    letters: String,
    /// Which letters and digits those are, one bit each.
    bag: u64,
}

impl Corrector {
    pub fn new(ty: &'static ConnectorType) -> Self {
        Self { ty }
    }

    /// The nearest known scopes, the best first; none if nothing is near.
    pub fn suggestions(&self, written: &str) -> Vec<Suggestion> {
        let ty = self.ty;
        let trimmed =
            written.trim_matches(|letter: char| letter.is_whitespace() || ",;\"'`".contains(letter));
        if written.len() > MAX_NAME_LENGTH || trimmed.is_empty() {
            return Vec::new();
        }
        let form = Form::new(ty, trimmed);
        let candidates = ty.candidates.get_or_init(|| Candidates::of(ty));
        let matcher = Matcher::new(ty, &form);
        let mut near: Vec<(Mismatch, usize, &Candidate)> = candidates
            .maybe_like(&matcher, &form)
            .filter_map(|candidate| {
                let (mismatch, distance) = matcher.mismatch(trimmed, &form, candidate)?;
                Some((mismatch, distance, candidate))
            })
            .collect();
        near.sort_by_key(|(mismatch, distance, one)| {
            (*mismatch, *distance, one.deprecated, !one.own, one.name.len(), one.name)
        });
        let Some(&(best, least, _)) = near.first() else { return Vec::new() };
        near.retain(|(mismatch, distance, _)| {
            *mismatch == best && *distance <= least + usize::from(least > 0 && best == Mismatch::Missing)
        });
        if best == Mismatch::Missing && near.len() > MAX_SUGGESTIONS {
            // So little was written that nearly anything may be meant.
            return Vec::new();
        }
        let certain = near.len() == 1 && best <= Mismatch::Address;
        near.truncate(MAX_SUGGESTIONS);
        near.into_iter()
            .map(|(mismatch, _, one)| Suggestion {
                name: ty.in_form_of(one.name, trimmed),
                mismatch,
                certain,
            })
            .collect()
    }
}

/// The scopes that may be meant in a connector of this type.
fn candidates(ty: &'static ConnectorType) -> Vec<Candidate> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let mut add = |name: &'static str, own: bool, deprecated: bool| {
        if seen.insert(name) {
            all.push(Candidate { name, own, deprecated, form: Form::new(ty, name) });
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

impl Candidates {
    fn of(ty: &'static ConnectorType) -> Self {
        let all = candidates(ty);
        Self { bags: all.iter().map(|one| one.form.bag).collect(), all }
    }

    /// Those that may be like a name, and some that are not.
    fn maybe_like<'c>(&'c self, matcher: &Matcher, form: &Form) -> impl Iterator<Item = &'c Candidate> {
        let near = |bag: &u64| matcher.maybe_like(form.bag, *bag);
        let near = self.bags.iter().enumerate().filter(move |(_, bag)| near(bag));
        near.filter_map(|(index, _)| self.all.get(index))
    }
}

impl Form {
    fn new(ty: &ConnectorType, name: &str) -> Self {
        let bare = without_address(ty, name);
        let words = split_words(bare);
        let letters: String = words.concat();
        let bag = letters.bytes().fold(0, |bag, byte| match byte {
            b'a'..=b'z' => bag | 1 << (byte - b'a'),
            b'0'..=b'9' => bag | 1 << (26 + byte - b'0'),
            _ => bag | 1 << 36,
        });
        Self { bare: bare.to_owned(), words, letters, bag }
    }
}

/// What is left of a name without the address before it, however that is spelled, and the slashes around it.
fn without_address<'a>(ty: &ConnectorType, name: &'a str) -> &'a str {
    let noise = ty.provider.habits().address_words();
    let is_noise = |word: &str| {
        let word = word.to_ascii_lowercase();
        noise.iter().any(|known| {
            *known == word || (word.len() >= 4 && known.len() >= 4 && strsim::osa_distance(&word, known) == 1)
        })
    };
    let name = name.trim_matches('/');
    if !name.contains('/') {
        return name;
    }
    let mut rest = name;
    while let Some((end, separator)) = rest.char_indices().find(|(_, letter)| !letter.is_alphanumeric()) {
        let (word, after) = rest.split_at(end);
        if !word.is_empty() && !is_noise(word) {
            break;
        }
        rest = after.get(separator.len_utf8()..).unwrap_or_default();
    }
    rest
}

/// How freely a written name may be read.
struct Matcher {
    /// Whether the type's scopes are all known, so that this one is wrong for certain.
    complete: bool,
    /// Whether every word occurs in the provider's scopes, so that this one may be a scope nobody told us of.
    plausible: bool,
    ignores_case: bool,
    /// Words that say whose scope it is, and nothing more.
    labels: Vec<String>,
    provider: Provider,
}

impl Matcher {
    fn new(ty: &'static ConnectorType, form: &Form) -> Self {
        let words = WORDS
            .iter()
            .find(|(provider, _)| *provider == ty.provider.as_str())
            .map(|(_, words)| *words)
            .unwrap_or_default();
        let plausible = form.words.iter().all(|word| words.binary_search(&word.as_str()).is_ok());
        let mut labels: Vec<String> =
            ["https", "http", "scope", "scopes", "oauth", "oauth2", "app"].map(str::to_owned).into();
        labels.extend(split_words(ty.name).into_iter().chain(split_words(ty.display_name)));
        labels.push(ty.provider.as_str().to_owned());
        labels.push(ty.name.replace(['_', '-'], ""));
        Self {
            complete: ty.complete,
            plausible,
            ignores_case: ty.provider.habits().ignores_case(),
            labels,
            provider: ty.provider,
        }
    }

    /// Whether names of these letters may be alike: one has all that the other has, or few differ.
    fn maybe_like(&self, written: u64, known: u64) -> bool {
        // What people call Google's products has other letters.
        let renames = self.provider == Provider::Google;
        let shared = written & known;
        renames || shared == written || shared == known || (written ^ known).count_ones() <= MAX_OTHER_LETTERS
    }

    /// In what way a written name differs from a known scope, and how far; none if it is not near.
    fn mismatch(&self, written: &str, form: &Form, candidate: &Candidate) -> Option<(Mismatch, usize)> {
        let known = &candidate.form;
        if written.eq_ignore_ascii_case(candidate.name) {
            return Some((Mismatch::Case, 0));
        }
        if form.letters == known.letters {
            let same =
                form.bare == known.bare || (self.ignores_case && form.bare.eq_ignore_ascii_case(&known.bare));
            return Some((if same { Mismatch::Address } else { Mismatch::Separators }, 0));
        }
        if form.words.len() == known.words.len() {
            if form.words.iter().zip(&known.words).all(|(left, right)| self.stem(left) == self.stem(right)) {
                return Some((Mismatch::Plural, 0));
            }
            if form.words.len() > 1 && sorted(&form.words) == sorted(&known.words) {
                return Some((Mismatch::Order, 0));
            }
        }
        if let Some(distance) = self.missing(form, candidate) {
            return Some((Mismatch::Missing, distance));
        }
        let distance = self.letters(form, known).or_else(|| self.one_too_many(form, candidate));
        distance.map(|distance| (Mismatch::Letters, distance))
    }

    /// Whether but for one word it is a scope of the type: that says less than a slip of a few letters.
    fn one_too_many(&self, form: &Form, candidate: &Candidate) -> Option<usize> {
        let known = &candidate.form.words;
        let is_near =
            self.complete && candidate.own && known.len() > 1 && form.words.len() == known.len() + 1;
        (is_near && is_part(known, &form.words)).then_some(usize::MAX)
    }

    /// A word without the ending that makes it plural, and as the provider has it.
    fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        let word = self.provider.habits().synonym(word);
        match (word.strip_suffix("ies"), word.strip_suffix('s')) {
            (Some(stem), _) if stem.len() > 1 => format!("{stem}y").into(),
            (_, Some(stem)) if stem.len() > 2 && !stem.ends_with('s') => stem.into(),
            _ => word.into(),
        }
    }

    /// How many words are missing, or too many.
    fn missing(&self, form: &Form, candidate: &Candidate) -> Option<usize> {
        let (written, known) = (&form.words, &candidate.form.words);
        if self.provider == Provider::Microsoft {
            let (short, long) = if written.len() < known.len() { (written, known) } else { (known, written) };
            return long.strip_suffix(&["all".to_owned()]).is_some_and(|rest| rest == short).then_some(1);
        }
        if self.provider == Provider::Google {
            let (_, last) = (written.split_last()?, known.split_last()?);
            let read = written.split_last().filter(|(word, _)| *word == "read").map(|(_, rest)| rest);
            return (last.0 == "readonly" && read == Some(last.1)).then_some(1);
        }
        if let Some(labels) = written.strip_suffix(known.as_slice()) {
            return labels.iter().all(|word| self.labels.contains(word)).then_some(labels.len());
        }
        let one_less = written.len() > 1 && known.len() == written.len() + 1;
        if self.complete && candidate.own && one_less && is_part(written, known) {
            return Some(1);
        }
        let enough = written.len() > 1 || (self.complete && form.letters.len() > 3);
        let missing = known.strip_suffix(written.as_slice()).filter(|_| enough && candidate.own)?;
        Some(missing.len())
    }

    /// How many letters differ, if few.
    fn letters(&self, form: &Form, known: &Form) -> Option<usize> {
        let (written, letters) = (form.letters.as_str(), known.letters.as_str());
        let most = match written.len().min(letters.len()) {
            0..=3 => return None,
            4..=9 => 1,
            10..=14 => 2,
            _ => 3,
        };
        let differing = (form.bag ^ known.bag).count_ones() as usize;
        if (self.plausible && !self.complete)
            || written.len().abs_diff(letters.len()) > most
            || differing > 2 * most
        {
            return None;
        }
        if form.words.len() != known.words.len() {
            let distance = strsim::osa_distance(written, letters);
            return (distance == 1 && written.len() >= 6).then_some(distance);
        }
        let mut distance = 0;
        for (left, right) in form.words.iter().zip(&known.words).filter(|(left, right)| left != right) {
            let apart = strsim::osa_distance(left, right);
            let most_in_word = match left.len().min(right.len()) {
                // A letter left out, as in `Mail.Snd`; of words as short as that another letter makes another word.
                3 if left.len() != right.len() => 1,
                0..=3 => 0,
                4..=5 => 1,
                6..=8 => 2,
                _ => 3,
            };
            if apart > most_in_word {
                return None;
            }
            distance += apart;
        }
        (distance <= most).then_some(distance)
    }
}

/// Whether all words are among the others, in the same order.
fn is_part(words: &[String], others: &[String]) -> bool {
    let mut rest = others.iter();
    words.iter().all(|word| rest.any(|other| other == word))
}

fn sorted(words: &[String]) -> Vec<&str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name as a hand or a memory slips: letters, words, endings, order.
    fn slipped(rng: &mut fastrand::Rng, name: &str) -> String {
        let mut words: Vec<String> =
            name.split_inclusive([':', '.', '_', '/', '-']).map(str::to_owned).collect();
        for _ in 0..rng.usize(1..3) {
            let index = rng.usize(..words.len());
            match rng.u8(..6) {
                0 if words.len() > 1 => drop(words.remove(index)),
                1 => words.insert(index, ["read:", "app.", "hubspot-", "x"][rng.usize(..4)].to_owned()),
                2 => rng.shuffle(&mut words),
                3 => words[index].insert(0, rng.lowercase()),
                4 => drop(words[index].pop()),
                _ => words[index] = words[index].replace('s', "").replace("y", "ies"),
            }
            if words.is_empty() {
                return name.to_owned();
            }
        }
        words.concat()
    }

    #[test]
    fn what_is_told_apart_by_its_letters_alone_is_not_alike() {
        let mut rng = fastrand::Rng::with_seed(7);
        let mut apart = 0;
        for ty in Catalogue::get().types() {
            let candidates = Candidates::of(ty);
            for _ in 0..200.min(ty.scopes.len() * 3) {
                let scope = rng.usize(..ty.scopes.len());
                let written = slipped(&mut rng, ty.scopes[scope].name);
                let form = Form::new(ty, &written);
                let matcher = Matcher::new(ty, &form);
                for candidate in &candidates.all {
                    if !matcher.maybe_like(form.bag, candidate.form.bag) {
                        apart += 1;
                        let mismatch = matcher.mismatch(&written, &form, candidate);
                        assert_eq!(mismatch, None, "{written} and {}", candidate.name);
                    }
                }
            }
        }
        assert!(apart > 50_000, "{apart}");
    }
}

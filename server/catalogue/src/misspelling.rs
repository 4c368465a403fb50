//! Which scopes somebody most likely meant.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::provider::{self, MicrosoftScope, Service};
use crate::words::split_words;
use crate::{Catalogue, ConnectorType, GOOGLE, GRAPH, Scope, WORDS};

/// Longer names are not compared: no scope is so long.
const LONGEST_NAME: usize = 200;
/// So many suggestions help; more confuse.
const MOST_SUGGESTIONS: usize = 3;
/// Names of which more letters occur in one alone are not alike.
const MOST_OTHER_LETTERS: u32 = 6;

/// A scope that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What to write.
    pub name: Cow<'static, str>,
    /// In what way it is like the written one.
    pub likeness: Likeness,
    /// Whether nothing else can have been meant.
    pub certain: bool,
}

/// In what way two names are alike, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
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
pub(crate) struct Spelling {
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

impl Spelling {
    pub fn new(ty: &'static ConnectorType) -> Self {
        Self { ty }
    }

    /// The nearest known scopes, the best first; none if nothing is near.
    pub fn suggestions(&self, written: &str) -> Vec<Suggestion> {
        let ty = self.ty;
        let trimmed =
            written.trim_matches(|letter: char| letter.is_whitespace() || ",;\"'`".contains(letter));
        if written.len() > LONGEST_NAME || trimmed.is_empty() {
            return Vec::new();
        }
        let form = Form::new(ty, trimmed);
        let candidates = ty.candidates.get_or_init(|| Candidates::of(ty));
        let guessing = Guessing::new(ty, &form);
        let mut near: Vec<(Likeness, usize, &Candidate)> = candidates
            .maybe_like(&guessing, &form)
            .filter_map(|candidate| {
                let (likeness, distance) = guessing.likeness(trimmed, &form, candidate)?;
                Some((likeness, distance, candidate))
            })
            .collect();
        near.sort_by_key(|(likeness, distance, one)| {
            (*likeness, *distance, one.deprecated, !one.own, one.name.len(), one.name)
        });
        let Some(&(best, least, _)) = near.first() else { return Vec::new() };
        near.retain(|(likeness, distance, _)| {
            *likeness == best && *distance <= least + usize::from(least > 0 && best == Likeness::Missing)
        });
        if best == Likeness::Missing && near.len() > MOST_SUGGESTIONS {
            // So little was written that nearly anything may be meant.
            return Vec::new();
        }
        let certain = near.len() == 1 && best <= Likeness::Address;
        near.truncate(MOST_SUGGESTIONS);
        near.into_iter()
            .map(|(likeness, _, one)| Suggestion { name: spelled(ty, one.name, trimmed), likeness, certain })
            .collect()
    }

    /// Whether a Microsoft long form names no service, but nearly names Microsoft Graph or Exchange.
    pub fn is_misspelt_address(&self, written: &str) -> bool {
        let address = MicrosoftScope::parse(written).address.to_ascii_lowercase();
        ["https://graph.microsoft.com/", "https://outlook.office.com/", "https://outlook.office365.com/"]
            .iter()
            .any(|known| strsim::osa_distance(&address, known) <= 3 || address.starts_with(known))
    }
}

/// What to write for a scope: in the long form if that was written, as far as it was right.
fn spelled(ty: &ConnectorType, name: &'static str, written: &str) -> Cow<'static, str> {
    if ty.provider == "microsoft" && MicrosoftScope::parse(written).service == Service::Other {
        return format!("https://graph.microsoft.com/{name}").into();
    }
    provider::in_form_of(ty, name, written)
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
    if provider::grants_across_types(ty.provider) {
        let siblings = Catalogue::get().types().iter().filter(|other| other.provider == ty.provider);
        siblings.for_each(|other| add_scopes(other.scopes, false));
    }
    match ty.provider {
        "google" => GOOGLE.iter().for_each(|name| add(name, false, false)),
        "microsoft" => GRAPH.iter().for_each(|permission| add(permission.name, false, false)),
        _ => {}
    }
    all
}

impl Candidates {
    fn of(ty: &'static ConnectorType) -> Self {
        let all = candidates(ty);
        Self { bags: all.iter().map(|one| one.form.bag).collect(), all }
    }

    /// Those that may be like a name, and some that are not.
    fn maybe_like<'c>(&'c self, guessing: &Guessing, form: &Form) -> impl Iterator<Item = &'c Candidate> {
        let near = |bag: &u64| guessing.maybe_like(form.bag, *bag);
        let places = self.bags.iter().enumerate().filter(move |(_, bag)| near(bag)).map(|(place, _)| place);
        places.filter_map(|place| self.all.get(place))
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
    let noise: &[&str] = match ty.provider {
        "google" => {
            &["https", "http", "www", "googleapis", "google", "com", "auth", "oauth", "scopes", "scope"]
        }
        "microsoft" => &[
            "https",
            "http",
            "www",
            "graph",
            "outlook",
            "office",
            "office365",
            "microsoft",
            "com",
            "api",
            "v1",
            "0",
            "beta",
        ],
        _ => &["https", "http"],
    };
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
struct Guessing {
    /// Whether the type's scopes are all known, so that this one is wrong for certain.
    complete: bool,
    /// Whether every word occurs in the provider's scopes, so that this one may be a scope nobody told us of.
    plausible: bool,
    ignores_case: bool,
    /// Words that say whose scope it is, and nothing more.
    labels: Vec<String>,
    provider: &'static str,
}

impl Guessing {
    fn new(ty: &'static ConnectorType, form: &Form) -> Self {
        let words = WORDS
            .iter()
            .find(|(provider, _)| *provider == ty.provider)
            .map(|(_, words)| *words)
            .unwrap_or_default();
        let plausible = form.words.iter().all(|word| words.binary_search(&word.as_str()).is_ok());
        let mut labels: Vec<String> =
            ["https", "http", "scope", "scopes", "oauth", "oauth2", "app"].map(str::to_owned).into();
        labels.extend(split_words(ty.name).into_iter().chain(split_words(ty.display_name)));
        labels.push(ty.provider.to_owned());
        labels.push(ty.name.replace(['_', '-'], ""));
        Self {
            complete: ty.complete,
            plausible,
            ignores_case: provider::ignores_case(ty.provider),
            labels,
            provider: ty.provider,
        }
    }

    /// Whether names of these letters may be alike: one has all that the other has, or few differ.
    fn maybe_like(&self, written: u64, known: u64) -> bool {
        // What people call Google's products has other letters.
        let renames = self.provider == "google";
        let shared = written & known;
        renames
            || shared == written
            || shared == known
            || (written ^ known).count_ones() <= MOST_OTHER_LETTERS
    }

    /// In what way a known scope is like the written one, and how far from it; none if it is not near.
    fn likeness(&self, written: &str, form: &Form, candidate: &Candidate) -> Option<(Likeness, usize)> {
        let known = &candidate.form;
        if written.eq_ignore_ascii_case(candidate.name) {
            return Some((Likeness::Case, 0));
        }
        if form.letters == known.letters {
            let same =
                form.bare == known.bare || (self.ignores_case && form.bare.eq_ignore_ascii_case(&known.bare));
            return Some((if same { Likeness::Address } else { Likeness::Separators }, 0));
        }
        if form.words.len() == known.words.len() {
            if form.words.iter().zip(&known.words).all(|(left, right)| self.stem(left) == self.stem(right)) {
                return Some((Likeness::Plural, 0));
            }
            if form.words.len() > 1 && sorted(&form.words) == sorted(&known.words) {
                return Some((Likeness::Order, 0));
            }
        }
        if let Some(distance) = self.missing(form, candidate) {
            return Some((Likeness::Missing, distance));
        }
        let distance = self.letters(form, known).or_else(|| self.one_too_many(form, candidate));
        distance.map(|distance| (Likeness::Letters, distance))
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
        let word = match (self.provider, word) {
            ("google", "sheet" | "sheets") => "spreadsheets",
            ("google", "doc" | "docs") => "documents",
            ("google", "slide" | "slides") => "presentations",
            _ => word,
        };
        match (word.strip_suffix("ies"), word.strip_suffix('s')) {
            (Some(stem), _) if stem.len() > 1 => format!("{stem}y").into(),
            (_, Some(stem)) if stem.len() > 2 && !stem.ends_with('s') => stem.into(),
            _ => word.into(),
        }
    }

    /// How many words are missing, or too many.
    fn missing(&self, form: &Form, candidate: &Candidate) -> Option<usize> {
        let (written, known) = (&form.words, &candidate.form.words);
        if self.provider == "microsoft" {
            let (short, long) = if written.len() < known.len() { (written, known) } else { (known, written) };
            return long.strip_suffix(&["all".to_owned()]).is_some_and(|rest| rest == short).then_some(1);
        }
        if self.provider == "google" {
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
            let place = rng.usize(..words.len());
            match rng.u8(..6) {
                0 if words.len() > 1 => drop(words.remove(place)),
                1 => words.insert(place, ["read:", "app.", "hubspot-", "x"][rng.usize(..4)].to_owned()),
                2 => rng.shuffle(&mut words),
                3 => words[place].insert(0, rng.lowercase()),
                4 => drop(words[place].pop()),
                _ => words[place] = words[place].replace('s', "").replace("y", "ies"),
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
                let guessing = Guessing::new(ty, &form);
                for candidate in &candidates.all {
                    if !guessing.maybe_like(form.bag, candidate.form.bag) {
                        apart += 1;
                        let likeness = guessing.likeness(&written, &form, candidate);
                        assert_eq!(likeness, None, "{written} and {}", candidate.name);
                    }
                }
            }
        }
        assert!(apart > 50_000, "{apart}");
    }
}

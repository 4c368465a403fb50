//! Which scopes a description fits.
//!
//! People write what they read on a consent screen: "View and edit events on all your calendars". What is named there
//! is compared with the words of a scope's name, the whole with what the schemas say that it allows, and reading is
//! told from writing.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::endpoints::is_identity;
use crate::suggest::{Mismatch, Suggestion};
use crate::words::split_words;
use crate::{ConnectorType, Scope};

/// So many scopes that a description fits are told.
const MAX_SUGGESTIONS: usize = 3;
/// A longer text, in bytes, describes no scope: it is a page of something.
const MAX_DESCRIPTION: usize = 500;
/// What fits less, in thousandths, is not told.
const MIN_FIT: i64 = 300;
/// What fits by so many thousandths less than the best is no alternative to it.
const ALTERNATIVE: i64 = 150;
/// What fits by so many less, in thousandths, fits as well.
const AS_WELL: i64 = 50;
/// How much reading for writing weighs, or the other way round, in thousandths.
const OTHER_ACCESS: i64 = 300;
/// The same of a scope that tells who somebody is, where the description may be of the service.
const OF_ACCOUNT: i64 = 300;
/// How much the words of the scope's name weigh.
const NAMED: f64 = 600.0;
/// How much it weighs that the schemas say of a scope what was written, word for word, if not to the end.
const WORD_FOR_WORD: i64 = 1000;
/// The same where it is all that they say.
const ALL_OF_IT: i64 = 100;
/// Fewer words begin what is said of too many scopes.
const MIN_WORDS: usize = 3;

/// Words that a description has whatever it says, without the ending of a plural.
const FILLERS: &[&str] = &[
    "a",
    "about",
    "allow",
    "also",
    "an",
    "and",
    "any",
    "app",
    "are",
    "as",
    "at",
    "behalf",
    "by",
    "can",
    "for",
    "from",
    "grant",
    "ha",
    "have",
    "i",
    "in",
    "information",
    "into",
    "is",
    "it",
    "let",
    "me",
    "my",
    "of",
    "on",
    "only",
    "or",
    "other",
    "our",
    "that",
    "the",
    "their",
    "them",
    "this",
    "to",
    "user",
    "want",
    "which",
    "who",
    "with",
    "you",
    "your",
];

/// What people say for one and the same thing; the first of each stands for it.
const SAME: &[&[&str]] = &[
    &[READ, "access", "download", "fetch", "get", "list", "look", "readonly", "see", "show", "view"],
    &[WRITE, "change", "control", "edit", "full", "manage", "modify", "readwrite", "set", "update"],
    &["create", "add", "make", "new"],
    &["delete", "remove"],
    &["send", "post"],
    &["mail", "email"],
    &["repo", "repository"],
    &["org", "organization"],
];
/// Types whose messages are mail.
const MAIL: [&str; 2] = ["gmail", "outlook"];
const READ: &str = "read";
const WRITE: &str = "write";

/// What a text says may be done, as far as it does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Reading,
    Writing,
}

/// A scope, as it is described.
struct Described {
    name: &'static str,
    /// The words of its name that say what it is about.
    things: HashSet<String>,
    /// The words of its summary, as they stand.
    said: Vec<String>,
    /// Those of them that say something.
    summary: HashSet<String>,
    /// All words of both.
    words: HashSet<String>,
    /// Whether it only tells who somebody is.
    is_identity: bool,
    access: Option<Access>,
}

/// The scopes that a description fits, the best first.
pub(crate) fn described(ty: &'static ConnectorType, text: &str) -> Vec<Suggestion> {
    let words = telling_words(ty, text);
    if words.is_empty() || text.len() > MAX_DESCRIPTION {
        return Vec::new();
    }
    let scopes: Vec<Described> =
        ty.scopes.iter().filter(|scope| !scope.deprecated).map(|scope| Described::of(ty, scope)).collect();
    // A word says the more, the fewer scopes it is said of.
    let mut counts: HashMap<&str, usize> = HashMap::new();
    scopes.iter().flat_map(|scope| &scope.words).for_each(|word| *counts.entry(word).or_default() += 1);
    let weight = |word: &String| {
        let count = counts.get(word.as_str()).copied().unwrap_or_default();
        f64::ln(1.5 + scopes.len() as f64 / (count as f64 + 0.5))
    };
    let weight_of = |words: &mut dyn Iterator<Item = &String>| words.map(weight).sum::<f64>();
    let whole = weight_of(&mut words.iter());
    let access = access_of(&words);
    let written = split_words(text);
    let fit = |scope: &Described| {
        let common = weight_of(&mut words.intersection(&scope.words));
        let similarity = 2.0 * common / (whole + weight_of(&mut scope.summary.iter()).max(common));
        let named = weight_of(&mut words.intersection(&scope.things));
        let things = weight_of(&mut scope.things.iter());
        let named = if things > 0.0 { named / things } else { 0.0 };
        let other_access = access.is_some() && scope.access.is_some() && access != scope.access;
        let aside = i64::from(other_access) * OTHER_ACCESS + i64::from(scope.is_identity) * OF_ACCOUNT;
        let quoted = match scope.said.starts_with(&written) && written.len() >= MIN_WORDS {
            true => WORD_FOR_WORD + if scope.said.len() == written.len() { ALL_OF_IT } else { 0 },
            false => 0,
        };
        (1000.0 * similarity + NAMED * named).round() as i64 - aside + quoted
    };
    let mut fitting: Vec<(i64, &'static str)> =
        scopes.iter().map(|scope| (fit(scope), scope.name)).filter(|(fit, _)| *fit >= MIN_FIT).collect();
    fitting.sort_by_key(|(fit, name)| (Reverse(*fit), name.len(), *name));
    let best = fitting.first().map_or(0, |(fit, _)| *fit);
    fitting.retain(|(fit, _)| fit + ALTERNATIVE > best);
    // What fits as well in all but a word asks for less where its name is shorter.
    fitting.sort_by_key(|(fit, name)| (fit + AS_WELL <= best, name.len(), Reverse(*fit), *name));
    let suggestion =
        |name| Suggestion { name: Cow::Borrowed(name), mismatch: Mismatch::Words, certain: false };
    fitting.into_iter().take(MAX_SUGGESTIONS).map(|(_, name)| suggestion(name)).collect()
}

impl Described {
    fn of(ty: &'static ConnectorType, scope: &'static Scope) -> Self {
        let name = telling_words(ty, scope.name.rsplit('/').next().unwrap_or(scope.name));
        let summary = telling_words(ty, scope.summary);
        let access = access_of(&name).or_else(|| access_of(&summary));
        let things = name.iter().filter(|word| !matches!(word.as_str(), READ | WRITE)).cloned().collect();
        let words = name.union(&summary).cloned().collect();
        let (said, is_identity) = (split_words(scope.summary), is_identity(ty, scope.name));
        Self { name: scope.name, things, said, summary, words, is_identity, access }
    }
}

fn access_of(words: &HashSet<String>) -> Option<Access> {
    let has = |word: &str| words.contains(word);
    match (has(WRITE) || has("create") || has("delete"), has(READ)) {
        (true, _) => Some(Access::Writing),
        (false, true) => Some(Access::Reading),
        (false, false) => None,
    }
}

/// The words of a text that say something, each without the ending of a plural, and under one name for one thing.
fn telling_words(ty: &ConnectorType, text: &str) -> HashSet<String> {
    let stem = |word: String| match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) if stem.len() > 2 => format!("{stem}y"),
        (_, Some(stem)) if stem.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
        _ => word,
    };
    let is_mail = MAIL.contains(&ty.name);
    let same = |word: String| match SAME.iter().find(|group| group.contains(&word.as_str())) {
        Some([first, ..]) => (*first).to_owned(),
        _ if is_mail && matches!(word.as_str(), "message" | "gmail" | "mailbox") => "mail".to_owned(),
        _ => word,
    };
    split_words(&without_denied(text))
        .into_iter()
        .map(stem)
        .filter(|word| !FILLERS.contains(&word.as_str()))
        .map(same)
        .collect()
}

/// What a text says may be done, without what it says may not: `Read all mail, with no changes allowed`.
fn without_denied(text: &str) -> String {
    let is_denial =
        |word: &str| matches!(word.to_ascii_lowercase().as_str(), "no" | "not" | "never" | "without");
    let mut denied = false;
    let mut kept = Vec::new();
    for word in text.split_whitespace() {
        denied |= is_denial(word);
        if !denied {
            kept.push(word);
        }
        // It goes on to the end of its part of the sentence.
        denied &= !word.ends_with([',', ';', '.', ':']);
    }
    kept.join(" ")
}

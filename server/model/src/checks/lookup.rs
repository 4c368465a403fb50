//! Which types there are, and what a misspelt one was most likely meant to be.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use connector_catalogue::nearest::{Letters, is_one_slip, may_be_near, nearest_few};
use connector_catalogue::{Catalogue, as_ascii, is_other_service, is_version, split_words};

use crate::facts::KnownTypes;

/// Words that people put before or after a service's name and that say whose it is; in lower case.
const COMPANIES: &[&str] =
    &["google", "g", "microsoft", "ms", "office365", "meta", "workspace", "cloud", "intuit", "atlassian"];
/// What begins the names of a company's products, with the company as the provider of its types.
const OWNERS: [(&str, &str); 3] =
    [("google", "google"), ("microsoft", "microsoft"), ("office365", "microsoft")];
/// The same of words that say what it is.
const KINDS: &[&str] = &[
    "account",
    "api",
    "app",
    "auth",
    "business",
    "client",
    "connector",
    "crm",
    "integration",
    "login",
    "oauth",
    "oauth2",
    "online",
    "plugin",
    "rest",
    "sdk",
    "service",
    "user",
];
/// The same of words that say whose it is, or of which kind; only where they stand by themselves.
const WORDS_BESIDE: &[&str] = &[
    "base44",
    "beta",
    "connectors",
    "dev",
    "development",
    "for",
    "graphql",
    "integrations",
    "js",
    "mcp",
    "my",
    "node",
    "npm",
    "official",
    "prod",
    "production",
    "sandbox",
    "server",
    "staging",
    "test",
    "the",
    "type",
    "web",
    "webhooks",
];
/// What the addresses of services end with, and the names of files.
const ENDINGS: &[&str] =
    &[".app", ".co", ".com", ".dev", ".io", ".net", ".org", ".so", ".jsonc", ".json5", ".json"];
/// So many suggestions help; more confuse.
const MAX_SUGGESTIONS: usize = 3;
/// Of a shorter name a slip makes another word.
const MIN_NEAR: usize = 3;
/// The same of a name that is not the type's own.
const MIN_NEAR_ALIAS: usize = 6;
/// A longer text, in bytes, names no type.
const MAX_NAME: usize = 100;

/// A type that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeSuggestion {
    /// What to write.
    pub name: String,
    /// Whether the two are one word but for case and what separates its parts.
    pub same_word: bool,
}

/// The types that are near, the nearest first; of those that the platform has, where it has said so.
pub(crate) fn suggest_type(typed: &str, known: Option<&KnownTypes>) -> Vec<TypeSuggestion> {
    let ascii = as_ascii(typed);
    let written = Written::of(ascii.as_deref().unwrap_or(typed));
    if written.plain.is_empty() || typed.len() > MAX_NAME {
        return Vec::new();
    }
    let names: Vec<&str> = match known {
        Some(known) => known.names().collect(),
        None => Catalogue::get().types().iter().map(|ty| ty.name).collect(),
    };
    let named: Vec<Cow<'_, Named<'_>>> = names
        .into_iter()
        .map(|name| CATALOGUE.get(name).map_or_else(|| Cow::Owned(Named::of(name)), Cow::Borrowed))
        .collect();
    if let Some(same) = named.iter().find(|one| one.is_spelled(&written.plain)) {
        return vec![TypeSuggestion { name: same.name.to_owned(), same_word: true }];
    }
    // What people call it, with and without what they put around it; then a slip in one of those.
    for reading in written.readings() {
        let called = named.iter().filter(|one| one.called.iter().any(|name| name == reading));
        let called: Vec<&str> = called.map(|one| one.name).collect();
        if !called.is_empty() {
            return suggestions(called);
        }
        if is_other_service(reading) {
            return Vec::new();
        }
    }
    let in_other_order = named.iter().filter(|one| one.sorted.contains(&written.sorted));
    let in_other_order: Vec<&str> = in_other_order.map(|one| one.name).collect();
    if !in_other_order.is_empty() {
        return suggestions(in_other_order);
    }
    let of_product = named.iter().filter(|one| one.products.iter().any(|name| written.has_product(name)));
    let of_product = of_product.filter(|one| !written.is_of_another_company(one.name));
    let mut of_product: Vec<&str> = of_product.map(|one| one.name).collect();
    // Of the types of one product, the one whose name stands there: `meta_ads cloud`.
    of_product.sort_by_key(|name| !written.plain.contains(&plain(name)));
    if !of_product.is_empty() {
        return suggestions(of_product);
    }
    // What cannot be a type's name is none that nobody told us of: a type that it names is the one that is meant.
    // A slip in all of it is nearer than what one of its words names: `Met Ads` is no product's `Ads`.
    let found = [one_slip_away, named_within].into_iter().filter(|_| !can_be_type(typed));
    let found = found.map(|find| find(&written, &named)).find(|found| !found.is_empty());
    suggestions(found.unwrap_or_else(|| misspelt(&written, &named)))
}

/// The types that are called as a text is but for one slip.
fn one_slip_away<'a>(written: &Written, named: &[Cow<'_, Named<'a>>]) -> Vec<&'a str> {
    let is_near = |name: &String| name.len() >= MIN_NEAR_ALIAS && is_one_slip(&written.plain, name);
    named.iter().filter(|one| one.called.iter().any(is_near)).map(|one| one.name).collect()
}

/// Whether a text can be a type at all.
pub(super) fn can_be_type(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The type that whole words of a text name, by the most words and then the first: `Slack Web API`,
/// `https://slack.com`, `Facebook Instagram Business`.
fn named_within<'a>(written: &Written, named: &[Cow<'_, Named<'a>>]) -> Vec<&'a str> {
    let mut words = written.words.clone();
    words.retain(|word| !matches!(word.as_str(), "http" | "https" | "www"));
    let (mut most, mut meant) = (0, Vec::new());
    for start in 0..words.len() {
        for end in (start + most + 1..=words.len()).rev() {
            let name = words.get(start..end).unwrap_or_default().concat();
            // A short name may be a word of anything, but where it begins the text.
            if name.len() < MIN_NEAR && start > 0 {
                continue;
            }
            let is_so = |one: &&Cow<'_, Named<'a>>| {
                one.called.iter().chain(&one.products).any(|other| *other == name)
            };
            let found: Vec<&str> = named.iter().filter(is_so).map(|one| one.name).collect();
            if !found.is_empty() {
                (most, meant) = (end - start, found);
                break;
            }
        }
    }
    meant
}

fn suggestions(names: Vec<&str>) -> Vec<TypeSuggestion> {
    let mut found: Vec<&str> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    let suggestion = |name: &str| TypeSuggestion { name: name.to_owned(), same_word: false };
    found.into_iter().take(MAX_SUGGESTIONS).map(suggestion).collect()
}

/// What the types of the catalogue are called. Made once: every unknown type of every file is held against them.
static CATALOGUE: LazyLock<HashMap<&'static str, Named<'static>>> =
    LazyLock::new(|| Catalogue::get().types().iter().map(|ty| (ty.name, Named::of(ty.name))).collect());

/// A type, and what it is called.
#[derive(Clone)]
struct Named<'a> {
    name: &'a str,
    /// Its name, what people call it, and what else they do, as letters and digits alone.
    called: Vec<String>,
    /// The letters of those.
    letters: Vec<Letters>,
    /// The same without whose it is.
    products: Vec<String>,
    /// The words of all that it is called, in the order of the alphabet.
    sorted: Vec<String>,
    /// How many of `called` are its name in full.
    spellings: usize,
}

impl<'a> Named<'a> {
    fn of(name: &'a str) -> Self {
        let ty = Catalogue::get().find(name);
        let full = [name].into_iter().chain(ty.map(|ty| ty.display_name));
        let spellings = full.clone().count();
        let aliases = ty.map(|ty| ty.aliases).unwrap_or_default();
        let all = full.clone().chain(aliases.iter().copied());
        let sorted = all.clone().map(|name| sorted(name, &[])).collect();
        let called: Vec<String> = all.map(plain).collect();
        let letters = called.iter().map(|name| Letters::of(name)).collect();
        let products =
            full.flat_map(|name| [without(name, &[COMPANIES, KINDS]), core(&plain(name)).to_owned()]);
        Self { name, called, letters, products: products.collect(), sorted, spellings }
    }

    /// Whether a plain name is its name, but for case and what separates the words.
    fn is_spelled(&self, plain: &str) -> bool {
        self.called.iter().take(self.spellings).any(|name| name == plain)
    }
}

/// What was written for a type, with less and less around it.
struct Written {
    /// Its words, as they stand.
    words: Vec<String>,
    /// All letters and digits.
    plain: String,
    /// Without versions and words for what it is, where those stand by themselves.
    bare: String,
    /// The same where they are written together with the name.
    stripped: String,
    /// Without whose it is, too, in both ways.
    products: [String; 2],
    /// The words without those for what it is, in the order of the alphabet.
    sorted: String,
}

impl Written {
    fn of(typed: &str) -> Self {
        let words = split_words(typed);
        let typed = without_ending(typed);
        let plain = plain(typed);
        let stripped = strip(&plain, KINDS).to_owned();
        let products = [without(typed, &[COMPANIES, KINDS, WORDS_BESIDE]), core(&plain).to_owned()];
        let around = [KINDS, WORDS_BESIDE];
        Self {
            words,
            bare: without(typed, &around),
            stripped,
            products,
            sorted: sorted(typed, &around),
            plain,
        }
    }

    /// What may be a name, the least changed first.
    fn readings(&self) -> impl Iterator<Item = &str> {
        [&self.plain, &self.bare, &self.stripped, &self.products[0]].into_iter().map(String::as_str)
    }

    /// Whether it begins with the name of a company whose type this is not: `Office 365 mail` is no `gmail`.
    fn is_of_another_company(&self, name: &str) -> bool {
        let provider = Catalogue::get().find(name).map(|ty| ty.provider.as_str());
        let company = OWNERS.iter().find(|(word, _)| self.plain.starts_with(word));
        company.is_some_and(|(_, owner)| provider.is_some_and(|provider| provider != *owner))
    }

    fn has_product(&self, name: &str) -> bool {
        self.products.iter().any(|product| product == name)
    }
}

/// The types in whose names there is a slip: of the readings, the first that is near to any counts.
fn misspelt<'a>(written: &Written, named: &[Cow<'_, Named<'a>>]) -> Vec<&'a str> {
    let words = |reading: &str| {
        let may_be_near = may_be_near(reading);
        let mut words: Vec<(&str, &str)> = Vec::new();
        for one in named {
            for (index, (word, letters)) in one.called.iter().zip(&one.letters).enumerate() {
                let least = if index == 0 { MIN_NEAR } else { MIN_NEAR_ALIAS };
                if word.len() >= least && may_be_near(*letters) {
                    words.push((word, one.name));
                }
            }
        }
        words
    };
    let near = |reading: &str| {
        let words = words(reading);
        let near = nearest_few(reading, words.iter().map(|(word, _)| *word), MAX_SUGGESTIONS);
        near.into_iter()
            .filter_map(|near| words.iter().find(|(word, _)| *word == near))
            .map(|(_, name)| *name)
            .collect()
    };
    // Most names read the same in every way.
    let mut readings: Vec<&str> = written.readings().filter(|reading| reading.len() >= MIN_NEAR).collect();
    readings.dedup();
    readings.into_iter().map(near).find(|near: &Vec<&str>| !near.is_empty()).unwrap_or_default()
}

/// A name without versions and without some words, as letters and digits; all of it if nothing is left.
fn without(name: &str, words: &[&[&str]]) -> String {
    words_without(name, words).concat()
}

/// The same with its words in the order of the alphabet.
fn sorted(name: &str, words: &[&[&str]]) -> String {
    let mut left = words_without(name, words);
    left.sort_unstable();
    left.concat()
}

fn words_without(name: &str, words: &[&[&str]]) -> Vec<String> {
    let mut all = split_words(name);
    let is_left_out =
        |word: &String| is_version(word) || words.iter().any(|words| words.contains(&word.as_str()));
    if !all.iter().all(is_left_out) {
        all.retain(|word| !is_left_out(word));
    }
    all
}

/// A name without what a service's address or a file has after it: `slack.com`, `slack.jsonc`.
fn without_ending(name: &str) -> &str {
    let name = name.trim_matches(|letter: char| !letter.is_alphanumeric());
    let rest = |ending: &&str| {
        let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0)?;
        let (rest, end) = name.split_at_checked(at)?;
        end.eq_ignore_ascii_case(ending).then_some(rest)
    };
    ENDINGS.iter().find_map(rest).unwrap_or(name)
}

/// The letters and digits of a name, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A plain name without words before and after it that say what and whose it is.
fn core(name: &str) -> &str {
    strip(strip(name, KINDS), COMPANIES)
}

/// A plain name without a version, and without one of the words before and one after it; all of it where too little
/// would be left.
fn strip<'a>(name: &'a str, words: &[&str]) -> &'a str {
    let unversioned = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let name = match unversioned.len() < name.len() {
        true => Some(unversioned.trim_end_matches('v')).filter(|rest| !rest.is_empty()).unwrap_or(name),
        false => name,
    };
    let long_enough = |rest: &&str| rest.len() >= MIN_NEAR;
    let longest =
        |rests: &mut dyn Iterator<Item = &'a str>| rests.filter(long_enough).min_by_key(|rest| rest.len());
    let name = longest(&mut words.iter().filter_map(|word| name.strip_prefix(word))).unwrap_or(name);
    longest(&mut words.iter().filter_map(|word| name.strip_suffix(word))).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(typed: &str) -> Vec<String> {
        suggest_type(typed, None).into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn what_people_call_a_service_leads_to_its_type() {
        for (typed, meant) in [
            ("Slack", "slack"),
            ("google-calendar", "googlecalendar"),
            ("Google Calendar", "googlecalendar"),
            ("calendar", "googlecalendar"),
            ("gcalendar", "googlecalendar"),
            ("Slack Bot", "slackbot"),
            ("slack_user", "slack"),
            ("teams", "microsoft_teams"),
            ("ms-teams", "microsoft_teams"),
            ("onedrive", "one_drive"),
            ("SharePoint", "share_point"),
            ("microsoft_outlook", "outlook"),
            ("bigquery", "googlebigquery"),
            ("search_console", "google_search_console"),
            ("hubspot_crm", "hubspot"),
            ("huggingface", "hugging_face"),
            ("salseforce", "salesforce"),
            ("gihtub", "github"),
            ("slak", "slack"),
            ("facebook_ads", "meta_ads"),
            ("Facebook Ads", "meta_ads"),
            ("fb", "facebook_pages"),
            ("ga4", "google_analytics"),
            ("google spreadsheets", "googlesheets"),
            ("Google Calendar API v3", "googlecalendar"),
            ("slack v2", "slack"),
            ("hubspot_api_v3", "hubspot"),
            ("twitter", "x"),
            ("twiter", "x"),
            ("office 365", "outlook"),
            ("gsuite", "googleworkspace"),
            ("atlassian", "jira"),
            ("slack.jsonc", "slack"),
            ("googleads.json", "googleads"),
            ("@base44/gmail", "gmail"),
            ("type: box", "box"),
            ("hubspot_prod", "hubspot"),
            ("pages_facebook", "facebook_pages"),
            ("ads-meta", "meta_ads"),
            ("intuit_quickbooks", "quickbooks"),
            ("gm\u{430}il", "gmail"),
            ("https://slack.com", "slack"),
            ("https://api.box.com/2.0", "box"),
            ("googleads@latest", "googleads"),
            ("slack&nbsp;", "slack"),
            ("Slack Web API", "slack"),
            ("Slack Bvot", "slackbot"),
            ("Met Ads", "meta_ads"),
            ("stripe payments", "stripe"),
            ("Outlook Calendar", "outlook"),
            ("Office 365 mail", "outlook"),
            ("x@latest", "x"),
            ("meta_ads cloud", "meta_ads"),
            ("asana-mcp", "asana"),
            ("outlook_calendar", "outlook"),
            ("Facebook Instagram Business", "instagram"),
            ("stripe_payments", "stripe"),
            ("asannnna", "asana"),
        ] {
            assert_eq!(suggested(typed).first().map(String::as_str), Some(meant), "{typed}");
        }
    }

    #[test]
    fn a_name_of_its_own_leads_nowhere() {
        for typed in [
            "acme_crm",
            "inventory",
            "my_warehouse",
            "erp",
            "hr",
            "a",
            "discourse",
            "linearb",
            "google_maps",
            "googlechat",
            "microsoft_todo",
            "slackware",
            "",
            "___",
        ] {
            assert_eq!(suggested(typed), Vec::<String>::new(), "{typed}");
        }
    }

    #[test]
    fn what_the_platform_has_is_suggested_and_nothing_else() {
        let known = KnownTypes { names: vec!["acme".to_owned(), "slackbot".to_owned()] };
        let suggested =
            |typed: &str| suggest_type(typed, Some(&known)).into_iter().next().map(|one| one.name);
        assert_eq!(suggested("Acme").as_deref(), Some("acme"));
        assert_eq!(suggested("slackbt").as_deref(), Some("slackbot"));
        assert_eq!(suggested("notoin"), None);
        assert_eq!(suggested("strip").as_deref(), Some("stripe"));
        assert!(known.contains("stripe") && !known.contains("slack"));
    }
}

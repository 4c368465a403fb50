//! Which types there are, and what a misspelt one was most likely meant to be.

use connector_catalogue::nearest::{nearest, nearest_few};
use connector_catalogue::{Catalogue, ConnectorType, is_other_service, split_words};

use crate::facts::KnownTypes;

/// Words that people put before or after a service's name, or leave out; in lower case.
const VENDOR_WORDS: &[&str] = &[
    "google",
    "g",
    "microsoft",
    "ms",
    "office365",
    "meta",
    "app",
    "api",
    "oauth",
    "connector",
    "integration",
    "v2",
    "v3",
    "crm",
    "cloud",
    "account",
    "workspace",
    "v1",
    "business",
    "user",
];

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
    let names: Vec<&str> = match known {
        Some(known) => known.names().collect(),
        None => Catalogue::get().types().iter().map(|ty| ty.name).collect(),
    };
    let plain_typed = plain(typed);
    if plain_typed.is_empty() || plain_typed.len() > 100 {
        return Vec::new();
    }
    let ty = |name: &str| Catalogue::get().find(name);
    let display_name = |name: &str| ty(name).map(|ty: &ConnectorType| plain(ty.display_name));
    let is_same =
        |name: &&&str| plain(name) == plain_typed || display_name(name).as_ref() == Some(&plain_typed);
    if let Some(same) = names.iter().find(is_same) {
        return vec![TypeSuggestion { name: (*same).to_owned(), same_word: true }];
    }
    // What people call it, then what it is called without the words that anything is called with, then a slip.
    let aliases = |name: &str| ty(name).map(|ty| ty.aliases).unwrap_or_default();
    let bare_typed = bare(typed);
    let called = |typed: &str, of: fn(&str) -> String| {
        let is_called = |name: &&str| aliases(name).iter().any(|alias| of(alias) == typed);
        names.iter().copied().filter(is_called).collect::<Vec<_>>()
    };
    let by_alias = match called(&plain_typed, plain) {
        exact if !exact.is_empty() => exact,
        _ => called(&bare_typed, bare),
    };
    if by_alias.is_empty() && is_other_service(&plain_typed) {
        return Vec::new();
    }
    let by_vendor = names.iter().copied().filter(|name| {
        let of_name = |name: &str| core(&plain(name)) == core(&plain_typed) || bare(name) == bare_typed;
        of_name(name) || ty(name).is_some_and(|ty| bare(ty.display_name) == bare_typed)
    });
    let near = nearest_few(typed, names.iter().copied().filter(|name| name.len() >= MIN_NEAR), 3);
    // A slip in a longer name that people have for it.
    let near_alias = names.iter().copied().filter(|name| {
        let long = aliases(name).iter().copied().filter(|alias| alias.len() >= MIN_NEAR_ALIAS);
        nearest(&plain_typed, long).is_some()
    });
    let mut found: Vec<&str> = Vec::new();
    let near: Vec<&str> = near.into_iter().chain(near_alias).collect();
    let by_name: Vec<&str> = by_alias.into_iter().chain(by_vendor).collect();
    // Who calls it by a name does not misspell another.
    for name in if by_name.is_empty() { near } else { by_name } {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found.into_iter().take(3).map(|name| TypeSuggestion { name: name.to_owned(), same_word: false }).collect()
}

/// Of a shorter name a slip makes another word.
const MIN_NEAR: usize = 3;
/// The same of a name that is not the type's own.
const MIN_NEAR_ALIAS: usize = 6;

/// A name without versions and the words that say whose or what it is, in lower case; all of it if nothing is left.
fn bare(name: &str) -> String {
    let is_version = |word: &str| {
        let digits = word.strip_prefix('v').unwrap_or(word);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let words: Vec<String> = split_words(name);
    let telling: String = words
        .iter()
        .filter(|word| !VENDOR_WORDS.contains(&word.as_str()) && !is_version(word))
        .cloned()
        .collect();
    if telling.len() < MIN_NEAR { words.concat() } else { telling }
}

/// The letters and digits of a name, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A plain name without a word before and after it that says whose service it is.
fn core(name: &str) -> &str {
    let long_enough = |rest: &&str| rest.len() >= 4;
    let strip = |name, strip: fn(&'_ str, &str) -> Option<usize>| {
        VENDOR_WORDS.iter().filter_map(|word| strip(name, word)).max().unwrap_or_default()
    };
    let before = strip(name, |name, word| name.starts_with(word).then_some(word.len()));
    let name = name.get(before..).filter(long_enough).unwrap_or(name);
    let after = strip(name, |name, word| name.ends_with(word).then_some(word.len()));
    name.get(..name.len() - after).filter(long_enough).unwrap_or(name)
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
        ] {
            assert_eq!(suggested(typed).first().map(String::as_str), Some(meant), "{typed}");
        }
    }

    #[test]
    fn a_name_of_its_own_leads_nowhere() {
        for typed in
            ["acme_crm", "inventory", "my_warehouse", "erp", "hr", "a", "discourse", "linearb", "", "___"]
        {
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

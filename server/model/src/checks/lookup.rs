//! Which types there are, and what a misspelt one was most likely meant to be.

use connector_catalogue::nearest::nearest_few;
use connector_catalogue::{Catalogue, ConnectorType};

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
    let display_name =
        |name: &str| Catalogue::get().find(name).map(|ty: &ConnectorType| plain(ty.display_name));
    let is_same =
        |name: &&&str| plain(name) == plain_typed || display_name(name).as_ref() == Some(&plain_typed);
    if let Some(same) = names.iter().find(is_same) {
        return vec![TypeSuggestion { name: (*same).to_owned(), same_word: true }];
    }
    let by_vendor = names.iter().copied().filter(|name| core(&plain(name)) == core(&plain_typed));
    let mut found: Vec<&str> = Vec::new();
    for name in by_vendor.chain(nearest_few(typed, names.iter().copied(), 3)) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found.into_iter().take(3).map(|name| TypeSuggestion { name: name.to_owned(), same_word: false }).collect()
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
        ] {
            assert_eq!(suggested(typed).first().map(String::as_str), Some(meant), "{typed}");
        }
    }

    #[test]
    fn a_name_of_its_own_leads_nowhere() {
        for typed in ["acme_crm", "inventory", "my_warehouse", "erp", "", "___"] {
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

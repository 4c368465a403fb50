//! Google: scopes are addresses, and one consent covers every product.

use std::borrow::Cow;

use super::{Habits, OwnList};
use crate::{ConnectorType, GOOGLE, Scope, search};

/// What most of its scopes begin with.
const ADDRESS: &str = "https://www.googleapis.com/auth/";

/// The short names by which OpenID Connect knows what Google also grants by address.
const IDENTITY: &[(&str, &str)] = &[
    ("https://www.googleapis.com/auth/userinfo.email", "email"),
    ("https://www.googleapis.com/auth/userinfo.profile", "profile"),
];

pub(super) struct Google;

impl Habits for Google {
    fn display_name(&self) -> Option<&'static str> {
        Some("Google")
    }

    fn grants_across_types(&self) -> bool {
        true
    }

    fn has_spellings(&self) -> bool {
        true
    }

    fn knows_all_written_like(&self, ty: &ConnectorType, name: &str) -> bool {
        // Its scopes are addresses, and those of one product begin alike.
        let product =
            |name: &'static str| Some(name.strip_prefix(ADDRESS)?.split('.').next().unwrap_or_default());
        let products = || ty.scopes.iter().filter_map(|scope| product(scope.name));
        let written = name.strip_prefix(ADDRESS).and_then(|rest| rest.split('.').next());
        !name.contains("://") || written.is_some_and(|written| products().any(|product| product == written))
    }

    fn has_addresses(&self) -> bool {
        true
    }

    fn spelling_key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        listed(name).map_or(Cow::Borrowed(name), Cow::Borrowed)
    }

    fn effect_key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let key = self.spelling_key(name);
        match IDENTITY.iter().find(|(address, _)| *address == key) {
            Some((_, short)) => Cow::Borrowed(short),
            None => key,
        }
    }

    fn find_respelled(&self, ty: &'static ConnectorType, name: &str) -> Option<&'static Scope> {
        listed(name).filter(|own| *own != name).and_then(|own| ty.find_scope(own))
    }

    fn in_own_list(&self, _ty: &ConnectorType, name: &str) -> Option<OwnList> {
        listed(name).map(|_| OwnList::Listed("Google", None))
    }

    fn own_list(&self) -> Box<dyn Iterator<Item = &'static str>> {
        Box::new(GOOGLE.iter().copied())
    }

    fn address_words(&self) -> &'static [&'static str] {
        &["https", "http", "www", "googleapis", "google", "com", "auth", "oauth", "scopes", "scope"]
    }

    fn synonym<'a>(&self, word: &'a str) -> &'a str {
        match word {
            "sheet" | "sheets" => "spreadsheets",
            "doc" | "docs" => "documents",
            "slide" | "slides" => "presentations",
            _ => word,
        }
    }
}

/// Google's own spelling of a scope that some API of it has.
fn listed(name: &str) -> Option<&'static str> {
    let found = |name: &str| {
        let index = search(GOOGLE, name, |name| name)?;
        GOOGLE.get(index).copied().filter(|found| *found == name)
    };
    // The two oldest are written with and without a slash at the end.
    found(name).or_else(|| name.strip_suffix("/feeds/").and_then(|_| found(name.trim_end_matches('/'))))
}

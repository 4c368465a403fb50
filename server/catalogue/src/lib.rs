//! What is known of connector types and their scopes, from the files in `schemas/`.
//!
//! The build script turns the schemas into static tables: nothing is parsed at start-up, and what makes look-ups
//! fast is put on the heap only for the types that are asked for.

mod combine;
mod cover;
mod describe;
pub mod endpoints;
mod look_alikes;
mod markup;
pub mod nearest;
pub mod order;
mod owners;
mod positions;
mod providers;
mod resolve;
mod suggest;
mod words;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::OnceLock;

pub use combine::{Combination, CombinationKind, Conflict, conflicts};
pub use cover::Listed;
pub use look_alikes::as_ascii;
pub use markup::decoded;
use regex_lite::Regex;
use resolve::is_list_mark;
pub use resolve::{
    Certainty, Elsewhere, Part, Resolution, ResolvedScope, is_in_no_table, resolve, resolve_one,
    resolve_unlisted, split_joined, split_list,
};
use serde::Serialize;
use suggest::Candidates;
pub use suggest::{Mismatch, Suggestion};
pub use words::{is_version, split_words};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// Every known type.
#[derive(Debug)]
pub struct Catalogue {
    types: &'static [ConnectorType],
}

/// A service that a connector can be of.
#[derive(Debug)]
pub struct ConnectorType {
    /// What stands in a file's `type`: `google_analytics`.
    pub name: &'static str,
    /// What people call it: `Google Analytics`.
    pub display_name: &'static str,
    /// What a connector of this type is for, in a sentence.
    pub description: &'static str,
    /// Who grants its scopes: Google stands behind a dozen types.
    pub provider: Provider,
    /// Where the provider explains the scopes.
    pub scope_docs: &'static str,
    /// Whether `scopes` are all there are. If not, others may be as good.
    pub complete: bool,
    /// What scopes that carry a parameter look like.
    pub pattern: Option<ScopePattern>,
    /// What else people call it, as they write it: `google spreadsheets`.
    pub aliases: &'static [&'static str],
    /// Its scopes that do not go together.
    pub combinations: &'static [Combination],
    /// Where these facts come from.
    pub sources: &'static [Source],
    /// Its scopes, ordered without regard to ASCII case.
    pub scopes: &'static [Scope],
    /// The index of each scope by its name, once one was looked up.
    indexes: OnceLock<foldhash::HashMap<&'static str, usize>>,
    /// The key of each scope, once one was asked for.
    keys: OnceLock<Box<[Cow<'static, str>]>>,
    /// The keys of the scopes that only sign a person in.
    identity_keys: OnceLock<Box<[Cow<'static, str>]>>,
    /// What an unknown scope is compared with, once there was one.
    candidates: OnceLock<Candidates>,
}

/// What a type's scopes with a parameter look like.
#[derive(Debug)]
pub struct ScopePattern {
    /// A regular expression, anchored at both ends.
    pub regex: &'static str,
    /// What such a scope allows, in a sentence.
    pub summary: &'static str,
    /// The same, once it was needed.
    compiled: OnceLock<Option<Regex>>,
}

impl ScopePattern {
    /// Whether a name looks like that.
    pub fn matches(&self, name: &str) -> bool {
        let regex = self.compiled.get_or_init(|| Regex::new(self.regex).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(name))
    }
}

/// Where facts about a type come from.
#[derive(Debug)]
pub struct Source {
    /// What is found there.
    pub what: &'static str,
    /// The address.
    pub url: &'static str,
}

/// A permission that a connector can ask for.
#[derive(Debug)]
pub struct Scope {
    /// What stands in a file's `scopes`.
    pub name: &'static str,
    /// What it allows, in a few words.
    pub summary: &'static str,
    /// How carefully the provider guards it; none where the provider has no such classes.
    pub sensitivity: Option<Sensitivity>,
    /// The scopes of the same type that it includes, as the provider's documentation states them.
    pub covers: &'static [&'static str],
    /// The same through every step, as indexes in the type's table.
    covered: &'static [u16],
    /// Whether the provider has retired it.
    pub deprecated: bool,
    /// What to use in place of a retired one.
    pub replaced_by: Option<&'static str>,
}

/// How carefully a provider guards a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Granted without further ado.
    NonSensitive,
    /// The provider verifies the app first.
    Sensitive,
    /// Needs the provider's review, or an administrator's consent.
    Restricted,
}

/// A delegated permission of Microsoft Graph.
#[derive(Debug)]
pub struct GraphPermission {
    /// Its short name: `Mail.Send`.
    pub name: &'static str,
    /// Whether an administrator must consent.
    pub admin_consent: bool,
    /// Whether personal Microsoft accounts have it.
    pub personal_accounts: bool,
}

impl Catalogue {
    /// The catalogue that this product ships.
    pub fn get() -> &'static Catalogue {
        static CATALOGUE: Catalogue = Catalogue { types: &TYPES };
        &CATALOGUE
    }

    /// Every type, ordered by name.
    pub fn types(&self) -> &'static [ConnectorType] {
        self.types
    }

    /// The type of exactly this name.
    pub fn find(&self, name: &str) -> Option<&'static ConnectorType> {
        search(self.types, name, |ty| ty.name).map(|index| &self.types[index]).filter(|ty| ty.name == name)
    }
}

impl ConnectorType {
    /// The scope of exactly this name.
    pub fn find_scope(&self, name: &str) -> Option<&'static Scope> {
        self.scopes.get(self.scope_index(name)?)
    }

    /// The index in `scopes` of the one of exactly this name.
    fn scope_index(&self, name: &str) -> Option<usize> {
        let indexes = self.indexes.get_or_init(|| {
            self.scopes.iter().enumerate().map(|(index, scope)| (scope.name, index)).collect()
        });
        indexes.get(name).copied()
    }

    /// What tells one scope from another: it is the same for all names that the provider grants the same for, be
    /// they spellings (`Mail.Read` and `https://graph.microsoft.com/mail.read`) or aliases (`email` and Google's
    /// address for it), and another for all others.
    pub fn scope_key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.provider.habits().effect_key(name)
    }

    /// The keys of `scopes`, in their order.
    pub(crate) fn scope_keys(&self) -> &[Cow<'static, str>] {
        self.keys.get_or_init(|| self.scopes.iter().map(|scope| self.scope_key(scope.name)).collect())
    }

    /// Whether two names are one scope to the provider.
    pub fn is_same_scope(&self, left: &str, right: &str) -> bool {
        left == right || self.scope_key(left) == self.scope_key(right)
    }

    /// A scope's name in the form of another written one: `Mail.Send` after a Microsoft long form is one too.
    pub fn in_form_of(&self, name: &'static str, written: &str) -> Cow<'static, str> {
        self.provider.habits().in_form_of(name, written)
    }

    /// The scope of this name in whatever ASCII case.
    pub fn find_scope_ignoring_case(&self, name: &str) -> Option<&'static Scope> {
        search(self.scopes, name, |scope| scope.name).map(|index| &self.scopes[index])
    }

    /// Whether the provider has scopes at all: some grant everything, or decide elsewhere.
    pub fn takes_scopes(&self) -> bool {
        !self.scopes.is_empty() || !self.complete
    }
}

/// Whether a name, in small letters and digits, is that of a well-known service that is no type.
pub fn is_other_service(name: &str) -> bool {
    OTHER_SERVICES.binary_search(&name).is_ok()
}

/// Looks a name up in a table that is ordered without regard to ASCII case.
fn search<T>(table: &[T], name: &str, name_of: impl Fn(&T) -> &str) -> Option<usize> {
    table.binary_search_by(|item| compare_ignoring_case(name_of(item), name)).ok()
}

fn compare_ignoring_case(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    // Most of what is compared begins alike, so case is only looked at where two differ.
    for (one, other) in left.iter().zip(right).filter(|(one, other)| one != other) {
        match one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase()) {
            Ordering::Equal => {}
            different => return different,
        }
    }
    left.len().cmp(&right.len())
}

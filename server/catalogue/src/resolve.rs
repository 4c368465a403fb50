//! What the scopes of a connector's list are to its type.

use std::collections::HashSet;

use crate::cover::mark_covered;
use crate::owners;
use crate::positions::Positions;
use crate::providers::OwnList;
use crate::suggest::{Corrector, Mismatch, Suggestion};
use crate::{ConnectorType, Provider, Scope, Sensitivity};

/// So many unknown scopes of one list are compared with the known ones: more are no slips of the hand, and each is
/// compared with all of the type's.
const MAX_COMPARED: usize = 300;

/// Names that so many services have that they point to none.
const COMMON_NAMES: &[&str] = &[
    "address",
    "default",
    "email",
    "offline_access",
    "openid",
    "phone",
    "profile",
    "public_profile",
    "refresh_token",
];

/// One scope of a list.
#[derive(Clone, Debug)]
pub struct ResolvedScope {
    /// Whether it is a scope of the type, and if not, what it is.
    pub resolution: Resolution,
    /// The position in the list, before this one, of the same scope in whatever spelling.
    pub duplicate_of: Option<usize>,
    /// The position in the list of a scope that allows all that this one does.
    pub covered_by: Option<usize>,
}

/// What a scope is to its connector's type.
#[derive(Clone, Debug)]
pub enum Resolution {
    /// A scope of the type, in any of its spellings.
    Known(&'static Scope),
    /// What the type's scopes with a parameter look like.
    Pattern,
    /// No scope of the type, but one of another type or service.
    KnownElsewhere(Box<Elsewhere>),
    /// No scope, but near some; the nearest first.
    Misspelt(Vec<Suggestion>),
    /// Several scopes in one string, with commas or blanks between them; each with where it begins in the string, in bytes.
    Joined(Vec<Part>),
    /// Nothing but blanks.
    Blank,
    /// The type takes no scopes at all.
    NotUsed,
    /// Nothing is known of it. It may be right unless the type's scopes are all known.
    Unknown {
        /// Whether the type's scopes are all known.
        complete: bool,
    },
}

/// Whose scope it is that is not the type's own.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The types that have it; none if only the provider's own list does.
    pub types: Vec<&'static ConnectorType>,
    /// Who grants it: `Google`, `Microsoft Graph`.
    pub service: Option<&'static str>,
    /// What is known of it.
    pub scope: Option<&'static Scope>,
    /// Whether the provider grants it to this type as well.
    pub granted: bool,
    /// How carefully it is guarded, as far as that is known.
    pub sensitivity: Option<Sensitivity>,
    /// Whether the type's own scopes are all known, as far as they are written like this one.
    complete: bool,
}

/// One of several scopes in one string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The scope.
    pub name: String,
    /// Where it begins in the string, in bytes.
    pub start: usize,
}

/// How sure it is that a provider refuses a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The provider accepts it, or may.
    Unsure,
    /// The provider's list of scopes is complete and this is none of them, or it is no scope's name at all.
    Sure,
}

impl ResolvedScope {
    /// How sure it is that the provider refuses an unknown scope; none where the scope is as it should be, or where
    /// something else is wrong with it.
    pub fn certainty(&self) -> Option<Certainty> {
        match &self.resolution {
            Resolution::Known(_) | Resolution::Pattern | Resolution::NotUsed => None,
            Resolution::KnownElsewhere(elsewhere) if elsewhere.granted || !elsewhere.complete => {
                Some(Certainty::Unsure)
            }
            Resolution::Unknown { complete: false } => Some(Certainty::Unsure),
            Resolution::KnownElsewhere(_)
            | Resolution::Misspelt(_)
            | Resolution::Joined(_)
            | Resolution::Blank => Some(Certainty::Sure),
            Resolution::Unknown { complete: true } => Some(Certainty::Sure),
        }
    }

    /// How carefully the provider guards it, as far as that is known.
    pub fn sensitivity(&self) -> Option<Sensitivity> {
        match &self.resolution {
            Resolution::Known(scope) => scope.sensitivity,
            Resolution::KnownElsewhere(elsewhere) => elsewhere.sensitivity.filter(|_| elsewhere.granted),
            _ => None,
        }
    }

    /// What is known of the scope, whoever's it is.
    pub fn scope(&self) -> Option<&'static Scope> {
        match &self.resolution {
            Resolution::Known(scope) => Some(scope),
            Resolution::KnownElsewhere(elsewhere) => elsewhere.scope,
            _ => None,
        }
    }
}

/// Resolves every scope of a connector's list; the answers are in the list's order.
pub fn resolve(ty: &'static ConnectorType, names: &[&str]) -> Vec<ResolvedScope> {
    let corrector = Corrector::new(ty);
    let mut compared = 0;
    let mut first_positions = Positions::new(ty, names.len());
    let mut resolved: Vec<ResolvedScope> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let own_index = first_positions.own_index(ty, name);
        let first = match own_index {
            Some(own_index) => first_positions.first_of_own(own_index, index),
            None => first_positions.first(ty.provider.habits().spelling_key(name), index),
        };
        let again = resolved.get(first).filter(|_| names.get(first) == Some(name));
        let resolution = match (again, own_index.and_then(|own_index| ty.scopes.get(own_index))) {
            (Some(earlier), _) => earlier.resolution.clone(),
            (None, Some(scope)) => Resolution::Known(scope),
            (None, None) => known(ty, name).unwrap_or_else(|| {
                compared += 1;
                if compared > MAX_COMPARED {
                    Resolution::Unknown { complete: ty.complete }
                } else {
                    unknown(ty, name, &corrector)
                }
            }),
        };
        let duplicate_of = (first != index).then_some(first);
        resolved.push(ResolvedScope { resolution, duplicate_of, covered_by: None });
    }
    mark_covered(ty, names, &first_positions, &mut resolved);
    resolved
}

/// Resolves one scope by itself.
pub fn resolve_one(ty: &'static ConnectorType, name: &str) -> Resolution {
    known(ty, name).unwrap_or_else(|| unknown(ty, name, &Corrector::new(ty)))
}

/// What a name is that is in some table, or that stands out by its form.
fn known(ty: &'static ConnectorType, name: &str) -> Option<Resolution> {
    if !ty.takes_scopes() {
        return Some(Resolution::NotUsed);
    }
    if let Some(scope) = find(ty, name) {
        return Some(Resolution::Known(scope));
    }
    if name.trim().is_empty() {
        return Some(Resolution::Blank);
    }
    let parts = split_joined(name);
    if parts.len() > 1 {
        return Some(Resolution::Joined(parts));
    }
    if let Some(resolution) = known_to_provider(ty, name) {
        return Some(resolution);
    }
    // What Microsoft's long forms may say is in its own list, which is more than how they look.
    let pattern = ty.pattern.as_ref().filter(|_| ty.provider.habits().trusts_pattern())?;
    pattern.matches(name).then_some(Resolution::Pattern)
}

/// The type's scope of this name, in whatever spelling the provider reads.
pub(crate) fn find(ty: &'static ConnectorType, name: &str) -> Option<&'static Scope> {
    ty.find_scope(name).or_else(|| ty.provider.habits().find_respelled(ty, name))
}

/// The types of the same provider that have a scope, each with what it knows of it.
pub(crate) fn find_in_siblings(
    ty: &'static ConnectorType,
    name: &str,
) -> impl Iterator<Item = (&'static ConnectorType, &'static Scope)> {
    owners::having(name).filter(|(other, _)| other.provider == ty.provider)
}

/// What a name is that another type of the same provider has, or the provider's own list, or any of its forms.
fn known_to_provider(ty: &'static ConnectorType, name: &str) -> Option<Resolution> {
    let (types, scopes): (Vec<_>, Vec<_>) = find_in_siblings(ty, name).unzip();
    let scope: Option<&'static Scope> = scopes.first().copied();
    let habits = ty.provider.habits();
    let (service, sensitivity) = match habits.in_own_list(ty, name) {
        Some(OwnList::Pattern) => return Some(Resolution::Pattern),
        Some(OwnList::Listed(service, sensitivity)) => (Some(service), sensitivity),
        None if types.is_empty() => return None,
        None => (None, None),
    };
    Some(Resolution::KnownElsewhere(Box::new(Elsewhere {
        types,
        service,
        scope,
        granted: habits.grants_across_types(),
        sensitivity: scope.and_then(|scope| scope.sensitivity).or(sensitivity),
        complete: ty.complete,
    })))
}

/// What a name is that is in no table.
fn unknown(ty: &'static ConnectorType, name: &str, corrector: &Corrector) -> Resolution {
    let nothing = Resolution::Unknown { complete: knows_all_like(ty, name) };
    // Of other services' permissions there is no list: what looks like one may be one.
    if ty.provider.habits().is_of_unlisted_service(name) {
        return known_to_another_provider(ty, name).unwrap_or(nothing);
    }
    let suggestions = corrector.suggestions(name);
    // That a few letters differ says less than that another provider has just this scope.
    if suggestions.first().is_some_and(|first| first.mismatch < Mismatch::Letters) {
        return Resolution::Misspelt(suggestions);
    }
    match known_to_another_provider(ty, name) {
        Some(resolution) => resolution,
        None if suggestions.is_empty() => nothing,
        None => Resolution::Misspelt(suggestions),
    }
}

/// Whether all scopes are known that are written like this one.
fn knows_all_like(ty: &ConnectorType, name: &str) -> bool {
    ty.complete || ty.provider.habits().knows_all_written_like(name)
}

/// What a scope is of another provider's types, where its name is telling.
fn known_to_another_provider(ty: &ConnectorType, name: &str) -> Option<Resolution> {
    // A plain word may be a scope of anybody's: of whom all scopes are not known, it tells nothing.
    let telling = (ty.complete && name.len() >= 5) || name.contains([':', '.', '_', '-', '/']);
    if !telling || COMMON_NAMES.contains(&name) {
        return None;
    }
    let recognizes = |provider: Provider| provider != ty.provider && provider.habits().is_recognizable(name);
    let others = owners::having(name).filter(|(other, _)| recognizes(other.provider));
    let types: Vec<_> = others.map(|(other, _)| other).collect();
    let service = match types.as_slice() {
        [] => Some(Provider::ALL.iter().find_map(|provider| {
            match provider.habits().in_own_list(ty, name).filter(|_| recognizes(*provider))? {
                OwnList::Listed(service, _) => Some(service),
                OwnList::Pattern => provider.display_name(),
            }
        })?),
        _ => None,
    };
    let providers: HashSet<_> = types.iter().map(|other| other.provider).collect();
    if providers.len() > 2 {
        return None;
    }
    let scope = types.first().and_then(|other| find(other, name));
    let sensitivity = scope.and_then(|scope| scope.sensitivity);
    // The address says that it is the other provider's.
    let complete = name.contains("://") || knows_all_like(ty, name);
    let elsewhere = Elsewhere { types, service, scope, granted: false, sensitivity, complete };
    Some(Resolution::KnownElsewhere(Box::new(elsewhere)))
}

/// The scopes in a string that holds several, as people write them in one line; one if it holds one.
pub fn split_joined(text: &str) -> Vec<Part> {
    let separates = |letter: char| letter.is_whitespace() || letter == ',' || letter == ';';
    let mut parts = Vec::new();
    let mut start = 0;
    for piece in text.split(separates) {
        if !piece.is_empty() {
            parts.push(Part { name: piece.to_owned(), start });
        }
        let separator = text.get(start + piece.len()..).and_then(|rest| rest.chars().next());
        start += piece.len() + separator.map_or(0, char::len_utf8);
    }
    parts
}

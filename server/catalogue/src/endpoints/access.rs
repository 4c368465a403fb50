//! Whether a connector's scopes are enough for a request, and if not, what would be.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::facts::{FILES, File, matches_pattern, of_type, open_to};
use super::types::{Access, Endpoint, Match, Missing, ScopeSet, TakesToken};
use crate::resolve::{find, find_in_siblings};
use crate::{Catalogue, ConnectorType, Scope, Sensitivity};

/// How many ways to mend a missing scope are named.
const MAX_SUGGESTIONS: usize = 8;

impl Match {
    /// Whether a connector of this type with these scopes may send the request.
    ///
    /// Scopes are only said to be missing where they are, whatever the unknown pieces of the address turn out to be.
    pub fn access(&self, ty: &'static ConnectorType, scopes: &[&str]) -> Access {
        let found = match self {
            Match::Found(found) => found,
            Match::WrongProduct(wrong) => {
                let granted = wrong.endpoints.iter().any(|one| is_granted(ty, scopes, one) == Some(true));
                return if granted { Access::Granted } else { Access::Unknown };
            }
            Match::Unsure(_) | Match::Unlisted | Match::Elsewhere => return Access::Unknown,
        };
        if let TakesToken::Other(token) = found.endpoint.token {
            let unsure = found.unlikely.iter().any(|one| one.token == TakesToken::Yes);
            return if unsure { Access::Unknown } else { Access::OtherToken(token) };
        }
        match is_granted(ty, scopes, &found.endpoint) {
            Some(true) => Access::Granted,
            None => Access::Unknown,
            Some(false) => {
                let other = |one: &Endpoint| is_granted(ty, scopes, one) != Some(false);
                if found.unlikely.iter().any(other) {
                    return Access::Unknown;
                }
                Access::Missing(missing(ty, scopes, &found.endpoint))
            }
        }
    }

    /// Whether the request may need this scope, however it turns out.
    ///
    /// It may where it is not known which endpoint it is for, or what that needs.
    pub fn may_use(&self, ty: &'static ConnectorType, scope: &str) -> bool {
        let endpoints: Vec<&Endpoint> = match self {
            Match::Found(found) => std::iter::once(&found.endpoint).chain(&found.unlikely).collect(),
            Match::Unsure(endpoints) if !endpoints.is_empty() => endpoints.iter().collect(),
            Match::WrongProduct(wrong) if !wrong.endpoints.is_empty() => wrong.endpoints.iter().collect(),
            Match::Unsure(_) | Match::Unlisted | Match::Elsewhere | Match::WrongProduct(_) => return true,
        };
        endpoints.into_iter().any(|one| {
            let named = |need: &&'static str| accepts(ty, scope, need);
            let webhook = one.path.to_ascii_lowercase().contains("webhook")
                && needed_by_webhooks(ty).any(|pattern| matches_pattern(pattern, scope));
            webhook
                || (!one.says_scopes() && one.token == TakesToken::Yes)
                || one.scopes_any.iter().flatten().chain(&one.private_also).any(named)
        })
    }
}

/// What webhooks of a type may report, by the scopes that they need for it.
pub(super) fn needed_by_webhooks(ty: &ConnectorType) -> impl Iterator<Item = &'static str> {
    open_to(ty).flat_map(|file| of_type(file.webhooks_need, ty)).copied()
}

/// Whether scopes are enough for an endpoint; nothing if it cannot be told.
pub(super) fn is_granted(ty: &'static ConnectorType, scopes: &[&str], endpoint: &Endpoint) -> Option<bool> {
    if !endpoint.says_scopes() {
        return None;
    }
    let enough = |set: &ScopeSet| set.iter().all(|need| scopes.iter().any(|scope| accepts(ty, scope, need)));
    Some(endpoint.scopes_any.iter().any(enough))
}

/// Whether a connector's scope opens what is asked for by another name: the same scope, one that covers it, or one that
/// the facts say does.
pub fn accepts(ty: &'static ConnectorType, scope: &str, need: &str) -> bool {
    if scope == need {
        return true;
    }
    // Every key takes a look into the provider's list, so each is made once.
    let (scope_key, need_key) = (ty.scope_key(scope), ty.scope_key(need));
    if scope_key == need_key || covers(ty, scope, &need_key) {
        return true;
    }
    let is_scope = |name: &str| name == scope || ty.scope_key(name) == scope_key;
    let is_need = |name: &str| name == need || ty.scope_key(name) == need_key;
    if ty.provider.habits().may_open_anything(scope) {
        return true;
    }
    let replacing = find(ty, scope).filter(|known| known.deprecated).and_then(|known| known.replaced_by);
    let removed = |file: &File| file.removed_scopes.iter().any(|one| is_scope(one));
    if replacing.is_some_and(is_need) && !open_to(ty).any(removed) {
        return true;
    }
    if need.contains('*') && matches_pattern(need, scope) {
        return true;
    }
    open_to(ty).any(|file| {
        let also = file.accept_also.iter().find(|(name, _)| is_need(name));
        also.is_some_and(|(_, others)| {
            others.iter().any(|other| is_scope(other) || covers(ty, scope, &ty.scope_key(other)))
        }) || file.accepts_everywhere.iter().any(|one| is_scope(one))
    })
}

/// Whether a scope includes another, which is given by its key, as the type's schema states it or that of another of the
/// provider's types.
fn covers(ty: &'static ConnectorType, scope: &str, need_key: &str) -> bool {
    let covers_in = |ty: &'static ConnectorType, known: &Scope| {
        let keys = ty.scope_keys();
        known.covered.iter().any(|index| keys.get(usize::from(*index)).is_some_and(|key| key == need_key))
    };
    match ty.provider.habits().grants_across_types() {
        true => find_in_siblings(ty, scope).any(|(other, known)| covers_in(other, known)),
        false => find(ty, scope).is_some_and(|known| covers_in(ty, known)),
    }
}

/// The other types of a type's provider.
fn siblings(ty: &'static ConnectorType) -> impl Iterator<Item = &'static ConnectorType> {
    Catalogue::get().types().iter().filter(|other| other.provider == ty.provider && other.name != ty.name)
}

/// Whether a type's own scopes open any of some endpoints.
pub(super) fn opens_any(ty: &str, endpoints: &[Endpoint]) -> bool {
    let Some(ty) = Catalogue::get().find(ty) else { return false };
    endpoints.iter().any(|endpoint| !own_sets(ty, endpoint).is_empty())
}

/// What lacks for an endpoint.
fn missing(ty: &'static ConnectorType, scopes: &[&str], endpoint: &Endpoint) -> Missing {
    let has = |need: &&'static str| scopes.iter().any(|scope| accepts(ty, scope, need));
    let mut suggestions: Vec<ScopeSet> = Vec::new();
    for set in narrowest_first(ty, endpoint) {
        let lacking: ScopeSet = set.into_iter().filter(|need| !has(need)).collect();
        if !lacking.is_empty() && !suggestions.contains(&lacking) {
            suggestions.push(lacking);
        }
    }
    suggestions.truncate(MAX_SUGGESTIONS);
    let opening = |other: &&'static ConnectorType| !own_sets(other, endpoint).is_empty();
    let other_types = match suggestions.is_empty() && ty.provider.habits().grants_across_types() {
        true => siblings(ty).filter(opening).map(|other| other.name).collect(),
        false => Vec::new(),
    };
    Missing { suggestions, other_types }
}

/// The alternatives of an endpoint that are made of a type's own scopes which are still granted.
fn own_sets(ty: &'static ConnectorType, endpoint: &Endpoint) -> Vec<ScopeSet> {
    let own = |need: &&'static str| {
        let known = find(ty, need).filter(|known| !known.deprecated)?;
        Some(known.name)
    };
    endpoint.scopes_any.iter().filter_map(|set| set.iter().map(own).collect()).collect()
}

/// An endpoint's alternatives of a type's own scopes: those that open all of it before those that open a part, and the
/// one with the least power first.
pub fn narrowest_first(ty: &'static ConnectorType, endpoint: &Endpoint) -> Vec<ScopeSet> {
    let file = FILES.iter().find(|file| file.name == endpoint.api);
    let mut sets = own_sets(ty, endpoint);
    sets.dedup();
    let rank = |(index, set): (usize, &ScopeSet)| {
        let partial = set.iter().any(|scope| file.is_some_and(|file| is_partial(file, scope, endpoint)));
        let ordered = file.is_some_and(|file| file.ordered);
        let power = if ordered { None } else { set.iter().map(|scope| power(ty, scope)).max() };
        (partial, power, set.len(), index)
    };
    let mut ranked: Vec<_> = sets.iter().enumerate().map(|one| (rank(one), one.1.clone())).collect();
    ranked.sort();
    ranked.into_iter().map(|(_, set)| set).collect()
}

/// Whether a scope opens only a part of what an endpoint is about: the files that the app made itself, its own calendar.
fn is_partial(file: &File, scope: &str, endpoint: &Endpoint) -> bool {
    let id = endpoint.id.as_deref().unwrap_or_default();
    let mut rules = file.partial.iter().filter(|(pattern, _)| matches_pattern(pattern, scope));
    rules.any(|(_, whole)| !whole.iter().any(|pattern| matches_pattern(pattern, id)))
}

/// How much a scope allows: how carefully the provider guards it, then how many endpoints it opens.
pub fn power(ty: &'static ConnectorType, scope: &str) -> (Option<Sensitivity>, usize) {
    static POWERS: LazyLock<Vec<OnceLock<HashMap<&'static str, usize>>>> =
        LazyLock::new(|| Catalogue::get().types().iter().map(|_| OnceLock::new()).collect());
    let known = find(ty, scope);
    let index = Catalogue::get().types().iter().position(|one| one.name == ty.name);
    let powers = index.and_then(|index| POWERS.get(index)).map(|powers| powers.get_or_init(|| count(ty)));
    let opened = known.and_then(|known| powers?.get(known.name)).copied().unwrap_or_default();
    (known.and_then(|known| known.sensitivity), opened)
}

/// How many endpoints each scope of a type opens.
fn count(ty: &'static ConnectorType) -> HashMap<&'static str, usize> {
    // By a scope, those of the type that are it or cover it.
    let mut opening: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    for scope in ty.scopes {
        let covered = scope.covered.iter().filter_map(|index| ty.scopes.get(usize::from(*index)));
        for opened in covered.map(|one| one.name).chain([scope.name]) {
            opening.entry(opened).or_default().push(scope.name);
        }
    }
    let mut counts: HashMap<&'static str, usize> = HashMap::new();
    for file in open_to(ty) {
        let table = file.table();
        let mut rows = vec![0_usize; table.lists.len()];
        for row in &table.rows {
            if let Some(count) = rows.get_mut(row.list) {
                *count += 1;
            }
        }
        for (list, count) in table.lists.iter().zip(rows) {
            let mut opened: Vec<&'static str> = Vec::new();
            for need in list.iter().flatten() {
                opened.extend(opening.get(need).into_iter().flatten());
            }
            opened.sort_unstable();
            opened.dedup();
            for scope in opened {
                *counts.entry(scope).or_default() += count;
            }
        }
    }
    counts
}

/// The least scopes with which all of some requests may be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Least {
    /// The scopes, the first needed first.
    pub scopes: Vec<&'static str>,
    /// The places of requests of which it is not known what they need, or that no scope of the type opens.
    pub unknown: Vec<usize>,
}

/// The least scopes of a type with which all of some requests may be sent: for each the narrowest, but none that another
/// one covers.
pub fn least_scopes(ty: &'static ConnectorType, requests: &[&Match]) -> Least {
    let mut least = Least::default();
    let mut needs: Vec<(usize, Vec<ScopeSet>)> = Vec::new();
    for (index, request) in requests.iter().enumerate() {
        let endpoint = match request {
            Match::Found(found) if found.endpoint.token == TakesToken::Yes => &found.endpoint,
            Match::Found(_) => continue,
            _ => {
                least.unknown.push(index);
                continue;
            }
        };
        if endpoint.scopes_any.iter().any(|set| set.is_empty()) {
            continue;
        }
        match narrowest_first(ty, endpoint) {
            sets if sets.is_empty() => least.unknown.push(index),
            sets => needs.push((index, sets)),
        }
    }
    let mut chosen: Vec<(usize, ScopeSet)> = Vec::new();
    // What has fewest alternatives is decided first: it may be enough for the others.
    let mut order: Vec<usize> = (0..needs.len()).collect();
    order.sort_by_key(|index| needs.get(*index).map(|(_, sets)| sets.len()));
    for index in order {
        let Some((request, sets)) = needs.get(index) else { continue };
        let enough = |set: &ScopeSet| {
            let mut all = chosen.iter().flat_map(|(_, set)| set);
            set.iter().all(|need| all.any(|scope| accepts(ty, scope, need)))
        };
        if !sets.iter().any(enough)
            && let Some(narrowest) = sets.first()
        {
            chosen.push((*request, narrowest.clone()));
        }
    }
    // A later choice may make an earlier one needless.
    let mut index = 0;
    while index < chosen.len() {
        let without: Vec<&'static str> = chosen
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .flat_map(|(_, (_, set))| set.iter().copied())
            .collect();
        let enough =
            |set: &ScopeSet| set.iter().all(|need| without.iter().any(|scope| accepts(ty, scope, need)));
        if needs.iter().all(|(_, sets)| sets.iter().any(enough)) {
            chosen.remove(index);
        } else {
            index += 1;
        }
    }
    chosen.sort_by_key(|(request, _)| *request);
    for scope in chosen.into_iter().flat_map(|(_, set)| set) {
        if !least.scopes.contains(&scope) {
            least.scopes.push(scope);
        }
    }
    least
}

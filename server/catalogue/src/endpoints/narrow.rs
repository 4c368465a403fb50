//! With which scopes a connector could do with less.

use super::access::{accepts, is_granted, least_scopes};
use super::types::{Access, Endpoint, Match, TakesToken};
use super::unused::{is_judged, is_unused, may_be_for_webhooks};
use crate::ConnectorType;

/// What becomes of a connector's scope where its scopes are narrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stays: a request needs it, or nothing is to be concluded of it.
    Keep,
    /// It goes: no request needs it.
    Unused,
    /// It goes: these, which it includes, are enough.
    Wider(Vec<&'static str>),
}

/// A connector's scopes, narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// What becomes of each scope, in their order.
    pub changes: Vec<Change>,
    /// The scopes that come: in the place of wider ones, and those that requests lack.
    pub added: Vec<&'static str>,
}

/// The scopes with which a connector of a type can do, given those that it has. The requests have to be all that the
/// app makes with its tokens, if anything is to go.
///
/// Nothing goes that is for something else than requests, or of which it is not sure what it is for.
///
/// `events`: whether something of this type calls the app. What that needs is seen in no request.
pub fn narrow(ty: &'static ConnectorType, scopes: &[&str], requests: &[&Match], events: bool) -> Narrowed {
    let unused = |scope: &&str| match is_unused(ty, scope, requests, events) {
        true => Change::Unused,
        false => Change::Keep,
    };
    let mut narrowed = Narrowed { changes: scopes.iter().map(unused).collect(), added: Vec::new() };
    let least = least_scopes(ty, requests).scopes;
    for (place, scope) in scopes.iter().enumerate() {
        if narrowed.changes.get(place) != Some(&Change::Keep) || events || !is_judged(ty, scope) {
            continue;
        }
        let includes = |need: &&&'static str| accepts(ty, scope, need) && !accepts(ty, need, scope);
        let narrower: Vec<&'static str> = least.iter().filter(includes).copied().collect();
        if narrower.is_empty() || may_be_for_webhooks(ty, scope) {
            continue;
        }
        let mut others = narrowed.kept(scopes, Some(place));
        let new: Vec<&'static str> = narrower
            .iter()
            .copied()
            .filter(|need| !others.iter().any(|one| accepts(ty, one, need)))
            .collect();
        others.extend(&new);
        let enough =
            |request: &&&Match| !request.may_use(ty, scope) || is_surely_granted(ty, &others, request);
        if requests.iter().filter(enough).count() == requests.len() {
            if let Some(change) = narrowed.changes.get_mut(place) {
                *change = Change::Wider(narrower);
            }
            narrowed.added.extend(new);
        }
    }
    for request in requests {
        let now = narrowed.kept(scopes, None);
        let Access::Missing(missing) = request.access(ty, &now) else { continue };
        let in_least = |set: &&Vec<&'static str>| set.iter().all(|scope| least.contains(scope));
        let set = missing.suggestions.iter().find(in_least).or(missing.suggestions.first());
        narrowed.added.extend(set.into_iter().flatten());
    }
    narrowed
}

impl Narrowed {
    /// The scopes as they would be, without the one at a place.
    fn kept<'a>(&self, scopes: &[&'a str], but: Option<usize>) -> Vec<&'a str> {
        let stays = scopes.iter().zip(&self.changes).enumerate();
        let stays = stays.filter(|(place, (_, change))| **change == Change::Keep && Some(*place) != but);
        stays.map(|(_, (scope, _))| *scope).chain(self.added.iter().copied()).collect()
    }
}

/// Whether scopes are enough for a request, whichever endpoint it turns out to be.
fn is_surely_granted(ty: &'static ConnectorType, scopes: &[&str], request: &Match) -> bool {
    let granted = |one: &Endpoint| {
        let private = |need: &&'static str| scopes.iter().any(|scope| accepts(ty, scope, need));
        matches!(one.token, TakesToken::Other(_))
            || (is_granted(ty, scopes, one) == Some(true) && one.private_also.iter().all(private))
    };
    match request {
        Match::Found(found) => std::iter::once(&found.endpoint).chain(&found.unlikely).all(granted),
        Match::Unsure(endpoints) => !endpoints.is_empty() && endpoints.iter().all(granted),
        Match::Unlisted | Match::WrongProduct(_) | Match::Elsewhere => false,
    }
}

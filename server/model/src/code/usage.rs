//! What the code does with one type of connector, and which scopes that needs.

use std::collections::BTreeSet;

use connector_catalogue::endpoints::{self, Access, Change, Match, ScopeSet, TakesToken};
use connector_catalogue::{Catalogue, ConnectorType};

use super::{AppCall, AppCode, AppUse};

/// What the code does with the tokens of a type.
#[derive(Clone, Copy, Debug)]
pub struct Usage<'a> {
    code: &'a AppCode,
    type_name: &'a str,
    ty: Option<&'static ConnectorType>,
}

/// What a call needs of the connector whose token it sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// All scopes of one of these sets, the narrowest first.
    OneOf(Vec<ScopeSet>),
    /// No scope.
    Nothing,
    /// Another token, whatever the scopes: `a bot token`.
    OtherToken(&'static str),
    /// It is not known.
    Unknown,
}

/// A scope, and the calls that need it.
#[derive(Clone, Debug)]
pub struct NeededScope<'a> {
    /// The scope.
    pub scope: String,
    /// The calls that the others do not allow.
    pub calls: Vec<&'a AppCall>,
}

/// The least that the calls need together.
#[derive(Clone, Debug, Default)]
pub struct LeastScopes<'a> {
    /// The scopes, what the first call needs first.
    pub scopes: Vec<NeededScope<'a>>,
    /// The calls of which it is not known what they need.
    pub unknown: Vec<&'a AppCall>,
}

/// What becomes of a scope where a connector is narrowed to what the code needs.
#[derive(Clone, Debug)]
pub struct ScopeLine<'a> {
    /// The scope.
    pub scope: String,
    /// What becomes of it.
    pub change: ScopeChange,
    /// The calls that need it.
    pub calls: Vec<&'a AppCall>,
}

/// What becomes of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeChange {
    /// It stays.
    Keep(Why),
    /// It comes.
    Add,
    /// It goes: no call needs it.
    Unused,
    /// It goes: these, which it includes, are enough.
    Wider(Vec<&'static str>),
}

crate::vocabulary! {
    /// What becomes of a scope, in a word.
    pub enum ScopeAction {
        /// It stays.
        Keep = "keep",
        /// It comes.
        Add = "add",
        /// It goes.
        Remove = "remove",
    }
}

/// Why a scope stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Calls need it.
    Calls,
    /// It signs a person in, names the account or keeps the token fresh.
    Identity,
    /// Something of this type calls the app, which may need it.
    Events,
    /// It is not sure what it is for, or what the code does.
    NotSure,
}

impl AppCode {
    /// What the code does with the tokens of a type.
    pub fn usage<'a>(&'a self, type_name: &'a str) -> Usage<'a> {
        Usage { code: self, type_name, ty: Catalogue::get().find(type_name) }
    }
}

impl<'a> Usage<'a> {
    /// The places that take a token, each with the calls that are made with it.
    pub fn uses(&self) -> Vec<(&'a AppUse, Vec<&'a AppCall>)> {
        let calls_of = |at: usize| self.code.calls.iter().filter(move |call| call.used == at).collect();
        self.code.uses_of(self.type_name).map(|(at, used)| (used, calls_of(at))).collect()
    }

    /// The calls, each place once.
    pub fn calls(&self) -> Vec<&'a AppCall> {
        once_a_place(self.code.calls_of(self.type_name))
    }

    /// The functions that take a token, by name.
    pub fn functions(&self) -> BTreeSet<&'a str> {
        self.code.functions_using(self.type_name)
    }

    /// Whether all that is done with the tokens is listed. An agent takes tokens in ways that stand in no code.
    pub fn is_complete(&self) -> bool {
        self.code.knows_all_of(self.type_name) && !self.code.has_agents
    }

    /// Whether connectors of the type have scopes at all, as far as that is known.
    pub fn takes_scopes(&self) -> bool {
        self.ty.is_none_or(ConnectorType::takes_scopes)
    }

    /// What a call needs.
    pub fn needs(&self, call: &AppCall) -> Needs {
        if !self.takes_scopes() {
            return Needs::Nothing;
        }
        let (Some(ty), Some(Match::Found(found))) = (self.ty, &call.endpoint) else { return Needs::Unknown };
        let endpoint = &found.endpoint;
        if let TakesToken::Other(token) = endpoint.token {
            return Needs::OtherToken(token);
        }
        if endpoint.scopes_any.iter().any(Vec::is_empty) {
            return Needs::Nothing;
        }
        match endpoints::narrowest_first(ty, endpoint) {
            own if !own.is_empty() => Needs::OneOf(own),
            _ if endpoint.says_scopes() => Needs::OneOf(endpoint.scopes_any.clone()),
            _ => Needs::Unknown,
        }
    }

    /// Whether a connector with these scopes may make a call; none where it cannot be told.
    pub fn is_allowed(&self, call: &AppCall, scopes: &[String]) -> Option<bool> {
        if !self.takes_scopes() {
            return None;
        }
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        match call.endpoint.as_ref()?.access(self.ty?, &scopes) {
            Access::Granted => Some(true),
            Access::Missing(_) | Access::OtherToken(_) => Some(false),
            Access::Unknown => None,
        }
    }

    /// The least scopes that the calls need, as far as that is known.
    pub fn least(&self) -> LeastScopes<'a> {
        if !self.takes_scopes() {
            return LeastScopes::default();
        }
        let calls: Vec<&AppCall> = self.code.calls_of(self.type_name).collect();
        let Some(ty) = self.ty else { return LeastScopes { scopes: Vec::new(), unknown: self.calls() } };
        let matched: Vec<(&AppCall, &Match)> =
            calls.iter().filter_map(|call| Some((*call, call.endpoint.as_ref()?))).collect();
        let requests: Vec<&Match> = matched.iter().map(|(_, request)| *request).collect();
        let least = endpoints::least_scopes(ty, &requests);
        let unknown = least.unknown.iter().filter_map(|place| matched.get(*place)).map(|(call, _)| *call);
        LeastScopes {
            scopes: least
                .scopes
                .iter()
                .map(|scope| NeededScope {
                    scope: (*scope).to_owned(),
                    calls: needing(&calls, ty, scope, &least.scopes),
                })
                .collect(),
            unknown: once_a_place(unknown),
        }
    }

    /// What becomes of each scope of a connector that is narrowed to what the code needs, and which come.
    pub fn narrowed(&self, scopes: &[String]) -> Vec<ScopeLine<'a>> {
        let calls: Vec<&AppCall> = self.code.calls_of(self.type_name).collect();
        let names: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let requests: Option<Vec<&Match>> = calls.iter().map(|call| call.endpoint.as_ref()).collect();
        let (Some(ty), Some(requests)) = (self.ty, requests) else {
            let kept = |scope: &String| ScopeLine {
                scope: scope.clone(),
                change: ScopeChange::Keep(Why::NotSure),
                calls: Vec::new(),
            };
            return scopes.iter().map(kept).collect();
        };
        let events = self.code.automations_of(self.type_name).next().is_some();
        // Where a token may go elsewhere, or is never sent, nothing is known to be needless.
        let all_known = self.is_complete() && !calls.is_empty();
        let narrowed = endpoints::narrow(ty, &names, &requests, events);
        let change = |(scope, change): (&&str, &Change)| match change {
            Change::Unused if all_known => ScopeChange::Unused,
            Change::Wider(narrower) if all_known => ScopeChange::Wider(narrower.clone()),
            _ if endpoints::is_identity(ty, scope) => ScopeChange::Keep(Why::Identity),
            _ if events => ScopeChange::Keep(Why::Events),
            _ => ScopeChange::Keep(Why::NotSure),
        };
        let mut changes: Vec<(&str, ScopeChange)> =
            names.iter().copied().zip(names.iter().zip(&narrowed.changes).map(change)).collect();
        let kept = changes.iter().filter(|(_, change)| matches!(change, ScopeChange::Keep(_)));
        let mut now: Vec<&str> = kept.map(|(scope, _)| *scope).collect();
        for scope in &narrowed.added {
            // Where the wider one stays after all, nothing comes for it.
            if all_known || requests.iter().any(|request| lacks(request, ty, &now)) {
                now.push(scope);
                changes.push((scope, ScopeChange::Add));
            }
        }
        let line = |(scope, change): (&str, ScopeChange)| {
            let goes = matches!(change, ScopeChange::Unused | ScopeChange::Wider(_));
            let calls = if goes { Vec::new() } else { needing(&calls, ty, scope, &now) };
            let change = match change {
                ScopeChange::Keep(_) if !calls.is_empty() => ScopeChange::Keep(Why::Calls),
                other => other,
            };
            ScopeLine { scope: scope.to_owned(), change, calls }
        };
        changes.into_iter().map(line).collect()
    }
}

impl ScopeLine<'_> {
    /// What becomes of it.
    pub fn action(&self) -> ScopeAction {
        match self.change {
            ScopeChange::Keep(_) => ScopeAction::Keep,
            ScopeChange::Add => ScopeAction::Add,
            ScopeChange::Unused | ScopeChange::Wider(_) => ScopeAction::Remove,
        }
    }

    /// Whether the scope is one of the connector's afterwards.
    pub fn stays(&self) -> bool {
        self.action() != ScopeAction::Remove
    }
}

fn lacks(request: &Match, ty: &'static ConnectorType, scopes: &[&str]) -> bool {
    matches!(request.access(ty, scopes), Access::Missing(_))
}

/// The calls that some scopes allow only with this one among them; each place once.
fn needing<'a>(
    calls: &[&'a AppCall],
    ty: &'static ConnectorType,
    scope: &str,
    scopes: &[&str],
) -> Vec<&'a AppCall> {
    let without: Vec<&str> = scopes.iter().filter(|one| **one != scope).copied().collect();
    let needs = |call: &&&AppCall| {
        let request = call.endpoint.as_ref();
        request.is_some_and(|request| lacks(request, ty, &without) && !lacks(request, ty, scopes))
    };
    once_a_place(calls.iter().filter(needs).copied())
}

/// Calls without those that stand at the place of one before and go to the same.
fn once_a_place<'a>(calls: impl Iterator<Item = &'a AppCall>) -> Vec<&'a AppCall> {
    let mut seen = BTreeSet::new();
    calls.filter(|call| seen.insert((&call.path, call.range, call.shown()))).collect()
}

/// The least scopes that the calls with a type's token need, as far as that is known.
pub fn least_scopes(code: &AppCode, type_name: &str) -> Vec<String> {
    code.usage(type_name).least().scopes.into_iter().map(|needed| needed.scope).collect()
}

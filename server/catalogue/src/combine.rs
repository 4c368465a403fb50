//! Scopes that do not go together, as the schemas have it.

use crate::ConnectorType;

/// What a type's scopes do to each other.
#[derive(Debug)]
pub struct Combination {
    /// What the matter is.
    pub kind: CombinationKind,
    /// The scopes that it is about.
    pub scopes: &'static [&'static str],
    /// The others that count, each kind in its own way.
    pub with: &'static [&'static str],
    /// What happens, in a sentence.
    pub summary: &'static str,
    /// Where that is said.
    pub url: &'static str,
}

/// What scopes do to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CombinationKind {
    /// The provider refuses `scopes` beside any others than `with`.
    Alone,
    /// `scopes` take access away from those of `with`.
    Limits,
    /// The provider wants `scopes` to be asked for together with all of `with`.
    Needs,
}

/// A scope of a list that does not go together with the others, or not without another.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Its index in the list.
    pub index: usize,
    /// What the matter is.
    pub combination: &'static Combination,
    /// The first other scope in the list that it does not go together with, by its index; none where one lacks.
    pub other: Option<usize>,
    /// The scopes that lack.
    pub missing: Vec<&'static str>,
}

/// The scopes of a connector's list that do not go together, in the list's order.
pub fn conflicts(ty: &'static ConnectorType, names: &[&str]) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for combination in ty.combinations {
        let is_one_of =
            |name: &str, scopes: &[&str]| scopes.iter().any(|scope| ty.is_same_scope(name, scope));
        for (index, name) in names.iter().enumerate().filter(|(_, name)| is_one_of(name, combination.scopes))
        {
            let with = |name: &str| is_one_of(name, combination.with);
            let mut missing = Vec::new();
            let other = match combination.kind {
                CombinationKind::Alone => {
                    names.iter().position(|other| !with(other) && !ty.is_same_scope(other, name))
                }
                CombinationKind::Limits => names.iter().position(|other| with(other)),
                CombinationKind::Needs => {
                    let has = |scope: &&&str| names.iter().any(|other| ty.is_same_scope(other, scope));
                    missing = combination.with.iter().filter(|scope| !has(scope)).copied().collect();
                    None
                }
            };
            if other.is_some() || !missing.is_empty() {
                conflicts.push(Conflict { index, combination, other, missing });
            }
        }
    }
    conflicts.sort_by_key(|conflict| conflict.index);
    conflicts
}

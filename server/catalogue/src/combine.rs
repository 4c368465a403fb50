//! Scopes that do not go together, as the schemas have it.

use crate::{Catalogue, ConnectorType};

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
    let mut conflicts: Vec<Conflict> = Vec::new();
    for combination in combinations(ty) {
        // Several types of a provider have the same to say of the same scopes.
        let is_said = |index: usize, conflicts: &[Conflict]| {
            conflicts.iter().any(|said| said.index == index && said.combination.kind == combination.kind)
        };
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
            if (other.is_some() || !missing.is_empty()) && !is_said(index, &conflicts) {
                conflicts.push(Conflict { index, combination, other, missing });
            }
        }
    }
    conflicts.sort_by_key(|conflict| conflict.index);
    conflicts
}

/// What the scopes do to each other that a connector of this type can have: its own, and those of the provider's other
/// types, where it grants them too.
fn combinations(ty: &'static ConnectorType) -> impl Iterator<Item = &'static Combination> {
    let across = ty.provider.habits().grants_across_types();
    let is_sibling =
        move |other: &&ConnectorType| across && other.provider == ty.provider && other.name != ty.name;
    let siblings = Catalogue::get().types().iter().filter(is_sibling);
    ty.combinations.iter().chain(siblings.flat_map(|other| other.combinations))
}

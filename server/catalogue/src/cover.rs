//! Which scopes of a list add nothing to the others, and what another one would change.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::positions::Positions;
use crate::resolve::find_in_siblings;
use crate::{ConnectorType, Provider, Resolution, ResolvedScope, Scope, resolve, resolve_one};

/// Pairs of positions in a list: the scope at the first allows all that the one at the second does.
type Covers = foldhash::HashSet<(usize, usize)>;

/// Notes for every scope of a list whether another one allows all that it does; `first_positions` is where each
/// spelling stands first.
pub(crate) fn mark_covered(
    ty: &'static ConnectorType,
    names: &[&str],
    first_positions: &Positions<'_>,
    resolved: &mut [ResolvedScope],
) {
    // What is spelled alike allows the same, and but for Google nothing else does.
    if ty.provider == Provider::Google {
        let positions = positions_by_effect(ty, names, resolved);
        let alike = find_alike(ty, names, &positions, resolved);
        mark(ty, names, &positions, alike, resolved);
    } else {
        mark(ty, names, first_positions, Covers::default(), resolved);
    }
}

/// The scopes that allow the same under other names.
fn find_alike(
    ty: &'static ConnectorType,
    names: &[&str],
    positions: &Positions<'_>,
    resolved: &[ResolvedScope],
) -> Covers {
    let mut covers = Covers::default();
    for (index, (name, one)) in names.iter().zip(resolved).enumerate() {
        if one.duplicate_of.is_none()
            && one.scope().is_some()
            && let Some(first) = positions.get(ty, name).filter(|first| *first != index)
        {
            covers.extend([(first, index), (index, first)]);
        }
    }
    covers
}

/// Of scopes that cover each other, the first stays.
fn mark(
    ty: &'static ConnectorType,
    names: &[&str],
    positions: &Positions<'_>,
    mut covers: Covers,
    resolved: &mut [ResolvedScope],
) {
    for (index, (name, one)) in names.iter().zip(&*resolved).enumerate() {
        if one.duplicate_of.is_some() || one.scope().is_none_or(|scope| scope.deprecated) {
            continue;
        }
        let mut add = |found: Option<usize>| {
            covers.extend(found.filter(|found| *found != index).map(|found| (index, found)));
        };
        match &one.resolution {
            Resolution::Known(scope) if !ty.provider.habits().grants_across_types() => {
                scope.covered.iter().for_each(|own| add(positions.of_own(usize::from(*own))));
            }
            resolution => {
                covered_by_name(ty, name, resolution)
                    .iter()
                    .for_each(|covered| add(positions.get(ty, covered)));
            }
        }
    }
    let stands_out = |over: usize, under: usize| !covers.contains(&(under, over)) || over < under;
    let mut redundant: Vec<(usize, usize)> =
        covers.iter().copied().filter(|(over, under)| stands_out(*over, *under)).collect();
    redundant.sort_unstable();
    let all_redundant: HashSet<usize> = redundant.iter().map(|(_, under)| *under).collect();
    for (over, under) in redundant {
        let Some(one) = resolved.get_mut(under) else { continue };
        if one.covered_by.is_none() && !all_redundant.contains(&over) {
            one.covered_by = Some(over);
        }
    }
}

/// Where in the list each known scope stands first, by what it allows.
fn positions_by_effect<'a>(
    ty: &ConnectorType,
    names: &[&'a str],
    resolved: &[ResolvedScope],
) -> Positions<'a> {
    let mut positions = Positions::new(ty, names.len());
    for (index, (name, one)) in names.iter().zip(resolved).enumerate() {
        if one.duplicate_of.is_none() && one.scope().is_some() {
            match positions.own_index(ty, name) {
                Some(own_index) => positions.first_of_own(own_index, index),
                None => positions.first(ty.scope_key(name), index),
            };
        }
    }
    positions
}

/// The names of all that a scope covers, in any type of its provider, with the address it was written with.
fn covered_by_name(
    ty: &'static ConnectorType,
    name: &str,
    resolution: &Resolution,
) -> Vec<Cow<'static, str>> {
    let of_type = |(other, scope): (&'static ConnectorType, &'static Scope)| {
        let covered = scope.covered.iter().filter_map(|index| other.scopes.get(usize::from(*index)));
        covered.map(|scope| ty.in_form_of(scope.name, name)).collect::<Vec<_>>()
    };
    match resolution {
        Resolution::Known(scope) if !ty.provider.habits().grants_across_types() => of_type((ty, scope)),
        Resolution::Known(_) => find_in_siblings(ty, name).flat_map(of_type).collect(),
        Resolution::KnownElsewhere(elsewhere) if elsewhere.granted => {
            find_in_siblings(ty, name).flat_map(of_type).collect()
        }
        _ => Vec::new(),
    }
}

/// The scopes of a connector's list, to be asked what another one would change.
pub struct Listed<'a> {
    ty: &'static ConnectorType,
    /// Where each known scope stands, by what it allows.
    positions: Positions<'a>,
    /// Where a scope stands that covers this one, by what this one allows.
    covered: foldhash::HashMap<String, usize>,
}

impl<'a> Listed<'a> {
    /// Reads a list.
    pub fn new(ty: &'static ConnectorType, names: &[&'a str]) -> Self {
        let resolved = resolve(ty, names);
        let positions = positions_by_effect(ty, names, &resolved);
        let mut covered = foldhash::HashMap::default();
        for (index, (name, one)) in names.iter().zip(&resolved).enumerate() {
            if one.scope().is_some_and(|scope| !scope.deprecated) {
                for under in covered_by_name(ty, name, &one.resolution) {
                    covered.entry(ty.scope_key(&under).into_owned()).or_insert(index);
                }
            }
        }
        Self { ty, positions, covered }
    }

    /// The position in the list of this scope, in whatever spelling.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(self.ty, name)
    }

    /// The position in the list of a scope that allows all that this one does, and more.
    pub fn covering(&self, name: &str) -> Option<usize> {
        self.covered.get(&*self.ty.scope_key(name)).copied()
    }

    /// The positions of the scopes that this one would make redundant, in the list's order.
    pub fn made_redundant_by(&self, name: &str) -> Vec<usize> {
        let covered = covered_by_name(self.ty, name, &resolve_one(self.ty, name));
        let mut positions: Vec<usize> = covered.iter().filter_map(|one| self.position(one)).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}

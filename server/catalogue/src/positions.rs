//! Where in a list of scopes each one stands first. Every edit asks, so it is kept quick.

use std::borrow::Cow;

use crate::ConnectorType;

/// The first index, in a list, of each scope of it.
pub(crate) struct Positions<'a> {
    /// Of scopes of the type's own table, by their index there; where the provider has one spelling for each.
    own: Option<Vec<Option<u32>>>,
    /// Of the others, by a key of their names.
    others: foldhash::HashMap<Cow<'a, str>, usize>,
}

impl<'a> Positions<'a> {
    pub(crate) fn new(ty: &ConnectorType, count: usize) -> Self {
        let own = (!ty.provider.habits().has_spellings()).then(|| vec![None; ty.scopes.len()]);
        let others = if own.is_some() { 0 } else { count };
        Self { own, others: foldhash::HashMap::with_capacity_and_hasher(others, Default::default()) }
    }

    /// The index of a scope in the type's table, where positions are kept by that.
    pub(crate) fn own_index(&self, ty: &ConnectorType, name: &str) -> Option<usize> {
        self.own.as_ref().and_then(|_| ty.scope_index(name))
    }

    /// The first position of a scope of the type's table, which is this one if there was none yet.
    pub(crate) fn first_of_own(&mut self, own_index: usize, position: usize) -> usize {
        let first = self.own.as_mut().and_then(|all| all.get_mut(own_index));
        first.map_or(position, |first| *first.get_or_insert(position as u32) as usize)
    }

    /// The same of any other scope.
    pub(crate) fn first(&mut self, key: Cow<'a, str>, position: usize) -> usize {
        *self.others.entry(key).or_insert(position)
    }

    /// The first position of a scope of the type's table.
    pub(crate) fn of_own(&self, own_index: usize) -> Option<usize> {
        self.own.as_ref()?.get(own_index).copied().flatten().map(|position| position as usize)
    }

    /// The first position of whatever allows the same as this name.
    pub(crate) fn get(&self, ty: &ConnectorType, name: &str) -> Option<usize> {
        match self.own_index(ty, name) {
            Some(own_index) => self.of_own(own_index),
            None => self.others.get(&ty.scope_key(name)).copied(),
        }
    }
}

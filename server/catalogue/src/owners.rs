//! Which types have a scope.

use std::sync::OnceLock;

use crate::resolve::find;
use crate::{Catalogue, ConnectorType, Provider, Scope};

/// The types by the names of their scopes: one look-up tells of a name that it is nobody's.
struct Owners {
    by_name: foldhash::HashMap<&'static str, Vec<u16>>,
    /// Those that are not found by name: their providers read several spellings of a scope, and keep no list of them.
    ignoring_case: Vec<u16>,
}

/// Every type that has a scope of this name, in whatever spelling its provider reads, with what it knows of it.
pub(crate) fn having(name: &str) -> impl Iterator<Item = (&'static ConnectorType, &'static Scope)> {
    let owners = Owners::get();
    let of_name = |name: &str| owners.by_name.get(name).into_iter().flatten().copied();
    let mut indexes: Vec<u16> = of_name(name).chain(owners.ignoring_case.iter().copied()).collect();
    if name.contains("://") {
        indexes.extend(of_name(&Provider::Google.habits().spelling_key(name)));
    }
    indexes.sort_unstable();
    indexes.dedup();
    let types = indexes.into_iter().filter_map(|index| Catalogue::get().types().get(usize::from(index)));
    let found: Vec<_> = types.filter_map(|ty| Some((ty, find(ty, name)?))).collect();
    found.into_iter()
}

impl Owners {
    fn get() -> &'static Owners {
        static OWNERS: OnceLock<Owners> = OnceLock::new();
        OWNERS.get_or_init(|| {
            let mut owners = Owners { by_name: Default::default(), ignoring_case: Vec::new() };
            for (index, ty) in (0..).zip(Catalogue::get().types()) {
                for scope in ty.scopes {
                    owners.by_name.entry(scope.name).or_default().push(index);
                }
                if ty.provider.habits().ignores_case() {
                    owners.ignoring_case.push(index);
                }
            }
            owners
        })
    }
}

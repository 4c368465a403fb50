//! Which types have a scope.

use std::sync::OnceLock;

use crate::judge::find;
use crate::{Catalogue, ConnectorType, Scope, provider};

/// The types by the names of their scopes: one look-up tells of a name that it is nobody's.
struct Owners {
    by_name: foldhash::HashMap<&'static str, Vec<u16>>,
    /// Those whose scopes have several spellings each.
    microsoft: Vec<u16>,
}

/// Every type that has a scope of this name, in whatever spelling its provider reads, with what it knows of it.
pub(super) fn having(name: &str) -> impl Iterator<Item = (&'static ConnectorType, &'static Scope)> {
    let owners = Owners::get();
    let of_name = |name: &str| owners.by_name.get(name).into_iter().flatten().copied();
    let mut places: Vec<u16> = of_name(name).chain(owners.microsoft.iter().copied()).collect();
    if let Some(address) = name.contains("://").then(|| provider::google_scope(name)).flatten() {
        places.extend(of_name(address));
    }
    places.sort_unstable();
    places.dedup();
    let types = places.into_iter().filter_map(|place| Catalogue::get().types().get(usize::from(place)));
    let found: Vec<_> = types.filter_map(|ty| Some((ty, find(ty, name)?))).collect();
    found.into_iter()
}

impl Owners {
    fn get() -> &'static Owners {
        static OWNERS: OnceLock<Owners> = OnceLock::new();
        OWNERS.get_or_init(|| {
            let mut owners = Owners { by_name: Default::default(), microsoft: Vec::new() };
            for (place, ty) in (0..).zip(Catalogue::get().types()) {
                for scope in ty.scopes {
                    owners.by_name.entry(scope.name).or_default().push(place);
                }
                if ty.provider == "microsoft" {
                    owners.microsoft.push(place);
                }
            }
            owners
        })
    }
}

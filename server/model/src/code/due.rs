//! What is to be concluded again where code has changed.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_code::Name;
use foldhash::fast::RandomState;

use super::{AppCall, AppCode};

/// Of which types something else is known than before.
pub(crate) enum Difference {
    /// Of any.
    All,
    /// Of these; none among them stands for the uses whose type is not known. With each the files of code that are due.
    Types(BTreeMap<Option<Name>, Due>),
}

/// Some of the files of code.
type Paths = HashSet<PathBuf, RandomState>;

/// Of which files something is to be concluded.
pub(crate) enum Due {
    All,
    Only(Paths),
}

impl Due {
    /// The same with the files that declare the type. What is said of one file's code follows from that file alone only
    /// where there is such a one: without it, all that use the type are told of each other.
    pub fn with_declaring<'a>(self, declaring: impl Iterator<Item = &'a Path>) -> Due {
        let Due::Only(mut paths) = self else { return Due::All };
        let mut declaring = declaring.map(Path::to_owned).peekable();
        if declaring.peek().is_none() {
            return Due::All;
        }
        paths.extend(declaring);
        Due::Only(paths)
    }

    pub fn has(&self, path: &Path) -> bool {
        match self {
            Due::All => true,
            Due::Only(paths) => paths.contains(path),
        }
    }
}

impl AppCode {
    /// What is something else in another state of the code.
    pub(crate) fn difference(&self, other: &AppCode) -> Difference {
        let for_all = self.complete != other.complete
            || self.is_read != other.is_read
            || self.may_ask != other.may_ask
            || self.has_agents != other.has_agents
            || self.plugins != other.plugins
            || self.is_dynamic() != other.is_dynamic()
            || self.loose != other.loose
            || self.saved_for_any() != other.saved_for_any()
            || (self.functions == 0) != (other.functions == 0);
        if for_all {
            return Difference::All;
        }
        let saved = [self.saved.as_ref(), other.saved.as_ref()];
        let saved_otherwise: BTreeSet<&Option<Name>> = match saved {
            [Some(one), Some(two)] if Arc::ptr_eq(one, two) => BTreeSet::new(),
            _ => saved.into_iter().flatten().flat_map(|saved| saved.by_type.keys()).collect(),
        };
        let names: BTreeSet<&Option<Name>> =
            self.by_type.keys().chain(other.by_type.keys()).chain(saved_otherwise.iter().copied()).collect();
        let mut types: BTreeMap<Option<Name>, Due> = BTreeMap::new();
        for name in names {
            let mut paths = self.paths_that_differ(other, name.as_deref());
            let is_saved_otherwise = saved_otherwise.contains(name);
            if is_saved_otherwise {
                // In code, what was saved only says whether a call that is being typed was meant.
                let calls = self.calls_about(name.as_deref()).chain(other.calls_about(name.as_deref()));
                paths.extend(calls.filter(|call| call.is_typed).map(|call| call.path.clone()));
            }
            if is_saved_otherwise || !paths.is_empty() {
                types.insert(name.clone(), Due::Only(paths));
            }
        }
        if self.page_uses != other.page_uses {
            let both = self.page_uses.iter().chain(&other.page_uses);
            types.extend(both.map(|used| (used.found.type_name.clone(), Due::All)));
        }
        if self.automations != other.automations {
            let both = self.automations.iter().chain(&other.automations);
            types.extend(both.map(|automation| (Some(Name::from(automation.type_name.as_str())), Due::All)));
        }
        Difference::Types(types)
    }

    /// The files in which a type is used in another way, or a call with its token is another one.
    fn paths_that_differ(&self, other: &AppCode, name: Option<&str>) -> Paths {
        let mut paths = Paths::default();
        let uses = |code| AppCode::uses_about(code, name).map(|(_, used)| used);
        for (one, two) in side_by_side(uses(self), uses(other)) {
            if one != two {
                paths.extend([one, two].into_iter().flatten().map(|used| used.path.clone()));
            }
        }
        // Whose token a call sends is told by an index, which the uses of other types move.
        let calls = |code| {
            AppCode::calls_about(code, name)
                .map(move |call| (call, code.uses.get(call.used).map(|used| &used.found)))
        };
        for (one, two) in side_by_side(calls(self), calls(other)) {
            let is_same = match (one, two) {
                (Some((call, used)), Some((other, of_other))) => {
                    call.says_the_same(other) && used == of_other
                }
                _ => false,
            };
            if !is_same {
                paths.extend([one, two].into_iter().flatten().map(|(call, _)| call.path.clone()));
            }
        }
        paths
    }
}

/// Two lists, each entry beside that of the other, until both have ended.
fn side_by_side<T>(
    mut one: impl Iterator<Item = T>,
    mut two: impl Iterator<Item = T>,
) -> impl Iterator<Item = (Option<T>, Option<T>)> {
    std::iter::from_fn(move || Some((one.next(), two.next())).filter(|(a, b)| a.is_some() || b.is_some()))
}

impl AppCall {
    /// Whether it is the same request from the same place.
    fn says_the_same(&self, other: &AppCall) -> bool {
        let (a, b) = (&self.found, &other.found);
        a.at == b.at
            && a.method == b.method
            && a.target == b.target
            && a.arguments == b.arguments
            && a.more_arguments == b.more_arguments
            && a.graphql == b.graphql
            && a.followed == b.followed
            && a.callers == b.callers
            && self.range == other.range
            && self.is_typed == other.is_typed
    }
}

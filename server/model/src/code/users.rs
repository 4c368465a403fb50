//! Which functions use which connectors, as plain values: what is lost with a connector that is taken off the app.

use std::collections::{BTreeMap, BTreeSet};

use super::AppCode;
use crate::project::Project;

/// The functions of an app, by the connectors that they need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectorUsers {
    by_type: BTreeMap<String, Vec<String>>,
    any_type: Vec<String>,
}

impl ConnectorUsers {
    /// What the saved code of a project says; nobody where it has none.
    pub fn read(project: &Project) -> ConnectorUsers {
        AppCode::read(project).map(|code| ConnectorUsers::of(&code)).unwrap_or_default()
    }

    /// What code says: the functions that take a connector's token and rely on it, and those that an event of the
    /// connector starts.
    pub fn of(code: &AppCode) -> ConnectorUsers {
        let mut by_type: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut any_type: BTreeSet<&str> = BTreeSet::new();
        for used in code.uses.iter().filter(|used| used.is_relied_on()) {
            let functions = used.functions.iter().map(String::as_str);
            match used.type_name() {
                Some(name) => by_type.entry(name).or_default().extend(functions),
                None if used.is_of_a_type() => any_type.extend(functions),
                None => {}
            }
        }
        for automation in &code.automations {
            by_type.entry(&automation.type_name).or_default().extend(automation.function.as_deref());
        }
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let named = by_type.into_iter().filter(|(_, functions)| !functions.is_empty());
        ConnectorUsers {
            by_type: named.map(|(name, functions)| (name.to_owned(), owned(functions))).collect(),
            any_type: owned(any_type),
        }
    }

    /// The functions that need a connector of this type, by name.
    pub fn of_type(&self, type_name: &str) -> &[String] {
        self.by_type.get(type_name).map_or(&[], Vec::as_slice)
    }

    /// The functions that need a connector of a type that is only known when they run: it may be any.
    pub fn of_any_type(&self) -> &[String] {
        &self.any_type
    }
}

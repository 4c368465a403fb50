//! What follows of the code, kept by the types that it is about.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_code::Name;
use foldhash::fast::RandomState;

use crate::Finding;
use crate::code::{AppCode, ByFile, Difference, Due, SharedCode, Subject, View, sort};

/// The types that something is concluded about; the app as a whole is the last of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Type(Option<Name>),
    App,
}

/// What the code does, and what follows of it.
#[derive(Debug)]
pub(super) struct KnownCode {
    code: SharedCode,
    findings: BTreeMap<Group, ByFile>,
    /// The groups that say something about a file.
    groups: HashMap<PathBuf, BTreeSet<Group>, RandomState>,
}

impl KnownCode {
    /// Nothing is concluded yet.
    pub fn new(code: SharedCode) -> KnownCode {
        KnownCode { code, findings: BTreeMap::new(), groups: HashMap::default() }
    }

    pub fn code(&self) -> &SharedCode {
        &self.code
    }

    /// What is said about a file; none where that is nothing.
    pub fn findings(&self, path: &Path) -> Option<Vec<&Finding>> {
        let groups = self.groups.get(path)?;
        let all = groups.iter().filter_map(|group| self.findings.get(group)?.get(path)).flatten();
        let mut all: Vec<&Finding> = all.collect();
        // One place may take tokens of several types: what holds for each of them is said once.
        sort(&mut all);
        Some(all)
    }

    /// The files that something is said about, in their order.
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths: Vec<&Path> = self.groups.keys().map(PathBuf::as_path).collect();
        paths.sort();
        paths
    }

    /// Takes in the code as it is now. Gives the files of which the same is said in other lines.
    pub fn replace(&mut self, code: Arc<AppCode>) -> Vec<PathBuf> {
        let relaid: BTreeSet<&Path> = code.relaid(&self.code).collect();
        let speaks = |finding: &Finding| {
            let mut places = finding.related.iter().filter_map(|place| place.path.as_deref());
            places.any(|path| relaid.contains(path))
        };
        let all = self.findings.values().flatten();
        let old = all.filter(|(path, findings)| {
            !relaid.is_empty() && (relaid.contains(path.as_path()) || findings.iter().any(speaks))
        });
        let old: BTreeSet<&PathBuf> = old.map(|(path, _)| path).collect();
        let old = old.into_iter().cloned().collect();
        self.code = code;
        old
    }

    /// Concludes again what may be something else. Gives the files of which something else is said.
    pub fn conclude(&mut self, view: &View<'_>, difference: Difference) -> Vec<PathBuf> {
        let groups: BTreeMap<Group, Due> = match difference {
            Difference::Types(types) => {
                let types = types.into_iter().map(|(name, due)| (Group::Type(name), due));
                types.chain([(Group::App, Due::All)]).collect()
            }
            Difference::All => {
                let used = self.code.types().into_iter();
                let declared = view.connectors.iter().map(|(_, connector)| connector.type_name.as_str());
                let waited_for = self.code.automations.iter().map(|automation| automation.type_name.as_str());
                let types =
                    used.chain(declared).chain(waited_for).map(|name| Group::Type(Some(Name::from(name))));
                let now = types.chain([Group::Type(None), Group::App]);
                now.chain(self.findings.keys().cloned()).map(|group| (group, Due::All)).collect()
            }
        };
        groups.into_iter().flat_map(|(group, due)| self.conclude_about(view, group, due)).collect()
    }

    fn conclude_about(&mut self, view: &View<'_>, group: Group, due: Due) -> Vec<PathBuf> {
        let (subject, due) = match &group {
            Group::Type(name) => {
                let name = name.as_deref();
                let declares = |type_name: &str| Some(type_name) == name;
                let declaring = view.connectors.iter().filter(|(_, one)| declares(&one.type_name));
                (Subject::Type(name), due.with_declaring(declaring.map(|(path, _)| *path)))
            }
            Group::App => (Subject::App, due),
        };
        let now = view.findings(subject, &due);
        let known = self.findings.entry(group.clone()).or_default();
        let mut different: Vec<PathBuf> =
            known.keys().filter(|path| due.has(path) && !now.contains_key(*path)).cloned().collect();
        for path in &different {
            known.remove(path);
            if let Some(groups) = self.groups.get_mut(path) {
                groups.remove(&group);
                if groups.is_empty() {
                    self.groups.remove(path);
                }
            }
        }
        for (path, findings) in now {
            let before = known.get(&path);
            if before == Some(&findings) {
                continue;
            }
            if before.is_none() {
                self.groups.entry(path.clone()).or_default().insert(group.clone());
            }
            different.push(path.clone());
            known.insert(path, findings);
        }
        if known.is_empty() {
            self.findings.remove(&group);
        }
        // In an order of their own, whatever that of the maps is.
        different.sort();
        different
    }
}

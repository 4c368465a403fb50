//! What the connector files of a project say about each other.

mod declaring;

use std::collections::HashMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_syntax::TextRange;
use foldhash::fast::RandomState;

use declaring::Declaring;

/// To so many others a file of a type points, where they are counted.
const MAX_RELATED: usize = 10;
/// The same where they are too many to be counted: each of them is told where one of these comes, moves or goes.
const MAX_RELATED_OF_MANY: usize = 3;
/// Where more others than this declare one type, it is said of each that they are more, and no number.
pub(crate) const MAX_COUNTED: usize = 100;

/// Which file declares which type. Changing one file costs the same however many there are, also of one type: where they
/// are too many to be counted, each points to those that follow it by name, and what is said changes for its neighbours.
#[derive(Clone, Debug, Default)]
pub struct ProjectIndex {
    types: HashMap<Arc<str>, Declaring, RandomState>,
    /// The type of each file. Paths and names are shared: there may be thousands.
    files: HashMap<Arc<Path>, Option<Arc<str>>, RandomState>,
}

impl ProjectIndex {
    /// Records what a file declares, and where; gives the other files whose findings that changes.
    pub fn set(&mut self, path: &Path, declared: Option<(&str, TextRange)>) -> Vec<PathBuf> {
        let name = declared.map(|(name, _)| name);
        if let (Some(Some(before)), Some((name, range))) = (self.files.get(path), declared)
            && **before == *name
        {
            // The same type as before: the others point to a range that may have moved, nothing more.
            if let Some(place) = self.types.get_mut(name).and_then(|files| files.get_mut(path)) {
                let moved = std::mem::replace(place, range) != range;
                return if moved { self.pointing_to(name, path) } else { Vec::new() };
            }
        }
        let mut changed = self.remove(path);
        self.record(&path.into(), declared);
        changed.extend(name.into_iter().flat_map(|name| self.concerned(name, path)));
        changed
    }

    /// Records what a file declares of which nothing is known yet. Of whom that concerns nothing is gathered: while a
    /// project is read, every file of a type would be told of all that came before it.
    pub(crate) fn record(&mut self, path: &Arc<Path>, declared: Option<(&str, TextRange)>) {
        let name = declared.map(|(name, range)| {
            let known = self.types.get_key_value(name).map(|(name, _)| name.clone());
            let name = known.unwrap_or_else(|| name.into());
            match self.types.get_mut(&name) {
                Some(files) => files.insert(path.clone(), range),
                None => {
                    self.types.insert(name.clone(), Declaring::One(path.clone(), range));
                }
            }
            name
        });
        self.files.insert(path.clone(), name);
    }

    /// Forgets a file; gives the other files whose findings that changes.
    pub fn remove(&mut self, path: &Path) -> Vec<PathBuf> {
        let Some(Some(name)) = self.files.remove(path) else {
            return Vec::new();
        };
        let others = self.concerned(&name, path);
        if self.types.get_mut(&name).is_some_and(|files| files.remove(path)) {
            self.types.remove(&name);
        }
        others
    }

    /// The files that one of a type points to, and where they declare it: the first of the others by name, or where they
    /// are too many to be counted those that follow it, round the end.
    pub(crate) fn related<'a>(
        &'a self,
        name: &str,
        path: Option<&'a Path>,
    ) -> impl Iterator<Item = (&'a Path, TextRange)> + use<'a> {
        let from = path.filter(|_| self.is_beyond_count(name)).map_or(Unbounded, Excluded);
        let files = self.types.get(name);
        let following = files.map(|files| files.between(from, Unbounded));
        let first = files.filter(|_| from != Unbounded).map(|files| files.between(Unbounded, Unbounded));
        let all = following.into_iter().flatten().chain(first.into_iter().flatten());
        all.filter(move |(other, _)| Some(*other) != path).take(if self.is_beyond_count(name) {
            MAX_RELATED_OF_MANY
        } else {
            MAX_RELATED
        })
    }

    /// The other files that declare a type, and where.
    pub fn also_declared<'a>(
        &'a self,
        name: &str,
        path: Option<&'a Path>,
    ) -> impl Iterator<Item = (&'a Path, TextRange)> + use<'a> {
        let files = self.types.get(name).map(|files| files.between(Unbounded, Unbounded));
        files.into_iter().flatten().filter(move |(other, _)| Some(*other) != path)
    }

    /// The files that declare a type, by name.
    pub fn files_of(&self, name: &str) -> impl Iterator<Item = &Path> {
        self.types.get(name).into_iter().flat_map(Declaring::iter).map(|(path, _)| path)
    }

    /// How many files declare a type.
    pub fn count(&self, name: &str) -> usize {
        self.types.get(name).map_or(0, Declaring::len)
    }

    /// Whether there is a file at this place.
    pub fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// The types that are declared, in no order, each with its first file.
    pub fn types(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.types.iter().filter_map(|(name, files)| Some((&**name, files.iter().next()?.0)))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The other files of which something else is said once this one, which is among those of the type, comes or goes.
    fn concerned(&self, name: &str, path: &Path) -> Vec<PathBuf> {
        // Itself, the one that the message names, those that it counts, and the first that is not counted.
        if self.count(name) <= MAX_COUNTED + 3 {
            self.others(name, path)
        } else {
            self.pointing_to(name, path)
        }
    }

    /// Whether so many files declare a type that none of them is told how many.
    fn is_beyond_count(&self, name: &str) -> bool {
        self.count(name) > MAX_COUNTED + 2
    }

    /// The other files of a type that point to this one.
    fn pointing_to(&self, name: &str, path: &Path) -> Vec<PathBuf> {
        let Some(files) = self.types.get(name).filter(|_| self.is_beyond_count(name)) else {
            // The first few point to one more, as none points to itself.
            let is_pointed_to = self.files_of(name).take(MAX_RELATED + 1).any(|other| other == path);
            return if is_pointed_to { self.others(name, path) } else { Vec::new() };
        };
        let before = files.between(Unbounded, Excluded(path)).rev();
        let last = files.between(Excluded(path), Unbounded).rev();
        before.chain(last).take(MAX_RELATED_OF_MANY).map(|(other, _)| other.to_owned()).collect()
    }

    fn others(&self, name: &str, path: &Path) -> Vec<PathBuf> {
        self.also_declared(name, Some(path)).map(|(other, _)| other.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_tells_which_other_files_it_concerns() {
        let mut index = ProjectIndex::default();
        let (a, b) = (Path::new("a.jsonc"), Path::new("b.jsonc"));
        let range = TextRange::new(1, 2);
        assert!(index.set(a, Some(("slack", range))).is_empty());
        assert_eq!(index.set(b, Some(("slack", range))), [a]);
        assert!(index.set(b, Some(("slack", range))).is_empty());
        assert_eq!(index.also_declared("slack", Some(a)).count(), 1);
        assert_eq!(index.set(b, Some(("notion", range))), [a]);
        assert_eq!(index.also_declared("slack", Some(a)).count(), 0);
        assert!(index.remove(a).is_empty());
        assert_eq!(index.types().collect::<Vec<_>>(), [("notion", b)]);
    }

    #[test]
    fn ten_thousand_files_of_one_type_are_still_told_apart() {
        let mut index = ProjectIndex::default();
        for number in 0..10_000 {
            index.set(
                Path::new(&format!("{number}.jsonc")),
                Some((&format!("t{number}"), TextRange::default())),
            );
        }
        assert_eq!(index.len(), 10_000);
        assert!(index.set(Path::new("7.jsonc"), Some(("t8", TextRange::default()))).len() == 1);
    }

    fn path(number: usize) -> PathBuf {
        PathBuf::from(format!("{number:05}.jsonc"))
    }

    /// How many files are told of each of these changes.
    fn told(changes: impl Iterator<Item = Vec<PathBuf>>) -> usize {
        changes.map(|told| told.len()).sum()
    }

    #[test]
    fn in_whichever_order_many_files_of_one_type_come_and_go_few_others_are_told() {
        const FILES: usize = 5_000;
        let shuffled: Vec<usize> = (0..FILES).map(|number| number * 1_999 % FILES).collect();
        let orders = [(0..FILES).collect(), (0..FILES).rev().collect(), shuffled.clone()];
        for come in &orders {
            for go in &orders {
                let mut index = ProjectIndex::default();
                let range = TextRange::new(1, 2);
                let coming =
                    told(come.iter().map(|number| index.set(&path(*number), Some(("slack", range)))));
                let moved = TextRange::new(2, 3);
                let moving =
                    told(shuffled.iter().map(|number| index.set(&path(*number), Some(("slack", moved)))));
                let going = told(go.iter().map(|number| index.remove(&path(*number))));
                // Those that are counted tell all of them, once on the way up and once on the way down.
                let most = FILES * MAX_RELATED + (MAX_COUNTED + 3) * (MAX_COUNTED + 3);
                assert!(coming <= most && moving <= most && going <= most, "{coming} {moving} {going}");
            }
        }
    }

    /// What is said of each file depends on how many there are and on those it points to: where that changes, it is told.
    #[test]
    fn whoever_points_elsewhere_than_before_is_told() {
        let mut index = ProjectIndex::default();
        let said = |index: &ProjectIndex| -> HashMap<PathBuf, (usize, Vec<(PathBuf, TextRange)>)> {
            let of = |path: &Path| {
                let related =
                    index.related("slack", Some(path)).map(|(path, range)| (path.to_owned(), range));
                (index.count("slack").min(MAX_COUNTED + 3), related.collect())
            };
            index.files_of("slack").map(|path| (path.to_owned(), of(path))).collect()
        };
        let mut before = said(&index);
        let mut change = |index: &mut ProjectIndex, changed: Vec<PathBuf>, path: &Path| {
            let now = said(index);
            for (other, says) in &now {
                let differs = before.get(other).is_some_and(|before| before != says);
                assert!(!differs || other == path || changed.contains(other), "{other:?} after {path:?}");
            }
            before = now;
        };
        for step in 0..900_usize {
            let path = path(step * 37 % 211);
            let changed = match step % 5 {
                4 => index.remove(&path),
                _ => index.set(&path, Some(("slack", TextRange::new(1, 2 + step as u32 % 3)))),
            };
            change(&mut index, changed, &path);
        }
    }
}

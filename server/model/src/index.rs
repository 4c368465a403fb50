//! What the connector files of a project say about each other.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use connector_syntax::TextRange;

/// So many of the files of one type point to each other.
pub(crate) const MAX_RELATED: usize = 10;
/// Where more files than this declare one type, it is said of each that they are more, and no number.
pub(crate) const MAX_COUNTED: usize = 100;

/// Which file declares which type. Changing one file costs the same however many there are, also of one type: what is
/// said of the others changes only while they are few enough to be counted, or where the file is one that they point to.
#[derive(Clone, Debug, Default)]
pub struct ProjectIndex {
    types: HashMap<String, BTreeMap<PathBuf, TextRange>>,
    files: HashMap<PathBuf, Option<String>>,
}

impl ProjectIndex {
    /// Records what a file declares, and where; gives the other files whose findings that changes.
    pub fn set(&mut self, path: &Path, declared: Option<(&str, TextRange)>) -> Vec<PathBuf> {
        let name = declared.map(|(name, _)| name);
        if let (Some(Some(before)), Some((name, range))) = (self.files.get(path), declared)
            && before == name
        {
            // The same type as before: the others point to a range that may have moved, nothing more.
            if let Some(place) = self.types.get_mut(name).and_then(|paths| paths.get_mut(path)) {
                let moved = std::mem::replace(place, range) != range;
                return if moved && self.is_pointed_to(name, path) {
                    self.others(name, path)
                } else {
                    Vec::new()
                };
            }
        }
        let mut changed = self.remove(path);
        self.record(path, declared);
        changed.extend(name.into_iter().flat_map(|name| self.concerned(name, path)));
        changed
    }

    /// Records what a file declares of which nothing is known yet. Of whom that concerns nothing is gathered: while a
    /// project is read, every file of a type would be told of all that came before it.
    pub(crate) fn record(&mut self, path: &Path, declared: Option<(&str, TextRange)>) {
        self.files.insert(path.to_owned(), declared.map(|(name, _)| name.to_owned()));
        if let Some((name, range)) = declared {
            self.types.entry(name.to_owned()).or_default().insert(path.to_owned(), range);
        }
    }

    /// Forgets a file; gives the other files whose findings that changes.
    pub fn remove(&mut self, path: &Path) -> Vec<PathBuf> {
        let Some(Some(name)) = self.files.remove(path) else {
            return Vec::new();
        };
        let others = self.concerned(&name, path);
        if let Some(paths) = self.types.get_mut(&name) {
            paths.remove(path);
            if paths.is_empty() {
                self.types.remove(&name);
            }
        }
        others
    }

    /// The other files that declare a type, and where.
    pub fn also_declared<'a>(
        &'a self,
        name: &str,
        path: Option<&'a Path>,
    ) -> impl Iterator<Item = (&'a Path, TextRange)> + use<'a> {
        let paths = self.types.get(name).into_iter().flatten();
        paths.map(|(other, range)| (other.as_path(), *range)).filter(move |(other, _)| Some(*other) != path)
    }

    /// The files that declare a type, by name.
    pub fn files_of(&self, name: &str) -> impl Iterator<Item = &Path> {
        self.types.get(name).into_iter().flat_map(BTreeMap::keys).map(PathBuf::as_path)
    }

    /// How many files declare a type.
    pub fn count(&self, name: &str) -> usize {
        self.types.get(name).map_or(0, BTreeMap::len)
    }

    /// Whether there is a file at this place.
    pub fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// The types that are declared, in no order, each with its first file.
    pub fn types(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.types.iter().filter_map(|(name, paths)| Some((name.as_str(), paths.keys().next()?.as_path())))
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
        // Itself, the one that is named, those that are counted, and the first that is not.
        if self.count(name) <= MAX_COUNTED + 3 || self.is_pointed_to(name, path) {
            self.others(name, path)
        } else {
            Vec::new()
        }
    }

    /// Whether the other files of a type point to this one.
    fn is_pointed_to(&self, name: &str, path: &Path) -> bool {
        // The first few point to one more, as none points to itself.
        self.files_of(name).take(MAX_RELATED + 1).any(|pointed_to| pointed_to == path)
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

    #[test]
    fn where_many_declare_one_type_a_change_concerns_the_others_only_where_they_say_something_else() {
        let mut index = ProjectIndex::default();
        let path = |number: usize| PathBuf::from(format!("{number:05}.jsonc"));
        let one = |range| Some(("slack", range));
        let told: usize =
            (0..10_000).map(|number| index.set(&path(number), one(TextRange::new(1, 2))).len()).sum();
        assert!(told < 10_000, "{told}");
        // A range that moves concerns them where they point to it.
        assert_eq!(index.set(&path(3), one(TextRange::new(2, 3))).len(), 9_999);
        assert_eq!(index.set(&path(5_000), one(TextRange::new(2, 3))).len(), 0);
        assert_eq!(index.remove(&path(5_000)).len(), 0);
        assert_eq!(index.remove(&path(0)).len(), 9_998);
    }
}

//! The files of a connectors folder, found by their paths and in the order of them.

use std::path::Path;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::FileState;

/// The files by their paths. They are found by a hash: to compare two paths is slow, as it goes part by part, and a
/// tree of 10,000 files does so 14 times each time one is looked for.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// In the order of the paths, at all times. Each file in a box, as half of the room of a map is empty.
    list: IndexMap<Arc<Path>, Box<FileState>, RandomState>,
}

impl Files {
    pub fn get(&self, path: &Path) -> Option<&FileState> {
        self.list.get(path).map(Box::as_ref)
    }

    pub fn get_mut(&mut self, path: &Path) -> Option<&mut FileState> {
        self.list.get_mut(path).map(Box::as_mut)
    }

    pub fn contains(&self, path: &Path) -> bool {
        self.list.contains_key(path)
    }

    /// Adds a file, or puts it in the place of the one that is there.
    pub fn insert(&mut self, path: Arc<Path>, file: Box<FileState>) {
        // A folder's files mostly come in their order.
        match self.list.last() {
            Some((last, _)) if *last > path => self.list.insert_sorted(path, file).1,
            _ => self.list.insert(path, file),
        };
    }

    pub fn remove(&mut self, path: &Path) -> Option<Box<FileState>> {
        self.list.shift_remove(path)
    }

    pub fn all(&self) -> impl Iterator<Item = (&Path, &FileState)> {
        self.list.iter().map(|(path, file)| (&**path, &**file))
    }

    /// Those behind one of them, which need not be there any more; from the first where none is given.
    pub fn after(&self, path: Option<&Path>) -> impl Iterator<Item = (&Arc<Path>, &FileState)> {
        let start = path.map_or(0, |path| match self.list.get_index_of(path) {
            Some(at) => at + 1,
            None => self.list.partition_point(|known, _| &**known < path),
        });
        let rest = self.list.get_range(start..).into_iter().flatten();
        rest.map(|(path, file)| (path, &**file))
    }
}

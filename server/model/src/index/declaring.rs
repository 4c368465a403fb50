//! The files that declare one type.

use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds};
use std::path::Path;
use std::sync::Arc;

use connector_syntax::TextRange;

/// The files that declare one type, by name, and where each does. There is one nearly always: a tree of one would take
/// the room of eleven.
#[derive(Clone, Debug)]
pub(super) enum Declaring {
    One(Arc<Path>, TextRange),
    Many(BTreeMap<Arc<Path>, TextRange>),
}

impl Declaring {
    pub fn len(&self) -> usize {
        match self {
            Declaring::One(..) => 1,
            Declaring::Many(files) => files.len(),
        }
    }

    pub fn get_mut(&mut self, path: &Path) -> Option<&mut TextRange> {
        match self {
            Declaring::One(file, range) => (**file == *path).then_some(range),
            Declaring::Many(files) => files.get_mut(path),
        }
    }

    pub fn insert(&mut self, path: Arc<Path>, range: TextRange) {
        match self {
            Declaring::One(file, before) if *file == path => *before = range,
            Declaring::One(file, before) => {
                *self = Declaring::Many(BTreeMap::from([(file.clone(), *before), (path, range)]));
            }
            Declaring::Many(files) => {
                files.insert(path, range);
            }
        }
    }

    /// Forgets a file; gives whether none is left.
    pub fn remove(&mut self, path: &Path) -> bool {
        match self {
            Declaring::One(file, _) => **file == *path,
            Declaring::Many(files) => {
                files.remove(path);
                files.is_empty()
            }
        }
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Path, TextRange)> {
        self.between(Bound::Unbounded, Bound::Unbounded)
    }

    /// Those between two names.
    pub fn between<'a>(
        &'a self,
        from: Bound<&'a Path>,
        to: Bound<&'a Path>,
    ) -> impl DoubleEndedIterator<Item = (&'a Path, TextRange)> + use<'a> {
        let (one, many) = match self {
            Declaring::One(file, range) => {
                let is_between = RangeBounds::<Path>::contains(&(from, to), &**file);
                (is_between.then_some((&**file, *range)), None)
            }
            Declaring::Many(files) => (None, Some(files.range::<Path, _>((from, to)))),
        };
        one.into_iter().chain(many.into_iter().flatten().map(|(file, range)| (&**file, *range)))
    }
}

//! Safe fixes of a project's files.

use std::path::{Path, PathBuf};

use super::{Changed, FileState, ProjectState, Source};
use crate::fixes::fix_all_named;

/// A file whose text safe fixes change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The file.
    pub path: PathBuf,
    /// Its text before.
    pub before: String,
    /// Its text after.
    pub after: String,
    /// The titles of the fixes, in the order applied.
    pub titles: Vec<String>,
}

impl ProjectState {
    /// What every safe fix of one file makes of its text; nothing where there is none, or the text is not kept.
    pub fn fix(&self, path: &Path) -> Option<Fixed> {
        let text = self.files.get(path)?.text()?;
        let (after, titles) = fix_all_named(text, &self.around(path), &self.severities);
        let fixed = Fixed { path: path.to_owned(), before: text.to_owned(), after, titles };
        (!fixed.titles.is_empty() && fixed.after != fixed.before).then_some(fixed)
    }

    /// Applies every safe fix of some files, one file after the other. Each is fixed beside the others as they are by
    /// then: two files are never both made into the same connector.
    pub fn fix_all(&mut self, paths: &[PathBuf]) -> Vec<Fixed> {
        let mut all = Vec::new();
        for path in paths {
            let Some(fixed) = self.fix(path) else { continue };
            self.take_fixed(&fixed);
            all.push(fixed);
        }
        all
    }

    /// Takes in a file as fixes left it.
    pub fn take_fixed(&mut self, fixed: &Fixed) -> Changed {
        let source = self.file(&fixed.path).map_or(Source::Disk, FileState::source);
        self.set_text(&fixed.path, source, &fixed.after)
    }
}

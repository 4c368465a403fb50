//! An app's pages, which run in the browser of a person: what they ask of connectors fails there, whatever the functions
//! may do. Each is looked at by itself, and only where its text speaks of taking a connector.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_boundary::read::read_program_inside;
use connector_code::{Alone, Method};

use super::AppUse;
use super::analyse::on_deep_stack;
use super::folders::{CodeFile, CodeFolders, is_walked};
use super::known::Known;
use crate::Positions;
use crate::ignores::Ignores;

/// How many files of pages are looked at.
const MAX_FILES: usize = 20_000;

/// The pages that take connectors, by their paths from the project's root.
#[derive(Debug)]
pub(super) struct Pages {
    root: PathBuf,
    folders: CodeFolders,
    /// What is to be looked at.
    due: BTreeMap<String, Arc<str>>,
    known: BTreeMap<String, Page>,
}

/// A page that takes connectors.
#[derive(Debug)]
pub(super) struct Page {
    pub uses: Vec<AppUse>,
    pub ignores: Option<Arc<Ignores>>,
    pub positions: Arc<Positions>,
}

impl Pages {
    /// Reads those of a project that are worth a look.
    pub fn read(root: &Path, folders: &CodeFolders) -> Pages {
        let mut pages = Pages {
            root: root.to_owned(),
            folders: folders.clone(),
            due: BTreeMap::new(),
            known: BTreeMap::new(),
        };
        if let Some(folder) = &folders.pages {
            pages.walk(folder);
        }
        pages
    }

    /// Whether none takes a connector, as far as that is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Those that take connectors, each with its path.
    pub fn all(&self) -> impl Iterator<Item = (PathBuf, &Page)> {
        self.known.iter().map(|(key, page)| (self.root.join(key), page))
    }

    /// Takes in the text of a page.
    fn set(&mut self, key: String, text: Arc<str>) {
        self.known.remove(&key);
        match connector_code::takes_connectors(&text) {
            true => self.due.insert(key, text),
            false => self.due.remove(&key),
        };
    }

    /// Looks at a place on disk again: a page, or a folder with all that lies below or around them.
    pub fn look(&mut self, path: &Path, key: &str) {
        let Some(folder) = self.folders.pages.clone() else { return };
        let below = format!("{key}/");
        let gone = |known: &String| known == key || known.starts_with(&below);
        self.due.retain(|known, _| !gone(known));
        self.known.retain(|known, _| !gone(known));
        // What is behind a link is not this project's.
        let Ok(metadata) = std::fs::symlink_metadata(path) else { return };
        if metadata.is_dir() {
            self.walk(if folder.starts_with(path) { &folder } else { path });
        } else if metadata.is_file() {
            self.take(path);
        }
    }

    fn walk(&mut self, top: &Path) {
        let Some(folder) = self.folders.pages.clone() else { return };
        let mut folders = vec![top.to_owned()];
        let mut files = 0;
        while let Some(at) = folders.pop() {
            let is_folder = std::fs::symlink_metadata(&at).is_ok_and(|it| it.is_dir());
            let is_looked_into = is_folder && is_walked(&folder, &at);
            let Some(entries) = std::fs::read_dir(&at).ok().filter(|_| is_looked_into) else { continue };
            for entry in entries.flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    Ok(kind) if kind.is_file() && files < MAX_FILES => {
                        files += 1;
                        self.take(&entry.path());
                    }
                    _ => {}
                }
            }
        }
    }

    fn take(&mut self, path: &Path) {
        if self.folders.kind(path) != Some(CodeFile::Page) {
            return;
        }
        let Some(key) = key_of(&self.root, path) else { return };
        if let Ok(text) = read_program_inside(&self.root, path) {
            self.set(key, text.into());
        }
    }

    /// Looks at what is due. `here`: this thread has the stack that it takes.
    pub fn analyse(&mut self, here: bool) {
        if self.due.is_empty() {
            return;
        }
        let due = std::mem::take(&mut self.due);
        let root = &self.root;
        let look = move || due.into_iter().filter_map(|(key, text)| Some((page_of(root, &key, &text)?, key)));
        let found: Option<Vec<(Page, String)>> = on_deep_stack(here, || look().collect());
        self.known.extend(found.into_iter().flatten().map(|(page, key)| (key, page)));
    }
}

/// A path from the project's root, with slashes.
fn key_of(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// What a page does; none where it takes no connector, or what it does cannot be told.
fn page_of(root: &Path, key: &str, text: &Arc<str>) -> Option<Page> {
    let walk = || {
        let module = Arc::new(connector_code::read(key, text));
        let analysis = connector_code::analyse(&module, &Alone);
        let ignores = Ignores::of_comments(text, &analysis.directives);
        let known = Known::of(analysis, root, &|path| (path == key).then(|| text.clone()));
        (known.uses, ignores)
    };
    let (mut uses, ignores) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(walk)).ok()?;
    // A key in the environment is none that a browser has, and an account of the app's user is taken there.
    uses.retain(|used| used.is_of_a_type() && used.found.method != Method::Environment);
    let positions = Arc::new(Positions::of(text));
    (!uses.is_empty()).then(|| Page { uses, ignores: ignores.map(Arc::new), positions })
}

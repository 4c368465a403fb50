//! What lies where a person may have put connector files, and what by its name may be one.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use connector_model::files::{MAX_ENTRIES, is_connector_name, is_of_a_program};

/// Folders in folders are looked into so deep.
const MAX_DEPTH: usize = 16;

/// What lies in and below a connectors folder, besides what a push reads.
#[derive(Default)]
pub(super) struct Found {
    pub files: Vec<PathBuf>,
    /// Folders that were not looked into.
    pub not_entered: Vec<PathBuf>,
    pub is_cut: bool,
}

/// Walks a connectors folder, links to folders of the project followed, each folder once.
/// So many entries in all are looked at.
pub(super) fn walk(connectors: &Path, max_entries: usize, is_inside: impl Fn(&Path) -> bool) -> Found {
    let mut found = Found::default();
    let mut entered: HashSet<PathBuf> = HashSet::new();
    let mut waiting = VecDeque::from([(connectors.to_owned(), 0)]);
    let mut entries_seen = 0;
    while let Some((folder, depth)) = waiting.pop_front() {
        let Ok(real) = folder.canonicalize() else { continue };
        if !entered.insert(real.clone()) {
            continue;
        }
        let may_enter = depth <= MAX_DEPTH && is_inside(&real);
        let entries = match may_enter.then(|| std::fs::read_dir(&folder)) {
            Some(Ok(entries)) => entries,
            _ => {
                // What is wrong with the folder itself is said elsewhere.
                found.not_entered.extend((depth > 0).then_some(folder));
                continue;
            }
        };
        for entry in entries {
            entries_seen += 1;
            let Ok(entry) = entry else {
                found.is_cut = true;
                break;
            };
            if entries_seen > max_entries {
                found.is_cut = true;
                return sorted(found);
            }
            let path = entry.path();
            let is_read = depth == 0 && is_connector_name(&path);
            if is_read || is_of_a_program(&path) {
                continue;
            }
            if path.is_dir() {
                waiting.push_back((path, depth + 1));
            } else {
                found.files.push(path);
            }
        }
    }
    sorted(found)
}

fn sorted(mut found: Found) -> Found {
    found.files.sort();
    found.not_entered.sort();
    found
}

/// What is left of a type where it is written in another way: `Google-Calendar` and `googlecalendar` are alike.
pub(crate) fn alike(type_name: &str) -> String {
    type_name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether somebody may have meant a file as a connector, or set a connector aside under this name: whatever has
/// `.json` in it, and else whatever is not known to be something else by its ending.
pub(super) fn is_like_a_connector(path: &Path) -> bool {
    const OTHERS: [&str; 28] = [
        "md", "mdx", "html", "css", "png", "svg", "jpg", "jpeg", "gif", "webp", "ico", "pdf", "ts", "tsx",
        "js", "jsx", "mjs", "cjs", "mts", "cts", "map", "sh", "py", "go", "rs", "lock", "log", "zip",
    ];
    if is_of_a_program(path) {
        return false;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let endings: Vec<&str> = name.split('.').skip(1).map(str::trim).collect();
    endings.iter().any(|ending| ending.starts_with("json"))
        || endings.last().is_none_or(|ending| !OTHERS.contains(ending))
}

/// Whether a folder is one that a person may have put connectors into: not the packages of others, nor what programs keep
/// in folders that begin with a dot.
pub(super) fn may_have_connectors(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_of_others = name == "node_modules" || name.starts_with('.');
    !is_of_others && path.is_dir()
}

/// What lies in a folder itself; nothing where it cannot be listed.
pub(super) fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(MAX_ENTRIES);
    entries.flatten().map(|entry| entry.path())
}

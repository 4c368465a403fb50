//! Connector files that somebody moved to another place of the project: a push does not read them there, and what they
//! declare would go.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use connector_model::project::{CONFIG_NAMES, PROJECT_FOLDER, is_of_programs};
use connector_syntax::Tree;

/// So many entries of a project are looked at: a large one has some thousand beside its packages.
const MAX_LOOKED: usize = 20_000;
/// All that a connector file says. Others have a `type` too.
const KEYS: [&str; 3] = ["type", "scopes", "$schema"];

/// The files of a project that may be connectors by their name, nearest first. Links are not followed, nor are folders
/// entered that are known already, that belong to a program, or that are a project of their own.
pub(super) fn candidates(root: &Path, is_known: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = VecDeque::from([root.to_owned()]);
    let mut looked = 0;
    while let Some(folder) = waiting.pop_front() {
        if is_known(&folder) || folder != root && is_a_project(&folder) {
            continue;
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for entry in entries.take(MAX_LOOKED - looked) {
            looked += 1;
            let name = entry.file_name().to_string_lossy().to_lowercase();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !is_of_programs(&name) => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && name.contains(".json") => files.push(entry.path()),
                _ => {}
            }
        }
        // The same ones each time, whichever order the disk has.
        files.sort();
        folders.sort();
        found.extend(files);
        waiting.extend(folders);
        if looked >= MAX_LOOKED {
            break;
        }
    }
    found
}

/// Whether another project begins here: its files are its own.
fn is_a_project(folder: &Path) -> bool {
    CONFIG_NAMES.iter().any(|name| folder.join(PROJECT_FOLDER).join(name).is_file())
}

/// Whether a text says nothing but what a connector says.
pub(super) fn says_nothing_else(tree: &Tree) -> bool {
    let Some(object) = tree.root().and_then(|root| root.as_object()) else { return false };
    object.members().all(|member| KEYS.contains(&&*member.key().text()))
}

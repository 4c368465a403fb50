//! The projects below a folder.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use super::{config_in, find_config};

/// Folders that hold no project of the user's, but what tools put there. An editor passes over them.
const GENERATED: [&str; 8] =
    ["node_modules", "target", "dist", "build", "out", "vendor", "venv", "__pycache__"];
/// The one that is passed over always: a package manager fills it, and it dwarfs everything else.
const DEPENDENCIES: &str = "node_modules";

/// How far below a folder projects are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchDepth {
    /// As far as an editor can at every start: not deep, not in what tools generate, not in too many folders.
    Quick,
    /// Everywhere but in hidden folders and among dependencies: what was asked for on a command line is not left out.
    Everywhere,
}

impl SearchDepth {
    /// How deep a project may lie below the folder.
    fn max_depth(self) -> usize {
        match self {
            SearchDepth::Quick => 5,
            SearchDepth::Everywhere => usize::MAX,
        }
    }

    /// How many folders are looked into: an editor opens whole disks.
    fn max_folders(self) -> usize {
        match self {
            SearchDepth::Quick => 4_000,
            SearchDepth::Everywhere => usize::MAX,
        }
    }

    fn enters(self, name: &str) -> bool {
        let is_passed_over = match self {
            SearchDepth::Quick => GENERATED.contains(&name),
            SearchDepth::Everywhere => name == DEPENDENCIES,
        };
        !name.starts_with('.') && !is_passed_over
    }
}

/// The config files of the projects in a folder: its own or the nearest above, and those below it.
///
/// The nearest folders come first, so that a bound leaves out the deepest. Links are not followed, and a home folder or
/// the root of a disk is not searched.
pub fn find_projects(folder: &Path, home: Option<&Path>, search: SearchDepth) -> Vec<PathBuf> {
    let mut found: HashSet<PathBuf> = find_config(folder).into_iter().collect();
    let mut waiting = VecDeque::new();
    if Some(folder) != home && folder.parent().is_some() {
        waiting.push_back((folder.to_owned(), 0));
    }
    let mut looked_into = 0;
    while let Some((folder, depth)) = waiting.pop_front() {
        looked_into += 1;
        if looked_into > search.max_folders() {
            break;
        }
        found.extend(config_in(&folder));
        if depth == search.max_depth() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && search.enters(&entry.file_name().to_string_lossy()) {
                waiting.push_back((entry.path(), depth + 1));
            }
        }
    }
    let mut found: Vec<PathBuf> = found.into_iter().collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_looks_everywhere_and_an_editor_not_into_what_tools_make() {
        let place = tempfile::tempdir().unwrap();
        let project = |at: &str| {
            let folder = place.path().join(at).join("base44");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("config.jsonc"), "{}").unwrap();
        };
        for at in ["near", "a/b/c/d/e/f/g", "build/app", "vendor/app", "node_modules/app", ".hidden/app"] {
            project(at);
        }
        let found = |search| -> Vec<String> {
            let found = find_projects(place.path(), None, search);
            let name = |path: &PathBuf| {
                let inside = path.strip_prefix(place.path()).unwrap().components().collect::<Vec<_>>();
                inside[..inside.len() - 2]
                    .iter()
                    .map(|part| part.as_os_str().to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/")
            };
            found.iter().map(name).collect()
        };
        assert_eq!(found(SearchDepth::Quick), ["near"]);
        assert_eq!(found(SearchDepth::Everywhere), ["a/b/c/d/e/f/g", "build/app", "near", "vendor/app"]);
    }
}

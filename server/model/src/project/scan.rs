//! The projects below a folder.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use super::unconfigured::{is_unconfigured, unconfigured_above};
use super::{config_in, find_config};

/// Folders that programs make or fetch, in lower case: what lies there is a copy of something, or another's.
const OF_PROGRAMS: [&str; 9] =
    ["node_modules", "target", "dist", "build", "out", "vendor", "venv", "__pycache__", "coverage"];
/// The one that is passed over always: a package manager fills it, and it dwarfs everything else.
const DEPENDENCIES: &str = "node_modules";

/// How far below a folder projects are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchDepth {
    /// As far as an editor can at every start: not deep, not in what tools generate, not in too many folders.
    Quick,
    /// Everywhere but in hidden folders and among dependencies: what was asked for on a command line is not left out, but
    /// for what lies deeper than only a program makes folders, and that is said.
    Everywhere,
}

/// A project may lie so deep at the most. Each look at one costs all the folders above it, several times over: of 2,000
/// projects in each other the last alone would take seconds.
const MAX_DEPTH: usize = 100;

impl SearchDepth {
    /// How deep a project may lie below the folder.
    fn max_depth(self) -> usize {
        match self {
            SearchDepth::Quick => 5,
            SearchDepth::Everywhere => MAX_DEPTH,
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
        match self {
            SearchDepth::Quick => !is_of_programs(name),
            SearchDepth::Everywhere => !name.starts_with('.') && name != DEPENDENCIES,
        }
    }
}

/// Whether a folder of this name is hidden, or holds what programs put there and nothing of the user's.
pub fn is_of_programs(name: &str) -> bool {
    name.starts_with('.') || OF_PROGRAMS.contains(&name.to_lowercase().as_str())
}

/// The config files of the projects in a folder: its own or the nearest above, and those below it.
///
/// The nearest folders come first, so that a bound leaves out the deepest. Links are not followed, and a home folder or
/// the root of a disk is not searched.
pub fn find_projects(folder: &Path, home: Option<&Path>, search: SearchDepth) -> Vec<PathBuf> {
    let mut found: HashSet<PathBuf> = find_config(folder).into_iter().collect();
    walk(folder, home, search, |folder| found.extend(config_in(folder)));
    let mut found: Vec<PathBuf> = found.into_iter().collect();
    found.sort();
    found
}

/// Where an app is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProjectPlace {
    /// The config file of a project.
    Config(PathBuf),
    /// The folder of an app without a config.
    Folder(PathBuf),
}

impl ProjectPlace {
    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            ProjectPlace::Config(path) | ProjectPlace::Folder(path) => path,
        }
    }
}

/// What was found.
#[derive(Debug)]
pub struct Places {
    /// In order.
    pub found: Vec<ProjectPlace>,
    /// A folder whose own ones lie too deep to be looked into.
    pub too_deep: Option<PathBuf>,
}

/// The same as [`find_projects`], and the apps without a config below the folder or above it. Where one of them lies in
/// a project, it is the project's.
pub fn find_places(folder: &Path, home: Option<&Path>, search: SearchDepth) -> Places {
    let above = find_config(folder).map(ProjectPlace::Config);
    let mut found: HashSet<ProjectPlace> = above.into_iter().collect();
    if found.is_empty() {
        found.extend(unconfigured_above(folder).map(|it| ProjectPlace::Folder(it.to_owned())));
    }
    let too_deep = walk(folder, home, search, |folder| match config_in(folder) {
        Some(config) => found.extend([ProjectPlace::Config(config)]),
        None if is_unconfigured(folder) && find_config(folder).is_none() => {
            found.extend([ProjectPlace::Folder(folder.to_owned())]);
        }
        None => {}
    });
    let mut found: Vec<ProjectPlace> = found.into_iter().collect();
    found.sort();
    Places { found, too_deep }
}

/// Visits a folder and those below it, the nearest first. Gives one whose own folders lie too deep.
fn walk(
    folder: &Path,
    home: Option<&Path>,
    search: SearchDepth,
    mut visit: impl FnMut(&Path),
) -> Option<PathBuf> {
    let mut waiting = VecDeque::new();
    if Some(folder) != home && folder.parent().is_some() {
        waiting.push_back((folder.to_owned(), 0));
    }
    let mut looked_into = 0;
    let mut too_deep = None;
    while let Some((folder, depth)) = waiting.pop_front() {
        looked_into += 1;
        if looked_into > search.max_folders() {
            break;
        }
        visit(&folder);
        // An editor looks no further than it wants to.
        if depth == search.max_depth() && (search == SearchDepth::Quick || too_deep.is_some()) {
            continue;
        }
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !is_folder || !search.enters(&entry.file_name().to_string_lossy()) {
                continue;
            }
            if depth == search.max_depth() {
                too_deep = Some(folder);
                break;
            }
            waiting.push_back((entry.path(), depth + 1));
        }
    }
    too_deep
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

    #[test]
    fn projects_in_each_other_without_end_are_searched_to_a_depth() {
        let place = tempfile::tempdir().unwrap();
        let mut at = place.path().to_owned();
        for _ in 0..MAX_DEPTH + 20 {
            at.push("p");
            std::fs::create_dir_all(at.join("base44")).unwrap();
            std::fs::write(at.join("base44/config.jsonc"), "{}").unwrap();
        }
        let places = find_places(place.path(), None, SearchDepth::Everywhere);
        assert_eq!(places.found.len(), MAX_DEPTH);
        assert_eq!(places.too_deep.map(|folder| folder.join("p").exists()), Some(true));
    }

    #[test]
    fn apps_without_a_config_are_found_but_not_in_projects() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        for folder in [
            "agent/base44/connectors",
            "old/base44/functions/a",
            "app/base44/connectors",
            "app/x/base44/functions",
            "other/base44",
        ] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        std::fs::write(root.join("app/base44/config.jsonc"), "{}").unwrap();
        let found = |folder: &str| find_places(&root.join(folder), None, SearchDepth::Everywhere).found;
        let all = vec![
            ProjectPlace::Config(root.join("app/base44/config.jsonc")),
            ProjectPlace::Folder(root.join("agent")),
            ProjectPlace::Folder(root.join("old")),
        ];
        assert_eq!(found(""), all);
        assert_eq!(found("old/base44/functions/a"), [ProjectPlace::Folder(root.join("old"))]);
        assert_eq!(found("app/x"), [ProjectPlace::Config(root.join("app/base44/config.jsonc"))]);
        assert_eq!(found("other"), []);
    }
}

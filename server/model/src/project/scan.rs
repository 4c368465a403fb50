//! The projects below a folder that an editor has open.

use std::path::{Path, PathBuf};

use super::{config_in, find_config};

/// Folders that hold no project of the user's.
const SKIPPED: [&str; 8] =
    ["node_modules", "target", "dist", "build", "out", "vendor", "venv", "__pycache__"];
/// How deep a project may lie below the folder.
const DEEPEST: usize = 5;
/// How many folders are looked into at the most.
const MOST_FOLDERS: usize = 4_000;

/// The config files of the projects in a folder: its own or the nearest above, and those below it.
///
/// Links are not followed, hidden folders and those of build tools are left out, and a home folder or the root
/// of a disk is not searched.
pub fn find_projects(folder: &Path, home: Option<&Path>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = find_config(folder).into_iter().collect();
    if Some(folder) == home || folder.parent().is_none() {
        return found;
    }
    let mut waiting = vec![(folder.to_owned(), 0)];
    let mut looked_into = 0;
    while let Some((folder, depth)) = waiting.pop() {
        looked_into += 1;
        if looked_into > MOST_FOLDERS {
            break;
        }
        if let Some(config) = config_in(&folder)
            && !found.contains(&config)
        {
            found.push(config);
        }
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        if depth == DEEPEST {
            continue;
        }
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !name.starts_with('.') && !SKIPPED.contains(&name.as_ref()) {
                waiting.push((entry.path(), depth + 1));
            }
        }
    }
    found.sort();
    found
}

//! The only writes to the user's files: inside the connectors folder, whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use connector_boundary::read::read_text;
use connector_boundary::write;
use connector_model::project::Project;

/// The connectors folder must be a folder, or not there yet, and no link may lead it out of the project.
pub(super) fn check_folder(project: &Project) -> Result<(), String> {
    let folder = &project.connectors_dir;
    let shown = project.display_path(folder);
    if let Some(broken) = project.broken_config.as_ref().filter(|_| !folder.is_dir()) {
        return Err(format!("Nothing was pulled. {broken}"));
    }
    if folder.symlink_metadata().is_ok() && !folder.is_dir() {
        return Err(format!("Nothing was pulled: {shown} is no folder."));
    }
    // A folder outside of the project was named by the person at the command line.
    let inside_by_name = folder.starts_with(&project.root);
    if inside_by_name && !real(folder).starts_with(real(&project.root)) {
        return Err(format!("Nothing was pulled: {shown} is a link that leads out of the project."));
    }
    Ok(())
}

/// Writes a new file; one that has appeared meanwhile stays.
pub(super) fn create(project: &Project, path: &Path, text: &str) -> Result<(), String> {
    let folder = &project.connectors_dir;
    fs::create_dir_all(folder).map_err(|error| says(project, path, &error))?;
    check_folder(project)?;
    write::create(path, text.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{} has appeared meanwhile; pull again", project.display_path(path))
        }
        _ => says(project, path, &error),
    })
}

/// Replaces a file that still says `before`.
pub(super) fn replace(project: &Project, path: &Path, before: &str, after: &str) -> Result<(), String> {
    let target = target(project, path)?;
    unchanged(project, path, &target, before)?;
    let permissions = fs::metadata(&target).map_err(|error| says(project, path, &error))?.permissions();
    if permissions.readonly() {
        return Err(format!("{} is read-only", project.display_path(path)));
    }
    write::replace(&target, after.as_bytes()).map_err(|error| says(project, path, &error))
}

/// Deletes a file that still says `before`.
pub(super) fn delete(project: &Project, path: &Path, before: &str) -> Result<(), String> {
    let target = target(project, path)?;
    unchanged(project, path, &target, before)?;
    // A link goes, not what it leads to.
    fs::remove_file(path).map_err(|error| says(project, path, &error))
}

/// The file itself, behind any link; it has to lie in the connectors folder.
fn target(project: &Project, path: &Path) -> Result<PathBuf, String> {
    let outside =
        || format!("{} is a link that leads out of the connectors folder", project.display_path(path));
    let target = path.canonicalize().map_err(|error| says(project, path, &error))?;
    let folder = project.connectors_dir.canonicalize().map_err(|error| says(project, path, &error))?;
    if target.starts_with(folder) { Ok(target) } else { Err(outside()) }
}

fn unchanged(project: &Project, path: &Path, target: &Path, before: &str) -> Result<(), String> {
    match read_text(target) {
        Ok(text) if text == before => Ok(()),
        Ok(_) => Err(format!("{} has changed meanwhile; pull again", project.display_path(path))),
        Err(error) => Err(format!("{}: {error}", project.display_path(path))),
    }
}

/// A path with every link in it followed, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let existing = path
        .ancestors()
        .find_map(|existing| Some(existing.canonicalize().ok()?.join(path.strip_prefix(existing).ok()?)));
    existing.unwrap_or_else(|| path.to_owned())
}

pub(super) fn says(project: &Project, path: &Path, error: &io::Error) -> String {
    let folder = project.display_path(&project.connectors_dir);
    let what = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("permission denied: make {folder} writable, then pull again")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("{folder} is on a read-only disk: make it writable, then pull again")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: make room, then pull again".to_owned()
        }
        // The system's own words would name the file that is written first, which nobody knows.
        kind => kind.to_string(),
    };
    format!("{}: {what}", project.display_path(path))
}

//! The only writes to the user's files: inside the connectors folder, whole or not at all.
//!
//! Pull, the terminal, the editor's commands and the agents' tools write through it. Each look at a file that was planned with is repeated before it is
//! written: whoever saved it meanwhile keeps what they saved.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use connector_boundary::read::read_text;
use connector_boundary::write;
use connector_model::project::Project;

/// Why a connector file was not written. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The project's config does not tell where the connectors are.
    #[error("{0}")]
    BrokenConfig(String),
    /// The folder is none, or a link leads it out of the project.
    #[error("{0}")]
    Folder(String),
    /// Something is there already where a new file was to be.
    #[error("{0} has appeared meanwhile")]
    Appeared(String),
    /// The file says something else than it did.
    #[error("{0} has changed meanwhile")]
    Changed(String),
    /// The file's user made it so.
    #[error("{0} is read-only")]
    ReadOnly(String),
    /// It lies where nothing of the project's is to be written.
    #[error("{0} is a link that leads out of the connectors folder")]
    Outside(String),
    /// The system or the file's contents forbid it: the file, and why.
    #[error("{0}: {1}")]
    Failed(String, String),
}

/// The connectors folder must be a folder, or not there yet, and no link may lead it out of the project.
///
/// # Errors
/// [`FileError::BrokenConfig`] or [`FileError::Folder`].
pub(crate) fn check_folder(project: &Project) -> Result<(), FileError> {
    let folder = &project.connectors_dir;
    let shown = project.display_path(folder);
    if let Some(broken) = project.broken_config.as_ref().filter(|_| !folder.is_dir()) {
        return Err(FileError::BrokenConfig(broken.clone()));
    }
    if folder.symlink_metadata().is_ok() && !folder.is_dir() {
        return Err(FileError::Folder(format!("{shown} is no folder.")));
    }
    // A folder outside of the project was named by the person at the command line.
    if !folder.starts_with(&project.root) {
        return Ok(());
    }
    let (folder, root) = (real(folder), real(&project.root));
    let Ok(inside) = folder.strip_prefix(&root) else {
        return Err(FileError::Folder(format!("{shown} is a link that leads out of the project.")));
    };
    if belongs_to_a_program(inside) {
        return Err(FileError::Folder(format!(
            "{shown} belongs to another program, which takes orders from the files in it. Nothing is written there; name another connectorsDir."
        )));
    }
    Ok(())
}

/// Whether a folder of a project is one from whose files a program takes orders, as editors, Git and its hosts do from
/// folders that begin with a dot, and Node.js from its own.
fn belongs_to_a_program(folder: &Path) -> bool {
    folder.components().any(|part| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        name.starts_with('.') || name == "node_modules"
    })
}

/// Writes a new file; one that has appeared meanwhile stays.
///
/// # Errors
/// [`FileError`]; then nothing was written.
pub fn create(project: &Project, path: &Path, text: &str) -> Result<(), FileError> {
    let folder = &project.connectors_dir;
    check_folder(project)?;
    fs::create_dir_all(folder).map_err(|error| says(project, path, &error))?;
    check_folder(project)?;
    write::create(path, text.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => FileError::Appeared(project.display_path(path)),
        _ => says(project, path, &error),
    })
}

/// Replaces a file that still says `before`.
///
/// # Errors
/// [`FileError`]; then the file is as it was.
pub fn replace(project: &Project, path: &Path, before: &str, after: &str) -> Result<(), FileError> {
    write_over(project, path, &target(project, path)?, before, after)
}

/// The same for a fix that the person asked for: the file may also be a link to another place of the project, as where
/// several projects share one.
///
/// # Errors
/// [`FileError`]; then the file is as it was.
pub fn mend(project: &Project, path: &Path, before: &str, after: &str) -> Result<(), FileError> {
    let target = path.canonicalize().map_err(|error| says(project, path, &error))?;
    let named_outside = !project.connectors_dir.starts_with(&project.root);
    let bounds = real(if named_outside { &project.connectors_dir } else { &project.root });
    let Ok(inside) = target.strip_prefix(&bounds) else {
        return Err(FileError::Outside(project.display_path(path)));
    };
    if inside.parent().is_some_and(belongs_to_a_program) {
        return Err(FileError::Outside(project.display_path(path)));
    }
    write_over(project, path, &target, before, after)
}

fn write_over(
    project: &Project,
    path: &Path,
    target: &Path,
    before: &str,
    after: &str,
) -> Result<(), FileError> {
    unchanged(project, path, target, before)?;
    let permissions = fs::metadata(target).map_err(|error| says(project, path, &error))?.permissions();
    if permissions.readonly() {
        return Err(FileError::ReadOnly(project.display_path(path)));
    }
    write::replace(target, after.as_bytes()).map_err(|error| says(project, path, &error))
}

/// Renames a connector file within its folder; what has the name already is not replaced.
///
/// # Errors
/// [`FileError`]; then both are as they were.
pub fn rename(project: &Project, from: &Path, to: &Path) -> Result<(), FileError> {
    check_folder(project)?;
    target(project, from)?;
    if to.parent() != Some(project.connectors_dir.as_path()) {
        return Err(FileError::Outside(project.display_path(to)));
    }
    write::rename_new(from, to).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => FileError::Appeared(project.display_path(to)),
        _ => says(project, from, &error),
    })
}

/// Deletes a file that still says `before`.
///
/// # Errors
/// [`FileError`]; then the file is as it was.
pub(crate) fn delete(project: &Project, path: &Path, before: &str) -> Result<(), FileError> {
    let target = target(project, path)?;
    unchanged(project, path, &target, before)?;
    // A link goes, not what it leads to.
    fs::remove_file(path).map_err(|error| says(project, path, &error))
}

/// The file itself, behind any link; it has to lie in the connectors folder.
fn target(project: &Project, path: &Path) -> Result<PathBuf, FileError> {
    check_folder(project)?;
    let outside = || FileError::Outside(project.display_path(path));
    let target = path.canonicalize().map_err(|error| says(project, path, &error))?;
    let folder = project.connectors_dir.canonicalize().map_err(|error| says(project, path, &error))?;
    if target.starts_with(folder) { Ok(target) } else { Err(outside()) }
}

fn unchanged(project: &Project, path: &Path, target: &Path, before: &str) -> Result<(), FileError> {
    match read_text(target) {
        Ok(text) if text == before => Ok(()),
        Ok(_) => Err(FileError::Changed(project.display_path(path))),
        Err(error) => Err(FileError::Failed(project.display_path(path), error.to_string())),
    }
}

/// A path with every link in it followed, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let existing = path
        .ancestors()
        .find_map(|existing| Some(existing.canonicalize().ok()?.join(path.strip_prefix(existing).ok()?)));
    existing.unwrap_or_else(|| path.to_owned())
}

/// What the system said, with what to do about it.
pub(crate) fn says(project: &Project, path: &Path, error: &io::Error) -> FileError {
    let folder = project.display_path(&project.connectors_dir);
    let what = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("permission denied: make {folder} writable, then try again")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("{folder} is on a read-only disk: make it writable, then try again")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: make room, then try again".to_owned()
        }
        // The system's own words would name the file that is written first, which nobody knows.
        kind => kind.to_string(),
    };
    FileError::Failed(project.display_path(path), what)
}

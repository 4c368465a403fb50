//! The only writes to the user's files: inside the connectors folder, whole or not at all.
//!
//! Pull, the terminal, the editor's commands and the agents' tools write through it. Each look at a file that was planned with is repeated before it is
//! written: whoever saved it meanwhile keeps what they saved.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use connector_boundary::folder::{Folder, Identity, is_exchanged, resolve, resolved};
use connector_boundary::read::read_open;
use connector_boundary::text::is_unprintable;
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

/// Where files may be written: a folder, and the way from there to that of the connectors, every link resolved.
struct Bounds {
    folder: PathBuf,
    /// Which folder that has to be, where it is known.
    known: Option<Identity>,
    way: PathBuf,
}

impl Bounds {
    /// The connectors folder, held.
    fn open(&self) -> io::Result<Folder> {
        Folder::open_in(&self.folder, self.known, &self.way)
    }
}

/// The connectors folder must be a folder, or not there yet, and no link may lead it out of the project.
///
/// # Errors
/// [`FileError::BrokenConfig`] or [`FileError::Folder`].
pub(crate) fn check_folder(project: &Project) -> Result<(), FileError> {
    bounds(project).map(|_| ())
}

fn bounds(project: &Project) -> Result<Bounds, FileError> {
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
        let existing = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
        let way = folder.strip_prefix(existing).unwrap_or(Path::new("")).to_owned();
        return Ok(Bounds { folder: resolved(existing), known: None, way });
    }
    let Some((root, way)) = resolve(&project.root, folder) else {
        return Err(FileError::Folder(format!("{shown} is a link that leads out of the project.")));
    };
    if belongs_to_a_program(&way) {
        return Err(FileError::Folder(format!(
            "{shown} belongs to another program, which takes orders from the files in it. Nothing is written there; name another connectorsDir."
        )));
    }
    Ok(Bounds { folder: root, known: project.held, way })
}

/// Whether a folder of a project is one from whose files a program takes orders, as editors, Git and its hosts do from
/// folders that begin with a dot, and Node.js from its own.
///
/// Some systems take more than one name for such a folder: HFS+ leaves out what draws nothing, Windows blanks and dots
/// at the end and the name of a stream.
fn belongs_to_a_program(folder: &Path) -> bool {
    folder.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        let seen: String =
            name.chars().filter(|c| !is_unprintable(*c)).flat_map(char::to_lowercase).collect();
        let seen = seen.split(':').next().unwrap_or_default().trim().trim_end_matches(['.', ' ']);
        seen.starts_with('.') || seen.is_empty() || seen == "node_modules"
    })
}

/// Writes a new file; one that has appeared meanwhile stays.
///
/// # Errors
/// [`FileError`]; then nothing was written.
pub fn create(project: &Project, path: &Path, text: &str) -> Result<(), FileError> {
    let bounds = bounds(project)?;
    let name = name_in_folder(project, path)?;
    let folder = Folder::make_in(&bounds.folder, bounds.known, &bounds.way)
        .map_err(|error| denied(project, path, &error))?;
    folder.create(name, text.as_bytes()).map_err(|error| match error.kind() {
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
    let named_outside = !project.connectors_dir.starts_with(&project.root);
    let within = if named_outside { &project.connectors_dir } else { &project.root };
    let target = Target::of(project, path, within)?;
    if belongs_to_a_program(&target.way) {
        return Err(FileError::Outside(project.display_path(path)));
    }
    write_over(project, path, &target, before, after)
}

/// A file that is there, behind any link: in which folder, by which way from there, under which name.
struct Target {
    folder: PathBuf,
    way: PathBuf,
    name: OsString,
}

impl Target {
    /// The file has to lie in a folder.
    fn of(project: &Project, path: &Path, within: &Path) -> Result<Target, FileError> {
        let real = path.canonicalize().map_err(|error| says(project, path, &error))?;
        let outside = || FileError::Outside(project.display_path(path));
        let (folder, way) = resolve(within, &real).ok_or_else(outside)?;
        let name = way.file_name().ok_or_else(outside)?.to_owned();
        Ok(Target { folder, way: way.parent().unwrap_or(Path::new("")).to_owned(), name })
    }

    /// Its folder, held: from then on nobody exchanges it.
    fn hold(&self, project: &Project, path: &Path) -> Result<Folder, FileError> {
        hold(project, &self.folder, &self.way).map_err(|error| denied(project, path, &error))
    }
}

fn write_over(
    project: &Project,
    path: &Path,
    target: &Target,
    before: &str,
    after: &str,
) -> Result<(), FileError> {
    let folder = target.hold(project, path)?;
    let permissions = unchanged(project, path, &folder, &target.name, before)?;
    if permissions.readonly() {
        return Err(FileError::ReadOnly(project.display_path(path)));
    }
    folder.replace(&target.name, after.as_bytes(), permissions).map_err(|error| says(project, path, &error))
}

/// Renames a connector file within its folder; what has the name already is not replaced.
///
/// # Errors
/// [`FileError`]; then both are as they were.
pub fn rename(project: &Project, from: &Path, to: &Path) -> Result<(), FileError> {
    let bounds = bounds(project)?;
    target(project, from)?;
    let new_name = name_in_folder(project, to)?;
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => FileError::Appeared(project.display_path(to)),
        _ => denied(project, from, &error),
    };
    // It may lie in a folder below; a link is renamed, and not what it leads to.
    let outside = || FileError::Outside(project.display_path(from));
    let (Some(parent), Some(name)) = (from.parent(), from.file_name()) else { return Err(outside()) };
    let (below, way) = resolve(&project.connectors_dir, parent).ok_or_else(outside)?;
    let into = bounds.open().map_err(failed)?;
    let renamed = hold(project, &below, &way).and_then(|folder| folder.rename(name, &into, new_name));
    match renamed {
        // It may be the file itself, of whose name the case alone is to change.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            connector_boundary::write::rename_new(from, to).map_err(failed)
        }
        renamed => renamed.map_err(failed),
    }
}

/// Deletes a file that still says `before`.
///
/// # Errors
/// [`FileError`]; then the file is as it was.
pub(crate) fn delete(project: &Project, path: &Path, before: &str) -> Result<(), FileError> {
    let bounds = bounds(project)?;
    let target = target(project, path)?;
    unchanged(project, path, &target.hold(project, path)?, &target.name, before)?;
    let name = name_in_folder(project, path)?;
    // A link goes, not what it leads to.
    bounds.open().and_then(|folder| folder.remove(name)).map_err(|error| denied(project, path, &error))
}

/// A folder of the project, or of the connectors where the person named theirs elsewhere, held: on the way from the very
/// root that is known, where one is.
fn hold(project: &Project, folder: &Path, way: &Path) -> io::Result<Folder> {
    match resolve(&project.root, &folder.join(way)).filter(|_| project.held.is_some()) {
        Some((root, way)) => Folder::open_in(&root, project.held, &way),
        None => Folder::open(folder, way),
    }
}

/// The file itself, behind any link; it has to lie in the connectors folder.
fn target(project: &Project, path: &Path) -> Result<Target, FileError> {
    check_folder(project)?;
    Target::of(project, path, &project.connectors_dir)
}

/// The name of a file that is to lie in the connectors folder itself.
fn name_in_folder<'a>(project: &Project, path: &'a Path) -> Result<&'a OsStr, FileError> {
    let name = path.file_name().filter(|_| path.parent() == Some(project.connectors_dir.as_path()));
    name.ok_or_else(|| FileError::Outside(project.display_path(path)))
}

/// Whether a file still says what it did; who may do what with it.
fn unchanged(
    project: &Project,
    path: &Path,
    folder: &Folder,
    name: &OsStr,
    before: &str,
) -> Result<std::fs::Permissions, FileError> {
    let file = folder.file(name).map_err(|error| denied(project, path, &error))?;
    let permissions = file.metadata().map_err(|error| says(project, path, &error))?.permissions();
    match read_open(file) {
        Ok(text) if text == before => Ok(permissions),
        Ok(_) => Err(FileError::Changed(project.display_path(path))),
        Err(error) => Err(FileError::Failed(project.display_path(path), error.to_string())),
    }
}

/// Why a folder or a file in it was not opened: by now a link is there, or what the system says.
fn denied(project: &Project, path: &Path, error: &io::Error) -> FileError {
    match is_exchanged(error) {
        true => FileError::Outside(project.display_path(path)),
        false => says(project, path, error),
    }
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

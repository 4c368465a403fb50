//! Connector files on disk: which there are, and what stands in them.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use connector_boundary::read::{ReadError, read_inside};

use crate::project::{Project, is_inside};

/// How many entries of a connectors folder are looked at: more would hold an editor up.
pub const MAX_ENTRIES: usize = 100_000;

/// Reads a connector file of a project: no link on the way to it may lead out of the project.
///
/// A folder outside of the project was named by the person; then the links in it may lead to nothing beyond.
///
/// # Errors
/// [`ReadError`], which says why.
pub fn read_connector(project: &Project, path: &Path) -> Result<String, ReadError> {
    let folder = &project.connectors_dir;
    let named_outside = !folder.starts_with(&project.root) && path.starts_with(folder);
    let bounds = if named_outside { folder } else { &project.root };
    read_inside(bounds, path)
}

/// Whether push reads a file of this name.
pub fn is_connector_name(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    let extension = path.extension().and_then(OsStr::to_str);
    !hidden && !is_of_a_program(path) && matches!(extension, Some("json" | "jsonc"))
}

/// Whether a program keeps the file beside another one, and nobody wrote it: the locks of Emacs, the attributes that
/// macOS writes to other file systems, the owner files of Office and LibreOffice.
pub fn is_of_a_program(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    ["._", ".#", ".~", "~$"].iter().any(|mark| name.starts_with(mark.as_bytes()))
}

/// The connector files of a folder by name, and what looks like one but is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderListing {
    /// What push reads, in the order of the names.
    pub connectors: Vec<PathBuf>,
    /// What it does not, though it looks like a connector file.
    pub lookalikes: Vec<PathBuf>,
    /// Whether there are more entries than were looked at.
    pub is_cut: bool,
}

/// Lists the connectors folder of a project. One that is not there is empty, and so is one that a link leads out of the
/// project: not even its names are looked at, and a finding says so.
///
/// # Errors
/// What the system says where the folder is there and cannot be listed.
pub fn list_connectors(project: &Project) -> io::Result<FolderListing> {
    let folder = &project.connectors_dir;
    match folder.starts_with(&project.root) && !is_inside(folder, &project.root) {
        true => Ok(FolderListing::default()),
        false => list_folder(folder),
    }
}

/// Lists a folder as if it were one of connectors.
///
/// # Errors
/// What the system says where the folder is there and cannot be listed.
pub fn list_folder(folder: &Path) -> io::Result<FolderListing> {
    let mut listing = FolderListing::default();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
        Err(error) => return Err(error),
    };
    for (count, entry) in entries.enumerate() {
        if count == MAX_ENTRIES {
            listing.is_cut = true;
            break;
        }
        let path = entry?.path();
        if is_connector_name(&path) {
            listing.connectors.push(path);
        } else if path.is_dir() && !path.is_symlink() {
            let inside = std::fs::read_dir(&path).into_iter().flatten().take(MAX_ENTRIES).flatten();
            listing
                .lookalikes
                .extend(inside.map(|entry| entry.path()).filter(|path| looks_like_connector(path)));
        } else if looks_like_connector(&path) {
            listing.lookalikes.push(path);
        }
    }
    listing.connectors.sort();
    listing.lookalikes.sort();
    Ok(listing)
}

/// Whether a person would take a file for a connector by its name.
pub fn looks_like_connector(path: &Path) -> bool {
    if is_of_a_program(path) {
        return false;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let extensions = [".json", ".jsonc", ".json5"];
    !name.ends_with("-checks.jsonc") && extensions.iter().any(|extension| name.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_by_push_or_only_looks_like_it() {
        let read = |name: &str| is_connector_name(Path::new(name));
        assert!(read("slack.jsonc") && read("slack.json"));
        assert!(!read(".slack.jsonc") && !read("slack.json5") && !read("slack.JSONC") && !read("slack"));
        let like = |name: &str| looks_like_connector(Path::new(name));
        for name in [".#slack.jsonc", "._slack.jsonc", "~$slack.jsonc", ".~lock.slack.json"] {
            assert!(!read(name) && !like(name), "{name}");
        }
        assert!(like("slack.json5") && like("slack.JSONC") && like(".slack.jsonc") && !like("README.md"));
    }
}

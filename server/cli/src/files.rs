//! Files written whole or not at all.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use connector_boundary::folder::Folder;
use connector_boundary::text::printable;
use connector_boundary::write;

use crate::failure::Failure;

/// Replaces what stands in a file that exists, or where a link leads; its permissions stay.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    write::replace(path, text.as_bytes()).map_err(|error| cannot_write(path, &error))
}

/// Writes a file that must not exist yet.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), Failure> {
    write::create(path, text.as_bytes()).map_err(|error| cannot_write(path, &error))
}

/// Writes a file of a project by the resolved way to its folder, whether it is there or not. A link that is there by now is
/// not followed.
pub(crate) fn put(bounds: &Path, way: &Path, name: &OsStr, text: &str) -> io::Result<()> {
    let folder = Folder::make(bounds, way)?;
    let there = match folder.file(name) {
        Ok(file) => file.metadata()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return folder.create(name, text.as_bytes()),
        Err(error) => return Err(error),
    };
    match there.is_file() {
        true => folder.replace(name, text.as_bytes(), there.permissions()),
        false => Err(io::ErrorKind::AlreadyExists.into()),
    }
}

/// Renames a file; what has the name already is not replaced.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    write::rename_new(from, to).map_err(|error| cannot_write(to, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let shown = printable(&path.to_string_lossy(), 300);
    Failure::failed(format!("'{shown}' cannot be written: {error}. Check who may write there."))
}

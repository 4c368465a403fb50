//! Files written whole or not at all.

use std::path::Path;

use connector_boundary::system::System;
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

/// Renames a file; what has the name already is not replaced.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    let renamed = match to.symlink_metadata() {
        Ok(_) if !is_case_alone(from, to, System::CURRENT) => Err(std::io::ErrorKind::AlreadyExists.into()),
        _ => write::rename(from, to),
    };
    renamed.map_err(|error| cannot_write(to, &error))
}

/// Whether both names are the same file, of which only the spelling is to change.
fn is_case_alone(from: &Path, to: &Path, system: System) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let (Some(old), Some(new)) = (name(from), name(to)) else { return false };
    let same_name = old != new && system.is_same_name(&old, &new) && from.parent() == to.parent();
    // On a disk that tells them apart all the same there may be two files.
    same_name && from.canonicalize().is_ok_and(|from| to.canonicalize().is_ok_and(|to| from == to))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let shown = printable(&path.to_string_lossy(), 300);
    Failure::failed(format!("'{shown}' cannot be written: {error}. Check who may write there."))
}

//! Files written whole or not at all.

use std::io::Write;
use std::path::Path;

use connector_boundary::text::printable;

use crate::failure::Failure;

/// Replaces what stands in a file that exists, or where a link leads; its permissions stay.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        let target = path.canonicalize()?;
        let mut file = new_beside(&target)?;
        file.as_file().set_permissions(target.metadata()?.permissions())?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&target)?;
        Ok(())
    };
    write().map_err(|error: std::io::Error| cannot_write(path, &error))
}

/// Writes a file that must not exist yet.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(text.as_bytes())
    };
    write().map_err(|error: std::io::Error| cannot_write(path, &error))
}

/// Renames a file; what has the name already is not replaced.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    let renamed = match to.symlink_metadata() {
        Ok(_) => Err(std::io::ErrorKind::AlreadyExists.into()),
        Err(_) => std::fs::rename(from, to),
    };
    renamed.map_err(|error| cannot_write(to, &error))
}

fn new_beside(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // A dot in front: no editor, watcher or push takes it for a connector file.
    tempfile::Builder::new().prefix(".").suffix(".tmp").tempfile_in(folder)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let shown = printable(&path.to_string_lossy(), 300);
    Failure::failed(format!("'{shown}' cannot be written: {error}. Check who may write there."))
}

//! Files of the user, read within bounds: never too much, and never anything that could block.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::system::System;

/// A file larger than this, in bytes, is no connector file; it is not read.
pub const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// How long another program may keep a file to itself, as some do on Windows while they save or scan it.
const MAX_USE_WAIT: Duration = Duration::from_millis(500);
/// Between two tries to read it.
const USE_PAUSE: Duration = Duration::from_millis(10);

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not there, or no longer.
    #[error("the file is not there")]
    NotFound,
    /// A folder, a device, a pipe.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// Over [`MAX_FILE_BYTES`].
    #[error("it has {0} bytes; a connector file has {MAX_FILE_BYTES} at most")]
    TooLarge(u64),
    /// Not text.
    #[error("it is not UTF-8 text: byte {0} fits no character. Save it as UTF-8")]
    NotUtf8(usize),
    /// A link to a place outside of the project.
    #[error("it is a link that leads out of the project")]
    OutsideProject,
    /// A second name of a file that belongs to another user of the system.
    #[error("it is another user's file under a name of the project's")]
    OtherOwner,
    /// Anything else that the system says.
    #[error("{0}")]
    Io(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound,
            _ if System::CURRENT.is_in_use(&error) => {
                ReadError::Io("another program has it open for itself: close it there".to_owned())
            }
            io::ErrorKind::PermissionDenied => {
                ReadError::Io("permission denied: check who may read it".to_owned())
            }
            _ if error.to_string().contains("symbolic link") => {
                ReadError::Io("its symbolic links go in a circle".to_owned())
            }
            _ => ReadError::Io(error.to_string()),
        }
    }
}

/// Reads a text file, never more than [`MAX_FILE_BYTES`], and never anything that could block.
///
/// # Errors
/// [`ReadError`], which says why.
pub fn read_text(path: &Path) -> Result<String, ReadError> {
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(ReadError::NotAFile("a folder"));
    }
    if !metadata.is_file() {
        return Err(ReadError::NotAFile("a device or pipe"));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    read_to_end(path, &mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge(bytes.len() as u64));
    }
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))
}

/// Reads a file as far as it may be read, once no other program keeps it to itself.
fn read_to_end(path: &Path, bytes: &mut Vec<u8>) -> io::Result<()> {
    let until = Instant::now() + MAX_USE_WAIT;
    loop {
        bytes.clear();
        match File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(bytes)) {
            Err(error) if System::CURRENT.is_in_use(&error) && Instant::now() < until => {
                std::thread::sleep(USE_PAUSE);
            }
            result => return result.map(|_| ()),
        }
    }
}

/// Reads a text file of a folder: no link on the way to it may lead out of the folder, and it may not be another
/// user's file that was linked into it. Otherwise whoever writes the folder decides which of its reader's files are
/// read, and shown to others.
///
/// # Errors
/// [`ReadError`], which says why.
pub fn read_inside(folder: &Path, path: &Path) -> Result<String, ReadError> {
    let (real, folder) = (path.canonicalize()?, folder.canonicalize()?);
    if !real.starts_with(&folder) {
        return Err(ReadError::OutsideProject);
    }
    if is_linked_from_another_user(&folder, &real)? {
        return Err(ReadError::OtherOwner);
    }
    read_text(&real)
}

/// Whether a file has several names and another owner than the folder that it is read from.
#[cfg(unix)]
fn is_linked_from_another_user(folder: &Path, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let metadata = path.metadata()?;
    Ok(metadata.is_file() && metadata.nlink() > 1 && metadata.uid() != folder.metadata()?.uid())
}

/// Other systems let nobody link a file that is not theirs to write.
#[cfg(not(unix))]
fn is_linked_from_another_user(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_says_why_and_never_blocks() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("slack.jsonc")).unwrap();
        std::fs::write(path("bytes.jsonc"), b"{\xff}").unwrap();
        std::fs::write(path("large.jsonc"), vec![b' '; MAX_FILE_BYTES as usize + 1]).unwrap();
        let said = |name: &str| read_text(&path(name)).unwrap_err().to_string();
        assert_eq!(said("slack.jsonc"), "it is a folder, not a file");
        assert_eq!(said("bytes.jsonc"), "it is not UTF-8 text: byte 1 fits no character. Save it as UTF-8");
        assert_eq!(said("large.jsonc"), "it has 4194305 bytes; a connector file has 4194304 at most");
        assert_eq!(said("missing.jsonc"), "the file is not there");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path("loop.jsonc"), path("loop.jsonc")).unwrap();
            assert_eq!(said("loop.jsonc"), "its symbolic links go in a circle");
            assert_eq!(
                read_text(Path::new("/dev/zero")).unwrap_err().to_string(),
                "it is a device or pipe, not a file"
            );
        }
    }

    #[test]
    #[cfg(unix)]
    fn nothing_outside_of_a_folder_is_read_through_it() {
        use std::os::unix::fs::{chown, symlink};
        let place = tempfile::tempdir().unwrap();
        let (folder, outside) = (place.path().join("project"), place.path().join("auth.json"));
        std::fs::create_dir_all(folder.join("inner")).unwrap();
        std::fs::write(&outside, "secret").unwrap();
        std::fs::write(folder.join("own"), "own").unwrap();
        symlink(&outside, folder.join("link")).unwrap();
        symlink(place.path(), folder.join("up")).unwrap();
        symlink(folder.join("own"), folder.join("inner/own")).unwrap();
        let read = |name: &str| read_inside(&folder, &folder.join(name));
        assert_eq!(read("own").unwrap(), "own");
        assert_eq!(read("inner/own").unwrap(), "own");
        for name in ["link", "up/auth.json", "../auth.json", "inner/../../auth.json"] {
            assert!(matches!(read(name), Err(ReadError::OutsideProject)), "{name}");
        }
        assert!(read_inside(&folder, Path::new("/proc/self/environ")).is_err());
        // A file of one's own may have two names; another user's may not. Only root can give files away.
        std::fs::hard_link(&outside, folder.join("hard")).unwrap();
        assert_eq!(read("hard").unwrap(), "secret");
        if chown(&outside, Some(12_345), None).is_ok() {
            assert!(matches!(read("hard"), Err(ReadError::OtherOwner)));
        }
    }
}

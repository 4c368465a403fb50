//! Files of the user, read within bounds: never too much, and never anything that could block.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::system::System;

use crate::folder::{self, Folder};

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
    // A look before it is opened: to open some devices is to do something.
    check(&path.metadata()?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    // It may have been exchanged for a pipe since: opening one would wait for whoever writes to it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, folder::AT_ONCE.bits() as i32);
    when_free(|| read_bytes(options.open(path)?)).and_then(text)
}

/// Whether it is a file, and not too large.
fn check(metadata: &Metadata) -> Result<(), ReadError> {
    if metadata.is_dir() {
        return Err(ReadError::NotAFile("a folder"));
    }
    if !metadata.is_file() {
        return Err(ReadError::NotAFile("a device or pipe"));
    }
    match metadata.len() {
        length if length > MAX_FILE_BYTES => Err(ReadError::TooLarge(length)),
        _ => Ok(()),
    }
}

/// The same of a file that is open already.
///
/// # Errors
/// [`ReadError`], which says why.
pub fn read_open(file: File) -> Result<String, ReadError> {
    read_bytes(file).map_err(ReadError::from).flatten().and_then(text)
}

/// The outer result is the system's: of a file that another program keeps to itself it may be another one later.
fn read_bytes(file: File) -> io::Result<Result<Vec<u8>, ReadError>> {
    let metadata = file.metadata()?;
    if let Err(error) = check(&metadata) {
        return Ok(Err(error));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(match bytes.len() as u64 {
        length if length > MAX_FILE_BYTES => Err(ReadError::TooLarge(length)),
        _ => Ok(bytes),
    })
}

fn text(bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))
}

/// Does it once no other program keeps the file to itself.
fn when_free<T>(act: impl Fn() -> io::Result<Result<T, ReadError>>) -> Result<T, ReadError> {
    let until = Instant::now() + MAX_USE_WAIT;
    loop {
        match act() {
            Err(error) if System::CURRENT.is_in_use(&error) && Instant::now() < until => {
                std::thread::sleep(USE_PAUSE);
            }
            result => return result.map_err(ReadError::from).flatten(),
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
    bytes_inside(folder, path).and_then(text)
}

/// The same for a program's text, as those who run it read it: in UTF-16 where its first bytes say so, else in UTF-8,
/// with a character in place of bytes that are none. What is neither and has bytes of zero in it is no text at all.
///
/// # Errors
/// [`ReadError`], which says why.
pub fn read_program_inside(folder: &Path, path: &Path) -> Result<String, ReadError> {
    let bytes = bytes_inside(folder, path)?;
    match &bytes[..] {
        [0xff, 0xfe, rest @ ..] => Ok(utf_16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Ok(utf_16(rest, u16::from_be_bytes)),
        _ if bytes.contains(&0) => text(bytes),
        _ => Ok(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The text of bytes that are two a unit; half a unit at the end is left out.
fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

fn bytes_inside(folder: &Path, path: &Path) -> Result<Vec<u8>, ReadError> {
    let (real, folder) = (path.canonicalize()?, folder.canonicalize()?);
    let Ok(inside) = real.strip_prefix(&folder) else {
        return Err(ReadError::OutsideProject);
    };
    let Some(name) = inside.file_name() else {
        return Err(ReadError::NotAFile("a folder"));
    };
    check(&real.symlink_metadata()?).map_err(|error| match real.is_symlink() {
        true => ReadError::OutsideProject,
        false => error,
    })?;
    // From here on by what is held open, not by names: one of them may have been exchanged for a link since.
    let held = Folder::open(&folder, inside.parent().unwrap_or(Path::new(""))).map_err(exchanged)?;
    when_free(|| match held.file(name) {
        Ok(file) if is_linked_from_another_user(&folder, &file.metadata()?)? => {
            Ok(Err(ReadError::OtherOwner))
        }
        Ok(file) => read_bytes(file),
        Err(error) if folder::is_exchanged(&error) => Ok(Err(ReadError::OutsideProject)),
        Err(error) => Err(error),
    })
}

fn exchanged(error: io::Error) -> ReadError {
    if folder::is_exchanged(&error) { ReadError::OutsideProject } else { error.into() }
}

/// Whether a file has several names and another owner than the folder that it is read from.
#[cfg(unix)]
fn is_linked_from_another_user(folder: &Path, file: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(file.is_file() && file.nlink() > 1 && file.uid() != folder.metadata()?.uid())
}

/// Other systems let nobody link a file that is not theirs to write.
#[cfg(not(unix))]
fn is_linked_from_another_user(_: &Path, _: &Metadata) -> io::Result<bool> {
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

    /// Two names take turns as fast as they can, while somebody reads by one of them.
    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_exchanged_for_a_link_between_look_and_read_is_not_followed() {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use std::os::unix::fs::symlink;
        use std::sync::atomic::{AtomicBool, Ordering};
        let place = tempfile::tempdir().unwrap();
        let (folder, outside) = (place.path().join("project"), place.path().join("outside"));
        for (folder, text) in [(&folder.join("inner"), "own"), (&outside, "secret")] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join("a.jsonc"), text).unwrap();
        }
        symlink(&outside, folder.join("link")).unwrap();
        symlink(outside.join("a.jsonc"), folder.join("inner/link.jsonc")).unwrap();
        let exchange = |one: &str, other: &str| {
            renameat_with(CWD, folder.join(one), CWD, folder.join(other), RenameFlags::EXCHANGE)
        };
        if exchange("inner", "link").and_then(|()| exchange("inner", "link")).is_err() {
            return;
        }
        for (one, other) in [("inner", "link"), ("inner/a.jsonc", "inner/link.jsonc")] {
            let ended = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    while !ended.load(Ordering::Relaxed) {
                        let _ = exchange(one, other);
                    }
                    if folder.join(one).is_symlink() {
                        let _ = exchange(one, other);
                    }
                });
                let read = || read_inside(&folder, &folder.join("inner/a.jsonc")).unwrap_or_default();
                let leaked = (0..3_000).any(|_| read() == "secret");
                ended.store(true, Ordering::Relaxed);
                assert!(!leaked, "{one}");
            });
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

    #[test]
    fn a_program_is_read_in_the_encoding_that_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let read = |bytes: &[u8]| {
            let path = folder.path().join("entry.ts");
            std::fs::write(&path, bytes).unwrap();
            read_program_inside(folder.path(), &path).ok()
        };
        let text = "const a = 'ä🦀';\n";
        let units = || text.encode_utf16();
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(units().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(read(&little).as_deref(), Some(text));
        assert_eq!(read(&big).as_deref(), Some(text));
        assert_eq!(read(b"\xff\xfea\0b").as_deref(), Some("a"), "half a unit at the end");
        assert_eq!(read(b"const a = '\xe4';").as_deref(), Some("const a = '\u{fffd}';"), "Latin-1");
        assert_eq!(read(b"\xe4\0b\0"), None, "UTF-16 that does not say so");
    }
}

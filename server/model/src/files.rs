//! Connector files on disk: which there are, and what stands in them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::project::Project;

/// A file larger than this, in bytes, is no connector file; it is not read.
pub const LARGEST_FILE: u64 = 4 * 1024 * 1024;
/// How many entries of a connectors folder are looked at.
const MOST_ENTRIES: usize = 100_000;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not there, or no longer.
    #[error("the file is not there")]
    NotFound,
    /// A folder, a device, a pipe.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// Over [`LARGEST_FILE`].
    #[error("it has {0} bytes; a connector file has {LARGEST_FILE} at most")]
    TooLarge(u64),
    /// Not text.
    #[error("it is not UTF-8 text: byte {0} fits no character. Save it as UTF-8")]
    NotUtf8(usize),
    /// A link to a place outside of the project.
    #[error("it is a link that leads out of the project")]
    OutsideProject,
    /// Anything else that the system says.
    #[error("{0}")]
    Io(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound,
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

/// Reads a text file, never more than [`LARGEST_FILE`], and never anything that could block.
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
    if metadata.len() > LARGEST_FILE {
        return Err(ReadError::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(ReadError::TooLarge(bytes.len() as u64));
    }
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))
}

/// Reads a connector file of a project: no link on the way to it may lead out of the project.
///
/// A folder outside of the project was named by the person; then the links in it may lead to nothing beyond.
///
/// # Errors
/// [`ReadError`], which says why.
pub fn read_connector(project: &Project, path: &Path) -> Result<String, ReadError> {
    let real = path.canonicalize()?;
    let folder = &project.connectors_dir;
    let named_outside = !folder.starts_with(&project.root) && path.starts_with(folder);
    let bounds = if named_outside { folder } else { &project.root };
    if !real.starts_with(bounds.canonicalize()?) {
        return Err(ReadError::OutsideProject);
    }
    read_text(path)
}

/// Whether push reads a file of this name.
pub fn is_connector_name(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    let extension = path.extension().and_then(OsStr::to_str);
    !hidden && matches!(extension, Some("json" | "jsonc"))
}

/// The connector files of a folder by name, and what looks like one but is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderListing {
    /// What push reads, in the order of the names.
    pub connectors: Vec<PathBuf>,
    /// What it does not, though it looks like a connector file.
    pub lookalikes: Vec<PathBuf>,
}

/// Lists a connectors folder. One that is not there is empty.
///
/// # Errors
/// What the system says where the folder is there and cannot be listed.
pub fn list_connectors(folder: &Path) -> io::Result<FolderListing> {
    let mut listing = FolderListing::default();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
        Err(error) => return Err(error),
    };
    for entry in entries.take(MOST_ENTRIES) {
        let path = entry?.path();
        if is_connector_name(&path) {
            listing.connectors.push(path);
        } else if path.is_dir() && !path.is_symlink() {
            let inside = std::fs::read_dir(&path).into_iter().flatten().take(MOST_ENTRIES).flatten();
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
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let extensions = [".json", ".jsonc", ".json5"];
    !name.ends_with("-checks.jsonc") && extensions.iter().any(|extension| name.ends_with(extension))
}

/// Text from outside as it may be shown: control and direction characters escaped, cut to `most` characters.
pub fn printable(text: &str, most: usize) -> String {
    if text.len() <= most && is_plain(text) {
        return text.to_owned();
    }
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == most {
            shown.push('…');
            break;
        }
        if is_unprintable(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Text from outside as it may be shown, uncut: control and direction characters escaped, line breaks kept.
pub fn visible(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_unprintable(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// JSON that means the same and can be looked at in a terminal: what JSON leaves as it is, is escaped too.
pub fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_unprintable(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Nothing but letters, digits, punctuation and blanks of ASCII, as nearly every text is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A character that a terminal or an editor would act on, or that hides or turns what stands around it.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
        || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{fff9}'..='\u{fffb}')
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
        assert!(like("slack.json5") && like("slack.JSONC") && like(".slack.jsonc") && !like("README.md"));
    }

    #[test]
    fn what_cannot_be_read_says_why_and_never_blocks() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("slack.jsonc")).unwrap();
        std::fs::write(path("bytes.jsonc"), b"{\xff}").unwrap();
        std::fs::write(path("large.jsonc"), vec![b' '; LARGEST_FILE as usize + 1]).unwrap();
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
    fn what_a_terminal_would_act_on_is_shown_instead() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}", 40), "a\\u{1b}[2Jb\\u{202e}");
        assert_eq!(printable("abcdef", 3), "abc…");
        assert_eq!(visible("a\u{9b}\nb"), "a\\u{9b}\nb");
    }

    #[test]
    fn json_means_the_same_with_everything_escaped_that_a_terminal_acts_on() {
        let text = "a\u{9b}2J\u{202e}\u{e0041}\u{7f}\u{1b}é";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let shown = visible_json(&json);
        assert!(shown.chars().all(|c| c == '\n' || !is_unprintable(c)), "{shown:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [text]);
    }
}

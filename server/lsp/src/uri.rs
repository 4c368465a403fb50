//! Addresses of documents.

use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tower_lsp::ls_types::Uri;

/// The address of a document: compared by what it means, shown as the client spelt it.
#[derive(Clone, Debug)]
pub(crate) struct DocUri {
    spelling: Uri,
    key: Key,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    /// A file, by its path.
    File(PathBuf),
    /// Anything else (`untitled:`, `git:`), by its text.
    Other(String),
}

impl DocUri {
    /// The document that the client calls so.
    pub(crate) fn new(spelling: Uri) -> Self {
        let key = match file_path(&spelling) {
            Some(path) => Key::File(path),
            None => Key::Other(spelling.as_str().to_owned()),
        };
        Self { spelling, key }
    }

    /// The document at this absolute path.
    pub(crate) fn from_path(path: &Path) -> Option<Self> {
        let spelling = Uri::from_file_path(path)?;
        Some(Self { spelling, key: Key::File(path.to_owned()) })
    }

    /// As the client spelt it.
    pub(crate) fn as_uri(&self) -> &Uri {
        &self.spelling
    }

    /// Where it is on disk; none for what is no file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.key {
            Key::File(path) => Some(path),
            Key::Other(_) => None,
        }
    }
}

impl PartialEq for DocUri {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for DocUri {}

impl Hash for DocUri {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// The path of a `file:` address on this machine.
fn file_path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.to_file_path()?.into_owned();
    Some(with_upper_drive(path))
}

/// One spelling for the drive letter that clients write as `c:`, `C:` or `c%3A`.
fn with_upper_drive(path: PathBuf) -> PathBuf {
    let Some(text) = path.to_str() else { return path };
    let start = usize::from(text.starts_with('/'));
    let bytes = text.as_bytes();
    match (bytes.get(start), bytes.get(start + 1)) {
        (Some(letter), Some(b':')) if letter.is_ascii_lowercase() => {
            let mut text = text.to_owned();
            if let Some(drive) = text.get_mut(start..=start) {
                drive.make_ascii_uppercase();
            }
            PathBuf::from(text)
        }
        _ => path,
    }
}

/// Whether the protocol's type takes this address as it is.
pub(crate) fn is_encoded(text: &str) -> bool {
    Uri::from_str(text).is_ok()
}

/// The address that a client wrote as a text.
pub(crate) fn parse(text: &str) -> Option<Uri> {
    Uri::from_str(&encode(text)).ok()
}

/// `text` as an address: what no address may hold is percent-encoded.
pub(crate) fn encode(text: &str) -> String {
    if is_encoded(text) {
        return text.to_owned();
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let is_escape = byte == b'%'
            && bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        if is_escape || byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    if is_encoded(&encoded) {
        return encoded;
    }
    // Not even a scheme: a name of its own, so that the document can be spoken of.
    let opaque: String = encoded
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("unknown:{opaque}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(text: &str) -> DocUri {
        DocUri::new(Uri::from_str(&encode(text)).unwrap())
    }

    #[test]
    fn odd_characters_make_the_same_file_as_their_escapes() {
        for (raw, escaped) in [
            ("file:///a b.jsonc", "file:///a%20b.jsonc"),
            ("file:///[x]|y.jsonc", "file:///%5Bx%5D%7Cy.jsonc"),
            ("file:///é.jsonc", "file:///%C3%A9.jsonc"),
        ] {
            assert_eq!(doc(raw), doc(escaped), "{raw}");
        }
        assert_eq!(doc("file:///a b.jsonc").path(), Some(Path::new("/a b.jsonc")));
    }

    #[test]
    fn drive_letters_have_one_spelling_and_the_client_keeps_its_own() {
        let lower = doc("file:///c%3A/a.jsonc");
        assert_eq!(lower, doc("file:///C:/a.jsonc"));
        assert_eq!(lower.as_uri().as_str(), "file:///c%3A/a.jsonc");
    }

    #[test]
    fn only_file_addresses_have_a_path() {
        assert_eq!(doc("untitled:Untitled-1").path(), None);
        assert_eq!(doc("git:/a.jsonc?x").path(), None);
    }

    #[test]
    fn anything_becomes_an_address() {
        for text in ["", "%", "::", "a b", "//", "1:2", "file://[", "\u{0}", "untitled:Untitled 1"] {
            assert!(is_encoded(&encode(text)), "{text:?}");
        }
    }
}

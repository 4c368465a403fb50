//! Addresses of documents.

use std::ffi::OsStr;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use connector_boundary::system::System;
use tower_lsp::ls_types::Uri;

use crate::file_uri;

/// The address of a document: compared by what it means, shown as the client spelt it.
#[derive(Clone, Debug)]
pub(crate) struct DocUri {
    spelling: Uri,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    /// A file, and what its path is compared by where that is not the path as it is spelt.
    File { path: PathBuf, folded: Option<String> },
    /// Anything else (`untitled:`, `git:`), by its text.
    Other(String),
}

impl DocUri {
    /// The document that the client calls so.
    pub(crate) fn new(spelling: Uri) -> Self {
        let place = match file_path(&spelling) {
            Some(path) => Place::file(path),
            None => Place::Other(spelling.as_str().to_owned()),
        };
        Self { spelling, place }
    }

    /// The document at this absolute path.
    pub(crate) fn from_path(path: &Path) -> Option<Self> {
        let spelling = file_uri::from_path(&path.to_string_lossy(), System::CURRENT)?;
        Some(Self { spelling: Uri::from_str(&spelling).ok()?, place: Place::file(path.to_owned()) })
    }

    /// The same document, its file under another spelling of its path.
    pub(crate) fn at(self, path: PathBuf) -> Self {
        Self { place: Place::file(path), ..self }
    }

    /// As the client spelt it.
    pub(crate) fn as_uri(&self) -> &Uri {
        &self.spelling
    }

    /// Where it is on disk; none for what is no file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            Place::Other(_) => None,
        }
    }
}

impl Place {
    fn file(path: PathBuf) -> Place {
        let folded = file_uri::folded(&path.to_string_lossy(), System::CURRENT).or_else(|| respelt(&path));
        Place::File { path, folded }
    }

    /// What makes two of them one: a text, as to take a path apart at each look takes longer than all the rest of it.
    fn key(&self) -> &OsStr {
        match self {
            Place::File { folded: Some(text), .. } | Place::Other(text) => OsStr::new(text),
            Place::File { path, folded: None } => path.as_os_str(),
        }
    }
}

/// A path put together of its parts, where it is spelt otherwise: `/a//b`, `/a/./b`, `/a/`.
fn respelt(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    if !text.contains("//") && !text.contains("/.") && !text.ends_with('/') {
        return None;
    }
    let parts: PathBuf = path.components().collect();
    (parts.as_os_str() != path.as_os_str()).then(|| parts.to_string_lossy().into_owned())
}

impl PartialEq for DocUri {
    fn eq(&self, other: &Self) -> bool {
        self.place.key() == other.place.key()
    }
}

impl Eq for DocUri {}

impl Hash for DocUri {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place.key().hash(state);
    }
}

/// The path of a `file:` address on this machine.
fn file_path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let host = uri.authority().map(|authority| authority.host().to_owned()).unwrap_or_default();
    let host = percent_encoding::percent_decode_str(&host).decode_utf8_lossy();
    let path = uri.path().decode().to_string_lossy();
    file_uri::to_path(&host, &path, System::CURRENT).map(PathBuf::from)
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
        assert!(doc("file:///a b.jsonc").path().is_some_and(|path| path.ends_with("a b.jsonc")));
    }

    #[test]
    #[cfg(unix)]
    fn a_file_is_the_same_however_its_path_is_put_together() {
        for other in
            ["file:///app//a.jsonc", "file:///app/./a.jsonc", "file:///app/a.jsonc/", "file:////app/a.jsonc"]
        {
            assert_eq!(doc(other), doc("file:///app/a.jsonc"), "{other}");
            let hash = |uri: &DocUri| {
                let mut hasher = std::hash::DefaultHasher::new();
                uri.hash(&mut hasher);
                hasher.finish()
            };
            assert_eq!(hash(&doc(other)), hash(&doc("file:///app/a.jsonc")), "{other}");
        }
        for other in ["file:///app/.a.jsonc", "file:///app/../a.jsonc", "file:///a.jsonc"] {
            assert_ne!(doc(other), doc("file:///app/a.jsonc"), "{other}");
        }
    }

    #[test]
    fn the_client_keeps_its_own_spelling() {
        let escaped = doc("file:///c%3A/a.jsonc");
        assert_eq!(escaped, doc("file:///c:/a.jsonc"));
        assert_eq!(escaped.as_uri().as_str(), "file:///c%3A/a.jsonc");
    }

    #[test]
    fn a_path_leads_to_its_address_and_back() {
        let folder = std::env::temp_dir().join("é [x]");
        let uri = DocUri::from_path(&folder).unwrap();
        assert_eq!(DocUri::new(uri.as_uri().clone()).path(), Some(folder.as_path()));
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

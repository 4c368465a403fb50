//! An open document for the fuzz targets: the type that the server holds, edited as a client edits it.

use connector_syntax::{Encoding, parse};
use tower_lsp::ls_types::{Position, Range, TextDocumentContentChangeEvent};

use crate::documents::{Document, Documents};
use crate::uri::{self, DocUri};

/// A line and a column.
pub type Place = (u32, u32);

/// What a client says has changed.
#[derive(Clone, Debug)]
pub struct Edit {
    /// From where to where, in either order; none is the whole text.
    pub range: Option<(Place, Place)>,
    /// What stands there now.
    pub text: String,
}

/// A document that is being edited.
pub struct Edited {
    documents: Documents,
    uri: DocUri,
    encoding: Encoding,
    version: i32,
}

impl Edited {
    /// Opens one whose columns are counted like this.
    pub fn open(text: &str, encoding: Encoding) -> Option<Self> {
        let uri = DocUri::new(uri::parse("untitled:edited")?);
        let mut documents = Documents::default();
        documents.open(uri.clone(), "jsonc".to_owned(), 1, text);
        Some(Self { documents, uri, encoding, version: 1 })
    }

    /// One change notification.
    pub fn change(&mut self, edits: &[Edit]) {
        self.version += 1;
        let place = |(line, character)| Position { line, character };
        let changes: Vec<TextDocumentContentChangeEvent> = edits
            .iter()
            .map(|edit| TextDocumentContentChangeEvent {
                range: edit.range.map(|(start, end)| Range { start: place(start), end: place(end) }),
                range_length: None,
                text: edit.text.clone(),
            })
            .collect();
        self.documents.change(&self.uri, self.version, &changes, self.encoding);
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.document().map(|document| document.text.as_str().to_string()).unwrap_or_default()
    }

    /// Whether its tree is the one of this text.
    pub fn tree_is_of(&self, text: &str) -> bool {
        self.document()
            .is_some_and(|document| format!("{:?}", document.tree()) == format!("{:?}", parse(text)))
    }

    /// An offset as a position, and back.
    pub fn round_trip(&self, offset: usize) -> usize {
        self.document().map_or(0, |document| {
            let position = document.text.position(offset, self.encoding);
            document.text.offset(position, self.encoding)
        })
    }

    fn document(&self) -> Option<&Document> {
        self.documents.get(&self.uri)
    }
}

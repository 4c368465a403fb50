//! Open documents: their text, version and positions.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use connector_boundary::read::MAX_FILE_BYTES;
use connector_model::state::TextDigest;
use connector_syntax::{Encoding, TextEdit, TextRange, Tree, parse};
use ropey::Rope;
use tower_lsp::ls_types::{Position, Range, TextDocumentContentChangeEvent};

use crate::uri::DocUri;

/// A text with its lines counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    rope: Rope,
    string: OnceCell<Arc<str>>,
}

impl Text {
    /// This text.
    pub(crate) fn new(text: &str) -> Self {
        Self { rope: Rope::from_str(text), string: OnceCell::new() }
    }

    /// The whole text in one piece, made when first asked for.
    pub(crate) fn as_str(&self) -> &Arc<str> {
        self.string.get_or_init(|| Arc::from(self.rope.to_string()))
    }

    /// The byte offset of a position; one past the end of its line or of the text is brought back to it.
    pub(crate) fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.rope.len_bytes();
        }
        let start = self.rope.line_to_char(line);
        let line = self.rope.line(line);
        let column = position.character as usize;
        let column = match encoding {
            Encoding::Utf8 => line.byte_to_char(column.min(line.len_bytes())),
            Encoding::Utf16 => line.utf16_cu_to_char(column.min(line.len_utf16_cu())),
            Encoding::Utf32 => column.min(line.len_chars()),
        };
        let mut end = line.len_chars();
        while end > 0 && matches!(line.get_char(end - 1), Some('\n' | '\r')) {
            end -= 1;
        }
        self.rope.char_to_byte(start + column.min(end))
    }

    /// The position of a byte offset.
    pub(crate) fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = offset.min(self.rope.len_bytes());
        let line = self.rope.byte_to_line(offset);
        let start = self.rope.line_to_char(line);
        let char = self.rope.byte_to_char(offset);
        let column = match encoding {
            Encoding::Utf8 => self.rope.char_to_byte(char) - self.rope.char_to_byte(start),
            Encoding::Utf16 => self.rope.char_to_utf16_cu(char) - self.rope.char_to_utf16_cu(start),
            Encoding::Utf32 => char - start,
        };
        Position { line: to_u32(line), character: to_u32(column) }
    }

    /// The text of a byte range.
    pub(crate) fn slice(&self, range: TextRange) -> &str {
        self.as_str().get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// The length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// The line of a byte offset, from 0.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        to_u32(self.rope.byte_to_line(offset.min(self.rope.len_bytes())))
    }

    /// The client's range of a byte range.
    pub(crate) fn range(&self, range: TextRange, encoding: Encoding) -> Range {
        Range {
            start: self.position(range.start as usize, encoding),
            end: self.position(range.end as usize, encoding),
        }
    }

    /// The byte range of a client's range, the right way round.
    pub(crate) fn text_range(&self, range: Range, encoding: Encoding) -> TextRange {
        let (a, b) = (self.offset(range.start, encoding), self.offset(range.end, encoding));
        TextRange { start: to_u32(a.min(b)), end: to_u32(a.max(b)) }
    }

    /// The range of the whole text.
    pub(crate) fn full_range(&self, encoding: Encoding) -> Range {
        Range { start: Position::default(), end: self.position(self.rope.len_bytes(), encoding) }
    }

    fn replace(&mut self, range: TextRange, text: &str) {
        let start = self.rope.byte_to_char(range.start as usize);
        let end = self.rope.byte_to_char(range.end as usize);
        self.rope.remove(start..end);
        self.rope.insert(start, text);
        self.string = OnceCell::new();
    }
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A document that the client holds open.
pub(crate) struct Document {
    /// Its address, as the client spells it.
    pub(crate) uri: DocUri,
    /// Its language, as the client names it.
    pub(crate) language: String,
    /// Its version, as the client counts.
    pub(crate) version: i32,
    /// Its text at that version.
    pub(crate) text: Text,
    tree: OnceCell<Arc<Tree>>,
    /// Where the last edit ended, until the document is saved: its author is still there.
    typed_at: Option<usize>,
    /// The text that its file was last seen to have.
    on_disk: Option<TextDigest>,
    is_deleted: bool,
}

impl Document {
    fn new(uri: DocUri, language: String, version: i32, text: &str) -> Self {
        Self {
            uri,
            language,
            version,
            text: Text::new(text),
            tree: OnceCell::new(),
            typed_at: None,
            on_disk: None,
            is_deleted: false,
        }
    }

    /// Whether its file was deleted and nothing was typed since: whoever still holds it open, it is no file any more.
    pub(crate) fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    fn digest(&self) -> TextDigest {
        TextDigest::of(self.text.as_str())
    }

    /// Whether a place is quotes with nothing in them that somebody is about to fill.
    pub(crate) fn is_being_filled(&self, range: TextRange) -> bool {
        let place = range.start as usize..=range.end as usize;
        // The tree has the text in one piece, whatever was typed last.
        let text = || self.tree().slice(range);
        self.typed_at.is_some_and(|at| place.contains(&at))
            && text().starts_with(['"', '\''])
            && text().trim_matches(['"', '\'']).trim().is_empty()
    }

    /// The tree of its text, made when first asked for; that of an empty text where it is too large to be a connector.
    pub(crate) fn tree(&self) -> &Arc<Tree> {
        self.tree
            .get_or_init(|| Arc::new(if self.is_too_large() { parse("") } else { parse(self.text.as_str()) }))
    }

    /// Whether it is larger than a connector file may be.
    pub(crate) fn is_too_large(&self) -> bool {
        self.text.len() as u64 > MAX_FILE_BYTES
    }
}

#[cfg(test)]
impl Document {
    /// An open connector file of this text.
    pub(crate) fn for_test(text: &str) -> Self {
        let path = std::path::Path::new("/project/base44/connectors/slack.jsonc");
        Self::new(DocUri::from_path(path).unwrap(), "jsonc".to_owned(), 1, text)
    }
}

/// A fixture's text without its `$0`, and the offset where that stood.
#[cfg(test)]
pub(crate) fn cursor(fixture: &str) -> (String, u32) {
    let offset = fixture.find("$0").expect("a `$0` in the fixture");
    (fixture.replacen("$0", "", 1), offset as u32)
}

/// The documents that the client holds open.
#[derive(Default)]
pub(crate) struct Documents {
    open: HashMap<DocUri, Document>,
}

impl Documents {
    /// Opens a document; one that is open already is taken as opened anew.
    pub(crate) fn open(&mut self, uri: DocUri, language: String, version: i32, text: &str) {
        let document = Document::new(uri.clone(), language, version, text);
        // The key too: the client's latest spelling is the one to echo.
        self.open.remove(&uri);
        self.open.insert(uri, document);
    }

    /// Gives every document the address that is made of its own; one that means the same.
    pub(crate) fn respell(&mut self, own: impl Fn(DocUri) -> DocUri) {
        let open = std::mem::take(&mut self.open).into_values();
        let respelt = open.map(|document| Document { uri: own(document.uri), ..document });
        self.open = respelt.map(|document| (document.uri.clone(), document)).collect();
    }

    /// Applies a client's edits in their order; false if the document is not open.
    pub(crate) fn change(
        &mut self,
        uri: &DocUri,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> bool {
        let Some(document) = self.open.get_mut(uri) else {
            return false;
        };
        let mut tree = document.tree.take();
        for change in changes {
            match change.range {
                Some(range) => {
                    let range = document.text.text_range(range, encoding);
                    document.text.replace(range, &change.text);
                    tree = tree.and_then(|tree| {
                        tree.edited(&TextEdit { range, new_text: change.text.clone() }).map(Arc::new)
                    });
                    document.typed_at = Some(range.start as usize + change.text.len());
                }
                None => {
                    document.text = Text::new(&change.text);
                    document.typed_at = None;
                    tree = None;
                }
            }
        }
        document.version = version;
        // Whoever types on wants it: it counts as what is unsaved does.
        document.is_deleted = false;
        let tree = tree.filter(|_| !document.is_too_large());
        document.tree = tree.map_or_else(OnceCell::new, OnceCell::from);
        true
    }

    /// A document was saved: what its author left blank is left so. Whether it had been edited.
    pub(crate) fn saved(&mut self, uri: &DocUri) -> bool {
        self.open.get_mut(uri).is_some_and(|document| document.typed_at.take().is_some())
    }

    /// The file of a document is there, with this text where that could be read. Whether it was taken for deleted.
    pub(crate) fn found_on_disk(&mut self, uri: &DocUri, text: Option<TextDigest>) -> bool {
        self.open.get_mut(uri).is_some_and(|document| {
            document.on_disk = text;
            std::mem::take(&mut document.is_deleted)
        })
    }

    /// The same of one that was saved: the file has its text.
    pub(crate) fn written_to_disk(&mut self, uri: &DocUri) -> bool {
        let text = self.open.get(uri).map(Document::digest);
        self.found_on_disk(uri, text)
    }

    /// The file of a document is not there. Whether it was, with the very text of the document: that was deleted then. A
    /// text that is nowhere else stays.
    pub(crate) fn missing_on_disk(&mut self, uri: &DocUri) -> bool {
        self.open.get_mut(uri).is_some_and(|document| {
            document.is_deleted |= document.on_disk.take().is_some_and(|text| text == document.digest());
            document.is_deleted
        })
    }

    /// Closes a document, and gives it; none if it was not open.
    pub(crate) fn close(&mut self, uri: &DocUri) -> Option<Document> {
        self.open.remove(uri)
    }

    /// The open document of this address.
    pub(crate) fn get(&self, uri: &DocUri) -> Option<&Document> {
        self.open.get(uri)
    }

    /// Every open document.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_are_counted_as_the_client_counts() {
        let text = Text::new("a\u{e9}\u{1f600}b\r\n\u{2028}c\rd");
        for (encoding, column) in [(Encoding::Utf8, 7), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            assert_eq!(text.position(7, encoding), position(0, column), "{encoding:?}");
            assert_eq!(text.offset(position(0, column), encoding), 7, "{encoding:?}");
        }
    }

    #[test]
    fn only_the_protocols_line_ends_end_a_line() {
        let text = Text::new("a\u{2028}\u{b}b\nc\r\nd\re");
        assert_eq!(text.full_range(Encoding::Utf16).end, position(3, 1));
    }

    #[test]
    fn positions_beyond_the_end_come_back_to_it() {
        let text = Text::new("ab\r\ncd");
        assert_eq!(text.offset(position(0, 99), Encoding::Utf16), 2);
        assert_eq!(text.offset(position(9, 0), Encoding::Utf16), 6);
        assert_eq!(text.offset(position(u32::MAX, u32::MAX), Encoding::Utf8), 6);
    }

    #[test]
    fn a_position_inside_a_character_comes_back_to_its_start() {
        let text = Text::new("\u{1f600}x");
        assert_eq!(text.offset(position(0, 1), Encoding::Utf16), 0);
        assert_eq!(text.offset(position(0, 2), Encoding::Utf8), 0);
    }

    fn edited(text: &str, start: (u32, u32), end: (u32, u32), new: &str) -> String {
        let mut documents = Documents::default();
        let uri = Document::for_test("").uri;
        documents.open(uri.clone(), String::new(), 1, text);
        #[allow(deprecated)]
        let change = TextDocumentContentChangeEvent {
            range: Some(Range { start: position(start.0, start.1), end: position(end.0, end.1) }),
            range_length: None,
            text: new.to_owned(),
        };
        assert!(documents.change(&uri, 2, &[change], Encoding::Utf16));
        documents.get(&uri).unwrap().text.as_str().to_string()
    }

    #[test]
    fn an_edit_replaces_its_range() {
        assert_eq!(edited("{\n  a\n}", (1, 2), (1, 3), "b: 1"), "{\n  b: 1\n}");
    }

    #[test]
    fn an_inverted_range_is_taken_the_right_way_round() {
        assert_eq!(edited("abc", (0, 2), (0, 1), ""), "ac");
    }

    #[test]
    fn a_range_beyond_the_end_appends() {
        assert_eq!(edited("abc", (7, 0), (9, 9), "d"), "abcd");
    }

    #[test]
    fn blank_quotes_are_being_filled_until_the_next_edit_elsewhere_or_a_save() {
        let uri = DocUri::from_path(std::path::Path::new("/a.jsonc")).unwrap();
        let mut documents = Documents::default();
        documents.open(uri.clone(), "jsonc".to_owned(), 1, "['a', ]\n");
        let blank = TextRange { start: 6, end: 8 };
        let edit = |documents: &mut Documents, line, at, text: &str| {
            let place = position(line, at);
            let change = TextDocumentContentChangeEvent {
                range: Some(Range { start: place, end: place }),
                range_length: None,
                text: text.to_owned(),
            };
            assert!(documents.change(&uri, 2, &[change], Encoding::Utf16));
            documents.get(&uri).unwrap().is_being_filled(blank)
        };
        assert!(edit(&mut documents, 0, 6, "\"\""));
        assert!(!edit(&mut documents, 1, 0, " "), "the author went on");
        assert!(!edit(&mut documents, 0, 7, "x"), "the quotes are filled");
        assert!(!documents.get(&uri).unwrap().is_being_filled(TextRange { start: 1, end: 4 }));
        assert!(documents.saved(&uri) && !documents.saved(&uri));
    }

    #[test]
    fn edits_to_a_closed_document_change_nothing() {
        let mut documents = Documents::default();
        assert!(!documents.change(&Document::for_test("").uri, 2, &[], Encoding::Utf16));
    }
}

//! Document symbols: the connector, its keys, its scopes.

use connector_boundary::text::printable;
use connector_model::code::CodeFile;
use connector_syntax::{Encoding, Member, Node, NodeKind, TextRange};
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind,
    Uri,
};

use super::automations;
use crate::documents::Document;
use crate::world::World;

/// So many characters of a name or a value are shown: an outline is narrow.
const MAX_SHOWN_CHARS: usize = 200;

/// So many lines an outline has at most: nobody reads more, and each costs some kilobytes on its way to the client. A
/// hostile text has a hundred thousand.
const MAX_SYMBOLS: usize = 5_000;

/// Deeper than any connector; what a hostile text nests below is left out.
const MAX_DEPTH: usize = 12;

/// The outline of a document.
pub(crate) fn symbols(world: &World, params: DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    let found = match world.code_document(uri) {
        Some((_, _, CodeFile::Program)) => return None,
        Some((document, ..)) => automations_of(document, world.caps.encoding),
        None => outline(world.json_document(uri)?, world.caps.encoding),
    };
    if world.caps.hierarchical_symbols {
        return Some(DocumentSymbolResponse::Nested(found));
    }
    let mut flat = Vec::new();
    for symbol in found {
        flatten(symbol, None, &params.text_document.uri, &mut flat);
    }
    Some(DocumentSymbolResponse::Flat(flat))
}

/// What calls a function when something happens at a connector's service.
fn automations_of(document: &Document, encoding: Encoding) -> Vec<DocumentSymbol> {
    let outline = Outline::new(document, encoding);
    let all = automations::all(document.tree()).into_iter();
    all.map(|shown| {
        let (range, at) = (shown.range, shown.type_range);
        outline.symbol(&shown.name, Some(shown.type_name), SymbolKind::EVENT, range, at, Vec::new())
    })
    .collect()
}

fn outline(document: &Document, encoding: Encoding) -> Vec<DocumentSymbol> {
    let root = document.tree().root();
    root.map_or_else(Vec::new, |root| Outline::new(document, encoding).children(root, 0))
}

/// The outline of a document in the making.
struct Outline<'a> {
    document: &'a Document,
    encoding: Encoding,
    /// How many lines may still be made.
    left: usize,
}

impl<'a> Outline<'a> {
    fn new(document: &'a Document, encoding: Encoding) -> Self {
        Self { document, encoding, left: MAX_SYMBOLS }
    }

    fn children(&mut self, node: Node<'_>, depth: usize) -> Vec<DocumentSymbol> {
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        match node.kind() {
            NodeKind::Object(object) => object
                .members()
                .map_while(|member| {
                    self.one_more()?;
                    Some(self.of_member(member, depth))
                })
                .collect(),
            NodeKind::Array(array) => array
                .elements()
                .filter(|element| !matches!(element.kind(), NodeKind::Error))
                .map_while(|element| {
                    self.one_more()?;
                    let nested = self.children(element, depth + 1);
                    let range = element.range();
                    Some(self.symbol(&label(element), None, kind(element), range, range, nested))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Counts a line; none where there are enough.
    fn one_more(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    fn of_member(&mut self, member: Member<'_>, depth: usize) -> DocumentSymbol {
        let value = member.value();
        let detail = value.and_then(|value| match value.kind() {
            NodeKind::Object(_) | NodeKind::Error => None,
            NodeKind::Array(array) => Some(match array.elements().count() {
                1 => "1 entry".to_owned(),
                count => format!("{count} entries"),
            }),
            _ => Some(label(value)),
        });
        let nested = value.map(|value| self.children(value, depth + 1)).unwrap_or_default();
        let (range, at) = (member.range(), member.key().range());
        self.symbol(&member.key().text(), detail, value.map_or(SymbolKind::KEY, kind), range, at, nested)
    }

    fn symbol(
        &self,
        name: &str,
        detail: Option<String>,
        kind: SymbolKind,
        range: TextRange,
        selection: TextRange,
        children: Vec<DocumentSymbol>,
    ) -> DocumentSymbol {
        #[allow(deprecated)]
        DocumentSymbol {
            // Clients refuse an empty name, and with it the whole outline.
            name: if name.trim().is_empty() { "\"\"".to_owned() } else { printable(name, MAX_SHOWN_CHARS) },
            detail: detail.map(|detail| printable(&detail, MAX_SHOWN_CHARS)),
            kind,
            tags: None,
            deprecated: None,
            range: self.document.text.range(range, self.encoding),
            selection_range: self.document.text.range(selection, self.encoding),
            children: (!children.is_empty()).then_some(children),
        }
    }
}

fn label(node: Node<'_>) -> String {
    match node.kind() {
        NodeKind::String(string) => string.text().into_owned(),
        NodeKind::Number(number) => number.to_string(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Null => "null".to_owned(),
        NodeKind::Object(_) => "{…}".to_owned(),
        NodeKind::Array(_) => "[…]".to_owned(),
        _ => String::new(),
    }
}

fn kind(node: Node<'_>) -> SymbolKind {
    match node.kind() {
        NodeKind::String(_) => SymbolKind::STRING,
        NodeKind::Number(_) => SymbolKind::NUMBER,
        NodeKind::Bool(_) => SymbolKind::BOOLEAN,
        NodeKind::Array(_) => SymbolKind::ARRAY,
        NodeKind::Object(_) => SymbolKind::OBJECT,
        NodeKind::Null => SymbolKind::NULL,
        _ => SymbolKind::KEY,
    }
}

fn flatten(symbol: DocumentSymbol, container: Option<&str>, uri: &Uri, flat: &mut Vec<SymbolInformation>) {
    #[allow(deprecated)]
    flat.push(SymbolInformation {
        name: symbol.name.clone(),
        kind: symbol.kind,
        tags: None,
        deprecated: None,
        location: Location { uri: uri.clone(), range: symbol.range },
        container_name: container.map(str::to_owned),
    });
    for child in symbol.children.unwrap_or_default() {
        flatten(child, Some(&symbol.name), uri, flat);
    }
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::DocumentSymbol;

    use connector_syntax::Encoding;

    use crate::documents::Document;

    fn names(symbols: &[DocumentSymbol]) -> Vec<String> {
        symbols
            .iter()
            .flat_map(|symbol| {
                let own = match &symbol.detail {
                    Some(detail) => format!("{} = {detail}", symbol.name),
                    None => symbol.name.clone(),
                };
                let nested = symbol.children.as_deref().map(names).unwrap_or_default();
                std::iter::once(own).chain(nested.into_iter().map(|name| format!("  {name}")))
            })
            .collect()
    }

    fn outline(text: &str) -> Vec<String> {
        names(&super::outline(&Document::for_test(text), Encoding::Utf16))
    }

    #[test]
    fn the_outline_names_the_type_and_each_scope() {
        assert_eq!(
            outline("{type: 'slack', scopes: ['a', 'b']}"),
            ["type = slack", "scopes = 2 entries", "  a", "  b"]
        );
    }

    #[test]
    fn an_empty_key_gets_a_name() {
        assert_eq!(outline("{\"\": 1}"), ["\"\" = 1"]);
    }

    #[test]
    fn an_outline_without_end_is_cut() {
        let many = "[1],".repeat(60_000);
        let lines = outline(&format!("{{type: 'slack', scopes: [{many}]}}"));
        assert_eq!((lines.len(), lines[1].as_str()), (super::MAX_SYMBOLS, "scopes = 60000 entries"));
    }

    #[test]
    fn a_hostile_depth_ends_somewhere() {
        assert!(!outline(&format!("{{a:{}", "[".repeat(100_000))).is_empty());
    }
}

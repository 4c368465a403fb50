//! What a connector file declares.

use std::cell::OnceCell;
use std::sync::Arc;

use connector_syntax::{TextRange, Tree};

use crate::checks::{declared, declared_type};

/// A connector as its file declares it.
#[derive(Clone, Debug)]
pub struct Connector {
    /// The type, as written.
    pub type_name: String,
    /// Where the type stands in the file.
    pub type_range: TextRange,
    /// The mark around it.
    pub(crate) quote: char,
    /// Where the list of scopes stands.
    pub scopes_range: Option<TextRange>,
    scopes: OnceCell<Vec<String>>,
    scope_ranges: OnceCell<Vec<TextRange>>,
    /// Of an open file the text, which the scopes are read from when they are asked for: an edit alone asks for none.
    tree: Option<Arc<Tree>>,
}

impl Connector {
    /// What a text declares; nothing where it names no type.
    pub fn of(tree: &Tree) -> Option<Connector> {
        let connector = Connector::without_scopes(tree)?;
        let (scopes, ranges) = scopes(tree);
        let _ = connector.scopes.set(scopes);
        let _ = connector.scope_ranges.set(ranges);
        Some(connector)
    }

    /// The same, its scopes read when they are asked for.
    pub(crate) fn of_open(tree: &Arc<Tree>) -> Option<Connector> {
        let mut connector = Connector::without_scopes(tree)?;
        connector.tree = Some(tree.clone());
        Some(connector)
    }

    /// The same, for whom its scopes do not matter.
    pub(crate) fn without_scopes(tree: &Tree) -> Option<Connector> {
        let (name, type_range) = declared_type(tree)?;
        let list = tree.root()?.as_object()?.get("scopes").and_then(|member| member.value());
        Some(Connector {
            type_name: name.into_owned(),
            type_range,
            quote: if tree.slice(type_range).starts_with('\'') { '\'' } else { '"' },
            scopes_range: list.map(|list| list.range()),
            scopes: OnceCell::new(),
            scope_ranges: OnceCell::new(),
            tree: None,
        })
    }

    /// The scopes, in the order of the file, each once.
    pub fn scopes(&self) -> &[String] {
        self.scopes.get_or_init(|| self.tree.as_deref().map(|tree| scopes(tree).0).unwrap_or_default())
    }

    /// Where each of them stands.
    pub fn scope_ranges(&self) -> &[TextRange] {
        self.scope_ranges.get_or_init(|| self.tree.as_deref().map(|tree| scopes(tree).1).unwrap_or_default())
    }
}

/// The scopes, each once, and where each stands.
fn scopes(tree: &Tree) -> (Vec<String>, Vec<TextRange>) {
    let declared = declared(tree).scopes;
    let mut seen = foldhash::HashSet::default();
    let first: Vec<bool> = declared.iter().map(|(scope, _)| seen.insert(scope.as_str())).collect();
    let all = declared.into_iter().zip(first).filter_map(|(scope, first)| first.then_some(scope));
    let (mut scopes, mut ranges): (Vec<_>, Vec<_>) = all.unzip();
    // They are kept, of thousands of files.
    scopes.shrink_to_fit();
    ranges.shrink_to_fit();
    (scopes, ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_file_and_one_on_disk_declare_the_same() {
        let tree = Arc::new(connector_syntax::parse(r#"{"type": "slack", "scopes": ["a", "b", "a"]}"#));
        for connector in [Connector::of_open(&tree).unwrap(), Connector::of(&tree).unwrap()] {
            assert_eq!(connector.type_name, "slack");
            assert_eq!(connector.type_range, TextRange { start: 9, end: 16 });
            assert_eq!(connector.scopes(), ["a", "b"]);
        }
    }

    #[test]
    fn a_file_without_a_type_declares_nothing() {
        assert!(Connector::of(&connector_syntax::parse("{}")).is_none());
    }
}

//! What a connector file of the workspace declares.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_model::checks::declared_type;
use connector_model::load::{LocalConnector, connector};
use connector_syntax::{TextRange, Tree};

/// A connector of a file, open or on disk.
#[derive(Debug)]
pub(crate) struct Local {
    /// The type, as written.
    pub(crate) type_name: String,
    /// Where the type stands in the file.
    pub(crate) type_range: TextRange,
    /// The file.
    pub(crate) path: PathBuf,
    /// An open file's text, which its scopes are read from when they are asked for: an edit alone asks for none.
    tree: Option<Arc<Tree>>,
    scopes: OnceCell<Vec<String>>,
}

impl Local {
    /// What an open file declares; nothing where it has no type.
    pub(crate) fn open(path: &Path, tree: &Arc<Tree>) -> Option<Self> {
        let (type_name, type_range) = declared_type(tree)?;
        Some(Self {
            type_name: type_name.into_owned(),
            type_range,
            path: path.to_owned(),
            tree: Some(tree.clone()),
            scopes: OnceCell::new(),
        })
    }

    /// What a file on disk declares; nothing where it has no type.
    pub(crate) fn on_disk(path: &Path, tree: &Tree) -> Option<Self> {
        let LocalConnector { type_name, scopes, path, type_range } = connector(path, tree)?;
        Some(Self { type_name, type_range, path, tree: None, scopes: scopes.into() })
    }

    /// The scopes, in the order of the file, each once.
    pub(crate) fn scopes(&self) -> &[String] {
        self.scopes.get_or_init(|| {
            let connector = self.tree.as_ref().and_then(|tree| connector(&self.path, tree));
            connector.map(|connector| connector.scopes).unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_file_and_one_on_disk_declare_the_same() {
        let path = Path::new("/project/base44/connectors/slack.jsonc");
        let tree = Arc::new(connector_syntax::parse(r#"{"type": "slack", "scopes": ["a", "b", "a"]}"#));
        let open = Local::open(path, &tree).unwrap();
        let on_disk = Local::on_disk(path, &tree).unwrap();
        for local in [open, on_disk] {
            assert_eq!(local.type_name, "slack");
            assert_eq!(local.type_range, TextRange { start: 9, end: 16 });
            assert_eq!(local.path, path);
            assert_eq!(local.scopes(), ["a", "b"]);
        }
    }

    #[test]
    fn a_file_without_a_type_declares_nothing() {
        let tree = Arc::new(connector_syntax::parse("{}"));
        assert!(Local::open(Path::new("/a.jsonc"), &tree).is_none());
        assert!(Local::on_disk(Path::new("/a.jsonc"), &tree).is_none());
    }
}

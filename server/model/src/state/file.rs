//! What is known of one file of the connectors folder.

use std::cell::OnceCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use connector_syntax::{TextRange, Tree};

use super::{Connector, Keep, Source};
use crate::checks::Conclusions;
use crate::files::looks_like_connector;
use crate::load::unreadable;
use crate::positions::Positions;
use crate::project::Project;
use connector_boundary::read::ReadError;

/// What a file is to a project by its place and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A connector file, which a push reads.
    Connector,
    /// What a person would take for one and a push does not read.
    Lookalike,
}

impl FileKind {
    /// The kind of a file; none where it is no connector and looks like none.
    pub fn of(project: &Project, path: &Path) -> Option<FileKind> {
        match path {
            path if project.is_connector_path(path) => Some(FileKind::Connector),
            path if path.starts_with(&project.connectors_dir) && looks_like_connector(path) => {
                Some(FileKind::Lookalike)
            }
            _ => None,
        }
    }
}

/// What is known of one file.
#[derive(Debug)]
pub struct FileState {
    kind: FileKind,
    source: Source,
    pub(super) conclusions: Conclusions,
    connector: Option<Connector>,
    /// Of an open text made when first asked for: an edit alone asks for none.
    positions: OnceCell<Positions>,
    body: Body,
    /// By what a text that an editor holds is told from the one on disk.
    digest: Option<TextDigest>,
}

/// What tells one text from another, where the text itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextDigest(u64);

impl TextDigest {
    /// That of a text; a byte order mark is the editor's business.
    pub fn of(text: &str) -> TextDigest {
        let mut hasher = DefaultHasher::new();
        text.trim_start_matches('\u{feff}').hash(&mut hasher);
        TextDigest(hasher.finish())
    }
}

/// What is kept of a text itself.
#[derive(Debug)]
enum Body {
    Nothing,
    Text(Box<str>),
    Tree(Arc<Tree>),
}

impl Body {
    fn of(source: Source, keep: Keep, tree: &Arc<Tree>) -> Body {
        match (source, keep) {
            (Source::Editor, _) => Body::Tree(tree.clone()),
            (Source::Disk, Keep::Texts) => Body::Text(tree.text().into()),
            (Source::Disk, Keep::Conclusions) => Body::Nothing,
        }
    }
}

impl FileState {
    /// What a text says.
    pub fn of(path: &Path, kind: FileKind, source: Source, keep: Keep, tree: &Arc<Tree>) -> FileState {
        match (kind, source) {
            (FileKind::Connector, Source::Editor) => FileState::open(Conclusions::of(Some(path), tree), tree),
            (FileKind::Connector, Source::Disk) => FileState {
                connector: Connector::of(tree),
                positions: Positions::of(tree.text()).into(),
                body: Body::of(source, keep, tree),
                digest: Some(TextDigest::of(tree.text())),
                ..FileState::only(source, Conclusions::of(Some(path), tree))
            },
            (FileKind::Lookalike, _) => {
                FileState { body: Body::of(source, keep, tree), ..FileState::of_name(kind, source) }
            }
        }
    }

    /// What an open connector file says after one scope of it was typed on: made from what it said before, where that
    /// is possible, and taken out of there.
    pub(super) fn retyped(&mut self, tree: &Arc<Tree>) -> Option<FileState> {
        let Body::Tree(before) = &self.body else { return None };
        let conclusions = self.conclusions.retyped(before, tree)?;
        Some(FileState::open(conclusions, tree))
    }

    /// An open connector file.
    fn open(conclusions: Conclusions, tree: &Arc<Tree>) -> FileState {
        FileState {
            connector: Connector::of_open(tree),
            body: Body::Tree(tree.clone()),
            ..FileState::only(Source::Editor, conclusions)
        }
    }

    /// A file whose name says enough: its text does not matter.
    pub fn of_name(kind: FileKind, source: Source) -> FileState {
        FileState { kind, ..FileState::only(source, Conclusions::default()) }
    }

    /// A connector file that cannot be read.
    pub fn unreadable(source: Source, error: &ReadError) -> FileState {
        FileState::only(source, Conclusions::only(unreadable(error)))
    }

    fn only(source: Source, conclusions: Conclusions) -> FileState {
        FileState {
            kind: FileKind::Connector,
            source,
            conclusions,
            connector: None,
            positions: OnceCell::new(),
            body: Body::Nothing,
            digest: None,
        }
    }

    /// What it is by its place and name.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Where its text comes from.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Its text, as it was read from disk; none where it comes from elsewhere or could not be read.
    pub fn digest(&self) -> Option<TextDigest> {
        self.digest
    }

    /// What it declares, where it names a type.
    pub fn connector(&self) -> Option<&Connector> {
        self.connector.as_ref()
    }

    /// The type that it declares, and where.
    pub(crate) fn declared(&self) -> Option<(&str, TextRange)> {
        self.connector().map(|connector| (connector.type_name.as_str(), connector.type_range))
    }

    /// Lines and columns of its text.
    pub fn positions(&self) -> &Positions {
        self.positions.get_or_init(|| self.text().map(Positions::of).unwrap_or_default())
    }

    /// Its text, where that is kept.
    pub fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Nothing => None,
            Body::Text(text) => Some(text),
            Body::Tree(tree) => Some(tree.text()),
        }
    }

    /// Its tree, while it is open.
    pub fn tree(&self) -> Option<&Arc<Tree>> {
        match &self.body {
            Body::Tree(tree) => Some(tree),
            _ => None,
        }
    }

    pub(super) fn close(&mut self) {
        self.source = Source::Disk;
    }
}

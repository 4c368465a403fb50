//! What is to be said about files: the state of their projects says it, the client is told.

use std::borrow::Cow;
use std::path::Path;

use connector_boundary::read::ReadError;
use connector_model::checks::{Around, check};
use connector_model::load::unreadable;
use connector_model::state::{Changed, Source};
use connector_model::{Finding, Place, Positions};
use connector_syntax::{LineColumn, TextRange};
use tower_lsp::ls_types::{Diagnostic, Location, Position, Range};

use crate::diagnostics::diagnostic;
use crate::documents::Document;
use crate::loading::LoadedFile;
use crate::uri::DocUri;
use crate::world::World;

/// So many files that are not open are told of before the next message is looked at: a few milliseconds of work.
const MAX_TOLD_AT_ONCE: usize = 64;

impl World {
    /// Takes in the text of an open document. What is to be said of it and of others is told later, once for each file,
    /// however many texts are taken in before.
    pub(crate) fn take_text(&mut self, uri: &DocUri) {
        let Some(document) = self.docs.get(uri) else {
            return;
        };
        if !self.is_connector(document) {
            return self.give_text(uri);
        }
        let changed = match uri.path().and_then(|path| self.workspace.state_of_mut(path).zip(Some(path))) {
            None => Vec::new(),
            Some((state, path)) if document.is_deleted() => state.known.remove(path),
            Some((state, path)) if document.is_too_large() => {
                let error = ReadError::TooLarge(document.text.len() as u64);
                state.known.set_unreadable(path, Source::Editor, &error)
            }
            Some((state, path)) => state.known.set_tree(path, Source::Editor, document.tree()),
        };
        self.again.insert(uri.clone());
        let changed: Changed = changed.into_iter().filter(|path| uri.path() != Some(path)).collect();
        // A client asks anew for the connector files that are open, after each edit of one, but not for functions.
        if changed.iter().any(|path| self.is_open_code(path)) {
            self.refresh_at_rest();
        }
        self.check_again(changed);
    }

    /// Tells the client what is to be said of an open connector file.
    pub(crate) fn tell_of_document(&mut self, uri: &DocUri) {
        let Some(document) = self.docs.get(uri).filter(|document| self.is_connector(document)) else {
            return;
        };
        let mut findings = self.findings_of(document);
        // Nobody is told that quotes are empty while they are typed.
        findings.retain(|finding| !document.is_being_filled(finding.range));
        let diagnostics = self
            .to_diagnostics(&document.uri, &findings, |range| document.text.range(range, self.caps.encoding));
        self.reports.set(uri, Some(document.version), diagnostics);
        self.publish(uri);
    }

    /// Everything that is to be said about an open connector file.
    pub(crate) fn findings_of<'w>(&'w self, document: &'w Document) -> Vec<Cow<'w, Finding>> {
        let path = document.uri.path();
        let state = path.and_then(|path| self.workspace.state_of(path));
        if let (Some(path), Some(state)) = (path, state)
            && state.known.kind(path).is_some()
        {
            return state.known.shown(path);
        }
        let findings = match document.is_too_large() {
            true => vec![unreadable(&ReadError::TooLarge(document.text.len() as u64))],
            false => {
                let around = match (path, state) {
                    (Some(path), Some(state)) => state.known.around(path),
                    (path, _) => Around { path, ..Around::default() },
                };
                check(document.tree(), &around)
            }
        };
        let severities = state.map_or(&self.config.severity, |state| state.known.severities());
        findings.into_iter().filter_map(|finding| severities.level(Cow::Owned(finding))).collect()
    }

    /// Takes in a file that is not open, as it is on disk.
    pub(crate) fn take_file_on_disk(&mut self, file: LoadedFile) {
        let LoadedFile { path, file } = file;
        let Some(state) = self.workspace.state_of_mut(&path) else {
            return;
        };
        let changed = match file {
            Some(file) => state.known.set_file(&path, file),
            None => state.known.remove(&path),
        };
        // What was said of it while it was open may be old, even where nothing changed.
        self.check_again(changed);
        self.check_again(vec![path]);
    }

    /// Something else may be said of these files than before.
    pub(crate) fn check_again(&mut self, paths: Changed) {
        for path in paths {
            match DocUri::from_path(&path) {
                Some(uri) if self.is_open_connector(&uri) => {
                    self.again.insert(uri);
                }
                _ => {
                    self.unreported.insert(path);
                }
            }
        }
    }

    fn is_open_connector(&self, uri: &DocUri) -> bool {
        self.docs.get(uri).is_some_and(|document| self.is_connector(document))
    }

    fn is_open_code(&self, path: &Path) -> bool {
        DocUri::from_path(path).is_some_and(|uri| self.is_code(&uri))
    }

    /// Tells the client of files that are not open, a few at a time: gives whether there are more.
    pub(crate) fn tell_some(&mut self) -> bool {
        for _ in 0..MAX_TOLD_AT_ONCE {
            let Some(path) = self.unreported.pop_first() else { return false };
            self.tell_of_file_on_disk(&path);
        }
        !self.unreported.is_empty()
    }

    /// The same of one of them, if it is among them.
    pub(crate) fn tell_of(&mut self, uri: &DocUri) {
        let path = uri.path().filter(|path| self.unreported.contains(*path)).map(Path::to_owned);
        if let Some(path) = path {
            self.unreported.remove(&path);
            self.tell_of_file_on_disk(&path);
        }
    }

    /// The same of all of them.
    pub(crate) fn tell_all(&mut self) {
        while self.tell_some() {}
    }

    /// Tells the client what is wrong in a file that is not open.
    fn tell_of_file_on_disk(&mut self, path: &Path) {
        let Some(uri) = DocUri::from_path(path) else {
            return;
        };
        if self.is_open_connector(&uri) {
            return;
        }
        if self.is_code(&uri) {
            return self.tell_of_code(path, &uri);
        }
        let diagnostics = self.diagnostics_on_disk(path, &uri);
        self.reports.set_on_disk(&uri, &diagnostics);
        self.publish_on_disk(&uri, diagnostics);
        self.reports.tidy(&uri);
    }

    /// What is wrong in a file that is not open, as this client can take it.
    pub(crate) fn diagnostics_on_disk(&self, path: &Path, uri: &DocUri) -> Vec<Diagnostic> {
        let Some(state) = self.workspace.state_of(path) else {
            return Vec::new();
        };
        let findings = state.known.shown(path);
        if findings.is_empty() {
            return Vec::new();
        }
        let range =
            |range| state.known.positions(path).map_or_else(Range::default, |it| self.range(it, range));
        self.to_diagnostics(uri, &findings, range)
    }

    fn to_diagnostics(
        &self,
        uri: &DocUri,
        findings: &[Cow<'_, Finding>],
        range: impl Fn(TextRange) -> Range,
    ) -> Vec<Diagnostic> {
        let locate = |place: &Place| {
            let path = place.path.as_deref()?;
            let positions = self.workspace.state_of(path)?.known.positions(path)?;
            let uri = DocUri::from_path(path)?;
            Some(Location { uri: self.spelling(&uri), range: self.range(positions, place.range) })
        };
        findings.iter().map(|finding| diagnostic(finding, uri, &range, &self.caps, locate)).collect()
    }

    fn range(&self, positions: &Positions, range: TextRange) -> Range {
        let position = |place: LineColumn| Position { line: place.line, character: place.column };
        let (start, end) = positions.range(range, self.caps.encoding);
        Range { start: position(start), end: position(end) }
    }
}

//! What is to be said about a file: checks of its text, and what the platform said, merged.

use std::path::Path;

use connector_boundary::read::ReadError;
use connector_model::checks::{Context, check};
use connector_model::load::{not_read, unreadable};
use connector_model::{Finding, Place};
use connector_syntax::Tree;
use tower_lsp::ls_types::{Diagnostic, Location};

use crate::diagnostics::diagnostic;
use crate::documents::Text;
use crate::loading::{LoadedFile, range_in};
use crate::local::Local;
use crate::uri::DocUri;
use crate::world::World;

impl World {
    /// Checks an open document and tells the client.
    pub(crate) fn check_document(&mut self, uri: &DocUri) {
        let Some(document) = self.docs.get(uri) else {
            return;
        };
        let version = document.version;
        if !self.is_connector(document) {
            return;
        }
        let path = uri.path().map(Path::to_owned);
        let tree = document.tree().clone();
        let too_large = document.is_too_large().then(|| document.text.len() as u64);
        if let Some(path) = &path {
            let local = Local::open(path, &tree);
            let place = local.as_ref().map(|local| document.text.range(local.type_range, self.caps.encoding));
            self.declare(path, local, place);
        }
        let findings = match too_large {
            Some(bytes) => self.unreadable(path.as_deref(), &ReadError::TooLarge(bytes)),
            None => self.findings_of(path.as_deref(), &tree),
        };
        let Some(document) = self.docs.get(uri) else {
            return;
        };
        let diagnostics = self.to_diagnostics(&document.uri, &document.text, &findings);
        self.findings.insert(uri.clone(), findings);
        self.reports.set(uri, Some(version), diagnostics);
        self.publish(uri);
    }

    /// Checks a file that is not open, as it is on disk, and tells the client.
    pub(crate) fn check_file_on_disk(&mut self, file: LoadedFile) {
        let LoadedFile { path, content } = file;
        let Some(at) = self.workspace.project_of(&path) else {
            return;
        };
        let (text, findings) = match content {
            None => {
                self.forget(&path);
                (Text::default(), Vec::new())
            }
            Some(Err(error)) => {
                self.forget(&path);
                (Text::default(), self.unreadable(Some(&path), &error))
            }
            Some(Ok((text, tree))) => {
                let local = Local::on_disk(&path, &tree);
                let place = local.as_ref().map(|local| range_in(&text, local.type_range, self.caps.encoding));
                self.declare(&path, local, place);
                let findings = self.findings_of(Some(&path), &tree);
                (Text::new(&text), findings)
            }
        };
        self.take_findings(at, &path, &text, findings);
    }

    /// Takes what is to be said about a file on disk, and tells the client.
    pub(crate) fn take_findings(&mut self, at: usize, path: &Path, text: &Text, findings: Vec<Finding>) {
        let Some(uri) = DocUri::from_path(path) else {
            return;
        };
        self.remember_reported(at, path, !findings.is_empty());
        let is_checked_open = self.docs.get(&uri).is_some_and(|document| self.is_connector(document));
        if is_checked_open {
            self.mark(uri);
            return;
        }
        let diagnostics = self.to_diagnostics(&uri, text, &findings);
        if self.workspace.is_project_file(path) {
            self.project_files.insert(uri, (text.clone(), findings));
        }
        self.report_on_disk(path, diagnostics);
    }

    /// Tells the client what is wrong in a file that is not open.
    pub(crate) fn report_on_disk(&mut self, path: &Path, diagnostics: Vec<Diagnostic>) {
        let Some(uri) = DocUri::from_path(path) else {
            return;
        };
        if self.docs.get(&uri).is_some_and(|document| self.is_connector(document)) {
            return;
        }
        self.reports.set(&uri, None, diagnostics);
        self.publish(&uri);
        self.reports.tidy(&uri);
    }

    /// What is to be said of a file that cannot be read, as the user wants it.
    fn unreadable(&self, path: Option<&Path>, error: &ReadError) -> Vec<Finding> {
        let state = path.and_then(|path| self.workspace.state_of(path));
        let severities = state.map_or(&self.config.severity, |state| &state.severities);
        severities.apply(unreadable(error)).into_iter().collect()
    }

    /// Every finding of a connector file, the checks of its text first.
    fn findings_of(&self, path: Option<&Path>, tree: &Tree) -> Vec<Finding> {
        let state = path.and_then(|path| self.workspace.state_of(path));
        let severities = state.map_or(&self.config.severity, |state| &state.severities);
        if let (Some(path), Some(state)) = (path, state)
            && path.starts_with(&state.project.connectors_dir)
            && !state.project.is_connector_path(path)
        {
            return severities.apply(not_read(&state.project, path)).into_iter().collect();
        }
        let context = Context {
            project: state.map(|state| state.project.as_ref()),
            index: state.map(|state| &state.index),
            severities: Some(severities),
            known_types: state.and_then(|state| state.platform.known_types()),
        };
        let mut findings = check(path, tree, &context);
        if let (Some(path), Some(state)) = (path, state) {
            let known = state.platform.known();
            findings.extend(known.file_findings(&state.project, path, tree, &state.severities));
        }
        findings
    }

    /// Records what a file declares; the others that this concerns are checked again.
    fn declare(&mut self, path: &Path, local: Option<Local>, place: Option<tower_lsp::ls_types::Range>) {
        let Some(at) = self.workspace.project_of(path) else {
            return;
        };
        let Some(state) = self.workspace.projects.get_mut(at) else {
            return;
        };
        if !state.project.is_connector_path(path) {
            return;
        }
        match place {
            Some(place) => state.places.insert(path.to_owned(), place),
            None => state.places.remove(path),
        };
        let declared = local.as_ref().map(|local| (local.type_name.as_str(), local.type_range));
        let concerned = state.index.set(path, declared);
        match local {
            Some(local) => state.locals.insert(path.to_owned(), local),
            None => state.locals.remove(path),
        };
        self.check_again(concerned);
    }

    /// A file is no more.
    fn forget(&mut self, path: &Path) {
        let Some(state) = self.workspace.project_of(path).and_then(|at| self.workspace.projects.get_mut(at))
        else {
            return;
        };
        state.places.remove(path);
        state.locals.remove(path);
        let concerned = state.index.remove(path);
        self.check_again(concerned);
    }

    fn check_again(&mut self, paths: Vec<std::path::PathBuf>) {
        for path in paths {
            match DocUri::from_path(&path) {
                Some(uri) if self.docs.get(&uri).is_some() => self.mark(uri),
                _ => self.reload_file(&path),
            }
        }
    }

    fn to_diagnostics(&self, uri: &DocUri, text: &Text, findings: &[Finding]) -> Vec<Diagnostic> {
        let locate = |place: &Place| {
            let path = place.path.as_deref()?;
            let range = *self.workspace.state_of(path)?.places.get(path)?;
            let uri = DocUri::from_path(path)?;
            Some(Location { uri: self.spelling(&uri), range })
        };
        findings.iter().map(|finding| diagnostic(finding, uri, text, &self.caps, locate)).collect()
    }
}

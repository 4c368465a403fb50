//! Folders.
use std::path::PathBuf;

use crate::documents::Document;
use crate::uri::DocUri;
use crate::world::World;

#[derive(Default)]
pub(crate) struct Workspace {
    folders: Vec<PathBuf>,
}
impl Workspace {
    pub(crate) fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folders = folders;
    }
}

impl World {
    pub(crate) fn is_connector(&self, _document: &Document) -> bool {
        true
    }
    pub(crate) fn register_watchers(&self) {}
    pub(crate) fn scan_workspace(&mut self) {}
    pub(crate) fn document_came(&mut self, _uri: &DocUri) {}
    pub(crate) fn document_left(&mut self, uri: &DocUri) {
        self.reports.set(uri, None, Vec::new());
        self.publish(uri);
        self.reports.tidy(uri);
    }
    pub(crate) fn file_changed(&mut self, _uri: &DocUri) {}
    pub(crate) fn files_changed(&mut self, _uris: impl Iterator<Item = tower_lsp::ls_types::Uri>) {}
    pub(crate) fn recheck_everything(&mut self) {
        self.mark_all();
    }
    pub(crate) fn change_folders(&mut self, _added: Vec<PathBuf>, _removed: &[PathBuf]) {}
}

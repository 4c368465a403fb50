//! What the platform says about a project.
use crate::documents::Document;
use crate::workspace::ProjectState;
use crate::world::World;
use connector_model::Finding;
use connector_syntax::Tree;
use std::path::Path;

#[derive(Default)]
pub(crate) struct Platform {}
impl Platform {
    pub(crate) fn known_types(&self) -> Option<&connector_model::checks::KnownTypes> {
        None
    }
    pub(crate) fn pending_types(&self) -> Vec<String> {
        Vec::new()
    }
}
impl World {
    pub(crate) fn platform_findings(
        &self,
        _state: &ProjectState,
        _path: &Path,
        _tree: &Tree,
    ) -> Vec<Finding> {
        Vec::new()
    }
    pub(crate) fn connector_summary(&self, _document: &Document) -> Option<String> {
        None
    }
}

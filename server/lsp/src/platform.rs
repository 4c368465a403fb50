//! What the platform says about a project.
use std::path::Path;
use connector_model::Finding;
use connector_syntax::Tree;
use crate::workspace::ProjectState;
use crate::world::World;


#[derive(Default)]
pub(crate) struct Platform {}
impl Platform {
    pub(crate) fn known_types(&self) -> Option<&connector_model::checks::KnownTypes> { None }
}
impl World {
    pub(crate) fn platform_findings(&self, _state: &ProjectState, _path: &Path, _tree: &Tree) -> Vec<Finding> { Vec::new() }
}

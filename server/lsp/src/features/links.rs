//! links
use crate::world::World;
use tower_lsp::ls_types::*;
pub(crate) fn links(_world: &World, _params: DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    None
}

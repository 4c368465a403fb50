//! hover
use crate::world::World;
use tower_lsp::ls_types::*;
pub(crate) fn hover(_world: &World, _params: HoverParams) -> Option<Hover> {
    None
}

//! completion
use crate::world::World;
use tower_lsp::ls_types::*;
pub(crate) fn complete(_world: &World, _params: CompletionParams) -> Option<CompletionResponse> {
    None
}
pub(crate) fn resolve(_world: &World, item: CompletionItem) -> CompletionItem {
    item
}

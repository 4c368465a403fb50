//! code_actions
use crate::world::World;
use tower_lsp::ls_types::*;
pub(crate) fn actions(_world: &World, _params: CodeActionParams) -> Option<CodeActionResponse> {
    None
}

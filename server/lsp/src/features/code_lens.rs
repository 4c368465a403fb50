//! code_lens
use crate::world::World;
use tower_lsp::ls_types::*;
pub(crate) fn lenses(_world: &World, _params: CodeLensParams) -> Option<Vec<CodeLens>> {
    None
}

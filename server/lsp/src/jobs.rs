//! Jobs.
use crate::event::Reply;
use crate::uri::DocUri;
use crate::world::World;
use serde_json::Value;
use tower_lsp::ls_types::{ExecuteCommandParams, ProgressToken};

#[derive(Default)]
pub(crate) struct Jobs {}

impl World {
    pub(crate) fn start_platform_watch(&mut self) {}
    pub(crate) fn cancel_everything(&mut self) {}
    pub(crate) fn forget_platform(&mut self) {}
    pub(crate) fn refresh_platform_soon(&mut self, _uri: &DocUri) {}
    pub(crate) fn focused(&mut self) {}
    pub(crate) fn cancel_progress(&mut self, _token: &ProgressToken) {}
    pub(crate) fn execute(&mut self, _params: ExecuteCommandParams, reply: Reply<Option<Value>>) {
        reply.ok(None);
    }
}

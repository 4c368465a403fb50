//! One module a command.

mod app_code;
pub(crate) mod authorize;
pub(crate) mod check;
pub(crate) mod completions;
mod consent;
pub(crate) mod create;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod initiate;
mod json;
pub(crate) mod list_available;
pub(crate) mod login;
pub(crate) mod lsp;
pub(crate) mod mcp;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod reconnect;
pub(crate) mod sandbox;
pub(crate) mod scopes;
pub(crate) mod shell_files;
pub(crate) mod skill;
pub(crate) mod status;
pub(crate) mod types;
pub(crate) mod uses;

//! One module a command.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod create;
pub(crate) mod lsp;

//! What an editor asks for: one module a feature, each a pure function from the world to an answer.

pub(crate) mod automations;
pub(crate) mod choices;
pub(crate) mod code_actions;
pub(crate) mod code_lens;
pub(crate) mod code_types;
pub(crate) mod completion;
pub(crate) mod context;
pub(crate) mod explain;
pub(crate) mod findings;
pub(crate) mod folding;
pub(crate) mod formatting;
pub(crate) mod hover;
pub(crate) mod line_edits;
pub(crate) mod links;
pub(crate) mod markdown;
pub(crate) mod references;
pub(crate) mod selection;
pub(crate) mod symbols;

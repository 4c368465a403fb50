//! JavaScript and TypeScript to what they use: which connectors' tokens an app's functions take, and which calls of
//! the providers' APIs they make with them.
//!
//! A file is read once ([`read()`]) into a small program without types, and [`analyse()`] then walks it from where the
//! platform starts it, over the files that it imports, with values that are known, partly known or not known at all.
//! Nothing here knows which types, scopes or endpoints there are, nor what is right or wrong.

mod eval;
mod filter;
mod ir;
pub mod layout;
mod lower;
mod nesting;
mod read;
mod report;
mod state;
mod value;

use std::sync::Arc;

pub use eval::{Alone, Mapped, Modules};
pub use filter::{
    TAKING_METHODS, computes_imports, imports, may_lead_to_code, names_connectors, takes_connectors, words,
};
pub use ir::{Module, Name};
pub use report::{
    Analysis, Argument, Call, Followed, Method, Naming, Place, ServiceRole, Target, UrlPart, Use,
};

/// How much stack a thread needs that reads and analyses.
pub const STACK: usize = 64 << 20;

/// A file's program, as much of it as the analysis looks at.
pub fn read(path: &str, text: &str) -> Module {
    read::read(path, text)
}

/// What a file does, with everything that it brings along.
pub fn analyse(entry: &Arc<Module>, modules: &dyn Modules) -> Analysis {
    eval::analyse(entry, modules)
}

/// Lets go of what the last analysis on this thread has left in memory, which otherwise goes with the next one.
pub fn let_go() {
    state::let_go();
}

//! What is tried with any bytes: shared by the bounded tests and by the targets of `cargo fuzz`.

pub mod agents;
pub mod answers;
pub mod bytes;
pub mod code;
pub mod documents;
pub mod endpoints;
pub mod installers;
pub mod project;
pub mod session;
pub mod text;

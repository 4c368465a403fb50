//! The language server as an editor meets it: a real process over real pipes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bad_input;
mod client;
mod code;
mod diagnostics;
mod editing;
mod editors;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod memory;
mod project;
mod recorded;
mod transport;
mod unconfigured;
mod uses;
mod workspace;

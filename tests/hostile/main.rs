//! Folders, files and platforms that mean harm, met by the real binary: in the terminal and as a language server.
//!
//! Each test holds one rule of `server/SECURITY.md` against many inputs and says how many it tried, on a line that
//! starts with `summary: `, whether output is captured or not.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

mod arguments;
mod artefacts;
mod attacker;
#[path = "../lsp/client.rs"]
mod client;
mod evil;
mod exchanged;
mod hidden;
mod links;
mod login;
mod place;
mod platform;
mod rules;
mod secrets;
#[path = "../e2e/stage.rs"]
mod stage;
mod tally;
mod words;
mod workspace;

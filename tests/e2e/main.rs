//! The language server against a real sandbox, over real pipes and sockets: from a file to an authorized connector.

#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

mod agreement;
#[path = "../lsp/client.rs"]
mod client;
mod commands;
mod editors;
#[path = "../lsp/recorded.rs"]
mod recorded;
mod safety;
mod sharing;
mod sign_in;
mod stage;
mod trouble;
mod views;
mod whole_way;

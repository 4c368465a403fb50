//! The commands as a person or a script runs them: the binary, real files, real sockets, a real terminal.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod check;
mod create;
mod demo;
mod doctor;
mod drop_in;
mod failures;
mod others;
#[cfg(target_os = "linux")]
mod pty;
#[cfg(target_os = "linux")]
mod push;
mod scripts;
mod support;
mod unconfigured;
mod uses;

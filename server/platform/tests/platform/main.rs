//! The platform client against a real server on loopback, on its good days and its worst.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod connections;
mod hosts;
mod processes;
mod redirects;
mod refresh;
mod repeats;
mod sign_in;
mod support;
mod wire;

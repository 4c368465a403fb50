//! The language server as an editor meets it: a real process over real pipes.

mod client;
mod transport;

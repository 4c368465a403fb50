//! The engine against a sandbox: push, authorize, reconnect, pull, status, and the worst day of a platform.

#![allow(clippy::unwrap_used)]

mod authorize;
mod doubts;
mod faults;
mod killed;
mod places;
mod pull;
mod push;
mod turns;

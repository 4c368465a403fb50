//! The engine against a sandbox: push, authorize, reconnect, pull, status, and the worst day of a platform.

mod authorize;
mod faults;
mod places;
mod pull;
mod push;

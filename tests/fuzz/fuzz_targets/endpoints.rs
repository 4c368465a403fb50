//! Any address leads to an endpoint or to none, and what is said to be missing is enough once it is added.

#![no_main]
#![allow(dead_code)]

#[path = "../bodies/mod.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::endpoints::run(data));

//! No options of a project name the platform to a server that an extension installs.

#![no_main]
#![allow(dead_code)]

#[path = "../bodies/mod.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::installers::run(data));

//! Messages in any order get their answers. `BASE44_CONNECTORS_BIN` names the binary to try.

#![no_main]
#![allow(dead_code)]

#[path = "../bodies/mod.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let binary = std::env::var_os("BASE44_CONNECTORS_BIN").expect("BASE44_CONNECTORS_BIN names the binary to try");
    bodies::session::run(std::path::Path::new(&binary), data);
});

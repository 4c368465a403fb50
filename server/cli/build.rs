//! Tells the program which target it is built for.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=BASE44_CONNECTORS_TARGET={}", std::env::var("TARGET").unwrap_or_default());
}

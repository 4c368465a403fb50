//! The `base44-connectors` command.

fn main() {
    println!("base44-connectors {}", env!("CARGO_PKG_VERSION"));
}

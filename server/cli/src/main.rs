//! The `base44-connectors` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("lsp") {
        return match connector_lsp::run_stdio(&connector_lsp::Options::default()) {
            // A thread that still reads standard input must not hold the process.
            Ok(code) => std::process::exit(code.into()),
            Err(error) => {
                eprintln!("The language server cannot start: {error}");
                ExitCode::FAILURE
            }
        };
    }
    println!("base44-connectors {}", env!("CARGO_PKG_VERSION"));
    ExitCode::SUCCESS
}

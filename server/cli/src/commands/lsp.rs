//! `lsp`: the language server.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use connector_sync::log::LogLevel;

/// Serve an editor over standard input and output (Language Server Protocol).
///
/// Editors start this by themselves; it ends with its client.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Accepted because many editors pass it; standard input and output are all there is.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves one client; what failed and what may become a problem is logged where nothing else was asked for.
pub(crate) fn run(_: &Options, level: Option<LogLevel>, log_file: Option<PathBuf>) -> ExitCode {
    let log_level = level.unwrap_or_default();
    match connector_lsp::run_stdio(&connector_lsp::Options { log_level, log_file }) {
        // A thread that still reads standard input must not hold the process.
        Ok(code) => std::process::exit(code.into()),
        Err(error) => {
            eprintln!("The language server cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

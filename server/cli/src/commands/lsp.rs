//! `lsp`: the language server.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use connector_lsp::LogLevel;

/// Serve an editor over standard input and output (Language Server Protocol).
///
/// Editors start this by themselves; it ends with its client.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How much is logged: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log: LogLevel,
    /// Log to this file instead of standard error.
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
    /// Accepted because many editors pass it; standard input and output are all there is.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves one client.
pub(crate) fn run(options: Options) -> ExitCode {
    let Options { log, log_file, stdio: _ } = options;
    match connector_lsp::run_stdio(&connector_lsp::Options { log_level: log, log_file }) {
        // A thread that still reads standard input must not hold the process.
        Ok(code) => std::process::exit(code.into()),
        Err(error) => {
            eprintln!("The language server cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

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

/// Editors and agents start a server in the workspace, and Windows neither renames nor deletes a folder that somebody works in.
pub(super) fn leave_workspace() {
    let folders = [Some(std::env::temp_dir()), std::env::home_dir()];
    // Where there is no other folder, this one has to do.
    let _ = folders.into_iter().flatten().find(|folder| std::env::set_current_dir(folder).is_ok());
}

/// Serves one client; what failed and what may become a problem is logged where nothing else was asked for.
pub(crate) fn run(_: &Options, level: Option<LogLevel>, log_file: Option<PathBuf>) -> ExitCode {
    let log_level = level.unwrap_or_default();
    let log_file = log_file.map(|file| std::path::absolute(&file).unwrap_or(file));
    leave_workspace();
    match connector_lsp::run_stdio(&connector_lsp::Options { log_level, log_file }) {
        // A thread that still reads standard input must not hold the process.
        Ok(code) => std::process::exit(code.into()),
        Err(error) => {
            eprintln!("The language server cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

//! `completions`: what a shell needs to complete this command's arguments.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::args::Arguments;
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// Print a completion script for a shell.
///
/// For example: base44-connectors completions zsh > ~/.zfunc/_base44-connectors
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(options: &Options, _: &Terminal) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "base44-connectors", &mut script);
    crate::terminal::put_as_is(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}

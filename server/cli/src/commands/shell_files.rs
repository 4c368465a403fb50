//! `shell-files`: completion scripts and man pages, for whoever packs the program.

use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::Shell;

use crate::args::Arguments;
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// Write completion scripts and man pages into a folder, for a package.
#[derive(Debug, Args)]
#[command(hide = true, after_help = "Exit codes: 0 written, 1 they could not be written.")]
pub(crate) struct Options {
    /// The folder; `completions` and `man` are made in it.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes them all.
pub(crate) fn run(options: &Options, _: &Terminal) -> Result<Exit, Failure> {
    let write = || {
        let (completions, man) = (options.folder.join("completions"), options.folder.join("man"));
        std::fs::create_dir_all(&completions)?;
        std::fs::create_dir_all(&man)?;
        for shell in Shell::value_variants() {
            clap_complete::generate_to(*shell, &mut Arguments::command(), "base44-connectors", &completions)?;
        }
        clap_mangen::generate_to(Arguments::command(), &man)
    };
    write().map_err(|error: std::io::Error| {
        let folder = options.folder.display();
        Failure::failed(format!("Nothing can be written into {folder}: {error}. Check who may write there."))
    })?;
    Ok(Exit::Done)
}

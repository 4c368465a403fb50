//! `status`: what the files say, what the platform has, and what is pending.

use clap::Args;

use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, asked, block_on};
use crate::terminal::Terminal;

/// Show every connector: its file, what the app has, and what is pending.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 shown, 2 could not ask.")]
pub(crate) struct Options {
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    app: AppOptions,
}

/// Asks the platform, and shows a table.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| status(options, terminal))
}

fn status(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let session = options.app.open(terminal)?;
    let report = block_on(async |cancel| {
        asked(&session.engine, terminal, &cancel, "Reading the app's connectors", async |run| {
            session.engine.status(&session.connectors, run).await
        })
        .await
    })?;
    match options.json {
        true => print_json(&report),
        false => terminal.show(&report.to_text()),
    }
    Ok(Exit::Done)
}

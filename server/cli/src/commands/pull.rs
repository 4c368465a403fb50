//! `pull`: the files become what the platform has.

use clap::Args;
use connector_sync::words;

use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, ask, asked, block_on};
use crate::terminal::{Answer, Terminal};

/// Make the connector files what the app has.
///
/// Where only scopes changed, a file keeps its comments and layout. Before something that was never pushed is
/// overwritten or deleted, you are asked.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 done, 1 a file could not be written, 2 nothing was written, 130 interrupted.")]
pub(crate) struct Options {
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Answer every question with yes: what was never pushed may be overwritten and deleted.
    #[arg(long, short = 'y')]
    yes: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    app: AppOptions,
}

/// Plans, asks, and writes.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| pull(options, terminal))
}

fn pull(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    // Files that stop a push stop a pull only where it would write them: the plan says so.
    let engine = options.app.engine(terminal)?;
    block_on(async |cancel| {
        let doing = "Fetching the app's connectors";
        let plan = asked(&engine, terminal, &cancel, doing, async |run| engine.plan_pull(run).await).await?;
        if options.dry_run {
            match options.json {
                true => print_json(&plan),
                false => terminal.show(&plan.to_text()),
            }
            return Ok(Exit::Done);
        }
        terminal.say_marked(words::FETCHED);
        for note in &plan.notes {
            terminal.say_or_aside(&format!("Note: {note}"));
        }
        let mut agreed = Vec::new();
        let questions = plan.questions();
        if !questions.is_empty() && !options.yes && !terminal.asks() {
            let names: Vec<String> = questions.iter().map(|(name, _)| (*name).to_owned()).collect();
            return Err(Failure::not_started(format!(
                "Nothing was written: the files of {} have what was never pushed. Agree to lose it with --yes, or see 'base44-connectors pull --dry-run'.",
                words::few(&names)
            )));
        }
        for (name, question) in questions {
            let answer = match options.yes {
                true => Answer::Yes,
                false => ask(terminal, &cancel, &question, false).await,
            };
            match answer {
                Answer::Yes => agreed.push(name.to_owned()),
                Answer::No | Answer::Skipped => {}
                Answer::Interrupted => {
                    return Err(Failure::interrupted("Interrupted. Nothing was written."));
                }
            }
        }
        let report = engine.pull(&plan, &agreed);
        let all_failed = report.written.is_empty() && report.deleted.is_empty() && !report.failed.is_empty();
        if !all_failed {
            terminal.say_marked(words::FILES_SYNCED);
        }
        for line in report.lines() {
            terminal.say(&line);
        }
        if options.json {
            print_json(&report);
        }
        Ok(if report.failed.is_empty() { Exit::Done } else { Exit::Failed })
    })
}

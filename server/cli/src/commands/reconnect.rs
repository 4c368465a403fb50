//! `reconnect`: another account for a connector, in one step.

use clap::Args;
use connector_boundary::text::printable;
use connector_sync::{OutcomeStatus, Run, words};

use super::consent::{self, Pages};
use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, agree_to_the_app, ask, block_on};
use crate::terminal::{Answer, Terminal};

/// Connect a connector with another account: remove it, add it and authorize it, in one step.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 connected, or pending, 1 it failed, 2 nothing was sent, 130 interrupted.")]
pub(crate) struct Options {
    /// The connector's type.
    #[arg(value_name = "TYPE")]
    type_name: String,
    /// Do not ask before it is removed.
    #[arg(long, short = 'y')]
    yes: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
    /// Open no browser: show the link, and wait until it has been opened by hand.
    #[arg(long)]
    no_open: bool,
    /// How long the authorization is waited for, in seconds [default: 120].
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    app: AppOptions,
}

/// What is asked before.
pub(crate) fn question(type_name: &str) -> String {
    format!("Reconnect {type_name} with your account? It is removed from the app, and added again.")
}

/// Asks, and reconnects.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| reconnect(options, terminal))
}

fn reconnect(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let session = options.app.open(terminal)?.waiting(options.wait);
    let name = options.type_name.as_str();
    let Some(connector) = session.connector(name) else {
        let shown = printable(name, 60);
        return Err(Failure::not_started(format!(
            "No connector file declares '{shown}'. Create one with 'base44-connectors create {}'.",
            words::as_argument(name)
        )));
    };
    block_on(async |cancel| {
        agree_to_the_app(session.engine.mismatch().as_ref(), options.yes, terminal, &cancel).await?;
        if !options.yes && !terminal.asks() {
            return Err(Failure::not_started(format!(
                "Nothing was sent: {name} would be removed from the app first. Agree to that with --yes."
            )));
        }
        if !options.yes {
            match ask(terminal, &cancel, &question(name), true).await {
                Answer::Yes => {}
                Answer::Interrupted => return Err(Failure::interrupted("Interrupted. Nothing was sent.")),
                _ => return Err(Failure::not_started("Reconnecting cancelled. Nothing was sent.")),
            }
        }
        let pages = Pages::of(options.no_open);
        let run = Run { cancel: cancel.clone(), ..Run::silent() };
        let outcome = consent::watched(terminal, &[], pages, &run, async |opener, run| {
            session.engine.reconnect(connector, opener, run).await
        })
        .await;
        session.engine.platform().settle().await;
        let told = matches!(
            outcome.status,
            OutcomeStatus::Added | OutcomeStatus::TimedOut | OutcomeStatus::Denied | OutcomeStatus::Skipped
        );
        if !told {
            terminal.say_marked(&words::authorized(name, &outcome.status));
        }
        if outcome.is_pending() {
            terminal.say(&format!(
                "{name} stays pending. Run 'base44-connectors authorize {}' to complete.",
                words::as_argument(name)
            ));
        }
        if options.json {
            print_json(&outcome);
        }
        Ok(match (cancel.is_cancelled(), outcome.failure()) {
            (true, _) => Exit::Interrupted,
            (false, Some(_)) => Exit::Failed,
            (false, None) => Exit::Done,
        })
    })
}

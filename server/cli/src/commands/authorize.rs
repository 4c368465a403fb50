//! `authorize`: what is pending, completed.

use clap::Args;
use connector_platform::PlatformError;
use connector_sync::{Outcome, OutcomeStatus, Run, words};

use super::consent::{self, ConsentOptions, Pages};
use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, agree_to_the_app, asked, block_on};
use crate::terminal::Terminal;

/// Authorize what is pending, expired or disconnected, in a browser.
///
/// Without types, everything that waits. Each page is opened when the one before is settled; Esc passes one over.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 authorized, or still pending, 1 something failed, 2 could not start,
3 authorizations are pending (only with --fail-on-pending), 130 interrupted.")]
pub(crate) struct Options {
    /// The types of the connectors.
    #[arg(value_name = "TYPE")]
    types: Vec<String>,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    app: AppOptions,
}

/// Finds what waits, shows the links, and waits for a person.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| authorize(options, terminal))
}

fn authorize(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let session = options.app.open(terminal)?.waiting(options.consent.wait);
    block_on(async |cancel| {
        let engine = &session.engine;
        agree_to_the_app(engine.mismatch().as_ref(), false, terminal, &cancel).await?;
        let prepared =
            asked(engine, terminal, &cancel, "Asking what waits for an authorization", async |run| {
                if options.types.is_empty() {
                    engine.snapshot(run).await?;
                }
                Ok::<_, PlatformError>(engine.pending_for(&options.types, &session.connectors, run).await)
            })
            .await?;
        let mut outcomes = prepared.outcomes;
        for outcome in &outcomes {
            terminal.say_marked(&words::authorized(&outcome.type_name, &outcome.status));
            if let OutcomeStatus::OtherUser { .. } = outcome.status {
                terminal.say(&words::offer_reconnect(&outcome.type_name));
            }
        }
        if prepared.pending.is_empty() {
            if outcomes.is_empty() {
                terminal.say("Nothing waits for an authorization.");
            }
        } else {
            consent::show_links(terminal, &prepared.pending);
            // Without a terminal there may be a person all the same, behind an agent: whoever says so is waited for, and
            // opens the links that were shown.
            let pages = if terminal.asks() { options.consent.pages() } else { Pages::ByHand };
            if terminal.asks() || options.consent.no_open || options.consent.wait.is_some() {
                let run = Run { cancel: cancel.clone(), ..Run::silent() };
                outcomes.extend(
                    consent::authorize(&session, terminal, &prepared.pending, pages, true, &run).await,
                );
            } else {
                terminal.say(&format!("\n{}", words::NON_INTERACTIVE));
                outcomes.extend(prepared.pending.into_iter().map(|pending| Outcome {
                    type_name: pending.type_name.clone(),
                    status: OutcomeStatus::Pending(pending),
                }));
            }
        }
        session.engine.platform().settle().await;
        let open: Vec<&str> = outcomes
            .iter()
            .filter(|outcome| outcome.is_pending())
            .map(|outcome| outcome.type_name.as_str())
            .collect();
        if cancel.is_cancelled() {
            let left = match open.as_slice() {
                [] => "Nothing is left pending.".to_owned(),
                open => words::authorization_skipped(open),
            };
            return Err(Failure::interrupted(format!("Interrupted. {left}")));
        }
        if options.json {
            print_json(&serde_json::json!({ "results": outcomes }));
        }
        let failed = outcomes.iter().any(|outcome| outcome.failure().is_some());
        Ok(match (failed, open.is_empty()) {
            (true, _) => Exit::Failed,
            (false, false) if options.consent.fail_on_pending => Exit::Pending,
            _ => Exit::Done,
        })
    })
}

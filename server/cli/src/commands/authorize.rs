//! `authorize`: what is pending, completed.

use std::sync::Arc;

use clap::Args;
use connector_sync::{Outcome, OutcomeStatus, Run, words};

use super::consent::{self, Pages};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, block_on, told, unless_stopped};
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
    /// Open no browser: show the links, and wait until they have been opened by hand.
    #[arg(long)]
    no_open: bool,
    /// Exit with 3 where authorizations are still pending.
    #[arg(long)]
    fail_on_pending: bool,
    /// How long each authorization is waited for, in seconds [default: 120].
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    #[command(flatten)]
    app: AppOptions,
}

/// Finds what waits, shows the links, and waits for a person.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let session = options.app.open(terminal)?.waiting(options.wait);
    block_on(async |cancel| {
        let prepared = {
            let progress = Arc::new(terminal.progress("Asking what waits for an authorization"));
            let run = told(terminal, &progress, &cancel);
            unless_stopped(&cancel, async {
                if options.types.is_empty() {
                    let fresh = session.engine.snapshot(&run).await;
                    fresh.map_err(|error| Failure::nothing_sent(&error))?;
                }
                Ok::<_, Failure>(session.engine.pending_for(&options.types, &session.connectors, &run).await)
            })
            .await??
        };
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
            if terminal.asks() {
                let pages = if options.no_open { Pages::ByHand } else { Pages::InBrowser };
                let run = Run { cancel: cancel.clone(), ..Run::silent() };
                outcomes.extend(consent::authorize(&session, terminal, &prepared.pending, pages, &run).await);
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
        let failed = outcomes.iter().any(|outcome| outcome.failure().is_some());
        Ok(match (failed, open.is_empty()) {
            (true, _) => Exit::Failed,
            (false, false) if options.fail_on_pending => Exit::Pending,
            _ => Exit::Done,
        })
    })
}

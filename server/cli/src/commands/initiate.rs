//! `initiate`: one connector's authorization begun, without a file.

use clap::Args;
use connector_sync::{OutcomeStatus, Run, STRIPE, words};
use serde_json::json;

use super::consent::{self, ConsentOptions};
use super::create::scope_list;
use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, Session, agree_to_the_app, ask, asked, block_on};
use crate::terminal::{Answer, Paint, Terminal};

/// Begin a connector's authorization on the app, without a connector file.
///
/// No file is touched and nothing is removed; no project is needed where --app-id or BASE44_APP_ID names the app.
/// The scopes replace those that the app has for the type.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  base44-connectors initiate --app-id app_123 --integration-type gmail --scopes openid,email

Exit codes: 0 begun, or authorized already, 1 it failed, 2 could not start,
3 the authorization is pending (only with --fail-on-pending), 130 interrupted.")]
pub(crate) struct Options {
    /// The connector's type, such as googlecalendar, gmail or slack.
    #[arg(long, value_name = "TYPE")]
    integration_type: String,
    /// The scopes to ask for, separated by commas or blanks.
    #[arg(long, value_name = "SCOPES", num_args = 1.., value_delimiter = ',')]
    scopes: Vec<String>,
    /// Print Base44's answer as JSON, and open nothing.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    app: AppOptions,
}

/// Sends the one call, and has a person authorize.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| initiate(options, terminal))
}

fn initiate(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let name = options.integration_type.trim();
    let is_type = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(is_type) {
        return Err(Failure::not_started(
            "A valid --integration-type is required (e.g. googlecalendar, gmail, slack).",
        ));
    }
    if name == STRIPE {
        return Err(Failure::not_started(
            "Stripe needs no authorization: create its file with 'base44-connectors create stripe', and push.",
        ));
    }
    let scopes = scope_list(&options.scopes);
    let session = Session { engine: options.app.engine(terminal)?, connectors: Vec::new() };
    let session = session.waiting(options.consent.wait);
    block_on(async |cancel| {
        agree_to_the_app(session.engine.mismatch().as_ref(), false, terminal, &cancel).await?;
        let doing = format!("Initiating {name}");
        let status = asked(&session.engine, terminal, &cancel, &doing, async |run| {
            session.engine.initiate(name, &scopes, run).await
        })
        .await
        .map_err(Failure::after_sending)?;
        let (authorized, pending) = match status {
            OutcomeStatus::Pending(pending) => (false, Some(pending)),
            OutcomeStatus::OtherUser { account, reason } => {
                let whose = account.map_or(reason, |account| format!("already authorized by {account}"));
                return Err(Failure::failed(format!("Could not initiate {name}: different_user ({whose})")));
            }
            OutcomeStatus::Failed { reason, .. } => {
                return Err(Failure::failed(format!("Could not initiate {name}: {reason}")));
            }
            _ => (true, None),
        };
        if options.json {
            print_json(&json!({
                "integrationType": name,
                "alreadyAuthorized": authorized,
                "redirectUrl": pending.as_ref().map(|pending| pending.link.as_str()),
                "connectionId": pending.as_ref().and_then(|pending| pending.connection_id.as_deref()),
            }));
            return Ok(Exit::Done);
        }
        let Some(pending) = pending else {
            terminal.say(&format!(
                "{name} is already authorized. Run 'base44 connectors pull' to fetch its config."
            ));
            return Ok(Exit::Done);
        };
        let link = terminal.paint(Paint::Link, pending.link.as_str());
        terminal.say(&format!("Authorize {name} here: {link}"));
        let waits = options.consent.no_open
            || (terminal.asks()
                && matches!(ask(terminal, &cancel, words::OPEN_BROWSER, true).await, Answer::Yes));
        let mut given = false;
        if waits && !cancel.is_cancelled() {
            let run = Run { cancel: cancel.clone(), ..Run::silent() };
            let (pages, wanted) = (options.consent.pages(), [pending]);
            let outcomes = consent::authorize(&session, terminal, &wanted, pages, true, &run).await;
            session.engine.platform().settle().await;
            given = outcomes.iter().all(|outcome| matches!(outcome.status, OutcomeStatus::Added));
            if outcomes.iter().any(|outcome| outcome.failure().is_some()) {
                return Ok(Exit::Failed);
            }
        }
        if cancel.is_cancelled() {
            return Err(Failure::interrupted(format!(
                "Interrupted. {}",
                words::authorization_skipped(&[name])
            )));
        }
        terminal.say(&match given {
            true => format!("{name} authorized. Run 'base44-connectors pull' to fetch its config."),
            false => format!(
                "{name} initialized. Open the link above to finish authorizing, then run 'base44-connectors pull'."
            ),
        });
        Ok(if !given && options.consent.fail_on_pending { Exit::Pending } else { Exit::Done })
    })
}

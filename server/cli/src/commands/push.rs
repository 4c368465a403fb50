//! `push`: the platform takes what the files say.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use connector_boundary::text::printable;
use connector_sync::{
    CancellationToken, Event, Events, Guard, OutcomeStatus, Plan, PushReport, Run, SummaryKind, words,
};

use super::consent::{self, Approve, ConsentOptions};
use super::json::{print_json, print_json_line, told_in_json};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, Session, agree_to_the_app, agreed_to, ask, block_on, told, unless_stopped};
use crate::terminal::{Answer, Paint, Terminal};

/// Make the app's connectors what the files say, and authorize what is new.
///
/// What the app has and no file declares is removed, after asking. New connectors need an authorization in a
/// browser; one that is not given now stays pending, and is offered again by the next push or by `authorize`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Without a terminal nothing is asked: links are printed, and a push that removes something needs --yes.

Exit codes: 0 Base44 took everything, pending or not, 1 something failed, 2 nothing was sent,
3 authorizations are pending (only with --fail-on-pending), 130 interrupted.")]
pub(crate) struct Options {
    /// Answer every question with yes: removals are agreed to, and pages opened where there is a terminal.
    ///
    /// It is no agreement to remove what the app's functions use, which --remove names. Nor where removals look like
    /// a mistake: the connectors folder does not exist, a file that is not read looks like that of what would be
    /// removed, or not everything could be looked at.
    #[arg(long, short = 'y')]
    yes: bool,
    /// Agree to removals, and to nothing else; with the same exceptions as --yes.
    #[arg(long, short = 'f')]
    force: bool,
    /// Agree to remove this connector, by its name. The only agreement beforehand to what the app's functions use, and
    /// to what cannot be undone: a live Stripe, or a removal from an app that a .env file names against the one that
    /// the project is linked to.
    #[arg(long, value_name = "TYPE")]
    remove: Vec<String>,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print what was done as JSON: {"results":[{"type","action",…}],"oauth":{}}.
    #[arg(long)]
    json: bool,
    /// Print what happens as it happens, a JSON object a line.
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "json")]
    events: Option<EventFormat>,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    app: AppOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EventFormat {
    /// Lines of JSON.
    Ndjson,
}

/// Reads, plans, asks, pushes, authorizes and sums up.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let for_program = options.json || options.events.is_some();
    let terminal = if for_program { terminal.silent() } else { terminal.clone() };
    let done = options.app.open(&terminal).and_then(|session| {
        let session = session.waiting(options.consent.wait);
        block_on(async |cancel| {
            let done = push(options, &session, &terminal, &cancel, None).await;
            session.engine.platform().settle().await;
            done
        })
    });
    told_in_json(options.json, done)
}

/// The push of a session. With `approve`, nobody is asked to authorize.
pub(crate) async fn push(
    options: &Options,
    session: &Session,
    terminal: &Terminal,
    cancel: &CancellationToken,
    approve: Option<Approve>,
) -> Result<Exit, Failure> {
    let local: Vec<String> =
        session.connectors.iter().map(|connector| printable(&connector.type_name, 60)).collect();
    terminal.say(&words::found(&local.iter().map(String::as_str).collect::<Vec<_>>()));
    let plan = {
        let progress = Arc::new(terminal.progress("Reading the app's connectors"));
        let run = options.told(told(terminal, &progress, cancel));
        unless_stopped(cancel, session.engine.plan_push(&session.connectors, &run))
            .await?
            .map_err(|error| Failure::nothing_sent(&error))?
    };
    if options.dry_run {
        match options.json {
            true => print_json(&plan),
            false => terminal.show(&format!("\n{}", plan.to_text())),
        }
        return Ok(Exit::Done);
    }
    let agreed = agree(options, &plan, terminal, cancel).await?;
    let mut report = send(options, session, &plan, &agreed, terminal, cancel).await?;

    let pending = report.pending();
    if !pending.is_empty() && !cancel.is_cancelled() {
        consent::show_links(terminal, &pending);
        terminal.say("");
        let types: Vec<&str> = pending.iter().map(|pending| pending.type_name.as_str()).collect();
        let answer = match terminal.asks() {
            _ if approve.is_some() => Some(Answer::Yes),
            false => None,
            true if options.yes || options.consent.no_open => Some(Answer::Yes),
            true => Some(ask(terminal, cancel, words::OPEN_BROWSER, true).await),
        };
        match answer {
            None => terminal.say(words::NON_INTERACTIVE),
            Some(Answer::Yes) => {
                let pages = options.consent.pages();
                let run = options.told(Run { events: Events::none(), cancel: cancel.clone() });
                let outcomes = match approve {
                    Some(approve) => consent::approved(session, terminal, &pending, approve, &run).await,
                    None => consent::authorize(session, terminal, &pending, pages, !options.yes, &run).await,
                };
                report = report.authorized(outcomes);
            }
            Some(Answer::Interrupted) => {}
            Some(_) => terminal.say(&format!("\n{}", words::authorization_skipped(&types))),
        }
    }
    offer_reconnections(options, session, &mut report, terminal, cancel).await;
    Ok(sum_up(options, &report, terminal, cancel.is_cancelled()))
}

/// What a person agrees to lose, by name; without an agreement nothing is sent.
async fn agree(
    options: &Options,
    plan: &Plan,
    terminal: &Terminal,
    cancel: &CancellationToken,
) -> Result<Vec<String>, Failure> {
    let removals = plan.removals();
    if !removals.is_empty() {
        terminal.say_or_aside(&format!("\n{}", plan.to_text()));
    }
    let all_named = !removals.is_empty() && removals.iter().all(|name| options.remove.contains(name));
    let mismatch = plan.mismatch.as_ref().filter(|_| !all_named);
    agree_to_the_app(mismatch, options.yes || options.force, terminal, cancel).await?;
    if removals.is_empty() {
        for note in &plan.notes {
            terminal.say_or_aside(&format!("Note: {note}"));
        }
        return Ok(removals);
    }
    let unnamed: Vec<String> =
        removals.iter().filter(|name| !options.remove.contains(name)).cloned().collect();
    if unnamed.is_empty() && plan.doubt.is_none() {
        return Ok(removals);
    }
    let beforehand = options.yes || options.force;
    let guarded = plan.guarded_but(&options.remove);
    let doubted = beforehand && plan.doubt.is_some();
    if !guarded.is_empty() && !doubted && (beforehand || !terminal.asks()) {
        return Err(Failure::not_started(format!(
            "Nothing was sent: this push would {}",
            words::guarded_refusal(&guarded)
        )));
    }
    if beforehand {
        return match &plan.doubt {
            None => Ok(removals),
            Some(doubt) => Err(Failure::not_started(format!(
                "Nothing was sent: this push would remove {} from the app, and --yes alone does not agree to that. {doubt}",
                words::few(&removals)
            ))),
        };
    }
    if !terminal.asks() {
        let what = words::few(&removals);
        return Err(Failure::not_started(match &plan.doubt {
            Some(doubt) => format!("Nothing was sent: this push would remove {what} from the app. {doubt}"),
            None => format!(
                "Nothing was sent: this push would remove {what} from the app. Agree to that with --yes, or create the files ('base44-connectors pull')."
            ),
        }));
    }
    agreed_to(terminal, cancel, &words::removal_question(plan)).await?;
    for guarded in guarded.into_iter().filter(|guarded| guarded.kind == Guard::Final) {
        agreed_to(terminal, cancel, &words::guarded_question(guarded)).await?;
    }
    terminal.say("");
    Ok(removals)
}

async fn send(
    options: &Options,
    session: &Session,
    plan: &Plan,
    agreed: &[String],
    terminal: &Terminal,
    cancel: &CancellationToken,
) -> Result<PushReport, Failure> {
    let report = {
        let progress = Arc::new(terminal.progress("Pushing connectors"));
        let run = told(terminal, &progress, cancel);
        let (before, shown) = (run.events.clone(), progress.clone());
        let events = Events::to(move |event| {
            before.pass(event);
            if let Event::Finished { done, total, .. } = event {
                shown.set(&format!("Pushing connectors ({done} of {total})"));
            }
        });
        let run = options.told(Run { events, cancel: cancel.clone() });
        session.engine.push(plan, agreed, &run).await
    };
    let report = report.map_err(|error| Failure::not_started(error.to_string()))?;
    let stopped =
        report.outcomes.iter().any(|outcome| matches!(outcome.status, OutcomeStatus::Interrupted { .. }));
    if !stopped {
        terminal.say_marked(words::PUSHED);
    }
    let told_before: &[String] = &plan.notes;
    for note in report.notes.iter().filter(|note| !told_before.contains(note)) {
        terminal.say_or_aside(&format!("Note: {note}"));
    }
    Ok(report)
}

/// Where somebody else has connected a connector: it can be connected anew, at once.
async fn offer_reconnections(
    options: &Options,
    session: &Session,
    report: &mut PushReport,
    terminal: &Terminal,
    cancel: &CancellationToken,
) {
    let others: Vec<String> = report
        .final_outcomes()
        .into_iter()
        .filter(|outcome| matches!(outcome.status, OutcomeStatus::OtherUser { .. }))
        .map(|outcome| outcome.type_name.clone())
        .collect();
    for name in others {
        let Some(connector) = session.connector(&name) else { continue };
        if !terminal.asks() || options.yes || cancel.is_cancelled() {
            terminal.say(&format!("\n{}", words::offer_reconnect(&name)));
            continue;
        }
        terminal.say("");
        let question = super::reconnect::question(&name);
        if ask(terminal, cancel, &question, false).await != Answer::Yes {
            continue;
        }
        let pages = options.consent.pages();
        let run = options.told(Run { events: Events::none(), cancel: cancel.clone() });
        let outcome = consent::watched(terminal, &[], pages, &run, async |opener, run| {
            session.engine.reconnect(connector, opener, run).await
        })
        .await;
        report.authorized.push(outcome);
    }
}

fn sum_up(options: &Options, report: &PushReport, terminal: &Terminal, stopped: bool) -> Exit {
    let lines = report.summary();
    let (failed, pending) = (report.failed().len(), report.pending_count());
    if options.json {
        print_json(&report.to_official_json());
    }
    if options.events.is_some() {
        print_json_line(&report.to_event());
    }
    if !lines.is_empty() {
        terminal.say("");
    }
    for line in &lines {
        let painted = match line.kind {
            SummaryKind::Heading => terminal.paint(Paint::Bold, &line.text),
            SummaryKind::Failed => terminal.paint(Paint::Bad, &line.text),
            SummaryKind::Pending | SummaryKind::Skipped => terminal.paint(Paint::Careful, &line.text),
            _ => line.text.clone(),
        };
        terminal.say_marked(&painted);
    }
    if stopped {
        terminal.say("");
        terminal.say_or_aside(&stopped_words(report));
        return Exit::Interrupted;
    }
    match (failed, pending) {
        (0, 1..) if options.consent.fail_on_pending => Exit::Pending,
        (0, _) => Exit::Done,
        _ => Exit::Failed,
    }
}

/// What is still open after Ctrl-C.
fn stopped_words(report: &PushReport) -> String {
    let pending: Vec<&str> = report
        .final_outcomes()
        .into_iter()
        .filter(|outcome| outcome.is_pending())
        .map(|outcome| outcome.type_name.as_str())
        .collect();
    if pending.is_empty() {
        return "Interrupted. Run 'base44-connectors push' again to complete.".to_owned();
    }
    format!("Interrupted. {}", words::authorization_skipped(&pending))
}

impl Options {
    /// Prints the events of a run where they are wanted.
    fn told(&self, run: Run) -> Run {
        if self.events.is_none() {
            return run;
        }
        let before = run.events.clone();
        let events = Events::to(move |event| {
            before.pass(event);
            print_json_line(event);
        });
        Run { events, cancel: run.cancel }
    }
}

//! Pushing the connectors of a project, and looking at what a push would do.

use std::path::PathBuf;

use connector_boundary::write::write_private;
use connector_sync::{Engine, Event, Events, OutcomeStatus, Plan, PushReport, words};
use serde_json::{Value, json};
use tower_lsp::ls_types::MessageType;

use super::authorize::percent;
use super::files::{connectors, unsaved};
use super::job::{CANCEL, Done, Job, Stop, shown};
use super::links::show_file;
use super::request::CommandRequest;
use crate::commands::Kind;

/// `base44.push`: reads the files, asks about what is lost, pushes, and offers to authorize what waits.
pub(crate) async fn push(job: &Job, types: &[String]) -> Done {
    let engine = job.engine().await?;
    about_unsaved_files(job).await?;
    let mut plan = planned(job, &engine).await?;
    if !types.is_empty() {
        plan.steps.retain(|step| types.contains(&step.type_name));
        plan = plan.without_removals();
    }
    if let Some(mismatch) = &plan.mismatch {
        let title = format!("Change {}", mismatch.named);
        job.confirm(MessageType::WARNING, mismatch.question(), &title).await?;
    }
    let removals = plan.removals();
    if !removals.is_empty() {
        let mut question = words::removal_question(&plan);
        for note in &plan.notes {
            question.push(' ');
            question.push_str(note);
        }
        job.confirm(MessageType::WARNING, question, &format!("Remove {} and push", words::few(&removals)))
            .await?;
    }
    for guarded in plan.asked_again() {
        let title = format!("Really remove {}", connector_boundary::text::printable_name(&guarded.type_name));
        job.confirm(MessageType::WARNING, words::guarded_question(guarded), &title).await?;
    }
    job.unless_cancelled()?;

    let run = job.run(events(job));
    let agreed = removals;
    // Cancelled by its token alone: what the platform has taken by then has to be written down.
    let report = job.network(async move { engine.push(&plan, &agreed, &run).await }).await?;
    let report = report.map_err(|error| Stop::error(error.to_string()))?;
    let root = job.root()?;
    job.world(move |world| world.refresh_platform_of(&root)).await?;

    tell(job, &report);
    Ok(result(&report))
}

/// `base44.previewPush`: what a push would do, without doing it.
pub(crate) async fn preview(job: &Job) -> Done {
    let engine = job.engine().await?;
    let plan = planned(job, &engine).await?;
    let mut text = plan.to_text();
    let unsaved = unsaved(job).await?;
    if !unsaved.is_empty() {
        text.push_str(&format!("Note: not saved, so not part of it: {}\n", names(job, &unsaved)?));
    }
    if !job.has_views {
        show_plan(job, &text).await?;
    }
    Ok(json!({"text": text, "plan": plan}))
}

/// A plan to look at: in the editor where it can show a file, else as a message.
async fn show_plan(job: &Job, text: &str) -> Result<(), Stop> {
    let path = job.environment.state_dir.join("preview").join("push-preview.txt");
    let (to, content) = (path.clone(), text.to_owned());
    let written = job.on_disk(move || write_private(&to, content.as_bytes())).await?;
    if written.is_ok() && show_file(job, &path, None).await {
        return Ok(());
    }
    job.conclude(MessageType::INFO, text);
    Ok(())
}

async fn planned(job: &Job, engine: &Engine) -> Result<Plan, Stop> {
    let locals = connectors(job).await?;
    job.progress.report("asking the platform");
    let (engine, run) = (engine.clone(), job.run(events(job)));
    job.asking(async move { engine.plan_push(&locals, &run).await })
        .await?
        .map_err(|error| Stop::error(with_hint(&error)))
}

/// What failed, and what to do next.
pub(crate) fn with_hint(error: &connector_platform::PlatformError) -> String {
    sentence_with(error, error.hint())
}

/// What failed, and what to do next where that is not said already.
fn sentence_with(failed: impl std::fmt::Display, hint: &str) -> String {
    let failed = failed.to_string();
    if hint.is_empty() || failed.contains(hint) { failed } else { format!("{failed} {hint}") }
}

/// A push takes what is saved: whoever has more is asked first.
async fn about_unsaved_files(job: &Job) -> Result<(), Stop> {
    let unsaved = unsaved(job).await?;
    if unsaved.is_empty() {
        return Ok(());
    }
    let names = names(job, &unsaved)?;
    let question = match unsaved.len() {
        1 => format!("{names} has changes that are not saved. A push takes what is saved."),
        _ => format!("{names} have changes that are not saved. A push takes what is saved."),
    };
    job.progress.report("waits for your answer");
    match job.ask(MessageType::WARNING, question, &["Push what is saved", CANCEL]).await? {
        Some(0) => Ok(()),
        _ => Err(Stop::Cancelled),
    }
}

fn names(job: &Job, paths: &[PathBuf]) -> Result<String, Stop> {
    let project = job.project()?;
    Ok(paths.iter().map(|path| shown(project, path)).collect::<Vec<_>>().join(", "))
}

/// What the person sees of a push under way.
fn events(job: &Job) -> Events {
    let reporter = job.progress.reporter();
    Events::to(move |event| match event {
        Event::Started { type_name, .. } => reporter.report(type_name, None),
        Event::Finished { outcome, done, total } => {
            reporter.report(&outcome.type_name, Some(percent(*done, *total)));
        }
        Event::Waiting { notice } => reporter.report(&notice.to_text(), None),
        _ => {}
    })
}

/// The terminal's summary on one line; its links are buttons here, or in the view.
fn summary(report: &PushReport) -> String {
    let lines = words::summary(report);
    let parts: Vec<&str> =
        lines.iter().skip(1).filter(|line| !line.starts_with("    ")).map(|line| line.trim()).collect();
    if parts.is_empty() {
        words::PUSHED.to_owned()
    } else {
        format!("{}. {}.", words::PUSHED, parts.join(" · "))
    }
}

/// One message for all that came of it, with what can be done about it.
fn tell(job: &Job, report: &PushReport) {
    let typ = if report.failed().is_empty() { MessageType::INFO } else { MessageType::ERROR };
    let mut message = summary(report);
    let mut choices: Vec<(String, CommandRequest)> = Vec::new();
    let root = job.root().ok();
    let request = |kind, types| CommandRequest::new(kind, root.clone(), types);
    for note in &report.notes {
        message.push_str(&format!(" {note}"));
    }
    let pending: Vec<String> = report.pending().into_iter().map(|pending| pending.type_name).collect();
    if !pending.is_empty() {
        message.push_str(&format!(" {}", words::OPEN_BROWSER));
        let title = match pending.as_slice() {
            [one] => format!("Authorize {one}"),
            all => format!("Authorize all {}", all.len()),
        };
        choices.push((title, request(Kind::Authorize, pending)));
    }
    let failed = report.failed().into_iter();
    for outcome in failed.filter(|outcome| matches!(outcome.status, OutcomeStatus::OtherUser { .. })).take(2)
    {
        let name = outcome.type_name.clone();
        choices.push((format!("Reconnect {name}"), request(Kind::Reconnect, vec![name])));
    }
    for outcome in report.final_outcomes() {
        if let OutcomeStatus::Provisioned { claim: Some(claim) } = &outcome.status {
            let mut open = request(Kind::OpenLink, Vec::new());
            open.link = Some(claim.as_str().to_owned());
            choices.push(("Claim Stripe".to_owned(), open));
        }
    }
    if choices.is_empty() || job.cancel.is_cancelled() {
        job.conclude(typ, message);
    } else {
        job.offer(typ, message, choices);
    }
}

fn result(report: &PushReport) -> Value {
    json!({"outcomes": report.final_outcomes(), "summary": words::summary_sentence(report)})
}

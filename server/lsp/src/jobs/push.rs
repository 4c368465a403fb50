//! Pushing the connectors of a project, and looking at what a push would do.

use std::path::PathBuf;

use connector_boundary::write::write_private;
use connector_sync::{Engine, Event, Events, Outcome, OutcomeStatus, Plan, PushReport, words};
use serde_json::{Value, json};
use tower_lsp::ls_types::MessageType;

use super::authorize::percent;
use super::files::{connectors, create_connector, unsaved};
use super::job::{CANCEL, Done, Job, Stop, shown};
use super::links::show_file;
use super::request::{CommandRequest, Step};
use crate::advice::Advice;
use crate::commands::Kind;
use crate::uri::DocUri;

/// `base44.push`: reads the files, asks about what is lost, pushes, and offers to authorize what waits.
pub(crate) async fn push(job: &Job, types: &[String]) -> Done {
    let engine = job.engine().await?;
    about_unsaved_files(job).await?;
    let mut plan = planned(job, &engine).await?;
    if !types.is_empty() {
        plan.steps.retain(|step| types.contains(&step.type_name));
        plan = plan.without_removals();
    }
    job.agree_to_the_app(&engine).await?;
    let mut agreed = Vec::new();
    while plan.removals() != agreed {
        match about_removals(job, &plan).await? {
            // What was agreed to is what is removed, though a file came or went while the question stood there.
            Removal::Agreed => {
                agreed = plan.removals();
                plan = planned(job, &engine).await?;
            }
            Removal::Look => {
                look_at(job, &plan).await?;
                return Err(Stop::Told);
            }
            Removal::Keep => {
                for name in plan.removals() {
                    create_connector(job, &[name], &[]).await?;
                }
                plan = planned(job, &engine).await?;
            }
        }
    }
    for guarded in plan.asked_again() {
        let title = format!("Really remove {}", job.name_of(&guarded.type_name));
        let question = format!("{title}? {}", words::sentence(&guarded.why));
        job.confirm(MessageType::WARNING, question, &title).await?;
    }
    job.unless_cancelled()?;

    let run = job.run(events(job));
    // Cancelled by its token alone: what the platform has taken by then has to be written down.
    let report = job.network(async move { engine.push(&plan, &agreed, &run).await }).await?;
    let report = report.map_err(|error| Stop::advised(&error))?;
    let root = job.root()?;
    job.world(move |world| world.refresh_platform_of(&root)).await?;

    tell(job, &report);
    Ok(result(&report))
}

/// What a person decides about what a push would remove.
enum Removal {
    /// It may go.
    Agreed,
    /// The plan is to be seen first.
    Look,
    /// It stays: it gets its file back.
    Keep,
}

/// Asks about what a push would remove, each by its name and its account.
async fn about_removals(job: &Job, plan: &Plan) -> Result<Removal, Stop> {
    let removals = plan.removals();
    let named = |name: &String| {
        let remote = plan.snapshot.find(name);
        let account = remote.and_then(|remote| remote.account.as_deref());
        let account =
            account.map(|account| format!(" ({})", connector_boundary::text::printable(account, 80)));
        format!("{}{}", job.name_of(name), account.unwrap_or_default())
    };
    let names: Vec<String> = removals.iter().map(named).collect();
    // A heading is read at a glance, so what does not fit stands below it; each is named all the same.
    let mut question = match names.as_slice() {
        [_] | [_, _] => {
            format!("Remove {} from the app? The app can no longer use {}.", and(&names), them(&names))
        }
        many => format!(
            "Remove {} connectors from the app? The app can no longer use {}.",
            many.len(),
            words::few(many)
        ),
    };
    for step in plan.steps.iter().filter(|step| step.action.is_removal() && !step.used_by.is_empty()) {
        question.push_str(&format!(
            " {} is {}.",
            job.name_of(&step.type_name),
            words::used_by(&step.used_by)
        ));
    }
    for sentence in plan.cautions() {
        question.push(' ');
        question.push_str(sentence);
    }
    job.progress.report("waits for your answer");
    let keep = if names.len() == 1 { "Keep and Create File" } else { "Keep and Create Files" };
    match job.ask(MessageType::WARNING, question, &["Remove and Push", "Show Plan", keep, CANCEL]).await? {
        Some(0) => Ok(Removal::Agreed),
        Some(1) => Ok(Removal::Look),
        Some(2) => Ok(Removal::Keep),
        _ => Err(Stop::Cancelled),
    }
}

fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn them(names: &[String]) -> &'static str {
    if names.len() == 1 { "it" } else { "them" }
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

/// Shows a plan where a person looks at plans.
async fn look_at(job: &Job, plan: &Plan) -> Result<(), Stop> {
    if job.has_views {
        let project = DocUri::from_path(&job.root()?).map(|uri| uri.as_uri().as_str().to_owned());
        job.out.notify_raw("base44/plan", json!({"project": project, "plan": plan, "text": plan.to_text()}));
        return Ok(());
    }
    show_plan(job, &plan.to_text()).await
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
    job.progress.report("asking Base44");
    let (engine, run) = (engine.clone(), job.run(events(job)));
    job.asking(async move { engine.plan_push(&locals, &run).await })
        .await?
        .map_err(|error| Stop::advised(&error))
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
    let (reporter, known) = (job.progress.reporter(), job.known.clone());
    let name = move |type_name: &str| crate::status::display_name(&known, type_name);
    Events::to(move |event| match event {
        Event::Started { type_name, .. } => reporter.report(&name(type_name), None),
        Event::Finished { outcome, done, total } => {
            reporter.report(&name(&outcome.type_name), Some(percent(*done, *total)));
        }
        Event::Waiting { notice } => reporter.report(&notice.to_text(), None),
        _ => {}
    })
}

/// What came of a push in one short message, with at most two things to do about it; the rest is in the view.
fn tell(job: &Job, report: &PushReport) {
    let request = |kind, types| Step::from(CommandRequest::new(kind, job.root().ok(), types));
    let outcomes = report.final_outcomes();
    let failed = report.failed();
    let pending: Vec<String> = report.pending().into_iter().map(|pending| pending.type_name).collect();
    let mut choices: Vec<(String, Step)> = Vec::new();

    let typ = if failed.is_empty() { MessageType::INFO } else { MessageType::ERROR };
    let mut message = match failed.as_slice() {
        [] => "Connectors pushed.".to_owned(),
        [one] => not_pushed(job, one),
        many => {
            let names = job.names_of(many.iter().map(|outcome| outcome.type_name.as_str()));
            format!("{} of {} connectors were not pushed: {names}.", many.len(), outcomes.len())
        }
    };
    let removed = outcomes.iter().filter(|outcome| matches!(outcome.status, OutcomeStatus::Removed));
    let removed: Vec<&str> = removed.map(|outcome| outcome.type_name.as_str()).collect();
    if !removed.is_empty() {
        message.push_str(&format!(" Removed: {}.", job.names_of(removed)));
    }
    if !pending.is_empty() {
        let names = job.names_of(pending.iter().map(String::as_str));
        message.push_str(&format!(" Pending authorization: {names}."));
        let title = match pending.as_slice() {
            [one] => format!("Authorize {}", job.name_of(one)),
            all => format!("Authorize All {}", all.len()),
        };
        choices.push((title, request(Kind::Authorize, pending)));
    }
    let others = failed.iter().filter(|outcome| matches!(outcome.status, OutcomeStatus::OtherUser { .. }));
    if let [other] = others.collect::<Vec<_>>().as_slice() {
        let title = format!("Reconnect {}", job.name_of(&other.type_name));
        choices.push((title, request(Kind::Reconnect, vec![other.type_name.clone()])));
    }
    for outcome in &outcomes {
        if let OutcomeStatus::Provisioned { claim: Some(claim) } = &outcome.status {
            let link = Some(claim.as_str().to_owned());
            let open = CommandRequest { link, ..CommandRequest::new(Kind::OpenLink, None, Vec::new()) };
            choices.push(("Claim Stripe".to_owned(), open.into()));
        }
    }
    // What keeps one from being pushed may be mended with a click.
    let error = failed.iter().find_map(|outcome| outcome.error());
    if let Some(remedy) = error.and_then(|error| Advice::from(error).remedy) {
        choices.extend(job.choice(remedy, &CommandRequest::new(Kind::Push, job.root().ok(), Vec::new())));
    }
    choices.truncate(2);
    for note in &report.notes {
        job.note(MessageType::INFO, note);
    }
    for outcome in &outcomes {
        if let Some(reason) = outcome.failure() {
            job.note(MessageType::ERROR, &format!("{}: {reason}", job.name_of(&outcome.type_name)));
        }
    }
    if job.cancel.is_cancelled() {
        choices.clear();
    }
    job.offer(typ, message, choices);
}

/// A sentence with a reason that leaves room for what else came of a push.
const MAX_REASON: usize = 90;

/// The one that failed, with the reason where it is short.
fn not_pushed(job: &Job, outcome: &Outcome) -> String {
    let name = job.name_of(&outcome.type_name);
    let reason = outcome.failure().unwrap_or_default();
    let whole = format!("{name} was not pushed: {}.", reason_for(&name, &reason));
    if reason.is_empty() || whole.chars().count() > MAX_REASON {
        format!("{name} was not pushed.")
    } else {
        whole
    }
}

/// A reason behind the name of what it is about, which it does not say again.
pub(super) fn reason_for(name: &str, reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    match reason.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) => format!("it {rest}"),
        None => reason.to_owned(),
    }
}

fn result(report: &PushReport) -> Value {
    json!({"outcomes": report.final_outcomes(), "summary": words::summary_sentence(report)})
}

#[cfg(test)]
mod tests {
    use super::reason_for;

    #[test]
    fn a_reason_does_not_say_the_name_again() {
        assert_eq!(reason_for("HubSpot", "HubSpot is taken."), "it is taken");
        assert_eq!(reason_for("HubSpot", "HubSpots are taken"), "HubSpots are taken");
        assert_eq!(reason_for("HubSpot", "The app is gone."), "The app is gone");
    }
}

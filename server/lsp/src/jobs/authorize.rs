//! Authorizing connectors: the link is opened, and the command waits for the consent.

use std::sync::{Mutex, PoisonError};

use connector_model::load::LocalConnector;
use connector_sync::{Event, Events, Outcome, OutcomeStatus, PendingAuthorization};
use serde_json::json;
use tower_lsp::ls_types::MessageType;

use super::files::connectors;
use super::job::{Done, Job, Stop, some_of};
use super::links::EditorOpener;
use super::push::reason_for;
use super::request::CommandRequest;
use crate::advice::Advice;
use crate::commands::Kind;
use crate::status::display_name;

/// `base44.authorize` and `base44.authorizeAll`: these types, or everything that waits.
pub(crate) async fn authorize(job: &Job, types: &[String]) -> Done {
    let engine = job.engine().await?;
    job.agree_to_the_app(&engine).await?;
    let locals = connectors(job).await?;
    job.progress.report("asking Base44");
    let (asked, run) = (types.to_vec(), job.run(Events::none()));
    let prepared = job.network(async move { engine.pending_for(&asked, &locals, &run).await }).await?;
    job.unless_cancelled()?;
    let mut outcomes = prepared.outcomes;
    if !prepared.pending.is_empty() {
        outcomes.extend(watch(job, prepared.pending).await?);
    }
    if outcomes.is_empty() {
        return Err(Stop::Because(MessageType::INFO, "No connector is pending authorization.".to_owned()));
    }
    tell(job, &outcomes);
    Ok(json!({"outcomes": outcomes}))
}

/// Opens the links and waits for each consent. Those that another command waits for are opened once more.
pub(super) async fn watch(job: &Job, pending: Vec<PendingAuthorization>) -> Result<Vec<Outcome>, Stop> {
    let root = job.root()?;
    let wanted: Vec<String> = pending.iter().map(|pending| pending.type_name.clone()).collect();
    let asked = wanted.clone();
    let watched: Vec<String> = job
        .world(move |world| asked.into_iter().filter(|name| world.jobs.is_watching(&root, name)).collect())
        .await?;
    let opener = EditorOpener::new(job);
    let (again, fresh): (Vec<_>, Vec<_>) =
        pending.into_iter().partition(|pending| watched.contains(&pending.type_name));
    for pending in &again {
        opener.show(&pending.link, &format!("To authorize {}", job.name_of(&pending.type_name))).await;
    }
    if fresh.is_empty() {
        return Err(Stop::Told);
    }
    job.waits_for(fresh.iter().map(|pending| pending.type_name.clone()).collect()).await?;
    let engine = job.engine().await?;
    let run = job.run(events(job, fresh.len()));
    // Cancelled by its token alone: what is pending has to be written down.
    job.network(async move { engine.authorize(&fresh, &opener, &run).await }).await
}

/// What the person sees while consents are waited for: all that are still open.
fn events(job: &Job, total: usize) -> Events {
    let (reporter, known) = (job.progress.reporter(), job.known.clone());
    let open: Mutex<Vec<String>> = Mutex::default();
    let waiting = move |change: &dyn Fn(&mut Vec<String>)| {
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut open);
        format!("waiting for {} in the browser", some_of(&open))
    };
    Events::to(move |event| match event {
        Event::AuthorizationOpened { type_name, .. } => {
            let name = display_name(&known, type_name).into_owned();
            reporter.report(&waiting(&|open| open.push(name.clone())), None);
        }
        Event::Finished { outcome, done, .. } => {
            let name = display_name(&known, &outcome.type_name);
            let line = waiting(&|open| open.retain(|other| *other != name));
            if *done < total {
                reporter.report(&line, Some(percent(*done, total)));
            }
        }
        Event::Waiting { notice } => reporter.report(&notice.to_text(), None),
        _ => {}
    })
}

pub(super) fn percent(done: usize, total: usize) -> u32 {
    u32::try_from(done * 100 / total.max(1)).unwrap_or(100).min(100)
}

/// One message for all that came of it, with a way to try again what did not come about.
fn tell(job: &Job, outcomes: &[Outcome]) {
    if job.cancel.is_cancelled() || outcomes.is_empty() {
        return;
    }
    let of = |wanted: &dyn Fn(&OutcomeStatus) -> bool| -> Vec<&str> {
        let found = outcomes.iter().filter(|outcome| wanted(&outcome.status));
        found.map(|outcome| outcome.type_name.as_str()).collect()
    };
    let well = of(&|status| {
        matches!(status, OutcomeStatus::Added | OutcomeStatus::Synced | OutcomeStatus::Provisioned { .. })
    });
    let denied = of(&|status| matches!(status, OutcomeStatus::Denied));
    let late = of(&|status| {
        matches!(status, OutcomeStatus::TimedOut | OutcomeStatus::Skipped | OutcomeStatus::Pending(_))
    });
    let mut sentences: Vec<String> = Vec::new();
    let names = |types: &[&str]| job.names_of(types.iter().copied());
    if !well.is_empty() {
        sentences.push(format!("Authorized: {}.", names(&well)));
    }
    if !denied.is_empty() {
        sentences
            .push(format!("Not authorized: {}. Approve every permission in the browser.", names(&denied)));
    }
    if !late.is_empty() {
        sentences.push(format!("Still pending authorization: {}.", names(&late)));
    }
    for outcome in outcomes {
        if let OutcomeStatus::OtherUser { reason, .. } | OutcomeStatus::Failed { reason, error: None, .. } =
            &outcome.status
        {
            let name = job.name_of(&outcome.type_name);
            sentences.push(format!("{name} was not authorized: {}.", reason_for(&name, reason)));
        }
    }
    let again = |types: Vec<&str>| {
        let types = types.into_iter().map(str::to_owned).collect();
        CommandRequest::new(Kind::Authorize, job.root().ok(), types)
    };
    let mut choices = Vec::new();
    if !denied.is_empty() || !late.is_empty() {
        let types = denied.iter().chain(&late).copied().collect();
        choices.push(("Authorize Again".to_owned(), again(types).into()));
    }
    if let [other] = of(&|status| matches!(status, OutcomeStatus::OtherUser { .. })).as_slice() {
        let reconnect = CommandRequest::new(Kind::Reconnect, job.root().ok(), vec![(*other).to_owned()]);
        choices.push((format!("Reconnect {}", job.name_of(other)), reconnect.into()));
    }
    let unanswered = of(&|status| matches!(status, OutcomeStatus::Failed { error: Some(_), .. }));
    let error = outcomes.iter().find_map(|outcome| outcome.error());
    if let Some(error) = error {
        // What keeps one from being asked about keeps all.
        let Advice { message, remedy } =
            Advice::about(&format!("Not authorized: {}.", names(&unanswered)), error);
        sentences.push(message);
        choices.extend(remedy.and_then(|remedy| job.choice(remedy, &again(unanswered))));
    }
    let typ = match error {
        Some(_) => MessageType::ERROR,
        None if well.len() == outcomes.len() => MessageType::INFO,
        None => MessageType::WARNING,
    };
    choices.truncate(2);
    job.offer(typ, sentences.join(" "), choices);
}

/// `base44.reconnect`: removes one connector and authorizes it with another account, agreed to by name.
pub(crate) async fn reconnect(job: &Job, types: &[String]) -> Done {
    let name = &job.one_type(types, "Which connector is to be reconnected?").await?;
    let connector: LocalConnector = connectors(job)
        .await?
        .into_iter()
        .find(|connector| connector.type_name == *name)
        .ok_or_else(|| Stop::error(format!("No connector file declares {}.", job.name_of(name))))?;
    let engine = job.engine().await?;
    job.agree_to_the_app(&engine).await?;
    let title = job.name_of(name);
    let question = format!(
        "Reconnect {title}? It is removed from the app and added again, to be authorized with the account you \
         choose. Until then the app's users have no {title}."
    );
    job.confirm(MessageType::WARNING, question, &format!("Reconnect {title}")).await?;
    job.waits_for(vec![name.clone()]).await?;
    let (opener, run) = (EditorOpener::new(job), job.run(events(job, 1)));
    let outcome = job.network(async move { engine.reconnect(&connector, &opener, &run).await }).await?;
    tell(job, std::slice::from_ref(&outcome));
    Ok(json!({"outcomes": [outcome]}))
}

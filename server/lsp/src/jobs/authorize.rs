//! Authorizing connectors: the link is opened, and the command waits for the consent.

use connector_model::load::LocalConnector;
use connector_sync::{Event, Events, Outcome, OutcomeStatus, PendingAuthorization, words};
use serde_json::json;
use tower_lsp::ls_types::MessageType;

use super::files::connectors;
use super::job::{Done, Job, Stop};
use super::links::EditorOpener;
use super::progress::Reporter;

/// `base44.authorize` and `base44.authorizeAll`: these types, or everything that waits.
pub(crate) async fn authorize(job: &Job, types: &[String]) -> Done {
    let engine = job.engine().await?;
    let locals = connectors(job).await?;
    job.progress.report("asking the platform");
    let (asked, run) = (types.to_vec(), job.run(Events::none()));
    let prepared = job.network(async move { engine.pending_for(&asked, &locals, &run).await }).await?;
    job.unless_cancelled()?;
    let mut outcomes = prepared.outcomes;
    if !prepared.pending.is_empty() {
        outcomes.extend(watch(job, prepared.pending).await?);
    }
    if outcomes.is_empty() {
        return Err(Stop::Because(MessageType::INFO, "No connector waits for its authorization.".to_owned()));
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
        opener.show(&pending.link, &format!("To authorize {}", pending.type_name)).await;
    }
    if fresh.is_empty() {
        return Err(Stop::Told);
    }
    job.waits_for(fresh.iter().map(|pending| pending.type_name.clone()).collect()).await?;
    let engine = job.engine().await?;
    let run = job.run(events(job.progress.reporter(), fresh.len()));
    // Cancelled by its token alone: what is pending has to be written down.
    job.network(async move { engine.authorize(&fresh, &opener, &run).await }).await
}

/// What the person sees while consents are waited for.
fn events(reporter: Reporter, total: usize) -> Events {
    Events::to(move |event| match event {
        Event::AuthorizationOpened { type_name, .. } => {
            reporter.report(&format!("waiting for {type_name} in the browser"), None);
        }
        Event::Finished { outcome, done, .. } => {
            let line = words::authorized(&outcome.type_name, &outcome.status);
            reporter.report(&line, Some(percent(*done, total)));
        }
        Event::Waiting { notice } => reporter.report(&notice.to_text(), None),
        _ => {}
    })
}

pub(super) fn percent(done: usize, total: usize) -> u32 {
    u32::try_from(done * 100 / total.max(1)).unwrap_or(100).min(100)
}

/// One message for all that came of it.
fn tell(job: &Job, outcomes: &[Outcome]) {
    if job.cancel.is_cancelled() {
        return;
    }
    let lines: Vec<String> =
        outcomes.iter().map(|outcome| words::authorized(&outcome.type_name, &outcome.status)).collect();
    if lines.is_empty() {
        return;
    }
    let went_well = |outcome: &Outcome| {
        matches!(
            outcome.status,
            OutcomeStatus::Added | OutcomeStatus::Synced | OutcomeStatus::Provisioned { .. }
        )
    };
    let typ = if outcomes.iter().all(went_well) { MessageType::INFO } else { MessageType::WARNING };
    job.conclude(typ, lines.join(" · "));
}

/// `base44.reconnect`: removes one connector and authorizes it with another account, agreed to by name.
pub(crate) async fn reconnect(job: &Job, types: &[String]) -> Done {
    let [name] = types else {
        return Err(Stop::error("Say which connector to reconnect."));
    };
    let connector: LocalConnector =
        connectors(job).await?.into_iter().find(|connector| connector.type_name == *name).ok_or_else(
            || {
                Stop::error(format!(
                    "No connector file declares {}.",
                    connector_boundary::text::printable_name(name)
                ))
            },
        )?;
    let engine = job.engine().await?;
    let question = format!(
        "Reconnect {name}? It is removed from the app and added again, to be authorized with the account you \
         choose. Until then the app's users have no {name}."
    );
    job.confirm(MessageType::WARNING, question, &format!("Reconnect {name}")).await?;
    job.waits_for(vec![name.clone()]).await?;
    let (opener, run) = (EditorOpener::new(job), job.run(events(job.progress.reporter(), 1)));
    let outcome = job.network(async move { engine.reconnect(&connector, &opener, &run).await }).await?;
    tell(job, std::slice::from_ref(&outcome));
    Ok(json!({"outcomes": [outcome]}))
}

//! Pulling: the files become what the platform has, agreed to first.

use connector_sync::{Events, PullAction, PullReport, words};
use serde_json::json;
use tower_lsp::ls_types::MessageType;

use super::files::unsaved;
use super::job::{Done, Job, Stop, shown};

/// `base44.pull`.
pub(crate) async fn pull(job: &Job) -> Done {
    let engine = job.engine().await?;
    job.progress.report("asking Base44");
    let (asking, run) = (engine.clone(), job.run(Events::none()));
    let plan = job
        .asking(async move { asking.plan_pull(&run).await })
        .await?
        .map_err(|error| Stop::advised(&error))?;
    let touched: Vec<_> = plan.changes().collect();
    if touched.is_empty() {
        return Err(Stop::Because(MessageType::INFO, format!("{}.", words::UP_TO_DATE)));
    }
    let project = job.project()?.clone();
    let unsaved: Vec<String> = unsaved(job)
        .await?
        .iter()
        .filter(|path| touched.iter().any(|step| step.path == **path))
        .map(|path| shown(&project, path))
        .collect();
    if !unsaved.is_empty() {
        return Err(Stop::Because(
            MessageType::WARNING,
            format!(
                "{} has changes that are not saved. Save or undo them, then pull again.",
                unsaved.join(", ")
            ),
        ));
    }
    let list = |word: &str, wanted: fn(&PullAction) -> bool| {
        let names: Vec<&str> =
            touched.iter().filter(|step| wanted(&step.action)).map(|step| step.shown_path.as_str()).collect();
        (!names.is_empty()).then(|| format!("{word} {}", names.join(", ")))
    };
    let parts: Vec<String> = [
        list("create", |action| matches!(action, PullAction::Create)),
        list("change", |action| matches!(action, PullAction::UpdateScopes)),
        list("delete", |action| matches!(action, PullAction::Delete)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut question = format!("Pull from the app? This will {}.", parts.join("; "));
    // What is done has been said: here stands why something is lost by it.
    let asked = plan.questions();
    let lost =
        touched.iter().filter(|step| asked.iter().any(|(name, _)| *name == step.type_name)).map(|step| {
            match step.action {
                PullAction::Delete => format!("The app does not have {}.", job.name_of(&step.type_name)),
                _ => format!("{} has changes that were never pushed.", step.shown_path),
            }
        });
    for sentence in lost.chain(plan.notes.iter().cloned()) {
        question.push(' ');
        question.push_str(&sentence);
    }
    job.confirm(MessageType::WARNING, question, "Pull").await?;
    // What is lost has been named in the question.
    let agreed: Vec<String> = plan.questions().into_iter().map(|(name, _)| name.to_owned()).collect();
    let report = job.on_disk(move || engine.pull(&plan, &agreed)).await?;
    let typ = if report.failed.is_empty() { MessageType::INFO } else { MessageType::ERROR };
    job.offer(typ, told(job, &report), Vec::new());
    let root = job.root()?;
    job.world(move |world| {
        world.scan_workspace();
        world.refresh_platform_of(&root);
    })
    .await?;
    Ok(json!(report))
}

/// What a pull did, with the services as people call them.
fn told(job: &Job, report: &PullReport) -> String {
    let names = |types: &[String]| job.names_of(types.iter().map(String::as_str));
    let mut sentences = Vec::new();
    for (name, reason) in &report.failed {
        sentences.push(format!("The file of {} was not written: {reason}.", job.name_of(name)));
    }
    let lists = [("Written", &report.written), ("Deleted", &report.deleted), ("Kept", &report.kept)];
    for (what, types) in lists.into_iter().filter(|(_, types)| !types.is_empty()) {
        sentences.push(format!("{what}: {}.", names(types)));
    }
    if sentences.is_empty() { format!("{}.", words::UP_TO_DATE) } else { sentences.join(" ") }
}

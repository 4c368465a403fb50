//! The project's files, as commands read and write them.

use std::path::{Path, PathBuf};

use connector_boundary::system::System;
use connector_boundary::text::printable;
use connector_model::create::connector_text;
use connector_model::load::{LocalConnector, check_for_push};
use connector_model::{Finding, Severity};
use connector_sync::words;
use connector_syntax::{Encoding, LineIndex};
use serde_json::json;
use tower_lsp::ls_types::MessageType;

use super::job::{Done, Job, Stop, ask, shown};
use super::links::{show_file, show_in};
use crate::documents::Document;
use crate::features::references::uses_of;

/// The connectors as they are saved; one file that stops a push stops the command, and is named.
pub(super) async fn connectors(job: &Job) -> Result<Vec<LocalConnector>, Stop> {
    let project = job.project()?.clone();
    let checked = job.on_disk(move || check_for_push(&project)).await?;
    let stopping = match checked.connectors() {
        Ok(connectors) => return Ok(connectors.into_iter().cloned().collect()),
        Err(stopping) => stopping,
    };
    let project = job.project()?;
    let reasons: Vec<String> = stopping
        .iter()
        .take(3)
        .map(|file| {
            let finding = worst(&file.findings);
            let reason = finding.map_or("it has errors", |finding| finding.message.as_str());
            let offset = finding.map_or(0, |finding| finding.range.start);
            let line = LineIndex::new(&file.text).position(&file.text, offset, Encoding::Utf32).line + 1;
            format!("{}, line {line}: {}", shown(project, &file.path), printable(reason, 200))
        })
        .collect();
    let more = stopping.len().saturating_sub(reasons.len());
    let more = if more > 0 { format!(" And {more} more.") } else { String::new() };
    let message = format!("Nothing was sent. {}{more}", reasons.join(" "));
    match stopping.first() {
        Some(file) if job.caps.show_document => {
            offer_file(job, message, file.path.clone());
            Err(Stop::Told)
        }
        _ => Err(Stop::error(message)),
    }
}

/// Says what is wrong and offers to show the file; the command has ended meanwhile.
fn offer_file(job: &Job, message: String, path: PathBuf) {
    job.progress.end();
    let out = job.out.clone();
    tokio::task::spawn_local(async move {
        if ask(&out, MessageType::ERROR, message, &["Show"], None).await == Some(0) {
            show_in(&out, &path, None).await;
        }
    });
}

fn worst(findings: &[Finding]) -> Option<&Finding> {
    let stops = findings.iter().filter(|finding| connector_model::load::stops_push(finding.code));
    stops.min_by_key(|finding| finding.severity as u8 + u8::from(finding.severity != Severity::Error))
}

/// The connector files whose text in the editor is not the one on disk.
pub(super) async fn unsaved(job: &Job) -> Result<Vec<PathBuf>, Stop> {
    let folder = job.project()?.connectors_dir.clone();
    let open: Vec<(PathBuf, std::sync::Arc<str>)> = job
        .world(move |world| {
            let is_file = |document: &&Document| world.is_connector(document) && !document.is_deleted();
            let documents = world.docs.iter().filter(is_file);
            documents
                .filter_map(|document| {
                    let path = document.uri.path().filter(|path| path.starts_with(&folder))?;
                    Some((path.to_owned(), document.text.as_str().clone()))
                })
                .collect()
        })
        .await?;
    job.on_disk(move || {
        let mut unsaved: Vec<PathBuf> =
            open.into_iter().filter(|(path, text)| !is_saved(path, text)).map(|(path, _)| path).collect();
        unsaved.sort();
        unsaved
    })
    .await
}

fn is_saved(path: &Path, text: &str) -> bool {
    // A byte order mark is the editor's business.
    connector_boundary::read::read_text(path)
        .is_ok_and(|saved| saved.trim_start_matches('\u{feff}') == text.trim_start_matches('\u{feff}'))
}

/// `base44.showUse`: the first place in code that uses a connector.
pub(crate) async fn show_use(job: &Job, types: &[String]) -> Done {
    let name = &job.one_type(types, "Which connector's uses are to be shown?").await?;
    let (root, wanted) = (job.root()?, name.clone());
    let place = job.world(move |world| {
        let state = world.workspace.projects.get(world.workspace.at_root(&root)?)?;
        let (path, range) = uses_of(state, &wanted).into_iter().next()?;
        let location = world.location(state, &path, range)?;
        Some((path, location.range))
    });
    let Some((path, range)) = place.await? else {
        return Err(Stop::error(format!("No code of the app is known to use {}.", job.name_of(name))));
    };
    show_file(job, &path, Some(range)).await;
    Ok(json!(null))
}

/// `base44.createConnector`: a file for a type, with the platform's scopes where it has the connector.
pub(crate) async fn create_connector(job: &Job, types: &[String], scopes: &[String]) -> Done {
    let name = match types {
        [] => ask_for_type(job).await?,
        [name, ..] => name.clone(),
    };
    if !is_type_name(&name) {
        return Err(Stop::error(format!(
            "'{}' cannot be a type: it has letters, digits, '-' and '_' only.",
            printable(&name, 40)
        )));
    }
    let project = job.project()?.clone();
    let path = match existing(job, &name).await? {
        Some(path) => path,
        None => {
            // What the app has stays: a file that asked for less would take it away.
            let mut asked = platform_scopes(job, &name).unwrap_or_default();
            asked.extend(scopes.iter().filter(|scope| !asked.contains(scope)).cloned().collect::<Vec<_>>());
            if job
                .known
                .state
                .snapshot
                .as_ref()
                .and_then(|it| it.find(&name))
                .is_some_and(|it| it.scopes.is_none())
            {
                // A file without scopes would take from the app what it has.
                let why = words::SCOPES_UNKNOWN;
                return Err(Stop::error(format!("No file was created for {}: {why}.", job.name_of(&name))));
            }
            let path = project.connectors_dir.join(format!("{name}.jsonc"));
            let (to, text, of) = (path.clone(), connector_text(&name, &asked), project.clone());
            job.on_disk(move || connector_sync::files::create(&of, &to, &text))
                .await?
                .map_err(|error| Stop::error(error.to_string()))?;
            let created = path.clone();
            job.world(move |world| world.reload_file(&created)).await?;
            path
        }
    };
    if !show_file(job, &path, None).await {
        job.conclude(MessageType::INFO, format!("The connector is in {}.", shown(job.project()?, &path)));
    }
    let uri = crate::uri::DocUri::from_path(&path).map(|uri| uri.as_uri().as_str().to_owned());
    Ok(json!({"uri": uri}))
}

/// The platform has them and no file does: those are what a person most likely wants.
async fn ask_for_type(job: &Job) -> Result<String, Stop> {
    let root = job.root()?;
    let missing: Vec<String> = job.world(move |world| world.types_without_file(&root)).await?;
    if missing.is_empty() {
        return Err(Stop::Because(
            MessageType::INFO,
            "Every connector of the app has a file. To add another, create a file that is named after its type, \
             like slack.jsonc, in the connectors folder; completion offers the rest."
                .to_owned(),
        ));
    }
    let titles: Vec<&str> = missing.iter().map(String::as_str).collect();
    let question = "The app has these connectors and the project has no files for them. Create which?";
    let chosen = job.ask(MessageType::INFO, question, &titles).await?;
    chosen.and_then(|at| missing.get(at).cloned()).ok_or(Stop::Cancelled)
}

fn is_type_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        // A project is shared with people on every system.
        && !System::Windows.is_reserved(name)
}

/// The scopes that the platform has for a type, where it has told.
pub(super) fn platform_scopes(job: &Job, name: &str) -> Option<Vec<String>> {
    let snapshot = job.known.state.snapshot.as_ref()?;
    snapshot.find(name)?.scopes.clone()
}

/// The file that already declares a type, or that has its name.
async fn existing(job: &Job, name: &str) -> Result<Option<PathBuf>, Stop> {
    let (root, wanted) = (job.root()?, name.to_owned());
    let declared_in: Option<PathBuf> = job.world(move |world| world.file_of(&root, &wanted)).await?;
    if declared_in.is_some() {
        return Ok(declared_in);
    }
    let (folder, name) = (job.project()?.connectors_dir.clone(), name.to_owned());
    let names = ["jsonc", "json"].map(|extension| folder.join(format!("{name}.{extension}")));
    job.on_disk(move || names.into_iter().find(|path| path.exists())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_would_leave_the_folder_is_none() {
        for name in ["", "../x", "a/b", "a.b", ".hidden", "C:x", "é", "con", "NUL", "com1", &"a".repeat(101)]
        {
            assert!(!is_type_name(name), "{name}");
        }
        for name in ["slack", "google_calendar", "my-type2", "Slack"] {
            assert!(is_type_name(name), "{name}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("slack.jsonc");
        std::fs::write(&path, "\u{feff}{}").unwrap();
        assert!(is_saved(&path, "{}"));
        assert!(!is_saved(&path, "{ }"));
        assert!(!is_saved(&folder.path().join("none.jsonc"), "{}"));
    }
}

//! What the platform says about the files: `check --remote`.

use std::sync::Arc;

use connector_boundary::read::read_text;
use connector_model::checks::declared;
use connector_model::ignores::silence_all;
use connector_model::load::{CheckedFile, project_severities};
use connector_model::project::Project;
use connector_platform::{Environment, PlatformError};
use connector_sync::findings::{platform_findings, project_findings};
use connector_sync::{AppState, CancellationToken, Engine};
use connector_syntax::parse;

use super::select::Checked;
use crate::failure::Failure;
use crate::session::{asked, block_on};
use crate::terminal::Terminal;

/// Asks the platform about every project, and adds what it says.
pub(super) fn add(
    checked: &mut Checked,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let states = block_on(async |cancel| {
        let mut states = Vec::new();
        for part in &checked.projects {
            states.push(state(&part.project, environment, terminal, &cancel).await?);
        }
        Ok(states)
    })?;
    for (at, known) in states.iter().enumerate() {
        if let Some(part) = checked.projects.get(at) {
            add_to_project(&part.project, part.whole, &mut checked.files, known);
        }
    }
    Ok(())
}

async fn state(
    project: &Project,
    environment: &Environment,
    terminal: &Terminal,
    cancel: &CancellationToken,
) -> Result<AppState, Failure> {
    let engine = Engine::open(environment, Arc::new(project.clone()))?;
    let snapshot = asked(&engine, terminal, cancel, "Reading the app's connectors", async |run| {
        let mut snapshot = engine.snapshot(run).await?;
        // A platform without such a list has nothing to say about types.
        let available = engine.available(run).await.ok().filter(|list| list.unreadable == 0);
        snapshot.available = available.map(|list| list.types);
        Ok::<_, PlatformError>(snapshot)
    })
    .await?;
    Ok(AppState { snapshot: Some(snapshot), ..engine.store().read() })
}

fn add_to_project(project: &Project, whole: bool, files: &mut Vec<CheckedFile>, known: &AppState) {
    let (severities, _) = project_severities(project);
    let mut local = Vec::new();
    for file in files.iter_mut().filter(|file| project.is_connector_path(&file.path)) {
        let tree = parse(&file.text);
        let said = silence_all(&tree, platform_findings(&tree, &declared(&tree), known));
        file.findings.extend(said.into_iter().filter_map(|finding| severities.apply(finding)));
        local.extend(file.connector.iter().map(|connector| connector.type_name.clone()));
    }
    let Some(config) = project.config_path.as_ref().filter(|_| whole) else { return };
    let local: Vec<&str> = local.iter().map(String::as_str).collect();
    let said = project_findings(&local, known);
    let said: Vec<_> = said.into_iter().filter_map(|finding| severities.apply(finding)).collect();
    match files.iter_mut().find(|file| file.path == *config) {
        Some(file) => file.findings.extend(said),
        None if said.is_empty() => {}
        None => files.push(CheckedFile {
            path: config.clone(),
            text: read_text(config).unwrap_or_default(),
            findings: said,
            connector: None,
        }),
    }
}

//! What the platform says about the files: `check --remote`.

use std::sync::Arc;

use connector_model::project::Project;
use connector_platform::{Environment, PlatformError};
use connector_sync::{AppState, CancellationToken, Engine};

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
            states.push(state(part.state.project(), environment, terminal, &cancel).await?);
        }
        Ok(states)
    })?;
    for (part, known) in checked.projects.iter_mut().zip(states) {
        part.state.set_facts(Arc::new(known.facts()));
    }
    Ok(())
}

async fn state(
    project: &Arc<Project>,
    environment: &Environment,
    terminal: &Terminal,
    cancel: &CancellationToken,
) -> Result<AppState, Failure> {
    let engine = Engine::open(environment, project.clone())?;
    let snapshot = asked(&engine, terminal, cancel, "Reading the app's connectors", async |run| {
        let mut snapshot = engine.snapshot(run).await?;
        // A platform without such a list has nothing to say about types.
        let available = engine.available(run).await.ok().filter(|list| list.is_whole());
        snapshot.available = available.map(|list| list.types);
        Ok::<_, PlatformError>(snapshot)
    })
    .await?;
    Ok(AppState { snapshot: Some(snapshot), ..engine.store().read() })
}

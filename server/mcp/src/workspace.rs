//! Which project a tool works on, and that it lies where the tools may work.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_boundary::system::{System, plain};
use connector_boundary::text::printable;
use connector_model::project::{Project, ProjectError, ProjectOptions};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::AgentServer;
use crate::reply::ToolError;

/// The arguments of a tool that needs to know the project alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectInput {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    pub(crate) project: Option<String>,
}

impl AgentServer {
    /// The project of a folder that an agent named, or of the server's own folder. An app without a config counts: its
    /// files are checked like others.
    ///
    /// # Errors
    /// [`ToolError`] where the folder lies outside of the server's, or has no project.
    pub(crate) async fn project(&self, named: Option<&str>) -> Result<Arc<Project>, ToolError> {
        self.find(named, Project::to_read).await
    }

    /// The same for what talks to the platform, which takes an app without a config for no project.
    ///
    /// # Errors
    /// [`ToolError`] where the folder lies outside of the server's, or has no project.
    pub(crate) async fn project_to_send(&self, named: Option<&str>) -> Result<Arc<Project>, ToolError> {
        self.find(named, Project::discover).await
    }

    async fn find(&self, named: Option<&str>, find: Find) -> Result<Arc<Project>, ToolError> {
        let root = self.options().root.clone();
        let named = named.map(PathBuf::from);
        let app_id = std::env::var("BASE44_APP_ID").ok();
        off_thread(move || {
            let start = inside(&root, named.as_deref())?;
            let options = ProjectOptions { env_app_id: app_id, ..ProjectOptions::default() };
            let project = find(&plain(start.clone()), &options)
                .map_err(|error| ToolError::new(printable(&error.to_string(), 400), NAME_A_PROJECT))?;
            // A project above the folder is the person's own; one beside it is none of the agent's business.
            match real(&project.root)
                .is_some_and(|found| start.starts_with(&found) || found.starts_with(&root))
            {
                true => Ok(Arc::new(project)),
                false => Err(outside(&project.root)),
            }
        })
        .await?
    }
}

/// How a project is found.
type Find = fn(&Path, &ProjectOptions) -> Result<Project, ProjectError>;

const NAME_A_PROJECT: &str = "Name a folder with base44/config.jsonc in `project`.";

/// The folder itself, behind any link, if it lies in `root`.
fn inside(root: &Path, named: Option<&Path>) -> Result<PathBuf, ToolError> {
    let start = named.map_or_else(|| root.to_owned(), |named| root.join(named));
    if named.is_some_and(|named| System::CURRENT.leaves_machine(&named.to_string_lossy())) {
        return Err(outside(&start));
    }
    let Some(start) = real(&start) else {
        return Err(ToolError::new(format!("There is no folder {}.", shown(&start)), NAME_A_PROJECT));
    };
    let root = real(root).unwrap_or_else(|| root.to_owned());
    if start.starts_with(root) { Ok(start) } else { Err(outside(&start)) }
}

fn outside(path: &Path) -> ToolError {
    ToolError::new(
        format!("{} lies outside of the folder that this server was started in.", shown(path)),
        "Name a folder in it, or have the person start the server with --project.",
    )
}

fn shown(path: &Path) -> String {
    printable(&plain(path.to_owned()).to_string_lossy(), 200)
}

fn real(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

/// Work on the disk, where it holds no other call up.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ToolError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ToolError::new("The work ended unexpectedly.", "Call the tool again."))
}

//! `apply_fix`: one fix of one finding.

use connector_boundary::text::printable;
use connector_model::FixAction;
use connector_model::load::check_project;
use connector_model::severities::Severities;
use schemars::JsonSchema;
use serde::Deserialize;

use super::create_connector::Output;
use super::findings::{key, shown};
use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::tool::{AgentTool, Call, Hints};
use crate::workspace::off_thread;

pub(crate) struct ApplyFix;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    project: Option<String>,
    /// The fix, as check named it.
    fix: String,
}

impl AgentTool for ApplyFix {
    const NAME: &'static str = "apply_fix";
    const TITLE: &'static str = "Apply a fix";
    const DESCRIPTION: &'static str = "Apply one fix that check gave, by its name. Changes one connector file of the \
        project and sends nothing. A fix is void once its file has changed: run check again then.";
    const HINTS: Hints = Hints { idempotent: false, ..Hints::WRITES };
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, _: &Call) -> Result<Reply<Output>, ToolError> {
        let project = server.project(input.project.as_deref()).await?;
        off_thread(move || {
            let checked = check_project(&project, &Severities::default());
            let found = checked.files.iter().find_map(|file| {
                let fixes = file
                    .findings
                    .iter()
                    .flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix)));
                fixes
                    .into_iter()
                    .find(|(finding, fix)| key(&project, file, finding, fix) == input.fix)
                    .map(|(_, fix)| (file, fix))
            });
            let Some((file, fix)) = found else {
                return Err(ToolError::new(
                    "There is no such fix, or the file has changed since.",
                    "Run check again, and take a fix from its answer.",
                ));
            };
            let failed = |why: connector_sync::files::FileError| {
                ToolError::new(format!("Nothing was written: {why}."), "")
            };
            let path = match &fix.action {
                FixAction::Edit(_) => {
                    let after = fix.action.changed(&file.text).unwrap_or_else(|| file.text.clone());
                    connector_sync::files::replace(&project, &file.path, &file.text, &after)
                        .map_err(failed)?;
                    file.path.clone()
                }
                FixAction::AddScopes { path, .. } | FixAction::RemoveScopes { path, .. } => {
                    let other = checked.files.iter().find(|file| file.path == *path);
                    let before = other.map(|file| file.text.as_str()).unwrap_or_default();
                    let after = fix.action.changed(before).ok_or_else(|| {
                        let shown = printable(&project.display_path(path), 300);
                        ToolError::new(
                            format!("Nothing was written: {shown} has errors."),
                            "Correct them first.",
                        )
                    })?;
                    connector_sync::files::replace(&project, path, before, &after).map_err(failed)?;
                    path.clone()
                }
                FixAction::Create { path, text } => {
                    connector_sync::files::create(&project, path, text).map_err(failed)?;
                    path.clone()
                }
                FixAction::Rename(to) => {
                    connector_sync::files::rename(&project, &file.path, to).map_err(failed)?;
                    to.clone()
                }
                FixAction::Command(_) => {
                    return Err(ToolError::new(
                        "This fix is done by another tool.",
                        "Use plan and push, or authorize.",
                    ));
                }
            };
            let checked = check_project(&project, &Severities::default());
            let now = checked.files.iter().find(|now| now.path == path);
            let findings = now.into_iter().flat_map(|file| shown(&project, file)).collect();
            let connector = now.and_then(|file| file.connector.as_ref());
            let scopes = connector.map(|connector| connector.scopes.clone()).unwrap_or_default();
            let file = printable(&project.display_path(&path), 300);
            let text = format!("{}: {file}", printable(&fix.title, 200));
            Ok(Reply { text, value: Output { file, scopes, findings } })
        })
        .await?
    }
}

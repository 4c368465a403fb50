//! `add_scopes`: more scopes in a connector's file; what stands there keeps its place and its comments.

use connector_boundary::text::printable;
use connector_model::files::read_connector;
use connector_model::load::check_project;
use connector_model::severities::Severities;
use connector_syntax::edit::set_list;
use schemars::JsonSchema;
use serde::Deserialize;

use super::create_connector::Output;
use super::findings::shown;
use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::tool::{AgentTool, Call, Hints};
use crate::workspace::off_thread;

pub(crate) struct AddScopes;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    project: Option<String>,
    /// The type: slack.
    #[serde(rename = "type")]
    type_name: String,
    /// The scopes to add. Those that are there already are left alone.
    scopes: Vec<String>,
}

impl AgentTool for AddScopes {
    const NAME: &'static str = "add_scopes";
    const TITLE: &'static str = "Add scopes to a connector file";
    const DESCRIPTION: &'static str = "Add scopes to the file of a connector, keeping its comments and layout. Sends \
        nothing. New scopes need a push and a new authorization by the person.";
    const HINTS: Hints = Hints::WRITES;
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, _: &Call) -> Result<Reply<Output>, ToolError> {
        let project = server.project(input.project.as_deref()).await?;
        off_thread(move || {
            let name = input.type_name.trim();
            let checked = check_project(&project, &Severities::default());
            let mut declaring = checked
                .files
                .iter()
                .filter(|file| file.connector.as_ref().is_some_and(|connector| connector.type_name == name));
            let (Some(file), None) = (declaring.next(), declaring.next()) else {
                let shown = printable(name, 60);
                return Err(ToolError::new(
                    format!("Not one file declares the type {shown}."),
                    "Run check; use create_connector where there is none.",
                ));
            };
            let has = file.connector.as_ref().map(|connector| connector.scopes.clone()).unwrap_or_default();
            let mut wanted: Vec<&str> = has.iter().map(String::as_str).collect();
            for scope in &input.scopes {
                if !wanted.contains(&scope.as_str()) {
                    wanted.push(scope);
                }
            }
            let shown_path = printable(&project.display_path(&file.path), 300);
            let before = read_connector(&project, &file.path)
                .map_err(|error| ToolError::new(format!("{shown_path} cannot be read: {error}."), ""))?;
            let after = set_list(&before, "scopes", &wanted).ok_or_else(|| {
                ToolError::new(
                    format!("{shown_path} has errors, so its scopes cannot be changed safely."),
                    "Run check, and correct them first.",
                )
            })?;
            if after != before {
                connector_sync::files::replace(&project, &file.path, &before, &after)
                    .map_err(|why| ToolError::new(format!("Nothing was written: {why}."), ""))?;
            }
            let checked = check_project(&project, &Severities::default());
            let now = checked.files.iter().find(|now| now.path == file.path);
            let findings = now.into_iter().flat_map(|file| shown(&project, file)).collect();
            let text = match wanted.len() - has.len() {
                0 => format!("{shown_path} has them already."),
                added => format!("Added {added} to {shown_path}. Next: check, then plan."),
            };
            let scopes = wanted.into_iter().map(str::to_owned).collect();
            Ok(Reply { text, value: Output { file: shown_path, scopes, findings } })
        })
        .await?
    }
}

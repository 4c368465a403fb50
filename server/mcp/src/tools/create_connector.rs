//! `create_connector`: the file of a connector, complete.

use connector_boundary::text::printable;
use connector_model::Code;
use connector_model::create::connector_text;
use connector_model::load::check_project;
use connector_model::severities::Severities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::{ShownFinding, shown};
use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::tool::{AgentTool, Call, Hints};
use crate::workspace::off_thread;

pub(crate) struct CreateConnector;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    project: Option<String>,
    /// The type: slack.
    #[serde(rename = "type")]
    type_name: String,
    /// The scopes it asks for: the fewest that the app's calls need.
    scopes: Vec<String>,
}

/// A file that was written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// The file, relative to the project.
    pub(crate) file: String,
    /// What check says of it now.
    pub(crate) findings: Vec<ShownFinding>,
}

impl AgentTool for CreateConnector {
    const NAME: &'static str = "create_connector";
    const TITLE: &'static str = "Create a connector file";
    const DESCRIPTION: &'static str = "Create the file of a connector in the project's connectors folder, with a type \
        and its scopes. Sends nothing. Fails where the type has a file already: use add_scopes then.";
    const HINTS: Hints = Hints { idempotent: false, ..Hints::WRITES };
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, _: &Call) -> Result<Reply<Output>, ToolError> {
        let project = server.project(input.project.as_deref()).await?;
        off_thread(move || {
            let name = input.type_name.trim();
            let text = connector_text(name, &input.scopes);
            if let Some(why) = connector_model::create::refusal(name, &text) {
                return Err(ToolError::new(printable(&why, 600), "Nothing was written."));
            }
            let before = check_project(&project, &Severities::default());
            let path = project.connectors_dir.join(format!("{name}.jsonc"));
            let taken = before.files.iter().find(|file| {
                let same_type = file.connector.as_ref().is_some_and(|connector| connector.type_name == name);
                same_type || file.path.file_stem() == path.file_stem()
            });
            if let Some(file) = taken {
                let shown = printable(&project.display_path(&file.path), 300);
                return Err(ToolError::new(
                    format!("{shown} is there already."),
                    "Use add_scopes to change it.",
                ));
            }
            connector_sync::files::create(&project, &path, &text)
                .map_err(|why| ToolError::new(format!("Nothing was written: {why}."), ""))?;
            let checked = check_project(&project, &Severities::default());
            let file = checked.files.iter().find(|file| file.path == path);
            let findings: Vec<ShownFinding> = file
                .into_iter()
                .flat_map(|file| shown(&project, file))
                .filter(|finding| finding.code != Code::EmptyScopes.as_str())
                .collect();
            let file = printable(&project.display_path(&path), 300);
            let text = format!("Created {file}. Next: check, then plan.");
            Ok(Reply { text, value: Output { file, findings } })
        })
        .await?
    }
}

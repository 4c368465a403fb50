//! `create_connector`: the file of a connector, complete.

use connector_boundary::text::printable;
use connector_model::Code;
use connector_model::code::AppCode;
use connector_model::create::connector_text;
use connector_model::load::check_project;
use connector_model::project::Project;
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
    /// The scopes it asks for: the fewest that the app's calls need. Left out, those that the calls in the app's code
    /// are known to need.
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

/// A file that was written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// The file, relative to the project.
    pub(crate) file: String,
    /// The scopes that it asks for now.
    pub(crate) scopes: Vec<String>,
    /// What check says of it now.
    pub(crate) findings: Vec<ShownFinding>,
}

impl AgentTool for CreateConnector {
    const NAME: &'static str = "create_connector";
    const TITLE: &'static str = "Create a connector file";
    const DESCRIPTION: &'static str = "Create the file of a connector in the project's connectors folder, with a type \
        and its scopes, or with those that the calls in the app's code need where none are given. Sends nothing. Fails where the type has a file already: use add_scopes then.";
    const HINTS: Hints = Hints { idempotent: false, ..Hints::WRITES };
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, _: &Call) -> Result<Reply<Output>, ToolError> {
        let project = server.project(input.project.as_deref()).await?;
        off_thread(move || {
            let name = input.type_name.trim();
            let (scopes, note) = match input.scopes {
                Some(scopes) => (scopes, String::new()),
                None => from_code(&project, name)?,
            };
            let text = connector_text(name, &scopes);
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
            let text = format!("Created {file}.{note} Next: check, then plan.");
            Ok(Reply { text, value: Output { file, scopes, findings } })
        })
        .await?
    }
}

/// The least scopes that the calls in the app's code need, and what is to be known of them.
fn from_code(project: &Project, name: &str) -> Result<(Vec<String>, String), ToolError> {
    let code = AppCode::read(project).filter(|code| code.uses_of(name).next().is_some());
    let Some(code) = code else {
        return Err(ToolError::new(
            format!("No function uses {}.", printable(name, 60)),
            "Give the scopes; find_scopes tells which a call needs.",
        ));
    };
    let usage = code.usage(name);
    let least = usage.least();
    let mut note = String::new();
    for needed in &least.scopes {
        let call = needed.calls.first().map(|call| call.shown()).unwrap_or_default();
        note.push_str(&format!("\n{}: {}", needed.scope, printable(&call, 160)));
    }
    for call in &least.unknown {
        note.push_str(&format!(
            "\nNot known: what {} in {} needs.",
            printable(&call.shown(), 160),
            printable(&project.display_path(&call.path), 200)
        ));
    }
    if !usage.is_complete() {
        note.push_str("\nNot everything that is done with the token could be followed: there may be more.");
    }
    if !note.is_empty() {
        note.push('\n');
    }
    Ok((least.scopes.into_iter().map(|needed| needed.scope).collect(), note))
}

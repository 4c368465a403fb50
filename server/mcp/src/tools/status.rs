//! `status`: how each connector stands between its file and the app.

use connector_sync::ConnectorState;
use schemars::JsonSchema;
use serde::Serialize;

use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::session::run_of;
use crate::tool::{AgentTool, Call, Hints};
use crate::workspace::ProjectInput;

pub(crate) struct Status;

/// How the connectors of a project stand.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// The app that the project is linked to.
    app: String,
    /// Who is signed in, where that is known.
    account: Option<String>,
    /// One entry a connector, of a file or of the app alone.
    connectors: Vec<Row>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Row {
    /// The type: slack.
    #[serde(rename = "type")]
    type_name: String,
    /// The state in a word.
    #[schemars(extend("enum" = words()))]
    state: String,
    /// The state in a sentence.
    detail: String,
    /// The connected account, where that is known.
    account: Option<String>,
    /// Where the person authorizes it, where it waits for that.
    link: Option<String>,
    /// Scopes that the file has and the app has not.
    added: Vec<String>,
    /// Scopes that the app has and the file has not.
    removed: Vec<String>,
    /// The functions of the app that need it, where it has no file: a push would take it from them.
    used_by: Vec<String>,
}

/// The words that a state can have.
fn words() -> Vec<&'static str> {
    ConnectorState::ALL.iter().map(|state| state.as_str()).collect()
}

impl AgentTool for Status {
    const NAME: &'static str = "status";
    const TITLE: &'static str = "How the connectors stand";
    const DESCRIPTION: &'static str = "Ask Base44 how each connector of the project stands: pushed, authorized, \
        with which account, with which scopes, and the link where one waits for the person. Changes nothing.";
    const HINTS: Hints = Hints::ASKS;
    type Input = ProjectInput;
    type Output = Output;

    async fn run(server: &AgentServer, input: ProjectInput, call: &Call) -> Result<Reply<Output>, ToolError> {
        let session = server.session(input.project.as_deref()).await?;
        let report = session.engine.status(&session.connectors, &run_of(call)).await;
        session.engine.platform().settle().await;
        let report = report?;
        let text = report.to_text();
        let connectors = report.connectors.into_iter().map(|row| Row {
            type_name: row.type_name,
            state: row.status.state.as_str().to_owned(),
            detail: row.status.detail,
            account: row.status.account,
            link: row.status.link.map(|link| link.as_str().to_owned()),
            added: row.status.added,
            removed: row.status.removed,
            used_by: row.used_by,
        });
        let value = Output { app: report.app, account: report.account, connectors: connectors.collect() };
        Ok(Reply { text, value })
    }
}

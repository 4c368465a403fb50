//! `reconnect`: a connector removed and added again, so that the person can authorize it with another account.

use connector_boundary::text::printable;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::push::ShownOutcome;
use crate::AgentServer;
use crate::consent::{Consent, agree_to_the_app, ask};
use crate::reply::{Reply, ToolError};
use crate::session::run_of;
use crate::tool::{AgentTool, Call, Hints};

pub(crate) struct Reconnect;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    project: Option<String>,
    /// The type: slack.
    #[serde(rename = "type")]
    type_name: String,
}

/// What became of it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// pending where it waits for the person: authorize gives the link.
    outcome: ShownOutcome,
}

impl AgentTool for Reconnect {
    const NAME: &'static str = "reconnect";
    const TITLE: &'static str = "Reconnect a connector";
    const DESCRIPTION: &'static str = "Remove a connector from the app and add it again, for the person to authorize it \
        with another account. Until they have, the app is without it. The person is asked first, through the client; \
        where that is not possible nothing is sent, and the command for the person is told.";
    const HINTS: Hints = Hints { read_only: false, destructive: true, idempotent: false, open_world: true };
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, call: &Call) -> Result<Reply<Output>, ToolError> {
        let session = server.session(input.project.as_deref()).await?;
        let name = input.type_name.trim();
        let Some(connector) = session.connectors.iter().find(|connector| connector.type_name == name) else {
            return Err(ToolError::new(
                format!("Nothing was sent: no connector file declares {}.", printable(name, 60)),
                "Use create_connector, then plan and push.",
            ));
        };
        agree_to_the_app(&session.engine, call).await?;
        let question = format!(
            "Reconnect {name}? It is removed from the app and added again, to be authorized with the account that you \
             choose. Until then the app is without it."
        );
        match ask(call, &question).await {
            Consent::Given => {}
            Consent::Refused => {
                return Err(ToolError::new(
                    "Nothing was sent: the person did not agree to reconnect it.",
                    "",
                ));
            }
            Consent::CannotAsk => {
                return Err(ToolError::new(
                    "Nothing was sent: this client cannot ask the person.",
                    format!(
                        "The person can run 'base44-connectors reconnect {name}' in a terminal, which asks them."
                    ),
                ));
            }
        }
        let outcome = session.engine.disconnect(connector, &run_of(call)).await;
        session.engine.platform().settle().await;
        let text = match outcome.failure() {
            Some(reason) => format!("{name}: {reason}"),
            None if outcome.is_pending() => {
                format!("{name} waits for the person. Call authorize for its link.")
            }
            None => format!("{name}: {}", outcome.status.as_str()),
        };
        Ok(Reply { text, value: Output { outcome: ShownOutcome::from(&outcome) } })
    }
}

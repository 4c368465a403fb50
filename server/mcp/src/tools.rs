//! The tools, one module each.

mod add_scopes;
mod apply_fix;
mod authorize;
mod check;
mod create_connector;
mod endpoint;
pub(crate) mod explain;
mod find_scopes;
mod findings;
mod plan;
mod push;
mod reconnect;
mod status;

use rmcp::model::{CallToolResult, JsonObject, Tool};

use crate::AgentServer;
use crate::tool::{AgentTool, Call, describe, serve as serve_tool};

/// Lists the tools once, for the list and for the calls.
macro_rules! tools {
    ($($tool:ty),* $(,)?) => {
        /// Every tool, as it is listed.
        pub(crate) fn all() -> Vec<Tool> {
            vec![$(describe::<$tool>()),*]
        }

        /// Serves a call; none where there is no such tool.
        pub(crate) async fn serve(
            server: &AgentServer,
            name: &str,
            arguments: Option<JsonObject>,
            call: &Call,
        ) -> Option<CallToolResult> {
            match name {
                $(<$tool as AgentTool>::NAME => Some(serve_tool::<$tool>(server, arguments, call).await),)*
                _ => None,
            }
        }
    };
}

tools![
    check::Check,
    explain::Explain,
    find_scopes::FindScopes,
    create_connector::CreateConnector,
    add_scopes::AddScopes,
    apply_fix::ApplyFix,
    status::Status,
    plan::MakePlan,
    push::Push,
    authorize::Authorize,
    reconnect::Reconnect,
];

/// The name and description of every tool, for the page that agents read.
pub fn descriptions() -> Vec<(String, String)> {
    let described = all().into_iter().map(|tool| {
        (tool.name.into_owned(), tool.description.map(|text| text.into_owned()).unwrap_or_default())
    });
    described.collect()
}

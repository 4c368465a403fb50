//! What a tool is: a name, what it is for, what it may do, the shapes of its input and output, and its work.

use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::handler::server::common::{schema_for_input, schema_for_output};
use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use rmcp::service::RequestContext;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::AgentServer;
use crate::reply::{Reply, ToolError};

/// The call that a tool serves: whom to ask and tell, and how it is stopped.
pub(crate) type Call = RequestContext<RoleServer>;

/// What a tool may do, as the protocol's annotations say it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hints {
    /// It changes nothing.
    pub(crate) read_only: bool,
    /// It may take something away.
    pub(crate) destructive: bool,
    /// Called again with the same arguments it changes nothing more.
    pub(crate) idempotent: bool,
    /// It speaks to the platform.
    pub(crate) open_world: bool,
}

impl Hints {
    /// Looks at the project's files alone.
    pub(crate) const LOOKS: Hints =
        Hints { read_only: true, destructive: false, idempotent: true, open_world: false };
    /// Asks the platform, and changes nothing there.
    pub(crate) const ASKS: Hints =
        Hints { read_only: true, destructive: false, idempotent: true, open_world: true };
    /// Writes a file of the project.
    pub(crate) const WRITES: Hints =
        Hints { read_only: false, destructive: false, idempotent: true, open_world: false };
}

/// One tool.
pub(crate) trait AgentTool {
    /// What agents call it by.
    const NAME: &'static str;
    /// What people see.
    const TITLE: &'static str;
    /// When to use it and what comes of it: agents choose by this.
    const DESCRIPTION: &'static str;
    /// What it may do.
    const HINTS: Hints;
    /// Its arguments.
    type Input: DeserializeOwned + JsonSchema + Send + 'static;
    /// Its answer.
    type Output: Serialize + JsonSchema + Send + 'static;

    /// Does the work.
    fn run(
        server: &AgentServer,
        input: Self::Input,
        call: &Call,
    ) -> impl Future<Output = Result<Reply<Self::Output>, ToolError>> + Send;
}

/// How a tool is listed.
pub(crate) fn describe<T: AgentTool>() -> Tool {
    let hints = T::HINTS;
    let annotations = ToolAnnotations::with_title(T::TITLE)
        .read_only(hints.read_only)
        .destructive(hints.destructive)
        .idempotent(hints.idempotent)
        .open_world(hints.open_world);
    let input = schema_for_input::<T::Input>().unwrap_or_else(|_| Arc::new(JsonObject::new()));
    let input = without_formats(&input);
    Tool::new(T::NAME, T::DESCRIPTION, input)
        .with_title(T::TITLE)
        .with_raw_output_schema(without_formats(&schema_for_output::<T::Output>()))
        .with_annotations(annotations)
}

/// Reads the arguments and runs the tool. What is wrong with them is an answer that the agent can act on.
pub(crate) async fn serve<T: AgentTool>(
    server: &AgentServer,
    arguments: Option<JsonObject>,
    call: &Call,
) -> CallToolResult {
    let arguments = Value::Object(arguments.unwrap_or_default());
    let input = match serde_json::from_value::<T::Input>(arguments) {
        Ok(input) => input,
        Err(error) => {
            let message = connector_boundary::text::printable(&error.to_string(), 300);
            return ToolError::new(
                format!("The arguments of {} do not fit: {message}.", T::NAME),
                "See the tool's input schema.",
            )
            .into_result();
        }
    };
    match T::run(server, input, call).await {
        Ok(reply) => reply.into_result(),
        Err(error) => error.into_result(),
    }
}

/// A schema without the names of Rust's number types, which validators of other languages warn of.
fn without_formats(schema: &JsonObject) -> Arc<JsonObject> {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                if members.get("format").is_some_and(Value::is_string) {
                    members.remove("format");
                }
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut schema = Value::Object(schema.clone());
    strip(&mut schema);
    Arc::new(schema.as_object().cloned().unwrap_or_default())
}

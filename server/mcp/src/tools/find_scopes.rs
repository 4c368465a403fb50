//! `find_scopes`: which scopes to ask for, the narrowest first.

use connector_catalogue::{ConnectorType, split_words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{ApiCall, ExplainedEndpoint, explained};
use super::explain::{ExplainedScope, find_type, whole_scope};
use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::tool::{AgentTool, Call, Hints};

/// How many scopes an answer by words has.
const MAX_SCOPES: usize = 10;

pub(crate) struct FindScopes;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// The type whose token the app uses: googlecalendar.
    #[serde(rename = "type")]
    type_name: String,
    /// What the app is to do, in a few words: read events.
    #[serde(default)]
    words: Option<String>,
    /// The API call that the app makes.
    #[serde(default)]
    call: Option<ApiCall>,
}

/// Scopes that would do.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// The scopes, the narrowest first.
    scopes: Vec<ExplainedScope>,
    /// For a call: what is known of its endpoint. Any one of its sets of scopes would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<ExplainedEndpoint>,
}

impl AgentTool for FindScopes {
    const NAME: &'static str = "find_scopes";
    const TITLE: &'static str = "Find the scopes to ask for";
    const DESCRIPTION: &'static str = "Find which scopes of a type would do for an API call (call), or for \
        what the app is to do (words). The narrowest come first: ask for no more than the app's calls need.";
    const HINTS: Hints = Hints::LOOKS;
    type Input = Input;
    type Output = Output;

    async fn run(_: &AgentServer, input: Input, _: &Call) -> Result<Reply<Output>, ToolError> {
        let ty = find_type(input.type_name.trim())?;
        if let Some(call) = &input.call {
            return for_call(ty, call);
        }
        let words = split_words(&input.words.unwrap_or_default());
        let scopes: Vec<ExplainedScope> = ty
            .scopes_by_words(&words)
            .into_iter()
            .take(MAX_SCOPES)
            .map(|scope| whole_scope(ty, scope))
            .collect();
        let lines: Vec<String> =
            scopes.iter().map(|scope| format!("{}: {}", scope.name, scope.summary)).collect();
        let text = if lines.is_empty() {
            format!("No scope of {} says that.", ty.display_name)
        } else {
            lines.join("\n")
        };
        Ok(Reply { text, value: Output { scopes, endpoint: None } })
    }
}

/// The scopes with which a call may be made, the narrowest first.
fn for_call(ty: &'static ConnectorType, call: &ApiCall) -> Result<Reply<Output>, ToolError> {
    let endpoint = call.endpoint(ty)?;
    let known = explained(ty, &endpoint);
    let text = match known.scopes_any.as_slice() {
        [] if endpoint.says_scopes() => format!("No scope of {} opens {}.", ty.display_name, known.endpoint),
        [] => format!("{}: the provider does not say which scopes it needs.", known.endpoint),
        sets => {
            let sets: Vec<String> = sets.iter().take(MAX_SCOPES).map(|set| set.join(" and ")).collect();
            format!("{} needs one of, the narrowest first:\n{}", known.endpoint, sets.join("\n"))
        }
    };
    let mut scopes: Vec<ExplainedScope> = Vec::new();
    for name in known.scopes_any.iter().flatten() {
        let is_told = scopes.iter().any(|scope| scope.name == *name);
        if let Some(scope) = ty.find_scope(name).filter(|_| !is_told) {
            scopes.push(whole_scope(ty, scope));
        }
    }
    Ok(Reply { text, value: Output { scopes, endpoint: Some(known) } })
}

//! `explain`: what a code, a type, a scope or an endpoint means.

use connector_boundary::text::printable;
use connector_catalogue::{Catalogue, ConnectorType, Scope, Sensitivity, nearest::nearest_few};
use connector_model::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{ApiCall, ExplainedEndpoint, explained};
use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::tool::{AgentTool, Call, Hints};

pub(crate) struct Explain;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A code that check reports: unknown-scope.
    #[serde(default)]
    code: Option<String>,
    /// A type of connector: slack.
    #[serde(default, rename = "type")]
    type_name: Option<String>,
    /// A scope of that type: chat:write.
    #[serde(default)]
    scope: Option<String>,
    /// An API call that is made with a token of that type.
    #[serde(default)]
    call: Option<ApiCall>,
}

/// What was asked for, explained.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// What a code means and what to do about it, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    type_: Option<ExplainedType>,
    /// The scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<ExplainedScope>,
    /// The endpoint of a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<ExplainedEndpoint>,
}

/// A type of connector.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedType {
    /// What stands in a file's `type`.
    name: String,
    /// What people call it.
    display_name: String,
    /// What it is for.
    description: String,
    /// Where the provider explains its scopes.
    scope_docs: String,
    /// Whether the scopes listed are all there are.
    complete: bool,
    /// Its scopes.
    scopes: Vec<ExplainedScope>,
}

/// A scope of a type.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedScope {
    /// What stands in a file's `scopes`.
    pub(crate) name: String,
    /// What it allows.
    pub(crate) summary: String,
    /// Who must consent: anyone, or besides the provider's review or an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) consent: Option<String>,
    /// The scopes of the type that it includes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) covers: Vec<String>,
    /// The scopes of the type that include it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) covered_by: Vec<String>,
    /// Whether the provider has retired it.
    pub(crate) deprecated: bool,
    /// What to use in its place, where it is retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replaced_by: Option<String>,
}

impl AgentTool for Explain {
    const NAME: &'static str = "explain";
    const TITLE: &'static str = "Explain a code, a type or a scope";
    const DESCRIPTION: &'static str = "Explain a code of check, a type of connector, or a scope of a type: what it \
        allows, what covers it, who must consent; or an API call with a token of a type: which scopes it accepts. Give code, \
        or type, or type and scope, or type and call.";
    const HINTS: Hints = Hints::LOOKS;
    type Input = Input;
    type Output = Output;

    async fn run(_: &AgentServer, input: Input, _: &Call) -> Result<Reply<Output>, ToolError> {
        match (&input.code, &input.type_name) {
            (Some(code), None) => explain_code(code),
            (None, Some(name)) => {
                let ty = find_type(name)?;
                match (&input.scope, &input.call) {
                    (Some(scope), None) => explain_scope(ty, scope),
                    (None, Some(call)) => explain_call(ty, call),
                    (None, None) => Ok(explain_type(ty)),
                    (Some(_), Some(_)) => {
                        Err(ToolError::new("Both a scope and a call were named.", NAME_ONE))
                    }
                }
            }
            _ => Err(ToolError::new("Nothing to explain was named, or too much.", NAME_ONE)),
        }
    }
}

const NAME_ONE: &str = "Give code, or type, or type and scope, or type and call.";

/// The type of this name, or an error with the names that are near.
pub(crate) fn find_type(name: &str) -> Result<&'static ConnectorType, ToolError> {
    let catalogue = Catalogue::get();
    catalogue.find(name).ok_or_else(|| {
        let names = catalogue.types().iter().map(|ty| ty.name);
        let near = nearest_few(name, names, 3);
        let shown = printable(name, 60);
        let next = match near.is_empty() {
            true => "It may be a custom connector, of which nothing is known here.".to_owned(),
            false => format!("Did you mean {}?", near.join(", ")),
        };
        ToolError::new(format!("The catalogue has no type {shown}."), next)
    })
}

/// A type with all its scopes.
pub(crate) fn whole_type(ty: &'static ConnectorType) -> ExplainedType {
    ExplainedType {
        name: ty.name.to_owned(),
        display_name: ty.display_name.to_owned(),
        description: ty.description.to_owned(),
        scope_docs: ty.scope_docs.to_owned(),
        complete: ty.complete,
        scopes: ty.scopes.iter().map(|scope| whole_scope(ty, scope)).collect(),
    }
}

/// A scope with what includes it.
pub(crate) fn whole_scope(ty: &'static ConnectorType, scope: &Scope) -> ExplainedScope {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let covering = ty.scopes.iter().filter(|other| other.covers.contains(&scope.name));
    ExplainedScope {
        name: scope.name.to_owned(),
        summary: scope.summary.to_owned(),
        consent: scope.sensitivity.map(|sensitivity| consent(sensitivity).to_owned()),
        covers: names(scope.covers),
        covered_by: covering.map(|other| other.name.to_owned()).collect(),
        deprecated: scope.deprecated,
        replaced_by: scope.replaced_by.map(str::to_owned),
    }
}

fn consent(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::NonSensitive => "the person alone",
        Sensitivity::Sensitive => "the person; the provider verifies the app first",
        Sensitivity::Restricted => {
            "the person, after the provider's review or with an administrator's consent"
        }
    }
}

fn explain_code(code: &str) -> Result<Reply<Output>, ToolError> {
    let Some(known) = Code::from_name(code) else {
        let near = nearest_few(code, Code::ALL.iter().map(|code| code.as_str()), 3);
        return Err(ToolError::new(
            format!("There is no code {}.", printable(code, 60)),
            if near.is_empty() { String::new() } else { format!("Did you mean {}?", near.join(", ")) },
        ));
    };
    let text = known.explained().unwrap_or_else(|| known.docs_url()).to_owned();
    Ok(Reply {
        text: text.clone(),
        value: Output { code: Some(text), type_: None, scope: None, endpoint: None },
    })
}

fn explain_call(ty: &'static ConnectorType, call: &ApiCall) -> Result<Reply<Output>, ToolError> {
    let known = explained(ty, &call.endpoint(ty)?);
    let sets: Vec<String> = known.scopes_any.iter().map(|set| set.join(" and ")).collect();
    let accepts = if sets.is_empty() { "nothing known".to_owned() } else { sets.join(", ") };
    let text = format!("{} accepts: {accepts} ({}).", known.endpoint, known.confidence);
    Ok(Reply { text, value: Output { code: None, type_: None, scope: None, endpoint: Some(known) } })
}

fn explain_type(ty: &'static ConnectorType) -> Reply<Output> {
    let explained = whole_type(ty);
    let count = match (ty.scopes.len(), ty.complete) {
        (0, true) => "It takes no scopes.".to_owned(),
        (count, true) => format!("It has {count} scopes."),
        (count, false) => format!("{count} of its scopes are known; others may be accepted."),
    };
    let text = format!("{} ({}): {} {count}", ty.display_name, ty.name, ty.description);
    Reply { text, value: Output { code: None, type_: Some(explained), scope: None, endpoint: None } }
}

fn explain_scope(ty: &'static ConnectorType, name: &str) -> Result<Reply<Output>, ToolError> {
    let Some(scope) = ty.find_scope(name).or_else(|| ty.find_scope_ignoring_case(name)) else {
        let near = nearest_few(name, ty.scopes.iter().map(|scope| scope.name), 3);
        let next = if near.is_empty() { String::new() } else { format!("Did you mean {}?", near.join(", ")) };
        let known = if ty.complete { "has" } else { "is not known to have" };
        let no = if ty.complete { "no scope" } else { "a scope" };
        return Err(ToolError::new(
            format!("{} {known} {no} {}.", ty.display_name, printable(name, 100)),
            next,
        ));
    };
    let explained = whole_scope(ty, scope);
    let mut text = format!("{} of {}: {}", scope.name, ty.display_name, scope.summary);
    if let Some(consent) = &explained.consent {
        text.push_str(&format!(" Consent: {consent}."));
    }
    if !explained.covered_by.is_empty() {
        text.push_str(&format!(" Covered by {}.", explained.covered_by.join(", ")));
    }
    if scope.deprecated {
        text.push_str(" The provider has retired it.");
    }
    Ok(Reply { text, value: Output { code: None, type_: None, scope: Some(explained), endpoint: None } })
}

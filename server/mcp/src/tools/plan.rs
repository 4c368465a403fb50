//! `plan`: what a push would do, and the token that lets it be done.

use connector_sync::Plan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::session::run_of;
use crate::tool::{AgentTool, Call, Hints};

pub(crate) struct MakePlan;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    project: Option<String>,
}

/// What a push would do.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// What push takes to carry out exactly this; good for one push, for a quarter of an hour.
    plan: String,
    /// The app.
    app: String,
    /// One step a connector.
    steps: Vec<Step>,
    /// The types that the app would lose. Push asks the person about these.
    removals: Vec<String>,
    /// What else the person should know before they agree.
    notes: Vec<String>,
    /// Why the removals look like a mistake, where they do.
    doubt: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    /// The type: slack.
    #[serde(rename = "type")]
    type_name: String,
    /// keep, update, add, authorize, remove, provision-stripe, remove-stripe or leave.
    action: String,
    /// The scopes that the app would have.
    scopes: Vec<String>,
    /// The scopes among them that are new.
    added: Vec<String>,
    /// The scopes that the app would lose.
    removed: Vec<String>,
}

impl AgentTool for MakePlan {
    const NAME: &'static str = "plan";
    const TITLE: &'static str = "What a push would do";
    const DESCRIPTION: &'static str = "Compare the project's connector files with the app and say what a push would \
        add, change and remove. Changes nothing. Gives the token that push needs; show the plan to the person first.";
    const HINTS: Hints = Hints::ASKS;
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, call: &Call) -> Result<Reply<Output>, ToolError> {
        let session = server.session(input.project.as_deref()).await?;
        let plan = session.engine.plan_push(&session.connectors, &run_of(call)).await;
        session.engine.platform().settle().await;
        let plan = plan?;
        let token = server.plans().keep(&session.engine.project().root, fingerprint(&plan));
        let text = format!("{}\nTo carry it out: push with the plan {token}.", plan.to_text());
        Ok(Reply { text, value: shown(&plan, token) })
    }
}

fn shown(plan: &Plan, token: String) -> Output {
    let steps = plan.steps.iter().map(|step| Step {
        type_name: step.type_name.clone(),
        action: action(step),
        scopes: step.scopes.clone(),
        added: step.added.clone(),
        removed: step.removed.clone(),
    });
    Output {
        plan: token,
        app: plan.app.clone(),
        steps: steps.collect(),
        removals: plan.removals(),
        notes: plan.notes.iter().cloned().chain(plan.mismatch.iter().map(ToString::to_string)).collect(),
        doubt: plan.doubt.clone(),
    }
}

fn action(step: &connector_sync::Step) -> String {
    let word = serde_json::to_value(step.action).ok();
    word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What two plans have in common exactly where they would do the same.
pub(super) fn fingerprint(plan: &Plan) -> String {
    serde_json::to_string(&(&plan.app, &plan.steps)).unwrap_or_default()
}

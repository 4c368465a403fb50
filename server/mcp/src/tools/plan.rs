//! `plan`: what a push would do, and the token that lets it be done.

use connector_sync::Plan;
use schemars::JsonSchema;
use serde::Serialize;

use crate::AgentServer;
use crate::reply::{Reply, ToolError, word};
use crate::session::run_of;
use crate::tool::{AgentTool, Call, Hints};
use crate::workspace::ProjectInput;

pub(crate) struct MakePlan;

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
    /// The functions of the app that would fail: they need what is removed.
    used_by: Vec<String>,
}

impl AgentTool for MakePlan {
    const NAME: &'static str = "plan";
    const TITLE: &'static str = "What a push would do";
    const DESCRIPTION: &'static str = "Compare the project's connector files with the app and say what a push would \
        add, change and remove. Changes nothing. Gives the token that push needs; show the plan to the person first.";
    const HINTS: Hints = Hints::ASKS;
    type Input = ProjectInput;
    type Output = Output;

    async fn run(server: &AgentServer, input: ProjectInput, call: &Call) -> Result<Reply<Output>, ToolError> {
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
        action: word(step.action),
        scopes: step.scopes.clone(),
        added: step.added.clone(),
        removed: step.removed.clone(),
        used_by: step.used_by.clone(),
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

/// What two plans have in common exactly where they would do the same.
pub(super) fn fingerprint(plan: &Plan) -> String {
    serde_json::to_string(&(&plan.app, &plan.steps)).unwrap_or_default()
}

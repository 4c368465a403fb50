//! `push`: carries out a plan that was shown.

use connector_boundary::text::printable_name;
use connector_sync::{Outcome, OutcomeStatus, Plan, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::fingerprint;
use crate::AgentServer;
use crate::consent::{Consent, agree_to_the_app, ask};
use crate::reply::{Reply, ToolError};
use crate::session::run_of;
use crate::tool::{AgentTool, Call, Hints};

pub(crate) struct Push;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    project: Option<String>,
    /// The token of the plan, from the tool plan.
    plan: String,
}

/// What became of a push.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// One a step of the plan.
    outcomes: Vec<ShownOutcome>,
    /// The types that wait for the person: authorize gives their links.
    pending: Vec<String>,
    /// What else is to be known.
    notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownOutcome {
    /// The type: slack.
    #[serde(rename = "type")]
    type_name: String,
    /// provisioned, synced, added, removed, pending, skipped, timed-out, denied, other-user, failed or interrupted.
    status: String,
    /// Why, where it failed.
    reason: Option<String>,
}

impl From<&Outcome> for ShownOutcome {
    fn from(outcome: &Outcome) -> Self {
        Self {
            type_name: outcome.type_name.clone(),
            status: outcome.status.as_str().to_owned(),
            reason: outcome.failure(),
        }
    }
}

impl AgentTool for Push {
    const NAME: &'static str = "push";
    const TITLE: &'static str = "Push the connectors";
    const DESCRIPTION: &'static str = "Make the app's connectors what the project's files say, exactly as a plan \
        showed it. Needs the plan's token. Where something would be removed the person is asked first, through the \
        client; where that is not possible nothing is sent, and the command for the person is told.";
    const HINTS: Hints = Hints { read_only: false, destructive: true, idempotent: true, open_world: true };
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, call: &Call) -> Result<Reply<Output>, ToolError> {
        let Some(seen) = server.plans().take(&input.plan) else {
            return Err(ToolError::new(
                "Nothing was sent: there is no such plan, or it is too old, or it was pushed already.",
                "Call plan, show it to the person, and push with its token.",
            ));
        };
        let session = server.session(input.project.as_deref()).await?;
        let engine = &session.engine;
        let run = run_of(call);
        let done = async {
            let plan = engine.plan_push(&session.connectors, &run).await?;
            if seen.root != engine.project().root || seen.steps != fingerprint(&plan) {
                return Err(ToolError::new(
                    "Nothing was sent: the files or the app have changed since the plan was made.",
                    "Call plan again, and show the new one to the person.",
                ));
            }
            agree_to_the_app(engine, call).await?;
            let removals = plan.removals();
            if !removals.is_empty() {
                agree_to_removals(&plan, call).await?;
            }
            engine.push(&plan, &removals, &run).await.map_err(|error| ToolError::new(error.to_string(), ""))
        }
        .await;
        engine.platform().settle().await;
        let report = done?;

        let outcomes = report.final_outcomes().into_iter().map(ShownOutcome::from).collect();
        let pending: Vec<String> = report.pending().into_iter().map(|pending| pending.type_name).collect();
        let mut lines: Vec<String> = report
            .final_outcomes()
            .into_iter()
            .filter(|outcome| !matches!(outcome.status, OutcomeStatus::Synced))
            .map(|outcome| match outcome.failure() {
                Some(reason) => format!("{}: {reason}", outcome.type_name),
                None => format!("{}: {}", outcome.type_name, outcome.status.as_str()),
            })
            .collect();
        if lines.is_empty() {
            lines.push("The app has what the files say.".to_owned());
        }
        if !pending.is_empty() {
            lines.push("Call authorize for the links of what is pending.".to_owned());
        }
        let value = Output { outcomes, pending, notes: report.notes.clone() };
        Ok(Reply { text: lines.join("\n"), value })
    }
}

/// A person agrees to what the app loses, by name; nobody else can.
async fn agree_to_removals(plan: &Plan, call: &Call) -> Result<(), ToolError> {
    let removals = plan.removals();
    let mut question = words::removal_question(plan);
    for sentence in plan.cautions() {
        question.push_str(&format!("\n{sentence}"));
    }
    agree(plan, &question, &format!("remove {}", words::few(&removals)), call).await?;
    for guarded in plan.asked_again() {
        let what = format!("remove {}", printable_name(&guarded.type_name));
        agree(plan, &words::guarded_question(guarded), &what, call).await?;
    }
    Ok(())
}

async fn agree(plan: &Plan, question: &str, what: &str, call: &Call) -> Result<(), ToolError> {
    match ask(call, question).await {
        Consent::Given => Ok(()),
        Consent::Refused => Err(ToolError::new(
            format!("Nothing was sent: the person did not agree to {what}."),
            "To keep what has no file, create its file: the person can run 'base44-connectors pull'.",
        )),
        Consent::CannotAsk => Err(ToolError::new(
            format!(
                "Nothing was sent: this push would {what}, and this client cannot ask the person.\n{}",
                plan.to_text()
            ),
            "The person can run 'base44-connectors push' in a terminal, which asks them.",
        )),
    }
}

//! `check`: what the connector files say, and what is wrong with them.

use connector_model::load::check_project;
use connector_model::report::Counts;
use connector_model::severities::Severities;
use schemars::JsonSchema;
use serde::Serialize;

use super::findings::{MAX_FINDINGS, ShownFinding, shown};
use crate::AgentServer;
use crate::reply::{Reply, ToolError};
use crate::tool::{AgentTool, Call, Hints};
use crate::workspace::{ProjectInput, off_thread};

pub(crate) struct Check;

/// The findings of a project.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// What there is to say, file by file.
    findings: Vec<ShownFinding>,
    /// How many more there are than are listed.
    more: usize,
    /// How many of all are errors.
    errors: usize,
    /// How many of all are warnings.
    warnings: usize,
    /// How many connector files the project has.
    connectors: usize,
}

impl AgentTool for Check {
    const NAME: &'static str = "check";
    const TITLE: &'static str = "Check the connectors";
    const DESCRIPTION: &'static str = "Check the project's connector files, and the code that uses them: errors, \
        wrong or missing scopes, unused access, each with its fixes for apply_fix. Nothing is sent or changed.";
    const HINTS: Hints = Hints::LOOKS;
    type Input = ProjectInput;
    type Output = Output;

    async fn run(server: &AgentServer, input: ProjectInput, _: &Call) -> Result<Reply<Output>, ToolError> {
        let project = server.project(input.project.as_deref()).await?;
        off_thread(move || {
            let checked = check_project(&project, &Severities::default());
            let mut findings: Vec<ShownFinding> = Vec::new();
            for file in &checked.files {
                findings.extend(shown(&project, file).take(MAX_FINDINGS - findings.len().min(MAX_FINDINGS)));
            }
            let counts = Counts::of(&checked.files);
            let mut text = format!("{}.", counts.summary(checked.connector_count));
            for finding in findings.iter().take(20) {
                text.push_str(&format!(
                    "\n{}:{}:{} {} {}: {}",
                    finding.file,
                    finding.line,
                    finding.column,
                    finding.severity,
                    finding.code,
                    finding.message
                ));
            }
            let value = Output {
                more: counts.total() - findings.len(),
                findings,
                errors: counts.errors,
                warnings: counts.warnings,
                connectors: checked.connector_count,
            };
            Reply { text, value }
        })
        .await
    }
}

//! `mcp`: the tools for agents.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use connector_platform::Environment;
use connector_sync::log::{self, LogLevel};

/// Serve an agent over standard input and output (Model Context Protocol).
///
/// Agents start this by themselves; it ends with its client. It looks, checks and proposes; what removes, sends or
/// signs in is agreed to by the person.
#[derive(Debug, Args)]
#[command(after_help = "\
Settings of an agent: {\"mcpServers\": {\"base44-connectors\": {\"command\": \"base44-connectors\", \"args\": [\"mcp\"]}}}")]
pub(crate) struct Options {
    /// The folder that the tools may work in, instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Base44's address, instead of BASE44_API_URL or https://app.base44.com.
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,
}

/// Serves one client.
pub(crate) fn run(options: Options, level: Option<LogLevel>, log_file: Option<&Path>) -> ExitCode {
    log::start(level.unwrap_or_default(), log_file);
    let served = std::path::absolute(options.project.unwrap_or_else(|| PathBuf::from(".")))
        .map_err(connector_mcp::ServeError::from)
        .and_then(|root| {
            let environment = Environment::of_process().with_api_url(options.api_url);
            super::lsp::leave_workspace();
            connector_mcp::run_stdio(connector_mcp::Options { root, environment })
        });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The agents' server stopped: {error}.");
            ExitCode::FAILURE
        }
    }
}

//! `sandbox`: a stand-in for the platform on this machine.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use connector_sandbox::{Handle, Sandbox};

use crate::failure::{Exit, Failure};
use crate::session::block_on;
use crate::shell::Shell;
use crate::terminal::{Paint, Terminal};

/// Run a stand-in for Base44 on this machine.
///
/// It has the connector API, sign-in and consent pages, and is reached from this machine only.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 stopped with Ctrl-C, 2 could not start.")]
pub(crate) struct Options {
    /// The port to listen on; 0 takes any free one.
    #[arg(long, value_name = "PORT", default_value_t = 4400)]
    port: u16,
    /// Keep its state in this file across restarts.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// How long each answer takes, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,
    /// An access token to accept, instead of a random one.
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
}

/// Serves until Ctrl-C.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let wanted = connector_sandbox::Options {
        addr: SocketAddr::from(([127, 0, 0, 1], options.port)),
        state_file: options.state.clone(),
        latency: Duration::from_millis(options.latency),
        access_token: options.token.clone(),
        ..connector_sandbox::Options::default()
    };
    block_on(async |cancel| {
        let sandbox = Sandbox::start(wanted).await.map_err(cannot_start)?;
        terminal.say(&format!(
            "{} Sandbox at {}",
            terminal.paint(Paint::Good, "✓"),
            terminal.paint(Paint::Link, sandbox.url())
        ));
        terminal.say("\nTo use it, in another terminal:");
        say_exports(terminal, &exports(&sandbox.handle()), None);
        terminal.say("\nAny app id works: base44-connectors push --app-id my-app. Ctrl-C stops the sandbox.");
        cancel.cancelled().await;
        sandbox.stop().await;
        terminal.say("\nStopped.");
        Ok(Exit::Done)
    })
}

/// Why a sandbox did not start, and what to do.
pub(crate) fn cannot_start(error: connector_sandbox::StartError) -> Failure {
    Failure::not_started(format!("The sandbox cannot start: {error}"))
}

/// The variables that lead a program to a sandbox.
pub(crate) fn exports(sandbox: &Handle) -> Vec<(&'static str, String)> {
    let login = sandbox.login();
    vec![
        ("BASE44_API_URL", sandbox.url().to_owned()),
        ("BASE44_ACCESS_TOKEN", login.access_token.clone()),
        ("BASE44_REFRESH_TOKEN", login.refresh_token.clone()),
    ]
}

/// Says what sets these variables, and enters a folder, in the shells that may be open.
pub(crate) fn say_exports(terminal: &Terminal, variables: &[(&str, String)], folder: Option<&Path>) {
    let shells = Shell::of_process();
    for shell in shells {
        if shells.len() > 1 {
            terminal.say(&format!("\n  {}", terminal.paint(Paint::Dim, &format!("in {}:", shell.name()))));
        }
        for (name, value) in variables {
            terminal.say(&format!("  {}", shell.set(name, value)));
        }
        if let Some(folder) = folder {
            terminal.say(&format!("  {}", shell.go_to(folder)));
        }
    }
}

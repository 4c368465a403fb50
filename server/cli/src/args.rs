//! What can be written on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, builder::styling};
use connector_sync::log::LogLevel;

use crate::commands::{
    authorize, check, completions, create, demo, doctor, list_available, login, lsp, mcp, pull, push,
    reconnect, sandbox, shell_files, skill, status,
};

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default().bold())
    .placeholder(styling::AnsiColor::Cyan.on_default());

/// Checks, pushes, pulls and authorizes the connectors of a Base44 app.
///
/// A connector file says which outside service an app may use, and with which OAuth scopes. Its editor support is
/// `base44-connectors lsp`; everything else is here.
#[derive(Debug, Parser)]
#[command(name = "base44-connectors", version = doctor::VERSION, styles = STYLES, max_term_width = 100, propagate_version = true)]
#[command(after_help = "\
Exit codes: 0 done, 1 something failed or there are findings, 2 could not start (nothing was sent),
3 authorizations are pending (only with --fail-on-pending), 130 interrupted.

First look: base44-connectors demo")]
pub(crate) struct Arguments {
    /// How much is logged: off, error, warn, info, debug or trace. Secrets and links are left out.
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "Logging")]
    pub(crate) log: Option<LogLevel>,
    /// Log to this file instead of standard error.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Logging")]
    pub(crate) log_file: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Options),
    Push(push::Options),
    Pull(pull::Options),
    Status(status::Options),
    Authorize(authorize::Options),
    Reconnect(reconnect::Options),
    Create(create::Options),
    ListAvailable(list_available::Options),
    Login(login::LoginOptions),
    Logout(login::LogoutOptions),
    Whoami(login::WhoamiOptions),
    Lsp(lsp::Options),
    Mcp(mcp::Options),
    Skill(skill::Options),
    Sandbox(sandbox::Options),
    Demo(demo::Options),
    Doctor(doctor::Options),
    Completions(completions::Options),
    ShellFiles(shell_files::Options),
}

impl Command {
    /// The word that it is called by.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Command::Check(_) => "check",
            Command::Push(_) => "push",
            Command::Pull(_) => "pull",
            Command::Status(_) => "status",
            Command::Authorize(_) => "authorize",
            Command::Reconnect(_) => "reconnect",
            Command::Create(_) => "create",
            Command::ListAvailable(_) => "list-available",
            Command::Login(_) => "login",
            Command::Logout(_) => "logout",
            Command::Whoami(_) => "whoami",
            Command::Lsp(_) => "lsp",
            Command::Mcp(_) => "mcp",
            Command::Skill(_) => "skill",
            Command::Sandbox(_) => "sandbox",
            Command::Demo(_) => "demo",
            Command::Doctor(_) => "doctor",
            Command::Completions(_) => "completions",
            Command::ShellFiles(_) => "shell-files",
        }
    }
}

//! What can be written on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, builder::styling};
use connector_sync::log::LogLevel;

use crate::commands::{
    authorize, check, completions, create, demo, doctor, initiate, list_available, login, lsp, mcp, pull,
    push, reconnect, sandbox, scopes, shell_files, skill, status, types, uses,
};
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

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

/// The commands: each is named, and run, here and nowhere else.
macro_rules! commands {
    ($($variant:ident($options:ty) = $name:literal => $run:expr,)*) => {
        /// The commands.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $(#[command(name = $name)] $variant($options),)*
        }

        impl Command {
            /// The word that it is called by.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Command::$variant(_) => $name,)*
                }
            }

            /// Does it.
            pub(crate) fn run(&self, terminal: &Terminal) -> Result<Exit, Failure> {
                match self {
                    $(Command::$variant(options) => $run(options, terminal),)*
                }
            }
        }
    };
}

commands! {
    Check(check::Options) = "check" => check::run,
    Push(push::Options) = "push" => push::run,
    Pull(pull::Options) = "pull" => pull::run,
    Status(status::Options) = "status" => status::run,
    Authorize(authorize::Options) = "authorize" => authorize::run,
    Reconnect(reconnect::Options) = "reconnect" => reconnect::run,
    Uses(uses::Options) = "uses" => uses::run,
    Create(create::Options) = "create" => create::run,
    Scopes(scopes::Options) = "scopes" => scopes::run,
    Initiate(initiate::Options) = "initiate" => initiate::run,
    ListAvailable(list_available::Options) = "list-available" => list_available::run,
    Types(types::Options) = "types" => types::run,
    Login(login::LoginOptions) = "login" => login::login,
    Logout(login::LogoutOptions) = "logout" => login::logout,
    Whoami(login::WhoamiOptions) = "whoami" => login::whoami,
    Lsp(lsp::Options) = "lsp" => served_before,
    Mcp(mcp::Options) = "mcp" => served_before,
    Skill(skill::Options) = "skill" => skill::run,
    Sandbox(sandbox::Options) = "sandbox" => sandbox::run,
    Demo(demo::Options) = "demo" => demo::run,
    Doctor(doctor::Options) = "doctor" => doctor::run,
    Completions(completions::Options) = "completions" => completions::run,
    ShellFiles(shell_files::Options) = "shell-files" => shell_files::run,
}

/// What serves a program over standard input and output is started before anything is written that would be in its
/// way, and does not come here.
fn served_before<T>(_: &T, _: &Terminal) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}

/// The command line as the official CLI takes it: a leading `connectors` says nothing, and `--app-id` and `--json` may
/// stand before the command.
pub(crate) fn as_official(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.into_iter();
    let mut ordered: Vec<OsString> = arguments.next().into_iter().collect();
    let mut moved = Vec::new();
    let mut group_seen = false;
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let takes_value = |name: &str| text == name;
        if text == "--json" || text.starts_with("--app-id=") {
            moved.push(argument);
        } else if takes_value("--app-id") {
            moved.push(argument);
            moved.extend(arguments.next());
        } else if takes_value("--log") || takes_value("--log-file") {
            ordered.push(argument);
            ordered.extend(arguments.next());
        } else if text.starts_with('-') {
            ordered.push(argument);
        } else if text == "connectors" && !group_seen {
            group_seen = true;
        } else {
            ordered.push(argument);
            ordered.append(&mut moved);
            ordered.extend(arguments);
            return ordered;
        }
    }
    ordered.extend(moved);
    ordered
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Who reads the help knows Base44, and no platform beside it.
    #[test]
    fn help_calls_base44_by_its_name() {
        let mut arguments = Arguments::command();
        arguments.build();
        for command in arguments.get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            assert!(!help.to_lowercase().contains("platform"), "{help}");
        }
    }

    #[test]
    fn what_scripts_for_the_official_cli_write_is_taken() {
        let ordered = |line: &str| {
            let ordered = as_official(line.split(' ').map(OsString::from));
            ordered.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        for (line, expected) in [
            ("b connectors push --yes", "b push --yes"),
            ("b --app-id x connectors --json pull", "b pull --app-id x --json"),
            ("b --app-id=x --log debug push connectors", "b --log debug push --app-id=x connectors"),
            ("b create connectors", "b create connectors"),
            ("b connectors connectors", "b connectors"),
            ("b --help", "b --help"),
            ("b connectors", "b"),
        ] {
            assert_eq!(ordered(line), expected);
        }
    }
}

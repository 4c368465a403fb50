//! The `base44-connectors` command.

// The words of the options are shown in a terminal, where nothing makes links of them.
#![allow(rustdoc::bare_urls)]

mod args;
mod commands;
mod failure;
mod files;
mod session;
mod shell;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use connector_sync::log::{self, LogLevel};

use crate::args::{Arguments, Command};
use crate::failure::Failure;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let Arguments { log: level, log_file, command } = Arguments::parse();
    if let Command::Lsp(options) = command {
        return commands::lsp::run(&options, level, log_file);
    }
    if let Command::Mcp(options) = command {
        return commands::mcp::run(options, level, log_file.as_deref());
    }
    // A file to log to without a level is for a report: everything that helps.
    let level = level.unwrap_or(if log_file.is_some() { LogLevel::Debug } else { LogLevel::Off });
    if level != LogLevel::Off {
        log::start(level, log_file.as_deref());
    }
    failure::report_panics();
    let terminal = Terminal::of_process();
    // Every line of the log has it: several runs may log to one file.
    let _span = tracing::info_span!("run", command = command.name(), id = std::process::id()).entered();
    tracing::info!("base44-connectors {} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    match run(command, &terminal) {
        Ok(exit) => {
            tracing::info!("ended with exit code {}", exit.code());
            exit.into()
        }
        Err(failure) => {
            tracing::error!("ended with exit code {}: {}", failure.exit.code(), failure.message);
            terminal.fail(&failure.message);
            failure.exit.into()
        }
    }
}

fn run(command: Command, terminal: &Terminal) -> Result<failure::Exit, Failure> {
    match command {
        Command::Check(options) => commands::check::run(&options, terminal),
        Command::Push(options) => commands::push::run(&options, terminal),
        Command::Pull(options) => commands::pull::run(&options, terminal),
        Command::Status(options) => commands::status::run(&options, terminal),
        Command::Authorize(options) => commands::authorize::run(&options, terminal),
        Command::Reconnect(options) => commands::reconnect::run(&options, terminal),
        Command::ListAvailable(options) => commands::list_available::run(&options, terminal),
        Command::Login(options) => commands::login::login(&options, terminal),
        Command::Logout(options) => commands::login::logout(&options, terminal),
        Command::Whoami(options) => commands::login::whoami(&options, terminal),
        Command::Sandbox(options) => commands::sandbox::run(&options, terminal),
        Command::Demo(options) => commands::demo::run(&options, terminal),
        Command::Skill(options) => commands::skill::run(&options, terminal),
        Command::Create(options) => commands::create::run(&options, terminal),
        Command::Doctor(options) => commands::doctor::run(&options, terminal),
        Command::Completions(options) => Ok(commands::completions::run(&options)),
        Command::ShellFiles(options) => commands::shell_files::run(&options),
        Command::Lsp(_) | Command::Mcp(_) => Ok(failure::Exit::Done),
    }
}

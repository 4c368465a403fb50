//! The `base44-connectors` command.

mod args;
mod commands;
mod failure;
mod files;
mod session;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};
use crate::failure::Failure;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Command::Lsp(options) = arguments.command {
        return commands::lsp::run(options);
    }
    failure::report_panics();
    let terminal = Terminal::of_process();
    match run(arguments.command, &terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => {
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
        Command::Create(options) => commands::create::run(&options, terminal),
        Command::Completions(options) => Ok(commands::completions::run(&options)),
        Command::Lsp(_) => Ok(failure::Exit::Done),
    }
}

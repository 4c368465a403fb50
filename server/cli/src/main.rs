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

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use connector_sync::log::{self, LogLevel};

use crate::args::{Arguments, Command};
use crate::failure::Exit;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let Arguments { log: level, log_file, command } =
        match Arguments::try_parse_from(args::as_official(std::env::args_os())) {
            Ok(arguments) => arguments,
            Err(usage) => return shown(&usage),
        };
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
    match command.run(&terminal) {
        Ok(exit) => {
            let exit = match terminal::lost() {
                Some(why) if exit == Exit::Done => {
                    terminal.fail(&format!("The output could not be written whole: {why}."));
                    Exit::Failed
                }
                _ => exit,
            };
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

/// Shows what clap has to say, which is help as often as an error; it failed where it could not be written.
///
/// An error repeats what was typed, or what a script put there: the name of a file, as others have given it.
fn shown(usage: &clap::Error) -> ExitCode {
    let written = match usage.use_stderr() {
        true => terminal::put_error(&usage.render().to_string()),
        false => usage.print().and_then(|()| std::io::stdout().flush()),
    };
    match (written, u8::try_from(usage.exit_code())) {
        (Ok(()), Ok(code)) => code.into(),
        _ => Exit::Failed.into(),
    }
}

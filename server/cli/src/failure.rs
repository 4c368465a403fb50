//! How a command ends: the exit codes, and the one line that says why it could not do its work.

use std::process::ExitCode;

use connector_model::project::ProjectError;

/// What the process tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done, or nothing to do.
    Done,
    /// Something failed, or there are findings.
    Failed,
    /// It could not start: nothing was changed and nothing sent.
    NotStarted,
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::NotStarted => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        exit.code().into()
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What the process tells its caller.
    pub(crate) exit: Exit,
    /// What a person reads: what failed, and what to do.
    pub(crate) message: String,
}

impl Failure {
    /// Nothing was changed and nothing sent.
    pub(crate) fn not_started(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::NotStarted, message: message.into() }
    }
}

impl Failure {
    /// Something was tried and did not work.
    pub(crate) fn failed(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Failed, message: message.into() }
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Failure {
        Failure::not_started(error.to_string())
    }
}

/// Reports a mistake of the product itself as one line, without a trace.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
        crate::terminal::restore();
        eprintln!(
            "This is a mistake in base44-connectors {}{place}. Please report it: {}/issues",
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_REPOSITORY"),
        );
    }));
}

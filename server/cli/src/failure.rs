//! How a command ends: the exit codes, and the one line that says why it could not do its work.

use std::process::ExitCode;

use connector_model::project::ProjectError;
use connector_platform::PlatformError;
use connector_platform::login::LoginError;
use connector_sync::PullError;

/// What the process tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done, or nothing to do.
    Done,
    /// Something failed, or there are findings.
    Failed,
    /// It could not start: nothing was changed and nothing sent.
    NotStarted,
    /// Authorizations are pending, and the caller wants to know.
    Pending,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::NotStarted => 2,
            Exit::Pending => 3,
            Exit::Interrupted => 130,
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

    /// What the official CLI prints where there are no results: `{"error", "code"}`.
    pub(crate) fn to_official_json(&self) -> serde_json::Value {
        let code = match self.exit {
            Exit::Interrupted => "INTERRUPTED",
            _ => "NOT_STARTED",
        };
        serde_json::json!({"error": self.message, "code": code})
    }

    /// A person stopped it.
    pub(crate) fn interrupted(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Interrupted, message: message.into() }
    }

    /// The platform did not do the first thing that was asked of it.
    pub(crate) fn nothing_sent(error: &PlatformError) -> Failure {
        Failure::not_started(format!("{error} {}", error.hint()))
    }

    /// Something was tried and did not work.
    pub(crate) fn failed(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Failed, message: message.into() }
    }
}

impl From<PlatformError> for Failure {
    fn from(error: PlatformError) -> Failure {
        Failure::nothing_sent(&error)
    }
}

impl From<PullError> for Failure {
    fn from(error: PullError) -> Failure {
        match error {
            PullError::Platform(error) => Failure::nothing_sent(&error),
            other => Failure::not_started(other.to_string()),
        }
    }
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Failure {
        match error {
            LoginError::Platform(error) => Failure::nothing_sent(&error),
            LoginError::Setup(error) => error.into(),
            LoginError::Denied | LoginError::Expired | LoginError::File { .. } => {
                Failure::failed(error.to_string())
            }
        }
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

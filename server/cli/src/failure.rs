//! How a command ends: the exit codes, and the one line that says why it could not do its work.

use std::process::ExitCode;

use connector_boundary::AppIdError;
use connector_model::project::ProjectError;
use connector_platform::login::LoginError;
use connector_platform::{ErrorKind, PlatformError, SetupError};
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
    /// What a program reads: one of the official CLI's codes.
    code: ErrorCode,
    /// The platform's refusal, where that is what failed.
    refusal: Option<PlatformError>,
}

connector_model::vocabulary! {
    /// One of the official CLI's codes, which programs tell failures apart by.
    pub(crate) enum ErrorCode {
        /// What was said on the command line, or in the environment, cannot be done.
        InvalidInput = "INVALID_INPUT",
        /// There is no project, and no app is named.
        ConfigNotFound = "CONFIG_NOT_FOUND",
        /// A file of the project cannot be used, or the project is linked to no app.
        ConfigInvalid = "CONFIG_INVALID",
        /// A connector file cannot be read.
        FileReadError = "FILE_READ_ERROR",
        /// A connector file, or an answer of the platform, says what cannot be.
        SchemaInvalid = "SCHEMA_INVALID",
        /// Nobody is signed in.
        AuthRequired = "AUTH_REQUIRED",
        /// Nobody signed in within the time that the platform gives.
        AuthExpired = "AUTH_EXPIRED",
        /// The platform did not do what it was asked.
        ApiError = "API_ERROR",
        /// A person stopped it.
        Interrupted = "INTERRUPTED",
    }
}

impl Failure {
    /// Nothing was changed and nothing sent.
    pub(crate) fn not_started(message: impl Into<String>) -> Failure {
        Failure {
            exit: Exit::NotStarted,
            message: message.into(),
            code: ErrorCode::InvalidInput,
            refusal: None,
        }
    }

    /// The same under another code.
    #[must_use]
    pub(crate) fn coded(self, code: ErrorCode) -> Failure {
        Failure { code, ..self }
    }

    /// The same, of a command that needs an app and no more of a project: where there is none, naming the app is enough.
    pub(crate) fn or_name_an_app(mut self) -> Failure {
        if self.code == ErrorCode::ConfigNotFound {
            self.message.push_str(" No Base44 app ID found either: pass --app-id, or set BASE44_APP_ID.");
        }
        self
    }

    /// What the official CLI prints where there are no results: `{"error", "code", "details"?, "hints"?, "statusCode"?,
    /// "requestId"?}`.
    pub(crate) fn to_official_json(&self) -> serde_json::Value {
        let mut value = serde_json::json!({"error": self.message, "code": self.code});
        let Some(members) = value.as_object_mut() else {
            return value;
        };
        if let Some(error) = &self.refusal {
            members.insert("error".to_owned(), error.to_string().into());
            members.insert("hints".to_owned(), serde_json::json!([{"message": error.hint()}]));
            let details: Vec<&str> = error.details().iter().map(String::as_str).collect();
            if !details.is_empty() {
                members.insert("details".to_owned(), details.into());
            }
            // What is wrong with an answer is not its status.
            let status = error.status().filter(|_| self.code == ErrorCode::ApiError);
            members.extend(status.map(|status| ("statusCode".to_owned(), status.into())));
            members.extend(error.request_id().map(|id| ("requestId".to_owned(), id.into())));
        }
        value
    }

    /// A person stopped it.
    pub(crate) fn interrupted(message: impl Into<String>) -> Failure {
        Failure {
            exit: Exit::Interrupted,
            message: message.into(),
            code: ErrorCode::Interrupted,
            refusal: None,
        }
    }

    /// The platform did not do the first thing that was asked of it.
    pub(crate) fn nothing_sent(error: &PlatformError) -> Failure {
        let said = Failure::not_started(format!("{error} {}", error.hint()));
        let code =
            if error.kind() == ErrorKind::Malformed { ErrorCode::SchemaInvalid } else { ErrorCode::ApiError };
        Failure { refusal: Some(error.clone()), ..said.coded(code) }
    }

    /// The same failure, of a call whose refusal is a result and no reason not to start.
    pub(crate) fn after_sending(self) -> Failure {
        let exit = if self.refusal.is_some() { Exit::Failed } else { self.exit };
        Failure { exit, ..self }
    }

    /// Something was tried and did not work.
    pub(crate) fn failed(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Failed, ..Failure::not_started(message) }
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
            other => Failure::not_started(other.to_string()).coded(ErrorCode::SchemaInvalid),
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Failure {
        let code = match &error {
            SetupError::SignedOut(_) | SetupError::DamagedLogin { .. } => ErrorCode::AuthRequired,
            SetupError::App(AppIdError::Missing | AppIdError::Unreadable(_)) => ErrorCode::ConfigInvalid,
            _ => ErrorCode::InvalidInput,
        };
        Failure::not_started(error.to_string()).coded(code)
    }
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Failure {
        match error {
            LoginError::Platform(error) => Failure::nothing_sent(&error),
            LoginError::Setup(error) => error.into(),
            LoginError::Expired => Failure::failed(error.to_string()).coded(ErrorCode::AuthExpired),
            LoginError::Denied | LoginError::File { .. } => Failure::failed(error.to_string()),
        }
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Failure {
        let code = match &error {
            ProjectError::NotFound(_) | ProjectError::OfOthers { .. } => ErrorCode::ConfigNotFound,
            ProjectError::BadConfig { .. } => ErrorCode::ConfigInvalid,
        };
        Failure::not_started(error.to_string()).coded(code)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_for_scripts_name_every_code() {
        let types = include_str!("../../../vscode-extension/packaging/npm/index.d.ts");
        let (_, failure) = types.split_once("export interface Failure {").unwrap();
        let (_, codes) = failure.split_once("  code:").unwrap();
        let (codes, _) = codes.split_once(';').unwrap();
        let mut named: Vec<&str> = codes
            .split('|')
            .map(|code| code.trim().trim_matches('\''))
            .filter(|code| !code.is_empty())
            .collect();
        let mut all: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        named.sort_unstable();
        all.sort_unstable();
        assert_eq!(named, all);
    }

    #[test]
    fn a_sign_in_that_nobody_confirmed_in_time_has_the_official_code() {
        let failure = Failure::from(LoginError::Expired);
        assert_eq!(
            (failure.exit, &failure.to_official_json()["code"]),
            (Exit::Failed, &serde_json::json!("AUTH_EXPIRED"))
        );
    }
}

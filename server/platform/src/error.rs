//! What can go wrong between us and the platform, each in one sentence and with what to do next.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use connector_boundary::text::printable;

/// Why the platform cannot be talked to at all. Each says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// There is no login.
    #[error(
        "You are not signed in. Sign in with 'base44-connectors login', or set BASE44_API_KEY to a workspace key.{0}"
    )]
    SignedOut(String),
    /// The file of the login is there and cannot be used.
    #[error("The login in {path} cannot be used: {why}. Sign in again with 'base44-connectors login'.")]
    DamagedLogin {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A variable cannot be what it should be.
    #[error("{0} holds characters that no key or token has. Set it again, without spaces or line breaks.")]
    BadCredential(&'static str),
    /// A file of the project names a host that the user's own login must not be sent to.
    #[error(
        "{path} sends connectors to {host}, and {credential} is not sent to a host that a file of the project names. If you trust {host}, set BASE44_API_URL={host} in your environment or pass --api-url {host}; else remove BASE44_API_URL from that file."
    )]
    HostOfProject {
        /// The `.env` file.
        path: PathBuf,
        /// The host it names.
        host: String,
        /// What would have been sent: `your login`.
        credential: &'static str,
    },
    /// A file of the project names a host, and the person has not said yes to it.
    #[error(
        "{path} names {host} as the address of Base44, and nobody has agreed to send this project there. Nothing was sent. Run 'base44-connectors status' in a terminal, which asks; or set BASE44_API_URL={host} in your environment or pass --api-url {host}."
    )]
    HostNotAgreed {
        /// The `.env` file.
        path: PathBuf,
        /// The address it names, as [`agree_to_host`](crate::agree_to_host) takes it.
        host: String,
    },
    /// The platform's address is none, or not private.
    #[error("{source_name} is no address of Base44: {why}.")]
    BadUrl {
        /// Who named it: `BASE44_API_URL`, `--api-url`, or a file.
        source_name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The project is not linked to an app, or its link is broken.
    #[error(transparent)]
    App(#[from] connector_boundary::AppIdError),
    /// Certificates or proxy cannot be used.
    #[error("No connection can be made: {0}.")]
    Connection(String),
}

impl SetupError {
    /// What a person has to agree to before anything is sent, as a question; none where that would not help.
    pub fn host_question(&self) -> Option<String> {
        let SetupError::HostNotAgreed { path, host } = self else { return None };
        let path = printable(&path.to_string_lossy(), 200);
        Some(format!(
            "{path} names {host} as the address of Base44. Send this project's connectors and its tokens there?"
        ))
    }

    /// Whether signing in is what helps.
    pub fn is_signed_out(&self) -> bool {
        matches!(self, SetupError::SignedOut(_) | SetupError::DamagedLogin { .. })
    }
}

/// What kind of failure a call met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The platform does not take the login or key.
    SignedOut,
    /// It does, but this account must not do this.
    Forbidden,
    /// The app or the connector is not there.
    NotFound,
    /// The app was not made in a way that lets its connectors be managed from outside.
    WrongApp,
    /// The platform refuses what was sent.
    Invalid,
    /// It stands against what is there already.
    Conflict,
    /// Too many calls; the platform asks for more time than is waited.
    RateLimited,
    /// The platform fails for a reason of its own.
    Unavailable,
    /// There was no connection, or it broke.
    Network,
    /// No whole answer within the time allowed.
    TimedOut,
    /// The answer is not what was asked for.
    Malformed,
    /// The platform sends on to another place, where a login is not taken.
    Redirected,
    /// The renewed login cannot be kept on this machine.
    LoginFile,
}

/// One failed call. Its text is one sentence about what failed and why.
#[derive(Clone, PartialEq, Eq)]
pub struct PlatformError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    doing: String,
    reason: String,
    details: Vec<String>,
    hint: Option<String>,
    variable: Option<&'static str>,
    status: Option<u16>,
    request_id: Option<String>,
    may_have_taken_effect: bool,
    retry_after: Option<Duration>,
}

impl PlatformError {
    /// `doing` names the call for a person (`reading the app's connectors`), `reason` is without a full stop.
    pub(crate) fn new(kind: ErrorKind, doing: &str, reason: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            doing: doing.to_owned(),
            reason: reason.into(),
            details: Vec::new(),
            hint: None,
            variable: None,
            status: None,
            request_id: None,
            may_have_taken_effect: false,
            retry_after: None,
        }))
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_details(mut self, details: Vec<String>) -> Self {
        self.0.details = details;
        self
    }

    pub(crate) fn with_variable(mut self, variable: Option<&'static str>) -> Self {
        self.0.variable = variable;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_request_id(mut self, id: &str) -> Self {
        self.0.request_id = Some(id.to_owned());
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_effect(mut self, may_have: bool) -> Self {
        self.0.may_have_taken_effect = may_have;
        self
    }

    /// The failure of what had to be done before this call: the call was not made.
    pub(crate) fn during(mut self, call: &crate::http::Call) -> Self {
        self.0.reason = format!("{} failed: {}", self.0.doing, self.0.reason);
        self.0.doing = call.doing.clone();
        self.0.may_have_taken_effect = false;
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Why alone, without what was being done: for a list that names the connector itself. No full stop.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// What the platform says of each part that it refuses, for programs; the reason has it too.
    pub fn details(&self) -> &[String] {
        &self.0.details
    }

    /// What to do next.
    pub fn hint(&self) -> &str {
        match (&self.0.hint, self.0.kind) {
            (Some(hint), _) => hint,
            (None, ErrorKind::SignedOut) => "Sign in again with 'base44-connectors login'.",
            (None, ErrorKind::Forbidden) => {
                "Ask the app's owner for access, or sign in with another account."
            }
            (None, ErrorKind::NotFound) => "Check the app's id, and that this account has the app.",
            (None, ErrorKind::WrongApp) => {
                "Create an app with the Base44 CLI, or manage this app's connectors in its dashboard."
            }
            (None, ErrorKind::Invalid) => "Correct the connector's type or scopes.",
            (None, ErrorKind::Conflict) => "See the app's connectors in its dashboard, then try again.",
            (None, ErrorKind::RateLimited) => "Try again later.",
            (None, ErrorKind::Unavailable) => "Try again in a while.",
            (None, ErrorKind::Network) => {
                "Check the connection, the proxy and BASE44_API_URL, then try again."
            }
            (None, ErrorKind::TimedOut) => {
                "Try again; on a slow network set BASE44_CONNECTORS_TIMEOUT to more seconds."
            }
            (None, ErrorKind::Malformed) => "Check that BASE44_API_URL and the proxy lead to Base44.",
            (None, ErrorKind::Redirected) => "Set BASE44_API_URL to Base44's own address.",
            (None, ErrorKind::LoginFile) => "Make the folder of the login writable, then try again.",
        }
    }

    /// The environment variable that holds what the platform refused; none where that is the person's login.
    pub fn variable(&self) -> Option<&'static str> {
        self.0.variable
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The id to give to Base44's support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Whether a change may have been made although no answer says so: ask for the state before telling.
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect
    }

    /// How long the platform asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut doing = self.0.doing.chars();
        let first = doing.next().into_iter().flat_map(char::to_uppercase).collect::<String>();
        write!(f, "{first}{} failed: {}.", doing.as_str(), self.0.reason.trim_end_matches('.'))
    }
}

impl fmt::Debug for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlatformError({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for PlatformError {}

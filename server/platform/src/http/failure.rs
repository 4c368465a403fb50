//! A try that brought no answer.

use std::io;
use std::time::Duration;

use connector_boundary::secret::mask_tokens;
use connector_boundary::text::printable;

use super::answer::MAX_ANSWER_BYTES;
use super::client::innermost;
use crate::{ErrorKind, PlatformError};

/// How far a call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// The platform never saw it, or refused it unread.
    Not,
    /// The platform may have acted on it.
    Perhaps,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Failure {
    pub kind: ErrorKind,
    pub reached: Reached,
    pub reason: String,
    hint: Option<&'static str>,
    status: Option<u16>,
}

impl Failure {
    fn new(kind: ErrorKind, reached: Reached, reason: impl Into<String>) -> Failure {
        Failure { kind, reached, reason: reason.into(), hint: None, status: None }
    }

    pub(super) fn setup(reason: String) -> Failure {
        Failure::new(ErrorKind::Network, Reached::Not, reason).lasting()
    }

    pub(super) fn redirected(reason: String) -> Failure {
        Failure::new(ErrorKind::Redirected, Reached::Not, reason)
    }

    pub(super) fn timed_out(what: &str, bound: Duration) -> Failure {
        let seconds = bound.as_secs_f64();
        Failure::new(ErrorKind::TimedOut, Reached::Perhaps, format!("{what} within {seconds} s"))
    }

    pub(super) fn too_large(status: u16) -> Failure {
        let most = MAX_ANSWER_BYTES / (1024 * 1024);
        let mut failure = Failure::new(
            ErrorKind::Malformed,
            Reached::Perhaps,
            format!("the answer is longer than {most} MiB"),
        );
        failure.status = Some(status);
        failure
    }

    /// The request was not answered.
    pub(super) fn of_send(error: &reqwest::Error, host: &str) -> Failure {
        let reached = if error.is_connect() { Reached::Not } else { Reached::Perhaps };
        let text = innermost(error);
        if error.is_builder() {
            return Failure::setup(said(&text));
        }
        if error.is_timeout() {
            return Failure::new(
                ErrorKind::TimedOut,
                reached,
                format!("no connection to {host} was made in time"),
            );
        }
        if text.contains("certificate") || text.contains("CertificateRequired") {
            let mut failure = Failure::new(
                ErrorKind::Network,
                Reached::Not,
                format!("the certificate of {host} is not trusted ({})", said(&text)),
            )
            .lasting();
            failure.hint = Some(
                "If your company inspects connections, name its certificate in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
            );
            return failure;
        }
        let reason = match io_kind(error) {
            Some(io::ErrorKind::ConnectionRefused) => format!("{host} refuses the connection"),
            Some(
                io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted,
            ) => {
                format!("{host} broke the connection off")
            }
            Some(io::ErrorKind::TimedOut) => format!("no connection to {host} was made in time"),
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
                format!("{host} cannot be reached")
            }
            _ if has(error, "dns error") => format!("{host} has no known address"),
            _ if text.contains("connection closed before message completed") => {
                format!("{host} closed the connection without an answer")
            }
            _ => format!("the connection to {host} failed ({})", said(&text)),
        };
        Failure::new(ErrorKind::Network, reached, reason)
    }

    /// The answer broke off.
    pub(super) fn of_body(error: &reqwest::Error) -> Failure {
        let kind = if error.is_timeout() { ErrorKind::TimedOut } else { ErrorKind::Network };
        Failure::new(kind, Reached::Perhaps, "the answer broke off in the middle")
    }

    fn lasting(mut self) -> Failure {
        self.hint = Some("Check the connection, the proxy and the certificates, then try again.");
        self
    }

    /// Whether the same call may get an answer a moment later.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Network | ErrorKind::TimedOut) && self.hint.is_none()
    }

    /// `changes` is whether the call was one that changes something.
    pub(super) fn into_error(self, doing: &str, changes: bool) -> PlatformError {
        let mut error = PlatformError::new(self.kind, doing, self.reason)
            .with_effect(changes && self.reached == Reached::Perhaps);
        if let Some(hint) = self.hint {
            error = error.with_hint(hint);
        }
        if let Some(status) = self.status {
            error = error.with_status(status);
        }
        error
    }
}

fn said(text: &str) -> String {
    printable(&mask_tokens(text), 200)
}

fn sources(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(error), |error| error.source())
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    sources(error).filter_map(|source| source.downcast_ref::<io::Error>()).last().map(io::Error::kind)
}

fn has(error: &reqwest::Error, words: &str) -> bool {
    sources(error).any(|source| source.to_string().contains(words))
}

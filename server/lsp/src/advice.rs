//! What went wrong, in the words of an editor: what can be done about it is a button, not a command line.

use std::borrow::Cow;

use connector_boundary::AppIdError;
use connector_boundary::secret::mask_in_use;
use connector_platform::login::LoginError;
use connector_platform::{ErrorKind, PlatformError, SetupError};
use connector_sync::{PullError, PushError};

/// A sentence, and what a person can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) message: String,
    pub(crate) remedy: Option<Remedy>,
}

/// What a person can do with a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Sign in, or sign in again.
    SignIn,
    /// Do once more what failed.
    TryAgain,
    /// Say which app the project is of.
    LinkApp,
    /// See the app's connectors where they can be changed by hand.
    OpenDashboard,
    /// Say in the settings where Base44 is.
    OpenSettings,
}

impl Remedy {
    /// What the button is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Remedy::SignIn => "Sign In",
            Remedy::TryAgain => "Try Again",
            Remedy::LinkApp => "Link to an App",
            Remedy::OpenDashboard => "Open Dashboard",
            Remedy::OpenSettings => "Open Settings",
        }
    }
}

impl Advice {
    fn new(message: impl Into<String>, remedy: Option<Remedy>) -> Self {
        Self { message: message.into(), remedy }
    }

    /// Why something did not come about, behind a sentence that says what: which call failed is nothing to a person.
    pub(crate) fn about(what: &str, error: &PlatformError) -> Self {
        let Self { message, remedy } = Self::from(error);
        let why = match message.strip_prefix(&error.to_string()) {
            Some(hint) => format!("{}.{hint}", error.reason().trim_end_matches('.')),
            None => message,
        };
        Self::new(format!("{what} {why}"), remedy)
    }
}

impl From<&PlatformError> for Advice {
    fn from(error: &PlatformError) -> Self {
        let again = Some(Remedy::TryAgain);
        let (hint, remedy) = match (error.kind(), error.variable()) {
            (ErrorKind::SignedOut, None) => {
                let message = "The login has run out or was revoked: sign in again.";
                return Self::new(message, Some(Remedy::SignIn));
            }
            (ErrorKind::SignedOut, Some(variable)) => {
                let message = format!("Base44 does not accept what {variable} holds: set it anew.");
                return Self::new(message, None);
            }
            (ErrorKind::Forbidden, Some(variable)) => {
                let message = format!("The key in {variable} may not do this: it takes a login.");
                return Self::new(message, None);
            }
            (ErrorKind::Forbidden, None) => {
                ("Ask the app's owner, or sign in with another account.", Some(Remedy::SignIn))
            }
            (ErrorKind::Network, _) => ("Check the connection.", again),
            (ErrorKind::TimedOut, _) => ("The network is slow, or busy.", again),
            (ErrorKind::Malformed, _) => ("Something in between, such as a proxy, may have answered.", again),
            (ErrorKind::Redirected, _) => {
                ("Check the address of Base44 in the settings.", Some(Remedy::OpenSettings))
            }
            (ErrorKind::NotFound, _) => ("Check that this account has the app.", Some(Remedy::LinkApp)),
            (ErrorKind::WrongApp | ErrorKind::Conflict, _) => {
                ("Its connectors can be seen in its dashboard.", Some(Remedy::OpenDashboard))
            }
            (ErrorKind::RateLimited, _) => ("Try again later.", again),
            (ErrorKind::Unavailable, _) => ("Try again in a while.", again),
            (ErrorKind::LoginFile, _) => ("Make the folder of the login writable.", again),
            _ => (error.hint(), None),
        };
        let failed = error.to_string();
        let message =
            if hint.is_empty() || failed.contains(hint) { failed } else { format!("{failed} {hint}") };
        Self::new(message, remedy)
    }
}

impl From<&SetupError> for Advice {
    fn from(error: &SetupError) -> Self {
        match error {
            SetupError::SignedOut(_) => Self::new("You are not signed in to Base44.", Some(Remedy::SignIn)),
            SetupError::DamagedLogin { why, .. } => Self::new(
                format!("The login of this computer cannot be used: {why}. Sign in again."),
                Some(Remedy::SignIn),
            ),
            SetupError::HostOfProject { host, .. } => Self::new(
                format!(
                    "The project names {host}, where your login is not sent: trust it in the settings first."
                ),
                Some(Remedy::OpenSettings),
            ),
            SetupError::HostNotAgreed { host, .. } => Self::new(
                format!(
                    "The project names {host} as the address of Base44: nothing is sent there before you agree."
                ),
                Some(Remedy::TryAgain),
            ),
            SetupError::App(error) => Self::from(error),
            error @ SetupError::Connection(_) => Self::new(error.to_string(), Some(Remedy::TryAgain)),
            error @ (SetupError::BadCredential(_) | SetupError::BadUrl { .. }) => {
                Self::new(error.to_string(), None)
            }
        }
    }
}

impl From<&AppIdError> for Advice {
    fn from(error: &AppIdError) -> Self {
        let message = match error {
            AppIdError::Missing => "This project is not linked to an app yet.".to_owned(),
            error => error.to_string(),
        };
        Self::new(message, Some(Remedy::LinkApp))
    }
}

impl From<&LoginError> for Advice {
    fn from(error: &LoginError) -> Self {
        let again = Some(Remedy::TryAgain);
        match error {
            LoginError::Platform(error) => Self::from(error),
            LoginError::Setup(error) => Self::from(error),
            LoginError::Denied => Self::new("Signing in was declined in the browser.", again),
            LoginError::Expired => Self::new("The code ran out before it was used.", again),
            error @ LoginError::File { .. } => Self::new(error.to_string(), again),
        }
    }
}

impl From<&PullError> for Advice {
    fn from(error: &PullError) -> Self {
        match error {
            PullError::Platform(error) => Self::from(error),
            error => Self::new(error.to_string(), None),
        }
    }
}

impl From<&PushError> for Advice {
    fn from(error: &PushError) -> Self {
        match error {
            PushError::Changed { error } => {
                let Advice { message, remedy } = Self::from(error);
                Self::new(format!("Another push of this app came first. {message}"), remedy)
            }
            error => Self::new(error.to_string(), Some(Remedy::TryAgain)),
        }
    }
}

/// So many characters of a message are read at a glance; an editor cuts what is longer.
pub(crate) const MAX_MESSAGE: usize = 120;

/// A message that is read at a glance: its first sentences, as many as fit. The log has the rest. Secrets are taken out
/// while they can still be told: half of one could not.
pub(crate) fn brief(message: &str) -> Cow<'_, str> {
    let plain = mask_in_use(message);
    // A notification shows marks of code as they stand.
    let plain = if plain.contains('`') { Cow::from(plain.replace('`', "'")) } else { plain };
    let Some((end, _)) = plain.char_indices().nth(MAX_MESSAGE) else {
        return plain;
    };
    let head = plain.get(..end).unwrap_or_default();
    let mut sentences = head.match_indices(['.', '?', '!']).map(|(at, _)| at + 1);
    // A stop within a word, as in a file's name, ends nothing.
    let whole = sentences.rfind(|at| plain.get(*at..).is_some_and(|rest| rest.starts_with(' ')));
    if let Some(whole) = whole.and_then(|at| head.get(..at)) {
        return Cow::from(whole.to_owned());
    }
    let head = head.char_indices().nth(MAX_MESSAGE - 1).and_then(|(at, _)| head.get(..at)).unwrap_or(head);
    let words = head.rfind(' ').and_then(|at| head.get(..at)).filter(|words| !words.is_empty());
    Cow::from(format!("{}…", words.unwrap_or(head).trim_end_matches([',', ':', ' '])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_advice_of_an_editor_names_a_command_line_or_a_variable_nobody_set() {
        let path = std::path::PathBuf::from("auth.json");
        let host = "https://base44.example".to_owned();
        let advice = [
            Advice::from(&SetupError::SignedOut(" BASE44_API_KEY is set, and is no key.".to_owned())),
            Advice::from(&SetupError::DamagedLogin { path: path.clone(), why: "no JSON".to_owned() }),
            Advice::from(&SetupError::HostOfProject { path, host, credential: "your login" }),
            Advice::from(&SetupError::App(AppIdError::Missing)),
            Advice::from(&LoginError::Denied),
            Advice::from(&LoginError::Expired),
        ];
        for Advice { message, remedy } in advice {
            assert!(!message.contains("base44-connectors") && !message.contains("BASE44_"), "{message}");
            assert!(message.chars().count() <= MAX_MESSAGE, "{message}");
            assert!(remedy.is_some(), "{message}");
        }
    }

    #[test]
    fn a_message_is_cut_at_a_sentence_else_at_a_word() {
        let long = "word ".repeat(40);
        for (message, expected) in [
            ("Pushed.".to_owned(), "Pushed.".to_owned()),
            ("A `,` is missing.".to_owned(), "A ',' is missing.".to_owned()),
            (format!("Nothing was sent. {long}"), "Nothing was sent.".to_owned()),
            (format!("In a.jsonc {long}"), format!("In a.jsonc {}…", "word ".repeat(21).trim_end())),
            ("ü".repeat(300), format!("{}…", "ü".repeat(119))),
        ] {
            assert_eq!(brief(&message), expected);
            assert!(brief(&message).chars().count() <= MAX_MESSAGE);
        }
    }

    #[test]
    fn a_message_is_not_cut_within_a_secret() {
        let secret = "f3Gx8pQw1Ks6Ty2Mv9Bn4Rj7";
        connector_boundary::secret::keep_secret(secret);
        for before in 0..MAX_MESSAGE {
            let shown = brief(&format!("{}{secret}", "-".repeat(before))).into_owned();
            assert!(!shown.contains(|c: char| c.is_ascii_alphanumeric()), "{shown}");
        }
    }
}

//! The id of an app, checked: it becomes part of addresses and of file names.

use std::fmt;
use std::path::PathBuf;

use crate::text::printable;

/// The checked id of an app: letters, digits, `_` and `-`, 1 to 128 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppId(String);

impl AppId {
    /// Checks an id.
    ///
    /// # Errors
    /// [`AppIdError::Invalid`] where it is none.
    pub fn new(id: &str) -> Result<AppId, AppIdError> {
        let fits = !id.is_empty()
            && id.len() <= 128
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if fits { Ok(AppId(id.to_owned())) } else { Err(AppIdError::Invalid(printable(id, 40))) }
    }

    /// The id itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is no app to work on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppIdError {
    /// Nothing names one.
    #[error(
        "This project is not linked to an app. Run 'base44 link', or name the app with --app-id or BASE44_APP_ID."
    )]
    Missing,
    /// Something names one, and it is empty.
    #[error("{0} is set and empty. Name the app there, or leave it out.")]
    Empty(String),
    /// What is named cannot be one.
    #[error("'{0}' is no app id: it has letters, digits, '-' and '_' only.")]
    Invalid(String),
    /// The file that links the project is broken.
    #[error("{0} does not name an app: write {{ \"id\": \"<app id>\" }}.")]
    Unreadable(PathBuf),
}

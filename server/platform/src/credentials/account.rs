//! Who is signed in.

use std::fmt;

use connector_boundary::text::printable;

/// As whom the platform is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Account {
    /// The login shared with the official CLI.
    Login {
        /// The address of the account.
        email: String,
        /// The person's name.
        name: String,
    },
    /// A login given by `BASE44_ACCESS_TOKEN` and `BASE44_REFRESH_TOKEN`.
    Seeded {
        /// The address in the token, where it can be read.
        email: Option<String>,
    },
    /// A workspace key (`BASE44_API_KEY`).
    WorkspaceKey,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::Login { email, name } if email.is_empty() => f.write_str(&printable(name, 120)),
            Account::Login { email, .. } | Account::Seeded { email: Some(email) } => {
                f.write_str(&printable(email, 120))
            }
            Account::Seeded { email: None } => f.write_str("the login of BASE44_ACCESS_TOKEN"),
            Account::WorkspaceKey => f.write_str("a workspace key"),
        }
    }
}

//! As whom the platform is spoken to.

/// As whom the platform is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
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

//! What a call says while it takes longer than a person expects.

/// Told to whoever observes a [`Platform`](crate::Platform).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    /// The platform asked for time before the call is made again.
    Waiting {
        /// What is being done: `reading the app's connectors`.
        what: String,
        /// How long it will wait.
        seconds: u64,
        /// Why: the platform's answer in few words.
        why: String,
    },
    /// The call failed for a transient reason and is made again shortly.
    Retrying {
        /// What is being done.
        what: String,
        /// Which try this will be; the first was 1.
        attempt: u32,
        /// Why the last one failed.
        why: String,
    },
    /// The login has run out and is being renewed.
    Refreshing,
    /// The app is being pushed already; this push goes on when that has ended.
    AnotherPush {
        /// Who pushes: `a terminal, process 4711`.
        who: String,
    },
}

impl Notice {
    /// One line for a person.
    pub fn to_text(&self) -> String {
        match self {
            Notice::Waiting { what, seconds, why } => {
                format!("Waiting {seconds} s before {what} again: {why}")
            }
            Notice::Retrying { what, attempt, why } => format!("Try {attempt} of {what}: {why}"),
            Notice::AnotherPush { who } => format!("Waiting for another push of this app ({who}) to end"),
            Notice::Refreshing => "Renewing the login".to_owned(),
        }
    }
}

//! What a long operation reports while it runs, and how it is stopped.

use std::fmt;
use std::sync::Arc;

use connector_platform::{Notice, SafeLink};
use serde::Serialize;
pub use tokio_util::sync::CancellationToken;

use crate::{Action, Outcome, Step};

/// What a long operation reports to and is stopped by.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Who is told what happens.
    pub events: Events,
    /// Stops the operation; what has been sent is still waited for, for a moment.
    pub cancel: CancellationToken,
}

impl Run {
    /// A run that reports to nobody and is never stopped.
    pub fn silent() -> Run {
        Run::default()
    }
}

/// Whoever listens to an operation: a spinner, an editor's progress, a stream of JSON lines, or nobody.
#[derive(Clone, Default)]
pub struct Events(Option<Listener>);

type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

impl Events {
    /// Nobody listens.
    pub fn none() -> Events {
        Events(None)
    }

    /// Each event goes to `listener`, in order, from whichever thread the operation runs on.
    pub fn to(listener: impl Fn(&Event) + Send + Sync + 'static) -> Events {
        Events(Some(Arc::new(listener)))
    }

    /// Passes on what another run's listener was told.
    pub fn pass(&self, event: &Event) {
        if let Some(listener) = &self.0 {
            listener(event);
        }
    }

    pub(crate) fn send(&self, event: Event) {
        if let Some(listener) = &self.0 {
            listener(&event);
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Events(a listener)" } else { "Events(nobody)" })
    }
}

/// Something that happened. As JSON each is an object whose `event` says which: `{"event":"started","type":"slack",…}`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// What a push will do, in the order of its outcomes.
    Planned {
        /// The app.
        app: String,
        /// The connectors folder, as a person of the project writes it.
        folder: String,
        /// One step a connector.
        steps: Vec<Step>,
    },
    /// A connector's turn has come.
    Started {
        /// The connector's type.
        #[serde(rename = "type")]
        type_name: String,
        /// What is being done to it.
        action: Action,
    },
    /// A connector is done, or waits for its authorization.
    Finished {
        /// What became of it.
        outcome: Outcome,
        /// How many of the connectors are finished.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// The platform makes everyone wait, or a call is made again.
    Waiting {
        /// What is waited for, why, and how long.
        notice: Notice,
    },
    /// A page to authorize a connector was opened, or could not be.
    AuthorizationOpened {
        /// Which connector.
        #[serde(rename = "type")]
        type_name: String,
        /// The page.
        link: SafeLink,
        /// Why it did not open, where it did not: the link has to be shown.
        failed: Option<String>,
    },
    /// An authorization is watched.
    AuthorizationPending {
        /// Which connector.
        #[serde(rename = "type")]
        type_name: String,
        /// How many seconds it is watched for, from now.
        seconds_left: u64,
    },
    /// Everything is done.
    Summary {
        /// The lines that a terminal shows.
        lines: Vec<String>,
        /// How many connectors failed.
        failed: usize,
        /// How many wait for their authorization.
        pending: usize,
    },
}

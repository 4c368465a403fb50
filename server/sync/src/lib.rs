//! The shared sync engine: the platform, credentials, plan, push, pull, authorize, status, what is pending.
//!
//! [`Platform`] speaks to Base44 as whoever is signed in; [`Surroundings`] say what the process was started with.
//! The terminal and the editor are two users of this crate and see the same words from it.

mod authorize;
pub mod browser;
mod credentials;
mod engine;
mod error;
mod events;
pub mod findings;
#[doc(hidden)]
pub mod fuzz;
mod host;
mod http;
mod links;
pub mod log;
pub mod login;
mod notice;
mod outcome;
mod patience;
pub mod plan;
mod platform;
pub mod pull;
mod push;
pub mod scopes;
mod secret;
mod snapshot;
mod state;
mod status;
pub mod store;
mod surroundings;
mod turn;
mod wire;
pub mod words;

#[cfg(test)]
mod testing;

pub use authorize::{Opened, Opener, Opening, Prepared};
pub use credentials::Account;
pub use engine::{Engine, Times};
pub use error::{ErrorKind, PlatformError, SetupError};
pub use events::{CancellationToken, Event, Events, Run};
pub use links::{LinkError, SafeLink};
pub use notice::Notice;
pub use outcome::{Outcome, OutcomeStatus, PendingAuthorization, PushReport};
pub use plan::{Action, Plan, PushError, Step};
pub use platform::Platform;
pub use pull::{PullAction, PullError, PullPlan, PullReport, PullStep};
pub use secret::{Secret, mask};
pub use snapshot::{STRIPE, Snapshot};
pub use state::{ConnectorState, ConnectorStatus, connector_state};
pub use status::{RemoteRow, StatusReport, StatusRow};
pub use store::{AppState, Failure, FailureKind, Store, StoreError};
pub use surroundings::Surroundings;
pub use wire::{
    AuthorizationStatus, AvailableList, AvailableType, ConfigField, RemoteConnector, RemoteList,
    RemoteStatus, SetAnswer, StripeInstall, StripeMode, StripeStatus,
};

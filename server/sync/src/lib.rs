//! The engine between connector files and the platform: plan, push, pull, authorize, status, what is pending.
//!
//! [`Engine`] does it; [`words`] says it. The terminal and the editor are two users of this crate and see the same.

mod authorize;
pub mod browser;
mod doubt;
mod engine;
mod events;
mod facts;
pub mod files;
pub mod log;
mod outcome;
pub mod plan;
pub mod pull;
mod push;
mod snapshot;
mod status;
pub mod store;
mod turn;
pub mod words;

#[cfg(test)]
mod testing;

pub use connector_model::facts::{FailureKind, STRIPE};
pub use connector_model::standing::{ConnectorState, ConnectorStatus};

pub use authorize::{Opened, Opener, Opening, Prepared};
pub use engine::{Engine, Times};
pub use events::{CancellationToken, Event, Events, Run};
pub use outcome::{
    OfficialAction, Outcome, OutcomeStatus, PendingAuthorization, PushReport, SummaryKind, SummaryLine,
};
pub use plan::{Action, AppMismatch, Guard, Guarded, Plan, PushError, Step};
pub use pull::{PullAction, PullError, PullPlan, PullReport, PullStep};
pub use snapshot::Snapshot;
pub use status::{RemoteRow, StatusReport, StatusRow};
pub use store::{AppState, Failure, Store, StoreError};

//! The platform's client: HTTP, wire types, credentials, login, time limits.
//!
//! [`Platform`] speaks to Base44 as whoever is signed in; [`Environment`] says what the process was started with.
//! Nothing here knows connector files or findings.

mod agreed;
mod client;
mod credentials;
mod environment;
mod error;
#[doc(hidden)]
pub mod fuzz;
mod host;
mod http;
mod links;
pub mod login;
mod notice;
mod timeouts;
mod wire;

pub use agreed::{agree_to_host, agreed_hosts_path};
pub use client::Platform;
pub use credentials::Account;
pub use environment::Environment;
pub use error::{ErrorKind, PlatformError, SetupError};
pub use links::{LinkError, SafeLink};
pub use notice::Notice;
pub use wire::{
    AuthorizationStatus, AvailableList, AvailableType, ConfigField, RemoteApp, RemoteConnector, RemoteList,
    RemoteStatus, SetAnswer, StripeInstall, StripeMode, StripeStatus,
};

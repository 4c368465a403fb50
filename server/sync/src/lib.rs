//! The shared sync engine: the platform, credentials, plan, push, pull, authorize, status, what is pending.
//!
//! [`Platform`] speaks to Base44 as whoever is signed in; [`Surroundings`] say what the process was started with.
//! The terminal and the editor are two users of this crate and see the same words from it.

pub mod browser;
mod credentials;
mod error;
mod host;
mod http;
mod links;
pub mod login;
mod notice;
mod patience;
mod platform;
mod secret;
mod surroundings;
mod wire;

pub use credentials::Account;
pub use error::{ErrorKind, PlatformError, SetupError};
pub use links::{LinkError, SafeLink};
pub use notice::Notice;
pub use platform::Platform;
pub use secret::{Secret, mask};
pub use surroundings::Surroundings;
pub use wire::{
    AuthorizationStatus, AvailableType, ConfigField, RemoteConnector, RemoteStatus, SetAnswer, StripeInstall,
    StripeMode, StripeStatus,
};

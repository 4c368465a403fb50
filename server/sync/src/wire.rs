//! What the platform answers, read with tolerance for what is new and none for what is not an answer.

use crate::links::SafeLink;

/// A connector as the app has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RemoteConnector {
    /// Its type, as the platform spells it.
    pub type_name: String,
    /// How it stands.
    pub status: RemoteStatus,
    /// The scopes the app has.
    pub scopes: Vec<String>,
    /// The account that authorized it, where the platform says.
    pub account: Option<String>,
}

/// How a connector stands on the platform.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "String", into = "String")]
pub enum RemoteStatus {
    /// Authorized.
    Active,
    /// Not authorized, or no longer.
    Disconnected,
    /// Its authorization ran out.
    Expired,
    /// Something newer than this product; it is shown as it is.
    Other(String),
}

impl From<String> for RemoteStatus {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "active" => Self::Active,
            "disconnected" => Self::Disconnected,
            "expired" => Self::Expired,
            _ => Self::Other(word),
        }
    }
}

impl From<RemoteStatus> for String {
    fn from(status: RemoteStatus) -> String {
        match status {
            RemoteStatus::Active => "active".to_owned(),
            RemoteStatus::Disconnected => "disconnected".to_owned(),
            RemoteStatus::Expired => "expired".to_owned(),
            RemoteStatus::Other(word) => word,
        }
    }
}

/// What setting a connector's scopes led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetAnswer {
    /// The scopes are set and authorized.
    Synced,
    /// A person has to agree in a browser.
    NeedsAuthorization {
        /// Where.
        link: SafeLink,
        /// What to ask the state of; without one it cannot be watched but through the list.
        connection_id: Option<String>,
    },
    /// Another user of the app has connected this type.
    OtherUser {
        /// Their address, where the platform says.
        account: Option<String>,
        /// One sentence about it.
        message: String,
    },
    /// The platform answered with an error of another kind.
    Refused {
        /// Its words.
        message: String,
    },
}

/// How an authorization stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationStatus {
    /// Agreed to.
    Active,
    /// Not decided yet.
    Pending,
    /// Declined or failed.
    Failed,
    /// Something newer than this product: not decided, as far as it is concerned.
    Other(String),
}

/// A type that the platform offers.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AvailableType {
    /// The type.
    pub type_name: String,
    /// Its name for a person.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// What has to be filled in before it can be connected.
    pub fields: Vec<ConfigField>,
}

/// Something to fill in for a connection.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ConfigField {
    /// Its key.
    pub name: String,
    /// Its name for a person.
    pub display_name: String,
    /// What it is.
    pub description: String,
    /// An example.
    pub placeholder: String,
    /// Whether it has to be filled in.
    pub required: bool,
    /// The pattern that it has to match.
    pub validation_pattern: Option<String>,
    /// What to say where it does not.
    pub validation_error: Option<String>,
}

/// How Stripe stands for an app.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StripeStatus {
    /// None where the app has no Stripe.
    pub mode: Option<StripeMode>,
    /// Where the sandbox can be claimed.
    pub claim_url: Option<SafeLink>,
}

/// Which Stripe an app has.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "String", into = "String")]
pub enum StripeMode {
    /// No real money.
    Sandbox,
    /// Real money.
    Live,
    /// Something newer than this product.
    Other(String),
}

impl From<String> for StripeMode {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "sandbox" => Self::Sandbox,
            "live" => Self::Live,
            _ => Self::Other(word),
        }
    }
}

impl From<StripeMode> for String {
    fn from(mode: StripeMode) -> String {
        match mode {
            StripeMode::Sandbox => "sandbox".to_owned(),
            StripeMode::Live => "live".to_owned(),
            StripeMode::Other(word) => word,
        }
    }
}

/// What installing Stripe led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeInstall {
    /// It was there before.
    pub already_installed: bool,
    /// Where the sandbox can be claimed.
    pub claim_url: Option<SafeLink>,
}

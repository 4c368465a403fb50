//! What the platform is known to say about a project's app, as plain data: the sync engine fills it, checks read it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// The type of the connector that is a payment account and no OAuth grant. The platform has it without listing it.
pub const STRIPE: &str = "stripe";

/// Everything that files are held against besides each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What the app has; none where the platform has never been asked.
    pub app: Option<AppFacts>,
    /// The authorizations that wait for a person, by type.
    pub pending: BTreeMap<String, PendingFact>,
    /// What last went wrong, by type.
    pub failures: BTreeMap<String, FailureFact>,
}

/// What the platform last said about an app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppFacts {
    connectors: Vec<RemoteFact>,
    places: HashMap<String, usize>,
    /// Whether every entry of the platform's list could be read: one that could not may be any connector.
    pub complete: bool,
    /// Its Stripe; none where that could not be asked.
    pub stripe: Option<StripeFact>,
    /// The types that the app can have, where the platform has said so.
    pub offered: Option<KnownTypes>,
}

/// A connector of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFact {
    /// Its type.
    pub type_name: String,
    /// How the platform says it stands.
    pub status: RemoteStatus,
    /// Its scopes; none where the platform does not say them.
    pub scopes: Option<Vec<String>>,
    /// Whose account it is connected with, where that is known.
    pub account: Option<String>,
}

/// The platform's own word for a connector of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteStatus {
    /// A person has authorized it, and it works.
    Active,
    /// No longer authorized.
    Disconnected,
    /// Its authorization ran out.
    Expired,
    /// A word that this version does not know.
    Other(String),
}

/// The app's Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeFact {
    /// Its mode; none where the app has no Stripe.
    pub mode: Option<StripeMode>,
    /// Where a sandbox that belongs to nobody is claimed.
    pub claim_link: Option<String>,
}

/// What a Stripe account is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StripeMode {
    /// No real payments.
    Sandbox,
    /// Real payments.
    Live,
    /// A mode that this version does not know.
    Other(String),
}

/// An authorization that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingFact {
    /// The scopes it was asked for.
    pub scopes: Vec<String>,
    /// The page where it is given.
    pub link: String,
}

/// What last went wrong with a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureFact {
    /// What kind of failure.
    pub kind: FailureKind,
    /// What happened, for people.
    pub reason: String,
    /// Whose the connector is, where that is the trouble.
    pub account: Option<String>,
    /// What was asked for; a file that says something else by now is not what failed.
    pub scopes: Option<Vec<String>>,
}

/// The kinds of failure that are told apart later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The push of it failed.
    Push,
    /// The authorization was refused, or given in part.
    Denied,
    /// Somebody else has connected it.
    OtherUser,
}

/// The types that the platform says an app can have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownTypes {
    /// Their names.
    pub names: Vec<String>,
}

impl KnownTypes {
    /// Whether there is a type of exactly this name. Stripe always is: the platform has it without listing it.
    pub fn contains(&self, name: &str) -> bool {
        name == STRIPE || self.names.iter().any(|known| known == name)
    }

    /// Every type that can be meant, Stripe included.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let stripe = (!self.names.iter().any(|name| name == STRIPE)).then_some(STRIPE);
        self.names.iter().map(String::as_str).chain(stripe)
    }
}

/// What the platform is known to say about one type.
#[derive(PartialEq)]
pub(crate) struct TypeFacts<'f> {
    remote: Option<&'f RemoteFact>,
    pending: Option<&'f PendingFact>,
    failure: Option<&'f FailureFact>,
}

impl Facts {
    /// Whether nothing is known that a file could be held against.
    pub fn is_empty(&self) -> bool {
        self.app.is_none() && self.pending.is_empty() && self.failures.is_empty()
    }

    /// The types that the app can have, where the platform has said so.
    pub fn offered(&self) -> Option<&KnownTypes> {
        self.app.as_ref()?.offered.as_ref()
    }

    /// The types that the app has, in the platform's order, Stripe last.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.app.iter().flat_map(AppFacts::types)
    }

    pub(crate) fn of_type(&self, name: &str) -> TypeFacts<'_> {
        TypeFacts {
            remote: self.app.as_ref().and_then(|app| app.find(name)),
            pending: self.pending.get(name),
            failure: self.failures.get(name),
        }
    }

    /// Whether all that concerns every type alike is the same.
    pub(crate) fn same_for_all(&self, other: &Facts) -> bool {
        let common = |facts: &Facts| {
            let app = facts.app.as_ref();
            (app.is_some(), app.map(|app| app.complete), facts.pending.len())
        };
        let app = |facts: &'_ Facts| facts.app.as_ref().map(|app| (app.stripe.clone(), app.offered.clone()));
        common(self) == common(other) && app(self) == app(other)
    }
}

impl AppFacts {
    /// The connectors of an app, in the platform's order; `complete` where every entry of its list could be read.
    pub fn new(connectors: Vec<RemoteFact>, complete: bool) -> AppFacts {
        let mut places = HashMap::with_capacity(connectors.len());
        for (place, remote) in connectors.iter().enumerate() {
            // Of two entries of one type the first counts.
            places.entry(remote.type_name.clone()).or_insert(place);
        }
        AppFacts { connectors, places, complete, stripe: None, offered: None }
    }

    /// The connector of a type.
    pub fn find(&self, type_name: &str) -> Option<&RemoteFact> {
        self.connectors.get(*self.places.get(type_name)?)
    }

    /// Whether the app has a connector of a type, Stripe included.
    pub fn has(&self, type_name: &str) -> bool {
        if type_name == STRIPE { self.has_stripe() == Some(true) } else { self.find(type_name).is_some() }
    }

    /// Whether the app certainly has no connector of a type.
    pub fn lacks(&self, type_name: &str) -> bool {
        if type_name == STRIPE {
            return self.has_stripe() == Some(false);
        }
        self.complete && self.find(type_name).is_none()
    }

    /// Whether the app has Stripe; none where that could not be asked.
    pub fn has_stripe(&self) -> Option<bool> {
        self.stripe.as_ref().map(|stripe| stripe.mode.is_some())
    }

    /// Every type that the app has, in the platform's order, Stripe last.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        let stripe = (self.has_stripe() == Some(true)).then_some(STRIPE);
        self.connectors.iter().map(|remote| remote.type_name.as_str()).chain(stripe)
    }
}

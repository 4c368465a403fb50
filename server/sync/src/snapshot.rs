//! What the platform last said about an app.

use connector_platform::{AvailableType, RemoteConnector, RemoteStatus, StripeMode, StripeStatus};
use serde::{Deserialize, Serialize};

use connector_model::facts::STRIPE;

use crate::{Outcome, OutcomeStatus};

/// What the platform said about an app at one moment, patched with what was done since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The app.
    pub app: String,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// Who asked: an address, where the credential has one.
    #[serde(default)]
    pub account: Option<String>,
    /// Its connectors, in the platform's order. Stripe is never among them.
    pub connectors: Vec<RemoteConnector>,
    /// How many entries of the platform's list could not be read: each may be any connector.
    #[serde(default)]
    pub unreadable: usize,
    /// Whether the platform said that there are more than it listed.
    #[serde(default)]
    pub has_more: bool,
    /// Its Stripe; none where it could not be asked.
    #[serde(default)]
    pub stripe: Option<StripeStatus>,
    /// Why Stripe could not be asked.
    #[serde(default)]
    pub stripe_failure: Option<String>,
    /// The types that the app can have, where they have been asked for.
    #[serde(default)]
    pub available: Option<Vec<AvailableType>>,
}

impl Snapshot {
    /// The connector of a type.
    pub fn find(&self, type_name: &str) -> Option<&RemoteConnector> {
        self.connectors.iter().find(|remote| remote.type_name == type_name)
    }

    /// Whether the app has Stripe; none where that could not be asked.
    pub fn has_stripe(&self) -> Option<bool> {
        self.stripe.as_ref().map(|stripe| stripe.mode.is_some())
    }

    /// Whether the app has a connector of a type, Stripe included.
    pub fn has(&self, type_name: &str) -> bool {
        if type_name == STRIPE { self.has_stripe() == Some(true) } else { self.find(type_name).is_some() }
    }

    /// Whether the list has every connector of the app, as far as can be told.
    pub fn is_whole(&self) -> bool {
        self.unreadable == 0 && !self.has_more
    }

    /// Whether the app certainly has no connector of a type: an entry that cannot be read, or is yet to come, may be
    /// it.
    pub fn lacks(&self, type_name: &str) -> bool {
        if type_name == STRIPE {
            return self.has_stripe() == Some(false);
        }
        self.is_whole() && self.find(type_name).is_none()
    }

    /// Every type that the app has, Stripe included.
    pub fn types(&self) -> Vec<&str> {
        let stripe = (self.has_stripe() == Some(true)).then_some(STRIPE);
        self.connectors.iter().map(|remote| remote.type_name.as_str()).chain(stripe).collect()
    }

    /// Takes in what an outcome says, so that nothing has to be asked again.
    pub(crate) fn apply(
        &mut self,
        outcome: &Outcome,
        scopes: Option<&[String]>,
        account: Option<&str>,
        now: u64,
    ) {
        let name = outcome.type_name.as_str();
        let before = (self.connectors.clone(), self.stripe.clone());
        self.patch(name, &outcome.status, scopes, account);
        if before.0 != self.connectors || before.1 != self.stripe {
            self.at = self.at.max(now);
        }
    }

    fn patch(
        &mut self,
        name: &str,
        status: &OutcomeStatus,
        scopes: Option<&[String]>,
        account: Option<&str>,
    ) {
        match status {
            OutcomeStatus::Provisioned { claim } => {
                self.stripe =
                    Some(StripeStatus { mode: Some(StripeMode::Sandbox), claim_url: claim.clone() });
            }
            OutcomeStatus::Removed if name == STRIPE => {
                self.stripe = Some(StripeStatus { mode: None, claim_url: None });
            }
            OutcomeStatus::Removed => self.connectors.retain(|remote| remote.type_name != name),
            OutcomeStatus::Synced | OutcomeStatus::Added if name != STRIPE => {
                let Some(scopes) = scopes else {
                    return;
                };
                let added = matches!(status, OutcomeStatus::Added);
                match self.connectors.iter_mut().find(|remote| remote.type_name == name) {
                    Some(remote) => {
                        remote.status = RemoteStatus::Active;
                        remote.scopes = Some(scopes.to_vec());
                        if added {
                            // Whoever authorized it need not be who had it before.
                            remote.account = None;
                        }
                    }
                    None => self.connectors.push(RemoteConnector {
                        type_name: name.to_owned(),
                        status: RemoteStatus::Active,
                        scopes: Some(scopes.to_vec()),
                        account: account.filter(|_| !added).map(str::to_owned),
                    }),
                }
            }
            _ => {}
        }
    }
}

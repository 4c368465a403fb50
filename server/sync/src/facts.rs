//! What is known of an app, as the plain facts that the model holds files against.

use connector_model::facts::{
    AppFacts, Facts, FailureFact, KnownTypes, PendingFact, RemoteFact, RemoteStatus as Status, StripeFact,
    StripeMode as Mode,
};

use crate::store::{AppState, Failure};
use crate::{PendingAuthorization, Snapshot};
use connector_platform::{RemoteConnector, RemoteStatus, StripeMode, StripeStatus};

impl AppState {
    /// What is known, as plain facts.
    pub fn facts(&self) -> Facts {
        let pending = self.pending.iter().map(|(name, pending)| (name.clone(), pending_fact(pending)));
        let failures = self.failures.iter().map(|(name, failure)| (name.clone(), failure_fact(failure)));
        Facts {
            app: self.snapshot.as_ref().map(app_facts),
            pending: pending.collect(),
            failures: failures.collect(),
        }
    }
}

fn app_facts(snapshot: &Snapshot) -> AppFacts {
    let connectors = snapshot.connectors.iter().map(remote_fact).collect();
    let mut app = AppFacts::new(connectors, snapshot.is_whole());
    app.stripe = snapshot.stripe.as_ref().map(stripe_fact);
    // A platform that lists nothing has not said what it has.
    let available = snapshot.available.as_ref().filter(|available| !available.is_empty());
    app.offered = available
        .map(|available| KnownTypes { names: available.iter().map(|ty| ty.type_name.clone()).collect() });
    app
}

fn remote_fact(remote: &RemoteConnector) -> RemoteFact {
    RemoteFact {
        type_name: remote.type_name.clone(),
        status: match &remote.status {
            RemoteStatus::Active => Status::Active,
            RemoteStatus::Disconnected => Status::Disconnected,
            RemoteStatus::Expired => Status::Expired,
            RemoteStatus::Other(word) => Status::Other(word.clone()),
        },
        scopes: remote.scopes.clone(),
        account: remote.account.clone(),
    }
}

fn stripe_fact(stripe: &StripeStatus) -> StripeFact {
    let mode = stripe.mode.as_ref().map(|mode| match mode {
        StripeMode::Sandbox => Mode::Sandbox,
        StripeMode::Live => Mode::Live,
        StripeMode::Other(word) => Mode::Other(word.clone()),
    });
    StripeFact { mode, claim_link: stripe.claim_url.as_ref().map(|link| link.as_str().to_owned()) }
}

fn pending_fact(pending: &PendingAuthorization) -> PendingFact {
    PendingFact { scopes: pending.scopes.clone(), link: pending.link.as_str().to_owned() }
}

fn failure_fact(failure: &Failure) -> FailureFact {
    FailureFact {
        kind: failure.kind,
        reason: failure.reason.clone(),
        account: failure.account.clone(),
        scopes: failure.scopes.clone(),
    }
}

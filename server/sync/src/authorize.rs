//! Authorizations: a link for each, opened on the person's side, all watched at once.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use connector_model::load::LocalConnector;
use connector_platform::{AuthorizationStatus, ErrorKind, Platform, PlatformError, RemoteStatus, SafeLink};
use futures_util::future::{BoxFuture, join_all};
use futures_util::stream::{self, StreamExt};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::engine::{AT_ONCE, Standing};
use crate::plan::{Action, PushError};
use crate::turn::NoTurn;
use crate::{Engine, Event, Outcome, OutcomeStatus, PendingAuthorization, Run, STRIPE};
use connector_model::difference::{Difference, agree};

/// Whether a page was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It was, as far as can be told.
    Yes,
    /// The person does not want to.
    Skipped,
    /// It was not; the person has to open the link.
    Failed(String),
}

/// How several pages are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Each when the one before is settled.
    OneByOne,
    /// All pages are opened at once.
    AtOnce,
}

/// Opens pages where the person is: a browser of this machine, or an editor's own means.
pub trait Opener: Send + Sync {
    /// Opens the page where a connector is authorized.
    fn open<'a>(&'a self, type_name: &'a str, link: &'a SafeLink) -> BoxFuture<'a, Opened>;

    /// Ready once the person passes over an authorization that is under way; never by default.
    fn skipped<'a>(&'a self, _type_name: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(std::future::pending())
    }

    /// How several pages are opened.
    fn opening(&self) -> Opening {
        Opening::OneByOne
    }
}

/// What has to be authorized, and what turned out not to.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// What a person has to authorize, each with a link that works.
    pub pending: Vec<PendingAuthorization>,
    /// The others: already authorized, or failed.
    pub outcomes: Vec<Outcome>,
}

impl Engine {
    /// What of `types` a person has to authorize: the stored link of each while it is good, else a fresh one.
    /// No types mean everything that waits, and everything with a file that the platform last called expired or
    /// disconnected.
    pub async fn pending_for(&self, types: &[String], connectors: &[LocalConnector], run: &Run) -> Prepared {
        let state = self.store().read();
        let wanted: Vec<String> = if types.is_empty() {
            let local = connectors.iter().map(|connector| connector.type_name.as_str());
            let lapsed = local.filter(|name| {
                let remote = state.snapshot.as_ref().and_then(|snapshot| snapshot.find(name));
                remote.is_some_and(|remote| remote.status != RemoteStatus::Active)
                    || state
                        .failures
                        .get(*name)
                        .is_some_and(|failure| failure.kind == crate::FailureKind::Denied)
            });
            let mut wanted: Vec<String> = lapsed.map(str::to_owned).collect();
            wanted.extend(
                state.pending.keys().filter(|name| !wanted.contains(name)).cloned().collect::<Vec<_>>(),
            );
            wanted
        } else {
            types.to_vec()
        };
        let platform = self.observed(run);
        let by_type: BTreeMap<&str, &LocalConnector> =
            connectors.iter().map(|connector| (connector.type_name.as_str(), connector)).collect();
        let mut asked = Vec::with_capacity(wanted.len());
        for name in &wanted {
            let (local, stored) = (by_type.get(name.as_str()).copied(), state.pending.get(name));
            asked.push(self.prepare(&platform, name, local, stored));
        }
        let prepared: Vec<Outcome> = stream::iter(asked).buffered(AT_ONCE).collect().await;
        let mut result = Prepared::default();
        for outcome in prepared {
            match outcome.status {
                OutcomeStatus::Pending(pending) => result.pending.push(pending),
                _ => result.outcomes.push(outcome),
            }
        }
        result
    }

    async fn prepare(
        &self,
        platform: &Platform,
        name: &str,
        local: Option<&LocalConnector>,
        stored: Option<&PendingAuthorization>,
    ) -> Outcome {
        if name == STRIPE {
            return Outcome::failed(name, "Stripe needs no authorization; a push provisions it");
        }
        let Some(scopes) = local.map(|local| &local.scopes).or(stored.map(|stored| &stored.scopes)) else {
            return Outcome::failed(name, crate::words::NOT_DECLARED);
        };
        let same = stored.filter(|stored| {
            self.is_offered_again(stored) && Difference::between(name, &stored.scopes, scopes).is_empty()
        });
        let standing = match same.and_then(|stored| stored.connection_id.as_deref()) {
            Some(id) => self.stands(platform, name, id).await,
            None => Standing::Gone,
        };
        let status = match (standing, same) {
            (Standing::Given, _) => OutcomeStatus::Added,
            // A platform that cannot be asked just now still serves its page, as far as anyone knows.
            (Standing::Waits | Standing::Unknown, Some(stored)) => OutcomeStatus::Pending(stored.clone()),
            _ => self.put(platform, name, scopes).await,
        };
        let outcome = Outcome::new(name, status);
        if tells_of_the_connector(&outcome.status) {
            let _ = self.keep(&outcome, Some(scopes)).await;
        }
        outcome
    }

    /// Has each authorization opened by `opener`, and watches all of them at once until a person has answered, passed
    /// over or not answered in time. Gives an outcome for each, in order. Whatever is not settled stays stored.
    pub async fn authorize(
        &self,
        wanted: &[PendingAuthorization],
        opener: &dyn Opener,
        run: &Run,
    ) -> Vec<Outcome> {
        let platform = self.observed(run);
        let turns = match opener.opening() {
            Opening::OneByOne => Semaphore::new(1),
            Opening::AtOnce => Semaphore::new(Semaphore::MAX_PERMITS),
        };
        let calls = Semaphore::new(AT_ONCE);
        let total = wanted.len();
        let done = std::sync::atomic::AtomicUsize::new(0);
        let watched = wanted.iter().map(|pending| {
            let (platform, turns, calls, done) = (&platform, &turns, &calls, &done);
            async move {
                // Until this one is told, the next is not opened.
                let mut given_up = pin!(self.offer(pending, opener, turns, run));
                let mut settled = pin!(self.settle(platform, calls, pending));
                let (mut status, turn) = tokio::select! {
                    biased;
                    () = run.cancel.cancelled() => (OutcomeStatus::Pending(pending.clone()), None),
                    status = &mut settled => (status, None),
                    (status, turn) = &mut given_up => (status, turn),
                };
                if matches!(status, OutcomeStatus::TimedOut) {
                    // Given in the last moment, it is given.
                    let last = tokio::time::timeout(self.times().poll, self.ask(platform, pending)).await;
                    if matches!(last, Ok(Ok(AuthorizationStatus::Active))) {
                        status = OutcomeStatus::Added;
                    }
                }
                let outcome = Outcome::new(&pending.type_name, status);
                if !matches!(outcome.status, OutcomeStatus::Pending(_))
                    && tells_of_the_connector(&outcome.status)
                {
                    self.keep_authorized(&outcome, pending).await;
                }
                let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                run.events.send(Event::Finished { outcome: outcome.clone(), done, total });
                drop(turn);
                outcome
            }
        });
        join_all(watched).await
    }

    /// Opens the page once it is this one's turn; ready when the person passes it over or the time is up.
    async fn offer<'a>(
        &self,
        pending: &PendingAuthorization,
        opener: &dyn Opener,
        turns: &'a Semaphore,
        run: &Run,
    ) -> (OutcomeStatus, Option<SemaphorePermit<'a>>) {
        let turn = turns.acquire().await.ok();
        let name = &pending.type_name;
        let failed = match opener.open(name, &pending.link).await {
            Opened::Skipped => return (OutcomeStatus::Skipped, turn),
            Opened::Yes => None,
            Opened::Failed(why) => Some(why),
        };
        let opened =
            Event::AuthorizationOpened { type_name: name.clone(), link: pending.link.clone(), failed };
        run.events.send(opened);
        let limit = self.times().authorization;
        run.events
            .send(Event::AuthorizationPending { type_name: name.clone(), seconds_left: limit.as_secs() });
        tokio::select! {
            () = opener.skipped(name) => (OutcomeStatus::Skipped, turn),
            () = tokio::time::sleep(limit) => (OutcomeStatus::TimedOut, turn),
        }
    }

    /// Asks how an authorization stands until it is given or refused.
    async fn settle(
        &self,
        platform: &Platform,
        calls: &Semaphore,
        pending: &PendingAuthorization,
    ) -> OutcomeStatus {
        loop {
            let answer = {
                let _call = calls.acquire().await.ok();
                self.ask(platform, pending).await
            };
            let mut pause = self.times().poll;
            match answer {
                Ok(AuthorizationStatus::Active) => return OutcomeStatus::Added,
                Ok(AuthorizationStatus::Failed) => return OutcomeStatus::Denied,
                Ok(AuthorizationStatus::Pending | AuthorizationStatus::Other(_)) => {}
                Err(error) if is_transient(&error) => {
                    pause = pause.max(error.retry_after().unwrap_or(Duration::ZERO));
                }
                Err(error) => return Outcome::of_error(&pending.type_name, error).status,
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn ask(
        &self,
        platform: &Platform,
        pending: &PendingAuthorization,
    ) -> Result<AuthorizationStatus, PlatformError> {
        let name = &pending.type_name;
        if let Some(id) = &pending.connection_id {
            return platform.authorization_status(self.app_id(), name, id).await;
        }
        let list = platform.list(self.app_id()).await?;
        let given = list.connectors.iter().any(|remote| {
            remote.type_name == *name
                && remote.status == RemoteStatus::Active
                && agree(name, remote.scopes.as_deref(), &pending.scopes)
        });
        Ok(if given { AuthorizationStatus::Active } else { AuthorizationStatus::Pending })
    }

    /// Connects a connector anew, with whichever account the person chooses: removes, adds and authorizes it.
    /// Stopped or failing in between, it is a connector with a file that the platform does not have: a push adds it.
    pub async fn reconnect(&self, connector: &LocalConnector, opener: &dyn Opener, run: &Run) -> Outcome {
        let added = self.disconnect(connector, run).await;
        match &added.status {
            OutcomeStatus::Pending(pending) => {
                let pending = pending.clone();
                self.authorize(&[pending], opener, run).await.pop().unwrap_or(added)
            }
            _ => added,
        }
    }

    /// The same up to the authorization: removes a connector and adds it, so that it waits for whoever authorizes it.
    pub async fn disconnect(&self, connector: &LocalConnector, run: &Run) -> Outcome {
        let name = connector.type_name.as_str();
        if name == STRIPE {
            return Outcome::failed(
                name,
                "Stripe is not connected with an account; see it in the app's dashboard",
            );
        }
        let platform = self.observed(run);
        // A push in between would add it, and ask for a consent that is then of no use.
        let _turn = match self.turn(run).await {
            Ok(turn) => turn,
            Err(NoTurn::Busy(who)) => return Outcome::failed(name, PushError::Busy(who).to_string()),
            Err(NoTurn::Cancelled) => return Outcome::new(name, OutcomeStatus::Interrupted { sent: false }),
        };
        run.events.send(Event::Started { type_name: name.to_owned(), action: Action::Remove });
        let removed = Outcome::new(name, self.delete(&platform, name).await);
        let _ = self.keep(&removed, None).await;
        if !matches!(removed.status, OutcomeStatus::Removed) {
            return removed;
        }
        if run.cancel.is_cancelled() {
            return Outcome::new(name, OutcomeStatus::Interrupted { sent: false });
        }
        run.events.send(Event::Started { type_name: name.to_owned(), action: Action::Add });
        let mut added = Outcome::new(name, self.put(&platform, name, &connector.scopes).await);
        if let OutcomeStatus::Failed { reason, .. } = &mut added.status {
            *reason = crate::words::removed_but_not_added(reason);
        }
        let _ = self.keep(&added, Some(&connector.scopes)).await;
        added
    }
}

/// Whether an outcome is one of the connector's own: a platform that was not reached, or a login that is void, leaves it
/// as it was.
fn tells_of_the_connector(status: &OutcomeStatus) -> bool {
    match status {
        OutcomeStatus::Failed { error: Some(error), .. } => {
            matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict)
        }
        _ => true,
    }
}

/// Whether a failed look may succeed the next time.
fn is_transient(error: &PlatformError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::RateLimited
            | ErrorKind::Unavailable
            | ErrorKind::Network
            | ErrorKind::TimedOut
            | ErrorKind::Malformed
            | ErrorKind::Conflict
    )
}

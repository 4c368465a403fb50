//! One project and its app on the platform: what terminal and editor drive.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use connector_boundary::AppId;
use connector_boundary::folder::Identity;
use connector_model::code::ConnectorUsers;
use connector_model::load::{CheckedProject, LocalConnector, check_for_push};
use connector_model::project::Project;
use connector_platform::{
    Account, AuthorizationStatus, AvailableList, Environment, ErrorKind, Platform, PlatformError,
    RemoteStatus, SetupError,
};
use futures_util::stream::{self, StreamExt};

use crate::FailureKind;
use crate::doubt::{self, Doubts};
use crate::store::{AppState, Failure, Store};
use crate::{
    Event, Outcome, OutcomeStatus, PendingAuthorization, Plan, PullError, PullPlan, PullReport, Run,
    Snapshot, plan, pull, words,
};
use connector_model::difference::agree;

/// How many calls run side by side.
pub(crate) const AT_ONCE: usize = 8;

/// How long the engine waits for people and for the platform. The defaults are the product's; tests have less time.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Between two looks at a pending authorization.
    pub poll: Duration,
    /// How long a person has for an authorization.
    pub authorization: Duration,
    /// How long calls that are on their way when an operation is stopped are waited for.
    pub grace: Duration,
    /// A snapshot older than this is made again before anything is removed.
    pub fresh: Duration,
    /// A stored link older than this is not offered again.
    pub link: Duration,
    /// How long another push of the same app is waited for.
    pub turn: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Times {
            poll: Duration::from_secs(2),
            authorization: Duration::from_secs(120),
            // With the rest of a stop this stays under a second.
            grace: Duration::from_millis(700),
            fresh: Duration::from_secs(30),
            link: Duration::from_secs(60 * 60),
            turn: Duration::from_secs(60),
        }
    }
}

/// A project and its app on the platform. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    platform: Platform,
    project: Arc<Project>,
    app: AppId,
    store: Store,
    times: Times,
    name: &'static str,
}

impl Engine {
    /// The engine of a project, as whoever is signed in. Nothing is sent.
    ///
    /// # Errors
    /// [`SetupError`] where there is no app, no login, or no platform to send the login to.
    pub fn open(environment: &Environment, project: Arc<Project>) -> Result<Engine, SetupError> {
        let app = project.app_id.clone()?;
        let platform = Platform::connect(environment, Some(&project.root))?;
        let store = Store::new(&environment.state_dir, platform.base_url(), &app);
        Ok(Engine { platform, project, app, store, times: Times::default(), name: "a terminal" })
    }

    /// The same with other waits.
    #[must_use]
    pub fn with_times(self, times: Times) -> Engine {
        Engine { times, ..self }
    }

    /// The same under the name by which another process is told who pushes.
    #[must_use]
    pub fn named(self, name: &'static str) -> Engine {
        Engine { name, ..self }
    }

    /// The platform, as whoever is signed in.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The project.
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// The app.
    pub fn app_id(&self) -> &AppId {
        &self.app
    }

    /// The app that a file of the workspace names against the linked one, where it does: whoever changes it asks before.
    pub fn mismatch(&self) -> Option<plan::AppMismatch> {
        plan::AppMismatch::of(&self.project)
    }

    /// What is kept of the app between runs.
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn times(&self) -> &Times {
        &self.times
    }

    /// The platform, telling the run of its waits.
    pub(crate) fn observed(&self, run: &Run) -> Platform {
        let events = run.events.clone();
        self.platform.observed(move |notice| events.send(Event::Waiting { notice }))
    }

    /// Asks the platform what it has: connectors, Stripe and how each pending authorization stands, side by side.
    /// The answer is stored, and what is no longer pending is forgotten. Dropping the future stops it.
    ///
    /// # Errors
    /// [`PlatformError`] where the connectors could not be listed. Stripe that cannot be asked is no error.
    pub async fn snapshot(&self, run: &Run) -> Result<Snapshot, PlatformError> {
        let platform = self.observed(run);
        let started = now();
        let state = self.store.read();
        let pending: Vec<PendingAuthorization> = state.pending.into_values().collect();
        let stripe = async { Ok(platform.stripe_status(&self.app).await) };
        let standing = async { Ok(self.standing(&platform, pending).await) };
        let (mut list, stripe, standing) = tokio::try_join!(platform.list(&self.app), stripe, standing)?;
        let is_listed = |name: &str| {
            let mut active = list.connectors.iter().filter(|remote| remote.status == RemoteStatus::Active);
            active.any(|remote| remote.type_name == name)
        };
        if standing
            .iter()
            .any(|(asked, standing)| *standing == Standing::Given && !is_listed(&asked.type_name))
        {
            // The consent was given between the two answers: the list is from before it.
            list = platform.list(&self.app).await?;
        }
        let (stripe, stripe_failure) = match stripe {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error.reason().to_owned())),
        };
        let snapshot = Snapshot {
            app: self.app.as_str().to_owned(),
            at: started,
            account: address(&self.platform.account()),
            connectors: list.connectors,
            unreadable: list.unreadable,
            has_more: list.has_more,
            stripe,
            stripe_failure,
            available: state.snapshot.and_then(|before| before.available),
        };
        let kept = snapshot.clone();
        // A snapshot that cannot be kept is still one to work with.
        let _ = self.change(move |state| resolve(state, kept, &standing)).await;
        Ok(snapshot)
    }

    /// How each pending authorization stands; none where it could not be asked.
    async fn standing(
        &self,
        platform: &Platform,
        pending: Vec<PendingAuthorization>,
    ) -> Vec<(PendingAuthorization, Standing)> {
        let asked = pending.into_iter().map(|pending| async move {
            let standing = match &pending.connection_id {
                Some(id) => self.stands(platform, &pending.type_name, id).await,
                None => Standing::Unknown,
            };
            (pending, standing)
        });
        stream::iter(asked).buffer_unordered(AT_ONCE).collect().await
    }

    pub(crate) async fn stands(&self, platform: &Platform, type_name: &str, connection_id: &str) -> Standing {
        match platform.authorization_status(&self.app, type_name, connection_id).await {
            Ok(AuthorizationStatus::Active) => Standing::Given,
            Ok(AuthorizationStatus::Failed) => Standing::Refused,
            Ok(AuthorizationStatus::Pending | AuthorizationStatus::Other(_)) => Standing::Waits,
            Err(error) if error.kind() == ErrorKind::NotFound => Standing::Gone,
            Err(_) => Standing::Unknown,
        }
    }

    /// What a push of these connectors would do, against a fresh snapshot. Nothing is changed.
    ///
    /// # Errors
    /// [`PlatformError`] where the connectors could not be listed.
    pub async fn plan_push(&self, connectors: &[LocalConnector], run: &Run) -> Result<Plan, PlatformError> {
        let snapshot = self.snapshot(run).await?;
        let mut steps = plan::steps(connectors, &snapshot, &self.offered_again());
        let users = match steps.iter().any(|step| step.action.is_removal()) {
            true => self.users().await,
            false => ConnectorUsers::default(),
        };
        plan::name_users(&mut steps, &users);
        let folder = self.project.display_path(&self.project.connectors_dir);
        let Doubts { mut notes, doubt } = self.doubts(&steps, &snapshot).await;
        if let Some(why) = &snapshot.stripe_failure {
            notes.push(words::stripe_unknown(why));
        }
        notes.extend(words::unreadable_entries(snapshot.unreadable));
        notes.extend(plan::note_on_any_type(&steps, &users));
        notes.extend(words::more_on_the_platform(snapshot.has_more).filter(|note| !notes.contains(note)));
        let guarded = plan::guarded(&steps, &snapshot);
        let mismatch = self.mismatch();
        let plan = Plan {
            app: self.app.as_str().to_owned(),
            folder,
            steps,
            notes,
            doubt,
            guarded,
            mismatch,
            snapshot,
            root: Identity::of(&self.project.root),
        };
        run.events.send(Event::Planned {
            app: plan.app.clone(),
            folder: plan.folder.clone(),
            steps: plan.steps.clone(),
        });
        Ok(plan)
    }

    /// What speaks against the removals among these steps, by the disk as it is now.
    pub(crate) async fn doubts(&self, steps: &[plan::Step], snapshot: &Snapshot) -> Doubts {
        let (project, steps, snapshot) = (self.project.clone(), steps.to_vec(), snapshot.clone());
        let looked = off_thread(move || doubt::about_removals(&project, &steps, &snapshot)).await;
        looked.unwrap_or_else(|why| Doubts {
            doubt: Some(format!("What speaks against it could not be looked at ({why}). Push again.")),
            ..Doubts::default()
        })
    }

    /// The authorizations that wait, and can be given by their stored links.
    pub(crate) fn offered_again(&self) -> BTreeMap<String, PendingAuthorization> {
        let mut pending = self.store.read().pending;
        pending.retain(|_, pending| self.is_offered_again(pending));
        pending
    }

    /// Whether a stored link is young enough to be offered again, and can be watched.
    pub(crate) fn is_offered_again(&self, pending: &PendingAuthorization) -> bool {
        let age = Duration::from_millis(now().saturating_sub(pending.since));
        pending.connection_id.is_some() && age < self.times.link
    }

    /// The types that the app can have; stored with the last snapshot.
    ///
    /// # Errors
    /// [`PlatformError`] where they could not be listed.
    pub async fn available(&self, run: &Run) -> Result<AvailableList, PlatformError> {
        let available = self.observed(run).available(&self.app).await?;
        if !available.is_whole() {
            // Kept, it would have types called unavailable that only could not be read.
            return Ok(available);
        }
        let kept = available.types.clone();
        let _ = self
            .change(move |state| {
                if let Some(snapshot) = &mut state.snapshot {
                    snapshot.available = Some(kept);
                }
            })
            .await;
        Ok(available)
    }

    /// Sets the scopes of one connector, file or not, with one call, which is made again where it broke off, as a push
    /// makes it. What waits for a person then is stored as a push stores it.
    ///
    /// # Errors
    /// [`PlatformError`] where it broke off, or the platform refused the call.
    pub async fn initiate(
        &self,
        type_name: &str,
        scopes: &[String],
        run: &Run,
    ) -> Result<OutcomeStatus, PlatformError> {
        let status = self.put(&self.observed(run), type_name, scopes).await;
        if let OutcomeStatus::Failed { error: Some(error), .. } = status {
            return Err(error);
        }
        if matches!(status, OutcomeStatus::Pending(_)) {
            let _ = self.keep(&Outcome::new(type_name, status.clone()), Some(scopes)).await;
        }
        Ok(status)
    }

    /// What a pull would do, against a fresh snapshot. Nothing is written.
    ///
    /// # Errors
    /// [`PullError`] where the platform does not answer, or a file stands in the way.
    pub async fn plan_pull(&self, run: &Run) -> Result<PullPlan, PullError> {
        let snapshot = self.snapshot(run).await?;
        let checked = self.checked().await.map_err(PullError::Folder)?;
        pull::plan(&self.project, &checked, &snapshot, &self.store.read())
    }

    /// Carries a pull out. What needs agreement is done only where `agreed` names it; else the file is left.
    pub fn pull(&self, plan: &PullPlan, agreed: &[String]) -> PullReport {
        // What takes the project's name meanwhile is not written into.
        let project = Project { held: plan.root, ..(*self.project).clone() };
        let report = pull::apply(&project, plan, agreed);
        let base = report.base.clone();
        // Forgotten, the next pull would only ask once more than it has to.
        let _ = self.store.update(|state| state.base.extend(base));
        report
    }

    /// Records what became of a connector, in the store and its snapshot. Gives why it could not, where it could not.
    pub(crate) async fn keep(&self, outcome: &Outcome, scopes: Option<&[String]>) -> Option<String> {
        let (outcome, scopes) = (outcome.clone(), scopes.map(<[String]>::to_vec));
        let account = address(&self.platform.account());
        self.change(move |state| state.take_in(&outcome, scopes.as_deref(), account.as_deref())).await.err()
    }

    /// Records that file and platform agree on all of these.
    pub(crate) async fn keep_all(&self, steps: impl Iterator<Item = &plan::Step>) {
        let in_sync: Vec<(Outcome, Vec<String>)> = steps
            .map(|step| (Outcome::new(&step.type_name, OutcomeStatus::Synced), step.scopes.clone()))
            .collect();
        // Forgotten, a later pull would only ask once more than it has to.
        let _ = self
            .change(move |state| {
                for (outcome, scopes) in &in_sync {
                    state.record(outcome, Some(scopes), now());
                }
            })
            .await;
    }

    /// Records how a watched authorization ended, unless another process has asked for a new one meanwhile.
    pub(crate) async fn keep_authorized(&self, outcome: &Outcome, watched: &PendingAuthorization) {
        let (outcome, watched) = (outcome.clone(), watched.clone());
        let _ = self
            .change(move |state| {
                let stored = state.pending.get(&watched.type_name);
                if stored.is_none_or(|stored| stored.link == watched.link) {
                    state.take_in(&outcome, Some(&watched.scopes), None);
                }
            })
            .await;
    }

    /// The project's files as they are now, each checked.
    pub(crate) async fn checked(&self) -> Result<CheckedProject, String> {
        let project = self.project.clone();
        off_thread(move || check_for_push(&project)).await
    }

    /// The functions of the app's saved code, by the connectors that they need.
    pub(crate) async fn users(&self) -> ConnectorUsers {
        let project = self.project.clone();
        off_thread(move || ConnectorUsers::read(&project)).await.unwrap_or_default()
    }

    /// Changes what is kept, off the thread that serves other things; goes on where nobody waits for it any more.
    async fn change(&self, change: impl FnOnce(&mut AppState) + Send + 'static) -> Result<(), String> {
        let store = self.store.clone();
        off_thread(move || store.update(change)).await?.map_err(|error| error.to_string())
    }
}

/// Work on the disk goes where it holds nothing else up, and ends even where nobody waits for it any more.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())
}

impl AppState {
    /// Records an outcome and what it says about the platform.
    fn take_in(&mut self, outcome: &Outcome, scopes: Option<&[String]>, account: Option<&str>) {
        self.record(outcome, scopes, now());
        if let Some(snapshot) = &mut self.snapshot {
            snapshot.apply(outcome, scopes, account, now());
        }
    }
}

/// How a pending authorization stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was given.
    Given,
    /// It waits for a person.
    Waits,
    /// It was refused, given in part, or nobody gave it in time.
    Refused,
    /// The platform does not know it any more.
    Gone,
    /// The platform could not be asked.
    Unknown,
}

/// Takes a snapshot in, and settles what it and the platform's answers say is no longer pending.
fn resolve(state: &mut AppState, snapshot: Snapshot, standing: &[(PendingAuthorization, Standing)]) {
    for (asked, standing) in standing {
        let name = &asked.type_name;
        // Another process may have asked for a new link meanwhile.
        if state.pending.get(name) != Some(asked) {
            continue;
        }
        let remote = snapshot.find(name).filter(|remote| remote.status == RemoteStatus::Active);
        let listed = remote.is_some_and(|remote| agree(name, remote.scopes.as_deref(), &asked.scopes));
        match standing {
            _ if listed || *standing == Standing::Given => {
                state.pending.remove(name);
                state.failures.remove(name);
                state.base.insert(name.clone(), asked.scopes.clone());
            }
            Standing::Gone => {
                state.pending.remove(name);
            }
            Standing::Refused => {
                state.pending.remove(name);
                state.failures.insert(
                    name.clone(),
                    Failure {
                        at: snapshot.at,
                        kind: FailureKind::Denied,
                        reason: words::DENIED.to_owned(),
                        hint: None,
                        account: None,
                        scopes: Some(asked.scopes.clone()),
                    },
                );
            }
            Standing::Given | Standing::Waits | Standing::Unknown => {}
        }
    }
    // A refusal is over where the platform has by now what was refused.
    state.failures.retain(|name, failure| {
        let has_all = snapshot.find(name).is_some_and(|remote| {
            let asked = failure.scopes.as_deref();
            remote.status == RemoteStatus::Active
                && asked.is_none_or(|asked| agree(name, remote.scopes.as_deref(), asked))
        });
        failure.kind != FailureKind::Denied || !has_all
    });
    // An answer from before the last change must not hide that change; the next one will have it.
    let hides = |known: &Snapshot| (snapshot.at..=now()).contains(&known.at) && known.at != snapshot.at;
    if !state.snapshot.as_ref().is_some_and(hides) {
        state.snapshot = Some(snapshot);
    }
}

/// The address of whoever speaks, where the credential has one.
pub(crate) fn address(account: &Account) -> Option<String> {
    match account {
        Account::Login { email, .. } => Some(email.clone()),
        Account::Seeded { email } => email.clone(),
        Account::WorkspaceKey => None,
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

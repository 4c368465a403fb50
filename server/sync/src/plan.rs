//! What a push will do, made from the files and a snapshot before anything is sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use connector_boundary::folder::Identity;
use connector_model::code::ConnectorUsers;
use connector_model::load::LocalConnector;
use connector_model::project::{AppIdSource, Project};
use connector_model::standing::ConnectorState;
use connector_platform::{PlatformError, RemoteStatus, StripeMode};
use serde::Serialize;

use crate::{PendingAuthorization, STRIPE, Snapshot, words};
use connector_model::difference::Difference;

connector_model::vocabulary! {
    /// What is done to one connector.
    pub enum Action {
        /// The platform has it, active, with the same scopes: no call.
        Keep = "keep",
        /// Its scopes are replaced.
        Update = "update",
        /// The platform does not have it.
        Add = "add",
        /// The platform has it, and a person has to authorize it, again or still.
        Authorize = "authorize",
        /// The platform has it, and no file does.
        Remove = "remove",
        /// A Stripe sandbox is created.
        ProvisionStripe = "provision-stripe",
        /// Stripe is taken off the app.
        RemoveStripe = "remove-stripe",
        /// Nothing: the platform could not be asked how it stands.
        Leave = "leave",
    }
}

impl Action {
    /// Whether the platform loses something.
    pub fn is_removal(self) -> bool {
        matches!(self, Action::Remove | Action::RemoveStripe)
    }
}

/// What a push does to one connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The connector's type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What is done.
    pub action: Action,
    /// The file that asks for it; none for a removal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The scopes of the file.
    pub scopes: Vec<String>,
    /// The scopes that the platform has not yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// The scopes that the platform has and the file has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Why, where the action alone does not say it: `expired`, `pending authorization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The app's functions that need what is removed, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<String>,
    /// The authorization that already waits for exactly this: no call is needed.
    #[serde(skip)]
    pub pending: Option<PendingAuthorization>,
}

/// What a push will do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The app.
    pub app: String,
    /// The connectors folder, as a person of the project writes it.
    pub folder: String,
    /// One step a connector: those with a file in the order of the files, then the removals.
    pub steps: Vec<Step>,
    /// What else a person should know before they agree, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Where its removals look like a mistake: why, and what to do about it. To agree beforehand, without having
    /// seen this, is no agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
    /// The removals that a general agreement does not cover, each with the reason: somebody has to name them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guarded: Vec<Guarded>,
    /// Where a file of the workspace names another app than the project is linked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<AppMismatch>,
    /// What it was made against.
    #[serde(skip)]
    pub snapshot: Snapshot,
    /// Which folder the project was then, whatever has its name by now; none where that cannot be told.
    #[serde(skip)]
    pub root: Option<Identity>,
}

/// A removal that somebody has to name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Guarded {
    /// Which connector.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What would be lost, as a part of a sentence.
    pub why: String,
    /// What kind of a loss it is.
    pub kind: Guard,
}

connector_model::vocabulary! {
    /// Why a removal has to be named.
    pub enum Guard {
        /// It cannot be undone. Whoever sees the plan is asked once more.
        Final = "final",
        /// Code of the app uses it, which the plan says of it.
        Used = "used",
    }
}

/// A file of the workspace names another app than the project is linked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppMismatch {
    /// The app that would be changed.
    pub named: String,
    /// The file that names it.
    pub by: String,
    /// The app that the project is linked to.
    pub linked: String,
}

impl AppMismatch {
    /// The mismatch of a project, where there is one.
    pub(crate) fn of(project: &Project) -> Option<AppMismatch> {
        let Some(AppIdSource::EnvFile(path)) = &project.app_id_source else {
            return None;
        };
        let (named, linked) = (project.app_id.as_ref().ok()?, project.linked_app.as_ref()?);
        (named != linked).then(|| AppMismatch {
            named: named.to_string(),
            by: project.display_path(path),
            linked: linked.to_string(),
        })
    }

    /// What a person has to agree to, as a question.
    pub fn question(&self) -> String {
        format!("{self} Change {}?", self.named)
    }
}

impl fmt::Display for AppMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} names the app {}, and the project is linked to {}.", self.by, self.named, self.linked)
    }
}

/// Why a push was not begun. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The plan removes what nobody agreed to lose.
    #[error("This push would remove {}, and nobody agreed to that. Nothing was sent.", words::few(.0))]
    NotAgreed(Vec<String>),
    /// What was agreed to is no longer what the plan does.
    #[error("You agreed to remove {}, which this push does not do. Nothing was sent; look at the plan again.", words::few(.0))]
    NotPlanned(Vec<String>),
    /// Another folder has taken the project's name since the plan was made.
    #[error("{0} is another folder than when the plan was made. Nothing was sent; push again.")]
    Exchanged(String),
    /// Somebody else is pushing the app, and does not come to an end.
    #[error(
        "Another push of this app ({0}) is still under way. Nothing was sent; push again when it has ended."
    )]
    Busy(String),
    /// Somebody else has pushed the app since the plan was made, and what the app has now could not be asked.
    #[error("Another push of this app came first, and then: {error} {} Nothing was sent.", error.hint())]
    Changed {
        /// What went wrong.
        error: PlatformError,
    },
}

impl Plan {
    /// The connectors that the platform would lose, by name.
    pub fn removals(&self) -> Vec<String> {
        let removals = self.steps.iter().filter(|step| step.action.is_removal());
        removals.map(|step| step.type_name.clone()).collect()
    }

    /// The removals that somebody has to name, less those that are `named` already.
    pub fn guarded_but(&self, named: &[String]) -> Vec<&Guarded> {
        self.guarded.iter().filter(|guarded| !named.contains(&guarded.type_name)).collect()
    }

    /// The removals that cannot be undone: whoever agreed to the plan is asked once more for each.
    pub fn asked_again(&self) -> impl Iterator<Item = &Guarded> {
        self.guarded.iter().filter(|guarded| guarded.kind == Guard::Final)
    }

    /// What a person should know before they agree, each sentence once: the notes, and the doubt with what to do.
    pub fn cautions(&self) -> impl Iterator<Item = &str> {
        let repeated = |note: &&String| self.doubt.as_ref().is_some_and(|doubt| doubt.starts_with(*note));
        let notes = self.notes.iter().filter(move |note| !repeated(note));
        notes.chain(&self.doubt).map(String::as_str)
    }

    /// The same push without its removals: the platform keeps what no file has.
    pub fn without_removals(mut self) -> Plan {
        self.guarded.clear();
        self.steps.retain(|step| !step.action.is_removal());
        self
    }

    /// The steps that need a call.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action != Action::Keep)
    }

    /// Whether the platform already has everything as the files say.
    pub fn is_empty(&self) -> bool {
        self.changes().next().is_none()
    }

    /// The types that have a file, in the order of the files.
    pub fn local_types(&self) -> Vec<&str> {
        let local = self.steps.iter().filter(|step| !step.action.is_removal());
        local.map(|step| step.type_name.as_str()).collect()
    }

    /// The plan as a person reads it.
    pub fn to_text(&self) -> String {
        words::plan(self)
    }

    /// Whether `agreed` names exactly what the plan removes.
    ///
    /// # Errors
    /// [`PushError`] where it does not.
    pub fn check_consent(&self, agreed: &[String]) -> Result<(), PushError> {
        let planned: BTreeSet<String> = self.removals().into_iter().collect();
        let agreed: BTreeSet<String> = agreed.iter().cloned().collect();
        let missing: Vec<String> = planned.difference(&agreed).cloned().collect();
        let surplus: Vec<String> = agreed.difference(&planned).cloned().collect();
        match (missing.is_empty(), surplus.is_empty()) {
            (false, _) => Err(PushError::NotAgreed(missing)),
            (true, false) => Err(PushError::NotPlanned(surplus)),
            (true, true) => Ok(()),
        }
    }
}

/// The steps from what the platform has to what the files say.
pub(crate) fn steps(
    connectors: &[LocalConnector],
    snapshot: &Snapshot,
    pending: &BTreeMap<String, PendingAuthorization>,
) -> Vec<Step> {
    let local: BTreeSet<&str> = connectors.iter().map(|connector| connector.type_name.as_str()).collect();
    let mut steps: Vec<Step> = connectors
        .iter()
        .map(|connector| {
            if connector.type_name == STRIPE {
                stripe_step(connector, snapshot)
            } else {
                step(connector, snapshot, pending.get(&connector.type_name))
            }
        })
        .collect();
    let mut removed = BTreeSet::new();
    for remote in &snapshot.connectors {
        let name = remote.type_name.as_str();
        if name != STRIPE && !local.contains(name) && removed.insert(name) {
            let mut step = removal(name, Action::Remove, remote.scopes.as_deref().unwrap_or_default());
            step.why = remote.scopes.is_none().then(|| words::SCOPES_UNKNOWN.to_owned());
            steps.push(step);
        }
    }
    if snapshot.has_stripe() == Some(true) && !local.contains(STRIPE) {
        let mut step = removal(STRIPE, Action::RemoveStripe, &[]);
        let mode = snapshot.stripe.as_ref().and_then(|stripe| stripe.mode.as_ref());
        step.why =
            (mode == Some(&StripeMode::Live)).then(|| "it is live: real payments would stop".to_owned());
        steps.push(step);
    }
    steps
}

fn removal(type_name: &str, action: Action, scopes: &[String]) -> Step {
    Step {
        type_name: type_name.to_owned(),
        action,
        path: None,
        scopes: Vec::new(),
        added: Vec::new(),
        removed: scopes.to_vec(),
        why: None,
        used_by: Vec::new(),
        pending: None,
    }
}

fn step(connector: &LocalConnector, snapshot: &Snapshot, pending: Option<&PendingAuthorization>) -> Step {
    let name = connector.type_name.as_str();
    let mut step = Step {
        type_name: name.to_owned(),
        action: Action::Add,
        path: Some(connector.path.clone()),
        scopes: connector.scopes.clone(),
        added: connector.scopes.clone(),
        removed: Vec::new(),
        why: None,
        used_by: Vec::new(),
        pending: None,
    };
    if let Some(remote) = snapshot.find(name) {
        let known = remote.scopes.as_deref();
        let difference = known.map(|known| Difference::between(name, known, &connector.scopes));
        let difference = difference.unwrap_or_default();
        step.action = match &remote.status {
            RemoteStatus::Active if known.is_none() => {
                step.why = Some(words::SCOPES_UNKNOWN.to_owned());
                Action::Update
            }
            RemoteStatus::Active if difference.is_empty() => Action::Keep,
            RemoteStatus::Active => Action::Update,
            other => {
                step.why = Some(words::remote_status(other));
                Action::Authorize
            }
        };
        step.added = difference.added;
        step.removed = difference.removed;
    }
    if step.action == Action::Keep {
        return step;
    }
    let waits =
        pending.filter(|pending| Difference::between(name, &pending.scopes, &connector.scopes).is_empty());
    if let Some(pending) = waits {
        step.action = Action::Authorize;
        step.why = Some(ConnectorState::Pending.in_words().1.to_owned());
        step.pending = Some(pending.clone());
    }
    step
}

fn stripe_step(connector: &LocalConnector, snapshot: &Snapshot) -> Step {
    let action = match snapshot.has_stripe() {
        Some(true) => Action::Keep,
        Some(false) => Action::ProvisionStripe,
        None => Action::Leave,
    };
    Step {
        type_name: STRIPE.to_owned(),
        action,
        path: Some(connector.path.clone()),
        scopes: Vec::new(),
        added: Vec::new(),
        removed: Vec::new(),
        why: (action == Action::Leave).then(|| words::STRIPE_NOT_INSTALLED.to_owned()),
        used_by: Vec::new(),
        pending: None,
    }
}

/// Says of each removal which functions need what it removes.
pub(crate) fn name_users(steps: &mut [Step], users: &ConnectorUsers) {
    for step in steps.iter_mut().filter(|step| step.action.is_removal()) {
        step.used_by = users.of_type(&step.type_name).to_vec();
    }
}

/// The removals that a general agreement does not cover.
pub(crate) fn guarded(steps: &[Step], snapshot: &Snapshot) -> Vec<Guarded> {
    let mode = snapshot.stripe.as_ref().and_then(|stripe| stripe.mode.as_ref());
    // What is not known to be a sandbox may take real payments.
    let is_sandbox = mode == Some(&StripeMode::Sandbox);
    let guard = |step: &Step| {
        let (why, kind) = match step.action {
            Action::RemoveStripe if !is_sandbox => {
                ("it is live: real payments would stop".to_owned(), Guard::Final)
            }
            Action::Remove | Action::RemoveStripe if !step.used_by.is_empty() => {
                (words::use_it(&step.used_by), Guard::Used)
            }
            _ => return None,
        };
        Some(Guarded { type_name: step.type_name.clone(), why, kind })
    };
    steps.iter().filter_map(guard).collect()
}

/// What a person should know of removals where the code may need any connector.
pub(crate) fn note_on_any_type(steps: &[Step], users: &ConnectorUsers) -> Option<String> {
    let removes = steps.iter().any(|step| step.action.is_removal());
    let functions = users.of_any_type();
    (removes && !functions.is_empty()).then(|| words::any_type(functions))
}

#[cfg(test)]
mod tests;

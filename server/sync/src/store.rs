//! What is known of each app between runs: the last snapshot, what is pending, what failed, the base of each merge.
//!
//! One JSON file an app in the user's state folder, readable by the user alone and written whole or not at all.
//! A terminal and an editor share it: changes are made under a lock, and a server may watch the file.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use connector_boundary::AppId;
use connector_boundary::lock::{Lock, LockError};
use connector_boundary::write::{rename, sweep_drafts, write_private};
use connector_model::facts::FailureKind;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{Outcome, OutcomeStatus, PendingAuthorization, Snapshot};

/// How long another process may hold the lock; it needs milliseconds.
const LOCK_LIMIT: Duration = Duration::from_secs(5);
/// A larger file was not written here.
const MAX_STATE_BYTES: u64 = 32 * 1024 * 1024;

/// Why something could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refuses.
    #[error("{path} cannot be written: {error}")]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another process does not let go of it.
    #[error("{0} is locked by another process")]
    Locked(PathBuf),
}

/// What is kept of an app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// The platform's base URL, to tell a file of another platform.
    #[serde(default)]
    pub platform: String,
    /// The app, to tell a file of another app.
    #[serde(default)]
    pub app: String,
    /// What the platform last said.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// What waits for a person, by type.
    #[serde(default, deserialize_with = "lenient_map", skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<String, PendingAuthorization>,
    /// What last went wrong, by type; what went well is forgotten.
    #[serde(default, deserialize_with = "lenient_map", skip_serializing_if = "BTreeMap::is_empty")]
    pub failures: BTreeMap<String, Failure>,
    /// The scopes last in sync between file and platform, by type: the base of the next merge. A file that says otherwise
    /// has been edited since. Older versions wrote it as `agreed`.
    #[serde(
        default,
        alias = "agreed",
        deserialize_with = "lenient_map",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub base: BTreeMap<String, Vec<String>>,
}

/// What last went wrong with a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// What kind of failure.
    pub kind: FailureKind,
    /// What happened, for people.
    pub reason: String,
    /// What to do next.
    #[serde(default)]
    pub hint: Option<String>,
    /// Whose the connector is, where that is the trouble.
    #[serde(default)]
    pub account: Option<String>,
    /// What was asked for; a file that says something else by now is not what failed.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
}

impl AppState {
    /// Records how a connector stands after an outcome.
    pub fn record(&mut self, outcome: &Outcome, scopes: Option<&[String]>, now: u64) {
        let name = &outcome.type_name;
        match &outcome.status {
            OutcomeStatus::Synced | OutcomeStatus::Added | OutcomeStatus::Provisioned { .. } => {
                self.pending.remove(name);
                self.failures.remove(name);
                if let Some(scopes) = scopes {
                    self.base.insert(name.clone(), scopes.to_vec());
                }
            }
            OutcomeStatus::Removed => {
                self.pending.remove(name);
                self.failures.remove(name);
                self.base.remove(name);
            }
            OutcomeStatus::Pending(pending) => {
                self.failures.remove(name);
                self.pending.insert(name.clone(), pending.clone());
            }
            OutcomeStatus::Denied => {
                // Its link is used up.
                self.pending.remove(name);
                self.fail(outcome, FailureKind::Denied, scopes, now);
            }
            OutcomeStatus::OtherUser { account, .. } => {
                self.fail(outcome, FailureKind::OtherUser, scopes, now);
                if let Some(failure) = self.failures.get_mut(name) {
                    failure.account.clone_from(account);
                }
            }
            OutcomeStatus::Failed { .. } | OutcomeStatus::Interrupted { sent: true } => {
                self.fail(outcome, FailureKind::Push, scopes, now);
            }
            OutcomeStatus::Skipped | OutcomeStatus::TimedOut | OutcomeStatus::Interrupted { sent: false } => {
            }
        }
    }

    fn fail(&mut self, outcome: &Outcome, kind: FailureKind, scopes: Option<&[String]>, now: u64) {
        let hint = match &outcome.status {
            OutcomeStatus::Failed { hint, .. } => hint.clone(),
            _ => None,
        };
        let reason = outcome.failure().unwrap_or_default();
        self.failures.insert(
            outcome.type_name.clone(),
            Failure { at: now, kind, reason, hint, account: None, scopes: scopes.map(<[String]>::to_vec) },
        );
    }
}

/// The file of one app on one platform.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    platform: String,
    app: String,
}

impl Store {
    /// The store of an app; nothing is read or written yet.
    pub fn new(state_dir: &Path, base_url: &str, app: &AppId) -> Store {
        let host = base_url.split_once("://").map_or(base_url, |(_, host)| host);
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
        let host: String = host.trim_end_matches('/').chars().map(plain).take(100).collect();
        Store {
            path: state_dir.join("apps").join(format!("{host}-{app}.json")),
            platform: base_url.to_owned(),
            app: app.as_str().to_owned(),
        }
    }

    /// The file; it need not exist. A server that watches it sees what a terminal does.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is kept. What cannot be read is as if it were not there.
    pub fn read(&self) -> AppState {
        self.load().ok().flatten().unwrap_or_else(|| self.empty())
    }

    /// Changes what is kept, alone among all processes, and gives what `change` gives.
    ///
    /// A damaged file is set aside, never fatal. The call may wait for another process, five seconds at most.
    ///
    /// # Errors
    /// [`StoreError`] where nothing was kept.
    pub fn update<T>(&self, change: impl FnOnce(&mut AppState) -> T) -> Result<T, StoreError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| StoreError::Io { path, error }
        };
        let _lock = self.lock()?;
        let before = match self.load() {
            Ok(state) => state,
            Err(_) => {
                // It is of no use, but somebody may want to look at it.
                let aside = self.path.with_extension("damaged");
                rename(&self.path, &aside).map_err(io(&self.path))?;
                None
            }
        };
        let mut state = before.clone().unwrap_or_else(|| self.empty());
        let result = change(&mut state);
        if before.as_ref() != Some(&state) {
            sweep_drafts(&self.path);
            let text = serde_json::to_vec(&state).map_err(io::Error::from);
            text.and_then(|text| write_private(&self.path, &text)).map_err(io(&self.path))?;
        }
        Ok(result)
    }

    fn empty(&self) -> AppState {
        AppState { platform: self.platform.clone(), app: self.app.clone(), ..AppState::default() }
    }

    /// What the file says; nothing where there is none.
    fn load(&self) -> io::Result<Option<AppState>> {
        let metadata = match std::fs::metadata(&self.path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !metadata.is_file() || metadata.len() > MAX_STATE_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let state: AppState = serde_json::from_slice(&std::fs::read(&self.path)?)?;
        let ours = state.platform == self.platform && state.app == self.app;
        // Another app's or platform's is of no more use here than a damaged one.
        if ours { Ok(Some(state)) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// The lock is a file of its own, since the store's is replaced.
    fn lock(&self) -> Result<Lock, StoreError> {
        let path = self.path.with_extension("lock");
        Lock::take(&path, LOCK_LIMIT, || ControlFlow::Continue(())).map_err(|error| match error {
            LockError::Io(error) => StoreError::Io { path, error },
            LockError::Busy | LockError::Stopped => StoreError::Locked(path),
        })
    }
}

/// What cannot be understood is left out: another version may have written it.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

fn lenient_map<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    let Value::Object(members) = Value::deserialize(deserializer)? else {
        return Ok(BTreeMap::new());
    };
    Ok(members
        .into_iter()
        .filter_map(|(name, value)| Some((name, serde_json::from_value(value).ok()?)))
        .collect())
}

#[cfg(test)]
mod tests;

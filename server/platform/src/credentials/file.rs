//! The login file, shared with the official CLI: `~/.base44/auth/auth.json`.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow::{Break, Continue};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connector_boundary::lock::{Lock, LockError};
use connector_boundary::read::{ReadError, read_text};
use connector_boundary::secret::{Secret, keep_secret};
use connector_boundary::write::{
    Access, Draft, behind_links, close_to_others, create_private_folder, sweep_drafts,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Account, Tokens};
use crate::{Environment, SetupError};

/// So many bytes are reserved for a login before its tokens are asked for.
const RESERVED: usize = 16 * 1024;

/// Where the login is kept.
#[derive(Clone, Debug)]
pub(crate) struct LoginFile {
    path: PathBuf,
}

/// What stands in it. Fields that are not ours are kept as they are.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredLogin {
    #[serde(rename = "accessToken")]
    access_token: String,
    #[serde(rename = "refreshToken")]
    refresh_token: String,
    #[serde(rename = "expiresAt")]
    expires_at: serde_json::Number,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

impl StoredLogin {
    pub(crate) fn new(tokens: &Tokens, email: &str, name: &str) -> StoredLogin {
        StoredLogin {
            access_token: tokens.access.expose().to_owned(),
            refresh_token: tokens.refresh.expose().to_owned(),
            expires_at: tokens.expires_at.unwrap_or_default().into(),
            email: email.to_owned(),
            name: name.to_owned(),
            rest: BTreeMap::new(),
        }
    }

    /// The same person with other tokens.
    pub(crate) fn with(&self, tokens: &Tokens) -> StoredLogin {
        StoredLogin { rest: self.rest.clone(), ..StoredLogin::new(tokens, &self.email, &self.name) }
    }

    pub(crate) fn tokens(&self) -> Tokens {
        let expires_at =
            self.expires_at.as_u64().or_else(|| self.expires_at.as_f64().map(|end| end.max(0.0) as u64));
        Tokens {
            access: Secret::new(&self.access_token),
            refresh: Secret::new(&self.refresh_token),
            expires_at,
        }
    }

    pub(crate) fn account(&self) -> Account {
        Account::Login { email: self.email.clone(), name: self.name.clone() }
    }
}

impl LoginFile {
    pub(crate) fn of(environment: &Environment) -> LoginFile {
        LoginFile { path: environment.login_path() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The login, or none where nobody is signed in. A file that others could read is closed to them.
    pub(crate) fn read(&self) -> Result<Option<StoredLogin>, SetupError> {
        let mut tries = 0;
        loop {
            match self.read_once() {
                // The official CLI does not write the file in one piece: it may be about to be whole.
                Err(SetupError::DamagedLogin { .. }) if tries < 4 && self.path.is_file() => {
                    tries += 1;
                    std::thread::sleep(Duration::from_millis(15));
                }
                result => return result,
            }
        }
    }

    fn read_once(&self) -> Result<Option<StoredLogin>, SetupError> {
        let damaged = |why: String| SetupError::DamagedLogin { path: self.path.clone(), why };
        let text = match read_text(&self.path) {
            Ok(text) => text,
            Err(ReadError::NotFound) => return Ok(None),
            Err(error) => return Err(damaged(error.to_string())),
        };
        close_to_others(&self.path);
        // The parser's own words may repeat what stands in the file.
        let login: StoredLogin = serde_json::from_str(&text).map_err(|error| {
            damaged(match error.classify() {
                serde_json::error::Category::Data => {
                    "a part of it is missing or of the wrong kind".to_owned()
                }
                _ => "it is no JSON".to_owned(),
            })
        })?;
        let usable = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        // Also what cannot be used may be one of somebody's.
        [&login.access_token, &login.refresh_token].into_iter().for_each(|token| keep_secret(token));
        if usable(&login.access_token) && usable(&login.refresh_token) {
            Ok(Some(login))
        } else {
            Err(damaged("its tokens are none".to_owned()))
        }
    }

    /// Makes sure that a login can be kept, before a person is asked to confirm anything. Nothing stays behind.
    pub(crate) fn check_writable(&self) -> io::Result<()> {
        let target = behind_links(&self.path);
        let mut above = target.ancestors().skip(1);
        let folder = above.find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(Path::new("."));
        Draft::beside(&folder.join("auth.json"), Access::Private).map(drop)
    }

    /// Makes sure, before anything is risked, that a new login can be written. Only for whoever holds the lock.
    pub(crate) fn prepare(&self) -> io::Result<Prepared> {
        let target = behind_links(&self.path);
        create_private_folder(target.parent().unwrap_or(Path::new(".")))?;
        if target.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder is in its place"));
        }
        sweep_drafts(&target);
        let mut draft = Draft::beside(&target, Access::Private)?;
        // A full disk shows now.
        draft.fill(&[b' '; RESERVED])?;
        Ok(Prepared(draft))
    }

    /// Waits until no other process renews the login.
    pub(crate) async fn lock(&self, limit: Duration) -> io::Result<Lock> {
        let path = lock_path(&behind_links(&self.path));
        // Whoever gives up the wait lets go of the thread that waits for it.
        let waiting = Arc::new(());
        let asked = Arc::downgrade(&waiting);
        let wait = move || if asked.strong_count() > 0 { Continue(()) } else { Break(()) };
        match tokio::task::spawn_blocking(move || Lock::take(&path, limit, wait)).await {
            Ok(Ok(lock)) => Ok(lock),
            Ok(Err(LockError::Io(error))) => Err(error),
            Ok(Err(LockError::Busy)) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "another process is renewing it and does not finish",
            )),
            Ok(Err(error @ LockError::Stopped)) => Err(io::Error::other(error)),
            Err(ended) => Err(io::Error::other(ended)),
        }
    }

    /// Removes the login. Whether there was one.
    pub(crate) fn remove(&self) -> io::Result<bool> {
        match std::fs::remove_file(behind_links(&self.path)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A place for a new login, ready to be filled and put where the old one is.
pub(crate) struct Prepared(Draft);

impl Prepared {
    /// Puts the login in place: whole, or not at all.
    pub(crate) fn write(mut self, login: &StoredLogin) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(login)?;
        text.push(b'\n');
        self.0.fill(&text)?;
        self.0.replace()
    }
}

fn lock_path(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    target.with_file_name(name)
}

//! The login file, shared with the official CLI: `~/.base44/auth/auth.json`.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use connector_boundary::read::{ReadError, read_text};
use connector_boundary::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::time::Instant;

use super::{Account, Tokens};
use crate::{Environment, SetupError};

/// What files that are being written are called, so that one left by a killed process is known.
const HALF: &str = ".auth-";
/// So many symbolic links are followed to the file itself.
const MAX_LINKS: usize = 16;
/// So many bytes are reserved for a login before its tokens are asked for.
const RESERVED: usize = 16 * 1024;
const POLL: Duration = Duration::from_millis(40);

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

/// Held while the login is renewed, by one process at a time. Free again when dropped or when its process ends.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "holds the lock until it is dropped")] Option<File>);

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
        tighten(&self.path);
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
        if usable(&login.access_token) && usable(&login.refresh_token) {
            Ok(Some(login))
        } else {
            Err(damaged("its tokens are none".to_owned()))
        }
    }

    /// The file itself, where the path is a symbolic link to it.
    fn target(&self) -> PathBuf {
        let mut path = self.path.clone();
        for _ in 0..MAX_LINKS {
            let Ok(link) = std::fs::read_link(&path) else {
                break;
            };
            path = path.parent().unwrap_or(Path::new("")).join(link);
        }
        path
    }

    /// Makes sure, before anything is risked, that a new login can be written.
    pub(crate) fn prepare(&self) -> io::Result<Prepared> {
        let target = self.target();
        let folder = target.parent().unwrap_or(Path::new(".")).to_owned();
        make_private_folder(&folder)?;
        if target.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder is in its place"));
        }
        sweep(&folder);
        let mut file = tempfile::Builder::new().prefix(HALF).suffix(".tmp").tempfile_in(&folder)?;
        // A full disk shows now.
        file.write_all(&[b' '; RESERVED])?;
        file.as_file().sync_all()?;
        Ok(Prepared { file, target })
    }

    /// Waits until no other process renews the login.
    pub(crate) async fn lock(&self, limit: Duration) -> io::Result<Lock> {
        let target = self.target();
        make_private_folder(target.parent().unwrap_or(Path::new(".")))?;
        let file = private_options().open(lock_path(&target))?;
        let until = Instant::now() + limit;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(Some(file))),
                Err(TryLockError::WouldBlock) if Instant::now() < until => tokio::time::sleep(POLL).await,
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "another process is renewing it and does not finish",
                    ));
                }
                // Some network file systems have no locks: better unlocked than signed out.
                Err(TryLockError::Error(error)) => {
                    tracing::warn!("the login cannot be locked: {error}");
                    return Ok(Lock(None));
                }
            }
        }
    }

    /// Removes the login. Whether there was one.
    pub(crate) fn remove(&self) -> io::Result<bool> {
        match std::fs::remove_file(self.target()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A place for a new login, ready to be filled and put where the old one is.
pub(crate) struct Prepared {
    file: NamedTempFile,
    target: PathBuf,
}

impl Prepared {
    /// Puts the login in place: whole, or not at all.
    pub(crate) fn write(mut self, login: &StoredLogin) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(login)?;
        text.push(b'\n');
        self.file.rewind()?;
        self.file.write_all(&text)?;
        self.file.as_file().set_len(text.len() as u64)?;
        self.file.as_file().sync_all()?;
        self.file.persist(&self.target).map_err(|error| error.error)?;
        if let Some(folder) = self.target.parent().and_then(|folder| File::open(folder).ok()) {
            // The file is in place either way; this only makes it last through a power cut.
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

fn lock_path(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    target.with_file_name(name)
}

/// Removes what a killed process left half-written. Only called by who holds the lock.
fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().take(1000).flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(HALF) && name.ends_with(".tmp") {
            // One that stays is empty or private.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Nobody but its owner reads the login.
#[cfg(unix)]
fn tighten(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = path.metadata() else {
        return;
    };
    if metadata.permissions().mode() & 0o077 != 0
        && let Err(error) = std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))
    {
        tracing::warn!("others can read the login, and that cannot be changed: {error}");
    }
}

#[cfg(not(unix))]
fn tighten(_path: &Path) {}

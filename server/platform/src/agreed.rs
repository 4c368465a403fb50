//! The hosts that a person has agreed to send a project to, because a file of that project names them.
//!
//! A workspace is written by whoever made it. Where it names another host than the built-in one, nothing goes there,
//! the workspace's own tokens included, before the person has said yes to that host by its name: once for each project.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use connector_boundary::lock::Lock;
use connector_boundary::read::read_text;
use connector_boundary::write::write_private;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::Environment;

const NAME: &str = "agreed-hosts.json";
/// How long another process may hold the lock; it needs milliseconds.
const LOCK_LIMIT: Duration = Duration::from_secs(5);

/// Which hosts were agreed to, by project.
type Agreed = BTreeMap<String, BTreeSet<String>>;

/// Where it is kept; whoever watches the file hears of a yes that was said elsewhere.
pub fn agreed_hosts_path(environment: &Environment) -> PathBuf {
    environment.state_dir.join(NAME)
}

/// Keeps that the person agreed to send this project to an address, as
/// [`SetupError::HostNotAgreed`](crate::SetupError::HostNotAgreed) names it.
///
/// # Errors
/// What the system says where it cannot be kept.
pub fn agree_to_host(environment: &Environment, project: &Path, address: &str) -> io::Result<()> {
    let path = agreed_hosts_path(environment);
    let _lock = Lock::take(&path.with_extension("lock"), LOCK_LIMIT, || ControlFlow::Continue(()))
        .map_err(io::Error::other)?;
    let mut agreed = read(&path);
    agreed.entry(key(project)).or_default().insert(address.to_owned());
    write_private(&path, &serde_json::to_vec(&agreed)?)
}

/// Whether the person agreed to it.
pub(crate) fn is_agreed(environment: &Environment, project: &Path, address: &str) -> bool {
    read(&agreed_hosts_path(environment)).get(&key(project)).is_some_and(|hosts| hosts.contains(address))
}

/// What cannot be read is no agreement.
fn read(path: &Path) -> Agreed {
    read_text(path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// A project by where it truly lies, in letters that no two folders share.
fn key(project: &Path) -> String {
    let real = project.canonicalize().unwrap_or_else(|_| project.to_owned());
    percent_encode(real.as_os_str().as_encoded_bytes(), NON_ALPHANUMERIC).to_string()
}

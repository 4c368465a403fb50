//! A local stand-in for the Base44 platform: the connector API, sign-in, and the pages a person sees.
//!
//! It listens on loopback only and keeps its state in memory, or in a file when asked to. Faults, latency and a
//! log of requests can be set and read in-process with a [`Handle`], or over HTTP from any language, so that
//! clients can be tested against the worst day of a platform. None of the calls below needs a login, none is
//! logged, and no fault touches them; bodies and answers are JSON, and a body that does not fit is answered with
//! 422 and changes nothing.
//!
//! | call | what it does |
//! | --- | --- |
//! | `GET`, `PUT`, `PATCH /sandbox/state` | reads, replaces or merge-patches (RFC 7396) the whole [`State`]; replacing it keeps logins and keys that the body does not name |
//! | `GET`, `PUT`, `PATCH`, `DELETE /sandbox/apps/{app}` | the same for one [`App`] |
//! | `GET /sandbox/login` | the login it gave out at its start, as the login file has it |
//! | `POST /sandbox/logins` | makes a login: `{"access_token"?, "lifetime_seconds"?}` |
//! | `POST /sandbox/tokens/expire`, `…/revoke` | makes every access token an expired one; makes every login void |
//! | `POST /sandbox/workspace-keys` | accepts a workspace key: `{"key": "b44k_…"}` |
//! | `GET /sandbox/consents` | the consents asked for, with their links |
//! | `POST /sandbox/consents/approve`, `…/deny` | answers all that wait |
//! | `POST /sandbox/consents/{id}/approve`, `…/deny` | answers one, as `{"account"?}` |
//! | `POST /sandbox/devices/{user_code}/approve`, `…/deny` | answers a device that signs in |
//! | `GET`, `POST`, `PUT`, `DELETE /sandbox/faults` | reads, adds (one [`Fault`]), replaces (a list) or clears what goes wrong |
//! | `PUT /sandbox/latency` | how long each answer takes: `{"millis"}` |
//! | `PUT /sandbox/refuse` | resets the next connections: `{"connections"}` |
//! | `GET`, `DELETE /sandbox/requests` | the log of requests and the most at once; forgets them |

mod admin;
mod answers;
mod api;
mod auth;
mod faults;
mod pages;
mod serve;
mod state;
mod thread;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

pub use faults::{Fault, FaultAction, RequestRecord};
pub use state::{App, Connector, Consent, ConsentStatus, Device, Failure, Login, State, StripeMode};
pub use thread::SandboxThread;

/// How to start a sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0 takes any free one.
    pub addr: SocketAddr,
    /// Where to keep the state across restarts; in memory only where there is none.
    pub state_file: Option<PathBuf>,
    /// How long each answer of the platform takes.
    pub latency: Duration,
    /// A token that is accepted; a random one where there is none.
    pub access_token: Option<String>,
    /// How long a token is accepted.
    pub token_lifetime: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            state_file: None,
            latency: Duration::ZERO,
            access_token: None,
            token_lifetime: Duration::from_secs(3600),
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program has the port.
    #[error("port {0} is in use. Choose another with --port, or stop the program that has it.")]
    PortInUse(u16),
    /// The address is not loopback.
    #[error("{0} is not a loopback address: the sandbox listens on 127.0.0.1 or [::1] only.")]
    NotLoopback(SocketAddr),
    /// It cannot listen for another reason.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The state file is there and is no state.
    #[error("{0} holds no sandbox state ({1}). Move it away to start afresh.")]
    BadState(PathBuf, String),
}

/// A running sandbox on the current runtime; it stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    handle: Handle,
    task: tokio::task::JoinHandle<()>,
}

/// Reads and steers a running sandbox, from any thread; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    shared: Arc<Shared>,
    addr: SocketAddr,
}

impl Sandbox {
    /// Starts one on the current runtime.
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub async fn start(options: Options) -> Result<Sandbox, StartError> {
        if !options.addr.ip().is_loopback() {
            return Err(StartError::NotLoopback(options.addr));
        }
        let mut state = match &options.state_file {
            Some(path) => State::load(path).map_err(|error| StartError::BadState(path.clone(), error))?,
            None => State::default(),
        };
        let listener =
            tokio::net::TcpListener::bind(options.addr).await.map_err(|error| match error.kind() {
                std::io::ErrorKind::AddrInUse => StartError::PortInUse(options.addr.port()),
                _ => StartError::Listen(options.addr, error),
            })?;
        let addr = listener.local_addr().map_err(|error| StartError::Listen(options.addr, error))?;
        let login = state.add_login(options.access_token.as_deref(), options.token_lifetime);
        let shared = Arc::new(Shared {
            base: format!("http://{addr}"),
            login,
            token_lifetime: options.token_lifetime,
            state_file: options.state_file,
            state: Mutex::new(state),
            faults: Mutex::new(faults::Faults { latency: options.latency, ..faults::Faults::default() }),
        });
        let task = tokio::spawn(serve::serve(listener, shared.clone()));
        Ok(Sandbox { handle: Handle { shared, addr }, task })
    }

    /// Starts one on a thread of its own, for callers that are not asynchronous.
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub fn spawn(options: Options) -> Result<SandboxThread, StartError> {
        SandboxThread::spawn(options)
    }

    /// Reads and steers this one from elsewhere.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Stops listening and drops its connections; the port is free afterwards.
    pub async fn stop(mut self) {
        self.task.abort();
        // The error is the abort itself.
        let _ = (&mut self.task).await;
    }

    /// Serves until something ends it from outside.
    pub async fn wait(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl std::ops::Deref for Sandbox {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Handle {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL: what `BASE44_API_URL` is set to.
    pub fn url(&self) -> &str {
        &self.shared.base
    }

    /// A login it accepts, as the login file has it.
    pub fn login(&self) -> &Login {
        &self.shared.login
    }

    /// Reads or changes what the platform knows.
    pub fn with_state<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        self.shared.change(act)
    }

    /// Makes requests fail, the first fault that fits each.
    pub fn inject(&self, fault: Fault) {
        self.shared.faults().list.push(fault);
    }

    /// Takes all faults back.
    pub fn clear_faults(&self) {
        let mut faults = self.shared.faults();
        faults.list.clear();
        faults.refuse_connections = 0;
    }

    /// Resets the next connections before a request is read.
    pub fn refuse_connections(&self, count: u32) {
        self.shared.faults().refuse_connections = count;
    }

    /// Sets how long each answer takes.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.faults().latency = latency;
    }

    /// The requests to the platform so far, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.faults().log.records().iter().cloned().collect()
    }

    /// The requests to the platform so far, oldest first; they are forgotten with this.
    pub fn take_requests(&self) -> Vec<RequestRecord> {
        self.shared.faults().log.take()
    }

    /// The most requests that were under way at once since the start.
    pub fn most_at_once(&self) -> usize {
        self.shared.faults().most_at_once
    }

    /// How many requests are under way.
    pub fn under_way(&self) -> usize {
        self.shared.faults().under_way
    }

    /// The connection ids of the consents that wait, as (app, type, connection id).
    pub fn waiting(&self) -> Vec<(String, String, String)> {
        self.with_state(|state| {
            let all =
                state.apps.iter().flat_map(|(app, known)| known.consents.iter().map(move |it| (app, it)));
            all.filter(|(_, (_, consent))| consent.status == ConsentStatus::Pending)
                .map(|(app, (id, consent))| (app.clone(), consent.type_name.clone(), id.clone()))
                .collect()
        })
    }

    /// Approves a consent as its person would; false where there is none waiting under this id.
    pub fn approve(&self, connection_id: &str) -> bool {
        self.with_state(|state| state.decide(connection_id, true, None))
    }

    /// Denies a consent as its person would; false where there is none waiting under this id.
    pub fn deny(&self, connection_id: &str) -> bool {
        self.with_state(|state| state.decide(connection_id, false, None))
    }

    /// Approves every consent that waits; gives how many.
    pub fn approve_all(&self) -> usize {
        self.with_state(|state| state.decide_all(true))
    }

    /// Makes another login that it accepts.
    pub fn add_login(&self) -> Login {
        let lifetime = self.shared.token_lifetime;
        self.with_state(|state| state.add_login(None, lifetime))
    }

    /// Makes every access token an expired one; what refreshes them stays good.
    pub fn expire_tokens(&self) {
        self.with_state(State::expire_tokens);
    }
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) base: String,
    pub(crate) login: Login,
    pub(crate) token_lifetime: Duration,
    state_file: Option<PathBuf>,
    state: Mutex<State>,
    faults: Mutex<faults::Faults>,
}

impl Shared {
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let result = act(&mut state);
        if let Some(path) = &self.state_file {
            // A sandbox whose disk is full still answers.
            let _ = state.save(path);
        }
        result
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, faults::Faults> {
        self.faults.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

//! Signing in by device code (RFC 8628), signing out, and who is signed in.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use connector_boundary::AppId;
use connector_boundary::secret::Secret;
use reqwest::Method;
use serde::Deserialize;
use tokio::time::Instant;

use crate::credentials::{
    CLIENT_ID, LoginFile, StoredLogin, Tokens, choose, grant_of, oauth_error, token_call,
};
use crate::host::Place;
use crate::http::{Answer, Attempts, Authorization, Body, Call, Http, words};
use crate::timeouts::whole;
use crate::{Account, Environment, ErrorKind, Notice, Platform, PlatformError, SafeLink, SetupError};

const DOING: &str = "signing in";
const SCOPE: &str = "apps:read apps:write sandbox:write";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Waits between two questions where the platform names none, and what is added when it says to slow down.
const USUAL_INTERVAL: Duration = Duration::from_secs(5);
const MAX_INTERVAL: Duration = Duration::from_secs(60);

/// A sign-in that waits for a person to agree in a browser.
pub struct DeviceCode {
    /// What the person compares, or types in.
    pub user_code: String,
    /// The page to open.
    pub verification_uri: SafeLink,
    /// The page with the code filled in already, where the platform gives one.
    pub verification_uri_complete: Option<SafeLink>,
    /// How long the code is good for.
    pub expires_in: Duration,
    device_code: Secret,
    interval: Duration,
    http: Arc<Http>,
    file: LoginFile,
}

/// The code that the person types in may be shown, the one that is asked with may not.
impl std::fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceCode").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// Why signing in or out did not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The platform cannot be talked to at all.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A call failed.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The person said no.
    #[error("Signing in was declined in the browser. Run 'base44-connectors login' to try again.")]
    Denied,
    /// Nobody agreed in time.
    #[error("The code ran out before it was used. Run 'base44-connectors login' for a new one.")]
    Expired,
    /// The login file cannot be written or removed.
    #[error(
        "{path} cannot be changed: {why}. Make your home folder writable, or set BASE44_ACCESS_TOKEN and BASE44_REFRESH_TOKEN."
    )]
    File {
        /// The login file.
        path: std::path::PathBuf,
        /// What the system says.
        why: String,
    },
}

impl LoginError {
    fn file(file: &LoginFile, error: &std::io::Error) -> LoginError {
        LoginError::File { path: file.path().to_owned(), why: error.to_string() }
    }
}

#[derive(Deserialize)]
struct DeviceAnswer {
    device_code: String,
    user_code: String,
    verification_uri: String,
    #[serde(default)]
    verification_uri_complete: Option<String>,
    expires_in: f64,
    #[serde(default)]
    interval: Option<f64>,
}

/// Whether a login can be kept: to be asked before a person confirms anything.
///
/// # Errors
/// [`LoginError::File`] where the home folder takes none.
pub fn check_home(environment: &Environment) -> Result<(), LoginError> {
    let file = LoginFile::of(environment);
    file.check_writable().map_err(|error| LoginError::file(&file, &error))
}

/// Asks for a code to sign in with. Files of a project have no say in where.
///
/// # Errors
/// [`LoginError`].
pub async fn start(environment: &Environment) -> Result<DeviceCode, LoginError> {
    let place = Place::choose(environment, &[])?;
    let http = Arc::new(Http::new(place.base, environment));
    let bound = http.timeouts.call;
    let call = Call {
        method: Method::POST,
        path: "/oauth/device/code".to_owned(),
        template: "/oauth/device/code",
        doing: DOING.to_owned(),
        body: Body::Json(serde_json::json!({ "client_id": CLIENT_ID, "scope": SCOPE }).to_string()),
        bound,
        whole: whole(bound),
        // A code that nobody sees runs out by itself.
        repeatable: true,
    };
    let mut attempts = Attempts::new(&call);
    let answer = http.send(&call, None, &mut attempts, &|_| {}).await?;
    let given: DeviceAnswer = answer.read_secrets(&call, &attempts.request_id)?;
    let link = |text: &str| {
        SafeLink::new(text).map_err(|error| {
            answer.malformed(&call, &attempts.request_id, &format!("the page to sign in {error}"))
        })
    };
    let verification_uri = link(&given.verification_uri)?;
    Ok(DeviceCode {
        user_code: words(&given.user_code),
        verification_uri,
        verification_uri_complete: given.verification_uri_complete.and_then(|text| link(&text).ok()),
        expires_in: seconds(given.expires_in).unwrap_or(Duration::from_secs(600)),
        device_code: Secret::new(given.device_code),
        interval: given.interval.and_then(seconds).unwrap_or(USUAL_INTERVAL).min(MAX_INTERVAL),
        http,
        file: LoginFile::of(environment),
    })
}

fn seconds(seconds: f64) -> Option<Duration> {
    (0.0..=86_400.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

/// What one question brought.
enum Polled {
    Granted(Tokens),
    Wait,
    SlowDown,
}

impl DeviceCode {
    /// Waits until the person agrees, then keeps the login. May be dropped at any moment; nothing is kept then.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn finish(&self, notice: impl Fn(Notice) + Send + Sync) -> Result<Account, LoginError> {
        let until = Instant::now() + self.expires_in;
        let mut interval = self.interval;
        let tokens = loop {
            tokio::time::sleep(interval.min(until.saturating_duration_since(Instant::now()))).await;
            match self.poll(&notice).await {
                Ok(Polled::Granted(tokens)) => break tokens,
                Ok(Polled::Wait) => {}
                Ok(Polled::SlowDown) => interval = (interval + USUAL_INTERVAL).min(MAX_INTERVAL),
                // The person may be in the middle of agreeing: a bad moment of the network is waited out.
                Err(LoginError::Platform(error)) if is_transient(&error) && Instant::now() < until => {
                    interval = (interval * 2).clamp(Duration::from_secs(1), MAX_INTERVAL);
                }
                Err(error) => return Err(error),
            }
            if Instant::now() >= until {
                return Err(LoginError::Expired);
            }
        };
        let person = self.person(&tokens, &notice).await?;
        let login = StoredLogin::new(&tokens, &person.email, &person.name);
        let account = login.account();
        self.keep(&login).await.map_err(|error| LoginError::file(&self.file, &error))?;
        Ok(account)
    }

    async fn poll(&self, notice: &(impl Fn(Notice) + Send + Sync)) -> Result<Polled, LoginError> {
        let fields =
            [("grant_type", GRANT), ("device_code", self.device_code.expose()), ("client_id", CLIENT_ID)];
        let call = token_call(DOING, &fields, &self.http);
        let mut attempts = Attempts::new(&call);
        let answer = self.http.send(&call, None, &mut attempts, notice).await?;
        if answer.is_success() {
            return Ok(Polled::Granted(grant_of(&answer, &call, &attempts, None)?));
        }
        match oauth_error(&answer).as_deref() {
            Some("authorization_pending") => Ok(Polled::Wait),
            Some("slow_down") => Ok(Polled::SlowDown),
            Some("access_denied") => Err(LoginError::Denied),
            Some("expired_token") => Err(LoginError::Expired),
            _ => Err(answer.error(&call, &attempts.request_id).into()),
        }
    }

    async fn person(
        &self,
        tokens: &Tokens,
        notice: &(impl Fn(Notice) + Send + Sync),
    ) -> Result<Person, PlatformError> {
        let bound = self.http.timeouts.call;
        let call = Call {
            method: Method::GET,
            path: "/oauth/userinfo".to_owned(),
            template: "/oauth/userinfo",
            doing: "asking who signed in".to_owned(),
            body: Body::None,
            bound,
            whole: whole(bound),
            repeatable: true,
        };
        let mut attempts = Attempts::new(&call);
        let authorization = Authorization::from(tokens);
        let answer: Answer = self.http.send(&call, Some(&authorization), &mut attempts, notice).await?;
        let person: Person = answer.read(&call, &attempts.request_id)?;
        // The official CLI reads a login only with a name in it.
        let name = if person.name.trim().is_empty() { person.email.clone() } else { person.name };
        Ok(Person { name, ..person })
    }

    async fn keep(&self, login: &StoredLogin) -> std::io::Result<()> {
        let _lock = self.file.lock(self.http.timeouts.call).await?;
        self.file.prepare()?.write(login)
    }
}

fn is_transient(error: &PlatformError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Network | ErrorKind::TimedOut | ErrorKind::Unavailable | ErrorKind::RateLimited
    )
}

/// Forgets the login of this machine, and waits for who is renewing it. Whether there was one.
///
/// # Errors
/// [`LoginError::File`] where it cannot be removed.
pub async fn sign_out(environment: &Environment) -> Result<bool, LoginError> {
    let file = LoginFile::of(environment);
    if !file.path().exists() {
        return Ok(false);
    }
    let removed = async {
        let _lock = file.lock(Duration::from_secs(10)).await?;
        file.remove()
    };
    removed.await.map_err(|error| LoginError::file(&file, &error))
}

/// Who is signed in, without asking the platform. A project may have tokens of its own.
///
/// # Errors
/// [`SetupError`], signed out among them.
pub fn who(environment: &Environment, project_root: Option<&Path>) -> Result<Account, SetupError> {
    choose(environment, project_root).map(|(_, _, account)| account)
}

/// Who the platform says is signed in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct Person {
    /// The address of the account.
    pub email: String,
    /// The person's name.
    #[serde(default)]
    pub name: String,
}

/// Asks the platform whether a workspace key is in force: with a call that takes one where the app is known, else with
/// the one that needs no app. A key that may not do that is one all the same.
///
/// # Errors
/// [`LoginError`].
pub async fn verify_key(
    environment: &Environment,
    project_root: Option<&Path>,
    app: Option<&AppId>,
) -> Result<(), LoginError> {
    let platform = Platform::connect(environment, project_root)?;
    let answer = match app {
        Some(app) => platform.list(app).await.map(|_| ()),
        None => platform.userinfo().await.map(|_| ()),
    };
    match answer {
        Err(error) if !matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
            Err(error.into())
        }
        _ => Ok(()),
    }
}

/// Asks the platform who is signed in.
///
/// # Errors
/// [`LoginError`].
pub async fn verify(environment: &Environment, project_root: Option<&Path>) -> Result<Person, LoginError> {
    Ok(Platform::connect(environment, project_root)?.userinfo().await?)
}

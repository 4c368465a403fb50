//! Renewing a login: one at a time in this process and across processes, and never at the cost of the login.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_boundary::secret::Secret;
use reqwest::Method;
use serde::Deserialize;
use tokio::time::Instant;

use super::token::now;
use super::{LoginFile, Tokens};
use crate::http::{Answer, Attempts, Body, Call, Http};
use crate::{ErrorKind, Notice, PlatformError};

/// What this kind of client is called to the platform.
pub(crate) const CLIENT_ID: &str = "base44_cli";
const DOING: &str = "renewing the login";
/// A token that says nothing of its life is taken to live this long, in seconds.
const USUAL_LIFE: f64 = 3600.0;

/// Keeps a login good. Clones keep the same one.
#[derive(Clone)]
pub(crate) struct Keeper(Arc<Kept>);

struct Kept {
    /// None where the tokens came from the environment: those are never written.
    file: Option<LoginFile>,
    memory: Mutex<Memory>,
    /// Held while this process renews; what failed last, so that those who waited need not try again.
    turn: Arc<tokio::sync::Mutex<Option<Failed>>>,
}

struct Memory {
    tokens: Tokens,
    /// The refresh token that these replace, where that could not be written: the file's is spent.
    unwritten: Option<Secret>,
}

struct Failed {
    at: Instant,
    refresh: Secret,
    error: PlatformError,
}

pub(crate) type Observer = Arc<dyn Fn(Notice) + Send + Sync>;

impl Keeper {
    pub(crate) fn of_file(file: LoginFile, tokens: Tokens) -> Keeper {
        Keeper::new(Some(file), tokens)
    }

    pub(crate) fn in_memory(tokens: Tokens) -> Keeper {
        Keeper::new(None, tokens)
    }

    fn new(file: Option<LoginFile>, tokens: Tokens) -> Keeper {
        Keeper(Arc::new(Kept {
            file,
            memory: Mutex::new(Memory { tokens, unwritten: None }),
            turn: Arc::default(),
        }))
    }

    /// Whether the login is the one in the file.
    pub(crate) fn is_stored(&self) -> bool {
        self.0.file.is_some()
    }

    /// Waits until no renewal is under way, so that a new token is not lost with the process.
    pub(crate) async fn settle(&self) {
        drop(self.0.turn.lock().await);
    }

    /// Tokens to make a call with, renewed first where they are about to end.
    pub(crate) async fn tokens(
        &self,
        http: &Arc<Http>,
        observer: &Observer,
    ) -> Result<Tokens, PlatformError> {
        let tokens = self.0.latest()?;
        if !tokens.is_ending() {
            return Ok(tokens);
        }
        match self.renew(&tokens, http, observer).await {
            // It failed in good time: what there is still works.
            Err(_) if !tokens.has_ended() => Ok(tokens),
            result => result,
        }
    }

    /// Other tokens than those, which the platform did not take or which are about to end.
    pub(crate) async fn renew(
        &self,
        old: &Tokens,
        http: &Arc<Http>,
        observer: &Observer,
    ) -> Result<Tokens, PlatformError> {
        let (kept, old, http, observer) = (self.0.clone(), old.clone(), http.clone(), observer.clone());
        let asked = Instant::now();
        // A task of its own: who asked may be cancelled, and a rotated token must be written all the same.
        let task = tokio::spawn(async move {
            let mut failed = kept.turn.clone().lock_owned().await;
            if let Some(last) = &*failed
                && last.at >= asked
                && last.refresh == old.refresh
            {
                return Err(last.error.clone());
            }
            let result = kept.renew(&old, &http, &observer).await;
            *failed = result.as_ref().err().map(|error| Failed {
                at: Instant::now(),
                refresh: old.refresh.clone(),
                error: error.clone(),
            });
            result
        });
        task.await
            .unwrap_or_else(|_| Err(PlatformError::new(ErrorKind::Unavailable, DOING, "it was interrupted")))
    }
}

impl Kept {
    /// The tokens by the file, which another process may have renewed; by memory where it cannot be read just now.
    fn latest(&self) -> Result<Tokens, PlatformError> {
        let remembered = || self.memory().tokens.clone();
        let Some(file) = &self.file else {
            return Ok(remembered());
        };
        match file.read() {
            Ok(Some(login)) => {
                let tokens = login.tokens();
                let mut memory = self.memory();
                if memory.unwritten.as_ref() != Some(&tokens.refresh) {
                    *memory = Memory { tokens, unwritten: None };
                }
                Ok(memory.tokens.clone())
            }
            Ok(None) => Err(PlatformError::new(
                ErrorKind::SignedOut,
                "reading the login",
                format!("{} is gone: someone signed out", crate::host::shown_path(file.path())),
            )),
            Err(_) => Ok(remembered()),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, tokens: &Tokens, unwritten: Option<Secret>) {
        *self.memory() = Memory { tokens: tokens.clone(), unwritten };
    }

    async fn renew(&self, old: &Tokens, http: &Http, observer: &Observer) -> Result<Tokens, PlatformError> {
        let Some(file) = &self.file else {
            let current = self.latest()?;
            if current.access != old.access {
                return Ok(current);
            }
            let tokens = ask(&current, http, observer).await.map_err(Refused::into_error)?;
            self.remember(&tokens, None);
            return Ok(tokens);
        };

        let not_kept = |error: &std::io::Error| {
            PlatformError::new(
                ErrorKind::LoginFile,
                DOING,
                format!("{} cannot be replaced ({error})", crate::host::shown_path(file.path())),
            )
        };
        let _lock = file.lock(waiting(http)).await.map_err(|error| not_kept(&error))?;
        let mut current = self.latest()?;
        if current.access != old.access && !current.is_ending() {
            // Another process was faster.
            return Ok(current);
        }
        // The old refresh token may be spent by the call: nothing is asked for that cannot be written.
        let prepared = file.prepare().map_err(|error| not_kept(&error))?;
        let tokens = match ask(&current, http, observer).await {
            Ok(tokens) => tokens,
            Err(Refused::Spent(error)) => {
                // The official CLI knows no lock: it may have renewed the login meanwhile.
                let changed = self.latest()?;
                if changed.refresh == current.refresh {
                    return Err(error);
                }
                current = changed;
                if !current.is_ending() {
                    return Ok(current);
                }
                ask(&current, http, observer).await.map_err(Refused::into_error)?
            }
            Err(refused) => return Err(refused.into_error()),
        };
        let login = match file.read() {
            Ok(Some(login)) if !self.replaces(&login.tokens().refresh, &current.refresh) => {
                // Someone signed in anew meanwhile: theirs counts.
                return self.latest();
            }
            Ok(Some(login)) => login,
            // Someone signed out meanwhile: nothing is brought back.
            Ok(None) => return self.latest(),
            Err(error) => return Err(PlatformError::new(ErrorKind::LoginFile, DOING, error.to_string())),
        };
        let written = prepared.write(&login.with(&tokens));
        let unwritten = written.is_err().then(|| login.tokens().refresh);
        self.remember(&tokens, unwritten);
        written.map(|()| tokens).map_err(|error| not_kept(&error))
    }

    /// Whether the file still holds what was renewed.
    fn replaces(&self, in_file: &Secret, renewed: &Secret) -> bool {
        in_file == renewed || self.memory().unwritten.as_ref() == Some(in_file)
    }
}

/// How long to wait for another process that renews the login: a little longer than that may take.
fn waiting(http: &Http) -> Duration {
    whole(http) + Duration::from_secs(5)
}

fn whole(http: &Http) -> Duration {
    http.timeouts.call + Duration::from_secs(15)
}

/// Why the platform gave no new tokens.
enum Refused {
    /// The refresh token is good for nothing any more.
    Spent(PlatformError),
    /// Anything else; it may work later.
    Otherwise(PlatformError),
}

impl Refused {
    fn into_error(self) -> PlatformError {
        match self {
            Refused::Spent(error) | Refused::Otherwise(error) => error,
        }
    }
}

async fn ask(tokens: &Tokens, http: &Http, observer: &Observer) -> Result<Tokens, Refused> {
    observer(Notice::Refreshing);
    // Repeated even when it may have been acted on: if it was, the new token is lost in any case.
    let call = token_call(
        DOING,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.refresh.expose()),
            ("client_id", CLIENT_ID),
        ],
        http,
    );
    let mut attempts = Attempts::new(&call);
    let answer = http.send(&call, None, &mut attempts, &**observer).await.map_err(Refused::Otherwise)?;
    if answer.is_success() {
        return grant_of(&answer, &call, &attempts, Some(&tokens.refresh)).map_err(Refused::Otherwise);
    }
    let error = answer.error(&call, &attempts.request_id);
    if oauth_error(&answer).as_deref() == Some("invalid_grant") {
        return Err(Refused::Spent(signed_out("the login has run out and cannot be renewed")));
    }
    Err(Refused::Otherwise(error))
}

fn signed_out(reason: &str) -> PlatformError {
    PlatformError::new(ErrorKind::SignedOut, DOING, reason)
}

/// A call of the token endpoint.
pub(crate) fn token_call(doing: &str, fields: &[(&str, &str)], http: &Http) -> Call {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Call {
        method: Method::POST,
        path: "/oauth/token".to_owned(),
        template: "/oauth/token",
        doing: doing.to_owned(),
        body: Body::Form(form),
        bound: http.timeouts.call,
        whole: whole(http),
        repeatable: true,
    }
}

/// The `error` of an answer of the sign-in endpoints.
pub(crate) fn oauth_error(answer: &Answer) -> Option<String> {
    #[derive(Deserialize)]
    struct OauthError {
        error: String,
    }
    serde_json::from_slice::<OauthError>(&answer.body).ok().map(|body| body.error)
}

/// The tokens in an answer of the token endpoint. `old` stays where no new refresh token is given.
pub(crate) fn grant_of(
    answer: &Answer,
    call: &Call,
    attempts: &Attempts,
    old: Option<&Secret>,
) -> Result<Tokens, PlatformError> {
    #[derive(Deserialize)]
    struct Grant {
        access_token: String,
        #[serde(default)]
        refresh_token: Option<String>,
        #[serde(default)]
        expires_in: Option<f64>,
    }
    let grant: Grant = answer.read_secrets(call, &attempts.request_id)?;
    let bad = |why: &str| answer.malformed(call, &attempts.request_id, why);
    let usable = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let refresh = match (grant.refresh_token.filter(|token| !token.is_empty()), old) {
        (Some(token), _) if usable(&token) => Secret::new(token),
        (None, Some(old)) => old.clone(),
        _ => return Err(bad("Base44 gave no refresh token")),
    };
    if !usable(&grant.access_token) {
        return Err(bad("Base44 gave no access token"));
    }
    let life = grant.expires_in.filter(|life| (1.0..=1e10).contains(life)).unwrap_or(USUAL_LIFE);
    let expires_at = now().saturating_add((life * 1000.0) as u64);
    Ok(Tokens { access: Secret::new(grant.access_token), refresh, expires_at: Some(expires_at) })
}

//! Signing in by device code, signing out, and who is signed in.

use std::time::Duration;

use crate::{Account, ErrorKind, Notice, PlatformError, SafeLink, Secret, SetupError, Surroundings};

/// A sign-in that waits for a person to agree in a browser.
#[derive(Debug)]
pub struct DeviceCode {
    /// What the person compares, or types in.
    pub user_code: String,
    /// The page to open.
    pub verification_uri: SafeLink,
    /// The page with the code filled in already, where the platform gives one.
    pub verification_uri_complete: Option<SafeLink>,
    /// How long the code is good for.
    pub expires_in: Duration,
    #[allow(dead_code, reason = "polled with")]
    device_code: Secret,
}

/// Why signing in did not work.
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
    /// The login cannot be kept.
    #[error("The login cannot be written: {0}.")]
    Write(String),
}

/// Asks for a code to sign in with.
///
/// # Errors
/// [`LoginError`].
pub async fn start(surroundings: &Surroundings) -> Result<DeviceCode, LoginError> {
    let _ = surroundings;
    Err(PlatformError::new(ErrorKind::Unavailable, "signing in", "not yet").into())
}

impl DeviceCode {
    /// Waits until the person agrees, then keeps the login. Can be dropped at any moment; nothing is kept then.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn finish(&self, notice: impl Fn(Notice) + Send + Sync) -> Result<Account, LoginError> {
        let _ = notice;
        Err(LoginError::Expired)
    }
}

/// Forgets the login of this machine. Whether there was one.
///
/// # Errors
/// [`LoginError::Write`] where it cannot be removed.
pub fn sign_out(surroundings: &Surroundings) -> Result<bool, LoginError> {
    let _ = surroundings;
    Ok(false)
}

/// Who is signed in, without asking the platform.
///
/// # Errors
/// [`SetupError`], signed out among them.
pub fn who(surroundings: &Surroundings) -> Result<Account, SetupError> {
    let _ = surroundings;
    Err(SetupError::SignedOut(String::new()))
}

/// Who the platform says is signed in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Person {
    /// The address of the account.
    pub email: String,
    /// The person's name.
    pub name: String,
}

/// Asks the platform who is signed in.
///
/// # Errors
/// [`LoginError`].
pub async fn verify(surroundings: &Surroundings) -> Result<Person, LoginError> {
    let _ = surroundings;
    Err(LoginError::Expired)
}

//! As whom the platform is spoken to, and how a login stays good.

mod account;
mod file;
mod renew;
mod token;

use std::path::Path;

use connector_boundary::EnvFile;
use connector_boundary::secret::{Secret, keep_secret};

pub use account::Account;
pub(crate) use file::{LoginFile, StoredLogin};
pub(crate) use renew::{CLIENT_ID, Keeper, Observer, grant_of, oauth_error, token_call};
pub(crate) use token::Tokens;

use crate::host::{Base, Place};
use crate::http::Authorization;
use crate::{Environment, SetupError};

const KEY: &str = "BASE44_API_KEY";
const ACCESS: &str = "BASE44_ACCESS_TOKEN";
const REFRESH: &str = "BASE44_REFRESH_TOKEN";
/// What a workspace key starts with.
const KEY_PREFIX: &str = "b44k_";

/// Who speaks to the platform.
pub(crate) enum Credentials {
    /// A workspace key; it is never renewed.
    Key(Secret),
    /// Tokens, from the login file or the environment.
    Tokens(Keeper),
}

/// Decides where the platform is and as whom to speak to it.
pub(crate) fn choose(
    environment: &Environment,
    project_root: Option<&Path>,
) -> Result<(Base, Credentials, Account), SetupError> {
    let files = project_root.map(EnvFile::read_all).unwrap_or_default();
    let place = Place::choose(environment, &files)?;
    let mut ignored = String::new();
    // Whichever of them counts, none may be shown.
    [KEY, ACCESS, REFRESH].iter().filter_map(|name| environment.variable(name)).for_each(keep_secret);

    if let Some(key) = environment.variable(KEY) {
        if key.starts_with(KEY_PREFIX) {
            place.allow("your workspace key (BASE44_API_KEY)")?;
            let key = checked(key, KEY)?;
            return Ok((place.base, Credentials::Key(key), Account::WorkspaceKey));
        }
        ignored.push_str(" BASE44_API_KEY is set, and is no workspace key: those start with b44k_.");
    }

    match (environment.variable(ACCESS), environment.variable(REFRESH)) {
        (Some(access), Some(refresh)) => {
            place.allow("your login (BASE44_ACCESS_TOKEN)")?;
            return seeded(place.base, access, refresh);
        }
        (Some(_), None) => {
            ignored.push_str(" BASE44_ACCESS_TOKEN is set without BASE44_REFRESH_TOKEN: set both.")
        }
        (None, Some(_)) => {
            ignored.push_str(" BASE44_REFRESH_TOKEN is set without BASE44_ACCESS_TOKEN: set both.")
        }
        (None, None) => {}
    }

    // The project's own key and tokens may go where the project says, once the person has agreed to that place.
    let of_project = |name: &str| files.iter().find_map(|file| file.get(name)).map(str::trim);
    if let Some(key) = of_project(KEY).filter(|key| key.starts_with(KEY_PREFIX)) {
        place.allow_own(environment, project_root)?;
        return Ok((place.base, Credentials::Key(checked(key, KEY)?), Account::WorkspaceKey));
    }
    if let (Some(access), Some(refresh)) = (of_project(ACCESS), of_project(REFRESH))
        && !access.is_empty()
        && !refresh.is_empty()
    {
        place.allow_own(environment, project_root)?;
        return seeded(place.base, access, refresh);
    }

    let file = LoginFile::of(environment);
    let login = file.read()?.ok_or(SetupError::SignedOut(ignored))?;
    place.allow("your login")?;
    let account = login.account();
    Ok((place.base, Credentials::Tokens(Keeper::of_file(file, login.tokens())), account))
}

fn seeded(base: Base, access: &str, refresh: &str) -> Result<(Base, Credentials, Account), SetupError> {
    let tokens = Tokens::seeded(checked(access, ACCESS)?, checked(refresh, REFRESH)?);
    let account = Account::Seeded { email: token::subject(&tokens.access) };
    Ok((base, Credentials::Tokens(Keeper::in_memory(tokens)), account))
}

/// A secret that fits into a header.
fn checked(value: &str, name: &'static str) -> Result<Secret, SetupError> {
    if value.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Secret::new(value))
    } else {
        Err(SetupError::BadCredential(name))
    }
}

impl Credentials {
    /// Who a call is from, by what is known now.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Credentials::Key(_) => "BASE44_API_KEY",
            Credentials::Tokens(keeper) if keeper.is_stored() => "your login",
            Credentials::Tokens(_) => "the login of BASE44_ACCESS_TOKEN",
        }
    }

    /// The variable that holds it; none for the login of this computer.
    pub(crate) fn variable(&self) -> Option<&'static str> {
        match self {
            Credentials::Key(_) => Some(KEY),
            Credentials::Tokens(keeper) if keeper.is_stored() => None,
            Credentials::Tokens(_) => Some(ACCESS),
        }
    }

    /// What to do where the platform does not take it.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Credentials::Key(_) => "Set BASE44_API_KEY to a key that is in force.",
            Credentials::Tokens(keeper) if keeper.is_stored() => {
                "Sign in again with 'base44-connectors login'."
            }
            Credentials::Tokens(_) => {
                "Set BASE44_ACCESS_TOKEN and BASE44_REFRESH_TOKEN to a new login, or sign in with 'base44-connectors login'."
            }
        }
    }
}

impl From<&Tokens> for Authorization {
    fn from(tokens: &Tokens) -> Self {
        Authorization::Bearer(tokens.access.clone())
    }
}

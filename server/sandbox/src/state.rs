//! What the platform knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A larger file is none of ours: an app of twenty thousand connectors is a tenth of it.
const MAX_STATE_BYTES: u64 = 64 * 1024 * 1024;

/// Everything: apps, tokens, people.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The apps by id; one that is asked for and not there begins empty.
    pub apps: BTreeMap<String, App>,
    /// The only app ids that exist, where there are any.
    pub app_ids: BTreeSet<String>,
    /// The accounts that a person can choose on the consent page.
    pub accounts: Vec<String>,
    /// Workspace keys that are accepted.
    pub workspace_keys: BTreeSet<String>,
    /// Access tokens that are accepted, each until a time in milliseconds since 1970.
    pub access_tokens: BTreeMap<String, u64>,
    /// Refresh tokens that are accepted, once each.
    pub refresh_tokens: BTreeSet<String>,
    /// Device sign-ins by their device code.
    pub devices: BTreeMap<String, Device>,
    /// Whether only types of the platform's own list are accepted.
    pub known_types_only: bool,
    /// Types that the platform's list leaves out and that it refuses.
    pub unavailable: BTreeSet<String>,
    /// Seconds after which a consent that nobody gave is taken as failed.
    pub consent_seconds: u64,
    /// Seconds that a device which signs in waits between two questions.
    pub device_interval_seconds: u64,
}

/// The name of the person whose login the sandbox gives out.
pub(crate) const PERSON_NAME: &str = "Ada Lovelace";

impl Default for State {
    fn default() -> Self {
        Self {
            apps: BTreeMap::new(),
            app_ids: BTreeSet::new(),
            accounts: ["ada@example.com", "ada.work@example.org"].map(str::to_owned).to_vec(),
            workspace_keys: BTreeSet::from(["b44k_sandbox".to_owned()]),
            access_tokens: BTreeMap::new(),
            refresh_tokens: BTreeSet::new(),
            devices: BTreeMap::new(),
            known_types_only: false,
            unavailable: BTreeSet::new(),
            consent_seconds: 600,
            device_interval_seconds: 1,
        }
    }
}

/// One app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// Its name on the pages; its id where it has none.
    pub name: Option<String>,
    /// Its connectors by type.
    pub connectors: BTreeMap<String, Connector>,
    /// Consents asked for, by connection id.
    pub consents: BTreeMap<String, Consent>,
    /// Types that somebody else has connected, with their address.
    pub other_users: BTreeMap<String, String>,
    /// Stripe, where it is there.
    pub stripe: Option<StripeMode>,
    /// Where its Stripe sandbox is claimed, until it is.
    pub stripe_claim_url: Option<String>,
    /// Whether the app was made by another tool, so that the API refuses it.
    pub made_elsewhere: bool,
    /// Whether workspace keys are refused, as the platform refuses them where connectors are concerned.
    #[serde(default)]
    pub refuses_keys: bool,
}

/// One connector of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Connector {
    /// `active`, `disconnected`, `expired`, or anything else a platform may say one day.
    pub status: String,
    /// What was granted.
    pub scopes: Vec<String>,
    /// Who granted it.
    pub user_email: Option<String>,
}

impl Default for Connector {
    fn default() -> Self {
        Self {
            status: "active".to_owned(),
            scopes: Vec::new(),
            user_email: Some("ada@example.com".to_owned()),
        }
    }
}

impl Connector {
    /// An active one with these scopes.
    pub fn active(scopes: &[&str]) -> Connector {
        Connector { scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(), ..Connector::default() }
    }
}

/// A consent that was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Consent {
    /// The connector's type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How it stands.
    pub status: ConsentStatus,
    /// Why it failed, where it did.
    #[serde(default)]
    pub failure: Option<Failure>,
    /// What the form has to send back.
    #[serde(default = "form_token")]
    pub token: String,
    /// When it was asked for, in milliseconds since 1970.
    #[serde(default = "now")]
    pub since: u64,
}

/// Why a consent failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The person said no.
    Denied,
    /// The person left a permission out.
    Partial,
    /// Nobody answered in time.
    Late,
    /// Another request took its place, or the connector was removed.
    Replaced,
}

/// How a consent stands, in the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ConsentStatus {
    /// Nobody has answered.
    Pending,
    /// The person gave all that was asked for.
    Active,
    /// Denied, given in part, or too late.
    Failed,
}

/// What kind of Stripe account an app has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StripeMode {
    /// One to try things with.
    Sandbox,
    /// One with real money.
    Live,
}

/// A device that signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Device {
    /// What the person compares.
    pub user_code: String,
    /// The person's answer.
    pub approved: Option<bool>,
    /// Until when, in milliseconds since 1970.
    pub until: u64,
    /// When the device last asked, in milliseconds since 1970; 0 where it has not.
    #[serde(default)]
    pub last_poll: u64,
    /// What the form has to send back.
    #[serde(default = "form_token")]
    pub token: String,
}

/// A person's login, as the login file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// The bearer token.
    pub access_token: String,
    /// What gets the next one.
    pub refresh_token: String,
    /// Until when it is accepted, in milliseconds since 1970.
    pub expires_at: u64,
    /// Who it is.
    pub email: String,
    /// Their name.
    pub name: String,
}

impl State {
    pub(crate) fn load(path: &Path) -> Result<State, String> {
        // What lies there by that name may be a link to anything.
        let metadata = match path.metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
            Err(error) => return Err(error.to_string()),
            Ok(metadata) => metadata,
        };
        if !metadata.is_file() {
            return Err("it is no file".to_owned());
        }
        if metadata.len() > MAX_STATE_BYTES {
            return Err(format!("it has more than {MAX_STATE_BYTES} bytes"));
        }
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(State::default()),
            Err(error) => Err(error.to_string()),
        }
    }

    pub(crate) fn save(&self, path: &Path) -> std::io::Result<()> {
        connector_boundary::write::write_private(path, &serde_json::to_vec_pretty(self)?)
    }

    /// The app of this id.
    pub fn app(&mut self, id: &str) -> &mut App {
        self.apps.entry(id.to_owned()).or_default()
    }

    /// Makes a new pair of tokens.
    pub fn add_login(&mut self, access_token: Option<&str>, lifetime: Duration) -> Login {
        let access_token = access_token.map_or_else(|| secret("b44s_access_"), str::to_owned);
        let refresh_token = secret("b44s_refresh_");
        let expires_at = now() + lifetime.as_millis() as u64;
        self.access_tokens.insert(access_token.clone(), expires_at);
        self.refresh_tokens.insert(refresh_token.clone());
        let (email, name) = (self.person(), PERSON_NAME.to_owned());
        Login { access_token, refresh_token, expires_at, email, name }
    }

    /// Opens a consent; gives its connection id.
    pub(crate) fn ask(&mut self, app: &str, type_name: &str, scopes: Vec<String>) -> String {
        let id = random("conn_");
        let consent = Consent {
            type_name: type_name.to_owned(),
            scopes,
            status: ConsentStatus::Pending,
            failure: None,
            token: form_token(),
            since: now(),
        };
        self.app(app).consents.insert(id.clone(), consent);
        id
    }

    /// The consent of a connection id with its app; one nobody answered in time has failed.
    pub(crate) fn consent(&mut self, connection_id: &str) -> Option<(String, &mut Consent)> {
        let limit = self.consent_seconds.saturating_mul(1000);
        let (app, consent) = self
            .apps
            .iter_mut()
            .find_map(|(id, app)| app.consents.get_mut(connection_id).map(|consent| (id.clone(), consent)))?;
        if consent.status == ConsentStatus::Pending && now().saturating_sub(consent.since) > limit {
            consent.fail(Failure::Late);
        }
        Some((app, consent))
    }

    /// Answers a consent; false where none waits under this id.
    pub fn decide(&mut self, connection_id: &str, approve: bool, account: Option<&str>) -> bool {
        let email = account.map(str::to_owned).or_else(|| Some(self.person()));
        let Some((app, consent)) = self.consent(connection_id) else {
            return false;
        };
        if consent.status != ConsentStatus::Pending {
            return false;
        }
        if !approve {
            consent.fail(Failure::Denied);
            return true;
        }
        consent.status = ConsentStatus::Active;
        let (type_name, scopes) = (consent.type_name.clone(), consent.scopes.clone());
        let connector = Connector { status: "active".to_owned(), scopes, user_email: email };
        self.app(&app).connectors.insert(type_name, connector);
        true
    }

    /// Answers every consent that waits; gives how many.
    pub fn decide_all(&mut self, approve: bool) -> usize {
        let waiting: Vec<String> = self
            .apps
            .values()
            .flat_map(|app| &app.consents)
            .filter(|(_, consent)| consent.status == ConsentStatus::Pending)
            .map(|(id, _)| id.clone())
            .collect();
        waiting.iter().filter(|id| self.decide(id, approve, None)).count()
    }

    /// Answers a device that signs in; false where none waits under this code.
    pub fn decide_device(&mut self, user_code: &str, approve: bool) -> bool {
        match self.device(user_code) {
            Some(device) => {
                device.approved = Some(approve);
                true
            }
            None => false,
        }
    }

    /// The device that waits under a code, written as a person may write it.
    pub(crate) fn device(&mut self, user_code: &str) -> Option<&mut Device> {
        let letters = |code: &str| -> String {
            code.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase()).collect()
        };
        let wanted = letters(user_code);
        self.devices.values_mut().find(|device| {
            device.approved.is_none() && device.until > now() && letters(&device.user_code) == wanted
        })
    }

    /// Makes every access token an expired one; what refreshes them stays good.
    pub fn expire_tokens(&mut self) {
        self.access_tokens.values_mut().for_each(|until| *until = 0);
    }

    /// Whose login the sandbox gives out.
    pub fn person(&self) -> String {
        self.accounts.first().cloned().unwrap_or_else(|| "ada@example.com".to_owned())
    }
}

impl Consent {
    pub(crate) fn fail(&mut self, why: Failure) {
        self.status = ConsentStatus::Failed;
        self.failure = Some(why);
    }
}

fn form_token() -> String {
    random("")
}

/// A secret that nobody guesses.
pub(crate) fn secret(prefix: &str) -> String {
    const LETTERS: &[u8] = b"0123456789ghipqrstuvwxy";
    let letters = (0..32).filter_map(|_| fastrand::choice(LETTERS)).map(|letter| char::from(*letter));
    prefix.chars().chain(letters).collect()
}

/// An id that no other has. Of letters alone: with digits among them, eight in a row would now and then be those of one of
/// thousands of secrets in one of its encodings, and taken for a part of it.
pub(crate) fn random(prefix: &str) -> String {
    prefix.chars().chain((0..32).map(|_| fastrand::lowercase())).collect()
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_secret_reads_like_one_of_an_id() {
        for letter in secret("").bytes() {
            let as_code = format!("{letter:x}");
            assert!(!matches!(letter, b'a'..=b'f') && as_code.bytes().all(|digit| digit.is_ascii_digit()));
        }
    }
}

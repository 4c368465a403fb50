//! What the platform answers, read with tolerance for what is new and none for what is not an answer.

use connector_boundary::AppId;
use connector_boundary::secret::mask_tokens;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::http::words;
use crate::links::{LinkError, SafeLink};

/// A longer text is no type, status, account or scope, in bytes: the longest real one has some hundred. It would be kept,
/// compared and shown in many places.
const MAX_TEXT_BYTES: usize = 4 * 1024;
/// The scopes of one connector have so many bytes at the most, as they are written: a thousand of the longest.
const MAX_SCOPES_BYTES: usize = 256 * 1024;

mod apps;
mod listed;
mod partial;
pub use apps::RemoteApp;
use listed::Listed;

/// A connector as the app has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RemoteConnector {
    /// Its type, as the platform spells it.
    pub type_name: String,
    /// How it stands.
    pub status: RemoteStatus,
    /// The scopes the app has; none where the platform does not say them in a way that can be read.
    pub scopes: Option<Vec<String>>,
    /// The account that authorized it, where the platform says.
    pub account: Option<String>,
}

/// The connectors of an app, as far as the platform's list can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteList {
    /// Those whose type can be read.
    pub connectors: Vec<RemoteConnector>,
    /// How many entries there are besides: each may be any connector.
    pub unreadable: usize,
    /// Whether the platform says that there are more than it lists.
    pub has_more: bool,
}

impl RemoteList {
    /// Whether it has every connector of the app, as far as can be told.
    pub fn is_whole(&self) -> bool {
        self.unreadable == 0 && !self.has_more
    }
}

/// How a connector stands on the platform.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "String", into = "String")]
pub enum RemoteStatus {
    /// A person has authorized it, and it works.
    Active,
    /// Not authorized, or no longer.
    Disconnected,
    /// Its authorization ran out.
    Expired,
    /// Something newer than this product; it is shown as it is.
    Other(String),
}

impl From<String> for RemoteStatus {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "active" => Self::Active,
            "disconnected" => Self::Disconnected,
            "expired" => Self::Expired,
            _ => Self::Other(mask_tokens(&word)),
        }
    }
}

impl From<RemoteStatus> for String {
    fn from(status: RemoteStatus) -> String {
        match status {
            RemoteStatus::Active => "active".to_owned(),
            RemoteStatus::Disconnected => "disconnected".to_owned(),
            RemoteStatus::Expired => "expired".to_owned(),
            RemoteStatus::Other(word) => word,
        }
    }
}

/// What setting a connector's scopes led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetAnswer {
    /// The scopes are set and authorized.
    Synced,
    /// A person has to agree in a browser.
    NeedsAuthorization {
        /// The consent page to open.
        link: SafeLink,
        /// What to ask the state of; without one it cannot be watched but through the list.
        connection_id: Option<String>,
    },
    /// Another user of the app has connected this type.
    OtherUser {
        /// Their address, where the platform says.
        account: Option<String>,
        /// One sentence about it.
        message: String,
    },
    /// The platform answered with an error of another kind.
    Refused {
        /// Its words.
        message: String,
    },
}

/// How an authorization stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationStatus {
    /// Agreed to.
    Active,
    /// Not decided yet.
    Pending,
    /// Declined or failed.
    Failed,
    /// Something newer than this product: not decided, as far as it is concerned.
    Other(String),
}

/// A type that the platform offers.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AvailableType {
    /// The type.
    pub type_name: String,
    /// Its name for a person.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// What has to be filled in before it can be connected.
    pub fields: Vec<ConfigField>,
}

/// The types that the platform offers, as far as its list can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvailableList {
    /// Those that can be read.
    pub types: Vec<AvailableType>,
    /// How many entries there are besides: what is not among the types may be one of them.
    pub unreadable: usize,
    /// Whether the platform says that there are more than it lists.
    pub has_more: bool,
}

impl AvailableList {
    /// Whether it has every type that the platform offers, as far as can be told.
    pub fn is_whole(&self) -> bool {
        self.unreadable == 0 && !self.has_more
    }
}

/// Something to fill in for a connection.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ConfigField {
    /// Its key.
    pub name: String,
    /// Its name for a person.
    pub display_name: String,
    /// What it is.
    pub description: String,
    /// An example.
    pub placeholder: String,
    /// Whether it has to be filled in.
    pub required: bool,
    /// The pattern that it has to match.
    pub validation_pattern: Option<String>,
    /// What to say where it does not.
    pub validation_error: Option<String>,
}

/// How Stripe stands for an app.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StripeStatus {
    /// None where the app has no Stripe.
    pub mode: Option<StripeMode>,
    /// Where the sandbox can be claimed.
    pub claim_url: Option<SafeLink>,
}

/// Which Stripe an app has.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "String", into = "String")]
pub enum StripeMode {
    /// No real money.
    Sandbox,
    /// Real money.
    Live,
    /// Something newer than this product.
    Other(String),
}

impl From<String> for StripeMode {
    fn from(word: String) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "sandbox" => Self::Sandbox,
            "live" => Self::Live,
            _ => Self::Other(mask_tokens(&word)),
        }
    }
}

impl From<StripeMode> for String {
    fn from(mode: StripeMode) -> String {
        match mode {
            StripeMode::Sandbox => "sandbox".to_owned(),
            StripeMode::Live => "live".to_owned(),
            StripeMode::Other(word) => word,
        }
    }
}

/// What installing Stripe led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeInstall {
    /// It was there before.
    pub already_installed: bool,
    /// Where the sandbox can be claimed.
    pub claim_url: Option<SafeLink>,
}

/// A value that is text, or something else that is passed over.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Loose {
    Text(String),
    Other(IgnoredAny),
    #[default]
    Missing,
}

impl Loose {
    /// The text, where it is one, not blank and not without end.
    fn text(self) -> Option<String> {
        match self {
            Loose::Text(text) if !text.trim().is_empty() && text.len() <= MAX_TEXT_BYTES => Some(text),
            _ => None,
        }
    }

    /// The same as it may be kept and shown.
    fn shown(self) -> Option<String> {
        self.text().map(|text| mask_tokens(&text))
    }
}

/// What is also told by the status and the head of the answer that it came in.
pub(crate) trait OfAnswer {
    /// The same, with what they say of it.
    fn of_answer(self, status: u16, head: &[(String, String)]) -> Self;

    /// The app that it says it is about, where that is not the one that was asked for.
    fn another_app(&self, asked: &AppId) -> Option<&str>;
}

/// `GET external-auth/list`.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct ListAnswer(Listed);

impl OfAnswer for ListAnswer {
    fn of_answer(self, status: u16, head: &[(String, String)]) -> Self {
        Self(self.0.in_answer(status, head))
    }

    fn another_app(&self, asked: &AppId) -> Option<&str> {
        self.0.another_app(asked.as_str())
    }
}

/// Each part is read on its own: one that is odd must not take the others with it.
#[derive(Deserialize)]
struct ListedIntegration {
    integration_type: Box<RawValue>,
    #[serde(default)]
    status: Option<Box<RawValue>>,
    #[serde(default)]
    scopes: Option<Box<RawValue>>,
    #[serde(default)]
    user_email: Option<Box<RawValue>>,
}

impl ListedIntegration {
    /// What the entry says; nothing where it does not say of which type.
    fn read(entry: &RawValue) -> Option<RemoteConnector> {
        let listed: ListedIntegration = object(entry)?;
        let status: Option<String> = short(listed.status.as_deref(), MAX_TEXT_BYTES);
        Some(RemoteConnector {
            type_name: text(Some(&listed.integration_type))?,
            status: status.unwrap_or_else(|| "unknown".to_owned()).into(),
            scopes: short(listed.scopes.as_deref(), MAX_SCOPES_BYTES),
            account: text(listed.user_email.as_deref()).map(|account| mask_tokens(&account)),
        })
    }
}

/// An entry of an answer; a list would be read as an object whose fields have no names.
fn object<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    part(Some(raw)).filter(|_| raw.get().starts_with('{'))
}

/// A part of an answer, where it is of its kind.
fn part<T: DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

/// The same where it is not longer than what is of its kind.
fn short<T: DeserializeOwned>(raw: Option<&RawValue>, max: usize) -> Option<T> {
    part(raw.filter(|raw| raw.get().len() <= max))
}

/// The same for text that is not blank.
fn text(raw: Option<&RawValue>) -> Option<String> {
    short(raw, MAX_TEXT_BYTES).filter(|text: &String| !text.trim().is_empty())
}

impl From<ListAnswer> for RemoteList {
    fn from(answer: ListAnswer) -> Self {
        let Listed { integrations, has_more, .. } = answer.0;
        let mut list = RemoteList { has_more, ..RemoteList::default() };
        for entry in &integrations {
            match ListedIntegration::read(entry) {
                Some(connector) => list.connectors.push(connector),
                None => list.unreadable += 1,
            }
        }
        list
    }
}

/// `PUT external-auth/integrations/{type}`.
#[derive(Deserialize)]
pub(crate) struct SetReply {
    #[serde(default)]
    redirect_url: Option<String>,
    #[serde(default)]
    connection_id: Option<String>,
    #[serde(default)]
    already_authorized: Option<bool>,
    #[serde(default)]
    error: Option<serde_json::Value>,
    #[serde(default)]
    error_message: Loose,
    #[serde(default)]
    other_user_email: Loose,
}

impl SetReply {
    /// Whether it says anything: an object without any of the contract's words is no answer.
    pub(crate) fn is_one(&self) -> bool {
        self.already_authorized.is_some() || self.redirect_url.is_some() || self.error.is_some()
    }

    /// What it means: another user's, done, to be authorized, or done after all.
    pub(crate) fn answer(self) -> Result<SetAnswer, LinkError> {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let message = self.error_message.text().map(|text| words(&text));
        let error = self.error.filter(|error| !error.is_null());
        if error.as_ref().and_then(|error| error.as_str()) == Some("different_user") {
            let account = self.other_user_email.text().map(|email| words(&email));
            let message = message.unwrap_or_else(|| {
                format!("Already connected by {}", account.as_deref().unwrap_or("another user"))
            });
            return Ok(SetAnswer::OtherUser { account, message });
        }
        if self.already_authorized == Some(true) {
            return Ok(SetAnswer::Synced);
        }
        if let Some(link) = filled(self.redirect_url) {
            let link = SafeLink::new(link.trim())?;
            let connection_id = filled(self.connection_id).filter(|id| id.len() <= MAX_TEXT_BYTES);
            return Ok(SetAnswer::NeedsAuthorization { link, connection_id });
        }
        let error = error.and_then(|error| match error {
            serde_json::Value::String(text) if text.trim().is_empty() => None,
            serde_json::Value::String(text) => Some(words(&text)),
            serde_json::Value::Bool(false) => None,
            _ => Some("Base44 answered with an error".to_owned()),
        });
        Ok(match error {
            Some(error) => SetAnswer::Refused { message: message.unwrap_or(error) },
            None => SetAnswer::Synced,
        })
    }
}

/// `GET external-auth/status`.
#[derive(Deserialize)]
pub(crate) struct StatusAnswer {
    status: String,
}

impl From<StatusAnswer> for AuthorizationStatus {
    fn from(answer: StatusAnswer) -> Self {
        match answer.status.to_ascii_uppercase().as_str() {
            "ACTIVE" => Self::Active,
            "PENDING" => Self::Pending,
            "FAILED" => Self::Failed,
            _ => Self::Other(words(&answer.status)),
        }
    }
}

/// `DELETE external-auth/integrations/{type}/remove`.
#[derive(Deserialize)]
pub(crate) struct RemoveAnswer {
    pub status: String,
}

/// `GET external-auth/available-integrations`.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct AvailableAnswer(Listed);

impl OfAnswer for AvailableAnswer {
    fn of_answer(self, status: u16, head: &[(String, String)]) -> Self {
        Self(self.0.in_answer(status, head))
    }

    fn another_app(&self, asked: &AppId) -> Option<&str> {
        self.0.another_app(asked.as_str())
    }
}

#[derive(Deserialize)]
struct OfferedIntegration {
    integration_type: String,
    #[serde(default)]
    display_name: Loose,
    #[serde(default)]
    description: Loose,
    #[serde(default)]
    connection_config_fields: Option<Vec<Box<RawValue>>>,
}

#[derive(Deserialize)]
struct OfferedField {
    name: String,
    #[serde(default)]
    display_name: Loose,
    #[serde(default)]
    description: Loose,
    #[serde(default)]
    placeholder: Loose,
    #[serde(default)]
    required: Option<bool>,
    #[serde(default)]
    validation_pattern: Loose,
    #[serde(default)]
    validation_error: Loose,
}

impl From<AvailableAnswer> for AvailableList {
    fn from(answer: AvailableAnswer) -> Self {
        let field = |field: OfferedField| ConfigField {
            display_name: field.display_name.shown().unwrap_or_else(|| field.name.clone()),
            name: field.name,
            description: field.description.shown().unwrap_or_default(),
            placeholder: field.placeholder.shown().unwrap_or_default(),
            required: field.required.unwrap_or_default(),
            validation_pattern: field.validation_pattern.text(),
            validation_error: field.validation_error.shown(),
        };
        let offered = |offered: OfferedIntegration| AvailableType {
            display_name: offered.display_name.shown().unwrap_or_else(|| offered.integration_type.clone()),
            type_name: offered.integration_type,
            description: offered.description.shown().unwrap_or_default(),
            fields: offered
                .connection_config_fields
                .into_iter()
                .flatten()
                .filter_map(|raw| object(&raw).map(field))
                .collect(),
        };
        let Listed { integrations, has_more, .. } = answer.0;
        let is_one = |offered: &OfferedIntegration| offered.integration_type.len() <= MAX_TEXT_BYTES;
        let types: Vec<AvailableType> =
            integrations.iter().filter_map(|raw| object(raw).filter(is_one).map(offered)).collect();
        AvailableList { unreadable: integrations.len() - types.len(), types, has_more }
    }
}

/// `GET payments/stripe/status`. A missing mode is no answer: it must not be taken for "no Stripe".
#[derive(Deserialize)]
pub(crate) struct StripeStatusAnswer {
    #[serde(deserialize_with = "Option::deserialize")]
    stripe_mode: Option<String>,
    #[serde(default)]
    sandbox_claim_url: Loose,
}

impl From<StripeStatusAnswer> for StripeStatus {
    fn from(answer: StripeStatusAnswer) -> Self {
        let mode = answer.stripe_mode.filter(|mode| !mode.is_empty()).map(StripeMode::from);
        StripeStatus { mode, claim_url: claim(answer.sandbox_claim_url) }
    }
}

/// `POST payments/stripe/install`.
#[derive(Deserialize)]
pub(crate) struct StripeInstallAnswer {
    already_installed: bool,
    #[serde(default)]
    claim_url: Loose,
}

impl From<StripeInstallAnswer> for StripeInstall {
    fn from(answer: StripeInstallAnswer) -> Self {
        StripeInstall { already_installed: answer.already_installed, claim_url: claim(answer.claim_url) }
    }
}

/// `DELETE payments/stripe`.
#[derive(Deserialize)]
pub(crate) struct StripeRemoveAnswer {
    pub success: bool,
}

/// A claim link is a convenience: one that must not be opened is left out.
fn claim(link: Loose) -> Option<SafeLink> {
    SafeLink::new(link.text()?.trim())
        .inspect_err(|error| tracing::warn!("a claim link is left out: {error}"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(json: &str) -> Result<SetAnswer, String> {
        serde_json::from_str::<SetReply>(json)
            .map_err(|error| error.to_string())?
            .answer()
            .map_err(|error| error.to_string())
    }

    fn list(json: &str) -> RemoteList {
        serde_json::from_str::<ListAnswer>(json).unwrap().into()
    }

    #[test]
    fn a_put_answer_reads_as_the_contract_says() {
        assert_eq!(
            set(r#"{"already_authorized":true,"redirect_url":"https://a.example/"}"#),
            Ok(SetAnswer::Synced)
        );
        assert_eq!(set(r#"{"already_authorized":false,"redirect_url":null}"#), Ok(SetAnswer::Synced));
        let link = SafeLink::new("https://a.example/x").unwrap();
        assert_eq!(
            set(r#"{"already_authorized":false,"redirect_url":"https://a.example/x","connection_id":"c"}"#),
            Ok(SetAnswer::NeedsAuthorization { link, connection_id: Some("c".to_owned()) })
        );
        assert_eq!(
            set(r#"{"error":"different_user","other_user_email":"b@c.example","already_authorized":true}"#),
            Ok(SetAnswer::OtherUser {
                account: Some("b@c.example".to_owned()),
                message: "Already connected by b@c.example".to_owned()
            })
        );
        assert_eq!(
            set(r#"{"error":"quota","error_message":"Too many connectors."}"#),
            Ok(SetAnswer::Refused { message: "Too many connectors".to_owned() })
        );
    }

    #[test]
    fn a_link_that_must_not_be_opened_is_an_error() {
        for link in ["file:///etc/passwd", "javascript:alert(1)", "--help", "http://evil.example/"] {
            assert!(set(&format!(r#"{{"redirect_url":"{link}"}}"#)).is_err(), "{link}");
        }
    }

    #[test]
    fn what_is_new_in_a_list_is_kept_and_what_is_odd_passed_over() {
        let text = r#"{"integrations":[
            {"integration_type":"slack","status":"ACTIVE","scopes":["a"],"user_email":null,"new":{"x":1}},
            {"integration_type":"notion","status":"paused","scopes":null,"user_email":7},
            {"integration_type":"gmail"}],"page":1}"#;
        let list = list(text);
        let all = &list.connectors;
        assert_eq!(all[0].status, RemoteStatus::Active);
        assert_eq!((&all[0].scopes, &all[0].account), (&Some(vec!["a".to_owned()]), &None));
        assert_eq!(all[1].status, RemoteStatus::Other("paused".to_owned()));
        assert_eq!((&all[1].scopes, &all[1].account), (&None, &None));
        assert_eq!(all[2].status, RemoteStatus::Other("unknown".to_owned()));
        assert_eq!((&all[2].scopes, list.unreadable), (&None, 0));
    }

    #[test]
    fn one_odd_entry_of_a_list_takes_no_other_with_it() {
        let good = r#"{"integration_type":"slack","status":"active","scopes":["a"],"odd":1e999}"#;
        for (odd, read) in [
            (r#"{"integration_type":"notion","status":1e999,"scopes":"read"}"#, true),
            (r#"{"integration_type":"notion","status":{},"scopes":[1]}"#, true),
            (r#"{"integration_type":"notion","scopes":null,"user_email":[[]]}"#, true),
            (r#"{"integration_type":7}"#, false),
            (r#"{"integration_type":" ","scopes":[]}"#, false),
            (r#"{"integration_type":null}"#, false),
            (r#"{"scopes":["a"]}"#, false),
            (r#"["notion","active"]"#, false),
            ("null", false),
            ("1e999", false),
        ] {
            let list = list(&format!(r#"{{"integrations":[{odd},{good}]}}"#));
            let last = list.connectors.last().unwrap();
            assert_eq!((last.type_name.as_str(), &last.scopes), ("slack", &Some(vec!["a".to_owned()])));
            assert_eq!((list.connectors.len(), list.unreadable), if read { (2, 0) } else { (1, 1) }, "{odd}");
            if read {
                let odd = &list.connectors[0];
                assert_eq!((odd.type_name.as_str(), &odd.scopes, &odd.account), ("notion", &None, &None));
                assert_eq!(odd.status, RemoteStatus::Other("unknown".to_owned()));
            }
        }
    }

    #[test]
    fn a_list_that_is_none_is_never_taken_for_an_empty_one() {
        for text in ["{}", "[]", "null", r#"{"integrations":null}"#, r#"{"integrations":{}}"#] {
            assert!(serde_json::from_str::<ListAnswer>(text).is_err(), "{text}");
        }
        for text in ["{}", r#"{"stripe_mode":true}"#] {
            assert!(serde_json::from_str::<StripeStatusAnswer>(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<StripeStatusAnswer>(r#"{"stripe_mode":null}"#).is_ok());
    }
}

//! What became of each connector, and of a push as a whole.

use std::collections::BTreeMap;

use connector_platform::{PlatformError, SafeLink};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::{Event, words};

/// An authorization that a person has to give in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingAuthorization {
    /// Which connector.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The page where it is given.
    pub link: SafeLink,
    /// What the platform calls it; without, the list of connectors tells when it was given.
    #[serde(default)]
    pub connection_id: Option<String>,
    /// When the link was made, in milliseconds since 1970.
    pub since: u64,
    /// What is asked for.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// What became of one connector.
///
/// As JSON: `{"type":"slack","status":"pending","link":"https://…"}`.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The connector's type.
    pub type_name: String,
    /// What became of it.
    pub status: OutcomeStatus,
}

/// What can become of a connector.
#[derive(Clone, Debug)]
pub enum OutcomeStatus {
    /// The Stripe sandbox was created.
    Provisioned {
        /// Where a person makes it theirs.
        claim: Option<SafeLink>,
    },
    /// The platform has the scopes of the file.
    Synced,
    /// Newly authorized.
    Added,
    /// The platform no longer has it.
    Removed,
    /// Waits for a person.
    Pending(PendingAuthorization),
    /// The person passed it over; it stays pending.
    Skipped,
    /// Nobody gave the authorization in time; it stays pending.
    TimedOut,
    /// The authorization was refused, or given in part.
    Denied,
    /// Somebody else has connected it.
    OtherUser {
        /// Their address, where the platform says it.
        account: Option<String>,
        /// A sentence for people.
        reason: String,
    },
    /// Anything that went wrong.
    Failed {
        /// What, for people.
        reason: String,
        /// What to do next, where there is something.
        hint: Option<String>,
        /// The call that failed, where one did.
        error: Option<PlatformError>,
    },
    /// The operation was stopped first.
    Interrupted {
        /// Whether the call was on its way: then the platform may have taken it.
        sent: bool,
    },
}

impl Outcome {
    pub(crate) fn new(type_name: &str, status: OutcomeStatus) -> Outcome {
        Outcome { type_name: type_name.to_owned(), status }
    }

    pub(crate) fn failed(type_name: &str, reason: impl Into<String>) -> Outcome {
        Outcome::new(type_name, OutcomeStatus::Failed { reason: reason.into(), hint: None, error: None })
    }

    /// A call that failed, and did nothing.
    pub(crate) fn of_error(type_name: &str, error: PlatformError) -> Outcome {
        let (reason, hint) = (error.reason().to_owned(), Some(error.hint().to_owned()));
        Outcome::new(type_name, OutcomeStatus::Failed { reason, hint, error: Some(error) })
    }

    /// Why it counts as failed, for people; none where it does not.
    pub fn failure(&self) -> Option<String> {
        match &self.status {
            OutcomeStatus::OtherUser { reason, .. } | OutcomeStatus::Failed { reason, .. } => {
                Some(reason.clone())
            }
            OutcomeStatus::Denied => Some(words::DENIED.to_owned()),
            OutcomeStatus::Interrupted { sent: true } => Some(words::INTERRUPTED_SENT.to_owned()),
            OutcomeStatus::Interrupted { sent: false } => Some(words::INTERRUPTED_UNSENT.to_owned()),
            _ => None,
        }
    }

    /// The call that failed, where one did.
    pub fn error(&self) -> Option<&PlatformError> {
        match &self.status {
            OutcomeStatus::Failed { error, .. } => error.as_ref(),
            _ => None,
        }
    }

    /// Whether a person still has to authorize it.
    pub fn is_pending(&self) -> bool {
        matches!(self.status, OutcomeStatus::Pending(_) | OutcomeStatus::Skipped | OutcomeStatus::TimedOut)
    }
}

impl OutcomeStatus {
    /// The word for it in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            OutcomeStatus::Provisioned { .. } => "provisioned",
            OutcomeStatus::Synced => "synced",
            OutcomeStatus::Added => "added",
            OutcomeStatus::Removed => "removed",
            OutcomeStatus::Pending(_) => "pending",
            OutcomeStatus::Skipped => "skipped",
            OutcomeStatus::TimedOut => "timed-out",
            OutcomeStatus::Denied => "denied",
            OutcomeStatus::OtherUser { .. } => "other-user",
            OutcomeStatus::Failed { .. } => "failed",
            OutcomeStatus::Interrupted { .. } => "interrupted",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.type_name)?;
        map.serialize_entry("status", self.status.as_str())?;
        match &self.status {
            OutcomeStatus::Provisioned { claim: Some(claim) } => {
                map.serialize_entry("link", claim.as_str())?
            }
            OutcomeStatus::Pending(pending) => map.serialize_entry("link", pending.link.as_str())?,
            OutcomeStatus::OtherUser { account: Some(account), .. } => {
                map.serialize_entry("account", account)?
            }
            OutcomeStatus::Failed { hint, error, .. } => {
                map.serialize_entry("hint", hint)?;
                let request = error.as_ref().and_then(PlatformError::request_id);
                map.serialize_entry("requestId", &request)?;
            }
            OutcomeStatus::Interrupted { sent } => map.serialize_entry("sent", sent)?,
            _ => {}
        }
        if let Some(reason) = self.failure() {
            map.serialize_entry("reason", &reason)?;
        }
        map.end()
    }
}

/// A line of a push's summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryLine {
    /// What it tells.
    pub kind: SummaryKind,
    /// The line, indented as a terminal shows it.
    pub text: String,
}

/// What a line of a summary tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryKind {
    /// That the summary begins.
    Heading,
    /// That Stripe's sandbox was made.
    Provisioned,
    /// A page for a person.
    Link,
    /// Which connectors the platform has as the files say.
    Synced,
    /// Which were newly authorized.
    Added,
    /// Which the platform no longer has.
    Removed,
    /// Which wait for a person.
    Pending,
    /// Which a person passed over.
    Skipped,
    /// One that failed, and why.
    Failed,
}

/// What became of a push.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PushReport {
    /// One a step of the plan, in its order.
    pub outcomes: Vec<Outcome>,
    /// What became of the pending ones among them, once they were offered to a person.
    pub authorized: Vec<Outcome>,
    /// What else is to be known, a sentence each.
    pub notes: Vec<String>,
    /// The page of the app's connectors.
    pub connectors_url: String,
}

impl PushReport {
    /// Adds what became of the pending authorizations.
    pub fn authorized(mut self, outcomes: Vec<Outcome>) -> PushReport {
        self.authorized.extend(outcomes);
        self
    }

    /// How each connector stands in the end.
    pub fn final_outcomes(&self) -> Vec<&Outcome> {
        let later: BTreeMap<&str, &Outcome> =
            self.authorized.iter().map(|outcome| (outcome.type_name.as_str(), outcome)).collect();
        let earlier = self.outcomes.iter();
        earlier.map(|outcome| later.get(outcome.type_name.as_str()).copied().unwrap_or(outcome)).collect()
    }

    /// What failed.
    pub fn failed(&self) -> Vec<&Outcome> {
        self.final_outcomes().into_iter().filter(|outcome| outcome.failure().is_some()).collect()
    }

    /// What waits for a person, as the push left it.
    pub fn pending(&self) -> Vec<PendingAuthorization> {
        let pending = self.final_outcomes().into_iter().filter_map(|outcome| match &outcome.status {
            OutcomeStatus::Pending(pending) => Some(pending.clone()),
            _ => None,
        });
        pending.collect()
    }

    /// How many connectors still wait for a person.
    pub fn pending_count(&self) -> usize {
        self.final_outcomes().into_iter().filter(|outcome| outcome.is_pending()).count()
    }

    /// The summary, its heading first; nothing where there is nothing to say.
    pub fn summary(&self) -> Vec<SummaryLine> {
        words::summary(self)
    }

    /// The same as texts.
    pub fn summary_lines(&self) -> Vec<String> {
        self.summary().into_iter().map(|line| line.text).collect()
    }

    /// The event that closes the stream of a push, its authorizations included.
    pub fn to_event(&self) -> Event {
        Event::Summary {
            lines: self.summary_lines(),
            failed: self.failed().len(),
            pending: self.pending_count(),
        }
    }

    /// The shape that the official CLI prints with `--json`.
    pub fn to_official_json(&self) -> Value {
        let results: Vec<Value> = self.outcomes.iter().map(official_result).collect();
        let mut oauth = Map::new();
        for outcome in &self.authorized {
            oauth.insert(outcome.type_name.clone(), json!(official_word(&outcome.status)));
        }
        json!({"results": results, "oauth": oauth})
    }
}

connector_model::vocabulary! {
    /// What became of a connector, as the official CLI calls it.
    pub enum OfficialAction {
        /// The app has it with these scopes.
        Synced = "synced",
        /// The app no longer has it.
        Removed = "removed",
        /// A person has to agree.
        NeedsOauth = "needs_oauth",
        /// The app has a Stripe.
        Provisioned = "provisioned",
        /// Nothing came of it.
        Error = "error",
    }
}

fn official_result(outcome: &Outcome) -> Value {
    let (action, more) = match &outcome.status {
        OutcomeStatus::Provisioned { claim } => {
            (OfficialAction::Provisioned, json!({"claimUrl": claim.as_ref().map(SafeLink::as_str)}))
        }
        OutcomeStatus::Removed => (OfficialAction::Removed, json!({})),
        OutcomeStatus::Pending(pending) => (
            OfficialAction::NeedsOauth,
            json!({"redirectUrl": pending.link.as_str(), "connectionId": pending.connection_id}),
        ),
        _ => match outcome.failure() {
            Some(reason) => (OfficialAction::Error, json!({"error": reason})),
            None => (OfficialAction::Synced, json!({})),
        },
    };
    let mut result = json!({"type": outcome.type_name, "action": action});
    if let (Some(members), Value::Object(more)) = (result.as_object_mut(), more) {
        members.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
    }
    result
}

fn official_word(status: &OutcomeStatus) -> &'static str {
    match status {
        OutcomeStatus::Synced | OutcomeStatus::Added | OutcomeStatus::Provisioned { .. } => "ACTIVE",
        OutcomeStatus::Skipped => "SKIPPED",
        OutcomeStatus::Pending(_) | OutcomeStatus::TimedOut | OutcomeStatus::Interrupted { .. } => "PENDING",
        _ => "FAILED",
    }
}

#[cfg(test)]
mod tests;

//! How a connector stands, in one word and one sentence: for tables, views, hovers and lenses.

use connector_boundary::text::printable_name;
use connector_platform::{RemoteStatus, SafeLink, StripeMode};
use serde::Serialize;

use crate::scopes::Difference;
use crate::store::{AppState, FailureKind};
use crate::{STRIPE, words};

/// How a connector stands between its file and the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectorState {
    /// Authorized, with the scopes of the file.
    Active,
    /// Authorized, with other scopes than the file's.
    ScopesDiffer,
    /// In a file only.
    NotPushed,
    /// Waits for a person's authorization.
    Pending,
    /// Its authorization was refused, or given in part.
    AuthorizationFailed,
    /// Its authorization ran out.
    Expired,
    /// No longer authorized.
    Disconnected,
    /// Somebody else has connected it.
    OtherUser,
    /// The last push of it failed.
    PushFailed,
    /// The Stripe sandbox is there and belongs to nobody yet.
    Unclaimed,
    /// On the platform only: a push would remove it.
    RemoteOnly,
    /// The platform has not been asked, or says what this product does not know.
    Unknown,
}

impl ConnectorState {
    /// The word for it, in JSON and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            ConnectorState::Active => "active",
            ConnectorState::ScopesDiffer => "scopes-differ",
            ConnectorState::NotPushed => "not-pushed",
            ConnectorState::Pending => "pending",
            ConnectorState::AuthorizationFailed => "authorization-failed",
            ConnectorState::Expired => "expired",
            ConnectorState::Disconnected => "disconnected",
            ConnectorState::OtherUser => "other-user",
            ConnectorState::PushFailed => "push-failed",
            ConnectorState::Unclaimed => "unclaimed",
            ConnectorState::RemoteOnly => "remote-only",
            ConnectorState::Unknown => "unknown",
        }
    }
}

/// How a connector stands, and what a person may want to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorStatus {
    /// The word.
    pub state: ConnectorState,
    /// The sentence.
    pub detail: String,
    /// The account that it is connected with, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The page where something can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<SafeLink>,
    /// The scopes that the file has and the platform has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// The scopes that the platform has and the file has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

/// How the connector of a type stands. `local` are the scopes of its file; none where no file declares it.
pub fn connector_state(type_name: &str, local: Option<&[String]>, known: &AppState) -> ConnectorStatus {
    if type_name == STRIPE {
        return stripe_state(local.is_some(), known);
    }
    let remote = known.snapshot.as_ref().and_then(|snapshot| snapshot.find(type_name));
    let mut status = ConnectorStatus {
        state: ConnectorState::Unknown,
        detail: String::new(),
        account: remote.and_then(|remote| remote.account.as_deref()).map(printable_name),
        link: None,
        added: Vec::new(),
        removed: Vec::new(),
    };
    let say = |mut status: ConnectorStatus, state: ConnectorState, detail: String| {
        status.state = state;
        status.detail = detail;
        status
    };
    let Some(local) = local else {
        let detail = match remote {
            Some(_) => "On the app, and no file declares it: a push would remove it.",
            None => "Neither a file nor the app has it.",
        };
        let state = if remote.is_some() { ConnectorState::RemoteOnly } else { ConnectorState::Unknown };
        return say(status, state, detail.to_owned());
    };
    let unknown = remote.is_some_and(|remote| remote.scopes.is_none());
    let remote_scopes = remote.and_then(|remote| remote.scopes.as_deref()).unwrap_or_default();
    let difference =
        if unknown { Difference::default() } else { Difference::between(type_name, remote_scopes, local) };
    let active = remote.is_some_and(|remote| remote.status == RemoteStatus::Active);
    if active && !unknown && difference.is_empty() {
        let detail = match &status.account {
            Some(account) => format!("Connected as {account}."),
            None => "Connected.".to_owned(),
        };
        return say(status, ConnectorState::Active, detail);
    }
    status.added = difference.added;
    status.removed = difference.removed;
    // A file that was edited since is not what failed.
    let failure = known.failures.get(type_name).filter(|failure| {
        let same = |asked: &Vec<String>| Difference::between(type_name, asked, local).is_empty();
        failure.kind == FailureKind::OtherUser || failure.scopes.as_ref().is_none_or(same)
    });
    if let Some(failure) = failure.filter(|failure| failure.kind == FailureKind::OtherUser) {
        status.account = failure.account.as_deref().map(printable_name).or(status.account);
        return say(status, ConnectorState::OtherUser, words::sentence(&failure.reason));
    }
    let pending = known.pending.get(type_name);
    let pending = pending.filter(|pending| Difference::between(type_name, &pending.scopes, local).is_empty());
    if let Some(pending) = pending {
        status.link = Some(pending.link.clone());
        return say(status, ConnectorState::Pending, "Waits for its authorization in a browser.".to_owned());
    }
    if let Some(failure) = failure {
        let state = match failure.kind {
            FailureKind::Denied => ConnectorState::AuthorizationFailed,
            FailureKind::Push | FailureKind::OtherUser => ConnectorState::PushFailed,
        };
        return say(status, state, words::sentence(&failure.reason));
    }
    match (remote.map(|remote| &remote.status), &known.snapshot) {
        (Some(RemoteStatus::Active), _) if unknown => {
            say(status, ConnectorState::Unknown, words::sentence(words::SCOPES_UNKNOWN))
        }
        (Some(RemoteStatus::Active), _) => {
            let detail = words::difference(&status.added, &status.removed);
            say(status, ConnectorState::ScopesDiffer, detail)
        }
        (Some(RemoteStatus::Expired), _) => {
            say(status, ConnectorState::Expired, "Its authorization ran out: authorize it again.".to_owned())
        }
        (Some(RemoteStatus::Disconnected), _) => say(
            status,
            ConnectorState::Disconnected,
            "It is no longer connected: authorize it again.".to_owned(),
        ),
        (Some(other @ RemoteStatus::Other(_)), _) => {
            let detail = format!("The platform calls it by an {}.", words::remote_status(other));
            say(status, ConnectorState::Unknown, detail)
        }
        (None, Some(snapshot)) if !snapshot.lacks(type_name) => {
            status.added.clear();
            let detail = "Whether the app has it is not known: part of the platform's list cannot be read.";
            say(status, ConnectorState::Unknown, detail.to_owned())
        }
        (None, Some(_)) => {
            status.added.clear();
            say(status, ConnectorState::NotPushed, "The app does not have it yet: push it.".to_owned())
        }
        (None, None) => {
            status.added.clear();
            say(status, ConnectorState::Unknown, "The platform has not been asked yet.".to_owned())
        }
    }
}

fn stripe_state(has_file: bool, known: &AppState) -> ConnectorStatus {
    let stripe = known.snapshot.as_ref().and_then(|snapshot| snapshot.stripe.as_ref());
    let mode = stripe.and_then(|stripe| stripe.mode.as_ref());
    let claim = stripe.and_then(|stripe| stripe.claim_url.clone());
    let failure = known.failures.get(STRIPE).filter(|_| has_file && mode.is_none());
    let (state, detail) = match (has_file, mode, stripe) {
        _ if failure.is_some() => {
            (ConnectorState::PushFailed, words::sentence(failure.map_or("", |failure| &failure.reason)))
        }
        (true, Some(_), _) if claim.is_some() => {
            (ConnectorState::Unclaimed, "Its sandbox belongs to nobody yet: claim it.".to_owned())
        }
        (true, Some(StripeMode::Live), _) => {
            (ConnectorState::Active, "Stripe takes real payments.".to_owned())
        }
        (true, Some(StripeMode::Sandbox), _) => {
            (ConnectorState::Active, "A Stripe sandbox, claimed.".to_owned())
        }
        (true, Some(StripeMode::Other(_)), _) => (ConnectorState::Active, "Stripe is installed.".to_owned()),
        (true, None, Some(_)) => {
            (ConnectorState::NotPushed, "The app does not have it yet: push it.".to_owned())
        }
        (false, Some(_), _) => (
            ConnectorState::RemoteOnly,
            "On the app, and no file declares it: a push would remove it.".to_owned(),
        ),
        (_, None, _) => (ConnectorState::Unknown, "Whether the app has it is not known.".to_owned()),
    };
    ConnectorStatus { state, detail, account: None, link: claim, added: Vec::new(), removed: Vec::new() }
}

//! How a connector stands, in one word and one sentence: for tables, views, hovers and lenses.

use serde::Serialize;

use crate::difference::Difference;
use crate::facts::{Facts, FailureKind, RemoteStatus, STRIPE, StripeMode};
use connector_boundary::text::{printable, printable_name};
use connector_catalogue::Catalogue;

crate::vocabulary! {
    /// How a connector stands between its file and the platform: in the terminal, the editor, JSON and the extension.
    #[derive(Default)]
    pub enum ConnectorState {
        /// Authorized, with the scopes of the file.
        Active = "active",
        /// Stripe, which nobody has to authorize, is installed.
        Provisioned = "provisioned",
        /// Authorized, with other scopes than the file's.
        ScopesDiffer = "scopes-differ",
        /// In a file only.
        NotPushed = "not-pushed",
        /// In a file only, and the platform does not offer its type to the app.
        Unavailable = "unavailable",
        /// The same of a type that nobody has heard of: it is misspelt, more likely than not offered.
        UnknownType = "unknown-type",
        /// Waits for a person's authorization.
        Pending = "pending",
        /// Its authorization was refused, or given in part.
        AuthorizationFailed = "authorization-failed",
        /// Its authorization ran out.
        Expired = "expired",
        /// No longer authorized.
        Disconnected = "disconnected",
        /// Somebody else has connected it.
        OtherUser = "other-user",
        /// The last push of it failed.
        PushFailed = "push-failed",
        /// The Stripe sandbox is there and belongs to nobody yet.
        Unclaimed = "unclaimed",
        /// On the platform only: a push would remove it.
        RemoteOnly = "remote-only",
        /// Its file stops a push.
        Invalid = "invalid",
        /// The platform has not been asked, or says what this product does not know.
        #[default]
        Unknown = "unknown",
    }
}

impl ConnectorState {
    /// What people call it, and a sign that tells it at a glance; both empty where nothing can be said of it. Rows,
    /// lenses, lists and what is read out take their words from here: short ones, as a narrow side bar cuts the end.
    pub fn in_words(self) -> (&'static str, &'static str) {
        match self {
            ConnectorState::Active => ("●", "authorized"),
            ConnectorState::Provisioned => ("●", "provisioned"),
            ConnectorState::ScopesDiffer => ("◑", "scopes differ"),
            ConnectorState::NotPushed => ("○", "not pushed"),
            ConnectorState::Unavailable => ("✗", "not available"),
            ConnectorState::UnknownType => ("✗", "unknown type"),
            ConnectorState::Pending => ("◐", "pending"),
            ConnectorState::AuthorizationFailed => ("✗", "not authorized"),
            ConnectorState::Expired => ("✗", "expired"),
            ConnectorState::Disconnected => ("✗", "disconnected"),
            ConnectorState::OtherUser => ("✗", "another user"),
            ConnectorState::PushFailed => ("✗", "push failed"),
            ConnectorState::Unclaimed => ("◐", "to be claimed"),
            ConnectorState::RemoteOnly => ("○", "no file"),
            ConnectorState::Invalid => ("✗", "file has errors"),
            ConnectorState::Unknown => ("", ""),
        }
    }
}

/// How a connector stands, and what a person may want to know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorStatus {
    /// The word.
    pub state: ConnectorState,
    /// The sentence.
    pub detail: String,
    /// The account that it is connected with, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The page where something can be done about it; whoever opens it checks it once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The scopes that the file has and the platform has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// The scopes that the platform has and the file has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

impl Facts {
    /// How the connector of a type stands. `local` are the scopes of its file; none where no file declares it.
    pub fn status_of(&self, type_name: &str, local: Option<&[String]>) -> ConnectorStatus {
        if type_name == STRIPE {
            return self.status_of_stripe(local.is_some());
        }
        let remote = self.app.as_ref().and_then(|app| app.find(type_name));
        let account = remote.and_then(|remote| remote.account.as_deref()).map(printable_name);
        let status = ConnectorStatus { account, ..ConnectorStatus::default() };
        let Some(local) = local else {
            return match remote {
                Some(_) => status.of(ConnectorState::RemoteOnly, NO_FILE),
                None => status.of(ConnectorState::Unknown, "Neither a file nor the app has it."),
            };
        };
        if remote.is_none() && !self.pending.contains_key(type_name) && !self.failures.contains_key(type_name)
        {
            // All of its scopes are the file's alone, which its state says already.
            return self.on_the_app(type_name, Difference::default(), false, status);
        }
        let remote_scopes = remote.and_then(|remote| remote.scopes.as_deref());
        // What the platform does not say differs from nothing.
        let unknown = remote.is_some() && remote_scopes.is_none();
        let difference = match unknown {
            true => Difference::default(),
            false => Difference::between(type_name, remote_scopes.unwrap_or_default(), local),
        };
        let active = remote.is_some_and(|remote| remote.status == RemoteStatus::Active);
        if active && !unknown && difference.is_empty() {
            let detail = match &status.account {
                Some(account) => format!("Connected as {account}."),
                None => "Connected.".to_owned(),
            };
            return status.of(ConnectorState::Active, detail);
        }
        let mut status = match self.unsettled(type_name, local, &status) {
            Some(told) => ConnectorStatus { added: difference.added, removed: difference.removed, ..told },
            None => self.on_the_app(type_name, difference, unknown, status),
        };
        if remote.is_none()
            && matches!(
                status.state,
                ConnectorState::NotPushed
                    | ConnectorState::Unavailable
                    | ConnectorState::UnknownType
                    | ConnectorState::Unknown
            )
        {
            status.added.clear();
        }
        status
    }

    /// What waits or failed of a file that the platform does not have as it is; nothing where neither did.
    fn unsettled(
        &self,
        type_name: &str,
        local: &[String],
        status: &ConnectorStatus,
    ) -> Option<ConnectorStatus> {
        let mut status = status.clone();
        let as_asked = |asked: &[String]| Difference::between(type_name, asked, local).is_empty();
        // A file that was edited since is not what failed.
        let failure = self.failures.get(type_name).filter(|failure| {
            failure.kind == FailureKind::OtherUser || failure.scopes.as_deref().is_none_or(as_asked)
        });
        if let Some(failure) = failure.filter(|failure| failure.kind == FailureKind::OtherUser) {
            status.account = failure.account.as_deref().map(printable_name).or(status.account);
            return Some(status.of(ConnectorState::OtherUser, sentence(&failure.reason)));
        }
        if let Some(pending) = self.pending.get(type_name).filter(|pending| as_asked(&pending.scopes)) {
            status.link = Some(pending.link.clone());
            return Some(status.of(ConnectorState::Pending, "Pending authorization in the browser."));
        }
        let failure = failure?;
        let state = match failure.kind {
            FailureKind::Denied => ConnectorState::AuthorizationFailed,
            FailureKind::Push | FailureKind::OtherUser => ConnectorState::PushFailed,
        };
        Some(status.of(state, sentence(&failure.reason)))
    }

    /// What the platform's own word for it comes to.
    fn on_the_app(
        &self,
        type_name: &str,
        difference: Difference,
        unknown: bool,
        status: ConnectorStatus,
    ) -> ConnectorStatus {
        let status = ConnectorStatus { added: difference.added, removed: difference.removed, ..status };
        let Some(app) = &self.app else {
            return status.of(ConnectorState::Unknown, "Base44 has not been asked yet.");
        };
        match app.find(type_name).map(|remote| &remote.status) {
            Some(RemoteStatus::Active) if unknown => {
                status.of(ConnectorState::Unknown, sentence(SCOPES_UNKNOWN))
            }
            Some(RemoteStatus::Active) => {
                let differs = status.difference().sentences();
                status.of(ConnectorState::ScopesDiffer, differs)
            }
            Some(RemoteStatus::Expired) => {
                status.of(ConnectorState::Expired, "Its authorization ran out: authorize it again.")
            }
            Some(RemoteStatus::Disconnected) => {
                status.of(ConnectorState::Disconnected, "It is no longer connected: authorize it again.")
            }
            Some(RemoteStatus::Other(word)) => {
                let detail = format!("Base44 calls it by an unknown status '{}'.", printable(word, 40));
                status.of(ConnectorState::Unknown, detail)
            }
            None if !app.lacks(type_name) => status.of(
                ConnectorState::Unknown,
                "Whether the app has it is not known: part of Base44's list cannot be read.",
            ),
            None if app.offered.as_ref().is_some_and(|types| !types.contains(type_name)) => {
                let state = match Catalogue::get().find(type_name) {
                    Some(_) => ConnectorState::Unavailable,
                    None => ConnectorState::UnknownType,
                };
                status.of(state, "Base44 does not offer this type to the app.")
            }
            None => status.of(ConnectorState::NotPushed, "The app does not have it yet: push it."),
        }
    }

    fn status_of_stripe(&self, has_file: bool) -> ConnectorStatus {
        let stripe = self.app.as_ref().and_then(|app| app.stripe.as_ref());
        let mode = stripe.and_then(|stripe| stripe.mode.as_ref());
        let claim = stripe.and_then(|stripe| stripe.claim_link.clone());
        let failure = self.failures.get(STRIPE).filter(|_| has_file && mode.is_none());
        let status = ConnectorStatus { link: claim.clone(), ..ConnectorStatus::default() };
        match (has_file, mode, stripe, failure) {
            (_, _, _, Some(failure)) => status.of(ConnectorState::PushFailed, sentence(&failure.reason)),
            (true, Some(_), _, _) if claim.is_some() => {
                status.of(ConnectorState::Unclaimed, "Its sandbox belongs to nobody yet: claim it.")
            }
            (true, Some(StripeMode::Live), _, _) => {
                status.of(ConnectorState::Provisioned, "Stripe takes real payments.")
            }
            (true, Some(StripeMode::Sandbox), _, _) => {
                status.of(ConnectorState::Provisioned, "A Stripe sandbox, claimed.")
            }
            (true, Some(StripeMode::Other(_)), _, _) => {
                status.of(ConnectorState::Provisioned, "Stripe is installed.")
            }
            (true, None, Some(_), _) => {
                status.of(ConnectorState::NotPushed, "The app does not have it yet: push it.")
            }
            (false, Some(_), _, _) => status.of(ConnectorState::RemoteOnly, NO_FILE),
            (_, None, _, _) => status.of(ConnectorState::Unknown, "Whether the app has it is not known."),
        }
    }
}

impl ConnectorStatus {
    /// How the scopes of the file and those of the app differ.
    pub fn difference(&self) -> Difference {
        Difference { added: self.added.clone(), removed: self.removed.clone() }
    }

    fn of(mut self, state: ConnectorState, detail: impl Into<String>) -> ConnectorStatus {
        self.state = state;
        self.detail = detail.into();
        self
    }
}

const NO_FILE: &str = "The app has it, and no file declares it: a push would remove it.";

/// Why nothing can be said about a connector's scopes.
pub const SCOPES_UNKNOWN: &str = "Base44 does not say which scopes it has";

/// A reason as a sentence of its own.
pub fn sentence(reason: &str) -> String {
    let mut letters = reason.trim_end_matches('.').chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

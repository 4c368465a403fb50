//! What is known of an app, and what that says about a project's files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connector_model::Finding;
use connector_model::checks::{KnownTypes, declared};
use connector_model::ignores::silence_all;
use connector_model::project::Project;
use connector_model::severities::Severities;
use connector_sync::{AppState, ConnectorState, ConnectorStatus, STRIPE, connector_state, findings};
use connector_syntax::Tree;

use crate::local::Local;

/// How a connector stands, and the word that clients know for it.
pub(crate) struct Standing {
    pub(crate) word: &'static str,
    pub(crate) status: ConnectorStatus,
}

/// What the platform last said of an app, and what waits or went wrong; the same until it says something else.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) state: AppState,
    /// The types that the platform has, where it has told.
    pub(crate) types: Option<KnownTypes>,
}

impl Known {
    /// What is kept of an app.
    pub(super) fn new(state: AppState) -> Self {
        let available = state.snapshot.as_ref().and_then(|snapshot| snapshot.available.as_ref());
        let types = available
            .filter(|available| !available.is_empty())
            .map(|available| KnownTypes { names: available.iter().map(|ty| ty.type_name.clone()).collect() });
        Self { state, types }
    }

    /// Whether nothing that is said of files changes, the time of the last answer left aside.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let timeless = |state: &AppState| {
            let mut state = state.clone();
            if let Some(snapshot) = &mut state.snapshot {
                snapshot.at = 0;
            }
            state
        };
        timeless(&self.state) == timeless(&other.state)
    }

    /// Whether anything is known that files could be held against.
    pub(crate) fn is_empty(&self) -> bool {
        self.state.snapshot.is_none() && self.state.pending.is_empty() && self.state.failures.is_empty()
    }

    /// What is to be said about a connector file.
    pub(crate) fn file_findings(
        &self,
        project: &Project,
        path: &Path,
        tree: &Tree,
        severities: &Severities,
    ) -> Vec<Finding> {
        if self.is_empty() || !project.is_connector_path(path) {
            return Vec::new();
        }
        let found = findings::platform_findings(tree, &declared(tree), &self.state);
        let found = silence_all(tree, found);
        found.into_iter().filter_map(|finding| severities.apply(finding)).collect()
    }

    /// What is to be said about the project's own files.
    pub(crate) fn project_findings(
        &self,
        project: &Project,
        locals: &BTreeMap<PathBuf, Local>,
        severities: &Severities,
    ) -> Vec<(PathBuf, Finding)> {
        let Some(path) = project.config_path.as_ref().filter(|_| !self.is_empty()) else {
            return Vec::new();
        };
        let types: Vec<&str> = locals.values().map(|local| local.type_name.as_str()).collect();
        let found = findings::project_findings(&types, &self.state);
        found.into_iter().filter_map(|finding| Some((path.clone(), severities.apply(finding)?))).collect()
    }

    /// How a connector stands.
    pub(crate) fn standing(&self, type_name: &str, local: Option<&Local>) -> Standing {
        let status = connector_state(type_name, local.map(Local::scopes), &self.state);
        let is_offered = self.types.as_ref().is_none_or(|types| types.contains(type_name));
        let word = match status.state {
            ConnectorState::Active if type_name == STRIPE => "provisioned",
            ConnectorState::Active => "active",
            ConnectorState::ScopesDiffer => "differs",
            ConnectorState::NotPushed if !is_offered => "unavailable",
            ConnectorState::NotPushed => "notPushed",
            ConnectorState::Pending => "pending",
            ConnectorState::AuthorizationFailed | ConnectorState::PushFailed => "failed",
            ConnectorState::Expired => "expired",
            ConnectorState::Disconnected => "disconnected",
            ConnectorState::OtherUser => "otherUser",
            ConnectorState::Unclaimed => "unclaimed",
            ConnectorState::RemoteOnly => "removedOnPush",
            ConnectorState::Unknown => "unknown",
        };
        Standing { word, status }
    }

    /// The types that the platform has and no file declares.
    pub(crate) fn without_file<'k>(&'k self, locals: &BTreeMap<PathBuf, Local>) -> Vec<&'k str> {
        let Some(snapshot) = &self.state.snapshot else {
            return Vec::new();
        };
        let declared: std::collections::HashSet<&str> =
            locals.values().map(|local| local.type_name.as_str()).collect();
        snapshot.types().into_iter().filter(|name| !declared.contains(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use connector_platform::{AvailableType, RemoteConnector, RemoteStatus};
    use connector_sync::Snapshot;

    use super::*;

    fn known(remote: &[(&str, RemoteStatus, &[&str])], available: &[&str]) -> Known {
        let connectors = remote.iter().map(|(name, status, scopes)| RemoteConnector {
            type_name: (*name).to_owned(),
            status: status.clone(),
            scopes: Some(scopes.iter().map(|&scope| scope.to_owned()).collect()),
            account: None,
        });
        let available = available.iter().map(|name| AvailableType {
            type_name: (*name).to_owned(),
            display_name: String::new(),
            description: String::new(),
            fields: Vec::new(),
        });
        let snapshot = Snapshot {
            app: "app".to_owned(),
            at: 1,
            account: None,
            connectors: connectors.collect(),
            unreadable: 0,
            stripe: None,
            stripe_failure: None,
            available: Some(available.collect()),
        };
        Known::new(AppState { snapshot: Some(snapshot), ..AppState::default() })
    }

    fn local(name: &str, scopes: &[&str]) -> Local {
        let path = PathBuf::from("/p/base44/connectors").join(format!("{name}.jsonc"));
        let text = serde_json::json!({"type": name, "scopes": scopes}).to_string();
        Local::on_disk(&path, &connector_syntax::parse(&text)).unwrap()
    }

    #[test]
    fn each_state_has_the_word_that_clients_know() {
        let remote: &[(&str, RemoteStatus, &[&str])] = &[
            ("slack", RemoteStatus::Active, &["a"]),
            ("notion", RemoteStatus::Expired, &[]),
            ("github", RemoteStatus::Disconnected, &[]),
        ];
        let known = known(remote, &["slack", "notion", "github", "hubspot"]);
        let word = |name: &str, scopes: &[&str]| known.standing(name, Some(&local(name, scopes))).word;
        assert_eq!(word("slack", &["a"]), "active");
        assert_eq!(word("slack", &["a", "b"]), "differs");
        assert_eq!(word("notion", &[]), "expired");
        assert_eq!(word("github", &[]), "disconnected");
        assert_eq!(word("hubspot", &[]), "notPushed");
        assert_eq!(word("nothing-like-it", &[]), "unavailable");
        assert_eq!(known.standing("slack", None).word, "removedOnPush");
        assert_eq!(Known::default().standing("slack", Some(&local("slack", &[]))).word, "unknown");
    }

    #[test]
    fn a_later_answer_of_the_same_content_says_the_same() {
        let before = known(&[("slack", RemoteStatus::Active, &["a"])], &[]);
        let mut later = before.state.clone();
        later.snapshot.as_mut().unwrap().at = 2;
        assert!(before.says_the_same(&Known::new(later.clone())));
        later.snapshot.as_mut().unwrap().connectors.clear();
        assert!(!before.says_the_same(&Known::new(later)));
    }

    #[test]
    fn what_no_file_declares_is_named() {
        let remote: &[(&str, RemoteStatus, &[&str])] =
            &[("slack", RemoteStatus::Active, &[]), ("notion", RemoteStatus::Active, &[])];
        let known = known(remote, &[]);
        let slack = local("slack", &[]);
        assert_eq!(known.without_file(&BTreeMap::from([(slack.path.clone(), slack)])), ["notion"]);
        assert!(Known::default().without_file(&BTreeMap::new()).is_empty());
    }
}

//! What is known of an app.

use std::sync::Arc;

use connector_model::facts::Facts;
use connector_sync::AppState;

/// What the platform last said of an app, and what waits or went wrong; the same until it says something else.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) state: AppState,
    /// The same as the facts that files are held against.
    pub(crate) facts: Arc<Facts>,
}

impl Known {
    /// What is kept of an app.
    pub(super) fn new(state: AppState) -> Self {
        Self { facts: Arc::new(state.facts()), state }
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
            has_more: false,
            stripe: None,
            stripe_failure: None,
            available: Some(available.collect()),
        };
        Known::new(AppState { snapshot: Some(snapshot), ..AppState::default() })
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
}

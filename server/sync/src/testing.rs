//! What the tests of this crate begin with.

use std::path::PathBuf;

use connector_model::load::LocalConnector;
use connector_model::project::{Project, ProjectOptions};
use connector_platform::{RemoteConnector, RemoteStatus, SafeLink, StripeMode, StripeStatus};
use connector_test_support::TestProject;

use crate::{AppState, PendingAuthorization, Snapshot};

pub(crate) fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|item| (*item).to_owned()).collect()
}

/// A connector in `connectors/<type>.jsonc`.
pub(crate) fn local(type_name: &str, scopes: &[&str]) -> LocalConnector {
    LocalConnector {
        type_name: type_name.to_owned(),
        scopes: strings(scopes),
        path: PathBuf::from(format!("/project/base44/connectors/{type_name}.jsonc")),
        type_range: connector_syntax::TextRange::default(),
    }
}

pub(crate) fn remote(type_name: &str, status: &str, scopes: &[&str]) -> RemoteConnector {
    RemoteConnector {
        type_name: type_name.to_owned(),
        status: RemoteStatus::from(status.to_owned()),
        scopes: Some(strings(scopes)),
        account: Some("ada@example.com".to_owned()),
    }
}

/// An app without Stripe.
pub(crate) fn snapshot(connectors: &[RemoteConnector]) -> Snapshot {
    Snapshot {
        app: "app1".to_owned(),
        at: 1_000,
        account: Some("ada@example.com".to_owned()),
        connectors: connectors.to_vec(),
        unreadable: 0,
        has_more: false,
        stripe: Some(StripeStatus { mode: None, claim_url: None }),
        stripe_failure: None,
        available: None,
    }
}

pub(crate) fn with_stripe(mut snapshot: Snapshot, claim: Option<&str>) -> Snapshot {
    let claim_url = claim.map(|claim| SafeLink::new(claim).unwrap());
    snapshot.stripe = Some(StripeStatus { mode: Some(StripeMode::Sandbox), claim_url });
    snapshot
}

pub(crate) fn pending(type_name: &str, scopes: &[&str]) -> PendingAuthorization {
    PendingAuthorization {
        type_name: type_name.to_owned(),
        link: SafeLink::new(&format!("https://auth.base44.io/oauth/{type_name}")).unwrap(),
        connection_id: Some(format!("conn_{type_name}")),
        since: 1_000,
        scopes: strings(scopes),
    }
}

pub(crate) fn known(snapshot: Snapshot) -> AppState {
    AppState { snapshot: Some(snapshot), ..AppState::default() }
}

/// A project that is linked to an app, with these files in its connectors folder.
pub(crate) fn project(files: &[(&str, &str)]) -> (TestProject, Project) {
    let folder = TestProject::linked("app1").with_connectors(files);
    let project = Project::from_config(&folder.config(), &ProjectOptions::default());
    (folder, project)
}

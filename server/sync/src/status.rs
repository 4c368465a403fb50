//! Every connector of a project and its app, side by side.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use connector_model::load::LocalConnector;
use connector_model::project::Project;
use connector_model::standing::ConnectorStatus;
use connector_platform::{PlatformError, RemoteConnector, RemoteStatus};
use serde::Serialize;

use crate::engine::address;
use crate::store::AppState;
use crate::{Engine, Run, STRIPE};

/// One connector, in a file or on the platform or both.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusRow {
    /// The connector's type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Its file; none where only the platform has it.
    pub path: Option<PathBuf>,
    /// Its file as a person of the project writes it.
    #[serde(skip)]
    pub shown_path: Option<String>,
    /// The scopes of the file.
    pub local: Option<Vec<String>>,
    /// What the platform has, where it has it.
    pub remote: Option<RemoteRow>,
    /// The app's functions that need it, where it has no file: a push would take it from them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<String>,
    /// How the two stand.
    #[serde(flatten)]
    pub status: ConnectorStatus,
}

/// The platform's side of a row.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoteRow {
    /// The platform's word.
    pub status: RemoteStatus,
    /// Its scopes there; none where the platform does not say them.
    pub scopes: Option<Vec<String>>,
}

/// Every connector of a project and its app.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// The app.
    pub app: String,
    /// The platform.
    pub platform: String,
    /// Who asks, where the credential has an address.
    pub account: Option<String>,
    /// The connectors folder, as a person of the project writes it.
    pub folder: String,
    /// When the platform was asked, in milliseconds since 1970.
    pub at: Option<u64>,
    /// The connectors: those with a file in the order of the files, then the platform's others.
    pub connectors: Vec<StatusRow>,
    /// How many entries of the platform's list could not be read.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable: usize,
    /// Whether the platform said that there are more than it listed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_more: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Engine {
    /// Every connector, against a fresh snapshot.
    ///
    /// # Errors
    /// [`PlatformError`] where the connectors could not be listed.
    pub async fn status(
        &self,
        connectors: &[LocalConnector],
        run: &Run,
    ) -> Result<StatusReport, PlatformError> {
        let snapshot = self.snapshot(run).await?;
        let mut known = self.store().read();
        // The store may be out of reach; the answer is not.
        known.snapshot = Some(snapshot);
        let mut report = self.known_status(connectors, &known);
        if report.connectors.iter().any(|row| row.path.is_none()) {
            let users = self.users().await;
            for row in report.connectors.iter_mut().filter(|row| row.path.is_none()) {
                row.used_by = users.of_type(&row.type_name).to_vec();
            }
        }
        Ok(report)
    }

    /// The same from what is known, without asking.
    pub fn known_status(&self, connectors: &[LocalConnector], known: &AppState) -> StatusReport {
        StatusReport {
            app: self.app_id().as_str().to_owned(),
            platform: self.platform().base_url().to_owned(),
            account: address(&self.platform().account()),
            folder: self.project().display_path(&self.project().connectors_dir),
            at: known.snapshot.as_ref().map(|snapshot| snapshot.at),
            connectors: rows(self.project(), connectors, known),
            unreadable: known.snapshot.as_ref().map_or(0, |snapshot| snapshot.unreadable),
            has_more: known.snapshot.as_ref().is_some_and(|snapshot| snapshot.has_more),
        }
    }
}

/// The rows of a project: its files, then what only the platform has.
pub fn rows(project: &Project, connectors: &[LocalConnector], known: &AppState) -> Vec<StatusRow> {
    let facts = known.facts();
    let remote = Remotes::of(known);
    let mut rows: Vec<StatusRow> = connectors
        .iter()
        .map(|local| StatusRow {
            type_name: local.type_name.clone(),
            path: Some(local.path.clone()),
            shown_path: Some(project.display_path(&local.path)),
            local: Some(local.scopes.clone()),
            remote: remote.row(&local.type_name),
            used_by: Vec::new(),
            status: facts.status_of(&local.type_name, Some(&local.scopes)),
        })
        .collect();
    let in_files: HashSet<&str> = connectors.iter().map(|local| local.type_name.as_str()).collect();
    for name in facts.types() {
        if !in_files.contains(name) {
            rows.push(StatusRow {
                type_name: name.to_owned(),
                path: None,
                shown_path: None,
                local: None,
                remote: remote.row(name),
                used_by: Vec::new(),
                status: facts.status_of(name, None),
            });
        }
    }
    rows
}

/// What the platform has, by type: a row is made of each, and a list can be long.
struct Remotes<'a> {
    by_type: HashMap<&'a str, &'a RemoteConnector>,
    has_stripe: bool,
}

impl<'a> Remotes<'a> {
    fn of(known: &'a AppState) -> Self {
        let snapshot = known.snapshot.as_ref();
        let mut by_type = HashMap::new();
        for remote in snapshot.into_iter().flat_map(|snapshot| &snapshot.connectors) {
            // Of two entries of one type the first counts.
            by_type.entry(remote.type_name.as_str()).or_insert(remote);
        }
        let has_stripe = snapshot.is_some_and(|snapshot| snapshot.has_stripe() == Some(true));
        Self { by_type, has_stripe }
    }

    fn row(&self, type_name: &str) -> Option<RemoteRow> {
        if type_name == STRIPE {
            let row = RemoteRow { status: RemoteStatus::Active, scopes: Some(Vec::new()) };
            return self.has_stripe.then_some(row);
        }
        let remote = self.by_type.get(type_name)?;
        Some(RemoteRow { status: remote.status.clone(), scopes: remote.scopes.clone() })
    }
}

impl StatusReport {
    /// How many connectors wait for a person.
    pub fn pending(&self) -> usize {
        let waits = |row: &&StatusRow| row.status.state == crate::ConnectorState::Pending;
        self.connectors.iter().filter(waits).count()
    }

    /// The table as a person reads it.
    pub fn to_text(&self) -> String {
        crate::words::status(self)
    }
}

//! `base44/status`: how each project and each of its connectors stands, for a client's own views.

mod report;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use connector_boundary::system::System;
use connector_catalogue::Catalogue;
use connector_model::Finding;
use connector_model::project::Project;
use connector_model::standing::ConnectorState;
use connector_model::state::{Connector, FileState};
use connector_platform::Account;
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use report::{StatusReport, Telling};

use crate::advice::Advice;
use crate::code::count_of_users;
use crate::file_uri;
use crate::platform::{Known, ProblemKind};
use crate::shown::Shown;
use crate::workspace::OpenProject;
use crate::world::World;

connector_model::vocabulary! {
    /// How things stand between a project and the platform.
    pub(crate) enum PlatformState {
        /// The workspace is not trusted: nothing is sent.
        Untrusted = "untrusted",
        /// Nobody is signed in.
        SignedOut = "signedOut",
        /// The platform has not been asked yet.
        Unknown = "unknown",
        /// It is being asked.
        Syncing = "syncing",
        /// It has answered.
        Ok = "ok",
        /// It does not answer.
        Offline = "offline",
        /// It cannot be asked.
        Error = "error",
    }
}

/// How a project stands; its connectors are written after it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProjectStatus {
    uri: Option<String>,
    name: String,
    app_id: Option<String>,
    app_problem: Option<String>,
    state: PlatformState,
    message: Option<String>,
    account: Option<String>,
    api: String,
    dashboard: Option<String>,
    busy: Option<&'static str>,
    /// How many connectors wait for their authorization.
    pending: usize,
    checked_at: Option<u64>,
    folder: Option<String>,
}

/// How one of its connectors stands.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConnectorRow<'w> {
    #[serde(rename = "type")]
    type_name: Cow<'w, str>,
    display_name: Cow<'w, str>,
    uri: Option<String>,
    state: ConnectorState,
    word: &'static str,
    account: Option<String>,
    /// How many scopes its file asks for; of one without a file, how many it has.
    scopes: usize,
    detail: Cow<'w, str>,
    link: Option<String>,
    /// How many functions use it, where code was looked at.
    users: Option<usize>,
}

impl Shown for ProjectStatus {
    fn hide_secrets(&mut self) {
        let ProjectStatus { name, app_id, app_problem, message, account, api, dashboard, .. } = self;
        [name, api].into_iter().for_each(Shown::hide_secrets);
        [app_id, app_problem, message, account, dashboard].into_iter().for_each(Shown::hide_secrets);
        [&mut self.uri, &mut self.folder].into_iter().for_each(Shown::hide_secrets);
    }
}

impl Shown for ConnectorRow<'_> {
    fn hide_secrets(&mut self) {
        let ConnectorRow { type_name, display_name, detail, uri, account, link, .. } = self;
        [type_name, display_name, detail].into_iter().for_each(Shown::hide_secrets);
        [uri, account, link].into_iter().for_each(Shown::hide_secrets);
    }
}

impl World {
    /// What the server holds: the same figures at rest, a day later, or something leaks.
    pub(crate) fn health(&self) -> Value {
        let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks() + self.network.tasks();
        json!({
            "tasks": tasks,
            "documents": self.docs.iter().count(),
            "projects": self.workspace.projects.len(),
        })
    }

    /// All of a project but its connectors, of which so many are `pending`.
    fn project_status(&self, state: &OpenProject, pending: usize) -> ProjectStatus {
        let project = state.project();
        let (word, message) = self.project_state(state);
        let known = self.known_of(state);
        let engine = state.platform.engine().filter(|_| self.config.trusted);
        ProjectStatus {
            uri: address(project.root.as_path()),
            name: project_title(project),
            app_id: project.app_id.as_ref().ok().map(|id| id.as_str().to_owned()),
            app_problem: app_problem(state),
            state: word,
            message,
            account: engine.map(|engine| account_name(&engine.platform().account())),
            api: engine.map_or_else(|| self.default_api(), |engine| engine.platform().base_url().to_owned()),
            dashboard: engine.map(|engine| engine.platform().dashboard_url(engine.app_id())),
            busy: self.jobs.busy(&project.root),
            pending,
            checked_at: known.state.snapshot.as_ref().map(|snapshot| snapshot.at),
            folder: address(&project.connectors_dir),
        }
    }

    /// What the platform is known to say of a project; nothing where the workspace is not trusted.
    fn known_of(&self, state: &OpenProject) -> Arc<Known> {
        if self.config.trusted { state.platform.known() } else { Arc::default() }
    }

    fn default_api(&self) -> String {
        let environment = self.environment();
        let named = environment.api_url.or_else(|| environment.variables.get("BASE44_API_URL").cloned());
        named.filter(|url| !url.trim().is_empty()).unwrap_or_else(|| "https://app.base44.com".to_owned())
    }

    /// How things stand between a project and the platform, in a word and a sentence.
    fn project_state(&self, state: &OpenProject) -> (PlatformState, Option<String>) {
        if !self.config.trusted {
            let message = "This workspace is not trusted: files are checked, and nothing is sent to Base44.";
            return (PlatformState::Untrusted, Some(message.to_owned()));
        }
        if let Err(problem) = &state.project().app_id {
            return (PlatformState::Error, Some(Advice::from(problem).message));
        }
        if let Some(problem) = state.platform.problem() {
            let state = match problem.kind {
                ProblemKind::SignedOut => PlatformState::SignedOut,
                ProblemKind::Offline => PlatformState::Offline,
                ProblemKind::NoApp | ProblemKind::Error => PlatformState::Error,
            };
            return (state, Some(problem.message));
        }
        if state.platform.is_starting() || self.jobs.busy(state.root()) == Some("refresh") {
            return (PlatformState::Syncing, None);
        }
        match state.platform.known().state.snapshot {
            Some(_) => (PlatformState::Ok, None),
            None => (PlatformState::Unknown, None),
        }
    }
}

/// The row of a file that does not say of which type it is; none where nothing is wrong with it.
fn nameless<'w>(state: &'w OpenProject, path: &'w Path, file: &'w FileState) -> Option<ConnectorRow<'w>> {
    let detail = problem_of(state, path, file)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Some(ConnectorRow {
        type_name: name.clone(),
        display_name: name,
        uri: address(path),
        state: ConnectorState::Invalid,
        word: ConnectorState::Invalid.in_words().1,
        account: None,
        scopes: 0,
        detail,
        link: None,
        users: None,
    })
}

/// What keeps a file from being pushed.
fn problem_of<'w>(state: &'w OpenProject, path: &'w Path, file: &'w FileState) -> Option<Cow<'w, str>> {
    state.known.blocks_push(path, file).map(message)
}

/// How a connector is shown to stand, in its row and above its text: whatever the app has, a file that stops a push
/// comes first.
pub(crate) fn shown_state(stops_push: bool, state: ConnectorState) -> ConnectorState {
    if stops_push { ConnectorState::Invalid } else { state }
}

/// How many functions use a type, where code was looked at.
fn users_of(state: &OpenProject, name: &str) -> Option<usize> {
    state.known.code().map(|code| count_of_users(code, name))
}

/// What a finding says.
fn message(finding: Cow<'_, Finding>) -> Cow<'_, str> {
    match finding {
        Cow::Borrowed(finding) => Cow::Borrowed(&finding.message),
        Cow::Owned(finding) => Cow::Owned(finding.message),
    }
}

fn connector<'w>(
    known: &Known,
    name: &'w str,
    local: Option<(&Path, &Connector)>,
    problem: Option<Cow<'w, str>>,
    users: Option<usize>,
) -> ConnectorRow<'w> {
    let status = known.facts.status_of(name, local.map(|(_, local)| local.scopes()));
    let remote = known.facts.app.as_ref().and_then(|app| app.find(name));
    let remote_scopes = || remote.and_then(|remote| remote.scopes.as_ref()).map_or(0, Vec::len);
    let state = shown_state(problem.is_some(), status.state);
    ConnectorRow {
        type_name: Cow::Borrowed(name),
        display_name: display_name(known, name),
        uri: local.and_then(|(path, _)| address(path)),
        state,
        word: state.in_words().1,
        account: status.account,
        scopes: local.map_or_else(remote_scopes, |(_, local)| local.scopes().len()),
        detail: problem.unwrap_or(Cow::Owned(status.detail)),
        link: status.link,
        users,
    }
}

/// Why there is no app: nothing names one, or the one that is named is not there.
fn app_problem(state: &OpenProject) -> Option<String> {
    match &state.project().app_id {
        Err(problem) => Some(Advice::from(problem).message),
        Ok(_) => state.platform.problem().filter(|it| it.kind == ProblemKind::NoApp).map(|it| it.message),
    }
}

/// What people call a type.
pub(crate) fn display_name(known: &Known, name: &str) -> Cow<'static, str> {
    if let Some(ty) = Catalogue::get().find(name) {
        return Cow::Borrowed(ty.display_name);
    }
    let available = known.state.snapshot.as_ref().and_then(|snapshot| snapshot.available.as_ref());
    let told = available.and_then(|list| list.iter().find(|ty| ty.type_name == name));
    let title = told.map(|ty| ty.display_name.as_str()).filter(|title| !title.is_empty()).unwrap_or(name);
    Cow::Owned(connector_boundary::text::printable_label(title, 80))
}

/// What people call a project.
pub(crate) fn project_title(project: &Project) -> String {
    let folder = || project.root.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = project.name.clone().filter(|name| !name.trim().is_empty()).or_else(folder);
    connector_boundary::text::printable_label(&name.unwrap_or_default(), 80)
}

/// As whom the platform is spoken to, in a word.
pub(crate) fn account_name(account: &Account) -> String {
    let name = match account {
        Account::Login { email, .. } => email.as_str(),
        Account::Seeded { email: Some(email) } => email.as_str(),
        Account::Seeded { email: None } => "BASE44_ACCESS_TOKEN",
        Account::WorkspaceKey => "workspace key",
    };
    connector_boundary::text::printable_label(name, 120)
}

fn address(path: &Path) -> Option<String> {
    file_uri::from_path(&path.to_string_lossy(), System::CURRENT)
}

//! What the platform says about each project: asked beside the loop, kept until it says something else.
//!
//! Nothing is asked while the workspace is not trusted or nobody is signed in. What the platform is not
//! known to say is not guessed: then there is no finding.

mod known;
mod network;
mod pace;
mod pending;
mod refresh;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use connector_model::facts::KnownTypes;
use connector_platform::{Environment, SafeLink};
use connector_sync::{ConnectorState, Engine};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use known::Known;
pub(crate) use network::Network;

use crate::documents::Document;
use crate::features::markdown;
use crate::workspace::OpenProject;
use crate::world::World;

/// What is known of one project's app, and what is being asked.
#[derive(Default)]
pub(crate) struct Platform {
    /// Answers to questions of another generation are dropped.
    generation: u64,
    /// The latest attempt to open it.
    opening: u64,
    setup: Setup,
    known: Arc<Known>,
    /// The question under way.
    asking: Option<CancellationToken>,
    /// Something happened meanwhile that makes its answer old.
    ask_again: bool,
    asked_at: Option<Instant>,
    /// When it was last asked which types it has.
    types_asked_at: Option<Instant>,
    /// How often in a row the platform did not answer.
    failures: u32,
    problem: Option<Problem>,
    /// The next question, by plan.
    next: Option<Planned>,
    /// The next look at what waits for consent.
    next_pending: Option<Planned>,
    pending_failures: u32,
}

/// Whether the platform can be talked to at all.
#[derive(Default)]
enum Setup {
    /// Nobody has tried.
    #[default]
    Unopened,
    Opening,
    Open(Box<Engine>),
    Closed {
        signed_out: bool,
        message: String,
    },
}

/// Why the platform's last answer is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// What happened and what to do, in a sentence.
    pub(crate) message: String,
}

/// What is to be thought of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    SignedOut,
    Offline,
    /// The account has no such app.
    NoApp,
    Error,
}

/// Something that will be done at a time, unless something better comes up.
struct Planned {
    at: Instant,
    task: AbortHandle,
}

impl Drop for Planned {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if let Some(cancel) = &self.asking {
            cancel.cancel();
        }
    }
}

impl Platform {
    /// What is known, as it is now.
    pub(crate) fn known(&self) -> Arc<Known> {
        self.known.clone()
    }

    /// What files are held against: nothing of what was heard before counts for who is signed out, or has the app no more.
    pub(crate) fn facts(&self) -> Arc<connector_model::facts::Facts> {
        if self.has_no_access() { Arc::default() } else { self.known.facts.clone() }
    }

    /// The types that the platform has, where it has told.
    pub(crate) fn offered(&self) -> Option<&KnownTypes> {
        self.known.facts.offered()
    }

    /// The types that wait for a person's consent.
    pub(crate) fn pending_types(&self) -> Vec<String> {
        self.known.state.pending.keys().cloned().collect()
    }

    /// The engine, where there is one.
    pub(crate) fn engine(&self) -> Option<&Engine> {
        match &self.setup {
            Setup::Open(engine) => Some(engine),
            _ => None,
        }
    }

    /// Why nothing, or nothing new, is known.
    pub(crate) fn problem(&self) -> Option<Problem> {
        match &self.setup {
            Setup::Closed { signed_out, message } => Some(Problem {
                kind: if *signed_out { ProblemKind::SignedOut } else { ProblemKind::Error },
                message: message.clone(),
            }),
            _ => self.problem.clone(),
        }
    }

    /// Whether nobody is signed in.
    pub(crate) fn is_signed_out(&self) -> bool {
        self.problem().is_some_and(|problem| problem.kind == ProblemKind::SignedOut)
    }

    /// Whether what was heard before is not this person's to see any more: nobody is signed in, or the account has no such app.
    pub(crate) fn has_no_access(&self) -> bool {
        let problem = self.problem();
        problem.is_some_and(|problem| matches!(problem.kind, ProblemKind::SignedOut | ProblemKind::NoApp))
    }

    /// Whether the first answer is still to come.
    pub(crate) fn is_starting(&self) -> bool {
        self.known.state.snapshot.is_none() && (matches!(self.setup, Setup::Opening) || self.asking.is_some())
    }
}

impl World {
    /// The types that a project's app has and no file declares.
    pub(crate) fn types_without_file(&self, root: &Path) -> Vec<String> {
        let state = self.workspace.at_root(root).and_then(|at| self.workspace.projects.get(at));
        let types = state.map(|state| state.known.types_without_file().map(str::to_owned).collect());
        types.unwrap_or_default()
    }

    /// The file of a project that declares a type.
    pub(crate) fn file_of(&self, root: &Path, type_name: &str) -> Option<PathBuf> {
        let state = self.workspace.projects.get(self.workspace.at_root(root)?)?;
        state.known.index().files_of(type_name).next().map(Path::to_owned)
    }

    /// The types that the files of a project declare.
    pub(crate) fn declared_types(&self, root: &Path) -> Vec<String> {
        let state = self.workspace.at_root(root).and_then(|at| self.workspace.projects.get(at));
        let types: std::collections::BTreeSet<String> = state
            .into_iter()
            .flat_map(|state| state.known.connectors())
            .map(|(_, connector)| connector.type_name.clone())
            .collect();
        types.into_iter().collect()
    }

    /// What the platform says of the connector of a document, for its hover; of what a finding says already, only the link.
    pub(crate) fn connector_summary(&self, document: &Document, is_said: bool) -> Option<String> {
        let path = document.uri.path()?;
        let state = self.workspace.state_of(path)?;
        let connector = state.known.file(path)?.connector()?;
        self.summary_of(state, &connector.type_name, Some(connector.scopes()), is_said)
    }

    /// How a connector stands on the platform, in words; none where that is not known. Of what is said already, only the
    /// link.
    pub(crate) fn summary_of(
        &self,
        state: &OpenProject,
        type_name: &str,
        scopes: Option<&[String]>,
        is_said: bool,
    ) -> Option<String> {
        if !self.config.trusted {
            return None;
        }
        let status = state.known.facts().status_of(type_name, scopes);
        if status.state == ConnectorState::Unknown {
            return None;
        }
        let title = if status.state == ConnectorState::Unclaimed { "Claim it" } else { "Authorize it" };
        let link = status.link.as_ref().and_then(|link| SafeLink::new(link).ok());
        let said = (!is_said).then(|| format!("**In the app:** {}", markdown::escape(&status.detail)));
        let parts: Vec<String> =
            said.into_iter().chain(link.map(|link| markdown::safe_link(title, &link))).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// Tries anew, as whoever is signed in now.
    pub(crate) fn reopen_platforms(&mut self) {
        for root in self.project_roots() {
            self.open_platform(&root);
        }
    }

    /// What the server was started with, and the client's own word on where the platform is.
    pub(crate) fn environment(&self) -> Environment {
        Environment::of_process().with_api_url(self.config.api_url.clone())
    }

    /// Forgets what the platform said: the workspace may not use the network any more.
    pub(crate) fn forget_platform(&mut self) {
        let mut changed = Vec::new();
        for state in &mut self.workspace.projects {
            state.platform = Platform::default();
            changed.extend(state.known.set_facts(Arc::default()));
        }
        self.network.watches.retain(|_| false);
        self.stale.diagnostics = true;
        self.check_again(changed);
    }
}

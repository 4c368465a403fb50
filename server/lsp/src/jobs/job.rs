//! What a command under way has at hand: the client, the project, the engine, and a way into the world.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use connector_model::project::Project;
use connector_platform::{Environment, SetupError};
use connector_sync::{Engine, Events as RunEvents, Run};
use futures::channel::oneshot;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tower_lsp::ls_types::{MessageActionItem, MessageType, ShowMessageRequestParams, request};
use tracing::Instrument;

use super::progress::Progress;
use super::request::CommandRequest;
use super::sign_in;
use crate::capabilities::ClientCaps;
use crate::event::Events;
use crate::outbox::Outbox;
use crate::platform::Known;
use crate::world::World;
use connector_boundary::text::printable_message;

/// Why a command ends before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The person, the client or a shutdown stopped it.
    Cancelled,
    /// The person has been told why.
    Told,
    /// What the person is to be told.
    Because(MessageType, String),
}

impl Stop {
    /// Ends with an error that the person reads.
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self::Because(MessageType::ERROR, message.into())
    }
}

/// How a command ends: with what the client gets to know, or early.
pub(crate) type Done = Result<Value, Stop>;

/// A command under way.
pub(crate) struct Job {
    id: u64,
    pub(crate) out: Outbox,
    pub(crate) caps: ClientCaps,
    pub(crate) cancel: CancellationToken,
    asking: Arc<AtomicBool>,
    pub(crate) progress: Progress,
    pub(crate) environment: Environment,
    /// Where network and disk work is done.
    network: Option<Handle>,
    project: Option<Arc<Project>>,
    /// What the platform was known to say when the command began.
    pub(crate) known: Arc<Known>,
    /// Whether the client has views of its own for what a command gives.
    pub(crate) has_views: bool,
}

impl Job {
    pub(super) fn new(
        id: u64,
        world: &mut World,
        root: Option<PathBuf>,
        (cancel, asking): (CancellationToken, Arc<AtomicBool>),
        progress: Progress,
    ) -> Self {
        let state = root.and_then(|root| world.workspace.projects.iter().find(|state| state.root() == root));
        let project = state.map(|state| state.project().clone());
        let known = state.map(|state| state.platform.known()).unwrap_or_default();
        Self {
            id,
            out: world.out.clone(),
            caps: world.caps.clone(),
            cancel,
            asking,
            progress,
            environment: world.environment(),
            network: world.network.handle(),
            project,
            known,
            has_views: world.config.status_notifications,
        }
    }

    /// The project that the command works on.
    pub(crate) fn project(&self) -> Result<&Arc<Project>, Stop> {
        self.project.as_ref().ok_or_else(|| Stop::error("No Base44 project is open."))
    }

    /// The project's folder, by which the world knows it.
    pub(crate) fn root(&self) -> Result<PathBuf, Stop> {
        Ok(self.project()?.root.clone())
    }

    /// Ends the command where the project has been deleted: no files would mean that all is to be removed.
    async fn still_there(&self) -> Result<(), Stop> {
        let project = self.project()?;
        let Some(config) = project.config_path.clone() else {
            return Ok(());
        };
        let name = shown(project, &config);
        if self.on_disk(move || config.exists()).await? {
            return Ok(());
        }
        self.world(World::scan_workspace).await?;
        Err(Stop::error(format!(
            "{name} is no longer there, so the project was closed and nothing was sent. Bring it back, or open \
             another folder."
        )))
    }

    // The world.

    /// Does something to the world, in its turn.
    pub(crate) async fn world<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut World) -> T + Send + 'static,
    ) -> Result<T, Stop> {
        let (sender, answer) = oneshot::channel();
        self.out.events().send("command", move |world| {
            // The command may have ended.
            let _ = sender.send(act(world));
        });
        answer.await.map_err(|_| Stop::Told)
    }

    /// Says whose consent the command waits for.
    pub(crate) async fn waits_for(&self, types: Vec<String>) -> Result<(), Stop> {
        let id = self.id;
        self.world(move |world| world.jobs.set_types(id, types)).await
    }

    // Work beside the loop.

    /// Awaits network work on its own threads; cancelling it is up to the work itself.
    pub(crate) async fn network<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stop> {
        let network = self.network.as_ref().ok_or_else(no_network)?;
        network.spawn(work.in_current_span()).await.map_err(|_| failed_inside())
    }

    /// The same, given up when the command is cancelled.
    pub(crate) async fn asking<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stop> {
        let network = self.network.as_ref().ok_or_else(no_network)?;
        let task = network.spawn(work.in_current_span());
        let abort = task.abort_handle();
        tokio::select! {
            result = task => result.map_err(|_| failed_inside()),
            () = self.cancel.cancelled() => {
                abort.abort();
                Err(Stop::Cancelled)
            }
        }
    }

    /// Reads or writes files.
    pub(crate) async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Stop> {
        let network = self.network.as_ref().ok_or_else(no_network)?;
        network.spawn_blocking(work).await.map_err(|_| failed_inside())
    }

    /// The engine on this project; a person who is signed out is offered to sign in.
    pub(crate) async fn engine(&self) -> Result<Engine, Stop> {
        match self.open_engine().await? {
            Ok(engine) => Ok(engine),
            Err(error) if error.is_signed_out() => {
                let chosen = self.ask(MessageType::WARNING, error.to_string(), &["Sign in"]).await?;
                if chosen != Some(0) {
                    return Err(Stop::Told);
                }
                sign_in::sign_in(self).await?;
                self.open_engine().await?.map_err(|error| Stop::error(error.to_string()))
            }
            Err(error) => Err(Stop::error(error.to_string())),
        }
    }

    async fn open_engine(&self) -> Result<Result<Engine, SetupError>, Stop> {
        let (environment, project) = (self.environment.clone(), self.project()?.clone());
        self.on_disk(move || Engine::open(&environment, project).map(|engine| engine.named("an editor")))
            .await
    }

    /// What a long operation of the engine reports to and is stopped by.
    pub(crate) fn run(&self, events: RunEvents) -> Run {
        Run { events, cancel: self.cancel.clone() }
    }

    /// Ends the command if it has been cancelled.
    pub(crate) fn unless_cancelled(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    // The person.

    /// Shows a message.
    pub(crate) fn show(&self, typ: MessageType, message: impl Into<String>) {
        self.out.show(typ, message);
    }

    /// Shows how the command ended. The progress goes first: some clients clear the line on which both stand.
    pub(crate) fn conclude(&self, typ: MessageType, message: impl Into<String>) {
        self.progress.end();
        self.show(typ, message);
    }

    /// Asks the person; none when nothing was chosen, or the client cannot ask.
    pub(crate) async fn ask(
        &self,
        typ: MessageType,
        question: impl Into<String>,
        choices: &[&str],
    ) -> Result<Option<usize>, Stop> {
        self.asking.store(true, Ordering::SeqCst);
        let chosen = tokio::select! {
            chosen = ask(&self.out, typ, question.into(), choices) => chosen,
            () = self.cancel.cancelled() => None,
        };
        self.asking.store(false, Ordering::SeqCst);
        self.unless_cancelled()?;
        Ok(chosen)
    }

    /// Tells the person something they can act on; nobody waits for their answer.
    pub(crate) fn offer(&self, typ: MessageType, message: String, choices: Vec<(String, CommandRequest)>) {
        self.progress.end();
        let out = self.out.clone();
        tokio::task::spawn_local(async move {
            let mut titles: Vec<&str> = choices.iter().map(|(title, _)| title.as_str()).collect();
            titles.push(LATER);
            let chosen = ask(&out, typ, message, &titles).await;
            if let Some((_, request)) = chosen.and_then(|at| choices.into_iter().nth(at)) {
                out.events().send("offer taken", move |world| world.start(request, None));
            }
        });
    }

    /// Asks the person to go on; anything but the first choice ends the command.
    pub(crate) async fn confirm(&self, typ: MessageType, question: String, go_on: &str) -> Result<(), Stop> {
        self.progress.report("waits for your answer");
        match self.ask(typ, question, &[go_on, CANCEL]).await? {
            Some(0) => Ok(()),
            _ => Err(Stop::Cancelled),
        }
    }
}

/// The choice that changes nothing.
pub(crate) const CANCEL: &str = "Cancel";
/// The choice that leaves what is offered for another time.
const LATER: &str = "Later";

/// Asks the person; the place of the chosen answer.
pub(super) async fn ask(out: &Outbox, typ: MessageType, message: String, choices: &[&str]) -> Option<usize> {
    let titles: Vec<String> = choices.iter().map(|title| printable_message(title)).collect();
    let actions = titles
        .iter()
        .map(|title| MessageActionItem { title: title.clone(), properties: Default::default() })
        .collect();
    let params =
        ShowMessageRequestParams { typ, message: printable_message(&message), actions: Some(actions) };
    match out.client().send_request::<request::ShowMessageRequest>(params).await {
        Ok(chosen) => chosen.and_then(|chosen| titles.iter().position(|title| *title == chosen.title)),
        Err(error) => {
            tracing::info!("the client cannot ask: {}", error.message);
            // Then it is at least said.
            let terminal = "This editor cannot ask; base44-connectors can, in a terminal.";
            out.show(typ, format!("{message} {terminal}"));
            None
        }
    }
}

fn no_network() -> Stop {
    Stop::error("The system refused the threads that talking to the platform takes. Restart the editor.")
}

fn failed_inside() -> Stop {
    Stop::error("Something failed inside the server; its log says more.")
}

/// Tells the world that a command has ended, even when it failed half-way.
pub(crate) struct Ended {
    id: u64,
    events: Events,
}

impl Ended {
    pub(super) fn new(id: u64, events: Events) -> Self {
        Self { id, events }
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        let id = self.id;
        self.events.send("command ended", move |world| world.job_ended(id));
    }
}

/// Carries a command out.
pub(super) async fn carry_out(job: &Job, request: &CommandRequest) -> Done {
    if request.kind.spec().needs_project {
        job.still_there().await?;
    }
    (request.kind.spec().run)(job, request).await
}

/// A file as a person of the project writes it.
pub(super) fn shown(project: &Project, path: &Path) -> String {
    connector_boundary::text::printable(&project.display_path(path), 200)
}

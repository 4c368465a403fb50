//! What a command under way has at hand: the client, the project, the engine, and a way into the world.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use connector_model::project::Project;
use connector_platform::{Environment, SetupError, agree_to_host};
use connector_sync::{Engine, Events as RunEvents, Run};
use futures::channel::oneshot;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tower_lsp::ls_types::{
    MessageActionItem, MessageActionItemProperty, MessageType, ProgressToken, ShowMessageRequestParams,
    request,
};
use tracing::Instrument;

use super::progress::Progress;
use super::request::{CommandRequest, Step};
use super::sign_in;
use crate::advice::{Advice, Remedy, brief};
use crate::capabilities::ClientCaps;
use crate::commands::Kind;
use crate::event::Events;
use crate::outbox::Outbox;
use crate::platform::Known;
use crate::uri::DocUri;
use crate::world::World;
use connector_boundary::secret::{holds_secret, mask_in_use};
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
    /// What the person is to be told, with what they can do about it.
    Advised(Advice),
}

impl Stop {
    /// Ends with an error and what can be done about it.
    pub(crate) fn advised(error: impl Into<Advice>) -> Self {
        Self::Advised(error.into())
    }

    /// Ends with an error that the person reads.
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self::Because(MessageType::ERROR, message.into())
    }
}

/// How a command ends: with what the client gets to know, or early.
pub(crate) type Done = Result<Value, Stop>;

/// A command under way.
pub(crate) struct Job {
    pub(super) id: u64,
    /// Which command.
    pub(super) kind: Kind,
    /// By what the client stops it.
    pub(crate) token: Option<ProgressToken>,
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
        (id, kind): (u64, Kind),
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
            kind,
            token: world.jobs.token(id),
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
            "{name} is no longer there, so the project was closed and nothing was sent."
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
            Err(error @ SetupError::HostNotAgreed { .. }) => self.engine_once_agreed(&error).await,
            Err(error) if error.is_signed_out() => {
                let advice = Advice::from(&error);
                let title = Remedy::SignIn.title();
                if self.ask(MessageType::WARNING, advice.message, &[title]).await? != Some(0) {
                    return Err(Stop::Told);
                }
                sign_in::sign_in(self).await?;
                self.open_engine().await?.map_err(|error| Stop::advised(&error))
            }
            Err(error) => Err(Stop::advised(&error)),
        }
    }

    /// Asks about a host that a file of the project names, keeps the answer, and goes on with a yes.
    async fn engine_once_agreed(&self, error: &SetupError) -> Result<Engine, Stop> {
        let (Some(question), SetupError::HostNotAgreed { host, .. }) = (error.host_question(), error) else {
            return Err(Stop::error(error.to_string()));
        };
        self.confirm(MessageType::WARNING, question, &format!("Send it to {host}")).await?;
        let (environment, root, host) = (self.environment.clone(), self.root()?, host.clone());
        self.on_disk(move || agree_to_host(&environment, &root, &host))
            .await?
            .map_err(|error| Stop::error(format!("Your answer could not be kept: {error}.")))?;
        let opened = self.open_engine().await?.map_err(|error| Stop::error(error.to_string()))?;
        self.world(World::reopen_platforms).await?;
        Ok(opened)
    }

    /// Asks before the app is changed that a file of the workspace names against the linked one.
    pub(crate) async fn agree_to_the_app(&self, engine: &Engine) -> Result<(), Stop> {
        let Some(mismatch) = engine.mismatch() else { return Ok(()) };
        let title = format!("Change {}", mismatch.named);
        // The first sentence is what is asked; what stands behind it explains.
        let question = format!("Change the app {}? {mismatch}", mismatch.named);
        self.confirm(MessageType::WARNING, question, &title).await
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
        let message = message.into();
        self.note(typ, &message);
        self.progress.end();
        self.show(typ, message);
    }

    /// Leaves a line in the client's log, by which the command is found in the server's own.
    pub(super) fn note(&self, typ: MessageType, message: &str) {
        self.out.log(typ, &format!("{} ({}): {message}", self.kind.title(), self.id));
    }

    /// What people call a type.
    pub(crate) fn name_of(&self, type_name: &str) -> String {
        crate::status::display_name(&self.known, type_name).into_owned()
    }

    /// What people call these types, so many that a message stays short.
    pub(crate) fn names_of<'t>(&self, types: impl IntoIterator<Item = &'t str>) -> String {
        let names: Vec<String> = types.into_iter().map(|name| self.name_of(name)).collect();
        some_of(&names)
    }

    /// The one type that a command is about: the one given, else the one the person picks.
    pub(super) async fn one_type(&self, types: &[String], question: &str) -> Result<String, Stop> {
        if let [name] = types {
            return Ok(name.clone());
        }
        let root = self.root()?;
        let declared: Vec<String> = self.world(move |world| world.declared_types(&root)).await?;
        if let [name] = declared.as_slice() {
            return Ok(name.clone());
        }
        let titles: Vec<String> = declared.iter().map(|name| self.name_of(name)).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let chosen = self.ask(MessageType::INFO, question, &titles).await?;
        chosen.and_then(|at| declared.into_iter().nth(at)).ok_or(Stop::Cancelled)
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
            chosen = ask(&self.out, typ, question.into(), choices, self.kind.spec().in_terminal) => chosen,
            () = self.cancel.cancelled() => None,
        };
        self.asking.store(false, Ordering::SeqCst);
        self.unless_cancelled()?;
        Ok(chosen)
    }

    /// Tells what went wrong, with what can be done about it.
    pub(super) fn advise(&self, advice: Advice, request: &CommandRequest) {
        let choice = advice.remedy.and_then(|remedy| self.choice(remedy, request));
        self.offer(MessageType::ERROR, advice.message, choice.into_iter().collect());
    }

    /// The button of a remedy; none where the client cannot do it. `request` is what failed.
    pub(super) fn choice(&self, remedy: Remedy, request: &CommandRequest) -> Option<(String, Step)> {
        let root = self.root().ok();
        let step = match remedy {
            Remedy::SignIn => CommandRequest::new(Kind::SignIn, root, Vec::new()).into(),
            Remedy::TryAgain => {
                CommandRequest { waits: false, progress_token: None, ..request.clone() }.into()
            }
            Remedy::OpenDashboard => CommandRequest::new(Kind::OpenDashboard, root, Vec::new()).into(),
            // Only a client that knows of it can do these.
            Remedy::LinkApp if self.has_views => Step::Client("linkApp", root),
            Remedy::OpenSettings if self.has_views => Step::Client("openSettings", root),
            Remedy::LinkApp | Remedy::OpenSettings => return None,
        };
        Some((remedy.title().to_owned(), step))
    }

    /// Tells the person something they can act on; nobody waits for their answer.
    pub(crate) fn offer(&self, typ: MessageType, message: String, mut choices: Vec<(String, Step)>) {
        let is_cut = self.has_views && brief(&message).len() < message.len();
        if is_cut && typ != MessageType::INFO && choices.len() < MAX_BUTTONS {
            choices.push(("Show Output".to_owned(), Step::Client("showOutput", None)));
        }
        if choices.is_empty() {
            return self.conclude(typ, message);
        }
        self.note(typ, &message);
        self.progress.end();
        let out = self.out.clone();
        tokio::task::spawn_local(async move {
            let mut titles: Vec<&str> = choices.iter().map(|(title, _)| title.as_str()).collect();
            // Two buttons are read, more are cut; an error is closed, not put off.
            if typ == MessageType::INFO && titles.len() < MAX_BUTTONS {
                titles.push(LATER);
            }
            let chosen = ask(&out, typ, message, &titles, None).await;
            match chosen.and_then(|at| choices.into_iter().nth(at)) {
                Some((_, Step::Command(request))) => {
                    out.events().send("offer taken", move |world| world.start(request, None));
                }
                Some((_, Step::Client(action, project))) => {
                    let project = project.and_then(|root| DocUri::from_path(&root));
                    let project = project.map(|uri| uri.as_uri().as_str().to_owned());
                    out.notify_raw("base44/act", json!({"action": action, "project": project}));
                }
                None => {}
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
/// So many buttons stand beside a message before an editor cuts them.
const MAX_BUTTONS: usize = 2;
/// So many connectors are named in a message; the rest is counted.
const MAX_NAMED: usize = 3;

/// These names, so many that what they stand in stays short.
pub(super) fn some_of(names: &[String]) -> String {
    match names.split_at_checked(MAX_NAMED) {
        Some((first, rest)) if rest.len() > 1 => format!("{} and {} more", first.join(", "), rest.len()),
        _ => names.join(", "),
    }
}

/// Asks the person; the place of the chosen answer.
pub(super) async fn ask(
    out: &Outbox,
    typ: MessageType,
    message: String,
    choices: &[&str],
    in_terminal: Option<&str>,
) -> Option<usize> {
    let titles: Vec<String> = choices.iter().map(|title| printable_message(title)).collect();
    // A client of our own is told which button ends the command, and that a command waits at all.
    let says_what_cancels = out.is_read_at_a_glance();
    let properties = |choice: &str| match says_what_cancels && choice == CANCEL {
        true => HashMap::from([("cancels".to_owned(), MessageActionItemProperty::Boolean(true))]),
        false => HashMap::new(),
    };
    let actions = titles
        .iter()
        .zip(choices)
        .map(|(title, choice)| MessageActionItem { title: title.clone(), properties: properties(choice) });
    let actions = actions.collect();
    // Who cannot be shown all of a question cannot agree to it. A project names its own secrets, and may name what it
    // wants to hide.
    if choices.contains(&CANCEL) && holds_secret(&message) {
        let why =
            "This is not asked: part of it is also a secret of the project or the login, and is not shown.";
        out.show_whole(
            MessageType::ERROR,
            format!("{} {why} Correct .env, or the name.", mask_in_use(&message)),
        );
        return None;
    }
    let message = mask_in_use(&message);
    // A question that a command waits for is a dialog, with room for all of it.
    let shown =
        if choices.contains(&CANCEL) { printable_message(&message) } else { out.shown(typ, &message) };
    let params = ShowMessageRequestParams { typ, message: shown, actions: Some(actions) };
    match out.answer::<request::ShowMessageRequest>(params).await {
        Ok(chosen) => chosen.and_then(|chosen| titles.iter().position(|title| *title == chosen.title)),
        Err(error) => {
            tracing::info!("the client cannot ask: {}", error.message);
            // Then it is at least said.
            let terminal = in_terminal
                .map(|command| format!(" This editor cannot ask; `{command}` does, in a terminal."));
            out.show(typ, format!("{message}{}", terminal.unwrap_or_default()));
            None
        }
    }
}

fn no_network() -> Stop {
    Stop::error("The system refused the threads that talking to Base44 takes. Restart the editor.")
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

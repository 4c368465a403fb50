//! Commands under way: each runs as a task beside the loop, can be cancelled, and ends in one message.

pub(crate) mod apps;
pub(crate) mod authorize;
pub(crate) mod editing;
pub(crate) mod files;
mod job;
pub(crate) mod links;
mod progress;
pub(crate) mod pull;
pub(crate) mod push;
mod request;
pub(crate) mod sign_in;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use connector_boundary::text::printable;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower_lsp::jsonrpc;
use tower_lsp::ls_types::{ExecuteCommandParams, MessageType, ProgressToken};
use tracing::Instrument;

pub(crate) use job::{Done, Ended, Job, Stop};

use self::progress::Progress;
pub(crate) use self::request::CommandRequest;
use crate::commands::Kind;
use crate::event::Reply;
use crate::status::Telling;
use crate::workspace::OpenProject;
use crate::world::World;

/// How long a shutdown waits for what it cancelled: long enough for answers under way to be written down.
const LEAVING: Duration = Duration::from_millis(1500);

/// What is under way.
#[derive(Default)]
pub(crate) struct Jobs {
    last: u64,
    running: BTreeMap<u64, Running>,
    /// What the client is told of how everything stands.
    pub(crate) status: Telling,
    /// Commands that came before the projects were known.
    postponed: Vec<(CommandRequest, Option<Reply<Option<Value>>>)>,
    /// A shutdown that waits for them.
    leaving: Option<Reply<()>>,
}

/// One command under way.
struct Running {
    kind: Kind,
    /// The project it works on.
    root: Option<PathBuf>,
    /// The types whose consent it waits for.
    types: Vec<String>,
    cancel: CancellationToken,
    /// It waits for the person's answer and has sent nothing.
    asking: Arc<AtomicBool>,
    token: Option<ProgressToken>,
}

impl Jobs {
    /// What is done to a project at the moment, in one word.
    pub(crate) fn busy(&self, root: &std::path::Path) -> Option<&'static str> {
        let on_project = self.running.values().filter(|job| job.root.as_deref() == Some(root));
        // What changes the project is told before what only waits for a person.
        on_project
            .filter_map(|job| Some((job.kind.spec().is_exclusive, job.kind.spec().busy_word?)))
            .max()
            .map(|it| it.1)
    }

    /// Whether a command changes this project or its app at the moment.
    pub(crate) fn is_changing(&self, root: &std::path::Path) -> bool {
        self.running.values().any(|job| job.kind.spec().is_exclusive && job.root.as_deref() == Some(root))
    }

    /// Whether a command already waits for the person's consent to this type.
    pub(crate) fn is_watching(&self, root: &std::path::Path, type_name: &str) -> bool {
        self.running
            .values()
            .any(|job| job.root.as_deref() == Some(root) && job.types.iter().any(|ty| ty == type_name))
    }

    /// By what the client stops a command.
    fn token(&self, id: u64) -> Option<ProgressToken> {
        self.running.get(&id)?.token.clone()
    }

    /// Says whose consent a job waits for.
    fn set_types(&mut self, id: u64, types: Vec<String>) {
        if let Some(job) = self.running.get_mut(&id) {
            job.types = types;
        }
    }

    /// What stands in the way of a command; what only waits for an answer makes room for it.
    fn conflict(&self, kind: Kind, root: Option<&std::path::Path>) -> Option<Kind> {
        let others = self.running.values().filter(|job| match kind {
            Kind::SignIn => job.kind == Kind::SignIn,
            _ => kind.spec().is_exclusive && job.kind.spec().is_exclusive && job.root.as_deref() == root,
        });
        let mut conflict = None;
        for job in others {
            if job.asking.load(Ordering::SeqCst) {
                job.cancel.cancel();
            } else if !job.cancel.is_cancelled() {
                conflict = Some(job.kind);
            }
        }
        conflict
    }
}

impl World {
    /// `workspace/executeCommand`.
    pub(crate) fn execute(&mut self, params: ExecuteCommandParams, reply: Reply<Option<Value>>) {
        let Some(kind) = Kind::of_command(&params.command) else {
            let mut error = jsonrpc::Error::invalid_params(format!("There is no command {}", params.command));
            error.data = None;
            return reply.send(Err(error));
        };
        match CommandRequest::read(kind, &params) {
            Ok(request) => self.start(request, Some(reply)),
            Err(wrong) => {
                reply.send(Err(jsonrpc::Error::invalid_params(format!("{wrong}: nothing was done"))));
            }
        }
    }

    /// Starts a command; `reply` is answered when it has started, or when it has ended where the client waits.
    pub(crate) fn start(&mut self, request: CommandRequest, reply: Option<Reply<Option<Value>>>) {
        let kind = request.kind;
        if kind.spec().needs_trust && !self.config.trusted {
            self.out.show(
                MessageType::WARNING,
                "This workspace is not trusted, so nothing is sent to Base44. Trust it first.",
            );
            return answer(reply, None);
        }
        if self.workspace.is_reading_first() && request.kind.spec().needs_project {
            // The projects are about to be known.
            self.jobs.postponed.push((request, reply));
            return;
        }
        let root = match &request.project {
            Some(path) => match self.workspace.project_around(path) {
                Some(at) => self.workspace.projects.get(at).map(|state| state.root().to_owned()),
                None if !kind.spec().needs_project => None,
                None => {
                    self.out.show(
                        MessageType::ERROR,
                        format!("There is no Base44 project in {}.", printable(&path.to_string_lossy(), 80)),
                    );
                    return answer(reply, None);
                }
            },
            None if kind.spec().needs_project => match &self.able(kind)[..] {
                [] => {
                    self.out
                        .show(MessageType::ERROR, "No Base44 project is open. Open the folder of your app.");
                    return answer(reply, None);
                }
                [(_, only)] => Some(only.clone()),
                _ if kind == Kind::Refresh => {
                    for root in self.project_roots() {
                        self.start(CommandRequest::new(kind, Some(root), Vec::new()), None);
                    }
                    return answer(reply, None);
                }
                _ => return self.ask_for_project(request, reply),
            },
            None => None,
        };
        if let Some(root) = &root
            && let Some(state) = self.workspace.projects.iter().find(|state| state.root() == root)
            && !may_run(kind, state)
        {
            let folder = printable(&root.file_name().unwrap_or(root.as_os_str()).to_string_lossy(), 40);
            // Where a command of the client's writes that file, nobody has to know its name.
            let why = match self.config.status_notifications {
                true => "is not set up for an app",
                false => "has no base44/config.jsonc",
            };
            let message = format!("{folder} {why}: its files are checked, and nothing is sent to Base44.");
            self.out.show(MessageType::ERROR, message);
            return answer(reply, None);
        }
        if let Some(running) = self.jobs.conflict(kind, root.as_deref()) {
            self.out.show(MessageType::INFO, running.spec().already_running);
            return answer(reply, None);
        }
        self.launch(request, root, reply);
    }

    /// The projects are known: what had to wait for that is done.
    pub(crate) fn start_postponed(&mut self) {
        for (request, reply) in std::mem::take(&mut self.jobs.postponed) {
            self.start(request, reply);
        }
    }

    /// Several projects are open and the client named none.
    /// The projects that a command may work on, each with what it is called.
    fn able(&self, kind: Kind) -> Vec<(String, PathBuf)> {
        let able = self.workspace.projects.iter().filter(|state| may_run(kind, state));
        able.map(|state| (crate::status::project_title(state.project()), state.root().to_owned())).collect()
    }

    fn ask_for_project(&mut self, mut request: CommandRequest, reply: Option<Reply<Option<Value>>>) {
        let names = self.able(request.kind);
        let (out, events) = (self.out.clone(), self.out.events().clone());
        tokio::task::spawn_local(async move {
            let titles: Vec<&str> = names.iter().map(|(title, _)| title.as_str()).collect();
            let question = format!("{}: which project?", request.kind.title());
            let chosen = job::ask(&out, MessageType::INFO, question, &titles, None).await;
            let chosen = chosen.and_then(|at| names.into_iter().nth(at));
            events.send("project chosen", move |world| match chosen {
                Some((_, root)) => {
                    request.project = Some(root);
                    world.start(request, reply);
                }
                None => answer(reply, None),
            });
        });
    }

    fn launch(
        &mut self,
        request: CommandRequest,
        root: Option<PathBuf>,
        reply: Option<Reply<Option<Value>>>,
    ) {
        self.jobs.last += 1;
        let id = self.jobs.last;
        let cancel = CancellationToken::new();
        let asking = Arc::new(AtomicBool::new(false));
        let kind = request.kind;
        let own_token = request.progress_token.clone();
        let token = own_token.clone().or_else(|| {
            (kind.spec().shows_progress && (self.caps.progress || self.config.status_notifications))
                .then(|| ProgressToken::String(format!("base44/{id}")))
        });
        // A client that keeps its own view of things waits for the end; others may give up on a long answer.
        let waits = request.waits
            || own_token.is_some()
            || kind.spec().has_result
            || self.config.status_notifications;
        let late = if waits {
            reply
        } else {
            answer(reply, None);
            None
        };
        self.jobs.running.insert(
            id,
            Running {
                kind,
                root: root.clone(),
                types: Vec::new(),
                cancel: cancel.clone(),
                asking: asking.clone(),
                token: token.clone(),
            },
        );
        self.stale.state = true;
        self.trace(&format!("{} started", kind.title()));
        // A client with a view of its own for it shows a sign-in in its own way.
        let shown = token.filter(|_| !(kind == Kind::SignIn && self.config.status_notifications));
        let progress = Progress::new(self.out.clone(), shown, own_token.is_none());
        let ended = Ended::new(id, self.out.events().clone());
        let job = Job::new((id, kind), self, root, (cancel.clone(), asking), progress);
        // Every line of the log that comes of it can be told by this.
        let span = tracing::info_span!("command", name = kind.title(), id);
        tokio::task::spawn_local(run(job, request, late, ended).instrument(span));
    }

    /// A command has ended, however it did.
    pub(crate) fn job_ended(&mut self, id: u64) {
        let Some(job) = self.jobs.running.remove(&id) else {
            return;
        };
        self.stale.state = true;
        self.trace(&format!("{} ended", job.kind.title()));
        if let Some(root) = &job.root
            && job.kind.spec().changes_app
        {
            self.refresh_platform_of(root);
        }
        if self.jobs.running.is_empty()
            && let Some(reply) = self.jobs.leaving.take()
        {
            reply.ok(());
        }
    }

    /// `window/workDoneProgress/cancel`.
    pub(crate) fn cancel_progress(&mut self, token: &ProgressToken) {
        for job in self.jobs.running.values().filter(|job| job.token.as_ref() == Some(token)) {
            job.cancel.cancel();
        }
    }

    /// Stops every command and everything asked of the platform.
    pub(crate) fn cancel_everything(&mut self) {
        for job in self.jobs.running.values() {
            job.cancel.cancel();
        }
        self.stop_refreshing();
    }

    /// Answers a shutdown when what it cancelled has ended, or after a while.
    pub(crate) fn leave(&mut self, reply: Reply<()>) {
        if self.jobs.running.is_empty() {
            return reply.ok(());
        }
        self.jobs.leaving = Some(reply);
        let events = self.out.events().clone();
        tokio::task::spawn_local(async move {
            tokio::time::sleep(LEAVING).await;
            events.send("leave", |world| {
                if let Some(reply) = world.jobs.leaving.take() {
                    reply.ok(());
                }
            });
        });
    }
}

fn answer(reply: Option<Reply<Option<Value>>>, value: Option<Value>) {
    if let Some(reply) = reply {
        reply.ok(value);
    }
}

/// Carries a command out and says how it ended.
async fn run(job: Job, request: CommandRequest, mut reply: Option<Reply<Option<Value>>>, ended: Ended) {
    job.progress.begin(request.kind.title()).await;
    let work = job::carry_out(&job, &request);
    let result = match &mut reply {
        // The client may cancel the request itself.
        Some(reply) => {
            let cancel = job.cancel.clone();
            let mut work = std::pin::pin!(work);
            tokio::select! {
                result = &mut work => Some(result),
                () = reply.cancelled() => {
                    cancel.cancel();
                    Some(work.await)
                }
            }
        }
        None => Some(work.await),
    };
    let value = match result {
        Some(Ok(value)) => value,
        Some(Err(Stop::Cancelled)) => {
            tracing::info!("{} was cancelled", request.kind.title());
            Value::Null
        }
        Some(Err(Stop::Told)) | None => Value::Null,
        Some(Err(Stop::Advised(advice))) => {
            job.advise(advice, &request);
            Value::Null
        }
        Some(Err(Stop::Because(typ, message))) => {
            job.offer(typ, message, Vec::new());
            Value::Null
        }
    };
    job.progress.end();
    drop(ended);
    answer(reply, (!value.is_null()).then_some(value));
}

/// Whether a command may work on a project: what talks to the platform wants a config.
fn may_run(kind: Kind, state: &OpenProject) -> bool {
    state.is_configured() || !(kind.spec().needs_trust && kind.spec().needs_project)
}

//! What the commands that speak to the platform share: the project, the engine, and how a run is stopped.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use connector_boundary::text::printable;
use connector_model::Code;
use connector_model::load::{CheckedFile, LocalConnector, check_for_push, project_severities, stops_push};
use connector_model::project::{AppIdSource, CHECKS_NAME, Project, ProjectOptions};
use connector_model::report::{HumanStyle, human};
use connector_platform::{Environment, SetupError, agree_to_host};
use connector_sync::{AppMismatch, CancellationToken, Engine, Event, Events, Run, Times, words};

#[cfg(not(unix))]
use tokio::signal::windows;

use crate::failure::{ErrorCode, Exit, Failure};
use crate::terminal::{Answer, Progress, Terminal};

/// Which project, which app, which platform.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct AppOptions {
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// The app, instead of the one that the project is linked to.
    #[arg(long, value_name = "ID")]
    pub(crate) app_id: Option<String>,
    /// The folder of a named app's connector files; a linked project has its own. Without it, ./connectors where that
    /// is there.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Base44's address, instead of BASE44_API_URL or https://app.base44.com.
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
}

/// A project with its connectors and its engine.
pub(crate) struct Session {
    pub(crate) engine: Engine,
    pub(crate) connectors: Vec<LocalConnector>,
}

impl AppOptions {
    /// What the process was started with.
    pub(crate) fn environment(&self) -> Environment {
        Environment::of_process().with_api_url(self.api_url.clone())
    }

    /// The project.
    pub(crate) fn project(&self) -> Result<Project, Failure> {
        Ok(Project::discover(self.project.as_deref().unwrap_or(Path::new(".")), &self.named())?)
    }

    /// What is named beside the project.
    fn named(&self) -> ProjectOptions {
        ProjectOptions {
            app_id: self.app_id.clone(),
            env_app_id: std::env::var("BASE44_APP_ID").ok(),
            connectors_dir: self.dir.as_deref().and_then(|dir| std::path::absolute(dir).ok()),
        }
    }

    /// The project with its connectors and its engine. Nothing is sent; a file that stops a push stops this.
    pub(crate) fn open(&self, terminal: &Terminal) -> Result<Session, Failure> {
        self.open_in(&self.environment(), terminal)
    }

    /// The same in other environment.
    pub(crate) fn open_in(&self, environment: &Environment, terminal: &Terminal) -> Result<Session, Failure> {
        let project = Arc::new(self.project().map_err(Failure::or_name_an_app)?);
        let checked = check_for_push(&project);
        let connectors = match checked.connectors() {
            Ok(connectors) => connectors.into_iter().cloned().collect(),
            Err(files) => return Err(stopped_by(&project, &files, terminal)),
        };
        let engine = open_engine(environment, project, terminal)?;
        self.announce(engine.project(), terminal);
        Ok(Session { engine, connectors })
    }

    /// The engine alone: what the files say does not matter.
    pub(crate) fn engine(&self, terminal: &Terminal) -> Result<Engine, Failure> {
        let project = self.project().map_err(Failure::or_name_an_app)?;
        let engine = open_engine(&self.environment(), Arc::new(project), terminal)?;
        self.announce(engine.project(), terminal);
        Ok(engine)
    }

    /// Says app and folder where they are not simply the project's own.
    fn announce(&self, project: &Project, terminal: &Terminal) {
        let source = match &project.app_id_source {
            Some(AppIdSource::AppFile(_)) | None => None,
            Some(source) => Some(source.to_string()),
        };
        if source.is_none() && self.dir.is_none() {
            return;
        }
        let app = project.app_id.as_ref().map(ToString::to_string).unwrap_or_default();
        let named = source.map_or(String::new(), |source| format!(" (named by {source})"));
        let folder = printable(&project.display_path(&project.connectors_dir), 300);
        let passed_over = match self.dir.is_some() && !project.has_named_folder(&self.named()) {
            true => ": --dir counts where the app is named, with --app-id",
            false => "",
        };
        terminal.say(&format!("App {app}{named}, connectors in {folder}{passed_over}"));
    }
}

/// The engine of a project. Where a file of the project names a host that nobody has agreed to, the person is asked
/// about it by name, whatever else they agreed to beforehand.
fn open_engine(
    environment: &Environment,
    project: Arc<Project>,
    terminal: &Terminal,
) -> Result<Engine, Failure> {
    let error = match Engine::open(environment, project.clone()) {
        Ok(engine) => return Ok(engine),
        Err(error) => error,
    };
    let SetupError::HostNotAgreed { host, .. } = &error else { return Err(error.into()) };
    let Some(question) = error.host_question().filter(|_| terminal.asks()) else { return Err(error.into()) };
    match terminal.confirm(&question, false) {
        Answer::Yes => {}
        Answer::Interrupted => return Err(Failure::interrupted("Interrupted. Nothing was sent.")),
        Answer::No | Answer::Skipped => return Err(Failure::not_started("Nothing was sent.".to_owned())),
    }
    agree_to_host(environment, &project.root, host)
        .map_err(|error| Failure::not_started(format!("Your answer could not be kept: {error}.")))?;
    Ok(Engine::open(environment, project)?)
}

impl Session {
    /// The connector of a type.
    pub(crate) fn connector(&self, type_name: &str) -> Option<&LocalConnector> {
        self.connectors.iter().find(|connector| connector.type_name == type_name)
    }

    /// The same with as much time for each authorization as the user gives.
    pub(crate) fn waiting(mut self, seconds: Option<u64>) -> Session {
        if let Some(seconds) = seconds {
            let authorization = std::time::Duration::from_secs(seconds);
            self.engine = self.engine.with_times(Times { authorization, ..Times::default() });
        }
        self
    }
}

/// Shows what stops a push.
pub(crate) fn stopped_by(project: &Project, files: &[&CheckedFile], terminal: &Terminal) -> Failure {
    let mut shown: Vec<CheckedFile> = files.iter().map(|file| (*file).clone()).collect();
    for file in &mut shown {
        file.findings.retain(|finding| stops_push(finding.code));
    }
    let style = HumanStyle { color: terminal.color() };
    let said = human(&shown, &|path| project.display_path(path), style);
    terminal.say_or_aside(said.strip_suffix('\n').unwrap_or(&said));
    let off = turned_off(project, &shown);
    let names: Vec<String> =
        files.iter().map(|file| printable(&project.display_path(&file.path), 200)).collect();
    Failure::not_started(format!("Nothing was sent: correct {} first.{off}", names.join(", ")))
        .coded(official_code(&shown))
}

/// The code under which the official CLI fails on such files: it reads them all, then looks at each, then at all of them.
fn official_code(files: &[CheckedFile]) -> ErrorCode {
    let stops = |code: Code| files.iter().flat_map(|file| &file.findings).any(|finding| finding.code == code);
    let all_are =
        |code: Code| files.iter().flat_map(|file| &file.findings).all(|finding| finding.code == code);
    match () {
        () if stops(Code::Unreadable) => ErrorCode::FileReadError,
        () if stops(Code::SyntaxError) => ErrorCode::ConfigInvalid,
        () if all_are(Code::DuplicateConnector) => ErrorCode::InvalidInput,
        () => ErrorCode::SchemaInvalid,
    }
}

/// Why a push stops at what `check` says nothing of.
fn turned_off(project: &Project, files: &[CheckedFile]) -> String {
    let (severities, _) = project_severities(project);
    let mut off: Vec<String> = files
        .iter()
        .flat_map(|file| &file.findings)
        .filter(|finding| severities.is_off(finding.code))
        .map(|finding| format!("`{}`", finding.code.as_str()))
        .collect();
    off.sort();
    off.dedup();
    match off.is_empty() {
        true => String::new(),
        false => format!(
            " {} is turned off in {CHECKS_NAME}, which hides it in the editor and in check: a push stops at it all the same.",
            off.join(", ")
        ),
    }
}

/// Runs a command's asynchronous part. Ctrl-C asks it to stop, a second one ends the process.
pub(crate) fn block_on<T>(
    work: impl AsyncFnOnce(CancellationToken) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::not_started(format!("The system gives no resources to start: {error}.")))?;
    let cancel = CancellationToken::new();
    let result = runtime.block_on(async {
        // Listening begins here, not when the task first runs.
        let signals = Signals::listen();
        tokio::spawn(stop_on_signal(signals, cancel.clone()));
        work(cancel).await
    });
    // A question that nobody answers any more must not hold the process.
    runtime.shutdown_background();
    result
}

async fn stop_on_signal(mut signals: Signals, cancel: CancellationToken) {
    loop {
        signals.next().await;
        if cancel.is_cancelled() {
            crate::terminal::restore();
            std::process::exit(Exit::Interrupted.code().into());
        }
        cancel.cancel();
    }
}

/// What the system sends when the process is to end.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn listen() -> Signals {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Signals(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
    }

    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let arrived = self.0.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if arrived { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// What the system sends when the process is to end.
#[cfg(not(unix))]
struct Signals {
    ctrl_c: Option<windows::CtrlC>,
    ctrl_break: Option<windows::CtrlBreak>,
    close: Option<windows::CtrlClose>,
    log_off: Option<windows::CtrlLogoff>,
    shut_down: Option<windows::CtrlShutdown>,
}

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Signals {
        Signals {
            ctrl_c: windows::ctrl_c().ok(),
            ctrl_break: windows::ctrl_break().ok(),
            close: windows::ctrl_close().ok(),
            log_off: windows::ctrl_logoff().ok(),
            shut_down: windows::ctrl_shutdown().ok(),
        }
    }

    /// Ctrl-C, Ctrl-Break, a closed window, the end of the session: the system gives the last ones a few seconds.
    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let arrived = [
                self.ctrl_c.as_mut().is_some_and(|signal| signal.poll_recv(context).is_ready()),
                self.ctrl_break.as_mut().is_some_and(|signal| signal.poll_recv(context).is_ready()),
                self.close.as_mut().is_some_and(|signal| signal.poll_recv(context).is_ready()),
                self.log_off.as_mut().is_some_and(|signal| signal.poll_recv(context).is_ready()),
                self.shut_down.as_mut().is_some_and(|signal| signal.poll_recv(context).is_ready()),
            ];
            if arrived.contains(&true) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// Asks the platform something, with a moving line meanwhile; a new login is kept before this ends.
pub(crate) async fn asked<T, E: Into<Failure>>(
    engine: &Engine,
    terminal: &Terminal,
    cancel: &CancellationToken,
    doing: &str,
    work: impl AsyncFnOnce(&Run) -> Result<T, E>,
) -> Result<T, Failure> {
    let progress = Arc::new(terminal.progress(doing));
    let run = told(terminal, &progress, cancel);
    let answer = unless_stopped(cancel, work(&run)).await;
    engine.platform().settle().await;
    answer?.map_err(Into::into)
}

/// Waits for work that can be dropped at any moment.
pub(crate) async fn unless_stopped<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = T>,
) -> Result<T, Failure> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Failure::interrupted("Interrupted. Nothing was changed.")),
        done = work => Ok(done),
    }
}

/// An app that a file of the workspace names against the linked one is changed only where a person agrees to it by
/// name, whatever else was agreed to `beforehand`.
pub(crate) async fn agree_to_the_app(
    mismatch: Option<&AppMismatch>,
    beforehand: bool,
    terminal: &Terminal,
    cancel: &CancellationToken,
) -> Result<(), Failure> {
    let Some(mismatch) = mismatch else { return Ok(()) };
    if beforehand || !terminal.asks() {
        return Err(Failure::not_started(format!(
            "Nothing was sent: {mismatch} Name the app that you mean with --app-id.",
        )));
    }
    agreed_to(terminal, cancel, &mismatch.question()).await
}

/// Asks a person, and ends the run where they do not say yes.
pub(crate) async fn agreed_to(
    terminal: &Terminal,
    cancel: &CancellationToken,
    question: &str,
) -> Result<(), Failure> {
    match ask(terminal, cancel, question, false).await {
        Answer::Yes => Ok(()),
        Answer::Interrupted => Err(Failure::interrupted("Interrupted. Nothing was sent.")),
        Answer::No | Answer::Skipped => {
            Err(Failure::not_started(format!("{}. Nothing was sent.", words::CANCELLED)))
        }
    }
}

/// Asks a person; Ctrl-C while asking stops the run.
pub(crate) async fn ask(
    terminal: &Terminal,
    cancel: &CancellationToken,
    question: &str,
    default: bool,
) -> Answer {
    let (asked, question) = (terminal.clone(), question.to_owned());
    let answer = tokio::task::spawn_blocking(move || asked.confirm(&question, default));
    let answer = tokio::select! {
        biased;
        answer = answer => answer.unwrap_or(Answer::Skipped),
        () = cancel.cancelled() => {
            crate::terminal::restore();
            terminal.say("");
            Answer::Interrupted
        }
    };
    if answer == Answer::Interrupted {
        cancel.cancel();
    }
    answer
}

/// A run that tells a moving line of its waits; where there is none, they are said on standard error.
pub(crate) fn told(terminal: &Terminal, progress: &Arc<Progress>, cancel: &CancellationToken) -> Run {
    let (terminal, progress) = (terminal.clone(), progress.clone());
    let events = Events::to(move |event| {
        if let Event::Waiting { notice } = event {
            progress.set(&notice.to_text());
            if !terminal.shows() && !matches!(notice, connector_platform::Notice::Refreshing) {
                terminal.aside(&notice.to_text());
            }
        }
    });
    Run { events, cancel: cancel.clone() }
}

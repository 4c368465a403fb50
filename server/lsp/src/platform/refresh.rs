//! When the platform is asked, and what becomes of its answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use connector_platform::{ErrorKind, PlatformError, SetupError, agreed_hosts_path};
use connector_sync::{Engine, Run};
use tokio_util::sync::CancellationToken;

use super::known::Known;
use super::watch::{Stamp, Subject};
use super::{Planned, Platform, Problem, ProblemKind, Setup, pace};
use crate::advice::Advice;
use crate::uri::DocUri;
use crate::workspace::OpenProject;
use crate::world::World;

/// What opening a project gave.
struct Opened {
    engine: Result<Engine, SetupError>,
    known: Known,
    watches: Vec<(Subject, PathBuf, Stamp)>,
}

impl World {
    /// Begins to ask about every project that may be asked about.
    pub(crate) fn start_platform_watch(&mut self) {
        if !self.config.trusted {
            return;
        }
        self.watch_projects();
        let roots = self.project_roots();
        self.network.watches.retain(|subject| match subject {
            Subject::Store(root) | Subject::Setup(root) => roots.contains(root),
            Subject::Login => !roots.is_empty(),
            Subject::Project(_) => true,
        });
        for root in roots {
            match self.platform_mut(&root).map(|platform| &platform.setup) {
                Some(Setup::Unopened) => self.open_platform(&root),
                Some(Setup::Open(_)) => {
                    let never = self.platform_mut(&root).is_some_and(|platform| platform.asked_at.is_none());
                    if never {
                        self.ask_platform(&root, false)
                    } else {
                        self.plan_next(&root)
                    }
                    self.plan_pending(&root);
                }
                _ => {}
            }
        }
    }

    /// Looks after each project's config: it tells that the project is gone, or that it came back.
    fn watch_projects(&self) {
        let Some(network) = self.network.handle() else { return };
        let projects = self.workspace.projects.iter();
        let configs: Vec<(PathBuf, PathBuf)> = projects
            .filter_map(|state| Some((state.root().to_owned(), state.project().config_path.clone()?)))
            .collect();
        let (watches, events) = (self.network.watches.clone(), self.out.events().clone());
        let handle = network.clone();
        network.spawn_blocking(move || {
            let stamped = configs.into_iter().map(|(root, config)| {
                let stamp = Stamp::of(&config);
                (Subject::Project(root), config, stamp)
            });
            watches.add(&handle, &events, stamped.collect());
        });
    }

    /// The folders of all projects.
    pub(crate) fn project_roots(&self) -> Vec<PathBuf> {
        let configured = self.workspace.projects.iter().filter(|state| state.is_configured());
        configured.map(|state| state.root().to_owned()).collect()
    }

    pub(super) fn platform_mut(&mut self, root: &Path) -> Option<&mut Platform> {
        let at = self.workspace.at_root(root)?;
        self.workspace.projects.get_mut(at).map(|state| &mut state.platform)
    }

    fn project_at(&self, root: &Path) -> Option<&OpenProject> {
        self.workspace.projects.get(self.workspace.at_root(root)?)
    }

    pub(super) fn may_ask(&self) -> bool {
        self.config.trusted && self.config.platform_checks
    }

    /// Finds out as whom and where a project talks to the platform, and what was known of it last.
    pub(super) fn open_platform(&mut self, root: &Path) {
        if !self.config.trusted {
            return;
        }
        let Some(state) = self.project_at(root) else { return };
        let project = state.project().clone();
        if project.app_id.is_err() || !state.is_configured() {
            return;
        }
        let Some(network) = self.network.handle() else { return };
        let generation = self.network.next_generation();
        let environment = self.environment();
        let Some(platform) = self.platform_mut(root) else { return };
        platform.opening = generation;
        if matches!(platform.setup, Setup::Unopened) {
            platform.setup = Setup::Opening;
        }
        let (events, root) = (self.out.events().clone(), root.to_owned());
        network.spawn_blocking(move || {
            let mut watches = vec![(Subject::Login, environment.login_path())];
            watches.push((Subject::Setup(root.clone()), agreed_hosts_path(&environment)));
            for name in [".env", ".env.local"] {
                watches.push((Subject::Setup(root.clone()), project.root.join(name)));
            }
            // The stamps first: what changes after them is told.
            let mut watches: Vec<_> = watches
                .into_iter()
                .map(|(subject, path)| {
                    let stamp = Stamp::of(&path);
                    (subject, path, stamp)
                })
                .collect();
            let engine = Engine::open(&environment, project);
            let known = match &engine {
                Ok(engine) => {
                    let path = engine.store().path().to_owned();
                    watches.push((Subject::Store(root.clone()), path.clone(), Stamp::of(&path)));
                    Known::new(engine.store().read())
                }
                Err(_) => Known::default(),
            };
            let opened = Opened { engine, known, watches };
            events.send("platform opened", move |world| world.platform_opened(&root, generation, opened));
        });
    }

    fn platform_opened(&mut self, root: &Path, generation: u64, opened: Opened) {
        let is_current = |platform: &&mut Platform| platform.opening == generation;
        if self.platform_mut(root).filter(is_current).is_none() {
            return;
        }
        if let Some(network) = self.network.handle() {
            let events = self.out.events().clone();
            self.network.watches.set(&network, &events, root, opened.watches);
        }
        let Some(platform) = self.platform_mut(root) else { return };
        if let (Some(old), Ok(new), None) = (platform.engine(), &opened.engine, &platform.problem)
            && old.platform().account() == new.platform().account()
            && old.platform().base_url() == new.platform().base_url()
        {
            // The login was renewed, nothing more.
            return self.take_known(root, opened.known);
        }
        platform.generation = generation;
        if let Some(cancel) = platform.asking.take() {
            // It was asked as somebody else.
            cancel.cancel();
        }
        match opened.engine {
            Ok(engine) => {
                platform.setup = Setup::Open(Box::new(engine));
                platform.problem = None;
                platform.failures = 0;
            }
            Err(error) => {
                tracing::info!("{}: {error}", root.display());
                platform.setup = Setup::Closed {
                    signed_out: error.is_signed_out(),
                    message: Advice::from(&error).message,
                };
                platform.next = None;
                platform.next_pending = None;
            }
        }
        let is_open = platform.engine().is_some();
        self.stale.state = true;
        self.take_known(root, opened.known);
        if is_open {
            self.ask_platform(root, false);
        }
    }

    /// Takes in what is known now; where it differs, everything that rests on it is said again.
    pub(super) fn take_known(&mut self, root: &Path, known: Known) {
        let Some(at) = self.workspace.at_root(root) else { return };
        let Some(state) = self.workspace.projects.get_mut(at) else { return };
        let says_the_same = state.platform.known.says_the_same(&known);
        state.platform.known = Arc::new(known);
        let changed = state.known.set_facts(state.platform.facts());
        if !says_the_same {
            self.stale.state = true;
            self.stale.diagnostics = true;
        }
        self.check_again(changed);
        self.plan_pending(root);
    }

    /// Holds a project's files against what counts now: somebody signed in or out.
    fn take_facts(&mut self, root: &Path) {
        let Some(at) = self.workspace.at_root(root) else { return };
        let Some(state) = self.workspace.projects.get_mut(at) else { return };
        let changed = state.known.set_facts(state.platform.facts());
        self.stale.diagnostics = true;
        self.check_again(changed);
    }

    /// Reads again what is kept of a project's app.
    pub(super) fn read_store(&mut self, root: &Path) {
        let Some(network) = self.network.handle() else { return };
        let Some(platform) = self.platform_mut(root) else { return };
        let (Some(engine), generation) = (platform.engine(), platform.generation) else { return };
        let store = engine.store().clone();
        let (events, root) = (self.out.events().clone(), root.to_owned());
        network.spawn_blocking(move || {
            let known = Known::new(store.read());
            events.send("state read", move |world| {
                if world.platform_mut(&root).is_some_and(|platform| platform.generation == generation) {
                    world.take_known(&root, known);
                }
            });
        });
    }

    // When.

    /// A file was saved: the platform may be asked again.
    pub(crate) fn refresh_platform_soon(&mut self, uri: &DocUri) {
        let root =
            uri.path().and_then(|path| self.workspace.state_of(path)).map(|state| state.root().to_owned());
        if let Some(root) = root {
            // What the file says now counts for a push.
            self.stale.state = true;
            self.ask_soon(&root);
        }
    }

    /// The person came back to the editor.
    pub(crate) fn focused(&mut self) {
        self.look_for_deleted_projects();
        for root in self.project_roots() {
            self.ask_soon(&root);
        }
    }

    /// A command changed something about a project.
    pub(crate) fn refresh_platform_of(&mut self, root: &Path) {
        self.read_store(root);
        let Some(platform) = self.platform_mut(root) else { return };
        if matches!(platform.setup, Setup::Closed { .. } | Setup::Unopened) {
            self.open_platform(root);
        } else {
            self.ask_platform(root, true);
        }
    }

    /// Asks now, or as soon as the last question is [`pace::APART`] ago.
    fn ask_soon(&mut self, root: &Path) {
        let Some(platform) = self.platform_mut(root) else { return };
        // A platform that fails is not asked more often for being needed more.
        if platform.engine().is_none() || platform.is_signed_out() || platform.failures > 1 {
            return;
        }
        let at =
            platform.asked_at.map_or_else(Instant::now, |asked| (asked + pace::APART).max(Instant::now()));
        if platform.next.as_ref().is_none_or(|next| at < next.at) {
            self.plan(root, at);
        }
    }

    /// Plans the next question at the slow pace.
    fn plan_next(&mut self, root: &Path) {
        let Some(platform) = self.platform_mut(root) else { return };
        if platform.next.is_some() || platform.asking.is_some() || platform.is_signed_out() {
            return;
        }
        let at = Instant::now() + pace::pause(platform.failures, fastrand::f64());
        self.plan(root, at);
    }

    fn plan(&mut self, root: &Path, at: Instant) {
        if !self.may_ask() {
            return;
        }
        let (events, to) = (self.out.events().clone(), root.to_owned());
        let task = tokio::task::spawn_local(async move {
            tokio::time::sleep_until(at.into()).await;
            events.send("time to ask", move |world| world.ask_platform(&to, false));
        });
        if let Some(platform) = self.platform_mut(root) {
            platform.next = Some(Planned { at, task: task.abort_handle() });
        }
    }

    /// Asks now, unless it is being asked; `changed` says that an answer under way is old already.
    pub(super) fn ask_platform(&mut self, root: &Path, changed: bool) {
        if !self.may_ask() {
            return;
        }
        let is_changing = self.jobs.is_changing(root);
        let Some(network) = self.network.handle() else { return };
        let background = self.network.background.clone();
        let events = self.out.events().clone();
        let Some(platform) = self.platform_mut(root) else { return };
        platform.next = None;
        if platform.asking.is_some() {
            platform.ask_again |= changed;
            return;
        }
        // Whoever changes the app at the moment has it asked afterwards.
        let Some(engine) = platform.engine().cloned().filter(|_| !is_changing) else { return };
        let cancel = CancellationToken::new();
        platform.asking = Some(cancel.clone());
        platform.asked_at = Some(Instant::now());
        let generation = platform.generation;
        let starting = platform.is_starting();
        let asks_types = platform.types_asked_at.is_none_or(|asked| asked.elapsed() > TYPES_LAST);
        if asks_types {
            platform.types_asked_at = Some(Instant::now());
        }
        let (root, run) = (root.to_owned(), Run { cancel: cancel.clone(), ..Run::silent() });
        network.spawn(async move {
            let work = async {
                let _turn = background.acquire().await;
                ask(&engine, asks_types, &run).await
            };
            let answer = tokio::select! {
                answer = work => Some(answer),
                () = cancel.cancelled() => None,
            };
            events.send("platform answered", move |world| world.platform_answered(&root, generation, answer));
        });
        self.stale.state |= starting;
    }

    fn platform_answered(
        &mut self,
        root: &Path,
        generation: u64,
        answer: Option<Result<Known, PlatformError>>,
    ) {
        let Some(platform) = self.platform_mut(root).filter(|platform| platform.generation == generation)
        else {
            return;
        };
        platform.asking = None;
        let again = std::mem::take(&mut platform.ask_again);
        let had_no_access = platform.has_no_access();
        let before = platform.problem.take();
        let known = match answer {
            Some(Ok(known)) => {
                platform.failures = 0;
                Some(known)
            }
            Some(Err(error)) => {
                platform.failures = platform.failures.saturating_add(1);
                platform.problem = Some(problem(&error));
                None
            }
            None => None,
        };
        let problem = platform.problem.clone();
        let has_no_access = platform.has_no_access();
        if let Some(problem) = problem.as_ref().filter(|_| before != problem) {
            self.warn(&format!("{}: {}", root.display(), problem.message));
        }
        self.stale.state = true;
        self.trace(&format!("{}: the platform answered", root.display()));
        if let Some(known) = known {
            self.take_known(root, known);
        }
        if had_no_access != has_no_access {
            self.take_facts(root);
        }
        if again {
            self.ask_platform(root, false);
        } else {
            self.plan_next(root);
        }
    }

    /// Somebody asked for an answer at once, and this is it.
    pub(crate) fn refreshed_by_hand(&mut self, root: &Path, failed: Option<PlatformError>) {
        self.read_store(root);
        let Some(platform) = self.platform_mut(root) else { return };
        match failed {
            None => {
                platform.failures = 0;
                platform.problem = None;
            }
            Some(error) => platform.problem = Some(problem(&error)),
        }
        self.stale.state = true;
        self.take_facts(root);
        if self.platform_mut(root).is_some_and(|platform| platform.engine().is_none()) {
            self.open_platform(root);
        }
    }

    /// Gives up what is being asked; what is known stays.
    pub(crate) fn stop_refreshing(&mut self) {
        for state in &mut self.workspace.projects {
            if let Some(cancel) = &state.platform.asking {
                cancel.cancel();
            }
            state.platform.next = None;
            state.platform.next_pending = None;
        }
    }
}

/// How old the list of the platform's types may be.
const TYPES_LAST: Duration = Duration::from_secs(6 * 3600);

/// What the platform says now; the store has it afterwards.
async fn ask(engine: &Engine, asks_types: bool, run: &Run) -> Result<Known, PlatformError> {
    engine.snapshot(run).await?;
    if asks_types {
        // Only a few checks need them: they keep still without.
        let _ = engine.available(run).await;
    }
    let store = engine.store().clone();
    let kept = tokio::task::spawn_blocking(move || store.read()).await.unwrap_or_default();
    Ok(Known::new(kept))
}

/// What a failed call means for a project.
pub(super) fn problem(error: &PlatformError) -> Problem {
    let kind = match error.kind() {
        ErrorKind::SignedOut => ProblemKind::SignedOut,
        ErrorKind::Network | ErrorKind::TimedOut | ErrorKind::Unavailable | ErrorKind::RateLimited => {
            ProblemKind::Offline
        }
        ErrorKind::NotFound => ProblemKind::NoApp,
        _ => ProblemKind::Error,
    };
    Problem { kind, message: Advice::from(error).message }
}

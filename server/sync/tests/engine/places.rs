//! A sandbox, a project and an engine between them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector_model::load::{LocalConnector, check_project};
use connector_model::project::{Project, ProjectOptions};
use connector_model::severities::Severities;
use connector_platform::Environment;
use connector_sandbox::{App, Connector, Options, Sandbox};
use connector_sync::{Engine, Event, Events, Plan, PushReport, Run, Times};

pub const APP: &str = "app1";

/// Everything one test needs; it goes with it.
pub struct Place {
    pub sandbox: Sandbox,
    pub folder: tempfile::TempDir,
    pub engine: Engine,
    pub run: Run,
    pub events: Arc<Mutex<Vec<Event>>>,
}

impl Place {
    /// An empty app, and a project with these files.
    pub async fn new(files: &[(&str, &str)]) -> Place {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let base44 = folder.path().join("project/base44");
        std::fs::create_dir_all(base44.join("connectors")).unwrap();
        std::fs::write(base44.join("config.jsonc"), "{\"name\": \"Demo\"}").unwrap();
        std::fs::write(base44.join(".app.jsonc"), format!("{{\"id\": \"{APP}\"}}")).unwrap();
        let auth = folder.path().join("home/.base44/auth");
        std::fs::create_dir_all(&auth).unwrap();
        std::fs::write(auth.join("auth.json"), serde_json::to_string(sandbox.login()).unwrap()).unwrap();
        let engine = open(sandbox.url(), folder.path(), "10");
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let heard = events.clone();
        let run = Run {
            events: Events::to(move |event| heard.lock().unwrap().push(event.clone())),
            ..Run::silent()
        };
        let place = Place { sandbox, folder, engine, run, events };
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    /// Another process with the same project, login and state.
    pub fn another_engine(&self) -> Engine {
        open(self.sandbox.url(), self.folder.path(), "10")
    }

    /// Gives up on a call after this many seconds.
    pub fn impatient(mut self, seconds: &str) -> Place {
        self.engine = open(self.sandbox.url(), self.folder.path(), seconds);
        self
    }

    pub fn connectors_dir(&self) -> PathBuf {
        self.folder.path().join("project/base44/connectors")
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.connectors_dir().join(name), text).unwrap();
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.connectors_dir().join(name)).unwrap()
    }

    /// The app's active connectors.
    pub fn app_has(&self, connectors: &[(&str, &[&str])]) {
        self.app(|app| {
            for (name, scopes) in connectors {
                app.connectors.insert((*name).to_owned(), Connector::active(scopes));
            }
        });
    }

    /// Reads or changes the app.
    pub fn app<T>(&self, act: impl FnOnce(&mut App) -> T) -> T {
        self.sandbox.with_state(|state| act(state.app(APP)))
    }

    /// The types that the app has.
    pub fn app_types(&self) -> Vec<String> {
        self.app(|app| app.connectors.keys().cloned().collect())
    }

    pub fn local(&self) -> Vec<LocalConnector> {
        let checked = check_project(self.engine.project(), &Severities::default());
        checked.connectors().unwrap().into_iter().cloned().collect()
    }

    pub async fn plan(&self) -> Plan {
        self.engine.plan_push(&self.local(), &self.run).await.unwrap()
    }

    /// A push that agrees to every removal.
    pub async fn push(&self) -> PushReport {
        let plan = self.plan().await;
        self.engine.push(&plan, &plan.removals(), &self.run).await.unwrap()
    }

    /// The calls since the last look, as `PUT slack`, `GET list`.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.sandbox.take_requests().into_iter().map(|request| {
            let path =
                request.path.split('?').next().unwrap_or_default().trim_end_matches("/remove").to_owned();
            format!("{} {}", request.method, path.rsplit('/').next().unwrap_or_default())
        });
        calls.collect()
    }

    /// The calls since the last look that change something.
    pub fn changes(&self) -> Vec<String> {
        let mut calls = self.calls();
        calls.retain(|call| !call.starts_with("GET"));
        calls.sort();
        calls
    }

    /// What is pending according to the store.
    pub fn pending(&self) -> Vec<String> {
        self.engine.store().read().pending.into_keys().collect()
    }
}

pub fn open(url: &str, folder: &Path, timeout: &str) -> Engine {
    let variables = [("BASE44_API_URL", url), ("BASE44_CONNECTORS_TIMEOUT", timeout)];
    let environment = Environment {
        variables: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        home: folder.join("home"),
        state_dir: folder.join("state"),
        api_url: None,
    };
    let config = folder.join("project/base44/config.jsonc");
    let project = Project::from_config(&config, &ProjectOptions::default());
    Engine::open(&environment, Arc::new(project)).unwrap().with_times(Times {
        poll: Duration::from_millis(20),
        authorization: Duration::from_millis(400),
        grace: Duration::from_millis(100),
        ..Times::default()
    })
}

/// A connector file.
pub fn file(type_name: &str, scopes: &[&str]) -> String {
    serde_json::json!({"type": type_name, "scopes": scopes}).to_string()
}

/// The outcomes as `type status`.
pub fn shown<'a>(outcomes: impl IntoIterator<Item = &'a connector_sync::Outcome>) -> Vec<String> {
    outcomes.into_iter().map(|outcome| format!("{} {}", outcome.type_name, outcome.status.as_str())).collect()
}

#[cfg(unix)]
impl Place {
    /// Exchanges the project for a link to a folder elsewhere with the same in it, which is given.
    pub fn exchange(&self) -> PathBuf {
        let (project, elsewhere) = (self.folder.path().join("project"), self.folder.path().join("elsewhere"));
        std::fs::rename(&project, self.folder.path().join("aside")).unwrap();
        for (path, text) in everything_below(&self.folder.path().join("aside")) {
            let path = elsewhere.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::os::unix::fs::symlink(&elsewhere, &project).unwrap();
        elsewhere
    }
}

/// The files in a folder, by their way from there.
#[cfg(unix)]
pub fn everything_below(folder: &Path) -> std::collections::BTreeMap<PathBuf, String> {
    let mut found = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap().flatten() {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false => {
                    let way = entry.path().strip_prefix(folder).unwrap().to_owned();
                    found.insert(way, std::fs::read_to_string(entry.path()).unwrap());
                }
            }
        }
    }
    found
}

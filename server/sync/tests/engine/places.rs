//! A sandbox, a project and an engine between them.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector_model::load::{LocalConnector, check_project};
use connector_model::project::{Project, ProjectOptions};
use connector_model::severities::Severities;
use connector_platform::Environment;
use connector_sandbox::{App, Connector, Options, Sandbox};
use connector_sync::{Engine, Event, Events, Plan, PushReport, Run, Times};
use connector_test_support::{TestProject, files_below};

pub const APP: &str = "app1";

/// Everything one test needs; it goes with it.
pub struct Place {
    pub sandbox: Sandbox,
    pub project: TestProject,
    pub engine: Engine,
    pub run: Run,
    pub events: Arc<Mutex<Vec<Event>>>,
}

impl Place {
    /// An empty app, and a project with these files.
    pub async fn new(files: &[(&str, &str)]) -> Place {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let project = TestProject::linked(APP).with_connectors_dir().with_connectors(files);
        project.sign_in(sandbox.login());
        let engine = open(sandbox.url(), project.around(), "10");
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let heard = events.clone();
        let run = Run {
            events: Events::to(move |event| heard.lock().unwrap().push(event.clone())),
            ..Run::silent()
        };
        Place { sandbox, project, engine, run, events }
    }

    /// Another process with the same project, login and state.
    pub fn another_engine(&self) -> Engine {
        open(self.sandbox.url(), self.project.around(), "10")
    }

    /// Gives up on a call after this many seconds.
    pub fn impatient(mut self, seconds: &str) -> Place {
        self.engine = open(self.sandbox.url(), self.project.around(), seconds);
        self
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

impl Deref for Place {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.project
    }
}

/// An engine of the project in `folder`, as a process of its own opens it.
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
        let (project, elsewhere) =
            (self.project.around().join("project"), self.project.around().join("elsewhere"));
        std::fs::rename(&project, self.project.around().join("aside")).unwrap();
        for (path, text) in files_below(&self.project.around().join("aside")) {
            let path = elsewhere.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::os::unix::fs::symlink(&elsewhere, &project).unwrap();
        elsewhere
    }
}

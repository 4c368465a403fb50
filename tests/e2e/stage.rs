//! A sandbox, a person's home and a project, made for one test.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_model::load::{LocalConnector, check_project};
use connector_model::project::{Project, ProjectOptions};
use connector_model::severities::Severities;
use connector_platform::Environment;
use connector_sandbox::{Connector, Options, Sandbox, SandboxThread};
use connector_sync::{Engine, Run};
use connector_test_support::TestProject;
use serde_json::{Value, json};

use crate::client::{Client, Start, full_capabilities, uri};

pub const APP: &str = "app-1";

/// Everything that a test plays on.
pub struct Stage {
    pub sandbox: SandboxThread,
    project: TestProject,
}

impl Stage {
    /// An empty project of a person who is signed in.
    pub fn new() -> Self {
        let stage = Self {
            sandbox: Sandbox::spawn(Options::default()).unwrap(),
            project: TestProject::linked(APP).with_connectors_dir(),
        };
        stage.sandbox.with_state(|state| {
            state.app(APP);
        });
        stage.sign_in();
        stage
    }

    /// The same with nobody signed in.
    pub fn signed_out() -> Self {
        let stage = Self::new();
        stage.sign_out();
        stage
    }

    pub fn sign_in(&self) {
        self.project.sign_in(self.sandbox.login());
    }

    /// Writes the file of a type with these scopes.
    pub fn connector(&self, name: &str, scopes: &[&str]) -> PathBuf {
        let text = json!({"type": name, "scopes": scopes});
        self.write_connector(&format!("{name}.jsonc"), format!("{text:#}\n"))
    }

    /// Has the app of the platform hold a connector.
    pub fn remote(&self, name: &str, connector: Connector) {
        self.sandbox.with_state(|state| state.app(APP).connectors.insert(name.to_owned(), connector));
    }

    /// How to start a server here.
    pub fn start(&self) -> Start {
        let mut start = Start::in_folder(self.root()).options(json!({}));
        for (name, value) in self.environment() {
            start = start.env(&name, &value);
        }
        start
    }

    pub fn environment(&self) -> Vec<(String, String)> {
        self.variables(self.sandbox.url())
    }

    /// A server whose client can do everything, with `base44/status` told to it.
    pub fn server(&self) -> Client {
        self.start().options(json!({"statusNotifications": true})).run()
    }

    /// The requests that reached the platform, as `PUT /path` without the app's part.
    pub fn requests(&self) -> Vec<String> {
        let short = |path: &str| path.replace(&format!("/api/apps/{APP}/"), "");
        self.sandbox
            .requests()
            .iter()
            .map(|record| format!("{} {}", record.method, short(&record.path)))
            .collect()
    }

    /// How many requests of this kind reached the platform.
    pub fn count(&self, start: &str) -> usize {
        self.requests().iter().filter(|request| request.starts_with(start)).count()
    }

    /// The person says yes to a host that a file of the project names.
    pub fn agree_to_host(&self, address: &str) {
        connector_platform::agree_to_host(&self.terminal().environment, self.root(), address).unwrap();
    }

    /// Another process of the same person: a terminal.
    pub fn terminal(&self) -> Terminal {
        let environment = Environment {
            variables: self
                .environment()
                .into_iter()
                .filter(|(name, _)| name.starts_with("BASE44_"))
                .collect(),
            home: self.home(),
            state_dir: self.state_dir().join("base44-connectors"),
            api_url: None,
        };
        let project = Arc::new(Project::from_config(&self.config(), &ProjectOptions::default()));
        Terminal { environment, project }
    }
}

impl Deref for Stage {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.project
    }
}

/// What a person does outside of the editor.
pub struct Terminal {
    environment: Environment,
    project: Arc<Project>,
}

impl Terminal {
    /// Begins a push and does nothing more, until what it gives is dropped.
    pub fn hold_push(&self) -> std::fs::File {
        let engine = Engine::open(&self.environment, self.project.clone()).unwrap();
        let path = engine.store().path().with_extension("push");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path.with_extension("holder"), "a terminal, process 4711").unwrap();
        let file = std::fs::File::create(&path).unwrap();
        file.lock().unwrap();
        file
    }

    /// Pushes, removals agreed to; nothing is authorized.
    pub fn push(&self) {
        let engine = Engine::open(&self.environment, self.project.clone()).unwrap();
        let checked = check_project(&self.project, &Severities::default());
        let locals: Vec<LocalConnector> = checked.connectors().unwrap().into_iter().cloned().collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let report = runtime.block_on(async {
            let plan = engine.plan_push(&locals, &Run::silent()).await.unwrap();
            let agreed = plan.removals();
            engine.push(&plan, &agreed, &Run::silent()).await.unwrap()
        });
        assert!(report.failed().is_empty(), "{report:?}");
    }
}

/// What tests do with a client besides what every client does.
pub trait Editor {
    /// The first project of `base44/status`.
    fn project(&mut self) -> Value;
    /// Waits until the first project is as wanted.
    fn wait_for_project(&mut self, what: &str, wanted: impl FnMut(&Value) -> bool) -> Value;
    /// Waits until the connector of a type is in this state.
    fn wait_for_state(&mut self, name: &str, state: &str) -> Value;
    /// Carries a command out on the project, and waits for its end.
    fn command(&mut self, stage: &Stage, name: &str, types: &[&str]) -> Value;
    /// Starts a command, and does not wait.
    fn begin(&mut self, stage: &Stage, name: &str, types: &[&str]) -> i64;
    /// Takes the next message shown to the person.
    fn message(&mut self) -> String;
    /// Takes the next question asked of the person.
    fn question(&mut self) -> String;
}

impl Editor for Client {
    fn project(&mut self) -> Value {
        self.request("base44/status", Value::Null)["projects"][0].clone()
    }

    fn wait_for_project(&mut self, what: &str, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        let first = self.project();
        if wanted(&first) {
            return first;
        }
        self.wait(what, |client| {
            let told = client.notifications.iter().filter(|(name, _)| name == "base44/status");
            let project =
                told.map(|(_, params)| params["projects"][0].clone()).find(|project| wanted(project));
            client.notifications.retain(|(name, _)| name != "base44/status");
            project
        })
    }

    fn wait_for_state(&mut self, name: &str, state: &str) -> Value {
        let of = |project: &Value| {
            let list = project["connectors"].as_array().cloned().unwrap_or_default();
            list.into_iter().find(|connector| connector["type"] == name && connector["state"] == state)
        };
        let project =
            self.wait_for_project(&format!("{name} in state {state}"), |project| of(project).is_some());
        of(&project).unwrap()
    }

    fn command(&mut self, stage: &Stage, name: &str, types: &[&str]) -> Value {
        let id = self.begin(stage, name, types);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{name} failed: {answer}");
        answer["result"].clone()
    }

    fn begin(&mut self, stage: &Stage, name: &str, types: &[&str]) -> i64 {
        let argument = json!({"project": uri(stage.root()), "types": types, "wait": true});
        self.ask("workspace/executeCommand", json!({"command": name, "arguments": [argument]}))
    }

    fn message(&mut self) -> String {
        self.notification("window/showMessage")["message"].as_str().unwrap().to_owned()
    }

    fn question(&mut self) -> String {
        self.server_request("window/showMessageRequest")["message"].as_str().unwrap().to_owned()
    }
}

/// The same client without an ability.
pub fn without(pointer: &str) -> Value {
    let mut capabilities = full_capabilities();
    *capabilities.pointer_mut(pointer).unwrap() = Value::Null;
    capabilities
}

/// The first code action of this title.
pub fn action(client: &mut Client, path: &Path, title: &str) -> Value {
    let actions = client.actions(path, None);
    let found =
        actions.iter().find(|action| action["title"].as_str().is_some_and(|it| it.starts_with(title)));
    found.cloned().unwrap_or_else(|| panic!("no action {title:?} among {actions:#?}"))
}

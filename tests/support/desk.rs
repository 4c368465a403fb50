//! A person's desk: a project, a home folder with a login, and a sandbox that both CLIs are pointed at.

#![allow(dead_code, clippy::unwrap_used)]

use std::ops::Deref;
use std::process::Command;

use connector_sandbox::{App, Connector, Options, Sandbox, SandboxThread};
use connector_test_support::TestProject;

use super::official_cli::{OfficialCli, Run, Running, throw_away_home};

/// The id of the desk's app.
pub const APP: &str = "6745f0c2a1b3c4d5e6f70812";

/// All of it, thrown away when dropped.
pub struct Desk {
    /// The platform.
    pub sandbox: SandboxThread,
    official: OfficialCli,
    project: TestProject,
}

impl Desk {
    /// An empty project, linked to an empty app, with a login.
    pub fn new() -> Desk {
        let desk = Desk {
            sandbox: Sandbox::spawn(Options::default()).unwrap(),
            official: OfficialCli::fetch(),
            project: TestProject::linked(APP).with_connectors_dir(),
        };
        desk.sign_in(desk.sandbox.login());
        desk
    }

    /// What the platform knows of the app.
    pub fn app(&self) -> App {
        self.sandbox.with_state(|state| state.app(APP).clone())
    }

    /// Changes what the platform knows of the app.
    pub fn with_app(&self, act: impl FnOnce(&mut App)) {
        self.sandbox.with_state(|state| act(state.app(APP)));
    }

    /// Connects a type with these scopes.
    pub fn connect(&self, type_name: &str, scopes: &[&str]) {
        self.with_app(|app| {
            app.connectors.insert(type_name.to_owned(), Connector::active(scopes));
        });
    }

    /// The app's connectors as `type: scope scope`, active ones only.
    pub fn connected(&self) -> Vec<String> {
        let app = self.app();
        let active = app.connectors.iter().filter(|(_, connector)| connector.status == "active");
        active.map(|(name, connector)| format!("{name}: {}", connector.scopes.join(" "))).collect()
    }

    /// The calls since the last time, as `METHOD path` below the app.
    pub fn calls(&self) -> Vec<String> {
        let app = format!("/api/apps/{APP}/");
        let requests = self.sandbox.take_requests();
        requests
            .iter()
            .map(|request| format!("{} {}", request.method, request.path.replace(&app, "")))
            .collect()
    }

    /// Runs the official CLI in the project.
    pub fn official(&self, args: &[&str]) -> Run {
        self.official_with(&[], args)
    }

    /// Runs the official CLI in the project with more environment.
    pub fn official_with(&self, extra_env: &[(&str, &str)], args: &[&str]) -> Run {
        self.official.run(self.root(), &self.home(), self.sandbox.url(), extra_env, args)
    }

    /// Runs our own CLI in the project.
    pub fn ours(&self, args: &[&str]) -> Run {
        self.start_ours(args).wait()
    }

    /// Starts our own CLI in the project.
    pub fn start_ours(&self, args: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors"));
        command.args(args).current_dir(self.root());
        throw_away_home(&mut command, &self.home());
        command.env("BASE44_API_URL", self.sandbox.url());
        Running::start(&mut command)
    }

    /// Starts the official CLI in the project.
    pub fn start_official(&self, args: &[&str]) -> Running {
        self.official.start(self.root(), &self.home(), self.sandbox.url(), &[], args)
    }
}

impl Deref for Desk {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.project
    }
}

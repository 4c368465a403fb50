//! A project with files, an app that differs from them, a sandbox between.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use connector_model::load::{LocalConnector, check_project};
use connector_model::project::{Project, ProjectOptions};
use connector_model::severities::Severities;
use connector_platform::{Environment, PlatformError, SafeLink};
use connector_sandbox::{Connector, Handle, Login, Options, Sandbox, StripeMode};
use connector_sync::{Engine, Opened, Opener, Opening, PushReport, Run, Times};
use connector_test_support::TestProject;
use futures_util::future::BoxFuture;

pub(crate) const APP: &str = "app1";

/// The files of the project and what each asks for.
pub(crate) const FILES: [(&str, &[&str]); 4] = [
    ("gmail", &["https://www.googleapis.com/auth/gmail.readonly"]),
    ("googledrive", &["https://www.googleapis.com/auth/drive.readonly"]),
    ("notion", &[]),
    ("slack", &["chat:write", "channels:read"]),
];

pub(crate) struct World {
    pub sandbox: Sandbox,
    project: TestProject,
    pub login: Login,
    /// Whether Stripe has no file and the app has it; else the reverse.
    pub removes_stripe: bool,
}

impl World {
    /// An app where one connector is as its file, one has too much, one too little, one is missing, and one has no
    /// file.
    pub(crate) async fn new(removes_stripe: bool) -> World {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let login = sandbox.login().clone();
        let world =
            World { sandbox, project: TestProject::linked(APP).with_connectors_dir(), login, removes_stripe };
        for (name, scopes) in FILES {
            let scopes = serde_json::to_string(scopes).unwrap();
            let text =
                format!("// why we need it\n{{\n  type: \"{name}\",\n  scopes: {scopes}, // these\n}}\n");
            world.write_connector(&format!("{name}.jsonc"), text);
        }
        if !removes_stripe {
            world.write_connector("stripe.jsonc", "{ \"type\": \"stripe\" }\n");
        }
        world.sign_in(&world.login);
        world.sandbox.with_state(|state| {
            let app = state.app(APP);
            let mut add = |name: &str, scopes: &[&str]| {
                app.connectors.insert(name.to_owned(), Connector::active(scopes));
            };
            add("gmail", FILES[0].1);
            add(
                "googledrive",
                &[
                    "https://www.googleapis.com/auth/drive.readonly",
                    "https://www.googleapis.com/auth/drive.file",
                ],
            );
            add("slack", &["chat:write"]);
            add("hubspot", &["oauth"]);
            app.stripe = removes_stripe.then_some(StripeMode::Sandbox);
        });
        world
    }

    pub(crate) fn actor(&self, timeout: &str) -> Actor {
        Actor::new(&self.home(), self.root(), self.sandbox.url(), timeout)
    }

    pub(crate) fn has(&self, type_name: &str) -> bool {
        self.sandbox.with_state(|state| state.app(APP).connectors.contains_key(type_name))
    }

    pub(crate) fn has_stripe(&self) -> bool {
        self.sandbox.with_state(|state| state.app(APP).stripe.is_some())
    }

    /// Whether a connector is active with the scopes of its file.
    pub(crate) fn is_as_file(&self, type_name: &str) -> bool {
        let wanted = FILES.iter().find(|(name, _)| *name == type_name).map(|(_, scopes)| *scopes);
        self.sandbox.with_state(|state| {
            let connector = state.app(APP).connectors.get(type_name);
            connector.is_some_and(|connector| {
                let has = |scope: &&str| connector.scopes.iter().any(|known| known == scope);
                let wanted = wanted.unwrap_or_default();
                connector.status == "active"
                    && connector.scopes.len() == wanted.len()
                    && wanted.iter().all(has)
            })
        })
    }
}

impl Deref for World {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.project
    }
}

/// Someone who works on the project, as in a terminal.
pub(crate) struct Actor {
    pub engine: Engine,
}

impl Actor {
    pub(crate) fn new(home: &Path, project_root: &Path, url: &str, timeout: &str) -> Actor {
        let variables = [("BASE44_API_URL", url), ("BASE44_CONNECTORS_TIMEOUT", timeout)];
        let environment = Environment {
            variables: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            home: home.to_owned(),
            state_dir: home.join("state"),
            api_url: None,
        };
        let project = Project::discover(project_root, &ProjectOptions::default()).unwrap();
        let times = Times {
            poll: Duration::from_millis(25),
            authorization: Duration::from_secs(3),
            grace: Duration::from_secs(1),
            ..Times::default()
        };
        let engine = Engine::open(&environment, Arc::new(project)).unwrap().with_times(times);
        Actor { engine }
    }

    pub(crate) fn connectors(&self) -> Vec<LocalConnector> {
        let checked = check_project(self.engine.project(), &Severities::default());
        checked.connectors().unwrap().into_iter().cloned().collect()
    }

    /// A push that agrees to what it removes.
    pub(crate) async fn push(&self) -> Result<PushReport, PlatformError> {
        let run = Run::silent();
        let plan = self.engine.plan_push(&self.connectors(), &run).await?;
        Ok(self.engine.push(&plan, &plan.removals(), &run).await.unwrap())
    }

    /// Authorizes what a push left pending, with a person who agrees.
    pub(crate) async fn authorize(&self, report: PushReport, person: &Handle) -> PushReport {
        let pending = report.pending();
        let outcomes = self.engine.authorize(&pending, &Agreeing(person.clone()), &Run::silent()).await;
        report.authorized(outcomes)
    }
}

/// A person who agrees to every page that opens.
pub(crate) struct Agreeing(pub Handle);

impl Opener for Agreeing {
    fn open<'a>(&'a self, _type_name: &'a str, link: &'a SafeLink) -> BoxFuture<'a, Opened> {
        let id = link.as_str().rsplit('/').next().unwrap_or_default().to_owned();
        self.0.approve(&id);
        Box::pin(std::future::ready(Opened::Yes))
    }

    fn opening(&self) -> Opening {
        Opening::AtOnce
    }
}

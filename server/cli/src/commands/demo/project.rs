//! The sample project of the demo, with a home of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_boundary::system::{System, plain_path};
use connector_model::load::check_for_push;
use connector_model::project::{Project, ProjectOptions};
use connector_platform::Environment;
use connector_sandbox::{Connector, Handle};
use connector_sync::Engine;

use crate::failure::Failure;
use crate::files;
use crate::session::{Session, stopped_by};
use crate::terminal::Terminal;

const APP: &str = "support-desk";
/// File, what it is for, text.
const CONNECTORS: [(&str, &str, &str); 5] = [
    (
        "googlecalendar.jsonc",
        "the app has it already, with one scope more",
        include_str!("connectors/googlecalendar.jsonc"),
    ),
    ("hubspot.jsonc", "new", include_str!("connectors/hubspot.jsonc")),
    ("notion.jsonc", "new", include_str!("connectors/notion.jsonc")),
    ("slack.jsonc", "new", include_str!("connectors/slack.jsonc")),
    ("stripe.jsonc", "new; needs no browser", include_str!("connectors/stripe.jsonc")),
];

/// Function, what it uses, its code.
const FUNCTIONS: [(&str, &str, &str); 3] = [
    ("answerQuestion", "uses hubspot, notion and slack", include_str!("functions/answerQuestion.ts")),
    ("offerCall", "uses googlecalendar", include_str!("functions/offerCall.ts")),
    ("sendSummary", "uses gmail", include_str!("functions/sendSummary.ts")),
];
/// What calls the first of them.
const AUTOMATION: (&str, &str) = ("answerQuestion", include_str!("functions/answerQuestion.jsonc"));

/// A project and a home in a folder of their own, removed when dropped unless kept.
pub(super) struct Sample {
    folder: tempfile::TempDir,
    root: PathBuf,
    home: PathBuf,
}

impl Sample {
    /// Writes the files, signs in to the sandbox, and gives its app something to begin with.
    pub(super) fn lay_out(sandbox: &Handle) -> Result<Sample, Failure> {
        let cannot = |error: std::io::Error| {
            let variable = if System::CURRENT == System::Windows { "TEMP" } else { "TMPDIR" };
            Failure::not_started(format!(
                "The sample project cannot be written: {error}. Set {variable} to a folder with room."
            ))
        };
        let folder = tempfile::Builder::new().prefix("base44-demo-").tempdir().map_err(cannot)?;
        let real = folder.path().canonicalize().map_err(cannot)?;
        let sample = Sample { root: real.join("support-desk"), home: real.join("home"), folder };
        let base44 = sample.root.join("base44");
        files::create(&base44.join("config.jsonc"), "{\n  \"name\": \"Support desk\",\n}\n")?;
        files::create(&base44.join(".app.jsonc"), &format!("{{ \"id\": \"{APP}\" }}\n"))?;
        for (name, _, text) in CONNECTORS {
            files::create(&base44.join("connectors").join(name), text)?;
        }
        let functions = base44.join("functions");
        for (name, _, text) in FUNCTIONS {
            files::create(&functions.join(name).join("entry.ts"), text)?;
        }
        files::create(&functions.join(AUTOMATION.0).join("function.jsonc"), AUTOMATION.1)?;
        sandbox.with_state(|state| {
            let calendar = Connector::active(&[
                "https://www.googleapis.com/auth/calendar.events",
                "https://www.googleapis.com/auth/calendar.freebusy",
                "https://www.googleapis.com/auth/calendar.settings.readonly",
            ]);
            let app = state.app(APP);
            app.name = Some("Support desk".to_owned());
            app.connectors.insert("googlecalendar".to_owned(), calendar);
        });
        Ok(sample)
    }

    /// The project's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The folders of the project, each with its files or functions and what is to be known of them.
    pub(super) fn names(&self) -> [(&'static str, Vec<(&'static str, &'static str)>); 2] {
        let named = |all: &[(&'static str, &'static str, &'static str)]| {
            all.iter().map(|(name, about, _)| (*name, *about)).collect()
        };
        [("base44/connectors/", named(&CONNECTORS)), ("base44/functions/", named(&FUNCTIONS))]
    }

    /// The project with its engine: nothing of the user's environment, login or state takes part.
    pub(super) fn session(&self, sandbox: &Handle, terminal: &Terminal) -> Result<Session, Failure> {
        let login = sandbox.login();
        let variables = [
            ("BASE44_ACCESS_TOKEN".to_owned(), login.access_token.clone()),
            ("BASE44_REFRESH_TOKEN".to_owned(), login.refresh_token.clone()),
        ];
        let environment = Environment {
            variables: variables.into(),
            home: self.home.clone(),
            state_dir: self.state_home().join("base44-connectors"),
            api_url: Some(sandbox.url().to_owned()),
        };
        let config = self.root.join("base44").join("config.jsonc");
        let project = Arc::new(Project::from_config(&config, &ProjectOptions::default()));
        let checked = check_for_push(&project);
        let connectors = match checked.connectors() {
            Ok(connectors) => connectors.into_iter().cloned().collect(),
            Err(files) => return Err(stopped_by(&project, &files, terminal)),
        };
        Ok(Session { engine: Engine::open(&environment, project)?, connectors })
    }

    fn state_home(&self) -> PathBuf {
        self.home.join("state")
    }

    /// The variable that lets a program see what is pending here.
    pub(super) fn state_variable(&self) -> (&'static str, String) {
        ("XDG_STATE_HOME", plain_path(&self.state_home().to_string_lossy(), System::CURRENT))
    }

    /// Leaves the folder where it is, whatever happens.
    pub(super) fn keep(&mut self) {
        self.folder.disable_cleanup(true);
    }
}

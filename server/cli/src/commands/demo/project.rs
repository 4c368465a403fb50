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
    ("notion.json5", "new", include_str!("connectors/notion.json5")),
    ("slack.jsonc", "new", include_str!("connectors/slack.jsonc")),
    ("stripe.jsonc", "new; needs no browser", include_str!("connectors/stripe.jsonc")),
];

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

    /// The connector files, each with what is to be known of it.
    pub(super) fn names(&self) -> Vec<(&'static str, &'static str)> {
        CONNECTORS.iter().map(|(name, about, _)| (*name, *about)).collect()
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

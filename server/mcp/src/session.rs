//! The project's engine for one call: its connectors, the platform, and what the client is told meanwhile.

use connector_model::load::{LocalConnector, check_for_push};
use connector_platform::PlatformError;
use connector_sync::{Engine, Event, Events, Run};
use rmcp::model::ProgressNotificationParam;

use crate::AgentServer;
use crate::reply::{ToolError, shown};
use crate::tool::Call;
use crate::workspace::off_thread;

/// A project with its connectors and its engine.
pub(crate) struct Session {
    pub(crate) engine: Engine,
    pub(crate) connectors: Vec<LocalConnector>,
}

impl AgentServer {
    /// Opens the engine of a project. Nothing is sent.
    ///
    /// # Errors
    /// [`ToolError`] where a file stops a push, nobody is signed in, or the project is linked to no app.
    pub(crate) async fn session(&self, named: Option<&str>) -> Result<Session, ToolError> {
        let project = self.project_to_send(named).await?;
        let environment = self.options().environment.clone();
        off_thread(move || {
            let checked = check_for_push(&project);
            let connectors = match checked.connectors() {
                Ok(connectors) => connectors.into_iter().cloned().collect(),
                Err(files) => {
                    let names: Vec<String> =
                        files.iter().map(|file| project.display_path(&file.path)).collect();
                    return Err(ToolError::new(
                        format!("Nothing was sent: {} cannot be pushed.", names.join(", ")),
                        "Run check, and correct the errors first.",
                    ));
                }
            };
            let engine = Engine::open(&environment, project)
                .map_err(|error| ToolError::new(error.to_string(), ""))?
                .named("an agent");
            Ok(Session { engine, connectors })
        })
        .await?
    }
}

impl From<PlatformError> for ToolError {
    fn from(error: PlatformError) -> Self {
        ToolError::new(error.reason(), error.hint())
    }
}

/// A run that the client can stop, and that tells it how far it is where it wants to know.
pub(crate) fn run_of(call: &Call) -> Run {
    let Some(token) = call.meta.get_progress_token() else {
        return Run { events: Events::none(), cancel: call.ct.clone() };
    };
    let (sender, mut steps) = tokio::sync::mpsc::unbounded_channel::<String>();
    let peer = call.peer.clone();
    tokio::spawn(async move {
        let mut count = 0.0;
        while let Some(message) = steps.recv().await {
            count += 1.0;
            let progress = ProgressNotificationParam::new(token.clone(), count).with_message(shown(&message));
            if peer.notify_progress(progress).await.is_err() {
                break;
            }
        }
    });
    let events = Events::to(move |event| {
        if let Some(message) = message(event) {
            let _ = sender.send(message);
        }
    });
    Run { events, cancel: call.ct.clone() }
}

fn message(event: &Event) -> Option<String> {
    match event {
        Event::Waiting { notice } => Some(notice.to_text()),
        Event::Finished { outcome, done, total } => {
            Some(format!("{}: {} ({done} of {total})", outcome.type_name, outcome.status.as_str()))
        }
        Event::AuthorizationPending { type_name, seconds_left } => {
            Some(format!("{type_name} waits for its authorization, {seconds_left} s at the most"))
        }
        _ => None,
    }
}

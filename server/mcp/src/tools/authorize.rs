//! `authorize`: the links for the person, and the wait for what they say.

use std::time::Duration;

use connector_platform::SafeLink;
use connector_sync::{Opened, Opener, Times};
use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::push::ShownOutcome;
use crate::AgentServer;
use crate::consent::{Consent, agree_to_the_app, ask};
use crate::reply::{Reply, ToolError};
use crate::session::run_of;
use crate::tool::{AgentTool, Call, Hints};

/// The longest wait that a call may ask for; clients give up on calls that take longer.
const MAX_WAIT_SECONDS: u64 = 600;

pub(crate) struct Authorize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A folder of the project; by default the server's own.
    #[serde(default)]
    project: Option<String>,
    /// The types; by default everything that waits.
    #[serde(default)]
    types: Vec<String>,
    /// How many seconds to wait for the person, 600 at the most; by default the links are given at once.
    #[serde(default)]
    wait_seconds: u64,
    /// Open the pages in a browser of this machine. The person is asked first.
    #[serde(default)]
    open: bool,
}

/// What waits for the person.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// What waits, each with the link for the person.
    pending: Vec<Link>,
    /// What became of the others, and of those that were waited for.
    outcomes: Vec<ShownOutcome>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Link {
    /// The type: slack.
    #[serde(rename = "type")]
    type_name: String,
    /// The page where the person authorizes it.
    link: String,
    /// What the person is asked to allow.
    scopes: Vec<String>,
}

impl AgentTool for Authorize {
    const NAME: &'static str = "authorize";
    const TITLE: &'static str = "Authorize connectors";
    const DESCRIPTION: &'static str = "Give the links where the person authorizes what is pending, expired or \
        disconnected, and wait for it if wait_seconds says so. Only the person can authorize: give them the link and \
        say which access it asks for. Opens no browser unless open is set.";
    const HINTS: Hints = Hints { read_only: false, destructive: false, idempotent: true, open_world: true };
    type Input = Input;
    type Output = Output;

    async fn run(server: &AgentServer, input: Input, call: &Call) -> Result<Reply<Output>, ToolError> {
        let session = server.session(input.project.as_deref()).await?;
        // A link that is made anew changes the app.
        agree_to_the_app(&session.engine, call).await?;
        let run = run_of(call);
        let prepared = async {
            if input.types.is_empty() {
                session.engine.snapshot(&run).await?;
            }
            Ok::<_, ToolError>(session.engine.pending_for(&input.types, &session.connectors, &run).await)
        }
        .await;
        session.engine.platform().settle().await;
        let prepared = prepared?;
        if input.open && !prepared.pending.is_empty() {
            agree_to_open(&prepared.pending, call).await?;
        }
        let mut outcomes: Vec<ShownOutcome> = prepared.outcomes.iter().map(ShownOutcome::from).collect();
        let mut lines: Vec<String> = Vec::new();
        for pending in &prepared.pending {
            lines.push(format!("{}: {}", pending.type_name, pending.link.as_str()));
        }
        if input.wait_seconds > 0 && !prepared.pending.is_empty() {
            let authorization = Duration::from_secs(input.wait_seconds.min(MAX_WAIT_SECONDS));
            let engine = session.engine.clone().with_times(Times { authorization, ..Times::default() });
            let opener = Pages { open: input.open };
            let settled = engine.authorize(&prepared.pending, &opener, &run).await;
            engine.platform().settle().await;
            for outcome in &settled {
                lines.push(format!("{}: {}", outcome.type_name, outcome.status.as_str()));
            }
            outcomes.extend(settled.iter().map(ShownOutcome::from));
        } else if input.open {
            for pending in &prepared.pending {
                if let Err(error) = connector_sync::browser::open(&pending.link) {
                    lines.push(format!("{}: the browser did not open ({error})", pending.type_name));
                }
            }
        }
        if lines.is_empty() {
            lines.push("Nothing waits for an authorization.".to_owned());
        }
        let pending = prepared.pending.into_iter().map(|pending| Link {
            type_name: pending.type_name,
            link: pending.link.as_str().to_owned(),
            scopes: pending.scopes,
        });
        Ok(Reply { text: lines.join("\n"), value: Output { pending: pending.collect(), outcomes } })
    }
}

async fn agree_to_open(
    pending: &[connector_sync::PendingAuthorization],
    call: &Call,
) -> Result<(), ToolError> {
    let names: Vec<String> = pending.iter().map(|pending| pending.type_name.clone()).collect();
    let question = format!("Open a browser to authorize {}?", connector_sync::words::few(&names));
    match ask(call, &question).await {
        Consent::Given => Ok(()),
        Consent::Refused => Err(ToolError::new(
            "The person does not want a browser opened.",
            "Give them the links: call authorize without open.",
        )),
        Consent::CannotAsk => Err(ToolError::new(
            "No browser was opened: this client cannot ask the person.",
            "Give them the links: call authorize without open.",
        )),
    }
}

/// Opens the pages in a browser of this machine, or leaves it to the person who was given the links.
struct Pages {
    open: bool,
}

impl Opener for Pages {
    fn open<'a>(&'a self, _: &'a str, link: &'a SafeLink) -> BoxFuture<'a, Opened> {
        Box::pin(async move {
            match self.open.then(|| connector_sync::browser::open(link)) {
                Some(Err(error)) => Opened::Failed(error.to_string()),
                _ => Opened::Yes,
            }
        })
    }

    fn opening(&self) -> connector_sync::Opening {
        connector_sync::Opening::AtOnce
    }
}

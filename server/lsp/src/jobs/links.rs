//! Opening links where the person sits.

use std::str::FromStr;
use std::sync::Arc;

use connector_platform::{Platform, SafeLink};
use connector_sync::{Opened, Opener, Opening, browser};
use futures::future::BoxFuture;
use serde_json::Value;
use tower_lsp::ls_types::{MessageType, Range, ShowDocumentParams, Uri, request};

use super::job::{Done, Job, Stop};
use crate::outbox::Outbox;
use crate::platform::Known;
use crate::status::display_name;
use crate::uri;

/// How a link came to the person.
pub(crate) enum Shown {
    /// It was opened.
    Opened,
    /// Nothing opens links here: the person has been told it.
    Told(String),
}

/// Opens links in the client, else on this machine, where they are shown too.
#[derive(Clone)]
pub(crate) struct EditorOpener {
    out: Outbox,
    in_client: bool,
    known: Arc<Known>,
}

impl EditorOpener {
    pub(crate) fn new(job: &Job) -> Self {
        Self { out: job.out.clone(), in_client: job.caps.show_document, known: job.known.clone() }
    }

    /// Opens a link; `purpose` tells what for, where it has to be shown instead.
    pub(crate) async fn show(&self, link: &SafeLink, purpose: &str) -> Shown {
        if self.in_client && self.opened_by_client(link).await {
            return Shown::Opened;
        }
        let to_open = link.clone();
        let opened = tokio::task::spawn_blocking(move || browser::open(&to_open)).await;
        let why = match opened {
            Ok(Ok(())) => {
                // Where it opened nobody can tell: the server's machine may be another, or have no screen.
                self.out.show_whole(MessageType::INFO, format!("{purpose}: {link}"));
                return Shown::Opened;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "The browser did not open. Open the link yourself.".to_owned(),
        };
        // A link that is cut leads nowhere.
        self.out.show_whole(MessageType::WARNING, format!("{why} {purpose}: {link}"));
        Shown::Told(why)
    }

    async fn opened_by_client(&self, link: &SafeLink) -> bool {
        let Ok(uri) = Uri::from_str(&uri::encode(link.as_str())) else {
            return false;
        };
        let params =
            ShowDocumentParams { uri, external: Some(true), take_focus: Some(true), selection: None };
        let answer = self.out.answer::<request::ShowDocument>(params).await;
        answer.is_ok_and(|answer| answer.success)
    }
}

impl Opener for EditorOpener {
    fn open<'a>(&'a self, type_name: &'a str, link: &'a SafeLink) -> BoxFuture<'a, Opened> {
        Box::pin(async move {
            match self.show(link, &format!("To authorize {}", display_name(&self.known, type_name))).await {
                Shown::Opened => Opened::Yes,
                Shown::Told(why) => Opened::Failed(why),
            }
        })
    }

    fn opening(&self) -> Opening {
        // One that is left alone must not hold up the others.
        Opening::AtOnce
    }
}

/// Shows a file in the editor, where the client can.
pub(super) async fn show_file(job: &Job, path: &std::path::Path, selection: Option<Range>) -> bool {
    job.caps.show_document && show_in(&job.out, path, selection).await
}

/// Shows a file in a client that shows files.
pub(super) async fn show_in(out: &Outbox, path: &std::path::Path, selection: Option<Range>) -> bool {
    let Some(uri) = uri::DocUri::from_path(path) else {
        return false;
    };
    let params = ShowDocumentParams {
        uri: uri.as_uri().clone(),
        external: Some(false),
        take_focus: Some(true),
        selection,
    };
    let answer = out.answer::<request::ShowDocument>(params).await;
    answer.is_ok_and(|answer| answer.success)
}

/// `base44.openDashboard`: the connectors of the app, in the browser.
pub(crate) async fn open_dashboard(job: &Job) -> Done {
    let project = job.project()?.clone();
    let app = project.app_id.clone().map_err(|error| Stop::advised(&error))?;
    let environment = job.environment.clone();
    let page = job.on_disk(move || {
        Platform::connect(&environment, Some(&project.root)).map(|platform| platform.connectors_url(&app))
    });
    let page = page.await?.map_err(|error| Stop::advised(&error))?;
    open_link(job, Some(&page)).await
}

/// `base44.openLink`: a link, if it is one that may be opened.
pub(crate) async fn open_link(job: &Job, link: Option<&str>) -> Done {
    let link = link.ok_or_else(|| Stop::error("There is no link to open."))?;
    let link = SafeLink::new(link).map_err(|error| Stop::error(format!("{error}.")))?;
    let opener = EditorOpener::new(job);
    job.asking(async move { opener.show(&link, "The link is").await }).await?;
    Ok(Value::Null)
}

//! Everything the server knows, and what each message does to it.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tower_lsp::jsonrpc;
use tower_lsp::ls_types::{
    ConfigurationItem, ConfigurationParams, Diagnostic, DidChangeTextDocumentParams, InitializeResult,
    MessageType, TextDocumentItem, Unregistration, UnregistrationParams, Uri, WorkspaceFoldersChangeEvent,
    request,
};

use crate::capabilities::{self, ClientCaps};
use crate::code::{Attached, Desk, Waiting};
use crate::config::{Config, SECTION};
use crate::diagnostics::{Diagnostics, Reports};
use crate::documents::{Document, Documents};
use crate::event::Reply;
use crate::jobs::Jobs;
use crate::memory;
use crate::outbox::Outbox;
use crate::parent;
use crate::platform::Network;
use crate::pulls::{InParts, Parked};
use crate::uri::{self, DocUri};
use crate::workspace::Workspace;

/// How long a finished shutdown may wait for the client to say `exit`.
const AFTER_SHUTDOWN: Duration = Duration::from_secs(60);
/// So many reports of files that are not open may wait for the client; each takes up a few kilobytes.
const MAX_REPORTS_WAITING: usize = 256;

/// Everything the server knows. Only the loop touches it.
pub(crate) struct World {
    pub(crate) out: Outbox,
    pub(crate) caps: ClientCaps,
    pub(crate) config: Config,
    pub(crate) docs: Documents,
    pub(crate) reports: Reports,
    pub(crate) workspace: Workspace,
    pub(crate) jobs: Jobs,
    pub(crate) network: Network,
    /// Workspace pulls that wait for something new.
    pub(crate) parked: Vec<Parked>,
    /// Workspace pulls of which a part is not sent yet.
    pub(crate) in_parts: Vec<InParts>,
    /// The client asks for the diagnostics of all files, open or not.
    pub(crate) pulls_workspace: bool,
    /// Documents that changed since they were last checked.
    dirty: HashSet<DocUri>,
    /// The open documents of which something else may be said than the client was told.
    pub(crate) again: HashSet<DocUri>,
    /// Files that are not open and of which something else may be said than the client was told.
    pub(crate) unreported: BTreeSet<PathBuf>,
    /// An event is on its way that tells of more of them.
    telling: bool,
    /// What the client shows that is out of date.
    pub(crate) stale: Stale,
    /// The thread that looks at the code of apps.
    pub(crate) desk: Desk,
    /// What waits until that thread has looked at a document.
    pub(crate) waiting: Vec<Waiting>,
    /// How often the thread found something else than before.
    pub(crate) code_changes: u64,
    /// What the client was asked for in files of code.
    pub(crate) attached: Attached,
    verbose: bool,
    ended: Arc<Notify>,
}

/// What the client is to be told when the loop comes to rest.
#[derive(Default)]
pub(crate) struct Stale {
    /// Diagnostics changed that a pulling client did not cause.
    pub(crate) diagnostics: bool,
    /// Code lenses, and the status of the projects.
    pub(crate) state: bool,
}

impl World {
    /// Knows nothing yet; `ended` is told when the session has to end.
    pub(crate) fn new(out: Outbox, ended: Arc<Notify>) -> Self {
        Self {
            out,
            caps: ClientCaps::default(),
            config: Config::default(),
            docs: Documents::default(),
            reports: Reports::default(),
            workspace: Workspace::default(),
            jobs: Jobs::default(),
            network: Network::default(),
            parked: Vec::new(),
            in_parts: Vec::new(),
            pulls_workspace: false,
            dirty: HashSet::new(),
            again: HashSet::new(),
            unreported: BTreeSet::new(),
            telling: false,
            stale: Stale::default(),
            desk: Desk::default(),
            waiting: Vec::new(),
            code_changes: 0,
            attached: Attached::default(),
            verbose: false,
            ended,
        }
    }

    /// The open document of this address.
    pub(crate) fn document(&self, uri: &Uri) -> Option<&Document> {
        self.docs.get(&DocUri::new(uri.clone()))
    }

    /// The open document of this address, if it is no code of functions: that other servers know everything about.
    pub(crate) fn json_document(&self, uri: &Uri) -> Option<&Document> {
        let is_program = |uri: &DocUri| uri.path().is_some_and(is_program);
        self.document(uri).filter(|document| !is_program(&document.uri))
    }

    /// The open document of this address, if it is a connector file.
    pub(crate) fn connector_document(&self, uri: &Uri) -> Option<&Document> {
        self.document(uri).filter(|document| self.is_connector(document))
    }

    // The session.

    /// `initialize`: reads what the client can do and wants.
    pub(crate) fn initialize(&mut self, params: &Value) -> jsonrpc::Result<InitializeResult> {
        self.caps = ClientCaps::read(params.get("capabilities").unwrap_or(&Value::Null));
        // Neovim up to 0.12 says that it can be told, and keeps what it pulled first.
        self.caps.stale_pulls = params.pointer("/clientInfo/name").is_some_and(|name| name == "Neovim");
        let (config, problems) =
            Config::at_start(params.get("initializationOptions").unwrap_or(&Value::Null));
        self.config = config;
        self.out.set_read_at_a_glance(self.config.status_notifications);
        self.caps.reopens_suggestions = self.config.status_notifications;
        self.set_trace(params.get("trace").and_then(Value::as_str).unwrap_or("off"));
        self.workspace.set_folders(folders(params));
        if let Some(process) = params.get("processId").and_then(Value::as_u64)
            && let Ok(process) = u32::try_from(process)
        {
            let ended = self.ended.clone();
            tokio::task::spawn_local(async move {
                parent::gone(process).await;
                tracing::info!("the client's process has ended");
                ended.notify_one();
            });
        }
        for problem in problems {
            tracing::warn!("{problem}");
        }
        serde_json::from_value(capabilities::server(&self.caps)).map_err(|error| {
            tracing::error!("the server's capabilities cannot be written: {error}");
            jsonrpc::Error::internal_error()
        })
    }

    /// `initialized`: asks for what may be asked for only now, and looks at the workspace.
    pub(crate) fn initialized(&mut self) {
        if self.caps.configuration_registration {
            self.register(
                "base44-configuration",
                "workspace/didChangeConfiguration",
                &json!({"section": SECTION}),
            );
        }
        self.pull_configuration();
        self.register_watchers();
        self.scan_workspace();
    }

    /// `shutdown`: stops everything under way, and answers when it has stopped.
    pub(crate) fn shutdown(&mut self, reply: Reply<()>) {
        self.cancel_everything();
        self.parked.clear();
        self.in_parts.clear();
        let ended = self.ended.clone();
        tokio::task::spawn_local(async move {
            tokio::time::sleep(AFTER_SHUTDOWN).await;
            ended.notify_one();
        });
        self.leave(reply);
    }

    /// `$/setTrace`.
    pub(crate) fn set_trace(&mut self, level: &str) {
        self.verbose = matches!(level, "verbose" | "messages");
    }

    /// Says in the client's trace what was done, if it asked for it.
    pub(crate) fn trace(&self, message: &str) {
        tracing::debug!("{message}");
        if self.verbose {
            self.out.notify_raw("$/logTrace", json!({"message": connector_boundary::secret::mask(message)}));
        }
    }

    /// Writes a warning to both logs.
    pub(crate) fn warn(&self, message: &str) {
        tracing::warn!("{message}");
        self.out.log(MessageType::WARNING, message);
    }

    pub(crate) fn register(&self, id: &str, method: &str, options: &Value) {
        let registration = json!([{"id": id, "method": method, "registerOptions": options}]);
        let Ok(registrations) = serde_json::from_value(registration) else {
            return;
        };
        self.out.request::<request::RegisterCapability>(
            tower_lsp::ls_types::RegistrationParams { registrations },
            |_, answer| {
                if let Err(error) = answer {
                    tracing::info!("the client refused a registration: {}", error.message);
                }
            },
        );
    }

    /// Takes a registration back.
    pub(crate) fn unregister(&self, id: &str, method: &str) {
        let unregisterations = vec![Unregistration { id: id.to_owned(), method: method.to_owned() }];
        self.out
            .request::<request::UnregisterCapability>(UnregistrationParams { unregisterations }, |_, _| {});
    }

    // Documents.

    /// `didOpen`.
    pub(crate) fn opened(&mut self, item: TextDocumentItem) {
        let uri = self.workspace.spelled(DocUri::new(item.uri));
        self.docs.open(uri.clone(), item.language_id, item.version, &item.text);
        if let Some(file) = self.workspace.file_on_disk(&uri) {
            self.docs.found_on_disk(&uri, file.digest());
        }
        self.document_came(&uri);
        self.mark(uri);
    }

    /// `didChange`.
    pub(crate) fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let uri = self.workspace.spelled(DocUri::new(params.text_document.uri));
        let version = params.text_document.version;
        if self.docs.change(&uri, version, &params.content_changes, self.caps.encoding) {
            self.mark(uri);
        } else {
            tracing::warn!("an edit of a document that is not open was left out");
        }
    }

    /// `didSave`.
    pub(crate) fn saved(&mut self, uri: Uri) {
        let uri = self.workspace.spelled(DocUri::new(uri));
        if self.docs.written_to_disk(&uri) {
            self.mark(uri.clone());
            self.stale.state = true;
            self.stale.diagnostics = true;
        }
        if self.docs.saved(&uri) {
            let before = self.reports.changes();
            self.again.insert(uri.clone());
            self.check_now(&uri);
            // No edit has the client ask for what was kept back until now.
            self.stale.diagnostics |= self.reports.changes() != before;
        }
        self.file_changed(&uri);
        self.refresh_platform_soon(&uri);
    }

    /// `didClose`: what is said of the file is now said of what is on disk.
    pub(crate) fn closed(&mut self, uri: Uri) {
        let uri = self.workspace.spelled(DocUri::new(uri));
        if let Some(document) = self.docs.close(&uri) {
            let is_large = document.text.len() >= memory::LARGE;
            // What is taken from here on is not to lie behind it.
            drop(document);
            self.dirty.remove(&uri);
            self.again.remove(&uri);
            self.document_left(&uri);
            if is_large {
                self.give_memory_back_soon();
            }
        }
    }

    /// Has a document checked when the loop comes to rest.
    pub(crate) fn mark(&mut self, uri: DocUri) {
        self.dirty.insert(uri);
    }

    /// Has every open document checked.
    pub(crate) fn mark_all(&mut self) {
        self.dirty.extend(self.docs.iter().map(|document| document.uri.clone()));
    }

    /// The loop came to rest: what changed is checked, and the client told.
    pub(crate) fn settle(&mut self) {
        self.check_dirty();
        self.tell_as_read();
        if std::mem::take(&mut self.stale.state) {
            self.refresh_state();
        }
        self.read_wanted_code();
        self.do_waiting();
    }

    /// Tells the client what there is to tell, no faster than it reads: the rest waits here until it reads on.
    fn tell_as_read(&mut self) {
        if self.out.has_waiting(MAX_REPORTS_WAITING) {
            return;
        }
        if self.tell_some() {
            // Whatever came meanwhile is looked at first.
            if !std::mem::replace(&mut self.telling, true) {
                self.out.events().send("tell of more files", |world| world.telling = false);
            }
            return;
        }
        self.answer_parked();
        self.send_parts();
        if std::mem::take(&mut self.stale.diagnostics) {
            self.refresh_diagnostics();
        }
    }

    /// Checks what changed: all of it is taken in before anything is told, so that each file is told of once.
    pub(crate) fn check_dirty(&mut self) {
        std::mem::take(&mut self.dirty).iter().for_each(|uri| self.take_text(uri));
        std::mem::take(&mut self.again).iter().for_each(|uri| self.tell_of_document(uri));
    }

    /// Checks a document if it changed, or what is said of it did.
    pub(crate) fn check_now(&mut self, uri: &DocUri) {
        if self.dirty.remove(uri) {
            self.take_text(uri);
        }
        if self.again.remove(uri) {
            self.tell_of_document(uri);
        }
    }

    /// Tells a client what is wrong in an open document that it does not ask about by itself.
    pub(crate) fn publish(&mut self, uri: &DocUri) {
        let Some(Diagnostics::Open(diagnostics)) = self.reports.get(uri).map(|report| &report.diagnostics)
        else {
            return;
        };
        let diagnostics = diagnostics.clone();
        self.publish_if_news(uri, diagnostics);
    }

    /// The same of a file on disk.
    pub(crate) fn publish_on_disk(&mut self, uri: &DocUri, diagnostics: Vec<Diagnostic>) {
        self.publish_if_news(uri, Arc::new(diagnostics));
    }

    fn publish_if_news(&mut self, uri: &DocUri, diagnostics: Arc<Vec<Diagnostic>>) {
        if self.caps.pulls() && (self.pulls_workspace || self.docs.get(uri).is_some()) {
            // What was sent while the file was not open would stand beside what is pulled.
            self.take_back(uri);
        } else if self.reports.take_news(uri) {
            let version = self.reports.get(uri).and_then(|report| report.version);
            self.send_diagnostics(uri, diagnostics, version);
        }
    }

    /// Has a client forget what it was sent of a file.
    pub(crate) fn take_back(&mut self, uri: &DocUri) {
        if self.reports.take_back(uri) {
            self.send_diagnostics(uri, Arc::default(), None);
        }
    }

    fn send_diagnostics(&mut self, uri: &DocUri, diagnostics: Arc<Vec<Diagnostic>>, version: Option<i32>) {
        let spelling = self.spelling(uri);
        if let Some(before) = self.reports.sent_as(uri, &spelling, diagnostics.is_empty()) {
            self.out.publish(before, Arc::default(), None);
        }
        self.out.publish(spelling, diagnostics, version);
    }

    /// An address as the client spells it.
    pub(crate) fn spelling(&self, uri: &DocUri) -> Uri {
        self.docs.get(uri).map_or(uri, |document| &document.uri).as_uri().clone()
    }

    fn refresh_diagnostics(&self) {
        if self.caps.pulls() {
            self.out.request::<request::WorkspaceDiagnosticRefresh>((), |_, _| {});
        }
    }

    fn refresh_state(&mut self) {
        if self.caps.code_lens_refresh {
            self.out.request::<request::CodeLensRefresh>((), |_, _| {});
        }
        if self.config.status_notifications {
            self.tell_status();
        }
    }

    // Settings and folders.

    /// `didChangeConfiguration`: the payload is taken where there is one, and asked for where it can be.
    pub(crate) fn configuration_changed(&mut self, settings: &Value) {
        if self.caps.configuration {
            self.pull_configuration();
            return;
        }
        let section = settings.get(SECTION).unwrap_or(settings).clone();
        self.take_configuration(&section);
    }

    fn pull_configuration(&self) {
        if !self.caps.configuration {
            return;
        }
        let items = vec![ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) }];
        self.out.request::<request::WorkspaceConfiguration>(
            ConfigurationParams { items },
            |world, answer| {
                // Some clients answer with null or an error; then what was set before stays.
                if let Some(section) = answer.ok().and_then(|mut values| values.pop()) {
                    world.take_configuration(&section);
                }
            },
        );
    }

    fn take_configuration(&mut self, section: &Value) {
        let before = self.config.clone();
        for problem in self.config.update(section) {
            self.warn(&problem);
        }
        if before != self.config {
            self.take_severities();
            self.stale.state = true;
            self.start_platform_watch();
        }
    }

    /// `base44/trust`.
    pub(crate) fn set_trust(&mut self, trusted: bool) {
        if self.config.trusted == trusted {
            return;
        }
        self.config.trusted = trusted;
        if !trusted {
            self.cancel_everything();
            self.forget_platform();
        }
        self.stale.state = true;
        self.start_platform_watch();
    }

    /// `didChangeWorkspaceFolders`.
    pub(crate) fn folders_changed(&mut self, event: WorkspaceFoldersChangeEvent) {
        let path = |uri: Uri| DocUri::new(uri).path().map(std::path::Path::to_owned);
        let added = event.added.into_iter().filter_map(|folder| path(folder.uri)).collect();
        let removed: Vec<_> = event.removed.into_iter().filter_map(|folder| path(folder.uri)).collect();
        self.change_folders(added, &removed);
    }
}

/// Whether a file is a program by its name.
fn is_program(path: &std::path::Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    matches!(end, "ts" | "js" | "tsx" | "jsx" | "mts" | "cts" | "mjs" | "cjs")
}

/// The workspace's folders, however old the client is.
fn folders(params: &Value) -> Vec<std::path::PathBuf> {
    let path = |text: &str| {
        uri::parse(text).map(DocUri::new).and_then(|uri| uri.path().map(std::path::Path::to_owned))
    };
    let named: Vec<_> = params
        .get("workspaceFolders")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|folder| path(folder.get("uri")?.as_str()?))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let root = params.get("rootUri").and_then(Value::as_str).and_then(path);
    let root = root.or_else(|| params.get("rootPath").and_then(Value::as_str).map(std::path::PathBuf::from));
    root.into_iter().collect()
}

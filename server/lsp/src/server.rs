//! The framework's view of the server: every message is handed on to the loop, in the order it came.

use serde_json::Value;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::*;

use crate::event::Events;
use crate::features;
use crate::shown::Shown;
use crate::status::StatusReport;
use crate::transport::Written;
use crate::uri::{self, DocUri};
use crate::world::World;

/// Hands messages on; it decides nothing and keeps nothing.
pub(crate) struct Frontend {
    events: Events,
}

impl Frontend {
    pub(crate) fn new(events: Events) -> Self {
        Self { events }
    }

    /// Answers from the world as it is when the message's turn comes, its findings up to date.
    async fn read<P, T>(&self, name: &'static str, params: P, view: fn(&World, P) -> T) -> Result<T>
    where
        P: Send + 'static,
        T: Shown + Send + 'static,
    {
        self.events
            .ask(name, move |world, reply| {
                // Nobody waits for what was cancelled while it waited for its turn.
                if !reply.is_cancelled() {
                    world.check_dirty();
                    reply.ok(without_secrets(view(world, params)));
                }
            })
            .await
    }

    /// The same about one document; where it is code, once it is analysed as it is now.
    async fn read_of<P, T>(
        &self,
        name: &'static str,
        uri: Uri,
        params: P,
        view: impl FnOnce(&World, P) -> T + Send + 'static,
    ) -> Result<T>
    where
        P: Send + 'static,
        T: Shown + Send + 'static,
    {
        self.events
            .ask(name, move |world, reply| {
                if reply.is_cancelled() {
                    return;
                }
                world.check_dirty();
                let uri = world.workspace.spelled(DocUri::new(uri));
                world.when_code_is_known(&uri, move |world| {
                    if !reply.is_cancelled() {
                        world.check_dirty();
                        reply.ok(without_secrets(view(world, params)));
                    }
                });
            })
            .await
    }

    /// `base44/status`: the projects and their connectors. The gate sends the answer as it is written.
    pub(crate) async fn status(&self) -> Result<Written> {
        let mut begun: Option<StatusReport> = None;
        loop {
            let (report, status) = self
                .events
                .ask("base44/status", move |world, reply| {
                    // A project that was just read from disk does not know of the open documents yet.
                    world.check_dirty();
                    let mut report = begun.unwrap_or_else(|| StatusReport::new(world));
                    let status = report.go_on(world);
                    reply.ok((report, status));
                })
                .await?;
            match status {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => begun = Some(report),
                Err(error) => {
                    tracing::error!("the status cannot be written: {error}");
                    return Err(Error::internal_error());
                }
            }
        }
    }

    /// `base44/health`: what the server holds.
    pub(crate) async fn health(&self) -> Result<Value> {
        self.events.ask("base44/health", |world, reply| reply.ok(world.health())).await
    }

    /// `base44/types`: what a new connector can be of.
    pub(crate) async fn types(&self, params: Value) -> Result<Value> {
        self.read("base44/types", params, features::choices::types).await
    }

    /// `base44/scopes`: what it can ask for.
    pub(crate) async fn scopes(&self, params: Value) -> Result<Value> {
        self.read("base44/scopes", params, features::choices::scopes).await
    }

    /// `base44/explain`: what a code, a type or a scope means.
    pub(crate) async fn explain(&self, params: Value) -> Result<Value> {
        self.read("base44/explain", params, features::explain::explain).await
    }

    /// `base44/findings`: what there is to say about a project's files.
    pub(crate) async fn findings(&self, params: Value) -> Result<Value> {
        self.read("base44/findings", params, features::findings::findings).await
    }

    /// `base44/uses`: the places in code that use a connector.
    pub(crate) async fn uses(&self, params: Value) -> Result<Value> {
        self.read("base44/uses", params, features::references::listed).await
    }

    /// `base44/focus`: the person came back to the editor.
    pub(crate) async fn focus(&self) {
        self.events.send("base44/focus", World::focused);
    }

    /// `base44/trust`: the person granted or withdrew trust.
    pub(crate) async fn trust(&self, params: Value) {
        self.events.send("base44/trust", move |world| {
            // What is no boolean is no trust.
            world.set_trust(params.get("trusted") == Some(&Value::Bool(true)));
        });
    }

    /// `$/setTrace`: how much the client wants to read in its log.
    pub(crate) async fn set_trace(&self, params: Value) {
        self.events.send("$/setTrace", move |world| {
            world.set_trace(params.get("value").and_then(Value::as_str).unwrap_or("off"));
        });
    }
}

fn without_secrets<T: Shown>(mut answer: T) -> T {
    answer.hide_secrets();
    answer
}

impl Frontend {
    /// `window/workDoneProgress/cancel`: the person pressed cancel.
    pub(crate) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.events.send("progress/cancel", move |world| world.cancel_progress(&params.token));
    }
}

impl LanguageServer for Frontend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        // The gate wrapped the real parameters, so that no unknown capability can refuse them.
        let raw = params.initialization_options.unwrap_or_default();
        self.events.ask("initialize", move |world, reply| reply.send(world.initialize(&raw))).await
    }

    async fn initialized(&self, _: InitializedParams) {
        self.events.send("initialized", World::initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.events.ask("shutdown", World::shutdown).await
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.events.send("didOpen", move |world| world.opened(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.events.send("didChange", move |world| world.changed(params));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.events.send("didSave", move |world| world.saved(params.text_document.uri));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.events.send("didClose", move |world| world.closed(params.text_document.uri));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.events
            .send("didChangeConfiguration", move |world| world.configuration_changed(&params.settings));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.events.send("didChangeWorkspaceFolders", move |world| world.folders_changed(params.event));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.events.send("didChangeWatchedFiles", move |world| {
            world.files_changed(params.changes.into_iter().map(|change| change.uri));
        });
    }

    async fn did_create_files(&self, params: CreateFilesParams) {
        self.events.send("didCreateFiles", move |world| {
            world.files_changed(params.files.into_iter().filter_map(|file| uri::parse(&file.uri)));
        });
    }

    async fn did_rename_files(&self, params: RenameFilesParams) {
        self.events.send("didRenameFiles", move |world| {
            let both = params.files.into_iter().flat_map(|file| [file.old_uri, file.new_uri]);
            world.files_changed(both.filter_map(|file| uri::parse(&file)));
        });
    }

    async fn did_delete_files(&self, params: DeleteFilesParams) {
        self.events.send("didDeleteFiles", move |world| {
            world.files_changed(params.files.into_iter().filter_map(|file| uri::parse(&file.uri)));
        });
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.events
            .ask("diagnostic", move |world, reply| {
                if reply.is_cancelled() {
                    return;
                }
                world.check_dirty();
                let uri = world.workspace.spelled(DocUri::new(params.text_document.uri.clone()));
                world.when_code_is_known(&uri, move |world| {
                    if !reply.is_cancelled() {
                        reply.ok(world.pull_document(params));
                    }
                });
            })
            .await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        self.events.ask("workspace/diagnostic", move |world, reply| world.pull_workspace(params, reply)).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let uri = params.text_document_position.text_document.uri.clone();
        self.read_of("completion", uri, params, features::completion::complete).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.read("completion/resolve", item, features::completion::resolve).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let uri = params.text_document_position_params.text_document.uri.clone();
        self.read_of("hover", uri, params, features::hover::hover).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let uri = params.text_document_position_params.text_document.uri.clone();
        self.read_of("definition", uri, params, features::references::definition).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let uri = params.text_document_position.text_document.uri.clone();
        self.read_of("references", uri, params, features::references::references).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.read("documentLink", params, features::links::links).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.read("documentSymbol", params, features::symbols::symbols).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.read("foldingRange", params, features::folding::ranges).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.read("selectionRange", params, features::selection::ranges).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.read("formatting", params, features::formatting::whole).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.read("rangeFormatting", params, features::formatting::range).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri.clone();
        let on_disk = self.read_of("codeAction", uri, (), {
            let params = params.clone();
            move |world, ()| features::code_actions::files_on_disk(world, &params)
        });
        // A fix may change a file that is not open: what stands there is read away from the loop.
        let texts = features::code_actions::read_files(on_disk.await?).await;
        self.read("codeAction", (params, texts), features::code_actions::actions).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.read("codeLens", params, features::code_lens::lenses).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        self.events.ask("executeCommand", move |world, reply| world.execute(params, reply)).await
    }
}

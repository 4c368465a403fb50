//! The floor: a server on the same framework that parses nothing and answers a fixed reply.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer, LspService, Server};

/// The argument that makes this program the floor.
pub(crate) const ARGUMENT: &str = "--serve-the-floor";

struct Floor {
    client: Client,
}

fn reply() -> Vec<Diagnostic> {
    let range = Range { start: Position::new(3, 4), end: Position::new(3, 15) };
    vec![Diagnostic {
        range,
        severity: Some(DiagnosticSeverity::WARNING),
        code: Some(NumberOrString::String("unknown-scope".to_owned())),
        source: Some("floor".to_owned()),
        message: "This is what is always answered, whatever was written.".to_owned(),
        ..Diagnostic::default()
    }]
}

impl LanguageServer for Floor {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult {
            capabilities: ServerCapabilities {
                text_document_sync: Some(TextDocumentSyncKind::INCREMENTAL.into()),
                diagnostic_provider: Some(
                    DiagnosticServerCapabilities::Options(DiagnosticOptions::default()),
                ),
                ..ServerCapabilities::default()
            },
            ..InitializeResult::default()
        })
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.client.publish_diagnostics(document.uri, reply(), Some(document.version)).await;
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        self.client.publish_diagnostics(document.uri, reply(), Some(document.version)).await;
    }

    async fn diagnostic(&self, _: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        Ok(DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: None, items: reply() },
        })
        .into())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

/// Serves as the framework's own examples do.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (service, socket) = LspService::new(|client| Floor { client });
        Server::new(tokio::io::stdin(), tokio::io::stdout(), socket).serve(service).await;
    });
    // A thread that still reads standard input must not hold the process.
    std::process::exit(0);
}

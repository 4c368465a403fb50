//! What the client can do, and what this server offers it.

use connector_syntax::Encoding;
use serde_json::{Value, json};

use crate::commands;

/// What the client can do, read once; whatever it leaves out it cannot.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientCaps {
    pub(crate) encoding: Encoding,
    pub(crate) pull_diagnostics: bool,
    pub(crate) diagnostic_refresh: bool,
    /// It says that it pulls anew when it is told to, and does not.
    pub(crate) stale_pulls: bool,
    /// It knows the command that opens the list of suggestions.
    pub(crate) reopens_suggestions: bool,
    pub(crate) related_information: bool,
    pub(crate) diagnostic_tags: bool,
    pub(crate) code_description: bool,
    pub(crate) diagnostic_data: bool,
    pub(crate) watch_files: bool,
    pub(crate) configuration: bool,
    pub(crate) configuration_registration: bool,
    pub(crate) show_document: bool,
    pub(crate) progress: bool,
    pub(crate) apply_edit: bool,
    pub(crate) document_changes: bool,
    pub(crate) rename_files: bool,
    pub(crate) snippets: bool,
    pub(crate) completion_markdown: bool,
    pub(crate) completion_deprecated_tag: bool,
    pub(crate) completion_label_details: bool,
    pub(crate) hover_markdown: bool,
    pub(crate) code_action_literals: bool,
    pub(crate) code_action_preferred: bool,
    pub(crate) code_lens_refresh: bool,
    pub(crate) hierarchical_symbols: bool,
    pub(crate) line_folding_only: bool,
    pub(crate) link_tooltips: bool,
    pub(crate) file_operations: bool,
    pub(crate) create_files: bool,
    pub(crate) dynamic: Dynamic,
}

/// What the client can be asked for when it is known where: a feature each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dynamic {
    pub(crate) synchronization: bool,
    pub(crate) completion: bool,
    pub(crate) hover: bool,
    pub(crate) definition: bool,
    pub(crate) references: bool,
    pub(crate) code_action: bool,
    pub(crate) diagnostic: bool,
    pub(crate) document_symbol: bool,
}

impl ClientCaps {
    /// Whether diagnostics are left to be pulled. What the platform says comes while nobody types, so a client that
    /// is not told to pull anew would show what is past: it is sent them.
    pub(crate) fn pulls(&self) -> bool {
        self.pull_diagnostics && self.diagnostic_refresh && !self.stale_pulls
    }

    /// Reads the `capabilities` of the `initialize` request, whatever they hold.
    pub(crate) fn read(caps: &Value) -> Self {
        let flag = |pointer: &str| caps.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
        let dynamic = |name: &str| flag(&format!("/textDocument/{name}/dynamicRegistration"));
        let there = |pointer: &str| caps.pointer(pointer).is_some_and(|value| !value.is_null());
        let lists = |pointer: &str, wanted: &Value| {
            caps.pointer(pointer).and_then(Value::as_array).is_some_and(|list| list.contains(wanted))
        };
        // The client names what it likes best first.
        let prefers_markdown = |pointer: &str| {
            let formats = caps.pointer(pointer).and_then(Value::as_array);
            let mut known = formats.into_iter().flatten().filter_map(Value::as_str);
            known.find(|format| matches!(*format, "markdown" | "plaintext")) == Some("markdown")
        };
        Self {
            encoding: encoding(caps),
            pull_diagnostics: there("/textDocument/diagnostic"),
            stale_pulls: false,
            reopens_suggestions: false,
            diagnostic_refresh: flag("/workspace/diagnostics/refreshSupport")
                || flag("/workspace/diagnostic/refreshSupport"),
            related_information: flag("/textDocument/publishDiagnostics/relatedInformation")
                || flag("/textDocument/diagnostic/relatedInformation"),
            diagnostic_tags: there("/textDocument/publishDiagnostics/tagSupport")
                || there("/textDocument/diagnostic/tagSupport"),
            code_description: flag("/textDocument/publishDiagnostics/codeDescriptionSupport")
                || flag("/textDocument/diagnostic/codeDescriptionSupport"),
            diagnostic_data: flag("/textDocument/publishDiagnostics/dataSupport")
                || flag("/textDocument/diagnostic/dataSupport"),
            watch_files: flag("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            configuration: flag("/workspace/configuration"),
            configuration_registration: flag("/workspace/didChangeConfiguration/dynamicRegistration"),
            show_document: flag("/window/showDocument/support"),
            progress: flag("/window/workDoneProgress"),
            apply_edit: flag("/workspace/applyEdit"),
            document_changes: flag("/workspace/workspaceEdit/documentChanges"),
            rename_files: lists("/workspace/workspaceEdit/resourceOperations", &json!("rename")),
            snippets: flag("/textDocument/completion/completionItem/snippetSupport"),
            completion_markdown: prefers_markdown(
                "/textDocument/completion/completionItem/documentationFormat",
            ),
            completion_deprecated_tag: lists(
                "/textDocument/completion/completionItem/tagSupport/valueSet",
                &json!(1),
            ),
            completion_label_details: flag("/textDocument/completion/completionItem/labelDetailsSupport"),
            hover_markdown: prefers_markdown("/textDocument/hover/contentFormat"),
            code_action_literals: there("/textDocument/codeAction/codeActionLiteralSupport"),
            code_action_preferred: flag("/textDocument/codeAction/isPreferredSupport"),
            code_lens_refresh: flag("/workspace/codeLens/refreshSupport"),
            hierarchical_symbols: flag("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            line_folding_only: flag("/textDocument/foldingRange/lineFoldingOnly"),
            link_tooltips: flag("/textDocument/documentLink/tooltipSupport"),
            file_operations: ["didCreate", "didRename", "didDelete"]
                .iter()
                .any(|name| flag(&format!("/workspace/fileOperations/{name}"))),
            create_files: lists("/workspace/workspaceEdit/resourceOperations", &json!("create")),
            dynamic: Dynamic {
                synchronization: dynamic("synchronization"),
                completion: dynamic("completion"),
                hover: dynamic("hover"),
                definition: dynamic("definition"),
                references: dynamic("references"),
                code_action: dynamic("codeAction"),
                diagnostic: dynamic("diagnostic"),
                document_symbol: dynamic("documentSymbol"),
            },
        }
    }
}

/// The client's favourite among the encodings it offers; bytes cost least where it has none.
fn encoding(caps: &Value) -> Encoding {
    let offered: Vec<&str> = caps
        .pointer("/general/positionEncodings")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    offered
        .iter()
        .find_map(|name| match *name {
            "utf-8" => Some(Encoding::Utf8),
            "utf-16" => Some(Encoding::Utf16),
            "utf-32" => Some(Encoding::Utf32),
            _ => None,
        })
        .unwrap_or_default()
}

/// What `initialize` answers.
pub(crate) fn server(caps: &ClientCaps) -> Value {
    let mut capabilities = json!({
        "positionEncoding": match caps.encoding {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::Utf32 => "utf-32",
        },
        "textDocumentSync": {
            "openClose": true,
            "change": 2,
            "save": {"includeText": false},
        },
        "completionProvider": {"triggerCharacters": ["\"", "'", ":", " "], "resolveProvider": true},
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "documentLinkProvider": {"resolveProvider": false},
        "documentSymbolProvider": true,
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": true,
        "codeLensProvider": {"resolveProvider": false},
        "executeCommandProvider": {"commands": commands::names(), "workDoneProgress": true},
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
    });
    let code_actions = if caps.code_action_literals {
        json!({"codeActionKinds": ["quickfix", "source.fixAll", "source.fixAll.base44", "source"]})
    } else {
        json!(true)
    };
    set(&mut capabilities, "codeActionProvider", code_actions);
    if caps.file_operations {
        let files = json!({"filters": [{"scheme": "file", "pattern": {"glob": "**/*"}}]});
        let operations = json!({"didCreate": files, "didRename": files, "didDelete": files});
        if let Some(workspace) = capabilities.get_mut("workspace") {
            set(workspace, "fileOperations", operations);
        }
    }
    if caps.pulls() {
        set(
            &mut capabilities,
            "diagnosticProvider",
            json!({"identifier": "base44", "interFileDependencies": true, "workspaceDiagnostics": true}),
        );
    }
    json!({
        "capabilities": capabilities,
        "serverInfo": {"name": "base44-connectors", "version": env!("CARGO_PKG_VERSION")},
    })
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

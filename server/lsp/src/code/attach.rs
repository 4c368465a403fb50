//! Where the client is asked to bring in the files of functions: only those of projects with connectors, and for
//! nothing but what is said about connectors. Servers of these languages are not disturbed.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::capabilities::ClientCaps;
use crate::workspace::glob_below;
use crate::world::World;

/// What is asked for, each with the capability that the client names it by.
const FEATURES: [&str; 10] = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didSave",
    "textDocument/didClose",
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/codeAction",
    "textDocument/diagnostic",
];

/// What the client was asked for, by the folders that it is for.
#[derive(Default)]
pub(crate) struct Attached {
    folders: BTreeSet<String>,
    ids: Vec<(String, &'static str)>,
}

impl Attached {
    /// Whether the client was asked to pull what is wrong in files of code one by one.
    pub(crate) fn pulls(&self) -> bool {
        self.ids.iter().any(|(_, method)| *method == "textDocument/diagnostic")
    }
}

impl World {
    /// Asks the client to bring in the files of code of every project. A client that brings in whole languages by its
    /// own settings is asked for nothing.
    pub(crate) fn attach_to_code(&mut self) {
        if !self.caps.dynamic.synchronization {
            return;
        }
        let mut programs = BTreeSet::new();
        let mut configs = BTreeSet::new();
        for state in &self.workspace.projects {
            let Some(folders) = state.code.folders().filter(|_| state.has_connectors()) else { continue };
            let above = state.root().parent().unwrap_or(state.root());
            for folder in folders.functions.iter().chain(&folders.shared) {
                programs.extend(glob(above, folder).map(|folder| format!("{folder}/**/*.{{ts,js}}")));
            }
            for folder in &folders.functions {
                configs.extend(glob(above, folder).map(|it| format!("{it}/**/function.{{json,jsonc}}")));
            }
            configs.extend(
                folders
                    .workflows
                    .iter()
                    .filter_map(|folder| Some(format!("{}/*.{{json,jsonc}}", glob(above, folder)?))),
            );
        }
        let folders: BTreeSet<String> = programs.union(&configs).cloned().collect();
        if folders == self.attached.folders {
            return;
        }
        for (id, method) in std::mem::take(&mut self.attached.ids) {
            self.unregister(&id, method);
        }
        self.attached.folders = folders;
        let filter = |pattern: &String| json!({"scheme": "file", "pattern": pattern});
        let configs: Vec<Value> = configs.iter().map(filter).collect();
        let all: Vec<Value> = programs.iter().map(filter).chain(configs.iter().cloned()).collect();
        if all.is_empty() {
            return;
        }
        let mut wanted: Vec<(&'static str, Value)> = FEATURES
            .into_iter()
            .filter_map(|method| Some((method, options(method, &self.caps)?)))
            .map(|(method, options)| (method, with_selector(options, &all)))
            .collect();
        if self.caps.dynamic.document_symbol {
            wanted.push(("textDocument/documentSymbol", with_selector(json!({}), &configs)));
        }
        for (method, options) in wanted {
            let id = format!("base44-code-{method}");
            self.register(&id, method, &options);
            self.attached.ids.push((id, method));
        }
    }
}

/// What a feature is registered with; none where the client takes no such registration.
fn options(method: &str, caps: &ClientCaps) -> Option<Value> {
    let dynamic = &caps.dynamic;
    let (takes, options) = match method {
        "textDocument/didChange" => (true, json!({"syncKind": 2})),
        "textDocument/didSave" => (true, json!({"includeText": false})),
        "textDocument/completion" => {
            (dynamic.completion, json!({"triggerCharacters": ["\"", "'", "`", "("], "resolveProvider": true}))
        }
        "textDocument/hover" => (dynamic.hover, json!({})),
        "textDocument/definition" => (dynamic.definition, json!({})),
        "textDocument/references" => (dynamic.references, json!({})),
        "textDocument/codeAction" => (dynamic.code_action, json!({"codeActionKinds": ["quickfix"]})),
        "textDocument/diagnostic" => (
            dynamic.diagnostic && caps.pulls(),
            json!({"identifier": "base44-code", "interFileDependencies": true, "workspaceDiagnostics": false}),
        ),
        _ => (true, json!({})),
    };
    takes.then_some(options)
}

fn with_selector(mut options: Value, selector: &[Value]) -> Value {
    if let Some(members) = options.as_object_mut() {
        members.insert("documentSelector".to_owned(), Value::from(selector));
    }
    options
}

/// A folder as a glob from anywhere, by its path from the folder that the project lies in.
fn glob(above: &Path, folder: &Path) -> Option<String> {
    Some(format!("**/{}", glob_below(above, folder)?))
}

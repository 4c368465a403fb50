//! What twelve editors said at their start, recorded from the programs themselves.

// Each test uses its part.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::{Client, uri};

/// An editor by the `initialize` that it sent.
pub struct Recorded {
    /// The name of its file.
    pub name: String,
    params: Value,
}

/// All of them.
pub fn editors() -> Vec<Recorded> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/lsp/recorded");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| Recorded {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        params: serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(),
    };
    paths.iter().map(read).collect()
}

impl Recorded {
    /// What it can do.
    pub fn capabilities(&self) -> &Value {
        &self.params["capabilities"]
    }

    /// Whether it says that it can do this.
    pub fn has(&self, pointer: &str) -> bool {
        self.capabilities().pointer(pointer).is_some_and(|value| !value.is_null() && *value != json!(false))
    }

    /// Whether it shows what it pulls, and pulls again when it is told to.
    pub fn pulls(&self) -> bool {
        let is_neovim = self.params.pointer("/clientInfo/name") == Some(&json!("Neovim"));
        // The protocol's own description once had it in the singular, and some editors still say it so.
        let refreshes = ["/workspace/diagnostics/refreshSupport", "/workspace/diagnostic/refreshSupport"];
        self.has("/textDocument/diagnostic") && refreshes.iter().any(|it| self.has(it)) && !is_neovim
    }

    /// Introduces itself in a project; gives the capabilities that the server answers with.
    pub fn introduce(&self, client: &mut Client, root: &Path) -> Value {
        let mut params = self.params.clone();
        params["processId"] = json!(std::process::id());
        let here = [
            ("rootPath", json!(root)),
            ("rootUri", json!(uri(root))),
            ("workspaceFolders", json!([{"uri": uri(root), "name": "work"}])),
        ];
        for (name, value) in here {
            // Where the editor named a place, it is this one.
            if params.get(name).is_some_and(|place| !place.is_null()) {
                params[name] = value;
            }
        }
        let answer = client.request("initialize", params);
        client.notify("initialized", json!({}));
        answer["capabilities"].clone()
    }
}

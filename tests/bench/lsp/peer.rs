//! VS Code's JSON server, from its npm package, kept in a folder of its own outside of the checkout.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::client::Server;

const PACKAGE: &str = "vscode-langservers-extracted";
const VERSION: &str = "4.10.0";

/// The server as it is installed, or after installing it where that is wanted.
pub(crate) fn find(install: bool) -> Result<Server, String> {
    let folder = cache()?.join(format!("{PACKAGE}-{VERSION}"));
    let script = folder.join("node_modules").join(PACKAGE).join("bin/vscode-json-language-server");
    if !script.is_file() {
        if !install {
            return Err(format!("{PACKAGE} {VERSION} is not installed yet; a full run installs it"));
        }
        npm_install(&folder)?;
    }
    Ok(Server::json("node".into(), &script, settings))
}

fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    Ok(base.ok_or("there is no home folder to keep it in")?.join("base44-connectors-bench"))
}

fn npm_install(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let status = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix"])
        .arg(folder)
        .arg(format!("{PACKAGE}@{VERSION}"))
        .stdout(std::process::Stdio::null())
        .status()
        .map_err(|error| format!("npm: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("npm ended with {status}")) }
}

/// The facts that our server has built in, as a schema with an `enum`.
fn settings(scopes: &[Value]) -> Value {
    let schema = json!({
        "type": "object",
        "required": ["type"],
        "additionalProperties": false,
        "properties": {
            "type": {"type": "string"},
            "scopes": {"type": "array", "items": {"enum": scopes}},
        },
    });
    json!({"json": {
        "validate": {"enable": true},
        "schemas": [{"url": "bench://schema", "fileMatch": ["*.jsonc"], "schema": schema}],
    }})
}

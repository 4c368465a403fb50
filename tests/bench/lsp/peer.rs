//! VS Code's JSON server, from its npm package, kept in a folder of its own outside of the checkout.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::client::Server;

const PACKAGE: &str = "vscode-langservers-extracted";
const VERSION: &str = "4.10.0";
/// TypeScript's compiler, ESLint, and the parser with which it reads TypeScript.
const READERS: [&str; 3] = ["typescript@5.9.3", "eslint@9.39.1", "@typescript-eslint/parser@8.46.4"];

/// The server as it is installed, or after installing it where that is wanted.
pub(crate) fn find(install: bool) -> Result<Server, String> {
    let folder = cache()?.join(format!("{PACKAGE}-{VERSION}"));
    let script = folder.join("node_modules").join(PACKAGE).join("bin/vscode-json-language-server");
    if !script.is_file() {
        if !install {
            return Err(format!("{PACKAGE} {VERSION} is not installed yet; a full run installs it"));
        }
        npm_install(&folder, &[format!("{PACKAGE}@{VERSION}")])?;
    }
    Ok(Server::json("node".into(), &script, settings))
}

fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    Ok(base.ok_or("there is no home folder to keep it in")?.join("base44-connectors-bench"))
}

/// What else reads an app's code: a folder with TypeScript's compiler and ESLint with its parser, installed where that is
/// wanted.
pub(crate) fn readers_of_code(install: bool) -> Result<PathBuf, String> {
    let folder = cache()?.join("readers-of-code-1");
    if !folder.join("node_modules/.bin/eslint").exists() {
        if !install {
            return Err("they are not installed yet; a full run installs them".to_owned());
        }
        npm_install(&folder, &READERS.map(str::to_owned))?;
    }
    Ok(folder)
}

fn npm_install(folder: &Path, packages: &[String]) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let status = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix"])
        .arg(folder)
        .args(packages)
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

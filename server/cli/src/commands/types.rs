//! `types`: what makes `getConnection("…")` complete and check in TypeScript.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use connector_boundary::folder::{is_exchanged, resolve};
use connector_boundary::text::printable;
use connector_model::load::check_for_push;
use connector_model::project::{Project, ProjectOptions};
use serde_json::json;

use super::json::{in_json_or_words, print_json};
use crate::failure::{ErrorCode, Exit, Failure};
use crate::files;
use crate::terminal::{Paint, Terminal};

/// The file, in the folder where the official CLI keeps the types that it makes.
const FILE: &str = "connectors.d.ts";

/// Declare the project's connector types for TypeScript, so that getConnection("…") completes and checks.
///
/// Fills the ConnectorIntegrationTypeRegistry of @base44/sdk, beside what 'base44 types generate' writes.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 written, 2 not written.")]
pub(crate) struct Options {
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Print what was written as JSON.
    #[arg(long)]
    json: bool,
}

/// Writes the declaration.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| declare(options, terminal))
}

fn declare(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let start = options.project.as_deref().unwrap_or(Path::new("."));
    let project = Project::discover(start, &ProjectOptions::default())?;
    let checked = check_for_push(&project);
    let connectors = checked.connectors().map_err(|files| {
        let names: Vec<String> =
            files.iter().map(|file| printable(&project.display_path(&file.path), 200)).collect();
        let message = format!("Nothing was written: correct {} first.", names.join(", "));
        Failure::not_started(message).coded(ErrorCode::SchemaInvalid)
    })?;
    let mut types: Vec<&str> = connectors.iter().map(|connector| connector.type_name.as_str()).collect();
    types.sort_unstable();
    let path = project.config_dir().join(".types").join(FILE);
    let shown = printable(&project.display_path(&path), 300);
    let leads_elsewhere =
        || Failure::not_started(format!("Nothing was written: {shown} is a link that leads elsewhere."));
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Err(leads_elsewhere()) };
    let (bounds, way) = resolve(&project.root, folder).ok_or_else(leads_elsewhere)?;
    if path.is_symlink() {
        return Err(leads_elsewhere());
    }
    files::put(&bounds, &way, name, &declaration(&types)).map_err(|error| match is_exchanged(&error) {
        true => leads_elsewhere(),
        false => Failure::failed(format!("'{shown}' cannot be written: {error}. Check who may write there.")),
    })?;
    if options.json {
        print_json(&json!({ "path": path, "types": types }));
    }
    terminal.say(&format!(
        "{} Declared {} in {shown}",
        terminal.paint(Paint::Good, "✓"),
        match types.len() {
            1 => "1 connector type".to_owned(),
            count => format!("{count} connector types"),
        }
    ));
    Ok(Exit::Done)
}

fn declaration(types: &[&str]) -> String {
    let mut text = "\
// Made by 'base44-connectors types' from the connector files. Changes are lost when it is made again.
import '@base44/sdk';

declare module '@base44/sdk' {
  interface ConnectorIntegrationTypeRegistry {
"
    .to_owned();
    for name in types {
        // A type has letters, digits, '-' and '_' only: a file with another stops before this.
        let _ = writeln!(text, "    \"{name}\": true;");
    }
    text.push_str("  }\n}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_a_key_of_the_registry() {
        let text = declaration(&["google-drive", "slack"]);
        assert!(text.ends_with(
            "  interface ConnectorIntegrationTypeRegistry {\n    \"google-drive\": true;\n    \"slack\": true;\n  }\n}\n"
        ));
    }
}

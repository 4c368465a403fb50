//! `list-available`: what the platform can connect.

use clap::Args;
use connector_boundary::text::printable;
use connector_platform::{AvailableType, ConfigField};
use serde_json::{Value, json};

use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::session::{AppOptions, asked, block_on};
use crate::terminal::{Paint, Terminal, table};

/// List the types that the platform offers the app.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 listed, 2 could not ask.")]
pub(crate) struct Options {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    app: AppOptions,
}

/// Asks the platform, and shows a table.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| list(options, terminal))
}

/// A type in the official CLI's shape.
fn official(offered: &AvailableType) -> Value {
    let field = |field: &ConfigField| {
        json!({
            "name": field.name,
            "displayName": field.display_name,
            "description": field.description,
            "placeholder": field.placeholder,
            "required": field.required,
            "validationPattern": field.validation_pattern,
            "validationError": field.validation_error,
        })
    };
    json!({
        "integrationType": offered.type_name,
        "displayName": offered.display_name,
        "description": offered.description,
        "connectionConfigFields": offered.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

fn list(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let engine = options.app.engine(terminal)?;
    let available = block_on(async |cancel| {
        asked(&engine, terminal, &cancel, "Reading what can be connected", async |run| {
            engine.available(run).await
        })
        .await
    })?;
    if options.json {
        let integrations: Vec<Value> = available.types.iter().map(official).collect();
        print_json(&json!({ "integrations": integrations }));
        return Ok(Exit::Done);
    }
    let rows: Vec<[String; 3]> = available
        .types
        .iter()
        .map(|it| {
            let needs = if it.fields.is_empty() { "" } else { " (needs settings in the dashboard)" };
            [
                printable(&it.type_name, 60),
                printable(&it.display_name, 60),
                format!("{}{needs}", printable(&it.description, 100)),
            ]
        })
        .collect();
    terminal.say(&table(terminal, ["TYPE", "NAME", "WHAT IT IS FOR"], &rows));
    let how = terminal.paint(Paint::Bold, "base44-connectors create TYPE");
    terminal.say(&format!("\n{} types. {how} makes a file.", rows.len()));
    if available.has_more {
        terminal.say("Note: the platform says that it offers more than it listed.");
    }
    if available.unreadable > 0 {
        terminal
            .say(&format!("Note: {} more cannot be read. Update base44-connectors.", available.unreadable));
    }
    Ok(Exit::Done)
}

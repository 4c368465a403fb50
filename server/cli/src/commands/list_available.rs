//! `list-available`: what the platform can connect.

use clap::Args;
use connector_boundary::text::printable;
use connector_platform::{AvailableType, ConfigField};
use connector_syntax::quote;
use serde_json::{Value, json};

use super::json::{in_json_or_words, print_json};
use crate::failure::{ErrorCode, Exit, Failure};
use crate::session::{AppOptions, asked, block_on};
use crate::terminal::{Paint, Terminal, table};

/// Of a member's value so many characters are printed: descriptions have a few hundred at most.
const MAX_MEMBER: usize = 2_000;

/// List the types that Base44 offers the app.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 listed, 2 could not ask.")]
pub(crate) struct Options {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    app: AppOptions,
}

/// Asks the platform, and shows a table to a person, or what scripts for the official CLI read.
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
    if available.types.is_empty() && available.unreadable > 0 {
        return Err(Failure::failed(format!(
            "Base44 listed {} types, and none of them can be read. Update base44-connectors.",
            available.unreadable
        ))
        .coded(ErrorCode::SchemaInvalid));
    }
    if options.json {
        let integrations: Vec<Value> = available.types.iter().map(official).collect();
        print_json(&json!({ "integrations": integrations }));
        return Ok(Exit::Done);
    }
    match terminal.shows() {
        true => terminal.say(&for_a_person(&available.types, terminal)),
        false => available.types.iter().for_each(|offered| terminal.say(&block(offered))),
    }
    terminal.say(&match available.types.len() {
        0 => "No available integrations found.".to_owned(),
        count => {
            let how = terminal.paint(Paint::Bold, "base44-connectors create TYPE");
            format!("Found {count} available integrations. {how} makes a file.")
        }
    });
    if available.has_more {
        terminal.say("Note: Base44 says that it offers more than it listed.");
    }
    if available.unreadable > 0 {
        terminal
            .say(&format!("Note: {} more cannot be read. Update base44-connectors.", available.unreadable));
    }
    Ok(Exit::Done)
}

fn for_a_person(types: &[AvailableType], terminal: &Terminal) -> String {
    let row = |offered: &AvailableType| {
        let needs = if offered.fields.is_empty() { "" } else { " (needs settings in the dashboard)" };
        [
            printable(&offered.type_name, 60),
            printable(&offered.display_name, 60),
            format!("{}{needs}", printable(&offered.description, 100)),
        ]
    };
    let rows: Vec<[String; 3]> = types.iter().map(row).collect();
    format!("{}\n", table(terminal, ["TYPE", "NAME", "WHAT IT IS FOR"], &rows).trim_end())
}

/// A type as the official CLI prints it: its name, and under that its members as YAML without what is empty. Scripts
/// search this for `integrationType: slack`.
fn block(offered: &AvailableType) -> String {
    let mut lines = vec![printable(&offered.display_name, MAX_MEMBER)];
    let own = [("integrationType", offered.type_name.as_str()), ("description", &offered.description)];
    lines.extend(members(&own).map(|member| format!("  {member}")));
    if !offered.fields.is_empty() {
        lines.push("  connectionConfigFields:".to_owned());
    }
    for field in &offered.fields {
        let own = [
            ("name", field.name.as_str()),
            ("displayName", &field.display_name),
            ("description", &field.description),
            ("placeholder", &field.placeholder),
            ("required", if field.required { "true" } else { "false" }),
            ("validationPattern", field.validation_pattern.as_deref().unwrap_or_default()),
            ("validationError", field.validation_error.as_deref().unwrap_or_default()),
        ];
        let item = |(index, member)| format!("    {} {member}", if index == 0 { "-" } else { " " });
        lines.extend(members(&own).enumerate().map(item));
    }
    lines.join("\n")
}

/// Those members that are not empty, as YAML.
fn members<'a>(members: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = String> + 'a {
    let filled = members.iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(name, value)| format!("{name}: {}", scalar(value)))
}

/// A text as YAML has it: quoted where it would say something else without.
fn scalar(text: &str) -> String {
    let text = printable(text, MAX_MEMBER);
    let is_plain = |letter: char| letter.is_alphanumeric() || " -_/.,()'".contains(letter);
    match text.starts_with(char::is_alphanumeric)
        && text.ends_with(|last| last != ' ')
        && text.chars().all(is_plain)
    {
        true => text,
        false => quote(&text, '"'),
    }
}

//! `create`: a connector file to begin with, or those that the code asks for.

use std::path::{Path, PathBuf};

use clap::Args;
use connector_boundary::text::{printable, printable_name};
use connector_model::Code;
use connector_model::checks::{Around, check};
use connector_model::code::{AppCode, LeastScopes};
use connector_model::create::{connector_text, refusal};
use connector_model::load::CheckedFile;
use connector_model::report::{HumanStyle, human};
use connector_model::state::ProjectState;
use connector_sync::words;
use connector_syntax::parse;
use serde_json::{Value, json};

use super::app_code;
use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::terminal::{Paint, Terminal};

/// Create the file of a connector.
///
/// Without --scopes the file lists, in comments, which scopes there are to choose from. With --from-code it asks for
/// the narrowest scopes that the calls of the app's functions need. A file that is there is never changed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  base44-connectors create slack --scopes chat:write,channels:read
  base44-connectors create googlecalendar
  base44-connectors create slack --from-code
  base44-connectors create --all-from-code

Exit codes: 0 created, 1 one of several was not, 2 not created.")]
pub(crate) struct Options {
    /// The connector's type, such as slack or googlecalendar.
    #[arg(value_name = "TYPE", required_unless_present = "all_from_code", conflicts_with = "all_from_code")]
    type_name: Option<String>,
    /// The scopes it asks for, separated by commas or blanks.
    #[arg(long, value_name = "SCOPES", value_delimiter = ',')]
    scopes: Vec<String>,
    /// Ask for the narrowest scopes that the calls in the app's code need.
    #[arg(long, conflicts_with_all = ["scopes", "all_from_code"])]
    from_code: bool,
    /// Create the file of every connector that the app's code uses and that has none, likewise.
    #[arg(long, conflicts_with = "scopes")]
    all_from_code: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

/// Writes files, then says where they are and what is to be said about them.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| create(options, terminal))
}

fn create(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let start = options.project.as_deref();
    let asks_code = options.from_code || options.all_from_code;
    let state = if asks_code { app_code::load(start)? } else { app_code::load_files(start)? };
    let Some(name) = options.type_name.as_deref().map(str::trim) else {
        return create_all(options, &state, terminal);
    };
    if options.from_code {
        let created = from_code(&state, name, terminal)?;
        if options.json {
            print_json(&created);
        }
        return Ok(Exit::Done);
    }
    let scopes = scope_list(&options.scopes);
    let (path, text) = write(&state, name, &scopes, terminal)?;
    if options.json {
        print_json(&json!({ "type": name, "path": path }));
    }
    let project = state.project();
    let around = Around { project: Some(project), ..Around::file(&path) };
    let mut findings = check(&parse(&text), &around);
    findings.retain(|finding| finding.code != Code::EmptyScopes);
    let file = CheckedFile { path, text, findings, connector: None };
    let said = human(&[file], &|path| project.display_path(path), HumanStyle { color: terminal.color() });
    terminal.show(&said);
    Ok(Exit::Done)
}

/// The scopes of a command line, whose values clap has parted at the commas: blanks part them too.
pub(super) fn scope_list(values: &[String]) -> Vec<String> {
    values.iter().flat_map(|scopes| scopes.split_whitespace()).map(str::to_owned).collect()
}

/// The files of all connectors that code relies on and that have none.
fn create_all(options: &Options, state: &ProjectState, terminal: &Terminal) -> Result<Exit, Failure> {
    let (mut created, mut skipped): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    let mut exit = Exit::Done;
    let missing = state.missing_types();
    if missing.is_empty() {
        terminal.say("Every connector that the code is known to use has a file.");
    }
    for (name, is_missed) in &missing {
        let done = match is_missed {
            true => from_code(state, name, terminal).inspect_err(|_| exit = Exit::Failed),
            false => Err(Failure::failed(format!(
                "{} is only one of several that are tried: where it is wanted, 'base44-connectors create {} --from-code' writes its file.",
                printable_name(name),
                words::as_argument(name)
            ))),
        };
        match done {
            Ok(one) => created.push(one),
            Err(failure) => {
                terminal.say(&format!("{} {}", terminal.paint(Paint::Careful, "-"), failure.message));
                skipped.push(json!({ "type": name, "why": failure.message }));
            }
        }
    }
    if options.json {
        print_json(&json!({ "created": created, "skipped": skipped }));
    }
    Ok(exit)
}

/// The file of one connector with the scopes that the code needs, said scope by scope.
fn from_code(state: &ProjectState, name: &str, terminal: &Terminal) -> Result<Value, Failure> {
    let shown = printable_name(name);
    let is_needed =
        |code: &AppCode| code.uses_of(name).next().is_some() || code.automations_of(name).next().is_some();
    let Some(code) = state.code().filter(|code| is_needed(code)) else {
        return Err(Failure::not_started(format!(
            "No function uses {shown}: name its scopes with --scopes, or leave them out to choose from a list."
        )));
    };
    let usage = code.usage(name);
    let least = usage.least();
    let scopes: Vec<String> = least.scopes.iter().map(|needed| needed.scope.clone()).collect();
    let (path, _) = write(state, name, &scopes, terminal)?;
    match usage.takes_scopes() {
        true => say_scopes(state, &least, terminal),
        false => terminal.say("  Connectors of this type have no scopes."),
    }
    if !usage.is_complete() {
        terminal.say("  Not everything that is done with the token could be followed: there may be more.");
    }
    let unknown = least.unknown.iter();
    Ok(json!({
        "type": name,
        "path": path,
        "scopes": scopes,
        "unknown": unknown.map(|call| app_code::json_call(state, &usage, call, None)).collect::<Vec<_>>(),
        "complete": usage.is_complete(),
    }))
}

/// A line for each scope and the calls that need it, and for each call of which that is not known.
fn say_scopes(state: &ProjectState, least: &LeastScopes<'_>, terminal: &Terminal) {
    for needed in &least.scopes {
        let calls = app_code::calls(state, &needed.calls);
        terminal.say(&format!("  {}  {}", printable_name(&needed.scope), terminal.paint(Paint::Dim, &calls)));
    }
    for call in &least.unknown {
        let call = app_code::call(state, call);
        terminal.say(&format!("  Not known: what {call} needs. Add its scope yourself."));
    }
    if least.scopes.is_empty() {
        terminal.say("  No scope is known to be needed: the file lists those there are to choose from.");
    }
}

/// Writes one file; nothing is there yet by its name, and no other declares the type.
fn write(
    state: &ProjectState,
    name: &str,
    scopes: &[String],
    terminal: &Terminal,
) -> Result<(PathBuf, String), Failure> {
    let project = state.project();
    let text = connector_text(name, scopes);
    let path = project.connectors_dir.join(format!("{name}.jsonc"));
    if let Some(why) = refusal(name, &text) {
        return Err(Failure::not_started(printable(&why, 600)));
    }
    refuse_second_file(state, name, &path)?;
    connector_sync::files::create(project, &path, &text)
        .map_err(|error| Failure::not_started(printable(&error.to_string(), 600)))?;
    let shown = printable(&project.display_path(&path), 300);
    terminal.say(&format!("{} Created {shown}", terminal.paint(Paint::Good, "✓")));
    Ok((path, text))
}

fn refuse_second_file(state: &ProjectState, name: &str, path: &Path) -> Result<(), Failure> {
    let declared = state.files().find(|(other, file)| {
        let same_type = file.connector().is_some_and(|connector| connector.type_name == name);
        same_type || other.file_stem() == path.file_stem()
    });
    match declared {
        Some((other, _)) => Err(Failure::not_started(format!(
            "{} is there already: change its scopes in it.",
            printable(&state.project().display_path(other), 300)
        ))),
        None => Ok(()),
    }
}

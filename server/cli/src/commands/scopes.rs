//! `scopes`: what a connector asks for, beside the least that the code needs.

use std::path::{Path, PathBuf};

use clap::Args;
use connector_boundary::text::{printable, printable_name};
use connector_model::code::{ScopeChange, ScopeLine, Usage, Why};
use connector_model::files::read_connector;
use connector_model::state::{Connector, ProjectState};
use connector_sync::words;
use connector_syntax::edit::set_list;
use serde_json::{Value, json};

use super::app_code;
use super::json::{in_json_or_words, print_json};
use crate::failure::{ErrorCode, Exit, Failure};
use crate::terminal::{Answer, Paint, Terminal, columns};

/// Show the scopes of a connector beside the least that the app's code needs, and why.
///
/// With --narrow the file is changed to that, after asking; its comments and layout stay. A scope goes only where
/// everything that is done with the connector's token is known, and what it is for is known too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  base44-connectors scopes slack
  base44-connectors scopes slack --narrow --dry-run

Exit codes: 0 shown or done, 2 nothing was written.")]
pub(crate) struct Options {
    /// The connector's type.
    #[arg(value_name = "TYPE")]
    type_name: String,
    /// Change the file to the least that the code needs.
    #[arg(long)]
    narrow: bool,
    /// Say what --narrow would change, and do nothing.
    #[arg(long, requires = "narrow")]
    dry_run: bool,
    /// Write without asking.
    #[arg(long, short = 'y', requires = "narrow")]
    yes: bool,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

/// Shows, asks, and writes.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| scopes(options, terminal))
}

fn scopes(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let name = options.type_name.trim();
    let state = app_code::load(options.project.as_deref())?;
    let (path, connector) = declared(&state, name)?;
    let Some(code) = state.code() else {
        return Err(Failure::not_started(
            "The project has no functions: what its connectors are used for is not known.",
        ));
    };
    let usage = code.usage(name);
    let before = connector.scopes();
    let lines = usage.narrowed(before);
    let after: Vec<&str> = lines.iter().filter(|line| line.stays()).map(|line| line.scope.as_str()).collect();
    let differs = lines.iter().any(|line| !matches!(line.change, ScopeChange::Keep(_)));
    let shown = printable(&state.project().display_path(path), 300);

    terminal.say(&format!(
        "{}  {shown}  {}",
        terminal.paint(Paint::Bold, &printable_name(name)),
        app_code::used_by(&usage)
    ));
    terminal.show(&columns("  ", &lines.iter().map(|line| row(&state, line)).collect::<Vec<_>>()));
    for sentence in unknown(&state, &usage) {
        terminal.say(&sentence);
    }
    if !differs {
        terminal.say("Nothing to change: no scope is known to be needless, and none lacks.");
    }
    let writes = options.narrow && !options.dry_run && differs;
    if writes {
        agree(options, terminal, &shown)?;
        write(&state, path, &shown, &after)?;
        terminal.say(&format!(
            "{} Changed {shown}. The next push asks for these scopes.",
            terminal.paint(Paint::Good, "✓")
        ));
    } else if differs && !options.narrow {
        let how = terminal
            .paint(Paint::Bold, &format!("base44-connectors scopes {} --narrow", words::as_argument(name)));
        terminal.say(&format!("{how} makes these changes."));
    }
    if options.json {
        print_json(&json!({
            "type": name,
            "file": state.project().display_path(path),
            "scopes": before,
            "narrowed": after,
            "lines": lines.iter().map(|line| json_line(&state, &usage, line, before)).collect::<Vec<_>>(),
            "unknown": json_unknown(&state, &usage, before),
            "complete": usage.is_complete(),
            "written": writes,
        }));
    }
    Ok(Exit::Done)
}

/// The one file that declares a type.
fn declared<'a>(state: &'a ProjectState, name: &'a str) -> Result<(&'a Path, &'a Connector), Failure> {
    let shown = printable_name(name);
    let mut declaring = state.declaring(name);
    match (declaring.next(), declaring.next()) {
        (Some(one), None) => Ok(one),
        (Some((first, _)), Some((second, _))) => Err(Failure::not_started(format!(
            "{} and {} both declare {shown}: delete one of them.",
            state.project().display_path(first),
            state.project().display_path(second)
        ))),
        (None, _) => Err(Failure::not_started(format!(
            "No file declares {shown}. Where the code uses it, 'base44-connectors create {} --from-code' writes one.",
            words::as_argument(name)
        ))),
    }
}

fn row(state: &ProjectState, line: &ScopeLine<'_>) -> [String; 3] {
    let why = match &line.change {
        ScopeChange::Keep(Why::Calls) | ScopeChange::Add => app_code::calls(state, &line.calls),
        ScopeChange::Keep(why) => reason(*why).to_owned(),
        ScopeChange::Unused => "no call needs it".to_owned(),
        ScopeChange::Wider(narrower) => enough(narrower),
    };
    [line.action().as_str().to_owned(), printable_name(&line.scope), why]
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::Calls => "calls need it",
        Why::Identity => "says who connects, or keeps the connection",
        Why::Events => "an automation may need it",
        Why::NotSure => "not known whether a call needs it",
    }
}

fn enough(narrower: &[&str]) -> String {
    let names: Vec<String> = narrower.iter().map(|scope| printable_name(scope)).collect();
    match names.as_slice() {
        [one] => format!("{one} is enough"),
        several => format!("{} are enough", several.join(" and ")),
    }
}

/// What is not known, a sentence each.
fn unknown(state: &ProjectState, usage: &Usage<'_>) -> Vec<String> {
    let mut sentences: Vec<String> = usage
        .least()
        .unknown
        .into_iter()
        .map(|call| format!("Not known: what {} needs.", app_code::call(state, call)))
        .collect();
    if !usage.is_complete() {
        sentences.push(
            "Not everything that is done with the token could be followed: no scope is called needless."
                .to_owned(),
        );
    }
    sentences
}

fn agree(options: &Options, terminal: &Terminal, shown: &str) -> Result<(), Failure> {
    if options.yes {
        return Ok(());
    }
    if !terminal.asks() {
        return Err(Failure::not_started(format!(
            "Nothing was written. Agree to change {shown} with --yes."
        )));
    }
    match terminal.confirm(&format!("Change {shown}?"), true) {
        Answer::Yes => Ok(()),
        Answer::Interrupted => Err(Failure::interrupted("Interrupted. Nothing was written.")),
        Answer::No | Answer::Skipped => Err(Failure::not_started("Nothing was written.")),
    }
}

/// The file with other scopes; what stands there keeps its place and its comments.
fn write(state: &ProjectState, path: &Path, shown: &str, scopes: &[&str]) -> Result<(), Failure> {
    let project = state.project();
    let before = read_connector(project, path)
        .map_err(|error| Failure::not_started(format!("{shown} cannot be read: {error}.")))?;
    let after = set_list(&before, "scopes", scopes).ok_or_else(|| {
        Failure::not_started(format!("{shown} has errors: correct them first."))
            .coded(ErrorCode::SchemaInvalid)
    })?;
    connector_sync::files::replace(project, path, &before, &after)
        .map_err(|error| Failure::failed(format!("Nothing was written: {error}.")))
}

fn json_line(state: &ProjectState, usage: &Usage<'_>, line: &ScopeLine<'_>, scopes: &[String]) -> Value {
    let [change, _, why] = row(state, line);
    json!({
        "scope": line.scope,
        "change": change,
        "why": why,
        "calls": line.calls.iter().map(|call| app_code::json_call(state, usage, call, Some(scopes))).collect::<Vec<_>>(),
    })
}

fn json_unknown(state: &ProjectState, usage: &Usage<'_>, scopes: &[String]) -> Vec<Value> {
    let unknown = usage.least().unknown.into_iter();
    unknown.map(|call| app_code::json_call(state, usage, call, Some(scopes))).collect()
}

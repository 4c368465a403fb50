//! `uses`: which function uses which connector, with which calls, and what these need.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use connector_boundary::text::{printable, printable_name};
use connector_model::code::{AppCode, AppUse};
use connector_model::create::{connector_text, refusal};
use connector_model::state::ProjectState;
use connector_sync::STRIPE;
use serde_json::{Value, json};

use super::app_code;
use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::terminal::{Paint, Terminal, columns};

/// Say which functions use which connectors, with which calls, and which scopes those need.
///
/// The code is read, not run: what is only known when it runs is said to be unknown. Nothing is sent anywhere.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 shown, 2 there is no such project or type.")]
pub(crate) struct Options {
    /// The connector's type; all of them where it is left out.
    #[arg(value_name = "TYPE")]
    type_name: Option<String>,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

/// Reads the code, and shows what it does with connectors.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| uses(options, terminal))
}

fn uses(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let state = app_code::load(options.project.as_deref())?;
    let nothing = AppCode::none();
    let code = state.code().map_or(&nothing, |code| code);
    let declared = state.connectors().map(|(_, connector)| connector.type_name.as_str());
    let mut types: BTreeSet<&str> = code.types().into_iter().chain(declared).collect();
    let wanted = options.type_name.as_deref().map(str::trim);
    if let Some(name) = wanted {
        if !types.contains(name)
            && let Some(why) = refusal(name, &connector_text(name, &[]))
        {
            return Err(Failure::not_started(printable(&why, 600)));
        }
        types = BTreeSet::from([name]);
    }
    let any_type: Vec<&AppUse> =
        code.uses.iter().filter(|used| used.is_of_a_type() && used.type_name().is_none()).collect();
    if options.json {
        let any_type: Vec<Value> =
            any_type.iter().map(|used| app_code::json_use(&state, used, Vec::new())).collect();
        print_json(&json!({
            "functions": code.functions,
            "complete": code.complete,
            "types": types.iter().map(|name| json_type(&state, code, name)).collect::<Vec<_>>(),
            "anyType": any_type,
        }));
        return Ok(Exit::Done);
    }
    let blocks: Vec<String> = types.iter().map(|name| block(&state, code, name, terminal)).collect();
    terminal.show(&blocks.join("\n"));
    let mut closing = Vec::new();
    if types.is_empty() {
        closing.push("No connectors, neither in files nor in code.".to_owned());
    }
    if state.code().is_none() && state.project().has_agents() {
        closing.push("This is an agent's workspace: what its agents use stands in no code.".to_owned());
    } else if code.functions == 0 {
        closing.push("The project has no functions.".to_owned());
    }
    for used in any_type {
        closing.push(format!(
            "{} takes a connector whose type is only known when it runs: it may be any.",
            app_code::place(&state, &used.path, used.range)
        ));
    }
    if !code.complete {
        closing.push("Part of the code could not be read or followed: there may be more.".to_owned());
    }
    if !closing.is_empty() {
        let gap = if blocks.is_empty() { "" } else { "\n" };
        terminal.say(&format!("{gap}{}", closing.join("\n")));
    }
    Ok(Exit::Done)
}

/// One type: its file, its functions, and a line for each use and each call.
fn block(state: &ProjectState, code: &AppCode, name: &str, terminal: &Terminal) -> String {
    let usage = code.usage(name);
    let declaring: Vec<_> = state.declaring(name).collect();
    let files: Vec<String> =
        declaring.iter().map(|(path, _)| printable(&state.project().display_path(path), 200)).collect();
    let file = if files.is_empty() { "no file".to_owned() } else { files.join(", ") };
    let scopes = declaring.first().map(|(_, connector)| connector.scopes());
    let users = match usage.functions().is_empty() && name == STRIPE {
        true => "its key comes from the environment".to_owned(),
        false => app_code::used_by(&usage),
    };
    let mut text = format!("{}  {file}  {users}\n", terminal.paint(Paint::Bold, &printable_name(name)));
    let mut rows: Vec<[String; 3]> = Vec::new();
    for (used, calls) in usage.uses() {
        let place = app_code::place(state, &used.path, used.range);
        rows.push([place, printable(used.method_name(), 60), remark(used).to_owned()]);
        for call in calls {
            let place = app_code::place(state, &call.path, call.range);
            let row = [place, printable(&call.shown(), 160), app_code::needs(&usage, call, scopes)];
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    text.push_str(&columns("  ", &rows));
    text
}

/// What is to be known of a use besides.
fn remark(used: &AppUse) -> &'static str {
    if !used.found.reached {
        "nothing comes here"
    } else if used.found.probe {
        "only tests whether it is there"
    } else if used.found.fallback {
        "goes on without it"
    } else {
        ""
    }
}

fn json_type(state: &ProjectState, code: &AppCode, name: &str) -> Value {
    let usage = code.usage(name);
    let declaring: Vec<_> = state.declaring(name).collect();
    let scopes = declaring.first().map(|(_, connector)| connector.scopes());
    let uses: Vec<Value> = usage
        .uses()
        .into_iter()
        .map(|(used, calls)| {
            let calls = calls.into_iter().map(|call| app_code::json_call(state, &usage, call, scopes));
            app_code::json_use(state, used, calls.collect())
        })
        .collect();
    let least: Vec<String> = usage.least().scopes.into_iter().map(|needed| needed.scope).collect();
    json!({
        "type": name,
        "files": declaring.iter().map(|(path, _)| state.project().display_path(path)).collect::<Vec<_>>(),
        "scopes": scopes,
        "functions": usage.functions(),
        "complete": usage.is_complete(),
        "uses": uses,
        "least": least,
    })
}

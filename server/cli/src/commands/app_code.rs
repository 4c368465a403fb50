//! What the commands that speak of an app's code share: the project with its code, and how places, calls and scopes are
//! shown.

use std::path::Path;
use std::sync::Arc;

use connector_boundary::text::{printable, printable_name};
use connector_model::code::{AppCall, AppCode, AppUse, Needs, Usage};
use connector_model::project::{Project, ProjectOptions, ProjectPlace};
use connector_model::severities::Severities;
use connector_model::state::{Keep, ProjectState};
use connector_syntax::{Encoding, TextRange};
use serde_json::{Value, json};

use crate::failure::Failure;

/// How many calls a line names.
const MAX_CALLS: usize = 1;

/// The project of a folder, with its connector files and its code.
pub(super) fn load(start: Option<&Path>) -> Result<ProjectState, Failure> {
    let folder = start.unwrap_or(Path::new("."));
    let options = ProjectOptions::default();
    let project = Project::to_read(folder, &options).or_else(|none| {
        let older = older_layout(folder).map(|place| Project::at_place(&place, &options));
        older.ok_or(none)
    })?;
    let mut state = ProjectState::load(Arc::new(project), &Severities::default(), Keep::Texts);
    state.load_code();
    Ok(state)
}

/// The app of a folder whose functions lie as they did before there were `base44` folders. Many tools have a folder of
/// functions: only where its code uses connectors it is an app's.
pub(super) fn older_layout(folder: &Path) -> Option<ProjectPlace> {
    Project::older_layout(folder).filter(|place| {
        let project = Project::at_place(place, &ProjectOptions::default());
        AppCode::read(&project).is_some_and(|code| !code.types().is_empty())
    })
}

/// The project of a folder, with its connector files alone.
pub(super) fn load_files(start: Option<&Path>) -> Result<ProjectState, Failure> {
    let project = Project::to_read(start.unwrap_or(Path::new(".")), &ProjectOptions::default())?;
    Ok(ProjectState::load(Arc::new(project), &Severities::default(), Keep::Texts))
}

/// Where something stands: `base44/functions/notify/entry.ts:9`.
pub(super) fn place(state: &ProjectState, path: &Path, range: TextRange) -> String {
    let shown = printable(&state.project().display_path(path), 200);
    match state.positions(path) {
        Some(positions) => format!("{shown}:{}", positions.position(range.start, Encoding::Utf16).line + 1),
        None => shown,
    }
}

/// A call, and where it is made.
pub(super) fn call(state: &ProjectState, call: &AppCall) -> String {
    format!("{} ({})", printable(&call.shown(), 160), place(state, &call.path, call.range))
}

/// Calls on one line: the first, and how many there are more.
pub(super) fn calls(state: &ProjectState, calls: &[&AppCall]) -> String {
    let shown: Vec<String> = calls.iter().take(MAX_CALLS).map(|one| call(state, one)).collect();
    match calls.len().saturating_sub(MAX_CALLS) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The functions that use something: `used by notify, sendDigest`.
pub(super) fn used_by(usage: &Usage<'_>) -> String {
    let functions: Vec<String> = usage.functions().into_iter().map(str::to_owned).collect();
    match functions.is_empty() {
        true => "used by no function".to_owned(),
        false => connector_sync::words::used_by(&functions),
    }
}

/// A set of scopes that are needed together.
fn together(set: &[&str]) -> String {
    set.iter().map(|scope| printable_name(scope)).collect::<Vec<_>>().join(" and ")
}

/// What a call needs, and whether a file's scopes are enough: `needs chat:write`, `lacks chat:write`.
pub(super) fn needs(usage: &Usage<'_>, call: &AppCall, scopes: Option<&[String]>) -> String {
    let lacks = scopes.is_some_and(|scopes| usage.is_allowed(call, scopes) == Some(false));
    match usage.needs(call) {
        Needs::OneOf(sets) => {
            let narrowest = sets.first().map(|set| together(set)).unwrap_or_default();
            let verb = if lacks { "lacks" } else { "needs" };
            match sets.len() {
                0 | 1 => format!("{verb} {narrowest}"),
                several => format!("{verb} {narrowest}, or one of {} others", several - 1),
            }
        }
        Needs::Nothing => "needs no scope".to_owned(),
        Needs::OtherToken(token) => format!("takes {token}"),
        Needs::Unknown => "not known what it needs".to_owned(),
    }
}

/// A place as scripts read it: lines and UTF-16 columns from zero.
fn json_range(state: &ProjectState, path: &Path, range: TextRange) -> Value {
    let Some(positions) = state.positions(path) else { return Value::Null };
    let (start, end) = positions.range(range, Encoding::Utf16);
    json!({
        "start": {"line": start.line, "character": start.column},
        "end": {"line": end.line, "character": end.column},
    })
}

/// A call as scripts read it.
pub(super) fn json_call(
    state: &ProjectState,
    usage: &Usage<'_>,
    call: &AppCall,
    scopes: Option<&[String]>,
) -> Value {
    let needs = match usage.needs(call) {
        Needs::OneOf(sets) => json!(sets),
        Needs::Nothing => json!([[]]),
        Needs::OtherToken(_) | Needs::Unknown => Value::Null,
    };
    json!({
        "file": state.project().display_path(&call.path),
        "range": json_range(state, &call.path, call.range),
        "call": call.shown(),
        "needs": needs,
        "allowed": scopes.and_then(|scopes| usage.is_allowed(call, scopes)),
        "sure": call.is_sure(),
    })
}

/// A use as scripts read it.
pub(super) fn json_use(state: &ProjectState, used: &AppUse, calls: Vec<Value>) -> Value {
    json!({
        "file": state.project().display_path(&used.path),
        "range": json_range(state, &used.path, used.range),
        "method": used.method_name(),
        "functions": used.functions,
        "reliedOn": used.is_relied_on(),
        "calls": calls,
    })
}

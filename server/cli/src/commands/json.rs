//! What commands print for a program, with `--json`.

use connector_boundary::text::visible_json;
use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::{Terminal, put};

/// Runs a command that may be asked for JSON: then its terminal is silent, and a failure is JSON too.
pub(super) fn in_json_or_words<T>(
    json: bool,
    terminal: &Terminal,
    command: impl FnOnce(&Terminal) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let terminal = if json { terminal.silent() } else { terminal.clone() };
    told_in_json(json, command(&terminal))
}

/// What a program reads where there are no results; a person reads the same on standard error.
pub(super) fn told_in_json<T>(json: bool, done: Result<T, Failure>) -> Result<T, Failure> {
    done.inspect_err(|failure| {
        if json {
            print_json(&failure.to_official_json());
        }
    })
}

/// Prints a value as a person may read it too.
pub(super) fn print_json(value: &impl Serialize) {
    let text = visible_json(&serde_json::to_string_pretty(value).unwrap_or_default());
    put(format!("{text}\n").as_bytes());
}

/// Prints a value on one line, as one of several.
pub(super) fn print_json_line(value: &impl Serialize) {
    let text = visible_json(&serde_json::to_string(value).unwrap_or_default());
    put(format!("{text}\n").as_bytes());
}

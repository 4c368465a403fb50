//! What the tests of this suite do at a stage besides what every test does: the terminal, a stand-in for the
//! browser, and a look at every place where something could have been left.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use connector_boundary::text::{is_unprintable, without_orders};
use serde_json::Value;

use crate::client::Start;
use crate::stage::Stage;

/// The commands that tell most of what the platform says, in every form.
pub const STATUS_AND_PUSH: &[&[&str]] = &[
    &["status"],
    &["status", "--json"],
    &["push", "--dry-run"],
    &["push", "--dry-run", "--json"],
    &["push", "--yes"],
    &["push", "--yes", "--json"],
    &["push", "--yes", "--events", "ndjson"],
];

/// What a run in the terminal left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// It ended by itself, without a mistake of its own.
    pub fn is_orderly(&self) -> bool {
        let ends = [0, 1, 2, 3];
        ends.contains(&self.code)
            && !self.err.contains("mistake in base44-connectors")
            && !self.err.contains("panicked")
    }

    /// It printed nothing that a terminal acts on but line breaks, and nothing of the `forbidden`.
    pub fn assert_clean(&self, what: &str) {
        assert!(self.is_orderly(), "{what}: {self:?}");
        for c in self.text().chars() {
            assert!(c == '\n' || !is_unprintable(c), "{what}: {c:?} was printed: {self:?}");
        }
        // A build server takes orders from lines; the annotations of `check` are the only ones that are given.
        for line in self.text().lines().map(str::trim_start) {
            let own = ["error", "warning", "notice"].iter().any(|level| {
                line.strip_prefix("::").is_some_and(|rest| rest.starts_with(&format!("{level} file=")))
            });
            let text = if own { line.trim_start_matches(':') } else { line };
            assert!(without_orders(text) == text, "{what}: {line:?} is an order, or has one in it");
        }
    }
}

/// At most so much memory, in kilobytes of addresses, for a run: nothing that is sent fills it.
const MEMORY: u64 = 4 * 1024 * 1024;

/// Runs the binary at a stage, as the person whose stage it is.
pub fn run(stage: &Stage, arguments: &[&str]) -> Ran {
    run_with(stage, &[], arguments)
}

/// The same with more environment.
pub fn run_with(stage: &Stage, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_base44-connectors")).args(arguments);
    command.current_dir(stage.root()).env_clear().stdin(Stdio::null());
    command.env("PATH", openers(stage)).env("TERM", "xterm-256color");
    command.env("BASE44_CONNECTORS_TIMEOUT", "2");
    for (name, value) in stage.start().env {
        command.env(name, value);
    }
    for (name, value) in environment {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// How to start a language server that could only open links with the stand-in.
pub fn start(stage: &Stage) -> Start {
    let options = serde_json::json!({"statusNotifications": true});
    stage.start().options(options).env("PATH", &openers(stage)).env("BASE44_CONNECTORS_TIMEOUT", "2")
}

/// A search path whose programs for links only write down what they were given.
fn openers(stage: &Stage) -> String {
    let folder = stage.home().join("bin");
    if !folder.exists() {
        std::fs::create_dir_all(&folder).unwrap();
        for name in [
            "xdg-open",
            "open",
            "gio",
            "gnome-open",
            "kde-open",
            "wslview",
            "powershell.exe",
            "x-www-browser",
        ] {
            let script = format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\n", opened_file(stage).display());
            std::fs::write(folder.join(name), script).unwrap();
            std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    // The shell itself has to be found.
    format!("{}:/usr/bin:/bin", folder.display())
}

fn opened_file(stage: &Stage) -> PathBuf {
    stage.home().join("opened.txt")
}

/// What was given to a program for links.
pub fn opened(stage: &Stage) -> String {
    std::fs::read_to_string(opened_file(stage)).unwrap_or_default()
}

/// Every file below a folder with its bytes, links as what they lead to. What goes while it is looked at is not there.
pub fn everything_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                waiting.push(path);
                continue;
            }
            let says = match kind.is_symlink() {
                true => std::fs::read_link(&path).map(|target| target.into_os_string().into_encoded_bytes()),
                false => std::fs::read(&path),
            };
            match says {
                Ok(bytes) => found.push((path, bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }
    found.sort();
    found
}

/// Every text in a message, at any depth, with the keys that lead to it.
pub fn texts(message: &Value) -> Vec<(String, String)> {
    fn collect(value: &Value, at: &str, into: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => into.push((at.to_owned(), text.clone())),
            Value::Array(all) => all.iter().for_each(|value| collect(value, at, into)),
            Value::Object(members) => {
                members.iter().for_each(|(key, value)| collect(value, &format!("{at}/{key}"), into));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(message, "", &mut found);
    found
}

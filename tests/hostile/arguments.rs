//! What a script types with the names that others gave: it is shown, not acted on, and stays one argument.

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::place::{run, run_with};
use crate::stage::Stage;
use crate::tally::Tally;

/// Names that a terminal, a build server, a reader or the shell of whoever copies a hint would act on.
const NAMES: &[&str] = &[
    "\u{1b}[2J\u{202e}slack",
    "sl\u{200b}ack",
    "\u{9b}31mx",
    "\u{1b}]8;;https://evil.example\u{7}x",
    "a\nSummary: Removed everything",
    "x\n::error file=a::b",
    "##vso[task.setvariable variable=a]b",
    "\u{e0b0}\u{f8ff}",
    "a\rb",
    "'; touch /tmp/owned; #",
    "$(touch /tmp/owned)",
    "-rf",
];

const COMMANDS: &[&[&str]] = &[
    &["authorize"],
    &["reconnect", "--yes"],
    &["create"],
    &["scopes"],
    &["uses"],
    &["check"],
    &["types", "--out"],
    &["initiate", "--integration-type"],
    &["pull", "--yes", "--app-id"],
    &["status", "--project"],
    &["status", "--api-url"],
    &["status", "--log"],
    &["check", "--format"],
    &["skill"],
    &["completions"],
    &[],
];

#[test]
fn what_is_typed_is_shown_and_not_acted_on() {
    let mut tally = Tally::of("what is typed is shown and not acted on");
    for command in COMMANDS {
        for name in NAMES {
            let stage = Stage::new();
            stage.connector("slack", &["chat:write"]);
            let arguments = [*command, &[name]].concat();
            let ran = run(&stage, &arguments);
            ran.assert_clean(&format!("{arguments:?}"));
            // A command that is offered has no more in it than a name.
            for hint in ran.text().split("'base44-connectors ").skip(1) {
                let hint = hint.split("' ").next().unwrap().lines().next().unwrap();
                let plain = |c: char| c.is_ascii_alphanumeric() || " -_.'".contains(c);
                assert!(hint.chars().all(plain), "{arguments:?}: {hint:?} in {ran:?}");
            }
            tally.held();
        }
    }
}

#[test]
fn a_log_goes_through_no_link_and_waits_for_no_pipe() {
    let mut tally = Tally::of("a log goes through no link and waits for no pipe");
    let stage = Stage::new();
    let connector = stage.connector("slack", &["chat:write"]);
    let before = std::fs::read_to_string(&connector).unwrap();
    let log = stage.root().join("run.log");
    let logged = ["status", "--log", "trace", "--log-file", log.to_str().unwrap()];
    for target in [connector.as_path(), std::path::Path::new("nowhere")] {
        symlink(target, &log).unwrap();
        let ran = run(&stage, &logged);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.err.contains("it is a link to another file"), "{ran:?}");
        assert_eq!(std::fs::read_to_string(&connector).unwrap(), before);
        assert!(!stage.root().join("nowhere").exists());
        std::fs::remove_file(&log).unwrap();
        tally.held();
    }
    let made = Command::new("mkfifo").arg(&log).stdin(Stdio::null()).status();
    if made.is_ok_and(|made| made.success()) {
        let ran = run_with(&stage, &[], &logged);
        assert_eq!(ran.code, 0, "{ran:?}");
        tally.held();
    }
}

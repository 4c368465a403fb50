//! A login file that is none, a home that cannot be used, a disk that is full.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::place::{Ran, run, run_with};
use crate::stage::Stage;
use crate::tally::Tally;

/// Puts something in the place of the login.
type Put = fn(&Path);

fn text(path: &Path, text: impl AsRef<[u8]>) {
    std::fs::write(path, text).unwrap();
}

fn with(path: &Path, key: &str, value: serde_json::Value) {
    let mut login: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    login[key] = value;
    text(path, login.to_string());
}

const LOGINS: &[(&str, Put)] = &[
    ("empty", |path| text(path, "")),
    ("half of one", |path| text(path, "{\"accessToken\": \"a")),
    ("a list", |path| text(path, "[]")),
    ("null", |path| text(path, "null")),
    ("no text", |path| text(path, [0xff, 0xfe, 0x00])),
    ("nested without end", |path| text(path, "{\"a\":".repeat(1_000_000))),
    ("60 MB", |path| text(path, vec![b' '; 60_000_000])),
    ("a token that is a number", |path| with(path, "accessToken", json!(7))),
    ("a token that is two headers", |path| with(path, "accessToken", json!("a\r\nX-Evil: 1"))),
    ("a token of control characters", |path| with(path, "refreshToken", json!("\u{1b}[2J"))),
    ("no end", |path| with(path, "expiresAt", json!("soon"))),
    ("an end beyond numbers", |path| {
        text(path, "{\"accessToken\":\"a\",\"refreshToken\":\"b\",\"expiresAt\":1e999}");
    }),
    ("a folder", |path| {
        std::fs::remove_file(path).unwrap();
        std::fs::create_dir(path).unwrap();
    }),
    ("a pipe", |path| {
        std::fs::remove_file(path).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }),
    ("a link to itself", |path| {
        std::fs::remove_file(path).unwrap();
        std::os::unix::fs::symlink("auth.json", path).unwrap();
    }),
    ("a link to a device", |path| {
        std::fs::remove_file(path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", path).unwrap();
    }),
];

#[test]
fn a_login_that_is_none_is_said_and_neither_sent_nor_changed() {
    let mut tally = Tally::of("a login that is none is said, and neither sent nor changed");
    for (what, put) in LOGINS {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        put(&stage.login_path());
        let look = || {
            let path = stage.login_path();
            let kind = path.symlink_metadata().unwrap().file_type();
            (kind, kind.is_file().then(|| std::fs::read(&path).unwrap()))
        };
        let before = look();
        for command in [&["status"][..], &["push", "--yes"], &["pull", "--yes"], &["whoami"]] {
            let ran = run(&stage, command);
            assert_ne!(ran.code, 0, "{what} {command:?}: {ran:?}");
            ran.assert_clean(what);
            tally.held();
        }
        assert_eq!(stage.requests(), Vec::<String>::new(), "{what}");
        assert!(look() == before, "{what}: it was changed");
    }
}

#[test]
fn an_end_of_the_login_that_cannot_be_is_no_trouble() {
    let mut tally = Tally::of("whatever is said of when a login ends, it is used or renewed");
    for end in [json!(-1), json!(0), json!(1.5), json!(1e300), json!(u64::MAX), json!(i64::MIN)] {
        let stage = Stage::new();
        with(&stage.login_path(), "expiresAt", end.clone());
        with(&stage.login_path(), "ofSomebodyElse", json!({"kept": [1]}));
        let ran = run(&stage, &["status"]);
        assert_eq!(ran.code, 0, "{end}: {ran:?}");
        let login = std::fs::read_to_string(stage.login_path()).unwrap();
        assert!(login.contains("ofSomebodyElse"), "{end}: {login}");
        tally.held();
    }
    for life in ["-1", "0", "1e300", "1e999", "\"3600\"", "null", "[]"] {
        let stage = Stage::new();
        let before = std::fs::read(stage.login_path()).unwrap();
        with(&stage.login_path(), "expiresAt", json!(0));
        let answer = format!("{{\"access_token\":\"x\",\"refresh_token\":\"y\",\"expires_in\":{life}}}");
        let action = connector_sandbox::FaultAction::answer(200, &answer);
        stage.sandbox.inject(connector_sandbox::Fault::on("/oauth/token", action));
        run(&stage, &["status"]).assert_clean(life);
        let after = std::fs::read(stage.login_path()).unwrap();
        let login: serde_json::Value = serde_json::from_slice(&after).unwrap();
        assert!(login["refreshToken"].is_string() && !before.is_empty(), "{life}: {login}");
        tally.held();
    }
}

#[test]
fn a_home_or_a_state_folder_of_no_use_stops_no_push() {
    let mut tally = Tally::of("a home or a state folder that cannot be used stops no push");
    let homes: [&[(&str, &str)]; 6] = [
        &[("HOME", "")],
        &[("HOME", "/dev/null"), ("XDG_STATE_HOME", "")],
        &[("HOME", "/proc"), ("XDG_STATE_HOME", "/proc/nowhere")],
        &[("XDG_STATE_HOME", "/dev/null/state")],
        &[("XDG_STATE_HOME", "relative/\u{1b}[2J")],
        &[("HOME", "relative"), ("XDG_STATE_HOME", "relative")],
    ];
    for home in homes {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        let login = stage.sandbox.login().clone();
        let mut environment = home.to_vec();
        environment.push(("BASE44_ACCESS_TOKEN", &login.access_token));
        environment.push(("BASE44_REFRESH_TOKEN", &login.refresh_token));
        for command in [&["push", "--yes"][..], &["status"], &["pull", "--yes"]] {
            let ran = run_with(&stage, &environment, command);
            ran.assert_clean(&format!("{home:?} {command:?}"));
            assert_eq!(ran.code, 0, "{home:?} {command:?}: {ran:?}");
            tally.held();
        }
        assert_eq!(stage.count("PUT"), 1, "{home:?}");
    }
}

/// Runs a command of the binary where the folder is on a disk without a free byte; none where none can be made.
fn on_a_full_disk(stage: &Stage, folder: &Path, arguments: &str) -> Option<Ran> {
    let script = format!(
        "set -e; cp -r '{folder}' '{folder}.saved'; mount -t tmpfs -o size=64k full '{folder}'; \
         cp -r '{folder}.saved/.' '{folder}/'; echo mounted >&2; \
         dd if=/dev/zero of='{folder}/full' bs=1 count=1000000 2>/dev/null || true; set +e; \
         '{binary}' {arguments}; code=$?; rm -rf '{folder}.saved'; rm '{folder}/full'; \
         cp -r '{folder}' '{folder}.after'; exit $code",
        folder = folder.display(),
        binary = env!("CARGO_BIN_EXE_base44-connectors"),
    );
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", &script]).current_dir(stage.root()).stdin(Stdio::null());
    command.envs(stage.start().env);
    let output = command.output().ok()?;
    let err = String::from_utf8(output.stderr).unwrap();
    let err = err.strip_prefix("mounted\n")?.to_owned();
    Some(Ran { code: output.status.code()?, out: String::from_utf8(output.stdout).unwrap(), err })
}

#[test]
fn a_full_disk_costs_neither_the_login_nor_what_was_pushed() {
    let mut tally = Tally::of("a full disk costs neither the login nor what was pushed");
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let state = stage.home().join("state");
    std::fs::create_dir_all(&state).unwrap();
    let Some(ran) = on_a_full_disk(&stage, &state, "push --yes") else {
        // Only whoever may mount can fill a disk of their own.
        return;
    };
    ran.assert_clean("a full state folder");
    assert_eq!((ran.code, stage.count("PUT")), (0, 1), "{ran:?}");
    assert!(ran.text().contains("/consent") || ran.text().contains("http://127.0.0.1"), "{ran:?}");
    tally.held();

    let stage = Stage::new();
    stage.sandbox.expire_tokens();
    with(&stage.login_path(), "expiresAt", json!(0));
    let auth = stage.login_path().parent().unwrap().to_owned();
    let before = std::fs::read(stage.login_path()).unwrap();
    let ran = on_a_full_disk(&stage, &auth, "status").unwrap();
    ran.assert_clean("a full disk for the login");
    let after = std::fs::read(auth.with_extension("after").join("auth.json")).unwrap();
    assert_eq!(after, before, "{ran:?}");
    assert_eq!(stage.count("POST /oauth/token"), 0, "the refresh token is not spent: {ran:?}");
    tally.held();
}

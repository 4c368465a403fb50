//! A whole session with everything logged: no token it used is in anything that it left, but the login itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use connector_sandbox::{Fault, FaultAction};
use serde_json::json;

use crate::place::{Ran, everything_below, run, run_with, start};
use crate::stage::{Editor, Stage};
use crate::tally::Tally;

/// What must not be found, gathered while the session goes on: tokens are used up and forgotten.
#[derive(Default)]
struct Secrets {
    /// Tokens and codes: nowhere but in the login file.
    tokens: BTreeSet<String>,
    /// Authorization links: in no log, and on no standard error.
    links: BTreeSet<String>,
}

impl Secrets {
    fn gather(&mut self, stage: &Stage) {
        stage.sandbox.with_state(|state| {
            self.tokens.extend(state.access_tokens.keys().cloned());
            self.tokens.extend(state.refresh_tokens.iter().cloned());
            self.tokens.extend(state.devices.keys().cloned());
            self.tokens.extend(state.workspace_keys.iter().cloned());
            for app in state.apps.values() {
                self.links.extend(app.consents.keys().cloned());
                self.links.extend(app.stripe_claim_url.clone());
            }
        });
        for request in stage.sandbox.requests() {
            let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
            self.tokens.extend(bearer.map(str::to_owned));
        }
    }

    fn in_text(&self, text: &str) -> Vec<&str> {
        self.tokens.iter().map(String::as_str).filter(|token| text.contains(token)).collect()
    }

    fn links_in_text(&self, text: &str) -> Vec<&str> {
        self.links.iter().map(String::as_str).filter(|link| text.contains(link)).collect()
    }
}

/// Answers the next sign-in as its person would.
fn approve_sign_in(stage: &Stage, secrets: &mut Secrets) {
    let deadline = std::time::Instant::now() + crate::client::PATIENCE;
    loop {
        secrets.gather(stage);
        let waiting = stage.sandbox.with_state(|state| {
            let code = state.devices.values().find(|device| device.approved.is_none());
            let code = code.map(|device| device.user_code.clone());
            code.is_some_and(|code| state.decide_device(&code, true))
        });
        if waiting {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "nobody signs in");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// A platform that repeats what it was sent, as careless ones do.
fn repeating(stage: &Stage) -> FaultAction {
    let login = stage.sandbox.with_state(|state| {
        let access = state.access_tokens.keys().next_back().cloned().unwrap_or_default();
        let refresh = state.refresh_tokens.iter().next_back().cloned().unwrap_or_default();
        (access, refresh)
    });
    let said = format!(
        "Invalid token Bearer {} (refresh_token={}) at https://auth.base44.io/oauth/x?token={}",
        login.0, login.1, login.0
    );
    FaultAction::answer(500, &json!({"message": said, "detail": said}).to_string())
}

#[test]
fn no_token_of_a_session_is_left_anywhere_but_in_the_login() {
    let mut tally = Tally::of("no token is in a log, an output, a message or the state");
    let stage = Stage::signed_out();
    stage.connector("slack", &["chat:write"]);
    stage.connector("github", &["repo"]);
    stage.connector("stripe", &[]);
    let mut secrets = Secrets::default();
    let log = stage.root().parent().unwrap().join("terminal.log");
    let logging = ["--log", "trace", "--log-file", log.to_str().unwrap()];
    let mut said: Vec<(String, Ran)> = Vec::new();
    let mut terminal = |arguments: &[&str], environment: &[(&str, &str)]| {
        let with_log: Vec<&str> = arguments.iter().chain(&logging).copied().collect();
        let ran = run_with(&stage, environment, &with_log);
        assert!(ran.is_orderly(), "{arguments:?}: {ran:?}");
        said.push((arguments.join(" "), ran));
    };

    // In the terminal: sign in, push, authorize, renew, fail, and as a workspace.
    std::thread::scope(|scope| {
        scope.spawn(|| approve_sign_in(&stage, &mut secrets));
        terminal(&["login"], &[]);
    });
    terminal(&["push", "--yes"], &[]);
    secrets.gather(&stage);
    stage.sandbox.approve_all();
    terminal(&["status", "--json"], &[]);
    stage.sandbox.expire_tokens();
    terminal(&["whoami", "--verify"], &[]);
    secrets.gather(&stage);
    terminal(&["pull", "--yes"], &[]);
    terminal(&["push", "--yes"], &[("BASE44_API_KEY", "b44k_sandbox")]);
    let login = stage.sandbox.add_login();
    secrets.gather(&stage);
    let seeded = [
        ("BASE44_ACCESS_TOKEN", login.access_token.as_str()),
        ("BASE44_REFRESH_TOKEN", &login.refresh_token),
    ];
    terminal(&["status"], &seeded);
    stage.connector("notion", &[]);
    for path in ["external-auth/list", "integrations/", "/oauth/token"] {
        secrets.gather(&stage);
        stage.sandbox.inject(Fault::on(path, repeating(&stage)));
        if path == "/oauth/token" {
            stage.sandbox.expire_tokens();
        }
        terminal(&["push", "--yes"], &[]);
        stage.sandbox.clear_faults();
    }
    for fault in [FaultAction::Reset, FaultAction::Truncate { bytes: 9 }, FaultAction::answer(401, "{}")] {
        stage.sandbox.inject(Fault::on("external-auth", fault));
        terminal(&["push", "--yes", "--json"], &[]);
        stage.sandbox.clear_faults();
    }
    terminal(&["push", "--yes", "--events", "ndjson"], &[]);
    secrets.gather(&stage);

    // In an editor.
    let server_log = stage.root().parent().unwrap().join("server.log");
    let server_errors = stage.root().parent().unwrap().join("server.err");
    let mut editor = start(&stage);
    editor.arguments =
        ["--log", "trace", "--log-file", server_log.to_str().unwrap()].map(str::to_owned).to_vec();
    editor.stderr = Some(server_errors.clone());
    let mut client = editor.run();
    client.keep_everything();
    client.notify("$/setTrace", json!({"value": "verbose"}));
    client.wait_for_project("the app", |project| project["account"].is_string());
    client.choices.push_back("Sign Out".to_owned());
    client.command(&stage, "base44.signOut", &[]);
    let signing_in = client.begin(&stage, "base44.signIn", &[]);
    client.settle();
    approve_sign_in(&stage, &mut secrets);
    client.answer(signing_in);
    secrets.gather(&stage);
    stage.connector("hubspot", &["oauth"]);
    client.choices.push_back("Authorize".to_owned());
    stage.sandbox.expire_tokens();
    let pushing = client.begin(&stage, "base44.push", &[]);
    client.server_request("window/showDocument");
    client.server_request("window/showDocument");
    secrets.gather(&stage);
    stage.sandbox.approve_all();
    client.answer(pushing);
    for path in ["external-auth/list", "/oauth/token"] {
        secrets.gather(&stage);
        stage.sandbox.inject(Fault::on(path, repeating(&stage)));
        if path == "/oauth/token" {
            stage.sandbox.expire_tokens();
        }
        client.command(&stage, "base44.push", &[]);
        stage.sandbox.clear_faults();
    }
    client.command(&stage, "base44.refresh", &[]);
    secrets.gather(&stage);
    let traffic: Vec<String> = client.end().iter().map(ToString::to_string).collect();
    run(&stage, &["logout"]);

    // Nothing of it is left.
    assert!(secrets.tokens.len() >= 6 && secrets.links.len() >= 3, "{} tokens", secrets.tokens.len());
    for (command, ran) in &said {
        assert_eq!(secrets.in_text(&ran.text()), Vec::<&str>::new(), "{command}");
        tally.held();
    }
    for message in &traffic {
        assert_eq!(secrets.in_text(message), Vec::<&str>::new(), "{message}");
        tally.held();
    }
    let below = stage.root().parent().unwrap().to_owned();
    for (path, bytes) in everything_below(&below) {
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(secrets.in_text(&text), Vec::<&str>::new(), "{}", path.display());
        tally.held();
    }
    // The logs are safe to paste, and they help.
    for log in [&log, &server_log, &server_errors] {
        assert_eq!(secrets.links_in_text(&read(log)), Vec::<&str>::new(), "{}", log.display());
    }
    helps(
        &read(&log),
        &stage,
        &["run{command=\"push\"", "PUT /external-auth/integrations/{type}: 200", "ended with exit code"],
    );
    helps(
        &read(&server_log),
        &stage,
        &["command{name=\"Push connectors\"", "client: workspace/executeCommand, message", "answered "],
    );
}

/// A log has what is needed to follow one push, and the ids that the platform was given.
fn helps(log: &str, stage: &Stage, parts: &[&str]) {
    for part in parts {
        assert!(log.contains(part), "{part} is not in the log:\n{log}");
    }
    let ids: Vec<String> = stage
        .sandbox
        .requests()
        .iter()
        .filter_map(|request| request.header("x-request-id").map(str::to_owned))
        .filter(|id| log.contains(id.as_str()))
        .collect();
    assert!(ids.len() > 3, "request ids can be looked up: {log}");
}

fn read(path: &PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_log_is_readable_by_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mut tally = Tally::of("a log is readable by its user alone");
    let stage = Stage::new();
    let log: &Path = &stage.root().join("a.log");
    run(&stage, &["status", "--log-file", log.to_str().unwrap()]);
    assert_eq!(log.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    tally.held();
}

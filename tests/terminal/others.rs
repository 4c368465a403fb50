//! The other commands: status, pull, authorize, reconnect, sign-in, types, the sandbox, help.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use connector_sandbox::{Connector, Fault, FaultAction};
use serde_json::Value;

use crate::support::{Workspace, changes, project, redacted, sandbox, waiting};

fn session(workspace: &Workspace, line: &str) -> String {
    workspace.run(&line.split(' ').collect::<Vec<_>>()).session(line)
}

#[test]
fn status_is_a_table() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "notion", "slack"], &["googlecalendar", "gmail"]);
    sandbox.with_state(|state| {
        let expired = Connector { status: "expired".to_owned(), ..Connector::active(&[]) };
        state.app("front-desk").connectors.insert("notion".to_owned(), expired);
    });
    insta::assert_snapshot!(session(&workspace, "status"));
    let report = workspace.run(&["status", "--json"]);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report["app"], "front-desk");
    assert_eq!(report["connectors"].as_array().unwrap().len(), 4);
}

#[test]
fn pull_writes_what_the_app_has_and_keeps_comments() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack", "notion"]);
    assert_eq!(workspace.run(&["push", "--dry-run"]).code, 0);
    workspace.write(
        "base44/connectors/slack.jsonc",
        "{\n  // Posts the answers.\n  \"type\": \"slack\",\n  \"scopes\": [\"chat:write\"],\n}\n",
    );
    insta::assert_snapshot!(session(&workspace, "pull --dry-run"));
    insta::assert_snapshot!(session(&workspace, "pull"));
    insta::assert_snapshot!(session(&workspace, "pull --yes"));
    insta::assert_snapshot!(workspace.read("base44/connectors/slack.jsonc"));
    insta::assert_snapshot!(session(&workspace, "pull"));
    let json: Value = serde_json::from_str(&workspace.run(&["pull", "--json"]).out).unwrap();
    assert_eq!((&json["pulled"], &json["written"]), (&Value::from(2), &serde_json::json!([])));
}

#[test]
fn authorize_offers_the_stored_link() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &[]);
    assert_eq!(workspace.run(&["push"]).code, 0);
    let id = waiting(&sandbox, "slack").unwrap();
    let ran = workspace.command(&["authorize", "slack", "--fail-on-pending"]).output().unwrap();
    assert!(String::from_utf8_lossy(&ran.stdout).contains(&id), "the same consent");
    assert_eq!(ran.status.code(), Some(3));
    assert_eq!(sandbox.approve_all(), 2);
    insta::assert_snapshot!(session(&workspace, "authorize"));
    insta::assert_snapshot!(session(&workspace, "authorize gmail"));
}

#[test]
fn who_opens_the_links_elsewhere_is_waited_for_without_a_terminal_too() {
    // Each of the two says that there is somebody to wait for.
    for said in [&["--no-open", "--wait", "30"][..], &["--wait", "30"]] {
        let sandbox = sandbox();
        let workspace = project(&sandbox, &["slack"], &[]);
        assert_eq!(workspace.run(&["push"]).code, 0);
        let id = waiting(&sandbox, "slack").unwrap();
        let line = [&["authorize", "--fail-on-pending"], said].concat();
        let mut child = workspace.command(&line).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains(&id)), "the link is shown");
        assert!(sandbox.approve(&id));
        let rest: Vec<String> = lines.map(Result::unwrap).collect();
        assert!(rest.iter().any(|line| line.contains("slack authorization complete")), "{rest:?}");
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn reconnecting_without_a_terminal_needs_yes() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    insta::assert_snapshot!(session(&workspace, "reconnect slack"));
    insta::assert_snapshot!(session(&workspace, "reconnect gmail --yes"));
    insta::assert_snapshot!(session(&workspace, "reconnect slack --yes"));
    assert!(waiting(&sandbox, "slack").is_some());
}

#[test]
fn the_platforms_types_are_listed() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &[]);
    let text = workspace.run(&["list-available"]);
    assert_eq!(text.code, 0);
    assert!(text.out.contains("\n  integrationType: googlecalendar\n"), "{}", text.out);
    assert!(text.out.contains(" available integrations. base44-connectors create TYPE"), "{}", text.out);
    let json: Value = serde_json::from_str(&workspace.run(&["list-available", "--json"]).out).unwrap();
    assert!(json["integrations"].as_array().unwrap().iter().any(|it| it["integrationType"] == "slack"));
}

#[test]
fn types_that_cannot_be_read_are_no_empty_list() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &[]);
    for (answer, code, said) in [
        (r#"{"integrations": []}"#, 0, "No available integrations found."),
        (r#"{"integrations": [{"bad": "data"}]}"#, 1, "none of them can be read"),
    ] {
        sandbox.clear_faults();
        sandbox.inject(Fault::on("available-integrations", FaultAction::answer(200, answer)));
        let ran = workspace.run(&["list-available"]);
        assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
        assert!(format!("{}{}", ran.out, ran.err).contains(said), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn signing_in_shows_page_and_code_and_signing_out_forgets() {
    let sandbox = sandbox();
    let mut workspace = Workspace::empty();
    workspace.set("BASE44_API_URL", sandbox.url());
    let mut child = workspace.command(&["login"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let code = sandbox.with_state(|state| state.devices.values().next().unwrap().user_code.clone());
    assert!(first.contains(&code) && first.contains(&format!("{}/device", sandbox.url())), "{first}");
    assert!(sandbox.with_state(|state| state.decide_device(&code, true)));
    assert_eq!(lines.next().unwrap().unwrap(), "✓ Signed in as ada@example.com");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    insta::assert_snapshot!(session(&workspace, "whoami"));
    insta::assert_snapshot!(session(&workspace, "logout"));
    insta::assert_snapshot!(session(&workspace, "logout"));
}

#[test]
fn check_asks_the_platform_too() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "slack"], &["googlecalendar", "notion"]);
    insta::assert_snapshot!(session(&workspace, "check --remote"));
}

#[test]
fn a_comment_silences_what_the_platform_says_too() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    assert!(workspace.run(&["check", "--remote"]).out.contains("not-pushed"));
    let silent =
        "// base44-ignore not-pushed -- not yet\n{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n";
    workspace.write("base44/connectors/slack.jsonc", silent);
    let ran = workspace.run(&["check", "--remote"]);
    assert!(!ran.out.contains("not-pushed") && !ran.out.contains("unused-ignore"), "{}", ran.out);
}

#[test]
fn a_push_stops_at_what_is_turned_off_and_says_so() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    workspace.write("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": \"chat:write\" }\n");
    workspace.write("base44/connector-checks.jsonc", "{ \"severity\": { \"invalid-scopes\": \"off\" } }\n");
    assert_eq!(workspace.run(&["check"]).code, 0);
    insta::assert_snapshot!(session(&workspace, "push --yes"));
    assert_eq!(changes(&sandbox), 0);
}

#[cfg(unix)]
#[test]
fn a_sandbox_says_how_to_use_it_and_stops_when_told() {
    let workspace = Workspace::empty();
    let mut child = workspace
        .command(&["sandbox", "--port", "0", "--state", "state.json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = String::new();
    for line in lines.by_ref() {
        said.push_str(&format!("{line}\n"));
        if line.contains("Ctrl-C") {
            break;
        }
    }
    insta::assert_snapshot!(redacted(&said));
    // Whoever does what it says is signed in there.
    let mut pushed = workspace.command(&["push", "--app-id", "my-app"]);
    workspace.write("connectors/slack.jsonc", "{ \"type\": \"slack\" }\n");
    for line in said.lines().filter_map(|line| line.trim().strip_prefix("export ")) {
        let (name, value) = line.split_once('=').unwrap();
        pushed.env(name, value);
    }
    assert_eq!(pushed.output().unwrap().status.code(), Some(0));
    let told = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    let until = Instant::now() + Duration::from_secs(20);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => assert!(Instant::now() < until, "it does not stop"),
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(status.code(), Some(0));
    assert!(workspace.read("state.json").contains("my-app"));
}

#[test]
fn help_names_the_commands_and_the_exit_codes() {
    let workspace = Workspace::empty();
    insta::assert_snapshot!(session(&workspace, "--help"));
    for command in [
        "check",
        "push",
        "pull",
        "status",
        "authorize",
        "reconnect",
        "create",
        "uses",
        "scopes",
        "list-available",
        "login",
        "logout",
        "whoami",
        "sandbox",
        "demo",
    ] {
        let help = workspace.run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("Exit codes: 0"), "{command}");
    }
    insta::assert_snapshot!(session(&workspace, "push --help"));
    let version = workspace.run(&["--version"]);
    assert!(version.out.starts_with(&format!("base44-connectors {} (", env!("CARGO_PKG_VERSION"))));
    assert!(workspace.run(&["completions", "zsh"]).out.contains("#compdef base44-connectors"));
    assert_eq!(workspace.run(&["bring"]).code, 2);
}

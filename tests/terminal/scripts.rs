//! The commands where there is no terminal: what is said, what is refused, what programs read.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use connector_sandbox::{Connector, Fault, FaultAction, StripeMode};
use serde_json::Value;

use crate::support::{Workspace, changes, project, sandbox};

fn session(workspace: &Workspace, line: &str) -> String {
    workspace.run(&line.split(' ').collect::<Vec<_>>()).session(line)
}

fn json(workspace: &Workspace, line: &str) -> Value {
    let ran = workspace.run(&line.split(' ').collect::<Vec<_>>());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

#[test]
fn links_are_printed_and_nothing_is_asked() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "notion", "slack"], &["googlecalendar"]);
    insta::assert_snapshot!(session(&workspace, "push"));
    assert_eq!(workspace.opened().len(), 0);
}

#[test]
fn a_pipeline_that_wants_to_know_is_told_of_what_is_pending() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    assert_eq!(workspace.run(&["push", "--fail-on-pending"]).code, 3);
    assert_eq!(sandbox.approve_all(), 1);
    assert_eq!(workspace.run(&["push", "--fail-on-pending"]).code, 0);
}

#[test]
fn a_removal_needs_yes() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar", "slack"]);
    insta::assert_snapshot!(session(&workspace, "push"));
    assert_eq!(changes(&sandbox), 0);
    insta::assert_snapshot!(session(&workspace, "push --yes"));
}

#[test]
fn a_missing_folder_never_removes_silently() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &["slack", "notion"]);
    std::fs::remove_dir(workspace.path("base44/connectors")).unwrap();
    workspace.write("base44/conectors/slack.jsonc", "{ \"type\": \"slack\" }");
    insta::assert_snapshot!(session(&workspace, "push"));
    assert_eq!(changes(&sandbox), 0);
}

#[test]
fn yes_alone_is_no_agreement_where_the_folder_is_missing() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &["slack"]);
    sandbox.with_state(|state| state.app("front-desk").stripe = Some(StripeMode::Live));
    std::fs::remove_dir(workspace.path("base44/connectors")).unwrap();
    insta::assert_snapshot!(session(&workspace, "push --yes"));
    assert_eq!(workspace.run(&["push", "--yes", "--app-id", "front-desk", "--dir", "conectors"]).code, 2);
    assert_eq!(changes(&sandbox), 0);
    std::fs::create_dir(workspace.path("base44/connectors")).unwrap();
    let ran = workspace.run(&["push", "--yes", "--remove", "stripe"]);
    assert!(ran.out.contains("Removed: slack, stripe"), "{}{}", ran.out, ran.err);
}

#[test]
fn yes_alone_is_no_agreement_where_a_file_is_not_read() {
    for unread in ["slack.json5", "Slack.JSONC", ".slack.jsonc", "more/slack.jsonc"] {
        let sandbox = sandbox();
        let workspace = project(&sandbox, &["notion"], &["notion", "slack"]);
        workspace.write(&format!("base44/connectors/{unread}"), "{ \"type\": \"slack\" }\n");
        let ran = workspace.run(&["push", "--yes"]);
        assert_eq!((ran.code, changes(&sandbox)), (2, 0), "{unread}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(unread), "{}", ran.err);
    }
}

#[test]
fn what_the_platform_calls_a_connector_cannot_draw_on_the_terminal() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &[]);
    sandbox.with_state(|state| {
        let name = "evil\u{1b}]0;title\u{7}\n\u{2713} Connectors pushed".to_owned();
        state.app("front-desk").connectors.insert(name, Connector::active(&[]));
    });
    for line in ["push", "push --dry-run", "status", "pull --dry-run", "pull"] {
        let ran = workspace.run(&line.split(' ').collect::<Vec<_>>());
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("evil") && !said.contains('\u{1b}') && !said.contains('\u{7}'), "{said:?}");
        assert!(!said.lines().any(|line| line.starts_with("\u{2713} Connectors pushed")), "{said}");
    }
}

#[test]
fn the_plan_is_text_or_json() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "stripe", "slack"], &["slack", "gmail"]);
    workspace
        .write("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n");
    insta::assert_snapshot!(session(&workspace, "push --dry-run"));
    let plan = json(&workspace, "push --dry-run --json");
    let actions: Vec<&str> =
        plan["steps"].as_array().unwrap().iter().map(|step| step["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["add", "update", "provision-stripe", "remove"]);
    assert_eq!(changes(&sandbox), 0);
}

#[test]
fn results_have_the_official_shape() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "notion", "stripe"], &["googlecalendar", "gmail"]);
    let result = json(&workspace, "push --json --yes");
    insta::assert_snapshot!(serde_json::to_string_pretty(&result).unwrap());
}

#[test]
fn what_is_removed_is_said_before_even_where_a_program_reads_the_results() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion"], &["notion", "slack"]);
    let ran = workspace.run(&["push", "--yes", "--json"]);
    assert!(ran.err.contains("remove    slack"), "{}", ran.err);
    let result: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(result["results"][1]["action"], "removed", "{result}");
}

#[test]
fn events_come_one_a_line() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &["slack"]);
    let ran = workspace.run(&["push", "--events", "ndjson"]);
    let events: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!((names.first(), names.last()), (Some(&"planned"), Some(&"summary")));
    assert!(names.contains(&"started") && names.contains(&"finished"), "{names:?}");
    assert_eq!(events.last().unwrap()["pending"], 1);
}

#[test]
fn app_and_folder_are_said_where_they_are_not_the_projects_own() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &[]);
    insta::assert_snapshot!(session(&workspace, "push --app-id other-app"));
    let mut workspace = Workspace::empty().at(&sandbox);
    workspace.write("elsewhere/notion.jsonc", "{ \"type\": \"notion\" }\n");
    workspace.set("BASE44_APP_ID", "third-app");
    insta::assert_snapshot!(session(&workspace, "push --dir elsewhere"));
}

#[test]
fn one_connectors_failure_stops_no_other() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "notion", "slack"], &[]);
    sandbox.with_state(|state| {
        state.unavailable.insert("notion".to_owned());
        let app = state.app("front-desk");
        app.other_users.insert("slack".to_owned(), "bob@example.com\u{1b}[2J".to_owned());
        app.connectors.insert("googlecalendar".to_owned(), Connector::active(&[]));
    });
    let ran = workspace.run(&["push"]);
    assert!(!ran.out.contains('\u{1b}'));
    insta::assert_snapshot!(ran.session("push"));
}

#[test]
fn the_tokens_of_a_project_sign_in_for_every_command() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar"]);
    std::fs::remove_dir_all(workspace.home().join(".base44")).unwrap();
    let login = sandbox.add_login();
    let tokens =
        format!("BASE44_ACCESS_TOKEN={}\nBASE44_REFRESH_TOKEN={}\n", login.access_token, login.refresh_token);
    workspace.write(".env", &tokens);
    for line in ["push", "whoami"] {
        let ran = workspace.run(&[line]);
        assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_workspace_key_pushes_too() {
    let sandbox = sandbox();
    let mut workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar"]);
    std::fs::remove_dir_all(workspace.home().join(".base44")).unwrap();
    workspace.set("BASE44_API_KEY", "b44k_sandbox");
    assert_eq!(workspace.run(&["push"]).code, 0);
    insta::assert_snapshot!(session(&workspace, "whoami"));
}

#[test]
fn ten_thousand_removals_are_counted_where_they_are_refused_and_all_named_in_the_plan() {
    let sandbox = sandbox();
    let names: Vec<String> = (0..10_000).map(|number| format!("type-{number:05}")).collect();
    let workspace = project(&sandbox, &[], &names.iter().map(String::as_str).collect::<Vec<_>>());
    let ran = workspace.run(&["push"]);
    let refusal = ran.err.lines().last().unwrap();
    assert!(refusal.contains("type-00009 and 9990 more") && refusal.len() < 400, "{refusal}");
    assert!(format!("{}{}", ran.out, ran.err).contains("remove    type-09999"));
    let plan = json(&workspace, "push --dry-run --json");
    assert_eq!(plan["steps"].as_array().unwrap().len(), 10_000);
    assert_eq!(changes(&sandbox), 0);
}

#[test]
fn a_second_push_waits_for_the_first_and_says_for_whom() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion"], &[]);
    sandbox.inject(Fault::on("/integrations/", FaultAction::Hang).times(1));
    let mut first = workspace.command(&["push"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let has_begun = || sandbox.requests().iter().any(|request| request.method == "PUT");
    while !has_begun() {
        assert!(first.try_wait().unwrap().is_none(), "the first push ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let mut second =
        workspace.command(&["push"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(second.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    let who = format!("a terminal, process {}", first.id());
    assert_eq!(said, format!("Waiting for another push of this app ({who}) to end"));
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0), "the death of the first frees the way");
}

//! What keeps a command from starting, or ends it: one line that says what to do, an exit code, nothing lost.

use std::process::Stdio;

use connector_sandbox::{Fault, FaultAction};

use crate::support::{Workspace, changes, project, sandbox};

fn session(workspace: &Workspace, line: &str) -> String {
    workspace.run(&line.split(' ').collect::<Vec<_>>()).session(line)
}

#[test]
fn no_project() {
    insta::assert_snapshot!(session(&Workspace::empty(), "push"));
}

#[test]
fn no_app() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    std::fs::remove_file(workspace.path("base44/.app.jsonc")).unwrap();
    insta::assert_snapshot!(session(&workspace, "push"));
}

#[test]
fn no_login() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    std::fs::remove_dir_all(workspace.home().join(".base44")).unwrap();
    insta::assert_snapshot!(session(&workspace, "push"));
    insta::assert_snapshot!(session(&workspace, "whoami"));
}

#[test]
fn an_erroneous_file_stops_everything_before_any_call() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion"], &["slack"]);
    workspace.write("base44/connectors/slack.jsonc", "{ \"type\": \"slack\" \"scopes\": [] }\n");
    insta::assert_snapshot!(session(&workspace, "push --yes"));
    let json = workspace.run(&["push", "--yes", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.code, &said["code"]), (2, &"CONFIG_INVALID".into()));
    assert!(said["error"].as_str().unwrap().starts_with("Nothing was sent"), "{said}");
    assert!(json.err.contains("syntax-error"));
    assert_eq!(sandbox.requests().len(), 0);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_stops_everything_before_any_call() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion"], &["slack"]);
    std::os::unix::fs::symlink("slack.jsonc", workspace.path("base44/connectors/slack.jsonc")).unwrap();
    insta::assert_snapshot!(session(&workspace, "push --yes"));
    assert_eq!(sandbox.requests().len(), 0);
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_cannot_draw_on_the_terminal() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &[]);
    workspace.write("base44/connectors/a\u{1b}[31m\n\u{2713} forged.jsonc", "{");
    for line in ["check", "push", "pull", "status"] {
        let ran = workspace.run(&[line]);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("forged") && !said.contains('\u{1b}'), "{line}: {said:?}");
        assert!(!said.lines().any(|line| line.starts_with('\u{2713}')), "{line}: {said}");
    }
}

#[test]
fn a_project_cannot_draw_on_the_terminal() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &[]);
    workspace.write("base44/config.jsonc", r#"{ "name": "x", "connectorsDir": "../../a\u001b[31m\nb" }"#);
    for line in ["push", "pull", "status"] {
        let ran = workspace.run(&[line]);
        assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{line}: {:?}", ran.err);
        assert!(!ran.err.contains('\u{1b}'), "{line}: {:?}", ran.err);
    }
}

#[test]
fn the_platform_is_not_there() {
    let gone = sandbox();
    let workspace = project(&gone, &["slack"], &[]);
    gone.stop();
    let ran = workspace.run(&["push"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert_eq!(ran.err.lines().filter(|line| line.starts_with('✗')).count(), 1, "{}", ran.err);
}

#[test]
fn the_platform_goes_away_mid_way() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &[]);
    sandbox.inject(Fault::on("slack", FaultAction::Reset).method("PUT"));
    let ran = workspace.run(&["push"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("Failed: slack - ") && ran.out.contains("Pending: notion"), "{}", ran.out);
    sandbox.clear_faults();
    let again = workspace.run(&["push"]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert!(again.out.contains("Pending: notion, slack"), "{}", again.out);
    assert!(changes(&sandbox) >= 2);
}

#[test]
fn a_port_in_use() {
    let sandbox = sandbox();
    let port = sandbox.addr().port().to_string();
    let ran = Workspace::empty().run(&["sandbox", "--port", &port]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err.replace(&port, "PORT"),
        "✗ The sandbox cannot start: port PORT is in use. Choose another with --port, or stop the program that has it.\n"
    );
}

#[test]
fn whoever_stops_reading_stops_nothing() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    let mut child =
        workspace.command(&["push"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    assert_eq!(sandbox.waiting().len(), 1);
}

#[test]
fn a_file_of_the_project_cannot_send_the_login_elsewhere() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    workspace.write(".env", format!("BASE44_API_URL={}\n", sandbox.url()));
    let mut command = workspace.command(&["push"]);
    let output = command.env_remove("BASE44_API_URL").output().unwrap();
    let ran = workspace.ran(output);
    assert_eq!((ran.code, sandbox.requests().len()), (2, 0));
    insta::assert_snapshot!(ran.session("push"));
}

#[test]
fn a_program_reads_one_object_where_a_command_fails() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    sandbox.inject(Fault::on("external-auth", FaultAction::answer(403, "{\"message\":\"You may not\"}")));
    for line in ["push --json", "pull --json", "status --json", "list-available --json"] {
        let ran = workspace.run(&line.split(' ').collect::<Vec<_>>());
        let said: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{line}: {error}: {}", ran.out));
        assert_eq!((ran.code, &said["code"]), (2, &"API_ERROR".into()), "{line}");
        assert_eq!(said["statusCode"], 403, "{line}");
        assert!(said["requestId"].is_string() && said["hints"][0]["message"].is_string(), "{line}: {said}");
        assert!(said["error"].as_str().unwrap().contains("You may not"), "{line}: {said}");
        assert!(ran.err.contains("You may not"), "a person reads it too: {}", ran.err);
    }
}

#[test]
fn one_odd_entry_of_the_platforms_list_loses_nothing() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["gmail", "notion", "slack"], &[]);
    let list = serde_json::json!({"integrations": [
        {"integration_type": 7, "status": "active", "scopes": []},
        {"integration_type": "slack", "status": "active", "scopes": "chat:write", "user_email": null},
        {"integration_type": "hubspot", "status": "active", "scopes": null},
    ]});
    sandbox.inject(Fault::on("external-auth/list", FaultAction::answer(200, &list.to_string())));
    insta::assert_snapshot!(session(&workspace, "status"));
    let before = workspace.read("base44/connectors/slack.jsonc");
    insta::assert_snapshot!(session(&workspace, "pull --yes"));
    assert_eq!(workspace.read("base44/connectors/slack.jsonc"), before);
    for name in ["gmail", "notion"] {
        assert!(workspace.path(&format!("base44/connectors/{name}.jsonc")).exists(), "{name}");
    }
    assert!(!workspace.path("base44/connectors/hubspot.jsonc").exists());
    insta::assert_snapshot!(session(&workspace, "push --dry-run"));
    let refused = workspace.run(&["push"]);
    assert_eq!((refused.code, changes(&sandbox)), (2, 0), "hubspot is not removed unasked: {}", refused.err);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_said_with_the_connectors_file() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &["slack"]);
    let folder = workspace.path("base44/connectors");
    let mode = |mode| std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    // Whoever may write everywhere cannot be kept out by permissions.
    let may_write = std::fs::write(folder.join("probe"), "").is_ok();
    let ran = workspace.run(&["pull"]);
    mode(0o755);
    if may_write {
        return;
    }
    let said = format!("{}{}", ran.out, ran.err);
    let expected =
        "base44/connectors/slack.jsonc: permission denied: make base44/connectors writable, then try again";
    assert!(ran.code == 1 && said.contains(expected) && !said.contains(".tmp"), "{said}");
}

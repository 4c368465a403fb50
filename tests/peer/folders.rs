//! Which folder of connector files both read and write, by what is named on the command line and where.

use std::fs;

use super::desk::{APP, Desk};
use super::official_cli::Run;

/// A project with a connector in each of three folders: its own, the one beside it, and another.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write_connector("github.json", r#"{ "type": "github", "scopes": ["repo"] }"#);
    for (folder, name) in [("connectors", "notion"), ("elsewhere", "linear")] {
        let folder = desk.root().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.json")), format!(r#"{{ "type": "{name}" }}"#)).unwrap();
    }
    desk
}

/// The types that a push sent, in order.
fn sent(desk: &Desk, run: &Run) -> Vec<String> {
    let calls = desk.calls();
    let sent = calls.iter().filter_map(|call| call.strip_prefix("PUT external-auth/integrations/"));
    let mut sent: Vec<String> = sent.map(str::to_owned).collect();
    sent.sort();
    assert_eq!(run.code, Some(0), "{}", run.text);
    sent
}

/// The folder of the project that a pull wrote to.
fn written(desk: &Desk) -> Vec<&'static str> {
    let folders = ["base44/connectors", "connectors", "elsewhere"];
    folders.into_iter().filter(|folder| desk.root().join(folder).join("slack.jsonc").is_file()).collect()
}

#[test]
fn a_linked_project_has_its_own_folder_and_a_named_app_the_one_beside_or_named() {
    let by_id: &[&str] = &["--app-id", APP];
    let elsewhere: &[&str] = &["--dir", "elsewhere"];
    for (named, pushed, folder) in [
        (&[] as &[&str], "github", "base44/connectors"),
        (elsewhere, "github", "base44/connectors"),
        (by_id, "notion", "connectors"),
        (&[by_id, elsewhere].concat(), "linear", "elsewhere"),
    ] {
        let push = [&["connectors", "push", "--yes"], named].concat();
        let (theirs, ours) = (desk(), desk());
        let (their_run, our_run) = (theirs.official(&push), ours.ours(&push));
        assert_eq!(sent(&theirs, &their_run), [pushed], "the official one: {}", their_run.text);
        assert_eq!(sent(&ours, &our_run), [pushed], "ours: {}", our_run.text);
        if !named.is_empty() {
            assert!(our_run.text.contains(&format!("connectors in {folder}")), "{}", our_run.text);
        }

        let (theirs, ours) = (desk(), desk());
        theirs.connect("slack", &["chat:write"]);
        ours.connect("slack", &["chat:write"]);
        let their_run = theirs.official(&[&["connectors", "pull"], named].concat());
        let our_run = ours.ours(&[&["connectors", "pull", "--yes"], named].concat());
        assert_eq!(written(&theirs), [folder], "the official one: {}", their_run.text);
        assert_eq!(written(&ours), [folder], "ours: {}", our_run.text);
    }
}

#[test]
fn where_a_named_app_has_no_folder_beside_ours_takes_the_projects_and_removes_nothing() {
    let desk = desk();
    fs::remove_dir_all(desk.root().join("connectors")).unwrap();
    desk.connect("slack", &["chat:write"]);
    let run = desk.ours(&["connectors", "push", "--app-id", APP, "--dry-run"]);
    assert!(
        run.text.contains("connectors in base44/connectors") && run.text.contains("github"),
        "{}",
        run.text
    );
}

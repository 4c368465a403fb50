use connector_model::load::check_project;
use connector_model::severities::Severities;
use connector_platform::RemoteConnector;
use connector_test_support::files_below;

use super::*;
use crate::testing::*;

const COMMENTED: &str = "{\r\n  // Ours.\r\n  \"type\": \"slack\",\r\n  \"scopes\": [\r\n    \"chat:write\", // to post\r\n    \"users:read\"\r\n  ],\r\n  \"note\": 1 // kept\r\n}\r\n";

fn planned(project: &Project, snapshot: &Snapshot, state: &AppState) -> Result<PullPlan, PullError> {
    plan(project, &check_project(project, &Severities::default()), snapshot, state)
}

fn last_in_sync(types: &[(&str, &[&str])]) -> AppState {
    let base = types.iter().map(|(name, scopes)| ((*name).to_owned(), strings(scopes))).collect();
    AppState { base, ..AppState::default() }
}

fn text(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.connectors_dir.join(name)).unwrap()
}

#[test]
fn only_scopes_change_and_comments_layout_and_line_ends_stay() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let has = snapshot(&[remote("slack", "active", &["chat:write", "files:read"])]);
    let state = last_in_sync(&[("slack", &["chat:write", "users:read"])]);
    let plan = planned(&project, &has, &state).unwrap();
    assert!(plan.questions().is_empty());
    let report = apply(&project, &plan, &[]);
    assert_eq!(report.written, ["slack"]);
    assert_eq!(
        text(&project, "slack.jsonc"),
        COMMENTED.replace("    \"users:read\"\r\n", "    \"files:read\"\r\n")
    );
}

#[test]
fn a_file_that_says_the_same_in_another_order_is_not_touched() {
    let (folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let has = snapshot(&[remote("slack", "active", &["users:read", "chat:write"])]);
    let before = files_below(folder.root());
    let modified = project.connectors_dir.join("slack.jsonc").metadata().unwrap().modified().unwrap();
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    assert!(plan.is_empty());
    let report = apply(&project, &plan, &[]);
    assert_eq!(report.lines(), ["All connectors are already up to date"]);
    assert_eq!(report.base["slack"], ["users:read", "chat:write"]);
    assert_eq!(files_below(folder.root()), before);
    assert_eq!(project.connectors_dir.join("slack.jsonc").metadata().unwrap().modified().unwrap(), modified);
}

#[test]
fn what_has_no_file_gets_one_where_the_folder_is_not_there_yet() {
    let (_folder, project) = project(&[]);
    let has = with_stripe(
        snapshot(&[remote("slack", "active", &["chat:write"]), remote("mine", "expired", &[])]),
        None,
    );
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    let report = apply(&project, &plan, &[]);
    assert_eq!(report.written, ["slack", "mine", "stripe"]);
    assert_eq!((report.pulled, report.folder.as_str()), (3, "base44/connectors"));
    insta::assert_snapshot!(text(&project, "slack.jsonc"));
    assert!(planned(&project, &has, &AppState::default()).unwrap().is_empty());
}

#[test]
fn new_files_end_their_lines_as_their_neighbours_do() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let has = snapshot(&[
        remote("slack", "active", &["chat:write", "users:read"]),
        remote("notion", "active", &[]),
    ]);
    apply(&project, &planned(&project, &has, &AppState::default()).unwrap(), &[]);
    let written = text(&project, "notion.jsonc");
    assert_eq!(written.matches('\n').count(), written.matches("\r\n").count());
}

#[test]
fn unpushed_changes_are_overwritten_only_where_somebody_agreed_by_name() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let has = snapshot(&[remote("slack", "active", &["files:read"])]);
    for state in [AppState::default(), last_in_sync(&[("slack", &["files:read"])])] {
        let plan = planned(&project, &has, &state).unwrap();
        assert_eq!(
            plan.questions(),
            [("slack", "Overwrite the scopes in base44/connectors/slack.jsonc? It has changes that were never pushed.".to_owned())]
        );
        let report = apply(&project, &plan, &strings(&["gmail"]));
        assert_eq!((report.kept, text(&project, "slack.jsonc")), (strings(&["slack"]), COMMENTED.to_owned()));
    }
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    assert_eq!(apply(&project, &plan, &strings(&["slack"])).written, ["slack"]);
    assert!(text(&project, "slack.jsonc").contains("files:read"));
}

#[test]
fn local_only_files_are_deleted_only_where_somebody_agreed_by_name() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED), ("notion.jsonc", "{type: 'notion'}")]);
    let plan = planned(&project, &snapshot(&[]), &last_in_sync(&[("slack", &[])])).unwrap();
    let report = apply(&project, &plan, &strings(&["notion"]));
    assert_eq!((report.deleted, report.kept), (strings(&["notion"]), strings(&["slack"])));
    assert!(project.connectors_dir.join("slack.jsonc").exists());
    assert!(!project.connectors_dir.join("notion.jsonc").exists());
}

#[test]
fn what_waits_for_its_authorization_is_no_local_only_file() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED), ("stripe.jsonc", "{type: 'stripe'}")]);
    let mut state = AppState::default();
    state.pending.insert("slack".to_owned(), pending("slack", &[]));
    let mut has = snapshot(&[]);
    has.stripe = None;
    let plan = planned(&project, &has, &state).unwrap();
    assert!(plan.is_empty(), "{}", plan.to_text());
    assert_eq!(plan.notes.len(), 1);
}

#[test]
fn where_the_platform_does_not_say_the_scopes_a_file_stays_and_none_is_made_up() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let unsaid = |name| RemoteConnector { scopes: None, ..remote(name, "active", &[]) };
    let has = snapshot(&[unsaid("slack"), unsaid("notion"), remote("gmail", "active", &["email"])]);
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    assert!(plan.questions().is_empty(), "{}", plan.to_text());
    let all = strings(&["slack", "notion", "gmail"]);
    let report = apply(&project, &plan, &all);
    assert_eq!(text(&project, "slack.jsonc"), COMMENTED);
    assert!(!project.connectors_dir.join("notion.jsonc").exists());
    assert_eq!(report.written, ["gmail"], "the rest goes on");
    assert_eq!(report.failed, [("notion".to_owned(), words::SCOPES_UNKNOWN.to_owned())]);
    assert!(!report.base.contains_key("slack"), "nobody knows whether they agree");
}

#[test]
fn while_entries_of_the_list_cannot_be_read_no_file_is_deleted() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let mut has = snapshot(&[remote("gmail", "active", &["email"])]);
    has.unreadable = 1;
    let plan = planned(&project, &has, &last_in_sync(&[("slack", &["chat:write"])])).unwrap();
    assert!(plan.questions().is_empty(), "{}", plan.to_text());
    assert!(plan.notes[0].starts_with("1 entry of Base44's list cannot be read"), "{:?}", plan.notes);
    let report = apply(&project, &plan, &strings(&["slack"]));
    assert_eq!((report.written, report.deleted), (strings(&["gmail"]), Vec::new()));
    assert_eq!(text(&project, "slack.jsonc"), COMMENTED);
}

#[test]
fn a_type_that_the_app_writes_in_another_way_costs_no_file_and_makes_none() {
    for (of_file, of_app) in
        [("slack", "SLACK"), ("slack", "Slack"), ("Slack", "slack"), ("google-calendar", "googlecalendar")]
    {
        let own = format!("{{\"type\": \"{of_file}\", \"scopes\": []}}");
        let (_folder, project) = project(&[("mine.jsonc", own.as_str())]);
        let has = snapshot(&[remote(of_app, "active", &["chat:write"])]);
        let state = last_in_sync(&[(of_file, &[])]);
        let plan = planned(&project, &has, &state).unwrap();
        let report = apply(&project, &plan, &[of_file.to_owned(), of_app.to_owned()]);
        assert_eq!((report.written.len(), report.deleted.len()), (0, 0), "{of_file}, {of_app}: {report:?}");
        assert_eq!(text(&project, "mine.jsonc"), own);
    }
    // Of two that the app has, one gets its file.
    let (_folder, project) = project(&[]);
    let has = snapshot(&[remote("slack", "active", &[]), remote("SLACK", "active", &[])]);
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    let report = apply(&project, &plan, &[]);
    assert_eq!(
        (report.written.as_slice(), report.failed.len()),
        (&["slack".to_owned()][..], 1),
        "{report:?}"
    );
}

#[test]
fn a_file_that_cannot_be_understood_stops_everything() {
    for broken in ["{", "{type: 'slack', scopes: 'a'}", "[]", "", "{type: 'gmail'}"] {
        let (folder, project) = project(&[("a.jsonc", broken), ("gmail.jsonc", "{type: 'gmail'}")]);
        let before = files_below(folder.root());
        let error = planned(&project, &snapshot(&[]), &AppState::default()).unwrap_err();
        assert!(error.to_string().contains("base44/connectors/a.jsonc"), "{broken}: {error}");
        assert_eq!(files_below(folder.root()), before);
    }
}

#[test]
fn a_file_that_changed_or_appeared_since_the_plan_is_left_alone() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED), ("gmail.jsonc", "{type: 'gmail'}")]);
    let has = snapshot(&[remote("slack", "active", &["files:read"]), remote("notion", "active", &[])]);
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    let write = |name: &str, text: &str| std::fs::write(project.connectors_dir.join(name), text).unwrap();
    write("slack.jsonc", "{type: 'slack'} // mine");
    write("gmail.jsonc", "{type: 'gmail'} // mine");
    write("notion.jsonc", "{type: 'notion'} // mine");
    let report = apply(&project, &plan, &strings(&["slack", "gmail"]));
    let failed: Vec<String> =
        report.failed.iter().map(|(name, reason)| format!("{name}: {reason}")).collect();
    insta::assert_snapshot!(failed.join("\n"));
    assert!(report.written.is_empty() && report.deleted.is_empty());
    for name in ["slack.jsonc", "gmail.jsonc", "notion.jsonc"] {
        assert!(text(&project, name).ends_with("// mine"));
    }
}

#[test]
fn a_name_from_the_platform_never_leads_out_of_the_folder() {
    let (folder, project) = project(&[("notion.jsonc", "{type: 'slack'}")]);
    let names = ["../../evil", "a/b", "", ".hidden", "nul", "COM1", "a\u{1b}[2J", "notion"];
    let remotes: Vec<_> = names.iter().map(|name| remote(name, "active", &[])).collect();
    let before = files_below(folder.root());
    let plan = planned(&project, &snapshot(&remotes), &AppState::default()).unwrap();
    let report = apply(&project, &plan, &[]);
    assert_eq!(report.failed.len(), names.len());
    assert!(!plan.to_text().contains('\u{1b}'));
    assert!(!report.lines().concat().contains('\u{1b}'));
    assert_eq!(files_below(folder.root()), before);
}

#[test]
#[cfg(unix)]
fn links_that_lead_out_are_never_written_through() {
    use std::os::unix::fs::symlink;
    let (folder, project) = project(&[("gmail.jsonc", "{type: 'gmail'}")]);
    let has = snapshot(&[remote("slack", "active", &["files:read"]), remote("gmail", "active", &[])]);
    let outside = folder.path("elsewhere.jsonc");
    std::fs::write(&outside, COMMENTED).unwrap();
    symlink(&outside, project.connectors_dir.join("slack.jsonc")).unwrap();
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    let report = apply(&project, &plan, &strings(&["slack"]));
    assert_eq!(
        report.failed[0].1,
        "base44/connectors/slack.jsonc is a link that leads out of the connectors folder"
    );
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), COMMENTED);

    let away = tempfile::tempdir().unwrap();
    std::fs::remove_dir_all(&project.connectors_dir).unwrap();
    symlink(away.path(), &project.connectors_dir).unwrap();
    assert!(matches!(planned(&project, &has, &AppState::default()), Err(PullError::Folder(_))));
    assert_eq!(apply(&project, &plan, &strings(&["slack"])).written, [""; 0]);
    assert_eq!(std::fs::read_dir(away.path()).unwrap().count(), 0);
}

#[test]
#[cfg(unix)]
fn a_link_inside_the_folder_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (_folder, project) = project(&[("shared/real.json", COMMENTED)]);
    let real = project.connectors_dir.join("shared/real.json");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("shared/real.json", project.connectors_dir.join("slack.jsonc")).unwrap();
    let has = snapshot(&[remote("slack", "active", &["files:read"])]);
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    assert_eq!(apply(&project, &plan, &strings(&["slack"])).written, ["slack"]);
    assert!(project.connectors_dir.join("slack.jsonc").is_symlink());
    assert!(std::fs::read_to_string(&real).unwrap().contains("files:read"));
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn nothing_but_the_goal_is_left_behind() {
    let (folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let has = snapshot(&[remote("slack", "active", &["files:read"]), remote("notion", "active", &[])]);
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    apply(&project, &plan, &strings(&["slack"]));
    let names: Vec<String> = files_below(folder.root()).into_keys().collect();
    assert_eq!(
        names,
        [
            "base44/.app.jsonc",
            "base44/config.jsonc",
            "base44/connectors/notion.jsonc",
            "base44/connectors/slack.jsonc"
        ]
    );
}

#[test]
fn a_plan_reads_as_text_and_as_json() {
    let (_folder, project) = project(&[
        ("slack.jsonc", COMMENTED),
        ("gmail.jsonc", "{type: 'gmail'}"),
        ("linear.jsonc", "{type: 'linear', scopes: ['read']}"),
    ]);
    let has = snapshot(&[
        remote("slack", "active", &["files:read"]),
        remote("notion", "active", &["a"]),
        remote("linear", "active", &["read"]),
        remote("../x", "active", &[]),
    ]);
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    insta::assert_snapshot!(plan.to_text());
    let mut json = serde_json::to_value(&plan).unwrap();
    for step in json["steps"].as_array_mut().unwrap() {
        step["path"] = "…".into();
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_file_is_said_with_the_file_that_was_to_be_there() {
    let (_folder, project) = project(&[("slack.jsonc", COMMENTED)]);
    let error = std::io::Error::other("Too many links at path \"/project/base44/connectors/.pull-x1.tmp\"");
    let path = project.connectors_dir.join("gmail.jsonc");
    for (error, said) in [
        (error, "other error"),
        (
            std::io::ErrorKind::PermissionDenied.into(),
            "permission denied: make base44/connectors writable, then try again",
        ),
        (std::io::ErrorKind::StorageFull.into(), "the disk is full: make room, then try again"),
    ] {
        assert_eq!(
            files::says(&project, &path, &error).to_string(),
            format!("base44/connectors/gmail.jsonc: {said}")
        );
    }
}

#[cfg(unix)]
#[test]
fn what_was_swapped_for_a_link_since_the_plan_leads_nowhere() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let canary = outside.path().join("slack.jsonc");
    std::fs::write(&canary, COMMENTED).unwrap();
    let has = snapshot(&[remote("slack", "active", &["files:read"]), remote("gmail", "active", &["email"])]);
    for whole_folder in [true, false] {
        let (_folder, project) = project(&[("slack.jsonc", COMMENTED), ("notion.jsonc", "{type: 'notion'}")]);
        let plan = planned(&project, &has, &AppState::default()).unwrap();
        let folder = &project.connectors_dir;
        if whole_folder {
            std::fs::rename(folder, folder.with_extension("old")).unwrap();
            symlink(outside.path(), folder).unwrap();
        } else {
            std::fs::remove_file(folder.join("slack.jsonc")).unwrap();
            symlink(&canary, folder.join("slack.jsonc")).unwrap();
            symlink(outside.path().join("new.jsonc"), folder.join("gmail.jsonc")).unwrap();
        }
        let report = apply(&project, &plan, &strings(&["slack", "gmail", "notion"]));
        let failed: Vec<&str> = report.failed.iter().map(|(name, _)| name.as_str()).collect();
        assert!(failed.contains(&"slack") && failed.contains(&"gmail"), "{report:?}");
        assert_eq!(
            files_below(outside.path()),
            BTreeMap::from([("slack.jsonc".to_owned(), COMMENTED.to_owned())])
        );
    }
}

#[cfg(unix)]
#[test]
fn another_name_of_the_same_file_keeps_what_it_says() {
    let outside = tempfile::tempdir().unwrap();
    let elsewhere = outside.path().join("elsewhere");
    std::fs::write(&elsewhere, COMMENTED).unwrap();
    let (_folder, project) = project(&[("a.jsonc", "{type: 'a'}")]);
    std::fs::hard_link(&elsewhere, project.connectors_dir.join("slack.jsonc")).unwrap();
    let has = snapshot(&[remote("slack", "active", &["files:read"])]);
    let plan = planned(&project, &has, &AppState::default()).unwrap();
    assert_eq!(apply(&project, &plan, &strings(&["slack"])).written, ["slack"]);
    assert!(text(&project, "slack.jsonc").contains("files:read"));
    assert_eq!(std::fs::read_to_string(elsewhere).unwrap(), COMMENTED);
}

//! `check` on the sample workspaces.

use crate::support::Workspace;

fn session(workspace: &Workspace, line: &str) -> String {
    let arguments: Vec<&str> = line.split(' ').collect();
    workspace.run(&arguments).session(line)
}

#[test]
fn findings_are_read_with_their_lines() {
    insta::assert_snapshot!(session(&Workspace::copy_of("many-mistakes"), "check"));
}

#[test]
fn a_project_without_findings_passes() {
    insta::assert_snapshot!(session(&Workspace::copy_of("all-is-well"), "check"));
}

#[test]
fn every_project_below_the_folder_is_checked() {
    insta::assert_snapshot!(session(&Workspace::copy_of("several-projects"), "check"));
}

#[test]
fn scripts_read_one_array_with_paths_relative_to_the_project() {
    insta::assert_snapshot!(session(
        &Workspace::copy_of("several-projects"),
        "check apps/support --format json"
    ));
}

#[test]
fn an_empty_array_is_an_array() {
    insta::assert_snapshot!(session(&Workspace::copy_of("all-is-well"), "check --format json"));
}

#[test]
fn annotations_and_code_scanning_name_files_from_the_repository() {
    let workspace = Workspace::copy_of("several-projects");
    std::fs::create_dir(workspace.path(".git")).unwrap();
    insta::assert_snapshot!(session(&workspace, "check --project apps/support --format github"));
    let sarif = workspace.run(&["check", "--project", "apps/support", "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "invalid-scopes").unwrap();
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "apps/support/base44/connectors/slack.jsonc");
    assert_eq!(place["region"]["startColumn"], 30);
    assert_eq!(sarif.code, 1);
}

#[cfg(unix)]
#[test]
fn odd_file_names_and_messages_stay_one_annotation_and_one_address() {
    let workspace = Workspace::empty();
    workspace.write("base44/config.jsonc", "{ \"name\": \"x\" }\n");
    let name = "100%, a:b\nc ü.jsonc";
    workspace.write(&format!("base44/connectors/{name}"), "{ \"type\": \"sl%0Aack\" }\n");
    let github = workspace.run(&["check", "--format", "github"]).out;
    let [line] = github.lines().collect::<Vec<_>>()[..] else { panic!("{github}") };
    let (properties, message) = line.strip_prefix("::error ").unwrap().split_once("::").unwrap();
    assert_eq!(properties.matches(',').count(), 5, "{properties}");
    assert!(properties.starts_with("file=base44/connectors/100%25%2C a%3Ab"), "{properties}");
    assert!(message.contains("`sl%250Aack`"), "{message}");
    let sarif = workspace.run(&["check", "--format", "sarif"]).out;
    let log: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "base44/connectors/100%25%2C%20a%3Ab%0Ac%20%C3%BC.jsonc");
}

/// What SARIF 2.1.0 requires of the parts that a log of ours has.
#[test]
fn a_sarif_log_has_what_the_standard_requires() {
    for workspace in ["many-mistakes", "all-is-well"] {
        let ran = Workspace::copy_of(workspace).run(&["check", "--format", "sarif"]);
        let log: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let [run] = log["runs"].as_array().unwrap().as_slice() else { panic!("{log}") };
        assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap()));
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string());
        let rules = driver["rules"].as_array().unwrap();
        let mut ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rules.len(), "an id names one rule");
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.is_empty(), ran.code == 0, "{workspace}");
        if workspace == "many-mistakes" {
            assert!(results.iter().any(|result| result["fixes"].is_array()), "fixes are carried");
            assert!(results.iter().any(|result| result["relatedLocations"].is_array()), "and related places");
        }
        for result in results {
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            assert!(["error", "warning", "note", "none"].contains(&result["level"].as_str().unwrap()));
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let related = result["relatedLocations"].as_array().into_iter().flatten();
            for place in related.inspect(|place| assert!(place["message"]["text"].is_string(), "{place}")) {
                assert!(place["physicalLocation"]["artifactLocation"]["uri"].is_string(), "{place}");
                assert!(place["physicalLocation"]["region"]["startLine"].as_u64() > Some(0), "{place}");
            }
            for fix in result["fixes"].as_array().into_iter().flatten() {
                assert!(fix["description"]["text"].is_string(), "{fix}");
                for change in fix["artifactChanges"].as_array().unwrap() {
                    assert!(change["artifactLocation"]["uri"].is_string(), "{fix}");
                    let replacements = change["replacements"].as_array().unwrap();
                    assert!(!replacements.is_empty(), "{fix}");
                    for replacement in replacements {
                        assert!(replacement["deletedRegion"]["startLine"].as_u64() > Some(0), "{fix}");
                        assert!(replacement["insertedContent"]["text"].is_string(), "{fix}");
                    }
                }
            }
            let place = &result["locations"][0]["physicalLocation"];
            assert!(!place["artifactLocation"]["uri"].as_str().unwrap().contains([' ', '\\']));
            let region = &place["region"];
            let number = |name: &str| region[name].as_u64().unwrap();
            let (start, end) =
                ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
            assert!(start.0 > 0 && start.1 > 0 && start <= end, "{region}");
        }
    }
}

#[test]
fn one_file_is_checked_against_its_project() {
    let workspace = Workspace::copy_of("many-mistakes");
    insta::assert_snapshot!(session(&workspace, "check base44/connectors/mail.jsonc"));
}

#[test]
fn a_file_of_no_project_is_checked_by_itself() {
    let workspace = Workspace::empty();
    workspace.write("slack.jsonc", "{ type: 'slack', scopes: [\"chat:write\" \"channels:read\"] }\n");
    insta::assert_snapshot!(session(&workspace, "check slack.jsonc"));
}

#[test]
fn a_file_of_another_program_is_passed_over_and_no_mistake() {
    let workspace = Workspace::copy_of("all-is-well");
    for (name, text) in [
        ("kafka/connectors/sink.json", "{ \"name\": \"sink\", \"config\": {} }"),
        ("debezium/connectors/orders.json", "{ \"type\": \"postgres\", \"topics\": [] }"),
        ("package.json", "{ \"type\": \"module\" }"),
        ("schema.json", "{ \"type\": \"object\" }"),
        ("notes.json", "{ not json"),
        ("empty.json", ""),
    ] {
        workspace.write(name, text);
        let ran = workspace.run(&["check", name]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
        assert_eq!(ran.err, format!("Passed over, as no connector file of a Base44 project: {name}\n"));
        assert!(ran.out.contains("No findings in 0 connector files"), "{}", ran.out);
    }
    for (name, text) in [
        ("elsewhere/slack.jsonc", "{ not json"),
        ("elsewhere/chat.jsonc", "{ \"type\": \"slack\", \"scope\": [] }"),
        ("elsewhere/mine.jsonc", "{ \"type\": \"acme\", \"scopes\": [1] }"),
    ] {
        workspace.write(name, text);
        assert_eq!(workspace.run(&["check", name]).code, 1, "{name}");
    }
}

#[test]
fn a_hook_may_name_every_changed_file_of_a_project() {
    let workspace = Workspace::copy_of("all-is-well");
    workspace.write("base44/entities/task.jsonc", "{ \"name\": \"Task\", \"properties\": {} }\n");
    let line = "check base44/config.jsonc base44/entities/task.jsonc base44/connectors/slack.jsonc";
    insta::assert_snapshot!(session(&workspace, line));
}

#[test]
fn safe_fixes_are_written_and_named() {
    let workspace = Workspace::copy_of("many-mistakes");
    insta::assert_snapshot!(session(&workspace, "check --fix base44/connectors/googlecalendar.jsonc"));
    insta::assert_snapshot!(workspace.read("base44/connectors/googlecalendar.jsonc"));
    let before = workspace.read("base44/connectors/mail.jsonc");
    assert!(before.contains("a second one"), "a file that was not named stays");
}

#[test]
fn two_files_are_not_fixed_into_one_type() {
    let workspace = Workspace::copy_of("all-is-well");
    for (name, spelled) in [("a", "GoogleTasks"), ("b", "google-tasks")] {
        let text = format!("{{ \"type\": \"{spelled}\", \"scopes\": [] }}\n");
        workspace.write(&format!("base44/connectors/{name}.jsonc"), &text);
    }
    let ran = workspace.run(&["check", "--fix"]);
    let right =
        |name: &str| workspace.read(&format!("base44/connectors/{name}.jsonc")).contains("\"googletasks\"");
    assert!(right("a") && !right("b"), "{}", ran.out);
    assert!(ran.out.contains("unknown-type") && !ran.out.contains("duplicate-connector"), "{}", ran.out);
    // A second round changes nothing.
    workspace.run(&["check", "--fix"]);
    assert!(!right("b"));
}

#[cfg(unix)]
#[test]
fn a_fix_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let workspace = Workspace::copy_of("several-projects");
    let file = "apps/support/base44/connectors/slack.jsonc";
    std::fs::rename(workspace.path(file), workspace.path("apps/support/slack.shared")).unwrap();
    symlink("../../slack.shared", workspace.path(file)).unwrap();
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(workspace.path("apps/support/slack.shared"), mode).unwrap();
    assert_eq!(workspace.run(&["check", "--fix", file]).code, 0);
    assert!(workspace.path(file).is_symlink());
    assert!(workspace.read(file).contains("[\"chat:write\", \"channels:read\"]"));
    let mode = workspace.path(file).metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_cannot_be_checked_is_one_line_that_says_what_to_do() {
    let workspace = Workspace::empty();
    insta::assert_snapshot!(session(&workspace, "check"));
    insta::assert_snapshot!(session(&workspace, "check nowhere"));
    assert_eq!(workspace.run(&["check", "--format", "yaml"]).code, 2);
}

#[test]
fn a_broken_config_is_a_finding() {
    let workspace = Workspace::empty();
    workspace.write("base44/config.jsonc", "{ \"name\": \"x\", \"connectorsDir\": \"../../elsewhere\" }\n");
    insta::assert_snapshot!(session(&workspace, "check"));
}

#[test]
fn hostile_files_are_findings_and_nothing_acts_on_the_terminal() {
    let workspace = Workspace::empty();
    workspace.write("base44/config.jsonc", "{ \"name\": \"x\" }\n");
    workspace.write("base44/connectors/escape.jsonc", "{ \"type\": \"\u{1b}[2Jslack\", \"\u{202e}\": 1 }\n");
    std::fs::write(workspace.path("base44/connectors/bytes.jsonc"), b"{\xff\xfe}").unwrap();
    std::fs::create_dir(workspace.path("base44/connectors/slack.jsonc")).unwrap();
    workspace.write("base44/connectors/deep.jsonc", "[".repeat(100_000));
    // So many that several threads share them.
    for number in 0..200 {
        workspace.write(&format!("base44/connectors/custom{number}.jsonc"), "{ type: 'custom' }\n");
    }
    let ran = workspace.run(&["check"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'));
    for code in ["invalid-type", "unreadable", "syntax-error"] {
        assert!(ran.out.contains(code), "{code}");
    }
}

#[test]
#[cfg(unix)]
fn of_files_that_lead_out_of_the_project_nothing_is_read_or_shown() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.json");
    std::fs::write(
        &secret,
        "{\"id\": \"marker1234\", \"BASE44_APP_ID\": 'marker1234' marker1234 }\nBASE44_APP_ID=marker1234\n",
    )
    .unwrap();
    for name in
        ["base44/config.jsonc", "base44/.app.jsonc", "base44/connector-checks.jsonc", ".env", ".env.local"]
    {
        let workspace = Workspace::copy_of("all-is-well");
        let path = workspace.path(name);
        let _ = std::fs::remove_file(&path);
        symlink(&secret, &path).unwrap();
        for format in ["human", "json", "sarif", "github"] {
            let ran = workspace.run(&["check", "--format", format]);
            assert!(!(ran.out + &ran.err).contains("marker1234"), "{name} {format}");
        }
    }
}

#[test]
fn of_a_file_that_is_no_connector_only_the_place_is_shown() {
    let workspace = Workspace::copy_of("all-is-well");
    for name in ["base44/config.jsonc", "base44/.app.jsonc", "base44/connector-checks.jsonc"] {
        for text in [
            "{ marker1234 ",
            "{ 'marker1234': marker1234 }",
            "marker1234",
            "{ id: 'marker 1234', connectorsDir: '../marker1234', severity: { marker1234: 'marker1234' } }",
        ] {
            workspace.write(name, text);
            for format in ["human", "json", "sarif", "github"] {
                let ran = workspace.run(&["check", "--format", format]);
                assert!(!(ran.out + &ran.err).contains("marker"), "{name} {text} {format}");
            }
        }
    }
}

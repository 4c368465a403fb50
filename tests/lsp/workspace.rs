//! Projects as they are: several folders, files not open, changed outside, unsaved; configs that change.

use serde_json::{Value, json};

use crate::client::{Client, Start, full_capabilities, uri};
use crate::project::Project;

const GOOD: &str = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }";
const NO_TYPE: &str = "{ \"scopes\": [\"chat:write\"] }";

fn tell_changed(client: &mut Client, paths: &[&std::path::Path]) {
    let changes: Vec<Value> = paths.iter().map(|path| json!({"uri": uri(path), "type": 2})).collect();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

fn close(client: &mut Client, path: &std::path::Path) {
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(path)}}));
}

#[test]
fn files_that_are_not_open_are_spoken_of_and_clean_ones_are_not() {
    let project = Project::new(&[
        ("slack.jsonc", NO_TYPE),
        ("linear.json", "{ \"type\": \"linear\", \"scopes\": [\"read\"] }"),
    ]);
    let mut client = project.server();
    client.wait_for_codes(&project.connector("slack.jsonc"), &["missing-type"]);
    assert!(!client.published.contains_key(&uri(&project.connector("linear.json"))));
}

#[cfg(any(windows, target_os = "macos"))]
#[test]
fn a_file_that_is_opened_in_another_spelling_is_the_one_of_its_project() {
    let project = Project::new(&[("slack.jsonc", GOOD)]);
    let file = project.connector("slack.jsonc");
    let other = std::path::PathBuf::from(file.to_str().unwrap().to_uppercase());
    assert!(other.is_file(), "the disk takes both for one");
    let mut client = project.server();
    client.open(&other, GOOD);
    client.settle();
    assert_eq!(client.codes_of(&uri(&other)), Vec::<String>::new());
    client.change(&other, 2, NO_TYPE);
    client.wait_for_codes(&other, &["missing-type"]);
    assert!(!client.published.contains_key(&uri(&file)), "nothing is said of it twice");
    let status = client.request("base44/status", json!({}));
    assert_eq!(status["projects"].as_array().map(Vec::len), Some(1), "{status}");
}

#[test]
fn each_file_without_a_type_is_listed() {
    let nameless = "{ \"type\": \"\" }";
    let project = Project::new(&[("one.jsonc", nameless), ("two.jsonc", nameless), ("three.jsonc", "{}")]);
    let mut client = project.server();
    client.wait_for_codes(&project.connector("two.jsonc"), &["invalid-type"]);
    let mut files = listed(&mut client);
    files.sort_unstable();
    assert_eq!(files, ["one.jsonc", "three.jsonc", "two.jsonc"]);
}

#[test]
fn the_status_of_many_connectors_is_whole_and_an_edit_is_answered_before_it() {
    const FILES: usize = 1_300;
    let names: Vec<String> = (0..FILES).map(|number| format!("custom{number:04}.jsonc")).collect();
    let nameless = [0, 700, FILES - 1];
    let text = |number: usize| match nameless.contains(&number) {
        true => "{}".to_owned(),
        // Each type is declared by two files, of which the first is listed.
        false => format!("{{ \"type\": \"custom{}\" }}", number / 2),
    };
    let texts: Vec<String> = (0..FILES).map(text).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let project = Project::new(&files);
    let mut client = Start::in_folder(project.root()).options(json!({"statusNotifications": true})).run();
    client.wait_for_codes(&project.connector(&names[FILES - 1]), &["missing-type"]);
    let mine = project.connector("custom0001.jsonc");
    client.open(&mine, &texts[1]);
    client.settle();
    client.notifications.retain(|(name, _)| name != "base44/status");
    let (status, pulled) = client.at_once(|client| {
        let status = client.ask("base44/status", Value::Null);
        client.change(&mine, 2, "{ \"type\": \"other\" }");
        (status, client.ask("textDocument/diagnostic", json!({"textDocument": {"uri": uri(&mine)}})))
    });
    client.answer(pulled);
    assert!(!client.has_answer(status), "the edit waited for all connectors");
    let status = client.answer(status);
    let listed = status["result"]["projects"][0]["connectors"].as_array().unwrap();
    let uris: Vec<&str> = listed.iter().map(|row| row["uri"].as_str().unwrap()).collect();
    assert!(
        uris[uris.len() - 3..].iter().zip(nameless).all(|(row, number)| row.ends_with(&names[number])),
        "{uris:?}"
    );
    let types =
        |rows: &[Value]| rows.iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let mut sorted = types(listed);
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), listed.len(), "no type is listed twice");
    // So many are told by the server itself, too, once the file is saved.
    project.write_connector("custom0001.jsonc", "{ \"type\": \"other\" }");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&mine)}}));
    client.wait("the new type", |client| {
        let (_, told) = client.notifications.iter().rev().find(|(name, _)| name == "base44/status")?;
        types(told["projects"][0]["connectors"].as_array()?).contains(&"other".to_owned()).then_some(())
    });
}

#[test]
fn every_folder_of_the_workspace_counts_and_folders_come_and_go() {
    let (one, other) = (Project::new(&[("slack.jsonc", NO_TYPE)]), Project::new(&[("github.jsonc", "{}")]));
    let mut client = one.server();
    client.wait_for_codes(&one.connector("slack.jsonc"), &["missing-type"]);
    assert!(!client.published.contains_key(&uri(&other.connector("github.jsonc"))));
    let folder = json!({"uri": uri(other.root()), "name": "other"});
    client
        .notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [folder], "removed": []}}));
    client.wait_for_codes(&other.connector("github.jsonc"), &["missing-type"]);
    client
        .notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [], "removed": [folder]}}));
    client.wait_for_codes(&other.connector("github.jsonc"), &[]);
    assert_eq!(client.codes_of(&uri(&one.connector("slack.jsonc"))), ["missing-type"]);
}

#[test]
fn the_connectors_folder_of_the_config_counts_and_the_usual_one_then_does_not() {
    let project = Project::new(&[]);
    project.write("base44/config.jsonc", "{ \"name\": \"test\", \"connectorsDir\": \"services/auth\" }");
    let named = project.write("base44/services/auth/slack.jsonc", NO_TYPE);
    let usual = project.write("base44/connectors/github.jsonc", NO_TYPE);
    let mut client = project.server();
    client.wait_for_codes(&named, &["missing-type"]);
    assert!(!client.published.contains_key(&uri(&usual)));
}

#[test]
fn a_config_that_changes_moves_the_connectors() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE)]);
    let moved = project.write("base44/moved/github.jsonc", NO_TYPE);
    let mut client = project.server();
    client.wait_for_codes(&project.connector("slack.jsonc"), &["missing-type"]);
    let config = project.write("base44/config.jsonc", "{ \"connectorsDir\": \"moved\" }");
    tell_changed(&mut client, &[&config]);
    client.wait_for_codes(&moved, &["missing-type"]);
    client.wait_for_codes(&project.connector("slack.jsonc"), &[]);
}

#[test]
fn a_broken_config_is_told_on_the_config_and_mended_by_its_fix() {
    let project = Project::new(&[("slack.jsonc", GOOD)]);
    let text = "{ \"name\": \"test\", \"connectorsDir\": \"missing\" }";
    let config = project.write("base44/config.jsonc", text);
    let mut client = project.server();
    client.wait_for_codes(&config, &["bad-project"]);
    client.open(&config, text);
    let actions = client.actions(&config, None);
    assert_eq!(actions[0]["title"], "Change to `connectors`, which exists");
    // The offer speaks of the text on disk: of another it is not made.
    client.change(&config, 2, "{ }");
    assert!(client.actions(&config, None).is_empty());
}

#[test]
fn levels_of_the_projects_checks_file_count_as_soon_as_it_changes() {
    let project = Project::new(&[("slack.jsonc", "{ \"type\": \"slack\", \"colour\": 1 }")]);
    let path = project.connector("slack.jsonc");
    let mut client = project.server();
    client.wait("the finding", |client| {
        client.codes_of(&uri(&path)).contains(&"unknown-key".to_owned()).then_some(())
    });
    let checks =
        project.write("base44/connector-checks.jsonc", "{ \"severity\": { \"unknown-key\": \"off\" } }");
    tell_changed(&mut client, &[&checks]);
    client.wait("silence", |client| {
        (!client.codes_of(&uri(&path)).contains(&"unknown-key".to_owned())).then_some(())
    });
}

#[test]
fn levels_of_the_user_count_and_change_while_files_are_open() {
    let project = Project::new(&[]);
    let path = project.connector("slack.jsonc");
    let mut client = project.server();
    client.open(&path, NO_TYPE);
    client.wait_for_codes(&path, &["missing-type"]);
    client.configuration = json!({"severity": {"missing-type": "hint"}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.wait("the level", |client| {
        let level = client.diagnostics(&path).first()?["severity"].as_i64()?;
        (level == 4).then_some(())
    });
}

#[test]
fn a_client_without_configuration_sends_its_settings_along() {
    let project = Project::new(&[]);
    let path = project.connector("slack.jsonc");
    let mut capabilities = full_capabilities();
    capabilities["workspace"]["configuration"] = json!(false);
    let mut client = Start::in_folder(project.root()).capabilities(capabilities).run();
    client.open(&path, "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"], \"colour\": 1 }");
    client.wait_for_codes(&path, &["unknown-key"]);
    let settings = json!({"base44Connectors": {"severity": {"unknown-key": "off"}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    client.wait_for_codes(&path, &[]);
}

#[test]
fn files_created_changed_and_deleted_outside_of_the_editor_are_noticed() {
    let project = Project::new(&[]);
    let mut client = project.server();
    client.server_request("client/registerCapability");
    let path = project.write("base44/connectors/slack.jsonc", NO_TYPE);
    tell_changed(&mut client, &[&path]);
    client.wait_for_codes(&path, &["missing-type"]);
    project.write("base44/connectors/slack.jsonc", "{");
    tell_changed(&mut client, &[&path]);
    client.wait_for_codes(&path, &["missing-type", "syntax-error"]);
    std::fs::remove_file(&path).unwrap();
    tell_changed(&mut client, &[&path]);
    client.wait_for_codes(&path, &[]);
}

#[test]
fn a_deleted_folder_takes_its_findings_along() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE), ("github.jsonc", NO_TYPE)]);
    let mut client = project.server();
    for name in ["slack.jsonc", "github.jsonc"] {
        client.wait_for_codes(&project.connector(name), &["missing-type"]);
    }
    let folder = project.path("base44/connectors");
    std::fs::remove_dir_all(&folder).unwrap();
    tell_changed(&mut client, &[&folder]);
    for name in ["slack.jsonc", "github.jsonc"] {
        client.wait_for_codes(&project.connector(name), &[]);
    }
}

#[test]
fn a_client_that_tells_of_its_own_renames_needs_no_watcher() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE)]);
    let mut capabilities = full_capabilities();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({});
    capabilities["workspace"]["fileOperations"] = json!({"didRename": true});
    let mut client = Start::in_folder(project.root()).capabilities(capabilities).run();
    let (old, new) = (project.connector("slack.jsonc"), project.connector("other.jsonc"));
    client.wait_for_codes(&old, &["missing-type"]);
    std::fs::rename(&old, &new).unwrap();
    client.notify("workspace/didRenameFiles", json!({"files": [{"oldUri": uri(&old), "newUri": uri(&new)}]}));
    client.wait_for_codes(&old, &[]);
    client.wait_for_codes(&new, &["missing-type"]);
}

#[test]
fn of_which_files_a_client_tells_is_said_by_the_one_pattern_that_the_extension_knows() {
    // The extension's bundle has no library for patterns: for any other, VS Code would tell of no file at all.
    let build = include_str!("../../vscode-extension/scripts/build.mjs");
    assert!(build.contains("if (pattern !== '**/*') throw"), "it takes other patterns now");
    let told = json!({"didCreate": true, "didRename": true, "didDelete": true});
    let mut client = Client::spawn(&[]);
    let answer =
        client.request("initialize", json!({"capabilities": {"workspace": {"fileOperations": told}}}));
    client.notify("initialized", json!({}));
    let operations = answer["capabilities"]["workspace"]["fileOperations"].as_object().unwrap();
    for (name, told) in operations {
        let patterns: Vec<&Value> =
            told["filters"].as_array().unwrap().iter().map(|one| &one["pattern"]["glob"]).collect();
        assert_eq!(patterns, ["**/*"], "{name}");
    }
    assert_eq!(operations.len(), 3);
}

#[test]
fn what_is_unsaved_counts_over_what_is_on_disk_until_it_is_closed() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE)]);
    let path = project.connector("slack.jsonc");
    let mut client = project.server();
    client.wait_for_codes(&path, &["missing-type"]);
    client.open(&path, GOOD);
    client.wait_for_codes(&path, &[]);
    // A change on disk does not undo that.
    project.write("base44/connectors/slack.jsonc", "{");
    tell_changed(&mut client, &[&path]);
    client.settle();
    assert!(client.codes_of(&uri(&path)).is_empty());
    close(&mut client, &path);
    client.wait_for_codes(&path, &["missing-type", "syntax-error"]);
}

/// The names of the files that are listed as connectors.
fn listed(client: &mut Client) -> Vec<String> {
    let status = client.request("base44/status", json!({}));
    let rows = status["projects"][0]["connectors"].as_array().cloned().unwrap_or_default();
    let name = |row: &Value| Some(row["uri"].as_str()?.rsplit('/').next()?.to_owned());
    rows.iter().filter_map(name).collect()
}

/// A project whose one file was deleted while an editor has it open, and said to be gone.
fn deleted_while_open() -> (Project, std::path::PathBuf, Client) {
    let project = Project::new(&[("slack.jsonc", NO_TYPE)]);
    let path = project.connector("slack.jsonc");
    let mut client = project.server();
    client.wait_for_codes(&path, &["missing-type"]);
    client.open(&path, NO_TYPE);
    client.wait_for_codes(&path, &["missing-type"]);
    std::fs::remove_file(&path).unwrap();
    tell_changed(&mut client, &[&path]);
    client.wait_for_codes(&path, &[]);
    (project, path, client)
}

#[test]
fn a_file_deleted_outside_is_gone_though_it_is_open_and_there_again_when_it_is() {
    let (project, path, mut client) = deleted_while_open();
    assert_eq!(listed(&mut client), [""; 0]);
    project.write("base44/connectors/slack.jsonc", NO_TYPE);
    tell_changed(&mut client, &[&path]);
    client.wait_for_codes(&path, &["missing-type"]);
    assert_eq!(listed(&mut client), ["slack.jsonc"]);
    // Deleted with its folder, nobody is told of the file itself.
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    tell_changed(&mut client, &[path.parent().unwrap()]);
    client.wait_for_codes(&path, &[]);
    // Whoever types on wants it, and so does who saves it.
    client.change(&path, 2, "{");
    client.wait_for_codes(&path, &["missing-type", "syntax-error"]);
    assert_eq!(listed(&mut client), ["slack.jsonc"]);
}

#[test]
fn a_file_that_was_deleted_is_there_again_when_it_is_saved() {
    let (project, path, mut client) = deleted_while_open();
    project.write("base44/connectors/slack.jsonc", NO_TYPE);
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&path)}}));
    client.wait_for_codes(&path, &["missing-type"]);
    assert_eq!(listed(&mut client), ["slack.jsonc"]);
}

#[test]
fn a_deleted_file_with_unsaved_text_stays_until_it_is_closed() {
    let project = Project::new(&[("slack.jsonc", GOOD)]);
    let path = project.connector("slack.jsonc");
    let mut client = project.server();
    client.wait("the project", |client| (listed(client) == ["slack.jsonc"]).then_some(()));
    client.open(&path, GOOD);
    client.change(&path, 2, NO_TYPE);
    client.wait_for_codes(&path, &["missing-type"]);
    std::fs::remove_file(&path).unwrap();
    tell_changed(&mut client, &[&path]);
    client.settle();
    assert_eq!(client.codes_of(&uri(&path)), ["missing-type"]);
    assert_eq!(listed(&mut client), ["slack.jsonc"]);
    close(&mut client, &path);
    client.wait_for_codes(&path, &[]);
    assert_eq!(listed(&mut client), [""; 0]);
}

#[test]
fn a_file_renamed_outside_goes_along_though_it_is_open() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE)]);
    let (old, new) = (project.connector("slack.jsonc"), project.connector("new.jsonc"));
    let mut client = project.server();
    client.wait_for_codes(&old, &["missing-type"]);
    client.open(&old, NO_TYPE);
    client.wait_for_codes(&old, &["missing-type"]);
    std::fs::rename(&old, &new).unwrap();
    tell_changed(&mut client, &[&old, &new]);
    client.wait_for_codes(&old, &[]);
    client.wait_for_codes(&new, &["missing-type"]);
    assert_eq!(listed(&mut client), ["new.jsonc"]);
}

#[test]
fn two_files_of_one_type_know_of_each_other_open_or_not() {
    let project = Project::new(&[("slack.jsonc", GOOD)]);
    let (one, other) = (project.connector("slack.jsonc"), project.connector("team.jsonc"));
    let mut client = project.server();
    client.settle();
    client.open(&other, GOOD);
    client.wait("both files' findings", |client| {
        let both = [&one, &other]
            .iter()
            .all(|path| client.codes_of(&uri(path)).contains(&"duplicate-connector".to_owned()));
        both.then_some(())
    });
    let related = &client.diagnostics(&other)[0]["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], uri(&one));
    assert_eq!(related["range"]["start"], json!({"line": 0, "character": 10}));
    // Mended in the one, unsaved, it is gone in the other, which is not open.
    client.change(&other, 2, "{ \"type\": \"github\" }");
    client.wait_for_codes(&one, &[]);
}

#[test]
fn a_file_renamed_in_the_editor_leaves_nothing_behind() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE)]);
    let (old, new) = (project.connector("slack.jsonc"), project.connector("new.jsonc"));
    let mut client = project.server();
    client.open(&old, NO_TYPE);
    client.wait_for_codes(&old, &["missing-type"]);
    std::fs::rename(&old, &new).unwrap();
    close(&mut client, &old);
    client.open(&new, NO_TYPE);
    tell_changed(&mut client, &[&old, &new]);
    client.wait_for_codes(&new, &["missing-type"]);
    client.wait_for_codes(&old, &[]);
}

#[test]
fn a_file_of_a_foreign_language_counts_by_its_place() {
    let project = Project::new(&[]);
    let mut client = project.server();
    for language in ["json", "json5", "plaintext", "", "javascript"] {
        let path = project.connector(&format!("{language}x.jsonc"));
        client.open_uri(&uri(&path), language, NO_TYPE);
        client.wait_for_codes(&path, &["missing-type"]);
    }
}

#[test]
fn nothing_outside_of_connectors_folders_is_spoken_of() {
    let project = Project::new(&[]);
    let mut client = project.server();
    let paths =
        ["package.json", "base44/entities/user.jsonc", "src/connectors.ts", "base44/functions/slack.json"];
    for name in paths {
        client.open_uri(&uri(&project.path(name)), "jsonc", "{ nonsense");
    }
    client.open(&project.connector("slack.jsonc"), "{");
    client
        .wait("diagnostics", |client| client.published.get(&uri(&project.connector("slack.jsonc"))).cloned());
    for name in paths {
        let path = project.path(name);
        assert!(!client.published.contains_key(&uri(&path)), "{name}");
        let at = json!({"textDocument": {"uri": uri(&path)}, "position": {"line": 0, "character": 1}});
        assert_eq!(client.request("textDocument/completion", at.clone()), Value::Null, "{name}");
        assert_eq!(client.request("textDocument/hover", at), Value::Null, "{name}");
        assert!(client.actions(&path, None).is_empty(), "{name}");
    }
}

#[test]
fn a_document_of_the_clients_connector_language_counts_wherever_it_is() {
    let project = Project::new(&[]);
    let mut client = project.server();
    for address in ["untitled:Untitled-1", "file:///nowhere/slack.txt"] {
        client.open_uri(address, "base44-connector", "{ \"scopes\": [] }");
        client.wait(address, |client| {
            client.codes_of(address).contains(&"missing-type".to_owned()).then_some(())
        });
    }
    let at = json!({"textDocument": {"uri": "untitled:Untitled-1"}, "position": {"line": 0, "character": 2}});
    assert!(!client.request("textDocument/completion", at).as_array().unwrap().is_empty());
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": "untitled:Untitled-1"}}));
    client.wait("nothing left", |client| client.codes_of("untitled:Untitled-1").is_empty().then_some(()));
}

#[test]
fn an_untitled_document_of_another_language_is_left_alone() {
    let project = Project::new(&[]);
    let mut client = project.server();
    client.open_uri("untitled:Untitled-1", "jsonc", "{ nonsense");
    client.settle();
    assert!(client.published.is_empty());
}

#[test]
fn a_connector_file_without_a_project_is_looked_after_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    let mut client = Start::in_folder(folder.path()).run();
    client.open(&path, NO_TYPE);
    client.wait_for_codes(&path, &["missing-type"]);
}

#[test]
fn a_file_opened_without_a_folder_finds_its_project_above_it() {
    let project = Project::new(&[("slack.jsonc", GOOD), ("other.jsonc", NO_TYPE)]);
    let mut start = Start::in_folder(project.root());
    start.folders.clear();
    let mut client = start.run();
    client.open(&project.connector("slack.jsonc"), GOOD);
    client.wait_for_codes(&project.connector("other.jsonc"), &["missing-type"]);
}

#[test]
fn what_push_would_not_read_is_told() {
    let project = Project::new(&[("notes.json5", GOOD), ("UPPER.JSONC", GOOD), ("drafts/slack.jsonc", GOOD)]);
    let mut client = project.server();
    for name in ["notes.json5", "UPPER.JSONC", "drafts/slack.jsonc"] {
        client.wait_for_codes(&project.connector(name), &["not-read"]);
    }
}

//! Input that breaks servers: it is told of, and the session goes on.

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::project::Project;

const METHODS: [&str; 6] =
    ["documentSymbol", "foldingRange", "documentLink", "formatting", "codeLens", "codeAction"];

/// Everything an editor asks for when it shows a file.
fn ask_for_everything(client: &mut Client, path: &std::path::Path) {
    for method in METHODS {
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 1_000_000, "character": 0}});
        client.request(
            &format!("textDocument/{method}"),
            json!({
                "textDocument": {"uri": uri(path)}, "range": range, "context": {"diagnostics": []},
                "options": {"tabSize": 2, "insertSpaces": true},
            }),
        );
    }
    for column in [0, 50_000, 100_000, 4_000_000] {
        let position = json!({"line": 0, "character": column});
        for method in ["hover", "completion"] {
            let params = json!({"textDocument": {"uri": uri(path)}, "position": position});
            client.request(&format!("textDocument/{method}"), params);
        }
        let params = json!({"textDocument": {"uri": uri(path)}, "positions": [position]});
        client.request("textDocument/selectionRange", params);
    }
}

fn survives(text: &str, expected: &str) {
    let project = Project::new(&[]);
    let mut client = project.server();
    let path = project.connector("slack.jsonc");
    client.open(&path, text);
    client.wait(expected, |client| client.codes_of(&uri(&path)).contains(&expected.to_owned()).then_some(()));
    ask_for_everything(&mut client, &path);
    // And it still serves others.
    let other = project.connector("github.jsonc");
    client.open(&other, "{ \"type\": \"githup\" }");
    client.wait_for_codes(&other, &["unknown-type"]);
}

#[test]
fn a_hundred_thousand_brackets_open_and_closed() {
    survives(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), "not-an-object");
}

#[test]
fn a_hundred_thousand_open_brackets_inside_a_list_of_scopes() {
    survives(&format!("{{\"type\": \"slack\", \"scopes\": [{}", "[".repeat(100_000)), "syntax-error");
}

#[test]
fn a_hundred_thousand_nested_objects() {
    survives(&"{\"scopes\":".repeat(100_000), "syntax-error");
}

#[test]
fn nul_bytes_and_other_control_characters() {
    survives("{\"type\": \"sl\u{0}ack\", \u{0} \u{7f}\u{1b}[2J: 1}", "syntax-error");
}

#[test]
fn half_typed_texts_of_every_length() {
    let project = Project::new(&[]);
    let mut client = project.server();
    let path = project.connector("slack.jsonc");
    let whole = "// base44-ignore unknown-key\n{type: 'slack', \"scopes\": [\"chat:write\", /* x */ 'a\\u00e9',], é: +0x1F}";
    client.open(&path, "");
    for (version, (end, _)) in whole.char_indices().enumerate() {
        client.change(&path, version as i64 + 2, &whole[..end]);
        let position = json!({"line": 9, "character": 999});
        for method in ["hover", "completion"] {
            let params = json!({"textDocument": {"uri": uri(&path)}, "position": position});
            client.request(&format!("textDocument/{method}"), params);
        }
    }
    ask_for_everything(&mut client, &path);
}

#[test]
fn a_file_of_50_megabytes_on_disk_and_in_the_editor() {
    let project = Project::new(&[]);
    let large = format!("{{\"type\": \"slack\", \"scopes\": [{}", "\"chat:write\",\n".repeat(3_800_000));
    assert!(large.len() > 50_000_000);
    let path = project.write("base44/connectors/slack.jsonc", &large);
    let mut client = project.server();
    client.wait_for_codes(&path, &["unreadable"]);
    client.open(&path, &large);
    ask_for_everything(&mut client, &path);
    client.wait_for_codes(&path, &["unreadable"]);
    let edit = json!({
        "range": {"start": {"line": 9, "character": 0}, "end": {"line": 3_800_000, "character": 0}}, "text": "]}",
    });
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri(&path), "version": 2}, "contentChanges": [edit]}),
    );
    client.wait("the rest of the file checked", |client| {
        let codes = client.codes_of(&uri(&path));
        (!codes.is_empty() && !codes.contains(&"unreadable".to_owned())).then_some(())
    });
}

#[test]
fn what_cannot_be_read_on_disk_is_told() {
    let project = Project::new(&[("github.jsonc", "{}")]);
    std::fs::create_dir_all(project.connector("slack.jsonc")).unwrap();
    std::fs::write(project.connector("linear.jsonc"), b"{\"type\": \"\xff\xfe\"}").unwrap();
    let mut unreadable = vec!["slack.jsonc", "linear.jsonc"];
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(project.connector("loop.jsonc"), project.connector("loop.jsonc")).unwrap();
        symlink("/dev/zero", project.connector("endless.jsonc")).unwrap();
        symlink(project.connector("nowhere"), project.connector("dangling.jsonc")).unwrap();
        // A folder that holds itself is gone through once.
        symlink(project.path("base44"), project.path("base44/connectors/again")).unwrap();
        unreadable.extend(["loop.jsonc", "endless.jsonc", "dangling.jsonc"]);
    }
    let mut client = project.server();
    for name in unreadable {
        client.wait_for_codes(&project.connector(name), &["unreadable"]);
    }
    client.wait_for_codes(&project.connector("github.jsonc"), &["missing-type"]);
}

#[test]
fn files_that_come_and_go_while_they_are_read() {
    let project = Project::new(&[]);
    let mut client = project.server();
    let path = project.connector("slack.jsonc");
    for round in 0..200 {
        if round % 2 == 0 {
            project.write("base44/connectors/slack.jsonc", "{");
        } else {
            // On Windows a file that is being read is gone only once it was read, and so is what was written meanwhile.
            let removed = std::fs::remove_file(&path);
            assert!(removed.is_ok() || cfg!(windows), "{removed:?}");
        }
        client
            .notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&path), "type": 2}]}));
    }
    client.settle();
    project.write("base44/connectors/slack.jsonc", "{}");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&path), "type": 2}]}));
    client.wait_for_codes(&path, &["missing-type"]);
}

#[test]
fn a_scope_list_of_ten_thousand_repeats() {
    let scopes = "\"chat:write\",".repeat(10_000);
    survives(&format!("{{\"type\": \"slack\", \"scopes\": [{scopes}]}}"), "duplicate-scope");
}

#[test]
fn requests_of_every_kind_for_a_file_that_is_not_open_are_answered() {
    let project = Project::new(&[]);
    let mut client = project.server();
    ask_for_everything(&mut client, &project.connector("nowhere.jsonc"));
    let bad = json!({"textDocument": {"uri": "%%%"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.request("textDocument/hover", bad), Value::Null);
}

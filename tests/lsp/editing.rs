//! What an editor asks for while a file is written, whole requests and whole answers.

use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, Start, full_capabilities, uri};
use crate::project::Project;

/// The text of a fixture without its `$0`, and where that stood, in UTF-16.
pub(crate) fn cursor(fixture: &str) -> (String, Value) {
    let offset = fixture.find("$0").unwrap();
    let before = &fixture[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    (fixture.replacen("$0", "", 1), json!({"line": line, "character": column}))
}

pub(crate) fn ask(client: &mut Client, path: &Path, method: &str, position: &Value) -> Value {
    client.request(method, json!({"textDocument": {"uri": uri(path)}, "position": position}))
}

/// A server with one open file.
fn opened(text: &str) -> (Project, Client, std::path::PathBuf) {
    let project = Project::new(&[]);
    let mut client = project.server();
    let path = project.connector("slack.jsonc");
    client.open(&path, text);
    client.wait("diagnostics", |client| client.published.get(&uri(&path)).cloned());
    (project, client, path)
}

/// The text after edits, which do not overlap.
pub(crate) fn apply(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = position["character"].as_u64().unwrap() as usize;
        let mut bytes = 0;
        for c in text[start..].chars() {
            if units == 0 {
                break;
            }
            units -= c.len_utf16();
            bytes += c.len_utf8();
        }
        start + bytes
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

fn titled<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    actions
        .iter()
        .find(|action| action["title"] == title)
        .unwrap_or_else(|| panic!("no `{title}` among {:?}", titles(actions)))
}

#[test]
fn a_completed_scope_replaces_what_was_typed_whatever_stands_before_it() {
    let (text, position) =
        cursor("{\n  /* 😀 */ \"type\": \"slack\", \"scopes\": [\"😀\", \"chat:wr$0x\"]\n}\n");
    let (_project, mut client, path) = opened(&text);
    let items = ask(&mut client, &path, "textDocument/completion", &position);
    let item = items.as_array().unwrap().iter().find(|item| item["label"] == "chat:write").unwrap();
    assert_eq!(
        apply(&text, &json!([item["textEdit"]])),
        "{\n  /* 😀 */ \"type\": \"slack\", \"scopes\": [\"😀\", \"chat:write\"]\n}\n"
    );
}

#[test]
fn a_long_list_of_scopes_brings_its_documentation_when_asked() {
    let (text, position) = cursor("{ \"type\": \"hubspot\", \"scopes\": [\"$0\"] }");
    let (_project, mut client, path) = opened(&text);
    let items = ask(&mut client, &path, "textDocument/completion", &position);
    let item = items.as_array().unwrap().iter().find(|item| item["label"] == "content").unwrap();
    assert_eq!(item["documentation"], Value::Null);
    let resolved = client.request("completionItem/resolve", item.clone());
    assert_eq!(resolved["documentation"]["kind"], "markdown");
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("HubSpot"));
    assert_eq!(resolved["textEdit"], item["textEdit"]);
}

#[test]
fn an_empty_file_becomes_a_connector_with_a_snippet_only_where_there_are_snippets() {
    for snippets in [true, false] {
        let project = Project::new(&[]);
        let mut capabilities = full_capabilities();
        capabilities["textDocument"]["completion"]["completionItem"]["snippetSupport"] = json!(snippets);
        let mut client = Start::in_folder(project.root()).capabilities(capabilities).run();
        let path = project.connector("slack.jsonc");
        client.open(&path, "");
        let items = ask(&mut client, &path, "textDocument/completion", &json!({"line": 0, "character": 0}));
        let item = items.as_array().unwrap().iter().find(|item| item["label"] == "slack").unwrap();
        let text = item["textEdit"]["newText"].as_str().unwrap();
        assert_eq!(text.contains('$'), snippets, "{text}");
        assert_eq!(item["insertTextFormat"] == 2, snippets);
        assert_eq!(item["preselect"], true);
    }
}

#[test]
fn a_completion_answers_for_the_edit_sent_just_before_it() {
    let (_project, mut client, path) = opened("{ }");
    client.change(&path, 2, "{ \"type\": \"sl\" }");
    let items = ask(&mut client, &path, "textDocument/completion", &json!({"line": 0, "character": 13}));
    assert!(items.as_array().unwrap().iter().any(|item| item["label"] == "slack"));
}

#[test]
fn hover_explains_in_markdown_or_in_plain_text() {
    for (formats, kind) in [(json!(["markdown"]), "markdown"), (json!(["plaintext"]), "plaintext")] {
        let project = Project::new(&[]);
        let mut capabilities = full_capabilities();
        capabilities["textDocument"]["hover"]["contentFormat"] = formats;
        let mut client = Start::in_folder(project.root()).capabilities(capabilities).run();
        let path = project.connector("slack.jsonc");
        client.open(&path, "{ \"type\": \"slack\" }");
        let hover = ask(&mut client, &path, "textDocument/hover", &json!({"line": 0, "character": 12}));
        assert_eq!(hover["contents"]["kind"], kind);
        let text = hover["contents"]["value"].as_str().unwrap();
        assert_eq!(text.contains("**"), kind == "markdown", "{text}");
        assert_eq!(hover["range"]["start"]["character"], 10);
    }
}

#[test]
fn a_quick_fix_says_what_changes_is_preferred_and_names_its_diagnostic() {
    let text = "{ \"type\": \"slak\" }";
    let (_project, mut client, path) = opened(text);
    let published = client.diagnostics(&path);
    let actions = client.actions(&path, Some("quickfix"));
    let action = titled(&actions, "Change `slak` to `slack`");
    assert_eq!(action["kind"], "quickfix");
    assert_eq!(action["isPreferred"], true);
    assert_eq!(action["diagnostics"], json!([published[0]]));
    let change = &action["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": uri(&path), "version": 1}));
    assert_eq!(apply(text, &change["edits"]), "{ \"type\": \"slack\" }");
}

#[test]
fn a_client_without_document_changes_gets_plain_changes() {
    let project = Project::new(&[]);
    let mut capabilities = full_capabilities();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let mut client = Start::in_folder(project.root()).capabilities(capabilities).run();
    let path = project.connector("odd.jsonc");
    client.open(&path, "{ \"type\": \"slak\" }");
    client.wait("diagnostics", |client| client.published.get(&uri(&path)).cloned());
    let actions = client.actions(&path, None);
    assert!(titled(&actions, "Change `slak` to `slack`")["edit"]["changes"][uri(&path)].is_array());
}

#[test]
fn a_file_of_another_name_can_be_renamed_where_the_client_renames_files() {
    let text = "{ \"type\": \"github\", \"scopes\": [\"repo\"] }";
    for renames in [true, false] {
        let project = Project::new(&[]);
        let mut capabilities = full_capabilities();
        if !renames {
            capabilities["workspace"]["workspaceEdit"]["resourceOperations"] = json!(["create"]);
        }
        let mut client = Start::in_folder(project.root()).capabilities(capabilities).run();
        let path = project.connector("gh.jsonc");
        client.open(&path, text);
        client.wait_for_codes(&path, &["file-name"]);
        let actions = client.actions(&path, Some("quickfix"));
        let rename = actions.iter().find(|action| action["title"] == "Rename the file to `github.jsonc`");
        assert_eq!(rename.is_some(), renames);
        if let Some(rename) = rename {
            assert_eq!(
                rename["edit"]["documentChanges"],
                json!([{"kind": "rename", "oldUri": uri(&path), "newUri": uri(&project.connector("github.jsonc"))}])
            );
        }
    }
}

#[test]
fn everything_safe_is_mended_at_once_and_nothing_else_is_touched() {
    let text = "{\n  // ours\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\", // why\n    \"users:read\",\n    \"users:read\",\n  ],\n}\n";
    let (_project, mut client, path) = opened(text);
    for only in ["source.fixAll.base44", "source.fixAll"] {
        let actions = client.actions(&path, Some(only));
        assert_eq!(actions.len(), 1, "{:?}", titles(&actions));
        assert_eq!(actions[0]["kind"], "source.fixAll.base44");
        let edits = &actions[0]["edit"]["documentChanges"][0]["edits"];
        assert_eq!(apply(text, edits), text.replacen("    \"users:read\",\n", "", 1));
        assert_eq!(edits.as_array().unwrap().len(), 1);
    }
    assert!(client.actions(&path, Some("refactor")).is_empty());
}

#[test]
fn a_finding_can_be_silenced_on_its_line_and_in_its_file() {
    let text = "{\n  \"type\": \"slack\",\n  \"colour\": 1\n}\n";
    let (_project, mut client, path) = opened(text);
    for (title, comment) in [
        ("Silence `unknown-key` on this line", "  // base44-ignore unknown-key\n  \"colour\""),
        ("Silence `unknown-key` in this file", "// base44-ignore-file unknown-key\n{\n"),
    ] {
        let actions = client.actions(&path, None);
        let edits = &titled(&actions, title)["edit"]["documentChanges"][0]["edits"];
        let silenced = apply(text, edits);
        assert!(silenced.contains(comment), "{silenced}");
        client.change(&path, 2, &silenced);
        client.wait("silence", |client| {
            (!client.codes_of(&uri(&path)).contains(&"unknown-key".to_owned())).then_some(())
        });
        client.change(&path, 3, text);
    }
}

#[test]
fn a_client_without_action_literals_gets_commands_alone() {
    let project = Project::new(&[]);
    let mut client = Start::in_folder(project.root()).capabilities(json!({})).run();
    let path = project.connector("slack.jsonc");
    client.open(&path, "{ \"type\": \"slak\" }");
    client.wait_for_codes(&path, &["unknown-type"]);
    for action in client.actions(&path, None) {
        assert!(action["command"].is_string(), "{action}");
    }
}

#[test]
fn formatting_keeps_comments_and_changes_only_the_lines_it_has_to() {
    let text = "{\n  // ours\n      \"type\": \"slack\",\n  \"scopes\": [\n    \"a\" /* b */,\n  ]\n}\n";
    let (_project, mut client, path) = opened(text);
    let options = json!({"tabSize": 2, "insertSpaces": true});
    let edits = client
        .request("textDocument/formatting", json!({"textDocument": {"uri": uri(&path)}, "options": options}));
    let formatted = apply(text, &edits);
    assert!(formatted.contains("// ours\n  \"type\"") && formatted.contains("/* b */"), "{formatted}");
    client.change(&path, 2, &formatted);
    let again = client
        .request("textDocument/formatting", json!({"textDocument": {"uri": uri(&path)}, "options": options}));
    assert_eq!(again, json!([]));
}

#[test]
fn a_selection_is_formatted_without_the_rest() {
    let text = "{\n      \"type\": \"slack\",\n  \"scopes\": [\n          \"chat:write\"\n  ]\n}\n";
    let (_project, mut client, path) = opened(text);
    let range = json!({"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 4}});
    let edits = client.request(
        "textDocument/rangeFormatting",
        json!({"textDocument": {"uri": uri(&path)}, "range": range, "options": {"tabSize": 2, "insertSpaces": true}}),
    );
    assert_eq!(apply(text, &edits), text.replace("          \"chat", "    \"chat"));
}

#[test]
fn a_broken_text_is_not_formatted() {
    let (_project, mut client, path) = opened("{ \"type\": \n\n\n [");
    let edits = client.request(
        "textDocument/formatting",
        json!({"textDocument": {"uri": uri(&path)}, "options": {"tabSize": 2, "insertSpaces": true}}),
    );
    assert_eq!(edits, Value::Null);
}

#[test]
fn links_symbols_folds_and_selections_are_offered() {
    let text = "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\"\n  ]\n}\n";
    let (_project, mut client, path) = opened(text);
    let document = json!({"textDocument": {"uri": uri(&path)}});
    let links = client.request("textDocument/documentLink", document.clone());
    assert!(links[0]["target"].as_str().unwrap().starts_with("https://docs.slack.dev/"));
    let symbols = client.request("textDocument/documentSymbol", document.clone());
    assert_eq!(
        (&symbols[0]["name"], &symbols[1]["children"][0]["name"]),
        (&json!("type"), &json!("chat:write"))
    );
    let folds = client.request("textDocument/foldingRange", document);
    assert_eq!((&folds[0]["startLine"], &folds[0]["endLine"]), (&json!(0), &json!(5)));
    let positions = json!([{"line": 3, "character": 8}, {"line": 0, "character": 0}]);
    let selections = client.request(
        "textDocument/selectionRange",
        json!({"textDocument": {"uri": uri(&path)}, "positions": positions}),
    );
    assert_eq!(
        selections[0]["range"],
        json!({"start": {"line": 3, "character": 5}, "end": {"line": 3, "character": 15}})
    );
    assert_eq!(selections.as_array().unwrap().len(), 2);
}

#[test]
fn small_edits_make_the_same_text_as_the_whole() {
    let (_project, mut client, path) = opened("{\r\n}\r\n");
    let changes = json!([
        {"range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 1}}, "text": "\r\n  \"😀\": 1,"},
        {"range": {"start": {"line": 1, "character": 3}, "end": {"line": 1, "character": 5}}, "text": "type"},
        {"range": {"start": {"line": 1, "character": 10}, "end": {"line": 1, "character": 11}}, "text": "'slack'"}
    ]);
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri(&path), "version": 2}, "contentChanges": changes}),
    );
    let symbols = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri(&path)}}));
    assert_eq!((&symbols[0]["name"], &symbols[0]["detail"]), (&json!("type"), &json!("slack")));
}

#[test]
fn what_may_have_been_meant_is_no_fix_that_an_editor_prefers_to_take_away() {
    let preferred = |scope: &str| {
        let text = format!("{{\"type\": \"slack\", \"scopes\": [\"{scope}\"]}}\n");
        let (_project, mut client, path) = opened(&text);
        let actions = client.actions(&path, Some("quickfix"));
        let preferred = actions.iter().filter(|action| action["isPreferred"] == true);
        preferred.map(|action| action["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(preferred("chat:wirte"), ["Change `chat:wirte` to `chat:write`"]);
    assert_eq!(preferred("zzqx"), Vec::<String>::new());
}

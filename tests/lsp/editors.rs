//! The same session with each editor's own way of introducing itself: the recorded ones, and those that only their
//! documentation tells of.

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::project::Project;
use crate::recorded;

/// How an editor introduces itself, as far as this server looks at it.
struct Editor {
    name: String,
    /// What it was recorded to say; the rest of this stands for it where it was not.
    recorded: Option<recorded::Recorded>,
    capabilities: Value,
    /// What the root of the workspace is named in.
    roots: &'static [&'static str],
    has_process: bool,
    language: &'static str,
}

fn editors() -> Vec<Editor> {
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}}, "isPreferredSupport": true});
    let editor = |name: &str, capabilities, roots, has_process, language| Editor {
        name: name.to_owned(),
        recorded: None,
        capabilities,
        roots,
        has_process,
        language,
    };
    let recorded = recorded::editors().into_iter().map(|recorded| Editor {
        name: recorded.name.clone(),
        capabilities: recorded.capabilities().clone(),
        roots: &[],
        has_process: true,
        language: "jsonc",
        recorded: Some(recorded),
    });
    let told = vec![
        editor(
            "Zed",
            json!({
                "general": {"positionEncodings": ["utf-16"]},
                "workspace": {"configuration": true, "workspaceFolders": true, "applyEdit": true,
                    "didChangeWatchedFiles": {"dynamicRegistration": true, "relativePatternSupport": true},
                    "diagnostics": {"refreshSupport": true},
                    "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]}},
                "textDocument": {
                    "diagnostic": {"dynamicRegistration": true, "relatedDocumentSupport": true},
                    "completion": {"completionItem": {"snippetSupport": true, "insertReplaceSupport": true, "documentationFormat": ["markdown", "plaintext"]}},
                    "hover": {"contentFormat": ["markdown"]},
                    "codeAction": literals,
                },
            }),
            &["rootUri", "workspaceFolders"],
            true,
            "JSONC",
        ),
        editor(
            "Sublime LSP",
            json!({
                "general": {"positionEncodings": ["utf-16"]},
                "workspace": {"applyEdit": true, "configuration": true, "workspaceFolders": true,
                    "didChangeConfiguration": {"dynamicRegistration": true},
                    "workspaceEdit": {"documentChanges": true, "failureHandling": "abort"}},
                "window": {"showDocument": {"support": true}, "workDoneProgress": true},
                "textDocument": {
                    "diagnostic": {"dynamicRegistration": true},
                    "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}, "versionSupport": true, "dataSupport": true},
                    "completion": {"completionItem": {"snippetSupport": true, "documentationFormat": ["markdown", "plaintext"]}},
                    "hover": {"contentFormat": ["markdown", "plaintext"]},
                    "codeAction": literals,
                },
            }),
            &["rootPath", "rootUri", "workspaceFolders"],
            true,
            "jsonc",
        ),
        editor(
            "JetBrains",
            json!({
                "workspace": {"applyEdit": true, "configuration": true, "workspaceFolders": true,
                    "workspaceEdit": {"documentChanges": true},
                    "didChangeWatchedFiles": {"dynamicRegistration": true, "relativePatternSupport": true}},
                "textDocument": {
                    "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}},
                    "completion": {"completionItem": {"snippetSupport": true, "documentationFormat": ["markdown", "plaintext"]}},
                    "hover": {"contentFormat": ["markdown", "plaintext"]},
                    "codeAction": literals,
                },
            }),
            &["rootUri", "workspaceFolders"],
            true,
            "",
        ),
        editor("one that says nothing", json!({}), &["rootUri"], false, "plaintext"),
        editor("one of the protocol's first days", json!({}), &["rootPath"], false, "json"),
    ];
    recorded.chain(told).collect()
}

/// The capabilities that the server answers with.
fn introduce(client: &mut Client, editor: &Editor, project: &Project) -> Value {
    if let Some(recorded) = &editor.recorded {
        return recorded.introduce(client, project.root());
    }
    let mut params = json!({
        "processId": editor.has_process.then(std::process::id),
        "clientInfo": {"name": editor.name},
        "capabilities": editor.capabilities,
        "rootUri": null,
        "workspaceFolders": null,
    });
    for root in editor.roots {
        params[root] = match *root {
            "rootPath" => json!(project.root()),
            "rootUri" => json!(uri(project.root())),
            _ => json!([{"uri": uri(project.root()), "name": "work"}]),
        };
    }
    let answer = client.request("initialize", params);
    client.notify("initialized", json!({}));
    answer["capabilities"].clone()
}

/// A place on a line of the text as the two agreed to count.
fn column(encoding: &str, before: &str) -> usize {
    match encoding {
        "utf-8" => before.len(),
        "utf-32" => before.chars().count(),
        _ => before.encode_utf16().count(),
    }
}

#[test]
fn every_editor_gets_findings_completion_hover_and_fixes_in_the_shapes_that_it_takes() {
    const LINE: &str = "/* ü😀 */ { \"type\": \"slack\", \"scopes\": [\"chat:wirte\"] }";
    for editor in editors() {
        let name = &editor.name;
        let project = Project::new(&[("notion.jsonc", "{ \"type\": \"notin\" }")]);
        let mut client = Client::spawn(&[]);
        let capabilities = introduce(&mut client, &editor, &project);
        let encoding = capabilities["positionEncoding"].as_str().unwrap().to_owned();
        let offered = editor.capabilities.pointer("/general/positionEncodings").and_then(Value::as_array);
        assert_eq!(encoding, offered.map_or("utf-16", |list| list[0].as_str().unwrap()), "{name}");
        let place = |text: &str| column(&encoding, &LINE[..LINE.find(text).unwrap()]);

        let path = project.connector("slack.jsonc");
        client.open_uri(&uri(&path), editor.language, LINE);
        let has =
            |pointer: &str| editor.capabilities.pointer(pointer).is_some_and(|value| *value != Value::Null);
        let document = json!({"uri": uri(&path)});
        let pulls = editor.recorded.as_ref().map_or_else(
            || has("/textDocument/diagnostic") && has("/workspace/diagnostics/refreshSupport"),
            recorded::Recorded::pulls,
        );
        assert_eq!(capabilities.get("diagnosticProvider").is_some(), pulls, "{name}");
        let diagnostics = if pulls {
            client.request("textDocument/diagnostic", json!({"textDocument": document}))["items"].clone()
        } else {
            client.wait_for_codes(&project.connector("notion.jsonc"), &["unknown-type"]);
            client.wait_for_codes(&path, &["unknown-scope"]);
            client.published[&uri(&path)]["diagnostics"].clone()
        };
        let found = &diagnostics[0];
        assert_eq!(found["code"], "unknown-scope", "{name}: {diagnostics}");
        assert_eq!(found["range"]["start"]["character"], place("\"chat:wirte"), "{name}");
        assert_eq!(found["range"]["end"]["character"], place("] }"), "{name}");

        let at = |text: &str, more: usize| json!({"textDocument": document, "position": {"line": 0, "character": place(text) + more}});
        let items = client.request("textDocument/completion", at("chat:wirte", 5));
        let items = items.as_array().or_else(|| items["items"].as_array()).unwrap().clone();
        let item =
            items.iter().find(|item| item["label"] == "chat:write").unwrap_or_else(|| panic!("{name}"));
        let replaced = &item["textEdit"]["range"];
        assert_eq!(replaced["start"]["character"], place("chat:wirte"), "{name}: {item}");
        assert_eq!(replaced["end"]["character"], place("\"] }"), "{name}: {item}");
        let snippets = editor.capabilities.pointer("/textDocument/completion/completionItem/snippetSupport")
            == Some(&json!(true));
        assert!(snippets || items.iter().all(|item| item["insertTextFormat"] != 2), "{name}");

        let hover = client.request("textDocument/hover", at("slack", 1));
        let format = editor
            .capabilities
            .pointer("/textDocument/hover/contentFormat/0")
            .cloned()
            .unwrap_or(json!("plaintext"));
        assert_eq!(hover["contents"]["kind"], format, "{name}");

        let context = json!({"diagnostics": [found]});
        let actions = client.request(
            "textDocument/codeAction",
            json!({"textDocument": document, "range": found["range"], "context": context}),
        );
        if has("/textDocument/codeAction/codeActionLiteralSupport") {
            let fix = actions
                .as_array()
                .unwrap()
                .iter()
                .find(|action| action["title"] == "Change `chat:wirte` to `chat:write`");
            let edit = &fix.unwrap_or_else(|| panic!("{name}: {actions}"))["edit"];
            let versioned = has("/workspace/workspaceEdit/documentChanges");
            let edits =
                if versioned { &edit["documentChanges"][0]["edits"] } else { &edit["changes"][uri(&path)] };
            assert_eq!(
                edits,
                &json!([{"range": found["range"], "newText": "\"chat:write\""}]),
                "{name}: {edit}"
            );
            assert_eq!(edit.get("changes").is_some(), !versioned, "{name}");
        } else {
            let commands = actions.as_array().unwrap().iter().all(|action| action["command"].is_string());
            assert!(commands, "{name}: {actions}");
        }
    }
}

#[test]
fn an_empty_file_holds_a_placeholder_only_for_those_who_read_snippets() {
    for editor in editors() {
        let project = Project::new(&[]);
        let mut client = Client::spawn(&[]);
        introduce(&mut client, &editor, &project);
        let path = project.connector("slack.jsonc");
        client.open_uri(&uri(&path), editor.language, "");
        let position = json!({"textDocument": {"uri": uri(&path)}, "position": {"line": 0, "character": 0}});
        let items = client.request("textDocument/completion", position);
        let items = items.as_array().or_else(|| items["items"].as_array()).unwrap().clone();
        let snippets = editor.capabilities.pointer("/textDocument/completion/completionItem/snippetSupport")
            == Some(&json!(true));
        let item = items.iter().find(|item| item["label"] == "slack").unwrap();
        let text = item["textEdit"]["newText"].as_str().unwrap();
        assert_eq!(
            (text.contains('$'), item["insertTextFormat"] == 2),
            (snippets, snippets),
            "{}: {text}",
            editor.name
        );
    }
}

#[test]
fn a_file_is_the_same_however_its_address_is_written() {
    let project = Project::new(&[]);
    let path = project.write("base44 app/ü 1/base44/connectors/slack.jsonc", "");
    project.write("base44 app/ü 1/base44/config.jsonc", "{}");
    let plain = uri(&path);
    let with_host = plain.replace("file:///", "file://localhost/");
    // What no address may hold is answered as the escape that it should have been.
    let shown = path.display().to_string().replace('\\', "/");
    let loose = format!("file://{}{shown}", if cfg!(windows) { "/" } else { "" });
    let mended = loose.replace(' ', "%20").replace('ü', "%C3%BC");
    let lower = plain.replace("%C3%BC", "%c3%bc");
    for (opened, answered, changed) in [
        (&plain, &plain, &loose),
        (&with_host, &with_host, &plain),
        (&loose, &mended, &plain),
        (&lower, &lower, &with_host),
    ] {
        let mut client = project.server();
        client.open_uri(opened, "jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:wirte\"] }");
        client.wait(opened, |client| (client.codes_of(answered) == ["unknown-scope"]).then_some(()));
        let changes = json!([{"text": "{ \"type\": \"slak\" }"}]);
        let document = json!({"uri": changed, "version": 2});
        client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
        client.wait(changed, |client| (client.codes_of(answered) == ["unknown-type"]).then_some(()));
    }
}

#[test]
fn the_readme_says_for_each_editor_how_to_start_the_server_and_how_to_give_a_command() {
    let readme = include_str!("../../server/README.md");
    let section = |name: &str| {
        let start = readme.find(&format!("\n## {name}\n")).unwrap_or_else(|| panic!("nothing of {name}"));
        let text = &readme[start + 4..];
        &text[..text.find("\n## ").unwrap_or(text.len())]
    };
    for (name, ways) in [
        ("Neovim", 2),
        ("Vim", 2),
        ("Helix", 1),
        ("Emacs", 2),
        ("Kate", 1),
        ("Sublime Text", 1),
        ("Zed", 1),
        ("JetBrains IDEs", 1),
    ] {
        let text = section(name);
        assert!(text.matches("base44-connectors").count() >= ways, "{name}");
        assert_eq!(text.matches("A command: ").count(), ways, "{name}");
        assert!(text.contains("base44.push") || text.contains("*Push connectors*"), "{name}");
        for block in text.split("```json\n").skip(1) {
            let json = block.split("```").next().unwrap();
            assert!(serde_json::from_str::<Value>(json).is_ok(), "{name}: {json}");
        }
    }
}

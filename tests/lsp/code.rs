//! The code of an app's functions in the editor, beside its connector files.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::client::{Client, Start, full_capabilities, pull_capabilities, uri};
use crate::editing::{apply, ask, cursor};
use crate::project::Project;

const ENTRY: &str = "base44/functions/send/entry.ts";
const READONLY: &str = "{\n  // What it reads.\n  \"type\": \"googlecalendar\",\n  \"scopes\": [\n    \"https://www.googleapis.com/auth/calendar.readonly\"\n  ]\n}\n";
const SLACK: &str = "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\"\n  ]\n}\n";

/// A function whose body has the client at hand.
fn function(body: &str) -> String {
    format!(
        "import {{ createClientFromRequest }} from 'npm:@base44/sdk';\nDeno.serve(async (req) => {{\n  const base44 = createClientFromRequest(req);\n  {body}\n  return new Response('ok');\n}});\n"
    )
}

/// A function that calls an API with a token of a type.
fn calling(ty: &str, call: &str) -> String {
    function(&format!(
        "const {{ accessToken }} = await base44.asServiceRole.connectors.getConnection('{ty}');\n  const headers = {{ Authorization: `Bearer ${{accessToken}}` }};\n  {call}"
    ))
}

/// A function that writes an event.
fn inserting() -> String {
    calling(
        "googlecalendar",
        "await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { method: 'POST', headers, body: '{}' });",
    )
}

struct Opened {
    project: Project,
    client: Client,
    entry: PathBuf,
}

/// A server with the text of a function open, whose project has these connector files.
fn opened_with(connectors: &[(&str, &str)], text: &str, start: impl Fn(Start) -> Start) -> Opened {
    let project = Project::new(connectors);
    let entry = project.write(ENTRY, text);
    let mut client = start(Start::in_folder(project.root())).run();
    client.open_uri(&uri(&entry), "typescript", text);
    Opened { project, client, entry }
}

fn opened(connectors: &[(&str, &str)], text: &str) -> Opened {
    opened_with(connectors, text, |start| start)
}

/// The text that a diagnostic stands at.
fn underlined<'t>(text: &'t str, diagnostic: &Value) -> &'t str {
    let place = |at: &Value| {
        let line = at["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + at["character"].as_u64().unwrap() as usize
    };
    &text[place(&diagnostic["range"]["start"])..place(&diagnostic["range"]["end"])]
}

#[test]
fn a_scope_that_lacks_is_said_in_the_function_and_in_the_connector_file() {
    let text = inserting();
    let Opened { project, mut client, entry } = opened(&[("googlecalendar.jsonc", READONLY)], &text);
    client.wait_for_codes(&entry, &["missing-scope"]);
    client.wait_for_codes(&project.connector("googlecalendar.jsonc"), &["missing-scope", "unused-scope"]);
    let said = client.diagnostics(&entry);
    assert!(underlined(&text, &said[0]).starts_with("fetch('https://www.googleapis.com"), "{said:?}");
    let unused = client.diagnostics(&project.connector("googlecalendar.jsonc"));
    let unused = unused.iter().find(|it| it["code"] == "unused-scope").unwrap();
    assert_eq!(unused["tags"], json!([1]), "faded");
}

#[test]
fn functions_that_are_not_open_are_looked_at_too() {
    let project = Project::new(&[("slack.jsonc", SLACK)]);
    let entry = project.write(ENTRY, calling("notion", ""));
    let mut client = project.server();
    client.wait_for_codes(&entry, &["missing-connector"]);
    client.wait_for_codes(&project.connector("slack.jsonc"), &["unused-connector"]);
    // What happens on disk is told by the editor's watchers.
    std::fs::write(&entry, calling("slack", "")).unwrap();
    let changed = json!({"changes": [{"uri": uri(&entry), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changed);
    client.wait_for_codes(&entry, &[]);
    client.wait_for_codes(&project.connector("slack.jsonc"), &[]);
    std::fs::remove_dir_all(project.path("base44/functions/send")).unwrap();
    let folder = project.path("base44/functions/send");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&folder), "type": 3}]}));
    client.settle();
}

#[test]
fn an_import_map_that_changes_is_heard() {
    let project = Project::new(&[("slack.jsonc", SLACK)]);
    project.write("base44/shared/empty.ts", "export default 1;");
    let text = format!("import '@/empty.ts';\n{}", calling("notion", ""));
    let entry = project.write(ENTRY, &text);
    let mut client = project.server();
    client.wait_for_codes(&entry, &["missing-connector"]);
    // Before it is there, nobody knows what is imported, which may use the connector.
    assert!(!client.published.contains_key(&uri(&project.connector("slack.jsonc"))));
    let map = project.write("deno.json", "{ \"imports\": { \"@/\": \"./base44/shared/\" } }");
    let changed = json!({"changes": [{"uri": uri(&map), "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", changed);
    client.wait_for_codes(&project.connector("slack.jsonc"), &["unused-connector"]);
}

#[test]
fn what_is_typed_counts_and_what_is_closed_is_as_on_disk() {
    let Opened { project: _project, mut client, entry } =
        opened(&[("slack.jsonc", SLACK)], &calling("slak", ""));
    client.wait_for_codes(&entry, &["unknown-connector"]);
    client.change(&entry, 2, &calling("slack", ""));
    client.wait_for_codes(&entry, &[]);
    assert_eq!(client.published[&uri(&entry)]["version"], 2);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&entry)}}));
    client.wait_for_codes(&entry, &["unknown-connector"]);
}

#[test]
fn a_connector_is_unused_once_the_code_without_its_use_is_saved() {
    let text = calling("slack", "");
    let Opened { project, mut client, entry } = opened(&[("slack.jsonc", SLACK)], &text);
    client.wait_for_codes(&entry, &[]);
    let without = function("");
    client.change(&entry, 2, &without);
    client.wait("version 2", |client| {
        client.published.get(&uri(&entry)).filter(|it| it["version"] == 2).map(|_| ())
    });
    client.settle();
    assert!(client.codes_of(&uri(&project.connector("slack.jsonc"))).is_empty());
    project.write(ENTRY, &without);
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&entry)}}));
    client.wait_for_codes(&project.connector("slack.jsonc"), &["unused-connector"]);
}

#[test]
fn where_the_text_is_broken_for_a_moment_what_was_said_moves_along() {
    let text = inserting();
    let Opened { project: _project, mut client, entry } =
        opened(&[("googlecalendar.jsonc", READONLY)], &text);
    client.wait_for_codes(&entry, &["missing-scope"]);
    let broken = text.replace("Deno.serve", "const half = {\n\nDeno.serve");
    client.change(&entry, 2, &broken);
    let published = client.wait("version 2", |client| {
        client.published.get(&uri(&entry)).filter(|it| it["version"] == 2).cloned()
    });
    let said = published["diagnostics"].as_array().unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(underlined(&broken, &said[0]).starts_with("fetch('https://www.googleapis.com"), "{said:?}");
}

#[test]
fn an_edit_of_the_connector_file_changes_what_is_said_of_the_function() {
    let Opened { project, mut client, entry } = opened(&[("googlecalendar.jsonc", READONLY)], &inserting());
    client.wait_for_codes(&entry, &["missing-scope"]);
    let file = project.connector("googlecalendar.jsonc");
    client.open(&file, &READONLY.replace("calendar.readonly", "calendar.events"));
    client.wait_for_codes(&entry, &[]);
    client.wait_for_codes(&file, &[]);
}

#[test]
fn a_client_that_pulls_gets_what_holds_of_the_text_as_it_is() {
    let pulls = |start: Start| start.capabilities(pull_capabilities());
    let Opened { project: _project, mut client, entry } =
        opened_with(&[("slack.jsonc", SLACK)], &calling("slack", ""), pulls);
    let pull = |client: &mut Client| {
        let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri(&entry)}}));
        let items = report["items"].as_array().unwrap().iter().map(|item| item["code"].clone());
        items.collect::<Vec<_>>()
    };
    client.server_request("workspace/diagnostic/refresh");
    assert!(pull(&mut client).is_empty());
    for (version, ty, expected) in [(2, "slak", "unknown-connector"), (3, "notion", "missing-connector")] {
        client.change(&entry, version, &calling(ty, ""));
        assert_eq!(pull(&mut client), [expected]);
    }
    assert!(!client.published.contains_key(&uri(&entry)), "{:?}", client.published);
}

#[test]
fn a_client_that_pulls_is_asked_to_pull_the_function_again_after_an_edit_of_its_connector() {
    let pulls = |start: Start| start.capabilities(pull_capabilities());
    let Opened { project, mut client, entry } =
        opened_with(&[("googlecalendar.jsonc", READONLY)], &inserting(), pulls);
    let file = project.connector("googlecalendar.jsonc");
    client.open(&file, READONLY);
    let pull = |client: &mut Client| {
        let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri(&entry)}}));
        report["items"].as_array().unwrap().len()
    };
    assert_eq!(pull(&mut client), 1);
    client.requests.clear();
    client.change(&file, 2, &READONLY.replace("calendar.readonly", "calendar.events"));
    client.server_request("workspace/diagnostic/refresh");
    assert_eq!(pull(&mut client), 0);
}

/// The edits that an action makes, by file.
fn edits_of(action: &Value) -> Vec<(String, Value, Value)> {
    let changes = action["edit"]["documentChanges"].as_array().unwrap().iter();
    let edits = changes.filter(|change| change.get("kind").is_none());
    edits
        .map(|change| {
            let document = &change["textDocument"];
            (
                document["uri"].as_str().unwrap().to_owned(),
                document["version"].clone(),
                change["edits"].clone(),
            )
        })
        .collect()
}

fn titled<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    let titles: Vec<&Value> = actions.iter().map(|action| &action["title"]).collect();
    let found = actions.iter().find(|action| action["title"].as_str().unwrap().starts_with(title));
    found.unwrap_or_else(|| panic!("no {title} among {titles:?}"))
}

#[test]
fn a_fix_in_the_function_writes_the_scope_into_the_connector_file() {
    let Opened { project, mut client, entry } = opened(&[("googlecalendar.jsonc", READONLY)], &inserting());
    client.wait_for_codes(&entry, &["missing-scope"]);
    let file = project.connector("googlecalendar.jsonc");
    let actions = client.actions(&entry, Some("quickfix"));
    let fix = titled(&actions, "Add `https://www.googleapis.com/auth/calendar.events");
    let [(changed, version, edits)] = &edits_of(fix)[..] else { panic!("{fix}") };
    assert_eq!((changed, version), (&uri(&file), &Value::Null));
    let mended = apply(READONLY, edits);
    assert!(mended.contains("// What it reads.") && mended.contains("auth/calendar.events"), "{mended}");

    // Of an open file the text in the editor is changed, at its version.
    let open = format!("// open\n{READONLY}");
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri(&file), "languageId": "jsonc", "version": 7, "text": open}}),
    );
    let actions = client.actions(&entry, Some("quickfix"));
    let fix = titled(&actions, "Add `https://www.googleapis.com/auth/calendar.events");
    let [(_, version, edits)] = &edits_of(fix)[..] else { panic!("{fix}") };
    assert_eq!(version, 7);
    assert!(apply(&open, edits).starts_with("// open\n{\n  // What it reads."), "{fix}");
}

#[test]
fn fixes_go_in_both_directions() {
    let Opened { project, mut client, .. } = opened(&[("googlecalendar.jsonc", READONLY)], &inserting());
    let file = project.connector("googlecalendar.jsonc");
    client.open(&file, READONLY);
    client.wait_for_codes(&file, &["missing-scope", "unused-scope"]);
    let actions = client.actions(&file, Some("quickfix"));
    let [(_, version, edits)] = &edits_of(titled(&actions, "Remove `https"))[..] else { panic!() };
    assert_eq!(version, 1);
    assert!(!apply(READONLY, edits).contains("calendar.readonly"), "{edits}");
    titled(&actions, "Add `https://www.googleapis.com/auth/calendar");
    assert!(client.actions(&file, Some("source")).iter().any(|it| it["title"] == "Push connectors"));
}

#[test]
fn a_connector_without_a_file_gets_one() {
    let Opened { project, mut client, entry } = opened(&[("slack.jsonc", SLACK)], &inserting());
    client.wait_for_codes(&entry, &["missing-connector"]);
    let actions = client.actions(&entry, Some("quickfix"));
    let fix = titled(&actions, "Create the file of `googlecalendar` with the scopes");
    let file = uri(&project.connector("googlecalendar.jsonc"));
    assert_eq!(fix["edit"]["documentChanges"][0]["kind"], "create");
    assert_eq!(fix["edit"]["documentChanges"][0]["uri"], file.as_str());
    let [(_, _, edits)] = &edits_of(fix)[..] else { panic!("{fix}") };
    let text = apply("", edits);
    assert!(text.contains("\"type\": \"googlecalendar\"") && text.contains("auth/calendar"), "{text}");
}

#[test]
fn a_client_that_makes_no_files_has_the_server_make_it() {
    let mut capabilities = full_capabilities();
    capabilities["workspace"]["workspaceEdit"] = json!({"documentChanges": true});
    let start = |start: Start| start.capabilities(capabilities.clone());
    let Opened { project, mut client, entry } = opened_with(&[("slack.jsonc", SLACK)], &inserting(), start);
    client.wait_for_codes(&entry, &["missing-connector"]);
    let actions = client.actions(&entry, Some("quickfix"));
    let command = titled(&actions, "Create the file of `googlecalendar`")["command"].clone();
    assert_eq!(command["command"], "base44.createConnector");
    client.request(
        "workspace/executeCommand",
        json!({"command": command["command"], "arguments": command["arguments"]}),
    );
    client.server_request("window/showDocument");
    let text = std::fs::read_to_string(project.connector("googlecalendar.jsonc")).unwrap();
    assert!(text.contains("auth/calendar"), "{text}");
}

#[test]
fn types_are_completed_with_how_they_stand() {
    let (text, at) = cursor(&function("await base44.asServiceRole.connectors.getConnection('sl$0');"));
    let Opened { project: _project, mut client, entry } = opened(&[("slack.jsonc", SLACK)], &text);
    let items = ask(&mut client, &entry, "textDocument/completion", &at);
    let mut items: Vec<&Value> = items.as_array().unwrap().iter().collect();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap());
    assert_eq!(items[0]["label"], "slack");
    assert_eq!(items[0]["labelDetails"]["description"], "file here");
    assert_eq!(items[1]["labelDetails"]["description"], "no file");
    let completed = apply(&text, &json!([items[0]["textEdit"]]));
    assert!(completed.contains("getConnection('slack');"), "{completed}");
}

#[test]
fn types_are_completed_where_a_helper_is_given_its_first() {
    let own = "const token = async (type: string) => (await base44.asServiceRole.connectors.getAccessToken(type));\n  ";
    let shared = "import { token } from '../../shared/token.ts';\n";
    let helper = "export const token = (client: any, type: string) => client.asServiceRole.connectors.getConnection(type);";
    for (text, expected) in [
        (function(&format!("{own}await token(\"$0\");")), "await token(\"slack\");"),
        (
            function("const type = '$0';\n  await base44.asServiceRole.connectors.getConnection(type);"),
            "= 'slack';",
        ),
        (
            function(
                "const { connectors } = base44.asServiceRole;\n  await connectors.getConnection.call(connectors, '$0');",
            ),
            "call(connectors, 'slack');",
        ),
        (
            function(
                "const { connectors } = base44.asServiceRole;\n  await Reflect.apply(connectors.getConnection, connectors, ['$0']);",
            ),
            "connectors, ['slack']);",
        ),
        (format!("{shared}{}", function("await token(base44, '$0');")), "await token(base44, 'slack');"),
        (function(&format!("{own}await token($0);")), "await token(\"slack\");"),
        (format!("{shared}{}", function("await token(base44, $0 );")), "await token(base44, \"slack\" );"),
    ] {
        let (text, at) = cursor(&text);
        let project = Project::new(&[("slack.jsonc", SLACK)]);
        project.write("base44/shared/token.ts", helper);
        let entry = project.write(ENTRY, &text);
        let mut client = Start::in_folder(project.root()).run();
        client.open_uri(&uri(&entry), "typescript", &text);
        let items = ask(&mut client, &entry, "textDocument/completion", &at);
        let items = items.as_array().unwrap_or_else(|| panic!("{text}"));
        let slack = items.iter().find(|item| item["label"] == "slack").unwrap();
        let completed = apply(&text, &json!([slack["textEdit"]]));
        assert!(completed.contains(expected), "{completed}");
    }
    // Where a way out gives none, nothing is asked for.
    let client_first = own.replace("(type: string)", "(client: any, type: string)");
    for body in
        ["const name = '$0';\n  console.log(name);".to_owned(), format!("{client_first}await token($0);")]
    {
        let (text, at) = cursor(&function(&body));
        let Opened { project: _project, mut client, entry } = opened(&[("slack.jsonc", SLACK)], &text);
        assert_eq!(ask(&mut client, &entry, "textDocument/completion", &at), Value::Null);
    }
}

#[test]
fn a_use_and_a_call_tell_what_they_need_and_have() {
    let text = inserting();
    let Opened { project: _project, mut client, entry } =
        opened(&[("googlecalendar.jsonc", READONLY)], &text);
    let mut hover = |at: &str| {
        let (_, position) = cursor(&text.replacen(at, &format!("$0{at}"), 1));
        let card = ask(&mut client, &entry, "textDocument/hover", &position);
        card["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let used = hover("googlecalendar'");
    assert!(
        used.contains("**Google Calendar**") && used.contains("base44/connectors/googlecalendar.jsonc"),
        "{used}"
    );
    let call = hover("fetch(");
    assert!(call.contains("**Needs:** one of") && call.contains("do not allow it"), "{call}");
    assert_eq!(hover("new Response"), "");
}

#[test]
fn a_card_in_code_does_not_say_again_what_the_finding_above_it_says() {
    let own = |start: Start| start.options(json!({"platformChecks": false, "statusNotifications": true}));
    let text = inserting();
    let Opened { project: _project, mut client, entry } =
        opened_with(&[("googlecalendar.jsonc", READONLY)], &text, own);
    client.wait_for_codes(&entry, &["missing-scope"]);
    let mut hover = |text: &str, at: &str| {
        let (_, position) = cursor(&text.replacen(at, &format!("$0{at}"), 1));
        let card = ask(&mut client, &entry, "textDocument/hover", &position);
        card["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let call = hover(&text, "fetch(");
    assert!(call.starts_with("**File:**") && !call.contains("**Needs:**"), "{call}");
    assert!(hover(&text, "googlecalendar'").contains("**Google Calendar**"));

    let undeclared = calling("gmail", "");
    let Opened { project: _project, mut client, entry } =
        opened_with(&[("slack.jsonc", SLACK)], &undeclared, own);
    client.wait_for_codes(&entry, &["missing-connector"]);
    let (_, position) = cursor(&undeclared.replacen("gmail", "gm$0ail", 1));
    let card = ask(&mut client, &entry, "textDocument/hover", &position)["contents"]["value"].to_string();
    assert!(card.contains("**Gmail**") && !card.contains("**File:**"), "{card}");
}

#[test]
fn a_connector_and_its_uses_lead_to_each_other() {
    let text = calling("slack", "");
    let project = Project::new(&[("slack.jsonc", SLACK)]);
    let entry = project.write(ENTRY, &text);
    let config = "{ \"automations\": [{ \"name\": \"On message\", \"integration_type\": \"slack\" }] }";
    let config = (project.write("base44/functions/send/function.jsonc", config), config);
    let mut client = project.server();
    client.open_uri(&uri(&entry), "typescript", &text);
    client.open_uri(&uri(&config.0), "jsonc", config.1);
    let file = project.connector("slack.jsonc");
    client.open(&file, SLACK);
    let (_, in_code) = cursor(&text.replacen("slack", "sl$0ack", 1));
    let places = |answer: Value| -> Vec<String> {
        let places = answer.as_array().unwrap().iter();
        places.map(|it| format!("{}:{}", it["uri"].as_str().unwrap(), it["range"]["start"]["line"])).collect()
    };
    let declared = format!("{}:1", uri(&file));
    assert_eq!(
        places(ask(&mut client, &entry, "textDocument/definition", &in_code)),
        std::slice::from_ref(&declared)
    );
    let (_, in_file) = cursor(&SLACK.replacen("slack", "sl$0ack", 1));
    let mut references = |path: &PathBuf, position: &Value, declaration: bool| {
        let context = json!({"includeDeclaration": declaration});
        let params = json!({"textDocument": {"uri": uri(path)}, "position": position, "context": context});
        places(client.request("textDocument/references", params))
    };
    let uses = [format!("{}:3", uri(&entry)), format!("{}:0", uri(&config.0))];
    assert_eq!(references(&file, &in_file, false), uses);
    assert_eq!(references(&entry, &in_code, true), [&[declared][..], &uses].concat());

    let symbols =
        client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri(&config.0)}}));
    assert_eq!((&symbols[0]["name"], &symbols[0]["detail"]), (&json!("On message"), &json!("slack")));
    assert_eq!(symbols.as_array().unwrap().len(), 1);
}

#[test]
fn a_lens_counts_the_functions() {
    let shows = |start: Start| start.options(json!({"platformChecks": false, "showsUses": true}));
    let Opened { project, mut client, entry } =
        opened_with(&[("slack.jsonc", SLACK)], &calling("slack", ""), shows);
    let file = project.connector("slack.jsonc");
    client.open(&file, SLACK);
    client.server_request("workspace/codeLens/refresh");
    client.wait_for_codes(&entry, &[]);
    let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri(&file)}}));
    let used =
        lenses.as_array().unwrap().iter().find(|lens| lens["command"]["title"] == "Used by 1 function");
    let command = &used.unwrap_or_else(|| panic!("{lenses}"))["command"];
    assert_eq!(command["command"], "base44.showUses");
    assert_eq!(command["arguments"][0]["locations"][0]["uri"], uri(&entry).as_str());
}

#[test]
fn a_function_deleted_outside_is_no_use_though_it_is_open_and_one_again_when_it_is_there() {
    let text = calling("gmail", "");
    let Opened { project, mut client, entry } = opened(&[("slack.jsonc", SLACK)], &text);
    client.wait_for_codes(&entry, &["missing-connector"]);
    let happened = |client: &mut Client, path: &std::path::Path| {
        let changes = json!([{"uri": uri(path), "type": 3}]);
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    };
    std::fs::remove_file(&entry).unwrap();
    happened(&mut client, &entry);
    client.wait_for_codes(&entry, &[]);
    // The project is read anew: the function stays gone.
    let config = project.write("base44/config.jsonc", "{ \"name\": \"renamed\" }");
    happened(&mut client, &config);
    client.settle();
    assert!(client.codes_of(&uri(&entry)).is_empty());
    project.write(ENTRY, &text);
    happened(&mut client, &entry);
    client.wait_for_codes(&entry, &["missing-connector"]);
    // Deleted with its folder, nobody is told of the file itself. Whoever types on wants it.
    std::fs::remove_dir_all(entry.parent().unwrap()).unwrap();
    happened(&mut client, entry.parent().unwrap());
    client.wait_for_codes(&entry, &[]);
    client.change(&entry, 2, &calling("notion", ""));
    client.wait_for_codes(&entry, &["missing-connector"]);
}

#[test]
fn nothing_but_connectors_is_spoken_of_in_code() {
    let text = calling("slack", "");
    let Opened { project: _project, mut client, entry } = opened(&[("slack.jsonc", SLACK)], &text);
    client.wait_for_codes(&entry, &[]);
    let document = json!({"uri": uri(&entry)});
    for (method, more) in [
        ("textDocument/formatting", json!({"options": {"tabSize": 2, "insertSpaces": true}})),
        ("textDocument/documentSymbol", json!({})),
        ("textDocument/foldingRange", json!({})),
        ("textDocument/selectionRange", json!({"positions": [{"line": 0, "character": 0}]})),
        ("textDocument/documentLink", json!({})),
        ("textDocument/codeLens", json!({})),
    ] {
        let mut params = more;
        params["textDocument"] = document.clone();
        assert_eq!(client.request(method, params), Value::Null, "{method}");
    }
}

/// What the client was asked to bring in besides connector files, by method.
fn registered(client: &Client) -> Vec<(String, Value)> {
    let registrations = client.requests.iter().filter(|(method, _)| method == "client/registerCapability");
    let all = registrations.flat_map(|(_, params)| params["registrations"].as_array().unwrap().clone());
    let code = all.filter(|it| it["id"].as_str().unwrap().starts_with("base44-code-"));
    code.map(|it| (it["method"].as_str().unwrap().to_owned(), it["registerOptions"].clone())).collect()
}

fn dynamic_capabilities() -> Value {
    let mut capabilities = pull_capabilities();
    for name in [
        "synchronization",
        "completion",
        "hover",
        "definition",
        "references",
        "codeAction",
        "diagnostic",
        "documentSymbol",
    ] {
        capabilities["textDocument"][name]["dynamicRegistration"] = json!(true);
    }
    capabilities
}

#[test]
fn functions_are_asked_for_where_a_project_with_connectors_is() {
    let project = Project::new(&[("slack.jsonc", SLACK)]);
    project.write(ENTRY, calling("slack", ""));
    let mut client = Start::in_folder(project.root()).capabilities(dynamic_capabilities()).run();
    client.wait("registrations", |client| (registered(client).len() >= 11).then_some(()));
    let all = registered(&client);
    let methods: Vec<&str> =
        all.iter().map(|(method, _)| method.trim_start_matches("textDocument/")).collect();
    assert_eq!(
        methods,
        [
            "didOpen",
            "didChange",
            "didSave",
            "didClose",
            "completion",
            "hover",
            "definition",
            "references",
            "codeAction",
            "diagnostic",
            "documentSymbol"
        ]
    );
    let name = project.root().file_name().unwrap().to_str().unwrap();
    for (method, options) in &all {
        let filters = options["documentSelector"].as_array().unwrap();
        let patterns: Vec<&str> = filters.iter().map(|it| it["pattern"].as_str().unwrap()).collect();
        assert!(patterns.iter().all(|it| it.starts_with(&format!("**/{name}/"))), "{patterns:?}");
        let has_programs = patterns.iter().any(|it| it.ends_with("/base44/functions/**/*.{ts,js}"));
        assert_eq!(has_programs, method != "textDocument/documentSymbol", "{method}: {patterns:?}");
    }
}

#[test]
fn what_is_said_of_an_open_function_is_pulled_once() {
    let project = Project::new(&[("slack.jsonc", SLACK)]);
    let entry = project.write(ENTRY, calling("slak", ""));
    let mut client = Start::in_folder(project.root()).capabilities(dynamic_capabilities()).run();
    client.wait("registrations", |client| (registered(client).len() >= 11).then_some(()));
    let said = |client: &mut Client| {
        let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
        let items = report["items"].as_array().unwrap();
        let of_entry = items.iter().find(|item| item["uri"] == uri(&entry).as_str());
        of_entry.map_or(0, |item| item["items"].as_array().unwrap().len())
    };
    assert_eq!(said(&mut client), 1);
    client.open_uri(&uri(&entry), "typescript", &calling("slak", ""));
    let alone = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri(&entry)}}));
    assert_eq!(alone["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(said(&mut client), 0);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&entry)}}));
    client.settle();
    assert_eq!(said(&mut client), 1);
}

#[test]
fn nothing_is_asked_for_or_said_where_no_connectors_are() {
    let project = Project::new(&[]);
    let text = function("await fetch('https://slack.com/api/chat.postMessage');");
    let entry = project.write(ENTRY, &text);
    let mut client = Start::in_folder(project.root()).capabilities(dynamic_capabilities()).run();
    client.open_uri(&uri(&entry), "typescript", &text);
    let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri(&entry)}}));
    assert_eq!(report["items"], json!([]));
    client.settle();
    assert!(registered(&client).is_empty());
}

#[test]
fn half_typed_code_leaves_the_server_alive() {
    let text = inserting();
    let Opened { project: _project, mut client, entry } = opened(&[("googlecalendar.jsonc", READONLY)], "");
    let mut version = 1;
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        version += 1;
        client.change(&entry, version, &text[..end]);
        if end % 16 == 0 {
            let position = json!({"line": 3, "character": end % 90});
            ask(&mut client, &entry, "textDocument/hover", &position);
            ask(&mut client, &entry, "textDocument/completion", &position);
            client.actions(&entry, None);
        }
    }
    client.wait_for_codes(&entry, &["missing-scope"]);
    // And away again, character by character.
    for end in (0..text.len()).rev().step_by(7) {
        version += 1;
        client.change(&entry, version, &text[..end]);
    }
    version += 1;
    client.change(&entry, version, &inserting());
    client.wait("the last version", |client| {
        (client.published.get(&uri(&entry))?["version"] == version).then_some(())
    });
    assert_eq!(client.codes_of(&uri(&entry)), ["missing-scope"]);
}

#[test]
fn a_finding_in_code_is_silenced_by_a_comment_that_a_fix_writes() {
    let text = inserting();
    let Opened { project: _project, mut client, entry } =
        opened(&[("googlecalendar.jsonc", READONLY)], &text);
    client.wait_for_codes(&entry, &["missing-scope"]);
    let actions = client.actions(&entry, None);
    for (version, (title, comment)) in [
        ("Silence `missing-scope` on this line", "  // base44-ignore missing-scope\n  await fetch("),
        ("Silence `missing-scope` in this file", "// base44-ignore-file missing-scope\nimport "),
    ]
    .into_iter()
    .enumerate()
    {
        let action = actions.iter().find(|action| action["title"] == title).unwrap();
        let silenced = apply(&text, &action["edit"]["documentChanges"][0]["edits"]);
        assert!(silenced.contains(comment), "{silenced}");
        client.change(&entry, 2 * version as i64 + 2, &silenced);
        client.wait_for_codes(&entry, &[]);
        client.change(&entry, 2 * version as i64 + 3, &text);
        client.wait_for_codes(&entry, &["missing-scope"]);
    }
}

#[test]
fn a_page_that_takes_a_connector_is_told_as_it_is_saved() {
    let project = Project::new(&[("slack.jsonc", SLACK)]);
    let take = "import { base44 } from '@/api/base44Client';\nexport const load = () => base44.asServiceRole.connectors.getConnection('slack');\n";
    let page = project.write("src/pages/Home.jsx", take);
    let mut client = Start::in_folder(project.root()).run();
    client.wait_for_codes(&page, &["no-service-role"]);
    let silenced = format!("// base44-ignore-file no-service-role\n{take}");
    project.write("src/pages/Home.jsx", &silenced);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&page), "type": 2}]}));
    client.wait_for_codes(&page, &[]);
}

//! Diagnostics on the wire: pulled or sent, never both; with what each client can take.

use serde_json::{Value, json};

use crate::client::{Client, Start, pull_capabilities, uri};
use crate::project::Project;

const TWICE: &str = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\", \"chat:write\"] }";
const NO_TYPE: &str = "{ \"scopes\": [\"chat:write\"] }";

fn pulling(project: &Project) -> Client {
    Start::in_folder(project.root()).capabilities(pull_capabilities()).run()
}

fn pull(client: &mut Client, path: &std::path::Path, previous: &Value) -> Value {
    client.request(
        "textDocument/diagnostic",
        json!({"textDocument": {"uri": uri(path)}, "previousResultId": previous}),
    )
}

fn codes(report: &Value) -> Vec<&str> {
    report["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect()
}

#[test]
fn a_client_that_pulls_is_sent_only_what_it_does_not_ask_for() {
    let project = Project::new(&[("github.jsonc", NO_TYPE)]);
    let mut client = pulling(&project);
    let path = project.connector("slack.jsonc");
    client.open(&path, TWICE);
    assert_eq!(codes(&pull(&mut client, &path, &Value::Null)), ["duplicate-scope"]);
    client.change(&path, 2, NO_TYPE);
    assert_eq!(codes(&pull(&mut client, &path, &Value::Null)), ["missing-type"]);
    let closed = project.connector("github.jsonc");
    client.wait_for_codes(&closed, &["missing-type"]);
    assert!(!client.published.contains_key(&uri(&path)), "{:?}", client.published);
    // Once it asks for the whole workspace it is sent nothing more, and what was sent is taken back.
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    assert_eq!(report["items"].as_array().map(Vec::len), Some(2));
    client.wait_for_codes(&closed, &[]);
    client.change(&path, 3, TWICE);
    client.settle();
    assert!(!client.published.contains_key(&uri(&path)), "{:?}", client.published);
}

#[test]
fn a_client_that_does_not_is_offered_no_pull() {
    let project = Project::new(&[]);
    let mut client = Client::spawn(&[]);
    let offered = client.request("initialize", json!({"capabilities": {}, "rootUri": uri(project.root())}));
    assert_eq!(offered["capabilities"]["diagnosticProvider"], Value::Null);
    let mut client = Client::spawn(&[]);
    let offered = client.request("initialize", json!({"capabilities": pull_capabilities()}));
    assert_eq!(
        offered["capabilities"]["diagnosticProvider"],
        json!({"identifier": "base44", "interFileDependencies": true, "workspaceDiagnostics": true})
    );
}

#[test]
fn what_has_not_changed_is_not_said_again() {
    let project = Project::new(&[]);
    let mut client = pulling(&project);
    let path = project.connector("slack.jsonc");
    client.open(&path, TWICE);
    let first = pull(&mut client, &path, &Value::Null);
    let again = pull(&mut client, &path, &first["resultId"]);
    assert_eq!((&again["kind"], &again["resultId"]), (&json!("unchanged"), &first["resultId"]));
    assert_eq!(again["items"], Value::Null);
    client.change(&path, 2, NO_TYPE);
    let after = pull(&mut client, &path, &first["resultId"]);
    assert_eq!(codes(&after), ["missing-type"]);
}

#[test]
fn the_workspace_is_pulled_whole_then_what_changed() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE), ("github.jsonc", NO_TYPE)]);
    let mut client = pulling(&project);
    // A client that asks for parts as they come is answered when there is something.
    let id = client.ask("workspace/diagnostic", json!({"previousResultIds": [], "partialResultToken": 1}));
    let first = client.answer(id)["result"]["items"].clone();
    assert_eq!(first.as_array().unwrap().len(), 2);
    let known: Vec<Value> = first
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!({"uri": item["uri"], "value": item["resultId"]}))
        .collect();
    let again = client.request("workspace/diagnostic", json!({"previousResultIds": known}));
    assert!(again["items"].as_array().unwrap().iter().all(|item| item["kind"] == "unchanged"));

    let path = project
        .write("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }");
    let id = client.ask("workspace/diagnostic", json!({"previousResultIds": known, "partialResultToken": 2}));
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&path), "type": 2}]}));
    let items = client.answer(id)["result"]["items"].clone();
    let cleared = items.as_array().unwrap().iter().find(|item| item["uri"] == uri(&path)).unwrap();
    assert_eq!((&cleared["kind"], &cleared["items"]), (&json!("full"), &json!([])));
}

#[test]
fn a_long_answer_comes_in_parts_where_the_client_takes_them() {
    const FILES: usize = 300;
    let project = Project::new(&[]);
    for number in 0..FILES {
        project.write(&format!("base44/connectors/file{number}.jsonc"), NO_TYPE);
    }
    let mut client = pulling(&project);
    client.keep_everything();
    let mut told: Vec<String> = Vec::new();
    let mut parts = 0;
    // The folder may still be being read when the first answer goes out.
    while told.len() < FILES {
        let params = json!({"previousResultIds": [], "partialResultToken": "parts"});
        let id = client.ask("workspace/diagnostic", params);
        let answer = client.answer(id)["result"].clone();
        let sent = client.notifications.drain(..).map(|(_, params)| params);
        let sent = sent.filter(|params| params["token"] == "parts");
        let sent: Vec<Value> = sent.map(|params| params["value"].clone()).collect();
        parts = sent.len();
        let items = sent.iter().chain([&answer]).flat_map(|part| part["items"].as_array().unwrap());
        told = items.map(|item| item["uri"].as_str().unwrap().to_owned()).collect();
    }
    told.sort();
    told.dedup();
    assert_eq!((told.len(), parts), (FILES, 4));
}

#[test]
fn a_client_is_asked_to_pull_again_when_something_else_than_its_edits_changed() {
    let project = Project::new(&[]);
    let mut client = pulling(&project);
    client.server_request("workspace/diagnostic/refresh");
    let path = project.write("base44/connectors/slack.jsonc", NO_TYPE);
    client.settle();
    client.requests.clear();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&path), "type": 1}]}));
    client.server_request("workspace/diagnostic/refresh");
}

#[test]
fn a_client_that_cannot_be_asked_to_pull_again_is_not() {
    let project = Project::new(&[("slack.jsonc", NO_TYPE)]);
    let mut capabilities = pull_capabilities();
    capabilities["workspace"]["diagnostics"] = json!({});
    let mut client = Start::in_folder(project.root()).capabilities(capabilities).run();
    let id = client.ask("workspace/diagnostic", json!({"previousResultIds": [], "partialResultToken": 1}));
    client.answer(id);
    client.settle();
    assert!(client.requests.iter().all(|(method, _)| method != "workspace/diagnostic/refresh"));
}

#[test]
fn a_sent_diagnostic_carries_version_link_tags_places_and_fixes() {
    let project = Project::new(&[]);
    let mut client = project.server();
    let path = project.connector("slack.jsonc");
    client.open(&path, TWICE);
    client.wait_for_codes(&path, &["duplicate-scope"]);
    assert_eq!(client.published[&uri(&path)]["version"], 1);
    let found = client.diagnostics(&path)[0].clone();
    assert_eq!(found["source"], "base44");
    assert!(found["codeDescription"]["href"].as_str().unwrap().ends_with("#duplicate-scope"));
    assert_eq!(found["tags"], json!([1]));
    assert_eq!(found["relatedInformation"][0]["location"]["uri"], uri(&path));
    assert!(!found["data"]["fixes"].as_array().unwrap().is_empty());
}

#[test]
fn a_client_that_can_take_nothing_more_gets_the_bare_diagnostic() {
    let project = Project::new(&[]);
    let mut client = Start::in_folder(project.root()).capabilities(json!({})).run();
    let path = project.connector("slack.jsonc");
    client.open(&path, TWICE);
    client.wait_for_codes(&path, &["duplicate-scope"]);
    let found = client.diagnostics(&path)[0].clone();
    for member in ["codeDescription", "tags", "relatedInformation", "data"] {
        assert_eq!(found[member], Value::Null, "{member}");
    }
}

#[test]
fn an_edit_elsewhere_in_the_file_changes_no_other_file() {
    let project = Project::new(&[("github.jsonc", NO_TYPE)]);
    let mut client = project.server();
    client.wait_for_codes(&project.connector("github.jsonc"), &["missing-type"]);
    client.published.clear();
    let path = project.connector("slack.jsonc");
    client.open(&path, TWICE);
    client.wait_for_codes(&path, &["duplicate-scope"]);
    assert_eq!(client.published.len(), 1);
}

#[test]
fn a_finding_is_taken_back_under_the_address_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a (b) + c, d=e & f@g");
    let path = root.join("base44/connectors/slack.jsonc");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(root.join("base44/config.jsonc"), "{}\n").unwrap();
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chat:wite\"] }\n";
    std::fs::write(&path, text).unwrap();
    let mut client = Start::in_folder(&root).capabilities(json!({})).run();
    let own = uri(&path);
    client.wait("the finding on disk", |client| client.codes_of(&own).first().cloned());
    let spelt = own.replace("%28", "(").replace("%29", ")").replace("%2B", "+");
    assert_ne!(spelt, own);
    client.open_uri(&spelt, "jsonc", text);
    client.wait("the finding in the editor", |client| client.codes_of(&spelt).first().cloned());
    client.wait("the first to be taken back", |client| client.codes_of(&own).is_empty().then_some(()));
}

/// Counted, not timed: each file says where the type is declared too, and what all of them say would change with each one
/// that comes, in whichever order they do.
#[test]
fn many_open_files_of_one_type_are_told_of_a_few_times_each() {
    const FILES: usize = 400;
    /// So many are counted; up to there each one that comes changes what the others say.
    const COUNTED: usize = 103;
    for down in [false, true] {
        let project = Project::new(&[]);
        let mut client = project.server();
        let mut paths: Vec<_> =
            (0..FILES).map(|number| project.connector(&format!("f{number:03}.jsonc"))).collect();
        if down {
            paths.reverse();
        }
        for path in &paths {
            client.open(path, "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }");
        }
        client.wait("the last is told of", |client| {
            let codes = client.codes_of(&uri(&paths[FILES - 1]));
            codes.contains(&"duplicate-connector".to_owned()).then_some(())
        });
        client.settle();
        for path in &paths {
            client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(path)}}));
        }
        client.wait("the last is gone", |client| {
            client.codes_of(&uri(&paths[FILES - 1])).is_empty().then_some(())
        });
        let told = client.versions.values().map(Vec::len).sum::<usize>();
        let most = 2 * (COUNTED * COUNTED + 4 * FILES);
        assert!(told >= FILES && told <= most, "{told} reports of {FILES} files");
    }
}

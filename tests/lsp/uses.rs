//! What the view of an editor shows of a connector's uses, and what its commands do with them.

use serde_json::{Value, json};

use crate::client::{Client, Start, full_capabilities, uri};
use crate::project::Project;

const ENTRY: &str = "base44/functions/send/entry.ts";
const SLACK: &str = "base44/connectors/slack.jsonc";
const POSTING: &str = "Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');
  await fetch('https://slack.com/api/chat.postMessage', { method: 'POST', headers: { Authorization: `Bearer ${accessToken}` } });
});
";

/// A project whose function posts to Slack, and what waits for something to happen there.
fn posting(scopes: &str) -> (Project, Client) {
    let project =
        Project::new(&[("slack.jsonc", &format!("{{ \"type\": \"slack\", \"scopes\": [{scopes}] }}\n"))]);
    project.write(ENTRY, POSTING);
    project.write(
        "base44/functions/hear/function.jsonc",
        "{\n  \"name\": \"hear\",\n  \"automations\": [{ \"type\": \"connector\", \"integration_type\": \"slack\", \"events\": [] }]\n}\n",
    );
    let client = Start::in_folder(project.root()).capabilities(full_capabilities()).run();
    (project, client)
}

/// The uses of a type, once the code is known.
fn uses_of(client: &mut Client, project: &Project, type_name: &str) -> Vec<Value> {
    // What is asked about a function waits until its text is analysed.
    let entry = project.path(ENTRY);
    client.open_uri(&uri(&entry), "typescript", POSTING);
    let start = json!({"line": 0, "character": 0});
    client.request("textDocument/hover", json!({"textDocument": {"uri": uri(&entry)}, "position": start}));
    let asked = json!({"project": uri(project.root()), "type": type_name});
    client.request("base44/uses", asked)["uses"].as_array().cloned().unwrap()
}

#[test]
fn a_connectors_uses_are_listed_with_their_functions_and_calls() {
    let (project, mut client) = posting("\"chat:write\"");
    let uses = uses_of(&mut client, &project, "slack");
    assert_eq!(uses.len(), 2, "{uses:?}");
    assert_eq!(uses[0]["functions"], json!(["send"]));
    assert_eq!(uses[0]["calls"], json!(["POST slack.com/api/chat.postMessage"]));
    assert_eq!(uses[0]["file"], ENTRY);
    assert_eq!(uses[0]["location"]["uri"], uri(&project.path(ENTRY)));
    assert_eq!(uses[0]["location"]["range"]["start"], json!({"line": 2, "character": 79}));
    assert_eq!((&uses[1]["functions"], &uses[1]["calls"]), (&json!(["hear"]), &json!([])));
    assert_eq!(uses[1]["location"]["range"]["start"]["line"], 2);
    for asked in [
        json!({"project": uri(project.root()), "type": "gmail"}),
        json!({"project": "file:///nowhere", "type": "slack"}),
        json!({"project": 1}),
        json!({}),
    ] {
        assert_eq!(client.request("base44/uses", asked.clone()), json!({"uses": []}), "{asked}");
    }
}

fn execute(client: &mut Client, command: &str, project: &Project, type_name: &str) -> i64 {
    let argument = json!({"project": uri(project.root()), "types": [type_name]});
    client.ask("workspace/executeCommand", json!({"command": command, "arguments": [argument]}))
}

#[test]
fn a_use_is_shown_where_it_stands() {
    let (project, mut client) = posting("\"chat:write\"");
    uses_of(&mut client, &project, "slack");
    execute(&mut client, "base44.showUse", &project, "slack");
    let shown = client.server_request("window/showDocument");
    assert_eq!(shown["uri"], uri(&project.path(ENTRY)));
    assert_eq!(shown["selection"]["start"]["line"], 2);
    execute(&mut client, "base44.showUse", &project, "gmail");
    let said = client.notification("window/showMessage");
    assert_eq!(said["message"], "No code of the app is known to use Gmail.");
}

#[test]
fn scopes_are_taken_from_the_code() {
    // What is sent is the smallest change.
    for (before, written) in
        [("\"channels:read\"", "chat:write"), ("\"chat:wirte\"", "ri"), ("", "chat:write")]
    {
        let (project, mut client) = posting(before);
        uses_of(&mut client, &project, "slack");
        execute(&mut client, "base44.scopesFromCode", &project, "slack");
        let edit = client.server_request("workspace/applyEdit").to_string();
        assert!(edit.contains(written) && edit.contains("slack.jsonc"), "{before}: {edit}");
    }
    let (project, mut client) = posting("\"chat:write\"");
    uses_of(&mut client, &project, "slack");
    execute(&mut client, "base44.scopesFromCode", &project, "slack");
    let said = client.notification("window/showMessage");
    assert!(said["message"].as_str().unwrap().contains("asks for what the code needs"), "{said}");
}

#[test]
fn a_file_that_lacks_is_made_with_what_the_code_needs() {
    let (project, mut client) = posting("\"chat:write\"");
    std::fs::remove_file(project.path(SLACK)).unwrap();
    let changed = json!({"changes": [{"uri": uri(&project.path(SLACK)), "type": 3}]});
    client.notify("workspace/didChangeWatchedFiles", changed);
    client.wait_for_codes(&project.path(ENTRY), &["missing-connector"]);
    execute(&mut client, "base44.scopesFromCode", &project, "slack");
    client.wait("the file", |_| {
        std::fs::read_to_string(project.path(SLACK)).ok().filter(|text| text.contains("chat:write"))
    });
}

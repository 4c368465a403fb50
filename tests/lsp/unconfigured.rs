//! Apps without a config or without connector files, in the editor: they are told what the terminal tells.

use serde_json::json;

use crate::client::uri;
use crate::project::Project;

const ENTRY: &str = "base44/functions/send/entry.ts";

/// A function that takes the token of a type.
fn taking(ty: &str) -> String {
    format!(
        "Deno.serve(async (req) => {{\n  const base44 = createClientFromRequest(req);\n  await base44.asServiceRole.connectors.getConnection('{ty}');\n}});\n"
    )
}

const MISSPELT: &str = "{ \"type\": \"slack\", \"scopes\": [\"chat:wirte\"] }\n";

#[test]
fn an_app_without_a_config_is_checked_with_its_code() {
    let project = Project::empty();
    let slack = project.write("base44/connectors/slack.jsonc", MISSPELT);
    let entry = project.write(ENTRY, taking("linkedin"));
    let mut client = project.server();
    client.open(&slack, MISSPELT);
    client.wait_for_codes(&slack, &["unknown-scope"]);
    client.wait_for_codes(&entry, &["missing-connector"]);
    client.change(&slack, 2, "{ \"type\": \"linkedin\", \"scopes\": [\"openid\", \"profile\"] }\n");
    client.wait_for_codes(&entry, &[]);
}

#[test]
fn nothing_is_sent_for_an_app_without_a_config() {
    let project = Project::empty();
    project.write("base44/.app.jsonc", "{ \"id\": \"front-desk\" }\n");
    let slack = project.write("base44/connectors/slack.jsonc", MISSPELT);
    let mut client = project.server();
    client.open(&slack, MISSPELT);
    client.wait_for_codes(&slack, &["unknown-scope"]);
    assert_eq!(client.request("base44/status", json!(null))["projects"], json!([]));
    let push = json!({"command": "base44.push", "arguments": [{"project": uri(project.root())}]});
    client.request("workspace/executeCommand", push);
    let said = client.notification("window/showMessage");
    assert!(said["message"].as_str().unwrap().contains("no base44/config.jsonc"), "{said}");
    let lens = json!({"textDocument": {"uri": uri(&slack)}});
    assert_eq!(client.request("textDocument/codeLens", lens), json!([]));
    let titles: Vec<String> =
        client.actions(&slack, None).iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect();
    assert!(!titles.iter().any(|title| title.contains("Push")), "{titles:?}");
}

#[test]
fn of_what_an_agents_workspace_uses_nothing_is_said() {
    let project = Project::empty();
    project.write(".agents/helper/agent.md", "You post to Slack.\n");
    let slack = project.write("base44/connectors/slack.jsonc", MISSPELT);
    let entry = project.write(ENTRY, taking("linkedin"));
    let mut client = project.server();
    client.wait_for_codes(&slack, &["unknown-scope"]);
    client.settle();
    assert!(client.codes_of(&uri(&entry)).is_empty());
}

#[test]
fn a_project_without_connector_files_is_told_in_one_sentence() {
    let project = Project::new(&[]);
    project.write(ENTRY, taking("linkedin"));
    project.write("base44/functions/notify/entry.ts", taking("slack"));
    let config = project.path("base44/config.jsonc");
    let mut client = project.server();
    client.wait_for_codes(&config, &["missing-connector"]);
    let said = client.diagnostics(&config);
    let message = said[0]["message"].as_str().unwrap();
    assert!(message.contains("`linkedin`, `slack`") && message.contains("notify, send"), "{message}");
}

#[test]
fn an_older_layout_is_told_at_its_first_use_and_other_functions_are_left_alone() {
    let project = Project::empty();
    let first = project.write("functions/a.ts", taking("gmail"));
    project.write("functions/b.ts", taking("slack"));
    let mut client = project.server();
    client.wait_for_codes(&first, &["missing-connector"]);

    let other = Project::empty();
    other.write("functions/index.ts", "export const hello = () => getConnection('slack');\n");
    let mut client = other.server();
    client.settle();
    assert!(client.published.values().all(|it| it["diagnostics"] == json!([])), "{:?}", client.published);
}

//! Apps without a config: agents' workspaces, exports, and layouts of before.

use serde_json::Value;

use crate::support::{Ran, Workspace};

/// A function that takes the tokens of these types.
fn uses(types: &[&str]) -> String {
    let calls: Vec<String> = types
        .iter()
        .map(|name| format!("  await base44.asServiceRole.connectors.getConnection('{name}');\n"))
        .collect();
    format!(
        "Deno.serve(async (req) => {{\n  const base44 = createClientFromRequest(req);\n{}}});\n",
        calls.concat()
    )
}

/// The findings as `file:line code severity`, lines from one.
fn said(ran: &Ran) -> Vec<String> {
    let findings: Vec<Value> =
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{} {}", ran.out, ran.err));
    let line = |finding: &Value| finding["range"]["start"]["line"].as_u64().unwrap_or_default() + 1;
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings
        .iter()
        .map(|it| format!("{}:{} {} {}", word(it, "file"), line(it), word(it, "code"), word(it, "severity")))
        .collect()
}

const CHECK: [&str; 3] = ["check", "--format", "json"];

#[test]
fn an_agents_workspace_is_checked_and_nothing_is_said_of_what_it_uses() {
    let workspace = Workspace::empty();
    workspace.write(".agents/helper/agent.md", "You post to Slack.\n");
    workspace.write(
        "base44/connectors/gmail.jsonc",
        "{ \"type\": \"gmail\", \"scopes\": [\"https://www.googleapis.com/auth/gmail.send\"] }\n",
    );
    workspace
        .write("base44/connectors/slack.jsonc", "{ \"type\": \"slack\", \"scopes\": [\"chat:wirte\"] }\n");
    workspace.write("base44/functions/share/entry.ts", uses(&["linkedin"]));
    let slip = ["base44/connectors/slack.jsonc:1 unknown-scope warning"];
    let ran = workspace.run(&CHECK);
    assert_eq!((ran.code, said(&ran)), (1, slip.map(str::to_owned).to_vec()));
    let named = workspace.run(&["check", "base44/connectors/slack.jsonc", "--format", "json"]);
    assert_eq!(said(&named), slip);
    let uses = workspace.run(&["uses"]);
    assert!(
        uses.out.ends_with("This is an agent's workspace: what its agents use stands in no code.\n"),
        "{}",
        uses.out
    );
    // Nothing is pushed from what the platform's own command line takes for no project.
    assert_eq!(workspace.run(&["push", "--yes"]).code, 2);
}

#[test]
fn an_app_without_a_config_is_checked_with_its_code_from_anywhere_in_it() {
    let workspace = Workspace::empty();
    workspace.write("app/base44/.app.jsonc", "{ \"id\": \"front-desk\" }\n");
    workspace.write(
        "app/base44/connectors/gmail.jsonc",
        "{ \"type\": \"gmail\", \"scopes\": [\"https://www.googleapis.com/auth/gmail.send\"] }\n",
    );
    workspace.write("app/base44/functions/share/entry.ts", uses(&["linkedin"]));
    workspace.write("app/.agents/skills/base44/SKILL.md", "What coding tools are told.\n");
    for folder in [".", "app", "app/base44/functions/share"] {
        let ran = workspace.run(&[&CHECK[..], &["--project", folder]].concat());
        assert_eq!(said(&ran), ["base44/functions/share/entry.ts:3 missing-connector warning"], "{folder}");
    }
    let made = workspace.run(&["create", "--all-from-code", "--project", "app"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(workspace.read("app/base44/connectors/linkedin.jsonc").contains("linkedin"));
    assert_eq!(said(&workspace.run(&CHECK)), ["base44/connectors/linkedin.jsonc:4 empty-scopes hint"]);
}

#[test]
fn the_page_for_agents_is_written_once_somebody_agrees() {
    let workspace = Workspace::empty();
    workspace.write("base44/config.jsonc", "{}");
    let page = ".claude/skills/base44-connectors/SKILL.md";
    let shown = workspace.run(&["skill"]);
    assert!(shown.code == 0 && shown.out.starts_with("---\nname: base44-connectors\n"), "{}", shown.out);
    assert_eq!(workspace.run(&["skill", "--write"]).code, 2);
    assert!(!workspace.path(page).exists());
    assert_eq!(workspace.run(&["skill", "--write", "--yes"]).code, 0);
    assert_eq!(workspace.read(page), shown.out);
}

#[test]
fn an_older_layout_is_told_in_one_sentence() {
    let workspace = Workspace::empty();
    workspace.write("functions/sync.ts", uses(&["googlecalendar", "gmail"]));
    workspace.write("functions/post.ts", uses(&["linkedin"]));
    let ran = workspace.run(&["check"]);
    insta::assert_snapshot!(ran.session("check"));
    let used = workspace.run(&["uses", "linkedin"]);
    assert!(used.code == 0 && used.out.contains("used by post"), "{}{}", used.out, used.err);
}

#[test]
fn functions_of_something_else_are_no_app() {
    let workspace = Workspace::empty();
    workspace.write("functions/index.ts", "export const hello = () => getConnection('slack');\n");
    let ran = workspace.run(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("No Base44 project"), "{}", ran.err);
}

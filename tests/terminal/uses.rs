//! What the code says of connectors: `uses`, `create --from-code`, `scopes --narrow`.

use serde_json::{Value, json};

use crate::support::{Ran, Workspace};

/// An app whose functions remind people: a calendar that asks for too much, a chat without a file.
fn reminders() -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("base44/config.jsonc", "{ \"name\": \"Reminders\" }\n");
    workspace.write(
        "base44/connectors/googlecalendar.jsonc",
        "{\n  \"type\": \"googlecalendar\",\n  // Whose calendar\n  \"scopes\": [\n    \"email\", // to say who\n    \"https://www.googleapis.com/auth/calendar\"\n  ]\n}\n",
    );
    workspace.write(
        "base44/functions/remind/entry.ts",
        "import { createClientFromRequest } from 'npm:@base44/sdk';
import { post } from '../../shared/slack.ts';
Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');
  const headers = { Authorization: `Bearer ${accessToken}` };
  await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { headers });
  await post(base44, 'soon');
  return new Response('ok');
});
",
    );
    workspace.write(
        "base44/shared/slack.ts",
        "export async function post(base44: any, text: string) {
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');
  return fetch('https://slack.com/api/chat.postMessage', {
    method: 'POST',
    headers: { Authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ channel: 'C1', text }),
  });
}
",
    );
    workspace
}

fn object(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

fn session(workspace: &Workspace, line: &str) -> String {
    workspace.run(&line.split(' ').collect::<Vec<_>>()).session(line)
}

#[test]
fn who_uses_what_with_which_calls_is_shown() {
    let workspace = reminders();
    insta::assert_snapshot!(session(&workspace, "uses"));
    let slack = object(&workspace.run(&["uses", "slack", "--json"]));
    let ty = &slack["types"][0];
    assert_eq!(ty["functions"], json!(["remind"]));
    assert_eq!(
        (&ty["files"], &ty["scopes"], &ty["least"]),
        (&json!([]), &Value::Null, &json!(["chat:write"]))
    );
    assert_eq!(ty["uses"][0]["range"]["start"], json!({"line": 1, "character": 32}));
    assert_eq!(ty["uses"][0]["calls"][0]["call"], "POST slack.com/api/chat.postMessage");
    assert_eq!(slack["types"].as_array().unwrap().len(), 1);
    let all = object(&workspace.run(&["uses", "--json"]));
    let calendar = &all["types"][0]["uses"][0]["calls"][0];
    assert_eq!(
        (&all["functions"], &all["complete"], &calendar["allowed"]),
        (&json!(1), &json!(true), &json!(true))
    );

    let slip = workspace.run(&["uses", "slak", "--json"]);
    assert_eq!((slip.code, &object(&slip)["code"]), (2, &json!("INVALID_INPUT")));
    assert!(slip.err.contains("Did you mean `slack`?"), "{}", slip.err);
    assert_eq!(workspace.run(&["uses", "gmail"]).out, "gmail  no file  used by no function\n");
}

#[test]
fn what_is_only_known_at_run_time_is_said_to_be_unknown() {
    let workspace = reminders();
    workspace.write(
        "base44/functions/relay/entry.ts",
        "Deno.serve(async (req) => {\n  const { type } = await req.json();\n  await createClientFromRequest(req).asServiceRole.connectors.getConnection(type);\n});\n",
    );
    let ran = workspace.run(&["uses"]);
    let said = "base44/functions/relay/entry.ts:3 takes a connector whose type is only known when it runs: it may be any.\n";
    assert!(ran.out.ends_with(said), "{}", ran.out);
    let ran = workspace.run(&["scopes", "googlecalendar"]);
    assert!(ran.out.contains("no scope is called needless"), "{}", ran.out);
    assert!(!ran.out.contains("remove"), "{}", ran.out);
}

#[test]
fn a_project_without_code_is_one_without_uses() {
    let workspace = Workspace::copy_of("all-is-well");
    let ran = workspace.run(&["uses"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.ends_with("The project has no functions.\n"), "{}", ran.out);
    assert_eq!(workspace.run(&["create", "--all-from-code"]).code, 0);
    let ran = workspace.run(&["scopes", "slack"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
}

#[test]
fn a_file_is_made_with_the_scopes_that_the_calls_need() {
    let workspace = reminders();
    insta::assert_snapshot!(session(&workspace, "create slack --from-code"));
    insta::assert_snapshot!(workspace.read("base44/connectors/slack.jsonc"));
    let again = workspace.run(&["create", "slack", "--from-code", "--json"]);
    assert_eq!((again.code, &object(&again)["code"]), (2, &json!("INVALID_INPUT")), "nothing is overwritten");
    assert_eq!(workspace.run(&["create", "gmail", "--from-code"]).code, 2, "nothing uses it");
    assert_eq!(workspace.run(&["create", "gmail", "--from-code", "--scopes", "a"]).code, 2);
    assert_eq!(workspace.run(&["create"]).code, 2);
    assert_eq!(workspace.run(&["check"]).code, 0);
}

#[test]
fn all_that_the_code_uses_gets_its_file() {
    let workspace = reminders();
    let notion = "Deno.serve(async (req) => {\n  const { accessToken } = await createClientFromRequest(req).asServiceRole.connectors.getConnection('linkedin');\n  await fetch(Deno.env.get('API') + '/x', { headers: { Authorization: `Bearer ${accessToken}` } });\n});\n";
    workspace.write("base44/functions/share/entry.ts", notion);
    let before = workspace.read("base44/connectors/googlecalendar.jsonc");
    let made = session(&workspace, "create --all-from-code");
    insta::assert_snapshot!(made);
    assert_eq!(workspace.read("base44/connectors/googlecalendar.jsonc"), before);
    let again = object(&workspace.run(&["create", "--all-from-code", "--json"]));
    assert_eq!(again, json!({"created": [], "skipped": []}));
}

#[test]
fn one_that_cannot_be_made_does_not_hold_up_the_others() {
    let workspace = reminders();
    workspace.write("base44/connectors/slack.jsonc", "{ \"type\": ");
    let ran = workspace.run(&["create", "--all-from-code", "--json"]);
    assert_eq!(ran.code, 1);
    assert_eq!(object(&ran)["skipped"][0]["type"], "slack");
    assert_eq!(workspace.read("base44/connectors/slack.jsonc"), "{ \"type\": ");
}

#[test]
fn scopes_are_narrowed_to_what_the_code_needs_after_asking() {
    let workspace = reminders();
    let file = "base44/connectors/googlecalendar.jsonc";
    let before = workspace.read(file);
    insta::assert_snapshot!(session(&workspace, "scopes googlecalendar --narrow --dry-run"));
    let shown = workspace.run(&["scopes", "googlecalendar"]);
    assert!(
        shown.out.ends_with("base44-connectors scopes googlecalendar --narrow makes these changes.\n"),
        "{}",
        shown.out
    );
    let ran = workspace.run(&["scopes", "googlecalendar", "--narrow", "--json"]);
    assert_eq!((ran.code, &object(&ran)["code"]), (2, &json!("INVALID_INPUT")));
    assert!(
        ran.err.contains("Agree to change base44/connectors/googlecalendar.jsonc with --yes"),
        "{}",
        ran.err
    );
    assert_eq!(workspace.read(file), before);

    let ran = object(&workspace.run(&["scopes", "googlecalendar", "--narrow", "--yes", "--json"]));
    let narrow = "https://www.googleapis.com/auth/calendar.events.readonly";
    assert_eq!((&ran["written"], &ran["narrowed"]), (&json!(true), &json!(["email", narrow])));
    insta::assert_snapshot!(workspace.read(file));
    let again = workspace.run(&["scopes", "googlecalendar", "--narrow"]);
    assert!(
        again.out.ends_with("Nothing to change: no scope is known to be needless, and none lacks.\n"),
        "{}",
        again.out
    );
    assert_eq!(workspace.run(&["scopes", "slack", "--narrow"]).code, 2, "no file declares it");
    assert_eq!(workspace.run(&["scopes", "slack", "--dry-run"]).code, 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_is_asked_before_a_file_is_narrowed() {
    let workspace = reminders();
    let file = "base44/connectors/googlecalendar.jsonc";
    let before = workspace.read(file);
    for (keys, changes) in [("n\r", false), ("\r", true)] {
        let person = crate::pty::Person::runs(&workspace, &["scopes", "googlecalendar", "--narrow"], &[]);
        person.reads("Change base44/connectors/googlecalendar.jsonc?").types(keys);
        let (_, code) = person.leaves();
        assert_eq!((code == 0, workspace.read(file) != before), (changes, changes), "{keys:?}");
    }
}

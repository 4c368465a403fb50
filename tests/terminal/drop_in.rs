//! What scripts for the official CLI rely on, and what only this one asks for before it is too late.

use connector_sandbox::{Fault, FaultAction, StripeMode};
use serde_json::{Value, json};

use crate::support::{Ran, Workspace, changes, project, sandbox, waiting};

fn object(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

#[test]
fn an_app_id_that_is_empty_leads_to_no_app() {
    let sandbox = sandbox();
    let mut workspace = project(&sandbox, &["slack"], &["notion"]);
    for line in [&["push", "--yes", "--app-id", ""][..], &["--app-id=", "connectors", "push", "--yes"]] {
        let ran = workspace.run(line);
        assert_eq!(ran.code, 2, "{line:?}");
        assert!(ran.err.contains("--app-id is set and empty"), "{}", ran.err);
    }
    workspace.set("BASE44_APP_ID", " ");
    let ran = workspace.run(&["push", "--yes", "--json"]);
    assert_eq!((ran.code, &object(&ran)["code"]), (2, &json!("INVALID_INPUT")));
    assert!(ran.err.contains("BASE44_APP_ID is set and empty"), "{}", ran.err);
    assert!(sandbox.requests().is_empty());
}

#[test]
fn the_group_and_the_global_options_may_stand_in_front() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    let ran = workspace.run(&["--json", "--app-id", "front-desk", "connectors", "push", "--yes"]);
    assert_eq!(object(&ran), json!({"results": [{"type": "slack", "action": "synced"}], "oauth": {}}));
}

#[test]
fn initiate_is_one_call_and_touches_nothing_else() {
    let sandbox = sandbox();
    let workspace = Workspace::empty().at(&sandbox);
    let line = ["connectors", "initiate", "--app-id", "front-desk", "--integration-type", "gmail", "--json"];
    let ran = workspace.run(&[&line[..], &["--scopes", "a,b", "c"]].concat());
    let said = object(&ran);
    assert_eq!(
        (ran.code, &said["integrationType"], &said["alreadyAuthorized"]),
        (0, &json!("gmail"), &json!(false))
    );
    let id = said["connectionId"].as_str().unwrap();
    assert!(said["redirectUrl"].as_str().unwrap().ends_with(id), "{said}");
    let id = waiting(&sandbox, "gmail").unwrap();
    let calls: Vec<String> = sandbox
        .take_requests()
        .into_iter()
        .map(|request| format!("{} {}", request.method, request.body))
        .collect();
    assert_eq!(calls, ["PUT {\"scopes\":[\"a\",\"b\",\"c\"]}"]);
    assert_eq!(std::fs::read_dir(workspace.root()).unwrap().count(), 0);
    assert!(workspace.opened().is_empty());

    assert!(sandbox.approve(&id));
    let ran = workspace.run(&[&line[..], &["--scopes", "a b c"]].concat());
    assert_eq!(object(&ran)["alreadyAuthorized"], true);
    assert_eq!(object(&ran)["redirectUrl"], Value::Null);
    let ran = workspace.run(&[&line[..6], &["--scopes", "a b c"]].concat());
    assert_eq!(
        ran.out.lines().last().unwrap(),
        "gmail is already authorized. Run 'base44 connectors pull' to fetch its config."
    );
}

#[test]
fn initiate_names_whose_it_is() {
    let sandbox = sandbox();
    let workspace = Workspace::empty().at(&sandbox);
    sandbox.with_state(|state| {
        state.app("front-desk").other_users.insert("slack".to_owned(), "grace@example.com".to_owned());
    });
    let ran = workspace.run(&["initiate", "--app-id", "front-desk", "--integration-type", "slack", "--json"]);
    assert_eq!((ran.code, &object(&ran)["code"]), (1, &json!("INVALID_INPUT")));
    assert!(ran.err.contains("already authorized by grace@example.com"), "{}", ran.err);
    sandbox
        .inject(Fault::on("integrations/slack", FaultAction::answer(422, "{\"message\":\"no such scope\"}")));
    let ran = workspace.run(&["initiate", "--app-id", "front-desk", "--integration-type", "slack", "--json"]);
    assert_eq!((ran.code, &object(&ran)["statusCode"]), (1, &json!(422)));
}

#[test]
fn a_live_stripe_goes_only_by_its_name() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack", "notion"]);
    sandbox.with_state(|state| state.app("front-desk").stripe = Some(StripeMode::Live));
    for line in [&["push", "--yes"][..], &["push", "--force"], &["push", "--yes", "--remove", "notion"]] {
        let ran = workspace.run(line);
        assert_eq!((ran.code, changes(&sandbox)), (2, 0), "{line:?}");
        assert!(ran.err.contains("with --remove stripe"), "{}", ran.err);
    }
    let ran = workspace.run(&["push", "--remove", "stripe"]);
    assert_eq!((ran.code, changes(&sandbox)), (2, 0), "nobody agreed to lose notion");
    let ran = workspace.run(&["push", "--yes", "--remove", "stripe"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("Removed: notion, stripe"), "{}", ran.out);
}

#[test]
fn an_app_that_a_file_names_against_the_linked_one_is_changed_only_by_its_name() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    workspace.write(".env", "BASE44_APP_ID=other-app\n");
    sandbox.with_state(|state| {
        let notion = connector_sandbox::Connector::active(&["read"]);
        state.app("other-app").connectors.insert("notion".to_owned(), notion);
    });
    for line in [
        &["push"][..],
        &["push", "--yes"],
        &["push", "--force"],
        &["reconnect", "slack", "--yes"],
        &["authorize", "slack"],
        &["authorize", "slack", "--no-open"],
        &["initiate", "--integration-type", "slack", "--scopes", "chat:write"],
        &["initiate", "--integration-type", "slack", "--scopes", "chat:write", "--json"],
    ] {
        let ran = workspace.run(line);
        assert_eq!((ran.code, changes(&sandbox)), (2, 0), "{line:?}");
        assert!(
            ran.err.contains(".env names the app other-app, and the project is linked to front-desk"),
            "{}",
            ran.err
        );
    }
    let ran = workspace.run(&["push", "--yes", "--remove", "notion"]);
    assert!(ran.out.contains("Removed: notion"), "{} {}", ran.out, ran.err);
    let ran = workspace.run(&["push", "--yes", "--app-id", "front-desk"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// A function that takes a connector's token.
fn uses(name: &str) -> String {
    format!(
        "Deno.serve(async (req) => {{\n  const base44 = createClientFromRequest(req);\n  await base44.asServiceRole.connectors.getConnection('{name}');\n  return new Response('');\n}});\n"
    )
}

#[test]
fn what_code_uses_goes_only_by_its_name() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar", "slack", "notion"]);
    workspace.write("base44/functions/sendDigest/entry.ts", uses("slack"));
    workspace.write("base44/functions/notify/entry.ts", uses("slack"));
    for line in
        [&["push"][..], &["push", "--yes"], &["push", "--force"], &["push", "--yes", "--remove", "notion"]]
    {
        let ran = workspace.run(line);
        assert_eq!((ran.code, changes(&sandbox)), (2, 0), "{line:?}");
        assert!(
            ran.err.contains("notify and sendDigest use it. Agree to that by name, with --remove slack"),
            "{}",
            ran.err
        );
    }
    let ran = workspace.run(&["push", "--yes", "--json"]);
    assert_eq!((ran.code, &object(&ran)["code"]), (2, &json!("INVALID_INPUT")));
    let plan = object(&workspace.run(&["push", "--dry-run", "--json"]));
    let removals: Vec<&Value> =
        plan["steps"].as_array().unwrap().iter().filter(|step| step["action"] == "remove").collect();
    assert_eq!(
        removals.iter().map(|step| (&step["type"], &step["usedBy"])).collect::<Vec<_>>(),
        [(&json!("notion"), &Value::Null), (&json!("slack"), &json!(["notify", "sendDigest"]))]
    );
    assert_eq!(
        plan["guarded"],
        json!([{"type": "slack", "why": "notify and sendDigest use it", "kind": "used"}])
    );
    let shown = workspace.run(&["push", "--dry-run"]);
    assert!(shown.out.contains("remove    slack           used by notify, sendDigest"), "{}", shown.out);
    let status = workspace.run(&["status"]);
    assert!(status.out.contains("would remove it. Used by notify, sendDigest."), "{}", status.out);
    let ran = workspace.run(&["push", "--yes", "--remove", "slack"]);
    assert!(ran.out.contains("Removed: notion, slack"), "{} {}", ran.out, ran.err);
}

#[test]
fn a_connector_that_is_only_known_at_run_time_may_be_one_of_those_that_go() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar", "notion"]);
    let any = uses("x").replace("'x'", "(await req.json()).type");
    workspace.write("base44/functions/relay/entry.ts", &any);
    let ran = workspace.run(&["push", "--dry-run"]);
    assert!(ran.out.contains("relay takes a connector whose type is only known when it runs"), "{}", ran.out);
    assert_eq!(workspace.run(&["push", "--yes"]).code, 0);
}

#[test]
fn force_is_the_agreement_to_removals() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack", "notion"]);
    assert_eq!(workspace.run(&["push"]).code, 2);
    let ran = workspace.run(&["push", "--force"]);
    assert!(ran.out.contains("Removed: notion"), "{} {}", ran.out, ran.err);
}

#[test]
fn what_this_machine_pushed_and_nobody_touched_goes_with_the_app_unasked() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack", "googlecalendar"], &["slack", "googlecalendar"]);
    assert_eq!(workspace.run(&["push"]).code, 0);
    sandbox.with_state(|state| state.app("front-desk").connectors.clear());
    let edited = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }";
    workspace.write("base44/connectors/slack.jsonc", edited);
    let ran = workspace.run(&["pull"]);
    assert_eq!(ran.code, 2, "the file that was edited since is asked for: {}", ran.out);
    let ran = workspace.run(&["pull", "--yes"]);
    assert!(ran.out.contains("Deleted: googlecalendar, slack"), "{} {}", ran.out, ran.err);

    sandbox.with_state(|state| {
        let notion = connector_sandbox::Connector::active(&[]);
        state.app("front-desk").connectors.insert("notion".to_owned(), notion);
    });
    assert_eq!(workspace.run(&["pull"]).code, 0);
    sandbox.with_state(|state| state.app("front-desk").connectors.clear());
    let ran = workspace.run(&["pull"]);
    assert!(ran.out.contains("Deleted: notion"), "{} {}", ran.out, ran.err);
}

#[test]
fn types_declares_the_connectors_of_the_project() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack", "googlecalendar"], &[]);
    for _ in 0..2 {
        let ran = workspace.run(&["types"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let text = workspace.read("base44/.types/connectors.d.ts");
    assert!(text.contains("interface ConnectorIntegrationTypeRegistry {\n    \"googlecalendar\": true;\n    \"slack\": true;\n  }"));
    assert!(sandbox.requests().is_empty());
}

#[test]
fn a_key_that_is_not_in_force_is_nobody() {
    let sandbox = sandbox();
    for mut workspace in [project(&sandbox, &[], &[]), Workspace::empty().at(&sandbox)] {
        workspace.set("BASE44_API_KEY", "b44k_revoked");
        assert_eq!(workspace.run(&["whoami"]).code, 2);
        workspace.set("BASE44_API_KEY", "b44k_sandbox");
        let ran = workspace.run(&["whoami"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
}

#[test]
fn a_key_that_the_platform_lets_do_nothing_here_says_what_works() {
    let sandbox = sandbox();
    sandbox.with_state(|state| state.app("front-desk").refuses_keys = true);
    let workspace = project(&sandbox, &["slack"], &[]);
    workspace.write(".env", "BASE44_API_KEY=b44k_sandbox\n");
    let ran = workspace.run(&["push", "--yes"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("set BASE44_ACCESS_TOKEN and BASE44_REFRESH_TOKEN"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_has_no_room_is_no_success() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    for arguments in [["status", "--json"], ["status", "--help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = workspace.command(&arguments);
        assert_eq!(command.stdout(full).output().unwrap().status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn a_config_at_the_root_has_its_link_in_the_folder_of_the_platform() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &[]);
    std::fs::remove_file(workspace.path("base44/config.jsonc")).unwrap();
    workspace.write("config.jsonc", "{ \"name\": \"Front desk\" }\n");
    workspace.write("connectors/notion.jsonc", "{ \"type\": \"notion\", \"scopes\": [] }\n");
    let ran = workspace.run(&["push", "--json"]);
    assert_eq!((ran.code, &object(&ran)["results"][0]["type"]), (0, &json!("notion")), "{}", ran.err);
    assert!(waiting(&sandbox, "notion").is_some());
}

#[test]
fn a_call_of_initiate_that_broke_off_is_made_again_where_the_platform_does_not_show_it() {
    let line = [
        "initiate",
        "--app-id",
        "front-desk",
        "--integration-type",
        "slack",
        "--scopes",
        "chat:write",
        "--json",
    ];
    for action in [FaultAction::answer(500, "{}"), FaultAction::answer(408, "{}"), FaultAction::Reset] {
        let sandbox = sandbox();
        let workspace = Workspace::empty().at(&sandbox);
        sandbox.inject(Fault::on("integrations/slack", action.clone()).times(2));
        let ran = workspace.run(&line);
        assert_eq!((ran.code, changes(&sandbox)), (0, 3), "{action:?}: {}", ran.err);
        sandbox.inject(Fault::on("integrations/slack", action.clone()));
        let ran = workspace.run(&line);
        assert_eq!((ran.code, changes(&sandbox)), (1, 6), "{action:?}: {}", ran.err);
    }
}

#[test]
fn what_could_not_be_asked_is_said_beside_json_too() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    sandbox.inject(Fault::on("stripe/status", FaultAction::answer(422, "{}")));
    let note = "Note: Whether the app has Stripe could not be asked: no file of it is written.";
    assert!(workspace.run(&["pull", "--yes"]).out.contains(note));
    let ran = workspace.run(&["pull", "--yes", "--json"]);
    assert_eq!(object(&ran)["pulled"], 1);
    assert!(ran.err.contains(note), "{}", ran.err);
}

#[test]
fn a_failure_carries_the_id_that_the_platform_answers_under() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    let action = FaultAction::Answer {
        status: 404,
        headers: vec![("X-Request-ID".to_owned(), "req-of-theirs".to_owned())],
        body: "{}".to_owned(),
    };
    sandbox.inject(Fault::on("external-auth/list", action));
    assert_eq!(object(&workspace.run(&["pull", "--json"]))["requestId"], "req-of-theirs");
}

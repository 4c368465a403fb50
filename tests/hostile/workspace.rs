//! A folder that somebody else wrote: it cannot move the login, leave its own place, or start anything.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use connector_sandbox::Connector;
use serde_json::{Value, json};

use crate::client::uri;
use crate::evil::{Evil, respond};
use crate::place::{everything_below, opened, run, run_with, start};
use crate::stage::{Editor, Stage};
use crate::tally::Tally;

/// Every command that speaks to the platform, as far as it goes without a person.
const COMMANDS: [&[&str]; 7] = [
    &["status"],
    &["push", "--yes"],
    &["pull", "--yes"],
    &["authorize", "slack"],
    &["reconnect", "slack", "--yes"],
    &["list-available"],
    &["push", "--dry-run"],
];

fn listener() -> Evil {
    Evil::start(|_, stream| respond(stream, "200 OK", "", b"{\"integrations\":[]}"))
}

#[test]
fn a_file_of_the_workspace_never_sends_the_login_anywhere() {
    let mut tally = Tally::of("no file of a workspace sends the login anywhere");
    let evil = listener();
    let host = evil.url();
    let texts = [
        (".env", format!("BASE44_API_URL={host}")),
        (".env", format!("export BASE44_API_URL=\"{host}\"\r\n")),
        (".env", format!("BASE44_PROJECTS_BASE44_API_URL='{host}' # x")),
        (".env.local", format!("  BASE44_API_URL = {host}/")),
        (".env.local", format!("BASE44_APP_ID=app-1\nBASE44_API_URL={host}\n")),
    ];
    let key = [("BASE44_API_KEY", "b44k_sandbox")];
    let seeded = [("BASE44_ACCESS_TOKEN", "token"), ("BASE44_REFRESH_TOKEN", "refresh")];
    let proxy = host.clone();
    for (name, text) in &texts {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        std::fs::write(stage.root().join(name), text).unwrap();
        let before = std::fs::read(stage.login_path()).unwrap();
        for credential in [&[][..], &key[..], &seeded[..]] {
            // No host is named by the person, and whatever went out would go through the listener.
            let mut environment =
                vec![("BASE44_API_URL", ""), ("HTTPS_PROXY", &proxy), ("HTTP_PROXY", &proxy)];
            environment.extend(credential);
            for command in COMMANDS {
                let ran = run_with(&stage, &environment, command);
                assert_eq!(ran.code, 2, "{name} {text:?} {command:?}: {ran:?}");
                ran.assert_clean(text);
                tally.held();
            }
        }
        assert_eq!(std::fs::read(stage.login_path()).unwrap(), before);
    }
    assert!(evil.asked().is_empty(), "{:?}", evil.asked());
}

#[test]
fn only_our_own_names_are_read_from_an_env_file() {
    let mut tally = Tally::of("an .env file sets nothing but our own names");
    let evil = listener();
    let elsewhere = tempfile::tempdir().unwrap();
    let (host, folder) = (evil.url(), elsewhere.path().display().to_string());
    for line in [
        format!("HTTPS_PROXY={host}"),
        format!("HTTP_PROXY={host}"),
        format!("ALL_PROXY={host}"),
        format!("https_proxy={host}"),
        format!("HOME={folder}"),
        format!("XDG_STATE_HOME={folder}"),
        format!("PATH={folder}"),
        format!("BROWSER={folder}/run"),
        format!("LD_PRELOAD={folder}/x.so"),
        "NODE_OPTIONS=--require=/tmp/x.js".to_owned(),
        "NODE_TLS_REJECT_UNAUTHORIZED=0".to_owned(),
        "NODE_EXTRA_CA_CERTS=/dev/zero".to_owned(),
        "SSL_CERT_FILE=/dev/zero".to_owned(),
        "BASE44_CONNECTORS_TIMEOUT=0.05".to_owned(),
        "BASE44_DISABLE_TELEMETRY=0".to_owned(),
        "BASE44_CLI_TEST_OVERRIDES={}".to_owned(),
        "RUST_LOG=trace".to_owned(),
    ] {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        std::fs::write(stage.root().join(".env"), format!("{line}\n")).unwrap();
        let ran = run(&stage, &["status"]);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        let bearer = format!("Bearer {}", stage.sandbox.login().access_token);
        for request in stage.sandbox.requests() {
            assert_eq!(request.header("authorization"), Some(bearer.as_str()), "{line}");
            assert_eq!(request.header("api_key"), None, "{line}");
        }
        assert!(!stage.requests().is_empty());
        assert!(opened(&stage).is_empty());
        tally.held();
    }
    assert!(evil.asked().is_empty());
    assert!(everything_below(elsewhere.path()).is_empty());
}

#[test]
fn a_key_in_an_env_file_speaks_for_the_workspace_and_takes_no_login_along() {
    let mut tally = Tally::of("a key of the workspace goes alone");
    let evil = listener();
    let person = [("BASE44_ACCESS_TOKEN", "token"), ("BASE44_REFRESH_TOKEN", "refresh")];
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let before = std::fs::read(stage.login_path()).unwrap();
    let env = format!("BASE44_API_KEY=b44k_of_the_workspace\nBASE44_API_URL={}\n", evil.url());
    std::fs::write(stage.root().join(".env"), env).unwrap();
    for command in COMMANDS {
        // The person named the platform: the key is tried there, and there only.
        assert_ne!(run(&stage, command).code, 0, "{command:?}");
        // The person named none, and a login in the environment: it is not for the workspace's host.
        let environment = [&[("BASE44_API_URL", "")][..], &person].concat();
        assert_eq!(run_with(&stage, &environment, command).code, 2, "{command:?}");
        assert!(evil.asked().is_empty(), "{:?}", evil.asked());
    }
    for command in COMMANDS {
        // Nothing at all is named: the workspace's key for the workspace's host, once the person has agreed to it.
        let ran = run_with(&stage, &[("BASE44_API_URL", "")], command);
        assert_eq!(ran.code, 2, "{command:?}: {ran:?}");
        assert!(evil.asked().is_empty(), "{:?}", evil.asked());
        tally.held();
    }
    stage.agree_to_host(&evil.url());
    for command in COMMANDS {
        run_with(&stage, &[("BASE44_API_URL", "")], command);
        tally.held();
    }
    let requests = stage.sandbox.requests();
    assert!(!requests.is_empty());
    for request in requests {
        let sent = (request.header("api_key"), request.header("authorization"));
        assert_eq!(sent, (Some("b44k_of_the_workspace"), None));
    }
    let asked = evil.asked();
    assert!(!asked.is_empty());
    for request in asked {
        assert!(!request.head.to_lowercase().contains("authorization:"), "{request:?}");
    }
    assert_eq!(std::fs::read(stage.login_path()).unwrap(), before);
}

#[test]
fn a_host_that_a_workspace_names_gets_nothing_before_a_person_agrees_to_it_by_name() {
    let mut tally = Tally::of("a host of a workspace gets nothing before a yes to its name");
    let evil = listener();
    for tokens in ["BASE44_API_KEY=b44k_w", "BASE44_ACCESS_TOKEN=a\nBASE44_REFRESH_TOKEN=b"] {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        std::fs::write(stage.root().join(".env"), format!("{tokens}\nBASE44_API_URL={}\n", evil.url()))
            .unwrap();
        // Whatever the client says of trust, and whether it says anything.
        for options in [json!({}), json!({"trusted": true}), json!({"statusNotifications": true})] {
            let mut client = start(&stage).env("BASE44_API_URL", "").options(options.clone()).run();
            client.settle();
            for command in ["base44.refresh", "base44.push", "base44.pull"] {
                client.choices.push_back("Cancel".to_owned());
                client.command(&stage, command, &[]);
                let question = client.question();
                assert!(question.contains(&evil.url()), "{options} {command}: {question}");
                client.choices.clear();
                tally.held();
            }
        }
        assert!(evil.asked().is_empty(), "{:?}", evil.asked());
    }
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    std::fs::write(
        stage.root().join(".env"),
        format!("BASE44_API_KEY=b44k_w\nBASE44_API_URL={}\n", evil.url()),
    )
    .unwrap();
    let mut client = start(&stage).env("BASE44_API_URL", "").run();
    client.choices.push_back(format!("Send it to {}", evil.url()));
    client.command(&stage, "base44.previewPush", &[]);
    client.question();
    assert!(!evil.asked().is_empty());
    assert!(evil.asked().iter().all(|asked| !asked.head.to_lowercase().contains("authorization:")));
    tally.held();
}

#[test]
fn trust_that_is_no_boolean_is_none() {
    let mut tally = Tally::of("trust that is no boolean is none");
    for said in [json!("true"), json!(1), json!(null), json!({}), json!([true])] {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        let mut client = start(&stage).options(json!({"trusted": said, "statusNotifications": true})).run();
        client.command(&stage, "base44.push", &[]);
        assert!(client.message().contains("not trusted"), "{said}");
        assert_eq!(stage.requests(), Vec::<String>::new(), "{said}");
        let mut client = start(&stage).run();
        client.notify("base44/trust", json!({"trusted": said}));
        client.wait_for_project("no trust", |project| project["state"] == "untrusted");
        tally.held();
    }
}

#[test]
fn settings_of_a_workspace_move_neither_trust_nor_the_platform() {
    let mut tally = Tally::of("settings of a workspace move neither trust nor the platform");
    let evil = listener();
    let host = evil.url();
    let settings = [
        json!({"trusted": true, "platformChecks": true, "apiUrl": host}),
        json!({"base44Connectors": {"trusted": true, "apiUrl": host}}),
        json!({"base44Connectors.trusted": true, "base44Connectors.apiUrl": host}),
        json!({"trusted": "true", "apiUrl": [host]}),
        json!({"serverPath": "/bin/false", "trace": {"server": "verbose"}, "trusted": 1}),
    ];
    for setting in &settings {
        let stage = Stage::new();
        let path = stage.connector("slack", &["chat:wrong"]);
        std::fs::create_dir_all(stage.root().join(".vscode")).unwrap();
        let text = json!({"base44Connectors.serverPath": "/bin/false", "base44Connectors.apiUrl": host});
        std::fs::write(stage.root().join(".vscode/settings.json"), text.to_string()).unwrap();
        let untrusted = json!({"trusted": false, "statusNotifications": true});
        let mut client = start(&stage).options(untrusted).run();
        client.configuration = setting.clone();
        for settings in [json!({}), setting.clone(), json!({"base44Connectors": setting})] {
            client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
            client.settle();
        }
        client.wait("local findings", |client| client.published.get(&uri(&path)).cloned());
        for command in
            ["base44.push", "base44.pull", "base44.refresh", "base44.signIn", "base44.openDashboard"]
        {
            client.command(&stage, command, &["slack"]);
            assert!(client.message().contains("not trusted"), "{command}");
            tally.held();
        }
        assert_eq!(client.project()["state"], "untrusted");
        assert_eq!(stage.requests(), Vec::<String>::new());

        // With trust, the platform stays the one that the person named.
        let mut client = start(&stage).run();
        client.configuration = setting.clone();
        client.notify("workspace/didChangeConfiguration", json!({"settings": setting}));
        client.wait_for_state("slack", "not-pushed");
        assert_eq!(client.project()["api"], stage.sandbox.url());
        tally.held();
    }
    assert!(evil.asked().is_empty());
}

#[test]
fn the_extension_takes_programs_and_hosts_from_no_workspace() {
    let mut tally = Tally::of("programs and hosts are settings of the machine");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vscode-extension/package.json");
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let properties = &manifest["contributes"]["configuration"]["properties"];
    let restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"].as_array();
    for name in ["base44Connectors.serverPath", "base44Connectors.apiUrl"] {
        assert_eq!(properties[name]["scope"], "machine", "{name}");
        assert!(restricted.unwrap().contains(&json!(name)), "{name}");
        tally.held();
    }
    for (name, property) in properties.as_object().unwrap() {
        let names_a_place = ["path", "url", "command", "args", "env"];
        let risky = names_a_place.iter().any(|word| name.to_lowercase().contains(word));
        assert!(!risky || property["scope"] == "machine", "{name}");
        tally.held();
    }
}

#[test]
fn nothing_outside_of_the_project_is_read_or_written_through_the_config() {
    let mut tally = Tally::of("connectorsDir leads nowhere out of the project");
    for dir in [
        "../../outside",
        "../../outside/",
        "..",
        "../..",
        "../../../../../../../../etc",
        "/etc",
        "/",
        "ABSOLUTE",
        "connectors/../../../outside",
        "link",
        "link/deeper",
        "link/..",
        "../link-in-root",
        "./././../../outside",
        "connectors\u{0}/../../outside",
        "~/outside",
        "$HOME/outside",
        "file:///etc",
        "..\\..\\outside",
        "\u{1b}[2J\u{1b}]0;x\u{7}",
        "config.jsonc",
        "../base44/.app.jsonc",
        "con",
        "NUL",
        "COM1/connectors",
        "C:\\outside",
    ] {
        let stage = Stage::new();
        stage.remote("slack", Connector::active(&["chat:write"]));
        stage.remote("github", Connector::active(&[]));
        let outside = stage.root().parent().unwrap().join("outside");
        std::fs::create_dir_all(outside.join("deeper")).unwrap();
        for place in ["slack.jsonc", "deeper/slack.jsonc"] {
            std::fs::write(outside.join(place), "{\"type\": \"canary\", \"scopes\": [\"canary:read\"]}")
                .unwrap();
        }
        symlink(&outside, stage.root().join("base44/link")).unwrap();
        symlink(&outside, stage.root().join("link-in-root")).unwrap();
        let dir = if dir == "ABSOLUTE" { outside.to_str().unwrap() } else { dir };
        std::fs::write(stage.config(), json!({"name": "CRM", "connectorsDir": dir}).to_string()).unwrap();
        let before = everything_below(&outside);
        for command in
            [&["check"][..], &["status"], &["pull", "--yes"], &["push", "--yes"], &["create", "notion"]]
        {
            let ran = run(&stage, command);
            ran.assert_clean(dir);
            assert!(!ran.text().contains("canary"), "{dir:?} {command:?}: {ran:?}");
            tally.held();
        }
        assert_eq!(everything_below(&outside), before, "{dir:?}");
        let app = stage.sandbox.with_state(|state| state.app(crate::stage::APP).connectors.clone());
        assert_eq!(app.len(), 2, "{dir:?}: nothing is removed");
        assert!(stage.sandbox.requests().iter().all(|request| !request.body.contains("canary")), "{dir:?}");
    }
}

#[test]
fn nothing_is_written_where_another_program_takes_orders() {
    let mut tally = Tally::of("nothing is written where another program takes orders");
    for dir in [
        "../.vscode",
        "../.git/hooks",
        "../.github/workflows",
        "../node_modules/x",
        ".hidden",
        "../.idea/x",
        "../\u{200c}.git",
        "../.g\u{200c}it",
        "../ .git",
        "../node_modules.",
        "../Node_Modules::$DATA/x",
    ] {
        for linked in [false, true] {
            let stage = Stage::new();
            stage.remote("slack", Connector::active(&["chat:write"]));
            let folder = stage.root().join("base44").join(dir);
            std::fs::create_dir_all(&folder).unwrap();
            if linked {
                std::fs::remove_dir_all(stage.connectors_dir()).unwrap();
                symlink(&folder, stage.connectors_dir()).unwrap();
            } else {
                let config = json!({"name": "CRM", "connectorsDir": dir}).to_string();
                std::fs::write(stage.config(), config).unwrap();
            }
            for command in [&["pull", "--yes"][..], &["create", "notion"]] {
                let ran = run(&stage, command);
                ran.assert_clean(dir);
                assert_ne!(ran.code, 0, "{dir} {command:?}: {ran:?}");
                assert!(ran.err.contains("takes orders from the files in it"), "{dir} {command:?}: {ran:?}");
                tally.held();
            }
            let mut client = start(&stage).run();
            client.command(&stage, "base44.refresh", &[]);
            client.command(&stage, "base44.pull", &[]);
            client.command(&stage, "base44.createConnector", &["notion"]);
            tally.held();
            assert_eq!(everything_below(&folder), [], "{dir}");
        }
    }
}

#[test]
fn a_fix_follows_no_link_out_of_the_project() {
    let mut tally = Tally::of("a fix follows no link out of the project");
    let broken = "{\"type\": \"slack\", \"scopes\": \"chat:write,channels:read\"}";
    let stage = Stage::new();
    let outside = stage.root().parent().unwrap().join("outside");
    std::fs::create_dir_all(stage.root().join(".git")).unwrap();
    std::fs::create_dir_all(&outside).unwrap();
    for target in [outside.join("slack.jsonc"), stage.root().join(".git/slack.jsonc")] {
        std::fs::write(&target, broken).unwrap();
        for link in [stage.connectors_dir().join("slack.jsonc"), stage.home().join("slack.jsonc")] {
            let _ = std::fs::remove_file(&link);
            symlink(&target, &link).unwrap();
            let ran = run(&stage, &["check", "--fix", link.to_str().unwrap()]);
            assert_ne!(ran.code, 0, "{link:?}: {ran:?}");
            assert_eq!(std::fs::read_to_string(&target).unwrap(), broken, "{link:?}: {ran:?}");
            tally.held();
        }
    }
}

#[test]
fn a_fix_follows_no_folder_out_of_the_project() {
    let mut tally = Tally::of("a fix follows no linked folder out of the project");
    let broken = "{\"type\": \"slack\", \"scopes\": [\"chat:write\", \"chat:write\"]}";
    for linked in ["base44/connectors", "base44"] {
        let stage = Stage::new();
        let outside = stage.root().parent().unwrap().join("outside");
        let folder = stage.root().join(linked);
        std::fs::rename(&folder, &outside).unwrap();
        symlink(&outside, &folder).unwrap();
        let target = stage.connectors_dir().join("slack.jsonc");
        std::fs::write(&target, broken).unwrap();
        for named in ["base44/connectors/slack.jsonc", "base44/connectors", "base44", "."] {
            let ran = run(&stage, &["check", "--fix", named]);
            assert_ne!(ran.code, 0, "{linked} {named}: {ran:?}");
            assert_eq!(std::fs::read_to_string(&target).unwrap(), broken, "{linked} {named}: {ran:?}");
            tally.held();
        }
    }
    // A link beside the connectors, to a file and to another project.
    let stage = Stage::new();
    let elsewhere = stage.root().parent().unwrap().join("elsewhere");
    let target = elsewhere.join("base44/connectors/slack.jsonc");
    std::fs::create_dir_all(target.parent().unwrap()).unwrap();
    std::fs::write(elsewhere.join("base44/config.jsonc"), "{\"name\": \"other\"}").unwrap();
    let loose = elsewhere.join("loose/slack.jsonc");
    std::fs::create_dir_all(loose.parent().unwrap()).unwrap();
    for path in [&target, &loose] {
        std::fs::write(path, broken).unwrap();
    }
    symlink(&elsewhere, stage.root().join("shop")).unwrap();
    symlink(loose.parent().unwrap(), stage.root().join("shared")).unwrap();
    let absolute = stage.root().join("shared/slack.jsonc").to_str().unwrap().to_owned();
    for named in [
        "shared/slack.jsonc",
        "./base44/../shared/slack.jsonc",
        absolute.as_str(),
        "shop",
        "shop/base44",
        "shop/base44/connectors/slack.jsonc",
    ] {
        let ran = run(&stage, &["check", "--fix", named]);
        assert_eq!(ran.code, 1, "{named}: {ran:?}");
        assert!(ran.text().contains("nothing was written"), "{named}: {ran:?}");
        for path in [&target, &loose] {
            assert_eq!(std::fs::read_to_string(path).unwrap(), broken, "{named}: {ran:?}");
        }
        tally.held();
    }
    // Whoever names it where it lies means it.
    let ran = run(&stage, &["check", "--fix", loose.to_str().unwrap()]);
    assert!(ran.text().contains("Fixed"), "{ran:?}");
}

/// Anybody may put a project into `/tmp`, above the folders of others.
#[test]
fn a_config_of_another_user_above_a_folder_names_no_app_for_it() {
    use std::os::unix::fs::chown;
    let mut tally = Tally::of("what another user put above a folder is not its project");
    let stage = Stage::new();
    let below = stage.root().join("mine/deeper");
    std::fs::create_dir_all(&below).unwrap();
    let config = stage.root().join("base44/config.jsonc");
    let base44 = stage.root().join("base44");
    // Only root can give files away.
    if chown(&config, Some(12_345), None).is_err() {
        return;
    }
    chown(&config, Some(0), None).unwrap();
    for of_others in [&config, &base44] {
        chown(of_others, Some(12_345), None).unwrap();
        for command in [&["push", "--yes"][..], &["pull", "--yes"], &["status"]] {
            let ran = run(&stage, &[command, &["--project", below.to_str().unwrap()]].concat());
            assert_ne!(ran.code, 0, "{ran:?}");
            assert!(ran.text().contains("belongs to another user of this machine"), "{ran:?}");
            tally.held();
        }
        // Whoever names the folder itself means it.
        let ran = run(&stage, &["status", "--project", stage.root().to_str().unwrap()]);
        assert_eq!(ran.code, 0, "{ran:?}");
        chown(of_others, Some(0), None).unwrap();
    }
    assert!(stage.requests().iter().all(|request| request.starts_with("GET")), "{:?}", stage.requests());
}

#[test]
fn a_login_that_lies_in_a_project_is_not_taken_for_the_persons() {
    let mut tally = Tally::of("a login in a project is nobody's");
    for home in [".", "~", "base44/home"] {
        let stage = Stage::new();
        let planted = stage.root().join(home).join(".base44/auth/auth.json");
        std::fs::create_dir_all(planted.parent().unwrap()).unwrap();
        let login = json!({
            "accessToken": "planted-0123456789", "refreshToken": "planted-9876543210",
            "expiresAt": 9_999_999_999_999_u64, "email": "mallory@example.com", "name": "Mallory",
        });
        std::fs::write(&planted, login.to_string()).unwrap();
        let before = everything_below(stage.root());
        let ran = run_with(&stage, &[("HOME", home)], &["status"]);
        assert!(!ran.text().contains("mallory"), "{home}: {ran:?}");
        assert!(stage.requests().is_empty(), "{home}: {ran:?}");
        assert!(everything_below(stage.root()) == before, "{home}: {ran:?}");
        tally.held();
    }
}

#[test]
fn a_link_leads_no_read_and_no_write_out_of_the_project() {
    let mut tally = Tally::of("links lead no read and no write out of the project");
    let canary = "{\"type\": \"canary\", \"scopes\": [\"canary:read\"]}";
    /// Makes a link in the connectors folder; `outside` has `slack.jsonc` in it.
    type Trap = fn(connectors: &std::path::Path, outside: &std::path::Path);
    let traps: [(&str, Trap); 6] = [
        ("a link to a file outside", |connectors, outside| {
            symlink(outside.join("slack.jsonc"), connectors.join("slack.jsonc")).unwrap();
        }),
        ("a link to nothing, outside", |connectors, outside| {
            symlink(outside.join("new.jsonc"), connectors.join("slack.jsonc")).unwrap();
        }),
        ("a relative link", |connectors, _| {
            symlink("../../../outside/slack.jsonc", connectors.join("slack.jsonc")).unwrap();
        }),
        ("a link to a link", |connectors, outside| {
            symlink(outside.join("slack.jsonc"), connectors.join(".hidden")).unwrap();
            symlink(".hidden", connectors.join("slack.jsonc")).unwrap();
        }),
        ("the whole folder is a link", |connectors, outside| {
            std::fs::remove_dir_all(connectors).unwrap();
            symlink(outside, connectors).unwrap();
        }),
        ("the login itself", |connectors, outside| {
            symlink(outside.join("../home/.base44/auth/auth.json"), connectors.join("slack.jsonc")).unwrap();
        }),
    ];
    for (what, trap) in traps {
        let stage = Stage::new();
        stage.remote("slack", Connector::active(&["chat:write"]));
        stage.remote("github", Connector::active(&["repo"]));
        let outside = stage.root().parent().unwrap().join("outside");
        std::fs::create_dir_all(&outside).unwrap();
        std::fs::write(outside.join("slack.jsonc"), canary).unwrap();
        trap(&stage.connectors_dir(), &outside);
        let (before, login) = (everything_below(&outside), std::fs::read(stage.login_path()).unwrap());
        let secret = stage.sandbox.login().refresh_token.clone();
        for command in [
            &["check"][..],
            &["check", "--fix"],
            &["check", "--format", "json"],
            &["pull", "--yes"],
            &["push", "--yes"],
            &["status"],
        ] {
            let ran = run(&stage, command);
            ran.assert_clean(what);
            let text = ran.text();
            assert!(!text.contains("canary") && !text.contains(&secret), "{what}, {command:?}: {ran:?}");
            tally.held();
        }
        let mut client = start(&stage).run();
        client.wait_for_project("the project", |project| project["uri"].is_string());
        client.command(&stage, "base44.refresh", &[]);
        for message in client.end() {
            let text = message.to_string();
            assert!(!text.contains("canary") && !text.contains(&secret), "{what}: {text}");
        }
        tally.held();
        assert_eq!(everything_below(&outside), before, "{what}");
        assert_eq!(std::fs::read(stage.login_path()).unwrap(), login, "{what}");
        let sent: String = stage.sandbox.requests().iter().map(|request| request.body.clone()).collect();
        assert!(!sent.contains("canary") && !sent.contains(&secret), "{what}");
        let app = stage.sandbox.with_state(|state| state.app(crate::stage::APP).connectors.clone());
        assert_eq!(app.len(), 2, "{what}: nothing is removed");
    }
}

#[test]
fn pipes_and_devices_hold_nobody_up() {
    let mut tally = Tally::of("pipes and devices hold nobody up");
    for place in [
        "base44/connectors/slack.jsonc",
        "base44/.app.jsonc",
        "base44/config.jsonc",
        ".env",
        "base44/connector-checks.jsonc",
    ] {
        let stage = Stage::new();
        let path = stage.root().join(place);
        let _ = std::fs::remove_file(&path);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        for command in [&["check"][..], &["push", "--yes"], &["pull", "--yes"]] {
            run(&stage, command).assert_clean(place);
            tally.held();
        }
        let mut client = start(&stage).run();
        client.settle();
        client.open(&stage.connectors_dir().join("github.jsonc"), "{}");
        client.settle();
        tally.held();
    }
}

#[test]
fn an_app_id_is_an_id_or_nothing_is_asked() {
    let mut tally = Tally::of("an app id is an id, or nothing is asked");
    let long = "a".repeat(4096);
    for id in [
        "../../oauth",
        "..",
        ".",
        "a/b",
        "a\\b",
        "a?x=1",
        "a#x",
        "a%2e%2e",
        "%2e%2e%2f",
        "a b",
        "a\nb",
        "a\r\nHost: evil",
        "\u{1b}[2J",
        "\u{202e}a",
        "é",
        "a;b",
        "a@evil.example",
        "//evil.example",
        "http://evil.example",
        "${HOME}",
        &long,
    ] {
        let stage = Stage::new();
        stage.connector("slack", &[]);
        let evil_file = json!({"id": id}).to_string();
        let attempts: [(&str, bool); 4] =
            [("--app-id", false), ("BASE44_APP_ID", false), (".app.jsonc", true), (".env", true)];
        for (place, in_file) in attempts {
            if in_file && place == ".app.jsonc" {
                std::fs::write(stage.root().join("base44/.app.jsonc"), &evil_file).unwrap();
            }
            if place == ".env" {
                std::fs::write(stage.root().join(".env"), format!("BASE44_APP_ID=\"{id}\"\n")).unwrap();
            }
            for command in [&["status"][..], &["push", "--yes"], &["pull", "--yes"]] {
                let mut command = command.to_vec();
                let mut environment = Vec::new();
                match place {
                    "--app-id" => command.extend(["--app-id", id]),
                    "BASE44_APP_ID" => environment.push(("BASE44_APP_ID", id)),
                    _ => {}
                }
                let ran = run_with(&stage, &environment, &command);
                assert_eq!(ran.code, 2, "{place} {id:?}: {ran:?}");
                ran.assert_clean(id);
                tally.held();
            }
        }
        assert_eq!(stage.requests(), Vec::<String>::new(), "{id:?}");
    }
}

#[test]
fn a_type_in_a_file_is_a_word_or_nothing_is_sent() {
    let mut tally = Tally::of("a type in a file is a word, or nothing is sent");
    let long = "a".repeat(100_000);
    for name in [
        "../../oauth/token",
        "..",
        "slack/remove",
        "slack?x=1",
        "slack#",
        "slack%2fremove",
        "a b",
        "a\nb",
        "a\r\nX-Evil: 1",
        "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}slack",
        "\u{9b}31mslack",
        "sl\u{0}ack",
        "\u{202e}kcals",
        "sl\u{200b}ack",
        "ѕlack",
        "::error::x",
        "![x](https://evil.example/x.png)",
        "",
        &long,
    ] {
        let stage = Stage::new();
        stage.write_connector("slack.jsonc", json!({"type": name, "scopes": []}).to_string());
        for command in [
            &["check"][..],
            &["check", "--format", "json"],
            &["check", "--format", "sarif"],
            &["check", "--format", "github"],
            &["push", "--yes"],
            &["push", "--json", "--yes"],
        ] {
            let ran = run(&stage, command);
            ran.assert_clean(name);
            if command[0] == "push" && name.len() != long.len() {
                assert_eq!(ran.code, 2, "{name:?} {command:?}: {ran:?}");
            }
            tally.held();
        }
        let sent = stage.requests();
        let odd = sent
            .iter()
            .any(|request| request.contains("..") || request.contains("%") || request.contains("oauth"));
        assert!(!odd, "{name:?}: {sent:?}");
        if name.len() != long.len() {
            assert_eq!(sent, Vec::<String>::new(), "{name:?}");
        }
    }
}

#[test]
fn names_of_files_and_folders_are_shown_and_not_acted_on() {
    let mut tally = Tally::of("names of files and folders are shown, not acted on");
    for name in [
        "a\u{1b}[2J.jsonc",
        "a\n✓ Connectors pushed\n.jsonc",
        "a\u{202e}cnosj.jsonc",
        "\u{9b}31m.json",
        "::error file=x::y.jsonc",
        "##[set-env name=PATH]x.jsonc",
        "a\rb.jsonc",
        "--yes.jsonc",
        "%s%n%x.jsonc",
        "![x](command:x).jsonc",
    ] {
        // As a file, and as the folder of a whole project.
        for as_folder in [false, true] {
            let stage = Stage::new();
            let project = if as_folder { stage.root().join(name) } else { stage.root().to_owned() };
            std::fs::create_dir_all(project.join("base44/connectors")).unwrap();
            std::fs::write(project.join("base44/config.jsonc"), "{ \"name\": \"x\" }").unwrap();
            std::fs::write(project.join("base44/.app.jsonc"), "{ \"id\": \"app-1\" }").unwrap();
            let file = project.join("base44/connectors").join(name);
            std::fs::write(&file, "{\"type\": \"slack\", \"scopes\": [\"chat:wirte\"], \"x\": }").unwrap();
            let folder = project.to_str().unwrap();
            for command in [
                &["check"][..],
                &["check", "--format", "json"],
                &["check", "--format", "sarif"],
                &["check", "--format", "github"],
                &["push", "--yes", "--project", folder],
                &["pull", "--yes", "--project", folder],
                &["status", "--project", folder],
                &["create", "slack", "--project", folder],
            ] {
                run(&stage, command).assert_clean(&format!("{name:?} {command:?}"));
                tally.held();
            }
            std::fs::write(project.join("base44/config.jsonc"), "{ \"name\": ").unwrap();
            run(&stage, &["push", "--yes", "--project", folder]).assert_clean(name);
            tally.held();
        }
    }
}

#[test]
fn nothing_in_a_file_is_acted_on_when_it_is_shown() {
    let mut tally = Tally::of("nothing in a file is acted on when it is shown");
    for hostile in crate::words::HOSTILE {
        let stage = Stage::new();
        let text = json!({
            "type": "slack", "scopes": [hostile, hostile, "chat:write"], (*hostile): hostile, "scope": hostile,
        });
        stage.write_connector("slack.jsonc", text.to_string());
        stage.write_connector(
            "raw.jsonc",
            format!("// {hostile}\n{{\"type\": \"git{hostile}hub\", {hostile} }}"),
        );
        std::fs::write(stage.config(), json!({"name": hostile, (*hostile): hostile}).to_string()).unwrap();
        let checks = json!({"severity": {(*hostile): "off", "unknown-key": hostile}}).to_string();
        std::fs::write(stage.root().join("base44/connector-checks.jsonc"), checks).unwrap();
        for command in [
            &["check"][..],
            &["check", "--format", "json"],
            &["check", "--format", "sarif"],
            &["check", "--format", "github"],
            &["push", "--yes"],
        ] {
            let ran = run(&stage, command);
            ran.assert_clean(&format!("{hostile:?} {command:?}"));
            if command.contains(&"github") {
                for line in ran.out.lines() {
                    let whole = line.is_empty()
                        || line.starts_with("::error ")
                        || line.starts_with("::warning ")
                        || line.starts_with("::notice ");
                    assert!(whole && line.contains("base44"), "{hostile:?}: {line:?}");
                }
            }
            tally.held();
        }
        assert_eq!(stage.requests(), Vec::<String>::new());
    }
}

#[test]
fn a_megabyte_of_a_type_and_a_hundred_thousand_scopes_are_checked_and_shown_in_short() {
    let mut tally = Tally::of("files of enormous words and lists are checked, and shown in short");
    let scopes: Vec<String> = (0..100_000).map(|number| format!("scope:{number}")).collect();
    for text in [
        json!({"type": "a".repeat(1_000_000), "scopes": []}).to_string(),
        json!({"type": "slack", "scopes": scopes}).to_string(),
        json!({"type": "slack", "scopes": ["x".repeat(1_000_000), "\u{202e}".repeat(300_000)]}).to_string(),
        format!("{{\"type\": \"slack\", \"{}\": 1}}", "k".repeat(1_000_000)),
    ] {
        let stage = Stage::new();
        let path = stage.write_connector("slack.jsonc", &text);
        for command in [&["check"][..], &["push", "--dry-run"], &["status"]] {
            let ran = run(&stage, command);
            ran.assert_clean(&text[..40]);
            let longest = ran.text().lines().map(str::len).max().unwrap_or(0);
            let is_list = command != ["check"] && text.contains("scope:99999");
            assert!(longest < 10_000 || is_list, "{command:?}: a line of {longest} bytes");
            tally.held();
        }
        let mut client = start(&stage).run();
        client.open(&path, &text);
        client.settle();
        client.end();
        tally.held();
    }
}

#[test]
fn of_a_link_that_a_list_of_changed_files_names_nothing_is_read() {
    let mut tally = Tally::of("a link among the files that are named says nothing of what it leads to");
    // What it leads to says itself that it is a connector, as some logins do.
    let login =
        json!({"type": "authorized_user", "scopes": ["x"], "refresh_token": "a-secret-of-the-runner"});
    for kept in [None, Some("{ \"name\": \"Test\" }")] {
        let stage = Stage::new();
        let outside = stage.home().join("login.json");
        std::fs::write(&outside, login.to_string()).unwrap();
        std::fs::create_dir_all(stage.home().join("linked")).unwrap();
        std::fs::copy(&outside, stage.home().join("linked/slack.jsonc")).unwrap();
        match kept {
            Some(config) => std::fs::write(stage.root().join("base44/config.jsonc"), config).unwrap(),
            None => std::fs::remove_file(stage.root().join("base44/config.jsonc")).unwrap(),
        }
        symlink(stage.home().join("linked"), stage.root().join("folder")).unwrap();
        let mut named = vec!["folder/slack.jsonc".to_owned()];
        for name in
            ["x.jsonc", "slack.jsonc", "base44/x.jsonc", "base44/slack.json", "base44/connectors/x.jsonc"]
        {
            let path = stage.root().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            symlink(&outside, &path).unwrap();
            named.extend([name.to_owned(), path.display().to_string(), format!("base44/../{name}")]);
        }
        for name in &named {
            for format in ["human", "json", "sarif", "github"] {
                let ran = run(&stage, &["check", "--format", format, "--", name]);
                let said = format!("{}{}", ran.out, ran.err);
                for word in ["refresh_token", "authorized_user", "a-secret"] {
                    assert!(!said.contains(word), "{name} {format}: {said}");
                }
                tally.held();
            }
        }
    }
}

#[test]
fn code_scanning_makes_no_link_of_a_text() {
    let mut tally = Tally::of("a report for code scanning has no link and nothing hidden in its messages");
    let evil =
        ["[Fix](https://evil.example)", "![x](http://evil.example/x.png)", "[a](1)", "a\u{202e}b\u{e0041}"];
    let stage = Stage::new();
    for (at, word) in evil.iter().enumerate() {
        let connector = json!({"type": "slack", "scopes": [word], *word: 1});
        stage.write_connector(&format!("{at}[f](http:x).jsonc"), connector.to_string());
        stage.write_connector(&format!("type-{at}.jsonc"), json!({"type": word, "scopes": []}).to_string());
    }
    let ran = run(&stage, &["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let mut messages = Vec::new();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        messages.push(&result["message"]);
        messages.extend(
            result["relatedLocations"].as_array().into_iter().flatten().map(|place| &place["message"]),
        );
        messages.extend(result["fixes"].as_array().into_iter().flatten().map(|fix| &fix["description"]));
    }
    assert!(messages.len() > 20, "{log:#}");
    for message in messages {
        let text = message["text"].as_str().unwrap();
        assert!(!text.contains("](") && !text.contains(['\u{202e}', '\u{e0041}']), "{text:?}");
        tally.held();
    }
}

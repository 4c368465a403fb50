//! Links from outside: only https, and http to this machine, are ever offered or opened.

use connector_sandbox::{Fault, FaultAction, StripeMode};
use serde_json::json;

use crate::place::{opened, run, start};
use crate::stage::{Editor, Stage};
use crate::tally::Tally;
use crate::words::assert_harmless;

/// What must never reach a browser, whoever asks for it.
const LINKS: &[&str] = &[
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "javascript:alert(1)",
    "JaVaScRiPt://https://x/%0aalert(1)",
    "vscode://evil.extension/run",
    "vscode:extension/evil",
    "command:workbench.action.quit",
    "data:text/html,<script>alert(1)</script>",
    "ms-msdt:/id",
    "smb://evil.example/share",
    "ftp://evil.example/",
    "ssh://-oProxyCommand=x/",
    "http://evil.example/",
    "http://127.0.0.1.evil.example/",
    "http://localhost.evil.example/",
    "http://localhost@evil.example/",
    "https://app.base44.com@evil.example/",
    "https://user:pw@evil.example/",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/",
    "--help",
    "-a Calculator",
    "--app=https://evil.example",
    "|calc",
    "; touch /tmp/owned",
    "$(touch /tmp/owned)",
    "`touch /tmp/owned`",
    "https://evil.example/\u{1b}[2J",
    "https://evil.example/\nhttps://other.example",
    "https://evil.example/\u{0}",
    "https://evil .example/",
    "//evil.example/",
    "evil.example",
    "/etc/passwd",
    "\\\\evil.example\\share",
    "https://",
];

fn set_answer(link: &str) -> String {
    json!({"redirect_url": link, "connection_id": "c", "already_authorized": false}).to_string()
}

#[test]
fn a_link_to_authorize_is_https_or_not_at_all() {
    let mut tally = Tally::of("only https links, and http to this machine, are shown or opened");
    for link in LINKS {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        stage.connector("stripe", &[]);
        stage.sandbox.with_state(|state| {
            let app = state.app(crate::stage::APP);
            app.stripe = Some(StripeMode::Sandbox);
            app.stripe_claim_url = Some((*link).to_owned());
        });
        let install = json!({"already_installed": false, "claim_url": link}).to_string();
        stage.sandbox.inject(Fault::on("payments/stripe/install", FaultAction::answer(200, &install)));
        stage.sandbox.inject(Fault::on("integrations/slack", FaultAction::answer(200, &set_answer(link))));
        let ran = run(&stage, &["push", "--yes"]);
        ran.assert_clean(link);
        assert_eq!(ran.code, 1, "{link:?}: {ran:?}");
        for arguments in [
            &["push", "--yes", "--json"][..],
            &["authorize", "slack"],
            &["status", "--json"],
            &["reconnect", "slack", "--yes"],
        ] {
            let ran = run(&stage, arguments);
            ran.assert_clean(link);
            assert!(!ran.out.contains(&format!("\"{link}\"")), "{link:?} {arguments:?}: {ran:?}");
            tally.held();
        }
        assert_eq!(opened(&stage), "", "{link:?}");
        // Nor is it kept to be opened later.
        for (path, bytes) in crate::place::everything_below(&stage.home().join("state")) {
            let kept = String::from_utf8_lossy(&bytes).into_owned();
            let as_link = format!("\"link\": {}", json!(link));
            assert!(
                !kept.contains(&as_link) && !kept.contains(&as_link.replace(' ', "")),
                "{link:?} in {}",
                path.display()
            );
        }
        tally.held();
    }
}

#[test]
fn a_page_to_sign_in_at_is_https_or_not_at_all() {
    let mut tally = Tally::of("a page to sign in at is https, or http to this machine");
    for link in LINKS {
        let stage = Stage::signed_out();
        let answer = json!({
            "device_code": "d", "user_code": "A\u{1b}[2J\nB", "verification_uri": link,
            "verification_uri_complete": link, "expires_in": 1, "interval": 1,
        });
        stage.sandbox.inject(Fault::on("/oauth/device/code", FaultAction::answer(200, &answer.to_string())));
        let ran = run(&stage, &["login"]);
        ran.assert_clean(link);
        assert_ne!(ran.code, 0, "{link:?}: {ran:?}");
        assert_eq!(opened(&stage), "", "{link:?}");
        tally.held();
    }
}

#[test]
fn a_complete_page_to_sign_in_at_is_left_out_where_it_is_not_safe() {
    let mut tally = Tally::of("a page with the code filled in is left out where it is not safe");
    for link in LINKS.iter().take(12) {
        let stage = Stage::signed_out();
        let page = format!("{}/device", stage.sandbox.url());
        let answer = json!({
            "device_code": "d", "user_code": "ABCD", "verification_uri": page,
            "verification_uri_complete": link, "expires_in": 1, "interval": 1,
        });
        stage.sandbox.inject(Fault::on("/oauth/device/code", FaultAction::answer(200, &answer.to_string())));
        let ran = run(&stage, &["login"]);
        ran.assert_clean(link);
        assert!(!opened(&stage).contains(link), "{link:?}");
        tally.held();
    }
}

#[test]
fn an_editor_is_asked_to_open_no_other_link_and_neither_is_the_system() {
    let mut tally = Tally::of("an editor is asked to open safe links alone");
    for show_document in [true, false] {
        for link in LINKS {
            let stage = Stage::new();
            stage.connector("slack", &["chat:write"]);
            stage
                .sandbox
                .inject(Fault::on("integrations/slack", FaultAction::answer(200, &set_answer(link))));
            let mut start = start(&stage);
            if !show_document {
                start = start.capabilities(crate::stage::without("/window/showDocument"));
            }
            let mut client = start.run();
            client.wait_for_state("slack", "not-pushed");
            let argument = json!({"project": crate::client::uri(stage.root()), "link": link, "wait": true});
            client.request(
                "workspace/executeCommand",
                json!({"command": "base44.openLink", "arguments": [argument]}),
            );
            client.message();
            client.choices.push_back("Authorize".to_owned());
            client.command(&stage, "base44.push", &[]);
            // The push says that it refused the link, after the command was answered, and offers to be tried again.
            client.question();
            let heard = client.end();
            let shown = heard.iter().filter(|message| message["method"] == "window/showDocument").count();
            assert_eq!(shown, 0, "{link:?}");
            assert_eq!(opened(&stage), "", "{link:?}");
            assert_harmless(&heard, link);
            for message in &heard {
                for (at, text) in crate::place::texts(message) {
                    let is_link = at.ends_with("/href") || at.ends_with("/link") || at.ends_with("/target");
                    assert!(!is_link || text != *link, "{link:?} at {at}");
                }
            }
            tally.held();
        }
    }
}

#[test]
fn what_was_kept_by_somebody_else_is_checked_again_before_it_is_opened() {
    let mut tally = Tally::of("links in the state folder are checked again");
    for link in LINKS {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        run(&stage, &["push", "--yes"]);
        let state = crate::place::everything_below(&stage.home().join("state"));
        let mut changed = 0;
        for (path, bytes) in state {
            let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(&bytes) else { continue };
            if let Some(pending) = value.pointer_mut("/pending/slack/link") {
                *pending = json!(link);
                std::fs::write(path, value.to_string()).unwrap();
                changed += 1;
            }
        }
        assert_eq!(changed, 1, "the link is kept where this test looks for it");
        for arguments in [&["status"][..], &["status", "--json"], &["authorize", "slack"]] {
            let ran = run(&stage, arguments);
            ran.assert_clean(link);
            assert!(!ran.text().contains("evil") && !ran.text().contains("passwd"), "{link:?}: {ran:?}");
            tally.held();
        }
        assert_eq!(opened(&stage), "", "{link:?}");
    }
}

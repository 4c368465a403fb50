//! A platform that says a person's own secrets back, in every way it can think of: they leave nowhere.

use serde_json::json;

use crate::evil::{Asked, Evil, respond};
use crate::place::{STATUS_AND_PUSH, everything_below, run_with, start};
use crate::stage::{Editor, Stage};
use crate::tally::Tally;

/// A way to write a secret down.
type Form = fn(&str) -> String;

pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * at)) as usize & 63]));
        }
    }
    text
}

const FORMS: &[(&str, Form)] = &[
    ("as it is", str::to_owned),
    ("in a sentence", |token| format!("Invalid token Bearer {token} in the request")),
    ("its first half", |token| token[..token.len() / 2].to_owned()),
    ("its second half", |token| token[token.len() / 2..].to_owned()),
    ("in two words", |token| format!("{} {}", &token[..20], &token[20..])),
    ("letter by letter", |token| token.chars().map(|c| format!("{c} ")).collect()),
    ("with nothing seen between", |token| token.chars().map(|c| format!("{c}\u{200b}")).collect()),
    ("in capitals", str::to_uppercase),
    ("backwards", |token| token.chars().rev().collect()),
    ("in Base64", |token| base64(token.as_bytes())),
    ("in Base64 after another text", |token| base64(format!("a:{token}").as_bytes())),
    ("in hexadecimal", |token| token.bytes().map(|byte| format!("{byte:02x}")).collect()),
    ("percent-encoded", |token| token.bytes().map(|byte| format!("%{byte:02X}")).collect()),
    ("percent-encoded twice", |token| token.bytes().map(|byte| format!("%25{byte:02X}")).collect()),
    ("as escapes in braces", |token| token.bytes().map(|byte| format!("\\u{{{byte:x}}}")).collect()),
    ("backwards in hexadecimal", |token| token.bytes().rev().map(|byte| format!("{byte:02x}")).collect()),
    ("in Base64 of hexadecimal", |token| {
        base64(token.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().as_bytes())
    }),
    ("as an address", |token| format!("https://evil.example/?token={token}")),
    ("as a path", |token| format!("https://evil.example/{token}/x")),
];

/// What of a text betrays a secret: its letters and digits, in their order.
fn row(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether twelve letters of what was written of the secret stand in a text. What all tokens begin with is no secret, and
/// neither are the words around it.
fn leaks(text: &str, token: &str, form: Form) -> bool {
    let text = row(text);
    let own = token.rsplit('_').next().unwrap();
    let written = form(own);
    let written = if written.contains(own) { own.to_owned() } else { written };
    [row(own), row(&written)]
        .iter()
        .any(|written| (0..written.len().saturating_sub(11)).any(|at| text.contains(&written[at..at + 12])))
}

/// Answers with the bearer's token in every text of every answer.
fn echoing(form: Form) -> Evil {
    Evil::start(move |asked: &Asked, stream| {
        let head = asked.head.to_lowercase();
        let at = head.find("bearer ").map(|at| at + 7);
        let token = at.and_then(|at| asked.head[at..].lines().next()).unwrap_or("none").trim();
        let said = form(token);
        let body = if asked.head.contains("/external-auth/list") {
            json!({"integrations": [
                {"integration_type": "slack", "status": said, "scopes": [said], "user_email": said},
                {"integration_type": said, "status": "ACTIVE", "scopes": []},
            ]})
        } else if asked.head.contains("/available-integrations") {
            json!({"integrations": [{"integration_type": "slack", "display_name": said, "description": said}]})
        } else if asked.head.contains("/stripe/status") {
            json!({"stripe_mode": said, "sandbox_claim_url": format!("https://evil.example/{said}")})
        } else if asked.is("PUT") && asked.head.contains("notion") {
            json!({"redirect_url": format!("https://evil.example/?x={said}"), "connection_id": said})
        } else {
            let body = json!({"message": said, "detail": said, "error": said}).to_string();
            return respond(stream, "400 Bad Request", "Content-Type: application/json\r\n", body.as_bytes());
        };
        respond(stream, "200 OK", "Content-Type: application/json\r\n", body.to_string().as_bytes())
    })
}

#[test]
fn what_a_platform_says_back_of_a_secret_leaves_nowhere() {
    let mut tally = Tally::of("a secret that is said back, whole, in parts or encoded, leaves nowhere");
    for (what, form) in FORMS {
        let evil = echoing(*form);
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        stage.connector("notion", &[]);
        let token = stage.sandbox.login().access_token.clone();
        let log = stage.home().join("run.log");
        let url = evil.url();
        let others = [
            &["pull", "--yes"][..],
            &["list-available"],
            &["list-available", "--json"],
            &["check", "--remote"],
            &["check", "--remote", "--format", "sarif"],
            &["whoami"],
        ];
        for command in STATUS_AND_PUSH.iter().copied().chain(others) {
            let logged = [command, &["--log", "trace", "--log-file", log.to_str().unwrap()]].concat();
            let ran = run_with(&stage, &[("BASE44_API_URL", &url)], &logged);
            assert!(!leaks(&ran.text(), &token, *form), "{what}, {command:?}: {token}: {ran:?}");
            tally.held();
        }
        let mut client = start(&stage).env("BASE44_API_URL", &url).run();
        client.command(&stage, "base44.refresh", &[]);
        client.choices.push_back("Remove".to_owned());
        client.command(&stage, "base44.push", &[]);
        client.project();
        client.settle();
        // To its end: what it says last is looked at too.
        client.request("shutdown", serde_json::Value::Null);
        client.notify("exit", serde_json::Value::Null);
        client.wait_for_end();
        for message in &client.heard {
            assert!(!leaks(&message.to_string(), &token, *form), "{what}, in the editor: {token}: {message}");
        }
        tally.held();
        for (path, bytes) in everything_below(&stage.home()) {
            if path != stage.login_path() {
                let text = String::from_utf8_lossy(&bytes);
                assert!(!leaks(&text, &token, *form), "{what}, in {}: {token}: {text}", path.display());
            }
        }
        tally.held();
    }
}

#[test]
fn a_secret_of_the_project_is_shown_in_no_finding() {
    let mut tally = Tally::of("a secret of the project is shown in no finding");
    for name in ["BASE44_ACCESS_TOKEN", "BASE44_REFRESH_TOKEN", "BASE44_API_KEY"] {
        let stage = Stage::new();
        let secret = "b44k_Zk3v9QwLp2TtR7uYc0Hn5sDfGj8aMe1";
        std::fs::write(stage.root().join(".env"), format!("{name}={secret}\n")).unwrap();
        stage.write_connector(
            "slack.jsonc",
            format!("{{\"type\": \"slack\", \"scopes\": [\"{secret}\"], \"{secret}\": 1}}"),
        );
        for command in [&["check"][..], &["check", "--format", "json"], &["check", "--format", "github"]] {
            let ran = run_with(&stage, &[], command);
            assert!(
                ran.is_orderly() && !leaks(&ran.text(), secret, str::to_owned),
                "{name} {command:?}: {ran:?}"
            );
            tally.held();
        }
    }
}

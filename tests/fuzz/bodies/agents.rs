//! Messages of the Model Context Protocol in any order and of any shape, to the server in this process: each request gets
//! one answer, nothing hidden is in any, and nothing is written outside of the project.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use connector_boundary::text::is_unprintable;
use connector_mcp::{Options, serve};
use connector_platform::Environment;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, duplex, split};

use super::bytes::Bytes;

const METHODS: &[&str] = &[
    "ping",
    "initialize",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "prompts/list",
    "prompts/get",
    "completion/complete",
    "logging/setLevel",
    "resources/subscribe",
    "tasks/list",
    "nonsense/method",
    "",
];

const NOTIFICATIONS: &[&str] = &[
    "notifications/initialized",
    "notifications/progress",
    "notifications/roots/list_changed",
    "nonsense/x",
];

const TOOLS: &[&str] = &[
    "check",
    "explain",
    "find_scopes",
    "create_connector",
    "add_scopes",
    "apply_fix",
    "status",
    "plan",
    "push",
    "authorize",
    "reconnect",
    "no_tool",
];

const PROPERTIES: &[&str] = &[
    "project",
    "type",
    "scopes",
    "types",
    "words",
    "call",
    "code",
    "scope",
    "fix",
    "plan",
    "wait_seconds",
    "x",
];

/// Sends what the bytes say, and waits for an answer to each request.
pub fn run(data: &[u8]) {
    let place = tempfile::tempdir().expect("a folder");
    let project = place.path().join("project");
    std::fs::create_dir_all(project.join("base44/connectors")).expect("a folder");
    std::fs::write(project.join("base44/config.jsonc"), "{\"name\": \"x\"}").expect("a file");
    let mut bytes = Bytes::new(data);
    std::fs::write(project.join("base44/connectors/slack.jsonc"), bytes.text(20)).expect("a file");
    let options = Options {
        root: project.clone(),
        environment: Environment {
            variables: BTreeMap::new(),
            home: place.path().join("home"),
            state_dir: place.path().join("state"),
            // Nothing leaves this machine.
            api_url: Some("http://127.0.0.1:9".to_owned()),
        },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let talked = runtime
        .block_on(async { tokio::time::timeout(Duration::from_secs(60), talk(options, &mut bytes)).await });
    runtime.shutdown_background();
    if let Err(what) = talked.map_err(|_| "no end".to_owned()).flatten() {
        panic!("{what} after {data:?}");
    }
    for entry in place.path().read_dir().expect("a folder").flatten() {
        let name = entry.file_name();
        assert!(["project", "home", "state"].iter().any(|own| name == *own), "{name:?} after {data:?}");
    }
    nothing_is_hidden_in_names(&project);
}

async fn talk(options: Options, bytes: &mut Bytes<'_>) -> Result<(), String> {
    let (client, server) = duplex(1 << 20);
    let (server_in, server_out) = split(server);
    let serving = tokio::spawn(serve(options, server_in, server_out));
    let (client_in, mut client_out) = split(client);
    let mut lines = BufReader::new(client_in).lines();

    let capabilities = if bytes.byte().is_multiple_of(2) { json!({}) } else { json!({"elicitation": {}}) };
    let version = bytes.one(&["2025-11-25", "2024-11-05", "2099-01-01", ""]);
    let first = json!({"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": {
        "protocolVersion": version, "capabilities": capabilities, "clientInfo": {"name": "x", "version": "1"},
    }});
    let (mut sent, mut wanted) = (Vec::new(), vec![json!("first")]);
    line(&mut sent, &first);
    line(&mut sent, &json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    messages(bytes, &mut sent, &mut wanted);
    wanted.push(json!("last"));
    line(&mut sent, &json!({"jsonrpc": "2.0", "id": "last", "method": "ping"}));
    client_out.write_all(&sent).await.map_err(|error| format!("not read: {error}"))?;

    while !wanted.is_empty() {
        let Ok(Some(said)) = lines.next_line().await else {
            return Err(format!("no answers to {wanted:?}"));
        };
        let message: Value = serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))?;
        if let (Some(_), Some(id)) = (message.get("method"), message.get("id")) {
            let mut answer = Vec::new();
            line(&mut answer, &answered(bytes, id));
            client_out.write_all(&answer).await.map_err(|error| format!("not read: {error}"))?;
            continue;
        }
        for said_back in ["result", "error"] {
            all_is_seen(&message[said_back]).map_err(|hidden| format!("{hidden:?} in {said}"))?;
        }
        if let Some(at) = wanted.iter().position(|id| *id == message["id"]) {
            wanted.remove(at);
        }
    }
    drop((client_out, lines));
    let ended = serving.await.map_err(|error| error.to_string())?;
    ended.map_err(|error| error.to_string())
}

fn line(into: &mut Vec<u8>, message: &Value) {
    into.extend_from_slice(message.to_string().as_bytes());
    into.push(b'\n');
}

fn messages(bytes: &mut Bytes<'_>, sent: &mut Vec<u8>, wanted: &mut Vec<Value>) {
    let mut count = 0;
    while !bytes.is_empty() && count < 60 {
        count += 1;
        match bytes.byte() {
            // What is no message of the protocol.
            0..=5 => sent.extend_from_slice(b"{\"jsonrpc\": \n"),
            6..=9 => sent.extend_from_slice(b"\n\r\n[]\n7\n"),
            10..=12 => sent.extend_from_slice("\u{0}\u{1b}[2J\u{202e}\n".as_bytes()),
            13..=15 => sent.extend_from_slice(b"\xff\xfe{}\n"),
            16..=18 => line(sent, &json!({"jsonrpc": "2.0", "id": "nobody-asked", "result": {}})),
            19..=40 => {
                let method = bytes.one(NOTIFICATIONS);
                line(sent, &json!({"jsonrpc": "2.0", "method": method, "params": {"progressToken": count}}));
            }
            41..=110 => {
                let method = bytes.one(METHODS);
                let params = params(bytes);
                request(sent, wanted, count, method, &params);
            }
            _ => {
                let tool = bytes.one(TOOLS);
                let mut arguments = serde_json::Map::new();
                for _ in 0..bytes.below(4) {
                    let property = bytes.one(PROPERTIES);
                    arguments.insert(property.to_owned(), value(bytes));
                }
                let params = json!({"name": tool, "arguments": arguments, "_meta": {"progressToken": count}});
                request(sent, wanted, count, "tools/call", &params);
            }
        }
    }
}

fn request(sent: &mut Vec<u8>, wanted: &mut Vec<Value>, count: u32, method: &str, params: &Value) {
    let id = if count.is_multiple_of(3) { json!(format!("{count}\u{e9}")) } else { json!(count) };
    line(sent, &json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
    wanted.push(id);
}

fn params(bytes: &mut Bytes<'_>) -> Value {
    match bytes.byte() % 8 {
        0 => json!({}),
        1 => json!({"cursor": bytes.text(2)}),
        2 => {
            json!({"uri": bytes.one(&["base44://connectors/slack.jsonc", "base44://catalogue/slack", "base44://findings"])})
        }
        3 => json!({"uri": format!("base44://connectors/{}", bytes.text(3))}),
        4 => {
            json!({"name": "connect-service", "arguments": {"service": bytes.text(3), "purpose": bytes.text(3)}})
        }
        5 => json!({"name": bytes.text(2)}),
        6 => json!({"level": "debug"}),
        _ => json!({"uri": "file:///etc/passwd"}),
    }
}

fn value(bytes: &mut Bytes<'_>) -> Value {
    match bytes.byte() % 16 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1e300),
        4 => json!([]),
        5 => json!([[bytes.text(2)]]),
        6 => json!({"a": {}}),
        7 => json!({"method": "POST", "url": format!("https://slack.com/{}", bytes.text(2))}),
        8 => json!(["..", "/etc", bytes.text(2)]),
        9 => json!(["chat:write", bytes.text(1)]),
        10 => json!(bytes.one(&["..", "/", "/proc/self/root", "~", "\u{0}", "a/../.."])),
        11 | 12 => json!(bytes.one(&["slack", "gmail", "googlecalendar", "stripe"])),
        13 => json!(bytes.one(&["unknown-scope", "missing-type", "chat:write"])),
        _ => json!(bytes.text(4)),
    }
}

/// What a client says to a question of the server's: anything.
fn answered(bytes: &mut Bytes<'_>, id: &Value) -> Value {
    match bytes.byte() % 5 {
        0 => json!({"jsonrpc": "2.0", "id": id, "result": {"action": "accept", "content": {"agree": true}}}),
        1 => json!({"jsonrpc": "2.0", "id": id, "result": {"action": "accept", "content": {"agree": "yes"}}}),
        2 => json!({"jsonrpc": "2.0", "id": id, "result": {"action": "decline"}}),
        3 => json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": "no"}}),
        _ => json!({"jsonrpc": "2.0", "id": id, "result": {"x": []}}),
    }
}

/// Nothing in any text of an answer is hidden, turns the text around it or acts on a terminal.
fn all_is_seen(value: &Value) -> Result<(), char> {
    match value {
        Value::String(text) => text.chars().find(|c| *c != '\n' && is_unprintable(*c)).map_or(Ok(()), Err),
        Value::Array(all) => all.iter().try_for_each(all_is_seen),
        Value::Object(members) => members.values().try_for_each(all_is_seen),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// A file that a tool made has a name that is a word.
fn nothing_is_hidden_in_names(project: &Path) {
    let folder = project.join("base44/connectors");
    for entry in folder.read_dir().expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{name:?} was made");
    }
}

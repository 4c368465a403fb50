//! An agent at the attacker's project: its tools are called in this process, and nobody ever says a clear yes.

use std::time::Duration;

use connector_mcp::{Options, serve};
use connector_platform::Environment;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, duplex, split};

use super::dice::Dice;
use super::workspace::{TYPES, odd};

/// No answer takes so long.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// Calls some tools. Gives every line that the server said, as it came.
pub async fn session(dice: &mut Dice, root: std::path::PathBuf, environment: Environment) -> Vec<String> {
    let (client, server) = duplex(1 << 20);
    let (server_in, server_out) = split(server);
    let serving = tokio::spawn(serve(Options { root, environment }, server_in, server_out));
    let (client_in, mut out) = split(client);
    let mut lines = BufReader::new(client_in).lines();
    let mut said = Vec::new();
    let first = json!({"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}, "clientInfo": {"name": "x", "version": "1"}});
    let mut calls = vec![("initialize".to_owned(), first)];
    for _ in 0..1 + dice.below(3) {
        calls.push(("tools/call".to_owned(), call(dice)));
    }
    if dice.once_in(2) {
        calls.push(("tools/call".to_owned(), json!({"name": "plan", "arguments": {}})));
        calls.push(("tools/call".to_owned(), json!({"name": "push", "arguments": {"plan": "?"}})));
    }
    let mut plan = String::new();
    for (id, (method, mut params)) in calls.into_iter().enumerate() {
        if params.pointer("/arguments/plan").is_some() {
            params["arguments"]["plan"] = json!(plan);
        }
        let asked = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        out.write_all(format!("{asked}\n").as_bytes()).await.unwrap();
        let answer = loop {
            let line = tokio::time::timeout(MAX_WAIT, lines.next_line()).await;
            let line = line.expect("an answer in time").unwrap().expect("an answer");
            let message: Value = serde_json::from_str(&line).unwrap();
            said.push(line);
            if message["id"] == json!(id) && message.get("method").is_none() {
                break message;
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                let result = match dice.below(5) {
                    0 => json!({"action": "decline", "content": {"agree": true}}),
                    1 => json!({"action": "accept", "content": {"agree": "true"}}),
                    2 => json!({"action": "accept", "content": [true]}),
                    3 => json!({"action": "accept"}),
                    _ => json!({"action": "cancel"}),
                };
                let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
                out.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
            }
        };
        if method == "initialize" {
            out.write_all(b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n").await.unwrap();
        }
        if let Some(token) = answer.pointer("/result/structuredContent/plan").and_then(Value::as_str) {
            plan = token.to_owned();
        }
    }
    drop((out, lines));
    let _ = tokio::time::timeout(MAX_WAIT, serving).await.expect("an end in time");
    said
}

fn call(dice: &mut Dice) -> Value {
    let name = *dice.one(&[
        "check",
        "check",
        "status",
        "plan",
        "create_connector",
        "add_scopes",
        "explain",
        "authorize",
    ]);
    let type_name = if dice.once_in(3) { odd(dice) } else { *dice.one(&TYPES) };
    let mut arguments = match name {
        "create_connector" | "add_scopes" => {
            json!({"type": type_name, "scopes": [*dice.one(&["chat:write", "read", "\u{1b}[2J"]), odd(dice)]})
        }
        "explain" => json!({"type": type_name, "scope": odd(dice)}),
        "authorize" => json!({"types": [type_name]}),
        _ => json!({}),
    };
    if dice.once_in(4) {
        arguments["project"] =
            json!(*dice.one(&["..", "../outside", "/", "base44", "link", "apps/shop", "\u{202e}", ""]));
    }
    json!({"name": name, "arguments": arguments})
}

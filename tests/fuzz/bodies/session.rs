//! Frames and messages in any order, to a real server process.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::bytes::Bytes;

const METHODS: &[&str] = &[
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/formatting",
    "textDocument/diagnostic",
    "workspace/executeCommand",
    "workspace/diagnostic",
    "completionItem/resolve",
    "codeAction/resolve",
    "base44/status",
    "initialize",
    "nonsense/method",
    "$/nonsense",
    "",
];

const NOTIFICATIONS: &[&str] = &[
    "initialized",
    "textDocument/didClose",
    "textDocument/didSave",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeWorkspaceFolders",
    "window/workDoneProgress/cancel",
    "$/cancelRequest",
    "$/setTrace",
    "base44/focus",
    "base44/trust",
    "nonsense/notification",
];

/// Sends what the bytes say, then asks for a last answer: the server has to give it, and to end in order.
pub fn run(binary: &Path, data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("base44/connectors")).expect("a folder");
    std::fs::write(folder.path().join("base44/config.jsonc"), "{\"name\": \"x\"}").expect("a file");
    let mut command = Command::new(binary);
    command
        .args(["lsp", "--log", "error"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.env("HOME", folder.path().join("home")).env("USERPROFILE", folder.path().join("home"));
    command.env("XDG_STATE_HOME", folder.path().join("state"));
    // Nothing leaves this machine.
    command.env("BASE44_API_URL", "http://127.0.0.1:9").env_remove("BASE44_API_KEY");
    let mut server = command.spawn().expect("the server starts");
    let mut input = server.stdin.take().expect("piped");
    let output = server.stdout.take().expect("piped");
    let mut errors = server.stderr.take().expect("piped");
    let reader = std::thread::spawn(move || answers(output));
    let log = std::thread::spawn(move || {
        let mut text = String::new();
        // What came before an error is what there is to show.
        let _ = errors.read_to_string(&mut text);
        text
    });

    let root = format!("file://{}", folder.path().display());
    let mut ids = Vec::new();
    let mut sent = Vec::new();
    let initialize = json!({"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": {
        "processId": null, "rootUri": root, "capabilities": {},
        "initializationOptions": {"trusted": false},
    }});
    frame(&mut sent, &initialize.to_string());
    messages(&mut Bytes::new(data), &root, &mut sent, &mut ids);
    let last = "{\"jsonrpc\":\"2.0\",\"id\":\"last\",\"method\":\"shutdown\"}";
    frame(&mut sent, last);
    frame(&mut sent, "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
    // A server that has gone has given its answers, or the assertion below tells.
    let _ = input.write_all(&sent);
    drop(input);

    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = server.try_wait().expect("its state") {
            break status;
        }
        if Instant::now() > deadline {
            let _ = server.kill();
            panic!("the server did not end after {data:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let answered = reader.join().expect("the reader");
    let log = log.join().expect("the log");
    assert!(status.code().is_some_and(|code| code < 2), "{status} after {data:?}\n{log}");
    assert!(!log.contains("internal error"), "after {data:?}\n{log}");
    assert!(answered.contains(&json!("last")), "no last answer after {data:?}: {answered:?}\n{log}");
    // Every request that could be read gets one answer, unless its id was used twice.
    for id in ids.iter().filter(|id| ids.iter().filter(|other| other == id).count() == 1) {
        let count = answered.iter().filter(|answer| *answer == id).count();
        assert_eq!(count, 1, "answers to {id} after {data:?}: {answered:?}\n{log}");
    }
}

fn frame(into: &mut Vec<u8>, body: &str) {
    into.extend_from_slice(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
}

fn messages(bytes: &mut Bytes<'_>, root: &str, sent: &mut Vec<u8>, ids: &mut Vec<Value>) {
    let mut count = 0;
    while !bytes.is_empty() && count < 200 {
        count += 1;
        match bytes.byte() {
            // No message: headers and bodies that are none.
            0..=5 => sent.extend_from_slice(b"Content-Length: 7\r\nContent-Type: x\r\n\r\n{\"a\": }"),
            6..=9 => sent.extend_from_slice(b"Content-Length: 2\r\n\r\n[]"),
            10..=12 => frame(sent, "\u{0}\u{1b}[2J"),
            13..=15 => frame(sent, &format!("{}{}", "[".repeat(3000), "]".repeat(3000))),
            16..=18 => frame(sent, "{\"jsonrpc\":\"1.0\",\"method\":5,\"params\":7}"),
            19..=21 => frame(sent, "{\"jsonrpc\":\"2.0\",\"id\":\"nobody-asked\",\"result\":null}"),
            22..=110 => document_message(bytes, root, sent),
            111..=180 => {
                let id = bytes.one(&[1, 1, 0, -1, i64::MAX, i64::from(i32::MIN)]).wrapping_add(count);
                let method = bytes.one(METHODS);
                let id = match bytes.byte() {
                    0..=30 => json!(format!("{id}\u{e9}")),
                    // Numbers beyond 32 bits are told apart too.
                    _ => json!(i64::from(id as i32)),
                };
                let params = params(bytes, root);
                ids.push(id.clone());
                frame(
                    sent,
                    &json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string(),
                );
            }
            _ => {
                let method = bytes.one(NOTIFICATIONS);
                let params = params(bytes, root);
                frame(sent, &json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
            }
        }
    }
}

fn uri(bytes: &mut Bytes<'_>, root: &str) -> String {
    let name = bytes.one(&["slack.jsonc", "b.json", "c.jsonc", "%20[x]|.jsonc"]);
    match bytes.byte() {
        0..=10 => {
            (bytes.one(&["", "%%%", "untitled:Untitled-1", "git:/x", "file://", "file:///", "http://x/y"]))
                .to_owned()
        }
        _ => format!("{root}/base44/connectors/{name}"),
    }
}

fn position(bytes: &mut Bytes<'_>) -> Value {
    let number = |bytes: &mut Bytes<'_>| match bytes.byte() {
        0..=5 => json!(-1),
        6..=10 => json!(u64::MAX),
        11..=14 => json!(1.5),
        15..=16 => json!("1"),
        17..=30 => json!(u32::MAX),
        _ => json!(bytes.below(30)),
    };
    json!({"line": number(bytes), "character": number(bytes)})
}

/// Opens, edits and closes, in no order that makes sense.
fn document_message(bytes: &mut Bytes<'_>, root: &str, sent: &mut Vec<u8>) {
    let uri = uri(bytes, root);
    let version = bytes.one(&[1_i64, 2, 3, 0, -5, i64::from(i32::MAX)]);
    let (method, params) = match bytes.byte() % 8 {
        0..=2 => {
            let text = bytes.text(20);
            let document = json!({"uri": uri, "languageId": "jsonc", "version": version, "text": text});
            ("textDocument/didOpen", json!({"textDocument": document}))
        }
        3..=6 => {
            let mut changes = Vec::new();
            for _ in 0..bytes.below(4) {
                let text = bytes.text(6);
                changes.push(match bytes.byte() % 4 {
                    0 => json!({"text": text}),
                    _ => json!({"range": {"start": position(bytes), "end": position(bytes)}, "text": text}),
                });
            }
            let document = json!({"uri": uri, "version": version});
            ("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}))
        }
        _ => ("textDocument/didClose", json!({"textDocument": {"uri": uri}})),
    };
    frame(sent, &json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
}

fn params(bytes: &mut Bytes<'_>, root: &str) -> Value {
    match bytes.byte() {
        0..=15 => Value::Null,
        16..=25 => json!([]),
        26..=35 => json!({"textDocument": 7, "position": []}),
        36..=45 => json!({"id": bytes.below(9), "token": "base44/1", "value": "verbose", "trusted": false}),
        46..=60 => {
            let name = bytes.one(&[
                "base44.push",
                "base44.createConnector",
                "base44.openLink",
                "base44.signOut",
                "x",
            ]);
            json!({"command": name, "arguments": [{"project": root, "types": ["../x", "slack"], "link": "file:///x"}]})
        }
        61..=70 => {
            json!({"settings": {"base44Connectors": {"severity": {"x": 1}, "platformChecks": "no"}}, "changes": [{"uri": uri(bytes, root), "type": 9}]})
        }
        71..=80 => {
            json!({"event": {"added": [{"uri": uri(bytes, root), "name": "x"}], "removed": [{"uri": root, "name": "y"}]}})
        }
        _ => json!({
            "textDocument": {"uri": uri(bytes, root)}, "position": position(bytes), "positions": [position(bytes)],
            "range": {"start": position(bytes), "end": position(bytes)}, "context": {"diagnostics": []},
            "options": {"tabSize": 2, "insertSpaces": true},
        }),
    }
}

/// The ids of the answers, in order.
fn answers(output: impl Read) -> Vec<Value> {
    let mut output = BufReader::new(output);
    let mut ids = Vec::new();
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if output.read_line(&mut line).unwrap_or(0) == 0 {
                return ids;
            }
            match line.trim().strip_prefix("Content-Length:") {
                Some(value) => length = value.trim().parse().expect("a length"),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        if output.read_exact(&mut body).is_err() {
            return ids;
        }
        let message: Value = serde_json::from_slice(&body).expect("the server writes JSON");
        if message.get("method").is_none() {
            ids.push(message["id"].clone());
        }
    }
}

//! What the server holds, as Linux counts it.

use serde_json::json;

use crate::client::{Client, Start, uri};

/// The memory that a server has asked for and not given back, in bytes.
fn held(client: &Client) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", client.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
fn the_memory_of_a_large_document_goes_when_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Start::in_folder(folder.path()).run();
    // What is kept of the first document that is ever looked at would else lie behind the large one.
    let path = folder.path().join("base44/connectors/slack.jsonc");
    let with_scopes = |count: u32| {
        let scopes: Vec<String> = (0..count).map(|number| format!("x:{number}")).collect();
        json!({"type": "slack", "scopes": scopes}).to_string()
    };
    client.open(&path, &with_scopes(2));
    client.wait_for_codes(&path, &["unknown-scope", "unknown-scope"]);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&path)}}));
    client.settle();
    let before = held(&client);
    let text = with_scopes(400_000);
    client.open(&path, &text);
    client.settle();
    let open = held(&client);
    assert!(open > before + text.len() as u64, "{before} before, {open} with {} bytes of text", text.len());
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&path)}}));
    client.settle();
    // What is closed is looked at on disk first, away from the loop.
    let left = before + text.len() as u64 / 4;
    client.wait("its memory goes", |client| (held(client) < left).then_some(()));
}

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
fn the_memory_of_a_large_document_goes_or_is_used_again_when_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Start::in_folder(folder.path()).run();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    let scopes: Vec<String> = (0..400_000).map(|number| format!("x:{number}")).collect();
    let text = json!({"type": "slack", "scopes": scopes}).to_string();
    let before = held(&client);
    let mut left = Vec::new();
    for _ in 0..4 {
        client.open(&path, &text);
        client.settle();
        assert!(held(&client) > before + text.len() as u64, "it is held while it is open");
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&path)}}));
        client.settle();
        left.push(held(&client));
    }
    // Nothing of one is there when the next one comes. How much of the room for one stays is the allocator's, which is
    // asked for all of it a moment later.
    let grown = left.last().unwrap().saturating_sub(left[0]);
    assert!(grown < text.len() as u64 / 4, "{before} before, {left:?} with {} bytes of text", text.len());
}

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
    // What is closed is looked at on disk, away from the loop.
    // Of its many small parts some may stay, below something that is still in use.
    let left = before + text.len() as u64 * 3 / 2;
    client.wait("its memory goes", |client| (held(client) < left).then_some(()));
}

#[test]
fn settings_of_the_allocator_are_left_to_who_made_some() {
    let environment = |client: &Client| {
        let environment = std::fs::read(format!("/proc/{}/environ", client.process())).unwrap();
        String::from_utf8_lossy(&environment).into_owned()
    };
    let folder = tempfile::tempdir().unwrap();
    let mut client = Start::in_folder(folder.path()).run();
    client.settle();
    assert!(environment(&client).contains("GLIBC_TUNABLES=glibc.malloc."));
    for (name, value) in [("GLIBC_TUNABLES", "glibc.malloc.arena_max=2"), ("MALLOC_ARENA_MAX", "2")] {
        let mut client = Start::in_folder(folder.path()).env(name, value).run();
        client.settle();
        let environment = environment(&client);
        assert!(environment.contains(&format!("{name}={value}")), "{environment}");
        assert_eq!(environment.matches("glibc").count(), value.matches("glibc").count(), "{environment}");
    }
}

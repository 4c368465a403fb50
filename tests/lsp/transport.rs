//! The session's manners, on good and bad input; each trap is one that a shipped server fell into.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, Start, full_capabilities, pull_capabilities, uri};

fn server() -> (tempfile::TempDir, Client) {
    let folder = tempfile::tempdir().unwrap();
    let client = Start::in_folder(folder.path()).run();
    (folder, client)
}

const BROKEN: &str = "{\"type\": \"slack\", \"scopes\": [}";

#[test]
fn an_exit_after_shutdown_ends_with_0_though_standard_input_stays_open() {
    let (_folder, mut client) = server();
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait_for_end().code(), Some(0));
}

#[test]
fn an_exit_without_shutdown_ends_with_1() {
    let (_folder, mut client) = server();
    client.notify("exit", Value::Null);
    assert_eq!(client.wait_for_end().code(), Some(1));
}

#[test]
fn shutdown_takes_params_it_does_not_need() {
    let (_folder, mut client) = server();
    client.request("shutdown", json!({}));
    client.notify("exit", json!({}));
    assert_eq!(client.wait_for_end().code(), Some(0));
}

#[test]
fn a_request_that_needs_no_params_takes_what_a_client_sends_for_none() {
    let (_folder, mut client) = server();
    for nothing in [json!(null), json!({}), json!([]), json!([null])] {
        assert!(client.request("base44/status", nothing.clone())["projects"].is_array(), "{nothing}");
        assert!(client.request("base44/health", nothing)["projects"].is_number());
    }
}

#[test]
fn a_large_message_is_taken_in_its_turn() {
    let (folder, mut client) = server();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    let large = format!("{{\"type\": \"slack\", \"scopes\": []}}{}", "\n".repeat(100_000));
    let lines = |client: &mut Client| {
        let formatting =
            json!({"textDocument": {"uri": uri(&path)}, "options": {"tabSize": 2, "insertSpaces": true}});
        let id = client.ask("textDocument/formatting", formatting);
        client.answer(id)["result"].to_string().contains("100000")
    };
    client.open(&path, &large);
    assert!(lines(&mut client));
    // A client may send on without waiting.
    client.change(&path, 2, "{\"type\": \"slack\", \"scopes\": []}");
    client.change(&path, 3, &large);
    assert!(lines(&mut client));
    client.change(&path, 4, &large);
    client.change(&path, 5, BROKEN);
    assert!(!lines(&mut client));
    client.request("shutdown", json!({"text": "x".repeat(100_000)}));
    client.notify("exit", json!({"text": "x".repeat(100_000)}));
    assert_eq!(client.wait_for_end().code(), Some(0));
}

#[test]
fn what_stands_for_a_large_message_does_nothing_where_a_client_makes_it_up() {
    let (_folder, mut client) = server();
    client.notify("$/base44/aside", Value::Null);
    assert_eq!(client.request_error("$/base44/aside", Value::Null), -32601);
    assert!(client.request("base44/health", Value::Null)["projects"].is_number());
}

#[test]
fn the_end_of_input_ends_the_server() {
    let (_folder, mut client) = server();
    client.hang_up();
    client.wait_for_end();
}

#[test]
fn the_death_of_the_clients_process_ends_the_server_while_its_input_stays_open() {
    // Any program that runs until its input ends stands for an editor, and this one is on every system.
    let mut editor = Command::new(env!("CARGO_BIN_EXE_base44-connectors"))
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut start = Start::in_folder(folder.path());
    start.process_id = Some(editor.id());
    let mut client = start.run();
    client.settle();
    editor.kill().unwrap();
    let died = Instant::now();
    client.wait_for_end();
    editor.wait().unwrap();
    assert!(died.elapsed() < Duration::from_secs(5), "ended {:?} after its client", died.elapsed());
}

#[test]
fn a_process_id_of_another_machine_keeps_nothing_from_working() {
    let folder = tempfile::tempdir().unwrap();
    let mut start = Start::in_folder(folder.path());
    start.process_id = Some(u32::MAX);
    start.run().settle();
}

#[test]
fn requests_before_initialize_are_refused_and_initialize_still_works() {
    let mut client = Client::spawn(&[]);
    let hover = json!({"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.request_error("textDocument/hover", hover), -32002);
    client.request("initialize", json!({"capabilities": {}}));
}

#[test]
fn requests_after_shutdown_are_refused() {
    let (_folder, mut client) = server();
    client.request("shutdown", Value::Null);
    let hover = json!({"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.request_error("textDocument/hover", hover), -32600);
    client.notify("exit", Value::Null);
    client.wait_for_end();
}

#[test]
fn a_second_initialize_is_refused() {
    let (_folder, mut client) = server();
    assert_eq!(client.request_error("initialize", json!({"capabilities": {}})), -32600);
}

#[test]
fn a_client_that_sends_on_before_initialize_is_answered_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    let mut client = Client::spawn(&[]);
    let id = client.ask("initialize", json!({"capabilities": full_capabilities()}));
    client.notify("initialized", json!({}));
    client.open(&path, BROKEN);
    client.answer(id);
    client.wait("diagnostics", |client| client.published.get(&uri(&path)).cloned());
}

#[test]
fn capabilities_of_any_shape_start_the_server() {
    for capabilities in [
        json!({}),
        json!(null),
        json!([1]),
        json!({"textDocument": {"completion": 5}, "general": {"positionEncodings": [7]}}),
    ] {
        let folder = tempfile::tempdir().unwrap();
        Start::in_folder(folder.path()).capabilities(capabilities).run().settle();
    }
}

#[test]
fn malformed_frames_are_answered_and_the_session_goes_on() {
    let (_folder, mut client) = server();
    for bad in ["{", "[]", "nonsense", "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"x\"}", "\"\\ud800\""] {
        client.send_raw(format!("Content-Length: {}\r\n\r\n{bad}", bad.len()).as_bytes());
        let answer = client.answer(-1);
        let code = answer["error"]["code"].as_i64().unwrap();
        assert!(code == -32700 || code == -32600, "{bad}: {answer}");
    }
    client.send_raw(b"Content-Length: nonsense\r\n\r\n");
    client.answer(-1);
    client.settle();
}

#[test]
fn bytes_that_are_no_message_are_skipped() {
    let (_folder, mut client) = server();
    client.send_raw(&[0xff; 100]);
    client.send_raw(b"\r\n\r\n");
    client.answer(-1);
    client.settle();
}

#[test]
fn unknown_requests_are_refused_and_unknown_notifications_ignored() {
    let (_folder, mut client) = server();
    assert_eq!(client.request_error("textDocument/nonsense", json!({})), -32601);
    assert_eq!(client.request_error("$/nonsense", json!({})), -32601);
    client.notify("textDocument/nonsense", json!({}));
    client.notify("$/nonsense", json!({}));
    client.notify("base44/nonsense", json!([1, 2]));
    client.settle();
}

#[test]
fn params_of_the_wrong_kind_are_refused() {
    let (_folder, mut client) = server();
    assert_eq!(client.request_error("textDocument/hover", json!({"position": "here"})), -32602);
    client.notify("textDocument/didOpen", json!({"textDocument": 5}));
    client.notify("textDocument/didChange", json!([]));
    client.settle();
}

#[test]
fn half_a_surrogate_pair_in_an_edit_is_taken() {
    let (folder, mut client) = server();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    client.open(&path, "{}");
    let body = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{}","version":2}},"contentChanges":[{{"text":"// \ud83d\n{{type: 'slack'"}}]}}}}"#,
        uri(&path)
    );
    client.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    client.wait("version 2", |client| (client.versions.get(&uri(&path))?.last() == Some(&2)).then_some(()));
    assert_eq!(client.codes_of(&uri(&path)), ["syntax-error"]);
}

#[test]
fn addresses_with_odd_characters_lose_no_edit() {
    let (folder, mut client) = server();
    for name in ["a b.jsonc", "[x].jsonc", "a|b.jsonc", "é😀.jsonc", "100%.jsonc", "#?.jsonc"] {
        let raw = format!("file://{}/base44/connectors/{name}", folder.path().display());
        client.open_uri(&raw, "base44-connector", "{");
        client.wait(name, |client| {
            let at = client
                .published
                .iter()
                .find(|(_, params)| !params["diagnostics"].as_array().unwrap().is_empty())?;
            let key = at.0.clone();
            client.published.remove(&key)
        });
    }
}

#[test]
fn positions_out_of_range_are_brought_back() {
    let (folder, mut client) = server();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    client.open(&path, "{}");
    for (version, range) in [
        json!({"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 0}}),
        json!({"start": {"line": 99, "character": 99}, "end": {"line": 4294967295u32, "character": 4294967295u32}}),
        json!({"start": {"line": -1, "character": -1}, "end": {"line": 0, "character": 1e30}}),
    ]
    .into_iter()
    .enumerate()
    {
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": uri(&path), "version": version + 2},
                "contentChanges": [{"range": range, "text": "{"}],
            }),
        );
    }
    client.wait("version 4", |client| (client.versions.get(&uri(&path))?.last() == Some(&4)).then_some(()));
    for method in ["hover", "completion"] {
        let position = json!({"line": 4294967295u32, "character": 7});
        client.request(
            &format!("textDocument/{method}"),
            json!({"textDocument": {"uri": uri(&path)}, "position": position}),
        );
    }
}

#[test]
fn edits_to_closed_files_and_second_opens_are_survived() {
    let (folder, mut client) = server();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    client.change(&path, 5, "{");
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&path)}}));
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&path)}}));
    client.open(&path, "{");
    client.open(&path, BROKEN);
    client.wait_for_codes(&path, &["syntax-error"]);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&path)}}));
    client.wait_for_codes(&path, &[]);
}

#[test]
fn a_burst_of_edits_ends_on_the_last_version_and_never_goes_back() {
    let (folder, mut client) = server();
    let path = folder.path().join("base44/connectors/slack.jsonc");
    client.open(&path, "{}");
    for version in 2..=1001 {
        client.change(&path, version, if version % 2 == 0 { "{" } else { BROKEN });
    }
    let key = uri(&path);
    client.wait("version 1001", |client| (client.versions.get(&key)?.last() == Some(&1001)).then_some(()));
    let versions = &client.versions[&key];
    assert!(versions.is_sorted(), "{versions:?}");
    assert_eq!(client.codes_of(&key), ["syntax-error"]);
}

#[test]
fn positions_are_counted_as_agreed() {
    for (encoding, column) in [("utf-8", 7), ("utf-16", 5), ("utf-32", 4)] {
        let folder = tempfile::tempdir().unwrap();
        let mut capabilities = full_capabilities();
        capabilities["general"]["positionEncodings"] = json!([encoding]);
        let mut client = Start::in_folder(folder.path()).capabilities(capabilities).run();
        let path = folder.path().join("base44/connectors/slack.jsonc");
        client.open(&path, "{\"😀\" 1}");
        let key = uri(&path);
        client.wait("diagnostics", |client| client.published.get(&key).cloned());
        let places: Vec<i64> = client
            .diagnostics(&path)
            .iter()
            .flat_map(|diagnostic| {
                ["start", "end"].map(|end| diagnostic["range"][end]["character"].as_i64().unwrap())
            })
            .collect();
        assert!(places.contains(&column), "{encoding}: {places:?}");
    }
}

#[test]
fn a_cancelled_request_is_answered_so_while_many_hang() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Start::in_folder(folder.path()).capabilities(pull_capabilities()).run();
    client.settle();
    // A streaming workspace pull waits until there is something new.
    let hanging: Vec<i64> = (0..200)
        .map(|token| {
            client.ask("workspace/diagnostic", json!({"previousResultIds": [], "partialResultToken": token}))
        })
        .collect();
    client.settle();
    let last = *hanging.last().unwrap();
    client.notify("$/cancelRequest", json!({"id": last}));
    assert_eq!(client.answer(last)["error"]["code"], -32800);
    let path = folder.path().join("base44/connectors/slack.jsonc");
    client.open(&path, "{");
    let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri(&path)}}));
    assert_eq!(report["items"][0]["code"], "syntax-error");
    for id in &hanging[..199] {
        assert_eq!(client.answer(*id)["result"]["items"].as_array().unwrap().len(), 1);
    }
}

//! What the platform says, in each of the recorded editors.

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::recorded::{Recorded, editors};
use crate::stage::Stage;

/// Waits until the editor shows these codes in an open file, in the way that it gets them.
fn wait_for_shown(client: &mut Client, editor: &Recorded, path: &std::path::Path, expected: &[&str]) {
    if !editor.pulls() {
        return client.wait_for_codes(path, expected);
    }
    loop {
        let document = json!({"textDocument": {"uri": uri(path)}});
        let items = client.request("textDocument/diagnostic", document)["items"].clone();
        let codes: Vec<&str> =
            items.as_array().into_iter().flatten().filter_map(|item| item["code"].as_str()).collect();
        if codes == expected {
            return;
        }
        client.server_request("workspace/diagnostic/refresh");
    }
}

fn play(editor: &Recorded) {
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    let closed = stage.connector("notion", &[]);
    let mut client = Client::spawn(&stage.environment());
    editor.introduce(&mut client, stage.root());
    client.open(&path, &std::fs::read_to_string(&path).unwrap());
    wait_for_shown(&mut client, editor, &path, &["not-pushed"]);

    stage.terminal().push();
    wait_for_shown(&mut client, editor, &path, &["pending-authorization"]);
    // Nobody opened it, and it is known of all the same.
    client.wait_for_codes(&closed, &["pending-authorization"]);
    assert_eq!(stage.sandbox.approve_all(), 2);
    wait_for_shown(&mut client, editor, &path, &[]);
    client.wait_for_codes(&closed, &[]);
    if editor.pulls() {
        let published = client.published.get(&uri(&path)).map(|params| params["diagnostics"].clone());
        assert!(published.is_none_or(|list| list == Value::Array(Vec::new())), "{}: told twice", editor.name);
    }
}

#[test]
fn findings_of_the_platform_come_and_go_in_every_recorded_editor() {
    let editors = editors();
    assert_eq!(editors.len(), 12);
    std::thread::scope(|scope| {
        for editor in &editors {
            let played = std::thread::Builder::new().name(editor.name.clone());
            played.spawn_scoped(scope, || play(editor)).unwrap();
        }
    });
}

#[test]
fn the_progress_of_a_command_ends_before_its_result_is_shown() {
    // A result that can be acted on is a request, which goes another way than what is only shown.
    for (command, result, files) in [
        ("base44.pull", "window/showMessage", &[][..]),
        ("base44.push", "window/showMessageRequest", &["slack"]),
    ] {
        let stage = Stage::new();
        files.iter().for_each(|name| drop(stage.connector(name, &["chat:write"])));
        let mut client = stage.start().run();
        client.settle();
        client
            .request("workspace/executeCommand", json!({"command": command, "arguments": [{"wait": true}]}));
        match files.is_empty() {
            true => drop(client.notification(result)),
            false => drop(client.server_request(result)),
        }
        let place = |wanted: &dyn Fn(&Value) -> bool| client.heard.iter().position(wanted).unwrap();
        let ended = place(&|message| message["params"]["value"]["kind"] == "end");
        let shown = place(&|message| message["method"] == result);
        assert!(ended < shown, "{command}: {ended} {shown}");
    }
}

//! The server ends with its client, whichever way that goes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use connector_sandbox::{Fault, FaultAction};
use serde_json::{Value, json};

use crate::client::{Client, Start};
use crate::stage::Stage;

const BOUND: Duration = Duration::from_secs(2);

/// Every way a client ends, each with calls that hang and with a push under way.
pub fn all() {
    let mut ways = Vec::new();
    let mut timed = |way: &str, end: &dyn Fn(&mut Client)| {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        let mut client = busy(&stage);
        let began = Instant::now();
        end(&mut client);
        client.wait_for_end();
        let took = began.elapsed();
        assert!(took < BOUND, "after {way} the server lived for {took:?}");
        ways.push(format!("{way} {} ms", took.as_millis()));
    };
    timed("exit", &|client| client.notify("exit", Value::Null));
    timed("a closed pipe", &Client::hang_up);
    timed("shutdown and exit", &|client| {
        client.ask("shutdown", Value::Null);
        client.notify("exit", Value::Null);
    });
    ways.push(format!("kill {} ms", after_kill().as_millis()));
    println!("summary: soak: the server ended after {}", ways.join(", after "));
}

/// A server that waits for a platform that never answers.
fn busy(stage: &Stage) -> Client {
    let mut client = stage.server();
    hang(stage, &mut client);
    client
}

/// Has a push wait for a platform that never answers.
fn hang(stage: &Stage, client: &mut Client) {
    stage.sandbox.inject(Fault::on("", FaultAction::Hang));
    let argument = json!({"project": crate::client::uri(stage.root()), "wait": true});
    client.ask("workspace/executeCommand", json!({"command": "base44.push", "arguments": [argument]}));
    while stage.sandbox.requests().is_empty() {
        client.settle();
    }
}

/// The client is killed while another process holds the pipes open: only its process id tells of its death.
fn after_kill() -> Duration {
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let mut editor = Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().unwrap();
    let mut start: Start = stage.start();
    start.process_id = Some(editor.id());
    let mut client = start.run();
    hang(&stage, &mut client);
    editor.kill().unwrap();
    editor.wait().unwrap();
    let began = Instant::now();
    client.wait_for_end();
    let took = began.elapsed();
    assert!(took < BOUND, "after a kill the server lived for {took:?}");
    took
}

//! A session of an agent: how soon it begins, and how long a check of a sample takes in it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Effort;
use crate::table::{Column, Row, Table, Times};

/// From the start of the process to the answer to `initialize`, in milliseconds.
const START: f64 = 15.0;
/// A check of the sample in a session that has made some, likewise.
const CHECK: f64 = 5.0;

pub(crate) fn measure(effort: &Effort, table: &mut Table) {
    let sample = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/workspaces/help-desk"));
    let starts = (0..effort.starts).map(|_| Agent::start(&sample).started_in).collect();
    let mut row = Row::new("start of `mcp` to the answer to `initialize`");
    row.set(Column::Ours, Times::new(starts));
    let soon = row.value(Column::Ours).is_some_and(|median| median <= START);
    table.add(row.wanting("within 15 ms", soon));

    let mut agent = Agent::start(&sample);
    for _ in 0..effort.warm_up {
        agent.check();
    }
    let checks = (0..effort.edits)
        .map(|_| {
            std::thread::sleep(effort.pause);
            agent.check()
        })
        .collect();
    let mut row = Row::new("an agent's `check` of a sample, warm");
    row.set(Column::Ours, Times::new(checks));
    let fast = row.value(Column::Ours).is_some_and(|median| median <= CHECK);
    table.add(row.wanting("within 5 ms", fast));
}

/// A session that has begun.
struct Agent {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    id: u64,
    started_in: Duration,
}

impl Agent {
    fn start(folder: &Path) -> Self {
        let began = Instant::now();
        let mut process = Command::new(env!("CARGO_BIN_EXE_base44-connectors"))
            .arg("mcp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let mut agent = Self { process, stdin, stdout, id: 0, started_in: Duration::ZERO };
        agent.request(
            "initialize",
            &json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "bench", "version": "1"},
            }),
        );
        agent.started_in = began.elapsed();
        agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        agent
    }

    /// How long a check takes; it has something to say.
    fn check(&mut self) -> Duration {
        let began = Instant::now();
        let result = self.request("tools/call", &json!({"name": "check", "arguments": {}}));
        let took = began.elapsed();
        assert!(
            result["structuredContent"]["connectors"].as_u64().is_some_and(|count| count > 0),
            "{result}"
        );
        took
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.id += 1;
        let id = self.id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.stdout.read_line(&mut line).unwrap(), 0, "the agents' server says no more");
            let mut message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                return message["result"].take();
            }
        }
    }

    fn send(&mut self, message: &Value) {
        self.stdin.write_all(format!("{message}\n").as_bytes()).unwrap();
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

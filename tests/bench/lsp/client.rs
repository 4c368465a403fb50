//! A client that measures: raw frames over pipes, one thread that reads, the monotonic clock.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a server is started.
#[derive(Clone)]
pub(crate) struct Server {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    /// What it is told once it has started.
    settings: Option<fn(&[Value]) -> Value>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) language: &'static str,
}

impl Server {
    pub(crate) fn floor() -> Self {
        Self::new("floor", std::env::current_exe().unwrap(), &[crate::floor::ARGUMENT])
    }

    pub(crate) fn ours() -> Self {
        Self::new("base44-connectors", env!("CARGO_BIN_EXE_base44-connectors").into(), &["lsp"])
    }

    pub(crate) fn json(node: PathBuf, script: &Path, settings: fn(&[Value]) -> Value) -> Self {
        let script = script.display().to_string();
        Self {
            settings: Some(settings),
            ..Self::new("vscode-json-language-server", node, &[&script, "--stdio"])
        }
    }

    fn new(name: &'static str, program: PathBuf, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { name, program, arguments, settings: None, env: Vec::new(), language: "jsonc" }
    }
}

/// What a client wants to hear of diagnostics.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Pull,
    Push,
}

/// Something the server said, and when it had been read.
struct Heard {
    at: Instant,
    message: Value,
}

/// A running server.
pub(crate) struct Session {
    child: Child,
    stdin: Arc<Mutex<ChildStdin>>,
    heard: Receiver<Heard>,
    name: &'static str,
    next_id: i64,
    /// From the start of the process to the answer to `initialize`.
    pub(crate) started_in: Duration,
}

impl Session {
    /// Starts a server in a folder.
    pub(crate) fn start(
        server: &Server,
        folder: &Path,
        mode: Mode,
        options: &Value,
        scopes: &[Value],
    ) -> Self {
        let began = Instant::now();
        let mut command = Command::new(&server.program);
        command.args(&server.arguments).envs(server.env.iter().map(|(name, value)| (name, value)));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdin = Arc::new(Mutex::new(child.stdin.take().unwrap()));
        let heard = listen(child.stdout.take().unwrap(), stdin.clone());
        let mut session =
            Self { child, stdin, heard, name: server.name, next_id: 0, started_in: Duration::ZERO };
        let mut text_document = json!({"publishDiagnostics": {"versionSupport": true}});
        if mode == Mode::Pull {
            text_document["diagnostic"] = json!({});
        }
        let uri = uri(folder);
        let (_, at) = session.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "bench"}],
                "capabilities": {"textDocument": text_document, "workspace": {"configuration": true}},
                "initializationOptions": options,
            }),
        );
        session.started_in = at - began;
        session.notify("initialized", &json!({}));
        if let Some(settings) = server.settings {
            session.notify("workspace/didChangeConfiguration", &json!({"settings": settings(scopes)}));
        }
        session
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends bytes.
    pub(crate) fn send(&self, bytes: &[u8]) {
        self.stdin.lock().unwrap().write_all(bytes).unwrap();
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&frame(&json!({"jsonrpc": "2.0", "method": method, "params": params})));
    }

    /// A request's frame and id.
    pub(crate) fn frame_of(&mut self, method: &str, params: &Value) -> (Vec<u8>, i64) {
        self.next_id += 1;
        (
            frame(&json!({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params})),
            self.next_id,
        )
    }

    /// The result of a request, and when it had been read.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> (Value, Instant) {
        let (bytes, id) = self.frame_of(method, params);
        self.send(&bytes);
        self.answer(id)
    }

    /// The whole answer to a request, and when it had been read.
    pub(crate) fn answer(&mut self, id: i64) -> (Value, Instant) {
        self.hear(|message| message["id"] == id && message.get("method").is_none())
    }

    /// What a client that takes its answer in parts is given: all items of them.
    pub(crate) fn request_in_parts(&mut self, method: &str, mut params: Value) -> Vec<Value> {
        params["partialResultToken"] = json!("parts");
        let (bytes, id) = self.frame_of(method, &params);
        self.send(&bytes);
        let mut items = Vec::new();
        loop {
            let message = self.next().message;
            let is_answer = message["id"] == id && message.get("method").is_none();
            let part = if is_answer { &message["result"] } else { &message["params"]["value"] };
            if is_answer || message["method"] == "$/progress" {
                items.extend(part["items"].as_array().into_iter().flatten().cloned());
            }
            if is_answer {
                return items;
            }
        }
    }

    fn hear(&mut self, wanted: impl Fn(&Value) -> bool) -> (Value, Instant) {
        loop {
            let heard = self.next();
            if wanted(&heard.message) {
                return (heard.message, heard.at);
            }
        }
    }

    fn next(&mut self) -> Heard {
        self.heard.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the {} says no more", self.name))
    }

    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 0, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}));
    }

    /// Sends bytes, and gives how long it took until the answer to `id` had been read, and its result.
    pub(crate) fn time(&mut self, bytes: &[u8], id: i64) -> (Duration, Value) {
        let began = Instant::now();
        self.send(bytes);
        let (answer, at) = self.answer(id);
        (at - began, answer)
    }

    /// An edit, then the diagnostics that the client asks for.
    pub(crate) fn edit_and_pull(&mut self, uri: &str, version: i64, change: &Value) -> (Duration, usize) {
        let mut bytes = change_frame(uri, version, change);
        let (pull, id) = self.frame_of("textDocument/diagnostic", &json!({"textDocument": {"uri": uri}}));
        bytes.extend(pull);
        let (took, answer) = self.time(&bytes, id);
        (took, answer["result"]["items"].as_array().map_or(0, Vec::len))
    }

    /// The same behind another request that is still to be answered: how long the edit took. Returns once both are
    /// answered, whichever comes first.
    pub(crate) fn edit_and_pull_beside(
        &mut self,
        uri: &str,
        version: i64,
        change: &Value,
        other: i64,
    ) -> Duration {
        let mut bytes = change_frame(uri, version, change);
        let (pull, id) = self.frame_of("textDocument/diagnostic", &json!({"textDocument": {"uri": uri}}));
        bytes.extend(pull);
        let began = Instant::now();
        self.send(&bytes);
        let answers = [(); 2].map(|()| {
            self.hear(|message| {
                (message["id"] == id || message["id"] == other) && message.get("method").is_none()
            })
        });
        let pulled = answers.iter().find(|(message, _)| message["id"] == id);
        pulled.map(|(_, at)| *at - began).unwrap_or_else(|| panic!("the {} answers twice", self.name))
    }

    /// An edit, then the diagnostics of its version that the server sends by itself.
    pub(crate) fn edit_and_hear(&mut self, uri: &str, version: i64, change: &Value) -> (Duration, usize) {
        let bytes = change_frame(uri, version, change);
        let began = Instant::now();
        self.send(&bytes);
        let (message, at) = self.published(version);
        (at - began, message["params"]["diagnostics"].as_array().map_or(0, Vec::len))
    }

    /// The publish of a version.
    pub(crate) fn published(&mut self, version: i64) -> (Value, Instant) {
        self.hear(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["version"] == version
        })
    }

    /// Waits until a diagnostic of this code is published, whatever the file; false where that does not happen.
    pub(crate) fn hear_of(&mut self, code: &str) -> bool {
        while let Ok(heard) = self.heard.recv_timeout(PATIENCE) {
            let items = heard.message["params"]["diagnostics"].as_array();
            if items.is_some_and(|items| items.iter().any(|item| item["code"] == code)) {
                return true;
            }
        }
        false
    }

    /// Sends edits as fast as they go; gives how long until the last one's publish had been read, and every
    /// version published.
    pub(crate) fn burst(&mut self, uri: &str, changes: &[Value]) -> (Duration, Vec<i64>) {
        let frames: Vec<Vec<u8>> =
            changes.iter().zip(1..).map(|(change, version)| change_frame(uri, version, change)).collect();
        let stdin = self.stdin.clone();
        let began = Instant::now();
        let writer = std::thread::spawn(move || {
            for frame in frames {
                stdin.lock().unwrap().write_all(&frame).unwrap();
            }
        });
        let last = changes.len() as i64;
        let mut versions = Vec::new();
        loop {
            let heard = self.next();
            if heard.message["method"] != "textDocument/publishDiagnostics" {
                continue;
            }
            let version = heard.message["params"]["version"].as_i64().unwrap_or(-1);
            versions.push(version);
            if version == last {
                writer.join().unwrap();
                return (heard.at - began, versions);
            }
        }
    }

    /// The most memory that the process has held so far, in kilobytes.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        self.figure("VmHWM:")
    }

    /// The memory that it has asked for and not given back, likewise: without the pages of the program itself.
    pub(crate) fn own_memory(&self) -> Option<u64> {
        self.figure("RssAnon:")
    }

    fn figure(&self, name: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process())).ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address of a path.
pub(crate) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

pub(crate) fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) fn change_frame(uri: &str, version: i64, change: &Value) -> Vec<u8> {
    frame(&json!({
        "jsonrpc": "2.0", "method": "textDocument/didChange",
        "params": {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]},
    }))
}

/// Reads what the server says, and answers whatever it asks for.
fn listen(output: impl Read + Send + 'static, stdin: Arc<Mutex<ChildStdin>>) -> Receiver<Heard> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(Heard { at, message }) = read(&mut output) {
            if let (Some(method), Some(id)) = (message["method"].as_str(), message.get("id")) {
                let result = match method {
                    "workspace/configuration" => {
                        json!(vec![Value::Null; message["params"]["items"].as_array().map_or(0, Vec::len)])
                    }
                    _ => Value::Null,
                };
                let answer = frame(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
                let _ = stdin.lock().unwrap().write_all(&answer);
                continue;
            }
            if sender.send(Heard { at, message }).is_err() {
                break;
            }
        }
    });
    receiver
}

fn read(output: &mut impl BufRead) -> Option<Heard> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length:") {
                    length = value.trim().parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    // What a client makes of it is its own work: of megabytes that is more than anything else.
    let at = Instant::now();
    Some(Heard { at, message: serde_json::from_slice(&body).ok()? })
}

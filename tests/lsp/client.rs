//! A language client over real pipes: it answers whatever the server asks, and fails on what it left unread.

// Each test uses its part.
#![allow(dead_code)]

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and everything it has said.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    /// What is sent at once later.
    held: Option<Vec<u8>>,
    incoming: Receiver<Value>,
    next_id: i64,
    answers: HashMap<i64, Value>,
    /// The latest publish of each document, by address.
    pub published: HashMap<String, Value>,
    /// Versions published for each document, in order.
    pub versions: HashMap<String, Vec<i64>>,
    /// Notifications other than publishes, in order.
    pub notifications: VecDeque<(String, Value)>,
    /// Requests of the server, in order; all are answered.
    pub requests: Vec<(String, Value)>,
    /// What to answer to `window/showMessageRequest`: the first action whose title starts so.
    pub choices: VecDeque<String>,
    /// Requests of the server that are left without an answer, by name.
    pub unanswered: Vec<&'static str>,
    /// Requests of the server that this client does not know, by name: it answers that, as the protocol asks for.
    pub unknown: Vec<&'static str>,
    /// What to answer to `workspace/configuration` for every item.
    pub configuration: Value,
    shown: bool,
    /// Every message of the server as it came.
    pub heard: Vec<Value>,
}

/// How to start a server.
pub struct Start {
    pub capabilities: Value,
    pub options: Value,
    pub folders: Vec<PathBuf>,
    pub env: Vec<(String, String)>,
    pub process_id: Option<u32>,
    /// More arguments for `lsp`.
    pub arguments: Vec<String>,
    /// Where standard error goes; to the test's own where there is none.
    pub stderr: Option<PathBuf>,
}

impl Start {
    /// In this folder, as a client that can do everything but pull.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            capabilities: full_capabilities(),
            options: json!({"platformChecks": false}),
            folders: vec![folder.to_owned()],
            env: Vec::new(),
            process_id: Some(std::process::id()),
            arguments: Vec::new(),
            stderr: None,
        }
    }

    pub fn capabilities(mut self, capabilities: Value) -> Self {
        self.capabilities = capabilities;
        self
    }

    pub fn options(mut self, options: Value) -> Self {
        self.options = options;
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn run(self) -> Client {
        let mut client = Client::spawn_with(&self.arguments, &self.env, self.stderr.as_deref());
        client.initialize(&self);
        client
    }
}

/// What an editor that can do everything says, pull diagnostics left out.
pub fn full_capabilities() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "window": {"workDoneProgress": true, "showDocument": {"support": true}, "showMessage": {}},
        "workspace": {
            "applyEdit": true,
            "configuration": true,
            "workspaceFolders": true,
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
            "didChangeWatchedFiles": {"dynamicRegistration": true, "relativePatternSupport": true},
            "didChangeConfiguration": {"dynamicRegistration": true},
            "codeLens": {"refreshSupport": true},
            "diagnostics": {"refreshSupport": true},
        },
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true, "tagSupport": {"valueSet": [1, 2]},
                "codeDescriptionSupport": true, "dataSupport": true, "versionSupport": true,
            },
            "completion": {"completionItem": {
                "snippetSupport": true, "documentationFormat": ["markdown"], "tagSupport": {"valueSet": [1]},
                "labelDetailsSupport": true,
            }},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}},
                "isPreferredSupport": true, "dataSupport": true,
            },
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        },
    })
}

/// The same, and it pulls diagnostics.
pub fn pull_capabilities() -> Value {
    let mut capabilities = full_capabilities();
    capabilities["textDocument"]["diagnostic"] = json!({"dynamicRegistration": false});
    capabilities
}

/// The path of an address that the server made.
pub fn path_of(uri: &Value) -> PathBuf {
    url::Url::parse(uri.as_str().unwrap()).unwrap().to_file_path().unwrap()
}

/// The address of a path.
pub fn uri(path: &Path) -> String {
    let text = path.to_str().unwrap();
    let mut out = String::from("file://");
    // Windows has `C:\app`, and editors say `/c:/app`.
    let text = match cfg!(windows) {
        true => {
            let text = text.trim_start_matches(r"\\?\").replace('\\', "/");
            format!("/{}{}", text[..1].to_lowercase(), &text[1..])
        }
        false => text.to_owned(),
    };
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char)
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

impl Client {
    /// Starts the server and says nothing yet.
    pub fn spawn(env: &[(String, String)]) -> Self {
        Self::spawn_with(&[], env, None)
    }

    fn spawn_with(arguments: &[String], env: &[(String, String)], stderr: Option<&Path>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors"));
        command.arg("lsp").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        match stderr {
            Some(path) => command.stderr(std::fs::File::create(path).unwrap()),
            None => command.stderr(Stdio::inherit()),
        };
        for name in [
            "BASE44_API_URL",
            "BASE44_API_KEY",
            "BASE44_APP_ID",
            "BASE44_ACCESS_TOKEN",
            "BASE44_REFRESH_TOKEN",
        ] {
            command.env_remove(name);
        }
        // Never the login of whoever runs the tests.
        let nobody = std::env::temp_dir().join("base44-connectors-tests-nobody");
        for name in ["HOME", "USERPROFILE", "XDG_STATE_HOME"] {
            command.env(name, &nobody);
        }
        command.envs(env.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take();
        let incoming = read_messages(child.stdout.take().unwrap());
        Self {
            child,
            stdin,
            held: None,
            incoming,
            next_id: 0,
            answers: HashMap::new(),
            published: HashMap::new(),
            versions: HashMap::new(),
            notifications: VecDeque::new(),
            requests: Vec::new(),
            choices: VecDeque::new(),
            unanswered: Vec::new(),
            unknown: Vec::new(),
            configuration: Value::Null,
            shown: false,
            heard: Vec::new(),
        }
    }

    fn initialize(&mut self, start: &Start) -> Value {
        let folders: Vec<Value> = start
            .folders
            .iter()
            .map(|path| json!({"uri": uri(path), "name": path.file_name().unwrap_or_default().to_string_lossy()}))
            .collect();
        let answer = self.request(
            "initialize",
            json!({
                "processId": start.process_id,
                "capabilities": start.capabilities,
                "initializationOptions": start.options,
                "rootUri": start.folders.first().map(|path| uri(path)),
                "workspaceFolders": folders,
            }),
        );
        self.notify("initialized", json!({}));
        answer
    }

    /// Sends raw bytes.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        match &mut self.held {
            Some(held) => held.extend(bytes),
            None => self.stdin.as_mut().unwrap().write_all(bytes).unwrap(),
        }
    }

    /// Has the server get everything that `act` sends at once.
    pub fn at_once<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        self.held = Some(Vec::new());
        let done = act(self);
        let held = self.held.take().unwrap_or_default();
        self.send_raw(&held);
        done
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and does not wait for its answer.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}));
        self.next_id
    }

    /// Whether the answer to the request of this id has come.
    pub fn has_answer(&self, id: i64) -> bool {
        self.answers.contains_key(&id)
    }

    /// The answer to the request of this id, whole.
    pub fn answer(&mut self, id: i64) -> Value {
        self.wait(&format!("an answer to request {id}"), |client| client.answers.remove(&id))
    }

    /// Sends a request; gives its result, and fails on an error.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method} failed: {answer}");
        answer["result"].clone()
    }

    /// Sends a request; gives its error's code.
    pub fn request_error(&mut self, method: &str, params: Value) -> i64 {
        let id = self.ask(method, params);
        let answer = self.answer(id);
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("{method} did not fail: {answer}"))
    }

    /// Opens a document as a connector file.
    pub fn open(&mut self, path: &Path, text: &str) {
        self.open_uri(&uri(path), "jsonc", text);
    }

    pub fn open_uri(&mut self, uri: &str, language: &str, text: &str) {
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}),
        );
    }

    /// Replaces a document's text.
    pub fn change(&mut self, path: &Path, version: i64, text: &str) {
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri(path), "version": version}, "contentChanges": [{"text": text}]}),
        );
    }

    /// Waits until `ready` gives something, taking in what the server says.
    pub fn wait<T>(&mut self, what: &str, ready: impl FnMut(&mut Self) -> Option<T>) -> T {
        match self.wait_or_give_up(ready) {
            Ok(found) => found,
            Err(RecvTimeoutError::Timeout) => {
                panic!(
                    "{what} did not come; published: {:#?}\nrequests: {:?}\nnotifications: {:?}",
                    self.published, self.requests, self.notifications
                )
            }
            Err(RecvTimeoutError::Disconnected) => panic!("the server ended while waiting for {what}"),
        }
    }

    /// The same for a test that has its own words for what did not come.
    pub fn wait_or_give_up<T>(
        &mut self,
        mut ready: impl FnMut(&mut Self) -> Option<T>,
    ) -> Result<T, RecvTimeoutError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = ready(self) {
                return Ok(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let message = self.incoming.recv_timeout(left)?;
            self.take_in(message);
        }
    }

    /// Waits until the document's published codes are these, in any order.
    pub fn wait_for_codes(&mut self, path: &Path, expected: &[&str]) {
        let mut expected: Vec<String> = expected.iter().map(|&code| code.to_owned()).collect();
        expected.sort();
        let uri = uri(path);
        self.wait(&format!("{expected:?} on {uri}"), |client| {
            (client.published.contains_key(&uri) && client.codes_of(&uri) == expected).then_some(())
        });
    }

    /// The published codes of a document, sorted.
    pub fn codes_of(&self, uri: &str) -> Vec<String> {
        let mut codes: Vec<String> = self
            .published
            .get(uri)
            .and_then(|params| params["diagnostics"].as_array())
            .into_iter()
            .flatten()
            .map(|diagnostic| diagnostic["code"].as_str().unwrap_or_default().to_owned())
            .collect();
        codes.sort();
        codes
    }

    /// The diagnostics of a document as last published.
    pub fn diagnostics(&self, path: &Path) -> Vec<Value> {
        self.published
            .get(&uri(path))
            .and_then(|params| params["diagnostics"].as_array().cloned())
            .unwrap_or_default()
    }

    /// Waits for a notification of this name and takes it.
    pub fn notification(&mut self, method: &str) -> Value {
        self.wait(method, |client| {
            let at = client.notifications.iter().position(|(name, _)| name == method)?;
            client.notifications.remove(at).map(|(_, params)| params)
        })
    }

    /// Waits for a request of the server of this name and gives its params.
    pub fn server_request(&mut self, method: &str) -> Value {
        self.wait(method, |client| {
            let at = client.requests.iter().position(|(name, _)| name == method)?;
            Some(client.requests.remove(at).1)
        })
    }

    /// The code actions at a range of a document, given its published diagnostics there.
    pub fn actions(&mut self, path: &Path, only: Option<&str>) -> Vec<Value> {
        let diagnostics = self.diagnostics(path);
        let mut context = json!({"diagnostics": diagnostics});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let everything = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}});
        self.request(
            "textDocument/codeAction",
            json!({"textDocument": {"uri": uri(path)}, "range": everything, "context": context}),
        )
        .as_array()
        .cloned()
        .unwrap_or_default()
    }

    /// A round trip: what was sent before it has been handled after it.
    pub fn settle(&mut self) {
        self.request("base44/status", Value::Null);
    }

    fn take_in(&mut self, message: Value) {
        self.heard.push(message.clone());
        match (message.get("method").and_then(Value::as_str), message.get("id")) {
            (None, _) => {
                // An answer to a message without a readable id is kept under -1.
                let id = message["id"].as_i64().unwrap_or(-1);
                self.answers.insert(id, message);
            }
            (Some(method), Some(id)) => {
                let (method, id) = (method.to_owned(), id.clone());
                let result = self.reply(&method, &message["params"]);
                self.requests.push((method.clone(), message["params"].clone()));
                let is_answered = !self.unanswered.contains(&method.as_str());
                let mut answer = json!({"jsonrpc": "2.0", "id": id, "result": result});
                if self.unknown.contains(&method.as_str()) {
                    let error = json!({"code": -32601, "message": "Method not found"});
                    answer = json!({"jsonrpc": "2.0", "id": id, "error": error});
                }
                if self.stdin.is_some() && is_answered {
                    self.send(&answer);
                }
            }
            (Some("textDocument/publishDiagnostics"), None) => {
                let params = message["params"].clone();
                let uri = params["uri"].as_str().unwrap().to_owned();
                if let Some(version) = params["version"].as_i64() {
                    self.versions.entry(uri.clone()).or_default().push(version);
                }
                self.published.insert(uri, params);
            }
            (Some(method), None) => {
                let kept = !matches!(method, "window/logMessage" | "$/progress" | "$/logTrace");
                if kept || self.shown {
                    self.notifications.push_back((method.to_owned(), message["params"].clone()));
                }
            }
        }
    }

    fn reply(&mut self, method: &str, params: &Value) -> Value {
        match method {
            "workspace/configuration" => {
                let count = params["items"].as_array().map_or(0, Vec::len);
                json!(vec![self.configuration.clone(); count])
            }
            "window/showDocument" => json!({"success": true}),
            "workspace/applyEdit" => json!({"applied": true}),
            "window/showMessageRequest" => {
                let wanted = self.choices.pop_front();
                params["actions"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|action| {
                        wanted.as_deref().is_some_and(|title| {
                            action["title"].as_str().is_some_and(|text| text.starts_with(title))
                        })
                    })
                    .cloned()
                    .unwrap_or(Value::Null)
            }
            _ => Value::Null,
        }
    }

    /// Keeps progress and log notifications too.
    pub fn keep_everything(&mut self) {
        self.shown = true;
    }

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Waits for the process to end.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the server did not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the session in good order and gives all that the server has said, to its last word: for a test of
    /// everything that is said, which leaves messages to nobody whenever they come.
    pub fn end(mut self) -> Vec<Value> {
        self.leave();
        self.hang_up();
        while let Ok(message) = self.incoming.recv_timeout(PATIENCE) {
            self.take_in(message);
        }
        std::mem::take(&mut self.heard)
    }

    fn leave(&mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        let status = self.wait_for_end();
        assert_eq!(status.code(), Some(0), "exit after shutdown");
    }

    /// The server's process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() || self.child.try_wait().is_ok_and(|status| status.is_some()) {
            let _ = self.child.kill();
            let _ = self.child.wait();
            return;
        }
        self.leave();
        let unread: Vec<_> =
            self.notifications.iter().filter(|(name, _)| name == "window/showMessage").collect();
        assert!(unread.is_empty(), "messages nobody read: {unread:?}");
    }
}

fn read_messages(output: impl Read + Send + 'static) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = read_message(&mut output) {
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

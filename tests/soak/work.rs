//! The day: rounds of editing, looking, saving, pushing, and a platform with moods.

use std::path::PathBuf;

use connector_sandbox::{Fault, FaultAction};
use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::process::{self, Sample};
use crate::stage::{Editor, Stage};

/// What goes wrong, in turns; between them nothing does.
fn trouble(turn: u64) -> Option<Fault> {
    if turn.is_multiple_of(97) {
        // No answer at all: each costs the whole patience of a call, so there are few.
        return Some(Fault::on("external-auth", FaultAction::Hang).times(1));
    }
    let action = match turn % 12 {
        1 => FaultAction::answer(500, "{\"message\": \"out of order\"}"),
        3 => FaultAction::Reset,
        5 => FaultAction::Truncate { bytes: 20 },
        7 => FaultAction::Answer {
            status: 429,
            headers: vec![("Retry-After".to_owned(), "0".to_owned())],
            body: String::new(),
        },
        8 => FaultAction::Late { millis: 150 },
        9 => FaultAction::answer(401, "{}"),
        11 => FaultAction::answer(200, "<html>maintenance</html>"),
        _ => return None,
    };
    Some(Fault::on("external-auth", action).times(2))
}

/// A session, and what it has done so far.
pub struct Day {
    stage: Stage,
    client: Client,
    files: Vec<PathBuf>,
    open: Vec<(usize, i64)>,
    random: u64,
    pub rounds: u64,
    pub edits: u64,
    pub answers: u64,
    pub pushes: u64,
    pub looks: u64,
    pub faults: u64,
}

/// So many files are open at once.
const OPEN: usize = 12;

impl Day {
    /// A server with so many connector files, its client up and running.
    pub fn begin(files: usize) -> Day {
        let stage = Stage::new();
        let files: Vec<PathBuf> = (0..files)
            .map(|number| stage.write_connector(&format!("custom-{number}.jsonc"), text(number, 1)))
            .collect();
        let start =
            stage.start().options(json!({"statusNotifications": true})).env("BASE44_CONNECTORS_TIMEOUT", "2");
        let mut client = start.run();
        client.wait_for_project("every file", |project| {
            project["connectors"].as_array().is_some_and(|all| all.len() == files.len())
        });
        Day {
            stage,
            client,
            files,
            open: Vec::new(),
            random: 44,
            rounds: 0,
            edits: 0,
            answers: 0,
            pushes: 0,
            looks: 0,
            faults: 0,
        }
    }

    /// What the server holds now.
    pub fn sample(&mut self) -> Sample {
        let tasks = self.client.request("base44/health", Value::Null)["tasks"].as_u64().unwrap();
        process::sample(self.client.process(), tasks)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as usize % limit
    }

    /// A few keystrokes, a look at what they did, and sometimes more.
    pub fn round(&mut self) {
        self.rounds += 1;
        if let Some(fault) = trouble(self.rounds) {
            self.faults += 1;
            self.stage.sandbox.inject(fault);
        }
        let at = self.open_one();
        let (number, path) = (self.open[at].0, self.files[self.open[at].0].clone());
        for _ in 0..8 {
            self.open[at].1 += 1;
            let version = self.open[at].1;
            // An edit in the middle of the text, as typing makes it.
            let change = match version % 4 {
                0 => json!({"text": text(number, version as usize)}),
                _ => json!({
                    "range": {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 5}},
                    "text": char::from(b'a' + (version % 26) as u8).to_string(),
                }),
            };
            let document = json!({"uri": uri(&path), "version": version});
            self.client.notify(
                "textDocument/didChange",
                json!({"textDocument": document, "contentChanges": [change]}),
            );
            self.edits += 1;
        }
        self.look(&path);
        let status = self.client.request("base44/status", Value::Null);
        assert_eq!(status["projects"][0]["connectors"].as_array().unwrap().len(), self.files.len());
        self.looks += 1;
        match self.rounds % 20 {
            4 | 14 => self.save(number, &path),
            9 => self.push(),
            12 => self.client.notify("base44/focus", json!({})),
            17 => {
                self.stage.sandbox.approve_all();
                self.command("base44.refresh", &[]);
            }
            19 => {
                self.stage.sandbox.expire_tokens();
                self.command("base44.previewPush", &[]);
            }
            _ => {}
        }
        self.forget();
    }

    /// Opens a file, or goes on with an open one; the longest open is closed where there are many.
    fn open_one(&mut self) -> usize {
        if self.open.len() == OPEN && self.below(4) > 0 {
            return self.below(OPEN);
        }
        let number = self.below(self.files.len());
        if let Some(at) = self.open.iter().position(|(open, _)| *open == number) {
            return at;
        }
        if self.open.len() == OPEN {
            let (closed, _) = self.open.remove(0);
            let document = json!({"uri": uri(&self.files[closed])});
            self.client.notify("textDocument/didClose", json!({"textDocument": document}));
            // Opened again, its versions begin anew.
            self.client.settle();
            self.client.versions.remove(&uri(&self.files[closed]));
        }
        let path = self.files[number].clone();
        self.client.open(&path, &std::fs::read_to_string(&path).unwrap());
        self.open.push((number, 1));
        self.open.len() - 1
    }

    /// Many questions at once; the answers come in the order of asking, and the versions published never go back.
    fn look(&mut self, path: &std::path::Path) {
        let document = json!({"uri": uri(path)});
        let position = json!({"line": 1, "character": 12});
        let methods = ["hover", "completion", "documentSymbol", "foldingRange", "codeLens", "formatting"];
        let asked: Vec<i64> = methods
            .iter()
            .map(|method| {
                let params = json!({"textDocument": document, "position": position, "options": {"tabSize": 2, "insertSpaces": true}});
                self.client.ask(&format!("textDocument/{method}"), params)
            })
            .collect();
        let cancelled =
            self.client.ask("textDocument/hover", json!({"textDocument": document, "position": position}));
        self.client.notify("$/cancelRequest", json!({"id": cancelled}));
        for id in &asked {
            let answer = self.client.answer(*id);
            assert!(answer.get("error").is_none(), "{answer}");
            self.answers += 1;
        }
        self.client.answer(cancelled);
        self.answers += 1;
        let answers = self.client.heard.iter().filter(|message| message.get("method").is_none());
        let came = answers.filter_map(|message| message["id"].as_i64());
        let came: Vec<i64> = came.filter(|id| asked.contains(id)).collect();
        assert_eq!(came, asked, "answers come in the order of their questions");
        if let Some(versions) = self.client.versions.get(&uri(path)) {
            assert!(versions.is_sorted(), "{versions:?}");
        }
    }

    fn save(&mut self, number: usize, path: &std::path::Path) {
        let text = text(number, self.rounds as usize);
        std::fs::write(path, &text).unwrap();
        let version = self.open.iter_mut().find(|(open, _)| *open == number).map(|(_, version)| {
            *version += 1;
            *version
        });
        self.client.change(path, version.unwrap_or(2), &text);
        self.client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(path)}}));
        self.client
            .notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(path), "type": 2}]}));
    }

    /// One connector is pushed: what is unsaved is pushed as it is on disk.
    fn push(&mut self) {
        self.pushes += 1;
        let number = self.below(self.files.len());
        self.client.choices.push_back("Push".to_owned());
        self.command("base44.push", &[&format!("custom-{number}")]);
    }

    fn command(&mut self, name: &str, types: &[&str]) {
        let argument = json!({"project": uri(self.stage.root()), "types": types, "wait": true});
        let id =
            self.client.ask("workspace/executeCommand", json!({"command": name, "arguments": [argument]}));
        self.client.answer(id);
        self.answers += 1;
    }

    /// What this side remembers must not grow either.
    fn forget(&mut self) {
        self.client.heard.clear();
        self.client.notifications.clear();
        self.client.requests.clear();
        self.client.choices.clear();
        self.client.versions.values_mut().for_each(|versions| {
            let keep = versions.len().saturating_sub(1);
            versions.drain(..keep);
        });
        if self.rounds.is_multiple_of(50) {
            self.stage.sandbox.clear_faults();
            self.stage.sandbox.take_requests();
            self.stage.sandbox.with_state(|state| state.app(crate::stage::APP).consents.clear());
        }
    }

    /// Until the server has nothing left to do.
    pub fn rest(&mut self) {
        self.stage.sandbox.clear_faults();
        self.command("base44.refresh", &[]);
        self.forget();
    }

    /// An orderly end.
    pub fn end(self) {
        drop(self.client);
    }
}

/// A connector file; every fourth has something to find.
fn text(number: usize, turn: usize) -> String {
    let scope = if turn % 4 == 3 { "\"read:x\", \"read:x\"" } else { "\"read:x\"" };
    format!(
        "{{\n  \"type\": \"custom-{number}\",\n  // turn {turn}\n  \"scopes\": [{scope}, \"write:{}\"]\n}}\n",
        turn % 7
    )
}

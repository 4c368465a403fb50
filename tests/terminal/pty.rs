//! The binary on a pseudo-terminal, with a person who reads the screen and types.

use std::io::{Read, Write};
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, Pty, open};

use crate::support::Workspace;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);
/// So high and wide that nothing scrolls or wraps.
const ROWS: u16 = 120;
const COLUMNS: u16 = 200;

/// A command on a terminal of its own.
pub struct Person {
    child: Child,
    pty: Arc<Pty>,
    screen: Arc<(Mutex<Screen>, Condvar)>,
    reader: Option<JoinHandle<()>>,
}

struct Screen {
    terminal: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
}

impl Person {
    /// Starts a command.
    pub fn runs(workspace: &Workspace, arguments: &[&str], variables: &[(&str, &str)]) -> Person {
        let (pty, terminal) = open().unwrap();
        pty.resize(pty_process::Size::new(ROWS, COLUMNS)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors"))
            .args(arguments)
            .current_dir(workspace.root())
            .env_clear();
        for (name, value) in workspace.environment() {
            command = command.env(name, value);
        }
        for (name, value) in variables {
            command = command.env(name, value);
        }
        let child = command.spawn(terminal).unwrap();
        let pty = Arc::new(pty);
        let screen = Screen {
            terminal: vt100::Parser::new(ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0),
            bytes: Vec::new(),
            ended: false,
        };
        let screen = Arc::new((Mutex::new(screen), Condvar::new()));
        let (reading, filling) = (pty.clone(), screen.clone());
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                // The terminal of an ended process is an error to read.
                let count = (&*reading).read(&mut buffer).unwrap_or(0);
                let (screen, changed) = &*filling;
                let mut screen = screen.lock().unwrap();
                screen.terminal.process(&buffer[..count]);
                screen.bytes.extend_from_slice(&buffer[..count]);
                screen.ended = count == 0;
                changed.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        Person { child, pty, screen, reader: Some(reader) }
    }

    /// Waits until this is on the screen.
    pub fn reads(&self, text: &str) -> &Person {
        self.wait(&format!("'{text}' on the screen"), |screen| screen.contents().contains(text));
        self
    }

    /// Waits until something outside is so.
    pub fn waits_until(&self, what: &str, holds: impl Fn() -> bool) -> &Person {
        self.wait(what, |_| holds());
        self
    }

    fn wait(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let until = Instant::now() + PATIENCE;
        let (screen, changed) = &*self.screen;
        let mut screen = screen.lock().unwrap();
        loop {
            if holds(screen.terminal.screen()) {
                return;
            }
            let contents = screen.terminal.screen().contents();
            assert!(!screen.ended && Instant::now() < until, "waited for {what}; the screen:\n{contents}");
            screen = changed.wait_timeout(screen, Duration::from_millis(20)).unwrap().0;
        }
    }

    /// Types these keys.
    pub fn types(&self, keys: &str) -> &Person {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits for the end; the screen as it is left, and the exit code.
    pub fn leaves(mut self) -> (String, i32) {
        let code = self.ends();
        (self.contents(), code)
    }

    /// Waits for the end; the exit code.
    pub fn ends(&mut self) -> i32 {
        let until = Instant::now() + PATIENCE;
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code().unwrap_or(-1);
            }
            let late = Instant::now() >= until;
            if late {
                let _ = self.child.kill();
            }
            assert!(!late, "it does not end; the screen:\n{}", self.contents());
            std::thread::sleep(Duration::from_millis(10));
        };
        let _ = self.reader.take().unwrap().join();
        code
    }

    /// What is on the screen now.
    pub fn contents(&self) -> String {
        self.screen.0.lock().unwrap().terminal.screen().contents()
    }

    /// Every byte that was written to the terminal.
    pub fn bytes(&self) -> Vec<u8> {
        self.screen.0.lock().unwrap().bytes.clone()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

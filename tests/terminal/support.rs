//! A copy of a sample workspace, and the binary run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own, gone when dropped, with a home of its own beside it.
pub struct Workspace {
    folder: tempfile::TempDir,
}

/// What a command said, and how it ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Workspace {
    /// A copy of `tests/workspaces/<name>`.
    pub fn copy_of(name: &str) -> Workspace {
        let workspace = Workspace::empty();
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/workspaces");
        copy(&samples.join(name), &workspace.root());
        workspace
    }

    /// An empty folder.
    pub fn empty() -> Workspace {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        Workspace { folder }
    }

    /// Where the commands are run.
    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("work")
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    pub fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap()
    }

    pub fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The binary with an environment of its own.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors"));
        command.args(arguments).current_dir(self.root()).stdin(Stdio::null()).env_clear();
        let home = self.folder.path().join("home");
        command.env("HOME", &home).env("XDG_STATE_HOME", home.join("state")).env("TERM", "xterm-256color");
        for name in ["PATH", "SYSTEMROOT", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
    }

    /// Runs the binary without a terminal until it ends.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        self.ran(output)
    }

    /// What came out, with this folder's own place left out.
    pub fn ran(&self, output: Output) -> Ran {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(&*self.root().to_string_lossy(), "<work>")
        };
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// The whole session, as a snapshot shows it.
    pub fn session(&self, line: &str) -> String {
        let mut text = format!("$ base44-connectors {line}\n{}", self.out);
        if !self.err.is_empty() {
            text.push_str(&format!("-- standard error --\n{}", self.err));
        }
        text.push_str(&format!("-- exit code {} --\n", self.code));
        text
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

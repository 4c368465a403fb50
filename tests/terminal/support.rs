//! A copy of a sample workspace, and the binary run in it.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use connector_sandbox::{Connector, Handle, Sandbox, SandboxThread};
use connector_test_support::{TestProject, copy_folder};

/// A folder of its own, gone when dropped, with a home of its own beside it.
pub struct Workspace {
    project: TestProject,
    variables: Vec<(String, String)>,
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
        copy_folder(&samples.join(name), &workspace.root());
        workspace
    }

    /// An empty folder.
    pub fn empty() -> Workspace {
        Workspace { project: TestProject::empty(), variables: Vec::new() }
    }

    /// Where the commands are run.
    pub fn root(&self) -> PathBuf {
        self.real_root()
    }

    /// The same, led to a sandbox and signed in there with a login file.
    pub fn at(mut self, sandbox: &Handle) -> Workspace {
        self.signed_in(sandbox);
        self.set("BASE44_API_URL", sandbox.url());
        self
    }

    /// Adds a variable to the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Writes the login file.
    pub fn signed_in(&self, sandbox: &Handle) {
        self.sign_in(sandbox.login());
    }

    /// Everything that the binary finds in its environment. Its browser notes each link in a file.
    pub fn environment(&self) -> Vec<(String, String)> {
        let home = self.home();
        let system: &[&str] =
            if cfg!(windows) { &[r"C:\windows\system32", r"C:\windows"] } else { &["/usr/bin", "/bin"] };
        let folders = std::iter::once(self.browser()).chain(system.iter().map(PathBuf::from));
        let path = std::env::join_paths(folders).unwrap().into_string().unwrap();
        let mut all: Vec<(String, String)> = [
            ("HOME", home.display().to_string()),
            ("USERPROFILE", home.display().to_string()),
            ("XDG_STATE_HOME", home.join("state").display().to_string()),
            ("TERM", "xterm-256color".to_owned()),
            ("TMPDIR", self.around().join("tmp").display().to_string()),
            ("TEMP", self.around().join("tmp").display().to_string()),
            ("TMP", self.around().join("tmp").display().to_string()),
            ("PATH", path),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for name in ["SYSTEMROOT", "LLVM_PROFILE_FILE"] {
            all.extend(std::env::var(name).map(|value| (name.to_owned(), value)));
        }
        all.extend(self.variables.iter().cloned());
        all
    }

    /// A folder with a program that stands for the browser.
    fn browser(&self) -> PathBuf {
        let folder = self.around().join("browser");
        let program = folder.join("xdg-open");
        if !program.exists() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::create_dir_all(self.around().join("tmp")).unwrap();
            let opened = self.opened_file();
            std::fs::write(&program, format!("#!/bin/sh\necho \"$@\" >> '{}'\n", opened.display())).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
            }
        }
        folder
    }

    fn opened_file(&self) -> PathBuf {
        self.around().join("opened")
    }

    /// The links that the browser was given.
    pub fn opened(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.opened_file()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// What is left in the folder for temporary files.
    pub fn leftovers(&self) -> usize {
        std::fs::read_dir(self.around().join("tmp")).unwrap().count()
    }

    /// The binary with an environment of its own.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors"));
        command.args(arguments).current_dir(self.root()).stdin(Stdio::null()).env_clear();
        command.envs(self.environment());
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
            // On Windows a path is shown without the mark of its longest form, its parts between other strokes, and
            // a program's name with its kind.
            let root = self.root().to_string_lossy().into_owned();
            let text = text.replace(&root, "<work>").replace(root.trim_start_matches(r"\\?\"), "<work>");
            redacted(
                &text.replace(r"<work>\", "<work>/").replace("base44-connectors.exe", "base44-connectors"),
            )
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

impl Deref for Workspace {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.project
    }
}

/// A sandbox on a port of its own.
pub fn sandbox() -> SandboxThread {
    Sandbox::spawn(connector_sandbox::Options::default()).unwrap()
}

/// A text without what differs from run to run: ports, ids of links, names of temporary folders.
pub fn redacted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric();
    let mut text = text.to_owned();
    for (before, shown) in [
        ("http://127.0.0.1:", "http://sandbox"),
        ("conn_", "conn_…"),
        ("/stripe/claim/", "/stripe/claim/…"),
        ("b44s_access_", "<access token>"),
        ("b44s_refresh_", "<refresh token>"),
        ("base44-demo-", "base44-demo-…"),
    ] {
        let mut parts = text.split(before);
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            result.push_str(shown);
            result.push_str(part.trim_start_matches(plain));
        }
        text = result;
    }
    text
}

const CALENDAR: &str = "https://www.googleapis.com/auth/calendar.events.readonly";

/// A project of these connectors, on a sandbox where the app has `remote` of them, active.
pub fn project(sandbox: &Handle, files: &[&str], remote: &[&str]) -> Workspace {
    let workspace = Workspace::empty().at(sandbox);
    workspace.write("base44/config.jsonc", "{ \"name\": \"Front desk\" }\n");
    workspace.write("base44/.app.jsonc", "{ \"id\": \"front-desk\" }\n");
    std::fs::create_dir_all(workspace.path("base44/connectors")).unwrap();
    for name in files {
        let text = format!("{{ \"type\": \"{name}\", \"scopes\": {:?} }}\n", scopes(name));
        workspace.write(&format!("base44/connectors/{name}.jsonc"), &text);
    }
    sandbox.with_state(|state| {
        let app = state.app("front-desk");
        for name in remote {
            app.connectors.insert((*name).to_owned(), Connector::active(&scopes(name)));
        }
    });
    workspace
}

fn scopes(name: &str) -> Vec<&'static str> {
    match name {
        "googlecalendar" => vec![CALENDAR],
        "slack" => vec!["chat:write", "channels:read"],
        _ => vec![],
    }
}

/// The connection id of the consent that waits for a type.
pub fn waiting(sandbox: &Handle, name: &str) -> Option<String> {
    sandbox.waiting().into_iter().find(|(_, of, _)| of == name).map(|(_, _, id)| id)
}

/// How many of the requests change something.
pub fn changes(sandbox: &Handle) -> usize {
    sandbox.requests().iter().filter(|request| request.method != "GET").count()
}

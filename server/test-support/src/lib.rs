//! What the tests of several crates set up: a project on disk, and the home of the person whose project it is.
//!
//! Only tests depend on this crate. It knows neither a project's state nor the platform, so that the tests of every
//! layer can stand on it; what a layer makes of the files is up to its own tests.

// What cannot be set up fails the test at once.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

/// A project's folder with a home folder beside it, both gone with this value.
#[derive(Debug)]
pub struct TestProject {
    folder: TempDir,
    root: PathBuf,
}

impl Default for TestProject {
    fn default() -> TestProject {
        TestProject::new()
    }
}

impl TestProject {
    /// A folder with nothing in it.
    pub fn empty() -> TestProject {
        TestProject::empty_in(tempfile::tempdir().unwrap())
    }

    /// The same in a folder of the test's choice.
    pub fn empty_in(folder: TempDir) -> TestProject {
        let project = TestProject { root: folder.path().join("project"), folder };
        std::fs::create_dir(&project.root).unwrap();
        std::fs::create_dir(project.home()).unwrap();
        project
    }

    /// A project with a config, and without a folder of connectors.
    pub fn new() -> TestProject {
        let project = TestProject::empty();
        project.write("base44/config.jsonc", "{ \"name\": \"Test\" }\n");
        project
    }

    /// The same, linked to an app.
    pub fn linked(app_id: &str) -> TestProject {
        let project = TestProject::new();
        project.write("base44/.app.jsonc", format!("{{ \"id\": \"{app_id}\" }}\n"));
        project
    }

    /// Adds files, each by its path from the root.
    pub fn with_files<T: AsRef<[u8]>>(self, files: &[(&str, T)]) -> TestProject {
        for (path, bytes) in files {
            self.write(path, bytes);
        }
        self
    }

    /// Adds the folder of connectors, with nothing in it.
    pub fn with_connectors_dir(self) -> TestProject {
        std::fs::create_dir_all(self.connectors_dir()).unwrap();
        self
    }

    /// Adds files to the folder of connectors, each by its name with the extension.
    pub fn with_connectors<T: AsRef<[u8]>>(self, files: &[(&str, T)]) -> TestProject {
        for (name, bytes) in files {
            self.write_connector(name, bytes);
        }
        self
    }

    /// The folder that the project and the home lie in, for whatever else a test wants to be gone at its end.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }

    /// The project's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The project's root under the name that the system gives it, whatever the folder for temporary files is a link to.
    pub fn real_root(&self) -> PathBuf {
        self.root.canonicalize().unwrap()
    }

    /// A path from the root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The project's config.
    pub fn config(&self) -> PathBuf {
        self.path("base44/config.jsonc")
    }

    /// The folder of connectors.
    pub fn connectors_dir(&self) -> PathBuf {
        self.path("base44/connectors")
    }

    /// Writes a file, its folders too; gives its path.
    pub fn write(&self, relative: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes a file of the folder of connectors; gives its path.
    pub fn write_connector(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        self.write(&format!("base44/connectors/{name}"), bytes)
    }

    /// What a file says.
    pub fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap()
    }

    /// What a file of the folder of connectors says.
    pub fn read_connector(&self, name: &str) -> String {
        self.read(&format!("base44/connectors/{name}"))
    }

    /// Deletes a file.
    pub fn delete(&self, relative: &str) {
        std::fs::remove_file(self.path(relative)).unwrap();
    }

    /// Deletes a file of the folder of connectors.
    pub fn delete_connector(&self, name: &str) {
        self.delete(&format!("base44/connectors/{name}"));
    }

    /// The files of the folder of connectors by name.
    pub fn connector_files(&self) -> BTreeMap<String, String> {
        files_below(&self.connectors_dir())
    }

    /// The person's home.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The folder below it in which programs keep their state.
    pub fn state_dir(&self) -> PathBuf {
        self.home().join("state")
    }

    /// The file of the person's login.
    pub fn login_path(&self) -> PathBuf {
        self.home().join(".base44/auth/auth.json")
    }

    /// Writes the person's login.
    pub fn sign_in(&self, login: &impl Serialize) {
        std::fs::create_dir_all(self.login_path().parent().unwrap()).unwrap();
        std::fs::write(self.login_path(), serde_json::to_vec_pretty(login).unwrap()).unwrap();
    }

    /// Deletes the person's login.
    pub fn sign_out(&self) {
        std::fs::remove_file(self.login_path()).unwrap();
    }

    /// The variables that lead a program to the person's home on every system, and to a platform at this address.
    pub fn variables(&self, platform: &str) -> Vec<(String, String)> {
        let (home, state) = (self.home(), self.state_dir());
        let variables = [
            ("HOME", home.display().to_string()),
            ("USERPROFILE", home.display().to_string()),
            ("XDG_STATE_HOME", state.display().to_string()),
            ("BASE44_API_URL", platform.to_owned()),
        ];
        variables.map(|(name, value)| (name.to_owned(), value)).into()
    }
}

/// Every file below a folder with its text, by its path from there with `/` on every system.
pub fn files_below(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    files
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

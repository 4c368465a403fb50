//! Projects on disk, for a test each.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::client::{Client, Start};

/// A workspace folder, gone at the end of its test.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// A project with a config and these connector files.
    pub fn new(connectors: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        project.write("base44/config.jsonc", "{ \"name\": \"test\" }");
        for (name, text) in connectors {
            project.write(&format!("base44/connectors/{name}"), text);
        }
        project
    }

    /// A folder with nothing in it.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The folder that the editor has open.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// The path of a connector file.
    pub fn connector(&self, name: &str) -> PathBuf {
        self.path(&format!("base44/connectors/{name}"))
    }

    /// Writes a file, its folders too.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A server that has this folder open.
    pub fn server(&self) -> Client {
        Start::in_folder(self.root()).run()
    }
}

//! Projects on disk, for a test each.

use std::ops::Deref;
use std::path::PathBuf;

use connector_test_support::TestProject;

use crate::client::{Client, Start};

/// A workspace folder, gone at the end of its test.
pub struct Project(TestProject);

impl Project {
    /// A project with a config and these connector files.
    pub fn new(connectors: &[(&str, &str)]) -> Self {
        Self(TestProject::new().with_connectors(connectors))
    }

    /// A folder with nothing in it.
    pub fn empty() -> Self {
        Self(TestProject::empty())
    }

    /// The path of a connector file.
    pub fn connector(&self, name: &str) -> PathBuf {
        self.connectors_dir().join(name)
    }

    /// A server that has this folder open.
    pub fn server(&self) -> Client {
        Start::in_folder(self.root()).run()
    }
}

impl Deref for Project {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.0
    }
}

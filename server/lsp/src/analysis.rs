//! Checks.
use connector_model::{Code, Finding};

use crate::diagnostics::diagnostic;
use crate::uri::DocUri;
use crate::world::World;

impl World {
    pub(crate) fn check_document(&mut self, uri: &DocUri) {
        let Some(document) = self.docs.get(uri) else { return };
        let findings: Vec<Finding> = document
            .tree()
            .errors()
            .iter()
            .map(|e| Finding::new(Code::SyntaxError, e.range, e.message.clone()))
            .collect();
        let diagnostics = findings
            .iter()
            .map(|finding| diagnostic(finding, &document.uri, &document.text, &self.caps, |_| None))
            .collect();
        let version = document.version;
        self.reports.set(uri, Some(version), diagnostics);
        self.publish(uri);
    }
}

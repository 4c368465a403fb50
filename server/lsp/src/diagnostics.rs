//! Findings as the protocol's diagnostics, and what each client was last told of each file.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_boundary::secret::mask_in_use;
use connector_model::{Finding, Place, Severity, Tag};
use connector_syntax::TextRange;
use serde_json::json;
use tower_lsp::ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range, Uri,
};

use crate::capabilities::ClientCaps;
use crate::uri::{self, DocUri};

/// The source that every diagnostic names.
pub(crate) const SOURCE: &str = "base44";

/// What is known to be wrong in one file.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) diagnostics: Diagnostics,
    /// Changes whenever the diagnostics do.
    pub(crate) id: u64,
    /// The version of the document they speak of; none for a file on disk.
    pub(crate) version: Option<i32>,
    published: Option<(Option<i32>, u64)>,
    /// The address that something stands under at the client.
    sent_as: Option<Uri>,
}

/// The diagnostics of a file, as far as they are kept.
#[derive(Debug)]
pub(crate) enum Diagnostics {
    /// Of an open document, all of them.
    Open(Arc<Vec<Diagnostic>>),
    /// Of a file on disk, what tells them from others: there may be thousands of such files, and they can be made again.
    OnDisk { hash: u64, is_empty: bool },
}

impl Default for Diagnostics {
    fn default() -> Self {
        Diagnostics::OnDisk { hash: 0, is_empty: true }
    }
}

impl Diagnostics {
    fn on_disk(diagnostics: &[Diagnostic]) -> Diagnostics {
        Diagnostics::OnDisk { hash: hash(diagnostics), is_empty: diagnostics.is_empty() }
    }

    fn says_the_same(&self, other: &Diagnostics) -> bool {
        match (self, other) {
            (Diagnostics::Open(a), Diagnostics::Open(b)) => a == b,
            (Diagnostics::OnDisk { hash: a, .. }, Diagnostics::OnDisk { hash: b, .. }) => a == b,
            (Diagnostics::Open(open), Diagnostics::OnDisk { hash: on_disk, .. })
            | (Diagnostics::OnDisk { hash: on_disk, .. }, Diagnostics::Open(open)) => hash(open) == *on_disk,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Diagnostics::Open(diagnostics) => diagnostics.is_empty(),
            Diagnostics::OnDisk { is_empty, .. } => *is_empty,
        }
    }
}

/// The reports of all files.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    /// Shared with the answers that are being sent: of thousands of files, their addresses count.
    files: HashMap<Arc<DocUri>, Report>,
    /// How often any of them changed.
    changes: u64,
}

impl Reports {
    /// Notes the address that a file's diagnostics are sent under; gives the one that others stand under, where it is
    /// spelt in another way: clients that compare addresses as text never connect the two.
    pub(crate) fn sent_as(&mut self, uri: &DocUri, now: &Uri, is_empty: bool) -> Option<Uri> {
        let report = self.files.get_mut(uri)?;
        let before = std::mem::replace(&mut report.sent_as, (!is_empty).then(|| now.clone()));
        before.filter(|before| before != now)
    }

    /// Takes in the diagnostics of an open document.
    pub(crate) fn set(&mut self, uri: &DocUri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        self.take(uri, version, Diagnostics::Open(Arc::new(diagnostics)));
    }

    /// Takes in the diagnostics of a file on disk; kept is what tells them from others.
    pub(crate) fn set_on_disk(&mut self, uri: &DocUri, diagnostics: &[Diagnostic]) {
        if diagnostics.is_empty() && !self.files.contains_key(uri) {
            // Clean files on disk cost nothing, however many there are.
            return;
        }
        self.take(uri, None, Diagnostics::on_disk(diagnostics));
    }

    fn take(&mut self, uri: &DocUri, version: Option<i32>, diagnostics: Diagnostics) {
        if !self.files.contains_key(uri) {
            self.files.insert(Arc::new(uri.clone()), Report::default());
        }
        let Some(report) = self.files.get_mut(uri) else { return };
        report.version = version;
        let same = report.id != 0 && report.diagnostics.says_the_same(&diagnostics);
        report.diagnostics = diagnostics;
        if !same {
            self.changes += 1;
            report.id = self.changes;
        }
    }

    /// How often any of them changed.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// Takes in that a file came to be pulled alone, or no longer is: who waits for all is told.
    pub(crate) fn change_of_hands(&mut self) {
        self.changes += 1;
    }

    /// The report of one file.
    pub(crate) fn get(&self, uri: &DocUri) -> Option<&Report> {
        self.files.get(uri)
    }

    /// Every report.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<DocUri>, &Report)> {
        self.files.iter()
    }

    /// The files on disk that something is said about.
    pub(crate) fn on_disk(&self) -> impl Iterator<Item = PathBuf> {
        let on_disk = self.files.iter().filter(|(_, report)| report.version.is_none());
        on_disk.filter_map(|(uri, _)| uri.path().map(Path::to_owned))
    }

    /// Whether the client is to be told of a file: it has not been told just that. From now on it has.
    pub(crate) fn take_news(&mut self, uri: &DocUri) -> bool {
        let Some(report) = self.files.get_mut(uri) else { return false };
        let state = (report.version, report.id);
        let told_nothing =
            report.published.is_none() && report.diagnostics.is_empty() && report.version.is_none();
        if report.published == Some(state) || told_nothing {
            return false;
        }
        // A file closed without change needs no word.
        let same = report.published.is_some_and(|(_, id)| id == report.id) && report.version.is_none();
        report.published = Some(state);
        !same
    }

    /// Whether the client has been sent something of a file that it is to forget.
    pub(crate) fn take_back(&mut self, uri: &DocUri) -> bool {
        let Some(report) = self.files.get_mut(uri) else { return false };
        report.published.take().is_some()
    }

    /// The files of which something was sent.
    pub(crate) fn sent(&self) -> Vec<DocUri> {
        let sent = self.files.iter().filter(|(_, report)| report.published.is_some());
        sent.map(|(uri, _)| DocUri::clone(uri)).collect()
    }

    /// The document has left; what is known now is of the disk.
    pub(crate) fn detach(&mut self, uri: &DocUri) {
        if let Some(report) = self.files.get_mut(uri) {
            report.version = None;
            if let Diagnostics::Open(open) = &report.diagnostics {
                report.diagnostics = Diagnostics::on_disk(open);
            }
        }
    }

    /// Forgets files without findings that are not open.
    pub(crate) fn tidy(&mut self, uri: &DocUri) {
        let idle = self
            .files
            .get(uri)
            .is_some_and(|report| report.version.is_none() && report.diagnostics.is_empty());
        if idle {
            self.changes += 1;
            self.files.remove(uri);
        }
    }
}

/// What tells one list of diagnostics from another, at eight bytes a file.
fn hash(diagnostics: &[Diagnostic]) -> u64 {
    struct Sink(DefaultHasher);
    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut sink = Sink(DefaultHasher::new());
    // Nothing in a diagnostic refuses to be written.
    let _ = serde_json::to_writer(&mut sink, diagnostics);
    sink.0.finish()
}

/// A finding as this client can take it; `locate` finds a place in another file.
pub(crate) fn diagnostic(
    finding: &Finding,
    uri: &DocUri,
    range: impl Fn(TextRange) -> Range,
    caps: &ClientCaps,
    locate: impl Fn(&Place) -> Option<Location>,
) -> Diagnostic {
    let related = caps.related_information.then(|| {
        finding
            .related
            .iter()
            .filter_map(|place| {
                let location = match &place.path {
                    None => Location { uri: uri.as_uri().clone(), range: range(place.range) },
                    Some(_) => locate(place)?,
                };
                Some(DiagnosticRelatedInformation {
                    location,
                    message: mask_in_use(&place.message).into_owned(),
                })
            })
            .collect::<Vec<_>>()
    });
    let tags = caps.diagnostic_tags.then(|| {
        finding
            .tags
            .iter()
            .map(|tag| match tag {
                Tag::Unnecessary => DiagnosticTag::UNNECESSARY,
                Tag::Deprecated => DiagnosticTag::DEPRECATED,
            })
            .collect::<Vec<_>>()
    });
    let link = caps.code_description.then(|| uri::parse(&finding.link)).flatten();
    // What would resolve it, for clients that show it elsewhere than in a menu.
    let titles: Vec<&str> = finding.fixes.iter().map(|fix| fix.title.as_str()).collect();
    let data = (!titles.is_empty()).then(|| json!({"fixes": titles}));
    Diagnostic {
        range: range(finding.range),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.code.as_str().to_owned())),
        code_description: link.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: mask_in_use(&finding.message).into_owned(),
        related_information: related.filter(|places| !places.is_empty()),
        tags: tags.filter(|tags| !tags.is_empty()),
        data: data.filter(|_| caps.diagnostic_data),
    }
}

/// The protocol's severity.
fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

#[cfg(test)]
mod tests {
    use connector_model::Code;
    use connector_syntax::TextRange;

    use super::*;

    fn uri() -> DocUri {
        DocUri::from_path(std::path::Path::new("/a.jsonc")).unwrap()
    }

    fn wrong() -> Vec<Diagnostic> {
        vec![Diagnostic { message: "wrong".to_owned(), ..Diagnostic::default() }]
    }

    #[test]
    fn an_equal_publish_is_dropped_and_a_new_version_is_not() {
        let mut reports = Reports::default();
        reports.set(&uri(), Some(1), wrong());
        assert!(reports.take_news(&uri()));
        reports.set(&uri(), Some(1), wrong());
        assert!(!reports.take_news(&uri()));
        reports.set(&uri(), Some(2), wrong());
        assert!(reports.take_news(&uri()));
    }

    #[test]
    fn a_clean_file_on_disk_is_never_spoken_of() {
        let mut reports = Reports::default();
        reports.set_on_disk(&uri(), &[]);
        assert!(!reports.take_news(&uri()));
        assert!(reports.get(&uri()).is_none());
    }

    #[test]
    fn a_mended_file_on_disk_is_cleared() {
        let mut reports = Reports::default();
        reports.set_on_disk(&uri(), &wrong());
        assert!(reports.take_news(&uri()));
        reports.set_on_disk(&uri(), &[]);
        assert!(reports.take_news(&uri()));
        assert!(reports.get(&uri()).unwrap().diagnostics.is_empty());
    }

    #[test]
    fn what_the_client_cannot_take_is_left_out() {
        let mut finding = Finding::new(Code::DuplicateScope, TextRange::default(), "twice");
        finding.tags.push(Tag::Unnecessary);
        finding.related.push(Place { path: None, range: TextRange::default(), message: "here".to_owned() });
        let range = |_| Range::default();
        let bare = diagnostic(&finding, &uri(), range, &ClientCaps::default(), |_| None);
        assert!(bare.tags.is_none() && bare.related_information.is_none() && bare.code_description.is_none());
        let caps = ClientCaps {
            diagnostic_tags: true,
            related_information: true,
            code_description: true,
            ..ClientCaps::default()
        };
        let full = diagnostic(&finding, &uri(), range, &caps, |_| None);
        assert!(full.tags.is_some() && full.related_information.is_some() && full.code_description.is_some());
    }
}

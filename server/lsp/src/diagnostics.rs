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
    CodeDescription, ConfigurationParams, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, Location, NumberOrString, ProgressToken, Range,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport, request,
};

use crate::capabilities::ClientCaps;
use crate::event::Reply;
use crate::uri::{self, DocUri};
use crate::world::World;

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
    files: HashMap<DocUri, Report>,
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
        let report = self.files.entry(uri.clone()).or_default();
        report.version = version;
        let same = report.id != 0 && report.diagnostics.says_the_same(&diagnostics);
        report.diagnostics = diagnostics;
        if !same {
            self.changes += 1;
            report.id = self.changes;
        }
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
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&DocUri, &Report)> {
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
        sent.map(|(uri, _)| uri.clone()).collect()
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

/// The id of the report of a file that is pulled alone.
const PULLED_ALONE: &str = "alone";

/// So many files of a workspace pull are sent at once: as messages, more would take up memory that nobody has use for.
const MAX_IN_PART: usize = 128;
/// So many parts wait for a client at once; each takes up about half a megabyte.
const MAX_PARTS_WAITING: usize = 4;

/// A workspace pull.
struct WorkspacePull {
    /// The ids of the reports that the client has.
    known: HashMap<DocUri, String>,
    /// Under which the client takes the answer in parts, if it does.
    token: Option<ProgressToken>,
    reply: Reply<WorkspaceDiagnosticReportResult>,
}

/// A workspace pull that waits for something new.
pub(crate) struct Parked {
    pull: WorkspacePull,
    /// The count of changes that the client knows of.
    seen: u64,
}

/// A workspace pull that is answered in parts.
pub(crate) struct InParts {
    pull: WorkspacePull,
    token: ProgressToken,
    /// The files that are not sent yet.
    left: Vec<DocUri>,
}

impl World {
    /// `textDocument/diagnostic`.
    pub(crate) fn pull_document(
        &mut self,
        params: DocumentDiagnosticParams,
    ) -> DocumentDiagnosticReportResult {
        let uri = self.workspace.spelled(DocUri::new(params.text_document.uri));
        self.check_now(&uri);
        self.tell_of(&uri);
        let report = self.reports.get(&uri);
        let id = report.map_or(0, |report| report.id).to_string();
        if report.is_some() && params.previous_result_id.as_deref() == Some(&id) {
            let unchanged = UnchangedDocumentDiagnosticReport { result_id: id };
            return DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: unchanged,
            })
            .into();
        }
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: report.map(|_| id),
                items: report.map(|report| self.diagnostics_of(&uri, report)).unwrap_or_default(),
            },
        })
        .into()
    }

    /// `workspace/diagnostic`: a client that streams is answered when there is something new.
    pub(crate) fn pull_workspace(
        &mut self,
        params: WorkspaceDiagnosticParams,
        reply: Reply<WorkspaceDiagnosticReportResult>,
    ) {
        self.check_dirty();
        if !std::mem::replace(&mut self.pulls_workspace, true) {
            // From here on it asks for the files that are not open, too.
            for uri in self.reports.sent() {
                self.take_back(&uri);
            }
        }
        self.tell_all();
        let known = params
            .previous_result_ids
            .into_iter()
            .map(|previous| (DocUri::new(previous.uri), previous.value))
            .collect();
        let pull = WorkspacePull { known, token: params.partial_result_params.partial_result_token, reply };
        if pull.token.is_some() && !self.is_old(&pull.known) {
            self.parked.push(Parked { pull, seen: self.reports.changes });
        } else {
            self.answer(pull);
        }
    }

    /// Answers the workspace pulls that something new has come for.
    pub(crate) fn answer_parked(&mut self) {
        if self.parked.is_empty() {
            return;
        }
        for parked in std::mem::take(&mut self.parked) {
            if parked.pull.reply.is_cancelled() {
                continue;
            }
            if parked.seen != self.reports.changes {
                self.answer(parked.pull);
            } else {
                self.parked.push(parked);
            }
        }
    }

    /// Answers a workspace pull: in parts, where it is long and the client takes them.
    fn answer(&mut self, mut pull: WorkspacePull) {
        // What the client was told of and is clean, or gone, now.
        let gone = pull.known.keys().filter(|uri| self.reports.get(uri).is_none());
        let mut left: Vec<DocUri> = self.reports.iter().map(|(uri, _)| uri).chain(gone).cloned().collect();
        left.sort_by(|a, b| b.as_uri().as_str().cmp(a.as_uri().as_str()));
        match pull.token.take().filter(|_| left.len() > MAX_IN_PART && self.caps.configuration) {
            Some(token) => self.in_parts.push(InParts { pull, token, left }),
            None => {
                let items = left.iter().rev().map(|uri| self.workspace_item(uri, &pull.known)).collect();
                pull.reply.ok(WorkspaceDiagnosticReport { items }.into());
            }
        }
    }

    /// Sends the next parts of the answers to workspace pulls, as far as the client takes them.
    pub(crate) fn send_parts(&mut self) {
        for mut answer in std::mem::take(&mut self.in_parts) {
            if answer.pull.reply.is_cancelled() {
                continue;
            }
            while answer.left.len() > MAX_IN_PART && !self.out.has_waiting(MAX_PARTS_WAITING) {
                let items = self.next_part(&mut answer);
                match serde_json::to_value(&items) {
                    Ok(items) => self
                        .out
                        .notify_raw("$/progress", json!({"token": answer.token, "value": {"items": items}})),
                    Err(error) => tracing::error!("a part of the findings cannot be written: {error}"),
                }
            }
            if answer.left.len() > MAX_IN_PART || self.out.has_waiting(1) {
                self.in_parts.push(answer);
                continue;
            }
            // Answers overtake notifications on their way, and no part may come after the last one. What changes nothing
            // is asked, therefore: who has answered that has read all that went before.
            let nothing = ConfigurationParams { items: Vec::new() };
            self.out.request::<request::WorkspaceConfiguration>(nothing, move |world, _| {
                let items = world.next_part(&mut answer);
                answer.pull.reply.ok(WorkspaceDiagnosticReport { items }.into());
            });
        }
    }

    fn next_part(&self, answer: &mut InParts) -> Vec<WorkspaceDocumentDiagnosticReport> {
        let rest = answer.left.len().saturating_sub(MAX_IN_PART);
        let part = answer.left.split_off(rest);
        part.iter().rev().map(|uri| self.workspace_item(uri, &answer.pull.known)).collect()
    }

    fn diagnostics_of(&self, uri: &DocUri, report: &Report) -> Vec<Diagnostic> {
        match &report.diagnostics {
            Diagnostics::Open(diagnostics) => diagnostics.as_ref().clone(),
            Diagnostics::OnDisk { .. } => {
                uri.path().map(|path| self.diagnostics_on_disk(path, uri)).unwrap_or_default()
            }
        }
    }

    /// What tells the client whether it knows a report already, when it asks for all of them. An open file of code is
    /// asked for alone as well, by another name: it would have twice what is said there.
    fn id_of(&self, uri: &DocUri, report: &Report) -> String {
        match self.attached.pulls() && self.is_code(uri) {
            true => PULLED_ALONE.to_owned(),
            false => report.id.to_string(),
        }
    }

    fn is_old(&self, known: &HashMap<DocUri, String>) -> bool {
        let told = self.reports.iter().all(|(uri, report)| known.get(uri) == Some(&self.id_of(uri, report)));
        !told || known.keys().any(|uri| self.reports.get(uri).is_none())
    }

    /// What a workspace pull is told of one file.
    fn workspace_item(
        &self,
        uri: &DocUri,
        known: &HashMap<DocUri, String>,
    ) -> WorkspaceDocumentDiagnosticReport {
        let Some(report) = self.reports.get(uri) else {
            return full_report(self.spelling(uri), None, None, Vec::new());
        };
        let id = self.id_of(uri, report);
        let version = report.version.map(i64::from);
        if known.get(uri) == Some(&id) {
            return WorkspaceDocumentDiagnosticReport::Unchanged(
                WorkspaceUnchangedDocumentDiagnosticReport {
                    uri: self.spelling(uri),
                    version,
                    unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
                },
            );
        }
        let is_pulled = id == PULLED_ALONE;
        let diagnostics = if is_pulled { Vec::new() } else { self.diagnostics_of(uri, report) };
        full_report(self.spelling(uri), version, Some(id), diagnostics)
    }
}

fn full_report(
    uri: Uri,
    version: Option<i64>,
    result_id: Option<String>,
    items: Vec<Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
    })
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

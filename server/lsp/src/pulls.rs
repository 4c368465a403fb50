//! The client asks for the diagnostics: of one file, or of all of them, where it may wait for news or take the answer in
//! parts.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;
use tower_lsp::ls_types::{
    ConfigurationParams, Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport,
    DocumentDiagnosticReportResult, FullDocumentDiagnosticReport, ProgressToken,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport, request,
};

use crate::diagnostics::{Diagnostics, Report};
use crate::event::Reply;
use crate::uri::DocUri;
use crate::world::World;

/// The id of the report of a file that is pulled alone.
const PULLED_ALONE: &str = "alone";

/// So many files of a workspace pull are sent at once: as messages, more would take up memory that nobody has use for.
const MAX_IN_PART: usize = 64;
/// So many parts wait for a client at once; each takes up about a quarter of a megabyte.
const MAX_PARTS_WAITING: usize = 2;

/// A workspace pull.
struct WorkspacePull {
    /// The ids of the reports that the client has.
    known: HashMap<DocUri, String>,
    reply: Reply<WorkspaceDiagnosticReportResult>,
}

/// A workspace pull that waits for something new.
pub(crate) struct Parked {
    pull: WorkspacePull,
    /// Under which the client takes the answer in parts.
    token: ProgressToken,
    /// The count of changes that the client knows of.
    seen: u64,
}

/// A workspace pull that is answered in parts.
pub(crate) struct InParts {
    pull: WorkspacePull,
    /// Under which the client takes the parts.
    token: ProgressToken,
    /// The files that are not sent yet.
    left: Vec<Arc<DocUri>>,
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
        let pull = WorkspacePull { known, reply };
        match params.partial_result_params.partial_result_token {
            Some(token) if !self.is_old(&pull.known) => {
                self.parked.push(Parked { pull, token, seen: self.reports.changes() });
            }
            token => self.answer(pull, token),
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
            if parked.seen != self.reports.changes() {
                self.answer(parked.pull, Some(parked.token));
            } else {
                self.parked.push(parked);
            }
        }
    }

    /// Answers a workspace pull: in parts, where it is long and the client takes them.
    fn answer(&mut self, pull: WorkspacePull, token: Option<ProgressToken>) {
        // What the client was told of and is clean, or gone, now.
        let gone = pull.known.keys().filter(|uri| self.reports.get(uri).is_none()).cloned().map(Arc::new);
        let mut left: Vec<Arc<DocUri>> =
            self.reports.iter().map(|(uri, _)| uri).cloned().chain(gone).collect();
        left.sort_by(|a, b| b.as_uri().as_str().cmp(a.as_uri().as_str()));
        match token.filter(|_| left.len() > MAX_IN_PART && self.caps.configuration) {
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
        let told =
            self.reports.iter().all(|(uri, report)| known.get(&**uri) == Some(&self.id_of(uri, report)));
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

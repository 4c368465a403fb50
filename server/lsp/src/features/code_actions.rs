//! Code actions: the fixes of findings, silencing one, mending everything at once, and what the platform needs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_model::checks::Around;
use connector_model::files::read_connector;
use connector_model::fixes::fix_all_named;
use connector_model::ignores::{can_be_silenced, silence, silence_in_file, silence_in_program};
use connector_model::project::Project;
use connector_model::state::Connector;
use connector_model::{Finding, Fix, FixAction, Tag};
use connector_syntax::{TextRange, parse};
use serde_json::json;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command,
    CreateFile, CreateFileOptions, Diagnostic, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, Range, RenameFile, ResourceOp, TextDocumentEdit, TextEdit,
    WorkspaceEdit,
};

use super::line_edits;
use crate::commands;
use crate::diagnostics::Diagnostics;
use crate::documents::{Document, Text};
use crate::uri::DocUri;
use crate::workspace::OpenProject;
use crate::world::World;

/// The kind of the action that applies every safe fix.
const FIX_ALL: &str = "source.fixAll.base44";
/// The kind of actions on the whole project.
const PROJECT: &str = "source.base44";

/// What can be done about a range of a document.
///
/// `texts` are the files that are not open and that fixes change.
pub(crate) fn actions(
    world: &World,
    (params, texts): (CodeActionParams, FileTexts),
) -> Option<CodeActionResponse> {
    let uri = DocUri::new(params.text_document.uri);
    let document = world.docs.get(&uri)?;
    let range = document.text.text_range(params.range, world.caps.encoding);
    let wanted = Wanted { only: params.context.only };
    let mut actions =
        Actions { world, document, state: state(world, document), texts: &texts, found: Vec::new() };
    let touched = said_at(world, document, range);

    if wanted.has("quickfix") {
        for said in &touched {
            actions.fixes(said);
        }
        for said in &touched {
            actions.silence(said);
        }
    }
    if world.is_connector(document) {
        if wanted.has(FIX_ALL) {
            actions.fix_all();
        }
        if wanted.has(PROJECT) {
            actions.push();
        }
    }
    Some(actions.into_response())
}

/// The files that are not open and that fixes of what is said in a range change.
pub(crate) fn files_on_disk(world: &World, params: &CodeActionParams) -> Vec<(Arc<Project>, PathBuf)> {
    let uri = DocUri::new(params.text_document.uri.clone());
    let Some(document) = world.docs.get(&uri) else { return Vec::new() };
    let Some(path) = document.uri.path() else { return Vec::new() };
    let Some(state) = world.workspace.state_of(path) else { return Vec::new() };
    let range = document.text.text_range(params.range, world.caps.encoding);
    let said = said_at(world, document, range);
    let changed = said.iter().flat_map(|said| &said.finding.fixes).filter_map(|fix| match &fix.action {
        FixAction::AddScopes { path, .. } | FixAction::RemoveScopes { path, .. } => Some(path.clone()),
        _ => None,
    });
    let on_disk = |path: &PathBuf| DocUri::from_path(path).is_some_and(|uri| world.docs.get(&uri).is_none());
    let changed: BTreeSet<PathBuf> = changed.filter(on_disk).collect();
    changed.into_iter().map(|path| (state.project().clone(), path)).collect()
}

/// Reads files, away from the loop.
pub(crate) async fn read_files(files: Vec<(Arc<Project>, PathBuf)>) -> FileTexts {
    if files.is_empty() {
        return FileTexts::new();
    }
    let read = tokio::task::spawn_blocking(move || {
        let files = files.into_iter();
        files
            .filter_map(|(project, path)| Some((path.clone(), read_connector(&project, &path).ok()?)))
            .collect()
    });
    read.await.unwrap_or_default()
}

/// What was said of a document in a range.
fn said_at<'w>(world: &'w World, document: &'w Document, range: TextRange) -> Vec<Said<'w>> {
    said(world, document).into_iter().filter(|said| touch(said.finding.range, range)).collect()
}

/// The texts of files that are not open.
pub(crate) type FileTexts = BTreeMap<PathBuf, String>;

/// A finding, and the diagnostic that the client was given of it.
#[derive(Clone)]
struct Said<'w> {
    finding: Cow<'w, Finding>,
    diagnostic: Cow<'w, Diagnostic>,
}

/// What was said of a document. Of a project's own files that holds only while they are as on disk.
fn said<'w>(world: &'w World, document: &'w Document) -> Vec<Said<'w>> {
    let findings = match document.uri.path().and_then(|path| Some((world.workspace.state_of(path)?, path))) {
        _ if world.is_connector(document) => Some(world.findings_of(document)),
        Some((state, path)) if world.is_code(&document.uri) => Some(state.known.shown(path)),
        _ => None,
    };
    if let Some(findings) = findings {
        let report =
            world.reports.get(&document.uri).filter(|report| report.version == Some(document.version));
        let Some(Diagnostics::Open(diagnostics)) = report.map(|report| &report.diagnostics) else {
            return Vec::new();
        };
        let diagnostics = diagnostics.iter().map(Cow::Borrowed);
        let both = findings.into_iter().zip(diagnostics);
        return both.map(|(finding, diagnostic)| Said { finding, diagnostic }).collect();
    }
    let on_disk = || {
        let path = document.uri.path()?;
        let state = world.workspace.state_of(path)?;
        let findings = state.known.shown(path);
        let as_on_disk = state.known.own_text(path)? == document.text.as_str().as_ref();
        as_on_disk.then(|| findings.into_iter().zip(world.diagnostics_on_disk(path, &document.uri)))
    };
    let both = on_disk().into_iter().flatten();
    both.map(|(finding, diagnostic)| Said { finding, diagnostic: Cow::Owned(diagnostic) }).collect()
}

/// The kinds that the client wants; without a list, all.
struct Wanted {
    only: Option<Vec<CodeActionKind>>,
}

impl Wanted {
    fn has(&self, kind: &str) -> bool {
        self.only.as_ref().is_none_or(|only| {
            only.iter().any(|wanted| {
                let wanted = wanted.as_str();
                kind == wanted
                    || wanted.is_empty()
                    || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
            })
        })
    }
}

fn state<'w>(world: &'w World, document: &Document) -> Option<&'w OpenProject> {
    world.workspace.state_of(document.uri.path()?)
}

/// Whether a fix does what was meant, as far as that is known: what only takes away what somebody wrote does not,
/// unless it is superfluous.
fn mends(finding: &Finding, fix: &Fix) -> bool {
    let only_removes =
        matches!(&fix.action, FixAction::Edit(edits) if edits.iter().all(|edit| edit.new_text.is_empty()));
    fix.safe || !only_removes || finding.tags.contains(&Tag::Unnecessary)
}

struct Actions<'w> {
    world: &'w World,
    document: &'w Document,
    state: Option<&'w OpenProject>,
    texts: &'w FileTexts,
    found: Vec<CodeAction>,
}

impl Actions<'_> {
    fn fixes(&mut self, said: &Said<'_>) {
        let Said { finding, diagnostic } = said;
        let first_safe = finding.fixes.iter().position(|fix| fix.safe).unwrap_or(0);
        for (at, fix) in finding.fixes.iter().enumerate() {
            let Some(mut action) = self.of_fix(fix) else {
                continue;
            };
            action.diagnostics = Some(vec![diagnostic.as_ref().clone()]);
            if self.world.caps.code_action_preferred && at == first_safe && mends(finding, fix) {
                action.is_preferred = Some(true);
            }
            self.push_new(action);
        }
    }

    fn of_fix(&self, fix: &Fix) -> Option<CodeAction> {
        let mut action = CodeAction {
            title: fix.title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            ..CodeAction::default()
        };
        match &fix.action {
            FixAction::Edit(edits) => action.edit = Some(self.edit(edits)),
            FixAction::Rename(path) => action.edit = Some(self.rename(path)?),
            FixAction::AddScopes { path, .. } | FixAction::RemoveScopes { path, .. } => {
                action.edit = Some(self.change(path, &fix.action)?);
            }
            FixAction::Create { path, text } => match self.create(path, text) {
                Some(edit) => action.edit = Some(edit),
                None => action.command = Some(self.create_by_command(path, text, &fix.title)?),
            },
            FixAction::Command(command) => {
                if !self.world.config.trusted {
                    return None;
                }
                action.command = Some(commands::of(command, &fix.title, self.state?.root()));
            }
        }
        Some(action)
    }

    fn edit(&self, edits: &[connector_syntax::TextEdit]) -> WorkspaceEdit {
        self.edit_of(&self.document.uri, Some(self.document.version), &self.document.text, edits)
    }

    /// The edit of a file that may be another one than the document, open or not.
    fn change(&self, path: &Path, action: &FixAction) -> Option<WorkspaceEdit> {
        let uri = DocUri::from_path(path)?;
        let open = self.world.docs.get(&uri);
        let text = match open {
            Some(open) => open.text.clone(),
            None => Text::new(self.texts.get(path)?),
        };
        let changed = action.changed(text.as_str())?;
        let edits = line_edits::between(text.as_str(), &changed);
        let uri = open.map_or(&uri, |open| &open.uri);
        Some(self.edit_of(uri, open.map(|open| open.version), &text, &edits))
    }

    /// A new file with its text; none where the client makes no files, or there is one already.
    fn create(&self, path: &Path, text: &str) -> Option<WorkspaceEdit> {
        let uri = DocUri::from_path(path)?;
        let is_there = self.state?.known.file(path).is_some() || self.world.docs.get(&uri).is_some();
        if is_there || !self.world.caps.create_files {
            return None;
        }
        let uri = uri.as_uri().clone();
        let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
        let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
        let edit = TextEdit { range: Range::default(), new_text: text.to_owned() };
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: None };
        let edit = TextDocumentEdit { text_document, edits: vec![OneOf::Left(edit)] };
        Some(WorkspaceEdit {
            document_changes: Some(DocumentChanges::Operations(vec![
                DocumentChangeOperation::Op(ResourceOp::Create(create)),
                DocumentChangeOperation::Edit(edit),
            ])),
            ..WorkspaceEdit::default()
        })
    }

    /// The same for a client that makes no files: the server writes it.
    fn create_by_command(&self, path: &Path, text: &str, title: &str) -> Option<Command> {
        let state = self.state.filter(|state| state.known.file(path).is_none())?;
        let connector = Connector::of(&parse(text))?;
        let mut command = commands::on_project(
            "base44.createConnector",
            title,
            state.root(),
            std::slice::from_ref(&connector.type_name),
        );
        let argument =
            command.arguments.as_mut().and_then(|arguments| arguments.first_mut()?.as_object_mut());
        if let Some(members) = argument.filter(|_| !connector.scopes().is_empty()) {
            members.insert("scopes".to_owned(), json!(connector.scopes()));
        }
        Some(command)
    }

    fn edit_of(
        &self,
        uri: &DocUri,
        version: Option<i32>,
        text: &Text,
        edits: &[connector_syntax::TextEdit],
    ) -> WorkspaceEdit {
        let edits: Vec<TextEdit> = edits
            .iter()
            .map(|edit| TextEdit {
                range: text.range(edit.range, self.world.caps.encoding),
                new_text: edit.new_text.clone(),
            })
            .collect();
        let uri = uri.as_uri().clone();
        if !self.world.caps.document_changes {
            return WorkspaceEdit {
                changes: Some(HashMap::from([(uri, edits)])),
                ..WorkspaceEdit::default()
            };
        }
        // The version keeps a client from applying it to another text.
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }])),
            ..WorkspaceEdit::default()
        }
    }

    fn rename(&self, path: &Path) -> Option<WorkspaceEdit> {
        // Who can rename takes `documentChanges`, which holds nothing else: whether edits in it have versions is another matter.
        if !self.world.caps.rename_files {
            return None;
        }
        let rename = RenameFile {
            old_uri: self.document.uri.as_uri().clone(),
            new_uri: DocUri::from_path(path)?.as_uri().clone(),
            options: None,
            annotation_id: None,
        };
        Some(WorkspaceEdit {
            document_changes: Some(DocumentChanges::Operations(vec![DocumentChangeOperation::Op(
                ResourceOp::Rename(rename),
            )])),
            ..WorkspaceEdit::default()
        })
    }

    fn silence(&mut self, said: &Said<'_>) {
        let Said { finding, diagnostic } = said;
        if !can_be_silenced(finding.code) || finding.code.is_from_platform() {
            return;
        }
        let code = finding.code.as_str();
        let text = self.document.text.as_str();
        let on_line = match self.world.is_code(&self.document.uri) {
            true => silence_in_program(text, finding.code, finding.range.start),
            false => silence(text, finding.code, finding.range.start),
        };
        let in_file = silence_in_file(text, finding.code);
        for (place, edit) in [("on this line", on_line), ("in this file", in_file)] {
            let action = CodeAction {
                title: format!("Silence `{code}` {place}"),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic.as_ref().clone()]),
                edit: Some(self.edit(&[edit])),
                ..CodeAction::default()
            };
            self.push_new(action);
        }
    }

    fn fix_all(&mut self) {
        if self.document.is_too_large() {
            return;
        }
        let path = self.document.uri.path();
        let around = match (path, self.state) {
            (Some(path), Some(state)) => state.known.around(path),
            (path, _) => Around { path, ..Around::default() },
        };
        let severities = self.state.map_or(&self.world.config.severity, |state| state.known.severities());
        let old = self.document.text.as_str();
        let (new, titles) = fix_all_named(old, &around, severities);
        let count = titles.len();
        if count == 0 || new == **old {
            return;
        }
        let title = match count {
            1 => "Apply the safe fix in this file".to_owned(),
            count => format!("Apply the {count} safe fixes in this file"),
        };
        self.found.push(CodeAction {
            title,
            kind: Some(CodeActionKind::from(FIX_ALL)),
            edit: Some(self.edit(&line_edits::between(old, &new))),
            ..CodeAction::default()
        });
    }

    fn push(&mut self) {
        let Some(state) =
            self.state.filter(|_| self.world.config.trusted && self.world.is_connector(self.document))
        else {
            return;
        };
        let worth = self.document.uri.path().is_some_and(|path| state.known.is_worth_pushing(path));
        if !worth || !state.is_configured() {
            return;
        }
        let action = CodeAction {
            title: commands::PUSH_TITLE.to_owned(),
            kind: Some(CodeActionKind::from(PROJECT)),
            command: Some(commands::on_project("base44.push", commands::PUSH_TITLE, state.root(), &[])),
            ..CodeAction::default()
        };
        self.push_new(action);
    }

    /// Two findings may offer the same; it is listed once, with both.
    fn push_new(&mut self, action: CodeAction) {
        let known = self.found.iter_mut().find(|known| {
            known.title == action.title && known.edit == action.edit && known.command == action.command
        });
        match known {
            Some(known) => {
                if let (Some(known), Some(more)) = (&mut known.diagnostics, action.diagnostics) {
                    known.extend(more);
                }
            }
            None => self.found.push(action),
        }
    }

    /// A client that knows no actions gets the commands among them.
    fn into_response(self) -> CodeActionResponse {
        if self.world.caps.code_action_literals {
            return self.found.into_iter().map(CodeActionOrCommand::CodeAction).collect();
        }
        self.found.into_iter().filter_map(|action| action.command).map(CodeActionOrCommand::Command).collect()
    }
}

fn touch(a: TextRange, b: TextRange) -> bool {
    a.start <= b.end && b.start <= a.end
}

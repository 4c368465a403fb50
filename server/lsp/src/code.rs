//! The app's code beside its connector files: given to a thread of its own as it is typed, and taken in when it is
//! analysed.

mod attach;
mod desk;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

use connector_model::code::{CodeFile, CodeFolders, SharedCode};
use tower_lsp::ls_types::Uri;

pub(crate) use attach::Attached;
use desk::{Analysed, OpenText, Order};

pub(crate) use desk::Desk;

use crate::documents::Document;
use crate::uri::DocUri;
use crate::workspace::OpenProject;
use crate::world::World;

/// How long the code has to be at rest before a client is told to pull what changed in other files: while somebody
/// types, every key moves what is said there.
const REST: Duration = Duration::from_millis(250);

/// What is known of the code of one project.
#[derive(Default)]
pub(crate) struct ProjectCode {
    stage: Stage,
    /// Where it lies, once that is known.
    folders: Option<CodeFolders>,
    /// The version of each open text that was given to the thread.
    given: HashMap<PathBuf, i32>,
    /// The version of each open text that the findings speak of.
    known: HashMap<PathBuf, i32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// It is nobody's concern, or it cannot be looked at.
    #[default]
    Off,
    /// It is to be read when the loop comes to rest.
    Wanted,
    /// It is being read, or it is known.
    On,
}

impl ProjectCode {
    /// The code of a project that was read again.
    pub(crate) fn again(before: Option<ProjectCode>) -> ProjectCode {
        ProjectCode { stage: Stage::Wanted, ..before.unwrap_or_default() }
    }

    /// What a file is to the code by its place and name. Before the folders are known, anything may be code. Of pages it
    /// is said what is wrong as they are saved, and nothing else: they are other servers' business.
    fn kind(&self, path: &Path) -> Option<CodeFile> {
        let kind = self.folders.as_ref().filter(|_| self.stage != Stage::Off)?.kind(path)?;
        (kind != CodeFile::Page).then_some(kind)
    }

    fn may_hold(&self, path: &Path) -> bool {
        match (&self.folders, self.stage) {
            (_, Stage::Off) => false,
            (Some(_), _) => self.kind(path).is_some(),
            (None, _) => is_code_like(path),
        }
    }

    /// Whether something that happened at a place on disk matters.
    pub(crate) fn concerns(&self, path: &Path) -> bool {
        self.stage != Stage::Off && self.folders.as_ref().is_some_and(|folders| folders.concern(path))
    }

    /// The folders that its files lie in.
    pub(crate) fn folders(&self) -> Option<&CodeFolders> {
        self.folders.as_ref().filter(|_| self.stage != Stage::Off)
    }
}

/// Something to be done once the code of a document is known as the document is now.
pub(crate) struct Waiting {
    uri: DocUri,
    then: Box<dyn FnOnce(&mut World) + Send>,
}

impl World {
    /// The open document of this address and its project, if it is part of an app's code.
    pub(crate) fn code_document(&self, uri: &Uri) -> Option<(&Document, &OpenProject, CodeFile)> {
        let document = self.document(uri)?;
        let path = document.uri.path()?;
        let state = self.workspace.state_of(path)?;
        Some((document, state, state.code.kind(path)?))
    }

    /// Whether an open document is part of an app's code.
    pub(crate) fn is_code(&self, uri: &DocUri) -> bool {
        let state = uri.path().and_then(|path| Some((self.workspace.state_of(path)?, path)));
        self.docs.get(uri).is_some() && state.is_some_and(|(state, path)| state.code.kind(path).is_some())
    }

    /// Whether a document may be code that its project's connectors are checked against: looking for that project is
    /// worth it.
    pub(crate) fn may_be_code(uri: &DocUri) -> bool {
        uri.path().is_some_and(is_code_like)
    }

    // What is given to the thread.

    /// Has the code of those projects read that it is wanted of. The client was told of its open files by now.
    pub(crate) fn read_wanted_code(&mut self) {
        let wanted = |state: &OpenProject| state.code.stage == Stage::Wanted;
        if !self.workspace.projects.iter().any(wanted) {
            return;
        }
        let roots: Vec<PathBuf> =
            self.workspace.projects.iter().filter(|it| wanted(it)).map(|it| it.root().to_owned()).collect();
        for root in roots {
            let open = self.open_code_of(&root);
            let Some(state) =
                self.workspace.at_root(&root).and_then(|at| self.workspace.projects.get_mut(at))
            else {
                continue;
            };
            state.code.given = open.iter().map(|open| (open.path.clone(), open.version)).collect();
            state.code.stage = Stage::On;
            let order = Order::Read(state.project().clone(), open);
            self.give(&root, order);
        }
    }

    fn open_code_of(&self, root: &Path) -> Vec<OpenText> {
        let mut open = Vec::new();
        for document in self.docs.iter() {
            let Some(path) = document.uri.path() else { continue };
            let state = self.workspace.state_of(path).filter(|state| state.root() == root);
            if state.is_some_and(|state| state.code.may_hold(path)) {
                let text = document.text.as_str().clone();
                open.push(OpenText { path: path.to_owned(), version: document.version, text });
            }
        }
        open
    }

    fn give(&mut self, root: &Path, order: Order) {
        let events = self.out.events().clone();
        if !self.desk.give(&events, root, order)
            && let Some(at) = self.workspace.at_root(root)
            && let Some(state) = self.workspace.projects.get_mut(at)
        {
            state.code = ProjectCode::default();
        }
    }

    /// Gives the text of an open document to the thread, if it is code and was not given yet.
    pub(crate) fn give_text(&mut self, uri: &DocUri) {
        let Some(path) = uri.path() else { return };
        let Some(document) = self.docs.get(uri) else { return };
        let (version, text) = (document.version, document.text.as_str().clone());
        let Some(state) = self.workspace.state_of_mut(path) else { return };
        // What is read later brings it along.
        if state.code.stage != Stage::On || !state.code.may_hold(path) {
            return;
        }
        if state.code.given.insert(path.to_owned(), version) == Some(version) {
            return;
        }
        let root = state.root().to_owned();
        self.give(&root, Order::Text(OpenText { path: path.to_owned(), version, text }));
    }

    /// Takes in that a document of an app's code was closed; false if it is none.
    pub(crate) fn code_left(&mut self, uri: &DocUri) -> bool {
        let Some(path) = uri.path() else { return false };
        let Some(state) = self.workspace.state_of_mut(path) else { return false };
        if !state.code.may_hold(path) {
            return false;
        }
        state.code.given.remove(path);
        state.code.known.remove(path);
        let root = state.root().to_owned();
        // What was said stays until the disk has been looked at.
        self.reports.change_of_hands();
        self.reports.detach(uri);
        self.publish(uri);
        self.give(&root, Order::Close(path.to_owned()));
        true
    }

    /// Takes in that something happened on disk, in folders of code.
    pub(crate) fn code_on_disk_changed(&mut self, paths: Vec<PathBuf>) {
        let mut by_root: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        for path in paths {
            if let Some(state) = self.workspace.state_of(&path).filter(|state| state.code.concerns(&path)) {
                by_root.entry(state.root().to_owned()).or_default().push(path);
            }
        }
        for (root, paths) in by_root {
            self.give(&root, Order::Look(paths));
        }
    }

    /// Has the thread forget projects that are gone.
    pub(crate) fn forget_code(&mut self, roots: &[PathBuf]) {
        for root in roots {
            let events = self.out.events().clone();
            self.desk.give(&events, root, Order::Forget);
        }
    }

    // What the thread found.

    /// Takes in what the code of a project does.
    pub(crate) fn take_code(&mut self, analysed: Analysed) {
        let Some(at) = self.workspace.at_root(&analysed.root) else { return };
        let Some(state) = self.workspace.projects.get_mut(at) else { return };
        if state.code.stage == Stage::Off {
            return;
        }
        let before = told_of_files(state);
        let had_connectors = state.has_connectors();
        let folders_differ = state.code.folders != analysed.folders;
        state.code.folders = analysed.folders;
        for (path, version) in &analysed.versions {
            if state.code.given.contains_key(path) {
                state.code.known.insert(path.clone(), *version);
            }
        }
        let changed = state.known.set_code(analysed.code);
        let attached = folders_differ || had_connectors != state.has_connectors();
        if before != told_of_files(state) {
            self.stale.state = true;
        }
        let own: Vec<PathBuf> = analysed.versions.into_iter().map(|(path, _)| path).collect();
        if changed.iter().any(|path| !own.contains(path)) {
            self.refresh_at_rest();
        }
        self.check_again(changed);
        self.check_again(own);
        self.check_again(analysed.touched);
        if attached {
            self.attach_to_code();
            self.register_watchers();
        }
    }

    /// Tells a client that pulls of what changed in other files, once nothing more changes.
    pub(crate) fn refresh_at_rest(&mut self) {
        self.code_changes += 1;
        let (events, seen) = (self.out.events().clone(), self.code_changes);
        tokio::task::spawn_local(async move {
            tokio::time::sleep(REST).await;
            events.send("code at rest", move |world| {
                if world.code_changes == seen {
                    world.stale.diagnostics = true;
                }
            });
        });
    }

    /// Tells the client what is to be said of an open document of code, as it was analysed last.
    pub(crate) fn tell_of_code(&mut self, path: &Path, uri: &DocUri) {
        let state = self.workspace.state_of(path);
        let Some(version) = state.and_then(|state| state.code.known.get(path)).copied() else { return };
        let diagnostics = self.diagnostics_on_disk(path, uri);
        if self.reports.get(uri).is_some_and(|report| report.version.is_none()) {
            self.reports.change_of_hands();
        }
        self.reports.set(uri, Some(version), diagnostics);
        self.publish(uri);
    }

    // What waits for it.

    /// Does something once the code of a document is known as the document is now; at once for any other document.
    pub(crate) fn when_code_is_known(
        &mut self,
        uri: &DocUri,
        then: impl FnOnce(&mut World) + Send + 'static,
    ) {
        if self.waits_for_code(uri) {
            self.waiting.push(Waiting { uri: uri.clone(), then: Box::new(then) });
        } else {
            then(self);
        }
    }

    /// Does what waited and waits no more.
    pub(crate) fn do_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        for waiting in std::mem::take(&mut self.waiting) {
            if self.waits_for_code(&waiting.uri) {
                self.waiting.push(waiting);
            } else {
                (waiting.then)(self);
            }
        }
    }

    fn waits_for_code(&self, uri: &DocUri) -> bool {
        let Some(path) = uri.path() else { return false };
        let Some(document) = self.docs.get(uri) else { return false };
        if self.workspace.is_reading_first() {
            return is_code_like(path);
        }
        let Some(state) = self.workspace.state_of(path) else { return false };
        state.code.may_hold(path) && state.code.known.get(path) != Some(&document.version)
    }
}

/// What lenses say of the functions that use each connector.
fn told_of_files(state: &OpenProject) -> Vec<(String, usize)> {
    let Some(code) = state.known.code() else { return Vec::new() };
    let declared = state.known.connectors().map(|(_, connector)| connector.type_name.as_str());
    declared.map(|name| (name.to_owned(), count_of_users(code, name))).collect()
}

/// How many functions use a type, and how many automations wait for its service.
pub(crate) fn count_of_users(code: &SharedCode, type_name: &str) -> usize {
    let waiting = code.automations_of(type_name).count();
    code.functions_using(type_name).len() + waiting
}

/// Whether a file is code by its name alone.
fn is_code_like(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_program = name.ends_with(".ts") || name.ends_with(".js");
    let is_config = matches!(name, "function.json" | "function.jsonc");
    let in_workflows = path.parent().is_some_and(|folder| folder.ends_with("workflows"));
    is_program || is_config || (in_workflows && (name.ends_with(".json") || name.ends_with(".jsonc")))
}

//! What is known of a project, in one place: its files, what they declare, what the platform said, and what follows.
//!
//! The terminal loads it from disk, the editor feeds it the texts as they are typed, the sync engine feeds it facts.
//! Kept is what each text says by itself; what it means beside the other files, the app and the user's levels is
//! made when it is asked for. So a change costs the file that changed, and nothing that is kept grows old.

mod code;
mod connector;
mod file;
mod files;
mod fixing;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_code::Name;
use connector_syntax::{Tree, parse};

use code::KnownCode;
pub use connector::Connector;
pub use file::{FileKind, FileState, TextDigest};
use files::Files;
pub use fixing::Fixed;

use crate::Finding;
use crate::checks::Around;
use crate::checks::platform::removed_on_push;
use crate::code::{AppCode, ConnectorUsers, Difference, Due, SharedCode, View, missing_types, put_together};
use crate::facts::Facts;
use crate::index::ProjectIndex;
use crate::load::not_read;
use crate::positions::Positions;
use crate::project::{Project, read_own_file};
use crate::severities::Severities;
use crate::standing::ConnectorStatus;
use connector_boundary::read::ReadError;

/// Where a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file as it is saved.
    Disk,
    /// A file as it is open in an editor: it counts for as long as it is open, whatever the disk says.
    Editor,
}

/// Whether the texts of files that are not open are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// What was concluded from them, and no more.
    Conclusions,
    /// The texts too: a report quotes their lines, a fix begins with them.
    Texts,
}

/// The files of which something else may be said than before.
pub type Changed = Vec<PathBuf>;

/// One of the files that say what the project is.
#[derive(Debug, Default)]
struct OwnFile {
    text: Box<str>,
    positions: Positions,
    findings: Vec<Finding>,
}

/// Everything that is known of one project.
#[derive(Debug)]
pub struct ProjectState {
    project: Arc<Project>,
    keep: Keep,
    files: Files,
    index: ProjectIndex,
    /// The levels of the project's checks file.
    project_severities: Severities,
    /// The user's own levels over those of the project.
    severities: Severities,
    facts: Arc<Facts>,
    /// The project's own files: its config, and those with findings.
    own: BTreeMap<PathBuf, OwnFile>,
    has_folder: bool,
    /// What the app's code does; none where it was not looked at.
    code: Option<KnownCode>,
}

impl ProjectState {
    /// A project of which no file is known yet. `user` are the user's own levels, above those of the project.
    pub fn new(project: Arc<Project>, user: &Severities, keep: Keep) -> ProjectState {
        let mut own: BTreeMap<PathBuf, OwnFile> = BTreeMap::new();
        for (path, finding) in &project.findings {
            own.entry(path.clone()).or_default().findings.push(finding.clone());
        }
        own.extend(
            project
                .config_path
                .clone()
                .filter(|path| !own.contains_key(path))
                .map(|path| (path, OwnFile::default())),
        );
        ProjectState {
            own,
            project,
            keep,
            files: Files::default(),
            index: ProjectIndex::default(),
            project_severities: Severities::default(),
            severities: user.clone(),
            facts: Arc::default(),
            has_folder: false,
            code: None,
        }
    }

    // What is known.

    /// The project.
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// Which file declares which type.
    pub fn index(&self) -> &ProjectIndex {
        &self.index
    }

    /// What the platform is known to say about the app.
    pub fn facts(&self) -> &Arc<Facts> {
        &self.facts
    }

    /// How much each finding matters, to the user and in this project.
    pub fn severities(&self) -> &Severities {
        &self.severities
    }

    /// Whether the connectors folder is there.
    pub fn has_folder(&self) -> bool {
        self.has_folder
    }

    /// What is known of one file.
    pub fn file(&self, path: &Path) -> Option<&FileState> {
        self.files.get(path)
    }

    /// What the app's code does with connectors; none where there is none, or it was not looked at.
    pub fn code(&self) -> Option<&SharedCode> {
        self.code.as_ref().map(KnownCode::code)
    }

    /// The types that code relies on and that no file declares, by name, each with whether a function surely fails
    /// without it.
    pub fn missing_types(&self) -> Vec<(String, bool)> {
        self.code().map(|code| missing_types(&self.view(code))).unwrap_or_default()
    }

    /// The files that declare a type: one, where all is well.
    pub fn declaring<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = (&'a Path, &'a Connector)> {
        self.connectors().filter(move |(_, connector)| connector.type_name == type_name)
    }

    /// The text of one of the project's own files, as its findings speak of it.
    pub fn own_text(&self, path: &Path) -> Option<&str> {
        self.own.get(path).map(|own| own.text.as_ref())
    }

    /// Lines and columns of a file's text.
    pub fn positions(&self, path: &Path) -> Option<&Positions> {
        let of_file = self.file(path).map(FileState::positions);
        let of_own = || self.own.get(path).map(|own| &own.positions);
        of_file.or_else(of_own).or_else(|| self.code()?.positions(path))
    }

    /// The files of the connectors folder, each kind by name.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &FileState)> {
        self.files.all()
    }

    /// The files behind one of them in the same order, from the first where none is given.
    pub fn files_after(&self, path: Option<&Path>) -> impl Iterator<Item = (&Arc<Path>, &FileState)> {
        self.files.after(path)
    }

    /// What the files declare, in the order of their names.
    pub fn connectors(&self) -> impl Iterator<Item = (&Path, &Connector)> {
        self.files().filter_map(|(path, file)| {
            let connector = file.connector().filter(|_| file.kind() == FileKind::Connector)?;
            Some((path, connector))
        })
    }

    /// The connector files that do not say of which type they are, or cannot be read.
    fn without_type(&self) -> impl Iterator<Item = &Path> {
        let without_type =
            |file: &FileState| file.kind() == FileKind::Connector && file.connector().is_none();
        self.files().filter(move |(_, file)| without_type(file)).map(|(path, _)| path)
    }

    /// The types that the app has and no file declares, in the platform's order.
    pub fn types_without_file(&self) -> impl Iterator<Item = &str> {
        self.facts.types().filter(|name| self.index.count(name) == 0)
    }

    /// How the connector of a file stands between the file and the app.
    pub fn status_of(&self, connector: &Connector) -> ConnectorStatus {
        self.facts.status_of(&connector.type_name, Some(connector.scopes()))
    }

    // What is to be said.

    /// What a person is to be told about a file: as grave as they want it, without what they want to hear nothing of.
    pub fn shown(&self, path: &Path) -> Vec<Cow<'_, Finding>> {
        self.all(path).into_iter().filter_map(|finding| self.severities.level(finding)).collect()
    }

    /// Whether a push of this file would do any good, whatever the user wants to hear of it.
    pub fn is_worth_pushing(&self, path: &Path) -> bool {
        !self.all(path).iter().any(|finding| crate::checks::makes_push_useless(finding))
    }

    /// Everything that is to be said about a file, whatever the user wants to hear of it.
    pub fn all(&self, path: &Path) -> Vec<Cow<'_, Finding>> {
        let mut findings = match self.files.get(path) {
            Some(file) if file.kind() == FileKind::Lookalike => {
                vec![Cow::Owned(not_read(&self.project, path, |path| self.files.contains(path)))]
            }
            Some(file) => file.conclusions.findings(file.connector(), &self.around(path)),
            None => Vec::new(),
        };
        findings.extend(self.own.get(path).into_iter().flat_map(|own| &own.findings).map(Cow::Borrowed));
        if self.project.config_path.as_deref() == Some(path) {
            let users = self.code().map(|code| ConnectorUsers::of(code)).unwrap_or_default();
            let removed: Vec<(&str, &[String])> =
                self.types_without_file().map(|name| (name, users.of_type(name))).collect();
            findings.extend(removed_on_push(removed).into_iter().map(Cow::Owned));
        }
        if let Some(of_code) = self.code.as_ref().and_then(|known| known.findings(path)) {
            let file = self.files.get(path);
            let silenced = |finding: &Finding| match file {
                Some(file) => file.conclusions.silences(finding),
                None => self.code().is_some_and(|code| code.silences(path, finding)),
            };
            findings.extend(of_code.into_iter().filter(|finding| !silenced(finding)).map(Cow::Borrowed));
            findings.sort_by_key(|finding| (finding.range, finding.code));
        }
        if let Some(code) = self.code()
            && let Some(connector) = self.files.get(path).and_then(FileState::connector)
        {
            put_together(code, connector, &mut findings);
        }
        findings
    }

    /// The files that something may be said about: those of the connectors folder by kind and name, then the
    /// project's own.
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths: Vec<(FileKind, &Path)> =
            self.files().map(|(path, file)| (file.kind(), path)).collect();
        paths.sort();
        let mut paths: Vec<&Path> = paths.into_iter().map(|(_, path)| path).collect();
        let own = self.own.keys().map(PathBuf::as_path).filter(|path| !self.files.contains(path));
        paths.extend(own.filter(|path| !self.all(path).is_empty()));
        let known = |path: &Path| self.files.contains(path) || self.own.contains_key(path);
        let of_code = self.code.iter().flat_map(KnownCode::paths);
        paths.extend(of_code.filter(|path| !known(path)));
        paths
    }

    /// What stops a push of the project, file by file: the first of each, whatever the user wants to hear of it.
    pub fn blocking(&self) -> impl Iterator<Item = (&Path, Cow<'_, Finding>)> {
        // A checks file decides what is heard of findings, and nothing of what is sent.
        let checks = self.project.checks_path();
        let own = self.own.iter().filter(move |(path, _)| **path != checks);
        let own = own.filter_map(|(path, own)| {
            let finding = own.findings.iter().find(|finding| finding.code.stops_push())?;
            Some((path.as_path(), Cow::Borrowed(finding)))
        });
        let of_files = self.files().filter_map(|(path, file)| Some((path, self.blocks_push(path, file)?)));
        of_files.chain(own)
    }

    /// The first of what keeps one of its files from being pushed.
    pub fn blocks_push<'a>(&'a self, path: &'a Path, file: &'a FileState) -> Option<Cow<'a, Finding>> {
        file.conclusions.blocking(file.connector(), &self.around(path))
    }

    /// What a file is held against.
    pub fn around<'a>(&'a self, path: &'a Path) -> Around<'a> {
        Around {
            path: Some(path),
            project: Some(&self.project),
            index: Some(&self.index),
            facts: Some(&self.facts),
        }
    }

    // What changes it.

    /// Takes in the text of a file.
    pub fn set_text(&mut self, path: &Path, source: Source, text: &str) -> Changed {
        self.set_tree(path, source, &Arc::new(parse(text)))
    }

    /// Takes in the text of a file that has been parsed already.
    pub fn set_tree(&mut self, path: &Path, source: Source, tree: &Arc<Tree>) -> Changed {
        let Some(kind) = self.kind(path) else { return Vec::new() };
        let before = self.files.get_mut(path).filter(|before| before.kind() == kind);
        let retyped = before.filter(|_| source == Source::Editor).and_then(|before| before.retyped(tree));
        let file = retyped.unwrap_or_else(|| FileState::of(path, kind, source, self.keep, tree));
        self.set_file(path, file)
    }

    /// Takes in that a file cannot be read.
    pub fn set_unreadable(&mut self, path: &Path, source: Source, error: &ReadError) -> Changed {
        match self.kind(path) {
            Some(FileKind::Connector) => self.set_file(path, FileState::unreadable(source, error)),
            Some(kind) => self.set_file(path, FileState::of_name(kind, source)),
            None => Vec::new(),
        }
    }

    /// Takes in what was concluded elsewhere, off the thread that owns the state.
    pub fn set_file(&mut self, path: &Path, file: FileState) -> Changed {
        let open = self.files.get(path).is_some_and(|before| before.source() == Source::Editor);
        if open && file.source() == Source::Disk {
            return Vec::new();
        }
        let mut changed = match file.kind() {
            FileKind::Connector => self.index.set(path, file.declared()),
            FileKind::Lookalike => self.index.remove(path),
        };
        let before = match self.files.get_mut(path) {
            Some(known) => Some(std::mem::replace(known, file)),
            None => {
                self.files.insert(path.into(), Box::new(file));
                None
            }
        };
        let (before, after) = (before.as_ref(), self.file(path));
        if self.removals_differ(before, after) {
            changed.extend(self.project.config_path.clone());
        }
        let code = self.code.as_ref().map(KnownCode::code);
        let declared = code.and_then(|code| Declared::differ(before, after, code));
        changed.push(path.to_owned());
        match declared {
            None => {}
            Some(Declared::Types) => self.conclude_from_code(Difference::All, &mut changed),
            Some(Declared::Scopes(name)) => {
                let types = BTreeMap::from([(Some(Name::from(name)), Due::All)]);
                self.conclude_from_code(Difference::Types(types), &mut changed);
            }
        }
        changed
    }

    /// Takes in a file of a project of which nothing has been asked yet.
    pub(crate) fn add_file(&mut self, path: PathBuf, file: Box<FileState>) {
        let path = Arc::from(path);
        if file.kind() == FileKind::Connector {
            self.index.record(&path, file.declared());
        }
        self.files.insert(path, file);
    }

    /// Reads the app's code, and takes in what it does.
    pub fn load_code(&mut self) -> Changed {
        let code = AppCode::read(&self.project);
        self.set_code(code.map(Arc::new))
    }

    /// Takes in what the app's code does. What is concluded again is what differs.
    pub fn set_code(&mut self, code: Option<SharedCode>) -> Changed {
        let before = self.code.take();
        let mut changed = Vec::new();
        // What a push would remove is said with the functions that use it.
        if self.types_without_file().next().is_some() {
            changed.extend(self.project.config_path.clone());
        }
        match (before, code) {
            (Some(mut before), Some(code)) => {
                let difference = before.code().difference(&code);
                changed.extend(before.replace(code));
                self.code = Some(before);
                self.conclude_from_code(difference, &mut changed);
            }
            (Some(before), None) => changed.extend(before.paths().into_iter().map(Path::to_owned)),
            (None, Some(code)) => {
                self.code = Some(KnownCode::new(code));
                self.conclude_from_code(Difference::All, &mut changed);
            }
            (None, None) => {}
        }
        changed
    }

    /// What follows of the code beside the connectors as they are now, of that which may be something else. Where it
    /// is, the file is among the changed ones.
    fn conclude_from_code(&mut self, difference: Difference, changed: &mut Changed) {
        let Some(mut known) = self.code.take() else { return };
        let code = known.code().clone();
        let different = known.conclude(&self.view(&code), difference);
        changed.extend(different.into_iter().filter(|path| !changed.contains(path)).collect::<Vec<_>>());
        self.code = Some(known);
    }

    /// What code is held against.
    fn view<'a>(&'a self, code: &'a AppCode) -> View<'a> {
        View {
            code,
            project: &self.project,
            connectors: self.connectors().collect(),
            without_type: self.without_type().collect(),
            has_folder: self.has_folder,
            facts: &self.facts,
        }
    }

    /// Whether what a push would remove may be something else where a file is another one than before.
    fn removals_differ(&self, before: Option<&FileState>, after: Option<&FileState>) -> bool {
        let Some(app) = &self.facts.app else { return false };
        let name = |file: Option<&FileState>| {
            file.and_then(FileState::connector).map(|connector| connector.type_name.clone())
        };
        let (before, after) = (name(before), name(after));
        before != after && before.iter().chain(&after).any(|name| app.has(name))
    }

    /// Takes in that a file is no more.
    pub fn remove(&mut self, path: &Path) -> Changed {
        let mut changed = self.index.remove(path);
        if let Some(before) = self.files.remove(path) {
            if self.removals_differ(Some(&before), None) {
                changed.extend(self.project.config_path.clone());
            }
            changed.push(path.to_owned());
            self.conclude_from_code(Difference::All, &mut changed);
        }
        changed
    }

    /// Takes in that a file is no longer open: what is known of it holds until it is taken in as the disk has it, which
    /// is to follow. To keep less of it before that would take more memory than it gives back.
    pub fn close(&mut self, path: &Path) {
        if let Some(file) = self.files.get_mut(path) {
            file.close();
        }
    }

    /// Takes in what the platform says about the app.
    pub fn set_facts(&mut self, facts: Arc<Facts>) -> Changed {
        let before = std::mem::replace(&mut self.facts, facts);
        let all = !before.same_for_all(&self.facts);
        let concerned = self.files().filter(|(_, file)| {
            let name = file.connector().map(|connector| connector.type_name.as_str());
            name.is_some_and(|name| all || before.of_type(name) != self.facts.of_type(name))
        });
        let mut changed: Changed = concerned.map(|(path, _)| path.to_owned()).collect();
        if !before.types().eq(self.facts.types()) {
            changed.extend(self.project.config_path.clone());
        }
        self.conclude_from_code(Difference::All, &mut changed);
        changed
    }

    /// Takes in the user's own levels.
    pub fn set_severities(&mut self, user: &Severities) -> Changed {
        let severities = user.clone().over(&self.project_severities);
        if severities == self.severities {
            return Vec::new();
        }
        self.severities = severities;
        self.paths().into_iter().map(Path::to_owned).collect()
    }

    pub(crate) fn set_project_severities(&mut self, levels: Severities) {
        self.severities = self.severities.clone().over(&levels);
        self.project_severities = levels;
    }

    pub(crate) fn keep(&self) -> Keep {
        self.keep
    }

    pub(crate) fn set_has_folder(&mut self, has_folder: bool) {
        self.has_folder = has_folder;
    }

    pub(crate) fn add_own(&mut self, path: PathBuf, finding: Finding) {
        self.own.entry(path).or_default().findings.push(finding);
    }

    /// Reads the texts that the findings of the project's own files speak of.
    pub(crate) fn read_own(&mut self) {
        for (path, own) in &mut self.own {
            own.text = read_own_file(path).unwrap_or_default().into();
            own.positions = Positions::of(&own.text);
        }
    }

    /// What a file is to the project by its place and name; none where it is nothing.
    pub fn kind(&self, path: &Path) -> Option<FileKind> {
        FileKind::of(&self.project, path)
    }
}

/// What two states of a file declare differently.
enum Declared {
    /// Which types there are.
    Types,
    /// Where the type of this name stands, or what it asks for.
    Scopes(String),
}

impl Declared {
    /// `code` decides whether the scopes matter: reading them is most of the work, and of a type that nothing uses
    /// nothing is said about them.
    fn differ(before: Option<&FileState>, after: Option<&FileState>, code: &AppCode) -> Option<Declared> {
        let is_connector = |file: &&FileState| file.kind() == FileKind::Connector;
        let lacks_type = |file: Option<&FileState>| {
            file.filter(is_connector).is_some_and(|file| file.connector().is_none())
        };
        if lacks_type(before) != lacks_type(after) {
            return Some(Declared::Types);
        }
        let before = before.filter(is_connector).and_then(FileState::connector);
        let after = after.filter(is_connector).and_then(FileState::connector);
        let (before, after) = match (before, after) {
            (None, None) => return None,
            (Some(before), Some(after)) if before.type_name == after.type_name => (before, after),
            _ => return Some(Declared::Types),
        };
        let is_used = code.uses_of(&after.type_name).next().is_some();
        let same = before.type_range == after.type_range
            && (!is_used
                || before.scopes_range == after.scopes_range
                    && before.scope_ranges() == after.scope_ranges()
                    && before.scopes() == after.scopes());
        (!same).then(|| Declared::Scopes(after.type_name.clone()))
    }
}

#[cfg(test)]
pub(crate) mod tests;

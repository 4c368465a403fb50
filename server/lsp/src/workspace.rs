//! The projects in the workspace, as they are on disk and in the editor.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connector_boundary::system::System;
use connector_model::code::MAP_NAMES;
use connector_model::files::looks_like_connector;
use connector_model::project::{
    APP_NAMES, CHECKS_NAME, CONFIG_NAMES, CONNECTORS_FOLDER, PROJECT_FOLDER, Project,
};
use connector_model::state::{FileState, ProjectState, Source};
use serde_json::json;
use tower_lsp::ls_types::Uri;

use crate::code::ProjectCode;
use crate::documents::Document;
use crate::loading::{self, LoadedFile, Search};
use crate::platform::Platform;
use crate::spelling::{is_below, is_same};
use crate::uri::DocUri;
use crate::world::World;

/// More changed files than this are taken in by reading the whole project again.
const MANY: usize = 64;
/// How long further changes are waited for before the workspace is read again.
const PAUSE: Duration = Duration::from_millis(40);

/// The folders that the client has open, and the projects in them.
#[derive(Default)]
pub(crate) struct Workspace {
    folders: Vec<PathBuf>,
    pub(crate) projects: Vec<OpenProject>,
    scanning: bool,
    /// The workspace has been read at least once.
    known: bool,
    scan_again: bool,
    /// Where projects of documents were found while the workspace was read: that reading may have them.
    found: Vec<PathBuf>,
    /// The folders and the import maps that are watched, as globs.
    watched: BTreeSet<String>,
}

/// A project of the workspace, and what is done to hear of its app.
pub(crate) struct OpenProject {
    pub(crate) known: ProjectState,
    pub(crate) platform: Platform,
    pub(crate) code: ProjectCode,
}

impl OpenProject {
    /// The project.
    pub(crate) fn project(&self) -> &Arc<Project> {
        self.known.project()
    }

    /// What the project is called by, for the client.
    pub(crate) fn root(&self) -> &Path {
        &self.project().root
    }

    /// Whether it has a config. What has none is checked, and nothing is sent for it: the platform's own command line
    /// takes it for no project.
    pub(crate) fn is_configured(&self) -> bool {
        self.project().config_path.is_some()
    }

    /// Whether it has connectors, in files or in code: only then are its functions of interest to an editor.
    pub(crate) fn has_connectors(&self) -> bool {
        self.known.has_folder() || self.known.code().is_some_and(|code| !code.types().is_empty())
    }

    /// Whether push would read a file of this place and name, or a person would take it for one.
    fn holds(&self, path: &Path) -> bool {
        self.known.kind(path).is_some()
    }

    /// Whether a file decides what the project is.
    fn is_shaped_by(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let near = path.parent().is_some_and(|dir| {
            dir == self.project().config_dir()
                || dir == self.root()
                || dir == self.root().join(PROJECT_FOLDER)
        });
        near && is_project_file(name) || self.project().connectors_dir.starts_with(path)
    }
}

impl Workspace {
    /// Takes the folders that the client has open.
    pub(crate) fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folders = folders;
    }

    /// Which project a file belongs to: the one whose folder is nearest.
    pub(crate) fn project_of(&self, path: &Path) -> Option<usize> {
        let holding = self.projects.iter().enumerate();
        let holding = holding.filter(|(_, state)| folders_around(state, path).next().is_some());
        // Hardly ever is there another one to compare with.
        let depth =
            |state: &OpenProject| folders_around(state, path).map(|folder| folder.components().count()).max();
        let nearest = holding.reduce(|one, other| if depth(other.1) < depth(one.1) { one } else { other });
        nearest.map(|(at, _)| at)
    }

    /// The state of the project that a file belongs to.
    pub(crate) fn state_of(&self, path: &Path) -> Option<&OpenProject> {
        self.projects.get(self.project_of(path)?)
    }

    /// What was read of a document's file from disk, where nothing else counts yet.
    pub(crate) fn file_on_disk(&self, uri: &DocUri) -> Option<&FileState> {
        let path = uri.path()?;
        self.state_of(path)?.known.file(path).filter(|file| file.source() == Source::Disk)
    }

    /// The same, to be changed.
    pub(crate) fn state_of_mut(&mut self, path: &Path) -> Option<&mut OpenProject> {
        let at = self.project_of(path)?;
        self.projects.get_mut(at)
    }

    /// Whether nothing is known of the workspace yet, and will be soon.
    pub(crate) fn is_reading_first(&self) -> bool {
        self.scanning && !self.known
    }

    /// The project that a path is the folder of, or lies in.
    pub(crate) fn project_around(&self, path: &Path) -> Option<usize> {
        self.at_root(path).or_else(|| self.project_of(path))
    }

    /// The project of this root.
    pub(crate) fn at_root(&self, root: &Path) -> Option<usize> {
        self.projects.iter().position(|state| is_same(state.root(), root, System::CURRENT))
    }
}

/// What a project is known by on disk: its config, or its folder where it has none.
fn place_of_project(project: &Project) -> &Path {
    project.config_path.as_deref().unwrap_or(&project.root)
}

/// Names of files that decide what a project is.
fn is_project_file(name: &str) -> bool {
    CONFIG_NAMES.contains(&name)
        || APP_NAMES.contains(&name)
        || name == CHECKS_NAME
        || matches!(name, ".env" | ".env.local")
}

impl World {
    /// Whether a document is a connector file: by its language, or by its place and name.
    pub(crate) fn is_connector(&self, document: &Document) -> bool {
        let Some(path) = document.uri.path() else {
            return is_connector_language(&document.language);
        };
        match self.workspace.state_of(path) {
            Some(state) if state.holds(path) => true,
            Some(state) if state.is_shaped_by(path) => false,
            _ => {
                let in_usual_place = path
                    .parent()
                    .is_some_and(|folder| folder.ends_with(Path::new("base44").join(CONNECTORS_FOLDER)));
                is_connector_language(&document.language) || (in_usual_place && looks_like_connector(path))
            }
        }
    }

    // Reading the workspace.

    /// Reads the workspace's projects, away from the loop; further calls meanwhile are taken together.
    pub(crate) fn scan_workspace(&mut self) {
        if self.workspace.scanning {
            self.workspace.scan_again = true;
            return;
        }
        self.workspace.scanning = true;
        let search = self.search();
        let events = self.out.events().clone();
        tokio::task::spawn_local(async move {
            let loaded = tokio::task::spawn_blocking(move || loading::load(&search)).await;
            events.send("workspace read", move |world| {
                world.workspace.scanning = false;
                if let Ok(loaded) = loaded {
                    world.take_projects(loaded);
                }
                if std::mem::take(&mut world.workspace.scan_again) {
                    world.scan_workspace();
                }
                for place in std::mem::take(&mut world.workspace.found) {
                    world.project_found(&place);
                }
            });
        });
    }

    /// Reads the workspace again where a project is gone: of a folder deleted whole, watchers may say nothing.
    pub(crate) fn look_for_deleted_projects(&mut self) {
        let configs: Vec<PathBuf> = self
            .workspace
            .projects
            .iter()
            .map(|state| place_of_project(state.project()).to_owned())
            .collect();
        let events = self.out.events().clone();
        tokio::task::spawn_local(async move {
            let gone =
                tokio::task::spawn_blocking(move || configs.iter().any(|config| !config.exists())).await;
            if gone.unwrap_or(false) {
                events.send("a project is gone", World::scan_workspace);
            }
        });
    }

    /// Reads the workspace again when changes have come to rest.
    fn scan_soon(&mut self) {
        if self.workspace.scanning {
            self.workspace.scan_again = true;
            return;
        }
        self.workspace.scanning = true;
        let events = self.out.events().clone();
        tokio::task::spawn_local(async move {
            tokio::time::sleep(PAUSE).await;
            events.send("read the workspace", |world| {
                world.workspace.scanning = false;
                world.scan_workspace();
            });
        });
    }

    fn search(&self) -> Search {
        let mut documents: Vec<PathBuf> = self
            .docs
            .iter()
            .filter(|document| is_connector_language(&document.language) || may_have_project(&document.uri))
            .filter_map(|document| document.uri.path()?.parent().map(Path::to_owned))
            .collect();
        // In one order whatever was opened first: of two spellings the same is taken every time.
        documents.sort();
        Search {
            folders: self.workspace.folders.clone(),
            documents,
            severities: self.config.severity.clone(),
        }
    }

    fn take_projects(&mut self, loaded: Vec<ProjectState>) {
        let mut before: HashMap<PathBuf, OpenProject> = std::mem::take(&mut self.workspace.projects)
            .into_iter()
            .map(|state| (place_of_project(state.project()).to_owned(), state))
            .collect();
        for mut known in loaded {
            let old = before.remove(place_of_project(known.project()));
            let (platform, code) = match old {
                Some(old) => {
                    known.set_code(old.known.code().cloned());
                    let is_same_app =
                        old.project().app_id.as_ref().ok() == known.project().app_id.as_ref().ok();
                    (if is_same_app { old.platform } else { Platform::default() }, Some(old.code))
                }
                None => (Platform::default(), None),
            };
            let code = ProjectCode::again(code);
            known.set_facts(platform.facts());
            // They may have been set while the project was read.
            known.set_severities(&self.config.severity);
            self.unreported.extend(known.paths().into_iter().map(Path::to_owned));
            self.workspace.projects.push(OpenProject { known, platform, code });
        }
        self.docs.respell(|uri| self.workspace.spelled(uri));
        self.compare_with_disk();
        let gone: Vec<PathBuf> = before.into_values().map(|state| state.root().to_owned()).collect();
        self.forget_code(&gone);
        // Of what something was said and nothing is to be said any more.
        self.unreported.extend(self.reports.on_disk());
        self.register_watchers();
        self.attach_to_code();
        self.mark_all();
        self.stale.state = true;
        self.stale.diagnostics = true;
        self.workspace.known = true;
        self.start_platform_watch();
        self.start_postponed();
    }

    /// Reads one file of a project again, away from the loop.
    pub(crate) fn reload_file(&mut self, path: &Path) {
        let Some(state) = self.workspace.state_of(path) else {
            return;
        };
        let (project, path) = (state.project().clone(), path.to_owned());
        let events = self.out.events().clone();
        tokio::task::spawn_local(async move {
            let loaded = tokio::task::spawn_blocking(move || loading::load_file(&project, path)).await;
            events.send("file read", move |world| {
                if let Ok(file) = loaded {
                    world.take_file(file);
                }
            });
        });
    }

    fn take_file(&mut self, LoadedFile { path, file }: LoadedFile) {
        let open = DocUri::from_path(&path).filter(|uri| self.docs.get(uri).is_some());
        let is_news = match (&open, &file) {
            (None, _) => {
                self.take_file_on_disk(LoadedFile { path, file });
                true
            }
            // The editor's text counts, not the disk's, as long as there is a file, or something is unsaved.
            (Some(uri), Some(file)) => self.docs.found_on_disk(uri, file.digest()),
            (Some(uri), None) => self.docs.missing_on_disk(uri),
        };
        if is_news {
            open.into_iter().for_each(|uri| self.mark(uri));
            self.stale.diagnostics = true;
            self.stale.state = true;
        }
    }

    /// The projects are as they are on disk: of what is open, some may have been deleted, and some may be there again.
    fn compare_with_disk(&mut self) {
        let open: Vec<DocUri> = self.docs.iter().map(|document| document.uri.clone()).collect();
        for uri in open {
            match self.workspace.file_on_disk(&uri) {
                Some(file) => self.docs.found_on_disk(&uri, file.digest()),
                None => self.docs.missing_on_disk(&uri),
            };
        }
    }

    // What happens to files.

    /// A document came: its project may not be known yet. Looking for it is work for the disk.
    pub(crate) fn document_came(&mut self, uri: &DocUri) {
        let Some(folder) = uri.path().and_then(Path::parent).filter(|_| may_have_project(uri)) else {
            return;
        };
        let (events, folder) = (self.out.events().clone(), folder.to_owned());
        tokio::task::spawn_local(async move {
            let place = tokio::task::spawn_blocking(move || loading::place_of(&folder)).await;
            if let Ok(Some(place)) = place {
                events.send("project found", move |world| world.project_found(place.path()));
            }
        });
    }

    fn project_found(&mut self, place: &Path) {
        // To read a large workspace twice at once would take up its memory twice.
        if self.workspace.scanning {
            return self.workspace.found.push(place.to_owned());
        }
        let mut known = self.workspace.projects.iter().map(OpenProject::project);
        if !known.any(|project| is_same(place_of_project(project), place, System::CURRENT)) {
            self.scan_workspace();
        }
    }

    /// A document left: what is on disk counts again.
    pub(crate) fn document_left(&mut self, uri: &DocUri) {
        let path = uri.path().map(Path::to_owned);
        match path.filter(|path| self.workspace.state_of(path).is_some_and(|state| state.holds(path))) {
            Some(path) => {
                // What was said stays until the disk has been looked at.
                if let Some(state) = self.workspace.state_of_mut(&path) {
                    state.known.close(&path);
                }
                self.reports.detach(uri);
                self.publish(uri);
                self.reload_file(&path);
            }
            None if self.code_left(uri) => {}
            None => {
                self.reports.set(uri, None, Vec::new());
                self.publish(uri);
                self.reports.tidy(uri);
            }
        }
    }

    /// A document was saved.
    pub(crate) fn file_changed(&mut self, uri: &DocUri) {
        let shapes = uri
            .path()
            .is_some_and(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_project_file));
        if shapes || !self.caps.watch_files {
            self.scan_soon();
        } else if self.is_code(uri) {
            // Watchers tell of it later.
            self.code_on_disk_changed(uri.path().map(Path::to_owned).into_iter().collect());
        }
    }

    /// Files changed outside of the editor.
    pub(crate) fn files_changed(&mut self, uris: impl Iterator<Item = Uri>) {
        let mut single: Vec<PathBuf> = Vec::new();
        let mut code: Vec<PathBuf> = Vec::new();
        for uri in uris {
            let uri = self.workspace.spelled(DocUri::new(uri));
            let Some(path) = uri.path() else { continue };
            let shapes = path.file_name().and_then(|name| name.to_str()).is_some_and(is_project_file)
                || self.workspace.projects.iter().any(|state| state.is_shaped_by(path));
            match self.workspace.state_of(path) {
                _ if shapes => return self.scan_soon(),
                Some(state) if state.holds(path) => single.push(path.to_owned()),
                // A folder in the connectors folder came or went.
                Some(state) if path.starts_with(&state.project().connectors_dir) => return self.scan_soon(),
                Some(state) if state.code.concerns(path) => code.push(path.to_owned()),
                _ => {}
            }
        }
        if single.len() > MANY {
            return self.scan_soon();
        }
        self.code_on_disk_changed(code);
        for path in single {
            self.reload_file(&path);
        }
    }

    /// Settings changed that decide how much is said.
    pub(crate) fn take_severities(&mut self) {
        let states = self.workspace.projects.iter_mut();
        let changed: Vec<PathBuf> =
            states.flat_map(|state| state.known.set_severities(&self.config.severity)).collect();
        self.check_again(changed);
        self.mark_all();
        self.stale.diagnostics = true;
    }

    /// Folders were added to the workspace or taken out of it.
    pub(crate) fn change_folders(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        self.workspace.folders.retain(|folder| !removed.contains(folder));
        for folder in added {
            if !self.workspace.folders.contains(&folder) {
                self.workspace.folders.push(folder);
            }
        }
        self.scan_workspace();
    }

    /// Asks the client to tell of changes outside of it, for every folder that counts.
    pub(crate) fn register_watchers(&mut self) {
        if !self.caps.watch_files {
            return;
        }
        let mut folders: HashSet<String> = HashSet::from([CONNECTORS_FOLDER.to_owned()]);
        folders.extend(self.workspace.projects.iter().filter_map(|state| {
            state.project().connectors_dir.file_name().and_then(|name| name.to_str()).map(glob_literal)
        }));
        // What leads imports to files of the app.
        let mut maps: BTreeSet<String> = BTreeSet::new();
        for state in &self.workspace.projects {
            let above = state.root().parent().unwrap_or(state.root());
            let code = state.code.folders().into_iter().flat_map(|folders| folders.all());
            folders.extend(code.filter_map(|folder| glob_below(above, folder)));
            let declaring = state.code.folders().into_iter().flat_map(|folders| folders.above(state.root()));
            let names = MAP_NAMES.join(",");
            maps.extend(
                declaring.filter_map(|folder| Some(format!("{}/{{{names}}}", glob_below(above, folder)?))),
            );
        }
        let watched: BTreeSet<String> = folders.iter().chain(&maps).cloned().collect();
        if watched == self.workspace.watched {
            return;
        }
        if !self.workspace.watched.is_empty() {
            self.unregister(WATCH, "workspace/didChangeWatchedFiles");
        }
        let project_files: Vec<&str> = CONFIG_NAMES
            .iter()
            .chain(&APP_NAMES)
            .copied()
            .chain([CHECKS_NAME, ".env", ".env.local"])
            .collect();
        let mut watchers = vec![json!({"globPattern": format!("**/{{{}}}", project_files.join(","))})];
        let mut names: Vec<&String> = folders.iter().collect();
        names.sort();
        for name in names {
            watchers.push(json!({"globPattern": format!("**/{name}")}));
            watchers.push(json!({"globPattern": format!("**/{name}/**")}));
        }
        watchers.extend(maps.iter().map(|map| json!({"globPattern": format!("**/{map}")})));
        self.register(WATCH, "workspace/didChangeWatchedFiles", &json!({"watchers": watchers}));
        self.workspace.watched = watched;
    }
}

/// The id of the registration for changed files.
const WATCH: &str = "base44-files";

/// A name with nothing in it that a glob would act on.
fn glob_literal(name: &str) -> String {
    name.chars().map(|c| if "*?[]{}!".contains(c) { '?' } else { c }).collect()
}

/// Which of a project's folders a path lies in.
fn folders_around<'p>(state: &'p OpenProject, path: &'p Path) -> impl Iterator<Item = &'p Path> {
    let project = state.project();
    let folders = [project.connectors_dir.as_path(), project.root.as_path()];
    folders.into_iter().filter(|folder| is_below(path, folder, System::CURRENT))
}

/// Languages that clients give to connector files alone.
fn is_connector_language(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    language.contains("base44") && language.contains("connector")
}

/// A folder as a glob, by its path from another folder.
pub(crate) fn glob_below(above: &Path, folder: &Path) -> Option<String> {
    let below = folder.strip_prefix(above).ok()?;
    let parts: Option<Vec<String>> =
        below.components().map(|part| part.as_os_str().to_str().map(glob_literal)).collect();
    parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join("/"))
}

/// Whether a document may be one of a project's by its name.
fn may_have_project(uri: &DocUri) -> bool {
    uri.path().is_some_and(looks_like_connector) || World::may_be_code(uri)
}

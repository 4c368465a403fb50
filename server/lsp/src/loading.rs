//! Projects read from disk, away from the loop.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_boundary::system::System;
use connector_model::code::AppCode;
use connector_model::load::read_file;
use connector_model::project::{
    Project, ProjectOptions, ProjectPlace, SearchDepth, find_config, find_places,
};
use connector_model::severities::Severities;
use connector_model::state::{FileState, Keep, ProjectState};

use crate::file_uri;

/// What to look for.
pub(crate) struct Search {
    /// Folders to search, with what lies below.
    pub(crate) folders: Vec<PathBuf>,
    /// Folders of open documents, whose projects lie above.
    pub(crate) documents: Vec<PathBuf>,
    /// The user's own levels.
    pub(crate) severities: Severities,
}

/// Finds and reads projects, apps without a config among them.
pub(crate) fn load(search: &Search) -> Vec<ProjectState> {
    let home = std::env::home_dir();
    let mut found: Vec<ProjectPlace> = Vec::new();
    for folder in &search.folders {
        let in_folder = find_places(folder, home.as_deref(), SearchDepth::Quick).found;
        let older = if in_folder.is_empty() { older_layout(folder) } else { None };
        found.extend(in_folder.into_iter().chain(older));
    }
    found.extend(search.documents.iter().filter_map(|folder| place_of(folder)));
    // One project may be found under two spellings; that of the workspace's folders counts.
    let mut seen: HashSet<PathBuf> = HashSet::new();
    found.retain(|place| {
        let folded = file_uri::folded(&place.path().to_string_lossy(), System::CURRENT);
        seen.insert(folded.map_or_else(|| place.path().to_owned(), PathBuf::from))
    });
    found.sort();
    let project = |place: &ProjectPlace| Arc::new(Project::at_place(place, &project_options()));
    let load = |place| ProjectState::load(project(place), &search.severities, Keep::Conclusions);
    found.iter().map(load).collect()
}

/// Where the project of a folder is: its own or the nearest above, with a config or without.
pub(crate) fn place_of(folder: &Path) -> Option<ProjectPlace> {
    match find_config(folder) {
        Some(config) => Some(ProjectPlace::Config(config)),
        None => Project::unconfigured(folder, &project_options()).map(|app| ProjectPlace::Folder(app.root)),
    }
}

/// An app as it was laid out before there were `base44` folders. Many tools have a folder of functions: only where its
/// code uses connectors it is an app's.
fn older_layout(folder: &Path) -> Option<ProjectPlace> {
    Project::older_layout(folder).filter(|place| {
        let code = AppCode::read(&Project::at_place(place, &project_options()));
        code.is_some_and(|code| !code.types().is_empty())
    })
}

/// Environment that decides which app a project is.
pub(crate) fn project_options() -> ProjectOptions {
    ProjectOptions { env_app_id: std::env::var("BASE44_APP_ID").ok(), ..ProjectOptions::default() }
}

/// One file of a connectors folder as it is on disk; nothing known of it if it is not there.
pub(crate) struct LoadedFile {
    pub(crate) path: PathBuf,
    pub(crate) file: Option<FileState>,
}

/// Reads one file of a connectors folder.
pub(crate) fn load_file(project: &Project, path: PathBuf) -> LoadedFile {
    LoadedFile { file: read_file(project, &path, Keep::Conclusions), path }
}

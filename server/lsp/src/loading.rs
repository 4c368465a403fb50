//! Projects read from disk, away from the loop.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use connector_boundary::system::System;
use connector_model::load::read_file;
use connector_model::project::{Project, ProjectOptions, SearchDepth, find_config, find_projects};
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

/// Finds and reads projects.
pub(crate) fn load(search: &Search) -> Vec<ProjectState> {
    let home = std::env::home_dir();
    let in_folders =
        search.folders.iter().flat_map(|folder| find_projects(folder, home.as_deref(), SearchDepth::Quick));
    let above_documents = search.documents.iter().filter_map(|folder| find_config(folder));
    let mut configs: Vec<PathBuf> = Vec::new();
    // One project may be found under two spellings; that of the workspace's folders counts.
    let mut seen: HashSet<PathBuf> = HashSet::new();
    for config in in_folders.chain(above_documents) {
        let folded = file_uri::folded(&config.to_string_lossy(), System::CURRENT);
        if seen.insert(folded.map_or_else(|| config.clone(), PathBuf::from)) {
            configs.push(config);
        }
    }
    configs.sort();
    let project = |config: &PathBuf| Arc::new(Project::from_config(config, &project_options()));
    let load = |config| ProjectState::load(project(config), &search.severities, Keep::Conclusions);
    configs.iter().map(load).collect()
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

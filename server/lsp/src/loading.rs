//! Projects read from disk, away from the loop.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_boundary::read::{ReadError, read_text};
use connector_model::checks::{Context, check};
use connector_model::files::{list_connectors, read_connector};
use connector_model::index::ProjectIndex;
use connector_model::load::{not_read, project_severities, unreadable};
use connector_model::project::{Project, ProjectOptions, find_config, find_projects};
use connector_model::severities::Severities;
use connector_model::{Code, Finding};
use connector_syntax::{Encoding, LineIndex, TextRange, Tree, parse};
use tower_lsp::ls_types::{Position, Range};

use crate::documents::Text;
use crate::local::Local;
use crate::platform::Known;

/// A project as it is on disk.
pub(crate) struct Loaded {
    pub(crate) project: Arc<Project>,
    /// What the project's own checks file says.
    pub(crate) severities: Severities,
    pub(crate) index: ProjectIndex,
    /// What each file declares.
    pub(crate) locals: BTreeMap<PathBuf, Local>,
    /// Where each file declares its type, as the client counts.
    pub(crate) places: HashMap<PathBuf, Range>,
    /// The files that something is to be said about.
    pub(crate) files: Vec<FileFindings>,
}

/// What is to be said about a file on disk, and the text that it speaks of.
pub(crate) struct FileFindings {
    pub(crate) path: PathBuf,
    pub(crate) text: Text,
    pub(crate) findings: Vec<Finding>,
}

/// What to look for.
pub(crate) struct Search {
    /// Folders to search, with what lies below.
    pub(crate) folders: Vec<PathBuf>,
    /// Folders of open documents, whose projects lie above.
    pub(crate) documents: Vec<PathBuf>,
    /// The user's own levels.
    pub(crate) severities: Severities,
    pub(crate) encoding: Encoding,
    /// What the platform said, by config file.
    pub(crate) known: HashMap<PathBuf, Arc<Known>>,
}

/// Finds and reads projects.
pub(crate) fn load(search: &Search) -> Vec<Loaded> {
    let home = std::env::home_dir();
    let mut configs: Vec<PathBuf> =
        search.folders.iter().flat_map(|folder| find_projects(folder, home.as_deref())).collect();
    configs.extend(search.documents.iter().filter_map(|folder| find_config(folder)));
    configs.sort();
    configs.dedup();
    configs.iter().map(|config| load_project(config, search)).collect()
}

/// Environment that decides which app a project is.
pub(crate) fn project_options() -> ProjectOptions {
    ProjectOptions { env_app_id: std::env::var("BASE44_APP_ID").ok(), ..ProjectOptions::default() }
}

/// Reads a project twice, one file at a time, so that ten thousand files take no more memory than one.
fn load_project(config: &Path, search: &Search) -> Loaded {
    let project = Project::from_config(config, &project_options());
    let (own_levels, checks_findings) = project_severities(&project);
    let severities = search.severities.clone().over(&own_levels);
    let mut own: Vec<(PathBuf, Finding)> = project.findings.clone();
    own.extend(checks_findings);
    let listing = list_connectors(&project.connectors_dir).unwrap_or_else(|error| {
        let message = format!("The connectors folder cannot be listed: {error}. Check who may read it.");
        own.push((config.to_owned(), Finding::new(Code::BadProject, TextRange::default(), message)));
        Default::default()
    });

    let known = search.known.get(config).cloned().unwrap_or_default();
    let mut index = ProjectIndex::default();
    let mut locals = BTreeMap::new();
    let mut places = HashMap::new();
    let mut files: Vec<FileFindings> = Vec::new();
    for path in &listing.connectors {
        match read_connector(&project, path) {
            Ok(text) => {
                let tree = parse(&text);
                let local = Local::on_disk(path, &tree);
                index.set(path, local.as_ref().map(|local| (local.type_name.as_str(), local.type_range)));
                if let Some(local) = local {
                    places.insert(path.clone(), range_in(&text, local.type_range, search.encoding));
                    locals.insert(path.clone(), local);
                }
            }
            Err(error) => files.extend(unreadable_file(path, &error, &severities)),
        }
    }
    for path in listing.connectors.iter().filter(|path| index.contains(path)) {
        // A file that vanished meanwhile comes as a change of its own.
        let Ok(text) = read_connector(&project, path) else { continue };
        let context = Context {
            project: Some(&project),
            index: Some(&index),
            severities: Some(&severities),
            known_types: known.types.as_ref(),
        };
        let tree = parse(&text);
        let mut findings = check(Some(path), &tree, &context);
        findings.extend(known.file_findings(&project, path, &tree, &severities));
        if !findings.is_empty() {
            files.push(FileFindings { path: path.clone(), text: Text::new(&text), findings });
        }
    }
    for path in &listing.lookalikes {
        let findings: Vec<Finding> = severities.apply(not_read(&project, path)).into_iter().collect();
        files.push(FileFindings { path: path.clone(), text: Text::default(), findings });
    }
    let own = own.into_iter().filter_map(|(path, finding)| Some((path, severities.apply(finding)?)));
    let own: Vec<_> = own.chain(known.project_findings(&project, &locals, &severities)).collect();
    for (path, finding) in own {
        match files.iter_mut().find(|file| file.path == path) {
            Some(file) => file.findings.push(finding),
            None => {
                let text = Text::new(&read_text(&path).unwrap_or_default());
                files.push(FileFindings { path, text, findings: vec![finding] });
            }
        }
    }
    Loaded { project: Arc::new(project), severities: own_levels, index, locals, places, files }
}

/// One connector file as it is on disk; none if it is not there.
pub(crate) struct LoadedFile {
    pub(crate) path: PathBuf,
    pub(crate) content: Option<Result<(String, Tree), ReadError>>,
}

/// Reads one connector file.
pub(crate) fn load_file(project: &Project, path: PathBuf) -> LoadedFile {
    let content = match read_connector(project, &path) {
        Err(ReadError::NotFound) if !path.is_symlink() => None,
        Ok(text) => {
            let tree = parse(&text);
            Some(Ok((text, tree)))
        }
        Err(error) => Some(Err(error)),
    };
    LoadedFile { path, content }
}

fn unreadable_file(path: &Path, error: &ReadError, severities: &Severities) -> Option<FileFindings> {
    if matches!(error, ReadError::NotFound) && !path.is_symlink() {
        return None;
    }
    let findings = severities.apply(unreadable(error)).into_iter().collect();
    Some(FileFindings { path: path.to_owned(), text: Text::default(), findings })
}

/// A range as the client counts.
pub(crate) fn range_in(text: &str, range: TextRange, encoding: Encoding) -> Range {
    let lines = LineIndex::new(text);
    let position = |offset| {
        let place = lines.position(text, offset, encoding);
        Position { line: place.line, character: place.column }
    };
    Range { start: position(range.start), end: position(range.end) }
}

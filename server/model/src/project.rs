//! A Base44 project on disk: where it is, which app it belongs to, where its connector files are.

mod app_id;
mod scan;
mod unconfigured;

pub use app_id::AppIdSource;
pub use scan::{Places, ProjectPlace, SearchDepth, find_places, find_projects, is_of_programs};
pub(crate) use unconfigured::FUNCTIONS_FOLDER;

use std::path::{Component, Path, PathBuf};

use connector_boundary::folder::Identity;
use connector_boundary::owner::may_speak_for;
use connector_boundary::read::{ReadError, read_inside};
use connector_boundary::system::System;
use connector_boundary::text::printable;
use connector_boundary::{AppId, AppIdError, EnvFile};
use connector_syntax::{Node, TextEdit, TextRange, parse, quote};

use crate::syntax_words::{self, Document};
use crate::{Code, Finding, Fix, FixAction};

/// The folder that Base44 keeps its files in.
pub const PROJECT_FOLDER: &str = "base44";
/// The names of the config file, the first that exists counts.
pub const CONFIG_NAMES: [&str; 2] = ["config.jsonc", "config.json"];
/// The names of the file that links a project to its app.
pub const APP_NAMES: [&str; 2] = [".app.jsonc", ".app.json"];
/// The file that sets how much each finding matters, beside the config file.
pub const CHECKS_NAME: &str = "connector-checks.jsonc";
/// The connectors folder where the config names none.
pub const CONNECTORS_FOLDER: &str = "connectors";
/// How long the name of the connectors folder may be, in bytes. What lies deeper than systems take names for could be made,
/// folder by folder, and nobody could remove it again.
const MAX_FOLDER_NAME: usize = 1024;

/// What a user says about the project besides its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectOptions {
    /// The app of the command line.
    pub app_id: Option<String>,
    /// The app of the process environment (`BASE44_APP_ID`).
    pub env_app_id: Option<String>,
    /// The connectors folder of the command line. As in the official command line, it counts where the app is named:
    /// a project that is linked to its app has its own folder.
    pub connectors_dir: Option<PathBuf>,
}

impl ProjectOptions {
    /// The same with the folder beside `start` in place of the project's own, where an app is named, no folder is, and
    /// that one is there: it is where the official command line looks then.
    fn with_folder_beside(&self, start: &Path) -> ProjectOptions {
        let names_app = self.app_id.is_some() || self.env_app_id.is_some();
        let beside = || Some(start.join(CONNECTORS_FOLDER)).filter(|folder| names_app && folder.is_dir());
        ProjectOptions { connectors_dir: self.connectors_dir.clone().or_else(beside), ..self.clone() }
    }
}

/// A project, as far as it can be made out.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that a person would call the project.
    pub root: PathBuf,
    /// The config file; none where an app and a folder were named instead.
    pub config_path: Option<PathBuf>,
    /// The folder of the connector files; it need not exist.
    pub connectors_dir: PathBuf,
    /// The name in the config file.
    pub name: Option<String>,
    /// The app, or why there is none.
    pub app_id: Result<AppId, AppIdError>,
    /// Where the app was named.
    pub app_id_source: Option<AppIdSource>,
    /// The app that the project is linked to, where a `.env` file names the app instead.
    pub linked_app: Option<AppId>,
    /// What is wrong with the project's own files.
    pub findings: Vec<(PathBuf, Finding)>,
    /// Why the config does not tell where the connectors are, where it does not.
    pub broken_config: Option<String>,
    /// Which folder the root was when something was planned, for whoever carries it out; none where whichever has the
    /// root's name will do.
    pub held: Option<Identity>,
}

/// Why there is no project to work on.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Neither here nor above.
    #[error(
        "No Base44 project found in {0} or above it. Go to a folder with base44/config.jsonc, or name one with --project."
    )]
    NotFound(PathBuf),
    /// The only one is above, and belongs to another user of the machine.
    #[error(
        "{} belongs to another user of this machine, and is not taken for the project of a folder below it. Name its folder with --project where it is meant.", .path.display()
    )]
    OfOthers {
        /// The config file.
        path: PathBuf,
    },
    /// There is one, and its config cannot be used.
    #[error("{path}: {message}")]
    BadConfig {
        /// The config file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        message: String,
    },
}

impl ProjectError {
    /// Why a folder for which [`find_config`] gives nothing has no project.
    pub fn none_for(folder: PathBuf) -> ProjectError {
        match config_of_others(&folder) {
            Some(path) => ProjectError::OfOthers { path },
            None => ProjectError::NotFound(folder),
        }
    }
}

impl Project {
    /// The project of a folder: its own, or the nearest above.
    ///
    /// A named app needs no project. Its connectors are in the folder that is named with it, else in `./connectors`,
    /// else where the project has them.
    ///
    /// # Errors
    /// [`ProjectError`] where there is none, or its config does not tell where its connectors are.
    pub fn discover(start: &Path, options: &ProjectOptions) -> Result<Project, ProjectError> {
        let start = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
        let project = match find_config(&start) {
            Some(config) => Project::from_config(&config, &options.with_folder_beside(&start)),
            None if options.app_id.is_some()
                || options.env_app_id.is_some()
                || EnvFile::read_all(&start).iter().any(|file| file.get("BASE44_APP_ID").is_some()) =>
            {
                let folder = options.connectors_dir.as_deref().unwrap_or(Path::new(CONNECTORS_FOLDER));
                let named = app_id::find(&start, None, options, &mut Vec::new());
                Project {
                    connectors_dir: normalize(&start.join(folder)),
                    root: start,
                    config_path: None,
                    name: None,
                    app_id: named.app,
                    app_id_source: named.source,
                    linked_app: named.linked,
                    findings: Vec::new(),
                    broken_config: None,
                    held: None,
                }
            }
            None => return Err(ProjectError::none_for(start)),
        };
        match (&project.broken_config, &project.config_path) {
            (Some(message), Some(path)) if !project.has_named_folder(options) => {
                Err(ProjectError::BadConfig { path: path.clone(), message: message.clone() })
            }
            _ => Ok(project),
        }
    }

    /// The project of a config file. What is wrong with it is among its findings, and the usual values stand in.
    pub fn from_config(config_path: &Path, options: &ProjectOptions) -> Project {
        let config_dir = config_path.parent().unwrap_or(Path::new("/"));
        let root = match config_dir.file_name() {
            Some(name) if name == PROJECT_FOLDER => config_dir.parent().unwrap_or(config_dir),
            _ => config_dir,
        };
        let mut findings = Vec::new();
        let config = read_config(config_path, &mut findings);
        let mut of_the_link = Vec::new();
        let named = app_id::find(root, Some(config_dir), options, &mut of_the_link);
        let connectors_dir = match options.connectors_dir.as_ref().filter(|_| names_app(&named.source)) {
            Some(dir) => normalize(&std::path::absolute(dir).unwrap_or_else(|_| root.join(dir))),
            None => connectors_dir(config_path, root, &config, &mut findings),
        };
        let broken_config = findings.first().map(|(_, finding)| finding.message.clone());
        check_folder_exists(config_path, &connectors_dir, &config, &mut findings);
        findings.append(&mut of_the_link);
        Project {
            root: root.to_owned(),
            config_path: Some(config_path.to_owned()),
            connectors_dir,
            name: config.name,
            app_id: named.app,
            app_id_source: named.source,
            linked_app: named.linked,
            findings,
            broken_config,
            held: None,
        }
    }

    /// Whether the folder of the connectors is the one that these options name.
    pub fn has_named_folder(&self, options: &ProjectOptions) -> bool {
        options.connectors_dir.is_some() && (self.config_path.is_none() || names_app(&self.app_id_source))
    }

    /// The folder of the config file, or the root where there is none.
    pub fn config_dir(&self) -> &Path {
        self.config_path.as_deref().and_then(Path::parent).unwrap_or(&self.root)
    }

    /// The file that sets how much each finding matters.
    pub fn checks_path(&self) -> PathBuf {
        self.config_dir().join(CHECKS_NAME)
    }

    /// A path as a person of this project reads it: relative to the root, with `/` between, nothing in it acted on.
    pub fn display_path(&self, path: &Path) -> String {
        let shown = path.strip_prefix(&self.root).unwrap_or(path);
        let shown = printable(&shown.to_string_lossy(), usize::MAX);
        if std::path::MAIN_SEPARATOR == '/' { shown } else { shown.replace('\\', "/") }
    }

    /// Whether a path is a connector file of this project by its place and name.
    pub fn is_connector_path(&self, path: &Path) -> bool {
        path.parent() == Some(self.connectors_dir.as_path()) && crate::files::is_connector_name(path)
    }
}

/// Whether a file is one of the project's own by its name: its config, its link to an app, its levels.
pub(crate) fn is_project_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    CONFIG_NAMES.contains(&name) || APP_NAMES.contains(&name) || name == CHECKS_NAME
}

/// Reads one of a project's own files. No link may lead out of the project: the folder that the file lies in, or that
/// has it in its `base44` folder.
pub(crate) fn read_own_file(path: &Path) -> Result<String, ReadError> {
    let folder = path.parent().unwrap_or(path);
    let is_inside = folder.file_name().is_some_and(|name| name == PROJECT_FOLDER);
    let root = folder.parent().filter(|_| is_inside).unwrap_or(folder);
    read_inside(root, path)
}

/// The nearest config file upwards. Above the folder itself one counts only where it is not another user's: below `/tmp`
/// or a shared disk, anybody could name the app that is changed.
pub fn find_config(start: &Path) -> Option<PathBuf> {
    let above =
        || start.ancestors().skip(1).filter_map(config_in).find(|config| !is_of_others(config, start));
    config_in(start).or_else(above)
}

/// The config file above a folder that is passed over, since it is another user's.
fn config_of_others(start: &Path) -> Option<PathBuf> {
    start.ancestors().skip(1).filter_map(config_in).find(|config| is_of_others(config, start))
}

/// Whether a config, or the `base44` folder that it lies in, is of neither the person nor whom the folder belongs to.
fn is_of_others(config: &Path, start: &Path) -> bool {
    let folder = config.parent().filter(|it| it.file_name().is_some_and(|name| name == PROJECT_FOLDER));
    folder.into_iter().chain([config]).any(|path| !may_speak_for(path, start))
}

/// The config file of a folder: in its `base44` folder, or its own.
pub(crate) fn config_in(folder: &Path) -> Option<PathBuf> {
    let inside = folder.join(PROJECT_FOLDER);
    CONFIG_NAMES
        .iter()
        .map(|name| inside.join(name))
        .chain(CONFIG_NAMES.iter().map(|name| folder.join(name)).filter(|path| is_base44_config(path)))
        .find(|path| path.is_file())
}

/// Many tools have a `config.json`: outside of a `base44` folder it counts only with the marks of Base44.
fn is_base44_config(path: &Path) -> bool {
    let Some(folder) = path.parent().filter(|_| path.is_file()) else {
        return false;
    };
    if folder.file_name().is_some_and(|name| name == PROJECT_FOLDER) {
        return true;
    }
    let is_linked = |dir: &Path| APP_NAMES.iter().any(|name| dir.join(name).exists());
    if is_linked(folder) || is_linked(&folder.join(PROJECT_FOLDER)) || folder.join(CONNECTORS_FOLDER).is_dir()
    {
        return true;
    }
    let Ok(text) = read_own_file(path) else {
        return false;
    };
    let tree = parse(&text);
    let Some(object) = tree.root().and_then(Node::as_object) else {
        return false;
    };
    object.get("name").is_some()
        && ["connectorsDir", "entitiesDir", "functionsDir"].iter().any(|key| object.get(key).is_some())
}

#[derive(Default)]
struct Config {
    name: Option<String>,
    connectors_dir: Option<(String, TextRange)>,
}

fn read_config(path: &Path, findings: &mut Vec<(PathBuf, Finding)>) -> Config {
    let mut config = Config::default();
    let text = match read_own_file(path) {
        Ok(text) => text,
        Err(error) => {
            findings.push((path.to_owned(), bad(TextRange::default(), unreadable(&error))));
            return config;
        }
    };
    let tree = parse(&text);
    if let Some(error) = tree.errors().first() {
        findings.push((
            path.to_owned(),
            bad(
                error.range,
                format!(
                    "The config cannot be read: {}",
                    syntax_words::message(error, &tree, Document::Config)
                ),
            ),
        ));
    }
    let Some(root) = tree.root() else {
        return config;
    };
    let Some(object) = root.as_object() else {
        findings
            .push((path.to_owned(), bad(root.range(), "The config has to be an object: `{ \"name\": … }`.")));
        return config;
    };
    config.name = object
        .get("name")
        .and_then(|member| member.value())
        .and_then(Node::as_string)
        .map(|name| name.text().into_owned());
    if let Some(value) = object.get("connectorsDir").and_then(|member| member.value()) {
        match value.as_string() {
            Some(dir) if !dir.text().trim().is_empty() && dir.text().len() <= MAX_FOLDER_NAME => {
                config.connectors_dir = Some((dir.text().into_owned(), value.range()));
            }
            _ => findings.push((
                path.to_owned(),
                bad(value.range(), "`connectorsDir` has to be the name of a folder."),
            )),
        }
    }
    config
}

/// Whether the app is named, rather than the one that the project is linked to.
fn names_app(source: &Option<AppIdSource>) -> bool {
    source.as_ref().is_some_and(|source| !matches!(source, AppIdSource::AppFile(_)))
}

/// The folder the config names, if it lies inside the project; else the usual one, and a finding.
fn connectors_dir(
    config_path: &Path,
    root: &Path,
    config: &Config,
    findings: &mut Vec<(PathBuf, Finding)>,
) -> PathBuf {
    let config_dir = config_path.parent().unwrap_or(root);
    let usual = config_dir.join(CONNECTORS_FOLDER);
    let (dir, range) = match &config.connectors_dir {
        Some((name, range)) => (normalize(&config_dir.join(name)), Some((name, *range))),
        None => (usual.clone(), None),
    };
    let range_of_finding = range.map(|(_, range)| range).unwrap_or_default();
    // One on another machine is not even looked for.
    let leaves = range.is_some_and(|(name, _)| System::CURRENT.leaves_machine(name));
    if leaves || !is_inside(&dir, root) {
        let message =
            "The connectors folder that is named here lies outside of the project. Name one inside of it.";
        findings.push((config_path.to_owned(), bad(range_of_finding, message)));
        return usual;
    }
    dir
}

/// A folder that the config names has to be there; the usual one need not.
fn check_folder_exists(
    config_path: &Path,
    dir: &Path,
    config: &Config,
    findings: &mut Vec<(PathBuf, Finding)>,
) {
    let Some((name, range)) = config.connectors_dir.as_ref().filter(|_| !dir.is_dir()) else {
        return;
    };
    // Of one outside of the project enough is said.
    if System::CURRENT.leaves_machine(name)
        || config_path.parent().is_some_and(|folder| normalize(&folder.join(name)) != dir)
    {
        return;
    }
    let message =
        "The connectors folder that is named here does not exist. Create it, or correct `connectorsDir`.";
    let mut finding = bad(*range, message);
    if config_path.parent().is_some_and(|folder| folder.join(CONNECTORS_FOLDER).is_dir()) {
        finding.fixes.push(Fix {
            title: format!("Change to `{CONNECTORS_FOLDER}`, which exists"),
            action: FixAction::Edit(vec![TextEdit {
                range: *range,
                new_text: quote(CONNECTORS_FOLDER, '"'),
            }]),
            safe: false,
        });
    }
    findings.push((config_path.to_owned(), finding));
}

/// Whether a folder lies inside another, symbolic links followed as far as they exist.
pub(crate) fn is_inside(path: &Path, root: &Path) -> bool {
    let resolved = |path: &Path| {
        path.ancestors().find_map(|existing| {
            let real = existing.canonicalize().ok()?;
            Some(real.join(path.strip_prefix(existing).ok()?))
        })
    };
    match (resolved(path), resolved(root)) {
        (Some(path), Some(root)) => path.starts_with(&root) && path != root,
        _ => false,
    }
}

/// The path without `.` and `..`, by its text alone.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

pub(crate) fn bad(range: TextRange, message: impl Into<String>) -> Finding {
    Finding::new(Code::BadProject, range, message)
}

fn unreadable(error: &ReadError) -> String {
    format!("The config cannot be read: {error}.")
}

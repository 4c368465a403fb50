//! Which app a project belongs to.

use std::fmt;
use std::path::{Path, PathBuf};

use connector_boundary::{AppId, AppIdError, EnvFile};
use connector_syntax::{Node, TextRange, parse};

use super::{APP_NAMES, PROJECT_FOLDER, ProjectOptions, bad, read_own_file};
use crate::Finding;
use crate::syntax_words::{self, Document};

/// Where the app was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppIdSource {
    /// On the command line.
    Flag,
    /// In the process environment.
    Environment,
    /// In this `.env` file.
    EnvFile(PathBuf),
    /// In this `.app.jsonc`.
    AppFile(PathBuf),
}

impl fmt::Display for AppIdSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppIdSource::Flag => f.write_str("--app-id"),
            AppIdSource::Environment => f.write_str("BASE44_APP_ID"),
            AppIdSource::EnvFile(path) | AppIdSource::AppFile(path) => {
                f.write_str(&path.file_name().unwrap_or_default().to_string_lossy())
            }
        }
    }
}

/// The app of a project, and who named it.
pub(super) struct Named {
    pub(super) app: Result<AppId, AppIdError>,
    pub(super) source: Option<AppIdSource>,
    /// The app that the project is linked to, where a `.env` file names the app instead.
    pub(super) linked: Option<AppId>,
}

/// The app by the first that names one: command line, environment, `.env.local`, `.env`, `.app.jsonc`.
///
/// One that is named and empty is an error: a secret that is missing in CI must not lead to the linked app.
pub(super) fn find(
    root: &Path,
    config_dir: Option<&Path>,
    options: &ProjectOptions,
    findings: &mut Vec<(PathBuf, Finding)>,
) -> Named {
    let said = [(&options.app_id, AppIdSource::Flag), (&options.env_app_id, AppIdSource::Environment)];
    for (id, source) in said {
        if let Some(id) = id.as_deref().map(str::trim) {
            let app = if id.is_empty() { Err(AppIdError::Empty(source.to_string())) } else { AppId::new(id) };
            return Named { app, source: Some(source), linked: None };
        }
    }
    // The official command line reads it in `base44`, wherever the config is.
    let dirs = || [root.join(PROJECT_FOLDER)].into_iter().chain(config_dir.map(Path::to_owned));
    let paths = || dirs().flat_map(|dir| APP_NAMES.map(|name| dir.join(name)));
    let app_file = || config_dir.and_then(|_| paths().find(|path| path.exists()));
    for file in EnvFile::read_all(root) {
        if let Some(id) = file.get("BASE44_APP_ID").filter(|id| !id.is_empty()) {
            let linked = app_file().and_then(|path| id_in(&path).ok());
            let source = Some(AppIdSource::EnvFile(file.path.clone()));
            return Named { app: AppId::new(id), source, linked };
        }
    }
    let Some(path) = app_file() else {
        return Named { app: Err(AppIdError::Missing), source: None, linked: None };
    };
    let source = Some(AppIdSource::AppFile(path.clone()));
    let app = id_in(&path).map_err(|(error, range, message)| {
        findings.push((path, bad(range, message)));
        error
    });
    Named { app, source, linked: None }
}

fn id_in(path: &Path) -> Result<AppId, (AppIdError, TextRange, String)> {
    let unreadable = |range, message: String| (AppIdError::Unreadable(path.to_owned()), range, message);
    let text = read_own_file(path).map_err(|error| {
        unreadable(TextRange::default(), format!("The app link cannot be read: {error}."))
    })?;
    let tree = parse(&text);
    if let Some(error) = tree.errors().first() {
        let why = syntax_words::message(error, &tree, Document::AppLink);
        return Err(unreadable(error.range, format!("The app link cannot be read: {why}")));
    }
    let value = tree
        .root()
        .and_then(Node::as_object)
        .and_then(|object| object.get("id"))
        .and_then(|member| member.value());
    let range = value.or(tree.root()).map(Node::range).unwrap_or_default();
    let Some(id) = value.and_then(Node::as_string) else {
        return Err(unreadable(
            range,
            "The app link names no app: write `{ \"id\": \"<app id>\" }`.".to_owned(),
        ));
    };
    AppId::new(&id.text()).map_err(|error| {
        // What stands there instead is not shown: the file may be another one than it seems.
        let message = "This is no app id: it has letters, digits, `-` and `_` only.".to_owned();
        (error, range, message)
    })
}

//! Apps without a config: agents' workspaces, and what was taken out of the builder by hand.
//!
//! The platform's own command line takes them for no projects, so nothing is pushed from them. Their files are looked
//! at all the same where somebody asks for it.

use std::path::Path;

use connector_boundary::owner::may_speak_for;

use super::{
    CONNECTORS_FOLDER, PROJECT_FOLDER, Project, ProjectError, ProjectOptions, ProjectPlace, app_id,
    find_config, is_inside,
};

/// The folder of an app's functions, where no config names another.
pub(crate) const FUNCTIONS_FOLDER: &str = "functions";
/// Where agents keep what is theirs.
const AGENTS_FOLDER: &str = ".agents";

/// The nearest folder upwards that is an app without a config. One above that is another user's is none.
pub(super) fn unconfigured_above(start: &Path) -> Option<&Path> {
    let may_be = |folder: &&Path| *folder == start || may_speak_for(&folder.join(PROJECT_FOLDER), start);
    start.ancestors().filter(may_be).find(|folder| is_unconfigured(folder))
}

impl Project {
    /// The app without a config that a folder is, or lies in: its nearest folder upwards that has connector files or
    /// functions in its `base44` folder. None where a config is nearer, or there is none of both.
    pub fn unconfigured(start: &Path, options: &ProjectOptions) -> Option<Project> {
        let start = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
        if find_config(&start).is_some() {
            return None;
        }
        let root = unconfigured_above(&start)?;
        Some(Project::at(root, options))
    }

    /// The project of a folder as one that only reads wants it: an app without a config counts too.
    ///
    /// # Errors
    /// [`ProjectError`] where there is none of both, or the config does not tell where the connectors are.
    pub fn to_read(start: &Path, options: &ProjectOptions) -> Result<Project, ProjectError> {
        match Project::discover(start, options) {
            Err(ProjectError::NotFound(start)) => {
                Project::unconfigured(&start, options).ok_or(ProjectError::NotFound(start))
            }
            found => found,
        }
    }

    /// The project of a place where one was found.
    pub fn at_place(place: &ProjectPlace, options: &ProjectOptions) -> Project {
        match place {
            ProjectPlace::Config(config) => Project::from_config(config, options),
            ProjectPlace::Folder(root) => Project::at(root, options),
        }
    }

    /// Where an app without a config may be whose functions lie as they did before there were `base44` folders: in
    /// `functions`, a file each. Many tools have such a folder: it is one only where its code uses connectors.
    pub fn older_layout(root: &Path) -> Option<ProjectPlace> {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let may_be = find_config(&root).is_none() && root.join(FUNCTIONS_FOLDER).is_dir();
        may_be.then_some(ProjectPlace::Folder(root))
    }

    fn at(root: &Path, options: &ProjectOptions) -> Project {
        let folder = root.join(PROJECT_FOLDER);
        let mut findings = Vec::new();
        let named = app_id::find(root, Some(&folder), options, &mut findings);
        Project {
            root: root.to_owned(),
            config_path: None,
            connectors_dir: folder.join(CONNECTORS_FOLDER),
            name: None,
            app_id: named.app,
            app_id_source: named.source,
            linked_app: named.linked,
            findings,
            broken_config: None,
            held: None,
        }
    }

    /// Whether agents have something of their own here: they take tokens in ways that stand in no code. Skills are
    /// what coding tools are told, whoever uses them.
    pub fn has_agents(&self) -> bool {
        let entries = std::fs::read_dir(self.root.join(AGENTS_FOLDER)).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.file_name() != "skills")
    }
}

/// Whether a folder is an app without a config, by what lies in its `base44` folder.
pub(super) fn is_unconfigured(folder: &Path) -> bool {
    let base44 = folder.join(PROJECT_FOLDER);
    let has = |name: &str| base44.join(name).is_dir() && is_inside(&base44.join(name), folder);
    base44.is_dir() && (has(CONNECTORS_FOLDER) || has(FUNCTIONS_FOLDER))
}

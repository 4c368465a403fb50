//! Which files are checked, and what they are called.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use connector_boundary::read::{ReadError, read_inside};
use connector_boundary::system::spelled;
use connector_boundary::text::printable;
use connector_model::checks::{Around, check, is_meant_as_connector};
use connector_model::load::{CheckedFile, connector, unreadable};
use connector_model::project::{
    Places, Project, ProjectError, ProjectOptions, ProjectPlace, SearchDepth, find_config, find_places,
};
use connector_model::severities::Severities;
use connector_model::state::{FileKind, Keep, ProjectState};
use connector_syntax::parse;

use crate::commands::app_code::older_layout;
use crate::failure::Failure;

/// What is to be checked.
#[derive(Debug, Default)]
pub(in crate::commands) struct Selection {
    /// Where projects are, each with the part of it that is wanted.
    projects: BTreeMap<ProjectPlace, Part>,
    /// Files that belong to no project.
    loose: Vec<Loose>,
    /// From where, and what was named.
    here: PathBuf,
    named: Vec<PathBuf>,
    /// Folders whose own ones lie too deep to be looked for projects in.
    too_deep: Vec<PathBuf>,
    /// Whether the app's code is looked at too.
    code: bool,
}

#[derive(Debug)]
struct Loose {
    path: PathBuf,
    /// Who names many files, as a hook names all that changed, has looked into none: a link leads nowhere but within this
    /// folder, or whoever wrote the link would choose what of its reader's is read and shown to others.
    bounds: PathBuf,
}

#[derive(Debug)]
enum Part {
    Whole,
    /// What lies at or below these places.
    Under(Vec<PathBuf>),
}

/// A project, and what of it is wanted.
#[derive(Debug)]
pub(in crate::commands) struct CheckedPart {
    pub(in crate::commands) state: ProjectState,
    /// What lies at or below these places; none where all of it is wanted.
    places: Option<Vec<PathBuf>>,
}

impl CheckedPart {
    fn wants(&self, path: &Path) -> bool {
        self.places.as_ref().is_none_or(|places| places.iter().any(|place| path.starts_with(place)))
    }

    /// The connector files that are wanted.
    pub(in crate::commands) fn connector_paths(&self) -> Vec<PathBuf> {
        let files =
            self.state.files().filter(|(path, file)| file.kind() == FileKind::Connector && self.wants(path));
        files.map(|(path, _)| path.to_owned()).collect()
    }
}

/// What was checked.
#[derive(Debug, Default)]
pub(in crate::commands) struct Checked {
    pub(in crate::commands) projects: Vec<CheckedPart>,
    /// Files that belong to no project.
    pub(in crate::commands) loose: Vec<CheckedFile>,
    /// Files that were named and are no connector files: whatever they are, nothing is said of what stands in them.
    pub(in crate::commands) passed_over: Vec<PathBuf>,
    /// Folders whose own ones lie too deep to be looked for projects in.
    pub(in crate::commands) too_deep: Vec<PathBuf>,
}

impl Checked {
    /// Every file that is wanted, with its text and what is to be said about it.
    pub(in crate::commands) fn files(&self) -> Vec<CheckedFile> {
        let in_projects = self
            .projects
            .iter()
            .flat_map(|part| part.state.checked().files.into_iter().filter(|file| part.wants(&file.path)));
        in_projects.chain(self.loose.iter().cloned()).collect()
    }

    /// How many of the files are connector files.
    pub(in crate::commands) fn connector_count(&self) -> usize {
        self.projects.iter().map(|part| part.connector_paths().len()).sum::<usize>() + self.loose.len()
    }
}

impl Selection {
    /// What the paths of the command line mean, seen from a folder.
    pub(in crate::commands) fn of(here: &Path, paths: &[PathBuf]) -> Result<Selection, Failure> {
        let mut selection = Selection { here: here.to_owned(), ..Selection::default() };
        if paths.is_empty() {
            selection.add_folder(here)?;
        }
        for path in paths {
            let named = here.join(path);
            let path = resolved(&named)?;
            if let Some(place) = left_by_a_link(&named, &path) {
                // As where the whole project is named: it says which of its folders leads out, and reads nothing there.
                selection.want(place, None);
            } else if path.is_dir() && !connector_model::files::is_connector_name(&path) {
                selection.add_folder(&path)?;
            } else {
                selection.add_file(path, &named);
            }
            selection.named.push(named);
        }
        Ok(selection)
    }

    /// The same, with the code of the projects or without.
    pub(in crate::commands) fn with_code(self, code: bool) -> Selection {
        Selection { code, ..self }
    }

    /// Refuses to write where a link of somebody's folder leads: what lies there was not named by its name.
    pub(in crate::commands) fn refuse_led_out(&self) -> Result<(), Failure> {
        let Some(path) = self.named.iter().find(|named| is_led_out(&self.here, named)) else { return Ok(()) };
        let shown = printable(&path.to_string_lossy(), 300);
        Err(Failure::failed(format!(
            "'{shown}' is reached through a link that leads out of its project or folder: nothing was written. Name it where it lies."
        )))
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), Failure> {
        let Places { mut found, too_deep } =
            find_places(folder, std::env::home_dir().as_deref(), SearchDepth::Everywhere);
        self.too_deep.extend(too_deep);
        if found.is_empty() {
            found.extend(older_layout(folder));
        }
        if found.is_empty() {
            return Err(ProjectError::none_for(folder.to_owned()).into());
        }
        for place in found {
            let inside = place.path().starts_with(folder);
            self.want(place, (!inside).then(|| folder.to_owned()));
        }
        Ok(())
    }

    fn add_file(&mut self, path: PathBuf, named: &Path) {
        let options = ProjectOptions::default();
        let folder = path.parent().unwrap_or(&path);
        let place = match find_config(folder) {
            Some(config) => Some(ProjectPlace::Config(config)),
            None => Project::unconfigured(folder, &options).map(|app| ProjectPlace::Folder(app.root)),
        };
        match place {
            Some(place) if belongs(&Project::at_place(&place, &options), &path) => {
                self.want(place, Some(path));
            }
            _ => {
                let is_here = as_written(named).is_some_and(|named| named.starts_with(&self.here));
                let bounds = if is_here { self.here.clone() } else { folder.to_owned() };
                self.loose.push(Loose { path, bounds });
            }
        }
    }

    fn want(&mut self, project: ProjectPlace, place: Option<PathBuf>) {
        let part = self.projects.entry(project).or_insert(Part::Under(Vec::new()));
        match (part, place) {
            (Part::Under(places), Some(place)) => places.push(place),
            (part, None) => *part = Part::Whole,
            (Part::Whole, Some(_)) => {}
        }
    }

    /// Reads and checks all of it.
    pub(in crate::commands) fn check(&self) -> Checked {
        let options =
            ProjectOptions { env_app_id: std::env::var("BASE44_APP_ID").ok(), ..Default::default() };
        let projects = self.projects.iter().map(|(place, part)| {
            let project = Arc::new(Project::at_place(place, &options));
            let mut state = ProjectState::load(project, &Severities::default(), Keep::Texts);
            if self.code {
                state.load_code();
            }
            CheckedPart {
                state,
                places: match part {
                    Part::Whole => None,
                    Part::Under(places) => Some(places.clone()),
                },
            }
        });
        let mut checked =
            Checked { projects: projects.collect(), too_deep: self.too_deep.clone(), ..Checked::default() };
        for file in &self.loose {
            match check_loose(file) {
                Some(checked_file) => checked.loose.push(checked_file),
                None => checked.passed_over.push(file.path.clone()),
            }
        }
        checked
    }
}

/// The project that a path lies in as it is written, where a folder on the way is a link that leads out of it: what lies
/// there is not the project's, and is not the author's to mend by that name.
fn left_by_a_link(named: &Path, real: &Path) -> Option<ProjectPlace> {
    let named = std::path::absolute(named).ok()?;
    let place = ProjectPlace::Config(find_config(named.parent()?)?);
    let project = Project::at_place(&place, &ProjectOptions::default());
    let root = spelled(&project.root).ok()?;
    (belongs(&project, &named) && !real.starts_with(root)).then_some(place)
}

/// Whether a folder on the way to a path is a link that leads out of the project that it lies in, or of the folder that one
/// stands in.
fn is_led_out(here: &Path, named: &Path) -> bool {
    let Some(named) = as_written(named) else { return false };
    named.ancestors().filter(|folder| folder.is_symlink() && folder.is_dir()).any(|link| {
        let (Some(Ok(lies)), Ok(leads)) = (link.parent().map(Path::canonicalize), link.canonicalize()) else {
            return false;
        };
        let project = find_config(&lies)
            .map(|config| Project::at_place(&ProjectPlace::Config(config), &ProjectOptions::default()).root);
        let bounds = [project, here.canonicalize().ok()].into_iter().flatten();
        bounds
            .filter_map(|bound| bound.canonicalize().ok())
            .any(|bound| lies.starts_with(&bound) && !leads.starts_with(&bound))
    })
}

/// A path without `..`, as it is written: where that leads from a linked folder is another question.
fn as_written(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    Some(path.components().fold(PathBuf::new(), |mut path, part| {
        match part {
            Component::ParentDir => _ = path.pop(),
            part => path.push(part),
        }
        path
    }))
}

/// Whether a file is the project's: a connector file, or one that is no connector and is not taken for one.
fn belongs(project: &Project, path: &Path) -> bool {
    let own = project.config_path.is_some().then(|| project.config_dir());
    path.starts_with(&project.connectors_dir) || own.is_some_and(|folder| path.starts_with(folder))
}

/// A file of no project, checked by itself; none where it is no connector file.
fn check_loose(file: &Loose) -> Option<CheckedFile> {
    let path = &file.path;
    let text = match read_inside(&file.bounds, path) {
        Ok(text) => text,
        // What it would say is not known: its name alone tells whether it is meant as a connector.
        Err(ReadError::OutsideProject) if !is_meant_as_connector(path, &parse("")) => return None,
        Err(error) => {
            let findings = vec![unreadable(&error)];
            return Some(CheckedFile {
                path: path.to_owned(),
                text: String::new(),
                findings,
                connector: None,
            });
        }
    };
    let tree = parse(&text);
    is_meant_as_connector(path, &tree).then(|| {
        let findings = check(&tree, &Around::file(path));
        let connector = connector(path, &tree);
        CheckedFile { path: path.to_owned(), text, findings, connector }
    })
}

/// A path without `.`, `..` and linked folders, in the disk's own spelling; a link at its end stays one.
pub(in crate::commands) fn resolved(path: &Path) -> Result<PathBuf, Failure> {
    let missing = |error: std::io::Error| {
        let shown = printable(&path.to_string_lossy(), 300);
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => {
                format!("There is no '{shown}'. Name a folder or a connector file that exists.")
            }
            _ => format!("'{shown}' cannot be read: {error}."),
        };
        Failure::not_started(message)
    };
    let metadata = path.symlink_metadata().map_err(missing)?;
    match (metadata.is_symlink() && !path.is_dir(), path.parent(), path.file_name()) {
        (true, Some(parent), Some(name)) => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            Ok(spelled(parent).map_err(missing)?.join(name))
        }
        _ => spelled(path).map_err(missing),
    }
}

/// The folder that holds the repository, or the folder itself where there is none.
pub(in crate::commands) fn repository(here: &Path) -> PathBuf {
    here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(here).to_owned()
}

/// A path as a person in `folder` writes it, with `/` between.
pub(in crate::commands) fn relative(path: &Path, folder: &Path) -> String {
    let common = path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().count() - common;
    let shared_only_root = !path.components().take(common).any(|part| matches!(part, Component::Normal(_)));
    let shown: PathBuf = if up > 0 && (shared_only_root || up > 4) {
        path.to_owned()
    } else {
        std::iter::repeat_n(Component::ParentDir, up).chain(path.components().skip(common)).collect()
    };
    let shown = shown.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { shown.into_owned() } else { shown.replace('\\', "/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_named_as_it_is_written_from_where_one_stands() {
        let from = |folder: &str| relative(Path::new("/home/a/app/base44/x.jsonc"), Path::new(folder));
        assert_eq!(from("/home/a/app"), "base44/x.jsonc");
        assert_eq!(from("/home/a/app/src"), "../base44/x.jsonc");
        assert_eq!(from("/var/lib"), "/home/a/app/base44/x.jsonc");
        assert_eq!(from("/"), "home/a/app/base44/x.jsonc");
    }
}

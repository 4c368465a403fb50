//! A project read from disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connector_boundary::read::{ReadError, read_inside};
use connector_boundary::text::printable;
use connector_syntax::{TextRange, parse};

use crate::files::{FolderListing, list_connectors, read_connector};
use crate::project::{Project, read_own_file};
use crate::severities::Severities;
use crate::state::{Connector, FileKind, FileState, Keep, ProjectState, Source};
use crate::{Code, Finding, Severity};

/// A connector as its file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalConnector {
    /// The type, as written.
    pub type_name: String,
    /// The scopes, in the order of the file, each once.
    pub scopes: Vec<String>,
    /// The file.
    pub path: PathBuf,
    /// Where the type stands in it.
    pub type_range: TextRange,
}

/// A file of the project with its text and findings.
#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// Where it is.
    pub path: PathBuf,
    /// What stands in it; empty where it cannot be read.
    pub text: String,
    /// What is to be said about it.
    pub findings: Vec<Finding>,
    /// What it declares, where it does.
    pub connector: Option<LocalConnector>,
}

/// Everything that a project's files say, and what is to be said about them.
#[derive(Clone, Debug, Default)]
pub struct CheckedProject {
    /// The connector files by name, then what looks like one, then the project's own files with findings.
    pub files: Vec<CheckedFile>,
    /// How many of the files are connector files.
    pub connector_count: usize,
    /// Whether the connectors folder is there.
    pub has_folder: bool,
}

impl CheckedProject {
    /// The connectors in the order of their files, if nothing stops a push.
    ///
    /// Of files checked with [`check_for_push`]: elsewhere what stops one may be turned off.
    ///
    /// # Errors
    /// The files that stop it.
    pub fn connectors(&self) -> Result<Vec<&LocalConnector>, Vec<&CheckedFile>> {
        let stopping: Vec<&CheckedFile> = self
            .files
            .iter()
            .filter(|file| file.findings.iter().any(|finding| finding.code.stops_push()))
            .collect();
        if stopping.is_empty() {
            Ok(self.files.iter().filter_map(|file| file.connector.as_ref()).collect())
        } else {
            Err(stopping)
        }
    }
}

/// How often a folder is read whose files come and go.
const MAX_LOOKS: u32 = 5;
/// Between two of these; to save a file takes less.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Whether a finding of this code stops a push, whatever severity the user gave it.
pub fn stops_push(code: Code) -> bool {
    code.stops_push()
}

/// Reads and checks every file of a project. `severities` are the user's own, above those of the project.
pub fn check_project(project: &Project, severities: &Severities) -> CheckedProject {
    ProjectState::load(Arc::new(project.clone()), severities, Keep::Texts).checked()
}

/// The same for a push, which stops at what it cannot send however little the user wants to hear of it, and knows
/// nothing of levels.
pub fn check_for_push(project: &Project) -> CheckedProject {
    let mut state = ProjectState::new(Arc::new(project.clone()), &Severities::default(), Keep::Texts);
    for path in state.read_connectors() {
        // Taken for missing, its connector would be removed.
        let message =
            "This connector file comes and goes while it is read. Try again when nothing writes it.";
        state.add_own(path, Finding::new(Code::BadProject, TextRange::default(), message));
    }
    state.read_own();
    state.checked()
}

impl ProjectState {
    /// Reads every file of a project. `user` are the user's own levels, above those of the project.
    pub fn load(project: Arc<Project>, user: &Severities, keep: Keep) -> ProjectState {
        let (levels, findings) = project_severities(&project);
        let mut state = ProjectState::new(project, user, keep);
        state.set_project_severities(levels);
        for (path, finding) in findings {
            state.add_own(path, finding);
        }
        state.read_connectors();
        state.read_own();
        state
    }

    /// Reads the connectors folder. A file that vanishes between the listing and the reading is looked for again:
    /// whoever saves it may be between taking it away and putting it back. Gives those that do not stay.
    fn read_connectors(&mut self) -> Vec<PathBuf> {
        for look in 1..=MAX_LOOKS {
            let vanished = self.read_connectors_once();
            if vanished.is_empty() {
                break;
            }
            if look == MAX_LOOKS {
                return vanished;
            }
            std::thread::sleep(BETWEEN_LOOKS);
            // What the last look found may be gone by the next.
            let known: Vec<PathBuf> = self.files().map(|(path, _)| path.to_owned()).collect();
            known.iter().for_each(|path| {
                self.remove(path);
            });
        }
        Vec::new()
    }

    fn read_connectors_once(&mut self) -> Vec<PathBuf> {
        let project = self.project().clone();
        self.set_has_folder(project.connectors_dir.is_dir());
        let listing = list_connectors(&project).unwrap_or_else(|error| {
            let message = format!("The connectors folder cannot be listed: {error}. Check who may read it.");
            let path = project.config_path.clone().unwrap_or_else(|| project.connectors_dir.clone());
            self.add_own(path, Finding::new(Code::BadProject, TextRange::default(), message));
            FolderListing::default()
        });
        let keep = self.keep();
        let read = in_parallel(listing.connectors, |path| {
            let file = read_file(&project, &path, keep).map(Box::new);
            (path, file)
        });
        let mut vanished = Vec::new();
        for (path, file) in read {
            match file {
                Some(file) => self.add_file(path, file),
                None => vanished.push(path),
            }
        }
        for path in listing.lookalikes {
            self.add_file(path, Box::new(FileState::of_name(FileKind::Lookalike, Source::Disk)));
        }
        vanished
    }

    /// Every file with its text and what a person is to be told about it.
    pub fn checked(&self) -> CheckedProject {
        let files = self.paths().into_iter().map(|path| self.checked_file(path));
        CheckedProject {
            files: files.collect(),
            connector_count: self.files().filter(|(_, file)| file.kind() == FileKind::Connector).count(),
            has_folder: self.has_folder(),
        }
    }

    fn checked_file(&self, path: &Path) -> CheckedFile {
        let file = self.file(path);
        let text = file.and_then(FileState::text).or_else(|| self.own_text(path)).map(str::to_owned);
        let text = text.or_else(|| {
            self.code()?.positions(path).and_then(|_| read_inside(&self.project().root, path).ok())
        });
        let text = text.unwrap_or_default();
        let connector = file.filter(|file| file.kind() == FileKind::Connector).and_then(FileState::connector);
        CheckedFile {
            path: path.to_owned(),
            text,
            findings: self.shown(path).into_iter().map(std::borrow::Cow::into_owned).collect(),
            connector: connector.map(|connector| LocalConnector::new(path, connector)),
        }
    }
}

/// Reads one file of a connectors folder and concludes from it; nothing where it is not there.
pub fn read_file(project: &Project, path: &Path, keep: Keep) -> Option<FileState> {
    let kind = FileKind::of(project, path)?;
    match read_connector(project, path) {
        Err(ReadError::NotFound) if !path.is_symlink() => None,
        _ if kind == FileKind::Lookalike => Some(FileState::of_name(kind, Source::Disk)),
        Ok(text) => Some(FileState::of(path, kind, Source::Disk, keep, &Arc::new(parse(&text)))),
        Err(error) => Some(FileState::unreadable(Source::Disk, &error)),
    }
}

impl LocalConnector {
    /// What the file at a place declares.
    pub fn new(path: &Path, connector: &Connector) -> LocalConnector {
        LocalConnector {
            type_name: connector.type_name.clone(),
            scopes: connector.scopes().to_vec(),
            path: path.to_owned(),
            type_range: connector.type_range,
        }
    }
}

/// Fewer items than this a core are not worth a thread.
const WORTH_A_THREAD: usize = 64;
/// The most threads; more would wait for the disk.
const MAX_THREADS: usize = 8;

/// The result of `work` on each item, in their order, on as many cores as there is work for.
fn in_parallel<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let threads = cores.min(items.len() / WORTH_A_THREAD);
    if threads < 2 {
        return items.into_iter().map(work).collect();
    }
    let share = items.len().div_ceil(threads);
    let mut rest = items.into_iter();
    let shares: Vec<Vec<T>> = (0..threads).map(|_| rest.by_ref().take(share).collect()).collect();
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(move || share.into_iter().map(work).collect::<Vec<R>>()))
            .collect();
        let done = running.into_iter().map(|thread| match thread.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.flatten().collect()
    })
}

/// What the checks file of a project says, and what is wrong with it.
pub fn project_severities(project: &Project) -> (Severities, Vec<(PathBuf, Finding)>) {
    let path = project.checks_path();
    if project.config_path.is_none() || !path.exists() {
        return (Severities::default(), Vec::new());
    }
    let (severities, findings) = match read_own_file(&path) {
        Ok(text) => Severities::from_checks_file(&text),
        Err(error) => {
            let message = format!("The checks file cannot be read: {error}.");
            (Severities::default(), vec![Finding::new(Code::BadProject, TextRange::default(), message)])
        }
    };
    (severities, findings.into_iter().map(|finding| (path.clone(), finding)).collect())
}

/// What a connector file declares; nothing where it has no type.
pub fn connector(path: &Path, tree: &connector_syntax::Tree) -> Option<LocalConnector> {
    Some(LocalConnector::new(path, &Connector::of(tree)?))
}

/// What is to be said about a file that cannot be read.
pub fn unreadable(error: &ReadError) -> Finding {
    Finding::new(
        Code::Unreadable,
        TextRange::default(),
        format!("This connector file cannot be read: {error}."),
    )
}

/// What is to be said about a file that looks like a connector file and is none. `is_taken` tells where a file is.
pub(crate) fn not_read(project: &Project, path: &Path, is_taken: impl Fn(&Path) -> bool) -> Finding {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = project.display_path(&project.connectors_dir);
    let message = if path.parent() != Some(project.connectors_dir.as_path()) {
        format!(
            "Push does not read this file: it looks into {folder} only, not into the folders in it. Move it there."
        )
    } else if name.starts_with('.') {
        "Push does not read this file: its name begins with a dot. Rename it.".to_owned()
    } else {
        "Push does not read this file: only names that end in .json or .jsonc, in lower case, are read. Rename it.".to_owned()
    };
    let mut finding = Finding::new(Code::NotRead, TextRange::default(), message);
    let stem = name.trim_start_matches('.');
    let stem = stem.split('.').next().unwrap_or_default();
    let wanted = project.connectors_dir.join(format!("{stem}.jsonc"));
    let free = !is_taken(&wanted) && !is_taken(&wanted.with_extension("json"));
    if !stem.is_empty() && free {
        finding.fixes.push(crate::Fix {
            title: format!("Rename the file to `{}`", printable(&project.display_path(&wanted), 200)),
            action: crate::FixAction::Rename(wanted),
            safe: false,
        });
    }
    finding
}

/// The gravest severity among findings.
pub fn gravest<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Option<Severity> {
    findings.into_iter().map(|finding| finding.severity).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_their_items_however_many_there_are() {
        for count in [0, 1, 63, 64, 129, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(
                in_parallel(items, |item| item * 2),
                (0..count).map(|item| item * 2).collect::<Vec<_>>()
            );
        }
    }
}

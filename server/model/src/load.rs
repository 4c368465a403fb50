//! The connectors of a project as a push takes them: all, or none.

use std::path::{Path, PathBuf};

use connector_boundary::read::ReadError;
use connector_boundary::text::printable;
use connector_syntax::{TextRange, parse};

use crate::checks::{Context, check, declared, declared_type};
use crate::files::{list_connectors, read_connector};
use crate::index::ProjectIndex;
use crate::project::Project;
use crate::severities::Severities;
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

/// Whether a finding of this code stops a push, whatever severity the user gave it.
pub fn stops_push(code: Code) -> bool {
    code.stops_push()
}

/// Reads and checks every file of a project. `severities` are the user's own, above those of the project.
pub fn check_project(project: &Project, severities: &Severities) -> CheckedProject {
    let (project_severities, checks_findings) = project_severities(project);
    check_files(project, &severities.clone().over(&project_severities), checks_findings)
}

/// The same for a push, which stops at what it cannot send however little the user wants to hear of it.
pub fn check_for_push(project: &Project) -> CheckedProject {
    check_files(project, &Severities::default(), Vec::new())
}

fn check_files(
    project: &Project,
    severities: &Severities,
    checks_findings: Vec<(PathBuf, Finding)>,
) -> CheckedProject {
    let mut checked =
        CheckedProject { has_folder: project.connectors_dir.is_dir(), ..CheckedProject::default() };
    let mut own: Vec<(PathBuf, Finding)> = project.findings.clone();
    own.extend(checks_findings);

    let listing = list_connectors(&project.connectors_dir).unwrap_or_else(|error| {
        let message = format!("The connectors folder cannot be listed: {error}. Check who may read it.");
        let path = project.config_path.clone().unwrap_or_else(|| project.connectors_dir.clone());
        own.push((path, Finding::new(Code::BadProject, TextRange::default(), message)));
        crate::files::FolderListing::default()
    });
    let mut parsed = in_parallel(listing.connectors, |path| {
        let text = read_connector(project, &path);
        let tree = text.as_ref().ok().map(|text| parse(text));
        (path, text, tree)
    });
    // A file that vanished since the folder was listed is no file.
    parsed.retain(|(path, text, _)| !matches!(text, Err(ReadError::NotFound)) || path.is_symlink());
    checked.connector_count = parsed.len();

    let mut index = ProjectIndex::default();
    for (path, _, tree) in &parsed {
        let declared = tree.as_ref().and_then(declared_type);
        index.set(path, declared.as_ref().map(|(name, range)| (name.as_ref(), *range)));
    }
    let context = Context {
        project: Some(project),
        index: Some(&index),
        severities: Some(severities),
        known_types: None,
    };
    checked.files = in_parallel(parsed, |(path, text, tree)| match (text, tree) {
        (Ok(text), Some(tree)) => {
            let findings = check(Some(&path), &tree, &context);
            let connector = connector(&path, &tree);
            CheckedFile { path, text, findings, connector }
        }
        (text, _) => {
            let finding = text.err().and_then(|error| severities.apply(unreadable(&error)));
            CheckedFile {
                path,
                text: String::new(),
                findings: finding.into_iter().collect(),
                connector: None,
            }
        }
    });
    for path in listing.lookalikes {
        let finding = severities.apply(not_read(project, &path));
        checked.files.push(CheckedFile {
            path,
            text: String::new(),
            findings: finding.into_iter().collect(),
            connector: None,
        });
    }
    let own = own.into_iter().filter_map(|(path, finding)| Some((path, severities.apply(finding)?)));
    for (path, finding) in own {
        let known = checked.files.iter_mut().find(|file| file.path == path);
        match known {
            Some(file) => file.findings.push(finding),
            None => {
                let text = connector_boundary::read::read_text(&path).unwrap_or_default();
                checked.files.push(CheckedFile { path, text, findings: vec![finding], connector: None });
            }
        }
    }
    checked
}

/// Fewer items than this a core are not worth a thread.
const WORTH_A_THREAD: usize = 64;
/// The most threads; more would wait for the disk.
const MOST_THREADS: usize = 8;

/// The result of `work` on each item, in their order, on as many cores as there is work for.
fn in_parallel<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
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
    let (severities, findings) = match connector_boundary::read::read_text(&path) {
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
    let declared = declared(tree);
    let (type_name, type_range) = declared.type_name?;
    let mut seen = foldhash::HashSet::default();
    let first: Vec<bool> = declared.scopes.iter().map(|(scope, _)| seen.insert(scope.as_str())).collect();
    let scopes = declared.scopes.into_iter().zip(first);
    let scopes = scopes.filter_map(|((scope, _), first)| first.then_some(scope)).collect();
    Some(LocalConnector { type_name, scopes, path: path.to_owned(), type_range })
}

/// What is to be said about a file that cannot be read.
pub fn unreadable(error: &ReadError) -> Finding {
    Finding::new(
        Code::Unreadable,
        TextRange::default(),
        format!("This connector file cannot be read: {error}."),
    )
}

/// What is to be said about a file that looks like a connector file and is none.
pub fn not_read(project: &Project, path: &Path) -> Finding {
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
    let plain = wanted.with_extension("json");
    let free = [&wanted, &plain].into_iter().all(|other| !other.exists() || is_itself(path, other));
    if !stem.is_empty() && free {
        finding.fixes.push(crate::Fix {
            title: format!("Rename the file to `{}`", printable(&project.display_path(&wanted), 200)),
            action: crate::FixAction::Rename(wanted),
            safe: false,
        });
    }
    finding
}

/// Whether a name is another spelling of the file itself, as disks have it that do not tell `A` from `a`.
fn is_itself(path: &Path, other: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let real = |path: &Path| path.canonicalize().ok();
    name(path) == name(other)
        && path.parent() == other.parent()
        && real(path).is_some_and(|it| Some(it) == real(other))
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

//! Pull: the files as the platform has it, and nothing else on the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use connector_boundary::folder::Identity;
use connector_boundary::system::System;
use connector_boundary::text::{printable, printable_name};
use connector_model::create::connector_text;
use connector_model::load::{CheckedFile, CheckedProject, connector};
use connector_model::project::Project;
use connector_model::standing::ConnectorState;
use connector_platform::PlatformError;
use connector_syntax::{edit, parse};
use serde::Serialize;

use crate::doubt::alike;
use crate::files::{self, FileError};
use crate::store::AppState;
use crate::words;
use crate::{STRIPE, Snapshot};
use connector_model::difference::Difference;

/// Why there is no plan for a pull.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The platform did not say what it has.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// Files that cannot be understood might be what the pull would write: they come first.
    #[error("Nothing was pulled: correct {} first. {}", .0.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(", "), .0.first().map_or("", |(_, message)| message.as_str()))]
    Files(Vec<(String, String)>),
    /// The connectors folder is none that a pull may write to.
    #[error("{0}")]
    Folder(String),
}

/// What a pull does to one connector's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum PullAction {
    /// File and platform say the same, or the file is none of the platform's business yet.
    Unchanged,
    /// There is no file.
    Create,
    /// The file's scopes become the platform's; everything else in it stays.
    UpdateScopes,
    /// The platform has no such connector.
    Delete,
    /// It cannot be done safely.
    Refused {
        /// Why, for people.
        reason: String,
    },
}

/// What a pull does to one connector's file, and whether it has to be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullStep {
    /// Which connector.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Its file.
    pub path: PathBuf,
    /// Its file as a person of the project writes it.
    #[serde(skip)]
    pub shown_path: String,
    /// What is done.
    #[serde(flatten)]
    pub action: PullAction,
    /// The platform's scopes.
    pub scopes: Vec<String>,
    /// What the file's scopes gain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// What the file's scopes lose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Whether something of the author's is lost, so that it is done only where somebody agreed to it by name.
    pub needs_agreement: bool,
    /// Why, where the action alone does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The text that the plan was made from; none where there was no file.
    #[serde(skip)]
    pub before: Option<String>,
    /// The text that the file will have.
    #[serde(skip)]
    pub after: Option<String>,
}

/// What a pull will do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullPlan {
    /// The app.
    pub app: String,
    /// The connectors folder, as a person of the project writes it.
    pub folder: String,
    /// How many connectors the platform has.
    pub pulled: usize,
    /// One step a connector: the platform's in its order, then the files it has nothing for.
    pub steps: Vec<PullStep>,
    /// What else is to be known, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Which folder the project was then, whatever has its name by now; none where that cannot be told.
    #[serde(skip)]
    pub root: Option<Identity>,
}

impl PullPlan {
    /// What somebody has to agree to by name, with what it would cost: a sentence each.
    pub fn questions(&self) -> Vec<(&str, String)> {
        let asked = self.steps.iter().filter(|step| step.needs_agreement);
        asked.map(|step| (step.type_name.as_str(), question(step))).collect()
    }

    /// The steps that change a file.
    pub fn changes(&self) -> impl Iterator<Item = &PullStep> {
        self.steps.iter().filter(|step| !matches!(step.action, PullAction::Unchanged))
    }

    /// Whether every file already is as the platform has it.
    pub fn is_empty(&self) -> bool {
        self.changes().next().is_none()
    }

    /// The plan as a person reads it.
    pub fn to_text(&self) -> String {
        words::pull_plan(self)
    }
}

fn question(step: &PullStep) -> String {
    match step.action {
        PullAction::Delete => {
            format!(
                "Delete {}? The app has no connector {}.",
                step.shown_path,
                printable_name(&step.type_name)
            )
        }
        _ => format!("Overwrite the scopes in {}? It has changes that were never pushed.", step.shown_path),
    }
}

/// What a pull did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullReport {
    /// The connectors folder.
    pub connectors_dir: PathBuf,
    /// The connectors folder, as a person of the project writes it.
    #[serde(skip)]
    pub folder: String,
    /// How many connectors the platform has.
    pub pulled: usize,
    /// Whose files were written.
    pub written: Vec<String>,
    /// Whose files were deleted.
    pub deleted: Vec<String>,
    /// Whose files were left, since nobody agreed to lose them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
    /// Whose files could not be written, and why.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_objects")]
    pub failed: Vec<(String, String)>,
    /// The scopes that file and platform now agree on, by type.
    #[serde(skip)]
    pub(crate) base: BTreeMap<String, Vec<String>>,
}

fn as_objects<S: serde::Serializer>(failed: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer
        .collect_seq(failed.iter().map(|(name, reason)| serde_json::json!({"type": name, "reason": reason})))
}

impl PullReport {
    /// What a terminal shows, a line each.
    pub fn lines(&self) -> Vec<String> {
        words::pulled(self)
    }
}

/// The plan of a pull. Nothing is written.
pub(crate) fn plan(
    project: &Project,
    checked: &CheckedProject,
    snapshot: &Snapshot,
    state: &AppState,
) -> Result<PullPlan, PullError> {
    let files = connector_files(project, checked)?;
    files::check_folder(project).map_err(|error| PullError::Folder(nothing_pulled(&error)))?;
    let by_type: BTreeMap<&str, &CheckedFile> =
        files.iter().filter_map(|file| Some((file.connector.as_ref()?.type_name.as_str(), *file))).collect();
    let line_end = if uses_crlf(&files) { "\r\n" } else { "\n" };

    let mut steps = Vec::new();
    let mut seen = BTreeSet::new();
    let twins = Twins::of(by_type.keys().copied(), snapshot);
    let stripe = (snapshot.has_stripe() == Some(true)).then_some((STRIPE, Some(&[][..])));
    let listed =
        snapshot.connectors.iter().map(|remote| (remote.type_name.as_str(), remote.scopes.as_deref()));
    for (name, scopes) in listed.filter(|(name, _)| *name != STRIPE).chain(stripe) {
        if seen.insert(name) {
            steps.push(match (by_type.get(name), scopes) {
                (Some(file), Some(scopes)) => update(project, file, name, scopes, state),
                (None, Some(scopes)) => match twins.of_listed(name) {
                    Some(twin) => refused(create(project, name, scopes, line_end), twin),
                    None => create(project, name, scopes, line_end),
                },
                (file, None) => unknown(project, file.copied(), name),
            });
        }
    }
    let pulled = seen.len();
    let mut notes: Vec<String> = words::unreadable_entries(snapshot.unreadable).into_iter().collect();
    notes.extend(words::more_on_the_platform(snapshot.has_more));
    if snapshot.stripe_failure.is_some() && !by_type.contains_key(STRIPE) {
        notes.push("Whether the app has Stripe could not be asked: no file of it is written.".to_owned());
    }
    for file in &files {
        let Some(local) = &file.connector else {
            continue;
        };
        let name = local.type_name.as_str();
        if seen.contains(name) {
            continue;
        }
        let mut step = step(project, &file.path, name, &[]);
        step.before = Some(file.text.clone());
        if name == STRIPE && snapshot.has_stripe().is_none() {
            notes
                .push("Whether the app has Stripe could not be asked: its file is left as it is.".to_owned());
        } else if state.pending.contains_key(name) {
            step.why = Some(ConnectorState::Pending.in_words().1.to_owned());
        } else if name != STRIPE && !snapshot.lacks(name) {
            step.why = Some("whether the app has it cannot be told".to_owned());
        } else if let Some(twin) = twins.of_file(name) {
            step.why = Some(written_in_another_way(twin));
        } else {
            step.action = PullAction::Delete;
            let base = state.base.get(name);
            let pushed = base.is_some();
            // What this machine pushed or pulled, and nobody touched since, is no loss: the app had it all. Of Stripe's
            // file that cannot be told: it has no scopes to compare.
            let untouched = name != STRIPE
                && base.is_some_and(|base| Difference::between(name, base, &local.scopes).is_empty());
            step.needs_agreement = !untouched;
            step.why =
                Some(if pushed { "the app no longer has it" } else { "it was never pushed" }.to_owned());
        }
        steps.push(step);
    }
    Ok(PullPlan {
        app: snapshot.app.clone(),
        folder: project.display_path(&project.connectors_dir),
        pulled,
        steps,
        notes,
        root: Identity::of(&project.root),
    })
}

/// Carries a plan out, as far as somebody agreed to it.
pub(crate) fn apply(project: &Project, plan: &PullPlan, agreed: &[String]) -> PullReport {
    let mut report = PullReport {
        connectors_dir: project.connectors_dir.clone(),
        folder: plan.folder.clone(),
        pulled: plan.pulled,
        ..PullReport::default()
    };
    let folder = files::check_folder(project).map_err(|error| nothing_pulled(&error));
    for step in &plan.steps {
        let name = &step.type_name;
        if step.needs_agreement && !agreed.contains(name) {
            report.kept.push(name.clone());
            continue;
        }
        let done = match (&folder, &step.action) {
            (_, PullAction::Unchanged) => {
                if step.why.is_none() {
                    report.base.insert(name.clone(), step.scopes.clone());
                }
                continue;
            }
            (_, PullAction::Refused { reason }) => Err(reason.clone()),
            (Err(reason), _) => Err(reason.clone()),
            (Ok(()), PullAction::Create) => {
                files::create(project, &step.path, step.after.as_deref().unwrap_or_default()).map_err(told)
            }
            (Ok(()), PullAction::UpdateScopes) => files::replace(
                project,
                &step.path,
                step.before.as_deref().unwrap_or_default(),
                step.after.as_deref().unwrap_or_default(),
            )
            .map_err(told),
            (Ok(()), PullAction::Delete) => {
                files::delete(project, &step.path, step.before.as_deref().unwrap_or_default()).map_err(told)
            }
        };
        match done {
            Err(reason) => report.failed.push((name.clone(), reason)),
            Ok(()) if step.action == PullAction::Delete => report.deleted.push(name.clone()),
            Ok(()) => {
                report.written.push(name.clone());
                report.base.insert(name.clone(), step.scopes.clone());
            }
        }
    }
    report
}

/// Why a whole pull was not begun.
fn nothing_pulled(error: &FileError) -> String {
    match error {
        FileError::BrokenConfig(_) => format!("Nothing was pulled. {error}"),
        _ => format!("Nothing was pulled: {error}"),
    }
}

/// Why one file was left alone; what has changed since the plan is seen by the next pull.
fn told(error: FileError) -> String {
    match error {
        FileError::Appeared(_) | FileError::Changed(_) => format!("{error}; pull again"),
        FileError::BrokenConfig(_) | FileError::Folder(_) => nothing_pulled(&error),
        _ => error.to_string(),
    }
}

/// The connector files, each understood.
fn connector_files<'a>(
    project: &Project,
    checked: &'a CheckedProject,
) -> Result<Vec<&'a CheckedFile>, PullError> {
    let is_connector = |file: &&CheckedFile| project.is_connector_path(&file.path);
    let files: Vec<&CheckedFile> = checked.files.iter().filter(is_connector).collect();
    let mut stopping = Vec::new();
    for file in &files {
        let finding = file.findings.iter().find(|finding| connector_model::load::stops_push(finding.code));
        if let Some(finding) = finding {
            stopping.push((printable_name(&project.display_path(&file.path)), finding.message.clone()));
        } else if file.connector.is_none() {
            stopping.push((
                printable_name(&project.display_path(&file.path)),
                "It declares no connector.".to_owned(),
            ));
        }
    }
    if stopping.is_empty() { Ok(files) } else { Err(PullError::Files(stopping)) }
}

/// Types that differ in nothing that a person would see as another name: one of them is a slip, and neither is taken for
/// missing. Some disks take their files for one.
struct Twins<'a> {
    files: BTreeMap<String, &'a str>,
    listed: BTreeMap<String, &'a str>,
}

impl<'a> Twins<'a> {
    fn of(files: impl Iterator<Item = &'a str>, snapshot: &'a Snapshot) -> Twins<'a> {
        let listed = snapshot.types().into_iter().map(|name| (alike(name), name));
        // The first of several: those after it have a twin in it.
        Twins { files: files.map(|name| (alike(name), name)).collect(), listed: listed.rev().collect() }
    }

    /// What of the files, or of the list before it, is the twin of a listed type.
    fn of_listed(&self, name: &str) -> Option<&'a str> {
        let twins = [&self.files, &self.listed].into_iter().filter_map(|all| all.get(&alike(name)).copied());
        twins.into_iter().find(|twin| *twin != name)
    }

    /// What of the list is the twin of a file's type.
    fn of_file(&self, name: &str) -> Option<&'a str> {
        self.listed.get(&alike(name)).copied().filter(|twin| *twin != name)
    }
}

fn written_in_another_way(twin: &str) -> String {
    format!("the app's '{}' differs from it only in how it is written", printable(twin, 60))
}

/// No file is made beside that of a twin.
fn refused(step: PullStep, twin: &str) -> PullStep {
    if step.action != PullAction::Create {
        return step;
    }
    let reason = format!("'{}' differs from it only in how it is written", printable(twin, 60));
    PullStep { action: PullAction::Refused { reason }, after: None, added: Vec::new(), ..step }
}

fn step(project: &Project, path: &Path, name: &str, scopes: &[String]) -> PullStep {
    PullStep {
        type_name: name.to_owned(),
        path: path.to_owned(),
        shown_path: project.display_path(path),
        action: PullAction::Unchanged,
        scopes: scopes.to_vec(),
        added: Vec::new(),
        removed: Vec::new(),
        needs_agreement: false,
        why: None,
        before: None,
        after: None,
    }
}

fn update(
    project: &Project,
    file: &CheckedFile,
    name: &str,
    scopes: &[String],
    state: &AppState,
) -> PullStep {
    let mut step = step(project, &file.path, name, scopes);
    step.before = Some(file.text.clone());
    let local = file.connector.as_ref().map(|connector| connector.scopes.as_slice()).unwrap_or_default();
    // From the file to the platform: what the file gains is what the platform has more.
    let difference = Difference::between(name, local, scopes);
    if difference.is_empty() {
        return step;
    }
    let waits = state.pending.get(name);
    if waits.is_some_and(|waits| Difference::between(name, &waits.scopes, local).is_empty()) {
        step.why = Some(ConnectorState::Pending.in_words().1.to_owned());
        return step;
    }
    let base = state.base.get(name);
    let edited = base.is_none_or(|base| !Difference::between(name, base, local).is_empty());
    step.needs_agreement = edited;
    if edited {
        step.why = Some("the file has changes that were never pushed".to_owned());
    }
    let wanted: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let after = edit::set_list(&file.text, "scopes", &wanted).filter(|after| {
        let says = connector(&file.path, &parse(after));
        says.is_some_and(|says| {
            says.type_name == name && Difference::between(name, scopes, &says.scopes).is_empty()
        })
    });
    match after {
        Some(after) => {
            step.action = PullAction::UpdateScopes;
            step.added = difference.added;
            step.removed = difference.removed;
            step.after = Some(after);
        }
        None => {
            step.needs_agreement = false;
            step.action = PullAction::Refused {
                reason: format!(
                    "the scopes in {} cannot be changed safely; write them yourself",
                    step.shown_path
                ),
            };
        }
    }
    step
}

/// The platform has it and does not say its scopes: its file stays, and none is made up.
fn unknown(project: &Project, file: Option<&CheckedFile>, name: &str) -> PullStep {
    match file {
        Some(file) => {
            let mut step = step(project, &file.path, name, &[]);
            step.before = Some(file.text.clone());
            step.why = Some(words::SCOPES_UNKNOWN.to_owned());
            step
        }
        None => {
            let mut step = create(project, name, &[], "\n");
            if step.action == PullAction::Create {
                step.action = PullAction::Refused { reason: words::SCOPES_UNKNOWN.to_owned() };
                step.after = None;
            }
            step
        }
    }
}

fn create(project: &Project, name: &str, scopes: &[String], line_end: &str) -> PullStep {
    let path = match is_file_name(name) {
        true => project.connectors_dir.join(format!("{name}.jsonc")),
        false => project.connectors_dir.clone(),
    };
    let mut step = step(project, &path, name, scopes);
    if !is_file_name(name) {
        step.action =
            PullAction::Refused { reason: format!("'{}' cannot be the name of a file", printable(name, 60)) };
    } else if path.symlink_metadata().is_ok() {
        step.action = PullAction::Refused {
            reason: format!("{} is there and is of another type; rename it", step.shown_path),
        };
    } else {
        step.action = PullAction::Create;
        step.added = scopes.to_vec();
        step.after = Some(connector_text(name, scopes).replace('\n', line_end));
    }
    step
}

/// Whether a type of the platform may name a file: it comes from outside.
fn is_file_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    // A project is shared with people on every system.
    plain && !name.is_empty() && name.len() <= 100 && !System::Windows.is_reserved(name)
}

fn uses_crlf(files: &[&CheckedFile]) -> bool {
    let crlf = files.iter().filter(|file| file.text.contains("\r\n")).count();
    crlf * 2 > files.len()
}

#[cfg(test)]
mod tests;

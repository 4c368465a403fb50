//! The status on its way to the client. Of thousands of connectors it is large, so that it is written some connectors a
//! turn of the loop: an edit that comes meanwhile waits for a few of them, and not for all. Each connector is told as it
//! stands in its turn.

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_model::standing::ConnectorState;
use connector_model::state::FileKind;
use serde_json::Result;

use super::{ConnectorRow, connector, nameless, problem_of, users_of};
use crate::platform::Known;
use crate::shown::Shown;
use crate::transport::Written;
use crate::workspace::OpenProject;
use crate::world::World;

/// So many files are looked at in a turn: about a millisecond of work, and more than nearly every app has.
const MAX_FILES_A_TURN: usize = 500;

/// How the status is told to a client that wants to hear of it by itself.
#[derive(Default)]
pub(crate) struct Telling {
    /// What tells the status that the client was last told from others.
    told: Option<u64>,
    /// Written in part.
    under_way: Option<StatusReport>,
    /// Something changed since it was begun.
    is_stale: bool,
}

/// The state of all projects as far as it is written.
pub(crate) struct StatusReport {
    /// The roots of the projects that are still to be written.
    waiting: VecDeque<PathBuf>,
    current: Option<(PathBuf, Rows)>,
    written: String,
}

/// The connectors of a project as far as they are written.
#[derive(Default)]
struct Rows {
    /// The file that was looked at last.
    last: Option<Arc<Path>>,
    types: HashSet<Box<str>>,
    listed: String,
    /// Those of files without a type, which stand behind all others.
    nameless: String,
    /// How many wait for their authorization.
    pending: usize,
}

impl StatusReport {
    /// One of which nothing is written yet.
    pub(crate) fn new(world: &World) -> StatusReport {
        let projects = world.workspace.projects.iter().filter(|state| state.is_configured());
        StatusReport {
            waiting: projects.map(|state| state.root().to_owned()).collect(),
            current: None,
            written: r#"{"projects":["#.to_owned(),
        }
    }

    /// Writes some more; gives all of it once it is whole.
    ///
    /// # Errors
    /// Where a value refuses to be written.
    pub(crate) fn go_on(&mut self, world: &World) -> Result<Option<Written>> {
        let mut files = MAX_FILES_A_TURN;
        while let Some((root, mut rows)) = self.next_project() {
            // One that was closed meanwhile is no longer told of.
            let Some(state) = world.workspace.projects.iter().find(|state| state.root() == root) else {
                continue;
            };
            let known = world.known_of(state);
            if !rows.add_files(state, &known, &mut files)? {
                self.current = Some((root, rows));
                return Ok(None);
            }
            if world.config.trusted {
                rows.add_without_file(state, &known)?;
            }
            self.write(world, state, &rows)?;
        }
        let mut written = std::mem::take(&mut self.written);
        written.push_str("]}");
        Ok(Some(Written::from_json(written)))
    }

    fn next_project(&mut self) -> Option<(PathBuf, Rows)> {
        self.current.take().or_else(|| Some((self.waiting.pop_front()?, Rows::default())))
    }

    fn write(&mut self, world: &World, state: &OpenProject, rows: &Rows) -> Result<()> {
        let mut status = world.project_status(state, rows.pending);
        status.hide_secrets();
        let head = serde_json::to_string(&status)?;
        if self.written.ends_with('}') {
            self.written.push(',');
        }
        self.written.push_str(head.strip_suffix('}').unwrap_or(&head));
        self.written.push_str(r#","connectors":["#);
        self.written.push_str(&rows.listed);
        if !rows.listed.is_empty() && !rows.nameless.is_empty() {
            self.written.push(',');
        }
        self.written.push_str(&rows.nameless);
        self.written.push_str("]}");
        Ok(())
    }
}

impl Rows {
    /// Looks at the next files, and counts each off `left`; says whether there are no more.
    fn add_files(&mut self, state: &OpenProject, known: &Known, left: &mut usize) -> Result<bool> {
        let last = self.last.take();
        let mut files = state.known.files_after(last.as_deref());
        for (path, file) in files.by_ref().take(*left) {
            *left -= 1;
            self.last = Some(path.clone());
            if file.kind() != FileKind::Connector {
                continue;
            }
            match file.connector() {
                // A second file of one type is among what is wrong, not among the connectors; an empty type is none.
                Some(local) if local.type_name.trim().is_empty() || self.is_first(&local.type_name) => {
                    let (problem, users) = (problem_of(state, path, file), users_of(state, &local.type_name));
                    let row = connector(known, &local.type_name, Some((path, local)), problem, users);
                    self.add(row)?;
                }
                Some(_) => {}
                None => {
                    if let Some(row) = nameless(state, path, file) {
                        push(&mut self.nameless, row)?;
                    }
                }
            }
        }
        Ok(files.next().is_none())
    }

    /// Adds what the app has and no file declares.
    fn add_without_file(&mut self, state: &OpenProject, known: &Known) -> Result<()> {
        let mut names = state.known.types_without_file();
        names.try_for_each(|name| self.add(connector(known, name, None, None, users_of(state, name))))
    }

    fn add(&mut self, row: ConnectorRow<'_>) -> Result<()> {
        // An authorization for scopes that the file no longer asks for is not waited for any more.
        self.pending += usize::from(row.state == ConnectorState::Pending);
        push(&mut self.listed, row)
    }

    fn is_first(&mut self, type_name: &str) -> bool {
        self.types.insert(type_name.into())
    }
}

/// Writes a row behind others.
fn push(rows: &mut String, mut row: ConnectorRow<'_>) -> Result<()> {
    row.hide_secrets();
    if !rows.is_empty() {
        rows.push(',');
    }
    rows.push_str(&serde_json::to_string(&row)?);
    Ok(())
}

impl World {
    /// Tells the client how everything stands, unless it has been told just that.
    pub(crate) fn tell_status(&mut self) {
        if self.jobs.status.under_way.is_some() {
            self.jobs.status.is_stale = true;
            return;
        }
        self.go_on_telling(StatusReport::new(self));
    }

    fn go_on_telling(&mut self, mut report: StatusReport) {
        match report.go_on(self) {
            Ok(Some(status)) => self.told_whole(status),
            Ok(None) => {
                self.jobs.status.under_way = Some(report);
                let events = self.out.events().clone();
                tokio::task::spawn_local(async move {
                    // What the client sent meanwhile is read, and done first.
                    tokio::task::yield_now().await;
                    events.send("tell the status", |world| {
                        if let Some(report) = world.jobs.status.under_way.take() {
                            world.go_on_telling(report);
                        }
                    });
                });
            }
            Err(error) => tracing::error!("the status cannot be written: {error}"),
        }
    }

    fn told_whole(&mut self, status: Written) {
        let mut hasher = DefaultHasher::new();
        status.hash(&mut hasher);
        if self.jobs.status.told.replace(hasher.finish()) != Some(hasher.finish()) {
            self.out.notify_written("base44/status", status);
        }
        if std::mem::take(&mut self.jobs.status.is_stale) {
            self.tell_status();
        }
    }
}

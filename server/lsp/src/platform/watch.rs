//! Files that a terminal or another editor changes: the state of an app, the login, the project's `.env`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;

use crate::event::Events;
use crate::world::World;

/// How often they are looked at: what a terminal does is seen within a second.
const INTERVAL: Duration = Duration::from_millis(250);

/// Whose change it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// What is kept of the app of this project.
    Store(PathBuf),
    /// What decides how this project talks to the platform.
    Setup(PathBuf),
    /// The login.
    Login,
    /// Whether this project is there: of a folder deleted or brought back whole, a client's watchers may say nothing.
    Project(PathBuf),
}

impl Subject {
    /// Whether it is a project's own.
    fn is_of(&self, project: &Path) -> bool {
        match self {
            Subject::Store(root) | Subject::Setup(root) => root == project,
            Subject::Login | Subject::Project(_) => false,
        }
    }
}

/// What of a file tells that it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(Option<(SystemTime, u64, u64)>);

impl Stamp {
    /// The stamp of a file as it is now.
    pub(super) fn of(path: &Path) -> Self {
        let Ok(metadata) = std::fs::metadata(path) else {
            return Self(None);
        };
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let number = 0;
        Self(Some((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len(), number)))
    }
}

struct Watch {
    subject: Subject,
    path: PathBuf,
    stamp: Stamp,
}

impl Inner {
    /// Of what is watched for a project keeps these files alone: of an app that it is no longer linked to, nothing is
    /// to be heard.
    fn keep_of(&mut self, root: &Path, files: &[(Subject, PathBuf, Stamp)]) {
        self.list.retain(|watch| {
            let is_wanted = |(subject, path, _): &(Subject, PathBuf, Stamp)| {
                watch.subject == *subject && watch.path == *path
            };
            !watch.subject.is_of(root) || files.iter().any(is_wanted)
        });
    }

    fn add(&mut self, files: Vec<(Subject, PathBuf, Stamp)>) {
        for (subject, path, stamp) in files {
            // Of what is watched already, what changed since the last look is still to be told.
            if !self.list.iter().any(|watch| watch.subject == subject && watch.path == path) {
                self.list.push(Watch { subject, path, stamp });
            }
        }
    }
}

/// What is watched.
#[derive(Default)]
pub(super) struct Watches(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    list: Vec<Watch>,
    running: bool,
}

impl Watches {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches files, each from its stamp on, besides what is watched already.
    pub(super) fn add(
        self: &Arc<Self>,
        network: &Handle,
        events: &Events,
        files: Vec<(Subject, PathBuf, Stamp)>,
    ) {
        let mut inner = self.lock();
        inner.add(files);
        if !inner.running && !inner.list.is_empty() {
            inner.running = true;
            network.spawn(look(self.clone(), events.clone()));
        }
    }

    /// The same of what tells how a project talks to the platform, instead of what was watched for that before.
    pub(super) fn set(
        self: &Arc<Self>,
        network: &Handle,
        events: &Events,
        root: &Path,
        files: Vec<(Subject, PathBuf, Stamp)>,
    ) {
        self.lock().keep_of(root, &files);
        self.add(network, events, files);
    }

    /// Keeps only the watches that are wanted.
    pub(super) fn retain(&self, wanted: impl Fn(&Subject) -> bool) {
        self.lock().list.retain(|watch| wanted(&watch.subject));
    }

    /// What changed since the last look, each subject once; none when there is nothing to look at any more.
    fn changed(&self) -> Option<Vec<Subject>> {
        let mut inner = self.lock();
        if inner.list.is_empty() {
            inner.running = false;
            return None;
        }
        let mut changed: Vec<Subject> = Vec::new();
        for watch in &mut inner.list {
            let now = Stamp::of(&watch.path);
            if now != watch.stamp {
                watch.stamp = now;
                if !changed.contains(&watch.subject) {
                    changed.push(watch.subject.clone());
                }
            }
        }
        Some(changed)
    }
}

async fn look(watches: Arc<Watches>, events: Events) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let Some(changed) = watches.changed() else { return };
        for subject in changed {
            events.send("shared file changed", move |world| world.shared_file_changed(&subject));
        }
    }
}

impl World {
    fn shared_file_changed(&mut self, subject: &Subject) {
        match subject {
            Subject::Store(root) => self.read_store(root),
            Subject::Setup(root) => self.open_platform(root),
            Subject::Project(_) => self.scan_workspace(),
            Subject::Login => {
                for root in self.project_roots() {
                    self.open_platform(&root);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_changes_and_goes_is_told_each_time_and_only_then() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let watches = Watches::default();
        watches.lock().list.push(Watch {
            subject: Subject::Login,
            path: path.clone(),
            stamp: Stamp::of(&path),
        });
        assert_eq!(watches.changed().unwrap(), []);
        std::fs::write(&path, "a").unwrap();
        assert_eq!(watches.changed().unwrap(), [Subject::Login]);
        assert_eq!(watches.changed().unwrap(), []);
        // Replaced whole, as the store is: another file of the same length.
        let other = folder.path().join("partial");
        std::fs::write(&other, "b").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_eq!(watches.changed().unwrap(), [Subject::Login]);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(watches.changed().unwrap(), [Subject::Login]);
    }

    #[test]
    fn a_project_that_is_linked_to_another_app_is_heard_of_no_more_by_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let (root, other) = (Path::new("/crm"), Path::new("/shop"));
        let file = |name: &str| folder.path().join(name);
        let watched = |project: &Path, name: &str| {
            (Subject::Store(project.to_owned()), file(name), Stamp::of(&file(name)))
        };
        let watches = Watches::default();
        let set = |root, files: Vec<_>| {
            let mut inner = watches.lock();
            inner.keep_of(root, &files);
            inner.add(files);
        };
        set(other, vec![watched(other, "app-1")]);
        set(root, vec![watched(root, "app-1"), (Subject::Login, file("login"), Stamp(None))]);
        set(root, vec![watched(root, "app-2")]);
        for name in ["app-1", "app-2", "login"] {
            std::fs::write(file(name), "new").unwrap();
        }
        let of_others = [Subject::Store(other.to_owned()), Subject::Login];
        let all = [&of_others[..], &[Subject::Store(root.to_owned())]].concat();
        assert_eq!(watches.changed().unwrap(), all);
        std::fs::write(file("app-1"), "newer").unwrap();
        assert_eq!(watches.changed().unwrap(), [Subject::Store(other.to_owned())]);
    }

    #[test]
    fn looking_ends_when_nothing_is_watched() {
        let watches = Watches::default();
        assert!(watches.changed().is_none());
    }
}

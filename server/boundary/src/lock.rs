//! One process at a time: a lock that is a file of its own and ends with the process that holds it, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::write::{create_private_folder, open_private};

/// Between two tries to take a lock that another process holds.
const PAUSE: Duration = Duration::from_millis(10);

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    /// None where the file system has no locks.
    #[allow(dead_code, reason = "holds the lock until it is dropped")]
    file: Option<File>,
}

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process did not let go of it in time.
    #[error("another process holds it and does not finish")]
    Busy,
    /// Whoever waits was asked to stop.
    #[error("the wait was cut short")]
    Stopped,
    /// The lock's file cannot be opened.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Lock {
    /// Takes the lock in the file `path`, waiting `limit` at most. Blocks its thread.
    ///
    /// `busy` is called between two tries, so never where the lock is free; it may break off the wait.
    ///
    /// Some network file systems have no locks. There the lock counts as taken: what it guards is written whole, and
    /// is better done at the same time than never.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(
        path: &Path,
        limit: Duration,
        mut busy: impl FnMut() -> ControlFlow<()>,
    ) -> Result<Lock, LockError> {
        create_private_folder(path.parent().unwrap_or(Path::new(".")))?;
        let file =
            open_private(OpenOptions::new().create(true).truncate(false).read(true).write(true), path)?;
        let until = Instant::now() + limit;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { file: Some(file) }),
                Err(TryLockError::WouldBlock) => {
                    if busy().is_break() {
                        return Err(LockError::Stopped);
                    }
                    if Instant::now() >= until {
                        return Err(LockError::Busy);
                    }
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::Error(error)) => {
                    tracing::warn!("{} cannot be locked: {error}", path.display());
                    return Ok(Lock { file: None });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_the_others_wait_or_stop() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("locks").join("a.lock");
        let wait = || ControlFlow::Continue(());
        let held = Lock::take(&path, Duration::ZERO, || unreachable!("it is free")).unwrap();
        assert!(matches!(Lock::take(&path, Duration::ZERO, wait), Err(LockError::Busy)));
        let stopped = Lock::take(&path, Duration::MAX / 4, || ControlFlow::Break(()));
        assert!(matches!(stopped, Err(LockError::Stopped)));
        let mut held = Some(held);
        Lock::take(&path, Duration::from_secs(600), || {
            held = None;
            ControlFlow::Continue(())
        })
        .unwrap();
    }
}

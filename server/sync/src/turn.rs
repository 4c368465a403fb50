//! One push of an app at a time, whoever pushes it: a terminal, an editor, another window.

use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use connector_boundary::text::printable;
use connector_platform::Notice;
use tokio::time::Instant;

use crate::store::{create_private_dir, private};
use crate::{Event, Run};

/// Between two looks at whether the other push has ended.
const LOOK: Duration = Duration::from_millis(50);
/// So much of what the other process wrote about itself is read.
const LONGEST_NAME: u64 = 100;

/// Held while an app is pushed. Free again when dropped or when its process ends, however it does.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Whether another push was waited for: what it did is not in any older plan.
    pub waited: bool,
    #[allow(dead_code, reason = "holds the lock until it is dropped")]
    lock: Option<File>,
}

/// Why there is no turn.
#[derive(Debug)]
pub(crate) enum NoTurn {
    /// The other push does not end; who makes it.
    Busy(String),
    /// The wait was cut short.
    Cancelled,
}

impl Turn {
    /// Waits until nobody else pushes, at most for `patience`, and tells the run whom it waits for.
    pub(crate) async fn take(path: &Path, name: &str, patience: Duration, run: &Run) -> Result<Turn, NoTurn> {
        // Without a place for the lock a push is still better made than not.
        let folder = path.parent().unwrap_or(Path::new("."));
        let opened = create_private_dir(folder).and_then(|()| {
            private(File::options().create(true).truncate(false).read(true).write(true)).open(path)
        });
        let Ok(mut file) = opened.inspect_err(|error| tracing::warn!("pushes are not locked: {error}"))
        else {
            return Ok(Turn { waited: false, lock: None });
        };
        let until = Instant::now() + patience;
        let mut waited = false;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    // Only for whoever has to wait: a name that cannot be written is no reason not to push.
                    let _ =
                        file.set_len(0).and_then(|()| write!(file, "{name}, process {}", std::process::id()));
                    return Ok(Turn { waited, lock: Some(file) });
                }
                Err(TryLockError::WouldBlock) => {
                    let who = holder(path);
                    if Instant::now() >= until {
                        return Err(NoTurn::Busy(who));
                    }
                    if !std::mem::replace(&mut waited, true) {
                        run.events.send(Event::Waiting { notice: Notice::AnotherPush { who } });
                    }
                    tokio::select! {
                        biased;
                        () = run.cancel.cancelled() => return Err(NoTurn::Cancelled),
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
                // Some network file systems have no locks.
                Err(TryLockError::Error(error)) => {
                    tracing::warn!("pushes are not locked: {error}");
                    return Ok(Turn { waited, lock: None });
                }
            }
        }
    }
}

/// What whoever holds the lock wrote about itself; it may be about to.
fn holder(path: &Path) -> String {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST_NAME).read_to_string(&mut text));
    if read.is_err() || text.trim().is_empty() {
        return "another process".to_owned();
    }
    printable(text.trim(), 60)
}

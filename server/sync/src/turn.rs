//! One push of an app at a time, whoever pushes it: a terminal, an editor, another window.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow::{Break, Continue};
use std::path::{Path, PathBuf};
use std::time::Duration;

use connector_boundary::lock::{Lock, LockError};
use connector_boundary::text::printable;
use connector_boundary::write::write_private;
use connector_platform::Notice;

use crate::{Event, Run};

/// How much of what the other process wrote about itself is read, in bytes.
const MAX_NAME_BYTES: u64 = 100;

/// Held while an app is pushed. Free again when dropped or when its process ends, however it does.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Whether another push was waited for: what it did is not in any older plan.
    pub waited: bool,
    #[allow(dead_code, reason = "holds the lock until it is dropped")]
    lock: Option<(Lock, Holder)>,
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
    /// Waits until nobody else pushes, at most for `limit`, and tells the run whom it waits for.
    pub(crate) async fn take(path: &Path, name: &str, limit: Duration, run: &Run) -> Result<Turn, NoTurn> {
        let (path, name, run) = (path.to_owned(), name.to_owned(), run.clone());
        // Whoever gives up the wait, by dropping it, lets go of the thread that waits.
        let stop = run.cancel.child_token();
        let _stop_when_dropped = stop.clone().drop_guard();
        let waiting = tokio::task::spawn_blocking(move || {
            let holder = Holder(path.with_extension("holder"));
            let mut waited = false;
            let taken = Lock::take(&path, limit, || {
                if !std::mem::replace(&mut waited, true) {
                    run.events.send(Event::Waiting { notice: Notice::AnotherPush { who: holder.name() } });
                }
                if stop.is_cancelled() { Break(()) } else { Continue(()) }
            });
            match taken {
                Ok(lock) => {
                    holder.write(&name);
                    Ok(Turn { waited, lock: Some((lock, holder)) })
                }
                Err(LockError::Busy) => Err(NoTurn::Busy(holder.name())),
                Err(LockError::Stopped) => Err(NoTurn::Cancelled),
                // Without a place for the lock a push is still better made than not.
                Err(LockError::Io(error)) => {
                    tracing::warn!("pushes are not locked: {error}");
                    Ok(Turn { waited, lock: None })
                }
            }
        });
        waiting.await.unwrap_or(Err(NoTurn::Cancelled))
    }
}

/// The file in which whoever pushes says who it is. Beside the lock: where locks are mandatory, nobody else could
/// read the lock itself.
#[derive(Debug)]
struct Holder(PathBuf);

impl Holder {
    /// Only for whoever has to wait: a name that cannot be written is no reason not to push.
    fn write(&self, name: &str) {
        let _ = write_private(&self.0, format!("{name}, process {}", std::process::id()).as_bytes());
    }

    /// What whoever holds the lock wrote about itself; it may be about to.
    fn name(&self) -> String {
        let mut text = String::new();
        let read = File::open(&self.0).and_then(|file| file.take(MAX_NAME_BYTES).read_to_string(&mut text));
        if read.is_err() || text.trim().is_empty() {
            return "another process".to_owned();
        }
        printable(text.trim(), 60)
    }
}

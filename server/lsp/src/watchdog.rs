//! Says which turn of the loop hangs, while it hangs: afterwards there may be nobody left to say it.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What the loop is at.
#[derive(Clone, Copy)]
struct Turn {
    name: &'static str,
    since: Instant,
    told: bool,
}

/// Looks at the loop from a thread of its own; it ends with the loop.
pub(crate) struct Watchdog {
    turn: Arc<Mutex<Option<Turn>>>,
    /// Dropped with the loop, which the thread notices.
    _ends: Option<Sender<()>>,
}

impl Watchdog {
    /// Looks for turns that take longer than `limit`. Where the system refuses a thread, nothing is looked for.
    pub(crate) fn start(limit: Duration) -> Self {
        Self::telling(limit, |name, limit| {
            tracing::error!(
                "{name} has not ended after {} ms and holds up everything else",
                limit.as_millis()
            );
        })
    }

    fn telling(limit: Duration, tell: impl Fn(&str, Duration) + Send + 'static) -> Self {
        let turn: Arc<Mutex<Option<Turn>>> = Arc::default();
        let (ends, ended) = channel();
        let looked_at = turn.clone();
        let look = move || {
            // Half as long: a turn is told of when it has taken the limit and a half at the latest.
            while ended.recv_timeout(limit / 2) == Err(RecvTimeoutError::Timeout) {
                if let Some(turn) = looked_at.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
                    && !turn.told
                    && turn.since.elapsed() >= limit
                {
                    turn.told = true;
                    tell(turn.name, limit);
                }
            }
        };
        let thread = thread::Builder::new().name("watchdog".to_owned()).spawn(look);
        Self { turn, _ends: thread.is_ok().then_some(ends) }
    }

    /// A turn begins.
    pub(crate) fn begins(&self, name: &'static str) {
        self.set(Some(Turn { name, since: Instant::now(), told: false }));
    }

    /// The turn is over.
    pub(crate) fn ends(&self) {
        self.set(None);
    }

    fn set(&self, turn: Option<Turn>) {
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = turn;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_hangs_is_told_of_once_while_it_hangs() {
        let (told, heard) = channel();
        let watchdog = Watchdog::telling(Duration::from_millis(1), move |name, _| {
            told.send(name.to_owned()).unwrap();
        });
        watchdog.begins("didOpen");
        // It has not ended, and is told of all the same.
        assert_eq!(heard.recv().unwrap(), "didOpen");
        watchdog.ends();
        watchdog.begins("hover");
        assert_eq!(heard.recv().unwrap(), "hover");
        drop(watchdog);
        // The thread has ended with it, and told of nothing twice.
        assert!(heard.recv().is_err());
    }
}

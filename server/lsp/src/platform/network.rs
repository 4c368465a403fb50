//! The threads on which the platform is talked to and shared files are looked at.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;

use super::watch::Watches;

/// How many projects may ask the platform at once in the background; the rest wait for their turn.
const BACKGROUND: usize = 4;

/// A runtime of its own, started when it is first needed: a slow platform or disk holds up no edit.
pub(crate) struct Network {
    runtime: OnceCell<Option<Runtime>>,
    pub(super) background: Arc<Semaphore>,
    pub(super) watches: Arc<Watches>,
    generations: std::cell::Cell<u64>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            runtime: OnceCell::new(),
            background: Arc::new(Semaphore::new(BACKGROUND)),
            watches: Arc::default(),
            generations: std::cell::Cell::new(0),
        }
    }
}

impl Network {
    /// The threads; none where the system refuses them.
    pub(crate) fn handle(&self) -> Option<Handle> {
        let runtime = self.runtime.get_or_init(|| {
            let built = Builder::new_multi_thread()
                .worker_threads(2)
                .max_blocking_threads(8)
                .thread_keep_alive(Duration::from_secs(5))
                .thread_name("platform")
                .enable_all()
                .build();
            built.inspect_err(|error| tracing::error!("no threads for the platform: {error}")).ok()
        });
        runtime.as_ref().map(|runtime| runtime.handle().clone())
    }

    /// How many tasks are under way here; none before it is first needed.
    pub(crate) fn tasks(&self) -> usize {
        let runtime = self.runtime.get().and_then(Option::as_ref);
        runtime.map_or(0, |runtime| runtime.metrics().num_alive_tasks())
    }

    /// A number that no question has had before.
    pub(super) fn next_generation(&self) -> u64 {
        let next = self.generations.get() + 1;
        self.generations.set(next);
        next
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take().flatten() {
            // The session is over: nobody waits for a hanging call.
            runtime.shutdown_background();
        }
    }
}

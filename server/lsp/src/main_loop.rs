//! The loop that owns the world.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use crate::event::Event;
use crate::watchdog::Watchdog;
use crate::world::World;

/// A turn longer than this is said in the log.
const SLOW: Duration = Duration::from_millis(50);
/// A turn that is not over after this long is said to hang, while it does.
const HANGS: Duration = Duration::from_secs(3);

/// Handles events one by one for as long as somebody can send them.
///
/// What has piled up is handled before anything is checked and published, so a burst of edits costs
/// one check. A panic ends its event and nothing else.
pub(crate) async fn run(mut world: World, mut events: UnboundedReceiver<Event>) {
    let watchdog = Watchdog::start(HANGS);
    while let Some(event) = events.recv().await {
        turn(&watchdog, event.name, || (event.act)(&mut world));
        while let Ok(event) = events.try_recv() {
            turn(&watchdog, event.name, || (event.act)(&mut world));
        }
        turn(&watchdog, "publish", || world.settle());
    }
}

fn turn(watchdog: &Watchdog, name: &'static str, act: impl FnOnce()) {
    let started = Instant::now();
    watchdog.begins(name);
    guarded(name, act);
    watchdog.ends();
    let took = started.elapsed();
    if took > SLOW {
        tracing::warn!("{name} took {} ms", took.as_millis());
    }
}

fn guarded(name: &str, act: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(act)).is_err() {
        // The panic hook has logged where.
        tracing::error!("{name} failed; the session goes on");
    }
}

//! The loop that owns the world.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use crate::event::Event;
use crate::world::World;

/// A turn longer than this is said in the log.
const SLOW: Duration = Duration::from_millis(50);

/// Handles events one by one for as long as somebody can send them.
///
/// What has piled up is handled before anything is checked and published, so a burst of edits costs
/// one check. A panic ends its event and nothing else.
pub(crate) async fn run(mut world: World, mut events: UnboundedReceiver<Event>) {
    while let Some(event) = events.recv().await {
        turn(&mut world, event);
        while let Ok(event) = events.try_recv() {
            turn(&mut world, event);
        }
        guarded("publish", || world.settle());
    }
}

fn turn(world: &mut World, event: Event) {
    let Event { name, act } = event;
    let started = Instant::now();
    guarded(name, || act(world));
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

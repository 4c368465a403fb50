//! Consent given in a browser is noticed by itself: what waits for it is looked at while it is fresh.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use connector_platform::{AuthorizationStatus, PlatformError};
use connector_sync::{Engine, PendingAuthorization};
use futures::StreamExt;

use super::{Planned, pace};
use crate::world::World;

/// How many are asked about at once.
const AT_ONCE: usize = 4;

impl World {
    /// Plans the next look at what waits for consent, where something does.
    pub(super) fn plan_pending(&mut self, root: &Path) {
        if !self.may_ask() {
            return;
        }
        let events = self.out.events().clone();
        let Some(platform) = self.platform_mut(root) else { return };
        if platform.is_signed_out() || platform.engine().is_none() {
            platform.next_pending = None;
            return;
        }
        let now = now();
        let pauses = platform.known.state.pending.values().filter(|pending| pending.connection_id.is_some());
        let pause = pauses.filter_map(|pending| pace::pending_pause(age(pending, now))).min();
        let Some(pause) = pause else {
            platform.next_pending = None;
            return;
        };
        let pause = pause.saturating_mul(1 << platform.pending_failures.min(6));
        let at = Instant::now() + pause.mul_f64(0.9 + fastrand::f64() / 5.0);
        if platform.next_pending.as_ref().is_some_and(|next| next.at <= at) {
            return;
        }
        let root = root.to_owned();
        let task = tokio::task::spawn_local(async move {
            tokio::time::sleep_until(at.into()).await;
            events.send("time to look at what waits", move |world| world.look_at_pending(&root));
        });
        platform.next_pending = Some(Planned { at, task: task.abort_handle() });
    }

    fn look_at_pending(&mut self, root: &Path) {
        let Some(network) = self.network.handle().filter(|_| self.may_ask()) else { return };
        let events = self.out.events().clone();
        let watched: Vec<String> = self.workspace.at_root(root).map_or_else(Vec::new, |at| {
            let types = self.workspace.projects.get(at).map(|state| state.platform.pending_types());
            types.into_iter().flatten().filter(|name| self.jobs.is_watching(root, name)).collect()
        });
        let Some(platform) = self.platform_mut(root) else { return };
        platform.next_pending = None;
        let Some(engine) = platform.engine().cloned() else { return };
        let now = now();
        let waiting: Vec<PendingAuthorization> = platform
            .known
            .state
            .pending
            .values()
            // A command that waits for one asks about it itself.
            .filter(|pending| !watched.contains(&pending.type_name))
            .filter(|pending| pace::pending_pause(age(pending, now)).is_some())
            .cloned()
            .collect();
        if waiting.is_empty() {
            return self.plan_pending(root);
        }
        let (generation, root) = (platform.generation, root.to_owned());
        network.spawn(async move {
            let answer = is_any_decided(&engine, &waiting).await;
            events.send("looked at what waits", move |world| {
                world.looked_at_pending(&root, generation, answer);
            });
        });
    }

    fn looked_at_pending(&mut self, root: &Path, generation: u64, answer: Result<bool, PlatformError>) {
        let Some(platform) = self.platform_mut(root).filter(|platform| platform.generation == generation)
        else {
            return;
        };
        match answer {
            Ok(decided) => {
                platform.pending_failures = 0;
                if decided {
                    self.ask_platform(root, true);
                }
            }
            Err(error) => {
                platform.pending_failures = platform.pending_failures.saturating_add(1);
                tracing::info!("{}: {error}", root.display());
            }
        }
        self.plan_pending(root);
    }
}

/// Whether the platform has an answer for any of them.
async fn is_any_decided(engine: &Engine, waiting: &[PendingAuthorization]) -> Result<bool, PlatformError> {
    let mut asked = Vec::new();
    for pending in waiting {
        if let Some(id) = pending.connection_id.as_deref() {
            asked.push(engine.platform().authorization_status(engine.app_id(), &pending.type_name, id));
        }
    }
    let answers: Vec<_> = futures::stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    let mut failed = None;
    for answer in answers {
        match answer {
            Ok(AuthorizationStatus::Pending) => {}
            Ok(_) => return Ok(true),
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(false), Err)
}

fn age(pending: &PendingAuthorization, now: u64) -> Duration {
    Duration::from_millis(now.saturating_sub(pending.since))
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

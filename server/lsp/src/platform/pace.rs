//! How often the platform is asked when nothing happens, and when it does not answer.

use std::time::Duration;

/// Between two looks when all is well.
const CALM: Duration = Duration::from_secs(5 * 60);
/// After the first failure; each further one doubles it.
const FIRST_RETRY: Duration = Duration::from_secs(15);
/// The longest pause between two questions, so that a platform that comes back is noticed within it.
const MAX_PAUSE: Duration = Duration::from_secs(20 * 60);
/// Two questions that an event brings about are at least so far apart.
pub(super) const APART: Duration = Duration::from_secs(3);

/// How long until the next look, `failures` having happened in a row; `chance` is from 0 to 1.
pub(super) fn pause(failures: u32, chance: f64) -> Duration {
    let base = match failures {
        0 => CALM,
        _ => FIRST_RETRY.saturating_mul(1 << (failures - 1).min(16)).min(MAX_PAUSE),
    };
    // Many editors that lost the platform at the same moment come back at different ones.
    base.mul_f64(0.75 + chance.clamp(0.0, 1.0) / 2.0)
}

/// How long until what waits for consent is looked at again, given its age; none once it has been given up.
pub(super) fn pending_pause(age: Duration) -> Option<Duration> {
    const MINUTE: u64 = 60;
    match age.as_secs() {
        ..120 => Some(Duration::from_secs(2)),
        120..600 => Some(Duration::from_secs(5)),
        600..3600 => Some(Duration::from_secs(MINUTE / 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_make_the_pauses_longer_up_to_a_limit() {
        let pauses: Vec<u64> = (1..=8).map(|failures| pause(failures, 0.5).as_secs()).collect();
        assert_eq!(pauses, [15, 30, 60, 120, 240, 480, 960, 1200]);
        assert_eq!(pause(u32::MAX, 0.5), MAX_PAUSE);
    }

    #[test]
    fn chance_spreads_the_pauses_by_a_quarter() {
        assert_eq!(pause(0, 0.0), CALM.mul_f64(0.75));
        assert_eq!(pause(0, 1.0), CALM.mul_f64(1.25));
    }

    #[test]
    fn a_fresh_link_is_watched_closely_and_an_old_one_is_left_to_the_slow_pace() {
        let pauses = [1, 119, 120, 599, 600, 3599, 3600]
            .map(|age| pending_pause(Duration::from_secs(age)).map(|pause| pause.as_secs()));
        assert_eq!(pauses, [Some(2), Some(2), Some(5), Some(5), Some(30), Some(30), None]);
    }
}

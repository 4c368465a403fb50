//! How long things may take.

use std::time::Duration;

use crate::Environment;

/// Sets how many seconds one call may take, for slow networks.
pub(crate) const TIMEOUT_VARIABLE: &str = "BASE44_CONNECTORS_TIMEOUT";

/// The bounds of every call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    /// For a connection to be made.
    pub connect: Duration,
    /// For one try of an ordinary call, its answer read to the end.
    pub call: Duration,
    /// For one try of a Stripe call.
    pub stripe: Duration,
}

/// The longest wait that the platform may ask for.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(60);
/// How many tries there are at most.
pub(crate) const MAX_ATTEMPTS: u32 = 4;
const FIRST_BACKOFF: Duration = Duration::from_millis(300);
const MAX_BACKOFF: Duration = Duration::from_secs(5);

impl Timeouts {
    pub(crate) fn of(environment: &Environment) -> Timeouts {
        let seconds = environment
            .variable(TIMEOUT_VARIABLE)
            .and_then(|value| value.parse::<f64>().ok())
            .filter(|seconds| (0.05..=3600.0).contains(seconds))
            .unwrap_or(30.0);
        let call = Duration::from_secs_f64(seconds);
        Timeouts { connect: call.min(Duration::from_secs(10)), call, stripe: call * 3 }
    }
}

/// The bound of a call with all its tries and waits.
pub(crate) fn whole(one: Duration) -> Duration {
    one * 2 + MAX_WAIT
}

/// The wait before try `attempt` (2 is the first repeat): doubling, and spread so that many do not come at once.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let doubled = FIRST_BACKOFF.saturating_mul(1 << attempt.saturating_sub(2).min(10)).min(MAX_BACKOFF);
    doubled.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_are_spread_and_bounded() {
        for attempt in 2..40 {
            let wait = backoff(attempt);
            assert!(wait <= MAX_BACKOFF && wait >= FIRST_BACKOFF / 2);
        }
        assert!(backoff(5) > backoff(2) || backoff(5) >= FIRST_BACKOFF * 4);
    }

    #[test]
    fn the_timeout_is_a_setting_within_reason() {
        let with = |value: &str| {
            let mut environment = Environment::of_process();
            environment.variables = [(TIMEOUT_VARIABLE.to_owned(), value.to_owned())].into();
            Timeouts::of(&environment).call
        };
        assert_eq!(with("2.5"), Duration::from_millis(2500));
        for odd in ["", "0", "-1", "NaN", "inf", "x", "1e300"] {
            assert_eq!(with(odd), Duration::from_secs(30), "{odd}");
        }
    }
}

//! The plans that were shown: a push carries out one of them, so that what is sent is what was seen.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many plans are kept; older ones are made again when they are wanted.
const MAX_PLANS: usize = 32;
/// How long a plan may wait for its push: later, too much may have changed.
const MAX_AGE: Duration = Duration::from_secs(15 * 60);

/// A plan that was shown.
#[derive(Clone, Debug)]
pub(crate) struct ShownPlan {
    /// The project's folder.
    pub(crate) root: PathBuf,
    /// What would be done, as data: compared with what a push is about to do.
    pub(crate) steps: String,
    token: String,
    made: Instant,
}

/// The plans of a session, each known by a token that cannot be guessed.
#[derive(Debug, Default)]
pub(crate) struct Plans(Mutex<VecDeque<ShownPlan>>);

impl Plans {
    /// Keeps a plan, and gives its token.
    pub(crate) fn keep(&self, root: &Path, steps: String) -> String {
        let token = format!("plan-{}", uuid::Uuid::new_v4().simple());
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() == MAX_PLANS {
            plans.pop_front();
        }
        plans.push_back(ShownPlan {
            root: root.to_owned(),
            steps,
            token: token.clone(),
            made: Instant::now(),
        });
        token
    }

    /// Takes the plan of a token: it serves one push.
    pub(crate) fn take(&self, token: &str) -> Option<ShownPlan> {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|plan| plan.made.elapsed() < MAX_AGE);
        let index = plans.iter().position(|plan| plan.token == token)?;
        plans.remove(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_serves_one_push() {
        let plans = Plans::default();
        let token = plans.keep(Path::new("/project"), "steps".to_owned());
        assert!(plans.take("plan-guessed").is_none());
        assert_eq!(plans.take(&token).unwrap().steps, "steps");
        assert!(plans.take(&token).is_none());
    }

    #[test]
    fn the_oldest_plan_gives_way_to_a_new_one() {
        let plans = Plans::default();
        let first = plans.keep(Path::new("/project"), String::new());
        let tokens: Vec<String> =
            (0..MAX_PLANS).map(|_| plans.keep(Path::new("/project"), String::new())).collect();
        assert!(plans.take(&first).is_none());
        assert!(tokens.iter().all(|token| plans.take(token).is_some()));
    }
}

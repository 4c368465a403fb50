//! How much was tried, for whoever reads the run's output.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

static RULES: AtomicUsize = AtomicUsize::new(0);
static INPUTS: AtomicUsize = AtomicUsize::new(0);

/// The inputs that one rule was held against. Told when dropped, unless the rule did not hold.
pub struct Tally {
    rule: &'static str,
    tried: usize,
}

impl Tally {
    pub fn of(rule: &'static str) -> Tally {
        Tally { rule, tried: 0 }
    }

    /// One more input that the rule held against.
    pub fn held(&mut self) {
        self.tried += 1;
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let rules = RULES.fetch_add(1, Ordering::SeqCst) + 1;
        let inputs = INPUTS.fetch_add(self.tried, Ordering::SeqCst) + self.tried;
        // Past the test harness, which keeps what a test that holds has printed, and after its dots.
        let _ = writeln!(
            std::io::stdout(),
            "\nsummary: hostile: {} held against {} inputs; {rules} rules and {inputs} inputs so far",
            self.rule,
            self.tried,
        );
    }
}

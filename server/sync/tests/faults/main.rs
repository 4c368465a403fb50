//! Every call of push, authorize, pull and renewal crossed with everything that can go wrong with it, and processes
//! killed at every moment. After each: nothing removed that has a file, no file lost or half-written, the login
//! intact, what is pending still known, a true summary; and a second push completes the job.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kill;
mod matrix;
mod troubles;
mod truth;
mod world;

/// Past the test harness, which keeps what a test that holds has printed, and after its dots.
pub(crate) fn sum_up(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "\nsummary: faults: {line}");
}

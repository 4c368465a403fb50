//! A long day, made short: one server, 500 files, somebody who edits, pushes and looks, a platform that often fails.
//!
//! `cargo test -p base44-connectors --bench soak -- --minutes 30`; without minutes it takes a few seconds. It fails
//! where memory grows, where a descriptor, a thread or a task is left behind, where an answer comes out of order, and
//! where the server outlives its client by more than two seconds.

#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

#[path = "../lsp/client.rs"]
mod client;
mod ends;
mod process;
#[path = "../e2e/stage.rs"]
mod stage;
mod work;

use std::time::{Duration, Instant};

use process::Sample;

/// What the run may leave of memory beyond what it had after warming up: a twentieth.
const GROWTH: f64 = 1.05;
/// And in a short run, which has hardly warmed up, what an allocator holds back.
const SLACK: u64 = 2 * 1024 * 1024;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<f64>().ok()
    };
    let minutes = value("--minutes").unwrap_or(0.25);
    if !cfg!(target_os = "linux") {
        println!("summary: soak: skipped, memory and descriptors are counted on Linux alone");
        return;
    }
    let length = Duration::from_secs_f64(minutes * 60.0);
    // Five minutes of thirty, and the same share of less.
    let warm_up = length.mul_f64(1.0 / 6.0).min(Duration::from_secs(300));

    let mut day = work::Day::begin(500);
    let started = Instant::now();
    let mut samples: Vec<(Duration, Sample)> = Vec::new();
    while started.elapsed() < length {
        day.round();
        if day.rounds.is_multiple_of(10) {
            day.rest();
            samples.push((started.elapsed(), day.sample()));
        }
    }
    day.rest();
    samples.push((started.elapsed(), day.sample()));

    let warm: Vec<&Sample> =
        samples.iter().filter(|(at, _)| *at >= warm_up).map(|(_, sample)| sample).collect();
    let (first, last) =
        (median(&warm[..warm.len().div_ceil(5)]), median(&warm[warm.len() - warm.len().div_ceil(5)..]));
    println!(
        "summary: soak: {:.1} minutes, {} rounds, {} edits, {} requests answered in order, {} pushes, {} looks at the status, {} faults; \
         memory {:.1} MiB after warming up, {:.1} MiB at the end ({:+.1}%), {:.1} MiB at most; \
         descriptors {} then {}, threads {} then {}, tasks {} then {}",
        started.elapsed().as_secs_f64() / 60.0,
        day.rounds,
        day.edits,
        day.answers,
        day.pushes,
        day.looks,
        day.faults,
        mib(first.memory),
        mib(last.memory),
        (last.memory as f64 / first.memory as f64 - 1.0) * 100.0,
        mib(samples.iter().map(|(_, sample)| sample.memory).max().unwrap_or(0)),
        first.descriptors,
        last.descriptors,
        first.threads,
        last.threads,
        first.tasks,
        last.tasks,
    );
    let slack = if minutes < 5.0 { SLACK } else { 0 };
    let bound = (first.memory as f64 * GROWTH) as u64 + slack;
    assert!(last.memory <= bound, "memory grew from {:.1} to {:.1} MiB", mib(first.memory), mib(last.memory));
    // The pools of connections and of threads breathe; a leak does not stop there.
    assert!(
        last.descriptors <= first.descriptors + 12,
        "{} descriptors, {} at first",
        last.descriptors,
        first.descriptors
    );
    assert!(last.threads <= first.threads + 6, "{} threads, {} at first", last.threads, first.threads);
    assert!(last.tasks <= first.tasks + 12, "{} tasks, {} at first", last.tasks, first.tasks);
    day.end();
    ends::all();
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

/// The middle of each figure.
fn median(samples: &[&Sample]) -> Sample {
    let middle = |figure: fn(&Sample) -> u64| {
        let mut all: Vec<u64> = samples.iter().map(|sample| figure(sample)).collect();
        all.sort_unstable();
        all[all.len() / 2]
    };
    Sample {
        memory: middle(|sample| sample.memory),
        descriptors: middle(|sample| sample.descriptors),
        threads: middle(|sample| sample.threads),
        tasks: middle(|sample| sample.tasks),
    }
}

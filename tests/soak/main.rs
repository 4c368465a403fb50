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
/// And what an allocator holds back at one moment and not at another.
const SLACK: u64 = 2 * 1024 * 1024;
/// Memory has stopped moving once so many looks in a row, of ten rounds each, found no more than there was before …
const STEADY_LOOKS: usize = 6;
/// … but for so much, as a factor.
const STEADY: f64 = 1.05;
/// What still grows after so long grows for ever.
const MAX_WARM_UP: Duration = Duration::from_secs(600);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<f64>().ok()
    };
    let minutes = value("--minutes").unwrap_or(0.15);
    if !cfg!(target_os = "linux") {
        println!("summary: soak: skipped, memory and descriptors are counted on Linux alone");
        return;
    }
    let length = Duration::from_secs_f64(minutes * 60.0);

    let mut day = work::Day::begin(500);
    // Five minutes of thirty, the same share of less, and in any case until each kind of work has been done often enough.
    let warming = warm_up(&mut day, length.mul_f64(1.0 / 6.0).min(Duration::from_secs(300)));
    let most_before = warming.iter().map(|sample| sample.memory).max().unwrap_or(0);
    let warm_rounds = day.rounds;

    let started = Instant::now();
    let mut samples = vec![look(&mut day)];
    while started.elapsed() < length {
        samples.push(look(&mut day));
    }

    let all: Vec<&Sample> = samples.iter().collect();
    let fifth = all.len().div_ceil(5);
    let (first, last) = (median(&all[..fifth]), median(&all[all.len() - fifth..]));
    println!(
        "summary: soak: {:.1} minutes after {warm_rounds} rounds of warming up, {} rounds in all, {} edits, {} requests answered in order, {} pushes, {} looks at the status, {} faults; \
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
        mib(samples.iter().map(|sample| sample.memory).max().unwrap_or(0).max(most_before)),
        first.descriptors,
        last.descriptors,
        first.threads,
        last.threads,
        first.tasks,
        last.tasks,
    );
    let bound = (first.memory as f64 * GROWTH) as u64 + SLACK;
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

/// Ten rounds, and what the server holds after them.
fn look(day: &mut work::Day) -> Sample {
    for _ in 0..10 {
        day.round();
    }
    day.rest();
    day.sample()
}

/// Rounds until the server's memory has stopped moving, for so long at the least; gives what it held meanwhile.
///
/// How soon that is depends on the machine: pages and threads come as work first needs them.
fn warm_up(day: &mut work::Day, least: Duration) -> Vec<Sample> {
    let began = Instant::now();
    let mut samples: Vec<Sample> = Vec::new();
    loop {
        samples.push(look(day));
        let most = |of: &[Sample]| of.iter().map(|sample| sample.memory).max().unwrap_or(0);
        if let Some(at) = samples.len().checked_sub(STEADY_LOOKS).filter(|at| *at > 0) {
            let steady = most(&samples[at..]) as f64 <= most(&samples[..at]) as f64 * STEADY;
            if steady && began.elapsed() >= least {
                return samples;
            }
        }
        let held: Vec<String> = samples.iter().map(|sample| format!("{:.1}", mib(sample.memory))).collect();
        assert!(began.elapsed() < MAX_WARM_UP, "memory never stops growing, in MiB: {}", held.join(" "));
    }
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

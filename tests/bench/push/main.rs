//! A push by this command beside the same push by the official CLI, against one sandbox with a set latency.
//!
//! `cargo bench --bench push` prints a Markdown table; `-- --quick` runs every part once, to see that it works.
//! The time is that of the whole process, as a person waits for it; the two take turns.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../support/desk.rs"]
mod desk;
#[path = "../../support/official_cli.rs"]
mod official_cli;

use std::time::{Duration, Instant};

use crate::desk::Desk;
use crate::official_cli::Running;

/// One push to measure.
struct Case {
    connectors: usize,
    latency: Duration,
    /// Whether every connector's scopes differ from those of the app.
    changed: bool,
    /// How often the connector API is waited for, one call after another, at the least.
    rounds: u32,
    /// How many times the least possible a push may take.
    factor: f64,
    /// How much sooner than the official CLI it has to be.
    ahead: f64,
    /// Pushes measured of ours, and of the official CLI.
    runs: (usize, usize),
}

const CASES: [Case; 3] = [
    Case {
        connectors: 14,
        latency: Duration::from_millis(50),
        changed: true,
        rounds: 3,
        factor: 1.5,
        ahead: 8.0,
        runs: (11, 5),
    },
    Case {
        connectors: 40,
        latency: Duration::from_millis(200),
        changed: true,
        rounds: 6,
        factor: 1.5,
        ahead: 5.0,
        runs: (5, 2),
    },
    Case {
        connectors: 14,
        latency: Duration::from_millis(50),
        changed: false,
        rounds: 1,
        factor: f64::INFINITY,
        ahead: 1.0,
        runs: (11, 5),
    },
];

/// The most memory that a push may take, in kilobytes.
const MAX_MEMORY_KB: u64 = 20 * 1024;

/// One push, measured.
struct Measured {
    time: Duration,
    /// The largest resident set of the process, in kilobytes; none where the system does not tell.
    memory: Option<u64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    // `cargo test` runs benches without `--bench`, to see that they work.
    let quick = has("--quick") || !has("--bench");
    println!(
        "| a push of | at the least | base44-connectors | official CLI 0.1.18 | ahead | wanted | reached |\n\
         | --- | --- | --- | --- | --- | --- | --- |"
    );
    for case in &CASES {
        println!("{}", row(case, quick));
    }
    println!("\nMedians of whole processes, and the most memory that one took.");
}

fn row(case: &Case, quick: bool) -> String {
    let desk = Desk::new();
    lay_out(&desk, case);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (our_runs, their_runs) = if quick { (1, 1) } else { case.runs };
    for run in 0..our_runs.max(their_runs) {
        if run < our_runs {
            ours.push(measure(&desk, case, || desk.start_ours(&["push", "--yes"])));
        }
        if run < their_runs {
            theirs.push(measure(&desk, case, || desk.start_official(&["connectors", "push", "--yes"])));
        }
    }
    let least = case.latency * case.rounds;
    let (our_time, their_time) = (median(&ours), median(&theirs));
    let memory = |runs: &[Measured]| runs.iter().filter_map(|run| run.memory).max();
    let ahead = their_time.as_secs_f64() / our_time.as_secs_f64();
    let reached = our_time.as_secs_f64() <= least.as_secs_f64() * case.factor
        && ahead >= case.ahead
        && memory(&ours).is_none_or(|memory| memory < MAX_MEMORY_KB);
    let wanted = if case.factor.is_finite() {
        format!("at most {} × the least, {} × sooner, under 20 MB", case.factor, case.ahead)
    } else {
        "one round, under 20 MB".to_owned()
    };
    format!(
        "| {} connectors, {} ms a call, {} | {} ms | {} | {} | {ahead:.1} × | {wanted} | {} |",
        case.connectors,
        case.latency.as_millis(),
        if case.changed { "all changed" } else { "none changed" },
        least.as_millis(),
        cell(our_time, memory(&ours)),
        cell(their_time, memory(&theirs)),
        match reached {
            _ if quick => "not judged",
            true => "yes",
            false => "**no**",
        },
    )
}

/// A project whose files ask for less than the app has, which no one has to authorize.
fn lay_out(desk: &Desk, case: &Case) {
    for number in 0..case.connectors {
        let scopes = if case.changed { "\"read\"" } else { "\"read\", \"write\"" };
        let text = format!("{{ \"type\": \"crm_{number:02}\", \"scopes\": [{scopes}] }}\n");
        desk.write_connector(&format!("crm_{number:02}.jsonc"), &text);
    }
    desk.sandbox.set_latency(case.latency);
}

fn measure(desk: &Desk, case: &Case, start: impl FnOnce() -> Running) -> Measured {
    for number in 0..case.connectors {
        desk.connect(&format!("crm_{number:02}"), &["read", "write"]);
    }
    desk.sandbox.take_requests();
    let started = Instant::now();
    let mut running = start();
    let mut memory = None;
    while !running.is_over() {
        memory = memory.max(peak_memory(running.id()));
        std::thread::sleep(Duration::from_millis(2));
    }
    let time = started.elapsed();
    let run = running.wait();
    assert_eq!(run.code, Some(0), "{}", run.text);
    let wanted = if case.changed { "read" } else { "read write" };
    let right = desk.connected().iter().filter(|line| line.ends_with(&format!(": {wanted}"))).count();
    assert_eq!(right, case.connectors, "the app has what the files say: {}", run.text);
    Measured { time, memory }
}

/// The most that a process has had in memory, in kilobytes, as Linux tells.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

fn median(runs: &[Measured]) -> Duration {
    let mut times: Vec<Duration> = runs.iter().map(|run| run.time).collect();
    times.sort();
    times[times.len() / 2]
}

fn cell(time: Duration, memory: Option<u64>) -> String {
    let memory = memory.map_or(String::new(), |memory| format!(", {:.1} MB", memory as f64 / 1024.0));
    format!("{} ms{memory}", time.as_millis())
}

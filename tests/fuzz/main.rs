//! The fuzz targets' bodies with bytes that are the same at every run, and with every seed that once broke something.
//!
//! `FUZZ_RUNS` times as many are tried with it set, from `FUZZ_SEED` on.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bodies;

use std::io::Write;
use std::path::Path;

use bodies::bytes::generate;

/// Tries the seeds, then so many made-up inputs.
fn try_all(name: &str, count: u64, most: usize, body: impl Fn(&[u8])) {
    let setting = |name: &str, default| {
        std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/seeds").join(name);
    let mut seeds: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    for seed in &seeds {
        body(&std::fs::read(seed).unwrap());
    }
    let (first, runs) = (setting("FUZZ_SEED", 44), setting("FUZZ_RUNS", 1));
    for number in 0..count * runs {
        let seed = first + number;
        let data = generate(seed, 1 + (seed as usize * 7919) % most);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&data)));
        assert!(outcome.is_ok(), "{name}: FUZZ_SEED={seed} FUZZ_RUNS=1 repeats it; the input is {data:?}");
    }
    let line =
        format!("\nsummary: fuzz: {name}: {} seeds and {} made-up inputs held", seeds.len(), count * runs);
    // Past the test harness, which keeps what a test that holds has printed, and after its dots.
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[test]
fn any_text_is_a_tree_and_its_value_comes_back() {
    try_all("text", 3000, 200, bodies::text::run);
}

#[test]
fn edits_one_by_one_give_what_a_whole_new_text_gives() {
    try_all("documents", 1500, 600, bodies::documents::run);
}

#[test]
fn any_program_text_gives_uses_and_calls_or_nothing() {
    try_all("code", 1500, 500, bodies::code::run);
}

#[test]
fn any_answer_of_a_platform_is_data_or_one_sentence() {
    try_all("answers", 6000, 300, bodies::answers::run);
}

#[test]
fn any_address_leads_to_an_endpoint_or_to_none() {
    try_all("endpoints", 300, 60, bodies::endpoints::run);
}

#[test]
fn no_options_of_a_project_name_the_platform_to_an_installed_server() {
    try_all("installers", 3000, 60, bodies::installers::run);
}

#[test]
fn any_project_is_checked_and_stays_inside_of_itself() {
    try_all("project", 250, 300, bodies::project::run);
}

#[test]
fn whatever_an_agent_says_gets_an_answer_with_nothing_hidden_in_it() {
    try_all("agents", 150, 700, bodies::agents::run);
}

#[test]
fn messages_in_any_order_get_their_answers() {
    let binary = Path::new(env!("CARGO_BIN_EXE_base44-connectors"));
    try_all("session", 25, 900, |data| bodies::session::run(binary, data));
}

//! A property test that plays the attacker: workspaces and answers out of a grammar, and whatever they are, from outside
//! nothing is seen that must not be.
//!
//! A person looks at the project, pushes and pulls it with `--yes`, or has an agent do so:
//!
//! - no byte of a planted secret leaves but to its own host,
//! - nothing outside of the project is read (Linux is asked which files were opened) or written,
//! - no connector goes that has a file,
//! - every line that is said is printable.
//!
//! `ATTACKER_CASES=1000000` plays more cases, `ATTACKER_SEED=7` others, and `ATTACKER_FROM=400000` goes on where a run
//! was stopped. A case that fails names its number, and `ATTACKER_CASE=NUMBER` plays it alone.

mod agent;
mod dice;
mod platform;
mod secrets;
mod watch;
mod workspace;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use connector_boundary::secret::mask_in_use;
use connector_boundary::text::{is_unprintable, visible, visible_json};
use connector_model::load::check_for_push;
use connector_model::project::{Project, ProjectOptions};
use connector_model::report::{HumanStyle, github, human, json, sarif};
use connector_model::severities::Severities;
use connector_model::state::{Keep, ProjectState};
use connector_platform::Environment;
use connector_sync::{Engine, Event, Events, Run, words};

use self::dice::Dice;
use self::platform::Fake;
use self::secrets::Secrets;
use self::watch::{Seen, Watch};
use self::workspace::{Made, Place, alike};
use crate::evil::{Evil, respond};
use crate::place::everything_below;

/// So many in an ordinary run.
const CASES: u64 = 20_000;
/// A long run says after so many how far it is.
const TOLD: u64 = 50_000;
/// At least two, so that they are in each other's way; of more than these the disk's locks are what is measured.
const WORKERS: std::ops::RangeInclusive<usize> = 2..=16;
/// A case is played so often where somebody else walks over what it must not open.
const TRIES: usize = 5;
const UNTIL_ANOTHER_HAS_WALKED_ON: Duration = Duration::from_secs(3);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_the_attacker_writes_and_answers_nothing_is_lost() {
    let alone = number("ATTACKER_CASE");
    let seed = number("ATTACKER_SEED").unwrap_or(0) << 32;
    let from = number("ATTACKER_FROM").unwrap_or(0);
    let first = alone.unwrap_or(seed + from);
    let cases = match alone {
        Some(_) => 1,
        None => number("ATTACKER_CASES").unwrap_or(CASES).saturating_sub(from),
    };
    let workers = std::thread::available_parallelism().map_or(*WORKERS.start(), usize::from);
    let workers = workers.clamp(*WORKERS.start(), *WORKERS.end()) as u64;
    let next = AtomicU64::new(first);
    let counts = Counts::default();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for worker in 0..workers.min(cases) {
            let (next, counts) = (&next, &counts);
            scope.spawn(move || {
                let mut attack = Attack::of_worker(worker);
                let _stop = StopOthers(next);
                loop {
                    let case = next.fetch_add(1, Ordering::SeqCst);
                    if case >= first + cases {
                        break;
                    }
                    attack.play(case, counts);
                    let played = counts.cases.fetch_add(1, Ordering::SeqCst) + 1;
                    if played.is_multiple_of(TOLD) {
                        let a_second = played as f64 / started.elapsed().as_secs_f64();
                        // A few before this one may still be played: they are begun again.
                        let done = (from + played).saturating_sub(workers);
                        let _ = writeln!(
                            std::io::stdout(),
                            "attacker: {played} cases, {a_second:.0} a second; ATTACKER_FROM={done} goes on here"
                        );
                    }
                }
            });
        }
    });
    let count = |count: &AtomicU64| count.load(Ordering::SeqCst);
    let _ = writeln!(
        std::io::stdout(),
        "\nsummary: attacker: {} cases, {:.0} a second: {} pushes and {} pulls were carried out, {} agents worked, {} calls answered, {} removals made, {} lines read; nothing was lost",
        count(&counts.cases),
        count(&counts.cases) as f64 / started.elapsed().as_secs_f64(),
        count(&counts.pushes),
        count(&counts.pulls),
        count(&counts.agents),
        count(&counts.calls),
        count(&counts.removals),
        count(&counts.lines),
    );
    // Where nothing got through, nothing was tried.
    if cases >= 1_000 {
        for reached in [&counts.pushes, &counts.pulls, &counts.removals, &counts.agents] {
            assert!(count(reached) > cases / 150, "the grammar reaches too little");
        }
    }
}

/// One case that fails ends the run: its number is what counts, and the others may take hours.
struct StopOthers<'a>(&'a AtomicU64);

impl Drop for StopOthers<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(u64::MAX / 2, Ordering::SeqCst);
        }
    }
}

/// `check`, in one of its formats.
fn look(dice: &mut Dice, project: &Arc<Project>) -> String {
    let mut state = ProjectState::load(project.clone(), &Severities::default(), Keep::Texts);
    state.load_code();
    let files = state.checked().files;
    let named = |path: &std::path::Path| project.display_path(path);
    match dice.below(16) {
        // It brings its rules along, and is the longest.
        0 => visible_json(&sarif(&files, &named)),
        1..4 => visible(&github(&files, &named)),
        4..8 => visible_json(&json(&files, &named)),
        _ => visible(&human(&files, &named, HumanStyle { color: false })),
    }
}

#[derive(Default)]
struct Counts {
    cases: AtomicU64,
    pushes: AtomicU64,
    pulls: AtomicU64,
    calls: AtomicU64,
    removals: AtomicU64,
    lines: AtomicU64,
    agents: AtomicU64,
}

/// What a worker plays on.
struct Attack {
    place: Place,
    secrets: Secrets,
    platform: Fake,
    elsewhere: Evil,
    outside: Vec<(PathBuf, Vec<u8>)>,
    watch: Watch,
    runtime: tokio::runtime::Runtime,
}

impl Attack {
    fn of_worker(worker: u64) -> Attack {
        let secrets = Secrets::of_worker(worker + 1);
        let place = Place::new();
        place.plant(&secrets);
        let elsewhere = Evil::start(|_, stream| respond(stream, "200 OK", "", b"{\"integrations\":[]}"));
        Attack {
            platform: Fake::start(secrets.renewed.clone(), elsewhere.url()),
            outside: everything_below(&place.outside()),
            watch: Watch::of(&place.outside(), &place.decoy()),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            place,
            secrets,
            elsewhere,
        }
    }

    fn play(&mut self, case: u64, counts: &Counts) {
        for _ in 0..TRIES {
            let mut dice = Dice::new(case);
            let made = self.place.make(&mut dice, &self.secrets, &self.elsewhere.url());
            self.platform.begin(case);
            self.watch.drain();
            let said = self.runtime.block_on(self.act(&mut dice, made, case, counts));
            match self.watch.seen() {
                Seen::Nothing => return self.hold(case, said, counts),
                // What this case opens, it opens each time.
                Seen::AnotherWalks(_) => std::thread::sleep(UNTIL_ANOTHER_HAS_WALKED_ON),
                Seen::Opened(what) => panic!("case {case}: outside of the project {what:?} was opened"),
            }
        }
        panic!("case {case}: outside of the project something is opened each time");
    }

    /// What a person does with a project that they were given: look at it, push it, pull it. Gives what was said.
    async fn act(&self, dice: &mut Dice, mut made: Made, case: u64, counts: &Counts) -> Vec<String> {
        let mut said = Vec::new();
        let config = self.place.root().join("base44/config.jsonc");
        let project = Arc::new(Project::from_config(&config, &ProjectOptions::default()));
        let act = dice.below(48);
        if act == 0 {
            counts.agents.fetch_add(1, Ordering::SeqCst);
            for line in agent::session(dice, self.place.root().to_owned(), self.environment()).await {
                // An agent gets it as it is.
                assert!(!self.secrets.leak_in(&line), "case {case}: {line}");
                said.push(line);
            }
            let removed = self.platform.asked().iter().any(|asked| asked.is("DELETE"));
            assert!(!removed, "case {case}: an agent removed what nobody agreed to");
            return said;
        }
        if act < 24 {
            said.push(look(dice, &project));
            return said;
        }
        let environment = self.environment();
        let engine = match Engine::open(&environment, project.clone()) {
            Ok(engine) => engine,
            Err(error) => {
                said.push(visible(&error.to_string()));
                return said;
            }
        };
        assert_eq!(engine.platform().base_url(), self.platform.url(), "case {case}");
        let waits = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = waits.clone();
        let run = Run {
            events: Events::to(move |event| {
                let mut heard = heard.lock().unwrap();
                heard.push(visible_json(&serde_json::to_string(event).unwrap()));
                if let Event::Waiting { notice } = event {
                    heard.push(visible(&notice.to_text()));
                }
            }),
            ..Run::silent()
        };
        match act {
            24..32 => self.pull(dice, &engine, &run, &mut said, counts).await,
            32..40 => self.push(dice, &engine, &run, &mut made, &mut said, counts).await,
            _ => {
                self.push(dice, &engine, &run, &mut made, &mut said, counts).await;
                self.pull(dice, &engine, &run, &mut said, counts).await;
            }
        }
        said.append(&mut waits.lock().unwrap());
        self.hold_removals(case, &made, counts);
        said
    }

    /// No connector goes that has a file.
    fn hold_removals(&self, case: u64, made: &Made, counts: &Counts) {
        for asked in self.platform.asked().iter().filter(|asked| asked.is("DELETE")) {
            counts.removals.fetch_add(1, Ordering::SeqCst);
            let path = asked.head.split(' ').nth(1).unwrap();
            let removed = match path.split("/integrations/").nth(1) {
                Some(rest) => rest.split('/').next().unwrap(),
                None => "stripe",
            };
            assert!(
                !made.declared.contains(&alike(removed)),
                "case {case}: {removed} went, and a file declares it: {:?}",
                everything_below(self.place.root())
            );
        }
    }

    fn environment(&self) -> Environment {
        let variables =
            [("BASE44_API_URL", self.platform.url()), ("BASE44_CONNECTORS_TIMEOUT", "2".to_owned())];
        Environment {
            variables: variables.map(|(name, value)| (name.to_owned(), value)).into(),
            home: self.place.home(),
            state_dir: self.place.state_dir(),
            api_url: None,
        }
    }

    /// `push --yes`, with the files changed on the way now and then.
    async fn push(
        &self,
        dice: &mut Dice,
        engine: &Engine,
        run: &Run,
        made: &mut Made,
        said: &mut Vec<String>,
        counts: &Counts,
    ) {
        let checked = check_for_push(engine.project());
        let Ok(connectors) = checked.connectors() else { return };
        let connectors: Vec<_> = connectors.into_iter().cloned().collect();
        let plan = match engine.plan_push(&connectors, run).await {
            Ok(plan) => plan,
            Err(error) => return said.push(visible(&format!("{error} {}", error.hint()))),
        };
        said.push(visible(&plan.to_text()));
        said.push(visible_json(&serde_json::to_string(&plan).unwrap()));
        said.extend(plan.cautions().map(visible));
        if dice.once_in(4) {
            self.place.file(dice, &engine.project().connectors_dir, made);
        }
        let beforehand = plan.doubt.is_none() && plan.guarded.is_empty() && plan.mismatch.is_none();
        let plan = if beforehand { plan } else { plan.without_removals() };
        match engine.push(&plan, &plan.removals(), run).await {
            Ok(report) => {
                counts.pushes.fetch_add(1, Ordering::SeqCst);
                said.extend(report.summary_lines().iter().map(|line| visible(line)));
                said.push(visible(&words::summary_sentence(&report)));
                said.push(visible_json(&report.to_official_json().to_string()));
                said.extend(
                    words::requires_authorization(&report.pending(), str::to_owned)
                        .iter()
                        .map(|line| visible(line)),
                );
            }
            Err(error) => said.push(visible(&error.to_string())),
        }
        let known = engine.store().read();
        let status = engine.known_status(&connectors, &known);
        said.push(visible(&words::status(&status)));
        said.push(visible_json(&serde_json::to_string(&status).unwrap()));
    }

    /// `pull --yes`.
    async fn pull(
        &self,
        dice: &mut Dice,
        engine: &Engine,
        run: &Run,
        said: &mut Vec<String>,
        counts: &Counts,
    ) {
        if dice.once_in(2) {
            let _ = engine.available(run).await;
        }
        match engine.plan_pull(run).await {
            Ok(plan) => {
                said.push(visible(&plan.to_text()));
                let agreed: Vec<String> =
                    plan.questions().into_iter().map(|(name, _)| name.to_owned()).collect();
                let report = engine.pull(&plan, &agreed);
                counts.pulls.fetch_add(1, Ordering::SeqCst);
                said.extend(report.lines().iter().map(|line| visible(line)));
            }
            Err(error) => said.push(visible(&error.to_string())),
        }
    }

    /// What has to be true of every case, seen from outside.
    fn hold(&self, case: u64, said: Vec<String>, counts: &Counts) {
        assert!(everything_below(&self.place.outside()) == self.outside, "case {case}: outside was written");
        let elsewhere = self.elsewhere.asked();
        assert!(elsewhere.is_empty(), "case {case}: {elsewhere:?}");
        for asked in self.platform.asked() {
            counts.calls.fetch_add(1, Ordering::SeqCst);
            let text = format!("{}{}", asked.head, asked.body);
            assert!(!self.secrets.outside_in(&text), "case {case}: {text}");
        }
        for text in said {
            // As a terminal gets it: that is the last of the doors.
            let text = mask_in_use(&text);
            counts.lines.fetch_add(text.lines().count() as u64, Ordering::SeqCst);
            let odd = text.chars().find(|c| *c != '\n' && is_unprintable(*c));
            assert!(odd.is_none(), "case {case}: {odd:?} in {text}");
            assert!(!self.secrets.leak_in(&text), "case {case}: {text}");
        }
        for (path, bytes) in everything_below(&self.place.home()) {
            let text = String::from_utf8_lossy(&bytes);
            let is_login = path == self.place.login_path();
            assert!(is_login || !self.secrets.leak_in(&text), "case {case}: {}: {text}", path.display());
        }
        for folder in [".vscode", ".github", "node_modules", "base44/.hidden"] {
            for (path, _) in everything_below(&self.place.root().join(folder)) {
                let own = path.ends_with("settings.json");
                assert!(own, "case {case}: {} was written", path.display());
            }
        }
    }
}

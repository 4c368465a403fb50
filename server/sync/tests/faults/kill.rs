//! Processes killed at every moment.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use connector_sandbox::Connector;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::truth::{a_second_push_completes_the_job, files_are, is_spent, nothing_is_lost};
use crate::world::{APP, Actor, World};

const HOME: &str = "CONNECTOR_TEST_HOME";
const PROJECT: &str = "CONNECTOR_TEST_PROJECT";
const URL: &str = "CONNECTOR_TEST_URL";
const WHAT: &str = "CONNECTOR_TEST_WHAT";

/// What a process does before it is killed. Nothing where it is not told.
#[tokio::test]
async fn one_process() {
    let variable = |name| std::env::var(name).ok();
    let (Some(home), Some(project), Some(url)) = (variable(HOME), variable(PROJECT), variable(URL)) else {
        return;
    };
    let actor = Actor::new(Path::new(&home), Path::new(&project), &url, "60");
    if variable(WHAT).as_deref() == Some("pull") {
        let plan = actor.engine.plan_pull(&connector_sync::Run::silent()).await.unwrap();
        actor.engine.pull(&plan, &[]);
    } else {
        actor.push().await.unwrap();
    }
}

fn process(world: &World, what: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::one_process", "--nocapture"])
        .env(HOME, world.home())
        .env(PROJECT, world.root())
        .env(URL, world.sandbox.url())
        .env(WHAT, what)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the process once so many requests have come, and a little later; whether it was still at work.
async fn kill_after(child: &mut Child, world: &World, requests: usize, later: Duration) -> bool {
    loop {
        if world.sandbox.requests().len() >= requests || child.try_wait().unwrap().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(later).await;
    let at_work = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    everything_has_arrived(world).await;
    at_work
}

/// Waits until the platform has taken in what a process had sent before its end, and has done it.
async fn everything_has_arrived(world: &World) {
    let mut quiet = 0;
    while quiet < 2 {
        let before = world.sandbox.requests().len();
        // What was sent earlier is read before this.
        let mut later = tokio::net::TcpStream::connect(world.sandbox.addr()).await.unwrap();
        let request = b"GET /sandbox/login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        later.write_all(request).await.unwrap();
        later.read_to_end(&mut Vec::new()).await.unwrap();
        let at_rest = world.sandbox.under_way() == 0 && world.sandbox.requests().len() == before;
        quiet = if at_rest { quiet + 1 } else { 0 };
    }
}

/// A login's successor may be lost in one way only: with the process, before it could act on the answer. Whatever
/// was asked with a new token was asked after it had been written.
fn the_new_login_was_written_before_it_was_used(world: &World, case: &str) {
    let requests = world.sandbox.requests();
    let asked = requests.iter().any(|request| request.path == "/oauth/token");
    assert!(asked, "{case}: the login is spent, and nobody asked for another");
    let old = format!("Bearer {}", world.login.access_token);
    let with_new = requests.iter().find(|request| {
        request.path.starts_with("/api/") && request.header("authorization") != Some(old.as_str())
    });
    assert!(with_new.is_none(), "{case}: {with_new:?} was made with a token that was never written");
}

#[tokio::test]
async fn a_push_may_be_killed_at_every_moment() {
    let (mut count, mut killed, mut spent) = (0, 0, 0);
    for expired in [false, true] {
        for requests in 1..=12 {
            for later in [0, 3] {
                let case = format!("killed {later} ms after request {requests}, expired {expired}");
                let world = World::new(false).await;
                let before = world.connector_files();
                world.sandbox.set_latency(Duration::from_millis(5));
                if expired {
                    world.sandbox.expire_tokens();
                }
                let mut child = process(&world, "push");
                count += 1;
                killed +=
                    u32::from(kill_after(&mut child, &world, requests, Duration::from_millis(later)).await);
                files_are(&world, &before, &case);
                // What is half-written beside the login goes with the next renewal; the login itself is whole.
                sweep(&world);
                nothing_is_lost(&world, &case);
                if is_spent(&world) {
                    the_new_login_was_written_before_it_was_used(&world, &case);
                }
                spent += u32::from(a_second_push_completes_the_job(&world, &case).await);
            }
        }
    }
    crate::sum_up(&format!(
        "kill -9 of a push: {count} runs, {killed} while at work; in {spent} the login's successor was lost"
    ));
    assert!(killed > 8, "only {killed} of {count} were killed while at work");
}

fn sweep(world: &World) {
    for entry in std::fs::read_dir(world.login_path().parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "tmp") {
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[tokio::test]
async fn a_pull_may_be_killed_at_every_moment() {
    const MANY: usize = 200;
    let (mut count, mut killed) = (0, 0);
    for micros in (0..30_000).step_by(1500) {
        let world = World::new(false).await;
        let before = world.connector_files();
        world.sandbox.with_state(|state| {
            for at in 0..MANY {
                state.app(APP).connectors.insert(format!("custom_{at}"), Connector::active(&["a", "b"]));
            }
        });
        let mut child = process(&world, "pull");
        count += 1;
        killed += u32::from(kill_after(&mut child, &world, 2, Duration::from_micros(micros)).await);
        let case = format!("a pull killed after {micros} µs");
        let after = world.connector_files();
        for (name, text) in &after {
            if name.ends_with(".jsonc") {
                assert!(text.trim_end().ends_with('}'), "{case}: {name} is half-written: {text:?}");
            }
        }
        for name in before.keys() {
            assert!(after.contains_key(name), "{case}: {name} is lost");
        }
        nothing_is_lost(&world, &case);
        let again = world.actor("60");
        let plan = again.engine.plan_pull(&connector_sync::Run::silent()).await.unwrap();
        let report = again.engine.pull(&plan, &[]);
        assert!(report.failed.is_empty(), "{case}: {:?}", report.failed);
        let files = world.connector_files();
        assert!((0..MANY).all(|at| files.contains_key(&format!("custom_{at}.jsonc"))), "{case}");
    }
    crate::sum_up(&format!("kill -9 of a pull: {count} runs, {killed} while at work"));
}

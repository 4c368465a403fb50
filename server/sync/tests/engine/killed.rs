//! A process that is killed at any moment of a push loses nothing.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use connector_sandbox::{Fault, FaultAction};
use connector_sync::Run;

use crate::places::*;

const FOLDER: &str = "ENGINE_TEST_FOLDER";
const URL: &str = "ENGINE_TEST_URL";

/// What the killed process does: it is this test program again, told where to push.
#[tokio::test]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn push_until_killed() {
    let (Ok(url), Some(folder)) = (std::env::var(URL), std::env::var_os(FOLDER).map(PathBuf::from)) else {
        return;
    };
    let engine = open(&url, &folder, "60");
    let checked = connector_model::load::check_project(engine.project(), &Default::default());
    let local: Vec<_> = checked.connectors().unwrap().into_iter().cloned().collect();
    let plan = engine.plan_push(&local, &Run::silent()).await.unwrap();
    engine.push(&plan, &plan.removals(), &Run::silent()).await.unwrap();
}

fn start(place: &Place) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["killed::push_until_killed", "--exact", "--ignored"])
        .env(URL, place.sandbox.url())
        .env(FOLDER, place.around())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn killed_at_any_call_before_or_after_its_effect_a_second_push_completes_the_job() {
    for after_effect in [false, true] {
        // The calls: the list beside Stripe's state, two connectors, Stripe, a removal.
        for calls in 0..6 {
            let what = format!("killed at call {calls}, after its effect: {after_effect}");
            let place = Place::new(&[
                ("a.jsonc", &file("slack", &["new"])),
                ("b.jsonc", &file("gmail", &["new"])),
                ("c.jsonc", &file("stripe", &[])),
            ])
            .await;
            place.app_has(&[("slack", &["new", "old"]), ("linear", &["a"])]);
            place.sandbox.inject(Fault {
                skip: calls,
                after_effect,
                ..Fault::on("/api/", FaultAction::Hang)
            });
            let mut child = start(&place);
            while place.sandbox.requests().len() <= calls as usize {
                assert!(child.try_wait().unwrap().is_none(), "{what}: it ended by itself");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            place.sandbox.clear_faults();

            let state = place.engine.store().path();
            if let Ok(text) = std::fs::read_to_string(state) {
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
            }
            assert!(!state.with_extension("damaged").exists(), "{what}");
            assert!(place.app_types().contains(&"slack".to_owned()), "{what}");
            assert_eq!(place.read_connector("a.jsonc"), file("slack", &["new"]), "{what}");
            let report = place.push().await;
            assert!(report.failed().is_empty(), "{what}: {:?}", report.summary_lines());
            place.sandbox.approve_all();
            let report = place.push().await;
            assert_eq!(shown(&report.outcomes), ["slack synced", "gmail synced", "stripe synced"], "{what}");
            assert_eq!(place.app_types(), ["gmail", "slack"], "{what}");
        }
    }
}

#[tokio::test]
async fn what_was_pending_before_it_was_killed_is_known_after() {
    let place = Place::new(&[("a.jsonc", &file("gmail", &["a"])), ("b.jsonc", &file("slack", &["a"]))]).await;
    place.sandbox.inject(Fault::on("integrations/slack", FaultAction::Hang));
    let mut child = start(&place);
    while place.pending() != ["gmail"] {
        assert!(child.try_wait().unwrap().is_none());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    place.sandbox.clear_faults();
    place.calls();
    assert_eq!(shown(&place.push().await.outcomes), ["gmail pending", "slack pending"]);
    assert_eq!(place.changes(), ["PUT slack"]);
}

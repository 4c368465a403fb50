//! Two pushes of one app at once, from two windows or terminals.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector_platform::{Notice, SafeLink};
use connector_sandbox::{Fault, FaultAction};
use connector_sync::{CancellationToken, Event, Events, Opened, Opener, PushError, Run, Times};
use futures_util::future::BoxFuture;

use crate::places::*;

fn late() -> Fault {
    Fault::on("/integrations/", FaultAction::Late { millis: 300 })
}

/// Opens nothing.
struct Nobody;

impl Opener for Nobody {
    fn open<'a>(&'a self, _: &'a str, _: &'a SafeLink) -> BoxFuture<'a, Opened> {
        Box::pin(async { Opened::Skipped })
    }
}

#[tokio::test]
async fn two_pushes_at_once_ask_for_one_consent_and_undo_nothing() {
    let place =
        Place::new(&[("a.jsonc", &file("slack", &["chat:write"])), ("b.jsonc", &file("gmail", &["b"]))])
            .await;
    place.app_has(&[("gmail", &["a"]), ("linear", &[])]);
    let other = place.another_engine();
    let (mine, theirs) = (place.plan().await, other.plan_push(&place.local(), &place.run).await.unwrap());
    place.calls();
    place.sandbox.inject(late());
    let agreed = mine.removals();
    let (mine, theirs) =
        tokio::join!(place.engine.push(&mine, &agreed, &place.run), other.push(&theirs, &agreed, &place.run));
    let (mine, theirs) = (mine.unwrap(), theirs.unwrap());
    assert!(mine.failed().is_empty() && theirs.failed().is_empty(), "{mine:?} {theirs:?}");
    assert_eq!(mine.pending(), theirs.pending(), "both offer the one consent there is");
    let puts: Vec<String> = place.changes().into_iter().filter(|call| call.starts_with("PUT")).collect();
    assert_eq!(puts.iter().filter(|call| *call == "PUT slack").count(), 1, "{puts:?}");
    assert_eq!(place.app_types(), ["gmail"]);
}

#[tokio::test]
async fn a_plan_from_before_another_push_is_made_again() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["chat:write"]))]).await;
    let old = place.plan().await;
    let first = place.push().await;
    let second = place.another_engine().push(&old, &[], &Run::silent()).await.unwrap();
    assert_eq!(first.pending(), second.pending());
    assert_eq!(place.changes(), ["PUT slack"]);
}

#[tokio::test]
async fn whoever_waits_is_told_for_whom_and_can_stop_waiting() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["chat:write"]))]).await;
    let plan = place.plan().await;
    place.sandbox.inject(Fault::on("/integrations/", FaultAction::Hang));
    let editor = place.another_engine().named("an editor");
    let (first, cancel_first) = (plan.clone(), CancellationToken::new());
    let holds = Run { events: Events::none(), cancel: cancel_first.clone() };
    let pushing = tokio::spawn(async move { editor.push(&first, &[], &holds).await });
    while !place.sandbox.requests().iter().any(|request| request.method == "PUT") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    let cancel = CancellationToken::new();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let (heard, stop) = (told.clone(), cancel.clone());
    let events = Events::to(move |event| {
        if let Event::Waiting { notice: notice @ Notice::AnotherPush { .. } } = event {
            heard.lock().unwrap().push(notice.to_text());
            stop.cancel();
        }
    });
    let report = place.engine.push(&plan, &[], &Run { events, cancel }).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["slack interrupted"]);
    let who = format!("an editor, process {}", std::process::id());
    assert_eq!(*told.lock().unwrap(), [format!("Waiting for another push of this app ({who}) to end")]);

    let soon =
        place.another_engine().with_times(Times { turn: Duration::from_millis(1), ..Times::default() });
    let refused = soon.push(&plan, &[], &Run::silent()).await.unwrap_err();
    assert_eq!(refused, PushError::Busy(who));
    let refused = soon.reconnect(&place.local()[0], &Nobody, &Run::silent()).await;
    assert!(refused.failure().unwrap().starts_with("Another push of this app (an editor"), "{refused:?}");
    assert_eq!(place.changes(), ["PUT slack"], "only the first push has sent anything");
    cancel_first.cancel();
    pushing.await.unwrap().unwrap();
    place.sandbox.clear_faults();
    assert_eq!(shown(&place.push().await.outcomes).len(), 1, "the end of the first frees the way");
}

#[tokio::test]
async fn what_a_dead_process_left_holds_nobody_up() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["chat:write"]))]).await;
    let lock = place.engine.store().path().with_extension("push");
    std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
    std::fs::write(&lock, "").unwrap();
    std::fs::write(lock.with_extension("holder"), "a terminal, process 1").unwrap();
    assert_eq!(shown(&place.push().await.outcomes), ["slack pending"]);
}

use std::sync::Mutex;
use std::time::Duration;

use connector_platform::SafeLink;
use connector_sandbox::Handle;
use connector_sync::{Opened, Opener, Opening, OutcomeStatus, Run};
use futures_util::future::BoxFuture;

use crate::places::*;

/// A person who answers each page in some way.
struct Person {
    sandbox: Handle,
    opening: Opening,
    opened: Mutex<Vec<String>>,
    answer: fn(&str) -> Answer,
}

enum Answer {
    Approve,
    Deny,
    Ignore,
    Decline,
    PassOver,
    NoBrowser,
}

impl Person {
    fn new(place: &Place, answer: fn(&str) -> Answer) -> Person {
        Person { sandbox: place.sandbox.handle(), opening: Opening::AtOnce, opened: Mutex::default(), answer }
    }

    fn one_by_one(self) -> Person {
        Person { opening: Opening::OneByOne, ..self }
    }

    fn opened(&self) -> Vec<String> {
        self.opened.lock().unwrap().clone()
    }
}

impl Opener for Person {
    fn open<'a>(&'a self, type_name: &'a str, link: &'a SafeLink) -> BoxFuture<'a, Opened> {
        self.opened.lock().unwrap().push(type_name.to_owned());
        let id = link.as_str().rsplit('/').next().unwrap().to_owned();
        Box::pin(async move {
            match (self.answer)(type_name) {
                Answer::Approve => {
                    self.sandbox.approve(&id);
                }
                Answer::Deny => {
                    self.sandbox.deny(&id);
                }
                Answer::Ignore | Answer::PassOver => {}
                Answer::Decline => return Opened::Skipped,
                Answer::NoBrowser => return Opened::Failed("no program for links was found".to_owned()),
            }
            Opened::Yes
        })
    }

    fn skipped<'a>(&'a self, type_name: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if !matches!((self.answer)(type_name), Answer::PassOver) {
                std::future::pending::<()>().await;
            }
        })
    }

    fn opening(&self) -> Opening {
        self.opening
    }
}

const FILES: [&str; 4] = ["box", "gmail", "notion", "slack"];

async fn place_with_pending() -> Place {
    let files = FILES.map(|name| (format!("{name}.jsonc"), file(name, &["a"])));
    let place = Place::new(&files.each_ref().map(|(name, text)| (name.as_str(), text.as_str()))).await;
    place.push().await;
    place.calls();
    place
}

#[tokio::test]
async fn each_ends_as_its_person_answers_and_only_what_was_answered_is_settled() {
    let place = place_with_pending().await;
    let person = Person::new(&place, |name| match name {
        "box" => Answer::Approve,
        "gmail" => Answer::Deny,
        "notion" => Answer::Decline,
        _ => Answer::Ignore,
    });
    let prepared = place.engine.pending_for(&[], &place.local(), &place.run).await;
    let outcomes = place.engine.authorize(&prepared.pending, &person, &place.run).await;
    assert_eq!(shown(&outcomes), ["box added", "gmail denied", "notion skipped", "slack timed-out"]);
    assert_eq!(place.pending(), ["notion", "slack"]);
    assert!(place.changes().is_empty());
    let denied = place.engine.pending_for(&["gmail".to_owned()], &place.local(), &place.run).await;
    assert_eq!((denied.pending.len(), place.changes()), (1, vec!["PUT gmail".to_owned()]));
}

#[tokio::test]
async fn one_by_one_the_next_opens_when_the_one_before_is_settled() {
    let place = place_with_pending().await;
    let person = Person::new(&place, |name| match name {
        "box" => Answer::PassOver,
        "notion" => Answer::NoBrowser,
        _ => Answer::Approve,
    })
    .one_by_one();
    let prepared = place.engine.pending_for(&[], &place.local(), &place.run).await;
    let outcomes = place.engine.authorize(&prepared.pending, &person, &place.run).await;
    assert_eq!(shown(&outcomes), ["box skipped", "gmail added", "notion timed-out", "slack added"]);
    assert_eq!(person.opened(), ["box", "gmail", "notion", "slack"]);
}

#[tokio::test]
async fn all_are_watched_from_the_beginning_whoever_opens_them() {
    let place = place_with_pending().await;
    let prepared = place.engine.pending_for(&[], &place.local(), &place.run).await;
    place.sandbox.approve_all();
    let person = Person::new(&place, |_| Answer::Ignore).one_by_one();
    let outcomes = place.engine.authorize(&prepared.pending, &person, &place.run).await;
    assert_eq!(shown(&outcomes), ["box added", "gmail added", "notion added", "slack added"]);
    assert!(place.pending().is_empty());
}

#[tokio::test]
async fn stopped_everything_that_waits_stays_pending() {
    let place = place_with_pending().await;
    let prepared = place.engine.pending_for(&[], &place.local(), &place.run).await;
    let person = Person::new(&place, |_| Answer::Ignore);
    let run = Run::default();
    run.cancel.cancel();
    let outcomes = place.engine.authorize(&prepared.pending, &person, &run).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome.status, OutcomeStatus::Pending(_))));
    assert_eq!(place.pending(), FILES);
}

#[tokio::test]
async fn a_platform_that_fails_for_a_while_is_asked_again() {
    let place = place_with_pending().await;
    let prepared = place.engine.pending_for(&["slack".to_owned()], &place.local(), &place.run).await;
    let fault = connector_sandbox::FaultAction::answer(500, "boom");
    place.sandbox.inject(connector_sandbox::Fault::on("external-auth/status", fault).times(3));
    let person = Person::new(&place, |_| Answer::Approve);
    let engine = place.engine.clone().with_times(connector_sync::Times {
        poll: Duration::from_millis(20),
        authorization: Duration::from_secs(30),
        ..connector_sync::Times::default()
    });
    let outcomes = engine.authorize(&prepared.pending, &person, &place.run).await;
    assert_eq!(shown(&outcomes), ["slack added"]);
}

#[tokio::test]
async fn another_process_knows_what_is_pending() {
    let place = place_with_pending().await;
    let other = place.another_engine();
    let prepared = other.pending_for(&[], &place.local(), &Run::silent()).await;
    assert_eq!(prepared.pending.len(), 4);
    assert!(place.changes().is_empty());
}

#[tokio::test]
async fn what_needs_no_person_is_told_and_not_opened() {
    let place = place_with_pending().await;
    place.sandbox.approve_all();
    let wanted = ["slack", "stripe", "nothing"].map(str::to_owned);
    let prepared = place.engine.pending_for(&wanted, &place.local(), &place.run).await;
    assert!(prepared.pending.is_empty());
    assert_eq!(shown(&prepared.outcomes), ["slack added", "stripe failed", "nothing failed"]);
}

#[tokio::test]
async fn reconnecting_removes_adds_and_authorizes_in_one_step() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    place.app(|app| app.other_users.insert("slack".to_owned(), "bob@example.com".to_owned()));
    place.push().await;
    place.calls();
    let person = Person::new(&place, |_| Answer::Approve);
    let outcome = place.engine.reconnect(&place.local()[0], &person, &place.run).await;
    assert_eq!(shown([&outcome]), ["slack added"]);
    assert_eq!(place.changes(), ["DELETE slack", "PUT slack"]);
    assert!(place.engine.store().read().failures.is_empty());
    assert_eq!(shown(&place.push().await.outcomes), ["slack synced"]);
}

#[tokio::test]
async fn a_reconnection_that_stops_half_way_is_completed_by_a_push() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    place.app_has(&[("slack", &["a"])]);
    let refuse = connector_sandbox::FaultAction::answer(403, "{\"detail\":\"no\"}");
    place.sandbox.inject(connector_sandbox::Fault::on("integrations/slack", refuse).method("PUT").times(1));
    let person = Person::new(&place, |_| Answer::Approve);
    let outcome = place.engine.reconnect(&place.local()[0], &person, &place.run).await;
    let reason = outcome.failure().unwrap();
    assert!(reason.starts_with("it was removed, and adding it again failed: "), "{reason}");
    assert!(place.app_types().is_empty());
    assert_eq!(shown(&place.push().await.outcomes), ["slack pending"]);
}

#[tokio::test]
async fn a_watch_of_an_old_link_does_not_undo_a_new_one() {
    let place = place_with_pending().await;
    let prepared = place.engine.pending_for(&["slack".to_owned()], &place.local(), &place.run).await;
    // Another process asks for more meanwhile, which ends the first consent.
    place.write_connector("slack.jsonc", file("slack", &["a", "b"]));
    let newer =
        place.push().await.pending().into_iter().find(|pending| pending.type_name == "slack").unwrap();
    let person = Person::new(&place, |_| Answer::Ignore);
    let outcomes = place.engine.authorize(&prepared.pending, &person, &place.run).await;
    assert_eq!(shown(&outcomes), ["slack denied"]);
    assert_eq!(place.engine.store().read().pending["slack"], newer);
}

//! What is made again, what is waited for, and what is not.

use std::time::{Duration, Instant};

use connector_platform::{ErrorKind, Notice, Platform};
use connector_sandbox::{Fault, FaultAction};

use crate::support::{World, header, noticed};

fn busy(status: u16, retry_after: &str) -> FaultAction {
    FaultAction::Answer {
        status,
        headers: vec![("Retry-After".to_owned(), retry_after.to_owned())],
        body: r#"{"message":"Slow down"}"#.to_owned(),
    }
}

#[tokio::test]
async fn a_reading_call_is_made_again_with_the_same_request_id() {
    let world = World::signed_in().await;
    for action in [
        FaultAction::Reset,
        FaultAction::answer(500, ""),
        FaultAction::answer(502, "<html>"),
        FaultAction::answer(504, ""),
        FaultAction::Truncate { bytes: 5 },
        FaultAction::Hang,
    ] {
        world.sandbox.take_requests();
        world.sandbox.inject(Fault::on("/list", action.clone()).times(1));
        let (platform, notices) = noticed(&world.platform_for(&action));
        platform.list(&world.app).await.unwrap_or_else(|error| panic!("{action:?}: {error}"));
        let asked = world.asked("/list");
        // Without patience for the one that hangs, a busy machine may need a third.
        let may_be_more = matches!(action, FaultAction::Hang);
        assert!(asked.len() == 2 || may_be_more && asked.len() > 2, "{action:?}");
        assert_eq!(header(&asked[0], "x-request-id"), header(&asked[1], "x-request-id"));
        assert!(
            matches!(notices.lock().unwrap()[..], [Notice::Retrying { attempt: 2, .. }, ..]),
            "{action:?}"
        );
    }
}

#[tokio::test]
async fn a_call_that_never_arrived_is_made_again_whatever_it_is() {
    let world = World::signed_in().await;
    let platform = world.platform();
    for status in [429, 503] {
        world.sandbox.take_requests();
        world.sandbox.inject(Fault::on("/slack", FaultAction::answer(status, "")).times(1));
        platform.set_scopes(&world.app, "slack", &[]).await.unwrap();
        assert_eq!(world.asked("/slack").len(), 2);
    }
}

#[tokio::test]
async fn nothing_listens_and_that_is_said_soon() {
    let world = World::signed_in().await;
    let platform = world.platform();
    let address = world.sandbox.addr();
    world.sandbox.stop().await;
    let started = Instant::now();
    let error = platform.set_scopes(&world.app, "slack", &[]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert_eq!(
        error.to_string(),
        format!("Setting the scopes of slack failed: {address} refuses the connection.")
    );
    assert!(!error.may_have_taken_effect());
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn retry_after_is_obeyed_and_said() {
    let world = World::signed_in().await;
    world.sandbox.inject(Fault::on("/slack", busy(429, "1")).times(1));
    let (platform, notices) = noticed(&world.platform());
    let started = Instant::now();
    platform.set_scopes(&world.app, "slack", &[]).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
    let notices = notices.lock().unwrap();
    let [Notice::Waiting { what, seconds, why }] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!((what.as_str(), *seconds), ("setting the scopes of slack", 2));
    assert!(why.contains("Slow down"), "{why}");
}

#[tokio::test]
async fn an_hour_is_not_waited_for() {
    let world = World::signed_in().await;
    world.sandbox.inject(Fault::on("/list", busy(429, "3600")));
    let started = Instant::now();
    let error = world.platform().list(&world.app).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(
        error.reason(),
        "Base44 answered 429 (Too Many Requests): Slow down; it asks to wait 60 minutes"
    );
    assert_eq!(world.asked("/list").len(), 1);
}

#[tokio::test]
async fn a_platform_that_always_fails_is_given_up() {
    let world = World::signed_in().await;
    for status in [429, 500, 503] {
        world.sandbox.clear_faults();
        world.sandbox.take_requests();
        world.sandbox.inject(Fault::on("/list", FaultAction::answer(status, "")));
        assert!(world.platform().list(&world.app).await.is_err());
        assert_eq!(world.asked("/list").len(), 4, "{status}");
    }
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    let world = World::signed_in().await;
    for status in [400, 403, 404, 409, 422, 428] {
        world.sandbox.clear_faults();
        world.sandbox.take_requests();
        world.sandbox.inject(Fault::on("/list", FaultAction::answer(status, "")));
        assert!(world.platform().list(&world.app).await.is_err());
        assert_eq!(world.asked("/list").len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_wait_can_be_cut_short() {
    let world = World::signed_in().await;
    world.sandbox.inject(Fault::on("/list", busy(503, "50")));
    let platform: Platform = world.platform();
    let (platform, notices) = noticed(&platform);
    let app = world.app.clone();
    let waiting = tokio::spawn(async move { platform.list(&app).await });
    while notices.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
}

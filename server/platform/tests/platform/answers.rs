//! Answers of every kind, each one sentence.

use std::time::{Duration, Instant};

use connector_platform::{ErrorKind, PlatformError};
use connector_sandbox::{Fault, FaultAction};

use crate::support::World;

/// What listing says when the platform answers so.
async fn said(world: &World, action: FaultAction) -> PlatformError {
    world.sandbox.clear_faults();
    let platform = world.platform_for(&action);
    world.sandbox.inject(Fault::on("/external-auth/list", action));
    platform.list(&world.app).await.unwrap_err()
}

#[tokio::test]
async fn every_refusal_is_a_sentence_and_a_next_step() {
    let world = World::signed_in().await;
    let mut told = Vec::new();
    for (status, body) in [
        (400, r#"{"message":"Bad request"}"#),
        (403, r#"{"detail":"You may not"}"#),
        (404, ""),
        (404, r#"{"message":"No app app1"}"#),
        (500, r#"{"error_type":"KeyError","message":"'app1'"}"#),
        (409, r#"{"detail":{"message":"In use"}}"#),
        (422, r#"{"message":"Invalid","extra_data":{"errors":[{"name":"scopes","message":"not a list"}]}}"#),
        (428, r#"{"message":"Made elsewhere","extra_data":{"reason":"requires_backend_platform_app"}}"#),
        (428, ""),
        (200, ""),
        (200, "<!doctype html><title>Sign in</title>"),
        (200, r#"{"integrations":[{"integration_type":"#),
        (200, r#"{"integrations":"none"}"#),
        (200, "[]"),
        (200, "nonsense"),
        (200, "null"),
        (200, r#"{"integrations":{}}"#),
        (204, ""),
    ] {
        let error = said(&world, FaultAction::answer(status, body)).await;
        let hint = error.hint().replace(error.request_id().unwrap(), "<id>");
        told.push(format!("{status} {body}\n  {:?}: {error}\n  {hint}", error.kind()));
        // What is not found is that under any status.
        let meant = if body.contains("KeyError") { 404 } else { status };
        assert_eq!(error.status(), Some(meant));
        assert!(error.request_id().is_some() && !error.may_have_taken_effect());
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn data_nested_without_end_is_no_answer() {
    let world = World::signed_in().await;
    let body = format!(r#"{{"integrations":{}"#, "[".repeat(200_000));
    assert_eq!(said(&world, FaultAction::answer(200, &body)).await.kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn a_body_that_ends_early_or_never_is_bounded() {
    let world = World::signed_in().await;
    let started = Instant::now();
    let cut = said(&world, FaultAction::Truncate { bytes: 5 }).await;
    assert_eq!(cut.kind(), ErrorKind::Network);
    let slow = said(&world, FaultAction::Slow { millis: 1000 }).await;
    assert_eq!((slow.kind(), slow.reason()), (ErrorKind::TimedOut, "the answer did not end within 0.6 s"));
    let endless = said(&world, FaultAction::Endless).await;
    assert!(matches!(endless.kind(), ErrorKind::Malformed | ErrorKind::TimedOut), "{endless}");
    let silent = said(&world, FaultAction::Hang).await;
    assert_eq!((silent.kind(), silent.reason()), (ErrorKind::TimedOut, "there was no answer within 0.6 s"));
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_may_have_taken_effect() {
    let world = World::signed_in().await;
    for action in [
        FaultAction::Reset,
        FaultAction::Hang,
        FaultAction::Truncate { bytes: 3 },
        FaultAction::answer(500, ""),
        FaultAction::answer(502, "<html>"),
        FaultAction::answer(200, "[]"),
        FaultAction::answer(200, ""),
    ] {
        world.sandbox.clear_faults();
        world.sandbox.take_requests();
        world.sandbox.inject(Fault::on("/integrations/slack", action.clone()).after_effect());
        let set = world.platform_for(&action).set_scopes(&world.app, "slack", &[]).await;
        // An empty object reads as done; anything else is an error that says so.
        assert!(set.is_err_and(|error| error.may_have_taken_effect()), "{action:?}");
        assert_eq!(world.asked("slack").len(), 1, "{action:?} is not repeated");
    }
    for status in [400, 403, 404, 409, 422, 428] {
        world.sandbox.clear_faults();
        world.sandbox.inject(Fault::on("/remove", FaultAction::answer(status, "")));
        let error = world.platform().remove(&world.app, "slack").await.unwrap_err();
        assert!(!error.may_have_taken_effect(), "{status}");
    }
}

#[tokio::test]
async fn an_authorization_link_that_must_not_be_opened_is_refused() {
    let world = World::signed_in().await;
    for link in ["file:///etc/passwd", "javascript:alert(1)", "--help", "http://evil.example/x"] {
        world.sandbox.clear_faults();
        let body = format!(r#"{{"redirect_url":"{link}","connection_id":"c","already_authorized":false}}"#);
        world.sandbox.inject(Fault::on("/integrations/slack", FaultAction::answer(200, &body)));
        let error = world.platform().set_scopes(&world.app, "slack", &[]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{link}: {error}");
    }
}

#[tokio::test]
async fn words_of_the_platform_cannot_act_on_a_terminal() {
    let world = World::signed_in().await;
    let body =
        "{\"message\":\"no\\u001b[2J\\n✓ slack authorization complete\\u202e eyJhbGciOiJIUzI1NiJ9.e30.x\"}";
    let error = said(&world, FaultAction::answer(422, body)).await.to_string();
    assert!(!error.contains('\u{1b}') && !error.contains('\n') && !error.contains('\u{202e}'), "{error:?}");
    assert!(!error.contains("eyJ"), "{error}");
}

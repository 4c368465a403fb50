//! Every change crossed with every way to fail: afterwards the report is true, nothing is lost, and a second push
//! completes the job.

use connector_sandbox::{Fault, FaultAction, StripeMode};
use connector_sync::OutcomeStatus;

use crate::places::*;

/// How a call can fail without the platform having done anything.
fn failures() -> Vec<(&'static str, FaultAction)> {
    let body = "{\"detail\":\"no\"}";
    let mut failures = vec![
        ("reset", FaultAction::Reset),
        ("time-out", FaultAction::Hang),
        ("html", FaultAction::answer(502, "<html><body>Bad gateway</body></html>")),
        ("no json", FaultAction::answer(200, "ok")),
        ("wrong shape", FaultAction::answer(200, "[1]")),
        ("empty", FaultAction::answer(200, "")),
    ];
    for status in [400, 401, 403, 404, 409, 422, 428, 500] {
        failures.push(("status", FaultAction::answer(status, body)));
    }
    failures
}

async fn place() -> Place {
    let place = Place::new(&[
        ("a.jsonc", &file("slack", &["new"])),
        ("b.jsonc", &file("gmail", &["new"])),
        ("c.jsonc", &file("stripe", &[])),
    ])
    .await
    .impatient("0.3");
    place.app_has(&[("slack", &["new", "old"]), ("linear", &["a"])]);
    place
}

/// After whatever happened: what has a file is still there, and another push brings everything to its end.
async fn completes(place: &Place, what: &str) {
    assert!(place.app_types().contains(&"slack".to_owned()), "{what}: slack was lost");
    place.sandbox.clear_faults();
    let report = place.push().await;
    assert!(report.failed().is_empty(), "{what}: {:?}", report.summary_lines());
    place.sandbox.approve_all();
    let report = place.push().await;
    assert_eq!(shown(&report.outcomes), ["slack synced", "gmail synced", "stripe synced"], "{what}");
    assert_eq!(place.app_types(), ["gmail", "slack"], "{what}");
    assert!(place.pending().is_empty(), "{what}");
}

#[tokio::test]
async fn a_change_that_fails_stops_no_other_and_is_told() {
    for (path, method, at) in [
        ("integrations/slack", "PUT", 0),
        ("integrations/gmail", "PUT", 1),
        ("stripe/install", "POST", 2),
        ("integrations/linear", "DELETE", 3),
    ] {
        for (what, action) in failures() {
            let what = format!("{method} {path}: {what} {action:?}");
            let place = place().await;
            place.sandbox.inject(Fault::on(path, action).method(method));
            let report = place.push().await;
            assert_eq!(report.outcomes.len(), 4, "{what}");
            for (place_of, outcome) in report.outcomes.iter().enumerate() {
                assert_eq!(
                    outcome.failure().is_some(),
                    place_of == at,
                    "{what}: {:?}",
                    report.summary_lines()
                );
            }
            completes(&place, &what).await;
        }
    }
}

#[tokio::test]
async fn a_change_that_took_effect_without_an_answer_is_told_as_done() {
    for (path, method, at, done) in [
        ("integrations/slack", "PUT", 0, "slack synced"),
        ("stripe/install", "POST", 2, "stripe provisioned"),
        ("integrations/linear", "DELETE", 3, "linear removed"),
    ] {
        for action in [
            FaultAction::Reset,
            FaultAction::Hang,
            FaultAction::Truncate { bytes: 5 },
            FaultAction::answer(502, "<html>"),
        ] {
            let what = format!("{method} {path}: {action:?}");
            let place = place().await;
            place.sandbox.inject(Fault::on(path, action).method(method).after_effect());
            let report = place.push().await;
            assert_eq!(shown(&report.outcomes)[at], done, "{what}: {:?}", report.summary_lines());
            if let OutcomeStatus::Provisioned { claim } = &report.outcomes[at].status {
                assert!(claim.is_some(), "{what}");
            }
            completes(&place, &what).await;
        }
    }
}

#[tokio::test]
async fn a_removal_of_stripe_that_took_effect_without_an_answer_is_told_as_done() {
    for action in [FaultAction::Reset, FaultAction::answer(500, "")] {
        let place = Place::new(&[]).await.impatient("0.3");
        place.app(|app| app.stripe = Some(StripeMode::Live));
        place.sandbox.inject(Fault::on("payments/stripe", action).method("DELETE").after_effect());
        assert_eq!(shown(&place.push().await.outcomes), ["stripe removed"]);
    }
}

#[tokio::test]
async fn a_lost_consent_is_never_asked_for_twice_in_one_push() {
    let place = Place::new(&[("gmail.jsonc", &file("gmail", &["new"]))]).await.impatient("0.3");
    place.sandbox.inject(Fault::on("integrations/gmail", FaultAction::Reset).method("PUT").after_effect());
    let report = place.push().await;
    assert!(report.outcomes[0].failure().unwrap().contains("does not show the change, push again"));
    assert_eq!(place.changes(), ["PUT gmail"]);
}

#[tokio::test]
async fn a_list_that_fails_changes_nothing() {
    let cut_off = ("truncated", FaultAction::Truncate { bytes: 5 });
    for (what, action) in failures().into_iter().chain([cut_off]) {
        let place = place().await;
        place.sandbox.inject(Fault::on("external-auth/list", action));
        let error = place.engine.plan_push(&place.local(), &place.run).await.unwrap_err();
        assert!(!error.hint().is_empty(), "{what}: {error}");
        assert!(place.changes().iter().all(|call| call.ends_with("token")), "{what}");
        completes(&place, what).await;
    }
}

#[tokio::test]
async fn stripe_that_cannot_be_asked_fails_only_stripe_and_removes_nothing() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    place.app_has(&[("slack", &["a"])]);
    place.app(|app| app.stripe = Some(StripeMode::Live));
    place.sandbox.inject(Fault::on("stripe/status", FaultAction::answer(403, "{}")));
    let report = place.push().await;
    assert_eq!(shown(&report.outcomes), ["slack synced"]);
    assert_eq!(report.notes.len(), 1);
    assert!(place.app(|app| app.stripe.is_some()));
}

#[tokio::test]
async fn what_is_pending_but_cannot_be_stored_is_still_told() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    std::fs::write(place.folder.path().join("state"), "a file where the folder should be").unwrap();
    let report = place.push().await;
    assert_eq!(report.pending().len(), 1);
    assert!(report.notes.iter().any(|note| note.contains("could not be stored")), "{:?}", report.notes);
}

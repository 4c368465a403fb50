//! Every change crossed with every way to fail: afterwards the report is true, nothing is lost, and a second push
//! completes the job.

use connector_sandbox::{Fault, FaultAction, StripeMode};
use connector_sync::OutcomeStatus;
use futures_util::stream::{self, StreamExt};

use crate::places::*;

/// How a call can fail without the platform having done anything.
fn failures() -> Vec<FaultAction> {
    let statuses = [400, 401, 403, 404, 409, 422, 428, 500].map(|status| (status, "{\"detail\":\"no\"}"));
    let bodies = [(502, "<html><body>Bad gateway</body></html>"), (200, "ok"), (200, "[1]"), (200, "")];
    let answers = statuses.into_iter().chain(bodies).map(|(status, body)| FaultAction::answer(status, body));
    answers.chain([FaultAction::Reset, FaultAction::Hang, too_many()]).collect()
}

/// More calls than the platform takes; it says when to come again.
fn too_many() -> FaultAction {
    let headers = vec![("retry-after".to_owned(), "1".to_owned())];
    FaultAction::Answer { status: 429, headers, body: String::new() }
}

/// A place where a call that is never answered is given up soon; every other one has all the time it needs.
async fn place(action: &FaultAction) -> Place {
    let seconds = if matches!(action, FaultAction::Hang) { "0.7" } else { "20" };
    let place = Place::new(&[
        ("a.jsonc", &file("slack", &["new"])),
        ("b.jsonc", &file("gmail", &["new"])),
        ("c.jsonc", &file("stripe", &[])),
    ])
    .await
    .impatient(seconds);
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

/// Each case in a place of its own, a few at once: most of the time is spent on calls that are never answered.
async fn each<F: Future<Output = ()>>(cases: impl IntoIterator<Item = F>) {
    stream::iter(cases).buffer_unordered(6).collect::<()>().await;
}

#[tokio::test]
async fn a_change_that_fails_stops_no_other_and_is_told() {
    let changes = [
        ("integrations/slack", "PUT", 0),
        ("integrations/gmail", "PUT", 1),
        ("stripe/install", "POST", 2),
        ("integrations/linear", "DELETE", 3),
    ];
    let cases =
        changes.into_iter().flat_map(|change| failures().into_iter().map(move |action| (change, action)));
    let cases = cases.map(|((path, method, at), action)| async move {
        let what = format!("{method} {path}: {action:?}");
        let place = place(&action).await;
        place.sandbox.inject(Fault::on(path, action).method(method));
        let report = place.push().await;
        let failed: Vec<bool> = report.outcomes.iter().map(|outcome| outcome.failure().is_some()).collect();
        let expected: Vec<bool> = (0..4).map(|place| place == at).collect();
        assert_eq!(failed, expected, "{what}: {:?}", report.summary_lines());
        completes(&place, &what).await;
    });
    each(cases).await;
}

#[tokio::test]
async fn a_change_that_took_effect_without_an_answer_is_told_as_done() {
    let changes = [
        ("integrations/slack", "PUT", 0, "slack synced"),
        ("stripe/install", "POST", 2, "stripe provisioned"),
        ("integrations/linear", "DELETE", 3, "linear removed"),
    ];
    let lost = || {
        [
            FaultAction::Reset,
            FaultAction::Hang,
            FaultAction::Truncate { bytes: 5 },
            FaultAction::answer(502, "<html>"),
        ]
    };
    let cases = changes.into_iter().flat_map(|change| lost().into_iter().map(move |action| (change, action)));
    let cases = cases.map(|((path, method, at, done), action)| async move {
        let what = format!("{method} {path}: {action:?}");
        let place = place(&action).await;
        place.sandbox.inject(Fault::on(path, action).method(method).after_effect());
        let report = place.push().await;
        assert_eq!(shown(&report.outcomes)[at], done, "{what}: {:?}", report.summary_lines());
        if let OutcomeStatus::Provisioned { claim } = &report.outcomes[at].status {
            assert!(claim.is_some(), "{what}");
        }
        completes(&place, &what).await;
    });
    each(cases).await;
}

#[tokio::test]
async fn a_removal_of_stripe_that_took_effect_without_an_answer_is_told_as_done() {
    for action in [FaultAction::Reset, FaultAction::answer(500, "")] {
        let place = Place::new(&[]).await;
        place.app(|app| app.stripe = Some(StripeMode::Live));
        place.sandbox.inject(Fault::on("payments/stripe", action).method("DELETE").after_effect());
        assert_eq!(shown(&place.push().await.outcomes), ["stripe removed"]);
    }
}

#[tokio::test]
async fn a_lost_consent_is_never_asked_for_twice_in_one_push() {
    let place = Place::new(&[("gmail.jsonc", &file("gmail", &["new"]))]).await;
    place.sandbox.inject(Fault::on("integrations/gmail", FaultAction::Reset).method("PUT").after_effect());
    let report = place.push().await;
    assert!(report.outcomes[0].failure().unwrap().contains("does not show the change, push again"));
    assert_eq!(place.changes(), ["PUT gmail"]);
}

#[tokio::test]
async fn a_list_that_fails_changes_nothing() {
    let cut_off = FaultAction::Truncate { bytes: 5 };
    let cases = failures().into_iter().chain([cut_off]).map(|action| async move {
        let what = format!("{action:?}");
        let place = place(&action).await;
        place.sandbox.inject(Fault::on("external-auth/list", action));
        let error = place.engine.plan_push(&place.local(), &place.run).await.unwrap_err();
        assert!(!error.hint().is_empty(), "{what}: {error}");
        assert!(place.changes().iter().all(|call| call.ends_with("token")), "{what}");
        completes(&place, &what).await;
    });
    each(cases).await;
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

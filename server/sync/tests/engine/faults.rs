//! Every change crossed with every way to fail: afterwards the report is true, nothing is lost, and a second push
//! completes the job.

use connector_sandbox::{Fault, FaultAction, StripeMode};
use connector_sync::{OutcomeStatus, Times};
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
async fn a_change_that_broke_off_and_does_not_show_is_sent_again_twice_at_most() {
    let timed_out = FaultAction::answer(408, "");
    for action in
        [FaultAction::Reset, FaultAction::answer(500, "no"), FaultAction::answer(504, ""), timed_out]
    {
        let what = format!("{action:?}");
        let place = Place::new(&[("gmail.jsonc", &file("gmail", &["new"]))]).await;
        place.sandbox.inject(Fault::on("integrations/gmail", action.clone()).method("PUT"));
        let report = place.push().await;
        let why = report.outcomes[0].failure().unwrap();
        assert!(why.contains("does not show the change, push again"), "{what}: {why}");
        assert_eq!(place.calls().iter().filter(|call| *call == "PUT gmail").count(), 3, "{what}");
        place.sandbox.clear_faults();
        place.sandbox.inject(Fault::on("integrations/gmail", action).method("PUT").times(2));
        assert_eq!(shown(&place.push().await.outcomes), ["gmail pending"], "{what}");
    }
}

#[tokio::test]
async fn a_consent_whose_answer_was_lost_leaves_one_to_give() {
    let place = Place::new(&[("gmail.jsonc", &file("gmail", &["new"]))]).await;
    place
        .sandbox
        .inject(Fault::on("integrations/gmail", FaultAction::Reset).method("PUT").times(1).after_effect());
    let report = place.push().await;
    assert_eq!(place.changes(), ["PUT gmail", "PUT gmail"]);
    let OutcomeStatus::Pending(pending) = &report.outcomes[0].status else { panic!("{:?}", report.outcomes) };
    // The one that the platform waits for is the one that the person is shown.
    let waiting = place.sandbox.waiting();
    let ids: Vec<Option<&str>> = waiting.iter().map(|(_, _, id)| Some(id.as_str())).collect();
    assert_eq!(ids, [pending.connection_id.as_deref()]);
    assert_eq!(place.pending(), ["gmail"]);
}

#[tokio::test]
async fn a_change_that_may_still_be_under_way_is_not_sent_beside_itself() {
    let place = Place::new(&[("gmail.jsonc", &file("gmail", &["new"]))]).await.impatient("0.7");
    place.sandbox.inject(Fault::on("integrations/gmail", FaultAction::Hang).method("PUT"));
    assert!(place.push().await.outcomes[0].failure().is_some());
    assert_eq!(place.changes(), ["PUT gmail"]);
}

#[tokio::test]
async fn a_stripe_whose_state_cannot_be_read_is_neither_installed_nor_removed() {
    let place = Place::new(&[("stripe.jsonc", &file("stripe", &[]))]).await;
    place.sandbox.inject(Fault::on("stripe/status", FaultAction::answer(403, "{\"message\":\"no\"}")));
    let plan = place.plan().await;
    assert!(plan.to_text().contains("leave     stripe"), "{}", plan.to_text());
    let report = place.push().await;
    assert!(report.outcomes[0].failure().unwrap().contains("could not be asked"));
    assert!(place.changes().is_empty());
}

#[tokio::test]
async fn what_is_unchanged_stays_so_in_a_push_that_is_stopped() {
    let files: Vec<(String, String)> =
        (0..12).map(|at| (format!("a{at}.jsonc"), file(&format!("type{at}"), &["new"]))).collect();
    let mut all: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let last = file("slack", &["chat:write"]);
    all.push(("z.jsonc", &last));
    let place = Place::new(&all).await;
    place.app_has(&[("slack", &["chat:write"])]);
    place.sandbox.inject(Fault::on("integrations", FaultAction::Hang).method("PUT"));
    let plan = place.plan().await;
    place.run.cancel.cancel();
    let report = place.engine.push(&plan, &[], &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes).last().unwrap(), "slack synced");
    assert_eq!(report.failed().len(), 12);
}

#[tokio::test]
async fn a_stopped_push_waits_for_no_look_at_the_app() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &["chat:write"])]);
    let plan = place.plan().await;
    let stale = Times { fresh: std::time::Duration::ZERO, ..Times::default() };
    let engine = place.engine.clone().with_times(stale);
    place.sandbox.inject(Fault::on("external-auth/list", FaultAction::Hang));
    let (run, asked) = (place.run.clone(), async {
        while !place.calls().iter().any(|call| call == "GET list") {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        place.run.cancel.cancel();
        // Only an answer, or the end of the wait for one, would end it otherwise.
        tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    });
    place.calls();
    let agreed = plan.removals();
    tokio::select! {
        report = engine.push(&plan, &agreed, &run) => {
            assert_eq!(shown(&report.unwrap().outcomes), ["slack interrupted"]);
        }
        () = asked => panic!("it goes on waiting"),
    }
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
    std::fs::write(place.around().join("state"), "a file where the folder should be").unwrap();
    let report = place.push().await;
    assert_eq!(report.pending().len(), 1);
    assert!(report.notes.iter().any(|note| note.contains("could not be stored")), "{:?}", report.notes);
}

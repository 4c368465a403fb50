use std::time::Duration;

use connector_sandbox::{Connector, Fault, FaultAction, StripeMode};
use connector_sync::{Event, OutcomeStatus, PushError, Run};

use crate::places::*;

#[tokio::test]
async fn a_first_push_leaves_everything_pending_and_stored() {
    let place = Place::new(&[
        ("a.jsonc", &file("slack", &["chat:write"])),
        ("b.jsonc", &file("notion", &[])),
        ("stripe.jsonc", "{type: 'stripe'}"),
    ])
    .await;
    let report = place.push().await;
    assert_eq!(shown(&report.outcomes), ["slack pending", "notion pending", "stripe provisioned"]);
    assert_eq!(place.pending(), ["notion", "slack"]);
    assert_eq!(place.changes(), ["POST install", "PUT notion", "PUT slack"]);
    let lines = report.summary_lines().join("\n");
    assert!(lines.contains("✓ Stripe sandbox provisioned\n    Claim your Stripe sandbox: http"), "{lines}");
}

#[tokio::test]
async fn what_is_pending_is_not_asked_for_again_and_given_meanwhile_it_is_synced() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["chat:write"]))]).await;
    let first = place.push().await.pending();
    place.calls();
    let second = place.push().await.pending();
    assert_eq!(first, second);
    assert!(place.changes().is_empty());
    place.sandbox.approve_all();
    let report = place.push().await;
    assert_eq!(shown(&report.outcomes), ["slack synced"]);
    assert!(place.pending().is_empty() && place.changes().is_empty());
}

#[tokio::test]
async fn a_link_that_died_is_replaced() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["chat:write"]))]).await;
    let first = place.push().await.pending().remove(0);
    place.sandbox.deny(first.connection_id.as_deref().unwrap());
    let second = place.push().await.pending().remove(0);
    assert_ne!(first.link, second.link);
    assert_eq!(place.changes(), ["PUT slack", "PUT slack"]);
}

#[tokio::test]
async fn nothing_changed_is_one_round_without_a_change() {
    let place =
        Place::new(&[("slack.jsonc", &file("slack", &["b", "a"])), ("gmail.jsonc", &file("gmail", &[]))])
            .await;
    place.app_has(&[("slack", &["a", "b"]), ("gmail", &[])]);
    let report = place.push().await;
    assert_eq!(report.summary_lines(), ["Summary:", "  Synced: gmail, slack"]);
    let mut calls = place.calls();
    calls.sort();
    assert_eq!(calls, ["GET list", "GET status"]);
}

#[tokio::test]
async fn eight_run_at_once_and_outcomes_come_in_file_order() {
    let files: Vec<(String, String)> =
        (0..14).map(|at| (format!("{at:02}.jsonc"), file(&format!("type{at:02}"), &["new"]))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let place = Place::new(&files).await;
    for at in 0..14 {
        place.app_has(&[(&format!("type{at:02}"), &["old", "new"])]);
    }
    // So long that the eight meet even where each takes a while to come out, as on a slow machine.
    place.sandbox.set_latency(Duration::from_millis(250));
    let report = place.push().await;
    let expected: Vec<String> = (0..14).map(|at| format!("type{at:02} synced")).collect();
    assert_eq!(shown(&report.outcomes), expected);
    assert_eq!(place.sandbox.most_at_once(), 8);
    let puts = place.changes();
    assert_eq!(puts.len(), 14);
}

#[tokio::test]
async fn nothing_is_removed_that_nobody_agreed_to() {
    let place = Place::new(&[]).await;
    std::fs::remove_dir(place.connectors_dir()).unwrap();
    place.app_has(&[("slack", &[]), ("gmail", &[])]);
    place.app(|app| app.stripe = Some(StripeMode::Live));
    let plan = place.plan().await;
    assert_eq!(plan.removals(), ["gmail", "slack", "stripe"]);
    assert!(plan.notes[0].contains("does not exist"), "{:?}", plan.notes);
    for agreed in [&[][..], &["gmail", "slack"], &["gmail", "slack", "stripe", "notion"]] {
        let agreed: Vec<String> = agreed.iter().map(|name| (*name).to_owned()).collect();
        let refused = place.engine.push(&plan, &agreed, &place.run).await;
        assert!(matches!(refused, Err(PushError::NotAgreed(_) | PushError::NotPlanned(_))));
    }
    assert!(place.changes().is_empty());
    let report = place.engine.push(&plan.clone().without_removals(), &[], &place.run).await.unwrap();
    assert!(report.outcomes.is_empty() && place.changes().is_empty());
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["gmail removed", "slack removed", "stripe removed"]);
    assert!(place.app_types().is_empty() && place.app(|app| app.stripe.is_none()));
}

#[tokio::test]
async fn files_that_only_look_like_connectors_are_named_beside_the_removal() {
    let place =
        Place::new(&[("slack.json5", &file("slack", &[])), (".gmail.jsonc", &file("gmail", &[]))]).await;
    place.app_has(&[("slack", &[]), ("gmail", &[])]);
    let notes = place.plan().await.notes.join("\n");
    assert!(notes.contains("base44/connectors/slack.json5 looks like the file of slack"), "{notes}");
    assert!(notes.contains("base44/connectors/.gmail.jsonc looks like the file of gmail"), "{notes}");
}

#[tokio::test]
async fn a_file_that_came_back_since_the_plan_stops_its_removal() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &[]), ("gmail", &[])]);
    let plan = place.plan().await;
    place.write_connector("slack.jsonc", file("slack", &[]));
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["gmail removed", "slack failed"]);
    assert_eq!(place.app_types(), ["slack"]);
}

#[tokio::test]
async fn a_file_whose_type_is_written_in_another_way_stops_a_removal_when_it_came_since_the_plan() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &[]), ("gmail", &[])]);
    let plan = place.plan().await;
    place.write_connector("slack.jsonc", file("SLACK", &[]));
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["gmail removed", "slack failed"]);
    assert_eq!(place.app_types(), ["slack"]);
}

#[tokio::test]
async fn a_file_that_came_since_the_plan_stops_the_removal_of_all_that_is_written_like_its_type() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &[]), ("SLACK", &[]), ("gmail", &[])]);
    let plan = place.plan().await;
    place.write_connector("slack.jsonc", file("slack", &[]));
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["SLACK failed", "gmail removed", "slack failed"]);
}

#[tokio::test]
async fn what_speaks_against_a_removal_since_the_plan_stops_it() {
    let place = Place::new(&[("notion.jsonc", &file("notion", &[]))]).await;
    place.app_has(&[("slack", &[]), ("notion", &[])]);
    let plan = place.plan().await;
    place.write_connector("slack.jsonc.orig", file("slack", &[]));
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["notion synced", "slack failed"]);
}

#[tokio::test]
async fn a_file_that_is_gone_since_the_plan_stops_every_removal() {
    let place = Place::new(&[("gmail.jsonc", &file("gmail", &[]))]).await;
    place.app_has(&[("slack", &[]), ("gmail", &[])]);
    let plan = place.plan().await;
    std::fs::remove_file(place.connectors_dir().join("gmail.jsonc")).unwrap();
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["gmail synced", "slack failed"]);
    let why = report.outcomes[1].failure().unwrap();
    assert!(why.contains("gmail.jsonc was there when the plan was made and is gone"), "{why}");
    assert_eq!(place.app_types(), ["gmail", "slack"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_any_more_stops_every_removal() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &[]), ("gmail", &[])]);
    let plan = place.plan().await;
    place.write_connector("other.jsonc", "{");
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["gmail failed", "slack failed"]);
    assert!(place.changes().is_empty());
}

#[tokio::test]
async fn an_old_plan_looks_again_before_it_removes() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &[]), ("gmail", &[])]);
    let mut plan = place.plan().await;
    plan.snapshot.at = 0;
    place.app(|app| app.connectors.remove("slack"));
    place.calls();
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["gmail removed", "slack removed"]);
    assert_eq!(place.changes(), ["DELETE gmail"]);
}

#[tokio::test]
async fn what_is_already_gone_is_removed() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &[])]);
    let plan = place.plan().await;
    place.app(|app| app.connectors.clear());
    let report = place.engine.push(&plan, &plan.removals(), &place.run).await.unwrap();
    assert_eq!(shown(&report.outcomes), ["slack removed"]);
}

#[tokio::test]
async fn another_users_connector_fails_with_their_address_and_is_remembered() {
    let place =
        Place::new(&[("slack.jsonc", &file("slack", &[])), ("gmail.jsonc", &file("gmail", &[]))]).await;
    place.app(|app| app.other_users.insert("slack".to_owned(), "bob@example.com".to_owned()));
    let report = place.push().await;
    assert_eq!(shown(&report.outcomes), ["gmail pending", "slack other-user"]);
    let OutcomeStatus::OtherUser { account, .. } = &report.outcomes[1].status else { panic!() };
    assert_eq!(account.as_deref(), Some("bob@example.com"));
    let known = place.engine.store().read();
    assert_eq!(known.failures["slack"].account.as_deref(), Some("bob@example.com"));
    let lines = report.summary_lines();
    assert_eq!(lines.last().unwrap(), "  Failed: slack - Slack User is already connected by bob@example.com");
}

#[tokio::test]
async fn stopped_it_sends_nothing_more_and_keeps_what_is_pending() {
    let files: Vec<(String, String)> =
        (0..20).map(|at| (format!("{at:02}.jsonc"), file(&format!("type{at:02}"), &[]))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let place = Place::new(&files).await;
    let plan = place.plan().await;
    let run = Run::default();
    let cancel = run.cancel.clone();
    let stop = connector_sync::Events::to(move |event| {
        if matches!(event, Event::Finished { .. }) {
            cancel.cancel();
        }
    });
    let run = Run { events: stop, ..run };
    let report = place.engine.push(&plan, &[], &run).await.unwrap();
    let unsent = report
        .outcomes
        .iter()
        .filter(|outcome| matches!(outcome.status, OutcomeStatus::Interrupted { sent: false }))
        .count();
    assert!(unsent >= 11, "{:?}", shown(&report.outcomes));
    let pending: Vec<String> = report.pending().into_iter().map(|pending| pending.type_name).collect();
    assert!(!pending.is_empty());
    // What was still being written down as the stop came may be there besides.
    let kept = place.pending();
    assert!(pending.iter().all(|name| kept.contains(name)), "{pending:?} of {kept:?}");
    let report = place.push().await;
    assert_eq!(report.pending().len(), 20);
}

#[tokio::test]
async fn a_call_under_way_when_stopped_may_have_been_taken() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &[]))]).await;
    let plan = place.plan().await;
    place.sandbox.set_latency(Duration::from_secs(60));
    let (engine, run, stop) = (place.engine.clone(), place.run.clone(), place.run.cancel.clone());
    let pushed = tokio::spawn(async move { engine.push(&plan, &[], &run).await });
    while !place.sandbox.requests().iter().any(|request| request.method == "PUT") {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    let report = pushed.await.unwrap().unwrap();
    assert!(matches!(report.outcomes[0].status, OutcomeStatus::Interrupted { sent: true }));
    assert_eq!(report.failed().len(), 1);
}

#[tokio::test]
async fn what_a_push_does_is_told_as_it_happens() {
    let place =
        Place::new(&[("slack.jsonc", &file("slack", &[])), ("gmail.jsonc", &file("gmail", &["a"]))]).await;
    place.app_has(&[("slack", &[])]);
    place.push().await;
    let events = place.events.lock().unwrap();
    let mut told: Vec<String> = events
        .iter()
        .map(|event| match event {
            Event::Planned { steps, .. } => format!("planned {}", steps.len()),
            Event::Started { type_name, action } => format!("started {type_name} {action:?}"),
            Event::Finished { outcome, total, .. } => format!("finished {} of {total}", outcome.type_name),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(told.remove(0), "planned 2");
    told.sort();
    assert_eq!(told, ["finished gmail of 2", "finished slack of 2", "started gmail Add"]);
    let json = serde_json::to_value(&events[0]).unwrap();
    assert_eq!(
        (&json["event"], &json["app"], &json["steps"][0]["type"]),
        (&"planned".into(), &APP.into(), &"gmail".into())
    );
}

#[tokio::test]
async fn a_status_tells_files_platform_and_pending_apart() {
    let place = Place::new(&[
        ("gmail.jsonc", &file("gmail", &["a"])),
        ("notion.jsonc", &file("notion", &[])),
        ("slack.jsonc", &file("slack", &["a"])),
    ])
    .await;
    place.push().await;
    place.app_has(&[("slack", &["b"]), ("linear", &[])]);
    place.app(|app| {
        app.connectors.insert(
            "gmail".to_owned(),
            Connector { status: "expired".to_owned(), ..Connector::active(&["a"]) },
        );
        app.consents.clear();
    });
    let report = place.engine.status(&place.local(), &place.run).await.unwrap();
    let states: Vec<String> = report
        .connectors
        .iter()
        .map(|row| format!("{} {}", row.type_name, row.status.state.as_str()))
        .collect();
    assert_eq!(states, ["gmail expired", "notion not-pushed", "slack scopes-differ", "linear remote-only"]);
    assert_eq!(report.account.as_deref(), Some("ada@example.com"));
}

/// The language server drives the engine on one thread, others on many: its futures have to go anywhere.
#[test]
fn every_operation_can_move_between_threads() {
    fn movable<T: Send>(_: impl FnOnce() -> T) {}
    fn check(engine: &connector_sync::Engine, run: &Run, opener: &dyn connector_sync::Opener) {
        movable(|| engine.snapshot(run));
        movable(|| engine.plan_push(&[], run));
        movable(|| engine.pending_for(&[], &[], run));
        movable(|| engine.authorize(&[], opener, run));
        movable(|| engine.plan_pull(run));
        movable(|| engine.status(&[], run));
    }
    fn check_more(
        engine: &connector_sync::Engine,
        plan: &connector_sync::Plan,
        local: &connector_model::load::LocalConnector,
        run: &Run,
        opener: &dyn connector_sync::Opener,
    ) {
        movable(|| engine.push(plan, &[], run));
        movable(|| engine.reconnect(local, opener, run));
    }
    let _ = (check, check_more);
}

#[tokio::test]
async fn a_clock_that_was_set_back_hides_nothing_that_the_platform_says() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    place.push().await;
    let ahead = u64::MAX - 1;
    place
        .engine
        .store()
        .update(|state| {
            state.snapshot.as_mut().unwrap().at = ahead;
            state.pending.values_mut().for_each(|pending| pending.since = ahead);
        })
        .unwrap();
    place.sandbox.approve_all();
    let report = place.push().await;
    assert_eq!(shown(&report.outcomes), ["slack synced"]);
    let known = place.engine.store().read();
    assert!(known.pending.is_empty() && known.snapshot.unwrap().at < ahead);
}

#[tokio::test]
async fn a_consent_that_is_given_between_two_answers_is_seen_in_both() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    place.push().await;
    place.sandbox.approve_all();
    let before = FaultAction::answer(200, "{\"integrations\":[]}");
    place.sandbox.inject(Fault::on("external-auth/list", before).times(1));
    let snapshot = place.engine.snapshot(&place.run).await.unwrap();
    assert!(snapshot.find("slack").is_some(), "what was given is not taken for never pushed: {snapshot:?}");
    assert!(place.pending().is_empty());
}

use super::*;
use crate::testing::*;

fn report() -> PushReport {
    let claim = SafeLink::new("https://dashboard.stripe.com/claim/1").ok();
    PushReport {
        outcomes: vec![
            Outcome::new("googlecalendar", OutcomeStatus::Synced),
            Outcome::new("slack", OutcomeStatus::Pending(pending("slack", &["a"]))),
            Outcome::new("notion", OutcomeStatus::Pending(pending("notion", &[]))),
            Outcome::failed("gmail", "Base44 refuses it"),
            Outcome::new("stripe", OutcomeStatus::Provisioned { claim }),
            Outcome::new("linear", OutcomeStatus::Removed),
        ],
        connectors_url: "https://app.base44.com/apps/app1/editor/workspace/app-connections".to_owned(),
        ..PushReport::default()
    }
}

#[test]
fn scripts_of_the_official_cli_find_its_shape_and_words() {
    let report = report().authorized(vec![
        Outcome::new("slack", OutcomeStatus::Added),
        Outcome::new("notion", OutcomeStatus::TimedOut),
    ]);
    assert_eq!(
        report.to_official_json(),
        json!({
            "results": [
                {"type": "googlecalendar", "action": "synced"},
                {"type": "slack", "action": "needs_oauth", "redirectUrl": "https://auth.base44.io/oauth/slack", "connectionId": "conn_slack"},
                {"type": "notion", "action": "needs_oauth", "redirectUrl": "https://auth.base44.io/oauth/notion", "connectionId": "conn_notion"},
                {"type": "gmail", "action": "error", "error": "Base44 refuses it"},
                {"type": "stripe", "action": "provisioned", "claimUrl": "https://dashboard.stripe.com/claim/1"},
                {"type": "linear", "action": "removed"},
            ],
            "oauth": {"slack": "ACTIVE", "notion": "PENDING"},
        })
    );
}

#[test]
fn what_was_offered_to_a_person_replaces_what_the_push_left() {
    let names = |outcomes: Vec<&Outcome>| {
        outcomes.iter().map(|outcome| outcome.type_name.clone()).collect::<Vec<_>>()
    };
    let before = report();
    assert_eq!((names(before.failed()), before.pending_count()), (strings(&["gmail"]), 2));
    let after = before.authorized(vec![
        Outcome::new("slack", OutcomeStatus::Denied),
        Outcome::new("notion", OutcomeStatus::Skipped),
    ]);
    assert_eq!((names(after.failed()), after.pending_count()), (strings(&["slack", "gmail"]), 1));
    assert!(after.pending().is_empty());
}

#[test]
fn an_outcome_as_json_has_its_type_and_status_once_and_what_is_to_be_known() {
    let lines: Vec<String> =
        report().outcomes.iter().map(|outcome| serde_json::to_string(outcome).unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

use std::collections::BTreeMap;

use connector_platform::RemoteConnector;

use super::*;
use crate::testing::*;

fn actions(
    connectors: &[LocalConnector],
    snapshot: &Snapshot,
    pending: &[PendingAuthorization],
) -> Vec<(String, Action)> {
    let pending: BTreeMap<String, PendingAuthorization> =
        pending.iter().map(|pending| (pending.type_name.clone(), pending.clone())).collect();
    steps(connectors, snapshot, &pending).into_iter().map(|step| (step.type_name, step.action)).collect()
}

fn one(local: LocalConnector, snapshot: &Snapshot, pending: &[PendingAuthorization]) -> Action {
    actions(&[local], snapshot, pending)[0].1
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        app: "app1".to_owned(),
        folder: "base44/connectors".to_owned(),
        steps,
        notes: Vec::new(),
        doubt: None,
        guarded: Vec::new(),
        mismatch: None,
        snapshot: snapshot(&[]),
        root: None,
    }
}

#[test]
fn what_is_active_with_the_same_scopes_needs_no_call() {
    let has = snapshot(&[remote("slack", "active", &["b", "a"])]);
    assert_eq!(one(local("slack", &["a", "b"]), &has, &[]), Action::Keep);
}

#[test]
fn other_scopes_are_an_update_that_says_both_directions() {
    let has = snapshot(&[remote("slack", "active", &["a", "b"])]);
    let step = &steps(&[local("slack", &["b", "c"])], &has, &BTreeMap::new())[0];
    assert_eq!(
        (step.action, &step.added, &step.removed),
        (Action::Update, &strings(&["c"]), &strings(&["a"]))
    );
}

#[test]
fn what_the_app_does_not_have_is_added() {
    assert_eq!(one(local("slack", &["a"]), &snapshot(&[]), &[]), Action::Add);
}

#[test]
fn what_lapsed_or_has_a_status_nobody_knows_is_authorized_again() {
    for status in ["expired", "disconnected", "paused"] {
        let has = snapshot(&[remote("slack", status, &["a"])]);
        assert_eq!(one(local("slack", &["a"]), &has, &[]), Action::Authorize, "{status}");
    }
}

#[test]
fn what_waits_for_exactly_this_is_not_asked_for_again() {
    let waits = [pending("slack", &["a"])];
    let step = |local: LocalConnector, has: &Snapshot| {
        let pending = waits.iter().map(|pending| (pending.type_name.clone(), pending.clone())).collect();
        steps(&[local], has, &pending).remove(0)
    };
    assert_eq!(step(local("slack", &["a"]), &snapshot(&[])).pending, Some(waits[0].clone()));
    let other_scopes = step(local("slack", &["a", "b"]), &snapshot(&[]));
    assert_eq!((other_scopes.action, other_scopes.pending), (Action::Add, None));
    let given = snapshot(&[remote("slack", "active", &["a"])]);
    assert_eq!(step(local("slack", &["a"]), &given).action, Action::Keep);
}

#[test]
fn files_come_in_their_order_and_removals_last() {
    let has =
        with_stripe(snapshot(&[remote("gmail", "active", &[]), remote("slack", "active", &["a"])]), None);
    let done = actions(&[local("slack", &["a"]), local("notion", &[])], &has, &[]);
    let expected = [
        ("slack", Action::Keep),
        ("notion", Action::Add),
        ("gmail", Action::Remove),
        ("stripe", Action::RemoveStripe),
    ];
    assert_eq!(done, expected.map(|(name, action)| (name.to_owned(), action)));
}

#[test]
fn stripe_is_provisioned_once_and_never_removed_on_a_guess() {
    let without = snapshot(&[]);
    let with = with_stripe(snapshot(&[]), None);
    let mut unknown = snapshot(&[]);
    unknown.stripe = None;
    assert_eq!(one(local("stripe", &[]), &without, &[]), Action::ProvisionStripe);
    assert_eq!(one(local("stripe", &[]), &with, &[]), Action::Keep);
    assert_eq!(one(local("stripe", &[]), &unknown, &[]), Action::Leave);
    assert_eq!(actions(&[], &unknown, &[]), []);
    assert_eq!(actions(&[], &with, &[]), [("stripe".to_owned(), Action::RemoveStripe)]);
}

#[test]
fn only_what_was_agreed_to_by_name_is_removed() {
    let has = snapshot(&[remote("gmail", "active", &[]), remote("slack", "active", &[])]);
    let plan = plan(steps(&[], &has, &BTreeMap::new()));
    assert_eq!(plan.removals(), ["gmail", "slack"]);
    assert_eq!(plan.check_consent(&strings(&["slack", "gmail"])), Ok(()));
    assert_eq!(plan.check_consent(&[]), Err(PushError::NotAgreed(strings(&["gmail", "slack"]))));
    assert_eq!(plan.check_consent(&strings(&["slack"])), Err(PushError::NotAgreed(strings(&["gmail"]))));
    let more = strings(&["gmail", "notion", "slack"]);
    assert_eq!(plan.check_consent(&more), Err(PushError::NotPlanned(strings(&["notion"]))));
    let rest = plan.without_removals();
    assert_eq!((rest.is_empty(), rest.check_consent(&[])), (true, Ok(())));
}

#[test]
fn a_plan_reads_as_text_and_as_json() {
    let has = with_stripe(
        snapshot(&[
            remote("googlecalendar", "active", &["a"]),
            remote("slack", "active", &["users:read"]),
            remote("gmail", "expired", &["a"]),
            remote("linear", "active", &["read"]),
        ]),
        None,
    );
    let local = [
        local("googlecalendar", &["a"]),
        local("slack", &["chat:write", "channels:read"]),
        local("notion", &[]),
        local("gmail", &["a"]),
    ];
    let mut plan = plan(steps(&local, &has, &BTreeMap::new()));
    plan.notes.push("Something else.".to_owned());
    insta::assert_snapshot!(plan.to_text());
    insta::assert_snapshot!(serde_json::to_string_pretty(&plan).unwrap());
}

#[test]
fn a_connector_whose_scopes_are_not_said_is_neither_in_sync_nor_removed_in_silence() {
    let unsaid = |name| RemoteConnector { scopes: None, ..remote(name, "active", &[]) };
    let has = snapshot(&[unsaid("slack"), unsaid("notion")]);
    let steps = steps(&[local("slack", &[])], &has, &BTreeMap::new());
    let said: Vec<_> =
        steps.iter().map(|step| (step.type_name.as_str(), step.action, step.why.as_deref())).collect();
    let why = Some(words::SCOPES_UNKNOWN);
    assert_eq!(said, [("slack", Action::Update, why), ("notion", Action::Remove, why)]);
}

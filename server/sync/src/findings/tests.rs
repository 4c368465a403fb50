use connector_model::checks::declared;
use connector_platform::AvailableType;
use connector_syntax::parse;

use super::*;
use crate::PendingAuthorization;
use crate::store::{Failure, FailureKind};
use crate::testing::*;

const SLACK: &str = "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat:write\", \"users:read\"]\n}\n";

fn findings(text: &str, known: &AppState) -> Vec<Finding> {
    let tree = parse(text);
    platform_findings(&tree, &declared(&tree), known)
}

/// Code, message, where, link and fixes, as one would read them.
fn shown(text: &str, known: &AppState) -> String {
    let tree = parse(text);
    let lines = findings(text, known).into_iter().map(|finding| {
        let fixes: Vec<String> =
            finding.fixes.iter().map(|fix| format!("  fix: {} {:?}", fix.title, fix.action)).collect();
        let link = if finding.link == finding.code.docs_url() { "" } else { &finding.link };
        format!(
            "{} at {}: {} {link}\n{}",
            finding.code.as_str(),
            tree.slice(finding.range).replace('\n', " "),
            finding.message,
            fixes.join("\n")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn failed(kind: FailureKind, reason: &str, account: Option<&str>) -> Failure {
    Failure {
        at: 1,
        kind,
        reason: reason.to_owned(),
        hint: None,
        account: account.map(str::to_owned),
        scopes: None,
    }
}

fn waiting(names: &[&str]) -> AppState {
    let mut known = known(snapshot(&[]));
    for name in names {
        let pending: PendingAuthorization = pending(name, &["chat:write", "users:read"]);
        known.pending.insert((*name).to_owned(), pending);
    }
    known
}

#[test]
fn nothing_is_said_before_the_platform_was_asked_or_when_all_is_well() {
    assert_eq!(findings(SLACK, &AppState::default()), []);
    let active = known(snapshot(&[remote("slack", "active", &["users:read", "chat:write"])]));
    assert_eq!(findings(SLACK, &active), []);
    assert_eq!(findings("{", &active), []);
}

#[test]
fn each_state_is_told_with_its_fix() {
    let mut all = Vec::new();
    all.push(shown(SLACK, &known(snapshot(&[]))));
    all.push(shown(SLACK, &waiting(&["slack"])));
    all.push(shown(SLACK, &waiting(&["notion", "slack"])));
    for status in ["expired", "disconnected"] {
        all.push(shown(SLACK, &known(snapshot(&[remote("slack", status, &[])]))));
    }
    all.push(shown(SLACK, &known(snapshot(&[remote("slack", "active", &["chat:write", "files:read"])]))));
    for (kind, reason, account) in [
        (FailureKind::Denied, "authorization failed", None),
        (FailureKind::OtherUser, "Slack is already connected by bob@example.com", Some("bob@example.com")),
        (FailureKind::Push, "the platform refuses the scope x", None),
    ] {
        let mut known = known(snapshot(&[]));
        known.failures.insert("slack".to_owned(), failed(kind, reason, account));
        all.push(shown(SLACK, &known));
    }
    let stripe = with_stripe(snapshot(&[]), Some("https://dashboard.stripe.com/claim/1"));
    all.push(shown("{type: 'stripe'}", &known(stripe)));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_pending_authorization_links_to_where_it_is_given() {
    let finding = &findings(SLACK, &waiting(&["slack"]))[0];
    assert_eq!(finding.link, "https://auth.base44.io/oauth/slack");
}

#[test]
fn a_file_that_was_edited_since_is_no_longer_pending() {
    let text = SLACK.replace("users:read", "files:read");
    assert_eq!(findings(&text, &waiting(&["slack"]))[0].code, Code::NotPushed);
}

#[test]
fn a_file_that_was_edited_since_is_not_what_failed() {
    let mut known = known(snapshot(&[]));
    let mut failure = failed(FailureKind::Push, "there is no scope x", None);
    failure.scopes = Some(strings(&["x"]));
    known.failures.insert("slack".to_owned(), failure);
    assert_eq!(findings(SLACK, &known)[0].code, Code::NotPushed);
    assert_eq!(findings("{type: 'slack', scopes: ['x']}", &known)[0].code, Code::PushFailed);
}

#[test]
fn a_failure_is_over_once_the_platform_has_what_the_file_says() {
    let mut known = known(snapshot(&[remote("slack", "active", &["chat:write", "users:read"])]));
    known.failures.insert("slack".to_owned(), failed(FailureKind::Push, "no connection", None));
    assert_eq!(findings(SLACK, &known), []);
}

#[test]
fn a_type_that_the_platform_does_not_offer_is_told_with_what_was_meant() {
    let offered = |name: &str| AvailableType {
        type_name: name.to_owned(),
        display_name: String::new(),
        description: String::new(),
        fields: Vec::new(),
    };
    let mut known = known(snapshot(&[remote("mine", "active", &[])]));
    known.snapshot.as_mut().unwrap().available = Some(vec![offered("slack"), offered("notion")]);
    let unavailable = |text: &str| {
        let found = findings(text, &known).into_iter().find(|finding| finding.code == Code::UnavailableType);
        found.map(|finding| {
            (finding.message, finding.fixes.into_iter().map(|fix| fix.title).collect::<Vec<_>>())
        })
    };
    let said = "The platform does not offer a connector `slak`. Did you mean `slack`?".to_owned();
    assert_eq!(unavailable("{type: 'slak'}"), Some((said, vec!["Change to `slack`".to_owned()])));
    assert_eq!(unavailable("{type: 'stripe'}"), None);
    assert_eq!(unavailable("{type: 'slack'}"), None);
    assert_eq!(unavailable("{type: 'mine'}"), None);
}

#[test]
fn what_a_push_would_remove_is_told_on_the_project() {
    let known =
        known(with_stripe(snapshot(&[remote("slack", "active", &[]), remote("gmail", "active", &[])]), None));
    let told: Vec<(Code, String)> = project_findings(&["slack"], &known)
        .into_iter()
        .map(|finding| (finding.code, finding.message))
        .collect();
    let message = |name: &str| {
        format!("The app has the connector `{name}`, and no file declares it: a push would remove it.")
    };
    assert_eq!(told, [(Code::RemovedOnPush, message("gmail")), (Code::RemovedOnPush, message("stripe"))]);
}

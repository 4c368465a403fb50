use connector_syntax::parse;

use super::*;
use crate::facts::{AppFacts, FailureFact, FailureKind, KnownTypes};
use crate::state::tests::{FOLDER, app, pending, remote, state, with_stripe};

const SLACK: &str = "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat:write\", \"users:read\"]\n}\n";

/// What is said of a connector file of this text because of what the platform said.
fn findings(text: &str, known: &Facts) -> Vec<Finding> {
    let mut state = state(&[("slack.jsonc", text)]);
    state.set_facts(std::sync::Arc::new(known.clone()));
    let path = std::path::Path::new(FOLDER).join("slack.jsonc");
    let all = state.shown(&path).into_iter().map(std::borrow::Cow::into_owned);
    all.filter(|finding| finding.code.is_from_platform()).collect()
}

fn known(app: AppFacts) -> Facts {
    Facts { app: Some(app), ..Facts::default() }
}

/// Code, message, where, link and fixes, as one would read them.
fn shown(text: &str, known: &Facts) -> String {
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

fn failed(kind: FailureKind, reason: &str, account: Option<&str>) -> FailureFact {
    FailureFact { kind, reason: reason.to_owned(), account: account.map(str::to_owned), scopes: None }
}

fn waiting(names: &[&str]) -> Facts {
    let mut known = known(app(&[]));
    for name in names {
        known.pending.insert((*name).to_owned(), pending(name, &["chat:write", "users:read"]));
    }
    known
}

#[test]
fn nothing_is_said_before_the_platform_was_asked_or_when_all_is_well() {
    assert_eq!(findings(SLACK, &Facts::default()), []);
    let active = known(app(&[remote("slack", "active", &["users:read", "chat:write"])]));
    assert_eq!(findings(SLACK, &active), []);
    assert_eq!(findings("{", &active), []);
}

#[test]
fn each_state_is_told_with_its_fix() {
    let mut all = Vec::new();
    all.push(shown(SLACK, &known(app(&[]))));
    all.push(shown(SLACK, &waiting(&["slack"])));
    all.push(shown(SLACK, &waiting(&["notion", "slack"])));
    for status in ["expired", "disconnected"] {
        all.push(shown(SLACK, &known(app(&[remote("slack", status, &[])]))));
    }
    all.push(shown(SLACK, &known(app(&[remote("slack", "active", &["chat:write", "files:read"])]))));
    for (kind, reason, account) in [
        (FailureKind::Denied, "authorization failed", None),
        (FailureKind::OtherUser, "Slack is already connected by bob@example.com", Some("bob@example.com")),
        (FailureKind::Push, "the platform refuses the scope x", None),
    ] {
        let mut known = known(app(&[]));
        known.failures.insert("slack".to_owned(), failed(kind, reason, account));
        all.push(shown(SLACK, &known));
    }
    let stripe = with_stripe(app(&[]), Some("https://dashboard.stripe.com/claim/1"));
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
    let mut known = known(app(&[]));
    let mut failure = failed(FailureKind::Push, "there is no scope x", None);
    failure.scopes = Some(vec!["x".to_owned()]);
    known.failures.insert("slack".to_owned(), failure);
    assert_eq!(findings(SLACK, &known)[0].code, Code::NotPushed);
    assert_eq!(findings("{type: 'slack', scopes: ['x']}", &known)[0].code, Code::PushFailed);
}

#[test]
fn a_failure_is_over_once_the_platform_has_what_the_file_says() {
    let mut known = known(app(&[remote("slack", "active", &["chat:write", "users:read"])]));
    known.failures.insert("slack".to_owned(), failed(FailureKind::Push, "no connection", None));
    assert_eq!(findings(SLACK, &known), []);
}

#[test]
fn a_type_that_the_platform_does_not_offer_is_told_with_what_was_meant() {
    let mut app = app(&[remote("mine", "active", &[])]);
    app.offered = Some(KnownTypes { names: vec!["slack".to_owned(), "acme_pay".to_owned()] });
    let known = known(app);
    let unavailable = |text: &str| {
        let found = findings(text, &known).into_iter().find(|finding| finding.code == Code::UnavailableType);
        found.map(|finding| {
            (finding.message, finding.fixes.into_iter().map(|fix| fix.title).collect::<Vec<_>>())
        })
    };
    let said = "Base44 does not offer Notion (`notion`) to this app.".to_owned();
    assert_eq!(unavailable("{type: 'notion'}"), Some((said, Vec::new())));
    let said = "Base44 lists no type `inventory`, so a push of it may fail.".to_owned();
    assert_eq!(unavailable("{type: 'inventory'}"), Some((said, Vec::new())));
    assert_eq!(unavailable("{type: 'stripe'}"), None);
    assert_eq!(unavailable("{type: 'slack'}"), None);
    assert_eq!(unavailable("{type: 'mine'}"), None);
}

#[test]
fn what_a_push_would_remove_is_told_on_the_project() {
    let known =
        known(with_stripe(app(&[remote("slack", "active", &[]), remote("gmail", "active", &[])]), None));
    let mut state = state(&[("slack.jsonc", "{type: 'slack'}")]);
    let config = state.project().config_path.clone().unwrap();
    assert!(state.set_facts(std::sync::Arc::new(known)).contains(&config));
    let told: Vec<(Code, String)> =
        state.shown(&config).iter().map(|finding| (finding.code, finding.message.clone())).collect();
    let message = |name: &str| format!("A push would remove {name} from the app: no file declares it.");
    assert_eq!(told, [(Code::RemovedOnPush, message("Gmail")), (Code::RemovedOnPush, message("Stripe"))]);
}

#[test]
fn of_many_connectors_that_a_push_would_remove_some_are_named_and_the_rest_is_counted() {
    let names: Vec<String> = (0..300).map(|at| format!("service{at}")).collect();
    let told = |count: usize| {
        let remotes: Vec<_> = names[..count].iter().map(|name| remote(name, "active", &[])).collect();
        let mut state = state(&[]);
        state.set_facts(std::sync::Arc::new(known(app(&remotes))));
        let config = state.project().config_path.clone().unwrap();
        state.shown(&config).iter().map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(8).len(), 8);
    let of_many = told(300);
    assert_eq!(of_many.len(), 8);
    assert_eq!(
        of_many.last().map(String::as_str),
        Some("A push would remove 293 more connectors from the app: no files declare them.")
    );
}

#[test]
fn of_many_that_a_push_would_remove_those_that_code_uses_are_named() {
    let names: Vec<String> = (0..20).map(|at| format!("service{at}")).collect();
    let users = ["daily".to_owned()];
    let removed = |name: &'_ str| if name == "service19" { &users[..] } else { &[] };
    let all = names.iter().map(|name| (name.as_str(), removed(name))).collect();
    let found = super::removed_on_push(all);
    assert!(found[0].message.ends_with("Used by: daily."), "{}", found[0].message);
    assert!(found.last().is_some_and(|finding| finding.message.contains("13 more connectors")));
}

#[test]
fn a_mistake_of_the_files_own_is_the_one_thing_said() {
    let mut offered = app(&[]);
    offered.offered = Some(KnownTypes { names: vec!["hubspot".to_owned(), "slack".to_owned()] });
    for text in ["{\"type\": \"hubspott\"}", "{\"type\": \"\"}", "{\"type\": \"slack\", \"scopes\": 5}"] {
        let mut state = state(&[("slack.jsonc", text)]);
        state.set_facts(std::sync::Arc::new(known(offered.clone())));
        let path = std::path::Path::new(FOLDER).join("slack.jsonc");
        let codes: Vec<Code> = state.all(&path).iter().map(|finding| finding.code).collect();
        assert!(!codes.contains(&Code::NotPushed), "{text}: {codes:?}");
        assert!(codes.iter().any(|code| *code != Code::FileName), "{text}: {codes:?}");
    }
}

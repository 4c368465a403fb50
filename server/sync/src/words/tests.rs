use connector_platform::SafeLink;

use super::*;
use crate::testing::*;
use crate::{Outcome, StatusReport};

fn report(outcomes: Vec<Outcome>) -> PushReport {
    PushReport {
        outcomes,
        connectors_url: "https://app.base44.com/apps/app1/editor/workspace/app-connections".to_owned(),
        ..PushReport::default()
    }
}

#[test]
fn the_found_line_keeps_its_plural() {
    assert_eq!(found(&["googlecalendar", "slack"]), "Found 2 connectors to push: googlecalendar, slack");
    assert_eq!(found(&["googlecalendar"]), "Found 1 connectors to push: googlecalendar");
    assert_eq!(found(&[]), "No local connectors found - checking for remote connectors to remove");
}

#[test]
fn links_are_listed_to_be_copied() {
    let lines = requires_authorization(&[pending("slack", &[]), pending("notion", &[])], str::to_owned);
    assert_eq!(
        lines,
        [
            "2 connector(s) require authorization in your browser:",
            "  slack: https://auth.base44.io/oauth/slack",
            "  notion: https://auth.base44.io/oauth/notion",
        ]
    );
}

#[test]
fn a_summary_has_its_blocks_in_their_order() {
    let claim = SafeLink::new("https://dashboard.stripe.com/claim/1").ok();
    let report = report(vec![
        Outcome::failed("gmail", "Base44 refuses it"),
        Outcome::new("googlecalendar", OutcomeStatus::Synced),
        Outcome::new("stripe", OutcomeStatus::Provisioned { claim }),
        Outcome::new("slack", OutcomeStatus::Added),
        Outcome::new("notion", OutcomeStatus::Synced),
        Outcome::new("linear", OutcomeStatus::Removed),
        Outcome::new("github", OutcomeStatus::Skipped),
        Outcome::new("dropbox", OutcomeStatus::TimedOut),
        Outcome::new("box", OutcomeStatus::Denied),
        Outcome::new("wrike", OutcomeStatus::Pending(pending("wrike", &[]))),
        Outcome::new("hubspot", OutcomeStatus::Interrupted { sent: true }),
        Outcome::new("wix", OutcomeStatus::Interrupted { sent: false }),
        Outcome::new(
            "linkedin",
            OutcomeStatus::OtherUser {
                account: None,
                reason: "Already connected by bob@example.com".to_owned(),
            },
        ),
    ]);
    insta::assert_snapshot!(report.summary_lines().join("\n"));
    insta::assert_snapshot!(summary_sentence(&report));
}

#[test]
fn a_push_of_nothing_has_no_summary() {
    assert!(summary(&report(Vec::new())).is_empty());
    assert_eq!(summary_sentence(&report(Vec::new())), "There was nothing to push");
}

#[test]
fn how_an_authorization_ended_is_told_with_what_to_do() {
    let ends = [
        OutcomeStatus::Added,
        OutcomeStatus::Skipped,
        OutcomeStatus::TimedOut,
        OutcomeStatus::Denied,
        OutcomeStatus::Failed { reason: "no connection".to_owned(), hint: None, error: None },
        OutcomeStatus::Pending(pending("slack", &[])),
    ];
    let lines: Vec<String> = ends.iter().map(|status| authorized("slack", status)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_pull_says_what_it_did() {
    let report = PullReport {
        folder: "base44/connectors".to_owned(),
        pulled: 2,
        written: strings(&["googlecalendar", "slack"]),
        deleted: strings(&["notion"]),
        ..PullReport::default()
    };
    assert_eq!(
        pulled(&report),
        ["Written: googlecalendar, slack", "Deleted: notion", "Pulled 2 connectors to base44/connectors"]
    );
    assert_eq!(pulled(&PullReport::default()), ["All connectors are already up to date"]);
}

/// A plan that removes these, each with the functions that use it.
fn removing(removed: &[(&str, &[&str])]) -> Plan {
    let has: Vec<_> = removed.iter().map(|(name, _)| remote(name, "active", &[])).collect();
    let snapshot = snapshot(&has);
    let mut steps = crate::plan::steps(&[], &snapshot, &std::collections::BTreeMap::new());
    for (step, (_, used_by)) in steps.iter_mut().zip(removed) {
        step.used_by = strings(used_by);
    }
    Plan {
        app: "app1".to_owned(),
        folder: "base44/connectors".to_owned(),
        guarded: crate::plan::guarded(&steps, &snapshot),
        steps,
        notes: Vec::new(),
        doubt: None,
        mismatch: None,
        snapshot,
        root: None,
    }
}

#[test]
fn removals_are_asked_for_by_name() {
    assert_eq!(
        removal_question(&removing(&[("gmail", &[]), ("slack", &[]), ("notion", &[])])),
        "Remove gmail, slack and notion from the app? Its users lose what is connected there."
    );
    assert_eq!(
        removal_question(&removing(&[("gmail", &[])])),
        "Remove gmail from the app? Its users lose what is connected there."
    );
}

#[test]
fn what_code_uses_is_said_with_its_functions() {
    let plan = removing(&[("gmail", &[]), ("slack", &["notify", "sendDigest"])]);
    assert_eq!(
        removal_question(&plan),
        "Remove gmail and slack from the app? Its users lose what is connected there. slack: used by notify, sendDigest."
    );
    assert!(plan.to_text().contains("remove    slack  used by notify, sendDigest\n"), "{}", plan.to_text());
    let named = plan.guarded_but(&[]);
    assert_eq!(
        guarded_refusal(&named),
        "remove slack from the app, and notify and sendDigest use it. Agree to that by name, with --remove slack, or write the files with 'base44-connectors pull' to keep what is used."
    );
    assert!(plan.asked_again().next().is_none(), "the question says it already");
    assert!(plan.guarded_but(&strings(&["slack"])).is_empty());
    let two = removing(&[("gmail", &["a"]), ("slack", &["b"])]);
    insta::assert_snapshot!(guarded_refusal(&two.guarded_but(&[])));
}

#[test]
fn a_status_is_a_table() {
    let mut known = known(with_stripe(
        snapshot(&[
            remote("googlecalendar", "active", &["a"]),
            remote("gmail", "expired", &["a"]),
            remote("linear", "active", &["read"]),
            remote("hubspot", "paused", &[]),
        ]),
        Some("https://dashboard.stripe.com/claim/1"),
    ));
    known.pending.insert("slack".to_owned(), pending("slack", &["a"]));
    let local = [
        local("googlecalendar", &["a"]),
        local("slack", &["a"]),
        local("gmail", &["a"]),
        local("notion", &[]),
        local("stripe", &[]),
        local("hubspot", &[]),
    ];
    let (_folder, project) = project(&[]);
    let mut project = project;
    project.root = "/project".into();
    let report = StatusReport {
        app: "app1".to_owned(),
        platform: "https://app.base44.com".to_owned(),
        account: Some("ada@example.com".to_owned()),
        folder: "base44/connectors".to_owned(),
        at: Some(1_000),
        connectors: crate::status::rows(&project, &local, &known),
        unreadable: 0,
        has_more: false,
    };
    assert_eq!(report.pending(), 1);
    let mut report = report;
    for row in report.connectors.iter_mut().filter(|row| row.path.is_none()) {
        row.used_by = strings(&["sendDigest"]);
    }
    insta::assert_snapshot!(status(&report));
    insta::assert_snapshot!(serde_json::to_string_pretty(&report.connectors[1]).unwrap());
}

#[test]
fn ten_thousand_names_are_one_line_that_can_be_read() {
    let names: Vec<String> = (0..10_000).map(|number| format!("type-{number}")).collect();
    assert_eq!(few(&names[..2]), "type-0, type-1");
    assert!(few(&names[..11]).ends_with("type-9, type-10"), "one more is not worth counting");
    let said = few(&names);
    assert!(said.ends_with("type-9 and 9990 more") && said.len() < 200, "{said}");
    let removed: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
    let question = removal_question(&removing(&removed));
    assert!(question.starts_with("Remove type-0, ") && question.len() < 300, "{question}");
    let refused = crate::PushError::NotAgreed(names).to_string();
    assert!(refused.contains("9990 more") && refused.len() < 300, "{refused}");
}

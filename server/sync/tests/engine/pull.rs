use connector_sandbox::{Connector, StripeMode};
use connector_sync::PullError;

use crate::places::*;

#[tokio::test]
async fn a_pull_writes_what_the_app_has_and_a_push_after_it_changes_nothing() {
    let place = Place::new(&[]).await;
    place.app_has(&[("slack", &["chat:write"]), ("notion", &[])]);
    place.app(|app| app.stripe = Some(StripeMode::Sandbox));
    let plan = place.engine.plan_pull(&place.run).await.unwrap();
    let report = place.engine.pull(&plan, &[]);
    assert_eq!(
        report.lines(),
        ["Written: notion, slack, stripe", "Pulled 3 connectors to base44/connectors"]
    );
    assert!(place.plan().await.is_empty());
    assert!(place.changes().is_empty());
    assert!(place.engine.plan_pull(&place.run).await.unwrap().is_empty());
}

#[tokio::test]
async fn changes_on_the_platform_are_taken_unasked_and_changes_in_the_file_are_not_lost() {
    let place =
        Place::new(&[("slack.jsonc", "{\n  // Ours.\n  type: 'slack',\n  scopes: ['a', 'b'],\n}\n")]).await;
    place.app_has(&[("slack", &["a", "b"])]);
    place.push().await;
    place.app(|app| app.connectors.insert("slack".to_owned(), Connector::active(&["a", "c"])));
    let plan = place.engine.plan_pull(&place.run).await.unwrap();
    assert!(plan.questions().is_empty());
    assert_eq!(place.engine.pull(&plan, &[]).written, ["slack"]);
    assert_eq!(
        place.read_connector("slack.jsonc"),
        "{\n  // Ours.\n  type: 'slack',\n  scopes: ['a', 'c'],\n}\n"
    );

    place.write_connector("slack.jsonc", file("slack", &["a", "mine"]));
    let plan = place.engine.plan_pull(&place.run).await.unwrap();
    assert_eq!(plan.questions().len(), 1);
    assert_eq!(place.engine.pull(&plan, &[]).kept, ["slack"]);
    assert_eq!(place.read_connector("slack.jsonc"), file("slack", &["a", "mine"]));
}

#[tokio::test]
async fn a_file_that_waits_for_its_authorization_is_not_deleted() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    place.push().await;
    let plan = place.engine.plan_pull(&place.run).await.unwrap();
    assert!(plan.is_empty(), "{}", plan.to_text());
}

#[tokio::test]
async fn scopes_that_wait_or_were_refused_are_not_overwritten_unasked() {
    let place = Place::new(&[("slack.jsonc", &file("slack", &["a"]))]).await;
    place.app_has(&[("slack", &["a"])]);
    place.push().await;
    place.write_connector("slack.jsonc", file("slack", &["a", "b"]));
    let pending = place.push().await.pending().remove(0);
    assert!(place.engine.plan_pull(&place.run).await.unwrap().is_empty());
    place.sandbox.deny(pending.connection_id.as_deref().unwrap());
    let plan = place.engine.plan_pull(&place.run).await.unwrap();
    assert_eq!(plan.questions().len(), 1);
    let state = place
        .engine
        .known_status(&place.local(), &place.engine.store().read())
        .connectors
        .remove(0)
        .status
        .state;
    assert_eq!(state.as_str(), "authorization-failed");
}

#[tokio::test]
async fn one_broken_file_stops_it_and_names_it() {
    let place = Place::new(&[("slack.jsonc", "{type: 'slack'")]).await;
    place.app_has(&[("gmail", &[])]);
    let error = place.engine.plan_pull(&place.run).await.unwrap_err();
    assert!(matches!(&error, PullError::Files(_)));
    assert!(
        error.to_string().starts_with("Nothing was pulled: correct base44/connectors/slack.jsonc first."),
        "{error}"
    );
}

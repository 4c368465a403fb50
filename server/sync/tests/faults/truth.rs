//! What has to be so, whatever happened.

use std::collections::BTreeMap;

use connector_sandbox::ConsentStatus;
use connector_sync::{OutcomeStatus, PushReport, words};
use serde_json::Value;

use crate::world::{APP, Actor, FILES, World};

/// No connector with a file was removed from the app, and the login is whole.
pub(crate) fn nothing_is_lost(world: &World, case: &str) {
    for name in ["gmail", "googledrive", "slack"] {
        assert!(world.has(name), "{case}: {name} has a file and was removed");
    }
    let login = std::fs::read(world.login_path()).unwrap();
    let login: Value = serde_json::from_slice(&login).unwrap_or_else(|error| panic!("{case}: {error}"));
    for field in ["accessToken", "refreshToken", "email", "name"] {
        assert!(login[field].as_str().is_some_and(|text| !text.is_empty()), "{case}: {field} is lost");
    }
    assert!(login["expiresAt"].is_u64(), "{case}");
    let halves = std::fs::read_dir(world.login_path().parent().unwrap()).unwrap().map(|entry| entry.unwrap());
    let halves: Vec<_> = halves
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !["auth.json", "auth.json.lock"].contains(&name.as_str()))
        .collect();
    assert!(halves.is_empty(), "{case}: {halves:?} is left beside the login");
}

/// The files are what they were.
pub(crate) fn files_are(world: &World, before: &BTreeMap<String, String>, case: &str) {
    assert_eq!(&world.connector_files(), before, "{case}: files changed");
}

/// Text for people is one line, without secrets or what a terminal would act on.
pub(crate) fn is_fit_to_show(text: &str, world: &World, case: &str) {
    assert!(!text.trim().is_empty(), "{case}: says nothing");
    assert!(!text.chars().any(char::is_control), "{case}: {text:?}");
    for secret in [&world.login.access_token, &world.login.refresh_token] {
        assert!(!text.contains(secret.as_str()), "{case}: a secret is shown");
    }
}

/// Each outcome is what the platform has. `blind`: it could not be asked afterwards.
pub(crate) fn the_summary_is_true(world: &World, report: &PushReport, blind: bool, case: &str) {
    for outcome in report.final_outcomes() {
        let name = outcome.type_name.as_str();
        let of = format!("{case}: {name} is told as {}", outcome.status.as_str());
        let stripe = name == "stripe";
        match &outcome.status {
            OutcomeStatus::Provisioned { .. } => assert!(stripe && world.has_stripe(), "{of}"),
            OutcomeStatus::Synced if stripe => assert!(world.has_stripe(), "{of}"),
            OutcomeStatus::Synced | OutcomeStatus::Added => assert!(world.is_as_file(name), "{of}"),
            OutcomeStatus::Removed if stripe => assert!(!world.has_stripe(), "{of}"),
            OutcomeStatus::Removed => assert!(!world.has(name), "{of}"),
            OutcomeStatus::Pending(pending) => {
                let id = pending.connection_id.as_deref().unwrap_or_default();
                let waits = world.sandbox.with_state(|state| {
                    let consent = state.app(APP).consents.get(id);
                    consent.is_some_and(|consent| consent.status != ConsentStatus::Failed)
                });
                assert!(waits, "{of}");
            }
            OutcomeStatus::Failed { reason, error, .. } => {
                is_fit_to_show(reason, world, &of);
                let has_file = FILES.iter().any(|(known, _)| *known == name);
                let removal = if stripe { world.removes_stripe } else { !has_file };
                let taken = match (stripe, removal) {
                    (true, true) => !world.has_stripe(),
                    (true, false) => world.has_stripe(),
                    (false, true) => !world.has(name),
                    (false, false) => world.is_as_file(name),
                };
                let untold = words::cannot_be_told("");
                let says_so = reason.ends_with(untold.trim_start_matches(';').trim());
                // An authorization whose state could not be asked for may have been given.
                let authorizing = report.authorized.iter().any(|later| later.type_name == name);
                assert!(!taken || blind || says_so || authorizing, "{of} ({reason}), and it was done");
                if let Some(error) = error {
                    is_fit_to_show(&error.to_string(), world, &of);
                    is_fit_to_show(error.hint(), world, &of);
                }
            }
            OutcomeStatus::TimedOut | OutcomeStatus::Skipped => {}
            other => panic!("{of}: {other:?}"),
        }
    }
    for line in report.summary_lines() {
        is_fit_to_show(&line, world, case);
    }
}

/// Whatever a person still has to authorize is known to the next process.
pub(crate) fn pending_is_known(actor: &Actor, report: &PushReport, case: &str) {
    let known = actor.engine.store().read().pending;
    for outcome in report.final_outcomes() {
        let unsettled = outcome.is_pending()
            || (matches!(outcome.status, OutcomeStatus::Failed { .. })
                && report
                    .outcomes
                    .iter()
                    .any(|earlier| earlier.type_name == outcome.type_name && earlier.is_pending()));
        assert!(
            !unsettled || known.contains_key(&outcome.type_name),
            "{case}: {} waits ({}), and that is forgotten",
            outcome.type_name,
            outcome.status.as_str()
        );
    }
}

/// Whether the platform gave the login a successor that is not in the file.
pub(crate) fn is_spent(world: &World) -> bool {
    let login: Value = serde_json::from_slice(&std::fs::read(world.login_path()).unwrap()).unwrap();
    let refresh = login["refreshToken"].as_str().unwrap().to_owned();
    !world.sandbox.with_state(|state| state.refresh_tokens.contains(&refresh))
}

/// With the platform well again, another push and a person who agrees bring the app to what the files say.
pub(crate) async fn a_second_push_completes_the_job(world: &World, case: &str) -> bool {
    world.sandbox.clear_faults();
    let spent = is_spent(world);
    if spent {
        // Its answer was lost for good: nobody can do better than sign in again.
        world.sign_in(&world.sandbox.add_login());
    }
    let actor = world.actor("60");
    let report = actor.push().await.unwrap_or_else(|error| panic!("{case}: second push: {error}"));
    let report = actor.authorize(report, &world.sandbox.handle()).await;
    let failed: Vec<_> =
        report.failed().iter().map(|outcome| (outcome.type_name.clone(), outcome.failure())).collect();
    assert!(failed.is_empty(), "{case}: second push: {failed:?}");
    for (name, _) in FILES {
        assert!(world.is_as_file(name), "{case}: {name} is not as its file after a second push");
    }
    assert!(!world.has("hubspot"), "{case}: hubspot is still there after a second push");
    assert_eq!(world.has_stripe(), !world.removes_stripe, "{case}: Stripe after a second push");
    assert!(actor.engine.store().read().pending.is_empty(), "{case}: nothing is pending any more");
    let plan = actor.engine.plan_push(&actor.connectors(), &connector_sync::Run::silent()).await.unwrap();
    assert!(plan.is_empty(), "{case}: a third push has something to do: {}", plan.to_text());
    spent
}

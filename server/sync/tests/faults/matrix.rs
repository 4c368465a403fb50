//! The matrix.

use std::sync::Arc;

use connector_sync::Run;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::troubles::{
    Call, INSTALL, LIST, REMOVE, SET_KNOWN, SET_NEW, SET_WIDER, STATUS, STRIPE_REMOVE, STRIPE_STATUS, TOKEN,
    Trouble, all,
};
use crate::truth::{
    a_second_push_completes_the_job, files_are, is_fit_to_show, nothing_is_lost, pending_is_known,
    the_summary_is_true,
};
use crate::world::{Actor, World};

/// So many worlds are under way at once: most of the time they wait.
const AT_ONCE: usize = 48;

/// A client that waits is given up on soon where the trouble is that nothing comes.
fn timeout(trouble: &Trouble) -> &'static str {
    if trouble.waits { "1" } else { "30" }
}

/// Runs a case for each call and trouble; says how many there were.
async fn cross<F, R>(name: &str, calls: &[Call], case: F)
where
    F: Fn(Call, Trouble) -> R,
    R: Future<Output = bool> + Send + 'static,
{
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for call in calls {
        for trouble in all() {
            let (case, turns) = (case(*call, trouble), turns.clone());
            running.spawn(async move {
                let _turn = turns.acquire().await.unwrap();
                case.await
            });
        }
    }
    let (mut count, mut spent) = (0, 0);
    while let Some(result) = running.join_next().await {
        count += 1;
        spent += u32::from(result.unwrap());
    }
    crate::sum_up(&format!(
        "{name}: {count} cases ({} calls, {} troubles); in {spent} the platform lost the login's successor",
        calls.len(),
        all().len()
    ));
}

async fn push_case(call: Call, trouble: Trouble, removes_stripe: bool) -> bool {
    let case = format!("push, {}: {}", call.name, trouble.name);
    let world = World::new(removes_stripe).await;
    let before = world.connector_files();
    let actor = world.actor(timeout(&trouble));
    if call == TOKEN {
        world.sandbox.expire_tokens();
    }
    trouble.befall(call, &world.sandbox);
    match actor.push().await {
        Ok(report) => {
            let report = actor.authorize(report, &world.sandbox.handle()).await;
            let blind = [LIST, STRIPE_STATUS, TOKEN].contains(&call) || trouble.name == "down from then on";
            the_summary_is_true(&world, &report, blind, &case);
            pending_is_known(&actor, &report, &case);
        }
        Err(error) => {
            assert!([LIST, TOKEN].contains(&call), "{case}: {error}");
            is_fit_to_show(&error.to_string(), &world, &case);
            is_fit_to_show(error.hint(), &world, &case);
            let changes = world.sandbox.requests().into_iter().filter(|record| record.method != "GET");
            let changes: Vec<_> = changes.filter(|record| !record.path.starts_with("/oauth")).collect();
            assert!(changes.is_empty(), "{case}: nothing may be sent without a list");
        }
    }
    actor.engine.platform().settle().await;
    nothing_is_lost(&world, &case);
    files_are(&world, &before, &case);
    a_second_push_completes_the_job(&world, &case).await
}

#[tokio::test]
async fn a_push_survives_everything() {
    let calls = [LIST, STRIPE_STATUS, SET_KNOWN, SET_WIDER, SET_NEW, REMOVE, INSTALL, STATUS, TOKEN];
    cross("push", &calls, |call, trouble| push_case(call, trouble, false)).await;
}

#[tokio::test]
async fn a_push_that_removes_stripe_survives_everything() {
    cross("push without Stripe", &[STRIPE_REMOVE, STRIPE_STATUS, LIST], |call, trouble| {
        push_case(call, trouble, true)
    })
    .await;
}

async fn authorize_case(call: Call, trouble: Trouble) -> bool {
    let case = format!("authorize, {}: {}", call.name, trouble.name);
    let world = World::new(false).await;
    let before = world.connector_files();
    let report = world.actor("60").push().await.unwrap();
    assert_eq!(report.pending().len(), 2, "{case}");

    // Another process takes it up.
    let actor = world.actor(timeout(&trouble));
    if call == TOKEN {
        world.sandbox.expire_tokens();
    }
    trouble.befall(call, &world.sandbox);
    let run = Run::silent();
    let prepared = actor.engine.pending_for(&[], &actor.connectors(), &run).await;
    let person = crate::world::Agreeing(world.sandbox.handle());
    let outcomes = actor.engine.authorize(&prepared.pending, &person, &run).await;
    let report = report.authorized(prepared.outcomes).authorized(outcomes);
    the_summary_is_true(&world, &report, true, &case);
    pending_is_known(&actor, &report, &case);
    actor.engine.platform().settle().await;
    nothing_is_lost(&world, &case);
    files_are(&world, &before, &case);
    a_second_push_completes_the_job(&world, &case).await
}

#[tokio::test]
async fn an_authorization_survives_everything() {
    cross("authorize", &[STATUS, TOKEN], authorize_case).await;
}

async fn pull_case(call: Call, trouble: Trouble) -> bool {
    let case = format!("pull, {}: {}", call.name, trouble.name);
    let world = World::new(false).await;
    let before = world.connector_files();
    // Something is pending, so that its state is asked for.
    if call == STATUS {
        world.actor("60").push().await.unwrap();
    }
    let actor = world.actor(timeout(&trouble));
    if call == TOKEN {
        world.sandbox.expire_tokens();
    }
    trouble.befall(call, &world.sandbox);
    pull(&actor, &world, &case).await;
    for (name, text) in &before {
        let now = world.connector_files().get(name).cloned();
        // A file may have got the platform's scopes; its comments are the author's.
        let kept = now.as_ref().is_some_and(|now| {
            now == text
                || (now.contains("// why we need it") && now.contains("// these") && now.ends_with("}\n"))
        });
        assert!(kept, "{case}: {name} became {now:?}");
    }
    actor.engine.platform().settle().await;
    nothing_is_lost(&world, &case);
    world.sandbox.clear_faults();
    let refresh =
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(world.login_path()).unwrap()).unwrap();
    let refresh = refresh["refreshToken"].as_str().unwrap().to_owned();
    let spent = !world.sandbox.with_state(|state| state.refresh_tokens.contains(&refresh));
    if spent {
        world.sign_in(&world.sandbox.add_login());
    }
    // A second pull completes the job.
    let again = world.actor("60");
    assert!(pull(&again, &world, &case).await, "{case}: a second pull");
    let run = Run::silent();
    let plan = again.engine.plan_pull(&run).await.unwrap();
    let left: Vec<_> = plan.changes().filter(|step| !step.needs_agreement).collect();
    assert!(left.is_empty(), "{case}: {left:?}");
    assert!(
        world.connector_files().keys().any(|name| name.starts_with("hubspot")) || call == STATUS,
        "{case}"
    );
    spent
}

/// A pull that agrees to nothing that is asked. Whether it came about.
async fn pull(actor: &Actor, world: &World, case: &str) -> bool {
    match actor.engine.plan_pull(&Run::silent()).await {
        Ok(plan) => {
            let report = actor.engine.pull(&plan, &[]);
            assert!(report.deleted.is_empty(), "{case}: nobody agreed to delete {:?}", report.deleted);
            assert!(report.failed.is_empty(), "{case}: {:?}", report.failed);
            true
        }
        Err(error) => {
            is_fit_to_show(&error.to_string(), world, case);
            false
        }
    }
}

#[tokio::test]
async fn a_pull_survives_everything() {
    cross("pull", &[LIST, STRIPE_STATUS, STATUS, TOKEN], pull_case).await;
}

#[tokio::test]
async fn nothing_listens_at_all() {
    let world = World::new(false).await;
    let before = world.connector_files();
    // Nothing listens on this port, and only the administrator could.
    let actor = Actor::new(&world.home(), world.root(), "http://127.0.0.1:1", "30");
    let error = actor.push().await.unwrap_err();
    assert_eq!(error.to_string(), "Reading the app's connectors failed: 127.0.0.1:1 refuses the connection.");
    assert!(!pull(&actor, &world, "pull").await);
    nothing_is_lost(&world, "refused");
    files_are(&world, &before, "refused");
    a_second_push_completes_the_job(&world, "refused").await;
}

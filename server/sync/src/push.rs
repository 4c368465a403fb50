//! A push: the steps of a plan, a bounded number at once, each with the truth about what the platform took.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use connector_boundary::folder::Identity;
use connector_boundary::text::printable;
use connector_model::load::{CheckedProject, LocalConnector, stops_push};
use connector_model::project::Project;
use connector_platform::{ErrorKind, Platform, PlatformError, RemoteStatus, SetAnswer};
use connector_syntax::TextRange;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::doubt::alike;
use crate::engine::{AT_ONCE, now};
use crate::plan::{self, Action, Plan, PushError, Step};
use crate::turn::{NoTurn, Turn};
use crate::{
    Engine, Event, Outcome, OutcomeStatus, PendingAuthorization, PushReport, Run, STRIPE, Snapshot, words,
};
use connector_model::difference::agree;

/// How often a change is sent again that broke off and that the platform does not show.
const MAX_RESENDS: u32 = 2;
/// Before the first of them; twice as long before the second.
const RESEND_PAUSE: Duration = Duration::from_millis(300);

/// A look at the files that is older than this is made again before a removal: a file may come back while others go.
const LOOK_IS_GOOD_FOR: Duration = Duration::from_millis(250);
/// Before a file that is missing is looked for once more: whoever saves it may be between taking it away and putting
/// it back.
const SAVING_TAKES: Duration = Duration::from_millis(150);

/// Why a removal of the plan is not carried out, by type.
type Refusals = BTreeMap<String, OutcomeStatus>;

/// What the last look at files and app says against the removals of a plan, and when it was.
#[derive(Default)]
struct Removals(Mutex<Option<(Instant, Refusals)>>);

impl Removals {
    /// Why one is not carried out, by a look that is fresh.
    async fn refusal(&self, engine: &Engine, plan: &Plan, step: &Step, run: &Run) -> Option<OutcomeStatus> {
        let mut last = self.0.lock().await;
        if last.as_ref().is_none_or(|(at, _)| at.elapsed() > LOOK_IS_GOOD_FOR) {
            let Some(refusals) = unless_stopped(run, engine.recheck_removals(plan, run)).await else {
                return Some(OutcomeStatus::Interrupted { sent: false });
            };
            *last = Some((Instant::now(), refusals));
        }
        last.as_ref().and_then(|(_, refusals)| refusals.get(&step.type_name).cloned())
    }
}

impl Engine {
    /// Carries a plan out. `agreed` has to name exactly the connectors that the plan removes.
    ///
    /// One connector's failure never stops the others. What is pending is stored as each answer comes. Where the
    /// answer to a change is lost, the platform is asked for its state, and that is reported. Stopped, no more calls
    /// are made, and those on their way are waited for for a moment.
    ///
    /// Another push of the app is waited for, in whichever process it runs; what it did is not done again.
    ///
    /// # Errors
    /// [`PushError`] where what was agreed to is not what the plan removes, or another push does not end; then
    /// nothing is sent.
    pub async fn push(&self, plan: &Plan, agreed: &[String], run: &Run) -> Result<PushReport, PushError> {
        plan.check_consent(agreed)?;
        self.check_root(plan)?;
        let turn = match self.turn(run).await {
            Ok(turn) => turn,
            Err(NoTurn::Busy(who)) => return Err(PushError::Busy(who)),
            Err(NoTurn::Cancelled) => return Ok(self.carry_out_all(plan, run).await),
        };
        self.check_root(plan)?;
        if turn.waited || self.has_moved_on(plan) {
            // Stopped meanwhile, nothing is sent any more: the old plan says what was not.
            let again = unless_stopped(run, self.again(plan, run)).await.transpose();
            let again = again.map_err(|error| PushError::Changed { error })?;
            return Ok(self.carry_out_all(again.as_ref().unwrap_or(plan), run).await);
        }
        Ok(self.carry_out_all(plan, run).await)
    }

    /// Whether the project is still the folder that was planned for.
    fn check_root(&self, plan: &Plan) -> Result<(), PushError> {
        match Identity::of(&self.project().root) == plan.root {
            true => Ok(()),
            false => Err(PushError::Exchanged(printable(&self.project().root.to_string_lossy(), 200))),
        }
    }

    /// Waits until nobody else changes the app.
    pub(crate) async fn turn(&self, run: &Run) -> Result<Turn, NoTurn> {
        let lock = self.store().path().with_extension("push");
        Turn::take(&lock, self.name(), self.times().turn, run).await
    }

    /// Whether something was learnt or asked for since the plan was made that it does not know.
    fn has_moved_on(&self, plan: &Plan) -> bool {
        let known = self.store().read();
        let asked_since = |step: &Step| {
            let pending = known.pending.get(&step.type_name);
            step.pending.is_none() && pending.is_some_and(|pending| pending.since >= plan.snapshot.at)
        };
        known.snapshot.is_some_and(|snapshot| snapshot.at > plan.snapshot.at)
            || plan.changes().any(asked_since)
    }

    /// The same plan against what the app has now. It removes nothing more than before.
    async fn again(&self, plan: &Plan, run: &Run) -> Result<Plan, PlatformError> {
        let snapshot = self.snapshot(run).await?;
        let (removals, wanted): (Vec<&Step>, Vec<&Step>) =
            plan.steps.iter().partition(|step| step.action.is_removal());
        let locals: Vec<LocalConnector> = wanted
            .into_iter()
            .map(|step| LocalConnector {
                type_name: step.type_name.clone(),
                scopes: step.scopes.clone(),
                path: step.path.clone().unwrap_or_default(),
                type_range: TextRange::default(),
            })
            .collect();
        let mut steps = plan::steps(&locals, &snapshot, &self.offered_again());
        steps.retain(|step| !step.action.is_removal());
        steps.extend(removals.into_iter().cloned());
        // Its age is the old plan's: the removals are looked at once more.
        let snapshot = Snapshot { at: plan.snapshot.at, ..snapshot };
        Ok(Plan { steps, snapshot, ..plan.clone() })
    }

    async fn carry_out_all(&self, plan: &Plan, run: &Run) -> PushReport {
        let platform = self.observed(run);
        let removals = Removals::default();
        let total = plan.steps.len();
        let mut notes = plan.notes.clone();
        let mut outcomes: Vec<Option<Outcome>> = vec![None; total];
        let mut sent = vec![false; total];
        let mut running = FuturesUnordered::new();
        let mut stopped: Option<Instant> = None;
        let mut cancelled = pin!(run.cancel.cancelled());
        let mut next = 0;
        let mut done = 0;
        loop {
            while !run.cancel.is_cancelled() && running.len() < AT_ONCE && next < total {
                if let Some(step) = plan.steps.get(next) {
                    if let Some(mark) = sent.get_mut(next) {
                        *mark = true;
                    }
                    let (platform, removals, at) = (&platform, &removals, next);
                    running.push(async move {
                        let refusal = match step.action.is_removal() {
                            true => removals.refusal(self, plan, step, run).await,
                            false => None,
                        };
                        let (outcome, note) = self.carry_out(platform, step, refusal.as_ref(), run).await;
                        (at, outcome, note)
                    });
                }
                next += 1;
            }
            if running.is_empty() {
                break;
            }
            let until = stopped.unwrap_or_else(Instant::now);
            tokio::select! {
                biased;
                Some((at, outcome, note)) = running.next() => {
                    done += 1;
                    notes.extend(note.filter(|note| !notes.contains(note)));
                    run.events.send(Event::Finished { outcome: outcome.clone(), done, total });
                    if let Some(place) = outcomes.get_mut(at) {
                        *place = Some(outcome);
                    }
                }
                () = &mut cancelled, if stopped.is_none() => stopped = Some(Instant::now() + self.times().grace),
                () = sleep_until(until), if stopped.is_some() => break,
            }
        }
        drop(running);
        self.keep_all(plan.steps.iter().filter(|step| step.action == Action::Keep)).await;
        let mut report = PushReport {
            notes,
            connectors_url: self.platform().connectors_url(self.app_id()),
            ..PushReport::default()
        };
        for ((step, outcome), sent) in plan.steps.iter().zip(outcomes).zip(sent) {
            report.outcomes.push(match outcome {
                Some(outcome) => outcome,
                // What needs no call is as it was, stopped or not.
                None if step.action == Action::Keep => Outcome::new(&step.type_name, OutcomeStatus::Synced),
                None => {
                    let outcome = Outcome::new(&step.type_name, OutcomeStatus::Interrupted { sent });
                    let _ = self.keep(&outcome, None).await;
                    outcome
                }
            });
        }
        report
    }

    /// One step, and why what became of it could not be stored, where it could not.
    async fn carry_out(
        &self,
        platform: &Platform,
        step: &Step,
        refusal: Option<&OutcomeStatus>,
        run: &Run,
    ) -> (Outcome, Option<String>) {
        if step.action != Action::Keep {
            run.events.send(Event::Started { type_name: step.type_name.clone(), action: step.action });
        }
        let status = match (refusal, step.action) {
            (Some(refusal), _) => refusal.clone(),
            (None, Action::Keep) => OutcomeStatus::Synced,
            (None, Action::Leave) => refused(words::STRIPE_NOT_INSTALLED.to_owned()),
            (None, Action::Update | Action::Add | Action::Authorize) => match &step.pending {
                Some(pending) => OutcomeStatus::Pending(pending.clone()),
                None => self.put(platform, &step.type_name, &step.scopes).await,
            },
            (None, Action::Remove) => self.delete(platform, &step.type_name).await,
            (None, Action::ProvisionStripe) => self.provision_stripe(platform).await,
            (None, Action::RemoveStripe) => self.remove_stripe(platform).await,
        };
        let outcome = Outcome::new(&step.type_name, status);
        if step.action == Action::Keep {
            // All of these are stored at once.
            return (outcome, None);
        }
        let lost = self.keep(&outcome, Some(&step.scopes)).await;
        let note = lost.map(|why| words::not_stored(&why));
        (outcome, note)
    }

    /// Sets a connector's scopes. Where that broke off, the platform is asked for its state, and where that does not
    /// show the change, it is sent again, [`MAX_RESENDS`] times at most: only then it failed.
    pub(crate) async fn put(&self, platform: &Platform, type_name: &str, scopes: &[String]) -> OutcomeStatus {
        for resend in 1..=MAX_RESENDS {
            match self.put_once(platform, type_name, scopes).await {
                OutcomeStatus::Failed { error: Some(error), .. } if may_be_sent_again(&error) => {}
                status => return status,
            }
            tokio::time::sleep(RESEND_PAUSE * 2_u32.pow(resend - 1)).await;
        }
        self.put_once(platform, type_name, scopes).await
    }

    async fn put_once(&self, platform: &Platform, type_name: &str, scopes: &[String]) -> OutcomeStatus {
        match platform.set_scopes(self.app_id(), type_name, scopes).await {
            Ok(SetAnswer::Synced) => OutcomeStatus::Synced,
            Ok(SetAnswer::NeedsAuthorization { link, connection_id }) => {
                OutcomeStatus::Pending(PendingAuthorization {
                    type_name: type_name.to_owned(),
                    link,
                    connection_id,
                    since: now(),
                    scopes: scopes.to_vec(),
                })
            }
            Ok(SetAnswer::OtherUser { account, message }) => {
                OutcomeStatus::OtherUser { account, reason: message }
            }
            Ok(SetAnswer::Refused { message }) => {
                OutcomeStatus::Failed { reason: message, hint: None, error: None }
            }
            Err(error) if error.may_have_taken_effect() || may_be_sent_again(&error) => {
                let took = platform.list(self.app_id()).await.map(|list| {
                    list.connectors.iter().any(|remote| {
                        remote.type_name == type_name
                            && remote.status == RemoteStatus::Active
                            && agree(type_name, remote.scopes.as_deref(), scopes)
                    })
                });
                after_lost_answer(error, took, OutcomeStatus::Synced)
            }
            Err(error) => failed(error),
        }
    }

    /// Removes a connector. One that is already gone is removed.
    pub(crate) async fn delete(&self, platform: &Platform, type_name: &str) -> OutcomeStatus {
        match platform.remove(self.app_id(), type_name).await {
            Ok(()) => OutcomeStatus::Removed,
            Err(error) if error.may_have_taken_effect() || error.kind() == ErrorKind::NotFound => {
                let gone = platform.list(self.app_id()).await.map(|list| {
                    list.is_whole() && list.connectors.iter().all(|remote| remote.type_name != type_name)
                });
                after_lost_answer(error, gone, OutcomeStatus::Removed)
            }
            Err(error) => failed(error),
        }
    }

    async fn provision_stripe(&self, platform: &Platform) -> OutcomeStatus {
        match platform.stripe_install(self.app_id()).await {
            Ok(install) if install.already_installed => OutcomeStatus::Synced,
            Ok(install) => OutcomeStatus::Provisioned { claim: install.claim_url },
            Err(error) if error.may_have_taken_effect() => {
                match platform.stripe_status(self.app_id()).await {
                    Ok(status) if status.mode.is_some() => {
                        OutcomeStatus::Provisioned { claim: status.claim_url }
                    }
                    answer => after_lost_answer(error, answer.map(|_| false), OutcomeStatus::Synced),
                }
            }
            Err(error) => failed(error),
        }
    }

    async fn remove_stripe(&self, platform: &Platform) -> OutcomeStatus {
        match platform.stripe_remove(self.app_id()).await {
            Ok(()) => OutcomeStatus::Removed,
            Err(error) if error.may_have_taken_effect() || error.kind() == ErrorKind::NotFound => {
                let gone = platform.stripe_status(self.app_id()).await.map(|status| status.mode.is_none());
                after_lost_answer(error, gone, OutcomeStatus::Removed)
            }
            Err(error) => failed(error),
        }
    }

    /// Which removals must not be carried out although they were agreed to: a file has come back meanwhile, or the
    /// plan is old and the platform has changed.
    async fn recheck_removals(&self, plan: &Plan, run: &Run) -> Refusals {
        let removals = plan.removals();
        let mut refusals = Refusals::new();
        if removals.is_empty() {
            return refusals;
        }
        let mut checked = self.checked().await;
        if gone_since(plan, &checked).is_some() {
            tokio::time::sleep(SAVING_TAKES).await;
            checked = self.checked().await;
        }
        let gone = gone_since(plan, &checked).map(|path| self.project().display_path(path));
        // What the plan did not know, nobody agreed to.
        let doubt = match plan.doubt {
            Some(_) => None,
            None => self.doubts(&plan.steps, &plan.snapshot).await.doubt,
        };
        let age = now().saturating_sub(plan.snapshot.at);
        let stale = u128::from(age) > self.times().fresh.as_millis();
        let fresh = if stale { Some(self.snapshot(run).await) } else { None };
        for name in removals {
            let refusal = match &checked {
                Err(error) => Some(error.clone()),
                Ok(checked) => file_in_the_way(self.project(), plan, checked, &name),
            };
            let refusal = refusal.or_else(|| {
                let gone = gone.as_ref()?;
                Some(format!("not removed: {gone} was there when the plan was made and is gone; push again"))
            });
            let refusal = refusal.or_else(|| {
                self.check_root(plan).err()?;
                Some(
                    "not removed: the project is another folder than when the plan was made; push again"
                        .to_owned(),
                )
            });
            let refusal = refusal.or_else(|| doubt.as_ref().map(|doubt| format!("not removed: {doubt}")));
            let status = match (refusal, &fresh) {
                (Some(reason), _) => Some(refused(reason)),
                (None, Some(Err(error))) => Some(failed(error.clone())),
                (None, Some(Ok(snapshot))) => already_gone(snapshot, &name),
                (None, None) => None,
            };
            if let Some(status) = status {
                refusals.insert(name, status);
            }
        }
        refusals
    }
}

/// The first file of a plan that is not there any more: the folder is being changed, and what else is missing in it may
/// come back as well.
fn gone_since<'a>(plan: &'a Plan, checked: &Result<CheckedProject, String>) -> Option<&'a Path> {
    let checked = checked.as_ref().ok()?;
    let there: HashSet<&Path> = checked.files.iter().map(|file| file.path.as_path()).collect();
    plan.steps.iter().filter_map(|step| step.path.as_deref()).find(|path| !there.contains(path))
}

/// The file that speaks against a removal: it declares the type, or one that is written like it and that nobody had
/// seen when they agreed, or what it declares cannot be told.
fn file_in_the_way(project: &Project, plan: &Plan, checked: &CheckedProject, name: &str) -> Option<String> {
    // What the plan removes had no file then, however it is written.
    let was_seen = |declared: &str| {
        plan.steps.iter().any(|step| !step.action.is_removal() && step.type_name == declared)
    };
    let in_the_way =
        checked.files.iter().filter(|file| project.is_connector_path(&file.path)).find(|file| {
            let declared = file.connector.as_ref().map(|connector| connector.type_name.as_str());
            let declares = declared.is_some_and(|declared| {
                declared == name || (alike(declared) == alike(name) && !was_seen(declared))
            });
            declares || file.findings.iter().any(|finding| stops_push(finding.code))
        })?;
    let shown = project.display_path(&in_the_way.path);
    Some(format!("not removed: {shown} has changed since the plan was made; push again"))
}

fn already_gone(snapshot: &Snapshot, name: &str) -> Option<OutcomeStatus> {
    if name == STRIPE && snapshot.has_stripe().is_none() {
        return Some(refused("not removed: whether the app still has it could not be asked".to_owned()));
    }
    if snapshot.has(name) {
        return None;
    }
    Some(if snapshot.lacks(name) {
        OutcomeStatus::Removed
    } else {
        refused("not removed: part of Base44's list cannot be read".to_owned())
    })
}

fn refused(reason: String) -> OutcomeStatus {
    OutcomeStatus::Failed { reason, hint: None, error: None }
}

fn failed(error: PlatformError) -> OutcomeStatus {
    OutcomeStatus::Failed {
        reason: error.reason().to_owned(),
        hint: Some(error.hint().to_owned()),
        error: Some(error),
    }
}

/// Whether a change broke off in a way that says nothing against it: the platform failed, or the connection did. What
/// merely took too long may still be under way, and is not sent beside itself.
fn may_be_sent_again(error: &PlatformError) -> bool {
    match error.status() {
        Some(status) => status == 408 || (status >= 500 && error.may_have_taken_effect()),
        None => error.kind() == ErrorKind::Network && error.may_have_taken_effect(),
    }
}

/// The result, or nothing where the run is stopped first.
async fn unless_stopped<T>(run: &Run, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = run.cancel.cancelled() => None,
        result = work => Some(result),
    }
}

/// What to report where a change's answer was lost: what the platform's state says, or that it cannot be told.
fn after_lost_answer(
    error: PlatformError,
    took: Result<bool, PlatformError>,
    success: OutcomeStatus,
) -> OutcomeStatus {
    let reason = match took {
        Ok(true) => return success,
        _ if !error.may_have_taken_effect() && error.status() != Some(408) => error.reason().to_owned(),
        Ok(false) => words::did_not_take(error.reason()),
        Err(_) => words::cannot_be_told(error.reason()),
    };
    OutcomeStatus::Failed { reason, hint: Some(error.hint().to_owned()), error: Some(error) }
}

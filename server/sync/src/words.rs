//! The sentences of a push, an authorization and a pull: one place for the terminal and the editor.
//!
//! Everything here is plain text without colours; the terminal adds those. What comes from outside has passed
//! [`printable`] before it gets here.

use connector_boundary::text::{printable, printable_name};
use connector_platform::RemoteStatus;

use crate::{
    Action, Guard, Guarded, OutcomeStatus, PendingAuthorization, Plan, PullAction, PullPlan, PullReport,
    PushReport, StatusReport, Step, SummaryKind, SummaryLine,
};

/// Said once the platform has answered for every connector.
pub const PUSHED: &str = "✓ Connectors pushed";
/// Said instead of the connectors found, where there are none.
pub const NO_CONNECTORS: &str = "No local connectors found - checking for remote connectors to remove";
/// Asked where something needs a person's authorization.
pub const OPEN_BROWSER: &str = "Open browser to authorize now?";
/// Said in place of that question where nobody can answer it.
pub const NON_INTERACTIVE: &str = "Skipped OAuth in non-interactive mode. Run 'base44-connectors push' locally or open the links above to authorize.";
/// Said of a push that a person declined.
pub const CANCELLED: &str = "Push cancelled";
/// Said once the platform has told what it has.
pub const FETCHED: &str = "✓ Connectors fetched successfully";
/// Said once the files are as the platform has it.
pub const FILES_SYNCED: &str = "✓ Connector files synced successfully";
/// Said of a pull that had nothing to do.
pub const UP_TO_DATE: &str = "All connectors are already up to date";

/// The reason of an authorization that nobody gave in time.
pub const TIMED_OUT: &str = "authorization timed out";
/// The reason of one that was refused, or given in part.
pub const DENIED: &str = "authorization failed: approve every requested permission";
/// The reason of an authorization of what neither a file nor anything pending names.
pub const NOT_DECLARED: &str = "no connector file declares it";
/// The reason of a call that was on its way when the push was stopped.
pub const INTERRUPTED_SENT: &str = "stopped before Base44 answered; push again to see whether it took it";
/// The reason of a call that was not made any more.
pub const INTERRUPTED_UNSENT: &str = "stopped before it was sent";

/// `Found 2 connectors to push: googlecalendar, slack`; the word stays the same for one.
pub fn found(types: &[&str]) -> String {
    if types.is_empty() {
        return NO_CONNECTORS.to_owned();
    }
    format!("Found {} connectors to push: {}", types.len(), types.join(", "))
}

/// Which connectors wait for a person, and where each is authorized; `paint` marks the links.
pub fn requires_authorization(
    pending: &[PendingAuthorization],
    paint: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut lines = vec![format!("{} connector(s) require authorization in your browser:", pending.len())];
    let line =
        |pending: &PendingAuthorization| format!("  {}: {}", pending.type_name, paint(pending.link.as_str()));
    lines.extend(pending.iter().map(line));
    lines
}

/// Said as a page is opened.
pub fn opening(type_name: &str) -> String {
    format!("Opening browser for {type_name}...")
}

/// Shown while a person is at it.
pub fn waiting(type_name: &str) -> String {
    format!("Waiting for {type_name} authorization... (Esc to skip)")
}

/// Said where a page could not be opened: the link is always shown.
pub fn not_opened(pending: &PendingAuthorization, why: &str) -> String {
    format!("The browser did not open ({why}). Open this link yourself: {}", pending.link.as_str())
}

/// A type as it stands in a command that a person may copy. What is no word could be several arguments, or an order to
/// their shell: then the place is named instead.
pub fn as_argument(type_name: &str) -> &str {
    let is_word = type_name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_word && type_name.starts_with(|c: char| c.is_ascii_alphanumeric()) { type_name } else { "TYPE" }
}

/// How an authorization ended, on one line.
pub fn authorized(type_name: &str, status: &OutcomeStatus) -> String {
    let (name, argument) = (printable_name(type_name), as_argument(type_name));
    match status {
        OutcomeStatus::Added | OutcomeStatus::Synced | OutcomeStatus::Provisioned { .. } => {
            format!("✓ {name} authorization complete")
        }
        OutcomeStatus::Skipped => format!("{name} skipped"),
        OutcomeStatus::TimedOut => format!(
            "{name} {TIMED_OUT}. It stays pending: run 'base44-connectors authorize {argument}' to try again."
        ),
        OutcomeStatus::Denied => format!(
            "✗ {name} authorization failed. Approve every requested permission: run 'base44-connectors authorize {argument}' to try again."
        ),
        OutcomeStatus::Failed { reason, .. } if reason == NOT_DECLARED => format!(
            "✗ {name} authorization failed: {reason}; create one with 'base44-connectors create {argument}'"
        ),
        OutcomeStatus::OtherUser { reason, .. } | OutcomeStatus::Failed { reason, .. } => {
            format!("✗ {name} authorization failed: {reason}")
        }
        OutcomeStatus::Pending(_) | OutcomeStatus::Interrupted { .. } => format!("{name} stays pending"),
        OutcomeStatus::Removed => format!("{name} was removed"),
    }
}

/// Said where a person does not want to authorize now, or stopped it.
pub fn authorization_skipped(types: &[&str]) -> String {
    format!(
        "Authorization skipped. Pending: {}. Run 'base44-connectors push' again to complete.",
        types.join(", ")
    )
}

/// The reason of a change whose answer was lost and that the platform does not show.
pub fn did_not_take(reason: &str) -> String {
    format!("{reason}; Base44 does not show the change, push again")
}

/// The reason of a change whose answer was lost where the platform could not be asked for its state either.
pub fn cannot_be_told(reason: &str) -> String {
    format!("{reason}; whether Base44 took it could not be asked, push again to see")
}

/// The reason of a reconnection that stopped half-way.
pub fn removed_but_not_added(reason: &str) -> String {
    format!("it was removed, and adding it again failed: {reason}; push to add it")
}

/// Why a connector of the platform is neither in sync nor different.
pub use connector_model::standing::{SCOPES_UNKNOWN, sentence};

/// Said where entries of the platform's list cannot be read; nothing where there are none.
pub fn unreadable_entries(count: usize) -> Option<String> {
    let entries = match count {
        0 => return None,
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    };
    Some(format!(
        "{entries} of Base44's list cannot be read: each may be any connector, so none is taken for missing. Update base44-connectors, or tell Base44's support."
    ))
}

/// Said of a list that the platform itself calls a part.
pub const MORE_ON_THE_PLATFORM: &str = "Base44 says that the app has more connectors than it listed: what is not listed is not taken for missing.";

/// The same where the list is one.
pub fn more_on_the_platform(has_more: bool) -> Option<String> {
    has_more.then(|| MORE_ON_THE_PLATFORM.to_owned())
}

/// Said of Stripe that could not be asked.
pub fn stripe_unknown(why: &str) -> String {
    format!("Whether the app has Stripe could not be asked ({why}). It is neither installed nor removed.")
}

/// Why Stripe is left as it is where the platform could not be asked for it.
pub const STRIPE_NOT_INSTALLED: &str = "not installed: whether the app has it could not be asked; push again";

/// Said where what is pending could not be stored.
pub fn not_stored(why: &str) -> String {
    format!("What became of this push could not be stored ({why}): the links above are shown this once.")
}

/// Offered where somebody else has connected a connector.
pub fn offer_reconnect(type_name: &str) -> String {
    let argument = as_argument(type_name);
    format!("Run 'base44-connectors reconnect {argument}' to remove it and connect it with your account.")
}

/// The summary of a push, its heading first; nothing where there is nothing to say.
pub fn summary(report: &PushReport) -> Vec<SummaryLine> {
    let outcomes = report.final_outcomes();
    let mut lines = Vec::new();
    let mut add = |kind, text: String| lines.push(SummaryLine { kind, text });
    for outcome in &outcomes {
        if let OutcomeStatus::Provisioned { claim } = &outcome.status {
            add(SummaryKind::Provisioned, "  ✓ Stripe sandbox provisioned".to_owned());
            if let Some(claim) = claim {
                add(SummaryKind::Link, format!("    Claim your Stripe sandbox: {}", claim.as_str()));
            }
            add(SummaryKind::Link, format!("    Connectors dashboard: {}", report.connectors_url));
        }
    }
    let mut list = |kind, word: &str, after: &str, belongs: &dyn Fn(&OutcomeStatus) -> bool| {
        let names: Vec<String> = outcomes
            .iter()
            .filter(|outcome| belongs(&outcome.status))
            .map(|outcome| printable_name(&outcome.type_name))
            .collect();
        if !names.is_empty() {
            add(kind, format!("  {word}: {}{after}", names.join(", ")));
        }
    };
    list(SummaryKind::Synced, "Synced", "", &|status| matches!(status, OutcomeStatus::Synced));
    list(SummaryKind::Added, "Added", "", &|status| matches!(status, OutcomeStatus::Added));
    list(SummaryKind::Removed, "Removed", "", &|status| matches!(status, OutcomeStatus::Removed));
    // Scripts for the official CLI search its summary for these words.
    list(SummaryKind::Pending, "Pending", " (needs authorization)", &|status| {
        matches!(status, OutcomeStatus::Pending(_) | OutcomeStatus::TimedOut)
    });
    list(SummaryKind::Skipped, "Skipped", "", &|status| matches!(status, OutcomeStatus::Skipped));
    for outcome in &outcomes {
        if let Some(reason) = outcome.failure() {
            let name = printable_name(&outcome.type_name);
            add(SummaryKind::Failed, format!("  Failed: {name} - {reason}"));
        }
    }
    if !lines.is_empty() {
        lines.insert(0, SummaryLine { kind: SummaryKind::Heading, text: "Summary:".to_owned() });
    }
    lines
}

/// The summary in one sentence, for where there is one line: `Synced 2, added 1; 1 failed: slack`.
pub fn summary_sentence(report: &PushReport) -> String {
    let outcomes = report.final_outcomes();
    let count = |belongs: fn(&OutcomeStatus) -> bool| {
        outcomes.iter().filter(|outcome| belongs(&outcome.status)).count()
    };
    let counted = [
        ("provisioned", count(|status| matches!(status, OutcomeStatus::Provisioned { .. }))),
        ("synced", count(|status| matches!(status, OutcomeStatus::Synced))),
        ("added", count(|status| matches!(status, OutcomeStatus::Added))),
        ("removed", count(|status| matches!(status, OutcomeStatus::Removed))),
    ];
    let mut parts: Vec<String> = counted
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    let named = |belongs: &dyn Fn(&&&crate::Outcome) -> bool| {
        outcomes
            .iter()
            .filter(belongs)
            .map(|outcome| printable_name(&outcome.type_name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let waiting = named(&|outcome| outcome.is_pending() && outcome.failure().is_none());
    if !waiting.is_empty() {
        parts.push(format!("waiting for authorization: {waiting}"));
    }
    let failed = named(&|outcome| outcome.failure().is_some());
    if !failed.is_empty() {
        parts.push(format!("failed: {failed}"));
    }
    if parts.is_empty() {
        return "There was nothing to push".to_owned();
    }
    parts.join(", ")
}

/// The word of a remote status.
pub fn remote_status(status: &RemoteStatus) -> String {
    match status {
        RemoteStatus::Active => "active".to_owned(),
        RemoteStatus::Disconnected => "disconnected".to_owned(),
        RemoteStatus::Expired => "expired".to_owned(),
        RemoteStatus::Other(other) => {
            format!("unknown status '{}'", printable(other, 40))
        }
    }
}

/// A push's plan as a person reads it.
pub fn plan(plan: &Plan) -> String {
    let mut text = format!("Plan for app {} from {}:\n", plan.app, plan.folder);
    if plan.steps.is_empty() {
        text.push_str("  nothing to do: there are no connectors, here or in the app\n");
    }
    let width = plan
        .steps
        .iter()
        .map(|step| printable_name(&step.type_name).chars().count())
        .max()
        .unwrap_or_default();
    for step in &plan.steps {
        let line = format!(
            "  {:<9} {:<width$}  {}",
            action_word(step.action),
            printable_name(&step.type_name),
            step_detail(step)
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for note in &plan.notes {
        text.push_str(&format!("Note: {note}\n"));
    }
    text
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::Keep => "keep",
        Action::Update => "update",
        Action::Add => "add",
        Action::Authorize => "authorize",
        Action::Remove | Action::RemoveStripe => "remove",
        Action::ProvisionStripe => "provision",
        Action::Leave => "leave",
    }
}

/// What a step changes, on one line: `expired; +chat:write -users:read`.
pub fn step_detail(step: &Step) -> String {
    let mut parts: Vec<String> = step.why.iter().cloned().collect();
    let changes: Vec<String> = match step.action {
        Action::Update | Action::Add | Action::Authorize => {
            let added = step.added.iter().map(|scope| format!("+{}", printable_name(scope)));
            added.chain(step.removed.iter().map(|scope| format!("-{}", printable_name(scope)))).collect()
        }
        Action::Keep | Action::Remove | Action::RemoveStripe | Action::ProvisionStripe | Action::Leave => {
            Vec::new()
        }
    };
    if !changes.is_empty() {
        parts.push(changes.join(" "));
    }
    if !step.used_by.is_empty() {
        parts.push(used_by(&step.used_by));
    }
    parts.join("; ")
}

/// Which functions need a connector: `used by sendDigest, notify`.
pub fn used_by(functions: &[String]) -> String {
    format!("used by {}", few(functions))
}

/// The same as a sentence without its stop: `sendDigest and notify use it`.
pub fn use_it(functions: &[String]) -> String {
    match functions {
        [one] => format!("{} uses it", printable_name(one)),
        several => format!("{} use it", listed(several)),
    }
}

/// Said where code may need any of the connectors that a push removes.
pub fn any_type(functions: &[String]) -> String {
    match functions {
        [one] => format!(
            "{} takes a connector whose type is only known when it runs: it may be one of these.",
            printable_name(one)
        ),
        several => format!(
            "{} take connectors whose types are only known when they run: they may be among these.",
            listed(several)
        ),
    }
}

/// Names from outside, in one line.
pub fn list(names: &[String]) -> String {
    names.iter().map(|name| printable_name(name)).collect::<Vec<_>>().join(", ")
}

/// So many names are read by a person; a plan and its JSON have them all.
const MAX_NAMES: usize = 10;

/// Names from outside, in one line that can be read: the first few, and how many more there are.
pub fn few(names: &[String]) -> String {
    match names.split_at_checked(MAX_NAMES) {
        Some((first, rest)) if rest.len() > 1 => format!("{} and {} more", list(first), rest.len()),
        _ => list(names),
    }
}

/// Names from outside in a sentence: `slack and notion`.
fn listed(names: &[String]) -> String {
    match names {
        many if many.len() > MAX_NAMES + 1 => few(many),
        [first @ .., last] if !first.is_empty() => format!("{} and {}", list(first), printable_name(last)),
        _ => list(names),
    }
}

/// The removals of a plan as a question: `Remove slack and notion from the app?` What code uses is named with the
/// functions that use it.
pub fn removal_question(plan: &Plan) -> String {
    let removals = plan.removals();
    if removals.is_empty() {
        return String::new();
    }
    let used = plan.steps.iter().filter(|step| step.action.is_removal() && !step.used_by.is_empty());
    let used: Vec<String> = used
        .take(MAX_NAMES)
        .map(|step| format!(" {}: {}.", printable_name(&step.type_name), used_by(&step.used_by)))
        .collect();
    format!(
        "Remove {} from the app? Its users lose what is connected there.{}",
        listed(&removals),
        used.concat()
    )
}

/// What a push would take away that has to be named, as sentences, and how to name it.
pub fn guarded_refusal(guarded: &[&Guarded]) -> String {
    let names: Vec<String> = guarded.iter().map(|guarded| guarded.type_name.clone()).collect();
    let flags: Vec<String> =
        names.iter().take(MAX_NAMES).map(|name| format!("--remove {}", printable_name(name))).collect();
    let flags = flags.join(" ");
    let what = match guarded {
        [one] => format!("remove {} from the app, and {}.", printable_name(&one.type_name), one.why),
        several => {
            let whys = several
                .iter()
                .take(MAX_NAMES)
                .map(|guarded| format!(" {}: {}.", printable_name(&guarded.type_name), guarded.why));
            format!("remove {} from the app.{}", few(&names), whys.collect::<String>())
        }
    };
    let keep = match guarded.iter().any(|guarded| guarded.kind == Guard::Used) {
        true => ", or write the files with 'base44-connectors pull' to keep what is used",
        false => "",
    };
    format!("{what} Agree to that by name, with {flags}{keep}.")
}

/// What cannot be undone, asked for by its name.
pub fn guarded_question(guarded: &Guarded) -> String {
    format!("Really remove {}? {}", printable_name(&guarded.type_name), sentence(&guarded.why))
}

/// A pull's plan as a person reads it.
pub fn pull_plan(plan: &PullPlan) -> String {
    let mut text = format!("Plan for {} from app {}:\n", plan.folder, plan.app);
    if plan.steps.is_empty() {
        text.push_str("  nothing to do: there are no connectors, here or in the app\n");
    }
    let width = plan
        .steps
        .iter()
        .map(|step| printable_name(&step.type_name).chars().count())
        .max()
        .unwrap_or_default();
    for step in &plan.steps {
        let word = match &step.action {
            PullAction::Unchanged => "unchanged",
            PullAction::Create => "create",
            PullAction::UpdateScopes => "update",
            PullAction::Delete => "delete",
            PullAction::Refused { .. } => "refuse",
        };
        let mut parts: Vec<String> = Vec::new();
        match &step.action {
            PullAction::Refused { reason } => parts.push(reason.clone()),
            PullAction::UpdateScopes => {
                let added = step.added.iter().map(|scope| format!("+{}", printable_name(scope)));
                let changes: Vec<String> = added
                    .chain(step.removed.iter().map(|scope| format!("-{}", printable_name(scope))))
                    .collect();
                parts.push(changes.join(" "));
            }
            _ => {}
        }
        parts.extend(step.why.iter().cloned());
        let detail = parts.join("; ");
        let line =
            format!("  {word:<9} {:<width$}  {}  {detail}", printable_name(&step.type_name), step.shown_path);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for note in &plan.notes {
        text.push_str(&format!("Note: {note}\n"));
    }
    text
}

/// What a pull did, a line each, the closing one last.
pub fn pulled(report: &PullReport) -> Vec<String> {
    let mut lines = Vec::new();
    let mut list = |word: &str, names: &[String]| {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| printable_name(name)).collect();
            lines.push(format!("{word}: {}", names.join(", ")));
        }
    };
    list("Written", &report.written);
    list("Deleted", &report.deleted);
    list("Kept", &report.kept);
    lines.extend(
        report.failed.iter().map(|(name, reason)| format!("Failed: {} - {reason}", printable_name(name))),
    );
    if lines.is_empty() {
        return vec![UP_TO_DATE.to_owned()];
    }
    let pulled = report.pulled.saturating_sub(report.failed.len());
    lines.push(format!("Pulled {pulled} connectors to {}", report.folder));
    lines
}

/// Every connector of a project and its app, as a table.
pub fn status(report: &StatusReport) -> String {
    let who = report.account.as_deref().map_or(String::new(), |account| format!(" as {account}"));
    let mut text = format!("App {} on {}{who}\n", report.app, report.platform);
    let notes = unreadable_entries(report.unreadable).into_iter();
    for note in notes.chain(more_on_the_platform(report.has_more)) {
        text.push_str(&format!("Note: {note}\n"));
    }
    if report.connectors.is_empty() {
        text.push_str("No connectors, neither in files nor on the app.\n");
        return text;
    }
    let rows: Vec<[String; 4]> = std::iter::once(["TYPE", "FILE", "STATE", ""].map(str::to_owned))
        .chain(report.connectors.iter().map(|row| {
            let mut detail = row.status.detail.clone();
            if !row.used_by.is_empty() {
                detail.push_str(&format!(" Used by {}.", few(&row.used_by)));
            }
            if let Some(link) = &row.status.link {
                detail.push(' ');
                detail.push_str(link.as_str());
            }
            [
                printable_name(&row.type_name),
                row.shown_path.clone().unwrap_or_else(|| "-".to_owned()),
                row.status.state.as_str().to_owned(),
                detail,
            ]
        }))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let (a, b, c) = (width(0), width(1), width(2));
    text.push('\n');
    for [name, file, state, detail] in &rows {
        let line = format!("{name:<a$}  {file:<b$}  {state:<c$}  {detail}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;

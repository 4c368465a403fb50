//! What is to be said about a connector file from what the platform said.

use connector_boundary::text::printable_name;
use connector_catalogue::nearest::nearest;
use connector_model::checks::Declared;
use connector_model::{Code, Command, Finding, Fix, FixAction};
use connector_syntax::{TextEdit, TextRange, Tree, quote};

use crate::state::{ConnectorState, ConnectorStatus, connector_state};
use crate::store::AppState;
use crate::{STRIPE, words};

/// The findings of one connector file. The user's severities are not applied yet.
pub fn platform_findings(tree: &Tree, declared: &Declared, known: &AppState) -> Vec<Finding> {
    let Some((name, range)) = &declared.type_name else {
        return Vec::new();
    };
    let scopes: Vec<String> = declared.scopes.iter().map(|(scope, _)| scope.clone()).collect();
    let status = connector_state(name, Some(&scopes), known);
    let mut findings = Vec::new();
    if let Some(mut finding) = of_state(name, *range, declared, &status) {
        let waiting = known.pending.len();
        if status.state == ConnectorState::Pending && waiting > 1 {
            let all: Vec<String> = known.pending.keys().cloned().collect();
            finding.fixes.push(command(format!("Authorize all {waiting}"), Command::Authorize(all)));
        }
        findings.push(finding);
    }
    findings.extend(unavailable(tree, name, *range, known));
    findings
}

/// What a push would remove, said on the project's config file. `local` are the types that a file declares.
pub fn project_findings(local: &[&str], known: &AppState) -> Vec<Finding> {
    let remote = known.snapshot.iter().flat_map(|snapshot| snapshot.types());
    remote
        .filter(|name| !local.contains(name))
        .map(|name| {
            let shown = printable_name(name);
            let message = format!(
                "The app has the connector `{shown}`, and no file declares it: a push would remove it."
            );
            let mut finding = Finding::new(Code::RemovedOnPush, TextRange::default(), message);
            finding.fixes = vec![
                command(
                    format!("Create the file of `{shown}` from the platform"),
                    Command::CreateFile(name.to_owned()),
                ),
                push("Push connectors, and remove it"),
            ];
            finding
        })
        .collect()
}

fn of_state(name: &str, range: TextRange, declared: &Declared, status: &ConnectorStatus) -> Option<Finding> {
    let authorize = |title: String| command(title, Command::Authorize(vec![name.to_owned()]));
    let again = || authorize(format!("Authorize `{name}` again"));
    let finding = |code: Code, message: String, fixes: Vec<Fix>| {
        let mut finding = Finding::new(code, range, message);
        finding.fixes = fixes;
        finding
    };
    Some(match status.state {
        ConnectorState::NotPushed => finding(
            Code::NotPushed,
            format!("The app does not have `{name}` yet. Push it."),
            vec![push("Push connectors")],
        ),
        ConnectorState::Pending => {
            let message = format!("`{name}` waits for its authorization in a browser.");
            let mut finding =
                finding(Code::PendingAuthorization, message, vec![authorize(format!("Authorize `{name}`"))]);
            if let Some(link) = &status.link {
                finding.link = link.as_str().to_owned();
            }
            finding
        }
        ConnectorState::AuthorizationFailed => finding(
            Code::AuthorizationFailed,
            format!("The authorization of `{name}` failed. Approve every requested permission."),
            vec![again()],
        ),
        ConnectorState::Expired => finding(
            Code::AuthorizationExpired,
            format!("The authorization of `{name}` ran out. Authorize it again."),
            vec![again()],
        ),
        ConnectorState::Disconnected => finding(
            Code::Disconnected,
            format!("`{name}` is no longer connected. Authorize it again."),
            vec![again()],
        ),
        ConnectorState::ScopesDiffer => {
            let mut finding = finding(
                Code::ScopesDiffer,
                words::difference(&status.added, &status.removed),
                vec![
                    push("Push the file's scopes"),
                    command(
                        "Take the platform's scopes".to_owned(),
                        Command::TakePlatformScopes(name.to_owned()),
                    ),
                ],
            );
            finding.range = declared.scopes_range.unwrap_or(range);
            finding
        }
        ConnectorState::OtherUser => {
            let who = match &status.account {
                Some(account) => format!("`{name}` is connected by another user, {account}."),
                None => format!("`{name}` is connected by another user."),
            };
            finding(
                Code::ConnectedByAnotherUser,
                format!("{who} Reconnect it to use your own account."),
                vec![command(
                    format!("Reconnect `{name}` with another account"),
                    Command::Reconnect(name.to_owned()),
                )],
            )
        }
        ConnectorState::PushFailed => finding(
            Code::PushFailed,
            format!("The last push of `{name}` failed: {}", status.detail),
            vec![push("Push again")],
        ),
        ConnectorState::Unclaimed => {
            let mut finding = finding(
                Code::StripeUnclaimed,
                "The Stripe sandbox of the app belongs to nobody yet. Claim it to see its payments."
                    .to_owned(),
                Vec::new(),
            );
            if let Some(link) = &status.link {
                finding.link = link.as_str().to_owned();
            }
            finding
        }
        ConnectorState::Active | ConnectorState::RemoteOnly | ConnectorState::Unknown => return None,
    })
}

/// A type that the platform's own list lacks; one that the app already has is no trouble.
fn unavailable(tree: &Tree, name: &str, range: TextRange, known: &AppState) -> Option<Finding> {
    let snapshot = known.snapshot.as_ref()?;
    let available = snapshot.available.as_ref().filter(|available| !available.is_empty())?;
    let names = || available.iter().map(|available| available.type_name.as_str()).chain([STRIPE]);
    if name == STRIPE || snapshot.has(name) || names().any(|known| known == name) {
        return None;
    }
    let near = nearest(name, names());
    let hint = near.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
    let message = format!("The platform does not offer a connector `{name}`.{hint}");
    let mut finding = Finding::new(Code::UnavailableType, range, message);
    if let Some(near) = near {
        let mark = if tree.slice(range).starts_with('\'') { '\'' } else { '"' };
        finding.fixes.push(Fix {
            title: format!("Change to `{near}`"),
            action: FixAction::Edit(vec![TextEdit { range, new_text: quote(near, mark) }]),
            safe: false,
        });
    }
    Some(finding)
}

fn command(title: String, command: Command) -> Fix {
    Fix { title, action: FixAction::Command(command), safe: false }
}

fn push(title: &str) -> Fix {
    command(title.to_owned(), Command::Push)
}

#[cfg(test)]
mod tests;

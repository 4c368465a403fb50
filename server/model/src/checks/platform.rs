//! What is to be said about a connector file from what the platform said.

use std::borrow::Cow;

use connector_catalogue::Catalogue;
use connector_syntax::TextRange;

use crate::code::listed;
use crate::facts::Facts;
use crate::standing::{ConnectorState, ConnectorStatus};
use crate::state::Connector;
use crate::{Code, Command, Finding, Fix, FixAction};
use connector_boundary::text::printable_name;

/// What the platform says of one connector file.
pub(super) fn check(connector: &Connector, facts: &Facts, findings: &mut Vec<Finding>) {
    if facts.is_empty() {
        return;
    }
    let status = facts.status_of(&connector.type_name, Some(connector.scopes()));
    let Some(mut finding) = of_state(connector, &status) else { return };
    let waiting = facts.pending.len();
    if status.state == ConnectorState::Pending && waiting > 1 {
        let all: Vec<String> = facts.pending.keys().cloned().collect();
        finding.fixes.push(command(format!("Authorize all {waiting}"), Command::Authorize(all)));
    }
    findings.push(finding);
}

/// So many connectors that a push would remove are named, each with its fix; nobody reads one sentence a hundred times.
const MAX_NAMED: usize = 8;

/// What a push would remove, with the functions that use it, said on the project's config file: what is used first.
pub(crate) fn removed_on_push(mut removed: Vec<(&str, &[String])>) -> Vec<Finding> {
    if removed.len() <= MAX_NAMED {
        return removed.into_iter().map(|(name, used_by)| would_be_removed(name, used_by)).collect();
    }
    removed.sort_by_key(|(_, used_by)| used_by.is_empty());
    let more = removed.split_off(MAX_NAMED - 1).len();
    let named = removed.into_iter().map(|(name, used_by)| would_be_removed(name, used_by));
    named.chain([more_would_be_removed(more)]).collect()
}

fn more_would_be_removed(count: usize) -> Finding {
    let message = format!("A push would remove {count} more connectors from the app: no files declare them.");
    let mut finding = Finding::new(Code::RemovedOnPush, TextRange::default(), message);
    finding.fixes = vec![command("Pull the files of all of them from the app".to_owned(), Command::Pull)];
    finding
}

fn would_be_removed(type_name: &str, used_by: &[String]) -> Finding {
    let service = service(type_name);
    let used = match used_by {
        [] => String::new(),
        functions => format!(" Used by: {}.", listed(functions.iter().map(String::as_str))),
    };
    // What matters comes first: a list of problems in a narrow window cuts the end.
    let message = format!("A push would remove {service} from the app: no file declares it.{used}");
    let mut finding = Finding::new(Code::RemovedOnPush, TextRange::default(), message);
    finding.fixes = vec![
        command(
            format!("Create the file of {service} from the app"),
            Command::CreateFile(type_name.to_owned()),
        ),
        push("Push connectors, and remove it"),
    ];
    finding
}

/// What the state of a connector says to its author; nothing where all is well or nothing is known.
fn of_state(connector: &Connector, status: &ConnectorStatus) -> Option<Finding> {
    let (name, range) = (connector.type_name.as_str(), connector.type_range);
    let service = service(name);
    let authorize = |title: String| command(title, Command::Authorize(vec![name.to_owned()]));
    let again = || authorize(format!("Authorize {service} again"));
    let finding = |code: Code, message: String, fixes: Vec<Fix>| {
        let mut finding = Finding::new(code, range, message);
        finding.fixes = fixes;
        finding
    };
    Some(match status.state {
        ConnectorState::NotPushed | ConnectorState::Unavailable | ConnectorState::UnknownType => finding(
            Code::NotPushed,
            format!("The app does not have {service} yet. Push it."),
            vec![push("Push connectors")],
        ),
        ConnectorState::Pending => {
            let message = format!("{service} is pending authorization in the browser.");
            let mut finding =
                finding(Code::PendingAuthorization, message, vec![authorize(format!("Authorize {service}"))]);
            if let Some(link) = &status.link {
                finding.link = link.clone().into();
            }
            finding
        }
        ConnectorState::AuthorizationFailed => finding(
            Code::AuthorizationFailed,
            format!("The authorization of {service} failed. Approve every requested permission."),
            vec![again()],
        ),
        ConnectorState::Expired => finding(
            Code::AuthorizationExpired,
            format!("The authorization of {service} ran out. Authorize it again."),
            vec![again()],
        ),
        ConnectorState::Disconnected => finding(
            Code::Disconnected,
            format!("{service} is no longer connected. Authorize it again."),
            vec![again()],
        ),
        ConnectorState::ScopesDiffer => {
            let mut finding = finding(
                Code::ScopesDiffer,
                status.difference().sentences(),
                vec![
                    push("Push the file's scopes"),
                    command("Take the app's scopes".to_owned(), Command::TakePlatformScopes(name.to_owned())),
                ],
            );
            finding.range = connector.scopes_range.unwrap_or(range);
            finding
        }
        ConnectorState::OtherUser => {
            let who = match &status.account {
                Some(account) => format!("{service} is connected by another user, {account}."),
                None => format!("{service} is connected by another user."),
            };
            finding(
                Code::ConnectedByAnotherUser,
                format!("{who} Reconnect it to use your own account."),
                vec![command(
                    format!("Reconnect {service} with another account"),
                    Command::Reconnect(name.to_owned()),
                )],
            )
        }
        ConnectorState::PushFailed => finding(
            Code::PushFailed,
            format!("The last push of {service} failed: {}", status.detail),
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
                finding.link = link.clone().into();
            }
            finding
        }
        ConnectorState::Active
        | ConnectorState::Provisioned
        | ConnectorState::RemoteOnly
        | ConnectorState::Invalid
        | ConnectorState::Unknown => return None,
    })
}

/// What people call a service; the type, marked as such, where only that is known.
fn service(type_name: &str) -> Cow<'static, str> {
    match Catalogue::get().find(type_name) {
        Some(ty) => ty.display_name.into(),
        None => format!("`{}`", printable_name(type_name)).into(),
    }
}

fn command(title: String, command: Command) -> Fix {
    Fix { title, action: FixAction::Command(command), safe: false }
}

fn push(title: &str) -> Fix {
    command(title.to_owned(), Command::Push)
}

#[cfg(test)]
mod tests;

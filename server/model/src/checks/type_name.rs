//! Whether the type is one that is known: to the platform where it has said what it knows, else to the catalogue.

use connector_catalogue::Catalogue;
use connector_syntax::{TextEdit, quote};

use super::Around;
use super::lookup::{TypeSuggestion, can_be_type, suggest_type};
use crate::state::Connector;
use crate::{Code, Finding, Fix, FixAction, Severity};
use connector_boundary::text::printable;

pub(super) fn check(connector: &Connector, around: &Around<'_>, findings: &mut Vec<Finding>) {
    let name = connector.type_name.as_str();
    let app = around.facts.and_then(|facts| facts.app.as_ref());
    let offered = app.and_then(|app| app.offered.as_ref());
    let in_catalogue = Catalogue::get().find(name);
    // What the app has already is no trouble, whatever it is offered.
    let is_known = match offered {
        Some(offered) => offered.contains(name) || app.is_some_and(|app| app.has(name)),
        None => in_catalogue.is_some(),
    };
    if !can_be_type(name) || is_known {
        return;
    }
    let shown = printable(name, 60);
    let suggestions = suggest_type(name, offered);
    let near = suggestions.first().map(|near| format!(" Did you mean `{}`?", near.name));
    let finding = |code, message: String| Finding::new(code, connector.type_range, message);
    let mut finding = match (offered, &near, in_catalogue) {
        (Some(_), _, Some(ty)) => finding(
            Code::UnavailableType,
            format!(
                "Base44 does not offer {} (`{shown}`) to this app.{}",
                ty.display_name,
                near.unwrap_or_default()
            ),
        ),
        (_, Some(near), None) => finding(
            Code::UnknownType,
            format!("`{shown}` is no known type.{near} A push would add a new connector `{shown}`."),
        ),
        (Some(_), None, None) => finding(
            Code::UnavailableType,
            format!("Base44 lists no type `{shown}`, so a push of it may fail."),
        ),
        (None, _, _) => {
            let message = format!(
                "`{shown}` is no known type: taken for a custom connector, its scopes are not checked."
            );
            let mut finding = finding(Code::UnknownType, message);
            finding.severity = Severity::Information;
            finding
        }
    };
    finding.fixes.extend(suggestions.iter().map(|TypeSuggestion { name, same_word }| {
        // Unseen, it must not make a second connector of a type that another file has.
        let taken = around.others(name).next().is_some();
        Fix {
            title: format!("Change `{shown}` to `{}`", printable(name, 60)),
            action: FixAction::Edit(vec![TextEdit {
                range: connector.type_range,
                new_text: quote(name, connector.quote),
            }]),
            safe: *same_word && !taken && finding.code == Code::UnknownType,
        }
    }));
    findings.push(finding);
}

//! What has one cause is told once: a slip in a connector file is not told again as something that the code lacks.

use std::borrow::Cow;
use std::path::Path;

use connector_catalogue::endpoints::Access;
use connector_catalogue::{Catalogue, ConnectorType, Resolution, resolve_one};

use super::findings::{View, near_type};
use super::{AppCall, AppCode};
use crate::checks::suggest_type;
use crate::state::Connector;
use crate::{Code, Finding, FixAction, Place, Severity};

/// How many calls a misspelt scope names.
const MAX_CALLS: usize = 12;

/// The scopes of a connector with all that the misspelt ones among them may be meant for; none where each is known.
pub(super) fn scopes_as_meant(ty: &'static ConnectorType, scopes: &[&str]) -> Option<Vec<String>> {
    let mut meant: Vec<String> = Vec::new();
    for scope in scopes {
        match resolve_one(ty, scope) {
            Resolution::Misspelt { suggestions, .. } | Resolution::Description(suggestions) => {
                meant.extend(suggestions.into_iter().map(|suggestion| suggestion.name.into_owned()));
            }
            Resolution::Joined(parts) => meant.extend(parts.into_iter().map(|part| part.name)),
            _ => {}
        }
    }
    let all = scopes.iter().map(|scope| (*scope).to_owned());
    (!meant.is_empty()).then(|| all.chain(meant).collect())
}

/// Whether a connector's type is none that is known, and may be meant for this one.
pub(super) fn is_meant_for(view: &View<'_>, connector: &Connector, type_name: Option<&str>) -> bool {
    let name = connector.type_name.as_str();
    let app = view.facts.app.as_ref();
    let is_known = Catalogue::get().find(name).is_some() || app.is_some_and(|app| app.has(name));
    if is_known || view.code.uses_of(name).next().is_some() {
        return false;
    }
    let offered = app.and_then(|app| app.offered.as_ref());
    let mut suggested = suggest_type(name, offered).into_iter();
    suggested.any(|suggestion| type_name.is_none_or(|type_name| suggestion.name == type_name))
}

/// Whether a file may be meant to declare a type: one whose type is misspelt, or one that cannot be read far enough and
/// is named after this type, or after none at all.
pub(super) fn may_be_declared(view: &View<'_>, type_name: &str) -> bool {
    let named_for = |path: &&Path| {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        stem.eq_ignore_ascii_case(type_name) || Catalogue::get().find(stem).is_none()
    };
    view.without_type.iter().any(named_for)
        || view.connectors.iter().any(|(_, connector)| is_meant_for(view, connector, Some(type_name)))
}

/// Whether some code asks for a type that is misspelt, and means this one.
pub(super) fn is_meant_by_code(view: &View<'_>, type_name: &str) -> bool {
    view.code.types().into_iter().any(|used| near_type(view, used).as_deref() == Some(type_name))
}

/// What the code adds to what is said of a connector's own file: a misspelt scope that calls need is as grave as their
/// failure, names them, and offers first what they need; and a list that is empty is not told beside what it lacks.
pub(crate) fn put_together(code: &AppCode, connector: &Connector, findings: &mut Vec<Cow<'_, Finding>>) {
    if findings.iter().any(|finding| finding.code == Code::MissingScope) {
        findings.retain(|finding| finding.code != Code::EmptyScopes);
    }
    let is_slip = |finding: &Finding| finding.code == Code::UnknownScope && !finding.fixes.is_empty();
    let calls = || code.calls_of(&connector.type_name).filter(|call| call.is_sure());
    if !findings.iter().any(|finding| is_slip(finding)) || calls().next().is_none() {
        return;
    }
    let Some(ty) = Catalogue::get().find(&connector.type_name) else { return };
    let scopes: Vec<&str> = connector.scopes().iter().map(String::as_str).collect();
    for finding in findings.iter_mut().filter(|finding| is_slip(finding)) {
        let written = |action: &FixAction| match action {
            FixAction::Edit(edits) => {
                edits.first().map(|edit| edit.new_text.trim_matches(['"', '\'']).to_owned())
            }
            _ => None,
        };
        let mut needed: Option<(usize, Vec<&AppCall>)> = None;
        for (at, fix) in finding.fixes.iter().enumerate() {
            let Some(meant) = written(&fix.action).filter(|meant| !meant.is_empty()) else { continue };
            let with: Vec<&str> = scopes.iter().copied().chain([meant.as_str()]).collect();
            let opened = calls().filter(|call| {
                call.endpoint.as_ref().is_some_and(|endpoint| {
                    matches!(endpoint.access(ty, &scopes), Access::Missing(_))
                        && endpoint.access(ty, &with) == Access::Granted
                })
            });
            let opened: Vec<&AppCall> = opened.take(MAX_CALLS).collect();
            if !opened.is_empty() && needed.as_ref().is_none_or(|(_, most)| opened.len() > most.len()) {
                needed = Some((at, opened));
            }
        }
        let Some((at, calls)) = needed else { continue };
        let finding = finding.to_mut();
        let fix = finding.fixes.remove(at);
        finding.fixes.insert(0, fix);
        finding.severity = finding.severity.min(Severity::Warning);
        finding.related.extend(calls.into_iter().map(|call| Place {
            path: Some(call.path.clone()),
            range: call.range,
            message: "This call needs it".to_owned(),
        }));
    }
}

//! What the code says about connector files: scopes that lack, and what nothing uses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use connector_boundary::text::printable;
use connector_catalogue::Catalogue;
use connector_catalogue::endpoints::{Match, is_unused};

use super::findings::{ByFile, MAX_RELATED, View, listed};
use super::lacking::Lack;
use super::one_cause::{is_meant_by_code, is_meant_for};
use crate::state::Connector;
use crate::{Code, Finding, Fix, FixAction, Place, Severity, Tag};

pub(super) fn check(view: &View<'_>, type_name: &str, lacking: &[Lack<'_>], found: &mut ByFile) {
    lacking_scopes(view, lacking, found);
    // What is used besides the code that is here, only a project is known to have none of.
    let knows_all = view.project.config_path.is_some() && !view.code.has_agents;
    if !knows_all || view.code.functions == 0 {
        return;
    }
    let mut declaring = view.connectors.iter().filter(|(_, connector)| connector.type_name == type_name);
    // Two files of one type are said to be so, and which one counts is not known.
    let (Some((path, connector)), None) = (declaring.next(), declaring.next()) else { return };
    let findings = match unused(view, connector) {
        Some(finding) => vec![finding],
        None => unused_scopes(view, path, connector, !lacking.is_empty()),
    };
    if !findings.is_empty() {
        found.entry((*path).to_owned()).or_default().extend(findings);
    }
}

/// Scopes that calls need and a file does not ask for, with the calls.
fn lacking_scopes(view: &View<'_>, lacking: &[Lack<'_>], found: &mut ByFile) {
    let mut groups: BTreeMap<&str, Vec<&Lack<'_>>> = BTreeMap::new();
    for lack in lacking {
        groups.entry(&lack.need.words).or_default().push(lack);
    }
    for (needs, lacks) in groups {
        let Some(first) = lacks.first() else { continue };
        let calls: usize = lacks.iter().map(|lack| 1 + lack.also.len()).sum();
        // The calls themselves are the places beside it.
        let all = lacks.iter().flat_map(|lack| std::iter::once(&lack.call).chain(&lack.also));
        let functions: BTreeSet<&str> = all
            .filter_map(|call| view.code.uses.get(call.used))
            .flat_map(|used| used.functions.iter().map(String::as_str))
            .collect();
        let whose = match functions.len() {
            0 => String::new(),
            _ => format!(" of {}", listed(functions.into_iter())),
        };
        let what = match calls {
            1 => format!("A call{whose} needs {needs}."),
            more => format!("{more} calls{whose} need {needs}."),
        };
        let range = first.connector.scopes_range.unwrap_or(first.connector.type_range);
        let mut finding = Finding::new(Code::MissingScope, range, what);
        finding.severity = lacks.iter().map(|lack| lack.severity).min().unwrap_or(Severity::Hint);
        finding.related = lacks
            .iter()
            .take(MAX_RELATED)
            .map(|lack| Place {
                path: Some(lack.call.path.clone()),
                range: lack.call.range,
                message: printable(&lack.call.shown(), 160),
            })
            .collect();
        finding.fixes = first.need.fixes.clone();
        found.entry(first.path.to_owned()).or_default().push(finding);
    }
}

/// A connector that nothing uses.
fn unused(view: &View<'_>, connector: &Connector) -> Option<Finding> {
    let name = connector.type_name.as_str();
    let (_, loose) = view.code.taken_and_loose(name);
    // Stripe's key comes from the environment.
    let quiet = name == "stripe"
        || view.code.with_saved().any(|code| !code.knows_uses_of(name) || !code.taken_and_loose(name).0.is_empty())
        || view.code.automations_of(name).next().is_some()
        // What is misspelt here or there is told as that.
        || is_meant_for(view, connector, None)
        || is_meant_by_code(view, name);
    if quiet {
        return None;
    }
    let asking: Vec<_> = view.code.pages_asking_for(name).take(MAX_RELATED).collect();
    let but = match asking.first() {
        None if !loose.is_empty() => "Its token is only taken in a file that no function imports.",
        None => "The app asks for the access all the same; delete the file if it is not wanted any more.",
        Some(_) => "Pages ask for its token and cannot have it: a function has to take it.",
    };
    let message = format!("No function uses `{}`. {but}", printable(name, 60));
    let mut finding = Finding::new(Code::UnusedConnector, connector.type_range, message);
    finding.tags.push(Tag::Unnecessary);
    let asking = asking.into_iter().map(|used| (used, "A page asks for it here"));
    let loose = loose.into_iter().map(|used| (used, "No function imports what takes it here"));
    finding.related = asking
        .chain(loose)
        .take(MAX_RELATED)
        .map(|(used, message)| Place {
            path: Some(used.path.clone()),
            range: used.range,
            message: message.to_owned(),
        })
        .collect();
    Some(finding)
}

/// Scopes that no call needs.
fn unused_scopes(view: &View<'_>, path: &Path, connector: &Connector, lacks: bool) -> Vec<Finding> {
    let name = connector.type_name.as_str();
    let Some(ty) = Catalogue::get().find(name) else { return Vec::new() };
    let calls: Vec<&super::AppCall> = view.code.with_saved().flat_map(|code| code.calls_of(name)).collect();
    if calls.is_empty() || !view.code.with_saved().all(|code| code.knows_all_of(name)) {
        return Vec::new();
    }
    // An app makes the same few requests from many places.
    let mut requests: Vec<&Match> = Vec::new();
    for call in &calls {
        let Some(request) = &call.endpoint else { return Vec::new() };
        if !requests.contains(&request) {
            requests.push(request);
        }
    }
    let events = view.code.automations_of(name).next().is_some();
    let functions: BTreeSet<&str> =
        view.code.with_saved().flat_map(|code| code.functions_using(name)).collect();
    let mut findings = Vec::new();
    for (scope, range) in connector.scopes().iter().zip(connector.scope_ranges()) {
        if !is_unused(ty, scope, &requests, events) {
            continue;
        }
        let message = format!(
            "No call needs `{}`. Functions that use {}: {}.",
            printable(scope, 160),
            ty.display_name,
            listed(functions.iter().copied())
        );
        let mut finding = Finding::new(Code::UnusedScope, *range, message);
        finding.tags.push(Tag::Unnecessary);
        finding.fixes.push(Fix {
            title: format!("Remove `{}`", printable(scope, 160)),
            action: FixAction::RemoveScopes { path: path.to_owned(), scopes: vec![scope.clone()] },
            safe: false,
        });
        // Where a scope lacks, the calls stand beside that.
        finding.related = view
            .code
            .calls_of(name)
            .filter(|_| !lacks)
            .take(MAX_RELATED)
            .map(|call| Place {
                path: Some(call.path.clone()),
                range: call.range,
                message: printable(&call.shown(), 160),
            })
            .collect();
        findings.push(finding);
    }
    findings
}

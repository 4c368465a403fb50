//! What the arguments of a request make of an endpoint's needs: which conversations Slack is asked to list, whether a
//! message is wanted in full.

use super::address::Address;
use super::facts::{ByArgument, File, matches_pattern};
use super::types::{Endpoint, Request, ScopeSet};

/// Narrows what an endpoint accepts to what the arguments leave.
pub(super) fn apply(file: &File, endpoint: &mut Endpoint, address: &Address, request: &Request<'_>) {
    for rule in file.by_argument {
        if !concerns(rule, endpoint) {
            continue;
        }
        let value = match address.argument(request.arguments, rule.argument) {
            Some(Some(value)) => Some(value),
            // Of a value that is not known, that it is there may be enough.
            Some(None) if rule.when.contains(&"*") => Some(""),
            Some(None) => continue,
            // What is not written may be among what is not known.
            None if request.more_arguments || address.more_arguments => continue,
            None => rule.absent,
        };
        if refuses(rule, value) {
            endpoint.scopes_any.retain(|set| !set.iter().any(|scope| rule.refuses.contains(scope)));
        }
        if let Some(needed) = value.and_then(|value| needed(rule, value)) {
            endpoint.scopes_any = vec![needed];
        }
    }
}

fn concerns(rule: &ByArgument, endpoint: &Endpoint) -> bool {
    let path = endpoint.path.trim_end_matches('/');
    endpoint.id.as_deref().is_some_and(|id| rule.ids.contains(&id))
        || rule.paths.iter().any(|one| one.trim_end_matches('/') == path)
}

/// Whether a value, or that there is none, makes some scopes too little.
fn refuses(rule: &ByArgument, value: Option<&str>) -> bool {
    match value {
        Some(value) => {
            let is = |pattern: &&str| matches_pattern(pattern, value);
            rule.when.iter().any(is) || (!rule.unless.is_empty() && !rule.unless.iter().any(is))
        }
        None => !rule.unless.is_empty(),
    }
}

/// What the values of a list need together; nothing to say where one of them is not known.
fn needed(rule: &ByArgument, value: &str) -> Option<ScopeSet> {
    let mut needed = ScopeSet::new();
    for one in value.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let (_, scopes) = rule.each.iter().find(|(name, _)| *name == one)?;
        needed.extend(scopes.iter().filter(|scope| !needed.contains(scope)).copied().collect::<Vec<_>>());
    }
    (!needed.is_empty()).then_some(needed)
}

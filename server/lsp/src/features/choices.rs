//! What a new connector can be made of, for clients that let a person choose: `base44/types` and `base44/scopes`.

use std::collections::{BTreeMap, BTreeSet};

use connector_catalogue::endpoints::{Match, Request, lookup, narrowest_first, url_parts};
use connector_catalogue::order::{Power, label};
use connector_catalogue::{Catalogue, ConnectorType, Scope, Sensitivity, split_words};
use serde::Serialize;
use serde_json::{Value, json};

use crate::uri::DocUri;
use crate::workspace::OpenProject;
use crate::world::World;

/// A type to choose.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeChoice {
    #[serde(rename = "type")]
    type_name: String,
    display_name: String,
    description: String,
    /// Whether the app can have it; none where the platform has not said.
    offered: Option<bool>,
    /// Whether a file declares it already.
    declared: bool,
    /// Whether there are scopes to choose.
    takes_scopes: bool,
}

/// A scope to choose.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeChoice {
    scope: &'static str,
    /// The part of it that tells it from the others.
    label: &'static str,
    summary: &'static str,
    /// How much it lets an app do, in a word; the choices are in this order.
    power: &'static str,
    /// Whether the provider reviews the app first, or an administrator has to agree.
    restricted: bool,
}

/// `base44/types`: the project's address in `project`.
pub(crate) fn types(world: &World, params: Value) -> Value {
    let state = project(world, &params);
    let known =
        state.filter(|_| world.config.trusted).map(|state| state.platform.known()).unwrap_or_default();
    let available = known.state.snapshot.as_ref().and_then(|snapshot| snapshot.available.as_deref());
    let told: Option<Vec<(&str, &str, &str)>> = available.filter(|list| !list.is_empty()).map(|list| {
        list.iter()
            .map(|ty| (ty.type_name.as_str(), ty.display_name.as_str(), ty.description.as_str()))
            .collect()
    });
    let declared: BTreeSet<&str> = state
        .into_iter()
        .flat_map(|state| state.known.connectors().map(|(_, local)| local.type_name.as_str()))
        .collect();
    json!({"types": type_choices(told.as_deref(), &declared)})
}

/// `base44/scopes`: the type in `type`; `words` or a `call` narrow them down.
pub(crate) fn scopes(_: &World, params: Value) -> Value {
    let text = |pointer: &str| params.pointer(pointer).and_then(Value::as_str);
    let Some(ty) = text("/type").and_then(|name| Catalogue::get().find(name)) else {
        return json!({"scopes": [], "problem": "The catalogue has no such type."});
    };
    if let (Some(method), Some(url)) = (text("/call/method"), text("/call/url")) {
        return scopes_of_call(ty, method, url);
    }
    let words = split_words(text("/words").unwrap_or_default());
    let scopes = if words.is_empty() { ty.scopes_by_power() } else { ty.scopes_by_words(&words) };
    json!({"scopes": scopes.into_iter().filter_map(|scope| scope_choice(ty, scope)).collect::<Vec<_>>()})
}

/// The scopes with any set of which a call may be made, the narrowest set first.
fn scopes_of_call(ty: &'static ConnectorType, method: &str, url: &str) -> Value {
    let parts = url_parts(url);
    let Match::Found(found) = lookup(ty, &Request::new(Some(method), &parts)) else {
        return json!({"scopes": [], "problem": "Nothing certain is known of this address."});
    };
    let sets = narrowest_first(ty, &found.endpoint);
    let mut scopes: Vec<ScopeChoice> = Vec::new();
    for name in sets.iter().flatten() {
        let is_told = scopes.iter().any(|told| told.scope == *name);
        let choice = ty.find_scope(name).filter(|_| !is_told).and_then(|scope| scope_choice(ty, scope));
        scopes.extend(choice);
    }
    json!({"scopes": scopes, "anyOf": sets})
}

pub(super) fn project<'w>(world: &'w World, params: &Value) -> Option<&'w OpenProject> {
    let uri = params.get("project").and_then(Value::as_str)?.parse().ok()?;
    world.workspace.projects.get(world.workspace.at_root(DocUri::new(uri).path()?)?)
}

/// The types by the name that is read. `told` is the platform's own list: type, name and description.
fn type_choices(told: Option<&[(&str, &str, &str)]>, declared: &BTreeSet<&str>) -> Vec<TypeChoice> {
    // Stripe is in no list of the platform, and every app can have it.
    let offered =
        |name: &str| told.map(|list| name == connector_sync::STRIPE || list.iter().any(|ty| ty.0 == name));
    let choice = |name: &str, title: &str, description: &str, takes_scopes| TypeChoice {
        type_name: name.to_owned(),
        display_name: connector_boundary::text::printable(if title.is_empty() { name } else { title }, 80),
        description: connector_boundary::text::printable(description, 200),
        offered: offered(name),
        declared: declared.contains(name),
        takes_scopes,
    };
    let mut choices: BTreeMap<&str, TypeChoice> = Catalogue::get()
        .types()
        .iter()
        .map(|ty| (ty.name, choice(ty.name, ty.display_name, ty.description, ty.takes_scopes())))
        .collect();
    for (name, title, description) in told.unwrap_or_default() {
        choices.entry(name).or_insert_with(|| choice(name, title, description, false));
    }
    let mut choices: Vec<TypeChoice> = choices.into_values().collect();
    choices.sort_by_cached_key(|choice| choice.display_name.to_lowercase());
    choices
}

#[cfg(test)]
fn scope_choices(ty: &'static ConnectorType) -> Vec<ScopeChoice> {
    ty.scopes_by_power().into_iter().filter_map(|scope| scope_choice(ty, scope)).collect()
}

fn scope_choice(ty: &ConnectorType, scope: &Scope) -> Option<ScopeChoice> {
    let power = match ty.power(scope) {
        Power::Usual => "usual",
        Power::Reading => "reading",
        Power::Writing => "writing",
        Power::Administering => "administering",
        Power::Restricted => "restricted",
        // Nobody begins with what is retired.
        Power::Deprecated => return None,
    };
    let restricted = scope.sensitivity == Some(Sensitivity::Restricted);
    Some(ScopeChoice {
        scope: scope.name,
        label: label(scope.name),
        summary: scope.summary,
        power,
        restricted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_platform_does_not_offer_is_said_and_what_only_it_knows_is_there() {
        let told = [("slack", "Slack", "Chat"), ("brandnew", "Brand\u{202e}New", "")];
        let choices = type_choices(Some(&told), &BTreeSet::from(["slack"]));
        let find = |name: &str| choices.iter().find(|choice| choice.type_name == name).unwrap();
        assert_eq!((find("slack").offered, find("slack").declared), (Some(true), true));
        assert_eq!(find("asana").offered, Some(false));
        assert_eq!(find("stripe").offered, Some(true));
        assert!(find("brandnew").display_name.starts_with("Brand"));
        assert!(!find("brandnew").display_name.contains('\u{202e}'));
        assert!(choices.is_sorted_by_key(|choice| choice.display_name.to_lowercase()));
        assert!(type_choices(None, &BTreeSet::new()).iter().all(|choice| choice.offered.is_none()));
    }

    #[test]
    fn scopes_come_in_the_order_of_every_list_each_told_apart_and_none_retired() {
        for ty in Catalogue::get().types() {
            let choices = scope_choices(ty);
            let labels: BTreeSet<&str> = choices.iter().map(|choice| choice.label).collect();
            assert_eq!(labels.len(), choices.len(), "{}", ty.name);
            assert!(choices.iter().all(|choice| !ty.find_scope(choice.scope).unwrap().deprecated));
        }
        let gmail = scope_choices(Catalogue::get().find("gmail").unwrap());
        assert_eq!((gmail[0].label, gmail[0].power), ("gmail.send", "usual"));
        assert_eq!(gmail.last().unwrap().power, "restricted");
    }
}

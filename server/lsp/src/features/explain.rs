//! `base44/explain`: what a code, a type or a scope means, for agents of an editor.

use connector_boundary::text::printable;
use connector_catalogue::{Catalogue, resolve_one};
use connector_model::Code;
use serde_json::{Value, json};

use super::markdown::{self, plain};
use crate::world::World;

/// A `code`, a `type`, or a `scope` of a `type`, in plain text.
pub(crate) fn explain(_: &World, params: Value) -> Value {
    let named = |key: &str| params.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    match explained(named("code"), named("type"), named("scope")) {
        Ok(text) => json!({"text": text}),
        Err(problem) => json!({"problem": problem}),
    }
}

fn explained(code: Option<&str>, type_name: Option<&str>, scope: Option<&str>) -> Result<String, String> {
    if let Some(name) = code {
        let code =
            Code::from_name(name).ok_or_else(|| format!("There is no code {}.", printable(name, 60)))?;
        return Ok(code.explained().unwrap_or_else(|| code.docs_url()).to_owned());
    }
    let name = type_name.ok_or("Say which code, which type, or which scope of a type.")?;
    let ty = Catalogue::get()
        .find(name)
        .ok_or_else(|| format!("The catalogue has no type {}.", printable(name, 60)))?;
    let Some(scope) = scope else { return Ok(plain(&markdown::of_type(ty))) };
    let known = ty.find_scope(scope).or_else(|| ty.find_scope_ignoring_case(scope));
    let resolution = resolve_one(ty, known.map_or(scope, |known| known.name));
    let mut text = plain(&markdown::of_resolution(ty, scope, &resolution));
    if let Some(known) = known {
        let covering: Vec<&str> = ty
            .scopes
            .iter()
            .filter(|other| other.covers.contains(&known.name))
            .map(|other| other.name)
            .collect();
        if !covering.is_empty() {
            text.push_str(&format!("\n\nIncluded in {}.", covering.join(", ")));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_a_type_and_a_scope_are_explained_in_plain_words() {
        let code = explained(Some("unknown-scope"), None, None).unwrap();
        assert!(code.len() > 100 && !code.contains("###"), "{code}");
        assert!(explained(None, Some("slack"), None).unwrap().starts_with("Slack"));
        let scope = explained(None, Some("github"), Some("public_repo")).unwrap();
        assert!(scope.contains("Included in") && scope.contains("repo") && !scope.contains('`'), "{scope}");
    }

    #[test]
    fn what_is_not_known_is_said_with_the_name_near_it() {
        assert!(explained(None, Some("slack"), Some("chat:wite")).unwrap().contains("chat:write"));
        for (code, ty) in [(Some("no-such"), None), (None, Some("slakc\u{202e}")), (None, None)] {
            let problem = explained(code, ty, None).unwrap_err();
            assert!(!problem.contains('\u{202e}'), "{problem}");
        }
    }
}

//! Whether a value has the shape of a connector, as `schemas/connector.schema.json` states it.
//!
//! The schema becomes code while this crate compiles: no schema is parsed or kept at run time.

use jsonschema::error::{ValidationError, ValidationErrorKind};
use jsonschema::paths::{Location, LocationSegment};
use serde_json::Value;

#[jsonschema::validator(path = "../../schemas/connector.schema.json", draft = Draft202012, methods = { validate = false })]
struct ConnectorSchema;

/// A place where a value is not shaped like a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructuralError {
    /// The way from the root to the value that is wrong; for an unknown key, to that key's value.
    pub path: Vec<Step>,
    /// What is wrong with it.
    pub kind: StructuralErrorKind,
}

/// A step from a value to one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the member of this name.
    Key(String),
    /// To the element at this place, from 0.
    Index(usize),
}

/// What keeps a value from being a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StructuralErrorKind {
    /// The file's value is no object.
    NotAnObject,
    /// There is no `type`.
    MissingType,
    /// `type` is no string.
    TypeNotAString,
    /// `type` has a character that no type has, or none at all.
    MalformedType,
    /// `scopes` is no list.
    ScopesNotAList,
    /// An element of `scopes` is no string.
    ScopeNotAString,
    /// A key that no connector has.
    UnknownKey,
}

/// Everything that keeps a value from being a connector; nothing if it is one.
///
/// All errors are made at once: whoever makes a value of a text sees to it that there are not too many.
pub fn validate_structure(value: &Value) -> Vec<StructuralError> {
    if ConnectorSchema::is_valid(value) {
        return Vec::new();
    }
    ConnectorSchema::iter_errors(value).flat_map(structural_errors).collect()
}

fn structural_errors(error: ValidationError<'_>) -> Vec<StructuralError> {
    let path = steps(error.instance_path());
    let kind = match (error.kind(), path.as_slice()) {
        (ValidationErrorKind::AdditionalProperties { unexpected }, _) => {
            return unexpected.iter().map(|key| unknown_key(&path, key)).collect();
        }
        (ValidationErrorKind::Required { .. }, _) => StructuralErrorKind::MissingType,
        (_, []) => StructuralErrorKind::NotAnObject,
        (_, [Step::Key(key)]) if key == "type" => match error.instance().is_string() {
            true => StructuralErrorKind::MalformedType,
            false => StructuralErrorKind::TypeNotAString,
        },
        (_, [Step::Key(key)]) if key == "scopes" => StructuralErrorKind::ScopesNotAList,
        (_, [Step::Key(key), ..]) if key == "scopes" => StructuralErrorKind::ScopeNotAString,
        // `$schema` is no string: as little use as a key that nobody knows.
        _ => StructuralErrorKind::UnknownKey,
    };
    vec![StructuralError { path, kind }]
}

fn unknown_key(path: &[Step], key: &str) -> StructuralError {
    let path = path.iter().cloned().chain([Step::Key(key.to_owned())]).collect();
    StructuralError { path, kind: StructuralErrorKind::UnknownKey }
}

fn steps(location: &Location) -> Vec<Step> {
    let step = |segment| match segment {
        LocationSegment::Property(name) => Step::Key(name.into_owned()),
        LocationSegment::Index(place) => Step::Index(place),
    };
    location.segments().map(step).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The errors as `path: kind`, one a line.
    fn errors_of(value: Value) -> String {
        let line = |error: &StructuralError| {
            let steps = error.path.iter().map(|step| match step {
                Step::Key(key) => format!("/{key}"),
                Step::Index(place) => format!("/{place}"),
            });
            format!("{}: {:?}", steps.collect::<String>(), error.kind)
        };
        let mut lines: Vec<String> = validate_structure(&value).iter().map(line).collect();
        lines.sort();
        lines.join("\n")
    }

    #[test]
    fn a_connector_has_nothing_wrong() {
        assert_eq!(errors_of(json!({ "type": "slack", "scopes": ["chat:write"] })), "");
        assert_eq!(errors_of(json!({ "type": "Custom_type-2" })), "");
        assert_eq!(errors_of(json!({ "$schema": "slack.schema.json", "type": "slack", "scopes": [] })), "");
    }

    #[test]
    fn only_an_object_is_a_connector() {
        for value in [json!(null), json!(true), json!(1.5), json!("slack"), json!(["slack"])] {
            assert_eq!(errors_of(value), ": NotAnObject");
        }
    }

    #[test]
    fn a_connector_needs_a_type() {
        assert_eq!(errors_of(json!({})), ": MissingType");
        assert_eq!(errors_of(json!({ "scopes": [] })), ": MissingType");
    }

    #[test]
    fn a_type_is_a_string() {
        for value in [json!(null), json!(1), json!(["slack"]), json!({})] {
            assert_eq!(errors_of(json!({ "type": value })), "/type: TypeNotAString");
        }
    }

    #[test]
    fn a_type_has_letters_digits_underscores_and_hyphens() {
        for name in ["", " ", "slack ", "google calendar", "slack\n", "slack.jsonc", "søk", "a/b", "\u{0}"] {
            assert_eq!(errors_of(json!({ "type": name })), "/type: MalformedType", "{name:?}");
        }
    }

    #[test]
    fn scopes_are_a_list() {
        for value in [json!(null), json!("chat:write"), json!({ "chat:write": true }), json!(1)] {
            assert_eq!(errors_of(json!({ "type": "slack", "scopes": value })), "/scopes: ScopesNotAList");
        }
    }

    #[test]
    fn each_scope_is_a_string() {
        let value = json!({ "type": "slack", "scopes": ["chat:write", 1, null, ["chat:write"], {}] });
        assert_eq!(
            errors_of(value),
            "/scopes/1: ScopeNotAString\n/scopes/2: ScopeNotAString\n/scopes/3: ScopeNotAString\n/scopes/4: ScopeNotAString"
        );
    }

    #[test]
    fn every_unknown_key_is_named() {
        let value = json!({ "type": "slack", "scope": [], "Type": 1, "a/b~c": 1, "$schema": 1 });
        assert_eq!(
            errors_of(value),
            "/$schema: UnknownKey\n/Type: UnknownKey\n/a/b~c: UnknownKey\n/scope: UnknownKey"
        );
    }

    #[test]
    fn independent_errors_come_together() {
        let value = json!({ "type": 1, "scopes": "a", "x": 1 });
        assert_eq!(errors_of(value), "/scopes: ScopesNotAList\n/type: TypeNotAString\n/x: UnknownKey");
    }

    #[test]
    fn a_wrong_scope_is_found_behind_many_right_ones() {
        let mut scopes = vec![json!("chat:write"); 5_000];
        scopes.push(json!(1));
        assert_eq!(errors_of(json!({ "type": "slack", "scopes": scopes })), "/scopes/5000: ScopeNotAString");
    }
}

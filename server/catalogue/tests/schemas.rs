//! The schemas are JSON Schemas that any editor can use, and agree with each other.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::Path;

use connector_catalogue::Catalogue;
use serde_json::{Value, json};

fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The schema of each type, by the type that its file is named after.
fn schemas() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter_map(|name| Some((name.strip_suffix(".schema.json")?.to_owned(), read(&name))))
        .filter(|(name, _)| name != "connector")
        .collect()
}

fn alternatives(schema: &Value) -> &[Value] {
    schema["properties"]["scopes"]["items"]["anyOf"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn scope_names(schema: &Value) -> Vec<&str> {
    alternatives(schema).iter().filter_map(|one| one["const"].as_str()).collect()
}

#[test]
fn each_is_a_schema_of_draft_2020_12() {
    for (name, schema) in
        schemas().into_iter().chain([("connector".to_owned(), read("connector.schema.json"))])
    {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        if let Err(error) = jsonschema::draft202012::meta::validate(&schema) {
            panic!("{name}: {error}");
        }
        jsonschema::validator_for(&schema).unwrap();
    }
}

/// The check of a file's shape leaves out what the scopes say.
#[test]
fn the_schema_of_all_connectors_asks_nothing_of_a_scope_but_to_be_a_text() {
    let all = read("connector.schema.json");
    assert_eq!(all["properties"]["scopes"]["items"], serde_json::json!({ "type": "string" }));
}

#[test]
fn each_speaks_of_the_type_that_its_file_is_named_after() {
    for (name, schema) in schemas() {
        assert_eq!(schema["properties"]["type"]["const"], name.as_str());
        assert!(schema["$id"].as_str().unwrap().ends_with(&format!("/schemas/{name}.schema.json")), "{name}");
        assert_eq!(schema["properties"]["type"]["title"], schema["title"], "{name}");
    }
}

#[test]
fn the_schema_of_all_connectors_lists_every_type_as_its_own_schema_has_it() {
    let all = read("connector.schema.json");
    let listed: BTreeMap<String, (Value, Value)> = all["properties"]["type"]["anyOf"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| {
            Some((one["const"].as_str()?.to_owned(), (one["title"].clone(), one["description"].clone())))
        })
        .collect();
    let own: BTreeMap<String, (Value, Value)> = schemas()
        .into_iter()
        .map(|(name, schema)| (name, (schema["title"].clone(), schema["description"].clone())))
        .collect();
    assert_eq!(listed, own);
    assert_eq!(Catalogue::get().types().len(), own.len());
}

#[test]
fn what_a_scope_covers_or_is_replaced_by_exists() {
    for (name, schema) in schemas() {
        let names = scope_names(&schema);
        for one in alternatives(&schema).iter().filter(|one| one["const"].is_string()) {
            let own = one["const"].as_str().unwrap();
            for covered in one["x-covers"].as_array().into_iter().flatten() {
                let covered = covered.as_str().unwrap();
                assert!(names.contains(&covered) && covered != own, "{name}: {own} covers {covered}");
            }
            if let Some(successor) = one["x-replaced-by"].as_str() {
                assert!(names.contains(&successor), "{name}: {own} is replaced by {successor}");
                assert_eq!(one["deprecated"], true, "{name}: {own}");
            }
        }
    }
}

#[test]
fn each_scope_stands_once_with_a_summary_and_each_fact_has_a_source() {
    for (name, schema) in schemas() {
        let mut names = scope_names(&schema);
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{name}");
        let described = |one: &Value| one["description"].as_str().is_some_and(|text| !text.is_empty());
        assert!(alternatives(&schema).iter().all(described), "{name}");
        let sources = schema["x-sources"].as_array().unwrap();
        let links = sources.iter().map(|source| source["url"].as_str().unwrap());
        assert!(
            links.chain(schema["x-scope-docs"].as_str()).all(|url| url.starts_with("https://")),
            "{name}"
        );
        assert!(!sources.is_empty(), "{name}");
    }
}

#[test]
fn a_combination_is_of_known_scopes_and_says_where_it_is_stated() {
    for ty in Catalogue::get().types() {
        for combination in ty.combinations {
            let known = |scope: &&str| ty.find_scope(scope).is_some() || scope.ends_with(".default");
            assert!(combination.scopes.iter().all(known), "{} {:?}", ty.name, combination.scopes);
            assert!(combination.with.iter().all(known), "{} {:?}", ty.name, combination.with);
            assert!(combination.url.starts_with("https://") && combination.summary.ends_with('.'));
        }
    }
}

#[test]
fn each_accepts_its_scopes_and_only_a_complete_one_refuses_others() {
    for (name, schema) in schemas() {
        let validator = jsonschema::validator_for(&schema).unwrap();
        let accepts = |value: Value| validator.is_valid(&value);
        let all = scope_names(&schema);
        assert!(accepts(json!({ "type": name, "scopes": all })), "{name}");
        assert!(
            accepts(json!({ "$schema": "x", "type": name, "scopes": [] }))
                && accepts(json!({ "type": name })),
            "{name}"
        );
        let complete = schema["x-complete"].as_bool().unwrap();
        assert_eq!(accepts(json!({ "type": name, "scopes": ["no such scope"] })), !complete, "{name}");
    }
}

#[test]
fn each_refuses_what_is_no_connector_of_its_type() {
    for (name, schema) in schemas() {
        let validator = jsonschema::validator_for(&schema).unwrap();
        for wrong in [
            json!({}),
            json!([]),
            json!({ "type": "something-else" }),
            json!({ "type": name, "scope": [] }),
            json!({ "type": name, "scopes": "all" }),
            json!({ "type": name, "scopes": [1] }),
            json!({ "type": name, "scopes": ["a", "a"] }),
        ] {
            assert!(!validator.is_valid(&wrong), "{name}: {wrong}");
        }
    }
}

#[test]
fn the_schema_of_all_connectors_accepts_custom_types_and_refuses_other_shapes() {
    let validator = jsonschema::validator_for(&read("connector.schema.json")).unwrap();
    for right in
        [json!({ "type": "slack", "scopes": ["chat:write"] }), json!({ "type": "acme_crm", "scopes": ["x"] })]
    {
        assert!(validator.is_valid(&right), "{right}");
    }
    for wrong in
        [json!({ "type": "a b" }), json!({ "type": "slack", "scopes": [null] }), json!({ "Type": "slack" })]
    {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn a_pattern_says_of_scopes_with_a_parameter_what_the_catalogue_says() {
    let patterns = Catalogue::get().types().iter().filter_map(|ty| Some((ty.name, ty.pattern.as_ref()?)));
    let known: Vec<&str> = patterns.map(|(name, _)| name).collect();
    assert_eq!(
        known,
        ["gitlab", "jira", "microsoft_teams", "one_drive", "outlook", "share_point", "snowflake"]
    );
    for (ty, right, wrong) in [
        ("gitlab", "user:42", "user:"),
        ("jira", "read:issue.vote:jira", "read:issue:confluence"),
        ("outlook", "https://graph.microsoft.com/Mail.Send", "https://example.com/Mail.Send"),
        ("snowflake", "session:role:ANALYST", "session:role:"),
        ("snowflake", "session:role-encoded:MY%20ROLE", "session:role:MY ROLE"),
    ] {
        let pattern = Catalogue::get().find(ty).unwrap().pattern.as_ref().unwrap();
        assert!(pattern.matches(right) && !pattern.matches(wrong), "{ty}");
    }
}

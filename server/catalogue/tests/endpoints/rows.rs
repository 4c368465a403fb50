//! Every row is found by a request that is made from it, and no scope that it accepts is ever said to be missing.

use super::*;

#[test]
fn each_file_of_facts_is_of_the_form_that_is_described() {
    let format = jsonschema::validator_for(&read("format.schema.json")).unwrap();
    for (name, file) in files() {
        let errors: Vec<String> = format
            .iter_errors(&file)
            .take(3)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        for listed in ["types", "also_types", "may_open"] {
            for name in file[listed].as_array().into_iter().flatten() {
                let known = ty(name.as_str().unwrap());
                assert!(listed != "types" || file["provider"] == known.provider.as_str(), "{name}");
            }
        }
    }
    let refusals = read("refusals.json");
    assert!(jsonschema::validator_for(&read("refusals.schema.json")).unwrap().is_valid(&refusals));
}

/// What is asked of one row.
struct Asked<'a> {
    ty: &'static ConnectorType,
    file: &'a Value,
    row: &'a Value,
    alternatives: Vec<Vec<&'a str>>,
}

fn each_row(mut ask: impl FnMut(&Asked<'_>)) -> usize {
    let mut count = 0;
    for (_, file) in files() {
        for row in file["endpoints"].as_array().unwrap() {
            let sets =
                row["scopes_ref"].as_str().map_or(&row["scopes_any"], |name| &file["scope_sets"][name]);
            let sets = sets.as_array().unwrap().iter();
            let alternatives = sets
                .map(|set| set.as_array().unwrap().iter().map(|scope| scope.as_str().unwrap()).collect())
                .collect();
            let ty = ty(file["types"][0].as_str().unwrap());
            ask(&Asked { ty, file: &file, row, alternatives });
            count += 1;
        }
    }
    count
}

fn address(asked: &Asked<'_>, filling: &str) -> String {
    let host = asked.row["host"].as_str().or(asked.file["hosts"][0].as_str()).unwrap().replace('*', "acme");
    let prefix = asked.file["path_prefix"][0].as_str().unwrap_or_default();
    let path = asked.row["path"].as_str().unwrap();
    format!("https://{host}{}{}", filled(prefix, "23"), filled(path, filling))
}

fn method(row: &Value) -> &str {
    match row["method"].as_str().unwrap() {
        "*" => "POST",
        method => method,
    }
}

/// The document for a row that is about GraphQL.
fn document(row: &Value) -> Option<String> {
    let operation = row["operation"].as_str()?;
    let name = row["name"].as_str().unwrap_or("anything").replace('*', "x");
    Some(format!("{operation} {{ {name} {{ id }} }}"))
}

fn may_be(asked: &Asked<'_>, endpoint: &Endpoint) -> bool {
    let path = asked.row["path"].as_str().unwrap().trim_end_matches('/');
    endpoint.path == path || literals(&endpoint.path) >= literals(path)
}

#[test]
fn a_request_made_from_a_row_is_found_as_that_row_or_a_closer_one() {
    let count = each_row(|asked| {
        for filling in ["x1", "$"] {
            let (url, document) = (address(asked, filling), document(asked.row));
            let parts = parts(&url);
            let request = Request {
                graphql: document.as_deref(),
                more_arguments: true,
                ..Request::new(Some(method(asked.row)), &parts)
            };
            let found = lookup(asked.ty, &request);
            let shown = format!("{} {} {url}: {found:?}", asked.ty.name, method(asked.row));
            match &found {
                Match::Found(found) if filling == "x1" => assert!(may_be(asked, &found.endpoint), "{shown}"),
                Match::Found(found) => {
                    let all = std::iter::once(&found.endpoint).chain(&found.unlikely);
                    assert!(all.into_iter().any(|one| may_be(asked, one)), "{shown}");
                }
                Match::Unsure(endpoints) => {
                    let batch = url.contains("batch");
                    let open = filling == "$";
                    assert!(batch || open || endpoints.iter().any(|one| may_be(asked, one)), "{shown}");
                }
                _ => panic!("{shown}"),
            }
            if let Some(scope) = asked.alternatives.first().and_then(|set| set.first()) {
                let other_token = matches!(found.access(asked.ty, &[scope]), Access::OtherToken(_));
                assert!(other_token || found.may_use(asked.ty, scope), "{scope} for {shown}");
            }
            for set in &asked.alternatives {
                let access = found.access(asked.ty, set);
                let same = match &found {
                    Match::Found(found) => {
                        found.endpoint.path == asked.row["path"].as_str().unwrap().trim_end_matches('/')
                    }
                    _ => true,
                };
                assert!(!same || !matches!(access, Access::Missing(_)), "{set:?} for {shown}");
            }
        }
    });
    assert!(count > 9_000, "{count}");
}

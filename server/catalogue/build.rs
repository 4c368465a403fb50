//! Turns the schemas into static Rust tables, so that the catalogue costs nothing at start-up.

// A schema that cannot be read stops the build.
#![allow(clippy::expect_used)]

#[path = "build/endpoints.rs"]
mod endpoints;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

fn main() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    println!("cargo:rerun-if-changed={}", schemas.display());
    println!("cargo:rerun-if-changed=build.rs");

    let types = read_types(&schemas);
    let google = read_json(&schemas.join("google.scopes.json"));
    let graph = read_json(&schemas.join("microsoft-graph.scopes.json"));

    let mut out = String::new();
    write_providers(&mut out, &types);
    write_types(&mut out, &types);
    write_google(&mut out, &google);
    write_graph(&mut out, &graph);
    write_words(&mut out, &types, &google, &graph);
    write_other_services(&mut out, &read_json(&schemas.join("other-services.json")));

    println!("cargo:rerun-if-changed=build");
    let (bytes, table) = endpoints::encode(&schemas.join("endpoints"));

    write_file("catalogue.rs", out.as_bytes());
    write_file("endpoints.rs", table.as_bytes());
    write_file("endpoints.bin", &bytes);
}

fn write_file(name: &str, content: &[u8]) {
    let path = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join(name);
    fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// A type as its schema states it.
struct Type {
    name: String,
    title: String,
    description: String,
    provider: String,
    scope_docs: String,
    complete: bool,
    pattern: Option<Pattern>,
    aliases: Vec<String>,
    combinations: Vec<Combination>,
    sources: Vec<(String, String)>,
    scopes: Vec<Scope>,
}

struct Combination {
    kind: String,
    scopes: Vec<String>,
    with: Vec<String>,
    summary: String,
    url: String,
}

struct Pattern {
    regex: String,
    summary: String,
}

struct Scope {
    name: String,
    summary: String,
    sensitivity: Option<String>,
    covers: Vec<String>,
    deprecated: bool,
    replaced_by: Option<String>,
}

fn read_json(path: &Path) -> Value {
    println!("cargo:rerun-if-changed={}", path.display());
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every `<type>.schema.json`, ordered by the type's name.
fn read_types(schemas: &Path) -> Vec<Type> {
    let entries = fs::read_dir(schemas).unwrap_or_else(|error| panic!("{}: {error}", schemas.display()));
    let mut types: Vec<Type> = entries
        .map(|entry| entry.expect("a directory entry").path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.ends_with(".schema.json") && name != "connector.schema.json"
        })
        .map(|path| read_type(&read_json(&path)))
        .collect();
    types.sort_by_cached_key(|ty| sort_key(&ty.name));
    types
}

fn read_type(schema: &Value) -> Type {
    let alternatives = schema["properties"]["scopes"]["items"]["anyOf"].as_array();
    let alternatives = alternatives.map(Vec::as_slice).unwrap_or_default();
    let mut scopes: Vec<Scope> =
        alternatives.iter().filter(|one| one["const"].is_string()).map(read_scope).collect();
    scopes.sort_by_cached_key(|scope| sort_key(&scope.name));
    let pattern = alternatives
        .iter()
        .find(|one| one["pattern"].is_string())
        .map(|one| Pattern { regex: string(&one["pattern"]), summary: string(&one["description"]) });
    let sources = schema["x-sources"].as_array().map(Vec::as_slice).unwrap_or_default();
    Type {
        name: string(&schema["properties"]["type"]["const"]),
        title: string(&schema["title"]),
        description: string(&schema["description"]),
        provider: string(&schema["x-provider"]),
        scope_docs: string(&schema["x-scope-docs"]),
        complete: schema["x-complete"].as_bool().expect("`x-complete` is true or false"),
        pattern,
        aliases: strings(&schema["x-aliases"]),
        combinations: schema["x-combinations"]
            .as_array()
            .into_iter()
            .flatten()
            .map(read_combination)
            .collect(),
        sources: sources.iter().map(|one| (string(&one["what"]), string(&one["url"]))).collect(),
        scopes,
    }
}

fn read_combination(combination: &Value) -> Combination {
    Combination {
        kind: string(&combination["kind"]),
        scopes: strings(&combination["scopes"]),
        with: strings(&combination["with"]),
        summary: string(&combination["what"]),
        url: string(&combination["url"]),
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(string).collect()
}

fn read_scope(alternative: &Value) -> Scope {
    Scope {
        name: string(&alternative["const"]),
        summary: string(&alternative["description"]),
        sensitivity: alternative["x-sensitivity"].as_str().map(str::to_owned),
        covers: alternative["x-covers"]
            .as_array()
            .map(|list| list.iter().map(string).collect())
            .unwrap_or_default(),
        deprecated: alternative["deprecated"].as_bool().unwrap_or_default(),
        replaced_by: alternative["x-replaced-by"].as_str().map(str::to_owned),
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("expected a string, found {value}")).to_owned()
}

/// Tables are ordered without regard to ASCII case, so that one search serves both ways of comparing.
fn sort_key(name: &str) -> (String, String) {
    (name.to_ascii_lowercase(), name.to_owned())
}

/// An enum of the providers, from what the schemas call them.
fn write_providers(out: &mut String, types: &[Type]) {
    let names: BTreeSet<&str> = types.iter().map(|ty| ty.provider.as_str()).collect();
    let join = |line: fn(&str) -> String| names.iter().map(|name| line(name)).collect::<String>();
    let variants = join(|name| format!("#[doc = {name:?}] {},\n", variant(name)));
    let all = join(|name| format!("Provider::{}, ", variant(name)));
    let texts = join(|name| format!("Provider::{} => {name:?},\n", variant(name)));
    write!(
        out,
        "/// Who grants the scopes of one or several types.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n\
         pub enum Provider {{ {variants} }}\n\
         impl Provider {{\n\
         /// Every provider, ordered by name.\n\
         pub const ALL: &[Provider] = &[{all}];\n\
         /// Its name in the schemas: `google`.\n\
         pub fn as_str(self) -> &'static str {{ match self {{ {texts} }} }}\n\
         }}\n"
    )
    .expect("a string takes all");
}

/// A provider's name as that of a variant: `Google`.
fn variant(provider: &str) -> String {
    let (first, rest) = provider.split_at(1);
    assert!(
        provider.bytes().all(|byte| byte.is_ascii_lowercase()),
        "{provider}: a provider has small letters only"
    );
    first.to_ascii_uppercase() + rest
}

fn write_types(out: &mut String, types: &[Type]) {
    writeln!(out, "pub(crate) static TYPES: [ConnectorType; {}] = [", types.len())
        .expect("a string takes all");
    for ty in types {
        let Type { name, title, description, scope_docs, complete, .. } = ty;
        let provider = variant(&ty.provider);
        let pattern = ty.pattern.as_ref().map_or("None".to_owned(), |Pattern { regex, summary }| {
            format!(
                "Some(ScopePattern {{ regex: {regex:?}, summary: {summary:?}, compiled: OnceLock::new() }})"
            )
        });
        write!(
            out,
            "ConnectorType {{ name: {name:?}, display_name: {title:?}, description: {description:?}, \
             provider: Provider::{provider}, scope_docs: {scope_docs:?}, complete: {complete}, pattern: {pattern}, sources: &["
        )
        .expect("a string takes all");
        for (what, url) in &ty.sources {
            write!(out, "Source {{ what: {what:?}, url: {url:?} }}, ").expect("a string takes all");
        }
        write!(out, "], aliases: &{:?}, combinations: &[", ty.aliases).expect("a string takes all");
        for Combination { kind, scopes, with, summary, url } in &ty.combinations {
            let kind = match kind.as_str() {
                "alone" => "Alone",
                "limits" => "Limits",
                "needs" => "Needs",
                other => panic!("{name}: no combination is of the kind {other}"),
            };
            write!(
                out,
                "Combination {{ kind: CombinationKind::{kind}, scopes: &{scopes:?}, with: &{with:?}, \
                 summary: {summary:?}, url: {url:?} }}, "
            )
            .expect("a string takes all");
        }
        out.push_str("], scopes: &[\n");
        for scope in &ty.scopes {
            write_scope(out, ty, scope);
        }
        out.push_str("], indexes: OnceLock::new(), keys: OnceLock::new(), identity_keys: OnceLock::new(), candidates: OnceLock::new() },\n");
    }
    out.push_str("];\n");
}

fn write_scope(out: &mut String, ty: &Type, scope: &Scope) {
    let Scope { name, summary, covers, deprecated, replaced_by, .. } = scope;
    let sensitivity = match scope.sensitivity.as_deref() {
        None => "None",
        Some("non-sensitive") => "Some(Sensitivity::NonSensitive)",
        Some("sensitive") => "Some(Sensitivity::Sensitive)",
        Some("restricted") => "Some(Sensitivity::Restricted)",
        Some(other) => panic!("{} of {}: no sensitivity is called {other}", scope.name, ty.name),
    };
    let covered = covered_indexes(ty, scope);
    writeln!(
        out,
        "Scope {{ name: {name:?}, summary: {summary:?}, sensitivity: {sensitivity}, covers: &{covers:?}, \
         covered: &{covered:?}, deprecated: {deprecated}, replaced_by: {replaced_by:?} }},"
    )
    .expect("a string takes all");
}

/// The indexes, in the type's table, of all that a scope covers directly or through another.
fn covered_indexes(ty: &Type, scope: &Scope) -> Vec<usize> {
    let index = |name: &str| {
        ty.scopes
            .iter()
            .position(|other| other.name == name)
            .unwrap_or_else(|| panic!("{} covers {name}, which is no scope of {}", scope.name, ty.name))
    };
    let own = index(&scope.name);
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = scope.covers.iter().map(|name| index(name)).collect();
    while let Some(next) = open.pop() {
        if next != own && found.insert(next) {
            open.extend(ty.scopes[next].covers.iter().map(|name| index(name)));
        }
    }
    found.into_iter().collect()
}

fn write_google(out: &mut String, google: &Value) {
    let mut names: Vec<String> =
        google["scopes"].as_array().expect("`scopes` is a list").iter().map(string).collect();
    names.sort_by_cached_key(|name| sort_key(name));
    writeln!(out, "pub(crate) static GOOGLE: &[&str] = &{names:?};").expect("a string takes all");
}

fn write_graph(out: &mut String, graph: &Value) {
    let mut rows = graph_rows(graph);
    rows.sort_by_cached_key(|(name, ..)| sort_key(name));
    out.push_str("pub(crate) static GRAPH: &[GraphPermission] = &[\n");
    for (name, admin_consent, personal_accounts) in rows {
        writeln!(
            out,
            "GraphPermission {{ name: {name:?}, admin_consent: {admin_consent}, personal_accounts: {personal_accounts} }},"
        )
        .expect("a string takes all");
    }
    out.push_str("];\n");
}

fn graph_rows(graph: &Value) -> Vec<(String, bool, bool)> {
    let rows = graph["scopes"].as_array().expect("`scopes` is a list");
    let flag = |value: &Value| value.as_bool().expect("the second and third column are true or false");
    rows.iter().map(|row| (string(&row[0]), flag(&row[1]), flag(&row[2]))).collect()
}

fn write_other_services(out: &mut String, services: &Value) {
    let names: Vec<String> =
        strings(&services["names"]).into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    writeln!(out, "pub(crate) static OTHER_SERVICES: &[&str] = &{names:?};").expect("a string takes all");
}

/// The words that occur in each provider's scopes: what is made of them alone may well be a real scope.
fn write_words(out: &mut String, types: &[Type], google: &Value, graph: &Value) {
    let mut words: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for ty in types {
        let of_provider = words.entry(&ty.provider).or_default();
        of_provider.extend(ty.scopes.iter().flat_map(|scope| split_words(&scope.name)));
    }
    let google = google["scopes"].as_array().expect("`scopes` is a list");
    words.entry("google").or_default().extend(google.iter().flat_map(|name| split_words(&string(name))));
    words
        .entry("microsoft")
        .or_default()
        .extend(graph_rows(graph).iter().flat_map(|row| split_words(&row.0)));

    out.push_str("pub(crate) static WORDS: &[(&str, &[&str])] = &[\n");
    for (provider, words) in words {
        let words: Vec<String> = words.into_iter().collect();
        writeln!(out, "({provider:?}, &{words:?}),").expect("a string takes all");
    }
    out.push_str("];\n");
}

include!("src/words.rs");

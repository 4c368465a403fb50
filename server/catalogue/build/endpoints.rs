//! Turns the facts about endpoints into one compact file of bytes, with a table in Rust of what is needed to find one's
//! way in it.
//!
//! A row costs a dozen bytes: paths share their beginnings with the row before, words and scopes are numbers into a
//! table of their provider. `src/endpoints/table.rs` reads it back.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// The methods that a row can have, by their number; the reader has the same list.
const METHODS: [&str; 8] = ["*", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// How good facts are, by their number; the reader has the same list.
const CONFIDENCES: [&str; 5] = ["machine", "stated", "rule", "derived", "hand"];

const HAS_ID: u64 = 1;
const DEPRECATED: u64 = 2;
const FALLBACK: u64 = 4;
const OTHER_TOKEN: u64 = 8;
const OWN_CONFIDENCE: u64 = 16;
const PRIVATE_ALSO: u64 = 32;
const GRAPHQL: u64 = 64;

/// The bytes of all files and the Rust text of the table.
pub fn encode(folder: &Path) -> (Vec<u8>, String) {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
        .filter(|name| !name.ends_with(".schema") && name != "refusals")
        .collect();
    names.sort();
    let (mut bytes, mut rust) = (Vec::new(), String::new());
    let _ = writeln!(rust, "pub(crate) static FILES: [File; {}] = [", names.len());
    for name in &names {
        let facts = super::read_json(&folder.join(format!("{name}.json")));
        let from = bytes.len();
        let hosts = encode_rows(&facts, &mut bytes);
        write_file(&mut rust, name, &facts, &hosts, from..bytes.len());
    }
    rust.push_str("];\n");
    write_refusals(&mut rust, &super::read_json(&folder.join("refusals.json")));
    (bytes, rust)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().map(text).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("expected a string, found {value}"))
}

fn place(names: &[&str], name: &str) -> usize {
    names.iter().position(|one| *one == name).unwrap_or_else(|| panic!("{name} is none of {names:?}"))
}

/// Strings that are numbers in the bytes.
#[derive(Default)]
struct Interner {
    places: BTreeMap<String, u64>,
    names: Vec<String>,
}

impl Interner {
    fn place(&mut self, name: &str) -> u64 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.names.len() as u64;
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }

    fn write(&self, out: &mut Vec<u8>) {
        number(out, self.names.len() as u64);
        for name in &self.names {
            number(out, name.len() as u64);
            out.extend_from_slice(name.as_bytes());
        }
    }
}

/// Seven bits a byte, the lowest first.
fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The rows of a file as they are written, and what they are put in order by.
struct Row<'a> {
    key: Vec<String>,
    segments: Vec<String>,
    facts: &'a Value,
    fallback: bool,
}

fn rows_of(facts: &Value) -> Vec<Row<'_>> {
    let ignore_case = facts["ignore_case"].as_bool().unwrap_or_default();
    let row = |facts, path: String, fallback| {
        let segments: Vec<String> =
            path.trim_matches('/').split('/').map(str::to_owned).filter(|part| !part.is_empty()).collect();
        let fold = |part: &String| if ignore_case { part.to_ascii_lowercase() } else { part.clone() };
        Row { key: segments.iter().map(fold).collect(), segments, facts, fallback }
    };
    let path = |one: &Value| text(&one["path"]).to_owned();
    let mut rows: Vec<Row> = list(&facts["endpoints"]).iter().map(|one| row(one, path(one), false)).collect();
    rows.extend(list(&facts["default_rules"]).iter().map(|one| row(one, path(one), true)));
    // What is below a drive's item stands under a word that no address has.
    rows.extend(
        list(&facts["drive_item_tails"]).iter().map(|one| row(one, format!("/:item{}", path(one)), false)),
    );
    rows.sort_by(|one, other| (&one.key, &one.segments).cmp(&(&other.key, &other.segments)));
    rows
}

/// Writes the rows; gives the hosts that they stand on, those of the whole file first.
fn encode_rows(facts: &Value, out: &mut Vec<u8>) -> Vec<String> {
    let mut hosts: Vec<String> = strings(&facts["hosts"]).into_iter().map(str::to_owned).collect();
    let (mut words, mut scopes) = (Interner::default(), Interner::default());
    let mut lists: Vec<Vec<Vec<u64>>> = Vec::new();
    let mut body = Vec::new();
    let rows = rows_of(facts);
    number(&mut body, rows.len() as u64);
    let mut before: &[String] = &[];
    let mut id_before = "";
    for row in &rows {
        let shared = row.segments.iter().zip(before).take_while(|(one, other)| one == other).count();
        number(&mut body, shared as u64);
        number(&mut body, (row.segments.len() - shared) as u64);
        for segment in row.segments.iter().skip(shared) {
            number(&mut body, words.place(segment));
        }
        before = &row.segments;
        let one = row.facts;
        number(&mut body, place(&METHODS, text(&one["method"])) as u64);
        number(&mut body, one["host"].as_str().map_or(0, |host| host_number(&mut hosts, host)));
        let alternatives = match one["scopes_ref"].as_str() {
            Some(name) => &facts["scope_sets"][name],
            None => &one["scopes_any"],
        };
        let alternatives = alternatives.as_array().unwrap_or_else(|| panic!("no scopes in {one}"));
        let alternatives =
            alternatives.iter().map(|set| strings(set).iter().map(|name| scopes.place(name)).collect());
        number(&mut body, list_number(&mut lists, alternatives.collect()));
        let id = one["id"].as_str();
        let flag = |set: bool, flag: u64| if set { flag } else { 0 };
        let flags = flag(id.is_some(), HAS_ID)
            | flag(one["deprecated"] == true, DEPRECATED)
            | flag(row.fallback, FALLBACK)
            | flag(one["other_token"].is_string(), OTHER_TOKEN)
            | flag(one["basis"].is_string() || row.fallback, OWN_CONFIDENCE)
            | flag(one["private_also"].is_array(), PRIVATE_ALSO)
            | flag(one["operation"].is_string(), GRAPHQL);
        number(&mut body, flags);
        if let Some(id) = id {
            let shared = id.bytes().zip(id_before.bytes()).take_while(|(one, other)| one == other).count();
            let shared = (0..=shared).rev().find(|end| id.is_char_boundary(*end)).unwrap_or_default();
            number(&mut body, shared as u64);
            number(&mut body, (id.len() - shared) as u64);
            body.extend_from_slice(&id.as_bytes()[shared..]);
            id_before = id;
        }
        if let Some(token) = one["other_token"].as_str() {
            number(&mut body, words.place(token));
        }
        if let Some(basis) = one["basis"].as_str().or(row.fallback.then_some("rule")) {
            number(&mut body, place(&CONFIDENCES, basis) as u64);
        }
        if one["private_also"].is_array() {
            let set = strings(&one["private_also"]).iter().map(|name| scopes.place(name)).collect();
            number(&mut body, list_number(&mut lists, vec![set]));
        }
        if let Some(operation) = one["operation"].as_str() {
            number(&mut body, words.place(operation));
            number(&mut body, words.place(one["name"].as_str().unwrap_or("*")));
        }
    }
    words.write(out);
    scopes.write(out);
    number(out, lists.len() as u64);
    for alternatives in &lists {
        number(out, alternatives.len() as u64);
        for set in alternatives {
            number(out, set.len() as u64);
            set.iter().for_each(|scope| number(out, *scope));
        }
    }
    out.extend_from_slice(&body);
    hosts
}

/// A host by its number; 0 is any of the file's own.
fn host_number(hosts: &mut Vec<String>, host: &str) -> u64 {
    let place = hosts.iter().position(|one| one == host).unwrap_or_else(|| {
        hosts.push(host.to_owned());
        hosts.len() - 1
    });
    place as u64 + 1
}

fn list_number(lists: &mut Vec<Vec<Vec<u64>>>, alternatives: Vec<Vec<u64>>) -> u64 {
    let place = lists.iter().position(|one| *one == alternatives).unwrap_or_else(|| {
        lists.push(alternatives);
        lists.len() - 1
    });
    place as u64
}

fn write_file(rust: &mut String, name: &str, facts: &Value, hosts: &[String], bytes: std::ops::Range<usize>) {
    let flag = |name: &str, default: bool| facts[name].as_bool().unwrap_or(default);
    let pairs = |name: &str| -> Vec<(String, Vec<String>)> {
        let entries = facts[name].as_object().into_iter().flatten();
        entries.map(|(key, value)| (key.clone(), owned(value))).collect()
    };
    let _ = write!(rust, "File {{ name: {name:?}, provider: {:?}, ", text(&facts["provider"]));
    for field in [
        "types",
        "also_types",
        "may_open",
        "path_prefix",
        "batch_paths",
        "ignore_suffix",
        "ignore_segment",
        "drive_item_roots",
        "removed_scopes",
        "accepts_everywhere",
    ] {
        let _ = write!(rust, "{field}: &{:?}, ", strings(&facts[field]));
    }
    for field in ["accept_also", "partial", "never_named", "beyond_calls", "webhooks_need"] {
        let _ = write!(rust, "{field}: &{}, ", pairs_text(&pairs(field)));
    }
    let aliases: Vec<(&str, &str)> =
        list(&facts["path_aliases"]).iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
    let segments: Vec<(&str, &str)> = facts["segment_aliases"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), text(value)))
        .collect();
    let confidence = place(&CONFIDENCES, text(&facts["confidence"]));
    let _ = write!(
        rust,
        "path_aliases: &{aliases:?}, segment_aliases: &{segments:?}, hosts: &{hosts:?}, own_hosts: {}, \
         confidence: CONFIDENCES[{confidence}], complete: {}, any_host: {}, method_matters: {}, ignore_case: {}, \
         ordered: {}, bytes: ({}, {}), by_argument: &[",
        list(&facts["hosts"]).len(),
        flag("complete", false),
        flag("any_host", false),
        flag("method_matters", true),
        flag("ignore_case", false),
        flag("ordered", false),
        bytes.start,
        bytes.end,
    );
    for rule in list(&facts["by_argument"]) {
        let each: Vec<(String, Vec<String>)> = rule["each"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), owned(value)))
            .collect();
        let _ = write!(
            rust,
            "ByArgument {{ ids: &{:?}, paths: &{:?}, argument: {:?}, absent: {:?}, when: &{:?}, unless: &{:?}, \
             refuses: &{:?}, each: &{} }}, ",
            strings(&rule["ids"]),
            strings(&rule["paths"]),
            text(&rule["argument"]),
            rule["absent"].as_str(),
            strings(&rule["when"]),
            strings(&rule["unless"]),
            strings(&rule["refuses"]),
            pairs_text(&each),
        );
    }
    rust.push_str("], table: OnceLock::new() },\n");
}

fn owned(value: &Value) -> Vec<String> {
    strings(value).into_iter().map(str::to_owned).collect()
}

/// A list of pairs as Rust writes a static one.
fn pairs_text(pairs: &[(String, Vec<String>)]) -> String {
    let items: Vec<String> = pairs.iter().map(|(key, values)| format!("({key:?}, &{values:?})")).collect();
    format!("[{}]", items.join(", "))
}

fn write_refusals(rust: &mut String, facts: &Value) {
    rust.push_str("pub(crate) static REFUSALS: &[(&[&str], Refusal)] = &[\n");
    for one in list(&facts["refusals"]) {
        let _ = writeln!(
            rust,
            "(&{:?}, Refusal {{ status: {:?}, sign: {:?} }}),",
            strings(&one["types"]),
            text(&one["status"]),
            one["sign"].as_str(),
        );
    }
    rust.push_str("];\n");
}

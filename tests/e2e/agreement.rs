//! The terminal and the editor say the same about the same files and the same app: one state stands behind both.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use connector_catalogue::Catalogue;
use connector_sandbox::Connector;
use connector_test_support::copy_folder;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::client::{Client, Start, pull_capabilities, uri};
use crate::stage::Stage;

/// Projects that are made up, each of another seed.
const MADE_UP_PROJECTS: u64 = 4;
/// Connector files of each.
const MADE_UP_FILES: usize = 24;

/// A finding as far as both show it: its file, where in it, its code, and the rest as JSON.
type Said = (String, String, String, String);

/// Everything that is said, in order; what is said twice stands there twice.
type AllSaid = Vec<Said>;

/// A finding with its range, its severity as the protocol counts it, its related places and the titles of its fixes.
fn said(file: &str, finding: &Value, severity: &Value, related: &Value, titles: &Value) -> Said {
    let rest = json!([severity, finding["message"], related, titles]);
    let code = finding["code"].as_str().unwrap().to_owned();
    (file.to_owned(), finding["range"].to_string(), code, rest.to_string())
}

/// What `check` says of a folder, with these arguments.
fn terminal(folder: &Path, environment: &[(String, String)], arguments: &[&str]) -> AllSaid {
    let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors"));
    command.args(["check", "--format", "json"]).args(arguments).current_dir(folder);
    let output = command.envs(environment.iter().map(|(name, value)| (name, value))).output().unwrap();
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let address = |file: &Value| uri(&folder.join(file.as_str().unwrap()));
    let mut all: AllSaid = findings
        .iter()
        .map(|finding| {
            let names = ["error", "warning", "information", "hint"];
            let severity = 1 + names.iter().position(|name| finding["severity"] == *name).unwrap();
            let places = finding["related"].as_array().unwrap().iter();
            let related: Vec<Value> = places
                .map(|place| json!([address(&place["file"]), place["range"], place["message"]]))
                .collect();
            let titles: Vec<&Value> =
                finding["fixes"].as_array().unwrap().iter().map(|fix| &fix["title"]).collect();
            said(&address(&finding["file"]), finding, &json!(severity), &json!(related), &json!(titles))
        })
        .collect();
    all.sort();
    all
}

/// One list of diagnostics, as an editor has it of a file.
fn diagnostics(file: &str, list: &Value) -> AllSaid {
    let list = list.as_array().into_iter().flatten();
    list.map(|diagnostic| {
        let places = diagnostic["relatedInformation"].as_array().into_iter().flatten();
        let related: Vec<Value> = places
            .map(|place| json!([place["location"]["uri"], place["location"]["range"], place["message"]]))
            .collect();
        let titles = diagnostic["data"].get("fixes").cloned().unwrap_or(json!([]));
        said(file, diagnostic, &diagnostic["severity"], &json!(related), &titles)
    })
    .collect()
}

/// Waits until an editor that is sent its diagnostics has been sent just these.
fn is_sent(client: &mut Client, what: &str, expected: &AllSaid) {
    let mut last = AllSaid::new();
    let _ = client.wait_or_give_up(|client| {
        let files = client.published.iter();
        last = files.flat_map(|(file, params)| diagnostics(file, &params["diagnostics"])).collect();
        last.sort();
        (last == *expected).then_some(())
    });
    assert_same(what, expected, &last);
}

/// Says what only one of the two says.
fn assert_same(what: &str, expected: &AllSaid, actual: &AllSaid) {
    let mut counts: BTreeMap<&Said, i32> = BTreeMap::new();
    expected.iter().for_each(|one| *counts.entry(one).or_default() += 1);
    actual.iter().for_each(|one| *counts.entry(one).or_default() -= 1);
    counts.retain(|_, count| *count != 0);
    assert!(counts.is_empty(), "{what}; +n only the terminal says, -n only the editor: {counts:#?}");
}

/// Whatever an editor that asks is answered of the whole workspace.
fn pulled(client: &mut Client) -> AllSaid {
    let answer = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let items = answer["items"].as_array().unwrap().iter();
    let mut all: AllSaid =
        items.flat_map(|item| diagnostics(item["uri"].as_str().unwrap(), &item["items"])).collect();
    all.sort();
    all
}

/// Takes a request of the server to ask again.
fn refreshed(client: &mut Client) -> Option<()> {
    let at = client.requests.iter().position(|(name, _)| name == "workspace/diagnostic/refresh")?;
    client.requests.remove(at);
    Some(())
}

/// Holds every way to learn of a folder's findings against what `check` says.
fn agree(folder: &Path, opened: &[PathBuf]) {
    let name = folder.display();
    let expected = terminal(folder, &[], &[]);
    let options = || json!({"trusted": false, "platformChecks": false});
    let mut client = Start::in_folder(folder).options(options()).run();
    is_sent(&mut client, &format!("{name}: files on disk"), &expected);
    for path in opened {
        client.open(path, &fs::read_to_string(path).unwrap());
    }
    client.settle();
    is_sent(&mut client, &format!("{name}: open files"), &expected);
    // Typed and taken back: what is made again step by step is what is made at once.
    for path in opened {
        let half = match path.extension().is_some_and(|end| end == "ts") {
            true => HALF_TYPED,
            false => "{\"type\": \"slack\", \"scopes\": [}",
        };
        client.change(path, 2, half);
    }
    client.settle();
    for path in opened {
        client.change(path, 3, &fs::read_to_string(path).unwrap());
    }
    client.settle();
    is_sent(&mut client, &format!("{name}: open files after edits"), &expected);
    drop(client);
    let mut client = Start::in_folder(folder).capabilities(pull_capabilities()).options(options()).run();
    let mut answer = pulled(&mut client);
    // What is asked before the workspace has been read is answered from what is known by then, and told to be old.
    while answer != expected && client.wait_or_give_up(refreshed).is_ok() {
        answer = pulled(&mut client);
    }
    assert_same(&format!("{name}: asked for"), &expected, &answer);
}

/// Has the safe fixes written, and sees that nothing got worse and both still agree.
fn agree_after_fixes(folder: &Path, opened: &[PathBuf]) {
    let before = terminal(folder, &[], &[]);
    let fixed = terminal(folder, &[], &["--fix"]);
    assert_same("`check --fix` tells what is left", &terminal(folder, &[], &[]), &fixed);
    assert_same("a second `check --fix`", &fixed, &terminal(folder, &[], &["--fix"]));
    let errors = |all: &AllSaid| all.iter().filter(|one| one.3.starts_with("[1,")).count();
    assert!(errors(&fixed) <= errors(&before), "{}: fixes made errors", folder.display());
    agree(folder, opened);
}

/// A function as it is for a moment: not even a program.
const HALF_TYPED: &str =
    "import { token } from '../../shared/token.ts';\nconst { accessToken } = await token(";

/// The files in and below a folder that an editor would open: connectors, and the code of functions.
fn files_to_open(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_to_open(&path));
        } else if path
            .components()
            .any(|part| ["connectors", "functions", "shared"].iter().any(|name| part.as_os_str() == *name))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn check_and_the_editor_say_the_same_of_every_sample_workspace() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/workspaces");
    let mut count = 0;
    for sample in fs::read_dir(samples).unwrap() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        copy_folder(&sample.unwrap().path(), &folder);
        agree(&folder, &files_to_open(&folder));
        agree_after_fixes(&folder, &files_to_open(&folder));
        count += 1;
    }
    assert!(count >= 5, "the sample workspaces were found");
}

#[test]
fn check_and_the_editor_say_the_same_of_projects_that_are_made_up() {
    let mut in_code = 0;
    for seed in 0..MADE_UP_PROJECTS {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        make_up(&folder, &mut Rng::with_seed(seed));
        let files = files_to_open(&folder);
        let expected = terminal(&folder, &[], &[]);
        assert!(expected.len() > MADE_UP_FILES, "much is wrong in what is made up");
        in_code += expected.iter().filter(|one| one.0.contains("/functions/")).count();
        agree(&folder, &files);
        agree_after_fixes(&folder, &files);
    }
    assert!(in_code > 0, "something is wrong in the functions, too");
}

/// Writes a project whose files are right, nearly right and broken off, and declare each other's types.
fn make_up(folder: &Path, random: &mut Rng) {
    let connectors = folder.join("base44/connectors");
    fs::create_dir_all(&connectors).unwrap();
    fs::write(folder.join("base44/config.jsonc"), "{ \"name\": \"made up\" }\n").unwrap();
    let levels = ["off", "error", "warning", "information", "hint", "loud"];
    let codes = [
        "unknown-scope",
        "file-name",
        "redundant-scope",
        "duplicate-connector",
        "missing-type",
        "unused-connector",
        "missing-connector",
        "missing-scope",
        "ode",
    ];
    let settings: Vec<String> = codes
        .iter()
        .filter_map(|code| {
            let level = levels[random.usize(..levels.len())];
            random.bool().then(|| format!("\"{code}\": \"{level}\""))
        })
        .collect();
    let checks = format!("{{ \"severity\": {{ {} }} }}\n", settings.join(", "));
    fs::write(folder.join("base44/connector-checks.jsonc"), checks).unwrap();
    let types = Catalogue::get().types();
    // A few types for many files: some are declared twice.
    let types: Vec<_> = (0..MADE_UP_FILES / 2).map(|_| &types[random.usize(..types.len())]).collect();
    for number in 0..MADE_UP_FILES {
        let ty = types[random.usize(..types.len())];
        let ending = ["jsonc", "jsonc", "jsonc", "json", "JSONC", "json5"][random.usize(..6)];
        let name = match random.bool() {
            true => format!("{}.{ending}", ty.name),
            false => format!("{number}.{ending}"),
        };
        fs::write(connectors.join(name), slip(&text(ty, random), random)).unwrap();
    }
    let base44 = folder.join("base44");
    fs::create_dir_all(base44.join("shared")).unwrap();
    fs::write(base44.join("shared/token.ts"), TOKEN).unwrap();
    for number in 0..MADE_UP_FUNCTIONS {
        let function = base44.join(format!("functions/f{number}"));
        fs::create_dir_all(&function).unwrap();
        let ty = types[random.usize(..types.len())].name;
        let text = match random.bool() {
            true => code(ty, random),
            false => slip(&code(ty, random), random),
        };
        fs::write(function.join("entry.ts"), text).unwrap();
    }
}

/// Functions of each made up project.
const MADE_UP_FUNCTIONS: usize = 8;

/// What the made up functions share: one takes a token, another makes a call with it.
const TOKEN: &str = "// é😀\nexport const token = (base44, type) => base44.asServiceRole.connectors.getConnection(type);\nexport const send = (accessToken, url) =>\n  fetch(url, { method: 'POST', headers: { Authorization: `Bearer ${accessToken}` } });\n";

/// A function that takes a token of a type, itself or through what is shared, and makes a call with it.
fn code(ty: &str, random: &mut Rng) -> String {
    let url = [
        "https://slack.com/api/chat.postMessage",
        "https://www.googleapis.com/calendar/v3/calendars/primary/events",
        "https://api.github.com/user/repos",
        "https://graph.microsoft.com/v1.0/me/sendMail",
        "https://api.hubapi.com/crm/v3/objects/contacts",
    ];
    let url = url[random.usize(..url.len())];
    let ty = if random.u8(..6) == 0 { format!("{ty}s") } else { ty.to_owned() };
    let comments = ["", "  // base44-ignore missing-connector missing-scope unknown-connector\n"];
    let comment = comments[random.usize(..comments.len())];
    let taken = match random.bool() {
        true => format!("await token(base44, '{ty}')"),
        false => format!("await base44.asServiceRole.connectors.getConnection('{ty}')"),
    };
    format!(
        "import {{ createClientFromRequest }} from 'npm:@base44/sdk';\nimport {{ send, token }} from '../../shared/token.ts';\n\nDeno.serve(async (req) => {{\n  const base44 = createClientFromRequest(req);\n{comment}  const {{ accessToken }} = {taken};\n  await send(accessToken, '{url}');\n  return new Response('ok');\n}});\n"
    )
}

/// A connector file of a type, as a person writes it.
fn text(ty: &connector_catalogue::ConnectorType, random: &mut Rng) -> String {
    let mut scopes: Vec<String> = (0..random.usize(..6))
        .filter_map(|_| ty.scopes.get(random.usize(..ty.scopes.len().max(1))))
        .map(|scope| format!("    \"{}\"", scope.name))
        .collect();
    if random.u8(..4) == 0 {
        scopes.push("    \"no:such:scope\"".to_owned());
    }
    let comment =
        ["", "// base44-ignore unknown-scope\n", "// base44-ignore-file file-name redundant-scope\n"];
    let comment = comment[random.usize(..comment.len())];
    let name = match random.u8(..8) {
        0 => ty.name.to_uppercase(),
        1 => format!("{}s", ty.name),
        _ => ty.name.to_owned(),
    };
    format!("{comment}{{\n  \"type\": \"{name}\",\n  \"scopes\": [\n{}\n  ]\n}}\n", scopes.join(",\n"))
}

/// The same with what a hand does to it: often nothing.
fn slip(text: &str, random: &mut Rng) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let at = places[random.usize(..places.len())];
    let (before, after) = text.split_at(at);
    match random.u8(..10) {
        0 => before.to_owned(),
        1 => format!("{before}{}", after.get(1..).unwrap_or_default()),
        2 => format!("{before},{after}"),
        3 => format!("{before}\"{after}"),
        4 => format!("{before}é😀{after}"),
        5 => text.replace('\n', "\r\n"),
        _ => text.to_owned(),
    }
}

#[test]
fn check_remote_and_the_editor_say_the_same_of_the_app() {
    let stage = Stage::new();
    for (name, text) in [
        ("slack.jsonc", "{\"type\": \"slack\", \"scopes\": [\"chat:write\"]}"),
        ("notion.jsonc", "// base44-ignore-file not-pushed\n{\"type\": \"notion\", \"scopes\": []}"),
        ("linear.jsonc", "{\"type\": \"linear\", \"scopes\": [\"read\"]}"),
        ("inventory.jsonc", "{\"type\": \"inventory\", \"scopes\": [\"x\"]}"),
        ("gmial.jsonc", "{\"type\": \"gmial\", \"scopes\": []}"),
        ("half.jsonc", "{\"type\": \"hubspot\", \"scopes\": ["),
    ] {
        stage.write_connector(name, text);
    }
    stage.write_connector("../connector-checks.jsonc", "{ \"severity\": { \"not-pushed\": \"warning\" } }");
    stage.remote("slack", Connector::active(&["chat:write", "users:read"]));
    stage.remote("github", Connector::active(&["repo"]));
    let expected = terminal(stage.root(), &stage.environment(), &["--remote"]);
    for code in ["scopes-differ", "removed-on-push", "unavailable-type", "not-pushed"] {
        assert!(expected.iter().any(|one| one.2 == code), "{code} is not among {expected:?}");
    }
    let mut client = stage.server();
    is_sent(&mut client, "what is said of the app", &expected);
    for path in files_to_open(stage.root()) {
        client.open(&path, &fs::read_to_string(&path).unwrap());
    }
    client.settle();
    is_sent(&mut client, "what is said of the app, of open files", &expected);
}

//! The words that the extension and scripts read, as TypeScript: made from the lists that the server itself writes.

use std::path::Path;

use connector_model::Code;
use connector_model::standing::ConnectorState;

use crate::commands;
use crate::status::PlatformState;

/// How they are made anew.
const UPDATE: &str = "UPDATE_GENERATED=1 cargo test -p connector-lsp --lib vocabulary";

/// A file of the repository; written where `UPDATE_GENERATED=1` asks for it, else it has to be up to date.
fn generated(path: &str, make: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let before = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let after = make(&before);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, &after).unwrap();
    } else {
        assert!(before == after, "{} is stale: {UPDATE}", path.display());
    }
}

fn connector_states() -> Vec<&'static str> {
    ConnectorState::ALL.iter().map(|state| state.as_str()).collect()
}

fn platform_states() -> Vec<&'static str> {
    PlatformState::ALL.iter().map(|state| state.as_str()).collect()
}

fn platform_codes() -> Vec<&'static str> {
    Code::ALL.iter().filter(|code| code.is_from_platform()).map(|code| code.as_str()).collect()
}

/// A list of words, and the type of one of them.
fn list(about: &str, list: &str, ty: &str, words: &[&str]) -> String {
    let words: String = words.iter().map(|word| format!("  '{word}',\n")).collect();
    format!(
        "\n/** {about} */\nexport const {list} = [\n{words}] as const;\nexport type {ty} = (typeof {list})[number];\n"
    )
}

/// What people call each state of a connector.
fn state_words() -> String {
    let words = ConnectorState::ALL.iter().map(|state| (state.as_str(), state.in_words().1));
    let words: String = words.map(|(state, words)| format!("  '{state}': '{words}',\n")).collect();
    format!(
        "\n/** What people call each state; the server says it with the state. */\nexport const stateWords: Record<ConnectorState, string> = {{\n{words}}};\n"
    )
}

#[test]
fn the_extensions_words_are_the_servers() {
    let head = format!("/** The server's words, made from its own lists by `{UPDATE}`. */\n");
    let lists = [
        list("How a connector stands.", "connectorStates", "ConnectorState", &connector_states()),
        state_words(),
        list(
            "How the platform and a project stand to each other.",
            "projectStates",
            "ProjectState",
            &platform_states(),
        ),
        list(
            "The findings that tell what the platform said.",
            "platformCodes",
            "PlatformCode",
            &platform_codes(),
        ),
        list(
            "The commands that the server carries out.",
            "serverCommands",
            "ServerCommand",
            &commands::names(),
        ),
    ];
    generated("vscode-extension/src/vocabulary.ts", |_| format!("{head}{}", lists.concat()));
}

#[test]
fn the_words_in_the_types_of_scripts_are_the_servers() {
    let words: String = connector_states().iter().map(|word| format!("\n  | '{word}'")).collect();
    generated("vscode-extension/packaging/npm/index.d.ts", |before| {
        let (head, rest) = before.split_once("export type ConnectorState =").unwrap();
        let (_, tail) = rest.split_once(';').unwrap();
        format!("{head}export type ConnectorState ={words};{tail}")
    });
}

#[test]
fn the_page_for_editors_names_every_word() {
    let page = include_str!("../../README.md");
    let (_, words) = page.split_once("\nA project's `state` is ").unwrap();
    let (words, _) = words.split_once('\n').unwrap();
    for word in connector_states().into_iter().chain(platform_states()) {
        assert!(words.contains(&format!("`{word}`")), "server/README.md does not name the state {word}");
    }
}

//! The words that the extension and scripts read, as TypeScript: made from the lists that the server itself writes.

use std::path::Path;

use connector_model::code::ScopeAction;
use connector_model::standing::ConnectorState;
use connector_model::{Code, Severity};
use connector_sync::{Action, Guard, OfficialAction, PullAction};

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

/// The words of severities.
fn severities() -> Vec<String> {
    let after = |severity: &Severity| match severity {
        Severity::Error => Some(Severity::Warning),
        Severity::Warning => Some(Severity::Information),
        Severity::Information => Some(Severity::Hint),
        Severity::Hint => None,
    };
    let all = std::iter::successors(Some(Severity::Error), after);
    all.map(|severity| serde_json::json!(severity).as_str().unwrap().to_owned()).collect()
}

/// The words of what a pull does.
fn pull_actions() -> Vec<String> {
    let after = |action: &PullAction| match action {
        PullAction::Unchanged => Some(PullAction::Create),
        PullAction::Create => Some(PullAction::UpdateScopes),
        PullAction::UpdateScopes => Some(PullAction::Delete),
        PullAction::Delete => Some(PullAction::Refused { reason: String::new() }),
        PullAction::Refused { .. } => None,
    };
    let all = std::iter::successors(Some(PullAction::Unchanged), after);
    all.map(|action| serde_json::json!(action)["action"].as_str().unwrap().to_owned()).collect()
}

/// The text with these words, and no others, as the type of a member of an interface.
fn with_union<W: AsRef<str>>(text: &str, interface: &str, member: &str, words: &[W]) -> String {
    let start = format!("export interface {interface} {{");
    let (head, rest) = text.split_once(&start).unwrap();
    let member = format!("\n  {member}: ");
    let (before, rest) = rest.split_once(&member).unwrap();
    let (_, tail) = rest.split_once(';').unwrap();
    let words: Vec<String> = words.iter().map(|word| format!("'{}'", word.as_ref())).collect();
    format!("{head}{start}{before}{member}{};{tail}", words.join(" | "))
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
            "What a push does to a connector.",
            "pushActions",
            "PushAction",
            &Action::ALL.iter().map(|action| action.as_str()).collect::<Vec<_>>(),
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
        let text = format!("{head}export type ConnectorState ={words};{tail}");
        let actions: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        let guards: Vec<&str> = Guard::ALL.iter().map(|guard| guard.as_str()).collect();
        let results: Vec<&str> = OfficialAction::ALL.iter().map(|action| action.as_str()).collect();
        let changes: Vec<&str> = ScopeAction::ALL.iter().map(|action| action.as_str()).collect();
        let text = with_union(&text, "Finding", "severity", &severities());
        let text = with_union(&text, "PushResult", "action", &results);
        let text = with_union(&text, "ScopeLine", "change", &changes);
        let text = with_union(&text, "PushStep", "action", &actions);
        let text = with_union(&text, "GuardedRemoval", "kind", &guards);
        with_union(&text, "PullStep", "action", &pull_actions())
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

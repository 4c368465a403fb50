//! Code lenses: how a connector stands on the platform, and what can be done about it.

use connector_sync::{ConnectorState as State, ConnectorStatus};
use serde_json::json;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, Position, Range};

use super::{context, references};
use crate::commands::on_project;
use crate::documents::Document;
use crate::platform::ProblemKind;
use crate::status::shown_state;
use crate::workspace::OpenProject;
use crate::world::World;

/// The lenses of a connector file.
pub(crate) fn lenses(world: &World, params: CodeLensParams) -> Option<Vec<CodeLens>> {
    let document = world.connector_document(&params.text_document.uri)?;
    let path = document.uri.path()?;
    let state = world.workspace.state_of(path).filter(|state| state.project().is_connector_path(path))?;
    let line = document.tree().root().map_or(0, |root| document.text.line(root.range().start as usize));
    let at = Position { line, character: 0 };
    let lens = |command| CodeLens { range: Range { start: at, end: at }, command: Some(command), data: None };
    let may_send = world.config.trusted && state.is_configured();
    let mut all = if may_send { commands(world, state, document) } else { Vec::new() };
    all.extend(used_by(world, state, document));
    Some(all.into_iter().map(lens).collect())
}

/// How many functions use the connector, and where, for a client that can show it.
fn used_by(world: &World, state: &OpenProject, document: &Document) -> Option<Command> {
    let path = document.uri.path()?;
    let name = &state.known.file(path)?.connector()?.type_name;
    let code = state.known.code().filter(|_| state.known.index().count(name) == 1)?;
    let functions = code.functions_using(name).len();
    let automations = code.automations_of(name).count();
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    let title = match (functions, automations) {
        (0, 0) => return None,
        (functions, 0) => format!("Used by {}", counted(functions, "function")),
        (0, automations) => format!("Starts {}", counted(automations, "automation")),
        (functions, automations) => {
            format!(
                "Used by {}, starts {}",
                counted(functions, "function"),
                counted(automations, "automation")
            )
        }
    };
    if world.config.shows_uses {
        let places = references::uses_of(state, name).into_iter();
        let places: Vec<_> = places.filter_map(|(path, range)| world.location(state, &path, range)).collect();
        let at = document.text.range(context::type_range(document.tree())?, world.caps.encoding).start;
        let argument = json!({"uri": document.uri.as_uri(), "position": at, "locations": places});
        return Some(Command { title, command: SHOW_USES.to_owned(), arguments: Some(vec![argument]) });
    }
    // A lens has a command: where the client has none of its own, the server shows the first use.
    world
        .caps
        .show_document
        .then(|| on_project("base44.showUse", &title, state.root(), std::slice::from_ref(name)))
}

/// The command of clients that say `showsUses` when they start: `{uri, position, locations}`.
const SHOW_USES: &str = "base44.showUses";

fn commands(world: &World, state: &OpenProject, document: &Document) -> Vec<Command> {
    let root = state.root();
    let command = |name: &str, title: &str, types: &[String]| on_project(name, title, root, types);
    if state.project().app_id.is_err() {
        return Vec::new();
    }
    let problem = state.platform.problem();
    match problem.as_ref().map(|problem| problem.kind) {
        Some(ProblemKind::SignedOut) => return vec![command("base44.signIn", "Sign in to Base44", &[])],
        // Nothing can be done for an app that is not there.
        Some(ProblemKind::NoApp) => return Vec::new(),
        Some(ProblemKind::Offline | ProblemKind::Error) | None => {}
    }
    let Some(path) = document.uri.path() else { return Vec::new() };
    let Some(file) = state.known.file(path) else { return Vec::new() };
    let Some(local) = file.connector() else { return Vec::new() };
    let mut commands = Vec::new();
    let status = state.known.status_of(local);
    let one = [local.type_name.clone()];
    let shown = shown_state(state.known.blocks_push(path, file).is_some(), status.state);
    if let Some(title) = title(shown, &status, local.scopes().len()) {
        commands.push(command("base44.openDashboard", &title, &one));
    } else if let Some(problem) = problem {
        let title = if problem.kind == ProblemKind::Offline {
            "○ Base44 does not answer"
        } else {
            "○ Base44 cannot be asked"
        };
        commands.push(command("base44.refresh", title, &[]));
    }
    // A push that stops, or that the platform would refuse, is no way on: the file's own finding is.
    if wants_push(status.state) && state.known.is_worth_pushing(path) && world.jobs.busy(root) != Some("push")
    {
        commands.push(command("base44.push", "Push", &[]));
    }
    if wants_consent(status.state) {
        commands.push(command("base44.authorize", "Authorize", &one));
    }
    if wants_another_account(status.state) {
        commands.push(command("base44.reconnect", "Reconnect", &one));
    }
    commands
}

/// The state in a few words; none where it is not known.
fn title(state: State, status: &ConnectorStatus, scopes: usize) -> Option<String> {
    let (sign, words) = state.in_words();
    let mut letters = words.chars();
    let first: String = letters.next()?.to_uppercase().collect();
    let mut parts = vec![format!("{sign} {first}{}", letters.as_str())];
    parts.extend(status.account.clone());
    match scopes {
        0 => {}
        1 => parts.push("1 scope".to_owned()),
        count => parts.push(format!("{count} scopes")),
    }
    Some(parts.join(" · "))
}

fn wants_push(state: State) -> bool {
    matches!(state, State::NotPushed | State::ScopesDiffer | State::PushFailed | State::Unknown)
}

fn wants_consent(state: State) -> bool {
    matches!(state, State::Pending | State::Expired | State::Disconnected | State::AuthorizationFailed)
}

fn wants_another_account(state: State) -> bool {
    matches!(state, State::OtherUser | State::Expired | State::Disconnected)
}

//! From a use of a connector in code to the file that declares it, and from that file to everything that uses it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use connector_boundary::text::printable;
use connector_model::code::{AppCall, AtPlace};
use connector_syntax::{LineColumn, TextRange};
use serde_json::{Value, json};
use tower_lsp::ls_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, Position, Range, ReferenceParams, Uri,
};

use super::context;
use crate::uri::DocUri;
use crate::workspace::OpenProject;
use crate::world::World;

/// The file that declares what stands at a place.
pub(crate) fn definition(world: &World, params: GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let at = params.text_document_position_params;
    let (state, subject) = subject(world, &at.text_document.uri, at.position)?;
    let declared = state.known.connectors().filter(|(_, connector)| connector.type_name == subject.type_name);
    let places = declared.map(|(path, connector)| {
        // From a call the scopes are what one wants to see.
        let scopes = connector.scopes_range.filter(|_| subject.is_call);
        (path.to_owned(), scopes.unwrap_or(connector.type_range))
    });
    let places: Vec<Location> =
        places.filter_map(|(path, range)| world.location(state, &path, range)).collect();
    (!places.is_empty()).then_some(GotoDefinitionResponse::Array(places))
}

/// Everything that uses what stands at a place.
pub(crate) fn references(world: &World, params: ReferenceParams) -> Option<Vec<Location>> {
    let at = params.text_document_position;
    let (state, subject) = subject(world, &at.text_document.uri, at.position)?;
    let mut places: Vec<(PathBuf, TextRange)> = Vec::new();
    if params.context.include_declaration {
        let declared =
            state.known.connectors().filter(|(_, connector)| connector.type_name == subject.type_name);
        places.extend(declared.map(|(path, connector)| (path.to_owned(), connector.type_range)));
    }
    places.extend(uses_of(state, &subject.type_name));
    Some(places.into_iter().filter_map(|(path, range)| world.location(state, &path, range)).collect())
}

/// `base44/uses`: where the code of a project uses a type, each place with the functions that come there.
pub(crate) fn listed(world: &World, params: Value) -> Value {
    let text = |key: &str| params.get(key).and_then(Value::as_str);
    let root = text("project").and_then(crate::uri::parse).map(DocUri::new);
    let root = root.as_ref().and_then(DocUri::path);
    let state = root.and_then(|root| world.workspace.projects.get(world.workspace.at_root(root)?));
    let (Some(state), Some(name)) = (state, text("type")) else { return json!({"uses": []}) };
    let Some(code) = state.known.code() else { return json!({"uses": []}) };
    let mut uses: Vec<Value> = Vec::new();
    for (at, used) in code.uses_of(name) {
        let (path, range) = used.named_at(state.root());
        let Some(location) = world.location(state, &path, range) else { continue };
        let calls: BTreeSet<String> =
            code.calls_of(name).filter(|call| call.used == at).map(AppCall::shown).collect();
        uses.push(json!({
            "functions": used.functions,
            "calls": calls.into_iter().take(MAX_CALLS).map(|call| printable(&call, 160)).collect::<Vec<_>>(),
            "file": state.project().display_path(&path),
            "location": location,
        }));
    }
    for automation in code.automations_of(name) {
        let Some(location) = world.location(state, &automation.path, automation.range) else { continue };
        let file = state.project().display_path(&automation.path);
        let functions: Vec<&String> = automation.function.iter().collect();
        uses.push(json!({"functions": functions, "calls": [], "file": file, "location": location}));
    }
    json!({"uses": uses})
}

/// So many calls of one use are listed.
const MAX_CALLS: usize = 50;

/// Where a type is used: in code, then in what waits for its service.
pub(crate) fn uses_of(state: &OpenProject, type_name: &str) -> Vec<(PathBuf, TextRange)> {
    let Some(code) = state.known.code() else { return Vec::new() };
    let uses = code.uses_of(type_name).map(|(_, used)| used.named_at(state.root()));
    let automations = code.automations_of(type_name);
    let in_code: BTreeSet<(PathBuf, TextRange)> = uses.collect();
    let waiting: BTreeSet<(PathBuf, TextRange)> =
        automations.map(|automation| (automation.path.clone(), automation.range)).collect();
    in_code.into_iter().chain(waiting).collect()
}

/// What is asked about.
struct Subject {
    type_name: String,
    is_call: bool,
}

fn subject<'w>(world: &'w World, uri: &Uri, position: Position) -> Option<(&'w OpenProject, Subject)> {
    let document = world.document(uri)?;
    let path = document.uri.path()?;
    let state = world.workspace.state_of(path)?;
    let offset = u32::try_from(document.text.offset(position, world.caps.encoding)).ok()?;
    if world.is_connector(document) {
        let value = context::type_range(document.tree()).filter(|range| range.touches(offset))?;
        let type_name =
            state.known.file(path)?.connector().filter(|it| it.type_range == value)?.type_name.clone();
        return Some((state, Subject { type_name, is_call: false }));
    }
    let (_, state, _) = world.code_document(uri)?;
    let found = state.known.code()?.at(state.root(), path, offset)?;
    let is_call = matches!(found, AtPlace::Call(..));
    Some((state, Subject { type_name: found.type_name()?.to_owned(), is_call }))
}

impl World {
    /// A place in a file of a project, as the client counts.
    pub(crate) fn location(&self, state: &OpenProject, path: &Path, range: TextRange) -> Option<Location> {
        let uri = DocUri::from_path(path)?;
        let positions = state.known.positions(path)?;
        let position = |place: LineColumn| Position { line: place.line, character: place.column };
        let (start, end) = positions.range(range, self.caps.encoding);
        let range = Range { start: position(start), end: position(end) };
        Some(Location { uri: self.spelling(&uri), range })
    }
}

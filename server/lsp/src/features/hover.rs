//! Hover: what a type, a scope or a key means, and how the connector stands on the platform.

use std::path::Path;

use connector_catalogue::endpoints::{Access, Match};
use connector_catalogue::{Catalogue, Part, Resolution, resolve_one};
use connector_model::Code;
use connector_model::code::{AppCall, AtPlace};
use connector_syntax::{Member, NodeKind, StringNode, TextRange, Tree};
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams};

use super::context::{self, Place};
use super::markdown;
use crate::workspace::OpenProject;
use crate::world::World;

/// What is to be said of the word at a position.
pub(crate) fn hover(world: &World, params: HoverParams) -> Option<Hover> {
    let at = params.text_document_position_params;
    if let Some((document, state, _)) = world.code_document(&at.text_document.uri) {
        let offset = u32::try_from(document.text.offset(at.position, world.caps.encoding)).ok()?;
        let (range, text) = in_code(world, state, document.uri.path()?, offset)?;
        return Some(Hover {
            contents: HoverContents::Markup(markdown::content(text, world.caps.hover_markdown)),
            range: Some(document.text.range(range, world.caps.encoding)),
        });
    }
    let document = world.connector_document(&at.text_document.uri)?;
    let offset = document.text.offset(at.position, world.caps.encoding);
    let (range, mut text, of_connector) = card(document.tree(), u32::try_from(offset).ok()?)?;
    let path = document.uri.path();
    let state = path.and_then(|path| world.workspace.state_of(path));
    let said = path.zip(state).map_or_else(Vec::new, |(path, state)| said_at(world, state, path, range));
    // What is wrong with the word stands above the card already.
    if said.iter().any(|code| is_of_word(*code)) {
        return None;
    }
    let is_said = said.iter().any(|code| code.is_from_platform());
    if of_connector && let Some(summary) = world.connector_summary(document, is_said) {
        text.push_str(&format!("\n\n{summary}"));
    }
    Some(Hover {
        contents: HoverContents::Markup(markdown::content(text, world.caps.hover_markdown)),
        range: Some(document.text.range(range, world.caps.encoding)),
    })
}

/// The findings that the client shows together with the card: only the product's own client is known to.
fn said_at(world: &World, state: &OpenProject, path: &Path, range: TextRange) -> Vec<Code> {
    if !world.config.status_notifications {
        return Vec::new();
    }
    let at = state
        .known
        .shown(path)
        .into_iter()
        .filter(|finding| finding.range.contains(range) || range.contains(finding.range));
    at.map(|finding| finding.code).collect()
}

/// Whether a finding says of a word all that its card would: that it is none.
fn is_of_word(code: Code) -> bool {
    matches!(code, Code::UnknownType | Code::InvalidType | Code::UnknownScope | Code::ScopesNotUsed)
}

/// What is said of a use of a connector, or of a call with its token.
fn in_code(world: &World, state: &OpenProject, path: &Path, offset: u32) -> Option<(TextRange, String)> {
    let code = state.known.code()?;
    let found = code.at(state.root(), path, offset)?;
    let name = found.type_name()?;
    let said = said_at(world, state, path, found.range());
    let is_said = |codes: &[Code]| said.iter().any(|code| codes.contains(code));
    // What is wrong stands above the card already.
    if is_said(&[Code::UnknownConnector]) {
        return None;
    }
    let about = match &found {
        AtPlace::Call(call, _) => {
            (!is_said(&[Code::MissingScope, Code::WrongProduct])).then(|| of_call(state, call, name))
        }
        _ => Some(of_type(name)),
    };
    let file = (!is_said(&[Code::MissingConnector])).then(|| of_file(world, state, name));
    let parts: Vec<String> = about.into_iter().chain(file).collect();
    (!parts.is_empty()).then(|| (found.range(), parts.join("\n\n")))
}

/// How a connector stands that code uses: its file with the scopes, and the app.
fn of_file(world: &World, state: &OpenProject, name: &str) -> String {
    let declared = state.known.connectors().find(|(_, connector)| connector.type_name == name);
    let mut text = match declared {
        Some((path, connector)) => {
            let file = markdown::code(&state.project().display_path(path));
            match connector.scopes() {
                [] => format!("**File:** {file}, without scopes"),
                scopes => format!("**File:** {file}, with {}", listed(scopes)),
            }
        }
        None => "**File:** none declares it. A push leaves the app without it.".to_owned(),
    };
    if let Some(summary) =
        world.summary_of(state, name, declared.map(|(_, connector)| connector.scopes()), false)
    {
        text.push_str(&format!("\n\n{summary}"));
    }
    text
}

/// What a call needs, and whether the connector's scopes allow it.
fn of_call(state: &OpenProject, call: &AppCall, name: &str) -> String {
    let ty = Catalogue::get().find(name);
    let service = ty.map_or_else(|| markdown::code(name), |ty| markdown::escape(ty.display_name));
    let mut text = format!("**Call:** {}, with a token of {service}", markdown::code(&call.shown()));
    let (Some(ty), Some(endpoint)) = (ty, &call.endpoint) else { return text };
    match endpoint {
        Match::Found(found) if found.endpoint.says_scopes() => {
            let sets = &found.endpoint.scopes_any;
            let needs = match sets.iter().any(|set| set.is_empty()) {
                true => "no scope".to_owned(),
                false => {
                    let sets: Vec<String> = sets.iter().take(MAX_SETS).map(|set| together(set)).collect();
                    let more = sets_beyond(found.endpoint.scopes_any.len());
                    if sets.len() == 1 { sets.concat() } else { format!("one of {}{more}", sets.join(", ")) }
                }
            };
            text.push_str(&format!("\n\n**Needs:** {needs}"));
        }
        _ => text.push_str("\n\nWhich scopes it needs is not known."),
    }
    let declared = state.known.connectors().find(|(_, connector)| connector.type_name == name);
    let Some((_, connector)) = declared else { return text };
    let scopes: Vec<&str> = connector.scopes().iter().map(String::as_str).collect();
    match endpoint.access(ty, &scopes) {
        Access::Granted => text.push_str(". The connector's scopes allow it."),
        Access::Missing(missing) => {
            text.push_str(". **The connector's scopes do not allow it**");
            match missing.suggestions.first() {
                Some(set) => text.push_str(&format!(": {} would.", together(set))),
                None => text.push('.'),
            }
        }
        Access::OtherToken(other) => text.push_str(&format!(". It takes {}.", markdown::escape(other))),
        Access::Unknown => {}
    }
    text
}

/// So many alternatives are named.
const MAX_SETS: usize = 6;

fn sets_beyond(count: usize) -> String {
    match count.saturating_sub(MAX_SETS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

fn together(set: &[&str]) -> String {
    set.iter().map(|scope| markdown::code(scope)).collect::<Vec<_>>().join(" with ")
}

fn listed(scopes: &[String]) -> String {
    let shown: Vec<String> = scopes.iter().take(MAX_SETS).map(|scope| markdown::code(scope)).collect();
    format!("{}{}", shown.join(", "), sets_beyond(scopes.len()))
}

/// Where the word stands, what is said of it, and whether it speaks of the whole connector.
fn card(tree: &Tree, offset: u32) -> Option<(TextRange, String, bool)> {
    if let Place::SilencedCode { range, .. } = context::place(tree, offset) {
        let code = Code::from_name(tree.slice(range))?;
        return Some((range, markdown::of_code(code), false));
    }
    let mut node = tree.node_at(offset)?;
    loop {
        if let NodeKind::Member(member) = node.kind() {
            let is_top = node.parent().is_some_and(|parent| Some(parent) == tree.root());
            return if is_top { of_member(tree, member, offset) } else { None };
        }
        node = node.parent()?;
    }
}

fn of_member(tree: &Tree, member: Member<'_>, offset: u32) -> Option<(TextRange, String, bool)> {
    let key = member.key();
    let name = key.text();
    if key.range().touches(offset) {
        let text = of_key(&name, tree)?;
        return Some((key.range(), text, name == "type"));
    }
    let value = member.value()?;
    match (name.as_ref(), value.kind()) {
        ("type", NodeKind::String(string)) => Some((string.range(), of_type(&string.text()), true)),
        ("scopes", NodeKind::Array(array)) => {
            let string = array.elements().find(|element| element.range().touches(offset))?.as_string()?;
            let (range, text) = of_scope(tree, string, offset)?;
            Some((range, text, false))
        }
        _ => None,
    }
}

fn of_key(name: &str, tree: &Tree) -> Option<String> {
    let ty = context::type_name(tree).and_then(|name| Catalogue::get().find(&name));
    Some(match name {
        "type" => "`type` — which service the connector is of.".to_owned(),
        "scopes" => {
            let mut text = "`scopes` — the OAuth scopes the app asks its user for. A push replaces the ones \
                            that the app has."
                .to_owned();
            if let Some(ty) = ty.filter(|ty| !ty.scope_docs.is_empty()) {
                let title = format!("Scopes of {}", ty.display_name);
                text.push_str(&format!("\n\n{}", markdown::link(&title, ty.scope_docs)));
            }
            text
        }
        "$schema" => {
            "`$schema` — where other tools find the schema of this file. Base44 ignores it.".to_owned()
        }
        _ => return None,
    })
}

fn of_type(name: &str) -> String {
    match Catalogue::get().find(name) {
        Some(ty) => markdown::of_type(ty),
        None => format!("{} is not in the catalogue; Base44 may know it.", markdown::code(name)),
    }
}

/// What is said of the scope at `offset`, and where it stands: a string may hold several.
fn of_scope(tree: &Tree, string: StringNode<'_>, offset: u32) -> Option<(TextRange, String)> {
    let ty = Catalogue::get().find(&context::type_name(tree)?)?;
    let text = string.text();
    let resolution = resolve_one(ty, &text);
    let content = string.content_range();
    // With escapes in it, a part's place in the text is not its place in the file.
    if let Resolution::Joined(parts) = &resolution
        && tree.slice(content) == text
    {
        let range = |part: &Part| {
            let start = content.start + part.start as u32;
            TextRange::new(start, start + part.name.len() as u32)
        };
        let part = parts.iter().find(|part| range(part).touches(offset))?;
        return Some((range(part), markdown::of_resolution(ty, &part.name, &resolve_one(ty, &part.name))));
    }
    Some((string.range(), markdown::of_resolution(ty, &text, &resolution)))
}

#[cfg(test)]
mod tests {
    use connector_syntax::parse;

    use crate::documents::cursor;

    fn at(fixture: &str) -> Option<String> {
        let (text, offset) = cursor(fixture);
        let tree = parse(&text);
        super::card(&tree, offset).map(|(range, card, _)| format!("{} => {card}", tree.slice(range)))
    }

    #[test]
    fn a_type_tells_what_it_is_for() {
        let card = at(r#"{"type": "sl$0ack"}"#).unwrap();
        assert!(card.starts_with("\"slack\" => **Slack User** — `slack`"), "{card}");
    }

    #[test]
    fn a_scope_tells_what_it_allows() {
        let card = at(r#"{"type": "slack", "scopes": ["chat:wr$0ite"]}"#).unwrap();
        assert!(card.starts_with("\"chat:write\" => `chat:write` — Slack"), "{card}");
    }

    #[test]
    fn keys_are_explained() {
        assert!(at("{ty$0pe: 'slack'}").unwrap().contains("which service"));
        assert!(at("{$sch$0ema: ''}").unwrap().contains("Base44 ignores it"));
        assert!(at("{type: 'slack', scop$0es: []}").unwrap().contains("Scopes of Slack"));
    }

    #[test]
    fn what_is_not_known_is_said_so() {
        assert!(at("{type: 'non$0sense'}").unwrap().contains("not in the catalogue"));
        assert!(at("{type: 'hubspot', scopes: ['non$0sense']}").unwrap().contains("not among the known"));
        assert!(at("{type: 'slack', scopes: ['non$0sense']}").unwrap().contains("has no scope"));
    }

    #[test]
    fn a_scope_is_known_in_every_spelling_that_its_provider_reads() {
        for written in ["Mail.Send", "mail.send", "https://graph.microsoft.com/Mail.Send"] {
            let card = at(&format!("{{type: 'outlook', scopes: ['$0{written}']}}")).unwrap();
            assert!(card.contains("Send messages as"), "{card}");
        }
    }

    #[test]
    fn a_scope_of_another_type_tells_whose_it_is() {
        let card =
            at("{type: 'googlecalendar', scopes: ['https://www.googleapis.com/auth/drive.f$0ile']}").unwrap();
        assert!(card.contains("`googledrive`") && card.contains("Google Calendar"), "{card}");
    }

    #[test]
    fn a_misspelt_scope_tells_what_is_near() {
        let card = at("{type: 'slack', scopes: ['chat:writ$0']}").unwrap();
        assert!(card.contains("`chat:write`"), "{card}");
    }

    #[test]
    fn each_of_several_scopes_in_one_string_is_explained() {
        let card = at("{type: 'slack', scopes: ['chat:write,users:r$0ead']}").unwrap();
        assert!(card.starts_with("users:read => `users:read`"), "{card}");
    }

    #[test]
    fn a_type_without_scopes_says_so() {
        assert!(at("{type: 'notion', scopes: ['a$0b']}").unwrap().contains("takes no scopes"));
    }

    #[test]
    fn a_silenced_code_leads_to_its_explanation() {
        let card = at("// base44-ignore unknown-$0scope\n{}").unwrap();
        assert!(
            card.starts_with("unknown-scope => `unknown-scope` — [") && card.contains("#unknown-scope"),
            "{card}"
        );
        assert_eq!(at("// base44-ignore nonsen$0se\n{}"), None);
    }

    #[test]
    fn half_typed_texts_are_understood() {
        assert!(at("{\"type\": \"slack\", \"scopes\": [\"chat:wr$0ite").unwrap().contains("chat:write"));
    }

    #[test]
    fn elsewhere_nothing_is_said() {
        for fixture in ["$0", "{ $0 }", "{other: 'x$0'}", "{a: {type: 'sla$0ck'}}", "// ty$0pe\n{}"] {
            assert_eq!(at(fixture), None, "{fixture}");
        }
    }
}

//! Completion in code: the types that `getConnection("…")` may name, with how each stands.

use std::collections::BTreeMap;

use connector_model::standing::ConnectorState;
use connector_model::state::Connector;
use connector_syntax::TextRange;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionResponse, CompletionTextEdit,
    TextEdit,
};

use super::completion::offered;
use crate::documents::Document;

use crate::workspace::OpenProject;
use crate::world::World;

/// The methods that take a type first.
const METHODS: [&str; 3] = ["getConnection", "getAccessToken", "callApi"];
/// A type is never longer: what is typed beyond it is no type.
const MAX_TYPED: usize = 100;

/// The types that may be named at an offset of a program.
pub(super) fn complete(
    world: &World,
    state: &OpenProject,
    document: &Document,
    offset: u32,
) -> Option<CompletionResponse> {
    let slot = slot(document.text.as_str(), offset as usize)?;
    let declared: BTreeMap<&str, &Connector> =
        state.known.connectors().map(|(_, connector)| (connector.type_name.as_str(), connector)).collect();
    let facts = state.known.facts();
    let in_app: Vec<&str> = if world.config.trusted { facts.types().collect() } else { Vec::new() };
    let mut names: BTreeMap<String, (String, Option<_>)> = offered(state.platform.offered())
        .into_iter()
        .map(|ty| {
            let documentation = ty.documentation(&world.caps);
            (ty.name().to_owned(), (ty.display_name().to_owned(), documentation))
        })
        .collect();
    for name in declared.keys().chain(&in_app) {
        names.entry((*name).to_owned()).or_insert_with(|| ((*name).to_owned(), None));
    }
    let range = document.text.range(slot.range, world.caps.encoding);
    let items = names.into_iter().map(|(name, (display_name, documentation))| {
        let connector = declared.get(name.as_str());
        let status = facts.status_of(&name, connector.map(|connector| connector.scopes()));
        let on_app = if world.config.trusted { said_of_app(status.state) } else { None };
        let (rank, file) = match (connector.is_some(), in_app.contains(&name.as_str())) {
            (true, _) => (0, "file here"),
            (false, true) => (1, "no file"),
            (false, false) => (2, "no file"),
        };
        let mut standing = vec![file];
        standing.extend(on_app);
        let standing = standing.join(", ");
        CompletionItem {
            label: name.clone(),
            kind: Some(CompletionItemKind::ENUM_MEMBER),
            detail: Some(format!("{display_name}: {standing}")),
            label_details: world
                .caps
                .completion_label_details
                .then_some(CompletionItemLabelDetails { detail: None, description: Some(standing) }),
            documentation,
            sort_text: Some(format!("{rank}{name}")),
            filter_text: Some(format!("{}{name}", slot.opening)),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                range,
                new_text: format!("{}{name}{}", slot.opening, slot.closing),
            })),
            ..CompletionItem::default()
        }
    });
    Some(CompletionResponse::Array(items.collect()))
}

/// What is said of how a connector stands on the app; none where that is nothing.
fn said_of_app(state: ConnectorState) -> Option<&'static str> {
    match state {
        ConnectorState::Active | ConnectorState::Provisioned => Some("authorized"),
        ConnectorState::ScopesDiffer => Some("scopes differ"),
        ConnectorState::Pending => Some("waits for authorization"),
        ConnectorState::AuthorizationFailed | ConnectorState::Expired | ConnectorState::Disconnected => {
            Some("not authorized")
        }
        ConnectorState::OtherUser => Some("authorized by another user"),
        ConnectorState::NotPushed => Some("not pushed"),
        ConnectorState::RemoteOnly => Some("on the app"),
        ConnectorState::Unavailable => Some("not offered"),
        ConnectorState::PushFailed
        | ConnectorState::Unclaimed
        | ConnectorState::UnknownType
        | ConnectorState::Invalid
        | ConnectorState::Unknown => None,
    }
}

/// Where a type goes.
#[derive(Debug, PartialEq, Eq)]
struct Slot {
    /// What it replaces.
    range: TextRange,
    /// The quotes around it, where they are not there yet.
    opening: &'static str,
    closing: &'static str,
}

/// Where a type goes at an offset, if it stands in the first argument of a method that takes one. The text may be
/// broken: only what stands before is looked at, and what is typed of the type already.
fn slot(text: &str, offset: usize) -> Option<Slot> {
    let before = text.get(..offset)?;
    let is_typed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = before.trim_end_matches(is_typed).len();
    let after = text.get(offset..)?;
    let end = offset + after.len() - after.trim_start_matches(is_typed).len();
    if end - start > MAX_TYPED {
        return None;
    }
    let head = text.get(..start)?;
    let tail = text.get(end..)?;
    let range = |start: usize, end: usize| TextRange::new(start as u32, end as u32);
    let Some(quote) = head.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        // No quote is there yet: one is brought along.
        takes_a_type(head)?;
        return (start == offset && offset == end).then(|| Slot {
            range: range(offset, offset),
            opening: "\"",
            closing: "\"",
        });
    };
    takes_a_type(head.get(..head.len() - 1)?)?;
    let (opening, closing) = match quote {
        '"' => ("", "\""),
        '\'' => ("", "'"),
        _ => ("", "`"),
    };
    let closing = if tail.starts_with(quote) { "" } else { closing };
    Some(Slot { range: range(start, end), opening, closing })
}

/// Whether a text ends where the first argument of a method begins that takes a type.
fn takes_a_type(head: &str) -> Option<()> {
    let head = head.trim_end().strip_suffix('(')?.trim_end();
    let head = head.strip_suffix("?.").unwrap_or(head);
    let mut names = METHODS.iter().filter_map(|name| head.strip_suffix(name));
    names.next()?.trim_end().ends_with('.').then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a type would replace, and what it brings along.
    fn at(fixture: &str) -> Option<String> {
        let (text, offset) = crate::documents::cursor(fixture);
        let slot = slot(&text, offset as usize)?;
        let range = slot.range;
        let (before, after) = (&text[..range.start as usize], &text[range.end as usize..]);
        Some(format!("{before}{}TYPE{}{after}", slot.opening, slot.closing))
    }

    #[test]
    fn a_type_is_offered_where_a_method_takes_one() {
        for (fixture, expected) in [
            ("c.getConnection('$0')", "c.getConnection('TYPE')"),
            ("c.getConnection(\"sla$0\")", "c.getConnection(\"TYPE\")"),
            ("c.getConnection('sl$0ack')", "c.getConnection('TYPE')"),
            ("c.getConnection(\n  `$0`\n)", "c.getConnection(\n  `TYPE`\n)"),
            ("c.getConnection?.('$0')", "c.getConnection?.('TYPE')"),
            ("c?.getAccessToken('$0')", "c?.getAccessToken('TYPE')"),
            ("c.callApi('$0', {})", "c.callApi('TYPE', {})"),
            ("c.getConnection('$0", "c.getConnection('TYPE'"),
            ("c.getConnection($0)", "c.getConnection(\"TYPE\")"),
        ] {
            assert_eq!(at(fixture).as_deref(), Some(expected), "{fixture}");
        }
    }

    #[test]
    fn nothing_is_offered_elsewhere() {
        for fixture in [
            "$0",
            "'$0'",
            "getConnection('$0')",
            "c.fetch('$0')",
            "c.getConnections('$0')",
            "c.callApi('slack', { method: '$0' })",
            "c.getConnection(sl$0)",
            "c.getConnection('slack', '$0')",
        ] {
            assert_eq!(at(fixture), None, "{fixture}");
        }
    }
}

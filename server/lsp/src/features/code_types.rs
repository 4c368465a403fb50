//! Completion in code: the types that `getConnection("…")` may name, with how each stands.

use std::collections::BTreeMap;

use connector_model::code::TAKING_METHODS;
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

/// A type is never longer: what is typed beyond it is no type.
const MAX_TYPED: usize = 100;
/// How far the arguments before a type are looked through for the call that they belong to.
const MAX_ARGUMENTS: usize = 300;

/// The types that may be named at an offset of a program.
pub(super) fn complete(
    world: &World,
    state: &OpenProject,
    document: &Document,
    offset: u32,
) -> Option<CompletionResponse> {
    let slot = slot(document.text.as_str(), offset as usize, &named(state, document))?;
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

/// Where the program names types, as far as it was understood last.
fn named(state: &OpenProject, document: &Document) -> Vec<TextRange> {
    let (Some(code), Some(path)) = (state.known.code(), document.uri.path()) else { return Vec::new() };
    code.types_named_in(state.root(), path)
}

/// Where a type goes at an offset: in the first argument of a method that takes one, or where one is named already, or
/// as the argument of a function that is given one elsewhere. The text may be broken: only what stands before is looked
/// at, and what is typed of the type already.
fn slot(text: &str, offset: usize, named: &[TextRange]) -> Option<Slot> {
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
        let rest = tail.trim_start();
        let close = text.len() - rest.len();
        let is_alone = head.trim_end().ends_with(['(', ',']) && rest.starts_with([')', ',']);
        let is_one = takes_a_type(head, text).is_some()
            || is_alone && (named.contains(&range(close, close)) || is_given_a_type(text, head, named));
        return (is_one && start == offset && offset == end).then(|| Slot {
            range: range(offset, offset),
            opening: "\"",
            closing: "\"",
        });
    };
    let head = head.get(..head.len() - 1)?;
    let is_named = || named.iter().any(|named| named.start as usize == start && named.end as usize >= end);
    if takes_a_type(head, text).is_none() && !is_named() && !is_given_a_type(text, head, named) {
        return None;
    }
    let (opening, closing) = match quote {
        '"' => ("", "\""),
        '\'' => ("", "'"),
        _ => ("", "`"),
    };
    let closing = if tail.starts_with(quote) { "" } else { closing };
    Some(Slot { range: range(start, end), opening, closing })
}

/// Whether a text ends where the first argument of a method begins that takes a type.
fn takes_a_type(head: &str, text: &str) -> Option<()> {
    let head = before_call(head)?;
    // `connectors["getConnection"]`
    if let Some(head) = head.strip_suffix(']') {
        let head = head.trim_end().strip_suffix(['"', '\'', '`'])?;
        let head =
            TAKING_METHODS.iter().find_map(|name| head.strip_suffix(name))?.strip_suffix(['"', '\'', '`'])?;
        return head.trim_end().strip_suffix('[').map(|_| ());
    }
    let (name, head) = TAKING_METHODS.iter().find_map(|name| Some((*name, head.strip_suffix(name)?)))?;
    let stands_alone = !head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#'));
    (head.trim_end().ends_with('.') || stands_alone && is_taken_out(text, name)).then_some(())
}

/// A text up to the name of what is called at its end: `(` and what may stand before it are left out.
fn before_call(head: &str) -> Option<&str> {
    let mut head = head.trim_end();
    while let Some(comment) = head.strip_suffix("*/") {
        head = comment.get(..comment.rfind("/*")?)?.trim_end();
    }
    let head = head.strip_suffix('(')?.trim_end();
    let head = match head.strip_suffix('>') {
        Some(generic) => generic.get(..generic.rfind('<')?)?.trim_end(),
        None => head,
    };
    Some(head.strip_suffix("?.").unwrap_or(head).trim_end())
}

/// Whether a method is taken out of the connectors to be called by its name alone:
/// `const { getConnection } = base44.asServiceRole.connectors`.
fn is_taken_out(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].trim_end();
        let behind = &text[at + name.len()..];
        let Some((inside, from)) = behind.split_once('}') else { return false };
        let statement = from.split([';', '\n']).next().unwrap_or_default();
        let inside = inside.trim_start();
        before.ends_with(['{', ','])
            && (inside.is_empty() || inside.starts_with(','))
            && from.trim_start().starts_with('=')
            && statement.contains("connectors")
    })
}

/// Whether the text that begins behind a head is an argument of a function that is given a type in its place elsewhere.
fn is_given_a_type(text: &str, head: &str, named: &[TextRange]) -> bool {
    let Some(given) = argument(head) else { return false };
    let others = named.iter().filter_map(|named| text.get(..(named.start as usize).checked_sub(1)?));
    others.filter_map(argument).any(|other| other == given)
}

/// The function whose argument begins at the end of a text, and which of its arguments that is.
fn argument(head: &str) -> Option<(&str, usize)> {
    let (mut depth, mut index) = (0usize, 0usize);
    for (back, (at, c)) in head.char_indices().rev().enumerate() {
        match c {
            _ if back > MAX_ARGUMENTS => return None,
            ')' | ']' | '}' => depth += 1,
            '(' if depth == 0 => {
                let callee = before_call(head.get(..=at)?)?;
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
                let name = &callee[callee.trim_end_matches(is_name).len()..];
                return (!name.is_empty()).then_some((name, index));
            }
            '[' | '{' | ';' if depth == 0 => return None,
            '(' | '[' | '{' => depth -= 1,
            ',' if depth == 0 => index += 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a type would replace, and what it brings along.
    fn at(fixture: &str) -> Option<String> {
        at_named(fixture, &[])
    }

    /// The same where the program is known to name these.
    fn at_named(fixture: &str, named: &[&str]) -> Option<String> {
        let (text, offset) = crate::documents::cursor(fixture);
        let range = |name: &&str| {
            let start = text.find(*name).unwrap();
            TextRange::new(start as u32, (start + name.len()) as u32)
        };
        let slot = slot(&text, offset as usize, &named.iter().map(range).collect::<Vec<_>>())?;
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
            ("c.getConnection(/* type */ '$0')", "c.getConnection(/* type */ 'TYPE')"),
            ("c.getConnection<Token>('$0')", "c.getConnection<Token>('TYPE')"),
            ("c['getConnection']('$0')", "c['getConnection']('TYPE')"),
            ("c\n .getConnection (\n '$0'", "c\n .getConnection (\n 'TYPE'"),
            (
                "const { getConnection } = b.asServiceRole.connectors;\ngetConnection('$0')",
                "const { getConnection } = b.asServiceRole.connectors;\ngetConnection('TYPE')",
            ),
        ] {
            assert_eq!(at(fixture).as_deref(), Some(expected), "{fixture}");
        }
    }

    #[test]
    fn a_type_is_offered_where_one_is_named_elsewhere_in_that_way() {
        for (fixture, named, expected) in [
            ("const TYPE = 'sl$0ack';", "slack", "const TYPE = 'TYPE';"),
            ("take(b, 'slack'); take(b, '$0');", "slack", "take(b, 'slack'); take(b, 'TYPE');"),
            ("take(b, 'slack'); take(f(a, c), '$0", "slack", "take(b, 'slack'); take(f(a, c), 'TYPE'"),
            ("take('slack'); take($0)", "slack", "take('slack'); take(\"TYPE\")"),
            ("take(b, 'slack'); take(b, $0 )", "slack", "take(b, 'slack'); take(b, \"TYPE\" )"),
        ] {
            assert_eq!(at_named(fixture, &[named]).as_deref(), Some(expected), "{fixture}");
        }
        for (fixture, named) in [
            ("take(b, 'slack'); take('$0', b);", "slack"),
            ("take(b, 'slack'); other(b, '$0');", "slack"),
            ("take(b, 'slack'); take(b, { type: '$0' });", "slack"),
            ("const TYPE = 'slack'; const NAME = '$0';", "slack"),
            ("take(b, 'slack'); take($0);", "slack"),
            ("take(b, 'slack'); take(b $0);", "slack"),
            ("take('slack'); take($0 client);", "slack"),
        ] {
            assert_eq!(at_named(fixture, &[named]), None, "{fixture}");
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

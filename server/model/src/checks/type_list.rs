//! What stands behind the type without a key of its own: the parser takes it for a list whose brackets are missing, and
//! a type is one text.

use connector_syntax::{Node, NodeKind, SyntaxError, SyntaxErrorKind, TextEdit, TextRange, Tree};

use crate::{Code, Finding, Fix, FixAction};

/// What is to be said of a list that was read in place of the type's text; none of any other error.
pub(super) fn told(error: &SyntaxError, tree: &Tree) -> Option<Finding> {
    let closed = match error.kind {
        SyntaxErrorKind::ArrayWithoutBrackets => false,
        SyntaxErrorKind::ArrayWithoutOpeningBracket => true,
        _ => return None,
    };
    let object = tree.root()?.as_object()?;
    let value = object.get("type")?.value().filter(|value| value.range() == error.range)?;
    let NodeKind::Array(_) = value.kind() else { return None };
    let behind: Vec<Node<'_>> = value.children().skip(1).collect();
    let (Some(first), Some(last)) = (behind.first(), behind.last()) else {
        let bracket = TextRange::new(error.range.end.saturating_sub(1), error.range.end);
        let mut finding = Finding::new(Code::SyntaxError, bracket, "There is one `]` too many.");
        finding.fixes.push(fix("Remove `]`", vec![edit(bracket, "")], true));
        return Some(finding);
    };
    let range = TextRange::new(first.range().start, last.range().end);
    let are_scopes = object.get("scopes").is_none() && behind.iter().all(|node| looks_like_scope(*node));
    let message = match are_scopes {
        true => "`type` is one text: what stands behind it belongs in `scopes`.",
        false => "`type` is one text, and this has no value: write `key: value`.",
    };
    let mut finding = Finding::new(Code::SyntaxError, range, message);
    if are_scopes {
        let mark = if tree.slice(first.range()).starts_with('\'') { '\'' } else { '"' };
        let opening = edit(TextRange::empty(range.start), &format!("{mark}scopes{mark}: ["));
        let closing = (!closed).then(|| edit(TextRange::empty(range.end), "]"));
        let edits = [opening].into_iter().chain(closing).collect();
        finding.fixes.push(fix("Make a list of it, as `scopes`", edits, false));
    }
    Some(finding)
}

/// Whether a text is built as scopes are, and no key is.
fn looks_like_scope(node: Node<'_>) -> bool {
    node.as_string().is_some_and(|string| string.text().contains([':', '.', '/']))
}

fn edit(range: TextRange, new_text: &str) -> TextEdit {
    TextEdit { range, new_text: new_text.to_owned() }
}

fn fix(title: &str, edits: Vec<TextEdit>, safe: bool) -> Fix {
    Fix { title: title.to_owned(), action: FixAction::Edit(edits), safe }
}

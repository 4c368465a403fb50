//! Whether the scopes are ones that the provider has.

mod messages;

use std::borrow::Cow;

use connector_boundary::text::printable;
use connector_syntax::{Node, NodeKind, StringNode, TextEdit, TextRange, Tree, quote};

use super::{has_comment, remove, replace};
use crate::{Code, Finding, Fix, FixAction, Place, Severity, Tag};
use connector_catalogue::endpoints::is_identity;
use connector_catalogue::{
    Catalogue, Certainty, CombinationKind, Conflict, ConnectorType, Part, Resolution, ResolvedScope, Scope,
    Sensitivity, Suggestion, conflicts, resolve, resolve_one, resolve_unlisted,
};

/// Says what is to be said about the scopes of a connector of this type, `most` findings at the most.
pub(super) fn check<'t>(name: &str, tree: &'t Tree, most: usize, findings: &mut Vec<Finding>) {
    let Some(ty) = Catalogue::get().find(name) else {
        return;
    };
    let object = tree.root().and_then(Node::as_object);
    let Some(member) = object.and_then(|object| object.get("scopes")) else {
        no_scopes(ty, tree, None, findings);
        return;
    };
    let Some(list) = member.value().filter(|value| matches!(value.kind(), NodeKind::Array(_))) else {
        return;
    };
    if list.children().next().is_none() {
        no_scopes(ty, tree, Some(list), findings);
        return;
    }
    if !ty.takes_scopes() {
        findings.push(not_used(ty, tree, list));
        return;
    }
    // A string that is not closed is half typed, and the syntax error says so.
    let closed = |node: Node<'t>| {
        let string = node.as_string().filter(|string| string.is_closed())?;
        Some((node, string.text()))
    };
    let (nodes, texts): (Vec<Node<'_>>, Vec<Cow<'_, str>>) = list.children().filter_map(closed).unzip();
    let names: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let list_node = list;
    let list = List { ty, tree, nodes: &nodes, names: &names };
    let end = findings.len() + most;
    // What is no text has a finding of its own, and may be meant as a scope.
    if !ty.provider.signs_in()
        && names.iter().all(|name| is_identity(ty, name))
        && list_node.children().count() == names.len()
    {
        findings.push(only_identity(ty, list_node));
    }
    let conflicts = conflicts(ty, &names);
    for (index, resolved) in resolve(ty, &names).iter().enumerate() {
        let conflict = conflicts.iter().find(|conflict| conflict.index == index);
        list.scope(index, resolved, conflict, findings);
        if findings.len() >= end {
            break;
        }
    }
}

/// Says what is to be said about one scope that is in no table: the others of its list change nothing about that.
pub(super) fn unlisted(ty: &'static ConnectorType, tree: &Tree, node: Node<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(string) = node.as_string() {
        let text = string.text();
        let list = List { ty, tree, nodes: &[node], names: &[&text] };
        let resolution = resolve_unlisted(ty, &text);
        let resolved = ResolvedScope { resolution, duplicate_of: None, covered_by: None };
        list.scope(0, &resolved, None, &mut findings);
    }
    findings
}

/// A list of scopes without a scope in it, or none at all.
fn no_scopes(ty: &ConnectorType, tree: &Tree, list: Option<Node<'_>>, findings: &mut Vec<Finding>) {
    // Who is still typing knows, and so does who has the list under another name.
    let in_question =
        |finding: &Finding| matches!(finding.code, Code::SyntaxError | Code::UnknownKey | Code::UnknownType);
    if !ty.takes_scopes() || findings.iter().any(in_question) {
        return;
    }
    let type_value = || tree.root()?.as_object()?.get("type")?.value();
    let Some(node) = list.or_else(type_value) else {
        return;
    };
    let message = format!(
        "No scopes are asked for, so the app can do little or nothing with {}. See {}",
        ty.display_name, ty.scope_docs
    );
    findings.push(Finding::new(Code::EmptyScopes, node.range(), message));
}

/// A list of scopes that name the account and do nothing with the service.
fn only_identity(ty: &ConnectorType, list: Node<'_>) -> Finding {
    let message = format!(
        "These scopes tell who connects, and open nothing of {}: the app can do little or nothing with it. See {}",
        ty.display_name, ty.scope_docs
    );
    Finding::new(Code::EmptyScopes, list.range(), message)
}

fn not_used(ty: &ConnectorType, tree: &Tree, list: Node<'_>) -> Finding {
    let message = format!("{} takes no scopes: what stands in the list changes nothing.", ty.display_name);
    let mut finding = Finding::new(Code::ScopesNotUsed, list.range(), message);
    finding.tags.push(Tag::Unnecessary);
    let closed = list.as_array().is_some_and(|array| array.is_closed());
    if closed && !has_comment(tree, list.range()) {
        finding.fixes.push(Fix {
            title: "Empty the list".to_owned(),
            action: FixAction::Edit(vec![TextEdit { range: list.range(), new_text: "[]".to_owned() }]),
            safe: false,
        });
    }
    finding
}

/// The scopes of a connector as they stand in its file.
struct List<'a> {
    ty: &'static ConnectorType,
    tree: &'a Tree,
    nodes: &'a [Node<'a>],
    names: &'a [&'a str],
}

impl List<'_> {
    /// The findings about the scope at one index.
    fn scope(
        &self,
        index: usize,
        resolved: &ResolvedScope,
        conflict: Option<&Conflict>,
        findings: &mut Vec<Finding>,
    ) {
        let (Some(node), Some(name)) = (self.nodes.get(index), self.names.get(index)) else {
            return;
        };
        if let Some(first) = resolved.duplicate_of {
            findings.push(self.duplicate(*node, name, first));
            return;
        }
        match &resolved.resolution {
            Resolution::Blank => {
                let message = "There is no scope in these quotes.";
                let mut finding = Finding::new(Code::UnknownScope, node.range(), message);
                finding.fixes.push(remove("Remove the empty text".to_owned(), *node, true));
                findings.push(finding);
            }
            Resolution::Joined(parts) => findings.push(self.joined(*node, name, parts)),
            resolution => findings.extend(resolved.certainty().map(severity).map(|severity| {
                let message = messages::unknown(self.ty, name, resolution);
                let mut finding = Finding::new(Code::UnknownScope, node.range(), message);
                finding.severity = severity;
                self.fix_unknown(&mut finding, *node, name, resolution);
                finding
            })),
        }
        if let Some(conflict) = conflict {
            findings.push(self.conflicting(*node, name, conflict));
            return;
        }
        let granted =
            !matches!(&resolved.resolution, Resolution::KnownElsewhere(elsewhere) if !elsewhere.granted);
        let retired = resolved.scope().filter(|scope| scope.deprecated && granted);
        if let Some(scope) = retired {
            findings.push(self.deprecated(*node, name, scope));
        } else if let Some(broader) = resolved.covered_by {
            findings.extend(self.redundant(*node, name, broader));
        }
        if resolved.sensitivity() == Some(Sensitivity::Restricted) {
            let message = messages::restricted(self.ty, name);
            findings.push(Finding::new(Code::RestrictedScope, node.range(), message));
        }
    }

    fn duplicate(&self, node: Node<'_>, name: &str, first: usize) -> Finding {
        let shown = printable(name, 100);
        let earlier = self.names.get(first).copied().unwrap_or_default();
        let message = match earlier == name {
            true => format!("`{shown}` is in the list already."),
            false => format!(
                "`{shown}` is in the list already, written as `{}`: both are one scope.",
                printable(earlier, 100)
            ),
        };
        let mut finding = Finding::new(Code::DuplicateScope, node.range(), message);
        finding.tags.push(Tag::Unnecessary);
        finding.related.extend(self.place(first, "it is here first".to_owned()));
        finding.fixes.push(remove(format!("Remove the second `{shown}`"), node, true));
        finding
    }

    /// A scope that does not go together with another of the list, or not without one that lacks.
    fn conflicting(&self, node: Node<'_>, name: &str, conflict: &Conflict) -> Finding {
        let shown = printable(name, 100);
        let combination = conflict.combination;
        let mut finding = Finding::new(Code::ConflictingScopes, node.range(), combination.summary);
        finding.link = Cow::Borrowed(combination.url);
        if let Some(other) = conflict.other {
            let message = match combination.kind {
                CombinationKind::Limits => "this scope gives what is taken away",
                _ => "this scope stands beside it",
            };
            finding.related.extend(self.place(other, message.to_owned()));
            finding.fixes.push(remove(format!("Remove `{shown}`"), node, false));
        }
        if !conflict.missing.is_empty() {
            finding.severity = Severity::Information;
            let mark = if self.tree.slice(node.range()).starts_with('\'') { '\'' } else { '"' };
            let new_text: String =
                conflict.missing.iter().map(|missing| format!("{}, ", quote(missing, mark))).collect();
            let named: Vec<String> = conflict.missing.iter().map(|missing| format!("`{missing}`")).collect();
            let edit = TextEdit { range: TextRange::empty(node.range().start), new_text };
            finding.fixes.push(Fix {
                title: format!("Add {}", named.join(" and ")),
                action: FixAction::Edit(vec![edit]),
                safe: false,
            });
        }
        finding
    }

    fn redundant(&self, node: Node<'_>, name: &str, broader: usize) -> Option<Finding> {
        let shown = printable(name, 100);
        let broader_name = printable(self.names.get(broader)?, 100);
        let message =
            format!("`{shown}` adds nothing: `{broader_name}`, which is in the list too, covers it.");
        let mut finding = Finding::new(Code::RedundantScope, node.range(), message);
        finding.tags.push(Tag::Unnecessary);
        finding.related.extend(self.place(broader, "this scope covers it".to_owned()));
        finding.fixes.push(remove(format!("Remove `{shown}`"), node, false));
        Some(finding)
    }

    fn deprecated(&self, node: Node<'_>, name: &str, scope: &'static Scope) -> Finding {
        let shown = printable(name, 100);
        let message = messages::deprecated(self.ty, name, scope);
        let mut finding = Finding::new(Code::DeprecatedScope, node.range(), message);
        finding.tags.push(Tag::Deprecated);
        let parts = narrower(self.ty, scope);
        if !parts.is_empty() {
            // It is taken as long as it is being split.
            finding.severity = Severity::Information;
            let mark = if self.tree.slice(node.range()).starts_with('\'') { '\'' } else { '"' };
            let lacking = parts.iter().filter(|part| !self.names.contains(part));
            let lacking: Vec<String> = lacking.map(|part| quote(part, mark)).collect();
            if !lacking.is_empty() {
                finding.fixes.push(Fix {
                    title: format!("Change `{shown}` to the {} scopes that it is split into", lacking.len()),
                    action: FixAction::Edit(vec![TextEdit {
                        range: node.range(),
                        new_text: lacking.join(", "),
                    }]),
                    safe: false,
                });
                return finding;
            }
        }
        if let Some(successor) = scope.replaced_by {
            let listed = self.names.iter().position(|other| self.ty.is_same_scope(other, successor));
            match listed {
                Some(listed) => {
                    finding.related.extend(self.place(listed, "its successor is here already".to_owned()));
                    let title = format!("Remove `{shown}`: `{successor}` is in the list already");
                    finding.fixes.push(remove(title, node, false));
                    return finding;
                }
                None => {
                    let title = format!("Change `{shown}` to `{successor}`");
                    finding.fixes.push(replace(title, self.tree, node.range(), successor, false));
                }
            }
        }
        finding.fixes.push(remove(format!("Remove `{shown}`"), node, false));
        finding
    }

    fn joined(&self, node: Node<'_>, name: &str, parts: &[Part]) -> Finding {
        let message = format!(
            "There are {} scopes in one text here. Each scope is a text of its own in the list.",
            parts.len()
        );
        let mut finding = Finding::new(Code::InvalidScopes, node.range(), message);
        let is_scope = |part: &Part| match resolve_one(self.ty, &part.name) {
            Resolution::Known(_) | Resolution::Pattern => true,
            Resolution::KnownElsewhere(elsewhere) => elsewhere.granted,
            _ => false,
        };
        // Prose is not split: one word of it at least has to be a scope, or be built like one.
        let looks_like_one = |part: &Part| part.name.contains([':', '.', '/', '_']) || is_scope(part);
        if parts.len() <= MAX_PARTS && parts.iter().any(looks_like_one) {
            let mark =
                node.as_string().and_then(StringNode::quote).filter(|mark| *mark == '\'').unwrap_or('"');
            let mut kept: Vec<String> = Vec::new();
            for part in parts {
                let part = quote(&part.name, mark);
                if !kept.contains(&part) {
                    kept.push(part);
                }
            }
            finding.fixes.push(Fix {
                title: match (kept.as_slice(), parts.first()) {
                    ([_], Some(part)) => format!("Write `{}` once", printable(&part.name, 100)),
                    _ => format!("Split into {} scopes", kept.len()),
                },
                action: FixAction::Edit(vec![TextEdit { range: node.range(), new_text: kept.join(", ") }]),
                // A slash stands within names, too: `oauth/contacts` may have been meant as one.
                safe: parts.iter().all(is_scope)
                    && !parts.iter().any(|part| is_behind_slash(name, part))
                    && !has_letters_of_one(self.ty, name),
            });
        }
        finding.fixes.push(remove("Remove the text".to_owned(), node, false));
        finding
    }

    fn fix_unknown(&self, finding: &mut Finding, node: Node<'_>, name: &str, resolution: &Resolution) {
        let shown = printable(name, 100);
        if let Resolution::Misspelt { suggestions, .. } | Resolution::Description(suggestions) = resolution {
            finding.fixes.extend(suggestions.iter().map(|suggestion| self.change(node, &shown, suggestion)));
        }
        if finding.severity <= Severity::Warning {
            finding.fixes.push(remove(format!("Remove `{shown}`"), node, false));
        }
    }

    fn change(&self, node: Node<'_>, shown: &str, suggestion: &Suggestion) -> Fix {
        let meant = suggestion.name.as_ref();
        replace(format!("Change `{shown}` to `{meant}`"), self.tree, node.range(), meant, suggestion.certain)
    }

    /// Another place of the list, to be pointed at.
    fn place(&self, index: usize, message: String) -> Option<Place> {
        let node = self.nodes.get(index)?;
        Some(Place { path: None, range: node.range(), message })
    }
}

/// Whether a slash is all that stands before one of several scopes in a text.
fn is_behind_slash(text: &str, part: &Part) -> bool {
    let before = text.get(..part.start).unwrap_or_default();
    before.strip_suffix('/').is_some_and(|before| before.ends_with(char::is_alphanumeric))
}

/// Whether a text is one scope but for what separates its words, whatever its words are by themselves: Databricks has
/// `dashboards`, `genie` and `dashboards.genie`.
fn has_letters_of_one(ty: &ConnectorType, text: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let written = letters(text);
    ty.scopes.iter().any(|scope| letters(scope.name) == written)
}

/// The scopes that a retired one is being split into.
fn narrower(ty: &ConnectorType, scope: &Scope) -> Vec<&'static str> {
    let is_granted = |name: &&str| ty.find_scope(name).is_some_and(|scope| !scope.deprecated);
    match scope.replaced_by {
        Some(_) => Vec::new(),
        None => scope.covers.iter().copied().filter(is_granted).collect(),
    }
}

/// A text with more parts than this is no list of scopes.
const MAX_PARTS: usize = 1_000;

/// How much an unknown scope matters: what the provider would accept, or may, never more than information.
fn severity(certainty: Certainty) -> Severity {
    match certainty {
        Certainty::Unsure => Severity::Information,
        Certainty::Sure => Severity::Warning,
    }
}

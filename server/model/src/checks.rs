//! The findings of one connector file that need no platform.

mod file;
mod lookup;
mod scopes;
mod shape;

pub use lookup::KnownTypes;

use std::borrow::Cow;
use std::path::Path;

use connector_syntax::{TextEdit, TextRange, Tree};

use crate::index::ProjectIndex;
use crate::project::Project;
use crate::severities::Severities;
use crate::syntax_words::{self, Document};
use crate::{Code, Finding, Fix, FixAction, ignores};

/// What a file is checked against besides itself.
#[derive(Clone, Copy, Default)]
pub struct Context<'a> {
    /// The project that the file belongs to, if any.
    pub project: Option<&'a Project>,
    /// What the other files of the project declare.
    pub index: Option<&'a ProjectIndex>,
    /// How much each finding matters to the user.
    pub severities: Option<&'a Severities>,
    /// The types that the platform has, where it has said so.
    pub known_types: Option<&'a KnownTypes>,
}

/// What a connector file says, as far as it says it rightly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The type, and where it stands.
    pub type_name: Option<(String, TextRange)>,
    /// The scopes, and where each stands.
    pub scopes: Vec<(String, TextRange)>,
    /// Where the list of scopes stands.
    pub scopes_range: Option<TextRange>,
}

/// What a text declares; nothing is judged.
pub fn declared(tree: &Tree) -> Declared {
    shape::declared(tree)
}

/// The type that a text declares, and where it stands.
pub fn declared_type(tree: &Tree) -> Option<(Cow<'_, str>, TextRange)> {
    shape::declared_type(tree)
}

/// Everything that is to be said about one connector file, in the order of the text.
///
/// `path` is where the file is or will be, if anywhere.
///
/// Of a file with more mistakes than anyone reads, the first ones.
pub fn check(path: Option<&Path>, tree: &Tree, context: &Context<'_>) -> Vec<Finding> {
    check_at_most(MOST_OF_A_KIND, path, tree, context)
}

/// So many findings of one kind are given of one file.
const MOST_OF_A_KIND: usize = 1_000;

/// The same, with another limit for each kind of finding.
pub(crate) fn check_at_most(
    most: usize,
    path: Option<&Path>,
    tree: &Tree,
    context: &Context<'_>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tree.errors().iter().map(|error| syntax_error(error, tree)).collect();
    let empty = tree.root().is_none();
    if !empty {
        shape::check(path, tree, most, context, &mut findings);
        if let Some((name, range)) = shape::declared_type(tree) {
            file::check(path, &name, range, context, &mut findings);
            scopes::check(&name, tree, most, context, &mut findings);
        }
    }
    remove_ambiguous(tree, &mut findings);
    keep_comments(tree, &mut findings);
    let mut findings = ignores::apply(tree, findings, most);
    if let Some(severities) = context.severities {
        findings = findings.into_iter().filter_map(|finding| severities.apply(finding)).collect();
    }
    findings.sort_by_key(|finding| (finding.range, finding.code));
    findings
}

/// Where something else may have been meant than what was read, the syntax error says enough.
fn remove_ambiguous(tree: &Tree, findings: &mut Vec<Finding>) {
    let ambiguous: Vec<TextRange> =
        tree.errors().iter().filter(|error| error.ambiguous).map(|error| error.range).collect();
    if ambiguous.is_empty() {
        return;
    }
    findings.retain(|finding| match finding.code {
        Code::SyntaxError => true,
        // The type may stand in what was not understood.
        Code::MissingType => false,
        _ => !ambiguous.iter().any(|range| {
            range.touches(finding.range.start)
                || range.touches(finding.range.end)
                || finding.range.contains(*range)
        }),
    });
}

/// What takes a comment along is nothing to be done unseen.
fn keep_comments(tree: &Tree, findings: &mut [Finding]) {
    if tree.comments().is_empty() {
        return;
    }
    let fixes = findings.iter_mut().flat_map(|finding| &mut finding.fixes).filter(|fix| fix.safe);
    for fix in fixes {
        if let FixAction::Edit(edits) = &fix.action {
            fix.safe = !edits.iter().any(|edit| has_comment(tree, edit.range));
        }
    }
}

/// Whether a comment begins in this range.
fn has_comment(tree: &Tree, range: TextRange) -> bool {
    let first = tree.comments().partition_point(|comment| comment.range.start < range.start);
    tree.comments().get(first).is_some_and(|comment| comment.range.start < range.end)
}

fn syntax_error(error: &connector_syntax::SyntaxError, tree: &Tree) -> Finding {
    let mut finding =
        Finding::new(Code::SyntaxError, error.range, syntax_words::message(error, tree, Document::Connector));
    if let Some(range) = error.opening {
        finding.related.push(crate::Place { path: None, range, message: syntax_words::OPENING.to_owned() });
    }
    finding.fixes.extend(error.fixes.iter().map(|fix| Fix {
        title: syntax_words::title(fix, tree),
        action: FixAction::Edit(fix.edits.clone()),
        safe: fix.certain,
    }));
    finding
}

/// A fix that replaces one string and keeps its quotes.
fn replace(title: String, tree: &Tree, range: TextRange, value: &str, safe: bool) -> Fix {
    let mark = if tree.slice(range).starts_with('\'') { '\'' } else { '"' };
    let edit = TextEdit { range, new_text: connector_syntax::quote(value, mark) };
    Fix { title, action: FixAction::Edit(vec![edit]), safe }
}

/// A fix that takes an element or a member out.
fn remove(title: String, node: connector_syntax::Node<'_>, safe: bool) -> Fix {
    Fix { title, action: FixAction::Edit(connector_syntax::edit::remove(node)), safe }
}

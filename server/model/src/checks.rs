//! The findings of one connector file: what its text says, and what the other files and the app make of it.

mod file;
mod lookup;
mod notation;
pub(crate) mod platform;
mod retyped;
mod scopes;
mod shape;
mod type_list;
mod type_name;

use std::borrow::Cow;
use std::path::Path;

use connector_catalogue::Catalogue;
use connector_syntax::{Notation, SyntaxError, SyntaxErrorKind, TextEdit, TextRange, Tree};

pub(crate) use lookup::suggest_type;

use crate::facts::Facts;
use crate::ignores::Ignores;
use crate::index::ProjectIndex;
use crate::project::Project;
use crate::state::Connector;
use crate::syntax_words::{self, Document};
use crate::{Code, Finding, Fix, FixAction, Severity};

/// What a file is held against besides itself.
#[derive(Clone, Copy, Default)]
pub struct Around<'a> {
    /// The file, where it has a place.
    pub path: Option<&'a Path>,
    /// The project that the file belongs to, if any.
    pub project: Option<&'a Project>,
    /// What the other files of the project declare.
    pub index: Option<&'a ProjectIndex>,
    /// What the platform said of the project's app.
    pub facts: Option<&'a Facts>,
}

impl<'a> Around<'a> {
    /// A file of no project.
    pub fn file(path: &'a Path) -> Around<'a> {
        Around { path: Some(path), ..Around::default() }
    }

    /// The other files that declare a type, and where.
    fn others(&self, name: &str) -> impl Iterator<Item = (&'a Path, TextRange)> + use<'a> {
        let path = self.path;
        self.index.map(|index| index.also_declared(name, path)).into_iter().flatten()
    }

    /// Those of them that this file points to.
    fn related(&self, name: &str) -> impl Iterator<Item = (&'a Path, TextRange)> + use<'a> {
        let path = self.path;
        self.index.map(|index| index.related(name, path)).into_iter().flatten()
    }

    /// Where a push reads the file from; none where it reads it from nowhere.
    fn connector_path(&self) -> Option<&'a Path> {
        self.path.filter(|path| self.project.is_none_or(|project| project.is_connector_path(path)))
    }
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

/// What a text declares; nothing is checked.
pub fn declared(tree: &Tree) -> Declared {
    shape::declared(tree)
}

/// The type that a text declares, and where it stands.
pub fn declared_type(tree: &Tree) -> Option<(Cow<'_, str>, TextRange)> {
    shape::declared_type(tree)
}

/// Whether a file of no project is a connector file: it is named after a type, or says of itself what a connector says.
/// Other programs have folders named `connectors`, too.
pub fn is_meant_as_connector(path: &Path, tree: &Tree) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let is_type = |name: &str| {
        Catalogue::get().find(name).is_some() || suggest_type(name, None).iter().any(|near| near.same_word)
    };
    let has_scopes = || {
        let object = tree.root().and_then(|root| root.as_object());
        object.is_some_and(|object| object.get("scopes").is_some())
    };
    is_type(&stem) || declared_type(tree).is_some_and(|(name, _)| has_scopes() || is_type(&name))
}

/// So many findings of one kind are given of one file.
const MAX_OF_A_KIND: usize = 1_000;

/// What the text of one connector file says by itself.
///
/// What it means beside the other files and the app is added whenever it is asked for, by [`Conclusions::findings`]:
/// so nothing that is kept grows old when they change, and the text need not be kept.
#[derive(Debug, Default)]
pub struct Conclusions {
    /// What is to be said about the text alone, in its order; what comments silence is left out.
    findings: Vec<Finding>,
    /// Where something else may have been meant than what was read.
    ambiguous: Vec<TextRange>,
    /// What its comments silence; none where they silence nothing, as in nearly every file.
    ignores: Option<Box<Ignores>>,
}

impl Conclusions {
    /// Checks a text. Of a file with more mistakes than anyone reads, the first ones are told.
    ///
    /// `path` is where the file is or will be, if anywhere.
    pub fn of(path: Option<&Path>, tree: &Tree) -> Conclusions {
        Conclusions::of_at_most(MAX_OF_A_KIND, path, tree)
    }

    /// The same, with another limit for each kind of finding.
    pub(crate) fn of_at_most(most: usize, path: Option<&Path>, tree: &Tree) -> Conclusions {
        let mut findings: Vec<Finding> =
            tree.errors().iter().map(|error| syntax_error(error, tree)).collect();
        if tree.root().is_some() {
            shape::check(path, tree, most, &mut findings);
            if let Some((name, _)) = shape::declared_type(tree) {
                scopes::check(&name, tree, most, &mut findings);
            }
        }
        let is_unclear = |error: &&SyntaxError| error.ambiguous || type_list::told(error, tree).is_some();
        let ambiguous: Vec<TextRange> =
            tree.errors().iter().filter(is_unclear).map(|error| error.range).collect();
        findings.retain(|finding| !is_ambiguous(finding, &ambiguous));
        keep_comments(tree, &mut findings);
        let mut ignores = Ignores::of(tree, most).map(Box::new);
        if let Some(ignores) = &mut ignores {
            findings.retain(|finding| !ignores.silence(finding));
        }
        findings.sort_by_key(|finding| (finding.range, finding.code));
        Conclusions { findings, ambiguous, ignores }
    }

    /// The conclusion about a file whose text cannot be checked.
    pub fn only(finding: Finding) -> Conclusions {
        Conclusions { findings: vec![finding], ..Conclusions::default() }
    }

    /// Everything that is to be said about the file, in the order of its text.
    pub fn findings(&self, connector: Option<&Connector>, around: &Around<'_>) -> Vec<Cow<'_, Finding>> {
        let mut more = connector.map(|connector| self.beside_others(connector, around)).unwrap_or_default();
        more.retain(|finding| !is_ambiguous(finding, &self.ambiguous));
        if let Some(ignores) = &self.ignores {
            ignores.apply(&mut more);
        }
        let mut all: Vec<Cow<'_, Finding>> = self.findings.iter().map(Cow::Borrowed).collect();
        if !more.is_empty() {
            all.extend(more.into_iter().map(Cow::Owned));
            all.sort_by_key(|finding| (finding.range, finding.code));
        }
        all
    }

    /// Whether a comment of the file silences a finding that depends on more than the text.
    pub(crate) fn silences(&self, finding: &Finding) -> bool {
        is_ambiguous(finding, &self.ambiguous)
            || self.ignores.as_ref().is_some_and(|ignores| ignores.silences(finding))
    }

    /// The first finding that stops a push.
    pub fn blocking(&self, connector: Option<&Connector>, around: &Around<'_>) -> Option<Cow<'_, Finding>> {
        if let Some(finding) = self.findings.iter().find(|finding| finding.code.stops_push()) {
            return Some(Cow::Borrowed(finding));
        }
        let mut findings = Vec::new();
        if let Some(connector) = connector {
            file::duplicate(connector, around, &mut findings);
        }
        // This is asked of every file of a project: what takes longer to tell comes behind what is false of nearly all.
        if findings.is_empty() || around.connector_path().is_none() {
            return None;
        }
        findings.retain(|finding| !is_ambiguous(finding, &self.ambiguous));
        findings.pop().map(Cow::Owned)
    }

    /// What the other files and the app make of what the file declares.
    fn beside_others(&self, connector: &Connector, around: &Around<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        type_name::check(connector, around, &mut findings);
        let Some(path) = around.connector_path() else {
            return findings;
        };
        // While the type itself is in question, its file's name is not.
        let in_question = findings.iter().any(|finding| !finding.fixes.is_empty())
            || self.findings.iter().any(|finding| finding.code == Code::SyntaxError);
        file::check(path, connector, around, in_question, &mut findings);
        if let (Some(facts), Some(_)) = (around.facts, around.project) {
            let mut said = Vec::new();
            platform::check(connector, facts, &mut said);
            said.retain(|said| !self.explain(&findings, said.code));
            findings.append(&mut said);
        }
        findings
    }

    /// Whether the file's own mistakes explain what the platform says: then they are the one thing to mend, and a push
    /// would do no good.
    fn explain(&self, beside: &[Finding], said: Code) -> bool {
        let waits_for_a_push = matches!(said, Code::NotPushed | Code::ScopesDiffer | Code::PushFailed);
        waits_for_a_push && self.findings.iter().chain(beside).any(makes_push_useless)
    }
}

/// Whether a push of the file would stop, or bring what the platform has no use for.
pub(crate) fn makes_push_useless(own: &Finding) -> bool {
    match own.code {
        // A type that may be a connector of the person's own is no mistake.
        Code::UnknownType | Code::UnavailableType => own.severity <= Severity::Warning,
        code => code.stops_push(),
    }
}

/// Everything that is to be said about one connector file, in the order of the text.
pub fn check(tree: &Tree, around: &Around<'_>) -> Vec<Finding> {
    // Only what the platform says is held against the scopes, and it says nothing to a file of no project.
    let connector = match around.project {
        Some(_) => Connector::of(tree),
        None => Connector::without_scopes(tree),
    };
    let conclusions = Conclusions::of(around.path, tree);
    let findings = conclusions.findings(connector.as_ref(), around);
    findings.into_iter().map(Cow::into_owned).collect()
}

/// Where something else may have been meant than what was read, the syntax error says enough.
fn is_ambiguous(finding: &Finding, ambiguous: &[TextRange]) -> bool {
    match finding.code {
        _ if ambiguous.is_empty() => false,
        Code::SyntaxError => false,
        // The type may stand in what was not understood.
        Code::MissingType => true,
        _ => ambiguous.iter().any(|range| {
            range.touches(finding.range.start)
                || range.touches(finding.range.end)
                || finding.range.contains(*range)
        }),
    }
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

fn syntax_error(error: &SyntaxError, tree: &Tree) -> Finding {
    if let Some(finding) = type_list::told(error, tree) {
        return finding;
    }
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
    match error.kind {
        SyntaxErrorKind::OtherNotation(Notation::EscapedJson) => {
            finding.fixes.extend(notation::unescaped(tree))
        }
        SyntaxErrorKind::OtherNotation(_) | SyntaxErrorKind::NoRoot => {
            finding.fixes.extend(notation::as_json(tree))
        }
        _ => {}
    }
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

//! Comments that silence a finding: `// base44-ignore unknown-scope` for the line it stands on or above,
//! `// base44-ignore-file unknown-scope` for the whole file.

use std::collections::HashMap;

use connector_boundary::text::printable;
use connector_syntax::{TextEdit, TextRange, Tree};

use crate::{Code, Finding, Fix, FixAction, Tag};
use connector_catalogue::nearest::nearest;

const LINE: &str = "base44-ignore";
const FILE: &str = "base44-ignore-file";
/// So many codes are silenced in one file; each is held against every finding, and a person writes a few.
const MAX_IGNORES: usize = 2_000;

/// One code that a comment silences.
#[derive(Debug)]
struct Ignore {
    /// Where the code is named.
    range: TextRange,
    /// The comment that names it.
    comment: TextRange,
    name: String,
    /// What is silenced: findings that begin in this range.
    scope: TextRange,
    used: bool,
    /// What is to be said where it silences nothing.
    unused: Option<Finding>,
}

/// What the comments of a file silence.
#[derive(Debug)]
pub(crate) struct Ignores {
    list: Vec<Ignore>,
    /// What is to be said of comments that name no code.
    empty: Vec<Finding>,
    /// So many comments that silence nothing are told of.
    most: usize,
}

impl Ignores {
    /// The comments of a text that silence something; none where there are none.
    pub(crate) fn of(tree: &Tree, most: usize) -> Option<Ignores> {
        let (mut list, empty) = read_all(tree.text(), tree.comments().iter().map(|comment| comment.range));
        if list.is_empty() && empty.is_empty() {
            return None;
        }
        let mut siblings: HashMap<u32, usize> = HashMap::new();
        for ignore in list.iter().filter(|ignore| Code::from_name(&ignore.name).is_some()) {
            *siblings.entry(ignore.comment.start).or_default() += 1;
        }
        for ignore in &mut list {
            let siblings = siblings.get(&ignore.comment.start).copied().unwrap_or_default();
            ignore.unused = unused(tree, ignore, siblings);
        }
        let empty = empty.into_iter().take(most).map(|comment| {
            let message = format!("Name what to silence: `// {LINE} unknown-scope`.");
            with_removal(tree, Finding::new(Code::UnusedIgnore, comment, message), comment, comment)
        });
        Some(Ignores { list, empty: empty.collect(), most })
    }

    /// What comments of a program silence; none where they silence nothing. What they are for comes and goes with the
    /// connector files, so nothing is said of those that silence nothing.
    pub(crate) fn of_comments(text: &str, comments: &[connector_code::Place]) -> Option<Ignores> {
        let comments = comments.iter().map(|comment| TextRange::new(comment.start, comment.end));
        let (list, _) = read_all(text, comments);
        (!list.is_empty()).then(|| Ignores { list, empty: Vec::new(), most: 0 })
    }

    /// Whether a comment silences a finding, which is then of use for good.
    pub(crate) fn silence(&mut self, finding: &Finding) -> bool {
        let mut silenced = false;
        for ignore in &mut self.list {
            if ignore.silences(finding) {
                ignore.used = true;
                silenced = true;
            }
        }
        silenced
    }

    /// The same, without taking note of it.
    pub(crate) fn silences(&self, finding: &Finding) -> bool {
        self.list.iter().any(|ignore| ignore.silences(finding))
    }

    /// Takes out what comments silence of findings that depend on more than the text, and adds what is to be said of
    /// comments that silence nothing.
    pub(crate) fn apply(&self, findings: &mut Vec<Finding>) {
        let mut used: Vec<bool> = self.list.iter().map(|ignore| ignore.used).collect();
        findings.retain(|finding| {
            let mut kept = true;
            for (ignore, used) in self.list.iter().zip(&mut used) {
                if ignore.silences(finding) {
                    *used = true;
                    kept = false;
                }
            }
            kept
        });
        let unused = self.list.iter().zip(used).filter(|(_, used)| !used);
        findings.extend(unused.filter_map(|(ignore, _)| ignore.unused.clone()).take(self.most));
        findings.extend(self.empty.iter().cloned());
    }
}

impl Ignore {
    fn silences(&self, finding: &Finding) -> bool {
        let place = finding.range.start;
        let applies = self.scope.start <= place && place <= self.scope.end;
        applies && can_be_silenced(finding.code) && self.name == finding.code.as_str()
    }
}

/// Every code that comments name, and the comments that name none.
fn read_all(text: &str, comments: impl Iterator<Item = TextRange>) -> (Vec<Ignore>, Vec<TextRange>) {
    let mut ignores: Vec<Ignore> = Vec::new();
    let mut empty = Vec::new();
    let mut lines = None;
    for comment in comments {
        if ignores.len() > MAX_IGNORES {
            break;
        }
        read(text, comment, &mut lines, &mut ignores, &mut empty);
    }
    (ignores, empty)
}

/// Whether a comment may silence a code: what stops a push stays to be seen.
pub fn can_be_silenced(code: Code) -> bool {
    !code.stops_push() && code != Code::UnusedIgnore
}

/// The edit that silences a code on the line of `offset`.
pub fn silence(text: &str, code: Code, offset: u32) -> TextEdit {
    let line_start = start_of_line(text, offset);
    let line = text.get(line_start..).unwrap_or_default();
    let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    TextEdit {
        range: TextRange::empty(line_start as u32),
        new_text: format!("{indent}// {LINE} {}{line_end}", code.as_str()),
    }
}

/// The edit that silences a code on the line of `offset` of a program.
pub fn silence_in_program(text: &str, code: Code, offset: u32) -> TextEdit {
    let before = text.get(..offset as usize).unwrap_or_default();
    let line_start = start_of_line(text, offset);
    // A line that begins within a template is a part of a text: there a comment goes where the finding begins.
    if before.get(..line_start).is_some_and(|before| before.matches('`').count() % 2 == 0) {
        return silence(text, code, offset);
    }
    let in_quotes = before.ends_with(['"', '\'', '`']);
    let at = offset - u32::from(in_quotes);
    TextEdit { range: TextRange::empty(at), new_text: format!("/* {LINE} {} */ ", code.as_str()) }
}

/// Where the line begins that an offset is in.
fn start_of_line(text: &str, offset: u32) -> usize {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

/// The edit that silences a code in the whole file.
pub fn silence_in_file(text: &str, code: Code) -> TextEdit {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // What says which program runs a file has to be its first line.
    let rest = text.get(start..).unwrap_or_default();
    let first_line = rest.find('\n').filter(|_| rest.starts_with("#!")).map_or(0, |end| end + 1);
    let new_text = format!("// {FILE} {}{line_end}", code.as_str());
    TextEdit { range: TextRange::empty((start + first_line) as u32), new_text }
}

fn read<'t>(
    whole: &'t str,
    comment: TextRange,
    lines: &mut Option<Lines<'t>>,
    ignores: &mut Vec<Ignore>,
    empty: &mut Vec<TextRange>,
) {
    let text = whole.get(comment.start as usize..comment.end as usize).unwrap_or_default();
    let inside = text.trim_start_matches(['/', '*']).trim_start();
    let (rest, whole_file) = match (inside.strip_prefix(FILE), inside.strip_prefix(LINE)) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => return,
    };
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_') {
        return;
    }
    let scope = match whole_file {
        true => TextRange::new(0, whole.len() as u32),
        false => lines.get_or_insert_with(|| Lines::new(whole)).silenced_by(comment),
    };
    let rest = rest.trim_end().trim_end_matches("*/");
    let offset = comment.start + (rest.as_ptr() as usize - text.as_ptr() as usize) as u32;
    let mut any = false;
    let mut at = 0;
    for word in rest.split(|c: char| c == ',' || c.is_whitespace() || c == ':') {
        // What follows ` -- ` is why.
        if word == "--" || ignores.len() > MAX_IGNORES {
            break;
        }
        if !word.is_empty() {
            any = true;
            let start = offset + at as u32;
            let range = TextRange::new(start, start + word.len() as u32);
            ignores.push(Ignore { range, comment, name: word.to_owned(), scope, used: false, unused: None });
        }
        at += word.len()
            + rest.get(at + word.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    if !any {
        empty.push(comment);
    }
}

/// The lines of a text, each found at once however long it is and however many there are.
struct Lines<'t> {
    text: &'t str,
    /// Where line ends stand, a carriage return and a line feed each by itself.
    breaks: Vec<usize>,
    /// Where the line ends that the comment lines from here on silence.
    ends: HashMap<usize, usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let breaks = text.match_indices(['\n', '\r']).map(|(at, _)| at).collect();
        Self { text, breaks, ends: HashMap::new() }
    }

    fn start(&self, at: usize) -> usize {
        let before = self.breaks.partition_point(|place| *place < at);
        before.checked_sub(1).and_then(|last| self.breaks.get(last)).map_or(0, |place| place + 1)
    }

    fn end(&self, at: usize) -> usize {
        let before = self.breaks.partition_point(|place| *place < at);
        self.breaks.get(before).copied().unwrap_or(self.text.len())
    }

    /// The line a comment stands on; the next one that says something, where it has its line to itself.
    fn silenced_by(&mut self, comment: TextRange) -> TextRange {
        let start = self.start(comment.start as usize);
        let before = self.text.get(start..comment.start as usize).unwrap_or_default();
        let mut end = self.end(comment.end as usize);
        if before.trim().is_empty() {
            let mut passed = Vec::new();
            loop {
                if let Some(known) = self.ends.get(&end) {
                    end = *known;
                    break;
                }
                passed.push(end);
                let rest = self.text.get(end..).unwrap_or_default();
                let next = end + (rest.len() - rest.trim_start().len());
                end = self.end(next);
                // Comments below one another silence the same line.
                let is_comment = self.text.get(next..end).is_some_and(|line| line.starts_with("//"));
                if next >= self.text.len() || !is_comment {
                    break;
                }
            }
            self.ends.extend(passed.into_iter().map(|place| (place, end)));
        }
        TextRange::new(start as u32, end as u32)
    }
}

/// What is to be said of a code that is not silenced, in a comment that names so many that exist.
fn unused(tree: &Tree, ignore: &Ignore, siblings: usize) -> Option<Finding> {
    let name = printable(&ignore.name, 60);
    let message = match Code::from_name(&ignore.name) {
        None => {
            let near = nearest(&ignore.name, Code::ALL.iter().map(|code| code.as_str()));
            let near = near.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            format!("There is no finding `{name}` to silence.{near}")
        }
        Some(code) if !can_be_silenced(code) => {
            format!("`{name}` cannot be silenced: a push stops at it, or does what nobody asked for.")
        }
        // What the platform says comes and goes: silencing it ahead of time is right.
        Some(code) if code.is_from_platform() || code.is_from_code() => return None,
        Some(_) => format!("There is no `{name}` here to silence."),
    };
    let others = siblings - usize::from(siblings > 0 && Code::from_name(&ignore.name).is_some());
    let removed = if others > 0 { ignore.range } else { ignore.comment };
    Some(with_removal(tree, Finding::new(Code::UnusedIgnore, ignore.range, message), removed, ignore.comment))
}

fn with_removal(tree: &Tree, mut finding: Finding, removed: TextRange, comment: TextRange) -> Finding {
    let range =
        if removed == comment { whole_line(tree, comment) } else { with_separator(tree, removed, comment) };
    finding.tags.push(Tag::Unnecessary);
    finding.fixes.push(Fix {
        title: "Remove what silences nothing".to_owned(),
        action: FixAction::Edit(vec![TextEdit { range, new_text: String::new() }]),
        safe: true,
    });
    finding
}

/// A code in a list of codes, with the comma or blank on one side.
fn with_separator(tree: &Tree, code: TextRange, comment: TextRange) -> TextRange {
    let after = tree.slice(TextRange::new(code.end, comment.end));
    let separators = after.len() - after.trim_start_matches([',', ' ']).len();
    if separators > 0 && after.len() > separators && !after.trim_start_matches([',', ' ']).starts_with("*/") {
        return TextRange::new(code.start, code.end + separators as u32);
    }
    let before = tree.slice(TextRange::new(comment.start, code.start));
    TextRange::new(comment.start + before.trim_end_matches([',', ' ']).len() as u32, code.end)
}

/// A comment, with its line where it has one to itself, else with the blanks before it.
fn whole_line(tree: &Tree, comment: TextRange) -> TextRange {
    let text = tree.text();
    let before = text.get(..comment.start as usize).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t']).len();
    let rest = text.get(comment.end as usize..).unwrap_or_default();
    let alone = start == 0 || before.get(..start).is_some_and(|before| before.ends_with(['\n', '\r']));
    let line_end = ["\r\n", "\n", "\r"].iter().find(|end| rest.starts_with(**end)).filter(|_| alone);
    TextRange::new(start as u32, comment.end + line_end.map_or(0, |end| end.len()) as u32)
}

//! Finds the rows whose paths a request's path can be.

use super::address::Loose;
use super::table::{Node, Table, next_hole};

/// How many places in the tree are kept for one request: HubSpot alone has a hundred kinds of objects with endpoints of
/// their own.
const MAX_HITS: usize = 1_000;
/// How many segments of the tree are looked at for one request.
const MAX_STEPS: usize = 6_000;

/// How a request's text fits a row's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// Only if what is unknown happens to be a fixed word of the row, or several segments.
    Possible,
    /// Every fixed word of the row is written in the request.
    Natural,
}

/// A node at which rows stand that the path can lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub node: usize,
    pub fit: Fit,
    /// How many known segments of the request are fixed words of the row.
    pub written: usize,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Hits {
    pub nodes: Vec<Hit>,
    /// Whether there are too many to be named.
    pub too_many: bool,
}

/// The nodes that a path can lead to, each unknown being (a part of) one segment.
pub(super) fn find(table: &Table, path: &[Loose], ignore_case: bool) -> Hits {
    Search::run(table, path, ignore_case, false)
}

/// The same where an unknown may be several segments as well.
pub(super) fn find_any_length(table: &Table, path: &[Loose], ignore_case: bool) -> Hits {
    Search::run(table, path, ignore_case, true)
}

struct Search<'a> {
    table: &'a Table,
    path: &'a [Loose],
    ignore_case: bool,
    /// Whether an unknown may be several segments.
    any_length: bool,
    steps: usize,
    hits: Hits,
}

impl<'a> Search<'a> {
    fn run(table: &'a Table, path: &'a [Loose], ignore_case: bool, any_length: bool) -> Hits {
        let mut search = Self { table, path, ignore_case, any_length, steps: 0, hits: Hits::default() };
        if let Some(root) = table.node(0) {
            search.walk(root, 0, Hit { node: 0, fit: Fit::Natural, written: 0 });
        }
        let mut hits = search.hits;
        // Of several ways to a node the best counts.
        hits.nodes.sort_unstable_by(|one, other| one.node.cmp(&other.node).then_with(|| other.cmp(one)));
        hits.nodes.dedup_by_key(|hit| hit.node);
        hits
    }

    /// Goes on below a node with the segment `at` of the path.
    fn walk(&mut self, node: &'a Node, at: usize, hit: Hit) {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.hits.nodes.len() > MAX_HITS {
            self.hits.too_many = true;
            return;
        }
        let path = self.path;
        let Some(segment) = path.get(at) else {
            if !node.rows.is_empty() {
                self.hits.nodes.push(hit);
            }
            return;
        };
        match segment.text() {
            Some(text) => {
                for child in self.literal(node, text) {
                    self.step(child, at + 1, Hit { written: hit.written + 1, ..hit });
                }
            }
            None => {
                for child in node.literals.iter().copied() {
                    if self.fits(child, segment, segment).is_some() {
                        self.step(child, at + 1, Hit { fit: Fit::Possible, ..hit });
                    }
                }
            }
        }
        // What begins with `$` is a word of the API, such as `$count`, and no value.
        let word = segment.head.starts_with('$') && !segment.unknown;
        for child in node.patterns.iter().copied() {
            let Some(below) = self.table.node(child).filter(|below| !word || !below.text.starts_with("{"))
            else {
                continue;
            };
            if below.text.contains("{+") {
                self.walk_tail(child, at, hit);
            } else if let Some(one) = self.fits(child, segment, segment) {
                self.step(child, at + 1, Hit { fit: hit.fit.min(one), ..hit });
            }
        }
        if self.any_length && segment.unknown {
            for child in node.literals.iter().chain(&node.patterns).copied() {
                if self.fits(child, segment, &Loose::anything()).is_some() {
                    self.swallow(child, at, hit);
                }
            }
        }
    }

    fn step(&mut self, child: usize, at: usize, hit: Hit) {
        let table = self.table;
        if let Some(node) = table.node(child) {
            self.walk(node, at, Hit { node: child, ..hit });
        }
    }

    /// A segment that holds any number of segments takes some of the path.
    fn walk_tail(&mut self, child: usize, at: usize, hit: Hit) {
        let path = self.path;
        let Some(first) = path.get(at) else { return };
        let middle = self.table.node(child).is_some_and(|node| node.rows.is_empty());
        for (offset, last) in path.iter().enumerate().skip(at) {
            // What stands behind a tail has to be written: an unknown could be it anywhere.
            let written = path.get(offset + 1).is_some_and(|next| !next.unknown);
            if middle && (self.any_length || !written) {
                continue;
            }
            if let Some(one) = self.fits(child, first, last) {
                self.step(child, offset + 1, Hit { fit: hit.fit.min(one), ..hit });
            }
        }
    }

    /// An unknown goes on below a node: the segment that ends it is one of those below.
    fn swallow(&mut self, index: usize, at: usize, hit: Hit) {
        self.steps += 1;
        let is_tail = |index: usize| {
            self.table.node(index).is_some_and(|node| node.text.contains("{+") && node.rows.is_empty())
        };
        if is_tail(index) {
            return;
        }
        if self.steps > MAX_STEPS || self.hits.nodes.len() > MAX_HITS {
            self.hits.too_many = true;
            return;
        }
        let (table, path) = (self.table, self.path);
        let (Some(node), Some(segment)) = (table.node(index), path.get(at)) else { return };
        let end = Loose { head: String::new(), unknown: true, tail: segment.tail.clone() };
        for child in node.literals.iter().chain(&node.patterns).copied() {
            if self.fits(child, &Loose::anything(), &end).is_some() {
                self.step(child, at + 1, Hit { fit: Fit::Possible, ..hit });
            }
            self.swallow(child, at, hit);
        }
    }

    /// The child of exactly this fixed text, or those of this text in another case.
    fn literal(&self, node: &'a Node, text: &str) -> impl Iterator<Item = usize> + use<'a> {
        let table = self.table;
        let text_of = move |child: &usize| table.node(*child).map(|node| node.text).unwrap_or_default();
        let ignore_case = self.ignore_case;
        let compare = |child: &usize| {
            if ignore_case {
                let one = text_of(child).bytes().map(|byte| byte.to_ascii_lowercase());
                one.cmp(text.bytes().map(|byte| byte.to_ascii_lowercase()))
            } else {
                text_of(child).cmp(text)
            }
        };
        let from = node.literals.partition_point(|child| compare(child).is_lt());
        let count = node.literals.iter().skip(from).take_while(|child| compare(child).is_eq()).count();
        node.literals.iter().skip(from).take(count).copied()
    }

    fn fits(&self, child: usize, first: &Loose, last: &Loose) -> Option<Fit> {
        let pattern = self.table.node(child)?.text;
        fits(pattern, first, last, self.ignore_case)
    }
}

/// How text that begins as `first` does and ends as `last` does fits a segment of a row.
pub(super) fn fits(pattern: &str, first: &Loose, last: &Loose, ignore_case: bool) -> Option<Fit> {
    let equal = |one: &str, other: &str| {
        if ignore_case { one.eq_ignore_ascii_case(other) } else { one == other }
    };
    let starts = |text: &str, head: &str| text.get(..head.len()).is_some_and(|start| equal(start, head));
    let ends = |text: &str, tail: &str| {
        text.len().checked_sub(tail.len()).and_then(|at| text.get(at..)).is_some_and(|end| equal(end, tail))
    };
    let Some((head, _, _)) = next_hole(pattern) else {
        // Fixed text.
        if let (Some(text), true) = (first.text(), std::ptr::eq(first, last)) {
            return equal(pattern, text).then_some(Fit::Natural);
        }
        let tail = end_of(last);
        let room = pattern.len() >= first.head.len() + if last.unknown { tail.len() } else { 0 };
        return (room && starts(pattern, &first.head) && ends(pattern, tail)).then_some(Fit::Possible);
    };
    let tail = pattern.rsplit_once('}').map(|(_, tail)| tail).unwrap_or_default();
    if let (Some(text), true) = (first.text(), std::ptr::eq(first, last)) {
        return matches_holes(pattern, text, &starts, &ends).then_some(Fit::Natural);
    }
    let end = end_of(last);
    let head_written = first.head.len() >= head.len();
    let tail_written = end.len() >= tail.len();
    let head_fits =
        if head_written { starts(&first.head, head) } else { first.unknown && starts(head, &first.head) };
    let tail_fits = if tail_written { ends(end, tail) } else { last.unknown && ends(tail, end) };
    if !head_fits || !tail_fits {
        return None;
    }
    Some(if head_written && tail_written { Fit::Natural } else { Fit::Possible })
}

/// What is known of a segment's end.
fn end_of(segment: &Loose) -> &str {
    if segment.unknown { &segment.tail } else { &segment.head }
}

/// Whether known text is what a pattern with braces stands for.
fn matches_holes(
    pattern: &str,
    text: &str,
    starts: &impl Fn(&str, &str) -> bool,
    ends: &impl Fn(&str, &str) -> bool,
) -> bool {
    let Some((head, _, mut pattern)) = next_hole(pattern) else { return false };
    if !starts(text, head) {
        return false;
    }
    let mut text = text.get(head.len()..).unwrap_or_default();
    while let Some((middle, _, after)) = next_hole(pattern) {
        // What is in braces is at least a character.
        let found = text
            .char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .find(|at| text.get(*at..).is_some_and(|rest| starts(rest, middle)));
        let Some(at) = found else { return false };
        text = text.get(at + middle.len()..).unwrap_or_default();
        pattern = after;
    }
    text.len() > pattern.len() && ends(text, pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loose(text: &str) -> Loose {
        match text.split_once('$') {
            Some((head, tail)) => Loose { head: head.to_owned(), unknown: true, tail: tail.to_owned() },
            None => Loose::known(text),
        }
    }

    fn one(pattern: &str, text: &str) -> Option<Fit> {
        let segment = loose(text);
        fits(pattern, &segment, &segment, false)
    }

    #[test]
    fn known_text_fits_fixed_words_and_braces() {
        for (pattern, text, fit) in [
            ("files", "files", true),
            ("files", "file", false),
            ("{id}", "x", true),
            ("{id}:send", "x:send", true),
            ("{id}:send", ":send", false),
            ("{id}:send", "x:sent", false),
            ("search(q={value})", "search(q='a b')", true),
            ("get(a={x},b={y})", "get(a=1,b=2)", true),
            ("get(a={x},b={y})", "get(a=1)", false),
            ("act_{id}", "act_", false),
        ] {
            assert_eq!(one(pattern, text).is_some(), fit, "{pattern} {text}");
        }
    }

    #[test]
    fn an_unknown_fits_braces_naturally_and_fixed_words_possibly() {
        for (pattern, text, fit) in [
            ("{id}", "$", Some(Fit::Natural)),
            ("{id}", "a$b", Some(Fit::Natural)),
            ("{id}:send", "$:send", Some(Fit::Natural)),
            ("{id}:send", "$", Some(Fit::Possible)),
            ("{id}:send", "$:get", None),
            ("files", "$", Some(Fit::Possible)),
            ("files", "f$s", Some(Fit::Possible)),
            ("files", "x$", None),
            ("files", "files$files", None),
            ("search(q={value})", "search(q='$')", Some(Fit::Natural)),
            ("act_{id}", "$", Some(Fit::Possible)),
            ("act_{id}", "act_$", Some(Fit::Natural)),
        ] {
            assert_eq!(one(pattern, text), fit, "{pattern} {text}");
        }
    }
}

//! The rows of one API in memory: read from the compact bytes that `build/endpoints.rs` writes, as a tree of segments.

use super::facts::{CONFIDENCES, File};
use super::types::{Confidence, Endpoint, ScopeSet, TakesToken};

/// The methods that a row can have, by their number; the build script has the same list.
pub(super) const METHODS: [&str; 8] = ["*", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// The segment under which stands what is below an item of a Microsoft drive.
pub(super) const DRIVE_ITEM: &str = ":item";

const HAS_ID: usize = 1;
const DEPRECATED: usize = 2;
const FALLBACK: usize = 4;
const OTHER_TOKEN: usize = 8;
const OWN_CONFIDENCE: usize = 16;
const PRIVATE_ALSO: usize = 32;
const GRAPHQL: usize = 64;

/// The endpoints of one file.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub rows: Vec<Row>,
    /// A tree of the paths' segments; the first node is the root.
    pub nodes: Vec<Node>,
    /// The alternatives that rows have in common.
    pub lists: Vec<Vec<ScopeSet>>,
    ids: String,
}

/// An endpoint.
#[derive(Debug)]
pub(super) struct Row {
    /// Its number in `METHODS`.
    pub method: usize,
    /// Its host's number in the file, from 1; 0 is any of the file's own.
    pub host: usize,
    /// The last segment of its path.
    pub node: usize,
    /// The number of its alternatives.
    pub list: usize,
    pub private_also: Option<usize>,
    pub confidence: Confidence,
    pub other_token: Option<&'static str>,
    pub deprecated: bool,
    /// A rule that counts where another row does not say.
    pub fallback: bool,
    pub graphql: Option<GraphQlField>,
    id: (usize, usize),
}

/// What a GraphQL row is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct GraphQlField {
    /// `query` or `mutation`.
    pub operation: &'static str,
    /// A pattern of field names.
    pub name: &'static str,
}

/// A segment of paths.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub text: &'static str,
    pub parent: usize,
    /// What stands below it with fixed text, in order.
    pub literals: Vec<usize>,
    /// What stands below it with something in braces.
    pub patterns: Vec<usize>,
    pub rows: Vec<usize>,
    pub specificity: Specificity,
}

/// How closely a path tells what it is: the greater, the closer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Specificity {
    /// How many characters are fixed.
    literal: u16,
    /// How many places hold any number of segments, negated.
    tails: i8,
    /// How many places hold a segment or a part of one, negated.
    holes: i8,
}

impl Specificity {
    fn below(self, segment: &str) -> Self {
        let (mut literal, mut holes, mut tails) = (self.literal + 1, self.holes, self.tails);
        let mut rest = segment;
        while let Some((head, inner, after)) = next_hole(rest) {
            literal += head.len() as u16;
            if inner.starts_with('+') {
                tails -= 1
            } else {
                holes -= 1
            }
            rest = after;
        }
        literal += rest.len() as u16;
        Self { literal, tails, holes }
    }
}

/// What stands before the next pair of braces, in them, and after them.
pub(super) fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = text.split_once('{')?;
    let (inner, after) = rest.split_once('}')?;
    Some((head, inner, after))
}

impl Table {
    /// Reads the rows of a file. The bytes are the build script's own: what they lack is left out.
    pub fn read(bytes: &'static [u8], file: &'static File) -> Self {
        let mut reader = Reader(bytes);
        let words = reader.strings();
        let scopes = reader.strings();
        let word = |index: usize| words.get(index).copied().unwrap_or_default();
        let mut table = Self { nodes: vec![Node::default()], ..Self::default() };
        for _ in 0..reader.number() {
            let sets = reader.number();
            let alternatives = (0..sets).map(|_| {
                let count = reader.number();
                (0..count).filter_map(|_| scopes.get(reader.number()).copied()).collect()
            });
            table.lists.push(alternatives.collect());
        }
        let count = reader.number();
        table.rows.reserve_exact(count);
        let mut trail: Vec<usize> = vec![0];
        let mut id_before = String::new();
        for _ in 0..count {
            let shared = reader.number();
            trail.truncate(shared + 1);
            for _ in 0..reader.number() {
                let node = table.child(trail.last().copied().unwrap_or_default(), word(reader.number()));
                trail.push(node);
            }
            let node = trail.last().copied().unwrap_or_default();
            let (method, host, list) = (reader.number(), reader.number(), reader.number());
            let flags = reader.number();
            let has = |flag: usize| flags & flag != 0;
            let id = if has(HAS_ID) {
                id_before.truncate(reader.number());
                id_before.push_str(reader.text());
                let from = table.ids.len();
                table.ids.push_str(&id_before);
                (from, table.ids.len())
            } else {
                (0, 0)
            };
            let other_token = has(OTHER_TOKEN).then(|| word(reader.number()));
            let own = has(OWN_CONFIDENCE).then(|| CONFIDENCES.get(reader.number()).copied()).flatten();
            let confidence = own.unwrap_or(file.confidence);
            let private_also = has(PRIVATE_ALSO).then(|| reader.number());
            let graphql = has(GRAPHQL)
                .then(|| GraphQlField { operation: word(reader.number()), name: word(reader.number()) });
            let (deprecated, fallback) = (has(DEPRECATED), has(FALLBACK));
            table.rows.push(Row {
                method,
                host,
                node,
                list,
                private_also,
                confidence,
                other_token,
                deprecated,
                fallback,
                graphql,
                id,
            });
            let row = table.rows.len() - 1;
            if let Some(node) = table.nodes.get_mut(node) {
                node.rows.push(row);
            }
        }
        table
    }

    /// A new segment below another. Rows come in the order of their paths: none comes twice.
    fn child(&mut self, parent: usize, text: &'static str) -> usize {
        let child = self.nodes.len();
        let Some(above) = self.nodes.get_mut(parent) else { return parent };
        let specificity = above.specificity.below(text);
        if text.contains('{') {
            above.patterns.push(child)
        } else {
            above.literals.push(child)
        }
        self.nodes.push(Node { text, parent, specificity, ..Node::default() });
        child
    }

    /// A node of the tree.
    pub fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    /// The alternatives of a row.
    pub fn scopes_any(&self, row: &Row) -> &[ScopeSet] {
        self.lists.get(row.list).map(Vec::as_slice).unwrap_or_default()
    }

    /// The provider's own name of a row.
    pub fn id(&self, row: &Row) -> Option<&str> {
        self.ids.get(row.id.0..row.id.1).filter(|id| !id.is_empty())
    }

    /// The path of a row.
    pub fn path(&self, row: &Row) -> String {
        let mut segments = Vec::new();
        let mut index = row.node;
        while let Some(node) = self.nodes.get(index).filter(|_| index != 0) {
            segments.push(node.text);
            index = node.parent;
        }
        segments.reverse();
        // What is below any item of a drive is shown as one of its forms.
        if segments.first() == Some(&DRIVE_ITEM) {
            segments.splice(0..1, ["me", "drive", "items", "{id}"]);
        }
        format!("/{}", segments.join("/"))
    }

    /// What a row says.
    pub fn endpoint(&self, file: &'static File, row: &Row) -> Endpoint {
        let private = row.private_also.and_then(|list| self.lists.get(list)).and_then(|sets| sets.first());
        Endpoint {
            api: file.name,
            method: METHODS.get(row.method).copied().unwrap_or("*"),
            host: file.hosts.get(row.host.saturating_sub(1)).copied().unwrap_or_default(),
            path: self.path(row),
            id: self.id(row).map(str::to_owned),
            confidence: row.confidence,
            scopes_any: self.scopes_any(row).to_vec(),
            private_also: private.cloned().unwrap_or_default(),
            token: row.other_token.map_or(TakesToken::Yes, TakesToken::Other),
            deprecated: row.deprecated,
        }
    }
}

/// Reads what the build script wrote.
struct Reader(&'static [u8]);

impl Reader {
    fn number(&mut self) -> usize {
        let (mut value, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            value |= usize::from(byte & 0x7F).checked_shl(shift).unwrap_or_default();
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
        }
        value
    }

    fn text(&mut self) -> &'static str {
        let length = self.number();
        let (text, rest) = self.0.split_at_checked(length).unwrap_or((&[], &[]));
        self.0 = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }

    fn strings(&mut self) -> Vec<&'static str> {
        (0..self.number()).map(|_| self.text()).collect()
    }
}

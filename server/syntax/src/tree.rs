//! The tree of a JSON5 text: flat, so that no nesting is too deep for it.

use std::borrow::Cow;

use crate::{SyntaxError, TextRange, string};

/// No node.
pub(crate) const NONE: u32 = u32::MAX;

/// A comment, markers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands.
    pub range: TextRange,
    /// `/* … */`, not `// …`.
    pub block: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeData {
    pub(crate) range: TextRange,
    pub(crate) parent: u32,
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) next: u32,
    pub(crate) data: Data,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Number(f64),
    String { quote: Option<char>, closed: bool },
    Array { closed: bool },
    Object { closed: bool },
    Member { key: TextRange, quote: Option<char>, key_closed: bool, colon: Option<u32> },
    Error,
}

/// What a text says, as far as it can be told.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(crate) text: Box<str>,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) comments: Vec<Comment>,
}

impl Tree {
    /// The text it was made from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value of the whole text, if there is any.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.nodes.is_empty()).then_some(Node { tree: self, id: 0 })
    }

    /// Why the text is not JSON5, in the order of the text; empty exactly when it is.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// Every comment, in the order of the text.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The innermost node that `offset` is inside of or touches; of two that touch, the first.
    pub fn node_at(&self, offset: u32) -> Option<Node<'_>> {
        let mut node = self.root().filter(|root| root.range().touches(offset))?;
        while let Some(child) = node.children().find(|child| child.range().touches(offset)) {
            node = child;
        }
        Some(node)
    }

    /// The comment that `offset` is inside of.
    pub fn comment_at(&self, offset: u32) -> Option<Comment> {
        let after = self.comments.partition_point(|comment| comment.range.start < offset);
        let comment = self.comments.get(after.checked_sub(1)?)?;
        let inside = if comment.block { offset < comment.range.end } else { offset <= comment.range.end };
        inside.then_some(*comment)
    }

    /// What is written in `range`.
    pub fn slice(&self, range: TextRange) -> &str {
        self.text.get(std::ops::Range::from(range)).unwrap_or_default()
    }
}

/// A place in a [`Tree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) id: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.range(), self.tree.slice(self.range()))
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub enum NodeKind<'t> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Any number, infinities and NaN too.
    Number(f64),
    /// A text in quotes.
    String(StringNode<'t>),
    /// A list.
    Array(Array<'t>),
    /// Keys with values.
    Object(Object<'t>),
    /// A key with its value.
    Member(Member<'t>),
    /// Something that is no value.
    Error,
}

impl<'t> Node<'t> {
    fn data(self) -> Option<&'t NodeData> {
        self.tree.nodes.get(self.id as usize)
    }

    fn at(self, id: u32) -> Option<Node<'t>> {
        (id != NONE).then_some(Node { tree: self.tree, id })
    }

    /// The tree that it is a place in.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Where it stands, brackets and quotes included.
    pub fn range(self) -> TextRange {
        self.data().map(|data| data.range).unwrap_or_default()
    }

    /// What it is.
    pub fn kind(self) -> NodeKind<'t> {
        let Some(data) = self.data() else {
            return NodeKind::Error;
        };
        match data.data {
            Data::Null => NodeKind::Null,
            Data::Bool(value) => NodeKind::Bool(value),
            Data::Number(value) => NodeKind::Number(value),
            Data::String { quote, closed } => {
                NodeKind::String(StringNode { tree: self.tree, range: data.range, quote, closed })
            }
            Data::Array { closed } => NodeKind::Array(Array { node: self, closed }),
            Data::Object { closed } => NodeKind::Object(Object { node: self, closed }),
            Data::Member { key, quote, key_closed, colon } => {
                let key = StringNode { tree: self.tree, range: key, quote, closed: key_closed };
                NodeKind::Member(Member { node: self, key, colon })
            }
            Data::Error => NodeKind::Error,
        }
    }

    /// The member, array or object that it stands in.
    pub fn parent(self) -> Option<Node<'t>> {
        self.at(self.data()?.parent)
    }

    /// What stands directly in it, in order.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let mut next = self.data().and_then(|data| self.at(data.first));
        std::iter::from_fn(move || {
            let node = next?;
            next = node.next_sibling();
            Some(node)
        })
    }

    /// What stands behind it in the same list or object.
    pub fn next_sibling(self) -> Option<Node<'t>> {
        self.at(self.data()?.next)
    }

    /// What stands before it in the same list or object.
    pub fn prev_sibling(self) -> Option<Node<'t>> {
        let parent = self.data()?.parent;
        // Nodes are in the order of the text, each before what stands in it.
        let mut before = self.at(self.id.checked_sub(1)?)?;
        while before.id != parent {
            let above = before.data()?.parent;
            if above == parent {
                return Some(before);
            }
            before = self.at(above)?;
        }
        None
    }

    /// The string, where it is one.
    pub fn as_string(self) -> Option<StringNode<'t>> {
        match self.kind() {
            NodeKind::String(string) => Some(string),
            _ => None,
        }
    }

    /// The list, where it is one.
    pub fn as_array(self) -> Option<Array<'t>> {
        match self.kind() {
            NodeKind::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The object, where it is one.
    pub fn as_object(self) -> Option<Object<'t>> {
        match self.kind() {
            NodeKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The key with its value, where it is one.
    pub fn as_member(self) -> Option<Member<'t>> {
        match self.kind() {
            NodeKind::Member(member) => Some(member),
            _ => None,
        }
    }
}

/// A string, or a word that should have been one, or a key.
#[derive(Clone, Copy, Debug)]
pub struct StringNode<'t> {
    tree: &'t Tree,
    range: TextRange,
    quote: Option<char>,
    closed: bool,
}

impl<'t> StringNode<'t> {
    /// Where it stands, quotes included.
    pub fn range(self) -> TextRange {
        self.range
    }

    /// The quotes around it; none for an identifier or a word without quotes.
    pub fn quote(self) -> Option<char> {
        self.quote
    }

    /// Whether the closing quote is there, or none is needed.
    pub fn is_closed(self) -> bool {
        self.closed || self.quote.is_none()
    }

    /// What stands between the quotes.
    pub fn content_range(self) -> TextRange {
        let Some(quote) = self.quote else {
            return self.range;
        };
        let start = self.range.start + quote.len_utf8() as u32;
        let last = self.tree.slice(self.range).chars().next_back().map_or(1, char::len_utf8) as u32;
        let end = if self.closed { self.range.end.saturating_sub(last) } else { self.range.end };
        TextRange::new(start, end.max(start))
    }

    /// What is written between the quotes, escapes as they are.
    pub fn raw(self) -> &'t str {
        self.tree.slice(self.content_range())
    }

    /// The value; half a surrogate pair becomes U+FFFD.
    pub fn text(self) -> Cow<'t, str> {
        string::decode(self.raw())
    }

    /// The value as UTF-16 code units.
    pub fn units(self) -> impl Iterator<Item = u16> + use<'t> {
        string::units(self.raw())
    }

    /// Whether the value holds half of a surrogate pair.
    pub fn has_lone_surrogate(self) -> bool {
        string::has_lone_surrogate(self.raw())
    }
}

/// A list.
#[derive(Clone, Copy, Debug)]
pub struct Array<'t> {
    node: Node<'t>,
    closed: bool,
}

impl<'t> Array<'t> {
    /// The node of the list.
    pub fn node(self) -> Node<'t> {
        self.node
    }

    /// What it lists.
    pub fn elements(self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.node.children()
    }

    /// Whether its `]` is there.
    pub fn is_closed(self) -> bool {
        self.closed
    }
}

/// Keys with values.
#[derive(Clone, Copy, Debug)]
pub struct Object<'t> {
    node: Node<'t>,
    closed: bool,
}

impl<'t> Object<'t> {
    /// The node of the object.
    pub fn node(self) -> Node<'t> {
        self.node
    }

    /// Its keys and values, in the order of the text, duplicates too.
    pub fn members(self) -> impl Iterator<Item = Member<'t>> + use<'t> {
        self.node.children().filter_map(Node::as_member)
    }

    /// The member of this name: the last, as JSON5 has it.
    pub fn get(self, name: &str) -> Option<Member<'t>> {
        self.members().filter(|member| member.key.text() == name).last()
    }

    /// Whether its `}` is there.
    pub fn is_closed(self) -> bool {
        self.closed
    }
}

/// A key with its value.
#[derive(Clone, Copy, Debug)]
pub struct Member<'t> {
    node: Node<'t>,
    key: StringNode<'t>,
    colon: Option<u32>,
}

impl<'t> Member<'t> {
    /// The node of key and value together.
    pub fn node(self) -> Node<'t> {
        self.node
    }

    /// From the key to the end of the value.
    pub fn range(self) -> TextRange {
        self.node.range()
    }

    /// The key.
    pub fn key(self) -> StringNode<'t> {
        self.key
    }

    /// Offset of the colon, where there is one.
    pub fn colon(self) -> Option<u32> {
        self.colon
    }

    /// The value, where there is one.
    pub fn value(self) -> Option<Node<'t>> {
        self.node.children().next()
    }
}

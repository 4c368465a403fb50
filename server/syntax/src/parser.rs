//! Tokens to a tree, with every independent mistake told once, at its own place.

//!
//! A method is named after what it does to the tokens: `at_…` only looks, `eat_…` consumes what it names where that is
//! what comes, `recover_…` consumes what was written in place of JSON5 and reports it. The others each read what the
//! grammar has at that place.

mod array;
mod brackets;
mod document;
mod lookahead;
mod object;
mod open_list;
mod report;
mod separators;
mod value;

use std::cell::Cell;

use crate::lexer::{Expecting, Lexer, Token, TokenKind};
use crate::tree::{Data, NONE, NodeData, Tree};
use crate::{SyntaxError, SyntaxErrorKind, TextRange};

/// Errors of one text: more than anybody reads. What comes after is still parsed.
const MAX_ERRORS: usize = 200;
/// Words that are taken together where words have no place: a sentence of a comment whose mark is missing.
const MAX_WORDS: usize = 16;
/// Tokens that are looked through for the bracket that closes one, so that no text costs its square.
const MAX_LOOKAHEAD: usize = 400;
/// Brackets of the wrong kind that may be open at once; deeper ones are reported one by one.
const MAX_PAIRED: usize = 8;
/// Missing brackets that one fix inserts: of more, nobody can say that they were meant.
const MAX_CLOSERS: usize = 16;

/// Reads a text. Never fails: what is no JSON5 is reported in [`Tree::errors`], the rest stands in the tree.
///
/// A text of 4 GiB or more is read as if it were empty, with an error that says so.
pub fn parse(text: &str) -> Tree {
    if u32::try_from(text.len()).is_err() {
        let mut parser = Parser::new("");
        parser.error(TextRange::default(), SyntaxErrorKind::TooLarge, None);
        return parser.finish();
    }
    let mut parser = Parser::new(text);
    parser.document();
    parser.finish()
}

/// Where the parser stands in the innermost object or list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// In an object, before a key or `}`.
    Key,
    /// After a key, before `:`.
    Colon,
    /// After `:`.
    MemberValue,
    /// After a member, before `,` or `}`.
    AfterMember,
    /// In a list, before a value or `]`.
    Element,
    /// After a value in a list, before `,` or `]`.
    AfterElement,
}

struct Frame {
    node: u32,
    member: u32,
    state: State,
    open: TextRange,
}

struct Parser<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    nodes: Vec<NodeData>,
    stack: Vec<Frame>,
    errors: Vec<SyntaxError>,
    /// Where the token before the current one ends: a missing one belongs there.
    previous_end: u32,
    current_end: u32,
    /// A token that is read once more, in another state.
    pushed_back: Option<Token>,
    /// Brackets of the wrong kind to come, and what each is read as; none where it is skipped.
    paired: Vec<(u32, Option<TokenKind>)>,
    /// A list that was begun without its bracket, and where its error is.
    open_list: Option<(u32, usize)>,
    /// Where the error is that tells of text before the root, or of one brace too many: what stands after the root
    /// belongs to the same mistake.
    at_both_ends: Option<usize>,
    /// Whether there are more errors than are told.
    full: bool,
    /// How many tokens may still be looked through for brackets in all of the text. A text that uses it up is so broken
    /// that a better guess helps nobody.
    lookahead_budget: Cell<usize>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            lexer: Lexer::new(text),
            nodes: Vec::with_capacity(text.len() / 24),
            stack: Vec::new(),
            errors: Vec::new(),
            previous_end: 0,
            current_end: 0,
            pushed_back: None,
            paired: Vec::new(),
            open_list: None,
            at_both_ends: None,
            full: false,
            lookahead_budget: Cell::new(50 * MAX_LOOKAHEAD),
        }
    }

    fn finish(mut self) -> Tree {
        for trouble in std::mem::take(&mut self.lexer.errors) {
            self.lexical_error(trouble);
        }
        self.errors.sort_by_key(|error| error.range);
        Tree { text: self.text.into(), nodes: self.nodes, errors: self.errors, comments: self.lexer.comments }
    }

    /// Consumes the next token.
    fn bump(&mut self, expecting: Expecting) -> Token {
        if let Some(token) = self.pushed_back.take() {
            return token;
        }
        let mut token = self.lexer.next(expecting);
        if let Some(&(at, kind)) = self.paired.last()
            && at == token.range.start
        {
            self.paired.pop();
            match kind {
                Some(kind) => token.kind = kind,
                None => token = self.lexer.next(expecting),
            }
        }
        self.previous_end = std::mem::replace(&mut self.current_end, token.range.end);
        token
    }

    /// Goes on behind `offset`, which lies behind the current token or at its end.
    fn advance_to(&mut self, offset: u32) {
        if self.pushed_back.is_none() && offset as usize > self.lexer.offset {
            self.lexer.offset = offset as usize;
            self.current_end = offset;
        }
    }

    /// A look at what comes from `offset` on.
    fn ahead(&self, offset: u32) -> Lexer<'t> {
        let mut ahead = Lexer::new(self.text);
        ahead.offset = offset as usize;
        ahead.no_comment_ends = self.lexer.no_comment_ends;
        ahead
    }

    fn set_state(&mut self, state: State) {
        if let Some(frame) = self.stack.last_mut() {
            frame.state = state;
        }
    }

    fn slice(&self, range: TextRange) -> &'t str {
        self.text.get(std::ops::Range::from(range)).unwrap_or_default()
    }

    /// Adds a node to the tree; gives its id.
    fn add(&mut self, range: TextRange, parent: u32, data: Data) -> u32 {
        let id = self.nodes.len() as u32;
        self.nodes.push(NodeData { range, parent, first: NONE, last: NONE, next: NONE, data });
        let Some(above) = self.nodes.get_mut(parent as usize) else {
            return id;
        };
        let before = std::mem::replace(&mut above.last, id);
        if before == NONE {
            above.first = id;
        }
        if matches!(above.data, Data::Member { .. }) {
            above.range.end = above.range.end.max(range.end);
        }
        if let Some(before) = self.nodes.get_mut(before as usize) {
            before.next = id;
        }
        id
    }

    /// Ends the innermost object or list at `end`.
    fn pop(&mut self, end: u32, is_closed: bool) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let mut parent = NONE;
        if let Some(node) = self.nodes.get_mut(frame.node as usize) {
            node.range.end = end.max(node.range.end);
            parent = node.parent;
            if let Data::Object { closed } | Data::Array { closed } = &mut node.data {
                *closed = is_closed;
            }
        }
        // A member ends with its value.
        if let Some(node) = self.nodes.get_mut(parent as usize)
            && matches!(node.data, Data::Member { .. })
        {
            node.range.end = end.max(node.range.end);
        }
    }

    fn is_object(&self, node: u32) -> bool {
        matches!(self.nodes.get(node as usize).map(|node| node.data), Some(Data::Object { .. }))
    }

    /// Adds a member of the innermost object, which has its key so far.
    fn open_member(&mut self, key: TextRange, quote: Option<char>, key_closed: bool) {
        let Some(object) = self.stack.last().map(|frame| frame.node) else {
            return;
        };
        let member = self.add(key, object, Data::Member { key, quote, key_closed, colon: None });
        if let Some(frame) = self.stack.last_mut() {
            frame.member = member;
            frame.state = State::Colon;
        }
    }

    /// Gives the member that was opened last its colon.
    fn set_colon(&mut self, token: Token) {
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        frame.state = State::MemberValue;
        if let Some(node) = self.nodes.get_mut(frame.member as usize) {
            node.range.end = token.range.end;
            if let Data::Member { colon, .. } = &mut node.data {
                *colon = Some(token.range.start);
            }
        }
    }
}

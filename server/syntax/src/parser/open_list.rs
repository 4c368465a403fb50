//! Lists without their brackets: values after one another, or lines that begin with `-`.

use super::Parser;
use super::report::{edit, insert, replace};
use crate::error::{FixKind, SyntaxErrorKind as ErrorKind};
use crate::lexer::{Expecting, Token, TokenKind, is_quote};
use crate::tree::{Data, NONE};
use crate::{TextRange, string};

impl Parser<'_> {
    /// Whether the key that was read last is another value of the text before it, whose brackets are missing.
    pub(super) fn recover_element(&mut self) -> bool {
        let Some(object) = self.stack.last().map(|frame| frame.node) else { return false };
        let member = self.nodes.len() as u32 - 1;
        let Some(Data::Member { key, quote: quote @ Some(_), key_closed, .. }) =
            self.nodes.last().map(|node| node.data)
        else {
            return false;
        };
        let open = self.open_list.filter(|(list, _)| {
            self.nodes.get(member as usize - 1).is_some_and(|before| before.parent == *list)
        });
        let string = self.string_before(member);
        let (list, error) = match (open, string) {
            (Some(open), _) => open,
            (None, Some(value)) if self.at_element_of_open_list(value, key, key_closed) => {
                (value, usize::MAX)
            }
            _ => return false,
        };
        // The member that it was taken for is taken out, with what pointed to it.
        self.nodes.pop();
        let parent = self.nodes.get(list as usize).map_or(NONE, |node| node.parent);
        if let Some(node) = self.nodes.get_mut(object as usize) {
            node.last = parent;
        }
        if let Some(node) = self.nodes.get_mut(parent as usize) {
            node.next = NONE;
        }
        let error = match error {
            usize::MAX => self.begin_open_list(list),
            error => error,
        };
        self.add(key, list, Data::String { quote, closed: key_closed });
        self.extend_open_list(list, key.end);
        if let Some(told) = self.errors.get_mut(error) {
            told.range.end = key.end;
            if let Some(last) = told.fixes.first_mut().and_then(|fix| fix.edits.get_mut(1)) {
                last.range = TextRange::empty(key.end);
            }
        }
        true
    }

    /// Whether `]` ends a list whose `[` is missing.
    pub(super) fn recover_close_of_open_list(&mut self, token: Token) -> bool {
        let last = self.nodes.len() as u32 - 1;
        let open =
            self.open_list.filter(|(list, _)| self.nodes.last().is_some_and(|node| node.parent == *list));
        let (list, error) = match open {
            Some(open) => open,
            None => {
                // The text before it is all of the list.
                let Some(value) = self.string_before(last + 1).filter(|_| self.at_unopened_closer(token))
                else {
                    return false;
                };
                (value, self.begin_open_list(value))
            }
        };
        self.open_list = None;
        self.extend_open_list(list, token.range.end);
        let start = self.nodes.get(list as usize).map_or(token.range.start, |node| node.range.start);
        if let Some(node) = self.nodes.get_mut(list as usize) {
            node.data = Data::Array { closed: true };
        }
        if let Some(told) = self.errors.get_mut(error) {
            told.range = TextRange::new(start, token.range.end);
            told.kind = ErrorKind::ArrayWithoutOpeningBracket;
            told.fixes = insert(FixKind::InsertMissing, start, "[").into_iter().collect();
        }
        true
    }

    /// Lines that each begin with `-`, as YAML has lists.
    pub(super) fn recover_yaml_list(&mut self, first: Token, parent: u32) {
        let list = self.add(first.range, parent, Data::Array { closed: true });
        let mut mark = first;
        let mut items: Vec<String> = Vec::new();
        let mut end = first.range.end;
        while self.at_item_mark(mark) {
            let item = self.bump(Expecting::Value);
            let inside = match item.kind {
                TokenKind::Word => self.slice(item.range),
                TokenKind::String { closed: true, .. } => {
                    let written = self.slice(item.range);
                    written.get(1..written.len().saturating_sub(1)).unwrap_or_default()
                }
                _ => {
                    mark = item;
                    break;
                }
            };
            items.push(string::quote(inside, '"'));
            end = item.range.end;
            let (quote, closed) = match item.kind {
                TokenKind::String { quote, closed } => (Some(quote), closed),
                _ => (None, true),
            };
            self.add(item.range, list, Data::String { quote, closed });
            mark = self.bump(Expecting::Value);
        }
        self.pushed_back = Some(mark);
        self.extend_open_list(list, end);
        let range = TextRange::new(first.range.start, end);
        let fix = replace(FixKind::WriteAsArray, range, &format!("[{}]", items.join(", ")));
        self.error(range, ErrorKind::YamlList, fix);
    }

    /// Whether a word is the mark before an item of a YAML list.
    pub(super) fn at_item_mark(&self, token: Token) -> bool {
        self.slice(token.range) == "-" && self.at_line_start(token)
    }

    /// Whether a key without a value is rather another value of the text before it.
    pub(super) fn at_element_of_open_list(&self, value: u32, key: TextRange, key_closed: bool) -> bool {
        let Some(value) = self.nodes.get(value as usize).map(|node| node.range) else { return false };
        let between = self.slice(TextRange::new(value.end, key.start));
        let is_word =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '"' | '\'' | '`') || is_quote(c);
        let is_key_like = self.slice(key).chars().all(is_word);
        // A single word behind a value is a key that is being typed; of several, each is a value.
        key_closed
            && (!is_key_like
                || self.at_line_start_at(value.start)
                || (!between.contains(['\n', '\r']) && self.at_rest_of_list()))
    }

    /// Whether the key that was read last is followed by the end of a list, or by another string that is no key.
    fn at_rest_of_list(&self) -> bool {
        let mut ahead = self.ahead(self.previous_end);
        match ahead.next(Expecting::Key).kind {
            TokenKind::CloseBracket => true,
            TokenKind::Comma => {
                matches!(ahead.next(Expecting::Key).kind, TokenKind::String { .. })
                    && matches!(
                        ahead.next(Expecting::Key).kind,
                        TokenKind::Comma | TokenKind::CloseBrace | TokenKind::CloseBracket
                    )
            }
            _ => false,
        }
    }

    /// The text that is the value of the member before `member`, where it has one.
    pub(super) fn string_before(&self, member: u32) -> Option<u32> {
        let before = member.checked_sub(1)?;
        let node = self.nodes.get(before as usize)?;
        let above = self.nodes.get(node.parent as usize)?;
        let is_value = matches!(above.data, Data::Member { .. })
            && self.stack.last().is_some_and(|frame| frame.node == above.parent);
        (is_value && matches!(node.data, Data::String { quote: Some(_), .. })).then_some(before)
    }

    /// Makes a list of the text that is a member's value; gives the error that tells of it.
    pub(super) fn begin_open_list(&mut self, value: u32) -> usize {
        let Some(node) = self.nodes.get_mut(value as usize) else { return usize::MAX };
        let (range, data) = (node.range, node.data);
        node.data = Data::Array { closed: false };
        self.add(range, value, data);
        let error = self.error(range, ErrorKind::ArrayWithoutBrackets, None).unwrap_or(usize::MAX);
        let edits = vec![edit(TextRange::empty(range.start), "["), edit(TextRange::empty(range.end), "]")];
        self.fix(FixKind::PutBrackets, edits, true);
        self.open_list = Some((value, error));
        error
    }

    pub(super) fn extend_open_list(&mut self, list: u32, end: u32) {
        let Some(node) = self.nodes.get_mut(list as usize) else { return };
        node.range.end = end;
        let member = node.parent;
        if let Some(member) = self.nodes.get_mut(member as usize) {
            member.range.end = end;
        }
    }
}

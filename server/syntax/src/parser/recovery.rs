//! What people write in place of JSON5: each told as the one mistake it is, and read as it was meant.

use super::{
    Frame, MOST_CLOSERS, MOST_PAIRED, MOST_TOKENS_BEFORE, MOST_WORDS_BEFORE, Parser, State, edit, insert,
    messages, never_closed, replace, unsure,
};
use crate::chars::is_white_space;
use crate::lexer::{Conflict, Expecting, Token, TokenKind, Trouble, beginning_of_line, is_invisible};
use crate::number::parse_number;
use crate::tree::{Data, NONE};
use crate::{SyntaxFix, TextRange, string};

impl<'t> Parser<'t> {
    pub(super) fn trouble(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::BadEscape(range) => {
                let mark = TextRange::new(range.start, range.start + 1);
                self.error(
                    range,
                    messages::BAD_ESCAPE,
                    unsure(replace("Write `\\\\` for a backslash", mark, "\\\\")),
                );
                self.doubt();
            }
            Trouble::OpenComment(range, end) => {
                self.error(range, messages::OPEN_COMMENT, unsure(insert("Close the comment", end, " */")));
                self.doubt();
            }
            Trouble::ForeignComment(range, mark) => {
                let message = format!("A comment begins with `//`, not with `{mark}`.");
                let at = TextRange::new(range.start, range.start + mark.len() as u32);
                let fix = match mark {
                    "<!--" => self.html_comment(range),
                    _ => replace(format!("Change `{mark}` to `//`"), at, "//"),
                };
                self.error(range, message, fix);
            }
            Trouble::StrayCommentEnd(range) => {
                self.error(range, messages::STRAY_COMMENT_END, unsure(replace("Remove `*/`", range, "")));
                self.doubt();
            }
            Trouble::LineBreak(range) => {
                self.error(range, messages::LINE_BREAK, None);
                let lines = self.slice(range).lines();
                let joined: Vec<&str> = lines
                    .enumerate()
                    .map(|(at, line)| if at == 0 { line.trim_end() } else { line.trim() })
                    .collect();
                self.fix("Join the lines", vec![edit(range, &joined.concat())], false);
                self.doubt();
            }
            Trouble::InnerQuote(range) => {
                let written = self.slice(range);
                let quote = written.chars().next().unwrap_or('"');
                let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
                let right = string::quote(&string::decode(inside), quote);
                self.error(
                    range,
                    messages::INNER_QUOTE,
                    replace("Put `\\` before the quote within", range, &right),
                );
                self.doubt();
            }
            Trouble::LookAlike(range, right) => {
                let written = self.slice(range);
                let message = format!("`{written}` looks like `{right}`, but only `{right}` counts here.");
                let fix = replace(
                    format!("Change `{written}` to `{right}`"),
                    range,
                    right.encode_utf8(&mut [0; 4]),
                );
                self.error(range, message, fix);
            }
            Trouble::Conflict(conflict) => self.conflict(&conflict),
        }
    }

    /// `<!-- … -->` as `/* … */`, where its text can stand in one.
    pub(super) fn html_comment(&self, range: TextRange) -> Option<SyntaxFix> {
        let written = self.slice(range).strip_prefix("<!--")?;
        let inside = written.strip_suffix("-->").unwrap_or(written).trim();
        let fix = replace("Change to `/* */`", range, &format!("/* {inside} */"));
        fix.filter(|_| !inside.contains("*/"))
    }

    pub(super) fn conflict(&mut self, conflict: &Conflict) {
        let Some((first, second)) = conflict.versions else {
            let line = TextRange::new(conflict.all.start, self.line_end(conflict.all.end));
            self.error(conflict.all, messages::CONFLICT_MARKER, None);
            self.fix("Remove what the merge left", vec![edit(line, "")], false);
            return;
        };
        let all = TextRange::new(conflict.all.start, self.line_end(conflict.all.end));
        self.error(conflict.all, messages::CONFLICT, None);
        for (title, version) in [("Keep the first version", first), ("Keep the second version", second)] {
            let kept = self.slice(version).to_owned();
            self.fix(title, vec![edit(all, &kept)], false);
        }
        self.doubt();
    }

    /// Behind the line end that follows `offset`.
    pub(super) fn line_end(&self, offset: u32) -> u32 {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        offset + rest.find('\n').map_or(rest.len(), |end| end + 1) as u32
    }

    /// Whether other words stand before the connector, as in `export default {`; they are one mistake.
    pub(super) fn begins_later(&mut self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.start);
        let mut end = token.range.end;
        let rest = self.text.get(token.range.start as usize..).unwrap_or_default();
        if rest.starts_with("```") {
            // What stands on the line of a Markdown fence names the language.
            end = token.range.start + rest.find(['\r', '\n']).unwrap_or(rest.len()) as u32;
            ahead.at = end as usize;
        }
        for _ in 0..MOST_WORDS_BEFORE {
            let next = ahead.next(Expecting::Value);
            match next.kind {
                TokenKind::Word | TokenKind::Stray(_) => end = next.range.end,
                TokenKind::String { closed: true, .. } if next.range.start > token.range.start => {
                    end = next.range.end
                }
                TokenKind::OpenBrace if next.range.start > token.range.start => {
                    let range = TextRange::new(token.range.start, end);
                    let fix = replace("Remove what stands before the `{`", range, "");
                    self.at_both_ends = self.error(range, messages::BEFORE_THE_BEGINNING, fix);
                    self.lexer.at = end as usize;
                    self.current_end = end;
                    return true;
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether the connector begins with a key, because its `{` is missing; what follows is read as if it were there.
    pub(super) fn lacks_braces(&mut self, token: Token) -> bool {
        if !matches!(token.kind, TokenKind::String { .. } | TokenKind::Word) {
            return false;
        }
        let mut ahead = self.ahead(token.range.end);
        if ahead.next(Expecting::Key).kind != TokenKind::Colon {
            return false;
        }
        let at = TextRange::empty(token.range.start);
        let node = self.add(at, NONE, Data::Object { closed: false });
        self.stack.push(Frame { node, member: NONE, state: State::Key, open: at });
        self.again = Some(token);
        true
    }

    /// Whether the connector stands between brackets of another kind; what follows is read as if they were braces.
    pub(super) fn is_object_in_other_brackets(&mut self, token: Token) -> bool {
        if !matches!(token.kind, TokenKind::OpenBracket | TokenKind::Stray('('))
            || !self.key_follows(token.range.end)
        {
            return false;
        }
        let close = self
            .closer_of(token)
            .map(|closer| closer.token)
            .filter(|close| close.kind != TokenKind::CloseBrace);
        let written = self.slice(token.range);
        match close {
            Some(close) => {
                self.paired.push((close.range.start, Some(TokenKind::CloseBrace)));
                self.error(token.range, messages::OTHER_BRACKETS, None);
                let edits = vec![edit(token.range, "{"), edit(close.range, "}")];
                self.fix("Change the brackets to `{` and `}`", edits, true);
            }
            None => {
                let message = format!("A connector begins with `{{`, not with `{written}`.");
                let fix = replace(format!("Change `{written}` to `{{`"), token.range, "{");
                self.error(token.range, message, fix);
            }
        }
        self.value(Token { kind: TokenKind::OpenBrace, range: token.range }, NONE)
    }

    /// Whether what follows the end belongs to what stands before the beginning: then both are one mistake.
    pub(super) fn ends_as_it_begins(&mut self, rest: TextRange) -> bool {
        let Some(error) = self.at_both_ends.and_then(|error| self.errors.get_mut(error)) else {
            return false;
        };
        if error.message == messages::BEFORE_THE_BEGINNING {
            error.message = messages::AROUND_THE_CONNECTOR.into();
        }
        if let Some(fix) = error.fixes.first_mut() {
            fix.title = "Remove what stands around the connector".into();
            fix.edits.push(edit(rest, ""));
        }
        true
    }

    /// All from a token to the end, but for blanks.
    pub(super) fn rest_from(&self, token: Token) -> TextRange {
        let rest = self.text.get(token.range.start as usize..).unwrap_or_default().trim_end();
        TextRange::new(token.range.start, token.range.start + rest.len() as u32)
    }

    /// Whether the text is of another notation altogether; all of it is one mistake then.
    pub(super) fn is_foreign(&mut self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key);
        let is_item = |line: &str| line.trim_start().starts_with("- ");
        // A value without quotes, and the next key in the next line without a comma between.
        let mut is_line = || {
            let value = ahead.next(Expecting::Value);
            let after = ahead.next(Expecting::Key);
            let key = ahead.next(Expecting::Key).kind;
            matches!(value.kind, TokenKind::Word | TokenKind::String { .. })
                && matches!(after.kind, TokenKind::Word)
                && self.begins_line(after)
                && matches!(key, TokenKind::Colon | TokenKind::Stray('='))
        };
        let message = match (token.kind, next.kind) {
            (TokenKind::Stray('<'), TokenKind::Word) => messages::XML,
            _ if self.slice(token.range) == "---" => messages::YAML,
            (TokenKind::Word, TokenKind::Colon) if self.text.lines().any(is_item) || is_line() => {
                messages::YAML
            }
            (TokenKind::Word, TokenKind::Stray('=')) if is_line() => messages::TOML,
            _ => return false,
        };
        let range = self.rest_from(token);
        self.error(range, message, None);
        self.doubt();
        self.skip_rest(range.start);
        true
    }

    /// Words where a connector belongs.
    pub(super) fn no_connector(&mut self, token: Token) {
        let range = self.rest_from(token);
        self.error(range, messages::NO_CONNECTOR, None);
        self.doubt();
        self.add(token.range, NONE, Data::String { quote: None, closed: true });
        self.skip_rest(range.start);
    }

    /// Whether a word is a value as it stands.
    pub(super) fn is_literal(&self, token: Token) -> bool {
        let word = self.slice(token.range);
        matches!(word, "null" | "true" | "false") || parse_number(word).is_some()
    }

    /// Passes over the rest, which is one mistake; its comments are still comments.
    pub(super) fn skip_rest(&mut self, start: u32) {
        while self.next(Expecting::Value).kind != TokenKind::End {}
        self.lexer.troubles.retain(|trouble| trouble.range().start < start);
        self.paired.clear();
    }

    /// The words from one on that stand on its line, and what follows them.
    pub(super) fn words_on_line(&self, first: Token) -> (TextRange, WordsEnd) {
        let mut ahead = self.ahead(first.range.end);
        let mut end = first.range.end;
        for count in 1..MOST_WORDS_BEFORE {
            let next = ahead.next(Expecting::Key);
            let between = self.text.get(end as usize..next.range.start as usize).unwrap_or_default();
            let words = TextRange::new(first.range.start, end);
            if let Some(Trouble::StrayCommentEnd(range)) = ahead.troubles.first() {
                return (words, WordsEnd::Comment(range.end));
            }
            match next.kind {
                TokenKind::End => return (words, WordsEnd::Line(count)),
                _ if between.contains(['\n', '\r']) => return (words, WordsEnd::Line(count)),
                TokenKind::Word => end = next.range.end,
                TokenKind::Colon | TokenKind::Stray('=') => return (words, WordsEnd::Separator),
                _ => return (words, WordsEnd::Other),
            }
        }
        (first.range, WordsEnd::Other)
    }

    /// Whether this `{`, right behind the first one, is one too many.
    pub(super) fn is_extra_brace(&self, token: Token) -> bool {
        let is_first = |frame: &Frame| {
            self.nodes.get(frame.node as usize).is_some_and(|node| node.parent == NONE && node.first == NONE)
        };
        self.stack.last().is_some_and(is_first)
            && self.at_both_ends.is_none()
            && self.key_follows(token.range.end)
    }

    /// Whether other signs stand between a key and its value where a colon belongs; passes over them.
    pub(super) fn is_no_colon(&mut self, token: Token) -> bool {
        let mut range = token.range;
        if !matches!(token.kind, TokenKind::Stray('=')) && !self.is_symbols(token) {
            let is_sign = matches!(token.kind, TokenKind::Stray(c) if !"()".contains(c) && !is_invisible(c));
            if !is_sign || !self.value_follows(range.end) {
                return false;
            }
        }
        if token.kind == TokenKind::Stray('=')
            && self.text.get(self.lexer.at..).is_some_and(|rest| rest.starts_with('>'))
        {
            range.end += 1;
            self.move_to(range.end);
        }
        let written = self.slice(range);
        let message = format!("Between a key and its value stands `:`, not `{written}`.");
        self.error(range, message, replace(format!("Change `{written}` to `:`"), range, ":"));
        self.set_colon(Token { kind: TokenKind::Colon, range });
        true
    }

    /// Whether something follows that a value can begin with.
    pub(super) fn value_follows(&self, offset: u32) -> bool {
        let next = self.ahead(offset).next(Expecting::Value).kind;
        matches!(
            next,
            TokenKind::String { .. } | TokenKind::Word | TokenKind::OpenBrace | TokenKind::OpenBracket
        )
    }

    /// Whether a comma stands between a key and its value.
    pub(super) fn is_comma_for_colon(&self, comma: Token) -> bool {
        let mut ahead = self.ahead(comma.range.end);
        match ahead.next(Expecting::Key).kind {
            TokenKind::OpenBracket => true,
            TokenKind::String { .. } => {
                let member = self.stack.last().map_or(NONE, |frame| frame.member);
                let is_list = self.string_before(member).is_some();
                let next = ahead.next(Expecting::Key).kind;
                !is_list && matches!(next, TokenKind::Comma | TokenKind::CloseBrace)
            }
            _ => false,
        }
    }

    /// Whether a value stands behind another one, with nothing between that would make it a key.
    pub(super) fn is_extra_value(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key);
        let same_line = |from: u32, to: u32| {
            self.text.get(from as usize..to as usize).is_some_and(|between| !between.contains(['\n', '\r']))
        };
        same_line(self.previous_end, token.range.start)
            && matches!(next.kind, TokenKind::Comma | TokenKind::CloseBrace | TokenKind::End)
    }

    /// Whether another sign stands where a comma belongs.
    pub(super) fn is_no_comma(&mut self, token: Token) -> bool {
        let is_sign = match token.kind {
            TokenKind::Stray(';') => true,
            TokenKind::Stray('|' | '&') | TokenKind::Colon => self.entry_follows(token.range.end),
            _ => {
                matches!(self.slice(token.range), "." | "/")
                    && (self.entry_follows(token.range.end) || self.closer_follows(token.range.end))
            }
        };
        if is_sign {
            let written = self.slice(token.range);
            let message = format!("Entries are separated by `,`, not by `{written}`.");
            let fix = replace(format!("Change `{written}` to `,`"), token.range, ",");
            self.error(token.range, message, fix);
        }
        is_sign
    }

    /// Whether another entry of the innermost object or list follows.
    pub(super) fn entry_follows(&self, offset: u32) -> bool {
        if self.stack.last().is_some_and(|frame| self.is_object(frame.node)) {
            return self.key_follows(offset);
        }
        let mut ahead = self.ahead(offset);
        matches!(ahead.next(Expecting::Value).kind, TokenKind::String { .. } | TokenKind::Word)
    }

    pub(super) fn closer_follows(&self, offset: u32) -> bool {
        let next = self.ahead(offset).next(Expecting::Key).kind;
        matches!(next, TokenKind::CloseBrace | TokenKind::CloseBracket)
    }

    /// Whether a key and its colon follow.
    pub(super) fn key_follows(&self, offset: u32) -> bool {
        let mut ahead = self.ahead(offset);
        matches!(ahead.next(Expecting::Key).kind, TokenKind::String { .. } | TokenKind::Word)
            && ahead.next(Expecting::Key).kind == TokenKind::Colon
    }

    /// Whether a colon follows, so that what stands before it is a key.
    pub(super) fn is_before_colon(&self, offset: u32) -> bool {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        rest.trim_start_matches(is_white_space).starts_with(':')
    }

    /// Whether a colon and a list follow.
    pub(super) fn list_follows(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        ahead.next(Expecting::Key).kind == TokenKind::Colon
            && matches!(ahead.next(Expecting::Key).kind, TokenKind::OpenBracket | TokenKind::OpenBrace)
    }

    /// `...`, alone or before a name.
    pub(super) fn spread(&mut self, token: Token) {
        self.error(token.range, messages::SPREAD, None);
        self.doubt();
    }

    /// Whether two texts are put together with `+`; passes over both.
    pub(super) fn is_concatenation(&mut self, plus: Token) -> bool {
        let last =
            self.nodes.last().filter(|node| matches!(node.data, Data::String { .. })).map(|node| node.range);
        let mut ahead = self.ahead(plus.range.end);
        let next = ahead.next(Expecting::Value);
        let (Some(first), "+", TokenKind::String { closed: true, .. }) =
            (last, self.slice(plus.range), next.kind)
        else {
            return false;
        };
        let second = self.next(Expecting::Value).range;
        let inside = |range: TextRange| {
            let written = self.slice(range);
            written.get(1..written.len().saturating_sub(1)).map(string::decode)
        };
        let joined = inside(first)
            .zip(inside(second))
            .map(|(left, right)| string::quote(&format!("{left}{right}"), '"'));
        let all = TextRange::new(first.start, second.end);
        let fix = joined.and_then(|joined| replace(format!("Write {joined}"), all, &joined));
        self.error(all, messages::CONCATENATION, fix);
        self.doubt();
        true
    }

    /// Whether a quote stands alone behind a closed text.
    pub(super) fn is_extra_quote(&mut self, token: Token, quote: char) -> bool {
        let mark = TextRange::new(token.range.start, token.range.start + quote.len_utf8() as u32);
        let after = self.text.get(mark.end as usize..token.range.end as usize).unwrap_or_default();
        let is_alone = token.range.start == self.previous_end
            && (after.is_empty() || after.starts_with([':', ',', ']', '}']))
            && self.again.is_none();
        if is_alone {
            self.lexer.at = mark.end as usize;
            self.current_end = mark.end;
            self.error(mark, messages::EXTRA_QUOTE, replace("Remove the extra quote", mark, ""));
        }
        is_alone
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

    /// Whether the key that was read last is another value of the text before it, whose brackets are missing.
    pub(super) fn take_into_list(&mut self) -> bool {
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
            (None, Some(value)) if self.is_listed_with(value, key, key_closed) => (value, usize::MAX),
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

    /// Whether a key without a value is rather another value of the text before it.
    pub(super) fn is_listed_with(&self, value: u32, key: TextRange, key_closed: bool) -> bool {
        let Some(value) = self.nodes.get(value as usize).map(|node| node.range) else { return false };
        let between = self.slice(TextRange::new(value.end, key.start));
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '"' | '\'');
        key_closed
            && (!between.contains(['\n', '\r'])
                || self.begins_line_at(value.start)
                || !self.slice(key).chars().all(is_word))
    }

    /// Makes a list of the text that is a member's value; gives the error that tells of it.
    pub(super) fn begin_open_list(&mut self, value: u32) -> usize {
        let Some(node) = self.nodes.get_mut(value as usize) else { return usize::MAX };
        let (range, data) = (node.range, node.data);
        node.data = Data::Array { closed: false };
        self.add(range, value, data);
        let error = self.error(range, messages::LIST_WITHOUT_BRACKETS, None).unwrap_or(usize::MAX);
        let edits = vec![edit(TextRange::empty(range.start), "["), edit(TextRange::empty(range.end), "]")];
        self.fix("Put brackets around the list", edits, true);
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

    /// Whether `]` ends a list whose `[` is missing.
    pub(super) fn ends_open_list(&mut self, token: Token) -> bool {
        let last = self.nodes.len() as u32 - 1;
        let open =
            self.open_list.filter(|(list, _)| self.nodes.last().is_some_and(|node| node.parent == *list));
        let (list, error) = match open {
            Some(open) => open,
            None => {
                // The text before it is all of the list.
                let Some(value) = self.string_before(last + 1).filter(|_| self.closes_nothing(token)) else {
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
            told.message = messages::NO_OPENING_BRACKET.into();
            told.fixes = insert("Insert the missing `[`", start, "[").into_iter().collect();
        }
        true
    }

    /// Whether a word is the mark before an item of a YAML list.
    pub(super) fn is_item_mark(&self, token: Token) -> bool {
        self.slice(token.range) == "-" && self.begins_line(token)
    }

    /// Lines that each begin with `-`, as YAML has lists.
    pub(super) fn yaml_list(&mut self, first: Token, parent: u32) {
        let list = self.add(first.range, parent, Data::Array { closed: true });
        let mut mark = first;
        let mut items: Vec<String> = Vec::new();
        let mut end = first.range.end;
        while self.is_item_mark(mark) {
            let item = self.next(Expecting::Value);
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
            mark = self.next(Expecting::Value);
        }
        self.again = Some(mark);
        self.extend_open_list(list, end);
        let range = TextRange::new(first.range.start, end);
        let fix = replace("Write it as a list", range, &format!("[{}]", items.join(", ")));
        self.error(range, messages::YAML_LIST, fix);
    }

    /// Whether something is to be filled in here: `{{type}}`, `${TYPE}`, `<type>`; passes over it.
    pub(super) fn is_placeholder(&mut self, token: Token, end: &str) -> bool {
        let rest = self.text.get(token.range.end as usize..).unwrap_or_default();
        let begins = match token.kind {
            TokenKind::OpenBrace => rest.starts_with('{'),
            TokenKind::Word => self.slice(token.range).ends_with('$') && rest.starts_with('{'),
            _ => true,
        };
        if !begins || self.again.is_some() {
            return false;
        }
        let line = beginning_of_line(rest);
        let Some(length) = line.find(end).filter(|length| {
            !line.get(..*length).is_some_and(|inside| inside.contains(['"', '\'', ':', ',']))
        }) else {
            return false;
        };
        let all = TextRange::new(token.range.start, token.range.end + (length + end.len()) as u32);
        self.move_to(all.end);
        self.error(all, messages::PLACEHOLDER, None);
        self.doubt();
        true
    }

    /// Whether this `{` begins a list, as in `{"a", "b"}`.
    pub(super) fn is_list_in_braces(&mut self, open: Token) -> bool {
        let mut ahead = self.ahead(open.range.end);
        let is_text = matches!(ahead.next(Expecting::Key).kind, TokenKind::String { closed: true, .. });
        if !is_text || !matches!(ahead.next(Expecting::Key).kind, TokenKind::Comma | TokenKind::CloseBrace) {
            return false;
        }
        let Some(Closer { token, has_colon: false, .. }) = self.closer_of(open) else { return false };
        if token.kind == TokenKind::CloseBracket {
            let message = "A list begins with `[`, not with `{`.";
            self.error(open.range, message, replace("Change `{` to `[`", open.range, "["));
            return true;
        }
        if token.kind != TokenKind::CloseBrace || self.paired.len() >= MOST_PAIRED {
            return false;
        }
        self.paired.push((token.range.start, Some(TokenKind::CloseBracket)));
        self.error(TextRange::new(open.range.start, token.range.end), messages::LIST_BRACKETS, None);
        self.fix(
            "Change the braces to `[` and `]`",
            vec![edit(open.range, "["), edit(token.range, "]")],
            true,
        );
        true
    }

    /// Reads what stands in parentheses: a list, or a value.
    pub(super) fn parentheses(&mut self, open: Token, parent: u32) -> bool {
        let Some(closer) = self.closer_of(open).filter(|_| self.paired.len() < MOST_PAIRED) else {
            return false;
        };
        let (close, as_list) = (closer.token, Token { kind: TokenKind::OpenBracket, range: open.range });
        let all = TextRange::new(open.range.start, close.range.end);
        match close.kind {
            TokenKind::CloseBracket => {
                let fix = replace("Change `(` to `[`", open.range, "[");
                self.error(open.range, messages::WRONG_OPENING, fix);
                self.value(as_list, parent)
            }
            TokenKind::Stray(')') if closer.has_comma || closer.is_empty => {
                self.paired.push((close.range.start, Some(TokenKind::CloseBracket)));
                self.error(all, messages::LIST_BRACKETS, None);
                let edits = vec![edit(open.range, "["), edit(close.range, "]")];
                self.fix("Change the parentheses to `[` and `]`", edits, true);
                self.value(as_list, parent)
            }
            TokenKind::Stray(')') => {
                self.paired.push((close.range.start, None));
                self.error(all, messages::PARENTHESES, None);
                self.fix("Remove the parentheses", vec![edit(open.range, ""), edit(close.range, "")], true);
                let inside = self.next(Expecting::Value);
                let is_value = self.value(inside, parent);
                if !is_value {
                    self.stray(inside);
                }
                true
            }
            _ => false,
        }
    }

    /// What closes the bracket of whatever kind that `open` is.
    pub(super) fn closer_of(&mut self, open: Token) -> Option<Closer> {
        let mut ahead = self.ahead(open.range.end);
        let mut depth = 0_usize;
        let (mut has_comma, mut has_colon, mut is_empty) = (false, false, true);
        let most = MOST_TOKENS_BEFORE.min(self.looks_ahead);
        for _ in 0..most {
            self.looks_ahead -= 1;
            let token = ahead.next(Expecting::Value);
            match token.kind {
                TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::Stray('(') => depth += 1,
                TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::Stray(')') if depth == 0 => {
                    return Some(Closer { token, has_comma, has_colon, is_empty });
                }
                TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::Stray(')') => depth -= 1,
                TokenKind::Comma => has_comma |= depth == 0,
                TokenKind::Colon => has_colon |= depth == 0,
                TokenKind::End => return None,
                _ => {}
            }
            is_empty = false;
        }
        None
    }

    /// Whether `)` closes the innermost object or list: what would close it rightly does not follow.
    pub(super) fn closes_the_top(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key).kind;
        let closer = match self.stack.last().is_some_and(|frame| self.is_object(frame.node)) {
            true => TokenKind::CloseBrace,
            false => TokenKind::CloseBracket,
        };
        next != closer && (next != TokenKind::Comma || self.stack.len() > 1)
    }

    pub(super) fn close_with_parenthesis(&mut self, token: Token) {
        let is_object = self.stack.last().is_some_and(|frame| self.is_object(frame.node));
        let (message, right) = match is_object {
            true => (messages::WRONG_PARENTHESIS_IN_OBJECT, "}"),
            false => (messages::WRONG_PARENTHESIS_IN_LIST, "]"),
        };
        let open = self.stack.last().map(|frame| frame.open).unwrap_or_default();
        self.error(token.range, message, replace(format!("Change `)` to `{right}`"), token.range, right));
        self.relate(open, "opened here");
        self.pop(token.range.end, true);
    }

    /// Whether a word is made of signs alone, which mean nothing.
    pub(super) fn is_symbols(&self, token: Token) -> bool {
        token.kind == TokenKind::Word
            && self
                .slice(token.range)
                .bytes()
                .all(|byte| byte.is_ascii_punctuation() && !b"_$.".contains(&byte))
    }

    /// Whether `token`, in a list, is the next key of the object around it: a `:` follows, and it begins a line or the
    /// object's end comes before the list's.
    pub(super) fn is_next_key(&mut self, token: Token) -> bool {
        // Asked of every text in a list, which is right nearly always.
        if !self.is_before_colon(token.range.end) {
            return false;
        }
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        // `chat:` alone is half of a scope.
        let mut after = self.ahead(token.range.end);
        after.next(Expecting::Key).kind == TokenKind::Colon
            && !matches!(after.next(Expecting::Key).kind, TokenKind::CloseBracket | TokenKind::Comma)
            && outer.is_some_and(|outer| self.is_object(outer.node))
            && (self.begins_line(token)
                || self.closer_of(token).is_some_and(|closer| closer.token.kind == TokenKind::CloseBrace))
    }

    pub(super) fn begins_line(&self, token: Token) -> bool {
        self.begins_line_at(token.range.start)
    }

    pub(super) fn begins_line_at(&self, offset: u32) -> bool {
        let before = self.text.get(..offset as usize).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r'])
    }

    /// Whether a comma, the second in a row, belongs to the object around a list: that goes on, or ends, behind it.
    pub(super) fn is_after_the_list(&self, comma: Token) -> bool {
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        let has_elements = self.stack.last().is_some_and(|list| self.previous_end > list.open.end);
        has_elements
            && outer.is_some_and(|outer| self.is_object(outer.node))
            && (self.key_follows(comma.range.end)
                || self.ahead(comma.range.end).next(Expecting::Key).kind == TokenKind::CloseBrace)
    }

    /// Closes a list that was left open before the next key, or before the comma that parts them.
    pub(super) fn close_before(&mut self, next: Token) {
        let Some(list) = self.stack.last() else { return };
        let (node, open) = (list.node, list.open);
        let is_comma = next.kind == TokenKind::Comma;
        let has_comma = list.state == State::Element && self.previous_end > open.end;
        // After a comma the bracket belongs before it.
        let comma = self.text.get(..self.previous_end as usize).and_then(|text| text.chars().next_back());
        let comma = comma.filter(|_| has_comma && !is_comma).map_or(0, char::len_utf8);
        let before = if is_comma { next.range.start } else { self.previous_end - comma as u32 };
        if self.holds_only_a_list(node) {
            self.error(open, messages::EXTRA_BRACKET, replace("Remove the extra `[`", open, ""));
            self.doubt();
        } else {
            let missing = if has_comma { "]" } else { "]," };
            let fix = insert(format!("Insert the missing `{missing}`"), before, missing);
            self.error(open, never_closed(self.slice(open)), fix);
        }
        self.pop(before, false);
        self.set_state(if is_comma { State::AfterMember } else { State::Key });
        self.again = Some(next);
    }

    /// Passes over the closing quote of a word that has no opening one, where one of `ends` or nothing else on the
    /// line follows; false if there is none.
    pub(super) fn skip_lone_quote(&mut self, word: TextRange, ends: &[char]) -> bool {
        let rest = self.text.get(word.end as usize..).unwrap_or_default();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
        let after = rest.get(1..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let is_lone = after.starts_with(ends)
            || (ends.len() > 1 && (after.is_empty() || after.starts_with(['\n', '\r'])));
        if !is_lone || self.again.is_some() || self.lexer.at != word.end as usize {
            return false;
        }
        self.lexer.at += 1;
        self.current_end += 1;
        let fix = insert(format!("Insert the opening `{quote}`"), word.start, quote.encode_utf8(&mut [0; 4]));
        self.error(TextRange::new(word.start, word.end + 1), messages::NO_OPENING_QUOTE, fix);
        true
    }

    /// Where a text of several words ends that lacks its quotes: `slack bot`.
    pub(super) fn end_of_words(&self, word: TextRange) -> u32 {
        let mut end = word.end;
        let in_object = self.stack.last().is_some_and(|frame| self.is_object(frame.node));
        if !in_object || self.again.is_some() {
            return end;
        }
        let mut ahead = self.ahead(end);
        for _ in 0..MOST_WORDS_BEFORE {
            let next = ahead.next(Expecting::Key);
            let between = self.text.get(end as usize..next.range.start as usize).unwrap_or("\n");
            let on_line = between.chars().all(|c| matches!(c, ' ' | '\t'));
            if next.kind != TokenKind::Word || !on_line || ahead.is_at_separator() {
                break;
            }
            end = next.range.end;
        }
        end
    }

    /// Whether the bracket that the innermost list wants follows this one, which the object around it wants.
    pub(super) fn is_swapped(&mut self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key);
        let (right, swapped) = match token.kind {
            TokenKind::CloseBrace => (TokenKind::CloseBracket, "]}"),
            _ => (TokenKind::CloseBrace, "}]"),
        };
        if next.kind != right || self.again.is_some() {
            return false;
        }
        self.next(Expecting::Key);
        let all = TextRange::new(token.range.start, next.range.end);
        self.error(all, messages::SWAPPED, None);
        let (first, second) = swapped.split_at(1);
        self.fix(
            format!("Change to `{swapped}`"),
            vec![edit(token.range, first), edit(next.range, second)],
            true,
        );
        self.pop(token.range.end, true);
        self.pop(next.range.end, true);
        true
    }

    /// Whether all that a list holds is another list, which is closed.
    pub(super) fn holds_only_a_list(&self, list: u32) -> bool {
        let node = |id: u32| self.nodes.get(id as usize);
        let Some(first) =
            node(list).filter(|node| matches!(node.data, Data::Array { .. })).map(|node| node.first)
        else {
            return false;
        };
        node(first).is_some_and(|node| node.next == NONE && matches!(node.data, Data::Array { closed: true }))
    }

    /// Whether the outermost container goes on behind `token`, which nothing opened.
    pub(super) fn closes_nothing(&self, token: Token) -> bool {
        if self.stack.len() != 1 {
            return false;
        }
        let mut ahead = self.ahead(token.range.end);
        let next = ahead.next(Expecting::Key).kind;
        let right = match token.kind {
            TokenKind::CloseBrace => TokenKind::CloseBracket,
            _ => TokenKind::CloseBrace,
        };
        next == right || next == TokenKind::Comma
    }

    /// Whether the bracket behind `token` is the one that its outer container wants: then `token` closes
    /// the innermost one and is only of the wrong kind.
    pub(super) fn closes_the_top_by_mistake(&self, token: Token) -> bool {
        let mut ahead = self.ahead(token.range.end);
        let mut next = ahead.next(Expecting::Key).kind;
        if next == TokenKind::Comma {
            // `[ "a" }, "key": …`: the comma goes on with what surrounds the list.
            next = ahead.next(Expecting::Key).kind;
            let outer_is_object = self
                .stack
                .len()
                .checked_sub(2)
                .and_then(|outer| self.stack.get(outer))
                .is_some_and(|outer| self.is_object(outer.node));
            return outer_is_object
                && (next == TokenKind::CloseBrace
                    || matches!(next, TokenKind::String { .. } | TokenKind::Word)
                        && ahead.next(Expecting::Key).kind == TokenKind::Colon);
        }
        let outer = self.stack.len().checked_sub(2).and_then(|outer| self.stack.get(outer));
        match (outer, next) {
            (Some(outer), TokenKind::CloseBrace) => self.is_object(outer.node),
            (Some(outer), TokenKind::CloseBracket) => !self.is_object(outer.node),
            _ => false,
        }
    }

    /// What closes all that is open, laid out as it was opened; and the same without blanks.
    pub(super) fn closers(&self, at: u32, on_own_line: bool) -> (String, String) {
        let (mut laid_out, mut missing) = (String::new(), String::new());
        let line_end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut line = at;
        for frame in self.stack.iter().rev().take(MOST_CLOSERS + 1) {
            let before = self.text.get(..frame.open.start as usize).unwrap_or_default();
            let between = self.text.get(frame.open.start as usize..line as usize).unwrap_or_default();
            let first = missing.is_empty();
            if between.contains(['\n', '\r']) && !(first && on_own_line) {
                let begins = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
                let indent = before.get(begins..).unwrap_or_default();
                let indent = &indent[..indent.len() - indent.trim_start_matches([' ', '\t']).len()];
                laid_out.push_str(line_end);
                laid_out.push_str(indent);
            }
            line = frame.open.start;
            let closer = if self.is_object(frame.node) { '}' } else { ']' };
            laid_out.push(closer);
            missing.push(closer);
        }
        (laid_out, missing)
    }
}

/// What follows some words on their line.
pub(super) enum WordsEnd {
    /// A colon, or a sign that was meant to be one.
    Separator,
    /// Nothing, after so many words.
    Line(usize),
    /// The end of a comment.
    Comment(u32),
    /// Something else.
    Other,
}

/// What closes a bracket, and what stands between.
pub(super) struct Closer {
    pub(super) token: Token,
    has_comma: bool,
    has_colon: bool,
    is_empty: bool,
}

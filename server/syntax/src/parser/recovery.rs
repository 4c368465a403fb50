//! What people write in place of JSON5: each told as the one mistake it is, and read as it was meant.

use super::{Frame, MOST_WORDS_BEFORE, Parser, State, edit, insert, messages, never_closed, replace, unsure};
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

//! Where the tokens are, and where they get out of sight.

use super::*;

/// How deep things are searched for tokens.
const MAX_SEARCH: usize = 6;

impl Walk<'_> {
    /// The tokens that a value holds.
    pub(super) fn tokens_in(&self, value: &Value) -> Vec<UseId> {
        let mut found = Vec::new();
        self.search(value, 0, &mut found);
        found
    }

    fn search(&self, value: &Value, depth: usize, found: &mut Vec<UseId>) {
        if depth > MAX_SEARCH {
            return;
        }
        let mut push = |token: &UseId| {
            if !found.contains(token) {
                found.push(*token);
            }
        };
        match value {
            Value::Text(text) => search_text(text, &mut push),
            Value::Opaque(tokens) => tokens.iter().for_each(push),
            Value::Connection(token) => push(token),
            Value::GraphRequest(request) => request.1.iter().for_each(push),
            Value::Any(all) => {
                for (_, value) in all.iter() {
                    self.search(value, depth + 1, found);
                }
            }
            Value::Heap(cell) | Value::UrlParams(cell) => match self.state.get(*cell) {
                Some(Heap::Object(object)) => {
                    for (_, value) in &object.fields {
                        self.search(value, depth + 1, found);
                    }
                }
                Some(Heap::Array { items, .. }) => {
                    for value in items {
                        self.search(value, depth + 1, found);
                    }
                }
                Some(Heap::Url(text) | Heap::Params(text)) => search_text(text, &mut push),
                Some(Heap::Json(value) | Heap::Var(value)) => self.search(value, depth + 1, found),
                Some(Heap::Package(package)) => package.tokens.iter().for_each(push),
                None => {}
            },
            _ => {}
        }
    }

    /// A value goes where it cannot be followed.
    pub(super) fn escape(&mut self, value: &Value) {
        for token in self.tokens_in(value) {
            if let Some(used) = self.uses.get_mut(token as usize) {
                used.listed.complete = false;
            }
        }
    }
}

fn search_text(text: &Text, push: &mut impl FnMut(&UseId)) {
    for piece in text.pieces.iter() {
        if let Piece::Token(token) = piece {
            push(token);
        }
    }
}

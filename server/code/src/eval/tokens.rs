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

    /// Whether a value may be a token of the author's own: something that is not known, and holds no connector's.
    pub(super) fn may_be_own(&self, value: &Value) -> bool {
        let mut alternatives = self.alternatives(value).into_iter().map(|(_, value)| value);
        let mut some = false;
        alternatives.all(|value| {
            let may_be = match &value {
                Value::Unknown => true,
                Value::Global(name) => name.starts_with("process.env."),
                _ => false,
            };
            some |= may_be;
            may_be || value.is_nothing()
        }) && some
    }

    /// Notes of a question whether it asks for something that may be a token of the author's own: `if (!own)`.
    pub(super) fn asks_for_own(&mut self, test: &Test, value: &Value, scope: &Rc<Scope>) -> bool {
        let (thing, value) = match scope.expr(test.expr) {
            Expr::Not(thing) if matches!(scope.expr(*thing), Expr::Name(_)) => {
                (scope.expr(*thing), self.expr(*thing, scope))
            }
            thing => (thing, value.clone()),
        };
        let is_thing = matches!(thing, Expr::Name(_) | Expr::Member { .. } | Expr::Index { .. });
        let asks = is_thing && self.may_be_own(&value);
        if asks {
            let branch = self.branch(test.key);
            self.asks_for_own.insert(branch);
        }
        asks
    }

    /// Whether the way here is only gone where the author's own token is not there.
    pub(super) fn is_instead_of_own(&self) -> bool {
        let absent = |(branch, arm): &(u32, u16)| *arm == NO && self.asks_for_own.contains(branch);
        self.path.iter().any(absent) || self.frames.iter().any(|frame| frame.after_own)
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

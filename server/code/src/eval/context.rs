//! What the handlers of a request keep for each other: one sets it in the thing that each of them is given, another
//! reads it there: `c.set("token", token)` and `c.get("token")`, `ctx.state.token = token` and `ctx.state.token`.
//!
//! Whether the one runs before the other, and for which requests, stands in no code that is seen. So what is kept is
//! only found under the same name in a parameter of the same name, and no token that is kept counts as followed
//! everywhere.

use super::package::CALLBACK;
use super::*;

/// How many names an address in a parameter has at most: `ctx.state.token`.
const MAX_NAMES: usize = 3;
/// How many are walked again.
const MAX_MISSED: usize = 50;

impl Walk<'_> {
    /// Whether something comes from who calls, and nothing is known of it.
    pub(super) fn is_given(&self, value: &Value) -> bool {
        match value {
            Value::Unknown => true,
            Value::Heap(cell) => match self.state.get(*cell) {
                Some(Heap::Package(package)) => &*package.package == CALLBACK,
                _ => false,
            },
            _ => false,
        }
    }

    /// `c.set(name, value)` and `c.get(name)` of a parameter that is not known.
    pub(super) fn context_method(
        &mut self,
        object: ExprId,
        name: &str,
        args: &[Value],
        scope: &Rc<Scope>,
    ) -> Option<Value> {
        let (is_set, key) = match (name, args) {
            ("set", [Value::Text(key), _]) => (true, key.all()?),
            ("get", [Value::Text(key)]) => (false, key.all()?),
            _ => return None,
        };
        let address = address(object, key, scope)?;
        if is_set {
            let value = args.get(1)?;
            self.escape(value);
            return self.keep(address, value).then_some(Value::Undefined);
        }
        let kept = self.kept.get(&address).cloned();
        if kept.is_none() {
            self.missed_in_context(address);
        }
        kept
    }

    /// `ctx.state.token` of a parameter that is not known.
    pub(super) fn context_property(
        &mut self,
        object: ExprId,
        name: &str,
        scope: &Rc<Scope>,
    ) -> Option<Value> {
        let is_var = matches!(scope.expr(object), Expr::Member { property, .. } if &**property == "var");
        if self.kept.is_empty() && !is_var {
            return None;
        }
        let address = address(object, name, scope)?;
        let kept = self.kept.get(&address).cloned();
        if kept.is_none() && is_var {
            self.missed_in_context(address);
        }
        kept
    }

    /// `ctx.state.token = token`.
    pub(super) fn set_context_property(
        &mut self,
        object: ExprId,
        name: &str,
        value: &Value,
        scope: &Rc<Scope>,
    ) {
        if let Some(address) = address(object, name, scope) {
            // What stands among the headers of a request is sent with it.
            let is_sent = address.contains(".headers.");
            if self.keep(address, value) && !is_sent {
                self.escape(value);
            }
        }
    }

    /// Walks those again that have read something before it was kept: in which order handlers are named says nothing.
    pub(super) fn run_missed(&mut self) {
        for (address, closure) in std::mem::take(&mut self.missed) {
            if self.kept.contains_key(&address) {
                let returned = self.call_value(&Value::Function(closure), Vec::new(), Value::Unknown, None);
                self.escape(&returned);
            }
        }
    }

    fn missed_in_context(&mut self, address: String) {
        let handler = self.frames.iter().find_map(|frame| frame.closure.clone());
        if let Some(handler) = handler.filter(|_| self.missed.len() < MAX_MISSED) {
            self.missed.push((address, handler));
        }
    }

    /// Keeps what holds tokens.
    fn keep(&mut self, address: String, value: &Value) -> bool {
        if self.tokens_in(value).is_empty() {
            return false;
        }
        let kept = match self.kept.remove(&address) {
            Some(before) => Value::either(before, value.clone()),
            None => value.clone(),
        };
        self.kept.insert(address, kept);
        true
    }
}

/// Where something is kept in a parameter. `c.var.token` is what `c.get("token")` gives.
fn address(object: ExprId, name: &str, scope: &Rc<Scope>) -> Option<String> {
    let mut names = vec![name];
    let mut object = scope.expr(object);
    while let Expr::Member { object: of, property, .. } = object {
        if &**property != "var" {
            names.push(property);
        }
        object = scope.expr(*of);
    }
    let Expr::Name(param) = object else { return None };
    if names.len() >= MAX_NAMES || !scope.find(param)?.param {
        return None;
    }
    names.push(param);
    Some(names.join("."))
}

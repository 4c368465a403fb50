//! Expressions.

use super::method::{any_entry, is_global_object};
use super::stmt::{Choices, equal_values, is_number};
use super::*;

/// How many combinations of the alternatives of two texts are looked at.
const MAX_COMBINATIONS: usize = 256;

/// How many arguments an unknown list may stand for: more than nearly all functions take.
pub(super) const UNKNOWN_ARGUMENTS: usize = 4;

/// A text that is put together of values: as long as there is one way, only its pieces are.
pub(super) enum Glued {
    One(PieceList),
    Many(Value),
}

impl Glued {
    pub(super) fn value(self) -> Value {
        match self {
            Glued::One(pieces) => Value::Text(Text::of(pieces)),
            Glued::Many(value) => value,
        }
    }
}

impl Walk<'_> {
    pub(super) fn expr(&mut self, expr: ExprId, scope: &Rc<Scope>) -> Value {
        if !self.step() {
            return Value::Unknown;
        }
        if self.depth >= MAX_DEPTH {
            self.cut = true;
            return Value::Unknown;
        }
        self.depth += 1;
        let value = self.expr_here(scope.expr(expr), scope);
        self.depth -= 1;
        value
    }

    fn expr_here(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Value {
        match expr {
            Expr::Unknown => Value::Unknown,
            Expr::Undefined => Value::Undefined,
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Number(text) => Value::Text(Text::known(text.clone(), None)),
            Expr::Regex(of_address) => Value::Regex(*of_address),
            Expr::Text(text, at) => Value::Text(Text::known(text.clone(), Some((scope.module, *at)))),
            Expr::Template { texts, values } => {
                let mut whole = Glued::One(PieceList::new());
                self.glue_text(&mut whole, texts.first());
                for (at, value) in values.iter().enumerate() {
                    let value = self.expr(*value, scope);
                    self.glue(&mut whole, &value);
                    self.glue_text(&mut whole, texts.get(at + 1));
                }
                whole.value()
            }
            Expr::Name(name) => self.name(name, scope),
            Expr::This => self.frames.last().map_or(Value::Unknown, |frame| frame.this.clone()),
            Expr::Super => Value::Unknown,
            Expr::Member { object, property, at, optional } => {
                let value = self.expr(*object, scope);
                if self.is_given(&value)
                    && let Some(kept) = self.context_property(*object, property, scope)
                {
                    return kept;
                }
                self.get(&value, property, (scope.module, *at), *optional)
            }
            Expr::Index { object, index, key } => {
                let object = self.expr(*object, scope);
                let index = self.expr(*index, scope);
                let branch = self.branch(*key);
                self.index(&object, &index, Some(branch))
            }
            Expr::Call { callee, args, at, optional } => self.call_expr(*callee, args, *at, *optional, scope),
            Expr::New { callee, args, at } => {
                let callee = self.expr(*callee, scope);
                let args = self.args(args, scope);
                self.construct(&callee, args, (scope.module, *at))
            }
            Expr::Object(props) => self.object(props, scope),
            Expr::Array(items) => {
                let (items, open) = self.list(items, scope, false);
                Value::Heap(self.state.add(Heap::Array { items, open }))
            }
            Expr::Function(function) => {
                let arrow = scope.program.functions.get(*function).is_some_and(|lowered| lowered.arrow);
                let this = if arrow { self.frames.last().map(|frame| frame.this.clone()) } else { None };
                let closure = Closure {
                    module: scope.module,
                    function: *function,
                    scope: scope.clone(),
                    this,
                    given: Vec::new(),
                };
                Value::Function(Rc::new(closure))
            }
            Expr::Class(class) => self.class_value(*class, scope),
            Expr::Assign { target, op, value } => self.assign(target, *op, *value, scope),
            Expr::Conditional { test, then, otherwise } => {
                let (yes, no) = self.arms_of(test);
                let decides = self.expr(test.expr, scope);
                match self.decided(&decides, (yes, no)) {
                    Some(true) => self.expr(*then, scope),
                    Some(false) => self.expr(*otherwise, scope),
                    None => {
                        self.asks_for_own(test, &decides, scope);
                        let (known_yes, known_no) = self.known_by(test.expr, scope);
                        let (first, first_changes) =
                            self.arm_knowing(yes, &known_yes, |walk| walk.expr(*then, scope));
                        let (second, second_changes) =
                            self.arm_knowing(no, &known_no, |walk| walk.expr(*otherwise, scope));
                        let with = |mut known: Choices, choice| {
                            known.push(choice);
                            Guards::of(&known)
                        };
                        let (yes, no) = (with(known_yes, yes), with(known_no, no));
                        self.state.join(vec![(yes.clone(), first_changes), (no.clone(), second_changes)]);
                        Value::any(vec![(yes, first), (no, second)])
                    }
                }
            }
            Expr::Logical { op, left, right, key } => self.logical(*op, *left, *right, *key, scope),
            Expr::Add(left, right) => {
                let left = self.expr(*left, scope);
                let right = self.expr(*right, scope);
                self.concat(&left, &right)
            }
            Expr::Equal { left, right, negated } => {
                let left = self.expr(*left, scope);
                let right = self.expr(*right, scope);
                match equal_values(&self.narrowed(left), &self.narrowed(right)) {
                    Some(equal) => Value::Bool(equal != *negated),
                    None => Value::Unknown,
                }
            }
            Expr::Not(inner) => {
                let inner = self.expr(*inner, scope);
                match self.truth(&inner) {
                    Some(truth) => Value::Bool(!truth),
                    None => Value::Unknown,
                }
            }
            Expr::Sequence(all) => {
                let mut last = Value::Undefined;
                for expr in all {
                    last = self.expr(*expr, scope);
                }
                last
            }
            Expr::Import(specifier) => match self.import(scope.module, specifier) {
                Some(from) => {
                    self.start(from);
                    Value::Namespace(from)
                }
                None => self.not_of_the_app(scope.module, specifier, &Imported::Namespace),
            },
            Expr::ImportUnknown(specifier) => {
                self.expr(*specifier, scope);
                self.imports_unknown = true;
                Value::Unknown
            }
            Expr::Yield { value, all } => {
                let of_call = is_call_of_name(scope, *value);
                let value = self.expr(*value, scope);
                if of_call && let Some(awaited) = self.awaited(&value) {
                    return awaited;
                }
                // Where `async` was compiled away, what is yielded is awaited, and comes back.
                let comes_back = if *all { Value::Unknown } else { value.clone() };
                let (items, more) = if *all {
                    let (items, open) = self.items_of(&value);
                    let rest = if matches!(value, Value::Answer) { Value::Answer } else { Value::Unknown };
                    (items, open.then_some(rest))
                } else {
                    (vec![value], None)
                };
                if let Some(frame) = self.frames.last_mut() {
                    for item in items.into_iter().chain(more) {
                        let is_new = !frame.yields.iter().any(|known| known.same(&item));
                        if is_new && frame.yields.len() < MAX_ITEMS {
                            frame.yields.push(item);
                        }
                    }
                }
                comes_back
            }
            Expr::Other(all) => {
                for expr in all {
                    self.expr(*expr, scope);
                }
                Value::Unknown
            }
        }
    }

    /// What is awaited in an asynchronous generator that was compiled away: `yield new __await(promise)` keeps the promise
    /// in what it makes, and yields nothing.
    fn awaited(&self, value: &Value) -> Option<Value> {
        let Value::Heap(cell) = value else { return None };
        match self.state.get(*cell)? {
            Heap::Object(object) => object.get("0").or_else(|| object.get("v")).cloned(),
            _ => None,
        }
    }

    fn name(&mut self, name: &Name, scope: &Rc<Scope>) -> Value {
        match scope.find(name) {
            Some(var) => {
                let value = self.read_var(var.cell, 0);
                self.narrowed(value)
            }
            None => self.global(name),
        }
    }

    /// What no scope declares: what code has set on the global object, or a name of the runtime.
    pub(super) fn global(&self, name: &Name) -> Value {
        match self.of_globals.get(name) {
            Some(cell) => self.narrowed(self.state.var(*cell)),
            None if &**name == "fetch" => Value::Fetch,
            None => Value::Global(name.clone()),
        }
    }

    /// `globalThis.token = token`. Other files that run beside this one may read it.
    fn set_global(&mut self, name: &Name, value: Value) {
        self.escape(&value);
        match self.of_globals.get(name) {
            Some(cell) => self.state.set(*cell, Heap::Var(value)),
            None => {
                let cell = self.state.add(Heap::Var(value));
                self.of_globals.insert(name.clone(), cell);
            }
        }
    }

    /// The arguments of a call. Of a list that is spread into them and not known, a few entries stand for all.
    pub(super) fn args(&mut self, args: &[Arg], scope: &Rc<Scope>) -> Vec<Value> {
        self.list(args, scope, true).0
    }

    /// The values of a list, and whether there may be more. `of_call`: what is not known of a list that is spread into
    /// it are entries of their own.
    fn list(&mut self, args: &[Arg], scope: &Rc<Scope>, of_call: bool) -> (Vec<Value>, bool) {
        let mut all = Vec::with_capacity(args.len());
        let mut open = false;
        for arg in args {
            let value = self.expr(arg.value, scope);
            if arg.spread {
                let (items, more) = self.items_of(&value);
                all.extend(items);
                if more && of_call {
                    all.extend(std::iter::repeat_n(any_entry(&value), UNKNOWN_ARGUMENTS));
                }
                open |= more;
            } else {
                all.push(value);
            }
        }
        (all, open)
    }

    fn object(&mut self, props: &[Prop], scope: &Rc<Scope>) -> Value {
        let mut object = Object::default();
        for prop in props {
            match prop {
                Prop::Named { name, value } => {
                    let value = self.expr(*value, scope);
                    object.set(name.clone(), value);
                }
                Prop::Getter { name, function } => {
                    let closure = Closure {
                        module: scope.module,
                        function: *function,
                        scope: scope.clone(),
                        this: None,
                        given: Vec::new(),
                    };
                    let value =
                        self.call_value(&Value::Function(Rc::new(closure)), Vec::new(), Value::Unknown, None);
                    object.set(name.clone(), value);
                }
                Prop::Computed { key, value } => {
                    let key = self.expr(*key, scope);
                    let value = self.expr(*value, scope);
                    match &key {
                        Value::Text(text) => match text.all() {
                            Some(name) => object.set(name.clone(), value),
                            None => object.open = true,
                        },
                        _ => object.open = true,
                    }
                }
                Prop::Spread(value) => {
                    let value = self.expr(*value, scope);
                    self.spread_into(&mut object, &value);
                }
            }
        }
        Value::Heap(self.state.add(Heap::Object(object)))
    }

    /// `...value` in an object. What may be spread or not gives fields that may be there or not.
    pub(super) fn spread_into(&mut self, object: &mut Object, value: &Value) {
        let alternatives = self.alternatives(value);
        if let [(_, only)] = &alternatives[..] {
            match self.fields_of(only) {
                Some(fields) => {
                    object.open |= fields.open;
                    for (name, value) in fields.fields {
                        object.set(name, value);
                    }
                }
                None => {
                    let tokens = self.tokens_in(only);
                    if !tokens.is_empty() {
                        object.set(Name::from("..."), Value::Opaque(Rc::from(tokens)));
                    }
                    object.open |= !only.is_nothing();
                }
            }
            return;
        }
        let mut names: Vec<Name> = Vec::new();
        let mut sides: Vec<(Guards, Object)> = Vec::new();
        for (guards, alternative) in alternatives {
            if self.fields_of(&alternative).is_none() {
                let tokens = self.tokens_in(&alternative);
                if !tokens.is_empty() {
                    object.set(Name::from("..."), Value::Opaque(Rc::from(tokens)));
                }
            }
            let fields = self.fields_of(&alternative).unwrap_or_else(|| {
                let open = !alternative.is_nothing();
                Object { open, ..Object::default() }
            });
            for (name, _) in &fields.fields {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            object.open |= fields.open;
            sides.push((guards, fields));
        }
        for name in names {
            let before = object.get(&name).cloned().unwrap_or(Value::Undefined);
            let values = sides.iter().map(|(guards, side)| {
                (guards.clone(), side.get(&name).cloned().unwrap_or_else(|| before.clone()))
            });
            let value = Value::any(values.collect());
            object.set(name, value);
        }
    }

    fn logical(&mut self, op: LogicalOp, left: ExprId, right: ExprId, key: u32, scope: &Rc<Scope>) -> Value {
        let first = self.expr(left, scope);
        let branch = self.branch(key);
        match op {
            LogicalOp::And => {
                let yes = (branch, YES);
                let truth = if self.path.contains(&yes) { Some(true) } else { self.truth(&first) };
                match truth {
                    Some(true) => self.expr(right, scope),
                    Some(false) => first,
                    None => {
                        let (second, changes) = self.arm(Some(yes), |walk| walk.expr(right, scope));
                        let (yes, no) = (Guards::of(&[yes]), Guards::of(&[(branch, NO)]));
                        self.state.join(vec![(yes.clone(), changes), (no.clone(), Changes::default())]);
                        Value::any(vec![(yes, second), (no, Value::Bool(false))])
                    }
                }
            }
            LogicalOp::Or | LogicalOp::Coalesce => {
                let truth = match op {
                    LogicalOp::Or => self.truth(&first),
                    _ => self.present(&first),
                };
                match truth {
                    Some(true) => first,
                    Some(false) => self.expr(right, scope),
                    None => {
                        if self.may_be_own(&first) {
                            self.asks_for_own.insert(branch);
                        }
                        let (second, changes) = self.arm(Some((branch, NO)), |walk| walk.expr(right, scope));
                        let (yes, no) = (Guards::of(&[(branch, YES)]), Guards::of(&[(branch, NO)]));
                        self.state.join(vec![(no.clone(), changes), (yes.clone(), Changes::default())]);
                        let first: Vec<_> = self
                            .alternatives(&first)
                            .into_iter()
                            .filter(|(_, value)| !value.is_nothing())
                            .filter_map(|(guards, value)| Some((guards.and(yes.choices())?, value)))
                            .collect();
                        // A token that was taken is there: what stands in for it is not come to.
                        let is_token = |value: &Value| match value {
                            Value::Connection(_) => true,
                            Value::Text(text) => matches!(&*text.pieces, [Piece::Token(_)]),
                            _ => false,
                        };
                        let taken = !first.is_empty() && first.iter().all(|(_, value)| is_token(value));
                        let mut all = first;
                        if !taken || !self.tokens_in(&second).is_empty() {
                            all.push((no, second));
                        }
                        Value::any(all)
                    }
                }
            }
        }
    }

    /// Whether a value is true as a condition, where that is known.
    pub(super) fn truth(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Undefined => Some(false),
            Value::Bool(value) => Some(*value),
            Value::Text(text) => match text.all() {
                Some(text) => Some(!text.is_empty() && &**text != "0"),
                None if text.pieces.iter().any(|piece| matches!(piece, Piece::Text(_))) => Some(true),
                None => None,
            },
            Value::Function(_) | Value::Class(_) | Value::Heap(_) => Some(true),
            Value::Any(all) => {
                let mut alive = all.iter().filter(|(guards, _)| guards.agree(&self.path));
                let first = self.truth(&alive.next()?.1)?;
                alive.all(|(_, value)| self.truth(value) == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// Whether a value is neither `undefined` nor `null`, where that is known.
    fn present(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Undefined => Some(false),
            Value::Bool(_) | Value::Function(_) | Value::Class(_) | Value::Heap(_) => Some(true),
            Value::Text(text) => match &*text.pieces {
                [Piece::Hole] | [Piece::Token(_)] | [Piece::Answer] => None,
                _ => Some(true),
            },
            _ => None,
        }
    }

    fn assign(&mut self, target: &Pattern, op: AssignOp, value: ExprId, scope: &Rc<Scope>) -> Value {
        let value = self.expr(value, scope);
        let value = match (op, target) {
            (AssignOp::Set, _) => value,
            (AssignOp::Other, _) => Value::Unknown,
            (AssignOp::Add, Pattern::Name(name)) => {
                let before = self.name(name, scope);
                self.added(&before, &value)
            }
            (AssignOp::Add, Pattern::Place(place)) => {
                let before = self.expr(*place, scope);
                self.added(&before, &value)
            }
            _ => value,
        };
        self.bind(target, value.clone(), scope, None);
        value
    }

    /// `text += value`; of `count += 1` nothing is known.
    fn added(&mut self, before: &Value, value: &Value) -> Value {
        if is_number(before) && is_number(value) { Value::Unknown } else { self.concat(before, value) }
    }

    /// `object.property = value`.
    pub(super) fn assign_place(&mut self, place: ExprId, value: Value, scope: &Rc<Scope>) {
        match scope.expr(place) {
            Expr::Member { object, property, .. } => {
                let whole = self.expr(*object, scope);
                if self.is_given(&whole) {
                    self.set_context_property(*object, property, &value, scope);
                }
                self.set_field(&whole, property, value);
            }
            Expr::Index { object, index, .. } => {
                let object = self.expr(*object, scope);
                let index = self.expr(*index, scope);
                match &index {
                    Value::Text(text) if text.all().is_some() => {
                        let name = text.all().cloned().unwrap_or_default();
                        self.set_field(&object, &name, value);
                    }
                    _ => {
                        self.escape(&value);
                        self.open_up(&object);
                    }
                }
            }
            Expr::Name(name) => {
                if let Some(var) = scope.find(name) {
                    self.state.set(var.cell, Heap::Var(value));
                }
            }
            _ => {
                self.escape(&value);
            }
        }
    }

    pub(super) fn open_up(&mut self, object: &Value) {
        if let Value::Heap(cell) = object
            && let Some(Heap::Object(object)) = self.state.get(*cell)
        {
            let mut object = object.clone();
            object.open = true;
            self.state.set(*cell, Heap::Object(object));
        }
    }

    pub(super) fn set_field(&mut self, object: &Value, name: &Name, value: Value) {
        match object {
            Value::Heap(cell) => match self.state.get(*cell).cloned() {
                Some(Heap::Object(mut object)) => {
                    object.set(name.clone(), value);
                    self.state.set(*cell, Heap::Object(object));
                }
                Some(Heap::Url(text)) => self.set_url_part(*cell, &text, name, &value),
                Some(Heap::Package(_)) => self.give_tokens(*cell, &value),
                _ => self.escape(&value),
            },
            Value::Any(all) => {
                for (_, object) in all.iter() {
                    if matches!(object, Value::Heap(_)) {
                        let object = object.clone();
                        self.set_field(&object, name, value.clone());
                    }
                }
            }
            Value::Function(closure) => self.set_property_of_function(closure, name, value),
            Value::Global(global) if is_global_object(global) => self.set_global(name, value),
            _ => self.escape(&value),
        }
    }

    /// Adds a value to a text.
    pub(super) fn glue(&mut self, whole: &mut Glued, more: &Value) {
        match (&mut *whole, more) {
            (Glued::Many(before), _) => *before = self.concat(before, more),
            (Glued::One(_), Value::Any(_)) => {
                let before = std::mem::replace(whole, Glued::One(PieceList::new())).value();
                *whole = Glued::Many(self.concat(&before, more));
            }
            (Glued::One(pieces), Value::Text(text)) => push_pieces(pieces, &text.pieces),
            (Glued::One(pieces), more) => push_pieces(pieces, &self.pieces(more)),
        }
    }

    fn glue_text(&mut self, whole: &mut Glued, text: Option<&Name>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        match whole {
            Glued::One(pieces) => push_pieces(pieces, &[Piece::Text(text.clone())]),
            Glued::Many(_) => self.glue(whole, &Value::Text(Text::known(text.clone(), None))),
        }
    }

    /// Two texts behind each other, in all ways that can be.
    pub(super) fn concat(&mut self, left: &Value, right: &Value) -> Value {
        // Mostly there is one way.
        if !matches!((left, right), (Value::Any(_), _) | (_, Value::Any(_))) {
            let mut whole = Glued::One(self.pieces(left));
            self.glue(&mut whole, right);
            return whole.value();
        }
        let (left, right) = (self.text_alternatives(left), self.text_alternatives(right));
        let mut all = Vec::new();
        for (guards, a) in &left {
            for (more, b) in &right {
                let Some(guards) = guards.and(more.choices()) else { continue };
                if all.len() >= MAX_COMBINATIONS {
                    return Value::any(vec![
                        (Guards::default(), Value::hole()),
                        (Guards::default(), Value::Unknown),
                    ]);
                }
                let mut pieces = a.clone();
                push_pieces(&mut pieces, b);
                all.push((guards, Value::Text(Text::of(pieces))));
            }
        }
        Value::any(all)
    }

    /// A value as a text, in all ways that can be.
    fn text_alternatives(&self, value: &Value) -> Vec<(Guards, PieceList)> {
        let mut all = self.alternatives(value);
        if all.len() > 1 {
            all.retain(|(_, value)| !matches!(value, Value::Undefined));
        }
        all.into_iter().map(|(guards, value)| (guards, self.pieces(&value))).collect()
    }

    pub(super) fn pieces(&self, value: &Value) -> PieceList {
        match value {
            Value::Text(text) => PieceList::from(&*text.pieces),
            Value::Answer => smallvec![Piece::Answer],
            // `typeof connection === "string" ? connection : connection.accessToken`
            Value::Connection(used) => smallvec![Piece::Token(*used)],
            Value::Bool(value) => smallvec![Piece::Text(Name::from(if *value { "true" } else { "false" }))],
            Value::Heap(cell) | Value::UrlParams(cell) => match self.state.get(*cell) {
                Some(Heap::Url(text) | Heap::Params(text)) => PieceList::from(&*text.pieces),
                Some(Heap::Array { items, open: false }) => {
                    let mut pieces = PieceList::new();
                    for (at, item) in items.iter().enumerate() {
                        if at > 0 {
                            push_pieces(&mut pieces, &[Piece::Text(Name::from(","))]);
                        }
                        push_pieces(
                            &mut pieces,
                            &if matches!(item, Value::Heap(_)) {
                                smallvec![Piece::Hole]
                            } else {
                                self.pieces(item)
                            },
                        );
                    }
                    pieces
                }
                _ => smallvec![Piece::Hole],
            },
            Value::Opaque(tokens) => {
                let mut pieces = smallvec![Piece::Hole];
                pieces.extend(tokens.iter().map(|token| Piece::Token(*token)));
                pieces
            }
            _ => smallvec![Piece::Hole],
        }
    }
}

/// Whether it is `f(…)` or `new f(…)`.
fn is_call_of_name(scope: &Scope, expr: ExprId) -> bool {
    match scope.expr(expr) {
        Expr::Call { callee, .. } | Expr::New { callee, .. } => {
            matches!(scope.expr(*callee), Expr::Name(_))
        }
        _ => false,
    }
}

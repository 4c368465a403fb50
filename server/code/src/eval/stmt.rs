//! Statements.

use super::method::any_entry;
use super::*;

/// The branches that were taken of some questions.
pub(super) type Choices = Vec<(u32, u16)>;

impl Walk<'_> {
    /// Statements in a scope that is there already.
    pub(super) fn statements(&mut self, statements: &[Stmt], scope: &Rc<Scope>) -> Flow {
        let from = self.path.len();
        let left = self.frames.last().map_or(0, |frame| frame.left.len());
        let mut flow = Flow::Next;
        for statement in statements {
            flow = if self.step() { self.statement(statement, scope) } else { Flow::Exit };
            if flow != Flow::Next {
                break;
            }
        }
        self.path.truncate(from);
        if let Some(frame) = self.frames.last_mut() {
            frame.left.truncate(left);
        }
        flow
    }

    /// Statements in a scope of their own.
    fn block(&mut self, statements: &[Stmt], scope: &Rc<Scope>) -> Flow {
        if statements.is_empty() {
            return Flow::Next;
        }
        let inner = Scope::inside(scope, false);
        self.statements(statements, &inner)
    }

    fn statement(&mut self, statement: &Stmt, scope: &Rc<Scope>) -> Flow {
        match statement {
            Stmt::Expr(expr) => {
                self.expr(*expr, scope);
            }
            Stmt::Declare { pattern, init, kind } => {
                let value = init.as_ref().map_or(Value::Undefined, |init| self.expr(*init, scope));
                let target = if *kind == Declared::Var { function_scope(scope) } else { scope.clone() };
                self.bind(pattern, value, scope, Some((&target, false)));
            }
            Stmt::Function { name, function } => {
                let module = scope.module;
                let closure = Closure {
                    module,
                    function: *function,
                    scope: scope.clone(),
                    this: None,
                    given: Vec::new(),
                };
                self.declare(scope, name, Value::Function(Rc::new(closure)), false);
            }
            Stmt::Class { name, class } => {
                let value = self.class_value(*class, scope);
                self.declare(scope, name, value, false);
            }
            Stmt::Block(inner) => return self.block(inner, scope),
            Stmt::If { test, then, otherwise } => return self.if_statement(test, then, otherwise, scope),
            Stmt::Loop { before, test, body, after } => {
                let inner = Scope::inside(scope, false);
                self.statements(before, &inner);
                // What counts the turns is another number in each.
                if let Some(after) = after {
                    self.forget_assigned(*after, &inner);
                }
                let test = test.map(|test| self.expr(test, &inner));
                let certain = test.as_ref().is_none_or(|test| self.truth(test) == Some(true));
                return self.turns(certain, |walk| {
                    let flow = walk.block(body, &inner);
                    if flow != Flow::Exit
                        && let Some(after) = after
                    {
                        walk.expr(*after, &inner);
                    }
                    flow
                });
            }
            Stmt::ForEach { pattern, declared, over, body, keys } => {
                return self.for_each(pattern, *declared, *over, body, *keys, scope);
            }
            Stmt::Try { body, param, handler, finalizer } => {
                let flow = self.try_statement(body, param.as_ref(), handler.as_deref(), scope);
                let last = self.block(finalizer, scope);
                return if last == Flow::Next { flow } else { last };
            }
            Stmt::Switch { on, key, cases } => return self.switch(*on, *key, cases, scope),
            Stmt::Return(value) => {
                let value = value.map_or(Value::Undefined, |value| self.expr(value, scope));
                let value = self.narrowed(value);
                if let Some(frame) = self.frames.last_mut() {
                    let path = self.path.get(frame.path_from..).unwrap_or_default();
                    let asked = |choice: &&(u32, u16)| path.iter().any(|(branch, _)| *branch == choice.0);
                    let left = frame.left.iter().filter(|choice| !asked(choice));
                    let guards = Guards::of(&left.chain(path).copied().collect::<Choices>());
                    frame.returns.push((guards, value));
                }
                return Flow::Exit;
            }
            Stmt::Throw(value) => {
                self.expr(*value, scope);
                return Flow::Exit;
            }
            Stmt::Leave => return Flow::Leave,
        }
        Flow::Next
    }

    fn if_statement(&mut self, test: &Test, then: &[Stmt], otherwise: &[Stmt], scope: &Rc<Scope>) -> Flow {
        let (yes, no) = self.arms_of(test);
        let value = self.expr(test.expr, scope);
        match self.decided(&value, (yes, no)) {
            Some(true) => self.block(then, scope),
            Some(false) => self.block(otherwise, scope),
            None => {
                let asks_for_own = self.asks_for_own(test, &value, scope);
                let (known_yes, known_no) = self.known_by(test.expr, scope);
                let returned = self.returned();
                let first = self.arm_knowing(yes, &known_yes, |walk| walk.block(then, scope));
                // `if (own) return own;`
                let returns_own = asks_for_own && !test.negated && self.returned() > returned;
                let second = self.arm_knowing(no, &known_no, |walk| walk.block(otherwise, scope));
                if returns_own && let Some(frame) = self.frames.last_mut() {
                    frame.after_own = true;
                }
                // Where only one way goes on, what is known there holds for all that follows in this block.
                let (left, follows) = match (first.0, second.0) {
                    (Flow::Exit, Flow::Next) => (Some(no), known_no),
                    (Flow::Next, Flow::Exit) => (Some(yes), known_yes),
                    _ => (None, Choices::new()),
                };
                let flow = self.come_together(vec![(yes, first), (no, second)]);
                self.path.extend(follows);
                if let Some(frame) = self.frames.last_mut() {
                    frame.left.extend(left);
                }
                flow
            }
        }
    }

    /// What else was chosen where a question is answered with yes, and where with no: `type === "gmail"`, where each type
    /// that it may be was chosen by an answer before.
    pub(super) fn known_by(&mut self, test: ExprId, scope: &Rc<Scope>) -> (Choices, Choices) {
        match scope.expr(test) {
            Expr::Not(test) => {
                let (yes, no) = self.known_by(*test, scope);
                (no, yes)
            }
            Expr::Equal { left, right, negated } => {
                let is_read = |side: &ExprId| matches!(scope.expr(*side), Expr::Name(_) | Expr::Text(..));
                if !is_read(left) || !is_read(right) {
                    return Default::default();
                }
                let (left, right) = (self.expr(*left, scope), self.expr(*right, scope));
                let (equal, other) = self.chosen_where_equal(&left, &right);
                if *negated { (other, equal) } else { (equal, other) }
            }
            _ => Default::default(),
        }
    }

    /// What was chosen wherever two values are equal, and wherever they differ.
    fn chosen_where_equal(&self, left: &Value, right: &Value) -> (Choices, Choices) {
        let mut sides: [Option<Choices>; 2] = [None, None];
        for (guards, left) in self.alternatives(left) {
            for (more, right) in self.alternatives(right) {
                let Some(both) = guards.and(more.choices()) else { continue };
                let equal = equal_values(&left, &right);
                for (at, side) in sides.iter_mut().enumerate() {
                    if equal == Some(at == 1) {
                        continue;
                    }
                    match side {
                        Some(common) => common.retain(|choice| both.choices().contains(choice)),
                        None => *side = Some(both.choices().to_vec()),
                    }
                }
            }
        }
        let [equal, other] = sides;
        (equal.unwrap_or_default(), other.unwrap_or_default())
    }

    fn returned(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.returns.len())
    }

    /// The choices that a test is between: what it says yes to, and what it says no to.
    pub(super) fn arms_of(&mut self, test: &Test) -> ((u32, u16), (u32, u16)) {
        let branch = self.branch(test.key);
        if test.negated { ((branch, NO), (branch, YES)) } else { ((branch, YES), (branch, NO)) }
    }

    /// Which way a test goes, where that is known: by its value, or because it was asked before.
    pub(super) fn decided(&self, value: &Value, (yes, no): ((u32, u16), (u32, u16))) -> Option<bool> {
        if self.path.contains(&yes) {
            return Some(true);
        }
        if self.path.contains(&no) {
            return Some(false);
        }
        self.truth(value)
    }

    /// The state after several branches, and how it goes on.
    fn come_together(&mut self, arms: Vec<((u32, u16), (Flow, Changes))>) -> Flow {
        let mut alive = Vec::new();
        let mut leaves = true;
        for (choice, (flow, changes)) in arms {
            if flow != Flow::Exit {
                leaves &= flow == Flow::Leave;
                alive.push((Guards::of(&[choice]), changes));
            }
        }
        if alive.is_empty() {
            return Flow::Exit;
        }
        self.state.join(alive);
        if leaves { Flow::Leave } else { Flow::Next }
    }

    /// The turns of a loop: the first, which may be all or none, and one more where the first has changed what is asked
    /// in it.
    fn turns(&mut self, certain: bool, mut body: impl FnMut(&mut Self) -> Flow) -> Flow {
        let first_inside = self.state.len();
        let (flow, changes) = self.arm(None, &mut body);
        let asks_again = flow != Flow::Exit && self.decides_otherwise(&changes, first_inside);
        let mut sides = vec![(Guards::default(), changes)];
        if !certain || flow == Flow::Exit {
            if flow == Flow::Exit {
                sides.clear();
            }
            sides.push((Guards::default(), Changes::default()));
        }
        self.state.join(sides);
        if asks_again {
            let (flow, changes) = self.arm(None, &mut body);
            if flow != Flow::Exit {
                self.state.may_become(changes);
            }
        }
        if certain && flow == Flow::Exit { Flow::Exit } else { Flow::Next }
    }

    /// The variables that an expression assigns to are not known any more.
    fn forget_assigned(&mut self, expr: ExprId, scope: &Rc<Scope>) {
        match scope.expr(expr) {
            Expr::Assign { target, .. } => {
                if let Pattern::Name(name) = &**target
                    && let Some(var) = scope.find(name)
                {
                    self.state.set(var.cell, Heap::Var(Value::Unknown));
                }
            }
            Expr::Sequence(all) => all.iter().for_each(|one| self.forget_assigned(*one, scope)),
            _ => {}
        }
    }

    /// Whether a variable from outside of a loop was surely true or surely false before a turn, and is not after it, or
    /// was a number and is another one.
    fn decides_otherwise(&self, changes: &Changes, first_inside: CellId) -> bool {
        changes.iter().any(|(cell, now)| match (self.state.get(*cell), now) {
            (Some(Heap::Var(before)), Heap::Var(now)) if *cell < first_inside => {
                let truth = self.truth(before);
                truth.is_some() && truth != self.truth(now) || is_number(before) && !before.same(now)
            }
            _ => false,
        })
    }

    fn for_each(
        &mut self,
        pattern: &Pattern,
        declared: Option<Declared>,
        over: ExprId,
        body: &[Stmt],
        keys: bool,
        scope: &Rc<Scope>,
    ) -> Flow {
        let over = self.expr(over, scope);
        let (items, open) = if keys { self.keys_of(&over) } else { self.items_of(&over) };
        for item in items.into_iter().take(MAX_ITEMS) {
            let inner = Scope::inside(scope, false);
            let (flow, changes) = self.arm(None, |walk| {
                walk.bind(pattern, item, &inner, declared.map(|_| (&inner, false)));
                walk.statements(body, &inner)
            });
            if flow == Flow::Exit {
                continue;
            }
            self.state.may_become(changes);
        }
        if open {
            let item = any_entry(&over);
            let inner = Scope::inside(scope, false);
            self.turns(false, |walk| {
                walk.bind(pattern, item.clone(), &inner, declared.map(|_| (&inner, false)));
                walk.statements(body, &inner)
            });
        }
        Flow::Next
    }

    fn try_statement(
        &mut self,
        body: &[Stmt],
        param: Option<&Pattern>,
        handler: Option<&[Stmt]>,
        scope: &Rc<Scope>,
    ) -> Flow {
        let Some(handler) = handler else { return self.block(body, scope) };
        let id = self.next_try;
        self.next_try += 1;
        let soft = !matches!(handler.last(), Some(Stmt::Throw(_)));
        let first_use = self.uses.len();
        self.tries.push((id, soft));
        let (flow, changes) = self.arm(None, |walk| walk.block(body, scope));
        self.tries.pop();
        let first_of_handler = self.uses.len();
        let partly = vec![(Guards::default(), changes.clone()), (Guards::default(), Changes::default())];
        let (handled, handled_changes) = self.arm(None, |walk| {
            walk.state.join(partly);
            let inner = Scope::inside(scope, false);
            if let Some(param) = param {
                walk.bind(param, Value::Unknown, &inner, Some((&inner, false)));
            }
            walk.statements(handler, &inner)
        });
        self.mark_fallbacks(first_use, first_of_handler);
        if handled != Flow::Exit {
            self.gone_on_after.insert(id);
        }
        let mut sides = Vec::new();
        if flow != Flow::Exit {
            sides.push((Guards::default(), changes));
        }
        if handled != Flow::Exit {
            sides.push((Guards::default(), handled_changes));
        }
        match (flow, handled) {
            (Flow::Exit, Flow::Exit) => Flow::Exit,
            (Flow::Leave, Flow::Leave | Flow::Exit) | (Flow::Exit, Flow::Leave) => {
                self.state.join(sides);
                Flow::Leave
            }
            _ => {
                self.state.join(sides);
                Flow::Next
            }
        }
    }

    /// A handler that asks for another connector: either may be missing on purpose.
    pub(super) fn mark_fallbacks(&mut self, first: usize, first_of_handler: usize) {
        let types = |uses: &[Taken]| -> Vec<_> { uses.iter().map(Taken::kind).collect() };
        let middle = first_of_handler.min(self.uses.len());
        let (before, after) = self.uses.split_at_mut(middle);
        let tried = before.get_mut(first..).unwrap_or_default();
        let (tried_types, handler_types) = (types(tried), types(after));
        for used in tried {
            used.listed.fallback |= handler_types.iter().any(|other| *other != used.kind());
        }
        for used in after {
            used.listed.fallback |= tried_types.iter().any(|other| *other != used.kind());
        }
    }

    fn switch(
        &mut self,
        on: ExprId,
        key: u32,
        cases: &[(Option<ExprId>, Vec<Stmt>)],
        scope: &Rc<Scope>,
    ) -> Flow {
        let on = self.expr(on, scope);
        let inner = Scope::inside(scope, false);
        let mut tests = Vec::with_capacity(cases.len());
        for (test, _) in cases {
            tests.push(test.map(|test| self.expr(test, &inner)));
        }
        let run = |walk: &mut Self, from: usize| {
            for (_, body) in cases.get(from..).unwrap_or_default() {
                match walk.statements(body, &inner) {
                    Flow::Next => {}
                    flow => return flow,
                }
            }
            Flow::Next
        };
        let default = tests.iter().position(Option::is_none);
        let equal: Vec<Option<bool>> = tests
            .iter()
            .map(|test| test.as_ref().map_or(Some(false), |test| equal_values(&on, test)))
            .collect();
        if equal.iter().all(Option::is_some) {
            let chosen = equal.iter().position(|equal| *equal == Some(true)).or(default);
            let flow = chosen.map_or(Flow::Next, |from| run(self, from));
            return if flow == Flow::Leave { Flow::Next } else { flow };
        }
        if self.walks_steps() {
            // Each goes on with what those before it left, as far as they were gone.
            for (_, body) in cases {
                let (_, changes) = self.arm(None, |walk| walk.statements(body, &inner));
                self.state.may_become(changes);
            }
            return Flow::Next;
        }
        let branch = self.branch(key);
        let mut arms = Vec::with_capacity(cases.len() + 1);
        for (at, equal) in equal.iter().enumerate() {
            if *equal == Some(false) && Some(at) != default {
                continue;
            }
            let choice = (branch, FIRST_OF_MANY + at.min(usize::from(u16::MAX - 3)) as u16);
            let known = match tests.get(at) {
                Some(Some(test)) => self.chosen_where_equal(&on, test).0,
                _ => Choices::new(),
            };
            arms.push((choice, self.arm_knowing(choice, &known, |walk| run(walk, at))));
        }
        if default.is_none() {
            arms.push(((branch, u16::MAX), (Flow::Next, Changes::default())));
        }
        match self.come_together(arms) {
            Flow::Leave => Flow::Next,
            flow => flow,
        }
    }

    /// Gives a pattern its value. With a scope, its names are declared there.
    pub(super) fn bind(
        &mut self,
        pattern: &Pattern,
        value: Value,
        scope: &Rc<Scope>,
        declare: Option<(&Rc<Scope>, bool)>,
    ) {
        match pattern {
            Pattern::Ignore => {}
            Pattern::Name(name) => match declare {
                Some((target, param)) => self.declare(target, name, value, param),
                None => {
                    if let Some(var) = scope.find(name) {
                        self.state.set(var.cell, Heap::Var(value));
                    }
                }
            },
            Pattern::Place(place) => self.assign_place(*place, value, scope),
            Pattern::Default(inner, default) => {
                let alternatives = self.alternatives(&value);
                let missing = alternatives.iter().any(|(_, value)| matches!(value, Value::Undefined));
                let value = if !missing {
                    // What comes in from outside may be missing as well; what is known of it is the default.
                    match value {
                        Value::Unknown => match self.expr(*default, scope) {
                            fetch @ Value::Fetch => fetch,
                            other => Value::either(Value::Unknown, other),
                        },
                        value => value,
                    }
                } else {
                    let default = self.expr(*default, scope);
                    let kept = alternatives.into_iter().map(|(guards, value)| match value {
                        Value::Undefined => (guards, default.clone()),
                        value => (guards, value),
                    });
                    Value::any(kept.collect())
                };
                self.bind(inner, value, scope, declare);
            }
            Pattern::Object { props, rest } => {
                for (key, inner) in props {
                    let part = match key {
                        PatternKey::Name(name, at) => self.get(&value, name, (scope.module, *at), false),
                        PatternKey::Computed(key) => {
                            let key = self.expr(*key, scope);
                            self.index(&value, &key, None)
                        }
                    };
                    self.bind(inner, part, scope, declare);
                }
                if let Some(rest) = rest {
                    self.bind(rest, value, scope, declare);
                }
            }
            Pattern::Array { items, rest } => {
                let mut lists = Vec::new();
                for (guards, list) in self.alternatives(&value) {
                    if list.is_nothing() && matches!(value, Value::Any(_)) {
                        continue;
                    }
                    let (mut known, open) = self.items_of(&list);
                    if let Some(which) = self.which_is_first(&list) {
                        for (at, entry) in known.iter_mut().enumerate() {
                            *entry = self.some_entry(&list, (at == 0).then_some(which));
                        }
                    }
                    let beyond = match list {
                        Value::Answer => Value::Answer,
                        // An entry may stand for many.
                        _ if open || !known.is_empty() => Value::Unknown,
                        _ => Value::Undefined,
                    };
                    lists.push((guards, known, open, beyond));
                }
                for (at, inner) in items.iter().enumerate() {
                    let entries = lists.iter().map(|(guards, known, _, beyond)| {
                        (guards.clone(), known.get(at).unwrap_or(beyond).clone())
                    });
                    let item = Value::any(entries.collect());
                    self.bind(inner, item, scope, declare);
                }
                if let Some(rest) = rest {
                    let open = lists.iter().any(|(_, _, open, _)| *open);
                    let left = lists.iter().flat_map(|(_, known, ..)| known.get(items.len()..)).flatten();
                    let left = Heap::Array { items: left.cloned().collect(), open };
                    let left = Value::Heap(self.state.add(left));
                    self.bind(rest, left, scope, declare);
                }
            }
        }
    }
}

fn function_scope(scope: &Rc<Scope>) -> Rc<Scope> {
    let mut here = scope.clone();
    while !here.of_function {
        match &here.parent {
            Some(parent) => here = parent.clone(),
            None => break,
        }
    }
    here
}

/// Whether two values are equal, where that is known.
pub(super) fn equal_values(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => match (a.all(), b.all()) {
            (Some(a), Some(b)) => Some(a == b),
            _ => None,
        },
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Undefined, Value::Undefined) => Some(true),
        (Value::Undefined, Value::Text(text)) | (Value::Text(text), Value::Undefined) => {
            text.all().map(|_| false)
        }
        (Value::Undefined, Value::Heap(_) | Value::Function(_) | Value::Class(_))
        | (Value::Heap(_) | Value::Function(_) | Value::Class(_), Value::Undefined) => Some(false),
        _ => None,
    }
}

/// Whether a value is a number, as far as that shows: one is kept as its digits.
pub(super) fn is_number(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    text.all().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

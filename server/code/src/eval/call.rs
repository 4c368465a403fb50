//! Calls of functions and classes that the program has itself.

use super::*;

/// How many classes above each other are looked at.
const MAX_CLASSES: usize = 8;

impl Walk<'_> {
    pub(super) fn call_expr(
        &mut self,
        callee: ExprId,
        args: &[Arg],
        at: Span,
        optional: bool,
        scope: &Rc<Scope>,
    ) -> Value {
        let at = (scope.module, at);
        match scope.expr(callee) {
            Expr::Member { object, property, at: name_at, optional: before } => {
                if matches!(scope.expr(*object), Expr::Super)
                    && let Some((function, this)) = self.parent_method(property, scope)
                {
                    let given = self.args(args, scope);
                    return self.call_value(&function, given, this, Some(at));
                }
                let caught = self.catches(property, args, scope);
                let settles = &**property == "allSettled" && matches!(scope.expr(*object), Expr::Name(_));
                let first_use = self.uses.len();
                let receiver = match scope.expr(*object) {
                    Expr::Super => self.frames.last().map_or(Value::Unknown, |frame| frame.this.clone()),
                    _ => self.tried(caught, |walk| walk.expr(*object, scope)),
                };
                let first_of_handler = self.uses.len();
                let given = self.tried(settles, |walk| walk.args(args, scope));
                if self.is_given(&receiver)
                    && let Some(value) = self.context_method(*object, property, &given, scope)
                {
                    return value;
                }
                let literal = literal_arg(args, scope);
                let call = MethodCall {
                    name: property.clone(),
                    name_at: (scope.module, *name_at),
                    at,
                    optional: optional || *before,
                    literal,
                    param: self.param(args, scope),
                };
                let value = self.method(&receiver, &call, given);
                if caught {
                    self.mark_fallbacks(first_use, first_of_handler);
                }
                value
            }
            Expr::Super => {
                let given = self.args(args, scope);
                self.call_parent(given, at);
                Value::Undefined
            }
            _ => {
                let function = self.expr(callee, scope);
                let given = self.args(args, scope);
                if let Value::Bound(bound) = &function {
                    let call = MethodCall {
                        name: bound.name.clone(),
                        name_at: bound.at,
                        at,
                        optional: optional || bound.optional,
                        literal: literal_arg(args, scope),
                        param: self.param(args, scope),
                    };
                    let receiver = bound.receiver.clone();
                    return self.method(&receiver, &call, given);
                }
                self.call_value(&function, given, Value::Undefined, Some(at))
            }
        }
    }

    /// Whether a call is `promise.catch(…)` or `promise.then(…, …)`, and what it does then bears that the promise fails.
    fn catches(&self, name: &str, args: &[Arg], scope: &Scope) -> bool {
        let handler = match name {
            "catch" => args.first(),
            "then" => args.get(1),
            _ => None,
        };
        match handler.map(|arg| scope.expr(arg.value)) {
            None | Some(Expr::Undefined) => false,
            Some(Expr::Function(function)) => {
                let body = scope.program.functions.get(*function).map(|function| &function.body);
                !matches!(body.and_then(|body| body.last()), Some(Stmt::Throw(_)))
            }
            Some(_) => true,
        }
    }

    /// Walks as in a `try` that goes on where it fails.
    fn tried<T>(&mut self, tried: bool, walk: impl FnOnce(&mut Self) -> T) -> T {
        if !tried {
            return walk(self);
        }
        self.tries.push((self.next_try, true));
        self.gone_on_after.insert(self.next_try);
        self.next_try += 1;
        let done = walk(self);
        self.tries.pop();
        done
    }

    /// The parameter that is the first argument, whose value the callers give.
    fn param(&self, args: &[Arg], scope: &Rc<Scope>) -> Option<Name> {
        match args.first().map(|arg| scope.expr(arg.value)) {
            Some(Expr::Name(name)) if scope.find(name).is_some_and(|var| var.param) => Some(name.clone()),
            _ => None,
        }
    }

    pub(super) fn call_value(
        &mut self,
        function: &Value,
        args: Vec<Value>,
        this: Value,
        at: Option<(ModId, Span)>,
    ) -> Value {
        match function {
            Value::Function(closure) => self.call_closure(&closure.clone(), args, this, at),
            Value::Any(_) => {
                let mut returned = Vec::new();
                for (guards, function) in self.alternatives(function) {
                    if matches!(function, Value::Undefined) {
                        continue;
                    }
                    let value = self.call_value(&function, args.clone(), this.clone(), at);
                    returned.push((guards, value));
                }
                Value::any(returned)
            }
            Value::Getter(_) => {
                let function = self.asked(function.clone(), &this);
                self.call_value(&function, args, this, at)
            }
            Value::Fetch => self.fetch(&args, at.unwrap_or_default()),
            Value::Global(name) => self.call_global(&name.clone(), args, at.unwrap_or_default()),
            Value::Heap(cell) if matches!(self.state.get(*cell), Some(Heap::Package(_))) => {
                self.call_package(*cell, args, at.unwrap_or_default())
            }
            Value::Bound(bound) => {
                let call = MethodCall {
                    name: bound.name.clone(),
                    name_at: bound.at,
                    at: at.unwrap_or(bound.at),
                    optional: bound.optional,
                    literal: false,
                    param: None,
                };
                self.method(&bound.receiver.clone(), &call, args)
            }
            Value::Answer => {
                self.hand_over(&args);
                Value::Answer
            }
            _ => self.call_unknown(args, at.unwrap_or_default(), false),
        }
    }

    /// A function that cannot be seen: it may call what it is given, and keep the tokens.
    pub(super) fn call_unknown(&mut self, args: Vec<Value>, at: (ModId, Span), like_fetch: bool) -> Value {
        if let Some(answer) = self.looks_like_fetch(&args, at, like_fetch) {
            return answer;
        }
        let tokens: Vec<UseId> = args.iter().flat_map(|arg| self.tokens_in(arg)).collect();
        for arg in &args {
            self.escape(arg);
        }
        let returned = self.hand_over(&args);
        if let Some(value) = returned.into_iter().find(|value| !self.tokens_in(value).is_empty()) {
            return value;
        }
        if tokens.is_empty() { Value::Unknown } else { Value::Opaque(Rc::from(tokens)) }
    }

    /// Functions among arguments are called, with values that are not known. At the start of a file that is only done
    /// once the rest of it has run.
    pub(super) fn hand_over(&mut self, args: &[Value]) -> Vec<Value> {
        let later = self.frames.len() <= 1;
        let mut returned = Vec::new();
        for arg in args {
            let mut functions = Vec::new();
            for (_, value) in self.alternatives(arg) {
                match &value {
                    Value::Namespace(module) => {
                        let given = self.all_exported(*module).into_iter().map(|(_, value)| value);
                        functions.extend(given.filter(|value| matches!(value, Value::Function(_))));
                    }
                    Value::Function(_) => functions.push(value),
                    Value::Heap(cell) => {
                        if let Some(Heap::Object(object)) = self.state.get(*cell) {
                            let inner = object.fields.iter().map(|(_, value)| value);
                            functions
                                .extend(inner.filter(|value| matches!(value, Value::Function(_))).cloned());
                        }
                    }
                    _ => {}
                }
            }
            for function in functions {
                if later {
                    self.deferred.push((function, Vec::new()));
                } else {
                    returned.push(self.call_value(&function, Vec::new(), Value::Unknown, None));
                }
            }
        }
        returned
    }

    fn call_closure(
        &mut self,
        closure: &Rc<Closure>,
        args: Vec<Value>,
        this: Value,
        at: Option<(ModId, Span)>,
    ) -> Value {
        if let Some(steps) = self.steps_among(&args) {
            self.called.insert((closure.module, closure.function));
            let this = args.first().cloned().unwrap_or(Value::Undefined);
            let returned = self.walk_closure(&steps, vec![Value::Unknown], this, at, false);
            self.escape(&returned);
            return Value::Unknown;
        }
        let iterates = closure.lowered().is_some_and(|it| it.iterates);
        match self.driven(closure, &args) {
            Some((generator, this, args)) => {
                self.called.insert((closure.module, closure.function));
                self.driven += 1;
                let at = at.filter(|_| !iterates);
                let returned = self.walk_closure(&generator, args, this, at, !iterates);
                self.driven -= 1;
                returned
            }
            // `for await` where it was compiled away: `__forAwait(list)`, `__asyncValues(list)`.
            None => match &args[..] {
                [list] if iterates && self.is_list(list) => list.clone(),
                _ => self.walk_closure(closure, args, this, at, false),
            },
        }
    }

    /// The steps of a generator that was taken apart, where something of the program goes through them.
    fn steps_among(&self, args: &[Value]) -> Option<Rc<Closure>> {
        args.iter().find_map(|arg| match arg {
            Value::Function(given) => {
                let function = given.lowered()?;
                function.steps.then(|| given.clone())
            }
            _ => None,
        })
    }

    /// Whether it can be gone through: a list, or what a provider answers.
    fn is_list(&self, value: &Value) -> bool {
        match value {
            Value::Answer => true,
            Value::Heap(cell) => matches!(self.state.get(*cell), Some(Heap::Array { .. })),
            _ => false,
        }
    }

    /// The generator that a function goes through step by step, `this` in it and its arguments: `async` where it was
    /// compiled away, `__awaiter(this, arguments, void 0, function* () { … })`.
    fn driven(&mut self, closure: &Closure, args: &[Value]) -> Option<(Rc<Closure>, Value, Vec<Value>)> {
        let function = closure.lowered()?;
        if !function.drives && !function.iterates {
            return None;
        }
        let generator = args.iter().find_map(|arg| match arg {
            Value::Function(given) => {
                let function = given.lowered()?;
                (function.generator || function.in_steps).then(|| given.clone())
            }
            _ => None,
        })?;
        let takes = generator.lowered()?.params.len();
        let (mut given, open) = args.get(1).map(|list| self.items_of(list)).unwrap_or_default();
        if open {
            given.resize(given.len().max(takes), Value::Unknown);
        }
        Some((generator, args.first().cloned().unwrap_or(Value::Undefined), given))
    }

    /// Walks a function with its arguments. `as_async`: it is a generator whose caller gets what it returns.
    fn walk_closure(
        &mut self,
        closure: &Rc<Closure>,
        args: Vec<Value>,
        this: Value,
        at: Option<(ModId, Span)>,
        as_async: bool,
    ) -> Value {
        let id = (closure.module, closure.function);
        let standing =
            self.frames.iter().filter(|frame| (frame.module, frame.function) == (id.0, Some(id.1))).count();
        if self.frames.len() - self.driven.min(self.frames.len()) >= MAX_CALLS || standing > MAX_RECURSION {
            if standing == 0 {
                for arg in &args {
                    self.escape(arg);
                }
                self.called.insert(id);
            }
            return Value::Unknown;
        }
        if !self.step() || self.depth >= MAX_DEPTH {
            self.cut = true;
            return Value::Unknown;
        }
        let Some(function) = closure.lowered() else { return Value::Unknown };
        self.called.insert(id);
        let args = match closure.given.is_empty() {
            true => args,
            false => closure.given.iter().cloned().chain(args).collect(),
        };
        self.next_instance += 1;
        let frame = Frame {
            module: closure.module,
            function: Some(closure.function),
            closure: Some(closure.clone()),
            this: closure.this.clone().unwrap_or(this),
            returns: SmallVec::new(),
            yields: Vec::new(),
            path_from: self.path.len(),
            instance: self.next_instance,
            call_at: if as_async { None } else { at },
            given: args.len(),
            after_own: false,
            left: Vec::new(),
        };
        self.frames.push(frame);
        self.depth += 4;
        let scope = Scope::inside(&closure.scope, true);
        // Without a place of the call, somebody else calls it, with arguments that are not known.
        let absent = if at.is_none() { Value::Unknown } else { Value::Undefined };
        for (index, param) in function.params.iter().enumerate() {
            let value = args.get(index).cloned().unwrap_or_else(|| absent.clone());
            self.bind(param, value, &scope, Some((&scope, true)));
        }
        if let Some(rest) = &function.rest {
            let items = args.get(function.params.len()..).unwrap_or_default().to_vec();
            let left = Value::Heap(self.state.add(Heap::Array { items, open: at.is_none() }));
            self.bind(rest, left, &scope, Some((&scope, true)));
        }
        if function.arguments {
            let list = Value::Heap(self.state.add(Heap::Array { items: args, open: at.is_none() }));
            self.declare(&scope, &Name::from("arguments"), list, false);
        }
        let first_use = self.uses.len();
        let flow = self.tried(function.steps, |walk| walk.statements(&function.body, &scope));
        if function.steps {
            self.doubt_steps(first_use);
        }
        self.depth -= 4;
        let Some(frame) = self.frames.pop() else { return Value::Unknown };
        if function.generator && !as_async {
            // A cut walk aside, it gives nothing but what it yields; who reads what it returns is not seen.
            for (_, returned) in &frame.returns {
                self.escape(returned);
            }
            let items = frame.yields;
            return Value::Heap(self.state.add(Heap::Array { items, open: false }));
        }
        let mut returns = frame.returns;
        if flow != Flow::Exit && !returns.is_empty() {
            returns.push((Guards::default(), Value::Undefined));
        }
        match (returns.len(), returns.pop()) {
            // Mostly there is one way out.
            (1, Some((_, value))) if !matches!(value, Value::Any(_)) => value,
            (_, last) => Value::any(returns.into_iter().chain(last).collect()),
        }
    }

    /// Whether the function that is being walked is a generator that was taken apart into steps.
    pub(super) fn walks_steps(&self) -> bool {
        let function = self.frames.last().and_then(|frame| frame.closure.as_ref()?.lowered());
        function.is_some_and(|function| function.steps)
    }

    /// In which order the steps are gone, and what of them is tried, stands in no statement.
    fn doubt_steps(&mut self, first_use: usize) {
        let taken = self.uses.get_mut(first_use..).unwrap_or_default();
        let kinds: Vec<_> = taken.iter().map(Taken::kind).collect();
        for used in taken {
            used.listed.complete = false;
            used.listed.fallback |= kinds.iter().any(|other| *other != used.kind());
        }
    }

    pub(super) fn class_value(&mut self, class: usize, scope: &Rc<Scope>) -> Value {
        Value::Class(Rc::new(ClassValue { module: scope.module, class, scope: scope.clone() }))
    }

    pub(super) fn construct(&mut self, callee: &Value, args: Vec<Value>, at: (ModId, Span)) -> Value {
        match callee {
            Value::Class(class) => self.construct_class(&class.clone(), args, Some(at)),
            Value::Global(name) => self.construct_global(&name.clone(), args, at),
            Value::Heap(cell) if matches!(self.state.get(*cell), Some(Heap::Package(_))) => {
                self.construct_package(*cell, &args)
            }
            Value::Function(closure) => self.construct_function(&closure.clone(), args, at),
            // `new CLIENTS[kind](token)`: what goes with a class goes to that one alone.
            Value::Any(_) => {
                let mut made = Vec::new();
                for (guards, callee) in self.alternatives(callee) {
                    if matches!(callee, Value::Undefined) {
                        continue;
                    }
                    let from = self.path.len();
                    self.path.extend(guards.choices().to_vec());
                    let given = args.iter().map(|arg| self.narrowed(arg.clone())).collect();
                    let value = self.construct(&callee, given, at);
                    self.path.truncate(from);
                    made.push((guards, value));
                }
                Value::any(made)
            }
            _ => self.call_unknown(args, at, false),
        }
    }

    pub(super) fn construct_class(
        &mut self,
        class: &Rc<ClassValue>,
        args: Vec<Value>,
        at: Option<(ModId, Span)>,
    ) -> Value {
        let object = Object { class: Some(class.clone()), ..Object::default() };
        let this = Value::Heap(self.state.add(Heap::Object(object)));
        self.fill(class, &this, args, at, 0);
        this
    }

    /// Gives an object what its class and the classes above it set.
    fn fill(
        &mut self,
        class: &Rc<ClassValue>,
        this: &Value,
        args: Vec<Value>,
        at: Option<(ModId, Span)>,
        depth: usize,
    ) {
        let Some(lowered) = class.lowered() else { return };
        if depth > 8 {
            return;
        }
        if let Some(parent) = lowered.parent {
            match self.expr(parent, &class.scope) {
                Value::Class(parent) if lowered.constructor.is_none() => {
                    self.fill(&parent, this, args.clone(), at, depth + 1);
                }
                Value::Class(_) => {}
                // A class that cannot be seen sets what it wants.
                _ => self.open_up(this),
            }
        }
        for field in lowered.fields.iter().filter(|field| !field.is_static) {
            self.frames.push(Frame {
                module: class.module,
                function: None,
                closure: None,
                this: this.clone(),
                returns: SmallVec::new(),
                yields: Vec::new(),
                path_from: self.path.len(),
                instance: 0,
                call_at: None,
                given: 0,
                after_own: false,
                left: Vec::new(),
            });
            let value = field.value.map_or(Value::Undefined, |value| self.expr(value, &class.scope));
            self.frames.pop();
            self.set_field(this, &field.name, value);
        }
        if let Some(constructor) = lowered.constructor {
            let closure = Closure {
                module: class.module,
                function: constructor,
                scope: class.scope.clone(),
                this: Some(this.clone()),
                given: Vec::new(),
            };
            self.call_closure(&Rc::new(closure), args, this.clone(), at);
        }
    }

    /// `super(…)`.
    fn call_parent(&mut self, args: Vec<Value>, at: (ModId, Span)) {
        let this = self.frames.last().map_or(Value::Unknown, |frame| frame.this.clone());
        let Value::Heap(cell) = &this else { return };
        let Some(Heap::Object(object)) = self.state.get(*cell) else { return };
        let Some(class) = object.class.clone() else { return };
        let Some(parent) = class.lowered().and_then(|lowered| lowered.parent) else { return };
        if let Value::Class(parent) = self.expr(parent, &class.scope) {
            self.fill(&parent, &this, args, Some(at), 1);
        }
    }

    /// The method behind `super.name`, and what `this` is in it.
    fn parent_method(&mut self, name: &str, scope: &Rc<Scope>) -> Option<(Value, Value)> {
        // Functions without a `this` of their own may stand between.
        let mut here = self.frames.iter().rev().filter(|frame| frame.module == scope.module);
        let (class, is_static, this) = here.find_map(|frame| {
            scope.program.classes.iter().find_map(|class| {
                let own = class.methods.iter().find(|member| Some(member.function) == frame.function)?;
                Some((class, own.is_static, frame.this.clone()))
            })
        })?;
        let Value::Class(parent) = self.expr(class.parent?, scope) else { return None };
        let (closure, _) = self.class_member(&parent, name, is_static)?;
        Some((Value::Function(closure), this))
    }

    /// A method of a class or of one above it, and whether it is a getter.
    pub(super) fn class_member(
        &mut self,
        class: &Rc<ClassValue>,
        name: &str,
        is_static: bool,
    ) -> Option<(Rc<Closure>, bool)> {
        self.up_from(class, |class, lowered| {
            let is_it = |member: &&Member| &*member.name == name && member.is_static == is_static;
            let member = lowered.methods.iter().find(is_it)?;
            Some((Rc::new(method_of(class, member, None)), member.getter))
        })
    }

    /// The methods of an object, those of the classes above its own too.
    pub(super) fn methods_of(&mut self, class: &Rc<ClassValue>, this: &Value) -> Vec<(Name, Value)> {
        let mut methods: Vec<(Name, Value)> = Vec::new();
        self.up_from(class, |class, lowered| {
            for member in lowered.methods.iter().filter(|member| !member.is_static && !member.getter) {
                if !methods.iter().any(|(known, _)| *known == member.name) {
                    let method = method_of(class, member, Some(this.clone()));
                    methods.push((member.name.clone(), Value::Function(Rc::new(method))));
                }
            }
            None::<()>
        });
        methods
    }

    /// Looks at a class and at those above it, the nearest first, until something is found.
    fn up_from<T>(
        &mut self,
        class: &Rc<ClassValue>,
        mut look: impl FnMut(&Rc<ClassValue>, &Class) -> Option<T>,
    ) -> Option<T> {
        let mut class = class.clone();
        for _ in 0..MAX_CLASSES {
            let lowered = class.lowered()?;
            if let Some(found) = look(&class, lowered) {
                return Some(found);
            }
            match self.expr(lowered.parent?, &class.scope) {
                Value::Class(parent) => class = parent,
                _ => return None,
            }
        }
        None
    }

    /// A static field of a class.
    pub(super) fn static_field(&mut self, class: &Rc<ClassValue>, name: &str) -> Option<Value> {
        let lowered = class.lowered()?;
        let field = lowered.fields.iter().find(|field| field.is_static && &*field.name == name)?;
        Some(match field.value {
            Some(value) => self.expr(value, &class.scope),
            None => Value::Undefined,
        })
    }
}

/// How a method is called.
pub(super) struct MethodCall {
    pub name: Name,
    pub name_at: (ModId, Span),
    pub at: (ModId, Span),
    pub optional: bool,
    /// The first argument is a text.
    pub literal: bool,
    /// The parameter that is the first argument.
    pub param: Option<Name>,
}

fn literal_arg(args: &[Arg], scope: &Scope) -> bool {
    args.first().is_some_and(|arg| !arg.spread && matches!(scope.expr(arg.value), Expr::Text(..)))
}

/// A method, with what its class sees.
fn method_of(class: &ClassValue, member: &Member, this: Option<Value>) -> Closure {
    Closure {
        module: class.module,
        function: member.function,
        scope: class.scope.clone(),
        this,
        given: Vec::new(),
    }
}

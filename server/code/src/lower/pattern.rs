//! What is assigned to, and functions with their parameters.

use super::*;

impl Lower<'_> {
    pub(super) fn pattern(&mut self, pattern: &ast::BindingPattern) -> Pattern {
        self.deeper(|lower| lower.pattern_here(pattern)).unwrap_or(Pattern::Ignore)
    }

    fn pattern_here(&mut self, pattern: &ast::BindingPattern) -> Pattern {
        match pattern {
            ast::BindingPattern::BindingIdentifier(name) => {
                let name = self.name(&name.name);
                self.count_write(&name);
                Pattern::Name(name)
            }
            ast::BindingPattern::ObjectPattern(object) => {
                let mut props = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    let key = self.pattern_key(&property.key, property.computed);
                    props.push((key, self.pattern(&property.value)));
                }
                let rest = object.rest.as_ref().map(|rest| Box::new(self.pattern(&rest.argument)));
                Pattern::Object { props, rest }
            }
            ast::BindingPattern::ArrayPattern(array) => {
                let items = array.elements.iter().map(|item| match item {
                    Some(item) => self.pattern(item),
                    None => Pattern::Ignore,
                });
                let items = items.collect();
                let rest = array.rest.as_ref().map(|rest| Box::new(self.pattern(&rest.argument)));
                Pattern::Array { items, rest }
            }
            ast::BindingPattern::AssignmentPattern(default) => {
                let inner = self.pattern(&default.left);
                Pattern::Default(Box::new(inner), self.expr(&default.right))
            }
        }
    }

    fn pattern_key(&mut self, key: &ast::PropertyKey, computed: bool) -> PatternKey {
        match self.static_key(key, computed) {
            Some(name) => PatternKey::Name(name, span(key.span())),
            None => PatternKey::Computed(key.as_expression().map_or(ExprId::UNKNOWN, |key| self.expr(key))),
        }
    }

    pub(super) fn count_write(&mut self, name: &Name) {
        *self.written.entry(name.clone()).or_insert(0) += 1;
    }

    pub(super) fn target(&mut self, target: &ast::AssignmentTarget) -> Pattern {
        self.deeper(|lower| lower.target_here(target)).unwrap_or(Pattern::Ignore)
    }

    fn target_here(&mut self, target: &ast::AssignmentTarget) -> Pattern {
        use ast::AssignmentTarget as T;
        match target {
            T::AssignmentTargetIdentifier(name) => {
                let name = self.name(&name.name);
                self.count_write(&name);
                Pattern::Name(name)
            }
            T::ArrayAssignmentTarget(array) => {
                let items = array.elements.iter().map(|item| match item {
                    Some(item) => self.maybe_default(item),
                    None => Pattern::Ignore,
                });
                let items = items.collect();
                let rest = array.rest.as_ref().map(|rest| Box::new(self.target(&rest.target)));
                Pattern::Array { items, rest }
            }
            T::ObjectAssignmentTarget(object) => {
                let mut props = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    props.push(match property {
                        ast::AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(short) => {
                            let name = self.name(&short.binding.name);
                            self.count_write(&name);
                            let key = PatternKey::Name(name.clone(), span(short.span));
                            let inner = Pattern::Name(name);
                            match &short.init {
                                Some(init) => (key, Pattern::Default(Box::new(inner), self.expr(init))),
                                None => (key, inner),
                            }
                        }
                        ast::AssignmentTargetProperty::AssignmentTargetPropertyProperty(long) => {
                            let key = self.pattern_key(&long.name, long.computed);
                            (key, self.maybe_default(&long.binding))
                        }
                    });
                }
                let rest = object.rest.as_ref().map(|rest| Box::new(self.target(&rest.target)));
                Pattern::Object { props, rest }
            }
            T::TSAsExpression(inner) => Pattern::Place(self.expr(&inner.expression)),
            T::TSSatisfiesExpression(inner) => Pattern::Place(self.expr(&inner.expression)),
            T::TSNonNullExpression(inner) => Pattern::Place(self.expr(&inner.expression)),
            T::TSTypeAssertion(inner) => Pattern::Place(self.expr(&inner.expression)),
            other => match other.as_member_expression() {
                Some(member) => {
                    let place = self.member(member);
                    Pattern::Place(self.module.add(place))
                }
                None => Pattern::Ignore,
            },
        }
    }

    fn maybe_default(&mut self, target: &ast::AssignmentTargetMaybeDefault) -> Pattern {
        match target {
            ast::AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(default) => {
                let inner = self.target(&default.binding);
                Pattern::Default(Box::new(inner), self.expr(&default.init))
            }
            other => match other.as_assignment_target() {
                Some(target) => self.target(target),
                None => Pattern::Ignore,
            },
        }
    }

    /// A function's place in the module's list.
    pub(super) fn function(&mut self, function: &ast::Function) -> usize {
        let whole = self.parameters_and_body(&function.params, false, |lower| match &function.body {
            Some(body) => lower.statements(&body.statements),
            None => Vec::new(),
        });
        let steps = self.goes_in_steps(&whole.params, &whole.body);
        let in_steps = self.hands_on_steps(&whole.body);
        self.module.functions.push(Function { steps, in_steps, generator: function.generator, ..whole });
        self.module.functions.len() - 1
    }

    pub(super) fn arrow(&mut self, arrow: &ast::ArrowFunctionExpression) -> Expr {
        let whole = self.parameters_and_body(&arrow.params, true, |lower| match &arrow.body {
            ast::ArrowFunctionBody::FunctionBody(body) => lower.statements(&body.statements),
            other => match other.as_expression() {
                Some(value) => vec![Stmt::Return(Some(lower.expr(value)))],
                None => Vec::new(),
            },
        });
        self.module.functions.push(whole);
        Expr::Function(self.module.functions.len() - 1)
    }

    /// What both kinds of functions have, with what is seen in it: `arguments` in an arrow function are those around it.
    fn parameters_and_body(
        &mut self,
        params: &ast::FormalParameters,
        arrow: bool,
        body: impl FnOnce(&mut Self) -> Vec<Stmt>,
    ) -> Function {
        let outside = std::mem::take(&mut self.seen);
        let (params, rest) = self.params(params);
        let body = body(self);
        let inside = std::mem::replace(&mut self.seen, outside);
        self.seen.promise |= inside.promise;
        self.seen.next |= inside.next;
        self.seen.iterator |= inside.iterator;
        self.seen.arguments |= arrow && inside.arguments;
        Function {
            params,
            rest,
            body,
            arrow,
            arguments: !arrow && inside.arguments,
            drives: inside.promise && inside.next,
            iterates: inside.promise && inside.iterator,
            ..Function::default()
        }
    }

    /// `switch (state.label) { … }`, of the one parameter, or `while (1) switch (state.prev = state.next) { … }`: what
    /// TypeScript and Babel make of a generator for runtimes without them.
    fn goes_in_steps(&self, params: &[Pattern], body: &[Stmt]) -> bool {
        let [Pattern::Name(param)] = params else { return false };
        let (body, in_loop) = match body {
            [Stmt::Loop { body, .. }] => (&body[..], true),
            body => (body, false),
        };
        let [Stmt::Switch { on, .. }] = body else { return false };
        let on = match self.module.expr(*on) {
            Expr::Assign { value, .. } if in_loop => self.module.expr(*value),
            on => on,
        };
        let Expr::Member { object, property, .. } = on else { return false };
        let of_param = matches!(self.module.expr(*object), Expr::Name(name) if name == param);
        of_param && (in_loop || &**property == "label")
    }

    /// `return __generator(this, function (state) { switch (state.label) { … } })`
    fn hands_on_steps(&self, body: &[Stmt]) -> bool {
        let Some(Stmt::Return(Some(returned))) = body.last() else { return false };
        let Expr::Call { args, .. } = self.module.expr(*returned) else { return false };
        let is_steps = |arg: &Arg| match self.module.expr(arg.value) {
            Expr::Function(at) => self.module.functions.get(*at).is_some_and(|function| function.steps),
            _ => false,
        };
        args.iter().any(is_steps)
    }

    fn params(&mut self, params: &ast::FormalParameters) -> (Vec<Pattern>, Option<Pattern>) {
        let mut all = Vec::with_capacity(params.items.len());
        for param in &params.items {
            let pattern = self.pattern(&param.pattern);
            all.push(match &param.initializer {
                Some(default) => Pattern::Default(Box::new(pattern), self.expr(default)),
                None => pattern,
            });
        }
        let rest = params.rest.as_ref().map(|rest| self.pattern(&rest.rest.argument));
        (all, rest)
    }

    /// A class's place in the module's list.
    pub(super) fn class(&mut self, class: &ast::Class) -> usize {
        let parent = class.heritage.as_ref().map(|parent| self.expr(&parent.expression));
        let mut lowered = Class { parent, constructor: None, methods: Vec::new(), fields: Vec::new() };
        self.decorators(&class.decorators);
        for element in &class.body.body {
            match element {
                ast::ClassElement::MethodDefinition(method) => {
                    self.decorators(&method.decorators);
                    let mut function = self.function(&method.value);
                    if method.kind == ast::MethodDefinitionKind::Constructor {
                        self.parameter_properties(&method.value, function);
                        lowered.constructor = Some(function);
                        continue;
                    }
                    let Some(name) = self.static_key(&method.key, method.computed) else { continue };
                    if method.kind == ast::MethodDefinitionKind::Set {
                        continue;
                    }
                    let getter = method.kind == ast::MethodDefinitionKind::Get;
                    let member = Member {
                        name,
                        function: std::mem::take(&mut function),
                        is_static: method.r#static,
                        getter,
                    };
                    lowered.methods.push(member);
                }
                ast::ClassElement::PropertyDefinition(field) => {
                    self.decorators(&field.decorators);
                    let (value, is_static) = (field.value.as_ref(), field.r#static);
                    lowered.fields.push(self.field(&field.key, field.computed, value, is_static));
                }
                ast::ClassElement::AccessorProperty(field) => {
                    let (value, is_static) = (field.value.as_ref(), field.r#static);
                    lowered.fields.push(self.field(&field.key, field.computed, value, is_static));
                }
                // A method that nothing calls by its name.
                ast::ClassElement::StaticBlock(block) => {
                    let body = self.statements(&block.body);
                    self.module.functions.push(Function { body, ..Function::default() });
                    let function = self.module.functions.len() - 1;
                    let name = self.name("static {}");
                    lowered.methods.push(Member { name, function, is_static: true, getter: false });
                }
                _ => {}
            }
        }
        self.module.classes.push(lowered);
        self.module.classes.len() - 1
    }

    /// A field; one whose name is only known when the code runs has none that code could ask for.
    fn field(
        &mut self,
        key: &ast::PropertyKey,
        computed: bool,
        value: Option<&ast::Expression>,
        is_static: bool,
    ) -> Field {
        let name = self.static_key(key, computed).unwrap_or_else(|| self.name("[]"));
        Field { name, value: value.map(|value| self.expr(value)), is_static }
    }

    /// What decorators are given: functions that nothing is seen to call.
    fn decorators(&mut self, decorators: &[ast::Decorator]) {
        for decorator in decorators {
            self.expr(&decorator.expression);
        }
    }

    /// `constructor(private readonly base44: Client)` also sets `this.base44`.
    fn parameter_properties(&mut self, function: &ast::Function, at: usize) {
        let mut sets = Vec::new();
        for param in &function.params.items {
            let is_property = param.accessibility.is_some() || param.readonly;
            let inner = match &param.pattern {
                ast::BindingPattern::AssignmentPattern(default) => &default.left,
                other => other,
            };
            let ast::BindingPattern::BindingIdentifier(name) = inner else { continue };
            if is_property {
                let property = self.name(&name.name);
                let object = self.module.add(Expr::This);
                let value = self.module.add(Expr::Name(property.clone()));
                let place = Expr::Member { object, property, at: span(name.span), optional: false };
                let target = Box::new(Pattern::Place(self.module.add(place)));
                let set = self.module.add(Expr::Assign { target, op: AssignOp::Set, value });
                sets.push(Stmt::Expr(set));
            }
        }
        if let Some(function) = self.module.functions.get_mut(at) {
            sets.append(&mut function.body);
            function.body = sets;
        }
    }
}

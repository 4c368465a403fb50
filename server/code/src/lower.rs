//! From the parser's tree to what is kept of it.

use foldhash::{HashMap, HashSet};

use oxc_ast::ast;
use oxc_span::{GetSpan, Span as OxcSpan};
use smallvec::smallvec;

use crate::ir::*;

mod jsx;
mod pattern;
mod statement;

/// How deep expressions and statements may nest; what is deeper is not looked at. Programs written by people stay
/// under 50.
const MAX_DEPTH: usize = 160;

/// As many bytes a name holds without memory of its own.
const MAX_INLINE: usize = 23;

/// The program as it is kept.
pub(crate) fn lower(path: &str, text: &str, program: &ast::Program) -> Module {
    let mut lower = Lower {
        text,
        names: HashSet::default(),
        read: HashSet::default(),
        keys: HashMap::default(),
        written: HashMap::default(),
        depth: 0,
        seen: Seen::default(),
        module: Module::of_text(path, text),
    };
    let body = lower.statements(&program.body);
    let mut module = lower.module;
    module.body = body;
    module.read = lower.read.into_iter().collect();
    module.finish();
    module
}

struct Lower<'t> {
    text: &'t str,
    names: HashSet<Name>,
    read: HashSet<Name>,
    keys: HashMap<String, u32>,
    /// How often a name was assigned to so far: a question that is asked again after that is another one.
    written: HashMap<Name, u32>,
    depth: usize,
    seen: Seen,
    module: Module,
}

/// What the function that is being lowered reads.
#[derive(Default)]
struct Seen {
    promise: bool,
    next: bool,
    /// `asyncIterator`, as a property or a text.
    iterator: bool,
    arguments: bool,
}

fn span(span: OxcSpan) -> Span {
    (span.start, span.end)
}

/// A question that is another one wherever it stands.
fn question_at(span: OxcSpan) -> String {
    format!("@{}", span.start)
}

impl Lower<'_> {
    /// What takes memory of its own is kept once.
    fn name(&mut self, text: &str) -> Name {
        if text.len() <= MAX_INLINE {
            return Name::new_inline(text);
        }
        match self.names.get(text) {
            Some(name) => name.clone(),
            None => {
                let name = Name::new(text);
                self.names.insert(name.clone());
                name
            }
        }
    }

    /// One level down, or none where it is too deep.
    fn deeper<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.module.cut = true;
            return None;
        }
        self.depth += 1;
        let seen = look(self);
        self.depth -= 1;
        Some(seen)
    }

    fn expr(&mut self, expr: &ast::Expression) -> ExprId {
        let kept = self.deeper(|lower| {
            let lowered = lower.expr_here(expr);
            lower.module.add(lowered)
        });
        kept.unwrap_or(ExprId::UNKNOWN)
    }

    fn lowered(&mut self, expr: &ast::Expression) -> Expr {
        self.deeper(|lower| lower.expr_here(expr)).unwrap_or(Expr::Unknown)
    }

    fn expr_here(&mut self, expr: &ast::Expression) -> Expr {
        use ast::Expression as E;
        match expr {
            E::StringLiteral(text) => {
                self.seen.iterator |= text.value == "asyncIterator";
                let inner = (text.span.start + 1, text.span.end.saturating_sub(1).max(text.span.start + 1));
                Expr::Text(self.name(&text.value), inner)
            }
            E::TemplateLiteral(template) => self.template(template),
            E::NumericLiteral(number) => {
                let text = &self.text[number.span.start as usize..number.span.end as usize];
                Expr::Number(text.into())
            }
            E::BooleanLiteral(value) => Expr::Bool(value.value),
            E::NullLiteral(_) => Expr::Undefined,
            E::RegExpLiteral(pattern) => Expr::Regex(pattern.regex.pattern.text.starts_with("^http")),
            E::Identifier(name) if name.name == "undefined" => Expr::Undefined,
            E::Identifier(name) => {
                self.seen.promise |= name.name == "Promise";
                self.seen.arguments |= name.name == "arguments";
                let name = self.name(&name.name);
                self.read.insert(name.clone());
                Expr::Name(name)
            }
            E::ThisExpression(_) => Expr::This,
            E::Super(_) => Expr::Super,
            E::ArrayExpression(array) => {
                let items = array.elements.iter().map(|element| match element {
                    ast::ArrayExpressionElement::SpreadElement(spread) => {
                        Arg { spread: true, value: self.expr(&spread.argument) }
                    }
                    other => Arg {
                        spread: false,
                        value: match other.as_expression() {
                            Some(expr) => self.expr(expr),
                            None => self.module.add(Expr::Undefined),
                        },
                    },
                });
                Expr::Array(items.collect())
            }
            E::ObjectExpression(object) => self.object(object),
            E::ArrowFunctionExpression(arrow) => self.arrow(arrow),
            E::FunctionExpression(function) => Expr::Function(self.function(function)),
            E::ClassExpression(class) => Expr::Class(self.class(class)),
            E::AssignmentExpression(assign) => self.assignment(assign),
            E::AwaitExpression(inner) => self.lowered(&inner.argument),
            E::ParenthesizedExpression(inner) => self.lowered(&inner.expression),
            E::TSAsExpression(inner) => self.lowered(&inner.expression),
            E::TSSatisfiesExpression(inner) => self.lowered(&inner.expression),
            E::TSTypeAssertion(inner) => self.lowered(&inner.expression),
            E::TSNonNullExpression(inner) => self.lowered(&inner.expression),
            E::TSInstantiationExpression(inner) => self.lowered(&inner.expression),
            E::BinaryExpression(binary) => self.binary(binary),
            E::LogicalExpression(logical) => {
                use oxc_ast::ast::LogicalOperator as Op;
                let op = match logical.operator {
                    Op::And => LogicalOp::And,
                    Op::Or => LogicalOp::Or,
                    Op::Coalesce => LogicalOp::Coalesce,
                };
                let key = self.key(&logical.left).0;
                Expr::Logical { op, left: self.expr(&logical.left), right: self.expr(&logical.right), key }
            }
            E::ConditionalExpression(conditional) => Expr::Conditional {
                test: self.test(&conditional.test),
                then: self.expr(&conditional.consequent),
                otherwise: self.expr(&conditional.alternate),
            },
            E::UnaryExpression(unary) => {
                use oxc_ast::ast::UnaryOperator as Op;
                // `void 0`
                if unary.operator == Op::Void && matches!(unary.argument, E::NumericLiteral(_)) {
                    return Expr::Undefined;
                }
                let argument = self.expr(&unary.argument);
                match unary.operator {
                    Op::LogicalNot => Expr::Not(argument),
                    _ => Expr::Other(smallvec![argument]),
                }
            }
            // `count++`
            E::UpdateExpression(update) => match update.argument.get_identifier_name() {
                Some(name) => Expr::Assign {
                    target: Box::new(Pattern::Name(self.name(name))),
                    op: AssignOp::Other,
                    value: ExprId::UNKNOWN,
                },
                None => Expr::Unknown,
            },
            E::SequenceExpression(sequence) => {
                Expr::Sequence(sequence.expressions.iter().map(|expr| self.expr(expr)).collect())
            }
            E::TaggedTemplateExpression(tagged) => {
                let mut all: ExprIds = smallvec![self.expr(&tagged.tag)];
                all.extend(tagged.quasi.expressions.iter().map(|expr| self.expr(expr)));
                Expr::Other(all)
            }
            E::YieldExpression(inner) => match &inner.argument {
                Some(argument) => Expr::Yield { value: self.expr(argument), all: inner.delegate },
                None => Expr::Unknown,
            },
            E::ImportExpression(import) => match &import.source {
                E::StringLiteral(text) => Expr::Import(self.name(&text.value)),
                other => Expr::ImportUnknown(self.expr(other)),
            },
            E::CallExpression(call) => self.call(call),
            E::NewExpression(new) => Expr::New {
                callee: self.expr(&new.callee),
                args: self.args(&new.arguments),
                at: span(new.span),
            },
            E::ChainExpression(chain) => match &chain.expression {
                ast::ChainElement::CallExpression(call) => self.call(call),
                ast::ChainElement::TSNonNullExpression(inner) => self.lowered(&inner.expression),
                other => match other.as_member_expression() {
                    Some(member) => self.member(member),
                    None => Expr::Unknown,
                },
            },
            E::JSXElement(element) => self.jsx_element(element),
            E::JSXFragment(fragment) => Expr::Other(self.jsx_children(&fragment.children)),
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => Expr::Unknown,
            },
        }
    }

    fn call(&mut self, call: &ast::CallExpression) -> Expr {
        let callee = self.expr(&call.callee);
        Expr::Call { callee, args: self.args(&call.arguments), at: span(call.span), optional: call.optional }
    }

    fn args(&mut self, args: &[ast::Argument]) -> Args {
        let mut all = Args::with_capacity(args.len());
        for arg in args {
            all.push(match arg {
                ast::Argument::SpreadElement(spread) => {
                    Arg { spread: true, value: self.expr(&spread.argument) }
                }
                other => Arg {
                    spread: false,
                    value: other.as_expression().map_or(ExprId::UNKNOWN, |expr| self.expr(expr)),
                },
            });
        }
        all
    }

    fn member(&mut self, member: &ast::MemberExpression) -> Expr {
        match member {
            ast::MemberExpression::StaticMemberExpression(member) => {
                self.seen.next |= member.property.name == "next";
                self.seen.iterator |= member.property.name == "asyncIterator";
                Expr::Member {
                    object: self.expr(&member.object),
                    property: self.name(&member.property.name),
                    at: span(member.property.span),
                    optional: member.optional,
                }
            }
            ast::MemberExpression::ComputedMemberExpression(member) => {
                let object = self.expr(&member.object);
                match &member.expression {
                    ast::Expression::StringLiteral(text) => Expr::Member {
                        object,
                        property: self.name(&text.value),
                        at: span(text.span),
                        optional: member.optional,
                    },
                    other => {
                        let key = self.index_key(other);
                        Expr::Index { object, index: self.expr(other), key }
                    }
                }
            }
            ast::MemberExpression::PrivateFieldExpression(member) => Expr::Member {
                object: self.expr(&member.object),
                property: self.name(&format!("#{}", member.field.name)),
                at: span(member.field.span),
                optional: member.optional,
            },
        }
    }

    fn template(&mut self, template: &ast::TemplateLiteral) -> Expr {
        fn cooked<'e>(element: &'e ast::TemplateElement<'_>) -> &'e str {
            element.value.cooked.as_ref().unwrap_or(&element.value.raw)
        }
        if let ([only], []) = (&template.quasis[..], &template.expressions[..]) {
            let inner =
                (template.span.start + 1, template.span.end.saturating_sub(1).max(template.span.start + 1));
            return Expr::Text(self.name(cooked(only)), inner);
        }
        Expr::Template {
            texts: template.quasis.iter().map(|element| self.name(cooked(element))).collect(),
            values: template.expressions.iter().map(|expr| self.expr(expr)).collect(),
        }
    }

    fn object(&mut self, object: &ast::ObjectExpression) -> Expr {
        let mut props = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            props.push(match property {
                ast::ObjectPropertyKind::SpreadProperty(spread) => Prop::Spread(self.expr(&spread.argument)),
                ast::ObjectPropertyKind::ObjectProperty(property) => {
                    let name = self.static_key(&property.key, property.computed);
                    match (name, &property.value, property.kind) {
                        (
                            Some(name),
                            ast::Expression::FunctionExpression(function),
                            ast::PropertyKind::Get,
                        ) => Prop::Getter { name, function: self.function(function) },
                        (Some(name), value, _) => Prop::Named { name, value: self.expr(value) },
                        (None, value, _) => Prop::Computed {
                            key: property.key.as_expression().map_or(ExprId::UNKNOWN, |key| self.expr(key)),
                            value: self.expr(value),
                        },
                    }
                }
            });
        }
        Expr::Object(props)
    }

    /// The name of a property, where it is written down.
    fn static_key(&mut self, key: &ast::PropertyKey, computed: bool) -> Option<Name> {
        match key {
            ast::PropertyKey::StaticIdentifier(name) => Some(self.name(&name.name)),
            ast::PropertyKey::PrivateIdentifier(name) => Some(self.name(&format!("#{}", name.name))),
            ast::PropertyKey::StringLiteral(text) => Some(self.name(&text.value)),
            ast::PropertyKey::NumericLiteral(number) if !computed => {
                let text = &self.text[number.span.start as usize..number.span.end as usize];
                Some(text.into())
            }
            // What is gone through, one after another or awaited, is the same here.
            ast::PropertyKey::StaticMemberExpression(member) => {
                let of_symbol =
                    matches!(&member.object, ast::Expression::Identifier(name) if name.name == "Symbol");
                let iterates = matches!(member.property.name.as_str(), "iterator" | "asyncIterator");
                (of_symbol && iterates).then(|| self.name(ITERATOR))
            }
            _ => None,
        }
    }

    fn assignment(&mut self, assign: &ast::AssignmentExpression) -> Expr {
        use oxc_ast::ast::AssignmentOperator as Op;
        let op = match assign.operator {
            Op::Assign => AssignOp::Set,
            Op::Addition => AssignOp::Add,
            Op::LogicalOr => return self.logical_assignment(assign, LogicalOp::Or),
            Op::LogicalAnd => return self.logical_assignment(assign, LogicalOp::And),
            Op::LogicalNullish => return self.logical_assignment(assign, LogicalOp::Coalesce),
            _ => AssignOp::Other,
        };
        let value = self.expr(&assign.right);
        let target = Box::new(self.target(&assign.left));
        Expr::Assign { target, op, value }
    }

    /// `a ||= b` is `a = a || b`.
    fn logical_assignment(&mut self, assign: &ast::AssignmentExpression, op: LogicalOp) -> Expr {
        let mut asked = String::new();
        let left = match &assign.left {
            ast::AssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.question_of_name(&name.name, &mut asked);
                Expr::Name(self.name(&name.name))
            }
            other => {
                asked = question_at(assign.span);
                other.as_member_expression().map_or(Expr::Unknown, |member| self.member(member))
            }
        };
        let key = self.key_of(asked);
        let left = self.module.add(left);
        let right = self.expr(&assign.right);
        let value = self.module.add(Expr::Logical { op, left, right, key });
        let target = Box::new(self.target(&assign.left));
        Expr::Assign { target, op: AssignOp::Set, value }
    }

    fn binary(&mut self, binary: &ast::BinaryExpression) -> Expr {
        use oxc_ast::ast::BinaryOperator as Op;
        match binary.operator {
            Op::Addition => self.sum(binary),
            Op::Equality | Op::StrictEquality => {
                Expr::Equal { left: self.expr(&binary.left), right: self.expr(&binary.right), negated: false }
            }
            Op::Inequality | Op::StrictInequality => {
                Expr::Equal { left: self.expr(&binary.left), right: self.expr(&binary.right), negated: true }
            }
            // `if (!(this instanceof Client)) return new Client(token);`
            Op::Instanceof if matches!(binary.left, ast::Expression::ThisExpression(_)) => Expr::This,
            _ => Expr::Other(smallvec![self.expr(&binary.left), self.expr(&binary.right)]),
        }
    }

    /// A sum, whose terms stand beside each other in the text and nest in the tree.
    fn sum(&mut self, binary: &ast::BinaryExpression) -> Expr {
        let mut terms = vec![&binary.right];
        let mut left = &binary.left;
        while let ast::Expression::BinaryExpression(inner) = left {
            if inner.operator != oxc_ast::ast::BinaryOperator::Addition {
                break;
            }
            terms.push(&inner.right);
            left = &inner.left;
        }
        if terms.len() > MAX_DEPTH / 2 {
            self.module.cut = true;
            return Expr::Unknown;
        }
        let first = self.lowered(left);
        terms.iter().rev().fold(first, |sum, term| {
            let sum = self.module.add(sum);
            Expr::Add(sum, self.expr(term))
        })
    }

    /// What decides, and its key.
    fn test(&mut self, expr: &ast::Expression) -> Test {
        let (key, negated) = self.key(expr);
        Test { expr: self.expr(expr), key, negated }
    }

    /// The key of a question, and whether it was asked the other way round.
    fn key(&mut self, expr: &ast::Expression) -> (u32, bool) {
        let mut negated = false;
        let mut inner = expr;
        loop {
            match inner {
                ast::Expression::UnaryExpression(unary)
                    if unary.operator == oxc_ast::ast::UnaryOperator::LogicalNot =>
                {
                    negated = !negated;
                    inner = &unary.argument;
                }
                ast::Expression::ParenthesizedExpression(parens) => inner = &parens.expression,
                _ => break,
            }
        }
        let mut text = String::new();
        if !self.question(inner, 0, &mut text) {
            text = question_at(inner.span());
        }
        (self.key_of(text), negated)
    }

    fn key_of(&mut self, question: String) -> u32 {
        let next = self.keys.len() as u32;
        *self.keys.entry(question).or_insert(next)
    }

    /// The key of an index: the same index, asked for again, is the same entry.
    fn index_key(&mut self, index: &ast::Expression) -> u32 {
        let mut text = "[]".to_owned();
        if !self.question(index, 0, &mut text) {
            text = format!("[]{}", question_at(index.span()));
        }
        self.key_of(text)
    }

    /// A name until it is assigned to again.
    fn question_of_name(&self, name: &str, into: &mut String) {
        let count = self.written.get(name).copied().unwrap_or(0);
        into.push_str(name);
        into.push_str(&format!("#{count} "));
    }

    /// Writes a question that always gets the same answer: names and comparisons alone.
    fn question(&mut self, expr: &ast::Expression, depth: usize, into: &mut String) -> bool {
        use ast::Expression as E;
        if depth > 8 {
            return false;
        }
        match expr {
            E::Identifier(name) => {
                self.question_of_name(&name.name, into);
                true
            }
            E::StringLiteral(text) => {
                into.push_str(&format!("{:?} ", text.value));
                true
            }
            E::NullLiteral(_) => {
                into.push_str("null ");
                true
            }
            E::BooleanLiteral(value) => {
                into.push_str(if value.value { "true " } else { "false " });
                true
            }
            E::NumericLiteral(number) => {
                into.push_str(&self.text[number.span.start as usize..number.span.end as usize]);
                true
            }
            E::StaticMemberExpression(member) => {
                let known = self.question(&member.object, depth + 1, into);
                into.push_str(&format!(".{} ", member.property.name));
                known
            }
            E::ChainExpression(chain) => match &chain.expression {
                ast::ChainElement::StaticMemberExpression(member) => {
                    let known = self.question(&member.object, depth + 1, into);
                    into.push_str(&format!(".{} ", member.property.name));
                    known
                }
                _ => false,
            },
            E::ParenthesizedExpression(inner) => self.question(&inner.expression, depth + 1, into),
            E::UnaryExpression(unary) => {
                into.push_str(&format!("{:?} ", unary.operator));
                self.question(&unary.argument, depth + 1, into)
            }
            E::BinaryExpression(binary) => {
                let left = self.question(&binary.left, depth + 1, into);
                into.push_str(&format!("{:?} ", binary.operator));
                left && self.question(&binary.right, depth + 1, into)
            }
            E::LogicalExpression(logical) => {
                into.push('(');
                let left = self.question(&logical.left, depth + 1, into);
                into.push_str(&format!("{:?} ", logical.operator));
                let right = left && self.question(&logical.right, depth + 1, into);
                into.push(')');
                right
            }
            _ => false,
        }
    }
}

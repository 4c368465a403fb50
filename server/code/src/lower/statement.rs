//! Statements, imports and exports.

use super::*;

/// The local name of what a file gives by default without a name.
pub(crate) const DEFAULT: &str = "*default*";

impl Lower<'_> {
    /// Statements in the order in which they take effect: functions come first, as they may be called before.
    pub(super) fn statements(&mut self, statements: &[ast::Statement]) -> Vec<Stmt> {
        let mut all = Vec::with_capacity(statements.len());
        for statement in statements {
            self.deeper(|lower| lower.statement(statement, &mut all));
        }
        all.sort_by_key(|statement| !matches!(statement, Stmt::Function { .. }));
        all
    }

    fn block(&mut self, statement: &ast::Statement) -> Vec<Stmt> {
        match statement {
            ast::Statement::BlockStatement(block) => self.statements(&block.body),
            other => self.statements(std::slice::from_ref(other)),
        }
    }

    fn statement(&mut self, statement: &ast::Statement, into: &mut Vec<Stmt>) {
        use ast::Statement as S;
        match statement {
            S::ExpressionStatement(statement) => {
                let expr = self.expr(&statement.expression);
                into.push(Stmt::Expr(expr));
            }
            S::BlockStatement(block) => {
                let inner = self.statements(&block.body);
                into.push(Stmt::Block(inner));
            }
            S::IfStatement(statement) => {
                let test = self.test(&statement.test);
                let then = self.block(&statement.consequent);
                let otherwise =
                    statement.alternate.as_ref().map(|other| self.block(other)).unwrap_or_default();
                into.push(Stmt::If { test, then, otherwise });
            }
            S::WhileStatement(statement) => {
                let test = Some(self.expr(&statement.test));
                let body = self.block(&statement.body);
                into.push(Stmt::Loop { before: Vec::new(), test, body, after: None });
            }
            S::DoWhileStatement(statement) => {
                let body = self.block(&statement.body);
                let after = Some(self.expr(&statement.test));
                into.push(Stmt::Loop { before: Vec::new(), test: None, body, after });
            }
            S::ForStatement(statement) => {
                let mut before = Vec::new();
                match &statement.init {
                    Some(ast::ForStatementInit::VariableDeclaration(declaration)) => {
                        self.variables(declaration, &mut before);
                    }
                    Some(other) => {
                        before.extend(other.as_expression().map(|expr| Stmt::Expr(self.expr(expr))))
                    }
                    None => {}
                }
                let test = statement.test.as_ref().map(|test| self.expr(test));
                let after = statement.update.as_ref().map(|update| self.expr(update));
                let body = self.block(&statement.body);
                into.push(Stmt::Loop { before, test, body, after });
            }
            S::ForOfStatement(statement) => {
                let over = self.expr(&statement.right);
                let (pattern, declared) = self.loop_variable(&statement.left);
                let body = self.block(&statement.body);
                into.push(Stmt::ForEach { pattern, declared, over, body, keys: false });
            }
            S::ForInStatement(statement) => {
                let over = self.expr(&statement.right);
                let (pattern, declared) = self.loop_variable(&statement.left);
                let body = self.block(&statement.body);
                into.push(Stmt::ForEach { pattern, declared, over, body, keys: true });
            }
            S::TryStatement(statement) => {
                let body = self.statements(&statement.block.body);
                let clause = statement.handler.as_ref();
                let param =
                    clause.and_then(|clause| clause.param.as_ref()).map(|param| self.pattern(&param.pattern));
                let handler = clause.map(|clause| self.statements(&clause.body.body));
                let finalizer = statement.finalizer.as_ref().map(|block| self.statements(&block.body));
                into.push(Stmt::Try { body, param, handler, finalizer: finalizer.unwrap_or_default() });
            }
            S::SwitchStatement(statement) => {
                let key = self.key(&statement.discriminant).0;
                let on = self.expr(&statement.discriminant);
                let mut cases = Vec::with_capacity(statement.cases.len());
                for case in &statement.cases {
                    let test = case.test.as_ref().map(|test| self.expr(test));
                    cases.push((test, self.statements(&case.consequent)));
                }
                into.push(Stmt::Switch { on, key, cases });
            }
            S::ReturnStatement(statement) => {
                let value = statement.argument.as_ref().map(|value| self.expr(value));
                into.push(Stmt::Return(value));
            }
            S::ThrowStatement(statement) => {
                let value = self.expr(&statement.argument);
                into.push(Stmt::Throw(value));
            }
            S::BreakStatement(_) | S::ContinueStatement(_) => into.push(Stmt::Leave),
            S::LabeledStatement(statement) => {
                self.deeper(|lower| lower.statement(&statement.body, into));
            }
            S::VariableDeclaration(declaration) => self.variables(declaration, into),
            S::FunctionDeclaration(function) => self.function_statement(function, into),
            S::ClassDeclaration(class) => self.class_statement(class, into),
            S::TSEnumDeclaration(declaration) => self.enumeration(declaration, into),
            S::ImportDeclaration(import) => self.import(import),
            S::ExportDeclaration(export) => self.export_declaration(&export.declaration, into),
            S::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let local = self.export_name(&specifier.local);
                    let name = self.export_name(&specifier.exported);
                    self.read.insert(local.clone());
                    self.module.exports.push(Export { name, what: Exported::Local(local) });
                }
            }
            S::ExportFromDeclaration(export) => {
                let source = self.name(&export.source.value);
                for specifier in &export.specifiers {
                    let from = self.export_name(&specifier.local);
                    let name = self.export_name(&specifier.exported);
                    let what = Exported::From { specifier: source.clone(), name: from };
                    self.module.exports.push(Export { name, what });
                }
            }
            S::ExportAllDeclaration(export) => {
                let specifier = self.name(&export.source.value);
                let name = export.exported.as_ref().map(|name| self.export_name(name));
                let (name, what) = match name {
                    Some(name) => (name, Exported::Namespace { specifier }),
                    None => (self.name(""), Exported::All { specifier }),
                };
                self.module.exports.push(Export { name, what });
            }
            S::ExportDefaultDeclaration(export) => self.export_default(&export.declaration, into),
            S::TSNamespaceDeclaration(namespace) => self.namespace(namespace, into),
            _ => {}
        }
    }

    fn variables(&mut self, declaration: &ast::VariableDeclaration, into: &mut Vec<Stmt>) {
        let kind = match declaration.kind {
            ast::VariableDeclarationKind::Var => Declared::Var,
            ast::VariableDeclarationKind::Let => Declared::Let,
            _ => Declared::Const,
        };
        for declarator in &declaration.declarations {
            let init = declarator.init.as_ref().map(|init| self.expr(init));
            let pattern = self.pattern(&declarator.id);
            into.push(Stmt::Declare { pattern, init, kind });
        }
    }

    fn loop_variable(&mut self, left: &ast::ForStatementLeft) -> (Pattern, Option<Declared>) {
        match left {
            ast::ForStatementLeft::VariableDeclaration(declaration) => match declaration.declarations.first()
            {
                Some(first) => (self.pattern(&first.id), Some(Declared::Const)),
                None => (Pattern::Ignore, None),
            },
            other => match other.as_assignment_target() {
                Some(target) => (self.target(target), None),
                None => (Pattern::Ignore, None),
            },
        }
    }

    fn function_statement(&mut self, function: &ast::Function, into: &mut Vec<Stmt>) {
        let Some(id) = &function.id else { return };
        if function.body.is_some() {
            let name = self.name(&id.name);
            let function = self.function(function);
            into.push(Stmt::Function { name, function });
        }
    }

    fn class_statement(&mut self, class: &ast::Class, into: &mut Vec<Stmt>) {
        let Some(id) = &class.id else { return };
        let name = self.name(&id.name);
        let class = self.class(class);
        into.push(Stmt::Class { name, class });
    }

    /// `enum Type { Slack = "slack" }` is an object of constants.
    fn enumeration(&mut self, declaration: &ast::TSEnumDeclaration, into: &mut Vec<Stmt>) {
        let mut props = Vec::new();
        for member in &declaration.body.members {
            let name = match &member.id {
                ast::TSEnumMemberName::Identifier(name) => self.name(&name.name),
                ast::TSEnumMemberName::String(text) => self.name(&text.value),
                _ => continue,
            };
            let value = member.initializer.as_ref().map_or(ExprId::UNKNOWN, |value| self.expr(value));
            props.push(Prop::Named { name, value });
        }
        let pattern = Pattern::Name(self.name(&declaration.id.name));
        let init = Some(self.module.add(Expr::Object(props)));
        into.push(Stmt::Declare { pattern, init, kind: Declared::Const });
    }

    /// `namespace Routes { export const LIST = "…" }` is what a function gives that is called at once: an object of what
    /// it exports.
    fn namespace(&mut self, namespace: &ast::TSNamespaceDeclaration, into: &mut Vec<Stmt>) {
        if namespace.declare {
            return;
        }
        let name = self.name(&namespace.id.name);
        let is_name = |statement: &Stmt| match statement {
            Stmt::Function { name: known, .. } | Stmt::Class { name: known, .. } => *known == name,
            Stmt::Declare { pattern: Pattern::Name(known), .. } => *known == name,
            _ => false,
        };
        // One that adds to another of its name, to a function or to a class is not followed.
        if into.iter().any(is_name) {
            self.module.cut = true;
            return;
        }
        let before = std::mem::take(&mut self.module.exports);
        let mut body = Vec::new();
        self.deeper(|lower| match &namespace.body {
            ast::TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                lower.namespace(inner, &mut body);
                let name = lower.name(&inner.id.name);
                lower.module.exports.push(Export { name: name.clone(), what: Exported::Local(name) });
            }
            ast::TSNamespaceDeclarationBody::TSModuleBlock(block) => body = lower.statements(&block.body),
        });
        let exports = std::mem::replace(&mut self.module.exports, before);
        let given = exports.into_iter().filter_map(|export| match export.what {
            Exported::Local(local) => {
                Some(Prop::Named { name: export.name, value: self.module.add(Expr::Name(local)) })
            }
            _ => None,
        });
        let given = Expr::Object(given.collect());
        body.push(Stmt::Return(Some(self.module.add(given))));
        self.module.functions.push(Function { body, arrow: true, ..Function::default() });
        let callee = self.module.add(Expr::Function(self.module.functions.len() - 1));
        let at = span(namespace.span);
        let init = Some(self.module.add(Expr::Call { callee, args: Args::new(), at, optional: false }));
        into.push(Stmt::Declare { pattern: Pattern::Name(name), init, kind: Declared::Const });
    }

    fn import(&mut self, import: &ast::ImportDeclaration) {
        if import.import_kind.is_type() {
            return;
        }
        let specifier = self.name(&import.source.value);
        let Some(specifiers) = &import.specifiers else {
            let local = self.name("");
            self.module.imports.push(Import { local, specifier, what: Imported::Namespace });
            return;
        };
        for each in specifiers {
            let (local, what) = match each {
                ast::ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    if named.import_kind.is_type() {
                        continue;
                    }
                    (&named.local, Imported::Named(self.export_name(&named.imported)))
                }
                ast::ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    (&default.local, Imported::Named(self.name("default")))
                }
                ast::ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                    (&all.local, Imported::Namespace)
                }
            };
            let local = self.name(&local.name);
            self.module.imports.push(Import { local, specifier: specifier.clone(), what });
        }
    }

    fn export_name(&mut self, name: &ast::ModuleExportName) -> Name {
        match name {
            ast::ModuleExportName::IdentifierName(name) => self.name(&name.name),
            ast::ModuleExportName::IdentifierReference(name) => self.name(&name.name),
            ast::ModuleExportName::StringLiteral(text) => self.name(&text.value),
        }
    }

    fn export_declaration(&mut self, declaration: &ast::Declaration, into: &mut Vec<Stmt>) {
        let first = into.len();
        match declaration {
            ast::Declaration::VariableDeclaration(variables) => self.variables(variables, into),
            ast::Declaration::FunctionDeclaration(function) => self.function_statement(function, into),
            ast::Declaration::ClassDeclaration(class) => self.class_statement(class, into),
            ast::Declaration::TSEnumDeclaration(declaration) => self.enumeration(declaration, into),
            ast::Declaration::TSNamespaceDeclaration(namespace) => self.namespace(namespace, into),
            _ => {}
        }
        let mut names = Vec::new();
        for statement in &into[first..] {
            match statement {
                Stmt::Function { name, .. } | Stmt::Class { name, .. } => names.push(name.clone()),
                Stmt::Declare { pattern, .. } => bound(pattern, &mut names),
                _ => {}
            }
        }
        for name in names {
            self.module.exports.push(Export { name: name.clone(), what: Exported::Local(name) });
        }
    }

    fn export_default(&mut self, declaration: &ast::ExportDefaultDeclarationKind, into: &mut Vec<Stmt>) {
        let local = self.name(DEFAULT);
        let name = self.name("default");
        let value = match declaration {
            ast::ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let at = self.function(function);
                if let Some(id) = &function.id {
                    let name = self.name(&id.name);
                    self.read.insert(name.clone());
                    into.push(Stmt::Function { name, function: at });
                }
                self.module.add(Expr::Function(at))
            }
            ast::ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let at = self.class(class);
                if let Some(id) = &class.id {
                    let name = self.name(&id.name);
                    self.read.insert(name.clone());
                    into.push(Stmt::Class { name, class: at });
                }
                self.module.add(Expr::Class(at))
            }
            ast::ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
            other => match other.as_expression() {
                Some(expr) => self.expr(expr),
                None => return,
            },
        };
        self.module.exports.push(Export { name, what: Exported::Local(local.clone()) });
        into.push(Stmt::Declare { pattern: Pattern::Name(local), init: Some(value), kind: Declared::Const });
    }
}

/// The names that a pattern declares.
fn bound(pattern: &Pattern, into: &mut Vec<Name>) {
    match pattern {
        Pattern::Name(name) => into.push(name.clone()),
        Pattern::Object { props, rest } => {
            for (_, inner) in props {
                bound(inner, into);
            }
            if let Some(rest) = rest {
                bound(rest, into);
            }
        }
        Pattern::Array { items, rest } => {
            for inner in items {
                bound(inner, into);
            }
            if let Some(rest) = rest {
                bound(rest, into);
            }
        }
        Pattern::Default(inner, _) => bound(inner, into),
        Pattern::Ignore | Pattern::Place(_) => {}
    }
}

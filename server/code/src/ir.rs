//! What is kept of a file's program: as much as is needed to follow a token, and none of its types.

use std::sync::Arc;

use smol_str::SmolStr;

/// An identifier, a property's name or a text: most are short, and need no memory of their own.
pub type Name = SmolStr;

/// The name of a method that gives what a thing can be gone through by: `[Symbol.iterator]() { … }`.
pub(crate) const ITERATOR: &str = "Symbol.iterator";

/// A range of bytes.
pub(crate) type Span = (u32, u32);

/// The program of one file.
#[derive(Debug, Default)]
pub struct Module {
    pub(crate) path: Arc<str>,
    pub(crate) imports: Vec<Import>,
    pub(crate) exports: Vec<Export>,
    pub(crate) body: Vec<Stmt>,
    pub(crate) functions: Vec<Function>,
    pub(crate) classes: Vec<Class>,
    /// The names that are read somewhere.
    pub(crate) read: Vec<Name>,
    /// The comments that speak to those who check connectors.
    pub(crate) directives: Vec<Span>,
    /// It could not be read, or not as a whole.
    pub(crate) cut: bool,
}

impl Module {
    /// The file, as it was named when it was read.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Whether all of its text was read: none of it is broken, too long or nests too deep.
    pub fn is_whole(&self) -> bool {
        !self.cut
    }
}

/// A name that another file gives.
#[derive(Debug)]
pub(crate) struct Import {
    pub local: Name,
    pub specifier: Name,
    pub what: Imported,
}

#[derive(Clone, Debug)]
pub(crate) enum Imported {
    Named(Name),
    Namespace,
}

/// A name that is given to other files.
#[derive(Debug)]
pub(crate) struct Export {
    /// Empty where it gives all names.
    pub name: Name,
    pub what: Exported,
}

#[derive(Debug)]
pub(crate) enum Exported {
    Local(Name),
    From { specifier: Name, name: Name },
    Namespace { specifier: Name },
    All { specifier: Name },
}

#[derive(Debug, Default)]
pub(crate) struct Function {
    pub params: Vec<Pattern>,
    pub rest: Option<Pattern>,
    pub body: Vec<Stmt>,
    /// It has no `this` of its own.
    pub arrow: bool,
    /// What comes of a call is a sequence of what it yields.
    pub generator: bool,
    /// It reads its `arguments`.
    pub arguments: bool,
    /// It makes promises and asks something for its next: what `async` is compiled to, where it is given a generator.
    pub drives: bool,
    /// It makes promises and something to iterate over: what asynchronous generators and loops over them are compiled to.
    pub iterates: bool,
    /// It is the steps that a compiler took a generator apart into, of which one is chosen by a label.
    pub steps: bool,
    /// It is what is left of that generator: it gives its steps to something that goes through them.
    pub in_steps: bool,
}

#[derive(Debug)]
pub(crate) struct Class {
    pub parent: Option<Expr>,
    pub constructor: Option<usize>,
    pub methods: Vec<Member>,
    pub fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub name: Name,
    pub function: usize,
    pub is_static: bool,
    pub getter: bool,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub name: Name,
    pub value: Option<Expr>,
    pub is_static: bool,
}

#[derive(Debug)]
pub(crate) enum Stmt {
    Expr(Expr),
    Declare {
        pattern: Pattern,
        init: Option<Expr>,
        kind: Declared,
    },
    Function {
        name: Name,
        function: usize,
    },
    Class {
        name: Name,
        class: usize,
    },
    Block(Vec<Stmt>),
    If {
        test: Test,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    /// A loop whose body may run or not: its first steps, what is looked at, and what is done after each turn.
    Loop {
        before: Vec<Stmt>,
        test: Option<Expr>,
        body: Vec<Stmt>,
        after: Option<Expr>,
    },
    ForEach {
        pattern: Pattern,
        declared: Option<Declared>,
        over: Expr,
        body: Vec<Stmt>,
        keys: bool,
    },
    Try {
        body: Vec<Stmt>,
        param: Option<Pattern>,
        handler: Option<Vec<Stmt>>,
        finalizer: Vec<Stmt>,
    },
    Switch {
        on: Expr,
        key: u32,
        cases: Vec<(Option<Expr>, Vec<Stmt>)>,
    },
    Return(Option<Expr>),
    Throw(Expr),
    /// `break` or `continue`.
    Leave,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    Const,
    Let,
    Var,
}

/// What decides between two branches. The same question has the same key, so that what was chosen together stays
/// together.
#[derive(Debug)]
pub(crate) struct Test {
    pub expr: Box<Expr>,
    pub key: u32,
    /// The question was asked the other way round.
    pub negated: bool,
}

#[derive(Debug)]
pub(crate) enum Expr {
    Unknown,
    Undefined,
    Bool(bool),
    Number(Name),
    /// Whether it asks for the beginning of a whole address: `/^https?:/`.
    Regex(bool),
    Text(Name, Span),
    Template {
        texts: Vec<Name>,
        values: Vec<Expr>,
    },
    Name(Name),
    This,
    Super,
    Member {
        object: Box<Expr>,
        property: Name,
        at: Span,
        optional: bool,
    },
    /// The same index has the same key: of two tables, the same entry is taken.
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
        key: u32,
    },
    Call {
        callee: Box<Expr>,
        args: Vec<Arg>,
        at: Span,
        optional: bool,
    },
    New {
        callee: Box<Expr>,
        args: Vec<Arg>,
        at: Span,
    },
    Object(Vec<Prop>),
    Array(Vec<Arg>),
    Function(usize),
    Class(usize),
    Assign {
        target: Box<Pattern>,
        op: AssignOp,
        value: Box<Expr>,
    },
    Conditional {
        test: Test,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Logical {
        op: LogicalOp,
        left: Box<Expr>,
        right: Box<Expr>,
        key: u32,
    },
    Add(Box<Expr>, Box<Expr>),
    Equal {
        left: Box<Expr>,
        right: Box<Expr>,
        negated: bool,
    },
    Not(Box<Expr>),
    Sequence(Vec<Expr>),
    Import(Name),
    /// An import whose address is only known when the code runs.
    ImportUnknown(Box<Expr>),
    /// `yield value`, or `yield* values`.
    Yield {
        value: Box<Expr>,
        all: bool,
    },
    /// Looked at for what it does; what comes of it is not known.
    Other(Vec<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AssignOp {
    Set,
    Add,
    /// `||=`, `??=`, `&&=`: the old value or the new one.
    Either,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogicalOp {
    And,
    Or,
    Coalesce,
}

#[derive(Debug)]
pub(crate) struct Arg {
    pub spread: bool,
    pub value: Expr,
}

#[derive(Debug)]
pub(crate) enum Prop {
    Named { name: Name, value: Expr },
    Getter { name: Name, function: usize },
    Computed { key: Expr, value: Expr },
    Spread(Expr),
}

#[derive(Debug)]
pub(crate) enum Pattern {
    Ignore,
    Name(Name),
    /// A property or an entry that is assigned to.
    Place(Expr),
    Object {
        props: Vec<(PatternKey, Pattern)>,
        rest: Option<Box<Pattern>>,
    },
    Array {
        items: Vec<Pattern>,
        rest: Option<Box<Pattern>>,
    },
    Default(Box<Pattern>, Expr),
}

#[derive(Debug)]
pub(crate) enum PatternKey {
    Name(Name, Span),
    Computed(Expr),
}

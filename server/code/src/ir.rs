//! What is kept of a file's program: as much as is needed to follow a token, and none of its types.

use std::sync::Arc;

use smallvec::SmallVec;
use smol_str::SmolStr;

/// An identifier, a property's name or a text: most are short, and need no memory of their own.
pub type Name = SmolStr;

/// The name of a method that gives what a thing can be gone through by: `[Symbol.iterator]() { … }`.
pub(crate) const ITERATOR: &str = "Symbol.iterator";

/// A range of bytes.
pub(crate) type Span = (u32, u32);

/// Dense code has an expression in so many bytes. With room for all of them, their list does not move while it grows.
const MIN_BYTES_AN_EXPR: usize = 6;

/// The program of one file.
#[derive(Debug, Default)]
pub struct Module {
    pub(crate) path: Arc<str>,
    pub(crate) imports: Vec<Import>,
    pub(crate) exports: Vec<Export>,
    pub(crate) body: Vec<Stmt>,
    /// All expressions, those that stand within others too: each names its parts by their places here. A program is a
    /// few pieces of memory that way, and not as many as it has expressions.
    exprs: Vec<Expr>,
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
    /// The program of a file of which nothing is known yet.
    pub(crate) fn new(path: &str) -> Module {
        Module { path: path.into(), ..Module::default() }
    }

    /// The program of a text that is about to be read.
    pub(crate) fn of_text(path: &str, text: &str) -> Module {
        Module { exprs: Vec::with_capacity(text.len() / MIN_BYTES_AN_EXPR), ..Module::new(path) }
    }

    /// The file, as it was named when it was read.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Whether all of its text was read: none of it is broken, too long or nests too deep.
    pub fn is_whole(&self) -> bool {
        !self.cut
    }

    /// Adds an expression, whose parts are there already.
    pub(crate) fn add(&mut self, expr: Expr) -> ExprId {
        if matches!(expr, Expr::Unknown) {
            return ExprId::UNKNOWN;
        }
        self.exprs.push(expr);
        ExprId((self.exprs.len() - 1) as u32)
    }

    pub(crate) fn expr(&self, id: ExprId) -> &Expr {
        static UNKNOWN: Expr = Expr::Unknown;
        self.exprs.get(id.0 as usize).unwrap_or(&UNKNOWN)
    }

    /// Nothing more is added.
    pub(crate) fn finish(&mut self) {
        self.exprs.shrink_to_fit();
    }
}

/// An expression of a module, by its place in the module's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExprId(u32);

impl ExprId {
    pub const UNKNOWN: ExprId = ExprId(u32::MAX);
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
    pub parent: Option<ExprId>,
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
    pub value: Option<ExprId>,
    pub is_static: bool,
}

#[derive(Debug)]
pub(crate) enum Stmt {
    Expr(ExprId),
    Declare {
        pattern: Pattern,
        init: Option<ExprId>,
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
        test: Option<ExprId>,
        body: Vec<Stmt>,
        after: Option<ExprId>,
    },
    ForEach {
        pattern: Pattern,
        declared: Option<Declared>,
        over: ExprId,
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
        on: ExprId,
        key: u32,
        cases: Vec<(Option<ExprId>, Vec<Stmt>)>,
    },
    Return(Option<ExprId>),
    Throw(ExprId),
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
    pub expr: ExprId,
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
        values: ExprIds,
    },
    Name(Name),
    This,
    Super,
    Member {
        object: ExprId,
        property: Name,
        at: Span,
        optional: bool,
    },
    /// The same index has the same key: of two tables, the same entry is taken.
    Index {
        object: ExprId,
        index: ExprId,
        key: u32,
    },
    Call {
        callee: ExprId,
        args: Args,
        at: Span,
        optional: bool,
    },
    New {
        callee: ExprId,
        args: Args,
        at: Span,
    },
    Object(Vec<Prop>),
    Array(Args),
    Function(usize),
    Class(usize),
    Assign {
        target: Box<Pattern>,
        op: AssignOp,
        value: ExprId,
    },
    Conditional {
        test: Test,
        then: ExprId,
        otherwise: ExprId,
    },
    Logical {
        op: LogicalOp,
        left: ExprId,
        right: ExprId,
        key: u32,
    },
    Add(ExprId, ExprId),
    Equal {
        left: ExprId,
        right: ExprId,
        negated: bool,
    },
    Not(ExprId),
    Sequence(ExprIds),
    Import(Name),
    /// An import whose address is only known when the code runs.
    ImportUnknown(ExprId),
    /// `yield value`, or `yield* values`.
    Yield {
        value: ExprId,
        all: bool,
    },
    /// Looked at for what it does; what comes of it is not known.
    Other(ExprIds),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AssignOp {
    Set,
    Add,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogicalOp {
    And,
    Or,
    Coalesce,
}

/// Several expressions: mostly few, which need no memory of their own.
pub(crate) type ExprIds = SmallVec<[ExprId; 4]>;

/// The arguments of a call, or the entries of a list.
pub(crate) type Args = SmallVec<[Arg; 2]>;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Arg {
    pub spread: bool,
    pub value: ExprId,
}

#[derive(Debug)]
pub(crate) enum Prop {
    Named { name: Name, value: ExprId },
    Getter { name: Name, function: usize },
    Computed { key: ExprId, value: ExprId },
    Spread(ExprId),
}

#[derive(Debug)]
pub(crate) enum Pattern {
    Ignore,
    Name(Name),
    /// A property or an entry that is assigned to.
    Place(ExprId),
    Object {
        props: Vec<(PatternKey, Pattern)>,
        rest: Option<Box<Pattern>>,
    },
    Array {
        items: Vec<Pattern>,
        rest: Option<Box<Pattern>>,
    },
    Default(Box<Pattern>, ExprId),
}

#[derive(Debug)]
pub(crate) enum PatternKey {
    Name(Name, Span),
    Computed(ExprId),
}

//! What is known of a value: all of it, some of it, or where it comes from.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::HashMap;
use smallvec::SmallVec;
use smol_str::SmolStrBuilder;

use crate::ir::{Class, Expr, ExprId, Function, Module, Name, Span};
use crate::report::ServiceRole;

/// A use, by its place in the list.
pub(crate) type UseId = u32;
/// A variable or a thing on the heap.
pub(crate) type CellId = u32;
/// A file, by its place in the list.
pub(crate) type ModId = u32;

/// How many alternatives of one value are told apart.
pub(crate) const MAX_ALTERNATIVES: usize = 32;
/// How many pieces a text has at most.
const MAX_PIECES: usize = 96;
/// How long a text is kept, in bytes: longer than any address and most documents.
const MAX_LENGTH: usize = 16 << 10;
/// Fewer variables than this are looked through one by one.
const FEW_VARS: usize = 24;
/// How many choices an alternative remembers.
const MAX_GUARDS: usize = 8;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(Name),
    Hole,
    Token(UseId),
    /// Out of a provider's answer.
    Answer,
}

/// Pieces that are being put together.
pub(crate) type PieceList = SmallVec<[Piece; 4]>;

/// The pieces of a text. Most have one, which needs no memory of its own.
#[derive(Clone, Debug)]
pub(crate) enum Pieces {
    One(Piece),
    Many(Rc<[Piece]>),
}

impl std::ops::Deref for Pieces {
    type Target = [Piece];

    fn deref(&self) -> &[Piece] {
        match self {
            Pieces::One(piece) => std::slice::from_ref(piece),
            Pieces::Many(pieces) => pieces,
        }
    }
}

impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl From<PieceList> for Pieces {
    fn from(mut pieces: PieceList) -> Self {
        match pieces.len() {
            1 => pieces.pop().map_or(Pieces::Many(Rc::from([])), Pieces::One),
            _ => Pieces::Many(Rc::from(&pieces[..])),
        }
    }
}

/// A text, as far as it is known.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub pieces: Pieces,
    /// Where it is written, if it is written in one piece.
    pub origin: Option<(ModId, Span)>,
}

impl Text {
    /// What is put together of pieces.
    pub fn of(pieces: impl Into<Pieces>) -> Self {
        Self { pieces: pieces.into(), origin: None }
    }

    pub fn known(text: Name, origin: Option<(ModId, Span)>) -> Self {
        Self { pieces: Pieces::One(Piece::Text(text)), origin }
    }

    pub fn token(used: UseId) -> Self {
        Self::of(Pieces::One(Piece::Token(used)))
    }

    /// Its characters, where all are known.
    pub fn all(&self) -> Option<&Name> {
        match &*self.pieces {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// How much of it is known, in bytes.
    pub fn known_length(&self) -> usize {
        let known = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
        self.pieces.iter().map(known).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Text(text) if text.is_empty()))
    }
}

/// Appends pieces, neighbouring texts as one.
pub(crate) fn push_pieces(into: &mut PieceList, pieces: &[Piece]) {
    for piece in pieces {
        if into.len() >= MAX_PIECES {
            if into.last() != Some(&Piece::Hole) {
                into.push(Piece::Hole);
            }
            return;
        }
        match (into.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(before)), Piece::Text(text)) if before.len() + text.len() > MAX_LENGTH => {
                into.push(Piece::Hole);
            }
            (Some(Piece::Text(before)), Piece::Text(text)) => *before = joined(before, text),
            (Some(Piece::Hole), Piece::Hole) => {}
            _ => into.push(piece.clone()),
        }
    }
}

/// Two texts as one.
fn joined(first: &str, second: &str) -> Name {
    let mut whole = SmolStrBuilder::new();
    whole.push_str(first);
    whole.push_str(second);
    whole.finish()
}

/// The answer to a question that may be answered with no as well.
pub(crate) const YES: u16 = 0;
/// The other answer.
pub(crate) const NO: u16 = 1;
/// The first of the answers to a question that may have more than two: the cases of a `switch`, the entries of a table.
pub(crate) const FIRST_OF_MANY: u16 = 2;

/// What was chosen on the way to a value: which branch of which question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Guards(Option<Rc<[(u32, u16)]>>);

impl Guards {
    pub fn of(choices: &[(u32, u16)]) -> Self {
        let from = choices.len().saturating_sub(MAX_GUARDS);
        let choices = choices.get(from..).unwrap_or_default();
        if choices.is_empty() { Self(None) } else { Self(Some(Rc::from(choices))) }
    }

    pub fn choices(&self) -> &[(u32, u16)] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether both can be at once.
    pub fn agree(&self, other: &[(u32, u16)]) -> bool {
        self.choices().iter().all(|(branch, arm)| !other.iter().any(|(b, a)| b == branch && a != arm))
    }

    /// Whether one question was asked on both ways.
    pub fn share(&self, other: &Self) -> bool {
        let asked = |question: u32| other.choices().iter().any(|(one, _)| *one == question);
        self.choices().iter().any(|(question, _)| asked(*question))
    }

    /// Either of both, where that can be said in one: one holds wherever the other does, or they differ in the answer
    /// to one question that has two.
    pub fn or(&self, other: &Self) -> Option<Self> {
        let within = |some: &Self, all: &Self| some.choices().iter().all(|one| all.choices().contains(one));
        if within(self, other) {
            return Some(self.clone());
        }
        if within(other, self) {
            return Some(other.clone());
        }
        let mut own = self.choices().iter().filter(|one| !other.choices().contains(one));
        let mut others = other.choices().iter().filter(|one| !self.choices().contains(one));
        match (own.next(), own.next(), others.next(), others.next()) {
            (Some((branch, YES | NO)), None, Some((same, YES | NO)), None) if branch == same => {
                let common = self.choices().iter().filter(|(question, _)| question != branch);
                Some(Self::of(&common.copied().collect::<Vec<_>>()))
            }
            _ => None,
        }
    }

    /// Both at once, if that can be.
    pub fn and(&self, other: &[(u32, u16)]) -> Option<Self> {
        if !self.agree(other) {
            return None;
        }
        if other.is_empty() {
            return Some(self.clone());
        }
        let mut all = self.choices().to_vec();
        all.extend(other.iter().filter(|choice| !self.choices().contains(choice)));
        Some(Self::of(&all))
    }
}

/// Variables that are seen from a place.
pub(crate) struct Scope {
    pub vars: RefCell<Vars>,
    pub parent: Option<Rc<Scope>>,
    /// Where `var` declares to.
    pub of_function: bool,
    pub module: ModId,
    /// The program that this is of.
    pub program: Arc<Module>,
}

#[derive(Clone, Copy)]
pub(crate) struct Var {
    pub cell: CellId,
    pub param: bool,
}

/// The variables of one scope, in the order in which they are declared.
#[derive(Default)]
pub(crate) struct Vars {
    list: SmallVec<[(Name, Var); 2]>,
    /// Where the last of each name is, once there are many: bundles have thousands beside each other.
    last: HashMap<Name, usize>,
}

impl Vars {
    pub fn add(&mut self, name: Name, var: Var) {
        self.list.push((name.clone(), var));
        if self.list.len() == FEW_VARS {
            self.last = self.list.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        } else if self.list.len() > FEW_VARS {
            self.last.insert(name, self.list.len() - 1);
        }
    }

    fn find(&self, name: &str) -> Option<Var> {
        if self.list.len() < FEW_VARS {
            return self.list.iter().rev().find(|(known, _)| &**known == name).map(|(_, var)| *var);
        }
        self.list.get(*self.last.get(name)?).map(|(_, var)| *var)
    }

    pub fn all(&self) -> &[(Name, Var)] {
        &self.list
    }
}

impl Scope {
    pub fn inside(parent: &Rc<Scope>, of_function: bool) -> Rc<Self> {
        let parent = parent.clone();
        let (module, program) = (parent.module, parent.program.clone());
        Rc::new(Self { vars: RefCell::default(), parent: Some(parent), of_function, module, program })
    }

    /// An expression that stands in this scope.
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.program.expr(id)
    }

    pub fn find(&self, name: &str) -> Option<Var> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some(var) = here.vars.borrow().find(name) {
                return Some(var);
            }
            scope = here.parent.as_deref();
        }
        None
    }
}

/// A function and what it sees.
pub(crate) struct Closure {
    pub module: ModId,
    pub function: usize,
    pub scope: Rc<Scope>,
    /// What `this` is, where it does not depend on the call.
    pub this: Option<Value>,
    /// The first arguments, where they were given before: `request.bind(null, token)`.
    pub given: Vec<Value>,
}

impl Closure {
    pub fn lowered(&self) -> Option<&Function> {
        self.scope.program.functions.get(self.function)
    }
}

pub(crate) struct ClassValue {
    pub module: ModId,
    pub class: usize,
    pub scope: Rc<Scope>,
}

impl ClassValue {
    pub fn lowered(&self) -> Option<&Class> {
        self.scope.program.classes.get(self.class)
    }
}

/// A property of something whose methods are known here, to be called.
pub(crate) struct Bound {
    pub receiver: Value,
    pub name: Name,
    pub at: (ModId, Span),
    pub optional: bool,
}

#[derive(Clone)]
pub(crate) enum Value {
    Unknown,
    /// `undefined` or `null`.
    Undefined,
    Bool(bool),
    /// A pattern; whether it asks for the beginning of a whole address: `/^https?:/`.
    Regex(bool),
    Text(Text),
    /// A provider's answer, or a part of it.
    Answer,
    /// Something that holds these tokens.
    Opaque(Rc<[UseId]>),
    Connection(UseId),
    Heap(CellId),
    /// The search parameters of the URL in this cell.
    UrlParams(CellId),
    Function(Rc<Closure>),
    /// What a property gives that a function is asked for each time it is read.
    Getter(Rc<Closure>),
    Class(Rc<ClassValue>),
    Bound(Rc<Bound>),
    Fetch,
    /// A client of the platform's SDK.
    Client,
    ServiceRole,
    Connectors(ServiceRole),
    /// A name of the runtime: `JSON`, `Object.entries`.
    Global(Name),
    Namespace(ModId),
    /// A name of another file, looked up when it is read.
    Imported(ModId, Name),
    /// A request that a client of Microsoft Graph builds: its path, and the tokens.
    GraphRequest(Rc<(Text, Vec<UseId>)>),
    Any(Rc<[(Guards, Value)]>),
}

impl Value {
    pub fn text(text: &str) -> Self {
        Value::Text(Text::known(Name::from(text), None))
    }

    pub fn hole() -> Self {
        Value::Text(Text::of(Pieces::One(Piece::Hole)))
    }

    /// Whether it is nothing, or an empty text: no token, no address.
    pub fn is_nothing(&self) -> bool {
        match self {
            Value::Undefined | Value::Bool(false) => true,
            Value::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Unknown, Value::Unknown)
            | (Value::Undefined, Value::Undefined)
            | (Value::Answer, Value::Answer)
            | (Value::Fetch, Value::Fetch)
            | (Value::Client, Value::Client)
            | (Value::ServiceRole, Value::ServiceRole) => true,
            (Value::Bool(a), Value::Bool(b)) | (Value::Regex(a), Value::Regex(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a.pieces == b.pieces,
            (Value::Opaque(a), Value::Opaque(b)) => a == b,
            (Value::Connection(a), Value::Connection(b)) => a == b,
            (Value::Heap(a), Value::Heap(b)) | (Value::UrlParams(a), Value::UrlParams(b)) => a == b,
            (Value::Function(a), Value::Function(b)) => {
                Rc::ptr_eq(a, b)
                    || (a.module == b.module
                        && a.function == b.function
                        && Rc::ptr_eq(&a.scope, &b.scope)
                        && a.given.is_empty()
                        && b.given.is_empty())
            }
            (Value::Class(a), Value::Class(b)) => Rc::ptr_eq(a, b),
            (Value::Connectors(a), Value::Connectors(b)) => a == b,
            (Value::Global(a), Value::Global(b)) => a == b,
            (Value::Namespace(a), Value::Namespace(b)) => a == b,
            (Value::Any(a), Value::Any(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// One of several values.
    pub fn any(alternatives: Vec<(Guards, Value)>) -> Value {
        let mut alternatives = alternatives;
        // Of one way, what was chosen on it says nothing.
        if matches!(&alternatives[..], [(_, value)] if !matches!(value, Value::Any(_))) {
            return alternatives.pop().map_or(Value::Undefined, |(_, value)| value);
        }
        let mut flat: Vec<(Guards, Value)> = Vec::with_capacity(alternatives.len());
        for (guards, value) in alternatives {
            match value {
                Value::Any(inner) => {
                    for (more, value) in inner.iter() {
                        if let Some(guards) = guards.and(more.choices()) {
                            add_alternative(&mut flat, guards, value.clone());
                        }
                    }
                }
                value => add_alternative(&mut flat, guards, value),
            }
        }
        if flat.len() > MAX_ALTERNATIVES {
            flat = without_choices(flat);
        }
        if flat.len() > MAX_ALTERNATIVES {
            flat.truncate(MAX_ALTERNATIVES);
            flat.push((Guards::default(), Value::Unknown));
        }
        match flat.len() {
            0 => Value::Undefined,
            1 => flat.pop().map_or(Value::Undefined, |(_, value)| value),
            _ => Value::Any(Rc::from(flat)),
        }
    }

    /// One of two, whatever decides.
    pub fn either(a: Value, b: Value) -> Value {
        if a.same(&b) { a } else { Value::any(vec![(Guards::default(), a), (Guards::default(), b)]) }
    }
}

/// Adds an alternative. What is the same whichever way a question is answered does not depend on it.
fn add_alternative(flat: &mut Vec<(Guards, Value)>, guards: Guards, value: Value) {
    let mut guards = guards;
    while let Some((at, weaker)) = flat.iter().enumerate().find_map(|(at, (known, other))| {
        let weaker = if other.same(&value) { known.or(&guards) } else { None };
        Some((at, weaker?))
    }) {
        // With fewer choices, it may be the same as a further one.
        flat.remove(at);
        guards = weaker;
    }
    flat.push((guards, value));
}

/// The same values, each once, with the choices that are common to all ways to it.
fn without_choices(alternatives: Vec<(Guards, Value)>) -> Vec<(Guards, Value)> {
    let mut flat: Vec<(Guards, Value)> = Vec::new();
    for (guards, value) in alternatives {
        match flat.iter_mut().find(|(_, known)| known.same(&value)) {
            Some(known) => {
                let common = known.0.choices().iter().filter(|choice| guards.choices().contains(choice));
                known.0 = Guards::of(&common.copied().collect::<Vec<_>>());
            }
            None => flat.push((guards, value)),
        }
    }
    flat
}

/// What a cell holds.
#[derive(Clone)]
pub(crate) enum Heap {
    Var(Value),
    Object(Object),
    Array {
        items: Vec<Value>,
        /// There may be more in it.
        open: bool,
    },
    /// A `URL`.
    Url(Text),
    /// `URLSearchParams`.
    Params(Text),
    /// `JSON.stringify` of this.
    Json(Value),
    /// Something out of a package. There are few, and each cell would be as large as one.
    Package(Box<Package>),
}

#[derive(Clone, Default)]
pub(crate) struct Object {
    pub fields: Vec<(Name, Value)>,
    /// It may have fields that are not known.
    pub open: bool,
    pub class: Option<Rc<ClassValue>>,
}

impl Object {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().rev().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    pub fn set(&mut self, name: Name, value: Value) {
        match self.fields.iter_mut().find(|(known, _)| *known == name) {
            Some(field) => field.1 = value,
            None => self.fields.push((name, value)),
        }
    }
}

/// Something out of a package: the names that lead to it, and the tokens that it was given.
#[derive(Clone)]
pub(crate) struct Package {
    pub package: Name,
    /// What was imported; `default` and `*` as they are.
    pub export: Name,
    pub path: Vec<Name>,
    pub tokens: Vec<UseId>,
    /// Another token may be in it.
    pub partly: bool,
    /// The cell that a setter's tokens belong to, where this is a part of it.
    pub of: Option<CellId>,
    /// What an instance was made with: `baseURL` of axios.
    pub options: Option<CellId>,
}

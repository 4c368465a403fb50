//! Walks a program with what is known of its values, from where the platform starts it.
//!
//! Functions are walked once for each call, with the arguments of that call, and those that nothing calls at the end
//! with arguments that are not known. Where it cannot be told which way a program goes, all ways are walked, and what
//! was chosen on a way stays with the values that come from there.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use smallvec::{SmallVec, smallvec};

use crate::ir::*;
use crate::report::*;
use crate::state::{Changes, State};
use crate::value::*;

mod airtable;
mod array;
mod batch;
mod builtin;
mod call;
mod conclude;
mod context;
mod expr;
mod http_client;
mod hubspot;
mod linear;
mod method;
mod package;
mod prototype;
mod request;
mod stmt;
mod take;
mod tokens;

/// How many expressions and statements are walked for one file. A function file of 500 lines takes some 5,000; at
/// 20 million a second, this is a few milliseconds.
const MAX_STEPS: usize = 120_000;
/// How deep calls may nest.
const MAX_CALLS: usize = 14;
/// How deep the walk may nest, calls and expressions together: what the stack of its thread allows.
const MAX_DEPTH: usize = 700;
/// How often a function may stand on the way to itself.
const MAX_RECURSION: usize = 1;
/// How many files one file may bring along.
const MAX_MODULES: usize = 200;
/// How many uses and calls are listed of one file.
const MAX_LISTED: usize = 2_000;
/// How many callers are told of a helper.
const MAX_CALLERS: usize = 20;
/// How many entries of a list or a table are walked one by one.
pub(crate) const MAX_ITEMS: usize = 40;

/// Gives the files that a file imports.
pub trait Modules {
    /// The file of this path, if it is one of the app's.
    fn module(&self, path: &str) -> Option<Arc<Module>>;

    /// What an address stands for that is not relative, where the app declares it: by an import map.
    fn mapped(&self, from: &str, specifier: &str) -> Option<Mapped> {
        let _ = (from, specifier);
        None
    }
}

/// The files that a file imports, where none of them is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Modules for Alone {
    fn module(&self, _: &str) -> Option<Arc<Module>> {
        None
    }
}

/// What an address in code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// A file of the app, as an import would name it, its end left out or not.
    File(String),
    /// A package, or an address on the web.
    Package(String),
}

/// What a file does, with everything that it brings along.
pub(crate) fn analyse(entry: &Arc<Module>, modules: &dyn Modules) -> Analysis {
    let mut walk = Walk::new(modules);
    let first = walk.load(entry.clone());
    walk.start(first);
    walk.run_deferred();
    walk.run_uncalled(first);
    walk.run_missed();
    walk.run_unseen(first);
    walk.report()
}

/// How the walk goes on after a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    /// Out of the loop or its turn: what was done stays.
    Leave,
    /// Out of the function.
    Exit,
}

/// A function that is being walked.
struct Frame {
    module: ModId,
    function: Option<usize>,
    closure: Option<Rc<Closure>>,
    this: Value,
    returns: SmallVec<[(Guards, Value); 1]>,
    /// What a generator gives, one after another.
    yields: Vec<Value>,
    /// Where the choices within this call begin.
    path_from: usize,
    /// Tells this call from others.
    instance: u32,
    /// Where it was called.
    call_at: Option<(ModId, Span)>,
    /// With how many arguments.
    given: usize,
    /// It has ended before where the author's own token was there.
    after_own: bool,
    /// What was chosen where it has not ended before: `if (a) return b;` leaves that `a` is not so. It tells what is
    /// returned apart, and decides no question: what is asked again may have changed.
    left: Vec<(u32, u16)>,
}

struct LoadedModule {
    module: Arc<Module>,
    scope: Rc<Scope>,
    started: bool,
}

/// What tells a call from others.
type CallKey = (Place, usize, Option<Name>, Target, Vec<Argument>);

/// A use while the walk goes on.
struct Taken {
    listed: Use,
    /// The calls that led here first.
    way: Vec<Place>,
    /// The innermost `try` around it that goes on without it.
    tried: Option<u32>,
    /// The call of the function that takes it.
    taken_in: u32,
    called_inside: bool,
    /// It is only taken where something else is not there that may be a token of the author's own.
    instead_of_own: bool,
    other_token: bool,
    /// Some call is made with this token and no other.
    with_it_alone: bool,
    calls: usize,
    /// How many calls there were when a package's client was given the token last.
    handed_at: Option<usize>,
}

impl Taken {
    /// Which connector it is, and where its token comes from.
    fn kind(&self) -> (Option<Name>, bool) {
        (self.listed.type_name.clone(), self.listed.method == Method::Environment)
    }
}

struct Walk<'m> {
    modules: &'m dyn Modules,
    loaded: Vec<LoadedModule>,
    by_path: HashMap<Arc<str>, ModId>,
    state: State,
    frames: Vec<Frame>,
    /// What was chosen on the way here.
    path: Vec<(u32, u16)>,
    branches: HashMap<(ModId, u32, u32), u32>,
    /// The names of entries that were chosen by an index.
    entries: HashMap<Name, u16>,
    /// The lists whose entries may stand elsewhere than where they were written, and the question which one stands first.
    moved: HashMap<CellId, u32>,
    /// Where a type is yet to be typed.
    blanks: BTreeSet<(ModId, Span)>,
    next_instance: u32,
    steps: usize,
    depth: usize,
    cut: bool,
    uses: Vec<Taken>,
    use_ids: HashMap<(ModId, u32, Option<Name>), UseId>,
    calls: Vec<Call>,
    call_ids: HashMap<CallKey, usize>,
    called: HashSet<(ModId, usize)>,
    deferred: Vec<(Value, Vec<Value>)>,
    /// What functions have as properties, `prototype` among them.
    of_functions: HashMap<(ModId, usize), CellId>,
    /// What code has set on the global object.
    of_globals: HashMap<Name, CellId>,
    /// What the handlers of a request keep for each other in what all of them are given.
    kept: HashMap<String, Value>,
    /// Where something was read there that was not kept before, and what read it.
    missed: Vec<(String, Rc<Closure>)>,
    tries: Vec<(u32, bool)>,
    /// How many of the functions that are being walked are generators that stand for `async` ones.
    driven: usize,
    next_try: u32,
    /// The tries that are gone on after where they fail, as if nothing were.
    gone_on_after: HashSet<u32>,
    /// The questions whether something is there that may be a token of the author's own.
    asks_for_own: HashSet<u32>,
    /// Code is walked that nothing names.
    unreached: bool,
    /// A file is imported that cannot be told.
    imports_unknown: bool,
}

impl<'m> Walk<'m> {
    fn new(modules: &'m dyn Modules) -> Self {
        Self {
            modules,
            loaded: Vec::new(),
            by_path: HashMap::default(),
            state: State::new(),
            frames: Vec::new(),
            path: Vec::new(),
            branches: HashMap::default(),
            entries: HashMap::default(),
            moved: HashMap::default(),
            blanks: BTreeSet::new(),
            next_instance: 0,
            steps: 0,
            depth: 0,
            cut: false,
            uses: Vec::new(),
            use_ids: HashMap::default(),
            calls: Vec::new(),
            call_ids: HashMap::default(),
            called: HashSet::default(),
            deferred: Vec::new(),
            of_functions: HashMap::default(),
            of_globals: HashMap::default(),
            kept: HashMap::default(),
            missed: Vec::new(),
            tries: Vec::new(),
            driven: 0,
            next_try: 0,
            gone_on_after: HashSet::default(),
            asks_for_own: HashSet::default(),
            unreached: false,
            imports_unknown: false,
        }
    }

    /// One step further; false where the walk has to end.
    fn step(&mut self) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.cut = true;
        }
        !self.cut
    }

    fn load(&mut self, module: Arc<Module>) -> ModId {
        if let Some(known) = self.by_path.get(module.path()) {
            return *known;
        }
        self.cut |= module.cut && self.loaded.is_empty();
        let id = self.loaded.len() as ModId;
        self.by_path.insert(module.path().clone(), id);
        let scope = Rc::new(Scope {
            vars: Default::default(),
            parent: None,
            of_function: true,
            module: id,
            program: module.clone(),
        });
        self.loaded.push(LoadedModule { module, scope, started: false });
        id
    }

    /// The file that another one imports.
    fn import(&mut self, from: ModId, specifier: &str) -> Option<ModId> {
        let from = self.loaded.get(from as usize)?.module.path().clone();
        let candidates = if specifier.starts_with('.') {
            crate::layout::import_candidates(&from, specifier)
        } else {
            match self.modules.mapped(&from, specifier)? {
                Mapped::File(path) => crate::layout::candidates(path),
                Mapped::Package(_) => return None,
            }
        };
        for path in candidates {
            if let Some(known) = self.by_path.get(path.as_str()) {
                return Some(*known);
            }
            if self.loaded.len() >= MAX_MODULES {
                self.cut = true;
                return None;
            }
            if let Some(module) = self.modules.module(&path) {
                return Some(self.load(module));
            }
        }
        None
    }

    /// What an import gives that leads to no file of the app.
    fn not_of_the_app(&mut self, from: ModId, specifier: &str, what: &Imported) -> Value {
        if is_client_of_pages(specifier, what) {
            return Value::Client;
        }
        if specifier.starts_with('.') {
            self.imports_unknown |= crate::filter::may_lead_to_code(specifier);
            return Value::Unknown;
        }
        let from = self.loaded.get(from as usize).map(|loaded| loaded.module.path().clone());
        let mapped = from.and_then(|from| self.modules.mapped(&from, specifier));
        match &mapped {
            Some(Mapped::File(_)) => Value::Unknown,
            Some(Mapped::Package(package)) => self.package_import(package, what),
            None => {
                self.imports_unknown |= crate::filter::may_lead_to_code(specifier);
                self.package_import(specifier, what)
            }
        }
    }

    /// Walks a file's own statements, once.
    fn start(&mut self, id: ModId) {
        let Some(loaded) = self.loaded.get_mut(id as usize) else { return };
        if std::mem::replace(&mut loaded.started, true) {
            return;
        }
        let (module, scope) = (loaded.module.clone(), loaded.scope.clone());
        for import in &module.imports {
            let value = match self.import(id, &import.specifier) {
                Some(from) => {
                    self.start(from);
                    match &import.what {
                        Imported::Namespace => Value::Namespace(from),
                        Imported::Named(name) => Value::Imported(from, name.clone()),
                    }
                }
                None => self.not_of_the_app(id, &import.specifier, &import.what),
            };
            self.declare(&scope, &import.local, value, false);
        }
        let frame = Frame {
            module: id,
            function: None,
            closure: None,
            this: Value::Undefined,
            returns: SmallVec::new(),
            yields: Vec::new(),
            path_from: self.path.len(),
            instance: 0,
            call_at: None,
            given: 0,
            after_own: false,
            left: Vec::new(),
        };
        self.frames.push(frame);
        self.statements(&module.body, &scope);
        self.frames.pop();
    }

    /// What a file gives under a name.
    fn exported(&mut self, id: ModId, name: &str, depth: usize) -> Value {
        let Some(loaded) = self.loaded.get(id as usize) else { return Value::Unknown };
        let (module, scope) = (loaded.module.clone(), loaded.scope.clone());
        if depth > 12 {
            return Value::Unknown;
        }
        for export in &module.exports {
            match &export.what {
                Exported::Local(local) if &*export.name == name => {
                    return match scope.find(local) {
                        Some(var) => self.read_var(var.cell, depth + 1),
                        None => Value::Unknown,
                    };
                }
                Exported::From { specifier, name: inner } if &*export.name == name => {
                    let (specifier, inner) = (specifier.clone(), inner.clone());
                    return match self.import(id, &specifier) {
                        Some(from) => {
                            self.start(from);
                            self.exported(from, &inner, depth + 1)
                        }
                        None => self.not_of_the_app(id, &specifier, &Imported::Named(inner)),
                    };
                }
                Exported::Namespace { specifier } if &*export.name == name => {
                    return match self.import(id, specifier) {
                        Some(from) => {
                            self.start(from);
                            Value::Namespace(from)
                        }
                        None => Value::Unknown,
                    };
                }
                _ => {}
            }
        }
        for export in &module.exports {
            if let Exported::All { specifier } = &export.what
                && let Some(from) = self.import(id, specifier)
            {
                self.start(from);
                let value = self.exported(from, name, depth + 1);
                if !matches!(value, Value::Unknown) {
                    return value;
                }
            }
        }
        Value::Unknown
    }

    /// All that a file gives under names of its own.
    fn all_exported(&mut self, id: ModId) -> Vec<(Name, Value)> {
        let Some(loaded) = self.loaded.get(id as usize) else { return Vec::new() };
        let module = loaded.module.clone();
        let named = module.exports.iter().map(|export| &export.name).filter(|name| !name.is_empty());
        named.map(|name| (name.clone(), self.exported(id, name, 0))).collect()
    }

    fn read_var(&mut self, cell: CellId, depth: usize) -> Value {
        match self.state.var(cell) {
            Value::Imported(module, name) => self.exported(module, &name, depth + 1),
            value => value,
        }
    }

    fn declare(&mut self, scope: &Rc<Scope>, name: &Name, value: Value, param: bool) {
        let cell = self.state.add(Heap::Var(value));
        scope.vars.borrow_mut().add(name.clone(), Var { cell, param });
    }

    fn module_of(&self) -> ModId {
        self.frames.last().map_or(0, |frame| frame.module)
    }

    fn place(&self, at: (ModId, Span)) -> Place {
        let path = match self.loaded.get(at.0 as usize) {
            Some(loaded) => loaded.module.path().clone(),
            None => Arc::from(""),
        };
        Place { path, start: at.1.0, end: at.1.1 }
    }

    /// The calls that lead here, the nearest first.
    fn callers(&self) -> Vec<Place> {
        let sites = self.frames.iter().rev().filter_map(|frame| frame.call_at);
        sites.map(|at| self.place(at)).take(MAX_CALLERS).collect()
    }

    /// The alternatives of a value that can be here.
    fn alternatives(&self, value: &Value) -> Vec<(Guards, Value)> {
        match value {
            Value::Any(all) => all.iter().filter(|(guards, _)| guards.agree(&self.path)).cloned().collect(),
            value => vec![(Guards::default(), value.clone())],
        }
    }

    /// A value without the alternatives that cannot be here.
    fn narrowed(&self, value: Value) -> Value {
        match value {
            Value::Any(all) if !all.iter().all(|(guards, _)| guards.agree(&self.path)) => {
                Value::any(all.iter().filter(|(guards, _)| guards.agree(&self.path)).cloned().collect())
            }
            value => value,
        }
    }

    /// The number of a question, the same each time it is asked in one call of a function.
    fn branch(&mut self, key: u32) -> u32 {
        let (module, instance) = self.frames.last().map_or((0, 0), |frame| (frame.module, frame.instance));
        let next = self.branches.len() as u32;
        *self.branches.entry((module, instance, key)).or_insert(next)
    }

    /// The choice of an entry of a table, the same for all tables.
    fn arm_of_entry(&mut self, name: &Name) -> u16 {
        let next = (self.entries.len() + usize::from(FIRST_OF_MANY)).min(usize::from(u16::MAX - 1)) as u16;
        *self.entries.entry(name.clone()).or_insert(next)
    }

    /// Walks code as one branch, and gives back what it changed.
    fn arm<T>(&mut self, choice: Option<(u32, u16)>, walk: impl FnOnce(&mut Self) -> T) -> (T, Changes) {
        let from = self.path.len();
        self.path.extend(choice);
        self.state.branch();
        let done = walk(self);
        let changes = self.state.take_back();
        self.path.truncate(from);
        (done, changes)
    }

    /// The same, with what else is known to have been chosen there.
    fn arm_knowing<T>(
        &mut self,
        choice: (u32, u16),
        known: &[(u32, u16)],
        walk: impl FnOnce(&mut Self) -> T,
    ) -> (T, Changes) {
        let from = self.path.len();
        self.path.extend(known);
        let done = self.arm(Some(choice), walk);
        self.path.truncate(from);
        done
    }

    /// What was handed to the platform to be called later.
    fn run_deferred(&mut self) {
        let mut rounds = 0;
        while !self.deferred.is_empty() && rounds < 1_000 {
            for (function, args) in std::mem::take(&mut self.deferred) {
                rounds += 1;
                let returned = self.call_value(&function, args, Value::Unknown, None);
                self.escape(&returned);
            }
        }
    }

    /// Functions that nothing has called: some code may, and does it with values that are not known.
    fn run_uncalled(&mut self, id: ModId) {
        let Some(loaded) = self.loaded.get(id as usize) else { return };
        let (module, scope) = (loaded.module.clone(), loaded.scope.clone());
        let names: Vec<(Name, Var)> = scope.vars.borrow().all().to_vec();
        for (name, var) in names {
            let gives = |what: &Exported| matches!(what, Exported::Local(local) if *local == name);
            let is_given = || module.exports.iter().any(|export| gives(&export.what));
            let named = || module.read.contains(&name) || is_given();
            match self.state.var(var.cell) {
                Value::Function(closure) => {
                    let called = self.called.contains(&(closure.module, closure.function));
                    // `export default handler(…)`: another file's function may have made it.
                    if !called && (closure.module == id || is_given()) {
                        self.run_root(Value::Function(closure), Value::Unknown, !named());
                    }
                }
                Value::Class(class) if class.module == id => self.run_class(&class, !named()),
                Value::Heap(cell) => self.run_members(cell, id),
                _ => {}
            }
        }
        for export in &module.exports {
            // `export { default } from "…"`
            if matches!(export.what, Exported::From { .. })
                && let Value::Function(closure) = self.exported(id, &export.name, 0)
                && !self.called.contains(&(closure.module, closure.function))
            {
                self.run_root(Value::Function(closure), Value::Unknown, false);
            }
        }
        self.run_deferred();
    }

    /// Functions that stand within others, and that no way leads to that is understood here: they are walked as if
    /// somebody called them, so that what they take is not taken for unused.
    fn run_unseen(&mut self, id: ModId) {
        let Some(loaded) = self.loaded.get(id as usize) else { return };
        let (module, scope) = (loaded.module.clone(), loaded.scope.clone());
        for function in 0..module.functions.len() {
            // The rest of the budget is for what is surely called.
            if self.steps > MAX_STEPS / 2 {
                return;
            }
            if !self.called.contains(&(id, function)) {
                let closure =
                    Closure { module: id, function, scope: scope.clone(), this: None, given: Vec::new() };
                self.run_root(Value::Function(Rc::new(closure)), Value::Unknown, false);
            }
        }
        self.run_deferred();
    }

    fn run_root(&mut self, function: Value, this: Value, unreached: bool) {
        let before = std::mem::replace(&mut self.unreached, unreached);
        let returned = self.call_value(&function, Vec::new(), this, None);
        self.escape(&returned);
        self.unreached = before;
    }

    fn run_class(&mut self, class: &Rc<ClassValue>, unreached: bool) {
        let Some(lowered) = class.lowered() else { return };
        let uncalled: Vec<&Member> = lowered
            .methods
            .iter()
            .filter(|method| !self.called.contains(&(class.module, method.function)))
            .collect();
        if uncalled.is_empty() {
            return;
        }
        let this = self.construct_class(class, Vec::new(), None);
        for method in uncalled {
            let function = Closure {
                module: class.module,
                function: method.function,
                scope: class.scope.clone(),
                this: None,
                given: Vec::new(),
            };
            self.run_root(Value::Function(Rc::new(function)), this.clone(), unreached);
        }
    }

    fn run_members(&mut self, cell: CellId, id: ModId) {
        let Some(Heap::Object(object)) = self.state.get(cell) else { return };
        for (_, value) in object.clone().fields {
            if let Value::Function(closure) = &value
                && closure.module == id
                && !self.called.contains(&(closure.module, closure.function))
            {
                self.run_root(value.clone(), Value::Heap(cell), false);
            }
        }
    }
}

/// `import { base44 } from "@/api/base44Client"`: the file that the platform gives every app's pages.
fn is_client_of_pages(specifier: &str, what: &Imported) -> bool {
    let file = specifier.rsplit('/').next().unwrap_or(specifier);
    let stem = file.split('.').next().unwrap_or(file);
    stem == "base44Client" && matches!(what, Imported::Named(name) if &**name == "base44")
}

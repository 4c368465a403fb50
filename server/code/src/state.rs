//! What all variables and things hold at one time, and how that differs between branches.

use std::cell::Cell;

use foldhash::HashMap;

use crate::ir::Name;
use crate::value::{CellId, Guards, Heap, Object, Value};

/// The cells, and what they held before each branch that is being looked at.
#[derive(Default)]
pub(crate) struct State {
    cells: Vec<Heap>,
    /// What they held before the branch, and the first cell that was made in it; the innermost last.
    journals: Vec<(CellId, HashMap<CellId, Heap>)>,
}

/// The room of so many cells is kept for the next walk, less than a megabyte: what an edited function needs at each key.
const MAX_KEPT_CELLS: usize = 1 << 14;

thread_local! {
    /// What the last walk of this thread has left. To let go of it takes a tenth of the time that the walk took, and who
    /// waits for what was found need not wait for that.
    static LEFT: Cell<Option<State>> = const { Cell::new(None) };
}

/// Lets go of what the last walk of this thread has left, but for the room that it had.
pub(crate) fn let_go() {
    LEFT.set(LEFT.take().map(State::emptied));
}

/// What a branch has changed.
pub(crate) type Changes = HashMap<CellId, Heap>;

impl State {
    /// One without a cell, in the room of the last one of this thread.
    pub fn new() -> State {
        LEFT.take().map(State::emptied).unwrap_or_default()
    }

    fn emptied(self) -> State {
        let mut cells = self.cells;
        cells.clear();
        cells.shrink_to(MAX_KEPT_CELLS);
        State { cells, journals: Vec::new() }
    }

    /// Nobody asks for it any more: it goes with [`let_go`], or when the next one comes.
    pub fn leave(self) {
        LEFT.set(Some(self));
    }

    pub fn add(&mut self, heap: Heap) -> CellId {
        self.cells.push(heap);
        (self.cells.len() - 1) as CellId
    }

    /// The id of the next cell.
    pub fn len(&self) -> CellId {
        self.cells.len() as CellId
    }

    pub fn get(&self, cell: CellId) -> Option<&Heap> {
        self.cells.get(cell as usize)
    }

    /// What a variable holds.
    pub fn var(&self, cell: CellId) -> Value {
        match self.get(cell) {
            Some(Heap::Var(value)) => value.clone(),
            _ => Value::Unknown,
        }
    }

    pub fn set(&mut self, cell: CellId, heap: Heap) {
        let Some(slot) = self.cells.get_mut(cell as usize) else { return };
        let before = std::mem::replace(slot, heap);
        // What a branch has made itself was nothing before it, and stays: `if (a) return new Client(token);`.
        if let Some((first_own, journal)) = self.journals.last_mut()
            && cell < *first_own
        {
            journal.entry(cell).or_insert(before);
        }
    }

    /// A branch begins.
    pub fn branch(&mut self) {
        self.journals.push((self.len(), HashMap::default()));
    }

    /// The branch ends: everything is as before it, and what it changed is given back.
    pub fn take_back(&mut self) -> Changes {
        let Some((_, journal)) = self.journals.pop() else { return Changes::default() };
        let mut changes = Changes::with_capacity_and_hasher(journal.len(), Default::default());
        for (cell, before) in journal {
            if let Some(slot) = self.cells.get_mut(cell as usize) {
                changes.insert(cell, std::mem::replace(slot, before));
            }
        }
        changes
    }

    /// A branch comes to its end that is gone or not.
    pub fn may_become(&mut self, changes: Changes) {
        if !changes.is_empty() {
            self.join(vec![(Guards::default(), changes), (Guards::default(), Changes::default())]);
        }
    }

    /// Several branches come together: each with what was chosen on the way to it, and what it changed.
    pub fn join(&mut self, branches: Vec<(Guards, Changes)>) {
        let mut branches = branches;
        if branches.iter().all(|(_, changes)| changes.is_empty()) {
            return;
        }
        if branches.len() == 1 {
            for (cell, heap) in branches.pop().map(|(_, changes)| changes).unwrap_or_default() {
                self.set(cell, heap);
            }
            return;
        }
        let mut cells: Vec<CellId> =
            branches.iter().flat_map(|(_, changes)| changes.keys().copied()).collect();
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            let Some(now) = self.get(cell).cloned() else { continue };
            let mut sides = Vec::with_capacity(branches.len());
            for (guards, changes) in &branches {
                sides.push((guards.clone(), changes.get(&cell).unwrap_or(&now).clone()));
            }
            let joined = join_all(sides).unwrap_or(now);
            self.set(cell, joined);
        }
    }
}

/// What a cell holds after several branches.
fn join_all(sides: Vec<(Guards, Heap)>) -> Option<Heap> {
    let (_, first) = sides.first()?;
    match first {
        Heap::Object(_) => {
            let objects: Vec<(&Guards, &Object)> = sides
                .iter()
                .filter_map(|(guards, heap)| match heap {
                    Heap::Object(object) => Some((guards, object)),
                    _ => None,
                })
                .collect();
            Some(Heap::Object(join_objects(&objects)))
        }
        Heap::Array { .. } => {
            let mut items: Vec<Value> = Vec::new();
            let mut open = false;
            for (_, heap) in &sides {
                let Heap::Array { items: more, open: more_open } = heap else { continue };
                open |= more_open;
                for item in more {
                    if !items.iter().any(|known| known.same(item)) {
                        items.push(item.clone());
                    }
                }
            }
            Some(Heap::Array { items, open })
        }
        Heap::Package(_) => sides
            .iter()
            .filter_map(|(_, heap)| match heap {
                Heap::Package(package) => Some(package.clone()),
                _ => None,
            })
            .reduce(|mut all, other| {
                for token in other.tokens {
                    if !all.tokens.contains(&token) {
                        all.partly |= !all.tokens.is_empty();
                        all.tokens.push(token);
                    }
                }
                all
            })
            .map(Heap::Package),
        // A URL that was built in two ways: the longer one says more, and the shorter one is its beginning.
        Heap::Url(_) | Heap::Params(_) => {
            sides.into_iter().map(|(_, heap)| heap).max_by_key(|heap| match heap {
                Heap::Url(text) | Heap::Params(text) => (text.pieces.len(), text.known_length()),
                _ => (0, 0),
            })
        }
        Heap::Json(_) => Some(first.clone()),
        Heap::Var(_) => {
            let values = sides.into_iter().filter_map(|(guards, heap)| match heap {
                Heap::Var(value) => Some((guards, value)),
                _ => None,
            });
            Some(Heap::Var(Value::any(values.collect())))
        }
    }
}

fn join_objects(objects: &[(&Guards, &Object)]) -> Object {
    let mut names: Vec<&Name> = Vec::new();
    for (_, object) in objects {
        for (name, _) in &object.fields {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let mut joined = Object {
        fields: Vec::with_capacity(names.len()),
        open: objects.iter().any(|(_, object)| object.open),
        class: objects.first().and_then(|(_, object)| object.class.clone()),
    };
    for name in names {
        let values = objects.iter().map(|(guards, object)| {
            ((*guards).clone(), object.get(name).cloned().unwrap_or(Value::Undefined))
        });
        joined.fields.push((name.clone(), Value::any(values.collect())));
    }
    joined
}

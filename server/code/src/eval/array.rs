//! The methods of lists.

use super::call::MethodCall;
use super::expr::Glued;
use super::*;

impl Walk<'_> {
    pub(super) fn array_method(
        &mut self,
        cell: CellId,
        items: Vec<Value>,
        open: bool,
        call: &MethodCall,
        args: Vec<Value>,
    ) -> Value {
        match &*call.name {
            "push" | "unshift" => {
                let mut items = items;
                items.extend(args);
                let more = items.len() > MAX_ITEMS;
                items.truncate(MAX_ITEMS);
                self.state.set(cell, Heap::Array { items, open: open || more });
                Value::Unknown
            }
            "concat" => {
                let mut all = items;
                let mut open = open;
                for arg in &args {
                    let (more, more_open) = self.items_of(arg);
                    all.extend(more);
                    open |= more_open;
                }
                Value::Heap(self.state.add(Heap::Array { items: all, open }))
            }
            "join" => {
                let with = args.first().cloned().unwrap_or_else(|| Value::text(","));
                let mut whole = Glued::One(PieceList::new());
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        self.glue(&mut whole, &with);
                    }
                    self.glue(&mut whole, item);
                }
                if open {
                    self.glue(&mut whole, &Value::hole());
                }
                whole.value()
            }
            "at" => {
                let index = args.first().cloned().unwrap_or(Value::Unknown);
                let list = Value::Heap(cell);
                let which = self.which_entry(call);
                self.index(&list, &index, Some(which))
            }
            "find" | "findLast" | "pop" | "shift" => {
                self.each_of(&items, open, call, &args);
                let which = self.which_entry(call);
                self.some_entry(&Value::Heap(cell), Some(which))
            }
            "slice" | "splice" | "reverse" | "filter" | "sort" | "toSorted" | "toReversed" | "toSpliced" => {
                self.each_of(&items, open, call, &args);
                // Which of them stand where is not known, but of a beginning.
                let begins_there =
                    |at: &Value| matches!(at, Value::Text(at) if at.all().is_some_and(|at| at == "0"));
                let is_beginning = &*call.name == "slice" && args.first().is_none_or(begins_there);
                let moves = !is_beginning || self.moved.contains_key(&cell);
                let told_apart = moves && (2..MAX_ALTERNATIVES).contains(&items.len());
                let which = told_apart.then(|| self.which_entry(call));
                let items = match which {
                    // What belongs together is chosen together, wherever it is taken.
                    Some(which) if items.iter().all(|item| matches!(item, Value::Heap(_))) => {
                        vec![self.some_entry(&Value::Heap(cell), Some(which))]
                    }
                    // Texts are put together in their order, as parts of an address.
                    _ => items,
                };
                let list = Heap::Array { items, open };
                let made = match matches!(&*call.name, "sort" | "reverse") {
                    true => {
                        self.state.set(cell, list);
                        cell
                    }
                    false => self.state.add(list),
                };
                self.moved.extend(which.map(|which| (made, which)));
                Value::Heap(made)
            }
            "map" | "flatMap" => {
                let returned = self.each_of(&items, open, call, &args);
                let none = Heap::Array { items: Vec::new(), open };
                let made =
                    self.made_of_each(call, returned).unwrap_or_else(|| Value::Heap(self.state.add(none)));
                if let (Value::Heap(made), Some(which)) = (&made, self.moved.get(&cell).copied()) {
                    self.moved.insert(*made, which);
                }
                made
            }
            "entries" => {
                let numbered = |item| vec![Value::hole(), item];
                let pairs: Vec<Heap> = items
                    .into_iter()
                    .map(|item| Heap::Array { items: numbered(item), open: false })
                    .collect();
                let items = pairs.into_iter().map(|pair| Value::Heap(self.state.add(pair))).collect();
                Value::Heap(self.state.add(Heap::Array { items, open }))
            }
            "flat" => {
                let mut all = Vec::with_capacity(items.len());
                let mut open = open;
                for item in items {
                    match &item {
                        Value::Heap(inner) if matches!(self.state.get(*inner), Some(Heap::Array { .. })) => {
                            let (inner, more) = self.items_of(&item);
                            all.extend(inner);
                            open |= more;
                        }
                        _ => all.push(item),
                    }
                }
                Value::Heap(self.state.add(Heap::Array { items: all, open }))
            }
            "values" => Value::Heap(cell),
            // Of what a generator gives.
            "next" => {
                let mut result = Object { open: true, ..Object::default() };
                let items = items.into_iter().map(|item| (Guards::default(), item)).collect();
                result.set(Name::from("value"), Value::any(items));
                Value::Heap(self.state.add(Heap::Object(result)))
            }
            "then" | "catch" | "finally" => {
                let list = Value::Heap(cell);
                self.promise_method(&list, call, &args).unwrap_or(Value::Unknown)
            }
            // Each entry with what the one before it gave.
            "reduce" | "reduceRight" if !open && matches!(args.first(), Some(Value::Function(_))) => {
                let mut items = items;
                if &*call.name == "reduceRight" {
                    items.reverse();
                }
                let mut given = args.get(1).cloned().into_iter().chain(items);
                let mut result = given.next().unwrap_or(Value::Undefined);
                for item in given {
                    let reducer = args.first().cloned().unwrap_or(Value::Unknown);
                    result = self.call_value(&reducer, vec![result, item], Value::Undefined, Some(call.at));
                }
                result
            }
            _ => {
                let returned = self.each_of(&items, open, call, &args);
                if matches!(&*call.name, "reduce" | "reduceRight") {
                    returned.into_iter().last().unwrap_or(Value::Unknown)
                } else {
                    Value::Unknown
                }
            }
        }
    }

    pub(super) fn each_of(
        &mut self,
        items: &[Value],
        open: bool,
        call: &MethodCall,
        args: &[Value],
    ) -> Vec<Value> {
        self.each_pair(items.iter().map(|item| (item, &Value::Unknown)), open, call, args)
    }

    /// The same with the key of each entry.
    pub(super) fn each_pair<'v>(
        &mut self,
        entries: impl Iterator<Item = (&'v Value, &'v Value)>,
        open: bool,
        call: &MethodCall,
        args: &[Value],
    ) -> Vec<Value> {
        let mut returned = Vec::new();
        for entry in entries.take(MAX_ITEMS) {
            let ((), changes) = self.arm(None, |walk| walk.each(entry, call, args, &mut returned));
            self.state.may_become(changes);
        }
        if open {
            self.each((&Value::Unknown, &Value::Unknown), call, args, &mut returned);
        }
        returned
    }
}

//! Properties, entries and methods, by what they are of.

use super::call::MethodCall;
use super::expr::UNKNOWN_ARGUMENTS;
use super::*;

impl Walk<'_> {
    pub(super) fn get(&mut self, object: &Value, name: &Name, at: (ModId, Span), optional: bool) -> Value {
        let bound =
            || Value::Bound(Rc::new(Bound { receiver: object.clone(), name: name.clone(), at, optional }));
        match (object, &**name) {
            (Value::Any(_), _) => {
                let parts: Vec<_> = self
                    .alternatives(object)
                    .into_iter()
                    .map(|(guards, object)| (guards, self.get(&object, name, at, optional)))
                    .collect();
                Value::any(parts)
            }
            (given, "connectors") if self.is_given(given) => Value::Connectors(ServiceRole::Unknown),
            (given, "asServiceRole") if self.is_given(given) => Value::ServiceRole,
            (Value::Client, "asServiceRole") => Value::ServiceRole,
            (Value::Client, "connectors") => Value::Connectors(ServiceRole::No),
            (Value::ServiceRole, "connectors") => Value::Connectors(ServiceRole::Yes),
            (Value::Global(global), "connectors") if is_client_name(global) => {
                Value::Connectors(ServiceRole::Unknown)
            }
            // Nothing of the runtime has this: the name is one of a function around, which nothing was seen to call.
            (Value::Global(_), "asServiceRole") => Value::ServiceRole,
            (Value::Global(global), key) if &**global == "process.env" => self
                .key_in_environment(key, at)
                .unwrap_or_else(|| Value::Global(Name::from(format!("{global}.{name}")))),
            (Value::Global(global), _) if is_global_object(global) => self.global(name),
            (Value::Global(global), _) if is_runtime(global) => {
                Value::Global(Name::from(format!("{global}.{name}")))
            }
            (Value::Connectors(_), _) => bound(),
            (Value::Connection(used), "accessToken" | "access_token" | "token") => {
                Value::Text(Text::token(*used))
            }
            // What some code looks for where the token does not stand where it should.
            (
                Value::Connection(_),
                "data" | "connection" | "credentials" | "tokens" | "oauth" | "auth" | "result",
            ) => object.clone(),
            (Value::Connection(_), _) => Value::Unknown,
            (Value::Answer, _) => Value::Answer,
            (Value::Undefined, _) => Value::Undefined,
            (Value::Opaque(_), _) => object.clone(),
            (Value::Namespace(module), _) => self.exported(*module, name, 0),
            (Value::Class(class), _) => {
                let class = class.clone();
                if let Some((closure, getter)) = self.class_member(&class, name, true) {
                    let function = Value::Function(closure);
                    return if getter {
                        self.call_value(&function, Vec::new(), object.clone(), Some(at))
                    } else {
                        function
                    };
                }
                self.static_field(&class, name).unwrap_or(Value::Unknown)
            }
            (Value::Text(text), "accessToken" | "access_token" | "token")
                if matches!(&*text.pieces, [Piece::Token(_)]) =>
            {
                object.clone()
            }
            (Value::Text(_) | Value::Bool(_), _) => Value::Unknown,
            (Value::Heap(cell), _) => self.get_heap(*cell, object, name, at),
            (Value::Function(closure), _) => self.property_of_function(closure, name),
            _ => Value::Unknown,
        }
    }

    fn get_heap(&mut self, cell: CellId, object: &Value, name: &Name, at: (ModId, Span)) -> Value {
        let Some(heap) = self.state.get(cell) else { return Value::Unknown };
        match heap {
            Heap::Object(fields) => {
                if let Some(value) = fields.get(name) {
                    let value = value.clone();
                    let value = self.narrowed(value);
                    return self.asked(value, object);
                }
                // Headers are found whatever their case.
                let open = fields.open;
                let spread = fields.get("...").cloned();
                if let Some(class) = fields.class.clone()
                    && let Some((closure, getter)) = self.class_member(&class, name, false)
                {
                    let function = Value::Function(Rc::new(Closure {
                        module: closure.module,
                        function: closure.function,
                        scope: closure.scope.clone(),
                        this: Some(object.clone()),
                        given: Vec::new(),
                    }));
                    return if getter {
                        self.call_value(&function, Vec::new(), object.clone(), Some(at))
                    } else {
                        function
                    };
                }
                match (spread, &**name) {
                    (Some(tokens), _) => tokens,
                    (None, "connectors") => Value::Connectors(ServiceRole::Unknown),
                    (None, "asServiceRole") => Value::ServiceRole,
                    (None, _) if open => Value::Unknown,
                    _ => Value::Undefined,
                }
            }
            // An iterator need not be told that nobody goes on with it.
            Heap::Array { .. } if matches!(&**name, "return" | "throw") => Value::Undefined,
            Heap::Url(text) => match &**name {
                "searchParams" => Value::UrlParams(cell),
                "href" => Value::Text(text.clone()),
                _ => Value::hole(),
            },
            Heap::Package(_) => self.package_member(cell, name, at),
            _ => Value::Unknown,
        }
    }

    /// What a property gives: where a function is asked for it, what that returns.
    pub(super) fn asked(&mut self, value: Value, of: &Value) -> Value {
        match value {
            Value::Getter(closure) => {
                self.call_value(&Value::Function(closure), Vec::new(), of.clone(), None)
            }
            Value::Any(ref all) if all.iter().any(|(_, value)| matches!(value, Value::Getter(_))) => {
                let all = self.alternatives(&value).into_iter();
                Value::any(all.map(|(guards, value)| (guards, self.asked(value, of))).collect())
            }
            value => value,
        }
    }

    /// `object[index]`.
    ///
    /// `branch` tells the entry that is taken: with the same one, another table gives the entry of the same name.
    pub(super) fn index(&mut self, object: &Value, index: &Value, branch: Option<u32>) -> Value {
        if matches!(object, Value::Any(_)) {
            let objects = self.alternatives(object).into_iter();
            let entries = objects.map(|(guards, object)| (guards, self.index(&object, index, branch)));
            return Value::any(entries.collect());
        }
        let indexes = self.alternatives(index);
        let mut found = Vec::new();
        for (guards, index) in indexes {
            let value = match &index {
                Value::Text(text) => match text.all() {
                    Some(name) => self.index_name(object, name),
                    None => self.some_entry(object, branch),
                },
                _ => self.some_entry(object, branch),
            };
            found.push((guards, value));
        }
        Value::any(found)
    }

    fn index_name(&mut self, object: &Value, name: &Name) -> Value {
        if let (Value::Heap(cell), Ok(at)) = (object, name.parse::<usize>())
            && let Some(Heap::Array { items, open }) = self.state.get(*cell)
        {
            if let Some(which) = self.which_is_first(object) {
                return self.some_entry(object, (at == 0).then_some(which));
            }
            // An entry may stand for many.
            let beyond = if *open || !items.is_empty() { Value::Unknown } else { Value::Undefined };
            return items.get(at).cloned().unwrap_or(beyond);
        }
        self.get(object, name, (self.module_of(), (0, 0)), false)
    }

    /// The question which entry of a list stands first, where that may be another one than the first that was written.
    pub(super) fn which_is_first(&self, list: &Value) -> Option<u32> {
        let Value::Heap(cell) = list else { return None };
        let Some(Heap::Array { items, .. }) = self.state.get(*cell) else { return None };
        self.moved.get(cell).copied().filter(|_| items.len() > 1)
    }

    /// The question which entry of a list or a table a call gives.
    pub(super) fn which_entry(&mut self, call: &MethodCall) -> u32 {
        self.branch(u32::MAX - call.name_at.1.0)
    }

    /// Any entry of a list or a table.
    pub(super) fn some_entry(&mut self, object: &Value, branch: Option<u32>) -> Value {
        let (entries, open): (Vec<(Name, Value)>, bool) = match object {
            Value::Heap(cell) => match self.state.get(*cell) {
                Some(Heap::Object(fields)) => {
                    let (mut entries, open, class) =
                        (fields.fields.clone(), fields.open, fields.class.clone());
                    if let Some(class) = class {
                        entries.extend(self.methods_of(&class, object));
                    }
                    (entries, open)
                }
                Some(Heap::Array { items, open }) => {
                    let numbered = items.iter().enumerate();
                    (numbered.map(|(at, item)| (Name::from(at.to_string()), item.clone())).collect(), *open)
                }
                _ => return Value::Unknown,
            },
            Value::Namespace(module) => (self.all_exported(*module), false),
            Value::Answer => return Value::Answer,
            Value::Opaque(_) => return object.clone(),
            _ => return Value::Unknown,
        };
        if entries.len() >= MAX_ALTERNATIVES {
            self.escape(object);
            return Value::Unknown;
        }
        // Any entry, and perhaps none: the index is not known.
        let guards = |arm: u16| branch.map_or_else(Guards::default, |branch| Guards::of(&[(branch, arm)]));
        let mut all: Vec<_> = Vec::with_capacity(entries.len() + 1);
        for (name, value) in entries {
            let value = self.asked(value, object);
            all.push((guards(self.arm_of_entry(&name)), value));
        }
        all.push((guards(u16::MAX), if open { Value::Unknown } else { Value::Undefined }));
        Value::any(all)
    }

    /// The entries of a list, and whether there may be more.
    pub(super) fn items_of(&mut self, value: &Value) -> (Vec<Value>, bool) {
        match value {
            Value::Heap(cell) => match self.state.get(*cell) {
                Some(Heap::Array { items, open }) => (items.clone(), *open),
                Some(Heap::Object(object)) if object.class.is_some() || object.get(ITERATOR).is_some() => {
                    self.iterated(value).unwrap_or((Vec::new(), true))
                }
                // What can be iterated and is no list is a `Map`, or like one.
                Some(Heap::Object(object)) => {
                    let (fields, open) = (object.fields.clone(), object.open);
                    (fields.into_iter().map(|(key, value)| self.pair(key, value)).collect(), open)
                }
                _ => (Vec::new(), true),
            },
            Value::Any(_) => {
                // The entries of one place are those of one list or of another.
                let mut places: Vec<Vec<(Guards, Value)>> = Vec::new();
                let mut open = false;
                for (guards, value) in self.alternatives(value) {
                    let (items, more) = self.items_of(&value);
                    open |= more && !value.is_nothing();
                    places.resize_with(places.len().max(items.len()), Vec::new);
                    for (place, item) in places.iter_mut().zip(items) {
                        place.push((guards.clone(), item));
                    }
                }
                (places.into_iter().map(Value::any).collect(), open)
            }
            Value::Undefined => (Vec::new(), false),
            _ => (Vec::new(), true),
        }
    }

    /// What a thing gives that has a method to go through it: a generator, or something that is asked for its next.
    fn iterated(&mut self, value: &Value) -> Option<(Vec<Value>, bool)> {
        let at = (self.module_of(), (0, 0));
        let method = self.get(value, &Name::from(ITERATOR), at, false);
        if !matches!(method, Value::Function(_)) {
            return None;
        }
        let steps = self.call_value(&method, Vec::new(), value.clone(), None);
        if let Value::Heap(cell) = steps
            && let Some(Heap::Array { items, open }) = self.state.get(cell)
        {
            return Some((items.clone(), *open));
        }
        let next = self.get(&steps, &Name::from("next"), at, false);
        if !matches!(next, Value::Function(_)) {
            return None;
        }
        let step = self.call_value(&next, Vec::new(), steps, None);
        Some((vec![self.get(&step, &Name::from("value"), at, false)], true))
    }

    /// `[key, value]`
    fn pair(&mut self, key: Name, value: Value) -> Value {
        let items = vec![Value::Text(Text::known(key, None)), value];
        Value::Heap(self.state.add(Heap::Array { items, open: false }))
    }

    /// The names of a table's entries, and whether there may be more.
    pub(super) fn keys_of(&mut self, value: &Value) -> (Vec<Value>, bool) {
        match self.fields_of(value) {
            Some(object) => {
                let names =
                    object.fields.iter().map(|(name, _)| Value::Text(Text::known(name.clone(), None)));
                (names.collect(), object.open)
            }
            None => (Vec::new(), true),
        }
    }

    pub(super) fn fields_of(&self, value: &Value) -> Option<Object> {
        match value {
            Value::Heap(cell) => match self.state.get(*cell)? {
                Heap::Object(object) => Some(object.clone()),
                _ => None,
            },
            Value::Undefined | Value::Bool(_) => Some(Object::default()),
            _ => None,
        }
    }

    pub(super) fn method(&mut self, receiver: &Value, call: &MethodCall, args: Vec<Value>) -> Value {
        match receiver {
            Value::Any(_) => {
                let mut returned = Vec::new();
                for (guards, receiver) in self.alternatives(receiver) {
                    if matches!(receiver, Value::Undefined | Value::Bool(_)) {
                        continue;
                    }
                    let value = self.method(&receiver, call, args.clone());
                    returned.push((guards, value));
                }
                Value::any(returned)
            }
            Value::Connectors(role) => self.take(*role, call, args),
            Value::Function(_) | Value::Fetch | Value::Bound(_)
                if matches!(&*call.name, "call" | "apply" | "bind") =>
            {
                let this = args.first().cloned().unwrap_or(Value::Undefined);
                match &*call.name {
                    "call" => {
                        self.call_value(receiver, args.into_iter().skip(1).collect(), this, Some(call.at))
                    }
                    "apply" => {
                        let list = args.get(1).cloned().unwrap_or(Value::Undefined);
                        let (mut items, open) = self.items_of(&list);
                        if open {
                            items.extend(std::iter::repeat_n(any_entry(&list), UNKNOWN_ARGUMENTS));
                        }
                        self.call_value(receiver, items, this, Some(call.at))
                    }
                    _ => bound_to(receiver, args),
                }
            }
            Value::Global(global) => {
                let global = global.clone();
                if is_client_name(&global) {
                    return self.call_unknown(args, call.at, false);
                }
                if is_global_object(&global) {
                    let function = self.global(&call.name);
                    return self.call_value(&function, args, Value::Undefined, Some(call.at));
                }
                let name = Name::from(format!("{global}.{}", call.name));
                self.call_global(&name, args, call.at)
            }
            Value::Namespace(_) | Value::Class(_) => {
                let function = self.get(receiver, &call.name, call.name_at, call.optional);
                self.call_value(&function, args, receiver.clone(), Some(call.at))
            }
            Value::Heap(cell) => self.heap_method(*cell, receiver, call, args),
            Value::UrlParams(cell) => self.params_method(*cell, &call.name, &args),
            Value::Text(_) => self.text_method(receiver, call, args),
            Value::Regex(true) if &*call.name == "test" => {
                let given = args.first().cloned().unwrap_or(Value::Undefined);
                let told = self.alternatives(&given).into_iter();
                Value::any(told.map(|(guards, text)| (guards, self.is_whole_address(&text))).collect())
            }
            Value::GraphRequest(request) => {
                let request = request.clone();
                self.graph_method(&request, call, args)
            }
            Value::Answer | Value::Connection(_) | Value::Opaque(_) => {
                if let Some(value) = self.promise_method(receiver, call, &args) {
                    return value;
                }
                if matches!(receiver, Value::Answer) {
                    if self.asks_for_whole_address(call, &args) {
                        return Value::Bool(true);
                    }
                    let mut returned = Vec::new();
                    self.each((receiver, &Value::Unknown), call, &args, &mut returned);
                    return self.made_of_each(call, returned).unwrap_or(Value::Answer);
                }
                self.escape(receiver);
                self.call_unknown(args, call.at, false);
                receiver.clone()
            }
            Value::Unknown => {
                if let Some(value) = self.promise_method(receiver, call, &args) {
                    return value;
                }
                if is_list_method(&call.name) {
                    let mut returned = Vec::new();
                    self.each((&Value::Unknown, &Value::Unknown), call, &args, &mut returned);
                    return self.made_of_each(call, returned).unwrap_or(Value::Unknown);
                }
                let like_fetch = call.name.to_ascii_lowercase().contains("fetch");
                self.call_unknown(args, call.at, like_fetch)
            }
            Value::Function(closure) => match self.property_of_function(closure, &call.name) {
                Value::Unknown => self.call_unknown(args, call.at, false),
                function => self.call_value(&function, args, receiver.clone(), Some(call.at)),
            },
            _ => {
                if let Some(value) = self.promise_method(receiver, call, &args) {
                    return value;
                }
                self.call_unknown(args, call.at, false)
            }
        }
    }

    /// `next.startsWith("http")`, `next.includes("://")`, `next.match(/^https?:/)`: an address that a provider gives and
    /// that code looks at like that is a whole one.
    fn asks_for_whole_address(&self, call: &MethodCall, args: &[Value]) -> bool {
        match (&*call.name, args.first()) {
            ("startsWith", Some(Value::Text(start))) => {
                start.all().is_some_and(|start| start.starts_with("http"))
            }
            ("includes", Some(Value::Text(part))) => part.all().is_some_and(|part| &**part == "://"),
            ("match", Some(Value::Regex(of_address))) => *of_address,
            _ => false,
        }
    }

    /// `/^https?:/.test(path)`, where it can be told.
    fn is_whole_address(&self, text: &Value) -> Value {
        match text {
            Value::Answer => Value::Bool(true),
            Value::Text(text) => match text.pieces.first() {
                Some(Piece::Text(start)) if start.starts_with("http") => Value::Bool(true),
                // What is known of it may be the beginning of one.
                Some(Piece::Text(start)) if text.all().is_none() && "http".starts_with(&**start) => {
                    Value::Unknown
                }
                Some(Piece::Text(_)) => Value::Bool(false),
                Some(Piece::Answer) => Value::Bool(true),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// Calls the functions among the arguments with an entry, and adds what they return.
    pub(super) fn each(
        &mut self,
        (entry, key): (&Value, &Value),
        call: &MethodCall,
        args: &[Value],
        returned: &mut Vec<Value>,
    ) {
        for arg in args {
            if matches!(arg, Value::Function(_)) {
                let given = if matches!(&*call.name, "reduce" | "reduceRight") {
                    vec![args.get(1).cloned().unwrap_or(Value::Unknown), entry.clone()]
                } else {
                    vec![entry.clone(), key.clone()]
                };
                returned.push(self.call_value(arg, given, Value::Undefined, None));
            } else {
                self.escape(arg);
            }
        }
    }

    /// What a method makes of what its function returned for an entry of a list that is not known: every entry of the
    /// new list is such a one.
    pub(super) fn made_of_each(&mut self, call: &MethodCall, returned: Vec<Value>) -> Option<Value> {
        if returned.is_empty() {
            return None;
        }
        let items = match &*call.name {
            "map" => returned,
            "flatMap" => {
                let mut inner = Vec::with_capacity(returned.len());
                for value in &returned {
                    let (items, more) = self.items_of(value);
                    inner.extend(items);
                    inner.extend(more.then(|| any_entry(value)));
                }
                inner
            }
            "reduce" | "reduceRight" => return returned.into_iter().next_back(),
            _ => return None,
        };
        Some(Value::Heap(self.state.add(Heap::Array { items, open: false })))
    }

    /// `then`, `catch` and `finally`: a promise is what it will be.
    pub(super) fn promise_method(
        &mut self,
        receiver: &Value,
        call: &MethodCall,
        args: &[Value],
    ) -> Option<Value> {
        match &*call.name {
            "then" => {
                let function = args.first()?;
                let value =
                    self.call_value(function, vec![receiver.clone()], Value::Undefined, Some(call.at));
                if let Some(failed) = args.get(1) {
                    self.call_value(failed, vec![Value::Unknown], Value::Undefined, Some(call.at));
                }
                Some(value)
            }
            "catch" => {
                let function = args.first()?;
                let failed = self.call_value(function, vec![Value::Unknown], Value::Undefined, Some(call.at));
                Some(Value::either(receiver.clone(), failed))
            }
            "finally" => {
                let function = args.first()?;
                self.call_value(function, Vec::new(), Value::Undefined, Some(call.at));
                Some(receiver.clone())
            }
            _ => None,
        }
    }

    fn heap_method(&mut self, cell: CellId, receiver: &Value, call: &MethodCall, args: Vec<Value>) -> Value {
        let name = call.name.clone();
        match self.state.get(cell).cloned() {
            Some(Heap::Array { items, open }) => self.array_method(cell, items, open, call, args),
            Some(Heap::Url(text)) => match &*name {
                "toString" | "toJSON" => Value::Text(text),
                _ => Value::Unknown,
            },
            Some(Heap::Params(text)) => match &*name {
                "toString" => Value::Text(text),
                _ => self.params_method(cell, &name, &args),
            },
            Some(Heap::Package(_)) => self.package_method(cell, call, args),
            Some(Heap::Object(object)) => {
                if let Some(value) = object.get(&name).cloned() {
                    let value = self.narrowed(value);
                    let value = self.asked(value, receiver);
                    return self.call_value(&value, args, receiver.clone(), Some(call.at));
                }
                if object.class.is_some() {
                    let function = self.get(receiver, &name, call.name_at, call.optional);
                    if !matches!(function, Value::Undefined | Value::Unknown) {
                        return self.call_value(&function, args, receiver.clone(), Some(call.at));
                    }
                }
                match (&*name, args.first()) {
                    // Headers, Map, FormData.
                    ("set" | "append", Some(Value::Text(key))) if key.all().is_some() && args.len() > 1 => {
                        let value = args.get(1).cloned().unwrap_or(Value::Unknown);
                        let key = key.all().cloned().unwrap_or_default();
                        self.set_field(receiver, &key, value);
                        receiver.clone()
                    }
                    ("get", Some(Value::Text(key))) if key.all().is_some() => {
                        let key = key.all().cloned().unwrap_or_default();
                        let missing = if object.open { Value::Unknown } else { Value::Undefined };
                        object.get(&key).cloned().unwrap_or(missing)
                    }
                    ("get", Some(index)) => {
                        let index = index.clone();
                        let which = self.which_entry(call);
                        self.index(receiver, &index, Some(which))
                    }
                    ("has" | "delete" | "hasOwnProperty", _) => Value::Unknown,
                    ("entries", None) => {
                        let (items, open) = self.items_of(receiver);
                        Value::Heap(self.state.add(Heap::Array { items, open }))
                    }
                    ("values" | "keys", None) => {
                        let fields = object.fields.iter();
                        let items = match &*name {
                            "values" => fields.map(|(_, value)| value.clone()).collect(),
                            _ => fields.map(|(key, _)| Value::Text(Text::known(key.clone(), None))).collect(),
                        };
                        Value::Heap(self.state.add(Heap::Array { items, open: object.open }))
                    }
                    ("forEach", Some(Value::Function(_))) => {
                        let text = |key: &Name| Value::Text(Text::known(key.clone(), None));
                        let entries = object.fields.iter().map(|(key, value)| (value.clone(), text(key)));
                        let entries: Vec<(Value, Value)> = entries.collect();
                        let pairs = entries.iter().map(|(value, key)| (value, key));
                        self.each_pair(pairs, object.open, call, &args);
                        Value::Undefined
                    }
                    ("toString", _) => Value::hole(),
                    ("clone", None) => receiver.clone(),
                    _ => {
                        if let Some(value) = self.promise_method(receiver, call, &args) {
                            return value;
                        }
                        let like_fetch = name.to_ascii_lowercase().contains("fetch");
                        self.call_unknown(args, call.at, like_fetch)
                    }
                }
            }
            _ => self.call_unknown(args, call.at, false),
        }
    }
}

/// An entry of a list that is not known.
pub(super) fn any_entry(list: &Value) -> Value {
    match list {
        Value::Answer => Value::Answer,
        Value::Opaque(_) => list.clone(),
        Value::Any(all) if all.iter().any(|(_, one)| matches!(one, Value::Answer)) => Value::Answer,
        _ => Value::Unknown,
    }
}

fn is_list_method(name: &str) -> bool {
    matches!(
        name,
        "map"
            | "forEach"
            | "filter"
            | "find"
            | "some"
            | "every"
            | "flatMap"
            | "reduce"
            | "reduceRight"
            | "sort"
            | "findIndex"
    )
}

/// The thing whose properties are the names that no scope declares.
pub(super) fn is_global_object(name: &str) -> bool {
    matches!(name, "globalThis" | "window" | "self" | "global")
}

/// Names of the runtime, whose properties are functions of it.
fn is_runtime(name: &str) -> bool {
    !is_client_name(name)
}

/// A global name that may be the SDK's client, which some helper has set.
fn is_client_name(name: &str) -> bool {
    matches!(name, "base44" | "client" | "sdk" | "svc" | "sr")
}

/// `function.bind(this, …)`: the function with what it is given from now on.
fn bound_to(function: &Value, args: Vec<Value>) -> Value {
    let Value::Function(closure) = function else { return function.clone() };
    let mut args = args.into_iter();
    let this = args.next().filter(|this| !this.is_nothing());
    Value::Function(Rc::new(Closure {
        module: closure.module,
        function: closure.function,
        scope: closure.scope.clone(),
        this: closure.this.clone().or(this),
        given: closure.given.iter().cloned().chain(args).collect(),
    }))
}

//! What the runtime brings: objects, texts, URLs, promises.

use super::call::MethodCall;
use super::*;

impl Walk<'_> {
    pub(super) fn call_global(&mut self, name: &Name, args: Vec<Value>, at: (ModId, Span)) -> Value {
        let first = args.first().cloned().unwrap_or(Value::Undefined);
        match &**name {
            "createClientFromRequest" | "createClient" => Value::Client,
            "encodeURIComponent" | "encodeURI" | "escape" => match &first {
                Value::Text(text) => match text.all() {
                    Some(known) => Value::text(&encoded(known, &**name == "encodeURI")),
                    None if self.tokens_in(&first).is_empty() => Value::hole(),
                    None => first,
                },
                _ if self.tokens_in(&first).is_empty() => Value::hole(),
                _ => first,
            },
            "String" | "Object" | "structuredClone" | "Object.freeze" | "Object.seal" | "Promise.resolve"
            | "decodeURIComponent" => first,
            "Reflect.apply" => {
                let name = Name::from("apply");
                let call = MethodCall { name, name_at: at, at, optional: false, literal: false, param: None };
                self.method(&first, &call, args.into_iter().skip(1).collect())
            }
            "Promise.all" | "Promise.any" | "Promise.race" => match &**name {
                "Promise.all" => first,
                _ => {
                    let (items, _) = self.items_of(&first);
                    Value::any(items.into_iter().map(|item| (Guards::default(), item)).collect())
                }
            },
            "Promise.allSettled" => {
                let (items, open) = self.items_of(&first);
                let settled = items
                    .into_iter()
                    .map(|item| {
                        let mut object = Object { open: true, ..Object::default() };
                        object.set(Name::from("value"), item);
                        Value::Heap(self.state.add(Heap::Object(object)))
                    })
                    .collect();
                Value::Heap(self.state.add(Heap::Array { items: settled, open }))
            }
            "JSON.stringify" => Value::Heap(self.state.add(Heap::Json(first))),
            "JSON.parse" => match &first {
                Value::Heap(cell) => match self.state.get(*cell) {
                    Some(Heap::Json(value)) => value.clone(),
                    _ => Value::Unknown,
                },
                _ => Value::Unknown,
            },
            "Object.assign" => {
                for more in args.iter().skip(1) {
                    self.assign_fields(&first, more);
                }
                first
            }
            "Object.defineProperty" => {
                let told = args.get(2).and_then(|told| self.fields_of(told));
                let value = told.and_then(|told| match told.get("get") {
                    Some(Value::Function(getter)) => Some(Value::Getter(getter.clone())),
                    _ => told.get("value").cloned(),
                });
                match args.get(1) {
                    Some(Value::Text(name)) if name.all().is_some() => {
                        let name = name.all().cloned().unwrap_or_default();
                        self.set_field(&first, &name, value.unwrap_or(Value::Unknown));
                    }
                    _ => self.open_up(&first),
                }
                first
            }
            "Object.create" => {
                let open = !first.is_nothing();
                Value::Heap(self.state.add(Heap::Object(Object { open, ..Object::default() })))
            }
            "Object.keys" | "Object.getOwnPropertyNames" | "Reflect.ownKeys" => {
                let (items, open) = self.keys_of(&first);
                Value::Heap(self.state.add(Heap::Array { items, open }))
            }
            "Object.values" | "Object.entries" => {
                let first = self.as_object(first);
                let Some(object) = self.fields_of(&first) else { return Value::Unknown };
                let open = object.open;
                let mut items = Vec::new();
                for (key, value) in object.fields {
                    items.push(if &**name == "Object.values" {
                        value
                    } else {
                        let pair = vec![Value::Text(Text::known(key, None)), value];
                        Value::Heap(self.state.add(Heap::Array { items: pair, open: false }))
                    });
                }
                Value::Heap(self.state.add(Heap::Array { items, open }))
            }
            "Object.fromEntries" => {
                let (items, open) = self.items_of(&first);
                let mut object = Object { open, ..Object::default() };
                for item in items {
                    let (pair, _) = self.items_of(&item);
                    match (pair.first(), pair.get(1)) {
                        (Some(Value::Text(key)), Some(value)) if key.all().is_some() => {
                            object.set(key.all().cloned().unwrap_or_default(), value.clone());
                        }
                        _ => object.open = true,
                    }
                }
                Value::Heap(self.state.add(Heap::Object(object)))
            }
            "Array.from" | "Array.of" => match args.get(1) {
                Some(function @ Value::Function(_)) => {
                    let value = self.call_value(function, Vec::new(), Value::Undefined, None);
                    Value::Heap(self.state.add(Heap::Array { items: vec![value], open: true }))
                }
                _ => first,
            },
            "setTimeout" | "queueMicrotask" | "setInterval" | "EdgeRuntime.waitUntil" => {
                self.hand_over(&args);
                Value::Unknown
            }
            "Deno.env.get" => match &first {
                Value::Text(text) => text.all().and_then(|key| self.key_in_environment(key, at)),
                _ => None,
            }
            .unwrap_or(Value::Unknown),
            "Boolean" | "Number" | "parseInt" | "parseFloat" | "isNaN" | "Array.isArray"
            | "Number.isFinite" => Value::Unknown,
            // What is printed does not get out of sight as a token that calls are made with.
            name if name.starts_with("console.") => Value::Undefined,
            // What only looks, or makes a text out of it that is no address: `crypto.subtle.digest`, `Math.max`.
            name if name.starts_with("Math.") || name.starts_with("crypto.") || name.starts_with("Date") => {
                Value::Unknown
            }
            name => {
                let like_fetch = name.to_ascii_lowercase().contains("fetch");
                self.call_unknown(args, at, like_fetch)
            }
        }
    }

    pub(super) fn construct_global(&mut self, name: &Name, args: Vec<Value>, at: (ModId, Span)) -> Value {
        let first = args.first().cloned().unwrap_or(Value::Undefined);
        match &**name {
            "URL" => {
                let base = args.get(1);
                let whole = match base {
                    Some(base) if !base.is_nothing() => self.joined_url(&first, base),
                    _ => first,
                };
                let texts: Vec<(Guards, Value)> = self
                    .alternatives(&whole)
                    .into_iter()
                    .map(|(guards, value)| {
                        let text = Text::of(self.pieces(&value));
                        (guards, Value::Heap(self.state.add(Heap::Url(text))))
                    })
                    .collect();
                Value::any(texts)
            }
            "URLSearchParams" => {
                let text = self.params_text(&first);
                Value::Heap(self.state.add(Heap::Params(text)))
            }
            "Headers" | "Map" | "FormData" => {
                let mut object = Object::default();
                match &first {
                    Value::Undefined => {}
                    Value::Heap(cell) if matches!(self.state.get(*cell), Some(Heap::Array { .. })) => {
                        let entries = self.call_global(&Name::from("Object.fromEntries"), vec![first], at);
                        self.spread_into(&mut object, &entries);
                    }
                    _ => self.spread_into(&mut object, &first),
                }
                Value::Heap(self.state.add(Heap::Object(object)))
            }
            "Request" => {
                let mut object = Object::default();
                // Of another request, all that it has.
                let (url, options) = self.url_and_options(&first);
                for options in options.iter().chain(args.get(1)) {
                    self.spread_into(&mut object, options);
                }
                object.set(Name::from("url"), url);
                Value::Heap(self.state.add(Heap::Object(object)))
            }
            "Set" | "Array" => first,
            // `new Promise((resolve) => resolve(token))`
            "Promise" => match &self.tokens_from_functions(&args)[..] {
                [] if self.resolves_never(args.first()) => Value::Undefined,
                [] => Value::Unknown,
                [only] => Value::Text(Text::token(*only)),
                several => Value::Opaque(Rc::from(several)),
            },
            "Date" | "Error" | "TypeError" | "TextEncoder" | "TextDecoder" | "AbortController" | "RegExp" => {
                Value::Unknown
            }
            "Blob" | "File" | "Uint8Array" => Value::Unknown,
            _ => self.call_unknown(args, at, false),
        }
    }

    /// Whether a promise can only fail: `new Promise((_, reject) => setTimeout(reject, 1000))`.
    fn resolves_never(&self, executor: Option<&Value>) -> bool {
        let Some(Value::Function(closure)) = executor else { return false };
        match closure.lowered().and_then(|function| function.params.first()) {
            Some(Pattern::Name(resolve)) => !closure.scope.program.read.contains(resolve),
            _ => false,
        }
    }

    /// What a file gives is looked through as an object is.
    fn as_object(&mut self, value: Value) -> Value {
        let Value::Namespace(module) = value else { return value };
        let mut object = Object::default();
        for (name, value) in self.all_exported(module) {
            object.set(name, value);
        }
        Value::Heap(self.state.add(Heap::Object(object)))
    }

    fn assign_fields(&mut self, target: &Value, more: &Value) {
        let Value::Heap(cell) = target else {
            self.escape(more);
            return;
        };
        if let Some(Heap::Object(mut object)) = self.state.get(*cell).cloned() {
            self.spread_into(&mut object, more);
            self.state.set(*cell, Heap::Object(object));
        }
    }

    /// `new URL(path, base)`: an absolute one stands for itself, `/path` is on the base's host.
    fn joined_url(&mut self, path: &Value, base: &Value) -> Value {
        let mut all = Vec::new();
        for (guards, path) in self.alternatives(path) {
            for (more, base) in self.alternatives(base) {
                let Some(guards) = guards.and(more.choices()) else { continue };
                let (path, base) = (self.pieces(&path), self.pieces(&base));
                let mut pieces = PieceList::new();
                match path.first() {
                    Some(Piece::Text(text)) if text.starts_with("http") => {}
                    Some(Piece::Text(text)) if text.starts_with('/') => {
                        let mut origin = PieceList::new();
                        push_pieces(&mut origin, &base);
                        pieces = origin_of(&origin);
                    }
                    _ => {
                        pieces = base;
                        if let Some(Piece::Text(last)) = pieces.last_mut()
                            && let Some(slash) = last.rfind('/')
                        {
                            *last = Name::from(&last[..=slash]);
                        }
                    }
                }
                push_pieces(&mut pieces, &path);
                all.push((guards, Value::Text(Text::of(pieces))));
            }
        }
        Value::any(all)
    }

    /// What `URLSearchParams` is made from, as a text.
    fn params_text(&mut self, from: &Value) -> Text {
        let mut pieces = PieceList::new();
        let pairs: Vec<(PieceList, Value)> = match from {
            Value::Heap(cell) => match self.state.get(*cell).cloned() {
                Some(Heap::Object(object)) => {
                    let mut pairs: Vec<_> = object
                        .fields
                        .into_iter()
                        .map(|(name, value)| (smallvec![Piece::Text(name)], value))
                        .collect();
                    if object.open {
                        pairs.push((smallvec![Piece::Hole], Value::Unknown));
                    }
                    pairs
                }
                Some(Heap::Array { items, open }) => {
                    let mut pairs = Vec::new();
                    for item in items {
                        let (pair, _) = self.items_of(&item);
                        let name = pair.first().map_or(smallvec![Piece::Hole], |name| self.pieces(name));
                        pairs.push((name, pair.get(1).cloned().unwrap_or(Value::Unknown)));
                    }
                    if open {
                        pairs.push((smallvec![Piece::Hole], Value::Unknown));
                    }
                    pairs
                }
                _ => vec![(smallvec![Piece::Hole], Value::Unknown)],
            },
            Value::Text(text) => {
                return Text { pieces: text.pieces.clone(), origin: None };
            }
            Value::Undefined => Vec::new(),
            _ => vec![(smallvec![Piece::Hole], Value::Unknown)],
        };
        for (name, value) in pairs {
            if !pieces.is_empty() {
                push_pieces(&mut pieces, &[Piece::Text(Name::from("&"))]);
            }
            push_pieces(&mut pieces, &name);
            push_pieces(&mut pieces, &[Piece::Text(Name::from("="))]);
            let value = self.single(&value);
            push_pieces(&mut pieces, &value);
        }
        Text::of(pieces)
    }

    /// The pieces of a value where it is one; of several, only the tokens are kept.
    fn single(&self, value: &Value) -> PieceList {
        match &self.alternatives(value)[..] {
            [(_, first), more @ ..] if more.iter().all(|(_, other)| other.same(first)) => self.pieces(first),
            _ => {
                let mut pieces = smallvec![Piece::Hole];
                pieces.extend(self.tokens_in(value).into_iter().map(Piece::Token));
                pieces
            }
        }
    }

    /// `set` and `append` of search parameters, those of a URL too.
    pub(super) fn params_method(&mut self, cell: CellId, name: &Name, args: &[Value]) -> Value {
        let (text, of_url) = match self.state.get(cell) {
            Some(Heap::Url(text)) => (text.clone(), true),
            Some(Heap::Params(text)) => (text.clone(), false),
            _ => return Value::Unknown,
        };
        match &**name {
            "set" | "append" => {
                let mut pieces = PieceList::from(&*text.pieces);
                let begun =
                    pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('?')));
                let between = match (of_url, begun, pieces.is_empty()) {
                    (true, false, _) => "?",
                    (false, _, true) => "",
                    _ => "&",
                };
                push_pieces(&mut pieces, &[Piece::Text(Name::from(between))]);
                let key = args.first().map_or(smallvec![Piece::Hole], |key| self.single(key));
                push_pieces(&mut pieces, &key);
                push_pieces(&mut pieces, &[Piece::Text(Name::from("="))]);
                let value = args.get(1).map_or(smallvec![Piece::Hole], |value| self.single(value));
                push_pieces(&mut pieces, &value);
                let text = Text::of(pieces);
                self.state.set(cell, if of_url { Heap::Url(text) } else { Heap::Params(text) });
                Value::Undefined
            }
            "toString" if of_url => {
                let mut query = PieceList::new();
                let mut inside = false;
                for piece in text.pieces.iter() {
                    match piece {
                        Piece::Text(text) if !inside => {
                            if let Some((_, after)) = text.split_once('?') {
                                inside = true;
                                push_pieces(&mut query, &[Piece::Text(Name::from(after))]);
                            }
                        }
                        piece if inside => push_pieces(&mut query, std::slice::from_ref(piece)),
                        _ => {}
                    }
                }
                Value::Text(Text::of(query))
            }
            "toString" => Value::Text(text),
            _ => Value::Unknown,
        }
    }

    /// `url.search = …`, `url.pathname = …`.
    pub(super) fn set_url_part(&mut self, cell: CellId, text: &Text, name: &str, value: &Value) {
        let mut pieces = PieceList::from(&*text.pieces);
        let value = self.single(value);
        match name {
            "search" => {
                let begins = matches!(value.first(), Some(Piece::Text(text)) if text.starts_with('?'));
                if !begins {
                    push_pieces(&mut pieces, &[Piece::Text(Name::from("?"))]);
                }
                push_pieces(&mut pieces, &value);
            }
            "pathname" => {
                pieces = origin_of(&pieces);
                push_pieces(&mut pieces, &value);
            }
            "href" => pieces = value,
            _ => push_pieces(&mut pieces, &[Piece::Hole]),
        }
        self.state.set(cell, Heap::Url(Text::of(pieces)));
    }

    pub(super) fn text_method(&mut self, receiver: &Value, call: &MethodCall, args: Vec<Value>) -> Value {
        let Value::Text(text) = receiver else { return Value::Unknown };
        let known = text.all();
        match (&*call.name, known) {
            ("toString" | "trim" | "valueOf" | "normalize" | "trimEnd" | "trimStart", _) => receiver.clone(),
            ("toUpperCase", Some(text)) => Value::text(&text.to_ascii_uppercase()),
            ("toLowerCase", Some(text)) => Value::text(&text.to_ascii_lowercase()),
            ("concat", _) => {
                let mut whole = receiver.clone();
                for arg in &args {
                    whole = self.concat(&whole, arg);
                }
                whole
            }
            ("replace" | "replaceAll", _) => self.replaced(text, &args),
            ("split", Some(text)) => {
                let parts: Vec<Value> = match args.first() {
                    Some(Value::Text(by)) if by.all().is_some_and(|by| !by.is_empty()) => {
                        let by = by.all().cloned().unwrap_or_default();
                        text.split(&*by).take(MAX_ITEMS).map(Value::text).collect()
                    }
                    _ => return Value::Unknown,
                };
                Value::Heap(self.state.add(Heap::Array { items: parts, open: false }))
            }
            ("startsWith", Some(text)) => match args.first() {
                Some(Value::Text(start)) if start.all().is_some() => {
                    Value::Bool(start.all().is_some_and(|start| text.starts_with(&**start)))
                }
                _ => Value::Unknown,
            },
            ("includes", Some(text)) => match args.first() {
                Some(Value::Text(part)) if part.all().is_some() => {
                    Value::Bool(part.all().is_some_and(|part| text.contains(&**part)))
                }
                _ => Value::Unknown,
            },
            ("startsWith", None) => match (text.pieces.first(), args.first()) {
                (Some(Piece::Answer), Some(Value::Text(start))) => match start.all() {
                    Some(start) if start.starts_with("http") => Value::Bool(true),
                    _ => Value::Unknown,
                },
                (Some(Piece::Text(known)), Some(Value::Text(start))) => match start.all() {
                    Some(start) if known.starts_with(&**start) => Value::Bool(true),
                    Some(start) if known.len() >= start.len() => Value::Bool(false),
                    _ => Value::Unknown,
                },
                _ => Value::Unknown,
            },
            ("then" | "catch" | "finally", _) => match (&*call.name, args.first()) {
                ("then", Some(function)) => {
                    self.call_value(function, vec![receiver.clone()], Value::Undefined, Some(call.at))
                }
                (_, Some(function)) => {
                    let failed =
                        self.call_value(function, vec![Value::Unknown], Value::Undefined, Some(call.at));
                    if &*call.name == "finally" {
                        receiver.clone()
                    } else {
                        Value::either(receiver.clone(), failed)
                    }
                }
                _ => receiver.clone(),
            },
            ("map" | "forEach", _) => {
                self.call_unknown(args, call.at, false);
                Value::Unknown
            }
            // Parts of a text: what is shown of a token is no token.
            _ => {
                for arg in &args {
                    self.escape(arg);
                }
                Value::Unknown
            }
        }
    }

    /// `text.replace(part, by)`.
    fn replaced(&mut self, text: &Text, args: &[Value]) -> Value {
        let same = Value::Text(text.clone());
        match (args.first(), args.get(1)) {
            (Some(Value::Text(part)), Some(by)) => {
                let Some(part) = part.all().filter(|part| !part.is_empty()) else { return Value::hole() };
                let mut whole = Value::text("");
                let by = by.clone();
                for piece in text.pieces.iter() {
                    match piece {
                        Piece::Text(known) => {
                            for (at, between) in known.split(&**part).enumerate() {
                                if at > 0 {
                                    whole = self.concat(&whole, &by);
                                }
                                whole = self.concat(&whole, &Value::text(between));
                            }
                        }
                        piece => {
                            let piece = Text::of(Pieces::One(piece.clone()));
                            whole = self.concat(&whole, &Value::Text(piece));
                        }
                    }
                }
                whole
            }
            // What a pattern takes out of a text cannot be told; mostly it is a slash at its end.
            (Some(Value::Regex(_)), Some(Value::Text(by))) if by.is_empty() => match text.all() {
                Some(known) => Value::text(known.trim_end_matches('/')),
                None => same,
            },
            // `"/items/:id".replace(/:(\w+)/g, (_, name) => params[name])`
            (Some(Value::Regex(_)), Some(Value::Function(_)))
                if text.all().is_some_and(|known| filled_in(known).is_some()) =>
            {
                let pieces = text.all().and_then(|known| filled_in(known)).unwrap_or_default();
                Value::Text(Text::of(pieces))
            }
            _ if self.tokens_in(&same).is_empty() => Value::hole(),
            _ => same,
        }
    }
}

/// A path whose placeholders are filled in, `/items/:id` or `/items/{id}`; none where it has none.
fn filled_in(path: &str) -> Option<PieceList> {
    let mut pieces = PieceList::new();
    let mut some = false;
    for (at, segment) in path.split('/').enumerate() {
        if at > 0 {
            push_pieces(&mut pieces, &[Piece::Text(Name::from("/"))]);
        }
        let name = segment.strip_prefix(':').or_else(|| {
            let inner = segment.strip_prefix('{')?.strip_suffix('}')?;
            Some(inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner))
        });
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match name {
            Some(name) if is_name(name) => {
                some = true;
                push_pieces(&mut pieces, &[Piece::Hole]);
            }
            _ => push_pieces(&mut pieces, &[Piece::Text(Name::from(segment))]),
        }
    }
    some.then_some(pieces)
}

/// The scheme and the host that pieces begin with.
fn origin_of(pieces: &[Piece]) -> PieceList {
    let mut origin = PieceList::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => {
                let from = if at == 0 { text.find("://").map_or(0, |scheme| scheme + 3) } else { 0 };
                match text.get(from..).and_then(|rest| rest.find('/')) {
                    Some(slash) => {
                        origin.push(Piece::Text(Name::from(&text[..from + slash])));
                        return origin;
                    }
                    None => origin.push(piece.clone()),
                }
            }
            piece => origin.push(piece.clone()),
        }
    }
    origin
}

/// `encodeURIComponent`, or `encodeURI`, which leaves an address as it is.
fn encoded(text: &str, whole: bool) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let kept = byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
        if kept || (whole && b";,/?:@&=+$#".contains(&byte)) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

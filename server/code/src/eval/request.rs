//! Requests: whose token they send, with which method, and where to.

use super::*;

/// How many arguments of a request are kept.
const MAX_ARGUMENTS: usize = 40;
/// How long a value of an argument is kept.
const MAX_ARGUMENT: usize = 2_000;
/// How long a GraphQL document is kept.
const MAX_DOCUMENT: usize = 20_000;

/// How many combinations of tokens, methods and addresses of one request are looked at.
const MAX_COMBINATIONS: usize = 4_096;

/// A token that a request sends: which, when, and whether it is surely that one.
struct Sent {
    guards: Guards,
    token: UseId,
    sure: bool,
    /// Another token may be sent in its place that is no connector's.
    other: bool,
}

/// What a request is made of, as values.
pub(super) struct Parts<'v> {
    pub at: (ModId, Span),
    pub url: &'v Value,
    /// The objects that its options stand in.
    pub options: Vec<Value>,
    /// The method where the options name none.
    pub method: Option<&'static str>,
    /// Its body, where it does not stand in the options.
    pub body: Option<Value>,
    /// What is called is surely a request.
    pub sure: bool,
}

impl Walk<'_> {
    /// `fetch(url, options)`, `fetch(request)`.
    pub(super) fn fetch(&mut self, args: &[Value], at: (ModId, Span)) -> Value {
        let first = args.first().cloned().unwrap_or(Value::Unknown);
        let second = args.get(1).cloned().unwrap_or(Value::Undefined);
        let mut addresses = Vec::new();
        for (guards, first) in self.alternatives(&first) {
            let (url, options) = self.url_and_options(&first);
            if options.is_empty() {
                addresses.push((guards, url));
                continue;
            }
            let options = options.into_iter().chain([second.clone()]).collect();
            let from = self.path.len();
            self.path.extend(guards.choices());
            self.request(Parts { at, url: &url, options, method: Some("GET"), body: None, sure: true });
            self.path.truncate(from);
        }
        if !addresses.is_empty() {
            let url = Value::any(addresses);
            self.request(Parts {
                at,
                url: &url,
                options: vec![second],
                method: Some("GET"),
                body: None,
                sure: true,
            });
        }
        Value::Answer
    }

    /// The address of a request, and the options that a `Request` brings.
    pub(super) fn url_and_options(&self, value: &Value) -> (Value, Vec<Value>) {
        match value {
            Value::Heap(cell) => match self.state.get(*cell) {
                Some(Heap::Object(object)) => match object.get("url") {
                    Some(url) => (url.clone(), vec![value.clone()]),
                    None => (Value::Unknown, vec![value.clone()]),
                },
                Some(Heap::Url(text)) => (Value::Text(text.clone()), Vec::new()),
                _ => (Value::Unknown, Vec::new()),
            },
            value => (value.clone(), Vec::new()),
        }
    }

    /// A function that cannot be seen, and is called as `fetch` is: an address, and options with headers.
    pub(super) fn looks_like_fetch(
        &mut self,
        args: &[Value],
        at: (ModId, Span),
        named_so: bool,
    ) -> Option<Value> {
        let url = args.first()?;
        let options = args.get(1)?;
        let addressed = self.alternatives(url).iter().any(|(_, url)| match self.pieces(url).first() {
            Some(Piece::Text(text)) => text.starts_with("https://"),
            _ => false,
        });
        let with_headers = self.alternatives(options).iter().any(|(_, options)| {
            self.fields_of(options).is_some_and(|object| object.get("headers").is_some())
        });
        if !addressed || !with_headers || self.tokens_in(options).is_empty() {
            return None;
        }
        self.request(Parts {
            at,
            url,
            options: vec![options.clone()],
            method: Some("GET"),
            body: None,
            sure: named_so,
        });
        Some(Value::Answer)
    }

    pub(super) fn request(&mut self, parts: Parts) {
        let options: Vec<(Guards, Value)> =
            parts.options.iter().flat_map(|options| self.alternatives(options)).collect();
        let mut sent = Vec::new();
        for (guards, options) in &options {
            self.tokens_of_options(guards, options, &mut sent);
        }
        let urls = self.alternatives(parts.url);
        let url_unknown =
            urls.iter().any(|(_, url)| !matches!(url, Value::Text(_) | Value::Heap(_) | Value::Undefined));
        let with_token = |url: &Value| self.pieces(url).iter().any(|piece| matches!(piece, Piece::Token(_)));
        let all_with_token = urls.iter().all(|(_, url)| with_token(url));
        for (guards, url) in &urls {
            for piece in self.pieces(url) {
                if let Piece::Token(token) = piece {
                    let sure = all_with_token || !guards.choices().is_empty();
                    sent.push(Sent { guards: guards.clone(), token, sure, other: !all_with_token });
                }
            }
        }
        if sent.is_empty() {
            let body = parts.body.clone().unwrap_or(Value::Undefined);
            let mut tokens = self.tokens_in(&body);
            for (_, options) in &options {
                tokens.extend(self.tokens_in(options));
            }
            sent.extend(tokens.into_iter().map(|token| Sent {
                guards: Guards::default(),
                token,
                sure: true,
                other: false,
            }));
        }
        if sent.is_empty() {
            return;
        }
        for Sent { token, other, .. } in &sent {
            if let Some(used) = self.uses.get_mut(*token as usize) {
                used.other_token |= *other;
            }
        }
        let methods = self.methods(&options, parts.method);
        let bodies = self.bodies(&options, parts.body.as_ref());
        let combinations = urls.len() * methods.len() * sent.len();
        if combinations > MAX_COMBINATIONS {
            for Sent { token, .. } in &sent {
                self.record(*token, None, Target::Unknown, &bodies, parts.at, false);
            }
            return;
        }
        let several_methods = methods.iter().any(|(_, one)| methods.iter().any(|(_, other)| one != other));
        let types: Vec<Option<Name>> = sent.iter().map(|one| self.type_of(one.token)).collect();
        for (sent_at, one) in sent.iter().enumerate() {
            for (guards, url) in &urls {
                if !self.possible(&[guards, &one.guards]) || matches!(url, Value::Undefined) {
                    continue;
                }
                for (more, method) in &methods {
                    if !self.possible(&[guards, more, &one.guards]) {
                        continue;
                    }
                    // Of several methods and several addresses, those that were chosen together belong together.
                    let apart = several_methods && urls.len() > 1 && !guards.share(more);
                    let sure = parts.sure && one.sure && !(url_unknown && urls.len() > 1) && !apart;
                    let of_another_type = sent.iter().zip(&types).any(|(other, ty)| {
                        types.get(sent_at) != Some(ty) && self.possible(&[guards, more, &other.guards])
                    });
                    let followed = match (sure, of_another_type, one.other) {
                        (true, false, false) => Followed::Sure,
                        (true, false, true) => Followed::OrOther,
                        (true, true, false) => Followed::OrAnotherType,
                        _ => Followed::Partly,
                    };
                    if self.batch(one.token, url, &bodies, parts.at, followed) {
                        continue;
                    }
                    let Some(target) = self.target(url) else {
                        // An address that the provider itself gave: what opened the way there opens it.
                        self.used_without_call(one.token);
                        continue;
                    };
                    self.record_as(one.token, method.clone(), target, &bodies, parts.at, followed);
                }
            }
        }
    }

    /// The type of the connector whose token it is.
    fn type_of(&self, token: UseId) -> Option<Name> {
        self.uses.get(token as usize).and_then(|used| used.listed.type_name.clone())
    }

    /// Whether all of these can be at once, here.
    pub(super) fn possible(&self, all: &[&Guards]) -> bool {
        let mut together = Guards::of(&[]);
        for guards in all {
            match together.and(guards.choices()) {
                Some(both) => together = both,
                None => return false,
            }
        }
        together.agree(&self.path)
    }

    /// The address of a request; none if it is one that the provider gave.
    pub(super) fn target(&self, url: &Value) -> Option<Target> {
        let pieces = match url {
            Value::Text(_) | Value::Heap(_) | Value::Answer => self.pieces(url),
            _ => return Some(Target::Unknown),
        };
        match &pieces[..] {
            [Piece::Answer, ..] => return None,
            // A path that the provider gave, right behind its address.
            [Piece::Text(start), Piece::Answer] if ends_with_address(start) => return None,
            _ => {}
        }
        let mut parts: Vec<UrlPart> = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            match piece {
                Piece::Text(text) => parts.push(UrlPart::Text(text.clone())),
                _ if parts.last() == Some(&UrlPart::Unknown) => {}
                _ => parts.push(UrlPart::Unknown),
            }
        }
        match &parts[..] {
            [] | [UrlPart::Unknown] => Some(Target::Unknown),
            _ => Some(Target::Url(parts)),
        }
    }

    /// The tokens in the headers of a request.
    fn tokens_of_options(&self, guards: &Guards, options: &Value, sent: &mut Vec<Sent>) {
        match options {
            Value::Heap(_) => {}
            Value::Opaque(tokens) => {
                sent.extend(tokens.iter().map(|token| Sent {
                    guards: guards.clone(),
                    token: *token,
                    sure: false,
                    other: true,
                }));
                return;
            }
            _ => return,
        }
        let Some(object) = self.fields_of(options) else { return };
        if let Some(spread) = object.get("...") {
            for token in self.tokens_in(spread) {
                sent.push(Sent { guards: guards.clone(), token, sure: false, other: true });
            }
        }
        let Some(headers) = object.get("headers") else { return };
        for (more, headers) in self.alternatives(headers) {
            let Some(guards) = guards.and(more.choices()) else { continue };
            match self.fields_of(&headers) {
                Some(fields) => {
                    for (name, value) in &fields.fields {
                        self.tokens_of_header(&guards, value, &**name != "...", sent);
                    }
                }
                None => match &headers {
                    Value::Heap(cell) => {
                        // `[["Authorization", …]]`
                        if let Some(Heap::Array { items, .. }) = self.state.get(*cell) {
                            for token in items.iter().flat_map(|item| self.tokens_in(item)) {
                                sent.push(Sent { guards: guards.clone(), token, sure: true, other: false });
                            }
                        }
                    }
                    other => {
                        for token in self.tokens_in(other) {
                            sent.push(Sent { guards: guards.clone(), token, sure: false, other: true });
                        }
                    }
                },
            }
        }
    }

    fn tokens_of_header(&self, guards: &Guards, value: &Value, known: bool, sent: &mut Vec<Sent>) {
        let mut alternatives = self.alternatives(value);
        // What says nothing but `Bearer ` has no token in it: the code sees to it that it does not come here.
        alternatives.retain(|(_, value)| !value.is_nothing());
        let mut found: Vec<(Guards, UseId)> = Vec::new();
        let mut other = !known;
        for (more, value) in &alternatives {
            let Some(guards) = guards.and(more.choices()) else { continue };
            let tokens = self.tokens_in(value);
            let opaque = matches!(value, Value::Opaque(_));
            other |= opaque;
            match &tokens[..] {
                [] => other |= self.pieces(value).iter().any(|piece| !matches!(piece, Piece::Text(_))),
                tokens => found.extend(tokens.iter().map(|token| (guards.clone(), *token))),
            }
        }
        let several = found.iter().any(|(_, token)| found.first().is_some_and(|(_, first)| first != token));
        for (guards, token) in found {
            // A choice tells which of several tokens it is.
            let sure = !guards.choices().is_empty() || !(other || several);
            sent.push(Sent { guards, token, sure: sure && known, other });
        }
    }

    pub(super) fn methods(
        &self,
        options: &[(Guards, Value)],
        default: Option<&'static str>,
    ) -> Vec<(Guards, Option<Name>)> {
        let default = default.map(Name::from);
        let mut all = Vec::new();
        let mut named = false;
        for (guards, options) in options {
            let Some(object) = self.fields_of(options) else {
                if matches!(options, Value::Unknown | Value::Opaque(_) | Value::Answer) {
                    named = true;
                    all.push((guards.clone(), None));
                }
                continue;
            };
            match object.get("method") {
                Some(method) => {
                    named = true;
                    for (more, method) in self.alternatives(method) {
                        let Some(guards) = guards.and(more.choices()) else { continue };
                        all.push(match &method {
                            Value::Undefined => (guards, default.clone()),
                            Value::Text(text) => match text.all() {
                                Some(name) => (guards, Some(Name::from(name.to_ascii_uppercase()))),
                                None => (guards, None),
                            },
                            _ => (guards, None),
                        });
                    }
                }
                None if object.open => {
                    named = true;
                    all.push((guards.clone(), None));
                }
                None => all.push((guards.clone(), default.clone())),
            }
        }
        if named {
            // One of two objects names it: what the other would do by itself does not matter.
            let specific: Vec<_> = options.iter().map(|(guards, _)| guards.clone()).collect();
            if specific.iter().all(|guards| guards.choices().is_empty()) && options.len() > 1 {
                let with_method: Vec<_> = options
                    .iter()
                    .filter(|(_, options)| {
                        self.fields_of(options).is_some_and(|object| object.get("method").is_some())
                    })
                    .collect();
                if !with_method.is_empty() {
                    let owned: Vec<_> = with_method.into_iter().cloned().collect();
                    if owned.len() < options.len() {
                        return self.methods(&owned, None);
                    }
                }
            }
        }
        if all.is_empty() {
            all.push((Guards::default(), default));
        }
        all
    }

    /// The objects that stand in the body of a request; none of them if there is one that is not known.
    fn bodies(&self, options: &[(Guards, Value)], body: Option<&Value>) -> Option<Vec<Value>> {
        let mut values: Vec<Value> = body.cloned().into_iter().collect();
        for (_, options) in options {
            match self.fields_of(options) {
                Some(object) => values.extend(object.get("body").cloned()),
                None if options.is_nothing() => {}
                None => return None,
            }
        }
        let mut bodies = Vec::new();
        for value in values {
            for (_, value) in self.alternatives(&value) {
                if value.is_nothing() {
                    continue;
                }
                let value = match &value {
                    Value::Heap(cell) => match self.state.get(*cell) {
                        Some(Heap::Json(inner)) => inner.clone(),
                        _ => value,
                    },
                    _ => value,
                };
                bodies.extend(self.alternatives(&value).into_iter().map(|(_, value)| value));
            }
        }
        Some(bodies)
    }

    /// The arguments in the bodies, whether there may be more, and the GraphQL document.
    fn arguments(&self, bodies: &Option<Vec<Value>>) -> (Vec<Argument>, bool, Option<Name>) {
        let Some(bodies) = bodies else { return (Vec::new(), true, None) };
        let mut arguments: Vec<Argument> = Vec::new();
        let mut more = false;
        let mut document = None;
        for body in bodies {
            let object = match body {
                Value::Heap(cell) => match self.state.get(*cell) {
                    Some(Heap::Object(object)) => object.clone(),
                    Some(Heap::Params(text)) => {
                        more |= arguments_of_params(&text.pieces, &mut arguments);
                        continue;
                    }
                    _ => {
                        more = true;
                        continue;
                    }
                },
                _ => {
                    more = true;
                    continue;
                }
            };
            more |= object.open || object.fields.len() > MAX_ARGUMENTS;
            for (name, value) in object.fields.into_iter().take(MAX_ARGUMENTS) {
                if &*name == "query" && document.is_none() {
                    document = self.document(&value);
                }
                let value = match &value {
                    Value::Text(text) => text.all().filter(|text| text.len() <= MAX_ARGUMENT).cloned(),
                    Value::Bool(value) => Some(Name::from(if *value { "true" } else { "false" })),
                    _ => None,
                };
                arguments.push(Argument { name, value });
            }
        }
        (arguments, more, document)
    }

    /// A GraphQL document, what is put into it at run time left open.
    fn document(&self, value: &Value) -> Option<Name> {
        let Value::Text(text) = value else { return None };
        let mut document = String::new();
        for piece in text.pieces.iter() {
            match piece {
                Piece::Text(text) => document.push_str(text),
                _ => document.push('_'),
            }
        }
        let begins = document.trim_start();
        let graphql =
            begins.starts_with('{') || begins.starts_with("query") || begins.starts_with("mutation");
        (graphql && document.len() <= MAX_DOCUMENT).then(|| Name::from(document))
    }

    /// `connectors.callApi(type, { method, path, query, body })`.
    pub(super) fn call_api(&mut self, token: UseId, request: &Value, at: (ModId, Span)) {
        for (guards, request) in self.alternatives(request) {
            let from = self.path.len();
            self.path.extend(guards.choices().to_vec());
            match self.fields_of(&request) {
                Some(object) if object.get("path").is_some() => {
                    let path = object.get("path").cloned().unwrap_or(Value::Unknown);
                    let url = match object.get("host") {
                        Some(host) if !host.is_nothing() => {
                            let host = host.clone();
                            let start = self.concat(&Value::text("https://"), &host);
                            self.concat(&start, &path)
                        }
                        _ => path,
                    };
                    let methods = self.methods(&[(Guards::default(), request.clone())], Some("GET"));
                    let mut bodies: Vec<Value> = Vec::new();
                    bodies.extend(object.get("query").cloned().filter(|query| !query.is_nothing()));
                    bodies.extend(object.get("body").cloned().filter(|body| !body.is_nothing()));
                    let bodies = Some(bodies);
                    for (guards, url) in self.alternatives(&url) {
                        for (more, method) in &methods {
                            if self.possible(&[&guards, more]) {
                                let target = self.target(&url).unwrap_or(Target::Unknown);
                                self.record(token, method.clone(), target, &bodies, at, true);
                            }
                        }
                    }
                }
                _ => self.record(token, None, Target::Unknown, &None, at, false),
            }
            self.path.truncate(from);
        }
    }

    /// A token is sent to where the provider's answer leads.
    fn used_without_call(&mut self, token: UseId) {
        let tries: Vec<u32> = self.tries.iter().map(|(id, _)| *id).collect();
        if let Some(used) = self.uses.get_mut(token as usize) {
            used.calls += 1;
            used.called_inside |= used.tried.is_some_and(|tried| tries.contains(&tried));
        }
    }

    pub(super) fn record(
        &mut self,
        token: UseId,
        method: Option<Name>,
        target: Target,
        bodies: &Option<Vec<Value>>,
        at: (ModId, Span),
        sure: bool,
    ) {
        let followed = if sure { Followed::Sure } else { Followed::Partly };
        self.record_as(token, method, target, bodies, at, followed);
    }

    pub(super) fn record_as(
        &mut self,
        token: UseId,
        method: Option<Name>,
        target: Target,
        bodies: &Option<Vec<Value>>,
        at: (ModId, Span),
        followed: Followed,
    ) {
        self.used_without_call(token);
        let (arguments, more_arguments, graphql) = self.arguments(bodies);
        if let Some(used) = self.uses.get_mut(token as usize) {
            used.other_token |= followed == Followed::Partly;
            used.with_it_alone |= followed == Followed::Sure;
            if target == Target::Unknown {
                used.listed.complete = false;
            }
        }
        let place = self.place(at);
        let callers = self.callers();
        let key = (place.clone(), token as usize, method.clone(), target.clone(), arguments.clone());
        if let Some(known) = self.call_ids.get(&key).and_then(|at| self.calls.get_mut(*at)) {
            known.followed = known.followed.min(followed);
            for caller in callers {
                if known.callers.len() < MAX_CALLERS && !known.callers.contains(&caller) {
                    known.callers.push(caller);
                }
            }
            return;
        }
        if self.calls.len() >= MAX_LISTED {
            self.cut = true;
            return;
        }
        self.call_ids.insert(key, self.calls.len());
        self.calls.push(Call {
            used: token as usize,
            method,
            target,
            arguments,
            more_arguments,
            graphql,
            at: place,
            followed,
            callers,
        });
    }
}

/// The pairs of search parameters; true if there may be others.
fn arguments_of_params(pieces: &[Piece], into: &mut Vec<Argument>) -> bool {
    let mut whole = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => whole.push_str(text),
            _ => whole.push('\0'),
        }
    }
    let mut more = false;
    for pair in whole.split('&').take(MAX_ARGUMENTS) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name.contains('\0') {
            more = true;
        } else if !name.is_empty() {
            let value = (!value.contains('\0')).then(|| Name::from(value));
            into.push(Argument { name: Name::from(name), value });
        }
    }
    more
}

/// Whether what follows can only be a path: nothing has ended a segment, named an argument or begun a word.
fn ends_with_address(text: &str) -> bool {
    let Some(address) = text.strip_prefix("https://") else { return false };
    let is_version = |last: &str| {
        let digits = last.trim_start_matches('v');
        digits.len() < last.len() && digits.starts_with(|c: char| c.is_ascii_digit())
    };
    match address.rsplit_once('/') {
        None => address.contains('.') && address.ends_with(|c: char| c.is_ascii_alphabetic()),
        Some((_, last)) => is_version(last) && !address.contains('?'),
    }
}

//! Packages: the platform's SDK, and clients of providers.

use super::call::MethodCall;
use super::http_client::LIKE_AXIOS;
use super::*;

/// Ways to send a request that take `(url, options)` as `fetch` does.
const LIKE_FETCH: [&str; 4] = ["node-fetch", "undici", "cross-fetch", "isomorphic-fetch"];
/// What stands for the package of a thing that a package gives to a function it is given.
pub(super) const CALLBACK: &str = "callback";

impl Walk<'_> {
    pub(super) fn package_import(&mut self, specifier: &str, what: &Imported) -> Value {
        let package = package_name(specifier);
        let export = match what {
            Imported::Named(name) => name.clone(),
            Imported::Namespace => Name::from("*"),
        };
        if LIKE_FETCH.contains(&&*package) && matches!(&*export, "default" | "fetch") {
            return Value::Fetch;
        }
        let package = Package {
            package,
            export,
            path: Vec::new(),
            tokens: Vec::new(),
            partly: false,
            of: None,
            options: None,
        };
        self.new_package(package)
    }

    pub(super) fn new_package(&mut self, package: Package) -> Value {
        Value::Heap(self.state.add(Heap::Package(package.into())))
    }

    pub(super) fn package(&self, cell: CellId) -> Option<Package> {
        match self.state.get(cell)? {
            Heap::Package(package) => Some(Package::clone(package)),
            _ => None,
        }
    }

    /// A client of a package is given tokens.
    fn hand_to_client(&mut self, tokens: &[UseId]) {
        for token in tokens {
            if let Some(used) = self.uses.get_mut(*token as usize) {
                used.handed_at = Some(used.calls);
            }
        }
    }

    /// The tokens of a part are those of the whole.
    pub(super) fn package_tokens(&self, package: &Package) -> Vec<UseId> {
        let mut tokens = package.tokens.clone();
        let mut of = package.of;
        for _ in 0..8 {
            let Some(whole) = of.and_then(|cell| self.package(cell)) else { break };
            tokens.extend(
                whole.tokens.iter().filter(|token| !tokens.contains(token)).copied().collect::<Vec<_>>(),
            );
            of = whole.of;
        }
        tokens
    }

    pub(super) fn package_member(&mut self, cell: CellId, name: &Name, at: (ModId, Span)) -> Value {
        let Some(mut package) = self.package(cell) else { return Value::Unknown };
        if &*package.package == linear::PACKAGE
            && let Some(answer) = self.linear_getter(&package, name, at)
        {
            return answer;
        }
        // `import * as x` and `import x`: the first name is what is exported.
        if matches!(&*package.export, "*") && package.path.is_empty() && package.of.is_none() {
            package.export = name.clone();
        } else {
            package.path.push(name.clone());
            package.of = Some(cell);
        }
        if package.path.len() > 8 {
            return Value::Unknown;
        }
        self.new_package(package)
    }

    /// A setter, or an option that is set later, gives a client its token.
    pub(super) fn give_tokens(&mut self, cell: CellId, value: &Value) {
        let tokens = self.tokens_in(value);
        self.hand_to_client(&tokens);
        let mut at = cell;
        for _ in 0..8 {
            let Some(mut package) = self.package(at) else { return };
            match package.of {
                Some(of) => at = of,
                None => {
                    for token in &tokens {
                        if !package.tokens.contains(token) {
                            package.partly |= !package.tokens.is_empty();
                            package.tokens.push(*token);
                        }
                    }
                    self.state.set(at, Heap::Package(package.into()));
                    return;
                }
            }
        }
    }

    pub(super) fn construct_package(&mut self, cell: CellId, args: &[Value]) -> Value {
        let Some(mut package) = self.package(cell) else { return Value::Unknown };
        package.tokens = args.iter().flat_map(|arg| self.tokens_in(arg)).collect();
        package.tokens.extend(self.tokens_from_functions(args));
        self.hand_to_client(&package.tokens);
        package.partly = package.tokens.len() > 1;
        // What is made is no longer what it was made with: `new google.auth.OAuth2()`.
        package.export = package.path.pop().unwrap_or(package.export);
        package.path.clear();
        package.of = None;
        package.options = args.iter().find_map(|arg| match arg {
            Value::Heap(cell) => Some(*cell),
            _ => None,
        });
        if &*package.package == "@base44/sdk" {
            return Value::Client;
        }
        self.new_package(package)
    }

    /// What functions among the arguments give: `authProvider: (done) => done(null, token)`, `() => token`.
    pub(super) fn tokens_from_functions(&mut self, args: &[Value]) -> Vec<UseId> {
        let mut found = Vec::new();
        let mut functions = Vec::new();
        for arg in args {
            match arg {
                Value::Function(_) => functions.push(arg.clone()),
                Value::Heap(cell) => {
                    if let Some(Heap::Object(object)) = self.state.get(*cell) {
                        for (_, value) in &object.fields {
                            match value {
                                Value::Function(_) => functions.push(value.clone()),
                                Value::Heap(inner) => {
                                    if let Some(Heap::Object(object)) = self.state.get(*inner) {
                                        let inner = object.fields.iter().map(|(_, value)| value);
                                        functions.extend(
                                            inner
                                                .filter(|value| matches!(value, Value::Function(_)))
                                                .cloned(),
                                        );
                                    }
                                }
                                _ => {}
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        for function in functions {
            // What the callback is given, and what the function returns.
            let given = Package {
                package: Name::from(CALLBACK),
                export: Name::from("done"),
                path: Vec::new(),
                tokens: Vec::new(),
                partly: false,
                of: None,
                options: None,
            };
            let done = self.state.add(Heap::Package(given.into()));
            let returned = self.call_value(&function, vec![Value::Heap(done)], Value::Unknown, None);
            found.extend(self.tokens_in(&returned));
            found.extend(self.tokens_in(&Value::Heap(done)));
        }
        found
    }

    /// A function of a package is called by itself: `axios(options)`, `createClient(…)`, `calendar({ auth })`.
    pub(super) fn call_package(&mut self, cell: CellId, args: Vec<Value>, at: (ModId, Span)) -> Value {
        let Some(package) = self.package(cell) else { return Value::Unknown };
        match &*package.package {
            "@base44/sdk" => return Value::Client,
            CALLBACK => {
                for arg in &args {
                    self.give_tokens(cell, arg);
                }
                return Value::Undefined;
            }
            name if LIKE_AXIOS.contains(&name) => {
                let name = package.path.last().cloned();
                return self.axios(cell, name.as_deref(), &args, at);
            }
            _ => {}
        }
        if &*package.package == airtable::PACKAGE {
            return self.airtable_part(&package, airtable::TABLE);
        }
        if let Some(name) = package.path.last().cloned() {
            let call = MethodCall { name, name_at: at, at, optional: false, literal: false, param: None };
            let of = package.of.unwrap_or(cell);
            return self.package_method(of, &call, args);
        }
        if let Some(answer) = self.looks_like_fetch(&args, at, LIKE_FETCH.contains(&&*package.package)) {
            return answer;
        }
        let tokens: Vec<UseId> = args.iter().flat_map(|arg| self.tokens_in(arg)).collect();
        if tokens.is_empty() {
            let returned = self.hand_over(&args);
            return returned
                .into_iter()
                .find(|value| !self.tokens_in(value).is_empty())
                .unwrap_or(Value::Unknown);
        }
        // A client is made, without `new`.
        self.hand_to_client(&tokens);
        let made = Package {
            path: vec![package.export.clone()],
            partly: tokens.len() > 1,
            tokens,
            of: None,
            options: None,
            ..package
        };
        self.new_package(made)
    }

    pub(super) fn package_method(&mut self, cell: CellId, call: &MethodCall, args: Vec<Value>) -> Value {
        let Some(package) = self.package(cell) else { return Value::Unknown };
        let first = args.first().cloned().unwrap_or(Value::Undefined);
        match (&*package.package, &*call.name) {
            ("@base44/sdk", "createClientFromRequest" | "createClient") => return Value::Client,
            (package, name) if LIKE_AXIOS.contains(&package) => {
                return self.axios(cell, Some(name), &args, call.at);
            }
            (airtable::PACKAGE, _) => return self.airtable(cell, &package, call, &args),
            (linear::PACKAGE, name) => {
                if let Some(answer) = self.linear(&package, &Name::from(name), &args, call.at) {
                    return answer;
                }
            }
            _ => {}
        }
        let mut tokens = self.package_tokens(&package);
        let given: Vec<UseId> = args.iter().flat_map(|arg| self.tokens_in(arg)).collect();
        let mut path = package.path.clone();
        path.push(call.name.clone());
        if makes_clients(&package) {
            if &*call.name == "options" {
                for arg in &args {
                    self.give_tokens(cell, arg);
                }
                return Value::Undefined;
            }
            // `google.calendar({ version, auth })`, or `google.calendar("v3")` with the token in each call.
            self.hand_to_client(&given);
            tokens.extend(given.iter().filter(|token| !tokens.contains(token)).copied().collect::<Vec<_>>());
            let made = Package { path, partly: tokens.len() > 1, tokens, of: None, options: None, ..package };
            return self.new_package(made);
        }
        let in_the_call = is_google(&package.package) && package.path.len() > 1 && !given.is_empty();
        if tokens.is_empty() && !in_the_call {
            if given.is_empty() {
                if let [from_function, ..] = &self.tokens_from_functions(&args)[..] {
                    // `Client.init({ authProvider })`
                    self.hand_to_client(&[*from_function]);
                    let made = Package {
                        path: Vec::new(),
                        tokens: vec![*from_function],
                        of: None,
                        partly: false,
                        ..package
                    };
                    return self.new_package(made);
                }
                return Value::Unknown;
            }
            if call.name.starts_with("set") {
                for arg in &args {
                    self.give_tokens(cell, arg);
                }
                return Value::Undefined;
            }
            self.hand_to_client(&given);
            let made =
                Package { path, partly: given.len() > 1, tokens: given, of: None, options: None, ..package };
            return self.new_package(made);
        }
        tokens.extend(given.iter().filter(|token| !tokens.contains(token)).copied().collect::<Vec<_>>());
        if let Some(target) = self.operation_of(&package, &path, &args) {
            let sure = tokens.len() == 1 && !package.partly;
            let bodies = Some(args.get(1).cloned().into_iter().collect());
            for token in tokens {
                self.record(token, target.0.clone(), target.1.clone(), &bodies, call.at, sure);
            }
            return Value::Answer;
        }
        if let Value::Text(text) = &first {
            // `octokit.request("GET /user/repos")`
            if matches!(&*call.name, "request" | "paginate" | "iterator")
                && let Some(Piece::Text(start)) = text.pieces.first()
                && let Some((method, path)) = start.split_once(' ')
                && path.starts_with('/')
            {
                let mut parts = vec![UrlPart::Text(Name::from(format!("https://api.github.com{path}")))];
                parts.extend(text.pieces.iter().skip(1).map(|piece| match piece {
                    Piece::Text(text) => UrlPart::Text(text.clone()),
                    _ => UrlPart::Unknown,
                }));
                let parts = without_placeholders(parts);
                let method = Some(Name::from(method.to_ascii_uppercase()));
                let sure = tokens.len() == 1;
                for token in tokens {
                    self.record(token, method.clone(), Target::Url(parts.clone()), &None, call.at, sure);
                }
                return Value::Answer;
            }
            // `client.api("/me/messages").get()`
            if &*call.name == "api"
                && matches!(text.pieces.first(), Some(Piece::Text(start)) if start.starts_with('/'))
            {
                return Value::GraphRequest(Rc::new((text.clone(), tokens)));
            }
        }
        let name = path.iter().map(|part| &**part).collect::<Vec<_>>().join(".");
        let target = Target::Operation { package: package.package.clone(), name: Name::from(name) };
        let sure = tokens.len() == 1 && !package.partly;
        let bodies = Some(vec![first]);
        for token in tokens {
            self.record(token, None, target.clone(), &bodies, call.at, sure);
        }
        self.hand_over(&args);
        Value::Answer
    }

    /// What a method does that is given the operation: `slack.apiCall("users.info")`, `slack.paginate("users.list")`,
    /// `octokit.paginate(octokit.rest.issues.list)`, `hubspot.apiRequest({ method, path })`; or what a typed method of
    /// HubSpot's client sends.
    fn operation_of(
        &self,
        package: &Package,
        path: &[Name],
        args: &[Value],
    ) -> Option<(Option<Name>, Target)> {
        let name = path.last()?;
        if &*package.package == hubspot::PACKAGE
            && let Some((method, address)) = hubspot::request(path, args)
        {
            return Some((Some(Name::from(method)), Target::Url(address)));
        }
        let first = args.first()?;
        let operation = |name: Name| (None, Target::Operation { package: package.package.clone(), name });
        match (&**name, first) {
            ("apiCall", Value::Text(text)) => Some(operation(text.all()?.clone())),
            // `slack.paginate("users.list")`; another client's takes the address of a request.
            ("paginate", Value::Text(text)) => {
                text.all().filter(|name| !name.contains([' ', '/'])).cloned().map(operation)
            }
            ("paginate" | "iterator", Value::Heap(cell)) => {
                let path = self.package(*cell)?.path;
                let name = path.iter().map(|part| &**part).collect::<Vec<_>>().join(".");
                (!name.is_empty()).then(|| operation(Name::from(name)))
            }
            ("apiRequest", request) => {
                let request = self.fields_of(request)?;
                let Value::Text(path) = request.get("path")? else { return None };
                let mut parts = vec![UrlPart::Text(Name::from(hubspot::HOST))];
                append_parts(&mut parts, &path.pieces);
                let method = match request.get("method") {
                    Some(Value::Text(method)) => method.all().map(|it| Name::from(it.to_ascii_uppercase())),
                    Some(_) => None,
                    None => Some(Name::from("GET")),
                };
                Some((method, Target::Url(parts)))
            }
            _ => None,
        }
    }

    pub(super) fn graph_method(
        &mut self,
        request: &Rc<(Text, Vec<UseId>)>,
        call: &MethodCall,
        args: Vec<Value>,
    ) -> Value {
        let method = match &*call.name {
            "get" => "GET",
            "post" | "create" => "POST",
            "patch" | "update" => "PATCH",
            "put" => "PUT",
            "delete" | "del" => "DELETE",
            // `select`, `filter`, `top`, `header`: the request goes on.
            _ => return Value::GraphRequest(request.clone()),
        };
        let mut parts = vec![UrlPart::Text(Name::from("https://graph.microsoft.com/v1.0"))];
        append_parts(&mut parts, &request.0.pieces);
        let sure = request.1.len() == 1;
        let bodies = Some(args);
        for token in &request.1 {
            self.record(*token, Some(Name::from(method)), Target::Url(parts.clone()), &bodies, call.at, sure);
        }
        Value::Answer
    }
}

/// Google's packages: one for all its APIs, or one for each.
fn is_google(package: &str) -> bool {
    package == "googleapis" || package.starts_with("@googleapis/")
}

/// Whether the methods of something make clients of an API each: `google` of the package of all.
fn makes_clients(package: &Package) -> bool {
    &*package.package == "googleapis" && &*package.export == "google" && package.path.is_empty()
}

/// Appends the pieces of an address.
fn append_parts(parts: &mut Vec<UrlPart>, pieces: &[Piece]) {
    for piece in pieces {
        match (piece, parts.last_mut()) {
            (Piece::Text(text), Some(UrlPart::Text(before))) => {
                *before = Name::from(format!("{before}{text}"))
            }
            (Piece::Text(text), _) => parts.push(UrlPart::Text(text.clone())),
            _ => parts.push(UrlPart::Unknown),
        }
    }
}

/// `/repos/{owner}/{repo}`: what stands in braces is put in by the client.
fn without_placeholders(parts: Vec<UrlPart>) -> Vec<UrlPart> {
    let mut all = Vec::new();
    for part in parts {
        let UrlPart::Text(text) = &part else {
            all.push(part);
            continue;
        };
        let mut rest = &**text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((_, behind)) = after.split_once('}') else { break };
            if !before.is_empty() {
                all.push(UrlPart::Text(Name::from(before)));
            }
            all.push(UrlPart::Unknown);
            rest = behind;
        }
        if !rest.is_empty() {
            all.push(UrlPart::Text(Name::from(rest)));
        }
    }
    all
}

/// A package without its registry and its version: `npm:@slack/web-api@7` is `@slack/web-api`.
fn package_name(specifier: &str) -> Name {
    let mut name = specifier;
    for prefix in ["npm:", "jsr:", "node:"] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    if let Some(address) = name.strip_prefix("https://") {
        let path = address.split_once('/').map_or("", |(_, path)| path);
        name = path.strip_prefix("npm/").unwrap_or(path);
        name = name.split(['?', '#']).next().unwrap_or(name);
    }
    name = name.trim_start_matches('/');
    let scoped = name.starts_with('@');
    let mut parts = name.splitn(if scoped { 3 } else { 2 }, '/');
    let first = parts.next().unwrap_or_default();
    let unversioned = |part: &str| part.split('@').next().unwrap_or(part).to_owned();
    if scoped {
        let second = parts.next().map(unversioned).unwrap_or_default();
        return Name::from(format!("{first}/{second}"));
    }
    Name::from(unversioned(first))
}

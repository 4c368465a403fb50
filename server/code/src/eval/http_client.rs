//! Packages that send requests as `axios` does: with a method for each of HTTP's, and instances that remember options.

use super::request::Parts;
use super::*;

/// Those that have a method for each of HTTP's as well, and make others like themselves that remember their options.
pub(super) const LIKE_AXIOS: [&str; 5] = ["axios", "redaxios", "ky", "got", "ofetch"];
/// Those of them whose body is one of the options.
const BODY_IN_OPTIONS: [&str; 3] = ["ky", "got", "ofetch"];

impl Walk<'_> {
    /// `axios(options)`, `axios.get(url, options)`, `axios.post(url, body, options)`, `axios.create(options)`.
    pub(super) fn axios(
        &mut self,
        cell: CellId,
        name: Option<&str>,
        args: &[Value],
        at: (ModId, Span),
    ) -> Value {
        let package = self.package(cell);
        let own_options = package.as_ref().and_then(|package| package.options).map(Value::Heap);
        let in_options = package.as_ref().is_some_and(|package| BODY_IN_OPTIONS.contains(&&*package.package));
        let first = args.first().cloned().unwrap_or(Value::Unknown);
        let method = match name {
            Some("create" | "extend") => {
                let options = match first {
                    Value::Heap(cell) => Some(cell),
                    _ => None,
                };
                let Some(package) = package else { return Value::Unknown };
                let made = Package { options, path: Vec::new(), of: None, ..package };
                return self.new_package(made);
            }
            // `api.interceptors.request.use((config) => { config.headers.Authorization = …; return config; })`
            Some("use") => {
                let tokens = self.tokens_from_functions(args);
                if !tokens.is_empty() {
                    self.give_tokens(cell, &Value::Opaque(Rc::from(tokens)));
                }
                return Value::Unknown;
            }
            Some("get") => "GET",
            Some("delete") => "DELETE",
            Some("head") => "HEAD",
            Some("post") => "POST",
            Some("put") => "PUT",
            Some("patch") => "PATCH",
            None
            | Some("request" | "default" | "axios" | "ofetch" | "$fetch" | "raw" | "native" | "stream") => {
                "GET"
            }
            Some(_) => return self.call_unknown(args.to_vec(), at, false),
        };
        let with_body = !in_options && matches!(method, "POST" | "PUT" | "PATCH");
        let by_options = name.is_none_or(|name| name == "request") && self.fields_of(&first).is_some();
        let (mut url, mut options, mut body) = if by_options {
            let object = self.fields_of(&first).unwrap_or_default();
            (object.get("url").cloned().unwrap_or(Value::Unknown), vec![first], object.get("data").cloned())
        } else if with_body {
            (first, args.get(2).cloned().into_iter().collect(), args.get(1).cloned())
        } else {
            (first, args.get(1).cloned().into_iter().collect(), None)
        };
        if in_options && body.is_none() {
            body = options.first().and_then(|options| self.fields_of(options)?.get("json").cloned());
        }
        let mut all = own_options.into_iter().collect::<Vec<_>>();
        all.extend(package.and_then(|package| self.remembered(&package)));
        all.append(&mut options);
        for options in &all {
            let Some(object) = self.fields_of(options) else { continue };
            if let Some(base) =
                ["baseURL", "prefixUrl", "baseUrl"].iter().find_map(|name| object.get(name)).cloned()
            {
                let relative =
                    !matches!(self.pieces(&url).first(), Some(Piece::Text(text)) if text.starts_with("http"));
                if relative {
                    url = self.beside_base(&base, &url);
                }
            }
            if let Some(params) =
                ["params", "searchParams", "query"].iter().find_map(|name| object.get(name)).cloned()
            {
                let params = self.construct_global(&Name::from("URLSearchParams"), vec![params], at);
                let asked = self.concat(&url, &Value::text("?"));
                url = self.concat(&asked, &params);
            }
        }
        self.request(Parts { at, url: &url, options: all, method: Some(method), body, sure: true });
        Value::Answer
    }

    /// Options with the token that an instance was given after it was made: `api.defaults.headers.Authorization = …`.
    fn remembered(&mut self, package: &Package) -> Option<Value> {
        let value = match &self.package_tokens(package)[..] {
            [] => return None,
            [only] if !package.partly => Value::Text(Text::token(*only)),
            several => Value::Opaque(Rc::from(several)),
        };
        let mut headers = Object::default();
        headers.set(Name::from("Authorization"), value);
        let mut options = Object::default();
        options.set(Name::from("headers"), Value::Heap(self.state.add(Heap::Object(headers))));
        Some(Value::Heap(self.state.add(Heap::Object(options))))
    }

    /// A path behind the address that an instance remembers, with one slash between them.
    fn beside_base(&mut self, base: &Value, path: &Value) -> Value {
        let begins = matches!(self.pieces(path).first(), Some(Piece::Text(text)) if text.starts_with('/'));
        let ends = matches!(self.pieces(base).last(), Some(Piece::Text(text)) if text.ends_with('/'));
        match (ends, begins, base) {
            (true, true, Value::Text(text)) => {
                let mut pieces = PieceList::from(&*text.pieces);
                if let Some(Piece::Text(last)) = pieces.last_mut() {
                    *last = Name::from(last.trim_end_matches('/'));
                }
                let base = Value::Text(Text::of(pieces));
                self.concat(&base, path)
            }
            (false, false, _) => {
                let base = self.concat(base, &Value::text("/"));
                self.concat(&base, path)
            }
            _ => self.concat(base, path),
        }
    }
}

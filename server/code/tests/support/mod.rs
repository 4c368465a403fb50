//! Small apps as texts, and what is found in them as lines.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::sync::Arc;

use connector_code::{
    Analysis, Followed, Method, Module, Modules, Naming, Place, ServiceRole, Target, UrlPart, Use,
};

/// Files by their paths.
pub struct App(HashMap<String, Arc<Module>>, HashMap<String, String>);

impl Modules for App {
    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.0.get(path).cloned()
    }
}

impl App {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let modules =
            files.iter().map(|(path, text)| ((*path).to_owned(), Arc::new(connector_code::read(path, text))));
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self(modules.collect(), texts.collect())
    }

    pub fn analyse(&self, path: &str) -> Analysis {
        connector_code::analyse(&self.0[path], self)
    }

    /// The file and the line of a place; the file is left out where it is the first one.
    fn at(&self, place: &Place, first: &str) -> String {
        let text = self.1.get(&*place.path).map(String::as_str).unwrap_or_default();
        let line = text[..(place.start as usize).min(text.len())].matches('\n').count() + 1;
        if &*place.path == first { line.to_string() } else { format!("{}:{line}", place.path) }
    }

    /// What is found, a line each: uses, and below each its calls.
    pub fn lines(&self, path: &str) -> String {
        let found = self.analyse(path);
        let mut lines = Vec::new();
        for (index, used) in found.uses.iter().enumerate() {
            lines.push(self.use_line(used, path));
            for call in found.calls.iter().filter(|call| call.used == index) {
                let method = call.method.as_deref().unwrap_or("?");
                let target = match &call.target {
                    Target::Url(parts) => parts
                        .iter()
                        .map(|part| match part {
                            UrlPart::Text(text) => text.to_string(),
                            UrlPart::Unknown => "{}".to_owned(),
                        })
                        .collect(),
                    Target::Operation { package, name } => format!("{package}#{name}"),
                    Target::Unknown => "?".to_owned(),
                };
                let mut line = format!("  {} {method} {target}", self.at(&call.at, path));
                match call.followed {
                    Followed::Sure => {}
                    Followed::OrOther => line.push_str(" or other"),
                    Followed::OrAnotherType => line.push_str(" or another type"),
                    Followed::Partly => line.push_str(" partly"),
                }
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    fn use_line(&self, used: &Use, path: &str) -> String {
        let mut line = format!("{} {}", self.at(&used.at, path), used.type_name.as_deref().unwrap_or("?"));
        let mut note = |text: &str| {
            line.push(' ');
            line.push_str(text);
        };
        match &used.method {
            Method::GetConnection => {}
            Method::GetAccessToken => note("getAccessToken"),
            Method::CallApi => note("callApi"),
            Method::Environment => note("environment"),
            Method::ById => note("by id"),
            Method::Other(name) => note(name),
        }
        match used.naming {
            Naming::Literal => {}
            Naming::Constant => note("constant"),
            Naming::Table => note("table"),
            Naming::Parameter => note("parameter"),
            Naming::Dynamic if used.method == Method::ById => {}
            Naming::Dynamic => note("dynamic"),
        }
        match used.service_role {
            ServiceRole::Yes => {}
            ServiceRole::No => note("no-role"),
            ServiceRole::Unknown => note("role?"),
        }
        for (on, text) in [
            (used.optional_chain, "optional"),
            (used.probe, "probe"),
            (used.fallback, "fallback"),
            (!used.complete, "incomplete"),
            (!used.reached, "unreached"),
        ] {
            if on {
                note(text);
            }
        }
        line
    }
}

const SDK: &str = "import { createClientFromRequest } from 'npm:@base44/sdk@0.8.40';\n";

/// Checks the body of a function's handler: `base44` is the client there. Lines count from the body's first.
#[track_caller]
pub fn body(text: &str, expected: &str) {
    let whole = format!(
        "import {{ createClientFromRequest }} from 'npm:@base44/sdk'; Deno.serve(async (req) => {{ const base44 = createClientFromRequest(req);{text}\n}});"
    );
    file(&whole, expected);
}

/// Checks one file as it is.
#[track_caller]
pub fn file(text: &str, expected: &str) {
    files(&[("functions/a/entry.ts", text)], expected);
}

/// Checks the first of several files.
#[track_caller]
pub fn files(files: &[(&str, &str)], expected: &str) {
    let app = App::new(files);
    let expected: Vec<&str> =
        expected.trim().lines().map(|line| line.strip_prefix("        ").unwrap_or(line)).collect();
    assert_eq!(app.lines(files[0].0), expected.join("\n"), "\n{}", files[0].1);
}

pub fn sdk(text: &str) -> String {
    format!("{SDK}{text}")
}

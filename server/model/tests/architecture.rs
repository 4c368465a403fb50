//! Which files of the server name each other in a circle: as ARCHITECTURE.md has it, the language server's world with
//! its parts, and a few files here and there that tell one thing.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by their path in the crate (`jobs::push`), each with those that it names.
type Modules = BTreeMap<String, BTreeSet<String>>;

/// A circle of more files is no one thing any more.
const MAX_FILES: usize = 5;

#[test]
fn a_circle_of_files_is_small_or_the_one_around_the_world() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut crates: Vec<PathBuf> = fs::read_dir(server).unwrap().map(|entry| entry.unwrap().path()).collect();
    crates.retain(|folder| folder.join("src").is_dir());
    assert!(crates.len() > 5, "{crates:?}");
    for folder in crates {
        let all = circles(&modules(&folder.join("src")));
        let is_of_the_world = |circle: &Vec<String>| circle.iter().any(|module| module == "world");
        assert_eq!(all.iter().any(is_of_the_world), folder.ends_with("lsp"), "what is looked for is found");
        for circle in all.iter().filter(|circle| !is_of_the_world(circle)) {
            assert!(circle.len() <= MAX_FILES, "{}: {}", folder.display(), circle.join(", "));
        }
    }
}

/// The modules of a crate, tests left out.
fn modules(source: &Path) -> Modules {
    let mut texts = BTreeMap::new();
    read_all(source, "", &mut texts);
    let names: BTreeSet<String> = texts.keys().cloned().collect();
    let named_by = |(module, text): (&String, &String)| {
        let named = paths(text).into_iter().filter_map(|path| resolve(&path, module, &names));
        // A module and the files below it tell one thing: they may name each other.
        let is_far = |other: &String| !is_below(other, module) && !is_below(module, other);
        (module.clone(), named.filter(is_far).collect())
    };
    texts.iter().map(named_by).collect()
}

fn is_below(module: &str, other: &str) -> bool {
    module.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn read_all(folder: &Path, module: &str, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let stem = entry.file_stem().unwrap().to_string_lossy().into_owned();
        let below = if module.is_empty() { stem.clone() } else { format!("{module}::{stem}") };
        match stem.as_str() {
            _ if entry.is_dir() => read_all(&entry, &below, texts),
            // The root of a crate names all of it, and is named for what it shares.
            "tests" | "lib" | "main" => {}
            _ if entry.extension().is_none_or(|extension| extension != "rs") => {}
            "mod" => drop(texts.insert(module.to_owned(), fs::read_to_string(&entry).unwrap())),
            _ => drop(texts.insert(below, fs::read_to_string(&entry).unwrap())),
        }
    }
}

/// The paths in a program's text that begin in its own crate, those of `use` with braces one by one.
fn paths(text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let mut paths = BTreeSet::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if !before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ':')) {
                expand(&code[at..], "", &mut paths);
            }
        }
    }
    paths
}

/// Adds the path that a text begins with, with each of what its braces hold; gives how long it is.
fn expand(text: &str, before: &str, paths: &mut BTreeSet<String>) -> usize {
    let is_of_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':' | ' ');
    let end = text.find(|letter| !is_of_path(letter)).unwrap_or(text.len());
    let path = format!("{before}{}", text[..end].split(" as ").next().unwrap_or_default().trim());
    if !(text[end..].starts_with('{') && path.ends_with("::")) {
        paths.insert(path.split(' ').next().unwrap_or_default().to_owned());
        return end;
    }
    let mut at = end + 1;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match rest.chars().next() {
            Some('}') => return at + 1,
            Some(',' | ' ') => at += 1,
            _ => at += expand(rest, &path, paths).max(1),
        }
    }
    at
}

/// The module that a path leads to, seen from a module.
fn resolve(path: &str, from: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    let mut base: Vec<&str> = from.split("::").collect();
    match parts.first() {
        Some(&"crate") => base.clear(),
        Some(&"self") => {}
        _ => {
            while parts.get(1) == Some(&"super") {
                parts.remove(0);
                base.pop();
            }
            base.pop();
        }
    }
    base.extend(&parts[1..]);
    while !base.is_empty() && !modules.contains(&base.join("::")) {
        base.pop();
    }
    (!base.is_empty()).then(|| base.join("::"))
}

/// The sets of modules that lead to each other, each in order.
fn circles(modules: &Modules) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        modules.keys().map(|module| (module, reached_from(module, modules))).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for module in modules.keys() {
        let with: Vec<String> = modules
            .keys()
            .filter(|other| reached[module].contains(other) && reached[other].contains(module))
            .cloned()
            .collect();
        if with.len() > 1 && !circles.contains(&with) {
            circles.push(with);
        }
    }
    circles
}

fn reached_from<'m>(module: &'m String, modules: &'m Modules) -> BTreeSet<&'m String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![module];
    while let Some(next) = waiting.pop() {
        for named in modules.get(next).into_iter().flatten() {
            if reached.insert(named) {
                waiting.push(named);
            }
        }
    }
    reached
}

/// Who reads a message knows Base44, and no platform beside it.
#[test]
fn what_is_shown_calls_the_platform_by_its_name() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for name in ["cli", "lsp", "mcp", "model", "platform", "sync"] {
        let mut texts = BTreeMap::new();
        read_all(&server.join(name).join("src"), "", &mut texts);
        // The types that are made for scripts and the extension are read by whoever builds on them, and a log likewise.
        texts.retain(|module, _| module != "vocabulary");
        for (module, text) in texts {
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
            let shown = lines.filter(|line| !line.contains("tracing::") && !line.contains(".trace("));
            for line in shown {
                let said = line.split("// ").next().unwrap_or_default().to_lowercase();
                assert!(!said.contains("the platform"), "{name}/{module}: {line}");
            }
        }
    }
}

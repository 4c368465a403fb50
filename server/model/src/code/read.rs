//! An app's code, read from disk.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connector_boundary::read::read_inside;
use connector_code::{Analysis, Module, Modules, layout};
use connector_syntax::{Node, NodeKind, TextRange, parse};

use super::{AppCode, Automation};
use crate::Positions;
use crate::project::{Project, read_own_file};

/// How many files of code are looked at.
const MAX_FILES: usize = 20_000;
/// How deep the folders of functions may nest.
const MAX_FOLDERS: usize = 24;
/// Fewer files than this are analysed on one thread.
const WORTH_A_THREAD: usize = 24;
/// How deep a function's config is searched for automations.
const MAX_CONFIG_DEPTH: usize = 12;

/// What there is to read, by paths that begin in the project's root.
#[derive(Default)]
struct Sources {
    code: BTreeMap<String, String>,
    /// Where functions start, with their names.
    entries: BTreeMap<String, String>,
    automations: Vec<Automation>,
    complete: bool,
}

impl AppCode {
    /// Reads and analyses the code of a project; none where it has no functions.
    pub fn read(project: &Project) -> Option<AppCode> {
        let config = project.config_path.as_deref()?;
        let sources = Sources::read(project, config);
        if sources.code.is_empty() && sources.automations.is_empty() {
            return None;
        }
        Some(sources.analyse(&project.root))
    }
}

impl Sources {
    fn read(project: &Project, config: &Path) -> Sources {
        let mut sources = Sources { complete: true, ..Sources::default() };
        let folder = config.parent().unwrap_or(Path::new("/"));
        let text = read_own_file(config).unwrap_or_default();
        let tree = parse(&text);
        let named = |key: &str, usual: &str| -> PathBuf {
            let value = tree.root().and_then(Node::as_object).and_then(|object| object.get(key)?.value());
            let text = value.and_then(Node::as_string).map(|text| text.text().into_owned());
            crate::project::normalize(&folder.join(text.as_deref().unwrap_or(usual)))
        };
        let functions = named("functionsDir", "functions");
        sources.functions(project, &functions);
        if let Some(parent) = functions.parent() {
            sources.folder(project, &parent.join("shared"), None);
            sources.workflows(project, &parent.join("workflows"));
        }
        let actors = named("actorsDir", "actors");
        sources.functions(project, &actors);
        // As functions were laid out before: beside the folder of the config.
        let older = project.root.join("functions");
        if older != functions && folder != project.root {
            sources.functions(project, &older);
        }
        sources
    }

    /// A folder of functions: their code, and where they start.
    fn functions(&mut self, project: &Project, folder: &Path) {
        let mut configs = Vec::new();
        let before: BTreeSet<String> = self.code.keys().cloned().collect();
        self.folder(project, folder, Some(&mut configs));
        let Some(base) = relative(project, folder) else { return };
        let inside =
            |path: &str| path.strip_prefix(&base).map(|path| path.trim_start_matches('/').to_owned());
        let mut config_folders = Vec::new();
        for config in configs {
            let Some(key) = relative(project, &config) else { continue };
            let Some(own) = inside(&key) else { continue };
            let own_folder = own.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
            if let Some(entry) = self.function_config(project, &config, &own_folder)
                && let Some(entry) = layout::beside(&key, &entry)
            {
                self.entries.insert(entry, own_folder.clone());
            }
            config_folders.push(own_folder);
        }
        let folders: Vec<&str> = config_folders.iter().map(String::as_str).collect();
        for key in self.code.keys().filter(|key| !before.contains(*key)) {
            if let Some(own) = inside(key)
                && layout::is_entry(&own, &folders)
            {
                self.entries.insert(key.clone(), layout::function_name(&own).to_owned());
            }
        }
    }

    /// All code in a folder and below it.
    fn folder(&mut self, project: &Project, folder: &Path, mut configs: Option<&mut Vec<PathBuf>>) {
        let mut folders = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            // A link may lead anywhere: what is behind it is not this project's.
            let is_folder = std::fs::symlink_metadata(&folder).is_ok_and(|it| it.is_dir());
            if !is_folder || !folder.starts_with(&project.root) {
                continue;
            }
            let Ok(entries) = std::fs::read_dir(&folder) else {
                self.complete = false;
                continue;
            };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let path = entry.path();
                if kind.is_dir() {
                    if depth < MAX_FOLDERS && name != "node_modules" && !name.starts_with('.') {
                        folders.push((path, depth + 1));
                    }
                } else if kind.is_symlink() {
                    self.complete &= !layout::is_code(&name);
                } else if layout::is_code(&name) {
                    self.take(project, &path);
                } else if layout::is_function_config(&name)
                    && let Some(configs) = configs.as_deref_mut()
                {
                    configs.push(path);
                }
            }
        }
    }

    fn take(&mut self, project: &Project, path: &Path) {
        let Some(key) = relative(project, path) else { return };
        if self.code.len() >= MAX_FILES {
            self.complete = false;
            return;
        }
        match read_inside(&project.root, path) {
            Ok(text) => {
                self.code.insert(key, text);
            }
            Err(_) => self.complete = false,
        }
    }

    /// A function's config: the file that it starts in, and what calls it.
    fn function_config(&mut self, project: &Project, path: &Path, function: &str) -> Option<String> {
        let text = read_inside(&project.root, path).ok()?;
        let tree = parse(&text);
        let root = tree.root()?;
        self.automations_in(root, path, Some(function), 0);
        let entry = root.as_object()?.get("entry")?.value()?.as_string()?.text().into_owned();
        Some(entry)
    }

    fn workflows(&mut self, project: &Project, folder: &Path) {
        if !folder.starts_with(&project.root) {
            return;
        }
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten().take(MAX_FILES) {
            let path = entry.path();
            let is_json = path.extension().is_some_and(|end| end == "jsonc" || end == "json");
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if let (true, true, Ok(text)) = (is_json, is_file, read_inside(&project.root, &path)) {
                let tree = parse(&text);
                if let Some(root) = tree.root() {
                    self.automations_in(root, &path, None, 0);
                }
            }
        }
    }

    /// Every `integration_type` of a config.
    fn automations_in(&mut self, node: Node<'_>, path: &Path, function: Option<&str>, depth: usize) {
        if depth > MAX_CONFIG_DEPTH {
            return;
        }
        if let Some(object) = node.as_object() {
            if let Some(value) = object.get("integration_type").and_then(|member| member.value())
                && let Some(text) = value.as_string()
            {
                let type_name = text.text().into_owned();
                self.automations.push(Automation {
                    type_name,
                    path: path.to_owned(),
                    range: value.range(),
                    function: function.map(str::to_owned),
                });
            }
            for value in object.members().filter_map(|member| member.value()) {
                self.automations_in(value, path, function, depth + 1);
            }
        } else if matches!(node.kind(), NodeKind::Array(_)) {
            for value in node.children() {
                self.automations_in(value, path, function, depth + 1);
            }
        }
    }

    /// The files that ask for connectors, those that bring them along, and what these bring along.
    fn relevant(&self) -> BTreeSet<&str> {
        let mut importers: HashMap<String, Vec<&str>> = HashMap::new();
        let mut relevant: BTreeSet<&str> = BTreeSet::new();
        let mut todo: Vec<&str> = Vec::new();
        for (path, text) in &self.code {
            if connector_code::names_connectors(text) {
                todo.push(path);
            }
            for specifier in connector_code::relative_imports(text) {
                let candidates = layout::import_candidates(path, specifier);
                if let Some(found) = candidates.into_iter().find(|it| self.code.contains_key(it)) {
                    importers.entry(found).or_default().push(path);
                }
            }
        }
        while let Some(path) = todo.pop() {
            if relevant.insert(path) {
                todo.extend(importers.get(path).into_iter().flatten());
            }
        }
        relevant
    }

    fn analyse(self, root: &Path) -> AppCode {
        let relevant = self.relevant();
        let cache = Cache { code: &self.code, read: Mutex::default() };
        let entries: Vec<&str> =
            relevant.iter().copied().filter(|path| self.entries.contains_key(*path)).collect();
        let others: Vec<&str> =
            relevant.iter().copied().filter(|path| !self.entries.contains_key(*path)).collect();
        let path_of = |path: &str| root.join(path);
        let mut code =
            AppCode { complete: self.complete, functions: self.entries.len(), ..AppCode::default() };
        let mut reached: BTreeSet<String> = BTreeSet::new();
        for (path, analysis) in analyse_all(&entries, &cache) {
            reached.extend(analysis.imports.iter().map(|path| path.to_string()));
            code.add(analysis, self.entries.get(path).map(String::as_str), &path_of);
        }
        // What no function brings along, and what is in shared files beside that.
        for (path, mut analysis) in analyse_all(&others, &cache) {
            let known: BTreeSet<_> = code.uses.iter().map(|used| used.found.at.clone()).collect();
            let brought = reached.contains(path);
            for used in &mut analysis.uses {
                used.reached = false;
                used.complete &= !brought;
            }
            let kept: Vec<bool> = analysis.uses.iter().map(|used| !known.contains(&used.at)).collect();
            let analysis = only(analysis, &kept);
            code.add(analysis, None, &path_of);
        }
        for used in &mut code.uses {
            let text = self.code.get(&*used.found.at.path).map(String::as_str).unwrap_or_default();
            used.awaited_from = awaited_from(text, used.range.start);
        }
        for call in &mut code.calls {
            let text = self.code.get(&*call.found.at.path).map(String::as_str).unwrap_or_default();
            call.range = first_line(text, call.range);
        }
        let mut paths: BTreeSet<&str> = BTreeSet::new();
        for (used, call) in code
            .uses
            .iter()
            .map(|used| (&used.found.at, &used.found.callers))
            .chain(code.calls.iter().map(|call| (&call.found.at, &call.found.callers)))
        {
            paths.insert(&used.path);
            paths.extend(call.iter().map(|caller| &*caller.path));
        }
        let files: BTreeMap<PathBuf, Positions> = paths
            .into_iter()
            .filter_map(|path| Some((root.join(path), Positions::of(self.code.get(path)?))))
            .collect();
        code.files = files;
        code.automations = self.automations;
        for automation in &code.automations {
            if let Ok(text) = read_inside(root, &automation.path) {
                code.files.insert(automation.path.clone(), Positions::of(&text));
            }
        }
        code
    }
}

/// Where `await` stands right before a place.
fn awaited_from(text: &str, start: u32) -> Option<u32> {
    let before = text.get(..start as usize)?.trim_end().strip_suffix("await")?;
    let is_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '.');
    (!is_word).then_some(before.len() as u32)
}

/// A call over many lines is shown where it begins.
fn first_line(text: &str, range: TextRange) -> TextRange {
    let whole = text.get(range.start as usize..range.end as usize).unwrap_or_default();
    let line = whole.lines().next().unwrap_or_default().trim_end();
    if line.is_empty() { range } else { TextRange::new(range.start, range.start + line.len() as u32) }
}

/// An analysis with some of its uses, and their calls.
fn only(analysis: Analysis, kept: &[bool]) -> Analysis {
    let mut places = Vec::with_capacity(kept.len());
    let mut next = 0;
    for keep in kept {
        places.push(keep.then_some(next));
        next += usize::from(*keep);
    }
    let calls = analysis.calls.into_iter().filter_map(|mut call| {
        call.used = places.get(call.used).copied().flatten()?;
        Some(call)
    });
    let uses = analysis.uses.into_iter().zip(kept).filter_map(|(used, keep)| keep.then_some(used));
    Analysis {
        calls: calls.collect(),
        uses: uses.collect(),
        ..Analysis {
            uses: Vec::new(),
            calls: Vec::new(),
            imports: analysis.imports,
            complete: analysis.complete,
        }
    }
}

/// A file's path from the project's root, with slashes; none if it lies outside.
fn relative(project: &Project, path: &Path) -> Option<String> {
    let path = path.strip_prefix(&project.root).ok()?;
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// The programs of files, each read once.
struct Cache<'a> {
    code: &'a BTreeMap<String, String>,
    read: Mutex<HashMap<String, Arc<Module>>>,
}

impl Modules for Cache<'_> {
    fn module(&self, path: &str) -> Option<Arc<Module>> {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if known.is_some() {
            return known;
        }
        let module = Arc::new(connector_code::read(path, self.code.get(path)?));
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), module.clone());
        Some(module)
    }
}

/// Analyses files, on as many threads as they are worth; in their order.
fn analyse_all<'p>(paths: &[&'p str], cache: &Cache<'_>) -> Vec<(&'p str, Analysis)> {
    if paths.is_empty() {
        return Vec::new();
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let threads = cores.min(paths.len().div_ceil(WORTH_A_THREAD)).max(1);
    let share = paths.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let mut running = Vec::new();
        for some in paths.chunks(share) {
            let work = move || {
                let mut done = Vec::with_capacity(some.len());
                for path in some {
                    // Of what brings the analysis down, nothing is known.
                    let walk = || {
                        let entry = Arc::new(connector_code::read(path, cache.code.get(*path)?));
                        Some(connector_code::analyse(&entry, cache))
                    };
                    let analysis = std::panic::catch_unwind(std::panic::AssertUnwindSafe(walk));
                    done.push((*path, analysis.ok().flatten().unwrap_or_default()));
                }
                done
            };
            let thread =
                std::thread::Builder::new().stack_size(connector_code::STACK).spawn_scoped(scope, work);
            running.push((some, thread));
        }
        let mut all = Vec::with_capacity(paths.len());
        for (some, thread) in running {
            match thread.ok().and_then(|thread| thread.join().ok()) {
                Some(done) => all.extend(done),
                None => all.extend(some.iter().map(|path| (*path, Analysis::default()))),
            }
        }
        all
    })
}

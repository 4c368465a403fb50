//! An app's code on disk and in the editor: which files there are, and what each brings along.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_boundary::read::{read_inside, read_program_inside};
use connector_code::{Mapped, layout};
use connector_syntax::{Node, NodeKind, parse};

use super::Automation;
use super::folders::{CodeFile, CodeFolders, MAX_FOLDERS, is_json, is_walked_name};
use super::import_maps::{ImportMaps, is_map_name};
use crate::Positions;
use crate::project::Project;

/// How many files of code are looked at.
const MAX_FILES: usize = 20_000;
/// How deep a function's config is searched for automations.
const MAX_CONFIG_DEPTH: usize = 12;

/// What of a text decides whether it matters, and with which files.
#[derive(Debug)]
pub(super) struct Shape {
    /// It may ask for connectors, or for files that may.
    asks: bool,
    /// What it may import from files of the app.
    imports: Vec<Box<str>>,
}

impl Shape {
    pub fn of(text: &str) -> Shape {
        Shape {
            asks: connector_code::names_connectors(text) || connector_code::computes_imports(text),
            imports: connector_code::imports(text).into_iter().map(Box::from).collect(),
        }
    }
}

/// One program, as far as it is kept.
#[derive(Debug)]
pub(super) struct Program {
    /// Its text, while the whole project is read.
    pub text: Option<Arc<str>>,
    /// The shape of its text.
    pub shape: Arc<Shape>,
    /// Where it is typed, the shape of the last whole text: as long as this one is broken, that one counts.
    pub whole: Option<Arc<Shape>>,
    /// Lines and columns, once they were asked for.
    pub positions: Option<Arc<Positions>>,
}

impl Program {
    fn of(text: Arc<str>) -> Program {
        Program { shape: Arc::new(Shape::of(&text)), whole: None, text: Some(text), positions: None }
    }

    fn shapes(&self) -> impl Iterator<Item = &Shape> {
        std::iter::once(&*self.shape).chain(self.whole.as_deref())
    }

    /// It may ask for connectors, or for files that may.
    pub fn asks(&self) -> bool {
        self.shapes().any(|shape| shape.asks)
    }

    /// What it may import from files of the app, each once.
    pub fn imports(&self) -> BTreeSet<&str> {
        self.shapes().flat_map(|shape| &shape.imports).map(|specifier| &**specifier).collect()
    }
}

/// One file that says what calls functions.
#[derive(Debug)]
struct Config {
    /// The file that a function starts in, where it is said.
    entry: Option<String>,
    automations: Vec<Automation>,
    positions: Arc<Positions>,
}

/// Which files there are. A file's key is its path from the project's root, with slashes.
#[derive(Debug)]
pub(super) struct Sources {
    pub root: PathBuf,
    pub folders: CodeFolders,
    pub programs: BTreeMap<String, Program>,
    configs: BTreeMap<String, Config>,
    /// What addresses in code stand for.
    pub import_maps: ImportMaps,
    /// What cannot be read.
    unread: BTreeSet<String>,
    /// There is more than what is listed.
    cut: bool,
    /// The project is an agent's workspace too.
    pub has_agents: bool,
}

/// Who imports whom, and what of it matters.
#[derive(Debug, Default)]
pub(super) struct Graph {
    importers: HashMap<String, Vec<String>>,
    /// The files that ask for connectors, those that bring them along, and what these bring along.
    pub relevant: BTreeSet<String>,
}

impl Sources {
    /// Reads a project's code; none of an agent's workspace.
    pub fn read(project: &Project) -> Option<Sources> {
        let folders = CodeFolders::of(project)?;
        let mut sources = Sources {
            root: project.root.clone(),
            programs: BTreeMap::new(),
            configs: BTreeMap::new(),
            import_maps: ImportMaps::default(),
            unread: BTreeSet::new(),
            cut: folders.lacks_plugin,
            has_agents: project.has_agents(),
            folders: folders.clone(),
        };
        for folder in folders.programs() {
            sources.walk(folder);
        }
        sources.maps_above();
        if let Some(folder) = &folders.workflows {
            sources.workflows(folder);
        }
        Some(sources)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.programs.is_empty() && self.automations().next().is_none()
    }

    /// Whether everything could be read.
    pub fn is_complete(&self) -> bool {
        !self.cut && self.unread.is_empty()
    }

    /// What calls functions, in the order of the files.
    pub fn automations(&self) -> impl Iterator<Item = &Automation> {
        self.configs.values().flat_map(|config| &config.automations)
    }

    /// Lines and columns of the files that say what calls functions.
    pub fn config_positions(&self, path: &Path) -> Option<Arc<Positions>> {
        Some(self.configs.get(&self.key(path)?)?.positions.clone())
    }

    /// A file's path from the project's root, with slashes; none if it lies outside.
    pub fn key(&self, path: &Path) -> Option<String> {
        let path = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
        Some(parts?.join("/"))
    }

    /// The text of a program as it is on disk.
    pub fn text_on_disk(&self, key: &str) -> Option<Arc<str>> {
        if let Some(text) = self.programs.get(key).and_then(|program| program.text.clone()) {
            return Some(text);
        }
        read_program_inside(&self.root, &self.root.join(key)).ok().map(Arc::from)
    }

    /// Whether there is something at the place of a file.
    pub fn is_on_disk(&self, key: &str) -> bool {
        self.root.join(key).symlink_metadata().is_ok()
    }

    // What changes.

    /// Takes in the text of a file, whatever it is by its place and name.
    pub fn set(&mut self, path: &Path, text: Arc<str>) {
        let Some(key) = self.key(path) else { return };
        match self.folders.kind(path) {
            Some(CodeFile::Program) => self.set_program(key, text),
            Some(CodeFile::FunctionConfig | CodeFile::Workflow) => self.set_config(path, &key, &text),
            Some(CodeFile::Page) | None => {}
        }
    }

    fn set_program(&mut self, key: String, text: Arc<str>) {
        if self.programs.len() >= MAX_FILES && !self.programs.contains_key(&key) {
            self.cut = true;
            return;
        }
        self.unread.remove(&key);
        self.programs.insert(key, Program::of(text));
    }

    fn set_config(&mut self, path: &Path, key: &str, text: &str) {
        let tree = parse(text);
        let mut automations = Vec::new();
        if let Some(root) = tree.root() {
            let function = self.function_of_config(path);
            automations_in(root, path, function.as_deref(), 0, &mut automations);
        }
        let entry = tree.root().and_then(Node::as_object);
        let entry = entry.and_then(|object| object.get("entry")?.value()?.as_string());
        let entry = entry.map(|entry| entry.text().into_owned());
        let config = Config { entry, automations, positions: Arc::new(Positions::of(text)) };
        self.configs.insert(key.to_owned(), config);
    }

    /// The function that a config is of; none where it is a workflow.
    fn function_of_config(&self, path: &Path) -> Option<String> {
        let folder = path.parent()?;
        let (top, namespace) = self.folders.with_functions().find(|(top, _)| folder.starts_with(top))?;
        let parts: Option<Vec<&str>> =
            folder.strip_prefix(top).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
        Some(in_namespace(namespace, &parts?.join("/")))
    }

    /// Looks at a place on disk again: a file, or a folder with all that lies below.
    pub fn look(&mut self, path: &Path) {
        // A link may lead anywhere: what is behind it is not this project's.
        let Ok(metadata) = std::fs::symlink_metadata(path) else { return self.forget(path) };
        if metadata.is_symlink() {
            self.forget(path);
            self.cut |= self.folders.kind(path) == Some(CodeFile::Program);
        } else if metadata.is_dir() {
            self.forget(path);
            if self.folders.programs().any(|top| path.starts_with(top)) {
                self.walk(path);
            }
            if let Some(workflows) = self.folders.workflows.clone().filter(|it| it == path) {
                self.workflows(&workflows);
            }
        } else if self.folders.kind(path).is_some() {
            self.take(path);
        }
    }

    /// Nothing is at a place any more, nor below it.
    fn forget(&mut self, path: &Path) {
        let Some(key) = self.key(path) else { return };
        let below = format!("{key}/");
        self.programs.retain(|known, _| *known != key && !known.starts_with(&below));
        self.configs.retain(|known, _| *known != key && !known.starts_with(&below));
        self.unread.retain(|known| *known != key && !known.starts_with(&below));
    }

    /// All code and all functions' configs in a folder and below it.
    fn walk(&mut self, folder: &Path) {
        let mut folders = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let is_folder = std::fs::symlink_metadata(&folder).is_ok_and(|it| it.is_dir());
            if !is_folder || !folder.starts_with(&self.root) {
                continue;
            }
            let Ok(entries) = std::fs::read_dir(&folder) else {
                self.cut = true;
                continue;
            };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let path = entry.path();
                if kind.is_dir() {
                    if depth < MAX_FOLDERS && is_walked_name(&entry.file_name().to_string_lossy()) {
                        folders.push((path, depth + 1));
                    }
                } else if kind.is_symlink() {
                    self.cut |= layout::is_code(&entry.file_name().to_string_lossy());
                } else if self.folders.kind(&path).is_some() {
                    self.take(&path);
                } else if entry.file_name().to_str().is_some_and(is_map_name) {
                    self.look_for_map(&folder);
                }
            }
        }
    }

    /// The import maps that hold in all folders of code, from where they lie up to the project's root.
    fn maps_above(&mut self) {
        let above: Vec<PathBuf> = self.folders.above(&self.root).into_iter().map(Path::to_owned).collect();
        for folder in above {
            self.look_for_map(&folder);
        }
    }

    /// Looks at a folder's import map again. True where it is another one.
    fn look_for_map(&mut self, folder: &Path) -> bool {
        let key = self.key(folder);
        key.is_some_and(|key| self.import_maps.look(&self.root, &key))
    }

    /// Looks at a file again that may declare an import map. True where it does and did otherwise before.
    pub fn look_at_map(&mut self, path: &Path) -> bool {
        let is_one = path.file_name().and_then(|name| name.to_str()).is_some_and(is_map_name);
        is_one && path.parent().is_some_and(|folder| self.look_for_map(folder))
    }

    /// The files that an import in a file may mean, the likeliest first.
    fn candidates(&self, from: &str, specifier: &str) -> Vec<String> {
        if specifier.starts_with('.') {
            return layout::import_candidates(from, specifier);
        }
        match self.import_maps.mapped(from, specifier) {
            Some(Mapped::File(path)) => layout::candidates(path),
            _ => Vec::new(),
        }
    }

    fn workflows(&mut self, folder: &Path) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten().take(MAX_FILES) {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && is_json(&entry.path()) {
                self.take(&entry.path());
            }
        }
    }

    /// Reads one file.
    fn take(&mut self, path: &Path) {
        let is_program = self.folders.kind(path) == Some(CodeFile::Program);
        let Some(key) = self.key(path) else { return };
        if is_program && self.programs.len() >= MAX_FILES && !self.programs.contains_key(&key) {
            self.cut = true;
            return;
        }
        let read = if is_program { read_program_inside } else { read_inside };
        match read(&self.root, path) {
            Ok(text) => self.set(path, text.into()),
            Err(_) => {
                self.programs.remove(&key);
                self.configs.remove(&key);
                if is_program {
                    self.unread.insert(key);
                }
            }
        }
    }

    // What follows.

    /// Where functions start, with their names.
    pub fn entries(&self) -> BTreeMap<&str, String> {
        let mut entries = BTreeMap::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (folder, namespace) in self.folders.with_functions() {
            let Some(base) = self.key(folder) else { continue };
            let inside = |path: &str| {
                let own = path.strip_prefix(base.as_str())?;
                if base.is_empty() { Some(own.to_owned()) } else { own.strip_prefix('/').map(str::to_owned) }
            };
            let mut config_folders = Vec::new();
            for (key, config) in &self.configs {
                let is_config = key.rsplit('/').next().is_some_and(layout::is_function_config);
                let Some(own) = inside(key).filter(|_| is_config) else { continue };
                let own_folder = own.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
                let entry = config.entry.as_deref().and_then(|entry| layout::beside(key, entry));
                if let Some((entry, _)) =
                    entry.as_deref().and_then(|entry| self.programs.get_key_value(entry))
                {
                    entries.insert(entry.as_str(), in_namespace(namespace, &own_folder));
                }
                config_folders.push(own_folder);
            }
            let folders: Vec<&str> = config_folders.iter().map(String::as_str).collect();
            for key in self.programs.keys() {
                if let Some(own) = inside(key)
                    && seen.insert(key)
                    && layout::is_entry(&own, &folders)
                {
                    entries.insert(key, in_namespace(namespace, layout::function_name(&own)));
                }
            }
        }
        entries
    }

    /// A file and all that it may bring along.
    pub fn brought_by(&self, key: &str) -> BTreeSet<&str> {
        let mut todo: Vec<&str> =
            self.programs.get_key_value(key).map(|(key, _)| key.as_str()).into_iter().collect();
        let mut all = BTreeSet::new();
        while let Some(path) = todo.pop() {
            if !all.insert(path) {
                continue;
            }
            for specifier in self.programs.get(path).into_iter().flat_map(Program::imports) {
                let found = self.candidates(path, specifier).into_iter();
                todo.extend(
                    found
                        .filter_map(|it| self.programs.get_key_value(&it))
                        .next()
                        .map(|(key, _)| key.as_str()),
                );
            }
        }
        all
    }

    /// Who imports whom.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        let mut astray = Vec::new();
        for (path, program) in &self.programs {
            for specifier in program.imports() {
                let candidates = self.candidates(path, specifier);
                match candidates.into_iter().find(|it| self.programs.contains_key(it)) {
                    Some(found) => graph.importers.entry(found).or_default().push(path.clone()),
                    // What is behind it may ask for anything.
                    None if connector_code::may_lead_to_code(specifier) => astray.push(path.clone()),
                    None => {}
                }
            }
        }
        let asking = self.programs.iter().filter(|(_, program)| program.asks());
        graph.relevant = graph.importing(asking.map(|(path, _)| path.clone()).chain(astray).collect());
        graph
    }
}

impl Graph {
    /// Whether some file imports this one.
    pub fn is_imported(&self, key: &str) -> bool {
        self.importers.contains_key(key)
    }

    /// Some files, and all that bring them along.
    pub fn importing(&self, mut todo: Vec<String>) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        while let Some(path) = todo.pop() {
            if !all.contains(&path) {
                todo.extend(self.importers.get(&path).into_iter().flatten().cloned());
                all.insert(path);
            }
        }
        all
    }
}

/// The name that a function is deployed under: with its plugin's namespace, where it is a plugin's.
fn in_namespace(namespace: Option<&str>, name: &str) -> String {
    namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}__{name}"))
}

/// Every `integration_type` of a config.
fn automations_in(
    node: Node<'_>,
    path: &Path,
    function: Option<&str>,
    depth: usize,
    found: &mut Vec<Automation>,
) {
    if depth > MAX_CONFIG_DEPTH {
        return;
    }
    if let Some(object) = node.as_object() {
        if let Some(value) = object.get("integration_type").and_then(|member| member.value())
            && let Some(text) = value.as_string()
        {
            let type_name = text.text().into_owned();
            let function = function.map(str::to_owned);
            let active = object.get("is_active").and_then(|member| member.value());
            let is_active = !matches!(active.map(|value| value.kind()), Some(NodeKind::Bool(false)));
            let (path, range) = (path.to_owned(), value.range());
            found.push(Automation { type_name, path, range, function, is_active, is_typed: false });
        }
        for value in object.members().filter_map(|member| member.value()) {
            automations_in(value, path, function, depth + 1, found);
        }
    } else if matches!(node.kind(), NodeKind::Array(_)) {
        for value in node.children() {
            automations_in(value, path, function, depth + 1, found);
        }
    }
}

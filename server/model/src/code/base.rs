//! An app's code as it moves on: one edited file costs itself and those that bring it along.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_code::{Place, layout};

use super::AppCode;
use super::analyse::{Read, Reader, analyse_all};
use super::folders::{CodeFile, CodeFolders};
use super::known::{Known, moved_call, moved_place, moved_use};
use super::merge::Merge;
use super::moved::Move;
use super::pages::Pages;
use super::sources::{Graph, Sources};
use super::texts::Texts;
use crate::Positions;
use crate::ignores::Ignores;
use crate::project::Project;

/// An app's code: the files on disk, the texts of an editor over them, and what each of them does.
///
/// Of files that are not open the texts are not kept. Those that are needed again are read again: keep this on a
/// thread that may wait for the disk.
#[derive(Debug)]
pub struct CodeBase {
    sources: Sources,
    pages: Pages,
    texts: Texts,
    graph: Graph,
    known: BTreeMap<String, Known>,
    /// What the files do by what was saved last, of those that unsaved texts have a part in.
    known_saved: BTreeMap<String, Known>,
    /// The same put together, until it changes.
    code_saved: Option<Arc<AppCode>>,
    /// The programs of open files and of those that they bring along. Where an open text is broken, the last whole one.
    read: HashMap<String, Read>,
    /// The files that changed since they were last analysed.
    changed: BTreeSet<String>,
    /// What was read before.
    old: Vec<Read>,
    /// Which files there are, or what they import, is something else than the graph says.
    is_graph_old: bool,
    /// Where functions start, with their names, as long as no other files are there and none says otherwise.
    entries: Option<Arc<BTreeMap<String, String>>>,
    /// The thread that this is kept on has the stack that an analysis takes.
    has_deep_stack: bool,
}

impl AppCode {
    /// Reads and analyses the code of a project; none where it has no functions.
    pub fn read(project: &Project) -> Option<AppCode> {
        CodeBase::read(project)?.app()
    }
}

impl CodeBase {
    /// Reads the code of a project; none of an agent's workspace.
    pub fn read(project: &Project) -> Option<CodeBase> {
        let sources = Sources::read(project)?;
        let changed = sources.programs.keys().cloned().collect();
        Some(CodeBase {
            pages: Pages::read(&sources.root, &sources.folders),
            sources,
            texts: Texts::default(),
            graph: Graph::default(),
            known: BTreeMap::new(),
            known_saved: BTreeMap::new(),
            code_saved: None,
            read: HashMap::new(),
            changed,
            old: Vec::new(),
            is_graph_old: true,
            entries: None,
            has_deep_stack: false,
        })
    }

    /// Has few files analysed on the very thread that asks for them. It was started with [`super::STACK`].
    pub fn with_deep_stack(self) -> CodeBase {
        CodeBase { has_deep_stack: true, ..self }
    }

    /// With what was known before it was read again: which files are gone of those that an editor still has open.
    pub fn after<'p>(self, before: CodeBase, open: impl Iterator<Item = &'p Path>) -> CodeBase {
        let gone = open.filter_map(|path| self.sources.key(path)).filter(|key| !self.sources.is_on_disk(key));
        let deleted = gone.filter_map(|key| Some((before.texts.deleted_with(&key)?, key)));
        CodeBase { texts: Texts::of_deleted(deleted.map(|(text, key)| (key, text)).collect()), ..self }
    }

    /// Where the code lies.
    pub fn folders(&self) -> &CodeFolders {
        &self.sources.folders
    }

    /// Takes in the text of a file that is open in an editor: it counts until it is closed, whatever the disk says. Of a
    /// page, the disk counts.
    pub fn set_text(&mut self, path: &Path, text: Arc<str>) {
        let kind = self.sources.folders.kind(path);
        let is_code = kind.is_some_and(|kind| kind != CodeFile::Page);
        let Some(key) = self.sources.key(path).filter(|_| is_code) else { return };
        if self.texts.has(&key, &text) {
            return;
        }
        if !self.texts.is_open(&key) {
            self.texts.set_saved(&key, self.sources.text_on_disk(&key));
            // What is saved is known before another text counts.
            if self.texts.saved(&key).is_some_and(|saved| *saved != text) {
                self.analyse();
            }
        }
        self.texts.set(&key, text);
        self.change(path, |base| base.put_over_disk(&key));
    }

    /// Has the text of an editor count, whatever the disk says.
    fn put_over_disk(&mut self, key: &str) {
        let Some(text) = self.texts.get(key).cloned() else { return };
        // Where it is broken, what was read last stays: so that matters as long. Before anything was, it is the disk's.
        let read = self.read.get(key).map(|read| &read.shape);
        let known = self.sources.programs.get(key);
        let known = known.map(|program| program.whole.as_ref().unwrap_or(&program.shape));
        let whole = read.or(known).cloned();
        let path = self.sources.root.join(key);
        self.sources.set(&path, text);
        if let Some(program) = self.sources.programs.get_mut(key) {
            program.whole = whole;
        }
    }

    /// Takes in that a file is no longer open: what is on disk counts again.
    pub fn close(&mut self, path: &Path) {
        let Some(key) = self.sources.key(path) else { return };
        if self.texts.close(&key) {
            self.read.remove(&key);
            self.change(path, |base| base.sources.look(path));
        }
    }

    /// Looks at places on disk again: files that changed, and folders that came or went.
    pub fn look_again(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let Some(key) = self.sources.key(path) else { continue };
            // What is saved is finished.
            self.texts.finish(&key);
            let pages = self.sources.folders.pages.as_deref();
            if pages.is_some_and(|pages| path.starts_with(pages) || pages.starts_with(path)) {
                self.pages.look(path, &key);
            }
            let open = self.texts.at_or_below(&key);
            if self.sources.folders.kind(path) != Some(CodeFile::Page) {
                self.change(path, |base| {
                    base.sources.look(path);
                    open.iter().for_each(|key| base.compare_with_disk(key));
                });
            }
        }
    }

    /// A text of the editor counts whatever the disk says, as long as there is a file, or something is unsaved.
    fn compare_with_disk(&mut self, key: &str) {
        if !self.sources.is_on_disk(key) && !self.texts.keep_unsaved(key) {
            return;
        }
        self.texts.restore(key, self.sources.text_on_disk(key));
        self.put_over_disk(key);
    }

    /// Does something at a place, and takes in what is different there.
    fn change(&mut self, path: &Path, act: impl FnOnce(&mut CodeBase)) {
        let Some(key) = self.sources.key(path) else { return };
        if self.sources.look_at_map(path) {
            // Any import may lead elsewhere now.
            self.is_graph_old = true;
            self.changed.extend(self.sources.programs.keys().cloned());
            return;
        }
        if self.sources.folders.kind(path) == Some(CodeFile::Program) {
            let shape = |sources: &Sources| {
                let program = sources.programs.get(&key)?;
                let imports = program.imports().into_iter().map(Box::from);
                Some((program.asks(), imports.collect::<Vec<Box<str>>>()))
            };
            let before = shape(&self.sources);
            act(self);
            let now = shape(&self.sources);
            self.is_graph_old |= before != now;
            if before.is_some() != now.is_some() {
                self.entries = None;
            }
            self.changed.insert(key);
            return;
        }
        self.entries = None;
        let names = |sources: &Sources| -> BTreeSet<String> { sources.programs.keys().cloned().collect() };
        let below = format!("{key}/");
        let before = names(&self.sources);
        act(self);
        let now = names(&self.sources);
        // A folder: whatever lies in it may be another one.
        let all = before.union(&now).filter(|name| name.starts_with(&below)).cloned();
        let some: Vec<String> = all.collect();
        self.is_graph_old |= !some.is_empty();
        self.changed.extend(some);
    }

    /// What the app's code does, after everything that was taken in; none where there is no code.
    pub fn app(&mut self) -> Option<AppCode> {
        self.analyse();
        self.pages.analyse(self.has_deep_stack);
        let is_there = !self.sources.is_empty() || !self.pages.is_empty();
        let code = is_there.then(|| self.merged());
        for (key, program) in &mut self.sources.programs {
            if !self.texts.is_open(key) {
                program.text = None;
            }
        }
        code
    }

    /// Lets go of what is known no more, once what was found has been told.
    pub fn tidy(&mut self) {
        self.old.clear();
        connector_code::let_go();
    }

    /// Analyses what changed, and what brings that along.
    fn analyse(&mut self) {
        let changed: Vec<String> = std::mem::take(&mut self.changed).into_iter().collect();
        for key in changed.iter().filter(|key| !self.texts.is_open(key)) {
            self.read.remove(key);
            if let Some(program) = self.sources.programs.get_mut(key) {
                program.positions = None;
            }
        }
        let mut due = self.graph.importing(changed.clone());
        if std::mem::take(&mut self.is_graph_old) {
            self.graph = self.sources.graph();
            due.extend(self.graph.importing(changed));
        }
        let gone = self.known.keys().filter(|key| !self.graph.relevant.contains(*key) || due.contains(*key));
        for key in gone.cloned().collect::<Vec<_>>() {
            let Some(known) = self.known.remove(&key) else { continue };
            // It is of the saved texts as long as none of another text is kept.
            if self.is_typed_in(&key, &known) && !self.known_saved.contains_key(&key) {
                self.known_saved.insert(key, known);
                self.code_saved = None;
            }
        }
        let due: Vec<&str> = self.graph.relevant.iter().map(String::as_str).collect();
        let due: Vec<&str> = due.into_iter().filter(|key| !self.known.contains_key(*key)).collect();
        let reader = Reader::new(&self.sources, &self.texts, std::mem::take(&mut self.read));
        let found = analyse_all(&due, &reader, self.has_deep_stack);
        let (mut read, old) = reader.into_read();
        self.old = old;
        for (key, known) in found {
            self.known.insert(key.to_owned(), known);
        }
        let is_saved = |(key, was): &(&String, &Known)| {
            !self.is_typed_in(key, was) && !self.known.get(*key).is_some_and(|now| self.is_typed_in(key, now))
        };
        let saved: Vec<String> =
            self.known_saved.iter().filter(is_saved).map(|(key, _)| key.clone()).collect();
        for key in saved {
            self.known_saved.remove(&key);
            self.code_saved = None;
        }
        // What open files bring along is at hand for the next edit.
        let open = self.texts.all().filter_map(|(key, _)| Some((key.as_str(), self.known.get(key)?)));
        let kept: BTreeSet<&str> = open
            .flat_map(|(key, known)| std::iter::once(key).chain(known.imports.iter().map(|it| &**it)))
            .collect();
        read.retain(|key, _| kept.contains(key.as_str()) || self.texts.is_open(key));
        self.read = read;
    }

    /// Whether unsaved text has a part in what a file does.
    fn is_typed_in(&self, key: &str, known: &Known) -> bool {
        self.texts.is_unsaved(key) || known.imports.iter().any(|path| self.texts.is_unsaved(path))
    }

    /// What the files do by their saved texts that are typed in now; none where none is.
    fn saved(&mut self, entries: &BTreeMap<String, String>) -> Option<Arc<AppCode>> {
        if self.known_saved.is_empty() {
            return None;
        }
        let code = self.code_saved.get_or_insert_with(|| {
            let mut code = AppCode::none();
            merge(&mut code, &self.known_saved, entries, |_| None);
            Arc::new(code)
        });
        Some(code.clone())
    }

    /// The files between functions that none of them brings along, and the tests.
    fn loose(&self) -> BTreeSet<PathBuf> {
        let shared: Vec<&Path> = self.sources.folders.shared().collect();
        let known = self.known.keys().filter(|key| !self.graph.is_imported(key));
        let is_shared = |path: &PathBuf| shared.iter().any(|shared| path.starts_with(shared));
        let paths = known.map(|key| (key, self.sources.root.join(key)));
        paths.filter(|(key, path)| layout::is_test(key) || is_shared(path)).map(|(_, path)| path).collect()
    }

    /// What all files do together.
    fn merged(&mut self) -> AppCode {
        let entries = match &self.entries {
            Some(entries) => entries.clone(),
            None => {
                let entries = self.sources.entries().into_iter();
                let entries = Arc::new(entries.map(|(key, name)| (key.to_owned(), name)).collect());
                self.entries.insert(entries).clone()
            }
        };
        let saved = self.saved(&entries);
        let moves: HashMap<&str, Move> = self
            .texts
            .all()
            .filter_map(|(key, text)| Some((key.as_str(), Move::between(&self.read.get(key)?.text, text)?)))
            .collect();
        let move_of = |path: &str| moves.get(path).copied();
        let moved = |known: &Known| -> Option<Known> {
            let concerned =
                !moves.is_empty() && known.paths().into_iter().any(|path| moves.contains_key(&**path));
            concerned.then(|| Known {
                uses: known.uses.iter().map(|used| moved_use(used, &move_of)).collect(),
                calls: known.calls.iter().map(|call| moved_call(call, &move_of)).collect(),
                imports: known.imports.clone(),
                complete: known.complete,
                may_ask: known.may_ask.clone(),
                blanks: Vec::new(),
                directives: known.directives.iter().map(|at| moved_place(at, &move_of)).collect(),
            })
        };
        let mut code = AppCode {
            complete: self.sources.is_complete(),
            is_read: self.sources.is_complete(),
            has_agents: self.sources.has_agents,
            plugins: self.sources.folders.plugins.iter().map(|plugin| plugin.root.clone()).collect(),
            functions: entries.len(),
            automations: self.sources.automations().cloned().collect(),
            saved,
            loose: self.loose(),
            ..AppCode::default()
        };
        merge(&mut code, &self.known, &entries, moved);
        if let Some((typed, by)) = self.texts.typed() {
            let ends = |place: &Place| *place.path == **typed && place.end == by.end();
            for used in &mut code.uses {
                used.is_typed = ends(&used.found.method_at) || used.found.literal.as_ref().is_some_and(ends);
            }
            let is_around =
                |place: &Place| *place.path == **typed && (place.start + 1..place.end).contains(&by.end());
            for automation in code.automations.iter_mut().filter(|_| by.is_of_a_key()) {
                let is_here = automation.range.touches(by.end());
                automation.is_typed = is_here && automation.path == self.sources.root.join(typed);
            }
            for call in code.calls.iter_mut().filter(|_| by.is_of_a_key()) {
                call.is_typed = is_around(&call.found.at) || call.found.callers.iter().any(is_around);
            }
        }
        let blanks = self.known.values().flat_map(|known| &known.blanks);
        code.blanks = blanks.map(|at| moved_place(at, &move_of)).collect();
        self.silences(&move_of, &mut code);
        let paths: BTreeSet<Arc<str>> =
            self.known.values().flat_map(|known| known.paths().into_iter().cloned()).collect();
        for path in paths {
            if let Some(positions) = self.positions(&path) {
                code.files.insert(self.sources.root.join(&*path), positions);
            }
        }
        for (path, page) in self.pages.all() {
            code.page_uses.extend(page.uses.iter().cloned());
            code.files.insert(path.clone(), page.positions.clone());
            code.silences.extend(page.ignores.clone().map(|ignores| (path, ignores)));
        }
        for automation in &code.automations {
            if let Some(positions) = self.sources.config_positions(&automation.path) {
                code.files.insert(automation.path.clone(), positions);
            }
        }
        code
    }

    /// What comments in code silence.
    fn silences(&self, move_of: &dyn Fn(&str) -> Option<Move>, code: &mut AppCode) {
        let all = self.known.values().flat_map(|known| &known.directives);
        let mut by_file: BTreeMap<Arc<str>, BTreeSet<Place>> = BTreeMap::new();
        for place in all {
            by_file.entry(place.path.clone()).or_default().insert(moved_place(place, move_of));
        }
        for (key, comments) in by_file {
            let open = self.texts.get(&key).cloned();
            let Some(text) = open.or_else(|| self.sources.text_on_disk(&key)) else { continue };
            let ignores = Ignores::of_comments(&text, &comments.into_iter().collect::<Vec<_>>());
            let path = self.sources.root.join(&*key);
            code.silences.extend(ignores.map(|ignores| (path, Arc::new(ignores))));
        }
    }

    fn positions(&mut self, key: &str) -> Option<Arc<Positions>> {
        if let Some(text) = self.texts.get(key) {
            return Some(Arc::new(Positions::of(text)));
        }
        let known = self.sources.programs.get(key).and_then(|program| program.positions.clone());
        let positions = match known {
            Some(positions) => positions,
            None => Arc::new(Positions::of(&self.sources.text_on_disk(key)?)),
        };
        if let Some(program) = self.sources.programs.get_mut(key) {
            program.positions = Some(positions.clone());
        }
        Some(positions)
    }
}

/// Puts together what files do, each moved to where its text is now.
fn merge(
    code: &mut AppCode,
    all: &BTreeMap<String, Known>,
    entries: &BTreeMap<String, String>,
    moved: impl Fn(&Known) -> Option<Known>,
) {
    let mut merge = Merge::default();
    let mut brought: BTreeSet<&str> = BTreeSet::new();
    for (key, known) in all {
        let Some(function) = entries.get(key.as_str()) else { continue };
        brought.extend(known.imports.iter().map(|path| &**path));
        merge.function(code, moved(known).as_ref().unwrap_or(known), function);
    }
    // What no function brings along, and what is in shared files beside that.
    for (key, known) in all.iter().filter(|(key, _)| !entries.contains_key(key.as_str())) {
        let is_brought = brought.contains(key.as_str());
        merge.other(code, moved(known).as_ref().unwrap_or(known), is_brought);
    }
    code.index();
}

#[cfg(test)]
mod tests;

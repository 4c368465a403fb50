//! Files read and analysed, on as many threads as they are worth.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connector_code::{Mapped, Module, Modules};

use super::known::Known;
use super::may_ask::MayAsk;
use super::sources::{Shape, Sources};
use super::texts::Texts;

/// Fewer files than this are analysed on one thread.
const WORTH_A_THREAD: usize = 24;

/// A file's program, and the text that it was read from.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub module: Arc<Module>,
    pub text: Arc<str>,
    pub shape: Arc<Shape>,
}

/// Reads the programs of files, each once.
pub(super) struct Reader<'a> {
    sources: &'a Sources,
    texts: &'a Texts,
    read: Mutex<HashMap<String, Read>>,
    /// What is known no more: to take a program apart takes time, which nobody has to wait for.
    old: Mutex<Vec<Read>>,
}

impl<'a> Reader<'a> {
    /// A reader that knows some already.
    pub fn new(sources: &'a Sources, texts: &'a Texts, read: HashMap<String, Read>) -> Reader<'a> {
        Reader { sources, texts, read: Mutex::new(read), old: Mutex::default() }
    }

    /// What was read, and what it took the place of.
    pub fn into_read(self) -> (HashMap<String, Read>, Vec<Read>) {
        let old = self.old.into_inner().unwrap_or_else(PoisonError::into_inner);
        (self.read.into_inner().unwrap_or_else(PoisonError::into_inner), old)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Read>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The program of a file. Where an open text is broken for a moment, the last whole one.
    fn read(&self, key: &str) -> Option<Read> {
        let known = self.known().get(key).cloned();
        let Some(text) = self.texts.get(key) else {
            return match known {
                Some(known) => Some(known),
                None => self.keep(key, self.parsed(key, self.sources.text_on_disk(key)?)?),
            };
        };
        if let Some(known) = known.as_ref().filter(|known| known.text == *text) {
            return Some(known.clone());
        }
        let now = self.parsed(key, text.clone())?;
        if now.module.is_whole() {
            return self.keep(key, now);
        }
        let before = known.or_else(|| {
            let saved = self.texts.saved(key)?.clone();
            Some(Read { shape: Arc::new(Shape::of(&saved)), ..self.parsed(key, saved)? })
        });
        match before.filter(|before| before.module.is_whole()) {
            Some(before) => self.keep(key, before),
            None => self.keep(key, now),
        }
    }

    /// The program of a text, which a file has now.
    fn parsed(&self, key: &str, text: Arc<str>) -> Option<Read> {
        let shape = self.sources.programs.get(key)?.shape.clone();
        Some(Read { module: Arc::new(connector_code::read(key, &text)), text, shape })
    }

    fn keep(&self, key: &str, read: Read) -> Option<Read> {
        if let Some(old) = self.known().insert(key.to_owned(), read.clone()) {
            self.old.lock().unwrap_or_else(PoisonError::into_inner).push(old);
        }
        Some(read)
    }

    fn analyse(&self, key: &str) -> Option<Known> {
        // Most functions are brought along by nobody: theirs are not kept.
        let is_kept = self.texts.is_open(key) || self.known().contains_key(key);
        let entry = match is_kept {
            true => self.read(key)?,
            false => self.parsed(key, self.sources.text_on_disk(key)?)?,
        };
        let analysis = connector_code::analyse(&entry.module, self);
        let text_of = |path: &str| match path == key {
            true => Some(entry.text.clone()),
            false => self.read(path).map(|read| read.text),
        };
        let imports_unknown = analysis.imports_unknown;
        let mut known = Known::of(analysis, &self.sources.root, &text_of);
        if imports_unknown {
            known.may_ask = MayAsk::anything();
        } else if !known.complete {
            let texts = self.sources.brought_by(key).into_iter();
            known.may_ask = MayAsk::of(texts.filter_map(|path| match self.texts.get(path) {
                Some(text) => Some(text.clone()),
                None => self.sources.text_on_disk(path),
            }));
        }
        Some(known)
    }
}

impl Modules for Reader<'_> {
    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.sources.programs.get(path)?;
        self.read(path).map(|read| read.module)
    }

    fn mapped(&self, from: &str, specifier: &str) -> Option<Mapped> {
        self.sources.import_maps.mapped(from, specifier)
    }
}

/// Analyses some files, one after another.
fn analyse_some<'p>(keys: &[&'p str], reader: &Reader<'_>) -> Vec<(&'p str, Known)> {
    let mut done = Vec::with_capacity(keys.len());
    for key in keys {
        // Of what brings the analysis down, nothing is known.
        let walk = || reader.analyse(key);
        let known = std::panic::catch_unwind(std::panic::AssertUnwindSafe(walk));
        done.push((*key, known.ok().flatten().unwrap_or_else(Known::nothing)));
    }
    done
}

/// Analyses files; in their order. `here`: this thread has the stack that it takes, so that what is little need not wait
/// for another one.
pub(super) fn analyse_all<'p>(keys: &[&'p str], reader: &Reader<'_>, here: bool) -> Vec<(&'p str, Known)> {
    if keys.is_empty() {
        return Vec::new();
    }
    let worth = keys.len().div_ceil(WORTH_A_THREAD);
    if here && worth == 1 {
        return analyse_some(keys, reader);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let threads = cores.min(worth);
    let share = keys.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let mut running = Vec::new();
        for some in keys.chunks(share) {
            let work = move || analyse_some(some, reader);
            let thread =
                std::thread::Builder::new().stack_size(connector_code::STACK).spawn_scoped(scope, work);
            running.push((some, thread));
        }
        let mut all = Vec::with_capacity(keys.len());
        for (some, thread) in running {
            match thread.ok().and_then(|thread| thread.join().ok()) {
                Some(done) => all.extend(done),
                None => all.extend(some.iter().map(|key| (*key, Known::nothing()))),
            }
        }
        all
    })
}

/// Does something on a stack that the parser can nest on; none where that cannot be had, or it fails. `here`: this thread
/// has one.
pub(super) fn on_deep_stack<T: Send>(here: bool, act: impl FnOnce() -> T + Send) -> Option<T> {
    if here {
        return Some(act());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(connector_code::STACK);
        thread.spawn_scoped(scope, act).ok()?.join().ok()
    })
}

//! The texts of an editor over the files on disk: which of them count, which are unsaved, and what was typed last.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::moved::Move;

/// The texts of an editor, by the keys of their files.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Those that count, whatever the disk says.
    open: BTreeMap<String, Arc<str>>,
    /// The same files' texts on disk, where they are there.
    saved: BTreeMap<String, Arc<str>>,
    /// Those whose file was deleted with that very text. Whoever still has them open, they are no code any more: until
    /// something is typed there, or the file is there again.
    deleted: BTreeMap<String, Arc<str>>,
    /// What was typed last, and in which file.
    typed: Option<(String, Move)>,
}

impl Texts {
    /// Before anything is open but texts whose files were deleted.
    pub fn of_deleted(deleted: BTreeMap<String, Arc<str>>) -> Texts {
        Texts { deleted, ..Texts::default() }
    }

    /// The text of a file that counts, where an editor has one.
    pub fn get(&self, key: &str) -> Option<&Arc<str>> {
        self.open.get(key)
    }

    /// The texts that count, with their keys.
    pub fn all(&self) -> impl Iterator<Item = (&String, &Arc<str>)> {
        self.open.iter()
    }

    /// Whether an editor has a text of a file that counts.
    pub fn is_open(&self, key: &str) -> bool {
        self.open.contains_key(key)
    }

    /// What the disk says of a file that is open.
    pub fn saved(&self, key: &str) -> Option<&Arc<str>> {
        self.saved.get(key)
    }

    /// Whether the text of an editor is another than the one on disk.
    pub fn is_unsaved(&self, key: &str) -> bool {
        self.open.get(key).is_some_and(|text| self.saved.get(key) != Some(text))
    }

    /// What was typed last, and in which file, until it is saved or closed.
    pub fn typed(&self) -> Option<&(String, Move)> {
        self.typed.as_ref()
    }

    /// Whether a text is nothing new: it counts already, or its file was deleted with it.
    pub fn has(&self, key: &str, text: &Arc<str>) -> bool {
        self.open.get(key) == Some(text) || self.deleted.get(key) == Some(text)
    }

    /// The keys of the files at a place and below it that an editor has a text of.
    pub fn at_or_below(&self, key: &str) -> Vec<String> {
        let below = format!("{key}/");
        let all = self.open.keys().chain(self.deleted.keys());
        all.filter(|open| **open == key || open.starts_with(&below)).cloned().collect()
    }

    /// The text that a file was deleted with, where it is gone and an editor still has it.
    pub fn deleted_with(&self, key: &str) -> Option<Arc<str>> {
        let saved = self.open.get(key).filter(|_| !self.is_unsaved(key));
        saved.or_else(|| self.deleted.get(key)).cloned()
    }

    /// Takes in another text of an editor.
    pub fn set(&mut self, key: &str, text: Arc<str>) {
        self.deleted.remove(key);
        let before = self.open.get(key);
        self.typed = before.and_then(|before| Some((key.to_owned(), Move::between(before, &text)?)));
        self.open.insert(key.to_owned(), text);
    }

    /// Takes in what the disk says of a file that is open, or is about to be; nothing where it has none.
    pub fn set_saved(&mut self, key: &str, text: Option<Arc<str>>) {
        match text {
            Some(text) => self.saved.insert(key.to_owned(), text),
            None => self.saved.remove(key),
        };
    }

    /// Takes in that what was typed in a file is finished.
    pub fn finish(&mut self, key: &str) {
        self.typed = self.typed.take().filter(|(typed, _)| typed != key);
    }

    /// Takes in that a file is no longer open; whether it counted.
    pub fn close(&mut self, key: &str) -> bool {
        self.typed = None;
        self.deleted.remove(key);
        self.saved.remove(key);
        self.open.remove(key).is_some()
    }

    /// Takes in that a file is not on disk any more. Its text stays where it is unsaved: whether it does.
    pub fn keep_unsaved(&mut self, key: &str) -> bool {
        if self.is_unsaved(key) {
            return true;
        }
        self.saved.remove(key);
        self.deleted.extend(self.open.remove_entry(key));
        false
    }

    /// Takes in that a file is there, and what it says: the text of an editor counts again.
    pub fn restore(&mut self, key: &str, saved: Option<Arc<str>>) {
        self.open.extend(self.deleted.remove_entry(key));
        self.set_saved(key, saved);
    }
}

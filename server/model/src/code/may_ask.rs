//! What code may ask for that was not understood as a whole: a text that is broken or takes too long to follow speaks
//! of the types that stand in it, and of no others.

use std::collections::BTreeSet;
use std::sync::Arc;

/// How many words are kept; a text with more may ask for anything.
const MAX_WORDS: usize = 20_000;

/// The types that code may ask for beside the uses that are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MayAsk {
    anything: bool,
    words: BTreeSet<Box<str>>,
}

impl MayAsk {
    /// Of code that cannot be seen.
    pub fn anything() -> MayAsk {
        MayAsk { anything: true, words: BTreeSet::new() }
    }

    /// What stands in some texts.
    pub fn of(texts: impl Iterator<Item = Arc<str>>) -> MayAsk {
        let mut all = MayAsk::default();
        for text in texts {
            let (words, is_dynamic) = connector_code::words(&text);
            all.anything |= is_dynamic;
            all.words.extend(words.into_iter().map(Box::from));
            if all.anything || all.words.len() > MAX_WORDS {
                return MayAsk::anything();
            }
        }
        all
    }

    pub fn add(&mut self, other: &MayAsk) {
        self.anything |= other.anything;
        self.words.extend(other.words.iter().cloned());
    }

    /// Whether a type may be among it.
    pub fn has(&self, type_name: &str) -> bool {
        self.anything || self.words.contains(type_name)
    }
}

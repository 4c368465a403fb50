//! What of an app's code stands at a place: a use of a connector, a call with its token, an automation.

use std::path::{Path, PathBuf};

use connector_code::{Naming, Place};
use connector_syntax::TextRange;

use super::{AppCall, AppCode, AppUse, Automation};

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
pub enum AtPlace<'a> {
    /// Where a type is named, or the method that takes its token.
    Use(&'a AppUse, TextRange),
    /// A call of a provider's API, with the use whose token it sends.
    Call(&'a AppCall, &'a AppUse),
    /// What waits for something to happen at a connector's service.
    Automation(&'a Automation),
}

impl AtPlace<'_> {
    /// The type that it is about, where that is known.
    pub fn type_name(&self) -> Option<&str> {
        match self {
            AtPlace::Use(used, _) | AtPlace::Call(_, used) => used.type_name(),
            AtPlace::Automation(automation) => Some(&automation.type_name),
        }
    }

    /// Where it stands.
    pub fn range(&self) -> TextRange {
        match self {
            AtPlace::Use(_, range) => *range,
            AtPlace::Call(call, _) => call.range,
            AtPlace::Automation(automation) => automation.range,
        }
    }
}

impl AppCode {
    /// What stands at an offset of a file, the innermost first. `root` is the project's.
    pub fn at(&self, root: &Path, path: &Path, offset: u32) -> Option<AtPlace<'_>> {
        let here = |place: &Place| {
            let range = TextRange::new(place.start, place.end);
            (range.touches(offset) && root.join(&*place.path) == path).then_some(range)
        };
        for used in &self.uses {
            let literal = used.found.literal.as_ref().and_then(here);
            if let Some(range) = literal.or_else(|| here(&used.found.method_at)) {
                return Some(AtPlace::Use(used, range));
            }
        }
        let calls = self.calls.iter().filter(|call| call.path == path && call.range.touches(offset));
        if let Some(call) = calls.min_by_key(|call| call.range.end - call.range.start) {
            return Some(AtPlace::Call(call, self.uses.get(call.used)?));
        }
        let mut automations = self.automations.iter();
        let found =
            automations.find(|automation| automation.path == path && automation.range.touches(offset));
        found.map(AtPlace::Automation)
    }

    /// Where a file names types, or is about to.
    pub fn types_named_in(&self, root: &Path, path: &Path) -> Vec<TextRange> {
        let uses = self.uses.iter().filter(|used| used.is_of_a_type()).map(|used| used.named_at(root));
        let blanks = self.blanks.iter().map(|at| (root.join(&*at.path), TextRange::new(at.start, at.end)));
        uses.chain(blanks).filter(|(file, _)| file == path).map(|(_, range)| range).collect()
    }
}

impl AppUse {
    /// Where it names its type: in a text, which may stand in another file; else where the method is.
    pub fn named_at(&self, root: &Path) -> (PathBuf, TextRange) {
        let place = match &self.found.literal {
            Some(literal) if self.found.naming != Naming::Dynamic => literal,
            _ => &self.found.method_at,
        };
        (root.join(&*place.path), TextRange::new(place.start, place.end))
    }
}

//! What the files of an app do, put together: a helper that several functions bring along is there once.

use std::collections::HashMap;

use connector_code::{Place, Use};
use foldhash::fast::RandomState;

use super::known::Known;
use super::{AppCall, AppCode, AppUse};

/// Finds what is listed already.
#[derive(Default)]
pub(super) struct Merge {
    /// The uses that begin at an offset, of any file.
    uses: HashMap<u32, Vec<usize>, RandomState>,
    calls: HashMap<u32, Vec<usize>, RandomState>,
}

impl Merge {
    /// Adds what a function does.
    pub fn function(&mut self, code: &mut AppCode, known: &Known, name: &str) {
        code.complete &= known.complete;
        code.may_ask.add(&known.may_ask);
        let places: Vec<Option<usize>> = known
            .uses
            .iter()
            .map(|used| {
                let at = self.take_use(code, used);
                if let Some(listed) = code.uses.get_mut(at) {
                    listed.functions.insert(name.to_owned());
                }
                Some(at)
            })
            .collect();
        self.take_calls(code, known, &places);
    }

    /// Adds what a file does that is no function: of what functions do as well, enough is known.
    pub fn other(&mut self, code: &mut AppCode, known: &Known, is_brought: bool) {
        code.complete &= known.complete;
        code.may_ask.add(&known.may_ask);
        let before = code.uses.len();
        let places: Vec<Option<usize>> = known
            .uses
            .iter()
            .map(|used| {
                let listed = self.uses.get(&used.found.at.start).into_iter().flatten();
                let mut listed = listed.filter(|at| **at < before).filter_map(|at| code.uses.get(*at));
                if listed.any(|listed| listed.found.at == used.found.at) {
                    return None;
                }
                let mut used = used.clone();
                used.found.reached = false;
                used.found.complete &= !is_brought;
                Some(self.take_use(code, &used))
            })
            .collect();
        self.take_calls(code, known, &places);
    }

    fn take_use(&mut self, code: &mut AppCode, used: &AppUse) -> usize {
        let found = &used.found;
        let same = |known: &Use| known.at == found.at && known.type_name == found.type_name;
        let here = self.uses.entry(found.at.start).or_default();
        let known = here.iter().find(|at| code.uses.get(**at).is_some_and(|known| same(&known.found)));
        if let Some(at) = known.copied() {
            if let Some(known) = code.uses.get_mut(at) {
                known.found.reached |= found.reached;
                known.found.complete &= found.complete;
                known.found.probe &= found.probe;
                known.found.fallback &= found.fallback;
                add_callers(&mut known.found.callers, &found.callers);
            }
            return at;
        }
        code.uses.push(used.clone());
        here.push(code.uses.len() - 1);
        code.uses.len() - 1
    }

    fn take_calls(&mut self, code: &mut AppCode, known: &Known, places: &[Option<usize>]) {
        for call in &known.calls {
            let Some(used) = places.get(call.used).copied().flatten() else { continue };
            let found = &call.found;
            let same = |known: &AppCall| {
                known.used == used
                    && known.found.at == found.at
                    && known.found.method == found.method
                    && known.found.target == found.target
                    && known.found.arguments == found.arguments
            };
            let here = self.calls.entry(found.at.start).or_default();
            let listed = here.iter().find(|at| code.calls.get(**at).is_some_and(same)).copied();
            if let Some(listed) = listed.and_then(|at| code.calls.get_mut(at)) {
                listed.found.followed = listed.found.followed.min(found.followed);
                add_callers(&mut listed.found.callers, &found.callers);
                continue;
            }
            let mut call = call.clone();
            call.used = used;
            call.found.used = used;
            code.calls.push(call);
            here.push(code.calls.len() - 1);
        }
    }
}

fn add_callers(known: &mut Vec<Place>, more: &[Place]) {
    for caller in more {
        if !known.contains(caller) {
            known.push(caller.clone());
        }
    }
}

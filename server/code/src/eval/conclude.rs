//! What is concluded once all is walked: what a use is, how sure a call is, and in which order they are told.

use super::*;

/// A call, and the place where its token was taken.
type SentFrom = (Place, Place, Option<Name>, Target);

impl Walk<'_> {
    /// One call with several types walks a list or a table. So does a helper that is brought several on one way, each
    /// borne for itself where it fails: a list of guesses.
    fn name_tables(&mut self) {
        let mut groups: HashMap<(Place, Vec<Place>), Vec<usize>> = HashMap::default();
        let mut types: HashMap<Place, usize> = HashMap::default();
        for (index, used) in self.uses.iter().enumerate() {
            *types.entry(used.listed.at.clone()).or_insert(0) += 1;
            groups.entry((used.listed.at.clone(), used.way.clone())).or_default().push(index);
        }
        for used in &mut self.uses {
            let several = types.get(&used.listed.at).is_some_and(|types| *types > 1);
            if several && used.listed.naming == Naming::Constant {
                // A way that brings one type names it, by the entry that it asks a table for.
                let way = (used.listed.at.clone(), used.way.clone());
                let alone = !used.way.is_empty() && groups.get(&way).is_some_and(|group| group.len() == 1);
                used.listed.naming = if alone { Naming::Parameter } else { Naming::Table };
            }
        }
        for group in groups.values() {
            let members = || group.iter().filter_map(|index| self.uses.get(*index));
            let tries: HashSet<Option<u32>> = members().map(|used| used.tried).collect();
            // One `try` around all that is done with them bears none for itself.
            let apart = tries.len() == group.len() || members().all(|used| !used.called_inside);
            let each_is_borne = !tries.contains(&None) && apart;
            for index in group {
                let Some(used) = self.uses.get_mut(*index) else { continue };
                if used.listed.naming == Naming::Parameter && each_is_borne && tries.len() > 1 {
                    used.listed.naming = Naming::Table;
                }
                // Of a table, some may be missing where a missing one is borne.
                used.listed.fallback |= used.listed.naming == Naming::Table && each_is_borne;
            }
        }
    }

    /// Where one function takes several types, each so that it goes on without it, it makes do with what there is.
    fn bear_alternatives(&mut self) {
        let borne = |used: &Taken| match used.tried {
            Some(tried) if !used.called_inside && !used.listed.probe => {
                self.gone_on_after.contains(&tried).then_some(tried)
            }
            _ => None,
        };
        let mut taken: HashMap<u32, HashSet<(u32, Option<Name>)>> = HashMap::default();
        for used in &self.uses {
            if let Some(tried) = borne(used) {
                taken.entry(used.taken_in).or_default().insert((tried, used.listed.type_name.clone()));
            }
        }
        let several: Vec<bool> = self
            .uses
            .iter()
            .map(|used| {
                let others = || taken.get(&used.taken_in).into_iter().flatten();
                borne(used).is_some_and(|tried| {
                    others().any(|(other, ty)| *other != tried && *ty != used.listed.type_name)
                })
            })
            .collect();
        for (used, several) in self.uses.iter_mut().zip(several) {
            used.listed.fallback |= several;
        }
    }

    /// Where the tokens of several entries of a table go to one address, the code sees to it that only some do.
    fn doubt_tables(&mut self) {
        let sent = |call: &Call| -> Option<SentFrom> {
            let listed = &self.uses.get(call.used)?.listed;
            let of_table = listed.naming == Naming::Table;
            of_table.then(|| (listed.at.clone(), call.at.clone(), call.method.clone(), call.target.clone()))
        };
        let mut tokens: HashMap<SentFrom, HashSet<usize>> = HashMap::default();
        for call in &self.calls {
            if let Some(sent) = sent(call) {
                tokens.entry(sent).or_default().insert(call.used);
            }
        }
        let several = |call: &Call| {
            sent(call).and_then(|sent| tokens.get(&sent)).is_some_and(|tokens| tokens.len() > 1)
        };
        let ambiguous: Vec<bool> = self.calls.iter().map(several).collect();
        for (call, ambiguous) in self.calls.iter_mut().zip(ambiguous) {
            if ambiguous {
                call.followed = match call.followed {
                    Followed::Sure | Followed::OrAnotherType => Followed::OrAnotherType,
                    _ => Followed::Partly,
                };
            }
        }
    }

    /// The lists, in the order of their places.
    pub(super) fn report(mut self) -> Analysis {
        let complete = !self.cut;
        for used in &mut self.uses {
            // A client that has the token and sends nothing that is known here may send it anywhere.
            let sends_nothing = used.handed_at.is_some_and(|before| before >= used.calls);
            used.listed.complete &= complete && !sends_nothing;
            let no_calls = used.calls == 0 && used.listed.method != Method::CallApi;
            // A handler that only writes a log makes a probe of what is merely tested, and of nothing else: where calls are
            // made with the token, they were meant to be made.
            used.listed.probe = no_calls && used.listed.complete && used.tried.is_some();
            used.listed.fallback |= used.tried.is_some() && !used.called_inside && used.other_token;
            // The author's own token comes first. One that is kept after it was taken here is no own one.
            let own_first = used.instead_of_own && used.other_token && !used.with_it_alone;
            used.listed.fallback |= own_first && used.listed.complete;
        }
        self.name_tables();
        self.bear_alternatives();
        self.doubt_tables();
        let mut order: Vec<usize> = (0..self.uses.len()).collect();
        order.sort_by(|a, b| {
            let key = |at: &usize| {
                self.uses.get(*at).map(|used| (used.listed.at.clone(), used.listed.type_name.clone()))
            };
            key(a).cmp(&key(b))
        });
        let mut new_place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(slot) = new_place.get_mut(*old) {
                *slot = new;
            }
        }
        let blanks = std::mem::take(&mut self.blanks).into_iter().map(|at| self.place(at)).collect();
        let mut calls = std::mem::take(&mut self.calls);
        for call in &mut calls {
            call.used = new_place.get(call.used).copied().unwrap_or(0);
            if !complete {
                call.followed = Followed::Partly;
            }
        }
        calls.sort_by(|a, b| a.at.cmp(&b.at).then(a.used.cmp(&b.used)));
        let mut uses: Vec<Option<Use>> = self.uses.into_iter().map(|used| Some(used.listed)).collect();
        let uses = order.into_iter().filter_map(|at| uses.get_mut(at).and_then(Option::take)).collect();
        let imports = self.loaded.iter().skip(1).map(|loaded| loaded.module.path().clone()).collect();
        let of_module = |loaded: &LoadedModule| {
            let path = loaded.module.path().clone();
            let at = loaded.module.directives.iter();
            at.map(|at| Place { path: path.clone(), start: at.0, end: at.1 }).collect::<Vec<_>>()
        };
        let directives = self.loaded.iter().flat_map(of_module).collect();
        let imports_unknown = self.imports_unknown;
        self.state.leave();
        Analysis { uses, calls, blanks, directives, imports, imports_unknown, complete }
    }
}

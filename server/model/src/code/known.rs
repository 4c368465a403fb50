//! What one file of code does, as it is kept.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use connector_catalogue::Catalogue;
use connector_catalogue::endpoints::{self, Match};
use connector_code::{Analysis, Call, Followed, Name, Place, Target};
use connector_syntax::TextRange;

use super::may_ask::MayAsk;
use super::moved::Move;
use super::{AppCall, AppUse};

/// What one file does, with what it brings along.
#[derive(Debug)]
pub(super) struct Known {
    /// Its uses, of no function yet.
    pub uses: Vec<AppUse>,
    /// Its calls; whose tokens they send is told by the places of `uses`.
    pub calls: Vec<AppCall>,
    /// The files that it reads from.
    pub imports: Vec<Arc<str>>,
    /// Nothing was left out.
    pub complete: bool,
    /// What may be asked for beside that.
    pub may_ask: MayAsk,
    /// Where a type is yet to be typed.
    pub blanks: Vec<Place>,
    /// The comments that silence findings.
    pub directives: Vec<Place>,
}

impl Known {
    /// Of a file that nothing could be found out about.
    pub fn nothing() -> Known {
        Known {
            uses: Vec::new(),
            calls: Vec::new(),
            imports: Vec::new(),
            complete: false,
            may_ask: MayAsk::anything(),
            blanks: Vec::new(),
            directives: Vec::new(),
        }
    }

    /// What an analysis found. `text_of` gives the texts that were analysed.
    pub fn of(analysis: Analysis, root: &Path, text_of: &dyn Fn(&str) -> Option<Arc<str>>) -> Known {
        let uses: Vec<AppUse> = analysis
            .uses
            .into_iter()
            .map(|found| {
                let text = text_of(&found.at.path);
                AppUse {
                    path: root.join(&*found.at.path),
                    range: TextRange::new(found.at.start, found.at.end),
                    awaited_from: text.and_then(|text| awaited_from(&text, found.at.start)),
                    is_typed: false,
                    functions: BTreeSet::new(),
                    found,
                }
            })
            .collect();
        let calls = analysis.calls.into_iter().filter_map(|found| {
            let type_name = uses.get(found.used)?.found.type_name.as_deref();
            let text = text_of(&found.at.path).unwrap_or_default();
            Some(AppCall {
                used: found.used,
                path: root.join(&*found.at.path),
                range: first_line(&text, TextRange::new(found.at.start, found.at.end)),
                endpoint: type_name.and_then(|name| endpoint_of(name, &found)),
                is_typed: false,
                found,
            })
        });
        let mut calls: Vec<AppCall> = calls.collect();
        settle(&uses, &mut calls);
        // What is not understood is asked about by whoever has the texts.
        let may_ask = MayAsk::default();
        let Analysis { imports, complete, blanks, directives, .. } = analysis;
        Known { uses, calls, imports, complete, may_ask, blanks, directives }
    }

    /// The files that it speaks of.
    pub fn paths(&self) -> BTreeSet<&Arc<str>> {
        let uses = self.uses.iter().map(|used| (&used.found.at, &used.found.callers));
        let calls = self.calls.iter().map(|call| (&call.found.at, &call.found.callers));
        uses.chain(calls)
            .flat_map(|(at, callers)| std::iter::once(at).chain(callers))
            .map(|at| &at.path)
            .collect()
    }
}

/// A place in code, and what is sent from there: by which method, and where to.
type Sending<'c> = (&'c Place, &'c Option<Name>, &'c Target);

/// Where tokens of several types may be sent to one address, and all but one type are another provider's, the code sees
/// to it that only that one is.
fn settle(uses: &[AppUse], calls: &mut [AppCall]) {
    let type_of = |call: &AppCall| uses.get(call.used).and_then(|used| used.found.type_name.clone());
    let is_open = |call: &&AppCall| call.found.followed == Followed::OrAnotherType;
    let mut groups: HashMap<Sending<'_>, Vec<usize>> = HashMap::new();
    for (at, call) in calls.iter().enumerate().filter(|(_, call)| is_open(call)) {
        let found = &call.found;
        groups.entry((&found.at, &found.method, &found.target)).or_default().push(at);
    }
    let mut sure = Vec::new();
    for group in groups.into_values() {
        let members = || group.iter().filter_map(|at| calls.get(*at).map(|call| (*at, call)));
        let opened = |call: &AppCall| matches!(&call.endpoint, Some(Match::Found(found)) if found.exact);
        let is_others = |call: &AppCall| matches!(&call.endpoint, Some(Match::WrongProduct(wrong)) if !wrong.same_provider);
        let types: BTreeSet<_> =
            members().filter(|(_, call)| opened(call)).map(|(_, call)| type_of(call)).collect();
        if types.len() == 1 && members().all(|(_, call)| opened(call) || is_others(call)) {
            sure.extend(members().filter(|(_, call)| opened(call)).map(|(at, _)| at));
        }
    }
    for at in sure {
        if let Some(call) = calls.get_mut(at) {
            call.found.followed = Followed::Sure;
        }
    }
}

/// A use where its text is now.
pub(super) fn moved_use(used: &AppUse, move_of: &dyn Fn(&str) -> Option<Move>) -> AppUse {
    let mut used = used.clone();
    if let Some(by) = move_of(&used.found.at.path) {
        used.range = by.range(used.range);
        used.awaited_from = used.awaited_from.map(|at| by.offset(at));
    }
    move_place(&mut used.found.at, move_of);
    move_place(&mut used.found.method_at, move_of);
    if let Some(literal) = &mut used.found.literal {
        move_place(literal, move_of);
    }
    used.found.callers.iter_mut().for_each(|place| move_place(place, move_of));
    used
}

/// A call where its text is now.
pub(super) fn moved_call(call: &AppCall, move_of: &dyn Fn(&str) -> Option<Move>) -> AppCall {
    let mut call = call.clone();
    if let Some(by) = move_of(&call.found.at.path) {
        call.range = by.range(call.range);
    }
    move_place(&mut call.found.at, move_of);
    call.found.callers.iter_mut().for_each(|place| move_place(place, move_of));
    call
}

/// A comment where its text is now.
pub(super) fn moved_place(place: &Place, move_of: &dyn Fn(&str) -> Option<Move>) -> Place {
    let mut place = place.clone();
    move_place(&mut place, move_of);
    place
}

fn move_place(place: &mut Place, move_of: &dyn Fn(&str) -> Option<Move>) {
    if let Some(by) = move_of(&place.path) {
        let range = by.range(TextRange::new(place.start, place.end));
        (place.start, place.end) = (range.start, range.end);
    }
}

/// What a call is to a token of a type; none where the type is not known.
fn endpoint_of(type_name: &str, call: &Call) -> Option<Match> {
    let ty = Catalogue::get().find(type_name)?;
    let arguments: Vec<endpoints::Argument<'_>> = call
        .arguments
        .iter()
        .map(|argument| endpoints::Argument { name: &argument.name, value: argument.value.as_deref() })
        .collect();
    let parts: Vec<endpoints::UrlPart<'_>>;
    let target = match &call.target {
        Target::Url(url) => {
            parts = url
                .iter()
                .map(|part| match part {
                    connector_code::UrlPart::Text(text) => endpoints::UrlPart::Text(text),
                    connector_code::UrlPart::Unknown => endpoints::UrlPart::Unknown,
                })
                .collect();
            endpoints::Target::Url(&parts)
        }
        Target::Operation { name, .. } => endpoints::Target::Operation(name),
        Target::Unknown => return Some(Match::Elsewhere),
    };
    let request = endpoints::Request {
        method: call.method.as_deref(),
        target,
        arguments: &arguments,
        more_arguments: call.more_arguments,
        graphql: call.graphql.as_deref(),
    };
    Some(endpoints::lookup(ty, &request))
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

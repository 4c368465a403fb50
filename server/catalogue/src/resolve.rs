//! What the scopes of a connector's list are to its type.

mod remembered;

use std::collections::HashSet;

use remembered::remembered;

use crate::cover::mark_covered;
use crate::describe::described;
use crate::markup::without_markup;
use crate::owners;
use crate::positions::Positions;
use crate::providers::OwnList;
use crate::suggest::{Corrector, Mismatch, Near, Suggestion};
use crate::{ConnectorType, Provider, Scope, Sensitivity};

/// So many unknown scopes of one list are compared with the known ones: more are no slips of the hand, and each is
/// compared with all of the type's.
const MAX_COMPARED: usize = 300;

/// Names that so many services have that they point to none.
pub(crate) const COMMON_NAMES: &[&str] = &[
    "address",
    "default",
    "email",
    "offline_access",
    "openid",
    "phone",
    "profile",
    "public_profile",
    "refresh_token",
];

/// One scope of a list.
#[derive(Clone, Debug)]
pub struct ResolvedScope {
    /// Whether it is a scope of the type, and if not, what it is.
    pub resolution: Resolution,
    /// The position in the list, before this one, of the same scope in whatever spelling.
    pub duplicate_of: Option<usize>,
    /// The position in the list of a scope that allows all that this one does.
    pub covered_by: Option<usize>,
}

/// What a scope is to its connector's type.
#[derive(Clone, Debug)]
pub enum Resolution {
    /// A scope of the type, in any of its spellings.
    Known(&'static Scope),
    /// What the type's scopes with a parameter look like.
    Pattern,
    /// No scope of the type, but one of another type or service.
    KnownElsewhere(Box<Elsewhere>),
    /// No scope that is known, but near some.
    Misspelt {
        /// The nearest ones, the best first.
        suggestions: Vec<Suggestion>,
        /// Whether it may, for all that, be a scope that nobody told us of.
        plausible: bool,
    },
    /// What a scope allows, in words, in place of its name; with the scopes that the words fit best.
    Description(Vec<Suggestion>),
    /// Several scopes in one string, with commas or blanks between them; each with where it begins in the string, in bytes.
    Joined(Vec<Part>),
    /// Nothing but blanks.
    Blank,
    /// The type takes no scopes at all.
    NotUsed,
    /// Nothing is known of it. It may be right unless the type's scopes are all known.
    Unknown {
        /// Whether the type's scopes are all known.
        complete: bool,
    },
}

/// Whose scope it is that is not the type's own.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The types that have it; none if only the provider's own list does.
    pub types: Vec<&'static ConnectorType>,
    /// Who grants it: `Google`, `Microsoft Graph`.
    pub service: Option<&'static str>,
    /// What is known of it.
    pub scope: Option<&'static Scope>,
    /// Whether the provider grants it to this type as well.
    pub granted: bool,
    /// How carefully it is guarded, as far as that is known.
    pub sensitivity: Option<Sensitivity>,
    /// Whether the type's own scopes are all known, as far as they are written like this one.
    complete: bool,
}

/// One of several scopes in one string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The scope.
    pub name: String,
    /// Where it begins in the string, in bytes.
    pub start: usize,
}

/// How sure it is that a provider refuses a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The provider accepts it, or may.
    Unsure,
    /// The provider's list of scopes is complete and this is none of them, or it is no scope's name at all.
    Sure,
}

impl ResolvedScope {
    /// How sure it is that the provider refuses an unknown scope; none where the scope is as it should be, or where
    /// something else is wrong with it.
    pub fn certainty(&self) -> Option<Certainty> {
        self.resolution.certainty()
    }

    /// How carefully the provider guards it, as far as that is known.
    pub fn sensitivity(&self) -> Option<Sensitivity> {
        match &self.resolution {
            Resolution::Known(scope) => scope.sensitivity,
            Resolution::KnownElsewhere(elsewhere) => elsewhere.sensitivity.filter(|_| elsewhere.granted),
            _ => None,
        }
    }

    /// What is known of the scope, whoever's it is.
    pub fn scope(&self) -> Option<&'static Scope> {
        match &self.resolution {
            Resolution::Known(scope) => Some(scope),
            Resolution::KnownElsewhere(elsewhere) => elsewhere.scope,
            _ => None,
        }
    }
}

impl Resolution {
    /// How sure it is that the provider refuses an unknown scope; none where the scope is as it should be, or where
    /// something else is wrong with it.
    pub fn certainty(&self) -> Option<Certainty> {
        match self {
            Resolution::Known(_) | Resolution::Pattern | Resolution::NotUsed => None,
            Resolution::KnownElsewhere(elsewhere) if elsewhere.granted || !elsewhere.complete => {
                Some(Certainty::Unsure)
            }
            Resolution::Unknown { complete: false } | Resolution::Misspelt { plausible: true, .. } => {
                Some(Certainty::Unsure)
            }
            Resolution::KnownElsewhere(_)
            | Resolution::Misspelt { .. }
            | Resolution::Description(_)
            | Resolution::Joined(_)
            | Resolution::Blank
            | Resolution::Unknown { complete: true } => Some(Certainty::Sure),
        }
    }
}

/// Resolves every scope of a connector's list; the answers are in the list's order.
pub fn resolve(ty: &'static ConnectorType, names: &[&str]) -> Vec<ResolvedScope> {
    let corrector = Corrector::new(ty);
    let mut compared = 0;
    let mut first_positions = Positions::new(ty, names.len());
    let mut resolved: Vec<ResolvedScope> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let own_index = first_positions.own_index(ty, name);
        let first = match own_index {
            Some(own_index) => first_positions.first_of_own(own_index, index),
            None => first_positions.first(ty.provider.habits().spelling_key(name), index),
        };
        let again = resolved.get(first).filter(|_| names.get(first) == Some(name));
        let resolution = match (again, own_index.and_then(|own_index| ty.scopes.get(own_index))) {
            (Some(earlier), _) => earlier.resolution.clone(),
            (None, Some(scope)) => Resolution::Known(scope),
            (None, None) => known(ty, name).unwrap_or_else(|| {
                compared += 1;
                if compared > MAX_COMPARED {
                    let parts = split_joined(name);
                    match is_joined(ty, name, &parts) {
                        true => Resolution::Joined(parts),
                        false => Resolution::Unknown { complete: ty.complete },
                    }
                } else {
                    unknown(ty, name, &corrector)
                }
            }),
        };
        let duplicate_of = (first != index).then_some(first);
        resolved.push(ResolvedScope { resolution, duplicate_of, covered_by: None });
    }
    mark_covered(ty, names, &first_positions, &mut resolved);
    resolved
}

/// Resolves one scope by itself.
pub fn resolve_one(ty: &'static ConnectorType, name: &str) -> Resolution {
    known(ty, name).unwrap_or_else(|| unknown(ty, name, &Corrector::new(ty)))
}

/// Resolves one scope that [`is_in_no_table`].
pub fn resolve_unlisted(ty: &'static ConnectorType, name: &str) -> Resolution {
    unknown(ty, name, &Corrector::new(ty))
}

/// Whether a name is in no table of any provider's, and like nothing that is: no other scope of a list says anything of
/// it, or it of them, but for the same name again.
pub fn is_in_no_table(ty: &'static ConnectorType, name: &str) -> bool {
    known(ty, name).is_none() && known_to_another_provider(ty, name).is_none()
}

/// What a name is that is in some table, or that stands out by its form.
fn known(ty: &'static ConnectorType, name: &str) -> Option<Resolution> {
    if !ty.takes_scopes() {
        return Some(Resolution::NotUsed);
    }
    if let Some(scope) = find(ty, name) {
        return Some(Resolution::Known(scope));
    }
    if name.trim().is_empty() {
        return Some(Resolution::Blank);
    }
    // What Microsoft's long forms may say is in its own list, which is more than how they look.
    let pattern = ty.pattern.as_ref().filter(|_| ty.provider.habits().trusts_pattern());
    if pattern.is_some_and(|pattern| pattern.matches(name)) {
        return Some(Resolution::Pattern);
    }
    known_to_provider(ty, name)
}

/// What a text is that has several words in it: scopes side by side, one with blanks in it, or a description.
fn several(ty: &'static ConnectorType, name: &str, corrector: &Corrector) -> Option<Resolution> {
    let parts = split_joined(name);
    if parts.len() < 2 {
        let is_scope = |part: &Part| find(ty, &part.name).is_some();
        let parts = split_encoded(name);
        if parts.len() > 1 && parts.iter().any(is_scope) {
            return Some(Resolution::Joined(parts));
        }
        // What also stands within scopes separates some only where each is one.
        let parts = [split_by_slashes(name), split_before_addresses(name)];
        let is_known = |part: &Part| is_scope(part) || known_to_provider(ty, &part.name).is_some();
        let is_list = |parts: &Vec<Part>| parts.len() > 1 && parts.iter().all(is_known);
        return parts.into_iter().find(is_list).map(Resolution::Joined);
    }
    if let Some(parts) = split_respelled(ty, name, corrector) {
        return Some(Resolution::Joined(parts));
    }
    let near = corrector.near(name);
    // The name of one scope, with a blank or a comma in the place of a sign, is no list, nor is it with a slip besides;
    // unless each part is a scope.
    let is_known =
        |part: &Part| find(ty, &part.name).is_some() || known_to_provider(ty, &part.name).is_some();
    let is_slip = |first: &Suggestion| match first.mismatch {
        Mismatch::Letter | Mismatch::Letters => near.close || !parts.iter().any(is_known),
        // Prose has no sign in a word.
        Mismatch::Words => near.close && parts.iter().any(|part| looks_like_scope(&part.name)),
        Mismatch::Address => false,
        _ => true,
    };
    let means_one = near.suggestions.first().is_some_and(|first| {
        is_slip(first) && (first.mismatch <= Mismatch::Separators || !is_list_of_words(name))
    });
    if means_one && !parts.iter().all(|part| find(ty, &part.name).is_some()) {
        return Some(near.into_resolution());
    }
    if let Some(scope) = alone_among_words(ty, name, &parts, corrector) {
        let meant = Suggestion { name: scope.into(), mismatch: Mismatch::Surrounded, certain: false };
        return Some(Resolution::Misspelt { suggestions: vec![meant], plausible: false });
    }
    if is_joined(ty, name, &parts) {
        return Some(Resolution::Joined(parts));
    }
    let fitting = described(ty, name);
    // Two words may be a scope of the type, and describe one of it rather than be another product's.
    let is_own = near.suggestions.first().is_some_and(|first| find(ty, &first.name).is_some());
    let is_phrase = (parts.len() > 2 || !is_own || !near.close) && !fitting.is_empty();
    match near.suggestions.is_empty() || is_phrase {
        true => Some(Resolution::Description(fitting)),
        false => Some(near.into_resolution()),
    }
}

/// The scopes between the commas of a text that has a blank in the place of a sign in some: `chat write, users read`.
fn split_respelled(ty: &'static ConnectorType, text: &str, corrector: &Corrector) -> Option<Vec<Part>> {
    let pieces = split(text, |rest| {
        let first = rest.chars().next()?;
        LIST_SIGNS.contains(&first).then(|| first.len_utf8())
    });
    if !(2..=MAX_RESPELLED).contains(&pieces.len()) {
        return None;
    }
    let meant = |piece: Part| {
        let name = piece.name.trim();
        let start = piece.start + piece.name.len() - piece.name.trim_start().len();
        if find(ty, name).is_some() {
            return Some(Part { name: name.to_owned(), start });
        }
        let near = corrector.near(name);
        let first = near.suggestions.first().filter(|first| first.mismatch <= Mismatch::Separators)?;
        (name.contains(char::is_whitespace)).then(|| Part { name: first.name.clone().into_owned(), start })
    };
    pieces.into_iter().filter(|piece| !piece.name.trim().is_empty()).map(meant).collect()
}

/// A text with more pieces is not compared piece by piece.
const MAX_RESPELLED: usize = 20;

/// The one scope of a text, where the words beside it are none, nor near to any: `[x] chat:write`,
/// `chat:write - required`.
fn alone_among_words(
    ty: &'static ConnectorType,
    text: &str,
    parts: &[Part],
    corrector: &Corrector,
) -> Option<String> {
    let (scopes, words): (Vec<&Part>, Vec<&Part>) =
        parts.iter().partition(|part| looks_like_scope(&part.name));
    let [scope] = scopes.as_slice() else {
        return None;
    };
    let is_word = |part: &&Part| {
        find(ty, &part.name).is_none()
            && known_to_provider(ty, &part.name).is_none()
            && corrector.near(&part.name).suggestions.is_empty()
    };
    let is_list = text.contains(LIST_SIGNS) || words.len() > MAX_RESPELLED;
    let is_alone = !is_list && find(ty, &scope.name).is_some() && words.iter().all(is_word);
    is_alone.then(|| scope.name.clone())
}

/// Whether a text's parts are scopes side by side, and no prose.
fn is_joined(ty: &'static ConnectorType, text: &str, parts: &[Part]) -> bool {
    let is_scope =
        |part: &&Part| find(ty, &part.name).is_some() || known_to_provider(ty, &part.name).is_some();
    // Prose has a word now and then that is a scope's name, or has a sign in it.
    let like_scopes = || parts.iter().filter(|part| looks_like_scope(&part.name) || is_scope(part)).count();
    // Of plain words each has to be one: `Read contacts` are two words, and `contacts` was a scope.
    let has_sign = || parts.iter().any(|part| looks_like_scope(&part.name));
    let are_scopes = || match has_sign() {
        true => 2 * like_scopes() >= parts.len(),
        false => like_scopes() == parts.len(),
    };
    parts.len() > 1 && (is_list_of_words(text) || are_scopes())
}

/// What stands between the entries of a list, on other keyboards too.
const LIST_SIGNS: [char; 6] = [',', ';', '\n', '、', '，', '；'];

/// What stands around a list and the texts in it.
const LIST_MARKS: [char; 5] = ['[', ']', '"', '\'', '`'];

/// Whether single words stand between commas, semicolons or line breaks; between those of a sentence there are several.
fn is_list_of_words(text: &str) -> bool {
    let mut pieces = text.split(LIST_SIGNS).map(str::trim).filter(|piece| !piece.is_empty()).peekable();
    text.contains(LIST_SIGNS)
        && pieces.peek().is_some()
        && pieces.all(|piece| !piece.contains(char::is_whitespace))
}

/// Whether a word is built like a scope: with a sign in it, not only after it.
fn looks_like_scope(word: &str) -> bool {
    word.trim_end_matches([':', '.', '/']).contains([':', '.', '/', '_'])
}

/// The type's scope of this name, in whatever spelling the provider reads.
pub(crate) fn find(ty: &'static ConnectorType, name: &str) -> Option<&'static Scope> {
    ty.find_scope(name).or_else(|| ty.provider.habits().find_respelled(ty, name))
}

/// The types of the same provider that have a scope, each with what it knows of it.
pub(crate) fn find_in_siblings(
    ty: &'static ConnectorType,
    name: &str,
) -> impl Iterator<Item = (&'static ConnectorType, &'static Scope)> {
    owners::having(name).filter(|(other, _)| other.provider == ty.provider)
}

/// What a name is that another type of the same provider has, or the provider's own list, or any of its forms.
fn known_to_provider(ty: &'static ConnectorType, name: &str) -> Option<Resolution> {
    let (types, scopes): (Vec<_>, Vec<_>) = find_in_siblings(ty, name).unzip();
    let scope: Option<&'static Scope> = scopes.first().copied();
    let habits = ty.provider.habits();
    let (service, sensitivity) = match habits.in_own_list(ty, name) {
        Some(OwnList::Pattern) => return Some(Resolution::Pattern),
        Some(OwnList::Listed(service, sensitivity)) => (Some(service), sensitivity),
        None if types.is_empty() => return None,
        None => (None, None),
    };
    Some(Resolution::KnownElsewhere(Box::new(Elsewhere {
        types,
        service,
        scope,
        granted: habits.grants_across_types(),
        sensitivity: scope.and_then(|scope| scope.sensitivity).or(sensitivity),
        complete: ty.complete,
    })))
}

/// What a name is that is in no table.
fn unknown(ty: &'static ConnectorType, name: &str, corrector: &Corrector) -> Resolution {
    remembered(ty, name, || compared(ty, name, corrector))
}

/// The same, found by comparing it with what is.
fn compared(ty: &'static ConnectorType, name: &str, corrector: &Corrector) -> Resolution {
    if let Some(resolution) = copied(ty, name, corrector) {
        return resolution;
    }
    if let Some(resolution) = several(ty, name, corrector) {
        return resolution;
    }
    let nothing = Resolution::Unknown { complete: knows_all_like(ty, name) };
    // Of other services' permissions there is no list: what looks like one may be one.
    if ty.provider.habits().is_of_unlisted_service(name) {
        return known_to_another_provider(ty, name).unwrap_or(nothing);
    }
    let near = corrector.near(name);
    // That a few letters or words differ says less than that another provider has just this scope.
    if near.close && !near.plausible {
        return near.into_resolution();
    }
    match known_to_another_provider(ty, name) {
        Some(resolution) => resolution,
        None if near.suggestions.is_empty() => nothing,
        None => near.into_resolution(),
    }
}

/// The scope that was meant by what was copied with something of its page.
fn copied(ty: &'static ConnectorType, written: &str, corrector: &Corrector) -> Option<Resolution> {
    let plain = without_markup(written)?;
    if let Some(scope) = find(ty, &plain) {
        let name = ty.in_form_of(scope.name, &plain);
        // Where only signs stand around it, nothing was said beside it.
        let around = text_around(written, &plain);
        let certain = around.is_some_and(|mut around| around.all(|letter| !letter.is_alphanumeric()));
        let meant = Suggestion { name, mismatch: Mismatch::Surrounded, certain };
        return Some(Resolution::Misspelt { suggestions: vec![meant], plausible: false });
    }
    let near = corrector.near(&plain);
    let is_one = near.close && split_joined(&plain).len() < 2 && split_encoded(&plain).len() < 2;
    is_one.then(|| near.uncertain().into_resolution())
}

/// What stands before and behind a text within another.
fn text_around<'t>(text: &'t str, within: &str) -> Option<impl Iterator<Item = char> + 't> {
    let (before, behind) = text.split_once(within)?;
    Some(before.chars().chain(behind.chars()))
}

impl Near {
    /// The same for a text of which more than that was changed.
    fn uncertain(mut self) -> Self {
        self.suggestions.iter_mut().for_each(|one| one.certain = false);
        self
    }

    fn into_resolution(self) -> Resolution {
        Resolution::Misspelt { suggestions: self.suggestions, plausible: self.plausible }
    }
}

/// Whether all scopes are known that are written like this one.
fn knows_all_like(ty: &ConnectorType, name: &str) -> bool {
    ty.complete || ty.provider.habits().knows_all_written_like(ty, name)
}

/// What a scope is of another provider's types, where its name is telling.
fn known_to_another_provider(ty: &ConnectorType, name: &str) -> Option<Resolution> {
    // A plain word may be a scope of anybody's: of whom all scopes are not known, it tells nothing.
    let telling = (ty.complete && name.len() >= 5) || name.contains([':', '.', '_', '-', '/']);
    if !telling || COMMON_NAMES.contains(&name) {
        return None;
    }
    let recognizes = |provider: Provider| provider != ty.provider && provider.habits().is_recognizable(name);
    let others = owners::having(name).filter(|(other, _)| recognizes(other.provider));
    let types: Vec<_> = others.map(|(other, _)| other).collect();
    let service = match types.as_slice() {
        [] => Some(Provider::ALL.iter().filter(|provider| recognizes(**provider)).find_map(|provider| {
            match provider.habits().in_own_list(ty, name)? {
                OwnList::Listed(service, _) => Some(service),
                OwnList::Pattern => provider.display_name(),
            }
        })?),
        _ => None,
    };
    let providers: HashSet<_> = types.iter().map(|other| other.provider).collect();
    if providers.len() > 2 {
        return None;
    }
    let scope = types.first().and_then(|other| find(other, name));
    let sensitivity = scope.and_then(|scope| scope.sensitivity);
    // The address says that it is the other provider's.
    let complete = name.contains("://") || knows_all_like(ty, name);
    let elsewhere = Elsewhere { types, service, scope, granted: false, sensitivity, complete };
    Some(Resolution::KnownElsewhere(Box::new(elsewhere)))
}

/// The scopes in a string that holds several, as people write them in one line; one if it holds one.
pub fn split_joined(text: &str) -> Vec<Part> {
    let mut parts = split(text, |rest| {
        let first = rest.chars().next()?;
        (first.is_whitespace() || LIST_SIGNS.contains(&first)).then(|| first.len_utf8())
    });
    if parts.len() > 1 {
        let is_mark = |(index, part): (usize, &Part)| match index {
            0 => is_list_mark(&part.name),
            _ => {
                is_bullet(&part.name)
                    || (index + 1 < parts.len() && (is_between(&part.name) || is_numbering(&part.name)))
            }
        };
        let marks: Vec<bool> = parts.iter().enumerate().map(is_mark).collect();
        let mut marks = marks.into_iter();
        parts.retain(|_| !marks.next().unwrap_or_default());
    }
    if parts.len() > 1 {
        parts = parts.into_iter().map(bare).filter(|part| !part.name.is_empty()).collect();
    }
    parts
}

/// A part of a list without the brackets and quotes around it.
fn bare(part: Part) -> Part {
    let name = part.name.trim_start_matches(LIST_MARKS);
    let start = part.start + part.name.len() - name.len();
    Part { name: name.trim_end_matches(LIST_MARKS).to_owned(), start }
}

/// The scopes in a string in place of a list, of a type where it is known; brackets and quotes as in a list left out.
pub fn split_list(ty: Option<&'static ConnectorType>, text: &str) -> Vec<Part> {
    let parts = split_joined(text);
    if parts.len() > 1 || text.trim().starts_with('[') {
        return parts.into_iter().map(bare).filter(|part| !part.name.is_empty()).collect();
    }
    let encoded = split_encoded(text);
    let is_scope = |part: &Part| match ty {
        Some(ty) => find(ty, &part.name).is_some(),
        None => looks_like_scope(&part.name),
    };
    if encoded.len() > 1 && encoded.iter().any(is_scope) { encoded } else { parts }
}

/// Whether a word is what a list has before each of its lines, or says what follows: `-`, `2.`, `scopes:`.
pub(crate) fn is_list_mark(word: &str) -> bool {
    let name = word.trim_end_matches([':', '=', '.', ')']);
    let is_name = || {
        let name = name.to_ascii_lowercase();
        matches!(name.as_str(), "scope" | "scopes" | "permission" | "permissions")
            || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
    };
    is_bullet(word) || (name.len() < word.len() && is_name())
}

/// Whether a word is the number of an entry: `2.`, `2)`.
fn is_numbering(word: &str) -> bool {
    let digits = word.trim_end_matches(['.', ')']);
    digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is a sign that stands between the entries of a list, or before each.
fn is_bullet(word: &str) -> bool {
    matches!(word, "-" | "*" | "+" | "•" | "·" | "–" | "|" | "/" | "&")
}

/// Whether a word stands between the entries of a list that is a sentence.
fn is_between(word: &str) -> bool {
    matches!(word, "and" | "or" | "AND" | "OR")
}

/// The scopes in a string that holds several as an address or a program has them.
fn split_encoded(text: &str) -> Vec<Part> {
    const SEPARATORS: [&str; 8] = ["|", "+", "&", "%20", "%2C", "%2c", "%0A", "\\n"];
    split(text, |rest| SEPARATORS.iter().find(|separator| rest.starts_with(**separator)).map(|one| one.len()))
}

/// The scopes of a text in which slashes stand between them.
fn split_by_slashes(text: &str) -> Vec<Part> {
    if text.contains("://") {
        return Vec::new();
    }
    split(text, |rest| rest.starts_with('/').then_some(1))
}

/// The scopes of a text in which each begins with an address, and nothing stands between them.
fn split_before_addresses(text: &str) -> Vec<Part> {
    let mut starts: Vec<usize> = text.match_indices("https://").map(|(at, _)| at).collect();
    if starts.first().is_some_and(|first| *first > 0) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    let part =
        |(start, end): (usize, usize)| text.get(start..end).map(|name| Part { name: name.to_owned(), start });
    starts.iter().copied().zip(ends).filter_map(part).collect()
}

/// The parts between separators; `separator` tells the length of the one that a text begins with, if any.
fn split(text: &str, separator: impl Fn(&str) -> Option<usize>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut add = |start: usize, end: usize| {
        if let Some(piece) = text.get(start..end).filter(|piece| !piece.is_empty()) {
            parts.push(Part { name: piece.to_owned(), start });
        }
    };
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match separator(rest) {
            Some(length) => {
                add(start, at);
                at += length;
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    add(start, text.len());
    parts
}

//! What is to be said about the scopes of a connector.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::misspelling::{Likeness, Spelling, Suggestion};
use crate::owners;
use crate::provider::{self, MicrosoftScope, Service};
use crate::{ConnectorType, Scope, Sensitivity};

/// How many unknown scopes of one list are compared with the known ones: more are no slip of the hand.
const MOST_COMPARED: usize = 300;

/// Names that so many services have that they point to none.
const COMMON_NAMES: &[&str] = &[
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

/// What is to be said about one scope of a list.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Whether it is a scope of the type, and if not, what it is.
    pub verdict: Verdict,
    /// The place in the list, before this one, of the same scope in whatever spelling.
    pub duplicate_of: Option<usize>,
    /// The place in the list of a scope that allows all that this one does.
    pub covered_by: Option<usize>,
}

/// What a scope is to its connector's type.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// A scope of the type, in any of its spellings.
    Known(&'static Scope),
    /// What the type's scopes with a parameter look like.
    Pattern,
    /// No scope of the type, but one of another type or service.
    KnownElsewhere(Box<Elsewhere>),
    /// No scope, but near some; the nearest first.
    Misspelt(Vec<Suggestion>),
    /// Several scopes in one string, with commas or blanks between them; each with its place in the string, in bytes.
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

impl Judgement {
    /// How sure it is that the provider refuses an unknown scope; none where the scope is as it should be, or where
    /// something else is wrong with it.
    pub fn certainty(&self) -> Option<Certainty> {
        match &self.verdict {
            Verdict::Known(_) | Verdict::Pattern | Verdict::NotUsed => None,
            Verdict::KnownElsewhere(elsewhere) if elsewhere.granted || !elsewhere.complete => {
                Some(Certainty::Unsure)
            }
            Verdict::Unknown { complete: false } => Some(Certainty::Unsure),
            Verdict::KnownElsewhere(_) | Verdict::Misspelt(_) | Verdict::Joined(_) | Verdict::Blank => {
                Some(Certainty::Sure)
            }
            Verdict::Unknown { complete: true } => Some(Certainty::Sure),
        }
    }

    /// How carefully the provider guards it, as far as that is known.
    pub fn sensitivity(&self) -> Option<Sensitivity> {
        match &self.verdict {
            Verdict::Known(scope) => scope.sensitivity,
            Verdict::KnownElsewhere(elsewhere) => elsewhere.sensitivity.filter(|_| elsewhere.granted),
            _ => None,
        }
    }

    /// What is known of the scope, whoever's it is.
    pub fn scope(&self) -> Option<&'static Scope> {
        match &self.verdict {
            Verdict::Known(scope) => Some(scope),
            Verdict::KnownElsewhere(elsewhere) => elsewhere.scope,
            _ => None,
        }
    }
}

/// Judges every scope of a connector's list; the answers are in the list's order.
pub fn judge(ty: &'static ConnectorType, scopes: &[&str]) -> Vec<Judgement> {
    let spelling = Spelling::new(ty);
    let mut compared = 0;
    let mut first_places = Places::new(ty, scopes.len());
    let mut judgements: Vec<Judgement> = Vec::with_capacity(scopes.len());
    for (place, name) in scopes.iter().enumerate() {
        let own = first_places.own(ty, name);
        let first = match own {
            Some(own) => first_places.first_of_own(own, place),
            None => first_places.first(provider::spelling_key(ty, name), place),
        };
        let again = judgements.get(first).filter(|_| scopes.get(first) == Some(name));
        let verdict = match (again, own.and_then(|own| ty.scopes.get(own))) {
            (Some(earlier), _) => earlier.verdict.clone(),
            (None, Some(scope)) => Verdict::Known(scope),
            (None, None) => known(ty, name).unwrap_or_else(|| {
                compared += 1;
                if compared > MOST_COMPARED {
                    Verdict::Unknown { complete: ty.complete }
                } else {
                    unknown(ty, name, &spelling)
                }
            }),
        };
        judgements.push(Judgement {
            verdict,
            duplicate_of: (first != place).then_some(first),
            covered_by: None,
        });
    }
    // What is spelled alike allows the same, and but for Google nothing else does.
    if ty.provider == "google" {
        let places = effects(ty, scopes, &judgements);
        let alike = mark_alike(ty, scopes, &places, &judgements);
        mark_covered(ty, scopes, &places, alike, &mut judgements);
    } else {
        mark_covered(ty, scopes, &first_places, Covers::default(), &mut judgements);
    }
    judgements
}

/// Where in a list scopes stand first. Every edit makes one, so it is a quick one.
struct Places<'a> {
    /// Those of the type's own table, by their places there, where the provider has one spelling for each.
    own: Option<Vec<Option<u32>>>,
    /// The others, by a key of their names.
    others: foldhash::HashMap<Cow<'a, str>, usize>,
}

impl<'a> Places<'a> {
    fn new(ty: &ConnectorType, count: usize) -> Self {
        let own = (!provider::has_spellings(ty.provider)).then(|| vec![None; ty.scopes.len()]);
        let others = if own.is_some() { 0 } else { count };
        Self { own, others: foldhash::HashMap::with_capacity_and_hasher(others, Default::default()) }
    }

    /// The place of a scope in the type's table, where it is known by that.
    fn own(&self, ty: &ConnectorType, name: &str) -> Option<usize> {
        self.own.as_ref().and_then(|_| ty.scope_place(name))
    }

    /// The first place of a scope of the type's table, which is this one if it was not there yet.
    fn first_of_own(&mut self, own: usize, place: usize) -> usize {
        let first = self.own.as_mut().and_then(|all| all.get_mut(own));
        first.map_or(place, |first| *first.get_or_insert(place as u32) as usize)
    }

    /// The same of any other.
    fn first(&mut self, key: Cow<'a, str>, place: usize) -> usize {
        *self.others.entry(key).or_insert(place)
    }

    /// Where a scope of the type's table stands, by its place there.
    fn of_own(&self, own: u16) -> Option<usize> {
        self.own.as_ref()?.get(usize::from(own)).copied().flatten().map(|place| place as usize)
    }

    /// Where a scope stands, by what it allows.
    fn get(&self, ty: &ConnectorType, name: &str) -> Option<usize> {
        match self.own(ty, name) {
            Some(own) => self.of_own(u16::try_from(own).ok()?),
            None => self.others.get(&provider::effect_key(ty, name)).copied(),
        }
    }
}

/// Judges one scope by itself.
pub fn judge_one(ty: &'static ConnectorType, name: &str) -> Verdict {
    known(ty, name).unwrap_or_else(|| unknown(ty, name, &Spelling::new(ty)))
}

/// Whether two names are one scope, or allow the same: a short and a long form, an alias.
pub fn same_scope(ty: &ConnectorType, left: &str, right: &str) -> bool {
    left == right || provider::effect_key(ty, left) == provider::effect_key(ty, right)
}

/// The verdict on a name that is in some table, or that stands out by its form.
fn known(ty: &'static ConnectorType, name: &str) -> Option<Verdict> {
    if !ty.takes_scopes() {
        return Some(Verdict::NotUsed);
    }
    if let Some(scope) = find(ty, name) {
        return Some(Verdict::Known(scope));
    }
    if name.trim().is_empty() {
        return Some(Verdict::Blank);
    }
    let parts = split_joined(name);
    if parts.len() > 1 {
        return Some(Verdict::Joined(parts));
    }
    if let Some(verdict) = known_to_provider(ty, name) {
        return Some(verdict);
    }
    // What Microsoft's long forms may say is in its own list, which is more than how they look.
    let pattern = ty.pattern.as_ref().filter(|_| ty.provider != "microsoft")?;
    pattern.matches(name).then_some(Verdict::Pattern)
}

/// The type's scope of this name, in whatever spelling the provider reads.
pub(super) fn find(ty: &'static ConnectorType, name: &str) -> Option<&'static Scope> {
    if let Some(scope) = ty.find_scope(name) {
        return Some(scope);
    }
    match ty.provider {
        "microsoft" => {
            let scope = MicrosoftScope::parse(name);
            let exchange = scope.service == Service::Exchange && ty.name == "outlook";
            let own = scope.service == Service::Graph || exchange;
            own.then(|| ty.find_scope_ignoring_case(scope.permission)).flatten()
        }
        "google" => match provider::spelling_key(ty, name) {
            key if key == name => None,
            key => ty.find_scope(&key),
        },
        _ => None,
    }
}

/// The types of the same provider that have a scope, each with what it knows of it.
fn find_in_siblings(
    ty: &'static ConnectorType,
    name: &str,
) -> impl Iterator<Item = (&'static ConnectorType, &'static Scope)> {
    owners::having(name).filter(|(other, _)| other.provider == ty.provider)
}

/// The verdict on what another type of the same provider has, or the provider's own list, or any of its forms.
fn known_to_provider(ty: &'static ConnectorType, name: &str) -> Option<Verdict> {
    let (types, scopes): (Vec<_>, Vec<_>) = find_in_siblings(ty, name).unzip();
    let scope: Option<&'static Scope> = scopes.first().copied();
    let granted = provider::grants_across_types(ty.provider);
    let elsewhere = |service, sensitivity| {
        let sensitivity = scope.and_then(|scope| scope.sensitivity).or(sensitivity);
        let types = types.clone();
        let complete = ty.complete;
        let elsewhere = Elsewhere { types, service, scope, granted, sensitivity, complete };
        Some(Verdict::KnownElsewhere(Box::new(elsewhere)))
    };
    match ty.provider {
        "google" if !types.is_empty() || provider::google_scope(name).is_some() => {
            elsewhere(Some("Google"), None)
        }
        "microsoft" => {
            let scope = MicrosoftScope::parse(name);
            let permission = provider::graph_permission(scope.permission);
            let guarded = permission.filter(|one| one.admin_consent).map(|_| Sensitivity::Restricted);
            match scope.service {
                Service::Graph if scope.is_default() => Some(Verdict::Pattern),
                Service::Graph if permission.is_some() => elsewhere(Some("Microsoft Graph"), guarded),
                Service::Exchange if scope.is_default() && ty.name == "outlook" => Some(Verdict::Pattern),
                Service::Exchange if scope.is_default() || permission.is_some() => {
                    elsewhere(Some("Exchange Online"), guarded)
                }
                _ => None,
            }
        }
        _ if types.is_empty() => None,
        _ => elsewhere(None, None),
    }
}

/// The verdict on a name that is in no table.
fn unknown(ty: &'static ConnectorType, name: &str, spelling: &Spelling) -> Verdict {
    let nothing = Verdict::Unknown { complete: knows_all_like(ty, name) };
    if ty.provider == "microsoft" {
        // Of other services' permissions there is no list: what looks like one may be one.
        let other_service = MicrosoftScope::parse(name).service == Service::Other;
        if other_service && !spelling.is_misspelt_address(name) {
            return known_to_another_provider(ty, name).unwrap_or(nothing);
        }
    }
    let suggestions = spelling.suggestions(name);
    // That a few letters differ says less than that another provider has just this scope.
    if suggestions.first().is_some_and(|first| first.likeness < Likeness::Letters) {
        return Verdict::Misspelt(suggestions);
    }
    match known_to_another_provider(ty, name) {
        Some(verdict) => verdict,
        None if suggestions.is_empty() => nothing,
        None => Verdict::Misspelt(suggestions),
    }
}

/// Whether all scopes are known that are written like this one.
fn knows_all_like(ty: &ConnectorType, name: &str) -> bool {
    // Google writes all others as addresses.
    ty.complete || (ty.provider == "google" && !name.contains("://"))
}

/// The verdict on a scope of another provider's types, where its name is telling.
fn known_to_another_provider(ty: &ConnectorType, name: &str) -> Option<Verdict> {
    // A plain word may be a scope of anybody's: of whom all scopes are not known, it tells nothing.
    let telling = (ty.complete && name.len() >= 5) || name.contains([':', '.', '_', '-', '/']);
    if !telling || COMMON_NAMES.contains(&name) {
        return None;
    }
    let others = owners::having(name).filter(|(other, _)| other.provider != ty.provider);
    let mut types: Vec<_> = others.map(|(other, _)| other).collect();
    let mut service = None;
    if types.is_empty() && ty.provider != "google" && provider::google_scope(name).is_some() {
        service = Some("Google");
    }
    // A Microsoft scope is only recognized as Microsoft writes it.
    types.retain(|other| {
        other.provider != "microsoft" || other.find_scope(name).is_some() || name.contains("://")
    });
    let providers: HashSet<_> = types.iter().map(|other| other.provider).collect();
    if (types.is_empty() && service.is_none()) || providers.len() > 2 {
        return None;
    }
    let scope = types.first().and_then(|other| find(other, name));
    let sensitivity = scope.and_then(|scope| scope.sensitivity);
    // The address says that it is the other provider's.
    let complete = name.contains("://") || knows_all_like(ty, name);
    let elsewhere = Elsewhere { types, service, scope, granted: false, sensitivity, complete };
    Some(Verdict::KnownElsewhere(Box::new(elsewhere)))
}

/// The scopes in a string that holds several, as people write them in one line; one if it holds one.
pub fn split_joined(text: &str) -> Vec<Part> {
    let separates = |letter: char| letter.is_whitespace() || letter == ',' || letter == ';';
    let mut parts = Vec::new();
    let mut start = 0;
    for piece in text.split(separates) {
        if !piece.is_empty() {
            parts.push(Part { name: piece.to_owned(), start });
        }
        let separator = text.get(start + piece.len()..).and_then(|rest| rest.chars().next());
        start += piece.len() + separator.map_or(0, char::len_utf8);
    }
    parts
}

/// Places in a list: the scope at the first allows all that the one at the second does.
type Covers = foldhash::HashSet<(usize, usize)>;

/// The places of scopes that allow the same under other names.
fn mark_alike(
    ty: &'static ConnectorType,
    scopes: &[&str],
    places: &Places<'_>,
    judgements: &[Judgement],
) -> Covers {
    let mut covers = Covers::default();
    for (place, (name, judgement)) in scopes.iter().zip(judgements).enumerate() {
        if judgement.duplicate_of.is_none()
            && judgement.scope().is_some()
            && let Some(first) = places.get(ty, name).filter(|first| *first != place)
        {
            covers.extend([(first, place), (place, first)]);
        }
    }
    covers
}

/// Notes for every scope whether another in the list allows all that it does; of scopes that cover each other, the
/// first stays.
fn mark_covered(
    ty: &'static ConnectorType,
    scopes: &[&str],
    places: &Places<'_>,
    mut covers: Covers,
    judgements: &mut [Judgement],
) {
    for (place, (name, judgement)) in scopes.iter().zip(&*judgements).enumerate() {
        if judgement.duplicate_of.is_some() || judgement.scope().is_none_or(|scope| scope.deprecated) {
            continue;
        }
        let mut add = |found: Option<usize>| {
            covers.extend(found.filter(|found| *found != place).map(|found| (place, found)));
        };
        match &judgement.verdict {
            Verdict::Known(scope) if !provider::grants_across_types(ty.provider) => {
                scope.covered.iter().for_each(|own| add(places.of_own(*own)));
            }
            verdict => {
                covered_by_name(ty, name, verdict).iter().for_each(|covered| add(places.get(ty, covered)));
            }
        }
    }
    let stands_out = |over: usize, under: usize| !covers.contains(&(under, over)) || over < under;
    let mut redundant: Vec<(usize, usize)> =
        covers.iter().copied().filter(|(over, under)| stands_out(*over, *under)).collect();
    redundant.sort_unstable();
    let all_redundant: HashSet<usize> = redundant.iter().map(|(_, under)| *under).collect();
    for (over, under) in redundant {
        let Some(judgement) = judgements.get_mut(under) else { continue };
        if judgement.covered_by.is_none() && !all_redundant.contains(&over) {
            judgement.covered_by = Some(over);
        }
    }
}

/// Where in the list each known scope stands first, by what it allows.
fn effects<'a>(ty: &ConnectorType, scopes: &[&'a str], judgements: &[Judgement]) -> Places<'a> {
    let mut places = Places::new(ty, scopes.len());
    for (place, (name, judgement)) in scopes.iter().zip(judgements).enumerate() {
        if judgement.duplicate_of.is_none() && judgement.scope().is_some() {
            match places.own(ty, name) {
                Some(own) => places.first_of_own(own, place),
                None => places.first(provider::effect_key(ty, name), place),
            };
        }
    }
    places
}

/// The names of all that a scope covers, in any type of its provider, with the address it was written with.
fn covered_by_name(ty: &'static ConnectorType, name: &str, verdict: &Verdict) -> Vec<Cow<'static, str>> {
    let of_type = |(other, scope): (&'static ConnectorType, &'static Scope)| {
        let covered = scope.covered.iter().filter_map(|place| other.scopes.get(usize::from(*place)));
        covered.map(|scope| provider::in_form_of(ty, scope.name, name)).collect::<Vec<_>>()
    };
    match verdict {
        Verdict::Known(scope) if !provider::grants_across_types(ty.provider) => of_type((ty, scope)),
        Verdict::Known(_) => find_in_siblings(ty, name).flat_map(of_type).collect(),
        Verdict::KnownElsewhere(elsewhere) if elsewhere.granted => {
            find_in_siblings(ty, name).flat_map(of_type).collect()
        }
        _ => Vec::new(),
    }
}

/// The scopes of a connector's list, to be asked what another one would change.
pub struct Listed<'a> {
    ty: &'static ConnectorType,
    /// Where each known scope stands, by what it allows.
    places: Places<'a>,
    /// Where a scope stands that covers this one, by what this one allows.
    covered: foldhash::HashMap<String, usize>,
}

impl<'a> Listed<'a> {
    /// Reads a list.
    pub fn new(ty: &'static ConnectorType, scopes: &[&'a str]) -> Self {
        let judgements = judge(ty, scopes);
        let places = effects(ty, scopes, &judgements);
        let mut covered = foldhash::HashMap::default();
        for (place, (name, judgement)) in scopes.iter().zip(&judgements).enumerate() {
            if judgement.scope().is_some_and(|scope| !scope.deprecated) {
                for one in covered_by_name(ty, name, &judgement.verdict) {
                    covered.entry(provider::effect_key(ty, &one).into_owned()).or_insert(place);
                }
            }
        }
        Self { ty, places, covered }
    }

    /// Where the list has this scope already, in whatever spelling.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.places.get(self.ty, name)
    }

    /// Where the list has a scope that allows all that this one does, and more.
    pub fn covering(&self, name: &str) -> Option<usize> {
        self.covered.get(&*provider::effect_key(self.ty, name)).copied()
    }

    /// The places of the scopes that this one would make redundant, in the list's order.
    pub fn made_redundant_by(&self, name: &str) -> Vec<usize> {
        let covered = covered_by_name(self.ty, name, &judge_one(self.ty, name));
        let mut places: Vec<usize> = covered.iter().filter_map(|one| self.position(one)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

//! Calls that a connector's scopes do not allow.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;

use connector_boundary::text::printable;
use connector_catalogue::endpoints::{Access, Match, Missing, ScopeSet, is_identity, refusal};
use connector_catalogue::order::label;
use connector_catalogue::{Catalogue, ConnectorType};
use connector_syntax::TextRange;
use foldhash::fast::RandomState;

use super::AppCall;
use super::findings::{MAX_RELATED, View};
use super::one_cause::scopes_as_meant;
use crate::project::Project;
use crate::state::Connector;
use crate::{Code, Finding, Fix, FixAction, Place, Severity};

/// How many ways to mend it a finding offers.
const MAX_FIXES: usize = 3;

/// A call that a connector's scopes do not allow.
pub(super) struct Lack<'a> {
    pub call: &'a AppCall,
    pub path: &'a Path,
    pub connector: &'a Connector,
    pub need: Rc<Need>,
    pub severity: Severity,
    /// The same line leads to other calls that lack the same.
    pub also: Vec<&'a AppCall>,
}

/// What an endpoint needs that a connector does not ask for. An app makes the same few requests from many places, so
/// this is put into words once for all calls of one endpoint.
pub(super) struct Need {
    /// What to add, the narrowest first; none where no scope of the type opens the endpoint.
    suggestions: Vec<ScopeSet>,
    /// What is needed, in words: one of several, or several together.
    pub words: String,
    /// The rest of the sentence: who does not ask for it, and what the provider answers.
    outcome: String,
    /// More is needed than to know who signed in, which the platform may ask for by itself.
    is_more_than_identity: bool,
    /// Adding what lacks, the narrowest first.
    pub fixes: Vec<Fix>,
}

/// The calls that lack a scope; those of one line that lack the same are one.
pub(super) fn lacking<'a>(view: &View<'a>, type_name: &str) -> Vec<Lack<'a>> {
    let mut all: Vec<Lack<'a>> = Vec::new();
    let Some((path, connector)) = view.connector(type_name) else { return all };
    let Some(ty) = Catalogue::get().find(type_name) else { return all };
    // A list that is not there or not one is said elsewhere.
    if connector.scopes_range.is_none() || !ty.takes_scopes() {
        return all;
    }
    if view.code.calls_of(type_name).next().is_none() {
        return all;
    }
    let mut needs = KnownNeeds::new(view, ty, path, connector);
    // Those that are listed already, by where their calls begin, in any file.
    let mut listed: HashMap<u32, Vec<usize>, RandomState> = HashMap::default();
    for call in view.code.calls_about(Some(type_name)) {
        let Some(used) = view.code.uses.get(call.used) else { continue };
        let Some(endpoint @ Match::Found(found)) = &call.endpoint else { continue };
        // Of what could not be followed to the end, or may be another endpoint, nothing is said.
        if !used.found.reached || !found.exact || !call.is_sure() || !view.code.is_whole(type_name, call) {
            continue;
        }
        let Some(need) = needs.of(endpoint) else { continue };
        let certain = found.endpoint.confidence.may_warn()
            && call.is_of_this_token()
            && need.is_more_than_identity
            && !used.found.fallback
            && !used.found.probe;
        let severity = if certain { Severity::Warning } else { Severity::Hint };
        let here = listed.entry(call.found.at.start).or_default();
        let same = here.iter().copied().find(|at| {
            all.get(*at).is_some_and(|known| {
                known.call.found.at == call.found.at && known.need.suggestions == need.suggestions
            })
        });
        match same.and_then(|at| all.get_mut(at)) {
            Some(known) => {
                known.severity = known.severity.min(severity);
                known.also.push(call);
            }
            None => {
                here.push(all.len());
                all.push(Lack { call, path, connector, need, severity, also: Vec::new() });
            }
        }
    }
    all
}

/// What the endpoints of one type need that its connector does not ask for, each looked up once.
struct KnownNeeds<'v, 'a> {
    view: &'v View<'a>,
    ty: &'static ConnectorType,
    path: &'a Path,
    connector: &'a Connector,
    scopes: Vec<&'a str>,
    /// What else the connector may be granted.
    otherwise: OnceCell<Vec<Vec<String>>>,
    known: Vec<(&'a Match, Option<Rc<Need>>)>,
}

impl<'v, 'a> KnownNeeds<'v, 'a> {
    fn new(view: &'v View<'a>, ty: &'static ConnectorType, path: &'a Path, connector: &'a Connector) -> Self {
        let scopes = connector.scopes().iter().map(String::as_str).collect();
        KnownNeeds { view, ty, path, connector, scopes, otherwise: OnceCell::new(), known: Vec::new() }
    }

    /// What an endpoint needs; none where the connector may be granted it, or where that cannot be told.
    fn of(&mut self, endpoint: &'a Match) -> Option<Rc<Need>> {
        if let Some((_, need)) = self.known.iter().find(|(known, _)| *known == endpoint) {
            return need.clone();
        }
        let need = match endpoint.access(self.ty, &self.scopes) {
            Access::Missing(missing) if !self.may_be_granted(endpoint) => {
                Some(Rc::new(Need::new(missing, self.ty, self.view.project, self.path)))
            }
            _ => None,
        };
        self.known.push((endpoint, need.clone()));
        need
    }

    fn may_be_granted(&self, endpoint: &Match) -> bool {
        self.otherwise.get_or_init(|| self.otherwise()).iter().any(|scopes| {
            let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
            endpoint.access(self.ty, &scopes) == Access::Granted
        })
    }

    /// Of several files it is not known which one counts, and what is misspelt is told as that.
    fn otherwise(&self) -> Vec<Vec<String>> {
        let declares = |one: &Connector| one.type_name == self.connector.type_name;
        let others = self.view.connectors.iter().filter(|(path, one)| declares(one) && *path != self.path);
        let meant = scopes_as_meant(self.ty, &self.scopes);
        others.map(|(_, other)| other.scopes().to_vec()).chain(meant).collect()
    }
}

impl Need {
    fn new(missing: Missing, ty: &'static ConnectorType, project: &Project, path: &Path) -> Need {
        let Missing { suggestions, other_types } = missing;
        let name = ty.display_name;
        let file = project.display_path(path);
        let answer = match refusal(ty) {
            Some(refusal) => match refusal.sign {
                Some(sign) => format!(" {name} answers {} with `{sign}`.", refusal.status),
                None => format!(" {name} answers {}.", refusal.status),
            },
            None => String::new(),
        };
        let others = match &other_types[..] {
            [] => String::new(),
            types if suggestions.is_empty() => {
                format!(" A connector of type `{}` can ask for it.", types.join("` or `"))
            }
            _ => String::new(),
        };
        let fix = |set: &ScopeSet| {
            let names: Vec<String> = set.iter().map(|scope| format!("`{scope}`")).collect();
            Fix {
                title: format!("Add {} to {file}", names.join(" and ")),
                action: FixAction::AddScopes {
                    path: path.to_owned(),
                    scopes: set.iter().map(|scope| (*scope).to_owned()).collect(),
                },
                safe: false,
            }
        };
        Need {
            words: in_words(&suggestions),
            outcome: format!(", which {file} does not ask for.{answer}{others}"),
            is_more_than_identity: suggestions.is_empty()
                || suggestions.iter().flatten().any(|scope| !is_identity(ty, scope)),
            fixes: suggestions.iter().take(MAX_FIXES).map(fix).collect(),
            suggestions,
        }
    }
}

/// What is needed, in words: one of several, or several together.
fn in_words(suggestions: &[ScopeSet]) -> String {
    let sets = suggestions.iter().take(MAX_FIXES).enumerate().map(|(at, set)| {
        // The first is what is meant: of the others, the part that tells them apart is read at a glance.
        let shown = |scope: &&'static str| match label(scope) {
            short if at > 0 && short != *scope => format!("`…/{short}`"),
            _ => format!("`{scope}`"),
        };
        set.iter().map(shown).collect::<Vec<_>>().join(" and ")
    });
    let sets: Vec<String> = sets.collect();
    match &sets[..] {
        [] => "a scope that this type does not offer".to_owned(),
        [only] => only.clone(),
        several => format!("one of {}", several.join(", ")),
    }
}

impl Lack<'_> {
    /// What is said of it where the call stands.
    pub fn in_code(&self, view: &View<'_>) -> Finding {
        let call = printable(&self.call.shown(), 160);
        let message = format!("`{call}` needs {}{}", self.need.words, self.need.outcome);
        let mut finding = Finding::new(Code::MissingScope, self.call.range, message);
        finding.severity = self.severity;
        finding.related.push(Place {
            path: Some(self.path.to_owned()),
            range: self.connector.scopes_range.unwrap_or(self.connector.type_range),
            message: "The scopes that the connector asks for".to_owned(),
        });
        let callers: BTreeSet<_> =
            std::iter::once(&self.call).chain(&self.also).flat_map(|call| &call.found.callers).collect();
        finding.related.extend(callers.into_iter().take(MAX_RELATED).map(|caller| {
            let path = view.project.root.join(&*caller.path);
            Place {
                path: (path != self.call.path).then_some(path),
                range: TextRange::new(caller.start, caller.end),
                message: "Called from here".to_owned(),
            }
        }));
        finding.fixes = self.need.fixes.clone();
        finding
    }
}

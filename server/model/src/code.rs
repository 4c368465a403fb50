//! What an app's code does with connectors, and what follows of it.

mod connector_files;
mod findings;
mod read;
mod users;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_catalogue::Catalogue;
use connector_catalogue::endpoints::{self, Match};
use connector_code::{Analysis, Call, Followed, Method, Naming, ServiceRole, Target, Use};
use connector_syntax::TextRange;

use crate::Positions;

pub(crate) use findings::View;
pub(crate) use findings::all as findings;
pub(crate) use findings::listed;
pub use users::ConnectorUsers;

/// What the code of a project does with connectors.
#[derive(Debug, Default)]
pub struct AppCode {
    /// The places that take a connector's token, in the order of their files.
    pub uses: Vec<AppUse>,
    /// The calls that are made with those tokens, in the order of their files.
    pub calls: Vec<AppCall>,
    /// What calls a function when something happens at a connector's service.
    pub automations: Vec<Automation>,
    /// How many functions there are.
    pub functions: usize,
    /// Everything was read and understood: what is not listed is not there.
    pub complete: bool,
    files: BTreeMap<PathBuf, Positions>,
}

/// A place that takes a connector's token.
#[derive(Clone, Debug)]
pub struct AppUse {
    /// What was found.
    pub found: Use,
    /// Where it stands.
    pub path: PathBuf,
    /// Where in it.
    pub range: TextRange,
    /// Where `await` stands before it, if it does.
    pub awaited_from: Option<u32>,
    /// The functions that come here.
    pub functions: BTreeSet<String>,
}

/// A call of a provider's API.
#[derive(Clone, Debug)]
pub struct AppCall {
    /// Whose token it sends: the index of a use.
    pub used: usize,
    /// What was found.
    pub found: Call,
    /// Where it stands.
    pub path: PathBuf,
    /// Where in it.
    pub range: TextRange,
    /// What it is to a token of its type; none where the type is not known.
    pub endpoint: Option<Match>,
}

/// What calls a function when something happens at a connector's service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// The type.
    pub type_name: String,
    /// The file that declares it.
    pub path: PathBuf,
    /// Where the type stands in it.
    pub range: TextRange,
    /// The function that it calls, where its own config declares it.
    pub function: Option<String>,
}

impl AppUse {
    /// The type, where it is known.
    pub fn type_name(&self) -> Option<&str> {
        self.found.type_name.as_deref()
    }

    /// Whether it takes a connector by its type, whichever that is.
    pub fn is_of_a_type(&self) -> bool {
        self.found.method != Method::ById
    }

    /// Whether some function fails without the connector: the token is taken by a method that there is, with the rights
    /// that it needs, where code comes to, and not only to see whether it can be had.
    pub fn is_relied_on(&self) -> bool {
        self.found.reached
            && !self.found.probe
            && self.found.service_role != ServiceRole::No
            && !matches!(self.found.method, Method::Other(_))
            // Of a table whose missing entries are borne, none is missed.
            && !(self.found.naming == Naming::Table && self.found.fallback)
    }
}

impl AppCode {
    /// Lines and columns of a file that something was found in.
    pub fn positions(&self, path: &Path) -> Option<&Positions> {
        self.files.get(path)
    }

    /// The uses of a type.
    pub fn uses_of<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = (usize, &'a AppUse)> {
        self.uses.iter().enumerate().filter(move |(_, used)| used.type_name() == Some(type_name))
    }

    /// The calls that are made with the tokens of a type.
    pub fn calls_of<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = &'a AppCall> {
        self.calls.iter().filter(move |call| {
            self.uses.get(call.used).is_some_and(|used| used.type_name() == Some(type_name))
        })
    }

    /// The functions that use a type, by name.
    pub fn functions_using(&self, type_name: &str) -> BTreeSet<&str> {
        let uses = self.uses.iter().filter(|used| used.type_name() == Some(type_name));
        uses.flat_map(|used| used.functions.iter().map(String::as_str)).collect()
    }

    /// The types that are used, by name.
    pub fn types(&self) -> BTreeSet<&str> {
        self.uses.iter().filter_map(AppUse::type_name).collect()
    }

    /// Whether a connector is taken whose type is only known when the code runs.
    pub fn is_dynamic(&self) -> bool {
        self.uses.iter().any(|used| used.is_of_a_type() && used.type_name().is_none())
    }

    /// Whether everything is known that is done with the tokens of a type.
    pub fn knows_all_of(&self, type_name: &str) -> bool {
        self.complete && !self.is_dynamic() && self.uses_of(type_name).all(|(_, used)| used.found.complete)
    }

    /// Adds what one file does, with the files that it brings along.
    fn add(&mut self, analysis: Analysis, function: Option<&str>, path_of: &dyn Fn(&str) -> PathBuf) {
        self.complete &= analysis.complete;
        let mut places = Vec::with_capacity(analysis.uses.len());
        for used in analysis.uses {
            let same = |known: &AppUse| known.found.at == used.at && known.found.type_name == used.type_name;
            let at = match self.uses.iter().position(same) {
                Some(at) => {
                    if let Some(known) = self.uses.get_mut(at) {
                        known.found.reached |= used.reached;
                        known.found.complete &= used.complete;
                        known.found.probe &= used.probe;
                        known.found.fallback &= used.fallback;
                        let callers = used.callers.into_iter().filter(|it| !known.found.callers.contains(it));
                        let more: Vec<_> = callers.collect();
                        known.found.callers.extend(more);
                    }
                    at
                }
                None => {
                    let path = path_of(&used.at.path);
                    let range = TextRange::new(used.at.start, used.at.end);
                    let functions = BTreeSet::new();
                    self.uses.push(AppUse { found: used, path, range, awaited_from: None, functions });
                    self.uses.len() - 1
                }
            };
            if let (Some(function), Some(known)) = (function, self.uses.get_mut(at)) {
                known.functions.insert(function.to_owned());
            }
            places.push(at);
        }
        for mut call in analysis.calls {
            let Some(used) = places.get(call.used).copied() else { continue };
            call.used = used;
            let same = |known: &AppCall| {
                known.used == used
                    && known.found.at == call.at
                    && known.found.method == call.method
                    && known.found.target == call.target
                    && known.found.arguments == call.arguments
            };
            if let Some(known) = self.calls.iter_mut().find(|known| same(known)) {
                known.found.followed = known.found.followed.min(call.followed);
                let callers: Vec<_> =
                    call.callers.into_iter().filter(|it| !known.found.callers.contains(it)).collect();
                known.found.callers.extend(callers);
                continue;
            }
            let type_name = self.uses.get(used).and_then(|used| used.found.type_name.clone());
            let endpoint = type_name.and_then(|name| endpoint_of(&name, &call));
            let path = path_of(&call.at.path);
            let range = TextRange::new(call.at.start, call.at.end);
            self.calls.push(AppCall { used, found: call, path, range, endpoint });
        }
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

impl AppCall {
    /// Whether it is surely made as it is listed.
    pub fn is_sure(&self) -> bool {
        self.found.followed == Followed::Sure
    }

    /// The method and the address, as a person reads them.
    pub fn shown(&self) -> String {
        let method = self.found.method.as_deref().unwrap_or_default();
        let target = match &self.found.target {
            Target::Url(parts) => {
                let mut url = String::new();
                for part in parts {
                    match part {
                        connector_code::UrlPart::Text(text) => url.push_str(text),
                        connector_code::UrlPart::Unknown => url.push('…'),
                    }
                }
                let address = url.split('?').next().unwrap_or_default();
                address.trim_start_matches("https://").to_owned()
            }
            Target::Operation { name, .. } => name.to_string(),
            Target::Unknown => "…".to_owned(),
        };
        format!("{method} {target}").trim().to_owned()
    }
}

/// The code of a project, shared between those that look at it.
pub type SharedCode = Arc<AppCode>;

/// The least scopes that the calls with a type's token need, as far as that is known.
pub fn least_scopes(code: &AppCode, type_name: &str) -> Vec<String> {
    let Some(ty) = Catalogue::get().find(type_name) else { return Vec::new() };
    let requests: Vec<&Match> = code.calls_of(type_name).filter_map(|call| call.endpoint.as_ref()).collect();
    let least = endpoints::least_scopes(ty, &requests);
    least.scopes.into_iter().map(str::to_owned).collect()
}

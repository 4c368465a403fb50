//! What an app's code does with connectors, and what follows of it.

mod analyse;
mod base;
mod connector_files;
mod due;
mod findings;
mod folders;
mod import_maps;
mod known;
mod lacking;
mod may_ask;
mod merge;
mod moved;
mod one_cause;
mod pages;
mod places;
mod sources;
mod texts;
mod usage;
mod users;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_catalogue::endpoints::Match;
use connector_code::{Call, Followed, Method, Name, Naming, Place, ServiceRole, Target, Use};
use connector_syntax::TextRange;
use foldhash::fast::RandomState;

use crate::ignores::Ignores;
use crate::{Finding, Positions};

pub use base::CodeBase;
pub use connector_code::{STACK, TAKING_METHODS};
pub(crate) use due::{Difference, Due};
pub(crate) use findings::{ByFile, Subject, View};
pub(crate) use findings::{listed, missing_types, sort};
pub use folders::{CodeFile, CodeFolders};
pub use import_maps::MAP_NAMES;
use may_ask::MayAsk;
pub(crate) use one_cause::put_together;
pub use places::AtPlace;
pub use usage::{
    LeastScopes, NeededScope, Needs, ScopeAction, ScopeChange, ScopeLine, Usage, Why, least_scopes,
};
pub use users::ConnectorUsers;

/// What the code of a project does with connectors.
#[derive(Debug, Default)]
pub struct AppCode {
    /// The places that take a connector's token, in the order of their files.
    pub uses: Vec<AppUse>,
    /// The calls that are made with those tokens, in the order of their files.
    pub calls: Vec<AppCall>,
    /// Where a type is yet to be typed, with nothing between the quotes.
    blanks: Vec<Place>,
    /// The same in pages, where nothing comes of it: none of these is a use of a connector.
    pub page_uses: Vec<AppUse>,
    /// What calls a function when something happens at a connector's service.
    pub automations: Vec<Automation>,
    /// How many functions there are.
    pub functions: usize,
    /// Everything was read and understood: what is not listed is not there.
    pub complete: bool,
    /// Every file could be read.
    is_read: bool,
    /// What may be asked for where code was not understood.
    may_ask: MayAsk,
    /// An agent takes tokens in ways that stand in no code.
    has_agents: bool,
    /// The plugins whose functions are among these.
    plugins: Vec<PathBuf>,
    /// The files between functions that none of them brings along: what they take, nobody takes.
    loose: BTreeSet<PathBuf>,
    /// What the files that are typed in did when they were saved last.
    saved: Option<Arc<AppCode>>,
    files: HashMap<PathBuf, Arc<Positions>, RandomState>,
    /// What comments silence, by the file that they stand in.
    silences: HashMap<PathBuf, Arc<Ignores>, RandomState>,
    /// The uses and the calls of each type, by their indices.
    by_type: HashMap<Option<Name>, OfType, RandomState>,
}

/// What is done with the tokens of one type.
#[derive(Debug, Default)]
struct OfType {
    uses: Vec<usize>,
    calls: Vec<usize>,
}

/// A place that takes a connector's token.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Its type or its method ends where something was typed last: there may be more of it to come.
    pub is_typed: bool,
}

/// A call of a provider's API.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// It is being typed: it may lead elsewhere with the next key.
    pub is_typed: bool,
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
    /// It is not switched off.
    pub is_active: bool,
    /// Its type is being typed.
    pub is_typed: bool,
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

    /// Whether what was typed of a name is the beginning of one of these, and more of it may come.
    pub(crate) fn may_become<'a>(&self, typed: &str, mut names: impl Iterator<Item = &'a str>) -> bool {
        self.is_typed && names.any(|name| name.len() > typed.len() && name.starts_with(typed))
    }

    /// What is asked of the SDK's connectors: `getConnection`.
    pub fn method_name(&self) -> &str {
        match &self.found.method {
            Method::GetConnection => "getConnection",
            Method::GetAccessToken => "getAccessToken",
            Method::CallApi => "callApi",
            Method::Environment => "its key in the environment",
            Method::ById => "by its id",
            Method::Other(name) => name,
        }
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
    /// The code of a project that has none.
    pub fn none() -> AppCode {
        AppCode { complete: true, is_read: true, ..AppCode::default() }
    }

    /// Lines and columns of a file that something was found in.
    pub fn positions(&self, path: &Path) -> Option<&Positions> {
        self.files.get(path).map(Arc::as_ref)
    }

    /// Whether a comment silences a finding in a file of code.
    pub(crate) fn silences(&self, path: &Path, finding: &Finding) -> bool {
        self.silences.get(path).is_some_and(|ignores| ignores.silences(finding))
    }

    /// The pages that ask for a type, which they cannot have.
    pub(crate) fn pages_asking_for<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = &'a AppUse> {
        self.page_uses.iter().filter(move |used| used.type_name() == Some(type_name))
    }

    /// Whether a file is a plugin's, whose functions are deployed with the app and whose connector files are not.
    pub(crate) fn is_of_plugin(&self, path: &Path) -> bool {
        self.plugins.iter().any(|plugin| path.starts_with(plugin))
    }

    /// The uses of a type.
    pub fn uses_of<'a>(&'a self, type_name: &str) -> impl Iterator<Item = (usize, &'a AppUse)> + use<'a> {
        self.uses_about(Some(type_name))
    }

    /// The automations that wait for what happens at a type's service.
    pub fn automations_of<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = &'a Automation> {
        self.automations.iter().filter(move |automation| automation.type_name == type_name)
    }

    /// The calls that are made with the tokens of a type.
    pub fn calls_of<'a>(&'a self, type_name: &str) -> impl Iterator<Item = &'a AppCall> + use<'a> {
        self.calls_about(Some(type_name))
    }

    /// The uses of a type, or those whose type is not known.
    pub(crate) fn uses_about<'a>(
        &'a self,
        type_name: Option<&str>,
    ) -> impl Iterator<Item = (usize, &'a AppUse)> + use<'a> {
        let found = self.of_type(type_name).into_iter().flat_map(|of_type| &of_type.uses);
        found.filter_map(|at| Some((*at, self.uses.get(*at)?)))
    }

    /// The calls that are made with the tokens of a type, or with those whose type is not known.
    pub(crate) fn calls_about<'a>(
        &'a self,
        type_name: Option<&str>,
    ) -> impl Iterator<Item = &'a AppCall> + use<'a> {
        let found = self.of_type(type_name).into_iter().flat_map(|of_type| &of_type.calls);
        found.filter_map(|at| self.calls.get(*at))
    }

    fn of_type(&self, type_name: Option<&str>) -> Option<&OfType> {
        self.by_type.get(&type_name.map(Name::from))
    }

    /// The uses of a type in code that something brings along, and those that nothing does.
    pub(crate) fn taken_and_loose(&self, type_name: &str) -> (Vec<&AppUse>, Vec<&AppUse>) {
        self.uses_of(type_name).map(|(_, used)| used).partition(|used| !self.loose.contains(&used.path))
    }

    /// The functions that use a type, by name.
    pub fn functions_using(&self, type_name: &str) -> BTreeSet<&str> {
        self.uses_of(type_name).flat_map(|(_, used)| used.functions.iter().map(String::as_str)).collect()
    }

    /// The types that are used, by name.
    pub fn types(&self) -> BTreeSet<&str> {
        self.by_type.keys().flatten().map(|name| &**name).collect()
    }

    /// Whether a connector is taken whose type is only known when the code runs. What no function comes to takes none.
    pub fn is_dynamic(&self) -> bool {
        self.uses_about(None).any(|(_, used)| used.is_of_a_type() && used.found.reached)
    }

    /// Whether all places are listed that take a token of a type.
    pub(crate) fn knows_uses_of(&self, type_name: &str) -> bool {
        self.is_read && !self.is_dynamic() && !self.may_ask.has(type_name)
    }

    /// Whether everything is known that is done with the tokens of a type.
    pub fn knows_all_of(&self, type_name: &str) -> bool {
        self.knows_uses_of(type_name) && self.uses_of(type_name).all(|(_, used)| used.found.complete)
    }

    /// The code, and that which was saved last of the files that are typed in. What is not used is used in neither: the
    /// use may be about to be typed again.
    pub(crate) fn with_saved(&self) -> impl Iterator<Item = &AppCode> {
        std::iter::once(self).chain(self.saved.as_deref())
    }

    /// Whether a call is as it is meant to be, and not on the way to another one: nobody is typing it, or it was saved
    /// like that.
    pub(crate) fn is_whole(&self, type_name: &str, call: &AppCall) -> bool {
        let leads_to =
            |other: &AppCall| other.found.target == call.found.target && other.endpoint == call.endpoint;
        !call.is_typed || self.saved.iter().any(|saved| saved.calls_of(type_name).any(leads_to))
    }

    /// What of the saved code may be about any type.
    fn saved_for_any(&self) -> Option<(bool, &MayAsk)> {
        let saved = self.saved.as_ref().map(|saved| (saved.is_dynamic(), &saved.may_ask));
        saved.filter(|(is_dynamic, may_ask)| *is_dynamic || **may_ask != MayAsk::default())
    }

    /// The files of which other lines and columns are known than before.
    pub(crate) fn relaid<'a>(&'a self, before: &'a AppCode) -> impl Iterator<Item = &'a Path> {
        let now = self.files.iter().filter(|(path, positions)| {
            before
                .files
                .get(*path)
                .is_some_and(|before| !Arc::ptr_eq(before, positions) && before != *positions)
        });
        now.map(|(path, _)| path.as_path())
    }

    /// Has the uses and calls found by their types.
    fn index(&mut self) {
        self.by_type.clear();
        for (at, used) in self.uses.iter().enumerate() {
            self.by_type.entry(used.found.type_name.clone()).or_default().uses.push(at);
        }
        for (at, call) in self.calls.iter().enumerate() {
            let Some(used) = self.uses.get(call.used) else { continue };
            self.by_type.entry(used.found.type_name.clone()).or_default().calls.push(at);
        }
    }
}

impl AppCall {
    /// Whether it is surely made as it is listed; another token that is no connector's may be sent in its place.
    pub fn is_sure(&self) -> bool {
        matches!(self.found.followed, Followed::Sure | Followed::OrOther)
    }

    /// Whether it is surely made with a connector's token, and with no other one that the code may have.
    pub(crate) fn is_of_this_token(&self) -> bool {
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

//! What is to be said about code: connectors that are not there, scopes that are missing, methods that are not.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use connector_boundary::text::printable;
use connector_catalogue::Catalogue;
use connector_catalogue::endpoints::Match;
use connector_catalogue::nearest::nearest_few;
use connector_code::{Method, Naming, ServiceRole, TAKING_METHODS};
use connector_syntax::{TextEdit, TextRange};
use foldhash::fast::RandomState;

use super::connector_files;
use super::due::Due;
use super::lacking::lacking;
use super::one_cause::may_be_declared;
use super::{AppCall, AppCode, AppUse, Automation};
use crate::checks::suggest_type;
use crate::create::connector_text;
use crate::facts::Facts;
use crate::project::Project;
use crate::state::Connector;
use crate::{Code, Command, Finding, Fix, FixAction, Place, Severity, Tag};

/// The types whose tokens the platform keeps to itself: it makes their calls, and counts them.
const METERED: [&str; 1] = ["x"];
/// How many other places a finding names.
pub(super) const MAX_RELATED: usize = 12;
/// How many types the sentence for an app without connector files names: more than nearly all apps use.
const MAX_TYPES: usize = 16;

/// What is concluded about at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject<'a> {
    /// The uses of one type and the files that declare it; none stands for uses whose type is not known.
    Type(Option<&'a str>),
    /// The app as a whole.
    App,
}

/// What code is held against.
pub(crate) struct View<'a> {
    pub code: &'a AppCode,
    pub project: &'a Project,
    pub connectors: Vec<(&'a Path, &'a Connector)>,
    /// The connector files that do not say of which type they are, or cannot be read.
    pub without_type: Vec<&'a Path>,
    pub has_folder: bool,
    pub facts: &'a Facts,
}

impl<'a> View<'a> {
    /// The one file that declares a type.
    pub fn connector(&self, type_name: &str) -> Option<(&'a Path, &'a Connector)> {
        self.connectors.iter().find(|(_, connector)| connector.type_name == type_name).copied()
    }

    fn declares(&self, type_name: &str) -> bool {
        self.connector(type_name).is_some()
    }

    /// Everything that follows from the code about one subject, in code and in connector files, as far as it is due.
    pub fn findings(&self, subject: Subject<'_>, due: &Due) -> ByFile {
        match subject {
            Subject::Type(name) => of_type(self, name, due),
            Subject::App => of_app(self),
        }
    }
}

/// What is said, by file. Paths are slow to put in order: they are compared part by part.
pub(crate) type ByFile = HashMap<PathBuf, Vec<Finding>, RandomState>;

/// What is said about one type.
fn of_type(view: &View<'_>, name: Option<&str>, due: &Due) -> ByFile {
    let mut found = ByFile::default();
    for (_, used) in view.code.uses_about(name).filter(|(_, used)| due.has(&used.path)) {
        for finding in of_use(view, used) {
            found.entry(used.path.clone()).or_default().push(finding);
        }
    }
    if let Some(name) = name {
        without_file(view, name, &mut found);
        waiting_without_file(view, name, &mut found);
        let lacking = lacking(view, name);
        for lack in lacking.iter().filter(|lack| due.has(&lack.call.path)) {
            found.entry(lack.call.path.clone()).or_default().push(lack.in_code(view));
        }
        for call in view.code.calls_of(name).filter(|call| due.has(&call.path)) {
            if let Some(finding) = wrong_product(view, call) {
                found.entry(call.path.clone()).or_default().push(finding);
            }
        }
        connector_files::check(view, name, &lacking, &mut found);
    }
    for findings in found.values_mut() {
        sort(findings);
    }
    found
}

/// In the order of their places, each once.
pub(crate) fn sort<F: Borrow<Finding>>(findings: &mut Vec<F>) {
    fn key(finding: &Finding) -> (TextRange, Code, &str) {
        (finding.range, finding.code, &finding.message)
    }
    findings.sort_by(|a, b| key(a.borrow()).cmp(&key(b.borrow())));
    findings.dedup_by(|a, b| key((*a).borrow()) == key((*b).borrow()));
}

/// Where a use names its type: in the call itself, or where the call stands.
fn type_range(used: &AppUse) -> TextRange {
    match &used.found.literal {
        Some(literal) if literal.path == used.found.at.path && used.found.naming == Naming::Literal => {
            TextRange::new(literal.start, literal.end)
        }
        _ => TextRange::new(used.found.method_at.start, used.found.method_at.end),
    }
}

/// What is said about one use by itself.
fn of_use(view: &View<'_>, used: &AppUse) -> Vec<Finding> {
    let mut findings = Vec::new();
    let method_range = TextRange::new(used.found.method_at.start, used.found.method_at.end);
    if let Method::Other(name) = &used.found.method {
        if used.may_become(name, TAKING_METHODS.into_iter()) {
            return findings;
        }
        let message = format!(
            "The SDK's connectors have no method `{}`, so this call fails. To take a token by its type there is `getConnection`.",
            printable(name, 60)
        );
        let mut finding = Finding::new(Code::UnknownMethod, method_range, message);
        if used.found.optional_chain {
            finding.severity = Severity::Information;
        }
        findings.push(finding);
        return findings;
    }
    if used.found.service_role == ServiceRole::No && used.is_of_a_type() {
        let method = used.method_name();
        let outcome =
            if used.found.optional_chain { "nothing comes of this call" } else { "this call fails" };
        let message = format!(
            "The user's client has no `{method}`: {outcome}. Connectors are taken with the rights of the service: `asServiceRole.connectors.{method}`."
        );
        let mut finding = Finding::new(Code::NoServiceRole, method_range, message);
        if used.found.optional_chain {
            finding.severity = Severity::Information;
        }
        findings.push(finding);
        return findings;
    }
    let Some(type_name) = used.type_name() else { return findings };
    if METERED.contains(&type_name) && used.found.method != Method::CallApi {
        let message = format!(
            "Base44 gives out no token for `{type_name}`, it answers 403: it makes the calls itself and counts them. Use `callApi(\"{type_name}\", {{ method, path }})`."
        );
        findings.push(Finding::new(Code::MeteredConnector, method_range, message));
    } else if used.found.method == Method::GetAccessToken {
        let message = "`getAccessToken` is deprecated: `getConnection` gives the token as `accessToken`, and what else belongs to the connection.";
        let mut finding = Finding::new(Code::DeprecatedCall, method_range, message);
        finding.tags.push(Tag::Deprecated);
        if let Some(start) = used.awaited_from {
            let end = used.found.at.end;
            let insert =
                |at: u32, text: &str| TextEdit { range: TextRange::new(at, at), new_text: text.to_owned() };
            let renamed = TextEdit { range: method_range, new_text: "getConnection".to_owned() };
            finding.fixes.push(Fix {
                title: "Take the token from `getConnection`".to_owned(),
                action: FixAction::Edit(vec![insert(start, "("), renamed, insert(end, ").accessToken")]),
                safe: false,
            });
        }
        findings.push(finding);
    }
    if let Some(finding) = misspelt(view, used, type_name) {
        findings.push(finding);
    }
    findings
}

/// What is said of a page that takes a connector: in a browser nobody has the rights of the service.
fn in_page(used: &AppUse) -> Option<Finding> {
    let (has, outcome) = match used.found.service_role {
        ServiceRole::Yes => ("The service's rights are not there in a page", "this fails in the browser"),
        ServiceRole::No if used.found.optional_chain => {
            ("A page's client has no such method", "nothing comes of it")
        }
        ServiceRole::No => ("A page's client has no such method", "this fails in the browser"),
        // Something else may be called `connectors`.
        ServiceRole::Unknown => return None,
    };
    let method = used.method_name();
    let message = format!(
        "{has}: {outcome}. Take the token in a function, with `asServiceRole.connectors.{method}`, and call that function from here."
    );
    let range = TextRange::new(used.found.method_at.start, used.found.method_at.end);
    let mut finding = Finding::new(Code::NoServiceRole, range, message);
    if used.found.optional_chain && used.found.service_role == ServiceRole::No {
        finding.severity = Severity::Information;
    }
    Some(finding)
}

/// A type that is not known and near to one that is.
pub(super) fn near_type(view: &View<'_>, type_name: &str) -> Option<String> {
    let offered = view.facts.app.as_ref().and_then(|app| app.offered.as_ref());
    let known = Catalogue::get().find(type_name).is_some()
        || view.facts.app.as_ref().is_some_and(|app| app.has(type_name));
    if known || view.declares(type_name) {
        return None;
    }
    // What the project declares itself is nearer than anything.
    let declared = view.connectors.iter().map(|(_, connector)| connector.type_name.as_str());
    if let Some(near) = nearest_few(type_name, declared, 1).into_iter().next() {
        return Some(near.to_owned());
    }
    // A type that is new to us has its vendor's name as well: only what is nearly the same word is a slip.
    let names = Catalogue::get().types().iter().map(|ty| ty.name);
    let near = nearest_few(type_name, names, 1);
    let mut suggested = suggest_type(type_name, offered).into_iter();
    suggested.find(|one| one.same_word || near.contains(&one.name.as_str())).map(|one| one.name)
}

/// Whether a type is being typed, as far as it goes: the beginning of one that there is.
fn is_half_typed(view: &View<'_>, used: &AppUse, type_name: &str) -> bool {
    let declared = view.connectors.iter().map(|(_, connector)| connector.type_name.as_str());
    let known = Catalogue::get().types().iter().map(|ty| ty.name);
    let is_one = view.declares(type_name) || Catalogue::get().find(type_name).is_some();
    !is_one && used.may_become(type_name, declared.chain(known))
}

fn misspelt(view: &View<'_>, used: &AppUse, type_name: &str) -> Option<Finding> {
    if is_half_typed(view, used, type_name) {
        return None;
    }
    let near = near_type(view, type_name)?;
    // Of several names, one that is no type may be a key or a short name of the app's own.
    let letters = |name: &str| name.bytes().filter(u8::is_ascii_alphanumeric).collect::<Vec<_>>();
    if used.found.naming == Naming::Table && letters(type_name) != letters(&near) {
        return None;
    }
    let is_text = used.found.naming == Naming::Literal;
    let mut finding = unknown_connector(type_name, type_range(used), &near, is_text.then(|| near.clone()));
    // Of a list of guesses, one may be right.
    if used.found.naming == Naming::Table || used.found.probe || !used.found.reached {
        finding.severity = Severity::Hint;
    }
    Some(finding)
}

/// What is said where a type stands that is near to another. `new_text`: what stands there with that one.
fn unknown_connector(type_name: &str, range: TextRange, near: &str, new_text: Option<String>) -> Finding {
    let (shown, near) = (printable(type_name, 60), printable(near, 60));
    let message = format!("`{shown}` is no known type. Did you mean `{near}`?");
    let mut finding = Finding::new(Code::UnknownConnector, range, message);
    finding.fixes.extend(new_text.map(|new_text| Fix {
        title: format!("Change `{shown}` to `{near}`"),
        action: FixAction::Edit(vec![TextEdit { range, new_text }]),
        safe: false,
    }));
    finding
}

/// The uses that want a file of their type, which is not there.
fn without_its_file<'a>(view: &View<'a>, type_name: &str) -> Vec<&'a AppUse> {
    if view.declares(type_name) {
        return Vec::new();
    }
    let uses = view.code.uses_about(Some(type_name)).map(|(_, used)| used);
    // A key in the environment may be the author's own.
    let asks = |used: &&AppUse| {
        let is_own_key = used.found.method == Method::Environment;
        used.is_relied_on() && !is_own_key && !is_half_typed(view, used, type_name)
    };
    let uses: Vec<&AppUse> = uses.filter(asks).collect();
    if uses.is_empty() || near_type(view, type_name).is_some() { Vec::new() } else { uses }
}

/// The same, where no file may be meant to declare the type.
fn missing_its_file<'a>(view: &View<'a>, type_name: &str) -> Vec<&'a AppUse> {
    let uses = without_its_file(view, type_name);
    if uses.is_empty() || may_be_declared(view, type_name) { Vec::new() } else { uses }
}

/// Whether some function surely fails without the type: it takes it by its name, and has nothing else to go on with.
fn is_missed(uses: &[&AppUse]) -> bool {
    uses.iter().any(|used| !used.found.fallback && used.found.naming != Naming::Table)
}

/// The types that code relies on and that no file declares, by name, each with whether a function surely fails
/// without it.
pub(crate) fn missing_types(view: &View<'_>) -> Vec<(String, bool)> {
    let types = view.code.types().into_iter().map(|name| (name, without_its_file(view, name)));
    let missing = types.filter(|(_, uses)| !uses.is_empty());
    let mut all: BTreeMap<String, bool> =
        missing.map(|(name, uses)| (name.to_owned(), is_missed(&uses))).collect();
    // No function runs that an event of theirs would start.
    all.extend(waiting_anywhere(view).map(|automation| (automation.type_name.clone(), true)));
    all.into_iter().collect()
}

/// The automations that wait for a type that no file declares, and that is no slip of another one.
fn waiting_anywhere<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Automation> {
    let types: BTreeSet<&str> =
        view.code.automations.iter().map(|automation| automation.type_name.as_str()).collect();
    let types = types.into_iter().filter(|name| near_type(view, name).is_none());
    types.flat_map(move |name| waiting(view, name))
}

/// The automations that wait for a type that no file declares.
fn waiting<'a>(view: &View<'a>, type_name: &'a str) -> impl Iterator<Item = &'a Automation> {
    let lacks = !type_name.is_empty() && !view.declares(type_name);
    let all = view.code.automations_of(type_name).filter(move |_| lacks);
    all.filter(|automation| automation.is_active)
}

/// What is said of them where they stand.
fn waiting_without_file(view: &View<'_>, type_name: &str, found: &mut ByFile) {
    if !view.has_folder {
        return;
    }
    let near = near_type(view, type_name);
    for automation in waiting(view, type_name).filter(|automation| !automation.is_typed) {
        let mut finding = match &near {
            Some(near) => {
                let new_text = Some(connector_syntax::quote(near, '"'));
                unknown_connector(type_name, automation.range, near, new_text)
            }
            None if may_be_declared(view, type_name) => return,
            None => {
                let lead = format!("This automation waits for `{}`", printable(type_name, 60));
                missing_connector(view, type_name, &automation.path, automation.range, [&lead, "it fails"])
            }
        };
        // Whether a workflow runs is for the platform alone to know: no push brings it there.
        if automation.function.is_none() {
            finding.severity = Severity::Information;
        }
        found.entry(automation.path.clone()).or_default().push(finding);
    }
}

/// What is said about the app as a whole: its pages, and one sentence where it has no connector files.
fn of_app(view: &View<'_>) -> ByFile {
    let mut found = ByFile::default();
    for used in &view.code.page_uses {
        found.entry(used.path.clone()).or_default().extend(in_page(used));
    }
    found.retain(|_, findings| !findings.is_empty());
    if view.has_folder {
        return found;
    }
    let mut types: BTreeMap<&str, Vec<Asking<'_>>> = BTreeMap::new();
    for name in view.code.types() {
        let uses = without_its_file(view, name);
        if !uses.is_empty() {
            types.entry(name).or_default().extend(uses.into_iter().map(Asking::of_use));
        }
    }
    for automation in waiting_anywhere(view) {
        types.entry(&automation.type_name).or_default().push(Asking::of_automation(automation));
    }
    let Some(first) = types.values().flatten().min_by_key(|asking| (asking.path, asking.range)) else {
        return found;
    };
    // Where no config stands for the app, its first use does.
    match &view.project.config_path {
        Some(config) => found.insert(config.clone(), vec![no_folder(view, &types, None)]),
        None => found.insert(first.path.to_owned(), vec![no_folder(view, &types, Some(first))]),
    };
    found
}

/// What asks for a connector in an app without connector files.
#[derive(PartialEq)]
struct Asking<'a> {
    path: &'a Path,
    range: TextRange,
    functions: Vec<&'a str>,
    /// An automation does, until something happens there.
    waits: bool,
}

impl<'a> Asking<'a> {
    fn of_use(used: &'a AppUse) -> Self {
        let functions = used.functions.iter().map(String::as_str).collect();
        Asking { path: &used.path, range: type_range(used), functions, waits: false }
    }

    fn of_automation(automation: &'a Automation) -> Self {
        let functions = automation.function.as_deref().into_iter().collect();
        Asking { path: &automation.path, range: automation.range, functions, waits: true }
    }
}

/// A type that is used and that no file declares.
fn without_file(view: &View<'_>, type_name: &str, found: &mut ByFile) {
    if !view.has_folder {
        return;
    }
    let uses = missing_its_file(view, type_name);
    let grave = is_missed(&uses);
    let mut by_file: BTreeMap<&Path, Vec<&AppUse>> = BTreeMap::new();
    for used in &uses {
        by_file.entry(&used.path).or_default().push(used);
    }
    for (path, here) in by_file {
        let Some(first) = here.first() else { continue };
        let lead = used_here(type_name);
        let mut finding =
            missing_connector(view, type_name, path, type_range(first), [&lead, "this call fails"]);
        if !grave {
            finding.severity = Severity::Information;
        }
        let others = uses.iter().filter(|used| !std::ptr::eq(**used, *first)).take(MAX_RELATED);
        finding.related = others
            .map(|used| Place {
                path: (used.path != path).then(|| used.path.clone()),
                range: type_range(used),
                message: format!("{} too", used_here(type_name)),
            })
            .collect();
        found.entry(path.to_owned()).or_default().push(finding);
    }
}

/// What is said of a use.
fn used_here(type_name: &str) -> String {
    format!("`{}` is used here", printable(type_name, 60))
}

/// What is said where a type stands that no file declares: that it is wanted there, and what comes of it.
fn missing_connector(
    view: &View<'_>,
    type_name: &str,
    at: &Path,
    range: TextRange,
    [lead, outcome]: [&str; 2],
) -> Finding {
    let shown = printable(type_name, 60);
    let in_app = view.facts.app.as_ref().is_some_and(|app| app.has(type_name));
    let why = if in_app {
        "The app has it, and a push removes what has no file: after that,"
    } else {
        "A push leaves the app with the connectors that have files, so"
    };
    let whose = match view.code.is_of_plugin(at) {
        true => " A plugin's own connector files are not pushed: the app has to have them.",
        false => "",
    };
    let message = format!("{lead}, and no connector file declares it. {why} {outcome}.{whose}");
    let mut finding = Finding::new(Code::MissingConnector, range, message);
    let pull = Fix {
        title: format!("Create the file of `{shown}` from the app"),
        action: FixAction::Command(Command::CreateFile(type_name.to_owned())),
        safe: false,
    };
    let path = view.project.connectors_dir.join(format!("{type_name}.jsonc"));
    let is_name = type_name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let scopes = super::least_scopes(view.code, type_name);
    let create = is_name.then(|| Fix {
        title: match scopes.is_empty() {
            true => format!("Create the file of `{shown}`"),
            false => format!("Create the file of `{shown}` with the scopes that its calls need"),
        },
        action: FixAction::Create { path, text: connector_text(type_name, &scopes) },
        safe: false,
    });
    if in_app {
        finding.fixes.push(pull);
        finding.fixes.extend(create);
    } else {
        finding.fixes.extend(create);
    }
    finding
}

/// One sentence for an app without connector files.
fn no_folder(view: &View<'_>, types: &BTreeMap<&str, Vec<Asking<'_>>>, at: Option<&Asking<'_>>) -> Finding {
    let (used, awaited): (Vec<_>, Vec<_>) =
        types.iter().partition(|(_, all)| all.iter().any(|asking| !asking.waits));
    let named = |verb: &str, types: Vec<(&&str, _)>| {
        let names = types.iter().take(MAX_TYPES).map(|(name, _)| format!("`{}`", printable(name, 60)));
        let more = match types.len().saturating_sub(MAX_TYPES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let names: Vec<String> = names.collect();
        (!names.is_empty()).then(|| format!("{verb} {}{more}", names.join(", ")))
    };
    let wanted = [named("functions use", used), named("automations wait for", awaited)];
    let wanted: Vec<String> = wanted.into_iter().flatten().collect();
    let functions: BTreeSet<&str> =
        types.values().flatten().flat_map(|asking| &asking.functions).copied().collect();
    let functions = match functions.is_empty() {
        true => String::new(),
        false => format!(" Functions: {}.", listed(functions.iter().copied())),
    };
    let (lacks, pull) = match &view.project.config_path {
        Some(_) => ("the project has no connectors folder", "Pull writes"),
        None => (
            "there is neither base44/config.jsonc nor a connectors folder",
            "With such a file, linked to the app, pull writes",
        ),
    };
    let message = format!(
        "The app's {}, and {lacks}. {pull} the files of the connectors that the app has; from then on they are checked against the code.{functions}",
        wanted.join(", and its ")
    );
    let mut finding =
        Finding::new(Code::MissingConnector, at.map(|at| at.range).unwrap_or_default(), message);
    finding.severity = Severity::Information;
    if view.project.config_path.is_some() {
        finding.fixes.push(Fix {
            title: "Pull the app's connectors".to_owned(),
            action: FixAction::Command(Command::Pull),
            safe: false,
        });
    }
    finding.related = types
        .iter()
        .filter_map(|(name, all)| {
            let asking = all.first().filter(|asking| at.is_none_or(|at| *asking != at))?;
            let message = match asking.waits {
                true => format!("an automation waits for `{}` here", printable(name, 60)),
                false => used_here(name),
            };
            Some(Place { path: Some(asking.path.to_owned()), range: asking.range, message })
        })
        .take(MAX_RELATED)
        .collect();
    finding
}

/// Names, as many as a sentence bears.
pub(crate) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let shown: Vec<String> = names.take(5).map(|name| printable(name, 60)).collect();
    match count.saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A call of an API that the token does not open.
fn wrong_product(view: &View<'_>, call: &AppCall) -> Option<Finding> {
    let used = view.code.uses.get(call.used)?;
    let type_name = used.type_name()?;
    let Match::WrongProduct(wrong) = call.endpoint.as_ref()? else { return None };
    // The provider may grant this token what the other product needs, or it takes any token at all.
    let may_open = wrong.same_provider || wrong.endpoints.is_empty() || wrong.types.is_empty();
    let known = wrong.endpoints.iter().all(|one| one.confidence.may_warn() && one.says_scopes());
    let public = wrong.endpoints.iter().any(|one| one.scopes_any.iter().any(|set| set.is_empty()));
    let is_meant = call.is_of_this_token() && view.code.is_whole(type_name, call);
    if may_open || !known || public || !is_meant || used.found.fallback || !used.found.reached {
        return None;
    }
    let message = format!(
        "`{}` is not opened by a token of `{type_name}`: it takes one of `{}`.",
        printable(&call.shown(), 160),
        wrong.types.join("` or `")
    );
    Some(Finding::new(Code::WrongProduct, call.range, message))
}

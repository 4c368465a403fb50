//! From a request to the endpoint that it is for.
//!
//! Judged by the token's type, never by the host alone: the files that are open to the type are looked through first,
//! and only where none of them has the host or the path is it said whose the address is.

use super::address::{Address, Host, Loose};
use super::facts::{FILES, File, open_to};
use super::search::{self, Fit, Hit, fits};
use super::table::{METHODS, Row};
use super::types::{Endpoint, Found, Match, Request, Target, WrongProduct};
use super::{arguments, graphql, paths};
use crate::ConnectorType;

/// More endpoints than these say no more about a request than that it may be any.
const MAX_CANDIDATES: usize = 64;

/// What a request is to a token of a type.
pub fn lookup(ty: &'static ConnectorType, request: &Request<'_>) -> Match {
    match request.target {
        Target::Operation(name) => operation(ty, name, request),
        Target::Url(parts) => match Address::parse(parts) {
            Some(address) => by_address(ty, &address, request),
            None => Match::Elsewhere,
        },
    }
}

/// A row that a request may be for.
#[derive(Clone, Copy)]
struct Candidate {
    file: &'static File,
    row: &'static Row,
    fit: Fit,
    /// How many known segments of the request are fixed words of the row.
    written: usize,
}

/// What a file has for a request.
#[derive(Default)]
struct Candidates {
    rows: Vec<Candidate>,
    /// Whether there are more than can be named.
    too_many: bool,
    /// Whether nothing of the path but what stands before all others is known.
    all_unknown: bool,
}

fn by_address(ty: &'static ConnectorType, address: &Address, request: &Request<'_>) -> Match {
    let on_host = |file: &&'static File| host_fit(file, &address.host).is_some();
    let own: Vec<&'static File> = open_to(ty).filter(on_host).collect();
    let theirs = |file: &&'static File| !file.is_open_to(ty) && given_host_fit(file, &address.host).is_some();
    if own.is_empty() {
        let others: Vec<&'static File> = FILES.iter().filter(theirs).collect();
        if !others.is_empty() {
            return wrong_product(ty, &others, address, request);
        }
        // A provider that people run themselves, or whose hosts carry the account's name.
        let anywhere: Vec<&'static File> = open_to(ty).filter(|file| file.any_host).collect();
        return match find(&anywhere, address, request) {
            Match::Unlisted => Match::Elsewhere,
            found => found,
        };
    }
    if is_batch(&own, address) {
        return Match::Unsure(Vec::new());
    }
    let found = find(&own, address, request);
    if found != Match::Unlisted {
        return found;
    }
    match address.host {
        Host::Given(_) => {
            let others: Vec<&'static File> = FILES.iter().filter(theirs).collect();
            let named = |file: &&'static File| !natural(&[*file], address, request).rows.is_empty();
            let named: Vec<&'static File> = others.into_iter().filter(named).collect();
            if named.is_empty() { Match::Unlisted } else { wrong_product(ty, &named, address, request) }
        }
        // What is unknown may hold the beginning of the path as well.
        Host::Unknown => {
            let mut longer = address.clone();
            longer.path.insert(0, Loose::anything());
            match find(&own, &longer, request) {
                Match::Found(found) => Match::Found(Found { exact: false, ..found }),
                Match::Unlisted => Match::Unsure(Vec::new()),
                other => other,
            }
        }
        Host::Implied => Match::Unlisted,
    }
}

/// How a file's hosts fit an address; any of them does where it names none.
fn host_fit(file: &File, host: &Host) -> Option<Fit> {
    match host {
        Host::Implied => Some(Fit::Natural),
        Host::Unknown if file.any_host => Some(Fit::Natural),
        Host::Unknown => Some(Fit::Possible),
        Host::Given(_) => given_host_fit(file, host),
    }
}

/// How a file's hosts fit the one that an address names.
fn given_host_fit(file: &File, host: &Host) -> Option<Fit> {
    let Host::Given(host) = host else { return None };
    file.hosts.iter().filter_map(|pattern| fit_of_host(pattern, host)).max()
}

fn fit_of_host(pattern: &str, host: &Loose) -> Option<Fit> {
    match pattern.strip_prefix('*') {
        Some(end) => fits(&format!("{{host}}{end}"), host, host, true),
        None => fits(pattern, host, host, true),
    }
}

/// Whether several requests are sent in one: their parts are inside of a text.
fn is_batch(files: &[&File], address: &Address) -> bool {
    if address.path.is_empty() && address.argument(&[], "batch").is_some() {
        return true;
    }
    files.iter().any(|file| {
        let path = paths::without_prefix(file, &address.path);
        file.batch_paths.iter().any(|batch| {
            let batch: Vec<&str> = batch.split('/').filter(|part| !part.is_empty()).collect();
            path.len() == batch.len()
                && path.iter().zip(batch).all(|(one, other)| one.text().is_some_and(|text| text == other))
        })
    })
}

/// What the files have for an address.
fn find(files: &[&'static File], address: &Address, request: &Request<'_>) -> Match {
    let natural = natural(files, address, request);
    let sure_host = files.iter().any(|file| host_fit(file, &address.host) != Some(Fit::Possible));
    let written: Vec<Candidate> =
        natural.rows.iter().filter(|one| one.fit == Fit::Natural).copied().collect();
    let best = most_specific(&written);
    // What ends with something unknown, where there may be any number of segments, may be any of what is below.
    let is_tail =
        |one: &Candidate| one.file.table().node(one.row.node).is_some_and(|node| node.text.starts_with("{+"));
    let ends_unknown = address.path.last().is_some_and(Loose::is_anything);
    let open_ended = natural.all_unknown || (ends_unknown && best.iter().any(is_tail));
    if best.is_empty() || open_ended {
        let mut any = any_length(files, address, request);
        any.rows.retain(|one| !best.iter().any(|other| std::ptr::eq(one.row, other.row)));
        any.rows.splice(0..0, best);
        // What ends in written words is one of the endpoints that end so, however much stands before them.
        let ends_written = !open_ended && address.path.last().is_some_and(|last| !last.is_anything());
        return unsure(&any, &natural, address, request, sure_host && ends_written);
    }
    let endpoints = endpoints(&best, &natural.rows, address, request);
    let mut unlikely = Vec::new();
    // What takes written words for values is no likely reading beside one that takes them for words.
    let written = best.iter().map(|one| one.written).max().unwrap_or_default();
    let possible = |one: &&Candidate| one.fit == Fit::Possible && one.written >= written && !one.row.fallback;
    for candidate in natural.rows.iter().filter(possible) {
        let one = endpoint(candidate, &natural.rows, address, request);
        let known = |other: &Endpoint| same_needs(&one, other);
        if unlikely.len() < MAX_CANDIDATES && !endpoints.iter().chain(&unlikely).any(known) {
            unlikely.push(one);
        }
    }
    together(endpoints, unlikely, sure_host)
}

/// What may be concluded where the path could lead to several endpoints.
fn unsure(
    any: &Candidates,
    natural: &Candidates,
    address: &Address,
    request: &Request<'_>,
    exact: bool,
) -> Match {
    if any.too_many || natural.too_many {
        return Match::Unsure(Vec::new());
    }
    let mut rows = any.rows.clone();
    for one in &natural.rows {
        if !rows.iter().any(|other| std::ptr::eq(other.row, one.row)) {
            rows.push(*one);
        }
    }
    let all: Vec<Candidate> = rows.iter().filter(|one| !one.row.fallback).copied().collect();
    if all.is_empty() {
        return Match::Unlisted;
    }
    together(endpoints(&all, &rows, address, request), Vec::new(), exact)
}

/// One finding of several endpoints: they are as good as one where they need the same.
fn together(mut endpoints: Vec<Endpoint>, unlikely: Vec<Endpoint>, exact: bool) -> Match {
    let mut different: Vec<Endpoint> = Vec::new();
    for one in endpoints.drain(..) {
        if !different.iter().any(|other| same_needs(&one, other)) {
            different.push(one);
        }
    }
    if different.len() > 1 {
        different.extend(unlikely);
        return Match::Unsure(different);
    }
    match different.pop() {
        Some(endpoint) => Match::Found(Found { endpoint, unlikely, exact }),
        None => Match::Unlisted,
    }
}

fn same_needs(one: &Endpoint, other: &Endpoint) -> bool {
    one.scopes_any == other.scopes_any && one.token == other.token && one.private_also == other.private_also
}

/// The rows whose fixed words are all written in the path, or that it would be with an unlikely value.
fn natural(files: &[&'static File], address: &Address, request: &Request<'_>) -> Candidates {
    let mut all = Candidates::default();
    for file in files {
        for path in paths::readings(file, &address.path) {
            let hits = search::find(file.table(), &path, file.ignore_case);
            let rows = rows_at(file, &hits.nodes, address, request);
            let written = rows.iter().any(|one| one.fit == Fit::Natural && !one.row.fallback);
            all.too_many |= hits.too_many;
            all.rows.extend(rows);
            if written {
                all.all_unknown |= matches!(path.as_slice(), [only] if only.is_anything());
                break;
            }
        }
    }
    all
}

/// The rows that the path may lead to if what is unknown in it may be several segments.
fn any_length(files: &[&'static File], address: &Address, request: &Request<'_>) -> Candidates {
    let mut all = Candidates::default();
    for file in files {
        for path in paths::readings(file, &address.path) {
            // Where all is unknown, all rows would be found.
            if matches!(path.as_slice(), [only] if only.is_anything())
                && file.table().rows.len() > MAX_CANDIDATES
            {
                return Candidates { too_many: true, ..all };
            }
            let hits = search::find_any_length(file.table(), &path, file.ignore_case);
            let rows = rows_at(file, &hits.nodes, address, request);
            if hits.too_many {
                return Candidates { too_many: true, ..all };
            }
            for one in rows {
                if !all.rows.iter().any(|other| std::ptr::eq(other.row, one.row)) {
                    all.rows.push(Candidate { fit: Fit::Possible, ..one });
                }
            }
        }
    }
    // Written words are words of the path where they can be, and no values.
    let written = all.rows.iter().filter(|one| !one.row.fallback).map(|one| one.written).max();
    all.rows.retain(|one| one.row.fallback || Some(one.written) == written);
    all.too_many |= all.rows.len() > MAX_CANDIDATES;
    all
}

/// The rows at some nodes that are of the request's method, and on its host.
fn rows_at(file: &'static File, nodes: &[Hit], address: &Address, request: &Request<'_>) -> Vec<Candidate> {
    let table = file.table();
    let at_nodes = |method: Option<&str>| -> Vec<Candidate> {
        let rows = nodes.iter().filter_map(|hit| Some((table.node(hit.node)?, *hit)));
        let rows = rows.flat_map(|(node, hit)| node.rows.iter().map(move |row| (*row, hit)));
        rows.filter_map(|(row, hit)| {
            Some(Candidate { file, row: table.rows.get(row)?, fit: hit.fit, written: hit.written })
        })
        .filter(|one| is_method(file, one.row, method) && is_on_host(file, one.row, &address.host))
        .collect()
    };
    let rows = at_nodes(request.method);
    // What answers to GET answers to HEAD.
    let head = request.method.is_some_and(|method| method.eq_ignore_ascii_case("HEAD"));
    if head && !rows.iter().any(|one| METHODS.get(one.row.method) == Some(&"HEAD")) {
        return at_nodes(Some("GET"));
    }
    rows
}

fn is_method(file: &File, row: &Row, method: Option<&str>) -> bool {
    let own = METHODS.get(row.method).copied().unwrap_or("*");
    !file.method_matters || own == "*" || method.is_none_or(|method| own.eq_ignore_ascii_case(method))
}

fn is_on_host(file: &File, row: &Row, host: &Host) -> bool {
    let Host::Given(host) = host else { return true };
    let fits = |pattern: &&str| fit_of_host(pattern, host).is_some();
    match row.host.checked_sub(1) {
        Some(place) => file.hosts.get(place).is_some_and(fits),
        None if file.hosts.iter().take(file.own_hosts).any(fits) => true,
        None => file.any_host && !file.hosts.iter().any(fits),
    }
}

/// Of the rows that all fit, those whose paths tell most closely what they are; of these, those of the very method.
fn most_specific(candidates: &[Candidate]) -> Vec<Candidate> {
    let rank = |one: &Candidate| {
        let node = one.file.table().node(one.row.node);
        (node.map(|node| node.specificity).unwrap_or_default(), one.row.method != 0)
    };
    let candidates = candidates.iter().filter(|one| !one.row.fallback);
    let Some(best) = candidates.clone().map(rank).max() else { return Vec::new() };
    candidates.filter(|one| rank(one) == best).copied().collect()
}

/// The endpoints of some rows, with what the request makes of their needs.
fn endpoints(
    rows: &[Candidate],
    around: &[Candidate],
    address: &Address,
    request: &Request<'_>,
) -> Vec<Endpoint> {
    let (of_graphql, plain): (Vec<Candidate>, Vec<Candidate>) =
        rows.iter().partition(|one| one.row.graphql.is_some());
    let mut endpoints: Vec<Endpoint> =
        plain.iter().map(|one| endpoint(one, around, address, request)).collect();
    if let Some(first) = of_graphql.first() {
        let rows = of_graphql.iter().map(|one| one.row);
        endpoints.extend(graphql::endpoints(first.file, rows, request.graphql));
    }
    endpoints
}

/// The endpoint of a row, with what the request's arguments make of its needs.
fn endpoint(
    candidate: &Candidate,
    around: &[Candidate],
    address: &Address,
    request: &Request<'_>,
) -> Endpoint {
    let Candidate { file, row, .. } = candidate;
    let mut endpoint = file.table().endpoint(file, row);
    if row.host == 0
        && let Host::Given(Loose { head, unknown: false, .. }) = &address.host
        && let Some(host) = file.hosts.iter().find(|host| *host == head)
    {
        endpoint.host = host;
    }
    if !endpoint.says_scopes() && row.other_token.is_none() {
        let rules: Vec<Candidate> =
            around.iter().filter(|one| one.row.fallback && one.fit == Fit::Natural).copied().collect();
        let rule = rules.iter().max_by_key(|one| {
            let node = one.file.table().node(one.row.node);
            (node.map(|node| node.specificity), one.row.method != 0)
        });
        if let Some(rule) = rule {
            endpoint.scopes_any = rule.file.table().scopes_any(rule.row).to_vec();
            endpoint.confidence = rule.row.confidence;
        }
    }
    arguments::apply(file, &mut endpoint, address, request);
    endpoint
}

/// What is to be said where the address is another product's.
fn wrong_product(
    ty: &ConnectorType,
    files: &[&'static File],
    address: &Address,
    request: &Request<'_>,
) -> Match {
    let surely = files.iter().any(|file| given_host_fit(file, &address.host) == Some(Fit::Natural));
    if !surely || files.iter().any(|file| file.may_open.contains(&ty.name)) || is_batch(files, address) {
        return Match::Unlisted;
    }
    let with_row: Vec<&'static File> =
        files.iter().filter(|file| !natural(&[**file], address, request).rows.is_empty()).copied().collect();
    let files = if with_row.is_empty() { files } else { with_row.as_slice() };
    let endpoints = match find(files, address, request) {
        Match::Found(found) => vec![found.endpoint],
        Match::Unsure(endpoints) => endpoints,
        _ => Vec::new(),
    };
    whose(ty, files, endpoints)
}

fn whose(ty: &ConnectorType, files: &[&'static File], endpoints: Vec<Endpoint>) -> Match {
    let mut types: Vec<&'static str> = files.iter().flat_map(|file| file.types).copied().collect();
    types.sort_unstable();
    types.dedup();
    let opening: Vec<&'static str> =
        types.iter().filter(|name| super::access::opens_any(name, &endpoints)).copied().collect();
    if !opening.is_empty() {
        types = opening;
    }
    let same_provider = files.iter().any(|file| file.provider == ty.provider.as_str());
    Match::WrongProduct(WrongProduct { types, same_provider, endpoints })
}

/// The endpoint of a client's operation.
fn operation(ty: &'static ConnectorType, name: &str, request: &Request<'_>) -> Match {
    let address = Address {
        host: Host::Implied,
        path: Vec::new(),
        arguments: Vec::new(),
        more_arguments: request.more_arguments,
    };
    let in_files = |files: &[&'static File]| -> Vec<Candidate> {
        let rows = files.iter().flat_map(|file| file.table().rows.iter().map(|row| (*file, row)));
        rows.filter(|(file, row)| file.table().id(row).is_some_and(|id| is_same_operation(id, name)))
            .map(|(file, row)| Candidate { file, row, fit: Fit::Natural, written: 0 })
            .collect()
    };
    let own: Vec<&'static File> = open_to(ty).collect();
    let found = in_files(&own);
    if !found.is_empty() {
        // The rules for what a row does not say go by the path, which is the row's own.
        let path = found.first().map(|one| one.file.table().path(one.row)).unwrap_or_default();
        let address =
            Address { path: path.split('/').skip(1).map(Loose::known).collect(), ..address.clone() };
        let method = found.first().and_then(|one| METHODS.get(one.row.method)).copied();
        let around = natural(&own, &address, &Request { method, ..*request }).rows;
        return together(endpoints(&found, &around, &address, request), Vec::new(), true);
    }
    let of_provider = |file: &&'static File| !file.is_open_to(ty) && file.provider == ty.provider.as_str();
    let others: Vec<&'static File> = FILES.iter().filter(of_provider).collect();
    let of_provider = in_files(&others);
    if of_provider.is_empty() {
        return Match::Unlisted;
    }
    let files: Vec<&'static File> = of_provider.iter().map(|one| one.file).collect();
    let endpoints = endpoints(&of_provider, &[], &address, request);
    whose(ty, &files, endpoints)
}

/// Whether a client's name for an operation is the provider's: `octokit.rest.issues.createComment` is
/// `issues/create-comment`.
fn is_same_operation(id: &str, name: &str) -> bool {
    let name = name.strip_prefix("octokit.").unwrap_or(name);
    let name = name.strip_prefix("rest.").unwrap_or(name);
    let letters = |text: &str| {
        let bytes: Vec<u8> = text.bytes().filter(|byte| byte.is_ascii_alphanumeric()).collect();
        bytes.to_ascii_lowercase()
    };
    // Most differ at once.
    let first = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
    first(id) == first(name) && letters(id) == letters(name)
}

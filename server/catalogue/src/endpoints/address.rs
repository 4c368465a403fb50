//! A request's address, taken apart: host, segments of the path, arguments.

use super::types::{Argument, UrlPart};

/// How many pieces of an address are looked at; what is longer is no address of an API.
const MAX_PARTS: usize = 200;

/// Text with at most one place where something unknown stands: what is between the first and the last unknown piece
/// tells too little to be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Loose {
    pub head: String,
    pub unknown: bool,
    /// What stands after the unknown; empty if nothing is unknown.
    pub tail: String,
}

impl Loose {
    /// Text without anything unknown.
    pub fn known(text: &str) -> Self {
        Self { head: text.to_owned(), ..Self::default() }
    }

    /// Something of which nothing is known.
    pub fn anything() -> Self {
        Self { unknown: true, ..Self::default() }
    }

    fn push_text(&mut self, text: &str) {
        if self.unknown { self.tail.push_str(text) } else { self.head.push_str(text) }
    }

    fn push_unknown(&mut self) {
        self.unknown = true;
        self.tail.clear();
    }

    pub fn is_empty(&self) -> bool {
        !self.unknown && self.head.is_empty()
    }

    /// Whether nothing at all is known of it.
    pub fn is_anything(&self) -> bool {
        self.unknown && self.head.is_empty() && self.tail.is_empty()
    }

    /// The text, if all of it is known.
    pub fn text(&self) -> Option<&str> {
        (!self.unknown).then_some(self.head.as_str())
    }
}

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// It begins with a slash: the host that the token is for.
    Implied,
    /// It stands there, in part at least.
    Given(Loose),
    /// It is all unknown, and may hold the beginning of the path as well.
    Unknown,
}

/// An address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub host: Host,
    pub path: Vec<Loose>,
    /// The arguments in its query; those without a value have an unknown one.
    pub arguments: Vec<(String, Option<String>)>,
    /// Whether its query has arguments that are not known.
    pub more_arguments: bool,
}

impl Address {
    /// Takes an address apart; nothing if it has no such form.
    pub fn parse(parts: &[UrlPart<'_>]) -> Option<Self> {
        if parts.len() > MAX_PARTS {
            return None;
        }
        let mut pieces: Vec<UrlPart> = Vec::with_capacity(parts.len());
        for part in parts {
            let repeated = *part == UrlPart::Unknown && pieces.last() == Some(&UrlPart::Unknown);
            if !repeated && *part != UrlPart::Text("") {
                pieces.push(*part);
            }
        }
        let host = take_host(&mut pieces)?;
        let query = take_query(&mut pieces);
        let mut path = split(&pieces, '/');
        path.retain(|segment| !segment.is_empty());
        let mut address = Self { host, path, arguments: Vec::new(), more_arguments: false };
        for pair in split(&query, '&') {
            address.add_argument(&pair);
        }
        Some(address)
    }

    fn add_argument(&mut self, pair: &Loose) {
        match pair.head.split_once('=') {
            Some((name, value)) => {
                self.arguments.push((decoded(name), (!pair.unknown).then(|| decoded(value))));
            }
            None if pair.unknown => self.more_arguments = true,
            None if pair.is_empty() => {}
            None => self.arguments.push((decoded(&pair.head), Some(String::new()))),
        }
    }

    /// What an argument is; those beside the address count before those in it.
    pub fn argument<'a>(&'a self, others: &'a [Argument<'a>], name: &str) -> Option<Option<&'a str>> {
        let own = self.arguments.iter().map(|(name, value)| (name.as_str(), value.as_deref()));
        let mut all = others.iter().map(|one| (one.name, one.value)).chain(own);
        all.find(|(one, _)| *one == name).map(|(_, value)| value)
    }
}

/// Takes the scheme and the host off the pieces of an address.
fn take_host(pieces: &mut Vec<UrlPart<'_>>) -> Option<Host> {
    let first = match pieces.first()? {
        UrlPart::Unknown => {
            pieces.remove(0);
            // `${scheme}://…`, or a host with a part that is known: `${account}.example.com`.
            let Some(UrlPart::Text(next)) = pieces.first().copied() else { return Some(Host::Unknown) };
            if let Some(rest) = next.strip_prefix("://") {
                *pieces.first_mut()? = UrlPart::Text(rest);
            } else if !next.starts_with('.') {
                return Some(Host::Unknown);
            } else {
                pieces.insert(0, UrlPart::Unknown);
            }
            return take_given_host(pieces);
        }
        UrlPart::Text(first) => first.trim_start(),
    };
    if let Some((scheme, rest)) = first.split_once("://") {
        let web = ["http", "https", "ws", "wss"].iter().any(|one| scheme.eq_ignore_ascii_case(one));
        *pieces.first_mut()? = UrlPart::Text(rest);
        return if web { take_given_host(pieces) } else { None };
    }
    if let Some(rest) = first.strip_prefix("//") {
        *pieces.first_mut()? = UrlPart::Text(rest);
        return take_given_host(pieces);
    }
    let scheme = first.split_once(':').is_some_and(|(scheme, _)| {
        ["data", "blob", "file", "javascript", "about"].iter().any(|one| scheme.eq_ignore_ascii_case(one))
    });
    (!scheme).then_some(Host::Implied)
}

fn take_given_host(pieces: &mut Vec<UrlPart<'_>>) -> Option<Host> {
    let mut host = Loose::default();
    while let Some(piece) = pieces.first().copied() {
        match piece {
            UrlPart::Unknown => {
                host.push_unknown();
                pieces.remove(0);
            }
            UrlPart::Text(text) => match text.find(['/', '?', '#']) {
                Some(end) => {
                    let (before, after) = text.split_at(end);
                    host.push_text(before);
                    *pieces.first_mut()? = UrlPart::Text(after);
                    break;
                }
                None => {
                    host.push_text(text);
                    pieces.remove(0);
                }
            },
        }
    }
    if host.is_anything() {
        return Some(Host::Unknown);
    }
    // A name and password before the host, and a port after it, say nothing of the API.
    if let Some((_, after)) = host.head.rsplit_once('@') {
        host.head = after.to_owned();
    }
    let last = if host.unknown { &mut host.tail } else { &mut host.head };
    if let Some((before, port)) = last.rsplit_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        *last = before.to_owned();
    }
    host.head.make_ascii_lowercase();
    host.tail.make_ascii_lowercase();
    Some(Host::Given(host))
}

/// Takes the query off the pieces of an address; what stands after a `#` is nobody's.
fn take_query<'a>(pieces: &mut Vec<UrlPart<'a>>) -> Vec<UrlPart<'a>> {
    if let Some(at) =
        pieces.iter().position(|piece| matches!(piece, UrlPart::Text(text) if text.contains('#')))
    {
        pieces.truncate(at + 1);
        if let Some(UrlPart::Text(text)) = pieces.last_mut() {
            *text = text.split('#').next().unwrap_or_default();
        }
    }
    let Some(at) = pieces.iter().position(|piece| matches!(piece, UrlPart::Text(text) if text.contains('?')))
    else {
        return Vec::new();
    };
    let mut query = pieces.split_off(at);
    if let Some(UrlPart::Text(text)) = query.first().copied()
        && let Some((before, after)) = text.split_once('?')
    {
        pieces.push(UrlPart::Text(before));
        if let Some(first) = query.first_mut() {
            *first = UrlPart::Text(after);
        }
    }
    query
}

/// The pieces between two separators each.
fn split(pieces: &[UrlPart<'_>], separator: char) -> Vec<Loose> {
    let mut found = vec![Loose::default()];
    for piece in pieces {
        match piece {
            UrlPart::Unknown => {
                if let Some(last) = found.last_mut() {
                    last.push_unknown();
                }
            }
            UrlPart::Text(text) => {
                for (index, part) in text.split(separator).enumerate() {
                    if index > 0 {
                        found.push(Loose::default());
                    }
                    if let Some(last) = found.last_mut() {
                        last.push_text(part);
                    }
                }
            }
        }
    }
    found
}

/// An argument's text without the escapes of an address. What is no escape stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |index: usize| after.get(index).and_then(|byte| (*byte as char).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', ..) => bytes.push(b' '),
            (byte, ..) => bytes.push(*byte),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        // A `$` stands for what is unknown.
        let mut parts = Vec::new();
        for (index, text) in text.split('$').enumerate() {
            if index > 0 {
                parts.push(UrlPart::Unknown);
            }
            parts.push(UrlPart::Text(text));
        }
        Address::parse(&parts).unwrap()
    }

    fn shown(text: &str) -> String {
        let address = address(text);
        let loose = |one: &Loose| format!("{}{}{}", one.head, if one.unknown { "$" } else { "" }, one.tail);
        let host = match &address.host {
            Host::Implied => "implied".to_owned(),
            Host::Unknown => "unknown".to_owned(),
            Host::Given(host) => loose(host),
        };
        let path: Vec<String> = address.path.iter().map(loose).collect();
        let arguments: Vec<String> = address
            .arguments
            .iter()
            .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("$")))
            .collect();
        let more = if address.more_arguments { " more" } else { "" };
        format!("{host} | {} | {}{more}", path.join(" "), arguments.join(" "))
    }

    #[test]
    fn an_address_is_taken_apart() {
        assert_eq!(shown("https://api.example.com/v1/a/$?x=1&y=$"), "api.example.com | v1 a $ | x=1 y=$");
        assert_eq!(shown("HTTPS://user:pw@API.example.com:8443/a/"), "api.example.com | a | ");
        assert_eq!(shown("https://$.example.com/a$b/c#d/e?f"), "$.example.com | a$b c | ");
        assert_eq!(shown("$/a/b?$"), "unknown | a b |  more");
        assert_eq!(shown("$.example.com/a"), "$.example.com | a | ");
        assert_eq!(shown("$://a.b/c"), "a.b | c | ");
        assert_eq!(shown("https://$/c"), "unknown | c | ");
        assert_eq!(shown("/2/tweets?a=b%20c+d&e"), "implied | 2 tweets | a=b c d e=");
        assert_eq!(shown("https://a.b?x=1"), "a.b |  | x=1");
    }

    #[test]
    fn what_is_no_address_of_a_host_is_none() {
        for text in ["data:text/plain,x", "ftp://a.b/c", "javascript:x()"] {
            assert_eq!(Address::parse(&[UrlPart::Text(text)]), None, "{text}");
        }
        assert_eq!(Address::parse(&[]), None);
    }
}

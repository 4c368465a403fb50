//! What is asked of the facts about endpoints, and what they answer.

/// A piece of an address, as far as the code that builds it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlPart<'a> {
    /// These very characters.
    Text(&'a str),
    /// Something that is only known when the code runs: a part of a segment, a whole one, a host, or a tail with
    /// slashes in it.
    Unknown,
}

/// An address as people write it down, taken apart: `{x}` and `${x}` are what differs.
pub fn url_parts(url: &str) -> Vec<UrlPart<'_>> {
    let mut parts = Vec::new();
    let mut rest = url;
    while let Some((before, tail)) = rest.split_once('{') {
        let before = before.strip_suffix('$').unwrap_or(before);
        if !before.is_empty() {
            parts.push(UrlPart::Text(before));
        }
        parts.push(UrlPart::Unknown);
        rest = tail.split_once('}').map_or("", |(_, after)| after);
    }
    if !rest.is_empty() {
        parts.push(UrlPart::Text(rest));
    }
    parts
}

/// What a request is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// An address, its query included or not. One that begins with a slash is on the host that the token is for.
    Url(&'a [UrlPart<'a>]),
    /// An operation of the provider's own client: `calendar.events.insert` of `googleapis`, `chat.postMessage` of
    /// Slack's, `issues.create` or `issues/create` of Octokit.
    Operation(&'a str),
}

/// An argument of a request, wherever it stands: in the query of its address, or in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value; none if that is only known when the code runs.
    pub value: Option<&'a str>,
}

/// A request, as the analysis of code knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The HTTP method in any case; none if unknown. What says nothing to `fetch` is a `GET`: the caller knows that.
    pub method: Option<&'a str>,
    /// Where it goes.
    pub target: Target<'a>,
    /// The arguments that are known beside those in the text of the address.
    pub arguments: &'a [Argument<'a>],
    /// Whether there may be arguments that are not known.
    pub more_arguments: bool,
    /// The GraphQL document that it sends, if it sends one and it is known.
    pub graphql: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A request without further arguments.
    pub fn new(method: Option<&'a str>, url: &'a [UrlPart<'a>]) -> Self {
        Self { method, target: Target::Url(url), arguments: &[], more_arguments: false, graphql: None }
    }

    /// A call of a client's operation, of whose arguments nothing is known.
    pub fn operation(name: &'a str) -> Self {
        let target = Target::Operation(name);
        Self { method: None, target, arguments: &[], more_arguments: true, graphql: None }
    }
}

/// How good the facts about an endpoint are, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The provider's own machine-readable description.
    Machine,
    /// The provider's words, transcribed.
    Stated,
    /// A few rules that cover all calls of the API.
    Rule,
    /// Concluded from the endpoint's family, not stated for it.
    Derived,
    /// Common endpoints by hand, not checked one by one.
    Hand,
}

impl Confidence {
    /// Whether a warning may rest on it; on the others a hint at most.
    pub fn may_warn(self) -> bool {
        self <= Confidence::Stated
    }
}

/// Which token an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesToken {
    /// The connector's.
    Yes,
    /// Another one, whatever the scopes: `a bot token`, `an app-level token`.
    Other(&'static str),
}

/// A set of scopes that are needed together.
pub type ScopeSet = Vec<&'static str>;

/// An endpoint and what it needs of this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The file of facts that it stands in: `googledrive`.
    pub api: &'static str,
    /// The HTTP method; `*` for any.
    pub method: &'static str,
    /// The host that it is usually on.
    pub host: &'static str,
    /// The path, with names in braces for what differs: `/drive/v3/files/{fileId}`.
    pub path: String,
    /// The provider's own name for it: `drive.files.get`.
    pub id: Option<String>,
    /// How good this fact is.
    pub confidence: Confidence,
    /// The alternatives, each a set that suffices; an empty set where no scope is needed. None of them: the source
    /// does not say.
    pub scopes_any: Vec<ScopeSet>,
    /// What is needed besides for what is private.
    pub private_also: ScopeSet,
    /// Which token it takes.
    pub token: TakesToken,
    /// Whether the provider has retired it or says that it will.
    pub deprecated: bool,
}

impl Endpoint {
    /// Whether the source says which scopes it needs.
    pub fn says_scopes(&self) -> bool {
        !self.scopes_any.is_empty()
    }
}

/// What a request is to a token of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// A known endpoint.
    Found(Found),
    /// One of several endpoints that need different scopes, or any at all where there are none here: of what the
    /// token lacks, nothing is to be concluded. The scopes of these, or any if there are none, may be used.
    Unsure(Vec<Endpoint>),
    /// An address of an API that the type's token opens, but nothing is known of this endpoint. Any scope may be used.
    Unlisted,
    /// An address of another product's API.
    WrongProduct(WrongProduct),
    /// No address of any API known here: another host, or one that cannot be told. Nothing is to be concluded.
    Elsewhere,
}

/// A known endpoint that a request goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Others that it would be with an unlikely value of what is unknown: `files/generateIds` for `files/${id}`.
    /// They count where a token would be said to lack something.
    pub unlikely: Vec<Endpoint>,
    /// Whether what is written tells it: its host, and every fixed word of its path. If not, a hint at most.
    pub exact: bool,
}

/// An API that a type's token does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongProduct {
    /// The types whose tokens open it.
    pub types: Vec<&'static str>,
    /// Whether the same provider stands behind them: it may grant this token the scopes as well, if they are asked
    /// for by name.
    pub same_provider: bool,
    /// The endpoints that it may be, as far as they are known.
    pub endpoints: Vec<Endpoint>,
}

/// Whether a connector's scopes are enough for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// They are, or none is needed.
    Granted,
    /// They are not, whichever endpoint it is.
    Missing(Missing),
    /// The endpoint takes another token, whatever the scopes: `a bot token`.
    OtherToken(&'static str),
    /// It cannot be told.
    Unknown,
}

/// What a connector's scopes lack for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What to add so that it works, the narrowest first: sets of the type's own scopes without those that the
    /// connector has. Empty if no scope of this type opens the endpoint.
    pub suggestions: Vec<ScopeSet>,
    /// The types of the provider whose own scopes open it, where this type's do not.
    pub other_types: Vec<&'static str>,
}

/// What a provider answers when a scope is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status: `403`, `401 or 403`. Slack's is `200`.
    pub status: &'static str,
    /// The words in the answer by which it is known, if they are: `ACCESS_TOKEN_SCOPE_INSUFFICIENT`.
    pub sign: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_braces_is_unknown() {
        use UrlPart::{Text, Unknown};
        let url = "https://a.example/v1/{id}/b/${other}";
        assert_eq!(url_parts(url), [Text("https://a.example/v1/"), Unknown, Text("/b/"), Unknown]);
        assert_eq!(url_parts("https://a.example/{open"), [Text("https://a.example/"), Unknown]);
        assert_eq!(url_parts(""), []);
    }
}

//! What the analysis of a file answers: which connectors it uses, and which calls it makes with their tokens.

use std::sync::Arc;

use crate::ir::Name;

/// A piece of a file's text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was named when it was read.
    pub path: Arc<str>,
    /// Its first byte.
    pub start: u32,
    /// The byte behind its last one.
    pub end: u32,
}

/// What is asked of the SDK's `connectors`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `getConnection(type)`.
    GetConnection,
    /// `getAccessToken(type)`, which is deprecated.
    GetAccessToken,
    /// `callApi(type, request)`: the platform makes the call, and the token stays there.
    CallApi,
    /// None of them: the platform puts the connector's key into the functions' environment, and it is read there.
    Environment,
    /// A method that takes the id of a connection: an app user's or a workspace's. No use of a type.
    ById,
    /// A method that the SDK does not have.
    Other(Name),
}

/// How the code names the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Naming {
    /// A text in the very call.
    Literal,
    /// A constant, or a variable with one value.
    Constant,
    /// One entry of a list or a table that is walked, or one of several values.
    Table,
    /// A parameter, whose value the callers give.
    Parameter,
    /// It is only known when the code runs.
    Dynamic,
}

/// Whether the connectors were asked for with the service's rights, which they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceRole {
    /// `asServiceRole` stands before them.
    Yes,
    /// They are asked of the user's client, which has no such methods.
    No,
    /// It cannot be seen.
    Unknown,
}

/// A place in code that takes a connector's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The type; none if it is only known when the code runs, or if a connection is taken by its id.
    pub type_name: Option<Name>,
    /// How it is named.
    pub naming: Naming,
    /// The call that takes the token.
    pub at: Place,
    /// The text that names the type, without its quotes; it may stand in another file.
    pub literal: Option<Place>,
    /// What is called.
    pub method: Method,
    /// The method's name.
    pub method_at: Place,
    /// Whether the service's rights are there.
    pub service_role: ServiceRole,
    /// `?.` before the call: where the method is missing, nothing happens.
    pub optional_chain: bool,
    /// The token is only tested, and its absence is expected.
    pub probe: bool,
    /// Where the token cannot be had, the code goes on without it or with another one.
    pub fallback: bool,
    /// Wherever the token went, it was followed. If not, calls may be made with it that are not listed.
    pub complete: bool,
    /// Some code may come here: it is no function that nothing names.
    pub reached: bool,
    /// The calls that lead here, the nearest first, where the use stands in a helper.
    pub callers: Vec<Place>,
}

/// A piece of an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UrlPart {
    /// These very characters.
    Text(Name),
    /// Something that is only known when the code runs.
    Unknown,
}

/// How well a call was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Followed {
    /// It is made with this token, this method and this address.
    Sure,
    /// It is made with this method and this address, and with this token or with one that is no connector's.
    OrOther,
    /// It is made with this method and this address, and with this token or with that of a connector of another type:
    /// the code has chosen before, and where is not seen.
    OrAnotherType,
    /// It may be: another token, method or address is possible that was not seen.
    Partly,
}

/// An argument of a request, in the query of its address or in its body.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Argument {
    /// Its name.
    pub name: Name,
    /// Its value; none if that is only known when the code runs.
    pub value: Option<Name>,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An address, its query included. One that begins with a slash is on the host that the token is for.
    Url(Vec<UrlPart>),
    /// An operation of a client of the provider's: `calendar.events.insert` of the package `googleapis`.
    Operation {
        /// The package, without its version.
        package: Name,
        /// The names that lead from the client to the operation.
        name: Name,
    },
    /// It could not be told.
    Unknown,
}

/// A request to a provider's API with the token of a use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Whose token it sends: the index of a use.
    pub used: usize,
    /// The HTTP method, in capitals; none if it is only known when the code runs.
    pub method: Option<Name>,
    /// Where it goes.
    pub target: Target,
    /// The arguments that are known, those in the text of the address left out.
    pub arguments: Vec<Argument>,
    /// There may be arguments that are not known.
    pub more_arguments: bool,
    /// The GraphQL document that it sends.
    pub graphql: Option<Name>,
    /// The call itself: `fetch(…)`.
    pub at: Place,
    /// How well it was followed.
    pub followed: Followed,
    /// The calls that lead here, the nearest first, where the request stands in a helper.
    pub callers: Vec<Place>,
}

/// What one file does, with everything that it brings along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// The uses, in the order in which they stand.
    pub uses: Vec<Use>,
    /// The calls, in the order in which they stand.
    pub calls: Vec<Call>,
    /// The texts without a character, between their quotes, that stand where a type is asked for: one is yet to be typed.
    pub blanks: Vec<Place>,
    /// The comments that speak to those who check connectors: `// base44-ignore …`.
    pub directives: Vec<Place>,
    /// The files of the app that it reads from, itself left out.
    pub imports: Vec<Arc<str>>,
    /// A file is brought along that is only known when the code runs, or that no import map leads to.
    pub imports_unknown: bool,
    /// Nothing was left out: neither a text that cannot be read, nor the end of what takes too long.
    pub complete: bool,
}

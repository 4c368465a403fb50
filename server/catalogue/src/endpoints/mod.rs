//! Which scopes an endpoint of a provider's API accepts, and what follows of it for a connector.
//!
//! [`lookup()`] leads from a request, as far as it is known, to an endpoint; [`Match::access`] says whether a connector's
//! scopes are enough for it, [`is_unused`] whether a scope is for no request at all, [`least_scopes`] which are enough
//! for all, [`narrow()`] what those of a connector could be less. The facts come from `schemas/endpoints/`. They are read, one API at a time, when a request of it is first
//! looked up.

mod access;
mod address;
mod arguments;
mod facts;
mod graphql;
mod lookup;
mod narrow;
mod paths;
mod search;
mod table;
mod types;
mod unused;

pub use access::{Least, accepts, least_scopes, narrowest_first, power};
pub use facts::refusal;
pub use lookup::lookup;
pub use narrow::{Change, Narrowed, narrow};
pub use types::{
    Access, Argument, Confidence, Endpoint, Found, Match, Missing, Refusal, Request, ScopeSet, TakesToken,
    Target, UrlPart, WrongProduct, url_parts,
};
pub use unused::{is_identity, is_unused, knows_all_calls, may_be_for_webhooks};

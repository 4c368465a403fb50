//! Which scopes an endpoint of a provider's API accepts.

mod types;

pub use types::{
    Access, Argument, Confidence, Endpoint, Found, Match, Missing, Refusal, Request, ScopeSet, TakesToken,
    Target, UrlPart, WrongProduct,
};

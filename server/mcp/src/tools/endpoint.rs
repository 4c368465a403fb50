//! An API call that an agent names: method and address, with `{x}` or `${x}` for what differs.

use connector_catalogue::ConnectorType;
use connector_catalogue::endpoints::{Endpoint, Match, Request, lookup, narrowest_first, url_parts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reply::ToolError;

/// A call of a provider's API.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiCall {
    /// GET, POST, PATCH, PUT or DELETE.
    pub(crate) method: String,
    /// The address, with {name} for what differs: `https://www.googleapis.com/calendar/v3/calendars/{id}/events`.
    pub(crate) url: String,
}

/// What is known of an endpoint.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExplainedEndpoint {
    /// The method and the path as the provider writes them.
    pub(crate) endpoint: String,
    /// The provider's own name for it, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// The sets of scopes each of which would do, the narrowest first. An empty set: none is needed.
    pub(crate) scopes_any: Vec<Vec<String>>,
    /// machine or stated: the provider says so. rule, derived or hand: a good guess.
    pub(crate) confidence: String,
}

impl ApiCall {
    /// Which endpoint it is for a token of a type.
    ///
    /// # Errors
    /// [`ToolError`] where none is known.
    pub(crate) fn endpoint(&self, ty: &'static ConnectorType) -> Result<Endpoint, ToolError> {
        let parts = url_parts(&self.url);
        match lookup(ty, &Request::new(Some(&self.method), &parts)) {
            Match::Found(found) => Ok(found.endpoint),
            Match::Unsure(candidates) if !candidates.is_empty() => {
                let paths: Vec<String> = candidates.iter().take(5).map(shown).collect();
                Err(ToolError::new(
                    format!("The address could be one of several: {}.", paths.join(", ")),
                    "Give the address with its fixed parts written out.",
                ))
            }
            Match::WrongProduct(other) => {
                let next = match other.types.as_slice() {
                    [] => String::new(),
                    types => format!("Ask with the type {}.", types.join(" or ")),
                };
                Err(ToolError::new(format!("A {} token does not open this API.", ty.display_name), next))
            }
            Match::Unsure(_) | Match::Unlisted | Match::Elsewhere => Err(ToolError::new(
                "Nothing is known of this address.",
                format!("See {} for what it needs, or find scopes by words.", ty.scope_docs),
            )),
        }
    }
}

/// The sets of scopes that would do, the narrowest first.
pub(crate) fn sets(ty: &'static ConnectorType, endpoint: &Endpoint) -> Vec<Vec<String>> {
    let sets = narrowest_first(ty, endpoint);
    sets.into_iter().map(|set| set.into_iter().map(str::to_owned).collect()).collect()
}

/// An endpoint as it is told.
pub(crate) fn explained(ty: &'static ConnectorType, endpoint: &Endpoint) -> ExplainedEndpoint {
    ExplainedEndpoint {
        endpoint: shown(endpoint),
        id: endpoint.id.clone(),
        scopes_any: sets(ty, endpoint),
        confidence: format!("{:?}", endpoint.confidence).to_ascii_lowercase(),
    }
}

fn shown(endpoint: &Endpoint) -> String {
    format!("{} https://{}{}", endpoint.method, endpoint.host, endpoint.path)
}

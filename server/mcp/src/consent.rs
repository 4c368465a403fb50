//! The person's agreement to what removes, sends or signs in.

use connector_boundary::secret::mask_in_use;
use rmcp::RoleServer;
use rmcp::service::{ElicitationError, Peer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the person said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// They agreed.
    Given,
    /// They said no, or closed the question.
    Refused,
    /// The client cannot ask them, or did not.
    CannotAsk,
}

/// The form that the client shows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Agreement {
    /// Agree to this.
    agree: bool,
}

rmcp::elicit_safe!(Agreement);

/// Asks the person, through the client. Only a clear yes is a yes.
pub(crate) async fn ask(peer: &Peer<RoleServer>, question: &str) -> Consent {
    match peer.elicit::<Agreement>(mask_in_use(question)).await {
        Ok(Some(Agreement { agree: true })) => Consent::Given,
        Ok(Some(_) | None) | Err(ElicitationError::UserDeclined | ElicitationError::UserCancelled) => {
            Consent::Refused
        }
        Err(ElicitationError::ParseError { .. } | ElicitationError::NoContent) => Consent::Refused,
        Err(_) => Consent::CannotAsk,
    }
}

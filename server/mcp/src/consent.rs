//! The person's agreement to what removes, sends or signs in.

use connector_boundary::secret::holds_secret;
use connector_sync::Engine;
use rmcp::service::ElicitationError;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};

use crate::reply::{ToolError, shown};
use crate::tool::Call;

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
#[derive(Debug, Serialize, JsonSchema)]
struct Agreement {
    /// Agree to this.
    agree: bool,
}

/// A filled form is an object: a list would be read as one whose fields have no names.
impl<'de> Deserialize<'de> for Agreement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Map::deserialize(deserializer)?.get("agree") {
            Some(Value::Bool(agree)) => Ok(Self { agree: *agree }),
            _ => Err(D::Error::custom("`agree` is true or false")),
        }
    }
}

rmcp::elicit_safe!(Agreement);

/// Asks the person, through the client. Only a clear yes is a yes.
///
/// Who cannot be shown all of a question cannot agree to it: a project names its own secrets, and may name what it wants
/// to hide.
pub(crate) async fn ask(call: &Call, question: &str) -> Consent {
    if holds_secret(question) {
        return Consent::CannotAsk;
    }
    let answer = tokio::select! {
        answer = call.peer.elicit::<Agreement>(shown(question)) => answer,
        // Whoever wanted it wants it no more.
        () = call.ct.cancelled() => return Consent::Refused,
    };
    match answer {
        Ok(Some(Agreement { agree: true })) => Consent::Given,
        Ok(Some(_) | None) | Err(ElicitationError::UserDeclined | ElicitationError::UserCancelled) => {
            Consent::Refused
        }
        Err(ElicitationError::ParseError { .. } | ElicitationError::NoContent) => Consent::Refused,
        Err(_) => Consent::CannotAsk,
    }
}

/// An app that a file of the workspace names against the linked one is changed only where the person agrees to it by
/// name.
pub(crate) async fn agree_to_the_app(engine: &Engine, call: &Call) -> Result<(), ToolError> {
    let Some(mismatch) = engine.mismatch() else { return Ok(()) };
    match ask(call, &mismatch.question()).await {
        Consent::Given => Ok(()),
        Consent::Refused => Err(ToolError::new(
            format!("Nothing was sent: the person did not agree to change {}.", mismatch.named),
            "Correct the app in .env, or take it out of there.",
        )),
        Consent::CannotAsk => Err(ToolError::new(
            format!("Nothing was sent: {mismatch} This client cannot ask the person which of them is meant."),
            "The person can run the command in a terminal with --app-id.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_form_with_a_clear_yes_is_one() {
        let agrees = |form: &str| serde_json::from_str::<Agreement>(form).is_ok_and(|form| form.agree);
        assert!(agrees("{\"agree\": true}") && !agrees("{\"agree\": false}"));
        for form in
            ["[true]", "true", "{\"agree\": \"true\"}", "{\"agree\": 1}", "{\"Agree\": true}", "{}", "null"]
        {
            assert!(serde_json::from_str::<Agreement>(form).is_err(), "{form}");
        }
    }

    #[test]
    fn the_form_that_a_client_shows_has_one_answer() {
        let schema = serde_json::to_value(schemars::schema_for!(Agreement)).unwrap_or_default();
        assert_eq!(schema.pointer("/properties/agree/type"), Some(&"boolean".into()), "{schema}");
    }
}

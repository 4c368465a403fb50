//! What a tool answers: a short text for reading and a value for programs, or an error that says what to do next.

use connector_boundary::secret::{mask_in_use, mask_json};
use connector_boundary::text::{printable, visible};
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::Value;

/// A tool's answer.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    /// A few lines for whoever reads along.
    pub(crate) text: String,
    /// The same and more, in the shape of the tool's output schema.
    pub(crate) value: T,
}

impl<T: Serialize> Reply<T> {
    /// The answer on the wire.
    pub(crate) fn into_result(self) -> CallToolResult {
        match serde_json::to_value(&self.value) {
            Ok(mut value) => {
                show_json(&mut value);
                let mut result = CallToolResult::structured(value);
                result.content = vec![ContentBlock::text(shown(&self.text))];
                result
            }
            Err(error) => ToolError::new(
                format!("The answer could not be written: {error}."),
                "Report this as a bug of base44-connectors.",
            )
            .into_result(),
        }
    }
}

/// A text as an agent gets it, whatever it is made of: without secrets, and with everything in it to be seen.
pub(crate) fn shown(text: &str) -> String {
    visible(&mask_in_use(text))
}

/// The same of a name in one line, in short.
pub(crate) fn shown_name(name: &str, max: usize) -> String {
    printable(&mask_in_use(name), max)
}

/// The same of every text of a value.
pub(crate) fn show_json(value: &mut Value) {
    mask_json(value);
    show_texts(value);
}

fn show_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible(text),
        Value::Array(all) => all.iter_mut().for_each(show_texts),
        Value::Object(members) => members.values_mut().for_each(show_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The word that JSON has for a value of a few.
pub(crate) fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Why a tool did nothing, or not all. It was asked for properly, and the caller can do something about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolError {
    /// What failed, on what.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) next: String,
}

impl ToolError {
    pub(crate) fn new(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { message: message.into(), next: next.into() }
    }

    /// The error on the wire: a result that is marked as an error, so that the agent reads it. It has text alone: what is
    /// structured would have to be of the tool's output schema, and clients drop the whole answer where it is not.
    pub(crate) fn into_result(self) -> CallToolResult {
        let text = match self.next.is_empty() {
            true => self.message.clone(),
            false => format!("{} {}", self.message, self.next),
        };
        CallToolResult::error(vec![ContentBlock::text(shown(&text))])
    }
}

//! An answer: its data, or what its error body says in one sentence.

use std::borrow::Cow;
use std::time::Duration;

use connector_boundary::secret::{holds_secret, mask_json, mask_tokens};
use connector_boundary::text::printable;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::send::Call;
use crate::{ErrorKind, PlatformError};

/// The longest answer that is read, in bytes. Ten thousand connectors fit several times.
pub(super) const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;
/// So many characters of the platform's words are shown.
const MAX_CHARS_SHOWN: usize = 400;
/// Of so many parts of a request it is said what is wrong with them: more are one mistake.
const MAX_ERRORS_SHOWN: usize = 10;

/// What came back, whatever its status.
pub(crate) struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
    pub retry_after: Option<Duration>,
    /// The fields of its head in which servers say that an answer is a part.
    pub about: Vec<(String, String)>,
}

impl Answer {
    /// Why the call should be made again, where it should. `repeatable`: even if it was acted on.
    pub(super) fn transient_trouble(&self, repeatable: bool) -> Option<String> {
        let transient = match self.status {
            // Refused before anything was done.
            429 | 503 => true,
            408 | 425 | 500 | 502 | 504 => repeatable,
            _ => false,
        };
        // What is not found stays so, whatever the status says. Only such an answer is read for it: others may be megabytes.
        let is_missing = || is_key_error(&serde_json::from_slice(self.text()).unwrap_or(Value::Null));
        (transient && !is_missing()).then(|| self.said())
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The data of a successful answer.
    pub(crate) fn read<T: DeserializeOwned>(&self, call: &Call, id: &str) -> Result<T, PlatformError> {
        if !self.is_success() {
            return Err(self.error(call, id));
        }
        // A list would be read as an object whose fields have no names.
        if self.first_byte() == Some(b'[') {
            return Err(self.malformed(call, id, "Base44's answer is not what was asked for (a list)"));
        }
        serde_json::from_slice(&self.without_secrets())
            .map_err(|error| self.malformed(call, id, &self.why_unreadable(&error)))
    }

    /// The entries of a successful answer that is a list.
    pub(crate) fn read_list(&self, call: &Call, id: &str) -> Result<Vec<Box<RawValue>>, PlatformError> {
        if !self.is_success() {
            return Err(self.error(call, id));
        }
        serde_json::from_slice(&self.without_secrets())
            .map_err(|error| self.malformed(call, id, &self.why_unreadable(&error)))
    }

    /// The same for an answer that brings new secrets: they may resemble those that are known.
    pub(crate) fn read_secrets<T: DeserializeOwned>(
        &self,
        call: &Call,
        id: &str,
    ) -> Result<T, PlatformError> {
        if !self.is_success() || self.first_byte() == Some(b'[') {
            return self.read(call, id);
        }
        serde_json::from_slice(self.text())
            .map_err(|error| self.malformed(call, id, &self.why_unreadable(&error)))
    }

    /// The body with the secrets of this process masked in it: what the platform says is shown and kept in many places,
    /// and it has no reason to say them.
    fn without_secrets(&self) -> Cow<'_, [u8]> {
        let raw = self.text();
        let Ok(text) = std::str::from_utf8(raw) else { return Cow::Borrowed(raw) };
        // An escape may hide a letter.
        if !holds_secret(text) && !text.contains('\\') {
            return Cow::Borrowed(raw);
        }
        let Ok(mut value) = serde_json::from_str::<Value>(text) else { return Cow::Borrowed(raw) };
        match mask_json(&mut value) {
            true => Cow::Owned(value.to_string().into_bytes()),
            false => Cow::Borrowed(raw),
        }
    }

    /// The answer is there and is not what was asked for.
    pub(crate) fn malformed(&self, call: &Call, id: &str, why: &str) -> PlatformError {
        PlatformError::new(ErrorKind::Malformed, &call.doing, why)
            .with_status(self.status)
            .with_request_id(id)
            .with_effect(!call.repeatable)
    }

    fn why_unreadable(&self, error: &serde_json::Error) -> String {
        if self.first_byte().is_none() {
            return "Base44's answer is empty".to_owned();
        }
        if self.is_page() {
            return "Base44 answered with a web page instead of data".to_owned();
        }
        match error.classify() {
            serde_json::error::Category::Eof => "Base44's answer ends in the middle".to_owned(),
            serde_json::error::Category::Data => {
                let text = error.to_string();
                let text = text.rsplit_once(" at line").map_or(text.as_str(), |(text, _)| text);
                // Whoever reads this knows no name of a structure.
                let text = text.rsplit_once(", expected struct").map_or(text, |(text, _)| text);
                format!("Base44's answer is not what was asked for ({})", words(text))
            }
            _ => "Base44's answer is no JSON".to_owned(),
        }
    }

    fn is_page(&self) -> bool {
        self.content_type.contains("html") || self.first_byte() == Some(b'<')
    }

    /// The body without the mark that some servers set before UTF-8.
    fn text(&self) -> &[u8] {
        self.body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.body)
    }

    fn first_byte(&self) -> Option<u8> {
        self.text().iter().copied().find(|byte| !byte.is_ascii_whitespace())
    }

    /// The error of an answer that is none of success.
    pub(crate) fn error(&self, call: &Call, sent_id: &str) -> PlatformError {
        let body: Value = serde_json::from_slice(self.text()).unwrap_or(Value::Null);
        let is_missing = is_key_error(&body);
        let status = if is_missing { StatusCode::NOT_FOUND.as_u16() } else { self.status };
        // The id that the platform answers under is the one that its support knows.
        let id = self.about.iter().find(|(name, _)| name == "x-request-id").map(|(_, id)| words(id));
        let id = id.as_deref().filter(|id| !id.is_empty()).unwrap_or(sent_id);
        let kind = if is_missing {
            ErrorKind::NotFound
        } else if says_wrong_app(&body) {
            ErrorKind::WrongApp
        } else {
            kind_of(self.status)
        };
        // A gateway's refusal and an error of the request itself leave nothing behind.
        let effect = !call.repeatable && status >= 500 && status != 503;
        let error = PlatformError::new(kind, &call.doing, self.said())
            .with_details(details_of(&body))
            .with_status(status)
            .with_request_id(id)
            .with_retry_after(self.retry_after)
            .with_effect(effect);
        if kind == ErrorKind::Invalid && call.method != Method::PUT {
            return error.with_hint(format!("If it stays so, give Base44's support the request id {id}."));
        }
        error
    }

    /// The platform's words, or those of its status.
    fn said(&self) -> String {
        let name = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        let status = match name {
            Some(name) => format!("Base44 answered {} ({name})", self.status),
            None => format!("Base44 answered {}", self.status),
        };
        if self.is_page() {
            return format!("{status} with a web page");
        }
        let body: Value = serde_json::from_slice(self.text()).unwrap_or(Value::Null);
        let wait = match self.retry_after {
            Some(wait) if self.status == 429 => format!("; it asks to wait {}", span(wait)),
            _ => String::new(),
        };
        match words_of(&body) {
            Some(key) if is_key_error(&body) && key.starts_with('\'') => format!("Base44 has no {key}"),
            Some(said) if is_key_error(&body) => said,
            Some(said) if self.status >= 500 || self.status == 429 => format!("{status}: {said}{wait}"),
            Some(said) => said,
            None => format!("{status}{wait}"),
        }
    }
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::SignedOut,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        407 => ErrorKind::Network,
        408 => ErrorKind::TimedOut,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        400..500 => ErrorKind::Invalid,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Malformed,
    }
}

/// A look-up that failed inside: not found, whatever the status says.
fn is_key_error(body: &Value) -> bool {
    body.get("error_type").and_then(Value::as_str) == Some("KeyError")
}

fn says_wrong_app(body: &Value) -> bool {
    const REASON: &str = "requires_backend_platform_app";
    ["extra_data", "detail"].iter().any(|part| body[part]["reason"].as_str() == Some(REASON))
}

/// What an error body says: its message, then each of its errors that the message does not repeat.
fn words_of(body: &Value) -> Option<String> {
    let message = ["message", "detail", "error_description", "error"]
        .iter()
        .find_map(|name| text_of(body.get(name)?, 0));
    // Words under names that nobody knows are better than none.
    let raw = || ["message", "detail"].iter().find_map(|name| as_json(body.get(name)?));
    let mut said = message.or_else(raw).unwrap_or_default();
    for (name, message) in errors_of(body) {
        if said.contains(&message) {
            continue;
        }
        if !said.is_empty() {
            said.push_str("; ");
        }
        if let Some(name) = name {
            said.push_str(&format!("{name}: "));
        }
        said.push_str(&message);
    }
    (!said.trim().is_empty()).then(|| words(&said))
}

/// The same errors one by one, as the official command line lists them.
fn details_of(body: &Value) -> Vec<String> {
    errors_of(body)
        .map(|(name, message)| match name {
            Some(name) => words(&format!("{name}: {message}")),
            None => words(&message),
        })
        .collect()
}

/// What an error body says is wrong with each part of the request: its name, and why.
fn errors_of(body: &Value) -> impl Iterator<Item = (Option<&str>, String)> {
    let errors = body["extra_data"]["errors"].as_array().into_iter().flatten().take(MAX_ERRORS_SHOWN);
    errors.filter_map(|error| {
        let message = error.get("message").and_then(|message| text_of(message, 0))?;
        Some((error.get("name").and_then(Value::as_str), message))
    })
}

/// The text in a value that may be a string, an object or a list.
fn text_of(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Object(object) if depth < 4 => ["message", "detail", "msg", "error", "reason"]
            .iter()
            .find_map(|name| text_of(object.get(*name)?, depth + 1)),
        Value::Array(all) if depth < 4 => {
            let parts: Vec<String> =
                all.iter().take(10).filter_map(|part| text_of(part, depth + 1)).collect();
            (!parts.is_empty()).then(|| parts.join("; "))
        }
        _ => None,
    }
}

/// An object or a list as it came, where it has anything in it.
fn as_json(value: &Value) -> Option<String> {
    let is_filled = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    is_filled.then(|| value.to_string())
}

/// Text from outside, as it may be shown.
pub(crate) fn words(text: &str) -> String {
    printable(mask_tokens(text.trim()).trim_end_matches('.'), MAX_CHARS_SHOWN)
}

fn span(wait: Duration) -> String {
    match wait.as_secs() {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7200 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> String {
        let content_type = if body.starts_with('<') { "text/html" } else { "application/json" };
        Answer {
            status,
            content_type: content_type.to_owned(),
            body: body.as_bytes().to_vec(),
            retry_after: None,
            about: Vec::new(),
        }
        .said()
    }

    #[test]
    fn a_mark_before_the_text_is_passed_over() {
        assert_eq!(said(400, "\u{feff}{\"message\":\"Bad\"}"), "Bad");
        let answer = Answer {
            status: 200,
            content_type: String::new(),
            body: "\u{feff} {\"a\":1}".as_bytes().to_vec(),
            retry_after: None,
            about: Vec::new(),
        };
        let value: Value = answer.read(&call(), "id").unwrap();
        assert_eq!(value["a"], 1);
        let list = Answer { body: "\u{feff}[]".as_bytes().to_vec(), ..answer };
        assert!(list.read::<Value>(&call(), "id").is_err());
    }

    fn call() -> Call {
        Call {
            repeatable: true,
            method: Method::GET,
            path: "/".to_owned(),
            template: "/",
            doing: "reading".to_owned(),
            body: super::super::Body::None,
            bound: Duration::from_secs(1),
            whole: Duration::from_secs(1),
        }
    }

    #[test]
    fn every_error_body_is_one_sentence() {
        insta::assert_snapshot!(
            [
                said(400, r#"{"message":"Unknown scope `a`."}"#),
                said(422, r#"{"detail":"Bad"}"#),
                said(422, r#"{"detail":[{"loc":["body","scopes"],"msg":"not a list"},{"msg":"nor that"}]}"#),
                said(400, r#"{"message":{"error":{"message":"deep"}}}"#),
                said(
                    422,
                    r#"{"message":"Invalid","extra_data":{"errors":[{"name":"scopes.0","message":"is no scope"}]}}"#
                ),
                said(400, r#"{"message":{"code":"E1","text":"no such app"}}"#),
                said(403, ""),
                said(500, r#"{"message":"boom"}"#),
                said(502, "<html><h1>Bad gateway"),
                said(418, "plain text"),
                said(404, "[]"),
                said(400, "{\"message\":\"a\\u001b[2Jb eyJhbGciOiJIUzI1NiJ9.e30.xyz\"}"),
                said(599, "null"),
            ]
            .join("\n")
        );
    }
}

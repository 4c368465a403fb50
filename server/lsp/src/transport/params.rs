//! Puts right what the protocol's types would refuse, before they see it.
//!
//! A refused notification is lost, and a lost edit leaves the server with another text than the
//! editor. Addresses with a blank or a bracket, and positions out of range, are met in the wild.

use serde_json::Value;
use tower_lsp::jsonrpc::Request;

use crate::uri;

/// `request`, with its addresses encoded and its positions within range.
pub(crate) fn put_right(request: Request) -> Request {
    if request.params().is_none_or(|params| is_right(None, params)) {
        return request;
    }
    let (method, id, params) = request.into_parts();
    let mut params = params.unwrap_or(Value::Null);
    correct(None, &mut params);
    let request = Request::build(method).params(params);
    match id {
        Some(id) => request.id(id).finish(),
        None => request.finish(),
    }
}

/// Values that are the client's or the user's own and stay as they are.
fn is_opaque(key: &str) -> bool {
    matches!(key, "text" | "data" | "settings" | "arguments" | "initializationOptions" | "value")
}

fn is_address(key: &str) -> bool {
    matches!(key, "uri" | "oldUri" | "newUri" | "targetUri" | "baseUri")
}

fn is_count(key: &str) -> bool {
    matches!(key, "line" | "character")
}

fn is_version(key: &str) -> bool {
    key == "version"
}

fn is_right(key: Option<&str>, value: &Value) -> bool {
    match (key, value) {
        (Some(key), Value::String(text)) if is_address(key) => uri::is_encoded(text),
        (Some(key), Value::Number(_)) if is_count(key) => {
            value.as_u64().is_some_and(|count| count <= u32::MAX.into())
        }
        (Some(key), Value::Number(_)) if is_version(key) => {
            value.as_i64().is_some_and(|version| i32::try_from(version).is_ok())
        }
        (_, Value::Object(members)) => {
            members.iter().all(|(key, value)| is_opaque(key) || is_right(Some(key), value))
        }
        (_, Value::Array(elements)) => elements.iter().all(|value| is_right(None, value)),
        _ => true,
    }
}

fn correct(key: Option<&str>, value: &mut Value) {
    match (key, value) {
        (Some(key), Value::String(text)) if is_address(key) => *text = uri::encode(text),
        (Some(key), value @ Value::Number(_)) if is_count(key) => {
            let count = value.as_f64().unwrap_or(0.0).clamp(0.0, u32::MAX.into());
            *value = Value::from(count as u32);
        }
        (Some(key), value @ Value::Number(_)) if is_version(key) => {
            let version = value.as_f64().unwrap_or(0.0).clamp(i32::MIN.into(), i32::MAX.into());
            *value = Value::from(version as i32);
        }
        (_, Value::Object(members)) => {
            for (key, value) in members {
                if !is_opaque(key) {
                    correct(Some(key), value);
                }
            }
        }
        (_, Value::Array(elements)) => {
            for value in elements {
                correct(None, value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn corrected(params: Value) -> Value {
        let request = put_right(Request::build("a").params(params).finish());
        request.params().cloned().unwrap()
    }

    #[test]
    fn odd_addresses_are_encoded() {
        assert_eq!(
            corrected(json!({"textDocument": {"uri": "file:///a b/[é]|.jsonc"}})),
            json!({"textDocument": {"uri": "file:///a%20b/%5B%C3%A9%5D%7C.jsonc"}})
        );
    }

    #[test]
    fn positions_and_versions_are_clamped() {
        assert_eq!(
            corrected(json!({"version": 1e12, "position": {"line": -3, "character": 1.5e10}})),
            json!({"version": i32::MAX, "position": {"line": 0, "character": u32::MAX}})
        );
    }

    #[test]
    fn texts_and_settings_stay_as_they_are() {
        let params = json!({"text": "a b", "settings": {"uri": "a b"}, "data": {"line": -1}});
        assert_eq!(corrected(params.clone()), params);
    }
}

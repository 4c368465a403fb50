//! Options that a project writes for an extension that installs and starts the server: none names the platform.

use serde_json::{Value, json};

use super::bytes::Bytes;

#[path = "../../../vscode-extension/packaging/editors/zed/src/options.rs"]
mod options;

/// The keys that count, and some that are near them.
const KEYS: [&str; 8] =
    ["apiUrl", "base44Connectors", "apiurl", "apiUrl ", "trusted", "severity", "api/Url", "platformChecks"];

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let written = value(&mut bytes, 4);
    let given = options::without_address(written.clone());
    let section = given.get("base44Connectors").unwrap_or(&given);
    for place in [&given, section] {
        assert!(place.get("apiUrl").is_none(), "{given} of {written}");
    }
    // Nothing else is lost.
    let mut expected = written;
    for place in ["", "/base44Connectors"] {
        if let Some(Value::Object(members)) = expected.pointer_mut(place) {
            members.remove("apiUrl");
        }
    }
    assert_eq!(given, expected);
}

fn value(bytes: &mut Bytes<'_>, depth: usize) -> Value {
    match bytes.byte() % 8 {
        _ if depth == 0 => Value::Null,
        0 => json!(bytes.text(2)),
        1 => json!(true),
        2 => json!([value(bytes, depth - 1)]),
        3 => json!("https://evil.example"),
        _ => {
            let count = bytes.below(5);
            Value::Object(
                (0..count).map(|_| (bytes.one(&KEYS).to_owned(), value(bytes, depth - 1))).collect(),
            )
        }
    }
}

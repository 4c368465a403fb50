//! Anything that a platform may answer.

use connector_platform::fuzz;
use connector_sync::words;

use super::bytes::Bytes;

/// Pieces of answers.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"integrations\"",
    "\"integration_type\"",
    "\"status\"",
    "\"scopes\"",
    "\"user_email\"",
    "\"redirect_url\"",
    "\"connection_id\"",
    "\"already_authorized\"",
    "\"error\"",
    "\"error_message\"",
    "\"other_user_email\"",
    "\"stripe_mode\"",
    "\"sandbox_claim_url\"",
    "\"claim_url\"",
    "\"already_installed\"",
    "\"success\"",
    "\"message\"",
    "\"detail\"",
    "\"extra_data\"",
    "\"errors\"",
    "\"name\"",
    "\"reason\"",
    "\"error_type\"",
    "\"KeyError\"",
    "\"different_user\"",
    "\"https://auth.base44.io/x\"",
    "\"http://127.0.0.1:1/x\"",
    "\"javascript:alert(1)\"",
    "\"file:///etc/passwd\"",
    "\"--help\"",
    "\"slack\"",
    "\"ACTIVE\"",
    "\"PENDING\"",
    "\"removed\"",
    "\"sandbox\"",
    "\"\\u001b[2J\"",
    "\"\\u202e\"",
    "\"\\ud800\"",
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "\"\"",
    " ",
    "<html>",
    "\"access_token\"",
    "\"refresh_token\"",
    "\"expires_in\"",
    "\"email\"",
];

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let status =
        bytes.one(&[200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 0, 999]);
    let body = match bytes.byte() {
        0..=40 => bytes.rest().to_vec(),
        41..=150 => {
            let mut text = String::new();
            while !bytes.is_empty() {
                text.push_str(bytes.one(PIECES));
            }
            text.into_bytes()
        }
        _ => member(&mut bytes, 0).into_bytes(),
    };
    check(status, &body);
}

/// A whole value: what survives the parser is what has to be survived.
fn member(bytes: &mut Bytes<'_>, depth: u32) -> String {
    let names = [
        "integrations",
        "integration_type",
        "status",
        "scopes",
        "user_email",
        "redirect_url",
        "connection_id",
        "already_authorized",
        "error",
        "error_message",
        "other_user_email",
        "stripe_mode",
        "sandbox_claim_url",
        "claim_url",
        "already_installed",
        "success",
        "message",
        "detail",
        "extra_data",
        "errors",
        "name",
        "reason",
        "error_type",
        "display_name",
        "description",
        "connection_config_fields",
        "required",
    ];
    match bytes.byte() % if depth > 3 { 6 } else { 9 } {
        0 => "null".to_owned(),
        1 => bytes.one(&["true", "false", "0", "1.5", "-7"]).to_string(),
        2..=4 => (bytes.one(&[
            "\"slack\"",
            "\"https://auth.base44.io/x?y=1\"",
            "\"http://127.0.0.1:1/x\"",
            "\"javascript:alert(1)\"",
            "\"file:///etc/passwd\"",
            "\"--help\"",
            "\"different_user\"",
            "\"KeyError\"",
            "\"\\u001b[2J\\u202e\"",
            "\"active\"",
            "\"\\u009b31m\\u0000\"",
            "\"../../x\"",
            "\"\"",
        ]))
        .to_owned(),
        5 => serde_json::Value::String(bytes.text(4)).to_string(),
        6 => {
            let count = bytes.below(4);
            let all: Vec<String> = (0..count).map(|_| member(bytes, depth + 1)).collect();
            format!("[{}]", all.join(","))
        }
        _ => {
            let count = bytes.below(5);
            let all: Vec<String> = (0..count)
                .map(|_| format!("\"{}\":{}", bytes.one(&names), member(bytes, depth + 1)))
                .collect();
            format!("{{{}}}", all.join(","))
        }
    }
}

pub fn check(status: u16, body: &[u8]) {
    let mut read = fuzz::read_answers(status, body);
    for connector in &read.connectors {
        read.said.push(connector_boundary::text::printable_name(&connector.type_name));
        read.said.push(words::remote_status(&connector.status));
        read.said.extend(
            connector.scopes.iter().flatten().map(|scope| connector_boundary::text::printable_name(scope)),
        );
    }
    for said in &read.said {
        let odd = said.chars().find(|c| connector_boundary::text::is_unprintable(*c));
        assert!(odd.is_none(), "{odd:?} in {said:?} of {status} {:?}", String::from_utf8_lossy(body));
        assert!(said.len() < 4_000, "{} bytes are said", said.len());
    }
    for link in &read.links {
        let safe = link.starts_with("https://")
            || link.starts_with("http://127.")
            || link.starts_with("http://[::1]")
            || link.starts_with("http://localhost");
        assert!(safe, "{link:?} of {:?}", String::from_utf8_lossy(body));
    }
}

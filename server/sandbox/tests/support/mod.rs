//! A client of few words: one request a connection, so that what a test sees is what was on the wire.

#![allow(dead_code, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use connector_sandbox::{Handle, Options, Sandbox, SandboxThread};
use serde_json::Value;

pub const APP: &str = "app1";

pub fn sandbox() -> SandboxThread {
    Sandbox::spawn(Options::default()).unwrap()
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Sends a request with these header lines; gives the answer, or how it failed.
pub fn send(at: &Handle, method: &str, path: &str, headers: &[&str], body: &str) -> std::io::Result<Answer> {
    let mut stream = open(at, method, path, headers, body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).unwrap();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head
        .to_ascii_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ").map(str::to_owned));
    if length.is_some_and(|length| length.parse::<usize>().unwrap() > body.len()) {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// Sends a request; gives the connection.
pub fn open(
    at: &Handle,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(at.addr())?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    if !headers.iter().any(|line| line.to_ascii_lowercase().starts_with("host:")) {
        request += &format!("host: {}\r\n", at.addr());
    }
    for line in headers {
        request += &format!("{line}\r\n");
    }
    request += "\r\n";
    request += body;
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}

/// Sends a request as the login the sandbox gave out.
pub fn call(at: &Handle, method: &str, path: &str, body: &str) -> Answer {
    let bearer = format!("authorization: Bearer {}", at.login().access_token);
    send(at, method, path, &[&bearer, "content-type: application/json"], body).unwrap()
}

pub fn app_path(rest: &str) -> String {
    format!("/api/apps/{APP}/{rest}")
}

/// Asks for scopes as the login the sandbox gave out.
pub fn set(at: &Handle, type_name: &str, scopes: &[&str]) -> Value {
    let body = serde_json::json!({ "scopes": scopes }).to_string();
    let answer = call(at, "PUT", &app_path(&format!("external-auth/integrations/{type_name}")), &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

pub fn status(at: &Handle, type_name: &str, connection_id: &str) -> String {
    let query = format!("external-auth/status?integration_type={type_name}&connection_id={connection_id}");
    call(at, "GET", &app_path(&query), "").json()["status"].as_str().unwrap().to_owned()
}

pub fn list(at: &Handle) -> Value {
    call(at, "GET", &app_path("external-auth/list"), "").json()["integrations"].clone()
}

/// A form body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// Posts a form without any login.
pub fn post_form(at: &Handle, path: &str, fields: &[(&str, &str)]) -> Answer {
    send(at, "POST", path, &["content-type: application/x-www-form-urlencoded"], &form(fields)).unwrap()
}

/// The value of a page's hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

//! A platform whose every answer comes from a grammar, and that remembers what it was asked.

use std::collections::HashMap;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::dice::Dice;
use super::secrets::forms;
use super::workspace::{TYPES, odd};
use crate::evil::{Asked, read};

/// Of one case: where its answers begin, and what was asked.
struct Script {
    seed: u64,
    count: HashMap<String, u64>,
    asked: Vec<Asked>,
    /// What a renewed login is.
    renewed: (String, String),
    /// Where redirects lead.
    elsewhere: String,
}

pub struct Fake {
    port: u16,
    script: Arc<Mutex<Script>>,
}

impl Fake {
    pub fn start(renewed: (String, String), elsewhere: String) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let script = Script { seed: 0, count: HashMap::new(), asked: Vec::new(), renewed, elsewhere };
        let fake = Fake { port: listener.local_addr().unwrap().port(), script: Arc::new(Mutex::new(script)) };
        let script = fake.script.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let script = script.clone();
                std::thread::spawn(move || serve(stream, &script));
            }
        });
        fake
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Begins a case.
    pub fn begin(&self, seed: u64) {
        let mut script = self.script.lock().unwrap();
        script.seed = seed;
        script.count.clear();
        script.asked.clear();
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }
}

/// Answers one request after another of a connection.
fn serve(stream: TcpStream, script: &Mutex<Script>) {
    let _ = stream.set_nodelay(true);
    let Ok(mut out) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read(&mut reader) {
        let (status, headers, body) = script.lock().unwrap().answer(asked);
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        if out.write_all(&[head.as_bytes(), body.as_bytes()].concat()).is_err() {
            return;
        }
    }
}

impl Script {
    /// The same for the same case and the same question, however many are asked at once.
    fn answer(&mut self, asked: Asked) -> (String, String, String) {
        let line = asked.head.lines().next().unwrap_or_default().to_owned();
        self.asked.push(asked.clone());
        let count = self.count.entry(line.clone()).or_default();
        *count += 1;
        let mixed = line.bytes().fold(self.seed ^ *count, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let mut dice = Dice::new(mixed);
        if line.contains("/oauth/token") {
            let (access, refresh) = &self.renewed;
            let grant = json!({"access_token": access, "refresh_token": refresh, "expires_in": 3600});
            return ok(&grant);
        }
        let said = self.said(&mut dice, &asked);
        match dice.below(40) {
            0 => return ("401 Unauthorized".to_owned(), String::new(), String::new()),
            1 => {
                let place = format!("Location: {}/stolen?{line}\r\n", self.elsewhere);
                return ("302 Found".to_owned(), place, String::new());
            }
            2 => {
                let body = json!({"message": said, "detail": said});
                return (
                    format!("{} x", dice.one(&[400, 403, 404, 409, 422])),
                    json_head(),
                    body.to_string(),
                );
            }
            3 => {
                return (
                    "200 OK".to_owned(),
                    json_head(),
                    (*dice.one(&["", "[]", "null", "{", "7", "<html>"])).to_owned(),
                );
            }
            4 => return ok(&json!({"integrations": said, "status": [said], "success": said})),
            5 => {
                // Of success, and yet none of the whole.
                let (_, head, body) = ok(&self.data(&line, &mut dice, &said));
                return (format!("{} x", dice.one(&[202, 203, 206, 207])), head, body);
            }
            6 => {
                let (status, head, body) = ok(&self.data(&line, &mut dice, &said));
                let field = *dice.one(&[
                    "X-Has-More: true",
                    "Link: </2>; rel=next",
                    "Warning: 110 - x",
                    "Set-Cookie: a=b",
                ]);
                return (status, format!("{head}{field}\r\n"), body);
            }
            _ => {}
        }
        ok(&self.data(&line, &mut dice, &said))
    }

    fn data(&self, line: &str, dice: &mut Dice, said: &str) -> Value {
        if line.contains("/external-auth/list") {
            return list(dice, said);
        }
        if line.contains("/available-integrations") {
            let types: Vec<Value> = (0..dice.below(4))
                .map(|_| json!({"integration_type": name(dice, said), "display_name": said, "description": said}))
                .collect();
            return json!({"integrations": types});
        }
        if line.contains("/external-auth/status") {
            return json!({"status": dice.one(&["ACTIVE", "PENDING", "FAILED", said])});
        }
        if line.contains("/stripe/status") {
            let mode = *dice.one(&["sandbox", "live", said]);
            let link = link(dice, said, &self.elsewhere);
            return match dice.once_in(2) {
                true => json!({"stripe_mode": null}),
                false => json!({"stripe_mode": mode, "sandbox_claim_url": link}),
            };
        }
        if line.contains("/stripe/install") {
            return json!({"already_installed": false, "claim_url": link(dice, said, &self.elsewhere)});
        }
        if line.starts_with("DELETE") {
            return match dice.below(4) {
                0 => json!({"status": said, "success": false}),
                _ => json!({"status": "removed", "success": true}),
            };
        }
        match dice.below(5) {
            0 => json!({"already_authorized": true}),
            1 => json!({"error": "different_user", "error_message": said, "other_user_email": said}),
            2 => json!({"error": said, "error_message": said}),
            _ => json!({"redirect_url": link(dice, said, &self.elsewhere), "connection_id": "c1"}),
        }
    }

    /// A word of the platform: something odd, or what it knows of the caller's secret, in some form.
    fn said(&self, dice: &mut Dice, asked: &Asked) -> String {
        let sent = asked.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let name = name.to_ascii_lowercase();
            ["authorization", "api_key", "api-key"]
                .contains(&name.as_str())
                .then(|| value.trim().trim_start_matches("Bearer ").to_owned())
        });
        match (sent, dice.once_in(2)) {
            (Some(secret), true) => {
                let forms = forms(&secret);
                dice.one(&forms).clone()
            }
            _ => odd(dice).to_owned(),
        }
    }
}

fn name(dice: &mut Dice, said: &str) -> String {
    match dice.below(8) {
        0 => said.to_owned(),
        1 => dice.one(&TYPES).to_uppercase(),
        2 if dice.once_in(8) => said.repeat(2_000),
        _ => (*dice.one(&TYPES)).to_owned(),
    }
}

fn list(dice: &mut Dice, said: &str) -> Value {
    let entries: Vec<Value> = (0..dice.below(6))
        .map(|_| match dice.below(12) {
            0 => json!(said),
            1 => json!({"integration_type": [said]}),
            _ => json!({
                "integration_type": name(dice, said),
                "status": dice.one(&["ACTIVE", "active", "EXPIRED", "DISCONNECTED", said]),
                "scopes": match dice.below(6) { 0 => json!(said), 1 => json!(null), _ => json!(["chat:write", said]) },
                "user_email": said,
            }),
        })
        .collect();
    let mut list = json!({"integrations": entries});
    match dice.below(14) {
        3 => list["success"] = json!(false),
        4 => list["warnings"] = json!([said, "x"]),
        5 => list["message"] = json!(format!("{said}: the list is truncated")),
        0 => list["has_more"] = json!(true),
        1 => list["next"] = json!(said),
        2 => list["total"] = json!(100),
        _ => {}
    }
    list
}

fn link(dice: &mut Dice, said: &str, elsewhere: &str) -> String {
    match dice.below(8) {
        0 => format!("javascript:{said}"),
        1 => format!("file:///{said}"),
        2 => format!("http://evil.example/{said}"),
        3 => format!("https://app.base44.com@evil.example/{said}"),
        4 => format!("{elsewhere}/?x={said}"),
        5 => format!("https://evil.example/?token={said}"),
        6 => said.to_owned(),
        _ => "https://auth.example/consent/1".to_owned(),
    }
}

fn json_head() -> String {
    "Content-Type: application/json\r\n".to_owned()
}

fn ok(data: &Value) -> (String, String, String) {
    ("200 OK".to_owned(), json_head(), data.to_string())
}

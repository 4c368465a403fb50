//! A platform that means harm, or somebody who speaks in its place.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use connector_sandbox::{Connector, Fault, FaultAction, Options, Sandbox};
use serde_json::{Value, json};

use crate::evil::{Asked, Evil, respond};
use crate::place::{everything_below, run, run_with, start};
use crate::stage::{APP, Editor, Stage};
use crate::tally::Tally;

/// Writes an answer that no platform gives.
type Answer = fn(&Asked, &mut TcpStream) -> std::io::Result<()>;

/// A gzip of 1 GiB of zeros, folded into itself until it is small: what a naive client would unpack.
fn bomb() -> Vec<u8> {
    // One stored block says nothing; a fixed-code block repeats "258 zeros from 1 back" as often as it likes.
    let mut bits = Bits::default();
    bits.put(1, 1);
    bits.put(1, 2);
    bits.code(0x30, 8);
    for _ in 0..(64 * 1024 * 1024 / 258) {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    bits.code(0, 7);
    let mut body = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    body.extend(bits.bytes);
    body
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

impl Bits {
    fn put(&mut self, value: u32, count: usize) {
        for at in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= (((value >> at) & 1) as u8) << (self.used % 8);
            self.used += 1;
        }
    }

    /// Codes are packed with their first bit first.
    fn code(&mut self, value: u32, count: usize) {
        for at in (0..count).rev() {
            self.put((value >> at) & 1, 1);
        }
    }
}

const ANSWERS: &[(&str, Answer)] = &[
    ("nothing at all", |_, _| Ok(())),
    ("no HTTP", |_, stream| stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n")),
    ("HTTP/0.9", |_, stream| stream.write_all(b"{\"integrations\":[]}")),
    ("a status of letters", |_, stream| stream.write_all(b"HTTP/1.1 abc OK\r\n\r\n")),
    ("status 999", |_, stream| respond(stream, "999 \x1b[2J", "", b"{}")),
    ("status 0", |_, stream| stream.write_all(b"HTTP/1.1 000 X\r\n\r\n")),
    ("control characters in the reason", |_, stream| respond(stream, "500 a\x1b[2Jb", "", b"")),
    ("a thousand times 100 Continue", |_, stream| {
        for _ in 0..1000 {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        respond(stream, "200 OK", "", b"{}")
    }),
    ("headers without an end", |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(&[b'a'; 8192])?;
        }
    }),
    ("headers by the million", |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(b"X-A: b\r\n")?;
        }
    }),
    ("headers a byte at a time", |_, stream| {
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".iter().cycle() {
            stream.write_all(&[*byte])?;
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }),
    ("a body without an end", |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            stream.write_all(&[b' '; 65536])?;
        }
    }),
    ("chunks without an end", |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            stream.write_all(b"4\r\n    \r\n")?;
        }
    }),
    ("a chunk of all the memory there is", |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n{}")
    }),
    ("a length of all the memory there is", |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{}")
    }),
    ("a negative length", |_, stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}")),
    ("two lengths", |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 200\r\n\r\n{}")
    }),
    ("gzip that nobody asked for", |_, stream| {
        respond(
            stream,
            "200 OK",
            "Content-Encoding: gzip\r\n",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00",
        )
    }),
    ("a gzip bomb", |_, stream| {
        respond(stream, "200 OK", "Content-Encoding: gzip\r\nContent-Type: application/json\r\n", &bomb())
    }),
    ("a deflate bomb", |_, stream| respond(stream, "200 OK", "Content-Encoding: deflate\r\n", &bomb()[10..])),
    ("brotli and zstd", |_, stream| {
        respond(stream, "200 OK", "Content-Encoding: br, zstd\r\n", &[0xce, 0xb2, 0xcf, 0x81])
    }),
    ("16 MiB of brackets", |_, stream| respond(stream, "200 OK", "", "[".repeat(16 << 20).as_bytes())),
    ("7 MiB of nested objects", |_, stream| {
        respond(stream, "200 OK", "", "{\"a\":".repeat(7 << 18).as_bytes())
    }),
    ("a text of 7 MiB for a status", |_, stream| {
        let text = format!(
            "{{\"integrations\":[{{\"integration_type\":\"slack\",\"status\":\"{}\"}}]}}",
            "x".repeat(7 << 20)
        );
        respond(stream, "200 OK", "", text.as_bytes())
    }),
    ("bytes that are no text", |_, stream| respond(stream, "200 OK", "", &[0xff, 0xfe, 0x00, 0x80, 0xc3])),
    ("numbers that are none", |_, stream| {
        respond(stream, "200 OK", "", b"{\"integrations\":[{\"integration_type\":1e999,\"scopes\":-0}]}")
    }),
    ("the same key a thousand times", |_, stream| {
        respond(
            stream,
            "200 OK",
            "",
            format!("{{{}\"integrations\":[]}}", "\"integrations\":[],".repeat(1000)).as_bytes(),
        )
    }),
    ("lone surrogates", |_, stream| {
        respond(
            stream,
            "200 OK",
            "",
            b"{\"integrations\":[{\"integration_type\":\"\\ud800\",\"status\":\"\\udfff\"}]}",
        )
    }),
    ("Retry-After for ever", |_, stream| {
        respond(stream, "429 x", "Retry-After: 99999999999999999999\r\n", b"")
    }),
    ("Retry-After in the year 9999", |_, stream| {
        respond(stream, "503 x", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", b"")
    }),
    ("Retry-After of less than nothing", |_, stream| respond(stream, "429 x", "Retry-After: -1\r\n", b"")),
    ("Retry-After of no number", |_, stream| respond(stream, "503 x", "Retry-After: NaN, 1e999\r\n", b"")),
    ("Retry-After in the year 1970", |_, stream| {
        respond(stream, "503 x", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", b"")
    }),
    ("entries of every kind", |_, stream| {
        let list = "{\"integrations\":[1,null,[],\"slack\",{},{\"integration_type\":[]},{\"integration_type\":\"slack\",\"scopes\":{}}]}";
        respond(stream, "200 OK", "", list.as_bytes())
    }),
    ("a redirect without a place", |_, stream| respond(stream, "302 x", "", b"")),
    ("a redirect to a file", |_, stream| respond(stream, "302 x", "Location: file:///etc/passwd\r\n", b"")),
    ("an upgrade", |_, stream| respond(stream, "101 Switching Protocols", "Upgrade: h2c\r\n", b"")),
];

#[test]
fn no_answer_fills_the_memory_or_holds_a_run_for_ever() {
    let mut tally = Tally::of("no answer fills the memory, holds a run for ever or breaks it");
    for (what, answer) in ANSWERS {
        let evil = Evil::start(*answer);
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        let url = evil.url();
        let environment = [("BASE44_API_URL", url.as_str()), ("BASE44_CONNECTORS_TIMEOUT", "0.3")];
        for command in [&["push", "--yes"][..], &["pull", "--yes"]] {
            let before = everything_below(&stage.connectors_dir());
            let ran = run_with(&stage, &environment, command);
            ran.assert_clean(what);
            assert!(!evil.asked().is_empty(), "{what}: {ran:?}");
            let removed = evil.asked().iter().any(|asked| asked.is("DELETE"));
            assert!(!removed, "{what}: {ran:?}");
            if command[0] == "pull" {
                assert_eq!(everything_below(&stage.connectors_dir()).len(), before.len(), "{what}: {ran:?}");
            }
            tally.held();
        }
    }
}

/// What no app has: each entry is compared with the others, so that more of them would take minutes.
#[test]
fn of_a_hundred_thousand_connectors_a_part_is_read_and_nothing_is_concluded() {
    let mut tally = Tally::of("of a hundred thousand connectors a part is read and nothing is concluded");
    let evil = Evil::start(|_, stream| {
        let entries: Vec<String> = (0..100_000)
            .map(|at| format!("{{\"integration_type\":\"t{at}\",\"status\":\"active\",\"scopes\":[]}}"))
            .collect();
        respond(stream, "200 OK", "", format!("{{\"integrations\":[{}]}}", entries.join(",")).as_bytes())
    });
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let url = evil.url();
    for command in [&["status"][..], &["push", "--yes", "--force"]] {
        let ran = run_with(&stage, &[("BASE44_API_URL", url.as_str())], command);
        ran.assert_clean("a hundred thousand connectors");
        assert!(ran.text().contains("t19999") && !ran.text().contains("t20000"), "{}", ran.text().len());
        assert!(!evil.asked().iter().any(|asked| asked.is("DELETE")), "{command:?}");
        tally.held();
    }
}

#[test]
fn no_answer_stops_the_server() {
    let mut tally = Tally::of("no answer stops the language server");
    for (what, answer) in ANSWERS {
        let evil = Evil::start(*answer);
        let stage = Stage::new();
        let path = stage.connector("slack", &["chat:write"]);
        let mut start = start(&stage);
        start = start.env("BASE44_API_URL", &evil.url()).env("BASE44_CONNECTORS_TIMEOUT", "0.3");
        let mut client = start.run();
        let refreshing = client.begin(&stage, "base44.refresh", &[]);
        client.open(&path, "{}");
        client.wait_for_codes(&path, &["missing-type"]);
        client.answer(refreshing);
        client.settle();
        crate::words::assert_harmless(&client.end(), what);
        tally.held();
    }
}

#[test]
fn no_redirect_takes_a_credential_along() {
    let mut tally = Tally::of("no redirect takes a credential along");
    for status in [301, 302, 303, 307, 308] {
        for login in [true, false] {
            let other = Sandbox::spawn(Options::default()).unwrap();
            let stage = Stage::new();
            stage.connector("slack", &["chat:write"]);
            let key = [("BASE44_API_KEY", "b44k_sandbox")];
            let environment = if login { &[][..] } else { &key[..] };
            let port = other.url().rsplit(':').next().unwrap().to_owned();
            for location in [
                format!("{}/api/apps/{APP}/external-auth/list", other.url()),
                format!("//127.0.0.1:{port}/x"),
                format!("http://localhost:{port}/x"),
                format!("http://user@127.0.0.1:{port}/x"),
                "https://evil.example/x".to_owned(),
                "\\\\evil.example\\x".to_owned(),
            ] {
                let action = |body: &str| FaultAction::Answer {
                    status,
                    headers: vec![("Location".to_owned(), location.clone())],
                    body: body.to_owned(),
                };
                for path in ["external-auth", "payments", "/oauth/token"] {
                    stage.sandbox.clear_faults();
                    if path == "/oauth/token" {
                        stage.sandbox.expire_tokens();
                    }
                    stage.sandbox.inject(Fault::on(path, action("{}")));
                    let ran = run_with(&stage, environment, &["push", "--yes"]);
                    ran.assert_clean(&location);
                    tally.held();
                }
            }
            assert!(other.requests().is_empty(), "{status}: {:?}", other.requests());
            // And the login is as good as before.
            stage.sandbox.clear_faults();
            assert_eq!(run_with(&stage, environment, &["status"]).code, 0, "{status}");
        }
    }
}

#[test]
fn no_cookie_is_kept_and_nothing_is_sent_that_was_not_asked_for() {
    let mut tally = Tally::of("no cookie is kept, and no header is sent but our own");
    let stage = Stage::new();
    stage.connector("slack", &["chat:write"]);
    let headers = [
        ("Set-Cookie", "session=evil; Path=/; Max-Age=99999"),
        ("Clear-Site-Data", "\"*\""),
        ("Alt-Svc", "h2=\"evil.example:443\""),
        ("Link", "<https://evil.example>; rel=preconnect"),
        ("Refresh", "0; url=https://evil.example"),
        ("WWW-Authenticate", "Basic realm=\"x\""),
    ];
    let answer = FaultAction::Answer {
        status: 200,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: json!({"integrations": []}).to_string(),
    };
    stage.sandbox.inject(Fault::on("external-auth/list", answer));
    for _ in 0..2 {
        run(&stage, &["push", "--yes"]).assert_clean("cookies");
    }
    let known =
        ["accept", "authorization", "content-length", "content-type", "host", "user-agent", "x-request-id"];
    for request in stage.sandbox.requests() {
        for (name, value) in &request.headers {
            assert!(known.contains(&name.as_str()), "{name}: {value}");
            tally.held();
        }
    }
}

#[test]
fn names_of_the_platform_become_files_only_where_they_are_words() {
    let mut tally = Tally::of("a pull writes word-named files in the connectors folder alone");
    let long = "a".repeat(5000);
    let names = [
        "../evil",
        "../../../evil",
        "/tmp/evil",
        "a/b",
        "a\\b",
        "..",
        ".",
        ".hidden",
        "",
        " ",
        "a b",
        "a\nb",
        "con",
        "NUL",
        "COM1",
        "a.",
        "a.jsonc",
        "~",
        "$HOME",
        "%TEMP%",
        "\u{1b}[2J",
        "\u{202e}x",
        "a\u{0}b",
        "é",
        "-rf",
        "--yes",
        "*",
        "a:b",
        "a|b",
        &long,
    ];
    for name in names {
        let stage = Stage::new();
        stage.remote("slack", Connector::active(&["chat:write"]));
        stage.remote(name, Connector::active(&["x"]));
        let outside = |stage: &Stage| -> Vec<_> {
            let project = stage.connectors_dir();
            let kept =
                |path: &std::path::Path| !path.starts_with(&project) && !path.starts_with(stage.home());
            everything_below(stage.root().parent().unwrap())
                .into_iter()
                .filter(|(path, _)| kept(path))
                .collect()
        };
        let before = outside(&stage);
        let ran = run(&stage, &["pull", "--yes"]);
        ran.assert_clean(name);
        assert_eq!(outside(&stage), before, "{name:?}");
        for (path, _) in everything_below(&stage.connectors_dir()) {
            let file = path.file_name().unwrap().to_str().unwrap();
            let stem = file.strip_suffix(".jsonc").unwrap();
            let word =
                !stem.is_empty() && stem.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
            assert!(word, "{name:?}: {file:?}");
        }
        assert!(stage.connectors_dir().join("slack.jsonc").exists(), "{name:?}: the rest goes on: {ran:?}");
        // Nor does a push leave the app's own addresses.
        stage.sandbox.take_requests();
        run(&stage, &["push", "--yes"]).assert_clean(name);
        for request in stage.sandbox.requests() {
            let below = request.path.strip_prefix(&format!("/api/apps/{APP}/")).unwrap_or("");
            let first = below.split(['/', '?']).next().unwrap();
            assert!(["external-auth", "payments"].contains(&first), "{name:?}: {}", request.path);
            assert!(
                !request.path.contains("/../") && !request.path.ends_with("/.."),
                "{name:?}: {}",
                request.path
            );
        }
        tally.held();
    }
}

#[test]
fn ten_thousand_connectors_are_one_answer_like_any_other() {
    let mut tally = Tally::of("ten thousand connectors are one answer");
    let stage = Stage::new();
    let path = stage.connector("slack", &["chat:write"]);
    stage.sandbox.with_state(|state| {
        for number in 0..10_000 {
            state.app(APP).connectors.insert(format!("custom-{number}"), Connector::active(&["a", "b", "c"]));
        }
    });
    let ran = run(&stage, &["status", "--json"]);
    ran.assert_clean("status");
    assert_eq!(serde_json::from_str::<Value>(&ran.out).map(|_| ran.code).unwrap(), 0);
    let plan = run(&stage, &["push", "--dry-run"]);
    plan.assert_clean("plan");
    // Without an agreement nothing is removed.
    run(&stage, &["push"]).assert_clean("push");
    assert_eq!(stage.count("DELETE"), 0);
    let mut client = start(&stage).run();
    client.wait_for_state("slack", "not-pushed");
    client.open(&path, "{}");
    client.wait_for_codes(&path, &["missing-type"]);
    (0..4).for_each(|_| tally.held());
}

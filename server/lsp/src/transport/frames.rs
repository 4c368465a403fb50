//! A filter in front of the JSON-RPC reader: only well-formed frames pass.
//!
//! The reader behind it ends the session at the first frame it cannot read. This filter hands it
//! frames that it can: what is malformed becomes a request of its own, [`MALFORMED`], which the
//! service answers with the right error, and what can be repaired is repaired.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::Notify;

use super::aside::{ASIDE, Aside};

/// The method that stands for a frame nobody could read; its params are `{code, message}`.
pub(crate) const MALFORMED: &str = "$/base44/malformed";

/// The longest body that is taken in, in bytes.
const MAX_BODY: usize = 512 << 20;
/// The longest block of headers, in bytes.
const MAX_HEADERS: usize = 8 << 10;
/// How much is read from the client at once, in bytes.
const CHUNK: usize = 16 << 10;
/// A buffer that has grown beyond this, in bytes, goes back when it is empty.
const MAX_KEPT: usize = 4 * CHUNK;

/// Reads frames from `inner` and yields the bytes of well-formed ones.
pub(crate) struct FrameFilter<R> {
    inner: R,
    chunk: Box<[u8]>,
    incoming: Vec<u8>,
    /// Where the unread part of `incoming` starts.
    consumed: usize,
    outgoing: Vec<u8>,
    sent: usize,
    /// The length of the body whose headers have been read.
    body: Option<usize>,
    /// Whether what came last was garbage.
    lost: bool,
    aside: Aside,
    ended: Arc<Notify>,
}

impl<R> FrameFilter<R> {
    /// A filter over `inner` that puts large messages `aside`; `ended` is told when the client closes its side.
    pub(crate) fn new(inner: R, aside: Aside, ended: Arc<Notify>) -> Self {
        Self {
            inner,
            chunk: vec![0; CHUNK].into_boxed_slice(),
            incoming: Vec::with_capacity(MAX_KEPT),
            consumed: 0,
            outgoing: Vec::with_capacity(MAX_KEPT),
            sent: 0,
            body: None,
            lost: false,
            aside,
            ended,
        }
    }

    /// Moves every complete frame from `incoming` to `outgoing`.
    fn take_frames(&mut self) {
        loop {
            let rest = self.incoming.get(self.consumed..).unwrap_or_default();
            match self.body {
                Some(length) => {
                    let Some(body) = rest.get(..length) else { break };
                    push_checked(body, &self.aside, &mut self.outgoing);
                    self.consumed += length;
                    self.body = None;
                }
                None => match read_headers(rest) {
                    Headers::Partial => break,
                    Headers::Length { headers, length } => {
                        self.consumed += headers;
                        self.body = Some(length);
                        self.lost = false;
                    }
                    Headers::Garbage { skip } => {
                        self.consumed += skip;
                        // One answer for one stretch of garbage, however it arrives.
                        if std::mem::replace(&mut self.lost, true) {
                            continue;
                        }
                        push_malformed(-32700, "the message headers cannot be read", &mut self.outgoing);
                    }
                },
            }
        }
        self.shrink();
    }

    /// Gives back the memory of frames that have passed.
    fn shrink(&mut self) {
        if self.consumed == self.incoming.len() {
            empty(&mut self.incoming);
            self.consumed = 0;
        } else if self.consumed > CHUNK {
            self.incoming.drain(..self.consumed);
            self.consumed = 0;
        }
    }
}

/// Empties a buffer and keeps it: one that is made anew behind a large document keeps that one's memory from going back,
/// which goes from its end.
fn empty(buffer: &mut Vec<u8>) {
    buffer.clear();
    if buffer.capacity() > MAX_KEPT {
        buffer.shrink_to(MAX_KEPT);
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for FrameFilter<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if this.sent < this.outgoing.len() {
                let rest = this.outgoing.get(this.sent..).unwrap_or_default();
                let count = rest.len().min(out.remaining());
                out.put_slice(rest.get(..count).unwrap_or_default());
                this.sent += count;
                if this.sent == this.outgoing.len() {
                    this.sent = 0;
                    empty(&mut this.outgoing);
                }
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::new(&mut this.chunk);
            let read = ready!(Pin::new(&mut this.inner).poll_read(cx, &mut buffer));
            // A reset connection is a client that has gone, like an orderly end.
            if read.is_err() || buffer.filled().is_empty() {
                this.ended.notify_one();
                return Poll::Ready(Ok(()));
            }
            this.incoming.extend_from_slice(buffer.filled());
            this.take_frames();
        }
    }
}

/// What a message begins with.
const START: &[u8] = b"Content-Length";

enum Headers {
    Partial,
    Length { headers: usize, length: usize },
    Garbage { skip: usize },
}

/// Reads the header block at the start of `bytes`, tolerant in case, order and unknown names.
fn read_headers(bytes: &[u8]) -> Headers {
    let Some(headers) = find(bytes, b"\r\n\r\n").map(|at| at + 4) else {
        return if bytes.len() > MAX_HEADERS {
            Headers::Garbage { skip: resync(bytes) }
        } else {
            Headers::Partial
        };
    };
    let block = bytes.get(..headers).unwrap_or_default();
    let length = block
        .split(|&byte| byte == b'\n')
        .filter_map(|line| std::str::from_utf8(line).ok()?.trim().split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-length"))
        .find_map(|(_, value)| value.trim().parse::<usize>().ok());
    match length {
        Some(length) if length <= MAX_BODY => Headers::Length { headers, length },
        _ => Headers::Garbage {
            skip: find(block.get(1..).unwrap_or_default(), START).map_or(headers, |at| at + 1),
        },
    }
}

/// How many bytes to skip to come to what may be the next message.
fn resync(bytes: &[u8]) -> usize {
    let after = bytes.get(1..).unwrap_or_default();
    // Its beginning may be all that has arrived.
    find(after, START).map_or(bytes.len().saturating_sub(START.len()).max(1), |at| at + 1)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

/// Appends `body` as a frame, or what stands for it when it is no message or a large one.
fn push_checked(body: &[u8], aside: &Aside, out: &mut Vec<u8>) {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(_) => return push_malformed(-32700, "the message is not UTF-8", out),
    };
    let fault = match check(text) {
        Ok(verdict) => return push_message(text, verdict, aside, out),
        Err(fault) => fault,
    };
    // Editors send half of a surrogate pair as `\ud83d`, which no UTF-8 text can hold.
    if let Some(repaired) = replace_lone_surrogates(text)
        && let Ok(verdict) = check(&repaired)
    {
        return push_message(&repaired, verdict, aside, out);
    }
    match fault {
        Fault::Json => push_malformed(-32700, "the message is not JSON", out),
        Fault::Shape => push_malformed(-32600, "the message is no JSON-RPC 2.0 request", out),
    }
}

fn push_message(text: &str, verdict: Verdict, aside: &Aside, out: &mut Vec<u8>) {
    match verdict {
        Verdict::Message if aside.put(text) => {
            push_frame(format!(r#"{{"jsonrpc":"2.0","method":"{ASIDE}"}}"#).as_bytes(), out);
        }
        Verdict::Message => push_frame(text.as_bytes(), out),
        Verdict::Rebuilt(message) => push_frame(message.as_bytes(), out),
        Verdict::Ignored => {}
    }
}

fn push_frame(body: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    out.extend_from_slice(body);
}

fn push_malformed(code: i32, message: &str, out: &mut Vec<u8>) {
    let body = serde_json::json!({
        "jsonrpc": "2.0", "id": null, "method": MALFORMED, "params": {"code": code, "message": message},
    });
    push_frame(body.to_string().as_bytes(), out);
}

enum Verdict {
    /// Passes as it is.
    Message,
    /// Passes in this form.
    Rebuilt(String),
    /// An answer that nobody can use.
    Ignored,
}

enum Fault {
    Json,
    Shape,
}

/// What the reader needs of a message; reading it this way keeps no value.
#[derive(Default)]
struct Envelope<'a> {
    jsonrpc: Option<Cow<'a, str>>,
    has_method: bool,
    has_id: bool,
    has_result: bool,
    has_error: bool,
}

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON-RPC message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut envelope = Envelope::default();
        let (mut params, mut id, mut error) = (false, false, false);
        let once = |seen: &mut bool| match std::mem::replace(seen, true) {
            true => Err(A::Error::custom("a member twice")),
            false => Ok(()),
        };
        while let Some(key) = members.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "jsonrpc" => {
                    once(&mut envelope.jsonrpc.is_some())?;
                    envelope.jsonrpc = Some(members.next_value()?);
                }
                "method" => {
                    once(&mut envelope.has_method)?;
                    members.next_value::<Cow<'de, str>>()?;
                }
                "id" => {
                    once(&mut id)?;
                    envelope.has_id = members.next_value::<Option<Id>>()?.is_some();
                }
                "params" => {
                    once(&mut params)?;
                    members.next_value::<Checked>()?;
                }
                "result" => {
                    once(&mut envelope.has_result)?;
                    members.next_value::<Checked>()?;
                }
                "error" => {
                    once(&mut error)?;
                    envelope.has_error = members.next_value::<Option<Checked>>()?.is_some();
                }
                _ => {
                    members.next_value::<Checked>()?;
                }
            }
        }
        Ok(envelope)
    }
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Id {
    Number(i64),
    Text(String),
}

fn check(text: &str) -> Result<Verdict, Fault> {
    let envelope: Envelope<'_> = serde_json::from_str(text)
        .map_err(|error| if error.is_data() { Fault::Shape } else { Fault::Json })?;
    if envelope.jsonrpc.as_deref() != Some("2.0") {
        return Err(Fault::Shape);
    }
    match () {
        () if envelope.has_method => Ok(Verdict::Message),
        () if !envelope.has_id => Err(Fault::Shape),
        () if envelope.has_error => Ok(rebuild_error(text).map_or(Verdict::Ignored, Verdict::Rebuilt)),
        () if envelope.has_result => Ok(Verdict::Message),
        () => Err(Fault::Shape),
    }
}

/// An error answer with the members that the reader knows, and no other.
fn rebuild_error(text: &str) -> Option<String> {
    let whole: serde_json::Value = serde_json::from_str(text).ok()?;
    let error = whole.get("error")?;
    let code = error.get("code").and_then(serde_json::Value::as_i64).unwrap_or(-32603);
    let message = error.get("message").and_then(serde_json::Value::as_str).unwrap_or("unknown error");
    let answer = serde_json::json!({
        "jsonrpc": "2.0", "id": whole.get("id")?, "error": {"code": code, "message": message},
    });
    Some(answer.to_string())
}

/// Any JSON value that the reader can hold: read like it, kept nowhere.
#[derive(Default)]
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CheckedVisitor)
    }
}

struct CheckedVisitor;

impl<'de> Visitor<'de> for CheckedVisitor {
    type Value = Checked;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Checked, E> {
        if value.is_finite() { Ok(Checked) } else { Err(E::custom("a number out of range")) }
    }

    fn visit_str<E>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_unit<E>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_none<E>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Checked, A::Error> {
        while elements.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Checked, A::Error> {
        while let Some(key) = members.next_key::<Cow<'de, str>>()? {
            // Names that the JSON library keeps for itself.
            if key.starts_with("$serde_json::private::") {
                return Err(A::Error::custom("a reserved name"));
            }
            members.next_value::<Checked>()?;
        }
        Ok(Checked)
    }
}

/// `text` with each escaped half of a surrogate pair made `\ufffd`, or none if there is no such half.
fn replace_lone_surrogates(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at) != Some(&b'\\') {
            at += 1;
            continue;
        }
        match escaped_unit(bytes, at) {
            Some(0xD800..=0xDBFF) if matches!(escaped_unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => {
                at += 12;
            }
            Some(0xD800..=0xDFFF) => {
                let out = out.get_or_insert_with(|| bytes.to_vec());
                if let Some(escape) = out.get_mut(at..at + 6) {
                    escape.copy_from_slice(b"\\ufffd");
                }
                at += 6;
            }
            _ => at += 2,
        }
    }
    out.and_then(|bytes| String::from_utf8(bytes).ok())
}

/// The UTF-16 unit of the `\uXXXX` at `at`.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?;
    let digits = escape.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    fn filter(input: &[u8]) -> Vec<serde_json::Value> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut output = Vec::new();
        let mut filter = FrameFilter::new(input, Aside::default(), Arc::new(Notify::new()));
        runtime.block_on(filter.read_to_end(&mut output)).unwrap();
        let mut bodies = Vec::new();
        let mut rest = output.as_slice();
        while let Some(end) = find(rest, b"\r\n\r\n") {
            let length: usize = std::str::from_utf8(&rest[16..end]).unwrap().parse().unwrap();
            bodies.push(serde_json::from_slice(&rest[end + 4..end + 4 + length]).unwrap());
            rest = &rest[end + 4 + length..];
        }
        bodies
    }

    fn frame(body: &str) -> Vec<u8> {
        format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    fn codes(input: &[u8]) -> Vec<i64> {
        filter(input).iter().map(|body| body["params"]["code"].as_i64().unwrap_or(0)).collect()
    }

    const GOOD: &str = r#"{"jsonrpc":"2.0","method":"a","params":{"text":"é😀"}}"#;

    #[test]
    fn a_message_passes_unchanged() {
        assert_eq!(filter(&frame(GOOD)), [serde_json::from_str::<serde_json::Value>(GOOD).unwrap()]);
    }

    #[test]
    fn what_is_no_json_becomes_a_parse_error_and_the_next_message_passes() {
        for bad in ["{", "", "nul", r#"{"jsonrpc":"2.0","method":"a","x":1e999}"#] {
            assert_eq!(codes(&[frame(bad), frame(GOOD)].concat()), [-32700, 0], "{bad}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_become_a_parse_error() {
        let mut bad = b"Content-Length: 3\r\n\r\n".to_vec();
        bad.extend_from_slice(&[b'"', 0xff, b'"']);
        assert_eq!(codes(&[bad, frame(GOOD)].concat()), [-32700, 0]);
    }

    #[test]
    fn what_is_no_request_becomes_an_invalid_request() {
        for bad in [
            "[]",
            "1",
            r#"{"jsonrpc":"1.0","method":"a"}"#,
            r#"{"jsonrpc":"2.0"}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#,
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"2.0","method":5}"#,
            r#"{"jsonrpc":"2.0","method":null,"id":1,"result":1}"#,
            r#"{"jsonrpc":"2.0","method":"a","method":"b"}"#,
            r#"{"jsonrpc":"2.0","method":"a","id":null,"id":1}"#,
        ] {
            assert_eq!(codes(&[frame(bad), frame(GOOD)].concat()), [-32600, 0], "{bad}");
        }
    }

    #[test]
    fn nesting_beyond_the_readers_limit_becomes_a_parse_error() {
        let deep =
            format!(r#"{{"jsonrpc":"2.0","method":"a","params":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(codes(&[frame(&deep), frame(GOOD)].concat()), [-32700, 0]);
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced_in_place() {
        let bodies =
            filter(&frame(r#"{"jsonrpc":"2.0","method":"a","params":["\ud83d","\\ud83d","\ud83d\ude00"]}"#));
        assert_eq!(bodies[0]["params"], serde_json::json!(["\u{fffd}", "\\ud83d", "😀"]));
    }

    #[test]
    fn headers_are_read_in_any_case_and_number() {
        let odd = format!(
            "content-length:{}\r\nContent-Type: application/vscode-jsonrpc; charset=\"utf-8\"\r\nX: y\r\nZ: y\r\n\r\n{GOOD}",
            GOOD.len()
        );
        assert_eq!(codes(odd.as_bytes()), [0]);
    }

    #[test]
    fn garbage_between_messages_is_skipped() {
        for garbage in
            ["hello\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: 99999999999999\r\n\r\n"]
        {
            let input = [frame(GOOD), garbage.as_bytes().to_vec(), frame(GOOD)].concat();
            assert_eq!(codes(&input), [0, -32700, 0], "{garbage}");
        }
    }

    #[test]
    fn an_error_answer_keeps_what_the_reader_knows() {
        let bodies =
            filter(&frame(r#"{"jsonrpc":"2.0","id":3,"error":{"code":1,"message":"no","stack":"x"}}"#));
        assert_eq!(bodies, [serde_json::json!({"jsonrpc":"2.0","id":3,"error":{"code":1,"message":"no"}})]);
    }

    #[test]
    fn a_large_message_is_put_aside_and_a_small_one_keeps_its_turn() {
        let text = "é😀".repeat(20_000);
        let large = |rest: &str| format!(r#"{{"jsonrpc":"2.0",{rest},"x":"{text}"}}"#);
        let messages = [
            (large(r#""method":"a","id":1"#), true),
            (GOOD.to_owned(), false),
            (large(r#""method":"b","params":["\ud83d"]"#), true),
            // The framework knows who waits for an answer, and ends where it sees the end.
            (large(r#""id":2,"result":1"#), false),
            (large(r#""method":"exit""#), false),
        ];
        let aside = Aside::default();
        let mut out = Vec::new();
        for (message, is_put_aside) in &messages {
            out.clear();
            push_checked(message.as_bytes(), &aside, &mut out);
            assert_eq!(out.ends_with(br#""method":"$/base44/aside"}"#), *is_put_aside, "{message:.60}");
        }
        let (first, second) = (aside.take().unwrap(), aside.take().unwrap());
        assert_eq!((first.method(), first.id()), ("a", Some(&1.into())));
        assert_eq!((second.method(), second.params()), ("b", Some(&serde_json::json!(["\u{fffd}"]))));
        assert!(aside.take().is_none());
    }

    #[test]
    fn a_null_result_is_an_answer() {
        assert_eq!(codes(&frame(r#"{"jsonrpc":"2.0","id":3,"result":null}"#)), [0]);
    }
}

//! The wire to a client: a message a line. The framework's own leaves what is no JSON without an answer, so that whoever
//! asked waits for ever; ends the session at a notification that comes too early; and says a method's name back as it came.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{Error, ErrorKind};
use std::time::Duration;

use connector_boundary::text::{printable, visible_json};
use rmcp::RoleServer;
use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, ClientRequest, ErrorCode, ErrorData, GetMeta, RequestId,
    ServerJsonRpcMessage,
};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::reply::{show_json, shown};

/// The longest line that is read. A longer one is refused, and read past.
const MAX_LINE: u64 = 16 * 1024 * 1024;
/// The longest sentence of an error: some repeat what they were asked for.
const MAX_ERROR: usize = 400;
/// Messages on their way, each way.
const QUEUE: usize = 32;
/// How long a client that reads nothing any more is waited for at the end.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Both ends of one client.
pub(crate) struct Wire {
    incoming: Receiver<ClientJsonRpcMessage>,
    outgoing: Option<Sender<String>>,
    writer: Option<JoinHandle<()>>,
    /// The client's requests that have no answer yet.
    open: HashSet<RequestId>,
    /// The server's own, such as a question to the person.
    asked: HashSet<RequestId>,
}

impl Wire {
    pub(crate) fn new<R, W>(input: R, output: W) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (received, incoming) = channel(QUEUE);
        let (outgoing, lines) = channel(QUEUE);
        let writer = tokio::spawn(write(output, lines));
        tokio::spawn(read(BufReader::new(input), received, outgoing.clone()));
        Self {
            incoming,
            outgoing: Some(outgoing),
            writer: Some(writer),
            open: HashSet::new(),
            asked: HashSet::new(),
        }
    }

    /// Takes note of what a message opens or closes; whether the session may have it. What a second request of one id
    /// is about, nobody could tell: neither whose answer is whose, nor which of them is cancelled.
    fn note(&mut self, message: &ClientJsonRpcMessage) -> bool {
        match message {
            ClientJsonRpcMessage::Request(request) => return self.open.insert(request.id.clone()),
            ClientJsonRpcMessage::Response(response) => self.asked.remove(&response.id),
            ClientJsonRpcMessage::Error(error) => error.id.as_ref().is_some_and(|id| self.asked.remove(id)),
            ClientJsonRpcMessage::Notification(notification) => match &notification.notification {
                ClientNotification::CancelledNotification(cancelled) => {
                    let id = cancelled.params.request_id.as_ref();
                    id.is_some_and(|id| self.open.remove(id))
                }
                _ => false,
            },
        };
        true
    }
}

impl Transport<RoleServer> for Wire {
    type Error = Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'static {
        match &message {
            ServerJsonRpcMessage::Request(request) => _ = self.asked.insert(request.id.clone()),
            ServerJsonRpcMessage::Response(response) => _ = self.open.remove(&response.id),
            ServerJsonRpcMessage::Error(error) => _ = error.id.as_ref().map(|id| self.open.remove(id)),
            ServerJsonRpcMessage::Notification(_) => {}
        }
        let outgoing = self.outgoing.clone();
        async move {
            let gone = || Error::from(ErrorKind::NotConnected);
            outgoing.ok_or_else(gone)?.send(written(message)?).await.map_err(|_| gone())
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        while let Some(message) = self.incoming.recv().await {
            if self.note(&message) {
                return Some(message);
            }
            let refusal = refused(ErrorCode::INVALID_REQUEST, "A request with this id is under way.", None);
            if let (Some(outgoing), Ok(refusal)) = (&self.outgoing, written(*refusal)) {
                // A client that reads nothing is not waited for.
                let _ = outgoing.try_send(refusal);
            }
        }
        // Nobody answers a question any more. Whoever waits for that is told, and the session can end.
        let id = self.asked.iter().next().cloned()?;
        self.asked.remove(&id);
        let gone = ErrorData::internal_error("The client is gone.", None);
        Some(ClientJsonRpcMessage::error(gone, Some(id)))
    }

    async fn close(&mut self) -> Result<(), Error> {
        self.incoming.close();
        self.outgoing = None;
        if let Some(writer) = self.writer.take() {
            let _ = tokio::time::timeout(LAST_WORDS, writer).await;
        }
        Ok(())
    }
}

/// A message as it is sent. An error is made by whoever noticed it, the framework too.
fn written(mut message: ServerJsonRpcMessage) -> Result<String, Error> {
    if let ServerJsonRpcMessage::Error(refusal) = &mut message {
        let error = &mut refusal.error;
        error.message = Cow::Owned(printable(&shown(&error.message), MAX_ERROR));
        error.data.iter_mut().for_each(show_json);
    }
    Ok(visible_json(&serde_json::to_string(&message)?) + "\n")
}

async fn write<W: AsyncWrite + Unpin>(mut output: W, mut lines: Receiver<String>) {
    while let Some(line) = lines.recv().await {
        if output.write_all(line.as_bytes()).await.is_err() || output.flush().await.is_err() {
            break;
        }
    }
}

/// Hands on the messages, and answers what is none.
async fn read<R: AsyncBufRead + Unpin>(
    mut input: R,
    received: Sender<ClientJsonRpcMessage>,
    outgoing: Sender<String>,
) {
    let mut has_begun = false;
    let mut line = Vec::new();
    loop {
        line.clear();
        let is_whole = match (&mut input).take(MAX_LINE).read_until(b'\n', &mut line).await {
            Ok(_) if line.ends_with(b"\n") => true,
            Ok(_) if line.len() as u64 == MAX_LINE => false,
            // The end; what is left without one is no message.
            Ok(_) | Err(_) => return,
        };
        let message = match is_whole {
            true if line.trim_ascii().is_empty() => continue,
            true => message(&line),
            false if pass_line(&mut input).await => Err(Some(too_long())),
            false => return,
        };
        let is_open = match message {
            Ok(message) => {
                has_begun |= begins(&message);
                // Before a session has begun there is nothing that could be told or answered.
                let is_early = !has_begun && !matches!(message, ClientJsonRpcMessage::Request(_));
                is_early || received.send(message).await.is_ok()
            }
            Err(None) => true,
            Err(Some(refusal)) => match written(*refusal) {
                Ok(refusal) => outgoing.send(refusal).await.is_ok(),
                Err(_) => false,
            },
        };
        if !is_open {
            return;
        }
    }
}

/// Reads to the end of a line that is not wanted; whether there was one.
async fn pass_line<R: AsyncBufRead + Unpin>(input: &mut R) -> bool {
    loop {
        let (read, is_end) = match input.fill_buf().await {
            Ok([]) | Err(_) => return false,
            Ok(bytes) => match bytes.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (bytes.len(), false),
            },
        };
        input.consume(read);
        if is_end {
            return true;
        }
    }
}

/// Whether a session begins with this, with `initialize` or as newer clients do.
fn begins(message: &ClientJsonRpcMessage) -> bool {
    match message {
        ClientJsonRpcMessage::Request(request) => {
            matches!(request.request, ClientRequest::InitializeRequest(_))
                || request.request.get_meta().protocol_version().is_some()
        }
        _ => false,
    }
}

/// The message of a line, or the answer to what is none; a notification gets none.
fn message(line: &[u8]) -> Result<ClientJsonRpcMessage, Option<Box<ServerJsonRpcMessage>>> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    if let Ok(message) = serde_json::from_slice(line) {
        return Ok(message);
    }
    let Ok(value) = serde_json::from_slice::<Value>(line) else {
        return Err(Some(refused(ErrorCode::PARSE_ERROR, "This is no JSON, or nested too deep.", None)));
    };
    let id = value.get("id").and_then(|id| RequestId::deserialize(id).ok());
    let is_notification = value.get("id").is_none() && value.get("method").is_some_and(Value::is_string);
    match is_notification {
        true => Err(None),
        false => Err(Some(refused(ErrorCode::INVALID_REQUEST, "This is no request of JSON-RPC 2.0.", id))),
    }
}

fn too_long() -> Box<ServerJsonRpcMessage> {
    refused(ErrorCode::INVALID_REQUEST, "This message is too long.", None)
}

fn refused(code: ErrorCode, why: &'static str, id: Option<RequestId>) -> Box<ServerJsonRpcMessage> {
    Box::new(ServerJsonRpcMessage::error(ErrorData::new(code, why, None), id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use connector_platform::Environment;
    use tokio::io::{duplex, split};

    use super::*;
    use crate::{Options, ServeError};

    const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":"first","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}"#;

    /// What the server answers to lines, up to that to a last ping, and how it ended.
    async fn answers(lines: &[&[u8]]) -> (Vec<Value>, Result<(), ServeError>) {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            root: folder.path().to_owned(),
            environment: Environment {
                variables: BTreeMap::new(),
                home: folder.path().join("home"),
                state_dir: folder.path().join("state"),
                api_url: None,
            },
        };
        let (client, server) = duplex(1 << 16);
        let (input, output) = split(server);
        let serving = tokio::spawn(crate::serve(options, input, output));
        let (from_server, mut to_server) = split(client);
        let mut sent: Vec<u8> = lines.join(&b'\n');
        sent.extend_from_slice(b"\n{\"jsonrpc\":\"2.0\",\"id\":\"last\",\"method\":\"ping\"}\n");
        let sending = tokio::spawn(async move {
            to_server.write_all(&sent).await.unwrap();
            to_server
        });
        let mut answers = Vec::new();
        let mut received = BufReader::new(from_server).lines();
        loop {
            let said = tokio::time::timeout(Duration::from_secs(60), received.next_line()).await;
            let said = said.expect("an answer in time").unwrap().expect("the server lives");
            assert!(!said.chars().any(connector_boundary::text::is_unprintable), "{said}");
            let answer: Value = serde_json::from_str(&said).unwrap();
            if answer["id"] == "last" {
                break;
            }
            answers.push(answer);
        }
        drop((sending.await.unwrap(), received));
        (answers, serving.await.unwrap())
    }

    #[tokio::test]
    async fn what_is_no_message_gets_an_error_and_the_session_goes_on() {
        let too_long = format!("\"{}\"", "x".repeat(17 << 20));
        let deep = format!("{{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":{}", "[".repeat(100_000));
        for (malformed, code, id) in [
            (&b"{"[..], -32700, Value::Null),
            (b"\0", -32700, Value::Null),
            (b"\xff\xfe{}", -32700, Value::Null),
            (b"GET / HTTP/1.1\r", -32700, Value::Null),
            (b"{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"p\xffng\"}", -32700, Value::Null),
            (b"{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"\\ud800\"}", -32700, Value::Null),
            (b"{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"ping\"} {}", -32700, Value::Null),
            (deep.as_bytes(), -32700, Value::Null),
            (too_long.as_bytes(), -32600, Value::Null),
            (b"[]", -32600, Value::Null),
            (b"{}", -32600, Value::Null),
            (b"{\"jsonrpc\":\"1.0\",\"id\":8,\"method\":\"ping\"}", -32600, 8.into()),
            (b"{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":5}", -32600, 8.into()),
            (b"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", -32600, Value::Null),
        ] {
            let about = String::from_utf8_lossy(&malformed[..malformed.len().min(80)]).into_owned();
            for lines in [vec![INITIALIZE.as_bytes(), malformed], vec![malformed, INITIALIZE.as_bytes()]] {
                let (answers, ended) = answers(&lines).await;
                let errors: Vec<&Value> = answers.iter().filter(|answer| answer["id"] != "first").collect();
                assert_eq!((errors.len(), answers.len()), (1, 2), "{about}: {answers:?}");
                assert_eq!((&errors[0]["error"]["code"], &errors[0]["id"]), (&code.into(), &id), "{about}");
                assert!(ended.is_ok(), "{about}: {ended:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_question_to_a_client_that_is_gone_is_over() {
        let (client, server) = duplex(1 << 10);
        let (input, output) = split(server);
        let mut wire = Wire::new(input, output);
        let question = serde_json::json!({"jsonrpc": "2.0", "id": 4, "method": "ping"});
        wire.send(serde_json::from_value(question).unwrap()).await.unwrap();
        drop(client);
        let said = wire.receive().await.expect("an end of the question");
        assert!(
            matches!(&said, ClientJsonRpcMessage::Error(error) if error.id == Some(RequestId::Number(4)))
        );
        assert!(wire.receive().await.is_none());
    }

    #[tokio::test]
    async fn of_two_requests_with_one_id_the_second_is_refused_while_the_first_is_under_way() {
        let (client, server) = duplex(1 << 10);
        let (input, output) = split(server);
        let mut wire = Wire::new(input, output);
        let (from_server, mut to_server) = split(client);
        let request = "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"ping\"}\n";
        let cancelled =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":4}}\n";
        let sent = [INITIALIZE, "\n", request, request, cancelled, request].concat();
        to_server.write_all(sent.as_bytes()).await.unwrap();
        let mut requests = 0;
        for _ in 0..4 {
            requests += usize::from(matches!(wire.receive().await, Some(ClientJsonRpcMessage::Request(_))));
        }
        assert_eq!(requests, 3);
        let refusal = BufReader::new(from_server).lines().next_line().await.unwrap().unwrap();
        let refusal: Value = serde_json::from_str(&refusal).unwrap();
        assert_eq!((&refusal["error"]["code"], &refusal["id"]), (&(-32600).into(), &Value::Null));
        // Once it is answered, an id may serve again.
        let answer = serde_json::json!({"jsonrpc": "2.0", "id": 4, "result": {}});
        wire.send(serde_json::from_value(answer).unwrap()).await.unwrap();
        to_server.write_all(request.as_bytes()).await.unwrap();
        assert!(matches!(wire.receive().await, Some(ClientJsonRpcMessage::Request(_))));
    }

    #[tokio::test]
    async fn what_comes_before_a_session_ends_none() {
        for early in [
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"\u{1b}[2J\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":8,\"error\":{\"code\":1,\"message\":\"x\"}}",
            "{\"jsonrpc\":\"2.0\",\"method\":5}",
            "",
        ] {
            let (answers, ended) = answers(&[early.as_bytes(), INITIALIZE.as_bytes()]).await;
            assert!(answers.iter().any(|answer| answer["id"] == "first"), "{early}: {answers:?}");
            assert!(ended.is_ok(), "{early}: {ended:?}");
        }
    }

    #[tokio::test]
    async fn no_error_says_anything_back_as_it_came() {
        connector_boundary::secret::keep_secret("b44k_mcp-wire-0123456789");
        for said in ["\\u001b[2J\\u202e\\u3164x", "b44k_mcp-wire-0123456789", &"x".repeat(1_000_000)] {
            for request in [
                format!("{{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"{said}\"}}"),
                format!(
                    "{{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"tools/call\",\"params\":{{\"name\":\"{said}\"}}}}"
                ),
                format!(
                    "{{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"resources/read\",\"params\":{{\"uri\":\"{said}\"}}}}"
                ),
                format!(
                    "{{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"prompts/get\",\"params\":{{\"name\":\"{said}\"}}}}"
                ),
            ] {
                let (answers, _) = answers(&[INITIALIZE.as_bytes(), request.as_bytes()]).await;
                let error = answers.iter().find(|answer| answer["id"] == 8).expect("an answer");
                let message = error["error"]["message"].as_str().expect("an error");
                assert!(!message.chars().any(connector_boundary::text::is_unprintable), "{message:?}");
                assert!(!message.contains("mcp-wire-0123456789") && message.len() < 1000, "{message}");
            }
        }
    }
}

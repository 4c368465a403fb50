//! Messages that are written already, sent beside the framework.
//!
//! The framework makes a tree of values of whatever it sends, and writes that. Of the state of ten thousand connectors
//! the tree takes several times as long as the writing and many times the memory. Such a message is written at once, and
//! comes to the client between two of the framework's.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures::channel::oneshot;
use futures::task::AtomicWaker;
use serde::Serialize;
use serde_json::Value;
use tokio::io::AsyncWrite;
use tower_lsp::jsonrpc::Response;

/// A result or params as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub(crate) struct Written(String);

impl Written {
    /// What is JSON already.
    pub(crate) fn from_json(json: String) -> Written {
        Written(json)
    }
}

/// Where such messages are handed over.
#[derive(Clone, Default)]
pub(crate) struct Bypass(Arc<Queue>);

#[derive(Default)]
struct Queue {
    frames: Mutex<VecDeque<Frame>>,
    /// Whoever writes to the client.
    writer: AtomicWaker,
}

/// A message on its way, in the pieces that it is made of: a copy of megabytes would be one too many.
struct Frame {
    pieces: [String; 3],
    /// The piece that is being written, and how many bytes of it are.
    piece: usize,
    written: usize,
    /// Dropped when all of it is written.
    _done: oneshot::Sender<()>,
}

impl Bypass {
    /// Sends an answer of which the framework carried the written result as a text. Gives back what is none: an error.
    pub(crate) fn answer(&self, response: Response) -> Option<Response> {
        match response.into_parts() {
            (id, Ok(Value::String(result))) => {
                // Neither a number nor a text refuses to be written.
                let id = serde_json::to_string(&id).unwrap_or_else(|_| "null".to_owned());
                let head = r#"{"jsonrpc":"2.0","result":"#.to_owned();
                // Nobody waits until it is written.
                drop(self.send(head, result, format!(r#","id":{id}}}"#)));
                None
            }
            (id, body) => Some(Response::from_parts(id, body)),
        }
    }

    /// Sends a notification; over when it is written, so that no second one waits beside it for a client that does not
    /// read.
    pub(crate) async fn notify(&self, method: &str, params: Written) {
        let head = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":"#);
        // It is dropped, not answered.
        let _ = self.send(head, params.0, "}".to_owned()).await;
    }

    fn send(&self, head: String, body: String, tail: String) -> oneshot::Receiver<()> {
        let length = head.len() + body.len() + tail.len();
        let head = format!("Content-Length: {length}\r\n\r\n{head}");
        let (done, is_done) = oneshot::channel();
        let frame = Frame { pieces: [head, body, tail], piece: 0, written: 0, _done: done };
        self.frames().push_back(frame);
        self.0.writer.wake();
        is_done
    }

    fn frames(&self) -> std::sync::MutexGuard<'_, VecDeque<Frame>> {
        self.0.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Frame {
    /// What is to be written next; none when all is.
    fn rest(&mut self) -> Option<&[u8]> {
        while self.pieces.get(self.piece)?.len() == self.written {
            (self.piece, self.written) = (self.piece + 1, 0);
        }
        self.pieces.get(self.piece)?.as_bytes().get(self.written..)
    }
}

/// The output of the framework, with what goes beside it.
pub(crate) struct WithBypass<W> {
    output: W,
    bypass: Bypass,
    /// Begun: nothing else may be written before its end.
    current: Option<Frame>,
}

impl<W: AsyncWrite + Unpin> WithBypass<W> {
    pub(crate) fn new(output: W, bypass: Bypass) -> Self {
        Self { output, bypass, current: None }
    }

    fn poll_current(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(frame) = &mut self.current {
            let Some(rest) = frame.rest() else {
                self.current = None;
                break;
            };
            let count = ready!(Pin::new(&mut self.output).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            frame.written += count;
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for WithBypass<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_current(cx))?;
        Pin::new(&mut self.output).poll_write(cx, bytes)
    }

    /// The framework flushes when its last message is written whole, and whenever it has nothing to write.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.bypass.0.writer.register(cx.waker());
        loop {
            ready!(self.poll_current(cx))?;
            let next = self.bypass.frames().pop_front();
            match next {
                Some(frame) => self.current = Some(frame),
                None => return Pin::new(&mut self.output).poll_flush(cx),
            }
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.output).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::AsyncWriteExt;
    use tower_lsp::jsonrpc::{Error, Id};

    use super::*;

    /// Takes seven bytes at a time, and every other time none yet.
    #[derive(Default)]
    struct Slow {
        taken: Vec<u8>,
        is_ready: bool,
    }

    impl AsyncWrite for Slow {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.is_ready = !self.is_ready;
            if self.is_ready {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let count = bytes.len().min(7);
            self.taken.extend_from_slice(&bytes[..count]);
            Poll::Ready(Ok(count))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn response(id: Id, result: &Value) -> Response {
        Response::from_ok(id, Value::String(result.to_string()))
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_answer_comes_whole_between_two_messages_of_the_framework() {
        let bypass = Bypass::default();
        let mut output = WithBypass::new(Slow::default(), bypass.clone());
        output.write_all(b"<first>").await.unwrap();
        assert!(bypass.answer(response(Id::Number(7), &json!({"a": ["b"]}))).is_none());
        // The first message is not over before the framework flushes.
        output.write_all(b"<its end>").await.unwrap();
        output.flush().await.unwrap();
        output.write_all(b"<second>").await.unwrap();
        output.flush().await.unwrap();
        let written = String::from_utf8(output.output.taken).unwrap();
        let body = r#"{"jsonrpc":"2.0","result":{"a":["b"]},"id":7}"#;
        let length = body.len();
        assert_eq!(written, format!("<first><its end>Content-Length: {length}\r\n\r\n{body}<second>"));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_message_that_was_begun_is_ended_before_another_one() {
        let bypass = Bypass::default();
        let mut output = WithBypass::new(Slow::default(), bypass.clone());
        bypass.answer(response(Id::String("x\"".to_owned()), &json!(null)));
        // A flush that is given up after a few bytes.
        for _ in 0..3 {
            let mut cx = Context::from_waker(std::task::Waker::noop());
            assert!(Pin::new(&mut output).poll_flush(&mut cx).is_pending());
        }
        output.write_all(b"<next>").await.unwrap();
        let written = String::from_utf8(output.output.taken).unwrap();
        assert!(written.ends_with("\"result\":null,\"id\":\"x\\\"\"}<next>"), "{written}");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_notification_is_over_when_it_is_written() {
        let bypass = Bypass::default();
        let mut output = WithBypass::new(Slow::default(), bypass.clone());
        let params = Written::from_json("[1]".to_owned());
        let (_, flushed) = tokio::join!(bypass.notify("a/b", params), async {
            output.flush().await.unwrap();
            output.output.taken
        });
        assert!(flushed.ends_with(br#"{"jsonrpc":"2.0","method":"a/b","params":[1]}"#));
    }

    #[test]
    fn an_error_goes_the_way_of_the_framework() {
        let error = Response::from_error(Id::Number(1), Error::request_cancelled());
        assert!(Bypass::default().answer(error).is_some_and(|response| response.is_error()));
    }
}

//! What goes to the client.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use connector_boundary::secret::mask_json;
use connector_boundary::text::printable_message;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tower::Service;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{self, Request};
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{
    Diagnostic, LogMessageParams, MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri,
    notification, request,
};

use crate::advice::brief;
use crate::event::Events;
use crate::transport::{Bypass, Written};
use crate::world::World;

/// What waits to be sent. As a text or a tree it would take many times the room, and thousands may wait.
enum Message {
    Notification(&'static str, Value),
    /// Written already, and without secrets.
    Written(&'static str, Written),
    /// Shared with what is kept of the file.
    Diagnostics {
        uri: Uri,
        diagnostics: Arc<Vec<Diagnostic>>,
        version: Option<i32>,
    },
    /// What came before it is sent: a request may follow.
    Turn(oneshot::Sender<()>),
}

impl Message {
    /// Sends the message, without the secrets of this process. Whether there is still somebody to send to.
    async fn send(self, client: &mut Client, bypass: &Bypass) -> bool {
        let (method, mut params) = match self {
            Message::Notification(method, params) => (method, params),
            Message::Written(method, params) => {
                bypass.notify(method, params).await;
                return true;
            }
            Message::Turn(come) => {
                // Whoever waited for it may be gone.
                let _ = come.send(());
                return true;
            }
            Message::Diagnostics { uri, diagnostics, version } => {
                let diagnostics = Arc::unwrap_or_clone(diagnostics);
                let params = PublishDiagnosticsParams { uri, diagnostics, version };
                // Nothing in it refuses to be written.
                let params = serde_json::to_value(params).unwrap_or_default();
                (notification::PublishDiagnostics::METHOD, params)
            }
        };
        mask_json(&mut params);
        client.call(Request::build(method).params(params).finish()).await.is_ok()
    }
}

/// Sends to the client without ever waiting for it.
#[derive(Clone)]
pub(crate) struct Outbox {
    client: Client,
    queue: mpsc::UnboundedSender<Message>,
    events: Events,
    backlog: Arc<Backlog>,
    /// Messages are read at a glance: the client has a log and views for the rest.
    at_a_glance: Arc<AtomicBool>,
}

/// The notifications that the client has not taken yet.
#[derive(Default)]
struct Backlog {
    count: AtomicUsize,
    /// Somebody holds back until there are fewer than half of this; nobody does if it is nothing.
    held_back_at: AtomicUsize,
}

impl Outbox {
    /// An outbox, and the task that empties it.
    pub(crate) fn new(client: Client, events: Events, bypass: Bypass) -> (Self, impl Future<Output = ()>) {
        let (queue, mut waiting) = mpsc::unbounded_channel::<Message>();
        let backlog = Arc::new(Backlog::default());
        let (mut carrier, left, to_world) = (client.clone(), backlog.clone(), events.clone());
        let carry = async move {
            while let Some(message) = waiting.recv().await {
                if !message.send(&mut carrier, &bypass).await {
                    break;
                }
                let before = left.count.fetch_sub(1, Ordering::Relaxed);
                let limit = left.held_back_at.load(Ordering::Relaxed);
                if limit > 0 && before <= limit.div_ceil(2) {
                    left.held_back_at.store(0, Ordering::Relaxed);
                    // The event itself does nothing: after it, the loop goes on with what was held back.
                    to_world.send("the client reads on", |_| {});
                }
            }
        };
        (Self { client, queue, events, backlog, at_a_glance: Arc::default() }, carry)
    }

    /// Whether so many notifications wait for the client that what is not urgent is to be held back: each takes up memory,
    /// and a client that reads slowly would have thousands of them wait. An event comes when that is over.
    pub(crate) fn has_waiting(&self, limit: usize) -> bool {
        let has = self.backlog.count.load(Ordering::Relaxed) >= limit;
        if has {
            self.backlog.held_back_at.fetch_max(limit, Ordering::Relaxed);
        }
        has
    }

    /// Where answers and reports come in.
    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    /// Sends a notification; they arrive in the order of these calls.
    pub(crate) fn notify<N: Notification>(&self, params: N::Params) {
        match serde_json::to_value(params) {
            Ok(params) => self.notify_raw(N::METHOD, params),
            Err(error) => tracing::error!("{} cannot be written: {error}", N::METHOD),
        }
    }

    /// Sends a notification of any name.
    pub(crate) fn notify_raw(&self, method: &'static str, params: Value) {
        tracing::trace!("server: {method}");
        self.put(Message::Notification(method, params));
    }

    /// Sends a notification that is written already, without secrets in it.
    pub(crate) fn notify_written(&self, method: &'static str, params: Written) {
        tracing::trace!("server: {method}");
        self.put(Message::Written(method, params));
    }

    /// Tells the client what is wrong in a file.
    pub(crate) fn publish(&self, uri: Uri, diagnostics: Arc<Vec<Diagnostic>>, version: Option<i32>) {
        self.put(Message::Diagnostics { uri, diagnostics, version });
    }

    fn put(&self, message: Message) {
        if self.queue.send(message).is_ok() {
            self.backlog.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sends a request; its answer comes back as an event.
    pub(crate) fn request<R>(
        &self,
        params: R::Params,
        then: impl FnOnce(&mut World, jsonrpc::Result<R::Result>) + Send + 'static,
    ) where
        R: request::Request + 'static,
        R::Params: Send,
        R::Result: Send + 'static,
    {
        tracing::trace!("server asks: {}", R::METHOD);
        let (out, events) = (self.clone(), self.events.clone());
        tokio::task::spawn_local(async move {
            let answer = out.answer::<R>(params).await;
            events.send(R::METHOD, move |world| then(world, answer));
        });
    }

    /// The answer to a request, for tasks that may wait for it. No request overtakes what was sent before it: a progress
    /// has ended where its result is asked about.
    pub(crate) async fn answer<R: request::Request>(&self, params: R::Params) -> jsonrpc::Result<R::Result> {
        let (come, turn) = oneshot::channel();
        self.put(Message::Turn(come));
        // Nobody sends any more where it does not come, and the request finds that out itself.
        let _ = turn.await;
        self.client.send_request::<R>(params).await
    }

    /// Writes a line to the client's log.
    pub(crate) fn log(&self, typ: MessageType, message: &str) {
        self.notify::<notification::LogMessage>(LogMessageParams {
            typ,
            message: printable_message(&connector_boundary::secret::mask(message)),
        });
    }

    /// Whether the client has a log and views for what a message leaves out.
    pub(crate) fn is_read_at_a_glance(&self) -> bool {
        self.at_a_glance.load(Ordering::Relaxed)
    }

    /// Says so.
    pub(crate) fn set_read_at_a_glance(&self, is: bool) {
        self.at_a_glance.store(is, Ordering::Relaxed);
    }

    /// A message as it is shown: what is read at a glance is short, and the log has what it leaves out.
    pub(crate) fn shown(&self, typ: MessageType, message: &str) -> String {
        let message = printable_message(message);
        if !self.is_read_at_a_glance() {
            return message;
        }
        let brief = brief(&message);
        if brief.ends_with('…') || brief.chars().count() < message.chars().count() {
            self.log(typ, &message);
        }
        brief.into_owned()
    }

    /// Shows a message of which no part can be left out.
    pub(crate) fn show_whole(&self, typ: MessageType, message: impl Into<String>) {
        let message = printable_message(&message.into());
        self.notify::<notification::ShowMessage>(ShowMessageParams { typ, message });
    }

    /// Shows a message to the person.
    pub(crate) fn show(&self, typ: MessageType, message: impl Into<String>) {
        let message = self.shown(typ, &message.into());
        self.notify::<notification::ShowMessage>(ShowMessageParams { typ, message });
    }
}

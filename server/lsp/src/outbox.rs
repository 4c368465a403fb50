//! What goes to the client.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use connector_boundary::secret::mask_json;
use connector_boundary::text::printable_message;
use serde_json::Value;
use tokio::sync::mpsc;
use tower::Service;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{self, Request};
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{LogMessageParams, MessageType, ShowMessageParams, notification, request};

use crate::advice::brief;
use crate::event::Events;
use crate::world::World;

/// Sends to the client without ever waiting for it.
#[derive(Clone)]
pub(crate) struct Outbox {
    client: Client,
    queue: mpsc::UnboundedSender<Request>,
    events: Events,
    /// Messages are read at a glance: the client has a log and views for the rest.
    at_a_glance: Arc<AtomicBool>,
}

impl Outbox {
    /// An outbox, and the task that empties it.
    pub(crate) fn new(client: Client, events: Events) -> (Self, impl Future<Output = ()>) {
        let (queue, mut waiting) = mpsc::unbounded_channel::<Request>();
        let mut carrier = client.clone();
        let carry = async move {
            while let Some(message) = waiting.recv().await {
                if carrier.call(message).await.is_err() {
                    break;
                }
            }
        };
        (Self { client, queue, events, at_a_glance: Arc::default() }, carry)
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
        let mut params = params;
        mask_json(&mut params);
        let _ = self.queue.send(Request::build(method).params(params).finish());
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
        let (client, events) = (self.client.clone(), self.events.clone());
        tokio::task::spawn_local(async move {
            let answer = client.send_request::<R>(params).await;
            events.send(R::METHOD, move |world| then(world, answer));
        });
    }

    /// The client, for tasks that may wait for it.
    pub(crate) fn client(&self) -> &Client {
        &self.client
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

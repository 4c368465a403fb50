//! What happens to the world: named actions, in the order of their arrival.

use futures::channel::oneshot;
use tokio::sync::mpsc;
use tower_lsp::jsonrpc;

use crate::world::World;

/// One thing to do to the world.
pub(crate) struct Event {
    /// What it is, for the log.
    pub(crate) name: &'static str,
    /// What it does; it never waits.
    pub(crate) act: Box<dyn FnOnce(&mut World) + Send>,
}

/// Where events are sent.
#[derive(Clone)]
pub(crate) struct Events(mpsc::UnboundedSender<Event>);

impl Events {
    /// A channel of events.
    pub(crate) fn channel() -> (Self, mpsc::UnboundedReceiver<Event>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Sends an event.
    pub(crate) fn send(&self, name: &'static str, act: impl FnOnce(&mut World) + Send + 'static) {
        // Nobody listens any more once the session has ended.
        let _ = self.0.send(Event { name, act: Box::new(act) });
    }

    /// Sends a request and waits for its answer; a handler that panicked answers with an error.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        name: &'static str,
        act: impl FnOnce(&mut World, Reply<T>) + Send + 'static,
    ) -> jsonrpc::Result<T> {
        let (sender, answer) = oneshot::channel();
        self.send(name, move |world| act(world, Reply(sender)));
        answer.await.unwrap_or_else(|_| {
            let mut error = jsonrpc::Error::internal_error();
            error.message = format!("{name} failed; the server's log says more").into();
            Err(error)
        })
    }
}

/// The way back to whoever asked.
pub(crate) struct Reply<T>(oneshot::Sender<jsonrpc::Result<T>>);

impl<T> Reply<T> {
    /// Answers the request with its result.
    pub(crate) fn ok(self, value: T) {
        self.send(Ok(value));
    }

    /// Answers, or says why not.
    pub(crate) fn send(self, result: jsonrpc::Result<T>) {
        // The request may have been cancelled.
        let _ = self.0.send(result);
    }

    /// Whether nobody waits any more.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.is_canceled()
    }

    /// Comes to an end when nobody waits any more.
    pub(crate) async fn cancelled(&mut self) {
        self.0.cancellation().await;
    }
}

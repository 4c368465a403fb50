//! Large messages, handed on beside the framework's reader.
//!
//! The reader keeps a buffer as large as the largest message for the rest of the session: a document's memory would stay
//! long after the document was closed, twice. Such a message is read in front of it, and a small one in its place keeps
//! its turn.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tower_lsp::jsonrpc::Request;

/// The method that stands for a message that was put aside.
pub(crate) const ASIDE: &str = "$/base44/aside";

/// What is smaller, in bytes, goes through the reader: a buffer of this size does not matter.
const MIN_LARGE: usize = 64 << 10;

/// The messages that were put aside, in their order.
#[derive(Clone, Default)]
pub(crate) struct Aside(Arc<Mutex<VecDeque<Request>>>);

impl Aside {
    /// Puts a large request or notification aside; whether it was. An answer goes through the reader, which knows who
    /// waits for it, and so does `exit`, at which it ends.
    pub(crate) fn put(&self, message: &str) -> bool {
        if message.len() < MIN_LARGE {
            return false;
        }
        match serde_json::from_str::<Request>(message) {
            // An answer has no method.
            Ok(request) if !matches!(request.method(), "" | "exit") => {
                self.requests().push_back(request);
                true
            }
            _ => false,
        }
    }

    /// The message whose turn has come; none where a client made up the one in its place.
    pub(crate) fn take(&self) -> Option<Request> {
        self.requests().pop_front()
    }

    fn requests(&self) -> std::sync::MutexGuard<'_, VecDeque<Request>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

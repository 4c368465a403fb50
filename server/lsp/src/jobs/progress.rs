//! Work-done progress: what is being done, and a button to stop it.

use std::cell::Cell;
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp::ls_types::{ProgressToken, WorkDoneProgressCreateParams, request};

use crate::outbox::Outbox;
use connector_boundary::text::printable_message;

/// A client that takes longer to make room for a progress gets none.
const CREATION: Duration = Duration::from_secs(2);

/// The progress of one command; silent where the client shows none.
pub(crate) struct Progress {
    out: Outbox,
    token: Option<ProgressToken>,
    /// The server has to ask for the token first.
    is_ours: bool,
    begun: Cell<bool>,
}

impl Progress {
    pub(super) fn new(out: Outbox, token: Option<ProgressToken>, is_ours: bool) -> Self {
        Self { out, token, is_ours, begun: Cell::new(false) }
    }

    /// Shows the progress.
    pub(super) async fn begin(&self, title: &str) {
        let Some(token) = &self.token else { return };
        if self.is_ours {
            let params = WorkDoneProgressCreateParams { token: token.clone() };
            let create = self.out.answer::<request::WorkDoneProgressCreate>(params);
            if !matches!(tokio::time::timeout(CREATION, create).await, Ok(Ok(()))) {
                return;
            }
        }
        self.begun.set(true);
        self.send(json!({"kind": "begin", "title": title, "cancellable": true}));
    }

    /// What can tell of it from anywhere.
    pub(crate) fn reporter(&self) -> Reporter {
        Reporter { out: self.out.clone(), token: self.token.clone().filter(|_| self.begun.get()) }
    }

    /// Says what is done now.
    pub(crate) fn report(&self, message: &str) {
        if self.begun.get() {
            self.send(json!({"kind": "report", "message": printable_message(message)}));
        }
    }

    /// Takes it away again.
    pub(crate) fn end(&self) {
        if self.begun.replace(false) {
            self.send(json!({"kind": "end"}));
        }
    }

    fn send(&self, value: Value) {
        if let Some(token) = &self.token {
            self.out.notify_raw("$/progress", json!({"token": token, "value": value}));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // A command that failed half-way must not leave its spinner behind.
        self.end();
    }
}

/// Tells of a command's progress from another thread.
#[derive(Clone)]
pub(crate) struct Reporter {
    out: Outbox,
    token: Option<ProgressToken>,
}

impl Reporter {
    /// Says what is done now, and how much of it is over, in percent, where that is known.
    pub(crate) fn report(&self, message: &str, percentage: Option<u32>) {
        let Some(token) = &self.token else { return };
        let mut value = json!({"kind": "report", "message": printable_message(message)});
        if let (Some(percentage), Some(members)) = (percentage, value.as_object_mut()) {
            members.insert("percentage".to_owned(), json!(percentage));
        }
        self.out.notify_raw("$/progress", json!({"token": token, "value": value}));
    }
}

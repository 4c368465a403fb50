//! The language server for Base44 connector files.
//!
//! [`run_stdio`] serves one client over standard input and output. One loop owns everything the
//! server knows (the world); the framework's handlers only hand messages on to it. `ARCHITECTURE.md`
//! beside this crate's folder says how the parts fit.

mod advice;
mod analysis;
mod capabilities;
mod code;
mod commands;
mod config;
mod diagnostics;
mod documents;
mod event;
mod features;
mod file_uri;
#[doc(hidden)]
pub mod fuzz;
mod jobs;
mod loading;
mod logging;
mod main_loop;
mod memory;
mod outbox;
mod parent;
mod platform;
mod pulls;
mod server;
mod shown;
mod spelling;
mod status;
mod transport;
mod uri;
#[cfg(test)]
mod vocabulary;
mod watchdog;
mod workspace;
mod world;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connector_sync::log::{self, LogLevel};
use tokio::runtime::LocalOptions;
use tokio::sync::Notify;
use tower_lsp::{LspService, Server};

use crate::event::Events;
use crate::outbox::Outbox;
use crate::server::Frontend;
use crate::transport::{Aside, Bypass, FrameFilter, Gate, Session, WithBypass};
use crate::world::World;

/// How many requests may be under way at once; edits and cancellations never wait behind them.
const CONCURRENCY: usize = 4096;
/// How long requests under way are waited for when the client has closed its side.
const GRACE: Duration = Duration::from_millis(300);

/// How to run the server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How much is logged.
    pub log_level: LogLevel,
    /// Where it is logged; standard error when none is given.
    pub log_file: Option<PathBuf>,
}

/// Serves one client over standard input and output until it says `exit`, closes its side or dies.
///
/// Gives the exit code the protocol asks for: 0 after an orderly shutdown, 1 otherwise. The caller
/// should end the process with it at once.
///
/// # Errors
/// When the system refuses what an asynchronous runtime needs.
pub fn run_stdio(options: &Options) -> std::io::Result<u8> {
    log::start(options.log_level, options.log_file.as_deref());
    logging::log_panics();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        .thread_keep_alive(Duration::from_secs(2))
        .build_local(LocalOptions::default())?;
    let code = runtime.block_on(serve());
    // A read of standard input may never come back.
    runtime.shutdown_background();
    Ok(code)
}

async fn serve() -> u8 {
    let (events, waiting) = Events::channel();
    let session = Arc::new(Session::default());
    let ended = Arc::new(Notify::new());

    let frontend = Frontend::new(events.clone());
    let mut client = None;
    let (service, socket) = LspService::build(|handle| {
        client = Some(handle);
        frontend
    })
    .custom_method("base44/status", Frontend::status)
    .custom_method("base44/health", Frontend::health)
    .custom_method("base44/types", Frontend::types)
    .custom_method("base44/scopes", Frontend::scopes)
    .custom_method("base44/explain", Frontend::explain)
    .custom_method("base44/findings", Frontend::findings)
    .custom_method("base44/uses", Frontend::uses)
    .custom_method("base44/focus", Frontend::focus)
    .custom_method("base44/trust", Frontend::trust)
    .custom_method("$/setTrace", Frontend::set_trace)
    .custom_method("window/workDoneProgress/cancel", Frontend::cancel_progress)
    .finish();
    let Some(client) = client else {
        return 1;
    };
    let bypass = Bypass::default();
    let (outbox, carry) = Outbox::new(client, events, bypass.clone());
    let world = World::new(outbox, ended.clone());

    let aside = Aside::default();
    let input = FrameFilter::new(transport::input(), aside.clone(), ended.clone());
    let output = WithBypass::new(transport::output(), bypass.clone());
    let server = Server::new(input, output, socket).concurrency_level(CONCURRENCY).serve(Gate::new(
        service,
        session.clone(),
        aside,
        bypass,
    ));
    let hung_up = async {
        ended.notified().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = server => {}
        () = hung_up => tracing::info!("the client closed its side"),
        () = async { tokio::join!(carry, main_loop::run(world, waiting)); } => {}
    }
    session.exit_code()
}

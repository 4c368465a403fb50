//! The tools for agents, over the Model Context Protocol, on the engine that the terminal and the editor use.
//!
//! An agent may look, check and propose. What removes, sends or signs in is agreed to by the person: asked through
//! the client where it can ask, refused with the command to run where it cannot. Everything that comes from a
//! project or the platform is data: it is shown with its invisible characters visible, and never as an instruction.

mod consent;
mod plans;
mod prompts;
mod reply;
mod resources;
mod server;
mod session;
mod tool;
mod tools;
mod wire;
mod workspace;

use std::path::PathBuf;

use rmcp::ServiceExt;
use rmcp::service::{QuitReason, ServerInitializeError};
use tokio::io::{AsyncRead, AsyncWrite};

pub use server::AgentServer;
pub use tools::descriptions;

/// What the server is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that the tools may work in. Paths outside of it are refused.
    pub root: PathBuf,
    /// What the process was started with: home, environment, the platform's address.
    pub environment: connector_platform::Environment,
}

/// Why the server could not start, or stopped before its client did.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The system gave no thread or timer.
    #[error("the system gives no resources to start: {0}")]
    Runtime(#[from] std::io::Error),
    /// The client's first message was none of the protocol. What it was is the client's own text, and not said back.
    #[error("the client did not begin a session")]
    Initialize(#[from] Box<ServerInitializeError>),
    /// The work ended by itself.
    #[error("the session ended unexpectedly: {0}")]
    Session(#[from] tokio::task::JoinError),
}

/// Serves one client over standard input and output, until it closes them.
///
/// # Errors
/// [`ServeError`] where nothing could be served.
pub fn run_stdio(options: Options) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (input, output) = rmcp::transport::stdio();
    let result = runtime.block_on(serve(options, input, output));
    // A thread that still reads standard input must not hold the process.
    runtime.shutdown_background();
    result
}

/// Serves one client over a pair of streams, until it closes them.
///
/// # Errors
/// [`ServeError`] where nothing could be served.
pub async fn serve<R, W>(options: Options, input: R, output: W) -> Result<(), ServeError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let running = match AgentServer::new(options).serve(wire::Wire::new(input, output)).await {
        Ok(running) => running,
        // A client that leaves before it has begun is no failure.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(ServeError::from(Box::new(error))),
    };
    match running.waiting().await? {
        QuitReason::Closed | QuitReason::Cancelled => Ok(()),
        QuitReason::JoinError(error) => Err(ServeError::from(error)),
        _ => Ok(()),
    }
}

//! A sandbox on a thread of its own.

use std::net::SocketAddr;
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::{Handle, Options, Sandbox, StartError};

/// A running sandbox with a thread and a runtime of its own; it stops when dropped.
#[derive(Debug)]
pub struct SandboxThread {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl SandboxThread {
    pub(crate) fn spawn(options: Options) -> Result<SandboxThread, StartError> {
        let addr = options.addr;
        let (end, ended) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || run(options, &tell, ended))
            .map_err(|error| StartError::Listen(addr, error))?;
        match told.recv() {
            Ok(Ok(handle)) => Ok(SandboxThread { handle, end: Some(end), thread: Some(thread) }),
            Ok(Err(error)) => Err(error),
            Err(gone) => Err(StartError::Listen(addr, std::io::Error::other(gone))),
        }
    }

    /// Reads and steers this one from elsewhere.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Stops listening and drops its connections; the port is free afterwards.
    pub fn stop(self) {
        drop(self);
    }
}

fn run(options: Options, tell: &mpsc::Sender<Result<Handle, StartError>>, ended: oneshot::Receiver<()>) {
    let addr: SocketAddr = options.addr;
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = tell.send(Err(StartError::Listen(addr, error)));
            return;
        }
    };
    runtime.block_on(async {
        match Sandbox::start(options).await {
            Ok(sandbox) => {
                let _ = tell.send(Ok(sandbox.handle()));
                // Whether told to or left alone, this is the end.
                let _ = ended.await;
                sandbox.stop().await;
            }
            Err(error) => {
                let _ = tell.send(Err(error));
            }
        }
    });
}

impl std::ops::Deref for SandboxThread {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for SandboxThread {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

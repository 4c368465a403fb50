//! Standard input and output without a thread in between, where the system allows it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};

/// The client's messages.
pub(crate) type Input = Box<dyn AsyncRead + Unpin + Send>;
/// What goes to the client.
pub(crate) type Output = Box<dyn AsyncWrite + Unpin + Send>;

/// Standard input: read directly when it is a pipe or a socket, else through tokio's thread.
pub(crate) fn input() -> Input {
    #[cfg(unix)]
    if let Some(input) = unix::input() {
        return input;
    }
    Box::new(tokio::io::stdin())
}

/// Standard output, likewise.
pub(crate) fn output() -> Output {
    #[cfg(unix)]
    if let Some(output) = unix::output() {
        return Box::new(Quiet(output));
    }
    Box::new(Quiet(tokio::io::stdout()))
}

/// Swallows what is written to a client that has gone: the end of its input says so too.
struct Quiet<W>(W);

impl<W: AsyncWrite + Unpin> AsyncWrite for Quiet<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes).map(|written| match written {
            Ok(count) => Ok(count),
            Err(_) => Ok(bytes.len()),
        })
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx).map(|_| Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx).map(|_| Ok(()))
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::fs::FileTypeExt;

    use tokio::net::{UnixStream, unix::pipe};

    use super::{Input, Output};

    pub(super) fn input() -> Option<Input> {
        let fd = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
        match kind(&fd)? {
            Kind::Pipe => Some(Box::new(pipe::Receiver::from_owned_fd(fd).ok()?)),
            Kind::Socket => Some(Box::new(stream(fd)?)),
        }
    }

    pub(super) fn output() -> Option<Output> {
        let fd = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
        match kind(&fd)? {
            Kind::Pipe => Some(Box::new(pipe::Sender::from_owned_fd(fd).ok()?)),
            Kind::Socket => Some(Box::new(stream(fd)?)),
        }
    }

    enum Kind {
        Pipe,
        Socket,
    }

    fn kind(fd: &OwnedFd) -> Option<Kind> {
        let kind = File::from(fd.try_clone().ok()?).metadata().ok()?.file_type();
        match () {
            () if kind.is_fifo() => Some(Kind::Pipe),
            () if kind.is_socket() => Some(Kind::Socket),
            () => None,
        }
    }

    fn stream(fd: OwnedFd) -> Option<UnixStream> {
        let stream = std::os::unix::net::UnixStream::from(fd);
        // Anything but a Unix socket has no local address of this kind.
        stream.local_addr().ok()?;
        stream.set_nonblocking(true).ok()?;
        UnixStream::from_std(stream).ok()
    }
}

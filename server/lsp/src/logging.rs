//! What the server logs besides what its parts say.

/// Logs a panic as one line; the person is told by the failed request.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place =
            panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let payload = panic.payload();
        let reason = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no reason given");
        tracing::error!("internal error{place}: {reason}");
    }));
}

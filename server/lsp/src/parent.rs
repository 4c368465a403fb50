//! Watches the client's process: when it dies, so does the server.

use std::time::Duration;

/// How often the process is looked for.
const INTERVAL: Duration = Duration::from_millis(700);

/// Returns when the process with this id has ended.
///
/// Never returns for one that is not there to begin with: the id is then of another machine or
/// container, and says nothing.
pub(crate) async fn gone(process: u32) {
    if !is_alive(process) {
        return std::future::pending().await;
    }
    while is_alive(process) {
        tokio::time::sleep(INTERVAL).await;
    }
}

#[cfg(target_os = "linux")]
fn is_alive(process: u32) -> bool {
    // The state follows the name, which may hold anything but ends at the last bracket.
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .ok()
        .and_then(|stat| stat.rsplit_once(") ").map(|(_, rest)| !rest.starts_with(['Z', 'X'])))
        .unwrap_or(false)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_alive(process: u32) -> bool {
    i32::try_from(process)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

#[cfg(not(unix))]
fn is_alive(_: u32) -> bool {
    // The system closes the pipe of a client that has died, which ends the server too.
    true
}

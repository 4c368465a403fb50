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
use signals::is_alive;

/// What every Unix has: a signal that does nothing.
#[cfg(all(unix, any(test, not(target_os = "linux"))))]
mod signals {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    pub(super) fn is_alive(process: u32) -> bool {
        i32::try_from(process)
            .ok()
            .and_then(Pid::from_raw)
            // One of another user may not be signalled, and is there.
            .is_some_and(|pid| matches!(test_kill_process(pid), Ok(()) | Err(Errno::PERM)))
    }
}

/// The pipe of a client that has died stays open where a child of it has inherited its end.
#[cfg(windows)]
fn is_alive(process: u32) -> bool {
    use winsafe::{HPROCESS, co};
    match HPROCESS::OpenProcess(co::PROCESS::SYNCHRONIZE, false, process) {
        Ok(handle) => !matches!(handle.WaitForSingleObject(Some(0)), Ok(co::WAIT::OBJECT_0)),
        // One of another user may not be opened, and is there.
        Err(error) => error == co::ERROR::ACCESS_DENIED,
    }
}

#[cfg(not(any(unix, windows)))]
fn is_alive(_: u32) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// A process that waits until it is killed, started by the test's own program.
    fn child() -> std::process::Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "parent::tests::waits_for_its_input"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
    }

    #[test]
    #[ignore = "the child of the other tests"]
    fn waits_for_its_input() {
        let _ = std::io::stdin().read_line(&mut String::new());
    }

    fn sees_a_process_come_and_go(is_alive: fn(u32) -> bool) {
        let mut child = child();
        assert!(is_alive(child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_alive(child.id()));
    }

    #[test]
    fn a_process_is_alive_until_it_ends() {
        sees_a_process_come_and_go(is_alive);
    }

    #[cfg(unix)]
    #[test]
    fn the_way_of_every_unix_sees_the_same() {
        sees_a_process_come_and_go(signals::is_alive);
        assert!(signals::is_alive(1), "the first process is another user's, or our own");
        assert!(!signals::is_alive(u32::MAX) && !signals::is_alive(0));
    }
}

//! Memory that goes back to the system.
//!
//! The allocator of Linux' C library gives back what lies free at the end of its heap. It moves the bound above which it
//! does so up once a large block was freed, and takes what it keeps at hand for a next small block for used: of a large
//! document that an editor has closed, nothing would ever go. It is told otherwise by the environment alone, before the
//! program begins.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// The allocator's own settings.
const TUNABLES: &str = "GLIBC_TUNABLES";
/// How much may lie free at the end of the heap, and from which size a block has pages of its own, in bytes; and no small
/// blocks at hand, which cost an edit no time that could be measured.
const BOUNDS: &str =
    "glibc.malloc.trim_threshold=131072:glibc.malloc.mmap_threshold=131072:glibc.malloc.tcache_count=0";

/// Begins the program anew, in the same process, so that its memory goes back: a server lives long. Goes on as it is where
/// somebody has set the allocator himself, or where the program cannot be begun.
pub(crate) fn give_back() {
    let is_set = |(name, _): (std::ffi::OsString, _)| {
        name == TUNABLES || name.to_str().is_some_and(|name| name.starts_with("MALLOC_"))
    };
    if std::env::vars_os().any(is_set) {
        return;
    }
    // Where a loader was told to run the program, the system takes the loader for it.
    let is_own = |program: &Path| program.file_name().is_some_and(|name| name == env!("CARGO_BIN_NAME"));
    let Some(program) = std::env::current_exe().ok().filter(|program| is_own(program)) else {
        return;
    };
    let mut arguments = std::env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    // It comes back only where it failed, and then nothing has changed.
    let _ = again.args(arguments).env(TUNABLES, BOUNDS).exec();
}

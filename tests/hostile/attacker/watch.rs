//! Asks Linux which files of a folder are opened. Other systems do not tell; there the planted markers have to.

use std::path::Path;

/// A look at a folder and those in it, from its making on.
pub struct Watch {
    #[cfg(target_os = "linux")]
    watched: Option<rustix::fd::OwnedFd>,
}

#[cfg(target_os = "linux")]
impl Watch {
    /// Begins to look; where the system has no watches left, nothing is seen.
    pub fn of(folder: &Path) -> Watch {
        use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
        let watched = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).ok();
        if let Some(watched) = &watched {
            let what = WatchFlags::OPEN | WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::DELETE;
            for folder in [folder.to_owned(), folder.join("deeper")] {
                let _ = add_watch(watched, &folder, what);
            }
        }
        Watch { watched }
    }

    /// What was opened or changed since, by name; a folder has none.
    pub fn opened(&self) -> Vec<String> {
        use std::mem::MaybeUninit;
        let Some(watched) = &self.watched else { return Vec::new() };
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = rustix::fs::inotify::Reader::new(watched, &mut buffer);
        let mut opened = Vec::new();
        while let Ok(event) = reader.next() {
            let name = event.file_name().map(|name| name.to_string_lossy().into_owned());
            opened.push(format!("{:?} {:?}", name.unwrap_or_default(), event.events()));
        }
        opened
    }
}

#[cfg(not(target_os = "linux"))]
impl Watch {
    /// Sees nothing.
    pub fn of(_: &Path) -> Watch {
        Watch {}
    }

    /// Nothing was seen.
    pub fn opened(&self) -> Vec<String> {
        Vec::new()
    }
}

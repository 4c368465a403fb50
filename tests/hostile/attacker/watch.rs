//! Asks Linux which files of a folder are opened. Other systems do not tell; there the planted markers have to.
//!
//! Linux does not tell by whom. What walks over everything, as a backup or a search does, opens a decoy beside the folder
//! as well, which nothing of a case ever names: so it is told from what the product opens, which has no way to the decoy.

use std::path::Path;

/// What was opened since the last question.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    Nothing,
    /// These, by name, and nobody else was near; a folder has no name.
    Opened(Vec<String>),
    /// These, and somebody else opened the decoy at about the same time.
    AnotherWalks(Vec<String>),
}

#[cfg(target_os = "linux")]
pub use inotify::Watch;
#[cfg(not(target_os = "linux"))]
pub use nothing::Watch;

#[cfg(target_os = "linux")]
mod inotify {
    use std::cell::Cell;
    use std::mem::MaybeUninit;
    use std::path::Path;
    use std::time::{Duration, Instant};

    use rustix::fd::OwnedFd;
    use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

    use super::Seen;

    /// Whoever walks over the one has reached the other by then.
    const NEAR: Duration = Duration::from_secs(2);
    const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

    /// A look at a folder and those in it, from its making on. To end one takes the system twenty milliseconds, so that
    /// one serves for many cases.
    pub struct Watch {
        watched: Option<OwnedFd>,
        decoy: Option<i32>,
        /// When the decoy was last opened.
        walked: Cell<Option<Instant>>,
    }

    impl Watch {
        /// Begins to look; where the system has no watches left, nothing is seen.
        pub fn of(folder: &Path, decoy: &Path) -> Watch {
            let watched = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).ok();
            let what = WatchFlags::OPEN | WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::DELETE;
            let add = |path: &Path| add_watch(watched.as_ref()?, path, what).ok();
            add(folder);
            add(&folder.join("deeper"));
            let decoy = add(decoy);
            Watch { watched, decoy, walked: Cell::new(None) }
        }

        /// What was opened or changed since the last question.
        pub fn seen(&self) -> Seen {
            let opened = self.drain();
            if opened.is_empty() {
                return Seen::Nothing;
            }
            let asked = Instant::now();
            loop {
                if self.walked.get().is_some_and(|walked| walked + NEAR > asked) {
                    return Seen::AnotherWalks(opened);
                }
                if asked.elapsed() > NEAR {
                    return Seen::Opened(opened);
                }
                std::thread::sleep(BETWEEN_LOOKS);
                self.drain();
            }
        }

        /// Takes what there is to be told.
        pub fn drain(&self) -> Vec<String> {
            let Some(watched) = &self.watched else { return Vec::new() };
            let mut buffer = [MaybeUninit::uninit(); 4096];
            let mut reader = Reader::new(watched, &mut buffer);
            let mut opened = Vec::new();
            while let Ok(event) = reader.next() {
                if Some(event.wd()) == self.decoy {
                    self.walked.set(Some(Instant::now()));
                    continue;
                }
                let name = event.file_name().map(|name| name.to_string_lossy().into_owned());
                opened.push(format!("{:?} {:?}", name.unwrap_or_default(), event.events()));
            }
            opened
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nothing {
    use std::path::Path;

    use super::Seen;

    pub struct Watch;

    impl Watch {
        /// Sees nothing.
        pub fn of(_: &Path, _: &Path) -> Watch {
            Watch
        }

        /// Nothing was seen.
        pub fn seen(&self) -> Seen {
            Seen::Nothing
        }

        /// There is nothing to be told.
        pub fn drain(&self) -> Vec<String> {
            Vec::new()
        }
    }
}

/// Makes what is looked at and its decoy, and looks.
#[cfg(test)]
fn at(place: &Path) -> Watch {
    for folder in ["outside", "outside/deeper", "decoy"] {
        std::fs::create_dir_all(place.join(folder)).unwrap();
        std::fs::write(place.join(folder).join("x"), "").unwrap();
    }
    Watch::of(&place.join("outside"), &place.join("decoy"))
}

#[cfg(target_os = "linux")]
#[test]
fn who_walks_over_everything_is_told_from_what_goes_out_of_a_project() {
    let place = tempfile::tempdir().unwrap();
    let watch = at(place.path());
    assert_eq!(watch.seen(), Seen::Nothing);
    std::fs::read(place.path().join("outside/deeper/x")).unwrap();
    let Seen::Opened(opened) = watch.seen() else { panic!("it is not seen that a file is read") };
    assert!(opened[0].contains('x'), "{opened:?}");
    // The folder's own name is enough, whichever of the two comes first.
    for order in [["outside", "decoy"], ["decoy", "outside"]] {
        for folder in order {
            let listed = std::process::Command::new("ls").arg(place.path().join(folder)).output().unwrap();
            assert!(listed.status.success());
        }
        assert!(matches!(watch.seen(), Seen::AnotherWalks(_)), "{order:?}");
    }
}

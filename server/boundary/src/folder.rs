//! A folder that is held open, so that what is read and written in it stays in it.
//!
//! Names are looked at and acted on one after the other, and between the two somebody may exchange a folder or a file
//! for a link to elsewhere. Whoever holds the folder itself acts there, whatever has its name by then: each part of the
//! way to it is opened from the one before, and a link is followed nowhere. Links that lead where they may are resolved
//! before.
//!
//! That is what Unix can do. Elsewhere the folder is known by its path.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io;
use std::path::{Component, Path, PathBuf};

#[cfg(unix)]
pub(crate) use held::AT_ONCE;
#[cfg(unix)]
use held::Held;
#[cfg(not(unix))]
use named::Held;

/// A folder, held open.
#[derive(Debug)]
pub struct Folder(Held);

/// Which folder it is, whatever its name is: one that takes its place is another. Only Unix tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    /// That of the folder that has a name now, links followed; none where it cannot be told.
    #[cfg(unix)]
    pub fn of(folder: &Path) -> Option<Identity> {
        folder.metadata().ok().map(|metadata| Identity::in_metadata(&metadata))
    }

    /// That of the folder that has a name now, links followed; none where it cannot be told.
    #[cfg(not(unix))]
    pub fn of(_: &Path) -> Option<Identity> {
        None
    }

    #[cfg(unix)]
    fn in_metadata(metadata: &std::fs::Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt;
        Identity { device: metadata.dev(), number: metadata.ino() }
    }
}

impl Folder {
    /// Opens a folder in another, which is resolved, as is the way from there.
    ///
    /// # Errors
    /// What the system says; of a link on the way, what [`is_exchanged`] knows.
    pub fn open(bounds: &Path, inside: &Path) -> io::Result<Folder> {
        Folder::open_in(bounds, None, inside)
    }

    /// The same in the very folder that is known, not in one that has taken its name.
    ///
    /// # Errors
    /// What the system says; of a link on the way, or of another folder, what [`is_exchanged`] knows.
    pub fn open_in(bounds: &Path, known: Option<Identity>, inside: &Path) -> io::Result<Folder> {
        Held::open(bounds, known, &names(inside)?, false).map(Folder)
    }

    /// The same, and makes what is missing of the way.
    ///
    /// # Errors
    /// What the system says; of a link on the way, or of another folder, what [`is_exchanged`] knows.
    pub fn make_in(bounds: &Path, known: Option<Identity>, inside: &Path) -> io::Result<Folder> {
        Held::open(bounds, known, &names(inside)?, true).map(Folder)
    }

    /// Opens a folder, and makes what is missing of the way to it.
    ///
    /// # Errors
    /// What the system says; of a link on the way, what [`is_exchanged`] knows.
    pub fn make(bounds: &Path, inside: &Path) -> io::Result<Folder> {
        Folder::make_in(bounds, None, inside)
    }

    /// A file of it, to be read; opening it waits for nobody.
    ///
    /// # Errors
    /// What the system says; of a link, what [`is_exchanged`] knows.
    pub fn file(&self, name: &OsStr) -> io::Result<File> {
        self.0.file(name)
    }

    /// Writes a file that must not be there yet, whole or not at all.
    ///
    /// # Errors
    /// `AlreadyExists` where it is, else what the system says.
    pub fn create(&self, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
        self.0.create(name, bytes)
    }

    /// Replaces a file, whole or not at all.
    ///
    /// # Errors
    /// What the system says; then the file is as it was.
    pub fn replace(&self, name: &OsStr, bytes: &[u8], permissions: Permissions) -> io::Result<()> {
        self.0.replace(name, bytes, permissions)
    }

    /// Gives a file another name in this or another folder, one that is free.
    ///
    /// # Errors
    /// `AlreadyExists` where it is not, else what the system says.
    pub fn rename(&self, from: &OsStr, into: &Folder, to: &OsStr) -> io::Result<()> {
        self.0.rename(from, &into.0, to)
    }

    /// Deletes a file, or a link and not what it leads to.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        self.0.remove(name)
    }
}

/// Whether something on the way is a link by now, which is not followed.
#[cfg(unix)]
pub fn is_exchanged(error: &io::Error) -> bool {
    use rustix::io::Errno;
    // Of a folder that is a link Linux says that it is no folder.
    [Errno::LOOP, Errno::NOTDIR].iter().any(|known| error.raw_os_error() == Some(known.raw_os_error()))
}

/// Whether something on the way is a link by now, which is not followed.
#[cfg(not(unix))]
pub fn is_exchanged(_: &io::Error) -> bool {
    false
}

/// The way from a folder to a place, both with every link resolved as far as they exist, and that folder; none where the
/// place lies outside.
pub fn resolve(bounds: &Path, place: &Path) -> Option<(PathBuf, PathBuf)> {
    let bounds = resolved(bounds);
    let way = resolved(place).strip_prefix(&bounds).ok()?.to_owned();
    Some((bounds, way))
}

/// A path with every link in it followed, as far as it exists.
pub fn resolved(path: &Path) -> PathBuf {
    let existing = path
        .ancestors()
        .find_map(|existing| Some(existing.canonicalize().ok()?.join(path.strip_prefix(existing).ok()?)));
    existing.unwrap_or_else(|| path.to_owned())
}

/// The parts of a way that leads down alone.
fn names(inside: &Path) -> io::Result<Vec<&OsStr>> {
    let names = inside.components().map(|part| match part {
        Component::Normal(name) => Ok(name),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "the way leads out of its folder")),
    });
    names.collect()
}

#[cfg(unix)]
mod held {
    use std::ffi::{OsStr, OsString};
    use std::fs::{File, Permissions};
    use std::hash::{BuildHasher, RandomState};
    use std::io::{self, Write};
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use rustix::fd::OwnedFd;
    use rustix::fs::{AtFlags, Dir, Mode, OFlags, linkat, mkdirat, open, openat, renameat, unlinkat};
    use rustix::io::Errno;

    use super::Identity;
    use crate::write::{DRAFT_SUFFIX, MAX_SWEPT, draft_prefix, is_by_chance, is_old, random_part};

    /// For reading, without a wait for whoever is at the other end, and without making a terminal one's own.
    pub(crate) const AT_ONCE: OFlags = OFlags::NONBLOCK.union(OFlags::NOCTTY);
    /// A folder, and not a link to one.
    const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
    /// To act in a folder it need not be readable.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const WAY: OFlags = FOLDER.union(OFlags::PATH);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const WAY: OFlags = FOLDER;
    /// How many names for a draft are tried; each is one of many.
    const MAX_DRAFT_NAMES: usize = 8;

    #[derive(Debug)]
    pub(super) struct Held(OwnedFd);

    impl Held {
        pub(super) fn open(
            bounds: &Path,
            known: Option<Identity>,
            names: &[&OsStr],
            make: bool,
        ) -> io::Result<Held> {
            let mut held = open(bounds, WAY, Mode::empty())?;
            if let Some(known) = known {
                let file = File::from(held);
                if Identity::in_metadata(&file.metadata()?) != known {
                    return Err(Errno::NOTDIR.into());
                }
                held = file.into();
            }
            for name in names {
                held = match openat(&held, *name, WAY, Mode::empty()) {
                    Err(Errno::NOENT) if make => match mkdirat(&held, *name, Mode::from_raw_mode(0o777)) {
                        Ok(()) | Err(Errno::EXIST) => openat(&held, *name, WAY, Mode::empty())?,
                        Err(error) => return Err(error.into()),
                    },
                    opened => opened?,
                };
            }
            Ok(Held(held))
        }

        pub(super) fn file(&self, name: &OsStr) -> io::Result<File> {
            let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | AT_ONCE;
            Ok(File::from(openat(&self.0, name, how, Mode::empty())?))
        }

        pub(super) fn create(&self, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
            self.sweep(name);
            let draft = self.draft(name, bytes, None)?;
            self.place(&draft, self, name).inspect_err(|_| self.forget(&draft))?;
            self.sync();
            Ok(())
        }

        pub(super) fn replace(&self, name: &OsStr, bytes: &[u8], permissions: Permissions) -> io::Result<()> {
            self.sweep(name);
            let draft = self.draft(name, bytes, Some(permissions))?;
            renameat(&self.0, &draft, &self.0, name).inspect_err(|_| self.forget(&draft))?;
            self.sync();
            Ok(())
        }

        pub(super) fn rename(&self, from: &OsStr, into: &Held, to: &OsStr) -> io::Result<()> {
            self.place(from, into, to)
        }

        pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
            Ok(unlinkat(&self.0, name, AtFlags::empty())?)
        }

        /// Removes the drafts that killed processes left for a file.
        fn sweep(&self, goal: &OsStr) {
            let Ok(folder) = openat(&self.0, ".", FOLDER, Mode::empty()) else { return };
            let prefix = draft_prefix(Path::new(goal));
            for entry in Dir::read_from(folder).into_iter().flatten().take(MAX_SWEPT).flatten() {
                let name = OsStr::from_bytes(entry.file_name().to_bytes());
                let written = || self.file(name)?.metadata()?.modified();
                if random_part(name, &prefix).is_some_and(is_by_chance) && written().is_ok_and(is_old) {
                    self.forget(name);
                }
            }
        }

        /// A new file beside its goal with all that is to stand there, on the disk; gives its name.
        fn draft(
            &self,
            goal: &OsStr,
            bytes: &[u8],
            permissions: Option<Permissions>,
        ) -> io::Result<OsString> {
            let how = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mode = Mode::from_raw_mode(if permissions.is_some() { 0o600 } else { 0o666 });
            let mut tries = 0;
            let (name, file) = loop {
                let random = RandomState::new().hash_one(tries);
                let name =
                    OsString::from(format!("{}{random:016x}{DRAFT_SUFFIX}", draft_prefix(Path::new(goal))));
                tries += 1;
                match openat(&self.0, &name, how, mode) {
                    Ok(file) => break (name, File::from(file)),
                    Err(Errno::EXIST) if tries < MAX_DRAFT_NAMES => {}
                    Err(error) => return Err(error.into()),
                }
            };
            let mut file = file;
            let filled = file.write_all(bytes).and_then(|()| match permissions {
                Some(permissions) => file.set_permissions(permissions),
                None => Ok(()),
            });
            filled.and_then(|()| file.sync_all()).inspect_err(|_| self.forget(&name))?;
            Ok(name)
        }

        /// Gives a file a name that is free.
        fn place(&self, from: &OsStr, into: &Held, to: &OsStr) -> io::Result<()> {
            #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
            match rustix::fs::renameat_with(&self.0, from, &into.0, to, rustix::fs::RenameFlags::NOREPLACE) {
                // A file system, or a system, that does not know how.
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                result => return Ok(result?),
            }
            linkat(&self.0, from, &into.0, to, AtFlags::empty())?;
            self.forget(from);
            Ok(())
        }

        /// One that stays is in nobody's way: its name begins with a dot.
        fn forget(&self, draft: &OsStr) {
            let _ = unlinkat(&self.0, draft, AtFlags::empty());
        }

        /// The file is in place either way; this only makes its name last through a power cut.
        fn sync(&self) {
            if let Ok(folder) = openat(&self.0, ".", FOLDER, Mode::empty()) {
                let _ = File::from(folder).sync_all();
            }
        }
    }
}

#[cfg(not(unix))]
mod named {
    use std::ffi::OsStr;
    use std::fs::{self, File, Permissions};
    use std::io;
    use std::path::{Path, PathBuf};

    use crate::write;

    #[derive(Debug)]
    pub(super) struct Held(PathBuf);

    impl Held {
        pub(super) fn open(
            bounds: &Path,
            _: Option<super::Identity>,
            names: &[&OsStr],
            make: bool,
        ) -> io::Result<Held> {
            let folder = names.iter().fold(bounds.to_owned(), |folder, name| folder.join(name));
            if make {
                fs::create_dir_all(&folder)?;
            }
            Ok(Held(folder))
        }

        pub(super) fn file(&self, name: &OsStr) -> io::Result<File> {
            File::open(self.0.join(name))
        }

        pub(super) fn create(&self, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
            write::sweep_old_drafts(&self.0.join(name));
            write::create(&self.0.join(name), bytes)
        }

        pub(super) fn replace(&self, name: &OsStr, bytes: &[u8], _: Permissions) -> io::Result<()> {
            write::sweep_old_drafts(&self.0.join(name));
            write::replace(&self.0.join(name), bytes)
        }

        pub(super) fn rename(&self, from: &OsStr, into: &Held, to: &OsStr) -> io::Result<()> {
            write::rename_new(&self.0.join(from), &into.0.join(to))
        }

        pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }
    }
}

#[cfg(test)]
mod sweeping {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn what_a_killed_process_left_goes_with_the_next_write_and_nothing_else_does() {
        let place = tempfile::tempdir().unwrap();
        let left = |name: &str, seconds: u64| {
            let file = File::create(place.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
        };
        let kept = [
            (".slack.jsonc-0123456789abcdef.tmp", 5),
            (".gmail.jsonc-0123456789abcdef.tmp", 1_000),
            (".slack.jsonc-backup.tmp", 1_000),
        ];
        kept.iter().for_each(|(name, age)| left(name, *age));
        left(".slack.jsonc-fedcba9876543210.tmp", 1_000);
        let folder = Folder::open(place.path(), Path::new("")).unwrap();
        folder.create(OsStr::new("slack.jsonc"), b"first").unwrap();
        left(".slack.jsonc-abcdefabcdefabcd.tmp", 1_000);
        let goal = place.path().join("slack.jsonc");
        let permissions = goal.metadata().unwrap().permissions();
        folder.replace(OsStr::new("slack.jsonc"), b"second", permissions).unwrap();
        let names = std::fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        let mut wanted: Vec<&str> = kept.iter().map(|(name, _)| *name).collect();
        wanted.push("slack.jsonc");
        wanted.sort_unstable();
        assert_eq!(names, wanted);
        assert_eq!(std::fs::read(goal).unwrap(), b"second");
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_link_on_the_way_is_not_followed_and_a_missing_part_is_made() {
        let place = tempfile::tempdir().unwrap();
        let (bounds, outside) = (place.path().join("project"), place.path().join("outside"));
        std::fs::create_dir_all(&bounds).unwrap();
        std::fs::create_dir_all(&outside).unwrap();
        symlink(&outside, bounds.join("link")).unwrap();
        for way in ["link", "link/deeper"] {
            assert!(is_exchanged(&Folder::open(&bounds, Path::new(way)).unwrap_err()), "{way}");
            assert!(is_exchanged(&Folder::make(&bounds, Path::new(way)).unwrap_err()), "{way}");
        }
        for way in ["..", "/etc", "a/../.."] {
            assert_eq!(
                Folder::make(&bounds, Path::new(way)).unwrap_err().kind(),
                io::ErrorKind::InvalidInput
            );
        }
        let folder = Folder::make(&bounds, Path::new("a/b")).unwrap();
        folder.create(OsStr::new("x"), b"1").unwrap();
        assert_eq!(std::fs::read(bounds.join("a/b/x")).unwrap(), b"1");
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_has_taken_the_name_of_a_known_one_is_not_opened() {
        let place = tempfile::tempdir().unwrap();
        let (bounds, aside) = (place.path().join("project"), place.path().join("aside"));
        std::fs::create_dir_all(bounds.join("connectors")).unwrap();
        let known = Identity::of(&bounds);
        let way = Path::new("connectors");
        assert!(known.is_some() && Folder::open_in(&bounds, known, way).is_ok());
        std::fs::rename(&bounds, &aside).unwrap();
        assert!(Folder::open_in(&aside, known, way).is_ok(), "it is the same under another name");
        std::fs::create_dir_all(bounds.join("connectors")).unwrap();
        assert!(is_exchanged(&Folder::open_in(&bounds, known, way).unwrap_err()));
        assert!(is_exchanged(&Folder::make_in(&bounds, known, Path::new("new")).unwrap_err()));
        assert!(!bounds.join("new").exists());
        assert!(Folder::open(&bounds, way).is_ok(), "who knows none takes any");
    }

    #[test]
    fn what_is_held_stays_where_it_is_whatever_takes_its_name() {
        let place = tempfile::tempdir().unwrap();
        let (bounds, outside) = (place.path().join("project"), place.path().join("outside"));
        std::fs::create_dir_all(bounds.join("connectors")).unwrap();
        std::fs::create_dir_all(&outside).unwrap();
        let folder = Folder::open(&bounds, Path::new("connectors")).unwrap();
        std::fs::rename(bounds.join("connectors"), bounds.join("moved")).unwrap();
        symlink(&outside, bounds.join("connectors")).unwrap();
        let name = OsStr::new("slack.jsonc");
        folder.create(name, b"one").unwrap();
        assert_eq!(folder.create(name, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        folder.replace(name, b"three", PermissionsExt::from_mode(0o640)).unwrap();
        folder.rename(name, &folder, OsStr::new("b.jsonc")).unwrap();
        folder.create(name, b"four").unwrap();
        let taken = folder.rename(name, &folder, OsStr::new("b.jsonc")).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        folder.remove(name).unwrap();
        let left: Vec<_> = std::fs::read_dir(bounds.join("moved"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["b.jsonc"]);
        let moved = bounds.join("moved/b.jsonc");
        assert_eq!(std::fs::read(&moved).unwrap(), b"three");
        assert_eq!(moved.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
    }

    #[test]
    fn a_link_and_a_pipe_in_the_place_of_a_file_are_not_waited_for() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("file"), "x").unwrap();
        symlink("file", place.path().join("link")).unwrap();
        let folder = Folder::open(place.path(), Path::new("")).unwrap();
        assert!(folder.file(OsStr::new("file")).is_ok());
        assert!(is_exchanged(&folder.file(OsStr::new("link")).unwrap_err()));
        let pipe = std::process::Command::new("mkfifo").arg(place.path().join("pipe")).status();
        if pipe.is_ok_and(|status| status.success()) {
            assert!(!folder.file(OsStr::new("pipe")).unwrap().metadata().unwrap().is_file());
        }
    }
}

//! The one way in which files are written: whole or not at all, and private from the first byte where that matters.
//!
//! The new text goes into a draft beside its goal and takes the goal's name once it is complete and on the disk. A
//! reader sees the old file or the new one, never half of either, and a killed process leaves no more than a draft.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use tempfile::NamedTempFile;

use crate::system::System;

/// What drafts end in. They begin with a dot, so that no push, editor or watcher takes one for a connector file.
pub(crate) const DRAFT_SUFFIX: &str = ".tmp";
/// How many letters and digits of a draft's name are by chance: so many that no name of a person's own is taken for one.
pub(crate) const RANDOM_LETTERS: usize = 16;
/// How many entries of a folder are looked at for drafts that a killed process left.
pub(crate) const MAX_SWEPT: usize = 1_000;
/// A draft that was written to so long ago is one that a killed process left: a draft is filled at once.
const OLD_DRAFT: Duration = Duration::from_secs(60);
/// How many symbolic links are followed to a file.
const MAX_LINKS: usize = 16;
/// How long another program may keep the goal open where that forbids to replace it, as Windows does.
const MAX_RENAME_WAIT: Duration = Duration::from_secs(2);
/// Between two tries to replace a goal that is open elsewhere.
const RENAME_PAUSE: Duration = Duration::from_millis(10);

/// Who may read a file that is written.
#[derive(Clone, Debug)]
pub enum Access {
    /// Its user alone, from the first byte.
    Private,
    /// Whoever may read new files of this user.
    Usual,
    /// Whoever might read the file that is replaced.
    Like(Permissions),
}

/// A file that is being written, beside its goal. Dropped, it vanishes.
#[derive(Debug)]
pub struct Draft {
    file: NamedTempFile,
    goal: PathBuf,
    access: Access,
}

impl Draft {
    /// An empty draft for `goal`, whose folder must be there.
    ///
    /// # Errors
    /// What the system says.
    pub fn beside(goal: &Path, access: Access) -> io::Result<Draft> {
        let folder = goal.parent().filter(|folder| !folder.as_os_str().is_empty());
        let prefix = draft_prefix(goal);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(DRAFT_SUFFIX).rand_bytes(RANDOM_LETTERS);
        #[cfg(unix)]
        let usual = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        #[cfg(unix)]
        if matches!(access, Access::Usual) {
            builder.permissions(usual);
        }
        let file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        Ok(Draft { file, goal: goal.to_owned(), access })
    }

    /// Makes `bytes` all that stands in the draft, on the disk: a disk that is full shows here.
    ///
    /// # Errors
    /// What the system says.
    pub fn fill(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(bytes)?;
        self.file.as_file().set_len(bytes.len() as u64)?;
        self.file.as_file().sync_all()
    }

    /// Puts the draft in the goal's place, which may be there already.
    ///
    /// # Errors
    /// What the system says; then the goal is as it was.
    pub fn replace(self) -> io::Result<()> {
        self.set_permissions()?;
        // Not `persist`: on Windows that fails as long as any reader has the goal open.
        let (file, draft) = self.file.keep().map_err(|error| error.error)?;
        drop(file);
        rename(&draft, &self.goal).inspect_err(|_| {
            // One that stays is empty to nobody: it has the access of its goal.
            let _ = fs::remove_file(&draft);
        })?;
        sync_folder(&self.goal);
        Ok(())
    }

    /// Puts the draft where nothing is.
    ///
    /// # Errors
    /// `AlreadyExists` where something is, else what the system says.
    pub fn create(self) -> io::Result<()> {
        self.set_permissions()?;
        self.file.persist_noclobber(&self.goal).map_err(|error| error.error)?;
        sync_folder(&self.goal);
        Ok(())
    }

    fn set_permissions(&self) -> io::Result<()> {
        match &self.access {
            Access::Like(permissions) => self.file.as_file().set_permissions(permissions.clone()),
            Access::Private | Access::Usual => Ok(()),
        }
    }
}

/// Replaces what stands in a file that exists, or where a link leads; who may read it stays.
///
/// # Errors
/// What the system says; a file that its user made read-only stays as it is.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let goal = path.canonicalize()?;
    let permissions = goal.metadata()?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    put(&goal, bytes, Access::Like(permissions), Draft::replace)
}

/// Writes a file that must not exist yet, with the folders above it.
///
/// # Errors
/// `AlreadyExists` where it does, else what the system says.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    put(path, bytes, Access::Usual, Draft::create)
}

/// Writes a file that only its user may read, with private folders above it; one that is there is replaced.
///
/// # Errors
/// What the system says.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_private_folder(path.parent().unwrap_or(Path::new(".")))?;
    put(path, bytes, Access::Private, Draft::replace)
}

fn put(
    goal: &Path,
    bytes: &[u8],
    access: Access,
    place: impl FnOnce(Draft) -> io::Result<()>,
) -> io::Result<()> {
    let mut draft = Draft::beside(goal, access)?;
    draft.fill(bytes)?;
    place(draft)
}

/// Removes the drafts for `goal` that killed processes left. Only for whoever holds the goal's lock.
pub fn sweep_drafts(goal: &Path) {
    sweep(goal, |_, _| true);
}

/// Removes those of them on which nobody can be at work any more, where no lock tells.
#[cfg(not(unix))]
pub(crate) fn sweep_old_drafts(goal: &Path) {
    sweep(goal, |name, draft| {
        is_by_chance(name) && draft.metadata().and_then(|it| it.modified()).is_ok_and(is_old)
    });
}

/// Removes those drafts for `goal` that were left, as their names and what the system knows of them tell.
fn sweep(goal: &Path, is_left: impl Fn(&str, &fs::DirEntry) -> bool) {
    let folder = goal.parent().unwrap_or(Path::new("."));
    let prefix = draft_prefix(goal);
    for entry in fs::read_dir(folder).into_iter().flatten().take(MAX_SWEPT).flatten() {
        let name = entry.file_name();
        if random_part(&name, &prefix).is_some_and(|random| is_left(random, &entry)) {
            // One that stays is as private as its goal.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// What tells a draft from others with the prefix of its goal; none where it is no draft for that.
pub(crate) fn random_part<'n>(name: &'n OsStr, prefix: &str) -> Option<&'n str> {
    name.to_str()?.strip_prefix(prefix)?.strip_suffix(DRAFT_SUFFIX)
}

pub(crate) fn is_by_chance(random: &str) -> bool {
    random.len() == RANDOM_LETTERS && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a draft was left: nobody is at work on one so long. A clock that was set back makes none old.
pub(crate) fn is_old(written: SystemTime) -> bool {
    written.elapsed().is_ok_and(|age| age >= OLD_DRAFT)
}

/// Creates a folder, and those above it, for the user alone; one that is there is left as it is.
///
/// # Errors
/// What the system says.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file that only its user may read; one that others could read is closed to them. A pipe in its place is not
/// waited for.
///
/// # Errors
/// What the system says.
pub fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(crate::folder::AT_ONCE.bits() as i32);
    }
    let file = options.open(path)?;
    close_to_others(path);
    Ok(file)
}

/// Takes from everybody but its user the right to read a file. One of another user is left alone, with a warning.
#[cfg(unix)]
pub fn close_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = path.metadata() else {
        return;
    };
    let open_to_others = metadata.is_file() && metadata.permissions().mode() & 0o077 != 0;
    if open_to_others && let Err(error) = fs::set_permissions(path, PermissionsExt::from_mode(0o600)) {
        tracing::warn!("others can read {}, and that cannot be changed: {error}", path.display());
    }
}

/// Who may read a file follows from its folder, which is the user's own.
#[cfg(not(unix))]
pub fn close_to_others(_path: &Path) {}

/// The file itself, where the path is a symbolic link to it; it need not exist.
pub fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(link) = fs::read_link(&path) else {
            break;
        };
        path = path.parent().unwrap_or(Path::new("")).join(link);
    }
    path
}

/// Gives a file another name, also one that is in use, at a moment when nobody reads what has that name.
///
/// # Errors
/// What the system says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let until = Instant::now() + MAX_RENAME_WAIT;
    loop {
        match fs::rename(from, to) {
            Err(error) if may_pass(&error, System::CURRENT) && Instant::now() < until => {
                std::thread::sleep(RENAME_PAUSE);
            }
            result => return result,
        }
    }
}

/// Whether a file may be renamed a little later. Windows denies it while somebody has the goal open; elsewhere a denial
/// is final: who may not write there may not later either.
fn may_pass(error: &io::Error, system: System) -> bool {
    let denied = system == System::Windows && error.kind() == io::ErrorKind::PermissionDenied;
    denied || system.is_in_use(error)
}

/// Gives a file a name that is free, or its own name in other case: on most disks of Windows and macOS that one counts
/// as taken.
///
/// # Errors
/// `AlreadyExists` where another file has the name, else what the system says.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() && !is_case_alone(from, to, System::CURRENT) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    rename(from, to)
}

/// Whether both names are the same file, of which only the spelling is to change.
fn is_case_alone(from: &Path, to: &Path, system: System) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let (Some(old), Some(new)) = (name(from), name(to)) else { return false };
    let same_name = old != new && system.is_same_name(&old, &new) && from.parent() == to.parent();
    // On a disk that tells them apart all the same there may be two files.
    same_name && from.canonicalize().is_ok_and(|from| to.canonicalize().is_ok_and(|to| from == to))
}

/// The file is in place either way; this only makes its name last through a power cut.
fn sync_folder(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok())
    {
        let _ = folder.sync_all();
    }
}

pub(crate) fn draft_prefix(goal: &Path) -> String {
    format!(".{}-", goal.file_name().unwrap_or(OsStr::new("file")).to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_the_old_one_until_it_is_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let goal = folder.path().join("auth.json");
        write_private(&goal, b"old").unwrap();
        let mut draft = Draft::beside(&goal, Access::Private).unwrap();
        draft.fill(&[b' '; 100]).unwrap();
        draft.fill(b"new").unwrap();
        assert_eq!(fs::read(&goal).unwrap(), b"old");
        draft.replace().unwrap();
        assert_eq!(fs::read(&goal).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["auth.json"]);
    }

    #[test]
    fn a_draft_that_is_not_placed_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let goal = folder.path().join("a.jsonc");
        drop(Draft::beside(&goal, Access::Usual).unwrap());
        create(&goal, b"first").unwrap();
        assert_eq!(create(&goal, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&goal).unwrap(), b"first");
        fs::create_dir(folder.path().join("b")).unwrap();
        write_private(&folder.path().join("b"), b"x").unwrap_err();
        assert_eq!(names(folder.path()), ["a.jsonc", "b"]);
    }

    #[test]
    fn a_file_is_renamed_to_what_is_free_or_to_its_own_name_in_other_case() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("slack.JSONC"), "slack").unwrap();
        fs::write(at("gmail.jsonc"), "gmail").unwrap();
        let taken = rename_new(&at("slack.JSONC"), &at("gmail.jsonc")).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        rename_new(&at("slack.JSONC"), &at("slack.jsonc")).unwrap();
        assert_eq!(names(folder.path()), ["gmail.jsonc", "slack.jsonc"]);
        assert_eq!(fs::read(at("gmail.jsonc")).unwrap(), b"gmail");
    }

    #[test]
    fn what_is_denied_is_tried_again_only_on_windows() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(
            may_pass(&denied, System::Windows)
                && may_pass(&io::Error::from_raw_os_error(32), System::Windows)
        );
        assert!(!may_pass(&denied, System::Unix) && !may_pass(&denied, System::Mac));
        assert!(!may_pass(&io::ErrorKind::NotFound.into(), System::Windows));
    }

    #[cfg(unix)]
    #[test]
    fn two_names_in_other_case_are_one_file_only_where_the_disk_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("slack.JSONC"), "slack").unwrap();
        // A link stands for a disk that takes both names for one file.
        std::os::unix::fs::symlink(at("slack.JSONC"), at("slack.jsonc")).unwrap();
        fs::write(at("gmail.JSONC"), "").unwrap();
        fs::write(at("gmail.jsonc"), "").unwrap();
        for (system, slack) in [(System::Windows, true), (System::Mac, true), (System::Unix, false)] {
            assert_eq!(is_case_alone(&at("slack.JSONC"), &at("slack.jsonc"), system), slack, "{system:?}");
            assert!(!is_case_alone(&at("gmail.JSONC"), &at("gmail.jsonc"), system), "{system:?}");
        }
    }

    #[test]
    fn only_drafts_of_the_same_goal_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".auth.json-x1.tmp", ".other.json-x1.tmp", "auth.json"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        sweep_drafts(&folder.path().join("auth.json"));
        assert_eq!(names(folder.path()), [".other.json-x1.tmp", "auth.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_private_is_so_from_the_first_byte_and_a_replaced_file_keeps_its_readers() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let goal = folder.path().join("state").join("a.json");
        let draft = {
            create_private_folder(goal.parent().unwrap()).unwrap();
            Draft::beside(&goal, Access::Private).unwrap()
        };
        assert_eq!(mode(draft.file.path()), 0o600);
        assert_eq!(mode(goal.parent().unwrap()), 0o700);
        fs::write(&goal, "").unwrap();
        fs::set_permissions(&goal, PermissionsExt::from_mode(0o640)).unwrap();
        replace(&goal, b"new").unwrap();
        assert_eq!(mode(&goal), 0o640);
        open_private(OpenOptions::new().append(true), &goal).unwrap();
        assert_eq!(mode(&goal), 0o600);
        fs::set_permissions(&goal, PermissionsExt::from_mode(0o400)).unwrap();
        assert_eq!(replace(&goal, b"x").unwrap_err().to_string(), "it is read-only");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_what_it_leads_to_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (goal, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&goal, "old").unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        assert_eq!(behind_links(&link), goal);
        replace(&link, b"new").unwrap();
        assert!(link.is_symlink() && fs::read(&goal).unwrap() == b"new");
    }
}
